package exchange

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/docwright/docwright/internal/limit"
)

// The parts of an exchange.
const (
	requestPart      = "request"
	requestBodyPart  = "request.body.base64"
	responsePart     = "response"
	responseBodyPart = "response.body.base64"
)

// fileName is <service>.<method>[.<variant>].txtar, the first two being the operationId.
var fileName = regexp.MustCompile(`^([a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*)(?:\.([A-Za-z0-9][A-Za-z0-9_-]*))?\.txtar$`)

// headerName is a token of RFC 9110.
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// Parse reads one exchange. The file's name gives the operation, its data the
// rest; either line ending is fine. An error is an Errors with every problem.
func Parse(file string, data []byte) (*Exchange, error) {
	p := &parser{file: file, ex: &Exchange{File: file}, parts: map[string]part{}}
	p.name()
	if p.split(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))) {
		p.request()
		p.response()
	}
	if err := p.errs.err(); err != nil {
		return nil, err
	}
	return p.ex, nil
}

// parser holds the state of reading one file.
type parser struct {
	file  string
	ex    *Exchange
	parts map[string]part
	errs  Errors
}

// part is a file of the archive and where it begins.
type part struct {
	data []byte
	line int // of the first byte of data
}

func (p *parser) fail(line, col int, fix, format string, args ...any) {
	p.errs = append(p.errs, &Error{
		Pos:     Position{File: p.file, Line: line, Col: col},
		Message: fmt.Sprintf(format, args...),
		Fix:     fix,
	})
}

