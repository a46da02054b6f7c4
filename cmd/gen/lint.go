package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/lint"
	"github.com/docwright/docwright/internal/project"
)

// lintSettings are the flags of gen lint.
type lintSettings struct {
	disable []string
	failOn  string
	level   string
}

// lintRun is what gen lint found.
type lintRun struct {
	documents int
	findings  []diag.Diagnostic // of the level that is shown, or worse
	counts    map[diag.Severity]int
	ignored   int
}

const lintHelp = `Find problems of specifications and of the documented calls beside them, with
positions and codes; gen explain says more about a code. Without FILE, the
documents of the config are looked at. Calls stand in the directory exchanges
beside a document.

A finding is silenced by --disable, by the key lint of gen.yaml, or in the
document: x-lint-ignore: [DW030] holds for the object that it stands in.
Severities are error, warning and info. Exit with 1 if something was found, 2 if
a document cannot be read.`

func (a *app) lintCommand() *cobra.Command {
	var s lintSettings
	c := &cobra.Command{
		Use:     "lint [-c CONFIG | FILE...] [flags]",
		Short:   "Find problems of the specs",
		Long:    lintHelp,
		Example: "  gen lint\n  gen lint api.yaml --level info\n  gen lint --format sarif > lint.sarif",
		RunE: func(cmd *cobra.Command, files []string) error {
			if len(files) > 0 && cmd.Flags().Changed("config") {
				return errors.New("documents and --config are both given\ngive one of them;")
			}
			format := a.format
			a.format = "text" // for the messages about the flags
			if err := s.check(format); err != nil {
				return err
			}
			a.format = format
			a.exit = a.lint(files, s)
			return nil
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVarP(&a.Config, "config", "c", "", "the `file` whose documents to look at (default: see gen --help)")
	flags.StringSliceVar(&s.disable, "disable", nil, "`codes` of rules to leave out, e.g. DW030,DW036")
	flags.StringVar(&s.level, "level", "warning", "least `severity` to show; info shows all")
	flags.StringVar(&s.failOn, "fail-on", "warning", "least `severity` for exit 1; none is never")
	flags.StringVar(&a.format, "format", "text", "of findings: text, json, github or sarif")
	return c
}

func (s *lintSettings) check(format string) error {
	switch {
	case !slices.Contains([]string{"text", "json", "github", "sarif"}, format):
		return fmt.Errorf("--format is %q\nit can be text, json, github or sarif;", format)
	case s.failOn != "error" && s.failOn != "warning" && s.failOn != "none":
		return fmt.Errorf("--fail-on is %q\nit can be error, warning or none;", s.failOn)
	}
	if _, known := project.Severities[s.level]; !known {
		return fmt.Errorf("--level is %q\nit can be error, warning or info;", s.level)
	}
	for i, code := range s.disable {
		rule := lint.Lookup(code)
		if rule == nil {
			return fmt.Errorf("--disable: there is no rule %q\n%sgen explain lists them;", code, lint.Meant(code))
		}
		s.disable[i] = rule.Code
	}
	return nil
}

// lint looks at documents and prints what it finds.
func (a *app) lint(files []string, s lintSettings) int {
	found, diags := a.open().Lint(files, s.disable)
	if found == nil {
		if a.format == "sarif" {
			a.format = "text" // the messages are about the config, and go to stderr
		}
		a.complainAll(diags)
		return exitFailed
	}
	run := &lintRun{documents: found.Documents, ignored: found.Ignored, counts: map[diag.Severity]int{}}
	for _, d := range found.Found {
		run.counts[d.Severity]++
		if d.Severity >= project.Severities[s.level] {
			run.findings = append(run.findings, d)
		}
	}
	a.printFindings(run)
	failing := run.counts[diag.Error]
	if s.failOn == "warning" {
		failing += run.counts[diag.Warning]
	}
	switch {
	case found.Unread:
		return exitFailed
	case failing > 0 && s.failOn != "none":
		return exitStale
	}
	return exitOK
}

// explainCommand makes the command that documents rules.
func (a *app) explainCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "explain [CODE...]",
		Short: "Say what a finding's code means",
		Long:  "Say what a finding's code means, why it matters and how to fix it. Without CODE,\nlist all.",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				for _, r := range lint.Rules() {
					fmt.Fprintf(a.stdout, "%s %-7s %s: %s\n", r.Code, r.Severity, r.Name, r.What)
				}
				return nil
			}
			for i, word := range args {
				rule := lint.Lookup(word)
				if rule == nil {
					return fmt.Errorf("there is no rule %q\n%sgen explain lists them;", word, lint.Meant(word))
				}
				if i > 0 {
					fmt.Fprintln(a.stdout)
				}
				a.explain(rule)
			}
			return nil
		},
	}
	return c
}

func (a *app) explain(r *lint.Rule) {
	fmt.Fprintf(a.stdout, "%s %s (%s)\n\n%s.\n\nWhy: %s\nFix: %s\n", r.Code, r.Name, r.Severity, capital(r.What), r.Why, r.Fix)
	for _, example := range []struct{ title, text string }{{"Bad", r.Bad}, {"Good", r.Good}} {
		fmt.Fprintf(a.stdout, "\n%s:\n\n\t%s\n", example.title, strings.ReplaceAll(example.text, "\n", "\n\t"))
	}
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
