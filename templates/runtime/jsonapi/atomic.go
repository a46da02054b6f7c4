package jsonapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// AtomicType is the media type of the extension for atomic operations.
const AtomicType = `application/vnd.api+json; ext="https://jsonapi.org/ext/atomic"`

// Operations is a list of changes that a server makes all of, or none. The
// functions that take one append to it:
//
//	var ops jsonapi.Operations
//	ann := jsonapi.AddResource[Person](&ops, &PersonCreate{Name: "Ann"})
//	jsonapi.AddResource[Article](&ops, &ArticleCreate{Title: "On lids", Author: jsonapi.One(ann)})
//	jsonapi.RemoveResource(&ops, ArticleRef("7"))
//
// What cannot be encoded is an error of the call that sends the list.
type Operations struct {
	list   []operation
	values []any // what callers passed, by operation
	locals int
	err    error
}

type operation struct {
	Op   string          `json:"op"`
	Ref  *target         `json:"ref,omitzero"`
	Href string          `json:"href,omitzero"`
	Data json.RawMessage `json:"data,omitzero"`
}

// target is what an operation changes.
type target struct {
	Type         string `json:"type"`
	ID           string `json:"id,omitzero"`
	LID          string `json:"lid,omitzero"`
	Relationship string `json:"relationship,omitzero"`
}

// Len returns how many operations there are.
func (o *Operations) Len() int { return len(o.list) }

// MarshalJSON encodes the document that carries the operations.
func (o *Operations) MarshalJSON() ([]byte, error) {
	if o.err != nil {
		return nil, o.err
	}
	return api.Marshal(&struct {
		Operations []operation `json:"atomic:operations"`
	}{o.list})
}

// Within returns the value that a pointer of an error is into, how Go code
// reaches it, and the rest of the pointer.
func (o *Operations) Within(pointer string) (value any, at, rest string) {
	rest, ok := strings.CutPrefix(pointer, "/atomic:operations/")
	if !ok {
		return nil, "", ""
	}
	index, rest, _ := strings.Cut(rest, "/")
	k, err := strconv.Atoi(index)
	if err != nil || k < 0 || k >= len(o.values) {
		return nil, "", ""
	}
	inner, ok := strings.CutPrefix("/"+rest, "/data/")
	if !ok || o.values[k] == nil {
		return nil, "[" + index + "]", ""
	}
	return o.values[k], "[" + index + "]", "/" + inner
}

func (o *Operations) add(op operation, value any) {
	o.list, o.values = append(o.list, op), append(o.values, value)
}

func (o *Operations) fail(op string, err error) {
	if o.err == nil {
		o.err = fmt.Errorf("atomic operation %d, %s: %w", len(o.list), op, err)
	}
}

// AddResource appends the creation of a resource, which the write struct that
// resource points to describes. It returns the identifier of the new resource for
// later operations of the list: the id or lid that the write struct has, or else a
// lid that is made up.
func AddResource[T any](o *Operations, resource any) Ref[T] {
	data, err := api.Marshal(resource)
	var made target
	if err == nil {
		err = api.Unmarshal(data, &made)
	}
	if known, ok := any(new(T)).(Identified[T]); ok && err == nil && known.ResourceIdentifier().typ != made.Type {
		err = fmt.Errorf("%T is a resource of type %q, not %q", resource, made.Type, known.ResourceIdentifier().typ)
	}
	if err != nil {
		o.fail("add", err)
	} else if made.ID == "" && made.LID == "" {
		o.locals++
		made.LID = "new-" + strconv.Itoa(o.locals)
		data = withLID(data, made.LID)
	}
	o.add(operation{Op: "add", Data: data}, resource)
	if made.ID != "" {
		return NewRef[T](made.Type, made.ID)
	}
	return LocalRef[T](made.Type, made.LID)
}

// UpdateResource appends an update of r: the members that the write struct which
// resource points to has.
func UpdateResource[T any](o *Operations, r Identified[T], resource any) {
	t := targetOf(r)
	data, err := api.Marshal(&body{codec.Envelope{ID: t.ID, Data: resource}})
	var doc relatedData
	if err == nil {
		err = api.Unmarshal(data, &doc)
	}
	if err != nil {
		o.fail("update", err)
	} else if t.LID != "" {
		doc.Data = withLID(doc.Data, t.LID)
	}
	o.add(operation{Op: "update", Data: doc.Data}, resource)
}

