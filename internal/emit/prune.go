package emit

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/module"

	"github.com/docwright/docwright/templates"
)

// This file leaves out of a copy of the runtime what the clients do not need:
// declarations that nothing reaches from what generated code mentions. It works on
// syntax alone, by names, and errs on the side of keeping.

// only begins a comment in the runtime's source that makes a dependency
// conditional: the statement, case, field or declaration below it belongs to a copy
// only if one of the things that it names does, for another reason: a declaration,
// a package, or a member (a method or field) that is mentioned anywhere.
//
//	//gen:only api.Union jsonapi .DecodeHeader
const only = "//gen:only "

// optional are the files of package api and jsonapi whose exported declarations a
// copy has only if something needs them. Those of all other files are what callers
// of any client may use.
var optional = map[string]bool{
	"api/events.go": true, "api/sequence.go": true, "api/webhook.go": true,
	"api/oauth2.go": true, "api/token.go": true,
	"api/params.go": true, "api/page.go": true, "api/cursor.go": true,
	"api/form.go": true, "api/header_decode.go": true, "api/equal.go": true, "api/own.go": true, "api/input.go": true,
	"jsonapi/atomic.go": true,
}

// Need says what a copy of the runtime has to hold beyond what callers of any
// client may use.
type Need struct {
	All     bool            // everything but what fakes are made of
	Fakes   bool            // what fakes are made of, too
	Symbols map[string]bool // see Needs
	Version string          // release of docwright that the copy names; "" for none
}

// NeedAll and NeedFakes are names in the place of a symbol.
const (
	NeedAll   = "all"     // the whole runtime, without what fakes are made of
	NeedFakes = "apitest" // what fakes are made of
)

// NeedOf returns the need of code that needs all of symbols.
func NeedOf(symbols ...string) Need {
	need := Need{Symbols: map[string]bool{}}
	for _, s := range symbols {
		switch s {
		case NeedAll:
			need.All = true
		case NeedFakes:
			need.Fakes = true
		default:
			need.Symbols[s] = true
		}
	}
	return need
}

// Needs lists what generated files need of the runtime that a copy does not have
// in any case: names such as "api.Form", packages such as "jsonapi", and members
// such as ".DecodeHeader".
func Needs(files map[string][]byte) ([]string, error) {
	known, err := choices()
	if err != nil {
		return nil, err
	}
	found := map[string]bool{}
	for name, source := range files {
		if path.Ext(name) != ".go" {
			continue
		}
		if err := noteNeeds(found, name, source); err != nil {
			return nil, err
		}
	}
	if found["api.OAuth2"] { // callers may have tokens of another package
		found["api.Token"], found["api.TokensFrom"] = true, true
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(found)), func(name string) bool { return !known[name] }), nil
}

// Choices lists the names that Needs can return, as users write them.
func Choices() []string {
	known, err := choices()
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(known)), func(name string) bool { return strings.HasPrefix(name, ".") })
}

// choices are what a copy has only if it is needed.
var choices = sync.OnceValues(func() (map[string]bool, error) {
	known := map[string]bool{NeedAll: true, NeedFakes: true, "jsonapi": true, "graphql": true}
	files, err := runtimeUnits()
	for _, f := range files {
		for _, u := range f.units {
			for _, name := range u.names {
				if u.receiver == "" && ast.IsExported(strings.TrimPrefix(name, f.pkg+".")) && (optional[f.name] || len(u.only) > 0) {
					known[name] = true
				}
			}
			conditions := u.only
			for _, b := range u.branches {
				conditions = append(conditions[:len(conditions):len(conditions)], b.only...)
			}
			for _, name := range conditions {
				if strings.HasPrefix(name, ".") { // a member
					known[name] = true
				}
			}
		}
	}
	return known, err
})

// mentioned matches names of the runtime in comments.
var mentioned = regexp.MustCompile(`\b(api|jsonapi|graphql)\.[A-Z]\w*`)

