package api

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

type numbers struct {
	Data []int `json:"data"`
	Meta struct {
		Total int    `json:"total"`
		Next  any    `json:"next"`
		More  *bool  `json:"more"`
		Self  string `json:"self"`
	} `json:"meta"`
}

func itemsOf(n *numbers) []int { return n.Data }

type listParams struct {
	Offset Opt[int]    `query:"offset"`
	Page   Opt[int]    `query:"page"`
	Limit  Opt[int]    `query:"limit"`
	Cursor Opt[string] `query:"cursor"`
	Tenant string      `header:"X-Tenant"`
}

// numberServer lists 0 to 9, in as many ways as there are strategies.
func numberServer(t *testing.T, requests *[]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		*requests = append(*requests, r.URL.RawQuery)
		q := r.URL.Query()
		if r.Header.Get("X-Tenant") != "acme" {
			t.Error("a page was fetched without its header parameter")
		}
		limit, _ := strconv.Atoi(q.Get("limit"))
		from, _ := strconv.Atoi(q.Get("offset") + q.Get("cursor"))
		if page, err := strconv.Atoi(q.Get("page")); err == nil {
			from = (page - 1) * limit
		}
		var data []string
		for k := from; k < min(from+limit, 10); k++ {
			data = append(data, strconv.Itoa(k))
		}
		next := "null"
		if from+limit < 10 {
			next = strconv.Itoa(from + limit)
			w.Header().Add("Link", `<https://x/first>; rel="first"`)
			w.Header().Add("Link", fmt.Sprintf(`</base/list?limit=%d&offset=%d>; title="a;b"; rel="x next", <x>; rel=last`, limit, from+limit))
		}
		answer(w, 200, fmt.Sprintf(`{"data":[%s],"meta":{"total":10,"more":%v,"next":%s,"link":%q}}`,
			strings.Join(data, ","), next != "null", next, fmt.Sprintf("?limit=%d&offset=%d", limit, from+limit)))
	}
}

func listCall(params any) *Call {
	call := get("/list")
	call.Params = params
	return call
}

func TestPaging(t *testing.T) {
	tests := []struct {
		name   string
		paging Paging[numbers, int]
		want   string // queries
	}{
		{"offset and total", Paging[numbers, int]{Strategy: ByOffset, Param: "offset", Total: "/meta/total"}, "limit=4; limit=4&offset=4; limit=4&offset=8"},
		{"offset", Paging[numbers, int]{Strategy: ByOffset, Param: "offset"}, "limit=4; limit=4&offset=4; limit=4&offset=8; limit=4&offset=10"},
		{"offset and next", Paging[numbers, int]{Strategy: ByOffset, Param: "offset", Next: "/meta/next"}, "limit=4; limit=4&offset=4; limit=4&offset=8"},
		{"page and total", Paging[numbers, int]{Strategy: ByPage, Param: "page", Total: "/meta/total"}, "limit=4; limit=4&page=2; limit=4&page=3"},
		{"page", Paging[numbers, int]{Strategy: ByPage, Param: "page"}, "limit=4; limit=4&page=2; limit=4&page=3; limit=4&page=4"},
		{"cursor", Paging[numbers, int]{Strategy: ByCursor, Param: "cursor", Next: "/meta/next"}, "limit=4; limit=4&cursor=4; limit=4&cursor=8"},
		{"more", Paging[numbers, int]{Strategy: ByToken, Param: "cursor", Next: "/meta/next", More: "/meta/more"}, "limit=4; limit=4&cursor=4; limit=4&cursor=8"},
		{"link in body", Paging[numbers, int]{Strategy: ByLink, Next: "/meta/link", More: "/meta/more"}, "limit=4; limit=4&offset=4; limit=4&offset=8"},
		{"link header", Paging[numbers, int]{Strategy: ByLink}, "limit=4; limit=4&offset=4; limit=4&offset=8"},
	}
	for _, tt := range tests {
		for _, prefetch := range []bool{false, true} {
			t.Run(tt.name, func(t *testing.T) {
				var requests []string
				c, _ := serve(t, numberServer(t, &requests))
				tt.paging.Items = itemsOf
				var opts []CallOption
				if prefetch {
					opts = append(opts, WithPrefetch())
				}
				var got []string
				for n, err := range All(fetchPages(t.Context(), c, listCall(&listParams{Limit: Set(4), Tenant: "acme"}), &tt.paging, opts...)) {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, strconv.Itoa(*n))
				}
				if strings.Join(got, "") != "0123456789" || strings.Join(requests, "; ") != tt.want {
					t.Errorf("items %s, requests %s", got, strings.Join(requests, "; "))
				}
			})
		}
	}
}

