package jsonapi_test

import (
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/jsonapi"
)

// TestErrorsInSuccess is W05: a document with errors is an error, whatever its
// status and whatever is beside them (JSON:API 1.1, Top Level).
func TestErrorsInSuccess(t *testing.T) {
	var body string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.api+json")
		_, _ = io.WriteString(w, body)
	})
	type none struct{}
	calls := map[string]func() error{
		"resource": func() error {
			_, err := jsonapi.Fetch[Article](t.Context(), c, articlesCall())
			return err
		},
		"document": func() error {
			_, err := jsonapi.FetchDocument[*Article, none](t.Context(), c, articlesCall())
			return err
		},
		"list": func() error {
			_, err := jsonapi.FetchPage[Article, none](t.Context(), c, articlesCall())
			return err
		},
		"results": func() error {
			_, err := jsonapi.FetchResults(t.Context(), c, articlesCall())
			return err
		},
		"nothing": func() error { return api.Exec(t.Context(), c, articlesCall()) },
		"own": func() error {
			return c.Call(t.Context(), "GET", "/articles", nil, new(jsonapi.Document[*Article, none]))
		},
	}
	for _, body = range []string{
		`{"errors":[{"code":"gone","detail":"no such article"}]}`,
		`{"meta":{"x":1},"errors":[{"code":"gone","detail":"no such article"}]}`,
		`{"data":null,"errors":[{"code":"gone","detail":"no such article"}]}`,
		`{"data":[],"errors":[{"code":"gone","detail":"no such article"}]}`,
		`{"data":{"id":5},"errors":{"code":"gone","detail":"no such article"}}`,
	} {
		for name, call := range calls {
			err := call()
			var failed *api.Error
			if !errors.As(err, &failed) || failed.StatusCode != 200 || failed.Message == "" {
				t.Errorf("%s of %s: %T: %v", name, body, err, err)
			}
		}
	}
	for name, text := range map[string]string{
		"resource": `{"data":null,"errors":[]}`, "document": `{"data":null,"errors":null}`,
		"list": `{"data":[],"errors":[]}`, "results": `{"atomic:results":[],"errors":[]}`, "nothing": `{"meta":{},"errors":[]}`, "own": `{"meta":{},"errors":{}}`,
	} {
		body = text
		if err := calls[name](); err != nil {
			t.Errorf("%s of %s: %v", name, body, err)
		}
	}
}

// TestIncludedCopy is W10: a relationship leads to the primary resource and not to
// an included copy (JSON:API 1.1, Compound Documents: one resource object for each
// type and id).
func TestIncludedCopy(t *testing.T) {
	const copies = `"included":[{"type":"articles","id":"1"},{"type":"articles","id":"3","attributes":{"title":"three"}}]`
	var one jsonapi.Document[*Article, struct{}]
	err := api.Unmarshal([]byte(`{"data":{"type":"articles","id":"1","attributes":{"title":"T"},"relationships":{"next":{"data":{"type":"articles","id":"1"}}}},`+copies+`}`), &one)
	if one.Link(); err != nil || one.Data.Next.Loaded() != one.Data {
		t.Errorf("one: %v, leads to %+v", err, one.Data.Next.Loaded())
	}
	var many jsonapi.Document[[]*Article, struct{}]
	err = api.Unmarshal([]byte(`{`+copies+`,"data":[
		{"type":"articles","id":"1","attributes":{"title":"T"},"relationships":{"next":{"data":{"type":"articles","id":"2"}}}},
		{"type":"articles","id":"2","attributes":{"title":"U"},"relationships":{"next":{"data":{"type":"articles","id":"1"}}}},
		{"type":"articles","id":"4","relationships":{"next":{"data":{"type":"articles","id":"3"}}}}]}`), &many)
	many.Link()
	if d := many.Data; err != nil || d[0].Next.Loaded() != d[1] || d[1].Next.Loaded() != d[0] || d[2].Next.Loaded().Title != "three" {
		t.Errorf("many: %v, %+v", err, many.Data)
	}
}
