package corpus

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
)

// This file makes random OpenAPI documents for TestStructure: compositions,
// cycles, discriminators, references, null, media types and parameter styles, in
// combinations that no author thinks of. The same seed makes the same document.

// object is a JSON object.
type object = map[string]any

// randomDocument is a document, and what its operations exchange.
type randomDocument struct {
	*rand.Rand
	seed       uint64
	version    string // of OpenAPI: "3.0.3", "3.1.0" or "3.2.0"
	components object // schemas by name, as 3.1 writes them
	names      []string
	kinds      map[string]string // the value of its discriminator that each component is known by
	bases      map[string][]string
	paths      object
	depth      int
}

// newRandomDocument makes the document of a seed.
func newRandomDocument(seed uint64) *randomDocument {
	d := &randomDocument{
		Rand: rand.New(rand.NewPCG(seed, 1)), seed: seed,
		components: object{}, kinds: map[string]string{}, bases: map[string][]string{}, paths: object{},
	}
	d.version = []string{"3.0.3", "3.1.0", "3.1.0", "3.2.0"}[d.IntN(4)]
	for i := range 2 + d.IntN(5) { // known before any is made, so that they may refer to each other
		d.names = append(d.names, []string{"Pet", "order_line", "Node.Value", "HTTPError", "team-member", "Leaf", "Type"}[i])
	}
	for _, name := range slices.Clone(d.names) {
		if d.components[name] == nil {
			d.components[name] = d.component(name)
		}
	}
	d.nameKinds()
	for i := range 2 + d.IntN(3) {
		d.operation(i)
	}
	return d
}

// nameKinds makes subtypes of the components that happen to be allOf a base: they are
// known by their names. What is allOf a subtype keeps its own part only.
func (d *randomDocument) nameKinds() {
	derived := map[string]bool{}
	for _, name := range d.names {
		s, _ := d.components[name].(object)
		list, _ := s["allOf"].([]any)
		if len(list) != 2 || d.bases[name] != nil {
			continue
		}
		switch base := d.referent(list[0]); {
		case derived[base]:
			d.components[name] = list[1]
		case d.bases[base] != nil:
			list[0].(object)["$ref"] = "#/components/schemas/" + base
			d.kinds[name], d.bases[base], derived[name] = name, append(d.bases[base], name), true
		}
	}
}

// referent is the component that a reference leads to, through others that are
// nothing but references.
func (d *randomDocument) referent(v any) string {
	name := ""
	for range d.names {
		s, _ := v.(object)
		ref, ok := s["$ref"].(string)
		if !ok {
			break
		}
		name = strings.TrimPrefix(ref, "#/components/schemas/")
		v = d.components[name]
	}
	return name
}

func (d *randomDocument) is31() bool { return d.version != "3.0.3" }

// chance is true in one of n cases.
func (d *randomDocument) chance(n int) bool { return d.IntN(n) == 0 }

func pick[T any](d *randomDocument, list ...T) T { return list[d.IntN(len(list))] }

// text is the document in its own version.
func (d *randomDocument) document() object {
	doc := object{
		"openapi": d.version, "info": object{"title": "Random", "version": "1"}, "servers": []any{object{"url": "https://corpus.test"}},
		"paths": d.paths, "components": object{"schemas": d.components},
	}
	if !d.is31() {
		return asVersion30(doc).(object)
	}
	return doc
}

// loops reports whether a schema refers to itself and says nothing else on the way:
// kin-openapi dies of a stack overflow then.
func (d *randomDocument) loops(v any, seen map[string]bool) bool {
	s, _ := v.(object)
	if s["type"] != nil || s["enum"] != nil || s["const"] != nil {
		return false
	}
	if ref, ok := s["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/components/schemas/")
		if seen[name] {
			return true
		}
		seen = maps.Clone(seen)
		seen[name] = true
		return d.loops(d.components[name], seen)
	}
	for _, word := range []string{"allOf", "oneOf", "anyOf"} {
		list, _ := s[word].([]any)
		if slices.ContainsFunc(list, func(part any) bool { return d.loops(part, seen) }) {
			return true
		}
	}
	properties, _ := s["properties"].(object)
	for _, p := range properties {
		if d.loops(p, seen) {
			return true
		}
	}
	return false
}

// component makes a named schema: sometimes a base with subtypes.
func (d *randomDocument) component(name string) any {
	switch d.IntN(8) {
	case 0:
		return d.base(name)
	case 1:
		return d.union(name)
	case 2, 3:
		return d.schema()
	}
	return d.objectSchema()
}

