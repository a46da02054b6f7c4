package emit

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/go/packages"
)

// smallest is what the client of a document with one operation mentions.
var smallest = []string{"api.Client", "api.NewClient", "api.Call", "api.Config", "api.Pointer", "api.Presence", "api.Option"}

// needOf returns the need of a client that mentions symbols.
func needOf(symbols ...string) Need {
	need := NeedOf(append(slices.Clone(smallest), symbols...)...)
	for name := range need.Symbols {
		if pkg, _, ok := strings.Cut(name, "."); ok && pkg != "" && pkg != "api" {
			need.Symbols[pkg] = true
		}
	}
	return need
}

// standardLibrary loads what the runtime imports of other modules, and of the
// standard library.
var standardLibrary = sync.OnceValues(func() (map[string]*types.Package, error) {
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps | packages.NeedExportFile}, runtimeSource+"/...")
	if err != nil {
		return nil, err
	}
	out := map[string]*types.Package{}
	for _, p := range loaded {
		for name, imported := range p.Imports {
			if !strings.HasPrefix(name, runtimeSource) {
				out[name] = imported.Types
			}
		}
	}
	return out, nil
})

// compiles reports errors of a copy of the runtime.
func compiles(files map[string][]byte) error {
	library, err := standardLibrary()
	if err != nil {
		return err
	}
	made := map[string]*types.Package{}
	for _, dir := range []string{"internal/codec", "api", "jsonapi", "graphql", "apitest/route", "apitest"} {
		fset := token.NewFileSet()
		var trees []*ast.File
		for _, name := range slices.Sorted(maps.Keys(files)) {
			if path.Dir(name) != dir {
				continue
			}
			tree, err := parser.ParseFile(fset, name, files[name], parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			trees = append(trees, tree)
		}
		if trees == nil {
			continue
		}
		var errs []string
		config := types.Config{
			GoVersion: "go1.24",
			Error:     func(err error) { errs = append(errs, err.Error()) },
			Importer: importerFunc(func(name string) (*types.Package, error) {
				if p := made[name]; p != nil {
					return p, nil
				}
				if p := library[name]; p != nil {
					return p, nil
				}
				return nil, fmt.Errorf("no package %s", name)
			}),
		}
		made["example.com/app/"+dir], _ = config.Check(dir, fset, trees, nil)
		if errs != nil {
			return fmt.Errorf("%s", strings.Join(errs, "\n"))
		}
	}
	return nil
}

// TestPrune compiles the copy of the runtime for each thing that a client may need
// alone, and all of them. Without GEN_HEAVY, it takes every fourth of these things.
func TestPrune(t *testing.T) {
	known, err := choices()
	if err != nil {
		t.Fatal(err)
	}
	needs := map[string]Need{"all": {All: true}, "all with fakes": {All: true, Fakes: true}, "none": needOf()}
	fakes := needOf()
	fakes.Fakes = true
	needs["fakes"] = fakes
	for i, name := range slices.Sorted(maps.Keys(known)) {
		if i%8 == 0 || os.Getenv("GEN_HEAVY") != "" {
			needs[name] = needOf(name)
		}
	}
	for name, need := range needs {
		t.Run(name, func(t *testing.T) {
			copied, err := Runtime("example.com/app", need)
			if err != nil {
				t.Fatal(err)
			}
			if err := compiles(copied); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestFootprint counts what a client with one operation brings with it.
func TestFootprint(t *testing.T) {
	whole, err := Runtime("example.com/app", Need{All: true})
	if err != nil {
		t.Fatal(err)
	}
	copied, err := Runtime("example.com/app", needOf())
	if err != nil {
		t.Fatal(err)
	}
	lines := countLines(copied)
	t.Logf("a client with one operation: %d files, %d lines of the runtime, of %d and %d", len(copied), lines, len(whole), countLines(whole))
	checkFootprint(t, len(copied), lines)
	for name := range copied {
		for _, without := range []string{"jsonapi/", "graphql/", "apitest/", "oauth2", "token", "webhook", "events", "sequence", "page", "cursor", "form", "union", "params"} {
			if strings.Contains(name, without) {
				t.Errorf("%s is copied", name)
			}
		}
	}
}

func countLines(files map[string][]byte) int {
	n := 0
	for _, data := range files {
		n += bytes.Count(data, []byte("\n"))
	}
	return n
}

// footprint is what README says of a client with one operation.
var footprint = regexp.MustCompile(`(<!-- footprint -->)(\d+) files, ([\d,]+) lines(<!-- end -->)`)

// checkFootprint compares README's counts with these, up to 3 per cent. With
// -update it writes them.
func checkFootprint(t *testing.T, files, lines int) {
	t.Helper()
	const name = "../../README.md"
	readme, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	found := footprint.FindSubmatch(readme)
	if found == nil {
		t.Fatal("README does not say how much of the runtime a client brings")
	}
	wantFiles, _ := strconv.Atoi(string(found[2]))
	wantLines, _ := strconv.Atoi(strings.ReplaceAll(string(found[3]), ",", ""))
	if near := func(a, b int) bool { return max(a, b)*100 <= min(a, b)*103 }; near(files, wantFiles) && near(lines, wantLines) {
		return
	}
	if !*update {
		t.Errorf("README says %s files and %s lines, and there are %d and %d: run go test ./internal/emit -run TestFootprint -update", found[2], found[3], files, lines)
		return
	}
	text := fmt.Sprintf("${1}%d files, %d,%03d lines${4}", files, lines/1000, lines%1000)
	if err := os.WriteFile(name, footprint.ReplaceAll(readme, []byte(text)), 0o644); err != nil {
		t.Fatal(err)
	}
}
