package jsonapi_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/jsonapi"
)

type bookCreate struct {
	_      struct{}              `jsonapi:"type,books"`
	ID     string                `jsonapi:"id,books,nonzero"`
	Title  string                `jsonapi:"attr,title,nonzero"`
	Size   bookSize              `jsonapi:"attr,size"`
	Author jsonapi.ToOne[Person] `jsonapi:"rel,author,nonzero"`
}

type bookSize struct {
	Unit string `json:"unit,nonzero"`
}

// TestUnset holds that a required member of a resource that is not set is an error
// before sending. What the call says of the id counts.
func TestUnset(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	whole := bookCreate{ID: "1", Title: "T", Size: bookSize{"cm"}, Author: jsonapi.OneID[Person]("7")}
	change := func(f func(b *bookCreate)) *bookCreate {
		b := whole
		f(&b)
		return &b
	}
	for name, x := range map[string]struct {
		body any
		want string
	}{
		"all set":           {jsonapi.Data("", &whole), ""},
		"id":                {jsonapi.Data("", change(func(b *bookCreate) { b.ID = "" })), "/data/id (bookCreate.ID)"},
		"id of the call":    {jsonapi.Data("1", change(func(b *bookCreate) { b.ID = "" })), ""},
		"attribute":         {jsonapi.Data("", change(func(b *bookCreate) { b.Title = "" })), "/data/attributes/title (bookCreate.Title)"},
		"in an attribute":   {jsonapi.Data("", change(func(b *bookCreate) { b.Size.Unit = "" })), "/data/attributes/size/unit (bookSize.Unit)"},
		"relationship":      {jsonapi.Data("", change(func(b *bookCreate) { b.Author = jsonapi.ToOne[Person]{} })), "/data/relationships/author (bookCreate.Author)"},
		"null relationship": {jsonapi.Data("", change(func(b *bookCreate) { b.Author = jsonapi.Null[Person]() })), ""},
		"list":              {jsonapi.Data("", &[]bookCreate{whole, {}}), "/data/1/id (bookCreate.ID)"},
	} {
		err := api.Exec(context.Background(), c, &api.Call{Operation: "books.create", Method: http.MethodPost, Path: "/books", Body: x.body})
		got, want := "", ""
		if err != nil {
			got = err.Error()
		}
		if x.want != "" {
			want = "books.create: request body: " + x.want + " is required and is not set (api.WithMember sends any value there)"
		}
		if got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}
