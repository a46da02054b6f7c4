package review_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/project"
	"github.com/docwright/docwright/internal/review"
)

var update = flag.Bool("update", false, "write the reports of the cases as they are now")

// TestCases reviews the change of each archive in testdata/cases. Its comment
// says what a careful reviewer expects, its report what gen diff prints. All
// archives are clients of one module, so that one run compares them:
//
//	before.yaml  the document
//	change       what changes in it, as a diff
//	caller.go    a program that compiles with the client of before; it is in package main at app/ID
//	before.gen, after.gen  keys of the client in gen.yaml, if any
//	report       the client and its callers in the text of gen diff
func TestCases(t *testing.T) {
	checkCases(t, "testdata/cases")
}

// TestSiblings reviews changes like those of TestCases, at other places of a document
// that has more.
func TestSiblings(t *testing.T) {
	if os.Getenv("GEN_HEAVY") == "" {
		t.Skip("make heavy runs it")
	}
	checkCases(t, "testdata/siblings")
}

// TestLargeChanges reviews changes as large as case 35, of other kinds. Markdown
// fits, closes what it opens and has all sections, and what one line of the document
// does is one row, or a few.
func TestLargeChanges(t *testing.T) {
	if os.Getenv("GEN_HEAVY") == "" {
		t.Skip("make heavy runs it")
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	var cases []*reviewCase
	for _, c := range largeChanges {
		name, change := "L"+strconv.Itoa(len(cases)), ""
		for _, when := range []string{"-", "+"} {
			for line := range strings.Lines(c.document(when == "+")) {
				change += when + line
			}
		}
		cases = append(cases, &reviewCase{name: name, archive: &txtar.Archive{Files: []txtar.File{
			{Name: "before.yaml", Data: []byte(c.document(false))}, {Name: "change", Data: []byte("@@\n" + change)},
		}}})
	}
	report := reviewCases(t, cases)
	for i, c := range largeChanges {
		mine := &review.Report{Clients: []*review.ClientReport{report.Clients[i]}}
		text := mine.Markdown("")
		if len(text) > 60_000 || strings.Count(text, "<details>") != strings.Count(text, "</details>") {
			t.Errorf("%s: %d bytes, %d of %d parts are closed", c.name, len(text), strings.Count(text, "</details>"), strings.Count(text, "<details>"))
		}
		for _, section := range c.sections {
			if !strings.Contains(text, "**"+section+"**") {
				t.Errorf("%s: the section %s is missing:\n%s", c.name, section, text)
			}
		}
		if rows := strings.Count(text, "\n| ") - 2*strings.Count(text, "\n|---"); rows > c.rows {
			t.Errorf("%s: %d rows, not at most %d:\n%s", c.name, rows, c.rows, text)
		}
	}
}

// largeChange is a change of a document with many areas.
type largeChange struct {
	name      string
	operation func(area string, after bool) string
	schemas   func(after bool) string
	sections  []string // of the report
	rows      int      // of the report, at most
}

// largeChanges are changes of many things by one cause.
var largeChanges = []*largeChange{
	{
		"a required header of all operations",
		func(area string, after bool) string {
			return "parameters: [{$ref: \"#/components/parameters/Tenant\"}]\n    get: {operationId: " + area + ".get, responses: {\"204\": {description: Done.}}}\n"
		},
		func(after bool) string {
			return fmt.Sprintf("  parameters: {Tenant: {name: X-Tenant, in: header, required: %v, schema: {type: string}}}\n", after)
		},
		[]string{"In Go", "On the wire"}, 4,
	},
	{
		"a component that all operations answer loses members",
		func(area string, after bool) string {
			return "get: {operationId: " + area + ".get, responses: {\"200\": {description: It., content: {application/json: {schema: {$ref: \"#/components/schemas/Thing\"}}}}}}\n"
		},
		func(after bool) string {
			text := "  schemas:\n    Thing:\n      type: object\n      properties:\n        id: {type: string}\n"
			for i := range 40 {
				if i < 10 || !after {
					text += fmt.Sprintf("        member%d: {type: string}\n", i)
				}
			}
			return text
		},
		[]string{"In Go", "On the wire"}, 4,
	},
	{
		"an enum of hundreds of values loses half, and each area a member",
		func(area string, after bool) string {
			member := "note: {type: string}, "
			if after {
				member = ""
			}
			return "post: {operationId: " + area + ".create, requestBody: {required: true, content: {application/json: {schema: {type: object, properties: {" + member +
				"code: {$ref: \"#/components/schemas/Code\"}}}}}}, responses: {\"204\": {description: Done.}}}\n"
		},
		func(after bool) string {
			var values []string
			for i := range 300 {
				if i%2 == 0 || !after {
					values = append(values, fmt.Sprint("v", i))
				}
			}
			return "  schemas: {Code: {type: string, enum: [" + strings.Join(values, ", ") + "]}}\n"
		},
		[]string{"In Go", "On the wire"}, 8,
	},
}

// document is a document of 120 areas.
func (c *largeChange) document(after bool) string {
	text := "openapi: 3.0.3\ninfo: {title: Large, version: \"1\"}\nservers: [{url: https://api.example.com}]\npaths:\n"
	for i := range 120 {
		area := fmt.Sprintf("area%03d", i)
		text += "  /" + area + ":\n    " + c.operation(area, after)
	}
	return text + "components:\n" + c.schemas(after)
}

func checkCases(t *testing.T, dir string) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	cases := readCases(t, dir)
	report := reviewCases(t, cases)
	for i, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.check(t, report, report.Clients[i]) })
	}
}

