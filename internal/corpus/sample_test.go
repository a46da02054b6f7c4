package corpus

import (
	"encoding/json"
	"maps"
	"math"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/docwright/docwright/internal/schema"
)

// sampler makes values that satisfy schemas: of their examples, defaults and
// enums where they have some, else by their keywords. Whether a value does
// satisfy its schema is for kin-openapi to say.
type sampler struct {
	pick    int                               // which alternative of a oneOf or anyOf comes first
	request bool                              // leave out what is readOnly; else what is writeOnly
	opts    []openapi3.SchemaValidationOption // of the document's version
	open    []*openapi3.Schema
}

func (g *sampler) valid(s *openapi3.Schema, v any) bool { return valid(s, v, g.opts...) }

// maxNesting is how deep optional members are filled in.
const maxNesting = 5

// value makes a value of ref; ok is false when none was found.
func (g *sampler) value(ref *openapi3.SchemaRef) (v any, ok bool) {
	if ref == nil || ref.Value == nil {
		return "anything", true
	}
	s := ref.Value
	if v, ok := g.sampled(s); ok {
		return v, ok
	}
	depth := 0
	for _, o := range g.open {
		if o == s {
			depth++
		}
	}
	if depth > 1 || len(g.open) > 24 {
		return nil, s.Nullable
	}
	g.open = append(g.open, s)
	defer func() { g.open = g.open[:len(g.open)-1] }()
	if v, ok = g.make(s); !ok {
		return nil, s.Nullable
	}
	if object, isObject := v.(map[string]any); isObject && s.Discriminator != nil {
		discriminate(object, ref)
	}
	return v, true
}

// sampled is the value that a schema itself names.
func (g *sampler) sampled(s *openapi3.Schema) (any, bool) {
	switch {
	case s.Example != nil && g.valid(s, s.Example):
		return s.Example, true
	case s.Const != nil:
		return s.Const, true
	case len(s.Examples) > 0 && g.valid(s, s.Examples[0]):
		return s.Examples[0], true
	case s.Default != nil && g.valid(s, s.Default):
		return s.Default, true
	case len(s.Enum) > 0:
		for _, e := range s.Enum {
			if e != nil && e != "" && g.valid(s, e) {
				return e, true
			}
		}
		return s.Enum[0], true
	}
	return nil, false
}

// valid asks kin-openapi, which panics on some schemas.
func valid(s *openapi3.Schema, v any, opts ...openapi3.SchemaValidationOption) bool {
	return contradiction(s, v, opts...) == nil
}

// discriminate sets the property that tells the alternatives apart.
func discriminate(object map[string]any, ref *openapi3.SchemaRef) {
	d := ref.Value.Discriminator
	if old, ok := object[d.PropertyName].(string); ok && old != "string" {
		return
	}
	name := ref.Ref[strings.LastIndexByte(ref.Ref, '/')+1:]
	for _, key := range slices.Sorted(maps.Keys(d.Mapping)) {
		if strings.HasSuffix(d.Mapping[key].Ref, "/"+name) {
			name = key
		}
	}
	if name != "" {
		object[d.PropertyName] = name
	}
}

func (g *sampler) make(s *openapi3.Schema) (any, bool) {
	switch {
	case len(s.AllOf) > 0:
		return g.all(s)
	case len(s.OneOf) > 0:
		return g.any(s, s.OneOf)
	case len(s.AnyOf) > 0:
		return g.any(s, s.AnyOf)
	}
	return g.plain(s)
}

func (g *sampler) plain(s *openapi3.Schema) (any, bool) {
	switch {
	case s.Type.Includes("object"), s.Type == nil && (len(s.Properties) > 0 || s.AdditionalProperties.Schema != nil || s.AdditionalProperties.Has != nil):
		return g.object(s)
	case s.Type.Includes("array"), s.Type == nil && s.Items != nil:
		return g.array(s)
	case s.Type.Includes("string"):
		return g.text(s)
	case s.Type.Includes("integer"), s.Type.Includes("number"):
		return g.number(s)
	case s.Type.Includes("boolean"):
		return true, true
	case s.Type.Includes("null"):
		return nil, true
	}
	return "anything", true
}

// all makes a value of every part of an allOf, and puts objects together.
func (g *sampler) all(s *openapi3.Schema) (any, bool) {
	var merged map[string]any
	var last any
	own := *s
	own.AllOf, own.Discriminator = nil, nil
	parts := slices.Clone(s.AllOf)
	if len(own.Properties) > 0 || own.Type != nil || len(own.OneOf)+len(own.AnyOf) > 0 {
		parts = append(parts, &openapi3.SchemaRef{Value: &own})
	}
	for _, part := range parts {
		v, ok := g.value(part)
		if !ok {
			return nil, false
		}
		if object, isObject := v.(map[string]any); isObject {
			if merged == nil {
				merged = map[string]any{}
			}
			maps.Copy(merged, object)
		} else if v != "anything" || last == nil {
			last = v
		}
	}
	if merged != nil {
		return merged, true
	}
	return last, true
}

