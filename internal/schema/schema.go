// Package schema reads what the schemas of an OpenAPI document mean: references
// followed, allOf merged, the spellings of null made one, constraints kept. It
// is the only place that reads schemas; other packages ask
// here, so that no two parts of docwright can understand a document differently.
package schema

import (
	"regexp"
	"slices"

	"github.com/docwright/docwright/internal/load"
)

// Types is a set of JSON types, null aside.
type Types uint8

// The JSON types.
const (
	String Types = 1 << iota
	Number
	Integer
	Boolean
	Array
	Object
)

var typesByName = map[string]Types{
	"string": String, "number": Number, "integer": Integer, "boolean": Boolean, "array": Array, "object": Object,
	"file": String, // Swagger 2's, found in converted documents
}

// Single reports whether t is exactly one type.
func (t Types) Single() bool { return t != 0 && t&(t-1) == 0 }

// Names are the names of the types, in alphabetical order.
func (t Types) Names() []string {
	var names []string
	for _, name := range []string{"array", "boolean", "integer", "number", "object", "string"} {
		if t&typesByName[name] != 0 {
			names = append(names, name)
		}
	}
	return names
}

// Document is what the schemas of a document mean. It must not be used by
// several goroutines at once.
type Document struct {
	source      *load.Document
	read        map[place]*Schema
	leads       map[string]map[*load.Node]bool // see findDynamic
	scopes      map[string]*scope
	bindings    int // of all scopes
	maxBindings int
	unbound     *load.Node                  // see Unbound
	merged      map[string]*Schema          // by what it is merged from
	ids         map[*load.Node]int          // for the keys of merged
	nulls       map[*load.Node]bool         // schemas of null alone
	cores       map[place]*load.Node        // see unwrapped
	wraps       int                         // how often wrapped was computed, for tests
	patterns    map[string]*regexp.Regexp   // of strings; nil for those that Go cannot read
	subtypes    map[*load.Node][]*load.Node // by base; see Subtypes
	evidence    *evidence                   // of JSON:API; see findEvidence
}

// Read returns the meaning of doc's schemas. Each is computed when it is asked
// for, once.
func Read(doc *load.Document) *Document {
	d := &Document{
		source: doc, read: map[place]*Schema{}, merged: map[string]*Schema{}, ids: map[*load.Node]int{}, nulls: map[*load.Node]bool{}, cores: map[place]*load.Node{}, patterns: map[string]*regexp.Regexp{},
		leads: map[string]map[*load.Node]bool{}, scopes: map[string]*scope{}, maxBindings: fewestBindings,
	}
	d.findDynamic()
	return d
}

// Schema is the meaning of a schema. It must not be changed; Copy returns one
// that may be, until it is used. Two schemas are the same if their pointers are.
type Schema struct {
	Places []*load.Node // where it is written; several where parts of an allOf describe one member
	Parts  []*load.Node // the schema objects that contribute, in order
	Origin *Schema      // the schema of the document that it is a reading of; mostly itself
	Made   bool         // no place of the document has this schema: see Synthesize

	Types      Types
	Nullable   bool
	OnlyNull   bool // null is the only value
	Never      bool // the schema false: no value is valid
	Dangling   bool // it has a reference that points to nothing
	Enum       []*load.Node
	Constant   bool // Enum comes from const
	Extensible bool // x-extensible-enum: further values are expected
	Format     string

	Properties           []*Property
	AdditionalProperties *Use       // schema of the members that no property names
	PatternProperties    []*Pattern // schemas of members by pattern
	Open                 bool       // additionalProperties: true or {}
	Closed               bool       // additionalProperties: false
	Items                *Use
	ItemsClosed          bool     // items: false: no item beyond PrefixItems
	ItemsOpen            bool     // items: true: items may be anything
	PrefixItems          []*Use   // also items as a list
	Variants             []*Use   // of oneOf or anyOf, without null; at least two
	FurtherVariants      [][]*Use // of another oneOf or anyOf that has to hold at the same time
	Discriminator        *load.Node

	Constraints
	Annotations

	byName   map[string]*Property
	required map[string]*load.Node
	document *Document
	scope    *scope // of dynamic anchors, where it is used
	core     *Schema
	hasCore  bool
	byType   []*Use // see ByType
}

// Annotations are what a schema says about its values without restricting them.
// What is written closest to the use of a schema wins.
type Annotations struct {
	Title            string
	Description      string
	Deprecated       bool
	DeprecatedReason string // x-deprecated-reason
	ReadOnly         bool
	WriteOnly        bool
	Default          *load.Node
	Examples         []*load.Node // of example and examples
	ExternalDocs     *load.Node
	XML              *load.Node
}

// Property is a member of an object schema.
type Property struct {
	Name string
	Use
}

// Pattern is a pattern for names of members, with the schema of those members.
type Pattern struct {
	Pattern string
	Use
}

// Use is a place that a schema is used at: a property, the items of an array, an
// alternative. Its schema is computed on demand, because schemas may hold
// themselves.
type Use struct {
	Nodes []*load.Node // several where parts of an allOf describe the same place

	document *Document
	scope    *scope
	schema   *Schema
}

