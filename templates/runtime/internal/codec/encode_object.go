package codec

import (
	"reflect"
	"unsafe"
)

// An outlet is what the encoder needs of a plain field, in one cache line.
type outlet struct {
	encode encodeFunc
	t      *program
	off    uint32
	slot   uint16
	mode   mode
	omit   omit
	n      uint8    // length of key; 0 if it is longer than what follows
	key    [32]byte // `,"name":`
}

// makeOutlets makes the table that members runs through.
func (s *object) makeOutlets() {
	s.outlets = make([]outlet, s.n)
	for k := range s.outlets {
		f, o := &s.fields[k], &s.outlets[k]
		o.off, o.mode, o.omit = uint32(f.off), f.mode, f.omit
		if copy(o.key[:], f.key) == len(f.key) {
			o.n = uint8(len(f.key))
		}
		if f.t != nil {
			o.encode, o.t = f.t.encode, f.t
		}
	}
}

// noteSlots is told the slots that the plain fields got in the Record.
func (s *object) noteSlots() {
	s.low = true
	for k := range s.outlets {
		f, o := &s.fields[k], &s.outlets[k]
		o.slot = f.slot
		if f.mode != modePlain {
			continue
		}
		if f.slot >= 32 {
			s.low = false
		}
		s.slots |= 1 << (f.slot & 31)
	}
}

func (e *encoder) encodeStruct(b []byte, p unsafe.Pointer, t *program) []byte {
	s := t.body.Load()
	if s == nil {
		s = t.fields()
	}
	start := len(b)
	if e.id != "" && s.id == nil && !s.optID {
		b = append(append(b, `,"id":`...), e.id...)
		e.id = ""
	}
	return closed(e.members(b, p, s), start)
}

// closed makes an object of the members after start, of which each begins with a
// comma.
func closed(b []byte, start int) []byte {
	if len(b) == start {
		return append(b, '{', '}')
	}
	b[start] = '{'
	return append(b, '}')
}

// members writes the members of the object s of the struct at p, a comma before
// each of them.
func (e *encoder) members(b []byte, p unsafe.Pointer, s *object) []byte {
	var r *Record
	whole := false // the JSON had every plain member, and none was null
	if s.record >= 0 {
		if r = (*Record)(unsafe.Add(p, s.record)); r.shape == nil {
			r = nil // was never decoded: the tags decide
		} else {
			whole = s.low && r.bits&(s.slots|s.slots<<32) == s.slots
		}
	}
	for k := range s.outlets {
		o := &s.outlets[k]
		at := unsafe.Add(p, uintptr(o.off))
		if o.mode != modePlain {
			b = e.special(b, p, s, k, r)
			continue
		}
		if !whole {
			if skip, null := s.left(k, at, r); skip {
				if null {
					b = append(s.appendKey(b, k), "null"...)
				}
				continue
			}
		}
		b = o.encode(e, s.appendKey(b, k), at, o.t)
	}
	if r != nil && r.more != nil {
		for _, m := range r.more.unknown {
			if m.section == s.section {
				b = appendString(append(b, ','), m.name)
				b = append(append(b, ':'), m.json...)
			}
		}
	}
	if s.rest != nil {
		b = e.appendMap(b, unsafe.Add(p, s.rest.off), s.rest.t, s)
	}
	return b
}

// left reports whether the value of the plain field k is not written, and whether
// null stands in its place: because the record says so and the field is still as
// it was, or because of the field's tag.
func (s *object) left(k int, at unsafe.Pointer, r *Record) (skip, null bool) {
	o := &s.outlets[k]
	if r == nil {
		return o.omit != omitNever && s.fields[k].omitted(at), false
	}
	present, null := r.slot(o.slot)
	return (!present || null) && o.t.zero(at, o.t), null
}

