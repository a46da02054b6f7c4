package api

import (
	"context"
	"io"
	"iter"
)

// Exec makes a call whose answer has no content that matters.
func Exec(ctx context.Context, c *Client, call *Call, opts ...CallOption) error {
	_, err := c.Do(ctx, call, opts...)
	return err
}

// Pointer makes a call whose answer is a JSON object. An answer that says it
// has no content (204, 205) gives a zero T.
func Pointer[T any](ctx context.Context, c *Client, call *Call, opts ...CallOption) (*T, error) {
	panic("being written")
}

// Value makes a call whose answer is any JSON value.
func Value[T any](ctx context.Context, c *Client, call *Call, opts ...CallOption) (T, error) {
	panic("being written")
}

// Result makes a call that may succeed in several ways. T is a struct with a
// field per status, tagged `status:"200"`, `status:"2XX"` or
// `status:"default"`; at most one is set.
func Result[T any](ctx context.Context, c *Client, call *Call, opts ...CallOption) (*T, error) {
	panic("being written")
}

// Text makes a call whose answer is text.
func Text(ctx context.Context, c *Client, call *Call, opts ...CallOption) (string, error) {
	panic("being written")
}

// Stream makes a call whose answer is passed on as it comes, not buffered and
// not limited. The caller closes it.
func Stream(ctx context.Context, c *Client, call *Call, opts ...CallOption) (io.ReadCloser, error) {
	panic("being written")
}

// Event is a server-sent event.
type Event[T any] struct {
	ID   string // last event id that the server gave
	Name string // event type, "message" when the server names none
	Data T      // decoded from JSON; as it is when T is a string
	Raw  []byte // data as it came
}

// Events makes a call whose answer is a stream of server-sent events. The call
// is made when the sequence is read, and ends with it.
func Events[T any](ctx context.Context, c *Client, call *Call, opts ...CallOption) iter.Seq2[Event[T], error] {
	panic("being written")
}

// Form is a request body in application/x-www-form-urlencoded from a struct
// with json tags.
func Form(v any) any { panic("being written") }

// Multipart is a request body in multipart/form-data from a struct with json
// tags; members of type File are streamed.
func Multipart(v any) any { panic("being written") }

// File is a file in a multipart body.
type File struct {
	Name        string // file name
	ContentType string // "application/octet-stream" when empty
	Reader      io.Reader
}
