package apitest

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// This file makes what the store holds a response that the document allows: what a
// check finds is converted, left out, or made up.

// maxRepairs is how often a response is checked.
const maxRepairs = 40

// repair is the state of repairing one response.
type repair struct {
	call  *call
	store *store
	body  map[string]any

	tried map[string]*attempt // by JSON pointer
}

// attempt is what was done about a value.
type attempt struct {
	original any
	next     int // of its conversions
	sampled  bool
}

// run returns the body after its repair. Of what nothing helps against, the fake
// reports in the end.
func (r *repair) run() map[string]any {
	r.tried = map[string]*attempt{}
	for range maxRepairs {
		r.body, _ = decode(encode(r.body)).(map[string]any)
		wrong := r.call.checkAnswer(r.call.reply(encode(r.body)))
		slices.SortStableFunc(wrong, func(a, b Violation) int { return strings.Compare(b.Pointer, a.Pointer) }) // later items first
		changed := false
		for _, v := range wrong {
			if v.Pointer != "" || v.keyword == "required" {
				changed = r.repair(v) || changed
			}
		}
		if !changed {
			break
		}
	}
	return r.body
}

// repair changes what a violation is about; false if it cannot.
func (r *repair) repair(v Violation) bool {
	var path []string
	if v.Pointer != "" {
		path = pointerPath(v.Pointer)
	}
	value, there := valueAt(r.body, path)
	switch {
	case !there:
		return r.makeUp(path)
	case v.keyword == "required": // of the object
		return r.complete(path, value)
	case v.keyword == "additionalProperties" || v.keyword == "unevaluatedProperties":
		if r.dropUndeclared(path, value) {
			return true
		}
	case v.keyword == "properties":
		return r.remove(path)
	}
	a := r.tried[v.Pointer]
	if a == nil {
		a = &attempt{original: value}
		r.tried[v.Pointer] = a
	}
	if a.sampled {
		return r.remove(path)
	}
	if other := conversions(a.original); a.next < len(other) {
		a.next++
		return r.set(path, other[a.next-1])
	}
	return r.remove(path)
}

