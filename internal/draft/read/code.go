package read

import (
	"regexp"
	"strconv"
	"strings"
)

// otherLanguages are those whose code says nothing that curl would not.
var otherLanguages = map[string]bool{
	"php": true, "python": true, "py": true, "ruby": true, "rb": true, "go": true, "golang": true, "java": true, "csharp": true, "c#": true, "cs": true,
	"dart": true, "swift": true, "kotlin": true, "html": true, "xml": true, "yaml": true, "yml": true, "graphql": true, "sql": true, "css": true,
	"rust": true, "r": true, "perl": true, "elixir": true, "powershell": true, "objc": true, "objective-c": true, "c": true, "cpp": true, "toml": true, "hcl": true, "node": true, "tsx": true, "jsx": true,
}

// statusLinePattern is what pages print above a body: "Status: 200 OK".
var statusLinePattern = regexp.MustCompile(`^(?i:status(?: code)?)\s*:?\s*([1-5]\d\d)[^\n{\[]*\n\s*`)

var httpStatus = regexp.MustCompile(`^HTTP/[\d.]+\s+([1-5]\d\d)\b`)

// code reads a sample: a command, an HTTP message or JSON.
func (r *sectionReader) code(b block) {
	if otherLanguages[b.lang] || len(b.text) > maxJSON {
		return
	}
	if all := commands(b.text, b.line); len(all) > 0 {
		for _, q := range all {
			r.command(q)
		}
		r.asked = true
		if q := all[len(all)-1]; strings.TrimSpace(q.rest) != "" {
			r.message(q.rest, b.line+strings.Count(b.text[:len(b.text)-len(q.rest)], "\n"), answered)
		}
		return
	}
	text := strings.TrimSpace(b.text)
	if g := httpStart.FindStringSubmatch(firstLine(text)); g != nil {
		r.rawRequest(g, text, b.line)
		return
	}
	dir := r.direction(b)
	if ctx, ok := contextOf(b.title); ok && ctx.dir != unset && b.title != "" {
		saved := r.ctx
		defer func() { r.ctx = saved }()
		if ctx.status > 0 || ctx.in == "error" || ctx.dir != dir {
			r.setContext(ctx)
		}
		dir = ctx.dir
	}
	r.message(b.text, b.line, dir)
}

func firstLine(s string) string {
	l, _, _ := strings.Cut(s, "\n")
	return strings.TrimSpace(l)
}

var asksWord = regexp.MustCompile(`(?i)\b(?:request|payload|body|post|send|sends|sending|submit|params?|parameters|input)\b`)
var answersWord = regexp.MustCompile(`(?i)\b(?:respon\w+|returns?|result\w*|answers?|output|reply|receive|get back)\b`)

// direction decides whether a sample is sent or received.
func (r *sectionReader) direction(b block) direction {
	switch {
	case r.ctx.dir == answered:
		return answered
	case r.ctx.dir == asked && r.ctx.in == "body" && r.asked && !r.bodyless() && !answersWord.MatchString(r.label) && (!r.showsBody() || r.answersLater()):
		return asked // the command has no body, or this is another example of it
	case r.ctx.dir == asked && r.ctx.in != "query" && r.ctx.in != "path" && r.ctx.in != "auth" && !r.asked:
		if r.labelled != "" && answersWord.MatchString(r.labelled) && !asksWord.MatchString(r.labelled) || r.ctx.in == "" && answersWord.MatchString(r.label) && !asksWord.MatchString(r.label) {
			return answered
		}
		if r.bodyless() {
			return answered
		}
		return asked
	case r.asked, r.bodyless():
		return answered
	case answersWord.MatchString(r.label):
		return answered
	case asksWord.MatchString(r.label):
		return asked
	}
	for _, c := range r.calls {
		if len(c.Requests) > 0 && len(c.Requests[0].Samples) == 0 && len(c.Requests[0].Fields) > 0 && r.fits(c.Requests[0].Fields, b) {
			return asked
		}
	}
	if r.ctx.dir == asked && r.asked {
		return answered
	}
	if r.calls[0].Method == "GET" {
		return answered
	}
	for _, c := range r.calls {
		if len(c.Requests) > 0 {
			return answered
		}
	}
	return asked
}

