// Package exchange reads documented calls of an API, one file each, and checks
// them against its specification.
//
// A call is a txtar archive named after its operation: contacts.update.txtar,
// or contacts.update.cleared.txtar where a page shows several samples.
//
//	https://docs.example.com/contacts/update
//	seen: full
//	What was normalised, in free words.
//	-- request --
//	PUT /contacts/7 HTTP/1.1
//	Host: api.example.com
//	Content-Type: application/json
//
//	{"name": "Ann"}
//	-- response --
//	HTTP/1.1 200 OK
//	Content-Type: application/json
//
//	{"id": 7, "name": "Ann"}
//
// The comment's first line is the address of the page, or another source, such
// as "recorded from staging, 2026-11-02". A second line may say how much of the
// page was visible. The response part is left out when the page
// shows none. A message with a Content-Type and without a body stands for a
// body that the page does not show; one without both has no body. The newline
// that ends a part belongs to the archive, not to the body. A body that is not
// text goes to a part of its own, request.body.base64 or response.body.base64.
package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/input"
)

// Exchange is a documented call: a request and, where one was seen, its response.
type Exchange struct {
	Name        string    // e.g. "contacts.update.cleared"
	OperationID string    // e.g. "contacts.update"
	Variant     string    // e.g. "cleared"; empty for an operation's only or plain sample
	File        string    // as shown in errors, e.g. "spec/ctrlhub/exchanges/contacts.update.cleared.txtar"
	Source      string    // where the call comes from: PageURL, or e.g. "recorded from staging, 2026-11-02"
	PageURL     string    // the page that documents the call; empty if Source is something else
	Seen        string    // how much of the page was visible, e.g. "full"; empty if the exchange does not say
	Comment     string    // the remaining lines of the comment
	Request     Request   // what the client sends
	Response    *Response // what the server answers; nil when the page shows nothing of it
}

// Request is the request of an exchange.
type Request struct {
	Method string // e.g. "PUT"
	Target string // path and query as sent, e.g. "/contacts/7?include=accounts"
	Host   string // of the Host header, which Header does not hold
	Message
}

// Response is the response of an exchange.
type Response struct {
	Status int // e.g. 201
	Message
}

// Message is what requests and responses have in common.
type Message struct {
	Header http.Header
	Body   []byte // nil when there is none, or none was seen

	file        string
	line        int            // of the start line
	headerLines map[string]int // by canonical name
	bodyLine    int            // of the body's first byte; 0 without one, or when it is in base64
}

// Elided reports whether the message has a body that its page does not show.
func (m *Message) Elided() bool {
	return m.Body == nil && m.Header.Get("Content-Type") != ""
}

// Position returns the place of a value of the message's JSON body, named by
// its path of member names and indexes; without a body to point into, that of
// the start line.
func (m *Message) Position(path ...string) Position {
	places := places{message: m}
	return places.at(path)
}

// URL returns the parsed target.
func (r *Request) URL() *url.URL {
	u, err := url.ParseRequestURI(r.Target)
	if err != nil {
		return &url.URL{Path: r.Target} // an Exchange built by hand; Parse refuses such a target
	}
	return u
}

// HTTP returns the request as a server at the base address would receive it.
// An empty base stands for the documented host.
func (r *Request) HTTP(base string) (*http.Request, error) {
	address := strings.TrimSuffix(base, "/") + r.Target
	if base == "" {
		address = "https://" + r.Host + r.Target
	}
	var body io.Reader
	if r.Body != nil {
		body = bytes.NewReader(r.Body)
	}
	req, err := http.NewRequest(r.Method, address, body)
	if err != nil {
		return nil, err
	}
	req.Header = r.Header.Clone()
	if r.Host != "" {
		req.Host = r.Host
	}
	return req, nil
}

// WriteTo answers a request with the documented response.
func (r *Response) WriteTo(w http.ResponseWriter) error {
	for name, values := range r.Header {
		if name != "Content-Length" {
			w.Header()[name] = slices.Clone(values)
		}
	}
	w.WriteHeader(r.Status)
	if len(r.Body) == 0 {
		return nil // a 204 refuses even an empty write
	}
	_, err := w.Write(r.Body)
	return err
}

// Read reads every exchange of a directory, sorted by name. The error lists
// every problem of every file; the exchanges without problems come back too.
func Read(dir string) ([]*Exchange, error) {
	entries, err := input.ReadDir(dir)
	if err != nil {
		return nil, &Error{Pos: Position{File: dir}, Message: "cannot read exchanges: " + reason(err), Fix: "name a directory of .txtar files"}
	}
	var names []string
	var problems Errors
	for _, entry := range entries {
		if name := entry.Name(); !entry.IsDir() && path.Ext(name) == ".txtar" {
			names = append(names, name)
		} else {
			problems = append(problems, &Error{
				Pos: Position{File: shownFile(dir, name)}, Message: "not an exchange",
				Fix: "keep only <operationId>[.<variant>].txtar files here",
			})
		}
	}
	all, err := ReadFiles(dir, names, input.ReadFile)
	var more Errors
	if errors.As(err, &more) {
		problems = append(problems, more...)
	}
	return all, problems.err()
}

// shownFile is a file of a directory as errors name it.
func shownFile(dir, name string) string { return path.Join(strings.ReplaceAll(dir, `\`, "/"), name) }

// ReadFiles reads the exchanges of a directory that have these file names, as Read
// does.
func ReadFiles(dir string, names []string, read func(name string) ([]byte, error)) ([]*Exchange, error) {
	var all []*Exchange
	var problems Errors
	for _, name := range names {
		shown := shownFile(dir, name)
		data, err := read(filepath.Join(dir, name))
		if err != nil {
			problems = append(problems, &Error{Pos: Position{File: shown}, Message: "cannot be read: " + reason(err), Fix: "make it a regular file of the repository"})
			continue
		}
		ex, err := Parse(shown, data)
		var errs Errors
		if errors.As(err, &errs) {
			problems = append(problems, errs...)
			continue
		}
		all = append(all, ex)
	}
	return all, problems.err()
}

// reason drops the path that fs errors repeat: the position names it already.
func reason(err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err.Error()
	}
	return fmt.Sprint(err)
}
