package main

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/lock"
	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/internal/tree"
)

// generate writes what is asked for, all or nothing.
func (a *app) generate() int {
	jobs, diags := a.jobs()
	a.complainAll(diags)
	if len(diags) > 0 {
		return exitFailed
	}
	if outputs := a.fresh(jobs); outputs != nil {
		a.complainAll(a.diagnostics(jobs, outputs))
		a.reportRun(outputs, nil)
		return exitOK
	}
	// Held from before the old locks are read until the new ones are written.
	trees, err := a.openTrees(jobs)
	defer closeTrees(trees)
	if err != nil {
		a.complainAll(treeFaults("", err))
		return exitFailed
	}
	outputs := a.renderAll(jobs)
	changes, diags := a.compare(jobs, outputs)
	a.complainAll(diags)
	if load.Errors(diags) {
		return exitFailed
	}
	for _, root := range slices.Sorted(maps.Keys(trees)) {
		if _, err := trees[root].Apply(treeOutputs(outputs, root)...); err != nil {
			a.complainAll(treeFaults(root, err))
			return exitFailed
		}
	}
	a.remember(outputs)
	a.outputs = outputs
	a.reportRun(outputs, changes)
	return exitOK
}

// openTrees takes hold of every module that is written to.
func (a *app) openTrees(jobs []*job) (map[string]*tree.Tree, error) {
	roots := map[string][]string{} // with their outputs
	for _, j := range jobs {
		roots[j.mod.root] = append(roots[j.mod.root], j.dir, j.runtimeDir)
	}
	for _, o := range abandoned(jobs) {
		roots[o.mod.root] = append(roots[o.mod.root], o.dir)
	}
	trees := map[string]*tree.Tree{}
	for _, root := range slices.Sorted(maps.Keys(roots)) { // in order, so that two runs never wait for each other
		t, err := tree.Open(root, roots[root], func() {
			a.complain(load.Diagnostic{
				Pos:      load.Position{File: shownPath(root)},
				Severity: load.Warning,
				Code:     "waiting",
				Message:  "another run of gen writes here; this one waits for it to end",
			})
		})
		if err != nil {
			return trees, err
		}
		trees[root] = t
		a.tellRecovered(t, root)
	}
	return trees, nil
}

// tellRecovered says what a run that was killed had begun and this one finished.
func (a *app) tellRecovered(t *tree.Tree, root string) {
	const most = 20
	if len(t.Recovered) == 0 {
		return
	}
	names := strings.Join(t.Recovered[:min(most, len(t.Recovered))], "\n\t")
	if more := len(t.Recovered) - most; more > 0 {
		names += fmt.Sprintf("\n\tand %d more", more)
	}
	a.complain(load.Diagnostic{
		Pos:      load.Position{File: shownPath(root)},
		Severity: load.Warning,
		Code:     "recovered",
		Message:  "a run of gen was killed here; this run finished writing " + count(len(t.Recovered), "file"),
		Fix:      names,
	})
}

func closeTrees(trees map[string]*tree.Tree) {
	for _, t := range trees {
		t.Close() //nolint:errcheck // what it leaves, the next run removes
	}
}

// change is a file that is not as it should be.
type change struct {
	letter string // A, M or D
	path   string // as users see it
	rel    string // relative to the output's directory
	out    *output
}

// strayCode marks files that carry our marker and that no lock knows.
const strayCode = "stray"

// compare holds the outputs against the disk, without writing. The
// diagnostics are all of the run so far.
func (a *app) compare(jobs []*job, outputs []*output) ([]change, []load.Diagnostic) {
	diags := a.diagnostics(jobs, outputs)
	if load.Errors(diags) {
		return nil, diags
	}
	if found := clashes(outputs); len(found) > 0 {
		return nil, append(diags, found...)
	}
	var changes []change
	roots := map[string]bool{}
	for _, o := range outputs {
		if roots[o.mod.root] {
			continue
		}
		roots[o.mod.root] = true
		found, err := tree.Diff(o.mod.root, treeOutputs(outputs, o.mod.root)...)
		diags = append(diags, treeFaults(o.mod.root, err)...)
		changes = append(changes, listChanges(outputs, o.mod.root, found)...)
		for _, name := range found.Stray {
			diags = append(diags, load.Diagnostic{
				Pos:      load.Position{File: shownPath(filepath.Join(o.mod.root, name))},
				Severity: load.Warning,
				Code:     strayCode,
				Message:  "carries the marker of generated files, but nobody generates it and gen.lock does not know it",
				Fix:      "delete it, or remove its first line if it is yours",
			})
		}
	}
	slices.SortFunc(changes, func(x, y change) int { return cmp.Compare(x.path, y.path) })
	return changes, diags
}

