package splice

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/draft/read"
)

// ErrShape is the error of a place that text cannot be inserted into: an alias
// or a flow mapping. The change is left to a person.
var ErrShape = errors.New("an alias or a flow mapping cannot be extended; add it by hand")

// added is a member that is planned.
type added struct {
	node *yaml.Node
	key  string
}

// Member inserts a member into the mapping, behind the member after, or at its
// end if after is empty or not there.
func (c Cursor) Member(key string, value *yaml.Node, after string) error {
	n := c.Node
	if n == nil || n.Kind != yaml.MappingNode {
		return ErrShape
	}
	if child(n, key) != nil || c.File.added[added{n, key}] {
		return fmt.Errorf("%s is there already", key)
	}
	if c.File.added == nil {
		c.File.added = map[added]bool{}
	}
	c.File.added[added{n, key}] = true
	if n.Style&yaml.FlowStyle != 0 {
		if c.File.JSON {
			return c.File.jsonMember(n, key, value, after)
		}
		return ErrShape
	}
	if len(n.Content) == 0 {
		return ErrShape
	}
	first := n.Content[0]
	col := first.Column
	if first.Style&yaml.TaggedStyle != 0 || first.Anchor != "" {
		return ErrShape
	}
	line := c.File.endOfMapping(first.Line, col)
	for i := 0; after != "" && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == after && i+2 < len(n.Content) {
			line = c.File.endOfValue(n.Content[i].Line, col, n.Content[i+2].Line)
		}
	}
	one := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, value}}
	if isStatus(key) {
		one.Content[0].Style = yaml.SingleQuotedStyle
	}
	text, err := c.File.spell(one, col-1)
	if err != nil {
		return err
	}
	return c.File.insertLines(line, 2*(col-1), text)
}

func isStatus(key string) bool {
	return len(key) == 3 && key[0] >= '1' && key[0] <= '5' && strings.Trim(key[1:], "0123456789") == ""
}

// Item inserts an item at the end of the sequence.
func (c Cursor) Item(value *yaml.Node) error {
	n := c.Node
	if n == nil || n.Kind != yaml.SequenceNode {
		return ErrShape
	}
	if n.Style&yaml.FlowStyle != 0 {
		return c.File.flowItem(n, value)
	}
	if len(n.Content) == 0 {
		return ErrShape
	}
	col := n.Column
	line := c.File.endOfSequence(n.Content[0].Line, col)
	list := &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{value}}
	text, err := c.File.spell(list, col-1)
	if err != nil {
		return err
	}
	return c.File.insertLines(line, 2*(col-1)+1, text)
}

// Replace replaces a plain scalar, for a difference that a person accepts.
func (c Cursor) Replace(value string) error {
	n := c.Node
	if n == nil || n.Kind != yaml.ScalarNode || n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return ErrShape
	}
	start := c.File.offset(n.Line, n.Column)
	old := n.Value
	switch {
	case n.Style&yaml.DoubleQuotedStyle != 0:
		old = `"` + old + `"`
	case n.Style&yaml.SingleQuotedStyle != 0:
		old = `'` + old + `'`
	}
	if !bytes.HasPrefix(c.File.Data[start:], []byte(old)) {
		return ErrShape
	}
	text := value
	if c.File.JSON || n.Style&yaml.DoubleQuotedStyle != 0 {
		b, _ := json.Marshal(value)
		text = string(b)
	}
	return c.File.apply(start, len(old), text)
}

// endOfMapping returns the last line of the block mapping whose keys are at a
// column.
func (f *File) endOfMapping(line, col int) int {
	return f.endOf(line, func(l string, indent int) bool { return indent >= col-1 }, col-1)
}

// endOfValue returns the last line of a member, before the line of the next.
func (f *File) endOfValue(line, col, next int) int {
	end := next - 1
	for end > line {
		l := f.line(end)
		trimmed := strings.TrimSpace(l)
		if trimmed != "" && !(strings.HasPrefix(trimmed, "#") && len(l)-len(strings.TrimLeft(l, " ")) <= col-1) {
			break
		}
		end--
	}
	return end
}

func (f *File) endOfSequence(line, col int) int {
	return f.endOf(line, func(l string, indent int) bool {
		return indent > col-1 || indent == col-1 && strings.HasPrefix(strings.TrimLeft(l, " "), "-")
	}, col-1)
}

