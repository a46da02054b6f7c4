package read

import (
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/exchange"
)

var exchangeName = regexp.MustCompile(`^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*(?:\.[A-Za-z0-9][A-Za-z0-9_-]*)?\.txtar$`)

// readExchange reads an exchange of this project.
func readExchange(file, src string) ([]*Call, error) {
	name := file
	if !exchangeName.MatchString(filepath.Base(file)) {
		name = "operation.call.txtar" // the form is in the content, not in the name
	}
	ex, err := exchange.Parse(name, []byte(src))
	if err != nil {
		return nil, err
	}
	c := &Call{Form: "exchange", Method: ex.Request.Method, URL: ex.PageURL, Seen: ex.Seen, Place: Place{file, 1}, Recorded: true}
	if name == file {
		c.OperationID, c.Variant = ex.OperationID, ex.Variant
	}
	q := &request{method: ex.Request.Method, url: "https://" + ex.Request.Host + ex.Request.Target, body: string(ex.Request.Body), line: ex.Request.Position().Line}
	if ex.Request.Host == "" {
		q.url = ex.Request.Target
	}
	q.file = ex.Request.Elided()
	for _, name := range sortedKeys(ex.Request.Header) {
		for _, v := range ex.Request.Header[name] {
			q.headers = append(q.headers, Header{name, v})
		}
	}
	c.fromRequest(q, file)
	if ex.Response != nil {
		c.captured(ex.Response.Status, ex.Response.Header.Get("Content-Type"), string(ex.Response.Body), ex.Response.Elided(), Place{file, ex.Response.Position().Line})
	}
	return []*Call{c}, nil
}

