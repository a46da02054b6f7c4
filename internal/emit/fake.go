package emit

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/templates"
)

// FakeOptions are what a fake is made of.
type FakeOptions struct {
	Runtime   string // as in Options
	Engine    string // import path of package apitest; "" for the one below Runtime
	Client    string // import path of the client package
	Spec      string // the document as JSON: lines that may be broken between values only
	Exchanges string // recorded calls, as package apitest reads them; may be empty
}

// engine returns the import path of package apitest.
func (o *FakeOptions) engine() string {
	if o.Engine != "" {
		return o.Engine
	}
	return strings.TrimSuffix(o.Runtime, "/") + "/" + forFakes
}

// FakePackage is the name of the package of an API's fake, and of its directory
// below the client's.
func FakePackage(client string) string { return client + "test" }

// Fake returns the files of the package that is a fake of api: a server for
// tests, with typed handlers. Paths are below the client's directory.
func Fake(api *model.API, opts FakeOptions) (map[string][]byte, error) {
	externs, err := checkAPI(api)
	if err != nil {
		return nil, err
	}
	fake := *api
	fake.Package = FakePackage(api.Package)
	r := &run{api: &fake, pkg: fake.Package}
	if r.imports, err = newImportTable(strings.TrimSuffix(opts.Runtime, "/"), externs); err != nil {
		return nil, err
	}
	r.imports.add("apitest", opts.engine())
	if r.client, err = r.imports.addClient(api.Package, opts.Client); err != nil {
		return nil, err
	}
	r.services = map[string]string{}
	for _, s := range api.Services {
		if s.Package == fake.Package {
			return nil, fault(s.Operations[0].Pos, "set package for the client in gen.yaml to another name, or set split or fake to false",
				"the package of service %q is called %s, as that of the fake", s.Name, s.Package)
		}
		if s.Package != "" {
			r.services[s.Package] = r.imports.addNamed(s.Package, opts.Client+"/"+s.Package)
		}
	}
	for _, p := range []string{urlPackage, multipartPackage} {
		r.imports.add(r.imports.freeName(p), p)
	}
	if r.templates, err = parseTemplates(templates.FS); err != nil {
		return nil, err
	}
	files, err := r.renderAll(r.fakePlan(opts))
	if err != nil {
		return nil, err
	}
	out := map[string][]byte{}
	for name, data := range files {
		out[path.Join(fake.Package, name)] = data
	}
	return out, nil
}

// The packages that have forms.
const (
	urlPackage       = "net/url"
	multipartPackage = "mime/multipart"
)

// fakePlan lists the files of a fake.
func (r *run) fakePlan(opts FakeOptions) []file {
	fakes := r.fakes()
	names := newFileNames("server", "definition", "spec", "exchanges")
	server := fakeServerView{view{run: r}, fakes}
	members := []string{"*apitest.Server", "Client"}
	for _, f := range fakes {
		members = append(members, f.Field)
	}
	plan := []file{
		{r, "server.go", []shape{
			{name: "Server", text: "type Server" + structShape(members)},
			{name: "NewServer", text: "func NewServer"}, {name: "Start", text: "func Start"},
		}, func() ([]byte, error) { return r.execute("fake.go.tmpl", server) }},
		{r, "definition.go", []shape{{name: "Definition", text: "var Definition = apitest.Definition{…}"}}, func() ([]byte, error) {
			return r.execute("fake_definition.go.tmpl", definitionView{view{run: r}})
		}},
		{r, "spec.go", []shape{{name: "spec", text: "const spec"}}, func() ([]byte, error) {
			text := "spec is the OpenAPI document, without its descriptions and examples."
			return r.execute("fake_data.go.tmpl", fakeData{view{r, sentence(text)}, "spec", opts.Spec})
		}},
		{r, "exchanges.go", []shape{{name: "exchanges", text: "const exchanges"}}, func() ([]byte, error) {
			text := "exchanges are the recorded calls, one on a line."
			return r.execute("fake_data.go.tmpl", fakeData{view{r, sentence(text)}, "exchanges", opts.Exchanges})
		}},
	}
	for _, f := range fakes {
		name := f.File
		if f.Service.Package != "" { // below which each service has a file of the same name
			name = f.Service.Package
		}
		plan = append(plan, file{r, names.next(name, "service"), f.shapes(), func() ([]byte, error) {
			return r.execute("fake_service.go.tmpl", f)
		}})
	}
	return plan
}

// sentence is a comment of one sentence.
func sentence(text string) string { return comment(model.Doc{Text: text}, commentWidth) }

