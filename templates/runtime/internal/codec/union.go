package codec

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"unsafe"
)

// A union is a struct of pointers, one per variant, of which at most one is set:
//
//	type Shape struct {
//		Circle    *Circle `union:"circle"`
//		Square    *Square `union:"square,rectangle"`
//		Text      *string `union:""`
//		api.Union         `union:"kind"`
//	}
//
// The tag of the embedded struct names the property that distinguishes the variants
// apart, the tags of the variants list its values; * is any other value, or none.
// A value without that property, or of a union that has none, goes to a variant of
// its JSON kind. Of several
// objects it is the one with the most members that the value has; one whose
// constants contradict the value is out. Only names are looked at for this: no
// object is ever decoded to see whether it works. What fits nowhere is kept as JSON.
type union struct {
	property string
	variants []variant
	rest     uintptr // offset of the Union
}

type variant struct {
	values []string // of the property
	off    uintptr
	t      *program // of the pointer
}

// variants returns the compiled variants of a union type.
func (t *program) variants() *union {
	if u := t.union.Load(); u != nil {
		return u
	}
	programsMu.Lock()
	defer programsMu.Unlock()
	c := compiler{}
	u := &union{rest: uintptr(embedded(t.rt, unionType))}
	for i := range t.rt.NumField() {
		f := t.rt.Field(i)
		tag, ok := f.Tag.Lookup("union")
		switch {
		case f.Offset == u.rest && f.Anonymous:
			u.property = tag
		case ok && f.Type.Kind() == reflect.Pointer:
			u.variants = append(u.variants, variant{strings.Split(tag, ","), f.Offset, c.program(f.Type)})
		}
	}
	c.publish()
	t.union.Store(u)
	return u
}

// anyOther is the value in the tag of the variant that unknown values choose.
const anyOther = "*"

// named returns the variant for a value of the property, nil if there is none.
func (u *union) named(value string) *variant {
	for k := range u.variants {
		for _, v := range u.variants[k].values {
			if v == value && v != "" {
				return &u.variants[k]
			}
		}
	}
	return nil
}

func (d *decoder) decodeUnion(i int, p unsafe.Pointer, t *program) int {
	u := t.variants()
	reflect.NewAt(t.rt, p).Elem().SetZero()
	if !d.enterUnion(i) { // unions whose variants are each other
		return d.decodeRaw(i, unsafe.Add(p, u.rest), nil)
	}
	outer := d.unions
	j := d.unionValue(i, p, u)
	d.unions.nested = outer.nested - 1
	return j
}

func (d *decoder) unionValue(i int, p unsafe.Pointer, u *union) int {
	if d.b[i] != '{' {
		return d.unionScalar(i, p, u)
	}
	v, named, j := d.chooseObject(i, u)
	if j < 0 {
		return j
	}
	if v == nil {
		return d.decodeRaw(i, unsafe.Add(p, u.rest), nil)
	}
	if named {
		return d.value(i, unsafe.Add(p, v.off), v.t)
	}
	if j := d.tryVariant(i, p, v); j >= 0 || d.failed.final {
		if j >= 0 && u.property != "" {
			*(*json.RawMessage)(unsafe.Add(p, u.rest)) = json.RawMessage{} // it is encoded without the property, too
		}
		return j
	}
	return d.decodeRaw(i, unsafe.Add(p, u.rest), nil)
}

// unionScalar decodes a value that is not an object to the first variant that takes it.
func (d *decoder) unionScalar(i int, p unsafe.Pointer, u *union) int {
	outer := d.notes & noteText
	d.notes &^= noteText
	defer func() { d.notes |= outer }()
	for k := range u.variants {
		if v := &u.variants[k]; takes(v.t.elem, d.b[i]) {
			if j := d.tryVariant(i, p, v); j >= 0 || d.failed.final {
				if j >= 0 && d.notes&noteText != 0 {
					*(*json.RawMessage)(unsafe.Add(p, u.rest)) = append([]byte{textOfVariant}, d.b[i:j]...)
					j = d.spend(j, j-i+1)
				}
				return j
			}
		}
	}
	return d.decodeRaw(i, unsafe.Add(p, u.rest), nil)
}

