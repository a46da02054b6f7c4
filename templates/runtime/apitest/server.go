package apitest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/docwright/docwright/templates/runtime/api"
)

// TB is what a fake needs of a test: *testing.T, *testing.B and *testing.F have it.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Source is a place where answers come from when there is no handler.
type Source string

// The sources of answers.
const (
	FromStore     Source = "store"
	FromExchanges Source = "exchanges"
	FromExamples  Source = "examples"
)

// fromHandler is how [Record] calls what the test answered itself.
const fromHandler Source = "handler"

// Option changes how a fake behaves.
type Option func(*settings)

type settings struct {
	sources []Source
	seeded  bool
	clock   func() time.Time
	report  func(Violation)
	log     func(Record)
	client  []api.Option
	address string
	hosts   []string // that requests may be for, beside addresses and localhost
	origins []string // of web pages that may send requests
}

// WithAnswers names the sources of answers for operations without a handler, the
// first one first. The default is FromStore, FromExchanges, FromExamples; without
// any, only handlers answer.
func WithAnswers(sources ...Source) Option { return func(s *settings) { s.sources = sources } }

// WithEmptyStore begins without the resources of the recorded exchanges.
func WithEmptyStore() Option { return func(s *settings) { s.seeded = false } }

// WithClock sets the time of what is written to the store. The default begins at
// 2025-01-01T00:00:00Z and moves on a second with every write.
func WithClock(now func() time.Time) Option { return func(s *settings) { s.clock = now } }

// WithClient adds options to those of the fake's client, e.g. api.WithRetries(0).
func WithClient(opts ...api.Option) Option {
	return func(s *settings) { s.client = append(s.client, opts...) }
}

// WithLog has each request reported once it is answered. Calls may come at the same
// time.
func WithLog(log func(Record)) Option { return func(s *settings) { s.log = log } }

// WithAddress listens there, e.g. on "localhost:8080", and not on a free port of
// the loopback.
func WithAddress(address string) Option { return func(s *settings) { s.address = address } }

// AllowViolations answers requests that the document does not allow without
// failing the test: for tests of what a client makes of an error.
func AllowViolations() Option { return Reporting(func(Violation) {}) }

// Reporting passes violations on, instead of failing the test. Calls may come at
// the same time.
func Reporting(report func(Violation)) Option { return func(s *settings) { s.report = report } }

// ForTest has violations fail the test. A generated NewServer does so by itself.
func ForTest(t TB) Option {
	return Reporting(func(v Violation) {
		t.Helper()
		t.Errorf("%s", v)
	})
}

// Server is a fake that listens. Its methods may be called at the same time.
type Server struct {
	URL string // e.g. "http://127.0.0.1:38741"

	settings
	api      *contract
	store    *store
	listener net.Listener
	http     *http.Server
	client   *http.Client
	ended    chan struct{}

	mu       sync.Mutex
	handlers map[string]handler
	faults   []*fault
	records  []Record
	recorded int // bytes of the bodies in records
}

// Start starts a fake. The caller must call Close.
func Start(d *Definition, opts ...Option) (*Server, error) {
	contract, err := d.read()
	if err != nil {
		return nil, err
	}
	s := &Server{
		settings: settings{sources: []Source{FromStore, FromExchanges, FromExamples}, seeded: true, report: func(Violation) {}, address: "127.0.0.1:0"},
		api:      contract, handlers: map[string]handler{}, ended: make(chan struct{}),
	}
	for _, opt := range opts {
		opt(&s.settings)
	}
	if s.listener, err = net.Listen("tcp", s.address); err != nil {
		return nil, fmt.Errorf("the fake cannot listen: %w", err)
	}
	s.URL = "http://" + s.listener.Addr().String()
	s.http = &http.Server{Handler: s.guarded(), ReadHeaderTimeout: time.Minute}
	s.client = &http.Client{Transport: &redirected{to: s.listener.Addr().String()}}
	s.Restart()
	go func() {
		defer close(s.ended)
		_ = s.http.Serve(s.listener) // ends with ErrServerClosed
	}()
	return s, nil
}

