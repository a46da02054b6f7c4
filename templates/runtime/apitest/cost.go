package apitest

import (
	"maps"
	"regexp/syntax"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// This file counts what a check would cost. Validators compare a value with a
// schema once for each way to it, and a small document can have 2^40
// ways, or one without an end. What costs too much is not checked.

// The steps that a check may take: comparisons of a value with a schema.
const (
	maxSteps      = 20_000
	stepsPerValue = 500 // more for each value within the body

	schemasPerStep = 5 // of the text of an error

	// maxSpelled is how much of a schema a check may spell: validators write each
	// schema as JSON once for each schema that it is written within.
	maxSpelled = 40_000

	// maxInstructions is how large the patterns of a schema may be, because
	// validators compile them again for each check.
	maxInstructions = 50_000
)

// costValue is a value whose identity can be compared.
type costValue struct {
	members map[string]*costValue
	items   []*costValue
	any     bool // it has every member and an item, which are values of this kind as well
}

// anything represents values that are not known as JSON, such as parameters.
var anything = &costValue{any: true}

// costOf makes a costValue of a decoded value, and counts the values within.
func costOf(value any) (v *costValue, size int) {
	v, size = &costValue{}, 1
	switch x := value.(type) {
	case map[string]any:
		v.members = map[string]*costValue{}
		for name, member := range x {
			m, n := costOf(member)
			v.members[name] = m
			size += n
		}
	case []any:
		for _, item := range x {
			i, n := costOf(item)
			v.items = append(v.items, i)
			size += n
		}
	}
	return v, size
}

func (v *costValue) member(name string) *costValue {
	if v.any {
		return v
	}
	return v.members[name]
}

func (v *costValue) all() []*costValue {
	if v.any {
		return []*costValue{v}
	}
	list := slices.Clone(v.items)
	for _, m := range v.members {
		list = append(list, m)
	}
	return list
}

type costKey struct {
	schema *openapi3.Schema
	value  *costValue
}

// costing counts the steps of one check. Each pair of schema and value is counted
// once, and its number added for each way to it.
type costing struct {
	most  int
	known map[costKey]int // -1 while it is being counted
	texts map[*openapi3.Schema]int
}

// text is how many schemas are written within one, all of which are in the text of
// an error.
func (c *costing) text(ref *openapi3.SchemaRef) int {
	if ref == nil || ref.Value == nil {
		return 0
	}
	n, known := c.texts[ref.Value]
	if !known {
		n = written(ref.Value, maxSpelled)
		c.texts[ref.Value] = n
	}
	return n
}

// written counts the schemas that are written within one, up to most.
func written(s *openapi3.Schema, most int) int {
	n := 1
	for _, inner := range within(s) {
		if inner != nil && inner.Value != nil && inner.Ref == "" && n < most {
			n += written(inner.Value, most-n)
		}
	}
	return n
}

// tooCostly reports whether comparing a value with a schema takes more steps than
// most, or whether a validator would have to spell or compile too much before.
func tooCostly(ref *openapi3.SchemaRef, v *costValue, most int) bool {
	if ref == nil || ref.Value == nil {
		return false
	}
	if spelled(ref, 1) > maxSpelled || instructions(ref, map[*openapi3.Schema]bool{}) > maxInstructions {
		return true
	}
	c := &costing{most: most, known: map[costKey]int{}, texts: map[*openapi3.Schema]int{}}
	return c.of(ref.Value, v) > most
}

func (c *costing) of(s *openapi3.Schema, v *costValue) int {
	key := costKey{s, v}
	if n, ok := c.known[key]; ok {
		if n < 0 {
			return c.most + 1 // the value is compared with the schema again: without an end
		}
		return n
	}
	c.known[key] = -1
	total := 1
	add := func(ref *openapi3.SchemaRef, v *costValue) {
		if total <= c.most && v != nil && ref != nil && ref.Value != nil {
			total += c.of(ref.Value, v)
		}
	}
	for _, list := range []openapi3.SchemaRefs{s.AllOf, s.AnyOf, s.OneOf} {
		for _, ref := range list {
			add(ref, v)
			add(ref, v) // an error repeats those of alternatives in its text
			total += c.text(ref) / schemasPerStep
		}
	}
	for _, ref := range []*openapi3.SchemaRef{s.Not, s.If, s.Then, s.Else} {
		add(ref, v)
	}
	for _, ref := range s.DependentSchemas {
		add(ref, v)
	}
	for name, ref := range s.Properties {
		add(ref, v.member(name))
	}
	for _, one := range v.all() {
		for _, ref := range []*openapi3.SchemaRef{s.Items, s.Contains, s.AdditionalProperties.Schema, s.UnevaluatedItems.Schema, s.UnevaluatedProperties.Schema, s.PropertyNames} {
			add(ref, one)
		}
		for _, ref := range s.PrefixItems {
			add(ref, one)
		}
		for _, ref := range s.PatternProperties {
			add(ref, one)
		}
	}
	c.known[key] = total
	return total
}

// spelled counts how often the schemas within one are spelled. Those that it refers
// to are spelled by name.
func spelled(ref *openapi3.SchemaRef, depth int) int {
	if ref == nil || ref.Value == nil || ref.Ref != "" && depth > 1 {
		return 0
	}
	total := depth
	for _, inner := range within(ref.Value) {
		if total <= maxSpelled {
			total += spelled(inner, depth+1)
		}
	}
	return total
}

// within lists the schemas that are written within one.
func within(s *openapi3.Schema) []*openapi3.SchemaRef {
	list := slices.Concat(s.AllOf, s.AnyOf, s.OneOf, s.PrefixItems)
	for _, members := range []openapi3.Schemas{s.Properties, s.PatternProperties, s.DependentSchemas} {
		list = slices.AppendSeq(list, maps.Values(members))
	}
	return append(list, s.Not, s.If, s.Then, s.Else, s.Items, s.Contains, s.AdditionalProperties.Schema, s.UnevaluatedItems.Schema, s.UnevaluatedProperties.Schema, s.PropertyNames)
}

// instructions counts those of the patterns of a schema and of all that it refers
// to.
func instructions(ref *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) int {
	if ref == nil || ref.Value == nil || seen[ref.Value] {
		return 0
	}
	s := ref.Value
	seen[s] = true
	total := patternSize(s.Pattern)
	for pattern := range s.PatternProperties {
		total += patternSize(pattern)
	}
	for _, inner := range within(s) {
		if total <= maxInstructions {
			total += instructions(inner, seen)
		}
	}
	return total
}

// patternSize is about how many instructions a pattern compiles to; 0 if Go cannot
// read it.
func patternSize(pattern string) int {
	if pattern == "" {
		return 0
	}
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return 0
	}
	return expressionSize(parsed)
}

