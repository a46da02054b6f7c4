package jsonapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/jsonapi"
)

type ArticleCreate struct {
	_   struct{}        `jsonapi:"type,articles"`
	ID  api.Opt[string] `jsonapi:"id,articles,omitzero"`
	LID api.Opt[string] `jsonapi:"lid,omitzero"`

	Title  string                `jsonapi:"attr,title"`
	Author jsonapi.ToOne[Person] `jsonapi:"rel,author,omitzero"`
}

type PersonCreate struct {
	_ struct{} `jsonapi:"type,people"`

	FirstName string          `jsonapi:"attr,first_name"`
	Email     api.Opt[string] `jsonapi:"attr,email,omitzero"`
}

// sentOperations lists the operations of a document, each as compact JSON.
func sentOperations(t *testing.T, ops *jsonapi.Operations) []string {
	t.Helper()
	b, err := json.Marshal(ops)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string][]json.RawMessage
	if err := json.Unmarshal(b, &doc); err != nil || len(doc) != 1 {
		t.Fatalf("%s %v", b, err)
	}
	var out []string
	for _, op := range doc["atomic:operations"] {
		out = append(out, string(op))
	}
	return out
}

func TestOperations(t *testing.T) {
	var ops jsonapi.Operations
	ann := jsonapi.AddResource[Person](&ops, &PersonCreate{FirstName: "Ann"})
	article := jsonapi.AddResource[Article](&ops, &ArticleCreate{Title: "On lids", Author: jsonapi.One(ann)})
	jsonapi.AddResource[Article](&ops, &ArticleCreate{ID: api.Set("own")})
	own := jsonapi.AddResource[Article](&ops, &ArticleCreate{LID: api.Set(`my "own"`)})
	jsonapi.UpdateResource(&ops, jsonapi.NewRef[Article]("articles", "7"), &ArticleUpdate{Title: "t", Subtitle: api.Null[string]()})
	jsonapi.UpdateResource(&ops, article, &ArticleUpdate{Title: "u"})
	jsonapi.SetRelated(&ops, article, "author", jsonapi.ToOne[Person]{})
	jsonapi.SetRelated(&ops, &Article{ID: "7"}, "author", jsonapi.One(ann))
	jsonapi.SetRelated(&ops, own, "watchers", jsonapi.ToMany[Person]{})
	jsonapi.AddRelated(&ops, ann, "articles", jsonapi.Refs(article, ArticleRef("7")))
	jsonapi.RemoveRelated(&ops, PersonRef("3"), "articles", jsonapi.Refs(ArticleRef("7")))
	jsonapi.RemoveResource(&ops, ArticleRef("8"))

	want := []string{
		`{"op":"add","data":{"lid":"new-1","type":"people","attributes":{"first_name":"Ann"}}}`,
		`{"op":"add","data":{"lid":"new-2","type":"articles","attributes":{"title":"On lids"},"relationships":{"author":{"data":{"type":"people","lid":"new-1"}}}}}`,
		`{"op":"add","data":{"type":"articles","id":"own","attributes":{"title":""}}}`,
		`{"op":"add","data":{"type":"articles","lid":"my \"own\"","attributes":{"title":""}}}`,
		`{"op":"update","data":{"id":"7","type":"articles","attributes":{"title":"t","subtitle":null}}}`,
		`{"op":"update","data":{"lid":"new-2","type":"articles","attributes":{"title":"u"}}}`,
		`{"op":"update","ref":{"type":"articles","lid":"new-2","relationship":"author"},"data":null}`,
		`{"op":"update","ref":{"type":"articles","id":"7","relationship":"author"},"data":{"type":"people","lid":"new-1"}}`,
		`{"op":"update","ref":{"type":"articles","lid":"my \"own\"","relationship":"watchers"},"data":[]}`,
		`{"op":"add","ref":{"type":"people","lid":"new-1","relationship":"articles"},"data":[{"type":"articles","lid":"new-2"},{"type":"articles","id":"7"}]}`,
		`{"op":"remove","ref":{"type":"people","id":"3","relationship":"articles"},"data":[{"type":"articles","id":"7"}]}`,
		`{"op":"remove","ref":{"type":"articles","id":"8"}}`,
	}
	got := sentOperations(t, &ops)
	if ops.Len() != len(want) || len(got) != len(want) {
		t.Fatalf("%d operations, %d sent, want %d", ops.Len(), len(got), len(want))
	}
	for k := range want {
		if got[k] != want[k] && !sameJSON(got[k], want[k]) {
			t.Errorf("operation %d:\n\t%s\nwant\t%s", k, got[k], want[k])
		}
	}
	if ann.ID() != "" || ann.LID() != "new-1" || ann.String() != "people/lid:new-1" || ArticleRef("7").LID() != "" {
		t.Errorf("%v %q %q", ann, ann.ID(), ann.LID())
	}
}

