package jsonapi

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// Identifier is the resource identifier object of a resource of Go type T, as the URL
// of a relationship returns it. It is not the resource, and points to none. [One],
// [Refs] and [Many] make a relationship of it, which sends its meta.
type Identifier[T any] struct {
	Type string          `json:"type"`
	ID   string          `json:"id"`
	Meta json.RawMessage `json:"meta,omitzero"` // of the relationship to this resource
	api.Presence
}

// ResourceIdentifier returns what i identifies: an Identifier is [Identified].
func (i *Identifier[T]) ResourceIdentifier() Ref[T] { return Ref[T]{typ: i.Type, id: i.ID} }

// MarshalJSON encodes i as the JSON object it was decoded from.
func (i Identifier[T]) MarshalJSON() ([]byte, error) { return api.Marshal(&i) }

// UnmarshalJSON decodes a resource identifier object.
func (i *Identifier[T]) UnmarshalJSON(data []byte) error { return api.Unmarshal(data, i) }

// WithMeta returns the identifier of r with a meta object: what is encoded as JSON is
// of the relationship to r, such as the role of a member. A relationship sends it:
// jsonapi.One(jsonapi.WithMeta(jsonapi.ID[Person]("9"), map[string]any{"role": "lead"})).
// It panics if meta cannot be encoded.
func WithMeta[T any](r Identified[T], meta any) *Identifier[T] {
	text, err := api.Marshal(meta)
	if err != nil {
		panic("jsonapi: the meta of an identifier: " + err.Error())
	}
	return identifierOf(r.ResourceIdentifier(), text)
}

// identifierOf returns an Identifier. That of a [LocalRef] keeps the mark in its id.
func identifierOf[T any](r Ref[T], meta json.RawMessage) *Identifier[T] {
	return &Identifier[T]{Type: r.typ, ID: r.id, Meta: meta}
}

// metaOf returns the meta that r has as an Identifier; nil if it is something else.
func metaOf[T any](r Identified[T]) json.RawMessage {
	if i, ok := r.(*Identifier[T]); ok && len(i.Meta) > 0 {
		return i.Meta
	}
	return nil
}

// oneWithMeta returns a relationship to r. One whose identifier has meta keeps its JSON.
func oneWithMeta[T any](r Ref[T], meta json.RawMessage) ToOne[T] {
	out := ToOne[T]{r, codec.Relationship{State: codec.Set}}
	if meta != nil {
		out.rel.JSON = `{"data":` + identifierJSON(r.typ, r.id, meta) + `}`
	}
	return out
}

// manyWithMeta returns a relationship to refs, of which metas has the meta; nil if none
// has one.
func manyWithMeta[T any](refs []Ref[T], metas []json.RawMessage) ToMany[T] {
	out := ToMany[T]{refs, codec.Relationship{State: codec.Set}}
	out.rel.JSON = identifiersJSON(metas, func(k int) (typ, id string) { return refs[k].typ, refs[k].id })
	return out
}

// identifiersJSON spells a relationship to several resources; "" if none of its
// identifiers has meta.
func identifiersJSON(metas []json.RawMessage, identifier func(int) (typ, id string)) string {
	if !slices.ContainsFunc(metas, func(meta json.RawMessage) bool { return meta != nil }) {
		return ""
	}
	texts := make([]string, len(metas))
	for k, meta := range metas {
		typ, id := identifier(k)
		texts[k] = identifierJSON(typ, id, meta)
	}
	return `{"data":[` + strings.Join(texts, ",") + `]}`
}

// identifierJSON spells an identifier. Meta that is not JSON is a mistake in the program.
func identifierJSON(typ, id string, meta json.RawMessage) string {
	text, err := api.Marshal(&ToOne[Resource]{Ref[Resource]{typ: typ, id: id}, codec.Relationship{State: codec.Set}})
	if err != nil || meta != nil && !json.Valid(meta) {
		panic("jsonapi: the meta of an identifier is not JSON: " + string(meta))
	}
	one := string(text[len(`{"data":`) : len(text)-1])
	if meta == nil {
		return one
	}
	return one[:len(one)-1] + `,"meta":` + string(meta) + `}`
}

// identifierMetas returns the meta of each of n identifiers in what a relationship
// keeps of its JSON; nil for those without.
func identifierMetas(r codec.Relationship, n int) []json.RawMessage {
	metas := make([]json.RawMessage, n)
	var kept struct {
		Data []struct{ Meta json.RawMessage }
	}
	if r.JSON == "" || json.Unmarshal([]byte(r.JSON), &kept) != nil || len(kept.Data) != n {
		return metas
	}
	for k, one := range kept.Data {
		metas[k] = notNull(one.Meta)
	}
	return metas
}

// identifierMeta is the meta of the identifier of a relationship to one resource.
func identifierMeta(r codec.Relationship) json.RawMessage {
	var kept struct {
		Data struct{ Meta json.RawMessage }
	}
	if r.JSON == "" || json.Unmarshal([]byte(r.JSON), &kept) != nil {
		return nil
	}
	return notNull(kept.Data.Meta)
}

// notNull is meta, nil for the null of some servers.
func notNull(meta json.RawMessage) json.RawMessage {
	if string(meta) == "null" {
		return nil
	}
	return meta
}
