package api

import (
	"reflect"
	"strconv"
	"strings"
)

// An error object points into the document that was sent. This file finds the
// Go field which that place was made from, by the tags of the value's type. It
// runs only when someone asks.

// envelopes is an Envelope around several values: the one that a pointer
// is into, where the caller put it, and the rest of the pointer.
type envelopes interface {
	Within(pointer string) (value any, at, rest string)
}

// bodyField returns the path of Go fields that pointer means in body.
func bodyField(body any, pointer string) string {
	if several, ok := body.(envelopes); ok {
		value, where, rest := several.Within(strings.TrimPrefix(pointer, "#"))
		if field := bodyField(value, rest); field != "" && field[0] != '[' {
			where += "." + field
		}
		return where
	}
	at := ""
	for {
		e, ok := body.(Envelope)
		if !ok {
			break
		}
		inner, prefix := e.Enveloped()
		body, at = inner, at+prefix
	}
	if body == nil {
		return ""
	}
	var names []string
	rest := strings.TrimPrefix(pointer, "#")
	if at != "" {
		cut, ok := strings.CutPrefix(rest, at)
		if ok && (cut == "" || cut[0] == '/') {
			rest = cut
		}
	}
	for name := range strings.SplitSeq(strings.Trim(rest, "/"), "/") {
		names = append(names, strings.ReplaceAll(strings.ReplaceAll(name, "~1", "/"), "~0", "~"))
	}
	return strings.TrimPrefix(goPath(reflect.TypeOf(body), names), ".")
}

// goPath returns ".Address.City", "[3].Name" and so on for the path of names
// from a value of type t, as far as they are found.
func goPath(t reflect.Type, names []string) string {
	t = bare(t)
	if t == nil || len(names) == 0 || names[0] == "" {
		return ""
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array:
		if _, err := strconv.Atoi(names[0]); err == nil {
			return "[" + names[0] + "]" + goPath(t.Elem(), names[1:])
		}
	case reflect.Map:
		return "[" + strconv.Quote(names[0]) + "]" + goPath(t.Elem(), names[1:])
	case reflect.Struct:
		for k := range t.NumField() {
			f := t.Field(k)
			if used := fieldMatch(f, names); used > 0 {
				return "." + f.Name + goPath(f.Type, names[used:])
			}
		}
	}
	return ""
}

// fieldMatch returns how many of names f is: 0 for none, 2 for a
// JSON:API attribute ("attributes", "email").
func fieldMatch(f reflect.StructField, names []string) int {
	if f.Name == "_" || f.Anonymous {
		return 0
	}
	if tag, ok := f.Tag.Lookup("jsonapi"); ok {
		kind, rest, _ := strings.Cut(tag, ",")
		name, _, _ := strings.Cut(rest, ",")
		if exact, ok := f.Tag.Lookup("wire"); ok {
			name = exact
		}
		section := map[string]string{"attr": "attributes", "rel": "relationships"}[kind]
		switch {
		case section != "" && names[0] == section && len(names) > 1 && names[1] == name:
			return 2
		case section != "" && len(names) == 1 && names[0] == name: // servers that leave the section out
			return 1
		case section == "" && names[0] == kind:
			return 1
		}
		return 0
	}
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if exact, ok := f.Tag.Lookup("wire"); ok {
		name = exact
	}
	if name != "" && name == names[0] {
		return 1
	}
	return 0
}

// bare follows pointers and Opts to the type that has the fields.
func bare(t reflect.Type) reflect.Type {
	for t != nil {
		switch {
		case t.Kind() == reflect.Pointer:
			t = t.Elem()
		case t.Kind() == reflect.Struct && isOptional(t):
			t = t.Field(0).Type
		default:
			return t
		}
	}
	return nil
}
