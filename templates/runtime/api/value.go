package api

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// Opt is a member that a request may leave out. Its zero value is left out; Set
// sends a value and Null sends null.
type Opt[T any] struct {
	value T
	state codec.State
}

// Set returns an Opt that holds v.
func Set[T any](v T) Opt[T] { return Opt[T]{value: v, state: codec.Set} }

// Null returns an Opt that is sent as null.
func Null[T any]() Opt[T] { return Opt[T]{state: codec.Null} }

// Int returns an Opt that holds v, of any type of integer: a constant, a len.
func Int[I ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32](v I) Opt[int64] {
	return Set(int64(v))
}

// Float returns an Opt that holds v.
func Float[F ~float32 | ~float64](v F) Opt[float64] { return Set(float64(v)) }

// Get returns the value, and whether there is one.
func (o Opt[T]) Get() (T, bool) { return o.value, o.state == codec.Set }

// IsSet reports whether o holds a value.
func (o Opt[T]) IsSet() bool { return o.state == codec.Set }

// IsNull reports whether o is null.
func (o Opt[T]) IsNull() bool { return o.state == codec.Null }

// IsZero reports whether o is left out.
func (o Opt[T]) IsZero() bool { return o.state == codec.Absent }

// String returns the value's text, "null" or "".
func (o Opt[T]) String() string { return optText(o.state, &o.value) }

// optText is the text of an Opt whose value is at pointer. There is one of it, and
// not one for each type: large clients have hundreds of them to compile.
func optText(state codec.State, pointer any) string {
	switch state {
	case codec.Set:
		return fmt.Sprint(reflect.ValueOf(pointer).Elem().Interface())
	case codec.Null:
		return "null"
	}
	return ""
}

// MarshalJSON encodes the value; an Opt that has none is null.
func (o Opt[T]) MarshalJSON() ([]byte, error) { return Marshal(&o) }

// UnmarshalJSON decodes a value or null.
func (o *Opt[T]) UnmarshalJSON(data []byte) error { return Unmarshal(data, o) }

// Presence is embedded in the structs that responses are decoded to. It has what
// their fields cannot hold: which optional members came as null or as their zero
// value, which required ones did not come, the members that the struct has no field
// for, the text of numbers and times that would be encoded otherwise, and of members
// that did not fit their fields. Encoding the struct gives back the JSON that it was
// decoded from.
//
// It is one pointer, nil if there is nothing to report. So a value that you construct is
// equal, by reflect.DeepEqual, to what its JSON is decoded to. To compare with responses of real
// servers, use [Equal], or cmpopts.IgnoreTypes(api.Presence{}) with go-cmp. Structs with a
// Presence cannot be compared by ==.
//
// Thousands of structs promote its methods. They are not inlined, so that each of
// those is a jump and not a copy: it halves the code of a large client.
type Presence struct {
	_     [0]func() // comparing by == means nothing, and takes a function for each struct
	facts *codec.Facts
}

// Has reports whether an optional member was in the JSON, null or not. Its argument
// is the address of the member's field, as in contact.Has(&contact.Email). Of a value
// without anything to report, a member whose field is zero was not; so ask only for
// optional members. Has panics if the argument is not a pointer to a field of the
// same struct, as far as that can be determined.
//
//go:noinline
func (p *Presence) Has(field any) bool { return codec.Has(&p.facts, field) }

// IsNull reports whether the member was null in the JSON, and its field has not been
// set since. Its argument is the address of the member's field, as in
// contact.IsNull(&contact.Email).
//
//go:noinline
func (p *Presence) IsNull(field any) bool { return codec.IsNull(&p.facts, field) }

// Raw returns the JSON of a member that its field does not hold as it was written: a
// value that did not fit the field, or a number or a time that would be encoded otherwise. It is
// nil for all others. Its argument is the address of the member's field. The bytes must not be changed.
//
//go:noinline
func (p *Presence) Raw(field any) json.RawMessage { return codec.RawOf(&p.facts, field) }

// Unknown returns the members that the struct has no field for; nil if there
// are none. Their bytes must not be changed.
//
//go:noinline
func (p *Presence) Unknown() map[string]json.RawMessage { return p.facts.Unknown() }

// Union is embedded in a struct of which at most one field is set: the variant
// that the JSON held.
//
//gen:only api.Union
type Union struct {
	rest codec.Union
}

// Unknown returns the JSON of a value that is none of the variants; nil if one
// of them is set.
func (u Union) Unknown() json.RawMessage {
	if len(u.rest.JSON) == 0 || u.rest.JSON[0] == 0 { // see codec.Union
		return nil
	}
	return u.rest.JSON
}

// DecodeError says where in a JSON document decoding stopped, and why.
type DecodeError struct {
	Path   string // of the value, e.g. "data[3].attributes.created_at"; "" for the document itself
	Offset int64  // of the value's first byte, or of the byte that is wrong
	Reason string
	Err    error // of the type that refused the value; often nil
}

// Error returns the path, the reason and the offset.
func (e *DecodeError) Error() string { return (*codec.Error)(e).Error() }

// Unwrap returns the error of the type that refused the value, if it gave one.
func (e *DecodeError) Unwrap() error { return e.Err }

// Marshal encodes v, best a pointer, as JSON. It takes what [encoding/json] takes
// and supports the types of this package and the struct tags of generated clients.
func Marshal(v any) ([]byte, error) { return codec.Marshal(v) }

// Append appends the encoding of v to b.
func Append(b []byte, v any) ([]byte, error) { return codec.Append(b, v) }

// Unmarshal decodes JSON to the value that v points to, as [encoding/json] does; it
// supports the types of this package and the struct tags of generated clients. Its
// errors are of type *[DecodeError].
func Unmarshal(data []byte, v any) error { return decodeError(codec.Unmarshal(data, v)) }

// errMemory is the cause of a DecodeError that is about memory.
var errMemory error = memoryError{}

type memoryError struct{}

func (memoryError) Error() string { return "pass api.WithMemoryLimit to allow more" }

// Is makes errors.Is find ErrTooLarge.
func (memoryError) Is(target error) bool { return target == ErrTooLarge }

func decodeError(err error) error {
	e, ok := err.(*codec.Error) //nolint:errorlint // a wrapped one is an Unmarshaler's, and says more
	if !ok {
		return err
	}
	if e.Err == codec.ErrMemory { //nolint:errorlint // it is not wrapped
		e.Err = errMemory
	}
	return (*DecodeError)(e)
}
