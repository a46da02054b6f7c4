package codec

import (
	"strings"
	"testing"
	"time"
)

// TestErrorLength refuses what is long, at a place whose name is long.
func TestErrorLength(t *testing.T) {
	long := strings.Repeat("é", 50_000)
	var times map[string]map[string]time.Time
	err := Unmarshal([]byte(`{"`+long+`":{"at":"`+long+`"}}`), &times)
	if err == nil || len(err.Error()) > 1500 || !strings.Contains(err.Error(), "…") {
		t.Errorf("%.2000v", err)
	}
}