func expressionSize(e *syntax.Regexp) int {
	size := 1 + len(e.Rune)
	for _, sub := range e.Sub {
		size += expressionSize(sub)
	}
	if e.Op == syntax.OpRepeat {
		size *= max(e.Min, e.Max, 1)
	}
	return size
}

// costlyBody reports whether a body cannot be checked against a media type.
func costlyBody(content openapi3.Content, contentType string, body []byte) bool {
	media := content.Get(contentType)
	if media == nil || len(body) == 0 {
		return false
	}
	value, size := anything, 0
	if isJSON(contentType) {
		value, size = costOf(decode(body))
	}
	return tooCostly(media.Schema, value, maxSteps+stepsPerValue*size)
}

// uncheck takes out of a check what would cost too much, and notes it.
func (c *call) uncheck(in *openapi3filter.RequestValidationInput) {
	if body := c.op.Operation.RequestBody; body != nil && body.Value != nil && !in.Options.ExcludeRequestBody && costlyBody(body.Value.Content, c.request.Header.Get("Content-Type"), c.body) {
		in.Options.ExcludeRequestBody = true
		c.note("the request's body")
	}
	operation, item := *in.Route.Operation, *in.Route.PathItem
	before := len(operation.Parameters) + len(item.Parameters)
	operation.Parameters, item.Parameters = c.cheap(operation.Parameters), c.cheap(item.Parameters)
	if len(operation.Parameters)+len(item.Parameters) < before {
		route := *in.Route
		route.Operation, route.PathItem = &operation, &item
		in.Route = &route
	}
}

// cheap returns the parameters that can be checked.
func (c *call) cheap(list openapi3.Parameters) openapi3.Parameters {
	return slices.DeleteFunc(slices.Clone(list), func(ref *openapi3.ParameterRef) bool {
		if ref.Value == nil {
			return false
		}
		costly := tooCostly(ref.Value.Schema, anything, maxSteps)
		for _, media := range ref.Value.Content {
			costly = costly || media != nil && tooCostly(media.Schema, anything, maxSteps)
		}
		if costly {
			c.note("the " + ref.Value.In + " parameter " + ref.Value.Name)
		}
		return costly
	})
}

// costlyAnswer reports whether a response cannot be checked.
func (c *call) costlyAnswer(declared *openapi3.Response, a *answer) bool {
	costly := costlyBody(declared.Content, a.header.Get("Content-Type"), a.body)
	for _, ref := range declared.Headers {
		costly = costly || ref.Value != nil && tooCostly(ref.Value.Schema, anything, maxSteps)
	}
	if costly {
		c.note("the response")
	}
	return costly
}

// note remembers what is not checked.
func (c *call) note(what string) {
	if !slices.Contains(c.unchecked, what) {
		c.unchecked = append(c.unchecked, what)
	}
}
