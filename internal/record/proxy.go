// Package record is a proxy on the loopback that records the calls of a program
// as exchanges and says where the server and the spec differ. Serve is its
// entry point.
package record

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/docwright/docwright/internal/exchange"
)

// Options are the flags of gen record.
type Options struct {
	Upstream string // the address of the server
	Listen   string // the address of the proxy, on the loopback
	Spec     string // the document that calls are validated against
	Out      string // the directory of the recorded exchanges
	Only     string // record only this operationId, or "METHOD /path"
	All      bool   // keep every exchange that shows a new member
	Keep     []string
	Log      func(format string, args ...any) // what is worth a line at once

	spec *exchange.Spec // instead of Spec, for tests
}

// maxBody is the size of the largest body that is recorded. A longer one
// passes unrecorded.
const maxBody = 1 << 20

// Serve runs the proxy until the context ends, and returns what it saw. Ready
// is called with the address as soon as calls can be made.
func Serve(ctx context.Context, opts Options, ready func(address string)) (*Report, error) {
	p, err := newProxy(opts)
	if err != nil {
		return nil, err
	}
	listener, err := listen(opts.Listen)
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: p, ReadHeaderTimeout: 30 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	ready("http://" + listener.Addr().String())
	select {
	case <-ctx.Done():
	case err := <-failed:
		return nil, err
	}
	stop, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	server.Shutdown(stop) //nolint:errcheck // what is still open after ten seconds is cut
	return p.finish()
}

// listen listens on the loopback only: the proxy forwards credentials.
func listen(address string) (net.Listener, error) {
	if address == "" {
		address = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("--listen %s: %w", address, err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("--listen %s is not on the loopback: the proxy forwards credentials, so it listens on 127.0.0.1 or ::1", address)
	}
	return net.Listen("tcp", address)
}

// proxy forwards calls and hands copies to the recorder.
type proxy struct {
	opts     Options
	upstream *url.URL
	forward  *httputil.ReverseProxy
	recorder *recorder
}

func newProxy(opts Options) (*proxy, error) {
	upstream, err := url.Parse(opts.Upstream)
	if err != nil || upstream.Host == "" || upstream.Scheme != "http" && upstream.Scheme != "https" {
		return nil, fmt.Errorf("--upstream is %q; give the address of the server, such as https://api.example.com", opts.Upstream)
	}
	upstream.User = nil
	spec := opts.spec
	if spec == nil {
		if spec, err = exchange.LoadSpec(opts.Spec); err != nil {
			return nil, err
		}
	}
	if opts.Log == nil {
		opts.Log = func(string, ...any) {}
	}
	p := &proxy{opts: opts, upstream: upstream, recorder: newRecorder(opts, spec, upstream)}
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:errcheck // nothing here replaces it
	transport.DisableCompression = true                          // what the program asks for is what it gets
	transport.MaxIdleConnsPerHost = 100
	p.forward = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(upstream)
			r.Out.Host = upstream.Host
		},
		Transport:      transport,
		FlushInterval:  -1,
		ModifyResponse: p.answered,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if !errors.Is(err, context.Canceled) {
				p.recorder.note("no response from " + upstream.Host)
			}
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	return p, nil
}

// call is a call in flight.
type call struct {
	method, target string
	header         http.Header
	request        *tee
	number         int
}

type callKey struct{}

// ServeHTTP forwards a call. The request is copied as it is sent.
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{method: r.Method, target: r.URL.RequestURI(), header: r.Header.Clone(), request: &tee{}, number: p.recorder.next()}
	if r.Body != nil && r.Body != http.NoBody {
		c.request.from = r.Body
		r.Body = c.request
	}
	p.forward.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), callKey{}, c)))
}

// answered copies the response while the program reads it. It is looked at when
// the program has it all.
func (p *proxy) answered(res *http.Response) error {
	c, ok := res.Request.Context().Value(callKey{}).(*call)
	if !ok {
		return nil
	}
	media := res.Header.Get("Content-Type")
	if res.StatusCode == http.StatusSwitchingProtocols || strings.HasPrefix(media, "text/event-stream") {
		p.recorder.note(fmt.Sprintf("%s %s is a stream: passed through, not recorded", c.method, pathOf(c.target)))
		p.recorder.skip(c.number)
		return nil
	}
	status, header := res.StatusCode, res.Header.Clone()
	body := &tee{from: res.Body}
	body.done = func() {
		p.recorder.add(seen{number: c.number, method: c.method, target: c.target, request: message{c.header, c.request.bytes(), c.request.long()},
			status: status, response: message{header, body.bytes(), body.long()}})
	}
	res.Body = body
	return nil
}

func pathOf(target string) string {
	path, _, _ := strings.Cut(target, "?")
	return path
}

// tee is a body that is copied while it is read.
type tee struct {
	from io.ReadCloser
	done func()

	mu     sync.Mutex
	buffer bytes.Buffer
	over   bool
	closed bool
}

func (t *tee) Read(p []byte) (int, error) {
	n, err := t.from.Read(p)
	t.mu.Lock()
	if t.buffer.Len()+n > maxBody {
		t.over = true
	} else if !t.over {
		t.buffer.Write(p[:n])
	}
	t.mu.Unlock()
	return n, err
}

// Close closes the body; the first time, the call is over.
func (t *tee) Close() error {
	err := t.from.Close()
	t.mu.Lock()
	first := !t.closed
	t.closed = true
	t.mu.Unlock()
	if first && t.done != nil {
		t.done()
	}
	return err
}

func (t *tee) bytes() []byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	return bytes.Clone(t.buffer.Bytes())
}

func (t *tee) long() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.over
}

// message is a request or response as it passed.
type message struct {
	header http.Header
	body   []byte
	long   bool
}

// decoded returns the body without its content coding.
func (m *message) decoded() ([]byte, bool) {
	switch coding := strings.ToLower(m.header.Get("Content-Encoding")); coding {
	case "", "identity":
		return m.body, true
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(bytes.NewReader(m.body))
		if err != nil {
			return nil, false
		}
		plain, err := io.ReadAll(io.LimitReader(z, maxBody+1))
		if err != nil || len(plain) > maxBody {
			return nil, false
		}
		return plain, true
	}
	return nil, false
}

func (p *proxy) finish() (*Report, error) {
	report := p.recorder.finish()
	if err := os.MkdirAll(p.opts.Out, 0o777); err != nil && len(report.files) > 0 {
		return report, err
	}
	for _, f := range report.files {
		name := filepath.Join(p.opts.Out, f.name)
		if _, err := os.Stat(name); err == nil {
			report.Kept++
			continue
		}
		if err := os.WriteFile(name, f.data, 0o644); err != nil {
			return report, err
		}
		report.Written = append(report.Written, name)
	}
	return report, nil
}