// endOf extends a block over the lines that belong to it; blank lines and
// comments count if such a line follows, or if they are indented like it.
func (f *File) endOf(line int, belongs func(l string, indent int) bool, indent int) int {
	end := line
	for n := line + 1; n <= len(f.starts); n++ {
		l := f.line(n)
		trimmed := strings.TrimLeft(l, " ")
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if strings.HasPrefix(l, "---") || strings.HasPrefix(l, "...") || !belongs(l, len(l)-len(trimmed)) {
			break
		}
		end = n
	}
	for n := end + 1; n <= len(f.starts); n++ { // comments at the end of the block
		l := f.line(n)
		trimmed := strings.TrimLeft(l, " ")
		if !strings.HasPrefix(trimmed, "#") || len(l)-len(trimmed) < indent || indent == 0 {
			break
		}
		end = n
	}
	return end
}

// spell prints a node with an indent.
func (f *File) spell(n *yaml.Node, indent int) (string, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(f.indent)
	if err := e.Encode(n); err != nil {
		return "", err
	}
	e.Close() //nolint:errcheck // a buffer
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	pad := strings.Repeat(" ", indent)
	for i, l := range lines {
		if l != "" {
			lines[i] = pad + l
		}
	}
	return strings.Join(lines, "\n") + "\n", nil
}

// insertLines inserts text behind a line. Of the texts behind one line, those
// of deeper blocks come first.
func (f *File) insertLines(line, depth int, text string) error {
	if f.crlf {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	at := len(f.Data)
	if line < len(f.starts) {
		at = f.starts[line]
	}
	if at > 0 && at == len(f.Data) && f.Data[at-1] != '\n' {
		text = map[bool]string{true: "\r\n", false: "\n"}[f.crlf] + strings.TrimRight(text, "\r\n")
	}
	f.pending = append(f.pending, change{at: at, depth: depth, text: text})
	return nil
}

// change is a planned insertion, or the replacement of a scalar.
type change struct {
	at, drop int
	depth    int // of the block that lines are inserted into; a list is deeper than the mapping of its column
	text     string
}

func (f *File) apply(at, drop int, text string) error {
	f.pending = append(f.pending, change{at: at, drop: drop, text: text})
	return nil
}

// Flush makes the planned changes of a file and reads it again. Cursors into it
// end there. A change that alters anything but what it adds is not made.
func (f *File) Flush() error {
	if len(f.pending) == 0 {
		return nil
	}
	changes := f.pending
	f.pending, f.added = nil, nil
	sort.SliceStable(changes, func(i, j int) bool {
		a, b := changes[i], changes[j]
		return a.at < b.at || a.at == b.at && a.depth > b.depth
	})
	before, root := f.Data, f.Root
	data := make([]byte, 0, len(before)+4096)
	at, replaces := 0, false
	for _, c := range changes {
		if c.at < at {
			return ErrShape
		}
		data = append(append(data, before[at:c.at]...), c.text...)
		at = c.at + c.drop
		replaces = replaces || c.drop > 0
	}
	f.Data = append(data, before[at:]...)
	if err := f.parse(); err != nil || !replaces && !extends(root, f.Root, 0) {
		f.Data = before
		if e := f.parse(); e != nil {
			return e
		}
		return ErrShape
	}
	return nil
}

// Flush makes the planned changes of all files.
func (s *Set) Flush() error {
	var failed error
	for _, f := range s.Files() {
		if err := f.Flush(); err != nil && failed == nil {
			failed = fmt.Errorf("%s: %w", filepath.ToSlash(f.Path), err)
		}
	}
	return failed
}

// extends reports whether a tree has everything that the old one has.
func extends(old, new *yaml.Node, depth int) bool {
	if depth > 300 || old.Kind != new.Kind {
		return depth > 300
	}
	switch old.Kind {
	case yaml.ScalarNode:
		return old.Value == new.Value && old.Tag == new.Tag
	case yaml.AliasNode:
		return old.Value == new.Value
	case yaml.MappingNode:
		j := 0
		for i := 0; i+1 < len(old.Content); i += 2 {
			for j+1 < len(new.Content) && new.Content[j].Value != old.Content[i].Value {
				j += 2
			}
			if j+1 >= len(new.Content) || !extends(old.Content[i+1], new.Content[j+1], depth+1) {
				return false
			}
			j += 2
		}
	case yaml.SequenceNode:
		if len(new.Content) < len(old.Content) {
			return false
		}
		for i := range old.Content {
			if !extends(old.Content[i], new.Content[i], depth+1) {
				return false
			}
		}
	}
	return true
}

// flowItem adds a scalar to [a, b].
func (f *File) flowItem(n, value *yaml.Node) error {
	if len(n.Content) == 0 {
		return ErrShape
	}
	if f.JSON {
		last := n.Content[len(n.Content)-1]
		end, err := f.jsonEnd(last)
		if err != nil {
			return err
		}
		return f.apply(end, 0, ", "+toJSON(value, "", ""))
	}
	if value.Kind != yaml.ScalarNode {
		return ErrShape
	}
	last := n.Content[len(n.Content)-1]
	if last.Kind != yaml.ScalarNode {
		return ErrShape
	}
	at := f.offset(last.Line, last.Column)
	text := string(f.Data[at:])
	size := len(last.Value)
	if last.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
		size += 2
	}
	if size > len(text) {
		return ErrShape
	}
	spelled, err := yaml.Marshal(value)
	if err != nil {
		return err
	}
	return f.apply(at+size, 0, ", "+strings.TrimSpace(string(spelled)))
}

