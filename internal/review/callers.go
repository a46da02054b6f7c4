package review

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/packages"
)

// This file finds the callers of the clients in a module, type-checks them
// against both versions, and tells which stop compiling and which do something
// else. Only packages that import a client, directly or not, are looked at.

// listCallers lists the packages of a module that import clients.
func (c *comparison) listCallers(m Module, w *world, ours func(string) bool) (*callerModule, error) {
	config := &packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule,
		Dir:  m.Root, Fset: w.fset, Tests: true, Overlay: m.Files,
	}
	roots, err := packages.Load(config, "./...")
	if err != nil {
		return nil, goCommandError(err)
	}
	module := &callerModule{Module: m, held: map[string]bool{}}
	seen := map[string]bool{} // by ID: is it an importer?
	var visit func(p *packages.Package) bool
	visit = func(p *packages.Package) bool {
		if known, ok := seen[p.ID]; ok {
			return known
		}
		seen[p.ID] = false
		importer := w.clients[p.PkgPath] != nil
		for _, path := range slices.Sorted(maps.Keys(p.Imports)) {
			importer = visit(p.Imports[path]) || importer
		}
		seen[p.ID] = importer
		generated := ours(p.PkgPath) && (w.clients[p.PkgPath] == nil || len(c.callerFiles(p)) == 0)
		if importer && !generated && !strings.HasSuffix(p.ID, ".test") {
			module.hold(p)
		}
		return importer
	}
	for _, p := range roots {
		visit(p)
	}
	for _, p := range module.packages {
		c.notePlatform(m, w, p)
	}
	return module, nil
}

// hold has a package looked at from source, and before it what it imports in a
// variant that was made for tests, of which there is no compiled form to load.
func (m *callerModule) hold(p *packages.Package) {
	if m.held[p.ID] {
		return
	}
	m.held[p.ID] = true
	for _, path := range slices.Sorted(maps.Keys(p.Imports)) {
		if dep := p.Imports[path]; strings.Contains(dep.ID, " [") {
			m.hold(dep)
		}
	}
	m.packages = append(m.packages, p)
}

// notePlatform notes files that this platform's build leaves out.
func (c *comparison) notePlatform(m Module, w *world, p *packages.Package) {
	for _, name := range p.IgnoredFiles {
		if path.Ext(name) != ".go" || !w.importedBy(name) {
			continue
		}
		note := fmt.Sprintf("callers: %s is not built here: it is for other platforms or build tags", m.rel(name))
		if !slices.Contains(c.report.NotCompared, note) {
			c.notCompared("%s", note)
		}
	}
}

// noteNested notes modules below m whose code imports a client: they have their
// own dependencies, and their callers are not looked at.
func (c *comparison) noteNested(m Module, w *world) {
	_ = filepath.WalkDir(m.Root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || !d.IsDir() || name == m.Root:
			return nil // what cannot be read, the go command complains of
		case notOfModule(d.Name()):
			return filepath.SkipDir
		}
		if _, err := os.Stat(filepath.Join(name, "go.mod")); err != nil {
			return nil
		}
		one := slices.ContainsFunc(c.opts.Modules, func(m Module) bool { return m.Root == name })
		if !one && w.imported(name) {
			c.notCompared("callers: %s has a go.mod of its own, and was not examined", m.rel(name))
		}
		return filepath.SkipDir
	})
}

// notOfModule reports whether the go command passes over a directory.
func notOfModule(name string) bool {
	return name == "testdata" || name == "vendor" || name == "node_modules" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// imported reports whether a Go file in a directory, or below it, imports a client.
func (w *world) imported(dir string) bool {
	found := false
	_ = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case d.IsDir() && name != dir && notOfModule(d.Name()):
			return filepath.SkipDir
		case d.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		if w.importedBy(name) {
			found = true
			return filepath.SkipAll
		}
		return nil
	})
	return found
}

// importedBy reports whether a Go file imports a client.
func (w *world) importedBy(name string) bool {
	tree, _ := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	return tree != nil && slices.ContainsFunc(importsOf([]*ast.File{tree}), func(path string) bool { return w.clients[path] != nil })
}

