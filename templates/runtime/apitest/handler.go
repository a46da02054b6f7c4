package apitest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"
)

// handler is a typedHandler or an http.Handler.
type handler any

// typedHandler answers a request that satisfies the document.
type typedHandler func(*call) (*answer, error)

// handler returns the handler of an operation, nil when there is none.
func (s *Server) handler(op *operation) handler {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.handlers[op.place()]
}

func (s *Server) setHandler(operation string, h handler) {
	op := s.api.byID[operation]
	if op == nil {
		panic("apitest: the document has no operation " + strconv.Quote(operation))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handlers[op.place()] = h
}

// Handle has an http.Handler answer an operation, by its operationId. It answers
// requests that the document does not allow, too, although they fail the test; its
// answers are not checked. A nil handler takes the one that was set before away.
func (s *Server) Handle(operation string, h http.Handler) {
	if h == nil {
		s.setHandler(operation, nil)
		return
	}
	s.setHandler(operation, h)
}

// serveRaw lets an http.Handler answer.
func serveRaw(h http.Handler, c *call) *answer {
	r := c.request.Clone(c.request.Context())
	r.Body = io.NopCloser(bytes.NewReader(c.body))
	for name, value := range c.params {
		r.SetPathValue(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return &answer{status: w.Code, header: w.Result().Header, body: w.Body.Bytes(), source: fromHandler, raw: true}
}

// Request is part of what every handler is given: the request as it came, and
// what the response is to hold beside the result.
type Request struct {
	HTTP *http.Request
	Raw  []byte // the body

	status   int
	header   http.Header
	included []any
	meta     any
}

func (r *Request) base() *Request { return r }

// Include adds resources to the included ones of the response, a JSON:API document.
func (r *Request) Include(resources ...any) { r.included = append(r.included, resources...) }

// SetMeta sets the meta of the response, a JSON:API document.
func (r *Request) SetMeta(meta any) { r.meta = meta }

// SetHeader adds a header to the response.
func (r *Request) SetHeader(name, value string) { r.header.Set(name, value) }

// SetStatus answers with another status than the first success of the document.
func (r *Request) SetStatus(status int) { r.status = status }

// based is a pointer to a generated request, which embeds a Request.
type based interface{ base() *Request }

// on makes a handler of a function, and of what makes a response of its result.
func on[Q, R any](s *Server, operation string, handle func(context.Context, *Q) (R, error), result func(*call, *Request, R) (*answer, error)) {
	s.setHandler(operation, typedHandler(func(c *call) (*answer, error) {
		q := new(Q)
		b, ok := any(q).(based)
		if !ok {
			return nil, fmt.Errorf("%T does not embed apitest.Request", q)
		}
		base := b.base()
		*base = Request{HTTP: c.request, Raw: c.body, header: http.Header{}}
		if err := c.fill(reflect.ValueOf(q).Elem()); err != nil {
			return nil, fmt.Errorf("the request of %s cannot be read: %w", operation, err)
		}
		got, err := handle(c.request.Context(), q)
		if err != nil {
			return nil, err
		}
		a, err := result(c, base, got)
		if err != nil {
			return nil, err
		}
		if base.status != 0 {
			a.status = base.status
		}
		for name, values := range base.header {
			a.header[name] = values
		}
		return a, nil
	}))
}

// reply begins the response of success.
func (c *call) reply(body []byte) *answer {
	e := c.op.endpoint
	a := &answer{status: e.Status, header: http.Header{}, body: body}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	if e.ContentType != "" && body != nil {
		a.header.Set("Content-Type", e.ContentType)
	}
	return a
}

// OnNone sets the handler of an operation whose success has no body.
func OnNone[Q any](s *Server, operation string, handle func(context.Context, *Q) error) {
	on(s, operation, func(ctx context.Context, q *Q) (struct{}, error) { return struct{}{}, handle(ctx, q) },
		func(c *call, _ *Request, _ struct{}) (*answer, error) { return c.reply(nil), nil })
}

// OnJSON sets the handler of an operation that is answered with JSON.
func OnJSON[Q, R any](s *Server, operation string, handle func(context.Context, *Q) (R, error)) {
	on(s, operation, handle, func(c *call, _ *Request, r R) (*answer, error) {
		data, err := api.Marshal(&r)
		return c.reply(data), err
	})
}

// OnText sets the handler of an operation that is answered with text.
func OnText[Q any](s *Server, operation string, handle func(context.Context, *Q) (string, error)) {
	on(s, operation, handle, func(c *call, _ *Request, r string) (*answer, error) { return c.reply([]byte(r)), nil })
}

// OnStream sets the handler of an operation that is answered with bytes.
func OnStream[Q any](s *Server, operation string, handle func(context.Context, *Q) (io.Reader, error)) {
	on(s, operation, handle, func(c *call, _ *Request, r io.Reader) (*answer, error) {
		data, err := io.ReadAll(r)
		return c.reply(data), err
	})
}

// OnStatus sets the handler of an operation whose result has a field for each
// status: the one that is set answers.
func OnStatus[Q, R any](s *Server, operation string, handle func(context.Context, *Q) (*R, error)) {
	on(s, operation, handle, func(c *call, _ *Request, r *R) (*answer, error) {
		v := reflect.ValueOf(r).Elem()
		for i := range v.NumField() {
			code, media, _ := strings.Cut(v.Type().Field(i).Tag.Get("status"), " ")
			if code == "" || v.Field(i).IsZero() {
				continue
			}
			data, err := api.Marshal(v.Field(i).Interface())
			if err != nil {
				return nil, err
			}
			a := c.reply(data)
			if status, err := strconv.Atoi(code); err == nil {
				a.status = status
			}
			if t := cmp.Or(media, c.op.errorType(a.status)); t != "" {
				a.header.Set("Content-Type", t)
			}
			return a, nil
		}
		return nil, fmt.Errorf("the handler of %s set none of the result's fields", operation)
	})
}

// OnResource sets the handler of an operation that is answered with a JSON:API
// document of one resource. A nil resource is one that there is not, where the
// document allows it, and no body elsewhere.
func OnResource[Q, R any](s *Server, operation string, handle func(context.Context, *Q) (*R, error)) {
	on(s, operation, handle, func(c *call, q *Request, r *R) (*answer, error) {
		if r == nil && !c.allowsNull() {
			a := c.reply(nil)
			a.status = http.StatusNoContent
			return a, nil
		}
		body, err := documentBody(q, r)
		if err != nil {
			return nil, err
		}
		return c.reply(encode(c.completed(body))), nil
	})
}

// allowsNull reports whether the document of success may have no resource.
func (c *call) allowsNull() bool {
	d := c.op.endpoint.Answer
	return d != nil && d.Null
}

// documentBody makes a document of primary data and of what the handler added.
func documentBody(q *Request, data any) (map[string]any, error) {
	members := map[string]any{"data": data}
	if len(q.included) > 0 {
		members["included"] = q.included
	}
	if q.meta != nil {
		members["meta"] = q.meta
	}
	for name, v := range members {
		encoded, err := api.Marshal(v)
		if err != nil {
			return nil, err
		}
		members[name] = json.RawMessage(encoded)
	}
	return members, nil
}

// OnPage sets the handler of an operation that is answered with a JSON:API
// document of many resources. The handler returns all of them: the fake makes
// pages, as the document declares, and fills their links and meta.
func OnPage[Q, R any](s *Server, operation string, handle func(context.Context, *Q) ([]*R, error)) {
	on(s, operation, handle, func(c *call, q *Request, list []*R) (*answer, error) {
		var page []any
		for _, r := range list {
			data, err := api.Marshal(r)
			if err != nil {
				return nil, err
			}
			page = append(page, json.RawMessage(data))
		}
		body, err := c.pageOf(page)
		if err != nil {
			return nil, err
		}
		more, err := documentBody(q, nil)
		if err != nil {
			return nil, err
		}
		delete(more, "data")
		for name, v := range more {
			body[name] = v
		}
		return c.reply(encode(c.completed(body))), nil
	})
}

// OnConnection sets the handler of a GraphQL query for a list. The handler
// returns all of it: the fake makes pages.
func OnConnection[Q, R any](s *Server, operation string, handle func(context.Context, *Q) ([]*R, error)) {
	on(s, operation, handle, func(c *call, _ *Request, list []*R) (*answer, error) {
		nodes := make([]any, len(list))
		for k, r := range list {
			data, err := api.Marshal(r)
			if err != nil {
				return nil, err
			}
			nodes[k] = decode(data)
		}
		return c.connection(nodes)
	})
}

// fill sets the fields of a generated request.
func (c *call) fill(v reflect.Value) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		var err error
		if name, ok := field.Tag.Lookup("path"); ok {
			err = api.Unmarshal(textJSON(field.Type, c.params[name]), v.Field(i).Addr().Interface())
		}
		if _, ok := field.Tag.Lookup("params"); ok {
			err = c.fillParams(v.Field(i))
		}
		if kind, ok := field.Tag.Lookup("body"); ok && len(c.body) > 0 && err == nil {
			err = c.fillBody(v.Field(i), kind)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", field.Name, err)
		}
	}
	return nil
}

// fillBody sets the field that holds the request's body.
func (c *call) fillBody(field reflect.Value, kind string) error {
	into := field.Addr().Interface()
	switch kind {
	case "text":
		field.SetString(string(c.body))
	case "bytes":
		field.SetBytes(c.body)
	case "form", "multipart":
		return c.fillForm(field, kind)
	case "resource":
		return unmarshalMember(c.body, into, "data")
	case "variables":
		return unmarshalMember(c.body, into, "variables")
	case "params": // which have the body's members, or the whole of it
		for i := range field.NumField() {
			if _, ok := field.Type().Field(i).Tag.Lookup("body"); ok {
				into = field.Field(i).Addr().Interface()
			}
		}
		return api.Unmarshal(c.body, into)
	default:
		return api.Unmarshal(c.body, into)
	}
	return nil
}

// fillForm gives a handler a form as net/http reads it.
func (c *call) fillForm(field reflect.Value, kind string) error {
	r := c.request.Clone(c.request.Context())
	r.Body = io.NopCloser(bytes.NewReader(c.body))
	if kind == "form" {
		if err := r.ParseForm(); err != nil {
			return err
		}
		field.Set(reflect.ValueOf(r.PostForm))
		return nil
	}
	if err := r.ParseMultipartForm(maxBody); err != nil {
		return err
	}
	field.Set(reflect.ValueOf(r.MultipartForm))
	return nil
}

// unmarshalMember decodes a member of a JSON object; one that is missing leaves
// the value as it is.
func unmarshalMember(body []byte, into any, name string) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return err
	}
	if raw := members[name]; len(raw) > 0 {
		return api.Unmarshal(raw, into)
	}
	return nil
}
