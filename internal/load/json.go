package load

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/docwright/docwright/internal/diag"
)

// This file reads JSON into the tree, because encoding/json loses order and
// positions. It is one pass over the bytes: strings without escapes are cut from
// the source, nodes come from slabs, and members gather on a stack until their
// object is complete and its exact size is known. Columns count characters, so
// that JSON and YAML agree; the bytes of a line that continue a character are
// counted as they pass by.

// syntaxError is a problem of the source text.
type syntaxError struct {
	line, col int32
	code      diag.Code
	msg, fix  string
}

type jsonParser struct {
	src    string
	pos    int
	file   *SourceFile
	report *report
	limits Limits

	line      int32
	lineStart int   // offset of the line's first byte
	quote     int32 // column of the string being read
	wide      int   // bytes of the line so far that continue a character

	depth   int
	nodes   *nodeSlab
	members []Member // stack of the objects being read
	items   []*Node  // stack of the arrays being read
	slab    []Member // room for finished objects
	list    []*Node  // room for finished arrays
	junk    bool     // invalid UTF-8 was reported
}

// nodeSlab hands out nodes from larger allocations and counts them.
type nodeSlab struct {
	room  []Node
	count int
	size  int
}

func (s *nodeSlab) new() *Node {
	if len(s.room) == 0 {
		s.size = min(max(64, s.size*2), 4096)
		s.room = make([]Node, s.size)
	}
	n := &s.room[0]
	s.room = s.room[1:]
	s.count++
	return n
}

func parseJSON(src string, file *SourceFile, limits Limits, r *report) (root *Node, err *syntaxError) {
	p := &jsonParser{src: src, file: file, report: r, limits: limits, line: 1, nodes: &nodeSlab{}}
	defer func() {
		if e := recover(); e != nil {
			se, ok := e.(*syntaxError)
			if !ok {
				panic(e)
			}
			root, err = nil, se
		}
	}()
	p.space()
	root = p.value()
	p.space()
	if p.pos < len(p.src) {
		p.fail("syntax", "remove what follows the closing bracket, or merge it into the document", "%s after the end of the document", p.found())
	}
	return root, nil
}

func (p *jsonParser) fail(code diag.Code, fix, format string, args ...any) {
	panic(&syntaxError{line: p.line, col: p.column(), code: code, msg: fmt.Sprintf(format, args...), fix: fix})
}

func (p *jsonParser) column() int32 { return int32(p.pos - p.lineStart - p.wide + 1) }

// found names what stands at the current position.
func (p *jsonParser) found() string {
	if p.pos >= len(p.src) {
		return "the end of the file"
	}
	r, _ := utf8.DecodeRuneInString(p.src[p.pos:])
	return fmt.Sprintf("%q", r)
}

func (p *jsonParser) space() {
	for p.pos < len(p.src) {
		switch p.src[p.pos] {
		case ' ', '\t', '\r':
			p.pos++
		case '\n':
			p.pos++
			p.line++
			p.lineStart, p.wide = p.pos, 0
		default:
			return
		}
	}
}

func (p *jsonParser) node(kind Kind) *Node {
	n := p.nodes.new()
	if p.nodes.count > p.limits.Nodes {
		p.fail("too-many-values", "split the document into several files, or take out what is not needed", "the document has more than %d values", p.limits.Nodes)
	}
	n.Kind, n.File, n.Line, n.Col = kind, p.file, p.line, p.column()
	return n
}

func (p *jsonParser) value() *Node {
	if p.pos >= len(p.src) {
		p.fail("syntax", "the file is incomplete: fetch or save it again", "a value is missing at the end of the file")
	}
	switch c := p.src[p.pos]; c {
	case '{':
		return p.object()
	case '[':
		return p.array()
	case '"':
		n := p.node(String)
		n.Value = p.text()
		return n
	case 't':
		return p.literal(Bool, "true")
	case 'f':
		return p.literal(Bool, "false")
	case 'n':
		return p.literal(Null, "null")
	default:
		if c == '-' || c >= '0' && c <= '9' {
			return p.number()
		}
		p.fail("syntax", "a value is an object, an array, a string in double quotes, a number, true, false or null", "%s where a value belongs", p.found())
		return nil
	}
}

func (p *jsonParser) literal(kind Kind, word string) *Node {
	if !strings.HasPrefix(p.src[p.pos:], word) {
		p.fail("syntax", "strings need double quotes", "%s where a value belongs", p.found())
	}
	n := p.node(kind)
	if kind == Bool {
		n.Value = p.src[p.pos : p.pos+len(word)]
	}
	p.pos += len(word)
	return n
}