// withLID puts a lid into the JSON of a resource, which has at least a type.
func withLID(resource []byte, lid string) []byte {
	b, _ := api.Append([]byte(`{"lid":`), lid) // of a string
	return append(append(b, ','), resource[1:]...)
}

// RemoveResource appends the deletion of r.
func RemoveResource[T any](o *Operations, r Identified[T]) {
	t := targetOf(r)
	o.add(operation{Op: "remove", Ref: &t}, nil)
}

// AddRelated appends the addition of members to a to-many relationship of r.
func AddRelated[T, R any](o *Operations, r Identified[T], relationship string, to ToMany[R]) {
	relate(o, "add", r, relationship, to)
}

// RemoveRelated appends the removal of members from a to-many relationship of r.
func RemoveRelated[T, R any](o *Operations, r Identified[T], relationship string, from ToMany[R]) {
	relate(o, "remove", r, relationship, from)
}

// SetRelated appends the replacement of what a relationship of r references. A zero
// [ToOne] or [ToMany] clears it.
func SetRelated[T any](o *Operations, r Identified[T], relationship string, to Relationship) {
	relate(o, "update", r, relationship, to)
}

func relate[T any](o *Operations, op string, r Identified[T], relationship string, to Relationship) {
	t := targetOf(r)
	t.Relationship = relationship
	data, err := api.Marshal(to.linkage())
	var doc relatedData
	if err == nil {
		err = api.Unmarshal(data, &doc)
	}
	if err != nil {
		o.fail(op, err)
	}
	o.add(operation{Op: op, Ref: &t, Data: doc.Data}, nil)
}

func targetOf[T any](r Identified[T]) target {
	ref := r.ResourceIdentifier()
	return target{Type: ref.typ, ID: ref.ID(), LID: ref.LID()}
}

// Results is what became of [Operations]. It is nil when the server had nothing to
// say but that all were carried out.
type Results struct {
	Results []Result        `json:"atomic:results"` // one per operation, in their order
	Meta    Meta            `json:"meta,omitzero"`
	Links   Links           `json:"links,omitzero"`
	JSONAPI json.RawMessage `json:"jsonapi,omitzero"`
	api.Presence
}

// MarshalJSON encodes the document.
func (r Results) MarshalJSON() ([]byte, error) { return api.Marshal(&r) }

// UnmarshalJSON decodes a document with results.
func (r *Results) UnmarshalJSON(data []byte) error { return api.Unmarshal(data, r) }

// Result is what became of one operation.
type Result struct {
	Data json.RawMessage `json:"data,omitzero"` // the resource, if the server changed more than the request said
	Meta Meta            `json:"meta,omitzero"`
	api.Presence
}

// ResultOf decodes the resource of the result of operation k, counted from 0; it is
// nil when the server sent none.
func ResultOf[T any](r *Results, k int) (*T, error) {
	if r == nil || k < 0 || k >= len(r.Results) || len(r.Results[k].Data) == 0 || string(r.Results[k].Data) == "null" {
		return nil, nil
	}
	v := new(T)
	if err := api.Unmarshal(r.Results[k].Data, v); err != nil {
		return nil, fmt.Errorf("result of operation %d: %w", k, err)
	}
	return v, nil
}

var errNoOperations = errors.New("there are no operations to send")

// FetchResults makes a call that carries operations out.
func FetchResults(ctx context.Context, c *api.Client, call *api.Call, opts ...api.CallOption) (*Results, error) {
	if ops, ok := call.Body.(*Operations); ok && (ops == nil || len(ops.list) == 0 && ops.err == nil) {
		return nil, &api.RequestError{Operation: call.Operation, Err: errNoOperations}
	}
	resp, err := c.Do(ctx, call, opts...)
	if err != nil {
		return nil, err
	}
	if resp.NoContent() || len(resp.Body) == 0 && resp.StatusCode == http.StatusAccepted {
		return nil, nil
	}
	results := new(Results)
	if err := resp.DecodeContext(ctx, results); err != nil {
		return nil, err
	}
	if api.ReportsErrors(results.Unknown()["errors"]) {
		return nil, resp.Failure()
	}
	return results, nil
}
