package interop

import (
	"context"
	"net/http"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/docwright/docwright/generated/api"
)

// Spans is an api.Observer that makes a span of each call, with an event for each
// retry, as OpenTelemetry's conventions for HTTP clients name things.
type Spans struct{ Tracer trace.Tracer }

// Start begins the span; the call goes on within it.
func (s Spans) Start(ctx context.Context, e *api.CallEvent) context.Context {
	ctx, _ = s.Tracer.Start(ctx, e.Operation, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(
		attribute.String("http.request.method", e.Method),
		attribute.String("url.template", e.Route),
		attribute.String("server.address", e.Server),
	))
	return ctx
}

// Retry notes why the call is tried again, and when.
func (Spans) Retry(ctx context.Context, e *api.CallEvent) {
	trace.SpanFromContext(ctx).AddEvent("retry", trace.WithAttributes(
		attribute.Int("attempt", e.Attempt),
		attribute.Int("http.response.status_code", e.StatusCode),
		attribute.Int64("delay_ms", e.Delay.Milliseconds()),
		attribute.String("error", e.Err.Error()),
	))
}

// End ends the span.
func (Spans) End(ctx context.Context, e *api.CallEvent) {
	span := trace.SpanFromContext(ctx)
	defer span.End()
	if e.StatusCode != 0 {
		span.SetAttributes(attribute.Int("http.response.status_code", e.StatusCode))
	}
	if e.Attempt > 1 {
		span.SetAttributes(attribute.Int("http.request.resend_count", e.Attempt-1))
	}
	if e.Err != nil { // holds no credential
		span.RecordError(e.Err)
		span.SetStatus(codes.Error, e.Err.Error())
	}
}

// Propagate is middleware that sends the span's context along, so that the
// server's spans belong to the same trace.
func Propagate(propagator propagation.TextMapPropagator) func(api.Doer) api.Doer {
	return func(next api.Doer) api.Doer {
		return api.DoerFunc(func(req *http.Request) (*http.Response, error) {
			propagator.Inject(req.Context(), propagation.HeaderCarrier(req.Header))
			return next.Do(req)
		})
	}
}