// base is a schema with a discriminator, and others that are allOf it. The base
// lists them in oneOf, or does not.
func (d *randomDocument) base(name string) any {
	base := d.objectSchema()
	properties := base["properties"].(object)
	properties["kind"] = object{"type": "string"}
	required, _ := base["required"].([]any)
	base["required"] = append(required, "kind")
	delete(base, "additionalProperties")
	discriminator, mapping := object{"propertyName": "kind"}, object{}
	for i := range 1 + d.IntN(3) {
		child := fmt.Sprintf("%sSub%d", name, i)
		own := d.objectSchema()
		delete(own, "additionalProperties")
		d.components[child] = object{"allOf": []any{object{"$ref": "#/components/schemas/" + name}, own}}
		d.kinds[child] = child
		if d.chance(2) {
			d.kinds[child] = fmt.Sprint("k", i)
			mapping[d.kinds[child]] = "#/components/schemas/" + child
		}
		d.bases[name] = append(d.bases[name], child)
	}
	if len(mapping) > 0 {
		discriminator["mapping"] = mapping
	}
	base["discriminator"] = discriminator
	return base
}

// union is a oneOf of objects with a discriminator.
func (d *randomDocument) union(name string) any {
	var variants []any
	mapping := object{}
	for i := range 2 + d.IntN(3) {
		variant := fmt.Sprintf("%sVariant%d", name, i)
		s := d.objectSchema()
		delete(s, "additionalProperties")
		kind := variant
		if d.chance(2) {
			kind = fmt.Sprint("v", i)
			mapping[kind] = "#/components/schemas/" + variant
		}
		s["properties"].(object)["kind"] = pick[any](d, object{"type": "string"}, object{"type": "string", "enum": []any{kind}})
		if d.is31() && d.chance(3) {
			s["properties"].(object)["kind"] = object{"const": kind}
		}
		required, _ := s["required"].([]any)
		s["required"] = append(required, "kind")
		d.components[variant], d.kinds[variant] = s, kind
		variants = append(variants, object{"$ref": "#/components/schemas/" + variant})
	}
	discriminator := object{"propertyName": "kind"}
	if len(mapping) > 0 {
		discriminator["mapping"] = mapping
	}
	return object{pick(d, "oneOf", "anyOf"): variants, "discriminator": discriminator}
}

// withTypes is a schema that says which kind of values its properties are of: that
// others are valid, too, is a documented limit (see TestJSONSchemaSuite).
func withTypes(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = withTypes(e)
		}
		return out
	case object:
		out := object{}
		for name, e := range v {
			out[name] = withTypes(e)
		}
		if _, isSchema := v["properties"].(object); isSchema && v["type"] == nil {
			out["type"] = "object"
		}
		return out
	}
	return v
}

// strictComponents are the components with what discriminators mean, which JSON
// Schema does not know: a variant has the value that chooses it, and a base with
// the value of a subtype is valid for that.
func (d *randomDocument) strictComponents() object {
	strict := maps.Clone(d.components)
	for name, kind := range d.kinds {
		strict[name] = object{"allOf": []any{d.components[name], object{"properties": object{"kind": object{"const": kind}}}}}
	}
	for base, children := range d.bases {
		own := base + "Own"
		strict[own] = d.components[base]
		all := []any{object{"$ref": "#/components/schemas/" + own}}
		for _, child := range children {
			part := d.components[child].(object)["allOf"].([]any)[1]
			strict[child] = object{"allOf": []any{object{"$ref": "#/components/schemas/" + own}, part, object{"properties": object{"kind": object{"const": d.kinds[child]}}}}}
			all = append(all, object{"if": object{"required": []any{"kind"}, "properties": object{"kind": object{"const": d.kinds[child]}}}, "then": part})
		}
		strict[base] = object{"allOf": all}
	}
	return withTypes(strict).(object)
}

// schema is any schema.
func (d *randomDocument) schema() any {
	d.depth++
	defer func() { d.depth-- }()
	n := 14
	if d.depth > 3 {
		n = 6
	}
	switch d.IntN(n) {
	case 0, 1, 2:
		return d.scalar()
	case 3, 4:
		return d.reference()
	case 5:
		return d.nullable(d.scalar())
	case 6, 7:
		return d.array()
	case 8:
		return d.objectSchema()
	case 9:
		return d.mapSchema()
	case 10:
		return d.nullable(pick[any](d, d.reference(), d.objectSchema(), d.array()))
	case 11:
		return d.choice()
	case 12:
		return object{"allOf": []any{d.reference(), d.objectSchema()}}
	}
	return d.odd()
}

