package jsonapi

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"
)

// Prefill returns a W, the write struct of a resource, with what the resource read
// holds, as far as W has members for it: what was null is null, what was not there
// stays off the wire. Generated resources have a method for the W of their updates:
// contact.Update().
//
// A member whose value does not fit the type that W has for it is left out.
func Prefill[W any](read any) W {
	w := new(W)
	prefill(read, w, func() { *w = *new(W) })
	return *w
}

// prefill fills what write points to; empty empties it.
func prefill(read, write any, empty func()) {
	var r struct {
		ID            json.RawMessage        `json:"id,omitzero"`
		Attributes    json.RawMessage        `json:"attributes,omitzero"`
		Relationships map[string]relatedData `json:"relationships,omitzero"`
		Meta          json.RawMessage        `json:"meta,omitzero"`
	}
	data, err := api.Marshal(read)
	if err != nil || api.Unmarshal(data, &r) != nil {
		return // read was made by hand, of what no JSON can hold
	}
	for name, related := range r.Relationships {
		if related.Data == nil {
			delete(r.Relationships, name) // not fetched
		}
	}
	data, err = api.Marshal(&r)
	for err == nil {
		err = api.Unmarshal(data, write)
		var misfit *api.DecodeError
		if err == nil {
			return
		}
		empty()
		if !errors.As(err, &misfit) {
			return
		}
		var dropped bool
		if data, dropped = without(data, misfit.Path); dropped {
			err = nil
		}
	}
}

// relatedData is a relationship without what only servers say of it.
type relatedData struct {
	Data json.RawMessage `json:"data,omitzero"`
}

// without returns data without the member at path: the last one on it
// that is a member of an object, as "a" and "b" are in a.b[3].
func without(data json.RawMessage, path string) (json.RawMessage, bool) {
	if index, rest, ok := strings.Cut(path, "]"); ok && index[0] == '[' {
		var list []json.RawMessage
		k, err := strconv.Atoi(index[1:])
		if err != nil || api.Unmarshal(data, &list) != nil || k >= len(list) {
			return nil, false
		}
		inner, dropped := without(list[k], strings.TrimPrefix(rest, "."))
		if !dropped {
			return nil, false
		}
		list[k] = inner
		return encoded(list)
	}
	var object map[string]json.RawMessage
	if path == "" || api.Unmarshal(data, &object) != nil {
		return nil, false
	}
	for name, value := range object {
		rest, ok := strings.CutPrefix(path, name)
		if !ok || rest != "" && rest[0] != '.' && rest[0] != '[' {
			continue
		}
		if inner, dropped := without(value, strings.TrimPrefix(rest, ".")); dropped {
			object[name] = inner
		} else {
			delete(object, name)
		}
		return encoded(object)
	}
	return nil, false
}

func encoded(v any) (json.RawMessage, bool) {
	b, err := api.Marshal(v)
	return b, err == nil
}
