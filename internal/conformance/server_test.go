package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/conformance/servers/clarus"
	"github.com/docwright/docwright/internal/conformance/servers/ctrlhub"
	"github.com/docwright/docwright/internal/exchange"
)

// A received function is told what an independent server made of a request:
// the name that it gives the operation, and its own struct of path parameters,
// query and header parameters, and body. It writes the answer.
type received func(w http.ResponseWriter, operation string, request any)

// ctrlhubServer returns oapi-codegen's server of the Ctrl Hub spec.
func ctrlhubServer(handle received) http.Handler {
	return ctrlhub.Handler(ctrlhub.NewStrictHandler(nil, []ctrlhub.StrictMiddlewareFunc{
		func(_ ctrlhub.StrictHandlerFunc, operation string) ctrlhub.StrictHandlerFunc {
			return func(_ context.Context, w http.ResponseWriter, _ *http.Request, request any) (any, error) {
				handle(w, operation, request)
				return nil, nil
			}
		},
	}))
}

// clarusServer returns oapi-codegen's server of the Clarus spec.
func clarusServer(handle received) http.Handler {
	return clarus.Handler(clarus.NewStrictHandler(nil, []clarus.StrictMiddlewareFunc{
		func(_ clarus.StrictHandlerFunc, operation string) clarus.StrictHandlerFunc {
			return func(_ context.Context, w http.ResponseWriter, _ *http.Request, request any) (any, error) {
				handle(w, operation, request)
				return nil, nil
			}
		},
	}))
}

// routed sends a request to the handler under the operation's path of the
// spec: operations that share a path are told apart by a fragment there, which
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
// what the exchange documents.
func compareReceived(params []exchange.PathParam, ex *exchange.Exchange, request any) []string {
	var diffs []string
	v := reflect.ValueOf(request)
	var path []string
	for i := range v.NumField() {
		switch name := v.Type().Field(i).Name; name {
		case "Body":
			diffs = append(diffs, compareReceivedBody(ex, v.Field(i).Interface())...)
		case "Params":
			diffs = append(diffs, compareReceivedParams(ex, v.Field(i).Interface())...)
		case "ContentType":
		default:
			path = append(path, fmt.Sprint(v.Field(i).Interface()))
		}
	}
	var want []string
	for _, param := range params {
		want = append(want, param.Value)
	}
	if !slices.Equal(want, path) {
		diffs = append(diffs, fmt.Sprintf("path parameters: want %q, got %q", want, path))
	}
	return diffs
}

// compareReceivedBody encodes the server's body again: whatever its types
// could not hold is missing then.
func compareReceivedBody(ex *exchange.Exchange, body any) []string {
	if ex.Request.Elided() {
		return nil
	}
	if stream, ok := body.(io.Reader); ok {
		data, err := io.ReadAll(stream)
		if err != nil {
			return []string{err.Error()}
		}
		return compareBodies(&ex.Request, data)
	}
	data, err := json.Marshal(body)
	if err != nil {
		return []string{err.Error()}
	}
	return compareBodies(&ex.Request, data)
}

// compareReceivedParams looks for each query parameter among the server's.
func compareReceivedParams(ex *exchange.Exchange, params any) []string {
	data, err := json.Marshal(params)
	if err != nil {
		return []string{err.Error()}
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		return []string{err.Error()}
	}
	var diffs []string
	for name := range ex.Request.URL().Query() {
		base, _, _ := strings.Cut(name, "[")
		if got[name] == nil && got[base] == nil {
			diffs = append(diffs, fmt.Sprintf("query parameter %s did not arrive", name))
		}
	}
	return diffs
}