// odd are schemas that say nothing, little, or in another way.
func (d *randomDocument) odd() any {
	if !d.is31() {
		return pick[any](d, object{}, object{"description": "anything"}, object{"type": "object"}, object{"allOf": []any{d.scalar()}})
	}
	switch d.IntN(8) {
	case 0:
		return true
	case 1:
		return object{"type": []any{"string", "integer"}}
	case 2:
		return object{"type": []any{"object", "boolean", "null"}, "properties": object{"a": d.scalar()}}
	case 3:
		return object{"enum": pick(d, []any{"a", 1, nil}, []any{true, "b"}, []any{1, 2.5})}
	case 4:
		return object{"const": pick[any](d, "c", 3, true)}
	case 5:
		s := d.reference()
		s["description"] = "beside a reference"
		return s
	case 6:
		return object{"type": "integer", "allOf": []any{object{"minimum": -5}}}
	}
	return object{"anyOf": []any{d.scalar()}}
}

func (d *randomDocument) reference() object {
	return object{"$ref": "#/components/schemas/" + d.names[d.IntN(len(d.names))]}
}

// nullable is a schema that also permits null, in one of the spellings.
func (d *randomDocument) nullable(v any) any {
	s, _ := v.(object)
	if kind, ok := s["type"].(string); ok && s["enum"] == nil && d.chance(2) {
		s = maps.Clone(s)
		s["type"] = []any{kind, "null"}
		return s
	}
	null := pick[any](d, object{"type": "null"}, object{"enum": []any{nil}})
	return object{pick(d, "oneOf", "anyOf"): pick(d, []any{v, null}, []any{null, v})}
}

func (d *randomDocument) scalar() object {
	switch d.IntN(13) {
	case 0, 1:
		return object{"type": "string"}
	case 2:
		return object{"type": "string", "format": pick(d, "date-time", "date", "uuid", "byte", "email")}
	case 3, 4:
		return object{"type": "integer"}
	case 5:
		return object{"type": "integer", "format": pick(d, "int32", "int64")}
	case 6:
		return object{"type": "number"}
	case 7:
		return object{"type": "boolean"}
	case 8:
		return object{"type": "string", "enum": []any{"a", "b c", "", "9"}[:1+d.IntN(4)]}
	case 9:
		return object{"type": "integer", "enum": []any{1, 0, -7}[:1+d.IntN(3)]}
	case 10:
		return object{"type": "string", "minLength": 1, "maxLength": 20}
	case 11:
		return object{"type": []any{"string", "null"}, "enum": []any{"a", "b", nil}}
	}
	return object{"type": "number", "minimum": -10, "maximum": 1000}
}

func (d *randomDocument) array() any {
	s := object{"type": "array"}
	if d.is31() && d.chance(4) {
		places := []any{d.schema()}
		for range d.IntN(3) {
			places = append(places, d.scalar())
		}
		s["prefixItems"] = places
		switch d.IntN(4) {
		case 0:
			s["items"] = false
		case 1:
			s["items"] = d.scalar()
		case 2:
			s["items"] = true
		}
		return s
	}
	s["items"] = d.schema()
	if d.is31() && d.chance(6) {
		delete(s, "items")
	}
	return s
}

func (d *randomDocument) mapSchema() any {
	s := object{"type": "object", "additionalProperties": d.schema()}
	if d.is31() && d.chance(3) {
		s["patternProperties"] = object{"^x-": d.scalar()}
		s["additionalProperties"] = pick[any](d, false, true, s["additionalProperties"])
	}
	if d.is31() && d.chance(6) {
		return object{"type": "object", "unevaluatedProperties": d.scalar()}
	}
	return s
}

// memberNames are names that are hard to tell apart, or to spell in Go.
var memberNames = []string{"id", "ID", "name", "kind2", "x-y", "x_y", "type", "$ref2", "data", "1st", "Größe", "a.b", "", "created_at", "items", "error", "has", "unknown"}

