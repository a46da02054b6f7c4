package api

import (
	"bytes"
	"encoding/json"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Error bodies come in many shapes. All are read into ErrorObjects, as far as
// they say more than one message, and a line to print:
//
//	{"errors":[{"title":…,"source":{"pointer":…}}]}     JSON:API
//	{"id":…,"status":…,"title":…,"source":…}            a bare JSON:API error
//	{"errors":{"email":["is taken"]}}                   validation, by field
//	{"errors":[{"message":…,"extensions":{"code":…}}]}  GraphQL
//	{"error":"…"}, {"error":{"code":…,"message":…}}     plain
//	{"message":"…","errors":…}                          plain
//	{"type":…,"title":…,"detail":…}                     RFC 9457
//	{"error":"…","error_description":"…"}               OAuth2

// readProblems reads an error body; ok is false when it is not JSON.
func readProblems(body []byte) (problems []ErrorObject, message string, ok bool) {
	body = bytes.TrimSpace(withoutBOM(body))
	if len(body) == 0 || !json.Valid(body) {
		return nil, "", false
	}
	switch body[0] {
	case '[':
		problems = problemList(body)
	case '{':
		problems, message = problemObject(body)
	case '"':
		message = jsonText(body)
	}
	if message == "" {
		message = joinProblems(problems)
	}
	return problems, shorten(message), true
}

func problemObject(body []byte) (problems []ErrorObject, message string) {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return nil, ""
	}
	if list, ok := members["errors"]; ok {
		problems = problemList(list)
	}
	message = firstOf(jsonText(members["message"]), jsonText(members["error_description"]))
	if e := members["error"]; len(e) > 0 && e[0] == '{' {
		o := problemOf(e)
		problems = append(problems, o)
	} else if text := jsonText(e); text != "" && text != "true" {
		if message != "" && message != text {
			text += ": " + message
		}
		message = text
	}
	if len(problems) == 0 {
		if o := problemOf(body); o.Title != "" || o.Detail != "" && message == "" || o.Pointer != "" || o.Parameter != "" {
			problems = append(problems, o)
		}
	}
	if listed := joinProblems(problems); listed != "" && message != "" && !strings.Contains(listed, message) {
		message += ": " + listed
	} else if listed != "" {
		message = listed
	}
	return problems, message
}

// problemList reads an array of problems, or an object of them by field.
func problemList(raw json.RawMessage) []ErrorObject {
	var out []ErrorObject
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil {
		for _, item := range list {
			out = append(out, problemOf(item))
		}
		return out
	}
	var byField map[string]json.RawMessage
	if json.Unmarshal(raw, &byField) != nil {
		return nil
	}
	names := make([]string, 0, len(byField))
	for name := range byField {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		var texts []json.RawMessage
		if json.Unmarshal(byField[name], &texts) != nil {
			texts = []json.RawMessage{byField[name]}
		}
		for _, t := range texts {
			o := problemOf(t)
			if o.Pointer == "" {
				o.Pointer = "/" + strings.ReplaceAll(name, ".", "/")
			}
			out = append(out, o)
		}
	}
	return out
}

// problemOf reads one problem, whatever of it has an unexpected type.
func problemOf(raw json.RawMessage) ErrorObject {
	var m map[string]json.RawMessage
	if json.Unmarshal(raw, &m) != nil {
		return ErrorObject{Detail: jsonText(raw)}
	}
	o := ErrorObject{
		ID:     jsonText(m["id"]),
		Status: jsonText(m["status"]),
		Code:   jsonText(m["code"]),
		Title:  jsonText(m["title"]),
		Detail: firstOf(jsonText(m["detail"]), jsonText(m["message"]), jsonText(m["description"]), jsonText(m["error"]), jsonText(m["msg"])),
		Type:   jsonText(m["type"]),
	}
	o.Pointer = firstOf(jsonText(m["pointer"]), fieldPointer(jsonText(m["field"])))
	var source map[string]json.RawMessage
	if json.Unmarshal(m["source"], &source) == nil {
		o.Pointer = firstOf(jsonText(source["pointer"]), o.Pointer)
		o.Parameter = jsonText(source["parameter"])
		o.Header = jsonText(source["header"])
	}
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

func fieldPointer(field string) string {
	if field == "" || field[0] == '/' {
		return field
	}
	return "/" + strings.ReplaceAll(field, ".", "/")
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

func joinProblems(problems []ErrorObject) string {
	var parts []string
	for k := range problems {
		if s := problems[k].String(); s != "" && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
		if len(parts) == 3 && len(problems) > 4 {
			parts = append(parts, "…")
			break
		}
	}
	return strings.Join(parts, "; ")
}

const lineLimit = 400 // characters of a server's text in a message

// shorten makes text one printable line of bearable length.
func shorten(text string) string {
	var b strings.Builder
	space, n := false, 0
	for _, r := range text {
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Cf, r) {
			space = n > 0
			continue
		}
		if n >= lineLimit {
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
