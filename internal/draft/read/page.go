package read

import (
	"regexp"
	"strconv"
	"strings"
)

// callLine is a place of a page that names a call.
type callLine struct {
	method, path, server string
	query                []Header
	block                int
	line                 int
	weak                 bool   // of a table of contents
	concrete             string // the path with values, where a table of contents has the template
}

const methodWord = `(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)`

var (
	callPattern = regexp.MustCompile("^(?:[*>-]\\s*)?(?i:(?:http request|endpoint|url|definition|request|method|route)\\s*:?\\s*)?[`\\[(]*" + methodWord + "[`\\])]*\\s*:?\\s*[`]*\\s*((?:https?://|/|\\$|\\{|<|:|[a-z0-9.-]+\\.[a-z]{2,}/|[A-Za-z_]+/)[^\\s`]*)`?(.*)$")
	lowerCall   = regexp.MustCompile("^`?(?i:(get|post|put|patch|delete))`?\\s+`?(/[^\\s`]*)`?\\s*$")
	pathLine    = regexp.MustCompile("^(?i:(?:endpoint|url|path|route|uri))\\s*:?\\s*`?((?:https?://[^\\s`]+|/[^\\s`]*))`?\\s*$")
	methodLine  = regexp.MustCompile("^(?i:(?:http )?(?:method|verb))\\s*:?\\s*`?" + methodWord + "`?\\s*$")
)

// splitTarget cleans an address as pages write it: the server apart, and its
// parameters in braces.
func splitTarget(s string) (server, path string, query []Header) {
	s = strings.TrimRight(strings.TrimSpace(s), ".,;`'\"")
	s = strings.ReplaceAll(s, `\`, "")
	s, _, _ = strings.Cut(s, " ")
	rest := s
	switch {
	case strings.Contains(s, "://"):
		i := strings.Index(s, "://") + 3
		j := strings.IndexByte(s[i:], '/')
		if j < 0 {
			if q := strings.IndexByte(s[i:], '?'); q >= 0 {
				j = q
			} else {
				j = len(s) - i
			}
		}
		server, rest = s[:i+j], s[i+j:]
	case strings.HasPrefix(s, "$") || strings.HasPrefix(s, "{{") || strings.HasPrefix(s, "<") || strings.HasPrefix(s, "{"):
		// A variable for the server stands before the first slash.
		if i := strings.IndexByte(s, '/'); i > 0 {
			server, rest = s[:i], s[i:]
		}
	case !strings.HasPrefix(s, "/"):
		if i := strings.IndexByte(s, '/'); i > 0 && (strings.Contains(s[:i], ".") || strings.Contains(s[:i], ":") || s[:i] == "localhost") {
			server, rest = "http://"+s[:i], s[i:]
		} else {
			rest = "/" + s
		}
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, raw, _ := strings.Cut(rest, "?")
	if raw != "" {
		query = parseQuery(raw)
	}
	if rest == "" {
		rest = "/"
	}
	if strings.ContainsAny(server, "$<{") {
		server = ""
	}
	return server, templated(rest), query
}

var (
	colonParam = regexp.MustCompile(`/:([A-Za-z_]\w*)(\??)`)
	angleParam = regexp.MustCompile(`<([A-Za-z_][\w .-]*)>`)
	doubleVar  = regexp.MustCompile(`\{\{\s*([\w.-]+)\s*\}\}`)
	dollarVar  = regexp.MustCompile(`\$\{?([A-Za-z_]\w*)\}?`)
	upperVar   = regexp.MustCompile(`/([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|YOUR[-_][A-Z_-]+)(/|$)`)
	wordSpaces = regexp.MustCompile(`[\s-]+`)
)

// templated spells the parameters of a path in braces.
func templated(path string) string {
	path = colonParam.ReplaceAllString(path, "/{$1}")
	path = doubleVar.ReplaceAllString(path, "{$1}")
	path = angleParam.ReplaceAllStringFunc(path, func(s string) string {
		return "{" + wordSpaces.ReplaceAllString(s[1:len(s)-1], "_") + "}"
	})
	path = dollarVar.ReplaceAllStringFunc(path, func(s string) string {
		return "{" + strings.ToLower(strings.Trim(s, "${}")) + "}"
	})
	path = upperVar.ReplaceAllStringFunc(path, func(s string) string {
		slash := strings.HasSuffix(s, "/")
		return "/{" + strings.ToLower(strings.Trim(s, "/")) + "}" + map[bool]string{true: "/"}[slash]
	})
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	return path
}

func parseQuery(raw string) []Header {
	var out []Header
	for _, part := range strings.Split(raw, "&") {
		if part == "" || part == "..." {
			continue
		}
		k, v, _ := strings.Cut(part, "=")
		out = append(out, Header{unescapeQuery(k), unescapeQuery(v)})
	}
	return out
}

func unescapeQuery(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b.WriteByte(' ')
		case s[i] == '%' && i+2 < len(s):
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
			b.WriteByte('%')
		default:
			b.WriteByte(s[i])
		}
	}
	return strings.ToValidUTF8(b.String(), "\ufffd")
}

// page reads the blocks of a page.
type page struct {
	file   string
	form   string
	title  string
	url    string
	front  map[string]string
	blocks []block
	lines  []callLine
	calls  []*Call
}

// readPage turns blocks into calls.
func readPage(file, form string, front map[string]string, blocks []block) []*Call {
	p := &page{file: file, form: form, front: front, blocks: blocks, title: front["title"]}
	if p.title == "" {
		for _, b := range blocks {
			if b.kind == heading && b.level == 1 {
				p.title = b.text
				break
			}
		}
	}
	p.findCallLines()
	for _, s := range p.sections() {
		p.calls = append(p.calls, s.read()...)
	}
	p.shared()
	return p.calls
}

var (
	baseLine   = regexp.MustCompile("(?i)^(?:the )?(?:api )?(?:base|root|server|host)(?: (?:url|uri|path|address|endpoint))?(?: (?:is|for [^:`]{1,40}))?\\s*:?\\s*`?(https?://[^\\s`<>\"{}$]+)`?\\.?$")
	headerSpan = regexp.MustCompile("`((?:Authorization|[Xx]-[A-Za-z-]+)): ([^`]+)`")
)

