package record

import (
	"fmt"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/docwright/docwright/internal/draft/read"
)

// members lists the members of the bodies that the spec does not have; a
// schema allows them, so that validation lets them pass.
func (s *summary) members(rt *route, c *seen) []string {
	var out []string
	if body := rt.op.RequestBody; body != nil && body.Value != nil {
		out = append(out, undocumented("request", body.Value.Content, c.request)...)
	}
	if rt.op.Responses == nil {
		return out
	}
	r := rt.op.Responses.Status(c.status)
	if r == nil {
		r = rt.op.Responses.Default()
	}
	if r != nil && r.Value != nil {
		out = append(out, undocumented("response", r.Value.Content, c.response)...)
	}
	return out
}

func undocumented(side string, content openapi3.Content, m message) []string {
	media, _, _ := strings.Cut(m.header.Get("Content-Type"), ";")
	schema := content.Get(strings.TrimSpace(media))
	if schema == nil || schema.Schema == nil {
		return nil
	}
	v, _, err := read.ParseJSON(string(m.body), 1)
	if err != nil {
		return nil
	}
	var out []string
	walk(v, []*openapi3.SchemaRef{schema.Schema}, "", 0, func(pointer string) {
		out = append(out, fmt.Sprintf("%s: undocumented member %s", side, pointer))
	})
	return out
}

// walk visits the members that none of the schemas has.
func walk(v *read.Value, schemas []*openapi3.SchemaRef, pointer string, depth int, missing func(string)) {
	if depth > 100 {
		return
	}
	all := parts(schemas, 0)
	switch v.Kind {
	case read.Object:
		for _, m := range v.Members {
			var next []*openapi3.SchemaRef
			open := len(all) == 0
			for _, s := range all {
				if p := s.Properties[m.Name]; p != nil {
					next = append(next, p)
				}
				if s.AdditionalProperties.Schema != nil {
					next = append(next, s.AdditionalProperties.Schema)
				}
				if s.AdditionalProperties.Has != nil && *s.AdditionalProperties.Has || len(s.Properties) == 0 && s.AdditionalProperties.Schema == nil && len(all) == 1 {
					open = true
				}
			}
			at := pointer + "/" + m.Name
			switch {
			case len(next) > 0:
				walk(m.Value, next, at, depth+1, missing)
			case !open:
				missing(at)
			}
		}
	case read.Array:
		var next []*openapi3.SchemaRef
		for _, s := range all {
			if s.Items != nil {
				next = append(next, s.Items)
			}
		}
		if len(next) == 0 {
			return
		}
		for _, item := range v.Items {
			walk(item, next, pointer+"/[]", depth+1, missing)
		}
	}
}

// parts resolves schemas and the parts of their unions.
func parts(list []*openapi3.SchemaRef, depth int) []*openapi3.Schema {
	var out []*openapi3.Schema
	if depth > 20 {
		return out
	}
	for _, r := range list {
		if r == nil || r.Value == nil {
			continue
		}
		s := r.Value
		more := append(append(append([]*openapi3.SchemaRef{}, s.AllOf...), s.OneOf...), s.AnyOf...)
		if len(s.Properties) > 0 || len(more) == 0 || s.Items != nil || s.AdditionalProperties.Has != nil || s.AdditionalProperties.Schema != nil {
			out = append(out, s)
		}
		out = append(out, parts(more, depth+1)...)
	}
	return out
}
