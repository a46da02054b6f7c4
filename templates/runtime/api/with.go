package api

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"sync"
)

// With returns a client whose calls have opts, after those that c has. It uses
// the same connections, credentials and tokens as c, and is cheap to make.
//
// An explicit idempotency key and CaptureResponse belong to one call: a second
// call with the same client is an error. Its attempts and, of an iterator, its
// pages are the same call.
func (c *Client) With(opts ...CallOption) *Client {
	derived := *c
	derived.defaults.apply(opts)
	return &derived
}

// claim binds an option that belongs to one call to the first call that has it.
type claim struct {
	option, reason string

	mu   sync.Mutex
	call *Call
}

// take binds the option to call, or reports that another call has it already.
func (k *claim) take(call *Call) error {
	root := call.first()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.call != nil && k.call != root {
		return fmt.Errorf("%s: %s", k.option, k.reason)
	}
	k.call = root
	return nil
}

// first returns the call whose pages call turns; call itself is not one of a
// list's later pages.
func (call *Call) first() *Call {
	if call.root != nil {
		return call.root
	}
	return call
}

// NextPage returns a copy of call that fetches another page of its list. To
// options that belong to one call it is the same call.
func (call *Call) NextPage() *Call {
	next := *call
	next.root = call.first()
	return &next
}

// Optional returns the parameters of a call that has at most one struct of them:
// a pointer to it for Call.Params, nil if there is none. Two are an error of the
// call, before anything is sent.
func Optional[P any](params []P) any {
	switch len(params) {
	case 0:
		return nil
	case 1:
		return &params[0]
	}
	return severalParams(fmt.Sprintf("%d values of type %T were passed: a call takes at most one", len(params), params[0]))
}

// severalParams are parameters of which there were too many.
type severalParams string

// Error says how many there were.
func (s severalParams) Error() string { return string(s) }

// PagesOf iterates over the pages of a list of plain JSON. The call is made again
// whenever the sequence is read. An error ends the sequence.
//
//gen:only api.PagesOf
func PagesOf[R, T any](ctx context.Context, c *Client, call *Call, paging *Paging[R, T]) iter.Seq2[*Page[R, T], error] {
	first := func(ctx context.Context) (*Page[R, T], error) {
		own := *call
		return FetchPage(ctx, c, &own, paging)
	}
	return Pages(ctx, first, c.defaults.prefetch)
}

// Anonymous sends a call without the client's credentials, whatever the document
// says: to servers that need none, to log in, or with a cookie jar that holds a
// session.
func Anonymous() CallOption {
	return callOptionFunc(func(o *callOptions) { o.anonymous = true })
}

// WithQuery sets a query parameter, in place of the call's own of that name: one
// that the document does not have, or an empty one. Several values are sent one
// by one, in their order; without a value the parameter is not sent. A link to
// the next page that has the parameter keeps what the server put there.
func WithQuery(name string, values ...string) CallOption {
	return callOptionFunc(func(o *callOptions) {
		n := len(o.query)
		o.query = append(o.query[:n:n], queryOption{name, func() []string { return values }})
	})
}

type queryOption struct {
	name   string
	values func() []string // which does not print
}

// applyTo returns query with the parameter set; next says that query is a link's.
func (q queryOption) applyTo(query string, next bool) string {
	without := withoutParam(query, q.name)
	if next && without != query {
		return query
	}
	b := []byte(without)
	for _, value := range q.values() {
		b = appendPair(b, q.name, value, false)
	}
	return string(b)
}

// WithMember sets the member of a JSON body at a JSON pointer (RFC
// 6901), e.g. "/data/attributes/nickname", and makes the objects on the way. An
// element of a list that is there can be set, and "-" appends one (RFC 6902,
// section 4.1). A call without a body gets one, unless its method is GET or HEAD.
// The members of the body need not be set then, even if they are required.
func WithMember(pointer string, value any) CallOption {
	return callOptionFunc(func(o *callOptions) {
		raw, err := Marshal(value)
		if err == nil && (pointer == "" || pointer[0] != '/') {
			err = fmt.Errorf("%q is not a JSON pointer to a member: it has to begin with a slash", pointer)
		}
		if err != nil {
			o.err = fmt.Errorf("WithMember: %w", err)
			return
		}
		n := len(o.members)
		o.members = append(o.members[:n:n], override{pointer, raw})
	})
}

// withMembers returns call with the members that options set.
func (call *Call) withMembers(members []override) (*Call, error) {
	if call.Body == nil && (call.Method == http.MethodGet || call.Method == http.MethodHead || call.Method == "") {
		return nil, fmt.Errorf("WithMember: a %s call has no body to put %s into", call.Method, members[0].name)
	}
	if media := mediaType(call.ContentType); media != "" && !isJSON(media) {
		return nil, fmt.Errorf("WithMember: the body is sent as %s, not as JSON", media)
	}
	out := *call
	if out.Body == nil {
		out.Body = struct{}{}
	}
	if typed, ok := out.Body.(interface{ ContentType() string }); ok && out.ContentType == "" {
		out.ContentType = typed.ContentType()
	}
	if out.ContentType == "" {
		out.ContentType = "application/json"
	}
	var err error
	if out.Body, err = patch(out.Body, members); err != nil {
		return nil, fmt.Errorf("WithMember: %w", err)
	}
	return &out, nil
}
