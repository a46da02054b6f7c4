package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

// This file decides what oneOf and anyOf are in Go. Many documents use them for
// less than a choice of types: two lists of strings, a number with and without
// a fraction, objects that only require different members. Those become the one
// type that holds all of them; a real choice becomes a union.

// variant is one alternative.
type variant struct {
	node *load.Node     // what the document lists
	core *schema.Schema // the schema of the document; s may be a simpler reading
	s    *schema.Schema
}

func (b *builder) variantType(s *schema.Schema, role Role, at place) *Type {
	vs, said := variantsOf(s, s.Variants)
	for len(said) == 0 && len(s.FurtherVariants) > 0 { // the first choice only narrows, so the next one makes the type
		s = b.withoutFirstChoice(s)
		vs, said = variantsOf(s, s.Variants)
	}
	if vs := b.withOwnMembers(s, said); vs != nil {
		return b.unionType(s, vs, role, at)
	}
	if len(s.Properties) > 0 && (s.Discriminator == nil || len(said) == 0) {
		for _, further := range s.FurtherVariants {
			_, more := variantsOf(s, further)
			said = append(said, more...)
		}
		return b.objectType(b.flatten(s, said), role, at)
	}
	b.warnFurtherVariants(s)
	plain := s.Copy()
	plain.Variants = nil
	if len(said) == 0 { // alternatives that only narrow: required, not, lengths
		return b.schemaType(plain, role, at)
	}
	if len(said) < len(vs) && s.Types == 0 {
		return b.anything(role)
	}
	if t := b.mergeScalars(s, said, role, at); t != nil {
		return t
	}
	if saysOfOthers(s) {
		b.fallback(s.Node(), "what is said here of members that no property names has no field in the union of the alternatives")
	}
	return b.unionType(s, said, role, at)
}

// variantsOf are the variants of one choice of s, and those of them that say
// more than what narrows: required, not, lengths.
func variantsOf(s *schema.Schema, uses []*schema.Use) (all, said []variant) {
	for _, u := range uses {
		core := u.Schema().Core()
		if core == nil || core == s.Origin {
			continue
		}
		v := variant{u.Node(), core, core}
		all = append(all, v)
		if core.SaysSomething() || core.Dangling {
			said = append(said, v)
		}
	}
	return all, said
}

// withoutFirstChoice is s with its second choice as the first. It is made once: s
// may be met again below itself.
func (b *builder) withoutFirstChoice(s *schema.Schema) *schema.Schema {
	next := b.nextChoice[s]
	if next == nil {
		next = s.Copy()
		next.Variants, next.FurtherVariants = s.FurtherVariants[0], s.FurtherVariants[1:]
		b.nextChoice[s] = next
	}
	return next
}

// warnFurtherVariants warns of choices that must hold next to the one that the Go
// type has.
func (b *builder) warnFurtherVariants(s *schema.Schema) {
	for _, further := range s.FurtherVariants {
		_, said := variantsOf(s, further)
		if len(said) == 0 {
			continue
		}
		at := further[0].Node()
		if key := at.Pointer() + " further-choice"; !b.reportedFallbacks[key] { // a schema has a type per direction
			b.reportedFallbacks[key] = true
			b.warn(at, "further-choice", "the Go type of this schema is made of its first oneOf or anyOf: what this one adds has no field",
				"write one oneOf whose alternatives say both, or set types: in gen.yaml for this pointer: "+s.Node().Pointer())
		}
	}
}

