package draft

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/draft/read"
)

// forms are small pages of every form, with lines that their draft must have.
var forms = []struct {
	name, form, page string
	want             []string
}{
	{"markdown", "Markdown", "# Boats\n\n## Add a boat\n\n`POST /v1/boats`\n\n### Body\n\n| Field | Type | Required | Description |\n|---|---|---|---|\n| name | string | Yes | Name. |\n| kind | string | No | One of: `sail`, `row`. |\n| length | number | No | In metres. |\n\n```bash\ncurl -X POST https://api.example.com/v1/boats -H 'Authorization: Bearer $TOKEN' -d '{\"name\":\"Ann\",\"length\":4.5}'\n```\n\n### Response\n\n`201 Created`\n\n```json\n{\"id\": 7, \"name\": \"Ann\", \"built\": null, \"at\": \"2024-05-01T10:00:00Z\",}\n```\n",
		[]string{"/v1/boats:", "post:", "operationId: boats.create", "summary: Add a boat", "required: [name]", "enum: [sail, row]", "'201':", "format: date-time", "scheme: bearer", "nullable: true # TODO(draft): only null was seen; what is it?"}},
	{"html", "HTML", "<!doctype html><html><head><title>x</title></head><body><nav>GET /nav</nav><h2>GET /boats/{boat_id}</h2><table><tr><th>Name</th><th>Type</th></tr><tr><td>boat_id</td><td>integer</td></tr></table><pre><code class=\"language-json\"><span>{</span>\"id\": 1, \"tags\": [\"a\"]}</code></pre></body></html>",
		[]string{"/boats/{boat_id}:", "get:", "in: path", "type: integer", "tags:"}},
	{"curl", "curl", "curl -u user:pass -X DELETE https://api.example.com/boats/17\n\nHTTP/1.1 204 No Content\n",
		[]string{"/boats/{boat_id}:", "delete:", "scheme: basic", "'204':"}},
	{"text", "page text", "Skip to main content\nGet a boat\nGET\n/\nboats\n/\n{id}\nPath Parameters\n\nid\nstring<uuid>\nrequired\n\nThe boat.\n\nResponse\n200\napplication/json\n{\n\"id\": \"3c90c3cc-0d44-4b50-8888-8dd25736052a\",\n\"name\": \"<string>\"\n}\n",
		[]string{"/boats/{id}:", "format: uuid", "name:"}},
	{"har", "HAR", `{"log":{"version":"1.2","entries":[{"request":{"method":"GET","url":"https://api.example.com/boats/17?limit=5","headers":[{"name":"X-Api-Key","value":"k3y-0123456789abcdefXYZ"}]},"response":{"status":200,"content":{"mimeType":"application/json","text":"{\"id\":17}"}}},{"request":{"method":"GET","url":"https://api.example.com/app.css"},"response":{"status":200,"content":{"mimeType":"text/css"}}}]}}`,
		[]string{"/boats/{boat_id}:", "name: limit", "name: X-Api-Key", "in: header"}},
	{"postman", "Postman", `{"info":{"name":"Boats"},"variable":[{"key":"base","value":"https://api.example.com"}],"item":[{"name":"Boats","item":[{"name":"Rename a boat","request":{"method":"PATCH","url":{"host":["{{base}}"],"path":["boats",":id"],"variable":[{"key":"id","value":"<integer>"}]},"body":{"mode":"raw","raw":"{\"name\":\"<string>\"}","options":{"raw":{"language":"json"}}}},"response":[{"code":200,"body":"{\"id\":1}"}]}]}]}`,
		[]string{"/boats/{id}:", "patch:", "summary: Rename a boat", "type: integer"}},
	{"embedded", "embedded OpenAPI", "# Get a boat\n\n````yaml GET /boats\nopenapi: 3.0.1\ninfo: {title: Boats, version: '1'}\nservers:\n  - url: https://api.example.com\npaths:\n  /boats:\n    get:\n      operationId: boats.list\n      responses:\n        '200':\n          description: All boats.\n          content:\n            application/json:\n              schema:\n                type: array\n                items: {$ref: '#/components/schemas/Boat'}\ncomponents:\n  schemas:\n    Boat: {type: object, properties: {id: {type: integer}}}\n````\n",
		[]string{"/boats:", "description: All boats.", "$ref: '#/components/schemas/Boat'", "Boat:"}},
	{"mdx", "Markdown", "---\ntitle: Sail\nopenapi: 'POST /boats/{id}/sail'\n---\n\n<ParamField path=\"id\" type=\"string\" required>The boat.</ParamField>\n<ParamField body=\"to\" type=\"object\" required>\n  <Expandable title=\"members\">\n    <ParamField body=\"port\" type=\"string\">Where to.</ParamField>\n  </Expandable>\n</ParamField>\n<ResponseField name=\"eta\" type=\"integer\">Hours.</ResponseField>\n",
		[]string{"/boats/{id}/sail:", "port:", "required: [to]", "eta:"}},
	{"exchange", "exchange", "https://docs.example.com/boats\nseen: full\n-- request --\nGET /boats HTTP/1.1\nHost: api.example.com\nX-Session-Token: secret\n-- response --\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n[{\"id\": 1}, {\"id\": 1.5}]\n",
		[]string{"/boats:", "type: number", "name: X-Session-Token"}},
}

func TestForms(t *testing.T) {
	for _, f := range forms {
		t.Run(f.name, func(t *testing.T) {
			res, err := Run(Options{Inputs: []read.Input{{Name: f.name, Data: []byte(f.page)}}, Spec: filepath.Join(t.TempDir(), "openapi.yaml")})
			if err != nil {
				t.Fatal(err, res.Problems)
			}
			if res.Inputs[0].Form != f.form {
				t.Errorf("read as %s, want %s", res.Inputs[0].Form, f.form)
			}
			got := string(res.Files[0].New)
			for _, w := range f.want {
				if !strings.Contains(got, w) {
					t.Errorf("the draft has no %q:\n%s", w, got)
				}
			}
		})
	}
}
