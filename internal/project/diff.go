package project

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/lock"
	"github.com/docwright/docwright/internal/review"
	"github.com/docwright/docwright/internal/tree"
)

// Diff compares the clients as they were at the commit base with those of this
// tree. The report is nil if that is not possible, and the diagnostics say why.
func (p *Project) Diff(base string) (*review.Report, []diag.Diagnostic) {
	clients, opts, diags := p.sinceBase(base)
	return compared(clients, opts, diags)
}

// DiffDocuments compares clients of two documents, as Diff does.
func (p *Project) DiffDocuments(oldName, newName string) (*review.Report, []diag.Diagnostic) {
	clients, opts, diags := p.twoDocuments(oldName, newName)
	return compared(clients, opts, diags)
}

func compared(clients []*review.Client, opts review.Options, diags []diag.Diagnostic) (*review.Report, []diag.Diagnostic) {
	if diag.Errors(diags) {
		return nil, diags
	}
	opts.Generated = tree.Marked
	return review.Compare(clients, opts), nil
}

// sinceBase makes both versions of each client: as at --base, and as in this
// tree.
func (p *Project) sinceBase(base string) ([]*review.Client, review.Options, []diag.Diagnostic) {
	opts := review.Options{Base: base, Runtime: map[string][]byte{}}
	jobs, diags := p.jobs()
	if len(diags) > 0 {
		return nil, opts, diags
	}
	rev, problem := openRevision(base)
	if problem != nil {
		return nil, opts, []diag.Diagnostic{*problem}
	}
	defer rev.close()
	past := Open(p.Settings, p.stages, Host{})
	past.read, past.list = rev.read, rev.list
	oldJobs, oldDiags := past.jobs()
	p.Strict, past.Strict = false, false // a comparison takes what can be read
	p.Lenient, past.Lenient = true, true
	clients, diags := p.sides(jobs)
	if diag.Errors(diags) {
		return nil, opts, diags
	}
	olds := past.oldSides(oldJobs, base)
	for i, j := range jobs {
		old, known := olds[j.dir]
		switch {
		case known:
			clients[i].Old, clients[i].Unread = old.side, old.unread
			delete(olds, j.dir)
		case len(oldDiags) > 0 && !missingConfig(past):
			clients[i].Unread = "at " + base + ": " + oldDiags[0].Message
		}
	}
	for _, old := range oldJobs {
		if gone, left := olds[old.dir]; left {
			clients = append(clients, &review.Client{Spec: filepath.ToSlash(old.spec), Out: shownPath(old.abs(old.dir)), Package: old.pkg,
				Import: old.mod.importPath(old.dir), Old: gone.side, Unread: gone.unread})
		}
	}
	opts.Severity = map[string]review.Severity{}
	for rule, severity := range p.reviewing.Severity {
		opts.Severity[rule] = review.Severity(severity)
	}
	opts.Stability = map[string]review.Severity{}
	for level, severity := range p.reviewing.Stability {
		opts.Stability[level] = review.Severity(severity)
	}
	if diags := p.readAccepted(past, &opts); diag.Errors(diags) {
		return nil, opts, diags
	}
	p.surround(&opts, append(jobs, oldJobs...), clients)
	return clients, opts, nil
}

// checkReview checks what the config says about the report of gen diff.
func (r *resolver) checkReview(c *Review) {
	for _, level := range slices.Sorted(maps.Keys(c.Stability)) {
		if severity := c.Stability[level]; severity != "breaking" && severity != "warning" && severity != "info" {
			r.fail(c.at["stability"], "a change can be breaking, warning or info at most", "review.stability: %s is %q", level, severity)
		}
		if !slices.Contains(review.Levels(), level) {
			r.fail(c.at["stability"], "the levels are "+strings.Join(review.Levels(), ", "), "review.stability: there is no level %q", level)
		}
	}
	if len(c.Severity) == 0 {
		return
	}
	rules := review.Rules()
	for _, rule := range slices.Sorted(maps.Keys(c.Severity)) {
		switch severity := c.Severity[rule]; severity {
		case "breaking", "warning", "info", "none":
		default:
			r.fail(c.at["severity"], "a rule can be breaking, warning, info or none", "review.severity: %s is %q", rule, severity)
		}
		if _, known := slices.BinarySearch(rules, rule); !known {
			fix := "gen diff prints the rule of each change in brackets"
			if near := diag.Nearest(rule, rules); near != "" {
				fix = fmt.Sprintf("did you mean %s? %s", near, fix)
			}
			r.fail(c.at["severity"], fix, "review.severity: there is no rule %q", rule)
		}
	}
}

// missingConfig reports whether the config file is not there at all: then all
// clients are new.
func missingConfig(past *Project) bool {
	if past.Spec != "" {
		return false
	}
	_, err := past.read(past.Config)
	return errors.Is(err, fs.ErrNotExist)
}

// sides makes the newer version of the clients.
func (p *Project) sides(jobs []*job) ([]*review.Client, []diag.Diagnostic) {
	p.host.Progress.Start(len(jobs))
	defer p.host.Progress.End()
	clients := make([]*review.Client, len(jobs))
	outputs := make([]*output, len(jobs))
	var wait sync.WaitGroup
	for i, j := range jobs {
		wait.Go(func() {
			var side *review.Side
			side, outputs[i] = p.side(j)
			p.host.Progress.Stage(j.dir, "")
			clients[i] = &review.Client{Spec: filepath.ToSlash(j.spec), Out: shownPath(j.abs(j.dir)), Package: j.pkg, Import: j.mod.importPath(j.dir), New: side}
		})
	}
	wait.Wait()
	return clients, p.diagnostics(jobs, outputs)
}

