package conformance

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/docs"
)

// TestDecisions fails for a marker of a spec without a row in decisions.tsv, for
// a row without a marker, and for a row whose pointer or operation is not that of
// the marked place.
func TestDecisions(t *testing.T) {
	for _, a := range apis {
		t.Run(a.name, func(t *testing.T) {
			table, err := os.ReadFile(a.path(docs.DecisionsFile))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := docs.ReadDecisions(bytes.NewReader(table))
			if err != nil {
				t.Fatal(err)
			}
			names, err := filepath.Glob(a.path("*.yaml"))
			if err != nil || len(names) == 0 {
				t.Fatal("no files of the spec", err)
			}
			files := map[string][]byte{}
			for _, name := range names {
				if files[filepath.Base(name)], err = os.ReadFile(name); err != nil {
					t.Fatal(err)
				}
			}
			operations := map[string]bool{}
			for _, o := range a.loadSpec(t).Operations() {
				operations[o] = true
			}
			for _, problem := range checkDecisions(rows, files, operations) {
				t.Error(problem)
			}
		})
	}
}

// TestDecisionsSabotage breaks a spec and its table in each way that
// checkDecisions guards against.
func TestDecisionsSabotage(t *testing.T) {
	const spec = "components:\n  schemas:\n    # [C001] The page does not say.\n    Pet:\n      type: object\n"
	row := docs.Decision{Line: 2, ID: "C001", Operations: []string{"pets.get"}, Pointer: "pets.yaml#/components/schemas/Pet"}
	tests := map[string]struct {
		change func(row *docs.Decision, spec *string)
		want   string
	}{
		"intact":          {func(*docs.Decision, *string) {}, ""},
		"no row":          {func(r *docs.Decision, _ *string) { r.ID = "C002" }, "pets.yaml:3: C001 has no row"},
		"no marker":       {func(_ *docs.Decision, s *string) { *s = strings.Replace(*s, "[C001] ", "", 1) }, "decisions.tsv:2: C001 has no marker"},
		"another place":   {func(r *docs.Decision, _ *string) { r.Pointer += "/type" }, "decisions.tsv:2: C001 marks pets.yaml#/components/schemas/Pet, not pets.yaml#/components/schemas/Pet/type"},
		"no operation":    {func(r *docs.Decision, _ *string) { r.Operations = []string{"pets.fetch"} }, "decisions.tsv:2: pets.fetch is not an operation of the spec"},
		"marked twice":    {func(_ *docs.Decision, s *string) { *s += "    # [C001] Again.\n    Cat:\n      type: object\n" }, "pets.yaml:6: C001 is marked twice"},
		"nothing follows": {func(_ *docs.Decision, s *string) { *s = "a: b\n# [C001] At the end.\n" }, "pets.yaml:2: C001 marks no member"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			row, text := row, spec
			test.change(&row, &text)
			got := checkDecisions([]docs.Decision{row}, map[string][]byte{"pets.yaml": []byte(text)}, map[string]bool{"pets.get": true})
			if test.want == "" && len(got) > 0 || test.want != "" && !slices.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

var decisionMarker = regexp.MustCompile(`^\s*# \[([A-Z]\d{3})\]`)

// checkDecisions returns what rows and markers disagree about.
func checkDecisions(rows []docs.Decision, files map[string][]byte, operations map[string]bool) []string {
	var problems []string
	marked := map[string]string{} // id to pointer
	for name, text := range files {
		pointers := memberPointers(text)
		lines := strings.Split(string(text), "\n")
		for i, line := range lines {
			m := decisionMarker.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			at := i
			for at < len(lines) && strings.HasPrefix(strings.TrimSpace(lines[at]), "#") {
				at++
			}
			pointer, ok := pointers[at+1]
			switch _, twice := marked[m[1]]; {
			case !ok:
				problems = append(problems, fmt.Sprintf("%s:%d: %s marks no member", name, i+1, m[1]))
			case twice:
				problems = append(problems, fmt.Sprintf("%s:%d: %s is marked twice", name, i+1, m[1]))
			case !slices.ContainsFunc(rows, func(d docs.Decision) bool { return d.ID == m[1] }):
				problems = append(problems, fmt.Sprintf("%s:%d: %s has no row", name, i+1, m[1]))
			default:
				marked[m[1]] = name + "#" + pointer
			}
		}
	}
	for _, d := range rows {
		at, ok := marked[d.ID]
		// A comment above the first member of an object is about the object.
		if object, member := cutLast(at); slices.Contains([]string{"description", "name", "operationId", "$ref", "x-go-name"}, member) {
			at = object
		}
		switch {
		case !ok:
			problems = append(problems, fmt.Sprintf("decisions.tsv:%d: %s has no marker", d.Line, d.ID))
		case at != d.Pointer:
			problems = append(problems, fmt.Sprintf("decisions.tsv:%d: %s marks %s, not %s", d.Line, d.ID, at, d.Pointer))
		}
		for _, o := range d.Operations {
			if !operations[o] {
				problems = append(problems, fmt.Sprintf("decisions.tsv:%d: %s is not an operation of the spec", d.Line, o))
			}
		}
	}
	slices.Sort(problems)
	return problems
}

// cutLast splits a pointer before its last token.
func cutLast(pointer string) (object, member string) {
	if i := strings.LastIndexByte(pointer, '/'); i >= 0 {
		return pointer[:i], pointer[i+1:]
	}
	return pointer, ""
}

// memberPointers returns the JSON pointer of the first member on each line.
func memberPointers(text []byte) map[int]string {
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil || len(root.Content) == 0 {
		return nil
	}
	escape := strings.NewReplacer("~", "~0", "/", "~1").Replace
	list := map[int]string{}
	var walk func(n *yaml.Node, pointer string)
	walk = func(n *yaml.Node, pointer string) {
		switch n.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				key, at := n.Content[i], pointer+"/"+escape(n.Content[i].Value)
				if _, seen := list[key.Line]; !seen {
					list[key.Line] = at
				}
				walk(n.Content[i+1], at)
			}
		case yaml.SequenceNode:
			for i, item := range n.Content {
				at := pointer + "/" + strconv.Itoa(i)
				if _, seen := list[item.Line]; !seen && item.Kind != yaml.MappingNode {
					list[item.Line] = at
				}
				walk(item, at)
			}
		}
	}
	walk(root.Content[0], "")
	return list
}
