package load

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/diag"
)

// This file reads YAML into the tree. The YAML package gives nodes with lines
// and columns; here aliases and merge keys are expanded, within a budget, and
// scalars get their meaning by YAML 1.2's core schema, so that a date, "yes" and
// "1_000" stay the strings that their author saw.

type yamlParser struct {
	file    *SourceFile
	report  *report
	limits  Limits
	nodes   *nodeSlab
	aliased int                 // nodes made by expanding aliases
	within  map[*yaml.Node]bool // anchors being expanded
	depth   int
	alias   *yaml.Node // the outermost alias being expanded
}

func parseYAML(src string, file *SourceFile, limits Limits, r *report) (root *Node, err *syntaxError) {
	if n := roughCount(src); n > limits.Nodes {
		return nil, &syntaxError{code: "too-many-values", msg: fmt.Sprintf("the document has about %d values, more than the %d that are read", n, limits.Nodes),
			fix: "split the document into several files, or take out what is not needed"}
	}
	var doc yaml.Node
	if e := unmarshalYAML(src, &doc); e != nil {
		return nil, yamlError(e, src)
	}
	if least := 100_000; limits.Aliased > least { // a small file may repeat less
		limits.Aliased = min(limits.Aliased, max(least, len(src)))
	}
	p := &yamlParser{file: file, report: r, limits: limits, nodes: &nodeSlab{}, within: map[*yaml.Node]bool{}}
	defer func() {
		if e := recover(); e != nil {
			se, ok := e.(*syntaxError)
			if !ok {
				panic(e)
			}
			root, err = nil, se
		}
	}()
	if len(doc.Content) == 0 {
		return nil, &syntaxError{code: "empty", msg: "the file holds no document", fix: "write an OpenAPI document: openapi, info and paths"}
	}
	p.oneDocument(src)
	return p.value(doc.Content[0]), nil
}

// unmarshalYAML keeps a panic of the YAML package from ending the program: its
// scanner is large and its input is not ours.
func unmarshalYAML(src string, doc *yaml.Node) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = fmt.Errorf("yaml: %v", e)
		}
	}()
	return yaml.Unmarshal([]byte(src), doc)
}

// roughCount bounds the number of values of a YAML text from above, roughly:
// the YAML package itself has no limit.
func roughCount(src string) int {
	n := 1
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '\n', ',', '[', '{':
			n++
		}
	}
	return n
}

var yamlLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?(?s:(.*))$`)

// late matches the messages for which the YAML package names the line before.
var late = regexp.MustCompile(`^did not find expected (key|node content|'-' indicator|',' or|<document start>)|^found (undefined tag handle|duplicate %|incompatible)`)

// misplaced matches the messages about a line that belongs to nothing around it.
var misplaced = regexp.MustCompile(`^did not find expected (key|'-' indicator)`)

// yamlError finds the place in the YAML package's message, which names a line at
// most; the column is that of the likely culprit in the line.
func yamlError(err error, src string) *syntaxError {
	m := yamlLine.FindStringSubmatch(err.Error())
	if m == nil {
		return &syntaxError{code: "syntax", msg: "not YAML: " + err.Error(), fix: yamlFix("")}
	}
	se := &syntaxError{code: "syntax", msg: "not YAML: " + anchorName.ReplaceAllString(m[2], "unknown anchor"), fix: yamlFix(m[2])}
	line, _ := strconv.Atoi(m[1])
	if late.MatchString(m[2]) {
		line++
	}
	if line == 0 {
		se.line, se.col = yamlCulprit(m[2], src)
		return se
	}
	if misplaced.MatchString(m[2]) {
		if odd, column, fix := oddIndent(src, line); odd > 0 {
			se.line, se.col, se.fix = int32(odd), int32(column+1), fix
			return se
		}
	}
	text := lineOf(src, line)
	se.line, se.col = int32(line), int32(utf8.RuneCountInString(text[:yamlColumn(m[2], text)])+1)
	return se
}

var (
	anchorName   = regexp.MustCompile(`unknown anchor '(.*)' referenced`)
	secondColon  = regexp.MustCompile(`^[^:]*:[^:]*(:)(?:\s|$)`)
	reservedChar = regexp.MustCompile("^(?:[^\"']*[\\s\\[{,])?([@`%\\t])")
)

// yamlColumn returns the offset of the likely culprit in a line.
func yamlColumn(msg, text string) int {
	var at []int
	switch {
	case strings.Contains(msg, "mapping values are not allowed"):
		at = secondColon.FindStringSubmatchIndex(text)
	case strings.Contains(msg, "cannot start any token"):
		at = reservedChar.FindStringSubmatchIndex(text)
	case strings.Contains(msg, "unexpected end of stream"):
		if i := strings.IndexAny(text, `"'`); i >= 0 {
			return i
		}
	}
	if at != nil {
		return at[2]
	}
	return max(0, strings.IndexFunc(text, func(r rune) bool { return r != ' ' }))
}

