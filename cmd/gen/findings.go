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
	if a.format == "text" {
		a.printByRule(run)
	} else {
		for _, d := range run.findings {
			a.stdout.Print(d, lint.CodeOf(d.Code), a.format)
		}
	}
	fmt.Fprintln(a.stdout, run.summary())
}

// manyFindings is how many findings of one rule in one document are more than a
// reader wants to see one by one; shownFindings are shown of those.
const (
	manyFindings  = 20
	shownFindings = 5
)

// printByRule prints findings for readers. Of a rule that warns of much in a document
// it prints some, and how many there are.
func (a *app) printByRule(run *lintRun) {
	type rule struct {
		file string
		code diag.Code
	}
	count, printed := map[rule]int{}, map[rule]int{}
	for _, d := range run.findings {
		if d.Severity != diag.Error {
			count[rule{d.Pos.File, d.Code}]++
		}
	}
	var many []rule
	for _, d := range run.findings {
		r := rule{d.Pos.File, d.Code}
		if printed[r]++; count[r] <= manyFindings || printed[r] <= shownFindings {
			a.stdout.Print(d, lint.CodeOf(d.Code), a.format)
		}
		if count[r] > manyFindings && printed[r] == shownFindings {
			many = append(many, r)
		}
	}
	for _, r := range many {
		code := lint.CodeOf(r.code)
		fmt.Fprintf(a.stdout, "%s: %d more of %s, %s\n\t--format json lists them, --disable %s leaves the rule out\n", r.file, count[r]-shownFindings, code, r.code, code)
	}
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
