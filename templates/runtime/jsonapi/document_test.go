package jsonapi_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/jsonapi"
)

type articles = jsonapi.Document[[]*Article, ListMeta]

const compound = `{
"included":[
	{"attributes":{"first_name":"Ann \"A\""},"id":"1","type":"people","relationships":{"articles":{"data":[{"type":"articles","id":"1"},{"type":"articles","id":"9"}]},"self":{"data":{"type":"people","id":"1"}}}},
	{"type":"articles","id":"9","attributes":{"title":"nine"},"relationships":{"next":{"data":{"id":"9","type":"articles"}}}},
	{"type":"robots","id":"1","x":[1,2]},
	{"type":"teams","id":"1","attributes":{"name":"red"}},
	{"id":"2","attributes":{"text":"type"},"relationships":null,"type":"comments"}],
"data":[
	{"id":"1","type":"articles","attributes":{"title":"one"},"relationships":{
		"author":{"links":{"self":"/x","related":{"href":"/y","title":"t"}},"data":{"id":"1","type":"people","meta":{"k":1}},"meta":{"n":5}},
		"comments":{"data":[{"id":"2","type":"comments"},{"type":"comments","id":"3"}]},
		"next":{"data":null},
		"owner":{"data":{"type":"teams","id":"1"}},
		"watchers":{"data":[{"type":"people","id":"1"},{"type":"teams","id":"1"},{"type":"robots","id":"1"}]},
		"other":{"data":{"type":"robots","id":"1"}}}},
	{"id":"2","type":"articles","relationships":{"author":{"links":{"related":"/a"}},"comments":{"data":[]},"next":{"data":{"type":"articles","id":"1"}}}}],
"meta":{"total":2,"extra":true},"links":{"self":"/articles","next":null},"jsonapi":{"version":"1.1"},"ext:x":{"a":1}}`

