package project

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/lock"
)

// This file finds the outputs of clients that the config no longer lists. They are
// deleted. A client that was only moved keeps its names.

// home is where the locks of a config's clients may be.
type home struct {
	mod    *module
	config string // as these locks name it
}

// homes returns the modules that clients of the config are or were in: its own, and
// those of its clients. There are none if flags took the config's place.
func (p *Project) homes(jobs []*job) []home {
	var list []home
	add := func(mod *module, config string) {
		if config != "" && !slices.ContainsFunc(list, func(h home) bool { return h.mod.root == mod.root }) {
			list = append(list, home{mod, config})
		}
	}
	for _, j := range jobs {
		add(j.mod, j.options["config"])
	}
	if p.own != nil {
		add(p.own.mod, p.own.config)
	}
	return list
}

// findOwn returns the config's own module; nil if it is in none.
func (r *resolver) findOwn() *home {
	abs, err := filepath.Abs(r.configName)
	if r.configName == "" || err != nil {
		return nil
	}
	mod, err := findModule(r.read, filepath.Dir(abs))
	if err != nil || mod == nil {
		return nil
	}
	rel, _ := mod.rel(abs)
	return &home{mod, rel}
}

// abandoned finds the outputs of clients that the config no longer lists: their locks
// name this very config file.
func (p *Project) abandoned(jobs []*job) []*output {
	known := map[string]bool{}
	for _, j := range jobs {
		known[j.abs(j.dir)] = true
		known[j.abs(j.runtimeDir+"/api")] = true
	}
	if p.publish != nil {
		known[filepath.Join(p.publish.mod.root, filepath.FromSlash(p.publish.dir))] = true
	}
	var outputs []*output
	for _, h := range p.homes(jobs) {
		for _, dir := range lockedDirs(h.mod.root) {
			if known[dir] {
				continue
			}
			old := readLockOf(input.ReadFile, dir, lock.Name)
			if rel, inside := h.mod.rel(dir); inside && old.present && old.Config["config"] == h.config {
				outputs = append(outputs, &output{mod: h.mod, dir: rel, lock: lock.Name, old: old})
			}
		}
	}
	return outputs
}

// lockedDirs lists the directories of a module that have a lock.
func lockedDirs(root string) []string {
	var found []string
	walkModule(root, func(dir string, names []string) {
		if slices.Contains(names, lock.Name) {
			found = append(found, dir)
		}
	})
	return found
}

// walkModule calls visit with the directories of a module and the names in them, but
// not with directories that the go command passes over, nor with those below another
// module's root. Each run does it, so that directories are read without the checks of
// package input: only names are taken from them, and links are not followed.
func walkModule(root string, visit func(dir string, names []string)) {
	var walk func(dir string)
	walk = func(dir string) {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return // gen cannot have written there
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		visit(dir, names)
		if dir != root && slices.Contains(names, "go.mod") {
			return // a published runtime is such a module
		}
		for _, e := range entries {
			name := e.Name()
			if e.IsDir() && !strings.HasPrefix(name, ".") && !strings.HasPrefix(name, "_") && name != "testdata" && name != "vendor" && name != "node_modules" {
				walk(filepath.Join(dir, name))
			}
		}
	}
	walk(root)
}

// moved finds, for each client that has no lock, the lock of a client of the same
// document that is no longer listed: its out was renamed.
func moved(jobs []*job, gone []*output, read func(*job) *oldLock) map[*job]*output {
	found := map[*job]*output{}
	match := func(samePackage bool) {
		for _, j := range jobs {
			if found[j] != nil || read(j).present {
				continue
			}
			for _, o := range gone {
				_, sameDocument := o.old.Inputs[j.source]
				if o.successor == nil && o.mod.root == j.mod.root && sameDocument && (!samePackage || o.old.Config["package"] == j.pkg) {
					found[j], o.successor = o, j
					break
				}
			}
		}
	}
	match(true)
	match(false)
	return found
}

// movedNote says that a client has the names of one that was elsewhere.
func movedNote(j *job, from *output) diag.Diagnostic {
	return diag.Diagnostic{
		Pos: diag.Position{File: shownPath(j.abs(j.dir))}, Severity: diag.Info, Code: "lock",
		Message: fmt.Sprintf("has the Go names of %s, which this client of the same document replaces", shownPath(j.abs(from.dir))),
	}
}
