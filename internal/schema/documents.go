package schema

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file makes the schemas of JSON:API documents that a description leaves out.

// wrap makes a document of a body whose schema is that of its data. If the schema has
// one resource where the example has several, or the other way round, the path
// decides: it ends in a variable for one.
func (e *evidence) wrap(c *call, b *body, m load.Member, schema *load.Node, one *Schema, many bool, shown *load.Node) {
	data := schema
	if list := shown.Get("data"); list != nil && (list.Kind == load.Array) != many && many == c.endsInVariable() {
		if many = !many; many {
			data = make1(m.Value, "schema", member("type", text("array")), member("items", schema))
		} else {
			data = one.Node()
		}
	}
	why := "the schema of a resource is read as the data of a JSON:API document, as its examples are"
	at := shown
	if at == nil {
		at = schema
	}
	if b.official && shown == nil {
		why = "the schema of a resource is read as the data of a JSON:API document, as the media type says"
	}
	e.addBody(b, m, data, many, why, at)
}

// addBody notes that a body is a document with this data.
func (e *evidence) addBody(b *body, m load.Member, data *load.Node, many bool, why string, at *load.Node) {
	document := make1(m.Value, "schema",
		member("type", text("object")), member("required", &load.Node{Kind: load.Array, Items: []*load.Node{text("data")}}),
		member("properties", object(member("data", data), member("links", object(member("type", text("object")))))))
	if b.request {
		document.Members[2].Value.Members = document.Members[2].Value.Members[:1]
	}
	e.bodies[b.content] = &Body{MediaType: b.mediaType(m.Name), Media: m.Value, Schema: document, Why: why, At: at}
	b.read, b.many = e.document.Of(document), many
}

// mediaType is what the body is sent as: the first media type that names JSON.
func (b *body) mediaType(name string) string {
	for _, m := range b.media {
		if t := baseMedia(m.Name); !strings.Contains(t, "*") && t != "" {
			return m.Name
		}
	}
	if strings.Contains(name, "*") || name == "" {
		return "application/json"
	}
	return name
}

// make1 makes an object in the place of a member of parent.
func make1(parent *load.Node, name string, members ...load.Member) *load.Node {
	n := object(members...)
	settle(n, parent, name)
	return n
}

// settle gives the parts of a made node their places. What is of the document keeps
// its own.
func settle(n, parent *load.Node, name string) {
	if n.Parent != nil || n.File != nil {
		return
	}
	n.Parent, n.Name, n.File, n.Line, n.Col = parent, name, parent.File, parent.Line, parent.Col
	for _, m := range n.Members {
		settle(m.Value, n, m.Name)
	}
	for _, item := range n.Items {
		settle(item, n, "0")
	}
}

func object(members ...load.Member) *load.Node {
	return &load.Node{Kind: load.Object, Members: members}
}

func member(name string, value *load.Node) load.Member { return load.Member{Name: name, Value: value} }

func text(value string) *load.Node { return &load.Node{Kind: load.String, Value: value} }

// readExamples makes a document of a body that has examples of one and no schema
// that says more.
func (e *evidence) readExamples(c *call, b *body) {
	if b.schema() != nil || b.described(e.document) {
		return
	}
	for _, m := range b.media {
		examples := mediaExamples(m.Value)
		if s := e.document.Of(m.Value.Get("schema")); s != nil {
			examples = append(examples, s.Examples...)
		}
		for _, x := range examples {
			if e.readExample(c, b, m, x, "a body without a schema is read as the JSON:API document that its example is") {
				return
			}
		}
	}
	for _, x := range e.exchanges(c, b) {
		if len(b.media) > 0 && e.readExample(c, b, b.media[0], x.body, "a body without a schema is read as the JSON:API document that a recorded call has") {
			return
		}
	}
}

