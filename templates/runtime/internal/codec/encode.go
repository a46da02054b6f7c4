package codec

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unsafe"
)

// encoder is the state of one encode. It is pooled.
type encoder struct {
	err    error // the first one
	depth  int
	id     string // JSON of the id that the next struct gets, "" for its own
	buffer []byte // of Marshal

	request bool     // members of a request that are not set are an error: see [Unset]
	unset   unset    // the first of them
	given   []*field // members that the unions around them write
}

func (e *encoder) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

// release puts e back into the pool and returns the error.
func (e *encoder) release() error {
	err := e.err
	e.err, e.depth, e.id = nil, 0, ""
	e.request, e.unset, e.given = false, unset{}, e.given[:0]
	encoders.Put(e)
	return err
}

// Marshal encodes v, best a pointer, in a pooled buffer and copies the result. One
// that is too large for the pool is handed over as it is.
func Marshal(v any) ([]byte, error) { return marshal(v, false) }

// MarshalRequest encodes v, which is sent in a request: an error of type [*Unset]
// says which member is missing.
func MarshalRequest(v any) ([]byte, error) { return marshal(v, true) }

func marshal(v any, request bool) ([]byte, error) {
	e := encoders.Get().(*encoder)
	e.request = request
	b := e.appendAny(e.buffer[:0], v)
	if e.err == nil && e.unset.owner != nil {
		e.err = e.unsetError(b)
	}
	n := len(b)
	out := b[:n:n]
	if cap(b) <= keptBuffer {
		e.buffer = b
	}
	if cap(b) <= keptBuffer || cap(b)-n > n/4 {
		out = clone(b)
	}
	if err := e.release(); err != nil {
		return nil, err
	}
	return out, nil
}

// Append appends the encoding of v, best a pointer, to b.
func Append(b []byte, v any) ([]byte, error) {
	e := encoders.Get().(*encoder)
	b = e.appendAny(b, v)
	return b, e.release()
}

// root returns the program of what v points to, nil if it is not a pointer or nil.
func root(v any) (*program, unsafe.Pointer) {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Pointer {
		return nil, nil
	}
	if t := programOf(rv.Type()); t.kind == kindPointer && !rv.IsNil() {
		return t.elem, rv.UnsafePointer()
	}
	return nil, nil
}

// appendAny encodes what an interface holds.
func (e *encoder) appendAny(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return appendString(b, v)
	case float64:
		return e.appendFloat(b, v, 64)
	case bool:
		return strconv.AppendBool(b, v)
	}
	if t, p := root(v); t != nil {
		if e.deeper(t) {
			b = t.encode(e, b, p, t)
			e.depth--
		}
		return b
	}
	rv := reflect.ValueOf(v)
	p := reflect.New(rv.Type())
	p.Elem().Set(rv)
	t := programOf(rv.Type())
	return t.encode(e, b, p.UnsafePointer(), t)
}

// deepest is how many pointers, slices and maps the encoder follows: twice as many
// as a document can have arrays and objects, for pointers count too.
const deepest = 2 * maxDepth

// deeper guards against values that contain themselves.
func (e *encoder) deeper(t *program) bool {
	if e.depth++; e.depth > deepest {
		e.fail(fmt.Errorf("json: a value of type %v contains itself", t.rt))
		return false
	}
	return true
}

func encodeInt[T signed](_ *encoder, b []byte, p unsafe.Pointer, _ *program) []byte {
	return appendInt(b, int64(*(*T)(p)))
}

func encodeUint[T unsigned](_ *encoder, b []byte, p unsafe.Pointer, _ *program) []byte {
	return appendUint(b, uint64(*(*T)(p)))
}

func (e *encoder) encodeFloat64(b []byte, p unsafe.Pointer, _ *program) []byte {
	return e.appendFloat(b, *(*float64)(p), 64)
}

func (e *encoder) encodeFloat32(b []byte, p unsafe.Pointer, _ *program) []byte {
	return e.appendFloat(b, float64(*(*float32)(p)), 32)
}

func (e *encoder) encodeString(b []byte, p unsafe.Pointer, _ *program) []byte {
	return appendString(b, *(*string)(p))
}

func (e *encoder) encodeBool(b []byte, p unsafe.Pointer, _ *program) []byte {
	return strconv.AppendBool(b, *(*bool)(p))
}

func (e *encoder) encodeNumber(b []byte, p unsafe.Pointer, _ *program) []byte {
	n := *(*string)(p)
	if n == "" { // as encoding/json
		n = "0"
	}
	if !isNumber(n) {
		e.fail(fmt.Errorf("json: invalid number %q", n))
	}
	return append(b, n...)
}

func (e *encoder) encodePointer(b []byte, p unsafe.Pointer, t *program) []byte {
	q := *(*unsafe.Pointer)(p)
	if q == nil {
		return append(b, "null"...)
	}
	if !e.deeper(t) {
		return b
	}
	b = t.elem.encode(e, b, q, t.elem)
	e.depth--
	return b
}

