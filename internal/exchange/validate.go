package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/mail"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/docwright/docwright/internal/limit"
)

// Validate holds an exchange against a spec: the operation is there, the
// request goes where the operation is served, carries documented parameters
// and credentials and a body of the right shape, and the response is one of
// the documented ones. The error is an Errors with every problem, each at its
// place in the exchange and with the place of the spec that it contradicts.
func Validate(spec *Spec, ex *Exchange) error {
	v := &validator{spec: spec, ex: ex}
	route, ok := spec.operations[ex.OperationID]
	if !ok {
		v.fail(Position{File: ex.File}, "name the file after one of the spec's operations, or add this one to "+spec.file,
			"the spec has no operation %s", ex.OperationID)
		return v.errs.err()
	}
	v.route = route
	if params, ok := v.target(); ok {
		v.query()
		v.messages(params)
	}
	return v.errs.err()
}

// formats are those that kin-openapi lets pass and that typed code trips over.
var formats = []openapi3.SchemaValidationOption{
	openapi3.WithStringFormatValidators(map[string]openapi3.StringFormatValidator{
		"uuid": openapi3.NewCallbackValidator(func(s string) error {
			if !uuid.MatchString(s) {
				return errors.New("not a UUID")
			}
			return nil
		}),
		"email": openapi3.NewCallbackValidator(func(s string) error {
			_, err := mail.ParseAddress(s)
			return err
		}),
	}),
}

// uuid matches any version: documented ids are made up.
var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// validator holds the state of validating one exchange.
type validator struct {
	spec  *Spec
	ex    *Exchange
	route *routers.Route
	errs  Errors
}

func (v *validator) fail(pos Position, fix, format string, args ...any) {
	v.errs = append(v.errs, &Error{Pos: pos, Message: fmt.Sprintf(format, args...), Fix: fix})
}

// target checks method, host and path, and returns the path's parameters.
func (v *validator) target() (params []PathParam, ok bool) {
	req, at := &v.ex.Request, v.ex.Request.Position()
	at.Line, at.Col = req.line, 1
	if req.Method != v.route.Method {
		v.fail(at, "correct the request line, or the file name", "%s is a %s, not a %s", v.ex.OperationID, v.route.Method, req.Method)
		return nil, false
	}
	servers := v.spec.servers(v.route)
	below, ok := onServer(servers, req.Host, req.URL().EscapedPath())
	if !ok {
		urls := make([]string, len(servers))
		for i, server := range servers {
			urls[i] = server.URL
		}
		v.fail(at, "the spec's servers are "+strings.Join(urls, ", ")+"; give the Host header one of them",
			"%s%s is on no server of %s", req.Host, req.Target, v.ex.OperationID)
		return nil, false
	}
	if params, ok = matchPath(v.route.Path, below); !ok {
		at.Col = len(req.Method) + 2
		v.fail(at, "correct the request line, or the file name", "path %s does not match %s of %s", req.URL().Path, v.route.Path, v.ex.OperationID)
	}
	return params, ok
}

// query finds query members that the operation does not document;
// openapi3filter lets them pass.
func (v *validator) query() {
	known := v.queryNames()
	for name := range v.ex.Request.URL().Query() {
		base, _, _ := strings.Cut(name, "[")
		if slices.Contains(known, name) || slices.Contains(known, base) || slices.Contains(known, "*") {
			continue
		}
		at := Position{File: v.ex.File, Line: v.ex.Request.line, Col: len(v.ex.Request.Method) + 2}
		v.fail(at, "add the parameter to the spec, or take it out of the request", "%s has no query parameter %q", v.ex.OperationID, name)
	}
}

// queryNames returns the names that may stand in the query, "*" for any.
func (v *validator) queryNames() []string {
	var known []string
	for _, list := range []openapi3.Parameters{v.route.PathItem.Parameters, v.route.Operation.Parameters} {
		for _, p := range list {
			switch {
			case p.Value.In != "query":
			case p.Value.Schema != nil && p.Value.Schema.Value.Type.Is("object") && p.Value.Style != "deepObject" &&
				(p.Value.Explode == nil || *p.Value.Explode):
				known = append(known, "*") // an exploded object's members are parameters of their own
			default:
				known = append(known, p.Value.Name)
			}
		}
	}
	if v.spec.Doc.Components != nil {
		for _, scheme := range v.spec.Doc.Components.SecuritySchemes {
			if scheme.Value != nil && scheme.Value.In == "query" {
				known = append(known, scheme.Value.Name)
			}
		}
	}
	return known
}

