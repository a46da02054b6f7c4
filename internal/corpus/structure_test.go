package corpus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"

	"github.com/docwright/docwright/internal/corpus/driver"
	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

type number = json.Number

// TestStructure generates clients of random documents. Each client must
// type-check. Those that are run, in batches, must decode and encode back every
// value that jsonschema finds valid, send requests that openapi3filter accepts,
// and have a warning wherever a schema says more than the Go type.
//
// FUZZ_STRUCTURE=N makes N documents, FUZZ_RUN=M runs M of them (default: all of
// 500), FUZZ_SEED=S starts at another seed, FUZZ_KEEP=dir keeps documents that fail.
func TestStructure(t *testing.T) {
	n := fromEnv("FUZZ_STRUCTURE", 0)
	if n == 0 {
		t.Skip("takes minutes: make fuzz-structure N=500")
	}
	s := newStructureRun(t)
	first, runs := fromEnv("FUZZ_SEED", 1), fromEnv("FUZZ_RUN", min(n, 500))
	for from := 0; from < n; from += structureBatch {
		var cases []*structureCase
		for i := from; i < min(n, from+structureBatch); i++ {
			cases = append(cases, randomCase(uint64(first+i), i < runs))
		}
		s.batch(cases)
	}
	s.print()
}

// TestStructureCases runs the documents of testdata/structure, on which random
// documents once failed.
func TestStructureCases(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles clients")
	}
	files, err := filepath.Glob("testdata/structure/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no documents", err)
	}
	s := newStructureRun(t)
	var cases []*structureCase
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c := &structureCase{name: strings.TrimSuffix(filepath.Base(name), ".json"), run: true}
		if err := json.Unmarshal(data, c); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		cases = append(cases, c)
	}
	s.batch(cases)
	s.print()
}

