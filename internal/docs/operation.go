package docs

import (
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/exchange"
	"github.com/docwright/docwright/internal/model"
)

// This file is what the template of services sees of an operation.

// operationView is an operation.
type operationView struct {
	ID         string
	Method     string
	Path       string
	Operation  string // operationId
	Doc        template.HTML
	Deprecated string
	Signatures template.HTML
	Example    template.HTML
	Query      string // GraphQL
	Params     []fieldView
	Access     []string // alternatives of credentials
	Open       bool     // no credential is sent
	Answers    []answerView
	Exchanges  []exchangeView
	Decisions  []Decision // where the document differs from the documentation
	Request    *typeBox
	Response   *typeBox
}

// answerView is a documented response.
type answerView struct {
	Code   string
	Reason string // e.g. "Not Found"
	Type   template.HTML
	Doc    template.HTML
}

// typeBox shows a type beside another one.
type typeBox struct {
	Type template.HTML // as the method has it
	Note string        // e.g. the media type
	View *typeView     // what it is made of; nil for what is no type of the client
	More int           // fields that are left out
	Href string        // the type's own place
}

func (c *client) operationView(s *model.Service, op *model.Operation) operationView {
	at := place{"../", s.Package}
	v := operationView{
		ID: op.GoName, Method: op.Method, Path: op.Path, Operation: op.ID,
		Doc: c.doc(op.Doc), Deprecated: op.Doc.Deprecated,
		Signatures: c.goCode(at, strings.Join(c.Go.Methods(s, op), "\n\n")),
		Params:     c.parameters(at, op),
		Answers:    c.answers(at, op),
	}
	if op.GraphQL != nil {
		v.Query = op.GraphQL.Text
	}
	var sample *model.Sample
	for _, x := range c.samples[op.ID] {
		if sample == nil {
			sample = &model.Sample{Query: x.Request.URL().Query(), Header: x.Request.Header, Body: x.Request.Body}
		}
		v.Exchanges = append(v.Exchanges, newExchangeView(x))
	}
	v.Example = c.goCode(at, c.Go.Example(s, op, sample))
	v.Access, v.Open = c.access(op)
	v.Decisions = c.decisions(op.ID)
	if body := c.Go.BodyType(s, op); body != "" {
		v.Request = c.typeBox(at, body, op.Body.ContentType, op.Body.Type)
	}
	if op.Result.Kind != model.ResultNone {
		v.Response = c.typeBox(at, c.Go.ResultType(s, op), op.Accept, op.Result.Type)
	}
	return v
}

// access lists what credentials a call needs: each alternative is the options
// that go together.
func (c *client) access(op *model.Operation) (alternatives []string, open bool) {
	security := op.Security
	if security == nil {
		security = c.API.Security
	}
	for _, names := range security {
		var options []string
		for _, name := range names {
			for _, s := range c.API.Schemes {
				if s.Name == name {
					option, _, _ := strings.Cut(c.Go.Option(s), "(")
					options = append(options, option)
				}
			}
		}
		if len(options) == 0 {
			options = []string{"none"}
		}
		alternatives = append(alternatives, strings.Join(options, " and "))
	}
	return alternatives, security != nil && len(security) == 0
}

// parameters lists the path's, then the others.
func (c *client) parameters(at place, op *model.Operation) []fieldView {
	var list []fieldView
	for _, a := range op.Args {
		list = append(list, fieldView{
			Go: a.GoName, Name: a.Name, Place: "path", Required: true, Type: c.goCode(at, c.Go.Type(at.pkg, a.Type)), Doc: c.text.render(a.Doc.Text),
			Constraints: constraintViews(a.Constraints),
		})
	}
	if op.Options == nil {
		return list
	}
	for _, f := range op.Options.Fields {
		if f.GoName == "_" {
			continue
		}
		v := c.fieldView(op.Options, f)
		v.ID = "" // the type's page has it
		v.Go = model.ParamsVar + "." + f.GoName
		if op.GraphQL != nil {
			v.Place = "variable"
		}
		list = append(list, v)
	}
	return list
}