// withOwnMembers gives each alternative of an object the members of the object
// itself, if a discriminator or a required constant tells all of them apart; else
// nil.
func (b *builder) withOwnMembers(s *schema.Schema, vs []variant) []variant {
	if len(s.Properties) == 0 && !saysOfOthers(s) || len(vs) < 2 || len(s.FurtherVariants) > 0 || slices.ContainsFunc(vs, func(v variant) bool { return !v.s.IsObject() || len(v.s.Variants) > 0 }) {
		return nil
	}
	if made, known := b.extended[s.Origin]; known {
		return made
	}
	b.extended[s.Origin] = nil
	kind := discriminatorName(s)
	if kind == "" {
		kind = b.inferDiscriminator(vs)
		if kind == "" || slices.ContainsFunc(vs, func(v variant) bool { return !s.Required(kind) && !v.s.Required(kind) }) {
			return nil
		}
	}
	out := slices.Clone(vs)
	for i, v := range vs {
		var own []*schema.Property
		replaced := map[string]bool{}
		for _, p := range s.Properties {
			switch in := v.s.Property(p.Name); {
			case p.Name == kind: // a union sends it
			case in == nil:
				own = append(own, p)
			case saysNothing(in) && !saysNothing(p):
				own, replaced[p.Name] = append(own, p), true
			default:
				b.warnOther(p, in)
			}
		}
		others := saysOfOthers(s) && !saysOfOthers(v.s) && !v.s.Open && !v.s.Closed
		if len(own) == 0 && !others {
			continue
		}
		whole := v.s.Synthesize(v.node)
		if others {
			whole.AdditionalProperties, whole.PatternProperties, whole.Closed = s.AdditionalProperties, s.PatternProperties, s.Closed
		}
		rest := slices.DeleteFunc(slices.Clone(v.s.Properties), func(p *schema.Property) bool { return replaced[p.Name] })
		whole.SetProperties(append(own, rest...), func(name string) bool { return s.Required(name) || v.s.Required(name) })
		out[i].s = whole
	}
	b.extended[s.Origin] = out
	return out
}

// saysNothing reports whether a member may be anything.
func saysNothing(p *schema.Property) bool {
	core := p.Schema().Core()
	return core != nil && !core.SaysSomething() && !core.Dangling
}

// saysOfOthers reports whether a schema says what members are that it does not name.
func saysOfOthers(s *schema.Schema) bool {
	return s.AdditionalProperties != nil || len(s.PatternProperties) > 0
}

// warnOther warns of a member that an object describes next to its alternatives, if in,
// that of an alternative, is another object: a value has to be both.
func (b *builder) warnOther(p, in *schema.Property) {
	holds := func(s *schema.Schema) bool { return s != nil && (s.IsObject() || len(s.Variants) > 0) }
	own, other := p.Schema().Core(), in.Schema().Core()
	if own == other || !holds(own) || !holds(other) || bytes.Equal(p.Node().JSON(), in.Node().JSON()) {
		return
	}
	b.fallback(p.Node(), "the member "+quoteJSON(p.Name)+" is described here and, as another object, in an alternative ("+in.Node().Position().String()+"): only what the alternative says counts there")
}

// flatten gives an object the members of all its alternatives. Those are required
// that every alternative requires. A member that several of them have may be what
// each of them says.
func (b *builder) flatten(s *schema.Schema, vs []variant) *schema.Schema {
	out := s.Copy()
	out.Variants = nil
	var members []*member
	byName := map[string]*member{}
	add := func(p *schema.Property, own bool) *member {
		m := byName[p.Name]
		if m == nil {
			m = &member{Property: p, own: own}
			byName[p.Name] = m
			members = append(members, m)
		}
		return m
	}
	for _, p := range s.Properties {
		add(p, true)
	}
	for _, v := range withNested(vs, map[*schema.Schema]bool{}) {
		for _, p := range v.s.Properties {
			if m := add(p, false); !m.own {
				m.addChoice(p)
			}
		}
	}
	if !saysOfOthers(s) {
		b.addOthers(out, vs)
	}
	out.SetProperties(b.memberChoices(members), func(name string) bool { return requires(s, name, map[*schema.Schema]bool{}) })
	return out
}

// addOthers says of a flattened object what its alternatives say of members that they
// do not name. Where one of them permits any such member, so does the object.
func (b *builder) addOthers(out *schema.Schema, vs []variant) {
	var uses []*schema.Use // of different cores
	says, open, null := false, false, false
	for _, v := range withNested(vs, map[*schema.Schema]bool{}) {
		var others []*schema.Use
		for _, p := range v.s.PatternProperties {
			others = append(others, &p.Use)
		}
		if v.s.AdditionalProperties != nil {
			others = append(others, v.s.AdditionalProperties)
		}
		open = open || v.s.AdditionalProperties == nil && !v.s.Closed && len(choices(v.s)) == 0
		for _, u := range others {
			core := u.Schema().Core()
			null = null || u.Schema().Nullable
			if core != nil && !slices.ContainsFunc(uses, func(o *schema.Use) bool { return o.Schema().Core() == core }) {
				uses, says = append(uses, u), says || core.SaysSomething()
			}
		}
	}
	switch {
	case len(uses) == 0:
	case open:
		if out.Open = true; says {
			b.fallback(out.Node(), "members that no property names have a type in some alternatives only: they are kept as JSON")
		}
	case len(uses) == 1:
		out.AdditionalProperties = uses[0]
	default:
		choice := &schema.Schema{Nullable: null, Variants: uses}
		out.AdditionalProperties = schema.UseOf(choice.Synthesize(uses[0].Node()))
	}
}

