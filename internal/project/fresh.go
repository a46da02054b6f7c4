package project

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/lock"
	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/internal/tree"
)

// Work that is not needed is not done: when every input and every output has
// the hash that the lock says, and this very build once found the lock to be
// what it writes, a run ends here. That last fact is a record in the user's
// cache directory, never in the tree: a lock edited by hand, or a generator
// rebuilt, has no record and takes the long way once.

// record is what a cache file holds about an output.
type record struct {
	Key      string // of the build, the lock's bytes and how the spec was named
	Report   model.Report
	Warnings []diag.Message
	Inputs   map[string]string // their hashes, which are others than the lock's if only their format changed
}

// fresh returns the outputs as an earlier run found them if nothing has
// changed since, else nil.
func (p *Project) fresh(jobs []*job) []*output {
	if p.UpdateRefs {
		return nil
	}
	h := newHasher()
	var outputs []*output
	for _, j := range jobs {
		o := &output{mod: j.mod, job: j, dir: j.dir, lock: lock.Name, old: p.readLock(j.abs(j.dir), lock.Name)}
		if !p.freshOutput(o, h) || !maps.Equal(o.old.Config, j.options) || !h.matchInputs(o.inputs, j) {
			return nil
		}
		outputs = append(outputs, o)
	}
	runtimes, ok := p.freshRuntimes(jobs, h)
	if !ok || len(p.abandoned(jobs)) > 0 || slices.ContainsFunc(jobs, func(j *job) bool { return tree.Interrupted(j.mod.root) }) {
		return nil
	}
	module, ok := p.freshPublished(h)
	if !ok {
		return nil
	}
	return slices.Concat(outputs, runtimes, module)
}

// freshOutput reports whether o's files are as its lock says, and the lock as
// this build writes it.
func (p *Project) freshOutput(o *output, h *hasher) bool {
	if !o.old.present || len(o.old.problems) > 0 || o.old.Generator != Version() {
		return false
	}
	data, err := os.ReadFile(o.recordFile())
	if err != nil {
		return false
	}
	var r record
	if json.Unmarshal(data, &r) != nil || r.Key != p.recordKey(o, o.old.data) || p.Strict && len(r.Warnings) > 0 {
		return false
	}
	o.report, o.inputs = r.Report, r.Inputs
	for _, m := range r.Warnings {
		o.diags = append(o.diags, m.Diagnostic())
	}
	return h.matchAll(o.old.Files, o.diskPath) && o.freshDirs()
}

// freshDirs reports whether the directories of o hold no generated files but
// those of its lock, and these as regular files.
func (o *output) freshDirs() bool {
	dirs := map[string]bool{}
	for name := range o.old.Files {
		dirs[path.Dir(name)] = true
	}
	for dir := range dirs {
		entries, err := input.ReadDir(o.diskPath(dir))
		if err != nil {
			return false
		}
		for _, entry := range entries {
			name := path.Join(dir, entry.Name())
			_, ours := o.old.Files[name]
			switch {
			case ours && !entry.Type().IsRegular():
				return false
			case !ours && path.Ext(name) == ".go" && Generated(o.diskPath(name)):
				return false
			}
		}
	}
	return true
}

// matchInputs reports whether a client's inputs have the hashes of its lock.
func (h *hasher) matchInputs(hashes map[string]string, j *job) bool {
	files := maps.Clone(hashes)
	exchanges, hash, ok := j.exchangesInput(h)
	if ok && files[exchanges] != hash {
		return false
	}
	delete(files, exchanges)
	return h.matchAll(files, j.inputFile)
}

// hasher hashes many files through one buffer.
type hasher struct {
	buffer []byte
}

func newHasher() *hasher { return &hasher{buffer: make([]byte, 64<<10)} }

// matchAll reports whether the files have the hashes.
func (h *hasher) matchAll(hashes map[string]string, path func(name string) string) bool {
	for name, want := range hashes {
		if got, err := h.hash(path(name)); err != nil || got != want {
			return false
		}
	}
	return len(hashes) > 0
}

func (h *hasher) hash(name string) (string, error) {
	f, err := input.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := lock.NewHash()
	for {
		n, err := f.Read(h.buffer)
		sum.Write(h.buffer[:n])
		if err == io.EOF {
			return lock.Sum(sum), nil
		}
		if err != nil {
			return "", err
		}
	}
}

// recordKey identifies the build that made an output, and what it made.
func (p *Project) recordKey(o *output, lockData []byte) string {
	if p.buildID == "" {
		p.buildID = buildID()
	}
	spec := ""
	if o.job != nil {
		spec = o.job.spec // warnings name it so
	}
	return lock.Hash(fmt.Appendf(nil, "%s\n%s\n%s", p.buildID, spec, lockData))
}

// recordFile is where the record of an output is kept; "" when the machine has
// no place for it.
func (o *output) recordFile() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "docwright", lock.Hash([]byte(o.diskPath(o.lock)))+".json")
}

// remember notes that the outputs on disk are what this build makes of their
// inputs. A document with a dangling reference is not noted: the file that it
// wants may appear.
func (p *Project) remember(outputs []*output) {
	for _, o := range outputs {
		if o.new == nil || o.recordFile() == "" {
			continue
		}
		r := record{Key: p.recordKey(o, o.files[o.lock]), Report: o.report, Inputs: o.inputs}
		dangling := false
		for _, d := range o.diags {
			dangling = dangling || d.Code == "dangling-ref"
			if d.Code != "lock" {
				r.Warnings = append(r.Warnings, diag.NewMessage(d, ""))
			}
		}
		data, err := json.Marshal(r)
		if err != nil || dangling {
			continue
		}
		// Best effort: without a record the next run takes the long way.
		name := o.recordFile()
		os.MkdirAll(filepath.Dir(name), 0o755) //nolint:errcheck // see above
		temp := fmt.Sprintf("%s.%d", name, os.Getpid())
		if os.WriteFile(temp, data, 0o644) != nil || os.Rename(temp, name) != nil {
			os.Remove(temp) //nolint:errcheck // see above
		}
	}
}
