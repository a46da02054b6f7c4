package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/project"
	"github.com/docwright/docwright/internal/review"
)

// TestDiffScripts plays the archives in testdata/diff, which have the commands
// of TestScripts and these:
//
//	git ARGS…        run git, with a fixed author and date
//	generate         run gen -c gen.yaml, and say nothing
//	report ARGS…     run gen diff --format json ARGS…, show it as text and Markdown
//	tool-dependency  make gen a tool of the module, as go get -tool does
//	go ARGS…         run the go command, offline
//
// Clients are made with the runtime that they need to compile.
func TestDiffScripts(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not there")
	}
	cache, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOCACHE", strings.TrimSpace(string(cache))) // which would move with the user's cache directory
	names, err := filepath.Glob("testdata/diff/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal(err, "no archives")
	}
	for _, name := range names {
		abs, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		script := strings.TrimSuffix(filepath.Base(name), ".txtar")
		t.Run(script, func(t *testing.T) {
			if slices.Contains(longScripts, script) && os.Getenv("GEN_HEAVY") == "" && !*update {
				t.Skip("make heavy runs it")
			}
			playScript(t, abs, project.RealStages())
		})
	}
}

// longScripts take seconds each. The kinds of changes that they go through are cases
// of package review, too.
var longScripts = []string{"accept", "clone", "tour", "words"}

// sizes are left out of transcripts: they change with every template.
var sizes = regexp.MustCompile(`\d+ lines( \([+-]\d+\))?`)

