package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"

	"github.com/spf13/cobra"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/draft"
)

const driftHelp = `Drift reads fresh copies of documentation pages and reports what they say and
the spec does not, and the reverse: calls, parameters, members, statuses, values,
types, required members and credentials. Wording, order and menus do not matter.

A comment "# drift: why" at a place of the spec silences what is reported there.
Without changes there is no output. Exit with 1 if anything differs, 2 if the
pages could not be compared.`

func (a *app) driftCommand() *cobra.Command {
	f := &draftFlags{}
	var all string
	c := &cobra.Command{
		Use:     "drift FILE…",
		Short:   "Compare documentation pages with the spec",
		Long:    driftHelp,
		Example: "  gen drift page.md --spec spec/shop/openapi.yaml\n  gen drift --all pages",
		RunE: func(cmd *cobra.Command, args []string) error {
			if all != "" {
				args = append(args, pagesOf(all)...)
			}
			if len(args) == 0 {
				return fmt.Errorf("drift is given no page\nname a file, or a directory with --all;")
			}
			return a.command(func(a *app) int { return a.drift(f, args) }, func(*app) error { return nil })(cmd, nil)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&all, "all", "", "compare every file of this `directory`")
	flags.StringVar(&f.as, "as", "", "read FILE as this `form`")
	flags.StringVar(&f.host, "host", "", "of a capture, only the calls to this `host`")
	return c
}

// pagesOf lists the files of a directory.
func pagesOf(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return []string{dir} // the error is told when it is read
	}
	var out []string
	for _, e := range entries {
		if e.Type().IsRegular() {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	sort.Strings(out)
	return out
}

// drift runs gen drift.
func (a *app) drift(f *draftFlags, args []string) int {
	inputs, err := draftInputs(args, f)
	if err != nil {
		a.complain(diag.Diagnostic{Severity: diag.Error, Code: "drift", Message: err.Error()})
		return exitFailed
	}
	res, err := draft.Compare(draft.DriftOptions{Inputs: inputs, Spec: a.Spec, Config: a.Config})
	for _, note := range res.Notes {
		a.complain(diag.Diagnostic{Severity: diag.Info, Code: "drift", Message: note})
	}
	if err != nil {
		a.complain(draftError(err))
		return exitFailed
	}
	for _, d := range res.Drifts {
		a.complain(driftDiagnostic(d))
	}
	if len(res.Drifts) > 0 {
		return exitStale
	}
	return exitOK
}

func driftDiagnostic(d draft.Drift) diag.Diagnostic {
	out := diag.Diagnostic{
		Severity: diag.Warning, Code: diag.Code("drift-" + d.Kind),
		Pos:     diag.Position{File: d.Page.File, Line: d.Page.Line, Col: 1},
		Message: d.Operation + ": " + map[string]string{"new": "new on the page: ", "gone": "gone from the page: ", "different": ""}[d.Kind] + d.Text,
		Fix:     "run gen draft on the page, or silence it with # drift: in the spec",
	}
	if d.Go != "" {
		out.Message += "; in Go it is " + d.Go
	}
	if d.File != "" {
		out.Fix = fmt.Sprintf("the spec's place is %s:%d:%d; ", filepath.ToSlash(d.File), d.Line, d.Col) + out.Fix
	}
	return out
}