func fromEnv(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// structureBatch is how many clients are compiled into one program.
const structureBatch = 100

// structureCase is a document with the values that its operations exchange.
type structureCase struct {
	name      string
	run       bool
	Document  object
	Exchanges []structureExchange

	problem string                        // why there are no values
	bodies  map[string]*jsonschema.Schema // by method and path, what judges request bodies
}

// structureExchange is a call: its path as the document spells it.
type structureExchange struct {
	Method, Path string
	Parameters   map[string]any `json:",omitempty"` // by "in name"
	Body         *any           `json:",omitempty"`
	Answer       any
	Unset        bool `json:",omitempty"` // Body lacks a member
}

// randomCase is the case of a seed.
func randomCase(seed uint64, run bool) *structureCase {
	d := newRandomDocument(seed)
	c := &structureCase{name: fmt.Sprint("seed ", seed), run: run, Document: d.document(), bodies: map[string]*jsonschema.Schema{}}
	for name, schema := range d.components {
		c.run = c.run && !d.loops(schema, map[string]bool{name: true})
	}
	if !c.run {
		return c
	}
	judge := newJudge(d)
	for _, path := range slices.Sorted(maps.Keys(d.paths)) {
		for method, op := range d.paths[path].(object) {
			c.exchanges(d, judge, path, method, op.(object))
		}
	}
	c.problem = judge.problem
	return c
}

// exchanges makes calls of an operation, with values that the judge finds valid.
func (c *structureCase) exchanges(d *randomDocument, judge *valueJudge, path, method string, op object) {
	_, response := successful(op["responses"])
	answers, _ := judge.values(d, response, false)
	var bodies []any
	if op["requestBody"] != nil {
		var valid *jsonschema.Schema
		bodies, valid = judge.values(d, op["requestBody"], true)
		c.bodies[method+" "+path] = valid
	}
	r := rand.New(rand.NewPCG(uint64(len(path)), uint64(len(c.Exchanges)))) // of its own, so that seeds keep their values
	for i := range max(len(answers), len(bodies)) {
		e := structureExchange{Method: method, Path: path, Parameters: object{}}
		if len(answers) > 0 {
			e.Answer = answers[i%len(answers)]
		}
		if len(bodies) > 0 {
			e.Body = &bodies[i%len(bodies)]
		}
		parameters, _ := op["parameters"].([]any)
		for _, p := range parameters {
			p := p.(object)
			if p["required"] == true || d.chance(2) {
				v := (&valueMaker{randomDocument: d, request: true}).value(p["schema"])
				if n, ok := v.(number); ok && p["in"] == "path" { // an id may be text in Go, and openapi3filter refuses 4.0 there
					whole, _ := n.Float64()
					v = int64(whole)
				}
				e.Parameters[p["in"].(string)+" "+p["name"].(string)] = v
			}
		}
		if len(answers) == 0 {
			continue
		}
		c.Exchanges = append(c.Exchanges, e)
		if e.Body == nil {
			continue
		}
		if without, ok := withoutMember(r, *e.Body); ok {
			e.Body, e.Unset = &without, true
			c.Exchanges = append(c.Exchanges, e)
		}
	}
}

// withoutMember is a copy of v in which one object, at any depth, lacks a member;
// false if there is no member.
func withoutMember(r *rand.Rand, v any) (any, bool) {
	switch v := v.(type) {
	case object:
		names := slices.Sorted(maps.Keys(v))
		if len(names) == 0 {
			return v, false
		}
		name := names[r.IntN(len(names))]
		out := maps.Clone(v)
		if inner, ok := withoutMember(r, v[name]); ok && r.IntN(2) == 0 {
			out[name] = inner
		} else {
			delete(out, name)
		}
		return out, true
	case []any:
		if len(v) == 0 {
			return v, false
		}
		k := r.IntN(len(v))
		inner, ok := withoutMember(r, v[k])
		out := slices.Clone(v)
		out[k] = inner
		return out, ok
	}
	return v, false
}

// successful is the response of success.
func successful(v any) (string, any) {
	for name, e := range v.(object) {
		if strings.HasPrefix(name, "2") {
			return name, e
		}
	}
	return "", nil
}

func only(v any) (string, any) {
	for name, e := range v.(object) {
		return name, e
	}
	return "", nil
}

// valueJudge finds out with jsonschema whether values are valid.
type valueJudge struct {
	compiler *jsonschema.Compiler
	problem  string
	tried    int
}

const judged = "https://corpus.test/document.json"

// newJudge reads the document as one of 3.1, whose schemas are JSON Schemas.
func newJudge(d *randomDocument) *valueJudge {
	j := &valueJudge{compiler: jsonschema.NewCompiler()}
	j.compiler.DefaultDraft(jsonschema.Draft2020)
	j.compiler.AssertFormat()
	j.compiler.RegisterFormat(&jsonschema.Format{Name: "byte", Validate: isFormatByte})
	if err := j.compiler.AddResource(judged, plainJSON(object{"components": object{"schemas": d.strictComponents()}})); err != nil {
		j.problem = err.Error()
	}
	return j
}

// isFormatByte validates OpenAPI's format byte, which jsonschema does not know.
func isFormatByte(v any) error {
	if text, ok := v.(string); ok {
		return isBase64(text)
	}
	return nil
}

// plainJSON is v as jsonschema reads it.
func plainJSON(v any) any {
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON(v)))
	if err != nil {
		panic(err)
	}
	return out
}

// values are some valid values of the content of a response or a request body.
func (j *valueJudge) values(d *randomDocument, holder any, request bool) ([]any, *jsonschema.Schema) {
	_, media := only(holder.(object)["content"])
	s := media.(object)["schema"]
	j.tried++
	at := fmt.Sprintf("https://corpus.test/%d.json", j.tried)
	text := strings.ReplaceAll(string(asJSON(withTypes(s))), `"#/components`, `"`+judged+`#/components`)
	whole, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err == nil {
		err = j.compiler.AddResource(at, whole)
	}
	var valid *jsonschema.Schema
	if err == nil {
		valid, err = j.compiler.Compile(at)
	}
	if err != nil {
		j.problem = err.Error()
		return nil, nil
	}
	var out []any
	for range 12 {
		v := (&valueMaker{randomDocument: d, request: request}).value(s)
		if len(out) < 4 && valid.Validate(plainJSON(v)) == nil {
			out = append(out, v)
		}
	}
	return out, valid
}

// structureRun is a run over many documents.
type structureRun struct {
	*semantics
	known map[string]*types.Package

	cases, ran, calls, values int
	unset, unsetRefused       int // bodies that lack a member, and those of them that the client refused
	refused                   int // calls that no body could be made for, and that the client refused
	undecided                 int // objects that no variant without a discriminator is chosen for, and that stay JSON
	failures                  map[string][]string
	mu                        sync.Mutex
}

