package load

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// This file evaluates JSONPath (RFC 9535) on the tree, for the targets of
// overlays: all selectors, filters with comparisons, logic and the standard
// functions. Names after a dot may hold hyphens as well, for extensions are
// written so.

// pathQuery is a parsed JSONPath.
type pathQuery struct {
	relative bool // starts at @
	segments []pathSegment
}

type pathSegment struct {
	deep      bool // ..
	selectors []pathSelector
}

// pathSelector yields the children of a node that it selects.
type pathSelector interface {
	choose(e *pathEval, n *Node, yield func(*Node))
}

type (
	selectName  string
	selectAll   struct{}
	selectIndex int
	selectSlice struct{ from, to, step *int }
	selectIf    struct{ test pathTest }
)

// pathEval is one evaluation.
type pathEval struct {
	root     *Node
	steps    int // nodes that were looked at
	most     int // steps after which nothing more is selected; 0 for no limit
	patterns map[string]*regexp.Regexp
}

// step counts one step. It reports whether there may be more.
func (e *pathEval) step() bool {
	e.steps++
	return !e.exhausted()
}

// exhausted reports whether a path took more steps than it may: filters of
// descendants within each other take the size of the document to a power.
func (e *pathEval) exhausted() bool { return e.most > 0 && e.steps > e.most }

// query returns what q selects, in document order of each segment, each node once.
func (e *pathEval) query(q *pathQuery, at *Node) []*Node {
	if !q.relative {
		at = e.root
	}
	nodes := []*Node{at}
	for _, segment := range q.segments {
		var next []*Node
		seen := map[*Node]bool{}
		yield := func(n *Node) {
			if !seen[n] {
				seen[n] = true
				next = append(next, n)
			}
		}
		for _, n := range nodes {
			if e.step() {
				e.segment(segment, n, yield)
			}
		}
		nodes = next
	}
	return nodes
}

func (e *pathEval) segment(s pathSegment, n *Node, yield func(*Node)) {
	for _, selector := range s.selectors {
		if !e.step() {
			return
		}
		selector.choose(e, n, yield)
	}
	if s.deep {
		n.children(func(child *Node) { e.segment(s, child, yield) })
	}
}

func (n *Node) children(yield func(*Node)) {
	for _, m := range n.Members {
		yield(m.Value)
	}
	for _, item := range n.Items {
		yield(item)
	}
}

func (s selectName) choose(_ *pathEval, n *Node, yield func(*Node)) {
	if n.Kind == Object {
		if child := n.Get(string(s)); child != nil {
			yield(child)
		}
	}
}

func (selectAll) choose(e *pathEval, n *Node, yield func(*Node)) {
	n.children(func(child *Node) {
		if e.step() {
			yield(child)
		}
	})
}

func (s selectIndex) choose(_ *pathEval, n *Node, yield func(*Node)) {
	i := int(s)
	if i < 0 {
		i += len(n.Items)
	}
	if i >= 0 && i < len(n.Items) {
		yield(n.Items[i])
	}
}

func (s selectSlice) choose(_ *pathEval, n *Node, yield func(*Node)) {
	size, step := len(n.Items), 1
	if s.step != nil {
		step = *s.step
	}
	if step == 0 {
		return
	}
	bound := func(p *int, def, low, high int) int {
		if p == nil {
			return def
		}
		i := *p
		if i < 0 {
			i += size
		}
		return min(max(i, low), high)
	}
	if step > 0 {
		for i := bound(s.from, 0, 0, size); i < bound(s.to, size, 0, size); i += step {
			yield(n.Items[i])
		}
		return
	}
	for i := bound(s.from, size-1, -1, size-1); i > bound(s.to, -1, -1, size-1); i += step {
		yield(n.Items[i])
	}
}

func (s selectIf) choose(e *pathEval, n *Node, yield func(*Node)) {
	n.children(func(child *Node) {
		if e.step() && s.test(e, child) {
			yield(child)
		}
	})
}

// pathTest is a filter; pathValue yields an operand, nil for nothing.
type (
	pathTest  func(e *pathEval, at *Node) bool
	pathValue func(e *pathEval, at *Node) *Node
)

// single makes an operand of a query: its value when it selects just one.
func (q *pathQuery) single(e *pathEval, at *Node) *Node {
	if nodes := e.query(q, at); len(nodes) == 1 {
		return nodes[0]
	}
	return nil
}

