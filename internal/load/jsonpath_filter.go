package load

import "strconv"

// This file parses the filters of JSONPath: [?@.type == 'object' && !@.x].

// maxFilterDepth bounds the nesting of a filter.
const maxFilterDepth = 100

func (p *pathParser) or() pathTest {
	if p.depth++; p.depth > maxFilterDepth {
		p.fail("the filter nests too deep")
	}
	defer func() { p.depth-- }()
	test := p.and()
	for p.blank(); p.take("||"); p.blank() {
		left, right := test, p.and()
		test = func(e *pathEval, at *Node) bool { return left(e, at) || right(e, at) }
	}
	return test
}

func (p *pathParser) and() pathTest {
	test := p.term()
	for p.blank(); p.take("&&"); p.blank() {
		left, right := test, p.term()
		test = func(e *pathEval, at *Node) bool { return left(e, at) && right(e, at) }
	}
	return test
}

func (p *pathParser) term() pathTest {
	p.blank()
	if p.has("!") && !p.has("!=") {
		p.pos++
		p.blank()
		inner := p.atom(false)
		return func(e *pathEval, at *Node) bool { return !inner(e, at) }
	}
	return p.atom(true)
}

// atom parses a parenthesis, a test for existence or, if it may, a comparison.
func (p *pathParser) atom(comparison bool) pathTest {
	if p.take("(") {
		test := p.or()
		p.blank()
		p.want(")")
		return test
	}
	if test := p.match(); test != nil {
		return test
	}
	left, query := p.operand()
	start := p.pos
	p.blank()
	for _, op := range [...]string{"==", "!=", "<=", ">=", "<", ">"} {
		if comparison && p.take(op) {
			p.single(query)
			p.blank()
			right, other := p.operand()
			p.single(other)
			return func(e *pathEval, at *Node) bool { return e.compare(left(e, at), op, right(e, at)) }
		}
	}
	if query == nil {
		p.fail("a comparison is missing")
	}
	p.pos = start
	return func(e *pathEval, at *Node) bool { return len(e.query(query, at)) > 0 }
}

// match parses match(value, pattern) and search(value, pattern).
func (p *pathParser) match() pathTest {
	whole := p.take("match(")
	if !whole && !p.take("search(") {
		return nil
	}
	p.blank()
	value := p.value()
	p.blank()
	p.want(",")
	p.blank()
	pattern := p.value()
	p.blank()
	p.want(")")
	return func(e *pathEval, at *Node) bool { return e.match(value(e, at), pattern(e, at), whole) }
}

// value parses an argument that is one value: a path must not select several.
func (p *pathParser) value() pathValue {
	value, query := p.operand()
	p.single(query)
	return value
}

// single refuses a path that may select several nodes where a value is needed
// (RFC 9535, 2.3.5.1).
func (p *pathParser) single(q *pathQuery) {
	if q == nil {
		return
	}
	for _, segment := range q.segments {
		several := segment.deep || len(segment.selectors) != 1
		if !several {
			switch segment.selectors[0].(type) {
			case selectName, selectIndex:
			default:
				several = true
			}
		}
		if several {
			p.fail("one value is needed, and the path may select several")
		}
	}
}

// operand parses a value of a comparison, and gives the query when it is one.
func (p *pathParser) operand() (pathValue, *pathQuery) {
	switch {
	case p.has("@"), p.has("$"):
		q := p.query()
		return q.single, q
	case p.has(`"`), p.has("'"):
		return constant(&Node{Kind: String, Value: p.quoted()}), nil
	case p.take("length("):
		p.blank()
		value := p.value()
		p.blank()
		p.want(")")
		return func(e *pathEval, at *Node) *Node { return pathLength(value(e, at)) }, nil
	case p.take("count("):
		q := p.argument()
		return func(e *pathEval, at *Node) *Node {
			return &Node{Kind: Number, Value: strconv.Itoa(len(e.query(q, at)))}
		}, nil
	case p.take("value("):
		return p.argument().single, nil
	}
	for _, word := range [...]string{"true", "false"} {
		if p.take(word) {
			return constant(&Node{Kind: Bool, Value: word}), nil
		}
	}
	if p.take("null") {
		return constant(&Node{Kind: Null}), nil
	}
	end := scanNumber(p.text, p.pos)
	if end < 0 {
		p.fail("a value is missing")
	}
	n := &Node{Kind: Number, Value: p.text[p.pos:end]}
	p.pos = end
	return constant(n), nil
}

func constant(n *Node) pathValue { return func(*pathEval, *Node) *Node { return n } }

// query parses a path that starts at @ or $.
func (p *pathParser) query() *pathQuery {
	if p.depth++; p.depth > maxFilterDepth {
		p.fail("the filter nests too deep")
	}
	defer func() { p.depth-- }()
	q := &pathQuery{relative: p.has("@")}
	p.pos++
	q.segments = p.segments()
	return q
}

// argument parses the one query that a function takes, and the parenthesis.
func (p *pathParser) argument() *pathQuery {
	p.blank()
	if !p.has("@") && !p.has("$") {
		p.fail("a path (@ or $) is missing")
	}
	q := p.query()
	p.blank()
	p.want(")")
	return q
}
