package read

import (
	"regexp"
	"strings"
)

var (
	atxHeading   = regexp.MustCompile(`^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$`)
	fenceStart   = regexp.MustCompile("^(\\s*(?:[-*+]\\s+|>\\s*)?)(`{3,}|~{3,})\\s*(.*?)\\s*$")
	listStart    = regexp.MustCompile(`^(\s*)(?:[-*+•]|\d{1,3}[.)])\s+(.*)$`)
	tableRule    = regexp.MustCompile(`^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$`)
	setextRule   = regexp.MustCompile(`^(=+|-+)\s*$`)
	liquidTag    = regexp.MustCompile(`^\s*\{%\s*(/?[\w-]+)\s*(.*?)\s*%\}\s*$`)
	liquidAttr   = regexp.MustCompile(`([\w-]+)=(?:"([^"]*)"|'([^']*)'|(\S+))`)
	readmeBlock  = regexp.MustCompile(`^\[block:(\w+(?:-\w+)?)\]\s*$`)
	slateTitle   = regexp.MustCompile(`^>\s*(.*)$`)
	quoteMark    = regexp.MustCompile(`^(?:[-*>]+\s+)+`)
	importLine   = regexp.MustCompile(`^(import|export)\s.*(from\s|=)`)
	codeTabTitle = regexp.MustCompile(`^===\s*"([^"]+)"\s*$`)
)

// markdown splits Markdown and MDX into blocks.
type markdown struct {
	lines  []string
	i      int
	base   int // line number of lines[0]
	blocks []block
	para   []string
	at     int // line of para
	front  map[string]string
	label  string // of the tab that we are in
}

func markdownBlocks(src string, base int) (*markdown, []block) {
	m := &markdown{lines: strings.Split(strings.ReplaceAll(src, "\r\n", "\n"), "\n"), base: base, front: map[string]string{}}
	m.frontMatter()
	for m.i < len(m.lines) {
		m.line()
	}
	m.flush()
	return m, m.blocks
}

// frontMatter reads "key: value" lines between two rules at the start.
func (m *markdown) frontMatter() {
	if len(m.lines) == 0 || strings.TrimSpace(m.lines[0]) != "---" {
		return
	}
	for i := 1; i < len(m.lines) && i < 400; i++ {
		line := m.lines[i]
		if strings.TrimSpace(line) == "---" {
			m.i = i + 1
			return
		}
		if k, v, ok := strings.Cut(line, ":"); ok && !strings.HasPrefix(line, " ") && !strings.HasPrefix(line, "#") {
			v = strings.TrimSpace(v)
			if len(v) > 1 && (v[0] == '"' || v[0] == '\'') && v[len(v)-1] == v[0] {
				v = v[1 : len(v)-1]
			}
			m.front[strings.TrimSpace(k)] = v
		}
	}
	m.front = map[string]string{}
}

func (m *markdown) add(b block) {
	m.flush()
	if b.line == 0 {
		b.line = m.base + m.i
	}
	m.blocks = append(m.blocks, b)
}

func (m *markdown) flush() {
	if len(m.para) == 0 {
		return
	}
	text := inline(strings.Join(m.para, "\n"))
	m.para = nil
	if text != "" {
		m.blocks = append(m.blocks, block{kind: paragraph, text: text, line: m.at})
	}
}

// line reads one block or adds one line to the paragraph.
func (m *markdown) line() {
	line := m.lines[m.i]
	trimmed := strings.TrimSpace(line)
	switch {
	case trimmed == "":
		m.flush()
		m.i++
	case fenceStart.MatchString(line):
		m.fence(line)
	case atxHeading.MatchString(line):
		g := atxHeading.FindStringSubmatch(line)
		m.add(block{kind: heading, level: len(g[1]), text: inline(headingAnchor.ReplaceAllString(g[2], ""))})
		m.i++
	case len(m.para) == 1 && setextRule.MatchString(trimmed) && len(trimmed) > 2:
		text := inline(m.para[0])
		m.para = nil
		m.add(block{kind: heading, level: map[byte]int{'=': 1, '-': 2}[trimmed[0]], text: text, line: m.at})
		m.i++
	case codeTabTitle.MatchString(trimmed):
		m.flush()
		m.indented(codeTabTitle.FindStringSubmatch(trimmed)[1])
	case liquidTag.MatchString(line):
		m.liquid(line)
	case readmeBlock.MatchString(trimmed):
		m.readme(readmeBlock.FindStringSubmatch(trimmed)[1])
	case m.i+1 < len(m.lines) && strings.Contains(line, "|") && strings.Contains(m.lines[m.i+1], "-") && tableRule.MatchString(m.lines[m.i+1]) && len(m.lines[m.i+1]) < 20000:
		m.table()
	case strings.HasPrefix(trimmed, "<!--"):
		m.comment()
	case strings.HasPrefix(trimmed, "<table") || strings.HasPrefix(trimmed, "<dl") || strings.HasPrefix(trimmed, "<pre"):
		m.html(trimmed)
	case importLine.MatchString(line):
		m.i++
	case hasTag(line):
		m.tags()
	case listStart.MatchString(line):
		m.item(line)
	case strings.HasPrefix(trimmed, ": ") && len(m.para) > 0, strings.HasPrefix(trimmed, ":   "):
		m.define(trimmed)
	case strings.HasPrefix(trimmed, ">"):
		m.quoteLine(trimmed)
	case strings.HasPrefix(line, "    ") && len(m.para) == 0 && (!m.afterList() || strings.HasPrefix(line, "        ") && strings.IndexByte("{[", trimmed[0]) >= 0):
		m.indentedCode()
	default:
		if len(m.para) == 0 {
			m.at = m.base + m.i
		}
		m.para = append(m.para, trimmed)
		m.i++
	}
}

