package project

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/load"
)

// Add adds a client of the document Spec to the config, next to those that it
// lists, and writes the client. What the config says otherwise stays as it is,
// comments too. If that fails, the config is as before and the result is nil.
func (p *Project) Add() (*Started, []diag.Diagnostic) {
	name := p.Config
	before, err := input.ReadFile(name)
	if err != nil {
		_, diags := readConfig(input.ReadFile, name)
		return nil, diags
	}
	config, diags := parseConfig(slash(name), before)
	if len(diags) > 0 {
		return nil, diags
	}
	s, problem := p.newAddition(name, config)
	if problem != nil {
		return nil, []diag.Diagnostic{*problem}
	}
	after, ok := addEntry(slash(name), before, s.entry())
	if !ok {
		return nil, []diag.Diagnostic{fault(diag.Position{File: slash(name)}, "add", "add an entry to clients by hand: spec: "+s.spec+", out: "+s.out,
			"clients is not a list with a line for each entry, which gen add can add to")}
	}
	if err := replaceFile(name, after); err != nil {
		return nil, []diag.Diagnostic{fault(diag.Position{File: slash(name)}, "add", "", "%v", err)}
	}
	next := Open(Settings{Config: name, Strict: p.Strict}, p.stages, p.host)
	result, diags := next.Generate()
	if result == nil {
		if err := replaceFile(name, before); err != nil {
			diags = append(diags, fault(diag.Position{File: slash(name)}, "add", "remove the new entry from it", "%v", err))
		}
		return nil, diags
	}
	started := &Started{Written: []string{slash(name)}, Spec: slash(s.spec), Out: shownPath(s.abs), InGoMod: s.inGoMod}
	for _, c := range result.Changes {
		if c.out != nil && c.out.job != nil && c.out.job.abs(c.out.dir) == s.abs {
			started.Written = append(started.Written, started.Out+"/")
			break
		}
	}
	return started, diags
}

// addition is a client that joins a config.
type addition struct {
	spec, out string // as the config names them
	pkg       string
	lenient   bool
	abs       string // directory of the client
	inGoMod   bool
}

func (a *addition) entry() []string {
	lines := []string{"spec: " + yamlText(a.spec), "out: " + yamlText(a.out)}
	if a.pkg != path.Base(a.out) {
		lines = append(lines, "package: "+a.pkg)
	}
	if a.lenient {
		lines = append(lines, "lenient: true")
	}
	return lines
}

// newAddition decides how the new client is called and where it goes: next to the
// first one, unless the flags say otherwise.
func (p *Project) newAddition(config string, c *Config) (*addition, *diag.Diagnostic) {
	bad := func(fix, format string, args ...any) (*addition, *diag.Diagnostic) {
		d := fault(diag.Position{File: slash(p.Spec)}, "add", fix, format, args...)
		return nil, &d
	}
	if info, err := os.Stat(p.Spec); err != nil || info.IsDir() {
		return bad("name an OpenAPI document in YAML or JSON", "there is no such file")
	}
	base, err := filepath.Abs(filepath.Dir(config))
	if err != nil {
		return bad("", "%v", err)
	}
	a := &addition{pkg: p.Package, lenient: p.Lenient}
	if a.pkg == "" {
		a.pkg = p.packageFor(&start{spec: p.Spec})
	}
	if a.spec, err = relativeFrom(base, p.Spec); err != nil {
		return bad("", "%v", err)
	}
	for _, other := range c.Clients {
		if path.Clean(slash(other.Spec)) == a.spec {
			return bad("edit its entry instead", "%s has a client of this document", slash(config))
		}
	}
	a.out = path.Join(path.Dir(slash(c.Clients[0].Out)), a.pkg)
	if p.Out != "" {
		if a.out, err = relativeFrom(base, p.Out); err != nil {
			return bad("", "%v", err)
		}
	}
	a.abs = filepath.Join(base, filepath.FromSlash(a.out))
	if filepath.IsAbs(a.out) {
		a.abs = filepath.FromSlash(a.out)
	}
	if _, err := os.Lstat(a.abs); err == nil {
		return bad("choose another directory with --out", "its client would go to %s, which exists", shownPath(a.abs))
	}
	if mod, err := findModule(input.ReadFile, base); err == nil && mod != nil {
		a.inGoMod = hasTool(mod)
	}
	return a, nil
}

// relativeFrom returns a path of the command line as a config in base names it.
func relativeFrom(base, name string) (string, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	rel, err := filepath.Rel(base, abs)
	if err != nil {
		return slash(abs), nil
	}
	return slash(rel), nil
}

// addEntry adds an entry to the list clients of a config, in its own style; false
// if the list is not one with an entry per line.
func addEntry(name string, data []byte, entry []string) ([]byte, bool) {
	root, _ := load.Parse(name, data)
	clients := root.Get("clients")
	if clients == nil || len(clients.Items) == 0 {
		return nil, false
	}
	lines := strings.SplitAfter(string(data), "\n")
	first := lines[clients.Items[0].Line-1]
	indent := len(first) - len(strings.TrimLeft(first, " "))
	if !strings.HasPrefix(first[indent:], "- ") {
		return nil, false
	}
	end := len(lines) // of the list
	for _, m := range root.Members {
		if m.Line > clients.Line && int(m.Line)-1 < end {
			end = int(m.Line) - 1
		}
	}
	for end > 0 && (strings.TrimSpace(lines[end-1]) == "" || lines[end-1][0] == '#') {
		end-- // these belong to what follows
	}
	var b bytes.Buffer
	b.WriteString(strings.Join(lines[:end], ""))
	if !strings.HasSuffix(lines[end-1], "\n") {
		b.WriteByte('\n')
	}
	mark := "- "
	for _, line := range entry {
		fmt.Fprintf(&b, "%s%s%s\n", strings.Repeat(" ", indent), mark, line)
		mark = "  "
	}
	b.WriteString(strings.Join(lines[end:], ""))
	after, diags := parseConfig(name, b.Bytes())
	return b.Bytes(), len(diags) == 0 && len(after.Clients) == len(clients.Items)+1
}

// replaceFile replaces the content of a file in one step.
func replaceFile(name string, data []byte) error {
	perm := os.FileMode(0o644)
	if info, err := os.Lstat(name); err == nil {
		if !info.Mode().IsRegular() {
			return fmt.Errorf("is not a regular file")
		}
		perm = info.Mode().Perm()
	}
	temp := fmt.Sprintf("%s.%d", name, os.Getpid())
	if err := os.WriteFile(temp, data, perm); err != nil {
		return err
	}
	if err := os.Rename(temp, name); err != nil {
		os.Remove(temp) //nolint:errcheck // the first error says more
		return err
	}
	return nil
}