// shared applies what the page says of all calls: the server, and the header of
// the credentials.
func (p *page) shared() {
	server := ""
	q := &request{}
	for _, b := range p.blocks {
		if b.kind != paragraph && b.kind != listItem && b.kind != heading {
			continue
		}
		for _, l := range strings.Split(b.text, "\n") {
			if g := baseLine.FindStringSubmatch(strings.TrimSpace(l)); g != nil && server == "" {
				server = strings.TrimRight(g[1], "/.")
			}
		}
		if g := headerSpan.FindStringSubmatch(b.text); g != nil && len(q.headers) == 0 && (g[1] == "Authorization" || credentialHeader(g[1])) {
			q.headers = append(q.headers, Header{g[1], g[2]})
		}
	}
	set, _, _ := credentials(q)
	for _, c := range p.calls {
		c.Server = first(c.Server, server)
		if len(c.Auth) == 0 && !c.NoAuth && len(set) > 0 {
			c.addAuth(set...)
		}
	}
}

// findCallLines lists the places that name a call. Commands count only if the
// page names calls in no other way.
func (p *page) findCallLines() {
	p.fromFront()
	var method, path, resource string
	for i, b := range p.blocks {
		switch b.kind {
		case heading, paragraph, listItem, fieldBlock:
			text := b.text
			if b.kind == heading {
				if p.blueprint(i, text, &resource) {
					continue
				}
			}
			if g := callPattern.FindStringSubmatch(text); g != nil && (b.kind != paragraph || len(g[3]) < 400) && !strings.HasPrefix(g[2], "/)") {
				p.addLine(i, g[1], g[2], false)
			} else if g := lowerCall.FindStringSubmatch(text); g != nil {
				p.addLine(i, strings.ToUpper(g[1]), g[2], false)
			} else {
				for _, l := range strings.Split(text, "\n") {
					if g := methodLine.FindStringSubmatch(l); g != nil {
						method = g[1]
					} else if g := pathLine.FindStringSubmatch(l); g != nil {
						path = g[1]
					}
				}
			}
			if method != "" && path != "" {
				p.addLine(i, method, path, false)
				method, path = "", ""
			}
		case code:
			p.codeCalls(i, b)
		case table:
			p.tableCalls(i, b)
		case element:
			p.elementCalls(i, b)
		}
	}
	strong := 0
	for _, l := range p.lines {
		if !l.weak {
			strong++
		}
	}
	if strong == 0 && !p.fromCommands() {
		return
	}
	var kept, contents []callLine
	for _, l := range p.lines {
		if l.weak && len(contents) < 200 {
			contents = append(contents, l)
		}
	}
	for _, l := range p.lines {
		if !l.weak {
			kept = append(kept, l.named(contents))
		}
	}
	p.lines = kept
}

