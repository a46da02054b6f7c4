package conformance

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/internal/exchange"
	"github.com/docwright/docwright/internal/prose"
)

// TestSpecs holds that the curated specs are valid OpenAPI.
func TestSpecs(t *testing.T) {
	for _, a := range apis {
		t.Run(a.name, func(t *testing.T) {
			if err := a.loadSpec(t).Validate(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestDescriptions: a description does not begin with its summary again.
func TestDescriptions(t *testing.T) {
	for _, a := range apis {
		for path, item := range a.loadSpec(t).Doc.Paths.Map() {
			for method, op := range item.Operations() {
				if first, _ := prose.FirstSentence(op.Description); prose.Within(first, op.Summary) {
					t.Errorf("%s %s: %q says no more than %q", method, path, first, op.Summary)
				}
			}
		}
	}
}

// TestExchanges checks every documented call in five ways.
func TestExchanges(t *testing.T) {
	for _, a := range apis {
		t.Run(a.name, func(t *testing.T) {
			b := newBench(t, a)
			for _, ex := range a.exchanges(t) {
				t.Run(ex.Name, func(t *testing.T) {
					t.Run("spec", func(t *testing.T) { b.checkSpec(t, ex) })
					t.Run("client", func(t *testing.T) { b.checkClient(t, ex) })
					t.Run("roundtrip", func(t *testing.T) { b.checkRoundtrip(t, ex) })
					for _, s := range backends {
						t.Run(s.name, func(t *testing.T) { b.checkServer(t, s, ex) })
					}
					if b.nextPage(t, ex) != "" {
						t.Run("next", func(t *testing.T) { b.checkNext(t, ex) })
					}
				})
			}
		})
	}
}

// bench is what the exchanges of one API are tested with: a server on the
// loopback, the handler of which changes from test to test. Clients reach it
// under the documented name.
type bench struct {
	*curated
	spec   *exchange.Spec
	http   *http.Client
	handle http.Handler
}

func newBench(t *testing.T, a *curated) *bench {
	b := &bench{curated: a, spec: a.loadSpec(t)}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.handle.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	b.http = server.Client()
	transport := b.http.Transport.(*http.Transport)
	transport.TLSClientConfig.ServerName = "example.com" // of the certificate
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	return b
}

// call makes the documented call with the generated client.
func (b *bench) call(t *testing.T, ex *exchange.Exchange) *outcome {
	t.Helper()
	opts := append(b.credentials(ex.Request.Header), api.WithHTTPClient(b.http), api.WithRetries(0))
	client, err := b.client(opts...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := drive(t.Context(), client, b.spec, ex)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// receive reads a request.
func receive(t *testing.T, r *http.Request) *sent {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	return &sent{method: r.Method, host: r.Host, target: r.RequestURI, header: r.Header, body: body}
}

// checkSpec holds the exchange against the spec.
func (b *bench) checkSpec(t *testing.T, ex *exchange.Exchange) {
	if err := exchange.Validate(b.spec, ex); err != nil {
		t.Error(err)
	}
}

// checkClient holds the client's request against the documented one.
func (b *bench) checkClient(t *testing.T, ex *exchange.Exchange) {
	var requests []*sent
	b.handle = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests = append(requests, receive(t, r))
		answer(t, w, ex)
	})
	out := b.call(t, ex)
	checkOutcome(t, ex, out)
	if len(requests) != 1 {
		t.Fatalf("%d requests, want 1 (%v)", len(requests), out.err)
	}
	for _, diff := range compareRequests(&ex.Request, requests[0]) {
		t.Error(diff)
	}
	if out.response.Operation != ex.OperationID {
		t.Errorf("called the operation %q", out.response.Operation)
	}
}

// checkServer has the client call a server of others, which must make of the
// request what is documented, and whose answer the client must understand.
func (b *bench) checkServer(t *testing.T, s backend, ex *exchange.Exchange) {
	handler, operations := s.serve(t, b, ex)
	b.handle = handler
	out := b.call(t, ex)
	checkOutcome(t, ex, out)
	if got := operations(); len(got) != 1 || !sameOperation(got[0], ex.OperationID) {
		t.Fatalf("the server took the request for %q; it answered %d %s", got, out.response.StatusCode, out.response.Body)
	}
}

// answer gives the documented response; where none was seen, an empty one.
func answer(t *testing.T, w http.ResponseWriter, ex *exchange.Exchange) {
	if ex.Response == nil || ex.Response.Elided() {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if err := ex.Response.WriteTo(w); err != nil {
		t.Error(err)
	}
}
