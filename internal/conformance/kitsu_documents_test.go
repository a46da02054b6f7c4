package conformance

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/docwright/docwright/templates/runtime/apitest"
)

// step is what testdata/kitsu/documents.mjs does, and what it sees.
type step struct {
	Method string         `json:"method,omitempty"`
	Path   string         `json:"path"`
	Type   string         `json:"type,omitempty"`
	Data   map[string]any `json:"data,omitempty"`
	Show   string         `json:"show,omitempty"`
	Pages  bool           `json:"pages,omitempty"`

	want string
}

type object = map[string]any

func identifier(typ, id string) object { return object{"data": object{"type": typ, "id": id}} }

// foundDocument is a document as it is found, and what an independent client does with
// its fake.
type foundDocument struct {
	file    string // in the corpus, or below testdata
	headers map[string]string
	seed    []any
	steps   []step
}

// seed is a resource object as JSON.
func seed(text string) any { return json.RawMessage(text) }

// nodeSteps are what is done with nodes and their contributors.
var nodeSteps = []step{
	{Method: "POST", Path: "/v2/nodes/", Type: "nodes", Data: object{"title": "a", "category": "data"}, Show: "data.title", want: "201 a"},
	{Method: "POST", Path: "/v2/nodes/$1/contributors/", Type: "contributors", Data: object{"permission": "write", "user": identifier("users", "7")}, Show: "data.user.data.id", want: "201 7"},
	{Method: "GET", Path: "/v2/nodes/$1/", Show: "data.category", want: "200 data"},
	{Method: "PATCH", Path: "/v2/nodes/$1/", Type: "nodes", Data: object{"id": "$1", "title": "b"}, Show: "data.title", want: "200 b"},
	{Path: "/v2/nodes/", Pages: true, want: "1"},
	{Method: "GET", Path: "/v2/nodes/$1/contributors/", Show: "data.0.permission", want: "200 write"},
	{Method: "DELETE", Path: "/v2/nodes/$1/", want: "204"},
	{Method: "GET", Path: "/v2/nodes/$1/", want: "404"},
}