// showsBody reports whether a sample of the request body was read.
func (r *sectionReader) showsBody() bool {
	for _, c := range r.calls {
		for _, b := range c.Requests {
			if len(b.Samples) > 0 || len(b.Form) > 0 {
				return true
			}
		}
	}
	return false
}

// answersLater reports whether a later heading of the section announces the
// response.
func (r *sectionReader) answersLater() bool {
	for i := r.to - 1; r.answers == 0 && i > r.at; i-- {
		b := r.blocks[i]
		if b.kind != heading && b.kind != paragraph {
			continue
		}
		if ctx, ok := contextOf(b.text); ok && ctx.dir == answered && ctx.in == "body" && (b.kind == heading || strings.HasSuffix(b.text, ":") || generic(b.text)) {
			r.answers = i
		}
	}
	if r.answers == 0 {
		r.answers = -1 // none, so that nobody looks again
	}
	return r.answers > r.at
}

// fits reports whether a sample has the members of a documented body.
func (r *sectionReader) fits(fields []Field, b block) bool {
	v, _, err := ParseJSON(b.text, 0)
	if err != nil || len(v.Members) == 0 {
		return false
	}
	n := 0
	for _, m := range v.Members {
		for _, f := range fields {
			if f.Pointer[0] == m.Name {
				n++
				break
			}
		}
	}
	return 2*n >= len(v.Members)
}

func (r *sectionReader) bodyless() bool {
	for _, c := range r.calls {
		if c.Method != "GET" && c.Method != "HEAD" {
			return false
		}
	}
	return true
}

// message reads JSON or an HTTP response.
func (r *sectionReader) message(text string, line int, dir direction) {
	trimmed := strings.TrimLeft(text, " \t\r\n'`\"")
	line += strings.Count(text[:len(text)-len(trimmed)], "\n")
	if g := httpStatus.FindStringSubmatch(trimmed); g != nil {
		r.rawResponse(g[1], trimmed, line)
		return
	}
	if g := statusLinePattern.FindStringSubmatch(trimmed); g != nil {
		n, _ := strconv.Atoi(g[1])
		saved := r.ctx
		defer func() { r.ctx = saved }()
		r.ctx = context{dir: answered, in: "body", status: n}
		r.each(func(c *Call) { c.Answer(n) })
		line += strings.Count(g[0], "\n")
		trimmed = trimmed[len(g[0]):]
		dir = answered
	}
	if cut := strings.IndexAny(trimmed, "{["); cut > 0 && strings.HasPrefix(trimmed, "//") {
		line += strings.Count(trimmed[:cut], "\n")
		trimmed = trimmed[cut:]
	}
	for n := 0; n < 20; n++ {
		if trimmed == "" || trimmed[0] != '{' && trimmed[0] != '[' {
			return
		}
		v, used, err := ParseJSON(trimmed, line)
		if err != nil {
			return
		}
		r.sample(v, dir, line)
		line += strings.Count(trimmed[:used], "\n")
		rest := strings.TrimLeft(trimmed[used:], " \t\r\n,;")
		line += strings.Count(trimmed[used:len(trimmed)-len(rest)], "\n")
		trimmed = rest
		if dir == asked {
			return
		}
	}
}

// sample adds a value to the bodies of the calls.
func (r *sectionReader) sample(v *Value, dir direction, line int) {
	s := Sample{Value: v, Place: r.place(line)}
	if dir == asked {
		r.asked = true
		r.each(func(c *Call) {
			if c.Method == "GET" || c.Method == "HEAD" {
				return
			}
			body := c.Request("")
			body.Samples = append(body.Samples, s)
		})
		return
	}
	status := r.ctx.status
	if r.ctx.dir != answered {
		status = 0
	}
	r.each(func(c *Call) {
		at := status
		if e, ok := errorStatus(v, len(c.Answers) > 0 && hasSample(c)); at == 0 && ok || r.ctx.in == "error" && at == 0 {
			at = e
		}
		body := c.Answer(at)
		body.Samples = append(body.Samples, s)
		body.Empty = false
	})
}

func hasSample(c *Call) bool {
	for _, a := range c.Answers {
		if a.Status < 300 && len(a.Samples) > 0 {
			return true
		}
	}
	return false
}

