package model

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file decides what oneOf and anyOf are in Go. Many documents use them for
// less than a choice of types: two lists of strings, a number with and without
// a fraction, objects that only require different members. Those become the one
// type that holds all of them; a real choice becomes a union.

// variant is one alternative.
type variant struct {
	node *load.Node // what the document lists
	core *load.Node
	s    *shape
}

func (b *builder) variantType(n *load.Node, s *shape, role Role, at place) *Type {
	var vs []variant
	for _, v := range s.variants {
		core, _ := b.shapes.core(v)
		if core == nil || core == n {
			continue
		}
		vs = append(vs, variant{v, core, b.shapes.of(core)})
	}
	said := slices.DeleteFunc(slices.Clone(vs), func(v variant) bool { return !v.s.said() && !v.s.dangling })
	if len(s.props) > 0 && (s.discriminator == nil || len(said) == 0) {
		return b.objectType(n, b.flatten(s, said), role, at)
	}
	plain := *s
	plain.variants = nil
	if len(said) == 0 { // alternatives that only narrow: required, not, lengths
		return b.shapeType(n, &plain, role, at)
	}
	if len(said) < len(vs) && s.kinds == 0 {
		return b.anything(role)
	}
	if t := b.mergeScalars(n, s, said, role, at); t != nil {
		return t
	}
	return b.unionType(n, s, said, role, at)
}

// flatten gives an object the members of all its alternatives, none required. A
// member that several of them have may be what each of them says.
func (b *builder) flatten(s *shape, vs []variant) *shape {
	out := *s
	out.variants, out.props = nil, nil
	out.byName, out.required = map[string]*property{}, map[string]bool{}
	for _, p := range s.props {
		c := &property{name: p.name, nodes: slices.Clone(p.nodes)}
		out.byName[p.name], out.required[p.name] = c, s.required[p.name]
		out.props = append(out.props, c)
	}
	alternatives := map[*property][]*load.Node{}
	for _, v := range vs {
		for _, p := range v.s.props {
			c := out.byName[p.name]
			if c == nil {
				c = &property{name: p.name, nodes: slices.Clone(p.nodes)}
				out.byName[p.name] = c
				out.props = append(out.props, c)
			}
			if s.prop(p.name) == nil {
				core, _ := b.resolve(p.nodes)
				if core != nil && !slices.Contains(alternatives[c], core) {
					alternatives[c] = append(alternatives[c], core)
				}
			}
		}
		if v.s.additional != nil && out.additional == nil {
			out.additional = v.s.additional
		}
	}
	for _, c := range out.props {
		if cores := alternatives[c]; len(cores) > 1 {
			c.nodes = []*load.Node{b.stand(c.nodes[0], &shape{variants: cores, description: b.shapes.of(c.nodes[0]).description})}
		}
	}
	return &out
}

// mergeScalars is the type of alternatives that are one JSON scalar each, or nil.
func (b *builder) mergeScalars(n *load.Node, s *shape, vs []variant, role Role, at place) *Type {
	var all kinds
	enums, format, mixed := 0, "", false
	var values []*load.Node
	for i, v := range vs {
		k := v.s.kinds
		if v.s.enum != nil {
			k = enumKind(v.s)
			enums++
			values = append(values, v.s.enum...)
		}
		if k == 0 || len(v.s.variants) > 0 && v.s.enum == nil || k&(isArray|isObject) != 0 || k&(k-1) != 0 {
			return nil
		}
		all |= k
		mixed = mixed || i > 0 && v.s.format != format
		format = v.s.format
	}
	one := &shape{nodes: s.nodes, kinds: all, title: s.title, description: s.description}
	if !mixed {
		one.format = format
	}
	switch {
	case all == isInteger|isNumber:
		one.kinds = isNumber
		return b.scalarType(one)
	case all&(all-1) != 0:
		return nil
	case enums > 0 && (all == isString || all == isInteger && enums == len(vs)):
		one.enum = values
		return b.enumType(n, one, role, at)
	}
	return b.scalarType(one)
}