func newStructureRun(t *testing.T) *structureRun {
	s := &structureRun{semantics: &semantics{t: t, dir: t.TempDir(), all: true}, failures: map[string][]string{}}
	writeModule(t, s.dir)
	writeDriver(t, s.dir)
	s.known = runtimePackages(t, s.dir)
	return s
}

// structureTrial is one call that is made.
type structureTrial struct {
	*trial
	c       *structureCase
	warned  []load.Diagnostic
	schemas *documentSchemas
	at      string             // pointer of the response's schema
	valid   *jsonschema.Schema // of the body; nil unless the body lacks a member
}

// batch generates the clients of cases, type-checks them and runs them.
func (s *structureRun) batch(cases []*structureCase) {
	var wg sync.WaitGroup
	trials := make([][]*structureTrial, len(cases))
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				trials[i] = s.generate(cases[i], packageName(i))
			}
		})
	}
	for i := range cases {
		next <- i
	}
	close(next)
	wg.Wait()
	s.cases += len(cases)
	var pkgs []string
	var calls []driver.Call
	byID := map[int]*structureTrial{}
	for i, list := range trials {
		if len(list) == 0 {
			continue
		}
		pkgs = append(pkgs, packageName(i))
		for _, tr := range list {
			tr.call.ID = len(calls) + 1
			byID[tr.call.ID] = tr
			calls = append(calls, tr.call)
		}
	}
	s.ran += len(pkgs)
	if len(pkgs) > 0 {
		s.batches++
		drive(s.t, s.dir, fmt.Sprintf("batch%03d", s.batches), pkgs, calls, func(o *driver.Outcome) { s.judgeTrial(byID[o.ID], o) })
	}
	for i := range cases {
		if err := os.RemoveAll(filepath.Join(s.dir, packageName(i))); err != nil {
			s.t.Fatal(err)
		}
	}
}

// generate makes and type-checks the client of a case; of one that is run, it
// writes it and plans its calls.
func (s *structureRun) generate(c *structureCase, pkg string) (trials []*structureTrial) {
	defer func() {
		if p := recover(); p != nil {
			s.failed(c, "panic", fmt.Sprintf("%v\n%s", p, stack()))
			trials = nil
		}
	}()
	text := asJSON(c.Document)
	doc, diags := load.File("openapi.json", load.Options{ReadFile: onlyFile("openapi.json", text)})
	if doc == nil {
		s.failed(c, "refused", diags[0].String())
		return nil
	}
	api, more := model.Build(doc, model.Options{Package: pkg, Source: "openapi.json"})
	out, err := emit.Files(api, emit.Options{Runtime: module})
	if err != nil {
		s.failed(c, "refused", err.Error())
		return nil
	}
	if problems := typecheckFiles(out, s.known); len(problems) > 0 {
		s.failed(c, "types", problems[0])
		return nil
	}
	if !c.run {
		return nil
	}
	if c.problem != "" {
		s.failed(c, "judge", c.problem)
		return nil
	}
	sub := &subject{name: c.name, pkg: pkg, api: api, spec: kinDocument(doc)}
	if sub.spec == nil {
		s.failed(c, "kin-openapi", "does not load it")
		return nil
	}
	if sub.spec.IsOpenAPI31OrLater() {
		sub.opts = append(sub.opts, openapi3.EnableJSONSchema2020())
	}
	for _, e := range c.Exchanges {
		if tr := planExchange(sub, e); tr != nil {
			schemas := &documentSchemas{c.Document}
			one := &structureTrial{trial: tr, c: c, warned: slices.Concat(diags, more), schemas: schemas, at: schemas.responseSchema(e)}
			if e.Unset {
				one.valid, one.call.Show = c.bodies[e.Method+" "+e.Path], true
			}
			trials = append(trials, one)
		}
	}
	if err := write(filepath.Join(s.dir, pkg), out); err != nil {
		s.t.Fatal(err)
	}
	return trials
}

// typecheckFiles type-checks a package that is in memory.
func typecheckFiles(files map[string][]byte, known map[string]*types.Package) (problems []string) {
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		f, err := parser.ParseFile(fset, name, files[name], parser.SkipObjectResolution)
		if err != nil {
			return []string{err.Error()}
		}
		parsed = append(parsed, f)
	}
	config := types.Config{GoVersion: "go1.24", Error: func(err error) { problems = append(problems, err.Error()) },
		Importer: importerFunc(func(path string) (*types.Package, error) {
			if p := known[path]; p != nil {
				return p, nil
			}
			return nil, errors.New(path + " is not among what generated code may import")
		})}
	_, _ = config.Check("client", fset, parsed, nil) // errors went to Error
	return problems
}

