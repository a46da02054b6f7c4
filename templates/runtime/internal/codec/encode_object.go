package codec

import (
	"reflect"
	"slices"
	"strconv"
	"time"
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
	check  empties
	n      uint8    // length of key; 0 if it is longer than what follows
	key    [32]byte // `,"name":`
}

// empties says when a field is left out, for those types that most fields have.
type empties uint8

const (
	emptyOther empties = iota // as its omit says
	emptyNever
	emptyText  // a string without text
	emptyWord  // an integer of 64 bits, a slice or a pointer that is 0
	emptyFloat // a float that is 0
	emptyByte  // a boolean that is false
	emptyTime  // a time that is zero

	emptyRefused // never, and a request has to set it
)

func (f *field) empties() empties {
	t := f.t
	switch k := t.rt.Kind(); {
	case f.nonZero && f.mode == modePlain:
		return emptyRefused
	case f.omit == omitNever:
		return emptyNever
	case t.rt == timeType && f.omit == omitZero:
		return emptyTime
	case t.zeroes || f.omit != omitZero:
	case k == reflect.Float64:
		return emptyFloat
	case k == reflect.String:
		return emptyText
	case unsafe.Sizeof(uintptr(0)) == 8 && (k == reflect.Int64 || k == reflect.Uint64 || k == reflect.Slice || k == reflect.Pointer || k == reflect.Map):
		return emptyWord
	case k == reflect.Bool:
		return emptyByte
	}
	return emptyOther
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
			o.encode, o.t, o.check = f.t.encode, f.t, f.empties()
		}
	}
}

// noteSlots notes the slots that the plain fields got.
func (s *object) noteSlots() {
	for k := range s.outlets {
		s.outlets[k].slot = s.fields[k].slot
	}
}

