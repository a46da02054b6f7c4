package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"testing"
)

type thingsPage struct {
	Items []string `json:"items"`
}

// pagesOf iterates over a list's items and returns them with the queries that were
// sent. answerTo makes the answer to a value of the parameter at, "" if unset.
func pagesOf(t *testing.T, rules Rules, params any, answerTo func(at string) string) (items, queries []string, last error) {
	t.Helper()
	rules.Param = "at"
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		queries = append(queries, r.URL.RawQuery)
		answer(w, 200, answerTo(r.URL.Query().Get("at")))
	})
	call := get("/x")
	call.Params = params
	paging := &Paging[thingsPage, string]{
		Strategy: rules.Strategy, Param: rules.Param, Next: rules.Next, More: rules.More, Total: rules.Total, Pages: rules.Pages, Start: rules.Start,
		Items: func(p *thingsPage) []string { return p.Items },
	}
	for v, err := range All(PagesOf(t.Context(), c, call, paging)) {
		if last = err; err == nil {
			items = append(items, *v)
		}
		if len(items) > 20 {
			t.Fatalf("no end: %q", queries)
		}
	}
	return items, queries, last
}

type atParams struct {
	At Opt[int] `query:"at"`
}

// TestFirstPage is W02: pages and offsets count from the value that is set, else
// from what the document says they start at, else from 1 for pages and 0 for
// offsets.
func TestFirstPage(t *testing.T) {
	// byPage serves one item on each of the pages first to first+2.
	byPage := func(first int) func(at string) string {
		return func(at string) string {
			n, err := strconv.Atoi(at)
			if err != nil {
				n = first
			}
			if n < first || n > first+2 {
				return `{"items":[]}`
			}
			return fmt.Sprintf(`{"items":["%d"],"total":3,"pages":3,"last":%d}`, n, first+2)
		}
	}
	byOffset := func(first int) func(at string) string {
		return func(at string) string {
			n, err := strconv.Atoi(at)
			if err != nil {
				n = first
			}
			if n > first+3 {
				return `{"items":[],"total":4}`
			}
			return fmt.Sprintf(`{"items":["%d","%d"],"total":4}`, n, n+1)
		}
	}
	for _, tt := range []struct {
		name     string
		rules    Rules
		params   any
		answer   func(string) string
		items    []string
		requests int
	}{
		{"pages from 0", Rules{Strategy: ByPage, Total: "/total", Start: Set[int64](0)}, nil, byPage(0), []string{"0", "1", "2"}, 3},
		{"pages from 1", Rules{Strategy: ByPage, Total: "/total"}, nil, byPage(1), []string{"1", "2", "3"}, 3},
		{"pages from 0 by their number", Rules{Strategy: ByPage, Pages: "/pages", Start: Set[int64](0)}, nil, byPage(0), []string{"0", "1", "2"}, 3},
		{"pages by the last one's number", Rules{Strategy: ByPage, Pages: "/last"}, nil, byPage(1), []string{"1", "2", "3"}, 3},
		{"pages from 0, no total", Rules{Strategy: ByPage, Start: Set[int64](0)}, nil, byPage(0), []string{"0", "1", "2"}, 4},
		{"pages from a value", Rules{Strategy: ByPage, Pages: "/pages"}, &atParams{Set(2)}, byPage(1), []string{"2", "3"}, 2},
		{"page 0 is set", Rules{Strategy: ByPage, Pages: "/pages", Start: Set[int64](0)}, &atParams{Set(0)}, byPage(0), []string{"0", "1", "2"}, 3},
		{"SCIM (RFC 7644, section 3.4.2.4)", Rules{Strategy: ByOffset, Total: "/total", Start: Set[int64](1)}, nil, byOffset(1), []string{"1", "2", "3", "4"}, 2},
		{"offsets from 0", Rules{Strategy: ByOffset, Total: "/total"}, nil, byOffset(0), []string{"0", "1", "2", "3"}, 2},
		{"offsets from a value", Rules{Strategy: ByOffset, Total: "/total", Start: Set[int64](1)}, &atParams{Set(3)}, byOffset(1), []string{"3", "4"}, 1},
	} {
		items, queries, err := pagesOf(t, tt.rules, tt.params, tt.answer)
		if err != nil || !slices.Equal(items, tt.items) || len(queries) != tt.requests {
			t.Errorf("%s: got %q by %q (%v), want %q by %d requests", tt.name, items, queries, err, tt.items, tt.requests)
		}
	}
}