// planExchange is the call of an exchange.
func planExchange(sub *subject, e structureExchange) *trial {
	item := sub.spec.Paths.Value(e.Path)
	for _, service := range sub.api.Services {
		for _, out := range service.Operations {
			if !strings.EqualFold(out.Method, e.Method) || pathShape(out.Path) != pathShape(e.Path) || item == nil {
				continue
			}
			tr := &trial{subject: sub, out: out, route: &routers.Route{Spec: sub.spec, Path: e.Path, PathItem: item, Method: out.Method, Operation: item.GetOperation(out.Method)}}
			tr.call = driver.Call{Package: sub.pkg, Service: service.Field(), Method: out.GoName}
			tr.parameters()
			for _, a := range out.Args {
				tr.call.Args = append(tr.call.Args, asJSON(e.Parameters["path "+a.Name]))
			}
			if out.Options != nil {
				tr.call.Parameters = map[string]json.RawMessage{}
				for key, v := range e.Parameters {
					if !strings.HasPrefix(key, "path ") {
						tr.call.Parameters[key] = asJSON(v)
					}
				}
			}
			tr.setExchange(e)
			return tr
		}
	}
	return nil
}

// setExchange gives a trial the body and the answer of an exchange.
func (tr *trial) setExchange(e structureExchange) {
	if body := tr.out.Body; body != nil {
		tr.call.BodyKind, tr.call.BodyInside = "json", body.Use == model.BodyInParams
		if e.Body != nil {
			tr.call.Body = asJSON(*e.Body)
			tr.body = tr.call.Body
		}
		if ref := tr.route.Operation.RequestBody; ref != nil && ref.Value != nil {
			tr.reqMedia = mediaOf(ref.Value.Content, body.ContentType)
		}
	}
	code, response := success(tr.route.Operation.Responses)
	tr.call.Status, tr.call.ContentType, tr.call.Answer = code, "", asJSON(e.Answer)
	tr.call.ContentType, _, _ = strings.Cut(tr.out.Accept, ", ")
	tr.respMedia = mediaOf(response.Content, tr.call.ContentType)
}

// judgeTrial says what is wrong with what a call sent and what it made of the
// answer.
func (s *structureRun) judgeTrial(tr *structureTrial, o *driver.Outcome) {
	tr.outcome = o
	if tr.valid != nil {
		s.judgeUnset(tr, o)
		return
	}
	s.calls++
	switch {
	case o.Driver != "":
		s.failed(tr.c, "arguments", o.Driver)
		return
	case tr.refused():
		s.refused++
		return
	case o.Request == nil:
		s.failed(tr.c, "not sent", o.Error)
		return
	}
	if problem, class := tr.checkRequest(); problem != "" && !tr.excused(class, problem) {
		s.failed(tr.c, class, fmt.Sprintf("%s: %s (body %s)", o.Request.URL, problem, tr.call.Body))
	}
	s.values++
	if o.Error != "" {
		s.failed(tr.c, "decode", fmt.Sprintf("%s: %s", tr.call.Answer, o.Error))
		return
	}
	diffs, err := differences(tr.call.Answer, o.Result)
	switch {
	case err != nil:
		s.failed(tr.c, "encode", err.Error())
	case len(diffs) > 0:
		s.failed(tr.c, "encode", fmt.Sprintf("%s came back as %s: %s", tr.call.Answer, o.Result, diffs[0].text))
	}
	for _, at := range o.Raw {
		if tr.schemas.undecided(tr.at, at, tr.call.Answer) {
			s.undecided++
			continue
		}
		s.failed(tr.c, "variant", fmt.Sprintf("%s: no variant has %s", tr.call.Answer, at))
	}
	for i, at := range slices.Concat(o.Untyped, o.Unknown) {
		var v any
		_ = json.Unmarshal(tr.call.Answer, &v) // it was made of a value
		if i >= len(o.Untyped) && tr.schemas.otherVariant(tr.at, at, v) {
			continue // the variant that was decoded does not have it
		}
		if tr.schemas.anyInVariant(tr.at, at, v) {
			continue // the variant that was decoded takes any value there
		}
		if pointer := tr.schemas.silent(tr.at, at, v, tr.warned); pointer != "" {
			s.failed(tr.c, "silent", fmt.Sprintf("%s: %s is any value, and no warning is about %s", tr.call.Answer, at, pointer))
		}
	}
}

