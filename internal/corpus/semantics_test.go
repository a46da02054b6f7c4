package corpus

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
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
	trials []*trial
}

// trial is one call of an operation, and what there is to say about it.
type trial struct {
	*subject
	call      driver.Call
	out       *model.Operation
	route     *routers.Route
	pathRegex *regexp.Regexp
	pathNames []string

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
	s := &semantics{t: t, dir: dir, all: mode == "all"}
	var batch []*subject
	size := 0
	for i, file := range files {
		sub, lines := s.prepare(file, i)
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
	batches int
	nextID  int

	documents, refused, operations, untried int
	requests, responses                     verdict
	classes                                 map[string]int
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

// prepare generates the client of a document and plans its calls.
func (s *semantics) prepare(file string, i int) (*subject, int) {
	doc, _ := load.File(file, load.Options{})
	if doc == nil {
		return nil, 0
	}
	sub := &subject{name: filepath.Base(file), pkg: packageName(i)}
	opts := model.Options{Package: sub.pkg, Source: sub.name}
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
		if s.all || lines <= linesPerDocument || share > 81 {
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

// somePaths is every n-th path of a document, as patterns.
func somePaths(doc *load.Document, n int) []string {
	var out []string
	for i, m := range doc.Root.Get("paths").Members {
		if i%n == 0 {
			out = append(out, m.Name)
		}
	}
	return out
}

// kinDocument is what kin-openapi makes of a document as docwright reads it.
func kinDocument(doc *load.Document) (spec *openapi3.T) {
	defer func() {
		if recover() != nil {
			spec = nil
		}
	}()
	data, err := doc.Bundle()
	if err != nil {
		return nil
	}
	var whole any
	if json.Unmarshal(data, &whole) == nil {
		honourSiblings(whole)
		data = asJSON(whole)
	}
	spec, err = openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil
	}
	return spec
}

// honourSiblings moves references that have something to say beside them, which
// kin-openapi drops, into an allOf.
func honourSiblings(v any) {
	switch v := v.(type) {
	case map[string]any:
		for _, e := range v {
			honourSiblings(e)
		}
		_, isRef := v["$ref"].(string)
		for _, word := range []string{"readOnly", "writeOnly", "nullable"} {
			if b, ok := v[word].(bool); ok && b && isRef {
				v["allOf"] = []any{map[string]any{"$ref": v["$ref"]}}
				delete(v, "$ref")
				isRef = false
			}
		}
	case []any:
		for _, e := range v {
			honourSiblings(e)
		}
	}
}

// plan makes the calls of every operation.
func (s *semantics) plan(sub *subject, doc *load.Document) {
	keys := map[string]string{} // where an operation stands, and how its path looks → its path
	for _, m := range doc.Root.Get("paths").Members {
		for _, n := range m.Value.Target().Members {
			keys[fmt.Sprint(n.Value.Target().Position(), " ", pathShape(m.Name))] = m.Name
		}
	}
	for _, service := range sub.api.Services {
		for _, out := range service.Operations {
			s.operations++
			key, ok := keys[fmt.Sprint(out.Pos, " ", pathShape(out.Path))]
			item := sub.spec.Paths.Value(key)
			if !ok || item == nil || item.GetOperation(out.Method) == nil || out.GraphQL != nil {
				s.untried++
				continue
			}
			route := &routers.Route{Spec: sub.spec, Path: key, PathItem: item, Method: out.Method, Operation: item.GetOperation(out.Method)}
			made := s.trials(sub, service, out, route)
			if len(made) == 0 {
				s.untried++
			}
			sub.trials = append(sub.trials, made...)
		}
	}
}

var pathExpression = regexp.MustCompile(`\{[^}]*\}`)

// pathShape is a path without the names of its parameters.
func pathShape(path string) string {
	path, _, _ = strings.Cut(path, "#")
	return "/" + strings.TrimLeft(pathExpression.ReplaceAllString(path, "{}"), "/")
}

// trials are the calls of one operation: one per example of its body or of its
// answer, at most three.
func (s *semantics) trials(sub *subject, service *model.Service, out *model.Operation, route *routers.Route) []*trial {
	first := &trial{subject: sub, out: out, route: route}
	first.call = driver.Call{Package: sub.pkg, Service: service.GoName, Method: out.GoName}
	for _, scheme := range sub.api.Schemes {
		first.call.Schemes = append(first.call.Schemes, scheme.Name)
	}
	first.compilePath()
	if !first.setParameters(first.parameters()) {
		return nil
	}
	bodies, answers := first.bodies(), first.answers()
	var list []*trial
	for i := range min(3, max(len(bodies), len(answers))) {
		one := *first
		if len(bodies) > 0 {
			bodies[min(i, len(bodies)-1)](&one)
		}
		answers[min(i, len(answers)-1)](&one)
		s.nextID++
		one.call.ID = s.nextID
		list = append(list, &one)
	}
	return list
}

// compilePath makes what finds the parameters in a path that was sent.
func (tr *trial) compilePath() {
	path, _, _ := strings.Cut(tr.route.Path, "#")
	path, _, _ = strings.Cut(path, "?")
	var b strings.Builder
	rest := 0
	path = strings.ReplaceAll(path, "}{", "}\x00{") // what stands between them is not known: see pathParameters
	for _, at := range pathExpression.FindAllStringIndex(path, -1) {
		b.WriteString(regexp.QuoteMeta(path[rest:at[0]]) + "([^/]*)")
		tr.pathNames = append(tr.pathNames, path[at[0]+1:at[1]-1])
		rest = at[1]
	}
	tr.pathRegex = regexp.MustCompile(strings.ReplaceAll(b.String()+regexp.QuoteMeta(path[rest:]), "\x00", "") + "$")
}

// parameters lists the operation's parameters, and takes from its route those
// that openapi3filter must not look at.
func (tr *trial) parameters() map[string]*openapi3.Parameter {
	params := map[string]*openapi3.Parameter{}
	members := map[string]bool{} // of objects whose members are parameters: others may have their names
	for _, list := range []openapi3.Parameters{tr.route.PathItem.Parameters, tr.route.Operation.Parameters} {
		for _, p := range list {
			if p.Value != nil && p.Value.In == "query" && p.Value.Style != "deepObject" && p.Value.Schema != nil && p.Value.Schema.Value != nil {
				for name := range p.Value.Schema.Value.Properties {
					members[name] = true
				}
			}
		}
	}
	judged := func(list openapi3.Parameters) (out openapi3.Parameters) {
		for _, p := range list {
			if p.Value == nil {
				continue
			}
			params[p.Value.In+" "+p.Value.Name] = p.Value
			if tr.judgeable(p.Value) && !(p.Value.In == "query" && members[p.Value.Name]) {
				out = append(out, p)
			}
		}
		return out
	}
	item, operation := *tr.route.PathItem, *tr.route.Operation
	item.Parameters, operation.Parameters = judged(item.Parameters), judged(operation.Parameters)
	tr.route.PathItem, tr.route.Operation = &item, &operation
	return params
}

// judgeable tells whether openapi3filter has something to say about a
// parameter: it must ignore some headers, the path may not have it, and it
// reads values of known types only.
func (tr *trial) judgeable(p *openapi3.Parameter) bool {
	switch {
	case p.In == "header":
		switch strings.ToLower(p.Name) {
		case "accept", "content-type":
			return false
		}
	case p.In == "path":
		path, _, _ := strings.Cut(tr.route.Path, "?")
		path, _, _ = strings.Cut(path, "#")
		if !strings.Contains(path, "{"+p.Name+"}") {
			return false
		}
	}
	if p.Schema == nil || p.Schema.Value == nil {
		return true
	}
	s := p.Schema.Value
	switch {
	case len(s.OneOf)+len(s.AnyOf) > 0: // it reads texts as numbers here
		return false
	case s.Type.Is("array") && s.Items != nil && s.Items.Value != nil: // only scalars have a form
		item := s.Items.Value
		return item.Type != nil && !item.Type.Is("object") && !item.Type.Is("array") && len(item.OneOf)+len(item.AnyOf)+len(item.AllOf) == 0
	case s.Type.Is("object"): // exploded, its members may have the names of other parameters
		return p.Style == "deepObject"
	}
	return s.Type != nil || len(s.AllOf) > 0
}

// setParameters chooses a value for every parameter; false when a required one
// has none.
func (tr *trial) setParameters(params map[string]*openapi3.Parameter) bool {
	for _, a := range tr.out.Args {
		p := params["path "+a.Name]
		if p == nil {
			tr.call.Args = append(tr.call.Args, json.RawMessage(`"1"`))
			continue
		}
		v, ok := tr.parameterValue(p)
		if !ok {
			return false
		}
		if v == "" || v == "." || v == "/" {
			return false
		}
		tr.call.Args = append(tr.call.Args, asJSON(v))
	}
	if tr.out.Options == nil {
		return true
	}
	tr.call.Parameters = map[string]json.RawMessage{}
	for key, p := range params {
		if p.In == "path" {
			continue
		}
		v, ok := tr.parameterValue(p)
		if !ok && p.Required {
			return false
		}
		if ok && v != nil && v != "" {
			tr.call.Parameters[key] = asJSON(v)
		}
	}
	return true
}

// parameterValue is a parameter's example, or a value that is made for it.
func (tr *trial) parameterValue(p *openapi3.Parameter) (any, bool) {
	schema := p.Schema
	if schema == nil {
		for _, m := range p.Content {
			schema = m.Schema
		}
	}
	if schema == nil || schema.Value == nil {
		return "1", true
	}
	for _, v := range append([]any{p.Example}, exampleValues(p.Examples)...) {
		if v != nil && valid(schema.Value, v, tr.opts...) {
			return v, true
		}
	}
	g := &sampler{request: true, opts: tr.opts}
	v, ok := g.value(schema)
	if list, isList := v.([]any); isList && len(list) == 0 {
		return nil, false
	}
	if object, isObject := v.(map[string]any); isObject && len(object) == 0 {
		return nil, false
	}
	return v, ok && valid(schema.Value, v, append(tr.opts, openapi3.VisitAsRequest())...)
}

func exampleValues(examples openapi3.Examples) []any {
	var out []any
	for _, name := range slices.Sorted(maps.Keys(examples)) {
		if e := examples[name]; e != nil && e.Value != nil && e.Value.Value != nil {
			out = append(out, e.Value.Value)
		}
	}
	return out
}

// examples are the documented values of a media type, or one that is made up.
func (sub *subject) examples(m *openapi3.MediaType, request bool) (values []any, documented bool) {
	if m.Example != nil {
		values = append(values, m.Example)
	}
	values = append(values, exampleValues(m.Examples)...)
	if len(values) == 0 && m.Schema != nil && m.Schema.Value != nil && m.Schema.Value.Example != nil {
		values = append(values, m.Schema.Value.Example)
	}
	if len(values) > 0 || m.Schema == nil {
		return values, true
	}
	for pick := range 3 { // so that of a choice more than the first is tried
		g := &sampler{pick: pick, request: request, opts: sub.opts}
		v, ok := g.value(m.Schema)
		if ok && v != nil && (pick == 0 || len(values) > 0 && !bytes.Equal(asJSON(v), asJSON(values[len(values)-1]))) {
			values = append(values, v)
		}
	}
	return values, false
}

// bodies are the ways to give a trial its body.
func (tr *trial) bodies() []func(*trial) {
	body := tr.out.Body
	if body == nil {
		return nil
	}
	kind := map[model.BodyKind]string{model.BodyMultipart: "multipart", model.BodyText: "raw", model.BodyStream: "raw"}[body.Kind]
	if kind == "" {
		kind = "json"
	}
	tr.call.BodyKind = kind
	if ref := tr.route.Operation.RequestBody; ref != nil && ref.Value != nil {
		tr.reqMedia = mediaOf(ref.Value.Content, body.ContentType)
	}
	if kind == "raw" {
		return []func(*trial){func(one *trial) { one.call.Body = json.RawMessage(`"text"`) }}
	}
	if tr.reqMedia == nil {
		return nil
	}
	tr.call.FileTypes = map[string]string{}
	for name, e := range tr.reqMedia.Encoding {
		if first, _, several := strings.Cut(e.ContentType, ","); several {
			tr.call.FileTypes[name] = first
		}
	}
	values, documented := tr.examples(tr.reqMedia, true)
	if body.Kind == model.BodyForm || body.Kind == model.BodyMultipart {
		for i, v := range values {
			values[i] = typedMembers(tr.reqMedia.Schema, v)
		}
	}
	var ways []func(*trial)
	for _, v := range values {
		ways = append(ways, func(one *trial) {
			one.call.Body, one.exampled = asJSON(v), one.exampled || documented
			one.body = one.call.Body
			if body.Kind == model.BodyResource {
				if d, ok := v.(map[string]any); ok {
					one.call.Body = asJSON(d["data"])
				}
			}
			if _, isObject := v.(map[string]any); !isObject && (body.Kind == model.BodyForm || body.Kind == model.BodyMultipart) {
				one.badBody = errors.New("a form is an object")
			} else if tr.reqMedia.Schema != nil && tr.reqMedia.Schema.Value != nil {
				one.badBody = contradiction(tr.reqMedia.Schema.Value, v, append(tr.opts, openapi3.VisitAsRequest())...)
			}
		})
	}
	return ways
}

// typedMembers leaves out what openapi3filter reads as null in a form: members
// without a type.
func typedMembers(ref *openapi3.SchemaRef, v any) any {
	object, ok := v.(map[string]any)
	if !ok || ref == nil {
		return v
	}
	object = maps.Clone(object)
	for name := range object {
		if p := ref.Value.Properties[name]; p != nil && p.Value.Type == nil {
			delete(object, name)
		}
	}
	return object
}

// mediaOf finds the media type that the model chose.
func mediaOf(content openapi3.Content, contentType string) *openapi3.MediaType {
	if m := content.Get(contentType); m != nil {
		return m
	}
	for name, m := range content {
		if base, _, _ := strings.Cut(name, ";"); strings.EqualFold(base, contentType) || name == "" {
			return m
		}
	}
	return nil
}

// answers are the ways to answer a trial.
func (tr *trial) answers() []func(*trial) {
	code, response := success(tr.route.Operation.Responses)
	empty := func(one *trial) {
		one.call.Status = code
		if tr.out.Result.Kind != model.ResultNone && code == http.StatusOK {
			one.call.Status = http.StatusNoContent
		}
	}
	if response == nil {
		return []func(*trial){empty}
	}
	m := mediaOf(response.Content, tr.out.Accept)
	if m == nil || tr.out.Result.Kind == model.ResultNone {
		return []func(*trial){empty}
	}
	contentType := tr.out.Accept
	switch {
	case strings.HasPrefix(contentType, "text/*"):
		contentType = "text/plain"
	case strings.Contains(contentType, "*"):
		contentType = "application/json"
	}
	if !isJSON(contentType) {
		return []func(*trial){func(one *trial) {
			one.call.Status, one.call.ContentType, one.call.Answer, one.respMedia = code, contentType, []byte("some text"), m
		}}
	}
	values, documented := tr.examples(m, false)
	var ways []func(*trial)
	for _, v := range values {
		ways = append(ways, func(one *trial) {
			one.call.Status, one.call.ContentType, one.call.Answer, one.respMedia = code, contentType, asJSON(v), m
			one.exampled = one.exampled || documented
			if m.Schema != nil && m.Schema.Value != nil {
				one.badAnswer = contradiction(m.Schema.Value, v, append(tr.opts, openapi3.VisitAsResponse())...)
			}
		})
	}
	if len(ways) == 0 {
		return []func(*trial){empty}
	}
	return ways
}

func isJSON(contentType string) bool {
	t, _, err := mime.ParseMediaType(contentType)
	return err == nil && (t == "application/json" || strings.HasSuffix(t, "+json") || t == "text/json")
}

// success is the first documented success that has content.
func success(responses *openapi3.Responses) (int, *openapi3.Response) {
	all := responses.Map()
	code, found := http.StatusNoContent, (*openapi3.Response)(nil)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if name[0] != '2' && name != "default" || found != nil && len(found.Content) > 0 || name == "default" && found != nil {
			continue
		}
		n, err := strconv.Atoi(strings.ToUpper(strings.ReplaceAll(strings.ToUpper(name), "XX", "00")))
		if err != nil {
			n = http.StatusOK
		}
		code, found = n, all[name].Value
	}
	return code, found
}

// run compiles the clients of a batch with the driver, makes the calls and
// judges what came of them.
func (s *semantics) run(batch []*subject) {
	if len(batch) == 0 {
		return
	}
	s.batches++
	name := fmt.Sprintf("batch%02d", s.batches)
	var imports, clients strings.Builder
	byID := map[int]*trial{}
	var in bytes.Buffer
	enc := json.NewEncoder(&in)
	for _, sub := range batch {
		fmt.Fprintf(&imports, "\t%q\n", module+"/"+sub.pkg)
		fmt.Fprintf(&clients, "\t\t%q: func(opts ...api.Option) (any, error) { return %s.New(opts...) },\n", sub.pkg, sub.pkg)
		for _, tr := range sub.trials {
			byID[tr.call.ID] = tr
			if err := enc.Encode(tr.call); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	source := "package main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n\n\t\"" + module + "/api\"\n\t\"" + module + "/driver\"\n" + imports.String() +
		")\n\nfunc main() {\n\tif err := driver.Run(os.Stdin, os.Stdout, driver.Clients{\n" + clients.String() + "\t}); err != nil {\n\t\tfmt.Fprintln(os.Stderr, err)\n\t\tos.Exit(1)\n\t}\n}\n"
	if err := write(s.dir, map[string][]byte{name + "/main.go": []byte(source)}); err != nil {
		s.t.Fatal(err)
	}
	binary := filepath.Join(s.dir, name, "main")
	build := exec.Command("go", "build", "-trimpath", "-p", "2", "-gcflags=-N -l", "-ldflags=-s -w", "-o", binary, "./"+name)
	build.Dir, build.Env = s.dir, append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		s.t.Fatalf("go build: %v\n%s", err, out)
	}
	drive := exec.Command(binary)
	drive.Stdin, drive.Stderr = &in, os.Stderr
	out, err := drive.Output()
	if err != nil {
		s.t.Fatalf("%s: %v", name, err)
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
			s.t.Fatal(err)
		}
		tr := byID[o.ID]
		tr.outcome = o
		s.judge(tr)
	}
}

// judge counts a trial.
func (s *semantics) judge(tr *trial) {
	o := tr.outcome
	if o.Driver != "" {
		s.requests.count(tr)
		if tr.badBody != nil {
			s.requests.contradictions++
		} else {
			s.requests.ours++
			s.fail(tr, "arguments", o.Driver)
		}
		return
	}
	s.judgeRequest(tr)
	if tr.call.Answer != nil && o.Request != nil {
		s.judgeAnswer(tr)
	}
}

func (v *verdict) count(tr *trial) {
	v.checked++
	if tr.exampled {
		v.examples++
	}
}

func (s *semantics) judgeRequest(tr *trial) {
	s.requests.count(tr)
	problem, class := tr.checkRequest()
	switch {
	case problem == "":
		s.requests.passed++
		if class == "unread" {
			s.requests.unread++
		}
	case tr.badBody != nil:
		s.requests.contradictions++
	default:
		s.requests.ours++
		s.fail(tr, class, problem)
	}
}

// checkRequest says what is wrong with what was sent.
func (tr *trial) checkRequest() (problem, class string) {
	sent := tr.outcome.Request
	if sent == nil {
		return "nothing was sent: " + tr.outcome.Error, "not sent"
	}
	req, err := http.NewRequest(sent.Method, sent.URL, bytes.NewReader(sent.Body))
	if err != nil {
		return err.Error(), "bad request"
	}
	req.Header = sent.Header
	params, err := tr.pathParameters(req.URL)
	if err != nil {
		return err.Error(), "path"
	}
	if len(sent.Body) > 0 && isJSON(req.Header.Get("Content-Type")) {
		if t, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err == nil && openapi3filter.RegisteredBodyDecoder(t) == nil {
			openapi3filter.RegisterBodyDecoder(t, openapi3filter.JSONBodyDecoder)
		}
	}
	err = validateRequest(&openapi3filter.RequestValidationInput{
		Request: req, PathParams: params, Route: tr.route,
		Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, SkipSettingDefaults: true, MultiError: true,
			ExcludeRequestBody: tr.call.BodyKind == "raw" || tr.call.Body == nil,
		},
	})
	if err != nil && strings.Contains(err.Error(), "unsupported schema of request body") {
		return "", "unread"
	}
	if err != nil {
		return err.Error(), "filter"
	}
	if tr.call.BodyKind != "json" || tr.call.Body == nil || !isJSON(sent.Header.Get("Content-Type")) {
		return "", ""
	}
	return tr.compareBody(sent.Body)
}

// pathParameters reads the parameters out of the path that was sent. Of those
// that nothing stands between, only the whole is known: they are what was asked
// for if that is what they make together.
func (tr *trial) pathParameters(sent *url.URL) (map[string]string, error) {
	match := tr.pathRegex.FindStringSubmatch(sent.EscapedPath())
	if match == nil {
		return nil, fmt.Errorf("sent to %s", sent.EscapedPath())
	}
	params := map[string]string{}
	whole, wanted := "", ""
	for i, name := range tr.pathNames {
		text, err := url.PathUnescape(match[i+1])
		if err != nil {
			return nil, err
		}
		params[name] = text
		whole += text
		var arg any
		if i < len(tr.call.Args) && json.Unmarshal(tr.call.Args[i], &arg) == nil {
			wanted += fmt.Sprint(arg)
		}
	}
	if strings.Contains(tr.route.Path, "}{") && whole == wanted {
		for i, name := range tr.pathNames {
			var arg any
			_ = json.Unmarshal(tr.call.Args[i], &arg) // as above
			params[name] = fmt.Sprint(arg)
		}
	}
	return params, nil
}

func validateRequest(in *openapi3filter.RequestValidationInput) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("kin-openapi panics: %v", r)
		}
	}()
	return openapi3filter.ValidateRequest(context.Background(), in)
}

