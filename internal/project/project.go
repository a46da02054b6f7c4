// Package project takes gen.yaml to files: it reads the settings, works out where
// everything is (Job), takes each document through the pipeline (package load,
// model and the artifacts), notes in locks what it made, and has package tree
// write it. Only this package knows the layout of the disk. It prints nothing:
// the command does.
package project

import (
	"net/http"
	"path/filepath"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// Settings say what to work on: the clients of a config, or the one of Spec.
type Settings struct {
	Config      string // file name; "" looks for it (see FindConfig)
	ConfigGiven bool   // the user named it
	Spec        string // the document of the only client, instead of a config
	Out         string // where that client goes; where pages go
	Package     string // how that client is called; "" for the name of Out
	Runtime     string // where the runtime's copy goes; "" for next to Out
	Strict      bool   // warnings are errors
	Lenient     bool   // a $ref that points at nothing is a warning, also in a document of the config
	UpdateRefs  bool   // fetch what references to the network name again
}

// Stages are the steps of the pipeline. Tests replace some.
type Stages struct {
	Load         func(path string, opts load.Options) (*load.Document, []diag.Diagnostic)
	Build        func(doc *load.Document, opts model.Options) (*model.API, []diag.Diagnostic)
	Files        func(api *model.API, opts emit.Options) (map[string][]byte, error)
	RuntimeFiles func(importPath string, need emit.Need) (map[string][]byte, error)
	Network      http.RoundTripper // nil for the real one
}

// RealStages are those of a run that is no test.
func RealStages() Stages {
	return Stages{Load: load.File, Build: model.Build, Files: emit.Files, RuntimeFiles: emit.Runtime}
}

// Host is the command around a project.
type Host struct {
	Notify   func(diag.Diagnostic) // what to say at once, as that another run is waited for; may be nil
	Progress Progress              // may be nil
}

// Progress follows a run. Its methods are called by several goroutines.
type Progress interface {
	Start(clients int)
	Stage(client, what string) // "" when nothing is left to do
	End()
}

// Project is what the settings are about.
type Project struct {
	Settings
	stages Stages
	host   Host

	read      FileReader                // where inputs are read; nil for the disk
	list      func(dir string) []string // names of the files that read has in a directory; nil for the disk
	linting   Lint                      // what the config says about findings
	reviewing Review                    // what it says about gen diff
	publish   *published                // nil if the config publishes no runtime
	own       *home                     // the config's module; nil if it is in none, or there is no config
	mayEmpty  bool                      // a config without clients is fine if it had some: they are deleted
	buildID   string                    // see recordKey
}

// Open returns the project that the settings name. Nothing is read yet.
func Open(settings Settings, stages Stages, host Host) *Project {
	if host.Notify == nil {
		host.Notify = func(diag.Diagnostic) {}
	}
	if host.Progress == nil {
		host.Progress = silent{}
	}
	return &Project{Settings: settings, stages: stages, host: host}
}

// silent is the progress that nobody follows.
type silent struct{}

// Start does nothing.
func (silent) Start(int) {}

// Stage does nothing.
func (silent) Stage(string, string) {}

// End does nothing.
func (silent) End() {}

// FileReader reads a file, as os.ReadFile does.
type FileReader func(name string) ([]byte, error)

// readFile is where this run reads its inputs.
func (p *Project) readFile() FileReader {
	if p.read != nil {
		return p.read
	}
	return input.ReadFile
}

// Result is what a run did, or would do.
type Result struct {
	Clients []ClientResult
	Changes []Change
	Stray   int // files that carry the marker of generated files and that no lock knows

	outputs []*output
}

// ClientResult is what a run has to say about a client.
type ClientResult struct {
	Spec    string // as the user named it
	Out     string // as users see it
	Package string
	model.Report
	Diagnostics []diag.Diagnostic
}

// Change is a file that is not as it should be.
type Change struct {
	Letter  string // A, M or D
	Path    string // as users see it
	Reasons []string

	rel string // relative to the output's directory
	out *output
}

func newResult(outputs []*output, changes []Change) *Result {
	r := &Result{Changes: changes, outputs: outputs}
	for _, o := range outputs {
		if o.job != nil {
			r.Clients = append(r.Clients, ClientResult{
				Spec: slash(o.job.spec), Out: shownPath(o.job.abs(o.dir)), Package: o.job.pkg, Report: o.report, Diagnostics: o.diags,
			})
		}
	}
	return r
}

// count spells a number of things.
func count(n int, thing string) string { return diag.Count(n, thing) }

// slash returns a path as users see it.
func slash(name string) string { return filepath.ToSlash(name) }
