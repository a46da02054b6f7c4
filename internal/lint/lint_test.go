package lint

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/exchange"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/lock"
	"github.com/docwright/docwright/internal/model"
)

var update = flag.Bool("update", false, "rewrite the wanted findings in testdata, and the table in README")

// TestRules plays a case for every rule. testdata/CODE.txtar holds a document
// that has the problem, one that comes close and has not, and what the rule says
// of the first; bad.overlay.yaml and good.overlay.yaml are applied to the two,
// bad.lock and good.lock are their locks.
// Rules about exchanges have a directory CODE instead, since exchanges are
// archives themselves.
func TestRules(t *testing.T) {
	for _, rule := range Rules() {
		t.Run(rule.Code, func(t *testing.T) {
			name := filepath.Join("testdata", rule.Code+".txtar")
			if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
				playTree(t, rule)
				return
			}
			ar, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if len(ar.Comment) == 0 {
				t.Error("the case does not say what it is about")
			}
			files := map[string][]byte{}
			for _, f := range ar.Files {
				files[f.Name] = f.Data
			}
			got := judge(t, rule, lintArchive(files, "bad.yaml"), lintArchive(files, "good.yaml"))
			if *update && !t.Failed() {
				ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return f.Name == "findings" })
				ar.Files = append(ar.Files, txtar.File{Name: "findings", Data: []byte(got)})
				write(t, name, txtar.Format(ar))
				return
			}
			compare(t, got, string(files["findings"]))
		})
	}
}

// playTree plays a case that is a directory.
func playTree(t *testing.T, rule Rule) {
	t.Chdir(filepath.Join("testdata", rule.Code))
	got := judge(t, rule, lintTree("bad"), lintTree("good"))
	if *update && !t.Failed() {
		write(t, "findings", []byte(got))
		return
	}
	want, err := os.ReadFile("findings")
	if err != nil {
		t.Fatal(err)
	}
	compare(t, got, string(want))
}

// judge returns what rule says of the bad document, and holds that it says
// something, and nothing of the good one.
func judge(t *testing.T, rule Rule, bad, good []diag.Diagnostic) string {
	t.Helper()
	var b strings.Builder
	for _, d := range bad {
		if CodeOf(d.Code) == rule.Code {
			fmt.Fprintln(&b, d)
			if d.Code == rule.Name && len(rule.Also) == 0 && d.Severity != rule.Severity {
				t.Errorf("%s is of severity %s, not %s as documented", d, d.Severity, rule.Severity)
			}
		}
	}
	if b.Len() == 0 {
		t.Errorf("%s finds nothing in the bad document; others find %v", rule.Code, bad)
	}
	for _, d := range good {
		if CodeOf(d.Code) == rule.Code {
			t.Errorf("in the good document: %s", d)
		}
	}
	return b.String()
}

// lintDocument is what the command does with one document.
func lintDocument(name string, opts load.Options) (Input, []diag.Diagnostic) {
	opts.Validate = true
	doc, diags := load.File(name, opts)
	in := Input{Doc: doc, Reported: diags}
	if doc != nil {
		names := map[string]string{}
		if opts.ReadFile != nil { // bad.lock is the lock of bad.yaml
			if data, err := opts.ReadFile(strings.TrimSuffix(name, ".yaml") + ".lock"); err == nil {
				kept, _ := lock.Parse(data)
				names = kept.Names
			}
		}
		_, more := model.Build(doc, model.Options{Package: "client", Source: name, Names: names})
		in.Reported = append(in.Reported, more...)
	}
	all, _ := Check(in, Options{})
	return in, all
}

func lintArchive(files map[string][]byte, name string) []diag.Diagnostic {
	opts := load.Options{ReadFile: func(name string) ([]byte, error) {
		if data, ok := files[filepath.Clean(name)]; ok {
			return data, nil
		}
		return nil, fmt.Errorf("%s: %w", name, os.ErrNotExist)
	}}
	overlay := strings.TrimSuffix(name, ".yaml") + ".overlay.yaml"
	if files[overlay] != nil {
		opts.Overlays = []string{overlay}
	}
	_, all := lintDocument(name, opts)
	return all
}

