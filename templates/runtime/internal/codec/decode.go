package codec

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"sync"
	"unsafe"
)

// decoder is the state of one decode. It is pooled and holds nothing of results
// but the chunk that their strings share.
type decoder struct {
	b       []byte // the input and pad NUL bytes
	n       int    // length of the input
	depth   int
	failed  failure
	chunk   []byte // strings are cut from here
	used    int    // of chunk
	refs    []Ref  // resource identifiers are cut from here
	usedRef int
	scratch []byte   // of unquote
	strs    []string // stack: elements of []string under construction
	stack   []uint64 // of skip
	seen    []uint64 // stack: members that objects of more than 64 have had
	misses  uint32
	trimmed slice // a slice under copy, for the collector to see
	buffer  []byte
	notes   notes
	lists   int      // arrays and maps around the value
	notRead []*Error // values that were kept as JSON
	//gen:only jsonapi
	others []otherType
	report func(*Error)
	names  [256]string // seen lately
	guard
}

const keptBuffer = 1 << 20 // larger ones are left to the collector

var decoders = sync.Pool{New: func() any { return new(decoder) }}

// Pad is how many NUL bytes follow the text that [UnmarshalPadded] decodes.
const Pad = pad

// Unmarshal decodes data to what v points to. Its errors are of type *Error but
// for a v that is not a pointer.
func Unmarshal(data []byte, v any) error { return UnmarshalWith(data, v, nil) }

// UnmarshalWith is [Unmarshal] with options.
func UnmarshalWith(data []byte, v any, o *Options) error {
	d := decoders.Get().(*decoder)
	d.buffer = append(append(d.buffer[:0], data...), nuls...)
	return d.unmarshal(d.buffer, v, o)
}

// UnmarshalPadded decodes all of padded except its last Pad bytes, as [Unmarshal]
// does. If those bytes are NUL, it reads padded in place; Unmarshal reads a copy.
// Results reference nothing of padded in either case.
func UnmarshalPadded(padded []byte, v any, o *Options) error {
	n := max(len(padded)-Pad, 0)
	if string(padded[n:]) != nuls {
		return UnmarshalWith(padded[:n], v, o)
	}
	return decoders.Get().(*decoder).unmarshal(padded, v, o)
}

// unmarshal decodes padded and gives the decoder back to the pool, unless a method
// of v's types panics.
func (d *decoder) unmarshal(padded []byte, v any, o *Options) error {
	var err error = &json.InvalidUnmarshalError{Type: reflect.TypeOf(v)}
	d.arm(len(padded)-pad, o)
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.Pointer && !rv.IsNil() {
		d.b, d.n = padded, len(padded)-pad
		err = d.document(rv.UnsafePointer(), programOf(rv.Type().Elem()))
	}
	d.reset()
	decoders.Put(d)
	return err
}

func (d *decoder) document(p unsafe.Pointer, t *program) error {
	i := 0
	if load32(d.b, 0)&maskMark == wordMark && d.mode < modeStd {
		i = 3 // a byte order mark: RFC 8259, section 8.1
	}
	i = d.value(space(d.b, i), p, t)
	if i >= 0 {
		if i = space(d.b, i); i != d.n {
			i = d.fail(i, "expected nothing after the value")
		}
	}
	if i < 0 {
		return d.error()
	}
	//gen:only jsonapi
	if err := d.refuseOther(t); err != nil {
		return err
	}
	d.reportKept()
	return nil
}

// reset drops what must not outlive a decode.
func (d *decoder) reset() {
	d.b, d.refs, d.usedRef = nil, nil, 0
	d.disarm()
	if d.failed.reason != "" {
		d.failed = failure{path: d.failed.path[:0]}
		d.rewind(mark{})
		d.trimmed = slice{}
	}
	if cap(d.buffer) > keptBuffer {
		d.buffer = nil
	}
	if cap(d.scratch) > keptBuffer {
		d.scratch = nil
	}
}

// mark is how far the stacks of a decoder had grown.
type mark struct{ depth, seen, strs, lists, notRead, others int }

