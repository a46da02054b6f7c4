package emit

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/templates"
)

// This file makes examples that run: for each service the call that shows most,
// with the values of a recorded one, made to the fake, which answers as recorded.

// Call is a recorded call.
type Call struct {
	Operation string // model.Operation's ID
	Path      string // of the request, escaped
	Sample    *model.Sample
	Status    int
	Answer    []byte // JSON; nil for none, or another media type
}

// ExamplesFile is the name of the file that Examples makes.
const ExamplesFile = "example_test.go"

// Examples returns the file of a client's examples, which use its fake; nothing
// when no recorded call makes one. A split client has none: its methods are those
// of packages that the client does not know. Nor has one whose package is called
// as a variable of the examples.
func Examples(api *model.API, opts FakeOptions, calls []Call) (map[string][]byte, error) {
	externs, err := checkAPI(api)
	if err != nil || api.Split || api.Package != "client" && slices.Contains(reserved, api.Package) {
		return nil, err
	}
	spelling, err := Spell(api, Options{Runtime: opts.Runtime})
	if err != nil {
		return nil, err
	}
	tests := *api
	tests.Package += "_test"
	r := &run{api: &tests, pkg: tests.Package}
	if r.imports, err = newImportTable(strings.TrimSuffix(opts.Runtime, "/"), externs); err != nil {
		return nil, err
	}
	if r.client, err = r.imports.addClient(api.Package, opts.Client); err != nil {
		return nil, err
	}
	r.imports.always = opts.Client // go vet looks for the types that examples name among the imports
	fake := FakePackage(api.Package)
	r.imports.add("fmt", "fmt")
	r.imports.add("apitest", opts.engine())
	r.imports.add(fake, opts.Client+"/"+fake)
	if r.templates, err = parseTemplates(templates.FS); err != nil {
		return nil, err
	}
	v := examplesView{view: view{run: r}}
	var meant []shape
	for _, s := range api.Services {
		if x := spelling.other.bestExample(s, fake, calls); x != nil {
			v.Examples = append(v.Examples, x)
			meant = append(meant, shape{x.Name, "func " + x.Name, x.op.Pos})
		}
	}
	if len(meant) == 0 {
		return nil, nil
	}
	return r.renderAll([]file{{r, ExamplesFile, meant, func() ([]byte, error) { return r.execute("example_test.go.tmpl", v) }}})
}

// examplesView is the view of the file of examples.
type examplesView struct {
	view
	Examples []*example
}

// example is one that runs.
type example struct {
	op     *model.Operation
	Name   string // e.g. "ExampleContactsService_Get"
	Fake   string // package of the fake
	Args   []exampleArg
	Client string   // variable that holds the client
	Call   string   // with the assignment of what it returns
	Print  string   // what prints the result; "" for none
	Output []string // lines that are printed
	worth  int
}

// exampleArg is a path parameter.
type exampleArg struct{ Name, Value string }

// bestExample is the example that shows most of a service; nil without a
// recorded call that can be written down.
func (r *run) bestExample(s *model.Service, fake string, calls []Call) *example {
	var best *example
	for _, op := range s.Operations {
		for _, call := range calls {
			if call.Operation != op.ID {
				continue
			}
			if x := r.example(s, op, call); x != nil && (best == nil || x.worth > best.worth) {
				best = x
			}
		}
	}
	if best != nil {
		best.Fake = fake
	}
	return best
}

// reserved are the names that every example has.
var reserved = []string{"srv", "err", "ctx", "client", "fmt", "context", "api", "jsonapi", "graphql", "apitest", "time", "json", "len", "c", "page", "text", "content", "result"}

// example writes down a recorded call; nil when it cannot be.
func (r *run) example(s *model.Service, op *model.Operation, call Call) *example {
	e := &exampler{methodView{run: r, Operation: op}, call.Sample}
	if call.Status >= 300 || op.Doc.Deprecated != "" {
		return nil
	}
	x := &example{op: op, Name: "Example" + s.TypeName() + "_" + op.GoName, worth: 1}
	if e.hasBodyArg() {
		if len(call.Sample.Body) == 0 {
			return nil // the recorded call does not show what is sent
		}
		body, err := e.body()
		if err != nil || strings.Contains(body, "…") {
			return nil
		}
		if x.worth = 3; strings.Count(body, "\n") > 20 {
			x.worth = 0
		}
	}
	if !x.arguments(e, call.Path) {
		return nil
	}
	x.Client = "client"
	if e.api.Package == x.Client {
		x.Client = "c"
	}
	expr := x.Client + "." + s.Field() + "." + op.GoName + "(" + strings.Join(e.arguments(), ", ") + ")"
	switch op.Result.Kind {
	case model.ResultNone:
		x.Call = "err = " + expr
		return x
	case model.ResultPointer, model.ResultResource, model.ResultValue, model.ResultPage, model.ResultConnection:
	default:
		return nil
	}
	name := e.result()
	x.Call = name + ", err := " + expr
	if !x.print(e, name, call.Answer) {
		x.Call, x.worth = "_, err = "+expr, 0
	}
	return x
}

