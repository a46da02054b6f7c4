package emit

import (
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/model"
)

// This file is what the template of services sees: methods, and how each of
// them states its call.

// serviceView is the view of a service's file.
type serviceView struct {
	view
	*model.Service
	Comment string
}

func (r *run) serviceView(s *model.Service) serviceView {
	text := s.TypeName() + " calls operations of the " + apiName(r.api.Title) + "."
	return serviceView{view{run: r}, s, comment(orText(s.Doc, text), commentWidth)}
}

// Package is the package's name.
func (v serviceView) Package() string { return v.packageName() }

// PackageComment documents the package that a service has of its own; "" where
// it has none.
func (v serviceView) PackageComment() string {
	if v.Service.Package == "" {
		return ""
	}
	text := "Package " + v.Service.Package + " calls operations of the " + apiName(v.api.Title) + ". New takes a client of package " + v.api.Package + ":\n\n" +
		"\tservice := " + v.Service.Package + ".New(client)\n" + v.webhooksText()
	return comment(model.Doc{Text: text}, commentWidth)
}

// Client is the type of the client that New takes.
func (v serviceView) Client() string { return v.client + ".Client" }

// Type is the service's type.
func (v serviceView) Type() string { return v.TypeName() }

// Methods lists the service's operations.
func (v serviceView) Methods() []methodView {
	out := make([]methodView, len(v.Operations))
	for i, op := range v.Operations {
		out[i] = methodView{v.run, op, v.TypeName()}
	}
	return out
}

// methodView is the method of an operation.
type methodView struct {
	*run
	*model.Operation
	service string // its type, e.g. "ContactsService"
}

// Comment documents the method, with the request that it makes.
func (m methodView) Comment() string {
	request := m.Method + " " + m.Path
	if m.Doc.Text == "" || m.Doc.Text == m.GoName+" calls "+request+"." {
		return comment(model.Doc{Text: m.GoName + " calls " + request + ".", Deprecated: m.Doc.Deprecated}, commentWidth)
	}
	return comment(m.Doc, commentWidth, request)
}

// Params spells the method's parameters; neighbours of one type share it.
func (m methodView) Params() string { return m.params(m.hasBodyArg()) }

// hasBodyArg reports whether the request's body is a parameter of its own.
func (m methodView) hasBodyArg() bool { return m.Body != nil && m.Body.Use != model.BodyInParams }

func (m methodView) params(body bool) string {
	type param struct{ name, typ string }
	list := []param{{"ctx", "context.Context"}}
	for _, a := range m.Args {
		list = append(list, param{a.GoName, m.goType(a.Type)})
	}
	if body {
		list = append(list, param{m.Body.GoName, m.bodyType()})
	}
	if m.Options != nil {
		typ := m.declName(m.Options)
		if !m.NeedsParams() {
			typ = "..." + typ
		}
		list = append(list, param{model.ParamsVar, typ})
	}

	var b strings.Builder
	for i, p := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.name)
		if i+1 == len(list) || list[i+1].typ != p.typ {
			b.WriteString(" " + p.typ)
		}
	}
	return b.String()
}

// Streaming is the second method of an operation that documents JSON and a stream;
// nil without one.
func (m methodView) Streaming() *methodView {
	op := m.Operation.Streaming()
	if op == nil {
		return nil
	}
	return &methodView{run: m.run, Operation: op, service: m.service}
}

// Forward spells the arguments that pass the parameters on.
func (m methodView) Forward() string {
	if !m.hasBodyArg() {
		return m.forward("")
	}
	return m.forward(m.Body.GoName)
}

// ClearParams spells the parameters of the method that clears.
func (m methodView) ClearParams() string { return m.params(false) }

// ClearForward spells the arguments of the call that clears: null is the body.
func (m methodView) ClearForward() string {
	return m.forward("jsonapi.Null[" + m.goType(m.Body.Type.Elem) + "]()")
}

// ClearComment documents the method that clears.
func (m methodView) ClearComment() string {
	return comment(model.Doc{Text: m.Body.Clear + " clears what " + m.GoName + " sets: it sends null."}, commentWidth)
}

