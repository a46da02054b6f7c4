package model

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// kinds is a set of JSON types.
type kinds uint8

const (
	isString kinds = 1 << iota
	isNumber
	isInteger
	isBoolean
	isArray
	isObject
)

var kindNames = map[string]kinds{
	"string": isString, "number": isNumber, "integer": isInteger, "boolean": isBoolean, "array": isArray, "object": isObject,
	"file": isString, // Swagger 2's, seen in converted documents
}

// shape is a schema made plain: references followed, allOf merged, the three
// spellings of null made one.
type shape struct {
	nodes         []*load.Node // what contributed, in order; the first declares it
	kinds         kinds        // JSON types that it names; 0 when it names none
	nullable      bool
	format        string
	enum          []*load.Node
	hasConst      bool
	extensible    bool // x-extensible-enum: the document expects further values
	props         []*property
	byName        map[string]*property
	required      map[string]bool
	additional    *load.Node   // schema of members that no property names
	patterns      []*load.Node // schemas of patternProperties
	open          bool         // additionalProperties: true, said outright
	items         *load.Node
	tuple         []*load.Node // prefixItems, or items as a list
	variants      []*load.Node // oneOf or anyOf without null
	discriminator *load.Node
	title         string
	description   string
	deprecated    bool
	reason        string // x-deprecated-reason
	readOnly      bool
	writeOnly     bool
	dangling      bool // a reference that leads nowhere
	closed        bool // schema false: no value at all
}

// property is a member of an object schema. More than one node describes it
// when several parts of an allOf do.
type property struct {
	name  string
	nodes []*load.Node
}

func (s *shape) prop(name string) *property {
	if s == nil {
		return nil
	}
	return s.byName[name]
}

// said tells whether the schema says anything about its values.
func (s *shape) said() bool {
	return s.kinds != 0 || s.enum != nil || len(s.props) > 0 || s.additional != nil || s.open || s.items != nil || len(s.variants) > 0 || len(s.patterns) > 0 || len(s.tuple) > 0
}

// object tells whether values are objects.
func (s *shape) object() bool {
	return s.kinds == isObject || s.kinds == 0 && (len(s.props) > 0 || s.additional != nil || s.open || len(s.patterns) > 0) ||
		s.kinds&isObject != 0 && len(s.props) > 0
}

// onlyNull tells whether null is the only value that the schema lists.
func (s *shape) onlyNull() bool {
	return s.enum != nil && len(s.enum) == 0 && s.nullable && s.kinds == 0
}

// constant is the only value of the schema, or nil.
func (s *shape) constant() *load.Node {
	if s != nil && len(s.enum) == 1 && !s.extensible && s.enum[0].Kind != load.Null {
		return s.enum[0]
	}
	return nil
}

// shaper makes shapes and remembers them.
type shaper struct {
	known map[*load.Node]*shape
}

// of returns the shape of one schema; nil for nil.
func (h *shaper) of(n *load.Node) *shape {
	if n == nil {
		return nil
	}
	if s, ok := h.known[n]; ok {
		return s
	}
	s := h.merge([]*load.Node{n})
	h.known[n] = s
	return s
}

// merge returns the shape of values that satisfy every one of nodes.
func (h *shaper) merge(nodes []*load.Node) *shape {
	s := &shape{byName: map[string]*property{}, required: map[string]bool{}}
	seen := map[*load.Node]bool{}
	for _, n := range nodes {
		s.absorb(n, seen)
	}
	if s.nullable && s.enum != nil {
		s.enum = slices.DeleteFunc(slices.Clone(s.enum), func(v *load.Node) bool { return v.Kind == load.Null })
	}
	return s
}

// absorb adds what n says.
func (s *shape) absorb(n *load.Node, seen map[*load.Node]bool) {
	if n == nil || seen[n] {
		return
	}
	seen[n] = true
	if n.Kind == load.Bool {
		s.closed = s.closed || !n.True()
		return
	}
	if n.Kind != load.Object {
		return
	}
	if n.IsRef() {
		t := n.Target()
		if t == nil {
			s.dangling = true
		}
		s.describe(n)
		s.absorb(t, seen)
	} else {
		s.describe(n)
	}
	s.nodes = append(s.nodes, n)
	s.absorbTypes(n)
	s.absorbObject(n)
	s.absorbArray(n)
	for _, part := range list(n.Get("allOf")) {
		s.absorb(part, seen)
	}
	s.absorbVariants(n)
}

func list(n *load.Node) []*load.Node {
	if n == nil || n.Kind != load.Array {
		return nil
	}
	return n.Items
}

// describe takes the outermost words: a description beside a reference says
// more about the place than the one behind it.
func (s *shape) describe(n *load.Node) {
	if d := n.Get("description"); d != nil && s.description == "" && d.Kind == load.String {
		s.description = d.Value
	}
	if d := n.Get("title"); d != nil && s.title == "" && d.Kind == load.String {
		s.title = d.Value
	}
	s.deprecated = s.deprecated || n.Get("deprecated").True()
	if r := n.Get("x-deprecated-reason"); r != nil && s.reason == "" {
		s.reason = r.Str()
	}
	s.readOnly = s.readOnly || n.Get("readOnly").True()
	s.writeOnly = s.writeOnly || n.Get("writeOnly").True()
	s.nullable = s.nullable || n.Get("nullable").True() || n.Get("x-nullable").True()
}

