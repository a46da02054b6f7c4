package lint

import (
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

// of returns what the schema at n means; never nil.
func (c *checker) of(n *load.Node) *schema.Schema {
	if s := c.schemas.Of(n); s != nil {
		return s
	}
	return &schema.Schema{}
}

// member returns what the member called name is; never nil.
func member(s *schema.Schema, name string) *schema.Schema {
	if p := s.Property(name); p != nil {
		return p.Schema()
	}
	return &schema.Schema{}
}

// alternatives are the schemas that a value may have: the variants of a schema
// that is nothing else, or the schema itself.
func alternatives(s *schema.Schema) []*schema.Schema {
	var all []*schema.Schema
	var add func(s *schema.Schema, depth int)
	add = func(s *schema.Schema, depth int) {
		if s == nil {
			return
		}
		if len(s.Variants) == 0 || len(s.Properties) > 0 || depth > maxAlternatives {
			all = append(all, s)
			return
		}
		for _, v := range s.Variants {
			add(v.Schema(), depth+1)
		}
	}
	add(s, 0)
	return all
}

// maxAlternatives bounds how deep alternatives within alternatives are looked at.
const maxAlternatives = 8

// isJSON reports whether bodies of a media type are JSON.
func isJSON(mediaType string) bool {
	mediaType, _, _ = strings.Cut(strings.ToLower(mediaType), ";")
	mediaType = strings.TrimSpace(mediaType)
	return mediaType == "application/json" || strings.HasSuffix(mediaType, "+json") || mediaType == "text/json"
}

// isJSONAPI reports whether bodies of a media type are JSON:API.
func isJSONAPI(mediaType string) bool {
	mediaType, _, _ = strings.Cut(strings.ToLower(mediaType), ";")
	return strings.TrimSpace(mediaType) == "application/vnd.api+json"
}

// body is one schema that an operation sends or answers with.
type body struct {
	mediaType string
	media     *load.Node
	schema    *load.Node
	status    string // "" for requests
}

// success reports whether it answers a call that worked.
func (b body) success() bool { return strings.HasPrefix(b.status, "2") }

// bodies lists the JSON bodies of an operation: requests first.
func (o *operation) bodies() []body {
	all := contents(o.node.Get("requestBody").Target(), "")
	for _, m := range members(o.node.Get("responses")) {
		all = append(all, contents(m.Value.Target(), m.Name)...)
	}
	return all
}

func contents(holder *load.Node, status string) []body {
	var all []body
	for _, m := range members(holder.Get("content")) {
		media := m.Value.Target()
		if schema := media.Get("schema"); schema != nil && isJSON(m.Name) {
			all = append(all, body{m.Name, media, schema, status})
		}
	}
	return all
}