// answers lists the documented responses, and the types of their bodies.
func (c *client) answers(at place, op *model.Operation) []answerView {
	types := map[string]*model.Type{}
	for _, e := range slices.Concat(c.API.Errors, op.Errors) {
		types[e.Code] = e.Type
	}
	if op.Result.Kind == model.ResultByStatus {
		for _, f := range op.Result.Type.Decl.Fields {
			types[f.Name] = f.Type
		}
	}
	docs := map[string]model.Doc{}
	for _, a := range op.Answers {
		docs[a.Code] = a.Doc
	}
	var list []answerView
	for _, code := range slices.Sorted(maps.Keys(docs)) {
		v := answerView{Code: code, Doc: c.text.render(docs[code].Text)}
		if n, err := strconv.Atoi(code); err == nil {
			v.Reason = http.StatusText(n)
		}
		if t := types[code]; t != nil {
			v.Type = c.goCode(at, c.Go.Type(at.pkg, t))
		}
		list = append(list, v)
	}
	return list
}

// maxBox is how many fields are shown beside an operation.
const maxBox = 12

// typeBox shows a request's or a response's type.
func (c *client) typeBox(at place, spelled, media string, t *model.Type) *typeBox {
	box := &typeBox{Type: c.goCode(at, spelled), Note: media}
	d := declOf(t)
	if d == nil {
		return box
	}
	view := c.typeView(d)
	if over := len(view.Fields) - maxBox; over > 1 {
		view.Fields = view.Fields[:maxBox]
		box.More = over
	}
	if over := len(view.Values) - maxBox; over > 1 {
		view.Values = view.Values[:maxBox]
		box.More = over
	}
	box.View, box.Href = &view, c.typeLink("../", d)
	return box
}

// declOf is the declaration that a type is made of; nil when there is none.
func declOf(t *model.Type) *model.Decl {
	for t != nil && t.Elem != nil {
		t = t.Elem
	}
	if t == nil {
		return nil
	}
	return t.Decl
}

// use is an operation that a type is the request's or the response's of.
type use struct {
	Text, Href, How string
}

// noteUses finds out which operations use a type.
func (c *client) noteUses() {
	add := func(d *model.Decl, u use) {
		if d != nil {
			c.uses[d] = append(c.uses[d], u)
		}
	}
	for _, s := range c.API.Services {
		page := "../" + c.servicePage(s)
		for _, op := range s.Operations {
			u := use{Text: s.GoName + "." + op.GoName, Href: page + "#" + op.GoName}
			if op.Body != nil {
				u.How = "request"
				add(declOf(op.Body.Type), u)
			}
			if op.Options != nil {
				u.How = "parameters"
				add(op.Options, u)
			}
			if op.Header != nil {
				u.How = "headers of the response"
				add(op.Header, u)
			}
			u.How = "response"
			add(declOf(op.Result.Type), u)
			if op.Stream != nil {
				u.How = "stream"
				add(declOf(op.Stream.Result.Type), u)
			}
		}
	}
}

// exchangeView is a recorded call.
type exchangeView struct {
	Variant  string
	Page     string // address; "" when it is none that a page may link to
	Request  template.HTML
	Response template.HTML
	Status   string // e.g. "200 OK"; "" without a response
	Long     bool   // the response is folded
}

// longBody is how many lines of a response are shown at once.
const longBody = 40

func newExchangeView(x *exchange.Exchange) exchangeView {
	v := exchangeView{Variant: x.Variant, Page: webAddress(x.PageURL)}
	var w codeWriter
	w.span("h", x.Request.Method)
	w.text(" " + x.Request.Target + "\n")
	if x.Request.Host != "" {
		w.span("h", "Host")
		w.text(": " + x.Request.Host + "\n")
	}
	writeMessage(&w, &x.Request.Message)
	v.Request = w.html()
	if x.Response == nil {
		return v
	}
	w = codeWriter{}
	v.Status = strings.TrimSpace(strconv.Itoa(x.Response.Status) + " " + http.StatusText(x.Response.Status))
	w.span("h", "HTTP/1.1 "+v.Status)
	w.text("\n")
	writeMessage(&w, &x.Response.Message)
	v.Response = w.html()
	v.Long = strings.Count(string(x.Response.Body), "\n") > longBody
	return v
}

// writeMessage writes headers and body.
func writeMessage(w *codeWriter, m *exchange.Message) {
	for _, name := range slices.Sorted(maps.Keys(m.Header)) {
		for _, value := range m.Header[name] {
			w.span("h", name)
			w.text(": " + value + "\n")
		}
	}
	switch {
	case m.Elided():
		w.text("\n")
		w.span("c", "(a body that the documentation does not show)")
	case len(m.Body) > 0:
		w.text("\n")
		if strings.Contains(m.Header.Get("Content-Type"), "json") {
			jsonCode(w, strings.TrimRight(string(m.Body), "\n"))
		} else {
			w.text(strings.TrimRight(string(m.Body), "\n"))
		}
	}
}
