package apitest

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// This file reads schemas: what members an object has, and which schemas are
// documents and resources of JSON:API.

const mediaType = "application/vnd.api+json"

// maxDepth ends the reading of schemas that hold themselves.
const maxDepth = 12

// eachPart calls f with a schema and with those that it is made of by allOf.
func eachPart(s *openapi3.Schema, depth int, f func(*openapi3.Schema)) {
	if s == nil || depth > maxDepth {
		return
	}
	f(s)
	for _, part := range s.AllOf {
		eachPart(part.Value, depth+1, f)
	}
}

// property returns the schema of a member, nil when the object has none.
func property(s *openapi3.Schema, path ...string) *openapi3.Schema {
	for _, name := range path {
		var found *openapi3.Schema
		eachPart(s, 0, func(part *openapi3.Schema) {
			if p := part.Properties[name]; p != nil && found == nil {
				found = p.Value
			}
		})
		if s = found; s == nil {
			return nil
		}
	}
	return s
}

// properties lists the members of an object.
func properties(s *openapi3.Schema) map[string]*openapi3.Schema {
	out := map[string]*openapi3.Schema{}
	eachPart(s, 0, func(part *openapi3.Schema) {
		for name, p := range part.Properties {
			if out[name] == nil {
				out[name] = p.Value
			}
		}
	})
	return out
}

// required lists the members that an object must have.
func required(s *openapi3.Schema) []string {
	var out []string
	eachPart(s, 0, func(part *openapi3.Schema) { out = append(out, part.Required...) })
	slices.Sort(out)
	return slices.Compact(out)
}

// closed reports whether an object has no members but those that it names.
func closed(s *openapi3.Schema) bool {
	is := false
	eachPart(s, 0, func(part *openapi3.Schema) {
		has := part.AdditionalProperties.Has
		is = is || has != nil && !*has
	})
	return is
}

// items returns the schema of an array's elements, nil when s is no array.
func items(s *openapi3.Schema) *openapi3.Schema {
	var found *openapi3.Schema
	eachPart(s, 0, func(part *openapi3.Schema) {
		if part.Items != nil && found == nil {
			found = part.Items.Value
		}
	})
	return found
}

// alternatives are the schemas that s is one of; s alone when it is no union.
func alternatives(s *openapi3.Schema, depth int) []*openapi3.Schema {
	var out []*openapi3.Schema
	eachPart(s, 0, func(part *openapi3.Schema) {
		for _, list := range []openapi3.SchemaRefs{part.OneOf, part.AnyOf} {
			for _, v := range list {
				if depth < maxDepth {
					out = append(out, alternatives(v.Value, depth+1)...)
				}
			}
		}
	})
	if len(out) == 0 {
		return []*openapi3.Schema{s}
	}
	return out
}

// constants are the values that a schema of strings allows.
func constants(s *openapi3.Schema) []string {
	var out []string
	eachPart(s, 0, func(part *openapi3.Schema) {
		if text, ok := part.Const.(string); ok {
			out = append(out, text)
		}
		for _, v := range part.Enum {
			if text, ok := v.(string); ok {
				out = append(out, text)
			}
		}
	})
	return out
}

// is reports whether values of a schema may be of a type, such as "integer".
func is(s *openapi3.Schema, typ string) bool {
	found := false
	eachPart(s, 0, func(part *openapi3.Schema) { found = found || part.Type != nil && slices.Contains(*part.Type, typ) })
	return found
}

// view is a schema that a resource is shown by.
type view struct {
	typ        string
	schema     *openapi3.Schema
	identifier bool // type and id only
}

// document is what a schema of a JSON:API document holds.
type document struct {
	schema *openapi3.Schema
	many   bool
	null   bool
	views  []*view
}

// documentOf recognises the schema of a document; nil when it is none.
func documentOf(m *media) *document {
	if m == nil || m.schema == nil || !isJSON(m.contentType) {
		return nil
	}
	data := property(m.schema, "data")
	if data == nil {
		return nil
	}
	d := &document{schema: m.schema, null: nullable(data)}
	if element := items(data); element != nil {
		d.many, data = true, element
	}
	for _, s := range alternatives(data, 0) {
		if v := viewOf(s); v != nil {
			d.views = append(d.views, v)
		}
	}
	if len(d.views) == 0 {
		return nil
	}
	return d
}

// viewOf recognises a resource, or the identifier of one.
func viewOf(s *openapi3.Schema) *view {
	types := constants(property(s, "type"))
	if len(types) == 0 {
		return nil
	}
	members := properties(s)
	for name := range members {
		if !slices.Contains([]string{"id", "lid", "type", "attributes", "relationships", "meta", "links"}, name) {
			return nil
		}
	}
	return &view{typ: types[0], schema: s, identifier: members["attributes"] == nil && members["relationships"] == nil}
}

func nullable(s *openapi3.Schema) bool {
	found := is(s, "null")
	eachPart(s, 0, func(part *openapi3.Schema) { found = found || part.Nullable })
	for _, v := range alternatives(s, 0) {
		if v != s {
			found = found || nullable(v)
		}
	}
	return found
}

// identifiers reports whether a document holds nothing but identifiers.
func (d *document) identifiers() bool {
	return !slices.ContainsFunc(d.views, func(v *view) bool { return !v.identifier })
}

// view returns the schema for resources of a type; nil when the document holds
// none such.
func (d *document) view(typ string) *view {
	if i := slices.IndexFunc(d.views, func(v *view) bool { return v.typ == typ }); i >= 0 {
		return d.views[i]
	}
	return nil
}

// relationship returns where a relationship of a resource leads: the types, and
// whether to many; ok is false when the schema does not declare it.
func relationship(s *openapi3.Schema, name string) (types []string, many, ok bool) {
	rel := property(s, "relationships", name)
	if rel == nil {
		return nil, false, false
	}
	data := property(rel, "data")
	if element := items(data); element != nil {
		many, data = true, element
	}
	for _, alternative := range alternatives(data, 0) {
		types = append(types, constants(property(alternative, "type"))...)
	}
	return types, many, true
}

// relationships lists the names of a resource's relationships.
func relationships(s *openapi3.Schema) []string {
	var names []string
	for name := range properties(property(s, "relationships")) {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// sameName compares names apart from their case and their separators.
func sameName(a, b string) bool {
	bare := strings.NewReplacer("-", "", "_", "")
	return strings.EqualFold(bare.Replace(a), bare.Replace(b))
}
