package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/docwright/docwright/internal/exchange"
	"github.com/docwright/docwright/internal/lint"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// Lint is what gen.yaml says about findings of gen lint.
type Lint struct {
	Disable  []string          `key:"disable"`
	Severity map[string]string `key:"severity"`

	at map[string]load.Position // of its keys
}

// lintSettings are the flags of gen lint.
type lintSettings struct {
	disable []string
	failOn  string
	level   string
}

// lintRun is what gen lint found.
type lintRun struct {
	documents int
	findings  []load.Diagnostic // of the level that is shown, or worse
	counts    map[load.Severity]int
	ignored   int
	unread    bool // a document could not be read
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
			for _, name := range []string{"spec", "out", "package", "runtime", "strict", "update-refs", "report"} {
				if cmd.Flags().Changed(name) {
					return fmt.Errorf("gen lint takes no --%s\nname the documents, or a config with -c;", name)
				}
			}
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
	c.SetUsageTemplate(ownUsage)
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVarP(&a.config, "config", "c", defaultConfig, "whose documents to look at")
	flags.StringSliceVar(&s.disable, "disable", nil, "`codes` of rules to leave out, e.g. DW030,DW036")
	flags.StringVar(&s.level, "level", "warning", "least `severity` to show; info shows all")
	flags.StringVar(&s.failOn, "fail-on", "warning", "least `severity` for exit 1; none is never")
	flags.StringVar(&a.format, "format", "text", "of findings: text, json, github or sarif")
	return c
}

// ownUsage is the usage of a command that few of gen's flags mean something to:
// it shows those that it declares.
var ownUsage = strings.NewReplacer("HasAvailableFlags", "HasAvailableLocalFlags", ".Flags.FlagUsages", ".LocalNonPersistentFlags.FlagUsages").Replace(usage)

// severities are what findings can be called.
var severities = map[string]load.Severity{"info": load.Info, "warning": load.Warning, "error": load.Error}

func (s *lintSettings) check(format string) error {
	switch {
	case !slices.Contains([]string{"text", "json", "github", "sarif"}, format):
		return fmt.Errorf("--format is %q\nit can be text, json, github or sarif;", format)
	case s.failOn != "error" && s.failOn != "warning" && s.failOn != "none":
		return fmt.Errorf("--fail-on is %q\nit can be error, warning or none;", s.failOn)
	}
	if _, known := severities[s.level]; !known {
		return fmt.Errorf("--level is %q\nit can be error, warning or info;", s.level)
	}
	for i, code := range s.disable {
		rule := lint.Lookup(code)
		if rule == nil {
			return fmt.Errorf("--disable names %q, which is no rule\ngen explain lists them;", code)
		}
		s.disable[i] = rule.Code
	}
	return nil
}

// lint looks at documents and prints what it finds.
func (a *app) lint(files []string, s lintSettings) int {
	var jobs []*job
	for _, file := range files {
		jobs = append(jobs, &job{client: &Client{Spec: file}, spec: file, source: filepath.ToSlash(file)})
	}
	if len(files) == 0 {
		var diags []load.Diagnostic
		if jobs, diags = a.jobs(); len(diags) > 0 {
			if a.format == "sarif" {
				a.format = "text" // they are of the config, and go to stderr
			}
			a.complainAll(diags)
			return exitFailed
		}
	}
	opts := lint.Options{Disable: append(s.disable, a.linting.Disable...), Severity: map[string]load.Severity{}}
	for code, severity := range a.linting.Severity {
		opts.Severity[code] = severities[severity]
	}
	run := &lintRun{documents: len(jobs), counts: map[load.Severity]int{}}
	for _, j := range jobs {
		found, ignored := a.lintDocument(j, opts, run)
		run.ignored += ignored
		for _, d := range found {
			d = d.Plain()
			run.counts[d.Severity]++
			if d.Severity >= severities[s.level] {
				run.findings = append(run.findings, d)
			}
		}
	}
	a.printFindings(run)
	failing := run.counts[load.Error]
	if s.failOn == "warning" {
		failing += run.counts[load.Warning]
	}
	switch {
	case run.unread:
		return exitFailed
	case failing > 0 && s.failOn != "none":
		return exitStale
	}
	return exitOK
}

