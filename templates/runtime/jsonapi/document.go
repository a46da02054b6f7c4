package jsonapi

import (
	"encoding/json"
	"iter"
	"reflect"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// Document is a JSON:API document whose primary data is a T, e.g. *Contact or
// []*Contact, and whose meta is an M.
type Document[T, M any] struct {
	Data     T               `json:"data"`
	Included Included        `json:"included,omitzero"`
	Meta     M               `json:"meta,omitzero"`
	Links    Links           `json:"links,omitzero"`
	JSONAPI  json.RawMessage `json:"jsonapi,omitzero"` // the server's JSON:API version and extensions
	api.Presence
}

// Link lets the relationships of the document's resources point to the resources
// of the document, primary and included. Resources may point to each other, and
// to themselves. Decoding a document does not do this; fetching one does.
func (d *Document[T, M]) Link() { codec.Link(d) }

// MarshalJSON encodes the document.
func (d Document[T, M]) MarshalJSON() ([]byte, error) { return api.Marshal(&d) }

// UnmarshalJSON decodes a document.
func (d *Document[T, M]) UnmarshalJSON(data []byte) error { return api.Unmarshal(data, d) }

// Included holds the resources that a document includes: of the Go types that its
// primary data references by relationships, and as *[Resource] the others.
type Included struct {
	list codec.Included
}

// Len returns how many there are.
func (x Included) Len() int { return x.list.Len() }

// All iterates over pointers to the resources, e.g. *Contact, in the order of the
// document.
func (x Included) All() iter.Seq[any] {
	return func(yield func(any) bool) {
		for k := range x.list.Len() {
			v := x.list.At(k)
			if v == nil {
				v = (*Resource)(x.list.Raw(k))
			}
			if !yield(v) {
				return
			}
		}
	}
}

// Unknown returns the resources of unknown types.
func (x Included) Unknown() []*Resource {
	var out []*Resource
	for k := range x.list.Len() {
		if r := x.list.Raw(k); r != nil {
			out = append(out, (*Resource)(r))
		}
	}
	return out
}

// MarshalJSON encodes the resources as an array.
func (x Included) MarshalJSON() ([]byte, error) { return api.Marshal(&x) }

// UnmarshalJSON decodes an array of resources. Apart from a [Document] it does
// not have the Go types to expect: all are Unknown.
func (x *Included) UnmarshalJSON(data []byte) error { return api.Unmarshal(data, x) }

// AllOf iterates over the included resources of Go type T. Those that no
// relationship of the primary data references are decoded for it.
func AllOf[T any](x Included) iter.Seq[*T] {
	want := reflect.TypeFor[T]()
	typ := codec.ResourceType(want)
	return func(yield func(*T) bool) {
		for k := range x.list.Len() {
			v, ok := x.list.At(k).(*T)
			if raw := x.list.Raw(k); raw != nil && typ != "" && raw.Type == typ {
				v = new(T)
				ok = api.Unmarshal(raw.JSON, v) == nil
			}
			if ok && !yield(v) {
				return
			}
		}
	}
}

// Find returns the included resource that r identifies, nil if there is none.
func Find[T any](x Included, r Ref[T]) *T {
	for v := range AllOf[T](x) {
		if i, ok := any(v).(Identified[T]); ok {
			if id := i.ResourceIdentifier(); id.id == r.id && id.typ == r.typ {
				return v
			}
		}
	}
	return nil
}

// Resource is a resource of an unknown type. It keeps the
// whole resource object.
type Resource struct {
	Type, ID string
	JSON     json.RawMessage `codec:"resource"`
}

// Decode decodes the resource object to what v points to: a resource struct, or
// anything that JSON decodes to.
func (r *Resource) Decode(v any) error { return api.Unmarshal(r.JSON, v) }

// ResourceIdentifier returns the resource's identifier.
func (r *Resource) ResourceIdentifier() Ref[Resource] { return NewRef[Resource](r.Type, r.ID) }

// MarshalJSON returns the resource object.
func (r Resource) MarshalJSON() ([]byte, error) { return api.Marshal(&r) }

// UnmarshalJSON keeps the resource object, and its type and id.
func (r *Resource) UnmarshalJSON(data []byte) error { return api.Unmarshal(data, r) }

// body is the document of a request.
type body struct {
	envelope codec.Envelope
}

// Enveloped returns what the caller passed: errors point into it.
func (b *body) Enveloped() (value any, at string) { return b.envelope.Data, "/data" }

// ContentType is what the document is sent as, unless the call says otherwise.
func (b *body) ContentType() string { return MediaType }

// MarshalJSON encodes the document.
func (b *body) MarshalJSON() ([]byte, error) { return api.Marshal(b) }

// Data returns the document of a request whose primary data is v: a pointer to
// the write struct of a resource, or to a slice of them. The id goes into the
// resource: a string, or of another type if the API has such ids; "" or nil is for
// a resource that is new. Data returns nil for a nil pointer: no body is sent.
func Data(id, v any) any {
	if rv := reflect.ValueOf(v); !rv.IsValid() || rv.Kind() == reflect.Pointer && rv.IsNil() {
		return nil
	}
	return &body{codec.Envelope{ID: id, Data: v}}
}

// Relationship is a [ToOne] or a [ToMany].
type Relationship interface {
	linkage() any
}

// Linkage returns the document of a request to a relationship's own URL. The
// identifiers of r are sent with their meta, and nothing else of r. A zero r is a
// relationship to nothing.
func Linkage(r Relationship) any { return &linkage{r.linkage()} }

// linkage is the document that Linkage returns.
type linkage struct{ relationship any }

// ContentType is what the document is sent as, unless the call says otherwise.
func (l *linkage) ContentType() string { return MediaType }

// MarshalJSON encodes the document.
func (l *linkage) MarshalJSON() ([]byte, error) { return api.Marshal(l.relationship) }
