package model

import (
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file turns schemas into types. What declares a Go type is met by
// following the operations: a schema becomes the struct that responses hold
// (RoleRead), the one that requests hold (RoleWrite), or both.

// place is where a schema is used; an inline one is named after it.
type place struct {
	owner *Decl  // the type that holds it; nil for what an operation declares
	base  string // Go name of the place for roots, e.g. "PetsCreate"
	part  string // wire name of the member, or what it is, e.g. "owner"
	file  string // output file of roots
	word  string // suffix of a JSON:API write type, e.g. "Create"

	op         *op      // of roots: whose body, result or error it is
	bare       bool     // a write type whose name needs no suffix
	alts       []string // other whole names, when several want the first
	idFromPath bool     // the id of a JSON:API write type is a path parameter
}

// typeOf is the Go type of values that satisfy all of nodes.
func (b *builder) typeOf(nodes []*load.Node, role Role, at place) *Type {
	core, s := b.resolve(nodes)
	if core == nil {
		return b.anything(role)
	}
	if t := b.override(core, nodes); t != nil {
		return t
	}
	b.count(core)
	t := b.shapeType(core, s, role, at)
	if (t.Kind == KindAny || t.Kind == KindRaw) && s.said() && !s.closed && !s.onlyNull() {
		b.fallback(core, "a schema that says what its values are becomes any value")
	}
	return t
}

// resolve finds the schema that nodes come down to.
func (b *builder) resolve(nodes []*load.Node) (*load.Node, *shape) {
	var cores []*load.Node
	for _, n := range nodes {
		c, _ := b.shapes.core(n)
		if c == nil || c.Kind != load.Object && len(nodes) > 1 {
			continue
		}
		known := false
		for _, o := range cores {
			known = known || o == c
		}
		if !known {
			cores = append(cores, c)
		}
	}
	if len(cores) > 1 { // parts that only narrow a value say nothing of its type
		rich := cores[:0:0]
		for _, c := range cores {
			if s := b.shapes.of(c); s.enum != nil || len(s.props) > 0 || len(s.variants) > 0 || s.items != nil || s.additional != nil {
				rich = append(rich, c)
			}
		}
		switch {
		case len(rich) == 1:
			cores = rich
		case len(rich) == 0:
			cores = cores[:1]
		default:
			n := b.blend(rich)
			return n, b.shapes.of(n)
		}
	}
	if len(cores) == 0 {
		return nil, nil
	}
	return cores[0], b.shapes.of(cores[0])
}

// blend stands for schemas that hold at once without any of them saying so: two
// parts of an allOf that describe the same member.
func (b *builder) blend(nodes []*load.Node) *load.Node {
	keys := make([]string, len(nodes))
	for i, n := range nodes {
		keys[i] = n.Pointer()
	}
	key := strings.Join(keys, " ")
	if n := b.blends[key]; n != nil {
		return n
	}
	first := nodes[0]
	n := &load.Node{Kind: load.Object, Parent: first.Parent, Name: first.Name, File: first.File, Line: first.Line, Col: first.Col}
	b.blends[key] = n
	b.blended[n] = " with " + strings.Join(keys[1:], " ")
	b.shapes.known[n] = b.shapes.merge(nodes)
	return n
}

// nullable tells whether null is among the values of nodes.
func (b *builder) nullable(nodes []*load.Node) bool {
	null := false
	for _, n := range nodes {
		_, x := b.shapes.core(n)
		null = null || x
	}
	return null
}

func (b *builder) override(core *load.Node, nodes []*load.Node) *Type {
	if len(b.opts.Types) > 0 {
		for _, n := range append([]*load.Node{core}, nodes...) {
			if t, ok := b.opts.Types[n.Pointer()]; ok {
				return externType(t)
			}
		}
	}
	if len(b.opts.Formats) > 0 {
		if s := b.shapes.of(core); s != nil && s.kinds&(isString|isInteger|isNumber) != 0 && s.enum == nil {
			if t, ok := b.opts.Formats[s.format]; ok && s.format != "" {
				return externType(t)
			}
		}
	}
	return nil
}

// externType reads "github.com/google/uuid.UUID", or a predeclared type.
func externType(s string) *Type {
	switch s {
	case "string":
		return &Type{Kind: KindString}
	case "int", "int64":
		return &Type{Kind: KindInt, Bits: 64}
	case "float64":
		return &Type{Kind: KindFloat, Bits: 64}
	case "bool":
		return &Type{Kind: KindBool}
	case "any":
		return &Type{Kind: KindAny}
	}
	i := strings.LastIndexByte(s, '.')
	if i < 0 {
		return &Type{Kind: KindExtern, Ident: s}
	}
	return &Type{Kind: KindExtern, ImportPath: s[:i], Ident: s[i+1:]}
}

// anything is the type of values that the document says nothing about. What is
// read is kept exactly; what is written may be any Go value.
func (b *builder) anything(role Role) *Type {
	if role == RoleRead {
		return &Type{Kind: KindRaw}
	}
	return &Type{Kind: KindAny}
}

// shapeType is the Go type of a shape declared at n.
func (b *builder) shapeType(n *load.Node, s *shape, role Role, at place) *Type {
	switch {
	case s.closed, s.dangling && !s.said():
		return b.anything(role)
	case b.isResource(s):
		return b.resourceType(n, s, role, at)
	case s.enum != nil && !s.object():
		return b.enumType(n, s, role, at)
	case len(s.variants) > 0:
		return b.variantType(n, s, role, at)
	case s.object() && s.kinds&^isObject != 0: // members, and values that have none
		return b.kindsType(n, s, role, at)
	case s.object():
		return b.objectType(n, s, role, at)
	case s.kinds == isArray || s.kinds == 0 && (s.items != nil || s.tuple != nil):
		return b.arrayType(n, s, role, at)
	case s.kinds == isInteger|isNumber:
		return &Type{Kind: KindFloat, Bits: 64}
	case role == roleUpload && s.kinds == isString && (s.format == "binary" || s.format == "file"):
		return &Type{Kind: KindReader}
	case s.kinds != 0 && s.kinds&(s.kinds-1) == 0:
		return b.scalarType(s)
	case s.kinds != 0:
		return b.kindsType(n, s, role, at)
	}
	return b.anything(role)
}

// scalarType is the Go type of one JSON scalar with its format.
func (b *builder) scalarType(s *shape) *Type {
	switch s.kinds {
	case isBoolean:
		return &Type{Kind: KindBool}
	case isInteger:
		switch s.format {
		case "int32", "int16", "int8", "uint8", "uint16":
			return &Type{Kind: KindInt, Bits: 32}
		case "bigint", "biginteger", "uint64", "decimal", "int128":
			return &Type{Kind: KindNumber}
		}
		return &Type{Kind: KindInt, Bits: 64}
	case isNumber:
		switch s.format {
		case "float":
			return &Type{Kind: KindFloat, Bits: 64} // float32 would change digits on a round trip
		case "decimal", "bignumber":
			return &Type{Kind: KindNumber}
		case "int64", "int32", "integer":
			return &Type{Kind: KindFloat, Bits: 64}
		}
		return &Type{Kind: KindFloat, Bits: 64}
	}
	switch s.format {
	case "date-time":
		return &Type{Kind: KindTime}
	case "date":
		return &Type{Kind: KindDate}
	case "byte", "base64":
		return &Type{Kind: KindBytes}
	}
	return &Type{Kind: KindString}
}

// kindsType is the type of values of several JSON types: a union of them.
func (b *builder) kindsType(n *load.Node, s *shape, role Role, at place) *Type {
	d, made := b.declare(n, s, role, at)
	if !made {
		return named(d)
	}
	d.Kind = DeclUnion
	for _, k := range []kinds{isString, isInteger, isNumber, isBoolean, isArray, isObject} {
		if s.kinds&k == 0 || k == isInteger && s.kinds&isNumber != 0 {
			continue
		}
		one := *s
		one.kinds, one.enum = k, nil
		var t *Type
		switch k {
		case isArray:
			t = b.arrayType(b.stand(n, &one), &one, role, place{owner: d, part: "array"})
		case isObject:
			t = b.objectType(b.stand(n, &one), &one, role, place{owner: d, part: "object"})
		default:
			t = b.scalarType(&one)
		}
		b.addVariant(d, t, kindWord(t), "", n)
	}
	return named(d)
}

func named(d *Decl) *Type { return &Type{Kind: KindNamed, Decl: d} }

// arrayType is []T.
func (b *builder) arrayType(n *load.Node, s *shape, role Role, at place) *Type {
	return b.closeType(n, role, s, at, func() *Type {
		at.part = singularPart(at.part)
		if len(s.tuple) > 0 {
			places := slices.Clone(s.tuple)
			if s.items != nil {
				places = append(places, s.items)
			}
			if t := b.sameType(places, role, at); t != nil {
				return &Type{Kind: KindSlice, Elem: t}
			}
			b.fallback(n, "an array whose places have types of their own becomes a slice of raw values")
			return &Type{Kind: KindSlice, Elem: b.anything(role)}
		}
		if s.items == nil {
			return &Type{Kind: KindSlice, Elem: b.anything(role)}
		}
		return &Type{Kind: KindSlice, Elem: b.elemType([]*load.Node{s.items}, role, at)}
	})
}

// sameType is the type of all nodes when they share one, else nil.
func (b *builder) sameType(nodes []*load.Node, role Role, at place) *Type {
	var first *Type
	for _, n := range nodes {
		s := b.shapes.of(n)
		if s.object() || s.kinds == isArray || len(s.variants) > 0 || s.enum != nil {
			return nil
		}
		t := b.typeOf([]*load.Node{n}, role, at)
		if first == nil {
			first = t
		} else if *first != *t {
			return nil
		}
	}
	return first
}

// elemType is the type of an element of an array or map; null elements make it
// a pointer.
func (b *builder) elemType(nodes []*load.Node, role Role, at place) *Type {
	t := b.typeOf(nodes, role, at)
	if b.nullable(nodes) && t.Kind != KindAny && t.Kind != KindRaw && t.Kind != KindPointer && t.Kind != KindSlice && t.Kind != KindMap {
		return &Type{Kind: KindPointer, Elem: t}
	}
	return t
}

// closeType builds the type of an array or a map, which has a name only when it
// holds itself.
func (b *builder) closeType(n *load.Node, role Role, s *shape, at place, build func() *Type) *Type {
	key := declKey{n, role}
	if d := b.decls[key]; d != nil {
		return named(d)
	}
	if o := b.open[key]; o != nil {
		if o.decl == nil {
			o.decl, _ = b.declare(n, s, role, at)
			o.decl.Kind = DeclDefined
		}
		return named(o.decl)
	}
	o := &openType{}
	b.open[key] = o
	t := build()
	delete(b.open, key)
	if o.decl != nil {
		o.decl.Underlying = t
		return named(o.decl)
	}
	return t
}

// objectType is a struct, or a map where no member is named.
func (b *builder) objectType(n *load.Node, s *shape, role Role, at place) *Type {
	if len(s.props) > 0 {
		d, made := b.declare(n, s, role, at)
		if made {
			d.Kind = DeclStruct
			b.addMembers(n, d, s, role)
		}
		return named(d)
	}
	return b.closeType(n, role, s, at, func() *Type {
		at.part = singularPart(at.part)
		t := b.valueType(n, s, role, at)
		if t == nil {
			t = b.anything(role)
		}
		return &Type{Kind: KindMap, Elem: t}
	})
}

// valueType is the type of the members that no property names, nil when nothing
// is said of them.
func (b *builder) valueType(n *load.Node, s *shape, role Role, at place) *Type {
	values := slices.Clone(s.patterns)
	if s.additional != nil {
		values = append(values, s.additional)
	}
	switch first, _ := b.resolve(values[:min(1, len(values))]); {
	case len(values) == 0:
		return nil
	case !slices.ContainsFunc(values, func(v *load.Node) bool { c, _ := b.shapes.core(v); return c != first }):
		return b.elemType(values[:1], role, at)
	}
	if t := b.sameType(values, role, at); t != nil {
		return t
	}
	b.fallback(n, "a map with types of their own for some names becomes one of raw values")
	return b.anything(role)
}

// addMembers gives a struct a field for each property.
func (b *builder) addMembers(n *load.Node, d *Decl, s *shape, role Role) {
	for _, p := range s.props {
		if f := b.member(d, p, s.required[p.name], role); f != nil {
			d.Fields = append(d.Fields, f)
		}
	}
	t, pos := b.valueType(n, s, role, place{owner: d, part: "value"}), d.Pos
	switch {
	case t == nil && s.open && role.writes(): // nothing is lost of what is read
		t = b.anything(role)
	case t == nil:
		return
	case s.additional != nil:
		pos = s.additional.Position()
	}
	d.Fields = append(d.Fields, &Field{
		Name: "additionalProperties", GoName: "AdditionalProperties", In: InUnknown, Pos: pos,
		Type: &Type{Kind: KindMap, Elem: t}, Doc: Doc{Text: "AdditionalProperties holds the members that no other field names."},
	})
}

// member is the field of a property; nil when values that travel this way do
// not have it.
func (b *builder) member(d *Decl, p *property, required bool, role Role) *Field {
	words := b.shapes.of(p.nodes[0])
	if len(p.nodes) > 1 {
		words = b.shapes.merge(p.nodes)
	}
	if words == nil {
		words = &shape{}
	}
	if role != RoleRead && words.readOnly && !words.writeOnly || role == RoleRead && words.writeOnly && !words.readOnly {
		return nil
	}
	f := &Field{Name: p.name, In: InMember, OmitZero: !required, Pos: p.nodes[0].Position(), Doc: fieldDoc(p.name, words, role)}
	f.GoName = p.nodes[0].Get("x-go-name").Str()
	if _, s := b.resolve(p.nodes); role.writes() && required && s.constant() != nil && !b.nullable(p.nodes) {
		f.GoName, f.Const, f.Type = "_", string(s.constant().JSON()), &Type{Kind: KindStruct0}
		return f
	}
	f.Type = b.typeOf(p.nodes, role, place{owner: d, part: p.name})
	f.Nullable = b.nullable(p.nodes)
	if role.writes() {
		f.Type = optional(f.Type, required, f.Nullable)
	}
	return f
}

// optional is the type of a member of a request that need not be sent, or may
// be null. What can be nil is absent when it is; null takes an api.Opt.
func optional(t *Type, required, nullable bool) *Type {
	switch {
	case nullable:
		return &Type{Kind: KindOpt, Elem: t}
	case required, t.Kind == KindSlice, t.Kind == KindMap, t.Kind == KindPointer:
		return t
	case t.Kind == KindNamed && t.Decl.Kind != DeclEnum && t.Decl.Kind != DeclDefined:
		return &Type{Kind: KindPointer, Elem: t}
	}
	return &Type{Kind: KindOpt, Elem: t}
}

// singularPart names an element after the list that holds it.
func singularPart(part string) string {
	if part == "" {
		return ""
	}
	return singularName(part)
}

// enumType is an open named string or integer with constants, or the plain
// scalar where constants would say nothing.
func (b *builder) enumType(n *load.Node, s *shape, role Role, at place) *Type {
	kind := enumKind(s)
	switch {
	case kind == 0:
		return b.mixedType(n, s, role, at)
	case kind == isNumber && s.kinds == isInteger: // some are too large
		return &Type{Kind: KindNumber}
	case kind == isBoolean || kind == isNumber:
		return b.scalarType(&shape{kinds: kind})
	case len(s.enum) == 1 && role == RoleRead && !s.extensible && (s.hasConst || !b.api.JSONAPI || at.part == "type" || at.owner != nil && at.owner.Resource == ""), len(s.enum) == 0:
		return b.scalarType(&shape{kinds: kind, format: s.format})
	}
	d, made := b.declare(n, s, RoleShared, at)
	if made {
		d.Kind, d.Role = DeclEnum, RoleShared
		d.Underlying = &Type{Kind: KindString}
		if kind == isInteger {
			d.Underlying = b.scalarType(&shape{kinds: isInteger, format: s.format})
			if d.Underlying.Kind != KindInt || slices.ContainsFunc(s.enum, overflows32) {
				d.Underlying = &Type{Kind: KindInt, Bits: 64}
			}
		}
		b.addValues(d, s, kind)
	}
	return named(d)
}

// overflows32 tells whether an int32 has no room for a value.
func overflows32(v *load.Node) bool {
	_, err := strconv.ParseInt(v.Value, 10, 32)
	return err != nil && v.Kind != load.Null
}

// mixedType is the type of an enum with values of several JSON types: a union of
// those.
func (b *builder) mixedType(n *load.Node, s *shape, role Role, at place) *Type {
	one := *s
	one.enum, one.kinds = nil, 0
	for _, v := range s.enum {
		switch v.Kind {
		case load.String:
			one.kinds |= isString
		case load.Bool:
			one.kinds |= isBoolean
		case load.Number:
			one.kinds |= isNumber
		case load.Null:
		default:
			return b.anything(role)
		}
	}
	if one.kinds == 0 {
		return b.anything(role) // null alone
	}
	return b.kindsType(n, &one, role, at)
}

// enumKind is the JSON type that the values of an enum share, as Go sees them.
func enumKind(s *shape) kinds {
	var k kinds
	for _, v := range s.enum {
		switch v.Kind {
		case load.String:
			k |= isString
		case load.Bool:
			k |= isBoolean
		case load.Number:
			if _, err := strconv.ParseInt(v.Value, 10, 64); err == nil {
				k |= isInteger
			} else {
				k |= isNumber
			}
		case load.Null:
		default:
			return 0
		}
	}
	if s.kinds == isString && k&isString == 0 && k != 0 {
		return isString // YAML without quotes: 1.0, true
	}
	switch {
	case k == isInteger|isNumber, k == isInteger && s.kinds == isNumber:
		return isNumber
	case k == isString && s.kinds == isInteger, k == isString && s.kinds == isBoolean, k == isString && s.kinds == isNumber:
		return s.kinds // the values are written as strings, the type is not
	case k&isString != 0 && s.kinds == isString:
		return isString
	case k == isString, k == isBoolean, k == isInteger, k == isNumber:
		return k
	case k == 0 && s.kinds&(s.kinds-1) == 0 && s.kinds&(isArray|isObject) == 0:
		return s.kinds // no value but null
	}
	return 0
}

// addValues declares the constants of an enum.
func (b *builder) addValues(d *Decl, s *shape, kind kinds) {
	var names, texts *load.Node
	for _, n := range s.nodes {
		for _, word := range []string{"x-enum-varnames", "x-enumNames", "x-ms-enum-names"} {
			if l := n.Get(word); l != nil && names == nil && len(list(l)) == len(s.enum) {
				names = l
			}
		}
		for _, word := range []string{"x-enum-descriptions", "x-enumDescriptions"} {
			if l := n.Get(word); l != nil && texts == nil && len(list(l)) == len(s.enum) {
				texts = l
			}
		}
	}
	seen := map[string]bool{}
	for i, v := range s.enum {
		json := strconv.Quote(v.Value)
		if kind == isString {
			json = quoteJSON(v.Value)
		}
		if kind == isInteger {
			x, err := strconv.ParseInt(v.Value, 10, 64)
			if err != nil || d.Underlying.Bits == 32 && x != int64(int32(x)) {
				continue
			}
			json = strconv.FormatInt(x, 10)
		}
		if v.Kind == load.Null || seen[json] {
			continue
		}
		seen[json] = true
		val := &Value{JSON: json, GoName: v.Value}
		if names != nil && names.Items[i].Kind == load.String && names.Items[i].Value != "" {
			val.GoName = names.Items[i].Value
		}
		if texts != nil {
			val.Doc.Text = texts.Items[i].Str()
		}
		d.Values = append(d.Values, val)
	}
}
