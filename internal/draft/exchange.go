package draft

import (
	"fmt"
	"net/url"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/draft/infer"
	"github.com/docwright/docwright/internal/draft/read"
	"github.com/docwright/docwright/internal/draft/splice"
)

var exchangeID = regexp.MustCompile(`^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$`)

// exchanges spells the samples of an operation as recorded calls, by file name.
// Further samples of one page become variants. Root is the spec as it is to be.
func exchanges(o *infer.Operation, root splice.Cursor) map[string][]byte {
	out := map[string][]byte{}
	e := recorder{o: o, op: root.At("paths", o.Path).Get(o.Method), root: root, server: serverOf(o, root)}
	if o.Embedded != nil || !exchangeID.MatchString(o.ID) || e.server == "" {
		return out
	}
	if !e.op.OK() {
		return out
	}
	requests, responses := samplesOf(o.Call.Requests), successes(o.Call)
	if len(requests) == 0 && len(responses) == 0 && o.Request != nil {
		return out
	}
	for i := 0; i < max(len(requests), len(responses), 1) && i < 5; i++ {
		name := o.ID
		if v := o.Call.Variant; v != "" {
			name += "." + v
		}
		if i > 0 {
			name = fmt.Sprintf("%s.sample%d", o.ID, i+1)
			if i >= len(requests) && o.Request != nil {
				break // the response of a call that the page does not show
			}
		}
		var request, response *read.Value
		if i < len(requests) {
			request = requests[i]
		}
		if i < len(responses) {
			response = responses[i]
		}
		out[name+".txtar"] = e.spell(request, response, i)
	}
	return out
}

// serverOf is the server of the page, or the first of the spec if the page shows
// none.
func serverOf(o *infer.Operation, root splice.Cursor) string {
	if hostOf(o.Server) != "" {
		return o.Server
	}
	for _, s := range root.At("servers").Items() {
		if u := s.At("url").Text(); hostOf(u) != "" && !strings.Contains(u, "{") {
			return u
		}
	}
	return ""
}

var placeholderLine = regexp.MustCompile(`^\s*(?:"[^"]*": )?"<[a-z -]+>",?\r?$`)

// decided returns an exchange as the page and the spec have it now, if only
// placeholders such as "<string>" differ from the one that exists: a person has
// decided in the spec what they stand for. Else it returns what exists.
func decided(old, now []byte) []byte {
	a, b := strings.Split(string(old), "\n"), strings.Split(string(now), "\n")
	if len(a) != len(b) {
		return old
	}
	for i := range a {
		if a[i] != b[i] && !placeholderLine.MatchString(a[i]) {
			return old
		}
	}
	return now
}

func hostOf(server string) string {
	u, err := url.Parse(server)
	if err != nil || !strings.Contains(server, "://") {
		return ""
	}
	return u.Host
}

func samplesOf(bodies []read.Body) []*read.Value {
	var out []*read.Value
	for _, b := range bodies {
		for _, s := range b.Samples {
			if !seen(out, s.Value) {
				out = append(out, s.Value)
			}
		}
	}
	return out
}

func seen(list []*read.Value, v *read.Value) bool {
	text := v.Indented()
	for _, x := range list {
		if x.Indented() == text {
			return true
		}
	}
	return false
}

func successes(c *read.Call) []*read.Value {
	var bodies []read.Body
	for _, a := range c.Answers {
		if a.Status >= 0 && a.Status < 300 {
			bodies = append(bodies, a)
		}
	}
	return samplesOf(bodies)
}

// recorder spells the exchanges of one operation.
type recorder struct {
	o      *infer.Operation
	op     splice.Cursor
	root   splice.Cursor
	server string
}