// bracketed is the end of a heading of API Blueprint: [GET], [/boats/{id}{?page}] or
// [GET /boats].
var bracketed = regexp.MustCompile(`\s*\[(?:` + methodWord + `)?\s*(/[^\]\s]*)?\]$`)

// blueprint reads a heading of API Blueprint: a resource has the path, an action
// below it the method.
func (p *page) blueprint(i int, text string, resource *string) bool {
	g := bracketed.FindStringSubmatch(text)
	if g == nil || g[1]+g[2] == "" {
		return false
	}
	if g[1] == "" {
		*resource = g[2]
		return true
	}
	target := first(g[2], *resource)
	if target == "" {
		return false
	}
	path, query, _ := strings.Cut(target, "{?")
	p.addLine(i, g[1], path, false)
	if n := len(p.lines); query != "" && n > 0 {
		for _, name := range strings.Split(strings.TrimRight(query, "}"), ",") {
			p.lines[n-1].query = append(p.lines[n-1].query, Header{strings.Trim(name, "* "), "{" + name + "}"})
		}
	}
	return true
}

// named takes the names of a path's parameters from the table of contents, if the
// line of the call has values there.
func (l callLine) named(contents []callLine) callLine {
	have := strings.Split(l.path, "/")
	for _, w := range contents {
		names := strings.Split(w.path, "/")
		if w.method != l.method || len(names) != len(have) || w.path == l.path {
			continue
		}
		fits := true
		for i := range names {
			fits = fits && (names[i] == have[i] || variable(names[i]) && !variable(have[i]) && strings.ContainsAny(have[i], "0123456789"))
		}
		if fits {
			l.concrete, l.path = l.path, w.path
			return l
		}
	}
	return l
}

func (p *page) addLine(i int, method, target string, weak bool) {
	server, path, query := splitTarget(target)
	if strings.ContainsAny(path, "()*|\"") || len(path) > 300 {
		return
	}
	p.lines = append(p.lines, callLine{method: method, path: path, server: server, query: query, block: i, line: p.blocks[i].line, weak: weak})
}

var frontCall = regexp.MustCompile(`(?i)^(?:\S+\.(?:ya?ml|json)\s+)?(get|post|put|patch|delete|head|options)\s+(\S+)$`)

// fromFront reads the call of a front matter: Mintlify's api and openapi,
// Docusaurus' api.
func (p *page) fromFront() {
	for _, key := range []string{"api", "openapi"} {
		v := p.front[key]
		if g := frontCall.FindStringSubmatch(strings.TrimSpace(v)); g != nil && len(p.blocks) > 0 {
			p.addLine(0, strings.ToUpper(g[1]), g[2], false)
		} else if strings.HasPrefix(v, "{") && len(p.blocks) > 0 {
			if j, _, err := ParseJSON(v, 1); err == nil && j.Get("method") != nil && j.Get("path") != nil {
				p.addLine(0, strings.ToUpper(textOf(j.Get("method"))), textOf(j.Get("path")), false)
			}
		}
	}
}

