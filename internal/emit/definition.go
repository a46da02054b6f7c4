package emit

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/model"
)

// This file spells what a fake knows of its API: the model's values, as literals
// of the types of package apitest that have the same names and fields.

// apitestNames are the types that have another name in package apitest.
var apitestNames = map[string]string{"Query": "GraphQL"}

// definitionView is the view of definition.go.
type definitionView struct{ view }

// Comment documents the variable.
func (v definitionView) Comment() string {
	return sentence("Definition is the API as its fake knows it.")
}

// Endpoints spells the operations.
func (v definitionView) Endpoints() string { return v.list(reflect.ValueOf(v.fake().Endpoints)) }

// Resources spells the resources.
func (v definitionView) Resources() string { return v.list(reflect.ValueOf(v.fake().Resources)) }

// Example spells the request to begin with.
func (v definitionView) Example() string {
	var b strings.Builder
	spell(&b, reflect.ValueOf(v.fake().Example))
	return b.String()
}

func (v definitionView) fake() *model.Fake {
	if v.api.Fake == nil {
		return &model.Fake{}
	}
	return v.api.Fake
}

// list spells a slice of structs, one on each line.
func (v definitionView) list(values reflect.Value) string {
	var b strings.Builder
	b.WriteString("[]")
	typeName(&b, values.Type().Elem())
	b.WriteString("{\n")
	for i := range values.Len() {
		spellFields(&b, values.Index(i))
		b.WriteString(",\n")
	}
	b.WriteString("}")
	return b.String()
}

// typeName spells a type of package apitest.
func typeName(b *strings.Builder, t reflect.Type) {
	name := t.Name()
	if other := apitestNames[name]; other != "" {
		name = other
	}
	b.WriteString("apitest." + name)
}

// spell writes a value as a Go expression.
func spell(b *strings.Builder, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		b.WriteString(spellText(v.String()))
	case reflect.Bool:
		b.WriteString(strconv.FormatBool(v.Bool()))
	case reflect.Int:
		b.WriteString(strconv.FormatInt(v.Int(), 10))
	case reflect.Pointer:
		b.WriteByte('&')
		spell(b, v.Elem())
	case reflect.Slice:
		b.WriteString("[]")
		if element := v.Type().Elem(); element.Kind() == reflect.String {
			b.WriteString("string")
		} else {
			typeName(b, element)
		}
		b.WriteByte('{')
		for i := range v.Len() {
			if i > 0 {
				b.WriteString(", ")
			}
			if v.Index(i).Kind() == reflect.Struct {
				spellFields(b, v.Index(i))
			} else {
				spell(b, v.Index(i))
			}
		}
		b.WriteByte('}')
	case reflect.Struct:
		typeName(b, v.Type())
		spellFields(b, v)
	}
}

// spellFields writes the fields of a struct that are not zero.
func spellFields(b *strings.Builder, v reflect.Value) {
	b.WriteByte('{')
	separator := ""
	for i := range v.NumField() {
		f := v.Field(i)
		if f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0 {
			continue
		}
		b.WriteString(separator + v.Type().Field(i).Name + ": ")
		separator = ", "
		spell(b, f)
	}
	b.WriteByte('}')
}

// spellText spells a text so that what the eye sees is what the compiler reads.
func spellText(text string) string {
	plain := !strings.ContainsFunc(text, func(r rune) bool { return r == '`' || r < ' ' || r >= 0x7f })
	if plain && strings.ContainsAny(text, "\"\\") {
		return "`" + text + "`"
	}
	return strconv.QuoteToASCII(text)
}