func (m *markdown) afterList() bool {
	return len(m.blocks) > 0 && (m.blocks[len(m.blocks)-1].kind == listItem || m.blocks[len(m.blocks)-1].kind == definition)
}

// quoteLine reads a line of a block quote as text of its own.
func (m *markdown) quoteLine(trimmed string) {
	text := strings.TrimSpace(slateTitle.FindStringSubmatch(trimmed)[1])
	m.i++
	if g := atxHeading.FindStringSubmatch(text); g != nil {
		text = g[2]
	}
	if text = inline(quoteMark.ReplaceAllString(text, "")); text != "" {
		m.flush()
		m.blocks = append(m.blocks, block{kind: paragraph, level: 1, text: text, line: m.base + m.i - 1})
	}
}

// fence reads fenced code.
func (m *markdown) fence(line string) {
	g := fenceStart.FindStringSubmatch(line)
	indent, mark, info := len(g[1]), g[2], g[3]
	at := m.base + m.i
	m.i++
	var body []string
	for m.i < len(m.lines) {
		text := m.lines[m.i]
		m.i++
		closing := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), ">"))
		if strings.HasPrefix(closing, mark) && strings.Trim(closing, mark[:1]) == "" {
			break
		}
		body = append(body, dedent(text, indent))
	}
	lang, title := fenceInfo(info)
	if title == "" {
		title = m.label
	}
	m.add(block{kind: code, text: strings.Join(body, "\n"), lang: lang, title: title, line: at + 1})
}

// dedent drops up to n characters of indent.
func dedent(s string, n int) string {
	for n > 0 && s != "" && (s[0] == ' ' || s[0] == '\t' || s[0] == '>') {
		s = s[1:]
		n--
	}
	return s
}

var fenceTitle = regexp.MustCompile(`title=(?:"([^"]*)"|'([^']*)'|(\S+))`)

func fenceInfo(info string) (lang, title string) {
	if g := fenceTitle.FindStringSubmatch(info); g != nil {
		title = g[1] + g[2] + g[3]
	}
	lang, rest, _ := strings.Cut(strings.TrimSpace(info), " ")
	if title == "" {
		title = strings.TrimSpace(rest)
	}
	lang = strings.Trim(lang, "{}.")
	return strings.ToLower(lang), title
}

// indented reads the body of a tab of MkDocs' === syntax.
func (m *markdown) indented(label string) {
	m.i++
	start := m.i
	for m.i < len(m.lines) && (strings.TrimSpace(m.lines[m.i]) == "" || strings.HasPrefix(m.lines[m.i], "    ") || strings.HasPrefix(m.lines[m.i], "\t")) {
		m.i++
	}
	var body []string
	for _, l := range m.lines[start:m.i] {
		body = append(body, dedent(l, 4))
	}
	sub := &markdown{lines: body, base: m.base + start, front: map[string]string{}, label: label}
	for sub.i < len(sub.lines) {
		sub.line()
	}
	sub.flush()
	m.blocks = append(m.blocks, sub.blocks...)
}

func (m *markdown) indentedCode() {
	at := m.i
	var body []string
	for m.i < len(m.lines) && (strings.TrimSpace(m.lines[m.i]) == "" || strings.HasPrefix(m.lines[m.i], "    ")) {
		body = append(body, dedent(m.lines[m.i], 4))
		m.i++
	}
	m.add(block{kind: code, text: strings.TrimRight(strings.Join(body, "\n"), "\n"), line: m.base + at})
}

