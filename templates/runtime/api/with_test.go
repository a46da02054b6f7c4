package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

type colourParams struct {
	Colour string `query:"colour,omitzero"`
}

// TestOptional holds that a call has at most one struct of parameters.
func TestOptional(t *testing.T) {
	var query string
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.RawQuery
		answer(w, 200, `{}`)
	})
	do := func(params ...colourParams) error {
		call := get("/x")
		call.Params = Optional(params)
		return Exec(context.Background(), c, call)
	}
	if err := do(); err != nil || query != "" {
		t.Errorf("without: %v, %q", err, query)
	}
	if err := do(colourParams{"red"}); err != nil || query != "colour=red" {
		t.Errorf("with one: %v, %q", err, query)
	}
	err := do(colourParams{"red"}, colourParams{"blue"})
	wantText(t, err, "things.get: 2 values of type api.colourParams were passed: a call takes at most one")
}

// TestWith holds that With changes a client's copy alone.
func TestWith(t *testing.T) {
	var seen http.Header
	var query, body string
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		seen, query, body = r.Header, r.URL.RawQuery, string(b)
		answer(w, 200, `{}`)
	}, WithCredential("key", HeaderKey("X-Key", "k")), WithHeader("X-All", "1"))
	ctx := context.Background()
	call := get("/x")
	call.Params = &colourParams{"red"}
	if err := Exec(ctx, c.With(WithQuery("colour", "b c"), WithQuery("id", "1", "2"), WithQuery("q", ""), WithHeader("X-One", "1")), call); err != nil {
		t.Fatal(err)
	}
	if query != "colour=b%20c&id=1&id=2&q=" || seen.Get("X-One") != "1" || seen.Get("X-All") != "1" || seen.Get("X-Key") != "k" {
		t.Errorf("query %q, header %v", query, seen)
	}
	if err := Exec(ctx, c, call); err != nil || query != "colour=red" || seen.Get("X-One") != "" {
		t.Errorf("the client itself has changed: %v %q %v", err, query, seen)
	}
	if err := Exec(ctx, c.With(Anonymous()), call); err != nil || seen.Get("X-Key") != "" {
		t.Errorf("anonymous: %v %v", err, seen)
	}
	if err := Exec(ctx, c.With(WithQuery("colour")), call); err != nil || query != "" {
		t.Errorf("parameter taken away: %v %q", err, query)
	}
	made := post(map[string]any{"data": map[string]any{"list": []int{1, 2}, "type": "things"}})
	derived := c.With(WithMember("/data/attributes/a~1b", 1), WithMember("/data/list/0", "x"), WithMember("/data/list/-", nil))
	if err := Exec(ctx, derived, made); err != nil || body != `{"data":{"attributes":{"a/b":1},"list":["x",2,null],"type":"things"}}` {
		t.Errorf("members: %v %s", err, body)
	}
	if err := Exec(ctx, c.With(WithMember("/a", true)), &Call{Operation: "a", Method: "POST", Path: "/x"}); err != nil || body != `{"a":true}` || seen.Get("Content-Type") != "application/json" {
		t.Errorf("body of members alone: %v %s %s", err, body, seen.Get("Content-Type"))
	}
}

// TestWithMemberRefused holds that a member without a place is an error before
// anything is sent.
func TestWithMemberRefused(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { t.Error("sent") })
	form := &Call{Operation: "f", Method: "POST", Path: "/x", Body: Form(map[string]string{}), ContentType: "application/x-www-form-urlencoded"}
	reader := &Call{Operation: "r", Method: "POST", Path: "/x", Body: strings.NewReader("x"), ContentType: "application/json"}
	for want, err := range map[string]error{
		"a GET call has no body to put /a into":                             Exec(context.Background(), c.With(WithMember("/a", 1)), get("/x")),
		"is sent as application/x-www-form-urlencoded, not as JSON":         Exec(context.Background(), c.With(WithMember("/a", 1)), form),
		"no place for /a in a request body that is not JSON":                Exec(context.Background(), c.With(WithMember("/a", 1)), reader),
		`"a" is not a JSON pointer to a member: it has to begin with a sla`: Exec(context.Background(), c.With(WithMember("a", 1)), post(1)),
		`"a" is in a value that is neither an object nor a list`:            Exec(context.Background(), c.With(WithMember("/a", 1)), post(1)),
		`the list has 1 elements, and none is "1"`:                          Exec(context.Background(), c.With(WithMember("/1", 1)), post([]int{0})),
	} {
		wantPart(t, err, want)
	}
}