// withNested adds the alternatives of alternatives.
func withNested(vs []variant, seen map[*schema.Schema]bool) []variant {
	var all []variant
	for _, v := range vs {
		if seen[v.core] {
			continue
		}
		seen[v.core] = true
		all = append(all, v)
		for _, choice := range choices(v.s) {
			_, said := variantsOf(v.s, choice)
			all = append(all, withNested(said, seen)...)
		}
	}
	return all
}

// choices are all oneOf and anyOf that hold for values of s.
func choices(s *schema.Schema) [][]*schema.Use {
	if len(s.Variants) == 0 {
		return s.FurtherVariants
	}
	return append([][]*schema.Use{s.Variants}, s.FurtherVariants...)
}

// requires reports whether every value of s has a member: s says so, or all
// alternatives of one of its choices do. known has the schemas that were asked;
// one that is met again below itself adds nothing.
func requires(s *schema.Schema, name string, known map[*schema.Schema]bool) bool {
	if s == nil || s.Required(name) {
		return s != nil
	}
	if answer, asked := known[s]; asked {
		return answer
	}
	known[s] = false
	optional := func(u *schema.Use) bool { return !requires(u.Schema().Core(), name, known) }
	for _, choice := range choices(s) {
		known[s] = known[s] || !slices.ContainsFunc(choice, optional)
	}
	return known[s]
}

// member is a property of a flattened object, with what the alternatives that
// have it say it is.
type member struct {
	*schema.Property
	own   bool // the object itself has it
	null  bool // an alternative permits null
	cores []*schema.Schema
}

// addChoice adds what an alternative says of the member.
func (m *member) addChoice(p *schema.Property) {
	s := p.Schema()
	if s.Nullable && !m.null {
		m.Property, m.null = p, true // which is said next to the core
	}
	if core := s.Core(); core != nil && !slices.Contains(m.cores, core) {
		m.cores = append(m.cores, core)
	}
}

// memberChoices are the properties of members, each of what any alternative says.
func (b *builder) memberChoices(members []*member) []*schema.Property {
	var out []*schema.Property
	for _, m := range members {
		p := m.Property
		if len(m.cores) > 1 {
			choice := &schema.Schema{Nullable: m.null}
			choice.Description = b.schemas.Of(p.Node()).Description
			for _, core := range m.cores {
				choice.Variants = append(choice.Variants, schema.UseOf(core))
			}
			p = &schema.Property{Name: p.Name, Use: *schema.UseOf(choice.Synthesize(p.Node()))}
		}
		out = append(out, p)
	}
	return out
}

// mergeScalars is the type of alternatives that are one JSON scalar each, or nil.
func (b *builder) mergeScalars(s *schema.Schema, vs []variant, role Role, at place) *Type {
	var all schema.Types
	enums, format, mixed := 0, "", false
	var values []*load.Node
	for i, v := range vs {
		k := v.s.Types
		if role.uploads() && isFile(v.s) {
			return nil // text is not a file
		}
		if v.s.Enum != nil {
			k = enumKind(v.s)
			enums++
			values = append(values, v.s.Enum...)
		}
		if k == 0 || len(v.s.Variants) > 0 && v.s.Enum == nil || k&(schema.Array|schema.Object) != 0 || k&(k-1) != 0 {
			return nil
		}
		all |= k
		mixed = mixed || i > 0 && v.s.Format != format
		format = v.s.Format
	}
	one := &schema.Schema{Places: s.Places, Origin: s.Origin, Made: s.Made, Parts: s.Parts, Types: all}
	one.Title, one.Description = s.Title, s.Description
	if !mixed {
		one.Format = format
	}
	switch {
	case all == schema.Integer|schema.Number:
		one.Types = schema.Number
		return b.scalarType(one)
	case all&(all-1) != 0:
		return nil
	case enums > 0 && (all == schema.String || all == schema.Integer && enums == len(vs)):
		one.Enum = values
		return b.enumType(one, role, at)
	}
	return b.scalarType(one)
}

