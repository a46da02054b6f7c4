package read

import (
	"regexp"
	"strings"
)

var (
	aloneMethod = regexp.MustCompile(`^` + methodWord + `$`)
	textType    = regexp.MustCompile(`^(?:string|integer|number|boolean|object|enum|file|array|null|any)(?:<[\w\s|.-]+>)?(?:\[\])*(?: \| (?:string|integer|number|boolean|object|null)(?:<[\w-]+>)?(?:\[\])*)*$`)
	moreType    = regexp.MustCompile(`^(?:(?:array|list) of \w+|date-?time|int32|int64|float|double|uuid|(?:string|integer|number|array|object) \((?:[\w-]+)\))$`)
	textName    = regexp.MustCompile(`^[A-Za-z_$@][\w.$@\[\]:-]*$`)
	squashed    = regexp.MustCompile(`^(?:Field|Parameter|Name|Key|Attribute|Property)(Type)?Required(?:Default)?Description$`)
	squashedRow = regexp.MustCompile(`^([a-z][\w.\[\]]*?)(string|integer|number|boolean|object|array)?(Yes|No|Optional|Required)([A-Z(].*)$`)
	metaPairs   = regexp.MustCompile(`(?:^|\s{2,})(generation|auth|request content type|resource|content type):\s+`)
	menuWords   = regexp.MustCompile(`(?i)^(?:skip to main content|curl|copy|copy page|search\.*|navigation|ask ai|on this page|documentation|api reference|api documentation|try it|was this page helpful\?|yes|no|previous|next|powered by .*)$`)
	mediaAlone  = regexp.MustCompile(`^(?:application|text|multipart|image)/[\w.+*-]+$`)
	statusAlone = regexp.MustCompile(`^([1-5]\d\d)(?:\s*[-–:]?\s*[A-Z][A-Za-z ]{0,30})?$`)
	pathAlone   = regexp.MustCompile(`^/[^\s]*$`)
	bannerLine  = regexp.MustCompile(`^Documentation Index$|llms\.txt`)
)

// pageText reads the text of a page as a browser copies it. It becomes blocks,
// so that the reader of pages understands it.
type pageText struct {
	file     string
	src      string
	pos      int
	line     int
	blocks   []block
	url      string
	title    string
	seen     string
	auth     string
	media    string
	resource string
	banner   bool
	last     *block // the last field
	in       string // of the open section
	doubts   []Doubt
	crumbs   int
}

func readText(file, src string) (calls []*Call, banner bool) {
	t := &pageText{file: file, src: strings.ReplaceAll(src, "\r\n", "\n"), line: 1}
	for t.pos < len(t.src) {
		t.step()
	}
	front := map[string]string{"title": t.title}
	calls = readPage(file, "page text", front, t.blocks)
	for _, c := range calls {
		c.URL = first(t.url, c.URL)
		c.Seen = t.seen
		c.Doubts = append(c.Doubts, t.doubts...)
		t.meta(c)
	}
	return calls, t.banner
}

// current returns the line that begins at the position.
func (t *pageText) current() string {
	if end := strings.IndexByte(t.src[t.pos:], '\n'); end >= 0 {
		return t.src[t.pos : t.pos+end]
	}
	return t.src[t.pos:]
}

func (t *pageText) skip(n int) {
	n = min(n, len(t.src)-t.pos)
	t.line += strings.Count(t.src[t.pos:t.pos+n], "\n")
	t.pos += n
}

// peek returns the trimmed lines that follow the current one, n at most.
func (t *pageText) peek(n int) []string {
	rest := t.src[t.pos:]
	var out []string
	for len(out) <= n && rest != "" {
		line, more, _ := strings.Cut(rest, "\n")
		out = append(out, strings.TrimSpace(line))
		rest = more
	}
	if len(out) == 0 {
		return nil
	}
	return out[1:]
}

func (t *pageText) add(b block) {
	b.line = t.line
	t.blocks = append(t.blocks, b)
}

// step reads one line, sample, command or field.
func (t *pageText) step() {
	raw := t.current()
	line := strings.TrimSpace(raw)
	next := len(raw) + 1
	switch {
	case line == "":
	case bannerLine.MatchString(line):
		t.banner = true
	case t.url == "" && len(t.blocks) == 0 && strings.HasPrefix(line, "http") && !strings.Contains(line, " "):
		t.url = line
	case curlStart(raw) >= 0:
		t.command(raw)
		return
	case line[0] == '{' || line[0] == '[' && (len(line) == 1 || strings.IndexByte(`{["`, line[1]) >= 0 || line == "[]"):
		if t.json(raw) {
			return
		}
		t.add(block{kind: paragraph, text: line})
	case httpStatus.MatchString(line):
		t.httpMessage()
		return
	case aloneMethod.MatchString(line):
		if n := t.breadcrumb(line); n > 0 {
			t.skip(n)
			return
		}
		t.add(block{kind: paragraph, text: line})
	case squashed.MatchString(strings.ReplaceAll(line, " ", "")):
		t.squashedTable(next)
		return
	case metaPairs.MatchString(line) && strings.HasPrefix(line, "generation:"), strings.HasPrefix(line, "seen:"):
		t.metaLine(line)
	default:
		if n := t.textLine(line, next); n > 0 {
			t.skip(n)
			return
		}
	}
	t.skip(next)
}