// Close stops the fake at once, requests that it is busy with included.
func (s *Server) Close() {
	s.client.CloseIdleConnections()
	_ = s.http.Close() // the listener's error, which nobody can do anything about
	<-s.ended
}

// Shutdown stops the fake when the requests that it is busy with are answered, or
// ctx is done.
func (s *Server) Shutdown(ctx context.Context) error {
	s.client.CloseIdleConnections()
	err := s.http.Shutdown(ctx)
	<-s.ended
	return err
}

// Restart forgets what was written to the store, and the requests; handlers and
// faults stay.
func (s *Server) Restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.records, s.recorded = nil, 0
	s.store = newStore(s.api, s.clock)
	if s.seeded {
		s.store.seed()
	}
}

// ClientOptions returns options for a client of the fake: its address, and a
// credential for each security scheme of the document.
func (s *Server) ClientOptions() []api.Option {
	opts := []api.Option{api.WithServer(s.URL), api.WithHTTPClient(s.client)}
	return append(append(opts, s.credentials()...), s.settings.client...)
}

// credentials makes up a credential for each security scheme.
func (s *Server) credentials() []api.Option {
	if s.api.doc.Components == nil {
		return nil
	}
	var opts []api.Option
	const value = "fake"
	for name, ref := range s.api.doc.Components.SecuritySchemes {
		if ref.Value == nil {
			continue
		}
		credential := api.Bearer(value)
		switch scheme := ref.Value; {
		case scheme.Type == "apiKey" && scheme.In == "header":
			credential = api.HeaderKey(scheme.Name, value)
		case scheme.Type == "apiKey" && scheme.In == "query":
			credential = api.QueryKey(scheme.Name, value)
		case scheme.Type == "apiKey":
			credential = api.CookieKey(scheme.Name, value)
		case scheme.Type == "http" && scheme.Scheme == "basic":
			credential = api.Basic(value, value)
		case scheme.Type == "http" && scheme.Scheme != "bearer":
			credential = api.HTTPScheme(scheme.Scheme, value)
		}
		opts = append(opts, api.WithCredential(name, credential))
	}
	return opts
}

// redirected sends every request to the fake, whatever server it names.
type redirected struct {
	to    string
	http  http.Transport
	hosts sync.Map // that requests were for: the fake answers for them
}

// RoundTrip sends one request.
func (r *redirected) RoundTrip(req *http.Request) (*http.Response, error) {
	out := req.Clone(req.Context())
	out.Host = req.URL.Host
	r.hosts.Store(out.Host, true)
	out.URL = &url.URL{Scheme: "http", Host: r.to, Path: req.URL.Path, RawPath: req.URL.RawPath, RawQuery: req.URL.RawQuery}
	return r.http.RoundTrip(out)
}

// CloseIdleConnections closes what is kept for further requests.
func (r *redirected) CloseIdleConnections() { r.http.CloseIdleConnections() }

// Record is a request that the fake was sent, and how it was answered.
type Record struct {
	Operation  string // e.g. "contacts.update"; "" when no operation is meant
	Method     string // e.g. "PUT"
	Path       string // with its query, as sent: "/v3/orgs/7?include=teams"
	Header     http.Header
	Body       []byte
	Status     int    // 0 when the connection was broken
	Source     Source // that answered: "handler", "store", "exchanges", "examples"; "" for errors of the fake
	Violations []Violation
	Unchecked  []string // parts of the call whose check would take too many steps, e.g. "the response"
	Took       time.Duration
}

// Requests lists the requests that were answered, in the order of their answers.
func (s *Server) Requests() []Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.records)
}

// Requested lists the requests for one operation, by its operationId.
func (s *Server) Requested(operation string) []Record {
	return slices.DeleteFunc(s.Requests(), func(r Record) bool { return r.Operation != operation })
}

// Operations lists the operationIds of the API.
func (s *Server) Operations() []string {
	var out []string
	for _, op := range s.api.operations {
		out = append(out, op.id)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