// table reads a table with a rule below its first row.
func (m *markdown) table() {
	b := block{kind: table, line: m.base + m.i}
	b.rows = append(b.rows, splitRow(m.lines[m.i]))
	m.i += 2
	for m.i < len(m.lines) {
		line := m.lines[m.i]
		if strings.TrimSpace(line) == "" || !strings.Contains(line, "|") {
			break
		}
		b.rows = append(b.rows, splitRow(line))
		m.i++
	}
	m.add(b)
}

func (m *markdown) comment() {
	for m.i < len(m.lines) {
		line := m.lines[m.i]
		m.i++
		if strings.Contains(line, "-->") {
			return
		}
	}
}

// html hands a table, definition list or preformatted text to the HTML reader.
func (m *markdown) html(trimmed string) {
	t, n := lexTag(trimmed)
	if n == 0 {
		m.para = append(m.para, trimmed)
		m.i++
		return
	}
	at := m.i
	var body []string
	for m.i < len(m.lines) {
		line := m.lines[m.i]
		body = append(body, line)
		m.i++
		if strings.Contains(line, "</"+t.name+">") {
			break
		}
	}
	m.flush()
	m.blocks = append(m.blocks, htmlBlocks(strings.Join(body, "\n"), m.base+at)...)
}

// item reads a list item with its continuation lines.
func (m *markdown) item(line string) {
	g := listStart.FindStringSubmatch(line)
	b := block{kind: listItem, level: len(strings.ReplaceAll(g[1], "\t", "    ")), line: m.base + m.i}
	text := []string{g[2]}
	m.i++
	for m.i < len(m.lines) {
		next := m.lines[m.i]
		if strings.TrimSpace(next) == "" || listStart.MatchString(next) || fenceStart.MatchString(next) || atxHeading.MatchString(next) || hasTag(next) || !strings.HasPrefix(next, " ") && !strings.HasPrefix(next, "\t") {
			break
		}
		text = append(text, strings.TrimSpace(next))
		m.i++
	}
	b.text = inline(boldName.ReplaceAllString(strings.Join(text, "\n"), "`$1`$2"))
	m.add(b)
}

// boldName is a bold name at the start of a list item; like a code span, it
// marks a member.
var boldName = regexp.MustCompile(`^(?:\*\*|__)([\w.\[\]$?-]+)(:?)(?:\*\*|__)`)

// define reads the definition of the terms that the paragraph ends in.
func (m *markdown) define(trimmed string) {
	if len(m.para) == 0 {
		m.i++
		if n := len(m.blocks); n > 0 && m.blocks[n-1].kind == paragraph {
			term := m.blocks[n-1]
			m.blocks[n-1] = block{kind: definition, term: term.text, text: inline(strings.TrimLeft(trimmed, ": ")), line: term.line}
		}
		return
	}
	term := m.para[len(m.para)-1]
	m.para = m.para[:len(m.para)-1]
	line := m.base + m.i - 1
	text := []string{strings.TrimLeft(trimmed, ": ")}
	m.i++
	for m.i < len(m.lines) && strings.TrimSpace(m.lines[m.i]) != "" && (strings.HasPrefix(m.lines[m.i], "  ") || strings.HasPrefix(m.lines[m.i], ": ")) {
		text = append(text, strings.TrimLeft(strings.TrimSpace(m.lines[m.i]), ": "))
		m.i++
	}
	m.add(block{kind: definition, term: inline(term), text: inline(strings.Join(text, "\n")), line: line})
}

// liquid reads {% tag a="b" %} as an element.
func (m *markdown) liquid(line string) {
	g := liquidTag.FindStringSubmatch(line)
	b := block{kind: element, tag: strings.TrimPrefix(g[1], "/"), attrs: map[string]string{}, ends: strings.HasPrefix(g[1], "/")}
	if strings.HasPrefix(b.tag, "end") {
		b.tag, b.ends = b.tag[3:], true
	}
	for _, a := range liquidAttr.FindAllStringSubmatch(g[2], -1) {
		b.attrs[a[1]] = a[2] + a[3] + a[4]
	}
	if b.tag == "tab" {
		m.label = b.attrs["title"]
		if b.ends {
			m.label = ""
		}
	}
	m.add(b)
	m.i++
}

