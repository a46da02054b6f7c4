package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"

	"github.com/spf13/cobra"

	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/lock"
	"github.com/docwright/docwright/internal/review"
	"github.com/docwright/docwright/internal/tree"
)

// diffFlags are the flags of gen diff.
type diffFlags struct {
	base      string
	failOn    []string
	documents []string // OLD and NEW; none for --base
}

const diffHelp = `Tell what a change does: on the wire, in the Go API, to the callers in this
module. With --base, all inputs are taken as they are at that commit of git
(gen.yaml, documents, overlays, gen.lock) and as they are in this tree, and both
clients are generated in memory. With OLD and NEW, two documents are compared.

Exit with 1 if --fail-on says so, 2 if the comparison could not be made.`

// diff reports what a change does. It writes nothing.
func (a *app) diff() int {
	for _, what := range a.failOn {
		if what != "wire" && what != "go" && what != "none" {
			a.complain(fault(load.Position{}, "usage", "it can be wire, go, both with a comma between, or none", "--fail-on is %q", what))
			return exitFailed
		}
	}
	var clients []*review.Client
	var opts review.Options
	var diags []load.Diagnostic
	if len(a.documents) == 2 {
		clients, opts, diags = a.twoDocuments(a.documents[0], a.documents[1])
	} else {
		clients, opts, diags = a.sinceBase()
	}
	if load.Errors(diags) {
		a.complainAll(diags)
		return exitFailed
	}
	opts.Generated = tree.Marked
	report := review.Compare(clients, opts)
	a.printReport(report)
	if a.fails(report) {
		return exitStale
	}
	return exitOK
}

// fails reports whether --fail-on asks for a failure. A verdict that could not
// be reached is one.
func (a *app) fails(r *review.Report) bool {
	verdicts := map[string]review.Verdict{"wire": r.Wire, "go": r.Go, "none": review.Compatible}
	for _, what := range a.failOn {
		if verdicts[what] != review.Compatible {
			return true
		}
	}
	return false
}

func (a *app) printReport(r *review.Report) {
	switch a.format {
	case "json":
		writeJSON(a.stdout, r)
	case "markdown":
		fmt.Fprint(a.stdout, r.Markdown())
	case "github":
		for _, note := range r.Annotations() {
			fmt.Fprintln(a.stdout, annotation(message{File: note.At.File, Line: note.At.Line, Col: note.At.Col, Severity: note.Level, Code: note.Code, Message: note.Text}))
		}
	default:
		fmt.Fprint(a.stdout, r.Text())
	}
}

// sinceBase makes both versions of each client: as at --base, and as in this
// tree.
func (a *app) sinceBase() ([]*review.Client, review.Options, []load.Diagnostic) {
	opts := review.Options{Base: a.base, Runtime: map[string][]byte{}}
	jobs, diags := a.jobs()
	if len(diags) > 0 {
		return nil, opts, diags
	}
	rev, problem := openRevision(a.base)
	if problem != nil {
		return nil, opts, []load.Diagnostic{*problem}
	}
	defer rev.close()
	past := &app{stages: a.stages, settings: a.settings, read: rev.read}
	oldJobs, oldDiags := past.jobs()
	a.strict, past.strict = false, false // a comparison takes what can be read
	clients, diags := a.sides(jobs)
	if load.Errors(diags) {
		return nil, opts, diags
	}
	olds := past.oldSides(oldJobs)
	for i, j := range jobs {
		old, known := olds[j.dir]
		switch {
		case known:
			clients[i].Old, clients[i].Unread = old.side, old.unread
			delete(olds, j.dir)
		case len(oldDiags) > 0 && !missingConfig(past):
			clients[i].Unread = "at " + a.base + ": " + oldDiags[0].Message
		}
	}
	for _, old := range oldJobs {
		if gone, left := olds[old.dir]; left {
			clients = append(clients, &review.Client{Spec: filepath.ToSlash(old.spec), Out: shownPath(old.abs(old.dir)), Package: old.pkg,
				Import: old.mod.importPath(old.dir), Old: gone.side, Unread: gone.unread})
		}
	}
	a.surround(&opts, append(jobs, oldJobs...), clients)
	return clients, opts, nil
}

// missingConfig reports whether the config file is not there at all: then all
// clients are new.
func missingConfig(past *app) bool {
	if past.spec != "" {
		return false
	}
	_, err := past.read(past.config)
	return errors.Is(err, fs.ErrNotExist)
}

// sides makes the newer version of the clients.
func (a *app) sides(jobs []*job) ([]*review.Client, []load.Diagnostic) {
	clients := make([]*review.Client, len(jobs))
	outputs := make([]*output, len(jobs))
	var wait sync.WaitGroup
	for i, j := range jobs {
		wait.Go(func() {
			var side *review.Side
			side, outputs[i] = a.side(j)
			clients[i] = &review.Client{Spec: filepath.ToSlash(j.spec), Out: shownPath(j.abs(j.dir)), Package: j.pkg, Import: j.mod.importPath(j.dir), New: side}
		})
	}
	wait.Wait()
	return clients, a.diagnostics(jobs, outputs)
}

