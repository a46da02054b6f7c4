package review

import (
	"strings"
	"testing"
	"time"

	"github.com/docwright/docwright/internal/load"
)

// pruneDoc is the document that TestPrune changes.
const pruneDoc = `{
 "openapi": "3.1.0",
 "info": {"title": "Pets", "version": "1"},
 "paths": {
  "/pets": {
   "parameters": [{"name": "page", "in": "query", "schema": {"type": "string"}}],
   "get": {
    "description": "Lists.",
    "responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}}
   },
   "post": {
    "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}}},
    "responses": {"204": {"description": "ok"}}
   }
  }
 },
 "components": {
  "schemas": {
   "Pet": {"type": "object", "properties": {"description": {"type": "string"}, "kind": {"$ref": "#/components/schemas/Kind"}}},
   "Kind": {"type": "string", "default": "{", "example": {"a": [1, "}"]}},
   "New": {"allOf": [{"$ref": "#/components/schemas/Base"}, {"required": ["name"]}]},
   "Base": {"type": "object", "properties": {"name": {"type": "string"}}}
  }
 }
}
`

// TestPrune: what is the same in both versions is emptied, what differs stays with
// all that it refers to, and no line moves.
func TestPrune(t *testing.T) {
	for _, tt := range []struct {
		name, old, new string
		has, hasNot    []string
	}{
		{"nothing differs", "", "", nil, []string{`"get":`, `"post":`, `"properties"`}},
		{"a description", "Lists.", "Shows.", nil, []string{`"get":`, `"post":`}},
		{"an operation", `"204"`, `"201"`, []string{`"post":`, `"201"`, `"name":`}, []string{`"get":`, `"kind"`}},
		{"a component two references away", `"type": "string", "default"`, `"type": "integer", "default"`, []string{`"get":`, `"kind"`, `"default": "{"`}, []string{`"post":`}},
		{"what a path says of its operations", `"name": "page"`, `"name": "size"`, []string{`"get":`, `"post":`}, nil},
		{"a part of an allOf stays", `["name"]`, `["age"]`, []string{`"post":`, `"name": {`}, []string{`"get":`}},
		{"security of all operations", `"paths": {`, `"security": [], "paths": {`, []string{`"get":`, `"post":`, `"kind"`}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			after := strings.Replace(pruneDoc, tt.old, tt.new, 1)
			traces := [2]*load.TracedBundle{{Data: []byte(pruneDoc)}, {Data: []byte(after)}}
			prune(traces)
			got := string(traces[1].Data)
			if strings.Count(got, "\n") != strings.Count(after, "\n") {
				t.Errorf("there are %d lines, not %d:\n%s", strings.Count(got, "\n"), strings.Count(after, "\n"), got)
			}
			for _, text := range tt.has {
				if !strings.Contains(got, text) {
					t.Errorf("%s is missing in\n%s", text, got)
				}
			}
			for _, text := range append(tt.hasNot, "Lists.", `[1, "}"]`) {
				if strings.Contains(got, text) {
					t.Errorf("%s is left in\n%s", text, got)
				}
			}
			if _, err := readBundle(traces[1], "api.json"); err != nil {
				t.Errorf("%v in\n%s", err, got)
			}
		})
	}
}

// TestPartsOfAllOf: parts are found at each depth, and no text is read once for each
// allOf around it.
func TestPartsOfAllOf(t *testing.T) {
	const depth = 200_000
	text := strings.Repeat(`{"allOf":[`, depth) + `{"$ref":"#/components/schemas/A"}` + strings.Repeat(`,{"$ref":"#/components/schemas/B"}]}`, depth)
	p := &pruner{out: []byte(text + `,{"allOf":[{"$ref":"#/components/schemas/C"}]},{"$ref":"#/components/schemas/D"}`)}
	start := time.Now()
	parts := p.partsOfAllOf()
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("%v for %d allOf in each other", took, depth)
	}
	for name, want := range map[string]bool{"A": true, "B": true, "C": true, "D": false} {
		if parts["#/components/schemas/"+name] != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}
