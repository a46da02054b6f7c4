package codec

import (
	"reflect"
	"strings"
	"sync/atomic"
	"unicode"
	"unsafe"
)

// An object is the program of a JSON object that a struct represents: the whole
// struct, or a section of it. The sections of a JSON:API resource are its
// attributes, its relationships and the relationships that are not linkage; their
// members are fields of the resource's struct.
type object struct {
	fields  []field // and a last one that no name matches
	n       int     // without that one
	first   atomic.Uint32
	table   []uint16 // open addressing: index of the field + 1
	shift   uint8
	mul     uint64
	record  int             // offset of the *Facts, or -1
	input   bool            // requests hold it: a member that has to be there is sent or refused, though it did not come
	dropped map[string]bool // read-only members, which requests do not have
	root    *object         // of the section; of a whole struct itself
	section uint8           // 0 is the whole struct
	rest    *field          // the map that takes unknown members; nil if there is none
	rt      reflect.Type

	outlets  []outlet // of the fields, for the encoder
	slots    uint16   // how many there are; a struct's sections share its own
	expected []expected
	shared   atomic.Pointer[shared]

	resource string // JSON:API type that a resource of this Go type has; "" otherwise
	id       *field // of a resource
	optID    bool   // the id is an Opt
	odd      uint16 // slot that is marked if the id is a number in a string, or the other way round
	//gen:only jsonapi
	relations atomic.Pointer[[]relation]
}

// A field is a member. Its first 64 bytes are what a hit on the predicted member
// touches.
type field struct {
	head, mask, tail uint64 // first and last up to eight bytes of `name":`
	decode           decodeFunc
	t                *program
	off              uintptr
	slot             uint16 // in the Facts
	index            uint16
	next             atomic.Uint32 // index of the member that followed last time
	n                uint16        // length of `name":`
	mode             mode
	omit             omit

	name    string
	middle  string // of `name":` between head and tail
	key     string // `,"name":`
	literal string // modeConst: JSON of the only value
	section *object
	home    uint8 // number of the section that the member is in
	text    bool  // a number is text on the wire
	typed   bool  // it is the type of a resource, which the document says
	nonZero bool  // a request that does not set it is an error
	rt      reflect.Type
	goName  string
}

type mode uint8

const (
	modePlain   mode = iota
	modeOpt          // t is the program of an Opt
	modeSection      // members are fields of the same struct
	modeConst        // literal is written and nothing is stored
	modeID           // a string that may be a number on the wire, or the other way round: see field.text
	modeString       // a number or boolean in a string: tag option string
)

// typedOption marks the type of a resource that the document says.
const typedOption = "typed"

// optionalID is the literal of an id that is an Opt.
const optionalID = "id"

type omit uint8

const (
	omitNever omit = iota
	omitEmpty
	omitZero
)

// spec is what a struct's tags say about one member.
type spec struct {
	name    string
	options string
	goName  string
	off     uintptr
	rt      reflect.Type
	literal string // of a constant
	mode    mode
	members []spec // modeSection
	depth   int    // how deep the struct is embedded that holds it
	tagged  bool
	dead    bool // hidden by another one of its name
}

func (s *spec) has(option string) bool {
	for rest := s.options; rest != ""; {
		var o string
		if o, rest, _ = strings.Cut(rest, ","); o == option {
			return true
		}
	}
	return false
}

// fields returns the compiled fields of a struct type.
func (t *program) fields() *object {
	if s := t.body.Load(); s != nil {
		return s
	}
	programsMu.Lock()
	defer programsMu.Unlock()
	if s := t.body.Load(); s != nil {
		return s
	}
	c := compiler{}
	s := c.object(t.rt)
	c.publish()
	t.body.Store(s)
	return s
}

// object compiles the struct rt.
func (c compiler) object(rt reflect.Type) *object {
	root := &object{rt: rt, record: factsOf(rt)}
	root.root = root
	root.dropped, root.input = readOnly(rt)
	specs := dominant(candidates(rt, 0, 0, nil))
	//gen:only jsonapi
	if isResource(rt) {
		specs = root.resourceSpecs(rt)
	}
	sections := uint8(0)
	c.fill(root, specs, &sections)
	slot := uint16(0)
	root.number(&slot)
	for k := range root.fields[:root.n] {
		switch f := &root.fields[k]; {
		case f.mode == modeID:
			root.id, root.odd = f, slot
			slot++
		case f.mode == modeOpt && f.literal == optionalID:
			root.optID = true
		}
	}
	root.sections(&slot)
	root.slots = slot
	if root.record < 0 {
		root.slots = uint16(max(root.n, int(slot)))
	}
	root.expected = make([]expected, max(1, (int(slot)+63)/64))
	root.expect(root.expected)
	return root
}

