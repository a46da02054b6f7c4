package corpus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"

	"github.com/docwright/docwright/internal/corpus/driver"
	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// subject is a document whose client is called.
type subject struct {
	name   string
	pkg    string
	opts   []openapi3.SchemaValidationOption // of the document's version
	api    *model.API
	spec   *openapi3.T
	doc    *load.Document
	trials []*trial
}

// trial is one call of an operation, and what there is to say about it.
type trial struct {
	*subject
	call  driver.Call
	out   *model.Operation
	route *routers.Route

	reqMedia, respMedia *openapi3.MediaType
	body                json.RawMessage // the whole of it, which the argument may be a part of
	exampled            bool            // the document has an example of the body, or of the answer
	badBody, badAnswer  error           // the example contradicts its schema
	outcome             *driver.Outcome
}

// verdict counts what became of requests or of responses.
type verdict struct {
	checked, passed, contradictions, ours int
	examples                              int // of those checked, made of the document's own example
	unread                                int // of those passed, bodies that openapi3filter cannot read
	refused                               int // of those passed, refused by the client, as no value could be made for the body
}

// TestSemantics calls the clients of the documents in CORPUS: what they send for
// a documented example must satisfy openapi3filter, and what they make of a
// documented answer must encode to the same JSON with no declared member
// unknown. Compiling is what takes time, so of a large document only some
// operations are tried; CORPUS_SEMANTICS=all tries every one, =off none.
func TestSemantics(t *testing.T) {
	files := documents(t)
	mode := os.Getenv("CORPUS_SEMANTICS")
	if mode == "off" {
		t.Skip("CORPUS_SEMANTICS=off")
	}
	dir := os.Getenv("CORPUS_KEEP")
	if dir == "" {
		dir = t.TempDir()
	} else {
		dir = filepath.Join(dir, "semantics")
	}
	writeModule(t, dir)
	writeDriver(t, dir)
	s := &semantics{t: t, dir: dir, all: mode == "all", lines: linesPerDocument}
	s.judged = s.judge
	var batch []*subject
	size := 0
	for i, file := range files {
		sub, lines := s.prepare(file, packageName(i))
		if sub == nil {
			continue
		}
		batch, size = append(batch, sub), size+lines
		if size > 20000 || len(batch) == 40 {
			s.run(batch)
			batch, size = nil, 0
		}
	}
	s.run(batch)
	s.print()
}

// semantics is a run over the corpus.
type semantics struct {
	t       *testing.T
	dir     string
	all     bool
	lines   int          // of each document that are compiled
	load    load.Options // of documents
	fake    bool         // models say what fakes know
	judged  func(*trial) // what is done with outcomes
	batches int
	nextID  int

	documents, refused, operations, untried int
	requests, responses                     verdict
	classes                                 map[string]int
	known                                   map[string]int // failures that knownFailures lists
	shown                                   map[string]int
}

// linesPerDocument is how much of a document is compiled unless all is.
const linesPerDocument = 1500

// writeDriver puts a copy of package driver in the module.
func writeDriver(t *testing.T, dir string) {
	t.Helper()
	files := map[string][]byte{}
	for _, name := range []string{"driver.go", "result.go"} {
		data, err := os.ReadFile(filepath.Join("driver", name))
		if err != nil {
			t.Fatal(err)
		}
		files["driver/"+name] = bytes.ReplaceAll(data, []byte("github.com/docwright/docwright/templates/runtime/"), []byte(module+"/"))
	}
	if err := write(dir, files); err != nil {
		t.Fatal(err)
	}
}

// prepare generates the client of a document, as package pkg, and plans its calls.
func (s *semantics) prepare(file, pkg string) (*subject, int) {
	doc, _ := load.File(file, s.load)
	if doc == nil {
		return nil, 0
	}
	sub := &subject{name: filepath.Base(file), pkg: pkg, doc: doc}
	opts := model.Options{Package: sub.pkg, Source: sub.name, Fake: s.fake}
	var out map[string][]byte
	lines := 0
	for share := 1; ; share *= 3 {
		sub.api, _ = model.Build(doc, opts)
		var err error
		if out, err = emit.Files(sub.api, emit.Options{Runtime: module}); err != nil {
			s.t.Errorf("%s: %v", sub.name, err)
			return nil, 0
		}
		lines = 0
		for _, data := range out {
			lines += bytes.Count(data, []byte("\n"))
		}
		if s.all || lines <= s.lines || share > 81 {
			break
		}
		opts.Include.Paths = somePaths(doc, share*3)
	}
	s.documents++
	if sub.spec = kinDocument(doc); sub.spec == nil {
		s.refused++
		s.t.Logf("%s: kin-openapi does not load it", sub.name)
		return nil, 0
	}
	if sub.spec.IsOpenAPI31OrLater() {
		sub.opts = append(sub.opts, openapi3.EnableJSONSchema2020())
	}
	s.plan(sub, doc)
	if len(sub.trials) == 0 {
		return nil, 0
	}
	dir := filepath.Join(s.dir, sub.pkg)
	if err := errors.Join(os.RemoveAll(dir), write(dir, out)); err != nil {
		s.t.Fatal(err)
	}
	return sub, lines
}

