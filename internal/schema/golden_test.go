package schema

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/docwright/docwright/internal/load"
)

var update = flag.Bool("update", false, "rewrite the wanted output in testdata")

// TestGolden holds what the schemas of the documents in testdata mean. Each
// archive has the components of a document, and what is read from them.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal(err, "no archives")
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			want := ""
			if len(a.Files) > 1 {
				want = string(a.Files[1].Data)
			}
			got := meaning(t, a.Files[0].Data)
			if got == want {
				return
			}
			if !*update {
				t.Errorf("got\n%s\nwant\n%s", got, want)
				return
			}
			a.Files = []txtar.File{a.Files[0], {Name: "meaning", Data: []byte(got)}}
			if err := os.WriteFile(name, txtar.Format(a), 0o600); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// meaning writes what each component schema of a document says, a line for each
// answer that is not the usual one.
func meaning(t *testing.T, spec []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "openapi.yaml")
	text := "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n" + indent(string(spec), "    ")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	doc, diags := load.File(file, load.Options{})
	if doc == nil {
		t.Fatal(diags)
	}
	d := Read(doc)
	var b strings.Builder
	for _, m := range doc.Root.Get("components", "schemas").Members {
		s := d.Of(m.Value)
		fmt.Fprintf(&b, "%s %s\n", m.Name, dump(s))
		for _, line := range slices.Concat(identity(s), shape(s), resource(s)) {
			fmt.Fprintf(&b, "    %s\n", line)
		}
	}
	return b.String()
}

func indent(text, by string) string {
	return by + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+by) + "\n"
}

// identity tells which schema s is.
func identity(s *Schema) []string {
	var lines []string
	if core := s.Core(); core == nil {
		lines = append(lines, "no core")
	} else if core != s {
		lines = append(lines, "core "+pointers(core.Places))
	}
	if len(s.Parts) != 1 || s.Parts[0] != s.Node() {
		lines = append(lines, "parts "+pointers(s.Parts))
	}
	if name := s.GoName(); name != "" {
		lines = append(lines, "named "+name)
	}
	lines = append(lines, dynamicUses(s)...)
	var subtypes []*load.Node
	for _, sub := range s.Subtypes() {
		subtypes = append(subtypes, sub.Node())
	}
	if subtypes != nil {
		lines = append(lines, "subtypes "+pointers(subtypes))
	}
	return lines
}

// dynamicUses are the properties whose meaning depends on the place of use.
func dynamicUses(s *Schema) []string {
	var lines []string
	for _, p := range s.Properties {
		if b := p.Schema().Bindings(); b != "" {
			lines = append(lines, p.Name+" binds "+b)
		}
	}
	return lines
}

func pointers(nodes []*load.Node) string {
	var all []string
	for _, n := range nodes {
		all = append(all, strings.TrimPrefix(n.Pointer(), "#/components/schemas/"))
	}
	return strings.Join(all, " ")
}

// shape tells what kind of values s has.
func shape(s *Schema) []string {
	var lines []string
	for _, is := range []struct {
		name string
		is   bool
	}{
		{"object", s.IsObject()}, {"array", s.IsArray()}, {"tuple that ends", s.EndsWithPrefix()}, {"says nothing", !s.SaysSomething()},
		{"requires members", s.RequiresMembers()}, {"single type", s.Types.Single()},
	} {
		if is.is {
			lines = append(lines, is.name)
		}
	}
	if v := s.ConstantValue(); v != nil {
		lines = append(lines, "constant "+string(v.JSON()))
	}
	return lines
}

// resource tells what s is in JSON:API.
func resource(s *Schema) []string {
	var lines []string
	if s.IsResource() {
		lines = append(lines, fmt.Sprintf("resource %q", s.ResourceTypes()))
	}
	if s.IsIdentifier() {
		lines = append(lines, fmt.Sprintf("identifier %q", s.IdentifierTypes()))
	}
	if d := s.ResourceDocument(); d != nil {
		lines = append(lines, fmt.Sprintf("document many=%t identifiers=%t nullable=%t %q", d.Many, d.Identifiers, d.Nullable, d.Types))
	}
	if s.IsErrorDocument() {
		lines = append(lines, "error document")
	}
	if s.IsPolymorphic() {
		lines = append(lines, fmt.Sprintf("resource of several types %q", s.ResourceTypes()))
	}
	if r := s.document.WhyPlain(s.Node()); r != nil && s.Core().Property("data") != nil {
		lines = append(lines, "plain: "+r.Text+"; "+r.Fix)
	}
	return lines
}
