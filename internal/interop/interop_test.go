package interop_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/generated/ctrlhub"
	"github.com/docwright/docwright/internal/interop"
)

// quick retries without waiting long.
var quick = api.WithRetry(api.RetryPolicy{MaxAttempts: 3, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond})

// serve starts a server that answers with a contact once it has failed often
// enough, and passes every request to see.
func serve(failures int, see func(*http.Request)) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if see != nil {
			see(r)
		}
		if r.URL.Path == "/oauth2/token" {
			id, _, _ := r.BasicAuth()
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"access_token":"t-`+id+`","token_type":"bearer","expires_in":3600}`)
			return
		}
		w.Header().Set("Content-Type", "application/vnd.api+json")
		if failures--; failures >= 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, `{"data":{"type":"contacts","id":"7","attributes":{"first_name":"Ann"}}}`)
	}))
}

// TestOAuth2 uses tokens of golang.org/x/oauth2, which neither the client nor its
// runtime import.
func TestOAuth2(t *testing.T) {
	var sent []string
	server := serve(0, func(r *http.Request) {
		if r.URL.Path != "/oauth2/token" {
			sent = append(sent, r.Header.Get("Authorization"))
		}
	})
	defer server.Close()
	config := clientcredentials.Config{ClientID: "svc", ClientSecret: "s", TokenURL: server.URL + "/oauth2/token"}
	var source oauth2.TokenSource = config.TokenSource(t.Context())
	client, err := ctrlhub.New(api.WithServer(server.URL), api.WithCredential("bearer", api.Token(api.TokensFrom(source))))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if contact, err := client.Contacts.Get(t.Context(), "o", "7"); err != nil || contact.FirstName != "Ann" {
			t.Fatalf("%+v %v", contact, err)
		}
	}
	if got := strings.Join(sent, "|"); got != "Bearer t-svc|Bearer t-svc" {
		t.Errorf("sent %s", got)
	}
}

func TestOAuth2Fails(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }))
	defer server.Close()
	config := clientcredentials.Config{ClientID: "svc", ClientSecret: "very-secret", TokenURL: server.URL}
	client, err := ctrlhub.New(api.WithServer(server.URL), api.WithCredential("bearer", api.Token(api.TokensFrom(config.TokenSource(t.Context())))))
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.Contacts.Get(t.Context(), "o", "7")
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) || refused.Response.StatusCode != 401 || strings.Contains(err.Error(), "very-secret") {
		t.Errorf("got %v", err)
	}
}

func TestSpans(t *testing.T) {
	var parents []string
	server := serve(1, func(r *http.Request) { parents = append(parents, r.Header.Get("Traceparent")) })
	defer server.Close()
	spans := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	client, err := ctrlhub.New(
		ctrlhub.WithSessionToken("secret"), api.WithServer(server.URL), quick,
		api.WithObserver(interop.Spans{Tracer: provider.Tracer("ctrlhub")}),
		api.WithMiddleware(interop.Propagate(propagation.TraceContext{})),
	)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Contacts.Get(t.Context(), "o", "7"); err != nil {
		t.Fatal(err)
	}
	got := spans.GetSpans()
	if len(got) != 1 || got[0].Name != "contacts.get" || got[0].Status.Code != codes.Unset || len(got[0].Events) != 1 || got[0].Events[0].Name != "retry" {
		t.Fatalf("%+v", got)
	}
	attributes := fmt.Sprint(got[0].Attributes)
	for _, want := range []string{"/v3/orgs/{org_id}/customers/contacts/{contact_id}", "http.request.resend_count", "http.response.status_code"} {
		if !strings.Contains(attributes, want) {
			t.Errorf("no %s in %s", want, attributes)
		}
	}
	trace := got[0].SpanContext.TraceID().String()
	if len(parents) != 2 || !strings.Contains(parents[0], trace) || !strings.Contains(parents[1], trace) {
		t.Errorf("traceparent %q, want trace %s", parents, trace)
	}
}

func TestSpanOfFailure(t *testing.T) {
	server := serve(9, nil)
	defer server.Close()
	spans := tracetest.NewInMemoryExporter()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	client, err := ctrlhub.New(ctrlhub.WithSessionToken("secret"), api.WithServer(server.URL), quick, api.WithObserver(interop.Spans{Tracer: provider.Tracer("ctrlhub")}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Contacts.Get(t.Context(), "o", "7"); !errors.Is(err, api.ErrUnavailable) {
		t.Fatal(err)
	}
	got := spans.GetSpans()
	if len(got) != 1 || got[0].Status.Code != codes.Error || len(got[0].Events) != 3 || strings.Contains(fmt.Sprint(got), "secret") {
		t.Errorf("%+v", got)
	}
}

// Example_logs logs calls with log/slog: retries as warnings, failures as errors.
func Example_logs() {
	server := serve(1, nil)
	defer server.Close()
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey || a.Key == "elapsed" || a.Key == "delay" || a.Key == "error" { // differ each time
				return slog.Attr{}
			}
			return a
		},
	}))
	client, err := ctrlhub.New(ctrlhub.WithSessionToken("secret"), api.WithServer(server.URL), quick, api.WithObserver(api.NewLogObserver(logger)))
	if err != nil {
		panic(err)
	}
	if _, err := client.Contacts.Get(context.Background(), "o", "7"); err != nil {
		panic(err)
	}
	// Output:
	// level=WARN msg="API call is tried again" operation=contacts.get method=GET route=/v3/orgs/{org_id}/customers/contacts/{contact_id} attempt=1 status=503
	// level=DEBUG msg="API call" operation=contacts.get method=GET route=/v3/orgs/{org_id}/customers/contacts/{contact_id} attempt=2 status=200
}
