package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/project"
)

// settings are the flags.
type settings struct {
	project.Settings
	diffFlags
	format string
	report string
}

const help = `Gen writes a Go client from an OpenAPI 3 document. Generated code depends only on
the standard library, and changes only where the document does.

Without --config, gen looks for gen.yaml in the working directory and in those
above it, then for spec/gen.yaml.`

const examples = `  gen                                    what gen.yaml asks for
  gen --spec api.yaml --out clients/pets
  gen check --format github              in CI: is the output up to date?`

// usage is cobra's, without the lines that nobody reads.
const usage = `Usage:
  {{.UseLine}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} COMMAND

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasExample}}

Examples:
{{.Example}}{{end}}{{if .HasAvailableFlags}}

Flags:
{{.Flags.FlagUsages | trimTrailingWhitespaces}}{{end}}
`

// runWith parses args and runs a command.
func runWith(st project.Stages, args []string, stdout, stderr io.Writer) int {
	a := &app{stages: st, stdout: &diag.Printer{W: stdout}, stderr: &diag.Printer{W: stderr}, progress: newProgress(stderr)}
	root := a.rootCommand()
	root.SetArgs(args)
	if err := root.Execute(); err != nil {
		message, hint, _ := strings.Cut(err.Error(), "\n")
		a.complain(diag.Diagnostic{
			Severity: diag.Error,
			Code:     "usage",
			Message:  message,
			Fix:      strings.TrimSpace(strings.Join(append(strings.Fields(hint), "gen --help lists commands and flags"), " ")),
		})
		return exitFailed
	}
	return a.exit
}

// app is one run of the command.
type app struct {
	stages project.Stages
	settings
	stdout *diag.Printer
	stderr *diag.Printer
	exit   int

	progress *progress
}

// open returns the project that the flags name.
func (a *app) open() *project.Project {
	host := project.Host{Notify: a.complain}
	if a.progress != nil {
		host.Progress = a.progress
	}
	return project.Open(a.Settings, a.stages, host)
}

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "gen [flags]",
		Long:          help,
		Example:       examples,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          noArgs,
		RunE:          a.command((*app).generate, (*app).checkOutFlags),
	}
	root.PersistentPreRun = func(cmd *cobra.Command, _ []string) {
		if a.ConfigGiven = cmd.Flags().Changed("config"); !a.ConfigGiven {
			a.Config = project.FindConfig()
		}
	}
	root.SetUsageTemplate(usage)
	root.SetOut(a.stdout) // before cobra makes its own commands, which keep it
	root.SetErr(a.stderr)
	root.SetFlagErrorFunc(flagError)
	a.addFlags(root, clientFlags...)
	root.AddCommand(a.commands()...)
	root.SetHelpCommand(a.helpCommand())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	root.Flags().SortFlags = false
	for _, c := range root.Commands() {
		c.Flags().SortFlags = false
		if c.Name() == "completion" {
			c.Short = "Print a completion script for a shell"
		}
	}
	return root
}

// commands are the commands with their flags.
func (a *app) commands() []*cobra.Command {
	with := func(c *cobra.Command, flags ...string) *cobra.Command {
		a.addFlags(c, flags...)
		return c
	}
	return []*cobra.Command{
		with(a.fakeCommand(), "config", "strict", "format"),
		with(&cobra.Command{
			Use:   "generate [flags]",
			Short: "Write the clients (the default command)",
			Args:  noArgs,
			RunE:  a.command((*app).generate, (*app).checkOutFlags),
		}, clientFlags...),
		with(&cobra.Command{
			Use:   "check [flags]",
			Short: "Write nothing, list what is stale and why",
			Long: `Write nothing, list what is stale and why: which input changed, or that a file
was edited by hand. Exit with 1 if anything is stale, 2 if that cannot be determined.`,
			Args: noArgs,
			RunE: a.command((*app).check, (*app).checkOutFlags),
		}, clientFlags...),
		with(&cobra.Command{
			Use:   "docs [flags]",
			Short: "Write reference pages of the clients: static HTML",
			Long: `Write reference pages of the clients of a config, or of one document with --spec,
to the directory --out: static HTML that needs no server. Pages of an earlier
run that are not written any more are deleted; other files stay.`,
			Example: `  gen docs --out site                    the clients of gen.yaml
  gen docs --spec api.yaml --out site`,
			Args: noArgs,
			RunE: a.command((*app).docs, (*app).checkDocsFlags),
		}, "config", "spec", "out", "package", "strict", "update-refs", "format", "report"),
		with(a.diffCommand(), "config", "spec", "out", "package", "runtime", "strict", "update-refs", "format"),
		with(a.draftCommand(), "spec", "config", "strict", "format"),
		with(a.driftCommand(), "spec", "config", "strict", "format"),
		with(a.recordCommand(), "spec", "config", "strict", "format"),
		with(a.convertCommand(), "strict", "format"),
		a.lintCommand(),
		a.explainCommand(),
		with(&cobra.Command{
			Use:     "init [SPEC]",
			Short:   "Set up a first client: gen.yaml, go:generate, a program",
			Long:    initHelp,
			Example: "  gen init\n  gen init petstore.yaml --out internal/petstore",
			Args:    oneArg("a document", 0),
			RunE: func(_ *cobra.Command, args []string) error {
				if len(args) > 0 {
					a.Spec = args[0]
				}
				a.exit = a.initialise()
				return nil
			},
		}, "out", "package", "strict", "lenient", "format"),
		with(&cobra.Command{
			Use:     "add SPEC",
			Short:   "Add a client of another document to gen.yaml",
			Long:    addHelp,
			Example: "  gen add shop.yaml\n  gen add shop.yaml --out internal/shop --package shop",
			Args:    oneArg("a document", 1),
			RunE: func(_ *cobra.Command, args []string) error {
				a.Spec = args[0]
				a.exit = a.add()
				return nil
			},
		}, "config", "out", "package", "strict", "lenient", "format"),
		&cobra.Command{
			Use:   "version",
			Short: "Print version information",
			Args:  noArgs,
			Run:   func(*cobra.Command, []string) { fmt.Fprintln(a.stdout, project.VersionText()) },
		},
	}
}

