package model

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/docwright/docwright/internal/load"
)

var update = flag.Bool("update", false, "rewrite the dumps in testdata")

// TestGolden compares what Build decides with the dumps of testdata. An archive's
// comment says what its document is about. The first file is the document, other
// files *.yaml and *.json are beside it: gen.json holds options, and
// exchanges/OPERATION.json the response of a recorded call, with the status 200. The
// rest is the result: "api", "lock" and, if Build reports something, "diagnostics".
func TestGolden(t *testing.T) {
	cases := readCases(t)
	if len(cases) < 60 {
		t.Errorf("%d cases, want at least 60", len(cases))
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			api, diagnostics := c.build(t, nil)
			got := map[string]string{"api": dump(api), "lock": dumpLock(api)}
			if diagnostics != "" {
				got["diagnostics"] = diagnostics
			}
			c.compare(t, got)
		})
	}
}

// TestLockedGolden holds that with the lock of a run, Build decides the same
// again, and gives the same lock.
func TestLockedGolden(t *testing.T) {
	for _, c := range readCases(t) {
		t.Run(c.name, func(t *testing.T) {
			api, _ := c.build(t, nil)
			again, _ := c.build(t, func(o *Options) { o.Names, o.Held = api.Names, api.Held })
			// What a lock named is not counted as a rename again.
			again.Report.Renames, again.Report.Renamed = api.Report.Renames, api.Report.Renamed
			if want, got := dump(api), dump(again); got != want {
				t.Errorf("with its own lock the API differs: %s", firstDifference(want, got))
			}
			if want, got := dumpLock(api), dumpLock(again); got != want {
				t.Errorf("with its own lock the lock differs: %s", firstDifference(want, got))
			}
		})
	}
}

// goldenCase is an archive of testdata.
type goldenCase struct {
	name, file string
	comment    []byte
	input      []txtar.File
	wanted     []txtar.File
}

func readCases(t *testing.T) []goldenCase {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var cases []goldenCase
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := goldenCase{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), file: file, comment: ar.Comment, input: ar.Files}
		for i, f := range ar.Files {
			if ext := filepath.Ext(f.Name); ext != ".yaml" && ext != ".json" {
				c.input, c.wanted = ar.Files[:i], ar.Files[i:]
				break
			}
		}
		if len(c.input) == 0 || len(bytes.TrimSpace(ar.Comment)) == 0 {
			t.Fatalf("%s: a case needs a comment and a document", file)
		}
		cases = append(cases, c)
	}
	return cases
}

// build makes the API of a case, with options that change may change.
func (c *goldenCase) build(t *testing.T, change func(*Options)) (*API, string) {
	t.Helper()
	var options struct {
		Options
		Overlays []string
	}
	for _, f := range c.input[1:] {
		if f.Name == "gen.json" {
			if err := json.Unmarshal(f.Data, &options); err != nil {
				t.Fatal(err)
			}
		}
	}
	options.Package, options.Source = "client", c.input[0].Name
	if change != nil {
		change(&options.Options)
	}
	doc, reported := load.File(c.input[0].Name, load.Options{Overlays: options.Overlays, ReadFile: func(name string) ([]byte, error) {
		for _, f := range c.input {
			if filepath.Clean(name) == f.Name {
				return f.Data, nil
			}
		}
		return nil, fmt.Errorf("%s: %w", name, os.ErrNotExist)
	}})
	if doc == nil {
		t.Fatal(reported)
	}
	doc.Recorded = func() []load.Recording {
		var all []load.Recording
		for _, f := range c.input {
			if name, ok := strings.CutPrefix(f.Name, "exchanges/"); ok {
				body, _ := load.Parse(f.Name, f.Data)
				name = strings.TrimSuffix(name, ".json")
				all = append(all, load.Recording{Name: name, Operation: name, Status: 200, Response: body})
			}
		}
		return all
	}
	api, diagnostics := Build(doc, options.Options)
	var b strings.Builder
	for _, d := range diagnostics {
		fmt.Fprintln(&b, d)
	}
	return api, b.String()
}

// compare holds got against the wanted files of a case, or writes it.
func (c *goldenCase) compare(t *testing.T, got map[string]string) {
	t.Helper()
	if *update {
		ar := &txtar.Archive{Comment: c.comment, Files: c.input}
		for _, name := range slices.Sorted(maps.Keys(got)) {
			ar.Files = append(ar.Files, txtar.File{Name: name, Data: []byte(got[name])})
		}
		if err := os.WriteFile(c.file, txtar.Format(ar), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := map[string]string{}
	for _, f := range c.wanted {
		want[f.Name] = string(f.Data)
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if got[name] != want[name] {
			t.Errorf("%s: %s differs; if that is intended, run go test ./internal/model -update\n%s", c.file, name, firstDifference(want[name], got[name]))
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s: %s is missing", c.file, name)
	}
}

// firstDifference shows the first line in which two texts differ.
func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		if i >= len(w) || i >= len(g) || w[i] != g[i] {
			line := func(list []string) string {
				if i < len(list) {
					return list[i]
				}
				return "(end)"
			}
			return fmt.Sprintf("line %d\n\twant: %s\n\tgot:  %s", i+1, line(w), line(g))
		}
	}
	return "no line differs"
}
