package model

import "github.com/docwright/docwright/internal/names"

// This file turns operations into methods.

// roleUpload is RoleWrite for multipart bodies, whose binary members are files.
const roleUpload Role = 100

func (r Role) writes() bool { return r == RoleWrite || r == roleUpload }

func (b *builder) convertOperations() {
	b.findClientHeaders()
	for _, o := range b.ops {
		b.convert(o)
	}
	for _, d := range b.order {
		if d.Role == roleUpload {
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
