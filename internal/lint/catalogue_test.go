package lint

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/types"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"golang.org/x/tools/go/packages"

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
	collectCodes(t, reported, "../load", "../model", "../schema")
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

// collectCodes finds the codes that packages report: what they pass for
// parameters called code, and give to variables and members of that name.
// Whatever is not constant there must be called code itself, or be a code of
// kin-openapi, so that no code escapes.
func collectCodes(t *testing.T, codes map[string]bool, patterns ...string) {
	t.Helper()
	const mode = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo
	loaded, err := packages.Load(&packages.Config{Mode: mode}, patterns...)
	if err != nil || len(loaded) != len(patterns) {
		t.Fatal(len(loaded), err)
	}
	for _, p := range loaded {
		if len(p.Errors) > 0 || len(p.Syntax) == 0 {
			t.Fatal(p.PkgPath, p.Errors)
		}
		c := collector{t: t, p: p, codes: codes}
		if response, ok := p.Types.Scope().Lookup("response").(*types.TypeName); ok {
			c.response, _ = response.Type().Underlying().(*types.Struct)
		}
		for _, file := range p.Syntax {
			ast.Inspect(file, c.visit)
		}
	}
}

// collector finds the codes of one package.
type collector struct {
	t     *testing.T
	p     *packages.Package
	codes map[string]bool

	response *types.Struct // of model, whose code is the status of a response; else nil
}

// isCode reports whether a variable, parameter or member contains a code.
func (c *collector) isCode(v *types.Var) bool {
	if c.response != nil {
		for field := range c.response.Fields() {
			if field == v {
				return false
			}
		}
	}
	basic, ok := v.Type().Underlying().(*types.Basic)
	return ok && basic.Kind() == types.String && (v.Name() == "code" || v.Name() == "Code")
}

func (c *collector) visit(n ast.Node) bool {
	info := c.p.TypesInfo
	switch n := n.(type) {
	case *ast.CallExpr:
		signature, ok := info.TypeOf(n.Fun).Underlying().(*types.Signature)
		for i := range n.Args {
			if ok && i < signature.Params().Len() && c.isCode(signature.Params().At(i)) {
				c.add(n.Args[i])
			}
		}
	case *ast.CompositeLit:
		structure, ok := info.TypeOf(n).Underlying().(*types.Struct)
		for i, element := range n.Elts {
			if pair, keyed := element.(*ast.KeyValueExpr); keyed {
				if id, isIdent := pair.Key.(*ast.Ident); isIdent && ok {
					c.assigned(id, pair.Value)
				}
			} else if ok && c.isCode(structure.Field(i)) {
				c.add(element)
			}
		}
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if len(n.Lhs) == len(n.Rhs) {
				c.assigned(left, n.Rhs[i])
			}
		}
	}
	return true
}

// variable returns the variable or member that an expression names, or nil.
func (c *collector) variable(e ast.Expr) *types.Var {
	id, ok := e.(*ast.Ident)
	if sel, isSelector := e.(*ast.SelectorExpr); isSelector {
		id, ok = sel.Sel, true
	}
	if !ok {
		return nil
	}
	v, _ := c.p.TypesInfo.ObjectOf(id).(*types.Var)
	return v
}

func (c *collector) assigned(left, right ast.Expr) {
	if v := c.variable(left); v != nil && c.isCode(v) {
		c.add(right)
	}
}

func (c *collector) add(e ast.Expr) {
	if value := c.p.TypesInfo.Types[e].Value; value != nil {
		if text := constant.StringVal(value); text != "" {
			c.codes[text] = true
		}
		return
	}
	if v := c.variable(e); v != nil && strings.EqualFold(v.Name(), "code") {
		return
	}
	if call, ok := e.(*ast.CallExpr); ok {
		if c.p.TypesInfo.Types[call.Fun].IsType() {
			c.add(call.Args[0]) // a conversion
			return
		}
		if sel, ok := call.Fun.(*ast.SelectorExpr); ok && strings.HasSuffix(types.TypeString(c.p.TypesInfo.TypeOf(sel.X), nil), "/openapi3.CodedError") {
			return
		}
	}
	c.t.Errorf("%s: the test cannot see which code this is: write a constant, or call it code", c.p.Fset.Position(e.Pos()))
}

// TestReadme holds the table in README against the catalogue.
func TestReadme(t *testing.T) {
	const name, begin, end = "../../cmd/gen/help/lint.md", "<!-- rules: made by go test ./internal/lint -update -->\n", "<!-- end of rules -->\n"
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), begin)
	have, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("the manual has no place for the table of rules")
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
		t.Error("the manual's table of rules is out of date: run go test ./internal/lint -update")
	}
}