// side makes one version of a client; nil when that fails, and the output's
// diagnostics say why.
func (p *Project) side(j *job) (*review.Side, *output) {
	o := &output{mod: j.mod, job: j, dir: j.dir, old: p.readLock(j.abs(j.dir), lock.Name)}
	m := p.make(o, p.fetcher(j, o.old.Lock))
	if m == nil {
		return nil, o
	}
	side := &review.Side{Document: m.doc, API: m.api, Files: m.files, Warnings: o.diags}
	if j.client.Fake {
		fake, err := emit.Fake(m.api, emit.FakeOptions{Runtime: j.runtimePath, Engine: j.fakePath, Client: j.mod.importPath(j.dir), Spec: "{}\n"}) // what it answers with is not compared
		if err != nil {
			o.diags = append(o.diags, renderFaults(err)...)
			return nil, o
		}
		side.Fake = fake
	}
	return side, o
}

// oldSide is the older version of a client, or why there is none.
type oldSide struct {
	side   *review.Side
	unread string
}

// oldSides makes the older version of the clients, by directory.
func (p *Project) oldSides(jobs []*job, base string) map[string]oldSide {
	sides := map[string]oldSide{}
	for _, j := range jobs { // one after the other: one git process reads for all
		if _, err := p.read(j.spec); errors.Is(err, fs.ErrNotExist) {
			continue // the client is new
		}
		side, o := p.side(j)
		old := oldSide{side: side}
		for _, d := range o.diags {
			if side == nil && d.Severity == diag.Error && old.unread == "" {
				old.unread = fmt.Sprintf("at %s the document cannot be read: %s: %s", base, d.Pos, d.Message)
			}
		}
		sides[j.dir] = old
	}
	return sides
}

// surround adds the runtime's copies, and the modules whose code may call: with
// what gen would write there now, where the disk has something else.
func (p *Project) surround(opts *review.Options, jobs []*job, clients []*review.Client) {
	overlays := map[string]map[string][]byte{} // by module root
	for i, j := range jobs {
		need := emit.NeedOf(emit.NeedAll) // in full: a file that the disk has cannot be taken away here
		need.Fakes = j.client.Fake
		files, err := p.stages.RuntimeFiles(j.runtimePath, need)
		if err != nil {
			continue // a mistake of the generator; the comparison will say what is missing
		}
		overlay := overlays[j.mod.root]
		if overlay == nil {
			overlay = map[string][]byte{}
			overlays[j.mod.root] = overlay
			opts.Modules = append(opts.Modules, review.Module{Root: j.mod.root, Files: overlay})
		}
		for name, data := range files {
			fakes := path.Dir(name) == emit.NeedFakes
			if fakes {
				opts.Runtime[path.Join(path.Dir(j.fakePath), name)] = data
			} else {
				opts.Runtime[path.Join(j.runtimePath, name)] = data
			}
			if fakes || !j.imported {
				putNew(overlay, j.abs(path.Join(j.runtimeDir, name)), data)
			}
		}
		if i < len(clients) && clients[i].New != nil {
			for _, files := range []map[string][]byte{clients[i].New.Files, clients[i].New.Fake} {
				for name, data := range files {
					putNew(overlay, j.abs(path.Join(j.dir, name)), data)
				}
			}
		}
	}
}

// putNew notes a Go file that the disk has not, or has otherwise.
func putNew(overlay map[string][]byte, name string, data []byte) {
	if path.Ext(name) != ".go" {
		return
	}
	if disk, err := input.ReadFile(name); err != nil || !bytes.Equal(disk, data) {
		overlay[name] = data
	}
}

// twoDocuments makes a client of each of two documents, as if the newer one took
// the older one's place. Where they would go is not known: there are no callers.
func (p *Project) twoDocuments(oldName, newName string) ([]*review.Client, review.Options, []diag.Diagnostic) {
	const importPath, runtimePath = "client", "runtime"
	opts := review.Options{Base: filepath.ToSlash(oldName), Runtime: map[string][]byte{}}
	var diags []diag.Diagnostic
	var sides [2]*review.Side
	before := new(lock.Lock)
	for i, name := range []string{oldName, newName} {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			return nil, opts, []diag.Diagnostic{fault(diag.Position{File: filepath.ToSlash(name)}, "usage",
				"name two documents; to compare the inputs of a gen.yaml, use --base REV", "is a directory")}
		}
		j := &job{client: &Client{}, mod: &module{}, spec: name, source: "the document", pkg: "client", runtimePath: runtimePath}
		o := &output{mod: j.mod, job: j, old: &oldLock{Lock: before, present: true}}
		m := p.make(o, nil)
		diags = append(diags, o.diags...)
		if m == nil {
			continue
		}
		before = &lock.Lock{Held: m.api.Held, Names: m.api.Names}
		sides[i] = &review.Side{Document: m.doc, API: m.api, Files: m.files, Warnings: o.diags}
	}
	if diag.Errors(diags) {
		return nil, opts, diags
	}
	files, err := p.stages.RuntimeFiles(runtimePath, emit.NeedOf(emit.NeedAll))
	if err != nil {
		return nil, opts, renderFaults(err)
	}
	for name, data := range files {
		opts.Runtime[path.Join(runtimePath, name)] = data
	}
	client := &review.Client{Spec: filepath.ToSlash(newName), Package: "client", Import: importPath, Old: sides[0], New: sides[1]}
	return []*review.Client{client}, opts, nil
}