// run compiles the clients of a batch with the driver, makes the calls and
// judges what came of them.
func (s *semantics) run(batch []*subject) {
	if len(batch) == 0 {
		return
	}
	s.batches++
	byID := map[int]*trial{}
	var pkgs []string
	var calls []driver.Call
	for _, sub := range batch {
		pkgs = append(pkgs, sub.pkg)
		for _, tr := range sub.trials {
			byID[tr.call.ID] = tr
			calls = append(calls, tr.call)
		}
	}
	drive(s.t, s.dir, fmt.Sprintf("batch%02d", s.batches), pkgs, calls, func(o *driver.Outcome) {
		tr := byID[o.ID]
		tr.outcome = o
		s.judged(tr)
	})
}

// drive compiles the clients pkgs of the module in dir with the driver, as the
// program name, makes the calls and hands each outcome to judge.
func drive(t *testing.T, dir, name string, pkgs []string, calls []driver.Call, judge func(*driver.Outcome)) {
	t.Helper()
	var imports, clients strings.Builder
	for _, pkg := range pkgs {
		fmt.Fprintf(&imports, "\t%q\n", module+"/"+pkg)
		fmt.Fprintf(&clients, "\t\t%q: func(opts ...api.Option) (any, error) { return %s.New(opts...) },\n", pkg, pkg)
	}
	var in bytes.Buffer
	enc := json.NewEncoder(&in)
	for _, call := range calls {
		if err := enc.Encode(call); err != nil {
			t.Fatal(err)
		}
	}
	source := "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\n\t\"" + module + "/api\"\n\t\"" + module + "/driver\"\n" + imports.String() +
		")\n\nfunc main() {\n\tif err := driver.Run(os.Stdin, os.Stdout, driver.Clients{\n" + clients.String() + "\t}); err != nil {\n\t\tfmt.Fprintln(os.Stderr, err)\n\t\tos.Exit(1)\n\t}\n}\n"
	if err := write(dir, map[string][]byte{name + "/main.go": []byte(source)}); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(dir, name, "main")
	build := exec.Command("go", "build", "-trimpath", "-p", "2", "-gcflags=-N -l", "-ldflags=-s -w", "-o", binary, "./"+name)
	build.Dir, build.Env = dir, append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	drive := exec.Command(binary)
	drive.Stdin, drive.Stderr = &in, os.Stderr
	out, err := drive.Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if os.Getenv("CORPUS_KEEP") == "" {
		os.Remove(binary)
	}
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		o := &driver.Outcome{}
		if err := dec.Decode(o); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		judge(o)
	}
}

// knownFailures are failures of ours that are not fixed, by document and class, with
// how many there may be.
var knownFailures = map[string]int{}

// fail shows the first failures of each kind.
func (s *semantics) fail(tr *trial, class, problem string) {
	key := tr.name + ": " + class
	if s.known == nil {
		s.known = map[string]int{}
	}
	if s.known[key] < knownFailures[key] {
		s.known[key]++
	}
	if s.classes == nil {
		s.classes, s.shown = map[string]int{}, map[string]int{}
	}
	s.classes[class]++
	if s.shown[class]++; s.shown[class] > 40 && os.Getenv("CORPUS_VERBOSE") == "" {
		return
	}
	s.t.Logf("%s: %s: %s.%s (%s %s): %s", class, tr.name, tr.call.Service, tr.call.Method, tr.out.Method, tr.out.Path, strings.ReplaceAll(problem, "\n", " "))
}

func (s *semantics) print() {
	s.t.Logf("%d documents (%d that kin-openapi does not load), %d operations, %d of them without a value for something required", s.documents, s.refused, s.operations, s.untried)
	for _, v := range []struct {
		name string
		verdict
	}{{"requests", s.requests}, {"responses", s.responses}} {
		s.t.Logf("%s: %d checked, %d of them with the document's own example: %d passed (%d with a body that openapi3filter cannot read, %d refused for want of a body), %d contradict their own schema, %d ours",
			v.name, v.checked, v.examples, v.passed, v.unread, v.refused, v.contradictions, v.ours)
	}
	for _, c := range slices.Sorted(maps.Keys(s.classes)) {
		s.t.Logf("%7d %s", s.classes[c], c)
	}
	known := 0
	for key, n := range s.known {
		s.t.Logf("known and not fixed: %s: %d", key, n)
		known += n
	}
	if n := s.requests.ours + s.responses.ours - known; n > 0 {
		s.t.Errorf("%d failures are ours", n)
	}
}
