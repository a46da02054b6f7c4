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
	if s.id != nil && d.b[i] == '[' { // a resource is never empty
		return d.mismatch(i, "object")
	}
	var h had
	h.begin(d, s)
	outer := d.notes & noteText
	var at **Facts
	if s.record >= 0 {
		if at = (**Facts)(unsafe.Add(p, s.record)); *at != nil {
			h.resume(d, *at)
		}
	}
	begin := i
	i = d.object(i, p, s, &h)
	if at != nil {
		*at = h.result(d)
	}
	d.notes = outer
	if h.text && (at == nil || d.b[begin] == '[') {
		d.notes |= noteText
	}
	if i >= 0 && (at == nil || *at == nil) && h.allZero(d) {
		d.notes |= noteZero
	}
	h.end(d)
	return i
}

// notes are what a decode function reports of the value that it stored.
type notes uint8

const (
	noteZero notes = 1 << iota // it is the zero value of its type; only reported of types that have no nil
	noteText                   // it is encoded otherwise than it was written
)

// object decodes the object at i to the struct at p. Members mostly come in the
// order that they came in last time: each field guesses the next one and compares
// whole words; the name is hashed only if that fails.
func (d *decoder) object(i int, p unsafe.Pointer, s *object, h *had) int {
	d.notes = 0
	start := i
	i, more := d.enter(i, '{')
	if !more {
		if i >= 0 && d.b[start] == '[' {
			h.text = true
		}
		return i
	}
	b, guess := d.b, &s.first
	limit := uint16(64)
	if h.base >= 0 {
		limit = 0
	}
	m := d.mark()
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
		} else if f, i = d.member(i, p, s, guess, h); f == nil {
			goto next
		}
		guess = &f.next
		start = i
		if k := f.slot; f.mode == modePlain && k < limit && h.seen>>(k&63)&1 == 0 && b[i] != 'n' {
			h.seen |= 1 << (k & 63)
			i = f.decode(d, i, unsafe.Add(p, f.off), f.t)
		} else {
			i = d.field(i, p, f, h)
		}
		if i < 0 {
			if i = d.unread(start, p, f, h, m); i < 0 {
				return d.inMember(f.name)
			}
		} else if d.notes != 0 {
			d.noted(start, i, f, h)
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
		return i
	}
}

// noted notes what the value of the member f, between start and end, is like.
func (d *decoder) noted(start, end int, f *field, h *had) {
	n := d.notes
	d.notes = 0
	if n&noteZero != 0 && (f.mode == modePlain || f.mode == modeString) && f.t.kind.hasNoNil() {
		if h.markZero(d, f.slot); h.root == nil && f.omit != omitNever {
			h.text = true // it will be left out
		}
	}
	if n&noteText != 0 && f.mode != modeSection {
		h.keepText(d, f, d.b[start:end], false)
	}
}

// keepText keeps the JSON of a member.
func (h *had) keepText(d *decoder, f *field, raw []byte, unread bool) {
	if h.root == nil {
		h.text = true
		return
	}
	own := h.own()
	own.texts = append(own.texts, text{f.slot, unread, d.copyRaw(raw)})
}

