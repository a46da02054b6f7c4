package model

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
)

// This file gives JSON:API resources their Go types.

// resource collects what the document says of a JSON:API type.
type resource struct {
	typ   string
	decl  *Decl
	nodes []*load.Node // the schemas that describe it in responses
}

// resourceOf is the read type of a JSON:API type, known or not.
func (b *builder) resourceOf(typ string) *resource {
	if r := b.resources[typ]; r != nil {
		return r
	}
	base := b.singularOf(typ)
	if base == "" {
		base = "Resource"
	}
	d := &Decl{Kind: DeclStruct, Role: RoleRead, Resource: typ, File: snake(base)}
	d.name = naming{base: base, rank: rankResource, alts: []string{exported(typ), base + "Resource"}}
	r := &resource{typ: typ, decl: d}
	b.resources[typ] = r
	b.typeNames = append(b.typeNames, typ)
	b.singulars[names.Exported(typ)] = true
	return r
}

// findResources walks what responses hold, so that all schemas of a type are
// known before the first is turned into Go.
func (b *builder) findResources() {
	seen := map[*load.Node]bool{}
	for _, o := range b.ops {
		for _, r := range o.responses {
			b.walkResources(r.schema, seen)
		}
	}
}

func (b *builder) walkResources(n *load.Node, seen map[*load.Node]bool) {
	core, _ := b.shapes.core(n)
	if core == nil || seen[core] {
		return
	}
	seen[core] = true
	s := b.shapes.of(core)
	if b.isResource(s) {
		r := b.resourceOf(b.typeConstants(s)[0])
		r.nodes = append(r.nodes, core)
	}
	for _, p := range s.props {
		for _, c := range p.nodes {
			b.walkResources(c, seen)
		}
	}
	for _, c := range s.variants {
		b.walkResources(c, seen)
	}
	for _, c := range s.tuple {
		b.walkResources(c, seen)
	}
	b.walkResources(s.items, seen)
	b.walkResources(s.additional, seen)
}

// completeResources gives the resource types their fields. Types that are only
// pointed at have an id and what a server sends beside it.
func (b *builder) completeResources() {
	for i := 0; i < len(b.typeNames); i++ { // relationships find further types
		r := b.resources[b.typeNames[i]]
		if !r.decl.complete {
			b.completeResource(r)
		}
	}
	for _, d := range b.order { // what is written stands beside what is read
		if r := b.resources[d.Resource]; r != nil && d.Role == RoleWrite {
			b.moveTo(d, r.decl.File)
		}
	}
}

// moveTo moves a declaration and what is declared within it to another file.
func (b *builder) moveTo(d *Decl, file string) {
	if d.File == file {
		return
	}
	from := d.File
	d.File = file
	for _, e := range b.order {
		if e.name.owner == d && e.File == from {
			b.moveTo(e, file)
		}
	}
}

// completeResource fills the read type of r.
func (b *builder) completeResource(r *resource) {
	d := r.decl
	d.complete = true
	b.add(d)
	if len(r.nodes) > 0 {
		first := r.nodes[0]
		d.Pointer, d.Pos = first.Pointer(), first.Position()
		for _, n := range r.nodes {
			if g := n.Get("x-go-name").Str(); g != "" {
				d.name.base, d.name.given = goNamed(g), true
				d.File = snake(d.name.base)
			}
		}
		d.Doc = schemaDoc(b.shapes.of(first))
	}
	var shapes []*shape
	for _, n := range r.nodes {
		b.count(n)
		shapes = append(shapes, b.shapes.of(n))
	}
	d.Fields = append(d.Fields, &Field{Name: "id", GoName: "ID", In: InID, Type: b.idType(shapes), Doc: Doc{}})
	b.addResourceMembers(d, shapes, RoleRead)
}

// idType is the Go type of ids: strings, as the format wants them, or integers
// where every schema says so.
func (b *builder) idType(shapes []*shape) *Type {
	ints := 0
	for _, s := range shapes {
		if p := s.prop("id"); p != nil {
			if _, ps := b.resolve(p.nodes); ps != nil && ps.kinds == isInteger {
				ints++
				continue
			}
			return &Type{Kind: KindString}
		}
	}
	if ints > 0 {
		return &Type{Kind: KindInt, Bits: 64}
	}
	return &Type{Kind: KindString}
}

