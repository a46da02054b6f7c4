package api

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
)

// echo answers with what it was sent.
type echo struct {
	Type   string              `json:"type"`
	Length int64               `json:"length"`
	Body   string              `json:"body"`
	Parts  map[string][]string `json:"parts"`
}

func echoHandler(w http.ResponseWriter, r *http.Request) {
	e := echo{Type: r.Header.Get("Content-Type"), Length: r.ContentLength}
	if media, params, err := mime.ParseMediaType(e.Type); err == nil && media == "multipart/form-data" {
		e.Type, e.Parts = media, map[string][]string{}
		mr := multipart.NewReader(r.Body, params["boundary"])
		for {
			p, err := mr.NextRawPart()
			if err != nil {
				break
			}
			data, _ := io.ReadAll(p)
			e.Parts[p.FormName()] = append(e.Parts[p.FormName()], p.FileName()+"|"+p.Header.Get("Content-Type")+"|"+string(data))
		}
	} else {
		body, _ := io.ReadAll(r.Body)
		e.Body = string(body)
	}
	out, _ := json.Marshal(e)
	answer(w, 200, string(out))
}

type petParams struct {
	Name  string         `json:"name"`
	Tags  Opt[[]string]  `json:"tags,omitzero"`
	Owner Opt[ownerBody] `json:"owner,omitzero"`
	Age   Opt[int]       `json:"age,omitzero"`
}

type ownerBody struct {
	Email string `json:"email"`
}

func TestBodies(t *testing.T) {
	c, _ := serve(t, echoHandler)
	file := filepath.Join(t.TempDir(), "f.bin")
	if err := os.WriteFile(file, []byte("from disk"), 0o600); err != nil {
		t.Fatal(err)
	}
	opened, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = opened.Close() }()
	pet := petParams{Name: "a&b", Tags: Set([]string{"x", "y"}), Owner: Set(ownerBody{"o@e"}), Age: Null[int]()}
	tests := []struct {
		name        string
		body        any
		contentType string
		want        echo
	}{
		{"none", nil, "application/json", echo{}},
		{"nil pointer", (*petParams)(nil), "application/json", echo{}},
		{"json", &ownerBody{"a"}, "application/vnd.api+json", echo{Type: "application/vnd.api+json", Length: 13, Body: `{"email":"a"}`}},
		{"json with presence", pet, "application/json; charset=utf-8", echo{Type: "application/json; charset=utf-8", Length: 71,
			Body: `{"name":"a&b","tags":["x","y"],"owner":{"email":"o@e"},"age":null}`}},
		{"json string", "s", "application/json", echo{Type: "application/json", Length: 3, Body: `"s"`}},
		{"raw", json.RawMessage(`{"a":1}`), "application/json", echo{Type: "application/json", Length: 7, Body: `{"a":1}`}},
		{"text", "plain", "text/plain", echo{Type: "text/plain", Length: 5, Body: "plain"}},
		{"text of a number", 12, "text/plain", echo{Type: "text/plain", Length: 2, Body: "12"}},
		{"bytes", []byte("bin"), "application/octet-stream", echo{Type: "application/octet-stream", Length: 3, Body: "bin"}},
		{"seeker", strings.NewReader("stream"), "image/png", echo{Type: "image/png", Length: 6, Body: "stream"}},
		{"buffer", bytes.NewBufferString("buffered"), "image/png", echo{Type: "image/png", Length: 8, Body: "buffered"}},
		{"reader", io.MultiReader(strings.NewReader("un"), strings.NewReader("sized")), "image/png", echo{Type: "image/png", Length: -1, Body: "unsized"}},
		{"file", opened, "image/png", echo{Type: "image/png", Length: 9, Body: "from disk"}},
		{"form", Form(&pet), "application/x-www-form-urlencoded", echo{Type: "application/x-www-form-urlencoded", Length: 56,
			Body: "name=a%26b&tags=x&tags=y&owner%5Bemail%5D=o%40e&age="}},
		{"form flags", Form(&struct {
			A []string  `json:"a" form:"csv"`
			B []string  `json:"b" form:"deep"`
			C ownerBody `json:"c" form:"json"`
		}{[]string{"1", "2"}, []string{"3"}, ownerBody{"e"}}), "", echo{Type: "application/x-www-form-urlencoded", Length: 49,
			Body: "a=1,2&b%5B0%5D=3&c=%7B%22email%22%3A%22e%22%7D"}},
	}
	for _, tt := range tests {
		call := post(tt.body)
		call.ContentType = tt.contentType
		got, err := Pointer[echo](t.Context(), c, call)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if tt.want.Body != "" && tt.want.Length > 0 {
			tt.want.Length = int64(len(tt.want.Body))
		}
		if got.Type != tt.want.Type || got.Length != tt.want.Length || got.Body != tt.want.Body {
			t.Errorf("%s:\n got %+v\nwant %+v", tt.name, *got, tt.want)
		}
	}
	if _, err := opened.Stat(); err != nil {
		t.Errorf("the call closed the caller's file: %v", err)
	}
}

