package load

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

// TestOverlaySteps: paths whose filters look at all descendants within each
// other end in a message after a number of steps that the document's size sets.
func TestOverlaySteps(t *testing.T) {
	var paths []string
	for i := range 250 {
		paths = append(paths, fmt.Sprintf(`"/a%d":{"get":{"operationId":"a%[1]d.get","tags":["a","b"],"responses":{"200":{"description":"ok"}}}}`, i))
	}
	document := `{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{` + strings.Join(paths, ",") + `}}`
	for _, tt := range []struct {
		target string
		times  int
		late   bool
	}{
		{`$.paths.*.get`, 1, false},
		{`$..[?(@.operationId == 'a7.get')]`, 100, false},
		{`$..*`, 50, false},
		{`$..*[?(@..*)][?(@..*)]`, 1, false},
		{`$..[?($..[?(@..operationId)])]`, 1, true},
		{`$..[?(count($..*) > 1)]`, 1, true},
		{`$..[?($ == $)]`, 1, true},
		{`$..[?(@..[?(@..[?(@..[?(@..[?(@..x)])])])])]`, 1, false}, // deep, but the document is not
		{`$..[?(search(@.operationId, '` + strings.Repeat("(a*)*", 150) + `b'))]`, 1, false},
		{`$..[?($..[?($..[?($..x)])])]`, 3, true},
	} {
		action := `{"target":"` + tt.target + `","update":{}},`
		overlay := `{"overlay":"1.0.0","info":{"title":"o","version":"1"},"actions":[` + strings.TrimSuffix(strings.Repeat(action, tt.times), ",") + `]}`
		_, diags := File("api.json", Options{Overlays: []string{"overlay.json"}, ReadFile: func(name string) ([]byte, error) {
			switch name {
			case "api.json":
				return []byte(document), nil
			case "overlay.json":
				return []byte(overlay), nil
			}
			return nil, fs.ErrNotExist
		}})
		var late []string
		for _, d := range diags {
			if d.Code == "overlay-too-costly" {
				late = append(late, d.Message)
			}
		}
		if (len(late) == 1) != tt.late || len(late) > 1 {
			t.Errorf("%s: %q", tt.target, late)
		}
		if tt.late && late[0] != "the targets of the overlay look at more than 2501500 values" {
			t.Errorf("%s: %s", tt.target, late[0])
		}
	}
}
