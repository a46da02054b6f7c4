// Command mutation changes the code of packages in small ways, one at a time,
// and reports which changes their tests do not notice:
//
//	go run ./internal/mutation [-sample 40] [-seed 1] PACKAGE...
//
// All changes of a package are compiled into one test program, which makes the
// one that the environment variable MUTANT names. Such a mutant negates a
// condition, moves the boundary of a comparison, or leaves out a statement.
// Conditions and statements that only make a run faster survive rightly, so the
// output is a list to read, not a score to reach.
package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"log"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	sample := flag.Int("sample", 40, "how many mutants of each package to run; 0 for all")
	seed := flag.Uint64("seed", 1, "which of them")
	timeout := flag.Duration("timeout", 2*time.Minute, "after which a mutant counts as noticed")
	only := flag.Int("only", -1, "run this mutant only")
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	survived, total := 0, 0
	for _, dir := range flag.Args() {
		m, err := mutate(dir)
		if err != nil {
			log.Fatalf("%s: %v", dir, err)
		}
		chosen := rand.New(rand.NewPCG(*seed, 0)).Perm(len(m.mutants))
		if *sample > 0 && len(chosen) > *sample {
			chosen = chosen[:*sample]
		}
		if *only >= 0 {
			chosen = []int{*only}
		}
		slices.Sort(chosen)
		lived, err := m.run(os.Stdout, chosen, *timeout)
		if err != nil {
			log.Fatalf("%s: %v", dir, err)
		}
		fmt.Fprintf(os.Stdout, "%s: %d of %d mutants survive, out of %d possible ones\n", dir, lived, len(chosen), len(m.mutants))
		survived, total = survived+lived, total+len(chosen)
	}
	fmt.Fprintf(os.Stdout, "%d of %d mutants survive\n", survived, total)
}

// mutated is a package with all its mutants.
type mutated struct {
	dir     string // of the package
	mutants []string
	fset    *token.FileSet
	overlay map[string]string // file → its text with the mutants
}

// switchText is the file that says which mutant a run makes.
const switchText = `package %s

import "os"

var mutantOfRun = os.Getenv("MUTANT")

func isMutant(name string) bool { return name == mutantOfRun }
`

// mutate puts all mutants into the files of a package.
func mutate(dir string) (*mutated, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	m := &mutated{dir: abs, fset: token.NewFileSet(), overlay: map[string]string{}}
	names, err := filepath.Glob(filepath.Join(abs, "*.go"))
	if err != nil {
		return nil, err
	}
	pkg := ""
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		tree, err := parser.ParseFile(m.fset, name, src, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		pkg = tree.Name.Name
		text, err := format.Source(m.rewrite(tree, src))
		if err != nil {
			return nil, err
		}
		m.overlay[name] = string(text)
	}
	if pkg == "" {
		return nil, errors.New("no Go files")
	}
	m.overlay[filepath.Join(abs, "mutant_switch.go")] = fmt.Sprintf(switchText, pkg)
	return m, nil
}

// edit is an insertion of text before an offset.
type edit struct {
	at    int
	text  string
	inner bool // closes what an edit at a smaller offset opens
}

// rewrite returns src with a switch at every place that can be mutated.
func (m *mutated) rewrite(tree *ast.File, src []byte) []byte {
	var edits []edit
	offset := func(p token.Pos) int { return m.fset.Position(p).Offset }
	around := func(n ast.Node, before, after string) {
		edits = append(edits, edit{offset(n.Pos()), before, false}, edit{offset(n.End()), after, true})
	}
	name := func(n ast.Node, what string) string {
		p := m.fset.Position(n.Pos())
		m.mutants = append(m.mutants, fmt.Sprintf("%s:%d:%d: %s", filepath.Base(p.Filename), p.Line, p.Column, what))
		return strconv.Quote(strconv.Itoa(len(m.mutants) - 1))
	}
	negate := func(e ast.Expr) {
		around(e, "(isMutant("+name(e, "condition negated")+") != (", "))")
	}
	var conditions func(e ast.Expr)
	conditions = func(e ast.Expr) { // the operands of && and ||, or the whole
		if b, ok := e.(*ast.BinaryExpr); ok && (b.Op == token.LAND || b.Op == token.LOR) {
			conditions(b.X)
			conditions(b.Y)
			return
		}
		if b, ok := e.(*ast.BinaryExpr); ok && isOrder(b.Op) && isPure(b.X) && isPure(b.Y) {
			x, y := string(src[offset(b.X.Pos()):offset(b.X.End())]), string(src[offset(b.Y.Pos()):offset(b.Y.End())])
			around(e, "((", ") != (isMutant("+name(e, "boundary moved")+") && "+x+" == "+y+"))")
			return
		}
		negate(e)
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			return n.Tok == token.VAR // constants cannot be mutated
		case *ast.IfStmt:
			conditions(n.Cond)
		case *ast.ForStmt:
			if n.Cond != nil {
				conditions(n.Cond)
			}
		case *ast.BlockStmt:
			for _, s := range n.List {
				if isDroppable(s) {
					around(s, "if !isMutant("+name(s, "statement left out")+") {", "}")
				}
			}
		case *ast.CaseClause:
			for _, s := range n.Body {
				if isDroppable(s) {
					around(s, "if !isMutant("+name(s, "statement left out")+") {", "}")
				}
			}
		}
		return true
	})
	return insert(src, edits)
}