// errorStatus recognises the value of an error and returns its status, or -1
// if it does not say it.
func errorStatus(v *Value, more bool) (int, bool) {
	if v.Kind != Object {
		return 0, false
	}
	candidate := v
	if list := v.Get("errors"); list != nil && list.Kind == Array && len(v.Members) <= 3 && v.Get("data") == nil {
		if len(list.Items) > 0 {
			candidate = list.Items[0]
		}
		if n := statusIn(candidate); n > 0 {
			return n, true
		}
		return -1, true
	}
	if e := v.Get("error"); e != nil && len(v.Members) == 1 && e.Kind == String {
		return -1, true
	}
	if e := v.Get("error"); e != nil && v.Get("data") == nil && (len(v.Members) <= 3) {
		if n := statusIn(v); n > 0 {
			return n, true
		}
		if n := statusIn(e); n > 0 {
			return n, true
		}
		if e.Kind == Object && (e.Get("message") != nil || e.Get("code") != nil) || more {
			return -1, true
		}
		return 0, false
	}
	n := statusIn(v)
	if n >= 400 && (v.Get("title") != nil || v.Get("detail") != nil || v.Get("message") != nil || v.Get("error") != nil) {
		return n, true
	}
	return 0, false
}

func statusIn(v *Value) int {
	for _, name := range []string{"status", "status_code", "statusCode", "code"} {
		if n, err := strconv.Atoi(textOf(v.Get(name))); err == nil && n >= 400 && n < 600 {
			return n
		}
	}
	return 0
}

// command adds a curl command to the call that it makes.
func (r *sectionReader) command(q *request) {
	_, path, _ := splitTarget(q.url)
	var only *Call
	for _, c := range r.calls {
		if c.Method == q.method && samePath(c.Path, path) {
			only = c
		}
	}
	if only == nil && len(r.calls) == 1 && (r.calls[0].Method == q.method || samePath(r.calls[0].Path, path)) && shapeAlike(r.calls[0].Path, path) {
		only = r.calls[0]
	}
	if only != nil {
		only.addRequest(q, r.file)
	} else if len(r.calls) > 0 {
		for _, c := range r.calls {
			if set, _, _ := credentials(q); len(set) > 0 && len(c.Auth) == 0 {
				c.addAuth(set...)
			}
		}
	}
}

// shapeAlike reports whether a concrete path may be of a template.
func shapeAlike(template, concrete string) bool {
	a, b := strings.Split(template, "/"), strings.Split(concrete, "/")
	return a[len(a)-1] == b[len(b)-1] || variable(a[len(a)-1]) || variable(b[len(b)-1]) || len(a) == len(b)
}

// addRequest adds what a request shows to the call.
func (c *Call) addRequest(q *request, file string) {
	at := Place{file, q.line}
	server, path, query := splitTarget(q.url)
	if c.Server == "" {
		c.Server = server
	}
	if c.Concrete == "" || len(path) > len(c.Concrete) {
		c.Concrete = path
	}
	set, headers, inQuery := credentials(q)
	c.addAuth(set...)
	if len(c.Headers) == 0 {
		c.Headers = headers
	}
	if len(c.Query) == 0 {
		c.Query = query
	}
	for _, h := range query {
		if !inQuery[h.Name] {
			c.addQuery(h, at)
		}
	}
	media, _, _ := strings.Cut(q.header("Content-Type"), ";")
	c.addBody(q, strings.TrimSpace(media), at)
}

func (c *Call) addQuery(h Header, at Place) {
	if templateValue.MatchString(h.Value) { // page={page} is no value
		c.addParam(Param{In: "query", Name: h.Name, Place: at, Rank: FromSentence})
		return
	}
	c.addParam(Param{In: "query", Name: h.Name, Samples: []string{h.Value}, Place: at, Rank: FromSample})
}

var templateValue = regexp.MustCompile(`^(?:\{[^{}]*\}|\{\{.*\}\}|<[^<>]*>|:[A-Za-z_]\w*|\$\{?[A-Za-z_]\w*\}?)$`)

