// Gen writes Go clients from OpenAPI documents.
//
//	gen [generate]   writes what gen.yaml asks for, or --spec and --out
//	gen check        writes nothing, lists what is stale and why
//	gen init         sets up a first client
//	gen docs         writes reference pages of the clients
//	gen lint         finds problems of the documents
//	gen explain      says what a finding's code means
//	gen help         shows the manual
//	gen version      prints version information
//
// Package project does the work; this package has the flags, prints, and chooses
// exit codes: 0 fine, 1 stale or findings, 2 could not run.
package main

import (
	"io"
	"os"

	"github.com/docwright/docwright/internal/project"
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
	return runWith(project.RealStages(), args, stdout, stderr)
}
