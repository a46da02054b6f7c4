package read

import (
	"regexp"
	"strconv"
	"strings"
)

// sectionReader reads the blocks of a section into its calls.
type sectionReader struct {
	*section
	calls []*Call
	ctx   context
	label string // the last paragraph or heading, which may say what follows
	asked bool   // a request was shown
	at    int    // the block that is read

	used     int    // the first block that was not read with one before it
	answers  int    // the last block that announces a response; 0: not looked for, -1: none
	labelled string // the paragraph right before the block that is read
	prefix   []string
	opens    []opened // open elements
	list     []parent
}

// parent is an open level of nested members.
type parent struct {
	level   int
	pointer []string
}

func (s *section) read() []*Call {
	r := &sectionReader{section: s}
	for _, l := range s.lines {
		c := &Call{Form: s.form, Method: l.method, Path: l.path, Concrete: l.concrete, Server: l.server, Summary: s.title, URL: s.url, Place: Place{s.file, l.line}}
		for _, q := range l.query {
			c.addQuery(q, Place{s.file, l.line})
		}
		r.calls = append(r.calls, c)
	}
	for i := s.from; i < s.to; i++ {
		r.block(i)
	}
	return r.calls
}

// each applies a fact to all calls of the section.
func (r *sectionReader) each(f func(c *Call)) {
	for _, c := range r.calls {
		f(c)
	}
}

func (r *sectionReader) place(line int) Place { return Place{r.file, line} }

func (r *sectionReader) block(i int) {
	if i < r.used {
		return
	}
	b := r.blocks[i]
	r.at, r.labelled = i, ""
	if i > r.from && r.blocks[i-1].kind == paragraph {
		r.labelled = r.blocks[i-1].text
	}
	if b.kind != listItem && b.kind != paragraph {
		r.list = nil
	}
	if (b.kind == paragraph || b.kind == listItem) && r.within(b) {
		return
	}
	switch b.kind {
	case heading:
		r.heading(b.text)
	case paragraph:
		r.paragraph(b)
	case listItem:
		r.listItem(b)
	case table:
		r.table(b)
	case code:
		r.code(b)
	case definition:
		r.definition(b)
	case element:
		r.element(i, b)
	case fieldBlock:
		r.fieldBlock(b)
	}
}

func (r *sectionReader) heading(text string) {
	r.prefix = nil
	r.label = text
	if callPattern.MatchString(text) || lowerCall.MatchString(text) {
		r.ctx = context{}
		return
	}
	ctx, ok := contextOf(text)
	if !ok {
		if r.ctx != (context{}) || r.asked {
			r.ctx = context{dir: r.ctx.dir, in: "other"}
		}
		return
	}
	r.setContext(ctx)
}

func (r *sectionReader) setContext(ctx context) {
	if ctx.dir == unset { // "Example" below "Response" is still a response
		ctx.dir, ctx.in, ctx.status = r.ctx.dir, r.ctx.in, r.ctx.status
		if ctx.in == "other" || ctx.in == "auth" {
			ctx.in = ""
		}
	}
	if ctx.dir == answered && ctx.status == 0 && r.ctx.dir == answered && ctx.in == "body" {
		ctx.status = r.ctx.status
	}
	if ctx.in == "responseHeader" {
		ctx.status = r.ctx.status
	}
	r.ctx = ctx
	if ctx.dir == answered && ctx.status > 0 {
		r.each(func(c *Call) { c.Answer(ctx.status) })
	}
}