// judgeUnset says whether a body that lacks a member was treated right: it is refused
// if what would be sent is not valid, and never if it is. A PATCH requires nothing.
func (s *structureRun) judgeUnset(tr *structureTrial, o *driver.Outcome) {
	if o.Driver != "" || o.Argument == nil {
		return // no value of the argument's type lacks that
	}
	s.unset++
	invalid := tr.valid.Validate(plainJSON(json.RawMessage(o.Argument)))
	place, _, found := strings.Cut(o.Error, " is required and is not set")
	refused := o.Request == nil && found
	switch {
	case refused && invalid == nil && !tr.mayRefuse(place, o.Argument):
		s.failed(tr.c, "valid and refused", fmt.Sprintf("%s: %s", o.Argument, o.Error))
	case refused:
		s.unsetRefused++
	case invalid != nil && tr.out.Method != http.MethodPatch:
		if reason := lacks(invalid); reason != "" && !tr.passesRaw(reason, o.Argument) && !tr.schemas.ofSubtype(tr.bodySchema(), reason, o.Argument) {
			s.failed(tr.c, "not set and sent", fmt.Sprintf("%s: %s", o.Argument, reason))
		}
	}
}

// mayRefuse reports whether a body may be refused though it is valid: because of the
// year 1, which nobody means, or because the value was decoded to one variant of
// a union and is valid as another.
func (tr *structureTrial) mayRefuse(message string, body []byte) bool {
	_, place, _ := strings.Cut(message, "request body: ")
	place, _, _ = strings.Cut(place, " ")
	for i := range len(place) {
		if place[i] == '/' && tr.schemas.undecided(tr.bodySchema(), place[:i], body) {
			return true
		}
	}
	return bytes.Contains(body, []byte(`"0001-01-01`))
}

// bodySchema is the pointer of the schema of the request body.
func (tr *structureTrial) bodySchema() string {
	operation, _, _ := strings.Cut(tr.at, "/responses/")
	return operation + "/requestBody/content/" + escaped(tr.out.Body.ContentType) + "/schema"
}

// passesRaw reports whether the place that reason is about is in a value of which a
// warning says that its items or members are raw: nothing is checked in those.
func (tr *structureTrial) passesRaw(reason string, body []byte) bool {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return false
	}
	_, at, _ := strings.Cut(reason, "at '")
	at, _, _ = strings.Cut(at, "'")
	levels, _, _ := tr.schemas.follow(tr.bodySchema(), at, v)
	return slices.ContainsFunc(slices.Concat(levels[:len(levels)-1]...), func(pointer string) bool {
		return slices.ContainsFunc(tr.warned, func(w load.Diagnostic) bool {
			return strings.Contains(w.Message, "raw values") && strings.HasSuffix(w.Fix, "#"+pointer)
		})
	})
}

// follow returns the schemas of v, a value of the schema root, those of the member or
// item of it that leads to the place at, and so on; the value at that place; and
// whatever was looked at on the way.
func (d *documentSchemas) follow(root, at string, v any) (levels [][]string, there any, trail map[string]bool) {
	trail = map[string]bool{}
	current := d.parts([]string{root}, v, trail)
	levels = append(levels, current)
	for _, name := range unescape(at) {
		var next []string
		for _, pointer := range current {
			next = append(next, d.step(pointer, name, v)...)
		}
		v = child(v, name)
		current = d.parts(next, v, trail)
		levels = append(levels, current)
	}
	return levels, v, trail
}

// otherVariant reports whether a union without a discriminator is on the way to a
// place in v: then another variant than the one that was decoded may say something
// about it.
func (d *documentSchemas) otherVariant(root, at string, v any) bool {
	_, _, trail := d.follow(root, at, v)
	for pointer := range trail {
		s, _ := d.get(pointer).(object)
		variants, _ := s["oneOf"].([]any)
		more, _ := s["anyOf"].([]any)
		if len(variants)+len(more) > 1 && s["discriminator"] == nil {
			return true
		}
	}
	return false
}

