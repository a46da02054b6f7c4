package api

import (
	"reflect"
	"time"
	"unsafe"
)

// Equal reports whether a and b are equal without what their [Presence] says: their
// fields are, deeply, as with reflect.DeepEqual; times are if they are the same
// instant. It is for tests that compare a response with a value of their own.
func Equal(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	if !x.IsValid() || !y.IsValid() {
		return x.IsValid() == y.IsValid()
	}
	return x.Type() == y.Type() && equal(addressable(x), addressable(y), map[visit]bool{})
}

// addressable returns a copy of v that has an address, so that fields which are not
// exported can be read.
func addressable(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

var (
	presenceType = reflect.TypeFor[Presence]()
	instantType  = reflect.TypeFor[time.Time]()
)

// visit is a pair of pointers under comparison: resources point to each other.
type visit struct {
	a, b unsafe.Pointer
	t    reflect.Type
}

func equal(a, b reflect.Value, seen map[visit]bool) bool {
	switch a.Type() {
	case presenceType:
		return true
	case instantType:
		return a.Interface().(time.Time).Equal(b.Interface().(time.Time))
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		v := visit{a.UnsafePointer(), b.UnsafePointer(), a.Type()}
		if same := v.a == v.b && (a.Kind() != reflect.Slice || a.Len() == b.Len()); same || a.Kind() != reflect.Slice && seen[v] {
			return true
		}
		seen[v] = true
	}
	switch a.Kind() {
	case reflect.Pointer:
		return equal(a.Elem(), b.Elem(), seen)
	case reflect.Interface:
		return Equal(a.Interface(), b.Interface())
	case reflect.Struct:
		for k := range a.NumField() {
			if !equal(readable(a.Field(k)), readable(b.Field(k)), seen) {
				return false
			}
		}
		return true
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return false
		}
		for k := range a.Len() {
			if !equal(a.Index(k), b.Index(k), seen) {
				return false
			}
		}
		return true
	case reflect.Map:
		return equalMaps(a, b, seen)
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return a.Pointer() == b.Pointer()
	}
	return a.Interface() == b.Interface()
}

func equalMaps(a, b reflect.Value, seen map[visit]bool) bool {
	if a.Len() != b.Len() {
		return false
	}
	for _, key := range a.MapKeys() {
		y := b.MapIndex(key)
		if !y.IsValid() || !equal(addressable(a.MapIndex(key)), addressable(y), seen) {
			return false
		}
	}
	return true
}

// readable returns v such that Interface works on fields that are not exported.
func readable(v reflect.Value) reflect.Value {
	return reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()
}
