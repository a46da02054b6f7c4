// Package corpus generates clients from real OpenAPI documents and compiles
// them: `make corpus CORPUS=dir`. It is a test without a package to test, and
// does nothing unless CORPUS names documents.
package corpus

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// outcome is what became of one document.
type outcome struct {
	name       string
	problem    string // why it did not generate
	compile    []string
	operations int // in the document, counted without our loader
	methods    int // in the generated services
	lines      int
	report     model.Report
	codes      map[string]int // warnings by kind
}

// TestCorpus generates and compiles every document of the directories in
// CORPUS (a list as in PATH) and of those in them, and checks that no operation
// is missing.
func TestCorpus(t *testing.T) {
	files := documents(t)
	dir := t.TempDir()
	if keep := os.Getenv("CORPUS_KEEP"); keep != "" {
		dir = keep
	}
	writeModule(t, dir)
	outcomes := generateAll(files, dir)
	compile(t, dir, outcomes)
	summarise(t, outcomes)
}

func documents(t *testing.T) []string {
	t.Helper()
	dirs := os.Getenv("CORPUS")
	if dirs == "" {
		t.Skip("CORPUS names no documents: make corpus CORPUS=dir")
	}
	var files []string
	for _, dir := range filepath.SplitList(dirs) {
		for _, pattern := range []string{"*.json", "*.yaml", "*.yml", "*/*.json", "*/*.yaml", "*/*.yml"} {
			found, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, found...)
		}
		if info, err := os.Stat(dir); err == nil && !info.IsDir() {
			files = append(files, dir)
		}
	}
	if len(files) == 0 {
		t.Fatalf("no documents in CORPUS=%s", dirs)
	}
	return files
}

const module = "example.com/corpus"

// split gives each service of the documents a package of its own: CORPUS_SPLIT=1.
var split = os.Getenv("CORPUS_SPLIT") != ""

// writeModule makes a module that holds the runtime.
func writeModule(t *testing.T, dir string) {
	t.Helper()
	files, err := emit.Runtime(module, emit.NeedOf(emit.NeedAll))
	if err != nil {
		t.Fatal(err)
	}
	files["go.mod"] = []byte("module " + module + "\n\ngo 1.24\n")
	if err := write(dir, files); err != nil {
		t.Fatal(err)
	}
}

func write(dir string, files map[string][]byte) error {
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generateAll runs the pipeline over files, a few at a time.
func generateAll(files []string, dir string) []*outcome {
	outcomes := make([]*outcome, len(files))
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				outcomes[i] = generate(files[i], i, dir)
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	wg.Wait()
	return outcomes
}

// generate writes the package of one document.
func generate(file string, i int, dir string) (o *outcome) {
	o = &outcome{name: filepath.Base(file), codes: map[string]int{}}
	defer func() {
		if r := recover(); r != nil {
			o.problem = fmt.Sprintf("panic: %v\n%s", r, stack())
		}
	}()
	doc, diags := load.File(file, load.Options{})
	for _, d := range diags {
		o.codes[string(d.Code)]++
	}
	if doc == nil {
		o.problem = diags[0].String()
		return o
	}
	repaired := len(diags)
	o.operations = countOperations(file)
	options := model.Options{Package: packageName(i), Source: o.name, Split: split}
	api, more := model.Build(doc, options)
	for _, d := range more {
		o.codes[string(d.Code)]++
	}
	o.report = api.Report
	o.report.Repairs += repaired
	spelling := emit.Options{Runtime: module, Import: module + "/" + packageName(i)}
	out, err := emit.Files(api, spelling)
	if err != nil {
		o.problem = err.Error()
		return o
	}
	options.Names, options.Held = api.Names, api.Held
	if again, err := emit.Files(must(model.Build(doc, options)), spelling); err != nil || !maps.EqualFunc(out, again, bytes.Equal) {
		o.problem = fmt.Sprintf("with the names of its gen.lock something else is generated: %v", err)
		return o
	}
	for _, data := range out {
		o.lines += bytes.Count(data, []byte("\n"))
	}
	o.methods = countMethods(out)
	if err := write(filepath.Join(dir, packageName(i)), out); err != nil {
		o.problem = err.Error()
	}
	return o
}

// must is the model of a document that has been looked at.
func must(api *model.API, _ []load.Diagnostic) *model.API { return api }

func packageName(i int) string { return fmt.Sprintf("p%04d", i) }

func stack() string {
	buf := make([]byte, 4<<10)
	return string(buf[:runtime.Stack(buf, false)])
}

// countOperations counts methods below paths with encoding/json, which knows
// nothing of our loader; -1 for documents in YAML or with referenced path items.
func countOperations(file string) int {
	data, err := os.ReadFile(file)
	if err != nil {
		return -1
	}
	var doc struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if json.Unmarshal(data, &doc) != nil {
		return -1
	}
	n := 0
	for path, item := range doc.Paths {
		if strings.HasPrefix(path, "x-") {
			continue
		}
		for key, value := range item {
			switch key {
			case "get", "put", "post", "delete", "options", "head", "patch", "trace", "query":
				if value[0] == '{' {
					n++
				}
			case "$ref":
				return -1
			}
		}
	}
	return n
}

var madeCall = regexp.MustCompile(`&api\.Call\{\n\s*(Operation: "(?:[^"\\]|\\.)*", Method: [^,]+, Path: "(?:[^"\\]|\\.)*")`)

// countMethods counts the different calls that the methods of services make: an
// iterator over pages makes that of its list, and a stream that of the method
// which returns JSON.
func countMethods(files map[string][]byte) int {
	calls := map[string]bool{}
	for _, data := range files {
		for _, m := range madeCall.FindAllSubmatch(data, -1) {
			calls[string(m[1])] = true
		}
	}
	return len(calls)
}

// compile type-checks every package, which finds whatever go build would, at a
// tenth of the price; with CORPUS_BUILD=1 it builds them.
func compile(t *testing.T, dir string, outcomes []*outcome) {
	t.Helper()
	if os.Getenv("CORPUS_BUILD") != "" {
		build(t, dir, outcomes)
		return
	}
	known := runtimePackages(t, dir)
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				outcomes[i].compile = typecheckClient(filepath.Join(dir, packageName(i)), known)
			}
		})
	}
	for i, o := range outcomes {
		if o.problem == "" {
			next <- i
		}
	}
	close(next)
	wg.Wait()
}

