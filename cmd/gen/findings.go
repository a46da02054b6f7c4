package main

import (
	"fmt"
	"os"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/lint"
	"github.com/docwright/docwright/internal/project"
)

// printFindings prints what gen lint found to stdout, as --format says.
func (a *app) printFindings(run *lintRun) {
	switch a.format {
	case "json":
		a.stdout.JSON(newLintReport(run), "")
		return
	case "sarif":
		a.stdout.SARIF(run.findings, sarifRules(), lint.CodeOf, project.Version(), repositoryRoot())
		return
	}
	for _, d := range run.findings {
		a.stdout.Print(d, lint.CodeOf(d.Code), a.format)
	}
	fmt.Fprintln(a.stdout, run.summary())
}

// sarifRules returns the rules of gen lint for a SARIF log.
func sarifRules() []diag.Rule {
	var rules []diag.Rule
	for _, r := range lint.Rules() {
		help := fmt.Sprintf("%s\n\n%s", r.Why, r.Fix)
		rules = append(rules, diag.Rule{
			ID: r.Code, Name: string(r.Name), Severity: r.Severity, Short: capital(r.What) + ".", Full: r.Why, Help: help,
			Markdown: fmt.Sprintf("%s\n\nBad:\n\n```yaml\n%s\n```\n\nGood:\n\n```yaml\n%s\n```\n", help, r.Bad, r.Good),
		})
	}
	return rules
}

// repositoryRoot is the directory of the repository around the working directory.
func repositoryRoot() string {
	wd, err := os.Getwd()
	if err != nil {
		return "."
	}
	return input.Repository(wd)
}

// summary counts what was found, and says what was not shown.
func (run *lintRun) summary() string {
	text := fmt.Sprintf("%s: %s, %s, %s", count(run.documents, "document"), count(run.counts[diag.Error], "error"),
		count(run.counts[diag.Warning], "warning"), count(run.counts[diag.Info], "info"))
	if hidden := run.counts[diag.Error] + run.counts[diag.Warning] + run.counts[diag.Info] - len(run.findings); hidden > 0 {
		text += fmt.Sprintf("; %d not shown: see --level", hidden)
	}
	if run.ignored > 0 {
		text += fmt.Sprintf("; %d ignored", run.ignored)
	}
	return text
}

// lintReport is what gen lint --format json prints.
type lintReport struct {
	Findings []diag.Message `json:"findings"`
	Errors   int            `json:"errors"`
	Warnings int            `json:"warnings"`
	Infos    int            `json:"infos"`
	Ignored  int            `json:"ignored"`
}

func newLintReport(run *lintRun) lintReport {
	return lintReport{Findings: newMessages(run.findings), Errors: run.counts[diag.Error], Warnings: run.counts[diag.Warning], Infos: run.counts[diag.Info], Ignored: run.ignored}
}