func (d *randomDocument) objectSchema() object {
	d.depth++
	defer func() { d.depth-- }()
	s, properties := object{"type": "object"}, object{}
	var required []any
	for range 1 + d.IntN(5) {
		name := memberNames[d.IntN(len(memberNames))]
		if properties[name] != nil || name == "" && d.chance(2) {
			continue
		}
		properties[name] = d.schema()
		member, isObject := properties[name].(object)
		switch {
		case d.chance(3):
			if _, isRef := member["$ref"]; !isRef || d.chance(3) {
				required = append(required, name)
			}
		case isObject && member["$ref"] == nil && d.chance(8):
			member[pick(d, "readOnly", "writeOnly")] = true
		}
	}
	s["properties"] = properties
	if len(required) > 0 {
		s["required"] = required
	}
	switch d.IntN(8) {
	case 0:
		s["additionalProperties"] = false
	case 1:
		s["additionalProperties"] = true
	case 2:
		s["additionalProperties"] = d.scalar()
	}
	if d.chance(12) {
		delete(s, "type")
	}
	return s
}

// choice is a oneOf or anyOf without a discriminator.
func (d *randomDocument) choice() any {
	var variants []any
	switch d.IntN(6) {
	case 0:
		variants = []any{object{"type": "string"}, object{"type": "integer"}, object{"type": "boolean"}}[:2+d.IntN(2)]
	case 1:
		variants = []any{object{"type": "string"}, object{"type": "array", "items": object{"type": "string"}}}
	case 2:
		variants = []any{d.scalar(), d.objectSchema()}
	case 3:
		variants = []any{d.reference(), d.reference(), d.scalar()}
	case 4:
		a, b := d.objectSchema(), d.objectSchema()
		a["properties"].(object)["only_a"], b["properties"].(object)["only_b"] = d.scalar(), d.scalar()
		a["required"], b["required"] = []any{"only_a"}, []any{"only_b"}
		variants = []any{a, b}
	case 5:
		variants = []any{object{"type": "array", "items": d.scalar()}, object{"type": "array", "items": d.objectSchema()}, object{"type": "number"}}
	}
	s := object{pick(d, "oneOf", "anyOf"): variants}
	if d.chance(5) {
		s = d.objectSchema()
		s["oneOf"] = []any{object{"required": []any{"one"}, "properties": object{"one": d.scalar()}}, object{"required": []any{"two"}, "properties": object{"two": d.scalar()}}}
		delete(s, "additionalProperties")
	}
	return s
}

// operation adds a path with one operation.
func (d *randomDocument) operation(i int) {
	path := fmt.Sprintf("/things%d", i)
	op := object{"operationId": fmt.Sprintf("things%d.%s", i, pick(d, "get", "list", "act"))}
	content := object{pick(d, "application/json", "application/json", "application/vnd.x+json"): object{"schema": d.schema()}}
	responses := object{pick(d, "200", "200", "201", "2XX"): object{"description": "ok", "content": content}}
	for _, code := range []string{"400", "404", "5XX", "default"} {
		if d.chance(4) {
			responses[code] = object{"description": "an error", "content": object{"application/json": object{"schema": d.objectSchema()}}}
		}
	}
	op["responses"] = responses
	var parameters []any
	if d.chance(3) {
		path += "/{id}"
		parameters = append(parameters, object{"name": "id", "in": "path", "required": true, "schema": pick(d, object{"type": "string", "minLength": 1}, object{"type": "integer"})})
	}
	for j := range d.IntN(4) {
		parameters = append(parameters, d.parameter(j))
	}
	if len(parameters) > 0 {
		op["parameters"] = parameters
	}
	method := "get"
	if d.chance(2) {
		method = pick(d, "post", "put", "patch")
		op["requestBody"] = d.body()
	}
	d.paths[path] = object{method: op}
}

// parameter is one that openapi3filter can read.
func (d *randomDocument) parameter(j int) any {
	p := object{"name": fmt.Sprintf("%s%d", pick(d, "q", "filter-", "X_"), j), "in": pick(d, "query", "query", "header", "cookie")}
	p["required"] = d.chance(3)
	item := pick(d, object{"type": "string", "minLength": 1}, object{"type": "integer"}, object{"type": "boolean"}, object{"type": "string", "enum": []any{"a", "b"}})
	p["schema"] = item
	if p["in"] != "query" {
		return p
	}
	switch d.IntN(4) {
	case 0:
		p["schema"] = object{"type": "array", "items": item, "minItems": 1}
		p["style"], p["explode"] = "form", d.chance(2)
	case 1:
		p["schema"] = object{"type": "array", "items": item, "minItems": 1}
		p["style"], p["explode"] = pick(d, "spaceDelimited", "pipeDelimited"), false
	case 2:
		p["schema"] = object{"type": "object", "properties": object{"a": item, "b": object{"type": "string", "minLength": 1}}, "required": []any{"a"}}
		p["style"], p["explode"] = "deepObject", true
	}
	return p
}

