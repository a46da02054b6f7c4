package api

import (
	"encoding/json"
	"net/http"
	"reflect"
)

// Error is a response other than 2xx.
type Error struct {
	StatusCode int
	Status     string // e.g. "404 Not Found"
	Header     http.Header
	Body       []byte

	Operation string // e.g. "contacts.get"
	Method    string
	URL       string // without user information and credentials

	Message   string        // what the body says, in one line; "" when it says nothing readable
	Errors    []ErrorObject // JSON:API error objects and their likes
	Value     any           // the declared error type, decoded: *NotFound; nil when none is declared or it does not fit
	RequestID string        // from X-Request-Id and its likes
	TraceID   string        // from X-Trace-Id, traceparent and their likes
	Attempts  int           // requests it took
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
}

// ErrorTypes maps a status ("404"), a range ("4XX") or "default" to the type
// of its body.
type ErrorTypes map[string]ErrorType

// ErrorType is the Go type of an error body.
type ErrorType struct{ typ reflect.Type }

// ErrorBody states that an error body is a T; Error.Value then holds a *T.
func ErrorBody[T any]() ErrorType { return ErrorType{reflect.TypeFor[T]()} }
