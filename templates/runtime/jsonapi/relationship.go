package jsonapi

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// Ref identifies a resource of Go type T by its JSON:API type and id. After
// linking it has the resource, if the document had it.
type Ref[T any] struct { // codec.Ref in memory
	typ, id string
	value   *T
}

// NewRef returns the identifier of a resource whose JSON:API type the tags of T do
// not name. See [ID] for all others.
func NewRef[T any](typ, id string) Ref[T] { return Ref[T]{typ: typ, id: id} }

// ID returns the identifier of the resource of Go type T with that id. The tags of
// T name the JSON:API type: jsonapi.ID[ctrlhub.Contact](id). An id that is an integer
// in Go is text on the wire.
func ID[T any, I ~string | ~int64](id I) Ref[T] {
	return Ref[T]{typ: typeOf[T](), id: idText(id)}
}

// idText spells an id as JSON:API has it.
func idText[I ~string | ~int64](id I) string {
	v := reflect.ValueOf(id)
	if v.Kind() == reflect.Int64 {
		return strconv.FormatInt(v.Int(), 10)
	}
	return v.String()
}

// IDs returns a relationship to the resources of Go type T with those ids.
func IDs[T any](ids ...string) ToMany[T] {
	refs, typ := make([]Ref[T], len(ids)), typeOf[T]()
	for k, id := range ids {
		refs[k] = Ref[T]{typ: typ, id: id}
	}
	return ToMany[T]{refs, codec.Relationship{State: codec.Set}}
}

// OneID returns a relationship to the resource of Go type T with that id.
func OneID[T any, I ~string | ~int64](id I) ToOne[T] { return One(ID[T](id)) }

// typeOf returns the JSON:API type of a resource struct. One without a type is a
// mistake in the program, as a conversion to another type is.
func typeOf[T any]() string {
	typ := codec.ResourceType(reflect.TypeFor[T]())
	if typ == "" {
		panic("jsonapi: " + reflect.TypeFor[T]().String() + " is not a resource with a JSON:API type: use NewRef")
	}
	return typ
}

// LocalRef returns the identifier of a resource that the same request creates, and
// that has no id yet.
func LocalRef[T any](typ, lid string) Ref[T] { return Ref[T]{typ: typ, id: codec.LocalID + lid} }

// Type returns the JSON:API type, e.g. "contacts".
func (r Ref[T]) Type() string { return r.typ }

// ID returns the id, "" of a [LocalRef].
func (r Ref[T]) ID() string { return globalID(r.id) }

// LID returns the local id of a [LocalRef], "" of every other.
func (r Ref[T]) LID() string {
	if lid, ok := strings.CutPrefix(r.id, codec.LocalID); ok {
		return lid
	}
	return ""
}

func globalID(id string) string {
	if strings.HasPrefix(id, codec.LocalID) {
		return ""
	}
	return id
}

// Loaded returns the resource, nil if the document did not include it.
func (r Ref[T]) Loaded() *T { return r.value }

// ResourceIdentifier returns r: a Ref is [Identified] by itself.
func (r Ref[T]) ResourceIdentifier() Ref[T] { return r }

// String returns the type and the id, e.g. "contacts/7".
func (r Ref[T]) String() string {
	if lid := r.LID(); lid != "" {
		return r.typ + "/lid:" + lid
	}
	return r.typ + "/" + r.id
}

// Identified is a resource of Go type T, or a reference to one: *Contact and
// Ref[Contact] are both Identified[Contact].
type Identified[T any] interface {
	ResourceIdentifier() Ref[T]
}

// ToOne is a relationship to at most one resource of Go type T. Its zero value is
// one that the document said nothing about: it was not fetched, or will not be
// sent.
type ToOne[T any] struct {
	ref Ref[T]
	rel codec.Relationship
}

// One returns a relationship to r: a resource, a reference to one, or an [Identifier],
// whose meta is sent.
func One[T any](r Identified[T]) ToOne[T] {
	return oneWithMeta(r.ResourceIdentifier(), metaOf(r))
}

// Null returns a relationship to nothing, which clears the one that is there.
func Null[T any]() ToOne[T] { return ToOne[T]{rel: codec.Relationship{State: codec.Null}} }

// ID returns the id of the related resource, "" if there is none.
func (r *ToOne[T]) ID() string { return r.ref.ID() }

// Type returns the JSON:API type of the related resource, "" if there is none.
func (r *ToOne[T]) Type() string { return r.ref.typ }

// Ref returns the identifier of the related resource, and whether there is one.
func (r *ToOne[T]) Ref() (Ref[T], bool) { return r.ref, r.rel.State == codec.Set }