func (e *pathEval) compare(a *Node, op string, b *Node) bool {
	switch op {
	case "==":
		return e.equal(a, b)
	case "!=":
		return !e.equal(a, b)
	case "<":
		return lessNodes(a, b)
	case ">":
		return lessNodes(b, a)
	case "<=":
		return lessNodes(a, b) || e.equal(a, b)
	default:
		return lessNodes(b, a) || e.equal(a, b)
	}
}

func (e *pathEval) equal(a, b *Node) bool {
	if a == nil || b == nil {
		return a == b
	}
	if !e.step() {
		return false
	}
	if a.Kind != b.Kind || len(a.Items) != len(b.Items) || len(a.Members) != len(b.Members) {
		return false
	}
	if a.Kind == Number {
		x, errX := strconv.ParseFloat(jsonNumber(a.Value), 64)
		y, errY := strconv.ParseFloat(jsonNumber(b.Value), 64)
		return a.Value == b.Value || errX == nil && errY == nil && x == y
	}
	for i, item := range a.Items {
		if !e.equal(item, b.Items[i]) {
			return false
		}
	}
	for _, m := range a.Members {
		if other := b.Get(m.Name); other == nil || !e.equal(m.Value, other) {
			return false
		}
	}
	return a.Value == b.Value
}

func lessNodes(a, b *Node) bool {
	if a == nil || b == nil || a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case Number:
		x, errX := strconv.ParseFloat(jsonNumber(a.Value), 64)
		y, errY := strconv.ParseFloat(jsonNumber(b.Value), 64)
		return errX == nil && errY == nil && x < y
	case String:
		return a.Value < b.Value
	}
	return false
}

// pathFunctions are the functions of RFC 9535 that yield a value of their
// operand; count and value, which look at the nodes of a query, and match and
// search, which yield true or false, are the parser's.
func pathLength(n *Node) *Node {
	size := 0
	switch {
	case n == nil:
		return nil
	case n.Kind == String:
		size = utf8.RuneCountInString(n.Value)
	case n.Kind == Array:
		size = len(n.Items)
	case n.Kind == Object:
		size = len(n.Members)
	default:
		return nil
	}
	return &Node{Kind: Number, Value: strconv.Itoa(size)}
}

// match reports whether the text of a matches the pattern b.
func (e *pathEval) match(a, b *Node, whole bool) bool {
	if a == nil || b == nil || a.Kind != String || b.Kind != String || len(b.Value) > 1000 {
		return false
	}
	pattern := b.Value
	if whole {
		pattern = "^(?:" + pattern + ")$"
	}
	re, known := e.patterns[pattern]
	if !known {
		re, _ = regexp.Compile(pattern) // nil for one that is not a regular expression: nothing matches it
		if e.patterns == nil {
			e.patterns = map[string]*regexp.Regexp{}
		}
		e.patterns[pattern] = re
		e.steps += 100 * len(pattern)
	}
	e.steps += len(a.Value)
	return re != nil && !e.exhausted() && re.MatchString(a.Value)
}

// pathError is a JSONPath that cannot be read.
type pathError struct {
	at  int // characters before the problem
	msg string
}

func (e *pathError) Error() string { return fmt.Sprintf("%s at character %d", e.msg, e.at+1) }

// parsePath parses an absolute JSONPath.
func parsePath(text string) (q *pathQuery, err error) {
	p := &pathParser{text: text}
	defer func() {
		if e := recover(); e != nil {
			pe, ok := e.(*pathError)
			if !ok {
				panic(e)
			}
			q, err = nil, pe
		}
	}()
	p.blank()
	p.want("$")
	q = &pathQuery{segments: p.segments()}
	p.blank()
	if p.pos < len(p.text) {
		p.fail("unexpected %q", p.text[p.pos:])
	}
	return q, nil
}

type pathParser struct {
	text  string
	pos   int
	depth int
}

func (p *pathParser) fail(format string, args ...any) {
	panic(&pathError{at: utf8.RuneCountInString(p.text[:p.pos]), msg: fmt.Sprintf(format, args...)})
}

func (p *pathParser) blank() {
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *pathParser) has(s string) bool { return strings.HasPrefix(p.text[p.pos:], s) }

func (p *pathParser) take(s string) bool {
	if p.has(s) {
		p.pos += len(s)
		return true
	}
	return false
}