// Node is the first schema written at the place; the zero Use has none.
func (u *Use) Node() *load.Node {
	if u == nil || len(u.Nodes) == 0 {
		return nil
	}
	return u.Nodes[0]
}

// Schema is the schema of values at the place; nil for nil.
func (u *Use) Schema() *Schema {
	if u == nil {
		return nil
	}
	if u.schema == nil {
		u.schema = u.document.all(u.Nodes, u.scope)
	}
	return u.schema
}

// Schemas are the schemas written at the place, one by one.
func (u *Use) Schemas() []*Schema {
	if len(u.Nodes) == 1 || u.document == nil {
		return []*Schema{u.Schema()}
	}
	all := make([]*Schema, len(u.Nodes))
	for i, n := range u.Nodes {
		all[i] = u.document.of(n, u.scope)
	}
	return all
}

// UseOf is a use of a schema that no place of the document has.
func UseOf(s *Schema) *Use {
	return &Use{Nodes: s.Places, document: s.document, schema: s}
}

// Join is the use that all of uses describe.
func Join(uses ...*Use) Use {
	if len(uses) == 1 {
		return *uses[0]
	}
	joined := Use{}
	for _, u := range uses {
		joined.Nodes = append(joined.Nodes, u.Nodes...)
		joined.document, joined.scope = u.document, u.scope
	}
	return joined
}

// Node is where the schema is written; its first place, if it has several.
func (s *Schema) Node() *load.Node {
	if s == nil || len(s.Places) == 0 {
		return nil
	}
	return s.Places[0]
}

// GoName is the name that the document asks for in x-go-name, "" if it does not.
func (s *Schema) GoName() string {
	if s == nil || s.Made {
		return ""
	}
	return s.Node().Get("x-go-name").Str()
}

// Property returns the property called name; nil if there is none, or no schema.
func (s *Schema) Property(name string) *Property {
	if s == nil {
		return nil
	}
	return s.byName[name]
}

// Required reports whether a value must have the member called name.
func (s *Schema) Required(name string) bool { return s != nil && s.required[name] != nil }

// RequiresMembers reports whether a value must have some member that requests
// send.
func (s *Schema) RequiresMembers() bool {
	return s != nil && slices.ContainsFunc(s.Properties, func(p *Property) bool {
		m := p.Schema()
		return s.Required(p.Name) && !(m.ReadOnly && !m.WriteOnly)
	})
}

// RequiredAt is where the member called name is required; nil if it is not.
func (s *Schema) RequiredAt(name string) *load.Node {
	if s == nil {
		return nil
	}
	return s.required[name]
}

// SaysSomething reports whether the schema says anything about its values.
func (s *Schema) SaysSomething() bool {
	return s.Types != 0 || s.Enum != nil || len(s.Properties) > 0 || s.AdditionalProperties != nil || s.Open || s.Items != nil ||
		len(s.Variants) > 0 || len(s.PatternProperties) > 0 || len(s.PrefixItems) > 0
}

// Alternatives are the cores of the schema's oneOf or anyOf; nil for no schema.
func (s *Schema) Alternatives() []*Schema {
	if s == nil {
		return nil
	}
	var all []*Schema
	for _, u := range s.Variants {
		all = append(all, u.Schema().Core())
	}
	return all
}

// IsObject reports whether values are objects.
func (s *Schema) IsObject() bool {
	return s.Types == Object || s.Types == 0 && (len(s.Properties) > 0 || s.AdditionalProperties != nil || s.Open || len(s.PatternProperties) > 0) ||
		s.Types&Object != 0 && len(s.Properties) > 0
}

// IsArray reports whether values are arrays.
func (s *Schema) IsArray() bool { return s.Types == Array || s.Types == 0 && s.Items != nil }

// EndsWithPrefix reports whether an array has no items beyond PrefixItems.
func (s *Schema) EndsWithPrefix() bool {
	most, limited := number(s.MaxItems)
	return s.ItemsClosed || limited && int(most) <= len(s.PrefixItems)
}

// ConstantValue is the only value of the schema other than null; nil if it has
// several.
func (s *Schema) ConstantValue() *load.Node {
	if s != nil && len(s.Enum) == 1 && !s.Extensible && s.Enum[0].Kind != load.Null {
		return s.Enum[0]
	}
	return nil
}

// Copy returns a reading of s that its owner may change: for example s without
// its alternatives. It stands for the same schema of the document: its Origin is
// that of s.
func (s *Schema) Copy() *Schema {
	c := *s
	c.core, c.hasCore = &c, true
	return &c
}

// Synthesize returns a copy of s that is a schema of its own, which no place of
// the document has, at the first place of at.
func (s *Schema) Synthesize(at *load.Node) *Schema {
	c := s.Copy()
	c.Places, c.Origin, c.Made = []*load.Node{at}, c, true
	return c
}

// SetProperties replaces the properties of a copy, and which are required.
func (s *Schema) SetProperties(properties []*Property, required func(name string) bool) {
	s.Properties, s.byName, s.required = properties, map[string]*Property{}, map[string]*load.Node{}
	for _, p := range properties {
		s.byName[p.Name] = p
		if required(p.Name) {
			s.required[p.Name] = p.Node()
		}
	}
}
