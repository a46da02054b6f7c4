package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

var errBadLink = errors.New("the link is not a URL")

// serverOf returns the base URL of a call.
func (c *Client) serverOf(call *Call) (*url.URL, error) {
	if call.Server == "" || c.replaced {
		return c.base, nil
	}
	server := call.Server
	if strings.Contains(server, "{") {
		var err error
		if server, err = expandServer(server, c.config.Variables, nil); err != nil {
			return nil, err
		}
	}
	if strings.HasPrefix(server, "/") && !strings.HasPrefix(server, "//") {
		server = c.base.Scheme + "://" + c.base.Host + server
	}
	return parseServer(server)
}

// callURL returns where a call goes, without credentials.
func (t *activeCall) callURL(call *Call) (*url.URL, error) {
	if call.link != nil {
		u := *call.link
		return &u, nil
	}
	base, err := t.client.serverOf(call)
	if err != nil {
		return nil, err
	}
	var room [256]byte // path and query are built in one go
	at := append(room[:0], base.EscapedPath()...)
	if call.Path != "" && call.Path[0] != '/' {
		at = append(at, '/')
	}
	at, own, err := expandPath(at, call.Path, call.Args)
	if err != nil {
		return nil, err
	}
	split := len(at)
	at = append(at, own...)
	//gen:only .Params
	if t.params != nil && len(t.params.query) > 0 {
		query, err := t.params.appendQuery(at[split:], t.paramValues())
		if err != nil {
			return nil, err
		}
		at = append(at[:split], query...)
	}
	whole := string(at)
	u := &url.URL{Scheme: base.Scheme, Host: base.Host, RawQuery: whole[split:]}
	if err := setPath(u, whole[:split]); err != nil {
		return nil, err
	}
	return u, nil
}

// setPath sets a path that is escaped already, so that it is sent byte for
// byte.
func setPath(u *url.URL, escaped string) error {
	u.Path = escaped
	for _, c := range []byte(escaped) {
		if unreserved(c) || c == '/' {
			continue
		}
		plain, err := url.PathUnescape(escaped)
		if err != nil {
			return fmt.Errorf("path %q: bad escape", escaped)
		}
		u.Path, u.RawPath = plain, escaped
		break
	}
	return nil
}

// request makes the request of one attempt.
func (t *activeCall) request(ctx context.Context) (*http.Request, error) {
	if len(t.call.Redirects) > 0 {
		ctx = context.WithValue(ctx, redirectsKey{}, t.call.Redirects)
	}
	req := (&http.Request{
		Method: t.call.Method, URL: t.url, Host: t.url.Host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}).WithContext(ctx)
	if len(t.client.middleware) > 0 { // which may change it
		u := *t.url
		req.URL = &u
	}
	if err := t.setHeaders(req); err != nil {
		return nil, &RequestError{t.call.Operation, err}
	}
	if err := t.authorize(ctx, req); err != nil {
		return nil, err
	}
	for _, h := range t.opts.header {
		if h.name == "Host" {
			req.Host = h.value()
		} else {
			req.Header[h.name] = []string{h.value()}
		}
	}
	if req.Header["Idempotency-Key"] != nil {
		t.safe = true
	}
	if t.body != nil {
		if err := t.setBody(req); err != nil {
			return nil, &RequestError{t.call.Operation, err}
		}
	}
	if t.opts.dryRun != nil {
		t.opts.dryRun(req)
		return nil, ErrDryRun
	}
	return req, nil
}

func (t *activeCall) setHeaders(req *http.Request) error {
	h := make(http.Header, 6)
	req.Header = h
	h["User-Agent"] = t.client.userAgent[:1:1]
	if t.call.Accept != "" {
		h["Accept"] = []string{t.call.Accept}
	}
	if t.body != nil && t.body.contentType != "" {
		h["Content-Type"] = []string{t.body.contentType}
	}
	if t.body != nil && t.body.disposition != "" {
		h["Content-Disposition"] = []string{t.body.disposition}
	}
	//gen:only .Params
	if t.params != nil && len(t.params.header)+len(t.params.cookie) > 0 {
		return t.params.setHeaders(h, t.paramValues())
	}
	return nil
}

func (t *activeCall) authorize(ctx context.Context, req *http.Request) error {
	for _, c := range t.credentials {
		if err := apply(ctx, c, req, t.client, t.opts.dryRun == nil); err != nil {
			return fmt.Errorf("%s: %w", t.call.Operation, err)
		}
	}
	t.sent = req.Header.Get("Authorization")
	if t.refused != "" && t.sent == t.refused {
		return t.held // the source has no other token: the 401 is final
	}
	return nil
}

func (t *activeCall) setBody(req *http.Request) error {
	body, err := t.body.reader()
	if err != nil {
		return err
	}
	req.Body, req.ContentLength = body, t.body.size()
	switch {
	case req.ContentLength == 0:
		req.Body = http.NoBody
	case !t.body.once: // for redirects and for a connection that was closed idle
		req.GetBody = t.body.reader
	}
	return nil
}
