package draft

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/draft/infer"
	"github.com/docwright/docwright/internal/draft/splice"
)

// extend adds to an operation what the page has and it has not. What it says
// otherwise is a difference.
func (m *merger) extend(op, item splice.Cursor, o *infer.Operation) {
	file := op.File.Path
	if o.Embedded != nil {
		m.res.Notes = append(m.res.Notes, fmt.Sprintf("%s %s is in the spec: compare it with the embedded operation by hand", strings.ToUpper(o.Method), o.Path))
		return
	}
	m.extendParams(op, item, o, file)
	if o.Request != nil {
		m.extendRequest(op, o, file)
	}
	responses := op.Get("responses").Resolve()
	for _, r := range o.Responses {
		m.extendResponse(responses, r, o, file)
	}
	m.finish()
}

func (m *merger) extendParams(op, item splice.Cursor, o *infer.Operation, file string) {
	var missing []*yaml.Node
	for _, p := range o.Params {
		found := false
		for _, list := range []splice.Cursor{op.At("parameters"), item.At("parameters")} {
			for _, have := range list.Items() {
				r := have.Resolve()
				if r.At("name").Text() == p.Name && r.At("in").Text() == p.In {
					found = true
					if p.In != "path" {
						m.compareType(r.Get("schema"), p.Schema, p.In+" parameter "+p.Name, o)
					}
				}
			}
		}
		if !found && p.In != "path" && !m.credential(p) {
			missing = append(missing, m.parameter(p, file))
		}
	}
	if len(missing) == 0 {
		return
	}
	if list := op.Get("parameters"); list.OK() {
		for _, p := range missing {
			m.hand(list, "a parameter", list.Item(p))
		}
		return
	}
	m.wait(op, "parameters", &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Content: missing})
}

// credential reports whether a parameter is one of the spec's security schemes.
func (m *merger) credential(p infer.Param) bool {
	for _, s := range m.known.Schemes {
		if s.Kind == p.In && strings.EqualFold(s.Name, p.Name) {
			return true
		}
	}
	return false
}

func (m *merger) extendRequest(op splice.Cursor, o *infer.Operation, file string) {
	body := op.Get("requestBody").Resolve()
	if !body.OK() {
		m.resources(o, file)
		m.wait(op, "requestBody", o.Request.Node(m.version))
		m.addSchemas(op)
		return
	}
	m.extendContent(body, o.Request.Content, "request", o)
}

func (m *merger) addSchemas(at splice.Cursor) {
	if m.newSchemas == nil {
		return
	}
	root := m.set.Cursor(at.File)
	for i := 0; i+1 < len(m.newSchemas.Content); i += 2 {
		m.addTo(root, []string{"components", "schemas", m.newSchemas.Content[i].Value}, m.newSchemas.Content[i+1])
	}
}

// extendContent adds media types, and members to the schemas that are there.
func (m *merger) extendContent(body splice.Cursor, list []infer.Content, pointer string, o *infer.Operation) {
	content := body.Get("content").Resolve()
	for _, c := range list {
		if c.Schema == nil || !content.OK() {
			continue
		}
		have := content.Get(c.Media)
		if !have.OK() && len(list) == 1 && len(content.Keys()) == 1 && c.Media == "application/json" && strings.HasSuffix(content.Keys()[0], "json") {
			have = content.Get(content.Keys()[0]) // the page does not say the media type
		}
		if have.OK() {
			m.extendSchema(have.Get("schema"), *c.Schema, pointer, o)
			continue
		}
		media := infer.Mapping()
		infer.Put(media, "schema", c.Schema.Node(m.version))
		m.wait(content, c.Media, media)
	}
}

func (m *merger) extendResponse(responses splice.Cursor, r infer.Response, o *infer.Operation, file string) {
	have := responses.Get(r.Status)
	if r.Assumed {
		have = splice.Cursor{}
		for _, status := range responses.Keys() {
			if strings.HasPrefix(status, "2") && !have.OK() {
				have = responses.Get(status)
			}
		}
		if !have.OK() {
			have = responses.Get("default")
		}
	}
	if !have.OK() && len(r.Status) == 3 {
		for _, wild := range []string{r.Status[:1] + "XX", r.Status[:1] + "xx"} {
			if responses.Get(wild).OK() {
				return
			}
		}
	}
	if have.OK() {
		body := have.Resolve()
		if body.Get("content").OK() && strings.HasPrefix(r.Status, "2") {
			m.extendContent(body, r.Content, "response", o)
		} else if strings.HasPrefix(r.Status, "2") && len(r.Content) > 0 && !open(r.Content) {
			m.wait(body, "content", content(r, m.version))
		}
		return
	}
	if ref, ok := m.errors[r.Status]; ok {
		r = infer.Response{Status: r.Status, Ref: ref.in(file)}
	}
	m.wait(responses, r.Status, r.Node(m.version))
}

// open reports whether nothing is known of a body.
func open(list []infer.Content) bool {
	for _, c := range list {
		if c.Schema.Type != "" || c.Schema.Ref != "" || len(c.Schema.OneOf) > 0 {
			return false
		}
	}
	return true
}

func content(r infer.Response, v infer.Version) *yaml.Node { return infer.Get(r.Node(v), "content") }

// extendSchema adds the members that a schema lacks.
func (m *merger) extendSchema(at splice.Cursor, s infer.Schema, pointer string, o *infer.Operation) {
	m.extendAt(at, &s, pointer, o, 0)
}

