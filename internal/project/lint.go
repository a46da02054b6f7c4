package project

import (
	"cmp"
	"os"
	"path/filepath"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/exchange"
	"github.com/docwright/docwright/internal/lint"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// Lint is what gen.yaml says about findings of gen lint.
type Lint struct {
	Disable  []string          `key:"disable"`
	Severity map[string]string `key:"severity"`

	at map[string]diag.Position // of its keys
}

// Severities are what findings can be called.
var Severities = map[string]diag.Severity{"info": diag.Info, "warning": diag.Warning, "error": diag.Error}

// Findings is what Lint found.
type Findings struct {
	Documents int
	Found     []diag.Diagnostic
	Ignored   int  // findings that a document silences
	Unread    bool // a document could not be read
}

// Lint finds problems of documents; without names, of those of the config. It
// leaves out rules whose codes are disabled, beside those that the config
// disables. The findings are nil if the config cannot be read, and the diagnostics
// say why.
func (p *Project) Lint(names, disabled []string) (*Findings, []diag.Diagnostic) {
	var jobs []*job
	for _, name := range names {
		jobs = append(jobs, &job{client: &Client{Spec: name}, spec: name, source: slash(name)})
	}
	if len(names) == 0 {
		var diags []diag.Diagnostic
		if jobs, diags = p.jobs(); len(diags) > 0 {
			return nil, diags
		}
	}
	opts := lint.Options{Disable: append(disabled, p.linting.Disable...), Severity: map[string]diag.Severity{}}
	for code, severity := range p.linting.Severity {
		opts.Severity[code] = Severities[severity]
	}
	f := &Findings{Documents: len(jobs)}
	for _, j := range jobs {
		found, ignored := p.lintDocument(j, opts, f)
		f.Ignored += ignored
		for _, d := range found {
			f.Found = append(f.Found, d.Plain())
		}
	}
	return f, nil
}

// lintDocument looks at one document.
func (p *Project) lintDocument(j *job, opts lint.Options, f *Findings) ([]diag.Diagnostic, int) {
	options := load.Options{Validate: true}
	if j.mod != nil { // of a config
		old := p.readLock(j.abs(j.dir), "gen.lock")
		options = p.loadOptions(j, p.fetcher(j, old.Lock))
		options.Strict, options.Validate = false, true
	}
	doc, diags := p.stages.Load(j.spec, options)
	in := lint.Input{Doc: doc, Reported: diags}
	if doc == nil {
		f.Unread = true
		return lint.Check(in, opts)
	}
	dir := exchangesDir(j.spec)
	if info, err := os.Lstat(dir); err == nil && (!info.IsDir() || holdsExchanges(dir)) {
		in.Exchanges, in.Malformed = exchange.Read(dir)
		in.Spec, in.Unusable = exchangeSpec(j, doc)
	}
	doc.Recorded = func() []load.Recording { return recordedBodies(in.Exchanges) }
	api, more := p.stages.Build(doc, model.Options{
		Package: cmp.Or(j.pkg, "client"), Source: j.source, Formats: j.client.Formats, Types: j.client.Types, Include: model.Filter(j.client.Include),
	})
	in.Reported = append(in.Reported, more...)
	in.Paged = pagedOperations(api)
	return lint.Check(in, opts)
}

// pagedOperations are the places of operations whose lists the client pages through.
func pagedOperations(api *model.API) map[load.Position]bool {
	paged := map[load.Position]bool{}
	if api == nil {
		return paged
	}
	for _, s := range api.Services {
		for _, op := range s.Operations {
			if op.Page != nil {
				paged[op.Pos] = true
			}
		}
	}
	return paged
}

// exchangeSpec has package exchange read the document: its files, or what
// overlays and places of the network made of them.
func exchangeSpec(j *job, doc *load.Document) (*exchange.Spec, error) {
	if len(j.client.Overlays)+len(j.client.Refs) == 0 {
		return exchange.LoadSpec(j.spec)
	}
	data, err := doc.Bundle()
	if err != nil {
		return nil, err
	}
	return exchange.ParseSpec(filepath.ToSlash(j.spec), data)
}

// checkLint finds what gen.yaml says about findings that do not exist.
func (r *resolver) checkLint(l *Lint) {
	for i, code := range l.Disable {
		l.Disable[i] = r.ruleCode("disable", code, l)
	}
	bySeverity := map[string]string{}
	for code, severity := range l.Severity {
		if _, known := Severities[severity]; !known {
			r.fail(l.at["severity"], "it can be error, warning or info", "lint.severity: %s is %q", code, severity)
		}
		bySeverity[r.ruleCode("severity", code, l)] = severity
	}
	l.Severity = bySeverity
}

func (r *resolver) ruleCode(key, code string, l *Lint) string {
	rule := lint.Lookup(code)
	if rule == nil {
		r.fail(l.at[key], lint.Meant(code)+"gen explain lists the rules", "lint.%s: there is no rule %q", key, code)
		return code
	}
	return rule.Code
}
