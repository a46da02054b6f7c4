package model

import (
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// naming is what a declaration wants to be called, until all are known.
type naming struct {
	base   string   // name without its role's suffix, e.g. "Pet"
	suffix string   // role's suffix, e.g. "Params"
	alts   []string // whole names to take instead, most wanted first
	owner  *Decl    // for an inline schema: the type that it is declared within
	part   string   // for an inline schema: exported name of its place in owner
	member string   // for an inline schema: wire name of its place in owner
	rank   rank
	place  int // order among the declarations of a file
}

// rank settles who keeps a name that several want.
type rank int

const (
	rankResource  rank = iota // JSON:API resources
	rankComponent             // named schemas
	rankOperation             // what a method declares
	rankInline                // schemas without a name
)

// componentName is the name that a schema is declared under, or "".
func componentName(n *load.Node) string {
	if n == nil {
		return ""
	}
	if n.Parent == nil {
		if n.File == nil {
			return ""
		}
		base := path.Base(n.File.Name)
		return strings.TrimSuffix(base, path.Ext(base))
	}
	switch n.Parent.Name {
	case "schemas", "definitions", "$defs":
		return n.Name
	}
	return ""
}

// fileOf is the file of a named schema: those whose names start with the same
// word stand together. It looks at the name alone, so that no schema moves when
// another comes.
func fileOf(name, goName string) string {
	i := strings.LastIndexByte(name, '.') + 1
	if last := words(name[i:]); i > 0 && len(last) > 0 {
		return snake(exported(name[:i] + last[0]))
	}
	ws := words(goName)
	if len(ws) == 0 {
		return "types"
	}
	return ws[0]
}

// namespace is what most schema names start with where they are dotted
// ("io.k8s."): it says nothing in a package of its own.
func (b *builder) namespace() string {
	schemas := b.doc.Root.Get("components", "schemas")
	if schemas == nil || schemas.Kind != load.Object {
		return ""
	}
	count := map[string]int{}
	for _, m := range schemas.Members {
		for i := range len(m.Name) {
			if m.Name[i] == '.' {
				count[m.Name[:i+1]]++
			}
		}
	}
	best := ""
	for p, n := range count {
		if n*10 >= len(schemas.Members)*9 && len(p) > len(best) {
			best = p
		}
	}
	return best
}

// requestWords end the names of schemas that are made for requests: those need
// no suffix to say so.
var requestWords = []string{"Params", "Parameters", "Input", "Request", "RequestBody", "Body", "Payload", "Create", "Update", "Patch"}

func roleSuffix(role Role, base string) string {
	if !role.writes() {
		return ""
	}
	for _, w := range requestWords {
		if strings.HasSuffix(base, w) && base != w {
			return ""
		}
	}
	return "Params"
}

// declare returns the declaration of the schema n in a role, and whether it is
// new: the caller fills a new one.
func (b *builder) declare(n *load.Node, s *shape, role Role, at place) (*Decl, bool) {
	if role == RoleRead || role.writes() {
		if b.neutral(n, s) {
			role = RoleShared
		}
	}
	key := declKey{n, role}
	if d := b.decls[key]; d != nil {
		return d, false
	}
	d := &Decl{Role: role, Pointer: n.Pointer(), Pos: n.Position(), Doc: schemaDoc(s)}
	if b.stood[n] {
		d.Pointer = ""
	}
	name := componentName(n)
	if b.stood[n] {
		name = ""
	}
	switch {
	case name != "":
		d.name = naming{base: exported(strings.TrimPrefix(name, b.prefix)), rank: rankComponent}
		if g := n.Get("x-go-name").Str(); g != "" {
			d.name.base = goNamed(g)
		}
		if d.name.base == "" {
			d.name.base = "Schema"
		}
		d.File = fileOf(strings.TrimPrefix(name, b.prefix), d.name.base)
	case at.owner != nil:
		part := exported(at.part)
		d.name = naming{base: at.owner.name.base + part, owner: at.owner, part: part, member: at.part, rank: rankInline}
		if g := n.Get("x-go-name").Str(); g != "" {
			d.name.base = goNamed(g)
		}
		d.File = at.owner.File
	default:
		d.name = naming{base: at.base + exported(at.part), alts: at.alts, member: at.part, rank: rankOperation}
		d.method = at.op
		d.File = at.file
	}
	if !at.bare || name != "" {
		d.name.suffix = roleSuffix(role, d.name.base)
	}
	if name == "" {
		look := b.look(n, s, d)
		if e := b.inline[look]; e != nil {
			b.decls[key] = e
			return e, false
		}
		b.inline[look] = d
	}
	b.add(d)
	b.decls[key] = d
	return d, true
}

func (b *builder) add(d *Decl) {
	d.name.place = len(b.order)
	b.order = append(b.order, d)
}

// look is equal for inline schemas that may share a declaration: same wanted
// name, same role, same content.
func (b *builder) look(n *load.Node, s *shape, d *Decl) string {
	var sb strings.Builder
	sb.WriteString(strconv.Itoa(int(d.Role)) + " " + d.name.base + d.name.suffix + " ")
	if s.enum != nil && !s.object() {
		for _, v := range s.enum {
			sb.Write(v.JSON())
		}
		return sb.String()
	}
	if b.stood[n] || len(s.nodes) != 1 {
		return sb.String() + n.Pointer() + " " + strconv.Itoa(len(b.order))
	}
	sb.Write(n.JSON())
	return sb.String()
}

// neutral tells whether no struct is below n: its Go type is the same in both
// directions.
func (b *builder) neutral(n *load.Node, s *shape) bool {
	if v, ok := b.neutrals[n]; ok {
		return v
	}
	b.neutrals[n] = true // a cycle does not decide it
	v := b.computeNeutral(s)
	b.neutrals[n] = v
	return v
}

func (b *builder) computeNeutral(s *shape) bool {
	if len(s.props) > 0 || !s.said() {
		return false // the type of "anything" differs, too
	}
	var below []*load.Node
	below = append(below, s.variants...)
	below = append(below, s.tuple...)
	below = append(below, s.patterns...)
	below = append(below, s.items, s.additional)
	if (s.kinds&isArray != 0 && s.items == nil || s.kinds&isObject != 0 && s.additional == nil) && len(s.variants) == 0 {
		return false
	}
	for _, c := range below {
		if c == nil {
			continue
		}
		core, _ := b.shapes.core(c)
		if core != nil && !b.neutral(core, b.shapes.of(core)) {
			return false
		}
	}
	return true
}

// markCodec finds the types that need methods for encoding/json: those that
// calls return, so that whoever stores one loses nothing, and those whose JSON
// is not what their fields look like.
func (b *builder) markCodec() {
	mark := func(t *Type) {
		for t != nil && t.Elem != nil {
			t = t.Elem
		}
		if t != nil && t.Kind == KindNamed {
			t.Decl.Codec = true
		}
	}
	for _, o := range b.ops {
		mark(o.out.Result.Type)
		mark(o.out.Result.Meta)
		for _, e := range o.out.Errors {
			mark(e.Type)
		}
		if p := o.out.Page; p != nil && len(p.Items) > 0 {
			mark(p.Items[len(p.Items)-1].Type)
		}
	}
	for _, d := range b.order {
		if d.Role == RoleStatus {
			for _, f := range d.Fields {
				mark(f.Type)
			}
		}
		if d.Kind == DeclUnion && d.Role != RoleWrite || d.Resource != "" && d.Role == RoleRead {
			d.Codec = true
		}
		if d.Role == RoleWrite || d.Role == RoleOptions || d.Role == RoleStatus || d.Kind == DeclEnum || d.Kind == DeclDefined {
			d.Codec = false
		}
	}
}

// holdByPointer finds the types that a field holds by pointer: those that hold
// themselves, and those too large to be copied about. It looks at each type
// alone, so that a new type elsewhere changes nothing.
func (b *builder) holdByPointer() {
	g := &valueGraph{index: map[*Decl]int{}, low: map[*Decl]int{}, on: map[*Decl]bool{}}
	for _, d := range b.order {
		if g.index[d] == 0 {
			g.visit(d)
		}
	}
	for _, d := range b.order {
		b.size(d)
	}
	for _, d := range b.order {
		for _, f := range d.Fields {
			f.Type = pointed(f.Type)
		}
	}
}

// maxWords is the size in machine words up to which a struct is held by value.
const maxWords = 64

func (b *builder) size(d *Decl) int {
	if d.words > 0 {
		return d.words
	}
	d.words = 1 // against recursion, which byRef has ended already
	n := 3
	for _, f := range d.Fields {
		n += b.typeWords(f.Type)
	}
	if d.Kind == DeclEnum || d.Kind == DeclDefined {
		n = b.typeWords(d.Underlying)
	}
	d.words = n
	if n > maxWords && (d.Kind == DeclStruct || d.Kind == DeclUnion) {
		d.byRef = true
	}
	return n
}

func (b *builder) typeWords(t *Type) int {
	switch t.Kind {
	case KindString, KindAny, KindNumber, KindReader:
		return 2
	case KindSlice, KindRaw, KindBytes, KindTime:
		return 3
	case KindOpt:
		return 1 + b.typeWords(t.Elem)
	case KindToOne, KindToMany:
		return 6
	case KindNamed:
		if n := b.size(t.Decl); !t.Decl.byRef {
			return n
		}
	}
	return 1
}

// dropNilPages gives up iterators whose items stand behind a pointer that may be
// nil.
func (b *builder) dropNilPages() {
	for _, o := range b.ops {
		p := o.out.Page
		if p == nil || len(p.Items) < 2 {
			continue
		}
		for _, f := range p.Items[:len(p.Items)-1] {
			if f.Type.Kind == KindPointer {
				b.warn(o.node, "pagination", "x-pagination: the items of "+o.out.ID+" stand behind "+f.Name+", which is too large or too deep to be held by value", "list the items nearer to the top of the response")
				o.out.Page = nil
				break
			}
		}
	}
}

// pointed puts a pointer before the types that are held by one.
func pointed(t *Type) *Type {
	switch t.Kind {
	case KindNamed:
		if t.Decl.byRef {
			return &Type{Kind: KindPointer, Elem: t}
		}
	case KindOpt: // Opt's own value may be nil: no need, but a struct that holds itself must stop
		return &Type{Kind: KindOpt, Elem: pointed(t.Elem)}
	}
	return t
}

// valueGraph finds the types that hold themselves by value (Tarjan's strongly
// connected components).
type valueGraph struct {
	index, low map[*Decl]int
	on         map[*Decl]bool
	stack      []*Decl
	next       int
}

func (g *valueGraph) visit(d *Decl) {
	g.next++
	g.index[d], g.low[d] = g.next, g.next
	g.stack = append(g.stack, d)
	g.on[d] = true
	self := false
	for _, e := range valueEdges(d) {
		self = self || e == d
		if g.index[e] == 0 {
			g.visit(e)
			g.low[d] = min(g.low[d], g.low[e])
		} else if g.on[e] {
			g.low[d] = min(g.low[d], g.index[e])
		}
	}
	if g.low[d] != g.index[d] {
		return
	}
	i := slices.Index(g.stack, d)
	group := g.stack[i:]
	for _, e := range group {
		g.on[e] = false
		e.byRef = len(group) > 1 || self
	}
	g.stack = g.stack[:i]
}

// valueEdges are the structs that a struct holds by value.
func valueEdges(d *Decl) []*Decl {
	var out []*Decl
	for _, f := range d.Fields {
		t := f.Type
		for t.Kind == KindOpt {
			t = t.Elem
		}
		if t.Kind == KindNamed && (t.Decl.Kind == DeclStruct || t.Decl.Kind == DeclUnion) {
			out = append(out, t.Decl)
		}
	}
	return out
}

func itoa(i int) string { return strconv.Itoa(i) }

// quoteJSON is s as a JSON string.
func quoteJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}