// addBody adds the body of a request.
func (c *Call) addBody(q *request, media string, at Place) {
	switch {
	case len(q.form) > 0:
		body := c.Request(media)
		for _, m := range q.form {
			body.addFormField(m.Name, formType(m.Name, m.Value), at)
		}
	case strings.TrimSpace(q.body) != "":
		trimmed := strings.TrimSpace(q.body)
		if v, n, err := ParseJSON(trimmed, q.line); err == nil && (v.Kind == Object || v.Kind == Array) && strings.Trim(trimmed[n:], " \t\n'}") == "" {
			if media == "" || media == "application/x-www-form-urlencoded" && q.header("Content-Type") == "" {
				media = "application/json"
			}
			body := c.Request(media)
			body.Samples = append(body.Samples, Sample{Value: v, Place: at, Strict: c.Recorded})
			return
		}
		if media == "application/x-www-form-urlencoded" || media == "" && strings.Contains(trimmed, "=") {
			body := c.Request("application/x-www-form-urlencoded")
			if len(body.Form) == 0 {
				body.Form = parseQuery(trimmed)
			}
			for _, m := range parseQuery(trimmed) {
				body.addFormField(m.Name, formType(m.Name, m.Value), at)
			}
			return
		}
		body := c.Request(first(media, "application/octet-stream"))
		body.Text = trimmed
	case q.file:
		if media == "" {
			media = "application/json"
			if q.binary {
				media = "application/octet-stream"
			}
		}
		c.Request(media).Hidden = true
	}
}

// addFormField adds a member of a sample form.
func (b *Body) addFormField(name string, t Type, at Place) {
	if p := splitPointer(name); len(p) > 0 {
		t, brackets := listType(name, t)
		b.addField(Field{Pointer: p, Type: t, Place: at, Rank: FromSample, Brackets: brackets})
	}
}

// formType is the type of a form member by its value. Forms carry text: digits
// may be a telephone number, so they make an integer only with a name that
// counts.
func formType(name, v string) Type {
	switch {
	case strings.HasPrefix(v, "@"), strings.HasPrefix(v, "<@"):
		return Type{Name: "string", Format: "binary"}
	case v == "true" || v == "false":
		return Type{Name: "boolean"}
	case v != "" && len(v) < 12 && number(v) && !strings.ContainsAny(v, ".eE") && CountName(name):
		return Type{Name: "integer"}
	}
	if t, ok := placeholderType(v); ok {
		return t
	}
	return Type{Name: "string"}
}

var queryCredential = regexp.MustCompile(`(?i)^(?:api[-_]?key|access[-_]?key|access[-_]?token|auth[-_]?token|api[-_]?token|appid|app_id|app_key|subscription-key)$`)

// credentials splits the headers of a request into credentials and the rest.
// inQuery names the query members that are credentials.
func credentials(q *request) (set []Auth, headers []Header, inQuery map[string]bool) {
	inQuery = map[string]bool{}
	if q.basic {
		set = append(set, Auth{Scheme: "basic"})
	}
	for _, h := range q.headers {
		lower := strings.ToLower(h.Name)
		switch {
		case lower == "authorization":
			word, rest, _ := strings.Cut(h.Value, " ")
			switch strings.ToLower(word) {
			case "bearer":
				set = append(set, Auth{Scheme: "bearer"})
			case "basic":
				if !q.basic {
					set = append(set, Auth{Scheme: "basic"})
				}
			default:
				_ = rest
				set = append(set, Auth{Scheme: "header", Name: "Authorization"})
			}
			headers = append(headers, h)
		case lower == "cookie":
			name, _, _ := strings.Cut(h.Value, "=")
			if name = strings.TrimSpace(name); credentialHeader(name) || strings.Contains(strings.ToLower(name), "sess") || strings.Contains(strings.ToLower(name), "sid") {
				set = append(set, Auth{Scheme: "cookie", Name: name})
			}
		case transport(lower):
			if lower == "accept" || lower == "content-type" {
				headers = append(headers, h)
			}
		case credentialHeader(lower), strings.HasPrefix(lower, "x-") && !strings.Contains(lower, "idempotency") && !strings.Contains(lower, "request-id") && secretValue(h.Value):
			set = append(set, Auth{Scheme: "header", Name: h.Name})
			headers = append(headers, h)
		default:
			headers = append(headers, h)
		}
	}
	_, _, query := splitTarget(q.url)
	for _, h := range query {
		if queryCredential.MatchString(h.Name) {
			set = append(set, Auth{Scheme: "query", Name: h.Name})
			inQuery[h.Name] = true
		}
	}
	return set, headers, inQuery
}

