package main

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/lock"
	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/internal/remote"
)

// An output is a directory with what it should hold and what its lock says.
type output struct {
	mod   *module
	job   *job              // nil for the runtime's copy and for what nobody generates any more
	dir   string            // relative to the module root
	lock  string            // lock file, relative to dir
	files map[string][]byte // the lock among them
	old   *oldLock
	new   *lock.Lock

	api    *model.API // nil when nothing had to be made
	report model.Report
	diags  []load.Diagnostic
}

// renderAll makes the files of every client, and of the runtime's copies.
// Nothing is written.
func (a *app) renderAll(jobs []*job) []*output {
	a.progress.start(len(jobs))
	defer a.progress.end()
	outputs := make([]*output, len(jobs))
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, j := range jobs {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			outputs[i] = a.render(j)
		})
	}
	wait.Wait()
	for _, j := range jobs {
		if !slices.ContainsFunc(outputs, func(o *output) bool { return o.isRuntimeOf(j) }) {
			outputs = append(outputs, a.renderRuntime(j, wantFakes(jobs, j)))
		}
	}
	return append(outputs, abandoned(jobs)...)
}

// wantFakes reports whether a client that shares j's copy of the runtime has a
// fake.
func wantFakes(jobs []*job, j *job) bool {
	return slices.ContainsFunc(jobs, func(other *job) bool {
		return other.client.Fake && other.mod.root == j.mod.root && other.runtimeDir == j.runtimeDir
	})
}

// runtimeOptions is what shapes a copy of the runtime, for its lock.
func (j *job) runtimeOptions(fakes bool) map[string]string {
	options := map[string]string{"import": j.runtimePath}
	if fakes {
		options["fake"] = "true"
	}
	return options
}

func (o *output) isRuntimeOf(j *job) bool {
	return o.job == nil && o.mod.root == j.mod.root && o.dir == j.runtimeDir
}

// render takes one document through the pipeline, and notes it in the lock.
func (a *app) render(j *job) *output {
	o := &output{mod: j.mod, job: j, dir: j.dir, lock: lock.Name, old: a.readLock(j.abs(j.dir), lock.Name)}
	o.diags = o.old.warnings()
	defer a.progress.stage(j.dir, "")
	fetcher := a.fetcher(j, o.old.Lock)
	m := a.make(o, fetcher)
	if m == nil {
		return o
	}
	if j.client.Fake {
		fake, diags := a.fake(j, m.doc, m.api)
		if o.diags = append(o.diags, diags...); load.Errors(diags) {
			return o
		}
		maps.Copy(m.files, fake)
	}
	inputs, fault := j.inputs(m.doc)
	if fault != nil {
		o.diags = append(o.diags, *fault)
		return o
	}
	o.seal(m.files, &lock.Lock{Config: j.options, Inputs: inputs, Remote: pins(fetcher), Held: m.api.Held, Names: m.api.Names})
	return o
}

// made is a document on its way through the pipeline.
type made struct {
	doc   *load.Document
	api   *model.API
	files map[string][]byte
}

// make takes o's document through the pipeline; nil when that fails, and o's
// diagnostics say why.
func (a *app) make(o *output, fetcher *remote.Fetcher) *made {
	j := o.job
	doc, api := a.model(j, o, fetcher)
	if api == nil {
		return nil
	}
	files, err := a.files(api, emit.Options{Runtime: j.runtimePath, Import: j.mod.importPath(j.dir), Rendering: func(file, files int) {
		a.progress.stage(j.dir, fmt.Sprintf("printing, %d of %d files", file, files))
	}})
	if err != nil {
		o.diags = append(o.diags, renderFaults(err)...)
		return nil
	}
	return &made{doc, api, files}
}

// model reads j's document and decides on its client. What there is to say
// goes to o; without an API, that is an error.
func (a *app) model(j *job, o *output, fetcher *remote.Fetcher) (*load.Document, *model.API) {
	a.progress.stage(j.dir, "reading")
	doc, diags := a.load(j.spec, a.loadOptions(j, fetcher))
	o.diags = append(o.diags, diags...)
	if doc == nil || load.Errors(diags) {
		o.failIfSilent("the document cannot be read")
		return nil, nil
	}
	a.progress.stage(j.dir, "naming its parts")
	repaired := len(diags) // what the loader warns of, it has repaired
	api, diags := a.build(doc, model.Options{
		Package: j.pkg,
		Source:  j.source,
		Names:   o.old.names(),
		Held:    o.old.held(),
		Formats: j.client.Formats,
		Types:   j.client.Types,
		Include: model.Filter(j.client.Include),
		Split:   j.client.Split,
	})
	if a.strict {
		load.Strict(diags)
	}
	o.diags = append(o.diags, diags...)
	if api == nil || load.Errors(diags) {
		o.failIfSilent("no client can be made of the document")
		return nil, nil
	}
	o.api, o.report = api, api.Report
	o.report.Repairs += repaired
	return doc, api
}