// fakeData is the view of a file that holds data.
type fakeData struct {
	view
	Name, Text string
}

// fakeServerView is the view of server.go.
type fakeServerView struct {
	view
	Fakes []*fakeService
}

// Comment documents the server.
func (v fakeServerView) Comment() string {
	return sentence("Server is a fake of the " + apiName(v.api.Title) + ", with a client that calls it. " +
		"Its fields set handlers for the operations of the client's services; what has no handler is answered as package apitest says.")
}

// NewComment documents NewServer.
func (v fakeServerView) NewComment() string {
	return sentence("NewServer starts a fake for a test, and closes it when the test ends. A request that the document does not allow fails the test.")
}

// StartComment documents Start.
func (v fakeServerView) StartComment() string {
	return sentence("Start starts a fake where there is no test, as in an example. Whoever starts it closes it.")
}

// Client is the name that the client's package is imported by.
func (v fakeServerView) Client() string { return v.client }

// fakeService is the view of a service's file, in a fake.
type fakeService struct {
	view
	*model.Service
	Field   string // of the server
	Methods []*fakeMethod
}

// fakeMethod is an operation in a fake.
type fakeMethod struct {
	methodView
	Request string // type of what the handler is given
	Setter  string // e.g. "OnGet"
	Key     string // what the fake knows the operation by
	service *model.Service
}

// fakes makes the views of all services, with names that differ.
func (r *run) fakes() []*fakeService {
	taken := map[string]bool{"Server": true, "NewServer": true, "Start": true, "Definition": true}
	fields := map[string]bool{"Server": true, "Client": true}
	ids := map[string]int{}
	for _, s := range r.api.Services {
		fields[s.Field()] = fields[s.Field()] || s.GoName == "Server"
		taken[s.GoName+"Fake"] = true
		for _, op := range s.Operations {
			ids[op.ID]++
		}
	}
	var out []*fakeService
	for _, s := range r.api.Services {
		f := &fakeService{view: view{run: r}, Service: s, Field: s.Field()}
		for f.Field == "Server" || f.Field == "Client" {
			f.Field = unique(f.Field+"Service", fields)
		}
		for _, op := range s.Operations {
			m := &fakeMethod{methodView: methodView{run: r, Operation: op}, Setter: "On" + op.GoName, Key: op.ID, service: s}
			if ids[op.ID] > 1 { // the document is at fault, and the fake knows the first of them by that id
				m.Key = op.Method + " " + op.Path
			}
			m.Request = s.GoName + op.GoName + "Request"
			if taken[m.Request] { // of service PetsList's All, and of Pets' ListAll
				m.Request = unique(s.GoName+"Service"+op.GoName+"Request", taken)
			}
			taken[m.Request] = true
			f.Methods = append(f.Methods, m)
		}
		out = append(out, f)
	}
	return out
}

// unique returns name, or a longer one that is not taken, and takes it.
func unique(name string, taken map[string]bool) string {
	for taken[name] {
		name += "Service"
	}
	taken[name] = true
	return name
}

// Package is the package's name.
func (f *fakeService) Package() string { return f.packageName() }

// Type is the type of the service's fake.
func (f *fakeService) Type() string { return f.GoName + "Fake" }

// Comment documents the type.
func (f *fakeService) Comment() string {
	return sentence(fmt.Sprintf("%s sets handlers for the operations of [%s].", f.Type(), f.called(f.Service)))
}

// called spells the type of a service.
func (r *run) called(s *model.Service) string {
	if s.Package != "" {
		return r.services[s.Package] + "." + s.TypeName()
	}
	return r.client + "." + s.TypeName()
}

// shapes lists what the file means to declare.
func (f *fakeService) shapes() []shape {
	out := []shape{{f.Type(), "type " + f.Type() + structShape([]string{"server"}), load.Position{}}}
	for _, m := range f.Methods {
		members := []string{"apitest.Request"}
		for _, field := range m.fields() {
			members = append(members, field.name)
		}
		out = append(out,
			shape{m.Request, "type " + m.Request + structShape(members), m.Pos},
			shape{f.Type() + "." + m.Setter, "func (" + f.Type() + ") " + m.Setter, m.Pos})
	}
	return out
}

// RequestComment documents what the handler is given.
func (m *fakeMethod) RequestComment() string {
	return sentence(m.Request + " is what the handler of " + m.Setter + " is given.")
}