// rel is a file's path relative to the module's root, with slashes.
func (m Module) rel(name string) string {
	rel, err := filepath.Rel(m.Root, name)
	if err != nil {
		return filepath.ToSlash(name)
	}
	return filepath.ToSlash(rel)
}

// callerFiles are the files of a package that nobody generated.
func (c *comparison) callerFiles(p *packages.Package) []string {
	var files []string
	for _, name := range p.GoFiles {
		data, err := os.ReadFile(name)
		if err == nil && (c.opts.Generated == nil || !c.opts.Generated(data)) {
			files = append(files, name)
		}
	}
	return files
}

// version is the callers' world in one version of the clients.
type version struct {
	known  imports
	byID   map[string]*types.Package
	errors map[string][]types.Error // by package ID
	infos  map[string]*types.Info
}

// callers reports the callers in all modules.
func (c *comparison) callers(w *world) {
	for _, m := range w.modules {
		if len(m.packages) == 0 {
			continue
		}
		files := map[string][]*ast.File{}
		for _, p := range m.packages {
			for _, name := range c.callerFiles(p) {
				if tree, _ := parser.ParseFile(w.fset, name, nil, parser.SkipObjectResolution); tree != nil {
					files[p.ID] = append(files[p.ID], tree)
				}
			}
		}
		before := c.checkCallers(w, m, files, func(client *Client) *Side { return client.Old })
		after := c.checkCallers(w, m, files, func(client *Client) *Side { return client.New })
		for _, p := range m.packages {
			c.judge(w, m, p, files[p.ID], before, after)
		}
	}
	slices.SortStableFunc(c.report.Callers, func(a, b *Caller) int {
		return cmp.Or(cmp.Compare(callerRank[a.Kind], callerRank[b.Kind]), byPlace(a.At, b.At, a.Text, b.Text))
	})
	c.report.Callers = onePerLine(c.report.Callers)
}

// checkCallers type-checks the importers of a module against one version.
func (c *comparison) checkCallers(w *world, m *callerModule, files map[string][]*ast.File, side func(*Client) *Side) *version {
	v := &version{known: imports(maps.Clone(w.known)), byID: map[string]*types.Package{}, errors: map[string][]types.Error{}, infos: map[string]*types.Info{}}
	for _, j := range c.clients {
		if s := side(j.Client); s != nil {
			w.client(j.Client, s, v.known) //nolint:errcheck // compareGo has reported it
		}
	}
	for _, p := range m.packages {
		known := v.known
		trees := files[p.ID]
		// Files of the user's stand beside generated ones.
		if client := w.clients[p.PkgPath]; client != nil {
			trees = append(parseFiles(w.fset, client.Out, side(client.Client).packageFiles(client.sub), parser.SkipObjectResolution), trees...)
		}
		if fake := w.fakes[p.PkgPath]; fake != nil {
			trees = append(parseFiles(w.fset, fake.Out, side(fake.Client).fake(), parser.SkipObjectResolution), trees...)
		}
		for path, dep := range p.Imports {
			if pkg := v.byID[dep.ID]; pkg != nil && known[path] != pkg {
				known = maps.Clone(known)
				known[path] = pkg
			}
		}
		goVersion := ""
		if p.Module != nil && p.Module.GoVersion != "" {
			goVersion = "go" + p.Module.GoVersion
		}
		pkg, errs, info := w.check(p.PkgPath, trees, known, goVersion)
		v.byID[p.ID], v.errors[p.ID], v.infos[p.ID] = pkg, errs, info
		if p.ID == p.PkgPath {
			v.known[p.PkgPath] = pkg
		}
	}
	return v
}

