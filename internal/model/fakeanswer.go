package model

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

// This file says how a fake answers: statuses, content types, samples, errors,
// and pages.

const jsonAPIMedia = "application/vnd.api+json"

// maxSampleText is the length of samples as JSON. A longer one is left out if
// there is a shorter one.
const maxSampleText = 8 << 10

// success is the response that the method's result comes from.
func (o *op) success() *response {
	all := o.successes()
	for i := range all {
		if all[i].media != nil && o.method != http.MethodHead {
			return &all[i]
		}
	}
	if len(all) == 0 {
		return nil
	}
	return &response{code: all[0].code, node: all[0].node}
}

// sentType is a media type as a server sends it, which is not a range.
func sentType(m *media) string {
	if m == nil {
		return ""
	}
	switch t := baseType(m.contentType); {
	case !strings.Contains(t, "*") && t != "":
		return m.contentType
	case strings.HasPrefix(t, "text/"):
		return "text/plain"
	}
	return "application/octet-stream"
}

func (f *fakeBuilder) describeAnswer(e *endpointOf) {
	r := e.success()
	if r == nil {
		return
	}
	e.Status, e.ContentType = statusNumber(r.code), sentType(r.media)
	switch {
	case r.media != nil && streamMedia(r.media.contentType):
		e.Stream = e.ContentType
	case r.stream != nil:
		e.Stream = sentType(r.stream)
	}
	if e.doc != nil {
		e.Answer = f.describeDocument(e.doc)
	}
	if q := e.out.GraphQL; q != nil && r.schema != nil {
		e.GraphQL = &Query{Query: q.Text, Paged: q.Paged, Connection: append([]string{"data"}, q.Path...)}
		at := f.schemas.Of(r.schema)
		for _, name := range e.GraphQL.Connection {
			at = below(at, name)
		}
		if edges := below(at, "edges"); edges != nil {
			e.GraphQL.Edges, e.GraphQL.Cursors = true, below(itemsOf(edges), "cursor") != nil
		}
	}
}

// describeErrors says what bodies errors have.
func (f *fakeBuilder) describeErrors(e *endpointOf) {
	for _, m := range []*media{e.body, mediaOf(e.success())} {
		if m != nil && baseType(m.contentType) == jsonAPIMedia {
			e.ErrorType = jsonAPIMedia
		}
	}
	if e.body == nil && mediaOf(e.success()) == nil && e.Action != "" {
		e.ErrorType = jsonAPIMedia
	}
	for _, r := range e.errors() {
		if r.media == nil || !jsonMedia(r.media.contentType) {
			continue
		}
		body := ErrorBody{Status: r.code, ContentType: sentType(r.media)}
		s := f.schemas.Of(r.schema)
		if s.Core() == nil || s.Core().IsErrorDocument() || s.Core().Property("errors") != nil {
			if body.ContentType != e.ErrorType {
				e.Errors = append(e.Errors, body)
			}
			continue
		}
		sample, _ := s.Sample(schema.Sampling{}).(map[string]any)
		if sample == nil {
			sample = map[string]any{}
		}
		body.describe(s.Core(), sample, "", 0)
		body.Body = jsonText(sample)
		e.Errors = append(e.Errors, body)
	}
}

func mediaOf(r *response) *media {
	if r == nil {
		return nil
	}
	return r.media
}

// describe finds the members for the text and the status of an error.
func (b *ErrorBody) describe(s *schema.Schema, sample map[string]any, at string, depth int) {
	for _, name := range []string{"error", "message", "detail", "title", "description"} {
		p := below(s, name).Core()
		if p == nil {
			continue
		}
		if p.IsObject() && depth < 4 {
			inner, ok := sample[name].(map[string]any)
			if !ok {
				inner, _ = p.Sample(schema.Sampling{}).(map[string]any)
				if inner == nil {
					inner = map[string]any{}
				}
				sample[name] = inner
			}
			b.describe(p, inner, at+"/"+name, depth+1)
			break
		}
		if p.Types&schema.String != 0 && len(p.Enum) == 0 {
			b.Text = append(b.Text, at+"/"+name)
			break
		}
	}
	for _, name := range []string{"status", "code"} {
		if p := below(s, name).Core(); p != nil && p.Types&(schema.Integer|schema.Number) != 0 {
			b.Code = append(b.Code, at+"/"+name)
		}
	}
}

// describeQuery says what of the query a fake has to know.
func (f *fakeBuilder) describeQuery(e *endpointOf) {
	var include *param
	for _, p := range e.params {
		if p.in != "query" {
			continue
		}
		if p.name == "include" {
			include = p
		}
		if s := f.schemas.Of(p.schema).Core(); s != nil && s.IsObject() && p.explode && p.style != "deepObject" && !p.json {
			e.AnyQuery = true // its members are parameters of their own
		}
	}
	if e.doc == nil {
		return
	}
	switch declared := e.doc.Schema.Property("included") != nil; {
	case include == nil && declared:
		e.Include = "all"
	case include != nil && (declared || !e.doc.Schema.Closed):
		e.Include = "any"
		s := f.schemas.Of(include.schema).Core()
		if s != nil && s.Items != nil {
			s = s.Items.Schema().Core()
		}
		if s != nil && len(s.Enum) > 0 {
			e.Include = "listed"
		}
	}
}

