package lock

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func example() *Lock {
	return &Lock{
		Generator: "v0.3.0",
		Config:    map[string]string{"package": "shop", "formats.uuid": "github.com/google/uuid.UUID", "strict": "true"},
		Inputs:    map[string]string{"spec/shop.yaml": Hash([]byte("a")), "spec/with space.yaml": Hash(nil)},
		Files:     map[string]string{"client.go": Hash([]byte("b"))},
		Remote:    map[string]string{"https://example.com/a.yaml": Hash([]byte("b"))},
		Held:      map[string]string{"*": "value", "#/components/schemas/Pet": "pointer"},
		Names:     map[string]string{"#/components/schemas/Pet": "Pet", `#/paths/~1a "b"/get`: "GetA", "#/x": ""},
	}
}

const exampleText = header + `config formats.uuid github.com/google/uuid.UUID
config package shop
config strict true
file client.go 3e23e8160039594a33894f6564e1b134
generator v0.3.0
held #/components/schemas/Pet pointer
held * value
input "spec/with space.yaml" e3b0c44298fc1c149afbf4c8996fb924
input spec/shop.yaml ca978112ca1bbdcafac231b39a23dc4d
name "#/paths/~1a \"b\"/get" GetA
name #/components/schemas/Pet Pet
name #/x ""
remote https://example.com/a.yaml 3e23e8160039594a33894f6564e1b134
sum 2c43f7845637d81ad5cdadadbcd2997d
`

func TestRoundTrip(t *testing.T) {
	if got := string(example().Bytes()); got != exampleText {
		t.Errorf("got\n%s\nwant\n%s", got, exampleText)
	}
	for _, ending := range []string{"\n", "\r\n"} {
		got, problems := Parse([]byte(strings.ReplaceAll(exampleText, "\n", ending)))
		if len(problems) > 0 || !reflect.DeepEqual(got, example()) {
			t.Errorf("parsed %+v, %v", got, problems)
		}
	}
}

// TestEdited: an edit of a lock is noticed, line ends and a merge are none.
func TestEdited(t *testing.T) {
	for _, tt := range []struct {
		name, old, new string
		want           bool
	}{
		{"nothing", "", "", false},
		{"line ends", "\n", "\r\n", false},
		{"a name", "Pet Pet", "Pet Animal", true},
		{"a hash", "ca978112", "ca978113", true},
		{"a line less", "config strict true\n", "", true},
		{"the order of lines", "config package shop\nconfig strict true\n", "config strict true\nconfig package shop\n", false},
		{"no sum, as earlier versions", "sum 2c43f7845637d81ad5cdadadbcd2997d\n", "", false},
		{"two sums of a merge", "sum ", "sum 1c43f7845637d81ad5cdadadbcd2997d\nname #/y Y\nsum ", false},
	} {
		if l, problems := Parse([]byte(strings.ReplaceAll(exampleText, tt.old, tt.new))); l.Edited != tt.want || len(problems) > 0 {
			t.Errorf("%s: edited is %v, problems %v", tt.name, l.Edited, problems)
		}
	}
}

// TestHashLineEnds: CRLF and LF are the same text, also across pieces; a CR alone
// is not.
func TestHashLineEnds(t *testing.T) {
	h := NewHash()
	for _, piece := range []string{"a\r", "\nb", "\r\n", "\r\r", "\nc\r"} {
		h.Write([]byte(piece))
	}
	if got, want := Sum(h), Hash([]byte("a\nb\n\r\r\nc\r")); got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if Hash([]byte("a\rb")) == Hash([]byte("ab")) {
		t.Error("a CR alone is lost")
	}
}

func TestParseBroken(t *testing.T) {
	tests := []struct {
		name, text, problems, names string
	}{
		{
			name: "a merge conflict keeps what both sides agree on",
			text: `generator v1.0.0
<<<<<<< HEAD
input spec.yaml 01
name #/a A
name #/b B
name #/c Left
||||||| base
input spec.yaml 00
=======
input spec.yaml 02
name #/a A
name #/c Right
name #/d D
>>>>>>> topic
name #/e E
`,
			problems: "2: there is a merge conflict here\n12: #/c is called both Left and Right, and gets a new name\n",
			names:    "map[#/a:A #/b:B #/d:D #/e:E]",
		},
		{
			name:     "three sides do not bring a name back",
			text:     "name #/a A\nname #/a B\nname #/a C\n",
			problems: "2: #/a is called both A and B, and gets a new name\n",
			names:    "map[]",
		},
		{
			name:     "edited by hand",
			text:     "name #/a A B\nnane #/b B\nname \"#/c C\nname\nhello\nname #/d D",
			problems: "1: the line is not an entry of a lock file\n2: the line is not an entry of a lock file\n3: a quoted word has no end\n4: the line is not an entry of a lock file\n5: the line is not an entry of a lock file\n",
			names:    "map[#/d:D]",
		},
		{name: "empty", names: "map[]"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, problems := Parse([]byte(tt.text))
			var got strings.Builder
			for _, p := range problems {
				fmt.Fprintf(&got, "%d: %s\n", p.Line, p.Message)
			}
			if got.String() != tt.problems {
				t.Errorf("problems\n%swant\n%s", got.String(), tt.problems)
			}
			if names := fmt.Sprint(l.Names); names != tt.names {
				t.Errorf("names %s, want %s", names, tt.names)
			}
			if l.Inputs["spec.yaml"] != "" {
				t.Errorf("a contradicted hash is kept: %v", l.Inputs)
			}
		})
	}
}
