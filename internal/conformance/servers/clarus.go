package main

import (
	"context"
	"net/http"

	"github.com/docwright/docwright/internal/conformance/servers/clarus"
)

func clarusHandler() http.Handler {
	read := func(_ clarus.StrictHandlerFunc, operation string) clarus.StrictHandlerFunc {
		return func(_ context.Context, w http.ResponseWriter, _ *http.Request, request any) (any, error) {
			return nil, respond(w, operation, request)
		}
	}
	return clarus.HandlerWithOptions(
		clarus.NewStrictHandlerWithOptions(nil, []clarus.StrictMiddlewareFunc{read},
			clarus.StrictHTTPServerOptions{RequestErrorHandlerFunc: refuse, ResponseErrorHandlerFunc: refuse}),
		clarus.StdHTTPServerOptions{ErrorHandlerFunc: refuse})
}
