package api

import (
	"context"
	"log/slog"
	"time"
)

// Observer is notified of calls, for logs, traces and metrics. Its methods are
// called by the goroutine that makes the call.
type Observer interface {
	// Start comes before the first attempt; the call continues with the context
	// that it returns.
	Start(ctx context.Context, e *CallEvent) context.Context
	// Retry comes after a failed attempt that will be followed by another.
	Retry(ctx context.Context, e *CallEvent)
	// End comes once, after the last attempt. For a stream, that is when its
	// body begins.
	End(ctx context.Context, e *CallEvent)
}

// ValueObserver is an Observer that is notified of values which do not fit, too.
type ValueObserver interface {
	Observer
	// Unread comes after End, for a member of a response that does not fit its
	// field, such as a text where the document has a number. In a list, such a member
	// does not make the call fail: its field is zero, and [Presence.Raw] has the JSON.
	// [WithStrictDecoding] makes it an error. Up to 100 members of a response are
	// reported.
	Unread(ctx context.Context, e *CallEvent, err *DecodeError)
}

// CallEvent is what an Observer gets. It holds no credential and no value of
// a parameter.
type CallEvent struct {
	Operation  string        // e.g. "contacts.get"
	Method     string        // e.g. "GET"
	Route      string        // path template, e.g. "/v3/orgs/{org_id}"
	Server     string        // scheme, host and port
	Attempt    int           // requests so far: 0 at the start
	StatusCode int           // of the last response; 0 when there was none
	Err        error         // of the attempt (Retry) or the call (End)
	Duration   time.Duration // of the last attempt
	Elapsed    time.Duration // since the call began
	Delay      time.Duration // Retry: until the next attempt
}

// NewLogObserver logs each call's end, as an error if it failed, and its
// retries, as warnings. Successes are logged at debug level.
func NewLogObserver(logger *slog.Logger) Observer { return logObserver{logger} }

type logObserver struct{ logger *slog.Logger }

// Start has nothing to say.
func (logObserver) Start(ctx context.Context, _ *CallEvent) context.Context { return ctx }

// Retry logs a warning.
func (o logObserver) Retry(ctx context.Context, e *CallEvent) {
	o.log(ctx, slog.LevelWarn, "API call is tried again", e, slog.Duration("delay", e.Delay))
}

// End logs what became of the call.
func (o logObserver) End(ctx context.Context, e *CallEvent) {
	if e.Err != nil {
		o.log(ctx, slog.LevelError, "API call failed", e)
		return
	}
	o.log(ctx, slog.LevelDebug, "API call", e)
}

// Unread logs a warning.
func (o logObserver) Unread(ctx context.Context, e *CallEvent, err *DecodeError) {
	o.log(ctx, slog.LevelWarn, "API response has a value that does not fit", e, slog.String("value", err.Error()))
}

func (o logObserver) log(ctx context.Context, level slog.Level, msg string, e *CallEvent, more ...slog.Attr) {
	if !o.logger.Enabled(ctx, level) {
		return
	}
	attrs := append([]slog.Attr{
		slog.String("operation", e.Operation),
		slog.String("method", e.Method),
		slog.String("route", e.Route),
		slog.Int("attempt", e.Attempt),
		slog.Duration("elapsed", e.Elapsed),
	}, more...)
	if e.StatusCode != 0 {
		attrs = append(attrs, slog.Int("status", e.StatusCode))
	}
	if e.Err != nil {
		attrs = append(attrs, slog.String("error", e.Err.Error()))
	}
	o.logger.LogAttrs(ctx, level, msg, attrs...)
}