// failIfSilent makes sure that a failure has a message.
func (o *output) failIfSilent(message string) {
	if !load.Errors(o.diags) {
		o.diags = append(o.diags, fault(load.Position{File: filepath.ToSlash(o.job.spec)}, "load", "", "%s", message))
	}
}

// positioned is how package emit's errors start that know their place.
var positioned = regexp.MustCompile(`^(\S+?):(\d+)(?::(\d+))?: `)

// renderFaults makes diagnostics of package emit's errors, which are text: a
// position, what is wrong, and indented what to do about it.
func renderFaults(err error) []load.Diagnostic {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var diags []load.Diagnostic
		for _, err := range joined.Unwrap() {
			diags = append(diags, renderFaults(err)...)
		}
		return diags
	}
	text, fix, ok := strings.Cut(err.Error(), "\n\t")
	if !ok {
		fix = "this is a mistake of the generator, not of the document: please report it"
	}
	var pos load.Position
	if m := positioned.FindStringSubmatch(text); m != nil {
		pos.File = m[1]
		pos.Line, _ = strconv.Atoi(m[2])
		pos.Col, _ = strconv.Atoi(m[3])
		text = text[len(m[0]):]
	}
	return []load.Diagnostic{fault(pos, "render", strings.TrimRight(fix, "\n"), "%s", text)}
}

// renderRuntime makes the copy of the runtime that j's client imports.
func (a *app) renderRuntime(j *job, fakes bool) *output {
	o := &output{mod: j.mod, dir: j.runtimeDir, lock: runtimeLock, old: a.readLock(j.abs(j.runtimeDir), runtimeLock)}
	files, err := a.runtimeFiles(j.runtimePath, fakes)
	if err != nil {
		o.diags = append(o.diags, renderFaults(err)...)
		return o
	}
	o.seal(files, &lock.Lock{Config: j.runtimeOptions(fakes)})
	return o
}

// seal completes the lock and puts it among the files.
func (o *output) seal(files map[string][]byte, l *lock.Lock) {
	l.Generator = generatorVersion()
	l.Files = make(map[string]string, len(files))
	o.files = make(map[string][]byte, len(files)+1)
	for name, data := range files {
		o.files[name] = data
		l.Files[name] = lock.Hash(data)
	}
	o.files[o.lock] = l.Bytes()
	o.new = l
}

// inputs hashes the files that the document came from.
func (j *job) inputs(doc *load.Document) (map[string]string, *load.Diagnostic) {
	hashes := map[string]string{}
	for _, file := range localInputs(doc) {
		hashes[j.inputName(file.Name)] = lock.Hash(file.Data)
	}
	if name, hash, ok := j.exchangesInput(newHasher()); ok {
		hashes[name] = hash
	}
	for _, name := range j.client.Overlays {
		data, err := input.ReadFile(name)
		if err != nil {
			d := fault(j.client.position("overlays"), "config", "name an OpenAPI Overlay document", "overlays: %v", err)
			return nil, &d
		}
		hashes[j.inputName(name)] = lock.Hash(data)
	}
	return hashes, nil
}

// inputName names an input in the lock.
func (j *job) inputName(name string) string {
	abs, err := filepath.Abs(filepath.FromSlash(name))
	if err != nil {
		return filepath.ToSlash(name)
	}
	rel, _ := relativeTo(j.inputBase, abs)
	return rel
}

// inputFile is inputName's inverse.
func (j *job) inputFile(name string) string {
	return filepath.Join(j.inputBase, filepath.FromSlash(name))
}

// abandoned finds the outputs of clients that the config no longer lists:
// their locks name this very config file.
func abandoned(jobs []*job) []*output {
	known := map[string]bool{}
	parents := map[string]*job{}
	for _, j := range jobs {
		known[j.abs(j.dir)] = true
		known[j.abs(j.runtimeDir+"/api")] = true
		parents[filepath.Dir(j.abs(j.dir))] = j
		parents[j.abs(j.runtimeDir)] = j
	}
	var outputs []*output
	for parent, j := range parents {
		entries, _ := input.ReadDir(parent)
		for _, entry := range entries {
			dir := filepath.Join(parent, entry.Name())
			rel, inside := j.mod.rel(dir)
			if !entry.IsDir() || known[dir] || !inside || j.options["config"] == "" {
				continue
			}
			if old := readLockOf(input.ReadFile, dir, lock.Name); old.present && old.Config["config"] == j.options["config"] {
				known[dir] = true
				outputs = append(outputs, &output{mod: j.mod, dir: rel, lock: lock.Name, old: old})
			}
		}
	}
	return outputs
}
