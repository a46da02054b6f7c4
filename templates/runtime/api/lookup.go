package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// lookup returns the value at a JSON pointer in a valid document,
// nil if there is none. It looks at nothing beside the path.
func lookup(doc []byte, pointer string) json.RawMessage {
	doc = withoutBOM(doc)
	at := skipSpace(doc, 0)
	for name := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if pointer == "" {
			break
		}
		name = strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~")
		if at = step(doc, at, name); at < 0 {
			return nil
		}
	}
	if at >= len(doc) {
		return nil
	}
	return json.RawMessage(doc[at:skipValue(doc, at)])
}

// step returns where the member or element name of the value at begins, -1 if
// there is none. The element "-1" is the last one.
func step(doc []byte, at int, name string) int {
	if at >= len(doc) || doc[at] != '{' && doc[at] != '[' {
		return -1
	}
	object := doc[at] == '{'
	at = skipSpace(doc, at+1)
	last := -1
	for k := 0; at < len(doc) && doc[at] != '}' && doc[at] != ']'; k++ {
		key := strconv.Itoa(k)
		if object {
			end := skipValue(doc, at)
			if json.Unmarshal(doc[at:end], &key) != nil {
				return -1
			}
			at = skipSpace(doc, skipSpace(doc, end)+1) // over the colon
		}
		if key == name {
			return at
		}
		last = at
		end := skipValue(doc, at)
		if end == at {
			return -1 // not a valid document
		}
		at = skipSpace(doc, end)
		if at < len(doc) && doc[at] == ',' {
			at = skipSpace(doc, at+1)
		}
	}
	if !object && name == "-1" {
		return last
	}
	return -1
}

func skipSpace(doc []byte, at int) int {
	for at < len(doc) && (doc[at] == ' ' || doc[at] == '\n' || doc[at] == '\t' || doc[at] == '\r') {
		at++
	}
	return at
}

// skipValue returns the end of the value that begins at.
func skipValue(doc []byte, at int) int {
	depth := 0
	for at < len(doc) {
		switch doc[at] {
		case '"':
			for at++; at < len(doc) && doc[at] != '"'; at++ {
				if doc[at] == '\\' {
					at++
				}
			}
		case '{', '[':
			depth++
		case '}', ']', ',':
			if depth == 0 {
				return at // of a number or a literal, which the container ends
			}
			if doc[at] != ',' {
				depth--
			}
		case ' ', '\n', '\t', '\r', ':':
			if depth == 0 {
				return at
			}
			at++
			continue
		default:
			at++
			continue
		}
		at++
		if depth == 0 {
			return min(at, len(doc))
		}
	}
	return min(at, len(doc))
}

// graphFailed reports whether a GraphQL response has errors and no data.
func graphFailed(doc []byte) bool {
	if !json.Valid(withoutBOM(doc)) {
		return false
	}
	problems := lookup(doc, "/errors")
	data := lookup(doc, "/data")
	return len(problems) > 2 && problems[0] == '[' && (data == nil || string(data) == "null")
}

// overridden returns call with the JSON pointers among its overrides put into
// its body.
func (call *Call) overridden() (*Call, error) {
	var inBody []override
	for _, o := range call.override {
		if strings.HasPrefix(o.name, "/") {
			inBody = append(inBody, o)
		}
	}
	if len(inBody) == 0 {
		return call, nil
	}
	out := *call
	var err error
	out.Body, err = patch(call.Body, inBody)
	return &out, err
}

// patch encodes body as JSON, and sets values at the JSON pointers that are their
// names.
func patch(body any, values []override) (json.RawMessage, error) {
	switch body.(type) {
	case Payload, io.Reader:
		return nil, fmt.Errorf("no place for %s in a request body that is not JSON", values[0].name)
	}
	raw, err := Marshal(body)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var doc any
	if err := d.Decode(&doc); err != nil {
		return nil, fmt.Errorf("no place for %s in the request body: %w", values[0].name, err)
	}
	for _, v := range values {
		names := strings.Split(v.name[1:], "/")
		for k := range names {
			names[k] = strings.ReplaceAll(strings.ReplaceAll(names[k], "~1", "/"), "~0", "~")
		}
		if doc, err = put(doc, names, v.value); err != nil {
			return nil, fmt.Errorf("no place for %s in the request body: %w", v.name, err)
		}
	}
	return json.Marshal(doc)
}

// put returns doc with value at the path names, and makes the objects on the way.
func put(doc any, names []string, value json.RawMessage) (any, error) {
	if len(names) == 0 {
		return value, nil
	}
	switch d := doc.(type) {
	case nil:
		return put(map[string]any{}, names, value)
	case map[string]any:
		inner, err := put(d[names[0]], names[1:], value)
		d[names[0]] = inner
		return d, err
	case []any:
		if names[0] == "-" {
			inner, err := put(nil, names[1:], value)
			return append(d, inner), err
		}
		k, err := strconv.Atoi(names[0])
		if err != nil || k < 0 || k >= len(d) {
			return nil, fmt.Errorf("the list has %d elements, and none is %q", len(d), names[0])
		}
		d[k], err = put(d[k], names[1:], value)
		return d, err
	}
	return nil, fmt.Errorf("%q is in a value that is neither an object nor a list", names[0])
}
