package corpus

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// TestAdditions adds the first path of each document, one in the middle, and the
// last one to the others: with the gen.lock of before, no type and no method is
// called otherwise than before.
func TestAdditions(t *testing.T) {
	additions, names := 0, 0
	for _, file := range documents(t) {
		doc, _ := load.File(file, load.Options{})
		if doc == nil {
			continue
		}
		paths := doc.Root.Get("paths")
		if paths == nil || len(paths.Members) < 2 {
			continue
		}
		all := paths.Members
		for _, added := range []int{0, len(all) / 2, len(all) - 1} {
			paths.Members = slices.Delete(slices.Clone(all), added, added+1)
			before, _ := model.Build(doc, model.Options{Package: "client", Source: "spec.json", Split: split})
			paths.Members = all
			after, _ := model.Build(doc, model.Options{Package: "client", Source: "spec.json", Split: split, Names: before.Names, Held: before.Held})
			have := goNames(after)
			for name := range goNames(before) {
				if names++; !have[name] {
					t.Errorf("%s: %s is gone since %s was added", filepath.Base(file), name, all[added].Name)
				}
			}
			additions++
		}
	}
	t.Logf("%d additions, %d names", additions, names)
}

// goNames are the types and methods of an API.
func goNames(api *model.API) map[string]bool {
	names := map[string]bool{}
	for _, d := range api.Decls {
		names[d.GoName] = true
	}
	for _, s := range api.Services {
		for _, o := range s.Operations {
			names[s.GoName+"Service."+o.GoName] = true
		}
	}
	return names
}
