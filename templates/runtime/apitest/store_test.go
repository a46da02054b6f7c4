package apitest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/internal/project"
	"github.com/docwright/docwright/templates/runtime/apitest"
)

// blog is a JSON:API of articles, people and comments.
var blog = sync.OnceValue(func() *apitest.Definition {
	data, err := os.ReadFile("testdata/blog.json")
	if err != nil {
		panic(err)
	}
	return define(string(data))
})

// define returns what the fake of a document knows, as gen fake makes it.
func define(spec string) *apitest.Definition {
	doc, diags := load.File("spec.json", load.Options{ReadFile: func(string) ([]byte, error) { return []byte(spec), nil }})
	if doc == nil {
		panic(fmt.Sprint(diags))
	}
	api, _ := model.Build(doc, model.Options{Package: "api", Fake: true})
	d, err := project.Definition(doc, api)
	if err != nil {
		panic(err)
	}
	return d
}

// session is a fake, and what a test sends to it.
type session struct {
	*apitest.Server
	t *testing.T
}

func start(t *testing.T, opts ...apitest.Option) *session {
	t.Helper()
	srv, err := apitest.Start(blog(), append([]apitest.Option{apitest.ForTest(t)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	return &session{srv, t}
}

// do sends a request, wants a status, and returns the body.
func (s *session) do(status int, method, path, body string) map[string]any {
	s.t.Helper()
	req, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/vnd.api+json")
	}
	req.Header.Set("Authorization", "Bearer x")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if resp.StatusCode != status {
		s.t.Fatalf("%s %s: %d %s, want %d", method, path, resp.StatusCode, data, status)
	}
	var out map[string]any
	if len(data) > 0 {
		if err := json.Unmarshal(data, &out); err != nil {
			s.t.Fatalf("%s: %v", data, err)
		}
	}
	return out
}

// at follows names and indexes into JSON, and returns what is there as text.
func at(v any, path string) string {
	for name := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			var i int
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(x) {
				return "nothing"
			}
			v = x[i]
		default:
			return "nothing"
		}
	}
	data, _ := json.Marshal(v)
	return strings.Trim(string(data), `"`)
}

func (s *session) want(v any, wanted ...string) {
	s.t.Helper()
	for k := 0; k < len(wanted); k += 2 {
		if got := at(v, wanted[k]); got != wanted[k+1] {
			s.t.Errorf("%s: got %s, want %s", wanted[k], got, wanted[k+1])
		}
	}
}

// ids lists the ids of a document's resources.
func ids(v map[string]any) string {
	list, _ := v["data"].([]any)
	var out []string
	for _, r := range list {
		out = append(out, at(r, "id"))
	}
	return strings.Join(out, " ")
}

const ann = `{"data":{"type":"people","attributes":{"name":"Ann","email":"ann@example.com"}}}`

func article(title, more string) string {
	return fmt.Sprintf(`{"data":{"type":"articles","attributes":{"title":%q%s},"relationships":{"author":{"data":{"type":"people","id":"1"}}}}}`, title, more)
}

func TestStoreReadsWhatWasWritten(t *testing.T) {
	s := start(t)
	s.want(s.do(201, "POST", "/people", ann), "data.id", "1", "data.meta.created_at", "2025-01-01T00:00:00Z")
	made := s.do(201, "POST", "/articles", article("One", `,"words":7`))
	s.want(made, "data.id", "1", "data.attributes.status", "draft", "data.meta.created_at", "2025-01-01T00:00:01Z")
	s.want(s.do(200, "GET", "/articles/1?include=author", ""), "data.attributes.title", "One", "included.0.attributes.name", "Ann")
	s.want(s.do(200, "GET", "/articles/1?include=author&fields%5Bpeople%5D=email", ""), "included.0.attributes", `{"email":"ann@example.com"}`)
	if got := s.do(200, "GET", "/articles/1", ""); got["included"] != nil {
		t.Errorf("included without being asked: %v", got["included"])
	}
}

// TestStoreLinks holds that a resource has the links that it must have, and that
// the one to itself leads there.
func TestStoreLinks(t *testing.T) {
	s := start(t, apitest.WithEmptyStore())
	ann := s.do(201, "POST", "/people", `{"data": {"type": "people", "id": "a/b", "attributes": {"name": "Ann"}}}`)
	s.want(ann, "data.links.self", s.URL+"/people/a%2Fb", "data.links.edit", "example")
	self := strings.TrimPrefix(at(ann, "data.links.self"), s.URL)
	s.want(s.do(200, "GET", self, ""), "data.attributes.name", "Ann")
	s.want(s.do(200, "GET", "/people", ""), "data.0.links.self", s.URL+self)
}

