package load

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite the wanted output in testdata")

// TestGolden loads the first file of each archive in testdata, which may refer
// to the others, and compares the diagnostics. The archive's comment says what
// the case is about; lines that start with "option" set Options. An archive may
// want further output: the file "tree.json" the root as JSON, "bundle.json" the
// bundle, and "targets" where each reference leads.
func TestGolden(t *testing.T) {
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases in testdata: %v", err)
	}
	for _, path := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { golden(t, path) })
	}
}

// outputs are the files of an archive that the test compares, and how they are
// made.
var outputs = map[string]func(*Document, []Diagnostic) string{
	"diagnostics": func(_ *Document, diags []Diagnostic) string {
		var b strings.Builder
		for _, d := range diags {
			fmt.Fprintln(&b, d)
		}
		return b.String()
	},
	"tree.json": func(doc *Document, _ []Diagnostic) string { return string(doc.Root.JSON()) + "\n" },
	"bundle.json": func(doc *Document, _ []Diagnostic) string {
		bundle, err := doc.Bundle()
		if err != nil {
			return err.Error()
		}
		return string(bundle)
	},
	"targets": func(doc *Document, _ []Diagnostic) string {
		var b strings.Builder
		for _, n := range doc.refs {
			target := n.Target().Pointer()
			if target == "" {
				target = "nothing"
			}
			fmt.Fprintf(&b, "%s -> %s\n", n.Pointer(), target)
		}
		return b.String()
	},
}

func golden(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range archive.Files {
		files[f.Name] = f.Data
	}
	opts := parseOptions(t, string(archive.Comment))
	opts.ReadFile = func(name string) ([]byte, error) {
		data, ok := files[filepath.ToSlash(name)]
		if !ok || outputs[name] != nil {
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		}
		return data, nil
	}
	doc, diags := File(archive.Files[0].Name, opts)
	if doc == nil && !Errors(diags) {
		t.Fatal("no document, and no error")
	}
	if _, ok := files["diagnostics"]; !ok {
		archive.Files = append(archive.Files, txtar.File{Name: "diagnostics"})
	}
	for i, f := range archive.Files {
		write := outputs[f.Name]
		if write == nil {
			continue
		}
		got := "no document\n"
		if doc != nil || f.Name == "diagnostics" {
			got = write(doc, diags)
		}
		if got != string(f.Data) && !*update {
			t.Errorf("%s differs; if that is intended, run go test ./internal/load -update\ngot:\n%s\nwant:\n%s", f.Name, got, f.Data)
		}
		archive.Files[i].Data = []byte(got)
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// parseOptions reads lines like "option strict" and "option depth 10".
func parseOptions(t *testing.T, comment string) (opts Options) {
	for line := range strings.Lines(comment) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] != "option" {
			continue
		}
		number := func() int {
			n, err := strconv.Atoi(words[2])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		switch words[1] {
		case "strict":
			opts.Strict = true
		case "overlay":
			opts.Overlays = append(opts.Overlays, words[2])
		case "refs":
			opts.Refs = append(opts.Refs, words[2])
		case "depth":
			opts.Limits.Depth = number()
		case "nodes":
			opts.Limits.Nodes = number()
		case "aliased":
			opts.Limits.Aliased = number()
		case "number":
			opts.Limits.Number = number()
		case "size":
			opts.Limits.Size = number()
		case "files":
			opts.Limits.Files = number()
		default:
			t.Fatalf("unknown option %q", words[1])
		}
	}
	return opts
}

// TestJunk has the files that no archive can hold.
func TestJunk(t *testing.T) {
	const spec = `{"openapi":"3.0.3","info":{"title":"x","version":"1"},"paths":{}}`
	tests := []struct{ name, data, want string }{
		{"empty", "", "spec.yaml: error: the file is empty\n\twrite an OpenAPI document: openapi, info and paths"},
		{"blank", " \n\t\n", "spec.yaml: error: the file is empty\n\twrite an OpenAPI document: openapi, info and paths"},
		{"bom only", "\uFEFF", "spec.yaml: error: the file is empty\n\twrite an OpenAPI document: openapi, info and paths"},
		{"bom", "\uFEFF" + spec, ""},
		{"bom yaml", "\uFEFFopenapi: 3.0.3\npaths: {}\n", ""},
		{"crlf", strings.ReplaceAll(spec, ",", ",\r\n"), ""},
		{"utf-16", "\xff\xfe{\x00", "spec.yaml: error: the file is UTF-16\n\tsave it as UTF-8"},
		{"gzip", "\x1f\x8b\x08", "spec.yaml: error: the file is compressed (gzip)\n\tunpack it first: gunzip"},
		{"zip", "PK\x03\x04", "spec.yaml: error: the file is an archive (zip)\n\tunpack it first, and name the document within"},
		{"latin-1 of short lines", "{\"openapi\":\"3.0.3\",\r\n\t" + strings.Repeat("\r\n", 40) + "\"x-a\":\"caf\xe9\", \"x-b\": \"\"}", "spec.yaml:42:11: warning: the text is not UTF-8 here\n\tsave the file as UTF-8"},
		{"binary without a zero", strings.Repeat("\x01\xe9", 20), "spec.yaml: error: the file is binary\n\tname an OpenAPI document in YAML or JSON"},
		{"binary", "\x7fELF\x00\x00\x01", "spec.yaml: error: the file is binary\n\tname an OpenAPI document in YAML or JSON"},
		{"html", "<!DOCTYPE html>", "spec.yaml: error: the file is HTML or XML\n\tname the OpenAPI document itself, in YAML or JSON; a download may have ended at a login page"},
		{"latin-1", "{\"openapi\":\"3.0.3\",\n\"x-a\":\"caf\xe9\"}", "spec.yaml:2:11: warning: the text is not UTF-8 here\n\tsave the file as UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			doc, diags := File("spec.yaml", Options{ReadFile: func(string) ([]byte, error) { return []byte(tt.data), nil }})
			got := strings.TrimSuffix(outputs["diagnostics"](doc, diags), "\n")
			if got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
			if (doc == nil) != Errors(diags) {
				t.Errorf("document %v beside %v", doc, diags)
			}
		})
	}
}

