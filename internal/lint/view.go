package lint

import (
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// view is a schema with its references followed and its allOf merged: as much as
// rules ask for. Alternatives stay apart.
type view struct {
	node       *load.Node // what was asked for
	types      map[string]bool
	nullable   bool
	format     string
	values     []*load.Node // const or enum
	props      []load.Member
	byName     map[string]*load.Node
	required   map[string]*load.Node
	items      *load.Node
	variants   []*load.Node // of oneOf and anyOf, null left out
	additional bool         // members that no property names are described, or allowed outright
	parts      []*load.Node // the schema objects that contributed
	dangling   bool
}

// view returns the view of a schema; never nil.
func (c *checker) view(n *load.Node) *view {
	if v := c.views[n]; v != nil {
		return v
	}
	v := &view{node: n, types: map[string]bool{}, byName: map[string]*load.Node{}, required: map[string]*load.Node{}}
	v.absorb(n, map[*load.Node]bool{})
	c.views[n] = v
	return v
}

func (v *view) absorb(n *load.Node, seen map[*load.Node]bool) {
	if n == nil || seen[n] || n.Kind != load.Object {
		return
	}
	seen[n] = true
	v.nullable = v.nullable || n.Get("nullable").True() || n.Get("x-nullable").True()
	if n.IsRef() {
		target := n.Target()
		v.dangling = v.dangling || target == nil
		v.absorb(target, seen)
	}
	v.parts = append(v.parts, n)
	v.absorbTypes(n)
	for _, m := range members(n.Get("properties")) {
		if v.byName[m.Name] == nil {
			v.byName[m.Name] = m.Value
			v.props = append(v.props, m)
		}
	}
	for _, name := range items(n.Get("required")) {
		if name.Kind == load.String && v.required[name.Value] == nil {
			v.required[name.Value] = name
		}
	}
	if it := n.Get("items"); it != nil && it.Kind == load.Object && v.items == nil {
		v.items = it
	}
	if a := n.Get("additionalProperties"); a != nil && (a.Kind == load.Object || a.True()) || n.Get("patternProperties") != nil {
		v.additional = true
	}
	for _, part := range items(n.Get("allOf")) {
		v.absorb(part, seen)
	}
	for _, word := range []string{"oneOf", "anyOf"} {
		for _, variant := range items(n.Get(word)) {
			if variant.Get("type").Str() == "null" {
				v.nullable = true
				continue
			}
			v.variants = append(v.variants, variant)
		}
	}
}

func (v *view) absorbTypes(n *load.Node) {
	t := n.Get("type")
	names := items(t)
	if t != nil && t.Kind == load.String {
		names = []*load.Node{t}
	}
	for _, name := range names {
		if name.Str() == "null" {
			v.nullable = true
		} else {
			v.types[strings.ToLower(name.Str())] = true
		}
	}
	if f := n.Get("format").Str(); v.format == "" {
		v.format = f
	}
	if value := n.Get("const"); value != nil {
		v.values = []*load.Node{value}
	} else if v.values == nil {
		v.values = items(n.Get("enum"))
	}
}

// only reports whether values are of this type and no other, null aside.
func (v *view) only(name string) bool { return len(v.types) == 1 && v.types[name] }

func (v *view) array() bool { return v.only("array") || len(v.types) == 0 && v.items != nil }

func (v *view) object() bool {
	return v.only("object") || len(v.types) == 0 && (len(v.props) > 0 || v.additional)
}

// constants are the texts that the schema lists.
func (v *view) constants() []string {
	var all []string
	for _, value := range v.values {
		if value.Kind == load.String {
			all = append(all, value.Value)
		}
	}
	return all
}

// alternatives are the schemas that a value may have: the variants of a schema
// that is nothing else, or the schema itself.
func (c *checker) alternatives(n *load.Node) []*load.Node {
	var all []*load.Node
	var add func(n *load.Node, depth int)
	add = func(n *load.Node, depth int) {
		v := c.view(n)
		if len(v.variants) == 0 || len(v.props) > 0 || depth > 8 {
			all = append(all, n)
			return
		}
		for _, variant := range v.variants {
			add(variant, depth+1)
		}
	}
	add(n, 0)
	return all
}

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