var foundDocuments = []foundDocument{
	{file: "testdata/found/nodes.yaml", headers: map[string]string{"Content-Type": "application/json"}, steps: nodeSteps},
	{file: "dev/osf.io.json", headers: map[string]string{"Content-Type": "application/json"}, steps: nodeSteps},
	{file: "dev/apple.com_app-store-connect.json", headers: map[string]string{"Content-Type": "application/json", "Authorization": "Bearer x"},
		seed: []any{seed(`{"type":"apps","id":"a1","attributes":{"name":"Maps","bundleId":"m","primaryLocale":"en","sku":"s"},"relationships":{"builds":{"data":[{"type":"builds","id":"b1"}]}}}`), seed(`{"type":"builds","id":"b1","attributes":{"version":"7"}}`)},
		steps: []step{
			{Method: "POST", Path: "/v1/betaGroups", Type: "betaGroups", Data: object{"name": "g", "app": identifier("apps", "a1")}, Show: "data.name", want: "201 g"},
			{Method: "POST", Path: "/v1/betaTesters", Type: "betaTesters", Data: object{"email": "a@example.com"}, Show: "data.email", want: "201 a@example.com"},
			{Method: "POST", Path: "/v1/betaTesters", Type: "betaTesters", Data: object{"email": "b@example.com"}, want: "201"},
			{Method: "POST", Path: "/v1/betaTesters", Type: "betaTesters", Data: object{"email": "c@example.com"}, want: "201"},
			{Method: "GET", Path: "/v1/betaGroups/$1?include=app", Show: "data.app.data.name", want: "200 Maps"},
			{Method: "GET", Path: "/v1/apps/a1?include=builds", Show: "data.builds.data.0.version", want: "200 7"},
			{Path: "/v1/betaTesters?limit=2", Pages: true, want: "2 1"},
			{Method: "PATCH", Path: "/v1/betaGroups/$1", Type: "betaGroups", Data: object{"id": "$1", "name": "h"}, Show: "data.name", want: "200 h"},
			{Method: "DELETE", Path: "/v1/betaGroups/$1", want: "204"},
			{Method: "GET", Path: "/v1/betaGroups/$1", want: "404"},
		}},
	{file: "dev/up.com.au.json", headers: map[string]string{"Content-Type": "application/json", "Authorization": "Bearer x"},
		seed: []any{seed(`{"type":"tags","id":"x","relationships":{}}`), seed(`{"type":"tags","id":"y","relationships":{}}`), seed(`{"type":"tags","id":"z","relationships":{}}`)},
		steps: []step{
			{Method: "POST", Path: "/webhooks", Type: "webhooks", Data: object{"url": "https://example.com/hook"}, Show: "data.url", want: "201 https://example.com/hook"},
			{Method: "GET", Path: "/webhooks/$1", Show: "data.url", want: "200 https://example.com/hook"},
			{Path: "/tags?page[size]=2", Pages: true, want: "2 1"},
			{Method: "DELETE", Path: "/webhooks/$1", want: "204"},
			{Method: "GET", Path: "/webhooks/$1", want: "404"},
		}},
	{file: "dev/optimade.local.json", headers: map[string]string{"Content-Type": "application/json"},
		seed: []any{
			seed(`{"type":"structures","id":"s1","attributes":{"last_modified":"2025-01-01T00:00:00Z","nsites":4},"relationships":{"references":{"data":[{"type":"references","id":"r1"}]}}}`),
			seed(`{"type":"structures","id":"s2","attributes":{"last_modified":"2025-01-01T00:00:00Z","nsites":8}}`),
			seed(`{"type":"structures","id":"s3","attributes":{"last_modified":"2025-01-01T00:00:00Z","nsites":2}}`),
			seed(`{"type":"references","id":"r1","attributes":{"last_modified":"2025-01-01T00:00:00Z","title":"Book"}}`),
		},
		steps: []step{
			{Method: "GET", Path: "/structures/s1?include=references", Show: "data.references.data.0.title", want: "200 Book"},
			{Path: "/structures?page_limit=2", Pages: true, want: "2 1"},
		}},
	{file: "jsonapi/klaviyo.json", headers: map[string]string{"Content-Type": "application/vnd.api+json", "Authorization": "Klaviyo-API-Key x", "revision": "2025-01-15"}, steps: []step{
		{Method: "POST", Path: "/api/lists", Type: "list", Data: object{"name": "a"}, Show: "data.name", want: "201 a"},
		{Method: "POST", Path: "/api/lists", Type: "list", Data: object{"name": "b"}, want: "201"},
		{Method: "GET", Path: "/api/lists/$1?include=tags", Show: "data.name", want: "200 a"},
		{Path: "/api/lists?page[size]=1", Pages: true, want: "1 1"},
		{Method: "PATCH", Path: "/api/lists/$1", Type: "list", Data: object{"id": "$1", "name": "c"}, Show: "data.name", want: "200 c"},
		{Method: "DELETE", Path: "/api/lists/$1", want: "204"},
		{Method: "GET", Path: "/api/lists/$1", want: "404"},
	}},
}

// TestFoundDocuments has kitsu-core use the fakes of documents as they are found. The
// documents of others are in CORPUS; make fake-node runs this test.
func TestFoundDocuments(t *testing.T) {
	dir := kitsu(t)
	for _, d := range foundDocuments {
		t.Run(filepath.Base(d.file), func(t *testing.T) {
			d.run(t, dir, foundFile(t, d.file))
		})
	}
}

func (d foundDocument) run(t *testing.T, dir, file string) {
	srv := startFound(t, file, apitest.Reporting(func(v apitest.Violation) { t.Logf("%v", v) }))
	if err := srv.Seed(d.seed...); err != nil {
		t.Fatal(err)
	}
	steps, err := json.Marshal(d.steps)
	if err != nil {
		t.Fatal(err)
	}
	headers, err := json.Marshal(d.headers)
	if err != nil {
		t.Fatal(err)
	}
	cmd := inDir(dir, "node", "documents.mjs", srv.URL, string(steps), string(headers))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var seen, want []string
	if err := json.Unmarshal(out, &seen); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	for _, s := range d.steps {
		want = append(want, s.want)
	}
	if !slices.Equal(seen, want) {
		t.Errorf("kitsu-core saw %q, want %q", seen, want)
	}
}