// compareBody holds the body that was sent against the example. What the schema
// does not name, or names as readOnly, is not sent.
func (tr *trial) compareBody(sent []byte) (problem, class string) {
	diffs, err := differences(tr.body, sent)
	if err != nil {
		return err.Error(), "body"
	}
	for _, d := range diffs {
		if d.missing {
			p, ok := declared(tr.reqMedia.Schema, d.at)
			if !ok || p.ReadOnly {
				continue
			}
		}
		if tr.out.Body.ID != "" && slices.Equal(d.at, []string{"data", "id"}) {
			continue // the argument of the path goes before it
		}
		return d.text, "body"
	}
	return "", ""
}

func (s *semantics) judgeAnswer(tr *trial) {
	s.responses.count(tr)
	problem, class := tr.checkAnswer()
	switch {
	case problem == "":
		s.responses.passed++
	case tr.badAnswer != nil:
		s.responses.contradictions++
	default:
		s.responses.ours++
		s.fail(tr, class, problem)
	}
}

// checkAnswer says what is wrong with what the client made of the answer.
func (tr *trial) checkAnswer() (problem, class string) {
	o := tr.outcome
	if o.Error != "" {
		return o.Error, "decode"
	}
	if !isJSON(tr.call.ContentType) {
		if tr.out.Result.Kind != model.ResultEvents && !bytes.Equal(o.Result, tr.call.Answer) {
			return fmt.Sprintf("got %q", o.Result), "text"
		}
		return "", ""
	}
	diffs, err := differences(tr.call.Answer, o.Result)
	if err != nil {
		return err.Error(), "encode"
	}
	if len(diffs) > 0 {
		return diffs[0].text, "encode"
	}
	for _, at := range o.Unknown {
		if p, ok := declared(tr.respMedia.Schema, unescape(at)); ok && !p.WriteOnly {
			return at + " is declared, and no field", "unknown"
		}
	}
	for _, at := range o.Raw {
		names := unescape(at)
		var members map[string]any
		if json.Unmarshal(lookup(tr.call.Answer, names), &members) != nil {
			return at + " is no variant", "variant"
		}
		for name, v := range members { // kept raw by right if no alternative would have what it says of its members
			if slices.ContainsFunc(declarations(tr.respMedia.Schema, append(slices.Clone(names), name)), func(s *openapi3.Schema) bool { return valid(s, v, tr.opts...) }) {
				return at + " is no variant", "variant"
			}
		}
	}
	return "", ""
}

