package codec

import (
	"encoding"
	"encoding/json"
	"reflect"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// A program is what the codec does with the values of one Go type. It is compiled
// once, when a value of the type is met first; the fields of a struct when its
// first value is decoded or encoded, so that the types of an API that a process
// never sees cost nothing.
type program struct {
	decode decodeFunc
	encode encodeFunc
	zero   func(p unsafe.Pointer, t *program) bool
	elem   *program // of pointers, slices, maps, Opt
	size   uintptr
	state  uintptr       // Opt: offset of its state
	hint   atomic.Uint32 // slices: how long they were lately
	kind   kind
	zeroes bool // a method says what is zero
	rt     reflect.Type
	leaves []leaf                 // structs: see zeroStruct
	body   atomic.Pointer[object] // structs
	//gen:only api.Union
	union atomic.Pointer[union] // unions
	//gen:only jsonapi
	types atomic.Pointer[resourceTypes] // Included
	root  reflect.Type                  // Included: the struct that it is a field of
}

// A decodeFunc decodes the value at i, which is not null and not white space, to
// p. It returns the index after the value, or -1.
type decodeFunc func(d *decoder, i int, p unsafe.Pointer, t *program) int

// An encodeFunc appends the value at p to b.
type encodeFunc func(e *encoder, b []byte, p unsafe.Pointer, t *program) []byte

type kind uint8

const (
	kindOther   kind = iota // scalars of which null changes nothing
	kindPointer             // set to nil by null, as are maps
	kindSlice
	kindAny
	kindRaw
	kindString
	kindName // a named string type: its values are interned
	kindNumeric
	kindStruct
	kindMap
	kindOpt
	kindToOne
	kindToMany
	kindUnion
	kindResource
	kindIncluded
	kindUnmarshaler
	kindStd // left to encoding/json
)

// hasNoNil reports whether null leaves values of the kind as they are, so that a zero
// value does not say whether the member was there.
func (k kind) hasNoNil() bool {
	switch k {
	case kindPointer, kindMap, kindSlice, kindIncluded, kindAny, kindRaw, kindOpt, kindUnion:
		return false
	}
	return true
}

var (
	programs   sync.Map // reflect.Type to *program
	programsMu sync.Mutex
)

// programOf returns the program of rt.
func programOf(rt reflect.Type) *program {
	if t, ok := programs.Load(rt); ok {
		return t.(*program)
	}
	programsMu.Lock()
	defer programsMu.Unlock()
	c := compiler{}
	t := c.program(rt)
	c.publish()
	return t
}

// compiler holds programs that refer to each other until all of them are ready.
type compiler map[reflect.Type]*program

func (c compiler) publish() {
	for rt, t := range c {
		programs.LoadOrStore(rt, t)
	}
}

var (
	timeType        = reflect.TypeFor[time.Time]()
	stringType      = reflect.TypeFor[string]()
	rawMessageType  = reflect.TypeFor[json.RawMessage]()
	numberType      = reflect.TypeFor[json.Number]()
	stateType       = reflect.TypeFor[State]()
	factsType       = reflect.TypeFor[*Facts]()
	unionType       = reflect.TypeFor[Union]()
	rawType         = reflect.TypeFor[Raw]()
	relationType    = reflect.TypeFor[Relationship]()
	includedType    = reflect.TypeFor[Included]()
	envelopeType    = reflect.TypeFor[Envelope]()
	unmarshalerType = reflect.TypeFor[json.Unmarshaler]()
	marshalerType   = reflect.TypeFor[json.Marshaler]()
	textDecoderType = reflect.TypeFor[encoding.TextUnmarshaler]()
	zeroerType      = reflect.TypeFor[interface{ IsZero() bool }]()
	textEncoderType = reflect.TypeFor[encoding.TextMarshaler]()
)

// program returns the program of rt, without the fields of structs.
func (c compiler) program(rt reflect.Type) *program {
	if t, ok := programs.Load(rt); ok {
		return t.(*program)
	}
	if t := c[rt]; t != nil {
		return t
	}
	t := &program{rt: rt, size: rt.Size(), zero: zeroReflect}
	c[rt] = t
	if rt.Kind() == reflect.Struct && c.known(t) {
		return t
	}
	switch rt {
	case timeType:
		t.decode, t.encode, t.zero = (*decoder).decodeTime, (*encoder).encodeTime, zeroTime
		return t
	case rawMessageType:
		t.setRaw()
		return t
	case numberType:
		t.decode, t.encode, t.zero = (*decoder).decodeNumber, (*encoder).encodeNumber, zeroAs[string]
		return t
	}
	c.plain(t)
	t.methods()
	return t
}

// known makes the program of the struct types that the codec has its own ideas
// about, whatever methods they have: the methods call the codec.
func (c compiler) known(t *program) bool {
	rt := t.rt
	n := rt.NumField()
	switch {
	//gen:only jsonapi
	case n == 1 && rt.Field(0).Type == envelopeType:
		t.decode, t.encode = (*decoder).decodeStd, (*encoder).encodeEnvelope
	case n == 2 && rt.Field(1).Type == stateType:
		t.kind, t.elem, t.state = kindOpt, c.program(rt.Field(0).Type), rt.Field(1).Offset
		t.decode, t.encode, t.zero = (*decoder).decodeOpt, (*encoder).encodeOpt, zeroOpt
	//gen:only jsonapi
	case n == 2 && rt.Field(1).Type == relationType && rt.Field(0).Type.Kind() == reflect.Struct:
		t.kind = kindToOne
		t.decode, t.encode, t.zero = (*decoder).decodeToOne, (*encoder).encodeToOne, zeroToOne
	//gen:only jsonapi
	case n == 2 && rt.Field(1).Type == relationType:
		t.kind = kindToMany
		t.decode, t.encode, t.zero = (*decoder).decodeToMany, (*encoder).encodeToMany, zeroToMany
	case n == 1 && rt.Field(0).Type == rawType:
		t.setRaw()
	//gen:only jsonapi
	case n == 1 && rt.Field(0).Type == includedType:
		t.kind = kindIncluded
		t.decode, t.encode, t.zero = (*decoder).decodeIncluded, (*encoder).encodeIncluded, zeroSlice
	//gen:only jsonapi
	case n == 3 && rt.Field(2).Tag.Get("codec") == "resource":
		t.kind = kindResource
		t.decode, t.encode = (*decoder).decodeResource, (*encoder).encodeResource
	//gen:only api.Union
	case embedded(rt, unionType) >= 0:
		t.kind = kindUnion
		t.decode, t.encode = (*decoder).decodeUnion, (*encoder).encodeUnion
	case factsOf(rt) >= 0:
		t.setStruct()
	//gen:only jsonapi
	case isResource(rt):
		t.setStruct()
	default:
		return false
	}
	return true
}

// embedded returns the offset of the embedded struct that is made of just a
// field of type part, or -1.
func embedded(rt reflect.Type, part reflect.Type) int {
	for i := range rt.NumField() {
		if f := rt.Field(i); f.Anonymous && wraps(f.Type, part) {
			return int(f.Offset)
		}
	}
	return -1
}

// factsOf returns the offset of the *Facts in a struct, or -1.
func factsOf(rt reflect.Type) int {
	for i := range rt.NumField() {
		if f := rt.Field(i); (f.Anonymous || f.Name == undocumented) && holdsFacts(f.Type) {
			return int(f.Offset + f.Type.Field(f.Type.NumField()-1).Offset)
		}
	}
	return -1
}

// undocumented is the field of a type of requests that keeps members that the type has
// no other field for, but for those that its tag calls read-only:
//
//	undocumented api.Undocumented `readonly:"uid,status"`
//
// Callers do not see it. A comma in a name has a backslash before it, as has a
// backslash.
const undocumented = "undocumented"

// readOnly reads the tag of the field undocumented, and reports whether rt has it.
func readOnly(rt reflect.Type) (names map[string]bool, ok bool) {
	f, ok := rt.FieldByName(undocumented)
	if !ok || f.Tag == "" {
		return nil, ok
	}
	names, name := map[string]bool{}, []byte{}
	tag := f.Tag.Get("readonly")
	for i := 0; i < len(tag); i++ {
		switch c := tag[i]; {
		case c == ',':
			names[string(name)], name = true, name[:0]
			continue
		case c == '\\' && i+1 < len(tag):
			i++
		}
		name = append(name, tag[i])
	}
	names[string(name)] = true
	return names, true
}

// holdsFacts reports whether rt is api.Presence or its like.
func holdsFacts(rt reflect.Type) bool {
	return rt.Kind() == reflect.Struct && rt.NumField() > 0 && rt.NumField() <= 2 && rt.Field(rt.NumField()-1).Type == factsType
}

func wraps(rt, part reflect.Type) bool {
	return rt.Kind() == reflect.Struct && rt.NumField() == 1 && rt.Field(0).Type == part
}

func (t *program) setRaw() {
	t.kind = kindRaw
	t.decode, t.encode, t.zero = (*decoder).decodeRaw, (*encoder).encodeRaw, zeroSlice
}

func (t *program) setStruct() {
	t.kind = kindStruct
	t.decode, t.encode = (*decoder).decodeStruct, (*encoder).encodeStruct
	if leaves, ok := appendLeaves(nil, t.rt, 0); ok && !reflect.PointerTo(t.rt).Implements(zeroerType) {
		t.leaves, t.zero = leaves, zeroStruct
	}
}

func (t *program) setStd() {
	t.kind = kindStd
	t.decode, t.encode = (*decoder).decodeStd, (*encoder).encodeStd
}

// plain makes the program of a type that is what its kind says.
func (c compiler) plain(t *program) {
	rt := t.rt
	switch rt.Kind() {
	case reflect.String:
		t.kind = kindString
		t.decode, t.encode, t.zero = (*decoder).decodeString, (*encoder).encodeString, zeroAs[string]
		if rt != stringType {
			t.kind, t.decode = kindName, (*decoder).decodeName
		}
	case reflect.Bool:
		t.decode, t.encode, t.zero = (*decoder).decodeBool, (*encoder).encodeBool, zeroAs[bool]
	case reflect.Pointer:
		t.kind, t.elem = kindPointer, c.program(rt.Elem())
		t.decode, t.encode, t.zero = (*decoder).decodePointer, (*encoder).encodePointer, zeroAs[unsafe.Pointer]
	case reflect.Slice:
		c.slice(t)
	case reflect.Map:
		c.mapping(t)
	case reflect.Interface:
		t.setStd()
		if rt.NumMethod() == 0 {
			t.kind = kindAny
			t.decode, t.encode = (*decoder).decodeAny, (*encoder).encodeAny
		}
		t.zero = zeroAs[unsafe.Pointer] // the type word
	case reflect.Struct:
		if t.setStruct(); embedsPointer(rt) {
			t.setStd()
		}
	default:
		t.setStd()
		t.number()
	}
}

// number makes the program of an integer or float type.
func (t *program) number() {
	switch t.rt.Kind() {
	case reflect.Int:
		setInt[int](t)
	case reflect.Int8:
		setInt[int8](t)
	case reflect.Int16:
		setInt[int16](t)
	case reflect.Int32:
		setInt[int32](t)
	case reflect.Int64:
		setInt[int64](t)
	case reflect.Uint:
		setUint[uint](t)
	case reflect.Uint8:
		setUint[uint8](t)
	case reflect.Uint16:
		setUint[uint16](t)
	case reflect.Uint32:
		setUint[uint32](t)
	case reflect.Uint64:
		setUint[uint64](t)
	case reflect.Uintptr:
		setUint[uintptr](t)
	case reflect.Float32:
		t.kind = kindNumeric
		t.decode, t.encode, t.zero = (*decoder).decodeFloat32, (*encoder).encodeFloat32, zeroAs[uint32]
	case reflect.Float64:
		t.kind = kindNumeric
		t.decode, t.encode, t.zero = (*decoder).decodeFloat64, (*encoder).encodeFloat64, zeroAs[uint64]
	}
}

func setInt[T signed](t *program) {
	t.kind = kindNumeric
	t.decode, t.encode, t.zero = decodeInt[T], encodeInt[T], zeroAs[T]
}

func setUint[T unsigned](t *program) {
	t.kind = kindNumeric
	t.decode, t.encode, t.zero = decodeUint[T], encodeUint[T], zeroAs[T]
}

func (c compiler) slice(t *program) {
	t.elem = c.program(t.rt.Elem())
	t.kind, t.zero = kindSlice, zeroSlice
	t.decode, t.encode = (*decoder).decodeSlice, (*encoder).encodeSlice
	switch {
	case t.rt.Elem().Kind() == reflect.Uint8 && t.elem.kind == kindNumeric:
		t.decode, t.encode = (*decoder).decodeBytes, (*encoder).encodeBytes
	case t.rt.Elem().Kind() == reflect.Uint8:
		t.setStd()
	case t.elem.kind == kindString, t.elem.kind == kindName && !hasMethods(t.elem.rt):
		t.decode, t.encode = (*decoder).decodeStrings, (*encoder).encodeStrings
	}
}

// hasMethods reports whether encoding/json would call methods of rt.
func hasMethods(rt reflect.Type) bool {
	pt := reflect.PointerTo(rt)
	return pt.Implements(unmarshalerType) || pt.Implements(textDecoderType) || pt.Implements(marshalerType) || pt.Implements(textEncoderType)
}

func (c compiler) mapping(t *program) {
	key := t.rt.Key()
	if key.Kind() != reflect.String || key != stringType && hasMethods(key) {
		t.setStd()
		t.zero = zeroAs[unsafe.Pointer]
		return
	}
	t.kind, t.elem, t.zero = kindMap, c.program(t.rt.Elem()), zeroAs[unsafe.Pointer]
	t.decode, t.encode = (*decoder).decodeMap, (*encoder).encodeMap
	if key == stringType && t.rt.Elem() == stringType {
		t.decode, t.encode = (*decoder).decodeStringMap, (*encoder).encodeStringMap
	}
}

// methods lets the methods that encoding/json calls decide, where a type has
// them on itself or on its pointer.
func (t *program) methods() {
	rt := t.rt
	if rt.Kind() == reflect.Interface || rt.Kind() == reflect.Pointer || rt.PkgPath() == "" && rt.Kind() != reflect.Struct {
		return // unnamed types have no methods, but for structs that embed
	}
	pt := reflect.PointerTo(rt)
	if pt.NumMethod() == 0 {
		return
	}
	if rt.Implements(zeroerType) {
		t.zero, t.zeroes = zeroReflect, true
	}
	if pt.Implements(unmarshalerType) {
		t.kind, t.decode = kindUnmarshaler, (*decoder).decodeUnmarshaler
	} else if pt.Implements(textDecoderType) {
		t.decode = (*decoder).decodeText
		if t.kind != kindSlice && t.kind != kindMap { // null sets these to nil
			t.kind = kindOther
		}
	}
	if pt.Implements(marshalerType) {
		t.encode = (*encoder).encodeMarshaler
	} else if pt.Implements(textEncoderType) {
		t.encode = (*encoder).encodeText
	}
}

// null decodes the null at i. As in encoding/json it has no effect on values that
// have no nil.
func (d *decoder) null(i int, p unsafe.Pointer, t *program) int {
	if load32(d.b, i) != wordNull {
		return d.fail(i, "expected a value")
	}
	switch t.kind {
	case kindPointer, kindMap:
		*(*unsafe.Pointer)(p) = nil
	case kindSlice, kindIncluded:
		*(*slice)(p) = slice{}
	case kindAny:
		*(*any)(p) = nil
	case kindRaw:
		*(*json.RawMessage)(p) = json.RawMessage("null")
	case kindOpt:
		reflect.NewAt(t.rt, p).Elem().SetZero()
		*(*State)(unsafe.Add(p, t.state)) = Null
	//gen:only jsonapi
	case kindToOne:
		*(*toOne)(p) = toOne{}
	//gen:only jsonapi
	case kindToMany:
		*(*toMany)(p) = toMany{}
	case kindUnion, kindResource:
		reflect.NewAt(t.rt, p).Elem().SetZero()
	case kindUnmarshaler, kindStd:
		return t.decode(d, i, p, t)
	}
	return i + 4
}

func zeroAs[T comparable](p unsafe.Pointer, _ *program) bool {
	var zero T
	return *(*T)(p) == zero
}

func zeroSlice(p unsafe.Pointer, _ *program) bool { return (*slice)(p).p == nil }

func zeroTime(p unsafe.Pointer, _ *program) bool { return (*time.Time)(p).IsZero() }

func zeroOpt(p unsafe.Pointer, t *program) bool { return *(*State)(unsafe.Add(p, t.state)) == Absent }

func zeroToOne(p unsafe.Pointer, _ *program) bool {
	r := (*toOne)(p)
	return r.State == Absent && r.JSON == ""
}

func zeroToMany(p unsafe.Pointer, _ *program) bool {
	r := (*toMany)(p)
	return r.State == Absent && r.JSON == ""
}

// zeroReflect decides as the omitzero of encoding/json.
func zeroReflect(p unsafe.Pointer, t *program) bool {
	v := reflect.NewAt(t.rt, p)
	if z, ok := v.Interface().(interface{ IsZero() bool }); ok {
		return z.IsZero()
	}
	return v.Elem().IsZero()
}

// A leaf is a part of a struct that decides whether the struct is zero.
type leaf struct {
	off   uint32
	size  uint8
	float bool
}

const maxLeaves = 64

// appendLeaves appends the leaves of a value of type rt at off. It reports false if
// they are too many.
func appendLeaves(leaves []leaf, rt reflect.Type, off uintptr) ([]leaf, bool) {
	size := rt.Size()
	switch rt.Kind() {
	case reflect.Struct:
		for i := range rt.NumField() {
			f := rt.Field(i)
			if f.Name == "_" {
				continue
			}
			more, ok := appendLeaves(leaves, f.Type, off+f.Offset)
			if !ok {
				return nil, false
			}
			leaves = more
		}
		return leaves, true
	case reflect.Array, reflect.Complex64, reflect.Complex128:
		return nil, false
	case reflect.String:
		off, size = off+size/2, size/2 // the length
	case reflect.Slice, reflect.Interface:
		size = unsafe.Sizeof(uintptr(0)) // the pointer, or the type
	}
	float := rt.Kind() == reflect.Float32 || rt.Kind() == reflect.Float64
	return append(leaves, leaf{uint32(off), uint8(size), float}), len(leaves) < maxLeaves
}

// zeroStruct decides as zeroReflect, mostly without reflection.
func zeroStruct(p unsafe.Pointer, t *program) bool {
	for _, l := range t.leaves {
		bits := l.bits(unsafe.Add(p, l.off))
		if bits == 0 {
			continue
		}
		if l.float && bits == 1<<(8*l.size-1) {
			return zeroReflect(p, t) // whether -0 is zero depends on the struct's other fields
		}
		return false
	}
	return true
}

func (l leaf) bits(at unsafe.Pointer) uint64 {
	switch l.size {
	case 8:
		return *(*uint64)(at)
	case 4:
		return uint64(*(*uint32)(at))
	case 2:
		return uint64(*(*uint16)(at))
	}
	return uint64(*(*byte)(at))
}
