package prose

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"A pet.", "A pet."},
		{"# Pets\n\n> A  pet.", "Pets\n\nA pet."},
		{"<p>A <b>pet</b>.<br>Or two.</p>", "A pet.\nOr two."},
		{"a &lt; b &amp; c", "a < b & c"},
		{"See [the manual](https://example.com/m) and [this](#below).", "See the manual (https://example.com/m) and this."},
		{"[https://example.com](https://example.com)", "https://example.com"},
		{"One.\r\nTwo.\u2028Three.", "One.\nTwo.\nThree."},
		{"a\n\n\n\nb", "a\n\nb"},
		{"a \xff b", "a  b"},
	} {
		if got := Plain(c.in, 200); got != c.want {
			t.Errorf("Plain(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

// TestPlainIsShort cuts at a sentence, a paragraph or a word, and never within a
// character.
func TestPlainIsShort(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"The first sentence. The second one.", "The first sentence."},
		{"The first words\n\nand the others.", "The first words …"},
		{"The first words of a sentence", "The first words of a …"},
		{strings.Repeat("x", 40), strings.Repeat("x", 22) + "…"},
	} {
		if got := Plain(c.in, 22); got != c.want {
			t.Errorf("Plain(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	for limit := range 20 {
		if got := Plain(strings.Repeat("日本", 30), limit+1); !utf8.ValidString(got) {
			t.Errorf("cut at %d: %q", limit+1, got)
		}
	}
}

func TestRepeats(t *testing.T) {
	for _, c := range []struct {
		text, name string
		want       bool
	}{{"Font style.", "font_style", true}, {"The style of the font.", "font_style", false}, {"FontStyle", "fontStyle", true}} {
		if got := Repeats(c.text, c.name); got != c.want {
			t.Errorf("Repeats(%q, %q) = %t", c.text, c.name, got)
		}
	}
}