func (p *jsonParser) number() *Node {
	end := scanNumber(p.src, p.pos)
	if end < 0 {
		p.fail("syntax", "write numbers as 12, -1.5 or 1e9; leading zeros need quotes", "malformed number")
	}
	if end-p.pos > p.limits.Number {
		p.fail("number-too-long", "no API needs so exact a number: shorten it, or quote it when it is text", "a number of %d characters", end-p.pos)
	}
	n := p.node(Number)
	n.Value = p.src[p.pos:end]
	p.pos = end
	return n
}

// scanNumber returns where the JSON number at s[i:] ends, or -1.
func scanNumber(s string, i int) int {
	digits := func() bool {
		start := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		return i > start
	}
	if i < len(s) && s[i] == '-' {
		i++
	}
	if i < len(s) && s[i] == '0' {
		i++
		if i < len(s) && s[i] >= '0' && s[i] <= '9' {
			return -1
		}
	} else if !digits() {
		return -1
	}
	if i < len(s) && s[i] == '.' {
		i++
		if !digits() {
			return -1
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if !digits() {
			return -1
		}
	}
	return i
}

func (p *jsonParser) enter() {
	if p.depth++; p.depth > p.limits.Depth {
		p.fail("too-deep", "flatten the document: no real one nests like this", "values nest more than %d deep", p.limits.Depth)
	}
}

func (p *jsonParser) array() *Node {
	n := p.node(Array)
	p.enter()
	p.pos++
	base := len(p.items)
	p.space()
	for p.pos >= len(p.src) || p.src[p.pos] != ']' {
		if len(p.items) > base {
			p.comma(']')
		}
		item := p.value()
		item.Parent, item.Name = n, indexName(len(p.items)-base)
		p.items = append(p.items, item)
		p.space()
	}
	p.pos++
	p.depth--
	count := len(p.items) - base
	if count > 0 {
		if count > len(p.list) {
			p.list = make([]*Node, max(count, 1024))
		}
		n.Items = p.list[:count:count]
		copy(n.Items, p.items[base:])
		p.list, p.items = p.list[count:], p.items[:base]
	}
	return n
}

// comma reads what separates two values, and the blanks after it.
func (p *jsonParser) comma(closing byte) {
	if p.pos >= len(p.src) || p.src[p.pos] != ',' {
		p.fail("syntax", "a comma or closing bracket is missing before this place", "%s where \",\" or %q belongs", p.found(), string(closing))
	}
	comma := p.pos
	line, col := p.line, p.column()
	p.pos++
	p.space()
	if p.pos < len(p.src) && p.src[p.pos] == closing {
		p.pos = comma
		panic(&syntaxError{line: line, col: col, code: "syntax", msg: fmt.Sprintf("a comma before %q", string(closing)), fix: "remove the comma"})
	}
}

func (p *jsonParser) object() *Node {
	n := p.node(Object)
	p.enter()
	p.pos++
	base := len(p.members)
	p.space()
	for p.pos >= len(p.src) || p.src[p.pos] != '}' {
		if len(p.members) > base {
			p.comma('}')
		}
		if p.pos >= len(p.src) || p.src[p.pos] != '"' {
			p.fail("syntax", "member names are strings in double quotes", "%s where a member name or \"}\" belongs", p.found())
		}
		m := Member{Line: p.line, Col: p.column()}
		m.Name = p.text()
		p.space()
		if p.pos >= len(p.src) || p.src[p.pos] != ':' {
			p.fail("syntax", "write a colon between a member's name and its value", "%s where \":\" belongs", p.found())
		}
		p.pos++
		p.space()
		m.Value = p.value()
		m.Value.Parent, m.Value.Name = n, m.Name
		p.members = append(p.members, m)
		p.space()
	}
	p.pos++
	p.depth--
	members := p.members[base:]
	if len(members) > 0 {
		if len(members) > len(p.slab) {
			p.slab = make([]Member, max(len(members), 512))
		}
		own := p.slab[:len(members):len(members)]
		copy(own, members)
		p.slab = p.slab[len(own):]
		n.setMembers(own, p.report)
	}
	p.members = p.members[:base]
	return n
}

// text reads a string.
func (p *jsonParser) text() string {
	p.quote = p.column()
	p.pos++
	start := p.pos
	for i := start; i < len(p.src); i++ {
		c := p.src[i]
		if c == '"' {
			p.pos = i + 1
			return p.src[start:i]
		}
		if c < ' ' || c == '\\' || c >= utf8.RuneSelf {
			p.pos = i
			return p.slowText(start)
		}
	}
	p.unclosed()
	return ""
}

// unclosed fails at the quote that opened the string.
func (p *jsonParser) unclosed() {
	panic(&syntaxError{line: p.line, col: p.quote, code: "syntax", msg: "a string does not end", fix: `a closing quote is missing, or the file is cut short; a line break is written \n`})
}

// slowText reads the rest of a string that has more than printable ASCII.
// src[start:pos] was read.
func (p *jsonParser) slowText(start int) string {
	var b []byte // nil while the string can be cut from the source
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == '"':
			p.pos++
			if b == nil {
				return p.src[start : p.pos-1]
			}
			return string(append(b, p.src[start:p.pos-1]...))
		case c == '\\':
			b = append(b, p.src[start:p.pos]...)
			b = p.escape(b)
			start = p.pos
		case c == '\n' || c == '\r':
			p.unclosed()
		case c < ' ':
			p.fail("syntax", `write line breaks as \n and tabs as \t; a closing quote may be missing`, "a control character within a string")
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(p.src[p.pos:])
			if r == utf8.RuneError && size == 1 {
				p.badUTF8()
				b = append(append(b, p.src[start:p.pos]...), "\uFFFD"...)
				start = p.pos + 1
			}
			p.pos += size
			p.wide += size - 1
		default:
			p.pos++
		}
	}
	p.unclosed()
	return ""
}