var (
	returnsStatus = regexp.MustCompile("(?i)\\b(?:returns?|respon(?:ds?|se)|status(?: code)?|gives?|get|answers?|http|results? in|is)\\b[^.`\\d]{0,40}`?(?:HTTP )?`?([1-5]\\d\\d)(?: ?[A-Z][A-Za-z]*)*`?")
	onSuccess     = regexp.MustCompile(`(?i)\b(2\d\d)(?: [a-z ]{2,20})? (?:on|if|when) (?:success|successful|it succeeds)\b|\b(?:on )?success(?:ful(?:ly)?)?\b[^.\d]{0,20}\b(2\d\d)\b`)
	spokenRequire = regexp.MustCompile("(?i)(?:^|[;.:]\\s+)((?:`?[a-z_][\\w.]*`?(?:,\\s+|\\s+and\\s+|\\s*&\\s*))*`?[a-z_][\\w.]*`?)\\s+(?:(?:is|are)\\s+)?required(?:[;.,]|$)")
	spokenStatus  = regexp.MustCompile("`([1-5]\\d\\d)(?: [A-Z][A-Za-z ]*)?`|\\b([1-5]\\d\\d) (?:OK|Created|Accepted|No Content|Bad Request|Unauthorized|Forbidden|Not Found|Conflict)\\b")
	requiredList  = regexp.MustCompile(`(?i)^_?(required|optional)[_ ](?:parameters?|params?|fields?|arguments?|attributes?|members?)_?\s*:?\s*(.*)$`)
	tickWord      = regexp.MustCompile("`([A-Za-z_$@][\\w.$@\\[\\]-]*)`")
	answerField   = regexp.MustCompile("(?i)\\b(?:response|answer|result)\\b[^.]*?`([a-z_]\\w*)` (?:field|member|property|attribute|key)\\b(.*)$")
	sectionOf     = regexp.MustCompile("(?i)`(\\w+)` (?:section|field|property|object|key|member)\\b.*(?:consists? of|contains?|includes?|has|are)\\b[^.]*:$")
	returnsThing  = regexp.MustCompile("(?i)\\b(?:return(?:s|ed)?|respond(?:s|ed)?)\\b[^.]*?\\brepresentation of (?:the |a |an )?([\\w` -]{2,60})|(?:^|\\. |\n)(?:on success,? |this endpoint )?returns? (?:back )?(?:the |that |a |an |this )(?:newly |just )?(?:created |updated |new |modified |partial |full |complete )*([\\w` -]{2,60})")
	returnsMap    = regexp.MustCompile(`(?i)(?:^|\n)returns?:?\s+(?:a |an )?(?:hash|map|dictionary)\b.{0,80}\bkeys?\b`)
	authWords     = regexp.MustCompile(`(?i)\b(bearer|oauth ?2?|basic auth\w*|http basic)\b`)
	refersTo      = regexp.MustCompile(`(?i)\b(?:see|refer to)\b`)
)

func (r *sectionReader) paragraph(b block) {
	text := b.text
	if callPattern.MatchString(text) && len(text) < 200 {
		r.sentence(text, b.line)
		return
	}
	if r.pills(b) {
		return
	}
	if g := requiredList.FindStringSubmatch(text); g != nil {
		r.requiredList(g[1], g[2], b.line)
		return
	}
	if ctx, ok := contextOf(text); ok && (strings.HasSuffix(strings.TrimSpace(text), ":") || generic(text)) && !ctx.sample {
		r.label = text
		r.prefix = nil
		r.setContext(ctx)
		if len(spokenStatus.FindAllString(text, 2)) > 1 {
			r.sentence(text, b.line)
		}
		return
	}
	r.label = text
	if g := sectionOf.FindStringSubmatch(text); g != nil {
		r.prefix = []string{g[1]}
		if r.ctx.dir != asked || r.ctx.in != "body" {
			r.ctx = context{dir: answered, in: "body"}
		}
	}
	r.sentence(text, b.line)
}

var pillLine = regexp.MustCompile("^([A-Za-z_$@][\\w.$@\\[\\]-]*)((?:\\s+`[^`]+`)+)$")

