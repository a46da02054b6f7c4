package main

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The messages of gen are collected from its source: texts that are passed for a
// parameter which is called as in messageParams, that are given to a field which is
// called as in messageFields, or of which errors are made. So a message that nobody
// has seen in a transcript is in testdata/messages.txt all the same.
var (
	messageParams = []string{"format", "fix", "message", "hint", "why", "problem"}
	messageFields = []string{"Message", "Fix", "Short", "Long", "What", "Why"}
)

const messagesFile = "testdata/messages.txt"

// source is what messages are collected from.
type source struct {
	t      *testing.T
	fset   *token.FileSet
	files  map[string][]*ast.File // by directory
	params map[string][][]string  // names of the parameters of functions, by the function's name
}

// readSource parses the generator and its runtime.
func readSource(t *testing.T) *source {
	t.Helper()
	s := &source{t: t, fset: token.NewFileSet(), files: map[string][]*ast.File{}, params: map[string][][]string{}}
	root := checkoutDir(t)
	for _, dir := range []string{"cmd/gen", "internal", "templates/runtime"} {
		err := filepath.WalkDir(filepath.Join(root, filepath.FromSlash(dir)), func(name string, entry fs.DirEntry, err error) error {
			rel, _ := filepath.Rel(root, name)
			switch {
			case err != nil:
				return err
			case entry.IsDir() && (entry.Name() == "testdata" || slices.Contains(notShipped, filepath.ToSlash(rel))):
				return fs.SkipDir
			case entry.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
				return nil
			}
			file, err := parser.ParseFile(s.fset, name, nil, parser.ParseComments|parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			pkg := filepath.ToSlash(filepath.Dir(rel))
			s.files[pkg] = append(s.files[pkg], file)
			return nil
		})
		must(t, err)
	}
	for _, files := range s.files {
		for _, file := range files {
			s.declare(file)
		}
	}
	return s
}

// notShipped are the directories of tests and of tools for this repository.
var notShipped = []string{
	"internal/bench", "internal/compare", "internal/conformance", "internal/corpus", "internal/fuzzing", "internal/golangci", "internal/guards",
	"internal/hostile", "internal/interop", "internal/mutation", "internal/release", "internal/sbom",
}

// declare notes the parameters of the functions of a file.
func (s *source) declare(file *ast.File) {
	ast.Inspect(file, func(n ast.Node) bool {
		name, params := "", (*ast.FieldList)(nil)
		switch n := n.(type) {
		case *ast.FuncDecl:
			name, params = n.Name.Name, n.Type.Params
		case *ast.AssignStmt: // bad := func(fix, format string, args ...any) …
			id, isName := n.Lhs[0].(*ast.Ident)
			lit, isFunc := n.Rhs[0].(*ast.FuncLit)
			if !isName || !isFunc {
				return true
			}
			name, params = id.Name, lit.Type.Params
		default:
			return true
		}
		var names []string
		for _, field := range params.List {
			_, isSelector := field.Type.(*ast.SelectorExpr) // diag.Code
			id, isIdent := field.Type.(*ast.Ident)
			isCode := isSelector || isIdent && id.Name == "Code"
			for _, id := range field.Names {
				if id.Name == "code" && !isCode {
					id = ast.NewIdent("")
				}
				names = append(names, id.Name)
			}
		}
		s.params[name] = append(s.params[name], names)
		return true
	})
}

// each calls do with the literal texts that are passed for parameters, or given to
// fields, of these names.
func (s *source) each(params, fields []string, do func(pkg, text string, at token.Pos)) {
	for pkg, files := range s.files {
		literal := func(e ast.Expr) {
			ast.Inspect(e, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr, *ast.FuncLit, *ast.IndexExpr:
					return false
				case *ast.BasicLit:
					if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && text != "" {
						do(pkg, text, n.Pos())
					}
				}
				return true
			})
		}
		for _, file := range files {
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					for k, arg := range n.Args {
						if s.isParam(n.Fun, k, params) {
							literal(arg)
						}
					}
				case *ast.KeyValueExpr:
					if id, ok := n.Key.(*ast.Ident); ok && slices.Contains(fields, id.Name) {
						literal(n.Value)
					}
				case *ast.AssignStmt:
					for k, left := range n.Lhs {
						if sel, ok := left.(*ast.SelectorExpr); ok && slices.Contains(fields, sel.Sel.Name) && k < len(n.Rhs) {
							literal(n.Rhs[k])
						}
						if id, ok := left.(*ast.Ident); ok && slices.Contains(params, id.Name) && k < len(n.Rhs) {
							literal(n.Rhs[k])
						}
					}
				}
				return true
			})
		}
	}
}

// isParam reports whether the argument k of a call is for a parameter of one of the
// names.
func (s *source) isParam(fun ast.Expr, k int, names []string) bool {
	name := ""
	switch f := fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
		if x, ok := f.X.(*ast.Ident); ok && k == 0 && slices.Contains(names, "format") && (x.Name == "errors" && name == "New" || x.Name == "fmt" && name == "Errorf") {
			return true
		}
	}
	return slices.ContainsFunc(s.params[name], func(params []string) bool { return k < len(params) && slices.Contains(names, params[k]) })
}

// messages returns the messages of each package.
func (s *source) messages() map[string][]string {
	found := map[string]map[string]bool{}
	s.each(messageParams, messageFields, func(pkg, text string, _ token.Pos) {
		if found[pkg] == nil {
			found[pkg] = map[string]bool{}
		}
		if strings.Contains(text, " ") { // one word is a part
			found[pkg][text] = true
		}
	})
	list := map[string][]string{}
	for pkg, texts := range found {
		list[pkg] = slices.Sorted(maps.Keys(texts))
	}
	return list
}

// codesInSource returns the codes that diagnostics are given, with a place.
func codesInSource(t *testing.T) map[string]string {
	t.Helper()
	s, codes := readSource(t), map[string]string{}
	s.each([]string{"code"}, []string{"Code"}, func(pkg, text string, at token.Pos) {
		own := strings.HasPrefix(pkg, "internal/draft") || strings.HasPrefix(pkg, "templates/") // codes of other things
		if !own && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz-") == "" {
			codes[text] = s.fset.Position(at).String()
		}
	})
	return codes
}

// TestMessages compares all messages of gen and its runtime with the file that
// shows them in one go.
func TestMessages(t *testing.T) {
	all := readSource(t).messages()
	var b strings.Builder
	b.WriteString("All messages of gen and of the runtime, by package, made by go test ./cmd/gen -run TestMessages -update.\n")
	for _, pkg := range slices.Sorted(maps.Keys(all)) {
		b.WriteString("\n" + pkg + "\n")
		for _, text := range all[pkg] {
			b.WriteString("\t" + strings.ReplaceAll(text, "\n", "\n\t\t") + "\n")
		}
	}
	if flag.Lookup("update").Value.String() == "true" {
		must(t, os.WriteFile(messagesFile, []byte(b.String()), 0o644))
		return
	}
	want := readFile(t, messagesFile)
	if want != b.String() {
		t.Errorf("the messages differ; if that is intended, run go test ./cmd/gen -run TestMessages -update\n%s", difference(b.String(), want))
	}
}
