package emit

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"
)

// This file type-checks generated packages in memory, against the runtime where
// it stands: nothing is written and nothing is compiled per case.

// known loads whatever generated code may import, once for all cases.
var known = sync.OnceValues(func() (map[string]*types.Package, error) {
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile},
		append(slices.Clone(standard), "fmt", "log", "mime/multipart", "net/url", "os", runtimeSource+"/...")...)
	if err != nil {
		return nil, err
	}
	out := map[string]*types.Package{}
	for _, p := range loaded {
		for _, e := range p.Errors {
			return nil, e
		}
		out[p.PkgPath] = p.Types
	}
	return out, nil
})

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

// typecheck reports whether files are a package that compiles, or the packages
// of a split client, of which the client's comes first; whether they are laid out
// as gofmt would, and document what they export. It returns the client's package.
func typecheck(t testing.TB, files map[string][]byte, extra map[string]*types.Package) (client *types.Package) {
	t.Helper()
	return typecheckInto(t, files, maps.Clone(extra))
}

// typecheckInto is typecheck that puts the packages among extra, where others can
// import them.
func typecheckInto(t testing.TB, files map[string][]byte, extra map[string]*types.Package) (client *types.Package) {
	t.Helper()
	dirs := map[string]map[string][]byte{}
	for name, data := range files {
		dir := path.Dir(name)
		if dirs[dir] == nil {
			dirs[dir] = map[string][]byte{}
		}
		dirs[dir][name] = data
	}
	for _, dir := range sortedKeys(dirs) { // "." is the first
		p := typecheckPackage(t, dirs[dir], extra)
		if dir == "." {
			client = p
		}
		if extra != nil {
			extra[path.Join(testOptions.Import, dir)] = p
		}
	}
	return client
}

func typecheckPackage(t testing.TB, files map[string][]byte, extra map[string]*types.Package) *types.Package {
	t.Helper()
	packages, err := known()
	if err != nil {
		t.Fatalf("cannot load the runtime: %v", err)
	}
	fset := token.NewFileSet()
	var trees []*ast.File
	for _, name := range sortedKeys(files) {
		tree, err := parser.ParseFile(fset, name, files[name], parser.ParseComments)
		if err != nil {
			t.Errorf("%v", err)
			return nil
		}
		trees = append(trees, tree)
		if again, err := format.Source(files[name]); err != nil || !bytes.Equal(again, files[name]) {
			t.Errorf("%s is not laid out as gofmt would have it (%v)", name, err)
		}
		undocumented(t, fset, tree)
	}
	errs := 0
	config := types.Config{
		GoVersion: "go1.24",
		Importer: importerFunc(func(path string) (*types.Package, error) {
			if p := packages[path]; p != nil {
				return p, nil
			}
			if p := extra[path]; p != nil {
				return p, nil
			}
			return nil, fmt.Errorf("generated code must not import %q", path)
		}),
		Error: func(err error) {
			if errs++; errs < 20 {
				t.Errorf("does not type-check: %v", err)
			}
		},
	}
	p, _ := config.Check("generated", fset, trees, nil) // errors went to Error
	return p
}

// undocumented finds exported declarations without a sentence that starts with
// their name.
func undocumented(t testing.TB, fset *token.FileSet, tree *ast.File) {
	t.Helper()
	check := func(name *ast.Ident, doc *ast.CommentGroup) {
		if !name.IsExported() {
			return
		}
		if text := doc.Text(); !strings.HasPrefix(text, name.Name+" ") && !strings.HasPrefix(text, name.Name+":") {
			t.Errorf("%s: no sentence about %s starts with its name: %q", fset.Position(name.Pos()), name.Name, text)
		}
	}
	for _, d := range tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			check(d.Name, d.Doc)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				if spec, ok := spec.(*ast.TypeSpec); ok {
					check(spec.Name, d.Doc)
				}
			}
		}
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
