package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/draft"
	"github.com/docwright/docwright/internal/draft/infer"
	"github.com/docwright/docwright/internal/draft/read"
)

const draftHelp = `Draft reads documentation pages, captures and commands, and adds what they
document to the spec: operations, schemas and recorded calls. It inserts text
and changes nothing that you wrote. What a person must decide is marked with a
comment TODO(draft) and listed.

FILE is a page (Markdown, HTML, or its text as a browser copies it), a HAR file,
a Postman collection, an exchange, or a curl command with its response. "-" and
no FILE at all mean stdin. Exit with 0 if the draft is written, 1 if --check
would change something or --strict finds decisions, 2 if there is no draft.`

// draftFlags are the flags of gen draft.
type draftFlags struct {
	as, host, only       string
	accept, keep         []string
	dryRun, check, facts bool
}

func (a *app) draftCommand() *cobra.Command {
	f := &draftFlags{}
	c := &cobra.Command{
		Use:   "draft [FILE…]",
		Short: "Draft operations of a spec from documentation pages",
		Long:  draftHelp,
		Example: `  gen draft page.md --spec spec/shop/openapi.yaml
  pbpaste | gen draft
  gen draft session.har --host api.example.com --only 'POST /v3/orgs'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !oneOf(f.as, append([]string{""}, read.Forms...)) {
				return fmt.Errorf("--as is %q\nit can be %s;", f.as, orList(read.Forms))
			}
			return a.command(func(a *app) int { return a.draft(f, args) }, func(*app) error { return nil })(cmd, nil)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.as, "as", "", "read FILE as this `form`: "+strings.Join(read.Forms, ", "))
	flags.StringVar(&f.host, "host", "", "of a capture, only the calls to this `host`")
	flags.StringVar(&f.only, "only", "", "draft one call: `'METHOD /path'`")
	flags.StringArrayVar(&f.accept, "accept", nil, "replace what the spec has at this `pointer` by what the page says (all: everywhere)")
	flags.StringArrayVar(&f.keep, "keep", nil, "do not redact the body members at this `pointer`")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print the changes, write nothing")
	flags.BoolVar(&f.check, "check", false, "write nothing, exit with 1 if something would change")
	flags.BoolVar(&f.facts, "observations", false, "print what was read from the inputs as JSON, write nothing")
	return c
}

func oneOf(s string, list []string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// draft runs gen draft.
func (a *app) draft(f *draftFlags, args []string) int {
	inputs, err := draftInputs(args, f)
	if err != nil {
		a.complain(diag.Diagnostic{Severity: diag.Error, Code: "draft", Message: err.Error()})
		return exitFailed
	}
	res, err := draft.Run(draft.Options{Inputs: inputs, Spec: a.Spec, Config: a.Config, Only: f.only, Accept: f.accept, Keep: f.keep, Observe: f.facts})
	for _, note := range res.Notes {
		a.complain(diag.Diagnostic{Severity: diag.Info, Code: "draft", Message: note})
	}
	if err != nil {
		a.complainAll(res.Problems)
		a.complain(draftError(err))
		return exitFailed
	}
	if f.facts {
		a.stdout.JSON(res.Calls(), "  ")
		return exitOK
	}
	if f.dryRun {
		io.WriteString(a.stdout, res.Diff()) //nolint:errcheck // like any printing
	}
	if !f.dryRun && !f.check {
		if err := draft.Write(res.Files); err != nil {
			a.complain(draftError(err))
			return exitFailed
		}
	}
	return a.reportDraft(f, res)
}

// draftInputs reads the files, or stdin.
func draftInputs(args []string, f *draftFlags) ([]read.Input, error) {
	if len(args) == 0 {
		args = []string{"-"}
	}
	var inputs []read.Input
	for _, name := range args {
		in := read.Input{Name: filepath.ToSlash(name), As: f.as, Host: f.host, Dir: filepath.Dir(name)}
		var err error
		if name == "-" {
			in.Name, in.Dir = "stdin", ""
			in.Data, err = io.ReadAll(io.LimitReader(os.Stdin, draft.MaxInput+1))
		} else {
			in.Data, err = draft.ReadInput(name)
		}
		if err != nil {
			return nil, err
		}
		inputs = append(inputs, in)
	}
	return inputs, nil
}

// draftError adds the way out to an error.
func draftError(err error) diag.Diagnostic {
	d := diag.Diagnostic{Severity: diag.Error, Code: "draft", Message: err.Error()}
	var none *read.NotFound
	if errors.As(err, &none) {
		d.Fix = "name the form with --as (" + strings.Join(none.Tried, ", ") + ")"
		if len(none.Near) > 0 {
			d.Fix = "nearest to a call: " + strings.Join(none.Near, "; ") + "; " + d.Fix
		}
	}
	return d
}

// reportDraft prints the summary and the decisions.
func (a *app) reportDraft(f *draftFlags, res *draft.Result) int {
	if a.format != "json" {
		for _, line := range res.Summary() {
			fmt.Fprintln(a.stdout, line)
		}
	}
	exit := exitOK
	shown, rest := res.Shown()
	for _, d := range shown {
		a.complain(decision(d, a.Strict))
	}
	if rest > 0 {
		a.complain(diag.Diagnostic{Severity: diag.Info, Code: "todo", Message: fmt.Sprintf("%d more decisions are marked with TODO(draft)", rest)})
	}
	for _, d := range res.Differences {
		fix := "correct the spec, or leave it if the page is wrong"
		if d.Value != "" {
			fix = "correct the spec, or run gen draft --accept '" + d.Pointer + "'"
		}
		a.complain(diag.Diagnostic{Severity: diag.Warning, Code: "draft-difference", Pos: diag.Position{File: d.File, Line: d.Line, Col: d.Col}, Message: d.Text, Fix: fix})
	}
	if f.check && (res.Changes() || len(res.Differences) > 0) || a.Strict && len(res.Decisions) > 0 {
		exit = exitStale
	}
	return exit
}

func decision(d infer.Decision, strict bool) diag.Diagnostic {
	out := diag.Diagnostic{Severity: diag.Info, Code: "todo", Message: d.Pointer + ": " + d.Text}
	if d.Pointer == "" {
		out.Message = d.Text
	}
	if strict {
		out.Severity = diag.Error
	}
	if d.File != "" {
		out.Pos = diag.Position{File: d.File, Line: d.Line, Col: d.Col}
	}
	if d.Place.Line > 0 {
		out.Fix = fmt.Sprintf("see %s:%d", d.Place.File, d.Place.Line)
	}
	return out
}
