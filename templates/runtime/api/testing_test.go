package api

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"
)

// quick is a retry policy for tests.
var quick = RetryPolicy{MaxAttempts: 3, BaseDelay: time.Millisecond, MaxDelay: 4 * time.Millisecond, MaxRetryAfter: 5 * time.Second}

// serve starts a server and a client of it with a transport of its own. The
// test fails if goroutines are left when both are gone.
func serve(t testing.TB, handler http.HandlerFunc, opts ...Option) (*Client, *httptest.Server) {
	t.Helper()
	return serveConfig(t, Config{UserAgent: "test"}, handler, opts...)
}

func serveConfig(t testing.TB, cfg Config, handler http.HandlerFunc, opts ...Option) (*Client, *httptest.Server) {
	t.Helper()
	before := runtime.NumGoroutine()
	srv := httptest.NewServer(handler)
	transport := &http.Transport{MaxIdleConnsPerHost: 200}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		srv.CloseClientConnections()
		srv.Close()
		wantGoroutines(t, before)
	})
	all := append([]Option{WithServer(srv.URL + "/base"), WithHTTPClient(&http.Client{Transport: transport}), WithRetry(quick)}, opts...)
	c, err := NewClient(cfg, all...)
	if err != nil {
		t.Fatal(err)
	}
	return c, srv
}

func wantGoroutines(t testing.TB, want int) {
	t.Helper()
	for deadline := time.Now().Add(3 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		n := runtime.NumGoroutine()
		if n <= want {
			return
		}
		if time.Now().After(deadline) {
			stacks := make([]byte, 64<<10)
			t.Errorf("%d goroutines are left, %d were there before\n%s", n, want, stacks[:runtime.Stack(stacks, true)])
			return
		}
	}
}

func get(path string, args ...any) *Call {
	return &Call{Operation: "things.get", Method: http.MethodGet, Path: path, Args: args, Accept: "application/json"}
}

func post(body any) *Call {
	return &Call{Operation: "things.create", Method: http.MethodPost, Path: "/things", Body: body, ContentType: "application/json", Accept: "application/json"}
}

func answer(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func wantText(t testing.TB, got error, want string) {
	t.Helper()
	if got == nil || got.Error() != want {
		t.Errorf("error\n got %v\nwant %s", got, want)
	}
}

func wantPart(t testing.TB, got error, want string) {
	t.Helper()
	if got == nil || !strings.Contains(got.Error(), want) {
		t.Errorf("error %v does not say %q", got, want)
	}
}

func mustURL(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic(err)
	}
	return u
}