// addResourceMembers adds attributes, relationships, meta and links.
func (b *builder) addResourceMembers(d *Decl, shapes []*shape, role Role) {
	for _, m := range b.union(shapes, "attributes") {
		b.addAttribute(d, m, role)
	}
	for _, m := range b.union(shapes, "relationships") {
		b.addRelationship(d, m, role)
	}
	if metas := gather(shapes, "meta"); len(metas.nodes) > 0 {
		f := &Field{Name: "meta", GoName: "Meta", In: InMeta, OmitZero: true, Pos: metas.nodes[0].Position()}
		f.Type = b.typeOf(metas.nodes, role, place{owner: d, part: "meta"})
		if role.writes() {
			f.Type = optional(f.Type, false, false)
		}
		d.Fields = append(d.Fields, f)
	}
	if links := gather(shapes, "links"); len(links.nodes) > 0 && role == RoleRead {
		d.Fields = append(d.Fields, &Field{Name: "links", GoName: "Links", In: InLinks, OmitZero: true, Type: &Type{Kind: KindLinks}, Pos: links.nodes[0].Position()})
	}
}

// member of several shapes at once, with whether all require it.
type sharedMember struct {
	property
	required bool
}

// gather collects the schemas of one member from several shapes.
func gather(shapes []*shape, name string) sharedMember {
	m := sharedMember{property: property{name: name}, required: true}
	for _, s := range shapes {
		if p := s.prop(name); p != nil {
			m.nodes = append(m.nodes, p.nodes...)
			m.required = m.required && s.required[name]
		} else {
			m.required = false
		}
	}
	return m
}

// union lists the members of the objects that several resource schemas hold
// under name, in order of appearance.
func (b *builder) union(shapes []*shape, name string) []sharedMember {
	var inner []*shape
	for _, s := range shapes {
		if p := s.prop(name); p != nil {
			if _, ps := b.resolve(p.nodes); ps != nil {
				inner = append(inner, ps)
			}
		}
	}
	var out []sharedMember
	seen := map[string]bool{}
	for _, s := range inner {
		for _, p := range s.props {
			if !seen[p.name] {
				seen[p.name] = true
				out = append(out, gather(inner, p.name))
			}
		}
	}
	return out
}

func (b *builder) addAttribute(d *Decl, m sharedMember, role Role) {
	m.nodes = b.reconcile(m.nodes)
	f := b.member(d, &m.property, m.required, role)
	if f == nil {
		return
	}
	f.In = InAttr
	d.Fields = append(d.Fields, f)
}

// reconcile joins the views that several schemas of one resource have of a
// member. Views of different JSON types become alternatives.
func (b *builder) reconcile(nodes []*load.Node) []*load.Node {
	if len(nodes) < 2 {
		return nodes
	}
	var all kinds
	var distinct []*load.Node
	for _, n := range nodes {
		core, s := b.resolve([]*load.Node{n})
		if s == nil || !s.said() || slices.Contains(distinct, core) {
			continue
		}
		k := s.kinds
		if s.object() {
			k = isObject
		}
		if k == isInteger {
			k = isNumber
		}
		all |= k
		distinct = append(distinct, core)
	}
	if len(distinct) > 1 && all&(all-1) != 0 {
		return []*load.Node{b.stand(distinct[0], &shape{nodes: distinct, variants: distinct})}
	}
	return nodes
}

