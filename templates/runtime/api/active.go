package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// activeCall is one call under way: its attempts, until one succeeds or there is no
// point in another.
type activeCall struct {
	client *Client
	call   *Call
	opts   callOptions
	stream bool
	url    *url.URL // without credentials
	//gen:only .Params
	params      *paramProgram
	credentials []Credential
	inline      [2]Credential // for them
	body        *payload
	safe        bool // to repeat

	began    time.Time
	timeout  time.Duration // that is in force; 0: none but the context's
	deadline time.Time     // of the timeout
	cancel   context.CancelFunc
	timer    *time.Timer
	attempts int
	retries  int
	took     time.Duration // by the last attempt

	lastRequest *http.Request // of the last attempt, as it was sent

	sent    string // Authorization header of the last attempt
	refused string // the one that a server answered with 401
	held    error  // that response
}

// run makes a call. With stream, the body of a success is handed over unread.
func (c *Client) run(ctx context.Context, call *Call, opts []CallOption, stream bool) (*Response, io.ReadCloser, error) {
	t := &activeCall{client: c, call: call, opts: c.defaults, stream: stream}
	t.opts.apply(opts)
	if len(c.observers) == 0 {
		return t.do(ctx)
	}
	t.began = time.Now()
	contexts := make([]context.Context, len(c.observers))
	for k, o := range c.observers {
		ctx = o.Start(ctx, t.event(nil, nil))
		contexts[k] = ctx
	}
	resp, body, err := t.do(ctx)
	for k := len(contexts) - 1; k >= 0; k-- {
		c.observers[k].End(contexts[k], t.event(resp, err))
	}
	if resp != nil {
		resp.call = t.event(resp, err)
		for _, o := range c.observers {
			if v, ok := o.(ValueObserver); ok {
				resp.tell = append(resp.tell, v)
			}
		}
	}
	return resp, body, err
}

func (t *activeCall) do(ctx context.Context) (*Response, io.ReadCloser, error) {
	if err := t.prepare(); err != nil {
		return nil, nil, err
	}
	defer t.body.release()
	ctx = t.limitTime(ctx)
	resp, body, err := t.attemptAll(ctx)
	if err != nil || body == nil {
		t.end()
		return resp, nil, err
	}
	if t.timer != nil {
		t.timer.Stop()
	}
	return resp, &streamBody{active: t, ctx: ctx, body: body, resp: resp}, nil
}

// limitTime puts the timeout in force, unless the context has a deadline of its
// own or the body may take longer than any default can provide for.
func (t *activeCall) limitTime(ctx context.Context) context.Context {
	d := t.opts.timeout
	if d == 0 {
		return ctx
	}
	if _, has := ctx.Deadline(); !t.opts.explicit && (has || t.body != nil && t.body.open != nil) {
		return ctx
	}
	t.timeout, t.deadline = d, time.Now().Add(d)
	if t.stream { // the limit ends when the body is handed over
		ctx, cancel := context.WithCancelCause(ctx)
		t.cancel = func() { cancel(nil) }
		t.timer = time.AfterFunc(d, func() { cancel(context.DeadlineExceeded) })
		return ctx
	}
	ctx, t.cancel = context.WithDeadline(ctx, t.deadline)
	return ctx
}

func (t *activeCall) end() {
	if t.timer != nil {
		t.timer.Stop()
	}
	if t.cancel != nil {
		t.cancel()
	}
}

func (t *activeCall) attemptAll(ctx context.Context) (*Response, io.ReadCloser, error) {
	for {
		start := time.Now()
		resp, body, err := t.attempt(ctx)
		t.took = time.Since(start)
		if err == nil {
			return resp, body, nil
		}
		delay, again := t.again(ctx, err)
		if !again {
			return nil, nil, err
		}
		for _, o := range t.client.observers {
			e := t.event(resp, err)
			e.Delay = delay
			o.Retry(ctx, e)
		}
		if delay > 0 && !sleep(ctx, delay) {
			return nil, nil, t.lost(ctx, ctx.Err(), err)
		}
	}
}