// encodeSlice writes a nil slice as an empty one.
func (e *encoder) encodeSlice(b []byte, p unsafe.Pointer, t *program) []byte {
	if !e.deeper(t) {
		return b
	}
	h := (*slice)(p)
	b = append(b, '[')
	for k := range h.len {
		if k > 0 {
			b = append(b, ',')
		}
		b = t.elem.encode(e, b, unsafe.Add(h.p, uintptr(k)*t.elem.size), t.elem)
	}
	e.depth--
	return append(b, ']')
}

func (e *encoder) encodeStrings(b []byte, p unsafe.Pointer, _ *program) []byte {
	b = append(b, '[')
	for k, s := range *(*[]string)(p) {
		if k > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

func (e *encoder) encodeBytes(b []byte, p unsafe.Pointer, _ *program) []byte {
	b = append(b, '"')
	b = base64.StdEncoding.AppendEncode(b, *(*[]byte)(p))
	return append(b, '"')
}

func (e *encoder) encodeStringMap(b []byte, p unsafe.Pointer, _ *program) []byte {
	m := *(*map[string]string)(p)
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	b = append(b, '{')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, k), ':')
		b = appendString(b, m[k])
	}
	return append(b, '}')
}

// encodeMap writes a nil map as an empty one, and the keys in order.
func (e *encoder) encodeMap(b []byte, p unsafe.Pointer, t *program) []byte {
	if !e.deeper(t) {
		return b
	}
	start := len(b)
	b = closed(e.appendMap(b, p, t, nil, nil), start)
	e.depth--
	return b
}

// appendMap writes the members of a map, a comma before each, but for the names
// that fields of s have.
func (e *encoder) appendMap(b []byte, p unsafe.Pointer, t *program, s *object, facts *Facts) []byte {
	m := reflect.NewAt(t.rt, p).Elem()
	keys := m.MapKeys()
	slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
	v := reflect.New(t.elem.rt)
	texts := facts.textsOfRest(s)
	for _, k := range keys {
		if s != nil && s.lookup(k.String()) != nil {
			continue
		}
		b = append(appendString(append(b, ','), k.String()), ':')
		v.Elem().Set(m.MapIndex(k))
		if x := texts[k.String()]; x != nil && decodesTo(x, v, func(d *decoder, then unsafe.Pointer) int { return d.value(0, then, t.elem) }) {
			b = append(b, x...)
			continue
		}
		b = t.elem.encode(e, b, v.UnsafePointer(), t.elem)
	}
	return b
}

func (e *encoder) encodeAny(b []byte, p unsafe.Pointer, _ *program) []byte {
	return e.appendAny(b, *(*any)(p))
}

func (e *encoder) encodeOpt(b []byte, p unsafe.Pointer, t *program) []byte {
	if *(*State)(unsafe.Add(p, t.state)) != Set {
		return append(b, "null"...)
	}
	return t.elem.encode(e, b, p, t.elem)
}

func (e *encoder) encodeRaw(b []byte, p unsafe.Pointer, _ *program) []byte {
	if raw := *(*json.RawMessage)(p); len(raw) > 0 {
		return e.appendRaw(b, raw)
	}
	return append(b, "null"...)
}

var errRaw = errors.New("json: a RawMessage or a MarshalJSON method returned bytes that are not JSON")

// appendRaw appends JSON that others made, compact, if it is JSON.
func (e *encoder) appendRaw(b, raw []byte) []byte {
	d := decoders.Get().(*decoder)
	d.buffer = append(append(d.buffer[:0], raw...), nuls...)
	d.b, d.n = d.buffer, len(raw)
	i := d.skip(space(d.b, 0))
	valid := i >= 0 && space(d.b, i) == d.n
	d.reset()
	decoders.Put(d)
	if !valid {
		e.fail(errRaw)
		return b
	}
	return append(b, bytes.TrimSpace(raw)...)
}

func (e *encoder) encodeMarshaler(b []byte, p unsafe.Pointer, t *program) []byte {
	raw, err := reflect.NewAt(t.rt, p).Interface().(json.Marshaler).MarshalJSON()
	if err != nil {
		e.fail(err)
		return b
	}
	return e.appendRaw(b, raw)
}

func (e *encoder) encodeText(b []byte, p unsafe.Pointer, t *program) []byte {
	m := reflect.NewAt(t.rt, p).Interface().(encoding.TextMarshaler)
	text, err := m.MarshalText()
	e.fail(err)
	return appendString(b, unsafe.String(unsafe.SliceData(text), len(text)))
}

// encodeStd leaves the value to encoding/json.
func (e *encoder) encodeStd(b []byte, p unsafe.Pointer, t *program) []byte {
	out, err := json.Marshal(reflect.NewAt(t.rt, p).Interface())
	e.fail(err)
	return append(b, out...)
}