// TestOneCall holds that an explicit idempotency key and CaptureResponse belong
// to one call: to its attempts and its pages, and to no other.
func TestOneCall(t *testing.T) {
	var keys []string
	tries := 0
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		if tries++; tries == 1 {
			answer(w, 503, `{}`)
			return
		}
		answer(w, 200, `{"next":"`+map[bool]string{true: "2"}[r.URL.Query().Get("at") == ""]+`","items":[{}]}`)
	})
	ctx := context.Background()
	once := c.With(WithIdempotencyKey("k1"))
	if err := Exec(ctx, once, post(1)); err != nil || strings.Join(keys, " ") != "k1 k1" {
		t.Fatalf("%v, keys %q", err, keys)
	}
	err := Exec(ctx, once, post(2))
	wantPart(t, err, "things.create: WithIdempotencyKey: this key was already used")
	var refused *RequestError
	if !errors.As(err, &refused) || len(keys) != 2 {
		t.Errorf("%T, %d requests", err, len(keys))
	}
	wantPart(t, Exec(ctx, once.With(WithTimeout(5e9)), post(2)), "already used")
	var resp Response
	captured := c.With(CaptureResponse(&resp))
	type list struct {
		Next  string     `json:"next"`
		Items []struct{} `json:"items"`
	}
	paging := &Paging[list, struct{}]{Strategy: ByCursor, Param: "at", Next: "/next", Items: func(l *list) []struct{} { return l.Items }}
	items := 0
	for _, err := range All(PagesOf(ctx, captured, get("/x"), paging)) {
		if err != nil {
			t.Fatal(err)
		}
		items++
	}
	if items != 2 || resp.URL.RawQuery != "at=2" {
		t.Errorf("%d items, captured %s", items, resp.URL)
	}
	wantPart(t, Exec(ctx, captured, get("/x")), "CaptureResponse: the response of another call")
}

// TestIdempotencyKeyPerCall is W01: a client-wide empty key is a fresh one for
// each call, and the same for its attempts.
func TestIdempotencyKeyPerCall(t *testing.T) {
	var keys []string
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		if len(keys)%2 == 1 {
			answer(w, 503, `{}`)
			return
		}
		answer(w, 200, `{}`)
	}, WithIdempotencyKey(""))
	for range 2 {
		if err := Exec(context.Background(), c, post(1)); err != nil {
			t.Fatal(err)
		}
	}
	if len(keys) != 4 || keys[0] == "" || keys[0] != keys[1] || keys[2] != keys[3] || keys[0] == keys[2] {
		t.Errorf("keys %q", keys)
	}
}

// TestUploadName holds the header that tells a server the name of a raw upload.
func TestUploadName(t *testing.T) {
	var header http.Header
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		answer(w, 200, `{}`)
	})
	for name, want := range map[string]string{
		"a.pdf":         `attachment; filename="a.pdf"`,
		`a "b"\.pdf`:    `attachment; filename="a \"b\"\\.pdf"`,
		"Bücher\r\n.md": `attachment; filename="B_cher__.md"; filename*=UTF-8''B%C3%BCcher%0D%0A.md`,
		"":              "",
	} {
		call := post(File{Name: name, Content: strings.NewReader("x")})
		call.ContentType = "application/pdf"
		if err := Exec(context.Background(), c, call); err != nil {
			t.Fatal(err)
		}
		if got := header.Get("Content-Disposition"); got != want || header.Get("Content-Type") != "application/pdf" {
			t.Errorf("%q: %s (%s), want %s", name, got, header.Get("Content-Type"), want)
		}
	}
	wantPart(t, Exec(context.Background(), c, post(File{Name: "a"})), "the file has no Content")
}