// fetchPages iterates over the pages of a list as generated methods do.
func fetchPages(ctx context.Context, c *Client, call *Call, paging *Paging[numbers, int], opts ...CallOption) iter.Seq2[*Page[numbers, int], error] {
	first := func(ctx context.Context) (*Page[numbers, int], error) {
		return FetchPage(ctx, c, call, paging, opts...)
	}
	return Pages(ctx, first, Prefetch(c, opts...))
}

func TestLastElementAsCursor(t *testing.T) {
	var requests []string
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests = append(requests, r.URL.RawQuery)
		answer(w, 200, fmt.Sprintf(`{"data":[%d,%d],"meta":{"more":%v}}`, len(requests)*2, len(requests)*2+1, len(requests) < 3))
	})
	paging := &Paging[numbers, int]{Strategy: ByCursor, Param: "starting_after", Next: "/data/-1", More: "/meta/more", Items: itemsOf}
	for _, err := range All(fetchPages(t.Context(), c, listCall(nil), paging)) {
		if err != nil {
			t.Fatal(err)
		}
	}
	if got := strings.Join(requests, ";"); got != ";starting_after=3;starting_after=5" {
		t.Error(got)
	}
}

func TestCursorInBody(t *testing.T) {
	var bodies []string
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(b)
		bodies = append(bodies, string(b))
		answer(w, 200, fmt.Sprintf(`{"data":[1],"meta":{"more":%v,"next":"c%d"}}`, len(bodies) < 3, len(bodies)))
	})
	call := post(map[string]any{"query": "q", "variables": map[string]any{"first": 12345678901234567}})
	paging := &Paging[numbers, int]{Strategy: ByCursor, Param: "/variables/after", Next: "/meta/next", More: "/meta/more", Items: itemsOf}
	for _, err := range fetchPages(t.Context(), c, call, paging) {
		if err != nil {
			t.Fatal(err)
		}
	}
	want := `{"query":"q","variables":{"first":12345678901234567}}|{"query":"q","variables":{"after":"c1","first":12345678901234567}}|{"query":"q","variables":{"after":"c2","first":12345678901234567}}`
	if got := strings.Join(bodies, "|"); got != want {
		t.Error(got)
	}
}

func TestPageErrors(t *testing.T) {
	body := ""
	n := 0
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n++
		if strings.HasPrefix(body, "!") {
			answer(w, 404, body[1:])
			return
		}
		answer(w, 200, body)
	})
	tests := []struct {
		name, body string
		paging     Paging[numbers, int]
		want       string
		items, n   int
	}{
		{"repeated cursor", `{"data":[1],"meta":{"next":"c"}}`, Paging[numbers, int]{Strategy: ByCursor, Param: "c", Next: "/meta/next"}, "refers back to a page that was read before", 2, 2},
		{"repeated link", `{"data":[1],"meta":{"next":"?a=b"}}`, Paging[numbers, int]{Strategy: ByLink, Next: "/meta/next"}, "refers back to a page that was read before", 2, 2},
		{"ignored offset", `{"data":[1]}`, Paging[numbers, int]{Strategy: ByOffset, Param: "offset"}, "refers back to a page that was read before", 1, 2},
		{"foreign link", `{"data":[1],"meta":{"next":"https://evil.example/?a=b"}}`, Paging[numbers, int]{Strategy: ByLink, Next: "/meta/next"}, "things.get: link to https://evil.example:443 leaves the server", 1, 1},
		{"foreign cursor", `{"data":[1],"meta":{"next":"https://evil.example/?a=b"}}`, Paging[numbers, int]{Strategy: ByCursor, Param: "c", Next: "/meta/next"}, "things.get: link to https://evil.example:443 leaves the server", 1, 1},
		{"failure", `!{"error":"gone"}`, Paging[numbers, int]{Strategy: ByOffset, Param: "offset"}, "404 Not Found: gone", 0, 1},
		{"nonsense", `{"data":[1`, Paging[numbers, int]{Strategy: ByOffset, Param: "offset"}, "things.get: 200 OK: ", 0, 1},
	}
	for _, tt := range tests {
		for _, opts := range [][]CallOption{nil, {WithPrefetch()}} {
			body, n = tt.body, 0
			tt.paging.Items = itemsOf
			var errs []error
			items := 0
			for item, err := range All(fetchPages(t.Context(), c, listCall(nil), &tt.paging, opts...)) {
				if err != nil {
					errs = append(errs, err)
				} else if *item == 1 {
					items++
				}
			}
			if len(errs) != 1 || !strings.Contains(errs[0].Error(), tt.want) || items != tt.items || n != tt.n {
				t.Errorf("%s: %d items, %d requests, %v", tt.name, items, n, errs)
			}
		}
	}
}