// readExample makes a document of a body that has this example; false if that is not a
// document of JSON:API.
func (e *evidence) readExample(c *call, b *body, m load.Member, example *load.Node, why string) bool {
	document := exampleDocument(example)
	if document == nil {
		return false
	}
	data := e.exampleData(c, b, m.Value, document)
	if data == nil {
		return false
	}
	many := document.Get("data").Kind == load.Array && !(c.method == "get" && c.endsInVariable())
	e.addBody(b, m, data, many, why, document)
	e.noteRead(c, b)
	return true
}

// described reports whether a schema of the body says what it is.
func (b *body) described(d *Document) bool {
	return slices.ContainsFunc(b.media, func(m load.Member) bool {
		s := d.Of(m.Value.Get("schema")).Core()
		return s != nil && (len(s.Properties) > 0 || len(s.Variants) > 0 || s.Items != nil || s.AdditionalProperties != nil || s.Types&^Object != 0)
	})
}

// exampleData makes the schema of the data of an example: what another place of the
// document says about resources of its type, or else identifiers.
func (e *evidence) exampleData(c *call, b *body, at, document *load.Node) *load.Node {
	objects := exampleObjects(document)
	if len(objects) == 0 {
		return nil
	}
	typ := objects[0].Get("type").Str()
	full := slices.ContainsFunc(objects, func(o *load.Node) bool { return o.Get("attributes") != nil || o.Get("relationships") != nil })
	if !plainType.MatchString(typ) || slices.ContainsFunc(objects, func(o *load.Node) bool { return o.Get("type").Str() != typ }) {
		return nil
	}
	var data *load.Node
	if full {
		data = e.resourceNode(typ, b.request)
	}
	if data == nil {
		members := []load.Member{member("type", constantOf(typ)), member("id", object(member("type", text("string"))))}
		if full {
			members = append(members, member("attributes", object(member("type", text("object")))))
		}
		data = make1(at, "schema", member("type", text("object")), member("properties", object(members...)))
	}
	if document.Get("data").Kind == load.Array && !(c.method == "get" && c.endsInVariable()) {
		data = make1(at, "schema", member("type", text("array")), member("items", data))
	}
	return data
}

// resourceNode is where a resource of a type is described, for a request or for a
// response; nil if it is not.
func (e *evidence) resourceNode(typ string, sent bool) *load.Node {
	var other *load.Node
	for _, x := range e.order {
		if types := x.schema.ResourceTypes(); len(types) != 1 || types[0] != typ {
			continue
		}
		if x.sent == sent {
			return x.schema.Node()
		}
		if other == nil {
			other = x.schema.Node()
		}
	}
	return other
}

// noteRead notes the resources of a document that was made of an example.
func (e *evidence) noteRead(c *call, b *body) {
	one, _ := b.read.Property("data").Schema().Element()
	if s := one.Core(); s != nil && s.hasSections() && e.elements[s] == nil {
		e.addElement(c, b, s, false)
	}
}

// addResponse makes the response of a call that creates or changes a resource, and
// documents a success without content: JSON:API has it return the resource.
func (e *evidence) addResponse(c *call) {
	i := slices.IndexFunc(c.bodies, func(b *body) bool { return b.request && b.schema() != nil && !b.many })
	if i < 0 {
		return
	}
	request := c.bodies[i]
	d := request.schema().ResourceDocument()
	if d == nil || d.Identifiers || len(d.Types) != 1 {
		return
	}
	node := e.resourceNode(d.Types[0], false)
	if node == nil {
		return
	}
	for _, r := range c.empty {
		media := make1(r, "content", member("schema", object(member("type", text("object")), member("properties", object(member("data", node))))))
		e.bodies[r] = &Body{
			MediaType: request.mediaType(request.media[0].Name), Media: media, Schema: media.Get("schema"), At: r,
			Why: "a success without documented content is read as the JSON:API document of the resource, which the request has (JSON:API 1.1, sections 9.1.2 and 9.2.3)",
		}
	}
}
