package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/templates/runtime/apitest"
)

// fakeSettings are the flags of gen fake.
type fakeSettings struct {
	address   string
	exchanges string
	latency   time.Duration
	empty     bool
}

const fakeHelp = `Serve a fake of an API: requests are checked against the document and answered from
a store of JSON:API resources, recorded exchanges, and examples. Each request is
a line on stdout; ctrl-C ends it. If gen.yaml has a client of SPEC, its overlays
and refs apply. Without SPEC, the only client of gen.yaml is served.`

// fakeCommand is gen fake.
func (a *app) fakeCommand() *cobra.Command {
	s := &fakeSettings{}
	c := &cobra.Command{
		Use:     "fake [SPEC] [flags]",
		Short:   "Serve a fake of an API, for tests and demonstrations",
		Long:    fakeHelp,
		Example: "  gen fake spec/ctrlhub/openapi.yaml\n  gen fake api.yaml --addr localhost:9000 --latency 200ms",
		Args:    oneArg("a document", 0),
		RunE: func(_ *cobra.Command, args []string) error {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			a.exit = a.serveFake(ctx, strings.Join(args, ""), s)
			return nil
		},
	}
	c.Flags().StringVar(&s.address, "addr", "localhost:8080", "`address` to listen on; port 0 takes a free one")
	c.Flags().StringVar(&s.exchanges, "exchanges", "", "`directory` of recorded exchanges (default: exchanges next to SPEC)")
	c.Flags().DurationVar(&s.latency, "latency", 0, "delay before each response, e.g. 200ms")
	c.Flags().BoolVar(&s.empty, "empty", false, "start without the resources of the exchanges")
	return c
}

// serveFake serves until ctx is done.
func (a *app) serveFake(ctx context.Context, spec string, s *fakeSettings) int {
	p := a.open()
	if spec == "" {
		var problem *diag.Diagnostic
		if spec, problem = p.OnlySpec(); problem != nil {
			a.complain(*problem)
			return exitFailed
		}
	}
	definition, diags := p.Fake(spec, s.exchanges)
	a.complainAll(diags)
	if definition == nil {
		return exitFailed
	}
	opts := []apitest.Option{apitest.WithAddress(s.address), apitest.WithLog(a.logRequest)}
	if s.empty {
		opts = append(opts, apitest.WithEmptyStore())
	}
	srv, err := apitest.Start(definition, opts...)
	if err != nil {
		a.complain(diag.New(diag.Position{File: spec}, "fake", "choose another address with --addr, or fix the document", "%v", err))
		return exitFailed
	}
	if s.latency > 0 {
		srv.Fault(apitest.Latency(s.latency))
	}
	fmt.Fprintf(a.stdout, "listening on %s with %s; ctrl-C ends it\n", srv.URL, count(len(srv.Operations()), "operation"))
	if line := srv.Curl(); line != "" {
		fmt.Fprintf(a.stdout, "  %s\n", line)
	}
	<-ctx.Done()
	ending, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := srv.Shutdown(ending); err != nil {
		srv.Close() // somebody is still reading
	}
	fmt.Fprintf(a.stdout, "ended after %s\n", count(len(srv.Requests()), "request"))
	return exitOK
}

// logRequest prints a request and what was wrong with it. Calls may come at the
// same time: each is one write.
func (a *app) logRequest(r apitest.Record) {
	line := fmt.Sprintf("%s %s %d", r.Method, r.Path, r.Status)
	if r.Operation != "" {
		line += " " + r.Operation
	}
	if r.Source != "" {
		line += ", from " + string(r.Source)
	}
	line += fmt.Sprintf(" (%s)\n", r.Took.Round(10*time.Microsecond))
	for _, v := range r.Violations {
		line += "\t" + v.String() + "\n"
	}
	if len(r.Unchecked) > 0 {
		line += "\tnot checked, because it would take too long: " + strings.Join(r.Unchecked, ", ") + "\n"
	}
	fmt.Fprint(a.stdout, line)
}
