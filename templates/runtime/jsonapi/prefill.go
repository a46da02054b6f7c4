package jsonapi

import (
	"encoding/json"
	"errors"
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
	var r struct {
		ID            json.RawMessage            `json:"id,omitzero"`
		Attributes    map[string]json.RawMessage `json:"attributes,omitzero"`
		Relationships map[string]relatedData     `json:"relationships,omitzero"`
		Meta          map[string]json.RawMessage `json:"meta,omitzero"`
	}
	data, err := api.Marshal(read)
	if err != nil || api.Unmarshal(data, &r) != nil {
		return *new(W) // read was made by hand, of what no JSON can hold
	}
	for name, related := range r.Relationships {
		if related.Data == nil {
			delete(r.Relationships, name) // not fetched
		}
	}
	for {
		w := new(W)
		data, err := api.Marshal(&r)
		if err == nil {
			err = api.Unmarshal(data, w)
		}
		var misfit *api.DecodeError
		if err == nil {
			return *w
		} else if !errors.As(err, &misfit) {
			return *new(W)
		}
		before := len(r.Attributes) + len(r.Relationships) + len(r.Meta)
		dropMember(r.Attributes, misfit.Path, "attributes.")
		dropMember(r.Relationships, misfit.Path, "relationships.")
		dropMember(r.Meta, misfit.Path, "meta.")
		if len(r.Attributes)+len(r.Relationships)+len(r.Meta) == before {
			return *new(W)
		}
	}
}

// relatedData is a relationship without what only servers say of it.
type relatedData struct {
	Data json.RawMessage `json:"data,omitzero"`
}

// dropMember deletes the member that a path leads into, after the prefix.
func dropMember[V any](members map[string]V, path, prefix string) {
	rest, ok := strings.CutPrefix(path, prefix)
	if !ok {
		return
	}
	for name := range members {
		if tail, ok := strings.CutPrefix(rest, name); ok && (tail == "" || tail[0] == '.' || tail[0] == '[') {
			delete(members, name)
		}
	}
}
