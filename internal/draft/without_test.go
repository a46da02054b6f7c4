package draft

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/draft/splice"
)

// without copies a spec to a new directory and removes an operation there, with
// the components that only it used.
func without(t *testing.T, spec, method, path string) string {
	t.Helper()
	dir := t.TempDir()
	copySpec(t, filepath.Dir(spec), dir)
	main := filepath.Join(dir, filepath.Base(spec))
	before := references(t, main)
	set, err := splice.Open(main)
	if err != nil {
		t.Fatal(err)
	}
	paths := set.Root().Get("paths")
	raw := paths.Get(path)
	if !raw.OK() {
		t.Fatalf("%s has no path %s", spec, path)
	}
	item := raw.Resolve()
	others := 0
	for _, m := range httpMethods {
		if m != method && item.Get(m).OK() {
			others++
		}
	}
	if others > 0 {
		cut(t, item, method)
	} else if ref := raw.Ref(); ref != "" {
		_, pointer, _ := strings.Cut(ref, "#/paths/")
		cut(t, set.Cursor(item.File).Get("paths"), pointer)
		cut(t, paths, path)
	} else {
		cut(t, paths, path)
	}
	for dropUnused(t, main, before) {
	}
	return main
}

func copySpec(t *testing.T, from, to string) {
	t.Helper()
	names, _ := filepath.Glob(filepath.Join(from, "*.yaml"))
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(name)), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// cut removes a member of a block mapping from its file. A mapping that would
// be empty goes with its own key.
func cut(t *testing.T, m splice.Cursor, key string) {
	t.Helper()
	data, err := os.ReadFile(m.File.Path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(data), "\n")
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		t.Fatal(err)
	}
	start, col := position(root.Content[0], m.Node, key)
	if start == 0 {
		t.Fatalf("%s: no %s to cut", m.File.Path, key)
	}
	end := start
	for end < len(lines) {
		l := strings.TrimRight(lines[end], "\n")
		indent := len(l) - len(strings.TrimLeft(l, " "))
		if strings.TrimSpace(l) != "" && indent < col {
			break
		}
		end++
	}
	text := strings.Join(lines[:start-1], "") + strings.Join(lines[end:], "")
	if err := os.WriteFile(m.File.Path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// position finds the key of the mapping at the same place in a fresh tree.
func position(n, like *yaml.Node, key string) (line, col int) {
	if n.Kind == yaml.MappingNode && len(n.Content) > 0 && len(like.Content) > 0 && n.Content[0].Value == like.Content[0].Value && n.Content[0].Column == like.Content[0].Column && n.Line == like.Line {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				return n.Content[i].Line, n.Content[i].Column
			}
		}
	}
	for _, c := range n.Content {
		if line, col = position(c, like, key); line > 0 {
			return line, col
		}
	}
	return 0, 0
}

// references lists the components that something refers to, as file#pointer.
func references(t *testing.T, main string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	names, _ := filepath.Glob(filepath.Join(filepath.Dir(main), "*.yaml"))
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var doc yaml.Node
		if err := yaml.Unmarshal(data, &doc); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		collect(&doc, name, out)
	}
	return out
}

func collect(n *yaml.Node, file string, out map[string]bool) {
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == "$ref" {
				r := absoluteRef(file, n.Content[i+1].Value)
				out[r.file+"#"+r.pointer] = true
			}
		}
	}
	for _, c := range n.Content {
		collect(c, file, out)
	}
}

// dropUnused removes one component that was used before and is not any more.
func dropUnused(t *testing.T, main string, before map[string]bool) bool {
	t.Helper()
	now := references(t, main)
	set, err := splice.Open(main)
	if err != nil {
		t.Fatal(err)
	}
	names, _ := filepath.Glob(filepath.Join(filepath.Dir(main), "*.yaml"))
	for _, name := range names {
		f, err := set.File(name)
		if err != nil {
			os.Remove(name)
			continue
		}
		for _, kind := range []string{"schemas", "parameters", "responses"} {
			section := set.Cursor(f).At("components", kind)
			for _, key := range section.Keys() {
				at := f.Path + "#/components/" + kind + "/" + key
				if before[at] && !now[at] {
					switch {
					case len(section.Keys()) > 1:
						cut(t, section, key)
					case len(set.Cursor(f).At("components").Keys()) > 1:
						cut(t, set.Cursor(f).Get("components"), kind)
					case len(set.Cursor(f).Keys()) > 1:
						cut(t, set.Cursor(f), "components")
					default:
						os.Remove(name)
					}
					return true
				}
			}
		}
		if paths := set.Cursor(f).Get("paths"); f != set.Main && paths.OK() && len(paths.Keys()) == 0 {
			if len(set.Cursor(f).Keys()) > 1 {
				cut(t, set.Cursor(f), "paths")
			} else {
				os.Remove(name)
			}
			return true
		}
	}
	return false
}