// spell spells one call.
func (e recorder) spell(request, response *read.Value, n int) []byte {
	o := e.o
	var b strings.Builder
	page := o.URL
	if !strings.HasPrefix(page, "http") {
		page = "drafted from " + path.Base(o.Call.Place.File)
	}
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s", oneLine(page))
	line("seen: %s", oneLine(orDefault(o.Call.Seen, "full")))
	base := ""
	if u, err := url.Parse(e.server); err == nil {
		base = strings.TrimSuffix(u.Path, "/")
	}
	if strings.HasPrefix(o.Path, base+"/") && base != "" && !e.served(base) {
		base = ""
	}
	line("-- request --")
	line("%s %s%s%s HTTP/1.1", strings.ToUpper(o.Method), base, e.target(request, response), e.query(n))
	line("Host: %s", hostOf(e.server))
	for _, h := range e.credentials() {
		line("%s", h)
	}
	e.body(line, e.op.Get("requestBody").Resolve(), request, e.form())
	status, r := e.success()
	if status == 0 {
		return []byte(b.String())
	}
	line("-- response --")
	line("HTTP/1.1 %d %s", status, statusLine(status))
	e.body(line, r, response, "")
	return []byte(b.String())
}

// served reports whether a server of the spec has the base path.
func (e recorder) served(base string) bool {
	for _, s := range e.root.At("servers").Items() {
		if u, err := url.Parse(s.At("url").Text()); err == nil && strings.TrimSuffix(u.Path, "/") == base {
			return true
		}
	}
	return false
}

// body spells Content-Type and body; a body that the page does not show is
// left out.
func (e recorder) body(line func(string, ...any), at splice.Cursor, v *read.Value, form string) {
	content := at.At("content")
	if len(content.Keys()) == 0 {
		return
	}
	media := content.Keys()[0]
	line("Content-Type: %s", media)
	switch {
	case v != nil:
		v = normalise(v, content.At(media).Get("schema"), 0)
		e.resourceType(v)
		line("\n%s", v.Indented())
	case form != "" && media == "application/x-www-form-urlencoded":
		line("\n%s", form)
	}
}

// form spells the sample form of the request. One with nested members is left
// out, because servers disagree about how to write them.
func (e recorder) form() string {
	var parts []string
	for _, b := range e.o.Call.Requests {
		for _, m := range b.Form {
			if strings.ContainsAny(m.Name, "[].") {
				return ""
			}
			value := m.Value
			if s := e.o.Sent(m.Name); s != nil && !fits(s, value) {
				value = sampleText(s)
			}
			parts = append(parts, url.QueryEscape(m.Name)+"="+url.QueryEscape(value))
		}
	}
	return strings.Join(parts, "&")
}

// resourceType replaces the placeholder of the type of primary data, which the
// spec leaves open, by the last constant of the path: so does gen when it reads
// the document.
func (e recorder) resourceType(v *read.Value) {
	if !e.o.JSONAPI || strings.Contains(e.o.Path, "/relationships/") {
		return
	}
	name := e.o.Collection()
	data := []*read.Value{v.Get("data")}
	if data[0] != nil && data[0].Kind == read.Array {
		data = data[0].Items
	}
	for _, d := range data {
		if t := d.Get("type"); t != nil && t.Kind == read.String && name != "" {
			if _, placeholder := read.PlaceholderType(t.Text); placeholder {
				t.Text = name
			}
		}
	}
}

// success is the response of success that the spec documents.
func (e recorder) success() (int, splice.Cursor) {
	responses := e.op.At("responses")
	want := ""
	for _, r := range e.o.Responses {
		if strings.HasPrefix(r.Status, "2") && want == "" {
			want = r.Status
		}
	}
	if !responses.Get(want).OK() {
		for _, status := range responses.Keys() {
			if strings.HasPrefix(status, "2") {
				want = status
				break
			}
		}
	}
	n, err := strconv.Atoi(want)
	if err != nil {
		return 0, splice.Cursor{}
	}
	return n, responses.At(want)
}