// noteNeeds notes what a file of generated code mentions.
func noteNeeds(found map[string]bool, name string, source []byte) error {
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		return err
	}
	for _, group := range file.Comments { // callers use what a comment refers them to
		for _, m := range methodLink.FindAllStringSubmatch(group.Text(), -1) {
			found["."+m[1]] = true
		}
		for _, name := range mentioned.FindAllString(group.Text(), -1) {
			found[name] = true
		}
	}
	names := map[string]string{}
	for _, spec := range file.Imports {
		pkg := path.Base(importedPath(spec))
		names[importName(spec)] = pkg
		found[pkg] = true
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.SelectorExpr:
			found["."+node.Sel.Name] = true
			if x, ok := node.X.(*ast.Ident); ok && names[x.Name] != "" {
				found[names[x.Name]+"."+node.Sel.Name] = true
			}
		case *ast.KeyValueExpr:
			if key, ok := node.Key.(*ast.Ident); ok { // a field
				found["."+key.Name] = true
			}
		case *ast.BasicLit: // bodies of these types are encoded by what ContentType says
			switch {
			case strings.HasPrefix(node.Value, `"application/x-www-form-urlencoded`):
				found["api.Form"] = true
			case strings.HasPrefix(node.Value, `"multipart/`):
				found["api.Multipart"] = true
			}
		}
		return true
	})
	return nil
}

// methodLink matches a link to a method of the runtime in a comment, such as
// [api.Response.DecodeHeader].
var methodLink = regexp.MustCompile(`\[(?:api|jsonapi|graphql)\.\w+\.(\w+)\]`)

// importName returns the name that an import has in its file.
func importName(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	prefix, _, ok := module.SplitPathVersion(importedPath(spec))
	if !ok || prefix == "" {
		prefix = importedPath(spec)
	}
	return path.Base(prefix)
}

// unit is a declaration of the runtime.
type unit struct {
	file     *runtimeFile
	node     ast.Node // what is cut: a declaration, or one of its specs
	names    []string // "api.Client"
	receiver string   // of methods: "api.Client"
	method   string
	exported bool
	uses     mentions
	only     []string // see the constant
	branches []*branch
}

// branch is a part of a declaration under a condition.
type branch struct {
	node ast.Node
	from token.Pos // of the comment
	only []string
	uses mentions
}

// mentions are what code names.
type mentions struct {
	names   map[string]bool // of declarations: "codec.Facts"
	members map[string]bool // of methods, or fields
}

type runtimeFile struct {
	name    string // "api/client.go"
	pkg     string
	source  []byte
	tree    *ast.File
	imports map[string]string // local name to the runtime's package, or ""
	units   []*unit
}

// The runtime's source with its declarations, read once.
var runtimeUnits = sync.OnceValues(func() ([]*runtimeFile, error) {
	root, err := fs.Sub(templates.FS, "runtime")
	if err != nil {
		return nil, err
	}
	fset := token.NewFileSet()
	var files []*runtimeFile
	err = fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "testdata":
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		source, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		tree, err := parser.ParseFile(fset, name, source, parser.ParseComments) // with objects, which tell locals from declarations
		if err != nil {
			return err
		}
		f := &runtimeFile{name: name, pkg: path.Base(path.Dir(name)), source: source, tree: tree, imports: map[string]string{}}
		f.read()
		files = append(files, f)
		return nil
	})
	return files, err
})

// read finds the declarations of a file.
func (f *runtimeFile) read() {
	for _, spec := range f.tree.Imports {
		p := importedPath(spec)
		name := importName(spec)
		f.imports[name] = ""
		if rest, ok := strings.CutPrefix(p, runtimeSource+"/"); ok {
			f.imports[name] = path.Base(rest)
		}
	}
	for _, decl := range f.tree.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			f.function(d)
		case *ast.GenDecl:
			f.general(d)
		}
	}
}

func (f *runtimeFile) function(d *ast.FuncDecl) {
	u := &unit{file: f, node: d, names: []string{f.pkg + "." + d.Name.Name}, exported: d.Name.IsExported(), only: condition(d.Doc)}
	if d.Recv != nil {
		t := d.Recv.List[0].Type
		if star, ok := t.(*ast.StarExpr); ok {
			t = star.X
		}
		switch generic := t.(type) {
		case *ast.IndexExpr:
			t = generic.X
		case *ast.IndexListExpr:
			t = generic.X
		}
		if name, ok := t.(*ast.Ident); ok {
			u.receiver, u.method, u.names = f.pkg+"."+name.Name, d.Name.Name, nil
		}
	}
	f.add(u)
}

