package codec

import (
	"encoding/json"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Facts are what the fields of a decoded struct cannot hold of its JSON: which
// optional members came as null or as their zero value, which required ones did not
// come, the members that the struct has no field for, and the text of members that
// the fields cannot hold or that would be encoded otherwise. A struct that embeds a
// struct whose last field is a *Facts has them; nil says that there is nothing to
// report, which is so for most values, and for those that were not decoded.
//
// Facts without text are shared by all values of a type that they are true of, so
// that reflect.DeepEqual finds such values equal, at little cost.
type Facts struct {
	shape *object
	bits  marks
	high  []marks // of the slots from 64 on
	null  bool    // the struct itself came as null, in a list or a map

	unknown []member
	texts   []text
}

// marks hold a bit for each of 64 slots.
type marks struct{ absent, null, zero uint64 }

// member is a member that has no field.
type member struct {
	name    string
	json    json.RawMessage
	section uint8 // object.section of the object that holds it
}

// text is the JSON of a member that its field cannot hold (unread), or that is
// encoded otherwise.
type text struct {
	slot   uint16
	unread bool
	json   json.RawMessage
}

// at returns the marks of a slot, and its bit in them.
func (f *Facts) at(slot uint16) (m *marks, bit uint64) {
	if slot < 64 {
		return &f.bits, 1 << slot
	}
	if k := int(slot>>6) - 1; k < len(f.high) {
		return &f.high[k], 1 << (slot & 63)
	}
	return &marks{}, 0
}

// slot returns what f says of a slot. A nil f says nothing.
func (f *Facts) slot(k uint16) (absent, null, zero bool) {
	if f == nil {
		return false, false, false
	}
	m, bit := f.at(k)
	return m.absent&bit != 0, m.null&bit != 0, m.zero&bit != 0
}

// marked returns the slots below 64 that f says anything of.
func (f *Facts) marked() uint64 {
	if f == nil {
		return 0
	}
	bits := f.bits.absent | f.bits.null | f.bits.zero
	for k := range f.texts {
		if slot := f.texts[k].slot; slot < 64 {
			bits |= 1 << slot
		}
	}
	return bits
}

// text returns the text that is kept for a slot.
func (f *Facts) text(slot uint16) *text {
	if f == nil {
		return nil
	}
	for k := range f.texts {
		if f.texts[k].slot == slot {
			return &f.texts[k]
		}
	}
	return nil
}

// mostShared is how many different facts of one type are shared: more kinds of
// values than any API has, and a bound on what a server can make a process keep.
const mostShared = 1024

// shared are the facts that values of a type have in common.
type shared struct {
	lately [16]atomic.Pointer[Facts] // by hash
	null   Facts

	mu  sync.Mutex
	all map[sharedKey]*Facts
}

type sharedKey struct {
	bits marks
	high string
}

// share returns the facts with these marks.
func (s *object) share(bits marks, high []marks) *Facts {
	t := s.commons()
	hash := (bits.absent*0x9E3779B97F4A7C15 ^ bits.null*0xC2B2AE3D27D4EB4F ^ bits.zero*0xD6E8FEB86659FD93) >> 60
	last := &t.lately[hash]
	if f := last.Load(); f != nil && f.bits == bits && slices.Equal(f.high, high) {
		return f
	}
	key := sharedKey{bits: bits}
	if len(high) > 0 {
		key.high = string(unsafe.Slice((*byte)(unsafe.Pointer(&high[0])), len(high)*int(unsafe.Sizeof(high[0]))))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.all[key]
	if f == nil {
		f = &Facts{shape: s, bits: bits, high: slices.Clone(high)}
		if len(t.all) >= mostShared {
			return f
		}
		t.all[key] = f
	}
	last.Store(f)
	return f
}

func (s *object) commons() *shared {
	if t := s.shared.Load(); t != nil {
		return t
	}
	t := &shared{all: map[sharedKey]*Facts{}, null: Facts{shape: s, null: true}}
	if !s.shared.CompareAndSwap(nil, t) {
		return s.shared.Load()
	}
	return t
}

// had is what the decoder has noted of the members of one object, or of a struct with
// all its sections: the last of several members with one name replaces the others.
type had struct {
	seen  uint64 // slots below 64, as the marks
	marks marks  // null and zero
	base  int    // in decoder.seen, of objects with more than 64 slots: three words for each 64; else -1
	root  *object
	facts *Facts // with texts or unknown members, of this value alone
	text  bool   // of an object without facts: a member would be encoded otherwise
}

// begin prepares h for a struct whose members are fields of s.
func (h *had) begin(d *decoder, s *object) {
	h.base = -1
	if s.record >= 0 {
		h.root = s
	}
	if n := int(s.slots); n > 64 {
		h.base = len(d.seen)
		d.seen = append(d.seen, make([]uint64, (n+63)/64*3)...)
	}
}

func (h *had) end(d *decoder) {
	if h.base >= 0 {
		d.seen = d.seen[:h.base]
	}
}

// words returns where seen, null and zero of a slot are, and its bit in them.
func (h *had) words(d *decoder, slot uint16) (seen, null, zero *uint64, bit uint64) {
	bit = 1 << (slot & 63)
	if h.base < 0 {
		return &h.seen, &h.marks.null, &h.marks.zero, bit
	}
	w := d.seen[h.base+int(slot>>6)*3:]
	return &w[0], &w[1], &w[2], bit
}

// again notes the member and reports whether it was there before.
func (h *had) again(d *decoder, f *field, isNull bool) bool {
	seen, null, zero, bit := h.words(d, f.slot)
	again := *seen&bit != 0
	*seen |= bit
	*zero &^= bit
	*null &^= bit
	if isNull {
		*null |= bit
		if f.mode != modeOpt && !f.nilIsNull() {
			h.text = true // which counts if nothing else remembers it
		}
	}
	if h.facts != nil && again {
		h.facts.texts = slices.DeleteFunc(h.facts.texts, func(t text) bool { return t.slot == f.slot })
	}
	return again
}

// markZero notes that the member has its zero value, or is something else
// that a struct says by a bit.
func (h *had) markZero(d *decoder, slot uint16) {
	seen, _, zero, bit := h.words(d, slot)
	*seen |= bit
	*zero |= bit
}

func (h *had) markNull(d *decoder, slot uint16) {
	seen, null, _, bit := h.words(d, slot)
	*seen |= bit
	*null |= bit
}

func (h *had) own() *Facts {
	if h.facts == nil {
		h.facts = &Facts{shape: h.root}
	}
	return h.facts
}

// keep adds an unknown member. Until settle it may be one of several with its name.
func (h *had) keep(section uint8, name string, raw []byte) {
	f := h.own()
	f.unknown = append(f.unknown, member{name, raw, section})
}

// resume adds what a value said that is decoded over.
func (h *had) resume(d *decoder, f *Facts) {
	for slot := range h.root.slots {
		_, null, zero := f.slot(slot)
		if null {
			h.markNull(d, slot)
		}
		if zero {
			h.markZero(d, slot)
		}
	}
	if len(f.unknown)+len(f.texts) > 0 {
		h.facts = &Facts{shape: h.root, unknown: slices.Clone(f.unknown), texts: slices.Clone(f.texts)}
	}
}

// allZero reports whether no member is anything but zero or null.
func (h *had) allZero(d *decoder) bool {
	if h.base < 0 {
		return h.seen&^h.marks.null&^h.marks.zero == 0
	}
	for w := d.seen[h.base:]; len(w) > 0; w = w[3:] {
		if w[0]&^w[1]&^w[2] != 0 {
			return false
		}
	}
	return true
}

// result returns the facts of a struct, nil if there is nothing to report.
func (h *had) result(d *decoder) *Facts {
	s := h.root
	var bits marks
	var high []marks
	if h.base < 0 {
		bits = h.marks.over(h.seen, &s.expected[0])
		if bits == (marks{}) && h.facts == nil {
			return nil
		}
	} else {
		words, found := d.seen[h.base:], false
		high = make([]marks, 0, len(s.expected)-1)
		for k := range s.expected {
			m := (marks{null: words[3*k+1], zero: words[3*k+2]}).over(words[3*k], &s.expected[k])
			found = found || m != (marks{})
			if k == 0 {
				bits = m
			} else {
				high = append(high, m)
			}
		}
		if !found && h.facts == nil {
			return nil
		}
	}
	if h.facts == nil {
		return s.share(bits, high)
	}
	h.facts.bits, h.facts.high = bits, high
	h.facts.settle()
	return h.facts
}

// over returns what is to be reported of slots of which seen came.
func (m marks) over(seen uint64, e *expected) marks {
	return marks{absent: e.always &^ seen, null: m.null &^ e.nilIsNull, zero: m.zero & e.unlessZero}
}

// expected says what 64 slots are like if there is nothing to report.
type expected struct {
	always     uint64 // required: there, whatever the value
	unlessZero uint64 // optional: there, unless the value is zero
	nilIsNull  uint64 // null, if the value says so by itself
}

// ofRest marks the section of a member that is in the map of those without a field,
// and whose JSON is kept because it is encoded otherwise than it was written.
const ofRest = 1 << 7

// textsOfRest are those members of the object s by name.
func (f *Facts) textsOfRest(s *object) map[string]json.RawMessage {
	if f == nil || s == nil {
		return nil
	}
	var texts map[string]json.RawMessage
	for _, m := range f.unknown {
		if m.section != s.section|ofRest {
			continue
		}
		if texts == nil {
			texts = map[string]json.RawMessage{}
		}
		texts[m.name] = m.json
	}
	return texts
}

// settle removes repeated unknown members: the last value of each name stays, at
// the position of the first. It takes one pass, because a server chooses how many
// there are.
func (f *Facts) settle() {
	const few = 16
	all := f.unknown
	if len(all) < 2 {
		return
	}
	kept := all[:0]
	var at map[identityOfMember]int
	if len(all) > few {
		at = make(map[identityOfMember]int, len(all))
	}
	for _, u := range all {
		k, found := 0, false
		if at != nil {
			id := identityOfMember{u.name, u.section}
			if k, found = at[id]; !found {
				at[id] = len(kept)
			}
		} else {
			k = slices.IndexFunc(kept, func(o member) bool { return o.section == u.section && o.name == u.name })
			found = k >= 0
		}
		if found {
			kept[k].json = u.json
		} else {
			kept = append(kept, u)
		}
	}
	clear(all[len(kept):])
	f.unknown = kept
}

type identityOfMember struct {
	name    string
	section uint8
}

// Has reports whether the member whose field is at pointer was in the JSON of the
// struct that holds at. It panics if there are facts and pointer is to none of the
// struct's fields.
func Has(at **Facts, pointer any) bool {
	f := *at
	t, p := pointee(at, pointer)
	if t == nil {
		return false
	}
	if f == nil {
		return !t.zero(p, t)
	}
	if f.null {
		return false
	}
	field := f.field(at, t, p)
	absent, null, zero := f.slot(field.slot)
	switch {
	case f.text(field.slot) != nil, null, zero:
		return true
	case t.zero(p, t):
		return !absent && field.omit == omitNever && field.mode != modeOpt && field.mode != modeID
	}
	return true
}

// IsNull reports whether the member whose field is at pointer was null, and still
// is.
func IsNull(at **Facts, pointer any) bool {
	f := *at
	t, p := pointee(at, pointer)
	if t == nil {
		return false
	}
	if t.kind == kindOpt {
		return *(*State)(unsafe.Add(p, t.state)) == Null
	}
	if f == nil || f.null {
		return false
	}
	field := f.field(at, t, p)
	_, null, _ := f.slot(field.slot)
	return (null || field.nilIsNull()) && t.zero(p, t)
}

// RawOf returns the text that is kept for the member whose field is at pointer.
func RawOf(at **Facts, pointer any) json.RawMessage {
	f := *at
	t, p := pointee(at, pointer)
	if t == nil || f == nil || f.null {
		return nil
	}
	if x := f.text(f.field(at, t, p).slot); x != nil {
		return x.json
	}
	return nil
}

// Unknown returns the members that the struct has no field for, nil if there are
// none.
func (f *Facts) Unknown() map[string]json.RawMessage {
	if f == nil || len(f.unknown) == 0 {
		return nil
	}
	var out map[string]json.RawMessage
	for _, m := range f.unknown {
		if m.section&ofRest != 0 { // the struct has a place for it
			continue
		}
		if out == nil {
			out = make(map[string]json.RawMessage, len(f.unknown))
		}
		out[m.name] = m.json
	}
	return out
}

// farthest is how far from its facts a field of the same struct can be.
const farthest = 1 << 20

// pointee returns what pointer points to. Without facts nothing says what the
// fields of the struct are; a pointer to somewhere else is mostly out of reach.
func pointee(at **Facts, pointer any) (*program, unsafe.Pointer) {
	v := reflect.ValueOf(pointer)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		if *at != nil {
			panic("api: the argument must be a pointer to a field, as in v.Has(&v.Name)")
		}
		return nil, nil
	}
	p := v.UnsafePointer()
	if d := uintptr(unsafe.Pointer(at)) - uintptr(p); *at == nil && d+farthest > 2*farthest {
		return nil, nil
	}
	return programOf(v.Type().Elem()), p
}

// field returns the field of type t at p, of the struct that holds the facts at
// that place.
func (f *Facts) field(at **Facts, t *program, p unsafe.Pointer) *field {
	off := uintptr(p) - (uintptr(unsafe.Pointer(at)) - uintptr(f.shape.record))
	if found := f.shape.fieldAt(off, t.rt); found != nil {
		return found
	}
	panic("api: the argument is a " + reflect.PointerTo(t.rt).String() + ", but not to a field of the same " + f.shape.rt.String() + "; write v.Has(&v.Name)")
}

func (s *object) fieldAt(off uintptr, rt reflect.Type) *field {
	for k := range s.fields[:s.n] {
		f := &s.fields[k]
		switch {
		case f.mode == modeSection:
			if g := f.section.fieldAt(off, rt); g != nil {
				return g
			}
		case f.off == off && f.rt == rt && f.mode != modeConst:
			return f
		}
	}
	return nil
}

// Said reports whether the JSON of the struct that v points to had one of the
// members.
func Said(v any, names ...string) bool {
	t, p := root(v)
	s := t.fields()
	if s.record < 0 {
		return false
	}
	facts := *(**Facts)(unsafe.Add(p, s.record))
	if facts != nil && facts.null {
		return false
	}
	return slices.ContainsFunc(names, func(name string) bool {
		key := append(append(make([]byte, 0, len(name)+pad), name...), make([]byte, pad)...)
		f := s.find(key, len(name))
		if f == nil {
			return false
		}
		absent, null, zero := facts.slot(f.slot)
		return null || zero || !absent && (f.omit == omitNever || !f.t.zero(unsafe.Add(p, f.off), f.t))
	})
}
