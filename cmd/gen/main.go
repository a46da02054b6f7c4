// Gen writes Go clients from OpenAPI documents.
//
//	gen [generate]   writes what gen.yaml asks for, or --spec and --out
//	gen check        writes nothing, lists what is stale and why
//	gen init         sets up a first client
//	gen docs         writes reference pages of the clients
//	gen lint         finds problems of the documents
//	gen explain      says what a finding's code means
//	gen version      tells which build this is
//
// A run is a pipeline: gen.yaml becomes jobs (config.go, job.go), each job's
// document becomes files (load, model and emit, in pipeline.go), and package
// tree brings the disk there. Only this package knows the disk's layout,
// prints, and chooses exit codes: 0 fine, 1 stale or findings, 2 could not
// run.
package main

import (
	"io"
	"net/http"
	"os"

	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// The exit codes.
const (
	exitOK     = 0
	exitStale  = 1 // or findings
	exitFailed = 2
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is the command without the process around it.
func run(args []string, stdout, stderr io.Writer) int {
	return runWith(realStages(), args, stdout, stderr)
}

// stages are the rooms that a document passes through; tests replace some.
type stages struct {
	load         func(path string, opts load.Options) (*load.Document, []load.Diagnostic)
	build        func(doc *load.Document, opts model.Options) (*model.API, []load.Diagnostic)
	files        func(api *model.API, opts emit.Options) (map[string][]byte, error)
	runtimeFiles func(importPath string, fakes bool) (map[string][]byte, error)
	network      http.RoundTripper // nil for the real one
}

func realStages() stages {
	return stages{load: load.File, build: model.Build, files: emit.Files, runtimeFiles: emit.Runtime}
}