func (d *decoder) mark() mark {
	m := mark{depth: d.depth, seen: len(d.seen), strs: len(d.strs), lists: d.lists, notRead: len(d.notRead)}
	//gen:only jsonapi
	m.others = len(d.others)
	return m
}

// rewind brings the stacks back to m after a failure.
func (d *decoder) rewind(m mark) {
	d.depth, d.seen, d.lists, d.notRead = m.depth, d.seen[:m.seen], m.lists, d.notRead[:m.notRead]
	//gen:only jsonapi
	d.others = d.others[:m.others]
	clear(d.strs[m.strs:])
	d.strs = d.strs[:m.strs]
}

// value decodes the value at i, which is not white space, to p.
func (d *decoder) value(i int, p unsafe.Pointer, t *program) int {
	if d.b[i] == 'n' {
		return d.nullElement(i, p, t)
	}
	return t.decode(d, i, p, t)
}

// nullElement decodes a null in a list or a map. Where Go has no nil for it, the
// struct that it represents, or the member that holds the list, remembers it.
func (d *decoder) nullElement(i int, p unsafe.Pointer, t *program) int {
	j := d.null(i, p, t)
	switch t.kind {
	case kindPointer, kindIncluded, kindAny, kindRaw, kindOpt, kindUnion, kindUnmarshaler, kindStd:
	case kindStruct:
		if s := t.fields(); s.record >= 0 && j >= 0 {
			if at := (**Facts)(unsafe.Add(p, s.record)); *at == nil {
				*at = &s.commons().null
			}
			break
		}
		d.notes |= noteText
	default:
		d.notes |= noteText
	}
	return j
}

type signed interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64
}

type unsigned interface {
	~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr
}

func decodeInt[T signed](d *decoder, i int, p unsafe.Pointer, _ *program) int {
	v, j := d.int(i, uint(unsafe.Sizeof(T(0)))*8)
	if j >= 0 {
		*(*T)(p) = T(v)
		if v == 0 {
			d.notes |= noteZero
		}
	}
	return j
}

func decodeUint[T unsigned](d *decoder, i int, p unsafe.Pointer, _ *program) int {
	v, j := d.uint(i, uint(unsafe.Sizeof(T(0)))*8)
	if j >= 0 {
		*(*T)(p) = T(v)
		if v == 0 {
			d.notes |= noteZero
		}
	}
	return j
}

func (d *decoder) decodeFloat64(i int, p unsafe.Pointer, _ *program) int {
	v, j := d.float(i, 64)
	if j >= 0 {
		*(*float64)(p) = v
		if v == 0 {
			d.notes |= noteZero
		}
	}
	return j
}

func (d *decoder) decodeFloat32(i int, p unsafe.Pointer, _ *program) int {
	v, j := d.float(i, 32)
	if j >= 0 {
		*(*float32)(p) = float32(v)
		if v == 0 {
			d.notes |= noteZero
		}
	}
	return j
}

func (d *decoder) decodeString(i int, p unsafe.Pointer, _ *program) int {
	if b := d.b; b[i] == '"' { // as string and copy do, without calling them
		end, high := plain(b, i+1)
		if n, at := end-i-1, d.used; b[end] == '"' && high == 0 && n > 0 && n <= len(d.chunk)-at {
			t := d.chunk[at : at+n]
			copy(t, b[i+1:end])
			d.used = at + n
			*(*string)(p) = unsafe.String(&t[0], n)
			return end + 1
		}
	}
	s, j := d.string(i)
	if j >= 0 {
		*(*string)(p) = s
		if s == "" {
			d.notes |= noteZero
		}
	}
	return j
}

func (d *decoder) decodeName(i int, p unsafe.Pointer, _ *program) int {
	s, j := d.interned(i)
	if j >= 0 {
		*(*string)(p) = s
		if s == "" {
			d.notes |= noteZero
		}
	}
	return j
}