func (m methodView) forward(body string) string {
	names := []string{"ctx"}
	for _, a := range m.Args {
		names = append(names, a.GoName)
	}
	if body != "" {
		names = append(names, body)
	}
	switch {
	case m.NeedsParams():
		names = append(names, model.ParamsVar)
	case m.Options != nil:
		names = append(names, model.ParamsVar+"...")
	}
	return strings.Join(names, ", ")
}

// bodyType spells the type of the parameter that is the request's body.
func (m methodView) bodyType() string {
	switch m.Body.Kind {
	case model.BodyText:
		return "string"
	case model.BodyStream:
		return "io.Reader"
	case model.BodyOperations:
		return "*jsonapi.Operations"
	}
	t := m.goType(m.Body.Type)
	switch {
	case m.Body.Many && m.Body.Kind != model.BodyLinkage:
		return "[]" + t
	case m.Body.Use == model.BodyPointer:
		return "*" + t
	}
	return t
}

// BodyValue spells the body of the call; "" when it has none.
func (m methodView) BodyValue() string {
	if m.Body == nil {
		return ""
	}
	value := m.bodyArgument()
	switch m.Body.Kind {
	case model.BodyResource:
		id := `""`
		if m.Body.ID != "" {
			id = m.Body.ID
		}
		return "jsonapi.Data(" + id + ", " + value + ")"
	case model.BodyLinkage:
		return "jsonapi.Linkage(" + value + ")"
	case model.BodyForm:
		return "api.Form(" + value + ")"
	case model.BodyMultipart:
		return "api.Multipart(" + value + ")"
	}
	return value
}

// ParamsValue spells the parameters of query, headers and cookies; "" when there
// are none, or when they are the variables of a GraphQL query.
func (m methodView) ParamsValue() string {
	if m.Options == nil || m.GraphQL != nil {
		return ""
	}
	return m.paramsValue()
}

// paramsValue spells a pointer to the struct of parameters, nil when the caller
// gave none.
func (m methodView) paramsValue() string {
	if m.NeedsParams() {
		return "&" + model.ParamsVar
	}
	return "api.Optional(" + model.ParamsVar + ")"
}

// maxCall is the column up to which the parameters of the query stand on the line of
// the path.
const maxCall = 140

// Break ends that line where it is too long.
func (m methodView) Break() string {
	line := "        Operation: , Method: , Path: , Args: []any{}, Params: ," + strconv.Quote(m.ID) + m.HTTPMethod() + strconv.Quote(m.Path) + m.ArgList() + m.ParamsValue()
	if len(line) > maxCall {
		return "\n"
	}
	return ""
}

// bodyArgument spells the body as the call takes it: one that is always there by
// pointer, which costs no copy; nil where nothing is to be sent.
func (m methodView) bodyArgument() string {
	switch m.Body.Use {
	case model.BodyPointer:
		return m.Body.GoName
	case model.BodyInParams:
		return "api.BodyOf(" + m.paramsValue() + ")"
	case model.BodyNonZero:
		return "api.BodyOf(&" + m.Body.GoName + ")"
	}
	switch m.Body.Kind {
	case model.BodyText, model.BodyStream, model.BodyLinkage, model.BodyOperations:
		return m.Body.GoName
	}
	if m.Body.Type.Kind == model.KindAny {
		return "api.OrNull(" + m.Body.GoName + ")"
	}
	return "&" + m.Body.GoName
}

// Results spells what the method returns.
func (m methodView) Results() string {
	switch m.Result.Kind {
	case model.ResultNone:
		return "error"
	case model.ResultText:
		return "(string, error)"
	case model.ResultStream:
		return "(io.ReadCloser, error)"
	case model.ResultResponse:
		return "(*api.Response, error)"
	case model.ResultOperations:
		return "(*jsonapi.Results, error)"
	case model.ResultValue:
		return "(" + m.goType(m.Result.Type) + ", error)"
	case model.ResultEvents:
		return "iter.Seq2[api.Event[" + m.goType(m.Result.Type) + "], error]"
	case model.ResultSequence, model.ResultItems:
		return "iter.Seq2[" + m.goType(m.Result.Type) + ", error]"
	case model.ResultPage, model.ResultConnection:
		return "(*" + m.PageType() + ", error)"
	}
	return "(*" + m.goType(m.Result.Type) + ", error)"
}

