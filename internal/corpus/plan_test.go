package corpus

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"

	"github.com/docwright/docwright/internal/corpus/driver"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/internal/schema"
)

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
	defer schema.Read(doc).Settle()() // requests are what is inferred of JSON:API
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
	first.call = driver.Call{Package: sub.pkg, Service: service.Field(), Method: out.GoName}
	for _, scheme := range sub.api.Schemes {
		first.call.Schemes = append(first.call.Schemes, scheme.Name)
	}
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
	tr.call.BodyKind, tr.call.BodyInside = kind, body.Use == model.BodyInParams
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
		if object, ok := v.(map[string]any); ok && (tr.out.Result.Kind == model.ResultResource || tr.out.Result.Kind == model.ResultPage) {
			delete(object, "errors") // data and errors exclude each other (JSON:API 1.1, Top Level)
		}
		if body.Kind == model.BodyResource {
			v = asDocument(v)
		}
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

// asDocument is the document that an example shows: where the schema of a request is
// a resource's, its example may be the whole document.
func asDocument(v any) any {
	document, _ := v.(map[string]any)
	resource, _ := document["data"].(map[string]any)
	if whole, ok := resource["data"].(map[string]any); ok && resource["type"] == nil && whole["type"] != nil {
		return resource
	}
	return v
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
	contentType, _, _ := strings.Cut(tr.out.Accept, ", ")
	m := mediaOf(response.Content, contentType)
	if m == nil || tr.out.Result.Kind == model.ResultNone {
		return []func(*trial){empty}
	}
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
		if object, ok := v.(map[string]any); ok && (tr.out.Result.Kind == model.ResultResource || tr.out.Result.Kind == model.ResultPage) {
			delete(object, "errors") // data and errors exclude each other (JSON:API 1.1, Top Level)
		}
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