// HandlerComment documents the method that sets the handler.
func (m *fakeMethod) HandlerComment() string {
	text := fmt.Sprintf("%s has handle answer [%s.%s].", m.Setter, m.called(m.service), m.GoName)
	if m.Result.Kind == model.ResultPage || m.Result.Kind == model.ResultConnection {
		text += " It returns the whole list; the fake makes pages of it."
	}
	return sentence(text)
}

// fakeField is a member of a request.
type fakeField struct{ name, typ, tag string }

// Fields spells the members.
func (m *fakeMethod) Fields() []string {
	var out []string
	for _, f := range m.fields() {
		tag := "`" + f.tag + "`"
		if strings.Contains(f.tag, "`") {
			tag = strconv.Quote(f.tag)
		}
		out = append(out, f.name+" "+f.typ+" "+tag)
	}
	return out
}

func (m *fakeMethod) fields() []fakeField {
	taken := set("Request HTTP Raw Include SetMeta SetHeader SetStatus Params Body") // what it has already
	var out []fakeField
	for _, a := range m.Args {
		name := a.FieldName()
		for taken[name] {
			name = "Arg" + name
		}
		taken[name] = true
		out = append(out, fakeField{name, m.goType(a.Type), "path:" + strconv.Quote(a.Name)})
	}
	if m.Options != nil {
		tag := `params:"query"`
		switch {
		case m.GraphQL != nil:
			tag = `body:"variables"`
		case m.Body != nil && m.Body.Use == model.BodyInParams && m.Body.Kind == model.BodyJSON:
			tag += ` body:"params"`
		}
		out = append(out, fakeField{"Params", m.declName(m.Options), tag})
	}
	if m.Body != nil && (m.Body.Use != model.BodyInParams || m.Body.Kind != model.BodyJSON) {
		typ, tag := m.fakeBody()
		out = append(out, fakeField{"Body", typ, `body:` + strconv.Quote(tag)})
	}
	return out
}

// fakeBody spells the type of a request's body, and how it is read.
func (m *fakeMethod) fakeBody() (typ, how string) {
	switch m.Body.Kind {
	case model.BodyResource:
		return m.bodyType(), "resource"
	case model.BodyText:
		return "string", "text"
	case model.BodyStream:
		return "[]byte", "bytes"
	case model.BodyForm:
		return m.imports.qualify(urlPackage, "Values"), "form"
	case model.BodyMultipart:
		return "*" + m.imports.qualify(multipartPackage, "Form"), "multipart"
	case model.BodyOperations:
		return "json.RawMessage", "json"
	}
	return m.bodyType(), "json"
}

// Returns spells what the handler returns.
func (m *fakeMethod) Returns() string {
	switch m.Result.Kind {
	case model.ResultNone:
		return "error"
	case model.ResultText:
		return "(string, error)"
	case model.ResultStream, model.ResultResponse:
		return "(io.Reader, error)"
	case model.ResultOperations:
		return "(*jsonapi.Results, error)"
	}
	t := m.goType(m.Result.Type)
	switch m.Result.Kind {
	case model.ResultValue:
		return "(" + t + ", error)"
	case model.ResultEvents, model.ResultSequence, model.ResultItems:
		return "([]" + t + ", error)"
	case model.ResultPage, model.ResultConnection:
		return "([]*" + t + ", error)"
	}
	return "(*" + t + ", error)"
}

// On names the function of package apitest that sets the handler.
func (m *fakeMethod) On() string {
	name, ok := map[model.ResultKind]string{
		model.ResultNone: "OnNone", model.ResultText: "OnText", model.ResultStream: "OnStream", model.ResultResponse: "OnStream", model.ResultEvents: "OnEvents", model.ResultSequence: "OnSequence", model.ResultItems: "OnEventItems",
		model.ResultByStatus: "OnStatus", model.ResultResource: "OnResource", model.ResultPage: "OnPage", model.ResultConnection: "OnConnection",
	}[m.Result.Kind]
	if !ok {
		name = "OnJSON"
	}
	return "apitest." + name
}

// rawLiteral spells lines of JSON as a Go literal that keeps them apart. JSON's
// own escapes stand for what such a literal cannot hold, and for everything that
// is not ASCII: what the eye sees is what the compiler reads.
func rawLiteral(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 2)
	b.WriteByte('`')
	for _, r := range text {
		switch {
		case r == '`' || r < ' ' && r != '\n' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, r)
		case r < 0x80:
			b.WriteByte(byte(r))
		default:
			for _, unit := range utf16.AppendRune(nil, r) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
		}
	}
	b.WriteByte('`')
	return b.String()
}