var httpStart = regexp.MustCompile(`^` + methodWord + `\s+(\S+)(?:\s+HTTP/[\d.]+)?\s*$`)

// codeCalls reads code that is a request line, or some of them.
func (p *page) codeCalls(i int, b block) {
	lines := strings.Split(strings.TrimSpace(b.text), "\n")
	first := httpStart.FindStringSubmatch(strings.TrimSpace(lines[0]))
	if first == nil {
		return
	}
	p.addLine(i, first[1], first[2], false)
	for _, l := range lines[1:] {
		g := httpStart.FindStringSubmatch(strings.TrimSpace(l))
		if g == nil {
			return
		}
		p.addLine(i, g[1], g[2], false)
	}
}

// tableCalls reads tables of methods and paths. A table of three calls or more
// is a table of contents.
func (p *page) tableCalls(i int, b block) {
	if len(b.rows) < 2 {
		return
	}
	method, path := -1, -1
	for c, h := range b.rows[0] {
		switch w := strings.ToLower(bare(h)); w {
		case "method", "verb", "http method", "http verb":
			method = c
		case "path", "endpoint", "url", "uri", "route", "http request", "resource":
			path = c
		}
	}
	if method < 0 || path < 0 {
		return
	}
	for _, row := range b.rows[1:] {
		if method < len(row) && path < len(row) {
			m := strings.ToUpper(bare(row[method]))
			target := bare(row[path])
			if regexp.MustCompile(`^`+methodWord+`$`).MatchString(m) && strings.Contains(target, "/") {
				p.addLine(i, m, target, len(b.rows) > 3)
			}
		}
	}
}

