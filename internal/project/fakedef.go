package project

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/lock"
	"github.com/docwright/docwright/templates/runtime/apitest"
)

// Fake returns what a fake of a document is made of. If the config has a client
// of it, its overlays and refs apply. Recorded calls come from the directory
// exchanges; if that is "", from the one next to the document, if there is one.
// The definition is nil if the document cannot be read, and the diagnostics say
// why.
func (p *Project) Fake(spec, exchanges string) (*apitest.Definition, []diag.Diagnostic) {
	options, diags := p.fakeLoad(spec)
	if len(diags) > 0 {
		return nil, diags
	}
	doc, diags := p.stages.Load(spec, options)
	if doc == nil || diag.Errors(diags) {
		return nil, diags
	}
	text, err := fakeSpec(doc)
	if err != nil {
		return nil, append(diags, renderFaults(err)...)
	}
	dir := exchanges
	if dir == "" {
		dir = exchangesDir(spec)
	}
	calls, faults := fakeExchanges(dir, exchanges != "")
	if len(faults) > 0 {
		return nil, append(diags, faults...)
	}
	return &apitest.Definition{Spec: text, Exchanges: calls}, diags
}

// OnlySpec returns the document of the config's client, if it has one client.
func (p *Project) OnlySpec() (string, *diag.Diagnostic) {
	jobs, diags := p.jobs()
	if len(diags) > 0 {
		return "", &diags[0]
	}
	if len(jobs) != 1 {
		var specs []string
		for _, j := range jobs {
			specs = append(specs, slash(j.spec))
		}
		d := fault(diag.Position{File: slash(p.Config)}, "fake", "name one of them: "+strings.Join(specs, ", "), "has %s", count(len(jobs), "client"))
		return "", &d
	}
	return jobs[0].spec, nil
}

// fakeLoad says how a document is loaded: as that of the config's client of it,
// with what its lock pins, where there is one.
func (p *Project) fakeLoad(spec string) (load.Options, []diag.Diagnostic) {
	options := load.Options{Strict: p.Strict, ReadFile: p.read}
	if p.Config == "" || !p.ConfigGiven {
		if _, err := os.Stat(p.Config); err != nil {
			return options, nil
		}
	}
	want, err := filepath.Abs(spec)
	if err != nil {
		return options, renderFaults(err)
	}
	jobs, diags := p.jobs()
	for _, j := range jobs {
		if have, err := filepath.Abs(j.spec); err == nil && have == want {
			return p.loadOptions(j, p.fetcher(j, p.readLock(j.abs(j.dir), lock.Name).Lock)), diags
		}
	}
	return options, diags
}
