package driver

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/jsonapi"
)

// take looks at what a method returned.
func (o *Outcome) take(results []reflect.Value, c *Call) {
	last := len(results) - 1
	if err, _ := results[last].Interface().(error); err != nil {
		o.Error = err.Error()
		var apiErr *api.Error
		if o.Refused = errors.As(err, &apiErr); o.Refused && apiErr.Value != nil {
			o.encode(apiErr.Value)
		}
		return
	}
	if last == 0 {
		return
	}
	switch v := results[0].Interface().(type) {
	case io.ReadCloser:
		defer v.Close()
		data, err := io.ReadAll(v)
		o.Result = data
		if err != nil {
			o.Error = err.Error()
		}
	case *api.Response:
		o.Result = v.Body
	default:
		o.value(results[0], c)
	}
}

// value encodes a result: that of its status where there are several, and the
// whole document where the method returns a part of one.
func (o *Outcome) value(v reflect.Value, c *Call) {
	if v.Kind() == reflect.String && !strings.Contains(c.ContentType, "json") {
		o.Result = []byte(v.String())
		return
	}
	t := v.Type()
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Struct && t.NumField() > 0 {
		if _, ok := t.Field(0).Tag.Lookup("status"); ok && !v.IsNil() {
			s := v.Elem()
			for i := range s.NumField() {
				if !s.Field(i).IsZero() {
					o.encode(s.Field(i).Interface())
				}
			}
			return
		}
		if doc := documentOf(v.Type()); doc != nil && len(c.Answer) > 0 {
			if err := api.Unmarshal(c.Answer, doc); err != nil {
				o.Error = err.Error()
				return
			}
			o.encode(doc)
			return
		}
	}
	if (v.Kind() == reflect.Slice || v.Kind() == reflect.Map) && v.IsNil() && len(c.Answer) > 0 {
		o.Result = []byte("null") // no list, not an empty one: a caller can tell
		return
	}
	o.encode(v.Interface())
}

func (o *Outcome) encode(v any) {
	w := walker{seen: map[any]bool{}}
	w.walk("", reflect.ValueOf(v))
	slices.Sort(w.unknown)
	o.Unknown, o.Raw, o.Untyped = w.unknown, w.raw, w.untyped
	data, err := api.Marshal(v)
	if err != nil {
		o.Error = "encode: " + err.Error()
	}
	o.Result = data
}

// documentOf returns a pointer to a struct for the whole JSON:API document that
// a result was part of, nil for other results.
func documentOf(t reflect.Type) any {
	data, meta := t, reflect.TypeFor[json.RawMessage]()
	elem := t
	if t.Kind() == reflect.Pointer {
		elem = t.Elem()
	}
	switch {
	case strings.HasPrefix(elem.Name(), "Page[") && strings.HasSuffix(elem.PkgPath(), "/jsonapi"):
		items, _ := elem.FieldByName("Items")
		pageMeta, _ := elem.FieldByName("Meta")
		data, meta = items.Type, pageMeta.Type
	case !isResource(elem):
		return nil
	}
	return reflect.New(reflect.StructOf([]reflect.StructField{
		{Name: "Data", Type: data, Tag: `json:"data"`},
		{Name: "Included", Type: reflect.TypeFor[jsonapi.Included](), Tag: `json:"included,omitzero"`},
		{Name: "Meta", Type: reflect.PointerTo(meta), Tag: `json:"meta,omitzero"`}, // a pointer, because zeros may have been sent
		{Name: "Links", Type: reflect.TypeFor[jsonapi.Links](), Tag: `json:"links,omitzero"`},
		{Name: "JSONAPI", Type: reflect.TypeFor[json.RawMessage](), Tag: `json:"jsonapi,omitzero"`},
	})).Interface()
}

// isResource reports whether values of a type stand under data in a document.
func isResource(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	union := false
	for i := range t.NumField() {
		f := t.Field(i)
		if _, ok := f.Tag.Lookup("jsonapi"); ok || strings.HasSuffix(f.Type.PkgPath(), "/jsonapi") && strings.HasPrefix(f.Type.Name(), "Ref[") {
			return true
		}
		if tag, ok := f.Tag.Lookup("union"); ok && tag != "" && f.Type.Kind() == reflect.Pointer {
			union = union || isResource(f.Type.Elem())
		}
	}
	return union || strings.HasSuffix(t.PkgPath(), "/jsonapi") && (strings.HasPrefix(t.Name(), "Ref[") || strings.HasPrefix(t.Name(), "Identifier["))
}

// walker looks for what the types could not hold.
type walker struct {
	seen                  map[any]bool
	unknown, raw, untyped []string
}

// walk visits every value below v, which stands at a JSON pointer.
func (w *walker) walk(at string, v reflect.Value) {
	if v.IsValid() && v.Type() == reflect.TypeFor[json.RawMessage]() && v.Len() > 0 {
		w.untyped = append(w.untyped, at)
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() || v.Kind() == reflect.Pointer && w.seen[v.Interface()] {
			return
		}
		if v.Kind() == reflect.Pointer {
			w.seen[v.Interface()] = true
		}
		w.walk(at, v.Elem())
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		for i := range v.Len() {
			w.walk(fmt.Sprintf("%s/%d", at, i), v.Index(i))
		}
	case reflect.Map:
		for iter := v.MapRange(); iter.Next(); {
			w.walk(at+"/"+escape(fmt.Sprint(iter.Key())), iter.Value())
		}
	case reflect.Struct:
		w.walkStruct(at, v)
	}
}

func escape(name string) string {
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

func (w *walker) walkStruct(at string, v reflect.Value) {
	if !v.CanInterface() {
		return
	}
	if !v.CanAddr() { // the element of a map
		element := reflect.New(v.Type()).Elem()
		element.Set(v)
		v = element
	}
	switch value := v.Addr().Interface().(type) {
	case *time.Time, *api.Date:
		return
	case interface {
		Unknown() map[string]json.RawMessage
	}:
		for name := range value.Unknown() {
			w.unknown = append(w.unknown, at+"/"+escape(name))
		}
	case interface{ Unknown() json.RawMessage }:
		if value.Unknown() != nil {
			w.raw = append(w.raw, at)
		}
	}
	for i := range v.NumField() {
		if field := v.Type().Field(i); field.IsExported() && !field.Anonymous { // what is embedded told its unknowns above
			w.walk(at+step(field), v.Field(i))
		}
	}
}

// step is the JSON pointer from a struct to one of its fields.
func step(f reflect.StructField) string {
	name := ""
	if tag, ok := f.Tag.Lookup("jsonapi"); ok {
		kind, rest, _ := strings.Cut(tag, ",")
		name, _, _ = strings.Cut(rest, ",")
		switch kind {
		case "attr":
			return "/attributes/" + escape(name)
		case "rel":
			return "/relationships/" + escape(name)
		}
		return "/" + kind
	}
	if tag, ok := f.Tag.Lookup("json"); ok {
		name, _, _ = strings.Cut(tag, ",")
	}
	exact, named := f.Tag.Lookup("wire")
	if named {
		name = exact
	}
	if name == "" && !named {
		return ""
	}
	return "/" + escape(name)
}
