package apitest

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"
)

// Error is what a handler returns to answer with a status other than success. The
// fake makes the API's kind of error body of it: a JSON:API document, or a member
// that the document declares for the text. An [api.Error] with Errors of its own
// does the same and says more.
func Error(status int, detail string) error {
	return &api.Error{StatusCode: status, Errors: []api.ErrorObject{{Detail: detail}}}
}

// problem makes the error of one object.
func problem(status int, o api.ErrorObject) *api.Error {
	return &api.Error{StatusCode: status, Errors: []api.ErrorObject{o}}
}

// errorAnswer makes the body that reports an error; op is nil when the request
// reached no operation.
func (c *contract) errorAnswer(op *operation, err error) *answer {
	var e *api.Error
	if !errors.As(err, &e) {
		e = problem(http.StatusInternalServerError, api.ErrorObject{Detail: err.Error()})
	}
	a := &answer{status: e.StatusCode, header: http.Header{}}
	if a.status == 0 {
		a.status = http.StatusInternalServerError
	}
	for name, values := range e.Header {
		a.header[name] = values
	}
	contentType, body := c.errorBody(op, a.status, e)
	a.header.Set("Content-Type", contentType)
	if e.Body != nil {
		a.body = e.Body
		return a
	}
	a.body = encode(body)
	return a
}

// errorBody makes the value that the body of an error holds, and its type.
func (c *contract) errorBody(op *operation, status int, e *api.Error) (contentType string, body any) {
	if op == nil {
		return c.unknownError(status, e)
	}
	if declared := op.errorBody(status); declared != nil {
		if declared.Body == "" {
			return declared.ContentType, errorDocument(status, e)
		}
		return declared.ContentType, declared.fill(status, e)
	}
	if t := op.endpoint.ErrorType; t != "" {
		return t, errorDocument(status, e)
	}
	return "application/json", map[string]any{"error": errorText(status, e)}
}

// unknownError is the body of an error where no operation is meant: the API's kind
// of body, if it has one.
func (c *contract) unknownError(status int, e *api.Error) (contentType string, body any) {
	for _, op := range c.operations {
		if t := op.endpoint.ErrorType; t != "" {
			return t, errorDocument(status, e)
		}
	}
	return "application/json", map[string]any{"error": errorText(status, e)}
}

// errorBody finds what is declared for a status: itself, its hundred, the default.
func (o *operation) errorBody(status int) *ErrorBody {
	text := strconv.Itoa(status)
	for _, code := range []string{text, text[:1] + "XX", "default"} {
		for i := range o.endpoint.Errors {
			if o.endpoint.Errors[i].Status == code {
				return &o.endpoint.Errors[i]
			}
		}
	}
	return nil
}

// errorType is the content type that is declared for a status other than success;
// "" if there is none.
func (o *operation) errorType(status int) string {
	if r := o.response(status); r != nil && status != o.endpoint.Status {
		if b := o.errorBody(status); b != nil {
			return b.ContentType
		}
		if len(r.Content) > 0 && r.Content[o.endpoint.ContentType] == nil {
			return slices.Min(slices.Collect(maps.Keys(r.Content)))
		}
	}
	return ""
}

// errorDocument makes a JSON:API document of errors.
func errorDocument(status int, e *api.Error) map[string]any {
	var list []any
	for _, o := range e.Errors {
		list = append(list, errorObject(status, o))
	}
	if len(list) == 0 {
		list = []any{errorObject(status, api.ErrorObject{Detail: e.Message})}
	}
	return map[string]any{"errors": list}
}

func errorObject(status int, o api.ErrorObject) map[string]any {
	out := map[string]any{}
	set := func(at map[string]any, name, value string) {
		if value != "" {
			at[name] = value
		}
	}
	if o.Status == "" {
		o.Status = strconv.Itoa(status)
	}
	if o.Title == "" {
		o.Title = http.StatusText(status)
	}
	set(out, "id", o.ID)
	set(out, "status", o.Status)
	set(out, "code", o.Code)
	set(out, "title", o.Title)
	set(out, "detail", o.Detail)
	source, links := map[string]any{}, map[string]any{}
	set(source, "pointer", o.Pointer)
	set(source, "parameter", o.Parameter)
	set(source, "header", o.Header)
	set(links, "about", o.About)
	set(links, "type", o.Type)
	if len(source) > 0 {
		out["source"] = source
	}
	if len(links) > 0 {
		out["links"] = links
	}
	if len(o.Meta) > 0 {
		out["meta"] = o.Meta
	}
	return out
}

// fill makes a declared error body: a sample, with the text and the status in the
// members that are for them.
func (b *ErrorBody) fill(status int, e *api.Error) any {
	body, ok := decode([]byte(b.Body)).(map[string]any)
	if !ok {
		return map[string]any{}
	}
	for _, pointer := range b.Text {
		setPointer(body, pointer, errorText(status, e))
	}
	for _, pointer := range b.Code {
		setPointer(body, pointer, status)
	}
	return body
}

// errorText says an error in one line.
func errorText(status int, e *api.Error) string {
	var list []string
	for k := range e.Errors {
		list = append(list, e.Errors[k].String())
	}
	if len(list) == 0 && e.Message != "" {
		list = append(list, e.Message)
	}
	if len(list) == 0 {
		return http.StatusText(status)
	}
	return strings.Join(list, "; ")
}

// encode returns a value as JSON.
func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("apitest: " + err.Error()) // values that were JSON, or are made of strings here
	}
	return data
}
