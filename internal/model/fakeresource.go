package model

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/schema"
)

// This file says what a fake knows of resources, and of the documents that hold
// them.

// The names of times that a server keeps, apart from case and separators.
var (
	createdNames = []string{"createdat", "created", "insertedat"}
	updatedNames = []string{"updatedat", "modifiedat", "updated", "modified", "lastmodified"}
)

// describeResources says what responses have of each JSON:API type.
func (f *fakeBuilder) describeResources() {
	for _, r := range f.resources {
		out := &Resource{Type: r.typ, ID: f.idKind(r.schemas)}
		for _, field := range r.decl.Fields {
			switch field.In {
			case InAttr:
				out.Attributes = append(out.Attributes, field.Name)
			case InRel:
				out.Relationships = append(out.Relationships, relationshipOf(field))
			case InMeta:
				out.Meta = true
			case InMember:
				out.Members = append(out.Members, field.Name)
			}
		}
		defaults := map[string]any{}
		for _, m := range union(r.schemas, "attributes") {
			s := m.Schema()
			if s.WriteOnly && !s.ReadOnly {
				out.Hidden = append(out.Hidden, m.Name)
			}
			if s.Default != nil {
				defaults[m.Name] = s.Default.Interface()
			}
		}
		if len(defaults) > 0 {
			out.Defaults = jsonText(defaults)
		}
		for _, part := range []string{"attributes", "meta"} {
			for _, m := range union(r.schemas, part) {
				out.noteTime(part, m.Name, m.Schema())
			}
		}
		sample := map[string]any{}
		for _, s := range r.schemas {
			if links := below(s, "links"); links != nil && links.Core().Property("self") != nil {
				out.Self = true
			}
			if object, ok := s.Sample(schema.Sampling{}).(map[string]any); ok {
				addMissing(sample, object)
			}
			for _, part := range []string{"attributes", "relationships", "meta", "links"} {
				if object, ok := below(s, part).Sample(schema.Sampling{}).(map[string]any); ok { // what it needs if it is there
					addMissing(sample, map[string]any{part: object})
				}
			}
		}
		relationships, _ := sample["relationships"].(map[string]any)
		for name, v := range relationships {
			if _, ok := v.(map[string]any); !ok {
				relationships[name] = map[string]any{} // as the client reads it
			}
		}
		out.Sample = jsonText(sample)
		f.known[r.typ] = out
	}
}

// noteTime notes a member that holds the time of a write.
func (r *Resource) noteTime(part, name string, s *schema.Schema) {
	if s = s.Core(); s == nil || s.Format != "date-time" {
		return
	}
	bare := strings.ToLower(withoutSeparators.Replace(name))
	pointer := "/" + part + "/" + escapePointer(name)
	if slices.Contains(createdNames, bare) {
		r.Created = append(r.Created, pointer)
	}
	if slices.Contains(updatedNames, bare) {
		r.Updated = append(r.Updated, pointer)
	}
}

// addMissing adds to an object what another one has and it has not.
func addMissing(to, from map[string]any) {
	for name, v := range from {
		have, ok := to[name]
		if !ok {
			to[name] = v
			continue
		}
		inner, isObject := have.(map[string]any)
		if more, ok := v.(map[string]any); ok && isObject {
			addMissing(inner, more)
		}
	}
}

// jsonText is a sample as JSON.
func jsonText(v any) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return "null" // samples are made of what was JSON
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// idKind tells what ids are: UUIDs, integers or other strings.
func (f *fakeBuilder) idKind(schemas []*schema.Schema) string {
	if len(schemas) > 0 && f.idType(schemas).Kind == KindInt {
		return "integer"
	}
	for _, s := range schemas {
		if id := below(s, "id"); id != nil && id.Core() != nil && id.Core().Format == "uuid" {
			return "uuid"
		}
	}
	return ""
}

// relationshipOf is what a field says of a relationship.
func relationshipOf(field *Field) Relationship {
	t := field.Type
	r := Relationship{Name: field.Name, Many: t.Kind == KindToMany || t.Kind == KindSlice}
	for t.Elem != nil && t.Kind != KindNamed {
		t = t.Elem
	}
	if t.Kind != KindNamed {
		return r
	}
	if t.Decl.Resource != "" {
		r.Types = []string{t.Decl.Resource}
		return r
	}
	for _, v := range t.Decl.Fields {
		if v.In == InVariant && t.Decl.Kind == DeclUnion {
			r.Types = append(r.Types, v.Name)
		}
	}
	return r
}