// yamlCulprit finds the place of a problem that comes without a line.
func yamlCulprit(msg, src string) (line, col int32) {
	i := 0
	if m := anchorName.FindStringSubmatch(msg); m != nil {
		i = max(0, strings.Index(src, "*"+m[1]))
	} else if strings.Contains(msg, "control characters") || strings.Contains(msg, "UTF-8") {
		i = max(0, strings.IndexFunc(src, func(r rune) bool {
			return r == utf8.RuneError || r < ' ' && r != '\n' && r != '\r' && r != '\t' || r >= 0x7f && r < 0xa0 && r != 0x85
		}))
	}
	before := src[:i]
	start := strings.LastIndexByte(before, '\n') + 1
	return int32(strings.Count(before, "\n") + 1), int32(utf8.RuneCountInString(before[start:]) + 1)
}

func yamlFix(msg string) string {
	switch {
	case strings.Contains(msg, "cannot start any token"):
		return "indent with spaces, not tabs, and quote values that start with @, ` or %"
	case strings.Contains(msg, "mapping values are not allowed"):
		return `quote a value that contains ": ", and indent the members of one object alike`
	case strings.Contains(msg, "did not find expected key"), strings.Contains(msg, "could not find expected ':'"):
		return "check the indentation and the quotes of this line and of those before it"
	case strings.Contains(msg, "control characters"), strings.Contains(msg, "UTF-8"):
		return "save the file as UTF-8 text"
	case strings.Contains(msg, "',' or"):
		return "a bracket is not closed, or a comma is missing"
	case strings.Contains(msg, "unknown anchor"):
		return "define the anchor (&name) before the alias (*name), or quote a value that starts with *"
	case strings.Contains(msg, "unexpected end of stream"), strings.Contains(msg, "document end"):
		return "a quote or bracket opened before is not closed"
	default:
		return "check the indentation and the quotes around this line"
	}
}

func lineOf(src string, line int) string {
	for ; line > 1; line-- {
		i := strings.IndexByte(src, '\n')
		if i < 0 {
			return ""
		}
		src = src[i+1:]
	}
	text, _, _ := strings.Cut(src, "\n")
	return text
}

// oneDocument warns of a second document in the stream.
func (p *yamlParser) oneDocument(src string) {
	i := strings.Index(src, "\n---")
	if i < 0 {
		return
	}
	dec := yaml.NewDecoder(strings.NewReader(src))
	var first, second yaml.Node
	if dec.Decode(&first) == nil && dec.Decode(&second) == nil && len(second.Content) > 0 {
		pos := Position{File: p.file.name(), Line: second.Line, Col: second.Column}
		p.report.warn(pos, "second-document", `put it into a file of its own`, "a second YAML document: only the first of a file is read")
	}
}

func (p *yamlParser) fail(y *yaml.Node, code diag.Code, fix, format string, args ...any) {
	panic(&syntaxError{line: int32(y.Line), col: int32(y.Column), code: code, msg: fmt.Sprintf(format, args...), fix: fix})
}

func (p *yamlParser) node(kind Kind, y *yaml.Node) *Node {
	n := p.nodes.new()
	if p.nodes.count > p.limits.Nodes {
		p.fail(y, "too-many-values", "split the document into several files, or take out what is not needed", "the document has more than %d values", p.limits.Nodes)
	}
	if p.alias != nil {
		if p.aliased++; p.aliased > p.limits.Aliased {
			p.fail(p.alias, "alias-bomb", "repeat less through anchors and aliases; $ref does not copy", "aliases expand to more than %d values", p.limits.Aliased)
		}
	}
	n.Kind, n.File, n.Line, n.Col = kind, p.file, int32(y.Line), int32(y.Column)
	return n
}

func (p *yamlParser) value(y *yaml.Node) *Node {
	if p.depth++; p.depth > p.limits.Depth {
		p.fail(y, "too-deep", "flatten the document: no real one nests like this", "values nest more than %d deep", p.limits.Depth)
	}
	defer func() { p.depth-- }()
	switch y.Kind {
	case yaml.MappingNode:
		return p.object(y)
	case yaml.SequenceNode:
		n := p.node(Array, y)
		n.Items = make([]*Node, len(y.Content))
		for i, c := range y.Content {
			item := p.value(c)
			item.Parent, item.Name = n, indexName(i)
			n.Items[i] = item
		}
		return n
	case yaml.AliasNode:
		return p.expand(y, p.value)
	default:
		return p.scalar(y)
	}
}

