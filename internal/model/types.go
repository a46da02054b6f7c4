package model

import (
	"maps"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
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

	stranger bool // of a JSON:API write type: the service is not that of the type

	op         *op      // of roots: whose body, result or error it is
	whole      string   // wanted name, where it is not base and part
	alts       []string // other whole names, when several want the first
	role       string   // of an enum: see roleOf
	idFromPath bool     // the id of a JSON:API write type is a path parameter
}

// typeOf is the Go type of values of a schema.
func (b *builder) typeOf(s *schema.Schema, role Role, at place) *Type {
	core := s.Core()
	if core == nil {
		return b.anything(role)
	}
	if t := b.override(core, s); t != nil {
		return t
	}
	if role.patches() && !b.patchable(core) {
		role = role.whole()
	}
	b.count(core)
	t := b.schemaType(b.formerly(core), role, at)
	b.noteUse(t, s)
	if (t.Kind == KindAny || t.Kind == KindRaw) && core.SaysSomething() && !core.Never && !core.OnlyNull {
		b.fallback(core.Node(), "a schema of constant values becomes any value")
	}
	return t
}

// override is the type that gen.yaml gives to core, or to s, which is a use of it.
func (b *builder) override(core, s *schema.Schema) *Type {
	if len(b.opts.Types) > 0 {
		for _, n := range append([]*load.Node{core.Node()}, s.Places...) {
			if t, ok := b.opts.Types[n.Pointer()]; ok {
				return externType(t)
			}
		}
	}
	if len(b.opts.Formats) > 0 {
		if core.Types&(schema.String|schema.Integer|schema.Number) != 0 && core.Enum == nil {
			if t, ok := b.opts.Formats[core.Format]; ok && core.Format != "" {
				return externType(t)
			}
		}
	}
	return nil
}

// plainTypes are the types without a package that Options.Formats and
// Options.Types may name.
var plainTypes = map[string]Type{
	"string": {Kind: KindString}, "bool": {Kind: KindBool}, "any": {Kind: KindAny},
	"int": {Kind: KindExtern, Ident: "int"}, "int32": {Kind: KindInt, Bits: 32}, "int64": {Kind: KindInt, Bits: 64},
	"float32": {Kind: KindFloat, Bits: 32}, "float64": {Kind: KindFloat, Bits: 64},
}

// PlainTypes lists the types without a package that Options may name, sorted.
func PlainTypes() []string { return slices.Sorted(maps.Keys(plainTypes)) }

