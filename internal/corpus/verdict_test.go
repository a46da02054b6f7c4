package corpus

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/templates/runtime/apitest/route"
)

// judge counts a trial.
func (s *semantics) judge(tr *trial) {
	o := tr.outcome
	if o.Driver != "" {
		s.requests.count(tr)
		if tr.badBody != nil {
			s.requests.contradictions++
		} else {
			s.requests.ours++
			s.fail(tr, "arguments", o.Driver)
		}
		return
	}
	s.judgeRequest(tr)
	if tr.call.Answer != nil && o.Request != nil {
		s.judgeAnswer(tr)
	}
}

func (v *verdict) count(tr *trial) {
	v.checked++
	if tr.exampled {
		v.examples++
	}
}

func (s *semantics) judgeRequest(tr *trial) {
	s.requests.count(tr)
	problem, class := tr.checkRequest()
	switch {
	case problem == "":
		s.requests.passed++
		switch class {
		case "unread":
			s.requests.unread++
		case "refused":
			s.requests.refused++
		}
	case tr.badBody != nil:
		s.requests.contradictions++
	default:
		s.requests.ours++
		s.fail(tr, class, problem)
	}
}

// checkRequest says what is wrong with what was sent.
func (tr *trial) checkRequest() (problem, class string) {
	sent := tr.outcome.Request
	if sent == nil && tr.refused() {
		return "", "refused"
	}
	if sent == nil {
		return "nothing was sent: " + tr.outcome.Error, "not sent"
	}
	req, err := http.NewRequest(sent.Method, sent.URL, bytes.NewReader(sent.Body))
	if err != nil {
		return err.Error(), "bad request"
	}
	req.Header = sent.Header
	params, err := tr.pathParameters(req.URL)
	if err != nil {
		return err.Error(), "path"
	}
	if len(sent.Body) > 0 && isJSON(req.Header.Get("Content-Type")) {
		if t, _, err := mime.ParseMediaType(req.Header.Get("Content-Type")); err == nil && openapi3filter.RegisteredBodyDecoder(t) == nil {
			openapi3filter.RegisterBodyDecoder(t, openapi3filter.JSONBodyDecoder)
		}
	}
	err = validateRequest(&openapi3filter.RequestValidationInput{
		Request: req, PathParams: params, Route: tr.route,
		Options: &openapi3filter.Options{
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, SkipSettingDefaults: true, MultiError: true,
			ExcludeRequestBody: tr.call.BodyKind == "raw" || tr.call.Body == nil,
		},
	})
	if err != nil && strings.Contains(err.Error(), "unsupported schema of request body") {
		return "", "unread"
	}
	if err != nil && !(tr.out.Body != nil && tr.out.Body.ID != "" && strings.Count(err.Error(), "Error at ") == 1 && strings.Contains(err.Error(), `readOnly property "id"`)) {
		return err.Error(), "filter" // an update must have the id (JSON:API, Updating Resources)
	}
	if tr.call.BodyKind != "json" || tr.call.Body == nil || !isJSON(sent.Header.Get("Content-Type")) {
		return "", ""
	}
	return tr.compareBody(sent.Body)
}

// refused reports whether the client refused a body that no value could be made for,
// so that the argument is zero: it misses a required member. A relationship without
// data is such a value, as JSON:API forbids what the schema permits: an object that
// has none of links, data and meta (Resource Object, Relationships).
func (tr *trial) refused() bool {
	place, _, unset := strings.Cut(tr.outcome.Error, " is required and is not set")
	_, place, inBody := strings.Cut(place, "request body: ")
	if tr.outcome.Request != nil || !unset || !inBody {
		return false
	}
	if tr.call.Body == nil || string(tr.call.Body) == "null" {
		return true
	}
	place, _, _ = strings.Cut(place, " ")
	var relationship map[string]json.RawMessage
	return strings.Contains(place, "/relationships/") && json.Unmarshal(lookup(tr.body, unescape(place)), &relationship) == nil && len(relationship) == 0
}

// pathParameters reads the parameters out of the path that was sent. Of those
// that nothing stands between, only the whole is known: they are what was asked
// for if that is what they make together.
func (tr *trial) pathParameters(sent *url.URL) (map[string]string, error) {
	values, ok := route.New(tr.route.Path).Match(sent.EscapedPath())
	if !ok {
		return nil, fmt.Errorf("sent to %s", sent.EscapedPath())
	}
	params := map[string]string{}
	whole, wanted := "", ""
	for i, v := range values {
		params[v.Name] = v.Value
		whole += v.Value
		var arg any
		if i < len(tr.call.Args) && json.Unmarshal(tr.call.Args[i], &arg) == nil {
			wanted += fmt.Sprint(arg)
		}
	}
	if strings.Contains(tr.route.Path, "}{") && whole == wanted {
		for i, v := range values {
			var arg any
			_ = json.Unmarshal(tr.call.Args[i], &arg) // as above
			params[v.Name] = fmt.Sprint(arg)
		}
	}
	return params, nil
}

func validateRequest(in *openapi3filter.RequestValidationInput) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("kin-openapi panics: %v", r)
		}
	}()
	return openapi3filter.ValidateRequest(context.Background(), in)
}

// compareBody holds the body that was sent against the example. What the schema
// does not name, or names as readOnly, is not sent.
func (tr *trial) compareBody(sent []byte) (problem, class string) {
	diffs, err := differences(tr.body, sent)
	if err != nil {
		return err.Error(), "body"
	}
	for _, d := range diffs {
		if d.missing && !tr.lost(d.at) {
			continue
		}
		if tr.out.Body.ID != "" && slices.Equal(d.at, []string{"data", "id"}) {
			continue // the argument of the path goes before it
		}
		return d.text, "body"
	}
	return "", ""
}

