package model

import (
	"cmp"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/names"
	"github.com/docwright/docwright/internal/schema"
)

// This file gives JSON:API resources their Go types.

// resource collects what the document says of a JSON:API type.
type resource struct {
	typ     string
	decl    *Decl
	schemas []*schema.Schema // those that describe it in responses
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
	seen := map[*schema.Schema]bool{}
	for _, o := range b.ops {
		for _, r := range o.responses {
			b.walkResources(b.schemas.Of(r.schema), seen)
		}
	}
	for _, r := range b.resources {
		r.decl.Inferred = len(r.schemas) > 0 && !slices.ContainsFunc(r.schemas, func(s *schema.Schema) bool { return b.schemas.InferenceOf(s) == nil })
	}
}

func (b *builder) walkResources(s *schema.Schema, seen map[*schema.Schema]bool) {
	s = s.Core()
	if s == nil || seen[s] {
		return
	}
	seen[s] = true
	switch {
	case s.IsResource():
		r := b.resourceOf(s.ResourceTypes()[0])
		r.schemas = append(r.schemas, s)
	case s.IsPolymorphic():
		for _, one := range s.ByType() {
			b.walkResources(one.Schema(), seen)
		}
		return
	}
	for _, p := range s.Properties {
		for _, part := range p.Schemas() {
			b.walkResources(part, seen)
		}
	}
	for _, v := range s.Variants {
		b.walkResources(v.Schema(), seen)
	}
	for _, item := range s.PrefixItems {
		b.walkResources(item.Schema(), seen)
	}
	b.walkResources(s.Items.Schema(), seen)
	b.walkResources(s.AdditionalProperties.Schema(), seen)
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
	slices.SortStableFunc(r.schemas, func(x, y *schema.Schema) int { // what has the type as a constant says most about it
		return cmp.Compare(b.evidenceRank(x), b.evidenceRank(y))
	})
	if len(r.schemas) > 0 {
		first := r.schemas[0]
		d.Pointer, d.Pos, d.name.node = first.Node().Pointer(), first.Node().Position(), first.Node()
		for _, s := range r.schemas {
			if g := s.GoName(); g != "" {
				d.name.base, d.name.given = goNamed(g), true
				d.File = snake(d.name.base)
			}
		}
		d.Doc = schemaDoc(first)
	}
	for _, s := range r.schemas {
		b.count(s)
	}
	d.Fields = append(d.Fields, &Field{Name: "id", GoName: "ID", In: InID, Type: b.idType(r.schemas), Doc: Doc{}, Constraints: commonConstraints(r.schemas, "id")})
	b.addResourceMembers(d, r.schemas, RoleRead)
}

// idType is the Go type of ids: strings, as the format wants them, or integers
// where every schema says so.
func (b *builder) idType(schemas []*schema.Schema) *Type {
	var kind *Type
	for _, s := range schemas {
		if p := s.Property("id"); p != nil {
			id := p.Schema().Core()
			if id == nil || id.Types != schema.Integer && (id.Types != schema.String || !holdsInteger(id)) || id.Enum != nil {
				return &Type{Kind: KindString}
			}
			if t := b.scalarType(id); kind == nil || t.Text {
				kind = t // as text if any place has it so, as the format wants it
			}
		}
	}
	if kind != nil && kind.Kind == KindInt {
		return kind
	}
	return &Type{Kind: KindString}
}

// addResourceMembers adds attributes, relationships, meta and links.
func (b *builder) addResourceMembers(d *Decl, schemas []*schema.Schema, role Role) {
	for _, m := range union(schemas, "attributes") {
		b.addAttribute(d, m, role)
	}
	for _, m := range union(schemas, "relationships") {
		b.addRelationship(d, m, role)
	}
	b.addFurtherMembers(d, schemas, role)
	if meta := gather(schemas, "meta"); meta != nil {
		f := &Field{Name: "meta", GoName: "Meta", In: InMeta, OmitZero: true, Pos: meta.Node().Position()}
		f.Type = b.typeOf(meta.Schema(), role.whole(), place{owner: d, part: "meta"})
		if role.writes() {
			f.Type = optional(f.Type, false, false)
		}
		d.Fields = append(d.Fields, f)
	}
	if links := gather(schemas, "links"); links != nil && role == RoleRead {
		d.Fields = append(d.Fields, &Field{Name: "links", GoName: "Links", In: InLinks, OmitZero: true, Type: &Type{Kind: KindLinks}, Pos: links.Node().Position()})
	}
}

// sharedMember is a member that several schemas describe.
type sharedMember struct {
	schema.Property
	required bool // all of them have and require it

	constraints *Constraints // that they share
}

// gather joins what several schemas say of one member; nil if none has it.
func gather(schemas []*schema.Schema, name string) *sharedMember {
	var uses []*schema.Use
	m := &sharedMember{required: true}
	for _, s := range schemas {
		p := s.Property(name)
		m.required = m.required && p != nil && s.Required(name)
		if p != nil {
			uses = append(uses, &p.Use)
		}
	}
	if len(uses) == 0 {
		return nil
	}
	m.Property = schema.Property{Name: name, Use: schema.Join(uses...)}
	m.constraints = commonConstraints(schemas, name)
	return m
}