// readme reads ReadMe's [block:code] and [block:parameters].
func (m *markdown) readme(kind string) {
	at := m.i
	m.i++
	var body []string
	for m.i < len(m.lines) && strings.TrimSpace(m.lines[m.i]) != "[/block]" {
		body = append(body, m.lines[m.i])
		m.i++
	}
	m.i++
	v, _, err := ParseJSON(strings.Join(body, "\n"), m.base+at+1)
	if err != nil {
		return
	}
	switch kind {
	case "code":
		for _, c := range itemsOf(v.Get("codes")) {
			m.add(block{kind: code, text: textOf(c.Get("code")), lang: strings.ToLower(textOf(c.Get("language"))), title: textOf(c.Get("name")), line: m.base + at + 1})
		}
	case "parameters":
		data := v.Get("data")
		cols, rows := intOf(v.Get("cols")), intOf(v.Get("rows"))
		if data == nil || cols <= 0 || cols > 50 || rows < 0 || rows > 10000 {
			return
		}
		b := block{kind: table, line: m.base + at + 1}
		for r := -1; r < rows; r++ {
			var cells []string
			for c := range cols {
				key := itoa(r) + "-" + itoa(c)
				if r < 0 {
					key = "h-" + itoa(c)
				}
				cells = append(cells, inline(textOf(data.Get(key))))
			}
			b.rows = append(b.rows, cells)
		}
		m.add(b)
	}
}

// hasTag reports whether a line has a tag of MDX or HTML that structures the
// page; tags within code spans do not count.
func hasTag(line string) bool {
	if !strings.Contains(line, "<") {
		return false
	}
	ticks := false
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '`':
			ticks = !ticks
		case '<':
			if ticks || i+1 >= len(line) {
				continue
			}
			j := i + 1
			if line[j] == '/' {
				j++
			}
			k := j
			for k < len(line) && (wordByte(line[k]) || line[k] == '-' || line[k] == '.') {
				k++
			}
			name := line[j:k]
			if name == "" || k < len(line) && strings.IndexByte(" \t/>", line[k]) < 0 {
				continue
			}
			if name[0] >= 'A' && name[0] <= 'Z' || structural[name] {
				return true
			}
		}
	}
	return false
}

// structural are the HTML tags that matter within Markdown.
var structural = map[string]bool{
	"details": true, "summary": true, "template": true, "div": true, "ul": true, "li": true, "aside": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "style": true, "section": true, "strong": true, "pre": true,
}

// tags splits a line with tags into elements and text; a tag may go on over
// many lines.
func (m *markdown) tags() {
	rest := m.lines[m.i]
	at := m.i
	m.i++
	for rest != "" {
		n := nextTag(rest)
		if n < 0 {
			m.inlineText(rest, at)
			return
		}
		if text := strings.TrimSpace(rest[:n]); text != "" {
			m.inlineText(text, at)
		}
		rest = rest[n:]
		t, size := lexTag(rest)
		for extra := 0; size == 0 && m.i < len(m.lines) && extra < 200 && len(rest) < 1<<16; extra++ {
			rest += "\n" + m.lines[m.i]
			m.i++
			t, size = lexTag(rest)
		}
		if size == 0 {
			m.inlineText(strings.TrimPrefix(rest, "<"), at)
			return
		}
		rest = rest[size:]
		if t.name == "style" || t.name == "script" {
			m.skipTo("</" + t.name + ">")
			return
		}
		m.trackTab(t)
		m.add(block{kind: element, tag: t.name, attrs: t.attrs, ends: t.ends, alone: t.alone, line: m.base + at})
	}
}

// trackTab remembers the label of the tab that we are in.
func (m *markdown) trackTab(t tag) {
	switch t.name {
	case "Tab", "TabItem", "CodeBlock", "template":
		m.label = ""
		if t.ends {
			return
		}
		for k, v := range t.attrs {
			switch {
			case k == "label" || k == "title" || k == "value" && m.label == "":
				m.label = v
			case strings.HasPrefix(k, "v-slot:"):
				m.label = strings.TrimPrefix(k, "v-slot:")
			case strings.HasPrefix(k, "#"):
				m.label = k[1:]
			}
		}
		if v := t.attrs["label"]; v != "" {
			m.label = v
		}
	}
}

func (m *markdown) skipTo(end string) {
	for m.i <= len(m.lines) {
		if strings.Contains(m.lines[m.i-1], end) {
			return
		}
		if m.i == len(m.lines) {
			return
		}
		m.i++
	}
}

// inlineText adds text between tags as a block of its own.
func (m *markdown) inlineText(text string, at int) {
	m.flush()
	text = strings.TrimSpace(text)
	if g := listStart.FindStringSubmatch(text); g != nil {
		m.blocks = append(m.blocks, block{kind: listItem, text: inline(g[2]), line: m.base + at})
		return
	}
	if text = inline(text); text != "" {
		m.blocks = append(m.blocks, block{kind: paragraph, text: text, line: m.base + at})
	}
}

// nextTag returns the offset of the next tag outside code spans.
func nextTag(s string) int {
	ticks := false
	for i := 0; i+1 < len(s); i++ {
		switch s[i] {
		case '`':
			ticks = !ticks && strings.Contains(s[i+1:], "`")
		case '<':
			if c := s[i+1]; !ticks && (c == '/' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
				return i
			}
		}
	}
	return -1
}