// side makes one version of a client; nil when that fails, and the output's
// diagnostics say why.
func (a *app) side(j *job) (*review.Side, *output) {
	o := &output{mod: j.mod, job: j, dir: j.dir, old: a.readLock(j.abs(j.dir), lock.Name)}
	m := a.make(o, a.fetcher(j, o.old.Lock))
	if m == nil {
		return nil, o
	}
	side := &review.Side{Document: m.doc, API: m.api, Files: m.files, Warnings: o.diags}
	if j.client.Fake {
		fake, err := emit.Fake(m.api, emit.FakeOptions{Runtime: j.runtimePath, Client: j.mod.importPath(j.dir), Spec: "{}\n"}) // what it answers with is not compared
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
func (a *app) oldSides(jobs []*job) map[string]oldSide {
	sides := map[string]oldSide{}
	for _, j := range jobs { // one after the other: one git process reads for all
		if _, err := a.read(j.spec); errors.Is(err, fs.ErrNotExist) {
			continue // the client is new
		}
		side, o := a.side(j)
		old := oldSide{side: side}
		for _, d := range o.diags {
			if side == nil && d.Severity == load.Error && old.unread == "" {
				old.unread = fmt.Sprintf("at %s the document cannot be read: %s: %s", a.base, d.Pos, d.Message)
			}
		}
		sides[j.dir] = old
	}
	return sides
}

// surround adds the runtime's copies, and the modules whose code may call: with
// what gen would write there now, where the disk has something else.
func (a *app) surround(opts *review.Options, jobs []*job, clients []*review.Client) {
	overlays := map[string]map[string][]byte{} // by module root
	for i, j := range jobs {
		files, err := a.runtimeFiles(j.runtimePath, j.client.Fake)
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
			opts.Runtime[path.Join(j.runtimePath, name)] = data
			putNew(overlay, j.abs(path.Join(j.runtimeDir, name)), data)
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
func (a *app) twoDocuments(oldName, newName string) ([]*review.Client, review.Options, []load.Diagnostic) {
	const importPath, runtimePath = "client", "runtime"
	opts := review.Options{Base: filepath.ToSlash(oldName), Runtime: map[string][]byte{}}
	var diags []load.Diagnostic
	var sides [2]*review.Side
	before := new(lock.Lock)
	for i, name := range []string{oldName, newName} {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			return nil, opts, []load.Diagnostic{fault(load.Position{File: filepath.ToSlash(name)}, "usage",
				"name two documents; to compare the inputs of a gen.yaml, use --base REV", "is a directory")}
		}
		j := &job{client: &Client{}, mod: &module{}, spec: name, source: "the document", pkg: "client", runtimePath: runtimePath}
		o := &output{mod: j.mod, job: j, old: &oldLock{Lock: before, present: true}}
		m := a.make(o, nil)
		diags = append(diags, o.diags...)
		if m == nil {
			continue
		}
		before = &lock.Lock{Held: m.api.Held, Names: m.api.Names}
		sides[i] = &review.Side{Document: m.doc, API: m.api, Files: m.files, Warnings: o.diags}
	}
	if load.Errors(diags) {
		return nil, opts, diags
	}
	files, err := a.runtimeFiles(runtimePath, false)
	if err != nil {
		return nil, opts, renderFaults(err)
	}
	for name, data := range files {
		opts.Runtime[path.Join(runtimePath, name)] = data
	}
	client := &review.Client{Spec: filepath.ToSlash(newName), Package: "client", Import: importPath, Old: sides[0], New: sides[1]}
	return []*review.Client{client}, opts, nil
}

// checkDiffFlags checks the flags that say where the clients are; two documents
// go nowhere.
func (a *app) checkDiffFlags() error {
	if len(a.documents) == 2 {
		return nil
	}
	return a.checkOutFlags()
}

// diffCommand is gen diff.
func (a *app) diffCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "diff [--base REV | OLD NEW] [flags]",
		Short: "Tell what a change does: on the wire, in Go, to callers",
		Long:  diffHelp,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 0 && len(args) != 2 {
				return fmt.Errorf("gen diff takes two documents, OLD and NEW, or none, and was given %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			a.documents = args
			if len(args) > 0 && (cmd.Flags().Changed("base") || cmd.Flags().Changed("config") || a.spec != "") {
				return errors.New("OLD and NEW are given along with --base, --config or --spec\ngive one or the other;")
			}
			return a.command((*app).diff, (*app).checkDiffFlags, "markdown")(cmd, nil)
		},
	}
	c.Flags().StringVar(&a.base, "base", "HEAD", "the commit to compare this tree with")
	c.Flags().StringSliceVar(&a.failOn, "fail-on", []string{"none"}, "exit with 1: wire, go or none")
	return c
}