// Identifier returns the identifier of the related resource with its meta, nil if
// there is none.
func (r *ToOne[T]) Identifier() *Identifier[T] {
	if r.rel.State != codec.Set {
		return nil
	}
	return identifierOf(r.ref, identifierMeta(r.rel))
}

// Loaded returns the related resource, nil if there is none or if the document
// did not include it.
func (r *ToOne[T]) Loaded() *T { return r.ref.value }

// IsNull reports whether it is known that there is no related resource.
func (r *ToOne[T]) IsNull() bool { return r.rel.State == codec.Null }

// IsZero reports whether the document did not say what the relationship is to. It
// may have said other things: see Links and Meta.
func (r *ToOne[T]) IsZero() bool { return r.rel.State == codec.Absent }

// Links returns the relationship's links.
func (r *ToOne[T]) Links() Links { return details(r.rel).Links }

// Meta returns the relationship's meta.
func (r *ToOne[T]) Meta() Meta { return details(r.rel).Meta }

func (r ToOne[T]) linkage() any {
	if r.rel.State != codec.Set {
		return &ToOne[T]{rel: codec.Relationship{State: codec.Null}}
	}
	one := oneWithMeta(r.ref, identifierMeta(r.rel))
	return &one
}

// ToMany is a relationship to any number of resources of Go type T. Its zero
// value is one that the document said nothing about: it was not fetched, or will
// not be sent. That is not the same as one to no resources, which Refs() makes.
type ToMany[T any] struct {
	refs []Ref[T]
	rel  codec.Relationship
}

// Refs returns a relationship to rs: resources, references to some, or both. The meta
// of an [Identifier] is sent.
func Refs[T any](rs ...Identified[T]) ToMany[T] { return Many[T](rs) }

// Many returns a relationship to all of rs: a []*Contact, a []Ref[Contact], or a
// []*Identifier[Contact], whose meta is sent.
func Many[T any, R Identified[T]](rs []R) ToMany[T] {
	refs := make([]Ref[T], len(rs))
	var metas []json.RawMessage
	for k, r := range rs {
		refs[k] = r.ResourceIdentifier()
		if meta := metaOf[T](r); meta != nil {
			if metas == nil {
				metas = make([]json.RawMessage, len(rs))
			}
			metas[k] = meta
		}
	}
	return manyWithMeta(refs, metas)
}

// Len returns how many related resources there are.
func (r *ToMany[T]) Len() int { return len(r.refs) }

// IDs returns the ids of the related resources.
func (r *ToMany[T]) IDs() []string {
	ids := make([]string, len(r.refs))
	for k := range r.refs {
		ids[k] = r.refs[k].ID()
	}
	return ids
}

// Refs returns the identifiers of the related resources.
func (r *ToMany[T]) Refs() []Ref[T] { return slices.Clone(r.refs) }

// Identifiers returns the identifiers of the related resources with their meta.
func (r *ToMany[T]) Identifiers() []*Identifier[T] {
	out := make([]*Identifier[T], len(r.refs))
	for k, meta := range identifierMetas(r.rel, len(r.refs)) {
		out[k] = identifierOf(r.refs[k], meta)
	}
	return out
}

// Loaded returns those of the related resources that the document included, in
// the order of the relationship.
func (r *ToMany[T]) Loaded() []*T {
	var out []*T
	for k := range r.refs {
		if v := r.refs[k].value; v != nil {
			if out == nil {
				out = make([]*T, 0, len(r.refs)-k)
			}
			out = append(out, v)
		}
	}
	return out
}

// IsNull reports whether the document had null in place of a list.
func (r *ToMany[T]) IsNull() bool { return r.rel.State == codec.Null }

// IsZero reports whether the document did not say what the relationship is to. It
// may have said other things: see Links and Meta.
func (r *ToMany[T]) IsZero() bool { return r.rel.State == codec.Absent }

// Links returns the relationship's links.
func (r *ToMany[T]) Links() Links { return details(r.rel).Links }

// Meta returns the relationship's meta.
func (r *ToMany[T]) Meta() Meta { return details(r.rel).Meta }

func (r ToMany[T]) linkage() any {
	many := manyWithMeta(r.refs, identifierMetas(r.rel, len(r.refs)))
	return &many
}

type relationshipDetails struct {
	Links Links `json:"links"`
	Meta  Meta  `json:"meta"`
}

// details reads what few callers ask for out of the JSON that a relationship
// keeps.
func details(r codec.Relationship) (d relationshipDetails) {
	if r.JSON != "" {
		_ = api.Unmarshal([]byte(r.JSON), &d) // of JSON that was decoded: if meta is not an object, there is none
	}
	return d
}
