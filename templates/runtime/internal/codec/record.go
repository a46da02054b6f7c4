package codec

import (
	"encoding/json"
	"slices"
)

// Record remembers which members of a struct were in the JSON that it was
// decoded from, which of them were null, and the members that the struct has no
// field for. A struct that embeds a struct made of just this has one.
type Record struct {
	_     [0]func() // comparing records tells nothing of values, and takes a function for each struct
	shape *object   // nil until something was decoded
	bits  uint64    // slots 0 to 31: present in the low half, null in the high half
	more  *moreRecord
}

// moreRecord is what few structs need.
type moreRecord struct {
	high    []uint64 // slots 32 and up, 32 to a word
	unknown []member
}

// member is a member that no field stands for.
type member struct {
	name    string
	json    json.RawMessage
	section uint8 // object.section of the object that holds it
}

// Has reports whether the member was there, null or not.
func (r *Record) Has(name string) bool {
	present, _ := r.find(name)
	return present
}

// IsNull reports whether the member was null.
func (r *Record) IsNull(name string) bool {
	_, null := r.find(name)
	return null
}

// Unknown returns the members that the struct has no field for, nil if there
// are none.
func (r *Record) Unknown() map[string]json.RawMessage {
	if r.more == nil || len(r.more.unknown) == 0 {
		return nil
	}
	out := make(map[string]json.RawMessage, len(r.more.unknown))
	for _, m := range r.more.unknown {
		out[m.name] = m.json
	}
	return out
}

func (r *Record) find(name string) (present, null bool) {
	if r.shape == nil {
		return false, false
	}
	if f := r.shape.lookup(name); f != nil {
		if present, null = r.slot(f.slot); present {
			return present, null
		}
	}
	if r.more != nil {
		for _, m := range r.more.unknown {
			if m.name == name {
				return true, string(m.json) == "null"
			}
		}
	}
	return false, false
}

// slot returns what the record says of the slot.
func (r *Record) slot(k uint16) (present, null bool) {
	w := r.bits
	if k >= 32 {
		if r.more == nil || int(k>>5) > len(r.more.high) {
			return false, false
		}
		w = r.more.high[k>>5-1]
	}
	w >>= k & 31
	return w&1 != 0, w>>32&1 != 0
}

// mark notes that the slot's member is there and reports whether it was before.
func (r *Record) mark(k uint16, null bool) (again bool) {
	w := &r.bits
	if k >= 32 {
		w = r.high(int(k>>5) - 1)
	}
	bit := uint64(1) << (k & 31)
	again = *w&bit != 0
	*w = *w&^(bit<<32) | bit
	if null {
		*w |= bit << 32
	}
	return again
}

func (r *Record) high(k int) *uint64 {
	m := r.spill()
	for len(m.high) <= k {
		m.high = append(m.high, 0)
	}
	return &m.high[k]
}

func (r *Record) spill() *moreRecord {
	if r.more == nil {
		r.more = new(moreRecord)
	}
	return r.more
}

// begin makes the record one of shape. What is decoded over an earlier value
// adds to its record, but not to that of its copies.
func (r *Record) begin(shape *object) {
	if r.shape != nil && r.more != nil {
		r.more = &moreRecord{slices.Clone(r.more.high), slices.Clone(r.more.unknown)}
	}
	r.shape = shape
}

// keep adds an unknown member. Until settle it may be one of several with its name.
func (r *Record) keep(section uint8, name string, raw []byte) {
	m := r.spill()
	m.unknown = append(m.unknown, member{name, raw, section})
}

// settle removes repeated unknown members: the last value of each name stays, at
// the position of the first. It takes one pass, because a server chooses how many
// there are.
func (m *moreRecord) settle() {
	const few = 16
	all := m.unknown
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
	m.unknown = kept
}

type identityOfMember struct {
	name    string
	section uint8
}
