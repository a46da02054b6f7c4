package codec

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unsafe"
)

// Unset says which member of a request is required and has its zero value, which
// the document rules out. The tag option nonzero marks such members.
type Unset struct {
	Pointer string // JSON pointer to the member (RFC 6901)
	Field   string // e.g. "OrderCreate.Status", or "Payment", a union without a variant
}

// Error says where the member is, and which field holds it.
func (u *Unset) Error() string {
	if u.Pointer == "" {
		return u.Field + " is required and is not set"
	}
	return cut(u.Pointer) + " (" + u.Field + ") is required and is not set"
}

// unset is the first such member that an encoder met, or the first union without a
// variant, which JSON has no value for.
type unset struct {
	field *field       // nil for a union
	owner reflect.Type // of the field, or the union; nil for nothing
	at    int          // where the member's value was written
}

// checkSet notes the field k, whose value is written at index n, if it is not set.
func (e *encoder) checkSet(s *object, k int, at unsafe.Pointer, n int) {
	f := &s.fields[k]
	if e.unset.owner == nil && !slices.Contains(e.given, f) && f.t.isUnset(at) {
		e.unset = unset{f, s.rt, n}
	}
}

// unsent notes the field k if it has to be set: it is left out, but of a request
// that is an error, for which it gets a place.
func (e *encoder) unsent(b []byte, s *object, k int, at unsafe.Pointer) []byte {
	if f := &s.fields[k]; !e.request || !f.nonZero || e.unset.owner != nil || slices.Contains(e.given, f) {
		return b
	}
	b = s.appendKey(b, k)
	e.checkSet(s, k, at, len(b))
	return append(b, "null"...)
}

// moved notes that what was written after index from moved by n bytes.
func (u *unset) moved(from, n int) {
	if u.at > from {
		u.at += n
	}
}

// isUnset reports whether the value at p is zero, or a list or map without items.
func (t *program) isUnset(p unsafe.Pointer) bool {
	switch t.rt.Kind() {
	case reflect.Slice:
		return (*slice)(p).len == 0
	case reflect.Map:
		return reflect.NewAt(t.rt, p).Elem().Len() == 0
	}
	return t.zero(p, t)
}

// unsetError is the error about a member of the document b that is not set; nil if all
// are. It finds the path to it in b, because no path is known while encoding.
func (e *encoder) unsetError(b []byte) error {
	if e.unset.owner == nil {
		return nil
	}
	d := decoders.Get().(*decoder)
	defer decoders.Put(d)
	defer d.reset()
	d.buffer = append(append(d.buffer[:0], b...), nuls...)
	d.b, d.n, d.depth = d.buffer, len(b), 0
	d.arm(d.n, nil)
	w := walker{d: d, offsets: []int{e.unset.at}}
	w.walk(0)
	u := &Unset{Field: e.unset.owner.Name()}
	if f := e.unset.field; f != nil {
		u.Field += "." + f.goName
	}
	for _, path := range w.paths {
		u.Pointer = pointer(path)
	}
	return u
}

// pointer spells a path, outermost first, as a JSON pointer.
func pointer(path []step) string {
	var b strings.Builder
	for _, s := range path {
		b.WriteByte('/')
		if s.index >= 0 {
			b.WriteString(strconv.Itoa(s.index))
		} else {
			b.WriteString(EscapePointer(s.name))
		}
	}
	return b.String()
}

// EscapePointer is a member's name as part of a JSON pointer.
func EscapePointer(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}
