package names

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// TestAccents compares the table of accented letters with Unicode's own
// decomposition: every character of the blocks that it is made from must come
// out as golang.org/x/text has it.
func TestAccents(t *testing.T) {
	compared := 0
	for _, block := range []struct{ first, last rune }{{0xc0, 0x24f}, {0x1e00, 0x1eff}, {0x2070, 0x209f}, {0xfb00, 0xfb06}, {0xff10, 0xff5a}} {
		for r := block.first; r <= block.last; r++ {
			want := decompose(r)
			if want == "" {
				continue
			}
			compared++
			if got := asciiOf(string(r)); got != want {
				t.Errorf("asciiOf(%q) = %q, want %q", r, got, want)
			}
		}
	}
	if compared < 600 {
		t.Errorf("only %d characters compared", compared)
	}
	for base, letters := range accented {
		for _, r := range letters {
			if want := decompose(r); want != base {
				t.Errorf("%q is listed below %q and decomposes to %q", r, base, want)
			}
		}
	}
}

// decompose is the ASCII letters and digits that r decomposes to; "" if there is
// anything else in it.
func decompose(r rune) string {
	var b strings.Builder
	for _, c := range norm.NFKD.String(string(r)) {
		switch {
		case unicode.Is(unicode.Mn, c):
		case c > unicode.MaxASCII || !isAlphanumeric(byte(c)):
			return ""
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

func TestOtherLetters(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"name", "name"},
		{"cafe\u0301", "cafe"},
		{"한", "Ud55c"},
		{"名", "U540d"},
		{"a→b", "a b"},
		{"ＡＢ＿ｃ", "AB_c"},
		{"m²", "m2"},
		{"Acme™", "AcmeTM"},
	} {
		if got := asciiOf(c.in); got != c.want {
			t.Errorf("asciiOf(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}