// addRelationship adds a relationship: linkage to resources, or, where the API
// embeds whole resources in it, those.
func (b *builder) addRelationship(d *Decl, m sharedMember, role Role) {
	f := &Field{Name: m.name, In: InRel, OmitZero: true, Pos: m.nodes[0].Position()}
	var data []*load.Node
	var words *shape
	for _, n := range m.nodes {
		if _, s := b.resolve([]*load.Node{n}); s != nil {
			if words == nil {
				words = s
			}
			if p := s.prop("data"); p != nil {
				data = append(data, p.nodes...)
			}
		}
	}
	if words != nil {
		f.Doc = fieldDoc(m.name, words, role)
		if role.writes() && words.readOnly {
			return
		}
	}
	f.GoName = m.nodes[0].Get("x-go-name").Str()
	if embedded := b.embedded(data); embedded != nil {
		f.Type = b.typeOf(embedded, role, place{owner: d, part: m.name})
		f.OmitZero = !m.required
		if role.writes() {
			f.Type = optional(f.Type, m.required, b.nullable(embedded))
		}
		d.Fields = append(d.Fields, f)
		return
	}
	many, types := b.linkage(data)
	if len(data) == 0 {
		last := lastWord(m.name)
		many = last != "" && singular(last) != last
	}
	f.Type = &Type{Kind: KindToOne}
	if many {
		f.Type.Kind = KindToMany
	}
	f.Type.Elem = b.targetType(d, m.name, types)
	f.OmitZero = !(m.required && role.writes())
	d.Fields = append(d.Fields, f)
}

func lastWord(name string) string {
	ws := words(name)
	if len(ws) == 0 {
		return ""
	}
	return ws[len(ws)-1]
}

// embedded returns data when it holds whole resources rather than identifiers.
func (b *builder) embedded(data []*load.Node) []*load.Node {
	for _, n := range data {
		_, s := b.resolve([]*load.Node{n})
		if s == nil {
			continue
		}
		if s.items != nil {
			_, s = b.resolve([]*load.Node{s.items})
		}
		if s != nil && s.said() && (s.prop("attributes") != nil || s.object() && len(s.variants) == 0 && s.prop("type") == nil) {
			return []*load.Node{n}
		}
	}
	return nil
}

// linkage reads the types of identifiers in a relationship's data.
func (b *builder) linkage(data []*load.Node) (many bool, types []string) {
	for _, n := range data {
		_, s := b.resolve([]*load.Node{n})
		if s == nil {
			continue
		}
		if s.kinds == isArray || s.items != nil {
			many = true
			_, s = b.resolve([]*load.Node{s.items})
		}
		for _, t := range b.identifierTypes(s, 0) {
			if !slices.Contains(types, t) {
				types = append(types, t)
			}
		}
	}
	return many, types
}

func (b *builder) identifierTypes(s *shape, depth int) []string {
	if s == nil || depth > 4 {
		return nil
	}
	types := b.typeConstants(s)
	for _, v := range s.variants {
		_, vs := b.resolve([]*load.Node{v})
		types = append(types, b.identifierTypes(vs, depth+1)...)
	}
	return types
}

// targetType is what a relationship leads to: a resource, one of several, or
// any.
func (b *builder) targetType(d *Decl, name string, types []string) *Type {
	switch len(types) {
	case 0:
		return &Type{Kind: KindTarget}
	case 1:
		return named(b.resourceOf(types[0]).decl)
	}
	sorted := slices.Clone(types)
	slices.Sort(sorted)
	part := exported(name)
	look := "relationship " + d.name.base + part + " " + strings.Join(sorted, " ")
	if u := b.inline[look]; u != nil {
		return named(u)
	}
	u := &Decl{Kind: DeclUnion, Role: RoleRead, Union: "type", File: d.File, Pos: d.Pos}
	u.name = naming{base: d.name.base + part, owner: d, part: part, rank: rankInline}
	u.Doc.Text = "what " + d.name.base + "'s relationship " + name + " leads to."
	b.inline[look] = u
	b.add(u)
	for _, t := range sorted {
		target := b.resourceOf(t).decl
		b.addVariant(u, named(target), target.name.base, t, b.doc.Root)
	}
	return named(u)
}

