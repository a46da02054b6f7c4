package api

import (
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// paramProgram is what the tags of a parameter struct say, read once.
type paramProgram struct {
	query, header, cookie []param
}

type param struct {
	flags
	name     string
	index    int
	goName   string
	constant string // of a blank field
	blank    bool
	optional bool // an Opt
}

var paramCache sync.Map // reflect.Type → *paramProgram

func paramsOf(t reflect.Type) (*paramProgram, error) {
	if p, ok := paramCache.Load(t); ok {
		return p.(*paramProgram), nil
	}
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("parameters in a %s instead of a struct", t)
	}
	p := &paramProgram{}
	for k := range t.NumField() {
		if err := p.add(t.Field(k)); err != nil {
			return nil, err
		}
	}
	actual, _ := paramCache.LoadOrStore(t, p)
	return actual.(*paramProgram), nil
}

func (p *paramProgram) add(f reflect.StructField) error {
	for k, key := range []string{"query", "header", "cookie"} {
		tag, ok := f.Tag.Lookup(key)
		if !ok {
			continue
		}
		name, opts, _ := strings.Cut(tag, ",")
		if exact, ok := f.Tag.Lookup("wire"); ok { // a name that cannot be before flags
			name = exact
		}
		q := param{flags: parseFlags(opts), name: name, index: f.Index[0], goName: f.Name, optional: f.Type.Kind() == reflect.Struct && isOptional(f.Type)}
		if f.Name == "_" {
			text, _, err := rawText([]byte(f.Tag.Get("const")))
			if err != nil {
				return fmt.Errorf("constant of parameter %s: %w", name, err)
			}
			q.blank, q.constant = true, text
		}
		if key != "query" && !isToken(name) {
			return fmt.Errorf("%s parameter %q: not a name that can be sent", key, name)
		}
		list := []*[]param{&p.query, &p.header, &p.cookie}[k]
		*list = append(*list, q)
	}
	return nil
}

// checkSet reports a required parameter of the struct v that is not set, unless an
// option sets it.
func (p *paramProgram) checkSet(v reflect.Value, o *callOptions) error {
	for k, list := range [][]param{p.query, p.header, p.cookie} {
		kind := []string{"query", "header", "cookie"}[k]
		for _, q := range list {
			if q.nonZero && isEmpty(v.Field(q.index)) && !(k == 0 && o.setsQuery(q.name)) && !(k == 1 && o.sets(q.name)) {
				return fmt.Errorf("%s parameter %s (%s.%s) is required and is not set", kind, q.name, v.Type().Name(), q.goName)
			}
		}
	}
	return nil
}

// readParams finds out what the parameters of the call are, and reports those that
// are required and not set.
func (t *activeCall) readParams() error {
	if err, ok := t.call.Params.(severalParams); ok {
		return err
	}
	if t.call.Params == nil {
		return nil
	}
	v := t.paramValues()
	if !v.IsValid() {
		return nil
	}
	var err error
	if t.params, err = paramsOf(v.Type()); err == nil {
		err = t.params.checkSet(v, &t.opts)
	}
	return err
}

// paramValues returns the struct of the call's parameters; it is not valid if there
// is none.
func (t *activeCall) paramValues() reflect.Value {
	v, s := settle(reflect.ValueOf(t.call.Params))
	if s != isSet {
		return reflect.Value{}
	}
	return v
}

// value returns what p sends of the struct v; when that is a text already (a
// constant, a default, null), it comes as one.
func (p *param) value(v reflect.Value) (value reflect.Value, fixed string, s state) {
	if p.blank {
		return value, p.constant, isNull
	}
	field := v.Field(p.index)
	opt, ok := any(nil), p.optional && field.CanAddr()
	switch {
	case p.omitZero && field.IsZero():
		s = isAbsent
	case ok: // as settle does, without looking at the type again
		opt, s = field.Addr().Interface().(optional).optional()
		if s == isSet {
			value, s = settle(reflect.ValueOf(opt).Elem())
		}
	default:
		value, s = settle(field)
	}
	switch {
	case s == isAbsent && p.hasDef:
		return value, p.def, isNull
	case s == isNull:
		return value, "null", isNull
	}
	return value, "", s
}