// unionType declares a union of alternatives.
func (b *builder) unionType(n *load.Node, s *shape, vs []variant, role Role, at place) *Type {
	vs = b.foldAlike(vs)
	if len(vs) == 1 {
		return b.shapeType(vs[0].core, vs[0].s, role, at)
	}
	d, made := b.declare(n, s, role, at)
	if !made {
		return named(d)
	}
	d.Kind = DeclUnion
	d.Union = discriminatorName(s)
	if d.Union == "" {
		d.Union = b.inferDiscriminator(vs)
	}
	for _, v := range vs {
		b.count(v.core)
		part := b.variantPart(v, vs, d.Union)
		t := b.shapeType(v.core, v.s, role, place{owner: d, part: part})
		name := part
		if t.Kind == KindNamed && (componentName(v.core) != "" || t.Decl.Resource != "") {
			name = t.Decl.name.base
		} else if !v.s.object() {
			name = kindWord(t)
		}
		b.addVariant(d, t, name, strings.Join(b.discriminatorValues(v, s, d.Union), ","), v.node)
	}
	return named(d)
}

// foldAlike joins alternatives that JSON cannot tell apart by type: scalars of
// one JSON type, and arrays, whose elements become a choice instead.
func (b *builder) foldAlike(vs []variant) []variant {
	var out []variant
	at := map[kinds]int{}
	items := map[int][]*load.Node{}
	for _, v := range vs {
		k := v.s.kinds
		if v.s.enum != nil {
			k = enumKind(v.s)
		} else if v.s.kinds == 0 && v.s.items != nil {
			k = isArray
		}
		if k == isInteger {
			k = isNumber
		}
		if k == 0 || k&(k-1) != 0 || k == isObject || v.s.object() || len(v.s.variants) > 0 {
			if !slices.ContainsFunc(out, func(o variant) bool { return o.core == v.core }) {
				out = append(out, v)
			}
			continue
		}
		i, seen := at[k]
		if !seen {
			at[k] = len(out)
			out = append(out, v)
			if k == isArray && v.s.items != nil {
				items[len(out)-1] = []*load.Node{v.s.items}
			}
			continue
		}
		if k == isArray {
			if v.s.items != nil {
				items[i] = append(items[i], v.s.items)
			}
			continue
		}
		wide := *out[i].s
		wide.kinds, wide.format = wide.kinds|v.s.kinds, ""
		if k == isNumber && wide.kinds == isInteger|isNumber {
			wide.kinds = isNumber
		}
		if wide.enum != nil && v.s.enum != nil {
			wide.enum = append(slices.Clone(wide.enum), v.s.enum...)
		} else if v.s.enum != nil {
			wide.enum = v.s.enum
		}
		if k != isString && (out[i].s.enum == nil || v.s.enum == nil) {
			wide.enum = nil
		}
		out[i].s = &wide
		out[i].core = b.stand(out[i].core, &wide)
	}
	for i, its := range items {
		if len(its) > 1 {
			wide := *out[i].s
			wide.items = b.stand(its[0], &shape{nodes: out[i].s.nodes, variants: its})
			out[i].s = &wide
			out[i].core = b.stand(out[i].core, &wide)
		}
	}
	return out
}

// stand is a node for a shape that no single schema of the document has.
func (b *builder) stand(n *load.Node, s *shape) *load.Node {
	c := &load.Node{Kind: load.Object, Parent: n.Parent, Name: n.Name, File: n.File, Line: n.Line, Col: n.Col}
	if s.byName == nil {
		s.byName, s.required = map[string]*property{}, map[string]bool{}
	}
	b.shapes.known[c] = s
	b.stood[c] = true
	return c
}

