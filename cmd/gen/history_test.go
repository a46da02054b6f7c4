package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/go/packages"

	"github.com/docwright/docwright/internal/project"
	"github.com/docwright/docwright/internal/review"
)

// maxHistory is how long a comparison of two versions may take.
const maxHistory = time.Minute

// TestHistory replays the published versions of a real API, the documents that
// HISTORY lists, oldest first. Each is committed with its
// client and with a caller that names all that the client exports: symbols,
// fields by their exact type, methods by their signature, constants by their
// value. Then the next version takes its place. gen diff must end in time, and
// must say of each line of the caller what the compiler says.
func TestHistory(t *testing.T) {
	documents := filepath.SplitList(os.Getenv("HISTORY"))
	if len(documents) == 0 {
		t.Skip("HISTORY names no documents; make history does")
	}
	if len(documents) == 1 {
		t.Fatal("HISTORY names one document; two are needed")
	}
	for i := range documents[1:] {
		old, new := documents[i], documents[i+1]
		t.Run(filepath.Base(old)+" to "+filepath.Base(new), func(t *testing.T) { compareVersions(t, old, new) })
	}
}

func compareVersions(t *testing.T, old, new string) {
	dir := t.TempDir()
	t.Chdir(dir)
	goRun := goIn(t, dir)
	p := &player{t: t, dir: dir}
	gen := func(args ...string) string {
		t.Helper()
		var stdout, stderr bytes.Buffer
		if code := runWith(project.RealStages(), append(args, "--spec", "spec.json", "--out", "client"), &stdout, &stderr); code != exitOK {
			t.Fatalf("gen %v: exit %d\n%s", args, code, stderr.String())
		}
		return stdout.String()
	}
	goRun("mod", "init", "example.com/app")
	copyFile(t, old, "spec.json")
	gen()
	lines := writeCaller(t, dir)
	goRun("build", "./caller")
	p.git([]string{"init"})
	p.git([]string{"add", "."})
	p.git([]string{"commit", "-m", "old"})
	copyFile(t, new, "spec.json")
	start := time.Now()
	var report review.Report
	if err := json.Unmarshal([]byte(gen("diff", "--format", "json")), &report); err != nil {
		t.Fatal(err)
	}
	took := time.Since(start)
	if took > maxHistory {
		t.Errorf("gen diff took %v, more than %v", took, maxHistory)
	}
	gen()
	broken := buildCaller(t, dir)
	if fails := len(broken) > 0; fails != (report.Go == review.Breaking) {
		t.Errorf("the Go verdict is %s; go build of the caller complains of %d lines", report.Go, len(broken))
	}
	said := map[int]bool{}
	for _, c := range report.Callers {
		if c.Kind == review.CallerBreaks {
			said[c.At.Line] = true
		}
	}
	compareLines(t, lines, broken, said)
	witnessed(t, report.Clients[0].GoChanges, lines, broken)
	for _, note := range report.NotCompared {
		t.Errorf("not compared: %s", note)
	}
	c := report.Clients[0]
	t.Logf("gen diff: %.1f s; wire %s (%d changes), Go %s (%d changes, %d of them breaking); %d lines of the caller, %d break in both",
		took.Seconds(), report.Wire, len(c.WireChanges), report.Go, len(c.GoChanges), countBreaking(c.GoChanges), len(lines), len(broken))
}

func countBreaking(changes []*review.GoChange) int {
	n := 0
	for _, c := range changes {
		if !c.Compatible {
			n++
		}
	}
	return n
}

// compareLines holds what gen diff says of callers against the compiler.
func compareLines(t *testing.T, lines map[int]string, broken, said map[int]bool) {
	for _, line := range slices.Sorted(maps.Keys(broken)) {
		if !said[line] {
			t.Errorf("caller.go:%d, which uses %s, does not compile, and gen diff does not say so", line, lines[line])
		}
	}
	for _, line := range slices.Sorted(maps.Keys(said)) {
		if !broken[line] {
			t.Errorf("caller.go:%d, which uses %s, compiles, and gen diff says that it breaks", line, lines[line])
		}
	}
}

// witnessed holds each breaking change of a symbol against the lines of the
// caller that use it: one must break, or be in a type that is gone.
func witnessed(t *testing.T, changes []*review.GoChange, lines map[int]string, broken map[int]bool) {
	uses := map[string]bool{}
	for line := range broken {
		uses[lines[line]] = true
	}
	reported := map[string]bool{}
	for _, c := range changes {
		if c.Compatible {
			// Func values, values that are compared, and the address of a server may break:
			// their lines are callers.
			reported[c.Symbol] = reported[c.Symbol] || c.Kind == review.GoChanged || c.Kind == review.GoMeaning
			continue
		}
		reported[c.Symbol] = true
		if !uses[c.Symbol] {
			t.Errorf("gen diff says that %s breaks (%s), and nothing that uses it does", c.Symbol, c.Text)
		}
	}
	for name := range uses {
		owner, _, _ := strings.Cut(name, ".")
		if !reported[name] && !reported[owner] {
			t.Errorf("the use of %s breaks, and gen diff does not list it", name)
		}
	}
}

