package api

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestHead is W09: a HEAD has no body, however long it says that it would be (RFC
// 9110, section 9.3.2).
func TestHead(t *testing.T) {
	status, stated := 200, 64<<20
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(stated))
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
	}, WithRetries(0))
	head := &Call{Operation: "things.head", Method: "HEAD", Path: "/x"}
	if err := Exec(t.Context(), c, head); err != nil {
		t.Error(err)
	}
	if v, err := Pointer[numbered](t.Context(), c, head); err != nil || v.ID != 0 {
		t.Errorf("with a described answer: %v, %v", v, err)
	}
	if body, err := Stream(t.Context(), c, head); err != nil {
		t.Error(err)
	} else if b, err := io.ReadAll(body); err != nil || len(b) > 0 || body.Close() != nil {
		t.Errorf("as a stream: %q, %v", b, err)
	}
	status = 404
	wantText(t, Exec(t.Context(), c, head), "things.head: 404 Not Found (HEAD /base/x)")
	status, stated = 200, 10
	resp, err := c.Do(t.Context(), head)
	if err != nil || len(resp.Body) > 0 || !resp.NoContent() {
		t.Errorf("%v, %v", resp, err)
	}
}

type failingReader struct {
	*strings.Reader
	reads *int
}

func (b failingReader) Read([]byte) (int, error) { *b.reads++; return 0, errors.New("disk failed") }

// TestNoPointInRetrying is W14: what fails in the same way again is tried once.
func TestNoPointInRetrying(t *testing.T) {
	var n atomic.Int32
	location := ""
	c, srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n.Add(1)
		if location == "" {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
			return
		}
		w.Header()["Location"] = []string{location}
		w.WriteHeader(http.StatusFound)
	})
	counted := &n // by the server that is tried
	try := func(name string, want int32, c *Client, call *Call) {
		t.Helper()
		counted.Store(0)
		if err := Exec(t.Context(), c, call); err == nil || counted.Load() > want || strings.Contains(err.Error(), "attempts") {
			t.Errorf("%s: %d requests, %v", name, counted.Load(), err)
		}
	}
	with := func(server string, client *http.Client) *Client {
		c, err := NewClient(Config{}, WithServer(server), WithHTTPClient(client), WithRetry(quick))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	try("redirects in a circle", 10, c, get("/x"))
	location = "http://%zz/"
	try("a Location that is no URL", 1, c, get("/x"))
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	try("CheckRedirect refuses", 1, with(srv.URL, &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("no") }}), get("/x"))
	try("https to a port of http", 0, with(strings.Replace(srv.URL, "http:", "https:", 1), &http.Client{Transport: transport}), get("/x"))

	secure := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { n.Add(1) }))
	secure.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert, MaxVersion: tls.VersionTLS12}
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	defer secure.Close()
	try("a client certificate is missing", 0, with(secure.URL, secure.Client()), get("/x"))

	reads := 0
	try("a body that cannot be read", 1, c, &Call{Operation: "x", Method: "PUT", Path: "/x", Body: failingReader{strings.NewReader("x"), &reads}})
	if reads > 1 {
		t.Errorf("read %d times", reads)
	}
	// Its own server and number: that of the last case may still be counting.
	reads, counted = 0, new(atomic.Int32)
	parts := counted
	c, _ = serve(t, func(http.ResponseWriter, *http.Request) { parts.Add(1) })
	file := File{Content: failingReader{strings.NewReader("x"), &reads}}
	try("a part that cannot be read", 1, c, &Call{Operation: "x", Method: "PUT", Path: "/x", Body: Multipart(&struct {
		File File `json:"file"`
	}{file})})
	if reads > 1 {
		t.Errorf("read %d times", reads)
	}
}

