package infer

import (
	"sort"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/draft/read"
)

// Mark begins the comment of a decision that is left to a person.
const Mark = "TODO(draft): "

// Mapping returns an empty mapping.
func Mapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"} }

// Text returns a string. The printer quotes it where YAML needs that.
func Text(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: clean(s)}
	if n.Value != "" && strings.ContainsAny(n.Value, "\n") {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}

// clean drops control characters: a page's text must not end up as anything
// but text.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0x7f || r == 0x85 || r == 0x2028 || r == 0x2029 || r == 0xfeff {
			return ' '
		}
		return r
	}, s)
}

// comment makes a text safe for a comment of one line.
func comment(s string) string {
	s = strings.Join(strings.Fields(clean(s)), " ")
	if r := []rune(s); len(r) > 160 {
		s = string(r[:160]) + "…"
	}
	return s
}

func raw(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

func boolean(b bool) *yaml.Node { return raw("!!bool", strconv.FormatBool(b)) }

func sequence(flow bool, items ...*yaml.Node) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: items}
	if flow {
		n.Style = yaml.FlowStyle
	}
	return n
}

// Put adds a member to a mapping.
func Put(m *yaml.Node, key string, value *yaml.Node) {
	m.Content = append(m.Content, Text(key), value)
}

// Get returns the value of a key, nil without one.
func Get(m *yaml.Node, key string) *yaml.Node {
	if m == nil || m.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(m.Content); i += 2 {
		if m.Content[i].Value == key {
			return m.Content[i+1]
		}
	}
	return nil
}

func texts(list []string, flow bool) *yaml.Node {
	n := sequence(flow)
	for _, s := range list {
		n.Content = append(n.Content, Text(s))
	}
	return n
}

// Version is the version of OpenAPI that a document is written in.
type Version int

// The versions that differ in how they spell null.
const (
	V30 Version = iota
	V31
)

// Node spells a schema.
func (s *Schema) Node(v Version) *yaml.Node {
	m := Mapping()
	switch {
	case s.Ref != "":
		Put(m, "$ref", Text(s.Ref))
		return m
	case len(s.OneOf) > 0:
		list := sequence(false)
		for _, one := range s.OneOf {
			list.Content = append(list.Content, one.Node(v))
		}
		if s.Nullable && v == V30 {
			Put(m, "nullable", boolean(true))
		} else if s.Nullable {
			null := Mapping()
			Put(null, "type", Text("null"))
			list.Content = append(list.Content, null)
		}
		Put(m, "oneOf", list)
	case s.Type != "":
		s.typed(m, v)
	case s.Nullable && v == V30:
		Put(m, "nullable", boolean(true))
	}
	s.enum(m)
	if s.Default != "" {
		Put(m, "default", s.literal(s.Default))
	}
	if s.Items != nil && s.Type == "array" {
		Put(m, "items", s.Items.Node(v))
	}
	if len(s.Required) > 0 {
		Put(m, "required", texts(s.Required, true))
	}
	if len(s.Props) > 0 {
		props := Mapping()
		for _, p := range s.Props {
			Put(props, p.Name, p.Schema.Node(v))
		}
		Put(m, "properties", props)
	}
	if s.Map != nil {
		Put(m, "additionalProperties", s.Map.Node(v))
	} else if s.Free && s.Type == "object" {
		Put(m, "additionalProperties", boolean(true))
	}
	s.mark(m)
	return m
}

func (s *Schema) typed(m *yaml.Node, v Version) {
	if s.Nullable && v == V31 {
		Put(m, "type", sequence(true, Text(s.Type), Text("null")))
	} else {
		Put(m, "type", Text(s.Type))
	}
	if s.Format != "" {
		Put(m, "format", Text(s.Format))
	}
	if s.Nullable && v == V30 {
		Put(m, "nullable", boolean(true))
	}
}