// unread keeps the JSON of a member that does not fit its field: a page must not be
// lost to one value. That is so for structs in lists and maps, if somebody gets the report.
// It returns the index after the value, or -1 if the failure stays one.
func (d *decoder) unread(start int, p unsafe.Pointer, f *field, h *had, m mark) int {
	if d.report == nil || m.lists == 0 || h.root == nil || f.mode == modeSection || f.mode == modeID || f.mode == modeConst {
		return -1
	}
	if d.again(start); d.failed.final {
		return -1
	}
	e := d.error()
	d.failed = failure{path: d.failed.path[:0]}
	d.rewind(m)
	d.notes = 0
	f.clear(unsafe.Add(p, f.off))
	end := d.skip(start)
	if end = d.spend(end, unknownCost+end-start); end < 0 {
		return end
	}
	h.keepText(d, f, d.b[start:end], true)
	d.notRead = append(d.notRead, e)
	return end
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
func (d *decoder) member(i int, p unsafe.Pointer, s *object, guess *atomic.Uint32, h *had) (*field, int) {
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
	if h.root == nil && s.rest == nil || s.dropped[string(key)] {
		return nil, d.skip(j)
	}
	name := d.copy(key)
	if s.rest != nil {
		i = d.restMember(j, p, s, name, h)
	} else if i = d.skip(j); i >= 0 {
		if i = d.spend(i, unknownCost+i-j); i >= 0 {
			h.keep(s.section, name, d.copyRaw(d.b[j:i]))
		}
	}
	if i < 0 {
		return nil, d.inMember(name)
	}
	return nil, i
}

// restMember decodes a member without a field into the map that takes them. What is
// encoded otherwise than it was written, such as null or 1.50, is kept beside it.
func (d *decoder) restMember(i int, p unsafe.Pointer, s *object, name string, h *had) int {
	f := s.rest
	m := reflect.NewAt(f.rt, unsafe.Add(p, f.off)).Elem()
	if m.IsNil() {
		m.Set(reflect.MakeMap(f.rt))
	}
	if i = d.spend(i, mapCost+2*int(f.t.elem.size)); i < 0 {
		return i
	}
	v, start := reflect.New(f.t.elem.rt), i
	d.notes = 0
	if i = d.value(i, v.UnsafePointer(), f.t.elem); i < 0 {
		return i
	}
	m.SetMapIndex(reflect.ValueOf(name).Convert(f.rt.Key()), v.Elem())
	text := d.notes&noteText != 0
	d.notes = 0
	switch {
	case !text:
	case h.root == nil:
		h.text = true
	default:
		if i = d.spend(i, unknownCost+i-start); i >= 0 {
			h.keep(s.section|ofRest, name, d.copyRaw(d.b[start:i]))
		}
	}
	return i
}

// special decodes the members that are more than a value in a field.
func (d *decoder) special(i int, p unsafe.Pointer, f *field, h *had, null bool) int {
	at := unsafe.Add(p, f.off)
	switch f.mode {
	case modeSection:
		return d.section(i, p, f, h, null)
	case modeConst:
		return d.constant(i, f, h)
	case modeID:
		if h.again(d, f, null) {
			f.clear(at)
		}
		return d.id(i, p, f, h)
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
		return d.quoted(i, at, f, h.root != nil)
	}
}

// section decodes an object whose members are fields of the same struct. Only one
// without known members needs a mark of its own.
func (d *decoder) section(i int, p unsafe.Pointer, f *field, h *had, null bool) int {
	if h.root == nil {
		if null {
			return d.literal(i)
		}
		var own had
		own.begin(d, f.section)
		i = d.object(i, p, f.section, &own)
		own.end(d)
		h.text = h.text || own.text
		return i
	}
	if null {
		h.markNull(d, f.slot)
		return d.literal(i)
	}
	if j := space(d.b, min(i+1, d.n)); d.b[i] == '{' && d.b[j] == '}' {
		h.markZero(d, f.slot)
	} else if d.isEmptyList(i) {
		h.keepText(d, f, d.b[i:j+1], false)
	}
	return d.object(i, p, f.section, h)
}

// constant passes a member that should have one value. Where it has another one,
// of a newer server perhaps, that is kept as an unknown member.
func (d *decoder) constant(i int, f *field, h *had) int {
	j := d.skip(i)
	if j < 0 || h.root == nil {
		return j
	}
	if raw := d.b[i:j]; string(raw) == f.literal {
		h.again(d, f, false)
	} else if j = d.spend(j, unknownCost+len(raw)); j >= 0 {
		h.keep(f.home, f.name, d.copyRaw(raw))
		//gen:only jsonapi
		if f.typed && d.depth <= primaryDepth {
			d.others = append(d.others, otherType{i, f})
		}
	}
	return j
}

// id decodes a resource's id: a string, but some servers have numbers there. A
// number is fine for a string field, and a string for a numeric one; the record
// remembers which it was.
func (d *decoder) id(i int, p unsafe.Pointer, f *field, h *had) int {
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
		if i = d.value(i, at, f.t); i >= 0 && h.root != nil {
			if f.t.zero(at, f.t) {
				h.markZero(d, f.slot)
			}
			if f.text && c != '"' {
				h.markZero(d, h.root.odd)
			}
		}
		return i
	}
	if h.root != nil {
		if !f.text || c != '"' {
			h.markZero(d, h.root.odd)
		}
		if f.t.zero(at, f.t) {
			h.markZero(d, f.slot)
		}
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
//
// In a struct that keeps what servers write otherwise, the number itself will do.
func (d *decoder) quoted(i int, at unsafe.Pointer, f *field, tolerant bool) int {
	if c := d.b[i]; tolerant && f.t.kind == kindNumeric && (c == '-' || c-'0' <= 9) {
		d.notes |= noteText
		return f.t.decode(d, i, at, f.t)
	}
	return d.numberInText(i, at, f.t)
}

// numberInText decodes a number or boolean that a string holds.
func (d *decoder) numberInText(i int, at unsafe.Pointer, p *program) int {
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
	if !parseAs(s, at, p) {
		return d.mismatch(i, "string that holds a "+p.rt.String())
	}
	if p.zero(at, p) {
		d.notes |= noteZero
	}
	return j
}

func (d *decoder) decodeOpt(i int, p unsafe.Pointer, t *program) int {
	if i = d.value(i, p, t.elem); i >= 0 {
		*(*State)(unsafe.Add(p, t.state)) = Set
	}
	d.notes &^= noteZero
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

// isEmptyList reports whether the value at i is the [] that PHP writes for {}.
func (d *decoder) isEmptyList(i int) bool {
	return d.mode < modeStrict && d.b[i] == '[' && d.b[space(d.b, min(i+1, d.n))] == ']'
}
