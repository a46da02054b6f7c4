package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestRetryStatuses(t *testing.T) {
	tests := []struct {
		status int
		call   *Call
		opts   []CallOption
		want   int // requests
	}{
		{500, get("/x"), nil, 3}, {502, get("/x"), nil, 3}, {503, get("/x"), nil, 3}, {504, get("/x"), nil, 3},
		{408, get("/x"), nil, 3}, {425, get("/x"), nil, 3}, {429, get("/x"), nil, 3},
		{501, get("/x"), nil, 1}, {505, get("/x"), nil, 1}, {511, get("/x"), nil, 1},
		{400, get("/x"), nil, 1}, {404, get("/x"), nil, 1}, {409, get("/x"), nil, 1}, {422, get("/x"), nil, 1},
		{503, post(ownerBody{"e"}), nil, 1},
		{503, post(ownerBody{"e"}), []CallOption{WithIdempotencyKey("k")}, 3},
		{503, &Call{Method: "PUT", Path: "/x", Body: ownerBody{"e"}}, nil, 3},
		{503, &Call{Method: "DELETE", Path: "/x"}, nil, 3},
		{503, &Call{Method: "PATCH", Path: "/x"}, nil, 1},
		{503, &Call{Method: "POST", Path: "/x", Idempotent: true}, nil, 3},
		{503, get("/x"), []CallOption{WithRetries(0)}, 1},
		{503, get("/x"), []CallOption{WithRetries(5)}, 6},
		{503, get("/x"), []CallOption{WithRetry(RetryPolicy{})}, 1},
	}
	var n int
	var keys []string
	status := 0
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		keys = append(keys, r.Header.Get("Idempotency-Key"))
		answer(w, status, `{}`)
	})
	for _, tt := range tests {
		n, status = 0, tt.status
		err := Exec(t.Context(), c, tt.call, tt.opts...)
		var failed *Error
		if !errors.As(err, &failed) || failed.StatusCode != tt.status || n != tt.want || failed.Attempts != n {
			t.Errorf("%s %d: %d requests, want %d; %v", tt.call.Method, tt.status, n, tt.want, err)
		}
	}
	keys = nil
	_ = Exec(t.Context(), c, post(nil), WithIdempotencyKey(""))
	if len(keys) != 3 || len(keys[0]) < 20 || keys[0] != keys[1] || keys[1] != keys[2] {
		t.Errorf("keys %q", keys)
	}
}

func TestFailuresThenSuccess(t *testing.T) {
	var n atomic.Int64
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch n.Add(1) {
		case 1:
			answer(w, 500, `{"error":"boom"}`)
		case 2: // cut off in mid body
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, `{"type":"half`)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		case 3: // cut off before the headers
			panic(http.ErrAbortHandler)
		default:
			answer(w, 200, `{"type":"ok"}`)
		}
	}, WithRetries(4))
	var resp Response
	got, err := Pointer[echo](t.Context(), c, get("/x"), CaptureResponse(&resp))
	if err != nil || got.Type != "ok" || resp.Attempts != 4 {
		t.Errorf("%+v, %v after %d attempts", got, err, resp.Attempts)
	}
}

// reset is a handler that breaks the connection with a TCP reset.
func reset(w http.ResponseWriter, head string) {
	conn, buf, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = buf.WriteString(head)
	_ = buf.Flush()
	time.Sleep(10 * time.Millisecond)
	_ = conn.(*net.TCPConn).SetLinger(0)
	_ = conn.Close()
}

