package codec

import (
	"hash/maphash"
	"reflect"
	"slices"
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

// linker resolves the relationships of one document. In a large one nearly every
// look at a resource is a look at memory that no cache holds. The linker therefore
// keeps the identities apart from the resources, and takes identifiers in batches,
// so that the processor waits for many places of memory at once.
type linker struct {
	nodes   []node
	known   []identity // of the nodes
	table   []entry    // open addressing by identity
	mask    entry      // of the bits that number the entries
	pending [64]lookup
	waiting int // of pending
}

// small is the memory of a linker of few resources.
type small struct {
	nodes [4]node
	known [4]identity
	table [8]entry
}

type identity struct{ typ, id string }

// entry is a node in the table: its index + 1, and in the bits above those that
// number the entries of the table a part of its hash, which spares looks at most
// other identities. The table is the smaller for it, and in the cache for longer.
type entry uint32

func (l *linker) entry(hash uint64, k int) entry {
	return entry(hash>>32)&^l.mask | entry(k+1)
}

// node is the index + 1 of the node of e, 0 if there is none.
func (l *linker) node(e entry) uint32 { return uint32(e & l.mask) }

// lookup is an identifier that is to be resolved, and how far that is.
type lookup struct {
	ref    *Ref
	target *program
	hash   uint64
	node   uint32 // index + 1 of the node that it is, unless another one has its hash
	first  byte   // of that node's id
}

var seed = maphash.MakeSeed()

// Link sets the resources of all relationships in the document that v points to,
// a struct with an Included among its fields. Primary data and included resources
// may point to each other, in circles too. It walks values, not JSON, because
// slices move while they grow.
func Link(v any) {
	rv := reflect.ValueOf(v)
	s, p := programOf(rv.Type().Elem()).fields(), rv.UnsafePointer()
	var few small
	l := linker{nodes: few.nodes[:0], known: few.known[:0], table: few.table[:]}
	for _, r := range s.relationsOf() { // primary data first: an included copy of it yields (JSON:API 1.1, Compound Documents)
		if r.target == nil {
			l.walk(unsafe.Add(p, r.off), r.t)
		}
	}
	for k := range s.fields[:s.n] {
		if f := &s.fields[k]; f.mode == modePlain && f.t.kind == kindIncluded {
			l.nodes = append(l.nodes, *(*[]node)(unsafe.Add(p, f.off))...)
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
	l.flush()
}

// embedded adds what is in the attributes of n: documents within the document,
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
		l.nodes = slices.Grow(l.nodes, h.len) // most often one for each element
		for k := range h.len {
			l.walk(unsafe.Add(h.p, uintptr(k)*t.elem.size), t.elem)
		}
	//gen:only api.Union
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
	size := len(l.table)
	for size < 2*len(l.nodes) {
		size *= 2
	}
	if size > len(l.table) {
		l.table, l.known = make([]entry, size), make([]identity, 0, len(l.nodes))
	}
	l.known, l.mask = l.known[:len(l.nodes)], entry(size-1)
	for k, n := range l.nodes {
		if n.t != nil && n.t.fields().id == nil {
			continue
		}
		i := &l.known[k]
		i.typ, i.id = n.identity()
		hash := i.hash()
		if e := l.find(hash, i.typ, i.id); *e == 0 {
			*e = l.entry(hash, k)
		}
	}
}

func (i *identity) hash() uint64 { return maphash.String(seed, i.id) ^ uint64(len(i.typ)) }

// find returns the entry of the resource, or the empty one where it would be.
func (l *linker) find(hash uint64, typ, id string) *entry {
	mask := uint64(len(l.table) - 1)
	for at := hash & mask; ; at = (at + 1) & mask {
		e := &l.table[at]
		if *e == 0 {
			return e
		}
		if (*e^entry(hash>>32))&^l.mask == 0 {
			if i := &l.known[l.node(*e)-1]; i.id == id && i.typ == typ {
				return e
			}
		}
	}
}

// resolve sets the resource of r, now or when the batch is full.
func (l *linker) resolve(r *Ref, target *program) {
	if l.waiting == len(l.pending) {
		l.flush()
	}
	l.pending[l.waiting] = lookup{ref: r, target: target}
	l.waiting++
}

// flush resolves what waits. Each of its loops asks for memory that the next one
// uses.
func (l *linker) flush() {
	batch := l.pending[:l.waiting]
	l.waiting = 0
	mask := uint64(len(l.table) - 1)
	for k := range batch {
		p := &batch[k]
		p.hash = (&identity{p.ref.Type, p.ref.ID}).hash()
	}
	for k := range batch {
		p := &batch[k]
		p.node = l.node(l.table[p.hash&mask])
	}
	for k := range batch {
		if p := &batch[k]; p.node > 0 {
			if id := l.known[p.node-1].id; id != "" {
				p.first = id[0]
			}
		}
	}
	for k := range batch {
		p := &batch[k]
		if e := l.find(p.hash, p.ref.Type, p.ref.ID); *e != 0 {
			l.set(p.ref, p.target, l.nodes[l.node(*e)-1])
		}
	}
}

// set sets the resource of r to n, if that is of the Go type that the relationship
// wants.
func (l *linker) set(r *Ref, target *program, n node) {
	switch {
	case n.t == target, n.t == nil && target.kind == kindResource:
		r.Value = n.p
	//gen:only api.Union
	case target.kind == kindUnion && n.t != nil:
		v := target.variants().named(r.Type)
		if v != nil && v.t.elem == n.t {
			u := target.new()
			*(*unsafe.Pointer)(unsafe.Add(u, v.off)) = n.p
			r.Value = u
		}
	}
}
