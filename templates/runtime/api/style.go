package api

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// Parameters and forms are made of scalars, lists and objects. This file takes
// Go values apart into these; path.go, params.go and form.go join them.

type state uint8

const (
	isAbsent state = iota // left out: an unset Opt, a nil pointer, slice or map
	isNull
	isSet
)

// optional is what *Opt[T] is, whatever its T.
type optional interface{ optional() (value any, s state) }

func (o *Opt[T]) optional() (any, state) {
	switch {
	case o.IsZero():
		return nil, isAbsent
	case o.IsNull():
		return nil, isNull
	}
	return &o.value, isSet
}

// settle follows pointers, interfaces, Opts and unions to the value that is
// sent.
func settle(v reflect.Value) (reflect.Value, state) {
	for v.IsValid() {
		switch v.Kind() {
		case reflect.Pointer, reflect.Interface:
			if v.IsNil() {
				return v, isAbsent
			}
			v = v.Elem()
			continue
		case reflect.Slice, reflect.Map:
			if v.IsNil() {
				return v, isAbsent
			}
			return v, isSet
		case reflect.Struct:
			if !isOptional(v.Type()) {
				//gen:only api.Union
				if fieldsOf(v.Type()).isUnion {
					return settleUnion(v)
				}
				return v, isSet
			}
			if !v.CanAddr() {
				c := reflect.New(v.Type()).Elem()
				c.Set(v)
				v = c
			}
			inner, s := v.Addr().Interface().(optional).optional()
			if s != isSet {
				return v, s
			}
			v = reflect.ValueOf(inner).Elem()
			continue
		}
		return v, isSet
	}
	return v, isAbsent
}

var (
	optionalType      = reflect.TypeFor[optional]()
	unionType         = reflect.TypeFor[Union]()
	timeType          = reflect.TypeFor[time.Time]()
	rawType           = reflect.TypeFor[json.RawMessage]()
	textMarshalerType = reflect.TypeFor[encoding.TextMarshaler]()
	jsonMarshalerType = reflect.TypeFor[json.Marshaler]()
)

func isOptional(t reflect.Type) bool { return reflect.PointerTo(t).Implements(optionalType) }

func settleUnion(v reflect.Value) (reflect.Value, state) {
	for k := range v.NumField() {
		f := v.Field(k)
		if f.Type() == unionType {
			if raw := f.Interface().(Union).Unknown(); raw != nil {
				return reflect.ValueOf(raw), isSet
			}
		} else if f.Kind() == reflect.Pointer && !f.IsNil() {
			return settle(f)
		}
	}
	return v, isAbsent
}

// text returns a scalar as it is in a URL, a header or a form; ok is false
// for lists and objects.
func text(v reflect.Value) (s string, ok bool, err error) {
	t := v.Type()
	if t == timeType {
		return v.Interface().(time.Time).Format(time.RFC3339Nano), true, nil
	}
	if t.PkgPath() != "" || t.Kind() == reflect.Struct {
		if s, ok, err := marshaledText(v); ok || err != nil {
			return s, ok, err
		}
	}
	switch t.Kind() {
	case reflect.String:
		return v.String(), true, nil
	case reflect.Bool:
		return strconv.FormatBool(v.Bool()), true, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), true, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return strconv.FormatUint(v.Uint(), 10), true, nil
	case reflect.Float32, reflect.Float64:
		s, err := floatText(v.Float(), t.Bits())
		return s, true, err
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return base64.StdEncoding.EncodeToString(v.Bytes()), true, nil
		}
		return "", false, nil
	case reflect.Array, reflect.Map, reflect.Struct:
		return "", false, nil
	}
	return "", false, fmt.Errorf("a %s cannot be sent", t)
}

// floatText writes f as JSON does.
func floatText(f float64, bits int) (string, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "", fmt.Errorf("%v cannot be sent", f)
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	return strconv.FormatFloat(f, format, -1, bits), nil
}

