package project

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/docs"
	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/tree"
)

// PagesResult is what Docs wrote.
type PagesResult struct {
	Result
	Pages int // HTML files, written or not
}

// Docs writes the reference pages of the clients to Out, all or nothing. The
// result is nil if the run failed, and the diagnostics say why.
func (p *Project) Docs() (*PagesResult, []diag.Diagnostic) {
	jobs, diags := p.docsJobs()
	if len(diags) > 0 {
		return nil, diags
	}
	outputs, clients := p.describe(jobs)
	for _, o := range outputs {
		diags = append(diags, o.diags...)
	}
	if diag.Errors(diags) {
		return nil, diags
	}
	pages, err := docs.Pages(clients)
	if err != nil {
		return nil, append(diags, renderFaults(err)...)
	}
	found, faults := p.writePages(pages)
	if len(faults) > 0 {
		return nil, append(diags, faults...)
	}
	result := &PagesResult{Result: *newResult(outputs, p.pageChanges(found))}
	for name := range pages {
		if filepath.Ext(name) == ".html" {
			result.Pages++
		}
	}
	return result, diags
}

// pageChanges lists what was written.
func (p *Project) pageChanges(found tree.Changes) []Change {
	var changes []Change
	base := filepath.Dir(filepath.Clean(p.Out))
	for _, list := range []struct {
		letter string
		names  []string
	}{{"A", found.Added}, {"M", found.Modified}, {"D", found.Deleted}} {
		for _, name := range list.names {
			changes = append(changes, Change{Letter: list.letter, Path: slash(filepath.Join(base, filepath.FromSlash(name)))})
		}
	}
	return changes
}

// docsJobs is jobs, but for --spec: pages need no module.
func (p *Project) docsJobs() ([]*job, []diag.Diagnostic) {
	if p.Spec == "" {
		return p.jobs()
	}
	j := &job{client: &Client{Spec: p.Spec}, spec: filepath.FromSlash(p.Spec), pkg: p.Package, source: filepath.Base(p.Spec), dir: ".", runtimePath: "runtime"}
	j.mod = &module{root: p.Out}
	if info, err := os.Stat(j.spec); err != nil || info.IsDir() {
		return nil, []diag.Diagnostic{fault(diag.Position{File: filepath.ToSlash(j.spec)}, "config", "name an OpenAPI document in YAML or JSON", "there is no such file")}
	}
	if j.pkg == "" {
		base := filepath.Base(j.spec)
		if j.pkg = packageName(strings.TrimSuffix(base, filepath.Ext(base))); j.pkg == "" {
			j.pkg = "client"
		}
	} else if why := badPackage(j.pkg); why != "" {
		return nil, []diag.Diagnostic{fault(diag.Position{}, "config", "choose a name of lower-case letters and digits", "--package: %q %s", j.pkg, why)}
	}
	return []*job{j}, nil
}

// describe makes of each job what its pages are about. Names are those that the
// client's lock keeps.
func (p *Project) describe(jobs []*job) ([]*output, []docs.Client) {
	var outputs []*output
	var clients []docs.Client
	dirs := pageDirs(jobs, p.Spec == "")
	for i, j := range jobs {
		o := &output{mod: j.mod, job: j, dir: j.dir, old: &oldLock{}}
		outputs = append(outputs, o)
		c := docs.Client{Dir: dirs[i]}
		if p.Spec == "" {
			o.old = p.readLock(j.abs(j.dir), tree.LockName)
			c.Import = j.mod.importPath(j.dir)
		}
		_, c.API = p.model(j, o, p.fetcher(j, o.old.Lock))
		p.host.Progress.Stage(j.dir, "")
		if c.API == nil {
			continue
		}
		spelling, err := emit.Spell(c.API, emit.Options{Runtime: j.runtimePath, Import: c.Import})
		if err != nil {
			o.diags = append(o.diags, renderFaults(err)...)
			continue
		}
		c.Go = spelling
		var problems []diag.Diagnostic
		dir := exchangesDir(j.spec)
		c.Exchanges, problems = recordings(dir, false)
		for i := range problems {
			if problems[i].Pos.File != filepath.ToSlash(dir) && !p.Strict {
				problems[i].Severity = diag.Warning // pages can do without that call
			}
		}
		o.diags = append(o.diags, slices.DeleteFunc(problems, func(d diag.Diagnostic) bool { return slices.Contains(o.diags, d) })...)
		if c.Decisions, err = decisions(j.spec); err != nil {
			o.diags = append(o.diags, diag.Diagnostic{Pos: diag.Position{File: j.spec}, Severity: diag.Warning, Code: "decisions", Message: err.Error(),
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
func (p *Project) writePages(pages map[string][]byte) (tree.Changes, []diag.Diagnostic) {
	out, err := filepath.Abs(p.Out)
	if err != nil {
		return tree.Changes{}, treeFaults("", err)
	}
	base, dir := filepath.Dir(out), filepath.Base(out)
	if base == out {
		return tree.Changes{}, []diag.Diagnostic{fault(diag.Position{File: filepath.ToSlash(out)}, "write", "choose a directory of its own for the pages", "is not a directory for pages")}
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
	p.tellRecovered(t, base)
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
