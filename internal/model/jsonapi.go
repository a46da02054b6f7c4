package model

import (
	"github.com/docwright/docwright/internal/load"
)

// This file recognises JSON:API (https://jsonapi.org/format/1.1) from the shape
// of schemas: a resource object has a constant type and, beside it, nothing but
// the members that the format gives it. Resources become flat structs; all
// schemas of one JSON:API type that responses hold become one Go type, because a
// reader wants one Contact, however many sparse views of it the document lists.

var resourceMembers = map[string]bool{"id": true, "lid": true, "type": true, "attributes": true, "relationships": true, "meta": true, "links": true}

// isResource tells whether s is a resource object with something in it.
func (b *builder) isResource(s *shape) bool {
	if s == nil || s.prop("type") == nil || s.prop("attributes") == nil && s.prop("relationships") == nil || !onlyMembers(s, resourceMembers) {
		return false
	}
	if len(b.typeConstants(s)) != 1 {
		return false
	}
	for _, word := range []string{"attributes", "relationships"} {
		if p := s.prop(word); p != nil {
			if _, ps := b.resolve(p.nodes); ps == nil || !ps.object() && ps.said() || len(ps.variants) > 0 || ps.additional != nil && len(ps.props) == 0 {
				return false
			}
		}
	}
	return true
}

// isIdentifier tells whether s is a resource identifier object: type and id only.
func (b *builder) isIdentifier(s *shape) bool {
	return s != nil && s.prop("type") != nil && (s.prop("id") != nil || s.prop("lid") != nil) && s.prop("attributes") == nil && s.prop("relationships") == nil &&
		onlyMembers(s, resourceMembers) && len(b.typeConstants(s)) > 0
}

func onlyMembers(s *shape, allowed map[string]bool) bool {
	for _, p := range s.props {
		if !allowed[p.name] {
			return false
		}
	}
	return true
}

// typeConstants are the documented values of the member "type".
func (b *builder) typeConstants(s *shape) []string {
	p := s.prop("type")
	if p == nil {
		return nil
	}
	_, ts := b.resolve(p.nodes)
	if ts == nil || ts.extensible {
		return nil
	}
	var out []string
	for _, v := range ts.enum {
		if v.Kind == load.String {
			out = append(out, v.Value)
		}
	}
	return out
}

// document is a JSON:API document: an object with primary data.
type document struct {
	node  *load.Node
	s     *shape
	data  []*load.Node // schemas of one element of data
	many  bool
	types []string // JSON:API types that data may have
	ident bool     // data holds resource identifiers only
	null  bool     // data may be null
}

var documentMembers = map[string]bool{"data": true, "included": true, "meta": true, "links": true, "jsonapi": true, "errors": true}

// document recognises the schema of a JSON:API document; nil when n is none.
func (b *builder) document(n *load.Node) *document {
	if n == nil {
		return nil
	}
	core, _ := b.shapes.core(n)
	if core == nil {
		return nil
	}
	s := b.shapes.of(core)
	p := s.prop("data")
	if p == nil || len(s.variants) > 0 || !onlyMembers(s, documentMembers) {
		return nil
	}
	_, ds := b.resolve(p.nodes)
	d := &document{node: core, s: s, data: p.nodes, null: b.nullable(p.nodes)}
	if ds != nil && (ds.kinds == isArray || ds.kinds == 0 && ds.items != nil) {
		if ds.items == nil {
			return nil
		}
		d.many, d.data = true, []*load.Node{ds.items}
	}
	resources, idents := b.primary(d.data, 0)
	if len(resources)+len(idents) == 0 || len(resources) > 0 && len(idents) > 0 {
		return nil
	}
	d.types, d.ident = resources, len(resources) == 0
	if d.ident {
		d.types = idents
	}
	return d
}

// primary lists the JSON:API types of resources and of identifiers among the
// alternatives of nodes; nothing when something else is among them.
func (b *builder) primary(nodes []*load.Node, depth int) (resources, idents []string) {
	_, s := b.resolve(nodes)
	switch {
	case s == nil || depth > 4:
		return nil, nil
	case b.isResource(s):
		return b.typeConstants(s), nil
	case len(s.props) == 0 && len(s.variants) > 0:
		for _, v := range s.variants {
			r, i := b.primary([]*load.Node{v}, depth+1)
			if len(r)+len(i) == 0 {
				return nil, nil
			}
			resources, idents = append(resources, r...), append(idents, i...)
		}
		return resources, idents
	case b.isIdentifier(s):
		return nil, b.typeConstants(s)
	}
	return nil, nil
}
