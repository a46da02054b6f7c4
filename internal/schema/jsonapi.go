package schema

import "github.com/docwright/docwright/internal/load"

// This file recognises JSON:API (https://jsonapi.org/format/1.1) from what schemas
// say: a resource object has a constant type and, next to it, only the members
// that the format gives it.

// resourceMembers are the members of a resource object.
var resourceMembers = map[string]bool{"id": true, "lid": true, "type": true, "attributes": true, "relationships": true, "meta": true, "links": true}

// documentMembers are the members of a document's top level.
var documentMembers = map[string]bool{"data": true, "included": true, "meta": true, "links": true, "jsonapi": true, "errors": true}

// IsResource reports whether s is a resource object of one type, with attributes
// or relationships.
func (s *Schema) IsResource() bool {
	if s.Property("type") == nil || s.Property("attributes") == nil && s.Property("relationships") == nil || !s.hasOnly(resourceMembers) {
		return false
	}
	if len(s.ResourceTypes()) != 1 {
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

// IsIdentifier reports whether s is a resource identifier object: type and id only.
func (s *Schema) IsIdentifier() bool {
	return s.Property("type") != nil && (s.Property("id") != nil || s.Property("lid") != nil) &&
		s.Property("attributes") == nil && s.Property("relationships") == nil && s.hasOnly(resourceMembers) && len(s.ResourceTypes()) > 0
}

func (s *Schema) hasOnly(allowed map[string]bool) bool {
	for _, p := range s.Properties {
		if !allowed[p.Name] {
			return false
		}
	}
	return true
}

// ResourceTypes are the documented values of the member "type".
func (s *Schema) ResourceTypes() []string {
	p := s.Property("type")
	if p == nil {
		return nil
	}
	t := p.Schema().Core()
	if t == nil || t.Extensible {
		return nil
	}
	var types []string
	for _, v := range t.Enum {
		if v.Kind == load.String {
			types = append(types, v.Value)
		}
	}
	return types
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
	d := &ResourceDocument{Schema: s, Data: p.Schema(), Nullable: p.Schema().Nullable}
	if data := p.Schema().Core(); data != nil && data.IsArray() {
		if data.Items == nil {
			return nil
		}
		d.Many, d.Data = true, data.Items.Schema()
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

// maxNested bounds how deep alternatives within alternatives are looked at.
const maxNested = 4

// primaryTypes lists the types of resources and of identifiers among the
// alternatives of s; nothing if something else is among them.
func (s *Schema) primaryTypes(depth int) (resources, identifiers []string) {
	s = s.Core()
	switch {
	case s == nil || depth > maxNested:
		return nil, nil
	case s.IsResource():
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

// OpenResource returns the schema of the primary data of a document that would be
// JSON:API if that had a constant type: it has the members of resource objects
// only, attributes or relationships among them. It is nil for all else.
func (s *Schema) OpenResource() *Schema {
	data := s.Core().Property("data")
	if data == nil || s.ResourceDocument() != nil {
		return nil
	}
	r := data.Schema().Core()
	if r != nil && r.Items != nil {
		r = r.Items.Schema().Core()
	}
	if r == nil || r.Property("attributes") == nil && r.Property("relationships") == nil || !r.hasOnly(resourceMembers) || len(r.ResourceTypes()) == 1 {
		return nil
	}
	return r
}
