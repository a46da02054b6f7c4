package draft

import (
	"maps"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/draft/infer"
	"github.com/docwright/docwright/internal/draft/splice"
)

func sortedStatuses(m map[string]reference) []string { return slices.Sorted(maps.Keys(m)) }

// resources replaces the schemas of JSON:API documents by references to the
// spec's components of their resource types; what these lack is added to them.
func (m *merger) resources(o *infer.Operation, file string) {
	if !o.JSONAPI {
		return
	}
	if o.Request != nil {
		for i := range o.Request.Content {
			m.requestResource(o, o.Request.Content[i].Schema, file)
		}
	}
	for i := range o.Responses {
		for j := range o.Responses[i].Content {
			c := &o.Responses[i].Content[j]
			if strings.HasPrefix(o.Responses[i].Status, "2") {
				m.document(o, c.Schema, file)
			}
		}
	}
}

// typeOf is the resource type that a schema is constrained to.
func typeOf(s *infer.Schema) string {
	t := s.Prop("type")
	if t == nil || len(t.Enum) != 1 {
		return ""
	}
	return t.Enum[0]
}

// primary is the schema of a resource in data, and whether data is a list.
func primary(s *infer.Schema) (*infer.Schema, bool) {
	data := s.Prop("data")
	if data != nil && data.Type == "array" && data.Items != nil {
		return data.Items, true
	}
	return data, false
}

// requestResource names the resource that a request sends.
func (m *merger) requestResource(o *infer.Operation, s *infer.Schema, file string) {
	data, _ := primary(s)
	if data == nil || data.Type != "object" {
		return
	}
	t := typeOf(data)
	m.identifiers(data, file)
	if t == "" {
		return
	}
	if data.Prop("attributes") == nil && data.Prop("relationships") == nil {
		m.identifier(data, file)
		return
	}
	suffix := map[string]string{"post": "Create", "put": "Update", "patch": "Update"}[o.Method]
	for _, c := range m.components[t] {
		if c.kind == "write" && strings.HasSuffix(c.name, suffix) {
			m.extendSchema(c.at, *data, "request data", o)
			*data = infer.Schema{Ref: c.in(file)}
			return
		}
	}
	name := m.baseName(t) + suffix
	if suffix == "" || m.taken(name, file) {
		return
	}
	node := *data
	infer.Put(m.newSchemas, name, node.Node(m.version))
	*data = infer.Schema{Ref: "#/components/schemas/" + name}
}

// document names the document that a response carries.
func (m *merger) document(o *infer.Operation, s *infer.Schema, file string) {
	data, list := primary(s)
	if data == nil || data.Type != "object" {
		return
	}
	m.identifiers(data, file)
	m.included(o, s, file)
	if impl := s.Prop("jsonapi"); impl != nil && m.implement != nil {
		*impl = infer.Schema{Ref: m.implement.in(file)}
	}
	t := typeOf(data)
	if t == "" {
		return
	}
	if data.Prop("attributes") == nil && data.Prop("relationships") == nil && data.Prop("meta") == nil {
		m.identifier(data, file)
		return
	}
	kind := "document"
	if list {
		kind = "list"
	}
	read := m.find(t, "read")
	if read == nil {
		name := m.baseName(t)
		if !m.taken(name, file) {
			node := *data
			infer.Put(m.newSchemas, name, node.Node(m.version))
			*data = infer.Schema{Ref: "#/components/schemas/" + name}
		}
		return
	}
	if doc := m.find(t, kind); doc != nil && sameRead(doc, read, list) && carries(doc.at, s, 0) {
		m.extendSchema(doc.at, *s, "response", o)
		*s = infer.Schema{Ref: doc.in(file)}
		return
	}
	m.extendSchema(read.at, *data, "response data", o)
	*data = infer.Schema{Ref: read.in(file)}
}

// sameRead reports whether a document carries the resource as it is read.
func sameRead(doc, read *component, list bool) bool {
	data := property(doc.at, "data")
	raw := rawProperty(doc.at, "data")
	if list {
		raw = data.Get("items")
	}
	return raw.Ref() == "" || absoluteRef(raw.File.Path, raw.Ref()) == read.reference
}

// carries reports whether a response has the members that a document requires:
// the reference to a document that requires more would contradict the sample.
func carries(doc splice.Cursor, s *infer.Schema, depth int) bool {
	doc = doc.Resolve()
	if !doc.OK() || depth > 20 {
		return true
	}
	for _, name := range doc.At("required").Items() {
		if s.Prop(name.Text()) == nil {
			return false
		}
	}
	for _, part := range doc.At("allOf").Items() {
		if !carries(part, s, depth+1) {
			return false
		}
	}
	return true
}

// identifiers names the identifiers of relationships.
func (m *merger) identifiers(resource *infer.Schema, file string) {
	rel := resource.Prop("relationships")
	if rel == nil {
		return
	}
	for _, p := range rel.Props {
		if data, _ := primary(p.Schema); data != nil {
			m.identifier(data, file)
		}
	}
}

func (m *merger) identifier(data *infer.Schema, file string) {
	for _, p := range data.Props {
		if p.Name != "id" && p.Name != "type" {
			return
		}
	}
	if t := typeOf(data); t != "" {
		if c := m.find(t, "identifier"); c != nil {
			nullable := data.Nullable
			if !nullable {
				*data = infer.Schema{Ref: c.in(file)}
			}
		}
	}
}

// included names the resources of a compound document.
func (m *merger) included(o *infer.Operation, s *infer.Schema, file string) {
	list := s.Prop("included")
	if list == nil || list.Items == nil {
		return
	}
	branches := []*infer.Schema{list.Items}
	if len(list.Items.OneOf) > 0 {
		branches = list.Items.OneOf
	}
	for _, b := range branches {
		m.identifiers(b, file)
		if t := typeOf(b); t != "" {
			if c := m.find(t, "read"); c != nil {
				m.extendSchema(c.at, *b, "response included", o)
				*b = infer.Schema{Ref: c.in(file)}
			}
		}
	}
}

// baseName is the name of a resource's component.
func (m *merger) baseName(t string) string {
	if c := m.find(t, "read"); c != nil {
		return c.name
	}
	if c := m.find(t, "identifier"); c != nil {
		return strings.TrimSuffix(c.name, "Identifier")
	}
	return infer.UpperCamel(infer.Singular(t))
}

// taken reports whether a component of the name is in the file already.
func (m *merger) taken(name, file string) bool {
	if infer.Get(m.newSchemas, name) != nil {
		return true
	}
	f, err := m.set.File(file)
	if err != nil {
		return false
	}
	return contains(m.set.Cursor(f).At("components", "schemas").Keys(), name)
}
