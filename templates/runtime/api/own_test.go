package api

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestOwnCall holds what calls beyond the document send and read.
func TestOwnCall(t *testing.T) {
	var line, contentType, body string
	c, srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		line, contentType, body = r.Method+" "+r.RequestURI, r.Header.Get("Content-Type"), string(b)
		if strings.HasSuffix(r.URL.Path, "/missing") {
			answer(w, 404, `{"message":"no such thing"}`)
			return
		}
		answer(w, 200, `{"name":"a"}`)
	})
	ctx := context.Background()
	for _, test := range []struct {
		method, path, line string
		body               any
		contentType, sent  string
	}{
		{"GET", "/v3/things?a=1", "GET /base/v3/things?a=1", nil, "", ""},
		{"get", "v3/things", "GET /base/v3/things", nil, "", ""},
		{"GET", "/a b/ü?q=x y", "GET /base/a%20b/%C3%BC?q=x%20y", nil, "", ""},
		{"GET", srv.URL + "/base/next?page=2", "GET /base/next?page=2", nil, "", ""},
		{"POST", "/x", "POST /base/x", map[string]int{"n": 1}, "application/json", `{"n":1}`},
		{"POST", "/x", "POST /base/x", "plain", "text/plain; charset=utf-8", "plain"},
		{"PUT", "/x", "PUT /base/x", []byte("bytes"), "application/octet-stream", "bytes"},
		{"PUT", "/x", "PUT /base/x", strings.NewReader("read"), "application/octet-stream", "read"},
		{"POST", "/x", "POST /base/x", Form(map[string]string{"a": "1"}), "application/x-www-form-urlencoded", "a=1"},
		{"PUT", "/x", "PUT /base/x", File{Name: "a.pdf", ContentType: "application/pdf", Content: strings.NewReader("PDF")}, "application/pdf", "PDF"},
	} {
		var out struct {
			Name string `json:"name"`
		}
		if err := c.Call(ctx, test.method, test.path, test.body, &out); err != nil || out.Name != "a" {
			t.Errorf("%s %s: %v, %+v", test.method, test.path, err, out)
		}
		if line != test.line || contentType != test.contentType || body != test.sent {
			t.Errorf("sent %q %q %q, want %q %q %q", line, contentType, body, test.line, test.contentType, test.sent)
		}
	}
	var raw []byte
	var buf bytes.Buffer
	for _, into := range []any{nil, &raw, &buf} {
		if err := c.Call(ctx, "GET", "/x", nil, into); err != nil {
			t.Errorf("into %T: %v", into, err)
		}
	}
	if string(raw) != `{"name":"a"}` || buf.String() != string(raw) {
		t.Errorf("bytes %s, writer %s", raw, &buf)
	}
	var failed *Error
	if err := c.Call(ctx, "GET", "/missing", nil, nil); !errors.As(err, &failed) || failed.Message != "no such thing" {
		t.Errorf("error %v", err)
	}
}

// TestOwnCallRefused holds that an own call cannot leave the server's origin or
// its base path.
func TestOwnCallRefused(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { t.Errorf("%s was sent", r.URL) })
	for _, path := range []string{"https://elsewhere.example/x", "//elsewhere.example/x", "/../x", "/a/%2e%2E/x", "/a/./b", "/a/%zz"} {
		if err := c.Call(context.Background(), "GET", path, nil, nil); err == nil {
			t.Errorf("%s: sent", path)
		}
	}
	wantPart(t, c.Call(context.Background(), "G ET", "/x", nil, nil), "is not an HTTP method")
	err := c.Call(context.Background(), "GET", "https://elsewhere.example/x", nil, nil)
	var origin *OriginError
	if !errors.As(err, &origin) {
		t.Errorf("error %v", err)
	}
}
