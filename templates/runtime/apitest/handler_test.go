package apitest_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/apitest"
)

// shopSpec is a document of OpenAPI 3.1 with operations of all kinds.
const shopSpec = `{"openapi": "3.1.0", "info": {"title": "Shop", "version": "1"},
"components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}, "login": {"type": "http", "scheme": "basic"}},
	"schemas": {"Problem": {"type": "object", "required": ["error"], "properties": {"error": {"type": "object", "required": ["message", "code"],
		"properties": {"message": {"type": "string"}, "code": {"type": "integer"}}}}},
		"Item": {"type": "object", "required": ["type", "id", "attributes"], "additionalProperties": false, "properties": {"type": {"const": "items"}, "id": {"type": "integer"},
			"attributes": {"type": "object", "required": ["name", "size"], "additionalProperties": false, "properties": {
				"name": {"type": "string"}, "size": {"type": "integer", "minimum": 2}, "note": {"type": "string"}, "secret": {"type": "string", "writeOnly": true}}}}}}},
"paths": {
	"/json/{id}": {"get": {"operationId": "json", "security": [{"key": []}, {"login": []}],
		"parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}},
			{"name": "filter", "in": "query", "style": "deepObject", "schema": {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "object", "properties": {"gt": {"type": "integer"}}}}}},
			{"name": "tags", "in": "query", "explode": false, "schema": {"type": "array", "items": {"type": "string"}}},
			{"name": "X-Trace", "in": "header", "schema": {"type": "string"}}, {"name": "session", "in": "cookie", "schema": {"type": "string"}}],
		"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object", "properties": {"text": {"type": "string"}}}}}},
			"4XX": {"description": "error", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}}}},
	"/text": {"post": {"operationId": "text", "requestBody": {"content": {"text/plain": {"schema": {"type": "string"}}}},
		"responses": {"200": {"description": "ok", "content": {"text/plain": {"schema": {"type": "string"}}}}}}},
	"/bytes": {"post": {"operationId": "bytes", "requestBody": {"content": {"application/octet-stream": {}}}, "responses": {"200": {"description": "ok", "content": {"image/png": {}}}}}},
	"/form": {"post": {"operationId": "form", "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"a": {"type": "string"}}}}}},
		"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "string"}}}}, "202": {"description": "later", "content": {"application/json": {"schema": {"type": "object", "properties": {"job": {"type": "integer"}}}}}}}}},
	"/items": {"get": {"operationId": "items.list", "parameters": [{"name": "offset", "in": "query", "schema": {"type": "integer"}}, {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 2, "maximum": 3}}],
		"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object", "required": ["data", "jsonapi"], "properties": {
			"data": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}}, "jsonapi": {"type": "object", "required": ["version"], "properties": {"version": {"const": "1.1"}}},
			"meta": {"type": "object", "properties": {"total": {"type": "integer"}, "count": {"type": "integer"}, "page": {"type": "integer"}, "has_more": {"type": "boolean"}, "has_previous": {"type": "boolean"},
				"limit": {"type": "string"}, "offset": {"type": "integer"}, "size": {"type": "integer"}, "next": {"type": ["integer", "null"]}, "previous": {"type": ["integer", "null"]}}}}}}}}}},
		"post": {"operationId": "items.create", "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {"data": {"type": "object", "properties": {"type": {"const": "items"},
			"attributes": {"type": "object"}}}}}}}}, "responses": {"201": {"description": "ok", "content": {"application/json": {"schema": {"type": "object", "properties": {"data": {"$ref": "#/components/schemas/Item"}}}}}}}}},
	"/items/{id}": {"get": {"operationId": "items.get", "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
		"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object", "required": ["data"], "properties": {"data": {"anyOf": [{"$ref": "#/components/schemas/Item"}, {"type": "null"}]}}}}}}, "204": {"description": "none"}}}},
	"/graphql#Loans": {"post": {"operationId": "loans", "x-graphql": {"query": "query Loans($first: Int, $after: String) { loans(first: $first, after: $after) { edges { cursor node { id } } pageInfo { endCursor hasNextPage } } }", "connection": "/data/loans"},
		"requestBody": {"content": {"application/json": {"schema": {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}, "variables": {"type": "object", "properties": {"first": {"type": "integer"}, "after": {"type": "string"}}}}}}}},
		"responses": {"200": {"description": "ok", "content": {"application/json": {"schema": {"type": "object", "properties": {"data": {"type": ["object", "null"], "properties": {"loans": {"type": "object", "properties": {
			"edges": {"type": "array", "items": {"type": "object", "properties": {"cursor": {"type": "string"}, "node": {"type": "object", "properties": {"id": {"type": "string"}}}}}}, "pageInfo": {"type": "object"}}}}}}}}}}}}},
	"/graphql#Other": {"post": {"operationId": "other", "requestBody": {"content": {"application/json": {"schema": {"type": "object", "required": ["other"], "properties": {"other": {"type": "boolean"}}}}}}, "responses": {"204": {"description": "ok"}}}}
}}`

