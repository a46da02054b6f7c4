package api

import (
	"context"
	"time"
)

// Observer is told of calls, for logs, traces and metrics. Its methods are
// called by the goroutine that makes the call.
type Observer interface {
	// Start comes before the first attempt; the call goes on with the context
	// that it returns.
	Start(ctx context.Context, e *CallEvent) context.Context
	// Retry comes after a failed attempt that will be followed by another.
	Retry(ctx context.Context, e *CallEvent)
	// End comes once, after the last attempt.
	End(ctx context.Context, e *CallEvent)
}

// CallEvent is what an Observer is told.
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