func sameJSON(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	p, _ := json.Marshal(x)
	q, _ := json.Marshal(y)
	return string(p) == string(q)
}

func TestLocalRef(t *testing.T) {
	ref := jsonapi.LocalRef[Person]("people", "a")
	one := jsonapi.One(ref)
	if many := jsonapi.Refs(ref, PersonRef("7")); strings.Join(many.IDs(), "|") != "|7" || one.ID() != "" || ref.LID() != "a" {
		t.Errorf("%q %q %q", many.IDs(), one.ID(), ref.LID())
	}
}

func atomicCall(ops *jsonapi.Operations) *api.Call {
	return &api.Call{Operation: "operations.send", Method: http.MethodPost, Path: "/operations", Body: ops, ContentType: jsonapi.AtomicType, Accept: jsonapi.AtomicType}
}

func TestFetchResults(t *testing.T) {
	status, answer := 200, `{"atomic:results":[{"data":{"type":"people","id":"9","attributes":{"first_name":"Ann"}}},{},{"meta":{"n":1}}]}`
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Content-Type") != jsonapi.AtomicType || r.Header.Get("Accept") != jsonapi.AtomicType {
			t.Errorf("Content-Type %s, Accept %s", r.Header.Get("Content-Type"), r.Header.Get("Accept"))
		}
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", jsonapi.AtomicType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	})
	var ops jsonapi.Operations
	jsonapi.AddResource[Person](&ops, &PersonCreate{FirstName: "Ann", Email: api.Set("x")})
	jsonapi.RemoveResource(&ops, ArticleRef("8"))

	results, err := jsonapi.FetchResults(context.Background(), c, atomicCall(&ops))
	if err != nil || len(results.Results) != 3 {
		t.Fatalf("%+v %v", results, err)
	}
	if p, err := jsonapi.ResultOf[Person](results, 0); err != nil || p.ID != "9" || p.FirstName != "Ann" {
		t.Errorf("%+v %v", p, err)
	}
	if p, err := jsonapi.ResultOf[Person](results, 1); p != nil || err != nil {
		t.Errorf("%+v %v", p, err)
	}
	if string(results.Results[2].Meta["n"]) != "1" {
		t.Errorf("%v", results.Results[2].Meta)
	}

	status, answer = 204, ""
	if results, err := jsonapi.FetchResults(context.Background(), c, atomicCall(&ops)); results != nil || err != nil {
		t.Errorf("%+v %v", results, err)
	}

	status, answer = 422, `{"errors":[{"title":"taken","source":{"pointer":"/atomic:operations/0/data/attributes/email"}},{"title":"gone","source":{"pointer":"/atomic:operations/1/ref"}}]}`
	_, err = jsonapi.FetchResults(context.Background(), c, atomicCall(&ops))
	var apiErr *api.Error
	if !errors.As(err, &apiErr) || apiErr.Errors[0].Field() != "[0].Email" || apiErr.Errors[1].Field() != "[1]" {
		t.Errorf("%v", err)
	}
}

func TestBadOperations(t *testing.T) {
	c := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("sent") })
	var empty, wrong jsonapi.Operations
	jsonapi.AddResource[Article](&wrong, &PersonCreate{})
	for want, ops := range map[string]*jsonapi.Operations{
		"operations.send: there are no operations to send": &empty,
		`operations.send: request body: atomic operation 0, add: *jsonapi_test.PersonCreate is a resource of type "people", not "articles"`: &wrong,
	} {
		_, err := jsonapi.FetchResults(context.Background(), c, atomicCall(ops))
		var bad *api.RequestError
		if !errors.As(err, &bad) || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}
