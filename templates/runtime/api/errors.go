package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Error is a response other than 2xx.
type Error struct {
	StatusCode int
	Status     string // e.g. "404 Not Found"
	Header     http.Header
	Body       []byte // up to the response limit

	Operation string // e.g. "contacts.get"
	Method    string
	URL       string // without user information and credentials

	Message    string        // what the body says, in one line; "" when it says nothing readable
	Errors     []ErrorObject // JSON:API error objects and similar ones
	Value      any           // the declared error type, decoded: *NotFound; nil when none is declared or it does not fit
	RequestID  string        // from X-Request-Id or a similar header
	TraceID    string        // from X-Trace-Id, traceparent or a similar header
	RetryAfter time.Duration // what the server asked for
	Attempts   int           // requests it took
}

// ErrorObject is one problem, as JSON:API describes it.
type ErrorObject struct {
	ID        string
	Status    string
	Code      string
	Title     string
	Detail    string
	Pointer   string // into the request's document, e.g. "/data/attributes/email"
	Parameter string // query parameter, e.g. "page[size]"
	Header    string
	About     string // link to more about this occurrence
	Type      string // link that identifies the type of error
	Meta      map[string]json.RawMessage

	call *Call // that caused it
}

// ErrorTypes maps a status ("404"), a range ("4XX") or "default" to the type
// of its body.
type ErrorTypes map[string]ErrorType

// ErrorType is the Go type of an error body.
type ErrorType struct{ typ reflect.Type }

// ErrorBody states that an error body is a T; Error.Value then holds a *T.
func ErrorBody[T any]() ErrorType { return ErrorType{reflect.TypeFor[T]()} }

// findErrorType returns the most exact type for a status; among equals, that of
// the earlier list.
func findErrorType(status int, lists ...ErrorTypes) (ErrorType, bool) {
	for _, key := range []string{strconv.Itoa(status), strconv.Itoa(status/100) + "XX", "default"} {
		for _, list := range lists {
			if typ, ok := list[key]; ok {
				return typ, true
			}
		}
	}
	return ErrorType{}, false
}

// StatusError is a status, or a hundred of them, for errors.Is.
type StatusError int

// Statuses that an *Error may be, by errors.Is(err, api.ErrNotFound).
const (
	ErrClient               StatusError = 4 // any 4xx
	ErrServer               StatusError = 5 // any 5xx
	ErrNotModified          StatusError = http.StatusNotModified
	ErrBadRequest           StatusError = http.StatusBadRequest
	ErrUnauthorized         StatusError = http.StatusUnauthorized
	ErrPaymentRequired      StatusError = http.StatusPaymentRequired
	ErrForbidden            StatusError = http.StatusForbidden
	ErrNotFound             StatusError = http.StatusNotFound
	ErrMethodNotAllowed     StatusError = http.StatusMethodNotAllowed
	ErrNotAcceptable        StatusError = http.StatusNotAcceptable
	ErrConflict             StatusError = http.StatusConflict
	ErrGone                 StatusError = http.StatusGone
	ErrPreconditionFailed   StatusError = http.StatusPreconditionFailed
	ErrUnsupportedMediaType StatusError = http.StatusUnsupportedMediaType
	ErrUnprocessable        StatusError = http.StatusUnprocessableEntity
	ErrTooManyRequests      StatusError = http.StatusTooManyRequests
	ErrUnavailable          StatusError = http.StatusServiceUnavailable
)

// Error returns the status's text.
func (s StatusError) Error() string {
	switch s {
	case ErrClient:
		return "client error (4xx)"
	case ErrServer:
		return "server error (5xx)"
	}
	return strings.TrimSpace(strconv.Itoa(int(s)) + " " + http.StatusText(int(s)))
}

// Is reports whether target is a StatusError that e's status belongs to.
func (e *Error) Is(target error) bool {
	s, ok := target.(StatusError)
	return ok && (e.StatusCode == int(s) || e.StatusCode/100 == int(s))
}

// Error says which call failed, how and why, and then where: the method, the path
// and what helps to find the call in the server's log. Errors has all problems, URL
// the host and the query.
func (e *Error) Error() string {
	text := e.Operation + ": " + e.Status
	reason := http.StatusText(e.StatusCode)
	if msg := strings.TrimPrefix(e.Message, reason+": "); msg != "" && msg != reason {
		text += ": " + msg
	}
	trace := ""
	if id := firstOf(e.TraceID, e.RequestID); id != "" {
		trace = "trace " + shorten(id)
	}
	return text + place(e.Method, e.URL, trace, e.Attempts)
}

