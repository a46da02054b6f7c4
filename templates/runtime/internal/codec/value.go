package codec

import (
	"encoding/json"
	"unsafe"
)

// State distinguishes the three things that a JSON member can be.
type State uint8

// The states of an optional member or of a relationship's data.
const (
	Absent State = iota // not in the document
	Null
	Set
)

// Union is the part of a union struct that keeps a value which is none of the
// union's variants. A struct that embeds a struct made of just this is a union.
type Union struct {
	// JSON is the value; empty but not nil if it is a variant that did not come with
	// the property which names it. After a zero byte it is the text of the variant.
	JSON json.RawMessage
}

// Raw is JSON kept as it came. A struct made of just this is encoded and
// decoded as the value it holds.
type Raw struct {
	JSON json.RawMessage
}

// Ref is a resource identifier and, after linking, the resource itself. Every
// jsonapi.Ref has this layout.
type Ref struct {
	Type, ID string
	Value    unsafe.Pointer
}

// LocalID is before the id in a Ref that names a resource of the same request
// by its lid. A control character keeps apart what no server gives, and a Ref as
// small as it is.
const LocalID = "\x00"

// Relationship is the second field of the two relationship structs; the first
// is a Ref, or a slice of them.
type Relationship struct {
	// JSON is the whole relationship object where it says more than its data
	// does: links, meta, members of identifiers. A relationship never changes
	// after it was made, so writing it back is writing this.
	JSON  string
	State State
}

type toOne struct {
	Ref
	Relationship
}

type toMany struct {
	Refs []Ref
	Relationship
}

// Resource is a resource of an unknown type. A struct of these
// fields with the tag codec:"resource" on the last one is decoded as a Resource.
type Resource struct {
	Type, ID string
	JSON     json.RawMessage // the whole resource object
}

// Included holds resources of several Go types. A struct made of just this is
// decoded as the member included of a JSON:API document: its resources get the Go
// types that can be reached from the struct that it is a field of.
type Included struct {
	nodes []node
}

// node is a decoded resource.
type node struct {
	p unsafe.Pointer
	t *program // nil: p points to a Resource
}

// Envelope is the JSON:API document that a request sends: ID goes into the
// resource that Data points to, or Data is a slice of resources. A struct made of
// just this is encoded as the document.
type Envelope struct {
	ID   any // nil or "" for none
	Data any
}