// diagnostics gathers what the stages said.
func (a *app) diagnostics(jobs []*job, outputs []*output) []load.Diagnostic {
	var diags []load.Diagnostic
	modules := map[string]bool{}
	for _, j := range jobs {
		if !modules[j.mod.root] {
			modules[j.mod.root] = true
			diags = append(diags, j.oldGo()...)
		}
	}
	for _, o := range outputs {
		diags = append(diags, o.diags...)
	}
	return diags
}

// treeOutputs is what package tree is to bring below root.
func treeOutputs(outputs []*output, root string) []tree.Output {
	var list []tree.Output
	for _, o := range outputs {
		if o.mod.root != root {
			continue
		}
		t := tree.Output{Dir: o.dir, Files: o.files, Owned: o.old.owned()}
		if t.Owned != nil && o.lock != lock.Name {
			t.Owned[len(t.Owned)-1] = o.lock
		}
		list = append(list, t)
	}
	return list
}

func listChanges(outputs []*output, root string, found tree.Changes) []change {
	var changes []change
	add := func(letter string, names []string) {
		for _, name := range names {
			c := change{letter: letter, path: shownPath(filepath.Join(root, filepath.FromSlash(name)))}
			for _, o := range outputs {
				rel, inside := relativeTo(o.dir, name)
				_, wanted := o.files[rel]
				_, owned := o.old.Files[rel]
				if o.mod.root == root && inside && (c.out == nil || wanted || owned || rel == o.lock) {
					c.out, c.rel = o, rel
				}
			}
			changes = append(changes, c)
		}
	}
	add("A", found.Added)
	add("M", found.Modified)
	add("D", found.Deleted)
	return changes
}

// treeFaults makes diagnostics of package tree's errors.
func treeFaults(root string, err error) []load.Diagnostic {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var diags []load.Diagnostic
		for _, err := range joined.Unwrap() {
			diags = append(diags, treeFaults(root, err)...)
		}
		return diags
	}
	if refusal := (*tree.Error)(nil); errors.As(err, &refusal) {
		return []load.Diagnostic{fault(load.Position{File: shownPath(filepath.Join(root, filepath.FromSlash(refusal.Path)))}, "write", refusal.Fix, "%s", refusal.Message)}
	}
	return []load.Diagnostic{fault(load.Position{}, "write", "", "%v", err)}
}

// runReport is what --report json prints.
type runReport struct {
	Generator string         `json:"generator"`
	Clients   []clientReport `json:"clients"`
	Added     []string       `json:"added"`
	Modified  []string       `json:"modified"`
	Deleted   []string       `json:"deleted"`
}

type clientReport struct {
	Spec    string `json:"spec"`
	Out     string `json:"out"`
	Package string `json:"package"`
	model.Report
	Diagnostics []message `json:"diagnostics"`
}

// reportRun prints the changes and the summary to stdout.
func (a *app) reportRun(outputs []*output, changes []change) {
	if a.report == "json" {
		writeJSON(a.stdout, newRunReport(outputs, changes))
		return
	}
	if a.quiet {
		return
	}
	for _, c := range changes {
		fmt.Fprintln(a.stdout, c.letter, c.path)
	}
	end := "nothing to write"
	if n := countLetters(changes); len(changes) > 0 {
		end = fmt.Sprintf("%s added, %d modified, %d deleted", count(n["A"], "file"), n["M"], n["D"])
	}
	fmt.Fprintf(a.stdout, "%s: %s\n", summary(outputs), end)
}

func newRunReport(outputs []*output, changes []change) runReport {
	r := runReport{Generator: generatorVersion(), Added: []string{}, Modified: []string{}, Deleted: []string{}}
	for _, o := range outputs {
		if o.job == nil {
			continue
		}
		c := clientReport{Spec: filepath.ToSlash(o.job.spec), Out: shownPath(o.job.abs(o.dir)), Package: o.job.pkg, Report: o.report, Diagnostics: []message{}}
		for _, d := range o.diags {
			c.Diagnostics = append(c.Diagnostics, newMessage(d))
		}
		r.Clients = append(r.Clients, c)
	}
	lists := map[string]*[]string{"A": &r.Added, "M": &r.Modified, "D": &r.Deleted}
	for _, c := range changes {
		*lists[c.letter] = append(*lists[c.letter], c.path)
	}
	return r
}

func countLetters(changes []change) map[string]int {
	n := map[string]int{}
	for _, c := range changes {
		n[c.letter]++
	}
	return n
}

// summary counts what the clients hold.
func summary(outputs []*output) string {
	var r model.Report
	clients := 0
	for _, o := range outputs {
		if o.job == nil {
			continue
		}
		clients++
		r.Operations += o.report.Operations
		r.Types += o.report.Types
		r.Fallbacks += o.report.Fallbacks
		r.Repairs += o.report.Repairs
		r.Renames += o.report.Renames
	}
	return fmt.Sprintf("%s, %s, %s, %s, %s, %s", count(clients, "client"), count(r.Operations, "operation"), count(r.Types, "type"),
		count(r.Fallbacks, "fallback"), count(r.Repairs, "repair"), count(r.Renames, "rename"))
}