// anyInVariant reports whether a variant of a union without a discriminator permits
// any value at a place in v, though other variants do not.
func (d *documentSchemas) anyInVariant(root, at string, v any) bool {
	levels, _, _ := d.follow(root, at, v)
	return d.otherVariant(root, at, v) && slices.ContainsFunc(levels[len(levels)-1], func(pointer string) bool {
		s, _ := d.get(pointer).(object)
		for word := range s {
			switch word {
			case "description", "title", "readOnly", "writeOnly":
			default:
				return false
			}
		}
		return true
	})
}

var missingProperty = regexp.MustCompile(`^at '(.*)': missing propert(?:y|ies) '(.*)'$`)

// ofSubtype reports whether a member is missing that no part of the schema at its
// place requires: only a subtype does, which a discriminator names, and which a type
// is not whose schema extends the base by allOf. Or only a subtype describes a value
// that the place is in.
func (d *documentSchemas) ofSubtype(root, reason string, body []byte) bool {
	m := missingProperty.FindStringSubmatch(reason)
	var v any
	if m == nil || json.Unmarshal(body, &v) != nil {
		return false
	}
	levels, _, _ := d.follow(root, m[1], v)
	last := levels[len(levels)-1]
	for i, level := range levels[1:] {
		if len(level) == 0 && d.extendsBase(levels[i]) {
			return true
		}
	}
	for _, pointer := range last {
		s, _ := d.get(pointer).(object)
		required, _ := s["required"].([]any)
		if slices.ContainsFunc(strings.Split(m[2], "', '"), func(name string) bool { return slices.Contains(required, any(name)) }) {
			return false
		}
	}
	return d.extendsBase(last)
}

// extendsBase reports whether one of the schemas at pointers is allOf a base.
func (d *documentSchemas) extendsBase(pointers []string) bool {
	return slices.ContainsFunc(pointers, func(pointer string) bool {
		s, _ := d.get(pointer).(object)
		list, _ := s["allOf"].([]any)
		return slices.ContainsFunc(list, d.isBase)
	})
}

// isBase reports whether a schema has a discriminator, or refers to one that has.
func (d *documentSchemas) isBase(v any) bool {
	for range 5 { // aliases
		s, _ := v.(object)
		ref, isRef := s["$ref"].(string)
		if !isRef {
			return s["discriminator"] != nil
		}
		v = d.get(strings.TrimPrefix(ref, "#"))
	}
	return false
}

// lacks is why a value is not valid; "" if only because it fits no variant of a
// union, as it may have been decoded to another one.
func lacks(err error) string {
	var e *jsonschema.ValidationError
	if !errors.As(err, &e) {
		return err.Error()
	}
	switch e.ErrorKind.(type) {
	case *kind.OneOf, *kind.AnyOf:
		return ""
	case *kind.Enum, *kind.Const, *kind.Type:
		if strings.HasSuffix(e.SchemaURL, "/additionalProperties") || strings.HasSuffix(e.SchemaURL, "/unevaluatedProperties") {
			return "" // of a part of an allOf, which restricts a property of another part
		}
	}
	if len(e.Causes) == 0 {
		return strings.ReplaceAll(e.Error(), "\n", " ")
	}
	for _, cause := range e.Causes {
		if reason := lacks(cause); reason != "" {
			return reason
		}
	}
	return ""
}

// excused reports whether what is wrong with a request is not ours: kin-openapi
// does not accept the value itself, which jsonschema finds valid, or a warning says
// that the whole body cannot be null, or a member is added that another variant
// requires, or left out that another part calls read-only.
func (tr *structureTrial) excused(class, problem string) bool {
	if string(tr.body) == "null" && slices.ContainsFunc(tr.warned, func(w load.Diagnostic) bool { return w.Code == "null-body" }) {
		return true
	}
	var v any
	if class == "filter" && string(tr.body) == "null" && string(tr.outcome.Request.Body) == "null" {
		return true // which openapi3filter takes for no body
	}
	if at, got, added := strings.Cut(problem, ": not wanted, got "); added && (got == "null" || got == "{}") && class == "body" && json.Unmarshal(tr.body, &v) == nil {
		return tr.schemas.otherVariant(tr.bodySchema(), at, v) // the value lacks what the variant requires that was decoded
	}
	if class != "filter" || tr.reqMedia == nil || json.Unmarshal(tr.body, &v) != nil {
		return false
	}
	_, other := tr.compareBody(tr.outcome.Request.Body)
	if other != "" {
		return false
	}
	var sent any
	if json.Unmarshal(tr.outcome.Request.Body, &sent) == nil && !reflect.DeepEqual(sent, v) && strings.Contains(problem, "missing propert") {
		return true // one part requires what another part calls read-only, which is not required in requests (OpenAPI 3.0.4, Schema Object, readOnly)
	}
	return contradiction(tr.reqMedia.Schema.Value, v, append(tr.opts, openapi3.VisitAsRequest())...) != nil
}

