package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
)

func TestProgressLine(t *testing.T) {
	p := &progress{doing: map[string]string{}, of: 2}
	steps := []struct{ client, what, want string }{
		{"one", "reading", "0 of 2 clients done; one: reading"},
		{"two", "reading", "0 of 2 clients done; one: reading"},
		{"one", "printing, 3 of 8 files", "0 of 2 clients done; one: printing, 3 of 8 files"},
		{"one", "", "1 of 2 clients done; two: reading"},
		{"two", "", "2 of 2 clients done"},
	}
	for _, s := range steps {
		if p.Stage(s.client, s.what); p.line() != s.want {
			t.Errorf("%s, %q: %s; want %s", s.client, s.what, p.line(), s.want)
		}
	}
}

// TestProgress runs gen with a document that takes its time. On a terminal the
// run tells its stages and wipes them away; elsewhere it tells nothing.
func TestProgress(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	dir := t.TempDir()
	t.Chdir(dir)
	writeFile(t, "go.mod", "module example.com/app\n\ngo 1.24\n")
	writeFile(t, "pets.yaml", "openapi: 3.1.0\ninfo: {title: Pets, version: '1'}\npaths: {}\n")
	st := testStages()
	st.Load = func(path string, opts load.Options) (*load.Document, []load.Diagnostic) {
		time.Sleep(50 * time.Millisecond)
		return load.File(path, opts)
	}
	var shown bytes.Buffer
	a := &app{stages: st, stdout: &diag.Printer{W: io.Discard}, stderr: &diag.Printer{W: io.Discard}, progress: &progress{out: &shown, after: 5 * time.Millisecond, every: 5 * time.Millisecond}}
	root := a.rootCommand()
	root.SetArgs([]string{"--spec", "pets.yaml", "--out", "pets"})
	if err := root.Execute(); err != nil || a.exit != exitOK {
		t.Fatal(err, a.exit)
	}
	text := shown.String()
	if !strings.Contains(text, "\r0 of 1 client done; pets: reading\x1b[K") || !strings.HasSuffix(text, "\r\x1b[K") {
		t.Errorf("shown: %q", text)
	}

	file, err := os.Create(filepath.Join(dir, "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, out := range []io.Writer{file, &shown} {
		if newProgress(out) != nil {
			t.Errorf("%T is taken for a terminal", out)
		}
	}
}

// TestDiffOnTerminal: gen diff says what it does where stderr is a terminal, as
// os.DevNull is for it.
func TestDiffOnTerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	t.Chdir(t.TempDir())
	const text = "openapi: 3.0.3\ninfo: {title: T, version: \"1\"}\nservers: [{url: https://api.example.com}]\npaths: {/a: {get: {operationId: a.get, responses: {\"204\": {description: ok}}}}}\n"
	writeFile(t, "a.yaml", text)
	writeFile(t, "b.yaml", strings.Replace(text, "a.get", "a.read", 1))
	var stdout strings.Builder
	if code := run([]string{"diff", "a.yaml", "b.yaml"}, &stdout, null); code != exitOK || stdout.Len() == 0 {
		t.Errorf("exit %d, %q", code, stdout.String())
	}
}
