package api_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"

	"github.com/docwright/docwright/templates/runtime/api"
)

// The start of what an OpenTelemetry observer looks like: Start begins a span
// and puts it into the context, End ends it.
type spans struct{}

func (spans) Start(ctx context.Context, e *api.CallEvent) context.Context {
	fmt.Println("start", e.Operation, e.Method, e.Route)
	return ctx
}

func (spans) Retry(_ context.Context, e *api.CallEvent) {
	fmt.Println("retry after attempt", e.Attempt, "with status", e.StatusCode)
}

func (spans) End(_ context.Context, e *api.CallEvent) {
	fmt.Println("end", e.StatusCode, "after", e.Attempt, "attempts, failed:", e.Err != nil)
}

func ExampleWithObserver() {
	n := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n++; n == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	client, err := api.NewClient(api.Config{}, api.WithServer(server.URL), api.WithObserver(spans{}))
	if err != nil {
		panic(err)
	}
	call := &api.Call{Operation: "orgs.get", Method: http.MethodGet, Path: "/orgs/{id}", Args: []any{"o1"}}
	_ = api.Exec(context.Background(), client, call)
	// Output:
	// start orgs.get GET /orgs/{id}
	// retry after attempt 1 with status 503
	// end 200 after 2 attempts, failed: false
}

func ExampleNewLogObserver() {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		switch a.Key {
		case slog.TimeKey, "elapsed", "error": // they differ each time
			return slog.Attr{}
		}
		return a
	}}))
	client, err := api.NewClient(api.Config{}, api.WithServer(server.URL), api.WithObserver(api.NewLogObserver(logger)))
	if err != nil {
		panic(err)
	}
	err = api.Exec(context.Background(), client, &api.Call{Operation: "orgs.get", Method: http.MethodGet, Path: "/orgs/{id}", Args: []any{"o1"}})
	fmt.Println(errors.Is(err, api.ErrNotFound))
	// Output:
	// level=ERROR msg="API call failed" operation=orgs.get method=GET route=/orgs/{id} attempt=1 status=404
	// true
}

func ExampleWithMiddleware() {
	traced := func(next api.Doer) api.Doer {
		return api.DoerFunc(func(req *http.Request) (*http.Response, error) {
			req.Header.Set("Traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
			return next.Do(req)
		})
	}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		fmt.Println(r.Header.Get("Traceparent"))
	}))
	defer server.Close()
	client, err := api.NewClient(api.Config{}, api.WithServer(server.URL), api.WithMiddleware(traced))
	if err != nil {
		panic(err)
	}
	_ = api.Exec(context.Background(), client, &api.Call{Operation: "orgs.list", Method: http.MethodGet, Path: "/orgs"})
	// Output: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
}