// clientFlags are those of the commands that make clients.
var clientFlags = []string{"config", "spec", "out", "package", "runtime", "strict", "update-refs", "format", "report"}

// addFlags gives a command flags that several have. A command has only those that
// mean something to it, so that its help lists no others.
func (a *app) addFlags(c *cobra.Command, names ...string) {
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	all.StringVarP(&a.Config, "config", "c", "", "the `file` that lists clients (default: gen.yaml)")
	all.StringVar(&a.Spec, "spec", "", "the OpenAPI `file` to read, instead of a config")
	all.StringVar(&a.Out, "out", "", "the `directory` to write to")
	all.StringVar(&a.Package, "package", "", "Go package `name` (default: the base name of --out)")
	all.StringVar(&a.Runtime, "runtime", "", "`directory` of the runtime's copy (default: next to --out)")
	all.BoolVar(&a.Strict, "strict", false, "treat warnings as errors")
	all.BoolVar(&a.Lenient, "lenient", false, "say lenient: true in gen.yaml: a $ref that points at nothing is read as any value")
	all.BoolVar(&a.UpdateRefs, "update-refs", false, "fetch $refs again, and accept what changed")
	all.StringVar(&a.format, "format", "text", "of messages: text, json or github")
	all.StringVar(&a.report, "report", "", "json: print a report of the run instead of lines")
	flags := c.Flags()
	flags.SortFlags = false
	for _, name := range names {
		flags.AddFlag(all.Lookup(name))
	}
}

// flagError explains a flag that a command does not have.
func flagError(c *cobra.Command, err error) error {
	name, unknown := strings.CutPrefix(err.Error(), "unknown flag: --")
	if !unknown {
		return err
	}
	var known []string
	c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	message := fmt.Sprintf("%s takes no --%s", c.CommandPath(), name)
	if near := diag.Nearest(name, known); near != "" {
		return fmt.Errorf("%s\ndid you mean --%s?", message, near)
	}
	return errors.New(message)
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		if cmd.HasParent() {
			return fmt.Errorf("%s takes no argument, and was given %q", cmd.CommandPath(), args[0])
		}
		var names []string
		for _, c := range cmd.Commands() {
			names = append(names, c.Name())
		}
		if near := diag.Nearest(args[0], names); near != "" {
			return fmt.Errorf("there is no command %q\ndid you mean %s?", args[0], near)
		}
		return fmt.Errorf("there is no command %q", args[0])
	}
	return nil
}

// oneArg checks the argument of a command that takes one: a thing, such as "a
// document", which is optional if least is 0.
func oneArg(thing string, least int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < least:
			return fmt.Errorf("%s takes %s, and was given none\nwrite gen %s;", cmd.CommandPath(), thing, strings.TrimSuffix(cmd.Use, " [flags]"))
		case len(args) > 1:
			return fmt.Errorf("%s takes one argument, %s, and was given %q, too", cmd.CommandPath(), thing, args[1])
		}
		return nil
	}
}

// orList spells alternatives: "text, json or github".
func orList(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// command checks the flags that only make sense together, then runs do.
// Beside its own formats a command may have more.
func (a *app) command(do func(*app) int, check func(*app) error, formats ...string) func(*cobra.Command, []string) error {
	formats = append([]string{"text", "json", "github"}, formats...)
	return func(cmd *cobra.Command, _ []string) error {
		a.ConfigGiven = cmd.Flags().Changed("config")
		format := a.format
		a.format = "text" // for the messages about the flags
		switch {
		case !slices.Contains(formats, format):
			return fmt.Errorf("--format is %q\nit can be %s;", format, orList(formats))
		case a.report != "" && a.report != "json":
			return fmt.Errorf("--report is %q\nit can be json;", a.report)
		case a.Spec != "" && a.ConfigGiven:
			return errors.New("--spec and --config are both given\ngive one of them;")
		}
		if err := check(a); err != nil {
			return err
		}
		a.format = format
		a.exit = do(a)
		return nil
	}
}

// checkOutFlags checks the flags that say where a client goes.
func (a *app) checkOutFlags() error {
	switch {
	case a.Spec != "" && a.Out == "":
		return errors.New("--spec is given without --out\nsay where to write to;")
	case a.Spec == "" && (a.Out != "" || a.Package != "" || a.Runtime != ""):
		return errors.New("--out, --package and --runtime go with --spec\na config file says the same for each of its clients;")
	}
	return nil
}

// checkDocsFlags checks the flags that say where pages go.
func (a *app) checkDocsFlags() error {
	switch {
	case a.Out == "":
		return errors.New("docs is given without --out\nsay which directory the pages go to;")
	case a.Runtime != "":
		return errors.New("--runtime is given to docs\npages have no runtime;")
	case a.Spec == "" && a.Package != "":
		return errors.New("--package goes with --spec\na config file says the same for each of its clients;")
	}
	return nil
}