// TestStoreMeta holds that what a document requires of a list's meta is there,
// though the store has no figure for it, and what is said of an operation that
// documents no response of success.
func TestStoreMeta(t *testing.T) {
	srv, err := apitest.Start(define(`{"openapi": "3.0.3", "info": {"title": "Apps", "version": "1"}, "paths": {
		"/apps": {"get": {"responses": {"200": {"description": "Apps.", "content": {"application/vnd.api+json": {"schema": {
			"type": "object", "required": ["data", "meta"], "properties": {
				"data": {"type": "array", "items": {"type": "object", "required": ["type", "id"], "properties": {"type": {"type": "string", "enum": ["apps"]}, "id": {"type": "string"}, "attributes": {"type": "object"}}}},
				"meta": {"type": "object", "required": ["paging"], "properties": {"paging": {"type": "object", "required": ["total", "limit"],
					"properties": {"total": {"type": "integer"}, "limit": {"type": "integer", "minimum": 3}}}}}}}}}}}}},
		"/moved": {"get": {"responses": {"303": {"description": "Elsewhere."}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	s := &session{srv, t}
	s.want(s.do(200, "GET", "/apps", ""), "meta.paging.total", "0", "meta.paging.limit", "3")
	s.want(s.do(501, "GET", "/moved", ""), "error", "the fake has no response for GET /moved: set a handler (store: it is not about JSON:API resources"+
		" in a way that the store supports; exchanges: none is recorded with a response; examples: the document has no response of success)")
}

// TestCurl holds that the command to begin with sends what the operation
// requires, and that a document cannot end a word of it.
func TestCurl(t *testing.T) {
	srv, err := apitest.Start(define(`{"openapi": "3.0.3", "info": {"title": "Pets", "version": "1"}, "paths": {"/pets/{kind}": {"get": {
		"parameters": [
			{"name": "kind", "in": "path", "required": true, "schema": {"type": "string", "enum": ["c a/t"]}},
			{"name": "limit", "in": "query", "required": true, "schema": {"type": "integer", "minimum": 5}},
			{"name": "page", "in": "query", "schema": {"type": "integer"}},
			{"name": "revision", "in": "header", "required": true, "example": "2024'; echo \n", "schema": {"type": "string"}}],
		"responses": {"204": {"description": "none"}}}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	if got, want := srv.Curl(), `curl -H 'revision: 2024'\''; echo ' '`+srv.URL+`/pets/c%20a%2Ft?limit=5'`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestStoreMergesAndReplaces(t *testing.T) {
	s := start(t)
	s.do(201, "POST", "/people", ann)
	merged := s.do(200, "PATCH", "/people/1", `{"data":{"type":"people","id":"1","attributes":{"name":"Anna"}}}`)
	s.want(merged, "data.attributes", `{"email":"ann@example.com","name":"Anna"}`, "data.meta.updated_at", "2025-01-01T00:00:01Z")
	s.want(s.do(200, "PUT", "/people/1", `{"data":{"type":"people","id":"1","attributes":{"name":"Bob"}}}`), "data.attributes", `{"name":"Bob"}`)
	s.do(204, "DELETE", "/people/1", "")
	s.want(s.do(404, "GET", "/people/1", ""), "errors.0.status", "404", "errors.0.detail", "there is no people 1")
}

func TestStoreLists(t *testing.T) {
	s := start(t)
	s.do(201, "POST", "/people", ann)
	for k, title := range []string{"d", "a", "c", "b", "e"} {
		s.do(201, "POST", "/articles", article(title, fmt.Sprintf(`,"words":%d`, 8+k)))
	}
	page := s.do(200, "GET", "/articles?sort=-title&page%5Bsize%5D=2", "")
	s.want(page, "meta", `{"pages":3,"total":5}`, "links.prev", "null")
	var seen []string
	for next := at(page, "links.next"); ; next = at(page, "links.next") {
		seen = append(seen, ids(page))
		if next == "null" {
			break
		}
		next = strings.ReplaceAll(next, `\u0026`, "&")
		page = s.do(200, "GET", strings.TrimPrefix(next, s.URL), "")
	}
	if got := strings.Join(seen, "|"); got != "5 1|3 4|2" {
		t.Errorf("pages %s", got)
	}
	for query, want := range map[string]string{
		"filter%5Btitle%5D=a,b":                 "2 4",
		"filter%5Bwords%5D%5Bgte%5D=10":         "3 4 5",
		"filter%5Bauthor%5D=1&page%5Bsize%5D=9": "1 2 3 4 5",
		"filter%5Bauthor%5D=2":                  "",
		"filter%5Btitle%5D=c&sort=-words":       "3",
		"sort=words&page%5Bnumber%5D=2":         "4 5",
	} {
		if got := ids(s.do(200, "GET", "/articles?"+query, "")); got != want {
			t.Errorf("%s: got %q, want %q", query, got, want)
		}
	}
	s.want(s.do(400, "GET", "/articles?sort=nothing", ""), "errors.0.source.parameter", "sort")
	s.want(s.do(400, "GET", "/articles?include=nothing", ""), "errors.0.source.parameter", "include")
}

func TestStoreRelationships(t *testing.T) {
	s := start(t)
	s.do(201, "POST", "/people", ann)
	s.do(201, "POST", "/articles", article("One", ""))
	for range 3 {
		s.do(201, "POST", "/comments", `{"data":{"type":"comments","attributes":{"text":"x"}}}`)
	}
	comments := func(ids ...string) string {
		var list []string
		for _, id := range ids {
			list = append(list, `{"type":"comments","id":"`+id+`"}`)
		}
		return `{"data":[` + strings.Join(list, ",") + `]}`
	}
	const path = "/articles/1/relationships/comments"
	s.do(204, "PATCH", path, comments("1"))
	s.do(204, "POST", path, comments("1", "2", "3"))
	if got := ids(s.do(200, "DELETE", path, comments("2"))); got != "1 3" {
		t.Errorf("after DELETE: %s", got)
	}
	if got := ids(s.do(200, "GET", path, "")); got != "1 3" {
		t.Errorf("linkage: %s", got)
	}
	if got := ids(s.do(200, "GET", "/articles/1/comments", "")); got != "1 3" {
		t.Errorf("related: %s", got)
	}
	s.want(s.do(200, "GET", "/articles/1/author", ""), "data.attributes.name", "Ann")
	s.do(204, "PATCH", "/articles/1/relationships/author", `{"data":null}`)
	s.want(s.do(200, "GET", "/articles/1/author", ""), "data", "null")
	s.do(404, "GET", "/articles/9/relationships/comments", "")
}

func TestStoreRefuses(t *testing.T) {
	s := start(t, apitest.AllowViolations())
	s.do(201, "POST", "/people", `{"data":{"type":"people","id":"ann","attributes":{"name":"Ann"}}}`)
	s.want(s.do(409, "POST", "/people", `{"data":{"type":"people","id":"ann","attributes":{"name":"Ann"}}}`), "errors.0.source.pointer", "/data/id")
	s.want(s.do(409, "POST", "/people", `{"data":{"type":"articles","attributes":{"name":"Ann"}}}`), "errors.0.source.pointer", "/data/type")
	s.want(s.do(409, "PATCH", "/people/ann", `{"data":{"type":"people","id":"bob","attributes":{}}}`), "errors.0.detail", "the body's id is bob, and the path's ann")
	s.want(s.do(400, "POST", "/people", `{"data":{"type":"people","attributes":{"name":"Ann","email":"nowhere"}}}`), "errors.0.source.pointer", "/data/attributes/email")
	s.do(405, "PATCH", "/people", "")
	s.do(404, "GET", "/nothing", "")
}

// TestDeterminism holds that the same requests give the same answers.
func TestDeterminism(t *testing.T) {
	var first string
	for range 2 {
		s := start(t)
		var all strings.Builder
		for range 3 {
			fmt.Fprintln(&all, s.do(201, "POST", "/people", ann))
		}
		fmt.Fprintln(&all, s.do(200, "GET", "/people", ""))
		if got := strings.ReplaceAll(all.String(), s.URL, ""); first == "" {
			first = got
		} else if got != first {
			t.Errorf("got\n%s\nfirst\n%s", got, first)
		}
		s.Restart()
		if got := ids(s.do(200, "GET", "/people", "")); got != "" {
			t.Errorf("after Restart: %s", got)
		}
	}
}

func TestFilterExpressions(t *testing.T) {
	for filter, want := range map[string]string{
		"eq(a": `the filter ends before its last ")"`, "a": `the filter is not an expression: "a"`, "what(a,b)": `the fake does not support the filter's function "what"`,
		"eq(a,b) x": `the filter has text after its end: " x"`, "eq(a,'b)": "the filter has a quotation mark that nothing ends: b)", "eq(a)": "the filter's eq takes a field and a value",
	} {
		if got := apitest.FilterError(filter); got != want {
			t.Errorf("%s: got %s, want %s", filter, got, want)
		}
	}
}
