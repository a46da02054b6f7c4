package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/docwright/docwright/internal/docs"
	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/tree"
)

// docs writes reference pages, all or nothing.
func (a *app) docs() int {
	jobs, diags := a.docsJobs()
	a.complainAll(diags)
	if len(diags) > 0 {
		return exitFailed
	}
	outputs, clients := a.describe(jobs)
	diags = nil
	for _, o := range outputs {
		diags = append(diags, o.diags...)
	}
	a.complainAll(diags)
	if load.Errors(diags) {
		return exitFailed
	}
	pages, err := docs.Pages(clients)
	if err != nil {
		a.complainAll(renderFaults(err))
		return exitFailed
	}
	changes, diags := a.writePages(pages)
	a.complainAll(diags)
	if len(diags) > 0 {
		return exitFailed
	}
	a.reportPages(outputs, pages, changes)
	return exitOK
}

// docsJobs is jobs, but for --spec: pages need no module.
func (a *app) docsJobs() ([]*job, []load.Diagnostic) {
	if a.spec == "" {
		return a.jobs()
	}
	j := &job{client: &Client{Spec: a.spec}, spec: filepath.FromSlash(a.spec), pkg: a.pkg, source: filepath.Base(a.spec), dir: ".", runtimePath: "runtime"}
	j.mod = &module{root: a.out}
	if info, err := os.Stat(j.spec); err != nil || info.IsDir() {
		return nil, []load.Diagnostic{fault(load.Position{File: filepath.ToSlash(j.spec)}, "config", "name an OpenAPI document in YAML or JSON", "there is no such file")}
	}
	if j.pkg == "" {
		base := filepath.Base(j.spec)
		if j.pkg = packageName(strings.TrimSuffix(base, filepath.Ext(base))); j.pkg == "" {
			j.pkg = "client"
		}
	} else if why := badPackage(j.pkg); why != "" {
		return nil, []load.Diagnostic{fault(load.Position{}, "config", "choose a name of lower-case letters and digits", "--package: %q %s", j.pkg, why)}
	}
	return []*job{j}, nil
}

// describe makes of each job what its pages are about. Names are those that the
// client's lock keeps.
func (a *app) describe(jobs []*job) ([]*output, []docs.Client) {
	var outputs []*output
	var clients []docs.Client
	dirs := pageDirs(jobs, a.spec == "")
	for i, j := range jobs {
		o := &output{mod: j.mod, job: j, dir: j.dir, old: &oldLock{}}
		outputs = append(outputs, o)
		c := docs.Client{Dir: dirs[i]}
		if a.spec == "" {
			o.old = a.readLock(j.abs(j.dir), tree.LockName)
			c.Import = j.mod.importPath(j.dir)
		}
		_, c.API = a.model(j, o, a.fetcher(j, o.old.Lock))
		a.progress.stage(j.dir, "")
		if c.API == nil {
			continue
		}
		spelling, err := emit.Spell(c.API, emit.Options{Runtime: j.runtimePath, Import: c.Import})
		if err != nil {
			o.diags = append(o.diags, renderFaults(err)...)
			continue
		}
		c.Go = spelling
		var problems []load.Diagnostic
		dir := exchangesDir(j.spec)
		c.Exchanges, problems = recordings(dir, false)
		for i := range problems {
			if problems[i].Pos.File != filepath.ToSlash(dir) && !a.strict {
				problems[i].Severity = load.Warning // pages can do without that call
			}
		}
		o.diags = append(o.diags, problems...)
		if c.Decisions, err = decisions(j.spec); err != nil {
			o.diags = append(o.diags, load.Diagnostic{Pos: load.Position{File: j.spec}, Severity: load.Warning, Message: err.Error(),
				Fix: "correct the table, or remove it: " + docs.DecisionsFile + " lists where the document differs from its documentation"})
		}
		clients = append(clients, c)
	}
	return outputs, clients
}