func discriminatorName(s *shape) string {
	if s.discriminator == nil {
		return ""
	}
	if s.discriminator.Kind == load.String {
		return s.discriminator.Value // Swagger 2's form
	}
	return s.discriminator.Get("propertyName").Str()
}

// inferDiscriminator finds a member whose constant value tells all object
// alternatives apart.
func (b *builder) inferDiscriminator(vs []variant) string {
	objects := slices.DeleteFunc(slices.Clone(vs), func(v variant) bool { return !v.s.object() })
	if len(objects) < 2 {
		return ""
	}
	for _, p := range objects[0].s.props {
		seen := map[string]bool{}
		for _, v := range objects {
			for _, c := range b.constants(v.s.prop(p.name)) {
				if seen[c] {
					seen = nil
					break
				}
				seen[c] = true
			}
			if seen == nil || len(b.constants(v.s.prop(p.name))) == 0 {
				seen = nil
				break
			}
		}
		if seen != nil {
			return p.name
		}
	}
	return ""
}

// constants are the string values that a required single- or few-valued member may have.
func (b *builder) constants(p *property) []string {
	if p == nil {
		return nil
	}
	_, s := b.resolve(p.nodes)
	if s == nil || s.enum == nil || enumKind(s) != isString || len(s.enum) > 8 {
		return nil
	}
	var out []string
	for _, v := range s.enum {
		if v.Kind == load.String {
			out = append(out, v.Value)
		}
	}
	return out
}

// discriminatorValues are the values of the discriminator that choose v.
func (b *builder) discriminatorValues(v variant, s *shape, property string) []string {
	if property == "" || !v.s.object() {
		return nil
	}
	name := componentName(v.core)
	var out []string
	if s.discriminator != nil {
		if m := s.discriminator.Get("mapping"); m != nil && m.Kind == load.Object {
			for _, e := range m.Members {
				target := e.Value.Str()
				last := target[strings.LastIndexByte(target, '/')+1:]
				if t, _ := b.shapes.core(e.Value.Target()); t == v.core || target == v.core.Pointer() || last == name || last == componentName(v.node.Target()) && last != "" {
					out = append(out, e.Name)
				}
			}
		}
	}
	if len(out) == 0 {
		out = b.constants(v.s.prop(property))
	}
	if len(out) == 0 && s.discriminator != nil && name != "" {
		out = []string{name}
	}
	return slices.DeleteFunc(out, func(x string) bool { return x == "" || strings.ContainsAny(x, ",\"`") })
}

// variantPart names an alternative that has no name of its own.
func (b *builder) variantPart(v variant, vs []variant, property string) string {
	if v.s.title != "" && len(v.s.title) < 40 && exported(v.s.title) != "" {
		return exported(v.s.title)
	}
	if !v.s.object() {
		return "item"
	}
	if c := b.constants(v.s.prop(property)); property != "" && len(c) > 0 && exported(c[0]) != "" {
		return exported(c[0])
	}
	for _, p := range v.s.props {
		alone := true
		for _, o := range vs {
			alone = alone && (o.core == v.core || o.s.prop(p.name) == nil)
		}
		if alone && exported(p.name) != "" {
			return "With" + exported(p.name)
		}
	}
	return "Object"
}

// kindWord names an alternative after what JSON sees.
func kindWord(t *Type) string {
	switch t.Kind {
	case KindString, KindExtern:
		return "String"
	case KindInt:
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

func (b *builder) addVariant(d *Decl, t *Type, name, values string, n *load.Node) {
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
			return
		}
	}
	d.Fields = append(d.Fields, &Field{Name: values, GoName: name, In: InVariant, Type: &Type{Kind: KindPointer, Elem: t}, Pos: n.Position()})
}

func sameType(x, y *Type) bool {
	if x == nil || y == nil {
		return x == y
	}
	return x.Kind == y.Kind && x.Bits == y.Bits && x.Decl == y.Decl && x.Ident == y.Ident && x.ImportPath == y.ImportPath && sameType(x.Elem, y.Elem)
}
