package apitest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// This file makes answers of the document's examples, and of its schemas where it
// has none.

// example answers with an example of the document.
func (c *call) example() (*answer, error) {
	status, m := c.op.success()
	if c.op.response(status) == nil {
		return nil, fmt.Errorf("%w: the document has no answer of success", errNoAnswer)
	}
	if m == nil {
		return c.reply(nil), nil
	}
	if !isJSON(m.contentType) {
		a := c.reply([]byte(textExample(m)))
		a.status = status
		return a, nil
	}
	var last error
	for _, value := range c.server.api.examples(m) {
		a := jsonAnswer(status, m.contentType, value)
		wrong := c.checkAnswer(a)
		if len(wrong) == 0 {
			return a, nil
		}
		last = fmt.Errorf("%w: what can be made of the schema is not what it says: %s", errNoAnswer, wrong[0])
	}
	return nil, last
}

func textExample(m *media) string {
	if text, ok := m.object.Example.(string); ok {
		return text
	}
	return "example"
}

// examples lists values for a body, the better ones first.
func (c *contract) examples(m *media) []any {
	var out []any
	if m.object.Example != nil {
		out = append(out, m.object.Example)
	}
	for _, name := range slices.Sorted(maps.Keys(m.object.Examples)) {
		if e := m.object.Examples[name]; e.Value != nil && e.Value.Value != nil {
			out = append(out, e.Value.Value)
		}
	}
	if m.schema == nil {
		return append(out, map[string]any{})
	}
	return append(out, c.sample(m.schema, sampleAll), c.sample(m.schema, sampleRequired))
}

// sampling says how much a sample holds.
type sampling int

const (
	sampleRequired sampling = iota // what must be there
	sampleAll                      // optional members, too, a few levels deep
)

// sample makes a value that satisfies a schema, as far as it says how.
func (c *contract) sample(s *openapi3.Schema, much sampling) any {
	return c.sampleAt(s, much, 0)
}

// optionalDepth is how deep samples have optional members.
const optionalDepth = 5

func (c *contract) sampleAt(s *openapi3.Schema, much sampling, depth int) any {
	if s == nil || depth > maxDepth {
		return nil
	}
	var fixed any
	eachPart(s, 0, func(part *openapi3.Schema) {
		for _, v := range append([]any{part.Const, part.Example, part.Default}, slices.Concat(part.Examples, part.Enum)...) {
			if fixed == nil && v != nil && c.fits(s, plain(v)) == nil {
				fixed = plain(v)
			}
		}
	})
	if fixed != nil {
		return fixed
	}
	if list := alternatives(s, 0); len(list) > 1 || list[0] != s {
		return c.sampleUnion(s, list, much, depth)
	}
	switch {
	case is(s, "object") || len(properties(s)) > 0:
		return c.sampleObject(s, much, depth)
	case is(s, "array") || items(s) != nil:
		return c.sampleArray(s, much, depth)
	}
	return sampleScalar(s)
}

// plain returns a value as JSON decodes it.
func plain(v any) any { return decode(encode(v)) }

// sampleUnion makes a value of the first alternative that fits, with the members
// that stand beside the alternatives.
func (c *contract) sampleUnion(s *openapi3.Schema, list []*openapi3.Schema, much sampling, depth int) any {
	var last any
	for _, v := range list {
		value := c.sampleAt(v, much, depth+1)
		if object, ok := value.(map[string]any); ok && len(properties(s)) > 0 {
			if beside, ok := c.sampleObject(s, much, depth).(map[string]any); ok {
				maps.Copy(beside, object)
				value = beside
			}
		}
		if last = value; c.fits(s, value) == nil {
			return value
		}
	}
	return last
}

func (c *contract) sampleObject(s *openapi3.Schema, much sampling, depth int) any {
	out := map[string]any{}
	must := required(s)
	for name, p := range properties(s) {
		needed := slices.Contains(must, name)
		if !needed && (much == sampleRequired || depth >= optionalDepth) || p == nil || p.WriteOnly {
			continue
		}
		value := c.sampleAt(p, much, depth+1)
		if value == nil && !needed || !needed && c.fits(p, value) != nil {
			continue
		}
		out[name] = value
	}
	for _, name := range must {
		if _, ok := out[name]; !ok {
			out[name] = "example"
		}
	}
	return out
}

func (c *contract) sampleArray(s *openapi3.Schema, much sampling, depth int) any {
	var least uint64
	eachPart(s, 0, func(part *openapi3.Schema) { least = max(least, part.MinItems) })
	if least == 0 && (much == sampleRequired || depth >= optionalDepth) {
		return []any{}
	}
	out := []any{}
	for range max(least, 1) {
		out = append(out, c.sampleAt(items(s), much, depth+1))
	}
	return out
}

// sampleScalar makes a string, a number or a truth value.
func sampleScalar(s *openapi3.Schema) any {
	switch {
	case is(s, "boolean"):
		return true
	case is(s, "integer"), is(s, "number"):
		return sampleNumber(s)
	case is(s, "null") && !is(s, "string"):
		return nil
	}
	format, least, most := "", uint64(0), uint64(math.MaxUint64)
	eachPart(s, 0, func(part *openapi3.Schema) {
		if part.Format != "" {
			format = part.Format
		}
		least = max(least, part.MinLength)
		if part.MaxLength != nil {
			most = min(most, *part.MaxLength)
		}
	})
	if text := formatSamples[format]; text != "" {
		return text
	}
	text := "example"
	if uint64(len(text)) < least {
		text += strings.Repeat("e", int(least)-len(text))
	}
	if uint64(len(text)) > most {
		text = text[:most]
	}
	return text
}

// formatSamples are texts of the formats that are checked.
var formatSamples = map[string]string{
	"uuid": "00000000-0000-4000-8000-000000000001", "email": "ann@example.com", "date-time": "2025-01-01T00:00:00Z",
	"date": "2025-01-01", "time": "00:00:00Z", "uri": "https://example.com/", "url": "https://example.com/",
	"ipv4": "192.0.2.1", "ipv6": "2001:db8::1", "byte": "ZXhhbXBsZQ==", "hostname": "example.com", "duration": "P1D",
}

func sampleNumber(s *openapi3.Schema) any {
	n := 1.0
	eachPart(s, 0, func(part *openapi3.Schema) {
		if part.Min != nil && n <= *part.Min {
			n = math.Ceil(*part.Min)
			if n == *part.Min && (part.ExclusiveMin.IsTrue()) {
				n++
			}
		}
		if part.Max != nil && n > *part.Max {
			n = math.Floor(*part.Max)
		}
		if part.MultipleOf != nil && *part.MultipleOf > 0 {
			n = math.Ceil(n / *part.MultipleOf) * *part.MultipleOf
		}
	})
	return json.Number(fmt.Sprint(n))
}
