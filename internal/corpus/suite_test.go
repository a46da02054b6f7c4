package corpus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/corpus/driver"
	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// suites are the drafts of the official JSON Schema test suite that OpenAPI uses:
// 3.1 and later use 2020-12, and 3.0's schemas come from draft 4.
var suites = []struct {
	draft, openapi, module, tests, remotes string
}{
	{"2020-12", "3.1.0", "github.com/google/jsonschema-go", "jsonschema/testdata/draft2020-12", "jsonschema/testdata/remotes"},
	{"4", "3.0.3", "github.com/xeipuuv/gojsonschema", "testdata/draft4", "testdata/remotes"},
}

// suiteGroup is a schema of the suite with its instances.
type suiteGroup struct {
	Description string          `json:"description"`
	Schema      json.RawMessage `json:"schema"`
	Tests       []struct {
		Description string          `json:"description"`
		Data        json.RawMessage `json:"data"`
		Valid       bool            `json:"valid"`
	} `json:"tests"`
	file string
}

// otherKind is the only reason why an instance may fail to come back. It is a
// documented limit: see gen help types.
const otherKind = "a schema without type, whose keywords are about another kind of values"

// TestJSONSchemaSuite makes each schema of the official JSON Schema test suite a
// documented response, serves each valid instance, and compares what the
// generated client decodes and encodes with it as JSON values. It prints how
// many come back.
func TestJSONSchemaSuite(t *testing.T) {
	if os.Getenv("JSONSCHEMA_SUITE") == "" {
		t.Skip("downloads the suite: make jsonschema-suite")
	}
	dirs := suiteModules(t)
	for _, suite := range suites {
		t.Run(suite.draft, func(t *testing.T) {
			at := dirs[suite.module]
			run := &suiteRun{t: t, dir: t.TempDir(), openapi: suite.openapi, remote: suiteRemote(filepath.Join(at, suite.remotes)), failed: map[string][]string{}}
			writeModule(t, run.dir)
			writeDriver(t, run.dir)
			for _, group := range readSuite(t, filepath.Join(at, suite.tests)) {
				run.add(group)
			}
			run.drive()
			run.print(suite.draft)
		})
	}
}

// suiteModules downloads the modules that hold the suite, which suites/go.sum
// pins, and returns their directories.
func suiteModules(t *testing.T) map[string]string {
	t.Helper()
	args := []string{"mod", "download", "-json"}
	for _, suite := range suites {
		args = append(args, suite.module)
	}
	cmd := exec.Command("go", args...)
	cmd.Dir = "suites"
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go mod download: %v\n%s", err, out)
	}
	dirs := map[string]string{}
	dec := json.NewDecoder(bytes.NewReader(out))
	for range suites {
		var m struct{ Path, Dir string }
		if err := dec.Decode(&m); err != nil {
			t.Fatal(err)
		}
		dirs[m.Path] = m.Dir
	}
	return dirs
}

// readSuite reads the groups of all files in dir. The directory optional, whose
// tests are about formats and dialects, is left out.
func readSuite(t *testing.T, dir string) []suiteGroup {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no tests in %s: %v", dir, err)
	}
	var all []suiteGroup
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var groups []suiteGroup
		if err := json.Unmarshal(data, &groups); err != nil {
			t.Fatal(err)
		}
		for _, g := range groups {
			g.file = strings.TrimSuffix(filepath.Base(name), ".json")
			all = append(all, g)
		}
	}
	return all
}

// suiteRemote serves the files that the suite expects at http://localhost:1234.
type suiteRemote string

func (suiteRemote) Allows(url string) bool {
	return strings.HasPrefix(url, "http://localhost:1234/")
}

func (dir suiteRemote) Get(url string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(dir), filepath.FromSlash(strings.TrimPrefix(url, "http://localhost:1234/"))))
}

// suiteRun is a run over one draft.
type suiteRun struct {
	t       *testing.T
	dir     string
	openapi string
	remote  load.Remote
	clients []*suiteClient
	calls   map[int]*suiteCall

	served, passed int
	failed         map[string][]string // by reason
}

// suiteClient is the client of one schema.
type suiteClient struct {
	group suiteGroup
	pkg   string
	op    driver.Call
}

// suiteCall is one instance that is served.
type suiteCall struct {
	*suiteClient
	name string
	data json.RawMessage
}

// add generates the client of a group.
func (r *suiteRun) add(group suiteGroup) {
	c := &suiteClient{group: group, pkg: packageName(len(r.clients))}
	r.clients = append(r.clients, c)
	if err := r.generate(c); err != nil {
		for _, test := range group.Tests {
			if test.Valid {
				r.served++
				r.fail("no client: "+err.Error(), c.group, test.Description)
			}
		}
		c.pkg = ""
	}
}

var ownPointer = regexp.MustCompile(`"\$ref":(\s*)"#(/|")`)

