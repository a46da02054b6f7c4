package api

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// DecodeHeader decodes the response's header into v, a pointer to a struct with
// a field per header:
//
//	Remaining int64 `header:"X-RateLimit-Remaining"`
//
// Fields of headers that the response does not have stay as they are. Lists and
// objects are taken apart at commas; a time may be written as HTTP writes dates.
// The error names the headers that do not fit their fields; all others are decoded.
// [CaptureResponse] gets hold of a call's response.
//
//gen:only .DecodeHeader
func (r *Response) DecodeHeader(v any) error {
	target := reflect.ValueOf(v)
	if target.Kind() != reflect.Pointer || target.IsNil() || target.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("api: headers cannot be decoded into a %T: pass a pointer to a struct", v)
	}
	target = target.Elem()
	var errs []error
	for k := range target.NumField() {
		tag, ok := target.Type().Field(k).Tag.Lookup("header")
		if !ok {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		lines := r.Header.Values(name)
		if len(lines) == 0 {
			continue
		}
		text := strings.Join(lines, ", ")
		if text == "" && bare(target.Type().Field(k).Type).Kind() != reflect.String {
			continue
		}
		data := []byte(text)
		if f := parseFlags(options); !f.json {
			data = headerJSON(target.Type().Field(k).Type, text, f.explode)
		}
		if err := Unmarshal(data, target.Field(k).Addr().Interface()); err != nil {
			errs = append(errs, fmt.Errorf("header %s: %q is not %s", name, text, headerType(target.Type().Field(k).Type)))
		}
	}
	return errors.Join(errs...)
}

// headerType names what a header should have been.
func headerType(t reflect.Type) string {
	if t = bare(t); t.Name() == "" || t.PkgPath() == "" {
		return t.String()
	}
	return t.Name()
}

// headerJSON returns a header in simple style as the JSON that t decodes.
func headerJSON(t reflect.Type, text string, explode bool) []byte {
	t = bare(t)
	switch {
	case t == reflect.TypeFor[time.Time]():
		if at, err := http.ParseTime(text); err == nil {
			text = at.Format(time.RFC3339)
		}
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
	default:
		switch t.Kind() {
		case reflect.Slice:
			if t.Elem().Kind() != reflect.Uint8 {
				return headerList(t.Elem(), text)
			}
		case reflect.Map:
			return headerObject(func(string) reflect.Type { return t.Elem() }, text, explode)
		case reflect.Struct:
			if fields := fieldsOf(t); !fields.isUnion {
				return headerObject(func(name string) reflect.Type { return memberType(t, fields, name) }, text, explode)
			}
			if json.Valid([]byte(text)) {
				return []byte(text)
			}
		case reflect.Bool, reflect.Int32, reflect.Int64, reflect.Float64:
			return []byte(text)
		case reflect.Interface:
			if json.Valid([]byte(text)) {
				return []byte(text)
			}
		}
	}
	if t == rawType && json.Valid([]byte(text)) {
		return []byte(text)
	}
	b, _ := json.Marshal(text) // strings always encode
	return b
}

func headerList(elem reflect.Type, text string) []byte {
	b := []byte{'['}
	for part := range strings.SplitSeq(text, ",") {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(b, headerJSON(elem, strings.TrimSpace(part), false)...)
	}
	return append(b, ']')
}

// headerObject reads a,1,b,2 or, exploded, a=1,b=2.
func headerObject(typeOf func(name string) reflect.Type, text string, explode bool) []byte {
	parts := strings.Split(text, ",")
	b := []byte{'{'}
	for k := 0; k < len(parts); k++ {
		name, value := strings.TrimSpace(parts[k]), ""
		if explode {
			name, value, _ = strings.Cut(name, "=")
		} else if k++; k < len(parts) {
			value = strings.TrimSpace(parts[k])
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(strconv.AppendQuote(b, name), ':'), headerJSON(typeOf(name), value, false)...)
	}
	return append(b, '}')
}

// memberType returns the type of an object's member, that of a string when the
// struct has none.
func memberType(t reflect.Type, fields *structFields, name string) reflect.Type {
	for _, f := range fields.named {
		if f.name == name && !f.unknown {
			return t.Field(f.index).Type
		}
	}
	return reflect.TypeFor[string]()
}
