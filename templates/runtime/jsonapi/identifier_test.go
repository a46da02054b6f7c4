package jsonapi_test

import (
	"encoding/json"
	"testing"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/jsonapi"
)

// TestIdentifierMeta holds that the meta of resource identifiers is sent: in the body
// of a resource, as linkage, and of a relationship that was read.
func TestIdentifierMeta(t *testing.T) {
	lead := jsonapi.WithMeta(jsonapi.ID[Person]("9"), map[string]any{"role": "lead"})
	local := jsonapi.WithMeta(jsonapi.LocalRef[Comment]("comments", "c"), json.RawMessage(`{"n":1}`))
	update := &ArticleUpdate{
		Title:    "x",
		Author:   jsonapi.One(lead),
		Comments: jsonapi.Refs[Comment](jsonapi.ID[Comment]("1"), local),
	}
	const people = `{"data":{"type":"people","id":"9","meta":{"role":"lead"}}}`
	const comments = `{"data":[{"type":"comments","id":"1"},{"type":"comments","lid":"c","meta":{"n":1}}]}`
	want(t, update, `{"type":"articles","attributes":{"title":"x"},"relationships":{"author":`+people+`,"comments":`+comments+`}}`)
	want(t, jsonapi.Linkage(update.Author), people)
	want(t, jsonapi.Linkage(update.Comments), comments)
	want(t, jsonapi.Linkage(jsonapi.Null[Person]()), `{"data":null}`)
	want(t, jsonapi.Linkage(jsonapi.Refs[Comment]()), `{"data":[]}`)

	var read Article
	err := json.Unmarshal([]byte(`{"type":"articles","id":"1","relationships":{
		"author":{"links":{"self":"/a"},"meta":{"of":"relationship"},"data":{"type":"people","id":9,"meta":{"role":"lead"}}},
		"comments":{"data":[{"type":"comments","id":"1"},{"type":"comments","id":"2","meta":{"n":1}}],"meta":{"total":2}}}}`), &read)
	if err != nil {
		t.Fatal(err)
	}
	if i := read.Author.Identifier(); i == nil || i.ID != "9" || string(i.Meta) != `{"role":"lead"}` {
		t.Errorf("the author is %v", i)
	}
	all := read.Comments.Identifiers()
	if len(all) != 2 || all[0].Meta != nil || string(all[1].Meta) != `{"n":1}` {
		t.Errorf("the comments are %v", all)
	}
	want(t, jsonapi.Linkage(read.Author), people)
	again := `{"data":[{"type":"comments","id":"1"},{"type":"comments","id":"2","meta":{"n":1}}]}`
	want(t, jsonapi.Linkage(read.Comments), again)
	want(t, jsonapi.Linkage(jsonapi.Many[Comment](all)), again)
	if read.Next.Identifier() != nil || len(read.Watchers.Identifiers()) != 0 {
		t.Error("a relationship without data has identifiers")
	}
}

func want(t *testing.T, v any, text string) {
	t.Helper()
	data, err := api.Marshal(v)
	if err != nil || string(data) != text {
		t.Errorf("%T is %s, want %s (%v)", v, data, text, err)
	}
}