// appendKey writes a comma, the name of the field k and a colon: most often two
// stores in place of a call to memmove.
func (s *object) appendKey(b []byte, k int) []byte {
	o, n := &s.outlets[k], len(b)
	if o.n == 0 || cap(b)-n < len(o.key) {
		return append(b, s.fields[k].key...)
	}
	*(*[len(o.key)]byte)(b[n : n+len(o.key)]) = o.key
	return b[:n+int(o.n)]
}

// omitted reports whether the field's option leaves its value out.
func (f *field) omitted(at unsafe.Pointer) bool {
	if f.omit == omitZero {
		return f.t.zero(at, f.t)
	}
	switch v := reflect.NewAt(f.rt, at).Elem(); v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Bool, reflect.Interface, reflect.Pointer,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return v.IsZero()
	case reflect.Float32, reflect.Float64:
		return v.Float() == 0
	}
	return false
}

// special writes the members that are more than a value in a field. An r that is
// not nil belongs to a struct that was decoded.
func (e *encoder) special(b []byte, p unsafe.Pointer, s *object, k int, r *Record) []byte {
	f := &s.fields[k]
	at := unsafe.Add(p, f.off)
	switch f.mode {
	case modeSection:
		return e.section(b, p, s, k, r)
	case modeConst:
		if r != nil {
			if present, _ := r.slot(f.slot); !present {
				return b
			}
		}
		return append(s.appendKey(b, k), f.literal...)
	case modeID:
		return e.resourceID(b, at, s, k, r)
	case modeOpt:
		if f.literal == optionalID && e.id != "" { // the document's goes before its own
			b, e.id = append(s.appendKey(b, k), e.id...), ""
			return b
		}
		if *(*State)(unsafe.Add(at, f.t.state)) == Absent {
			return b
		}
		return f.t.encode(e, s.appendKey(b, k), at, f.t)
	default: // modeString
		if f.omit != omitNever && f.omitted(at) {
			return b
		}
		b = append(s.appendKey(b, k), '"')
		return append(f.t.encode(e, b, at, f.t), '"')
	}
}

// section writes an object whose members are fields of the same struct, unless it
// has no members, need not be there, and was not there when the struct was decoded.
func (e *encoder) section(b []byte, p unsafe.Pointer, s *object, k int, r *Record) []byte {
	f, before := &s.fields[k], len(b)
	b = s.appendKey(b, k)
	start := len(b)
	if b = e.members(b, p, f.section); len(b) > start {
		return closed(b, start)
	}
	if r != nil {
		switch present, null := r.slot(f.slot); {
		case null:
			return append(b, "null"...)
		case present:
			return closed(b, start)
		}
	}
	if f.literal != "" {
		return closed(b, start)
	}
	return b[:before]
}

// resourceID writes the id of a resource: the one that the request's document
// gives it, or its own.
func (e *encoder) resourceID(b []byte, at unsafe.Pointer, s *object, k int, r *Record) []byte {
	f := &s.fields[k]
	present, null, odd := false, false, false
	if r != nil {
		present, null = r.slot(f.slot)
		odd, _ = r.slot(r.shape.odd)
	}
	zero := f.t.zero(at, f.t)
	switch {
	case e.id != "":
		b, e.id = append(s.appendKey(b, k), e.id...), ""
		return b
	case null && zero:
		return append(s.appendKey(b, k), "null"...)
	case zero && !present:
		return b
	case odd && f.t.kind == kindNumeric:
		b = append(s.appendKey(b, k), '"')
		return append(f.t.encode(e, b, at, f.t), '"')
	case odd && isNumber(*(*string)(at)):
		return append(s.appendKey(b, k), *(*string)(at)...)
	}
	return f.t.encode(e, s.appendKey(b, k), at, f.t)
}

// encodeEnvelope writes the document of a request.
func (e *encoder) encodeEnvelope(b []byte, p unsafe.Pointer, _ *program) []byte {
	x := (*Envelope)(p)
	b = append(b, `{"data":`...)
	if x.ID != nil && x.ID != "" {
		e.id = string(e.appendAny(nil, x.ID))
	}
	b = append(e.appendAny(b, x.Data), '}')
	e.id = ""
	return b
}
