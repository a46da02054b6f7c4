package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/project"
)

// mayImport is the direction of imports: what each package may import of the
// others, tests aside. Packages that are not listed may import any that is.
//
//	cmd/gen → project → {emit, docs, review, lint} → model → schema → load → diag
var mayImport = map[string][]string{
	"cmd/gen":                          {"internal/convert", "internal/diag", "internal/draft", "internal/draft/infer", "internal/draft/read", "internal/input", "internal/lint", "internal/model", "internal/project", "internal/record", "internal/review", "templates/runtime/apitest"},
	"internal/project":                 {"internal/diag", "internal/docs", "internal/draft/redact", "internal/emit", "internal/exchange", "internal/input", "internal/lint", "internal/load", "internal/lock", "internal/model", "internal/remote", "internal/review", "internal/schema", "internal/tree", "templates/runtime/apitest"},
	"internal/convert":                 {"internal/diag", "internal/load"},
	"internal/docs":                    {"internal/exchange", "internal/model", "templates"},
	"internal/emit":                    {"internal/diag", "internal/load", "internal/model", "internal/names", "templates"},
	"internal/lint":                    {"internal/diag", "internal/exchange", "internal/load", "internal/schema"},
	"internal/model":                   {"internal/diag", "internal/load", "internal/names", "internal/prose", "internal/schema"},
	"internal/schema":                  {"internal/diag", "internal/load"},
	"internal/names":                   {},
	"internal/prose":                   {},
	"internal/load":                    {"internal/diag", "internal/input", "internal/limit"},
	"internal/exchange":                {"internal/diag", "internal/input", "internal/limit", "templates/runtime/apitest/route"},
	"internal/diag":                    {},
	"internal/input":                   {},
	"internal/lock":                    {"internal/diag"},
	"internal/remote":                  {"internal/lock"},
	"internal/tree":                    {},
	"templates":                        {},
	"templates/runtime/internal/codec": {},
	"templates/runtime/api":            {"templates/runtime/internal/codec"},
	"templates/runtime/jsonapi":        {"templates/runtime/api", "templates/runtime/internal/codec"},
	"templates/runtime/graphql":        {"templates/runtime/api"},
	"templates/runtime/apitest":        {"templates/runtime/api", "templates/runtime/apitest/route"},
	"templates/runtime/apitest/route":  {},
}

// stdlibOnly are rooms that import nothing but the standard library and the
// rooms they may.
var stdlibOnly = []string{"internal/diag", "internal/input", "internal/lock", "internal/names", "internal/remote", "internal/tree", "templates", "generated"}

// fakeNeeds is what fakes are made of beside the standard library. One package
// imports it, here and in the output: apitest.
const fakeNeeds = "github.com/getkin/kin-openapi"

// isFake reports whether a room is the fake of a client: generated/pets/petstest.
func isFake(room string) bool {
	return strings.HasPrefix(room, "generated/") && path.Base(room) == path.Base(path.Dir(room))+"test"
}

// maxDepth is how many packages an import of generated code may pass, both ends
// counted. A fake imports its client, and may be one deeper.
const maxDepth = 4

// commandDepth is the same for gen: at most six arrows from cmd/gen to diag.
const commandDepth = 7

// maxCommand is how many lines cmd/gen may have without its tests: it has flags
// and prints, and the work is done in internal.
const maxCommand = 2000

func TestCommandSize(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines += strings.Count(string(data), "\n")
	}
	if lines > maxCommand {
		t.Errorf("cmd/gen has %d lines, more than %d: move what does not print into internal", lines, maxCommand)
	}
}

// imports returns what each package of the module imports, tests aside.
// Packages are named as in mayImport.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	cmd.Dir = checkoutDir(t)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	list := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		for i := range words {
			words[i] = strings.TrimPrefix(words[i], project.ModulePath+"/")
		}
		list[words[0]] = words[1:]
	}
	return list
}

func TestImportDirection(t *testing.T) {
	all := imports(t)
	for room := range mayImport {
		if all[room] == nil {
			t.Errorf("there is no package %s any more", room)
		}
	}
	for room, list := range all {
		may, named := mayImport[room]
		for _, imported := range list {
			_, ours := all[imported]
			switch {
			case imported == "cmd/gen":
				t.Errorf("%s imports the command", room)
			case isFake(imported) || imported == "generated/apitest" && !isFake(room):
				t.Errorf("%s imports %s, which is for tests", room, imported)
			case (room == "generated/apitest" || room == "templates/runtime/apitest") && strings.HasPrefix(imported, fakeNeeds+"/"):
			case named && ours && !slices.Contains(may, imported):
				t.Errorf("%s must not import %s", room, imported)
			case room == "internal/emit" && strings.Contains(imported, "kin-openapi"):
				t.Errorf("%s must not see %s", room, imported)
			case !ours && strings.Contains(imported, ".") && slices.ContainsFunc(stdlibOnly, func(r string) bool { return room == r || strings.HasPrefix(room, r+"/") }):
				t.Errorf("%s imports %s, and may import the standard library only", room, imported)
			}
		}
	}
}