// unionType declares a union of alternatives.
func (b *builder) unionType(s *schema.Schema, vs []variant, role Role, at place) *Type {
	vs = b.foldOnce(s, vs)
	if len(vs) == 1 && len(vs[0].s.Variants) == 0 {
		return b.schemaType(vs[0].s, role, at)
	}
	if len(vs) == 1 {
		key := declKey{s.Origin, role}
		if b.delegated[key] { // alternatives that are nothing but each other
			return b.anything(role)
		}
		b.delegated[key] = true
		defer delete(b.delegated, key)
		return b.schemaType(vs[0].s, role, at)
	}
	d, made := b.declare(s, role, at)
	if !made {
		return named(d)
	}
	d.Kind = DeclUnion
	d.Union = discriminatorName(s)
	if d.Union == "" {
		d.Union = b.inferDiscriminator(vs)
	}
	values := b.variantValues(vs, s, d.Union)
	if d.Union == "" {
		if property, kinds := b.commonKinds(vs); property != "" {
			d.Union, values = property, kinds
		}
	}
	for i, v := range vs {
		b.count(v.core)
		part, component := b.variantPart(v, vs, d.Union), componentName(v.core.Node())
		extended := v.s.Made && !v.core.Made // see withOwnMembers
		if extended && component != "" {
			part = b.schemaName(component)
		}
		t := b.schemaType(v.s, role, place{owner: d, part: part})
		name := part
		if !extended && t.Kind == KindNamed && (component != "" || t.Decl.Resource != "") {
			name = t.Decl.name.base
		} else if !v.s.IsObject() {
			name = kindWord(t)
		}
		b.addVariant(d, t, name, strings.Join(values[i], ","), v.node).Constraints = alternativeConstraints(b.schemas.Of(v.node), s.Variants)
	}
	return named(d)
}

// foldOnce folds the alternatives of s once: what that makes up has to be the same
// schema when s is met again below itself.
func (b *builder) foldOnce(s *schema.Schema, vs []variant) []variant {
	folded, known := b.folded[s]
	if !known {
		folded = b.foldAlike(vs)
		b.folded[s] = folded
	}
	return folded
}

// foldAlike joins alternatives that JSON cannot tell apart by type: scalars of
// one JSON type, and arrays, whose elements become a choice instead.
func (b *builder) foldAlike(vs []variant) []variant {
	var out []variant
	const file schema.Types = 1 << 7 // which a multipart body has next to text
	at := map[schema.Types]int{}
	items := map[int][]*schema.Use{}
	for _, v := range vs {
		k := v.s.Types
		if v.s.Enum != nil {
			k = enumKind(v.s)
		} else if v.s.Types == 0 && v.s.Items != nil {
			k = schema.Array
		}
		if k == schema.Integer {
			k = schema.Number
		}
		if k == 0 || k&(k-1) != 0 || k == schema.Object || v.s.IsObject() || len(v.s.Variants) > 0 {
			if !slices.ContainsFunc(out, func(o variant) bool { return o.core == v.core }) {
				out = append(out, v)
			}
			continue
		}
		if isFile(v.s) {
			k = file
		}
		i, seen := at[k]
		if !seen {
			at[k] = len(out)
			out = append(out, v)
			if k == schema.Array && v.s.Items != nil {
				items[len(out)-1] = []*schema.Use{v.s.Items}
			}
			continue
		}
		if k == schema.Array {
			if v.s.Items != nil {
				items[i] = append(items[i], v.s.Items)
			}
			continue
		}
		wide := out[i].s.Synthesize(out[i].core.Node())
		wide.Types, wide.Format = wide.Types|v.s.Types, ""
		if k == schema.Number && wide.Types == schema.Integer|schema.Number {
			wide.Types = schema.Number
		}
		if wide.Enum != nil && v.s.Enum != nil {
			wide.Enum = append(slices.Clone(wide.Enum), v.s.Enum...)
		} else if v.s.Enum != nil {
			wide.Enum = v.s.Enum
		}
		if k != schema.String && (out[i].s.Enum == nil || v.s.Enum == nil) {
			wide.Enum = nil
		}
		out[i].s, out[i].core = wide, wide
	}
	for i, its := range items {
		if len(its) > 1 {
			wide := out[i].s.Synthesize(out[i].core.Node())
			wide.Items = b.itemChoice(out[i].s, its)
			out[i].s, out[i].core = wide, wide
		}
	}
	return out
}

