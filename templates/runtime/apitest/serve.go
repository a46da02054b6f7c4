package apitest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docwright/docwright/templates/runtime/api"
)

// maxBody is how much of a request the fake reads.
const maxBody = 64 << 20

// call is a request on its way to a response.
type call struct {
	server  *Server
	op      *operation
	request *http.Request
	params  map[string]string // of the path
	query   url.Values
	body    []byte

	unchecked []string // what would cost too much to check
}

// answer is a response before it is sent.
type answer struct {
	status int
	header http.Header
	body   []byte
	source Source
	raw    bool // is sent without being checked
}

// errNoAnswer says that a source has none.
var errNoAnswer = errors.New("no response")

// ServeHTTP answers a request: the fake may also be mounted in another server.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	record := Record{Method: r.Method, Path: r.URL.RequestURI(), Header: r.Header.Clone()}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "the fake cannot read the request: "+err.Error(), http.StatusBadRequest)
		return
	}
	record.Body = body
	c := &call{server: s, request: r, body: body, query: r.URL.Query()}
	var f *fault
	a := s.route(c, &record)
	if a == nil {
		record.Operation = c.op.id
		f = s.nextFault(c.op.id)
		a = s.answer(c, f, &record)
	}
	record.Status, record.Source = a.status, a.source
	if f != nil && f.reset {
		record.Status = 0
	}
	for _, v := range record.Violations {
		s.report(v)
	}
	record.Unchecked = c.unchecked
	record.Took = time.Since(began)
	s.keep(record)
	if s.log != nil {
		s.log(record)
	}
	send(w, r, a, f)
}

// route finds the operation that a request is for. It returns a response when
// there is none.
func (s *Server) route(c *call, record *Record) *answer {
	found, params, methods := s.api.match(c.request.Method, c.request.URL.EscapedPath())
	if len(found) == 0 {
		v := Violation{Operation: record.Method + " " + c.request.URL.Path, Reason: "is no operation of the document", Status: http.StatusNotFound}
		if len(methods) > 0 {
			v.Reason, v.Status = "the document has "+strings.Join(methods, ", ")+" there", http.StatusMethodNotAllowed
		}
		record.Violations = []Violation{v}
		a := s.api.errorAnswer(nil, problem(v.Status, api.ErrorObject{Detail: record.Method + " " + c.request.URL.Path + ": " + v.Reason}))
		if len(methods) > 0 {
			a.header.Set("Allow", strings.Join(methods, ", "))
		}
		return a
	}
	c.params = params
	c.op = choose(c, found)
	return nil
}

// ofQuery are the operations whose paths have the most of a query, if some are written
// with a query; else all.
func ofQuery(query url.Values, found []*operation) []*operation {
	var best []*operation
	for _, o := range found {
		fits := true
		for name, values := range o.query {
			fits = fits && slices.Equal(query[name], values)
		}
		switch {
		case !fits:
		case len(best) == 0 || len(o.query) == len(best[0].query):
			best = append(best, o)
		case len(o.query) > len(best[0].query):
			best = []*operation{o}
		}
	}
	if len(best) == 0 {
		return found
	}
	return best
}

// choose distinguishes operations of one path: by a query in their paths, by the query of
// GraphQL, else by what their requests may look like.
func choose(c *call, found []*operation) *operation {
	if found = ofQuery(c.query, found); len(found) == 1 {
		if params, ok := found[0].match(c.request.URL.EscapedPath()); ok {
			c.params = params // names differ where operations share a path
		}
		return found[0]
	}
	if op := chooseQuery(c, found); op != nil {
		return op
	}
	for _, op := range found {
		params, ok := op.match(c.request.URL.EscapedPath())
		try := *c
		try.op, try.params = op, params
		if !ok {
			try.params = c.params
		}
		if len(try.checkRequest()) == 0 {
			c.params = try.params
			return op
		}
	}
	return found[0]
}

// answer finds the response of an operation.
func (s *Server) answer(c *call, f *fault, record *Record) *answer {
	if f != nil && (f.status != 0 || f.reset) {
		if f.reset {
			return &answer{}
		}
		return s.api.errorAnswer(c.op, problem(f.status, api.ErrorObject{Detail: "the test wants this status"}))
	}
	h := s.handler(c.op)
	record.Violations = c.checkRequest()
	if raw, ok := h.(http.Handler); ok {
		return serveRaw(raw, c)
	}
	if len(record.Violations) > 0 {
		return s.api.errorAnswer(c.op, violationError(c, record.Violations))
	}
	a, err := s.find(c, h)
	if err != nil {
		if !errors.As(err, new(*api.Error)) {
			err = problem(http.StatusInternalServerError, api.ErrorObject{Detail: err.Error()})
		}
		source := Source("")
		if a != nil {
			source = a.source
		}
		a = s.api.errorAnswer(c.op, err)
		a.source = source
		return a
	}
	if wrong := c.checkAnswer(a); len(wrong) > 0 && !a.raw {
		record.Violations = wrong
		var list []string
		for _, v := range wrong {
			list = append(list, v.String())
		}
		source := a.source
		a = s.api.errorAnswer(c.op, Error(http.StatusInternalServerError, strings.Join(list, "\n")))
		a.source = source
	}
	return a
}