func sortedKeys(m map[string][]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// fromRequest makes the request of a capture the call.
func (c *Call) fromRequest(q *request, file string) {
	server, path, _ := splitTarget(q.url)
	c.Method, c.Path, c.Server = q.method, path, server
	c.addRequest(q, file)
	c.Concrete = path
}

// captured adds a captured response.
func (c *Call) captured(status int, media, body string, elided bool, at Place) {
	a := c.Answer(status)
	a.Place = at
	media, _, _ = strings.Cut(media, ";")
	a.Media = first(a.Media, strings.TrimSpace(media))
	trimmed := strings.TrimSpace(body)
	switch {
	case trimmed == "":
		a.Empty = a.Empty || !elided && a.Media == "" && len(a.Samples) == 0
		a.Hidden = elided
	case exchange.IsJSON(a.Media) || trimmed[0] == '{' || trimmed[0] == '[':
		if v, _, err := ParseJSON(trimmed, at.Line+2); err == nil {
			a.Samples = append(a.Samples, Sample{Value: v, Place: at, Strict: true})
			a.Empty = false
			return
		}
		a.Text = body
	default:
		a.Text = body
	}
}

// merge adds what another observation of the same call shows.
func (c *Call) merge(o *Call) {
	for _, p := range o.Params {
		c.addParam(p)
	}
	for _, set := range o.Auth {
		c.addAuth(set...)
	}
	for _, b := range o.Requests {
		mine := c.Request(b.Media)
		mine.Samples = append(mine.Samples, b.Samples...)
		for _, f := range b.Fields {
			mine.addField(f)
		}
		mine.Hidden = mine.Hidden || b.Hidden
		if len(mine.Form) == 0 {
			mine.Form = b.Form
		}
	}
	for _, b := range o.Answers {
		mine := c.Answer(b.Status)
		mine.Media = first(mine.Media, b.Media)
		mine.Samples = append(mine.Samples, b.Samples...)
		for _, f := range b.Fields {
			mine.addField(f)
		}
		mine.Empty = mine.Empty || b.Empty
	}
	c.Summary, c.Server, c.URL = first(c.Summary, o.Summary), first(c.Server, o.Server), first(c.URL, o.URL)
	c.Concrete = first(c.Concrete, o.Concrete)
	c.Doubts = append(c.Doubts, o.Doubts...)
	if c.Embedded == nil {
		c.Embedded = o.Embedded
	}
}

// readHAR reads a HAR file. It returns how many entries were left out.
func readHAR(file string, root *Value, host string) (calls []*Call, skipped int, hosts []string, err error) {
	entries := root.Get("log").Get("entries")
	if entries == nil || entries.Kind != Array {
		return nil, 0, nil, fmt.Errorf("the HAR has no log.entries")
	}
	seen := map[string]bool{}
	for _, e := range entries.Items {
		c, q := harEntry(file, e)
		if c == nil {
			skipped++
			continue
		}
		u, _ := url.Parse(q.url)
		if u != nil && !seen[u.Host] {
			seen[u.Host] = true
			hosts = append(hosts, u.Host)
		}
		if host != "" && (u == nil || u.Host != host) {
			skipped++
			continue
		}
		calls = append(calls, c)
	}
	return calls, skipped, hosts, nil
}

var staticTypes = []string{"text/html", "text/css", "javascript", "image/", "font/", "video/", "audio/", "application/font", "wasm"}

func harEntry(file string, e *Value) (*Call, *request) {
	req, res := e.Get("request"), e.Get("response")
	if req == nil {
		return nil, nil
	}
	q := &request{method: strings.ToUpper(textOf(req.Get("method"))), url: textOf(req.Get("url")), line: e.Line}
	if q.method == "OPTIONS" || q.method == "" || !strings.Contains(q.url, "://") {
		return nil, nil
	}
	status := intOf(res.Get("status"))
	content := res.Get("content")
	mime := textOf(content.Get("mimeType"))
	if status >= 300 && status < 400 || status == 0 {
		return nil, nil
	}
	for _, s := range staticTypes {
		if strings.Contains(mime, s) {
			return nil, nil
		}
	}
	for _, h := range itemsOf(req.Get("headers")) {
		q.headers = append(q.headers, Header{textOf(h.Get("name")), textOf(h.Get("value"))})
	}
	if post := req.Get("postData"); post != nil {
		q.body = textOf(post.Get("text"))
		if q.header("Content-Type") == "" {
			q.headers = append(q.headers, Header{"Content-Type", textOf(post.Get("mimeType"))})
		}
		for _, p := range itemsOf(post.Get("params")) {
			if q.body == "" {
				value := textOf(p.Get("value"))
				if file := textOf(p.Get("fileName")); file != "" {
					value = "@" + file
				}
				q.form = append(q.form, Header{textOf(p.Get("name")), value})
			}
		}
	}
	c := &Call{Form: "HAR", Place: Place{file, e.Line}, Recorded: true}
	c.fromRequest(q, file)
	body := textOf(content.Get("text"))
	if textOf(content.Get("encoding")) == "base64" {
		body = decodeBase64(body)
	}
	for _, h := range itemsOf(res.Get("headers")) {
		if strings.EqualFold(textOf(h.Get("name")), "Content-Type") {
			mime = first(textOf(h.Get("value")), mime)
		}
	}
	if strings.TrimSpace(body) == "" && (status == 204 || intOf(content.Get("size")) <= 0) {
		mime = ""
	}
	c.captured(status, mime, body, false, Place{file, content.lineOr(e.Line)})
	return c, q
}

func (v *Value) lineOr(n int) int {
	if v == nil {
		return n
	}
	return v.Line
}

// postman reads a Postman collection.
type postman struct {
	file  string
	vars  map[string]string
	calls []*Call
}

func readPostman(file string, root *Value) []*Call {
	p := &postman{file: file, vars: map[string]string{}}
	for _, v := range itemsOf(root.Get("variable")) {
		p.vars[first(textOf(v.Get("key")), textOf(v.Get("id")))] = textOf(v.Get("value"))
	}
	p.items(root.Get("item"), root.Get("auth"), 0)
	return p.calls
}

func (p *postman) items(list, auth *Value, depth int) {
	if depth > 50 {
		return
	}
	for _, item := range itemsOf(list) {
		inherited := auth
		if a := item.Get("auth"); a != nil && a.Kind == Object {
			inherited = a
		}
		if item.Get("item") != nil {
			p.items(item.Get("item"), inherited, depth+1)
			continue
		}
		if req := item.Get("request"); req != nil && req.Kind == Object {
			p.request(item, req, inherited)
		}
	}
}

// target spells the URL of a request.
func (p *postman) target(u *Value) (string, []Header) {
	if u == nil {
		return "", nil
	}
	if u.Kind == String {
		return p.resolve(u.Text), nil
	}
	var query []Header
	for _, q := range itemsOf(u.Get("query")) {
		query = append(query, Header{textOf(q.Get("key")), textOf(q.Get("value"))})
	}
	if path := u.Get("path"); path != nil && path.Kind == Array {
		var host, parts []string
		for _, h := range itemsOf(u.Get("host")) {
			host = append(host, h.Text)
		}
		for _, s := range path.Items {
			parts = append(parts, s.Text)
		}
		base := strings.Join(host, ".")
		if base == "" {
			base = textOf(u.Get("host"))
		}
		base = p.resolve(base)
		if scheme := textOf(u.Get("protocol")); scheme != "" && !strings.Contains(base, "://") {
			base = scheme + "://" + base
		} else if !strings.Contains(base, "://") && base != "" && !strings.HasPrefix(base, "{{") {
			base = "https://" + base
		}
		return strings.TrimSuffix(base, "/") + "/" + strings.TrimPrefix(strings.Join(parts, "/"), "/"), query
	}
	raw, _, _ := strings.Cut(textOf(u.Get("raw")), "?")
	return p.resolve(raw), query
}

// resolve replaces variables of the collection that hold an address.
func (p *postman) resolve(s string) string {
	for k, v := range p.vars {
		if strings.Contains(v, "://") || strings.HasPrefix(v, "/") || strings.Contains(v, ".") && !strings.Contains(v, " ") {
			s = strings.ReplaceAll(s, "{{"+k+"}}", v)
		}
	}
	return s
}

func (p *postman) request(item, req, auth *Value) {
	target, query := p.target(req.Get("url"))
	q := &request{method: strings.ToUpper(first(textOf(req.Get("method")), "GET")), url: target, line: item.Line}
	if target == "" {
		return
	}
	for _, h := range itemsOf(req.Get("header")) {
		if textOf(h.Get("disabled")) != "true" {
			q.headers = append(q.headers, Header{textOf(h.Get("key")), textOf(h.Get("value"))})
		}
	}
	c := &Call{Form: "Postman", Summary: textOf(item.Get("name")), Place: Place{p.file, item.Line}}
	server, path, _ := splitTarget(q.url)
	c.Method, c.Path, c.Server = q.method, path, server
	p.body(q, req.Get("body"), c)
	set, headers, _ := credentials(q)
	c.Headers = headers
	if a := req.Get("auth"); a != nil && a.Kind == Object {
		auth = a
	}
	if own := postmanAuth(auth); own != nil {
		set = own
	}
	if textOf(auth.Get("type")) == "noauth" {
		c.NoAuth, set = true, nil
	}
	for _, h := range q.headers {
		if !transport(h.Name) && !credentialHeader(h.Name) {
			c.addParam(p.param("header", h.Name, h.Value, req.Get("header")))
		}
	}
	for _, h := range query {
		if queryCredential.MatchString(h.Name) {
			set = append(set, Auth{Scheme: "query", Name: h.Name})
			continue
		}
		c.addParam(p.param("query", h.Name, h.Value, req.Get("url").Get("query")))
	}
	for _, v := range itemsOf(req.Get("url").Get("variable")) {
		param := p.param("path", textOf(v.Get("key")), textOf(v.Get("value")), req.Get("url").Get("variable"))
		c.addParam(param)
	}
	c.addAuth(set...)
	p.answers(c, item)
	p.calls = append(p.calls, c)
}

// param is a parameter whose value tells its type; its description may say
// that it is required.
func (p *postman) param(in, name, value string, list *Value) Param {
	out := Param{In: in, Name: name, Rank: FromElement, Place: Place{p.file, list.lineOr(1)}}
	if strings.HasPrefix(value, "<") {
		out.Type, _ = placeholderType(value)
	} else if value != "" && !strings.Contains(value, "{{") {
		out.Samples = []string{value}
		out.Rank = FromSample
	}
	for _, v := range itemsOf(list) {
		if textOf(v.Get("key")) != name {
			continue
		}
		text := textOf(v.Get("description"))
		if d := v.Get("description"); d != nil && d.Kind == Object {
			text = textOf(d.Get("content"))
		}
		f := fact{typ: out.Type}
		f.describe(text)
		out.Required, out.Values, out.Default = f.required, f.values, f.def
		if !out.Type.Known() && f.typ.Known() {
			out.Type = f.typ
		}
		if out.Required == Unknown && in != "path" && textOf(v.Get("disabled")) == "true" {
			out.Required = No
		}
		break
	}
	return out
}

// body reads the body of a request.
func (p *postman) body(q *request, body *Value, c *Call) {
	if body == nil {
		return
	}
	at := Place{p.file, body.Line}
	media, _, _ := strings.Cut(q.header("Content-Type"), ";")
	switch mode := textOf(body.Get("mode")); mode {
	case "raw":
		q.body = textOf(body.Get("raw"))
		if media == "" && textOf(body.Get("options").Get("raw").Get("language")) == "json" {
			media = "application/json"
		}
		c.addBody(q, media, at)
	case "urlencoded", "formdata":
		if media == "" {
			media = map[string]string{"urlencoded": "application/x-www-form-urlencoded", "formdata": "multipart/form-data"}[mode]
		}
		target := c.Request(media)
		for _, m := range itemsOf(body.Get(mode)) {
			p.formMember(target, m, at)
		}
	case "graphql":
		g := body.Get("graphql")
		v := &Value{Kind: Object, Line: body.Line, Members: []Member{{"query", &Value{Kind: String, Text: textOf(g.Get("query"))}}}}
		if vars, _, err := ParseJSON(textOf(g.Get("variables")), body.Line); err == nil && vars.Kind == Object {
			v.Members = append(v.Members, Member{"variables", vars})
		}
		target := c.Request("application/json")
		target.Samples = append(target.Samples, Sample{Value: v, Place: at})
	case "file":
		c.Request(first(media, "application/octet-stream")).Hidden = true
	}
}

func (p *postman) formMember(target *Body, m *Value, at Place) {
	key, value := textOf(m.Get("key")), textOf(m.Get("value"))
	if strings.HasPrefix(value, "<Error:") || key == "" {
		return // the generator of the collection gave up on this schema
	}
	target.addForm(key, value)
	f := Field{Pointer: splitPointer(key), Type: formType(key, value), Place: at, Rank: FromSample}
	if textOf(m.Get("type")) == "file" {
		f.Type = Type{Name: "string", Format: "binary"}
	}
	if strings.HasPrefix(value, "<") {
		f.Rank = FromElement
	}
	d := fact{typ: f.Type}
	text := textOf(m.Get("description"))
	if o := m.Get("description"); o != nil && o.Kind == Object {
		text = textOf(o.Get("content"))
	}
	d.describe(text)
	f.Required, f.Values = d.required, d.values
	if len(f.Pointer) > 0 {
		target.addField(f)
	}
}

// addForm adds a member of a sample form.
func (b *Body) addForm(name, value string) {
	if b.Media == "application/x-www-form-urlencoded" {
		b.Form = append(b.Form, Header{name, value})
	}
}

// answers reads the saved responses, and what their requests show.
func (p *postman) answers(c *Call, item *Value) {
	for _, res := range itemsOf(item.Get("response")) {
		status := intOf(res.Get("code"))
		if status == 0 {
			status, _ = strconv.Atoi(textOf(res.Get("status")))
		}
		media := ""
		for _, h := range itemsOf(res.Get("header")) {
			if strings.EqualFold(textOf(h.Get("key")), "Content-Type") && strings.Contains(textOf(h.Get("value")), "/") {
				media = textOf(h.Get("value"))
			}
		}
		body := textOf(res.Get("body"))
		if media == "" && textOf(res.Get("_postman_previewlanguage")) == "json" {
			media = "application/json"
		}
		if status >= 100 {
			c.captured(status, media, body, media != "" || status != 204, Place{p.file, res.Line})
		}
		if original := res.Get("originalRequest"); original != nil && original.Kind == Object && status < 400 {
			p.original(c, original)
		} else if original != nil && len(c.Requests) > 0 {
			p.original(c, original)
		}
	}
}

func (p *postman) original(c *Call, original *Value) {
	q := &request{method: c.Method, line: original.Line}
	for _, h := range itemsOf(original.Get("header")) {
		q.headers = append(q.headers, Header{textOf(h.Get("key")), textOf(h.Get("value"))})
	}
	p.body(q, original.Get("body"), c)
	if set, _, _ := credentials(q); len(set) > 0 && len(c.Auth) == 0 {
		c.addAuth(set...)
	}
}

// postmanAuth reads the auth of a collection, folder or request.
func postmanAuth(a *Value) []Auth {
	if a == nil {
		return nil
	}
	kind := textOf(a.Get("type"))
	get := func(key string) string {
		for _, v := range itemsOf(a.Get(kind)) {
			if textOf(v.Get("key")) == key {
				return textOf(v.Get("value"))
			}
		}
		return textOf(a.Get(kind).Get(key))
	}
	switch kind {
	case "bearer", "oauth2", "jwt":
		return []Auth{{Scheme: "bearer"}}
	case "basic":
		return []Auth{{Scheme: "basic"}}
	case "apikey":
		in := first(get("in"), "header")
		name := first(get("key"), "X-API-Key")
		if strings.EqualFold(name, "Authorization") {
			return []Auth{{Scheme: "header", Name: "Authorization"}}
		}
		return []Auth{{Scheme: in, Name: name}}
	}
	return nil
}
