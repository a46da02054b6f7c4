package codec

import (
	"reflect"
	"unsafe"
)

// Input decodes what read encodes to into what write points to: what a request holds
// of a schema, of which read is what responses hold. Members that no type of write
// names are kept as unknown ones, but for those that read has a field for: they are
// read-only.
func Input(read, write any) error {
	data, err := Marshal(read)
	if err != nil {
		return err
	}
	if err := Unmarshal(data, write); err != nil {
		return err
	}
	r, _ := root(read)
	if w, p := root(write); r != nil && w != nil {
		dropKnown(p, w, r)
	}
	return nil
}

// dropKnown removes from the facts of the value at p the unknown members for which the
// type that was read has fields.
func dropKnown(p unsafe.Pointer, w, r *program) {
	for r.kind == kindPointer || r.kind == kindOpt {
		r = r.elem
	}
	switch w.kind {
	case kindPointer:
		if to := *(*unsafe.Pointer)(p); to != nil {
			dropKnown(to, w.elem, r)
		}
	case kindOpt:
		if *(*State)(unsafe.Add(p, w.state)) == Set {
			dropKnown(p, w.elem, r)
		}
	case kindSlice:
		if r.kind == kindSlice {
			s := (*slice)(p)
			for k := range s.len {
				dropKnown(unsafe.Add(s.p, uintptr(k)*w.elem.size), w.elem, r.elem)
			}
		}
	case kindMap:
		if r.kind == kindMap {
			dropOfMap(reflect.NewAt(w.rt, p).Elem(), w.elem, r.elem)
		}
	case kindStruct:
		if r.kind == kindStruct {
			dropOfStruct(p, w.fields(), r.fields())
		}
	//gen:only api.Union
	case kindUnion:
		if r.kind == kindUnion {
			dropOfUnion(p, w, r)
		}
	}
}

func dropOfStruct(p unsafe.Pointer, w, r *object) {
	if w.record >= 0 {
		if facts := *(**Facts)(unsafe.Add(p, w.record)); facts != nil {
			kept := facts.unknown[:0]
			for _, m := range facts.unknown {
				if r.lookup(m.name) == nil {
					kept = append(kept, m)
				}
			}
			facts.unknown = kept
		}
	}
	for k := range w.fields[:w.n] {
		f := &w.fields[k]
		if other := r.lookup(f.name); other != nil && f.t != nil && other.t != nil {
			dropKnown(unsafe.Add(p, f.off), f.t, other.t)
		}
	}
	if w.rest != nil && r.rest != nil {
		dropKnown(unsafe.Add(p, w.rest.off), w.rest.t, r.rest.t)
	}
}

// dropOfMap goes through copies of the values: their facts are those of the map's.
func dropOfMap(m reflect.Value, w, r *program) {
	v := reflect.New(w.rt)
	for _, key := range m.MapKeys() {
		v.Elem().Set(m.MapIndex(key))
		dropKnown(v.UnsafePointer(), w, r)
	}
}

//gen:only api.Union
func dropOfUnion(p unsafe.Pointer, w, r *program) {
	for i := range w.rt.NumField() {
		f := w.rt.Field(i)
		if other, ok := r.rt.FieldByName(f.Name); ok && !f.Anonymous && f.Type.Kind() == reflect.Pointer {
			dropKnown(unsafe.Add(p, f.Offset), programOf(f.Type), programOf(other.Type))
		}
	}
}