// git runs git as anybody's, so that commits have the same hash everywhere.
func (p *player) git(args []string) {
	cmd := exec.Command("git", append([]string{"-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_AUTHOR_NAME=Ann", "GIT_AUTHOR_EMAIL=ann@example.com", "GIT_AUTHOR_DATE=2026-01-01T00:00:00Z",
		"GIT_COMMITTER_NAME=Ann", "GIT_COMMITTER_EMAIL=ann@example.com", "GIT_COMMITTER_DATE=2026-01-01T00:00:00Z")
	if out, err := cmd.CombinedOutput(); err != nil {
		p.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

// generate writes the clients; the runtime's many files are not listed.
func (p *player) generate() {
	var stderr bytes.Buffer
	if code := runWith(p.stages, []string{"-c", "gen.yaml"}, io.Discard, &stderr); code != exitOK {
		p.t.Fatalf("gen: exit %d\n%s", code, stderr.String())
	}
}

// toolDependency makes gen a tool of the module in the working directory, from
// this checkout.
func (p *player) toolDependency() {
	dir, err := os.Getwd()
	if err != nil {
		p.t.Fatal(err)
	}
	goRun := goIn(p.t, dir)
	goRun("mod", "edit", "-replace=github.com/docwright/docwright="+p.checkout)
	copyFile(p.t, filepath.Join(p.checkout, "go.sum"), filepath.Join(dir, "go.sum"))
	goRun("get", "-tool", "github.com/docwright/docwright/cmd/gen")
}

// goCommand runs the go command with nothing to download from, and nothing that
// would let it change go.mod.
func (p *player) goCommand(args []string) {
	must(p.t, download())
	var stdout, stderr bytes.Buffer
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "GOFLAGS=-trimpath", "GOPROXY=off", "GOSUMDB=off", "GOWORK=off")
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	p.out.WriteString(sizes.ReplaceAllString(stdout.String(), "(n) lines"))
	for line := range strings.Lines(stderr.String()) {
		p.out.WriteString("! " + line)
	}
	if err != nil {
		fmt.Fprintln(&p.out, err)
	}
}

// report makes a report and shows it in both forms for people, by way of the
// form for programs, which must hold all that these show.
func (p *player) report(args []string) {
	before := readAll(p.t, p.dir)
	var stdout, stderr bytes.Buffer
	code := runWith(p.stages, append([]string{"diff", "--config", "gen.yaml", "--format", "json"}, args...), &stdout, &stderr)
	var report review.Report
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil || code != exitOK {
		p.t.Fatalf("gen diff: exit %d, %v\n%s", code, err, stderr.String())
	}
	p.out.WriteString(sizes.ReplaceAllString(report.Text(), "(n) lines"))
	p.out.WriteString("--------\n")
	p.out.WriteString(sizes.ReplaceAllString(report.Markdown(""), "(n) lines"))
	p.out.WriteString("--------\n")
	if !maps.Equal(before, readAll(p.t, p.dir)) {
		p.t.Error("gen diff changed the directory")
	}
}

// TestReadmeDiff makes the change that README shows, and holds the report
// against README's.
func TestReadmeDiff(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not there")
	}
	readme := readmeBlocks(t)
	dir := t.TempDir()
	goIn(t, dir)("mod", "init", "example.com/app")
	writeFile(t, filepath.Join(dir, "pets.yaml"), readme["openapi: 3.1.0"])
	writeFile(t, filepath.Join(dir, "main.go"), readme["package main"])
	t.Chdir(dir)
	flags := []string{"--spec", "pets.yaml", "--out", "pets"}
	if code := run(flags, io.Discard, os.Stderr); code != exitOK {
		t.Fatalf("gen: exit %d", code)
	}
	p := &player{t: t, dir: dir}
	p.git([]string{"init"})
	p.git([]string{"add", "."})
	p.git([]string{"commit", "-m", "As it was"})
	replaceText(t, "pets.yaml", "required: [id, name]", "required: [id, title]")
	replaceText(t, "pets.yaml", "        name: {", "        title: {")
	var stdout strings.Builder
	if code := run(append([]string{"diff"}, flags...), &stdout, os.Stderr); code != exitOK {
		t.Errorf("gen diff: exit %d", code)
	}
	const command = "$ gen diff --spec pets.yaml --out pets"
	got := sizes.ReplaceAllString(command+"\n"+stdout.String(), "(n) lines")
	if want := sizes.ReplaceAllString(readme[command], "(n) lines"); got != want {
		t.Errorf("README shows\n%s\nand gen diff prints\n%s", want, got)
	}
}

// workflow is what the test reads of README's workflow.
type workflow struct {
	Jobs map[string]struct {
		Steps []struct{ Uses, Run string }
	}
}

// TestReadmeWorkflow runs the shell script of README's workflow with a gh that
// notes how it is called: the first report makes a comment, the next one edits
// it. Its other steps use GitHub's own actions and flags that gen diff has.
func TestReadmeWorkflow(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("bash is not there")
	}
	var flow workflow
	if err := yaml.Unmarshal([]byte(readmeBlocks(t)["name: API changes"]), &flow); err != nil {
		t.Fatal(err)
	}
	post := ""
	for _, step := range flow.Jobs["diff"].Steps {
		words := strings.Fields(step.Run)
		switch {
		case step.Uses != "":
			if !strings.HasPrefix(step.Uses, "actions/") {
				t.Errorf("the workflow uses %s", step.Uses)
			}
		case strings.HasPrefix(step.Run, "go tool gen diff "):
			if code := run(append(words[3:slices.Index(append(words, ">"), ">")], "--help"), io.Discard, os.Stderr); code != exitOK {
				t.Errorf("%s: exit %d", step.Run, code)
			}
		default:
			post = step.Run
		}
	}
	if !strings.Contains(post, review.Marker) {
		t.Errorf("the workflow does not look for the comment that starts with %s", review.Marker)
	}
	if !strings.Contains(post, `select(.user.login == "github-actions[bot]" and `) {
		t.Error("the workflow edits the comments of others that start with the marker")
	}
	for _, comment := range []struct{ id, want string }{
		{"", "api --silent r/issues/7/comments -F body=@report.md"},
		{"42", "api --silent --method PATCH r/issues/comments/42 -F body=@report.md"},
	} {
		dir := t.TempDir()
		gh := "#!/bin/sh\necho \"$@\" >>\"$LOG\"\ncase \"$*\" in *--jq*) printf '%s' \"$ID\";; esac\n"
		must(t, os.WriteFile(filepath.Join(dir, "gh"), []byte(gh), 0o755))
		cmd := exec.Command("bash", "-e", "-c", post)
		log := filepath.Join(dir, "log")
		cmd.Env = append(os.Environ(), "PATH="+dir+string(filepath.ListSeparator)+os.Getenv("PATH"), "LOG="+log, "ID="+comment.id, "REPO=r", "PULL=7")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		calls, err := os.ReadFile(log)
		must(t, err)
		if lines := strings.Split(strings.TrimSpace(string(calls)), "\n"); lines[len(lines)-1] != comment.want {
			t.Errorf("gh %s; want gh %s", lines[len(lines)-1], comment.want)
		}
	}
}

// TestReadmeReport looks in README for each member of the report.
func TestReadmeReport(t *testing.T) {
	_, section, _ := strings.Cut(readReadme(t), "The members of `--format json`")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, typ := range []reflect.Type{
		reflect.TypeFor[review.Report](), reflect.TypeFor[review.ClientReport](), reflect.TypeFor[review.WireChange](), reflect.TypeFor[review.GoChange](),
		reflect.TypeFor[review.ResourceChange](), reflect.TypeFor[review.Caller](), reflect.TypeFor[review.Place](),
	} {
		for i := range typ.NumField() {
			name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if typ.Field(i).IsExported() && (name == "" || !strings.Contains(section, "`"+name+"`")) {
				t.Errorf("README does not name %q of %s", name, typ.Name())
			}
		}
	}
}

// TestFailOn: each value of --fail-on fails on what it names, and on what could not
// be compared.
func TestFailOn(t *testing.T) {
	change := func(severity review.Severity, operations ...string) *review.Report {
		return &review.Report{Wire: review.Compatible, Go: review.Compatible, Clients: []*review.ClientReport{
			{WireChanges: []*review.WireChange{{Severity: severity, Operations: operations}}},
		}}
	}
	breaking := change(review.SeverityBreaking, "GET /orgs/{id}")
	breaking.Wire = review.Breaking
	called := change(review.SeverityInfo)
	called.Callers = []*review.Caller{{Kind: review.CallerMeaning}}
	for _, tt := range []struct {
		failOn string
		report *review.Report
		want   bool
	}{
		{"none", breaking, false},
		{"wire", breaking, true},
		{"wire:/orgs", breaking, true},
		{"wire:/pets", breaking, false},
		{"warning:/orgs", breaking, true},
		{"go", breaking, false},
		{"wire", change(review.SeverityWarning, "GET /pets"), false},
		{"warning", change(review.SeverityWarning, "GET /pets"), true},
		{"warning:/orgs", change(review.SeverityWarning, "GET /pets"), false},
		{"warning:/orgs", change(review.SeverityWarning), true},
		{"warning", change(review.SeverityInfo, "GET /pets"), false},
		{"callers", change(review.SeverityWarning, "GET /pets"), false},
		{"callers", called, true},
		{"wire:/pets", &review.Report{Wire: review.Unknown}, true},
		{"callers", &review.Report{Go: review.Unknown}, true},
	} {
		a := &app{}
		a.failOn = []string{tt.failOn}
		if got := a.fails(tt.report); got != tt.want {
			t.Errorf("--fail-on %s: %v, want %v", tt.failOn, got, tt.want)
		}
	}
	var stderr strings.Builder
	if code := run([]string{"diff", "--fail-on", "go:/pets"}, io.Discard, &stderr); code != exitFailed || !strings.Contains(stderr.String(), `--fail-on is "go:/pets"`) {
		t.Errorf("exit %d, %s", code, stderr.String())
	}
}