// marshaledText returns the text of a type that says how it is written.
func marshaledText(v reflect.Value) (s string, ok bool, err error) {
	t := v.Type()
	if t == rawType {
		return rawText(v.Bytes())
	}
	if v.CanAddr() && reflect.PointerTo(t).Implements(textMarshalerType) {
		v = v.Addr()
	}
	if v.Type().Implements(textMarshalerType) {
		b, err := v.Interface().(encoding.TextMarshaler).MarshalText()
		return string(b), true, err
	}
	if t.Implements(jsonMarshalerType) && len(fieldsOf(t).named) == 0 {
		b, err := v.Interface().(json.Marshaler).MarshalJSON()
		if err != nil {
			return "", true, err
		}
		return rawText(b)
	}
	return "", false, nil
}

// rawText returns JSON as text: a string without its quotes, all else as it is.
func rawText(raw []byte) (string, bool, error) {
	if len(raw) > 0 && raw[0] == '"' {
		var s string
		err := json.Unmarshal(raw, &s)
		return s, true, err
	}
	return string(raw), true, nil
}

// split returns the texts of a scalar, of a list's elements or, as pairs of
// name and value, of an object's members. What nests deeper is written as JSON.
func split(v reflect.Value) (parts []string, pairs bool, err error) {
	if s, ok, err := text(v); ok || err != nil {
		return []string{s}, false, err
	}
	if k := v.Kind(); k == reflect.Slice || k == reflect.Array {
		for k := range v.Len() {
			s, err := leaf(v.Index(k))
			if err != nil {
				return nil, false, err
			}
			parts = append(parts, s)
		}
		return parts, false, nil
	}
	object, err := members(v)
	for _, m := range object {
		s, err := leaf(m.value)
		if err != nil {
			return nil, false, within(m.name, err)
		}
		parts = append(parts, m.name, s)
	}
	return parts, true, err
}

func leaf(v reflect.Value) (string, error) {
	v, state := settle(v)
	if state != isSet {
		return "null", nil
	}
	if s, ok, err := text(v); ok || err != nil {
		return s, err
	}
	b, err := codec.MarshalRequest(v.Interface())
	return string(b), err
}

// member is a member of an object.
type member struct {
	name  string
	value reflect.Value
	flags flags // of a form
}

// members returns what an object holds, in the order of the struct's fields or
// of the map's keys.
func members(v reflect.Value) ([]member, error) {
	if v.Kind() == reflect.Map {
		return mapMembers(nil, v)
	}
	fields := fieldsOf(v.Type()).named
	out := make([]member, 0, len(fields))
	for _, f := range fields {
		if f.constant.IsValid() {
			out = append(out, member{f.name, f.constant, f.flags})
			continue
		}
		value := v.Field(f.index)
		if f.omitZero && value.IsZero() {
			continue
		}
		if f.nonZero && isEmpty(value) {
			return nil, &codec.Unset{Pointer: "/" + codec.EscapePointer(f.name), Field: v.Type().Name() + "." + f.goName}
		}
		settled, state := settle(value)
		switch {
		case state == isAbsent:
		case f.unknown:
			var err error
			if out, err = mapMembers(out, settled); err != nil {
				return nil, err
			}
		default:
			out = append(out, member{f.name, value, f.flags})
		}
	}
	return out, nil
}

// isEmpty reports whether v is zero, or a list or map without items.
func isEmpty(v reflect.Value) bool {
	if k := v.Kind(); k == reflect.Slice || k == reflect.Map {
		return v.Len() == 0
	}
	return v.IsZero()
}

