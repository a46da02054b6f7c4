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
			for _, part := range x.schema.Parts {
				required := &load.Node{Kind: load.Array}
				for _, name := range list(part.Get("required")) {
					if name.Str() != "id" {
						required.Items = append(required.Items, name)
					}
				}
				if len(required.Items) < len(list(part.Get("required"))) {
					replace(part, "required", required)
				}
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
	for _, c := range d.findEvidence().calls {
		for _, b := range c.bodies {
			if c.method != "patch" || !b.request || b.schema() == nil {
				continue
			}
			for _, m := range b.content.Members {
				if media := m.Value.Target(); media.Get("schema") != nil && jsonOrAny(m.Name) {
					replace(media, "schema", withoutRequired(media.Get("schema"), 0))
				}
			}
		}
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

// patchedMembers are the members of a document whose own members an update may leave
// out: missing means unchanged (JSON:API 1.1, section 9.2.1).
var patchedMembers = map[string]bool{"data": true, "attributes": true, "relationships": true}

// withoutRequired is a schema of a document, or of a part of it, that requires none of
// what an update may leave out.
func withoutRequired(n *load.Node, depth int) *load.Node {
	target := n.Target()
	if target == nil || target.Kind != load.Object || depth > 2*maxNested {
		return n
	}
	out := object()
	out.File, out.Line, out.Col, out.Name = target.File, target.Line, target.Col, target.Name
	for _, m := range target.Members {
		value := m.Value
		switch m.Name {
		case "required":
			if depth > 0 {
				continue
			}
		case "properties":
			value = eachMember(value, func(name string, v *load.Node) *load.Node {
				if patchedMembers[name] {
					return withoutRequired(v, depth+1)
				}
				return v
			})
		case "items":
			value = withoutRequired(value, depth+1)
		case "allOf", "oneOf", "anyOf":
			parts := &load.Node{Kind: load.Array}
			for _, part := range list(value) {
				parts.Items = append(parts.Items, withoutRequired(part, depth+1))
			}
			value = parts
		}
		out.Members = append(out.Members, member(m.Name, value))
	}
	return out
}

// eachMember is an object with other values.
func eachMember(n *load.Node, change func(name string, v *load.Node) *load.Node) *load.Node {
	out := object()
	for _, m := range n.Members {
		out.Members = append(out.Members, member(m.Name, change(m.Name, m.Value)))
	}
	return out
}