// secretValue reports whether a header's value is a placeholder of a
// credential.
func secretValue(v string) bool {
	return v == "secret" || v == "tenant" || strings.HasPrefix(v, "<") || strings.HasPrefix(v, "$") || strings.HasPrefix(v, "{{") || strings.HasPrefix(strings.ToUpper(v), "YOUR")
}

// rawRequest reads a request as HTTP sends it.
func (r *sectionReader) rawRequest(g []string, text string, line int) {
	lines := strings.Split(text, "\n")
	for len(lines) > 1 && httpStart.MatchString(strings.TrimSpace(lines[1])) {
		lines = lines[1:] // several request lines are read as call lines
	}
	q := &request{method: g[1], url: g[2], line: line}
	i := 1
	for ; i < len(lines) && strings.TrimSpace(lines[i]) != ""; i++ {
		k, v, ok := strings.Cut(lines[i], ":")
		if !ok || strings.ContainsAny(k, " {\"") {
			break
		}
		q.headers = append(q.headers, Header{strings.TrimSpace(k), strings.TrimSpace(v)})
	}
	body := strings.Join(lines[min(i, len(lines)):], "\n")
	if n := strings.Index(body, "\nHTTP/"); n >= 0 {
		r.message(body[n+1:], line+i+strings.Count(body[:n+1], "\n"), answered)
		body = body[:n]
	}
	q.body = strings.TrimSpace(body)
	if host := q.header("Host"); host != "" && strings.HasPrefix(q.url, "/") {
		q.url = "https://" + host + q.url
	}
	if len(q.headers) > 0 || q.body != "" {
		r.asked = true
	}
	r.command(q)
}

// rawResponse reads a response as HTTP sends it.
func (r *sectionReader) rawResponse(status, text string, line int) {
	n, _ := strconv.Atoi(status)
	head, body, _ := strings.Cut(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n")
	media := ""
	for _, l := range strings.Split(head, "\n")[1:] {
		if k, v, ok := strings.Cut(l, ":"); ok && strings.EqualFold(strings.TrimSpace(k), "Content-Type") {
			media, _, _ = strings.Cut(strings.TrimSpace(v), ";")
		} else if strings.HasPrefix(strings.TrimSpace(l), "{") || strings.HasPrefix(strings.TrimSpace(l), "[") {
			body = text[strings.Index(text, l):]
			break
		}
	}
	saved := r.ctx
	r.ctx = context{dir: answered, in: "body", status: n}
	r.each(func(c *Call) {
		a := c.Answer(n)
		a.Media = first(a.Media, strings.TrimSpace(media))
		a.Empty = a.Empty || strings.TrimSpace(body) == "" && n == 204
	})
	if trimmed := strings.TrimSpace(body); trimmed != "" && (trimmed[0] == '{' || trimmed[0] == '[') {
		r.message(body, line+strings.Count(head, "\n")+2, answered)
	}
	r.ctx = saved
}

// placeholderType reads "<string>", "string" and their like, which tell a type
// and are no values.
func placeholderType(s string) (Type, bool) {
	if len(s) < 3 || len(s) > 40 {
		return Type{}, false
	}
	switch s {
	case "string":
		return Type{Name: "string"}, true
	}
	if s[0] != '<' || s[len(s)-1] != '>' {
		return Type{}, false
	}
	inner := strings.ToLower(s[1 : len(s)-1])
	switch inner {
	case "datetime":
		return words["datetime"], true
	case "any", "unknown":
		return Type{}, true
	}
	if t, ok := words[inner]; ok && t.Name != "" {
		return t, true
	}
	return Type{Name: "string"}, true
}

// PlaceholderType returns the type that a placeholder of a documentation host
// stands for, and false for a value.
func PlaceholderType(s string) (Type, bool) { return placeholderType(s) }
