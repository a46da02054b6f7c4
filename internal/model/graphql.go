package model

import (
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
	"github.com/docwright/docwright/internal/schema"
)

// This file reads x-graphql: an operation that posts one documented query.
//
//	x-graphql:
//	  query: the query's text
//	  pagedQuery: the same with $first, $after and pageInfo
//	  connection: /data/accounts/all
//
// OpenAPI has one POST for each path, so such operations stand under paths that
// differ in their fragment: /graphql#ListAccounts.

// convertGraphQL makes a method of a query; false when the document does not
// say what it reads.
func (b *builder) convertGraphQL(o *op, x *load.Node) bool {
	path := strings.Split(strings.Trim(x.Get("connection").Str(), "/"), "/")
	text := x.Get("query").Str()
	node := b.connectionNode(o, path)
	if text == "" || node == nil || path[0] != "data" {
		b.warn(x, "graphql", "x-graphql of "+o.out.ID+" has no query, or a connection that its response does not hold: "+strconv.Quote(x.Get("connection").Str()),
			"give query: the text, and connection: the JSON pointer of the list's connection in the response, e.g. /data/accounts/all")
		return false
	}
	base := singularService(o.svc)
	o.out.GraphQL = &GraphQL{Const: unexported(o.svc.GoName + o.out.GoName + "Query"), Text: text, Paged: x.Get("pagedQuery").Str(), Path: path[1:]}
	o.out.Accept = "application/json"
	o.out.Result = Result{Kind: ResultConnection, Type: b.typeOf(node, RoleRead, place{base: base, part: "node", file: names.Snake(base)})}
	if vars := b.variables(o); vars != nil {
		t := b.typeOf(vars, RoleWrite, place{base: base + o.out.GoName, file: names.Snake(base)})
		if t.Kind == KindNamed && t.Decl.Kind == DeclStruct {
			o.out.Options, t.Decl.method = t.Decl, o
			for _, f := range t.Decl.Fields {
				if f.Type.Kind == KindOpt && !f.Nullable && isPlainText(f.Type.Elem, nil) {
					f.Type = f.Type.Elem
				}
			}
			if t.Decl.name.rank == rankOperation {
				t.Decl.name.suffix = paramsSuffix
			}
		}
	}
	return true
}

// variables is the schema of the body's variables.
func (b *builder) variables(o *op) *schema.Schema {
	if o.body == nil {
		return nil
	}
	return below(b.schemas.Of(o.body.schema), "variables")
}

// connectionNode is the schema of a list's items: edges of nodes, or nodes.
func (b *builder) connectionNode(o *op, path []string) *schema.Schema {
	var at *schema.Schema
	for _, r := range o.successes() {
		if r.schema != nil {
			at = b.schemas.Of(r.schema)
			break
		}
	}
	for _, name := range path {
		if at = below(at, name); at == nil {
			return nil
		}
	}
	if items := itemsOf(below(at, "edges")); items != nil {
		return below(items, "node")
	}
	return itemsOf(below(at, "nodes"))
}

// below is the schema of a member; nil if there is none.
func below(s *schema.Schema, name string) *schema.Schema {
	if p := s.Core().Property(name); p != nil {
		return p.Schema()
	}
	return nil
}

// itemsOf is the schema of an array's items; nil if there is none.
func itemsOf(s *schema.Schema) *schema.Schema {
	if s = s.Core(); s != nil {
		return s.Items.Schema()
	}
	return nil
}
