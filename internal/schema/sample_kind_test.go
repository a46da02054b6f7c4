package schema

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/docwright/docwright/internal/load"
)

// TestSampleKinds holds that samples are what a client reads: an object where a schema
// has members and no type, base64 for the formats of bytes, and no text null.
func TestSampleKinds(t *testing.T) {
	const spec = `openapi: 3.0.3
info: {title: T, version: '1'}
paths: {}
components:
  schemas:
    Object: {properties: {n: {type: integer}}, example: 'null'}
    List: {items: {type: integer}, example: '[]'}
    Either: {type: [object, string], properties: {n: {type: integer}}, example: text}
    Bytes: {type: string, format: base64}
    Null: {type: object, properties: {a: {example: 'null'}, b: {description: Anything.}}}
`
	file := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(file, []byte(spec), 0o600); err != nil {
		t.Fatal(err)
	}
	doc, diags := load.File(file, load.Options{})
	if doc == nil {
		t.Fatal(diags)
	}
	d := Read(doc)
	for name, want := range map[string]string{"Object": `{"n":1}`, "List": `[1]`, "Either": `"text"`, "Bytes": `"ZXhhbXBsZQ=="`, "Null": `{"b":"example"}`} {
		got, err := json.Marshal(d.Of(doc.Root.Get("components", "schemas", name)).Sample(Sampling{Optional: true}))
		if err != nil || string(got) != want {
			t.Errorf("%s: %s, want %s (%v)", name, got, want, err)
		}
	}
}
