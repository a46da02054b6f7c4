package project

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/tree"
)

// Generate writes what is asked for, all or nothing. The result is nil if the run
// failed, and the diagnostics say why.
func (p *Project) Generate() (*Result, []diag.Diagnostic) {
	p.mayEmpty = true
	jobs, diags := p.jobs()
	if len(diags) > 0 {
		return nil, diags
	}
	if outputs := p.fresh(jobs); outputs != nil {
		return newResult(outputs, nil), p.diagnostics(jobs, outputs)
	}
	// Locked from before the old locks are read until the new ones are written.
	trees, err := p.openTrees(jobs)
	defer closeTrees(trees)
	if err != nil {
		return nil, treeFaults("", err)
	}
	outputs := p.renderAll(jobs)
	changes, diags := p.compare(jobs, outputs)
	if diag.Errors(diags) {
		return nil, diags
	}
	for _, root := range slices.Sorted(maps.Keys(trees)) {
		if _, err := trees[root].Apply(treeOutputs(outputs, root)...); err != nil {
			return nil, append(diags, treeFaults(root, err)...)
		}
	}
	p.remember(outputs)
	return newResult(outputs, changes), slices.Concat(diags, mergeLocks(jobs), unmergeLocks(outputs))
}

// openTrees locks every module that is written to.
func (p *Project) openTrees(jobs []*job) (map[string]*tree.Tree, error) {
	roots := map[string][]string{} // with their outputs
	for _, j := range jobs {
		roots[j.mod.root] = append(roots[j.mod.root], j.dir, j.runtimeDir)
	}
	for _, o := range p.abandoned(jobs) {
		roots[o.mod.root] = append(roots[o.mod.root], o.dir)
	}
	if p.publish != nil {
		roots[p.publish.mod.root] = append(roots[p.publish.mod.root], p.publish.dir)
	}
	trees := map[string]*tree.Tree{}
	for _, root := range slices.Sorted(maps.Keys(roots)) { // in order, so that two runs never wait for each other
		t, err := tree.Open(root, roots[root], func() {
			p.host.Notify(diag.Diagnostic{
				Pos:      diag.Position{File: shownPath(root)},
				Severity: diag.Warning,
				Code:     "waiting",
				Message:  "another run of gen is writing here; this one waits until it ends",
			})
		})
		if err != nil {
			return trees, err
		}
		trees[root] = t
		p.tellRecovered(t, root)
	}
	return trees, nil
}

// tellRecovered says what a run that was killed had begun and this one finished.
func (p *Project) tellRecovered(t *tree.Tree, root string) {
	const most = 20
	if len(t.Recovered) == 0 {
		return
	}
	names := strings.Join(t.Recovered[:min(most, len(t.Recovered))], "\n\t")
	if more := len(t.Recovered) - most; more > 0 {
		names += fmt.Sprintf("\n\tand %d more", more)
	}
	p.host.Notify(diag.Diagnostic{
		Pos:      diag.Position{File: shownPath(root)},
		Severity: diag.Warning,
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

// strayCode marks files that carry our marker and that no lock knows.
const strayCode = "stray"

// compare holds the outputs against the disk, without writing. The
// diagnostics are all of the run so far.
func (p *Project) compare(jobs []*job, outputs []*output) ([]Change, []diag.Diagnostic) {
	diags := p.diagnostics(jobs, outputs)
	if diag.Errors(diags) {
		return nil, diags
	}
	if found := clashes(outputs); len(found) > 0 {
		return nil, append(diags, found...)
	}
	var changes []Change
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
			diags = append(diags, diag.Diagnostic{
				Pos:      diag.Position{File: shownPath(filepath.Join(o.mod.root, name))},
				Severity: diag.Warning,
				Code:     strayCode,
				Message:  "has the marker of generated files, but no client generates it and gen.lock does not list it",
				Fix:      "delete it, or remove its first line if it is yours",
			})
		}
	}
	slices.SortFunc(changes, func(x, y Change) int { return cmp.Compare(x.Path, y.Path) })
	return changes, append(diags, staleImports(jobs, outputs)...)
}

// diagnostics gathers what the stages said.
func (p *Project) diagnostics(jobs []*job, outputs []*output) []diag.Diagnostic {
	var diags []diag.Diagnostic
	modules := map[string]bool{}
	for _, j := range jobs {
		if !modules[j.mod.root] {
			modules[j.mod.root] = true
			diags = append(append(diags, j.oldGo()...), j.checkModule(Version())...)
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
		if t.Owned != nil && o.runtime {
			t.Owned[len(t.Owned)-1] = o.oldName
		}
		list = append(list, t)
	}
	return list
}

func listChanges(outputs []*output, root string, found tree.Changes) []Change {
	var changes []Change
	add := func(letter string, names []string) {
		for _, name := range names {
			c := Change{Letter: letter, Path: shownPath(filepath.Join(root, filepath.FromSlash(name)))}
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
func treeFaults(root string, err error) []diag.Diagnostic {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var diags []diag.Diagnostic
		for _, err := range joined.Unwrap() {
			diags = append(diags, treeFaults(root, err)...)
		}
		return diags
	}
	if refusal := (*tree.Error)(nil); errors.As(err, &refusal) {
		return []diag.Diagnostic{fault(diag.Position{File: shownPath(filepath.Join(root, filepath.FromSlash(refusal.Path)))}, "write", refusal.Fix, "%s", refusal.Message)}
	}
	return []diag.Diagnostic{fault(diag.Position{}, "write", "", "%v", err)}
}
