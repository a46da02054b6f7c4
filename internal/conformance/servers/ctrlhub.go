package main

import (
	"context"
	"net/http"

	"github.com/docwright/docwright/internal/conformance/servers/ctrlhub"
)

func ctrlhubHandler() http.Handler {
	read := func(_ ctrlhub.StrictHandlerFunc, operation string) ctrlhub.StrictHandlerFunc {
		return func(_ context.Context, w http.ResponseWriter, _ *http.Request, request any) (any, error) {
			return nil, respond(w, operation, request)
		}
	}
	return ctrlhub.HandlerWithOptions(
		ctrlhub.NewStrictHandlerWithOptions(nil, []ctrlhub.StrictMiddlewareFunc{read},
			ctrlhub.StrictHTTPServerOptions{RequestErrorHandlerFunc: refuse, ResponseErrorHandlerFunc: refuse}),
		ctrlhub.StdHTTPServerOptions{ErrorHandlerFunc: refuse})
}