// any makes a value of the first alternative that gives a valid one.
func (g *sampler) any(s *openapi3.Schema, alternatives openapi3.SchemaRefs) (any, bool) {
	var base map[string]any
	if len(s.Properties) > 0 {
		v, ok := g.object(s)
		if !ok {
			return nil, false
		}
		base, _ = v.(map[string]any)
	}
	for i := range alternatives {
		a := alternatives[(i+g.pick)%len(alternatives)]
		v, ok := g.value(a)
		if !ok || v == nil {
			continue
		}
		if object, isObject := v.(map[string]any); isObject {
			object = maps.Clone(object)
			for name, value := range base {
				if _, has := object[name]; !has {
					object[name] = value
				}
			}
			if s.Discriminator != nil {
				discriminate(object, &openapi3.SchemaRef{Ref: a.Ref, Value: s})
			}
			v = object
		}
		if g.valid(s, v) {
			return v, true
		}
	}
	return nil, s.Nullable
}

func (g *sampler) object(s *openapi3.Schema) (any, bool) {
	object := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		p := s.Properties[name]
		required := slices.Contains(s.Required, name)
		if p.Value == nil || g.request && p.Value.ReadOnly || !g.request && p.Value.WriteOnly || !required && len(g.open) > maxNesting {
			continue
		}
		v, ok := g.value(p)
		if !ok && required {
			return nil, false
		}
		if ok && (required || g.valid(p.Value, v)) {
			object[name] = v
		}
	}
	if a := s.AdditionalProperties.Schema; a != nil && len(g.open) <= maxNesting {
		if v, ok := g.value(a); ok {
			object["example"] = v
		}
	}
	return object, true
}

func (g *sampler) array(s *openapi3.Schema) (any, bool) {
	list := []any{}
	if len(g.open) > maxNesting+2 && s.MinItems == 0 || s.Items == nil && s.MinItems == 0 {
		return list, true
	}
	v, ok := g.value(s.Items)
	if !ok {
		return list, s.MinItems == 0
	}
	for range max(1, min(s.MinItems, 100)) {
		list = append(list, v)
	}
	return list, true
}

func (g *sampler) number(s *openapi3.Schema) (any, bool) {
	x := 1.0
	if s.Min != nil && *s.Min > x {
		x = math.Ceil(*s.Min)
	}
	if s.Max != nil && *s.Max < x {
		x = math.Floor(*s.Max)
	}
	if s.MultipleOf != nil && *s.MultipleOf != 0 {
		x = math.Ceil(x / *s.MultipleOf) * *s.MultipleOf
	}
	for range 2 {
		if g.valid(s, x) {
			return x, true
		}
		x++
	}
	return nil, false
}

// formatted are values of the formats that typed code knows.
var formatted = map[string]string{
	"date-time": "2024-02-29T13:14:15.5Z", "date": "2024-02-29", "time": "13:14:15Z", "uuid": "5f7ea3ec-ac9a-4d6c-a5c3-28ee1b5ac2ba",
	"email": "ann@example.com", "uri": "https://example.com/a", "url": "https://example.com/a", "hostname": "example.com", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1",
	"byte": "Zm9v", "base64": "Zm9v", "duration": "PT1H", "decimal": "1.5", "int64": "12", "int32": "12", "uint64": "12", "double": "1.5", "float": "1.5",
}

func (g *sampler) text(s *openapi3.Schema) (any, bool) {
	candidates := []string{formatted[s.Format], "string", "1", "a-name", "2024-02-29"}
	if s.Pattern != "" {
		if re, err := syntax.Parse(s.Pattern, syntax.Perl); err == nil {
			matching := schema.Matching(re.Simplify())
			candidates = append(candidates, matching, pad(matching, s))
		}
	}
	candidates = append(candidates, pad("string", s))
	for _, c := range candidates {
		if c != "" && g.valid(s, c) {
			return c, true
		}
	}
	return nil, false
}

// pad brings a text to a permitted length.
func pad(c string, s *openapi3.Schema) string {
	for uint64(len(c)) < min(s.MinLength, 1<<12) {
		c += "x"
	}
	if s.MaxLength != nil && uint64(len(c)) > *s.MaxLength {
		c = c[:*s.MaxLength]
	}
	return c
}

// asJSON is the JSON of a value that came out of JSON.
func asJSON(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return data
}
