package codec

import (
	"encoding/json"
	"reflect"
	"slices"
	"unsafe"
)

// resourceTypes maps the types of JSON:API resources to programs.
type resourceTypes map[string]*program

// resources returns the types of resource that can be reached from the struct
// that the Included is a field of.
func (t *program) resources() resourceTypes {
	if r := t.types.Load(); r != nil {
		return *r
	}
	found := map[string]reflect.Type{}
	if t.root != nil {
		reachable(t.root, map[reflect.Type]bool{}, found)
	}
	r := make(resourceTypes, len(found))
	for name, rt := range found {
		r[name] = programOf(rt)
	}
	t.types.Store(&r)
	return r
}

// reachable finds resource types by way of fields, elements and relationships.
// Of two Go types for one type of resource the one that is nearer wins.
func reachable(rt reflect.Type, seen map[reflect.Type]bool, found map[string]reflect.Type) {
	level := []reflect.Type{rt}
	for len(level) > 0 {
		var next []reflect.Type
		for _, rt := range level {
			for rt.Kind() == reflect.Pointer || rt.Kind() == reflect.Slice || rt.Kind() == reflect.Map {
				rt = rt.Elem()
			}
			if rt.Kind() != reflect.Struct || seen[rt] || rt == timeType || holdsFacts(rt) {
				continue
			}
			seen[rt] = true
			if name, identified := resourceType(rt); identified && found[name] == nil {
				found[name] = rt
			}
			for i := range rt.NumField() {
				next = append(next, rt.Field(i).Type)
			}
		}
		level = next
	}
}

// decodeIncluded decodes resources of different types. Each is allocated for
// itself, so that one that is kept does not keep the others.
func (d *decoder) decodeIncluded(i int, p unsafe.Pointer, t *program) int {
	i, more := d.enter(i, '[')
	if i < 0 {
		return i
	}
	types := t.resources()
	var last *program
	var lastName string
	out := make([]node, 0, min(int(t.hint.Load()), d.n-i))
	start := i
	d.lists++
	for more {
		if len(out) == cap(out) {
			out = slices.Grow(out, d.room(start, i, len(out), int(unsafe.Sizeof(node{}))))
		}
		name, j := d.peekType(i)
		if j < 0 {
			return d.inElement(len(out))
		}
		if last == nil || string(name) != lastName {
			last = types[string(name)]
			lastName = string(name)
		}
		n := node{t: last}
		cost := includedCost
		if last != nil {
			cost += int(last.size)
		}
		if i = d.spend(i, cost); i < 0 {
			return d.inElement(len(out))
		}
		if last != nil && d.b[i] == '{' {
			n.p = reflect.New(last.rt).UnsafePointer()
			i = last.decode(d, i, n.p, last)
		} else {
			n.p = unsafe.Pointer(new(Resource))
			i = d.decodeResource(i, n.p, nil)
		}
		if i < 0 {
			return d.inElement(len(out))
		}
		out = append(out, n)
		if i, more = d.more(i, '['); i < 0 {
			return i
		}
	}
	d.lists--
	if n := uint32(len(out)); n > t.hint.Load() || n < t.hint.Load()/2 {
		t.hint.Store(n)
	}
	*(*[]node)(p) = out
	return i
}

// peekType returns the member type of the resource object at i.
func (d *decoder) peekType(i int) ([]byte, int) {
	depth := d.depth
	i, more := d.enter(i, '{')
	for more {
		p, j := d.part(i)
		if j < 0 {
			return nil, j
		}
		if p == partType {
			d.depth = depth
			return d.text(j)
		}
		if i = d.skip(j); i < 0 {
			return nil, i
		}
		if i, more = d.more(i, '{'); i < 0 {
			return nil, i
		}
	}
	return nil, i
}

func (e *encoder) encodeIncluded(b []byte, p unsafe.Pointer, _ *program) []byte {
	b = append(b, '[')
	for k, n := range *(*[]node)(p) {
		if k > 0 {
			b = append(b, ',')
		}
		if n.t == nil {
			b = e.encodeResource(b, n.p, nil)
		} else {
			b = n.t.encode(e, b, n.p, n.t)
		}
	}
	return append(b, ']')
}

// decodeResource keeps the object at i, and takes its type and id out of it.
func (d *decoder) decodeResource(i int, p unsafe.Pointer, _ *program) int {
	if d.b[i] != '{' {
		return d.mismatch(i, "object")
	}
	end := d.skip(i)
	if end < 0 {
		return end
	}
	r := (*Resource)(p)
	*r = Resource{JSON: clone(d.b[i:end])}
	for name, field := range map[string]*string{"type": &r.Type, "id": &r.ID} {
		if value, j := d.property(i, name); j >= 0 {
			*field = string(value)
		}
	}
	return end
}

func (e *encoder) encodeResource(b []byte, p unsafe.Pointer, _ *program) []byte {
	r := (*Resource)(p)
	if len(r.JSON) > 0 {
		return e.appendRaw(b, r.JSON)
	}
	return (&Ref{Type: r.Type, ID: r.ID}).append(b)
}

// Len returns the number of resources.
func (x *Included) Len() int { return len(x.nodes) }

// At returns a pointer to the resource k, or nil if its type is not known.
func (x *Included) At(k int) any {
	n := x.nodes[k]
	if n.t == nil {
		return nil
	}
	return reflect.NewAt(n.t.rt, n.p).Interface()
}

// Raw returns the resource k if its type is not known.
func (x *Included) Raw(k int) *Resource {
	n := x.nodes[k]
	if n.t != nil {
		return nil
	}
	return (*Resource)(n.p)
}

// TypeOf returns the Go type of the resource k, nil if its type is not known.
func (x *Included) TypeOf(k int) reflect.Type {
	if n := x.nodes[k]; n.t != nil {
		return n.t.rt
	}
	return nil
}

// identity returns the type and id of the resource at p.
func (n node) identity() (typ, id string) {
	if n.t == nil {
		r := (*Resource)(n.p)
		return r.Type, r.ID
	}
	s := n.t.fields()
	return s.typeOf(n.p), s.idOf(n.p)
}

// typeOf returns the type that the resource at p said it was of.
func (s *object) typeOf(p unsafe.Pointer) string {
	if s.record >= 0 {
		if r := *(**Facts)(unsafe.Add(p, s.record)); r != nil {
			for _, m := range r.unknown {
				if m.section == 0 && m.name == "type" {
					var other string
					if json.Unmarshal(m.json, &other) == nil {
						return other
					}
				}
			}
		}
	}
	return s.resource
}

// idOf returns the id of the resource at p as text.
func (s *object) idOf(p unsafe.Pointer) string {
	if s.id == nil {
		return ""
	}
	at := unsafe.Add(p, s.id.off)
	if k := s.id.t.kind; k == kindString || k == kindName {
		return *(*string)(at)
	}
	e := encoder{}
	b := s.id.t.encode(&e, nil, at, s.id.t)
	var text string
	if json.Unmarshal(b, &text) == nil {
		return text
	}
	return string(b)
}