// externType reads "github.com/google/uuid.UUID", or a predeclared type.
func externType(s string) *Type {
	if t, ok := plainTypes[s]; ok {
		return &t
	}
	i := strings.LastIndexByte(s, '.')
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

// schemaType is the Go type of a schema that is its own core.
func (b *builder) schemaType(s *schema.Schema, role Role, at place) *Type {
	switch {
	case s.Never, s.Dangling && !s.SaysSomething():
		return b.anything(role)
	case s.IsResource():
		return b.resourceType(s, role, at)
	case s.IsPolymorphic():
		return b.polymorphicType(s, role, at)
	case s.Enum != nil && !s.IsObject():
		return b.enumType(s, role, at)
	case len(s.Subtypes()) > 0:
		return b.subtypesType(s, role, at)
	case len(s.Variants) > 0:
		return b.variantType(s, role, at)
	case s.IsObject() && s.Types&^schema.Object != 0: // members, and values that have none
		return b.kindsType(s, role, at)
	case s.IsObject() && b.limitFields(s, role):
		return b.anything(role)
	case s.IsObject():
		return b.objectType(s, role, at)
	case s.Types == schema.Array || s.Types == 0 && (s.Items != nil || s.PrefixItems != nil):
		return b.arrayType(s, role, at)
	case s.Types == schema.Integer|schema.Number:
		return &Type{Kind: KindFloat, Bits: 64}
	case role.uploads() && isFile(s):
		return &Type{Kind: KindReader}
	case role.uploads() && (s.Types == schema.String || s.Types == 0) && s.ContentEncoding != "":
		return &Type{Kind: KindString} // the part is the encoded text
	case s.Types != 0 && s.Types&(s.Types-1) == 0:
		return b.scalarType(s)
	case s.Types != 0:
		return b.kindsType(s, role, at)
	}
	return b.anything(role)
}

// isFile reports whether a member of a multipart body is a file: it is binary, as
// OpenAPI 3.0 says by format and 3.1 by a contentMediaType without a
// contentEncoding (Considerations for File Uploads), also without a type. A
// contentSchema describes text.
func isFile(s *schema.Schema) bool {
	if s.Types == schema.String && (s.Format == "binary" || s.Format == "file") {
		return s.ContentEncoding == ""
	}
	return (s.Types == schema.String || s.Types == 0) && s.ContentMediaType != "" && s.ContentEncoding == "" && len(s.ContentSchema) == 0
}

// scalarType is the Go type of one JSON scalar with its format.
func (b *builder) scalarType(s *schema.Schema) *Type {
	switch s.Types {
	case schema.Boolean:
		return &Type{Kind: KindBool}
	case schema.Integer:
		if integerFormats[s.Format] == 0 && exceeds64(s) {
			return &Type{Kind: KindNumber}
		}
		return &Type{Kind: KindInt, Bits: 64}
	case schema.Number:
		if s.Format == "decimal" || s.Format == "bignumber" {
			return &Type{Kind: KindNumber}
		}
		return &Type{Kind: KindFloat, Bits: 64} // also for "float": float32 would change digits on a round trip
	}
	switch s.Format {
	case "date-time":
		return &Type{Kind: KindTime}
	case "date":
		return &Type{Kind: KindDate}
	case "byte", "base64":
		return &Type{Kind: KindBytes}
	}
	if holdsInteger(s) {
		return &Type{Kind: KindInt, Bits: 64, Text: true}
	}
	return &Type{Kind: KindString}
}

// holdsInteger reports whether the text that s describes is an integer: its format
// says so, and no example is another text.
func holdsInteger(s *schema.Schema) bool {
	return integerFormats[s.Format] > 0 && !slices.ContainsFunc(s.Examples, func(n *load.Node) bool {
		_, err := strconv.ParseInt(n.Str(), 10, 64)
		return n.Kind == load.String && err != nil
	})
}

// integerFormats are the formats of integers that an int64 holds, with their bits.
// They are one Go type, so that a format which is added later changes nothing.
var integerFormats = map[string]int{"int8": 8, "uint8": 8, "int16": 16, "uint16": 16, "int32": 32, "uint32": 32, "int64": 64}

// largeFormats are those that it does not hold.
var largeFormats = map[string]bool{"bigint": true, "biginteger": true, "uint64": true, "decimal": true, "int128": true, "uint128": true, "int256": true, "uint256": true}

// exceeds64 reports whether an int64 does not hold all values of an integer.
func exceeds64(s *schema.Schema) bool {
	if largeFormats[s.Format] {
		return true
	}
	for _, bound := range []string{"maximum", "exclusiveMaximum"} {
		if n := s.Node().Get(bound); n != nil && n.Kind == load.Number {
			if f, _, err := big.ParseFloat(n.Value, 10, 128, big.ToZero); err == nil && f.Cmp(maxInt64) > 0 {
				return true
			}
		}
	}
	return false
}

var maxInt64 = new(big.Float).SetInt64(math.MaxInt64)

// asText returns t with strings for integers that are text on the wire. They stay
// numbers only as members, for which a tag says how they are written.
func asText(t *Type) *Type {
	switch {
	case t == nil:
	case t.Kind == KindInt && t.Text:
		return &Type{Kind: KindString}
	case t.Elem != nil:
		if elem := asText(t.Elem); elem != t.Elem {
			c := *t
			c.Elem = elem
			return &c
		}
	}
	return t
}

// taggedText reports whether a tag can say that the integers of t are text.
func taggedText(t *Type) bool {
	if t.Kind == KindSlice {
		t = t.Elem
	}
	if t.Kind == KindOpt || t.Kind == KindPointer {
		t = t.Elem
	}
	return t.Kind == KindInt && t.Text
}

// InText reports whether the integers that a member holds are text in JSON, which
// its tag says.
func (f *Field) InText() bool {
	switch f.In {
	case InMember, InAttr, InID:
		return taggedText(f.Type)
	}
	return false
}

// settleText makes strings of integers in text where no tag can say so.
func (b *builder) settleText() {
	for _, d := range b.order {
		d.Underlying = asText(d.Underlying)
		for _, f := range d.Fields {
			if d.Kind == DeclUnion || !taggedText(f.Type) {
				f.Type = asText(f.Type)
			}
		}
	}
	for _, o := range b.ops {
		o.out.Result.Type = asText(o.out.Result.Type)
		if o.out.Body != nil {
			o.out.Body.Type = asText(o.out.Body.Type)
		}
	}
}

// kindsType is the type of values of several JSON types: a union of them.
func (b *builder) kindsType(s *schema.Schema, role Role, at place) *Type {
	d, made := b.declare(s, role, at)
	if !made {
		return named(d)
	}
	d.Kind = DeclUnion
	for _, k := range []schema.Types{schema.String, schema.Integer, schema.Number, schema.Boolean, schema.Array, schema.Object} {
		if s.Types&k == 0 || k == schema.Integer && s.Types&schema.Number != 0 {
			continue
		}
		one := s.Synthesize(s.Node())
		one.Types, one.Enum = k, nil
		var t *Type
		switch k {
		case schema.Array:
			t = b.arrayType(one, role, place{owner: d, part: "array"})
		case schema.Object:
			t = b.objectType(one, role, place{owner: d, part: "object"})
		default:
			t = b.scalarType(one)
		}
		b.addVariant(d, t, kindWord(t), "", s.Node())
	}
	return named(d)
}

func named(d *Decl) *Type { return &Type{Kind: KindNamed, Decl: d} }

// arrayType is []T.
func (b *builder) arrayType(s *schema.Schema, role Role, at place) *Type {
	return b.closeType(s, role, at, func() *Type {
		at.part = singularPart(at.part)
		if len(s.PrefixItems) > 0 {
			places := slices.Clone(s.PrefixItems)
			if s.Items != nil {
				places = append(places, s.Items)
			}
			switch t := b.sameType(places, role, at); {
			case t == nil:
				b.fallback(s.Node(), "an array whose places have types of their own becomes a slice of raw values")
			case s.Items != nil, s.EndsWithPrefix():
				return &Type{Kind: KindSlice, Elem: t}
			default:
				b.fallbackFix(s.Node(), "an array whose further items may be anything becomes a slice of raw values", "add items: false if there are no further items")
			}
			return &Type{Kind: KindSlice, Elem: b.anything(role)}
		}
		if s.Items == nil {
			return &Type{Kind: KindSlice, Elem: b.anything(role)}
		}
		return &Type{Kind: KindSlice, Elem: b.elemType(s.Items.Schema(), role.whole(), at)}
	})
}

// sameType is the type of all uses when they share one, else nil. If one of them
// may be null, it is a pointer.
func (b *builder) sameType(uses []*schema.Use, role Role, at place) *Type {
	var first *Type
	null := false
	for _, u := range uses {
		s := u.Schema()
		if s.IsObject() || s.Types == schema.Array || len(s.Variants) > 0 || s.Enum != nil {
			return nil
		}
		t := b.typeOf(s, role, at)
		if first == nil {
			first = t
		} else if *first != *t {
			return nil
		}
		null = null || s.Nullable
	}
	if null && first.Kind != KindAny && first.Kind != KindRaw && first.Kind != KindPointer {
		return &Type{Kind: KindPointer, Elem: first}
	}
	return first
}

// elemType is the type of an element of an array or map; null elements make it
// a pointer.
func (b *builder) elemType(s *schema.Schema, role Role, at place) *Type {
	t := b.typeOf(s, role, at)
	if s.Nullable && t.Kind != KindAny && t.Kind != KindRaw && t.Kind != KindPointer && t.Kind != KindReader {
		return &Type{Kind: KindPointer, Elem: t}
	}
	return t
}

// closeType builds the type of an array or a map, which has a name only when it
// holds itself.
func (b *builder) closeType(s *schema.Schema, role Role, at place, build func() *Type) *Type {
	key := declKey{s.Origin, role}
	if d := b.decls[key]; d != nil {
		return named(d)
	}
	if o := b.open[key]; o != nil {
		if o.decl == nil {
			o.decl, _ = b.declare(s, role, at)
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
func (b *builder) objectType(s *schema.Schema, role Role, at place) *Type {
	if len(s.Properties) > 0 {
		d, made := b.declare(s, role, at)
		if made {
			d.Kind = DeclStruct
			b.addMembers(d, s, role)
			if base := s.JoinedBase(); base != nil {
				b.fallback(base, "this value is described here and by another part of an allOf: members of the subtypes of the base have no field")
			}
		}
		return named(d)
	}
	return b.closeType(s, role, at, func() *Type {
		at.part = singularPart(at.part)
		t := b.valueType(s, role, at)
		if t == nil {
			t = b.anything(role)
		}
		return &Type{Kind: KindMap, Elem: t}
	})
}

// valueType is the type of the members that no property names, nil when nothing
// is said of them.
func (b *builder) valueType(s *schema.Schema, role Role, at place) *Type {
	var values []*schema.Use
	open := s.AdditionalProperties == nil && !s.Closed
	for _, p := range s.PatternProperties {
		values = append(values, &p.Use)
		open = open && !matchesAll[p.Pattern]
	}
	if s.AdditionalProperties != nil {
		values = append(values, s.AdditionalProperties)
	}
	switch {
	case len(values) == 0:
		return nil
	case open: // members that no pattern matches may be anything
		if slices.ContainsFunc(s.PatternProperties, func(p *schema.Pattern) bool { return p.Schema().SaysSomething() }) {
			b.fallbackFix(s.Node(), "a map whose members of other names may be anything becomes one of raw values", "add additionalProperties: false if the pattern matches all names")
		}
		return b.anything(role)
	}
	first := values[0].Schema()
	if !slices.ContainsFunc(values, func(v *schema.Use) bool { return v.Schema().Core() != first.Core() }) {
		return b.elemType(first, role, at)
	}
	if t := b.sameType(values, role, at); t != nil {
		return t
	}
	b.fallback(s.Node(), "a map with types of their own for some names becomes one of raw values")
	return b.anything(role)
}

// matchesAll are the patterns of patternProperties that match every name, as
// authors write them.
var matchesAll = map[string]bool{"": true, ".*": true, "^.*$": true, ".+": true, "^.+$": true, "^.*": true, ".*$": true, "^": true, "^.+": true, "^[\\s\\S]*$": true}

// addMembers gives a struct a field for each property.
func (b *builder) addMembers(d *Decl, s *schema.Schema, role Role) {
	for _, p := range s.Properties {
		f := b.member(d, p, s.Required(p.Name), role)
		if f == nil {
			continue
		}
		if k := b.kindOf(s); role.writes() && f.Const == "" && s.Required(p.Name) && k.value != "" && k.property == p.Name && (f.Type.Kind == KindString || f.Type.Kind == KindNamed && f.Type.Decl.Kind == DeclEnum) {
			f.GoName, f.Const, f.Type = "_", k.value, &Type{Kind: KindStruct0} // as of a union's variant
		}
		d.Fields = append(d.Fields, f)
	}
	t, pos := b.valueType(s, role, place{owner: d, part: "value"}), d.Pos
	switch {
	case t == nil && s.Open && role.writes(): // nothing is lost of what is read
		t = b.anything(role)
	case t == nil:
		return
	case s.AdditionalProperties != nil:
		pos = s.AdditionalProperties.Node().Position()
	}
	d.Fields = append(d.Fields, &Field{
		Name: "additionalProperties", GoName: "AdditionalProperties", In: InUnknown, Pos: pos,
		Type: &Type{Kind: KindMap, Elem: t}, Doc: Doc{Text: "AdditionalProperties holds the members that no other field names."}, Constraints: furtherConstraints(s),
	})
}

// member is the field of a property; nil when values that travel this way do
// not have it.
func (b *builder) member(d *Decl, p *schema.Property, required bool, role Role) *Field {
	s := p.Schema()
	if role != RoleRead && s.ReadOnly && !s.WriteOnly || role == RoleRead && s.WriteOnly && !s.ReadOnly {
		return nil
	}
	constant := required
	required = required && !role.patches()
	f := &Field{Name: p.Name, GoName: s.GoName(), In: InMember, OmitZero: !required, Pos: p.Node().Position(), Doc: fieldDoc(p.Name, s, role), Constraints: constraintsOf(s), schemas: p.Nodes}
	if c := s.Core().ConstantValue(); role.writes() && constant && c != nil && !s.Nullable {
		f.GoName, f.Const, f.Type = "_", string(c.JSON()), &Type{Kind: KindStruct0}
		return f
	}
	f.Type = b.typeOf(s, role.part(s.Core()), place{owner: d, part: p.Name})
	f.Nullable = s.Nullable
	if role.uploads() {
		f.Flags = partFlags(s.Core())
		f.flagsOfSchema = f.Flags != nil
	}
	if role.writes() {
		f.Type = optional(f.Type, required, f.Nullable)
	}
	return f
}

// partFlags are the flags of a part of a form whose schema says its media type: the
// Content-Type of the part, unless an Encoding Object says another (OpenAPI 3.1,
// Encoding Object, contentType).
func partFlags(s *schema.Schema) []string {
	if s != nil && s.Types == schema.Array && s.Items != nil {
		s = s.Items.Schema().Core()
	}
	if s == nil || s.ContentMediaType == "" || s.ContentEncoding != "" || s.ContentMediaType == "application/octet-stream" || strings.ContainsAny(s.ContentMediaType, ",*\"`\\\n") {
		return nil
	}
	return []string{"type=" + s.ContentMediaType}
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
func (b *builder) enumType(s *schema.Schema, role Role, at place) *Type {
	kind := enumKind(s)
	switch {
	case kind == 0:
		return b.mixedType(s, role, at)
	case kind == schema.Number && s.Types == schema.Integer: // some are too large
		return &Type{Kind: KindNumber}
	case kind == schema.Boolean || kind == schema.Number:
		return b.scalarType(&schema.Schema{Types: kind})
	case len(s.Enum) == 1 && kind == schema.String && holdsInteger(s):
		return &Type{Kind: KindString}
	case len(s.Enum) == 1 && role == RoleRead && !s.Extensible && (s.Constant || !b.api.JSONAPI || at.part == "type" || at.owner != nil && at.owner.Resource == ""), len(s.Enum) == 0:
		return b.scalarType(&schema.Schema{Types: kind, Format: s.Format})
	}
	d, made := b.declare(s, RoleShared, at)
	if made {
		d.Kind, d.Role = DeclEnum, RoleShared
		d.Underlying = &Type{Kind: KindString}
		if kind == schema.Integer {
			d.Underlying = b.scalarType(&schema.Schema{Types: schema.Integer, Format: s.Format})
			if d.Underlying.Kind != KindInt {
				d.Underlying = &Type{Kind: KindInt, Bits: 64}
			}
		}
	}
	b.addValues(d, s, kind) // also those of another place with this role
	return named(d)
}

// mixedType is the type of an enum with values of several JSON types: a union of
// those.
func (b *builder) mixedType(s *schema.Schema, role Role, at place) *Type {
	one := s.Copy()
	one.Enum, one.Types = nil, 0
	for _, v := range s.Enum {
		switch v.Kind {
		case load.String:
			one.Types |= schema.String
		case load.Bool:
			one.Types |= schema.Boolean
		case load.Number:
			one.Types |= schema.Number
		case load.Null:
		default:
			return b.anything(role)
		}
	}
	if one.Types == 0 {
		return b.anything(role) // null alone
	}
	return b.kindsType(one, role, at)
}

// enumKind is the JSON type that the values of an enum share, as Go sees them.
func enumKind(s *schema.Schema) schema.Types {
	var k schema.Types
	for _, v := range s.Enum {
		switch v.Kind {
		case load.String:
			k |= schema.String
		case load.Bool:
			k |= schema.Boolean
		case load.Number:
			if _, err := strconv.ParseInt(v.Value, 10, 64); err == nil {
				k |= schema.Integer
			} else {
				k |= schema.Number
			}
		case load.Null:
		default:
			return 0
		}
	}
	if s.Types == schema.String && k&schema.String == 0 && k != 0 {
		return schema.String // YAML without quotes: 1.0, true
	}
	switch {
	case k == schema.Integer|schema.Number, k == schema.Integer && s.Types == schema.Number:
		return schema.Number
	case k == schema.String && s.Types == schema.Integer, k == schema.String && s.Types == schema.Boolean, k == schema.String && s.Types == schema.Number:
		return s.Types // the values are written as strings, the type is not
	case k&schema.String != 0 && s.Types == schema.String:
		return schema.String
	case k == schema.String, k == schema.Boolean, k == schema.Integer, k == schema.Number:
		return k
	case k == 0 && s.Types&(s.Types-1) == 0 && s.Types&(schema.Array|schema.Object) == 0:
		return s.Types // no value but null
	}
	return 0
}

// addValues declares the constants of an enum.
func (b *builder) addValues(d *Decl, s *schema.Schema, kind schema.Types) {
	var names, texts *load.Node
	for _, n := range s.Parts {
		for _, word := range []string{"x-enum-varnames", "x-enumNames", "x-ms-enum-names"} {
			if l := n.Get(word); l != nil && names == nil && len(list(l)) == len(s.Enum) {
				names = l
			}
		}
		for _, word := range []string{"x-enum-descriptions", "x-enumDescriptions"} {
			if l := n.Get(word); l != nil && texts == nil && len(list(l)) == len(s.Enum) {
				texts = l
			}
		}
	}
	seen := map[string]bool{}
	for _, v := range d.Values {
		seen[v.JSON] = true
	}
	for i, v := range s.Enum {
		json := strconv.Quote(v.Value)
		if kind == schema.String {
			json = quoteJSON(v.Value)
		}
		if kind == schema.Integer {
			x, err := strconv.ParseInt(v.Value, 10, 64)
			if err != nil {
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