// itemChoice is the choice between the items of several arrays. That of the same
// items is one schema: arrays may hold themselves.
func (b *builder) itemChoice(s *schema.Schema, items []*schema.Use) *schema.Use {
	var key strings.Builder
	for _, it := range items {
		fmt.Fprintf(&key, "%p ", it.Schema().Core())
	}
	if u := b.choices[key.String()]; u != nil {
		return u
	}
	choice := &schema.Schema{Parts: s.Parts, Variants: items}
	choice.Nullable = slices.ContainsFunc(items, func(u *schema.Use) bool { return u.Schema().Nullable })
	u := schema.UseOf(choice.Synthesize(items[0].Node()))
	b.choices[key.String()] = u
	return u
}

// subtypesType declares the union of a base and the schemas that are allOf it. The
// base itself is a variant, which values of unknown kinds are read as.
func (b *builder) subtypesType(s *schema.Schema, role Role, at place) *Type {
	d, made := b.declare(s, role, at)
	if !made {
		return named(d)
	}
	d.Kind, d.Union = DeclUnion, discriminatorName(s)
	base := s.Synthesize(s.Node())
	same := []string{} // subtypes that only say that they are the base
	var vs []variant
	for _, sub := range s.Subtypes() {
		if core := sub.Core(); core != s {
			vs = append(vs, variant{sub.Node(), core, core})
		} else {
			same = append(same, componentName(sub.Node()))
		}
	}
	values := b.variantValues(append(vs, variant{s.Node(), base, base}), s, d.Union)
	for i, v := range vs {
		b.count(v.core)
		t := b.schemaType(v.s, role, place{owner: d, part: b.variantPart(v, nil, "")})
		name := kindWord(t)
		if t.Kind == KindNamed {
			name = t.Decl.name.base
		}
		b.addVariant(d, t, name, strings.Join(values[i], ","), v.node)
	}
	own := append(same, values[len(vs)]...)
	if other := b.defaultVariant(s); other == nil || other == s {
		own = append(own, anyOther)
	}
	t := b.objectType(base, role, place{owner: d, part: "base"})
	b.addVariant(d, t, "Base", strings.Join(own, ","), s.Node())
	return named(d)
}

// kind is the discriminator's value that a subtype is known by, as JSON.
type kind struct{ property, value string }

// kindOf is what a schema that is allOf a base with a discriminator is known by;
// nothing if it goes by several names. A request of this type has the value, also
// where the document names the subtype and not the base.
func (b *builder) kindOf(s *schema.Schema) kind {
	if b.kinds == nil {
		b.findKinds()
	}
	return b.kinds[s.Origin]
}

// commonKinds are what alternatives are known by that are all subtypes of one base: its
// discriminator tells them apart, also where their choice does not name it. A subtype
// of an alternative is one of its values. The property is "" if that is not so.
func (b *builder) commonKinds(vs []variant) (property string, values [][]string) {
	values = make([][]string, len(vs))
	owner := map[*schema.Schema]int{}
	for i, v := range vs {
		if !v.s.IsObject() {
			continue
		}
		k := b.kindOf(v.core)
		if k.value == "" || property != "" && k.property != property {
			return "", nil
		}
		property, owner[v.core.Origin] = k.property, i
		values[i] = []string{k.text()}
	}
	if len(owner) < 2 {
		return "", nil
	}
	for s, k := range b.kinds {
		if _, is := owner[s]; is || k.property != property {
			continue
		}
		for core, i := range owner {
			if slices.Contains(s.Parts, core.Node()) {
				values[i] = append(values[i], k.text())
			}
		}
	}
	for _, v := range values {
		if len(v) > 1 {
			slices.Sort(v[1:])
		}
	}
	return property, values
}

