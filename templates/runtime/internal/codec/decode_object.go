package codec

import (
	"reflect"
	"sync/atomic"
	"unsafe"
)

func (d *decoder) decodeStruct(i int, p unsafe.Pointer, t *program) int {
	s := t.body.Load()
	if s == nil {
		s = t.fields()
	}
	if s.record < 0 {
		return d.object(i, p, s)
	}
	r := (*Record)(unsafe.Add(p, s.record))
	r.begin(s)
	i = d.object(i, p, s)
	if r.more != nil {
		r.more.settle()
	}
	return i
}

// object decodes the object at i to the struct at p. Members mostly come in the
// order that they came in last time: each field guesses the next one and compares
// whole words; the name is hashed only if that fails.
func (d *decoder) object(i int, p unsafe.Pointer, s *object) int {
	i, more := d.enter(i, '{')
	if !more {
		return i
	}
	b, guess := d.b, &s.first
	h := had{base: -1}
	bits, limit := &h.small, uint16(64)
	if s.record >= 0 {
		h.record = (*Record)(unsafe.Add(p, s.record))
		bits, limit = &h.record.bits, 32
	} else if s.n > 64 {
		limit, h.base = 0, len(d.seen)
		d.seen = append(d.seen, make([]uint64, (s.n+63)/64)...)
	}
	for {
		if b[i] != '"' {
			return d.fail(i, "expected member name")
		}
		i++
		f := &s.fields[guess.Load()]
		if (load64(b, i)^f.head)&f.mask == 0 && (f.n <= 8 || d.matches(i, f)) {
			if i += int(f.n); b[i] <= ' ' {
				i = space(b, i)
			}
		} else if f, i = d.member(i, p, s, guess, h.record); f == nil {
			goto next
		}
		guess = &f.next
		if k := f.slot; f.mode == modePlain && k < limit && *bits>>(k&63)&1 == 0 && b[i] != 'n' {
			*bits |= 1 << (k & 63)
			if i = f.decode(d, i, unsafe.Add(p, f.off), f.t); i < 0 {
				return d.inMember(f.name)
			}
		} else {
			i = d.field(i, p, f, &h)
		}
	next:
		if i < 0 {
			return i
		}
		c := b[i]
		if c <= ' ' {
			i = space(b, i)
			c = b[i]
		}
		if i++; c == ',' {
			if b[i] <= ' ' {
				i = space(b, i)
			}
			continue
		}
		if c != '}' {
			return d.fail(i-1, "expected , or } after member")
		}
		d.depth--
		if h.base >= 0 {
			d.seen = d.seen[:h.base]
		}
		return i
	}
}

// had knows which members of an object were there already: the last of several
// with one name replaces the others.
type had struct {
	record *Record // of the struct; else
	small  uint64  // of objects with up to 64 members; else
	base   int     // in decoder.seen
}

// again notes the member and reports whether it was there before.
func (h *had) again(d *decoder, f *field, null bool) bool {
	if h.record != nil {
		return h.record.mark(f.slot, null)
	}
	w := &h.small
	if h.base >= 0 {
		w = &d.seen[h.base+int(f.slot>>6)]
	}
	bit := uint64(1) << (f.slot & 63)
	again := *w&bit != 0
	*w |= bit
	return again
}

// field decodes the value at i of the member f: where it is not simply a value
// that is there for the first time.
func (d *decoder) field(i int, p unsafe.Pointer, f *field, h *had) int {
	null := d.b[i] == 'n'
	if f.mode == modePlain {
		at := unsafe.Add(p, f.off)
		if h.again(d, f, null) {
			f.clear(at)
		}
		if null {
			i = d.null(i, at, f.t)
		} else {
			i = f.decode(d, i, at, f.t)
		}
	} else {
		i = d.special(i, p, f, h, null)
	}
	if i < 0 {
		return d.inMember(f.name)
	}
	return i
}