func (f *runtimeFile) general(d *ast.GenDecl) {
	switch {
	case d.Tok == token.IMPORT:
		return
	case d.Tok == token.CONST || !d.Lparen.IsValid(): // what counts with iota stays together
		u := &unit{file: f, node: d, only: condition(d.Doc)}
		for _, spec := range d.Specs {
			u.declare(spec)
		}
		f.add(u)
		return
	}
	for _, spec := range d.Specs {
		u := &unit{file: f, node: spec}
		u.declare(spec)
		f.add(u)
	}
}

// declare notes what a spec declares.
func (u *unit) declare(spec ast.Spec) {
	switch s := spec.(type) {
	case *ast.TypeSpec:
		u.names = append(u.names, u.file.pkg+"."+s.Name.Name)
		u.exported = u.exported || s.Name.IsExported()
	case *ast.ValueSpec:
		for _, name := range s.Names {
			u.names = append(u.names, u.file.pkg+"."+name.Name)
			u.exported = u.exported || name.IsExported()
		}
	}
}

// condition returns what a comment makes the code below it depend on.
func condition(doc *ast.CommentGroup) []string {
	if doc == nil {
		return nil
	}
	for _, c := range doc.List {
		if names, ok := strings.CutPrefix(c.Text, only); ok {
			return strings.Fields(names)
		}
	}
	return nil
}

func (f *runtimeFile) add(u *unit) {
	u.uses = newMentions()
	f.walk(u, u.node, &u.uses)
	f.units = append(f.units, u)
}

func newMentions() mentions {
	return mentions{names: map[string]bool{}, members: map[string]bool{}}
}

// walk notes what node mentions, and its branches.
func (f *runtimeFile) walk(u *unit, node ast.Node, uses *mentions) {
	ast.Inspect(node, func(n ast.Node) bool {
		if n == nil {
			return false
		}
		if b := f.branch(n); b != nil && n != u.node && n != node {
			b.uses = newMentions()
			f.walk(u, n, &b.uses)
			u.branches = append(u.branches, b)
			return false
		}
		switch n := n.(type) {
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if pkg, imported := f.imports[identName(x)]; ok && imported && x.Obj == nil {
				if pkg != "" {
					uses.names[pkg+"."+n.Sel.Name] = true
				}
				return false
			}
			uses.members[f.member(n.Sel.Name)] = true
			f.walk(u, n.X, uses)
			return false
		case *ast.FuncDecl: // without its name, which a declaration may have, too
			if n.Recv != nil {
				f.walk(u, n.Recv, uses)
			}
			f.walk(u, n.Type, uses)
			if n.Body != nil {
				f.walk(u, n.Body, uses)
			}
			return false
		case *ast.InterfaceType:
			for _, m := range n.Methods.List {
				for _, name := range m.Names {
					uses.members[f.member(name.Name)] = true
				}
			}
		case *ast.Ident:
			if n.Obj == nil || f.tree.Scope.Objects[n.Name] == n.Obj {
				uses.names[f.pkg+"."+n.Name] = true
			}
		}
		return true
	})
}

// member names a method or field: one that is not exported is of its package.
func (f *runtimeFile) member(name string) string {
	if ast.IsExported(name) {
		return name
	}
	return f.pkg + " " + name
}

func identName(x *ast.Ident) string {
	if x == nil {
		return ""
	}
	return x.Name
}

// branch returns the condition of a statement, case or field that a comment right
// above it states; nil if there is none.
func (f *runtimeFile) branch(n ast.Node) *branch {
	switch n.(type) {
	case ast.Stmt, *ast.Field, *ast.ValueSpec, *ast.KeyValueExpr:
	default:
		return nil
	}
	at := bytes.LastIndexByte(f.source[:f.offset(n.Pos())], '\n')
	if at < 0 {
		return nil
	}
	before := bytes.LastIndexByte(f.source[:at], '\n')
	line := strings.TrimSpace(string(f.source[before+1 : at]))
	names, ok := strings.CutPrefix(line, only)
	if !ok || strings.TrimSpace(string(f.source[at:f.offset(n.Pos())])) != "" {
		return nil
	}
	return &branch{node: n, from: n.Pos() - token.Pos(f.offset(n.Pos())-before-1), only: strings.Fields(names)}
}

