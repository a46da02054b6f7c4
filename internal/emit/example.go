package emit

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/format"
	"net/url"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/model"
)

// This file spells an example call of an operation, with the values of a
// recorded request where there is one.

// Example spells a call of an operation on a variable called client, in a
// package that imports the client's. Path parameters are variables of the names
// that the method has for them; so is a body that cannot be written down, such
// as a stream. A nil sample makes a call with the required members only.
func (s *Spelling) Example(service *model.Service, op *model.Operation, sample *model.Sample) string {
	e := &exampler{methodView{run: s.other, Operation: op}, sample}
	call := func(method string) string {
		receiver := "client." + service.Field()
		if service.Package != "" {
			receiver = service.Package + ".New(client)"
		}
		return receiver + "." + method + "(" + strings.Join(e.arguments(), ", ") + ")"
	}
	var b strings.Builder
	switch name := e.result(); {
	case op.Result.Kind == model.ResultNone:
		b.WriteString("err := " + call(op.GoName))
	case op.Result.Kind == model.ResultEvents:
		b.WriteString("for event, err := range " + call(op.GoName) + " {\n\t// …\n}")
	case op.Result.Kind == model.ResultSequence, op.Result.Kind == model.ResultItems:
		b.WriteString("for " + name + ", err := range " + call(op.GoName) + " {\n\t// …\n}")
	default:
		b.WriteString(name + ", err := " + call(op.GoName))
	}
	if hasPages(op) {
		item := op.Result.Type
		if e.Family() == "api" {
			item = itemType(op)
		}
		b.WriteString("\n\nfor " + variable(item, e.taken()...) + ", err := range " + call(op.Page.All) + " {\n\t// every item of every page\n}")
	}
	formatted, err := format.Source([]byte(b.String()))
	if err != nil {
		return b.String()
	}
	return string(formatted)
}

// exampler spells one example.
type exampler struct {
	methodView
	sample *model.Sample
}

// taken lists the names that an example's own variables cannot have.
func (e *exampler) taken() []string {
	names := []string{"client", "err", "api", "jsonapi", "graphql", "json", "time", "io", e.api.Package}
	return append(names, e.arguments()...) // among which are variables
}

// result names the variable for what the call returns.
func (e *exampler) result() string {
	switch {
	case e.Result.Kind == model.ResultPage, e.Result.Kind == model.ResultConnection:
		return "page"
	case e.Result.Kind == model.ResultText:
		return "text"
	case e.Result.Kind == model.ResultStream:
		return "content"
	case e.Result.Kind == model.ResultResponse:
		return "response"
	case e.Result.Type == nil, e.Result.Kind == model.ResultValue, e.Result.Kind == model.ResultByStatus:
		return "result"
	}
	return variable(e.Result.Type, e.taken()...)
}

func (e *exampler) arguments() []string {
	args := []string{"ctx"}
	for _, a := range e.Args {
		args = append(args, a.GoName)
	}
	if e.hasBodyArg() {
		body, err := e.body()
		if err != nil {
			body = e.Body.GoName
		}
		args = append(args, body)
	}
	if e.Options != nil {
		if params := e.options(); params != e.declName(e.Options)+"{}" || e.NeedsParams() {
			args = append(args, params)
		}
	}
	return args
}

// errUnspoken says that a value has no Go expression that reads well.
var errUnspoken = errors.New("no expression")

// body spells the request's body.
func (e *exampler) body() (string, error) {
	kind := e.Body.Kind
	if kind == model.BodyOperations || kind == model.BodyStream || kind == model.BodyMultipart {
		return "", errUnspoken
	}
	if e.sample == nil || e.sample.Body == nil {
		return e.bareBody()
	}
	if kind == model.BodyText {
		return strconv.Quote(string(e.sample.Body)), nil
	}
	value, err := decodeSample(e.sample.Body)
	if kind == model.BodyForm {
		value, err = formValues(e.sample.Body)
	}
	if err != nil {
		return "", err
	}
	switch kind {
	case model.BodyLinkage:
		return e.literal(e.Body.Type, value)
	case model.BodyResource:
		document, _ := value.(map[string]any)
		value = document["data"]
	}
	return e.wholeBody(value)
}

// wholeBody spells a body as the method takes it.
func (e *exampler) wholeBody(value any) (string, error) {
	t := e.Body.Type
	if e.Body.Many {
		t = &model.Type{Kind: model.KindSlice, Elem: t}
	}
	literal, err := e.literal(t, value)
	if err == nil && e.Body.Use == model.BodyPointer {
		if t.Decl.Kind != model.DeclStruct {
			return "", errUnspoken
		}
		literal = "&" + literal
	}
	return literal, err
}

// bareBody spells a body without a sample: what must be there.
func (e *exampler) bareBody() (string, error) {
	switch {
	case e.Body.Kind == model.BodyText:
		return `"…"`, nil
	case e.Body.Kind == model.BodyLinkage:
		return "", errUnspoken
	case e.Body.Use == model.BodyPointer:
		return "nil", nil
	case e.Body.Type.Kind != model.KindNamed || e.Body.Type.Decl.Kind != model.DeclStruct || e.Body.Many:
		return "", errUnspoken
	}
	return e.bareStruct(e.Body.Type.Decl), nil
}

