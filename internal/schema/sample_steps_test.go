package schema

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/load"
)

// TestSampleSteps makes samples of schemas that ask for more than memory holds, or
// that lead to each other in 2^n ways, and counts the steps.
func TestSampleSteps(t *testing.T) {
	chain := func(format, end, more string) string {
		var b strings.Builder
		for i := range 30 {
			fmt.Fprintf(&b, `"A%d":%s,`, i, strings.ReplaceAll(format, "NEXT", fmt.Sprintf(`{"$ref":"#/components/schemas/A%d"}`, i+1)))
		}
		return `{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{},"components":{"schemas":{` + b.String() + `"A30":` + end + more + `}}}`
	}
	const leaf = `{"type":"object","required":["x"],"properties":{"x":{"type":"string"}}}`
	deep := strings.Repeat(`{"a":`, 30) + "1" + strings.Repeat("}", 30)
	for _, tt := range []struct{ name, text string }{
		{"lists of lists", chain(`{"type":"array","minItems":1000000000,"items":NEXT}`, leaf, "")},
		{"maps of maps", chain(`{"type":"object","minProperties":1000000000,"additionalProperties":NEXT}`, leaf, "")},
		{"required members", chain(`{"type":"object","required":["a","b","c","d"],"properties":{"a":NEXT,"b":NEXT,"c":NEXT,"d":NEXT}}`, leaf, "")},
		{"an example of unions", chain(`{"oneOf":[{"type":"object","properties":{"a":NEXT}},{"type":"object","required":["a"],"properties":{"a":NEXT}}],"example":`+deep+`}`, leaf, "")},
		{"an example of no alternative", chain(`{"oneOf":[NEXT,NEXT],"default":7}`, leaf, "")},
		{"exponents", chain(`{"type":"array","items":{"type":"number","multipleOf":1e-99999999,"minimum":1e308},"minItems":3,"uniqueItems":true}`, leaf, "")},
		{"a number with an exponent, with another one after it", chain(`{"type":"array","items":{"type":"number","example":1e999999999},"minItems":3,"uniqueItems":true}`, leaf, "")},
	} {
		doc, diags := load.File("api.json", load.Options{ReadFile: func(string) ([]byte, error) { return []byte(tt.text), nil }})
		if doc == nil {
			t.Fatal(diags)
		}
		s := Read(doc).Of(doc.Root.Get("components", "schemas", "A0"))
		for _, how := range []Sampling{{}, {Optional: true}} {
			m := newSampler(how)
			value := m.value(s, 0)
			if m.values > maxSampleValues || m.steps > 10_000 {
				t.Errorf("%s: %d values, %d steps", tt.name, m.values, m.steps)
			}
			if data, err := json.Marshal(value); err != nil || len(data) > 400_000 {
				t.Errorf("%s: %d bytes, %v", tt.name, len(data), err)
			}
		}
	}
}
