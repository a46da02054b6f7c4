package budget

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestKinds: there are enough kinds, each is small, and each is well-formed and
// has a change.
func TestKinds(t *testing.T) {
	kinds := Kinds()
	if len(kinds) < 240 {
		t.Errorf("%d kinds, want at least 240", len(kinds))
	}
	seen := map[string]bool{}
	for _, k := range kinds {
		if seen[k.Name] {
			t.Errorf("two kinds are %q", k.Name)
		}
		seen[k.Name] = true
		for _, text := range []string{k.Old, k.New, k.Overlay, k.Exchange} {
			if len(text) > MaxSize {
				t.Errorf("%s: %d bytes", k.Name, len(text))
			}
			var value any
			if strings.HasPrefix(text, "{") {
				if err := json.Unmarshal([]byte(text), &value); err != nil && !strings.Contains(err.Error(), "cannot unmarshal number") {
					t.Errorf("%s: %v", k.Name, err)
				}
			}
		}
	}
}