func (f *runtimeFile) offset(pos token.Pos) int { return int(pos - f.tree.FileStart) }

// called by interfaces of the standard library, and so never by a name in the
// runtime's source.
var standardMethods = set(`Error Unwrap Is As String GoString Format MarshalJSON UnmarshalJSON MarshalText UnmarshalText
	Read Close Write ReadFrom WriteTo LogValue IsZero RoundTrip Do Len Less Swap Push Pop Deadline Done Err Value Seek Timeout Temporary`)

// pruning finds what a copy keeps.
type pruning struct {
	declared map[string]*unit   // by name
	methods  map[string][]*unit // by receiver
	kept     map[*unit]bool
	members  map[string]bool // that are mentioned
	reached  []*unit         // kept, and not looked at
	waiting  map[*branch]bool
	taken    map[*branch]bool
}

// prune returns the declarations and branches that need asks for.
func prune(files []*runtimeFile, need Need) *pruning {
	p := &pruning{
		declared: map[string]*unit{}, methods: map[string][]*unit{}, kept: map[*unit]bool{}, members: map[string]bool{},
		waiting: map[*branch]bool{}, taken: map[*branch]bool{},
	}
	for name := range standardMethods {
		p.members[name] = true
	}
	for _, f := range files {
		for _, u := range f.units {
			for _, name := range u.names {
				if name != f.pkg+"._" && name != f.pkg+".init" {
					p.declared[name] = u
				}
			}
			if u.receiver != "" {
				p.methods[u.receiver] = append(p.methods[u.receiver], u)
			}
		}
	}
	for _, f := range files {
		for _, u := range f.units {
			if need.wants(u) {
				p.keep(u)
			}
		}
	}
	for name := range need.Symbols {
		if member, ok := strings.CutPrefix(name, "."); ok {
			p.members[member] = true
		} else {
			p.name(name)
		}
	}
	p.settle()
	return p
}

// wants reports whether a declaration is kept in any case.
func (n Need) wants(u *unit) bool {
	switch f := u.file; f.pkg {
	case forFakes:
		return n.Fakes
	case "codec":
		return n.All
	case "api":
		return n.All || u.exported && u.receiver == "" && len(u.only) == 0 && !optional[f.name]
	default:
		return n.All || n.Symbols[f.pkg] && u.exported && u.receiver == "" && len(u.only) == 0 && !optional[f.name]
	}
}

func (p *pruning) name(name string) {
	if u := p.declared[name]; u != nil {
		p.keep(u)
	}
}

func (p *pruning) keep(u *unit) {
	if !p.kept[u] {
		p.kept[u] = true
		p.reached = append(p.reached, u)
	}
}

// settle follows what is kept until nothing is added.
func (p *pruning) settle() {
	for {
		for len(p.reached) > 0 {
			u := p.reached[len(p.reached)-1]
			p.reached = p.reached[:len(p.reached)-1]
			p.mention(u.uses)
			if u.receiver != "" {
				p.name(u.receiver)
			}
			for _, b := range u.branches {
				p.waiting[b] = true
			}
		}
		for b := range p.waiting {
			if p.any(b.only) {
				delete(p.waiting, b)
				p.taken[b] = true
				p.mention(b.uses)
			}
		}
		for receiver, methods := range p.methods {
			if t := p.declared[receiver]; t == nil || !p.kept[t] {
				continue
			}
			for _, m := range methods {
				if p.wantsMethod(m) {
					p.keep(m)
				}
			}
		}
		if len(p.reached) == 0 {
			return
		}
	}
}

// wantsMethod reports whether a method of a type that is kept is.
func (p *pruning) wantsMethod(m *unit) bool {
	if len(m.only) > 0 && !p.any(m.only) {
		return false
	}
	_, name, _ := strings.Cut(m.receiver, ".")
	return p.members[m.file.member(m.method)] || m.exported && ast.IsExported(name) && m.file.pkg != "codec"
}

// any reports whether one of the declarations is kept.
func (p *pruning) any(names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool {
		member, isMember := strings.CutPrefix(name, ".")
		switch {
		case isMember:
			return p.members[member]
		case !strings.Contains(name, "."):
			return p.hasPackage(name)
		}
		return p.kept[p.declared[name]]
	})
}