// reviewCase is one archive.
type reviewCase struct {
	name, file string
	archive    *txtar.Archive
}

func readCases(t *testing.T, dir string) []*reviewCase {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatal(err, "there are no archives")
	}
	var list []*reviewCase
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, &reviewCase{strings.TrimSuffix(filepath.Base(name), ".txtar"), file, archive})
	}
	return list
}

// id is the directory of the case's client.
func (c *reviewCase) id() string {
	id, _, _ := strings.Cut(c.name, "-")
	return "c" + id
}

func (c *reviewCase) section(name string) string {
	for _, f := range c.archive.Files {
		if f.Name == name {
			return string(f.Data)
		}
	}
	return ""
}

// after is the document with the change made.
func (c *reviewCase) after(t *testing.T) string {
	t.Helper()
	text, rest := "", c.section("before.yaml")
	for hunk := range strings.SplitSeq(c.section("change"), "@@\n") {
		var was, is strings.Builder
		for line := range strings.Lines(hunk) {
			if line[0] != '+' {
				was.WriteString(line[1:])
			}
			if line[0] != '-' {
				is.WriteString(line[1:])
			}
		}
		before, behind, ok := strings.Cut(rest, was.String())
		if !ok {
			t.Fatalf("%s: the change does not apply:\n%s", c.name, hunk)
		}
		text, rest = text+before+is.String(), behind
	}
	return text + rest
}

// expected is the line of the comment that says what a reviewer expects, and what
// is said as long as the client itself changes more than it has to, "" for the same.
func (c *reviewCase) expected() (want, until string) {
	for line := range strings.Lines(string(c.archive.Comment)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "wire ") {
			want = line
		}
		if _, text, ok := strings.Cut(line, ": wire "); ok {
			until = "wire " + text
		}
	}
	return want, until
}

// reviewCases compares all clients before their changes with those after them.
func reviewCases(t *testing.T, cases []*reviewCase) *review.Report {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_NOSYSTEM", "1")
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	put := func(when string) {
		config := "runtime: runtime\n"
		config += "clients:\n"
		for _, c := range cases {
			text := c.section("before.yaml")
			if when == "after" {
				text = c.after(t)
			}
			write("spec/"+c.id()+".yaml", text)
			config += fmt.Sprintf("  - spec: spec/%s.yaml\n    out: %s\n", c.id(), c.id())
			config += section(c, when+".gen")
			if caller := c.section("caller.go"); caller != "" {
				write("app/"+c.id()+"/main.go", caller)
			}
		}
		write("gen.yaml", config)
	}
	write("go.mod", "module example.com/m\n\ngo 1.24\n")
	put("before")
	open := func() *project.Project {
		return project.Open(project.Settings{Config: "gen.yaml", ConfigGiven: true}, project.RealStages(), project.Host{})
	}
	if _, diags := open().Generate(); diag.Errors(diags) {
		t.Fatal(diags)
	}
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "-q", "-m", "As it was"}} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
	}
	put("after")
	report, diags := open().Diff("HEAD")
	if report == nil {
		t.Fatal(diags)
	}
	if len(report.NotCompared) > 0 {
		t.Error(strings.Join(report.NotCompared, "\n"))
	}
	return report
}

// section is a section of c, indented as a client's keys in gen.yaml.
func section(c *reviewCase, name string) string {
	text := ""
	for line := range strings.Lines(c.section(name)) {
		text += "    " + line
	}
	return text
}

// check compares the report on one client with what the archive says.
func (c *reviewCase) check(t *testing.T, report *review.Report, client *review.ClientReport) {
	mine := &review.Report{Clients: []*review.ClientReport{client}}
	for _, caller := range report.Callers {
		if dir := c.id() + "/"; strings.HasPrefix(caller.At.File, "app/"+dir) || strings.HasPrefix(caller.At.File, dir) {
			mine.Callers = append(mine.Callers, caller)
		}
	}
	got := fmt.Sprintf("wire %s, Go %s, version %s, callers %d", client.Wire, client.Go, client.Bump, len(mine.Callers))
	switch want, until := c.expected(); {
	case until != "" && got == want:
		t.Errorf("%s: the line \"until\" is no longer true", got)
	case until != "" && got != until:
		t.Errorf("%s\nwant %s", got, until)
	case until == "" && got != want:
		t.Errorf("%s\nwant %s", got, want)
	}
	text := mine.Text()
	text = text[:strings.LastIndex(strings.TrimSuffix(text, "\n"), "\n")+1] // the summary is of all clients
	i := slices.IndexFunc(c.archive.Files, func(f txtar.File) bool { return f.Name == "report" })
	if i < 0 {
		c.archive.Files = append(c.archive.Files, txtar.File{Name: "report"})
		i = len(c.archive.Files) - 1
	}
	if bytes.Equal(c.archive.Files[i].Data, []byte(text)) {
		return
	}
	if !*update {
		t.Errorf("the report is\n%s\nwant\n%s", text, c.archive.Files[i].Data)
		return
	}
	c.archive.Files[i].Data = []byte(text)
	if err := os.WriteFile(c.file, txtar.Format(c.archive), 0o644); err != nil {
		t.Fatal(err)
	}
}