// runtimePackages loads what generated code imports.
func runtimePackages(t *testing.T, dir string) map[string]*types.Package {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{Dir: dir, Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile},
		module+"/api", module+"/jsonapi", module+"/graphql", "context", "encoding/json", "io", "iter", "net/http", "strconv", "time")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]*types.Package{}
	for _, p := range loaded {
		for _, e := range p.Errors {
			t.Fatal(e)
		}
		known[p.PkgPath] = p.Types
	}
	return known
}

type importerFunc func(string) (*types.Package, error)

func (f importerFunc) Import(path string) (*types.Package, error) { return f(path) }

// typecheckClient returns the errors of the client package in dir, and of the
// packages of services below it, which import that one alone.
func typecheckClient(dir string, known map[string]*types.Package) []string {
	client, problems := typecheck(dir, known)
	services, err := filepath.Glob(filepath.Join(dir, "*", "*.go"))
	if err != nil {
		return []string{err.Error()}
	}
	if len(services) == 0 {
		return problems
	}
	known = maps.Clone(known)
	known[module+"/"+filepath.Base(dir)] = client
	checked := map[string]bool{}
	for _, name := range services {
		if service := filepath.Dir(name); !checked[service] {
			checked[service] = true
			_, more := typecheck(service, known)
			problems = append(problems, more...)
		}
	}
	return problems
}

// typecheck returns the package in dir, and its errors.
func typecheck(dir string, known map[string]*types.Package) (*types.Package, []string) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, []string{err.Error()}
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, []string{err.Error()}
		}
		files = append(files, f)
	}
	var problems []string
	config := types.Config{
		GoVersion: "go1.24",
		Importer: importerFunc(func(path string) (*types.Package, error) {
			if p := known[path]; p != nil {
				return p, nil
			}
			return nil, fmt.Errorf("%s is not among what generated code may import", path)
		}),
		Error: func(err error) { problems = append(problems, err.Error()) },
	}
	p, err := config.Check(filepath.Base(dir), fset, files, nil)
	if err != nil && len(problems) == 0 {
		problems = append(problems, err.Error())
	}
	return p, problems
}

// build builds all packages and hands each its errors.
func build(t *testing.T, dir string, outcomes []*outcome) {
	t.Helper()
	cmd := exec.Command("go", "build", "-gcflags=-e", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	out, err := cmd.CombinedOutput()
	if err == nil {
		return
	}
	unknown := 0
	for line := range strings.Lines(string(out)) {
		line = strings.TrimSpace(line)
		found := false
		for i, o := range outcomes {
			if strings.HasPrefix(line, packageName(i)+"/") || strings.Contains(line, "/"+packageName(i)+"/") {
				o.compile = append(o.compile, line)
				found = true
				break
			}
		}
		if !found && line != "" && !strings.HasPrefix(line, "#") {
			unknown++
			t.Log(line)
		}
	}
	if unknown > 0 {
		t.Errorf("go build: %v", err)
	}
}

// summarise prints the table of warnings, and fails for every document that did
// not make it.
func summarise(t *testing.T, outcomes []*outcome) {
	t.Helper()
	codes := map[string]int{}
	var total model.Report
	compiled, lines := 0, 0
	for _, o := range outcomes {
		lines += o.lines
		total.Operations += o.report.Operations
		total.Types += o.report.Types
		total.Schemas += o.report.Schemas
		total.Fallbacks += o.report.Fallbacks
		total.Repairs += o.report.Repairs
		total.Renames += o.report.Renames
		for c, n := range o.codes {
			codes[c] += n
		}
		switch {
		case o.problem != "":
			t.Errorf("%s: %s", o.name, o.problem)
		case len(o.compile) > 0:
			t.Errorf("%s: does not compile:\n\t%s", o.name, strings.Join(o.compile[:min(4, len(o.compile))], "\n\t"))
		case o.operations >= 0 && o.methods != o.operations:
			t.Errorf("%s: %d operations, %d methods", o.name, o.operations, o.methods)
		default:
			compiled++
		}
	}
	t.Logf("%d of %d documents generate and compile with every operation; %d lines", compiled, len(outcomes), lines)
	t.Logf("%d operations, %d types, %d schemas, %d renames, %d repairs; %d fallbacks: %.2f %% of schemas",
		total.Operations, total.Types, total.Schemas, total.Renames, total.Repairs, total.Fallbacks, 100*float64(total.Fallbacks)/float64(max(1, total.Schemas)))
	if 100*total.Fallbacks > total.Schemas {
		t.Errorf("more than 1 %% of the schemas are fallbacks")
	}
	for _, c := range slices.SortedFunc(maps.Keys(codes), func(a, b string) int { return cmp.Or(codes[b]-codes[a], strings.Compare(a, b)) }) {
		t.Logf("%7d %s", codes[c], c)
	}
}