// insert applies edits. Where an end and a beginning meet, the end comes first.
func insert(src []byte, edits []edit) []byte {
	slices.SortStableFunc(edits, func(a, b edit) int {
		if c := cmp.Compare(a.at, b.at); c != 0 || a.inner == b.inner {
			return c
		}
		if a.inner {
			return -1
		}
		return 1
	})
	var out bytes.Buffer
	last := 0
	for _, e := range edits {
		out.Write(src[last:e.at])
		out.WriteString(e.text)
		last = e.at
	}
	out.Write(src[last:])
	return out.Bytes()
}

func isOrder(op token.Token) bool {
	return op == token.LSS || op == token.LEQ || op == token.GTR || op == token.GEQ
}

// isPure reports whether an expression can be evaluated twice.
func isPure(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.Ident, *ast.BasicLit:
		return true
	case *ast.SelectorExpr:
		return isPure(e.X)
	case *ast.CallExpr:
		id, ok := e.Fun.(*ast.Ident)
		return ok && id.Name == "len" && isPure(e.Args[0])
	case *ast.BinaryExpr:
		return isPure(e.X) && isPure(e.Y)
	}
	return false
}

// isDroppable reports whether code still compiles without a statement's effect.
func isDroppable(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.ExprStmt:
		call, ok := s.X.(*ast.CallExpr)
		if !ok {
			return false
		}
		id, isIdent := call.Fun.(*ast.Ident)
		return !isIdent || id.Name != "panic"
	case *ast.AssignStmt:
		return s.Tok != token.DEFINE
	case *ast.IncDecStmt:
		return true
	}
	return false
}

// run compiles the package's tests with the mutants, runs the chosen ones, and
// lists those that survive.
func (m *mutated) run(w io.Writer, chosen []int, timeout time.Duration) (survived int, err error) {
	dir, err := os.MkdirTemp("", "mutation")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it is in the directory of temporary files
	program, err := m.compile(dir)
	if err != nil {
		return 0, err
	}
	if lives, out := m.try(program, "", timeout); !lives {
		return 0, fmt.Errorf("the tests fail without a mutant:\n%s", out)
	}
	for _, i := range chosen {
		if lives, _ := m.try(program, strconv.Itoa(i), timeout); lives {
			survived++
			fmt.Fprintf(w, "%4d  %s\n", i, m.mutants[i])
		}
	}
	return survived, nil
}

func (m *mutated) compile(dir string) (program string, err error) {
	replace := []string{}
	for _, name := range slices.Sorted(maps.Keys(m.overlay)) {
		to := filepath.Join(dir, filepath.Base(name))
		if err := os.WriteFile(to, []byte(m.overlay[name]), 0o666); err != nil {
			return "", err
		}
		replace = append(replace, strconv.Quote(name)+":"+strconv.Quote(to))
	}
	overlay := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlay, []byte(`{"Replace":{`+strings.Join(replace, ",")+`}}`), fs.FileMode(0o666)); err != nil {
		return "", err
	}
	program = filepath.Join(dir, "mutants.test")
	cmd := exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", program, ".")
	cmd.Dir = m.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return program, nil
}

// try runs the tests with a mutant, and reports whether they pass.
func (m *mutated) try(program, mutant string, timeout time.Duration) (lives bool, out []byte) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout+10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-test.failfast", "-test.short", "-test.timeout="+timeout.String())
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), "MUTANT="+mutant)
	out, err := cmd.CombinedOutput()
	return err == nil, out
}