// decisions reads the table of decisions beside a document. None is fine.
func decisions(spec string) ([]docs.Decision, error) {
	data, err := input.ReadFileIn(filepath.Dir(spec), docs.DecisionsFile, maxDecisions)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return docs.ReadDecisions(bytes.NewReader(data))
}

// maxDecisions is how large a table of decisions may be, in bytes.
const maxDecisions = 4 << 20

// pageDirs are the directories of the clients' pages: as the packages are
// called, or with several of one name, as their directories are. The only
// document of a run needs none.
func pageDirs(jobs []*job, config bool) []string {
	dirs := make([]string, len(jobs))
	if !config {
		return dirs
	}
	uses := map[string]int{}
	for _, j := range jobs {
		uses[j.pkg]++
	}
	for i, j := range jobs {
		if dirs[i] = j.pkg; uses[j.pkg] > 1 {
			dirs[i] = strings.ReplaceAll(j.dir, "/", "-")
		}
	}
	return dirs
}

// writePages brings the directory --out to what it should hold.
func (a *app) writePages(pages map[string][]byte) (tree.Changes, []load.Diagnostic) {
	out, err := filepath.Abs(a.out)
	if err != nil {
		return tree.Changes{}, treeFaults("", err)
	}
	base, dir := filepath.Dir(out), filepath.Base(out)
	if base == out {
		return tree.Changes{}, []load.Diagnostic{fault(load.Position{File: filepath.ToSlash(out)}, "write", "choose a directory of its own for the pages", "is no directory for pages")}
	}
	owned, err := writtenPages(out)
	if err != nil {
		return tree.Changes{}, treeFaults("", err)
	}
	if err := os.MkdirAll(base, 0o755); err != nil {
		return tree.Changes{}, treeFaults("", err)
	}
	t, err := tree.Open(base, []string{dir}, nil)
	if err != nil {
		return tree.Changes{}, treeFaults(base, err)
	}
	a.tellRecovered(t, base)
	changes, err := t.Apply(tree.Output{Dir: dir, Files: pages, Owned: owned})
	return changes, treeFaults(base, errors.Join(err, t.Close()))
}

// writtenPages lists the pages that stand below dir, relative to it. The list is
// never nil: nothing else may go.
func writtenPages(dir string) ([]string, error) {
	owned := []string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir):
			return nil // for package tree to create, or to complain about
		case err != nil:
			return err
		case !entry.Type().IsRegular():
			return nil
		}
		head, err := input.ReadHead(filepath.Join(dir, filepath.FromSlash(name)), 256)
		if err != nil {
			return err
		}
		if docs.Written(name, head) {
			owned = append(owned, name)
		}
		return nil
	})
	return owned, err
}

// reportPages prints what was done: not a line per page, for there are hundreds.
func (a *app) reportPages(outputs []*output, pages map[string][]byte, changes tree.Changes) {
	if a.report == "json" {
		report := newRunReport(outputs, nil)
		for list, names := range map[*[]string][]string{&report.Added: changes.Added, &report.Modified: changes.Modified, &report.Deleted: changes.Deleted} {
			for _, name := range names {
				*list = append(*list, filepath.ToSlash(filepath.Join(filepath.Dir(filepath.Clean(a.out)), filepath.FromSlash(name))))
			}
		}
		writeJSON(a.stdout, report)
		return
	}
	end := "nothing to write"
	if !changes.Empty() {
		end = fmt.Sprintf("%s added, %d modified, %d deleted", count(len(changes.Added), "file"), len(changes.Modified), len(changes.Deleted))
	}
	html := 0
	for name := range pages {
		if filepath.Ext(name) == ".html" {
			html++
		}
	}
	var operations, types int
	for _, o := range outputs {
		operations += o.report.Operations
		types += o.report.Types
	}
	fmt.Fprintf(a.stdout, "%s, %s, %s: %s, %s\n", count(len(outputs), "client"), count(operations, "operation"), count(types, "type"), count(html, "page"), end)
	fmt.Fprintf(a.stdout, "open %s\n", filepath.ToSlash(filepath.Join(a.out, "index.html")))
}