// shopExchanges are recorded calls of the shop.
const shopExchanges = `{"name": "json.one", "operation": "json", "request": {"method": "GET", "target": "/json/1"}, "response": {"status": 200, "header": {"Content-Type": "application/json"}, "json": {"text":"one"}}}
{"name": "json.two", "operation": "json", "request": {"method": "GET", "target": "/json/2?tags=a"}, "response": {"status": 200, "header": {"Content-Type": "application/json"}, "json": {"text":"two"}}}
{"name": "json.gone", "operation": "json", "request": {"method": "GET", "target": "/json/3"}, "response": {"status": 404, "header": {"Content-Type": "application/json"}, "json": {"error":{"message":"gone","code":404}}}}
{"name": "bytes.png", "operation": "bytes", "request": {"method": "POST", "target": "/bytes", "header": {"Content-Type": "application/octet-stream"}, "data": "AQI="}, "response": {"status": 200, "header": {"Content-Type": "image/png"}, "data": "iVBO"}}
`

type shopItem struct {
	ID   int64  `jsonapi:"id,items"`
	Name string `jsonapi:"attr,name"`
	Size int    `jsonapi:"attr,size"`
}

func startShop(t *testing.T, opts ...apitest.Option) *apitest.Server {
	t.Helper()
	d := define(shopSpec)
	d.Exchanges = shopExchanges
	srv, err := apitest.Start(d, append([]apitest.Option{apitest.ForTest(t)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	return srv
}

// send sends a request with a credential and returns status, content type and body.
func send(t *testing.T, srv *apitest.Server, method, target, contentType, body string, header ...string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, srv.URL+target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Key", "k")
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "error"
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return "cut"
	}
	return strings.TrimSpace(resp.Status[:3] + " " + resp.Header.Get("Content-Type") + " " + string(data))
}

func wantAnswer(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestHandlers answers each kind of operation with a typed handler.
func TestHandlers(t *testing.T) {
	srv := startShop(t)
	type jsonRequest struct {
		apitest.Request
		ID     int `path:"id"`
		Params struct {
			Filter api.Opt[struct {
				Name string         `json:"name"`
				Age  map[string]int `json:"age"`
			}] `query:"filter,deep"`
			Tags    []string        `query:"tags,csv"`
			Trace   api.Opt[string] `header:"X-Trace"`
			Session api.Opt[string] `cookie:"session"`
		} `params:"query"`
	}
	apitest.OnJSON(srv, "json", func(_ context.Context, req *jsonRequest) (map[string]string, error) {
		if req.ID == 404 {
			return nil, apitest.Error(404, "no such thing")
		}
		if req.ID == 500 {
			return nil, errors.New("broken")
		}
		f, _ := req.Params.Filter.Get()
		trace, _ := req.Params.Trace.Get()
		session, _ := req.Params.Session.Get()
		req.SetHeader("X-Seen", "yes")
		return map[string]string{"text": f.Name + strings.Join(req.Params.Tags, "+") + trace + session}, nil
	})
	wantAnswer(t, send(t, srv, "GET", "/json/7?filter%5Bname%5D=n&filter%5Bage%5D%5Bgt%5D=3&tags=a,b", "", "", "X-Trace", "t", "Cookie", "session=s"), `200 application/json {"text":"na+bts"}`)
	wantAnswer(t, send(t, srv, "GET", "/json/404", "", ""), `404 application/json {"error":{"code":404,"message":"no such thing"}}`)
	wantAnswer(t, send(t, srv, "GET", "/json/500", "", ""), `500 application/json {"error":"broken"}`)
	type textRequest struct {
		apitest.Request
		Body string `body:"text"`
	}
	apitest.OnText(srv, "text", func(_ context.Context, req *textRequest) (string, error) { return strings.ToUpper(req.Body), nil })
	wantAnswer(t, send(t, srv, "POST", "/text", "text/plain", "hello"), "200 text/plain HELLO")
	type bytesRequest struct {
		apitest.Request
		Body []byte `body:"bytes"`
	}
	apitest.OnStream(srv, "bytes", func(_ context.Context, req *bytesRequest) (io.Reader, error) {
		return strings.NewReader(string(req.Body) + "!"), nil
	})
	wantAnswer(t, send(t, srv, "POST", "/bytes", "application/octet-stream", "png"), "200 image/png png!")
	type formRequest struct {
		apitest.Request
		Body url.Values `body:"form"`
	}
	type formResult struct {
		OK       *string         `status:"200"`
		Accepted *map[string]int `status:"202"`
	}
	apitest.OnStatus(srv, "form", func(_ context.Context, req *formRequest) (*formResult, error) {
		switch a := req.Body.Get("a"); a {
		case "later":
			return &formResult{Accepted: &map[string]int{"job": 7}}, nil
		case "none":
			return &formResult{}, nil
		default:
			return &formResult{OK: &a}, nil
		}
	})
	wantAnswer(t, send(t, srv, "POST", "/form", "application/x-www-form-urlencoded", "a=x"), `200 application/json "x"`)
	wantAnswer(t, send(t, srv, "POST", "/form", "application/x-www-form-urlencoded", "a=later"), `202 application/json {"job":7}`)
	wantAnswer(t, send(t, srv, "POST", "/form", "application/x-www-form-urlencoded", "a=none"), `500 application/json {"error":"the handler of form set none of the result's fields"}`)
	srv.Handle("text", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "raw", http.StatusTeapot) }))
	wantAnswer(t, send(t, srv, "POST", "/text", "text/plain", "x"), "418 text/plain; charset=utf-8 raw")
	srv.Handle("text", nil)
	wantAnswer(t, send(t, srv, "POST", "/text", "text/plain", "x"), "200 text/plain example")
}

