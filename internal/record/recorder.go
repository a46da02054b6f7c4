package record

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/docwright/docwright/internal/draft/read"
	"github.com/docwright/docwright/internal/draft/redact"
	"github.com/docwright/docwright/internal/exchange"
)

// seen is a call as it passed.
type seen struct {
	number         int
	method, target string
	request        message
	status         int
	response       message
}

// Report is what a recording showed.
type Report struct {
	Operations  []Operation
	Differences []Difference
	Notes       []Note
	Written     []string // files
	Kept        int      // exchanges that exist and were not overwritten
	Calls       int

	files []file
}

// Operation is a line of the table.
type Operation struct {
	Name        string // operationId, or method and path of what the spec does not have
	Calls       int
	Recorded    int
	Differences int
}

// Difference is something that the server and the spec, or the program and the
// spec, disagree on.
type Difference struct {
	Operation string
	Text      string
	Count     int
}

// Note is something that passed unrecorded.
type Note struct {
	Text  string
	Count int
}

type file struct {
	name string
	data []byte
}

// recorder looks at calls in the order in which they were made.
type recorder struct {
	opts     Options
	spec     *exchange.Spec
	upstream *url.URL
	routes   []route
	secrets  *redact.Values

	mu      sync.Mutex
	count   int
	waiting []seen
	skipped map[int]bool
	notes   map[string]int
}

// route is an operation of the spec.
type route struct {
	id, method, path string
	op               *openapi3.Operation
	item             *openapi3.PathItem
}

func newRecorder(opts Options, spec *exchange.Spec, upstream *url.URL) *recorder {
	r := &recorder{opts: opts, spec: spec, upstream: upstream, secrets: redact.New(true), notes: map[string]int{}, skipped: map[int]bool{}}
	r.secrets.Keep = map[string]bool{}
	for _, k := range opts.Keep {
		r.secrets.Keep[k] = true
	}
	for _, id := range spec.Operations() {
		method, path, _ := spec.Operation(id)
		item := spec.Doc.Paths.Value(path)
		r.routes = append(r.routes, route{id, method, path, item.GetOperation(method), item})
	}
	sort.SliceStable(r.routes, func(i, j int) bool { return constants(r.routes[i].path) > constants(r.routes[j].path) })
	return r
}

// constants orders paths: those with constants first come before variables.
func constants(path string) int {
	n := 0
	for _, s := range strings.Split(path, "/") {
		n *= 2
		if s != "" && !strings.Contains(s, "{") {
			n++
		}
	}
	return n
}

func (r *recorder) next() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	return r.count
}

func (r *recorder) note(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.notes[text]++
}

func (r *recorder) skip(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.skipped[n] = true
}

func (r *recorder) add(s seen) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = append(r.waiting, s)
}

// summary gathers the report.
type summary struct {
	*recorder
	report Report
	ops    map[string]*Operation
	diffs  map[string]*Difference
	names  map[string]bool
	shown  map[string]map[string]bool // pointers that the exchanges of an operation show
}

// finish looks at all calls. It runs after the last response, so that the
// program never waits for it; the order of the calls makes runs the same.
func (r *recorder) finish() *Report {
	r.mu.Lock()
	calls := r.waiting
	r.waiting = nil
	r.mu.Unlock()
	sort.SliceStable(calls, func(i, j int) bool { return calls[i].number < calls[j].number })
	s := &summary{recorder: r, ops: map[string]*Operation{}, diffs: map[string]*Difference{}, names: map[string]bool{}, shown: map[string]map[string]bool{}}
	for range 2 { // what is redacted late may be in what came early
		for i := range calls {
			r.redactSeen(&calls[i])
		}
	}
	for i := range calls {
		s.call(&calls[i])
	}
	return s.finish(len(calls))
}