// textLine reads headings, fields and prose; it returns how much it took.
func (t *pageText) textLine(line string, next int) int {
	if n := t.fieldLines(line); n > 0 {
		return n
	}
	if t.fieldLine(line) {
		return next
	}
	switch {
	case line == "Available options:" || line == "Allowed values:":
		return t.options(next)
	case strings.HasPrefix(line, "default:") && t.last != nil:
		t.last.field.Default = strings.Trim(strings.TrimPrefix(line, "default:"), `" `)
		return next
	case line == "Example:" || line == "Examples:" || line == "Required range:" || line == "Required string length:" || line == "Minimum string length:" || line == "Maximum string length:":
		return next + len(nextLine(t.src[min(t.pos+next, len(t.src)):]))
	case mediaAlone.MatchString(line):
		t.mediaLine(line)
		return next
	case statusAlone.MatchString(line) && (t.in == "response" || t.follows("response")):
		t.add(block{kind: heading, level: 4, text: line})
		return next
	case strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "• "):
		t.add(block{kind: listItem, text: strings.TrimSpace(strings.TrimLeft(line, "-*• "))})
		return next
	}
	if !strings.HasSuffix(line, ":") && generic(line) && len(line) < 40 {
		ctx, _ := contextOf(line)
		t.in = ctx.in
		if ctx.dir == answered {
			t.in = "response"
		}
		t.last = nil
		t.add(block{kind: heading, level: 3, text: line})
		return next
	}
	t.prose(line)
	return next
}

func nextLine(s string) string {
	if end := strings.IndexByte(s, '\n'); end >= 0 {
		return s[:end+1]
	}
	return s
}

func (t *pageText) follows(in string) bool {
	for i := len(t.blocks) - 1; i >= 0 && i > len(t.blocks)-3; i-- {
		if t.blocks[i].kind == heading {
			return strings.Contains(strings.ToLower(t.blocks[i].text), in)
		}
	}
	return false
}

// prose keeps a line as a paragraph; the line before the call may be its title.
func (t *pageText) prose(line string) {
	if t.last != nil {
		t.last.text = strings.TrimSpace(t.last.text + " " + line)
		return
	}
	t.add(block{kind: paragraph, text: line})
	if menuWords.MatchString(line) || callPattern.MatchString(line) {
		return
	}
	title := len(line) < 70 && !strings.ContainsAny(line, ".{}:<>") && strings.Contains(line, " ") && line[0] >= 'A' && line[0] <= 'Z'
	if title && (t.crumbs == 0 || t.beforeCommand()) {
		t.title = line
	}
}

// beforeCommand reports whether the next line is a command or a method.
func (t *pageText) beforeCommand() bool {
	next := t.peek(1)
	return len(next) > 0 && (curlStart(next[0]) >= 0)
}

func (t *pageText) command(raw string) {
	n := curlStart(raw)
	src := t.src[t.pos+n:]
	r, used := parseCurl(src, t.line)
	if r == nil {
		t.add(block{kind: paragraph, text: raw})
		t.skip(len(raw) + 1)
		return
	}
	t.last = nil
	t.add(block{kind: code, lang: "bash", text: src[:used]})
	t.skip(n + used)
}

// json reads a sample; what follows it on its last line is text.
func (t *pageText) json(raw string) bool {
	lead := len(raw) - len(strings.TrimLeft(raw, " \t"))
	src := t.src[t.pos+lead:]
	v, used, err := ParseJSON(src, t.line)
	if err != nil || v.Kind != Object && v.Kind != Array {
		return false
	}
	t.last = nil
	t.add(block{kind: code, lang: "json", text: src[:used]})
	t.skip(lead + used)
	rest := t.current()
	if strings.Trim(rest, " \t'\";,)") == "" {
		t.skip(len(rest) + 1)
	}
	return true
}

// httpMessage reads a status line with headers and body.
func (t *pageText) httpMessage() {
	rest := t.src[t.pos:]
	head, body, found := strings.Cut(rest, "\n\n")
	used := len(head)
	if found {
		trimmed := strings.TrimLeft(body, " \n")
		if _, n, err := ParseJSON(trimmed, t.line); err == nil {
			used += 2 + len(body) - len(trimmed) + n
		}
	}
	t.add(block{kind: code, text: rest[:used]})
	t.skip(used)
}

