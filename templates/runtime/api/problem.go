package api

import (
	"bytes"
	"encoding/json"
	"html"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error bodies come in many shapes. All are read into ErrorObjects, as far as
// they say more than one message, and a line to print:
//
//	{"errors":[{"title":…,"source":{"pointer":…}}]}     JSON:API
//	{"id":…,"status":…,"title":…,"source":…}            a bare JSON:API error
//	{"type":…,"title":…,"detail":…,"errors":{…}}        RFC 9457, ASP.NET
//	{"errors":{"email":["is taken"]}}                   Rails, Laravel
//	{"email":["is taken"],"address":{"city":[…]}}       Django REST framework
//	{"detail":[{"loc":["body","email"],"msg":…}]}       FastAPI
//	{"message":["…","…"],"error":"Bad Request"}         NestJS
//	{"error":"…","errors":[{"field":…,"defaultMessage":…}]}  Spring
//	{"errors":[{"message":…,"extensions":{"code":…}}]}  GraphQL
//	{"error":{"code":…,"message":…,"details":[{"target":…,"message":…}]}}  Azure, Google
//	{"error":{"message":…,"reason":…}}                  Ory, Elasticsearch
//	{"error":"…","error_description":"…"}               OAuth2
//	{"fault":{"faultstring":…}}, {"issue":[{"diagnostics":…}]}  Apigee, FHIR
//	{"message":"…"}, {"Message":"…"}, {"errorMessages":["…"]}, {"errors":"…"}

// readProblems reads an error body; ok is false when it is not JSON.
func readProblems(body []byte) (problems []ErrorObject, message string, ok bool) {
	body = bytes.TrimSpace(withoutBOM(body))
	if len(body) == 0 || !json.Valid(body) {
		return nil, "", false
	}
	p := &problemReader{budget: problemReading*len(body) + 4096}
	switch body[0] {
	case '[':
		problems = p.problemsIn(body, "", 0)
	case '{':
		problems, message = p.problemObject(body)
	case '"':
		message = jsonText(body)
	}
	if message == "" {
		message = joinProblems(problems)
	}
	return problems, shorten(message), true
}

// Members of error bodies, as problemReader.members names them: those that hold problems,
// and those that are the text of one. In bodyContainers are those that are not
// names of fields as well.
var (
	bodyContainers = []string{"errors", "error", "fault", "faults", "violations", "constraintviolations", "fieldviolations",
		"validationerrors", "fielderrors", "fieldviolation", "invalidparams", "modelstate", "errormessages", "failures",
		"problems", "issues", "issue", "causes", "rootcause", "embedded", "odataerror", "innererrors", "errorlist"}
	textContainers = []string{"detail", "details", "message", "messages"}
	textNames      = []string{"message", "errordescription", "errormessage", "errmsg", "msg", "errortext", "faultstring", "defaultmessage",
		"usermessage", "exceptionmessage", "description", "diagnostics", "info", "statusmessage", "text", "value"}
)

func textOf(m map[string]json.RawMessage, names []string) string {
	for _, name := range names {
		if s := jsonText(m[name]); s != "" {
			return s
		}
	}
	return ""
}

// problemObject reads an object that is a whole body.
func (p *problemReader) problemObject(body []byte) (problems []ErrorObject, message string) {
	m := p.members(body)
	message = bodyMessage(m)
	problems = p.nested(m, "", 0)
	own := problemOf(body, m)
	switch {
	case len(problems) > 0 && message == "":
		message = firstOf(own.Title, own.Detail)
		if own.Detail != "" && !repeats(own.Detail, problems) { // which says more than the title (RFC 9457, section 3.1.4)
			message = own.Detail
		}
	case len(problems) == 0 && (own.Title != "" || own.Detail != "" && message == "" || own.Pointer != "" || own.Parameter != ""):
		problems = append(problems, own)
	case len(problems) == 0 && message == "":
		problems = p.byField(body, "", 0)
	}
	if listed := joinProblems(problems); listed != "" && message != "" && !strings.Contains(listed, message) {
		message = strings.TrimRight(message, ".:") + ": " + listed
	} else if listed != "" {
		message = listed
	}
	return problems, message
}

// repeats reports whether a text has that of one of the problems, as Symfony's does.
func repeats(text string, problems []ErrorObject) bool {
	return slices.ContainsFunc(problems, func(e ErrorObject) bool { return e.Detail != "" && strings.Contains(text, e.Detail) })
}

// bodyMessage is what a body says as a whole.
func bodyMessage(m map[string]json.RawMessage) string {
	text := textOf(m, textNames)
	if reason := jsonText(m["reason"]); text == "" || strings.Contains(reason, " ") && !strings.Contains(text, reason) { // one word is a code
		text = joinText(text, reason)
	}
	e := jsonText(m["error"])
	if e == "true" || e == "false" || text != "" && strings.Trim(e, "0123456789") == "" || e == text {
		return text
	}
	return joinText(e, text)
}

func joinText(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return strings.TrimRight(a, ".:") + ": " + b
}

// problemReader reads a body from several sides. What it may look at is limited, so
// that no body takes long.
type problemReader struct {
	budget int // bytes
}

const (
	problemDepth   = 8  // of objects in objects
	problemReading = 32 // times that all of a body may be looked at
)

// unmarshal decodes raw, unless enough was read.
func (p *problemReader) unmarshal(raw json.RawMessage, into any) bool {
	p.budget -= len(raw)
	return p.budget >= 0 && json.Unmarshal(raw, into) == nil
}

// members returns the members of an object by name, in lower case and with letters
// and digits alone: error_description, ErrorDescription and errorDescription are
// one. It is nil if raw is not an object.
func (p *problemReader) members(raw json.RawMessage) map[string]json.RawMessage {
	var members map[string]json.RawMessage
	if !p.unmarshal(raw, &members) || members == nil {
		return nil
	}
	folded := make(map[string]json.RawMessage, len(members))
	for _, name := range slices.Sorted(maps.Keys(members)) {
		short := strings.Map(func(r rune) rune {
			if r == '_' || r == '-' || r == '.' || r == ' ' || r == '@' {
				return -1
			}
			return unicode.ToLower(r)
		}, name)
		if _, taken := folded[short]; !taken || short == name {
			folded[short] = members[name]
		}
	}
	return folded
}

// problemsIn reads problems out of a text, a list or an object; at is the pointer
// to the field that they are about, as far as it is known.
func (p *problemReader) problemsIn(raw json.RawMessage, at string, depth int) []ErrorObject {
	raw = bytes.TrimSpace(raw)
	if depth > problemDepth || len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	switch raw[0] {
	case '{':
		return p.object(raw, at, depth)
	case '[':
		var list []json.RawMessage
		p.unmarshal(raw, &list)
		var out []ErrorObject
		for k, item := range list {
			place := at
			if p.isByField(item) { // a list of objects that were sent, each with its fields
				place += "/" + strconv.Itoa(k)
			}
			out = append(out, p.problemsIn(item, place, depth+1)...)
		}
		return out
	}
	return []ErrorObject{{Detail: jsonText(raw), Pointer: at}}
}

func (p *problemReader) object(raw json.RawMessage, at string, depth int) []ErrorObject {
	if p.isByField(raw) {
		return p.byField(raw, at, depth)
	}
	m := p.members(raw)
	var out []ErrorObject
	if own := problemOf(raw, m); own.says() || own.where() != "" {
		if own.where() == "" {
			own.Pointer = at
		}
		out = append(out, own)
	}
	out = append(out, p.nested(m, at, depth)...)
	if len(out) == 0 {
		return p.byField(raw, at, depth)
	}
	return out
}

// nested reads the members that hold problems.
func (p *problemReader) nested(m map[string]json.RawMessage, at string, depth int) []ErrorObject {
	var out []ErrorObject
	if depth > problemDepth {
		return nil
	}
	for _, name := range bodyContainers {
		raw := m[name]
		if isContainer := len(raw) > 0 && (raw[0] == '{' || raw[0] == '['); isContainer || name == "errors" && jsonText(raw) != "" {
			out = append(out, p.problemsIn(raw, at, depth+1)...)
		}
	}
	for _, name := range textContainers {
		raw := m[name]
		switch {
		case len(raw) > 0 && raw[0] == '[':
			out = append(out, p.problemsIn(raw, at, depth+1)...)
		case len(raw) > 0 && raw[0] == '{' && p.isAbout(raw):
			out = append(out, p.problemsIn(raw, at, depth+1)...)
		}
	}
	return out
}

// isAbout reports whether an object in the place of details is about problems, and
// not about the resource, say.
func (p *problemReader) isAbout(raw json.RawMessage) bool {
	m := p.members(raw)
	own := problemOf(raw, m)
	if own.Title != "" || own.Detail != "" || p.isByField(raw) {
		return true
	}
	return slices.ContainsFunc(bodyContainers, func(name string) bool {
		return len(m[name]) > 0 && (m[name][0] == '[' || m[name][0] == '{')
	})
}

// isByField reports whether raw is an object whose members are fields with lists of
// what is wrong with them.
func (p *problemReader) isByField(raw json.RawMessage) bool {
	if len(raw) == 0 || raw[0] != '{' {
		return false
	}
	var members map[string]json.RawMessage
	if !p.unmarshal(raw, &members) || len(members) == 0 {
		return false
	}
	for name, value := range members {
		isList := len(value) > 0 && value[0] == '['
		if !isList && !p.isByField(value) || slices.Contains(bodyContainers, strings.ToLower(name)) {
			return false
		}
	}
	return true
}

// wholeNames are names in the place of a field that mean no field.
var wholeNames = []string{"", "base", "non_field_errors", "nonFieldErrors", "__all__", "_error", "_schema", "general"}

// byField reads an object of problems by the name of their field.
func (p *problemReader) byField(raw json.RawMessage, at string, depth int) []ErrorObject {
	var members map[string]json.RawMessage
	if depth > problemDepth || !p.unmarshal(raw, &members) {
		return nil
	}
	var out []ErrorObject
	for _, name := range slices.Sorted(maps.Keys(members)) {
		value := members[name]
		if isList := len(value) > 0 && value[0] == '['; depth == 0 && !isList && !p.isByField(value) {
			continue // of a body that is about something else
		}
		place := at
		if !slices.Contains(wholeNames, name) {
			place += "/" + strings.ReplaceAll(strings.ReplaceAll(strings.TrimPrefix(strings.TrimPrefix(name, "$."), "/"), "~", "~0"), ".", "/")
		}
		for _, o := range p.problemsIn(value, place, depth+1) {
			if o.says() {
				out = append(out, o)
			}
		}
	}
	return out
}

// says reports whether o has anything to print.
func (o *ErrorObject) says() bool { return firstOf(o.Detail, o.Title, o.Code, o.Status, o.ID) != "" }

// problemOf reads one problem, whatever of it has an unexpected type. m are the
// members of raw.
func problemOf(raw json.RawMessage, m map[string]json.RawMessage) ErrorObject {
	if m == nil {
		return ErrorObject{Detail: jsonText(raw)}
	}
	o := ErrorObject{
		ID:     jsonText(m["id"]),
		Status: jsonText(m["status"]),
		Code:   firstOf(jsonText(m["code"]), jsonText(m["errorcode"])),
		Title:  jsonText(m["title"]),
		Detail: firstOf(jsonText(m["detail"]), textOf(m, textNames), jsonText(m["error"]), jsonText(m["issue"])),
		Type:   jsonText(m["type"]),
	}
	if reason := jsonText(m["reason"]); o.Detail == "" || strings.Contains(reason, " ") && !strings.Contains(o.Detail, reason) {
		o.Detail = joinText(o.Detail, reason)
	}
	o.locate(m)
	var links map[string]json.RawMessage
	if json.Unmarshal(m["links"], &links) == nil {
		o.About = linkText(links["about"])
		o.Type = firstOf(linkText(links["type"]), o.Type)
	}
	var extensions map[string]json.RawMessage
	if json.Unmarshal(m["extensions"], &extensions) == nil { // GraphQL
		o.Code = firstOf(o.Code, jsonText(extensions["code"]))
	}
	_ = json.Unmarshal(m["meta"], &o.Meta)
	if o.Pointer == "" && o.Parameter == "" {
		o.Pointer = fieldPointer(jsonText(o.Meta["field"]))
	}
	return o
}

// locate finds out what the problem is about.
func (o *ErrorObject) locate(m map[string]json.RawMessage) {
	pointer := strings.TrimPrefix(jsonText(m["pointer"]), "#") // a fragment in RFC 9457, section 3
	o.Pointer = firstOf(pointer, fieldPointer(textOf(m, []string{"field", "propertypath", "property", "param", "target", "instancepath", "attribute", "fieldname"})))
	var source map[string]json.RawMessage
	if json.Unmarshal(m["source"], &source) == nil {
		o.Pointer = firstOf(jsonText(source["pointer"]), o.Pointer)
		o.Parameter = jsonText(source["parameter"])
		o.Header = jsonText(source["header"])
	}
	var loc []json.RawMessage
	if json.Unmarshal(m["loc"], &loc) != nil || len(loc) == 0 { // FastAPI
		return
	}
	names := make([]string, len(loc))
	for k, step := range loc {
		names[k] = jsonText(step)
	}
	rest := strings.Join(names[1:], "/")
	switch names[0] {
	case "query", "path", "cookie":
		o.Parameter = rest
	case "header":
		o.Header = rest
	case "body":
		o.Pointer = fieldPointer(strings.TrimSuffix("/"+rest, "/"))
	default:
		o.Pointer = "/" + strings.Join(names, "/")
	}
}

func fieldPointer(field string) string {
	if field == "" || field[0] == '/' {
		return field
	}
	return "/" + strings.ReplaceAll(strings.TrimPrefix(field, "$."), ".", "/")
}

// where names what the problem is about, as people do: "address.city".
func (o *ErrorObject) where() string {
	if name := firstOf(o.Parameter, o.Header); name != "" || o.Pointer == "" {
		return name
	}
	var b strings.Builder
	steps := strings.Split(strings.Trim(strings.TrimPrefix(o.Pointer, "#"), "/"), "/")
	for k, step := range steps {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		isLast := k == len(steps)-1
		switch {
		case (step == "data" || step == "attributes" || step == "relationships" || step == "atomic:operations") && !isLast && k < 4:
		case step != "" && strings.Trim(step, "0123456789") == "":
			b.WriteString("[" + step + "]")
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step)
		}
	}
	return b.String()
}