// appendQuery appends the query parameters of v, a struct.
func (p *paramProgram) appendQuery(b []byte, v reflect.Value) ([]byte, error) {
	for k := range p.query {
		q := &p.query[k]
		value, fixed, s := q.value(v)
		switch s {
		case isAbsent:
			continue
		case isNull:
			b = appendPair(b, q.name, fixed, q.reserved)
			continue
		}
		var err error
		if b, err = appendStyled(b, q.name, value, q.flags); err != nil {
			return nil, fmt.Errorf("query parameter %s: %w", q.name, err)
		}
	}
	return b, nil
}

// appendStyled appends a value to a query or a form.
func appendStyled(b []byte, name string, v reflect.Value, f flags) ([]byte, error) {
	if f.json {
		text, err := codec.MarshalRequest(v.Interface())
		return appendPair(b, name, string(text), f.reserved), err
	}
	if v.Type().PkgPath() == "" { // the usual cases, without a copy
		switch v.Kind() {
		case reflect.String:
			return appendPair(b, name, v.String(), f.reserved), nil
		case reflect.Int, reflect.Int64, reflect.Int32:
			return strconv.AppendInt(appendName(b, name), v.Int(), 10), nil
		case reflect.Bool:
			return strconv.AppendBool(appendName(b, name), v.Bool()), nil
		}
	}
	if f.deep {
		deep, err := appendDeep(nil, name, v, f, 0) // in a buffer of its own: what is recursive keeps b off the stack
		if len(b) > 0 && len(deep) > 0 {
			b = append(b, '&')
		}
		return append(b, deep...), err
	}
	parts, pairs, err := split(v)
	if err != nil {
		return nil, err
	}
	switch {
	case f.join != "":
		b = appendJoined(b, name, parts, f)
	case pairs:
		for k := 0; k < len(parts); k += 2 {
			b = appendPair(b, parts[k], parts[k+1], f.reserved)
		}
	default:
		for _, part := range parts {
			b = appendPair(b, name, part, f.reserved)
		}
	}
	return b, nil
}

func appendJoined(b []byte, name string, parts []string, f flags) []byte {
	b = appendName(b, name)
	for k, part := range parts {
		if k > 0 {
			b = append(b, f.join...)
		}
		b = appendEscaped(b, part, f.reserved)
	}
	return b
}

const maxDepth = 64 // of values in brackets: a cycle ends as an error

// appendDeep appends name[member]=value, to any depth; the elements of a list
// are numbered unless csv joins them.
func appendDeep(b []byte, name string, v reflect.Value, f flags, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("nested over %d deep", maxDepth)
	}
	v, s := settle(v)
	if s != isSet {
		return appendPair(b, name, "null", f.reserved), nil
	}
	text, ok, err := text(v)
	if ok || err != nil {
		return appendPair(b, name, text, f.reserved), err
	}
	if k := v.Kind(); k == reflect.Slice || k == reflect.Array {
		if f.join != "" {
			parts, _, err := split(v)
			return appendJoined(b, name, parts, f), err
		}
		for k := range v.Len() {
			if b, err = appendDeep(b, name+"["+strconv.Itoa(k)+"]", v.Index(k), f, depth+1); err != nil {
				return nil, within(strconv.Itoa(k), err)
			}
		}
		return b, nil
	}
	object, err := members(v)
	for _, m := range object {
		if b, err = appendDeep(b, name+"["+m.name+"]", m.value, f, depth+1); err != nil {
			return nil, within(m.name, err)
		}
	}
	return b, err
}