func (p *jsonParser) badUTF8() {
	if !p.junk {
		pos := Position{File: p.file.name(), Line: int(p.line), Col: int(p.column())}
		p.report.warn(pos, "invalid-utf8", "save the file as UTF-8", "the text is not UTF-8 here")
	}
	p.junk = true
}

// escape reads the escape sequence at pos.
func (p *jsonParser) escape(b []byte) []byte {
	if p.pos+1 >= len(p.src) {
		p.unclosed()
	}
	c := p.src[p.pos+1]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		p.pos += 2
		return append(b, "\"\\/\b\f\n\r\t"[i])
	}
	r := rune(-1)
	if c == 'u' {
		r = hex4(p.src, p.pos+2)
	}
	if r < 0 {
		p.fail("syntax", `escapes are \" \\ \/ \b \f \n \r \t and \u with four hex digits; a backslash itself is \\`, "malformed escape sequence")
	}
	p.pos += 6
	if utf16.IsSurrogate(r) {
		low := rune(-1)
		if strings.HasPrefix(p.src[p.pos:], `\u`) {
			low = hex4(p.src, p.pos+2)
		}
		if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
			p.pos += 6
		}
	}
	return utf8.AppendRune(b, r)
}

// hex4 reads four hex digits at s[i:], or returns -1.
func hex4(s string, i int) rune {
	if i+4 > len(s) {
		return -1
	}
	var r rune
	for _, c := range []byte(s[i : i+4]) {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// setMembers gives n its members. Of those that share a name the last is kept,
// and the others are reported. A large object gets an index on the way.
func (n *Node) setMembers(members []Member, r *report) {
	n.Members = members
	if len(members) < indexFrom {
		for i := 1; i < len(members); i++ {
			for j := range i {
				if members[i].Name == members[j].Name {
					n.dropDuplicates(r)
					return
				}
			}
		}
		return
	}
	if n.reindex(); len(n.index) < len(members) {
		n.dropDuplicates(r)
	}
}

// reindex makes the index of a large object anew.
func (n *Node) reindex() {
	n.index = nil
	if len(n.Members) < indexFrom {
		return
	}
	n.index = make(map[string]int32, len(n.Members))
	for i := range n.Members {
		n.index[n.Members[i].Name] = int32(i)
	}
}

// addIndex takes the last member into the index.
func (n *Node) addIndex() {
	if n.index == nil {
		n.reindex()
		return
	}
	n.index[n.Members[len(n.Members)-1].Name] = int32(len(n.Members) - 1)
}

func (n *Node) dropDuplicates(r *report) {
	place := make(map[string]int, len(n.Members))
	kept := n.Members[:0]
	for _, m := range n.Members {
		i, dup := place[m.Name]
		if !dup {
			place[m.Name] = len(kept)
			kept = append(kept, m)
			continue
		}
		earlier := kept[i]
		pos := Position{File: n.File.name(), Line: int(m.Line), Col: int(m.Col)}
		before := Position{File: pos.File, Line: int(earlier.Line), Col: int(earlier.Col)}
		r.warn(pos, "duplicate-key", "remove one of the two; this one is used", "%q is already set at %s", m.Name, before)
		kept[i] = m
	}
	n.Members = kept
	n.reindex()
}
