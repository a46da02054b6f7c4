package apitest

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"
)

// This file reads parameters into the structs that the client's methods take: it
// undoes what package api does with their tags. What the texts become is the
// JSON of the field's type, which package api then decodes.

// fillParams sets a struct of parameters from query, headers and cookies.
func (c *call) fillParams(v reflect.Value) error {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Name == "_" {
			continue
		}
		data := c.paramJSON(field)
		if data == nil {
			continue
		}
		if err := api.Unmarshal(data, v.Field(i).Addr().Interface()); err != nil {
			return fmt.Errorf("%s from %s: %w", field.Name, data, err)
		}
	}
	return nil
}

// paramJSON returns a parameter as the JSON that its field decodes, nil when the
// request does not have it.
func (c *call) paramJSON(field reflect.StructField) []byte {
	if tag, ok := field.Tag.Lookup("query"); ok {
		return queryJSON(field.Type, tag, c.query)
	}
	if tag, ok := field.Tag.Lookup("header"); ok {
		name, _, _ := strings.Cut(tag, ",")
		if values := c.request.Header.Values(name); len(values) > 0 {
			return listJSON(field.Type, splitList(strings.Join(values, ",")))
		}
	}
	if tag, ok := field.Tag.Lookup("cookie"); ok {
		name, _, _ := strings.Cut(tag, ",")
		if cookie, err := c.request.Cookie(name); err == nil {
			return listJSON(field.Type, []string{cookie.Value})
		}
	}
	return nil
}

// queryJSON returns a parameter of the query as JSON.
func queryJSON(t reflect.Type, tag string, query url.Values) []byte {
	name, rest, _ := strings.Cut(tag, ",")
	flags := strings.Split(rest, ",")
	if slices.Contains(flags, "deep") {
		return deepJSON(t, query, name)
	}
	values, ok := query[name]
	if !ok {
		return nil
	}
	if slices.Contains(flags, "json") {
		return []byte(values[0])
	}
	for flag, separator := range map[string]string{"csv": ",", "space": " ", "pipe": "|"} {
		if slices.Contains(flags, flag) {
			values = strings.Split(values[0], separator)
		}
	}
	return listJSON(t, values)
}

// deepJSON gathers the members of a deepObject parameter: name[a][b]=c.
func deepJSON(t reflect.Type, query url.Values, name string) []byte {
	prefix := name + "["
	members := map[string]json.RawMessage{}
	for key, values := range query {
		rest, ok := strings.CutPrefix(key, prefix)
		if !ok {
			continue
		}
		member, _, _ := strings.Cut(rest, "]")
		inner := memberType(settled(t), member)
		if data := deepJSON(inner, query, prefix+member+"]"); data != nil {
			members[member] = data
		} else {
			members[member] = listJSON(inner, values)
		}
	}
	if len(members) == 0 {
		return nil
	}
	return encode(members)
}

// memberType returns the type of an object's member; that of a string when it is
// not known.
func memberType(t reflect.Type, member string) reflect.Type {
	switch t.Kind() {
	case reflect.Map:
		return t.Elem()
	case reflect.Struct:
		for i := range t.NumField() {
			if name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); name == member {
				return t.Field(i).Type
			}
		}
	}
	return reflect.TypeFor[string]()
}

// listJSON returns texts as JSON: an array for slices, else the only one.
func listJSON(t reflect.Type, texts []string) []byte {
	t = settled(t)
	if t.Kind() != reflect.Slice {
		return textJSON(t, strings.Join(texts, ","))
	}
	list := make([][]byte, len(texts))
	for i, text := range texts {
		list[i] = textJSON(t.Elem(), text)
	}
	return []byte("[" + string(bytes.Join(list, []byte(","))) + "]")
}

// textJSON returns a text as the JSON of a scalar type.
func textJSON(t reflect.Type, text string) []byte {
	t = settled(t)
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int32, reflect.Int64, reflect.Float32, reflect.Float64:
		return []byte(text)
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil && t.Kind() == reflect.Struct && !reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return []byte(text) // a union
	}
	return encode(text)
}

// settled takes pointers and api.Opt off a type.
func settled(t reflect.Type) reflect.Type {
	for {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
			continue
		}
		_, isOpt := t.MethodByName("IsSet")
		get, ok := t.MethodByName("Get")
		if !isOpt || !ok {
			return t
		}
		t = get.Type.Out(0)
	}
}

// splitList splits a list of comma-separated texts.
func splitList(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
