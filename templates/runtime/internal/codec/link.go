package codec

import (
	"hash/maphash"
	"reflect"
	"unsafe"
)

// relation says where in a struct there are relationships.
type relation struct {
	off    uintptr
	t      *program
	target *program // of a relationship; nil for a field that holds relationships deeper down
}

// relationsOf lists the relationships of a struct, when its first value is linked.
func (s *object) relationsOf() []relation {
	if r := s.relations.Load(); r != nil {
		return *r
	}
	out := s.addRelations(nil)
	s.relations.Store(&out)
	return out
}

func (s *object) addRelations(out []relation) []relation {
	for k := range s.fields[:s.n] {
		f := &s.fields[k]
		switch {
		case f.mode == modeSection:
			out = f.section.addRelations(out)
		case f.mode != modePlain:
		case f.t.kind == kindToOne:
			out = append(out, relation{f.off, f.t, programOf(target(f.t.rt.Field(0).Type))})
		case f.t.kind == kindToMany:
			out = append(out, relation{f.off, f.t, programOf(target(f.t.rt.Field(0).Type.Elem()))})
		case holdsRelations(f.rt, map[reflect.Type]bool{}):
			out = append(out, relation{f.off, f.t, nil})
		}
	}
	return out
}

// target returns T of jsonapi.Ref[T], whose last field is a *T.
func target(ref reflect.Type) reflect.Type { return ref.Field(ref.NumField() - 1).Type.Elem() }

// holdsRelations reports whether values of rt hold resources or relationships. A
// document inside of a document is linked for itself.
func holdsRelations(rt reflect.Type, seen map[reflect.Type]bool) bool {
	switch rt.Kind() {
	case reflect.Pointer, reflect.Slice:
		return holdsRelations(rt.Elem(), seen)
	case reflect.Struct:
		if seen[rt] || rt == timeType {
			return false
		}
		seen[rt] = true
		if _, identified := resourceType(rt); identified {
			return true
		}
		held := false
		for i := range rt.NumField() {
			f := rt.Field(i)
			if wraps(f.Type, includedType) {
				return false
			}
			if f.Type == relationType {
				return true
			}
			held = held || f.IsExported() && holdsRelations(f.Type, seen)
		}
		return held
	}
	return false
}

// linker resolves the relationships of one document.
type linker struct {
	nodes []node
	table []entry // open addressing by identity
}

// entry is a node in the table. Its hash spares looks at resources all over memory.
type entry struct {
	hash uint32
	node uint32 // index + 1
}

var seed = maphash.MakeSeed()

// Link sets the resources of all relationships in the document that v points to,
// a struct with an Included among its fields. Primary data and included resources
// may point to each other, in circles too. It walks values, not JSON, because
// slices move while they grow.
func Link(v any) {
	rv := reflect.ValueOf(v)
	s, p := programOf(rv.Type().Elem()).fields(), rv.UnsafePointer()
	l := linker{}
	for k := range s.fields[:s.n] {
		if f := &s.fields[k]; f.mode == modePlain && f.t.kind == kindIncluded {
			l.nodes = append(l.nodes, *(*[]node)(unsafe.Add(p, f.off))...)
		}
	}
	for _, r := range s.relationsOf() {
		if r.target == nil {
			l.walk(unsafe.Add(p, r.off), r.t)
		}
	}
	for k := 0; k < len(l.nodes); k++ { // after what the document itself has: that is newer
		l.embedded(l.nodes[k])
	}
	l.index()
	for _, n := range l.nodes {
		if n.t != nil {
			l.resolveAll(n.p, n.t.fields())
		}
	}
}

// embedded adds what stands in the attributes of n: documents within the document,
// whose resources are as they were at some time.
func (l *linker) embedded(n node) {
	if n.t == nil {
		return
	}
	for _, r := range n.t.fields().relationsOf() {
		if r.target == nil {
			l.walk(unsafe.Add(n.p, r.off), r.t)
		}
	}
}

// walk adds the structs that the value at p is made of to the nodes: resources, and
// others that hold resources.
func (l *linker) walk(p unsafe.Pointer, t *program) {
	switch t.kind {
	case kindPointer:
		if q := *(*unsafe.Pointer)(p); q != nil {
			l.walk(q, t.elem)
		}
	case kindSlice:
		h := (*slice)(p)
		for k := range h.len {
			l.walk(unsafe.Add(h.p, uintptr(k)*t.elem.size), t.elem)
		}
	case kindUnion:
		if v := t.variants().set(p); v != nil {
			l.walk(unsafe.Add(p, v.off), v.t)
		}
	case kindResource:
		l.nodes = append(l.nodes, node{p, nil})
	case kindStruct:
		l.nodes = append(l.nodes, node{p, t})
	}
}

// resolveAll resolves the relationships of the struct at p.
func (l *linker) resolveAll(p unsafe.Pointer, s *object) {
	for _, r := range s.relationsOf() {
		at := unsafe.Add(p, r.off)
		switch r.t.kind {
		case kindToOne:
			if one := (*toOne)(at); one.State == Set {
				l.resolve(&one.Ref, r.target)
			}
		case kindToMany:
			refs := (*toMany)(at).Refs
			for k := range refs {
				l.resolve(&refs[k], r.target)
			}
		}
	}
}

// index makes the table. The first resource of several with one identity stays.
func (l *linker) index() {
	size := 8
	for size < 2*len(l.nodes) {
		size *= 2
	}
	l.table = make([]entry, size)
	for k, n := range l.nodes {
		if n.t != nil && n.t.fields().id == nil {
			continue
		}
		if e := l.find(n.identity()); e.node == 0 {
			e.node = uint32(k + 1)
		}
	}
}

// find returns the entry of the resource; a new one with its hash if there is none.
func (l *linker) find(typ, id string) *entry {
	hash := maphash.String(seed, id) ^ uint64(len(typ))
	mask := uint64(len(l.table) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		e := &l.table[at]
		if e.node == 0 {
			e.hash = uint32(hash >> 32)
			return e
		}
		if e.hash == uint32(hash>>32) {
			if t, i := l.nodes[e.node-1].identity(); i == id && t == typ {
				return e
			}
		}
	}
}

// resolve sets the resource of r, if the document has it and it is of the Go type
// that the relationship wants.
func (l *linker) resolve(r *Ref, target *program) {
	k := l.find(r.Type, r.ID).node
	if k == 0 {
		return
	}
	n := l.nodes[k-1]
	switch {
	case n.t == target, n.t == nil && target.kind == kindResource:
		r.Value = n.p
	case target.kind == kindUnion && n.t != nil:
		v := target.variants().named(r.Type)
		if v != nil && v.t.elem == n.t {
			u := target.new()
			*(*unsafe.Pointer)(unsafe.Add(u, v.off)) = n.p
			r.Value = u
		}
	}
}
