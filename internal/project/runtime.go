package project

import (
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/lock"
)

// This file decides how clients get the runtime: as a copy of what they need of
// it, next to them, or from a module that they import.

const (
	// RuntimeModule is the module of the runtime, for runtime: module.
	RuntimeModule = ModulePath + "/generated/runtime"
	// runtimeIsModule is the value of the key runtime that imports it.
	runtimeIsModule = "module"

	// runtimeLock is the lock of the runtime's copy. It is in a directory of its own,
	// because the copy's may be a client's.
	runtimeLock = "api/" + lock.Name
	// fakeLock is the lock of what fakes are made of, where all else is imported.
	fakeLock = emit.NeedFakes + "/" + lock.Name

	// needsKey begins an entry of the copy's lock: what the client in a directory
	// needs. The clients of several configs may share a copy.
	needsKey = "needs "
)

// placeRuntime puts the runtime's copy where the config wants it, else next to the
// output; or it has the module imported.
func (r *resolver) placeRuntime(j *job, out, dir string) {
	j.imported = dir == runtimeIsModule
	switch {
	case dir != "" && !j.imported:
		abs, err := filepath.Abs(r.path(dir))
		if err != nil {
			r.fail(diag.Position{}, "", "runtime: %v", err)
			return
		}
		rel, inside := j.mod.rel(abs)
		if !inside {
			r.fail(j.client.pos, "choose a directory inside the module, or leave runtime out: the copy is then next to the output",
				"runtime: %s is outside the module %s, which holds %s", shownPath(abs), j.mod.path, shownPath(out))
			return
		}
		j.runtimeDir = rel
	case j.dir == ".":
		j.runtimeDir = "."
	default:
		j.runtimeDir = path.Dir(j.dir)
	}
	j.runtimePath = j.mod.importPath(j.runtimeDir)
	j.fakePath = path.Join(j.runtimePath, emit.NeedFakes)
	if j.imported {
		j.runtimePath = RuntimeModule
	}
}

// checkKeep checks the names of the key keep.
func (r *resolver) checkKeep(c *Config) {
	for _, name := range c.Keep {
		if choices := emit.Choices(); !slices.Contains(choices, name) {
			fix := "name what your code uses of the runtime and its copy does not have, such as api.ClientCredentials, or all"
			if near := diag.Nearest(name, choices); near != "" {
				fix = "did you mean " + near + "? " + fix
			}
			r.fail(c.at["keep"], fix, "keep: %q is not a name that a copy of the runtime can lack", name)
		}
	}
}

// sharesRuntime reports whether two clients have the same copy of the runtime.
func (j *job) sharesRuntime(other *job) bool {
	return j.mod.root == other.mod.root && j.runtimeDir == other.runtimeDir
}

// runtimeName names the lock of the runtime that j has next to it.
func (j *job) runtimeName() string {
	if j.imported {
		return fakeLock
	}
	return runtimeLock
}

// runtimeOptions are the settings that shape a copy of the runtime, for its lock.
func (j *job) runtimeOptions() map[string]string {
	options := map[string]string{"import": j.runtimePath}
	if len(j.keep) > 0 {
		options["keep"] = strings.Join(j.keep, " ")
	}
	return options
}

// newRuntimeOutput returns the output of the runtime that j has next to it, with
// the lock of an earlier run.
func (p *Project) newRuntimeOutput(j *job) *output {
	o := &output{mod: j.mod, dir: j.runtimeDir, lock: j.runtimeName(), runtime: true}
	for _, name := range []string{o.lock, runtimeLock, fakeLock} {
		o.old, o.oldName = p.readLock(j.abs(j.runtimeDir), name), name
		if o.old.present {
			return o
		}
	}
	o.old, o.oldName = p.readLock(j.abs(j.runtimeDir), o.lock), o.lock
	return o
}

// renderRuntimes makes what the clients have of the runtime next to them, and
// deletes what they had. Outputs are those of the clients; gone are those that are
// no longer made.
func (p *Project) renderRuntimes(jobs []*job, outputs, gone []*output) []*output {
	var made []*output
	for i, j := range jobs {
		if slices.ContainsFunc(jobs[:i], j.sharesRuntime) {
			continue
		}
		if o := p.renderRuntime(j, jobs, outputs, gone); o != nil {
			made = append(made, o)
		}
	}
	return append(made, p.leftRuntimes(jobs, outputs, gone)...)
}