// textOfVariant is before the text of a variant that is encoded otherwise than it
// was written, for example a number with more digits than a float64 has. No struct
// that could keep it need be around a union.
const textOfVariant = 0

// textOf is the text that is kept for the variant v of the union at p; nil if there is
// none or the value is another one now.
func (u *union) textOf(p unsafe.Pointer, v *variant) []byte {
	kept := *(*json.RawMessage)(unsafe.Add(p, u.rest))
	if len(kept) < 2 || kept[0] != textOfVariant {
		return nil
	}
	if !decodesTo(kept[1:], reflect.NewAt(v.t.rt, unsafe.Add(p, v.off)), func(d *decoder, then unsafe.Pointer) int { return d.value(0, then, v.t) }) {
		return nil
	}
	return kept[1:]
}

// tryVariant decodes the value at i to the variant. If that fails and another way
// may not, it leaves no trace.
func (d *decoder) tryVariant(i int, p unsafe.Pointer, v *variant) int {
	m := d.mark()
	at := unsafe.Add(p, v.off)
	j := d.value(i, at, v.t)
	if j < 0 {
		*(*unsafe.Pointer)(at) = nil
		if d.again(i); d.failed.final {
			return j
		}
		d.failed = failure{path: d.failed.path[:0]}
		d.rewind(m)
	}
	return j
}

// takes reports whether values of t may be written as JSON that starts with c.
func takes(t *program, c byte) bool { return takesWithin(t, c, 0) }

// maxNestedTakes is how many unions in each other are asked what they take.
const maxNestedTakes = 8

// takesWithin is takes in so many unions: one takes what a variant of it takes.
func takesWithin(t *program, c byte, depth int) bool {
	switch {
	case t.kind == kindPointer || t.kind == kindOpt:
		return takesWithin(t.elem, c, depth)
	case t.kind == kindUnion && depth < maxNestedTakes:
		return slices.ContainsFunc(t.variants().variants, func(v variant) bool { return takesWithin(v.t.elem, c, depth+1) })
	case t.kind == kindAny || t.kind == kindRaw || t.kind == kindUnmarshaler || t.kind == kindUnion || t.rt == numberType:
		return true
	}
	k := t.rt.Kind()
	switch c {
	case '"':
		return k == reflect.String || t.kind == kindOther && k != reflect.Bool || k == reflect.Slice && t.rt.Elem().Kind() == reflect.Uint8
	case 't', 'f':
		return k == reflect.Bool
	case '[':
		return k == reflect.Slice || k == reflect.Array
	case '{':
		return t.kind == kindStruct || t.kind == kindMap || t.kind == kindResource
	}
	return t.kind == kindNumeric
}

// chooseObject returns the variant for the object at i, nil if there is none, and
// whether the object names it.
func (d *decoder) chooseObject(i int, u *union) (v *variant, named bool, next int) {
	if u.property != "" {
		value, j := d.property(i, u.property)
		if j < 0 {
			return nil, false, j
		}
		if value != nil {
			if v := u.named(string(value)); v != nil {
				return v, true, j
			}
		}
		if v := u.named(anyOther); v != nil || value != nil {
			return v, false, j
		}
	}
	v, next = d.byShape(i, u)
	return v, false, next
}

// property returns the value of a member of the object at i: the text of a string,
// the JSON of anything else, nil if there is no such member.
func (d *decoder) property(i int, name string) ([]byte, int) {
	depth := d.depth
	i, more := d.enter(i, '{')
	for more {
		key, j := d.name(i)
		if j < 0 {
			return nil, j
		}
		if string(key) == name {
			d.depth = depth
			if d.b[j] == '"' {
				return d.text(j)
			}
			i = d.pass(j)
			return d.b[j:max(i, j)], i
		}
		if i = d.pass(j); i < 0 {
			return nil, i
		}
		if i, more = d.more(i, '{'); i < 0 {
			return nil, i
		}
	}
	return nil, i
}