// TestFiles has what goes wrong with real files: none may be read outside the
// document's directory, symbolic links or not.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	spec := func(ref string) string {
		return "openapi: 3.0.3\npaths: {}\ncomponents:\n  schemas:\n    A:\n      $ref: " + strconv.Quote(ref) + "\n"
	}
	write("secret/pets.yaml", "Pet: {type: string}\n")
	write("api/pets.yaml", "Pet: {type: string}\n")
	if err := os.Symlink("../secret/pets.yaml", filepath.Join(dir, "api/link.yaml")); err != nil {
		t.Skip(err)
	}
	if err := os.Symlink("pets.yaml", filepath.Join(dir, "api/inner.yaml")); err != nil {
		t.Skip(err)
	}
	tests := []struct{ ref, refs, want string }{
		{"pets.yaml#/Pet", "", ""},
		{"./sub/../pets.yaml#/Pet", "", ""},
		{"inner.yaml#/Pet", "", ""},
		{filepath.Join(dir, "api/pets.yaml") + "#/Pet", "", ""},
		{"link.yaml#/Pet", "", `$ref "link.yaml#/Pet" leads out of its directory through a link`},
		{"../secret/pets.yaml#/Pet", "", `$ref "../secret/pets.yaml#/Pet" points outside the document's directory: it is read as any value`},
		{"%2e%2e/secret/pets.yaml#/Pet", "", `$ref "%2e%2e/secret/pets.yaml#/Pet" points outside the document's directory: it is read as any value`},
		{"../secret/pets.yaml#/Pet", "secret", ""},
		{"sub", "", `$ref "sub" points at nothing: no such file`},
		{".", "", `$ref "." points at a file that cannot be read: it is a directory`},
		{"file:///etc/passwd", "", `$ref "file:///etc/passwd" is not fetched: it is read as any value`},
		{"//169.254.169.254/x", "", `$ref "//169.254.169.254/x" is not fetched: it is read as any value`},
	}
	for _, tt := range tests {
		t.Run(tt.ref+" "+tt.refs, func(t *testing.T) {
			write("api/openapi.yaml", spec(tt.ref))
			opts := Options{}
			if tt.refs != "" {
				opts.Refs = []string{filepath.Join(dir, tt.refs)}
			}
			path := filepath.Join(dir, "api/openapi.yaml")
			doc, diags := File(path, opts)
			if doc == nil {
				t.Fatal(diags)
			}
			got := ""
			for _, d := range diags {
				got += d.Message
				if want := path + ":6:13"; d.Pos.String() != filepath.ToSlash(want) || d.Fix == "" {
					t.Errorf("position %v, want %s; fix %q", d.Pos, want, d.Fix)
				}
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if target := doc.Root.Get("components", "schemas", "A").Target(); (target == nil) != (tt.want != "") {
				t.Errorf("target %v", target)
			}
		})
	}
}

func TestUnreadable(t *testing.T) {
	for name, want := range map[string]string{
		"nowhere.yaml": "nowhere.yaml: error: no such file\n\tcheck the path",
		".":            ".: error: cannot be read: it is a directory\n\tname a file that can be read",
	} {
		doc, diags := File(name, Options{})
		if doc != nil || len(diags) != 1 || diags[0].String() != want {
			t.Errorf("%s: got %v, want %s", name, diags, want)
		}
	}
	broken := Options{ReadFile: func(string) ([]byte, error) { return nil, errors.New("disk on fire") }}
	if _, diags := File("x.yaml", broken); len(diags) != 1 || diags[0].Message != "cannot be read: disk on fire" {
		t.Errorf("got %v", diags)
	}
}

// TestResolve looks up references that OpenAPI spells in other places.
func TestResolve(t *testing.T) {
	spec := `{"openapi":"3.0.3","paths":{"/a":{"get":{"operationId":"a"}}}}`
	doc, diags := File("spec.json", Options{ReadFile: func(string) ([]byte, error) { return []byte(spec), nil }})
	if doc == nil {
		t.Fatal(diags)
	}
	if got := doc.Resolve(doc.Root, "#/paths/~1a/get").Get("operationId").Str(); got != "a" {
		t.Errorf("got %q", got)
	}
	if got := doc.Resolve(doc.Root, "other.yaml#/x"); got != nil {
		t.Errorf("got %v", got)
	}
}

// TestNode covers what the generator asks of a nil or plain node.
func TestNode(t *testing.T) {
	var none *Node
	if none.Get("a", "b") != nil || none.Str() != "" || none.True() || none.Target() != nil || none.IsRef() || none.Pointer() != "" ||
		none.Ref() != nil || none.Malformed() || none.Interface() != nil || string(none.JSON()) != "null" || none.Position() != none.KeyPosition() {
		t.Error("a nil node is not harmless")
	}
	for literal, want := range map[string]string{
		"1": "1", "-0.5e+3": "-0.5e+3", "+1": "1", ".5": "0.5", "-.5": "-0.5", "1.": "1", "1.e3": "1e3", "007": "7", "00": "0",
		"0x1F": "31", "0o17": "15", "0xFFFFFFFFFFFFFFFFFF": "0",
	} {
		if got := jsonNumber(literal); got != want || !json.Valid([]byte(got)) {
			t.Errorf("%s: got %s, want %s", literal, got, want)
		}
	}
}