func TestResetInBody(t *testing.T) {
	n := 0
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n++
		reset(w, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"type\":")
	})
	_, err := Pointer[echo](t.Context(), c, get("/x"))
	wantPart(t, err, "things.get: 200 OK: the body ends too early: ")
	var bad *BodyError
	if !errors.Is(err, ErrTruncated) || !errors.As(err, &bad) || string(bad.Response.Body) != `{"type":` || n != 3 {
		t.Errorf("%d attempts, %#v", n, err)
	}
	n = 0 // a write is not sent again: it was carried out
	if _, err := Pointer[echo](t.Context(), c, post(nil)); !errors.Is(err, ErrTruncated) || n != 1 {
		t.Errorf("%d attempts, %v", n, err)
	}
	body, err := Stream(t.Context(), c, get("/x"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err = io.ReadAll(body); !errors.Is(err, ErrTruncated) {
		t.Errorf("stream: %v", err)
	}
	_ = body.Close()
}

func TestResetBeforeHeaders(t *testing.T) {
	n := 0
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n++
		reset(w, "HTTP/1.1 200 O")
	})
	err := Exec(t.Context(), c, get("/x"))
	var lost *TransportError
	if !errors.As(err, &lost) || lost.Attempts != 3 || n != 3 {
		t.Errorf("%d: %v", n, err)
	}
	n = 0
	if err := Exec(t.Context(), c, post(nil)); err == nil || n != 1 {
		t.Errorf("a POST was sent %d times, %v", n, err)
	}
}

func TestConnectionRefused(t *testing.T) {
	srv := httptest.NewServer(nil)
	srv.Close()
	var events recorder
	c, err := NewClient(Config{}, WithServer(srv.URL), WithRetry(quick), WithObserver(&events))
	if err != nil {
		t.Fatal(err)
	}
	for _, call := range []*Call{get("/x?key=1"), post(ownerBody{"e"})} { // nothing was sent: a POST can be repeated, too
		err = Exec(t.Context(), c, call)
		var lost *TransportError
		if !errors.As(err, &lost) || lost.Attempts != 3 {
			t.Fatalf("%#v", err)
		}
		host := strings.TrimPrefix(srv.URL, "http://")
		wantText(t, err, fmt.Sprintf("%s: dial tcp %s: connect: connection refused (%s %s, after 3 attempts)", call.Operation, host, call.Method, strings.Split(call.Path, "?")[0]))
	}
	if events.retries != 4 || events.ends != 2 {
		t.Errorf("%d retries, %d ends", events.retries, events.ends)
	}
}

func TestNoSuchHost(t *testing.T) {
	n := 0
	c, err := NewClient(Config{Server: "http://host.invalid"}, WithRetry(quick), WithMiddleware(func(Doer) Doer {
		return DoerFunc(func(*http.Request) (*http.Response, error) {
			n++
			return nil, &net.OpError{Op: "dial", Err: &net.DNSError{IsNotFound: true, Name: "host.invalid"}}
		})
	}))
	if err != nil {
		t.Fatal(err)
	}
	if err := Exec(t.Context(), c, get("/x")); err == nil || n != 1 {
		t.Errorf("%d attempts, %v", n, err)
	}
}

func TestSlowServer(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/body") {
			w.Header().Set("Content-Length", "10")
			_, _ = io.WriteString(w, "12345")
			w.(http.Flusher).Flush()
		}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	for _, path := range []string{"/headers", "/body"} {
		start := time.Now()
		err := Exec(t.Context(), c, get(path), WithTimeout(30*time.Millisecond))
		wantPart(t, err, "things.get: no response within 30ms: context deadline exceeded (GET /base"+path+")")
		var lost *TransportError
		if !errors.As(err, &lost) || !lost.Timeout() || !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > time.Second {
			t.Errorf("%#v after %s", err, time.Since(start))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
		if err := Exec(ctx, c, get(path)); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		cancel()
		cause := errors.New("user went home")
		ctx, leave := context.WithCancelCause(t.Context())
		time.AfterFunc(20*time.Millisecond, func() { leave(cause) })
		if err := Exec(ctx, c, get(path)); !errors.Is(err, context.Canceled) || !errors.Is(err, cause) {
			t.Error(err)
		}
	}
	// The timeout of a stream ends with its headers; its context does not.
	body, err := Stream(t.Context(), c, get("/body"), WithTimeout(50*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(60 * time.Millisecond)
	if _, err := io.ReadFull(body, make([]byte, 5)); err != nil {
		t.Error(err)
	}
	_ = body.Close()
	if _, err := Stream(t.Context(), c, get("/headers"), WithTimeout(20*time.Millisecond)); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestRetryAfterStorm(t *testing.T) {
	tests := []struct {
		name   string
		header func() string
		least  time.Duration
	}{
		{"seconds", func() string { return "1" }, time.Second},
		{"date", func() string { return time.Now().Add(2 * time.Second).UTC().Format(http.TimeFormat) }, time.Second},
		{"past date", func() string { return "Mon, 02 Jan 2006 15:04:05 GMT" }, 0},
		{"nonsense", func() string { return "soon" }, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var n atomic.Int64
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if n.Add(1)%2 == 1 {
					w.Header().Set("Retry-After", tt.header())
					answer(w, 429, `{}`)
				}
			}))
			defer srv.Close()
			c, err := NewClient(Config{}, WithServer(srv.URL), WithRetry(quick))
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			if err := Exec(t.Context(), c, get("/x")); err != nil || n.Load() != 2 {
				t.Errorf("%d requests, %v", n.Load(), err)
			}
			if took := time.Since(start); took < tt.least || took > tt.least+1500*time.Millisecond {
				t.Errorf("waited %s", took)
			}
		})
	}
}

