// Package review tells what a change of a document does, in one report that
// follows it from the line of the document to the caller that breaks: what
// changes on the wire (oasdiff), what changes in the Go API (apidiff, on the
// packages that both versions of the document give), in JSON:API's words where
// they apply, and which callers stop compiling or do something else than before.
//
// The door is Compare. It generates nothing: it is given both versions of each
// client, documents, models and files, in memory.
package review

import (
	"cmp"
	"io"
	"log"
	"runtime"
	"slices"
	"sync"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// A Side is a client as one version of its document gives it.
type Side struct {
	Document *load.Document
	API      *model.API
	Files    map[string][]byte // what is generated, by path relative to the client's directory
	Fake     map[string][]byte // files of the package of its fake, as Files; callers may use it
	Warnings []load.Diagnostic // of package model; fallbacks are looked for among them
}

// A Client is a package in both versions.
type Client struct {
	Spec    string // the document's path, e.g. "spec/pets.yaml"
	Out     string // the package's directory as users see it; "" when there is none
	Package string // its name
	Import  string // its import path
	Old     *Side  // nil when the older version has no such client, or it cannot be read
	New     *Side  // nil when the newer version has none
	Unread  string // why there is no older side, when that is not because the client is new
}

// Options says what surrounds the clients.
type Options struct {
	Base    string            // what is compared with, for the report, e.g. "origin/main"
	Runtime map[string][]byte // Go files of the runtime's copies, by import path and file name, e.g. "example.com/app/api/api.go"

	// Severity is what the project says of rules of the wire. "none" leaves the
	// changes of a rule out.
	Severity map[string]Severity

	// Stability is what a change of operations is at most, by x-stability.
	Stability map[string]Severity

	// Accepted are the changes that a reviewer accepted: fingerprint → reason.
	Accepted   map[string]string
	AcceptedIn string   // the file that says so
	Notes      []string // on that file

	// Modules are the roots of the modules whose code calls the clients. None
	// means that callers are not looked for.
	Modules []Module
	// Generated reports whether a Go file was written by gen, which is what
	// Side.Files replaces; other files in a client's directory are callers.
	Generated func(data []byte) bool
}

// A Module is a Go module on disk.
type Module struct {
	Root  string            // absolute directory
	Files map[string][]byte // generated Go files by absolute path: they stand for those on disk
}

// Compare reports what is different between the versions of the clients. What
// could not be compared, the report says; there are no errors.
func Compare(clients []*Client, opts Options) *Report {
	c := &comparison{opts: opts, report: &Report{Version: 1, Base: opts.Base}}
	defer log.SetOutput(log.Writer())
	log.SetOutput(io.Discard) // where oasdiff reports oddities
	wires := make([]*wire, len(clients))
	var wait sync.WaitGroup
	turns := make(chan struct{}, runtime.GOMAXPROCS(0)) // each has a limited time, and its memory
	for i, client := range clients {
		wait.Go(func() {
			turns <- struct{}{}
			wires[i] = compareWire(client)
			<-turns
		})
	}
	world := c.newWorld(clients)
	wait.Wait()
	for i, client := range clients {
		c.client(client, wires[i], world)
	}
	if world != nil {
		c.callers(world)
	}
	c.report.Notes = opts.Notes
	c.accept()
	for _, caller := range c.report.Callers {
		for _, client := range caller.clients {
			if caller.Kind == CallerBreaks {
				client.Go = Breaking
			}
		}
	}
	c.report.settle()
	return c.report
}

// comparison is one run of Compare.
type comparison struct {
	opts    Options
	report  *Report
	clients []*joined
}

// joined is a client with what was found out about it.
type joined struct {
	*Client
	report   *ClientReport
	old, new *symbolIndex
	byName   map[string]*GoChange // by the symbol in the older version, or in the newer if it is new

	differences []*difference
	called      []*WireChange       // those whose callers are looked for
	outcomes    map[string]outcome  // by symbol: see consequence
	policy      map[string]Severity // severities of rules that the project chose
	stability   map[string]Severity // see Options
	retyped     map[string]bool     // types of resources that were, or are, others
}

func (c *comparison) notCompared(format string, args ...any) {
	c.report.note(format, args...)
}

// client compares one client.
func (c *comparison) client(client *Client, w *wire, world *world) {
	r := &ClientReport{Spec: client.Spec, Out: client.Out, Package: client.Package, Wire: Compatible, Go: Compatible}
	j := &joined{Client: client, report: r, old: indexSymbols(client.Old), new: indexSymbols(client.New), byName: map[string]*GoChange{}, retyped: map[string]bool{}, policy: c.opts.Severity, stability: c.opts.Stability}
	c.clients = append(c.clients, j)
	r.Size = measure(client.Old, client.New)
	r.Fallbacks = newFallbacks(client.Old, client.New)
	c.report.Clients = append(c.report.Clients, r)
	switch {
	case client.Unread != "":
		r.Wire, r.Go = Unknown, Unknown
		c.notCompared("%s: %s", client.Spec, client.Unread)
		return
	case client.Old == nil:
		r.Added = true
		return
	case client.New == nil:
		r.Removed = true
		r.Go = Breaking // the API itself may be as it was
		return
	}
	if w.err != nil {
		r.Wire = Unknown
		c.notCompared("%s: the wire: %v", client.Spec, w.err)
	}
	if world == nil {
		r.Go = Unknown
	} else if err := j.compareGo(world); err != nil {
		r.Go = Unknown
		c.notCompared("%s: the Go API: %v", client.Spec, err)
	}
	j.joinWire(w)
	r.Resources = compareResources(j)
	r.Credentials = compareCredentials(j)
	for _, change := range slices.Concat(r.Credentials, r.WireChanges) {
		if change.Severity == SeverityBreaking {
			r.Wire = Breaking
		}
	}
	for _, change := range r.GoChanges {
		if !change.Compatible {
			r.Go = Breaking
		}
	}
}

// measure counts what the clients' directories hold.
func measure(old, new *Side) Size {
	var s Size
	before, after := old.files(), new.files()
	for name, data := range before {
		s.OldFiles++
		s.OldLines += countLines(data)
		if _, kept := after[name]; !kept {
			s.Deleted = append(s.Deleted, name)
		}
	}
	for name, data := range after {
		s.NewFiles++
		s.NewLines += countLines(data)
		was, known := before[name]
		switch {
		case !known:
			s.Added = append(s.Added, name)
		case string(was) != string(data):
			s.Modified = append(s.Modified, name)
		}
	}
	slices.Sort(s.Added)
	slices.Sort(s.Modified)
	slices.Sort(s.Deleted)
	return s
}

func (s *Side) files() map[string][]byte {
	if s == nil {
		return nil
	}
	return s.Files
}

func (s *Side) fake() map[string][]byte {
	if s == nil {
		return nil
	}
	return s.Fake
}

func countLines(data []byte) int {
	n := 0
	for _, c := range data {
		if c == '\n' {
			n++
		}
	}
	return n
}

// newFallbacks lists the fallbacks that the older version does not have.
func newFallbacks(old, new *Side) []Fallback {
	// The way out names the schema's pointer, which stays when lines move.
	type key struct{ message, fix string }
	known := map[key]bool{}
	if old != nil {
		for _, d := range old.Warnings {
			known[key{d.Message, d.Fix}] = true
		}
	}
	var list []Fallback
	if new == nil || old == nil {
		return nil
	}
	for _, d := range new.Warnings {
		if d.Code == "fallback" && !known[key{d.Message, d.Fix}] {
			list = append(list, Fallback{At: at(d.Pos), Message: d.Message})
		}
	}
	return list
}

// byPlace orders by position, then by text.
func byPlace(p, q Place, a, b string) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col), cmp.Compare(a, b))
}