// breadcrumb reads a method and a path of which each part has its own line.
func (t *pageText) breadcrumb(method string) int {
	rest := t.src[t.pos:]
	used := len(nextLine(rest))
	var path strings.Builder
	slash := true
	for used < len(rest) {
		l := nextLine(rest[used:])
		word := strings.TrimSpace(l)
		switch {
		case word == "" && path.Len() == 0:
			used += len(l)
			continue
		case word == "/" && slash:
			path.WriteString("/")
			slash = false
		case !slash && word != "" && !strings.ContainsAny(word, " \t'\""):
			path.WriteString(word)
			slash = true
		case path.Len() == 0 && (pathAlone.MatchString(word) || strings.HasPrefix(word, "https://")):
			path.WriteString(word)
			used += len(l)
			if below := strings.TrimSpace(nextLine(rest[used:])); word[0] != '/' && pathAlone.MatchString(below) && below != "/" {
				path.Reset() // the server has a line of its own
				path.WriteString(strings.TrimSuffix(word, "/") + below)
				used += len(nextLine(rest[used:]))
			}
			t.add(block{kind: paragraph, text: method + " " + path.String()})
			t.crumbs++
			return used
		default:
			if path.Len() < 2 {
				return 0
			}
			t.add(block{kind: paragraph, text: method + " " + strings.TrimSuffix(path.String(), "/")})
			t.crumbs++
			return used
		}
		used += len(l)
	}
	if path.Len() < 2 {
		return 0
	}
	t.add(block{kind: paragraph, text: method + " " + path.String()})
	t.crumbs++
	return used
}

// fieldLines reads a name with its type, place and "required" on lines of
// their own.
func (t *pageText) fieldLines(line string) int {
	next := t.peek(8)
	if !textName.MatchString(line) || len(next) == 0 {
		return 0
	}
	typeAt := 0
	if len(next) > 1 && next[0] == "" {
		typeAt = 1
	}
	if !textType.MatchString(next[typeAt]) && !moreType.MatchString(next[typeAt]) || textType.MatchString(line) {
		return 0
	}
	f := &Field{Pointer: splitPointer(line), Rank: FromElement, Place: Place{t.file, t.line}}
	if len(f.Pointer) == 0 {
		return 0
	}
	f.Type, f.Values = ParseType(next[typeAt])
	in := t.in
	used := typeAt + 1
	for _, w := range next[typeAt+1:] {
		lower := strings.ToLower(w)
		switch {
		case inWord[lower] != "" && lower != "body":
			in = inWord[lower]
		case lower == "body":
		case lower == "required":
			f.Required = Yes
		case lower == "optional":
			f.Required = No
		case strings.HasPrefix(lower, "default:"):
			f.Default = strings.Trim(w[len("default:"):], `" `)
		case lower == "nullable", lower == "read-only", lower == "write-only", lower == "deprecated":
			f.Nullable = f.Nullable || lower == "nullable"
		default:
			goto done
		}
		used++
	}
done:
	if f.Required == Unknown && in != "response" {
		f.Required = No
	}
	b := block{kind: fieldBlock, field: f}
	switch in {
	case "path", "query", "header", "cookie":
		b.in = in
	}
	if t.in == "auth" {
		b.in = "auth"
	}
	t.add(b)
	t.last = &t.blocks[len(t.blocks)-1]
	rest := t.src[t.pos:]
	n := 0
	for range used + 1 {
		n += len(nextLine(rest[n:]))
	}
	return n
}

var oneLine = regexp.MustCompile(`^([A-Za-z_$@][\w.$@\[\]-]*)\s+((?:array|list) of \w+|(?:string|integer|number|boolean|object|array|enum|float|uuid|date-time|datetime|timestamp|file)(?:<[\w-]+>|\[\])?)( or null| \| null| nullable)?(?:\s*[·•|,–-]?\s*(?i:\(?(required|optional)\)?))?$`)

// fieldLine reads "customer_id string Required", a line of a section of members.
func (t *pageText) fieldLine(line string) bool {
	g := oneLine.FindStringSubmatch(line)
	switch t.in {
	case "path", "query", "header", "cookie", "body", "form", "response":
	default:
		return false
	}
	if g == nil || menuWords.MatchString(g[1]) {
		return false
	}
	f := &Field{Pointer: splitPointer(g[1]), Rank: FromElement, Place: Place{t.file, t.line}, Nullable: g[3] != ""}
	f.Type, f.Values = ParseType(g[2])
	switch {
	case strings.EqualFold(g[4], "required"):
		f.Required = Yes
	case strings.EqualFold(g[4], "optional"):
		f.Required = No
	}
	b := block{kind: fieldBlock, field: f}
	if t.in == "path" || t.in == "query" || t.in == "header" || t.in == "cookie" {
		b.in = t.in
	}
	t.add(b)
	t.last = &t.blocks[len(t.blocks)-1]
	return true
}