// expand builds what the alias y stands for: a copy, because each place of the
// document is a node of its own.
func (p *yamlParser) expand(y *yaml.Node, build func(*yaml.Node) *Node) *Node {
	if p.within[y.Alias] {
		p.fail(y, "alias-cycle", "use $ref for what contains itself", "alias *%s is inside the value that it names", y.Value)
	}
	p.within[y.Alias] = true
	if p.alias == nil {
		p.alias = y
		defer func() { p.alias = nil }()
	}
	n := build(y.Alias)
	delete(p.within, y.Alias)
	return n
}

func (p *yamlParser) object(y *yaml.Node) *Node {
	if p.within[y] && p.alias == nil {
		p.fail(y, "alias-cycle", "use $ref for what contains itself", "a value contains an alias of itself")
	}
	n := p.node(Object, y)
	members := make([]Member, 0, len(y.Content)/2)
	var merged []Member
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		if key.Kind == yaml.AliasNode {
			key = &yaml.Node{Kind: key.Alias.Kind, Tag: key.Alias.Tag, Value: key.Alias.Value, Line: key.Line, Column: key.Column}
		}
		if key.Kind != yaml.ScalarNode {
			pos := Position{File: p.file.name(), Line: key.Line, Col: key.Column}
			p.report.warn(pos, "bad-key", "write the member's name as plain text or in quotes", "a member's name is text, not %s: the member is left out", yamlKind(key))
			continue
		}
		if key.Tag == "!!merge" {
			merged = p.merge(value, merged)
			continue
		}
		members = append(members, Member{Name: key.Value, Line: int32(key.Line), Col: int32(key.Column), Value: p.value(value)})
	}
	n.setMembers(members, p.report)
	if len(merged) > 0 {
		n.Members = addMerged(n.Members, merged)
		n.reindex()
	}
	for _, m := range n.Members {
		m.Value.Parent, m.Value.Name = n, m.Name
	}
	return n
}

func yamlKind(y *yaml.Node) string {
	if y.Kind == yaml.SequenceNode {
		return "a list"
	}
	return "an object"
}

// merge collects the members that a merge key brings in; the first of several
// objects wins.
func (p *yamlParser) merge(y *yaml.Node, merged []Member) []Member {
	switch y.Kind {
	case yaml.AliasNode:
		if n := p.expand(y, p.value); n.Kind == Object {
			return addMerged(merged, n.Members)
		} else if n.Kind == Array {
			for _, item := range n.Items {
				merged = addMerged(merged, item.Members)
			}
			return merged
		}
	case yaml.MappingNode:
		return addMerged(merged, p.value(y).Members)
	case yaml.SequenceNode:
		for _, item := range y.Content {
			merged = p.merge(item, merged)
		}
		return merged
	}
	pos := Position{File: p.file.name(), Line: y.Line, Col: y.Column}
	p.report.warn(pos, "bad-merge", "merge an object: <<: *anchor", "a merge key (<<) needs an object: it is left out")
	return merged
}

// addMerged appends the members of more whose names are not taken.
func addMerged(members, more []Member) []Member {
	if len(more) == 0 {
		return members
	}
	taken := make(map[string]bool, len(members))
	for _, m := range members {
		taken[m.Name] = true
	}
	for _, m := range more {
		if !taken[m.Name] {
			taken[m.Name] = true
			members = append(members, m)
		}
	}
	return members
}

var (
	coreInt   = regexp.MustCompile(`^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$`)
	coreFloat = regexp.MustCompile(`^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$`)
)

func (p *yamlParser) scalar(y *yaml.Node) *Node {
	n := p.node(p.scalarKind(y), y)
	switch n.Kind {
	case Bool:
		n.Value = strings.ToLower(y.Value)
	case Null:
	default:
		n.Value = y.Value
	}
	return n
}

func (p *yamlParser) scalarKind(y *yaml.Node) Kind {
	const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	tagged := y.Style&yaml.TaggedStyle != 0
	if !tagged && y.Style&quoted != 0 || tagged && y.Tag != "!!int" && y.Tag != "!!float" && y.Tag != "!!bool" && y.Tag != "!!null" {
		return String
	}
	switch y.Value {
	case "", "~", "null", "Null", "NULL":
		return Null
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return Bool
	}
	if c := y.Value[0]; c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' {
		if coreInt.MatchString(y.Value) || coreFloat.MatchString(y.Value) {
			if len(y.Value) > p.limits.Number {
				p.fail(y, "number-too-long", "no API needs so exact a number: shorten it, or quote it when it is text", "a number of %d characters", len(y.Value))
			}
			return Number
		}
	}
	return String
}
