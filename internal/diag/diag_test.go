package diag

import (
	"strings"
	"testing"
)

// TestPlain prints diagnostics whose texts come from a hostile document.
func TestPlain(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	for _, c := range []struct{ message, fix, want string }{
		{"plain", "", "a.yaml:1:2: error: plain"},
		{"a\n::error::b\r\x1b[2Jc\x00", "d\u202ee", "a.yaml:1:2: error: a\\n::error::b\\r\\x1b[2Jc\\x00\n\td\\u202ee"},
		{"caf\u00e9 \u540d\u00a0\U0001f642", "", "a.yaml:1:2: error: caf\u00e9 \u540d\u00a0\U0001f642"},
		{"x", "around:\n\t  1\tcode\nevil", "a.yaml:1:2: error: x\n\taround:\n\t  1\tcode\\nevil"},
		{long, "", "a.yaml:1:2: error: " + long[:750] + " … " + long[:200]},
	} {
		d := Diagnostic{Pos: Position{File: "a.yaml", Line: 1, Col: 2}, Severity: Error, Code: "x", Message: c.message, Fix: c.fix}
		if got := d.String(); got != c.want {
			t.Errorf("got %q\nwant %q", got, c.want)
		}
	}
}