func (s *structureRun) failed(c *structureCase, class, problem string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures[class] = append(s.failures[class], c.name+": "+strings.ReplaceAll(problem, "\n", " "))
	if dir := os.Getenv("FUZZ_KEEP"); dir != "" {
		data, err := json.MarshalIndent(c, "", "  ")
		if err == nil {
			err = write(dir, map[string][]byte{strings.ReplaceAll(c.name, " ", "-") + ".json": data})
		}
		if err != nil {
			s.t.Error(err)
		}
	}
}

func (s *structureRun) print() {
	s.t.Logf("%d documents generated and type-checked, %d of them run: %d calls (%d refused, as no body could be made), %d values; %d objects kept as JSON, because nothing chooses a variant; %d bodies that lack a member, %d of them refused",
		s.cases, s.ran, s.calls, s.refused, s.values, s.undecided, s.unset, s.unsetRefused)
	for _, class := range slices.Sorted(maps.Keys(s.failures)) {
		list := s.failures[class]
		s.t.Errorf("%d failures: %s\n\t%s", len(list), class, strings.Join(list[:min(len(list), fromEnv("FUZZ_SHOW", 10))], "\n\t"))
	}
}

// documentSchemas finds the schemas of a document that concern a place in a value.
type documentSchemas struct{ document object }