func (p *parser) name() {
	base := path.Base(strings.ReplaceAll(p.file, `\`, "/"))
	m := fileName.FindStringSubmatch(base)
	if m == nil {
		p.fail(0, 0, "name it <service>.<method>[.<variant>].txtar after the operationId, e.g. contacts.update.cleared.txtar",
			"file name %q does not name an operation", base)
		return
	}
	p.ex.Name, p.ex.OperationID, p.ex.Variant = strings.TrimSuffix(base, ".txtar"), m[1], m[2]
}

// split takes the archive apart. A file that does not begin as an exchange is
// reported as that alone: what else is in it must not get into messages.
func (p *parser) split(data []byte) bool {
	archive := txtar.Parse(data)
	if !p.comment(archive.Comment) {
		return false
	}
	line := 1 + bytes.Count(archive.Comment, []byte("\n"))
	for _, f := range archive.Files {
		switch _, seen := p.parts[f.Name]; {
		case seen:
			p.fail(line, 1, "keep one of them", "part %q appears twice", f.Name)
		case f.Name != requestPart && f.Name != requestBodyPart && f.Name != responsePart && f.Name != responseBodyPart:
			p.fail(line, 1, "an exchange holds request, response, and request.body.base64 or response.body.base64 for bodies that are not text",
				"unknown part %q", f.Name)
		default:
			p.parts[f.Name] = part{data: f.Data, line: line + 1}
		}
		line += 1 + bytes.Count(f.Data, []byte("\n"))
	}
	return true
}

// comment reads the lines before the first part: the source, perhaps how much
// of a page was visible, and remarks.
func (p *parser) comment(text []byte) bool {
	const fix = `begin the file with the address of the page that documents the call, or with another source, e.g. "recorded from staging, 2026-11-02"`
	first, rest, _ := strings.Cut(string(text), "\n")
	source := strings.TrimSpace(first)
	if source == "" || strings.HasPrefix(source, "seen:") {
		p.fail(1, 1, fix, "the first line does not say where the call comes from")
		return false
	}
	p.ex.Source = source
	if strings.Contains(source, "://") && !strings.Contains(source, " ") {
		if u, err := url.Parse(source); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			p.fail(1, 1, fix, "the address in the first line is malformed")
			return true
		}
		p.ex.PageURL = source
	}
	second, remarks, _ := strings.Cut(rest, "\n")
	if seen, ok := strings.CutPrefix(second, "seen:"); ok {
		if p.ex.Seen = strings.TrimSpace(seen); p.ex.Seen == "" {
			p.fail(2, 1, `say how much of the page was visible, e.g. "seen: full", or remove the line`, "seen: without a value")
		}
		rest = remarks
	}
	p.ex.Comment = strings.TrimSpace(rest)
	return true
}

func (p *parser) request() {
	src, ok := p.parts[requestPart]
	if !ok {
		p.fail(1, 1, "add a part -- request -- with the documented request", "no request part")
		return
	}
	start, rest := cutLine(src.data)
	req := &p.ex.Request
	req.Message = p.message(requestPart, rest, src.line)
	if host, ok := req.Header["Host"]; ok {
		req.Host = host[0]
		delete(req.Header, "Host")
		if u, err := url.Parse("https://" + req.Host); err != nil || u.Host != req.Host || strings.HasSuffix(u.Host, ":") || len(host) > 1 {
			p.fail(src.line, 1, `write one header "Host: api.example.com"`, "malformed Host header %q", strings.Join(host, ", "))
		}
	}
	method, target, version, ok := requestLine(start)
	if !ok || !headerName.MatchString(method) || !strings.HasPrefix(version, "HTTP/") {
		p.fail(src.line, 1, `write it as "METHOD /path?query HTTP/1.1"`, "malformed request line %q", start)
		return
	}
	if u, err := url.ParseRequestURI(target); err != nil || !strings.HasPrefix(target, "/") || u.Fragment != "" || strings.Contains(target, "#") {
		p.fail(src.line, len(method)+2, "write the path and query percent-encoded, as they are sent; the host goes into the Host header",
			"malformed request target %q", target)
		return
	}
	req.Method, req.Target = method, target
}

func (p *parser) response() {
	src, ok := p.parts[responsePart]
	if !ok {
		if body, ok := p.parts[responseBodyPart]; ok {
			p.fail(body.line-1, 1, "add a part -- response -- with its status and headers", "response body without a response")
		}
		return
	}
	start, rest := cutLine(src.data)
	p.ex.Response = &Response{Message: p.message(responsePart, rest, src.line)}
	version, rest2, _ := strings.Cut(start, " ")
	code, _, _ := strings.Cut(rest2, " ")
	status, err := strconv.Atoi(code)
	if !strings.HasPrefix(version, "HTTP/") || err != nil || len(code) != 3 || status < 100 || status > 599 {
		p.fail(src.line, 1, `write it as "HTTP/1.1 200 OK"`, "malformed status line %q", start)
		return
	}
	p.ex.Response.Status = status
}

// message reads the headers and the body of a part, the start line of which
// has been taken off.
func (p *parser) message(name string, data []byte, line int) Message {
	m := Message{Header: http.Header{}, headerLines: map[string]int{}, file: p.file, line: line}
	data, line = p.header(&m, data)
	body := bytes.TrimSuffix(data, []byte("\n"))
	if encoded, ok := p.parts[name+".body.base64"]; ok {
		m.Body = p.base64(name, body, encoded, line+1)
	} else if len(bytes.TrimSpace(body)) > 0 {
		m.Body, m.bodyLine = body, line+1
	}
	if m.Body != nil {
		p.contentType(&m, max(m.bodyLine, m.line))
	}
	return m
}

// header reads the headers of m from data, and returns what follows them and
// the line before that. Malformed lines in a row are one mistake.
func (p *parser) header(m *Message, data []byte) (body []byte, line int) {
	line = m.line
	malformed := false
	for len(data) > 0 {
		text, rest := cutLine(data)
		if text != "" && strings.ContainsAny(text[:1], "{[<\"") {
			p.fail(line+1, 1, "put an empty line before the body", "no empty line between the headers and the body")
			return data, line
		}
		data = rest
		line++
		if text == "" {
			break
		}
		key, value, ok := strings.Cut(text, ":")
		if ok = ok && headerName.MatchString(key); !ok && !malformed {
			p.fail(line, 1, `write it as "Name: value", and an empty line before the body`, "malformed header %q", text)
		}
		if malformed = !ok; malformed {
			continue
		}
		m.Header.Add(key, strings.TrimSpace(value))
		m.headerLines[http.CanonicalHeaderKey(key)] = line
	}
	return data, line
}

func (p *parser) base64(name string, text []byte, encoded part, line int) []byte {
	if len(bytes.TrimSpace(text)) > 0 {
		p.fail(line, 1, "keep one of them", "a body here and in part %s.body.base64", name)
	}
	body, err := base64.StdEncoding.DecodeString(string(bytes.TrimSpace(encoded.data)))
	var corrupt base64.CorruptInputError
	if errors.As(err, &corrupt) {
		p.fail(encoded.line, 1, "encode the body with the standard alphabet and padding", "malformed base64: %v", err)
	}
	return append([]byte{}, body...) // never nil: the part says that there is a body
}

// contentType checks what a body says of itself.
func (p *parser) contentType(m *Message, line int) {
	header := m.Header.Get("Content-Type")
	if header == "" {
		p.fail(line, 1, "add the Content-Type header that the page shows", "body without a Content-Type")
		return
	}
	mediaType, _, err := mime.ParseMediaType(header)
	if err != nil || !strings.Contains(mediaType, "/") {
		p.fail(m.line+1, 1, `write it as "Content-Type: type/subtype"`, "malformed Content-Type %q", header)
		return
	}
	if !IsJSON(mediaType) {
		return
	}
	if depth := limit.Depth(m.Body); depth > limit.MaxDepth {
		p.fail(line, 1, "record a smaller call: what is made of a body grows with the square of its depth", "the body nests %d deep, more than %d", depth, limit.MaxDepth)
		return
	}
	if m.bodyLine == 0 {
		return
	}
	at, err := checkJSON(m.Body)
	l, c := lineCol(m.Body, at)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		p.fail(m.bodyLine+l-1, c, "make the body valid JSON; normalise what the page elides and say so in the comment", "malformed JSON: %v", err)
	case err != nil:
		p.fail(m.bodyLine+l-1, c, "keep one of them", "%v", err)
	}
}

// IsJSON reports whether bodies of a media type, which may carry parameters, are JSON.
func IsJSON(mediaType string) bool {
	mediaType, _, _ = strings.Cut(strings.ToLower(mediaType), ";")
	mediaType = strings.TrimSpace(mediaType)
	return mediaType == "application/json" || strings.HasSuffix(mediaType, "+json")
}

func requestLine(line string) (method, target, version string, ok bool) {
	method, rest, ok1 := strings.Cut(line, " ")
	target, version, ok2 := strings.Cut(rest, " ")
	return method, target, version, ok1 && ok2
}

// cutLine takes the first line off.
func cutLine(data []byte) (line string, rest []byte) {
	before, after, _ := bytes.Cut(data, []byte("\n"))
	return string(before), after
}