// String says what the object says, in one line: what it is about and what is wrong
// with that.
func (o *ErrorObject) String() string {
	s := firstOf(o.Detail, o.Title, o.Code, o.Status, o.ID)
	where := o.where()
	if where == "" {
		if o.Title != "" && o.Detail != "" && !strings.Contains(o.Detail, o.Title) {
			s = joinText(o.Title, o.Detail)
		}
		return shorten(s)
	}
	if s == "" || hasWord(s, where[strings.LastIndexByte(where, '.')+1:]) {
		return shorten(firstOf(s, where))
	}
	return shorten(where + ": " + s)
}

// hasWord reports whether text has the word, in any case.
func hasWord(text, word string) bool {
	isPart := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }
	for w := range strings.FieldsFuncSeq(text, func(r rune) bool { return !isPart(r) }) {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

// jsonText returns a scalar's text, "" for everything else.
func jsonText(raw json.RawMessage) string {
	var s string
	switch {
	case len(raw) == 0 || raw[0] == '{' || raw[0] == '[' || string(raw) == "null":
		return ""
	case raw[0] == '"':
		_ = json.Unmarshal(raw, &s)
		return s
	}
	return string(raw)
}

// linkText returns a JSON:API link's address.
func linkText(raw json.RawMessage) string {
	var link struct {
		Href string `json:"href"`
	}
	if len(raw) > 0 && raw[0] == '{' {
		_ = json.Unmarshal(raw, &link)
		return link.Href
	}
	return jsonText(raw)
}

const listedProblems = 3 // in a message

func joinProblems(problems []ErrorObject) string {
	var parts []string
	for k := range problems {
		if s := problems[k].String(); s != "" && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	if more := len(parts) - listedProblems; more > 0 {
		parts = append(parts[:listedProblems], "and "+strconv.Itoa(more)+" more")
	}
	return strings.Join(parts, "; ")
}

const lineLimit = 400 // characters of a server's text in a message

// shorten makes text one printable line of bearable length.
func shorten(text string) string { return shortenTo(text, lineLimit) }

func shortenTo(text string, limit int) string {
	var b strings.Builder
	space, n := false, 0
	for _, r := range text {
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Cf, r) {
			space = n > 0
			continue
		}
		if n >= limit {
			b.WriteString("…")
			break
		}
		if space {
			b.WriteByte(' ')
			n++
		}
		b.WriteRune(r)
		n++
		space = false
	}
	return b.String()
}

// bodyText makes a body that is not JSON readable in one line.
func bodyText(media string, body []byte) string {
	const enough = 64 << 10
	body = body[:min(len(body), enough)]
	if media == "text/html" || media == "application/xhtml+xml" || bytes.HasPrefix(bytes.TrimSpace(body), []byte("<!")) || bytes.HasPrefix(bytes.TrimSpace(body), []byte("<html")) {
		return shorten(html.UnescapeString(stripTags(string(body))))
	}
	if !printable(body) {
		return ""
	}
	return shorten(string(body))
}

func printable(body []byte) bool {
	odd := 0
	for _, c := range body {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			odd++
		}
	}
	return odd == 0
}

// stripTags returns the text between tags, without scripts, styles and
// comments. What is never closed hides the rest.
func stripTags(s string) string {
	lower := strings.Map(func(r rune) rune { // same length as s
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	s = strings.ToValidUTF8(s, "?")
	var b strings.Builder
	for at := 0; at < len(s); {
		k := strings.IndexByte(s[at:], '<')
		if k < 0 {
			b.WriteString(s[at:])
			break
		}
		b.WriteString(s[at : at+k])
		b.WriteByte(' ')
		at += k
		end := ">"
		for start, close := range map[string]string{"<!--": "-->", "<script": "</script", "<style": "</style"} {
			if strings.HasPrefix(lower[at:], start) {
				end = close
			}
		}
		if k = strings.Index(lower[at:], end); k < 0 {
			break
		}
		at += k
		if end[0] != '<' { // else the closing tag is the next to go
			at += len(end)
		}
	}
	return b.String()
}