// TestRefusedUnprocessed is W24: 425 (RFC 8470, section 5.2) and 429 (RFC 6585,
// section 4) say that nothing was done, so a write is repeated; other failures do
// not say so.
func TestRefusedUnprocessed(t *testing.T) {
	for _, tt := range []struct {
		method string
		status int
		body   any
		want   int
	}{
		{"POST", 425, "x", 2},
		{"POST", 429, "x", 2},
		{"PATCH", 429, strings.NewReader("x"), 2},
		{"PATCH", 425, nil, 2},
		{"POST", 429, io.MultiReader(strings.NewReader("x")), 1},
		{"POST", 503, "x", 1},
		{"PATCH", 500, "x", 1},
		{"POST", 408, "x", 1},
		{"PUT", 503, "x", 2},
	} {
		n := 0
		c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			if n++; n == 1 {
				w.Header().Set("Retry-After", "0")
				w.WriteHeader(tt.status)
			}
		})
		err := Exec(t.Context(), c, &Call{Operation: "x", Method: tt.method, Path: "/x", Body: tt.body, ContentType: "text/plain"})
		if n != tt.want || (err == nil) != (tt.want == 2) {
			t.Errorf("%s %T after %d: %d requests, %v", tt.method, tt.body, tt.status, n, err)
		}
	}
}

// TestRetryAfterDates is W25: dates as servers write them (RFC 9110, section 5.6.7,
// asks recipients to be robust), by the server's clock if that is given.
func TestRetryAfterDates(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"Sun, 01 Mar 2026 12:00:30 GMT":   30 * time.Second,
		"Sunday, 01-Mar-26 12:00:30 GMT":  30 * time.Second,
		"Sun Mar  1 12:00:30 2026":        30 * time.Second,
		"Sun, 01 Mar 2026 12:00:30 UTC":   30 * time.Second,
		"Sun, 01 Mar 2026 12:00:30 +0000": 30 * time.Second,
		"Sun, 01 Mar 2026 13:00:30 +0100": 30 * time.Second,
		"Sun, 1 Mar 2026 12:00:30 GMT":    30 * time.Second,
		"sun, 01 mar 2026 12:00:30 gmt":   30 * time.Second,
		"1 Mar 2026 12:00:30 +0000":       30 * time.Second,
		"2026-03-01T12:00:30Z":            30 * time.Second,
		"2026-03-01T12:00:30.5Z":          30*time.Second + 500*time.Millisecond,
		"2026-03-01T14:00:30+02:00":       30 * time.Second,
		"2026-03-01 12:00:30Z":            30 * time.Second,
		" 30 ":                            30 * time.Second,
		"1.5":                             1500 * time.Millisecond,
		"2026-03-01T11:00:30Z":            0,
		"Sun, 01 Mar 2026 12:00:30 EST":   0, // which one is meant is not known
		"-30":                             0,
		"soon":                            0,
		"":                                0,
	} {
		if got := retryAfter(http.Header{"Retry-After": {text}}, now); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	byTheirs := http.Header{"Retry-After": {"2026-03-01T12:00:30Z"}, "Date": {"Sun, 01 Mar 2026 12:00:20 +0000"}}
	if got := retryAfter(byTheirs, now); got != 10*time.Second {
		t.Errorf("by the server's clock: %s", got)
	}
}

// TestRefusedTokenIsDropped is W03: a refused token is not kept, even where the call
// cannot be sent again (RFC 6750, section 3.1).
func TestRefusedTokenIsDropped(t *testing.T) {
	for name, body := range map[string]func() any{
		"reader": func() any { return io.MultiReader(strings.NewReader("a")) },
		"buffer": func() any { return bytes.NewBufferString("a") },
		"file":   func() any { return File{Content: io.MultiReader(strings.NewReader("a"))} },
	} {
		auth := newTokenServer(t, "3600")
		c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			if r.Header.Get("Authorization") == "Bearer token-1" {
				w.WriteHeader(401)
			}
		}, WithCredential("o", auth.credential()))
		put := func() error {
			return Exec(t.Context(), c, &Call{Operation: "x", Method: "PUT", Path: "/x", Body: body()})
		}
		if err := put(); !errors.Is(err, ErrUnauthorized) {
			t.Errorf("%s: %v", name, err)
		}
		if err := put(); err != nil {
			t.Errorf("%s: second upload: %v", name, err)
		}
	}
}