// elementCalls reads elements that name a call.
func (p *page) elementCalls(i int, b block) {
	if b.ends {
		return
	}
	method := strings.ToUpper(b.attrs["method"])
	switch strings.ToLower(b.tag) {
	case "route", "apimethod", "endpoint", "method", "methodendpoint", "swagger", "openapi", "openapi-operation", "apiendpoint", "http", "operation", "api-method":
	default:
		return
	}
	if method == "" {
		return
	}
	path := first(b.attrs["path"], b.attrs["url"], b.attrs["endpoint"], b.attrs["href"])
	if path == "" {
		for j := i + 1; j < len(p.blocks) && !(p.blocks[j].kind == element && p.blocks[j].ends); j++ {
			path += p.blocks[j].text
		}
		path = strings.ReplaceAll(bare(path), " ", "")
	}
	if base := b.attrs["baseUrl"]; base != "" && !strings.Contains(path, "://") {
		path = strings.TrimSuffix(base, "/") + "/" + strings.TrimPrefix(path, "/")
	}
	if path != "" {
		p.addLine(i, method, path, false)
	}
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// fromCommands names calls after curl commands; it reports whether there are any.
func (p *page) fromCommands() bool {
	found := false
	for i, b := range p.blocks {
		if b.kind != code {
			continue
		}
		for _, r := range commands(b.text, b.line) {
			server, path, query := splitTarget(r.url)
			if len(p.lines) > 0 {
				last := p.lines[len(p.lines)-1]
				if !last.weak && last.method == r.method && last.path == path {
					continue
				}
			}
			p.lines = append(p.lines, callLine{method: r.method, path: path, server: server, query: query, block: i, line: r.line})
			found = true
		}
	}
	return found
}

// commands lists the curl commands of a text.
func commands(text string, line int) []*request {
	var out []*request
	for pos := 0; pos < len(text); {
		end := strings.IndexByte(text[pos:], '\n')
		if end < 0 {
			end = len(text) - pos
		}
		if n := curlStart(text[pos : pos+end]); n >= 0 {
			if r, used := parseCurl(text[pos+n:], line+strings.Count(text[:pos], "\n")); r != nil {
				r.rest = text[pos+n+used:]
				out = append(out, r)
				pos += n + used
				continue
			}
		}
		pos += end + 1
	}
	return out
}

// section is a part of a page that documents one path.
type section struct {
	*page
	from, to int
	lines    []callLine
	title    string
}

// sections cuts the page at the headings that carry calls. Lines that name the
// same call again belong to the section of the first.
func (p *page) sections() []*section {
	var out []*section
	for _, l := range p.lines {
		if n := len(out); n > 0 {
			cur := out[n-1]
			if cur.joins(l) {
				cur.add(l)
				continue
			}
		}
		s := &section{page: p, lines: []callLine{l}}
		s.from = p.startOf(l.block, out)
		out = append(out, s)
	}
	for i, s := range out {
		s.to = len(p.blocks)
		if i+1 < len(out) {
			s.to = out[i+1].from
		}
		s.to = p.endOf(s)
		s.title = p.titleOf(s)
	}
	return out
}

// joins reports whether a line belongs to the section's calls: the same call,
// or another method that is named next to it.
func (s *section) joins(l callLine) bool {
	for _, have := range s.lines {
		if samePath(have.path, l.path) && (have.method == l.method || have.block == l.block) {
			return !s.page.headingBetween(have.block, l.block) || have.method == l.method
		}
	}
	return false
}

func (s *section) add(l callLine) {
	for i, have := range s.lines {
		if have.method == l.method && samePath(have.path, l.path) {
			if strings.Count(l.path, "{") > strings.Count(have.path, "{") {
				s.lines[i].path = l.path
			}
			s.lines[i].server = first(have.server, l.server)
			s.lines[i].query = append(s.lines[i].query, l.query...)
			return
		}
	}
	s.lines = append(s.lines, l)
}

// samePath reports whether two spellings of a path name the same one, be one
// of them concrete or below a base path.
func samePath(a, b string) bool {
	if a == b {
		return true
	}
	x, y := strings.Split(strings.Trim(a, "/"), "/"), strings.Split(strings.Trim(b, "/"), "/")
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > 2 || len(x) < 1 {
		return false
	}
	y = y[len(y)-len(x):]
	for i := range x {
		if x[i] != y[i] && !variable(x[i]) && !variable(y[i]) {
			return false
		}
	}
	return len(x) > 1 || !variable(x[0]) || len(a) == len(b)
}

func variable(segment string) bool { return strings.ContainsAny(segment, "{}") }

func (p *page) headingBetween(a, b int) bool {
	for i := a + 1; i <= b && i < len(p.blocks); i++ {
		if p.blocks[i].kind == heading {
			if !generic(p.blocks[i].text) {
				return true
			}
		}
	}
	return false
}

// startOf finds the heading that a call belongs to.
func (p *page) startOf(i int, before []*section) int {
	floor := 0
	if len(before) > 0 {
		last := before[len(before)-1]
		floor = last.lines[len(last.lines)-1].block + 1
	}
	start, level := i, 7
	for j := i; j >= floor; j-- {
		b := p.blocks[j]
		if b.kind != heading || b.level >= level {
			continue
		}
		start, level = j, b.level
		if !generic(b.text) || j == i {
			return j
		}
	}
	if start == i && len(before) == 0 {
		return 0
	}
	return start
}

// endOf ends a section at a later heading of its own level or above that does
// not speak of parameters or answers.
func (p *page) endOf(s *section) int {
	if p.blocks[s.from].kind != heading {
		return s.to
	}
	level := p.blocks[s.from].level
	last := s.lines[len(s.lines)-1].block
	for i := max(s.from+1, last+1); i < s.to; i++ {
		if b := p.blocks[i]; b.kind == heading && b.level <= level && level > 1 {
			if !generic(b.text) {
				return i
			}
		}
	}
	return s.to
}

// titleOf is the heading of a section unless that is the call itself.
func (p *page) titleOf(s *section) string {
	if b := p.blocks[s.from]; b.kind == heading && !callPattern.MatchString(b.text) && !lowerCall.MatchString(b.text) {
		if !generic(b.text) {
			return bare(bracketed.ReplaceAllString(b.text, ""))
		}
	}
	if len(p.lines) == 1 || len(s.lines) == len(p.lines) {
		return bare(p.title)
	}
	return ""
}