// TestDocumentHandlers answers with JSON:API documents: the fake completes them and
// makes pages.
func TestDocumentHandlers(t *testing.T) {
	srv := startShop(t, apitest.AllowViolations())
	type get struct {
		apitest.Request
		ID int64 `path:"id"`
	}
	apitest.OnResource(srv, "items.get", func(_ context.Context, req *get) (*shopItem, error) {
		if req.ID == 0 {
			return nil, nil
		}
		req.SetStatus(http.StatusOK)
		return &shopItem{ID: req.ID, Name: "x", Size: 9}, nil
	})
	wantAnswer(t, send(t, srv, "GET", "/items/7", "", ""), `200 application/json {"data":{"id":7,"type":"items","attributes":{"name":"x","size":9}}}`)
	wantAnswer(t, send(t, srv, "GET", "/items/0", "", ""), `200 application/json {"data":null}`)
	apitest.OnPage(srv, "items.list", func(context.Context, *apitest.Request) ([]*shopItem, error) {
		return []*shopItem{{ID: 1, Name: "a", Size: 9}, {ID: 2, Name: "b", Size: 9}, {ID: 3, Name: "c", Size: 9}}, nil
	})
	wantAnswer(t, send(t, srv, "GET", "/items?offset=2", "", ""), `200 application/json {"data":[{"id":3,"type":"items","attributes":{"name":"c","size":9}}],"jsonapi":{"version":"1.1"},`+
		`"links":{"first":"`+srv.URL+`/items","last":"`+srv.URL+`/items?offset=2","next":null,"prev":"`+srv.URL+`/items","self":"`+srv.URL+`/items?offset=2"},`+
		`"meta":{"count":1,"has_more":false,"has_previous":true,"limit":"2","next":null,"offset":2,"page":2,"previous":0,"size":2,"total":3}}`)
	wantAnswer(t, send(t, srv, "GET", "/items?limit=x", "", "")[:3], "400")
}

