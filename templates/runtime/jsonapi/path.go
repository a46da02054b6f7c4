package jsonapi

import (
	"reflect"
	"strings"
)

// Path is an include path, e.g. "author.articles", from resources of Go type From
// to those of type To. Where an API lists its paths, generated packages have
// constants for them; for others there is [Via], which the compiler checks.
type Path[From, To any] string

// Related is a pointer to a relationship to resources of Go type T: *ToOne[T] or
// *ToMany[T].
type Related[T any] interface{ leadsTo(*T) }

func (*ToOne[T]) leadsTo(*T)  {}
func (*ToMany[T]) leadsTo(*T) {}

// Via returns the include path of a relationship, which the function points to:
//
//	author := jsonapi.Via(func(a *Article) jsonapi.Related[Person] { return &a.Author })
//
// It panics if the function returns anything but the address of a relationship of
// its argument.
func Via[From, To any](relationship func(*From) Related[To]) Path[From, To] {
	from := new(From)
	at := reflect.ValueOf(relationship(from)).Pointer()
	for v, k := reflect.ValueOf(from).Elem(), 0; k < v.NumField(); k++ {
		f := v.Type().Field(k)
		role, rest, _ := strings.Cut(f.Tag.Get("jsonapi"), ",")
		if role != "rel" || v.Field(k).Addr().Pointer() != at {
			continue
		}
		name, _, _ := strings.Cut(rest, ",")
		if exact, ok := f.Tag.Lookup("wire"); ok {
			name = exact
		}
		return Path[From, To](name)
	}
	panic("jsonapi: Via wants the address of a relationship of " + reflect.TypeFor[From]().String())
}

// Then returns the path that continues where p ends.
func Then[A, B, C any](p Path[A, B], next Path[B, C]) Path[A, C] {
	return Path[A, C](string(p) + "." + string(next))
}
