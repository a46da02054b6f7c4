package codec

import (
	"encoding/binary"
	"reflect"
	"unsafe"
)

func (e *encoder) encodeStruct(b []byte, p unsafe.Pointer, t *program) []byte {
	s := t.body.Load()
	if s == nil {
		s = t.fields()
	}
	b = append(b, '{')
	start := len(b)
	if e.id != "" && s.id == nil && !s.optID {
		b = append(append(append(b, `"id":`...), e.id...), ',')
		e.id = ""
	}
	if b = e.members(b, p, s); len(b) > start {
		b[len(b)-1] = '}' // over the last comma
		return b
	}
	return append(b, '}')
}

// members writes the members of the object s of the struct at p, a comma after
// each of them.
func (e *encoder) members(b []byte, p unsafe.Pointer, s *object) []byte {
	var r *Record
	if s.record >= 0 {
		if r = (*Record)(unsafe.Add(p, s.record)); r.shape == nil {
			r = nil // was never decoded: the tags decide
		}
	}
	for k := range s.fields[:s.n] {
		f := &s.fields[k]
		at := unsafe.Add(p, f.off)
		if f.mode != modePlain {
			b = e.special(b, p, f, r)
			continue
		}
		if r != nil {
			if present, null := r.slot(f.slot); (!present || null) && f.t.zero(at, f.t) {
				if null {
					b = append(f.appendName(b), "null,"...)
				}
				continue
			}
		} else if f.omit != omitNever && f.omitted(at) {
			continue
		}
		b = f.t.encode(e, f.appendName(b), at, f.t)
		b = append(b, ',')
	}
	if r != nil && r.more != nil {
		for _, m := range r.more.unknown {
			if m.section == s.section {
				b = append(appendString(b, m.name), ':')
				b = append(append(b, m.json...), ',')
			}
		}
	}
	if s.rest != nil {
		b = e.appendMap(b, unsafe.Add(p, s.rest.off), s.rest.t, s)
	}
	return b
}

// appendName writes the name and the colon: most often two stores in place of a
// call to memmove.
func (f *field) appendName(b []byte) []byte {
	n := len(b)
	if len(f.quoted) > 16 || cap(b)-n < 16 {
		return append(b, f.quoted...)
	}
	o := b[n : n+16]
	binary.LittleEndian.PutUint64(o, f.e0)
	binary.LittleEndian.PutUint64(o[8:], f.e1)
	return b[:n+len(f.quoted)]
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
func (e *encoder) special(b []byte, p unsafe.Pointer, f *field, r *Record) []byte {
	at := unsafe.Add(p, f.off)
	switch f.mode {
	case modeSection:
		return e.section(b, p, f, r)
	case modeConst:
		if r != nil {
			if present, _ := r.slot(f.slot); !present {
				return b
			}
		}
		b = append(f.appendName(b), f.literal...)
	case modeID:
		return e.resourceID(b, at, f, r)
	case modeOpt:
		if f.literal == optionalID && e.id != "" { // the document's goes before its own
			b, e.id = append(f.appendName(b), e.id...), ""
			break
		}
		if *(*State)(unsafe.Add(at, f.t.state)) == Absent {
			return b
		}
		b = f.t.encode(e, f.appendName(b), at, f.t)
	default: // modeString
		if f.omit != omitNever && f.omitted(at) {
			return b
		}
		b = append(f.appendName(b), '"')
		b = append(f.t.encode(e, b, at, f.t), '"')
	}
	return append(b, ',')
}

// section writes an object whose members are fields of the same struct, unless it
// has no members, need not be there, and was not there when the struct was decoded.
func (e *encoder) section(b []byte, p unsafe.Pointer, f *field, r *Record) []byte {
	before := len(b)
	b = append(f.appendName(b), '{')
	start := len(b)
	if b = e.members(b, p, f.section); len(b) > start {
		b[len(b)-1] = '}'
		return append(b, ',')
	}
	if r != nil {
		switch present, null := r.slot(f.slot); {
		case null:
			return append(b[:start-1], "null,"...)
		case present:
			return append(b, '}', ',')
		}
	}
	if f.literal != "" {
		return append(b, '}', ',')
	}
	return b[:before]
}

// resourceID writes the id of a resource: the one that the request's document
// gives it, or its own.
func (e *encoder) resourceID(b []byte, at unsafe.Pointer, f *field, r *Record) []byte {
	present, null, odd := false, false, false
	if r != nil {
		present, null = r.slot(f.slot)
		odd, _ = r.slot(r.shape.odd)
	}
	zero := f.t.zero(at, f.t)
	switch {
	case e.id != "":
		b = append(f.appendName(b), e.id...)
		e.id = ""
	case null && zero:
		b = append(f.appendName(b), "null"...)
	case zero && !present:
		return b
	case odd && f.t.kind == kindNumeric:
		b = append(f.appendName(b), '"')
		b = append(f.t.encode(e, b, at, f.t), '"')
	case odd && isNumber(*(*string)(at)):
		b = append(f.appendName(b), *(*string)(at)...)
	default:
		b = f.t.encode(e, f.appendName(b), at, f.t)
	}
	return append(b, ',')
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
