package schema

import (
	"slices"

	"github.com/docwright/docwright/internal/load"
)

// This file writes what was found out about JSON:API into the document, for those
// that check values against it: a fake validates requests and responses.

// Settle makes the document say what was found out: types as constants, documents
// around resources, relationships as objects. What it returns undoes that.
func (d *Document) Settle() (undo func()) {
	var undoes []func()
	replace := func(object *load.Node, name string, value *load.Node) {
		before := slices.Clone(object.Members)
		if i := slices.IndexFunc(object.Members, func(m load.Member) bool { return m.Name == name }); i >= 0 {
			object.Members[i].Value = value
		} else {
			object.Members = append(object.Members, member(name, value))
		}
		undoes = append(undoes, func() { object.Members = before })
	}
	for _, x := range d.findEvidence().order {
		if x.found != nil {
			for _, properties := range x.schema.holders("type") {
				replace(properties, "type", constantOf(x.found.Type))
			}
		}
		if id := x.schema.Property("id"); id != nil && x.sent && id.Schema().ReadOnly { // an update has it
			for _, properties := range x.schema.holders("id") {
				replace(properties, "id", object(member("type", text("string"))))
			}
		}
		relationships := x.schema.Property("relationships").core()
		if relationships == nil {
			continue
		}
		for _, p := range relationships.Properties {
			if c := p.Schema().Core(); c != nil && c.Types != 0 && c.Types&Object == 0 {
				for _, properties := range relationships.holders(p.Name) {
					replace(properties, p.Name, object(member("type", text("object"))))
				}
			}
		}
	}
	for n, body := range d.findEvidence().bodies {
		media := object(member("schema", body.Schema))
		if n == body.At { // a response without content
			replace(n, "content", object(member(body.MediaType, media)))
			continue
		}
		before := n.Members
		n.Members = []load.Member{member(body.MediaType, media)}
		undoes = append(undoes, func() { n.Members = before })
	}
	return func() {
		for _, f := range slices.Backward(undoes) {
			f()
		}
	}
}

// holders are the properties objects of the parts of s that have a member.
func (s *Schema) holders(name string) []*load.Node {
	var all []*load.Node
	for _, part := range s.Parts {
		if properties := part.Get("properties"); properties.Get(name) != nil {
			all = append(all, properties)
		}
	}
	return all
}

// constantOf is a schema of one text.
func constantOf(value string) *load.Node {
	return object(member("type", text("string")), member("enum", &load.Node{Kind: load.Array, Items: []*load.Node{text(value)}}))
}