// TestConnections answers queries of GraphQL.
func TestConnections(t *testing.T) {
	srv := startShop(t)
	type node struct {
		ID string `json:"id"`
	}
	apitest.OnConnection(srv, "loans", func(context.Context, *apitest.Request) ([]*node, error) {
		return []*node{{"1"}, {"2"}, {"3"}}, nil
	})
	query := `{"query": "query Loans($first: Int, $after: String) {\n loans(first: $first, after: $after) { edges { cursor node { id } } pageInfo { endCursor hasNextPage } } }", "variables": `
	wantAnswer(t, send(t, srv, "POST", "/graphql", "application/json", query+`{"first": 2}}`),
		`200 application/json {"data":{"loans":{"edges":[{"cursor":"1","node":{"id":"1"}},{"cursor":"2","node":{"id":"2"}}],"pageInfo":{"endCursor":"2","hasNextPage":true}}}}`)
	wantAnswer(t, send(t, srv, "POST", "/graphql", "application/json", query+`{"first": 2, "after": "2"}}`),
		`200 application/json {"data":{"loans":{"edges":[{"cursor":"3","node":{"id":"3"}}],"pageInfo":{"endCursor":"3","hasNextPage":false}}}}`)
	wantAnswer(t, send(t, srv, "POST", "/graphql", "application/json", query+`{"after": "x"}}`), `200 application/json {"data":null,"errors":[{"message":"after: \"x\" is not a cursor of this list"}]}`)
	wantAnswer(t, send(t, srv, "POST", "/graphql", "application/json", `{"other": true}`), "204")
	if got := srv.Requests(); got[0].Operation != "loans" || got[3].Operation != "other" {
		t.Errorf("taken for %s and %s", got[0].Operation, got[3].Operation)
	}
}

// TestReplay answers with the recorded call that resembles the request most.
func TestReplay(t *testing.T) {
	srv := startShop(t, apitest.WithAnswers(apitest.FromExchanges, apitest.FromExamples))
	wantAnswer(t, send(t, srv, "GET", "/json/1", "", ""), `200 application/json {"text":"one"}`)
	wantAnswer(t, send(t, srv, "GET", "/json/2?tags=a", "", ""), `200 application/json {"text":"two"}`)
	wantAnswer(t, send(t, srv, "GET", "/json/3", "", ""), `404 application/json {"error":{"message":"gone","code":404}}`)
	wantAnswer(t, send(t, srv, "GET", "/json/4", "", ""), `200 application/json {"text":"one"}`)
	wantAnswer(t, send(t, srv, "GET", "/json/4", "", "", "Prefer", "example=json.gone"), `404 application/json {"error":{"message":"gone","code":404}}`)
	wantAnswer(t, send(t, srv, "POST", "/bytes", "application/octet-stream", "\x01\x02"), "200 image/png \x89PN")
	if _, err := apitest.ReadExchanges("{}\n\n{"); err == nil || err.Error() != "line 2: unexpected end of JSON input" {
		t.Errorf("got %v", err)
	}
	handlers := startShop(t, apitest.WithAnswers())
	wantAnswer(t, send(t, handlers, "GET", "/json/1", "", ""), `501 application/json {"error":"the fake has no response for json: set a handler"}`)
	other := startShop(t, apitest.WithAnswers("elsewhere"))
	wantAnswer(t, send(t, other, "GET", "/json/1", "", ""), `501 application/json {"error":"the fake has no response for json: set a handler (elsewhere: \"elsewhere\" is not a source of responses)"}`)
}