func decoded(t *testing.T) *articles {
	t.Helper()
	doc := new(articles)
	if err := api.Unmarshal([]byte(compound), doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestLink(t *testing.T) {
	doc := decoded(t)
	one, two := doc.Data[0], doc.Data[1]
	if one.Author.Loaded() != nil || one.Author.ID() != "1" || one.Author.Type() != "people" {
		t.Errorf("before linking: %+v", one.Author)
	}
	doc.Link()
	doc.Link() // changes nothing
	ann := one.Author.Loaded()
	if ann == nil || ann.FirstName != `Ann "A"` || ann.Self.Loaded() != ann {
		t.Fatalf("author: %+v", ann)
	}
	if got := ann.Articles.Loaded(); len(got) != 2 || got[0] != one || got[1].Title != "nine" || got[1].Next.Loaded() != got[1] {
		t.Errorf("articles of the author: %v", got)
	}
	if got := one.Comments.Loaded(); len(got) != 1 || got[0].Text != "type" || !slices.Equal(one.Comments.IDs(), []string{"2", "3"}) {
		t.Errorf("comments: %v", got)
	}
	if two.Next.Loaded() != one || one.Next.Loaded() != nil {
		t.Error("next")
	}
	if o := one.Owner.Loaded(); o == nil || o.Team == nil || o.Team.Name != "red" || o.Person != nil {
		t.Errorf("owner: %+v", o)
	}
	if w := one.Watchers.Loaded(); len(w) != 2 || w[0].Person != ann || w[1].Team != one.Owner.Loaded().Team {
		t.Errorf("watchers: %+v", w)
	}
	if r := one.Other.Loaded(); r == nil || r.Type != "robots" || string(r.JSON) != `{"type":"robots","id":"1","x":[1,2]}` {
		t.Errorf("other: %+v", r)
	}
}

// TestNotFetched tells what was not fetched from what is empty.
func TestNotFetched(t *testing.T) {
	doc := decoded(t)
	one, two := doc.Data[0], doc.Data[1]
	for name, c := range map[string]struct{ zero, null, has bool }{
		"not in the document":   {two.Owner.IsZero(), two.Owner.IsNull(), two.Has(&two.Owner)},
		"links only":            {two.Author.IsZero(), two.Author.IsNull(), two.Has(&two.Author)},
		"known to be empty":     {two.Comments.IsZero(), two.Comments.IsNull(), two.Has(&two.Comments)},
		"known to be nothing":   {one.Next.IsZero(), one.Next.IsNull(), one.Has(&one.Next)},
		"known to be something": {one.Author.IsZero(), one.Author.IsNull(), one.Has(&one.Author)},
	} {
		want := map[string]struct{ zero, null, has bool }{
			"not in the document": {true, false, false}, "links only": {true, false, true}, "known to be empty": {false, false, true},
			"known to be nothing": {false, true, true}, "known to be something": {false, false, true},
		}[name]
		if c != want {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

func TestIncluded(t *testing.T) {
	doc := decoded(t)
	var got []string
	for v := range doc.Included.All() {
		got = append(got, reflect.TypeOf(v).String())
	}
	if s := strings.Join(got, " "); s != "*jsonapi_test.Person *jsonapi_test.Article *jsonapi.Resource *jsonapi_test.Team *jsonapi_test.Comment" {
		t.Error(s)
	}
	if u := doc.Included.Unknown(); len(u) != 1 || u[0].ID != "1" || u[0].Type != "robots" {
		t.Errorf("%+v", u)
	}
	if p := jsonapi.Find(doc.Included, PersonRef("1")); p == nil || p.ID != "1" {
		t.Errorf("%+v", p)
	}
	if p := jsonapi.Find(doc.Included, doc.Data[0].Comments.Refs()[1]); p != nil {
		t.Errorf("%+v", p)
	}
}

func TestDetails(t *testing.T) {
	doc := decoded(t)
	author := doc.Data[0].Author
	link, ok := author.Links().Get("related")
	if !ok || link.Href != "/y" || link.Title != "t" || author.Links().Href("self") != "/x" || string(author.Meta()["n"]) != "5" {
		t.Errorf("%+v %s", link, author.Meta())
	}
	if _, ok := doc.Links.Get("next"); ok || doc.Links.Href("self") != "/articles" || doc.Links.Href("next") != "" {
		t.Error("links of the document")
	}
	if doc.Meta.Total != 2 || string(doc.Unknown()["ext:x"]) != `{"a":1}` || string(doc.JSONAPI) != `{"version":"1.1"}` {
		t.Errorf("%+v", doc)
	}
	if !doc.Data[1].Owner.Links().IsZero() || doc.Data[0].Next.Meta() != nil {
		t.Error("details out of nothing")
	}
}

// TestDocumentRoundTrip: linked or not, by the codec or by encoding/json, a
// document gives back what it was decoded from.
func TestDocumentRoundTrip(t *testing.T) {
	for name, f := range map[string]struct {
		unmarshal func([]byte, any) error
		marshal   func(any) ([]byte, error)
	}{
		"codec":         {api.Unmarshal, api.Marshal},
		"encoding/json": {json.Unmarshal, json.Marshal},
	} {
		doc := new(articles)
		if err := f.unmarshal([]byte(compound), doc); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		doc.Link()
		out, err := f.marshal(doc)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, want := plain(t, out), plain(t, []byte(compound)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got: %v\nwant: %v", name, got, want)
		}
	}
}

func plain(t *testing.T, data []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%v: %s", err, data)
	}
	return v
}

func TestRequests(t *testing.T) {
	ann := &Person{ID: "1"}
	for _, c := range []struct {
		body any
		want string
	}{
		{jsonapi.Data("7", &ArticleUpdate{Title: "x"}), `{"data":{"id":"7","type":"articles","attributes":{"title":"x"}}}`},
		{jsonapi.Data("", &ArticleUpdate{Subtitle: api.Null[string](), Author: jsonapi.One(ann)}),
			`{"data":{"type":"articles","attributes":{"title":"","subtitle":null},"relationships":{"author":{"data":{"type":"people","id":"1"}}}}}`},
		{jsonapi.Data(int64(7), &ArticleUpdate{Author: jsonapi.Null[Person](), Comments: jsonapi.Refs[Comment]()}),
			`{"data":{"id":7,"type":"articles","attributes":{"title":""},"relationships":{"author":{"data":null},"comments":{"data":[]}}}}`},
		{jsonapi.Data("", &[]ArticleUpdate{{Title: "a"}, {Title: "b"}}), `{"data":[{"type":"articles","attributes":{"title":"a"}},{"type":"articles","attributes":{"title":"b"}}]}`},
		{jsonapi.Data("", (*ArticleUpdate)(nil)), `null`},
		{jsonapi.Linkage(jsonapi.Refs(ann, PersonRef("2"))), `{"data":[{"type":"people","id":"1"},{"type":"people","id":"2"}]}`},
		{jsonapi.Linkage(jsonapi.One(PersonRef("2"))), `{"data":{"type":"people","id":"2"}}`},
		{jsonapi.Linkage(jsonapi.Null[Person]()), `{"data":null}`},
		{jsonapi.Linkage(jsonapi.ToMany[Person]{}), `{"data":[]}`},
		{jsonapi.Linkage(&jsonapi.ToOne[Person]{}), `{"data":null}`},
		{jsonapi.Linkage(decoded(t).Data[0].Author), `{"data":{"type":"people","id":"1","meta":{"k":1}}}`},
	} {
		got, err := api.Marshal(c.body)
		if err != nil || string(got) != c.want {
			t.Errorf("%s %v\nwant %s", got, err, c.want)
		}
		if got, err := json.Marshal(c.body); err != nil && c.body != nil || !reflect.DeepEqual(plain(t, got), plain(t, []byte(c.want))) {
			t.Errorf("encoding/json: %s %v\nwant %s", got, err, c.want)
		}
	}
	if e, ok := jsonapi.Data("7", ann).(api.Envelope); !ok {
		t.Error("Data is no api.Envelope")
	} else if v, at := e.Enveloped(); v != any(ann) || at != "/data" {
		t.Errorf("Enveloped: %v %s", v, at)
	}
}

// TestEmbeddedDocuments decodes documents that are attributes of a resource.
func TestEmbeddedDocuments(t *testing.T) {
	type version struct {
		ID        string                                                 `jsonapi:"id,versions"`
		Resources []jsonapi.Document[*jsonapi.Resource, json.RawMessage] `jsonapi:"attr,resources,omitzero"`
		api.Presence
	}
	in := `{"data":{"id":"1","type":"versions","attributes":{"resources":[{"data":{"id":"i","type":"people","attributes":{"first_name":"Ann"}},"jsonapi":{"version":"1.0"}},{"data":null}]}}}`
	var doc jsonapi.Document[*version, jsonapi.Meta]
	if err := api.Unmarshal([]byte(in), &doc); err != nil {
		t.Fatal(err)
	}
	doc.Link()
	r := doc.Data.Resources[0].Data
	var p Person
	if err := r.Decode(&p); err != nil || r.Type != "people" || r.ID != "i" || p.FirstName != "Ann" {
		t.Errorf("%+v %+v %v", r, p, err)
	}
	if out, err := api.Marshal(&doc); err != nil || string(out) != in {
		t.Errorf("%s %v", out, err)
	}
}

// TestEmbeddedResources links relationships with resources that stand in attributes,
// where the document includes none, and those with each other.
func TestEmbeddedResources(t *testing.T) {
	type embedded struct {
		Data Owner `json:"data,omitzero"`
		api.Presence
	}
	type version struct {
		ID        string                 `jsonapi:"id,versions"`
		Resources []embedded             `jsonapi:"attr,resources,omitzero"`
		People    jsonapi.ToMany[Person] `jsonapi:"rel,people,omitzero"`
		Teams     jsonapi.ToMany[Team]   `jsonapi:"rel,teams,omitzero"`
		api.Presence
	}
	in := `{"data":{"id":"1","type":"versions","attributes":{"resources":[
		{"data":{"id":"1","type":"people","attributes":{"first_name":"then"},"relationships":{"self":{"data":{"type":"people","id":"2"}}}}},
		{"data":{"id":"2","type":"people","attributes":{"first_name":"Bob"}}},
		{"data":{"id":"3","type":"robots","attributes":{"first_name":"R2"}}}]},
		"relationships":{"people":{"data":[{"type":"people","id":"2"},{"type":"people","id":"1"}]},"teams":{"data":[{"type":"teams","id":"1"}]}}},
		"included":[{"id":"1","type":"people","attributes":{"first_name":"now"}}]}`
	var doc jsonapi.Document[*version, jsonapi.Meta]
	if err := api.Unmarshal([]byte(in), &doc); err != nil {
		t.Fatal(err)
	}
	doc.Link()
	v := doc.Data
	first, second := v.Resources[0].Data.Person, v.Resources[1].Data.Person
	people := v.People.Loaded()
	if len(people) != 2 || people[0] != second || people[1].FirstName != "now" || len(v.Teams.Loaded()) != 0 {
		t.Errorf("people: %+v", people)
	}
	if first.FirstName != "then" || first.Self.Loaded() != second {
		t.Errorf("first: %+v", first)
	}
	if robot := v.Resources[2].Data; robot.Person != nil || !strings.Contains(string(robot.Unknown()), "R2") {
		t.Errorf("robot: %+v", robot)
	}
}

func TestDecodeError(t *testing.T) {
	in := strings.Replace(compound, `"first_name":"Ann \"A\""`, `"first_name":17`, 1)
	err := api.Unmarshal([]byte(in), new(articles))
	var e *api.DecodeError
	if !errors.As(err, &e) || e.Path != "included[0].attributes.first_name" || e.Error() != "included[0].attributes.first_name: expected string, found number (offset 44)" {
		t.Errorf("%v", err)
	}
	err = json.Unmarshal([]byte(in), new(articles))
	if !errors.As(err, &e) || e.Path != "included[0].attributes.first_name" {
		t.Errorf("by way of encoding/json: %v", err)
	}
}

func TestLinkForms(t *testing.T) {
	var l jsonapi.Links
	in := `{"a":"/a","b":{"href":"/b","describedby":"/d","hreflang":"en","rel":"r","type":"t","meta":{"n":1}},"c":null,"d":{"hreflang":["en","de"],"href":"/d"},"e":5,"f":{}}`
	if err := json.Unmarshal([]byte(in), &l); err != nil {
		t.Fatal(err)
	}
	var got []string
	for name, link := range l.All() {
		got = append(got, fmt.Sprintf("%s %s %s %s %v", name, link.Href, link.DescribedBy, link.Rel, link.HrefLang))
	}
	if s := strings.Join(got, "; "); s != "a /a   []; b /b /d r [en]; d /d   [en de]" {
		t.Error(s)
	}
	if out, err := json.Marshal(l); err != nil || string(out) != in {
		t.Errorf("%s %v", out, err)
	}
	if out, err := json.Marshal(jsonapi.Links{}); err != nil || string(out) != "null" {
		t.Errorf("%s %v", out, err)
	}
}

// FuzzDocument links whatever decodes, and wants no wrong links.
func FuzzDocument(f *testing.F) {
	f.Add([]byte(compound))
	f.Add([]byte(`{"data":[{"id":1,"type":"articles","relationships":{"next":{"data":{"type":"articles","id":"1"}}}}]}`))
	f.Add([]byte(`{"data":null,"included":[{"type":"people"},{"id":"x"},[],null]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var doc articles
		if err := api.Unmarshal(data, &doc); err != nil {
			return
		}
		if !json.Valid(data) {
			t.Fatalf("accepted %q", data)
		}
		doc.Link()
		for _, a := range doc.Data {
			if a == nil {
				continue
			}
			for _, c := range a.Comments.Refs() {
				if v := c.Loaded(); v != nil && v.ID != c.ID() {
					t.Fatalf("%q: wrong link", data)
				}
			}
		}
		out, err := api.Marshal(&doc)
		if err != nil || !json.Valid(out) {
			t.Fatalf("%q: %s %v", data, out, err)
		}
		var again articles
		if err := api.Unmarshal(out, &again); err != nil {
			t.Fatalf("%q -> %q: %v", data, out, err)
		}
		if twice, err := api.Marshal(&again); err != nil || string(twice) != string(out) {
			t.Fatalf("%q:\n%s\n%s %v", data, out, twice, err)
		}
	})
}