// matches compares what is left of the guessed name after its first 8 bytes.
func (d *decoder) matches(i int, f *field) bool {
	n := int(f.n)
	if n > 16 && (i+n > d.n || string(d.b[i+8:i+n-8]) != f.middle) {
		return false
	}
	return load64(d.b, i+n-8) == f.tail
}

// member reads the member name whose contents start at i, and deals with the
// member if no field has that name. It returns the field and the index of its
// value, or no field and the index after the value.
func (d *decoder) member(i int, p unsafe.Pointer, s *object, guess *atomic.Uint32, r *Record) (*field, int) {
	key, j := d.key(i)
	if j < 0 {
		return nil, j
	}
	if f := s.find(key, len(key)); f != nil {
		// Learn slowly: callers with different orders should not fight over the
		// cache line.
		if d.misses++; d.misses&3 == 0 {
			guess.Store(uint32(f.index))
		}
		return f, j
	}
	if r == nil && s.rest == nil {
		return nil, d.skip(j)
	}
	name := d.copy(key)
	if s.rest != nil {
		i = d.restMember(j, p, s.rest, name)
	} else if i = d.skip(j); i >= 0 {
		if i = d.spend(i, unknownCost+i-j); i >= 0 {
			r.keep(s.section, name, d.copyRaw(d.b[j:i]))
		}
	}
	if i < 0 {
		return nil, d.inMember(name)
	}
	return nil, i
}

// restMember decodes a member without a field into the map that takes them.
func (d *decoder) restMember(i int, p unsafe.Pointer, f *field, name string) int {
	m := reflect.NewAt(f.rt, unsafe.Add(p, f.off)).Elem()
	if m.IsNil() {
		m.Set(reflect.MakeMap(f.rt))
	}
	if i = d.spend(i, mapCost+2*int(f.t.elem.size)); i < 0 {
		return i
	}
	v := reflect.New(f.t.elem.rt)
	if i = d.value(i, v.UnsafePointer(), f.t.elem); i >= 0 {
		m.SetMapIndex(reflect.ValueOf(name).Convert(f.rt.Key()), v.Elem())
	}
	return i
}

// special decodes the members that are more than a value in a field.
func (d *decoder) special(i int, p unsafe.Pointer, f *field, h *had, null bool) int {
	at := unsafe.Add(p, f.off)
	switch f.mode {
	case modeSection:
		return d.section(i, p, f, h.record, null)
	case modeConst:
		return d.constant(i, f, h.record)
	case modeID:
		if h.again(d, f, null) {
			f.clear(at)
		}
		return d.id(i, p, f, h.record)
	case modeOpt:
		if h.again(d, f, null) {
			f.clear(at)
		}
		if null {
			return d.null(i, at, f.t)
		}
		return d.decodeOpt(i, at, f.t)
	default: // modeString
		if h.again(d, f, null) {
			f.clear(at)
		}
		if null {
			return d.null(i, at, f.t)
		}
		return d.quoted(i, at, f)
	}
}

// section decodes an object whose members are fields of the same struct. Only one
// without known members needs a mark of its own.
func (d *decoder) section(i int, p unsafe.Pointer, f *field, r *Record, null bool) int {
	if null {
		if r != nil {
			r.mark(f.slot, true)
		}
		return d.literal(i)
	}
	if r != nil {
		if j := space(d.b, min(i+1, d.n)); d.b[i] == '{' && d.b[j] == '}' {
			r.mark(f.slot, false)
		}
	}
	return d.object(i, p, f.section)
}

// constant passes a member that should have one value. Where it has another one,
// of a newer server perhaps, that is kept as an unknown member.
func (d *decoder) constant(i int, f *field, r *Record) int {
	j := d.skip(i)
	if j < 0 || r == nil {
		return j
	}
	if raw := d.b[i:j]; string(raw) == f.literal {
		r.mark(f.slot, false)
	} else if j = d.spend(j, unknownCost+len(raw)); j >= 0 {
		r.keep(f.home, f.name, d.copyRaw(raw))
	}
	return j
}