func (s *summary) finish(calls int) *Report {
	for _, o := range s.ops {
		s.report.Operations = append(s.report.Operations, *o)
	}
	sort.Slice(s.report.Operations, func(i, j int) bool { return s.report.Operations[i].Name < s.report.Operations[j].Name })
	for _, d := range s.diffs {
		s.report.Differences = append(s.report.Differences, *d)
	}
	sort.Slice(s.report.Differences, func(i, j int) bool {
		a, b := s.report.Differences[i], s.report.Differences[j]
		if a.Operation != b.Operation {
			return a.Operation < b.Operation
		}
		return a.Text < b.Text
	})
	for text, n := range s.notes {
		s.report.Notes = append(s.report.Notes, Note{s.secrets.Text(text), n})
	}
	sort.Slice(s.report.Notes, func(i, j int) bool { return s.report.Notes[i].Text < s.report.Notes[j].Text })
	kept := s.report.files[:0]
	for _, f := range s.report.files {
		if s.secrets.Leaks(f.data) > 0 {
			s.report.Notes = append(s.report.Notes, Note{f.name + " was not written: a redacted value is in it", 1})
			continue
		}
		kept = append(kept, f)
	}
	s.report.files = kept
	s.report.Calls = calls
	return &s.report
}

// redactSeen redacts a call before anything else looks at it.
func (r *recorder) redactSeen(c *seen) {
	for _, h := range []http.Header{c.request.header, c.response.header} {
		for name, values := range h {
			for i, v := range values {
				h[name][i] = r.secrets.Header(name, v)
			}
		}
	}
	path, raw, _ := strings.Cut(c.target, "?")
	var parts []string
	for _, p := range strings.Split(raw, "&") {
		k, v, ok := strings.Cut(p, "=")
		name, err1 := url.QueryUnescape(k)
		value, err2 := url.QueryUnescape(v)
		if ok && err1 == nil && err2 == nil {
			if clean := r.secrets.Query(name, value); clean != value {
				p = k + "=" + url.QueryEscape(clean)
			}
		}
		if p != "" {
			parts = append(parts, p)
		}
	}
	c.target = r.secrets.Text(path)
	if len(parts) > 0 {
		c.target += "?" + strings.Join(parts, "&")
	}
	r.redactBody(&c.request)
	r.redactBody(&c.response)
}

func (r *recorder) redactBody(m *message) {
	plain, ok := m.decoded()
	if !ok {
		m.long = true
		return
	}
	m.body = plain
	m.header.Del("Content-Encoding")
	m.header.Del("Content-Length")
	media, _, _ := strings.Cut(m.header.Get("Content-Type"), ";")
	trimmed := bytes.TrimSpace(plain)
	switch {
	case len(trimmed) == 0:
	case exchange.IsJSON(media):
		v, n, err := read.ParseJSON(string(trimmed), 1)
		if err != nil || n != len(trimmed) {
			m.body = []byte(r.secrets.Text(string(plain)))
			return
		}
		before := v.Indented()
		read.RedactValue(r.secrets, v)
		if after := v.Indented(); after != before {
			m.body = []byte(after)
		}
	case strings.HasPrefix(media, "application/x-www-form-urlencoded"):
		m.body = []byte(r.form(string(plain)))
	case utf8.Valid(plain):
		m.body = []byte(r.secrets.Text(string(plain)))
	}
}

func (r *recorder) form(body string) string {
	parts := strings.Split(body, "&")
	for i, p := range parts {
		k, v, ok := strings.Cut(p, "=")
		name, err1 := url.QueryUnescape(k)
		value, err2 := url.QueryUnescape(v)
		if ok && err1 == nil && err2 == nil {
			if clean := r.secrets.Query(name, value); clean != value {
				parts[i] = k + "=" + url.QueryEscape(clean)
			}
		}
	}
	return strings.Join(parts, "&")
}

// call validates one call, and records it if it shows something new.
func (s *summary) call(c *seen) {
	name, ex, diffs := s.match(c)
	if s.opts.Only != "" && s.opts.Only != name && s.opts.Only != c.method+" "+pathOf(c.target) {
		return
	}
	o := s.ops[name]
	if o == nil {
		o = &Operation{Name: name}
		s.ops[name] = o
	}
	o.Calls++
	if c.request.long || c.response.long {
		s.notes[fmt.Sprintf("%s: a body over 1 MB or in an unknown coding passed unrecorded", name)]++
		return
	}
	for _, text := range diffs {
		key := name + "\x00" + text
		if s.diffs[key] == nil {
			s.diffs[key] = &Difference{Operation: name, Text: text}
			o.Differences++
		}
		s.diffs[key].Count++
	}
	if ex != nil {
		s.record(c, name, o)
	}
}

