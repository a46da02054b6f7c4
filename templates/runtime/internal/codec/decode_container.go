package codec

import (
	"reflect"
	"unsafe"
)

// slice is how a slice looks in memory.
type slice struct {
	p        unsafe.Pointer
	len, cap int
}

var empty struct{ p [16]unsafe.Pointer } // where empty slices point to

// decodeSlice decodes the array at i to a new backing array. It comes from
// reflect, so that the collector sees its type. The first guess of its length is
// what was seen at this place lately: the maximum, lowered only when a slice has
// to be trimmed.
func (d *decoder) decodeSlice(i int, p unsafe.Pointer, t *program) int {
	i, more := d.enter(i, '[')
	if i < 0 {
		return i
	}
	h := (*slice)(p)
	*h = slice{p: unsafe.Pointer(&empty)}
	if !more {
		return i
	}
	d.lists++
	size := t.elem.size
	// A wrong guess costs at most a small multiple of the input that is left.
	n := min(int(t.hint.Load()), (d.n-i)*4/int(size+1)+1)
	rv := reflect.NewAt(t.rt, p).Elem()
	if i = d.spend(i, max(n, 1)*int(size)); i < 0 {
		return i
	}
	rv.Grow(max(n, 1))
	grown, start := false, i
	for more {
		if h.len == h.cap {
			n := d.room(start, i, h.len, int(size))
			if i = d.spend(i, (h.len+n)*int(size)); i < 0 {
				return i
			}
			rv.Grow(n)
			grown = true
		}
		if i >= d.look && !d.mayGoOn(i) {
			return d.inElement(h.len)
		}
		if i = d.value(i, unsafe.Add(h.p, uintptr(h.len)*size), t.elem); i < 0 {
			return d.inElement(h.len)
		}
		h.len++
		if i, more = d.more(i, '['); i < 0 {
			return i
		}
	}
	d.lists--
	trim := (h.cap-h.len)*4 > h.cap && uintptr(h.cap-h.len)*size > 64
	if grown || trim {
		t.hint.Store(uint32(h.len))
	}
	if trim {
		d.trimmed = *h
		*h = slice{}
		rv.Grow(d.trimmed.len)
		h.len = d.trimmed.len
		reflect.Copy(rv, reflect.NewAt(t.rt, unsafe.Pointer(&d.trimmed)).Elem())
		d.trimmed = slice{}
	}
	return i
}

// room is for how many more elements to make room in an array of which n are
// decoded, each of size bytes, from the input between start and i. Where that is a
// large part of the input, the rest of it is treated as more of the same: the slice
// is moved once then. Elsewhere slices double.
func (d *decoder) room(start, i, n, size int) int {
	done, left := i-start, d.n-i
	if n < 16 || done < left/8 {
		return max(4, n)
	}
	rest := int(float64(n) * float64(left) / float64(done))
	if rest > left*4/(size+1) { // as with the first guess
		return n
	}
	return rest + rest/16 + n/16 + 1
}

// decodeStrings decodes an array of strings by way of a stack, to a backing array
// of just its length.
func (d *decoder) decodeStrings(i int, p unsafe.Pointer, t *program) int {
	i, more := d.enter(i, '[')
	if i < 0 {
		return i
	}
	base := len(d.strs)
	d.lists++
	for more {
		d.strs = append(d.strs, "")
		last := unsafe.Pointer(&d.strs[len(d.strs)-1])
		if i = d.value(i, last, t.elem); i < 0 {
			return d.inElement(len(d.strs) - base - 1)
		}
		if i, more = d.more(i, '['); i < 0 {
			return i
		}
	}
	d.lists--
	*(*[]string)(p) = append(make([]string, 0, len(d.strs)-base), d.strs[base:]...)
	clear(d.strs[base:])
	d.strs = d.strs[:base]
	return i
}

func (d *decoder) decodePointer(i int, p unsafe.Pointer, t *program) int {
	q := *(*unsafe.Pointer)(p)
	if q == nil {
		if i = d.spend(i, int(t.elem.size)); i < 0 {
			return i
		}
		q = t.elem.new()
		*(*unsafe.Pointer)(p) = q
	}
	return t.elem.decode(d, i, q, t.elem)
}

// new allocates a value.
func (t *program) new() unsafe.Pointer {
	switch t.rt.Kind() {
	case reflect.String:
		return unsafe.Pointer(new(string))
	case reflect.Bool, reflect.Int8, reflect.Uint8:
		return unsafe.Pointer(new(byte))
	case reflect.Int32, reflect.Uint32, reflect.Float32:
		return unsafe.Pointer(new(uint32))
	case reflect.Int64, reflect.Uint64, reflect.Float64:
		return unsafe.Pointer(new(uint64))
	}
	return reflect.New(t.rt).UnsafePointer()
}

func (d *decoder) decodeMap(i int, p unsafe.Pointer, t *program) int {
	i, more := d.enter(i, '{')
	if i < 0 {
		return i
	}
	m := reflect.NewAt(t.rt, p).Elem()
	if m.IsNil() {
		m.Set(reflect.MakeMap(t.rt))
	}
	if !more {
		return i
	}
	k, v := reflect.New(t.rt.Key()).Elem(), reflect.New(t.elem.rt)
	kp, vp := (*string)(k.Addr().UnsafePointer()), v.UnsafePointer()
	v = v.Elem()
	d.lists++
	for more {
		key, j := d.name(i)
		if j < 0 {
			return j
		}
		*kp = d.copy(key)
		if i = d.value(j, vp, t.elem); i < 0 {
			return d.inMember(*kp)
		}
		if i = d.spend(i, mapCost+2*int(t.elem.size)); i < 0 {
			return i
		}
		m.SetMapIndex(k, v)
		v.SetZero()
		if i, more = d.more(i, '{'); i < 0 {
			return i
		}
	}
	d.lists--
	return i
}

// decodeStringMap is decodeMap for map[string]string.
func (d *decoder) decodeStringMap(i int, p unsafe.Pointer, t *program) int {
	i, more := d.enter(i, '{')
	if i < 0 {
		return i
	}
	m := (*map[string]string)(p)
	if *m == nil {
		*m = make(map[string]string)
	}
	for more {
		key, j := d.name(i)
		if j < 0 {
			return j
		}
		k, v := d.intern(key), ""
		if d.b[j] == 'n' {
			j = d.literal(j)
			d.notes |= noteText
		} else {
			v, j = d.string(j)
		}
		if j = d.spend(j, mapCost); j < 0 {
			return d.inMember(k)
		}
		(*m)[k] = v
		if i, more = d.more(j, '{'); i < 0 {
			return i
		}
	}
	return i
}
