package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/docwright/docwright/internal/diag"
	recording "github.com/docwright/docwright/internal/record"
)

const recordHelp = `Record is a proxy on the loopback. It forwards the calls of your program to a
server, validates requests and responses against the spec, and writes redacted
exchanges. At the end, or on a signal, it prints a table of the operations and
each difference between server and spec once, with its count.

COMMAND runs with the proxy's address in GEN_RECORD_URL; the recording ends with
it. Without a COMMAND the recording ends on a signal. Exit with 1 if the command
fails, or if --strict is given and something differs.`

// recordFlags are the flags of gen record.
type recordFlags struct {
	opts recording.Options
}

func (a *app) recordCommand() *cobra.Command {
	f := &recordFlags{}
	c := &cobra.Command{
		Use:   "record --upstream URL [-- COMMAND…]",
		Short: "Record the calls of a program, and where server and spec differ",
		Long:  recordHelp,
		Example: `  gen record --upstream https://api.example.com --spec spec/shop/openapi.yaml -- go test ./integration
  gen record --upstream http://localhost:8080 --listen 127.0.0.1:9000 --strict`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.opts.Upstream == "" {
				return errors.New("record is given without --upstream\nsay which server the calls go to;")
			}
			if a.Spec == "" {
				return errors.New("record is given without --spec\nsay which document the calls are validated against;")
			}
			return a.command(func(a *app) int { return a.record(f, args) }, func(*app) error { return nil })(cmd, nil)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.opts.Upstream, "upstream", "", "the `address` of the server")
	flags.StringVar(&f.opts.Listen, "listen", "127.0.0.1:0", "the `address` of the proxy, on the loopback")
	flags.StringVar(&f.opts.Out, "exchanges", "", "the `directory` of the recorded exchanges (default: exchanges next to --spec)")
	flags.StringVar(&f.opts.Only, "only", "", "record one `operation`")
	flags.BoolVar(&f.opts.All, "all", false, "keep every exchange that shows a new member")
	flags.StringArrayVar(&f.opts.Keep, "keep", nil, "do not redact the body members at this `pointer`")
	return c
}

// record runs gen record.
func (a *app) record(f *recordFlags, args []string) int {
	opts := f.opts
	opts.Spec = a.Spec
	if opts.Out == "" {
		opts.Out = filepath.Join(filepath.Dir(a.Spec), "exchanges")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	failed := false
	report, err := recording.Serve(ctx, opts, func(address string) {
		fmt.Fprintf(a.stderr, "recording: %s is %s\n", address, opts.Upstream)
		if len(args) == 0 {
			return
		}
		go func() {
			defer cancel()
			c := exec.CommandContext(ctx, args[0], args[1:]...)
			c.Stdin, c.Stdout, c.Stderr = os.Stdin, a.stdout, a.stderr
			c.Env = append(os.Environ(), "GEN_RECORD_URL="+address)
			if err := c.Run(); err != nil {
				failed = true
				a.complain(diag.Diagnostic{Severity: diag.Error, Code: "record", Message: fmt.Sprintf("%s: %v", args[0], err)})
			}
		}()
	})
	if err != nil {
		a.complain(diag.Diagnostic{Severity: diag.Error, Code: "record", Message: err.Error()})
		return exitFailed
	}
	a.reportRecord(report)
	if failed || a.Strict && len(report.Differences) > 0 {
		return exitStale
	}
	return exitOK
}

// reportRecord prints the table, the differences and what passed unrecorded.
func (a *app) reportRecord(r *recording.Report) {
	if a.format == "json" {
		a.stdout.JSON(r, "  ")
		return
	}
	fmt.Fprintf(a.stdout, "%-50s %7s %9s %12s\n", "operation", "calls", "recorded", "differences")
	for _, o := range r.Operations {
		fmt.Fprintf(a.stdout, "%-50s %7d %9d %12d\n", o.Name, o.Calls, o.Recorded, o.Differences)
	}
	for _, d := range r.Differences {
		a.complain(diag.Diagnostic{Severity: diag.Warning, Code: "record-difference", Message: fmt.Sprintf("%s (%d times)", d.Text, d.Count),
			Fix: "gen draft on the recorded exchange adds it to the spec; or report it to the server's owners"})
	}
	for _, n := range r.Notes {
		a.complain(diag.Diagnostic{Severity: diag.Info, Code: "record", Message: n.Text})
	}
	for _, name := range r.Written {
		fmt.Fprintln(a.stdout, "A", filepath.ToSlash(name))
	}
	if r.Kept > 0 {
		fmt.Fprintf(a.stdout, "%d exchanges exist already and were not overwritten\n", r.Kept)
	}
}