// TestZeroEnds is W19: the number 0 as the next cursor, offset or page is the end.
func TestZeroEnds(t *testing.T) {
	for _, tt := range []struct {
		rules Rules
		last  string
		ends  bool
	}{
		{Rules{Strategy: ByCursor, Next: "/next"}, "0", true},
		{Rules{Strategy: ByToken, Next: "/next"}, "0.0", true},
		{Rules{Strategy: ByOffset, Next: "/next"}, "0", true},
		{Rules{Strategy: ByPage, Next: "/next"}, `"0"`, true},
		{Rules{Strategy: ByCursor, Next: "/next"}, `""`, true},
		{Rules{Strategy: ByCursor, Next: "/next"}, "null", true},
		{Rules{Strategy: ByCursor, Next: "/next"}, "false", true},
		{Rules{Strategy: ByCursor, Next: "/next"}, `"0"`, false}, // a text may be any
	} {
		_, queries, err := pagesOf(t, tt.rules, nil, func(at string) string {
			if at == "77" {
				return `{"items":["b"],"next":` + tt.last + `}`
			}
			return `{"items":["a"],"next":77}`
		})
		ended := err == nil && slices.Equal(queries, []string{"", "at=77"})
		if ended != tt.ends {
			t.Errorf("%s %s: %q, %v", tt.rules.Strategy, tt.last, queries, err)
		}
	}
}

// TestTotalThatLies is W15: a total below what was delivered says nothing.
func TestTotalThatLies(t *testing.T) {
	for _, strategy := range []Strategy{ByOffset, ByPage} {
		for total, requests := range map[string]int{"-1": 4, "0": 4, "1": 4, "3": 3, "9": 4, "null": 4, `"3"`: 3} {
			if total == "1" {
				requests = 1 // as true as it can be when it comes
			}
			rules := Rules{Strategy: strategy, Total: "/total"}
			items, queries, err := pagesOf(t, rules, nil, func(at string) string {
				n, _ := strconv.Atoi(at)
				if strategy == ByPage {
					n = max(n-1, 0)
				}
				if n > 2 {
					return `{"items":[],"total":` + total + `}`
				}
				return fmt.Sprintf(`{"items":["%d"],"total":%s}`, n, total)
			})
			if err != nil || len(queries) != requests || requests > 1 && len(items) != 3 {
				t.Errorf("%s, total %s: %q by %q, %v", strategy, total, items, queries, err)
			}
		}
	}
}

// TestLinkHeader is W07: Link headers as RFC 8288 has them, with quoted strings
// (section 3), the first rel of several (3.3), and links about other things (3.2).
func TestLinkHeader(t *testing.T) {
	at := mustURL("https://api.example.com/items?page=1")
	for header, want := range map[string]string{
		`</2>; rel="next"`:                                              "/2",
		`</2>; title="a <b>"; rel="next"`:                               "/2",
		`</3>; title="x; rel=next"; rel="prev", </2>; rel="next"`:       "/2",
		`</3>; rel="prev"; rel="next", </2>; rel="next"`:                "/2",
		`</3>; title="a \", <x>; rel=next"; rel=prev, </2>;rel=next`:    "/2",
		`</a,b;c>; rel="prev",</2,3;4>;REL = "first  NEXT"`:             "/2,3;4",
		`</3>; rel="next"; anchor="/other", </2>; rel="next"`:           "/2",
		`</3>; anchor="#part"; rel=next, </2>; rel="next"; anchor=""`:   "/2",
		`</2>; rel=next; anchor="https://api.example.com/items?page=1"`: "/2",
		`</3>; rel="nextish", </4>; rev=next`:                           "",
		`</3>; title=next`:                                              "",
		`</3>`:                                                          "",
		`</3; rel=next`:                                                 "",
		`rel=next`:                                                      "",
		`</2>; crossorigin; rel=next`:                                   "/2",
		`</2>; rel="next`:                                               "/2",
		`, ,</2>; ;rel=next;`:                                           "/2",
		`</3>; title*=UTF-8''rel%3dnext; rel=prev , </2> ; rel=next`:    "/2",
	} {
		r := &Response{Header: http.Header{"Link": {header}}, URL: at}
		if got := jsonText(nextLink(r)); got != want {
			t.Errorf("%s: got %q, want %q", header, got, want)
		}
	}
	several := &Response{Header: http.Header{"Link": {`</1>; rel="first"`, `</2>; rel="next"`}}, URL: at}
	if got := jsonText(nextLink(several)); got != "/2" {
		t.Errorf("two headers: %q", got)
	}
}

