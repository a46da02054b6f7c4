package conformance

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/conformance/independent"
	"github.com/docwright/docwright/internal/exchange"
)

// routed sends a request to the handler under the operation's path of the
// spec: operations that share a path are distinguished by a fragment there, which
// never travels.
func routed(spec *exchange.Spec, ex *exchange.Exchange, handler http.Handler) http.Handler {
	_, path, _ := spec.Operation(ex.OperationID)
	_, fragment, ok := strings.Cut(path, "#")
	if !ok {
		return handler
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		r.URL.Path += "#" + fragment
		r.URL.RawPath = ""
		handler.ServeHTTP(w, r)
	})
}

// compareReceived returns how the server's reading of a request differs from
// what the exchange documents. The server encodes the body again, so that what
// its types could not represent is missing.
func compareReceived(params []exchange.PathParam, ex *exchange.Exchange, got *independent.Reading) []string {
	var diffs []string
	var path []string
	for _, param := range params {
		path = append(path, param.Value)
	}
	if !slices.Equal(path, got.Path) {
		diffs = append(diffs, fmt.Sprintf("path parameters: want %q, got %q", path, got.Path))
	}
	for name := range ex.Request.URL().Query() {
		base, _, _ := strings.Cut(name, "[")
		if got.Params[name] == nil && got.Params[base] == nil {
			diffs = append(diffs, fmt.Sprintf("query parameter %s did not arrive", name))
		}
	}
	if got.Body != nil && !ex.Request.Elided() {
		diffs = append(diffs, compareBodies(&ex.Request, got.Body)...)
	}
	return diffs
}
