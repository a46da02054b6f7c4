package project

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/lock"
)

// Check lists what Generate would change, and why. It writes nothing. The result
// is nil if that cannot be determined, and the diagnostics say why.
func (p *Project) Check() (*Result, []diag.Diagnostic) {
	p.mayEmpty = true
	jobs, diags := p.jobs()
	if len(diags) > 0 {
		return nil, diags
	}
	if outputs := p.fresh(jobs); outputs != nil {
		return newResult(outputs, nil), p.diagnostics(jobs, outputs)
	}
	outputs := p.renderAll(jobs)
	changes, diags := p.compare(jobs, outputs)
	if diag.Errors(diags) {
		return nil, diags
	}
	result := newResult(outputs, changes)
	for i, c := range changes {
		changes[i].Reasons = c.reasons()
	}
	for _, d := range diags {
		if d.Code == strayCode {
			result.Stray++
		}
	}
	if len(changes)+result.Stray == 0 {
		p.remember(outputs)
	}
	return result, diags
}

// reasons tells why a file is stale.
func (c Change) reasons() []string {
	o := c.out
	switch {
	case o.new == nil && o.runtime, o.runtime && c.rel == o.oldName && c.rel != o.lock:
		return []string{"no client uses this copy of the runtime any more"}
	case o.new == nil:
		return []string{"no longer generated: its client is not in " + o.old.Config["config"]}
	case !o.old.present && c.rel == o.lock:
		return []string{"it is missing"}
	case len(o.old.problems) > 0 && c.rel == o.lock:
		return []string{o.old.problems[0].Message}
	case o.old.Edited && c.rel == o.lock:
		return []string{"edited by hand" + o.lockEdits()}
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
		return []string{"gen.lock does not list it, and it is not what the spec says"}
	}
	if o.old.Edited && len(changed) == 0 {
		return []string{o.lock + " was edited by hand" + o.lockEdits()}
	}
	if len(changed) == 0 {
		return []string{"the generator changed"} // a build from a checkout, which has no version
	}
	return changed
}

// lockEdits says what is wrong in a lock that was edited: names that no file of the
// output has, and hashes that no file has. It is "" if nothing is.
func (o *output) lockEdits() string {
	words := map[string]bool{}
	var wrong []string
	for _, name := range slices.Sorted(maps.Keys(o.old.Files)) {
		data, err := input.ReadFile(o.diskPath(name))
		if err != nil {
			continue
		}
		if lock.Hash(data) != o.old.Files[name] && bytes.Equal(evenLines(data), o.files[name]) {
			wrong = append(wrong, "the hash of "+name)
		}
		for _, word := range identifier.FindAll(data, -1) {
			words[string(word)] = true
		}
	}
	for _, name := range union(o.old.Inputs, nil) {
		if hash, known := o.new.Inputs[name]; known && hash != o.old.Inputs[name] {
			wrong = append(wrong, "the hash of "+name)
		}
	}
	names := map[string]bool{}
	for _, name := range o.old.Names {
		if !words[name] && !names[name] {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		wrong = append(wrong, "the name "+name)
	}
	if len(wrong) == 0 {
		return ""
	}
	text := strings.Join(wrong[:min(len(wrong), 3)], ", ")
	if more := len(wrong) - 3; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return ": " + text
}

// identifier is a name in Go.
var identifier = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

// evenLines is data with LF for CRLF.
func evenLines(data []byte) []byte { return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")) }

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
		if dir, ok := strings.CutPrefix(key, needsKey); ok {
			before, was := o.old.Config[key]
			if after, is := o.new.Config[key]; was != is || before != after {
				list = append(list, "what "+dir+" needs of the runtime changed")
			}
			continue
		}
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