// again decides whether another attempt follows the one that failed with err,
// and after which wait.
func (t *activeCall) again(ctx context.Context, err error) (time.Duration, bool) {
	var failed *Error
	isStatus := errors.As(err, &failed)
	refused := isStatus && failed.StatusCode == http.StatusUnauthorized
	renewed := refused && t.reauthorize(err) // whether or not this call can be sent again: the next one needs another token
	if ctx.Err() != nil || !t.body.repeatable() || t.body.broken() {
		return 0, false
	}
	if refused {
		return 0, renewed
	}
	policy := t.opts.retry
	if t.retries+1 >= policy.MaxAttempts {
		return 0, false
	}
	delay := policy.delay(t.retries + 1)
	var lost *TransportError
	var body *BodyError
	switch {
	case isStatus:
		if !t.safe && !refusedUnprocessed(failed.StatusCode) || !retryableStatus(failed.StatusCode) || policy.MaxRetryAfter > 0 && failed.RetryAfter > policy.MaxRetryAfter {
			return 0, false
		}
		if failed.RetryAfter > 0 {
			delay = failed.RetryAfter + jitter(policy.BaseDelay/4)
		}
	case errors.As(err, &body):
		if !t.safe || !errors.Is(err, ErrTruncated) {
			return 0, false
		}
	case errors.As(err, &lost):
		if again, unsent := retryableError(lost.Err); !again || !t.safe && !unsent {
			return 0, false
		}
	default:
		return 0, false
	}
	if t.timeout > 0 && time.Until(t.deadline) <= delay {
		return 0, false
	}
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) <= delay {
		return 0, false
	}
	t.retries++
	return delay, true
}

// reauthorize reports whether a call that was answered with 401 should be tried
// with another token: once.
func (t *activeCall) reauthorize(err error) bool {
	if t.refused != "" || t.sent == "" {
		return false
	}
	//gen:only api.Token api.ClientCredentials
	for _, c := range t.credentials {
		if token, ok := c.(*tokenCredential); ok && token.refused(t.sent) {
			t.refused, t.held = t.sent, err
			return true
		}
	}
	return false
}

// attempt sends one request and reads its response.
func (t *activeCall) attempt(ctx context.Context) (*Response, io.ReadCloser, error) {
	req, err := t.request(ctx)
	if err != nil {
		return nil, nil, err
	}
	t.attempts++
	t.lastRequest = req
	res, err := t.client.do.Do(req)
	if err != nil {
		return nil, nil, t.lost(ctx, err, nil)
	}
	if res == nil {
		return nil, nil, t.lost(ctx, errors.New("a middleware returned no response"), nil)
	}
	resp := &Response{
		Operation: t.call.Operation, StatusCode: res.StatusCode, Status: statusText(res), Header: res.Header,
		URL: t.answeredURL(req, res), Attempts: t.attempts, sent: t.url, head: t.call.Method == http.MethodHead, active: t,
		memory: t.opts.memory, strict: t.opts.strict,
	}
	success := res.StatusCode/100 == 2 || t.call.answersBy(res.StatusCode)
	if success && t.stream {
		t.captured(resp)
		return resp, body(res), nil
	}
	defer func() { _ = body(res).Close() }()
	limit := t.opts.limit
	if !success && (limit == 0 || limit > errorLimit) {
		limit = errorLimit
	}
	if t.call.Method != http.MethodHead { // whose length is that of a GET (RFC 9110, section 9.3.2)
		resp.padded, err = readBody(res, limit)
	}
	resp.Body = unpadded(resp.padded)
	t.captured(resp)
	switch {
	case !success: // what can be read of the body is enough
		return resp, nil, t.newError(resp)
	case err != nil && ctx.Err() != nil:
		return resp, nil, t.lost(ctx, err, nil)
	case err != nil:
		return resp, nil, resp.BodyError(err)
	case t.call.GraphQL && graphFailed(resp.Body):
		return resp, nil, t.newError(resp)
	}
	return resp, nil, nil
}

// errorLimit is how much of an error's body is read.
const errorLimit = 1 << 20

func (t *activeCall) captured(resp *Response) {
	if t.opts.capture != nil {
		*t.opts.capture = *resp
	}
}

func body(res *http.Response) io.ReadCloser {
	if res.Body == nil {
		return http.NoBody
	}
	return res.Body
}