// options reads the values below "Available options:". Values and an example
// without a name that part are a contradiction of the page.
func (t *pageText) options(next int) int {
	rest := t.src[min(t.pos+next, len(t.src)):]
	used := next
	var values []string
	for len(values) < 200 {
		l := nextLine(rest)
		word := strings.TrimSpace(l)
		if word == "" && len(values) > 0 || l == "" {
			break
		}
		more := strings.HasSuffix(word, ",")
		for _, v := range strings.Split(word, ",") {
			if v = strings.Trim(strings.TrimSpace(v), "`\"'"); v != "" {
				values = append(values, v)
			}
		}
		used += len(l)
		rest = rest[len(l):]
		if !more && word != "" {
			break
		}
	}
	if t.last != nil {
		t.last.field.Values = values
		return used
	}
	if label := strings.TrimSpace(nextLine(rest)); label == "Example:" {
		example := strings.Trim(strings.TrimSpace(nextLine(rest[len(nextLine(rest)):])), `"`)
		if example != "" && !contains(values, example) {
			t.doubts = append(t.doubts, Doubt{Kind: "contradiction", Text: "the page lists " + strings.Join(values, ", ") + " as the values of a member whose example is " + example, Place: Place{t.file, t.line}})
		}
	}
	return used
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// squashedTable reads a table whose cells a browser joined: codeYesUnique code.
func (t *pageText) squashedTable(next int) {
	b := block{kind: table, line: t.line, rows: [][]string{{"Field", "Type", "Required", "Description"}}}
	t.skip(next)
	for t.pos < len(t.src) {
		line := t.current()
		g := squashedRow.FindStringSubmatch(strings.TrimSpace(line))
		if g == nil {
			break
		}
		b.rows = append(b.rows, []string{g[1], g[2], g[3], g[4]})
		t.skip(len(line) + 1)
	}
	if len(b.rows) > 1 {
		t.blocks = append(t.blocks, block{kind: heading, level: 3, text: "Body fields", line: b.line}, b)
		t.in = "body"
	}
}

func (t *pageText) mediaLine(line string) {
	if t.in == "response" {
		t.add(block{kind: element, tag: "tabitem", attrs: map[string]string{"label": line}, alone: true})
	} else if t.in == "body" || t.in == "form" {
		t.media = line
	}
}

// metaLine reads the lines of a transcript that describe the call.
func (t *pageText) metaLine(line string) {
	if s, ok := strings.CutPrefix(line, "seen:"); ok {
		t.seen = strings.TrimSpace(s)
		return
	}
	at := metaPairs.FindAllStringSubmatchIndex(line, -1)
	for i, m := range at {
		end := len(line)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		value := strings.TrimSpace(line[m[1]:end])
		switch line[m[2]:m[3]] {
		case "resource":
			if textName.MatchString(value) && strings.ToLower(value) == value {
				t.resource = value
			}
		case "auth":
			t.auth = value
		case "request content type":
			if value != "-" && value != "" {
				t.media = value
			}
		}
	}
}

var headerWord = regexp.MustCompile(`\b([A-Z][\w]*(?:-[A-Z]\w*)+)\b`)

// meta applies the lines of a transcript to a call.
func (t *pageText) meta(c *Call) {
	c.Resource = t.resource
	if media, _, _ := strings.Cut(t.media, " "); len(c.Requests) == 0 && strings.Contains(media, "/") && !strings.HasSuffix(media, "json") && c.Method != "GET" {
		c.Request(media).Hidden = true // what is sent is not text
	}
	if t.media != "" {
		for i := range c.Requests {
			c.Requests[i].Media = first(c.Requests[i].Media, t.media)
		}
	}
	if t.auth == "" || t.auth == "-" {
		return
	}
	var set []Auth
	for _, part := range strings.Split(t.auth, "+") {
		lower := strings.ToLower(part)
		switch {
		case strings.Contains(lower, "bearer") || strings.Contains(lower, "oauth"):
			set = append(set, Auth{Scheme: "bearer"})
		case strings.Contains(lower, "basic"):
			set = append(set, Auth{Scheme: "basic"})
		default:
			if g := headerWord.FindStringSubmatch(part); g != nil {
				set = append(set, Auth{Scheme: "header", Name: g[1]})
			}
		}
	}
	c.addAuth(set...)
}
