package apitest

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"

	"github.com/getkin/kin-openapi/openapi3"
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

// errorAnswer makes the body that tells an error; op is nil when the request
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
	var declared *media
	if op != nil {
		if r := op.response(status); r != nil {
			declared = mediaOf(r.Content)
		}
	}
	switch {
	case declared != nil && isJSON(declared.contentType) && property(declared.schema, "errors") == nil && declared.schema != nil:
		return declared.contentType, c.declaredError(declared.schema, status, e)
	case declared != nil && isJSON(declared.contentType):
		return declared.contentType, errorDocument(status, e)
	case op == nil && c.speaksJSONAPI() || op != nil && op.speaksJSONAPI():
		return mediaType, errorDocument(status, e)
	}
	return "application/json", map[string]any{"error": errorText(status, e)}
}

func (c *contract) speaksJSONAPI() bool {
	for _, op := range c.operations {
		if op.speaksJSONAPI() {
			return true
		}
	}
	return false
}

// speaksJSONAPI reports whether the operation's bodies are of JSON:API's type.
func (o *operation) speaksJSONAPI() bool {
	_, m := o.success()
	for _, m := range []*media{m, o.requestMedia()} {
		if m != nil && bareType(m.contentType) == mediaType {
			return true
		}
	}
	return o.endpoint != nil && o.requestMedia() == nil && m == nil
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

// declaredError fills a declared error body: what must be there, and the text in
// the member that is for it.
func (c *contract) declaredError(s *openapi3.Schema, status int, e *api.Error) any {
	body, ok := c.sample(s, sampleRequired).(map[string]any)
	if !ok {
		body = map[string]any{}
	}
	text := errorText(status, e)
	for _, name := range []string{"error", "message", "detail", "title", "description"} {
		p := property(s, name)
		switch {
		case p == nil:
			continue
		case is(p, "object"):
			body[name] = c.declaredError(p, status, e)
		case is(p, "string"):
			body[name] = text
		default:
			continue
		}
		break
	}
	for _, name := range []string{"status", "code"} {
		if p := property(s, name); p != nil && (is(p, "integer") || is(p, "number")) {
			body[name] = status
		}
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
