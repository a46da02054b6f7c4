package conformance

import (
	"net/http"
	"strings"
	"testing"

	"github.com/docwright/docwright/generated/apitest"
	"github.com/docwright/docwright/internal/conformance/independent"
	"github.com/docwright/docwright/internal/exchange"
)

// backend is a server that knows an API by its spec, and that no part of the
// generated clients went into. Tests run against each of them.
type backend struct {
	name string

	// serve returns a handler that fails the test when it is sent anything else
	// than ex documents, and answers as documented; and a function that returns
	// the operations that requests were taken for.
	serve func(t *testing.T, b *bench, ex *exchange.Exchange) (http.Handler, func() []string)
}

var backends = []backend{{"server", serveIndependent}, {"fake", serveFake}}

// serveIndependent has the server answer that oapi-codegen makes of the spec.
func serveIndependent(t *testing.T, b *bench, ex *exchange.Exchange) (http.Handler, func() []string) {
	var operations []string
	handler := routed(b.spec, ex, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, err := independent.Read(b.curated.name, r)
		if err != nil {
			t.Error(err)
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		operations = append(operations, got.Operation)
		for _, diff := range compareReceived(b.spec.PathParams(ex), ex, got) {
			t.Error(diff)
		}
		answer(t, w, ex)
	}))
	return handler, func() []string { return operations }
}

// serveFake has the API's fake answer from its exchanges. A request that the spec
// does not allow fails the test by itself.
func serveFake(t *testing.T, b *bench, ex *exchange.Exchange) (http.Handler, func() []string) {
	srv := startFake(t, b.curated, apitest.WithAnswers(apitest.FromExchanges, apitest.FromExamples))
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		r.Header.Set("Prefer", "example="+ex.Name) // some samples differ in their answers alone
		srv.ServeHTTP(w, r)
	})
	return handler, func() []string {
		var operations []string
		for _, r := range srv.Requests() {
			operations = append(operations, strings.ReplaceAll(r.Operation, ".", "")) // as the others say it
		}
		return operations
	}
}