// pills reads a name with its type and more, each a code span, in a paragraph of
// its own; the next paragraph describes it.
func (r *sectionReader) pills(b block) bool {
	g := pillLine.FindStringSubmatch(strings.TrimSpace(b.text))
	if g == nil || !r.expectsFields() {
		return false
	}
	f := fact{name: g[1], rank: FromTable, line: b.line}
	for _, word := range codeSpan.FindAllStringSubmatch(g[2], -1) {
		f.paren(word[1])
	}
	if !f.typ.Known() {
		return false
	}
	if r.at+1 < r.to {
		next := r.blocks[r.at+1]
		if next.kind == paragraph && !pillLine.MatchString(next.text) {
			f.describe(next.text)
			if spans := codeSpan.FindAllStringSubmatch(next.text, -1); f.typ.Listed && len(f.values) == 0 && len(spans) > 1 {
				for _, s := range spans {
					f.values = append(f.values, s[1])
				}
			}
		}
	}
	r.nested(f, b.level)
	return true
}

var codeSpan = regexp.MustCompile("`([^`]+)`")

// sentence reads the fixed phrases of prose: statuses, members, credentials.
func (r *sectionReader) sentence(text string, line int) {
	if len(text) > 3000 {
		return
	}
	if !refersTo.MatchString(text) || strings.Contains(text, "return") {
		for _, g := range returnsStatus.FindAllStringSubmatch(text, -1) {
			r.status(g[1])
		}
		for _, g := range spokenStatus.FindAllStringSubmatch(text, -1) {
			r.status(g[1] + g[2])
		}
	}
	for _, g := range onSuccess.FindAllStringSubmatch(text, -1) {
		r.status(g[1] + g[2])
	}
	r.spokenRequired(text, line)
	if g := answerField.FindStringSubmatch(text); g != nil {
		r.each(func(c *Call) {
			body := c.Answer(r.ctx.status)
			body.Fields = append(body.Fields, Field{Pointer: []string{g[1]}, Type: Type{Name: "string"}, Values: listedValues(g[2]), Place: r.place(line), Rank: FromSentence})
		})
	}
	if g := returnsThing.FindStringSubmatch(text); g != nil {
		r.each(func(c *Call) { c.Returns = first(c.Returns, strings.ToLower(bare(g[1]+g[2]))) })
	}
	if g := returnsMap.FindStringSubmatch(text); g != nil {
		r.each(func(c *Call) {
			body := c.Answer(0)
			body.Map = true
			c.Returns = ""
		})
	}
	if r.ctx.in == "auth" {
		r.spokenAuth(text)
	}
}

// spokenRequired reads "code, name required": each word must be a member of the
// request that the page shows.
func (r *sectionReader) spokenRequired(text string, line int) {
	g := spokenRequire.FindStringSubmatch(text)
	if g == nil {
		return
	}
	names := strings.FieldsFunc(g[1], func(c rune) bool { return strings.ContainsRune(" ,&`\n", c) })
	r.each(func(c *Call) {
		for _, name := range names {
			if name == "and" {
				continue
			}
			for i := range c.Requests {
				if pointer := c.Requests[i].pointerOf(name); pointer != nil {
					c.Requests[i].addField(Field{Pointer: pointer, Required: Yes, Rank: FromSentence, Place: r.place(line)})
				}
			}
		}
	})
}

