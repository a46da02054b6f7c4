package schema

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/docwright/docwright/internal/load"
)

const unsettled = `openapi: 3.0.3
info: {title: Nodes, version: "1"}
paths:
  /nodes:
    get:
      responses: {"200": {description: ok, content: {"*/*": {schema: {type: array, items: {$ref: "#/components/schemas/Node"}}}}}}
    post:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Node"}}}}
      responses: {"201": {description: created}}
    patch:
      requestBody: {content: {application/vnd.api+json: {schema: {type: object, required: [data], properties: {data: {allOf: [{type: object, required: [type, attributes], properties: {type: {type: string, enum: [tags]}, attributes: {type: object, required: [title], properties: {title: {type: string}, at: {type: object, required: [x]}}}}}]}}}}}}
components:
  schemas:
    Name: {type: string}
    Node:
      example: {data: {type: nodes}}
      properties:
        type: {$ref: "#/components/schemas/Name"}
        attributes: {type: object, properties: {title: {type: string}}}
        relationships: {type: object, properties: {parent: {type: string}}}
`

// TestSettle holds that a settled document says what was found out, where a schema is
// shared too, and that undoing it gives the document back.
func TestSettle(t *testing.T) {
	file := filepath.Join(t.TempDir(), "spec.yaml")
	if err := os.WriteFile(file, []byte(unsettled), 0o600); err != nil {
		t.Fatal(err)
	}
	doc, diags := load.File(file, load.Options{})
	if doc == nil {
		t.Fatal(diags)
	}
	before := string(doc.Root.JSON())
	undo := Read(doc).Settle()
	bundle, err := doc.Bundle()
	if err != nil {
		t.Fatal(err)
	}
	var settled struct {
		Paths      map[string]map[string]json.RawMessage
		Components struct{ Schemas map[string]json.RawMessage }
	}
	if err := json.Unmarshal(bundle, &settled); err != nil {
		t.Fatal(err)
	}
	document := func(data, links string) string {
		return `{"application/json":{"schema":{"type":"object","required":["data"],"properties":{"data":` + data + links + `}}}}`
	}
	const node, links = `{"$ref":"#/components/schemas/Node"}`, `,"links":{"type":"object"}`
	const resource = `{"example":{"data":{"type":"nodes"}},"properties":{"type":{"type":"string","enum":["nodes"]},"attributes":{"type":"object","properties":{"title":{"type":"string"}}},"relationships":{"type":"object","properties":{"parent":{"type":"object"}}}}}`
	for _, c := range []struct{ what, got, want string }{
		{"list", string(settled.Paths["/nodes"]["get"]), `{"responses":{"200":{"description":"ok","content":` + document(`{"type":"array","items":`+node+`}`, links) + `}}}`},
		{"create", string(settled.Paths["/nodes"]["post"]), `{"requestBody":{"content":` + document(node, "") + `},"responses":{"201":{"description":"created","content":{"application/json":{"schema":{"type":"object","properties":{"data":` + resource + `}}}}}}}`},
		{"resource", string(settled.Components.Schemas["Node"]), resource},
		{"update", string(settled.Paths["/nodes"]["patch"]), `{"requestBody":{"content":{"application/vnd.api+json":{"schema":{"type":"object","required":["data"],"properties":{"data":{"allOf":[{"type":"object","properties":{"type":{"type":"string","enum":["tags"]},"attributes":{"type":"object","properties":{"title":{"type":"string"},"at":{"type":"object","required":["x"]}}}}}]}}}}}}}`},
		{"shared schema", string(settled.Components.Schemas["Name"]), `{"type":"string"}`},
	} {
		if got := compacted(t, c.got); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.what, got, c.want)
		}
	}
	undo()
	if after := string(doc.Root.JSON()); after != before {
		t.Errorf("undone:\n got %s\nwant %s", after, before)
	}
}

func compacted(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