// body is a request body.
func (d *randomDocument) body() any {
	media := pick(d, "application/json", "application/json", "application/json", "application/merge-patch+json", "application/x-www-form-urlencoded")
	s := d.schema()
	if media == "application/x-www-form-urlencoded" {
		s = object{"type": "object", "properties": object{"a": object{"type": "string"}, "b": object{"type": "integer"}, "c": object{"type": "array", "items": object{"type": "string"}}}, "required": []any{"a"}}
	}
	return object{"required": !d.chance(4), "content": object{media: object{"schema": s}}}
}

// asVersion30 writes a document of 3.1 as 3.0: null is nullable, a constant is an
// enum of one value.
func asVersion30(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = asVersion30(e)
		}
		return out
	case object:
		out := object{}
		for name, e := range v {
			out[name] = asVersion30(e)
		}
		if list, ok := v["type"].([]any); ok && len(list) == 2 {
			out["type"], out["nullable"] = list[0], true
		}
		for _, word := range []string{"oneOf", "anyOf"} {
			list, ok := v[word].([]any)
			if rest := slices.DeleteFunc(slices.Clone(list), isNullSchema); ok && len(rest) == 1 && len(rest) < len(list) {
				delete(out, word)
				out["allOf"], out["nullable"] = []any{asVersion30(rest[0])}, true
			}
		}
		return out
	}
	return v
}

func isNullSchema(v any) bool {
	s, ok := v.(object)
	if !ok {
		return false
	}
	list, _ := s["enum"].([]any)
	return s["type"] == "null" || len(list) == 1 && list[0] == nil
}

// value is a random value for a schema, most often a valid one. Requests have only
// members that the schema names, and none that is read-only.
type valueMaker struct {
	*randomDocument
	request bool
	depth   int
}

func (m *valueMaker) value(v any) any {
	m.depth++
	defer func() { m.depth-- }()
	s, ok := v.(object)
	if !ok || len(s) == 0 { // true, {}
		return pick[any](m.randomDocument, "any", 1, nil, []any{1, "a"}, object{"any": true})
	}
	if ref, ok := s["$ref"].(string); ok {
		return m.component(strings.TrimPrefix(ref, "#/components/schemas/"))
	}
	if c, ok := s["const"]; ok {
		return c
	}
	if list, ok := s["enum"].([]any); ok {
		return list[m.IntN(len(list))]
	}
	base, composed := m.parts(s), s["allOf"] != nil && s["type"] == nil
	for _, word := range []string{"oneOf", "anyOf"} {
		if list, ok := s[word].([]any); ok {
			base, composed = together(base, m.value(m.shallow(list))), true
		}
	}
	if base != nil || composed {
		return base
	}
	return m.plain(s)
}

// shallow chooses an alternative; far below, one that does not go on.
func (m *valueMaker) shallow(list []any) any {
	if m.depth > 6 {
		for _, v := range list {
			if s, ok := v.(object); ok && s["$ref"] == nil && s["properties"] == nil {
				return v
			}
		}
	}
	return list[m.IntN(len(list))]
}

// parts is a value of the parts of allOf and of the object next to a choice.
func (m *valueMaker) parts(s object) any {
	var whole any
	list, _ := s["allOf"].([]any)
	for _, part := range list {
		if p, ok := part.(object); ok && p["type"] == nil && p["$ref"] == nil && p["properties"] == nil {
			continue // only narrows
		}
		whole = together(whole, m.value(part))
	}
	if s["properties"] != nil && (whole != nil || s["oneOf"] != nil || s["anyOf"] != nil) {
		whole = together(whole, m.objectValue(s))
	}
	return whole
}

// together joins the members of two objects; of other values, the first counts.
func together(a, b any) any {
	x, isObject := a.(object)
	y, both := b.(object)
	if a == nil {
		return b
	}
	if !isObject || !both {
		return a
	}
	x = maps.Clone(x)
	maps.Copy(x, y)
	return x
}

