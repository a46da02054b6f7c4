package codec

import (
	"strings"
	"unsafe"
)

const (
	wordData = '"' | 'd'<<8 | 'a'<<16 | 't'<<24 | 'a'<<32 | '"'<<40 | ':'<<48
	maskData = 1<<56 - 1
	wordID   = '"' | 'i'<<8 | 'd'<<16 | '"'<<24 | ':'<<32
	maskID   = 1<<40 - 1
	wordType = '"' | 't'<<8 | 'y'<<16 | 'p'<<24 | 'e'<<32 | '"'<<40 | ':'<<48

	wordOpenData = '{' | wordData<<8                                                        // {"data":
	wordOpenType = '{' | wordType<<8                                                        // {"type":
	wordNextID   = '"' | ','<<8 | '"'<<16 | 'i'<<24 | 'd'<<32 | '"'<<40 | ':'<<48 | '"'<<56 // ","id":"
)

// part is a member of a relationship or of a resource identifier.
type part uint8

const (
	partOther part = iota
	partData
	partID
	partType
)

// part reads the member name at i, which is one of three almost always, and
// returns the index of its value.
func (d *decoder) part(i int) (part, int) {
	b := d.b
	var p part
	switch w := load64(b, i); {
	case w&maskData == wordData:
		p, i = partData, i+7
	case w&maskData == wordType:
		p, i = partType, i+7
	case w&maskID == wordID:
		p, i = partID, i+5
	default:
		key, j := d.name(i)
		if j < 0 {
			return p, j
		}
		switch string(key) {
		case "data":
			p = partData
		case "id":
			p = partID
		case "type":
			p = partType
		}
		return p, j
	}
	if b[i] <= ' ' {
		i = space(b, i)
	}
	return p, i
}

// identifier decodes the resource identifier at i. It reports whether it is more
// than a type and an id that is a string, or less.
func (d *decoder) identifier(i int, r *Ref) (next int, odd bool) {
	if next = d.usual(i, r); next > 0 {
		return next, false
	}
	i, more := d.enter(i, '{')
	for more {
		var p part
		if p, i = d.part(i); i < 0 {
			return i, odd
		}
		switch c := d.b[i]; {
		case p == partID && c == '"':
			r.ID, i = d.string(i)
		case p == partID && (c == '-' || c-'0' <= 9):
			j := d.number(i)
			if j >= 0 {
				r.ID = d.copy(d.b[i:j])
			}
			i, odd = j, true
		case p == partID:
			return d.mismatch(i, "string"), odd
		case p == partType:
			r.Type, i = d.interned(i)
		default:
			i, odd = d.skip(i), true
		}
		if i < 0 {
			return i, odd
		}
		i, more = d.more(i, '{')
	}
	if r.Type == "" || r.ID == "" || strings.HasPrefix(r.ID, LocalID) {
		odd = true // no identifier, but what the server sent
	}
	return i, odd
}

// usual decodes {"type":"…","id":"…"}, which is how most servers write identifiers.
// It returns 0 if that is not what is there.
func (d *decoder) usual(i int, r *Ref) int {
	b := d.b
	if load64(b, i) != wordOpenType || b[i+8] != '"' || d.depth >= maxDepth {
		return 0
	}
	typ, high := plain(b, i+9)
	if load64(b, typ) != wordNextID || high != 0 {
		return 0
	}
	id, high := plain(b, typ+8)
	if b[id] != '"' || b[id+1] != '}' || high != 0 {
		return 0
	}
	r.Type, r.ID = d.intern(b[i+9:typ]), d.copy(b[typ+8:id])
	return id + 2
}

// decodeToOne decodes {"data": null} or {"data": {"type": …, "id": …}}.
func (d *decoder) decodeToOne(i int, p unsafe.Pointer, _ *program) int {
	r := (*toOne)(p)
	*r = toOne{}
	if load64(d.b, i) == wordOpenData && d.depth < maxDepth-1 {
		if j := d.usual(i+8, &r.Ref); j > 0 && d.b[j] == '}' {
			r.State = Set
			return j + 1
		}
	}
	return d.relationship(i, &r.Relationship, func(i int) (int, bool) {
		r.Ref = Ref{}
		switch {
		case d.b[i] == 'n':
			return d.literal(i), false
		case d.isEmptyList(i): // an empty identifier
			r.State = Null
			return d.skip(i), true
		}
		return d.identifier(i, &r.Ref)
	})
}