// messages has openapi3filter look at the request and the response.
func (v *validator) messages(params []PathParam) {
	req, err := v.ex.Request.HTTP("")
	if err != nil {
		v.fail(Position{File: v.ex.File, Line: v.ex.Request.line, Col: 1}, "correct the request line", "%v", err)
		return
	}
	byName := map[string]string{}
	for _, param := range params {
		byName[param.Name] = param.Value
	}
	in := &openapi3filter.RequestValidationInput{
		Request: req, PathParams: byName, Route: v.route,
		Options: &openapi3filter.Options{
			MultiError:                        true,
			SkipSettingDefaults:               true,
			RejectWhenRequestBodyNotSpecified: true,
			ExcludeRequestBody:                v.ex.Request.Elided(),
			AuthenticationFunc:                authenticate,
			SchemaValidationOptions:           formats,
		},
	}
	if body := v.route.Operation.RequestBody; v.ex.Request.Body == nil && !v.ex.Request.Elided() && body != nil && body.Value.Required {
		in.Options.ExcludeRequestBody = true
		v.fail(v.ex.Request.Position(), "add the body, or its Content-Type header alone where the page does not show it",
			"request of %s: no body", v.ex.OperationID)
	}
	_, err = limit.Run("kin-openapi", len(v.ex.Request.Body), func() (any, error) { return nil, openapi3filter.ValidateRequest(context.Background(), in) })
	v.report("request", &v.ex.Request.Message, err)
	v.elidedRequest()
	if res := v.ex.Response; res != nil {
		v.response(in, res)
	}
}

// elidedRequest checks what can be checked of a body that the page does not show.
func (v *validator) elidedRequest() {
	body := v.route.Operation.RequestBody
	if !v.ex.Request.Elided() {
		return
	}
	header := v.ex.Request.Header.Get("Content-Type")
	if body == nil {
		v.fail(v.ex.Request.Position(), "drop the Content-Type header", "%s takes no request body", v.ex.OperationID)
	} else if body.Value.Content.Get(header) == nil {
		v.fail(v.ex.Request.Position(), "correct the header, or add the media type to the spec", "%s takes no body of type %s", v.ex.OperationID, header)
	}
}

func (v *validator) response(in *openapi3filter.RequestValidationInput, res *Response) {
	declared := v.route.Operation.Responses.Status(res.Status)
	isDefault := declared == nil
	if isDefault {
		declared = v.route.Operation.Responses.Default()
	}
	none := res.Body == nil && !res.Elided()
	if declared == nil || isDefault && len(declared.Value.Content) == 0 && !none {
		at := Position{File: res.file, Line: res.line, Col: len("HTTP/1.1 ") + 1}
		v.fail(at, "correct the status, or add the response to the spec", "%s has no response %d%s", v.ex.OperationID, res.Status, v.statuses())
		return
	}
	switch {
	case len(declared.Value.Content) == 0 && !none:
		v.fail(res.Position(), "add the body to the spec's response, or take it out of the exchange", "%s has no body in its %d response", v.ex.OperationID, res.Status)
		return
	case len(declared.Value.Content) > 0 && none:
		v.fail(res.Position(), "add the body, or its Content-Type header alone where the page does not show it", "response of %s: no body", v.ex.OperationID)
	}
	options := *in.Options
	options.ExcludeResponseBody = res.Elided() || none
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: res.Status, Header: res.Header, Body: io.NopCloser(strings.NewReader(string(res.Body))), Options: &options,
	}
	_, err := limit.Run("kin-openapi", len(res.Body), func() (any, error) { return nil, openapi3filter.ValidateResponse(context.Background(), out) })
	v.report("response", &res.Message, err)
}

// statuses lists those of the operation's responses: ", only 201 and default".
func (v *validator) statuses() string {
	all := slices.Sorted(maps.Keys(v.route.Operation.Responses.Map()))
	if len(all) == 0 {
		return ""
	}
	last := len(all) - 1
	if last == 0 {
		return ", only " + all[0]
	}
	return ", only " + strings.Join(all[:last], ", ") + " and " + all[last]
}

// report turns openapi3filter's errors into ours.
func (v *validator) report(side string, m *Message, err error) {
	if err == nil {
		return
	}
	places := places{message: m}
	for _, f := range findings(err, nil) {
		at := places.at(f.path)
		subject := side + " of " + v.ex.OperationID
		fix := "correct the exchange or the spec"
		if len(f.path) > 0 {
			subject += ": /" + strings.Join(f.path, "/")
		}
		if f.schema != nil && f.schema.Origin != nil && f.schema.Origin.Key != nil {
			fix += ", which says so at " + specPosition(f.schema, f.field).String()
		}
		if !f.body {
			at = Position{File: m.file, Line: m.line, Col: 1}
		}
		v.fail(at, fix, "%s: %s", subject, f.reason)
	}
}

// finding is one reason why a message does not satisfy the spec.
type finding struct {
	path   []string // to the value within the body
	reason string
	schema *openapi3.Schema
	field  string // the keyword that is not met, e.g. "type"
	body   bool
}

