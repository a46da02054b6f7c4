package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// checkJSON returns what is wrong with a body of JSON, and the offset: a
// syntax error, or a member that an object has twice.
func checkJSON(body []byte) (at int, err error) {
	var value json.RawMessage
	var syntax *json.SyntaxError
	if err := json.Unmarshal(body, &value); errors.As(err, &syntax) {
		return int(syntax.Offset) - 1, err // the offset counts the wrong byte as read
	}
	return duplicateMember(json.NewDecoder(bytes.NewReader(body)), body)
}

// duplicateMember reads one value, which is valid JSON.
func duplicateMember(dec *json.Decoder, body []byte) (at int, err error) {
	open, err := dec.Token()
	if err != nil {
		return 0, err
	}
	isObject := open == json.Delim('{')
	if !isObject && open != json.Delim('[') {
		return 0, nil
	}
	names := map[string]bool{}
	for dec.More() {
		if isObject {
			at := skipSpace(body, int(dec.InputOffset()))
			key, err := dec.Token()
			if err != nil {
				return at, err
			}
			name, _ := key.(string)
			if names[name] {
				return at, fmt.Errorf("the object has %q twice", name)
			}
			names[name] = true
		}
		if at, err := duplicateMember(dec, body); err != nil {
			return at, err
		}
	}
	_, err = dec.Token()
	return 0, err
}

// places finds the values of a message's body. It reads the body when the first value
// is asked for, and once, however many are.
type places struct {
	message *Message
	root    *place
	lines   []int // the offset at which each line of the body begins
}

// place is a value of a JSON text.
type place struct {
	offset  int // of a member, that of its key, which reads better in a message
	members map[string]*place
	items   []*place
}

func (p *places) read() {
	body := p.message.Body
	p.lines = []int{0}
	for i, c := range body {
		if c == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	p.root = readPlace(json.NewDecoder(bytes.NewReader(body)), body, skipSpace(body, 0))
}

// readPlace reads one value, as much of it as is valid.
func readPlace(dec *json.Decoder, body []byte, offset int) *place {
	p := &place{offset: offset}
	open, err := dec.Token()
	if err != nil || open != json.Delim('{') && open != json.Delim('[') {
		return p
	}
	if open == json.Delim('{') {
		p.members = map[string]*place{}
	}
	for dec.More() {
		at := skipSpace(body, int(dec.InputOffset()))
		if p.members == nil {
			p.items = append(p.items, readPlace(dec, body, at))
			continue
		}
		key, err := dec.Token()
		if err != nil {
			return p
		}
		name, _ := key.(string)
		member := readPlace(dec, body, at)
		if p.members[name] == nil {
			p.members[name] = member
		}
	}
	_, _ = dec.Token()
	return p
}

// at returns the position of a value named by its path, or of the deepest value on the
// way to it.
func (p *places) at(path []string) Position {
	m := p.message
	if m.bodyLine == 0 {
		return Position{File: m.file, Line: m.line, Col: 1}
	}
	if len(path) == 0 {
		line, col := lineCol(m.Body, skipSpace(m.Body, 0))
		return Position{File: m.file, Line: m.bodyLine + line - 1, Col: col}
	}
	if p.root == nil {
		p.read()
	}
	found := p.root
	for _, name := range path {
		next := found.members[name]
		if i, err := strconv.Atoi(name); err == nil && found.members == nil && i >= 0 && i < len(found.items) {
			next = found.items[i]
		}
		if next == nil {
			break
		}
		found = next
	}
	line, ok := slices.BinarySearch(p.lines, found.offset)
	if !ok {
		line--
	}
	return Position{File: m.file, Line: m.bodyLine + line, Col: found.offset - p.lines[line] + 1}
}

// skipSpace returns the offset of the next byte that is neither white space nor a separator.
func skipSpace(body []byte, from int) int {
	for from < len(body) && bytes.IndexByte([]byte(" \t\r\n,:"), body[from]) >= 0 {
		from++
	}
	return from
}

// lineCol returns the 1-based line and column (in bytes) of an offset.
func lineCol(data []byte, offset int) (line, col int) {
	before := data[:min(max(offset, 0), len(data))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}