func TestMultipart(t *testing.T) {
	c, _ := serve(t, echoHandler)
	body := &struct {
		Title string      `json:"title"`
		Note  Opt[string] `json:"note,omitzero"`
		Tags  []string    `json:"tags"`
		Owner ownerBody   `json:"owner"`
		Icon  []byte      `json:"icon"`
		Photo File        `json:"photo"`
		More  []File      `json:"more"`
		Extra Opt[File]   `json:"extra,omitzero"`
	}{
		Title: "t", Tags: []string{"a", "b"}, Owner: ownerBody{"e"}, Icon: []byte{1, 2},
		Photo: File{Name: "p \"q\"\r\n.png", ContentType: "image/png", Content: strings.NewReader("PNG")},
		More:  []File{{Content: strings.NewReader("1")}, {Name: "two", Content: io.MultiReader(strings.NewReader("2"))}},
	}
	call := post(Multipart(body))
	call.ContentType = "multipart/form-data"
	got, err := Pointer[echo](t.Context(), c, call)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"title": {"||t"}, "tags": {"||a", "||b"}, "owner": {`|application/json|{"email":"e"}`},
		"icon":  {"icon|application/octet-stream|\x01\x02"},
		"photo": {`p "q"%0D%0A.png|image/png|PNG`},
		"more":  {"more|application/octet-stream|1", "two|application/octet-stream|2"},
	}
	for name, parts := range want {
		if strings.Join(got.Parts[name], "\n") != strings.Join(parts, "\n") {
			t.Errorf("%s: got %q, want %q", name, got.Parts[name], parts)
		}
	}
	if len(got.Parts) != len(want) || got.Length != -1 {
		t.Errorf("got %d parts, length %d", len(got.Parts), got.Length)
	}
	body.More = nil // now all lengths are known
	if got, err = Pointer[echo](t.Context(), c, call); err != nil || got.Length <= 0 {
		t.Errorf("length %d, %v", got.Length, err)
	}
	body.Photo.Content = nil
	wantText(t, Exec(t.Context(), c, call), "things.create: request body: file photo has no Content")
	body.Photo = File{ContentType: "a\r\nb", Content: strings.NewReader("")}
	wantText(t, Exec(t.Context(), c, call), "things.create: request body: the content type of file photo has a control character")
}