// Leaving a loop, also by panic, ends what was fetched ahead. That no goroutine
// is left is checked at the end of each test.
func TestBrokenLoop(t *testing.T) {
	var ended atomic.Int64
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery != "" {
			<-r.Context().Done()
			ended.Add(1)
			return
		}
		answer(w, 200, `{"data":[1],"meta":{"next":"c"}}`)
	})
	paging := &Paging[numbers, int]{Strategy: ByCursor, Param: "c", Next: "/meta/next", Items: itemsOf}
	for range 5 {
		for range All(fetchPages(t.Context(), c, listCall(nil), paging, WithPrefetch())) {
			time.Sleep(20 * time.Millisecond)
			break
		}
		func() {
			defer func() { _ = recover() }()
			for range fetchPages(t.Context(), c, listCall(nil), paging, WithPrefetch()) {
				time.Sleep(20 * time.Millisecond)
				panic("out")
			}
		}()
	}
	for deadline := time.Now().Add(2 * time.Second); ended.Load() < 10 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	if ended.Load() != 10 {
		t.Errorf("%d of 10 requests were ended", ended.Load())
	}
}

func TestPrefetchIsAhead(t *testing.T) {
	var n atomic.Int64
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		k := n.Add(1)
		answer(w, 200, fmt.Sprintf(`{"data":[1],"meta":{"more":%v,"next":%d}}`, k < 3, k))
	})
	paging := &Paging[numbers, int]{Strategy: ByCursor, Param: "c", Next: "/meta/next", More: "/meta/more", Items: itemsOf}
	pages := int64(0)
	for page, err := range fetchPages(t.Context(), c, listCall(nil), paging, WithPrefetch()) {
		if err != nil {
			t.Fatal(err)
		}
		pages++
		for deadline := time.Now().Add(2 * time.Second); n.Load() < min(pages+1, 3) && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
		if n.Load() != min(pages+1, 3) {
			t.Errorf("at page %d, %d were fetched", pages, n.Load())
		}
		if page.NextKey() == "" {
			if _, err := page.Next(t.Context()); !errors.Is(err, ErrLastPage) {
				t.Error(err)
			}
		}
	}
}

// A server that puts the key it was sent into its links gets it once all the
// same, and it is not in Response.URL.
func TestKeyInLink(t *testing.T) {
	var requests []string
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests = append(requests, r.URL.RawQuery)
		answer(w, 200, fmt.Sprintf(`{"data":[1],"meta":{"next":"?a=1&key=%s"}}`, r.URL.Query().Get("key")))
	}, WithCredential("k", QueryKey("key", topSecret)))
	paging := &Paging[numbers, int]{Strategy: ByLink, Next: "/meta/next", Items: itemsOf}
	first, err := FetchPage(t.Context(), c, listCall(nil), paging)
	if err != nil {
		t.Fatal(err)
	}
	second, err := first.Next(t.Context())
	if err != nil || requests[1] != "a=1&key="+topSecret || strings.Contains(fmt.Sprintf("%+v %s", second.Response.URL, second.Response.URL), topSecret) {
		t.Errorf("%q, %v", requests, err)
	}
}

// A page can be asked for its next one again, after a failure or not.
func TestNextAgain(t *testing.T) {
	var requests []string
	c, _ := serve(t, numberServer(t, &requests))
	paging := &Paging[numbers, int]{Strategy: ByOffset, Param: "offset", Items: itemsOf}
	first, err := FetchPage(t.Context(), c, listCall(&listParams{Limit: Set(4), Tenant: "acme"}), paging)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := first.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	for range 2 {
		second, err := first.Next(t.Context())
		if err != nil || second.Items()[0] != 4 {
			t.Errorf("%v", err)
		}
	}
}

func TestLookup(t *testing.T) {
	doc := []byte(` {"a" : {"b\"": [1, "x\\\"]", {"c":-1.5e3 } ,null], "e~/f":true}, "é":"v" , "n": []}`)
	for pointer, want := range map[string]string{
		"/a/b\"/0": "1", "/a/b\"/1": `"x\\\"]"`, "/a/b\"/2/c": "-1.5e3", "/a/b\"/3": "null", "/a/b\"/-1": "null", "/a/b\"/4": "",
		"/a/e~0~1f": "true", "/é": `"v"`, "/n": "[]", "/n/-1": "", "/n/0": "", "/x": "", "/a/b\"/0/x": "", "": string(doc[1:]),
	} {
		if got := string(lookup(doc, pointer)); got != want {
			t.Errorf("lookup(%q) = %q, want %q", pointer, got, want)
		}
	}
}

func FuzzLookup(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"c"}]}`), "/a/1/b")
	f.Add([]byte(`[[[`), "/0/0/0")
	f.Add([]byte(`{"a":"\`), "/a")
	f.Fuzz(func(_ *testing.T, doc []byte, pointer string) {
		_ = lookup(doc, pointer)
		_, _, _ = readProblems(doc)
		_ = bodyText("text/html", doc)
		_ = nextLink(&Response{Header: http.Header{"Link": {pointer, string(doc)}}, URL: &url.URL{}})
	})
}
