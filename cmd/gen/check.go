package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/lock"
)

// check lists what generate would change, and why. It writes nothing.
func (a *app) check() int {
	jobs, diags := a.jobs()
	a.complainAll(diags)
	if len(diags) > 0 {
		return exitFailed
	}
	outputs := a.fresh(jobs)
	var changes []change
	stray := 0
	if outputs != nil {
		a.complainAll(a.diagnostics(jobs, outputs))
	} else {
		outputs = a.renderAll(jobs)
		changes, diags = a.compare(jobs, outputs)
		a.complainAll(diags)
		if load.Errors(diags) {
			return exitFailed
		}
		for _, d := range diags {
			if d.Code == strayCode {
				stray++
			}
		}
		if len(changes)+stray == 0 {
			a.remember(outputs)
		}
	}
	a.reportCheck(outputs, changes, stray)
	if len(changes)+stray > 0 {
		return exitStale
	}
	return exitOK
}

// staleReport is what check --report json prints.
type staleReport struct {
	runReport
	Stale []staleFile `json:"stale"`
}

type staleFile struct {
	Path    string   `json:"path"`
	Change  string   `json:"change"` // what gen would do: A, M or D
	Reasons []string `json:"reasons"`
}

func (a *app) reportCheck(outputs []*output, changes []change, stray int) {
	report := staleReport{runReport: newRunReport(outputs, changes), Stale: []staleFile{}}
	for _, c := range changes {
		report.Stale = append(report.Stale, staleFile{c.path, c.letter, c.reasons()})
	}
	if a.report == "json" {
		writeJSON(a.stdout, report)
		return
	}
	for _, s := range report.Stale {
		reasons := strings.Join(s.Reasons, "; ")
		m := message{File: s.Path, Severity: load.Error.String(), Code: "stale", Message: "stale: " + reasons, Fix: "run gen"}
		switch a.format {
		case "json":
			writeJSON(a.stdout, m)
		case "github":
			fmt.Fprintln(a.stdout, annotation(m))
		default:
			fmt.Fprintf(a.stdout, "%s %s: %s\n", s.Change, s.Path, reasons)
		}
	}
	if a.format == "json" {
		return
	}
	var ends []string
	if n := len(changes); n > 0 {
		ends = append(ends, count(n, "stale file")+", run gen")
	}
	if stray > 0 {
		ends = append(ends, count(stray, "file")+" that nobody generates")
	}
	if ends == nil {
		ends = []string{"up to date"}
	}
	fmt.Fprintf(a.stdout, "%s: %s\n", summary(outputs), strings.Join(ends, "; "))
}

// reasons tells why a file is stale.
func (c change) reasons() []string {
	o := c.out
	switch {
	case o.new == nil:
		return []string{"nobody generates it any more: its client is not in " + o.old.Config["config"]}
	case !o.old.present && c.rel == o.lock:
		return []string{"it is missing"}
	case len(o.old.problems) > 0 && c.rel == o.lock:
		return []string{o.old.problems[0].Message}
	}
	was, known := o.old.Files[c.rel]
	data, err := input.ReadFile(o.diskPath(c.rel))
	changed := o.changes()
	switch {
	case c.rel == o.lock:
		if len(changed) == 0 && (o.new.Generator != develVersion || maps.Equal(o.old.Files, o.new.Files)) {
			return []string{"edited by hand"}
		}
	case known && err != nil:
		return append([]string{"deleted by hand"}, o.alsoIf(was, c.rel, changed)...)
	case known && lock.Hash(data) != was:
		return append([]string{"edited by hand"}, o.alsoIf(was, c.rel, changed)...)
	case !o.old.present && err == nil:
		return []string{"gen.lock is missing, and the file is not what the spec says"}
	case !o.old.present:
		return []string{"it is missing"}
	case !known && err == nil:
		return []string{"gen.lock does not know it, and it is not what the spec says"}
	}
	if len(changed) == 0 {
		return []string{"the generator changed"} // a build from a checkout, which has no version
	}
	return changed
}

// alsoIf returns the other reasons of a file that was touched by hand, if it
// would have changed in any case.
func (o *output) alsoIf(was, rel string, changed []string) []string {
	if data, wanted := o.files[rel]; wanted && lock.Hash(data) == was {
		return nil
	}
	return changed
}

func (o *output) diskPath(rel string) string {
	j := job{mod: o.mod}
	return j.abs(o.dir + "/" + rel)
}

// changes lists what differs between the run that wrote the lock and this one.
func (o *output) changes() []string {
	var list []string
	if o.old.Generator != o.new.Generator {
		list = append(list, fmt.Sprintf("the generator changed from %s to %s", o.old.Generator, o.new.Generator))
	}
	list = append(list, changedHashes(o.old.Inputs, o.new.Inputs)...)
	list = append(list, changedHashes(o.old.Remote, o.new.Remote)...)
	for _, key := range union(o.old.Config, o.new.Config) {
		before, was := o.old.Config[key]
		after, is := o.new.Config[key]
		switch {
		case !was:
			list = append(list, fmt.Sprintf("config key %s is set to %s", key, after))
		case !is:
			list = append(list, fmt.Sprintf("config key %s is no longer set", key))
		case before != after:
			list = append(list, fmt.Sprintf("config key %s changed from %s to %s", key, before, after))
		}
	}
	return list
}

// changedHashes says which files are others than they were.
func changedHashes(before, after map[string]string) []string {
	var list []string
	for _, name := range union(before, after) {
		old, was := before[name]
		hash, is := after[name]
		switch {
		case !was:
			list = append(list, name+" is new")
		case !is:
			list = append(list, name+" is no longer read")
		case old != hash:
			list = append(list, name+" changed")
		}
	}
	return list
}

// union returns the keys of both maps, sorted.
func union(a, b map[string]string) []string {
	all := maps.Clone(a)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}
