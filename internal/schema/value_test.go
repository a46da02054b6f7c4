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

// TestWrapSteps: what a schema is another spelling of is asked once, not again by
// each of the schemas around it.
func TestWrapSteps(t *testing.T) {
	const depth = 400
	text := `{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{},"components":{"schemas":{"A":` +
		strings.Repeat(`{"oneOf":[`, depth) + `{"type":"object"}` + strings.Repeat(`,{"type":"null"}]}`, depth) + `}}}`
	doc, diags := load.File("api.json", load.Options{ReadFile: func(string) ([]byte, error) { return []byte(text), nil }})
	if doc == nil {
		t.Fatal(diags)
	}
	d := Read(doc)
	for n := doc.Root.Get("components", "schemas", "A"); n != nil; {
		if s := d.Of(n); s.Types != Object {
			t.Fatalf("%s: %v", n.Pointer(), s.Types)
		}
		next := n.Get("oneOf")
		if next == nil {
			break
		}
		n = next.Items[0]
	}
	if d.wraps > 3*depth*maxWraps {
		t.Errorf("%d steps for %d schemas", d.wraps, depth)
	}
}