// match finds the operation: of those with the same path, as of one GraphQL
// endpoint, the one that the call violates least.
func (s *summary) match(c *seen) (name string, ex *exchange.Exchange, diffs []string) {
	best := -1
	documented := false
	for i := range s.routes {
		rt := &s.routes[i]
		if !s.fits(rt, c) {
			continue
		}
		documented = true
		if rt.method != c.method {
			continue
		}
		x, found := s.validate(rt, c)
		if best < 0 || len(found) < best {
			name, ex, diffs, best = rt.id, x, found, len(found)
		}
		if best == 0 || !strings.Contains(rt.path, "#") {
			break
		}
	}
	if best >= 0 {
		return name, ex, diffs
	}
	what := "undocumented path"
	if documented {
		what = "undocumented method"
	}
	return c.method + " " + pathOf(c.target), nil, []string{what}
}

func (s *summary) fits(rt *route, c *seen) bool {
	template, _, _ := strings.Cut(rt.path, "#")
	return pattern(template).MatchString(pathOf(c.target))
}

var patterns sync.Map

func pattern(template string) *regexp.Regexp {
	known, _ := patterns.Load(template)
	if p, ok := known.(*regexp.Regexp); ok {
		return p
	}
	var b strings.Builder
	b.WriteString("^")
	rest := template
	for {
		i := strings.IndexByte(rest, '{')
		j := strings.IndexByte(rest, '}')
		if i < 0 || j < i {
			b.WriteString(regexp.QuoteMeta(rest))
			break
		}
		b.WriteString(regexp.QuoteMeta(rest[:i]) + "[^/]+")
		rest = rest[j+1:]
	}
	p := regexp.MustCompile(b.String() + "/?$")
	patterns.Store(template, p)
	return p
}

// validate checks a call against an operation.
func (s *summary) validate(rt *route, c *seen) (*exchange.Exchange, []string) {
	data := s.spell(rt, c)
	x, err := exchange.Parse(exchangeName(rt.id), data)
	if err != nil {
		return nil, texts(err)
	}
	x.OperationID = rt.id
	var diffs []string
	if err := exchange.Validate(s.spec, x); err != nil {
		diffs = texts(err)
	}
	return x, unique(append(diffs, s.members(rt, c)...))
}

var dotted = regexp.MustCompile(`^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$`)

// exchangeName is the file name of an operation's exchange.
func exchangeName(id string) string {
	if dotted.MatchString(id) {
		return id + ".txtar"
	}
	return "operation.call.txtar"
}

var indexes = regexp.MustCompile(`/\d+(/|:|$)`)

// texts spells the differences; positions in the exchange and indexes of lists
// do not make them different.
func texts(err error) []string {
	var list exchange.Errors
	if !errors.As(err, &list) {
		return []string{err.Error()}
	}
	var out []string
	for _, e := range list {
		t := e.Message
		for i := 0; i < 6; i++ {
			t = indexes.ReplaceAllString(t, "/[]$1")
		}
		out = append(out, t)
	}
	return unique(out)
}