// arguments takes the path parameters from the recorded path.
func (x *example) arguments(e *exampler, path string) bool {
	values, ok := pathValues(e.Path, path)
	if !ok || len(values) != len(e.Args) {
		return false
	}
	for i, a := range e.Args {
		literal, err := e.literal(a.Type, scalarOf(a.Type, values[i]))
		if err != nil || slices.Contains(reserved, a.GoName) || a.GoName == e.api.Package {
			return false
		}
		if a.Type.Kind == model.KindInt || a.Type.Kind == model.KindFloat {
			literal = e.goType(a.Type) + "(" + literal + ")"
		}
		x.Args = append(x.Args, exampleArg{a.GoName, literal})
	}
	return true
}

// expression is a parameter in a path's template.
var expression = regexp.MustCompile(`\\\{[^{}]*\\\}`)

// pathValues are the values of the parameters of a path, in order; false when
// the path is none of the template, or the template more than names in braces.
func pathValues(template, path string) ([]string, bool) {
	template, _, _ = strings.Cut(template, "#") // of GraphQL operations
	if strings.ContainsAny(template, "*;+?&") || strings.Contains(template, "{.") {
		return nil, false
	}
	// A server's address may end in a path of its own.
	match := regexp.MustCompile(expression.ReplaceAllString(regexp.QuoteMeta(template), "([^/]+)") + "$").FindStringSubmatch(path)
	if match == nil {
		return nil, false
	}
	values := match[1:]
	for i := range values {
		var err error
		if values[i], err = url.PathUnescape(values[i]); err != nil {
			return nil, false
		}
	}
	return values, true
}

// print writes what prints the result, and its output as the answer has it.
func (x *example) print(e *exampler, name string, answer []byte) bool {
	value, err := decodeSample(answer)
	if err != nil {
		return false
	}
	switch {
	case e.Result.Kind == model.ResultPointer, e.Result.Kind == model.ResultResource:
		if e.Result.Type.Kind != model.KindNamed || e.GraphQL != nil {
			return false
		}
		object, _ := value.(map[string]any)
		if e.Result.Type.Decl.Resource != "" {
			object, _ = object["data"].(map[string]any)
		}
		fields, texts := printable(e.Result.Type.Decl, object, 2)
		if len(fields) == 0 {
			return false
		}
		for i := range fields {
			fields[i] = name + "." + fields[i]
		}
		x.Print = "fmt.Println(" + strings.Join(fields, ", ") + ")"
		x.Output = []string{strings.Join(texts, " ")}
		x.worth++
	case e.Result.Kind == model.ResultPage, e.Result.Kind == model.ResultConnection:
		items := items(value, e.Operation)
		if len(items) == 0 {
			return false
		}
		x.printItems(e, items)
	default:
		list, ok := value.([]any)
		if !ok {
			return false
		}
		x.Print, x.Output = "fmt.Println(len("+name+"))", []string{strconv.Itoa(len(list))}
	}
	return true
}

// printItems prints one member of each item of a page, or their number.
func (x *example) printItems(e *exampler, items []any) {
	x.Print, x.Output = "fmt.Println(len(page.Items))", []string{strconv.Itoa(len(items))}
	if e.Result.Type.Kind != model.KindNamed || len(items) > 3 {
		return
	}
	var field string
	var lines []string
	for _, item := range items {
		object, _ := item.(map[string]any)
		fields, texts := printable(e.Result.Type.Decl, object, 1)
		if len(fields) == 0 || field != "" && field != fields[0] {
			return
		}
		field, lines = fields[0], append(lines, texts[0])
	}
	item := variable(e.Result.Type, append(e.taken(), "page")...)
	x.Print = "for _, " + item + " := range page.Items {\nfmt.Println(" + item + "." + field + ")\n}"
	x.Output = lines
}

// items are those of a recorded page.
func items(value any, op *model.Operation) []any {
	object, _ := value.(map[string]any)
	if op.GraphQL == nil {
		list, _ := object["data"].([]any)
		return list
	}
	object, _ = object["data"].(map[string]any)
	for _, name := range op.GraphQL.Path {
		object, _ = object[name].(map[string]any)
	}
	if nodes, ok := object["nodes"].([]any); ok {
		return nodes
	}
	edges, _ := object["edges"].([]any)
	var nodes []any
	for _, edge := range edges {
		object, _ := edge.(map[string]any)
		nodes = append(nodes, object["node"])
	}
	return nodes
}

// printable lists fields of d, at most so many, whose values in object are one
// word or line each, and these.
func printable(d *model.Decl, object map[string]any, most int) (fields, texts []string) {
	for _, f := range d.Fields {
		t := f.Type
		for t.Kind == model.KindNamed && t.Decl.Underlying != nil {
			t = t.Decl.Underlying
		}
		value, sent := memberOf(object, f)
		if f.In == model.InID {
			value, sent = object["id"]
		}
		if !sent || f.GoName == "_" || len(fields) == most {
			continue
		}
		if text, ok := printed(t, value); ok {
			fields, texts = append(fields, f.GoName), append(texts, text)
		}
	}
	return fields, texts
}

// printed is what fmt prints for a value of type t; false where that is not
// plain.
func printed(t *model.Type, value any) (string, bool) {
	switch value := value.(type) {
	case string:
		plain := value != "" && len(value) <= 60 && strings.TrimSpace(value) == value &&
			strings.IndexFunc(value, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
		return value, plain && t.Kind == model.KindString
	case json.Number:
		_, err := strconv.ParseInt(value.String(), 10, 64)
		return value.String(), err == nil && t.Kind == model.KindInt
	case bool:
		return strconv.FormatBool(value), t.Kind == model.KindBool
	}
	return "", false
}
