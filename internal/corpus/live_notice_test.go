package corpus

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestLiveNotices checks that TestLive's comparison finds each kind of difference
// between a server and its document.
func TestLiveNotices(t *testing.T) {
	mux := http.NewServeMux()
	for path, body := range map[string]string{
		"/right":   `{"id":1}`,
		"/other":   `{"id":"x"}`,
		"/more":    `{"id":1,"extra":[{"a":1}]}`,
		"/missing": `{}`,
		"/list":    `[{"id":1},{"id":"x"}]`,
		"/lines":   "{\"id\":1}\n{\"id\":2}\n",
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if path == "/lines" {
				w.Header().Set("Content-Type", "application/jsonl")
			}
			w.Write([]byte(body))
		})
	}
	server := httptest.NewServer(mux)
	defer server.Close()
	file := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(file, []byte(noticedDocument), 0o600); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"GET /other: got string, want integer at /id":    "tested",
		"GET /other: not read":                           "tested",
		"GET /list: value must be an integer at /\\*/id": "tested",
		"GET /more: undocumented /extra":                 "tested",
		"GET /missing: missing property 'id' at /":       "tested",
		"GET /absent: status 404":                        "tested",
	}
	l := newLiveRun(t, want)
	l.getAll(file, server.URL, nil)
	l.finish()
	if got := []int{l.called, l.decoded}; !slices.Equal(got, []int{7, 5}) {
		t.Errorf("called and read: %v", got)
	}
}

const noticedDocument = `openapi: 3.1.0
info: {title: T, version: "1"}
paths:
  /right: {get: {operationId: right, responses: &one {"200": {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/E"}}}}}}}
  /other: {get: {operationId: other, responses: *one}}
  /more: {get: {operationId: more, responses: *one}}
  /missing: {get: {operationId: missing, responses: *one}}
  /absent: {get: {operationId: absent, responses: *one}}
  /list: {get: {operationId: list, responses: {"200": {description: ok, content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/E"}}}}}}}}
  /lines: {get: {operationId: lines, responses: {"200": {description: ok, content: {application/jsonl: {schema: {$ref: "#/components/schemas/E"}}}}}}}
components:
  schemas:
    E: {type: object, required: [id], properties: {id: {type: integer}}}
`