// TestRepair stores what requests allow and responses do not: the fake converts it,
// leaves it out, or makes it up.
func TestRepair(t *testing.T) {
	srv := startShop(t, apitest.WithClock(func() time.Time { return time.Unix(0, 0) }))
	create := func(attributes string) string {
		return send(t, srv, "POST", "/items", "application/json", `{"data": {"type": "items", "attributes": `+attributes+`}}`)
	}
	wantAnswer(t, create(`{"name": "x", "size": 5}`), `201 application/json {"data":{"attributes":{"name":"x","size":5},"id":1,"type":"items"}}`)
	wantAnswer(t, create(`{"name": "x", "size": "6", "secret": "s"}`), `201 application/json {"data":{"attributes":{"name":"x","size":6},"id":2,"type":"items"}}`)
	wantAnswer(t, create(`{"name": 8, "size": 1}`), `201 application/json {"data":{"attributes":{"name":"8","size":2},"id":3,"type":"items"}}`)
	wantAnswer(t, create(`{"note": true, "unknown": 1}`), `201 application/json {"data":{"attributes":{"name":"example","note":"true","size":2},"id":4,"type":"items"}}`)
	wantAnswer(t, create(`{"name": ["x"], "note": {}}`), `201 application/json {"data":{"attributes":{"name":"example","size":2},"id":5,"type":"items"}}`)
	wantAnswer(t, send(t, srv, "GET", "/items/2", "", ""), `200 application/json {"data":{"attributes":{"name":"x","size":6},"id":2,"type":"items"}}`)
}

// TestFaults spoils answers.
func TestFaults(t *testing.T) {
	srv := startShop(t)
	srv.Fault(apitest.Status(503), apitest.RetryAfter(2*time.Second), apitest.Times(1), apitest.Only("text"))
	wantAnswer(t, send(t, srv, "GET", "/json/1", "", ""), `200 application/json {"text":"one"}`)
	wantAnswer(t, send(t, srv, "POST", "/text", "text/plain", "x"), `503 application/json {"error":"the test wants this status"}`)
	wantAnswer(t, send(t, srv, "POST", "/text", "text/plain", "x"), "200 text/plain example")
	srv.Fault(apitest.CutBody(2), apitest.Times(1))
	wantAnswer(t, send(t, srv, "GET", "/json/1", "", ""), "cut")
	srv.Fault(apitest.Reset())
	wantAnswer(t, send(t, srv, "POST", "/form", "application/x-www-form-urlencoded", "a=x"), "error")
	srv.Heal()
	srv.Fault(apitest.Latency(20 * time.Millisecond))
	began := time.Now()
	wantAnswer(t, send(t, srv, "GET", "/json/1", "", ""), `200 application/json {"text":"one"}`)
	if time.Since(began) < 20*time.Millisecond {
		t.Error("the answer was not held back")
	}
	if n := len(srv.Requested("json")); n != 3 {
		t.Errorf("%d requests for json", n)
	}
}

// TestCredentials holds that requests need one of the documented credentials, and
// that the fake's client has them.
func TestCredentials(t *testing.T) {
	srv := startShop(t, apitest.AllowViolations())
	wantAnswer(t, send(t, srv, "GET", "/json/1", "", "", "X-Key", ""), `401 application/json {"error":{"code":401,"message":"no documented credential: no header X-Key; no Authorization: basic header"}}`)
	wantAnswer(t, send(t, srv, "GET", "/json/1", "", "", "X-Key", "", "Authorization", "Basic eDp5"), `200 application/json {"text":"one"}`)
	if got, want := srv.Curl(), "curl '"+srv.URL+"/items'"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if n := len(srv.ClientOptions()); n != 4 {
		t.Errorf("%d options for a client", n)
	}
	if got := strings.Join(srv.Operations(), " "); got != "bytes form items.create items.get items.list json loans other text" {
		t.Errorf("operations %s", got)
	}
	client, err := api.NewClient(api.Config{}, srv.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	if err := api.Exec(t.Context(), client, &api.Call{Operation: "other", Method: "POST", Path: "/nowhere"}); !errors.Is(err, api.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	ending, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := srv.Shutdown(ending); err != nil {
		t.Error(err)
	}
}
