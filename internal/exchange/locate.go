package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
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

// locate returns the offset of a value of a JSON text, named by its path. For
// a member that is the offset of its key, which reads better in a message. A
// path that the text does not hold gives the deepest value on the way to it.
func locate(body []byte, path []string) int {
	dec := json.NewDecoder(bytes.NewReader(body))
	found := skipSpace(body, 0)
	for _, name := range path {
		open, err := dec.Token()
		if err != nil {
			return found
		}
		var ok bool
		var at int
		switch open {
		case json.Delim('{'):
			at, ok = enterMember(dec, body, name)
		case json.Delim('['):
			at, ok = enterItem(dec, body, name)
		}
		if !ok {
			return found
		}
		found = at
	}
	return found
}

// enterMember leaves dec before the value of a member and returns its key's offset.
func enterMember(dec *json.Decoder, body []byte, name string) (at int, ok bool) {
	var skipped json.RawMessage
	for dec.More() {
		at := skipSpace(body, int(dec.InputOffset()))
		key, err := dec.Token()
		if err != nil {
			return 0, false
		}
		if key == name {
			return at, true
		}
		if dec.Decode(&skipped) != nil {
			return 0, false
		}
	}
	return 0, false
}

// enterItem leaves dec before an element and returns the element's offset.
func enterItem(dec *json.Decoder, body []byte, name string) (at int, ok bool) {
	index, err := strconv.Atoi(name)
	if err != nil {
		return 0, false
	}
	var skipped json.RawMessage
	for i := 0; dec.More(); i++ {
		if i == index {
			return skipSpace(body, int(dec.InputOffset())), true
		}
		if dec.Decode(&skipped) != nil {
			return 0, false
		}
	}
	return 0, false
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
