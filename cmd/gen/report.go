package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/internal/project"
)

// generate writes what is asked for.
func (a *app) generate() int {
	result, diags := a.open().Generate()
	a.complainAll(diags)
	if result == nil {
		return exitFailed
	}
	a.reportRun(result)
	return exitOK
}

// check lists what generate would change, and why.
func (a *app) check() int {
	result, diags := a.open().Check()
	a.complainAll(diags)
	if result == nil {
		return exitFailed
	}
	a.reportCheck(result)
	if len(result.Changes)+result.Stray > 0 {
		return exitStale
	}
	return exitOK
}

// docs writes reference pages.
func (a *app) docs() int {
	result, diags := a.open().Docs()
	a.complainAll(diags)
	if result == nil {
		return exitFailed
	}
	a.reportPages(result)
	return exitOK
}

// runReport is what --report json prints.
type runReport struct {
	Generator string         `json:"generator"`
	Clients   []clientReport `json:"clients"`
	Added     []string       `json:"added"`
	Modified  []string       `json:"modified"`
	Deleted   []string       `json:"deleted"`
}

type clientReport struct {
	Spec    string `json:"spec"`
	Out     string `json:"out"`
	Package string `json:"package"`
	model.Report
	Diagnostics []diag.Message `json:"diagnostics"`
}

// reportRun prints the changes and the summary to stdout.
func (a *app) reportRun(r *project.Result) {
	if a.report == "json" {
		a.stdout.JSON(newRunReport(r), "")
		return
	}
	for _, c := range r.Changes {
		fmt.Fprintln(a.stdout, c.Letter, c.Path)
	}
	for _, c := range r.Clients {
		if line := overBudget(c); line != "" {
			fmt.Fprintln(a.stdout, line)
		}
	}
	fmt.Fprintf(a.stdout, "%s: %s\n", summary(r), written(r))
}

// namesPerOperation is how many names a client may export for each operation before
// a run says what they are: an editor offers them all.
const namesPerOperation = 8

// overBudget says of a client with many exported names which they are; "" for
// others.
func overBudget(c project.ClientResult) string {
	total := c.Names.Total()
	if c.Operations < 10 || total <= namesPerOperation*c.Operations {
		return ""
	}
	kind, n := c.Names.Most()
	return fmt.Sprintf("%s: %d exported names, %.1f an operation: most are %s (%d)", c.Out, total, float64(total)/float64(c.Operations), kind, n)
}

// written counts the changes.
func written(r *project.Result) string {
	if len(r.Changes) == 0 {
		return "nothing to write"
	}
	n := map[string]int{}
	for _, c := range r.Changes {
		n[c.Letter]++
	}
	return fmt.Sprintf("%s added, %d modified, %d deleted", count(n["A"], "file"), n["M"], n["D"])
}

func newRunReport(r *project.Result) runReport {
	report := runReport{Generator: project.Version(), Added: []string{}, Modified: []string{}, Deleted: []string{}}
	for _, c := range r.Clients {
		report.Clients = append(report.Clients, clientReport{c.Spec, c.Out, c.Package, c.Report, newMessages(c.Diagnostics)})
	}
	lists := map[string]*[]string{"A": &report.Added, "M": &report.Modified, "D": &report.Deleted}
	for _, c := range r.Changes {
		*lists[c.Letter] = append(*lists[c.Letter], c.Path)
	}
	return report
}

// summary counts what the clients contain.
func summary(r *project.Result) string {
	var sum model.Report
	for _, c := range r.Clients {
		sum.Operations += c.Operations
		sum.Types += c.Types
		sum.Fallbacks += c.Fallbacks
		sum.Repairs += c.Repairs
		sum.Renames += c.Renames
	}
	return fmt.Sprintf("%s, %s, %s, %s, %s, %s", count(len(r.Clients), "client"), count(sum.Operations, "operation"), count(sum.Types, "type"),
		count(sum.Fallbacks, "fallback"), count(sum.Repairs, "repair"), count(sum.Renames, "rename"))
}

// staleReport is what check --report json prints.
type staleReport struct {
	runReport
	Stale []staleFile `json:"stale"`
}

type staleFile struct {
	Path    string   `json:"path"`
	Change  string   `json:"change"` // what gen would do: A, M or D
	Reasons []string `json:"reasons"`
}

func (a *app) reportCheck(r *project.Result) {
	report := staleReport{runReport: newRunReport(r), Stale: []staleFile{}}
	for _, c := range r.Changes {
		report.Stale = append(report.Stale, staleFile{c.Path, c.Letter, c.Reasons})
	}
	if a.report == "json" {
		a.stdout.JSON(report, "")
		return
	}
	for _, s := range report.Stale {
		reasons := strings.Join(s.Reasons, "; ")
		m := diag.Message{File: s.Path, Severity: diag.Error.String(), Code: "stale", Message: "stale: " + reasons, Fix: "run gen"}
		switch a.format {
		case "json":
			a.stdout.JSON(m, "")
		case "github":
			a.stdout.Annotate(m)
		default:
			fmt.Fprintf(a.stdout, "%s %s: %s\n", s.Change, s.Path, reasons)
		}
	}
	if a.format == "json" {
		return
	}
	var ends []string
	if n := len(r.Changes); n > 0 {
		ends = append(ends, count(n, "stale file")+", run gen")
	}
	if r.Stray > 0 {
		ends = append(ends, count(r.Stray, "file")+" that nobody generates")
	}
	if ends == nil {
		ends = []string{"up to date"}
	}
	fmt.Fprintf(a.stdout, "%s: %s\n", summary(r), strings.Join(ends, "; "))
}

// reportPages prints what was done: not a line per page, because there are
// hundreds.
func (a *app) reportPages(r *project.PagesResult) {
	if a.report == "json" {
		a.stdout.JSON(newRunReport(&r.Result), "")
		return
	}
	var operations, types int
	for _, c := range r.Clients {
		operations += c.Operations
		types += c.Types
	}
	fmt.Fprintf(a.stdout, "%s, %s, %s: %s, %s\n", count(len(r.Clients), "client"), count(operations, "operation"), count(types, "type"),
		count(r.Pages, "page"), written(&r.Result))
	fmt.Fprintf(a.stdout, "open %s\n", filepath.ToSlash(filepath.Join(a.Out, "index.html")))
}