// TestPagesByEvidence holds the ways in which lists of plain JSON go on.
func TestPagesByEvidence(t *testing.T) {
	list := []string{"a", "b", "c"}
	step := func(at string) (k int) { // the index of the item after at
		if at != "" {
			k = slices.Index(list, at) + 1
		}
		return k
	}
	type objects struct {
		Data []struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		k := step(r.URL.Query().Get("after"))
		next := ""
		if k+1 < len(list) {
			next = list[k]
		}
		answer(w, 200, fmt.Sprintf(`{"data":[{"id":%q}],"last_id":%q,"has_more":%v,"metadata":{"continue":%q},"nextLink":%q}`,
			list[k], list[k], next != "", next, map[bool]string{true: "/base/x?after=" + url.QueryEscape(next)}[next != ""]))
	})
	for name, rules := range map[string]Rules{
		"last item":   {Strategy: ByCursor, Param: "after", Next: "/data/-1/id", More: "/has_more"},
		"last id":     {Strategy: ByCursor, Param: "after", Next: "/last_id", More: "/has_more"},
		"next cursor": {Strategy: ByCursor, Param: "after", Next: "/metadata/continue"},
		"next URL":    {Strategy: ByLink, Next: "/nextLink"},
	} {
		paging := &Paging[objects, struct {
			ID string `json:"id"`
		}]{Strategy: rules.Strategy, Param: rules.Param, Next: rules.Next, More: rules.More, Items: func(o *objects) []struct {
			ID string `json:"id"`
		} {
			return o.Data
		}}
		var ids []string
		for v, err := range All(PagesOf(t.Context(), c, get("/x"), paging)) {
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
			ids = append(ids, v.ID)
		}
		if !slices.Equal(ids, list) {
			t.Errorf("%s: %q", name, ids)
		}
	}
}

// TestQueryOnPages holds that a parameter of an option is on each page, and yields
// to what turns the page.
func TestQueryOnPages(t *testing.T) {
	var queries []string
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		queries = append(queries, r.URL.RawQuery)
		next := map[string]string{"": `"b"`, "a": `"b"`, "b": "null"}[r.URL.Query().Get("at")]
		answer(w, 200, `{"items":["x"],"next":`+next+`,"link":"?at=b"}`)
	})
	for name, rules := range map[string]Rules{"cursor": {Strategy: ByCursor, Param: "at", Next: "/next"}, "link": {Strategy: ByLink, Next: "/link", More: "/next"}} {
		queries = nil
		paging := &Paging[thingsPage, string]{Strategy: rules.Strategy, Param: rules.Param, Next: rules.Next, More: rules.More, Items: func(p *thingsPage) []string { return p.Items }}
		for _, err := range PagesOf(t.Context(), c.With(WithQuery("at", "a"), WithQuery("lang", "en")), get("/x"), paging) {
			if err != nil {
				t.Error(err)
			}
		}
		for k, want := range []map[string]string{{"at": "a", "lang": "en"}, {"at": "b", "lang": "en"}} {
			if len(queries) != 2 {
				t.Fatalf("%s: %q", name, queries)
			}
			sent, _ := url.ParseQuery(queries[k])
			if len(sent) != 2 || sent.Get("at") != want["at"] || sent.Get("lang") != want["lang"] {
				t.Errorf("%s: page %d by %s", name, k+1, queries[k])
			}
		}
	}
}

// TestNoCircles holds that a page seen before ends the loop with an error.
func TestNoCircles(t *testing.T) {
	_, queries, err := pagesOf(t, Rules{Strategy: ByCursor, Next: "/next"}, nil, func(at string) string {
		return `{"items":["a"],"next":"` + map[string]string{"": "1", "1": "2", "2": "1"}[at] + `"}`
	})
	if !errors.Is(err, ErrPageLoop) || len(queries) != 3 {
		t.Errorf("%q, %v", queries, err)
	}
}
