package model

import (
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
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
	o.out.GraphQL = &GraphQL{Const: o.svc.GoName + o.out.GoName + "Query", Text: text, Paged: x.Get("pagedQuery").Str(), Path: path[1:]}
	o.out.Accept = "application/json"
	o.out.Result = Result{Kind: ResultConnection, Type: b.typeOf([]*load.Node{node}, RoleRead, place{base: base, part: "node", file: names.Snake(base)})}
	if vars := b.variables(o); vars != nil {
		t := b.typeOf([]*load.Node{vars}, RoleWrite, place{base: base + o.out.GoName, file: names.Snake(base), bare: true})
		if t.Kind == KindNamed && t.Decl.Kind == DeclStruct {
			o.out.Options, o.out.OptVar = t.Decl, "query"
			t.Decl.method = o
		}
	}
	return true
}

// variables is the schema of the body's variables.
func (b *builder) variables(o *op) *load.Node {
	if o.body == nil {
		return nil
	}
	core, _ := b.shapes.core(o.body.schema)
	if p := b.shapes.of(core).prop("variables"); p != nil {
		return p.nodes[0]
	}
	return nil
}

// connectionNode is the schema of a list's items: edges of nodes, or nodes.
func (b *builder) connectionNode(o *op, path []string) *load.Node {
	var at *load.Node
	for _, r := range o.successes() {
		if r.schema != nil {
			at = r.schema
			break
		}
	}
	for _, name := range path {
		if at = b.below(at, name); at == nil {
			return nil
		}
	}
	if items := b.items(b.below(at, "edges")); items != nil {
		return b.below(items, "node")
	}
	return b.items(b.below(at, "nodes"))
}

// below is the schema of a member.
func (b *builder) below(n *load.Node, name string) *load.Node {
	core, _ := b.shapes.core(n)
	if p := b.shapes.of(core).prop(name); p != nil {
		return p.nodes[0]
	}
	return nil
}

func (b *builder) items(n *load.Node) *load.Node {
	core, _ := b.shapes.core(n)
	if s := b.shapes.of(core); s != nil {
		return s.items
	}
	return nil
}