// setHeaders adds the header and cookie parameters of v, a struct.
func (p *paramProgram) setHeaders(h http.Header, v reflect.Value) error {
	for k := range p.header {
		q := &p.header[k]
		text, ok, err := q.line(v)
		if err == nil && ok {
			err = checkHeader(q.name, text)
		}
		if err != nil {
			return fmt.Errorf("header parameter %s: %w", q.name, err)
		}
		if ok {
			h.Set(q.name, text)
		}
	}
	for k := range p.cookie {
		q := &p.cookie[k]
		if q.plain {
			if err := q.setPlain(h, v); err != nil {
				return fmt.Errorf("cookie parameter %s: %w", q.name, err)
			}
			continue
		}
		text, ok, err := q.line(v)
		if err != nil {
			return fmt.Errorf("cookie parameter %s: %w", q.name, err)
		}
		if ok {
			addCookie(h, q.name, text)
		}
	}
	return nil
}

// line returns a parameter in simple style, for a header or a cookie.
func (p *param) line(v reflect.Value) (line string, ok bool, err error) {
	value, fixed, s := p.value(v)
	if s != isSet {
		return fixed, s == isNull, nil
	}
	if p.json {
		b, err := codec.MarshalRequest(value.Interface())
		return string(b), true, err
	}
	parts, pairs, err := split(value)
	if err != nil {
		return "", false, err
	}
	var b strings.Builder
	for k, part := range parts {
		switch {
		case k == 0:
		case pairs && p.explode && k%2 == 1:
			b.WriteByte('=')
		default:
			b.WriteByte(',')
		}
		b.WriteString(part)
	}
	return b.String(), true, nil
}

// setPlain writes a cookie in style cookie (OpenAPI 3.2, Style Values): each element
// of a list, and each member of an object, is a cookie, or all of them are one with
// commas. Nothing is percent-encoded, so a value that needs it is an error.
func (p *param) setPlain(h http.Header, v reflect.Value) error {
	value, fixed, s := p.value(v)
	if s != isSet {
		if s == isNull {
			return addPlain(h, p.name, fixed)
		}
		return nil
	}
	parts, pairs, err := split(value)
	if err != nil {
		return err
	}
	if p.join != "" {
		for _, part := range parts {
			if !isCookieValue(part) {
				return fmt.Errorf("%q cannot be in a cookie", part)
			}
		}
		appendToHeader(h, p.name+"="+strings.Join(parts, ","))
		return nil
	}
	for k := 0; k < len(parts); k++ {
		name := p.name
		if pairs {
			name = parts[k]
			k++
		}
		if err := addPlain(h, name, parts[k]); err != nil {
			return err
		}
	}
	return nil
}

// addPlain adds a cookie as it is.
func addPlain(h http.Header, name, value string) error {
	if !isToken(name) || !isCookieValue(value) {
		return fmt.Errorf("%q cannot be in a cookie", name+"="+value)
	}
	appendToHeader(h, name+"="+value)
	return nil
}

// isCookieValue reports whether a cookie may have the value as it is (RFC 6265,
// section 4.1.1).
func isCookieValue(value string) bool {
	return !strings.ContainsFunc(value, func(c rune) bool {
		return c <= ' ' || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\'
	})
}

// appendToHeader adds a cookie to those that are in the header already.
func appendToHeader(h http.Header, cookie string) {
	if old := h.Get("Cookie"); old != "" {
		cookie = old + "; " + cookie
	}
	h.Set("Cookie", cookie)
}

// paramField returns the Go field of the parameter struct for a query
// parameter or a header.
func paramField(params any, query, header string) string {
	t := bare(reflect.TypeOf(params))
	if t == nil {
		return ""
	}
	p, err := paramsOf(t)
	if err != nil {
		return ""
	}
	for _, q := range p.query {
		if query != "" && (q.name == query || q.deep && strings.HasPrefix(query, q.name+"[")) {
			return q.goName
		}
	}
	for _, q := range p.header {
		if header != "" && strings.EqualFold(q.name, header) {
			return q.goName
		}
	}
	return ""
}