// TestTokenHeaderAfterRefusal is W12: any refusal of the body leads to the header,
// once, and what works is remembered (RFC 6749, section 2.3.1: servers have to
// support the header).
func TestTokenHeaderAfterRefusal(t *testing.T) {
	for _, tt := range []struct {
		status int
		body   string
	}{{401, ``}, {401, `{"message":"Unauthorized","error":401}`}, {401, `{"error":"unauthorized"}`}, {400, `<html>`}, {400, `{"error":{"code":"x"}}`}, {200, `{"error":"invalid_client"}`}} {
		for _, wantsHeader := range []bool{true, false} {
			auth, refused := newTokenServer(t, "1"), 0
			auth.fail = func(_ int64, w http.ResponseWriter, r *http.Request) bool {
				_, _, inHeader := r.BasicAuth()
				if inHeader == wantsHeader {
					return false
				}
				refused++
				answer(w, tt.status, tt.body)
				return true
			}
			c, _ := serve(t, func(http.ResponseWriter, *http.Request) {}, WithCredential("o", auth.credential()))
			for range 2 {
				if err := Exec(t.Context(), c, get("/x")); err != nil {
					t.Errorf("%d %s: %v", tt.status, tt.body, err)
				}
				c.credentials["o"].(*tokenCredential).refused("Bearer token-1")
			}
			if want := map[bool]int{true: 1, false: 0}[wantsHeader]; refused != want || auth.issued.Load() != 2 {
				t.Errorf("%d %s: refused %d times, %d tokens", tt.status, tt.body, refused, auth.issued.Load())
			}
		}
	}
}