// No wait outlasts the deadline or what the policy bears: the last error comes
// back at once.
func TestNoUselessWait(t *testing.T) {
	n := 0
	after := "30"
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		n++
		w.Header().Set("Retry-After", after)
		answer(w, 429, `{}`)
	})
	check := func(name string, ctx context.Context, opts ...CallOption) {
		t.Helper()
		n = 0
		start := time.Now()
		err := Exec(ctx, c, get("/x"), opts...)
		var failed *Error
		if !errors.As(err, &failed) || failed.RetryAfter < 30*time.Second || n != 1 || time.Since(start) > time.Second {
			t.Errorf("%s: %d requests in %s, %v", name, n, time.Since(start), err)
		}
	}
	wide := WithRetry(RetryPolicy{MaxAttempts: 3, BaseDelay: time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	check("deadline", ctx, wide)
	check("timeout", t.Context(), wide, WithTimeout(10*time.Second))
	check("policy", t.Context())
	after = "99999999999999999999"
	check("absurd", ctx, wide)
}

func TestCancelledWait(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 503, `{"error":"down"}`) },
		WithRetry(RetryPolicy{MaxAttempts: 2, BaseDelay: time.Minute}), WithTimeout(0))
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(30*time.Millisecond, cancel)
	err := Exec(ctx, c, get("/x"))
	if !errors.Is(err, context.Canceled) || !errors.Is(err, ErrUnavailable) {
		t.Errorf("%v", err)
	}
	wantPart(t, err, " (GET /base/x)\n\tbefore that: things.get: 503 Service Unavailable: down (GET /base/x)")
}

func TestBackoff(t *testing.T) {
	p := RetryPolicy{BaseDelay: 100 * time.Millisecond, MaxDelay: time.Second}
	for failed, full := range map[int]time.Duration{1: 100e6, 2: 200e6, 3: 400e6, 4: 800e6, 5: 1e9, 60: 1e9, 1000: 1e9} {
		for range 50 {
			if d := p.delay(failed); d < full/2 || d > full {
				t.Fatalf("after %d failures: %s, want %s to %s", failed, d, full/2, full)
			}
		}
	}
	if d := (RetryPolicy{}).delay(3); d != 0 {
		t.Errorf("no base delay: %s", d)
	}
	if d := (RetryPolicy{BaseDelay: time.Hour}).delay(80); d < 0 {
		t.Errorf("overflow: %s", d)
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"1", "-1", "0", "1.5", "1e400", "NaN", "Inf", "Mon, 02 Jan 2036 15:04:05 GMT", "x", "0x10"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d := retryAfter(http.Header{"Retry-After": {s}}, time.Now()); d < 0 {
			t.Fatalf("%q gives %s", s, d)
		}
	})
}

