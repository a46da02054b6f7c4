package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDraftsCompile drafts each page of DRAFT_PAGES into a spec of its own. Unedited,
// the drafts load, lint without errors, generate and compile, and the clients' examples,
// which make the documented calls to fakes that answer as the exchanges have it, pass:
// make draft-compile.
func TestDraftsCompile(t *testing.T) {
	pages, _ := filepath.Glob(filepath.Join(os.Getenv("DRAFT_PAGES"), "*.page.*"))
	if os.Getenv("DRAFT_PAGES") == "" || len(pages) == 0 {
		t.Skip("make draft-compile runs it")
	}
	dir := t.TempDir()
	goRun := goIn(t, dir)
	for _, name := range []string{"go.mod", "go.sum"} {
		data, err := os.ReadFile(filepath.Join(checkoutDir(t), name))
		must(t, err)
		writeFile(t, filepath.Join(dir, name), strings.Replace(string(data), "module github.com/docwright/docwright\n", "module example.com/app\n", 1))
	}
	config := "runtime: lib\nclients:\n"
	for i, page := range pages {
		config += draftPage(t, dir, page, fmt.Sprintf("p%03d", i))
	}
	writeFile(t, filepath.Join(dir, "gen.yaml"), config)
	t.Chdir(dir)
	var out strings.Builder
	if code := run([]string{"lint"}, &out, &out); code == exitFailed || !strings.Contains(out.String(), " 0 errors") {
		t.Errorf("gen lint: exit %d\n%s", code, out.String())
	}
	out.Reset()
	if code := run(nil, io.Discard, &out); code != exitOK {
		t.Fatalf("gen: exit %d\n%s", code, out.String())
	}
	goRun("vet", "./...")
	t.Logf("%d pages; %d packages have examples that pass", len(pages), strings.Count(goRun("test", "./..."), "ok  \t"))
}

// draftPage drafts a page in a directory and returns the lines of gen.yaml.
func draftPage(t *testing.T, dir, page, name string) string {
	t.Helper()
	data, err := os.ReadFile(page)
	must(t, err)
	input := filepath.Join(dir, name, filepath.Base(page))
	if filepath.Ext(page) == ".txtar" {
		input = filepath.Join(dir, name, "things.create.txtar") // named as exchanges are
	}
	writeFile(t, input, string(data))
	var out strings.Builder
	spec := filepath.Join(dir, name, "openapi.yaml")
	if code := run([]string{"draft", input, "--spec", spec}, io.Discard, &out); code != exitOK {
		t.Errorf("%s: exit %d\n%s", filepath.Base(page), code, out.String())
		return ""
	}
	if notWritten.MatchString(out.String()) {
		t.Errorf("%s: %s", filepath.Base(page), out.String())
	}
	return "  - {spec: " + name + "/openapi.yaml, out: clients/" + name + ", fake: true}\n"
}

// notWritten is the note of an exchange that contradicts its operation.
var notWritten = regexp.MustCompile(`is not written: the page's sample contradicts`)
