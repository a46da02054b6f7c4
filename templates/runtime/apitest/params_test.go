package apitest_test

import (
	"bytes"
	"context"
	"net/http"
	"reflect"
	"testing"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/apitest"
)

// acceptSpec is an operation whose body may be left out.
const acceptSpec = `{"openapi": "3.0.3", "info": {"title": "Quotes", "version": "1"}, "paths": {
	"/accept": {"post": {"operationId": "accept", "parameters": [{"name": "filter", "in": "query", "schema": {"type": "string"}}],
		"requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {"note": {"type": "string"}, "filter": {"type": "string"}}}}}},
		"responses": {"204": {"description": "ok"}}}}}}`

type acceptParams struct {
	Filter     api.Opt[string] `query:"filter"`
	Note       api.Opt[string] `json:"note,omitzero"`
	BodyFilter api.Opt[string] `json:"filter,omitzero"`
}

type acceptBody struct {
	Note api.Opt[string] `json:"note,omitzero"`
}

// TestParamsWithBody holds that a handler finds a body where the client's
// parameters have it: in members of theirs, or in a field.
func TestParamsWithBody(t *testing.T) {
	srv := startSpec(t, acceptSpec)
	var got any
	type membersRequest struct {
		apitest.Request
		Params acceptParams `params:"query" body:"params"`
	}
	apitest.OnNone(srv, "accept", func(_ context.Context, req *membersRequest) error {
		got = req.Params
		return nil
	})
	post(t, srv.URL+"/accept?filter=q", `{"note": "n", "filter": "b"}`)
	if want := any(acceptParams{api.Set("q"), api.Set("n"), api.Set("b")}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	post(t, srv.URL+"/accept?filter=q", "")
	if want := any(acceptParams{Filter: api.Set("q")}); !reflect.DeepEqual(got, want) {
		t.Errorf("without a body: got %+v, want %+v", got, want)
	}
	type wholeRequest struct {
		apitest.Request
		Params struct {
			Filter api.Opt[string] `query:"filter"`
			Body   *acceptBody     `body:""`
		} `params:"query" body:"params"`
	}
	apitest.OnNone(srv, "accept", func(_ context.Context, req *wholeRequest) error {
		got = req.Params.Body
		return nil
	})
	post(t, srv.URL+"/accept", `{"note": "n"}`)
	if want := any(&acceptBody{api.Set("n")}); !reflect.DeepEqual(got, want) {
		t.Errorf("the whole body: got %+v, want %+v", got, want)
	}
}

// startSpec starts a fake of the API that spec documents.
func startSpec(t *testing.T, spec string) *apitest.Server {
	t.Helper()
	srv, err := apitest.Start(define(spec), apitest.ForTest(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	return srv
}

func post(t *testing.T, url, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != http.StatusNoContent {
		t.Errorf("status %d", resp.StatusCode)
	}
}