// judge reports what becomes of one package.
func (c *comparison) judge(w *world, m *callerModule, p *packages.Package, files []*ast.File, before, after *version) {
	spell := func(e types.Error) string { return w.fset.Position(e.Pos).String() + e.Msg }
	old := map[string]bool{}
	for _, e := range before.errors[p.ID] {
		old[spell(e)] = true
	}
	broken := false
	for _, e := range after.errors[p.ID] {
		if old[spell(e)] {
			if !broken {
				c.noteBroken(w, m, p, e)
			}
			broken = true
			continue
		}
		if e.Soft {
			continue // an unused variable or import: a consequence
		}
		c.breaks(w, m, files, before.infos[p.ID], after.infos[p.ID], e)
	}
	c.uses(w, m, files, after.infos[p.ID])
}

// noteBroken notes a package that compiles with neither version.
func (c *comparison) noteBroken(w *world, m *callerModule, p *packages.Package, e types.Error) {
	pos := w.fset.Position(e.Pos)
	note := fmt.Sprintf("callers: package %s did not compile before: %s:%d: %s", p.Name, m.rel(pos.Filename), pos.Line, shortTypes(e.Msg))
	if !slices.Contains(c.report.NotCompared, note) {
		c.notCompared("%s", note)
	}
}

func (m *callerModule) place(pos token.Position) Place {
	return Place{File: m.rel(pos.Filename), Line: pos.Line, Col: pos.Column}
}

// breaks reports a place that stops compiling, and the change behind it.
func (c *comparison) breaks(w *world, m *callerModule, files []*ast.File, before, after *types.Info, e types.Error) {
	caller := &Caller{Kind: CallerBreaks, At: m.place(w.fset.Position(e.Pos)), Text: shortTypes(e.Msg)}
	near := -1
	for _, s := range c.symbolsNear(w, files, []*types.Info{before, after}, e.Pos, maxSteps) {
		if s.change.Compatible && s.change.Text != incomparable {
			continue
		}
		distance := max(int(s.pos-e.Pos), int(e.Pos-s.pos))
		if near < 0 || distance < near {
			near = distance
			caller.Symbols, caller.Because = []string{s.change.Symbol}, s.change.because()
			caller.clients = []*ClientReport{s.client.report}
			caller.root = cmp.Or(s.change.Follows, s.change.Symbol)
		}
	}
	if near < 0 {
		caller.clients = c.imported(w, files, e.Pos)
	}
	c.report.Callers = append(c.report.Callers, caller)
}

// because tells a change in a few words.
func (g *GoChange) because() string {
	text := g.Symbol + " " + g.Text
	if g.At.File != "" && !g.At.Old {
		return fmt.Sprintf("%s (%s)", text, g.At)
	}
	return text
}

// used is a place where a changed symbol is named.
type used struct {
	pos    token.Pos
	change *GoChange
	client *joined
}

// maxSteps is how many variables are followed from a place that breaks to the
// change behind it.
const maxSteps = 4

// symbolsNear lists the changed symbols in the statement around pos and, if there
// are none, in those that define the variables it uses.
func (c *comparison) symbolsNear(w *world, files []*ast.File, infos []*types.Info, pos token.Pos, steps int) []used {
	around := statementAt(files, pos)
	if around == nil || steps == 0 {
		return nil
	}
	var list []used
	var defined []token.Pos
	for _, info := range infos {
		ast.Inspect(around, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			list = append(list, c.changesOf(w, info, id)...)
			if v, local := info.Uses[id].(*types.Var); local && !v.IsField() && v.Pos() < around.Pos() {
				defined = append(defined, v.Pos())
			}
			return true
		})
	}
	for _, pos := range defined {
		if len(list) == 0 {
			list = c.symbolsNear(w, files, infos, pos, steps-1)
		}
	}
	return list
}

// statementAt returns the innermost statement or declaration around pos.
func statementAt(files []*ast.File, pos token.Pos) ast.Node {
	var around ast.Node
	for _, f := range files {
		if f.FileStart > pos || pos >= f.FileEnd {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if n == nil || n.Pos() > pos || pos >= n.End() {
				return false
			}
			switch n.(type) {
			case *ast.BlockStmt, *ast.FuncDecl: // too wide
			case ast.Stmt, ast.Decl, *ast.FuncType:
				around = n
			}
			return true
		})
	}
	return around
}