// fill makes the fields that specs describe.
func (c compiler) fill(s *object, specs []spec, sections *uint8) {
	s.fields = make([]field, 0, len(specs)+1)
	for k := range specs {
		if m := &specs[k]; m.has("unknown") && m.rt.Kind() == reflect.Map {
			t := c.program(m.rt)
			s.rest = &field{t: t, off: m.off, rt: m.rt}
			continue
		}
		s.fields = append(s.fields, field{})
		c.field(s, &s.fields[len(s.fields)-1], &specs[k], sections)
	}
	s.n = len(s.fields)
	for k := range s.fields {
		s.fields[k].index = uint16(k)
		s.fields[k].next.Store(uint32(k + 1))
	}
	// The last field has a name that is longer than its parts: whatever the first
	// eight bytes are, the rest never matches.
	s.fields = append(s.fields, field{head: 1, mask: 1<<64 - 1, n: 17, index: uint16(s.n)})
	s.hash()
	s.makeOutlets()
}

func (c compiler) field(s *object, f *field, m *spec, sections *uint8) {
	f.name, f.off, f.rt, f.mode, f.literal, f.goName = m.name, m.off, m.rt, m.mode, m.literal, m.goName
	f.home = s.section
	f.setKey()
	switch {
	case m.has("omitzero"):
		f.omit = omitZero
	case m.has("omitempty"):
		f.omit = omitEmpty
	}
	switch m.mode {
	case modeSection:
		*sections++
		f.section = &object{rt: s.rt, record: s.record, root: s.root, section: *sections}
		c.fill(f.section, m.members, sections)
		return
	case modeConst:
		f.typed = m.has(typedOption)
		return
	}
	f.t = c.program(m.rt)
	switch f.t.kind {
	case kindOpt:
		if f.mode == modeID {
			f.literal = optionalID
		}
		f.mode = modeOpt
	case kindSlice, kindIncluded: // with a length hint of its own
		o := f.t
		f.t = &program{decode: o.decode, encode: o.encode, zero: o.zero, zeroes: o.zeroes, elem: o.elem, size: o.size, kind: o.kind, rt: o.rt, root: s.rt}
	}
	if m.has("string") && (f.t.kind == kindNumeric || m.rt.Kind() == reflect.Bool && f.t.kind == kindOther) {
		if f.mode != modeID {
			f.mode = modeString
		}
	} else if m.has("string") {
		f.t = f.t.inText()
	}
	f.text, f.nonZero = m.has("string"), m.has("nonzero")
	f.decode = f.t.decode
}

// number gives the fields their slots in the struct's Facts, or in what an object
// without any remembers while it is decoded. Sections come last, for they need
// theirs only if they have no known members.
func (s *object) number(slot *uint16) {
	for k := range s.fields[:s.n] {
		switch f := &s.fields[k]; {
		case f.mode == modeSection:
			f.section.number(slot)
			if s.record < 0 {
				f.section.slots = uint16(f.section.n)
			}
		case s.record < 0:
			f.slot = uint16(k)
		default:
			f.slot = *slot
			*slot++
		}
	}
	s.noteSlots()
}

// expect notes what is reported of the fields: see [Facts].
func (s *object) expect(e []expected) {
	if s.record < 0 {
		return
	}
	for k := range s.fields[:s.n] {
		f := &s.fields[k]
		bit, at := uint64(1)<<(f.slot&63), &e[f.slot>>6]
		switch {
		case f.mode == modeSection:
			at.unlessZero |= bit
			f.section.expect(e)
		case f.mode == modeID:
			at.unlessZero |= bit
			e[s.root.odd>>6].unlessZero |= 1 << (s.root.odd & 63)
		case f.mode == modeOpt:
			at.nilIsNull |= bit // its state says so
		case f.omit == omitNever:
			if !s.root.input {
				at.always |= bit
			}
			if f.nilIsNull() {
				at.nilIsNull |= bit
			}
		default:
			at.unlessZero |= bit
		}
	}
}

// nilIsNull reports whether the field's nil is encoded as null, so that it needs no
// mark for that.
func (f *field) nilIsNull() bool {
	if f.mode != modePlain || f.omit != omitNever {
		return false
	}
	switch f.t.kind {
	case kindPointer, kindAny, kindUnion:
		return true
	}
	return false
}

func (s *object) sections(slot *uint16) {
	for k := range s.fields[:s.n] {
		if f := &s.fields[k]; f.mode == modeSection {
			f.slot = *slot
			*slot++
			f.section.sections(slot)
		}
	}
}

// lookup returns the field that has the name for users: an attribute, a
// relationship or a member of the struct's own object.
func (s *object) lookup(name string) *field {
	key := append(append(make([]byte, 0, len(name)+pad), name...), make([]byte, pad)...)
	for k := range s.fields[:s.n] {
		if f := &s.fields[k]; f.mode == modeSection {
			if g := f.section.find(key, len(name)).value(); g != nil {
				return g
			}
		}
	}
	return s.find(key, len(name)).value()
}

// value returns the field that holds the value of f: of a relationship that is
// a section, its data.
func (f *field) value() *field {
	if f == nil || f.mode != modeSection {
		return f
	}
	if s := f.section; s.n == 1 && s.fields[0].name == "data" {
		return &s.fields[0]
	}
	return nil
}