func mapMembers(out []member, v reflect.Value) ([]member, error) {
	if v.Kind() != reflect.Map {
		return nil, fmt.Errorf("a %s cannot be sent as an object", v.Type())
	}
	first := len(out)
	for k, value := range v.Seq2() {
		name, ok, err := text(k)
		if err != nil || !ok {
			return nil, fmt.Errorf("a map with keys of type %s cannot be sent", k.Type())
		}
		out = append(out, member{name: name, value: value})
	}
	slices.SortFunc(out[first:], func(a, b member) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

// structFields is what the tags of a struct say of it as an object.
type structFields struct {
	named   []structField
	isUnion bool
}

type structField struct {
	name     string
	index    int
	goName   string
	omitZero bool
	nonZero  bool          // a request that does not set it is an error
	unknown  bool          // json:",unknown": a map of further members
	constant reflect.Value // of a blank field
	flags    flags
}

var structCache sync.Map // reflect.Type → *structFields

func fieldsOf(t reflect.Type) *structFields {
	if t.Kind() != reflect.Struct {
		return &structFields{}
	}
	if s, ok := structCache.Load(t); ok {
		return s.(*structFields)
	}
	s := &structFields{}
	for k := range t.NumField() {
		f := t.Field(k)
		//gen:only api.Union
		if f.Type == unionType {
			s.isUnion = true
		}
		s.add(f)
	}
	actual, _ := structCache.LoadOrStore(t, s)
	return actual.(*structFields)
}

func (s *structFields) add(f reflect.StructField) {
	tag, tagged := f.Tag.Lookup("json")
	if f.Name == "_" && !tagged {
		tag = f.Tag.Get("name") // go vet minds a json tag on a field that is not exported
	}
	name, opts, _ := strings.Cut(tag, ",")
	exact, odd := f.Tag.Lookup("wire") // a name that cannot be before options
	if odd {
		name = exact
	}
	out := structField{name: name, index: f.Index[0], goName: f.Name, flags: parseFlags(f.Tag.Get("form"))}
	opts = "," + opts + ","
	out.omitZero = strings.Contains(opts, ",omitzero,") || strings.Contains(opts, ",omitempty,")
	out.nonZero = strings.Contains(opts, ",nonzero,")
	switch {
	case f.Name == "_":
		if c, ok := f.Tag.Lookup("const"); ok && (name != "" || odd) {
			out.constant = reflect.ValueOf(json.RawMessage(c))
			s.named = append(s.named, out)
		}
	case !f.IsExported() || !tagged || name == "-" && !odd:
	case name == "" && !odd && strings.Contains(opts, ",unknown,"):
		out.unknown = true
		s.named = append(s.named, out)
	case name != "" || odd:
		s.named = append(s.named, out)
	}
}

// flags say how a parameter is written.
type flags struct {
	join     string // between the elements of one value; "" when each gets its own (form, exploded)
	deep     bool   // deepObject
	json     bool   // content: application/json
	reserved bool   // reserved characters stay as they are
	plain    bool   // of a cookie: style cookie of OpenAPI 3.2, without percent-encoding
	explode  bool   // of a header: k=v instead of k,v
	omitZero bool
	nonZero  bool   // a call that does not set it is an error
	def      string // sent when nothing is set
	hasDef   bool

	contentType string // of a part of a multipart body
}

// parseFlags reads what follows the name in a tag.
func parseFlags(tag string) flags {
	var f flags
	if before, def, ok := strings.Cut(","+tag, ",default="); ok {
		f.def, f.hasDef, tag = def, true, before
	}
	for flag := range strings.SplitSeq(tag, ",") {
		switch flag {
		case "csv":
			f.join = ","
		case "space":
			f.join = "%20"
		case "pipe":
			f.join = "%7C"
		case "deep":
			f.deep = true
		case "json":
			f.json = true
		case "reserved":
			f.reserved = true
		case "plain":
			f.plain = true
		case "explode":
			f.explode = true
		case "omitzero":
			f.omitZero = true
		case "nonzero":
			f.nonZero = true
		default:
			if contentType, ok := strings.CutPrefix(flag, "type="); ok {
				f.contentType = contentType
			}
		}
	}
	return f
}
