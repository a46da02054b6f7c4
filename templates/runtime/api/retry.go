package api

import "time"

// RetryPolicy says when a call is tried again.
type RetryPolicy struct {
	MaxAttempts   int           // requests of one call at most; below 2 means no retry
	BaseDelay     time.Duration // before the second attempt; doubles from there
	MaxDelay      time.Duration // upper bound of the doubling
	MaxRetryAfter time.Duration // a server that asks for a longer wait gets no retry
}

// DefaultRetryPolicy holds unless WithRetry or WithRetries says otherwise.
var DefaultRetryPolicy = RetryPolicy{MaxAttempts: 3, BaseDelay: 200 * time.Millisecond, MaxDelay: 10 * time.Second, MaxRetryAfter: time.Minute}
