package model

import (
	"testing"

	"golang.org/x/tools/txtar"
)

// TestPlainTypes puts each type that gen.yaml may name without a package in place
// of a format, and finds it in the API.
func TestPlainTypes(t *testing.T) {
	text := lockHead + `  /things:
    get:
      operationId: things.get
      responses: {"200": {description: ok, content: {application/json: {schema: {type: object, properties: {n: {type: integer, format: custom}}}}}}}
`
	for _, name := range PlainTypes() {
		c := goldenCase{input: []txtar.File{{Name: "spec.yaml", Data: []byte(text)}}}
		api, diagnostics := c.build(t, func(o *Options) { o.Formats = map[string]string{"custom": name} })
		if diagnostics != "" {
			t.Errorf("%s: %s", name, diagnostics)
		}
		if got := spell(api.Decls[0].Fields[0].Type); got != name {
			t.Errorf("formats: {custom: %s} gives %s", name, got)
		}
	}
}
