package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// Call makes a call that the document does not have, with the client's server,
// credentials, retries and limits.
//
// The path is relative to the server, and may have a query; a URL of the server's
// origin will do, too, and another one is an *OriginError. The body is sent as
// JSON, unless it is a Form, a Multipart, a File, a string (as text/plain), a
// []byte or an io.Reader (as application/octet-stream); WithHeader sends another
// Content-Type. The response is read to what into points to, as JSON, or unread to
// a *[]byte or an io.Writer; nil drops it. A response other than 2xx is an *Error.
func (c *Client) Call(ctx context.Context, method, path string, body, into any) error {
	call := &Call{Operation: ownOperation, Method: strings.ToUpper(method), Body: body}
	if !isToken(call.Method) {
		return &RequestError{ownOperation, fmt.Errorf("%q is not an HTTP method", method)}
	}
	var err error
	if call.link, err = c.ownURL(path); err != nil {
		return err
	}
	call.ownBody()
	switch into := into.(type) {
	case nil:
		return Exec(ctx, c, call)
	case io.Writer:
		return c.copyTo(ctx, call, into)
	case *[]byte:
		resp, err := c.Do(ctx, call)
		if err == nil {
			*into = resp.Body
		}
		return err
	}
	call.Accept = "application/json, application/vnd.api+json, */*;q=0.1"
	resp, err := c.Do(ctx, call)
	if err != nil || resp.NoContent() {
		return err
	}
	err = resp.DecodeContext(ctx, into)
	document, ok := into.(jsonapiDocument)
	if ok && resp.reportsErrors() {
		return resp.Failure()
	}
	if ok && err == nil {
		document.Link()
	}
	return err
}

// jsonapiDocument is a jsonapi.Document.
type jsonapiDocument interface {
	Link()
	Unknown() map[string]json.RawMessage
}

// ownOperation is what calls that the document does not have are named in errors.
const ownOperation = "call"

// ownBody settles how the body of an own call is sent.
func (call *Call) ownBody() {
	switch call.Body.(type) {
	case string:
		call.ContentType = "text/plain; charset=utf-8"
	case json.RawMessage, Payload:
	case []byte, io.Reader:
		call.ContentType = "application/octet-stream"
	}
}

func (c *Client) copyTo(ctx context.Context, call *Call, w io.Writer) error {
	body, err := Stream(ctx, c, call)
	if err != nil {
		return err
	}
	_, err = io.Copy(w, body)
	return errors.Join(err, body.Close())
}

// ownURL returns where an own call goes: within the server's base path, unless
// path is a whole URL.
func (c *Client) ownURL(path string) (*url.URL, error) {
	if strings.Contains(path, "://") && !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		whole, err := c.Link(&Call{Operation: ownOperation}, nil, path)
		if err != nil {
			return nil, err
		}
		return whole.link, nil
	}
	path, _, _ = strings.Cut(path, "#")
	path, query, _ := strings.Cut(path, "?")
	for segment := range strings.SplitSeq(path, "/") {
		plain, err := url.PathUnescape(segment)
		if err == nil && plain != "" {
			err = checkSegment([]byte(plain))
		}
		if err != nil {
			return nil, &RequestError{ownOperation, fmt.Errorf("path %q: %w", path, err)}
		}
	}
	at := []byte(c.base.EscapedPath())
	if path != "" && path[0] != '/' {
		at = append(at, '/')
	}
	for k := range len(path) {
		at = appendPathLiteral(at, path[k:])
	}
	u := &url.URL{Scheme: c.base.Scheme, Host: c.base.Host, RawQuery: clean(query, rawQueryNever)}
	return u, setPath(u, string(at))
}