func (s *Schema) enum(m *yaml.Node) {
	if len(s.Enum) == 0 {
		return
	}
	list := sequence(len(strings.Join(s.Enum, ", ")) < 90)
	for _, e := range s.Enum {
		list.Content = append(list.Content, s.literal(e))
	}
	if s.Extensible {
		Put(m, "x-extensible-enum", list)
		return
	}
	if s.Nullable {
		list.Content = append(list.Content, raw("!!null", "null"))
	}
	Put(m, "enum", list)
}

// literal spells a value in the schema's type.
func (s *Schema) literal(value string) *yaml.Node {
	switch s.Type {
	case "integer":
		return raw("!!int", value)
	case "number":
		return raw("!!float", value)
	case "boolean":
		return raw("!!bool", value)
	}
	return Text(value)
}

// mark puts the decision that is left next to the type.
func (s *Schema) mark(m *yaml.Node) {
	if s.Todo == "" {
		return
	}
	text := "# " + Mark + comment(s.Todo)
	if len(m.Content) == 0 {
		m.Style = yaml.FlowStyle
		m.LineComment = text
		return
	}
	if v := m.Content[1]; v.Kind == yaml.ScalarNode || v.Style == yaml.FlowStyle {
		v.LineComment = text
		return
	}
	m.Content[0].HeadComment = text
}

// Node spells an operation.
func (o *Operation) Node(v Version) *yaml.Node {
	if o.Embedded != nil {
		return o.Embedded.Op
	}
	m := Mapping()
	if o.ID != "" {
		Put(m, "operationId", Text(o.ID))
	}
	if o.Summary != "" {
		Put(m, "summary", Text(o.Summary))
	}
	if o.Tag != "" {
		Put(m, "tags", texts([]string{o.Tag}, true))
	}
	if o.URL != "" {
		docs := Mapping()
		Put(docs, "url", Text(o.URL))
		Put(m, "externalDocs", docs)
	}
	if o.OwnServer {
		server := Mapping()
		Put(server, "url", Text(strings.TrimSuffix(o.Server, "/")))
		Put(m, "servers", sequence(false, server))
	}
	if o.Security != nil {
		Put(m, "security", requirements(o.Security))
	}
	if len(o.Params) > 0 {
		list := sequence(false)
		for _, p := range o.Params {
			list.Content = append(list.Content, p.Node(v))
		}
		Put(m, "parameters", list)
	}
	if o.Request != nil {
		Put(m, "requestBody", o.Request.Node(v))
	}
	responses := Mapping()
	for _, r := range o.Responses {
		key := raw("!!str", r.Status)
		key.Style = yaml.SingleQuotedStyle
		responses.Content = append(responses.Content, key, r.Node(v))
	}
	Put(m, "responses", responses)
	return m
}

func requirements(alternatives [][]Scheme) *yaml.Node {
	list := sequence(false)
	for _, set := range alternatives {
		one := Mapping()
		for _, s := range set {
			Put(one, s.Key, sequence(true))
		}
		list.Content = append(list.Content, one)
	}
	if len(alternatives) == 0 {
		list.Style = yaml.FlowStyle
	}
	return list
}

// Node spells a parameter.
func (p Param) Node(v Version) *yaml.Node {
	m := Mapping()
	if p.Ref != "" {
		Put(m, "$ref", Text(p.Ref))
		return m
	}
	Put(m, "name", Text(p.Name))
	Put(m, "in", Text(p.In))
	if p.Required || p.In == "path" {
		Put(m, "required", boolean(true))
	}
	if p.Style != "" {
		Put(m, "style", Text(p.Style))
	}
	if p.Explode != nil {
		Put(m, "explode", boolean(*p.Explode))
	}
	Put(m, "schema", p.Schema.Node(v))
	return m
}

// Node spells a request body.
func (b *Body) Node(v Version) *yaml.Node {
	m := Mapping()
	if b.Required {
		Put(m, "required", boolean(true))
	}
	Put(m, "content", contents(b.Content, v))
	return m
}