func (p *pathParser) want(s string) {
	if !p.take(s) {
		p.fail("%q is missing", s)
	}
}

func (p *pathParser) segments() []pathSegment {
	var list []pathSegment
	for {
		start := p.pos
		p.blank()
		switch {
		case p.take(".."):
			list = append(list, pathSegment{deep: true, selectors: p.afterDot(true)})
		case p.take("."):
			list = append(list, pathSegment{selectors: p.afterDot(false)})
		case p.has("["):
			list = append(list, pathSegment{selectors: p.bracket()})
		default:
			p.pos = start
			return list
		}
	}
}

func (p *pathParser) afterDot(deep bool) []pathSelector {
	if deep && p.has("[") {
		return p.bracket()
	}
	if p.take("*") {
		return []pathSelector{selectAll{}}
	}
	start := p.pos
	for p.pos < len(p.text) {
		c := p.text[p.pos]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
		if !letter && (p.pos == start || c != '-' && (c < '0' || c > '9')) {
			break
		}
		p.pos++
	}
	if p.pos == start {
		p.fail("a name is missing after the dot")
	}
	return []pathSelector{selectName(p.text[start:p.pos])}
}

func (p *pathParser) bracket() []pathSelector {
	p.want("[")
	var list []pathSelector
	for {
		p.blank()
		list = append(list, p.selector())
		p.blank()
		if p.take("]") {
			return list
		}
		if !p.take(",") {
			p.fail(`"]" is missing`)
		}
	}
}

func (p *pathParser) selector() pathSelector {
	switch {
	case p.take("*"):
		return selectAll{}
	case p.take("?"):
		p.blank()
		return selectIf{p.or()}
	case p.has(`"`), p.has("'"):
		return selectName(p.quoted())
	}
	from := p.integer()
	p.blank()
	if !p.take(":") {
		if from == nil {
			p.fail("a selector is missing")
		}
		return selectIndex(*from)
	}
	p.blank()
	s := selectSlice{from: from, to: p.integer()}
	if p.blank(); p.take(":") {
		p.blank()
		s.step = p.integer()
	}
	return s
}

func (p *pathParser) integer() *int {
	start := p.pos
	p.take("-")
	for p.pos < len(p.text) && p.text[p.pos] >= '0' && p.text[p.pos] <= '9' {
		p.pos++
	}
	if p.pos == start {
		return nil
	}
	digits := strings.TrimPrefix(p.text[start:p.pos], "-")
	exact, err := strconv.ParseInt(p.text[start:p.pos], 10, 64)
	switch {
	case digits == "" || digits[0] == '0' && p.text[start:p.pos] != "0":
		p.pos = start
		p.fail("a number is malformed")
	case err != nil || exact >= 1<<53 || exact <= -1<<53: // RFC 9535, 2.1: the integers of I-JSON
		p.pos = start
		p.fail("a number is out of range")
	}
	i := int(max(min(exact, math.MaxInt), math.MinInt)) // where an int has 32 bits, no array has more elements
	return &i
}

// quoted reads a string in single or double quotes.
func (p *pathParser) quoted() string {
	quote := p.text[p.pos]
	p.pos++
	var b strings.Builder
	for p.pos < len(p.text) {
		c := p.text[p.pos]
		p.pos++
		switch {
		case c == quote:
			return b.String()
		case c < ' ':
			p.pos--
			p.fail("a control character must be escaped")
		case c != '\\':
			b.WriteByte(c)
		case quote == '\'' && p.take("'"):
			b.WriteByte('\'')
		case quote == '\'' && p.has(`"`):
			p.pos--
			p.fail("malformed escape sequence")
		default:
			j := &jsonParser{src: p.text, pos: p.pos - 1}
			r := p.escape(j)
			if string(r) == "\uFFFD" && !strings.EqualFold(p.text[p.pos-1:j.pos], `\ufffd`) { // half of a surrogate pair
				p.fail("malformed escape sequence")
			}
			b.Write(r)
			p.pos = j.pos
		}
	}
	p.fail("a closing quote is missing")
	return ""
}

func (p *pathParser) escape(j *jsonParser) []byte {
	defer func() {
		if e := recover(); e != nil {
			p.fail("malformed escape sequence")
		}
	}()
	return j.escape(nil)
}
