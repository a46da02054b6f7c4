package jsonapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/jsonapi"
)

// serve starts a server and a client of it, and fails the test if goroutines are
// left when both are gone.
func serve(t *testing.T, handler http.HandlerFunc) *api.Client {
	t.Helper()
	before := runtime.NumGoroutine()
	srv := httptest.NewServer(handler)
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		srv.Close()
		for end := time.Now().Add(3 * time.Second); runtime.NumGoroutine() > before; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
				return
			}
		}
	})
	c, err := api.NewClient(api.Config{}, api.WithServer(srv.URL), api.WithHTTPClient(&http.Client{Transport: transport}), api.WithRetries(0))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func articlesCall() *api.Call {
	return &api.Call{Operation: "articles.list", Method: http.MethodGet, Path: "/articles", Accept: "application/vnd.api+json"}
}

func TestFetch(t *testing.T) {
	resource := `{"data":{"id":"1","type":"articles","relationships":{"next":{"data":{"type":"articles","id":"1"}}}},"included":[]}`
	for name, c := range map[string]struct {
		status int
		body   string
		opts   []api.CallOption
		want   string // id, and whether next is linked; or the error
	}{
		"linked":          {200, resource, nil, "1 true"},
		"unlinked":        {200, resource, []api.CallOption{jsonapi.Unlinked()}, "1 false"},
		"created":         {201, resource, nil, "1 true"},
		"no content":      {204, "", nil, "nil"},
		"accepted":        {202, "", nil, "nil"},
		"null":            {200, `{"data":null}`, nil, "nil"},
		"meta only":       {200, `{"meta":{}}`, nil, "nil"},
		"empty":           {200, ``, nil, api.ErrEmpty.Error()},
		"malformed":       {200, `{"data":{"id":"1",}}`, nil, `data: expected member name, found '}' (offset 18)`},
		"of another kind": {200, `{"data":[]}`, nil, `data: expected object, found array (offset 8)`},
		"not found":       {404, `{"errors":[{"status":"404","detail":"no such article"}]}`, nil, "no such article"},
	} {
		t.Run(name, func(t *testing.T) {
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/vnd.api+json")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			a, err := jsonapi.Fetch[Article](t.Context(), client, articlesCall(), c.opts...)
			got := "nil"
			switch {
			case err != nil && strings.Contains(err.Error(), c.want):
				got = c.want
			case err != nil:
				got = err.Error()
			case a != nil:
				got = fmt.Sprint(a.ID, " ", a.Next.Loaded() == a)
			}
			if got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if (err != nil) != (a == nil && c.want != "nil") {
				t.Errorf("both %v and %v", a, err)
			}
		})
	}
}

