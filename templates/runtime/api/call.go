package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"

	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// Security lists the alternatives of an operation; each names the schemes
// whose credentials go together. The first alternative whose credentials are
// all set is used. Nil means the client's Config.Security; an empty,
// non-nil Security sends none. An empty alternative allows anonymous calls.
type Security [][]string

// Call is one operation with its arguments, as generated methods state it.
type Call struct {
	Operation string // e.g. "contacts.get"
	Method    string // e.g. "GET"
	Path      string // template with RFC 6570 operators, e.g. "/v3/orgs/{org_id}"
	Server    string // URL that replaces the client's server; "" almost always

	Args []any // values for the template's parameters, in its order
	//gen:only .Params
	Params any // pointer to a struct of query, header and cookie parameters; nil when there are none. See Optional

	// Body is encoded as ContentType says: any value as JSON; Form or
	// Multipart of a struct; a string; an io.Reader. Nil sends none. A value
	// that wraps what the caller passed should be an Envelope.
	Body        any
	ContentType string
	Accept      string

	Security Security
	Errors   ErrorTypes // declared error bodies

	// Redirects lists documented statuses that would be followed otherwise (301,
	// 302, 303, 307, 308; 3 means all of them): such a response is a success,
	// with its Location in the header.
	Redirects []int

	Idempotent bool // may be sent again whatever its method
	GraphQL    bool // a success whose body has errors and no data is an error

	link     *url.URL // set by Client.Link: where to go instead of Path
	override []override
	root     *Call // the call of the list's first page; nil if this is not a later one
}

// override replaces a parameter of a call, to turn the page: a query parameter,
// or a place in the JSON body when name is a JSON pointer.
type override struct {
	name  string
	value json.RawMessage
}

// Envelope is a request body around the value that a caller passed, such as a
// JSON:API document around a resource. Error.Field looks there for the field
// that an error's pointer means.
type Envelope interface {
	// Enveloped returns the caller's value and the JSON pointer to it within
	// the body, e.g. "/data".
	Enveloped() (value any, at string)
}

// Response is what a server answered.
type Response struct {
	Operation  string
	StatusCode int
	Status     string // e.g. "200 OK"
	Header     http.Header
	Body       []byte   // nil for streams
	URL        *url.URL // of the request that was answered, without credentials
	Attempts   int      // requests it took, 1 when nothing was retried

	sent   *url.URL // before redirects, without credentials
	head   bool     // of a HEAD request
	active *activeCall
	padded []byte // the body as it was read: see readBody
	memory int64  // that the body may decode to: see WithMemoryLimit
	strict bool   // see WithStrictDecoding
	call   *CallEvent
	tell   []ValueObserver // of values that do not fit; nil for none
}

// Decode decodes the response's JSON body into v, a pointer. Its error is a
// *BodyError around a *DecodeError or ErrEmpty.
func (r *Response) Decode(v any) error { return r.DecodeContext(context.Background(), v) }

// DecodeContext is Decode for large bodies: it stops soon after ctx ends. The
// methods of generated clients use it.
func (r *Response) DecodeContext(ctx context.Context, v any) error {
	if len(r.Body) == 0 {
		return r.BodyError(ErrEmpty)
	}
	if err := r.unmarshal(ctx, v); err != nil {
		return r.BodyError(err)
	}
	return nil
}

// unmarshal decodes the body where it is, unless the caller put another one there.
func (r *Response) unmarshal(ctx context.Context, v any) error {
	options := &codec.Options{Context: ctx, Memory: r.memory, Strict: r.strict}
	if !r.strict {
		options.Report = func(e *codec.Error) {
			for _, o := range r.tell {
				o.Unread(ctx, r.call, (*DecodeError)(e))
			}
		}
	}
	if own := unpadded(r.padded); len(own) == len(r.Body) && &own[0] == &r.Body[0] {
		return decodeError(codec.UnmarshalPadded(r.padded, v, options))
	}
	return decodeError(codec.UnmarshalWith(r.Body, v, options))
}

// BodyError returns err, which came up in decoding r's body, as a *BodyError.
func (r *Response) BodyError(err error) error { return &BodyError{Response: r, Err: err} }

// Failure returns the response as an *Error, for success statuses whose body says
// that the call failed.
func (r *Response) Failure() error {
	if r.active == nil {
		return r.BodyError(errors.New("the body reports errors"))
	}
	return r.active.newError(r)
}

// ReportsErrors reports whether raw, the errors member of a document, has an error.
func ReportsErrors(raw json.RawMessage) bool {
	var list []json.RawMessage
	var object map[string]json.RawMessage
	switch {
	case json.Unmarshal(raw, &list) == nil:
		return len(list) > 0
	case json.Unmarshal(raw, &object) == nil:
		return len(object) > 0
	}
	return jsonText(raw) != ""
}

// reportsErrors reports whether the body is a document with errors.
func (r *Response) reportsErrors() bool {
	return json.Valid(r.Body) && ReportsErrors(lookup(r.Body, "/errors"))
}

// NoContent reports whether there is no body and need not be one: after a HEAD
// request, with status 202, 204 and 205, and in a documented redirect, where a
// text for people is as good as none.
func (r *Response) NoContent() bool {
	if r.head || isRedirect(r.StatusCode) && (len(r.Body) == 0 || !isJSON(mediaType(r.Header.Get("Content-Type")))) {
		return true
	}
	switch r.StatusCode {
	case http.StatusAccepted, http.StatusNoContent, http.StatusResetContent:
		return len(r.Body) == 0
	}
	return false
}

// RequestError reports a call that cannot be sent as it is. Nothing was sent.
type RequestError struct {
	Operation string
	Err       error
}

// Error says which call it was and what is wrong.
func (e *RequestError) Error() string { return e.Operation + ": " + e.Err.Error() }

// Unwrap returns what is wrong.
func (e *RequestError) Unwrap() error { return e.Err }

// Do makes a call and reads its response. A response other than 2xx is an
// *Error.
func (c *Client) Do(ctx context.Context, call *Call, opts ...CallOption) (*Response, error) {
	resp, _, err := c.run(ctx, call, opts, false)
	return resp, err
}

// Link returns a call that fetches a link found in the response from, with
// call's method, header parameters and security. A relative link is resolved
// against from.URL, and what cannot be in a URL, such as a space, is encoded. A
// link that leaves the origin (scheme, host, port) of the call's server is an
// *OriginError: credentials must not follow it. But http is treated as https where
// the server is reached by that and the host is the same, as servers behind a
// proxy often write, and so is an origin given to WithOriginAlias.
func (c *Client) Link(call *Call, from *Response, link string) (*Call, error) {
	home, err := c.serverOf(call)
	if err != nil {
		return nil, &RequestError{call.Operation, err}
	}
	at := home
	if from != nil && from.URL != nil {
		at = from.URL
	}
	to, err := at.Parse(cleanLink(link))
	if err != nil || to.Host == "" || to.Opaque != "" {
		return nil, &RequestError{call.Operation, errBadLink}
	}
	if to.User == nil {
		c.adopt(to, home)
	}
	if originOf(to) != originOf(home) || to.User != nil {
		return nil, &OriginError{Operation: call.Operation, Link: originOf(to).String(), Server: originOf(home).String()}
	}
	to.Fragment, to.RawFragment = "", ""
	for _, credential := range c.credentials {
		to.RawQuery = withoutKey(to.RawQuery, credential) // servers put what they were sent into links
	}
	next := call.NextPage()
	next.link = to
	return next, nil
}