func (d *decoder) decodeBool(i int, p unsafe.Pointer, _ *program) int {
	b := d.b
	if load32(b, i) == wordTrue {
		*(*bool)(p) = true
		return i + 4
	}
	if b[i] == 'f' && load32(b, i+1) == wordAlse {
		*(*bool)(p) = false
		d.notes |= noteZero
		return i + 5
	}
	return d.mismatch(i, "boolean")
}

// decodeNumber keeps a number's text; as encoding/json it takes one in a string.
func (d *decoder) decodeNumber(i int, p unsafe.Pointer, _ *program) int {
	if d.b[i] == '"' {
		s, j := d.string(i)
		if j >= 0 && !isNumber(s) {
			return d.mismatch(i, "number")
		}
		*(*string)(p) = s
		return j
	}
	if c := d.b[i]; c != '-' && c-'0' > 9 {
		return d.mismatch(i, "number")
	}
	j := d.number(i)
	if j >= 0 {
		*(*string)(p) = d.copy(d.b[i:j])
	}
	return j
}

func (d *decoder) decodeRaw(i int, p unsafe.Pointer, _ *program) int {
	j := d.skip(i)
	if j >= 0 {
		*(*json.RawMessage)(p) = clone(d.b[i:j])
	}
	return j
}

// clone copies b and leaves no room to append to.
func clone(b []byte) []byte {
	c := make([]byte, len(b))
	copy(c, b)
	return c
}

// decodeBytes decodes base64 or, as encoding/json, an array of numbers.
func (d *decoder) decodeBytes(i int, p unsafe.Pointer, t *program) int {
	if d.b[i] == '[' {
		return d.decodeSlice(i, p, t)
	}
	s, j := d.text(i)
	if j < 0 {
		return j
	}
	out := make([]byte, base64.StdEncoding.DecodedLen(len(s)))
	n, err := base64.StdEncoding.Decode(out, s)
	if err != nil {
		return d.refused(i, err)
	}
	*(*[]byte)(p) = out[:n:n]
	if !isCanonical(s, out[:n]) {
		d.notes |= noteText
	}
	return j
}

// isCanonical reports whether text is what b is encoded as: without line breaks, and
// without bits after the last byte.
func isCanonical(text, b []byte) bool {
	if len(text) != base64.StdEncoding.EncodedLen(len(b)) {
		return false
	}
	if len(b)%3 == 0 {
		return true
	}
	var last [4]byte
	base64.StdEncoding.Encode(last[:], b[len(b)/3*3:])
	return string(last[:]) == string(text[len(text)-4:])
}

func (d *decoder) decodeText(i int, p unsafe.Pointer, t *program) int {
	s, j := d.text(i)
	if j < 0 {
		return j
	}
	v := reflect.NewAt(t.rt, p)
	err := v.Interface().(encoding.TextUnmarshaler).UnmarshalText(s[:len(s):len(s)])
	if err != nil {
		return d.refused(i, err)
	}
	if m, ok := v.Interface().(encoding.TextMarshaler); ok {
		if out, err := m.MarshalText(); err != nil || string(out) != string(s) {
			d.notes |= noteText
		}
	}
	d.zero(p, t)
	return j
}

// zero notes that the value at p is zero, if it is.
func (d *decoder) zero(p unsafe.Pointer, t *program) {
	if t.kind.hasNoNil() && t.zero(p, t) {
		d.notes |= noteZero
	}
}

func (d *decoder) decodeUnmarshaler(i int, p unsafe.Pointer, t *program) int {
	j := d.skip(i)
	if j < 0 {
		return j
	}
	err := reflect.NewAt(t.rt, p).Interface().(json.Unmarshaler).UnmarshalJSON(d.b[i:j:j])
	if err != nil {
		return d.refused(i, err)
	}
	d.zero(p, t)
	return j
}

// decodeStd leaves the value to encoding/json.
func (d *decoder) decodeStd(i int, p unsafe.Pointer, t *program) int {
	j := d.skip(i)
	if j < 0 {
		return j
	}
	if err := json.Unmarshal(d.b[i:j:j], reflect.NewAt(t.rt, p).Interface()); err != nil {
		return d.refused(i, err)
	}
	d.zero(p, t)
	return j
}