// Fetch names the function of the runtime that makes the call.
func (m methodView) Fetch() string {
	if m.PagingOfResult() != nil {
		return "jsonapi.FetchPageBy[" + m.PageTypes() + "]"
	}
	switch m.Result.Kind {
	case model.ResultNone:
		return "api.Exec"
	case model.ResultText:
		return "api.Text"
	case model.ResultStream:
		return "api.Stream"
	case model.ResultResponse:
		return "api.Raw"
	case model.ResultOperations:
		return "jsonapi.FetchResults"
	}
	t := m.goType(m.Result.Type)
	switch m.Result.Kind {
	case model.ResultValue:
		return "api.Value[" + t + "]"
	case model.ResultEvents:
		return "api.Events[" + t + "]"
	case model.ResultSequence:
		return "api.Sequence[" + t + "]"
	case model.ResultItems:
		return "api.EventItems[" + t + "]"
	case model.ResultByStatus:
		return "api.Result[" + t + "]"
	case model.ResultResource:
		return "jsonapi.Fetch[" + t + "]"
	case model.ResultPage:
		return "jsonapi.FetchPage[" + m.PageTypes() + "]"
	case model.ResultConnection:
		return "graphql.List[" + t + "]"
	}
	return "api.Pointer[" + t + "]"
}

// Query spells the query and its variables, which follow the call of a GraphQL
// operation.
func (m methodView) Query() string {
	g := m.GraphQL
	var b strings.Builder
	b.WriteString("graphql.Query{\nText: " + g.Const + ",\n")
	if g.Paged != "" {
		b.WriteString("Paged: " + strconv.Quote(g.Paged) + ",\n")
	}
	b.WriteString("Path: " + stringsLiteral(g.Path) + ",\n}, ")
	if m.Options == nil {
		return b.String() + "nil"
	}
	return b.String() + m.paramsValue()
}

// QueryComment documents the constant that holds a query.
func (m methodView) QueryComment() string {
	return comment(model.Doc{Text: m.GraphQL.Const + " is the query that " + m.GoName + " sends."}, commentWidth)
}

// HTTPMethod spells the call's method.
func (m methodView) HTTPMethod() string {
	switch m.Method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "CONNECT", "OPTIONS", "TRACE":
		return "http.Method" + m.Method[:1] + strings.ToLower(m.Method[1:])
	}
	return strconv.Quote(m.Method)
}

// ArgList spells the values for the parameters of the path.
func (m methodView) ArgList() string {
	names := make([]string, len(m.Args))
	for i, a := range m.Args {
		names[i] = a.GoName
	}
	return strings.Join(names, ", ")
}

// Secured reports whether the operation says itself what credentials it needs.
func (m methodView) Secured() bool { return m.Security != nil }

// Redirects spells the documented statuses that the runtime would follow otherwise;
// "" if there are none. 3 stands for all of them.
func (m methodView) Redirects() string {
	var out []string
	for _, a := range m.Answers {
		switch a.Code {
		case "300", "301", "302", "303", "305", "307", "308":
			out = append(out, a.Code)
		case "3XX":
			out = append(out, "3")
		}
	}
	return strings.Join(out, ", ")
}

// ErrorBodies lists the types of the operation's own error bodies.
func (m methodView) ErrorBodies() []errorBody { return m.errorBodies(m.Errors) }

// errorBody is the type of the body that comes with a status.
type errorBody struct{ Code, Type string }

func (r *run) errorBodies(list []model.Status) []errorBody {
	out := make([]errorBody, len(list))
	for i, e := range list {
		out[i] = errorBody{e.Code, r.goType(e.Type)}
	}
	return out
}