func TestPartContentTypes(t *testing.T) {
	c, _ := serve(t, echoHandler)
	body := &struct {
		Photo File     `json:"photo" form:"type=image/png"`
		Other File     `json:"other" form:"type=image/png"`
		Page  string   `json:"page" form:"type=text/html; charset=utf-8"`
		Tags  []string `json:"tags" form:"json"`
		Ids   []int    `json:"ids" form:"csv"`

		Owners Opt[[]ownerBody] `json:"owners,omitzero" form:"json"`
		Grid   [][]int          `json:"grid" form:"json"`
		Plain  [][]int          `json:"plain"`
		Blobs  [][]byte         `json:"blobs"`
		None   []ownerBody      `json:"none" form:"json"`
		Raw    json.RawMessage  `json:"raw" form:"json"`
	}{
		Photo: File{Content: strings.NewReader("PNG")}, Other: File{ContentType: "image/gif", Content: strings.NewReader("GIF")},
		Page: "<p>", Tags: []string{"a", "b"}, Ids: []int{1, 2},
		Owners: Set([]ownerBody{{"e"}, {"f"}}), Grid: [][]int{{1, 2}, {3}}, Plain: [][]int{{1, 2}, {3}}, Blobs: [][]byte{{'a'}}, None: []ownerBody{}, Raw: json.RawMessage(`[1]`),
	}
	call := post(Multipart(body))
	call.ContentType = "multipart/form-data"
	got, err := Pointer[echo](t.Context(), c, call)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"photo": "photo|image/png|PNG", "other": "other|image/gif|GIF", "page": "|text/html; charset=utf-8|<p>",
		"tags": "|application/json|\"a\"\n|application/json|\"b\"", "ids": "||1,2",
		"owners": "|application/json|{\"email\":\"e\"}\n|application/json|{\"email\":\"f\"}",
		"plain":  "|application/json|[1,2]\n|application/json|[3]", "blobs": "blobs|application/octet-stream|a",
		"grid": "|application/json|[1,2]\n|application/json|[3]", "none": "", "raw": "|application/json|[1]",
	} {
		if part := strings.Join(got.Parts[name], "\n"); part != want {
			t.Errorf("%s: got %q, want %q", name, part, want)
		}
	}
}

func TestBadBodies(t *testing.T) {
	c, _ := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the call was sent") })
	tests := []struct {
		body        any
		contentType string
		want        string
	}{
		{ownerBody{}, "application/xml", "things.create: request body: a api.ownerBody cannot be sent as application/xml: pass an io.Reader"},
		{Form(3), "", "things.create: request body: a int cannot be sent as a form"},
		{Multipart(3), "", "things.create: request body: a int cannot be sent as multipart/form-data"},
	}
	for _, tt := range tests {
		call := post(tt.body)
		call.ContentType = tt.contentType
		err := Exec(t.Context(), c, call)
		wantText(t, err, tt.want)
		var bad *RequestError
		if !errors.As(err, &bad) {
			t.Errorf("a %T", err)
		}
	}
	wantPart(t, Exec(t.Context(), c, post(func() {})), "things.create: request body: ")
}

// A body is sent again from where its reader stood, if that can seek.
func TestBodyReplay(t *testing.T) {
	var mu sync.Mutex
	var bodies []string
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		if _, params, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && params["boundary"] != "" {
			b = bytes.ReplaceAll(b, []byte(params["boundary"]), []byte("B"))
		}
		mu.Lock()
		defer mu.Unlock()
		bodies = append(bodies, string(b))
		if len(bodies) < 3 {
			answer(w, 503, `{}`)
		}
	})
	seeker := strings.NewReader("skipped|sent")
	if _, err := seeker.Seek(8, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		body any
		n    int
	}{
		"json":   {ownerBody{"e"}, 3},
		"seeker": {seeker, 3},
		"multipart": {Multipart(struct {
			F File `json:"f"`
		}{File{Content: strings.NewReader("file")}}), 3},
		"stream": {io.MultiReader(strings.NewReader("once")), 1},
		"multipart stream": {Multipart(struct {
			F File `json:"f"`
		}{File{Content: io.MultiReader(strings.NewReader("once"))}}), 1},
	}
	for name, tt := range tests {
		bodies = nil
		call := post(tt.body)
		call.Idempotent = true
		err := Exec(t.Context(), c, call)
		if (err == nil) != (tt.n == 3) || len(bodies) != tt.n {
			t.Errorf("%s: %d attempts, %v", name, len(bodies), err)
			continue
		}
		for _, b := range bodies[1:] {
			if b != bodies[0] {
				t.Errorf("%s: %q after %q", name, b, bodies[0])
			}
		}
		if name == "seeker" && bodies[0] != "sent" {
			t.Errorf("sent %q", bodies[0])
		}
	}
}