func TestFetchDocument(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"data":{"id":"1","type":"articles"},"meta":{"total":3}}`)
	})
	doc, err := jsonapi.FetchDocument[*Article, ListMeta](t.Context(), client, articlesCall())
	if err != nil || doc.Data.ID != "1" || doc.Meta.Total != 3 {
		t.Errorf("%+v %v", doc, err)
	}
}

// lists answers with pages of two articles; next makes the link to the page after
// the one at offset.
func lists(last int, next func(offset int) string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		offset, _ := strconv.Atoi(r.URL.Query().Get("offset"))
		link := ""
		if offset < last {
			link = next(offset + 2)
		}
		fmt.Fprintf(w, `{"data":[{"id":"%d","type":"articles"},{"id":"%d","type":"articles"}],"links":{%s},"meta":{"total":%d,"next":%d}}`,
			offset, offset+1, link, last+2, offset+2)
	}
}

func TestPages(t *testing.T) {
	for name, c := range map[string]struct {
		next func(int) string
		want string
	}{
		"relative": {func(o int) string { return fmt.Sprintf(`"next":"?offset=%d"`, o) }, "0 1 2 3 4 5"},
		"object":   {func(o int) string { return fmt.Sprintf(`"next":{"href":"/articles?offset=%d"}`, o) }, "0 1 2 3 4 5"},
		"null":     {func(int) string { return `"next":null` }, "0 1"},
		"none":     {func(int) string { return `` }, "0 1"},
		"circle":   {func(int) string { return `"next":"/articles?offset=2"` }, "0 1 2 3 loop"},
		"foreign":  {func(int) string { return `"next":"https://example.com/articles?offset=2"` }, "0 1 another server"},
	} {
		for _, opts := range [][]api.CallOption{nil, {api.WithPrefetch()}} {
			t.Run(fmt.Sprintf("%s/%d", name, len(opts)), func(t *testing.T) {
				client := serve(t, lists(4, c.next))
				var got []string
				for a, err := range jsonapi.All(jsonapi.Pages(t.Context(), func(ctx context.Context) (*jsonapi.Page[Article, ListMeta], error) {
					return jsonapi.FetchPage[Article, ListMeta](ctx, client, articlesCall(), opts...)
				})) {
					var foreign *api.OriginError
					switch {
					case err == nil:
						got = append(got, a.ID)
					case errors.Is(err, api.ErrPageLoop):
						got = append(got, "loop")
					case errors.As(err, &foreign):
						got = append(got, "another server")
					default:
						got = append(got, err.Error())
					}
				}
				if s := strings.Join(got, " "); s != c.want {
					t.Errorf("%s, want %s", s, c.want)
				}
			})
		}
	}
}

// TestPaging reads lists whose documents do not link to the next page.
func TestPaging(t *testing.T) {
	for name, paging := range map[string]jsonapi.Paging{
		"by total": {Strategy: api.ByOffset, Param: "offset", Total: "/meta/total"},
		"by value": {Strategy: api.ByCursor, Param: "offset", Next: "/meta/next"},
	} {
		t.Run(name, func(t *testing.T) {
			client := serve(t, lists(4, func(int) string { return "" }))
			page, err := jsonapi.FetchPageBy[Article, ListMeta](t.Context(), client, articlesCall(), &paging)
			var got []string
			for ; err == nil && len(got) < 3; page, err = page.Next(t.Context()) {
				got = append(got, page.Items[0].ID)
				if page.Meta.Total != 6 || page.Response().StatusCode != 200 {
					t.Errorf("%+v", page)
				}
			}
			if s := strings.Join(got, " "); s != "0 2 4" || err != nil && !errors.Is(err, api.ErrLastPage) {
				t.Errorf("%s %v", s, err)
			}
		})
	}
}

// TestBreak leaves the loop early; serve watches for what is left behind.
func TestBreak(t *testing.T) {
	for _, opts := range [][]api.CallOption{nil, {api.WithPrefetch()}} {
		client := serve(t, lists(100, func(o int) string { return fmt.Sprintf(`"next":"?offset=%d"`, o) }))
		n := 0
		for page, err := range jsonapi.Pages(t.Context(), func(ctx context.Context) (*jsonapi.Page[Article, ListMeta], error) {
			return jsonapi.FetchPage[Article, ListMeta](ctx, client, articlesCall(), opts...)
		}) {
			if err != nil || len(page.Items) != 2 || !page.HasNext() {
				t.Fatal(page, err)
			}
			if n++; n == 3 {
				break
			}
		}
		if n != 3 {
			t.Errorf("%d pages", n)
		}
	}
}

func TestLastPage(t *testing.T) {
	client := serve(t, lists(0, nil))
	page, err := jsonapi.FetchPage[Article, ListMeta](t.Context(), client, articlesCall())
	if err != nil || page.HasNext() {
		t.Fatal(page, err)
	}
	if next, err := page.Next(t.Context()); next != nil || !errors.Is(err, api.ErrLastPage) {
		t.Error(next, err)
	}
}

// TestErrorField finds the Go field that an error object of the server points to.
func TestErrorField(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if string(body) != `{"data":{"id":"7","type":"articles","attributes":{"title":"","subtitle":"x"}}}` {
			t.Errorf("sent %s", body)
		}
		w.Header().Set("Content-Type", "application/vnd.api+json")
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = io.WriteString(w, `{"errors":[{"detail":"too short","source":{"pointer":"/data/attributes/subtitle"}}]}`)
	})
	call := articlesCall()
	call.Method, call.ContentType = http.MethodPatch, "application/vnd.api+json"
	call.Body = jsonapi.Data("7", &ArticleUpdate{Subtitle: api.Set("x")})
	_, err := jsonapi.Fetch[Article](t.Context(), client, call)
	var e *api.Error
	if !errors.As(err, &e) || e.Field() != "Subtitle" {
		t.Errorf("%v", err)
	}
}

// TestNoDocument holds that an answer without data is not taken for an answer
// that there is nothing.
func TestNoDocument(t *testing.T) {
	for _, tt := range []struct {
		body               string
		noResource, noPage bool
	}{
		{`{}`, true, true}, {`null`, true, true}, {`{"jsonapi":{}}`, true, true}, {`{"errors":[]}`, true, true}, {`{"Data":[]}`, true, true},
		{`{"meta":{}}`, false, true}, {`{"data":null}`, false, false},
	} {
		c := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, tt.body) })
		one, err := jsonapi.Fetch[Article](t.Context(), c, articlesCall())
		if failed := err != nil && strings.HasSuffix(err.Error(), "the document has neither data nor meta"); failed != tt.noResource || one != nil {
			t.Errorf("Fetch of %s: %v %v", tt.body, one, err)
		}
		page, err := jsonapi.FetchPage[Article, jsonapi.Meta](t.Context(), c, articlesCall())
		if failed := err != nil && strings.HasSuffix(err.Error(), "the document has no data"); failed != tt.noPage || !failed && len(page.Items) > 0 {
			t.Errorf("FetchPage of %s: %v %v", tt.body, page, err)
		}
	}
}

// TestEmptyBody holds that a missing document is an error, whatever the method: a
// nil resource without an error would be a trap.
func TestEmptyBody(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) })
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		call := articlesCall()
		call.Method = method
		if got, err := jsonapi.Fetch[Article](t.Context(), c, call); !errors.Is(err, api.ErrEmpty) {
			t.Errorf("%s: got %v, %v, want %v", method, got, err, api.ErrEmpty)
		}
	}
}

// TestIdentifiers holds that the URL of a relationship gives identifiers with their
// meta, whatever resources the document includes.
func TestIdentifiers(t *testing.T) {
	const one = `{"type":"people","id":"2","meta":{"since":2020}}`
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", jsonapi.MediaType)
		_, _ = io.WriteString(w, `{"data":[`+one+`],"included":[{"type":"people","id":"2"}]}`)
	})
	page, err := jsonapi.FetchPage[jsonapi.Identifier[Person], jsonapi.Meta](t.Context(), c, articlesCall())
	if err != nil {
		t.Fatal(err)
	}
	if len(page.Items) != 1 || page.Items[0].ResourceIdentifier().String() != "people/2" || string(page.Items[0].Meta) != `{"since":2020}` {
		t.Errorf("got %+v", page.Items)
	}
	if got, err := json.Marshal(page.Items[0]); err != nil || string(got) != one {
		t.Errorf("got %s, %v, want %s", got, err, one)
	}
	author := jsonapi.Many[Person](page.Items)
	if ids := author.IDs(); len(ids) != 1 || ids[0] != "2" {
		t.Errorf("a relationship to it has %v", ids)
	}
}

// TestOtherType: a resource of a type that the client does not know is read, and its
// type kept. One of another type that the client knows is an error that names both,
// in a list, too: to read it as the expected one would pass its id off as one of that
// type (JSON:API 1.1, Identification). If the type is inferred, every type is read.
func TestOtherType(t *testing.T) {
	type none struct{}
	var body string
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/vnd.api+json")
		_, _ = io.WriteString(w, body)
	})
	for _, test := range []struct {
		body, want string
		call       func() (any, error)
	}{
		{`{"data":{"id":"1","attributes":{"title":"x"},"type":"people"}}`, `data.type: expected a resource of type "articles", found one of type "people" (offset 52)`,
			func() (any, error) { return jsonapi.Fetch[Article](t.Context(), c, articlesCall()) }},
		{`{"data":{"type":"people","id":"1"}}`, `data.type: expected a resource of type "articles", found one of type "people" (offset 16)`,
			func() (any, error) {
				return jsonapi.FetchDocument[*Article, none](t.Context(), c, articlesCall())
			}},
		{`{"data":[{"type":"articles","id":"1"},{"type":"people","id":"1"}]}`, `data[1].type: expected a resource of type "articles", found one of type "people" (offset 46)`,
			func() (any, error) { return jsonapi.FetchPage[Article, none](t.Context(), c, articlesCall()) }},
		{`{"data":{"type":"robots","id":"1","attributes":{"title":"x"}}}`, "",
			func() (any, error) { return jsonapi.Fetch[Article](t.Context(), c, articlesCall()) }},
		{`{"data":{"type":"people","id":"1","attributes":{"title":"x"}}}`, "",
			func() (any, error) { return jsonapi.Fetch[Note](t.Context(), c, articlesCall()) }},
		{`{"data":{"type":"articles","id":"1"},"included":[{"type":"people","id":"1"},{"type":"robots","id":"1"}]}`, "",
			func() (any, error) { return jsonapi.Fetch[Article](t.Context(), c, articlesCall()) }},
	} {
		body = test.body
		v, err := test.call()
		if test.want != "" {
			var refused *api.DecodeError
			if !errors.As(err, &refused) || refused.Error() != test.want {
				t.Errorf("%s: %v, want %s", body, err, test.want)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if again, err := api.Marshal(v); err != nil || !strings.Contains(body, string(again)) && !reflect.DeepEqual(plain(t, again), plain(t, []byte(body)).(map[string]any)["data"]) {
			t.Errorf("%s became %s, %v", body, again, err)
		}
	}
}

// Note is a resource whose type is inferred.
type Note struct {
	ID     string                `jsonapi:"id,notes,inferred"`
	Title  string                `jsonapi:"attr,title,omitzero"`
	Author jsonapi.ToOne[Person] `jsonapi:"rel,author,omitzero"`
	api.Presence
}

func (n Note) MarshalJSON() ([]byte, error) { return api.Marshal(&n) }

func (n *Note) UnmarshalJSON(data []byte) error { return api.Unmarshal(data, n) }