// Middleware sees each attempt, cannot spoil the next one, and may answer
// itself.
func TestMiddleware(t *testing.T) {
	var order []string
	var paths []string
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.URL.Path+"?"+r.URL.RawQuery+" "+strings.Join(r.Header.Values("X-Add"), ","))
		if len(paths) < 2 {
			answer(w, 500, "")
		}
	}, WithMiddleware(tag(&order, "outer"), tag(&order, "inner")))
	if err := Exec(t.Context(), c, get("/x"), WithHeader("X-Add", "0")); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(order, " "); got != "outer inner outer inner" {
		t.Errorf("order %s", got)
	}
	if paths[0] != "/base/x?outer=1&inner=1 0,outer,inner" || paths[1] != paths[0] {
		t.Errorf("%q", paths)
	}
	for want, doer := range map[string]DoerFunc{
		"a middleware returned no response":      func(*http.Request) (*http.Response, error) { return nil, nil },
		"":                                       func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: 204}, nil },
		"things.get: 418 I'm a teapot (GET /v1)": func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: 418}, nil },
	} {
		c, err := NewClient(Config{Server: "https://x.example"}, WithRetries(0), WithMiddleware(func(Doer) Doer { return doer }))
		if err != nil {
			t.Fatal(err)
		}
		if err := Exec(t.Context(), c, get("/v1")); want == "" && err != nil || want != "" && !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func tag(order *[]string, name string) func(Doer) Doer {
	return func(next Doer) Doer {
		return DoerFunc(func(req *http.Request) (*http.Response, error) {
			*order = append(*order, name)
			req.Header.Add("X-Add", name)
			req.URL.RawQuery = strings.TrimPrefix(req.URL.RawQuery+"&"+name+"=1", "&")
			return next.Do(req)
		})
	}
}

// recorder is an Observer that counts and checks.
type recorder struct {
	mu                    sync.Mutex
	starts, retries, ends int
	last                  CallEvent
	delays                []time.Duration
}

type recorderKey struct{}

func (r *recorder) Start(ctx context.Context, _ *CallEvent) context.Context {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.starts++
	return context.WithValue(ctx, recorderKey{}, "seen")
}

func (r *recorder) Retry(ctx context.Context, e *CallEvent) { r.note(ctx, e, &r.retries) }
func (r *recorder) End(ctx context.Context, e *CallEvent)   { r.note(ctx, e, &r.ends) }

func (r *recorder) note(ctx context.Context, e *CallEvent, n *int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	*n++
	r.last = *e
	r.delays = append(r.delays, e.Delay)
	if ctx.Value(recorderKey{}) != "seen" {
		r.ends = -1000
	}
}

func TestObserver(t *testing.T) {
	var events recorder
	n := 0
	c, srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if n++; n < 3 {
			answer(w, 503, `{"error":"down"}`)
			return
		}
		answer(w, 201, `{}`)
	}, WithObserver(&events), WithMiddleware(func(next Doer) Doer {
		return DoerFunc(func(req *http.Request) (*http.Response, error) {
			if req.Context().Value(recorderKey{}) != "seen" {
				t.Error("the observer's context is lost")
			}
			return next.Do(req)
		})
	}))
	if err := Exec(t.Context(), c, get("/orgs/{org}", "o1")); err != nil {
		t.Fatal(err)
	}
	e := events.last
	if events.starts != 1 || events.retries != 2 || events.ends != 1 {
		t.Errorf("%d starts, %d retries, %d ends", events.starts, events.retries, events.ends)
	}
	if e.Operation != "things.get" || e.Method != "GET" || e.Route != "/orgs/{org}" || e.Attempt != 3 || e.StatusCode != 201 ||
		e.Err != nil || e.Elapsed < e.Duration || e.Duration <= 0 || e.Server != srv.URL || events.delays[0] <= 0 {
		t.Errorf("%+v", e)
	}
	_ = Exec(t.Context(), c, get("/orgs/{org}", ".."))
	if events.starts != 2 || events.ends != 2 || events.last.Err == nil || events.last.Attempt != 0 {
		t.Errorf("%+v", events.last)
	}
}