// id decodes a resource's id: a string, but some servers have numbers there. A
// number is fine for a string field, and a string for a numeric one; the record
// remembers which it was.
func (d *decoder) id(i int, p unsafe.Pointer, f *field, r *Record) int {
	at := unsafe.Add(p, f.off)
	c := d.b[i]
	switch {
	case c == '"' && f.t.kind == kindNumeric:
		s, j := d.text(i)
		if j < 0 {
			return j
		}
		if !parseAs(s, at, f.t) {
			return d.mismatch(i, "number")
		}
		i = j
	case (c == '-' || c-'0' <= 9) && (f.t.kind == kindString || f.t.kind == kindName):
		j := d.number(i)
		if j < 0 {
			return j
		}
		*(*string)(at) = d.copy(d.b[i:j])
		i = j
	default:
		return d.value(i, at, f.t)
	}
	if r != nil {
		r.mark(r.shape.odd, false)
	}
	return i
}

// parseAs decodes the text s, all of it, to at.
func parseAs(s []byte, at unsafe.Pointer, t *program) bool {
	d := decoders.Get().(*decoder)
	defer decoders.Put(d)
	d.b, d.n = append(append(make([]byte, 0, len(s)+pad), s...), make([]byte, pad)...), len(s)
	d.arm(d.n, nil)
	i := t.decode(d, 0, at, t)
	d.reset()
	return i == len(s)
}

// quoted decodes a number or boolean in a string (tag option string).
func (d *decoder) quoted(i int, at unsafe.Pointer, f *field) int {
	s, j := d.text(i)
	if j < 0 {
		return j
	}
	t := s
	if len(t) > 0 && t[0] == '-' {
		t = t[1:]
	}
	zeros := 0
	for len(t) > zeros+1 && t[zeros] == '0' && t[zeros+1]-'0' <= 9 { // encoding/json takes "007"
		zeros++
	}
	if zeros > 0 {
		text := append([]byte(nil), s[:len(s)-len(t)]...)
		s = append(text, t[zeros:]...)
	}
	if string(s) == "null" { // and "null"
		return j
	}
	if !parseAs(s, at, f.t) {
		return d.mismatch(i, "string that holds a "+f.rt.String())
	}
	return j
}

func (d *decoder) decodeOpt(i int, p unsafe.Pointer, t *program) int {
	if i = d.value(i, p, t.elem); i >= 0 {
		*(*State)(unsafe.Add(p, t.state)) = Set
	}
	return i
}

// decodeAny decodes to the types of encoding/json.
func (d *decoder) decodeAny(i int, p unsafe.Pointer, _ *program) int {
	v, j := d.any(i)
	if j >= 0 {
		*(*any)(p) = v
	}
	return j
}

func (d *decoder) any(i int) (any, int) {
	switch b := d.b; b[i] {
	case '"':
		s, j := d.string(i)
		return s, j
	case '{':
		return d.anyObject(i)
	case '[':
		return d.anyArray(i)
	case 't', 'f':
		return b[i] == 't', d.literal(i)
	case 'n':
		return nil, d.literal(i)
	default:
		if c := b[i]; c != '-' && c-'0' > 9 {
			return nil, d.fail(i, "expected a value")
		}
		f, j := d.float(i, 64)
		return f, j
	}
}

func (d *decoder) anyObject(i int) (any, int) {
	i, more := d.enter(i, '{')
	m := map[string]any{}
	for more && i >= 0 {
		key, j := d.name(i)
		if j < 0 {
			return nil, j
		}
		k := d.intern(key)
		v, j := d.any(j)
		if j = d.spend(j, mapCost); j < 0 {
			return nil, d.inMember(k)
		}
		m[k] = v
		i, more = d.more(j, '{')
	}
	return m, i
}

func (d *decoder) anyArray(i int) (any, int) {
	i, more := d.enter(i, '[')
	s := []any{}
	for more && i >= 0 {
		v, j := d.any(i)
		if j = d.spend(j, anyCost); j < 0 {
			return nil, d.inElement(len(s))
		}
		s = append(s, v)
		i, more = d.more(j, '[')
	}
	return s, i
}