// place is the end of an error's text: where it happened.
func place(method, rawURL, trace string, attempts int) string {
	var parts []string
	path := rawURL
	if u, err := url.Parse(rawURL); err == nil {
		path = firstOf(u.EscapedPath(), "/")
	}
	if method != "" {
		parts = append(parts, method+" "+path)
	}
	if trace != "" {
		parts = append(parts, trace)
	}
	if attempts > 1 {
		parts = append(parts, fmt.Sprintf("after %d attempts", attempts))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// GoString returns Error(), so that %#v does not print the response.
func (e *Error) GoString() string { return e.Error() }

// ErrorValue returns the declared body of an error response, decoded, if err is one
// and its body is a T:
//
//	if e, ok := api.ErrorValue[github.ValidationError](err); ok { … }
func ErrorValue[T any](err error) (*T, bool) {
	var failed *Error
	if !errors.As(err, &failed) {
		return nil, false
	}
	v, ok := failed.Value.(*T)
	return v, ok && v != nil
}

// HasCode reports whether the server named the code: as the code of an error
// object, or as all that it said. Codes are strings, numbers, and the constants of
// generated packages.
func (e *Error) HasCode(code any) bool {
	text := fmt.Sprint(code)
	for k := range e.Errors {
		if e.Errors[k].Code == text {
			return true
		}
	}
	return e.Message == text
}

// Field returns the Go field that the first error with a pointer or parameter
// is about, e.g. "Email" or "Address.City"; "" when no field is to blame.
func (e *Error) Field() string {
	for k := range e.Errors {
		if f := e.Errors[k].Field(); f != "" {
			return f
		}
	}
	return ""
}

// Field returns the Go field, of the value that the caller passed, which the
// error is about, e.g. "Email"; "" when no field is to blame.
func (o *ErrorObject) Field() string {
	if o.call == nil {
		return ""
	}
	if o.Pointer != "" {
		return bodyField(o.call.Body, o.Pointer)
	}
	//gen:only .Params
	if o.call.Params != nil {
		return paramField(o.call.Params, o.Parameter, o.Header)
	}
	return ""
}

// Reasons why a body is a *BodyError.
var (
	ErrTooLarge  = errors.New("the body is larger than the response limit")
	ErrTruncated = errors.New("the body ends too early")
	ErrEmpty     = errors.New("the body is empty")
)

// BodyError is a success whose body could not be used: too large, cut off, or
// not what is documented. The call itself was carried out.
type BodyError struct {
	Response *Response // with the body, as far as it was read
	Err      error     // ErrTooLarge, ErrTruncated, ErrEmpty or a *DecodeError
}

// Error says which call it was and what is wrong with the body.
func (e *BodyError) Error() string {
	r := e.Response
	msg := fmt.Sprintf("%s: %s: %s", r.Operation, r.Status, e.Err)
	media := mediaType(r.Header.Get("Content-Type"))
	var decode *DecodeError
	if errors.As(e.Err, &decode) && media != "" && !isJSON(media) {
		msg += "\n\tthe body is " + shorten(media) + ": " + bodyText(media, r.Body)
	}
	return msg
}

// Unwrap returns the reason.
func (e *BodyError) Unwrap() error { return e.Err }

// TransportError is a call that got no response, or lost it on the way.
type TransportError struct {
	Operation string
	Method    string
	URL       string // without query and user information
	Attempts  int    // requests that were tried; 0 when none was sent
	Err       error
	Last      error // the failed attempt before, when waiting for the next one was cut short

	text string // of Err, without credentials
}

// Error says which call failed and why.
func (e *TransportError) Error() string {
	msg := e.Operation + ": " + e.text + place(e.Method, e.URL, "", e.Attempts)
	if e.Last != nil {
		msg += "\n\tbefore that: " + e.Last.Error()
	}
	return msg
}

// Unwrap returns the reason and the failure before it.
func (e *TransportError) Unwrap() []error {
	if e.Last != nil {
		return []error{e.Err, e.Last}
	}
	return []error{e.Err}
}

// Timeout reports whether time ran out.
func (e *TransportError) Timeout() bool {
	var t net.Error
	return errors.Is(e.Err, context.DeadlineExceeded) || errors.As(e.Err, &t) && t.Timeout()
}

// ErrDryRun is what a call returns that DryRun kept from being sent.
var ErrDryRun = errors.New("api: dry run: the request was not sent")

// withoutURL unwraps *url.Error, which prints the URL with its query.
func withoutURL(err error) error {
	for {
		u, ok := err.(*url.Error) //nolint:errorlint // a wrapped one has the wrapper's text around it
		if !ok {
			return err
		}
		err = u.Err
	}
}

// bareURL returns a URL without query, fragment and user information.
func bareURL(s string) string {
	s, _, _ = strings.Cut(s, "#")
	s, _, _ = strings.Cut(s, "?")
	if u, err := url.Parse(s); err == nil && u.User != nil {
		u.User = nil
		return u.String()
	}
	return s
}

// redactedURL returns u without user information and without the values of query
// parameters that look like secrets.
func redactedURL(u *url.URL) string {
	c := *u
	c.User = nil
	if c.RawQuery != "" {
		parts := strings.Split(c.RawQuery, "&")
		for k, part := range parts {
			if name, _, _ := strings.Cut(part, "="); secretName(name) {
				parts[k] = name + "=redacted"
			}
		}
		c.RawQuery = strings.Join(parts, "&")
	}
	return c.String()
}

func secretName(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "key", "sig", "auth", "code", "pwd", "jwt":
		return true
	}
	for _, part := range []string{"token", "secret", "passw", "apikey", "api_key", "api-key", "signature", "credential", "session"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

func firstOf(texts ...string) string {
	for _, s := range texts {
		if s != "" {
			return s
		}
	}
	return ""
}

// newError makes the error of a response other than 2xx. A server that repeats
// what it was sent does not get credentials into a log: they are taken out of the
// body, and of the texts that come of it, in case that they come together there.
func (t *activeCall) newError(resp *Response) *Error {
	call, r := t.call, t.redactor()
	e := &Error{
		StatusCode: resp.StatusCode,
		Status:     r.text(resp.Status),
		Header:     r.header(resp.Header),
		Body:       []byte(r.text(string(resp.Body))),
		Operation:  call.Operation,
		Method:     call.Method,
		URL:        r.text(redactedURL(resp.URL)),
		RequestID:  r.text(headerOf(resp.Header, "X-Request-Id", "Request-Id", "X-Correlation-Id", "X-Amzn-Requestid", "X-Ms-Request-Id")),
		TraceID:    r.text(traceID(resp.Header)),
		Attempts:   resp.Attempts,
	}
	if wait := retryAfter(resp.Header, time.Now()); wait > 0 {
		e.RetryAfter = wait
	}
	media := mediaType(resp.Header.Get("Content-Type"))
	if problems, message, ok := readProblems(e.Body); ok {
		e.Errors, e.Message = problems, r.text(message)
		for k := range e.Errors {
			e.Errors[k].call = call
			r.object(&e.Errors[k])
		}
		e.decodeValue(call.Errors, t.client.config.Errors)
	} else {
		e.Message = r.text(bodyText(media, e.Body))
	}
	if to := resp.Header.Get("Location"); resp.StatusCode/100 == 3 && to != "" && e.Message == "" {
		e.Message = "redirects to " + bareURL(r.text(to)) + ", which was not followed"
	}
	return e
}

// redactor returns what the call's last attempt was sent with.
func (t *activeCall) redactor() redactor { return newRedactor(t.lastRequest, t.credentials, t.refused) }

func (r redactor) object(o *ErrorObject) {
	for _, s := range []*string{&o.ID, &o.Status, &o.Code, &o.Title, &o.Detail, &o.Pointer, &o.Parameter, &o.Header, &o.About, &o.Type} {
		*s = r.text(*s)
	}
}

// MarshalJSON gives what is safe to log: neither the body nor the header.
func (e *Error) MarshalJSON() ([]byte, error) {
	texts := make([]string, len(e.Errors))
	for k := range e.Errors {
		texts[k] = e.Errors[k].String()
	}
	return json.Marshal(struct {
		Operation string   `json:"operation"`
		Method    string   `json:"method"`
		URL       string   `json:"url"`
		Status    int      `json:"status"`
		Message   string   `json:"message,omitempty"`
		Errors    []string `json:"errors,omitempty"`
		RequestID string   `json:"request_id,omitempty"`
		TraceID   string   `json:"trace_id,omitempty"`
		Attempts  int      `json:"attempts"`
	}{e.Operation, e.Method, e.URL, e.StatusCode, e.Message, texts, e.RequestID, e.TraceID, e.Attempts})
}

func (e *Error) decodeValue(lists ...ErrorTypes) {
	if typ, ok := findErrorType(e.StatusCode, lists...); ok && typ.typ != nil {
		v := reflect.New(typ.typ).Interface()
		if Unmarshal(e.Body, v) == nil {
			e.Value = v
		}
	}
}

func headerOf(h http.Header, names ...string) string {
	for _, name := range names {
		if v := h[name]; len(v) > 0 && v[0] != "" {
			return v[0]
		}
	}
	return ""
}

func traceID(h http.Header) string {
	if id := headerOf(h, "X-Trace-Id", "Trace-Id", "X-B3-Traceid", "X-Amzn-Trace-Id", "X-Cloud-Trace-Context"); id != "" {
		return id
	}
	if parts := strings.Split(h.Get("Traceparent"), "-"); len(parts) == 4 {
		return parts[1]
	}
	return ""
}