// jsonEnd returns the offset behind a value of a JSON document.
func (f *File) jsonEnd(n *yaml.Node) (int, error) {
	at := f.offset(n.Line, n.Column)
	_, used, err := read.ParseJSON(string(f.Data[at:]), 1)
	if err != nil {
		return 0, ErrShape
	}
	return at + used, nil
}

// jsonMember inserts a member into an object of a JSON document.
func (f *File) jsonMember(n *yaml.Node, key string, value *yaml.Node, after string) error {
	if len(n.Content) == 0 {
		at := f.offset(n.Line, n.Column)
		if at >= len(f.Data) || f.Data[at] != '{' {
			return ErrShape
		}
		return f.apply(at+1, 0, quoted(key)+": "+toJSON(value, "", ""))
	}
	k := len(n.Content) - 2
	for i := 0; after != "" && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == after {
			k = i
		}
	}
	end, err := f.jsonEnd(n.Content[k+1])
	if err != nil {
		return err
	}
	separator, indent, step := " ", "", ""
	if n.Content[0].Line > n.Line {
		line := f.line(n.Content[0].Line)
		indent = line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		separator = "\n" + indent
		step = strings.Repeat(" ", f.indent)
		if strings.HasPrefix(indent, "\t") {
			step = "\t"
		}
	}
	text := "," + separator + quoted(key) + ": " + toJSON(value, indent, step)
	if f.crlf {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return f.apply(end, 0, text)
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// toJSON spells a node as JSON; comments are dropped.
func toJSON(n *yaml.Node, indent, step string) string {
	switch n.Kind {
	case yaml.ScalarNode:
		switch n.Tag {
		case "!!int", "!!float", "!!bool", "!!null":
			return n.Value
		}
		if n.Tag == "" || n.Tag == "!!str" {
			return quoted(n.Value)
		}
		return quoted(n.Value)
	case yaml.SequenceNode, yaml.MappingNode:
		return container(n, indent, step)
	}
	return "null"
}

func container(n *yaml.Node, indent, step string) string {
	open, end, size := "{", "}", 2
	if n.Kind == yaml.SequenceNode {
		open, end, size = "[", "]", 1
	}
	if len(n.Content) == 0 {
		return open + end
	}
	deeper, separator := indent+step, ", "
	if step != "" {
		separator = ",\n" + deeper
	}
	var parts []string
	for i := 0; i+size <= len(n.Content); i += size {
		if size == 2 {
			parts = append(parts, quoted(n.Content[i].Value)+": "+toJSON(n.Content[i+1], deeper, step))
		} else {
			parts = append(parts, toJSON(n.Content[i], deeper, step))
		}
	}
	body := strings.Join(parts, separator)
	if step != "" {
		return open + "\n" + deeper + body + "\n" + indent + end
	}
	return open + body + end
}