// text is the value as a tag has it.
func (k kind) text() string {
	var text string
	if err := json.Unmarshal([]byte(k.value), &text); err != nil {
		return k.value
	}
	return text
}

func (b *builder) findKinds() {
	b.kinds = map[*schema.Schema]kind{}
	for _, file := range b.doc.Files {
		for _, m := range members(file.Root.Get("components", "schemas")) {
			base := b.schemas.Of(m.Value).Core()
			var vs []variant
			for _, sub := range base.Derived() {
				if core := sub.Core(); core != base {
					vs = append(vs, variant{sub.Node(), core, core})
				}
			}
			property := discriminatorName(base)
			for i, values := range b.variantValues(vs, base, property) {
				k := kind{property, ""}
				if len(values) == 1 && values[0] != anyOther {
					k.value = quoteJSON(values[0])
				}
				if known, again := b.kinds[vs[i].core]; again && known != k {
					k = kind{}
				}
				b.kinds[vs[i].core] = k
			}
		}
	}
	maps.DeleteFunc(b.kinds, func(_ *schema.Schema, k kind) bool { return k.value == "" })
}

// variantValues are the values of the discriminator that choose each of vs. A
// value that several list, because the enum of their base has all, chooses none:
// those are chosen by their name.
func (b *builder) variantValues(vs []variant, s *schema.Schema, property string) [][]string {
	all, count := make([][]string, len(vs)), map[string]int{}
	for i, v := range vs {
		all[i] = b.discriminatorValues(v, s, property)
		for _, value := range all[i] {
			count[value]++
		}
	}
	other := b.defaultVariant(s)
	for i, v := range vs {
		listed := all[i]
		all[i] = slices.DeleteFunc(slices.Clone(listed), func(value string) bool { return count[value] > 1 })
		if name := componentName(v.core.Node()); len(all[i]) == 0 && len(listed) > 0 && name != "" {
			all[i] = []string{name}
			if k := slices.IndexFunc(listed, func(value string) bool { return strings.EqualFold(value, name) }); k >= 0 {
				all[i] = listed[k : k+1]
			}
		}
		if v.core == other {
			all[i] = append(all[i], anyOther)
		}
	}
	return all
}

// anyOther is the discriminator's value that stands for all that no other variant
// has, and for none.
const anyOther = "*"

func discriminatorName(s *schema.Schema) string {
	if s.Discriminator == nil {
		return ""
	}
	if s.Discriminator.Kind == load.String {
		return s.Discriminator.Value // Swagger 2's form
	}
	return s.Discriminator.Get("propertyName").Str()
}

// inferDiscriminator finds a member whose constant value tells all object
// alternatives apart.
func (b *builder) inferDiscriminator(vs []variant) string {
	objects := slices.DeleteFunc(slices.Clone(vs), func(v variant) bool { return !v.s.IsObject() })
	if len(objects) < 2 {
		return ""
	}
	for _, p := range objects[0].s.Properties {
		seen := map[string]bool{}
		for _, v := range objects {
			for _, c := range b.constants(v.s.Property(p.Name)) {
				if seen[c] {
					seen = nil
					break
				}
				seen[c] = true
			}
			if seen == nil || len(b.constants(v.s.Property(p.Name))) == 0 {
				seen = nil
				break
			}
		}
		if seen != nil {
			return p.Name
		}
	}
	return ""
}

// constants are the string values that a required single- or few-valued member may have.
func (b *builder) constants(p *schema.Property) []string {
	if p == nil {
		return nil
	}
	s := p.Schema().Core()
	if s == nil || s.Enum == nil || enumKind(s) != schema.String || len(s.Enum) > 8 {
		return nil
	}
	var out []string
	for _, v := range s.Enum {
		if v.Kind == load.String {
			out = append(out, v.Value)
		}
	}
	return out
}

// defaultVariant is the alternative that OpenAPI 3.2's defaultMapping names; nil if
// there is none.
func (b *builder) defaultVariant(s *schema.Schema) *schema.Schema {
	return b.schemas.Of(s.Discriminator.Get("defaultMapping").Target()).Core()
}