// valueAt follows names of members and indexes of items.
func valueAt(v any, path []string) (any, bool) {
	for _, name := range path {
		switch x := v.(type) {
		case map[string]any:
			next, ok := x[name]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i < 0 || i >= len(x) {
				return nil, false
			}
			v = x[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// set replaces a value, or adds a member.
func (r *repair) set(path []string, value any) bool {
	if len(path) == 0 {
		return false
	}
	at, _ := valueAt(r.body, path[:len(path)-1])
	last := path[len(path)-1]
	switch x := at.(type) {
	case map[string]any:
		x[last] = value
		return true
	case []any:
		if i, err := strconv.Atoi(last); err == nil && i < len(x) {
			x[i] = value
			return true
		}
	}
	return false
}

// remove takes a value away, but never the primary data. A resource whose type or
// id is not allowed is not included.
func (r *repair) remove(path []string) bool {
	resource, inner := r.resource(path)
	switch {
	case len(path) == 0 || path[0] == "data" && (resource == nil || len(inner) == 0):
		return false
	case resource != nil && len(inner) == 1 && (inner[0] == "type" || inner[0] == "id"):
		if path[0] != "included" {
			return false
		}
		path = path[:2] // no answer has it without its type
	}
	at, _ := valueAt(r.body, path[:len(path)-1])
	last := path[len(path)-1]
	switch x := at.(type) {
	case map[string]any:
		if _, has := x[last]; !has {
			return false
		}
		delete(x, last)
		return true
	case []any:
		if i, err := strconv.Atoi(last); err == nil && i < len(x) {
			return r.set(path[:len(path)-1], slices.Delete(slices.Clone(x), i, i+1))
		}
	}
	return false
}

// makeUp adds a member that must be there: what the store has of it, else a
// sample.
func (r *repair) makeUp(path []string) bool {
	key := pointerTo(path)
	a := r.tried[key]
	if a == nil {
		a = &attempt{}
		r.tried[key] = a
	}
	if a.sampled {
		return false // it did not help before
	}
	kept, value := r.sample(path)
	if kept != nil && a.original == nil {
		a.original, value = kept, kept
	} else {
		a.sampled = true
	}
	if value == nil {
		value = "example"
	}
	return r.set(path, value)
}

// complete adds the members of an object that a sample has.
func (r *repair) complete(path []string, value any) bool {
	object, _ := value.(map[string]any)
	_, sample := r.sample(path)
	changed := false
	if members, ok := sample.(map[string]any); ok && object != nil {
		for name := range members {
			if _, has := object[name]; !has {
				changed = r.makeUp(append(slices.Clone(path), name)) || changed
			}
		}
	}
	return changed
}

// dropUndeclared removes the members of a resource that no schema declares.
func (r *repair) dropUndeclared(path []string, value any) bool {
	resource, inner := r.resource(path)
	object, _ := value.(map[string]any)
	if resource == nil || len(inner) != 1 {
		return false
	}
	typ, _ := resource["type"].(string)
	known := r.call.server.api.resources[typ]
	changed := false
	for name := range object {
		if inner[0] == "attributes" && known != nil && !slices.Contains(known.Attributes, name) || inner[0] == "relationships" && known.relationship(name) == nil {
			delete(object, name)
			changed = true
		}
	}
	return changed
}

// resource finds the resource that a path is into, and the path within it.
func (r *repair) resource(path []string) (resource map[string]any, inner []string) {
	n := 0
	switch {
	case len(path) > 0 && path[0] == "data" && r.call.op.endpoint.Answer != nil && !r.call.op.endpoint.Answer.Many:
		n = 1
	case len(path) > 1 && (path[0] == "data" || path[0] == "included"):
		n = 2
	default:
		return nil, nil
	}
	v, _ := valueAt(r.body, path[:n])
	resource, _ = v.(map[string]any)
	return resource, path[n:]
}

// sample returns what the store has at a path, and what the definition has.
func (r *repair) sample(path []string) (kept, sample any) {
	resource, inner := r.resource(path)
	if resource == nil {
		if d := r.call.op.endpoint.Answer; d != nil && d.Sample != "" {
			sample, _ = valueAt(decode([]byte(d.Sample)), zeros(path))
		}
		return nil, sample
	}
	typ, _ := resource["type"].(string)
	known := r.call.server.api.resources[typ]
	if known != nil {
		sample, _ = valueAt(decode([]byte(known.Sample)), zeros(inner))
	}
	if r.store == nil {
		return nil, sample
	}
	record := r.store.find(typ, idText(resource["id"]))
	if record == nil || len(inner) == 0 {
		return nil, sample
	}
	if from := record.parts()[inner[0]]; len(inner) == 2 {
		kept = from[inner[1]]
	}
	if links, ok := sample.(map[string]any); ok && known.Self && len(inner) == 1 && inner[0] == "links" {
		if self := r.store.selfLink(r.call, record); self != "" {
			links["self"] = self
		}
	}
	return kept, sample
}

// zeros is a path with the first item of each list: a sample has no others.
func zeros(path []string) []string {
	out := slices.Clone(path)
	for i, name := range out {
		if _, err := strconv.Atoi(name); err == nil {
			out[i] = "0"
		}
	}
	return out
}

// completed adds what a document that a handler returns must have next to its
// data, such as jsonapi.
func (c *call) completed(body map[string]any) map[string]any {
	d := c.op.endpoint.Answer
	if d == nil || len(d.Needs) == 0 {
		return body
	}
	sample, _ := decode([]byte(d.Sample)).(map[string]any)
	for _, name := range d.Needs {
		if _, has := body[name]; !has {
			body[name] = sample[name]
		}
	}
	return body
}

// conversions lists what a scalar may be written as elsewhere.
func conversions(value any) []any {
	switch v := value.(type) {
	case string:
		out := []any{json.Number(v), v + "T00:00:00Z"}
		if _, err := strconv.ParseFloat(v, 64); err != nil {
			out = out[1:]
		}
		if day, _, ok := strings.Cut(v, "T"); ok {
			out = append(out, day)
		}
		if b, err := strconv.ParseBool(v); err == nil {
			out = append(out, b)
		}
		return out
	case json.Number:
		return []any{v.String()}
	case bool:
		return []any{strconv.FormatBool(v)}
	}
	return nil
}