func statusText(res *http.Response) string {
	if res.Status != "" {
		return shorten(res.Status)
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", res.StatusCode, http.StatusText(res.StatusCode)))
}

// answeredURL is where the response came from, which redirects may have
// changed.
func (t *activeCall) answeredURL(req *http.Request, res *http.Response) *url.URL {
	if res.Request == nil || res.Request.URL == nil || res.Request.URL == req.URL {
		return t.url
	}
	u := *res.Request.URL
	u.User = nil
	for _, c := range t.credentials {
		u.RawQuery = withoutKey(u.RawQuery, c)
	}
	return &u
}

// lost makes the error of a call that got no response.
func (t *activeCall) lost(ctx context.Context, err, last error) error {
	err = withoutURL(err)
	if cause := context.Cause(ctx); cause != nil {
		switch {
		case errors.Is(cause, context.DeadlineExceeded) && t.timeout > 0 && !time.Now().Before(t.deadline):
			err = fmt.Errorf("no response within %s: %w", t.timeout, context.DeadlineExceeded)
		case errors.Is(cause, ctx.Err()):
			err = cause
		default:
			err = fmt.Errorf("%w: %w", ctx.Err(), cause)
		}
	}
	return &TransportError{
		Operation: t.call.Operation, Method: t.call.Method, URL: bareURL(t.url.String()), Attempts: t.attempts,
		Err: err, Last: last, text: shorten(t.redactor().text(err.Error())), // net/http repeats what is not HTTP
	}
}

func (t *activeCall) event(resp *Response, err error) *CallEvent {
	e := &CallEvent{
		Operation: t.call.Operation, Method: t.call.Method, Route: t.call.Path, Server: t.client.origin.String(),
		Attempt: t.attempts, Err: err, Duration: t.took, Elapsed: time.Since(t.began),
	}
	var failed *Error
	var bad *BodyError
	switch {
	case resp != nil:
		e.StatusCode = resp.StatusCode
	case errors.As(err, &failed):
		e.StatusCode = failed.StatusCode
	case errors.As(err, &bad):
		e.StatusCode = bad.Response.StatusCode
	}
	return e
}

// streamBody is the body of a success that the caller reads.
type streamBody struct {
	active *activeCall
	ctx    context.Context
	body   io.ReadCloser
	resp   *Response
}

// Read reads from the response's body. A body that ends too early is an error
// that is ErrTruncated.
func (s *streamBody) Read(b []byte) (int, error) {
	n, err := s.body.Read(b)
	if err == nil || err == io.EOF {
		return n, err
	}
	if s.ctx.Err() != nil {
		return n, s.active.lost(s.ctx, err, nil)
	}
	return n, s.resp.BodyError(readError(err))
}

// Close ends the call.
func (s *streamBody) Close() error {
	err := s.body.Close()
	s.active.end()
	return err
}

func (t *activeCall) prepare() error {
	if err := t.opts.settle(t.call); err != nil {
		return &RequestError{t.call.Operation, err}
	}
	if err := t.encode(); err != nil {
		return &RequestError{t.call.Operation, err}
	}
	var err error
	if !t.opts.anonymous {
		if t.credentials, err = t.client.authorize(t.call, t.inline[:0]); err != nil && !t.opts.sets("Authorization") {
			return err
		}
	}
	t.safe = t.opts.sets("Idempotency-Key") || t.call.Idempotent || safeMethod(t.call.Method)
	return nil
}

// encode makes the URL and the body.
func (t *activeCall) encode() error {
	//gen:only .Params
	if err := t.readParams(); err != nil {
		return err
	}
	call := t.call
	var err error
	if len(t.opts.members) > 0 {
		if call, err = call.withMembers(t.opts.members); err != nil {
			return err
		}
	}
	if len(call.override) > 0 {
		if call, err = call.overridden(); err != nil {
			return err
		}
	}
	if t.url, err = t.callURL(call); err != nil {
		return err
	}
	t.finishQuery(call)
	t.body, err = encodeBody(call)
	return err
}

// finishQuery puts into the query what options set, and then what turns the page.
func (t *activeCall) finishQuery(call *Call) {
	for _, q := range t.opts.query {
		t.url.RawQuery = q.applyTo(t.url.RawQuery, call.link != nil)
	}
	for _, o := range call.override {
		if !strings.HasPrefix(o.name, "/") {
			t.url.RawQuery = string(appendPair([]byte(withoutParam(t.url.RawQuery, o.name)), o.name, jsonText(o.value), false))
		}
	}
}

func (o *callOptions) setsQuery(name string) bool {
	return slices.ContainsFunc(o.query, func(q queryOption) bool { return q.name == name })
}

func (o *callOptions) sets(name string) bool {
	for _, h := range o.header {
		if h.name == name {
			return true
		}
	}
	return false
}