// union lists the members of the objects that several resource schemas hold
// under name, in order of appearance.
func union(schemas []*schema.Schema, name string) []*sharedMember {
	var inner []*schema.Schema
	for _, s := range schemas {
		if p := s.Property(name); p != nil && p.Schema().Core() != nil {
			inner = append(inner, p.Schema().Core())
		}
	}
	var out []*sharedMember
	seen := map[string]bool{}
	for _, s := range inner {
		for _, p := range s.Properties {
			if !seen[p.Name] {
				seen[p.Name] = true
				out = append(out, gather(inner, p.Name))
			}
		}
	}
	return out
}

func (b *builder) addAttribute(d *Decl, m *sharedMember, role Role) {
	// A value of an attribute is replaced as a whole (JSON:API, section 9.2.1).
	if f := b.member(d, b.reconcile(&m.Property), m.required && !role.patches(), role.whole()); f != nil {
		f.In, f.Constraints = InAttr, m.constraints
		d.Fields = append(d.Fields, f)
	}
}

// reconcile joins the views that several schemas of one resource have of a
// member. Views of different JSON types become alternatives.
func (b *builder) reconcile(p *schema.Property) *schema.Property {
	if len(p.Nodes) < 2 {
		return p
	}
	var all schema.Types
	var distinct []*schema.Schema
	for _, view := range p.Schemas() {
		s := view.Core()
		if s == nil || !s.SaysSomething() || slices.Contains(distinct, s) {
			continue
		}
		t := s.Types
		if s.IsObject() {
			t = schema.Object
		}
		if t == schema.Integer {
			t = schema.Number
		}
		all |= t
		distinct = append(distinct, s)
	}
	if len(distinct) < 2 || all&(all-1) == 0 {
		return p
	}
	choice := &schema.Schema{}
	for _, s := range distinct {
		choice.Parts = append(choice.Parts, s.Node())
		choice.Variants = append(choice.Variants, schema.UseOf(s))
	}
	return &schema.Property{Name: p.Name, Use: *schema.UseOf(choice.Synthesize(distinct[0].Node()))}
}

// addRelationship adds a relationship: linkage to resources, or, where the API
// embeds whole resources in it, those.
func (b *builder) addRelationship(d *Decl, m *sharedMember, role Role) {
	f := &Field{Name: m.Name, In: InRel, OmitZero: true, Pos: m.Node().Position(), GoName: m.Node().Get("x-go-name").Str()}
	var data []*schema.Schema
	var words *schema.Schema
	for _, view := range m.Schemas() {
		if s := view.Core(); s != nil {
			if words == nil {
				words = s
			}
			if p := s.Property("data"); p != nil {
				data = append(data, p.Schemas()...)
			}
		}
	}
	if words != nil {
		f.Doc = fieldDoc(m.Name, words, role)
		if role.writes() && words.ReadOnly {
			return
		}
	}
	if embedded := embedded(data); embedded != nil {
		f.Type = b.typeOf(embedded, role.whole(), place{owner: d, part: m.Name})
		f.OmitZero = !m.required || role.patches()
		if role.writes() {
			f.Type = optional(f.Type, !f.OmitZero, embedded.Nullable)
		}
		d.Fields = append(d.Fields, f)
		return
	}
	many, types := b.linkage(d.Resource, m, data)
	f.Type = &Type{Kind: KindToOne}
	if many {
		f.Type.Kind = KindToMany
	}
	f.Type.Elem = b.targetType(d, m.Name, types)
	f.OmitZero = !(m.required && role == RoleWrite)
	if slices.ContainsFunc(data, haveIdentifierMeta) {
		f.Doc.Text = strings.TrimSpace(f.Doc.Text + "\n\n" + identifierMetaText(role, many))
	}
	d.Fields = append(d.Fields, f)
}

// haveIdentifierMeta reports whether the resource identifiers of a relationship's data
// have a meta.
func haveIdentifierMeta(data *schema.Schema) bool {
	one, _ := data.Element()
	return one != nil && one.Core() != nil && identifierMeta(one.Core()) != nil
}

// identifierMetaText says where the meta of resource identifiers is.
func identifierMetaText(role Role, many bool) string {
	switch {
	case role.writes():
		return "Its resource identifiers may have meta: see [jsonapi.WithMeta]."
	case many:
		return "Its resource identifiers may have meta: see [jsonapi.ToMany.Identifiers]."
	}
	return "Its resource identifier may have meta: see [jsonapi.ToOne.Identifier]."
}

// label names an operation in messages.
func (o *op) label() string {
	if o.id != "" {
		return o.id
	}
	return o.method + " " + o.key
}

func lastWord(name string) string {
	ws := words(name)
	if len(ws) == 0 {
		return ""
	}
	return ws[len(ws)-1]
}

