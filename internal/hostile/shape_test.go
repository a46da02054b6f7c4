package hostile

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"
)

// This file looks at generated packages from outside: it knows nothing of
// package emit and its proof, and comes to its own list of declarations.

const (
	runtimeSource = "github.com/docwright/docwright/templates/runtime" // where the runtime's types are
	runtimePath   = "example.com/app"                                  // where the cases have its copy
)

// allowed is all that generated code of these tests may import.
var allowed = []string{
	"context", "encoding/json", "io", "iter", "net/http", "strconv", "time",
	runtimePath + "/api", runtimePath + "/jsonapi", runtimePath + "/graphql",
}

// known loads the types of the allowed packages, once.
var known = sync.OnceValues(func() (map[string]*types.Package, error) {
	mode := packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile
	patterns := slices.Clone(allowed)
	for i := range patterns {
		patterns[i] = strings.Replace(patterns[i], runtimePath, runtimeSource, 1)
	}
	loaded, err := packages.Load(&packages.Config{Mode: mode}, patterns...)
	if err != nil {
		return nil, err
	}
	out := map[string]*types.Package{}
	for _, p := range loaded {
		for _, e := range p.Errors {
			return nil, e
		}
		out[strings.Replace(p.PkgPath, runtimeSource, runtimePath, 1)] = p.Types
	}
	return out, nil
})

type importerFunc func(path string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

// parse reads the files of a package, and refuses what no generated file may
// hold.
func parse(files map[string][]byte) (*token.FileSet, []*ast.File, error) {
	fset := token.NewFileSet()
	var trees []*ast.File
	for _, name := range slices.Sorted(maps.Keys(files)) {
		tree, err := parser.ParseFile(fset, name, files[name], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, err
		}
		if why := forbidden(tree, files[name]); why != "" {
			return nil, nil, fmt.Errorf("%s: %s", name, why)
		}
		trees = append(trees, tree)
	}
	return fset, trees, nil
}

var (
	fileName   = regexp.MustCompile(`^[a-z][a-z0-9_]*\.go$`)
	meansOther = regexp.MustCompile(`_(test|linux|windows|darwin|freebsd|js|wasm|amd64|arm64|386|arm|unix|plan9|android|ios)\.go$|^(con|nul|aux|prn|com[0-9]|lpt[0-9])\.`)
)

// forbidden says what a file holds that runs by itself, that a tool would act
// on, or that a reader would not see.
func forbidden(tree *ast.File, src []byte) string {
	for _, group := range tree.Comments {
		for _, c := range group.List {
			if !strings.HasPrefix(c.Text, "// ") && !strings.HasPrefix(c.Text, "//\t") && c.Text != "//" {
				return "the comment " + strconv.Quote(c.Text)
			}
			if strings.HasPrefix(strings.TrimSpace(c.Text[2:]), "+build") {
				return "the build constraint " + strconv.Quote(c.Text)
			}
		}
	}
	for i, r := range string(src) {
		if r == '\r' || r == 0 || r == '\ufeff' || r >= '\u200b' && r <= '\u200f' || r >= '\u2028' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			return fmt.Sprintf("the character %U at byte %d", r, i)
		}
	}
	for _, imp := range tree.Imports {
		if path, _ := strconv.Unquote(imp.Path.Value); !slices.Contains(allowed, path) {
			return "an import of " + imp.Path.Value
		}
		if imp.Name != nil {
			return "an import that is renamed"
		}
	}
	for _, d := range tree.Decls {
		if why := forbiddenDecl(d); why != "" {
			return why
		}
	}
	return ""
}

func forbiddenDecl(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.GenDecl:
		if d.Tok == token.VAR {
			return "a variable"
		}
	case *ast.FuncDecl:
		if d.Recv == nil && (d.Name.Name == "init" || d.Name.Name == "main") || d.Body == nil {
			return "the function " + d.Name.Name
		}
	}
	why := ""
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt, *ast.DeferStmt, *ast.ForStmt, *ast.RangeStmt, *ast.SendStmt, *ast.SelectStmt, *ast.LabeledStmt:
			why = fmt.Sprintf("a statement %T", n)
		case *ast.CallExpr:
			if name, ok := n.Fun.(*ast.Ident); ok && (name.Name == "panic" || name.Name == "print" || name.Name == "println" || name.Name == "recover") {
				why = "a call of " + name.Name
			}
		}
		return why == ""
	})
	return why
}

// compile type-checks the files of a package.
func compile(fset *token.FileSet, trees []*ast.File) error {
	packages, err := known()
	if err != nil {
		return err
	}
	var errs []string
	config := types.Config{
		GoVersion: "go1.24",
		Importer: importerFunc(func(path string) (*types.Package, error) {
			if p := packages[path]; p != nil {
				return p, nil
			}
			return nil, fmt.Errorf("%q must not be imported", path)
		}),
		Error: func(err error) { errs = append(errs, err.Error()) },
	}
	_, _ = config.Check("generated", fset, trees, nil) // errors went to Error
	if len(errs) > 0 {
		return fmt.Errorf("does not compile: %s", strings.Join(errs[:min(len(errs), 5)], "\n"))
	}
	return nil
}

// declared lists what the files declare, without the methods of types, which
// follow from their kind.
func declared(trees []*ast.File) []string {
	var out []string
	for _, tree := range trees {
		for _, d := range tree.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil {
					recv := types.ExprString(d.Recv.List[0].Type)
					if !strings.HasSuffix(recv, "Service") {
						continue
					}
					name = strings.TrimPrefix(recv, "*") + "." + name
				}
				out = append(out, name)
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						out = append(out, spec.Name.Name+membersOf(spec))
					case *ast.ValueSpec:
						out = append(out, spec.Names[0].Name)
					}
				}
			}
		}
	}
	return out
}

// membersOf lists the members of a struct: "{ID Name}".
func membersOf(spec *ast.TypeSpec) string {
	s, ok := spec.Type.(*ast.StructType)
	if !ok {
		return ""
	}
	var names []string
	for _, f := range s.Fields.List {
		for _, n := range f.Names {
			names = append(names, n.Name)
		}
	}
	return "{" + strings.Join(names, " ") + "}"
}

// TestForbidden holds that this file's eyes are open.
func TestForbidden(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"func init() {}", "the function init"},
		{"func f()", "the function f"},
		{"var X = f()", "a variable"},
		{"//go:embed x\nconst x = 1", `the comment "//go:embed x"`},
		{"/* x */", `the comment "/* x */"`},
		{"// +build x", `the build constraint "// +build x"`},
		{"import \"os\"", `an import of "os"`},
		{"import _ \"io\"", "an import that is renamed"},
		{"func f() { go f() }", "a statement *ast.GoStmt"},
		{"func f() { panic(1) }", "a call of panic"},
		{"const x = \"\u202e\"", "the character U+202E at byte 21"},
		{"func f() { return }", ""},
	} {
		src := []byte("package p\n" + c.src + "\n")
		_, _, err := parse(map[string][]byte{"p.go": src})
		if got := fmt.Sprint(err); c.want == "" && err != nil || c.want != "" && got != "p.go: "+c.want {
			t.Errorf("%s: %s", c.src, got)
		}
	}
	fset, trees, err := parse(map[string][]byte{"p.go": []byte("package p\nconst x int = f()\n")})
	if err != nil || compile(fset, trees) == nil {
		t.Errorf("what does not compile passes (%v)", err)
	}
}
