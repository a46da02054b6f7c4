package client

import (
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/generated/clarus"
	"github.com/docwright/docwright/generated/ctrlhub"
)

const jsonAPI = "application/vnd.api+json"

// quick is a retry policy that does not keep a test waiting.
var quick = api.WithRetry(api.RetryPolicy{MaxAttempts: 3, BaseDelay: time.Millisecond, MaxDelay: 2 * time.Millisecond, MaxRetryAfter: 5 * time.Second})

// server starts a server, and fails the test if goroutines are left when it and
// its clients are gone. It returns the options for a client of it.
func server(t testing.TB, handler http.Handler) (*httptest.Server, []api.Option) {
	t.Helper()
	before := runtime.NumGoroutine()
	srv := httptest.NewServer(handler)
	transport := &http.Transport{MaxIdleConnsPerHost: 200}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		srv.CloseClientConnections()
		srv.Close()
		for end := time.Now().Add(3 * time.Second); runtime.NumGoroutine() > before; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				stacks := make([]byte, 64<<10)
				t.Errorf("%d goroutines are left, %d were there before\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
				return
			}
		}
	})
	return srv, []api.Option{api.WithServer(srv.URL), api.WithHTTPClient(&http.Client{Transport: transport}), quick}
}

// ctrlHub starts a server and a client of the Ctrl Hub API.
func ctrlHub(t testing.TB, handler http.HandlerFunc, opts ...api.Option) *ctrlhub.Client {
	t.Helper()
	_, all := server(t, handler)
	client, err := ctrlhub.New(append(append(all, ctrlhub.WithSessionToken("session-secret")), opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// clarusWMS starts a server and a client of the Clarus API.
func clarusWMS(t testing.TB, handler http.HandlerFunc, opts ...api.Option) *clarus.Client {
	t.Helper()
	_, all := server(t, handler)
	client, err := clarus.New(append(append(all, clarus.WithToken("token"), clarus.WithSubdomain("acme")), opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// answer returns a handler that answers every request alike.
func answer(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", jsonAPI)
		for k := 0; k < len(header); k += 2 {
			w.Header().Set(header[k], header[k+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// record is what a server was sent.
type record struct {
	mu                        sync.Mutex
	method, path, query, body string
	header                    http.Header
	n                         int
}

// then notes a request and passes it on.
func (s *record) then(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		s.method, s.path, s.query, s.body, s.header = r.Method, r.URL.EscapedPath(), r.URL.RawQuery, string(body), r.Header
		s.n++
		s.mu.Unlock()
		next(w, r)
	}
}
