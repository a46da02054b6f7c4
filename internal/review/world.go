package review

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

// world holds the packages that clients and callers are made of. Generated ones
// are type-checked from the files in memory, the runtime's copies once, clients
// in both versions. What they import beyond comes as compiled export data, in
// one piece, because types of two loads are not the same.
type world struct {
	fset    *token.FileSet
	known   map[string]*types.Package // what is neither generated nor a caller
	clients map[string]*clientPackage // by import path
	modules []*callerModule
	faults  map[string]error                         // import path → why a runtime package does not compile
	owners  map[*types.Package]map[*types.Var]string // see fieldOwner
	fakes   map[string]*clientPackage                // by import path: callers among callers, but generated
}

// callerModule is a module with those of its packages that import clients.
type callerModule struct {
	Module
	packages []*packages.Package // importers, dependencies first
	held     map[string]bool     // their IDs
}

// newWorld loads what the clients and their callers import; nil when that cannot
// be had at all.
func (c *comparison) newWorld(clients []*Client) *world {
	w := &world{fset: token.NewFileSet(), known: map[string]*types.Package{}, clients: map[string]*clientPackage{}, faults: map[string]error{},
		owners: map[*types.Package]map[*types.Var]string{}, fakes: map[string]*clientPackage{}}
	for _, client := range clients {
		for _, sub := range client.packages() {
			w.clients[path.Join(client.Import, sub)] = &clientPackage{client, sub}
		}
	}
	runtimes := c.runtimePackages(w.fset)
	wanted := map[string]bool{}
	ours := func(path string) bool {
		return w.clients[path] != nil || runtimes[path] != nil || path == "unsafe" || path == "C"
	}
	for _, files := range runtimes {
		noteImports(wanted, files, ours)
	}
	for _, client := range clients {
		for _, side := range []*Side{client.Old, client.New} {
			for _, sub := range client.packages() {
				noteImports(wanted, parseFiles(w.fset, "", side.packageFiles(sub), parser.ImportsOnly), ours)
			}
			if side == nil {
				continue
			}
			for name := range side.Fake {
				dir := path.Dir(name)
				w.fakes[path.Join(client.Import, dir)] = &clientPackage{client, dir}
			}
			noteImports(wanted, parseFiles(w.fset, "", side.Fake, parser.ImportsOnly), ours)
		}
	}
	dir := ""
	for _, m := range c.opts.Modules {
		module, err := c.listCallers(m, w, ours)
		if err != nil {
			c.notCompared("callers: %v", err)
			continue
		}
		dir = m.Root
		w.modules = append(w.modules, module)
		c.noteNested(m, w)
		for _, p := range module.packages {
			for _, dep := range p.Imports {
				if !ours(dep.PkgPath) && !module.held[dep.ID] {
					wanted[dep.PkgPath] = true
				}
			}
		}
	}
	if err := w.loadExports(slices.Sorted(maps.Keys(wanted)), dir); err != nil {
		c.notCompared("the Go API and its callers: %v", err)
		return nil
	}
	w.checkRuntimes(runtimes)
	return w
}

// loadExports loads compiled packages by import path.
func (w *world) loadExports(paths []string, dir string) error {
	if len(paths) == 0 {
		return nil
	}
	config := &packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedExportFile, Dir: dir, Fset: w.fset}
	if dir == "" {
		config.Env = append(os.Environ(), "GO111MODULE=off", "GOFLAGS=") // of the standard library only
	}
	loaded, err := packages.Load(config, paths...)
	if err != nil {
		return goCommandError(err)
	}
	for _, p := range loaded {
		if p.Types != nil && p.Types.Complete() {
			w.known[p.PkgPath] = p.Types
		}
	}
	return nil
}

// goCommandError makes one line of what go list says.
func goCommandError(err error) error {
	text := strings.TrimSpace(err.Error())
	if strings.Contains(text, "executable file not found") {
		return fmt.Errorf("the go command is not there: put it into PATH")
	}
	lines := strings.Split(text, "\n")
	return fmt.Errorf("%s", strings.TrimSpace(lines[len(lines)-1]))
}

// runtimePackages parses the runtime's copies, by import path.
func (c *comparison) runtimePackages(fset *token.FileSet) map[string][]*ast.File {
	groups := map[string]map[string][]byte{}
	for name, data := range c.opts.Runtime {
		dir := path.Dir(name)
		if groups[dir] == nil {
			groups[dir] = map[string][]byte{}
		}
		groups[dir][name] = data
	}
	parsed := map[string][]*ast.File{}
	for dir, files := range groups {
		parsed[dir] = parseFiles(fset, "", files, parser.SkipObjectResolution)
	}
	return parsed
}

