package main

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/review"
)

// diffFlags are the flags of gen diff.
type diffFlags struct {
	base      string
	link      string
	failOn    []string
	accept    string
	reason    string
	documents []string // OLD and NEW; none for --base
}

const diffHelp = `Tell what a change does: on the wire, in the Go API, to the callers in this
module. With --base, all inputs are taken as they are at that commit of git
(gen.yaml, documents, overlays, gen.lock) and as they are in this tree, and both
clients are generated in memory. With OLD and NEW, two documents are compared.

Exit with 1 if --fail-on says so, 2 if the comparison could not be made.`

// diff reports what a change does. It writes nothing but what --accept asks for.
func (a *app) diff() int {
	for _, what := range a.failOn {
		kind, part, limited := strings.Cut(what, ":")
		onWire := kind == "wire" || kind == "warning"
		if !onWire && kind != "go" && kind != "callers" && kind != "none" || limited && (!onWire || !strings.HasPrefix(part, "/")) {
			a.complain(diag.New(diag.Position{}, "usage", "it can be wire, warning, go, callers, several of them with commas between, or none; wire:/orgs and warning:/orgs are about paths that start so",
				"--fail-on is %q", what))
			return exitFailed
		}
	}
	// Both versions of everything are in memory until the end. Collecting garbage
	// less often saves a quarter of the time, up to a limit.
	debug.SetGCPercent(300)
	debug.SetMemoryLimit(1200 << 20)
	var report *review.Report
	var diags []diag.Diagnostic
	if len(a.documents) == 2 {
		report, diags = a.open().DiffDocuments(a.documents[0], a.documents[1])
	} else {
		report, diags = a.open().Diff(a.base)
	}
	if report == nil {
		a.complainAll(diags)
		return exitFailed
	}
	if a.accept != "" {
		return a.acceptChange(report)
	}
	a.printReport(report)
	if a.fails(report) {
		a.printAcceptable(report)
		return exitStale
	}
	return exitOK
}

// acceptChange notes that the change of a fingerprint is accepted.
func (a *app) acceptChange(report *review.Report) int {
	file, diags := a.open().Accept(report, a.accept, a.reason)
	if len(diags) > 0 {
		a.complainAll(diags)
		return exitFailed
	}
	fmt.Fprintf(a.stdout, "%s now accepts %s: commit it with the change\n", file, a.accept)
	return exitOK
}

// mostAcceptable is how many changes are listed that can be accepted.
const mostAcceptable = 10

// printAcceptable says how changes can be accepted that made --fail-on fail.
func (a *app) printAcceptable(report *review.Report) {
	lines := report.Acceptable()
	if a.format != "text" || len(a.documents) > 0 || len(lines) == 0 {
		return
	}
	fmt.Fprintln(a.stderr, "to accept a change: gen diff --accept FINGERPRINT --reason TEXT")
	for _, line := range lines[:min(len(lines), mostAcceptable)] {
		fmt.Fprintln(a.stderr, "\t"+line)
	}
	if more := len(lines) - mostAcceptable; more > 0 {
		fmt.Fprintf(a.stderr, "\tand %d more: see --format json\n", more)
	}
}

// fails reports whether --fail-on asks for a failure. A verdict that could not
// be reached is one.
func (a *app) fails(r *review.Report) bool {
	for _, what := range a.failOn {
		kind, part, _ := strings.Cut(what, ":")
		switch {
		case kind == "none":
		case kind == "callers":
			if len(r.Callers) > 0 || r.Go == review.Unknown {
				return true
			}
		case kind == "go":
			if r.Go != review.Compatible && r.BreaksGo() {
				return true
			}
		default:
			if r.Wire == review.Unknown || warnsAbout(r, kind, part) {
				return true
			}
		}
	}
	return false
}

// warnsAbout reports whether a change of the wire breaks, or may break if kind is
// "warning", a call whose path starts with prefix. A change of no single call is
// about all of them.
func warnsAbout(r *review.Report, kind, prefix string) bool {
	for _, client := range r.Clients {
		for _, change := range slices.Concat(client.Credentials, client.WireChanges) {
			if change.Accepted != "" {
				continue
			}
			counts := change.Severity == review.SeverityBreaking || kind == "warning" && change.Severity == review.SeverityWarning
			about := len(change.Operations) == 0 || slices.ContainsFunc(change.Operations, func(op string) bool {
				_, path, _ := strings.Cut(op, " ")
				return strings.HasPrefix(path, prefix)
			})
			if counts && about {
				return true
			}
		}
	}
	return false
}

func (a *app) printReport(r *review.Report) {
	switch a.format {
	case "json":
		a.stdout.JSON(r, "")
	case "markdown":
		fmt.Fprint(a.stdout, r.Markdown(a.link))
	case "github":
		for _, note := range r.Annotations() {
			a.stdout.Annotate(diag.Message{File: note.At.File, Line: note.At.Line, Col: note.At.Col, Severity: note.Level, Code: diag.Code(note.Code), Message: note.Text})
		}
	default:
		fmt.Fprint(a.stdout, r.Text())
	}
}

// checkDiffFlags checks the flags that say where the clients are; two documents
// go nowhere.
func (a *app) checkDiffFlags() error {
	if len(a.documents) == 2 {
		return nil
	}
	return a.checkOutFlags()
}

// diffCommand is gen diff.
func (a *app) diffCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "diff [--base REV | OLD NEW] [flags]",
		Short: "Report what a change does: on the wire, in Go, to callers",
		Long:  diffHelp,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 0 && len(args) != 2 {
				return fmt.Errorf("gen diff takes two documents, OLD and NEW, or none, and was given %d", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			a.documents = args
			if (a.accept != "") != (a.reason != "") || a.accept != "" && len(args) > 0 {
				return errors.New("--accept and --reason are given together, without OLD and NEW\ngive the fingerprint of a change, and why it is accepted;")
			}
			if len(args) > 0 && (cmd.Flags().Changed("base") || cmd.Flags().Changed("config") || a.Spec != "") {
				return errors.New("OLD and NEW are given along with --base, --config or --spec\ngive one or the other;")
			}
			return a.command((*app).diff, (*app).checkDiffFlags, "markdown")(cmd, nil)
		},
	}
	c.Flags().StringVar(&a.base, "base", "HEAD", "the commit to compare this tree with")
	c.Flags().StringVar(&a.link, "link", "", "`URL` of this tree's files, for links in Markdown")
	c.Flags().StringSliceVar(&a.failOn, "fail-on", []string{"none"}, "exit 1: wire, warning, go or callers")
	c.Flags().StringVar(&a.accept, "accept", "", "accept the change of this `FINGERPRINT`")
	c.Flags().StringVar(&a.reason, "reason", "", "why the change is accepted")
	return c
}
