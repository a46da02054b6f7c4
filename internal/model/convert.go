package model

import (
	"slices"

	"github.com/docwright/docwright/internal/names"
	"github.com/docwright/docwright/internal/schema"
)

// This file turns operations into methods.

func (r Role) writes() bool { return r == RoleWrite || r >= roleUpload }

func (r Role) uploads() bool { return r == roleUpload || r == rolePatchUpload }

func (r Role) patches() bool { return r == rolePatch || r == rolePatchUpload }

// upload is the role in a multipart body.
func (r Role) upload() Role {
	if r.patches() {
		return rolePatchUpload
	}
	return roleUpload
}

// part is the role of the values of a part of a form: an object is JSON, also if the
// form has files, and what is binary in it is a string.
func (r Role) part(s *schema.Schema) Role {
	for seen := map[*schema.Schema]bool{}; s != nil && s.IsArray() && s.Items != nil && !seen[s]; { // arrays may hold themselves
		seen[s] = true
		s = s.Items.Schema().Core()
	}
	switch {
	case s == nil || !s.IsObject():
		return r
	case r == roleUpload:
		return RoleWrite
	case r == rolePatchUpload:
		return rolePatch
	}
	return r
}

// whole is the role of values that a PATCH replaces as a whole.
func (r Role) whole() Role {
	switch r {
	case rolePatch:
		return RoleWrite
	case rolePatchUpload:
		return roleUpload
	}
	return r
}

// bodyRole is the role of what a request of o holds. A PATCH changes the members
// that it has (RFC 5789, section 2; RFC 7396), so that what a schema requires of a
// whole value must not be made up.
func (o *op) bodyRole() Role {
	if o.method == "PATCH" {
		return rolePatch
	}
	return RoleWrite
}

// patchable reports whether a PATCH holds another type of the schema than a POST:
// some member is required, here or in an object within.
func (b *builder) patchable(s *schema.Schema) bool {
	if s = s.Core(); s == nil {
		return false
	}
	if known, ok := b.patched[s]; ok {
		return known
	}
	b.patched[s] = false // a cycle does not decide it
	b.patched[s] = b.computePatchable(s)
	return b.patched[s]
}

func (b *builder) computePatchable(s *schema.Schema) bool {
	if p := s.Property("data"); s.IsIdentifier() || p != nil && p.Schema().Core() != nil && p.Schema().Core().IsIdentifier() {
		return false // JSON:API linkage, which is replaced as a whole
	}
	if s.IsResource() {
		for _, name := range []string{"attributes", "relationships"} {
			if p := s.Property(name); p != nil && p.Schema().Core().RequiresMembers() {
				return true
			}
		}
		return false
	}
	if s.RequiresMembers() {
		return true
	}
	return slices.ContainsFunc(s.Properties, func(p *schema.Property) bool { return b.patchable(p.Schema()) }) ||
		slices.ContainsFunc(s.Variants, func(u *schema.Use) bool { return b.patchable(u.Schema()) }) ||
		s.AdditionalProperties != nil && b.patchable(s.AdditionalProperties.Schema()) ||
		slices.ContainsFunc(s.PatternProperties, func(p *schema.Pattern) bool { return b.patchable(p.Schema()) })
}

func (b *builder) convertOperations() {
	b.findClientHeaders()
	for _, o := range b.ops {
		b.convert(o)
	}
	for _, d := range b.order {
		if d.Role.writes() {
			d.Role = RoleWrite
		}
	}
}

func (b *builder) convert(o *op) {
	out := o.out
	out.ID, out.Method, out.Pos = o.id, o.method, o.node.Position()
	if out.ID == "" {
		out.ID = o.method + " " + o.key
	}
	out.Server = b.operationServer(o)
	out.Security = b.readSecurity(o.node.Get("security"))
	o.answers()
	b.convertArgs(o)
	if x := o.node.Get("x-graphql"); x != nil && b.convertGraphQL(o, x) {
		b.convertErrors(o)
		return
	}
	b.convertOptions(o)
	b.convertBody(o)
	b.convertResult(o)
	b.convertStream(o)
	b.convertHeaders(o)
	b.convertErrors(o)
	b.convertPage(o)
	b.disambiguateParams(out)
}

// singularService is the resource word of a service: "Contact" of contacts.
func singularService(s *Service) string { return s.singular }

// speaksJSONAPI tells whether an operation reads or writes resources.
func (o *op) speaksJSONAPI() bool { return o.doc != nil || o.bodyDoc != nil }

// base is the name that what o declares starts with: the noun of its service and
// its method, e.g. "TeamList".
func (o *op) base() string {
	return singularService(o.svc) + o.out.GoName
}

func (o *op) file() string {
	if o.speaksJSONAPI() {
		return names.Snake(singularService(o.svc))
	}
	return names.Snake(o.svc.GoName)
}