// component is a value of a named schema, with the discriminator's value that
// stands for it.
func (m *valueMaker) component(name string) any {
	if children := m.bases[name]; len(children) > 0 && m.depth < 12 && !m.chance(4) {
		name = children[m.IntN(len(children))]
	}
	if m.depth > 12 {
		return object{} // a cycle through required members: the judge decides
	}
	s, _ := m.components[name].(object)
	if list, ok := s["allOf"].([]any); ok && m.kinds[name] != "" { // a subtype: its base by itself
		base := strings.TrimPrefix(list[0].(object)["$ref"].(string), "#/components/schemas/")
		v := together(m.value(m.components[base]), m.value(list[1]))
		v.(object)["kind"] = m.kinds[name]
		return v
	}
	v := m.value(m.components[name])
	if o, ok := v.(object); ok && m.kinds[name] != "" {
		o["kind"] = m.kinds[name]
	}
	return v
}

func (m *valueMaker) plain(s object) any {
	kind := s["type"]
	if list, ok := kind.([]any); ok {
		kind = list[m.IntN(len(list))]
	}
	switch kind {
	case "null":
		return nil
	case "boolean":
		return m.chance(2)
	case "integer":
		if s["format"] == "int32" {
			return pick(m.randomDocument, 0, -1, 7, 1<<31-1)
		}
		if m.request { // what takes any value loses digits when the driver makes it of JSON
			return pick[any](m.randomDocument, 0, 1, -1, 123456789012, number("4.0"), number("1e3"))
		}
		return pick[any](m.randomDocument, 0, 1, -1, 9007199254740993, number("4.0"), number("1e3"), number("-9223372036854775808"))
	case "number":
		return pick[any](m.randomDocument, 0, number("1.50"), number("-0.5"), number("1e2"), 999)
	case "string":
		return m.text(s)
	case "array":
		return m.list(s)
	case "object":
		return m.objectValue(s)
	}
	switch {
	case s["properties"] != nil:
		return m.objectValue(s)
	case s["items"] != nil:
		return m.list(s)
	}
	return "untyped"
}

func (m *valueMaker) text(s object) any {
	switch s["format"] {
	case "date-time":
		return pick(m.randomDocument, "2024-02-29T13:14:15Z", "2024-02-29T13:14:15.510Z", "2024-02-29T13:14:15+02:00")
	case "date":
		return "2024-02-29"
	case "uuid":
		return "5f7ea3ec-ac9a-4d6c-a5c3-28ee1b5ac2ba"
	case "byte":
		return pick(m.randomDocument, "Zm9v", "", "AA==")
	case "email":
		return "ann@example.com"
	}
	return pick(m.randomDocument, "a", "text", "quote \" \\ / \u2028 <&>", "ä😀", "2024-02-29", "null", strings.Repeat("x", 20))
}

func (m *valueMaker) list(s object) any {
	list := []any{}
	places, _ := s["prefixItems"].([]any)
	for _, place := range places[:min(len(places), m.IntN(4))] {
		list = append(list, m.value(place))
	}
	items, has := s["items"]
	if len(list) < len(places) || items == false || m.depth > 5 && s["minItems"] == nil {
		return list
	}
	if !has {
		items = true
	}
	n := m.IntN(3)
	if least, ok := s["minItems"].(int); ok {
		n = max(n, least)
	}
	for range n {
		list = append(list, m.value(items))
	}
	return list
}

func (m *valueMaker) objectValue(s object) any {
	o := object{}
	required, _ := s["required"].([]any)
	properties, _ := s["properties"].(object)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		must := slices.Contains(required, any(name))
		p, _ := properties[name].(object)
		if p["readOnly"] == true && m.request || p["writeOnly"] == true && !m.request || !must && (m.depth > 5 || m.chance(2)) {
			continue
		}
		o[name] = m.value(properties[name])
	}
	additional, has := s["additionalProperties"]
	if u, ok := s["unevaluatedProperties"]; ok {
		additional, has = u, true
	}
	patterns, _ := s["patternProperties"].(object)
	for _, p := range patterns {
		if m.chance(2) {
			o["x-"+strconv.Itoa(m.IntN(9))] = m.value(p)
		}
	}
	if additional != false && (has || !m.request) && m.depth < 6 && m.chance(2) {
		if !has {
			additional = true
		}
		o[pick(m.randomDocument, "more", "Größer", "m/o~re")] = m.value(additional)
	}
	return o
}