// byShape compares the members of the object at i with those of the variants.
func (d *decoder) byShape(i int, u *union) (*variant, int) {
	depth := d.depth
	scores := make([]score, len(u.variants))
	i, more := d.enter(i, '{')
	members := 0
	for more {
		key, j := d.name(i)
		if j < 0 {
			return nil, j
		}
		name := string(key)
		padded := append(append(make([]byte, 0, len(name)+pad), name...), make([]byte, pad)...)
		if i = d.pass(j); i < 0 {
			return nil, i
		}
		members++
		for k := range scores {
			scores[k].member(u.variants[k].t.elem, padded, len(name), d.b[j:i])
		}
		if i, more = d.more(i, '{'); i < 0 {
			return nil, i
		}
	}
	d.depth = depth
	var best *variant
	top, only := score{}, u.onlyObject()
	for k := range scores {
		s, t := scores[k], u.variants[k].t.elem
		if s.out || !takes(t, '{') || members > 0 && s.known == 0 && t.kind == kindStruct && k != only {
			continue
		}
		s.missing = required(t) - s.required
		if best == nil || s.fits(&top) {
			best, top = &u.variants[k], s
		}
	}
	return best, i
}

// onlyObject is the index of the only variant that objects can be; -1 if there are
// several, or none.
func (u *union) onlyObject() int {
	only := -1
	for k := range u.variants {
		if takes(u.variants[k].t.elem, '{') {
			if only >= 0 {
				return -1
			}
			only = k
		}
	}
	return only
}

// score is how well a variant fits an object.
type score struct {
	named    bool // the variant is a union, and the object names one of its variants
	known    int  // members that the variant has a field for
	required int  // of these, the ones that it always has
	missing  int  // members that it always has and the object has not
	out      bool // a constant of the variant contradicts the object
	depth    int  // of unions in each other
}

// fits reports whether s is better than other.
func (s *score) fits(other *score) bool {
	switch {
	case s.named != other.named:
		return s.named
	case s.known != other.known:
		return s.known > other.known
	}
	return s.missing < other.missing
}

// member adds the member of the object with that name and JSON.
func (s *score) member(t *program, name []byte, n int, raw []byte) {
	switch t.kind {
	case kindUnion:
		if s.depth < deepestUnion {
			s.inner(t, name, n, raw)
		}
	case kindStruct:
		f := t.fields().find(name, n)
		if f == nil {
			return
		}
		if f.mode == modeConst && string(raw) != f.literal {
			s.out = true
		}
		if (f.mode == modePlain || f.mode == modeOpt) && raw[0] != 'n' && !takes(f.t, raw[0]) {
			return
		}
		s.known++
		if f.omit == omitNever && f.mode != modeSection {
			s.required++
		}
	}
}

// inner scores a union as the best of its variants for this member.
func (s *score) inner(t *program, name []byte, n int, raw []byte) {
	u, known := t.variants(), false
	if u.property != "" && string(name[:n]) == u.property && raw[0] == '"' {
		s.named = s.named || u.named(string(raw[1:len(raw)-1])) != nil
	}
	for k := range u.variants {
		if known && u.variants[k].t.elem.kind != kindUnion {
			continue
		}
		one := score{depth: s.depth + 1}
		one.member(u.variants[k].t.elem, name, n, raw)
		s.named = s.named || one.named
		known = known || one.known > 0 && !one.out
	}
	if known {
		s.known++
	}
}

// required counts the members that every value of t has; of a union, those that
// the variant with the fewest has.
func required(t *program) int { return requiredWithin(t, 0) }

func requiredWithin(t *program, depth int) int {
	if t.kind == kindUnion && depth < maxNestedTakes {
		fewest := -1
		for _, v := range t.variants().variants {
			if takes(v.t.elem, '{') {
				if n := requiredWithin(v.t.elem, depth+1); fewest < 0 || n < fewest {
					fewest = n
				}
			}
		}
		return max(fewest, 0)
	}
	if t.kind != kindStruct {
		return 0
	}
	s, n := t.fields(), 0
	for k := range s.fields[:s.n] {
		if f := &s.fields[k]; f.omit == omitNever && f.mode != modeSection {
			n++
		}
	}
	return n
}

// set returns the variant that is set in the union at p, or nil.
func (u *union) set(p unsafe.Pointer) *variant {
	for k := range u.variants {
		if *(*unsafe.Pointer)(unsafe.Add(p, u.variants[k].off)) != nil {
			return &u.variants[k]
		}
	}
	return nil
}