// renderRuntime makes the runtime that j's client has next to it; nil if there is
// none and was none.
func (p *Project) renderRuntime(j *job, jobs []*job, outputs, gone []*output) *output {
	o := p.newRuntimeOutput(j)
	needs := o.otherNeeds(j.mod, j.runtimePath, jobs, gone)
	for _, client := range outputs {
		if client.job == nil || !j.sharesRuntime(client.job) {
			continue
		}
		list, err := emit.Needs(client.files)
		if err != nil {
			o.diags = append(o.diags, renderFaults(err)...)
			return o
		}
		needs[needsKey+client.dir] = strings.Join(list, " ")
	}
	files, err := p.runtimeFiles(j, needs)
	if err != nil {
		o.diags = append(o.diags, renderFaults(err)...)
		return o
	}
	if len(files) == 0 {
		if !o.old.present {
			return nil
		}
		return o // whose files are deleted
	}
	options := j.runtimeOptions()
	maps.Copy(options, needs)
	o.seal(files, &lock.Lock{Config: options})
	return o
}

// runtimeFiles makes the files of the runtime that clients with needs have next to
// them.
func (p *Project) runtimeFiles(j *job, needs map[string]string) (map[string][]byte, error) {
	symbols := slices.Clone(j.keep)
	for _, list := range needs {
		symbols = append(symbols, strings.Fields(list)...)
	}
	need := emit.NeedOf(symbols...)
	need.Version = releaseVersion()
	if j.imported && !need.Fakes {
		return nil, nil
	}
	files, err := p.stages.RuntimeFiles(j.runtimePath, need)
	if j.imported {
		maps.DeleteFunc(files, func(name string, _ []byte) bool { return path.Dir(name) != emit.NeedFakes })
	}
	return files, err
}

// otherNeeds returns what the lock of a copy says about clients of other runs that
// still exist and use it.
func (o *output) otherNeeds(mod *module, runtimePath string, jobs []*job, gone []*output) map[string]string {
	needs := map[string]string{}
	for key, list := range o.old.Config {
		dir, ok := strings.CutPrefix(key, needsKey)
		if !ok || slices.ContainsFunc(jobs, func(j *job) bool { return j.mod.root == mod.root && j.dir == dir }) ||
			slices.ContainsFunc(gone, func(o *output) bool { return o.mod.root == mod.root && o.dir == dir }) {
			continue
		}
		if other := readLockOf(input.ReadFile, filepath.Join(mod.root, filepath.FromSlash(dir)), lock.Name); other.present && other.Config["runtime"] == runtimePath {
			needs[key] = list
		}
	}
	return needs
}

// leftRuntimes finds the copies that the clients of this run used before and do
// not use any more. They are deleted, unless a client of another run uses them.
func (p *Project) leftRuntimes(jobs []*job, outputs, gone []*output) []*output {
	var left []*output
	seen := map[string]bool{}
	for _, client := range slices.Concat(outputs, gone) {
		was := client.old.Config["runtime"]
		rel, inside := strings.CutPrefix(was+"/", client.mod.path+"/")
		if rel = strings.TrimSuffix(rel, "/"); rel == "" {
			rel = "."
		}
		if client.old.Lock == nil || was == "" || !inside || seen[client.mod.root+" "+rel] {
			continue
		}
		seen[client.mod.root+" "+rel] = true
		j := &job{client: &Client{}, mod: client.mod, runtimeDir: rel, runtimePath: was}
		if slices.ContainsFunc(jobs, j.sharesRuntime) {
			continue
		}
		o := p.newRuntimeOutput(j)
		if !o.old.present || len(o.otherNeeds(j.mod, was, jobs, gone)) > 0 {
			continue
		}
		left = append(left, o)
	}
	return left
}

// freshRuntimes returns the outputs of the runtime as an earlier run found them, if
// nothing has changed since; ok is false if something has.
func (p *Project) freshRuntimes(jobs []*job, h *hasher) (outputs []*output, ok bool) {
	for i, j := range jobs {
		if slices.ContainsFunc(jobs[:i], j.sharesRuntime) {
			continue
		}
		fakes := slices.ContainsFunc(jobs, func(other *job) bool { return other.client.Fake && j.sharesRuntime(other) })
		o := p.newRuntimeOutput(j)
		if j.imported && !fakes {
			if o.old.present {
				return nil, false
			}
			continue
		}
		if o.oldName != o.lock || !p.freshOutput(o, h) || !o.freshNeeds(j) {
			return nil, false
		}
		outputs = append(outputs, o)
	}
	return outputs, true
}