// TestTokenLives is W16: expires_in is recommended, not required (RFC 6749, section
// 5.1), so one that is no number is unknown; and a byte order mark (W13) is skipped.
func TestTokenLives(t *testing.T) {
	for body, life := range map[string]float64{
		`{"expires_in":"","access_token":"abcdef"}`:             0,
		`{"expires_in":"never","access_token":"abcdef"}`:        0,
		`{"expires_in":null,"access_token":"abcdef"}`:           0,
		`{"expires_in":{"a":1},"access_token":"abcdef"}`:        0,
		`{"expires_in":[],"access_token":"abcdef"}`:             0,
		`{"expires_in":-1,"access_token":"abcdef"}`:             0,
		`{"expires_in":"3600","access_token":"abcdef"}`:         3600,
		`{"expires_in":36e2,"access_token":"abcdef"}`:           3600,
		`{"access_token":"abcdef","token_type":null}`:           0,
		"\xef\xbb\xbf" + `{"access_token":"abcdef","error":""}`: 0,
	} {
		auth := newTokenServer(t, "3600")
		auth.fail = func(_ int64, w http.ResponseWriter, _ *http.Request) bool {
			answer(w, 200, body)
			return true
		}
		f := &tokenFetcher{endpoint: auth.URL, id: "i", secret: NewSecret("s")}
		token, _, err := f.ask(t.Context(), http.DefaultClient, auth.URL)
		if err != nil || token.Value.Reveal() != "abcdef" || token.Expiry.IsZero() != (life == 0) || life > 0 && time.Until(token.Expiry).Round(time.Minute).Seconds() != life {
			t.Errorf("%s: %v, %v", body, token, err)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

// TestDocumentedRedirect is D23: a documented redirect is the answer, with its
// Location (RFC 9110, section 15.4: following one automatically is optional).
func TestDocumentedRedirect(t *testing.T) {
	status, n := 303, 0
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n++; r.URL.Path != "/base/x" {
			return
		}
		w.Header().Set("Location", "/base/there")
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<a href>See Other</a>")
	})
	for _, tt := range []struct {
		method     string
		status     int
		documented []int
		requests   int
		ok         bool
	}{
		{"GET", 303, []int{303}, 1, true},
		{"POST", 302, []int{301, 302}, 1, true},
		{"DELETE", 308, []int{3}, 1, true},
		{"GET", 302, []int{303}, 2, true}, // another one is followed
		{"GET", 303, nil, 2, true},
		{"GET", 304, []int{3}, 1, false},
		{"GET", 300, []int{300}, 1, true},
		{"GET", 300, nil, 1, false},
	} {
		status, n = tt.status, 0
		resp, err := c.Do(t.Context(), &Call{Operation: "x", Method: tt.method, Path: "/x", Redirects: tt.documented})
		if (err == nil) != tt.ok || n != tt.requests {
			t.Errorf("%+v: %d requests, %v", tt, n, err)
		}
		if tt.ok && n == 1 && resp.Header.Get("Location") != "/base/there" {
			t.Errorf("%+v: %v", tt, resp.Header)
		}
		if _, err := Pointer[numbered](t.Context(), c, &Call{Operation: "x", Method: tt.method, Path: "/x", Redirects: tt.documented}); tt.ok && n == 1 && err != nil {
			t.Errorf("%+v: as an object: %v", tt, err)
		}
	}
}

// TestNoBodyElsewhere holds that no body follows a redirect to another origin,
// whatever the method.
func TestNoBodyElsewhere(t *testing.T) {
	var away atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { away.Add(1) }))
	defer other.Close()
	status := 307
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, status) })
	for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST", "DELETE", "QUERY"} {
		for _, status = range []int{302, 303, 307, 308} {
			err := Exec(t.Context(), c, &Call{Operation: "x", Method: method, Path: "/x", Body: map[string]string{"a": "b"}})
			isRead := method == "GET" || method == "HEAD"
			switch followed := away.Swap(0) > 0; {
			case status >= 307 && followed, !isRead && followed:
				t.Errorf("%s %d: the body left", method, status)
			case !followed && err == nil:
				t.Errorf("%s %d: no error", method, status)
			}
		}
	}
}

// TestPlainCookies: OpenAPI 3.2's style cookie makes a cookie of each element, and
// encodes nothing.
func TestPlainCookies(t *testing.T) {
	type params struct {
		List   []string          `cookie:"c,plain,omitzero"`
		Joined []int             `cookie:"j,plain,csv,omitzero"`
		Object map[string]string `cookie:"o,plain,omitzero"`
		One    Opt[string]       `cookie:"s,plain,omitzero"`
	}
	for _, c := range []struct {
		p         params
		want, err string
	}{
		{params{List: []string{"a", "b"}}, "c=a; c=b", ""},
		{params{Joined: []int{1, 2}, One: Set("a%20=")}, "j=1,2; s=a%20=", ""},
		{params{Object: map[string]string{"R": "100", "G": "200"}}, "G=200; R=100", ""},
		{params{}, "", ""},
		{params{One: Set("a;b=c")}, "", `cookie parameter s: "s=a;b=c" cannot be in a cookie`},
		{params{Object: map[string]string{"a=b": "c"}}, "", `cookie parameter o: "a=b=c" cannot be in a cookie`},
		{params{List: []string{"ä"}}, "", `cookie parameter c: "c=ä" cannot be in a cookie`},
	} {
		program, err := paramsOf(reflect.TypeFor[params]())
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{}
		text := ""
		if err := program.setHeaders(h, reflect.ValueOf(&c.p).Elem()); err != nil {
			text = err.Error()
		}
		if text != c.err || c.err == "" && h.Get("Cookie") != c.want {
			t.Errorf("%+v: %q, %s; want %q, %s", c.p, h.Get("Cookie"), text, c.want, c.err)
		}
	}
}