// pointerOf is where the samples of a body have the only member of a name, nil
// if there is none or several.
func (b *Body) pointerOf(name string) []string {
	var found [][]string
	var walk func(v *Value, at []string)
	walk = func(v *Value, at []string) {
		for _, m := range v.Members {
			here := append(at[:len(at):len(at)], m.Name)
			if m.Name == name {
				found = append(found, here)
			}
			if len(here) < 6 {
				walk(m.Value, here)
			}
		}
	}
	for i, s := range b.Samples {
		if i == 0 {
			walk(s.Value, nil)
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

func (r *sectionReader) status(s string) {
	if n, err := strconv.Atoi(s); err == nil && n >= 200 && n < 600 && (n/100 != 3 || n == 304 || n == 302 || n == 301 || n == 303 || n == 307) {
		r.each(func(c *Call) {
			body := c.Answer(n)
			body.Empty = body.Empty || n == 204
		})
	}
}

func (r *sectionReader) spokenAuth(text string) {
	if g := authWords.FindStringSubmatch(text); g != nil {
		scheme := "bearer"
		if strings.Contains(strings.ToLower(g[1]), "basic") {
			scheme = "basic"
		}
		r.each(func(c *Call) {
			if len(c.Auth) == 0 {
				c.addAuth(Auth{Scheme: scheme})
			}
		})
	}
}

// requiredList reads "Required parameters: `name` and `icon`".
func (r *sectionReader) requiredList(word, rest string, line int) {
	required := Yes
	if strings.EqualFold(word, "optional") {
		required = No
	}
	names := tickWord.FindAllStringSubmatch(rest, -1)
	if len(names) == 0 {
		r.ctx = context{dir: asked, required: required}
		r.label = word
		return
	}
	for i, g := range names {
		if i > 0 && !strings.Contains(rest, "and `"+g[1]) && !strings.Contains(rest, ", `"+g[1]) && !strings.Contains(rest, "or `"+g[1]) {
			continue
		}
		r.field(fact{name: g[1], required: required, rank: FromSentence, line: line})
	}
}

// fact is what a row, item or element says about one parameter or member.
type fact struct {
	name     string
	in       string // overrules the context
	typ      Type
	required Tri
	nullable bool
	values   []string
	def      string
	rank     Rank
	line     int
	under    []string // pointer of the parent
	status   int
	dir      direction
}

// describe fills gaps of a fact from its description.
func (f *fact) describe(text string) {
	if f.required == Unknown {
		f.required = requiredText(text)
	}
	if len(f.values) == 0 && f.typ.Name != "boolean" && f.typ.Name != "object" {
		f.values = listedValues(text)
		if f.typ.Name == "integer" || f.typ.Name == "number" {
			for _, v := range f.values {
				if !number(orZero(v)) {
					f.values = nil
					break
				}
			}
		}
	}
	if len(f.values) == 0 && f.typ.Listed {
		f.values = plainList(text)
	}
	if last := f.name[strings.LastIndexAny(f.name, ".]")+1:]; len(f.values) == 0 && last == "type" {
		if g := typeIs.FindStringSubmatch(text); g != nil { // of a JSON:API resource
			f.values = []string{g[1]}
		}
	}
	if f.def == "" {
		f.def = defaultOf(text)
	}
	if f.typ.Name == "string" && f.typ.Format == "" && len(f.values) == 0 && dateWords.MatchString(text) && !dateTime.MatchString(text) {
		f.typ.Format = "date"
	}
	f.nullable = f.nullable || saysNullable.MatchString(text)
	if !f.typ.Known() {
		f.typ, _ = leadingType(text)
	}
}

var leadType = regexp.MustCompile(`^\(?((?i:array of \w+|list of \w+|hash of \w+|\w+\[\]|\[\]\w+|string|integer|int|number|boolean|bool|float|object|array|hash|uuid|datetime|date|file|timestamp)s?)\)?(?: \(([^)]*)\))?\s*(?:[.,:;–—-]|$|\s\()`)

// leadingType reads "String. The name" and "Array of Integer. The ids".
func leadingType(text string) (Type, string) {
	t := strings.TrimLeft(bare(text), "-–—: ")
	for {
		trimmed := regexp.MustCompile(`^(?i:required|optional|<required>|\(required\)|\(optional\))[.,:;\s]+`).ReplaceAllString(t, "")
		if trimmed == t {
			break
		}
		t = trimmed
	}
	g := leadType.FindStringSubmatch(t)
	if g == nil {
		return Type{}, text
	}
	typ, _ := ParseType(g[1])
	return typ, t[len(g[0]):]
}

// field puts a fact where it belongs.
func (r *sectionReader) field(f fact) []string {
	ctx := r.ctx
	if f.in != "" {
		ctx.in = f.in
	}
	if f.dir != unset {
		ctx.dir = f.dir
	}
	if f.status > 0 {
		ctx.status = f.status
	}
	if f.required == Unknown {
		f.required = ctx.required
	}
	pointer := append(append([]string{}, f.under...), splitPointer(f.name)...)
	if ctx.in == "auth" || ctx.in == "header" && credentialHeader(f.name) {
		r.credential(f)
		return pointer
	}
	if ctx.in == "other" || ctx.in == "responseHeader" || len(pointer) == 0 {
		return pointer
	}
	r.each(func(c *Call) { c.place(ctx, f, pointer, r.place(f.line)) })
	return pointer
}

// place adds a fact to a call: by its context, else by the path and the method.
func (c *Call) place(ctx context, f fact, pointer []string, at Place) {
	in := ctx.in
	if ctx.dir == answered && in != "query" && in != "path" && in != "header" {
		status := ctx.status
		if in == "error" && status == 0 {
			return
		}
		body := c.Answer(status)
		body.addField(f.toField(pointer, at))
		return
	}
	if in == "" || in == "url" {
		in = c.whereIs(f.name, in)
	}
	if in == "query" && strings.Contains(c.Path, "{"+f.name+"}") {
		in = "path"
	}
	switch in {
	case "path":
		name := strings.Trim(f.name, ":{}")
		if !strings.Contains(c.Path, "{"+name+"}") && strings.Count(c.Path, "{") == 1 {
			return // the path spells it otherwise
		}
		c.addParam(f.toParam("path", name, at))
	case "query", "header", "cookie":
		if in == "header" && transport(f.name) {
			return
		}
		if in == "query" && queryCredential.MatchString(f.name) {
			c.addAuth(Auth{Scheme: "query", Name: f.name})
			return
		}
		c.addParam(f.toParam(in, strings.TrimPrefix(f.name, "?"), at))
	default:
		media := ""
		if in == "form" {
			media = "form"
		}
		c.Request(media).addField(f.toField(pointer, at))
	}
}

// whereIs decides where a parameter goes that the page only calls parameter.
func (c *Call) whereIs(name, in string) string {
	trimmed := strings.Trim(name, ":{}")
	if strings.Contains(c.Path, "{"+trimmed+"}") {
		return "path"
	}
	for _, p := range c.Params {
		if p.Name == name {
			return p.In
		}
	}
	if in == "url" {
		return "query"
	}
	if transport(name) {
		return "header"
	}
	switch c.Method {
	case "GET", "HEAD", "DELETE", "OPTIONS":
		if len(c.Requests) > 0 && len(c.Requests[0].Samples) > 0 {
			return "body"
		}
		return "query"
	}
	return "body"
}

func (f fact) toParam(in, name string, at Place) Param {
	typ, _ := listType(name, f.typ)
	return Param{In: in, Name: name, Type: typ, Required: f.required, Values: f.values, Default: f.def, Rank: f.rank, Place: at}
}

func (f fact) toField(pointer []string, at Place) Field {
	typ, brackets := listType(f.name, f.typ)
	return Field{Pointer: pointer, Type: typ, Required: f.required, Nullable: f.nullable || f.typ.Nullable, Values: f.values, Default: f.def, Rank: f.rank, Place: at, Brackets: brackets}
}

// listType is the type of a member by its name: tags[] is a list of what the
// page says.
func listType(name string, t Type) (Type, bool) {
	if !strings.HasSuffix(strings.Trim(name, "`?*: ."), "[]") {
		return t, false
	}
	if t.Name != "array" {
		inner := t
		t = Type{Name: "array", Items: &inner}
	}
	return t, true
}

// addField adds a member or fills the gaps of one that is there.
func (b *Body) addField(f Field) {
	for i := range b.Fields {
		g := &b.Fields[i]
		if strings.Join(g.Pointer, "\x00") != strings.Join(f.Pointer, "\x00") {
			continue
		}
		if f.Type.Known() && (!g.Type.Known() || f.Rank > g.Rank) {
			g.Type = f.Type
		}
		if f.Required != Unknown && (g.Required == Unknown || f.Rank > g.Rank) {
			g.Required = f.Required
		}
		if len(g.Values) == 0 {
			g.Values = f.Values
		}
		g.Nullable, g.Brackets = g.Nullable || f.Nullable, g.Brackets || f.Brackets
		g.Default = first(g.Default, f.Default)
		g.Rank = max(g.Rank, f.Rank)
		return
	}
	b.Fields = append(b.Fields, f)
}

func transport(name string) bool {
	switch strings.ToLower(name) {
	case "accept", "content-type", "authorization", "user-agent", "host", "content-length", "cookie", "accept-encoding",
		"accept-language", "connection", "origin", "referer", "cache-control", "pragma", "date", "transfer-encoding", "upgrade-insecure-requests",
		"x-requested-with", "x-forwarded-for", "x-real-ip", "te", "dnt", "priority", "if-none-match", "if-modified-since":
		return true
	}
	return strings.HasPrefix(strings.ToLower(name), "sec-") || strings.HasPrefix(strings.ToLower(name), ":")
}

var credentialName = regexp.MustCompile(`(?i)^(?:authorization|proxy-authorization)$|(?:^|[-_])(?:api[-_]?key|apikey|token|auth|secret|session|signature|subdomain|tenant|credential|access[-_]?key|app[-_]?id|app[-_]?key|client[-_]?id|client[-_]?secret|private)(?:$|[-_])|token$|apikey$`)

// credentialHeader reports whether a header carries a credential by its name.
func credentialHeader(name string) bool {
	if strings.Contains(strings.ToLower(name), "idempotency") || strings.Contains(strings.ToLower(name), "csrf") {
		return false
	}
	return credentialName.MatchString(name)
}

// credential reads a member of a section about authorization.
func (r *sectionReader) credential(f fact) {
	a := Auth{Scheme: "header", Name: f.name}
	if strings.EqualFold(f.name, "Authorization") {
		a = Auth{Scheme: "bearer"}
		if strings.Contains(strings.ToLower(strings.Join(f.values, " ")+f.def), "basic") {
			a.Scheme = "basic"
		}
	} else if f.in == "query" || f.in == "cookie" {
		a.Scheme = f.in
	} else if !strings.Contains(f.name, "-") && !credentialHeader(f.name) {
		return
	}
	r.each(func(c *Call) {
		for i, set := range c.Auth {
			if subset([]Auth{a}, set) {
				return
			}
			if len(c.Auth) == 1 {
				c.Auth[i] = append(set, a)
				return
			}
		}
		c.addAuth(a)
	})
}

var pointerPart = regexp.MustCompile(`[^.\[\]/]+|\[\s*\w*\s*\*?\]`)

// splitPointer splits data.attributes.name, items[].id and home[name].
func splitPointer(name string) []string {
	name = strings.Trim(name, "`?*: .")
	if name == "" || len(name) > 200 {
		return nil
	}
	name = strings.TrimPrefix(name, "$.")
	var out []string
	for _, part := range pointerPart.FindAllString(name, -1) {
		switch inner := strings.TrimSpace(strings.Trim(part, "[]")); {
		case !strings.HasPrefix(part, "["):
			if _, err := strconv.Atoi(part); err == nil && len(out) > 0 {
				part = "[]"
			}
			if part == "*" {
				part = "[]"
			}
			out = append(out, part)
		case inner == "" || inner == "*" || inner == "n" || inner == "i" || number(orZero(inner)):
			out = append(out, "[]")
		default:
			out = append(out, inner)
		}
	}
	if n := len(out); n > 1 && out[n-1] == "[]" {
		return out[:n-1] // tags[] names the list
	}
	return out
}