func lintTree(dir string) []diag.Diagnostic {
	name := filepath.Join(dir, "openapi.yaml")
	in, _ := lintDocument(name, load.Options{})
	in.Exchanges, in.Malformed = exchange.Read(filepath.Join(dir, "exchanges"))
	in.Spec, in.Unusable = exchange.LoadSpec(name)
	all, _ := Check(in, Options{})
	return all
}

func compare(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("if that is intended, run go test ./internal/lint -update\ngot:\n%s\nwant:\n%s", got, want)
	}
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// problems has three findings: DW020, DW022, DW023.
const problems = `openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets:
    get:
      responses:
        "200": {description: Pets.}
%s`

func lintText(text string, opts Options) (codes string, ignored int) {
	doc, diags := load.File("x.yaml", load.Options{ReadFile: func(string) ([]byte, error) { return []byte(text), nil }})
	all, ignored := Check(Input{Doc: doc, Reported: diags}, opts)
	var list []string
	for _, d := range all {
		list = append(list, fmt.Sprintf("%s %s", CodeOf(d.Code), d.Severity))
	}
	slices.Sort(list)
	return strings.Join(list, ", "), ignored
}

func TestOptions(t *testing.T) {
	const all = "DW020 warning, DW022 info, DW023 warning"
	for _, test := range []struct {
		name    string
		text    string
		opts    Options
		want    string
		ignored int
	}{
		{"nothing", "", Options{}, all, 0},
		{"disable", "", Options{Disable: []string{"DW020", "DW023"}}, "DW022 info", 0},
		{"severity", "", Options{Severity: map[string]diag.Severity{"DW020": diag.Error, "DW023": diag.Info}}, "DW020 error, DW022 info, DW023 info", 0},
		{"ignore in place", "      x-lint-ignore: [DW020, DW023]\n", Options{}, "DW022 info", 2},
		{"ignore one, as text", "      x-lint-ignore: DW022\n", Options{}, "DW020 warning, DW023 warning", 1},
		{"ignore from above", "x-lint-ignore: [DW020, DW022, DW023]\n", Options{}, "", 3},
		{"ignore beside", "  /cats:\n    x-lint-ignore: [DW020]\n", Options{}, "DW020 warning, DW022 info, DW023 warning, DW090 warning", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ignored := lintText(fmt.Sprintf(problems, test.text), test.opts)
			if got != test.want || ignored != test.ignored {
				t.Errorf("got %s; %d ignored, want %s; %d", got, ignored, test.want, test.ignored)
			}
		})
	}
}

// TestOnce holds that what no operation has is told once.
func TestOnce(t *testing.T) {
	paths := ""
	for _, name := range []string{"cats", "dogs", "cows"} {
		paths += "  /" + name + ":\n    get:\n      operationId: " + name + ".list\n      summary: List\n      responses: {\"200\": {description: All.}}\n"
	}
	got, _ := lintText(fmt.Sprintf(problems, paths), Options{})
	if want := "DW020 warning, DW022 info, DW023 warning"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestHostile holds that documents which refer to themselves in every way end.
func TestHostile(t *testing.T) {
	const text = `openapi: 3.1.0
info: {title: Loops, version: "1"}
paths:
  /a:
    get:
      parameters: [{name: include, in: query, schema: {$ref: "#/components/schemas/A"}}]
      responses:
        "200": {description: A., content: {application/vnd.api+json: {schema: {$ref: "#/components/schemas/A"}, example: {data: {data: {data: 1}}}}}}
components:
  schemas:
    A:
      type: object
      required: [data, errors, x, y, z]
      properties: {data: {$ref: "#/components/schemas/A"}, included: {type: array, items: {$ref: "#/components/schemas/A"}}, links: {$ref: "#/components/schemas/A"}}
      allOf: [{$ref: "#/components/schemas/A"}, {$ref: "#/components/schemas/B"}]
      oneOf: [{$ref: "#/components/schemas/A"}, {$ref: "#/components/schemas/B"}, {$ref: "#/components/schemas/C"}]
    B: {anyOf: [{$ref: "#/components/schemas/B"}, {$ref: "#/components/schemas/A"}, {$ref: "#/components/schemas/B"}]}
    C: {$ref: "#/components/schemas/C"}
`
	got, _ := lintText(text, Options{})
	if !strings.Contains(got, "DW006") || !strings.Contains(got, "DW054") {
		t.Errorf("got %s", got)
	}
}