// compilerLine is a complaint of the compiler about the caller.
var compilerLine = regexp.MustCompile(`(?m)^caller/caller\.go:(\d+):\d+: `)

// buildCaller returns the lines that do not compile.
func buildCaller(t *testing.T, dir string) map[int]bool {
	cmd := exec.Command("go", "build", "-gcflags=-e", "./caller")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	broken := map[int]bool{}
	for _, m := range compilerLine.FindAllSubmatch(out, -1) {
		line, _ := strconv.Atoi(string(m[1]))
		broken[line] = true
	}
	if err != nil && len(broken) == 0 {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return broken
}

// callerFile writes a caller, one use a line.
type callerFile struct {
	text  bytes.Buffer
	line  int
	lines map[int]string // line → the symbol that it uses
	pkg   *types.Package
}

// writeCaller writes a program that names all that package client exports, and
// returns which symbol each line uses.
func writeCaller(t *testing.T, dir string) map[int]string {
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedExportFile, Dir: dir}, "./client")
	if err != nil || len(loaded) != 1 || len(loaded[0].Errors) > 0 {
		t.Fatal(err, loaded)
	}
	c := &callerFile{lines: map[int]string{}, pkg: loaded[0].Types}
	scope := c.pkg.Scope()
	for _, name := range scope.Names() {
		if obj := scope.Lookup(name); obj.Exported() {
			c.object(obj)
		}
	}
	imports := map[string]string{}
	body := c.text.String()
	for _, p := range append(c.pkg.Imports(), c.pkg) {
		if regexp.MustCompile(`\b` + p.Name() + `\.[A-Z]`).MatchString(body) {
			imports[p.Name()] = p.Path()
		}
	}
	var file strings.Builder
	file.WriteString("package caller\n")
	for _, name := range slices.Sorted(maps.Keys(imports)) {
		fmt.Fprintf(&file, "import %s %q\n", name, imports[name])
	}
	head := strings.Count(file.String(), "\n")
	shifted := map[int]string{}
	for line, name := range c.lines {
		shifted[line+head] = name
	}
	writeFile(t, filepath.Join(dir, "caller", "caller.go"), file.String()+body)
	return shifted
}

func (c *callerFile) use(symbol, format string, args ...any) {
	c.line++
	c.lines[c.line] = symbol
	fmt.Fprintf(&c.text, format+"\n", args...)
}

func (c *callerFile) spell(t types.Type) string {
	return types.TypeString(t, func(p *types.Package) string { return p.Name() })
}

func (c *callerFile) object(obj types.Object) {
	name := obj.Name()
	switch obj := obj.(type) {
	case *types.Const:
		c.use(name, "var _ %s = client.%s", c.spell(types.Default(obj.Type())), name)
		c.use(name, "var _ = map[bool]int{false: 0, client.%s == %s: 1}", name, obj.Val().ExactString())
	case *types.Var, *types.Func:
		c.use(name, "var _ %s = client.%s", c.spell(obj.Type()), name)
	case *types.TypeName:
		c.typeName(obj)
	}
}

func (c *callerFile) typeName(obj *types.TypeName) {
	name := obj.Name()
	c.use(name, "var _ client.%s", name)
	if types.Comparable(obj.Type()) {
		c.use(name, "func _(a, b client.%s) bool { return a == b }", name)
	}
	switch u := obj.Type().Underlying().(type) {
	case *types.Basic:
		literal := "1"
		switch {
		case u.Info()&types.IsString != 0:
			literal = `"x"`
		case u.Info()&types.IsFloat != 0:
			literal = "1.5"
		case u.Info()&types.IsBoolean != 0:
			literal = "true"
		}
		c.use(name, "var _ client.%s = %s", name, literal)
	case *types.Slice, *types.Map:
		c.use(name, "func _(x %s) client.%s { return x }", c.spell(u), name)
	case *types.Struct:
		for f := range u.Fields() {
			if f.Exported() {
				symbol := name + "." + f.Name()
				c.use(symbol, "func _(x *client.%s) *%s { return &x.%s }", name, c.spell(f.Type()), f.Name())
				c.use(symbol, "func _(x %s) client.%s { return client.%s{%s: x} }", c.spell(f.Type()), name, name, f.Name())
			}
		}
	}
	methods := types.NewMethodSet(types.NewPointer(obj.Type()))
	for m := range methods.Methods() {
		if f := m.Obj(); f.Exported() {
			text := c.spell(m.Type())
			c.use(name+"."+f.Name(), "func _(x *client.%s) %s { return x.%s }", name, text, f.Name())
		}
	}
}
