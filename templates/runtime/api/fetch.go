package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// Exec makes a call whose response has no content that matters, but for errors that a
// JSON:API document reports.
func Exec(ctx context.Context, c *Client, call *Call, opts ...CallOption) error {
	resp, err := c.Do(ctx, call, opts...)
	if err == nil && mediaType(resp.Header.Get("Content-Type")) == "application/vnd.api+json" && resp.reportsErrors() {
		return resp.Failure()
	}
	return err
}

// Raw makes a call whose response the document does not describe.
func Raw(ctx context.Context, c *Client, call *Call, opts ...CallOption) (*Response, error) {
	return c.Do(ctx, call, opts...)
}

// Pointer makes a call whose response is a JSON object. A response that need not
// have a body, and has none (202, 204, 205), gives a zero T; null gives nil.
func Pointer[T any](ctx context.Context, c *Client, call *Call, opts ...CallOption) (*T, error) {
	resp, err := c.Do(ctx, call, opts...)
	if err != nil {
		return nil, err
	}
	if nullBody(resp.Body) {
		return nil, nil
	}
	v := new(T)
	if !resp.NoContent() {
		if err := resp.DecodeContext(ctx, v); err != nil {
			return nil, err
		}
	}
	return v, nil
}

// Value makes a call whose response is any JSON value.
func Value[T any](ctx context.Context, c *Client, call *Call, opts ...CallOption) (T, error) {
	v, err := Pointer[T](ctx, c, call, opts...)
	if err != nil || v == nil {
		var zero T
		return zero, err
	}
	return *v, nil
}

// Result makes a call that may succeed in several ways. T is a struct with a
// field per status, tagged `status:"200"`, `status:"2XX"` or
// `status:"default"`; at most one is set. A tag that continues with a media type,
// `status:"200 application/foo+json"`, is of responses of that type. A field of type string or []byte
// takes a body that is not JSON as it is.
func Result[T any](ctx context.Context, c *Client, call *Call, opts ...CallOption) (*T, error) {
	resp, err := c.Do(ctx, call, opts...)
	if err != nil {
		return nil, err
	}
	result := new(T)
	field, ok := statusField(reflect.ValueOf(result).Elem(), resp.StatusCode, mediaType(resp.Header.Get("Content-Type")))
	switch {
	case ok && resp.NoContent():
		setPresent(field)
		return result, nil
	case ok:
		return result, decodeField(ctx, resp, field)
	case len(resp.Body) == 0:
		return result, nil
	}
	return nil, resp.BodyError(fmt.Errorf("%s is none of the documented responses", resp.Status))
}

// statusField returns the field of a result for a status: its own, its hundred's,
// or the default; of these, the one of the media type, if there is one.
func statusField(result reflect.Value, status int, media string) (reflect.Value, bool) {
	for _, code := range []string{strconv.Itoa(status), strconv.Itoa(status/100) + "XX", "default"} {
		for _, want := range []string{code + " " + media, code} {
			for k := range result.NumField() {
				if strings.EqualFold(result.Type().Field(k).Tag.Get("status"), want) {
					return result.Field(k), true
				}
			}
		}
	}
	return reflect.Value{}, false
}

// setPresent makes the pointer to an empty response not nil.
func setPresent(field reflect.Value) {
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
	}
}

func decodeField(ctx context.Context, resp *Response, field reflect.Value) error {
	if nullBody(resp.Body) && field.Kind() == reflect.Pointer {
		return nil
	}
	target := field
	if field.Kind() == reflect.Pointer {
		setPresent(field)
		target = field.Elem()
	}
	if !isJSON(mediaType(resp.Header.Get("Content-Type"))) {
		switch {
		case target.Kind() == reflect.String:
			target.SetString(string(resp.Body))
			return nil
		case target.Kind() == reflect.Slice && target.Type().Elem().Kind() == reflect.Uint8:
			target.SetBytes(resp.Body)
			return nil
		}
	}
	if len(resp.Body) == 0 && target.Kind() == reflect.Struct && target.NumField() == 0 {
		return nil
	}
	return resp.DecodeContext(ctx, target.Addr().Interface())
}

// Text makes a call whose response is text.
func Text(ctx context.Context, c *Client, call *Call, opts ...CallOption) (string, error) {
	resp, err := c.Do(ctx, call, opts...)
	if err != nil {
		return "", err
	}
	return string(resp.Body), nil
}

// Stream makes a call whose response is passed on as it comes, not buffered and
// not limited. The caller closes it; until then the context must stay alive.
func Stream(ctx context.Context, c *Client, call *Call, opts ...CallOption) (io.ReadCloser, error) {
	_, body, err := c.run(ctx, call, opts, true)
	if err != nil {
		return nil, err
	}
	if body == nil {
		return nil, errors.New("api: no body to stream")
	}
	return body, nil
}