func (f *field) setKey() {
	f.key = "," + string(appendString(nil, f.name)) + ":"
	key := f.key[2:]
	f.n = uint16(len(key))
	var w [8]byte
	copy(w[:], key)
	f.head, f.mask = load64(w[:], 0), 1<<64-1
	if len(key) < 8 {
		f.mask = 1<<(8*len(key)) - 1
	} else if len(key) > 8 {
		copy(w[:], key[len(key)-8:])
		f.tail = load64(w[:], 0)
		if len(key) > 16 {
			f.middle = key[8 : len(key)-8]
		}
	}
}

// hash fills the table that find looks into; of 64 multipliers it keeps the one
// with the fewest collisions.
func (s *object) hash() {
	size, bits := 4, 2
	for size < 2*s.n {
		size, bits = size*2, bits+1
	}
	s.shift = uint8(64 - bits)
	hashes := make([]uint64, s.n)
	for k := range hashes {
		name := s.fields[k].name
		hashes[k] = hashName(append([]byte(name), make([]byte, pad)...), len(name))
	}
	best, table := -1, make([]uint16, size)
	for try := range uint64(64) {
		mul := 2*try*0x9E3779B97F4A7C15 | 1
		clear(table)
		cost := 0
		for k, h := range hashes {
			at := h * mul >> s.shift
			for table[at] != 0 {
				at = (at + 1) & uint64(size-1)
				cost++
			}
			table[at] = uint16(k + 1)
		}
		if best < 0 || cost < best {
			best, s.mul = cost, mul
			s.table = append(s.table[:0], table...)
		}
		if cost == 0 {
			break
		}
	}
}

// find returns the field named by the first n bytes of key, which eight readable
// bytes must follow, or nil.
func (s *object) find(key []byte, n int) *field {
	at := hashName(key, n) * s.mul >> s.shift
	for {
		k := s.table[at]
		if k == 0 {
			return nil
		}
		if f := &s.fields[k-1]; f.name == string(key[:n]) {
			return f
		}
		at = (at + 1) & uint64(len(s.table)-1)
	}
}

// candidates lists the members of rt and of the structs that it embeds by value,
// in order, as encoding/json sees them; constants are ours.
func candidates(rt reflect.Type, base uintptr, depth int, out []spec) []spec {
	for i := range rt.NumField() {
		f := rt.Field(i)
		tag := f.Tag.Get("json")
		literal := f.Tag.Get("const")
		constant := f.Name == "_" && literal != ""
		if constant && tag == "" {
			tag = f.Tag.Get("name") // go vet minds a json tag on a field that is not exported
		}
		if tag == "" && f.Tag != "" && isParameter(f.Tag) {
			continue
		}
		if tag == "-" || !constant && !f.IsExported() && !(f.Anonymous && f.Type.Kind() == reflect.Struct) {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		if strings.IndexFunc(name, badInName) >= 0 {
			name = ""
		}
		exact, odd := f.Tag.Lookup("wire") // a name that cannot be before options
		if odd {
			name = exact
		}
		if f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct {
			if !holdsFacts(f.Type) && !wraps(f.Type, unionType) {
				out = candidates(f.Type, base+f.Offset, depth+1, out)
			}
			continue
		}
		m := spec{name: name, options: options, goName: f.Name, off: base + f.Offset, rt: f.Type, depth: depth, tagged: name != "" || odd}
		if name == "" && !odd {
			m.name = f.Name
		}
		if constant {
			m.mode, m.literal = modeConst, literal
		}
		out = append(out, m)
	}
	return out
}

// isParameter reports whether a field is sent elsewhere than in a body: in the
// query, a header or a cookie, or as a body of its own. Parameters of a call may
// have the members of its body beside them.
func isParameter(tag reflect.StructTag) bool {
	for _, key := range []string{"query", "header", "cookie", "body"} {
		if _, ok := tag.Lookup(key); ok {
			return true
		}
	}
	return false
}

// dominant drops the members that Go's rules for embedded fields, with those of
// encoding/json on top, hide.
func dominant(specs []spec) []spec {
	best := make(map[string]int, len(specs))
	for i := range specs {
		m := &specs[i]
		j, ok := best[m.name]
		if !ok {
			best[m.name] = i
			continue
		}
		switch o := &specs[j]; {
		case m.depth < o.depth || m.depth == o.depth && m.tagged && !o.tagged:
			o.dead = true
			best[m.name] = i
		case m.depth == o.depth && m.tagged == o.tagged:
			o.dead, m.dead = true, true
		default:
			m.dead = true
		}
	}
	out := specs[:0]
	for _, m := range specs {
		if !m.dead {
			out = append(out, m)
		}
	}
	return out
}

func badInName(c rune) bool {
	return !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", c) && !unicode.IsLetter(c) && !unicode.IsDigit(c)
}

func embedsPointer(rt reflect.Type) bool {
	for i := range rt.NumField() {
		f := rt.Field(i)
		if f.Anonymous && f.Tag.Get("json") == "" && (f.Type.Kind() == reflect.Pointer || f.Type.Kind() == reflect.Struct && embedsPointer(f.Type)) {
			return true
		}
	}
	return false
}

// clear makes the field zero.
func (f *field) clear(p unsafe.Pointer) { reflect.NewAt(f.rt, p).Elem().SetZero() }