func TestImportDepth(t *testing.T) {
	all := imports(t)
	deepest := map[string][]string{}
	var walk func(room string) []string
	walk = func(room string) []string {
		if chain, done := deepest[room]; done {
			return chain
		}
		chain := []string{}
		for _, imported := range all[room] {
			if _, ours := all[imported]; ours {
				if below := walk(imported); len(below) > len(chain) {
					chain = below
				}
			}
		}
		deepest[room] = append([]string{room}, chain...)
		return deepest[room]
	}
	for _, room := range slices.Sorted(maps.Keys(all)) {
		deepest := commandDepth
		if strings.HasPrefix(room, "generated/") || strings.HasPrefix(room, "templates/") {
			deepest = maxDepth
		}
		if isFake(room) {
			deepest++
		}
		if chain := walk(room); len(chain) > deepest {
			t.Errorf("%d rooms deep: %s", len(chain), strings.Join(chain, " → "))
		}
	}
}

// maxLines is the length of a function that still fits on a screen, more or
// less.
const maxLines = 100

// TestSizes holds every function of the module, generated ones too, to
// maxLines, and asks for a doc comment on every exported name. The linter does
// so as well; this needs nothing but Go.
func TestSizes(t *testing.T) {
	root := checkoutDir(t)
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".")):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if !ast.IsGenerated(file) || project.Generated(name) { // what other generators wrote is not ours to fix
			checkFile(t, fset, file, rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func checkFile(t *testing.T, fset *token.FileSet, file *ast.File, name string) {
	test := strings.HasSuffix(name, "_test.go") || file.Name.Name == "main"
	undocumented := func(pos token.Pos, what string) {
		if !test {
			t.Errorf("%s:%d: exported %s has no doc comment", name, fset.Position(pos).Line, what)
		}
	}
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if lines := fset.Position(decl.End()).Line - fset.Position(decl.Pos()).Line + 1; lines > maxLines {
				t.Errorf("%s:%d: %s has %d lines, more than %d", name, fset.Position(decl.Pos()).Line, decl.Name.Name, lines, maxLines)
			}
			if decl.Name.IsExported() && decl.Doc == nil && exportedReceiver(decl) {
				undocumented(decl.Pos(), decl.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if what, documented := describeSpec(spec); what != "" && !documented && decl.Doc == nil {
					undocumented(spec.Pos(), what)
				}
			}
		}
	}
}

// exportedReceiver reports whether a method's type is exported; a method of
// one that is not needs no doc comment.
func exportedReceiver(decl *ast.FuncDecl) bool {
	if decl.Recv == nil {
		return true
	}
	typ := decl.Recv.List[0].Type
	for {
		switch inner := typ.(type) {
		case *ast.StarExpr:
			typ = inner.X
		case *ast.IndexExpr:
			typ = inner.X
		case *ast.IndexListExpr:
			typ = inner.X
		case *ast.Ident:
			return inner.IsExported()
		default:
			return true
		}
	}
}

// describeSpec names the exported thing that a declaration declares, "" when
// there is none.
func describeSpec(spec ast.Spec) (what string, documented bool) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		if spec.Name.IsExported() {
			return spec.Name.Name, spec.Doc != nil
		}
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			if name.IsExported() {
				return name.Name, spec.Doc != nil || spec.Comment != nil
			}
		}
	}
	return "", false
}

// TestServiceExamples holds that the documentation of each service shows an
// example; go test ./generated/... runs them. One service has no recorded call.
func TestServiceExamples(t *testing.T) {
	for api, without := range map[string][]string{"ctrlhub": nil, "clarus": {"FTPUsersService"}} {
		dir := filepath.Join(checkoutDir(t), "generated", api)
		examples, err := os.ReadFile(filepath.Join(dir, "example_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(dir, "*_service.go"))
		if err != nil || len(files) < 50 {
			t.Fatal(err, len(files))
		}
		var missing []string
		for _, name := range files {
			src, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			_, rest, _ := strings.Cut(string(src), "\ntype ")
			service, _, _ := strings.Cut(rest, " ")
			if strings.HasSuffix(service, "Service") && !strings.Contains(string(examples), "\nfunc Example"+service+"_") {
				missing = append(missing, service)
			}
		}
		if !slices.Equal(missing, without) {
			t.Errorf("%s: no example of %v, want %v", api, missing, without)
		}
	}
}