func (p *pruning) mention(m mentions) {
	for name := range m.names {
		p.name(name)
	}
	for name := range m.members {
		p.members[name] = true
	}
}

// source returns what is left of a file; nil if that is nothing.
func (p *pruning) source(f *runtimeFile) ([]byte, error) {
	var cuts []span
	left := len(f.units) == 0 && p.hasPackage(f.pkg) // doc.go
	kept := map[ast.Node]bool{}                      // declarations and specs
	for _, u := range f.units {
		if !p.kept[u] {
			cuts = append(cuts, f.declSpan(u.node))
			continue
		}
		left, kept[u.node] = true, true
		for _, b := range u.branches {
			if !p.taken[b] {
				cuts = append(cuts, f.lines(b.from, b.node.End()))
			}
		}
	}
	if !left {
		return nil, nil
	}
	for _, decl := range f.tree.Decls { // groups of which nothing is left
		if d, ok := decl.(*ast.GenDecl); ok && d.Tok != token.IMPORT && !kept[d] &&
			!slices.ContainsFunc(d.Specs, func(spec ast.Spec) bool { return kept[spec] }) {
			cuts = append(cuts, f.declSpan(d))
		}
	}
	return f.without(cuts)
}

func (p *pruning) hasPackage(pkg string) bool {
	for u := range p.kept {
		if u.file.pkg == pkg {
			return true
		}
	}
	return false
}

type span struct{ from, to int }

// declSpan is what goes with a declaration: its comment, and what stands between
// that and the declaration before.
func (f *runtimeFile) declSpan(n ast.Node) span {
	from := n.Pos()
	var doc *ast.CommentGroup
	switch d := n.(type) {
	case *ast.FuncDecl:
		doc = d.Doc
	case *ast.GenDecl:
		doc = d.Doc
	case *ast.TypeSpec:
		doc = d.Doc
	case *ast.ValueSpec:
		doc = d.Doc
	}
	if doc != nil {
		from = doc.Pos()
	}
	return f.lines(from, n.End())
}

// lines widens a range to whole lines.
func (f *runtimeFile) lines(from, to token.Pos) span {
	start := bytes.LastIndexByte(f.source[:f.offset(from)], '\n') + 1
	end := f.offset(to)
	if i := bytes.IndexByte(f.source[end:], '\n'); i >= 0 {
		end += i + 1
	}
	return span{start, end}
}

// without returns the source without the spans, the comments that state
// conditions, and imports that nothing uses any more.
func (f *runtimeFile) without(cuts []span) ([]byte, error) {
	slices.SortFunc(cuts, func(a, b span) int { return a.from - b.from })
	var b bytes.Buffer
	at := 0
	for _, c := range cuts {
		if c.from > at {
			b.Write(f.source[at:c.from])
		}
		at = max(at, c.to)
	}
	b.Write(f.source[at:])
	var out bytes.Buffer
	for line := range bytes.Lines(b.Bytes()) {
		if !bytes.HasPrefix(bytes.TrimSpace(line), []byte(only)) {
			out.Write(line)
		}
	}
	if out.Len() == len(f.source) {
		return f.source, nil
	}
	return tidySource(f.name, out.Bytes())
}

// tidySource removes imports and groups that are no longer used, and formats.
func tidySource(name string, source []byte) ([]byte, error) {
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	ast.Inspect(tree, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
	f := &runtimeFile{source: source, tree: tree}
	var cuts []span
	for _, decl := range tree.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		before := len(cuts)
		for _, spec := range d.Specs {
			s, ok := spec.(*ast.ImportSpec)
			if !ok {
				continue
			}
			if local := importName(s); !used[local] && local != "_" {
				cuts = append(cuts, f.lines(s.Pos(), s.End()))
			}
		}
		if len(cuts)-before == len(d.Specs) { // nothing is left in the group
			cuts = append(cuts[:before], f.declSpan(d))
		}
	}
	var b bytes.Buffer
	at := 0
	for _, c := range cuts {
		b.Write(source[at:c.from])
		at = c.to
	}
	b.Write(source[at:])
	return format.Source(b.Bytes())
}
