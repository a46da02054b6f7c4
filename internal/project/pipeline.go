package project

import (
	"bytes"
	"fmt"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/docwright/docwright/internal/diag"
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

	successor *job // that replaces a client that nobody generates any more; nil for none

	runtime bool   // it is the runtime's
	oldName string // of the old lock, if runtime: relative to dir

	inputs        map[string]string // hashes of what the client was made of
	usesExchanges bool              // recorded calls say what the document leaves open

	api    *model.API // nil when nothing had to be made
	report model.Report
	diags  []diag.Diagnostic
}

// renderAll makes the files of every client, and of the runtime's copies.
// Nothing is written.
func (p *Project) renderAll(jobs []*job) []*output {
	p.host.Progress.Start(len(jobs))
	defer p.host.Progress.End()
	outputs := make([]*output, len(jobs))
	gone := p.abandoned(jobs)
	from := moved(jobs, gone, func(j *job) *oldLock { return p.readLock(j.abs(j.dir), lock.Name) })
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, j := range jobs {
		wait.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			outputs[i] = p.render(j, from[j])
		})
	}
	wait.Wait()
	return slices.Concat(outputs, p.renderRuntimes(jobs, outputs, gone), p.renderPublished(), gone)
}

// render takes one document through the pipeline, and notes it in the lock. From is
// the output that this one replaces, nil for none.
func (p *Project) render(j *job, from *output) *output {
	o := &output{mod: j.mod, job: j, dir: j.dir, lock: lock.Name, old: p.readLock(j.abs(j.dir), lock.Name)}
	o.diags = o.old.warnings()
	if from != nil {
		o.old.moved = from.old
		o.diags = append(o.diags, movedNote(j, from))
	}
	defer p.host.Progress.Stage(j.dir, "")
	fetcher := p.fetcher(j, o.old.kept())
	m := p.make(o, fetcher)
	if m == nil {
		return o
	}
	if j.client.Fake {
		fake, diags := p.fake(j, m.doc, m.api)
		if o.diags = append(o.diags, diags...); diag.Errors(diags) {
			return o
		}
		maps.Copy(m.files, fake)
	}
	inputs, fault := j.inputs(m.doc)
	if fault != nil {
		o.diags = append(o.diags, *fault)
		return o
	}
	o.inputs = maps.Clone(inputs)
	if name, hash, ok := j.exchangesInput(newHasher()); ok {
		o.inputs[name] = hash // also where they are not needed: an edit of theirs may be what is needed
		if j.client.Fake || o.usesExchanges {
			inputs[name] = hash
		}
	}
	o.seal(m.files, &lock.Lock{Config: j.options, Inputs: inputs, Remote: pins(fetcher), Held: m.api.Held, Names: m.api.Names})
	o.keepLock()
	return o
}

// keepLock leaves the lock as it is if nothing but the inputs' bytes differs: then
// their format was edited, or what no client shows.
func (o *output) keepLock() {
	old, now := o.old.Lock, *o.new
	now.Inputs = old.Inputs
	if o.old.present && !old.Edited && len(o.old.problems) == 0 && len(old.Inputs) == len(o.new.Inputs) && bytes.Equal(now.Bytes(), evenLines(o.old.data)) {
		o.files[o.lock] = now.Bytes()
	}
}

// made is a document on its way through the pipeline.
type made struct {
	doc   *load.Document
	api   *model.API
	files map[string][]byte
}

// make takes o's document through the pipeline; nil when that fails, and o's
// diagnostics say why.
func (p *Project) make(o *output, fetcher *remote.Fetcher) *made {
	j := o.job
	doc, api := p.model(j, o, fetcher)
	if api == nil {
		return nil
	}
	files, err := p.stages.Files(api, emit.Options{Runtime: j.runtimePath, Import: j.mod.importPath(j.dir), Rendering: func(file, files int) {
		p.host.Progress.Stage(j.dir, fmt.Sprintf("printing, %d of %d files", file, files))
	}})
	if err != nil {
		o.diags = append(o.diags, renderFaults(err)...)
		return nil
	}
	return &made{doc, api, files}
}

// model reads j's document and decides on its client. What there is to say
// goes to o; without an API, that is an error.
func (p *Project) model(j *job, o *output, fetcher *remote.Fetcher) (*load.Document, *model.API) {
	p.host.Progress.Stage(j.dir, "reading")
	doc, diags := p.stages.Load(j.spec, p.loadOptions(j, fetcher))
	o.diags = append(o.diags, diags...)
	if doc == nil || diag.Errors(diags) {
		o.failIfSilent("the document cannot be read")
		return nil, nil
	}
	p.attachRecordings(j, doc, o)
	p.host.Progress.Stage(j.dir, "naming its parts")
	repaired := len(diags) // what the loader warns of, it has repaired
	api, diags := p.stages.Build(doc, model.Options{
		Package: j.pkg,
		Source:  j.source,
		Names:   o.old.names(),
		Held:    o.old.held(),
		Formats: j.client.Formats,
		Types:   j.client.Types,
		Include: model.Filter(j.client.Include),
		Split:   j.client.Split,
		Fake:    j.client.Fake,
	})
	if p.Strict {
		diag.Strict(diags)
	}
	o.diags = append(o.diags, diags...)
	if api == nil || diag.Errors(diags) {
		o.failIfSilent("no client can be made of the document")
		return nil, nil
	}
	o.api, o.report = api, api.Report
	o.report.Repairs += repaired
	return doc, api
}

// failIfSilent makes sure that a failure has a message.
func (o *output) failIfSilent(message string) {
	if !diag.Errors(o.diags) {
		o.diags = append(o.diags, fault(diag.Position{File: filepath.ToSlash(o.job.spec)}, "load", "", "%s", message))
	}
}

// renderFaults makes diagnostics of an error of making files.
func renderFaults(err error) []diag.Diagnostic {
	return diag.From(err, "render", "this is a bug of gen, please report it")
}

// seal completes the lock and puts it among the files.
func (o *output) seal(files map[string][]byte, l *lock.Lock) {
	l.Generator = Version()
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
func (j *job) inputs(doc *load.Document) (map[string]string, *diag.Diagnostic) {
	hashes := map[string]string{}
	for _, file := range localInputs(doc) {
		hashes[j.inputName(file.Name)] = lock.Hash(file.Data)
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
