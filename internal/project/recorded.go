package project

import (
	"bytes"
	"path/filepath"
	"slices"
	"sync"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/exchange"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/load"
)

// This file gives a document the calls that were recorded next to it. They are
// evidence of what the document leaves open, such as the types of its resources.

// attachRecordings has doc read the recorded calls of j when it needs them. Then the
// client depends on them, and what is wrong with some is a warning.
func (p *Project) attachRecordings(j *job, doc *load.Document, o *output) {
	doc.Recorded = sync.OnceValue(func() []load.Recording {
		o.usesExchanges = true
		calls, diags := p.recordedBeside(j.spec)
		if !j.client.Fake { // else making the fake reports them
			for _, d := range diags {
				d.Severity = diag.Warning
				o.diags = append(o.diags, d)
			}
		}
		return recordedBodies(calls)
	})
}

// recordedBeside reads the recorded calls next to a document: at the revision that p
// reads, if it reads one. A directory without .txtar files holds something else.
func (p *Project) recordedBeside(spec string) ([]*exchange.Exchange, []diag.Diagnostic) {
	dir := exchangesDir(spec)
	if p.list == nil {
		if !holdsExchanges(dir) {
			return nil, nil
		}
		return recordings(dir, false)
	}
	names := slices.DeleteFunc(p.list(dir), func(name string) bool { return filepath.Ext(name) != ".txtar" })
	calls, err := exchange.ReadFiles(dir, names, p.read)
	return calls, diag.From(err, "exchange", "")
}

// holdsExchanges reports whether a directory has recorded calls.
func holdsExchanges(dir string) bool {
	entries, err := input.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) == ".txtar" {
			return true
		}
	}
	return false
}

// recordedBodies are the bodies of calls, as trees.
func recordedBodies(calls []*exchange.Exchange) []load.Recording {
	var all []load.Recording
	for _, x := range calls {
		r := load.Recording{Name: x.Name, Operation: x.OperationID, Request: bodyNode(&x.Request.Message)}
		if x.Response != nil {
			r.Status, r.Response = x.Response.Status, bodyNode(&x.Response.Message)
		}
		all = append(all, r)
	}
	return all
}

// bodyNode is a body of JSON; nil for others. Line breaks before it give its nodes
// their positions in the exchange.
func bodyNode(m *exchange.Message) *load.Node {
	if m.Body == nil || !exchange.IsJSON(m.Header.Get("Content-Type")) {
		return nil
	}
	at := m.Position()
	text := append(bytes.Repeat([]byte("\n"), max(at.Line-1, 0)), bytes.TrimSpace(m.Body)...)
	node, _ := load.Parse(at.File, text) // package exchange has reported what is wrong with it
	return node
}