// discriminatorValues are the values of the discriminator that choose v.
func (b *builder) discriminatorValues(v variant, s *schema.Schema, property string) []string {
	if property == "" || !v.s.IsObject() {
		return nil
	}
	name := componentName(v.core.Node())
	var out []string
	if s.Discriminator != nil {
		if m := s.Discriminator.Get("mapping"); m != nil && m.Kind == load.Object {
			for _, e := range m.Members {
				target := e.Value.Str()
				last := target[strings.LastIndexByte(target, '/')+1:]
				if b.schemas.Of(e.Value.Target()).Core() == v.core || target == v.core.Node().Pointer() || last == name || last == componentName(v.node.Target()) && last != "" {
					out = append(out, e.Name)
				}
			}
		}
	}
	if len(out) == 0 {
		out = b.constants(v.s.Property(property))
	}
	if len(out) == 0 && s.Discriminator != nil && name != "" {
		out = []string{name}
	}
	return slices.DeleteFunc(out, func(x string) bool { return x == "" || strings.ContainsAny(x, ",\"`") })
}

// variantPart names an alternative that has no name of its own.
func (b *builder) variantPart(v variant, vs []variant, property string) string {
	if v.s.Title != "" && len(v.s.Title) < 40 && exported(v.s.Title) != "" {
		return exported(v.s.Title)
	}
	if !v.s.IsObject() {
		return "item"
	}
	if c := b.constants(v.s.Property(property)); property != "" && len(c) > 0 && exported(c[0]) != "" {
		return exported(c[0])
	}
	for _, p := range v.s.Properties {
		alone := true
		for _, o := range vs {
			alone = alone && (o.core == v.core || o.s.Property(p.Name) == nil)
		}
		if alone && exported(p.Name) != "" {
			return "With" + exported(p.Name)
		}
	}
	return "Object"
}

// kindWord names an alternative after what JSON sees.
func kindWord(t *Type) string {
	switch t.Kind {
	case KindString, KindExtern:
		return "String"
	case KindReader:
		return "File"
	case KindInt:
		if t.Text {
			return "String"
		}
		return "Int"
	case KindFloat, KindNumber:
		return "Number"
	case KindBool:
		return "Bool"
	case KindTime, KindDate:
		return "Time"
	case KindBytes:
		return "Bytes"
	case KindSlice:
		if t.Elem.Kind == KindNamed {
			return pluralName(t.Elem.Decl.name.base)
		}
		return pluralName(kindWord(t.Elem))
	case KindMap:
		return "Map"
	case KindPointer:
		return kindWord(t.Elem)
	case KindNamed:
		return t.Decl.name.base
	}
	return "Value"
}

// addVariant adds a field for a variant, and returns it. If variants share a Go type,
// they share a field.
func (b *builder) addVariant(d *Decl, t *Type, name, values string, n *load.Node) *Field {
	taken := func(s string) bool {
		return s == "MarshalJSON" || s == "UnmarshalJSON" || slices.ContainsFunc(d.Fields, func(f *Field) bool { return f.GoName == s })
	}
	if name == "" || name == "Union" {
		name = "Value"
	}
	for _, word := range []string{"", "Object", "Value", "Variant", "Alternative"} {
		if !taken(name + word) {
			name += word
			break
		}
	}
	for base, i := name, 2; taken(name); i++ {
		name = base + itoa(i)
	}
	for _, f := range d.Fields {
		if sameType(f.Type.Elem, t) {
			if values != "" && f.Name != "" {
				f.Name += "," + values
			}
			return f
		}
	}
	f := &Field{Name: values, GoName: name, In: InVariant, Type: &Type{Kind: KindPointer, Elem: t}, Pos: n.Position()}
	d.Fields = append(d.Fields, f)
	return f
}

func sameType(x, y *Type) bool {
	if x == nil || y == nil {
		return x == y
	}
	return x.Kind == y.Kind && x.Bits == y.Bits && x.Decl == y.Decl && x.Ident == y.Ident && x.ImportPath == y.ImportPath && sameType(x.Elem, y.Elem)
}