// freshNeeds reports whether the settings of a copy are those of its lock, and
// whether the clients that the lock names exist.
func (o *output) freshNeeds(j *job) bool {
	options := maps.Clone(o.old.Config)
	for key := range o.old.Config {
		if dir, ok := strings.CutPrefix(key, needsKey); ok {
			delete(options, key)
			if other := readLockOf(input.ReadFile, j.abs(dir), lock.Name); !other.present || other.Config["runtime"] != j.runtimePath {
				return false
			}
		}
	}
	return maps.Equal(options, j.runtimeOptions())
}

// checkModule reports a go.mod that does not have the runtime's module, or has
// another version of it than this gen writes for.
func (j *job) checkModule(wanted string) []diag.Diagnostic {
	if !j.imported {
		return nil
	}
	d := diag.Diagnostic{Pos: diag.Position{File: shownPath(j.abs("go.mod"))}, Severity: diag.Warning, Code: "runtime-module"}
	d.Fix = "run go get " + RuntimeModule + "@" + wanted
	if !semver.IsValid(wanted) {
		d.Fix = "run go get " + RuntimeModule
	}
	has, required := j.mod.requires[RuntimeModule]
	switch {
	case j.mod.path == ModulePath:
		return nil
	case !required:
		d.Message = "does not require " + RuntimeModule + ", which the clients import (runtime: module)"
	case j.mod.replaces[RuntimeModule], !semver.IsValid(wanted), has == wanted:
		return nil
	default:
		d.Message = "requires " + RuntimeModule + " " + has + ", and this gen writes clients for " + wanted
	}
	return []diag.Diagnostic{d}
}

// published is a module that holds the whole runtime, for others to import.
type published struct {
	mod     *module // that the directory is in, were it not one of its own
	dir     string
	options map[string]string
}

// published resolves the key publish; nil if it is not set or wrong.
func (r *resolver) published(c *Config) *published {
	if c.Publish == "" || r.configName == "" {
		return nil
	}
	base, err := filepath.Abs(r.base)
	if err != nil {
		r.fail(c.at["publish"], "", "publish: %v", err)
		return nil
	}
	abs := filepath.Join(base, filepath.FromSlash(c.Publish))
	mod, err := findModule(r.read, base)
	if err != nil || mod == nil {
		r.fail(c.at["publish"], "run go mod init first", "publish: this file is in no Go module")
		return nil
	}
	rel, inside := mod.rel(abs)
	if !inside || rel == "." {
		r.fail(c.at["publish"], "choose a directory below "+shownPath(mod.root), "publish: %s is not below the module %s", shownPath(abs), mod.path)
		return nil
	}
	config, _ := mod.rel(filepath.Join(base, filepath.Base(r.configName)))
	return &published{mod, rel, map[string]string{"publish": mod.importPath(rel), "config": config}}
}

func (s *published) output(p *Project) *output {
	return &output{mod: s.mod, dir: s.dir, lock: lock.Name, old: p.readLock(filepath.Join(s.mod.root, filepath.FromSlash(s.dir)), lock.Name)}
}

// renderPublished makes the module that the config publishes.
func (p *Project) renderPublished() []*output {
	if p.publish == nil {
		return nil
	}
	o := p.publish.output(p)
	importPath := p.publish.options["publish"]
	files, err := p.stages.RuntimeFiles(importPath, emit.Need{All: true, Version: releaseVersion()})
	if err != nil {
		o.diags = append(o.diags, renderFaults(err)...)
		return []*output{o}
	}
	maps.Copy(files, emit.ModuleFiles(importPath))
	o.seal(files, &lock.Lock{Config: p.publish.options})
	return []*output{o}
}

// freshPublished returns the module that the config publishes as an earlier run
// found it; ok is false if that is not what it would be.
func (p *Project) freshPublished(h *hasher) (outputs []*output, ok bool) {
	if p.publish == nil {
		return nil, true
	}
	o := p.publish.output(p)
	return []*output{o}, p.freshOutput(o, h) && maps.Equal(o.old.Config, p.publish.options)
}