func (m *merger) extendAt(raw splice.Cursor, s *infer.Schema, pointer string, o *infer.Operation, depth int) {
	at := raw.Resolve()
	if !at.OK() || s == nil || s.Ref != "" || depth > 60 {
		return
	}
	if branch, union := m.branch(at, s); union {
		if branch.OK() {
			m.extendAt(branch, s, pointer, o, depth+1)
		}
		return
	}
	m.compareType(at, s, pointer, o)
	if s.Items != nil {
		if items := at.Get("items"); items.OK() {
			m.extendAt(items, s.Items, pointer+"[]", o, depth+1)
		}
	}
	if s.Map != nil && at.Get("additionalProperties").OK() {
		m.extendAt(at.Get("additionalProperties"), s.Map, pointer+".{}", o, depth+1)
	}
	if len(s.Props) == 0 {
		return
	}
	target := propertiesOf(at, 0)
	for _, p := range s.Props {
		if have := rawProperty(at, p.Name); have.OK() {
			required := requiredOf(at, 0)[p.Name]
			if strings.HasPrefix(pointer, "request") && s.Says(p.Name) && s.Optional(p.Name) == required {
				m.difference(have, pointer+"."+p.Name, fmt.Sprintf("%s on the page, %s in the spec", word(!s.Optional(p.Name)), word(required)), "", o)
			}
			m.extendAt(have, p.Schema, pointer+"."+p.Name, o, depth+1)
			continue
		}
		if at.Get("additionalProperties").OK() && at.At("additionalProperties").Node.Kind == yaml.MappingNode {
			m.extendAt(at.Get("additionalProperties"), p.Schema, pointer+".{}", o, depth+1)
			continue
		}
		m.identifiersIn(p.Schema, at.File.Path)
		if target.OK() {
			m.wait(target, p.Name, p.Schema.Node(m.version))
		} else if at.Get("type").Text() != "" || len(at.Keys()) == 0 {
			m.addTo(at, []string{"properties", p.Name}, p.Schema.Node(m.version))
		}
	}
}

func (m *merger) identifiersIn(s *infer.Schema, file string) {
	if data, _ := primary(s); data != nil {
		m.identifier(data, file)
	}
}

// propertiesOf is the mapping that new members go to.
func propertiesOf(at splice.Cursor, depth int) splice.Cursor {
	if depth > 20 {
		return splice.Cursor{}
	}
	if p := at.Get("properties").Resolve(); p.OK() {
		return p
	}
	var last splice.Cursor
	for _, part := range at.At("allOf").Items() {
		if part.Ref() != "" && last.OK() {
			continue
		}
		if p := propertiesOf(part.Resolve(), depth+1); p.OK() {
			last = p
		}
	}
	return last
}

// branch chooses the branch of a union that a schema belongs to.
func (m *merger) branch(at splice.Cursor, s *infer.Schema) (splice.Cursor, bool) {
	for _, k := range []string{"oneOf", "anyOf"} {
		list := at.Get(k).Resolve()
		if !list.OK() {
			continue
		}
		want := typeOf(s)
		var only splice.Cursor
		n := 0
		for _, one := range list.Items() {
			r := one.Resolve()
			if t := constantOf(property(r, "type")); t != "" && t == want {
				return one, true
			}
			if r.Get("type").Text() != "null" {
				only = one
				n++
			}
		}
		if n == 1 {
			return only, true
		}
		return splice.Cursor{}, true
	}
	return splice.Cursor{}, false
}

// compareType notes what the page and the spec say differently of one value.
func (m *merger) compareType(at splice.Cursor, s *infer.Schema, pointer string, o *infer.Operation) {
	at = at.Resolve()
	if !at.OK() || s.Todo != "" || s.Type == "" {
		return
	}
	typ := at.Get("type")
	if typ.OK() && typ.Node.Kind == yaml.ScalarNode && !compatible(typ.Text(), s) {
		m.difference(typ, pointer, fmt.Sprintf("the page has %s, the spec has %s", s.Type, typ.Text()), s.Type, o)
	}
	for _, extensible := range []string{"x-extensible-enum"} {
		if list := at.Get(extensible).Resolve(); list.OK() && len(s.Enum) > 0 {
			m.addValues(list, s.Enum)
		}
	}
	if list := at.Get("enum").Resolve(); list.OK() && len(s.Enum) > 0 {
		for _, v := range s.Enum {
			if !hasValue(list, v) {
				m.difference(list, pointer, fmt.Sprintf("the page has the value %q, the spec does not list it", v), "", o)
			}
		}
	}
}

func compatible(have string, s *infer.Schema) bool {
	switch {
	case have == s.Type:
		return true
	case have == "number" && s.Type == "integer", have == "integer" && s.Type == "number" && !s.Sure():
		return true
	case len(s.Props) == 0 && s.Type == "object" && have == "":
		return true
	}
	return false
}

func hasValue(list splice.Cursor, v string) bool {
	for _, x := range list.Items() {
		if x.Text() == v {
			return true
		}
	}
	return false
}

func (m *merger) addValues(list splice.Cursor, values []string) {
	for _, v := range values {
		if !hasValue(list, v) {
			m.hand(list, "the value "+v, list.Item(infer.Text(v)))
		}
	}
}

// difference reports, or replaces the scalar where a person accepts the page.
func (m *merger) difference(at splice.Cursor, pointer, text, value string, o *infer.Operation) {
	full := o.ID + " " + pointer
	if value != "" && (m.accept["all"] || m.accept[full] || m.accept[pointer]) {
		if err := at.Replace(value); err == nil {
			return
		}
	}
	file, line, col := at.File.Position(at.Node)
	m.res.Differences = append(m.res.Differences, Difference{Pointer: full, Text: full + ": " + text, Value: value, File: file, Line: line, Col: col})
}