// describeSamples makes the bodies that answer when nothing else does.
func (f *fakeBuilder) describeSamples(e *endpointOf) {
	r := e.success()
	if r == nil || r.media == nil {
		return
	}
	values := f.examples(r)
	if !jsonMedia(e.ContentType) {
		text := "example"
		if len(values) > 0 {
			if given, ok := values[0].(string); ok {
				text = given
			}
		}
		if e.Stream != "" {
			text = ""
		}
		e.Samples = []string{text}
		return
	}
	if r.schema == nil {
		values = append(values, map[string]any{})
	} else {
		s := f.schemas.Of(r.schema)
		values = append(values, s.Sample(schema.Sampling{Optional: true}), s.Sample(schema.Sampling{}))
	}
	for i, v := range values {
		e.onlyPage(v)
		text := jsonText(v)
		if (len(text) <= maxSampleText || len(e.Samples) == 0 && i == len(values)-1) && !slices.Contains(e.Samples, text) {
			e.Samples = append(e.Samples, text)
		}
	}
}

// examples are the examples of a response. Some documents have JSON as text in place of
// an object: that is the example then. One that the client does not read, as an object
// where there is a list, is left out.
func (f *fakeBuilder) examples(r *response) []any {
	var given []*load.Node
	if v := r.media.node.Get("example"); v != nil {
		given = append(given, v)
	}
	for _, m := range sortedMembers(r.media.node.Get("examples")) {
		if v := m.Value.Target().Get("value"); v != nil {
			given = append(given, v)
		}
	}
	var s *schema.Schema
	if r.schema != nil && jsonMedia(r.media.contentType) {
		s = f.schemas.Of(r.schema)
	}
	var values []any
	for _, n := range given {
		if s != nil && n.Kind == load.String && !s.Reads(n) {
			if inner, _ := load.Parse("", []byte(n.Value)); inner != nil {
				n = inner
			}
		}
		if s == nil || n.Kind == load.Null || s.Reads(n) {
			values = append(values, n.Interface())
		}
	}
	return values
}

// onlyPage makes a sample of a list the only page: a client that reads on would
// get the same again.
func (e *endpointOf) onlyPage(sample any) {
	if q := e.GraphQL; q != nil {
		at := memberOf(sample, append(slices.Clone(q.Connection), "pageInfo"))
		if _, has := at["hasNextPage"]; has {
			at["hasNextPage"] = false
		}
	}
	if e.Page == nil {
		return
	}
	for _, fact := range e.Page.Facts {
		path := strings.Split(strings.TrimPrefix(fact.Pointer, "/"), "/")
		for i, name := range path {
			path[i] = unescapePointer(name)
		}
		at, name := memberOf(sample, path[:len(path)-1]), path[len(path)-1]
		if _, has := at[name]; !has {
			continue
		}
		switch fact.Fact {
		case "more", "less":
			at[name] = false
		case "total":
			at[name] = fact.number(e.itemsOf(sample))
		case "pages":
			at[name] = fact.number(1)
		case "next", "previous", "link:next", "link:prev", "link:previous":
			switch {
			case fact.Null:
				at[name] = nil
			default:
				delete(at, name)
			}
		}
	}
}

// number is a number as the member has it.
func (f PageFact) number(n int) any {
	if f.Text {
		return strconv.Itoa(n)
	}
	return json.Number(strconv.Itoa(n))
}

// itemsOf is how many items a sample of a list has.
func (e *endpointOf) itemsOf(sample any) int {
	path := []string{"data"}
	if page := e.out.Page; page != nil && len(page.Items) > 0 {
		path = nil
		for _, f := range page.Items {
			path = append(path, f.Name)
		}
	}
	items, _ := memberOf(sample, path[:len(path)-1])[path[len(path)-1]].([]any)
	return len(items)
}

// memberOf is an object within a sample; nil if there is none.
func memberOf(sample any, path []string) map[string]any {
	at, _ := sample.(map[string]any)
	for _, name := range path {
		at, _ = at[name].(map[string]any)
	}
	return at
}

func unescapePointer(name string) string {
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
}

// example is a GET with few parameters.
func (f *fakeBuilder) example() Example {
	var best *endpointOf
	for _, e := range f.all { // which are sorted by path
		if e.method == http.MethodGet && (best == nil || strings.Count(e.key, "{") < strings.Count(best.key, "{")) {
			best = e
		}
	}
	if best == nil {
		return Example{}
	}
	out := Example{Path: best.key}
	bare := "/" + strings.Join(best.segments, "/")
	query := url.Values{}
	for _, p := range best.params {
		value := f.exampleValue(p)
		switch {
		case p.in == "path":
			bare = strings.ReplaceAll(bare, "{"+p.name+"}", url.PathEscape(value))
		case p.in == "query" && p.required:
			query.Set(p.name, value)
		case p.in == "header" && p.required:
			out.Header = append(out.Header, p.name+": "+value)
		}
	}
	out.Target = bare
	if len(query) > 0 {
		out.Target += "?" + query.Encode()
	}
	return out
}

// exampleValue is a value of a parameter.
func (f *fakeBuilder) exampleValue(p *param) string {
	if v := p.node.Get("example"); v != nil && v.Kind != load.Object && v.Kind != load.Array {
		return v.Value
	}
	switch v := f.schemas.Of(p.schema).Sample(schema.Sampling{Request: true}).(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case interface{ String() string }: // a number
		return v.String()
	}
	return "1"
}