func (s *shape) absorbTypes(n *load.Node) {
	var k kinds
	switch t := n.Get("type"); {
	case t == nil:
	case t.Kind == load.Array:
		for _, e := range t.Items {
			if e.Str() == "null" {
				s.nullable = true
			}
			k |= kindNames[e.Str()]
		}
	case t.Str() == "null":
		s.nullable = true
	default:
		k = kindNames[strings.ToLower(t.Str())]
	}
	if k != 0 {
		if s.kinds&k != 0 {
			k &= s.kinds // a refinement narrows
		}
		s.kinds |= k
	}
	if f := n.Get("format"); f != nil && f.Kind == load.String && f.Value != "" {
		s.format = f.Value
	} else if f == nil && n.Get("contentEncoding").Str() == "base64" {
		s.format = "byte"
	}
	if c := n.Get("const"); c != nil {
		s.enum, s.hasConst = []*load.Node{c}, true
		s.nullable = s.nullable || c.Kind == load.Null
	} else if e := n.Get("enum"); e != nil && e.Kind == load.Array && !s.hasConst {
		s.absorbEnum(e.Items)
	} else if e := n.Get("x-extensible-enum"); e != nil && e.Kind == load.Array && s.enum == nil {
		s.absorbEnum(e.Items)
		s.extensible = true
	}
}

// absorbEnum narrows the values to those of both lists.
func (s *shape) absorbEnum(values []*load.Node) {
	for _, v := range values {
		if v.Kind == load.Null {
			s.nullable = true
		}
	}
	if s.enum == nil {
		s.enum = append([]*load.Node{}, values...)
		return
	}
	var both []*load.Node
	for _, v := range s.enum {
		if slices.ContainsFunc(values, func(w *load.Node) bool { return w.Kind == v.Kind && w.Value == v.Value }) {
			both = append(both, v)
		}
	}
	if len(both) > 0 {
		s.enum = both
	}
}

func (s *shape) absorbObject(n *load.Node) {
	if props := n.Get("properties"); props != nil && props.Kind == load.Object {
		for _, m := range props.Members {
			p := s.byName[m.Name]
			if p == nil {
				p = &property{name: m.Name}
				s.byName[m.Name] = p
				s.props = append(s.props, p)
			}
			p.nodes = append(p.nodes, m.Value)
		}
	}
	for _, r := range list(n.Get("required")) {
		if r.Kind == load.String {
			s.required[r.Value] = true
		}
	}
	if a := n.Get("additionalProperties"); a != nil {
		switch {
		case a.Kind == load.Object && len(a.Members) > 0:
			s.additional = a
		case a.Kind == load.Object || a.True():
			s.open = true
		}
	}
	if pp := n.Get("patternProperties"); pp != nil && pp.Kind == load.Object {
		for _, m := range pp.Members {
			s.patterns = append(s.patterns, m.Value)
		}
	}
}

func (s *shape) absorbArray(n *load.Node) {
	switch it := n.Get("items"); {
	case it == nil, it.Kind == load.Bool: // what follows a tuple, or not
	case it.Kind == load.Array:
		s.tuple = it.Items
	case s.items == nil:
		s.items = it
	}
	if p := n.Get("prefixItems"); p != nil && p.Kind == load.Array {
		s.tuple = p.Items
	}
}

func (s *shape) absorbVariants(n *load.Node) {
	for _, word := range []string{"oneOf", "anyOf"} {
		var vs []*load.Node
		for _, v := range list(n.Get(word)) {
			if isNullSchema(v) {
				s.nullable = true
				continue
			}
			vs = append(vs, v)
		}
		if len(vs) > 0 && len(s.variants) == 0 {
			s.variants = vs
		}
	}
	if d := n.Get("discriminator"); d != nil && s.discriminator == nil {
		s.discriminator = d
	}
}

// isNullSchema tells whether v allows null and nothing else.
func isNullSchema(v *load.Node) bool {
	t := v.Get("type")
	if t.Str() == "null" {
		return true
	}
	if e := v.Get("enum"); e != nil && t == nil && len(e.Items) == 1 && e.Items[0].Kind == load.Null {
		return true
	}
	return false
}

// structural keywords change what values a schema has beyond what it wraps.
var structural = []string{
	"properties", "items", "prefixItems", "oneOf", "anyOf", "enum", "const", "additionalProperties", "patternProperties", "required", "discriminator",
}

// core follows references and wrappers that add only words, and tells whether
// null was allowed on the way: {allOf: [{$ref: X}], description: …} is X.
func (h *shaper) core(n *load.Node) (*load.Node, bool) {
	null := false
	for range 64 {
		if n == nil || n.Kind != load.Object {
			return n, null
		}
		null = null || n.Get("nullable").True() || n.Get("x-nullable").True()
		next := wrapped(n)
		if next == nil {
			return n, null || h.of(n).nullable
		}
		for _, word := range []string{"oneOf", "anyOf"} {
			for _, v := range list(n.Get(word)) {
				null = null || isNullSchema(v)
			}
		}
		n = next
	}
	return n, null
}

// wrapped is the one schema that n stands for, or nil when n is a schema of its own.
func wrapped(n *load.Node) *load.Node {
	inner, outer := (*load.Node)(nil), ""
	switch {
	case n.IsRef():
		inner = n.Target()
	case len(list(n.Get("allOf"))) == 1:
		inner, outer = n.Get("allOf").Items[0], "allOf"
	default:
		for _, word := range []string{"oneOf", "anyOf"} {
			var vs []*load.Node
			for _, v := range list(n.Get(word)) {
				if !isNullSchema(v) {
					vs = append(vs, v)
				}
			}
			if len(vs) == 1 {
				inner, outer = vs[0], word
				break
			}
		}
	}
	if inner == nil {
		return nil
	}
	if n.IsRef() && len(n.Members) == 1 {
		return inner
	}
	for _, word := range structural {
		if word != outer && n.Get(word) != nil && !(word == "discriminator" && outer != "") {
			return nil
		}
	}
	if outer != "allOf" && len(list(n.Get("allOf"))) > 0 {
		return nil
	}
	return inner
}