// decodeToMany decodes {"data": [{"type": …, "id": …}, …]}.
func (d *decoder) decodeToMany(i int, p unsafe.Pointer, _ *program) int {
	r := (*toMany)(p)
	*r = toMany{}
	return d.relationship(i, &r.Relationship, func(i int) (int, bool) {
		if d.b[i] == 'n' {
			r.Refs = nil
			return d.literal(i), false
		}
		return d.identifiers(i, &r.Refs)
	})
}

// relationship decodes the relationship object at i, its data by the function; of
// several data the last one counts. It keeps the JSON of one that has more than plain
// linkage.
func (d *decoder) relationship(i int, r *Relationship, data func(int) (int, bool)) int {
	start := i
	i, more := d.enter(i, '{')
	others, odd := i >= 0 && d.b[start] == '[', false
	for more {
		p, j := d.part(i)
		if j < 0 {
			return j
		}
		if p == partData {
			if r.State = Set; d.b[j] == 'n' {
				r.State = Null
			}
			i, odd = data(j)
		} else {
			i, others = d.skip(j), true
		}
		if i < 0 {
			return d.inMember("data")
		}
		i, more = d.more(i, '{')
	}
	if i >= 0 && (odd || others) {
		r.JSON = d.copy(d.b[start:i])
	}
	if r.State == Absent && r.JSON == "" {
		d.notes |= noteZero
	}
	return i
}

const refChunk = 32

// identifiers decodes an array of resource identifiers. The slices of small
// relationships are cut from chunks of 4 to 32.
func (d *decoder) identifiers(i int, refs *[]Ref) (next int, odd bool) {
	i, more := d.enter(i, '[')
	if i < 0 {
		return i, false
	}
	if *refs = []Ref{}; !more {
		return i, false
	}
	if i = d.spend(i, refChunk); i < 0 {
		return i, false
	}
	if d.usedRef == len(d.refs) {
		d.refs, d.usedRef = make([]Ref, min(refChunk, max(4, 2*len(d.refs)))), 0
	}
	own, base, n := d.refs, d.usedRef, 0
	for more {
		if base+n == len(own) { // move to a chunk of twice the size
			if i = d.spend(i, 2*n*refSize); i < 0 {
				clear(own[base:])
				return i, odd
			}
			larger := make([]Ref, max(len(own), 2*n, 8))
			copy(larger, own[base:])
			clear(own[base:])
			own, base = larger, 0
		}
		var one bool
		if i, one = d.identifier(i, &own[base+n]); i < 0 {
			clear(own[base:])
			return d.inElement(n), odd
		}
		odd = odd || one
		n++
		if i, more = d.more(i, '['); i < 0 {
			clear(own[base:])
			return i, odd
		}
	}
	*refs = own[base : base+n : base+n]
	if n <= refChunk {
		d.refs, d.usedRef = own, base+n
	} else if cap(own)-n > n/4 {
		*refs = append(make([]Ref, 0, n), *refs...)
	}
	return i, odd
}

func (e *encoder) encodeToOne(b []byte, p unsafe.Pointer, _ *program) []byte {
	r := (*toOne)(p)
	if r.State != Set || r.JSON != "" {
		return r.Relationship.append(b)
	}
	b = append(b, `{"data":`...)
	return append(r.Ref.append(b), '}')
}

func (e *encoder) encodeToMany(b []byte, p unsafe.Pointer, _ *program) []byte {
	r := (*toMany)(p)
	if r.State != Set || r.JSON != "" {
		return r.Relationship.append(b)
	}
	b = append(b, `{"data":[`...)
	for k := range r.Refs {
		if k > 0 {
			b = append(b, ',')
		}
		b = r.Refs[k].append(b)
	}
	return append(b, `]}`...)
}

func (r *Relationship) append(b []byte) []byte {
	switch {
	case r.JSON != "":
		return append(b, r.JSON...)
	case r.State == Null:
		return append(b, `{"data":null}`...)
	}
	return append(b, `{}`...)
}

func (r *Ref) append(b []byte) []byte {
	b = append(b, `{"type":`...)
	b = appendString(b, r.Type)
	if lid, ok := strings.CutPrefix(r.ID, LocalID); ok {
		b = append(b, `,"lid":`...)
		b = appendString(b, lid)
		return append(b, '}')
	}
	b = append(b, `,"id":`...)
	b = appendString(b, r.ID)
	return append(b, '}')
}
