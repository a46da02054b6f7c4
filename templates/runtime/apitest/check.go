package apitest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/mail"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// Violation is a way in which a message is not what the document says.
type Violation struct {
	Operation string // e.g. "contacts.update"; method and path where no operation is meant
	Answer    bool   // of the fake's response; of the request otherwise
	Pointer   string // into the body, e.g. "/data/attributes/email"; "" when it is about something else
	Parameter string // e.g. "limit"; "" when no parameter is to blame
	In        string // of the parameter: "query", "path", "header" or "cookie"
	Reason    string
	Status    int // that a request is answered with: 400, 401, 404, 405, 415 or 422

	keyword string // of the schema that was not satisfied
}

// String says, in one line, which message it is and what is wrong with it.
func (v Violation) String() string {
	side := "request"
	if v.Answer {
		side = "answer"
	}
	where := ""
	switch {
	case v.Pointer != "":
		where = v.Pointer + ": "
	case v.Parameter != "":
		where = fmt.Sprintf("%s parameter %q: ", v.In, v.Parameter)
	}
	return fmt.Sprintf("%s: %s: %s%s", v.Operation, side, where, v.Reason)
}

// formats are those that kin-openapi lets pass and that typed clients refuse.
var formats = []openapi3.SchemaValidationOption{
	openapi3.WithStringFormatValidators(map[string]openapi3.StringFormatValidator{
		"uuid": openapi3.NewCallbackValidator(func(s string) error {
			if !uuidText.MatchString(s) {
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

// uuidText matches any version: documented ids are made up.
var uuidText = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// hasBody reports whether the operation documents a body of requests.
func (o *operation) hasBody() bool {
	b := o.Operation.RequestBody
	return b != nil && b.Value != nil && len(b.Value.Content) > 0
}

// pointerTo is the JSON pointer of a path.
func pointerTo(path []string) string {
	var b strings.Builder
	for _, name := range path {
		b.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name))
	}
	return b.String()
}

// input is a request as openapi3filter takes it.
func (c *call) input() *openapi3filter.RequestValidationInput {
	r := c.request.Clone(c.request.Context())
	r.Body = io.NopCloser(bytes.NewReader(c.body))
	return &openapi3filter.RequestValidationInput{
		Request: r, PathParams: c.params, Route: c.op.Route, QueryParams: c.query,
		Options: &openapi3filter.Options{
			MultiError:                        true,
			SkipSettingDefaults:               true,
			RejectWhenRequestBodyNotSpecified: len(c.body) > 0 && r.Method != http.MethodDelete, // clients of JSON:API send one there, with what is to go
			ExcludeRequestBody:                len(c.body) > 0 && !readable(r.Header.Get("Content-Type")) && c.op.hasBody(),
			AuthenticationFunc:                authenticate,
			SchemaValidationOptions:           formats,
		},
	}
}

// readable reports whether openapi3filter can read bodies of a content type.
func readable(contentType string) bool {
	bare := bareType(contentType)
	return isJSON(bare) || bare == "application/x-www-form-urlencoded" || bare == "multipart/form-data" || bare == "text/plain"
}

// checkRequest holds a request against its operation.
func (c *call) checkRequest() []Violation {
	in := c.input()
	var all []Violation
	body := c.op.Operation.RequestBody
	if contentType := c.request.Header.Get("Content-Type"); len(c.body) > 0 && body != nil && body.Value != nil && len(body.Value.Content) > 0 && body.Value.Content.Get(contentType) == nil {
		in.Options.ExcludeRequestBody = true // nothing more can be said of it (RFC 9110, section 15.5.16)
		all = append(all, Violation{Reason: fmt.Sprintf("bodies of type %q are not documented", contentType), Status: http.StatusUnsupportedMediaType})
	}
	c.uncheck(in)
	all = append(all, c.violations(openapi3filter.ValidateRequest(context.Background(), in), false)...)
	for _, name := range slices.Sorted(maps.Keys(c.query)) {
		if !c.op.knowsQuery(name) {
			all = append(all, Violation{In: "query", Parameter: name, Reason: "is not documented"})
		}
	}
	for k := range all {
		all[k].Operation = c.op.id
		if all[k].Status == 0 {
			all[k].Status = c.op.violationStatus()
		}
	}
	return all
}

// violationStatus is the status for requests that are not what the document says.
func (o *operation) violationStatus() int {
	if o.declares(http.StatusUnprocessableEntity) && !o.declares(http.StatusBadRequest) {
		return http.StatusUnprocessableEntity
	}
	return http.StatusBadRequest
}

// knowsQuery reports whether a name may be in the operation's query;
// openapi3filter lets any pass.
func (o *operation) knowsQuery(name string) bool {
	base, _, _ := strings.Cut(name, "[")
	if o.endpoint.AnyQuery {
		return true
	}
	if p := o.endpoint.Page; p != nil && name == p.Position { // the fake's own links have it
		return true
	}
	for _, p := range o.parameters("query") {
		if p.Name == name || p.Name == base {
			return true
		}
	}
	if o.Spec.Components != nil {
		for _, scheme := range o.Spec.Components.SecuritySchemes {
			if scheme.Value != nil && scheme.Value.In == "query" && scheme.Value.Name == name {
				return true
			}
		}
	}
	return false
}

// checkAnswer holds a response against the operation. Errors that the document
// does not name are allowed: any server has some.
func (c *call) checkAnswer(a *answer) []Violation {
	declared := c.op.response(a.status)
	if declared == nil {
		if a.status >= 400 {
			return nil
		}
		return []Violation{{Operation: c.op.id, Answer: true, Reason: fmt.Sprintf("status %d is not documented", a.status)}}
	}
	contentType := a.header.Get("Content-Type")
	if len(a.body) > 0 && len(declared.Content) > 0 && declared.Content.Get(contentType) == nil {
		return []Violation{{Operation: c.op.id, Answer: true, Reason: fmt.Sprintf("bodies of type %q are not documented for status %d", contentType, a.status)}}
	}
	if c.costlyAnswer(declared, a) {
		return nil
	}
	in := c.input()
	in.Options.ExcludeResponseBody = len(declared.Content) == 0 || !readable(contentType)
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: a.status, Header: a.header,
		Body: io.NopCloser(bytes.NewReader(a.body)), Options: in.Options,
	}
	all := c.violations(openapi3filter.ValidateResponse(context.Background(), out), true)
	for k := range all {
		all[k].Operation, all[k].Answer = c.op.id, true
	}
	return all
}

// violations flattens an error of openapi3filter.
func (c *call) violations(err error, answer bool) []Violation {
	if err == nil {
		return nil
	}
	empty := openapi3filter.ErrInvalidEmptyValue.Error()
	all := slices.DeleteFunc(findings(err, Violation{Answer: answer}), func(v Violation) bool {
		return v.In == "query" && v.Reason == empty && c.query.Get(v.Parameter) != "" // it reads no value of a schema without a type
	})
	for k := range all {
		all[k].Reason = shorten(all[k].Reason)
	}
	return all
}

// maxReason is how many characters of a reason are kept. Validators list all the
// values of an enum in theirs.
const maxReason = 400

func shorten(reason string) string {
	if runes := []rune(reason); len(runes) > maxReason {
		return string(runes[:maxReason]) + "…"
	}
	return reason
}

// findings flattens an error of openapi3filter; at is what is known of its place.
// Of alternatives, of which one would have done, only the closest is reported.
func findings(err error, at Violation) []Violation {
	switch e := err.(type) { //nolint:errorlint // each is looked at by itself: As would find the first of many
	case openapi3.MultiError:
		var all []Violation
		for _, err := range e {
			all = append(all, findings(err, at)...)
		}
		return all
	case *openapi3filter.RequestError:
		if e.Parameter != nil {
			at.Parameter, at.In = e.Parameter.Name, e.Parameter.In
		}
		return reasoned(e.Reason, e.Err, at)
	case *openapi3filter.ResponseError:
		return reasoned(e.Reason, e.Err, at)
	case *openapi3filter.SecurityRequirementsError:
		reasons := make([]string, len(e.Errors))
		for i, err := range e.Errors {
			reasons[i] = err.Error()
		}
		at.Status, at.Reason = http.StatusUnauthorized, "no documented credential: "+strings.Join(reasons, "; ")
		return []Violation{at}
	case *openapi3.SchemaError:
		return schemaFindings(e, at)
	}
	at.Reason = err.Error()
	return []Violation{at}
}

// reasoned reports a schema error alone, and any other with the reason before it.
func reasoned(reason string, err error, at Violation) []Violation {
	var schemaErr *openapi3.SchemaError
	if errors.As(err, &schemaErr) {
		return findings(err, at)
	}
	switch {
	case err == nil:
	case reason == "" || reason == err.Error():
		reason = err.Error()
	default:
		reason += ": " + err.Error()
	}
	at.Reason = reason
	return []Violation{at}
}

func schemaFindings(e *openapi3.SchemaError, at Violation) []Violation {
	if path := e.JSONPointer(); at.Parameter == "" && len(path) > 0 {
		at.Pointer = pointerTo(path)
	}
	at.Reason, at.keyword = e.Reason, e.SchemaField
	if at.Reason == "" {
		at.Reason = "does not match the schema's " + e.SchemaField
	}
	at.Reason, _, _ = strings.Cut(at.Reason, " (string doesn't match pattern")                            // the one behind a format: long, and known
	if _, rest, ok := strings.Cut(at.Reason, ": at '"); ok && strings.HasPrefix(at.Reason, "error at ") { // which Pointer says
		_, at.Reason, _ = strings.Cut(rest, "': ")
	}
	var alternatives openapi3.MultiError
	if e.Origin == nil || !errors.As(e.Origin, &alternatives) {
		return []Violation{at}
	}
	inner := findings(alternatives, at)
	if e.SchemaField != "oneOf" && e.SchemaField != "anyOf" || len(inner) == 0 {
		return inner
	}
	closest := closestOf(alternatives, at)
	if len(alternatives) > 1 {
		closest.Reason += fmt.Sprintf(" (the closest of %d alternatives)", len(alternatives))
	}
	return []Violation{closest}
}

// closestOf returns the finding about the alternative that was probably meant: not
// one whose constant is another, and of those the one that fails deepest.
func closestOf(alternatives openapi3.MultiError, at Violation) Violation {
	var best Violation
	most := -1
	for _, alternative := range alternatives {
		all := findings(alternative, at)
		if len(all) == 0 {
			continue
		}
		one := slices.MaxFunc(all, func(a, b Violation) int { return strings.Count(a.Pointer, "/") - strings.Count(b.Pointer, "/") })
		score := strings.Count(one.Pointer, "/")
		if !slices.ContainsFunc(all, func(v Violation) bool { return v.keyword == "enum" || v.keyword == "const" }) {
			score += 1000
		}
		if score > most {
			best, most = one, score
		}
	}
	return best
}

// authenticate reports whether the request carries the credential of a security
// scheme. Any value will do.
func authenticate(_ context.Context, in *openapi3filter.AuthenticationInput) error {
	req, scheme := in.RequestValidationInput.Request, in.SecurityScheme
	switch scheme.Type {
	case "apiKey":
		return checkKey(req, scheme)
	case "http":
		return checkAuthorization(req, strings.ToLower(scheme.Scheme))
	case "oauth2", "openIdConnect":
		return checkAuthorization(req, "bearer")
	}
	return nil // mutualTLS, and what comes after it, is not part of a message
}

func checkKey(req *http.Request, scheme *openapi3.SecurityScheme) error {
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

func checkAuthorization(req *http.Request, scheme string) error {
	name, credential, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	if !strings.EqualFold(name, scheme) || credential == "" {
		return fmt.Errorf("no Authorization: %s header", scheme)
	}
	return nil
}