func (e *encoder) encodeStruct(b []byte, p unsafe.Pointer, t *program) []byte {
	s := t.body.Load()
	if s == nil {
		s = t.fields()
	}
	if s.record >= 0 {
		if f := *(**Facts)(unsafe.Add(p, s.record)); f != nil && f.null && s.unchanged(p) {
			return append(b, "null"...)
		}
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
	var facts *Facts
	if s.record >= 0 {
		facts = *(**Facts)(unsafe.Add(p, s.record))
	}
	marked := facts.marked()
	for k := range s.outlets {
		o := &s.outlets[k]
		at := unsafe.Add(p, uintptr(o.off))
		slow := facts != nil && (o.slot >= 64 || marked>>(o.slot&63)&1 != 0)
		if slow && len(facts.texts) > 0 {
			if x := facts.text(o.slot); x != nil && o.mode != modeSection && s.fields[k].stillHolds(at, x) {
				b = append(s.appendKey(b, k), x.json...)
				continue
			}
		}
		if o.mode != modePlain {
			b = e.special(b, p, s, k, facts)
			continue
		}
		if slow {
			if o.check == emptyRefused && e.request {
				e.checkSet(s, k, at, len(b)+len(s.fields[k].key))
			}
			if skip, null := s.left(k, at, facts); skip {
				if null {
					b = append(s.appendKey(b, k), "null"...)
				}
				continue
			}
		} else {
			switch o.check { // as omitted does, without calling it
			case emptyNever:
			case emptyRefused:
				if e.request {
					e.checkSet(s, k, at, len(b)+len(s.fields[k].key))
				}
			case emptyText:
				if len(*(*string)(at)) == 0 {
					continue
				}
			case emptyWord:
				if *(*uint64)(at) == 0 {
					continue
				}
			case emptyFloat:
				if *(*float64)(at) == 0 {
					continue
				}
			case emptyByte:
				if *(*byte)(at) == 0 {
					continue
				}
			case emptyTime:
				if (*time.Time)(at).IsZero() {
					continue
				}
			default:
				if s.omitted(k, at) {
					continue
				}
			}
		}
		b = o.encode(e, s.appendKey(b, k), at, o.t)
	}
	if facts != nil {
		for _, m := range facts.unknown {
			if m.section == s.section {
				b = appendString(append(b, ','), m.name)
				b = append(append(b, ':'), m.json...)
			}
		}
	}
	if s.rest != nil {
		b = e.appendMap(b, unsafe.Add(p, s.rest.off), s.rest.t, s, facts)
	}
	return b
}

// left reports whether the value of the plain field k is not written, and whether
// null is in its place: because the facts say so and the field is still as it
// was, or because of the field's tag.
func (s *object) left(k int, at unsafe.Pointer, facts *Facts) (skip, null bool) {
	o := &s.outlets[k]
	absent, null, zero := facts.slot(o.slot)
	switch {
	case absent, null:
		return o.t.zero(at, o.t), null
	case zero:
		return false, false
	}
	return o.omit != omitNever && s.omitted(k, at), false
}

// stillHolds reports whether the value at p is the one that was decoded from the
// text: zero, if the text could not be decoded.
func (f *field) stillHolds(at unsafe.Pointer, x *text) bool {
	if x.unread {
		return f.t.zero(at, f.t)
	}
	switch { // most texts are of these types
	case f.rt.Kind() == reflect.Float64 && f.mode == modePlain && f.t.kind == kindNumeric:
		v, err := strconv.ParseFloat(unsafe.String(&x.json[0], len(x.json)), 64)
		return err == nil && v == *(*float64)(at)
	case f.rt == timeType && f.mode == modePlain && len(x.json) > 2 && x.json[0] == '"':
		v, form := parseTime(x.json[1 : len(x.json)-1])
		if form != formNone {
			now := *(*time.Time)(at)
			_, here := now.Zone()
			_, there := v.Zone()
			return now.Equal(v) && here == there
		}
	}
	return decodesTo(x.json, reflect.NewAt(f.rt, at), func(d *decoder, then unsafe.Pointer) int {
		switch f.mode {
		case modeString:
			return d.quoted(0, then, f, true)
		case modeID:
			return d.id(0, then, f, &had{base: -1})
		}
		return d.value(0, then, f.t)
	})
}

// decodesTo reports whether decode makes of a JSON text what v points to.
func decodesTo(text []byte, v reflect.Value, decode func(d *decoder, then unsafe.Pointer) int) bool {
	then := reflect.New(v.Type().Elem())
	d := decoders.Get().(*decoder)
	defer decoders.Put(d)
	defer d.reset()
	d.b, d.n = slices.Concat(text, []byte(nuls)), len(text)
	d.arm(d.n, nil)
	return decode(d, then.UnsafePointer()) >= 0 && reflect.DeepEqual(v.Elem().Interface(), then.Elem().Interface())
}

// unchanged reports whether all fields of the struct at p are zero.
func (s *object) unchanged(p unsafe.Pointer) bool {
	for k := range s.fields[:s.n] {
		switch f := &s.fields[k]; {
		case f.mode == modeSection:
			if !f.section.unchanged(p) {
				return false
			}
		case f.mode != modeConst && !f.t.zero(unsafe.Add(p, f.off), f.t):
			return false
		}
	}
	return true
}

// omitted reports whether the option of the field k leaves its value out.
func (s *object) omitted(k int, at unsafe.Pointer) bool {
	o := &s.outlets[k]
	if o.omit == omitZero {
		return o.t.zero(at, o.t)
	}
	return s.fields[k].omitted(at)
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

// special writes the members that are more than a value in a field.
func (e *encoder) special(b []byte, p unsafe.Pointer, s *object, k int, facts *Facts) []byte {
	f := &s.fields[k]
	at := unsafe.Add(p, f.off)
	switch f.mode {
	//gen:only jsonapi
	case modeSection:
		return e.section(b, p, s, k, facts)
	case modeConst:
		if absent, _, _ := facts.slot(f.slot); absent {
			return b
		}
		return append(s.appendKey(b, k), f.literal...)
	//gen:only jsonapi
	case modeID:
		return e.resourceID(b, at, s, k, facts)
	case modeOpt:
		if f.literal == optionalID && e.id != "" { // the document's goes before its own
			b, e.id = append(s.appendKey(b, k), e.id...), ""
			return b
		}
		if *(*State)(unsafe.Add(at, f.t.state)) == Absent {
			return e.unsent(b, s, k, at)
		}
		return f.t.encode(e, s.appendKey(b, k), at, f.t)
	default: // modeString
		if skip, null := s.left(k, at, facts); null && skip {
			return append(s.appendKey(b, k), "null"...)
		} else if skip {
			return b
		}
		b = append(s.appendKey(b, k), '"')
		return append(f.t.encode(e, b, at, f.t), '"')
	}
}

// section writes an object whose members are fields of the same struct, unless it
// has no members, need not be there, and was not there when the struct was decoded.
func (e *encoder) section(b []byte, p unsafe.Pointer, s *object, k int, facts *Facts) []byte {
	f, before := &s.fields[k], len(b)
	b = s.appendKey(b, k)
	start := len(b)
	if b = e.members(b, p, f.section); len(b) > start {
		return closed(b, start)
	}
	switch _, null, zero := facts.slot(f.slot); {
	case facts.text(f.slot) != nil: // []
		return append(b, facts.text(f.slot).json...)
	case null:
		return append(b, "null"...)
	case zero:
		return closed(b, start)
	}
	if f.literal != "" {
		return closed(b, start)
	}
	return b[:before]
}

// resourceID writes the id of a resource: the one that the request's document
// gives it, or its own.
func (e *encoder) resourceID(b []byte, at unsafe.Pointer, s *object, k int, facts *Facts) []byte {
	f := &s.fields[k]
	_, null, present := facts.slot(f.slot)
	odd := false
	if facts != nil {
		_, _, odd = facts.slot(facts.shape.odd)
	}
	zero := f.t.zero(at, f.t)
	switch {
	case e.id != "":
		b, e.id = append(s.appendKey(b, k), e.id...), ""
		return b
	case null && zero:
		return append(s.appendKey(b, k), "null"...)
	case zero && !present:
		return e.unsent(b, s, k, at)
	case odd != f.text && f.t.kind == kindNumeric:
		b = append(s.appendKey(b, k), '"')
		return append(f.t.encode(e, b, at, f.t), '"')
	case odd && f.t.kind != kindNumeric && isNumber(*(*string)(at)):
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
