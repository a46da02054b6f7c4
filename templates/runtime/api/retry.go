package api

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// RetryPolicy says when a call is tried again.
//
// A call is repeated after a lost connection and after 408 and 5xx, if it is safe
// to repeat: its method is GET, HEAD, OPTIONS, TRACE, PUT or DELETE, it is a
// GraphQL query, or it has an idempotency key. Any call is repeated if the
// connection could not be made at all, and after 425 and 429, which say that it
// was not carried out. Its body must be in memory or a Seeker. A wait that
// would outlast the context's deadline is not begun: the last error is returned
// at once.
type RetryPolicy struct {
	MaxAttempts   int           // requests of one call at most; below 2 means no retry
	BaseDelay     time.Duration // before the second attempt; it doubles from there, and half of it is random
	MaxDelay      time.Duration // where the doubling ends; 0 means nowhere
	MaxRetryAfter time.Duration // a server that asks for a longer wait gets no retry; 0 means any
}

// DefaultRetryPolicy is what holds unless WithRetry or WithRetries says
// otherwise: three attempts.
func DefaultRetryPolicy() RetryPolicy {
	return RetryPolicy{MaxAttempts: 3, BaseDelay: 200 * time.Millisecond, MaxDelay: 10 * time.Second, MaxRetryAfter: time.Minute}
}

// delay returns how long to wait after so many failed attempts.
func (p RetryPolicy) delay(failed int) time.Duration {
	d := p.BaseDelay
	for range min(failed-1, 62) {
		if d *= 2; d <= 0 || p.MaxDelay > 0 && d > p.MaxDelay {
			d = p.MaxDelay
			break
		}
	}
	return d/2 + jitter(d/2)
}

func jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return rand.N(d + 1)
}

func safeMethod(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}

func retryableStatus(status int) bool {
	switch status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported, http.StatusNetworkAuthenticationRequired: // another attempt is no different
		return false
	}
	return status >= 500
}

// refusedUnprocessed reports whether a status says that nothing was done: 425 (RFC
// 8470, section 5.2) and 429 (RFC 6585, section 4).
func refusedUnprocessed(status int) bool {
	return status == http.StatusTooEarly || status == http.StatusTooManyRequests
}

// retryableError reports whether a transport's error may pass. unsent reports
// that no byte of the request can have reached the server.
func retryableError(err error) (again, unsent bool) {
	var dns *net.DNSError
	var op *net.OpError
	var verify *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var authority x509.UnknownAuthorityError
	var redirect *redirectError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound, errors.As(err, &verify), errors.As(err, &record), errors.As(err, &authority),
		errors.Is(err, http.ErrSchemeMismatch), errors.As(err, &redirect):
		return false, false
	case errors.As(err, &op):
		return op.Op != "remote error", op.Op == "dial" // the remote error is a TLS alert
	}
	for _, text := range hopeless {
		if strings.Contains(err.Error(), text) {
			return false, false
		}
	}
	return true, false
}

// hopeless are errors of net/http that come back with each attempt and that have
// no type.
var hopeless = []string{
	"unsupported protocol scheme",
	"invalid header",
	"malformed HTTP", // the server does not speak HTTP
	"failed to parse Location header",
	"http: ContentLength=", // the body is not as long as it was said to be
}

// retryWait returns 0 if an error may pass, else -1.
func retryWait(err error) time.Duration {
	if again, _ := retryableError(err); again && !errors.Is(err, context.Canceled) {
		return 0
	}
	return -1
}

// retryAfter returns what a server asked for, in seconds or as a date; 0 if it
// did not.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if seconds, err := strconv.ParseFloat(v, 64); err == nil {
		if !(seconds > 0) {
			return 0
		}
		return time.Duration(min(seconds, 1e9) * float64(time.Second))
	}
	at, ok := parseHTTPTime(v)
	if !ok {
		return 0
	}
	if date, ok := parseHTTPTime(h.Get("Date")); ok {
		now = date // the server's clock is the one that counts
	}
	return max(at.Sub(now), 0)
}

// otherTimes are forms of dates that servers send beside those of RFC 9110, whose
// section 5.6.7 asks recipients to be robust about them.
var otherTimes = []string{
	time.RFC1123Z,
	"Mon, 2 Jan 2006 15:04:05 -0700",
	"Mon, 2 Jan 2006 15:04:05 MST",
	"2 Jan 2006 15:04:05 -0700",
	"2 Jan 2006 15:04:05 MST",
	time.RFC3339,
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02T15:04:05Z0700",
}

// parseHTTPTime parses the date of a header. A zone other than UTC has to be a
// number: abbreviations do not say which one is meant.
func parseHTTPTime(s string) (time.Time, bool) {
	if t, err := http.ParseTime(s); err == nil {
		return t, true
	}
	upper := strings.ToUpper(s) // Go's layouts accept any case of names, but not of zones
	for _, layout := range otherTimes {
		t, err := time.Parse(layout, upper)
		if err != nil {
			continue
		}
		if name, offset := t.Zone(); strings.HasSuffix(layout, "MST") && (offset != 0 || name != "UTC" && name != "GMT" && name != "Z") {
			return time.Time{}, false
		}
		return t, true
	}
	return time.Time{}, false
}

// sleep waits for d. It reports false without waiting to the end, or at all, if
// ctx ends before that.
func sleep(ctx context.Context, d time.Duration) bool {
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= d || ctx.Err() != nil {
		return false
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