// changesOf returns the changes of what an identifier means: the symbol itself
// or, of a method, the types that its signature names.
func (c *comparison) changesOf(w *world, info *types.Info, id *ast.Ident) []used {
	obj := info.Uses[id]
	if obj == nil || obj.Pkg() == nil {
		return nil
	}
	client, find := w.clients[obj.Pkg().Path()], (*joined).changeOf
	if client == nil {
		client, find = w.fakes[obj.Pkg().Path()], (*joined).changeOfFake
	}
	for _, j := range c.clients {
		if client == nil || j.Client != client.Client {
			continue
		}
		if change := find(j, client, w.symbolName(obj)); change != nil {
			return []used{{id.Pos(), change, j}}
		}
	}
	return nil
}

// changeOf is the change of what a package of the client calls name.
func (j *joined) changeOf(p *clientPackage, name string) *GoChange { return j.byName[p.symbol(name)] }

// changeOfFake is the change of the method for which the client's fake has what it
// calls name: the setter of a handler, such as PetsFake.OnGet, or the request that
// this gets.
func (j *joined) changeOfFake(_ *clientPackage, name string) *GoChange {
	for _, symbol := range slices.Sorted(maps.Keys(j.byName)) {
		parts := strings.Split("."+symbol, ".")
		service, ok := strings.CutSuffix(parts[len(parts)-2], "Service")
		method := parts[len(parts)-1]
		if ok && slices.Contains([]string{service + "Fake.On" + method, service + method + "Request", service + "Service" + method + "Request"}, name) {
			return j.byName[symbol]
		}
	}
	return nil
}

// symbolName names an object of a client as the report does.
func (w *world) symbolName(obj types.Object) string {
	switch obj := obj.(type) {
	case *types.Func:
		if recv := obj.Signature().Recv(); recv != nil {
			return typeName(recv.Type()) + "." + obj.Name()
		}
	case *types.Var:
		if obj.IsField() {
			return w.fieldOwner(obj) + "." + obj.Name()
		}
	}
	return obj.Name()
}

func typeName(t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if named, ok := t.(*types.Named); ok {
		return named.Obj().Name()
	}
	return ""
}

// fieldOwner finds the struct that declares a field.
func (w *world) fieldOwner(field *types.Var) string {
	owners := w.owners[field.Pkg()]
	if owners == nil {
		owners = map[*types.Var]string{}
		scope := field.Pkg().Scope()
		for _, name := range scope.Names() {
			if s, ok := scope.Lookup(name).Type().Underlying().(*types.Struct); ok {
				for f := range s.Fields() {
					owners[f] = name
				}
			}
		}
		w.owners[field.Pkg()] = owners
	}
	return owners[field]
}

// uses reports the places that compile and name something whose meaning changed,
// or that is deprecated now.
func (c *comparison) uses(w *world, m *callerModule, files []*ast.File, after *types.Info) {
	broken := map[string]bool{} // lines of callers that do not compile
	for _, caller := range c.report.Callers {
		broken[lineOf(caller.At)] = caller.Kind == CallerBreaks
	}
	kinds := map[GoKind]CallerKind{GoMeaning: CallerMeaning, GoDeprecated: CallerDeprecated}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			for _, u := range c.changesOf(w, after, id) {
				if kind := kinds[u.change.Kind]; kind != "" {
					c.report.Callers = append(c.report.Callers, &Caller{
						Kind: kind, At: m.place(w.fset.Position(u.pos)), Text: u.change.Symbol + " " + u.change.Text,
						Symbols: []string{u.change.Symbol}, Because: placeText(u.change.At), clients: []*ClientReport{u.client.report},
					})
				}
			}
			if place := m.place(w.fset.Position(id.Pos())); !broken[lineOf(place)] {
				c.sends(w, f, after, id, place)
			}
			return true
		})
	}
}

func placeText(p Place) string {
	if p.Old {
		return p.String() + " (before)"
	}
	return p.String()
}