// A transport may still read a body when the server has answered; the caller's
// reader is its own again all the same (run with -race).
func TestBodyIsReleased(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 400, `{}`) })
	big := bytes.NewReader(make([]byte, 8<<20))
	for range 20 {
		_ = Exec(t.Context(), c, post(big))
		if _, err := big.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		_, _ = big.Read(make([]byte, 10))
		_, _ = big.Seek(0, io.SeekStart)
	}
}

func TestGzipAndLimits(t *testing.T) {
	long := strings.Repeat("x", 100_000)
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/base/gzip":
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			_, _ = io.WriteString(z, `"`+long+`"`)
			_ = z.Close()
		case "/base/broken":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "this is not gzip")
		case "/base/chunked":
			for range 100 {
				_, _ = io.WriteString(w, long[:1000])
				w.(http.Flusher).Flush()
			}
		case "/base/error":
			w.WriteHeader(500)
			_, _ = io.WriteString(w, strings.Repeat("y", 3<<20))
		default:
			_, _ = io.WriteString(w, long)
		}
	}, WithRetries(0))
	if s, err := Value[string](t.Context(), c, get("/gzip")); err != nil || s != long {
		t.Errorf("gzip: %d bytes, %v", len(s), err)
	}
	for _, path := range []string{"/gzip", "/chunked", "/plain"} {
		_, err := Text(t.Context(), c, get(path), WithResponseLimit(5000))
		wantText(t, err, "things.get: 200 OK: the body is larger than the response limit")
		var bad *BodyError
		if !errors.Is(err, ErrTooLarge) || !errors.As(err, &bad) || bad.Response.StatusCode != 200 {
			t.Errorf("%s: %#v", path, err)
		}
	}
	for _, limit := range []int64{0, 100_000} {
		if s, err := Text(t.Context(), c, get("/plain"), WithResponseLimit(limit)); err != nil || len(s) != len(long) {
			t.Errorf("limit %d: %d bytes, %v", limit, len(s), err)
		}
	}
	wantPart(t, Exec(t.Context(), c, get("/broken")), "things.get: 200 OK: the body cannot be read: gzip: invalid header")
	var failed *Error
	if err := Exec(t.Context(), c, get("/error")); !errors.As(err, &failed) || len(failed.Body) != errorLimit {
		t.Errorf("%v", err)
	}
}