// leaf is the type of the variant that is set in the union at p: of a union in it,
// the one that is set there.
func (u *union) leaf(p unsafe.Pointer) *program {
	v := u.set(p)
	t := v.t.elem
	for t.kind == kindUnion {
		p = *(*unsafe.Pointer)(unsafe.Add(p, v.off))
		if v = t.variants().set(p); v == nil {
			break
		}
		t = v.t.elem
	}
	return t
}

func (e *encoder) encodeUnion(b []byte, p unsafe.Pointer, t *program) []byte {
	u := t.variants()
	if v := u.set(p); v != nil {
		if text := u.textOf(p, v); text != nil {
			return append(b, text...)
		}
		start := len(b)
		named := u.property != "" && v.values[0] != "" && v.values[0] != anyOther
		came := *(*json.RawMessage)(unsafe.Add(p, u.rest)) != nil // without the property
		given := len(e.given)
		if e.request && named && !came {
			e.given = append(e.given, u.leaf(p).fieldNamed(u.property))
		}
		b = v.t.encode(e, b, unsafe.Add(p, v.off), v.t)
		e.given = e.given[:given]
		if named && !came && !says(v.t.elem, *(*unsafe.Pointer)(unsafe.Add(p, v.off)), u.property) {
			b = e.discriminate(b, start, u.property, v.values[0])
		}
		return b
	}
	if raw := *(*json.RawMessage)(unsafe.Add(p, u.rest)); len(raw) > 0 {
		return append(b, raw...)
	}
	if e.request && e.unset.owner == nil && !u.takesNull() {
		e.unset = unset{owner: t.rt, at: len(b)}
	}
	return append(b, "null"...)
}

// takesNull reports whether null may be a value of a variant: one that is anything.
func (u *union) takesNull() bool {
	return slices.ContainsFunc(u.variants, func(v variant) bool { return v.t.elem.kind == kindAny || v.t.elem.kind == kindRaw })
}

// says reports whether the struct at p has the member by itself: most do, and need
// not be searched for it.
func says(t *program, p unsafe.Pointer, member string) bool {
	f := t.fieldNamed(member)
	if f == nil {
		return false
	}
	if s := t.fields(); s.record >= 0 && *(**Facts)(unsafe.Add(p, s.record)) != nil {
		return false
	}
	return f.mode == modeConst || f.mode == modePlain && !f.t.zero(unsafe.Add(p, f.off), f.t)
}

// fieldNamed returns the field of a struct's member; nil if it has none of that name.
func (t *program) fieldNamed(name string) *field {
	if t.kind != kindStruct {
		return nil
	}
	key := append(append(make([]byte, 0, len(name)+pad), name...), make([]byte, pad)...)
	return t.fields().find(key, len(name))
}

// discriminate gives the object at b[start:] the discriminator, which a server
// cannot do without, unless the object has one that is not empty.
func (e *encoder) discriminate(b []byte, start int, property, value string) []byte {
	if start >= len(b) || b[start] != '{' {
		return b
	}
	from, to := memberOf(b[start:], string(appendString(nil, property)))
	from, to = from+start, to+start
	text := appendString(nil, value)
	switch {
	case to == start: // it has none
		text = append(append(appendString(nil, property), ':'), text...)
		if b[start+1] != '}' {
			text = append(text, ',')
		}
		e.unset.moved(start, len(text))
		return slices.Insert(b, start+1, text...)
	case string(b[from:to]) == `""`:
		e.unset.moved(from, len(text)-(to-from))
		return slices.Replace(b, from, to, text...)
	}
	return b
}

// memberOf returns where the value of a member is in an object that was encoded
// here, without blanks; 0, 0 if there is no such member.
func memberOf(b []byte, quoted string) (from, to int) {
	depth, name := 0, 0 // name is where a member's name begins
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '{', '[':
			if depth++; depth == 1 {
				name = i + 1
			}
		case '"':
			for i++; i < len(b) && b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		case ':':
			if depth == 1 && string(b[name:i]) == quoted {
				from = i + 1
			}
		case '}', ']', ',':
			if depth == 1 && from > 0 {
				return from, i
			}
			if depth == 1 {
				name = i + 1
			}
			if b[i] != ',' {
				depth--
			}
		}
	}
	return 0, 0
}