// findings flattens an error of openapi3filter. Of alternatives, of which one
// would have done, only the closest is told. The path is that of errors which
// do not know theirs: schema errors know it, nested ones in full.
func findings(err error, path []string) []finding {
	switch e := err.(type) { //nolint:errorlint // each is looked at by itself: As would find the first of many
	case openapi3.MultiError:
		return flatten(e, path)
	case *openapi3filter.RequestError:
		return requestFindings(e, path)
	case *openapi3filter.ResponseError:
		return reasoned(e.Reason, e.Err, path, true)
	case *openapi3filter.SecurityRequirementsError:
		reasons := make([]string, len(e.Errors))
		for i, err := range e.Errors {
			reasons[i] = err.Error()
		}
		return []finding{{reason: "no documented credential: " + strings.Join(reasons, "; ")}}
	case *openapi3.SchemaError:
		return schemaFindings(e, e.JSONPointer())
	}
	return []finding{{path: path, reason: err.Error(), body: true}}
}

func flatten(errs []error, path []string) []finding {
	var all []finding
	for _, err := range errs {
		all = append(all, findings(err, path)...)
	}
	return all
}

func requestFindings(e *openapi3filter.RequestError, path []string) []finding {
	if e.Parameter == nil {
		return reasoned(e.Reason, e.Err, path, e.RequestBody != nil)
	}
	all := reasoned(e.Reason, e.Err, nil, false)
	for i := range all {
		all[i].reason = fmt.Sprintf("%s parameter %q: %s", e.Parameter.In, e.Parameter.Name, all[i].reason)
		all[i].path, all[i].body = nil, false
	}
	return all
}

// reasoned tells a schema error by itself, and any other with the reason before it.
func reasoned(reason string, err error, path []string, body bool) []finding {
	var schemaErr *openapi3.SchemaError
	if errors.As(err, &schemaErr) {
		return findings(err, path)
	}
	switch {
	case err == nil:
	case reason == "" || reason == err.Error():
		reason = err.Error()
	default:
		reason += ": " + err.Error()
	}
	return []finding{{path: path, reason: reason, body: body}}
}

func schemaFindings(e *openapi3.SchemaError, path []string) []finding {
	own := finding{path: path, reason: e.Reason, schema: e.Schema, field: e.SchemaField, body: true}
	if own.reason == "" {
		own.reason = "does not match the schema's " + e.SchemaField
	}
	own.reason, _, _ = strings.Cut(own.reason, " (string doesn't match pattern") // the one behind a format: long, and known
	var alternatives openapi3.MultiError
	if e.Origin == nil || !errors.As(e.Origin, &alternatives) {
		return []finding{own}
	}
	inner := flatten(alternatives, path)
	if e.SchemaField == "allOf" || len(inner) == 0 {
		return inner
	}
	closest := slices.MaxFunc(inner, func(a, b finding) int { return len(a.path) - len(b.path) })
	if len(alternatives) > 1 {
		closest.reason += fmt.Sprintf(" (the closest of %d alternatives)", len(alternatives))
	}
	return []finding{closest}
}

// specPosition is where a schema says what was not met, with its file's name
// relative to the working directory.
func specPosition(schema *openapi3.Schema, field string) Position {
	loc, ok := schema.Origin.Fields.Lookup(field)
	if !ok {
		loc = *schema.Origin.Key
	}
	file := loc.File
	if wd, err := filepath.Abs("."); err == nil {
		if rel, err := filepath.Rel(wd, file); err == nil && filepath.IsAbs(file) && !strings.HasPrefix(rel, "..") {
			file = rel
		}
	}
	return Position{File: filepath.ToSlash(file), Line: loc.Line, Col: loc.Column}
}

// authenticate reports whether the request carries the credential of a
// security scheme. Its value does not matter: pages show placeholders.
func authenticate(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	req, scheme := in.RequestValidationInput.Request, in.SecurityScheme
	switch scheme.Type {
	case "apiKey":
		return apiKey(req, scheme)
	case "http":
		return authorization(req, strings.ToLower(scheme.Scheme))
	case "oauth2", "openIdConnect":
		return authorization(req, "bearer")
	case "mutualTLS":
		return nil // not part of an HTTP message
	}
	return fmt.Errorf("security scheme %s has the unknown type %q", in.SecuritySchemeName, scheme.Type)
}

func apiKey(req *http.Request, scheme *openapi3.SecurityScheme) error {
	var value string
	switch scheme.In {
	case "header":
		value = req.Header.Get(scheme.Name)
	case "query":
		value = req.URL.Query().Get(scheme.Name)
	case "cookie":
		if cookie, err := req.Cookie(scheme.Name); err == nil {
			value = cookie.Value
		}
	}
	if value == "" {
		return fmt.Errorf("no %s %s", scheme.In, scheme.Name)
	}
	return nil
}

func authorization(req *http.Request, scheme string) error {
	name, credential, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	if !strings.EqualFold(name, scheme) || credential == "" {
		return fmt.Errorf("no Authorization: %s header", scheme)
	}
	return nil
}
