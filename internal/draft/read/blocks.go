package read

import (
	"regexp"
	"strings"
)

// blockKind is the kind of a block of a page.
type blockKind int

const (
	heading blockKind = iota
	paragraph
	listItem
	table
	code
	definition
	element // an opening or closing tag
	fieldBlock
)

// block is a part of a page. Markdown, HTML and copied text end in one list of
// blocks, so that one reader understands all of them.
type block struct {
	kind  blockKind
	level int    // of a heading; depth of a list item
	text  string // inline text; code spans keep their backticks
	lang  string // of code
	title string // of code: title, tab or file name
	rows  [][]string
	term  string            // of a definition
	tag   string            // of an element
	attrs map[string]string // of an element
	ends  bool              // a closing tag
	alone bool              // a tag that closes itself
	line  int
	field *Field // of a fieldBlock, with in as its place
	in    string
}

var (
	linkPattern    = regexp.MustCompile(`!?\[((?:[^\[\]\\]|\\.)*)\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+"[^"]*")?\)|\[[^\]]*\])`)
	emphasis       = regexp.MustCompile(`\*\*([^*]+)\*\*|__([^_]+)__`)
	weakEmphasis   = regexp.MustCompile(`(^|[\s(])[*_]([^*_\s][^*_]*)[*_]($|[\s.,:;)])`)
	shortcode      = regexp.MustCompile(`\{\{[<%]\s*/?\s*([\w-]+)[^}]*[%>]\}\}`)
	headingAnchor  = regexp.MustCompile(`\s*\{#[^}]*\}\s*$`)
	inlineTag      = regexp.MustCompile(`</?(?:a|b|i|em|strong|span|br|sup|sub|small|kbd|p|div|font|u|mark)(?:\s[^<>]*)?/?>`)
	escaped        = regexp.MustCompile("\\\\([\\\\\\[\\]{}()<>*_#+.!|~`-])")
	headerLinkMark = strings.NewReplacer("¶", "", "🔗", "", "\u200b", "", "\u00a0", " ")
)

// inline reduces Markdown's inline marks to text. Code spans keep their
// backticks, because they tell values from words.
func inline(s string) string {
	s = shortcode.ReplaceAllString(s, "$1")
	for range 3 {
		t := unlink(s)
		if t == s {
			break
		}
		s = t
	}
	if strings.Contains(s, "<") {
		s = inlineTag.ReplaceAllString(strings.ReplaceAll(strings.ReplaceAll(s, "<code>", "`"), "</code>", "`"), " ")
	}
	s = emphasis.ReplaceAllString(s, "$1$2")
	s = weakEmphasis.ReplaceAllString(s, "$1$2$3")
	s = escaped.ReplaceAllString(s, "$1")
	s = entities.Replace(headerLinkMark.Replace(s))
	return strings.TrimSpace(s)
}

// unlink replaces links by their text. What is right behind a word, as in
// items[0][name], is an index.
func unlink(s string) string {
	var b strings.Builder
	at := 0
	for _, g := range linkPattern.FindAllStringSubmatchIndex(s, -1) {
		if g[0] > 0 && (wordByte(s[g[0]-1]) || s[g[0]-1] == ']') && s[g[1]-1] == ']' {
			continue
		}
		b.WriteString(s[at:g[0]] + s[g[2]:g[3]])
		at = g[1]
	}
	return b.String() + s[at:]
}

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'", "&nbsp;", " ", "&#123;", "{", "&#125;", "}", "&amp;", "&", "&#124;", "|")

// bare drops backticks, too.
func bare(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, "`", ""))
}

// splitRow splits a row of a Markdown table at bars outside code spans.
func splitRow(line string) []string {
	line = strings.TrimSpace(line)
	line = strings.TrimPrefix(line, "|")
	if strings.HasSuffix(line, "|") && !strings.HasSuffix(line, `\|`) {
		line = line[:len(line)-1]
	}
	var cells []string
	start, ticks := 0, false
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '`':
			ticks = !ticks && strings.Contains(line[i+1:], "`")
		case '|':
			if !ticks {
				cells = append(cells, inline(line[start:i]))
				start = i + 1
			}
		}
	}
	return append(cells, inline(line[start:]))
}

// tag is a lexed element.
type tag struct {
	name        string
	attrs       map[string]string
	ends, alone bool
}

// lexTag reads the tag that s begins with and returns its length, 0 if s does
// not begin with one. Attributes may be JSX expressions.
func lexTag(s string) (tag, int) {
	i := 1
	t := tag{attrs: map[string]string{}}
	if i < len(s) && s[i] == '/' {
		t.ends = true
		i++
	}
	start := i
	for i < len(s) && (wordByte(s[i]) || s[i] == '-' || s[i] == '.' || s[i] == ':') {
		i++
	}
	t.name = s[start:i]
	if t.name == "" || t.name[0] >= '0' && t.name[0] <= '9' {
		return t, 0
	}
	if i < len(s) && strings.IndexByte(" \t\r\n/>", s[i]) < 0 {
		return t, 0
	}
	for i < len(s) && i < 1<<20 {
		switch c := s[i]; {
		case c == '>':
			return t, i + 1
		case c == '/' && i+1 < len(s) && s[i+1] == '>':
			t.alone = true
			return t, i + 2
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '/':
			i++
		case c == '{': // spread
			n := braced(s[i:])
			if n == 0 {
				return t, 0
			}
			i += n
		default:
			n := t.attribute(s[i:])
			if n == 0 {
				return t, 0
			}
			i += n
		}
	}
	return t, 0
}

// attribute reads name, name=word, name="text" or name={expression}.
func (t *tag) attribute(s string) int {
	i := 0
	for i < len(s) && (wordByte(s[i]) || strings.IndexByte("-:.@#[]", s[i]) >= 0) {
		i++
	}
	if i == 0 {
		return 0
	}
	name := s[:i]
	if i >= len(s) || s[i] != '=' {
		t.attrs[name] = "true"
		return i
	}
	i++
	if i >= len(s) {
		return 0
	}
	switch s[i] {
	case '"', '\'':
		n := strings.IndexByte(s[i+1:], s[i])
		if n < 0 {
			return 0
		}
		t.attrs[name] = entities.Replace(s[i+1 : i+1+n])
		return i + n + 2
	case '{':
		n := braced(s[i:])
		if n == 0 {
			return 0
		}
		t.attrs[name] = expression(strings.TrimSpace(s[i+1 : i+n-1]))
		return i + n
	}
	start := i
	for i < len(s) && strings.IndexByte(" \t\r\n>", s[i]) < 0 {
		i++
	}
	t.attrs[name] = s[start:i]
	return i
}

// expression unquotes a string literal and keeps everything else.
func expression(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') {
		if v, n, err := ParseJSON(s, 0); err == nil && n == len(s) && v.Kind == String {
			return v.Text
		}
	}
	if len(s) >= 2 && s[0] == '`' && s[len(s)-1] == '`' {
		return s[1 : len(s)-1]
	}
	return s
}

// braced returns the length of the balanced braces that s begins with.
func braced(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"', '\'', '`':
			for j := i + 1; j < len(s); j++ {
				if s[j] == '\\' {
					j++
				} else if s[j] == s[i] {
					i = j
					break
				} else if s[j] == '\n' && s[i] != '`' {
					break
				}
			}
		}
	}
	return 0
}