// lintDocument looks at one document.
func (a *app) lintDocument(j *job, opts lint.Options, run *lintRun) ([]load.Diagnostic, int) {
	options := load.Options{Validate: true}
	if j.mod != nil { // of a config
		old := a.readLock(j.abs(j.dir), "gen.lock")
		options = a.loadOptions(j, a.fetcher(j, old.Lock))
		options.Strict, options.Validate = false, true
	}
	doc, diags := a.load(j.spec, options)
	in := lint.Input{Doc: doc, Reported: diags}
	if doc == nil {
		run.unread = true
		return lint.Check(in, opts)
	}
	_, more := a.build(doc, model.Options{
		Package: cmp.Or(j.pkg, "client"), Source: j.source, Formats: j.client.Formats, Types: j.client.Types, Include: model.Filter(j.client.Include),
	})
	in.Reported = append(in.Reported, more...)
	dir := filepath.Join(filepath.Dir(j.spec), "exchanges")
	calls, _ := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if info, err := os.Lstat(dir); err == nil && (!info.IsDir() || len(calls) > 0) {
		in.Exchanges, in.Malformed = exchange.Read(dir)
		in.Spec, in.Unusable = exchangeSpec(j, doc)
	}
	return lint.Check(in, opts)
}

// exchangeSpec has package exchange read the document: its files, or what
// overlays and places of the network made of them.
func exchangeSpec(j *job, doc *load.Document) (*exchange.Spec, error) {
	if len(j.client.Overlays)+len(j.client.Refs) == 0 {
		return exchange.LoadSpec(j.spec)
	}
	data, err := doc.Bundle()
	if err != nil {
		return nil, err
	}
	return exchange.ParseSpec(filepath.ToSlash(j.spec), data)
}

// checkLint finds what gen.yaml says about findings that do not exist.
func (r *resolver) checkLint(l *Lint) {
	for i, code := range l.Disable {
		l.Disable[i] = r.ruleCode("disable", code, l)
	}
	bySeverity := map[string]string{}
	for code, severity := range l.Severity {
		if _, known := severities[severity]; !known {
			r.fail(l.at["severity"], "it can be error, warning or info", "lint.severity: %s is %q", code, severity)
		}
		bySeverity[r.ruleCode("severity", code, l)] = severity
	}
	l.Severity = bySeverity
}

func (r *resolver) ruleCode(key, code string, l *Lint) string {
	rule := lint.Lookup(code)
	if rule == nil {
		r.fail(l.at[key], "gen explain lists the rules", "lint.%s: there is no rule %q", key, code)
		return code
	}
	return rule.Code
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
					return fmt.Errorf("there is no rule %q\ngen explain lists them;", word)
				}
				if i > 0 {
					fmt.Fprintln(a.stdout)
				}
				a.explain(rule)
			}
			return nil
		},
	}
	c.SetUsageTemplate(ownUsage)
	return c
}

func (a *app) explain(r *lint.Rule) {
	fmt.Fprintf(a.stdout, "%s %s (%s)\n\n%s.\n\nWhy: %s\nFix: %s\n", r.Code, r.Name, r.Severity, capital(r.What), r.Why, r.Fix)
	for _, example := range []struct{ title, text string }{{"Bad", r.Bad}, {"Good", r.Good}} {
		fmt.Fprintf(a.stdout, "\n%s:\n\n\t%s\n", example.title, strings.ReplaceAll(example.text, "\n", "\n\t"))
	}
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// relativeName names a file as seen from base, with slashes; ok is false for
// one outside of it.
func relativeName(base, name string) (rel string, ok bool) {
	abs, err := filepath.Abs(filepath.FromSlash(name))
	if err != nil {
		return filepath.ToSlash(name), false
	}
	rel, err = filepath.Rel(base, abs)
	if err != nil || !filepath.IsLocal(rel) {
		return filepath.ToSlash(abs), false
	}
	return filepath.ToSlash(rel), true
}

// repositoryRoot is the directory of the repository that the working directory
// lies in; the working directory itself when it is in none.
func repositoryRoot() string {
	start, err := os.Getwd()
	if err != nil {
		return "."
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return start
		}
	}
}