// document is the OpenAPI document of a group. A schema without $id has
// references to its own root, which must point to the component instead.
func (r *suiteRun) document(group suiteGroup) []byte {
	schema := group.Schema
	if !bytes.Contains(schema, []byte(`"$id"`)) && !bytes.Contains(schema, []byte(`"id":`)) {
		schema = ownPointer.ReplaceAll(schema, []byte(`"$$ref":${1}"#/components/schemas/Value$2`))
	}
	return fmt.Appendf(nil, `{"openapi": %q, "info": {"title": "Suite", "version": "1"}, "servers": [{"url": "https://suite.test"}],
"paths": {"/value": {"get": {"operationId": "values.get", "responses": {"200": {"description": "A value.", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Value"}}}}}}}},
"components": {"schemas": {"Value": %s}}}`, r.openapi, schema)
}

// onlyFile reads the one file that there is.
func onlyFile(name string, text []byte) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		if filepath.Base(path) != name {
			return nil, fs.ErrNotExist
		}
		return text, nil
	}
}

func (r *suiteRun) generate(c *suiteClient) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, stack())
		}
	}()
	text := r.document(c.group)
	doc, diags := load.File("openapi.json", load.Options{Remote: r.remote, ReadFile: onlyFile("openapi.json", text)})
	if doc == nil {
		return errors.New(diags[0].Message)
	}
	api, _ := model.Build(doc, model.Options{Package: c.pkg, Source: "openapi.json"})
	out, err := emit.Files(api, emit.Options{Runtime: module})
	if err != nil {
		return err
	}
	service := api.Services[0]
	c.op = driver.Call{Package: c.pkg, Service: service.Field(), Method: service.Operations[0].GoName, Status: http.StatusOK, ContentType: "application/json"}
	return write(filepath.Join(r.dir, c.pkg), out)
}

// drive calls all clients, for each valid instance once.
func (r *suiteRun) drive() {
	var pkgs []string
	var calls []driver.Call
	r.calls = map[int]*suiteCall{}
	for _, c := range r.clients {
		if c.pkg == "" {
			continue
		}
		pkgs = append(pkgs, c.pkg)
		for _, test := range c.group.Tests {
			if !test.Valid {
				continue
			}
			call := c.op
			call.ID, call.Answer = len(calls)+1, test.Data
			calls = append(calls, call)
			r.calls[call.ID] = &suiteCall{c, test.Description, test.Data}
		}
	}
	drive(r.t, r.dir, "suite", pkgs, calls, func(o *driver.Outcome) { r.judge(r.calls[o.ID], o) })
}

func (r *suiteRun) judge(c *suiteCall, o *driver.Outcome) {
	r.served++
	problem := o.Driver + o.Error
	if problem == "" {
		diffs, err := differences(c.data, o.Result)
		switch {
		case err != nil:
			problem = err.Error()
		case len(diffs) > 0:
			problem = diffs[0].text
		default:
			r.passed++
			return
		}
	}
	var schema, v any
	if json.Unmarshal(c.group.Schema, &schema) == nil && json.Unmarshal(c.data, &v) == nil && mixesKinds(schema, schema, v) {
		problem = otherKind
	}
	r.fail(problem, c.group, c.name)
}

// kindKeywords are the keywords that make a type of a schema without type. They
// say nothing about values of other kinds (JSON Schema core, 7.6.1).
var kindKeywords = map[string]string{
	"properties": "object", "patternProperties": "object", "additionalProperties": "object",
	"items": "array", "prefixItems": "array",
}

// mixesKinds reports whether an instance meets a schema without type whose
// keywords are about another kind of values, at its root or below it.
func mixesKinds(root, schema, v any) bool {
	s, ok := schema.(map[string]any)
	if !ok {
		return false
	}
	if ref, ok := s["$ref"].(string); ok && (ref == "#" || strings.HasPrefix(ref, "urn:")) {
		s = root.(map[string]any)
	}
	kind := ""
	switch v.(type) {
	case map[string]any:
		kind = "object"
	case []any:
		kind = "array"
	}
	for word, about := range kindKeywords {
		if s[word] != nil && s["type"] == nil && about != kind {
			return true
		}
	}
	object, _ := v.(map[string]any)
	properties, _ := s["properties"].(map[string]any)
	for name, e := range object {
		if mixesKinds(root, properties[name], e) {
			return true
		}
	}
	return false
}

func (r *suiteRun) fail(reason string, group suiteGroup, test string) {
	r.failed[reason] = append(r.failed[reason], group.file+": "+group.Description+": "+test)
}

func (r *suiteRun) print(draft string) {
	r.t.Logf("draft %s: %d of %d valid instances come back the same, of %d schemas", draft, r.passed, r.served, len(r.clients))
	for _, reason := range slices.Sorted(maps.Keys(r.failed)) {
		r.t.Logf("%5d %s\n\t%s", len(r.failed[reason]), reason, strings.Join(r.failed[reason], "\n\t"))
		if reason != otherKind {
			r.t.Errorf("%d instances do not come back, for a reason that is not documented: %s", len(r.failed[reason]), reason)
		}
	}
}
