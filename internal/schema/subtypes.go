package schema

import (
	"slices"

	"github.com/docwright/docwright/internal/load"
)

// This file finds the subtypes of a base. OpenAPI has two ways to say them: the
// base lists them in oneOf, or they are allOf the base and the base has nothing
// but a discriminator (Discriminator Object; Composition and Inheritance).

// Subtypes are the component schemas that are allOf s, directly or not, in the
// order of the document. Only a base with a discriminator and without
// alternatives of its own has any.
func (s *Schema) Subtypes() []*Schema {
	if s == nil || len(s.Variants) > 0 {
		return nil
	}
	return s.Derived()
}

// Derived are the component schemas that are allOf s, a base with a discriminator,
// whether it has alternatives of its own or not.
func (s *Schema) Derived() []*Schema {
	if s == nil || s.Made || s.Origin != s || len(s.Places) != 1 || s.Node().Get("discriminator") == nil {
		return nil
	}
	d := s.document
	if d.subtypes == nil {
		d.findSubtypes()
	}
	var all []*Schema
	for _, n := range d.subtypes[s.Node()] {
		all = append(all, d.Of(n))
	}
	return all
}

// JoinedBase is where one of several parts that describe the same values says that they
// are those of a base with subtypes; nil if none does. The merged schema has no subtypes.
func (s *Schema) JoinedBase() *load.Node {
	if len(s.Places) < 2 {
		return nil
	}
	for _, n := range s.Places {
		if core := s.document.of(n, s.scope).Core(); core != nil && len(core.Subtypes()) > 0 {
			return n
		}
	}
	return nil
}

// findSubtypes notes the component schemas that are allOf a base.
func (d *Document) findSubtypes() {
	d.subtypes = map[*load.Node][]*load.Node{}
	for _, file := range d.source.Files {
		schemas := file.Root.Get("components", "schemas")
		if schemas == nil || schemas.Kind != load.Object {
			continue
		}
		for _, m := range schemas.Members {
			d.addBases(m.Value, m.Value, map[*load.Node]bool{m.Value: true})
		}
	}
}

// addBases makes n a subtype of all that part is allOf.
func (d *Document) addBases(n, part *load.Node, seen map[*load.Node]bool) {
	parts := list(part.Get("allOf"))
	if part.IsRef() && len(part.Members) > 1 {
		parts = append(slices.Clone(parts), part)
	}
	for _, p := range parts {
		base := p.Target()
		if base == nil || seen[base] {
			continue
		}
		seen[base] = true
		if base != p && base.Get("discriminator") != nil {
			d.subtypes[base] = append(d.subtypes[base], n)
		}
		d.addBases(n, base, seen)
	}
}