func (d *documentSchemas) get(pointer string) any {
	var v any = d.document
	for _, name := range unescape(pointer) {
		switch holder := v.(type) {
		case object:
			v = holder[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(holder) {
				return nil
			}
			v = holder[i]
		default:
			return nil
		}
	}
	return v
}

// escaped is a JSON pointer's token.
func escaped(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// responseSchema is the pointer of the schema of an exchange's answer.
func (d *documentSchemas) responseSchema(e structureExchange) string {
	at := "/paths/" + escaped(e.Path) + "/" + e.Method + "/responses"
	code, response := successful(d.get(at))
	media, _ := only(response.(object)["content"])
	return at + "/" + code + "/content/" + escaped(media) + "/schema"
}

// silent is the pointer of a schema that says something about the place at in
// v, a value of the schema root, if no warning is about it or about what leads to it.
func (d *documentSchemas) silent(root, at string, v any, warned []load.Diagnostic) string {
	levels, _, trail := d.follow(root, at, v)
	for _, w := range warned {
		for pointer := range trail {
			if strings.HasSuffix(w.Fix, "#"+pointer) || strings.Contains(w.Fix, "#"+pointer+" ") {
				return ""
			}
		}
	}
	last := levels[len(levels)-1]
	if slices.ContainsFunc(last, func(pointer string) bool { s, _ := d.get(pointer).(object); return s["writeOnly"] == true }) {
		return "" // one part of an allOf says so, and a response has no field for it
	}
	for _, pointer := range last {
		if saysType(d.get(pointer)) {
			return pointer
		}
	}
	return ""
}

// undecided reports whether the value at a place of an answer is an object of a
// union without a discriminator: its members choose the variant, and where they
// fit none it stays JSON, with all that it holds.
func (d *documentSchemas) undecided(root, at string, answer []byte) bool {
	var v any
	if json.Unmarshal(answer, &v) != nil {
		return false
	}
	levels, there, _ := d.follow(root, at, v)
	if _, isObject := there.(object); !isObject {
		return false
	}
	return slices.ContainsFunc(levels[len(levels)-1], func(pointer string) bool {
		s, _ := d.get(pointer).(object)
		return s["discriminator"] == nil && (s["oneOf"] != nil || s["anyOf"] != nil)
	})
}

// saysType reports whether a schema says what its values are.
func saysType(v any) bool {
	s, _ := v.(object)
	properties, _ := s["properties"].(object)
	said := len(properties) > 0
	for _, word := range []string{"type", "enum", "const", "items", "prefixItems"} {
		said = said || s[word] != nil
	}
	return said && !isNullSchema(v)
}

// child is a member or an item of v.
func child(v any, name string) any {
	switch v := v.(type) {
	case object:
		return v[name]
	case []any:
		if i, err := strconv.Atoi(name); err == nil && i < len(v) {
			return v[i]
		}
	}
	return nil
}

// parts are the schemas at pointers, what they refer to and what they are composed
// of, as far as the discriminator of v chooses it.
func (d *documentSchemas) parts(pointers []string, v any, trail map[string]bool) []string {
	var all []string
	seen := map[string]bool{}
	var add func(pointer string, extended bool)
	add = func(pointer string, extended bool) {
		s, ok := d.get(pointer).(object)
		trail[pointer] = true
		if d.get(pointer) == true && !seen[pointer] { // any value
			all = append(all, pointer)
		}
		if !ok || seen[pointer] {
			return
		}
		seen[pointer] = true
		all = append(all, pointer)
		if ref, ok := s["$ref"].(string); ok {
			add(strings.TrimPrefix(ref, "#"), extended)
		}
		for _, word := range []string{"allOf", "oneOf", "anyOf"} {
			list, _ := s[word].([]any)
			for i, part := range list {
				if word == "allOf" || chosen(s["discriminator"], part, v) {
					add(fmt.Sprintf("%s/%s/%d", pointer, word, i), extended || word == "allOf")
				}
			}
		}
		if sub := subtype(s["discriminator"], v); sub != "" && s["oneOf"] == nil && s["anyOf"] == nil && !extended {
			add(sub, false)
		}
	}
	for _, p := range pointers {
		add(p, false)
	}
	return all
}

// subtype is the pointer of the schema that the discriminator of a base chooses for v;
// "" without one.
func subtype(discriminator, v any) string {
	by, ok := discriminator.(object)
	value, isObject := v.(object)
	if !ok || !isObject {
		return ""
	}
	kind, _ := value[by["propertyName"].(string)].(string)
	mapping, _ := by["mapping"].(object)
	if ref, ok := mapping[kind].(string); ok {
		return strings.TrimPrefix(ref, "#")
	}
	return "/components/schemas/" + escaped(kind)
}

// chosen reports whether a discriminator, if there is one, chooses an alternative
// for v.
func chosen(discriminator, part, v any) bool {
	by, ok := discriminator.(object)
	value, isObject := v.(object)
	if !ok || !isObject {
		return true
	}
	kind, _ := value[by["propertyName"].(string)].(string)
	mapping, _ := by["mapping"].(object)
	ref := part.(object)["$ref"].(string)
	return mapping[kind] == ref || mapping[kind] == nil && strings.HasSuffix(ref, "/"+kind)
}

// step are the schemas of the member or item of v called name. What a schema says
// of arrays is not about objects: it may be that of another variant.
func (d *documentSchemas) step(pointer, name string, v any) []string {
	s, _ := d.get(pointer).(object)
	if _, isArray := v.([]any); isArray {
		return d.stepItem(s, pointer, name)
	}
	if properties, ok := s["properties"].(object); ok && properties[name] != nil {
		return []string{pointer + "/properties/" + escaped(name)}
	}
	var next []string
	for _, word := range []string{"additionalProperties", "unevaluatedProperties"} {
		if _, isSchema := s[word].(object); isSchema {
			next = append(next, pointer+"/"+word)
		}
	}
	if patterns, ok := s["patternProperties"].(object); ok && strings.HasPrefix(name, "x-") {
		for p := range patterns {
			next = append(next, pointer+"/patternProperties/"+escaped(p))
		}
	}
	return next
}

// stepItem is the schema of the item called name of an array of the schema s.
func (d *documentSchemas) stepItem(s object, pointer, name string) []string {
	if places, ok := s["prefixItems"].([]any); ok {
		if i, err := strconv.Atoi(name); err == nil && i < len(places) {
			return []string{pointer + "/prefixItems/" + name}
		}
	}
	if _, isSchema := s["items"].(object); isSchema {
		return []string{pointer + "/items"}
	}
	return nil
}
