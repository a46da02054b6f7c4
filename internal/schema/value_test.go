package schema

import (
	"fmt"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/load"
)

// TestFitSteps: a value is checked against each schema once, however many ways
// lead from one to the other.
func TestFitSteps(t *testing.T) {
	for _, word := range []string{"oneOf", "anyOf", "allOf"} {
		var b strings.Builder
		for i := range 30 {
			fmt.Fprintf(&b, `"A%[1]d":{"%[3]s":[{"type":"object","properties":{"a":{"$ref":"#/components/schemas/A%[2]d"}}},{"type":"object","required":["a"],"properties":{"a":{"$ref":"#/components/schemas/A%[2]d"}}}]},`, i, i+1, word)
		}
		text := `{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{},"components":{"schemas":{` + b.String() + `"A30":{"type":"object","required":["x"]}}},"x-value":` +
			strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40) + `}`
		doc, diags := load.File("api.json", load.Options{ReadFile: func(string) ([]byte, error) { return []byte(text), nil }})
		if doc == nil {
			t.Fatal(diags)
		}
		f := &fitter{Document: Read(doc)}
		bad := f.fit(doc.Root.Get("x-value"), doc.Root.Get("components", "schemas", "A0"), 0)
		if bad == nil || !strings.HasPrefix(bad.Reason, `the required property "x" is missing`) {
			t.Errorf("%s: %v", word, bad)
		}
		if f.steps > 200 {
			t.Errorf("%s: %d steps", word, f.steps)
		}
	}
}
