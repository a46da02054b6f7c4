package main

import (
	"fmt"

	"github.com/docwright/docwright/internal/project"
)

const initHelp = `Write what a first client takes, into the working directory: gen.yaml, a Go
file with the line for go generate, the client, and a program that calls it.
SPEC is an OpenAPI document; without one, openapi.yaml is looked for, and
written as an example if there is none. Nothing that is there is replaced.`

const addHelp = `Add a client of the document SPEC to gen.yaml, after those that it lists, and
write the client. The rest of gen.yaml stays as it is, comments too.`

// add adds a client to the config.
func (a *app) add() int {
	started, diags := a.open().Add()
	a.complainAll(diags)
	if started == nil {
		return exitFailed
	}
	letter := "M"
	for _, name := range started.Written {
		fmt.Fprintln(a.stdout, letter, name)
		letter = "A"
	}
	return exitOK
}

// initialise sets up a first client.
func (a *app) initialise() int {
	started, diags := a.open().Init()
	a.complainAll(diags)
	if started == nil {
		return exitFailed
	}
	for _, name := range started.Written {
		fmt.Fprintln(a.stdout, "A", name)
	}
	steps := [][2]string{
		{"go generate", "after each change of " + started.Spec},
		{"go tool gen fake " + started.Spec, "serves a fake of the API"},
		{"go run ./" + started.Program + " [SERVER]", "calls it; change the program as you like"},
	}
	if !started.InGoMod {
		steps = append([][2]string{{"go get -tool " + project.ToolPath, "pins gen in go.mod"}}, steps...)
	}
	fmt.Fprintln(a.stdout, "next:")
	for _, step := range steps {
		fmt.Fprintf(a.stdout, "  %-29s %s\n", step[0], step[1])
	}
	return exitOK
}