// find asks the handler, and then the sources in their order. A response beside an
// error has nothing but its source.
func (s *Server) find(c *call, h handler) (*answer, error) {
	if typed, ok := h.(typedHandler); ok {
		a, err := typed(c)
		if err != nil {
			return &answer{source: fromHandler}, err
		}
		a.source = fromHandler
		return a, nil
	}
	var reasons []string
	for _, source := range s.sources {
		a, err := s.from(source, c)
		switch {
		case err == nil:
			a.source = source
			return a, nil
		case errors.Is(err, errNoAnswer):
			reasons = append(reasons, string(source)+": "+strings.TrimPrefix(err.Error(), errNoAnswer.Error()+": "))
		default:
			return &answer{source: source}, err
		}
	}
	detail := "the fake has no response for " + c.op.id + ": set a handler"
	if len(reasons) > 0 {
		detail += " (" + strings.Join(reasons, "; ") + ")"
	}
	return nil, Error(http.StatusNotImplemented, detail)
}

// from asks one source.
func (s *Server) from(source Source, c *call) (*answer, error) {
	switch source {
	case FromStore:
		return s.currentStore().answer(c)
	case FromExchanges:
		return c.replay()
	case FromExamples:
		return c.example()
	}
	return nil, fmt.Errorf("%w: %q is not a source of responses", errNoAnswer, source)
}

func (s *Server) currentStore() *store {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.store
}

// violationError is the error for a request that the document does not allow.
func violationError(c *call, wrong []Violation) *api.Error {
	e := &api.Error{StatusCode: wrong[0].Status}
	for _, v := range wrong {
		if v.Status == http.StatusUnauthorized {
			e.StatusCode = v.Status
		}
		o := api.ErrorObject{Detail: v.Reason, Pointer: v.Pointer}
		switch v.In {
		case "query", "path":
			o.Parameter = v.Parameter
		case "header":
			o.Header = v.Parameter
		}
		if v.Pointer == "/data/type" && c.op.endpoint != nil && v.Status != http.StatusUnauthorized {
			e.StatusCode = http.StatusConflict
		}
		e.Errors = append(e.Errors, o)
	}
	return e
}

// send writes a response, spoiled by a fault.
func send(w http.ResponseWriter, r *http.Request, a *answer, f *fault) {
	if f != nil {
		if f.latency > 0 {
			select {
			case <-time.After(f.latency):
			case <-r.Context().Done():
				panic(http.ErrAbortHandler)
			}
		}
		if f.reset {
			panic(http.ErrAbortHandler) // net/http breaks the connection, and says nothing
		}
		for name, values := range f.header {
			a.header[name] = values
		}
	}
	for name, values := range a.header {
		w.Header()[name] = slices.Clone(values)
	}
	if a.status < 100 || a.status > 999 { // a document can have any number; RFC 9110, section 15, has three digits
		a.status = http.StatusInternalServerError
	}
	if a.status == http.StatusNoContent || a.status == http.StatusNotModified {
		w.WriteHeader(a.status)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	if f != nil && f.cut >= 0 && f.cut < len(a.body) {
		_, _ = w.Write(a.body[:f.cut])            // the reader may be gone
		_ = http.NewResponseController(w).Flush() // so that something arrives before the end
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(a.body) // the reader may be gone
}

// jsonAnswer makes a response with a JSON body.
func jsonAnswer(status int, contentType string, body any) *answer {
	if contentType == "" {
		contentType = "application/json"
	}
	return &answer{status: status, header: http.Header{"Content-Type": {contentType}}, body: encode(body)}
}

// document returns the request's JSON body, nil when it has none. Numbers are
// json.Number.
func (c *call) document() any {
	if len(c.body) == 0 || !isJSON(c.request.Header.Get("Content-Type")) {
		return nil
	}
	return decode(c.body)
}

// decode returns JSON as maps and slices, with exact numbers; nil when it is none.
func decode(data []byte) any {
	d := json.NewDecoder(strings.NewReader(string(data)))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil
	}
	return v
}
