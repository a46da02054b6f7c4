package splice

import (
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestInsertAtOneEnd plans members of blocks that end at the same line, the
// outer first, the inner first: each lands in its own block.
func TestInsertAtOneEnd(t *testing.T) {
	type step struct {
		at   []string
		item bool
	}
	inner, outer := step{at: []string{"paths", "boats"}}, step{at: []string{"paths"}}
	root, list := step{}, step{at: []string{"tags"}, item: true}
	for _, test := range []struct {
		name, text string
		steps      []step
		want       string
	}{
		{"inner and outer block", "paths:\n  boats:\n    get: 1\n", []step{outer, inner, root},
			"paths:\n  boats:\n    get: 1\n    new: 1\n  new: 1\nnew: 1\n"},
		{"before a member", "paths:\n  boats:\n    get: 1\ntags: [a]\n", []step{outer, inner},
			"paths:\n  boats:\n    get: 1\n    new: 1\n  new: 1\ntags: [a]\n"},
		{"list without an indent", "tags:\n- a\n", []step{root, list}, "tags:\n- a\n- 1\nnew: 1\n"},
		{"list with an indent", "tags:\n  - a\n", []step{root, list}, "tags:\n  - a\n  - 1\nnew: 1\n"},
		{"end without a line end", "paths:\n  boats:\n    get: 1", []step{root, inner, outer},
			"paths:\n  boats:\n    get: 1\n    new: 1\n  new: 1\nnew: 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, reverse := range []bool{false, true} {
				file := filepath.Join(t.TempDir(), "openapi.yaml")
				if err := os.WriteFile(file, []byte(test.text), 0o666); err != nil {
					t.Fatal(err)
				}
				set, err := Open(file)
				if err != nil {
					t.Fatal(err)
				}
				for i := range test.steps {
					s := test.steps[i]
					if reverse {
						s = test.steps[len(test.steps)-1-i]
					}
					at := set.Root()
					for _, name := range s.at {
						at = at.Get(name)
					}
					one := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: "1"}
					if s.item {
						err = at.Item(one)
					} else {
						err = at.Member("new", one, "")
					}
					if err != nil {
						t.Fatal(err)
					}
				}
				if err := set.Flush(); err != nil {
					t.Fatal(err)
				}
				if got := string(set.Main.Data); got != test.want {
					t.Errorf("reverse %v: got\n%swant\n%s", reverse, got, test.want)
				}
			}
		})
	}
}