// lost reports whether a member of the body that was not sent should have been: what
// the schema names, and does not name as readOnly. Of a resource, sections and
// relationships without members say nothing, and the id is the server's unless the
// update of one names it (JSON:API, Resource Objects; Client-Generated IDs).
func (tr *trial) lost(at []string) bool {
	p, ok := declared(tr.reqMedia.Schema, at)
	if !ok || p.ReadOnly {
		return false
	}
	var members map[string]json.RawMessage
	inResource := tr.out.Body.Kind == model.BodyResource && len(at) > 1 && at[0] == "data"
	if !inResource {
		return true
	}
	switch {
	case len(at) == 2 && at[1] == "id":
		return tr.out.Method != http.MethodPost
	case at[1] != "attributes" && at[1] != "relationships" || json.Unmarshal(lookup(tr.body, at), &members) != nil:
		return true
	}
	for name := range members {
		if tr.lost(append(slices.Clone(at), name)) {
			return true
		}
	}
	return false
}

func (s *semantics) judgeAnswer(tr *trial) {
	s.responses.count(tr)
	problem, class := tr.checkAnswer()
	switch {
	case problem == "":
		s.responses.passed++
	case tr.badAnswer != nil, class == "decode" && tr.otherView(problem):
		s.responses.contradictions++
	default:
		s.responses.ours++
		s.fail(tr, class, problem)
	}
}

var attributeAt = regexp.MustCompile(`: data\.attributes\.([\w-]+): `)

// otherView reports whether an attribute was refused that another schema of the same
// resource type does not permit: the document then says two things of one member
// (JSON:API, Resource Object: a type's members are its own, wherever it is).
func (tr *trial) otherView(problem string) bool {
	m := attributeAt.FindStringSubmatch(problem)
	var answer struct {
		Data struct {
			Type       any
			Attributes map[string]any
		}
	}
	if m == nil || json.Unmarshal(tr.call.Answer, &answer) != nil {
		return false
	}
	for _, resource := range tr.spec.Components.Schemas {
		kind, attributes := resource.Value.Properties["type"], resource.Value.Properties["attributes"]
		if kind == nil || attributes == nil || !slices.Contains(kind.Value.Enum, answer.Data.Type) {
			continue
		}
		if view := attributes.Value.Properties[m[1]]; view != nil && !valid(view.Value, answer.Data.Attributes[m[1]], tr.opts...) {
			return true
		}
	}
	return false
}

// checkAnswer says what is wrong with what the client made of the answer.
func (tr *trial) checkAnswer() (problem, class string) {
	o := tr.outcome
	if o.Error != "" {
		return o.Error, "decode"
	}
	if !isJSON(tr.call.ContentType) {
		switch tr.out.Result.Kind {
		case model.ResultEvents, model.ResultItems, model.ResultSequence:
			return "", "" // the answer is read when the caller iterates
		}
		if !bytes.Equal(o.Result, tr.call.Answer) {
			return fmt.Sprintf("got %q", o.Result), "text"
		}
		return "", ""
	}
	diffs, err := differences(tr.call.Answer, o.Result)
	if err != nil {
		return err.Error(), "encode"
	}
	if len(diffs) > 0 {
		return diffs[0].text, "encode"
	}
	for _, at := range o.Unknown {
		if p, ok := declared(tr.respMedia.Schema, unescape(at)); ok && !p.WriteOnly && !tr.ofOtherVariant(unescape(at)) {
			return at + " is declared, and no field", "unknown"
		}
	}
	for _, at := range o.Raw {
		names := unescape(at)
		var members map[string]any
		if json.Unmarshal(lookup(tr.call.Answer, names), &members) != nil {
			return at + " is no variant", "variant"
		}
		for name, v := range members { // kept raw by right if no alternative would have what it says of its members
			if slices.ContainsFunc(declarations(tr.respMedia.Schema, append(slices.Clone(names), name)), func(s *openapi3.Schema) bool { return valid(s, v, tr.opts...) }) {
				return at + " is no variant", "variant"
			}
		}
	}
	return "", ""
}

// ofOtherVariant reports whether a member of the answer belongs to another alternative
// than one that the value fits without it.
func (tr *trial) ofOtherVariant(at []string) bool {
	for i := range at {
		var v any
		if json.Unmarshal(lookup(tr.call.Answer, at[:i]), &v) != nil {
			continue
		}
		for _, s := range declarations(tr.respMedia.Schema, at[:i]) {
			for _, alternative := range slices.Concat(s.OneOf, s.AnyOf) {
				if valid(alternative.Value, v, tr.opts...) && len(declarations(alternative, at[i:])) == 0 {
					return true
				}
			}
		}
	}
	return false
}

// unescape splits a JSON pointer.
func unescape(pointer string) []string {
	names := strings.Split(pointer, "/")[1:]
	for i, n := range names {
		names[i] = strings.ReplaceAll(strings.ReplaceAll(n, "~1", "/"), "~0", "~")
	}
	return names
}

// lookup returns the value that names lead to.
func lookup(data json.RawMessage, names []string) json.RawMessage {
	for _, name := range names {
		var object map[string]json.RawMessage
		var list []json.RawMessage
		if json.Unmarshal(data, &object) == nil {
			data = object[name]
		} else if i, err := strconv.Atoi(name); err == nil && json.Unmarshal(data, &list) == nil && i < len(list) {
			data = list[i]
		} else {
			return nil
		}
	}
	return data
}