func TestStreamIsNotLimited(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/base/missing" {
			answer(w, 404, `{"error":"gone"}`)
			return
		}
		_, _ = w.Write(make([]byte, 200_000))
	}, WithResponseLimit(1000))
	var resp Response
	body, err := Stream(t.Context(), c, get("/file"), CaptureResponse(&resp))
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, body)
	if n != 200_000 || err != nil || body.Close() != nil || resp.StatusCode != 200 {
		t.Errorf("%d bytes, %v", n, err)
	}
	if _, err = Stream(t.Context(), c, get("/missing")); !errors.Is(err, ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// acceptParams has the members of a body beside a parameter of the query.
type acceptParams struct {
	Filter     Opt[string] `query:"filter"`
	Note       Opt[string] `json:"note,omitzero"`
	BodyFilter []string    `json:"filter,omitzero"`
}

// wholeParams are parameters with a body of any type that may be left out.
type wholeParams[T any] struct {
	Body T `body:""`
}

// deleteParams has a whole body beside a parameter of the query.
type deleteParams struct {
	Force Opt[bool]  `query:"force"`
	Body  *ownerBody `body:""`
}

// TestOptionalBodies holds that a body that may be left out is sent only if the
// caller set something of it, and without it no Content-Type is.
func TestOptionalBodies(t *testing.T) {
	c, _ := serve(t, echoHandler)
	list, text := []string{}, "t"
	for _, test := range []struct {
		name        string
		params      any
		body        func(any) any
		contentType string
		want        echo
	}{
		{"no parameters", Optional([]acceptParams{}), BodyOf, "", echo{}},
		{"query alone", &acceptParams{Filter: Set("a")}, BodyOf, "application/vnd.x+json", echo{}},
		{"members", &acceptParams{Filter: Set("a"), Note: Set(""), BodyFilter: []string{"b"}}, BodyOf, "",
			echo{Type: "application/json", Length: 26, Body: `{"note":"","filter":["b"]}`}},
		{"null", &acceptParams{Note: Null[string]()}, BodyOf, "", echo{Type: "application/json", Length: 13, Body: `{"note":null}`}},
		{"empty form", &acceptParams{Filter: Set("a")}, func(p any) any { return Form(BodyOf(p)) }, "application/x-www-form-urlencoded", echo{}},
		{"form", &acceptParams{Filter: Set("a"), Note: Set("n")}, func(p any) any { return Form(BodyOf(p)) }, "application/x-www-form-urlencoded",
			echo{Type: "application/x-www-form-urlencoded", Length: 6, Body: "note=n"}},
		{"empty multipart", &acceptParams{}, func(p any) any { return Multipart(BodyOf(p)) }, "multipart/form-data", echo{}},
		{"multipart", &acceptParams{Filter: Set("a"), Note: Set("n")}, func(p any) any { return Multipart(BodyOf(p)) }, "multipart/form-data",
			echo{Type: "multipart/form-data", Parts: map[string][]string{"note": {"||n"}}}},
		{"whole body, nil", &deleteParams{Force: Set(true)}, BodyOf, "", echo{}},
		{"whole body, zero", &deleteParams{Body: &ownerBody{}}, BodyOf, "", echo{Type: "application/json", Length: 12, Body: `{"email":""}`}},
		{"whole list, nil", &wholeParams[*[]string]{}, BodyOf, "", echo{}},
		{"whole list, empty", &wholeParams[*[]string]{Body: &list}, BodyOf, "", echo{Type: "application/json", Length: 2, Body: "[]"}},
		{"whole text", &wholeParams[*string]{Body: &text}, BodyOf, "text/plain", echo{Type: "text/plain", Length: 1, Body: "t"}},
		{"whole text, empty", &wholeParams[*string]{Body: new(string)}, BodyOf, "text/plain", echo{Type: "text/plain"}},
		{"whole file, nil", &wholeParams[io.Reader]{}, BodyOf, "image/png", echo{}},
		{"whole file", &wholeParams[io.Reader]{Body: strings.NewReader("f")}, BodyOf, "image/png", echo{Type: "image/png", Length: 1, Body: "f"}},
		{"nil list", nil, func(any) any { return BodyOf(new([]string)) }, "", echo{}},
		{"empty list", nil, func(any) any { return BodyOf(&list) }, "", echo{Type: "application/json", Length: 2, Body: "[]"}},
		{"no text", nil, func(any) any { return BodyOf(new(string)) }, "text/plain", echo{}},
		{"text", nil, func(any) any { return BodyOf(&text) }, "text/plain", echo{Type: "text/plain", Length: 1, Body: "t"}},
		{"no value", nil, func(any) any { return BodyOf(new(any)) }, "", echo{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			call := &Call{Operation: "things.accept", Method: "POST", Path: "/x", Params: test.params, Body: test.body(test.params), ContentType: test.contentType}
			got, err := Pointer[echo](t.Context(), c, call)
			if err != nil {
				t.Fatal(err)
			}
			if got.Type == "multipart/form-data" {
				got.Length = 0 // the boundary is random
			}
			if !reflect.DeepEqual(*got, test.want) {
				t.Errorf("got  %+v\nwant %+v", *got, test.want)
			}
		})
	}
	two := Optional([]acceptParams{{}, {}})
	err := Exec(t.Context(), c, &Call{Operation: "things.accept", Method: "POST", Path: "/x", Params: two, Body: BodyOf(two)})
	wantText(t, err, "things.accept: 2 values of type api.acceptParams were passed: a call takes at most one")
}