// unescape splits a JSON pointer.
func unescape(pointer string) []string {
	names := strings.Split(pointer, "/")[1:]
	for i, n := range names {
		names[i] = strings.ReplaceAll(strings.ReplaceAll(n, "~1", "/"), "~0", "~")
	}
	return names
}

// lookup returns the value that names lead to.
func lookup(data json.RawMessage, names []string) json.RawMessage {
	for _, name := range names {
		var object map[string]json.RawMessage
		var list []json.RawMessage
		if json.Unmarshal(data, &object) == nil {
			data = object[name]
		} else if i, err := strconv.Atoi(name); err == nil && json.Unmarshal(data, &list) == nil && i < len(list) {
			data = list[i]
		} else {
			return nil
		}
	}
	return data
}

// fail shows the first failures of each kind.
func (s *semantics) fail(tr *trial, class, problem string) {
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
		s.t.Logf("%s: %d checked, %d of them with the document's own example: %d passed (%d with a body that openapi3filter cannot read), %d contradict their own schema, %d ours",
			v.name, v.checked, v.examples, v.passed, v.unread, v.contradictions, v.ours)
	}
	for _, c := range slices.Sorted(maps.Keys(s.classes)) {
		s.t.Logf("%7d %s", s.classes[c], c)
	}
	if n := s.requests.ours + s.responses.ours; n > 0 {
		s.t.Errorf("%d failures are ours", n)
	}
}
