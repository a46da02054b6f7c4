package jsonapi_test

import (
	"slices"
	"testing"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/jsonapi"
)

// TestIDs holds that the JSON:API type of a reference comes from the tags of its
// Go type.
func TestIDs(t *testing.T) {
	if got := jsonapi.ID[Article]("7"); got != jsonapi.NewRef[Article]("articles", "7") {
		t.Errorf("ID: %v", got)
	}
	if got := jsonapi.ID[Article](int64(7)); got != jsonapi.NewRef[Article]("articles", "7") {
		t.Errorf("ID of an integer: %v", got)
	}
	many := jsonapi.IDs[Article]("1", "2")
	if got, err := api.Marshal(&many); err != nil || string(got) != `{"data":[{"type":"articles","id":"1"},{"type":"articles","id":"2"}]}` {
		t.Errorf("IDs: %s, %v", got, err)
	}
	none := jsonapi.IDs[Article]()
	if none.IsZero() {
		t.Error("IDs() is to no resources, and not unset")
	}
	one := jsonapi.OneID[Article]("3")
	if one.ID() != "3" || one.Type() != "articles" {
		t.Errorf("OneID: %v", one)
	}
	read := jsonapi.Many([]*Article{{ID: "1"}, {ID: "2"}})
	refs := jsonapi.Many([]jsonapi.Ref[Article]{jsonapi.ID[Article]("1"), jsonapi.ID[Article]("2")})
	if want := []string{"1", "2"}; !slices.Equal(read.IDs(), want) || !slices.Equal(refs.IDs(), want) {
		t.Errorf("Many: %v, %v", read.IDs(), refs.IDs())
	}
}

// TestIDOfNoResource holds that a type without a JSON:API type is refused.
func TestIDOfNoResource(t *testing.T) {
	defer func() {
		if got := recover(); got != "jsonapi: struct { Name string } is not a resource with a JSON:API type: use NewRef" {
			t.Errorf("panic %v", got)
		}
	}()
	jsonapi.ID[struct{ Name string }]("1")
}