// resourceType is the Go type of a resource object: the one read type of its
// JSON:API type, or a write type of its own.
func (b *builder) resourceType(n *load.Node, s *shape, role Role, at place) *Type {
	typ := b.typeConstants(s)[0]
	if role == RoleRead {
		return named(b.resourceOf(typ).decl)
	}
	key := declKey{n, RoleWrite}
	if d := b.decls[key]; d != nil {
		if !at.idFromPath {
			b.addEmbeddedID(d, s)
		}
		return named(d)
	}
	embedded := !at.idFromPath
	if body, ok := b.bodies[n]; ok {
		at = body
	}
	base := b.singularOf(typ)
	d := &Decl{Kind: DeclStruct, Role: RoleWrite, Resource: typ, Pointer: n.Pointer(), Pos: n.Position(), Doc: schemaDoc(s), File: snake(base)}
	d.name = naming{base: base, suffix: at.word, rank: rankOperation}
	if at.word == "" {
		d.name.suffix = "Params"
	}
	if at.owner != nil {
		d.name.owner, d.name.part, d.name.rank = at.owner, exported(at.part), rankInline
		d.name.alts = []string{outermost(at.owner).name.base + base + "Resource"}
	} else if at.base != "" {
		d.name.alts = []string{at.base}
	}
	if g := n.Get("x-go-name").Str(); g != "" {
		d.name.base, d.name.suffix, d.name.given = goNamed(g), "", true
	}
	b.decls[key] = d
	b.add(d)
	d.Fields = append(d.Fields, &Field{Name: "type", GoName: "_", In: InType, Type: &Type{Kind: KindStruct0}, Const: quoteJSON(typ)})
	if s.required["attributes"] {
		d.Fields[0].Flags = []string{"attributes"} // they are sent even if none is set
	}
	b.addWriteID(d, s, at)
	if embedded {
		b.addEmbeddedID(d, s)
	}
	b.addResourceMembers(d, []*shape{s}, RoleWrite)
	return named(d)
}

// addEmbeddedID adds the id that a path says to resources that also travel where
// no path does: in a list of updates, say.
func (b *builder) addEmbeddedID(d *Decl, s *shape) {
	p := s.prop("id")
	if p == nil || b.shapes.merge(p.nodes).readOnly || slices.ContainsFunc(d.Fields, func(f *Field) bool { return f.In == InID && f.Name == "id" }) {
		return
	}
	f := &Field{
		Name: "id", GoName: "ID", In: InID, Type: &Type{Kind: KindOpt, Elem: b.idType([]*shape{s})}, OmitZero: true, Pos: p.nodes[0].Position(),
		Doc: Doc{Text: "ID is for resources within others: a call that takes the id as an argument sends that."},
	}
	d.Fields = slices.Insert(d.Fields, 1, f)
}

func outermost(d *Decl) *Decl {
	for d.name.owner != nil {
		d = d.name.owner
	}
	return d
}

// findBodies notes which resources are request bodies, so that those are named
// for their operation wherever they are met first.
func (b *builder) findBodies() {
	for _, o := range b.ops {
		if o.bodyDoc == nil || o.bodyDoc.ident {
			continue
		}
		core, s := b.resolve(o.bodyDoc.data)
		if _, known := b.bodies[core]; known || !b.isResource(s) {
			continue
		}
		at := place{base: o.base(), file: o.file(), word: b.writeWord(o)}
		at.idFromPath = bodyID(o, s)
		b.bodies[core] = at
	}
}

// bodyID tells whether the id in a body is the last path parameter.
func bodyID(o *op, s *shape) bool {
	return strings.HasSuffix(strings.TrimRight(o.path, "/"), "}") && s.prop("id") != nil && !o.bodyDoc.many && o.method != "POST"
}

// addWriteID adds ids that the client chooses: of new resources where the
// document allows it, and of embedded ones.
func (b *builder) addWriteID(d *Decl, s *shape, at place) {
	for _, word := range []string{"id", "lid"} {
		p := s.prop(word)
		if p == nil || word == "id" && at.idFromPath {
			continue
		}
		if ps := b.shapes.merge(p.nodes); ps.readOnly {
			continue
		}
		t := &Type{Kind: KindString}
		if word == "id" {
			t = b.idType([]*shape{s})
		}
		if !s.required[word] {
			t = &Type{Kind: KindOpt, Elem: t}
		}
		d.Fields = append(d.Fields, &Field{Name: word, GoName: exported(word), In: InID, Type: t, OmitZero: !s.required[word], Pos: p.nodes[0].Position()})
	}
}