func contents(list []Content, v Version) *yaml.Node {
	m := Mapping()
	for _, c := range list {
		media := Mapping()
		Put(media, "schema", c.Schema.Node(v))
		Put(m, c.Media, media)
	}
	return m
}

// Node spells a response.
func (r Response) Node(v Version) *yaml.Node {
	m := Mapping()
	if r.Ref != "" {
		Put(m, "$ref", Text(r.Ref))
		return m
	}
	Put(m, "description", Text(r.Description))
	if len(r.Content) > 0 {
		Put(m, "content", contents(r.Content, v))
	}
	return m
}

// Node spells the component of a security scheme.
func (s Scheme) Node() *yaml.Node {
	m := Mapping()
	switch s.Kind {
	case "bearer", "basic":
		Put(m, "type", Text("http"))
		Put(m, "scheme", Text(s.Kind))
	default:
		Put(m, "type", Text("apiKey"))
		Put(m, "in", Text(s.Kind))
		Put(m, "name", Text(s.Name))
	}
	return m
}

// Walk visits a schema and everything below it with its pointer.
func (s *Schema) Walk(pointer string, visit func(pointer string, s *Schema)) {
	if s == nil {
		return
	}
	visit(pointer, s)
	join := func(name string) string {
		if pointer == "" {
			return name
		}
		return pointer + "." + name
	}
	for _, p := range s.Props {
		p.Schema.Walk(join(p.Name), visit)
	}
	if s.Items != nil {
		s.Items.Walk(pointer+"[]", visit)
	}
	s.Map.Walk(join("{}"), visit)
	for _, one := range s.OneOf {
		one.Walk(pointer, visit)
	}
}

// Open lists the decisions that are left, those of bodies among them.
func (o *Operation) Open() []Decision {
	out := append([]Decision{}, o.Decisions...)
	visit := func(prefix string) func(string, *Schema) {
		return func(pointer string, s *Schema) {
			if s.Todo == "" {
				return
			}
			at := prefix
			if pointer != "" {
				at += " " + pointer
			}
			out = append(out, Decision{Pointer: at, Kind: s.Kind, Text: s.Todo, Place: s.Place})
		}
	}
	if o.Request != nil {
		for _, c := range o.Request.Content {
			c.Schema.Walk("", visit("request"))
		}
	}
	for _, r := range o.Responses {
		for _, c := range r.Content {
			c.Schema.Walk("", visit("response "+r.Status))
		}
	}
	for _, p := range o.Params {
		p.Schema.Walk("", visit(p.In+" parameter "+p.Name))
	}
	return out
}

// Place is the place of an operation on its page.
func (o *Operation) Place() read.Place { return o.Call.Place }

// Comment makes a text safe for a comment of one line.
func Comment(s string) string { return comment(s) }

// Size counts the members of the bodies and their relationships.
func (o *Operation) Size() (members, relationships int) {
	visit := func(pointer string, s *Schema) {
		members += len(s.Props)
		if pointer == "data.relationships" || pointer == "data[].relationships" {
			relationships += len(s.Props)
		}
	}
	if o.Request != nil {
		for _, c := range o.Request.Content {
			c.Schema.Walk("", visit)
		}
	}
	for _, r := range o.Responses {
		for _, c := range r.Content {
			c.Schema.Walk("", visit)
		}
	}
	return members, relationships
}

// importance orders the kinds of decisions.
var importance = []string{
	"page contradicts itself", "path parameter", "resource type", "relationship target", "security", "page contradicts the spec",
	"status assumed", "map or object", "unknown type", "date-time not RFC 3339",
}

// Sort puts the most important decisions first.
func Sort(list []Decision) {
	rank := func(d Decision) int {
		for i, k := range importance {
			if k == d.Kind {
				return i
			}
		}
		return len(importance)
	}
	sort.SliceStable(list, func(i, j int) bool { return rank(list[i]) < rank(list[j]) })
}