// bareStruct spells a struct with its required members that are scalars.
func (e *exampler) bareStruct(d *model.Decl) string {
	var fields []string
	for _, f := range d.Fields {
		if f.OmitZero || f.GoName == "_" {
			continue
		}
		if value := e.bareValue(f.Type); value != "" {
			fields = append(fields, f.GoName+": "+value)
		}
	}
	return composite(e.declName(d), fields)
}

// bareValue is some value of a scalar type; "" for others.
func (e *exampler) bareValue(t *model.Type) string {
	switch t.Kind {
	case model.KindString:
		return `"…"`
	case model.KindInt, model.KindFloat:
		return "1"
	case model.KindBool:
		return "true"
	case model.KindNamed:
		if t.Decl.Kind == model.DeclEnum && len(t.Decl.Values) > 0 {
			return e.qualifier(t.Decl) + t.Decl.Values[0].GoName
		}
	}
	return ""
}

// composite spells a composite literal: each field has a line, if there are any.
func composite(typ string, fields []string) string {
	if len(fields) == 0 {
		return typ + "{}"
	}
	return typ + "{\n" + strings.Join(fields, ",\n") + ",\n}"
}

// options spells the struct of parameters, with those that the sample has.
func (e *exampler) options() string {
	d := e.Options
	if e.sample == nil {
		return e.bareStruct(d)
	}
	if e.GraphQL != nil {
		value, err := decodeSample(e.sample.Body)
		if request, ok := value.(map[string]any); ok && err == nil {
			if literal, err := e.structLiteral(d, request["variables"]); err == nil {
				return literal
			}
		}
		return e.declName(d) + "{}"
	}
	var fields []string
	if e.Body != nil && e.Body.Use == model.BodyInParams {
		fields = e.bodyFields()
	}
	for _, f := range d.Fields {
		var values []string
		switch f.In {
		case model.InQuery:
			values = e.sample.Query[f.Name]
		case model.InHeader:
			values = e.sample.Header.Values(f.Name)
		}
		if len(values) == 0 || f.GoName == "_" {
			continue
		}
		if literal, err := e.parameter(f, values); err == nil {
			fields = append(fields, f.GoName+": "+literal)
		}
	}
	return composite(e.declName(d), fields)
}

// bodyFields spells the fields of the parameters that hold the sample's body.
func (e *exampler) bodyFields() []string {
	if e.sample.Body == nil || e.Body.Kind == model.BodyMultipart {
		return nil
	}
	value, err := decodeSample(e.sample.Body)
	if e.Body.Kind == model.BodyForm {
		value, err = formValues(e.sample.Body)
	}
	if err != nil {
		return nil
	}
	if e.Body.Type != nil {
		literal, err := e.literal(e.Body.Type, value)
		if err != nil || e.Body.Type.Kind != model.KindNamed || e.Body.Type.Decl.Kind != model.DeclStruct {
			return nil
		}
		return []string{"Body: &" + literal}
	}
	object, _ := value.(map[string]any)
	var fields []string
	for _, f := range e.Options.Fields {
		member, sent := object[f.Name]
		if !sent || f.In != model.InMember || f.GoName == "_" {
			continue
		}
		if literal, err := e.literal(f.Type, member); err == nil {
			fields = append(fields, f.GoName+": "+literal)
		}
	}
	return fields
}

// parameter spells a parameter that was sent as values.
func (e *exampler) parameter(f *model.Field, values []string) (string, error) {
	t := f.Type
	for t.Kind == model.KindOpt {
		t = t.Elem
	}
	if t.Kind != model.KindSlice {
		return e.literal(f.Type, scalarOf(t, values[0]))
	}
	if len(values) == 1 && len(f.Flags) > 0 && f.Flags[0] == "csv" {
		values = strings.Split(values[0], ",")
	}
	items := make([]any, len(values))
	for i, v := range values {
		items[i] = scalarOf(t.Elem, v)
	}
	return e.literal(f.Type, items)
}

// scalarOf is the value of type t that is written as text.
func scalarOf(t *model.Type, text string) any {
	for t.Kind == model.KindOpt || t.Kind == model.KindPointer || t.Kind == model.KindNamed && t.Decl.Underlying != nil {
		if t.Kind == model.KindNamed {
			t = t.Decl.Underlying
		} else {
			t = t.Elem
		}
	}
	switch t.Kind {
	case model.KindInt, model.KindFloat, model.KindNumber:
		return json.Number(text)
	case model.KindBool:
		return text == "true"
	}
	return text
}

// decodeSample reads JSON.
func decodeSample(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var value any
	err := dec.Decode(&value)
	return value, err
}

// formValues reads a form as an object whose members are strings.
func formValues(data []byte) (any, error) {
	values, err := url.ParseQuery(string(data))
	if err != nil {
		return nil, err
	}
	object := map[string]any{}
	for name, list := range values {
		object[name] = list[0]
	}
	return object, nil
}