// checkRuntimes type-checks the runtime's packages, each after what it imports.
func (w *world) checkRuntimes(runtimes map[string][]*ast.File) {
	var check func(path string)
	check = func(path string) {
		if w.known[path] != nil || w.faults[path] != nil {
			return
		}
		for _, imported := range importsOf(runtimes[path]) {
			if runtimes[imported] != nil {
				check(imported)
			}
		}
		pkg, errs, _ := w.check(path, runtimes[path], w.known, "go1.24")
		if len(errs) > 0 {
			w.faults[path] = errs[0]
			return
		}
		w.known[path] = pkg
	}
	for _, path := range slices.Sorted(maps.Keys(runtimes)) {
		check(path)
	}
}

// parseFiles parses the Go files among files, tests aside, in the order of their
// names, which are shown below dir.
func parseFiles(fset *token.FileSet, dir string, files map[string][]byte, mode parser.Mode) []*ast.File {
	var trees []*ast.File
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		tree, _ := parser.ParseFile(fset, filepath.Join(dir, name), files[name], mode) // what is wrong, the type checker says
		if tree != nil {
			trees = append(trees, tree)
		}
	}
	return trees
}

func importsOf(files []*ast.File) []string {
	var list []string
	for _, f := range files {
		for _, spec := range f.Imports {
			if path, err := strconv.Unquote(spec.Path.Value); err == nil {
				list = append(list, path)
			}
		}
	}
	return list
}

func noteImports(wanted map[string]bool, files []*ast.File, ours func(string) bool) {
	for _, path := range importsOf(files) {
		if !ours(path) {
			wanted[path] = true
		}
	}
}

// imports finds packages by import path.
type imports map[string]*types.Package

// Import makes imports a types.Importer.
func (m imports) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	if p := m[path]; p != nil {
		return p, nil
	}
	return nil, errors.New("there is no such package")
}

// check type-checks files as the package at path.
func (w *world) check(path string, files []*ast.File, known imports, version string) (*types.Package, []types.Error, *types.Info) {
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
	var errs []types.Error
	config := types.Config{
		GoVersion:   version,
		Importer:    known,
		FakeImportC: true,
		Sizes:       types.SizesFor("gc", runtime.GOARCH),
		Error: func(err error) {
			if e, ok := err.(types.Error); ok { //nolint:errorlint // the type checker's own, as it documents
				errs = append(errs, e)
			}
		},
	}
	pkg, _ := config.Check(path, w.fset, files, info) // its error is the first of errs
	return pkg, errs, info
}

// client type-checks one version of a client, with the files that its owner put
// beside the generated ones left out. The packages come by their directory.
func (w *world) client(client *Client, side *Side, known imports) (map[string]*types.Package, error) {
	checked := map[string]*types.Package{}
	for _, sub := range client.packages() {
		files := side.packageFiles(sub)
		if len(files) == 0 {
			continue
		}
		importPath := path.Join(client.Import, sub)
		pkg, errs, _ := w.check(importPath, parseFiles(w.fset, client.Out, files, parser.SkipObjectResolution), known, "go1.24")
		if len(errs) > 0 {
			return nil, fmt.Errorf("what is generated does not compile: %s: %s", w.fset.Position(errs[0].Pos), errs[0].Msg)
		}
		checked[sub], known[importPath] = pkg, pkg
	}
	return checked, nil
}

// clientPackage is a package of a client.
type clientPackage struct {
	*Client
	sub string // its directory below the client's: "" but for services of a split client
}

// symbol names an exported symbol of the package as reports do.
func (p *clientPackage) symbol(name string) string { return qualified(p.sub, name) }

func qualified(sub, name string) string {
	if sub == "" {
		return name
	}
	return sub + "." + name
}

// packages lists the directories of a client's packages in either version, each
// after what it imports.
func (c *Client) packages() []string {
	subs := map[string]bool{"": true}
	for _, side := range []*Side{c.Old, c.New} {
		for name := range side.files() {
			if dir := path.Dir(name); dir != "." && path.Ext(name) == ".go" {
				subs[dir] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(subs))
}

// packageFiles are the files of one of the client's packages.
func (s *Side) packageFiles(sub string) map[string][]byte {
	files := map[string][]byte{}
	for name, data := range s.files() {
		if dir := path.Dir(name); dir == sub || dir == "." && sub == "" {
			files[name] = data
		}
	}
	return files
}
