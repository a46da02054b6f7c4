package lint

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/docwright/docwright/internal/diag"
)

var (
	codePattern = regexp.MustCompile(`^DW\d\d\d$`)
	namePattern = regexp.MustCompile(`^[a-z][a-z0-9.]*(-[a-z0-9.]+)*$`)
)

func TestCatalogue(t *testing.T) {
	seen := map[diag.Code]string{}
	for _, r := range Rules() {
		if !codePattern.MatchString(r.Code) || !namePattern.MatchString(string(r.Name)) {
			t.Errorf("%s %s: bad code or name", r.Code, r.Name)
		}
		for _, word := range append([]diag.Code{diag.Code(r.Code), r.Name}, r.Also...) {
			if seen[word] != "" {
				t.Errorf("%s stands for %s and for %s", word, seen[word], r.Code)
			}
			seen[word] = r.Code
		}
		for what, text := range map[string]string{"What": r.What, "Why": r.Why, "Fix": r.Fix, "Bad": r.Bad, "Good": r.Good} {
			if text == "" {
				t.Errorf("%s has no %s", r.Code, what)
			}
		}
		if strings.HasSuffix(r.What, ".") || !strings.HasSuffix(r.Why, ".") || !strings.HasSuffix(r.Fix, ".") || r.Bad == r.Good {
			t.Errorf("%s: What is a phrase, Why and Fix are sentences, Bad and Good differ", r.Code)
		}
		if Lookup(strings.ToLower(r.Code)).Code != r.Code || Lookup(string(r.Name)).Code != r.Code {
			t.Errorf("%s is not found by its code and its name", r.Code)
		}
	}
	if Lookup("DW999") != nil || CodeOf("usage") != "" {
		t.Error("what there is not is found")
	}
}

// TestEveryDiagnostic holds the catalogue against the sources of load and model:
// every code that they report is documented, and none is documented that nobody
// reports.
func TestEveryDiagnostic(t *testing.T) {
	reported := map[string]bool{}
	for _, dir := range []string{"../load", "../model"} {
		collectCodes(t, dir, reported)
	}
	if len(reported) < 40 {
		t.Fatalf("only %d codes were found in the sources: %v", len(reported), reported)
	}
	for code := range reported {
		if CodeOf(diag.Code(code)) == "" {
			t.Errorf("%q is reported, and no rule documents it", code)
		}
	}
	kin := openapi3.ValidationErrorCodes()
	for _, code := range kin {
		if CodeOf(diag.Code(code)) == "" {
			t.Errorf("%q is kin-openapi's, and no rule documents it", code)
		}
	}
	for _, r := range readingRules {
		if !slices.ContainsFunc(append([]diag.Code{r.Name}, r.Also...), func(name diag.Code) bool { return reported[string(name)] }) {
			t.Errorf("%s is documented, and nobody reports it", r.Code)
		}
		for _, name := range r.Also {
			if !reported[string(name)] && !slices.Contains(kin, string(name)) {
				t.Errorf("%s: nobody reports %s", r.Code, name)
			}
		}
	}
}

// reporters are the functions that take a diagnostic's code, and types that
// hold one.
var reporters = map[string]bool{"warn": true, "fail": true, "repair": true, "refError": true, "syntaxError": true}

// collectCodes finds what is reported: the string literals in the form of a
// code among the arguments of reporters.
func collectCodes(t *testing.T, dir string, codes map[string]bool) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "jsonpath") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); ok && reporters[sel.Sel.Name] {
					addFirst(n.Args, codes)
				}
			case *ast.CompositeLit:
				if id, ok := n.Type.(*ast.Ident); ok && reporters[id.Name] {
					addFirst(n.Elts, codes)
				}
			case *ast.AssignStmt: // code := "invalid"
				if id, ok := n.Lhs[0].(*ast.Ident); ok && id.Name == "code" {
					addFirst(n.Rhs, codes)
				}
			}
			return true
		})
	}
}

func addFirst(args []ast.Expr, codes map[string]bool) {
	for _, arg := range args {
		if pair, ok := arg.(*ast.KeyValueExpr); ok {
			arg = pair.Value
		}
		lit, ok := arg.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			continue
		}
		if text, err := strconv.Unquote(lit.Value); err == nil && namePattern.MatchString(text) {
			codes[text] = true
		}
		return
	}
}

// TestReadme holds the table in README against the catalogue.
func TestReadme(t *testing.T) {
	const name, begin, end = "../../README.md", "<!-- rules: made by go test ./internal/lint -update -->\n", "<!-- end of rules -->\n"
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), begin)
	have, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("README has no place for the table of rules")
	}
	var b strings.Builder
	b.WriteString("| code | severity | what is found |\n|---|---|---|\n")
	for _, r := range Rules() {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r.Code, r.Severity, r.What)
	}
	if *update {
		if err := os.WriteFile(name, []byte(before+begin+b.String()+end+after), fs.FileMode(0o644)); err != nil {
			t.Fatal(err)
		}
		return
	}
	if have != b.String() {
		t.Error("README's table of rules is out of date: run go test ./internal/lint -update")
	}
}
