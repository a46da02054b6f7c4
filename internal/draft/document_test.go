package draft

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/draft/read"
)

// TestDocumentRequires drafts answers about a resource whose document the spec
// has. A document that requires more than the answer has is not referred to.
func TestDocumentRequires(t *testing.T) {
	doc := `openapi: 3.0.3
info: {title: T, version: '1'}
servers:
  - url: https://api.example.com
paths:
  /boats/{id}:
    get:
      operationId: boats.get
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200':
          description: The boat.
          content:
            application/vnd.api+json:
              schema:
                $ref: '#/components/schemas/BoatDocument'
components:
  schemas:
    Boat:
      type: object
      required: [type, id]
      properties:
        type: {type: string, enum: [boats]}
        id: {type: string}
        attributes:
          type: object
          properties:
            name: {type: string}
    Envelope:
      type: object
      required: [jsonapi]
      properties:
        jsonapi:
          type: object
          properties:
            version: {type: string}
    BoatDocument:
      REQUIRED
      properties:
        data:
          $ref: '#/components/schemas/Boat'
`
	const direct, part = "type: object\n      required: [data, jsonapi]", "type: object\n      allOf:\n        - $ref: '#/components/schemas/Envelope'"
	const bare, full = `{"data": {"type": "boats", "id": "x", "attributes": {"name": "Ann"}}}`, `{"data": {"type": "boats", "id": "x", "attributes": {"name": "Ann"}}, "jsonapi": {"version": "1.0"}}`
	for _, test := range []struct{ name, required, answer, want string }{
		{"has what is required", direct, full, "BoatDocument'"},
		{"lacks what is required", direct, bare, "Boat'"},
		{"lacks what a part requires", part, bare, "Boat'"},
		{"has what a part requires", part, full, "BoatDocument'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			spec := filepath.Join(t.TempDir(), "openapi.yaml")
			if err := os.WriteFile(spec, []byte(strings.Replace(doc, "REQUIRED", test.required, 1)), 0o666); err != nil {
				t.Fatal(err)
			}
			page := "https://docs.example.com\nseen: full\n-- request --\nGET /fleet/boats/7 HTTP/1.1\nHost: api.example.com\n-- response --\nHTTP/1.1 200 OK\nContent-Type: application/vnd.api+json\n\n" + test.answer + "\n"
			draftInto(t, spec, read.Input{Name: "boats.txtar", Data: []byte(page)})
			data, err := os.ReadFile(spec)
			if err != nil {
				t.Fatal(err)
			}
			_, drafted, _ := strings.Cut(string(data), "/fleet/boats")
			drafted, _, _ = strings.Cut(drafted, "components:")
			if !strings.Contains(drafted, "$ref: '#/components/schemas/"+test.want) {
				t.Errorf("want %s in\n%s", test.want, drafted)
			}
		})
	}
}