// resourceSchemas are the schemas of resources among the alternatives of s.
func resourceSchemas(s *schema.Schema, depth int) []*schema.Schema {
	s = s.Core()
	switch {
	case s == nil || depth > 4:
		return nil
	case s.IsResource():
		return []*schema.Schema{s}
	}
	var all []*schema.Schema
	if s.IsPolymorphic() {
		for _, one := range s.ByType() {
			all = append(all, one.Schema())
		}
		return all
	}
	for _, v := range s.Variants {
		all = append(all, resourceSchemas(v.Schema(), depth+1)...)
	}
	return all
}

// identifierSchemas are the schemas of identifiers among the alternatives of s.
func identifierSchemas(s *schema.Schema, depth int) []*schema.Schema {
	s = s.Core()
	switch {
	case s == nil || depth > 4:
		return nil
	case s.IsIdentifier():
		return []*schema.Schema{s}
	}
	var all []*schema.Schema
	for _, v := range s.Variants {
		all = append(all, identifierSchemas(v.Schema(), depth+1)...)
	}
	return all
}

// addIdentifiers adds to the samples of resources what a document wants of
// identifiers, as links.
func (f *fakeBuilder) addIdentifiers(s *schema.Schema) {
	for _, one := range identifierSchemas(s, 0) {
		object, ok := one.Sample(schema.Sampling{}).(map[string]any)
		for _, typ := range one.ResourceTypes() {
			r := f.known[typ]
			if r == nil || !ok || len(object) < 3 { // type and id
				continue
			}
			var sample map[string]any
			decoder := json.NewDecoder(strings.NewReader(r.Sample))
			decoder.UseNumber()
			if decoder.Decode(&sample) != nil {
				continue
			}
			addMissing(sample, object)
			sample["type"] = typ
			r.Sample = jsonText(sample)
		}
	}
}

// describeDocument says what a response's document holds.
func (f *fakeBuilder) describeDocument(d *schema.ResourceDocument) *Document {
	out := &Document{Many: d.Many, Null: d.Nullable, Identifiers: d.Identifiers, Types: d.Types}
	shown := resourceSchemas(d.Data, 0)
	if included := below(d.Schema, "included"); included != nil {
		shown = append(shown, resourceSchemas(itemsOf(included), 0)...)
	}
	f.addIdentifiers(d.Data)
	seen := map[string]bool{}
	for _, s := range shown {
		typ := s.ResourceTypes()[0]
		if v := f.view(typ, s); !seen[typ] && v != nil {
			out.Views = append(out.Views, *v)
		}
		seen[typ] = true
	}
	sample := map[string]any{}
	for _, p := range d.Schema.Properties {
		if p.Name == "data" || p.Name == "included" || p.Name == "errors" {
			continue
		}
		if d.Schema.Required(p.Name) {
			out.Needs = append(out.Needs, p.Name)
		}
		if v := p.Schema().Sample(schema.Sampling{}); v != nil {
			sample[p.Name] = v
		}
	}
	if len(sample) > 0 {
		out.Sample = jsonText(sample)
	}
	return out
}

// view is what one schema shows of a type; nil if that is what the Resource says.
func (f *fakeBuilder) view(typ string, s *schema.Schema) *View {
	r := f.known[typ]
	if r == nil {
		return nil
	}
	one := []*schema.Schema{s}
	v := &View{Type: typ, Meta: s.Property("meta") != nil}
	for _, m := range union(one, "attributes") {
		if !slices.Contains(r.Hidden, m.Name) {
			v.Attributes = append(v.Attributes, m.Name)
		}
	}
	for _, m := range union(one, "relationships") {
		v.Relationships = append(v.Relationships, m.Name)
	}
	all := !slices.ContainsFunc(r.Relationships, func(rel Relationship) bool { return !slices.Contains(v.Relationships, rel.Name) }) &&
		!slices.ContainsFunc(r.Attributes, func(name string) bool { return !slices.Contains(v.Attributes, name) })
	if all && v.Meta == r.Meta {
		return nil
	}
	return v
}

// replaced lists what a PUT of a resource takes away.
func (f *fakeBuilder) replaced(e *endpointOf) []string {
	var out []string
	for _, s := range resourceSchemas(e.bodyDoc.Data, 0) {
		for _, part := range []string{"attributes", "relationships"} {
			for _, m := range union([]*schema.Schema{s}, part) {
				out = append(out, "/"+part+"/"+escapePointer(m.Name))
			}
		}
	}
	return out
}

// statusNumber is the status that an answer has: of 2XX, the first.
func statusNumber(code string) int {
	if n, err := strconv.Atoi(code); err == nil {
		return n
	}
	if n, err := strconv.Atoi(strings.TrimSuffix(code, "XX")); err == nil {
		return n * 100
	}
	return 200
}
