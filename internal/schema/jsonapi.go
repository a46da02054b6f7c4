package schema

import (
	"regexp"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file recognises JSON:API (https://jsonapi.org/format/1.1) from what schemas
// say. What calls and examples add to that is in evidence.go.

// resourceMembers are the members of a resource object.
var resourceMembers = map[string]bool{"id": true, "lid": true, "type": true, "attributes": true, "relationships": true, "meta": true, "links": true}

// IsResourceMember reports whether JSON:API gives resource objects a member called
// name. APIs add further ones.
func IsResourceMember(name string) bool { return resourceMembers[name] }

// documentMembers are the members of a document's top level.
var documentMembers = map[string]bool{"data": true, "included": true, "meta": true, "links": true, "jsonapi": true, "errors": true}

// givenType is the type that a schema has by x-jsonapi: {type: NAME}; nil without.
func (s *Schema) givenType() *load.Node {
	if s == nil {
		return nil
	}
	for _, part := range s.Parts {
		if v := part.Get("x-jsonapi", "type"); v != nil {
			return v
		}
	}
	return nil
}

// IsResource reports whether s is a resource object of one type, with attributes
// or relationships.
func (s *Schema) IsResource() bool { return s.hasResourceShape() && len(s.ResourceTypes()) == 1 }

// IsPolymorphic reports whether s is a resource object of one of several types: one
// that documents hold. Elsewhere, objects with a type and attributes are anything,
// such as a change with its action.
func (s *Schema) IsPolymorphic() bool {
	return s.hasResourceShape() && len(s.ResourceTypes()) > 1 && s.document.isElement(s)
}

// hasResourceShape reports whether s has the members of a resource object.
func (s *Schema) hasResourceShape() bool {
	if s == nil || len(s.Properties) == 0 {
		return false
	}
	if s.givenType() != nil {
		return true
	}
	if !s.hasSections() && !(s.hasLinks() && s.document.isElement(s)) {
		return false
	}
	return s.Property("type") != nil && s.hasOnly(resourceMembers) || s.document.isElement(s)
}

// hasSections reports whether s has attributes or relationships, as objects.
func (s *Schema) hasSections() bool {
	if s.Property("attributes") == nil && s.Property("relationships") == nil {
		return false
	}
	for _, word := range []string{"attributes", "relationships"} {
		if p := s.Property(word); p != nil {
			m := p.Schema().Core()
			if m == nil || !m.IsObject() && m.SaysSomething() || len(m.Variants) > 0 || m.AdditionalProperties != nil && len(m.Properties) == 0 {
				return false
			}
		}
	}
	return true
}

// hasLinks reports whether s has links, which a resource identifier has not.
func (s *Schema) hasLinks() bool { return s.Property("links") != nil && s.hasIdentifierShape() }

// IsIdentifier reports whether s is a resource identifier object: type and id only.
func (s *Schema) IsIdentifier() bool { return s.hasIdentifierShape() && len(s.ResourceTypes()) > 0 }

func (s *Schema) hasIdentifierShape() bool {
	return s.Property("type") != nil && (s.Property("id") != nil || s.Property("lid") != nil) &&
		s.Property("attributes") == nil && s.Property("relationships") == nil && s.hasOnly(resourceMembers)
}

func (s *Schema) hasOnly(allowed map[string]bool) bool {
	for _, p := range s.Properties {
		if !allowed[p.Name] {
			return false
		}
	}
	return true
}

// ResourceTypes are the values of the member "type": those that are documented, or
// else the one that the document gives evidence of.
func (s *Schema) ResourceTypes() []string {
	if s == nil {
		return nil
	}
	if x := s.givenType(); x.Str() != "" {
		return []string{x.Value}
	}
	if types := s.ConstantTypes(); len(types) > 0 {
		return types
	}
	if found := s.document.InferenceOf(s); found != nil {
		return []string{found.Type}
	}
	return nil
}

// literalPattern matches patterns that one text is valid for.
var literalPattern = regexp.MustCompile(`^\^([A-Za-z0-9_-]+)\$$`)

// ConstantTypes are the values of the member "type" that the schema lists.
func (s *Schema) ConstantTypes() []string {
	t := s.Property("type").core()
	if t == nil || t.Extensible {
		return nil
	}
	var types []string
	for _, v := range t.Enum {
		if v.Kind == load.String {
			types = append(types, v.Value)
		}
	}
	if types == nil && len(t.Patterns) == 1 {
		if m := literalPattern.FindStringSubmatch(t.Patterns[0].Str()); m != nil {
			return m[1:]
		}
	}
	return types
}

// core is the core of a member's schema; nil for none.
func (p *Property) core() *Schema {
	if p == nil {
		return nil
	}
	return p.Schema().Core()
}

// ByType are readings of a polymorphic resource, one for each of its types.
func (s *Schema) ByType() []*Use {
	if s.byType == nil {
		for _, typ := range s.ResourceTypes() {
			one := s.Synthesize(s.Node())
			kind := s.Property("type").core().Synthesize(s.Property("type").Node())
			kind.Enum = slices.DeleteFunc(slices.Clone(kind.Enum), func(v *load.Node) bool { return v.Value != typ })
			properties := slices.Clone(s.Properties)
			i := slices.IndexFunc(properties, func(p *Property) bool { return p.Name == "type" })
			properties[i] = &Property{Name: "type", Use: *UseOf(kind)}
			one.SetProperties(properties, s.Required)
			s.byType = append(s.byType, UseOf(one))
		}
	}
	return s.byType
}

// ResourceDocument is a JSON:API document with primary data.
type ResourceDocument struct {
	Schema      *Schema
	Data        *Schema  // of one element of data
	Many        bool     // data is an array
	Types       []string // types that data may have
	Identifiers bool     // data holds resource identifier objects only
	Nullable    bool     // data may be null
}

// ResourceDocument returns what s is as a JSON:API document; nil if it is not one.
func (s *Schema) ResourceDocument() *ResourceDocument {
	s = s.Core()
	p := s.Property("data")
	if p == nil || len(s.Variants) > 0 || !s.hasOnly(documentMembers) {
		return nil
	}
	d := &ResourceDocument{Schema: s, Nullable: p.Schema().Nullable}
	d.Data, d.Many = p.Schema().Element()
	if d.Data == nil {
		return nil
	}
	resources, identifiers := d.Data.primaryTypes(0)
	if len(resources)+len(identifiers) == 0 || len(resources) > 0 && len(identifiers) > 0 {
		return nil
	}
	d.Types, d.Identifiers = resources, len(resources) == 0
	if d.Identifiers {
		d.Types = identifiers
	}
	return d
}

// Element is the schema of what is in data: of the items of an array, or of the
// value itself; nil if that is not known. An alternative of any object next to one
// that is described adds nothing.
func (s *Schema) Element() (one *Schema, many bool) {
	core := s.Core()
	switch {
	case core == nil:
		return s, false
	case core.IsArray():
		return core.Items.Schema(), true
	case len(core.Properties) > 0 || len(core.Variants) == 0:
		return s, false
	}
	said := described(core.Variants)
	if len(said) == 1 {
		return said[0].Schema().Element()
	}
	if s.bothWays(said) {
		return said[0].Schema(), true
	}
	return s, false
}

// bothWays reports whether alternatives are a schema and an array of the same.
func (s *Schema) bothWays(said []*Use) bool {
	if len(said) != 2 {
		return false
	}
	one, list := said[0].Schema().Core(), said[1].Schema().Core()
	return list.IsArray() && list.Items.Schema().Core() == one
}

// described are the alternatives that say more than that there is an object, or an
// array of objects.
func described(variants []*Use) []*Use {
	return slices.DeleteFunc(slices.Clone(variants), func(u *Use) bool {
		c := u.Schema().Core()
		if c != nil && c.IsArray() {
			c = c.Items.Schema().Core()
		}
		return c == nil || len(c.Properties) == 0 && len(c.Variants) == 0 && c.AdditionalProperties == nil && (c.Types == 0 || c.Types == Object)
	})
}

// maxNested bounds how deep alternatives within alternatives are looked at.
const maxNested = 4

// primaryTypes lists the types of resources and of identifiers among the
// alternatives of s; nothing if something else is among them.
func (s *Schema) primaryTypes(depth int) (resources, identifiers []string) {
	s = s.Core()
	switch {
	case s == nil || depth > maxNested:
		return nil, nil
	case s.IsResource(), s.IsPolymorphic():
		return s.ResourceTypes(), nil
	case len(s.Properties) == 0 && len(s.Variants) > 0:
		for _, v := range s.Variants {
			r, i := v.Schema().primaryTypes(depth + 1)
			if len(r)+len(i) == 0 {
				return nil, nil
			}
			resources, identifiers = append(resources, r...), append(identifiers, i...)
		}
		return resources, identifiers
	case s.IsIdentifier():
		return nil, s.ResourceTypes()
	}
	return nil, nil
}

// IdentifierTypes are the types that a resource identifier object, or each of its
// alternatives, may have.
func (s *Schema) IdentifierTypes() []string { return s.identifierTypes(0) }

func (s *Schema) identifierTypes(depth int) []string {
	if s == nil || depth > maxNested {
		return nil
	}
	types := s.ResourceTypes()
	for _, v := range s.Variants {
		types = append(types, v.Schema().Core().identifierTypes(depth+1)...)
	}
	return types
}

// IsErrorDocument reports whether s is a document of errors
// (https://jsonapi.org/format/1.1/#errors).
func (s *Schema) IsErrorDocument() bool {
	p := s.Property("errors")
	if p == nil || !s.hasOnly(documentMembers) {
		return false
	}
	errors := p.Schema().Core()
	if errors == nil || errors.Items == nil {
		return false
	}
	item := errors.Items.Schema().Core()
	return item.Property("detail") != nil || item.Property("title") != nil
}

// Reason says why a body is not a document of JSON:API, and what to change.
type Reason struct {
	At   *load.Node
	Text string
	Fix  string
}

const documentFix = "describe a document: an object with data, or with errors or meta; if it is none, name application/json"

// WhyWithoutSchema is why a body that has no schema is not a document of JSON:API, at
// its media type.
func WhyWithoutSchema(media *load.Node) *Reason {
	return &Reason{media, "it has no schema", documentFix}
}

// WhyPlainError is why the schema at n is not that of a document of errors; nil if it is
// one, or says nothing.
func (d *Document) WhyPlainError(n *load.Node) *Reason {
	s := d.Of(n).Core()
	switch {
	case s == nil || s.IsErrorDocument() || !s.SaysSomething() || len(s.Properties) == 0:
		return nil
	case s.Property("errors") == nil:
		return &Reason{n, "an error has no member errors", "describe a document of errors: an object with errors, which have title and detail; if it is none, name application/json"}
	}
	return nil
}

// WhyPlain is why the schema at n is not a document of JSON:API; nil if it is one, or
// one of errors, of meta information or of atomic operations.
func (d *Document) WhyPlain(n *load.Node) *Reason {
	s := d.Of(n).Core()
	if s == nil || s.ResourceDocument() != nil || s.IsErrorDocument() || s.Property("atomic:operations") != nil || s.Property("atomic:results") != nil {
		return nil
	}
	p := s.Property("data")
	switch {
	case s.IsArray():
		return &Reason{n, "it is an array", documentFix}
	case s.Types != 0 && s.Types&Object == 0:
		return &Reason{n, "it is not an object", documentFix}
	case p == nil && s.IsObject() && s.Property("meta") != nil && s.hasOnly(documentMembers):
		return nil
	case p == nil:
		return &Reason{n, "it has no member data", documentFix}
	case len(s.Variants) > 0:
		return &Reason{n, "the document has alternatives next to its members", "describe alternatives of data, not of the document"}
	}
	for _, m := range s.Properties {
		if !documentMembers[m.Name] {
			return &Reason{m.Node(), "a document has no member " + m.Name, "move it into meta"}
		}
	}
	one, _ := p.Schema().Element()
	elements := resourceElements(one, 0)
	if len(elements) == 0 || len(elements) == 1 && elements[0].OnlyNull || !one.SaysSomething() {
		return &Reason{p.Node(), "data says nothing of what it is", "describe it as a resource: type, id, attributes and relationships"}
	}
	for _, x := range elements {
		if r := x.whyNoResource(); r != nil {
			return r
		}
	}
	return &Reason{p.Node(), "data has resources and identifiers", "describe one of the two"}
}

// whyNoResource is why s is not a resource; nil if it is one, or an identifier.
func (s *Schema) whyNoResource() *Reason {
	if s.IsResource() || s.IsPolymorphic() || s.IsIdentifier() {
		return nil
	}
	if !s.IsObject() {
		return &Reason{s.Node(), "data is not an object", "describe it as a resource: type, id, attributes and relationships"}
	}
	for _, p := range s.Properties {
		if !resourceMembers[p.Name] {
			return &Reason{p.Node(), "a resource has no member " + p.Name, "move it into attributes, or give the schema x-jsonapi: {type: NAME} if the API has its attributes there"}
		}
	}
	for _, word := range []string{"attributes", "relationships"} {
		p := s.Property(word)
		if p == nil || s.hasSections() {
			continue
		}
		return &Reason{p.Node(), word + " has no members of fixed names", "describe its members by properties"}
	}
	at, missing := s.Node(), "a resource without a type"
	update := "type: {type: string, enum: [NAME]}"
	if p := s.Property("type"); p != nil {
		at, missing, update = p.Node(), "the type of a resource is not a constant, and nothing says what it is", "enum: [NAME]"
	} else if s.Property("attributes") == nil && s.Property("relationships") == nil {
		missing = "data is neither a resource nor an identifier"
	}
	return &Reason{at, missing, "give type one value, by an overlay if the document is not yours: update " + at.Pointer() + " with {" + update + "}"}
}

// wordsPattern matches patterns of one of several words, or of a list of them with
// commas: ^(author|tags)(,(author|tags))*$.
var wordsPattern = regexp.MustCompile(`^\^?\((?:\?:)?([A-Za-z0-9_.|-]+)\)(?:\((?:\?:)?,\((?:\?:)?([A-Za-z0-9_.|-]+)\)\)\*)?\$?$`)

// PatternWords are the words that the pattern of a text allows, as a schema with an
// enum, and whether it allows a list of them; nil for other patterns.
func (s *Schema) PatternWords() (word *Schema, list bool) {
	core := s.Core()
	if core == nil || core.Types != String || core.Enum != nil || len(core.Patterns) != 1 {
		return nil, false
	}
	m := wordsPattern.FindStringSubmatch(core.Patterns[0].Str())
	if m == nil || m[2] != "" && m[2] != m[1] {
		return nil, false
	}
	at := core.Patterns[0]
	word = core.Synthesize(core.Node())
	word.Patterns = nil
	for _, w := range strings.Split(m[1], "|") {
		word.Enum = append(word.Enum, &load.Node{Kind: load.String, Value: w, Parent: at.Parent, Name: at.Name, File: at.File, Line: at.Line, Col: at.Col})
	}
	return word, m[2] != ""
}