// sends reports a place whose calls the server may refuse now, or answer otherwise.
func (c *comparison) sends(w *world, f *ast.File, info *types.Info, id *ast.Ident, place Place) {
	obj := info.Uses[id]
	if obj == nil || obj.Pkg() == nil || w.clients[obj.Pkg().Path()] == nil {
		return
	}
	client := w.clients[obj.Pkg().Path()]
	name := client.symbol(w.symbolName(obj))
	for _, j := range c.clients {
		if j.Client != client.Client || name == "New" && namesServer(f, id) && j.onlyServer() {
			continue
		}
		for _, change := range j.called {
			if slices.Contains(change.callers, name) {
				c.report.Callers = append(c.report.Callers, &Caller{
					Kind: CallerWire, At: place, Text: name + ": " + change.Text, Symbols: []string{name}, Because: placeText(change.At),
					clients: []*ClientReport{j.report},
				})
			}
		}
	}
}

// onlyServer reports whether all that concerns the callers of New is the address
// of the default server.
func (j *joined) onlyServer() bool {
	return !slices.ContainsFunc(j.called, func(w *WireChange) bool {
		return w.Rule != "default-server-changed" && slices.Contains(w.callers, "New")
	})
}

// namesServer reports whether the call of New at id names the server itself.
func namesServer(f *ast.File, id *ast.Ident) bool {
	found := false
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || call.Fun.Pos() > id.Pos() || id.End() > call.Fun.End() {
			return true
		}
		for _, arg := range call.Args {
			ast.Inspect(arg, func(n ast.Node) bool {
				name, ok := n.(*ast.Ident)
				found = found || ok && strings.HasPrefix(name.Name, "WithServer")
				return true
			})
		}
		return true
	})
	return found
}

// imported are the clients that the file at pos imports.
func (c *comparison) imported(w *world, files []*ast.File, pos token.Pos) []*ClientReport {
	var list []*ClientReport
	for _, f := range files {
		if f.FileStart > pos || pos >= f.FileEnd {
			continue
		}
		for _, path := range importsOf([]*ast.File{f}) {
			for _, j := range c.clients {
				if client := w.clients[path]; client != nil && client.Client == j.Client {
					list = append(list, j.report)
				}
			}
		}
	}
	return list
}

func lineOf(p Place) string { return p.File + ":" + strconv.Itoa(p.Line) }

// callerRank orders the kinds of caller, the worst first.
var callerRank = map[CallerKind]int{CallerBreaks: 0, CallerWire: 1, CallerMeaning: 2, CallerDeprecated: 3}

// onePerLine keeps of sorted callers the first of those that say the same of one
// line, and of those that concern it because of the same change.
func onePerLine(callers []*Caller) []*Caller {
	callers = dropCallsOfBroken(callers)
	seen, named := map[string]bool{}, map[string]bool{}
	return slices.DeleteFunc(callers, func(c *Caller) bool {
		keys := []string{lineOf(c.At) + c.Text}
		if c.Kind != CallerBreaks {
			_, what, _ := strings.Cut(c.Text, " ")
			keys = append(keys, lineOf(c.At)+what)
		} else if c.root != "" {
			keys = append(keys, lineOf(c.At)+c.root)
		}
		symbol := lineOf(c.At) + strings.Join(c.Symbols, " ")
		if c.Kind == CallerDeprecated && named[symbol] { // when it goes is said there
			return true
		}
		named[symbol] = true
		known := false
		for _, key := range keys {
			known = known || seen[key]
			seen[key] = true
		}
		return known
	})
}

// dropCallsOfBroken leaves out what the wire says of a call whose result breaks the
// program a few lines later: the call is one place to change.
func dropCallsOfBroken(callers []*Caller) []*Caller {
	dropped := map[*Caller]bool{}
	for _, broken := range callers {
		var call *Caller
		for _, c := range callers {
			if broken.Kind == CallerBreaks && c.Kind == CallerWire && c.At.File == broken.At.File && c.At.Line <= broken.At.Line && slices.Equal(c.Symbols, broken.Symbols) &&
				(call == nil || c.At.Line > call.At.Line) {
				call = c
			}
		}
		dropped[call] = true
	}
	return slices.DeleteFunc(callers, func(c *Caller) bool { return dropped[c] })
}