func orDefault(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func statusLine(n int) string {
	switch n {
	case 200:
		return "OK"
	case 201:
		return "Created"
	case 202:
		return "Accepted"
	case 204:
		return "No Content"
	}
	return "Status"
}

var parameter = regexp.MustCompile(`\{([^}/]*)\}`)

// target fills the path with the values of the sample.
func (e recorder) target(request, response *read.Value) string {
	o := e.o
	path, _, _ := strings.Cut(o.Path, "#")
	last := ""
	if all := parameter.FindAllString(path, -1); len(all) > 0 && strings.HasSuffix(path, all[len(all)-1]) {
		last = strings.Trim(all[len(all)-1], "{}")
	}
	return parameter.ReplaceAllStringFunc(path, func(s string) string {
		name := s[1 : len(s)-1]
		if v := o.Values[name]; v != "" {
			return url.PathEscape(v)
		}
		for _, p := range o.Params {
			if p.In == "path" && p.Name == name && p.Schema != nil {
				if id := idOf(request, response); name == last && id != "" && fits(p.Schema, id) {
					return url.PathEscape(id)
				}
				return url.PathEscape(sampleText(p.Schema))
			}
		}
		return "1"
	})
}

// idOf is the id of the resource that a request or response shows.
func idOf(bodies ...*read.Value) string {
	for _, v := range bodies {
		id := v.Get("data").Get("id")
		if id == nil {
			id = v.Get("id")
		}
		if id != nil && (id.Kind == read.String || id.Kind == read.Number) {
			if _, placeholder := read.PlaceholderType(id.Text); !placeholder && id.Text != "" {
				return id.Text
			}
		}
	}
	return ""
}

// sampleText is a value that fits a schema of a parameter.
func sampleText(s *infer.Schema) string {
	switch {
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Type == "integer" || s.Type == "number":
		return "1"
	case s.Type == "boolean":
		return "true"
	case s.Format == "uuid":
		return "3c90c3cc-0d44-4b50-8888-8dd25736052a"
	case s.Format == "date-time":
		return "2023-11-07T05:31:56Z"
	case s.Format == "date":
		return "2023-11-07"
	case s.Format == "email":
		return "jsmith@example.com"
	case s.Format == "uri":
		return "https://example.com"
	case s.Format == "ipv4":
		return "192.0.2.1"
	case s.Format == "ipv6":
		return "2001:db8::1"
	}
	return "value"
}

// query spells the query of the sample, and the required members that it lacks.
func (e recorder) query(n int) string {
	o := e.o
	values := url.Values{}
	for _, s := range e.schemes() {
		if s.Kind == "query" {
			values.Set(s.Name, "secret")
		}
	}
	for _, p := range o.Params {
		if p.In != "query" || p.Schema == nil {
			continue
		}
		for _, q := range o.Call.Query {
			if q.Name == p.Name && n == 0 && fits(p.Schema, q.Value) {
				values.Add(p.Name, q.Value)
			}
		}
		if p.Required && len(values[p.Name]) == 0 {
			s := p.Schema
			if s.Type == "array" && s.Items != nil {
				s = s.Items
			}
			values.Set(p.Name, sampleText(s))
		}
	}
	if len(values) == 0 {
		return ""
	}
	return "?" + values.Encode()
}

func fits(s *infer.Schema, v string) bool {
	switch s.Type {
	case "integer":
		_, err := strconv.ParseInt(v, 10, 64)
		return err == nil
	case "number":
		_, err := strconv.ParseFloat(v, 64)
		return err == nil
	case "boolean":
		return v == "true" || v == "false"
	case "array":
		return s.Items == nil || strings.Contains(v, ",") || len(s.Items.Enum) == 0 || contains(s.Items.Enum, v)
	}
	if len(s.Enum) > 0 {
		return contains(s.Enum, v)
	}
	return s.Format == "" || !strings.HasPrefix(v, "<")
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// credentials spells the credentials of the first alternative.
func (e recorder) credentials() []string {
	var out []string
	for _, p := range e.o.Params {
		if p.In == "header" && p.Required && p.Schema != nil {
			out = append(out, p.Name+": "+sampleText(p.Schema))
		}
	}
	for _, s := range e.schemes() {
		switch s.Kind {
		case "bearer":
			out = append(out, "Authorization: Bearer secret")
		case "basic":
			out = append(out, "Authorization: Basic c2VjcmV0OnNlY3JldA==")
		case "header":
			value := "secret"
			if l := strings.ToLower(s.Name); strings.HasSuffix(l, "subdomain") || strings.HasSuffix(l, "tenant") {
				value = "tenant"
			}
			out = append(out, s.Name+": "+value)
		case "cookie":
			out = append(out, "Cookie: "+s.Name+"=secret")
		}
	}
	sort.Strings(out)
	return out
}

// schemes are the credentials of the first alternative.
func (e recorder) schemes() []infer.Scheme {
	security := e.op.Get("security")
	if !security.OK() {
		security = e.root.Get("security")
	}
	alternatives := security.Resolve().Items()
	if len(alternatives) == 0 {
		return nil
	}
	var out []infer.Scheme
	for _, key := range alternatives[0].Keys() {
		out = append(out, schemeOf(key, e.root.At("components", "securitySchemes", key)))
	}
	return out
}

// normalise replaces what a page shows in place of values by values that fit
// the spec, and drops what it leaves out.
func normalise(v *read.Value, at splice.Cursor, depth int) *read.Value {
	at = at.Resolve()
	if v == nil || depth > 200 {
		return v
	}
	out := *v
	switch v.Kind {
	case read.String:
		normaliseText(&out, at)
	case read.Object:
		out.Members = nil
		at = branchOf(v, at)
		for _, m := range v.Members {
			if m.Value.Kind == read.Elided {
				continue
			}
			child := rawProperty(at, m.Name)
			if !child.OK() {
				child = at.Get("additionalProperties")
			}
			out.Members = append(out.Members, read.Member{Name: m.Name, Value: normalise(m.Value, child, depth+1)})
		}
	case read.Array:
		out.Items = nil
		for _, item := range v.Items {
			out.Items = append(out.Items, normalise(item, at.Get("items"), depth+1))
		}
	}
	return &out
}

// branchOf chooses the branch of a union for an object by its members.
func branchOf(v *read.Value, at splice.Cursor) splice.Cursor {
	for _, k := range []string{"oneOf", "anyOf"} {
		best, score := splice.Cursor{}, -1
		for _, one := range at.At(k).Items() {
			n := 0
			for _, part := range []string{"", "attributes", "relationships"} {
				sub, in := v, one
				if part != "" {
					sub, in = v.Get(part), property(one, part)
				}
				if sub == nil {
					continue
				}
				for _, m := range sub.Members {
					if rawProperty(in, m.Name).OK() {
						n++
					}
				}
			}
			if t := constantOf(property(one, "type")); t != "" && v.Get("type") != nil && v.Get("type").Text == t {
				n += 1000
			}
			if n > score {
				best, score = one.Resolve(), n
			}
		}
		if best.OK() {
			return best
		}
	}
	return at
}

func normaliseText(v *read.Value, at splice.Cursor) {
	if infer.HiddenEmail(v.Text) {
		v.Text = "jsmith@example.com"
		return
	}
	if _, placeholder := read.PlaceholderType(v.Text); !placeholder {
		return
	}
	if c := constantOf(at); c != "" {
		v.Text = c
		return
	}
	s := &infer.Schema{Type: at.Get("type").Text(), Format: at.Get("format").Text()}
	for _, e := range at.At("enum").Items() {
		s.Enum = append(s.Enum, e.Text())
	}
	switch {
	case s.Type == "integer" || s.Type == "number":
		v.Kind, v.Text = read.Number, "1"
	case s.Type == "boolean":
		v.Kind, v.Text = read.Bool, "true"
	case s.Type == "object":
		v.Kind, v.Text = read.Object, ""
	case s.Type == "array":
		v.Kind, v.Text = read.Array, ""
	case len(s.Enum) > 0 || s.Format != "" && sampleText(s) != "value":
		v.Text = sampleText(s)
	}
}