// embedded returns the data that holds whole resources rather than identifiers.
func embedded(data []*schema.Schema) *schema.Schema {
	for _, one := range data {
		s := one.Core()
		if s == nil {
			continue
		}
		if s.Items != nil {
			s = s.Items.Schema().Core()
		}
		if s != nil && s.SaysSomething() && (s.Property("attributes") != nil || s.IsObject() && len(s.Variants) == 0 && s.Property("type") == nil) {
			return one
		}
	}
	return nil
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
func (b *builder) resourceType(s *schema.Schema, role Role, at place) *Type {
	typ := s.ResourceTypes()[0]
	if role == RoleRead {
		return named(b.resourceOf(typ).decl)
	}
	key := declKey{s.Origin, role.whole()}
	if role.patches() {
		key.role = role
	}
	if d := b.decls[key]; d != nil {
		if !at.idFromPath {
			b.addEmbeddedID(d, s)
		}
		return named(d)
	}
	embedded := !at.idFromPath
	if body, ok := b.bodies[key]; ok {
		at = body
	}
	base := b.singularOf(typ)
	d := &Decl{Kind: DeclStruct, Role: key.role, Resource: typ, Pointer: s.Node().Pointer(), Pos: s.Node().Position(), Doc: schemaDoc(s), File: snake(base)}
	d.name = naming{base: base, suffix: at.word, rank: rankOperation, yields: at.stranger, node: s.Node()}
	if at.word == "" {
		d.name.suffix = inputSuffix
	}
	if key.role.patches() { // another request may have the same schema
		d.name.apart = " patch"
	}
	if at.owner != nil {
		d.name.owner, d.name.part, d.name.rank = at.owner, exported(at.part), rankInline
		d.name.alts = []string{outermost(at.owner).name.base + base + "Resource"}
	} else if at.base != "" {
		d.name.alts = []string{at.base}
	}
	if g := goName(s); g != "" {
		d.name.base, d.name.suffix, d.name.given = goNamed(g), "", true
	}
	b.decls[key] = d
	b.add(d)
	if b.schemas.SendsType(s) {
		f := &Field{Name: "type", GoName: "_", In: InType, Type: &Type{Kind: KindStruct0}, Const: quoteJSON(typ)}
		if s.Required("attributes") {
			f.Flags = []string{"attributes"} // they are sent even if none is set
		}
		d.Fields = append(d.Fields, f)
	}
	b.addWriteID(d, s, at)
	if embedded {
		b.addEmbeddedID(d, s)
	}
	b.addResourceMembers(d, []*schema.Schema{s}, key.role)
	return named(d)
}

// addEmbeddedID adds the id that a path says to resources that also travel where
// no path does: in a list of updates, say.
func (b *builder) addEmbeddedID(d *Decl, s *schema.Schema) {
	p := s.Property("id")
	if p == nil || p.Schema().ReadOnly || slices.ContainsFunc(d.Fields, func(f *Field) bool { return f.In == InID && f.Name == "id" }) {
		return
	}
	f := &Field{
		Name: "id", GoName: "ID", In: InID, Type: &Type{Kind: KindOpt, Elem: b.idType([]*schema.Schema{s})}, OmitZero: true, Pos: p.Node().Position(),
		Doc: Doc{Text: "ID is for resources within others: a call that takes the id as an argument sends that."}, Constraints: constraintsOf(p.Schema()),
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
		if o.bodyDoc == nil || o.bodyDoc.Identifiers {
			continue
		}
		s := o.bodyDoc.Data.Core()
		key := declKey{s, RoleWrite}
		if o.bodyRole().patches() && b.patchable(s) {
			key.role = rolePatch
		}
		if _, known := b.bodies[key]; known || !s.IsResource() {
			continue
		}
		at := b.writePlace(o)
		at.idFromPath = bodyID(o, s)
		b.bodies[key] = at
	}
}

// bodyID tells whether the id in a body is the last path parameter.
func bodyID(o *op, s *schema.Schema) bool {
	return strings.HasSuffix(strings.TrimRight(o.path, "/"), "}") && s.Property("id") != nil && !o.bodyDoc.Many && o.method != "POST"
}

// addWriteID adds ids that the client chooses: of new resources where the
// document allows it, and of embedded ones.
func (b *builder) addWriteID(d *Decl, s *schema.Schema, at place) {
	for _, word := range []string{"id", "lid"} {
		p := s.Property(word)
		if p == nil || word == "id" && at.idFromPath {
			continue
		}
		if p.Schema().ReadOnly {
			continue
		}
		t := &Type{Kind: KindString}
		if word == "id" {
			t = b.idType([]*schema.Schema{s})
		}
		if !s.Required(word) {
			t = &Type{Kind: KindOpt, Elem: t}
		}
		d.Fields = append(d.Fields, &Field{Name: word, GoName: exported(word), In: InID, Type: t, OmitZero: !s.Required(word), Pos: p.Node().Position(), Constraints: constraintsOf(p.Schema())})
	}
}