func unique(list []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// host is the documented host that stands for the upstream's, and its base path.
func (s *summary) host(rt *route) (host, base string) {
	servers := s.spec.Doc.Servers
	if rt != nil && rt.op.Servers != nil && len(*rt.op.Servers) > 0 {
		servers = *rt.op.Servers
	}
	for _, server := range servers {
		address := server.URL
		for name, v := range server.Variables {
			address = strings.ReplaceAll(address, "{"+name+"}", v.Default)
		}
		if u, err := url.Parse(address); err == nil && (u.Host != "" || u.Path != "") {
			if u.Host == "" {
				u.Host = s.upstream.Host
			}
			return u.Host, strings.TrimSuffix(u.Path, "/")
		}
	}
	return s.upstream.Host, ""
}

// spell spells a call as an exchange.
func (s *summary) spell(rt *route, c *seen) []byte {
	var b bytes.Buffer
	host, base := s.host(rt)
	fmt.Fprintf(&b, "recorded from %s\nseen: full\n-- request --\n%s %s%s HTTP/1.1\nHost: %s\n", s.upstream.Host, c.method, base, c.target, host)
	s.headers(&b, rt, c.request.header, false, 0)
	writeBody(&b, "request", c.request)
	fmt.Fprintf(&b, "-- response --\nHTTP/1.1 %d %s\n", c.status, reason(c.status))
	s.headers(&b, rt, c.response.header, true, c.status)
	writeBody(&b, "response", c.response)
	return b.Bytes()
}

func reason(status int) string {
	if t := http.StatusText(status); t != "" {
		return t
	}
	return "Status"
}

// writeBody adds the body: as text, or in base64 as a part of its own.
func writeBody(b *bytes.Buffer, part string, m message) {
	if len(bytes.TrimSpace(m.body)) == 0 {
		return
	}
	if utf8.Valid(m.body) && !bytes.HasPrefix(m.body, []byte("-- ")) && !bytes.Contains(m.body, []byte("\n-- ")) && bytes.IndexByte(m.body, 0) < 0 {
		fmt.Fprintf(b, "\n%s\n", bytes.TrimRight(m.body, "\n"))
		return
	}
	encoded := base64.StdEncoding.EncodeToString(m.body)
	fmt.Fprintf(b, "-- %s.body.base64 --\n%s\n", part, encoded)
}

// headers writes the headers that the spec knows; the others are transport.
func (s *summary) headers(b *bytes.Buffer, rt *route, h http.Header, answer bool, status int) {
	known := map[string]bool{"Content-Type": true}
	if answer {
		if r := rt.op.Responses.Status(status); r != nil && r.Value != nil {
			for name := range r.Value.Headers {
				known[http.CanonicalHeaderKey(name)] = true
			}
		}
	} else {
		s.requestHeaders(rt, known)
	}
	var names []string
	for name := range h {
		if known[name] {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		for _, v := range h[name] {
			fmt.Fprintf(b, "%s: %s\n", name, strings.Join(strings.Fields(v), " "))
		}
	}
}

func (s *summary) requestHeaders(rt *route, known map[string]bool) {
	for _, list := range []openapi3.Parameters{rt.item.Parameters, rt.op.Parameters} {
		for _, p := range list {
			if p.Value != nil && p.Value.In == "header" {
				known[http.CanonicalHeaderKey(p.Value.Name)] = true
			}
		}
	}
	if s.spec.Doc.Components == nil {
		return
	}
	for _, scheme := range s.spec.Doc.Components.SecuritySchemes {
		switch {
		case scheme.Value == nil:
		case scheme.Value.Type == "apiKey" && scheme.Value.In == "header":
			known[http.CanonicalHeaderKey(scheme.Value.Name)] = true
		case scheme.Value.Type == "apiKey" && scheme.Value.In == "cookie":
			known["Cookie"] = true
		default:
			known["Authorization"] = true
		}
	}
}

// record keeps the first exchange of each operation and outcome, and with All
// those that show a new member.
func (s *summary) record(c *seen, name string, o *Operation) {
	outcome := ""
	if c.status >= 300 {
		outcome = "status" + strconv.Itoa(c.status)
	}
	fresh := s.showsMore(c, name+outcome)
	stem := name
	if outcome != "" {
		stem += "." + outcome
	}
	if s.names[stem] {
		if !s.opts.All || !fresh {
			return
		}
		base := stem
		if outcome == "" {
			base += ".more"
		}
		for n := 2; s.names[stem]; n++ {
			stem = base + strconv.Itoa(n)
		}
	}
	if !dotted.MatchString(name) {
		s.notes[name+": the operationId is not service.method, so no exchange can be named after it"]++
		return
	}
	for i := range s.routes {
		if s.routes[i].id == name {
			s.names[stem] = true
			o.Recorded++
			s.report.files = append(s.report.files, file{stem + ".txtar", s.spell(&s.routes[i], c)})
			return
		}
	}
}

// showsMore remembers the pointers of the bodies and reports whether there is a
// new one.
func (s *summary) showsMore(c *seen, key string) bool {
	if s.shown[key] == nil {
		s.shown[key] = map[string]bool{}
	}
	fresh := false
	for _, m := range []message{c.request, c.response} {
		if v, _, err := read.ParseJSON(string(m.body), 1); err == nil {
			pointers(v, "", func(p string) {
				if !s.shown[key][p] {
					s.shown[key][p] = true
					fresh = true
				}
			})
		}
	}
	return fresh
}

func pointers(v *read.Value, at string, visit func(string)) {
	visit(at)
	for _, m := range v.Members {
		pointers(m.Value, at+"/"+m.Name, visit)
	}
	for _, item := range v.Items {
		pointers(item, at+"/[]", visit)
	}
}
