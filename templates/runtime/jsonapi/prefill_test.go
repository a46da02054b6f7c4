package jsonapi_test

import (
	"testing"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/jsonapi"
)

func TestPrefill(t *testing.T) {
	for in, want := range map[string]string{
		`{"type":"articles","id":"1"}`: `{"type":"articles","attributes":{"title":""}}`,
		`{"type":"articles","id":"1","attributes":{"title":"T","subtitle":null,"words":3},"x":1}`:                                                               `{"type":"articles","attributes":{"title":"T","subtitle":null}}`,
		`{"type":"articles","id":"1","attributes":{"title":"T","subtitle":"s"},"relationships":{"author":{"data":null},"comments":{"links":{"related":"/c"}}}}`: `{"type":"articles","attributes":{"title":"T","subtitle":"s"},"relationships":{"author":{"data":null}}}`,
		`{"type":"articles","relationships":{"author":{"data":{"type":"people","id":"2"},"links":{"self":"/x"},"meta":{"n":1}},"comments":{"data":[]}}}`:        `{"type":"articles","attributes":{"title":""},"relationships":{"author":{"data":{"type":"people","id":"2"}},"comments":{"data":[]}}}`,
	} {
		var a Article
		if err := api.Unmarshal([]byte(in), &a); err != nil {
			t.Fatal(err)
		}
		w := jsonapi.Prefill[ArticleUpdate](&a)
		if got, err := api.Marshal(&w); err != nil || string(got) != want {
			t.Errorf("%s\ngot  %s %v\nwant %s", in, got, err, want)
		}
	}
}

// TestPrefillMisfits holds that what fits is there though something else does not.
func TestPrefillMisfits(t *testing.T) {
	type update struct {
		_         struct{}               `jsonapi:"type,articles"`
		Title     api.Opt[string]        `jsonapi:"attr,title,omitzero"`
		Words     api.Opt[string]        `jsonapi:"attr,words,omitzero"` // a number in Article
		Place     api.Opt[[]string]      `jsonapi:"attr,place,omitzero"` // an object in Article
		Author    jsonapi.ToMany[Person] `jsonapi:"rel,author,omitzero"` // to one in Article
		Published api.Opt[string]        `jsonapi:"attr,published_at,omitzero"`
	}
	a := Article{Title: "T", Words: 4, Place: Place{Town: "x"}, Author: jsonapi.One(PersonRef("1"))}
	w := jsonapi.Prefill[update](&a)
	if got, err := api.Marshal(&w); err != nil || string(got) != `{"type":"articles","attributes":{"title":"T"}}` {
		t.Errorf("%s %v", got, err)
	}
}

// TestPrefillDeepMisfits holds that of a nested value only the member is left out
// that does not fit.
func TestPrefillDeepMisfits(t *testing.T) {
	type line struct {
		Town     api.Opt[string] `json:"town,omitzero"`
		Latitude api.Opt[string] `json:"latitude,omitzero"` // a number
	}
	type update struct {
		_     struct{}        `jsonapi:"type,places"`
		Place api.Opt[line]   `jsonapi:"attr,place,omitzero"`
		Lines api.Opt[[]line] `jsonapi:"attr,lines,omitzero"`
		Words api.Opt[[]int]  `jsonapi:"attr,words,omitzero"`
	}
	type read struct {
		ID    string   `jsonapi:"id,places"`
		Place Place    `jsonapi:"attr,place,omitzero"`
		Lines []Place  `jsonapi:"attr,lines,omitzero"`
		Words []string `jsonapi:"attr,words,omitzero"`
	}
	w := jsonapi.Prefill[update](&read{"1", Place{Town: "a", Latitude: 1}, []Place{{Town: "b"}, {Town: "c", Latitude: 2}}, []string{"x"}})
	want := `{"type":"places","attributes":{"place":{"town":"a"},"lines":[{"town":"b"},{"town":"c"}]}}`
	if got, err := api.Marshal(&w); err != nil || string(got) != want {
		t.Errorf("got  %s %v\nwant %s", got, err, want)
	}
}
