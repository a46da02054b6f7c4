package emit

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docwright/docwright/internal/model"
)

// This file spells JSON values as Go expressions of the types that stand for
// them.

// literal spells value, which was decoded with UseNumber, as an expression of
// type t; errUnspoken where none reads well.
func (e *exampler) literal(t *model.Type, value any) (string, error) {
	if value == nil {
		return e.null(t)
	}
	switch t.Kind {
	case model.KindOpt:
		return e.optional(t.Elem, value)
	case model.KindPointer:
		if t.Elem.Kind != model.KindNamed || t.Elem.Decl.Kind == model.DeclEnum || t.Elem.Decl.Kind == model.DeclDefined {
			return "", errUnspoken
		}
		inner, err := e.literal(t.Elem, value)
		return "&" + inner, err
	case model.KindSlice:
		items, ok := value.([]any)
		if !ok {
			return "", errUnspoken
		}
		return e.elements(e.goType(t), t.Elem, items)
	case model.KindMap:
		object, ok := value.(map[string]any)
		if !ok {
			return "", errUnspoken
		}
		return e.entries(e.goType(t), t.Elem, object)
	case model.KindNamed:
		return e.named(t.Decl, value)
	case model.KindToOne, model.KindToMany:
		return e.relationship(t, value)
	case model.KindAny:
		return e.untyped(value)
	case model.KindRaw:
		data, err := json.Marshal(value)
		return "json.RawMessage(" + quoteGo(string(data)) + ")", err
	}
	return scalar(t, value)
}

// null spells JSON's null.
func (e *exampler) null(t *model.Type) (string, error) {
	switch t.Kind {
	case model.KindOpt:
		return "api.Null[" + e.goType(t.Elem) + "]()", nil
	case model.KindToOne:
		return "jsonapi.Null[" + e.goType(t.Elem) + "]()", nil
	case model.KindPointer, model.KindSlice, model.KindMap, model.KindAny, model.KindRaw:
		return "nil", nil
	}
	return "", errUnspoken
}

// optional spells an api.Opt that is set. Its type is said where a constant
// would have another one.
func (e *exampler) optional(t *model.Type, value any) (string, error) {
	inner, err := e.literal(t, value)
	if t.Kind == model.KindInt || t.Kind == model.KindFloat || t.Kind == model.KindAny {
		return "api.Set[" + e.goType(t) + "](" + inner + ")", err
	}
	return "api.Set(" + inner + ")", err
}

func (e *exampler) elements(typ string, elem *model.Type, items []any) (string, error) {
	list := make([]string, len(items))
	short := true
	for i, item := range items {
		var err error
		if list[i], err = e.literal(elem, item); err != nil {
			return "", err
		}
		short = short && !strings.Contains(list[i], "\n")
	}
	if inline := typ + "{" + strings.Join(list, ", ") + "}"; short && len(inline) < 80 {
		return inline, nil
	}
	return composite(typ, list), nil
}

func (e *exampler) entries(typ string, elem *model.Type, object map[string]any) (string, error) {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(object)) {
		item, err := e.literal(elem, object[name])
		if err != nil {
			return "", err
		}
		list = append(list, strconv.Quote(name)+": "+item)
	}
	return composite(typ, list), nil
}

// named spells a value of a declared type.
func (e *exampler) named(d *model.Decl, value any) (string, error) {
	switch d.Kind {
	case model.DeclStruct:
		return e.structLiteral(d, value)
	case model.DeclEnum:
		data, err := json.Marshal(value)
		if err != nil {
			return "", err
		}
		for _, v := range d.Values {
			if v.JSON == string(data) {
				return e.qualifier(d) + v.GoName, nil
			}
		}
		inner, err := e.literal(d.Underlying, value)
		return e.declName(d) + "(" + inner + ")", err
	case model.DeclDefined:
		inner, err := e.literal(d.Underlying, value)
		switch d.Underlying.Kind {
		case model.KindSlice, model.KindMap:
			return strings.Replace(inner, e.goType(d.Underlying), e.declName(d), 1), err
		}
		return e.declName(d) + "(" + inner + ")", err
	}
	return "", errUnspoken
}

// structLiteral spells the members of an object that the type has. One that
// cannot be spelled is named in a comment.
func (e *exampler) structLiteral(d *model.Decl, value any) (string, error) {
	object, ok := value.(map[string]any)
	if !ok {
		return "", errUnspoken
	}
	var b strings.Builder
	for _, f := range d.Fields {
		if f.GoName == "_" {
			continue
		}
		v, sent := memberOf(object, f)
		if !sent {
			continue
		}
		literal, err := e.literal(f.Type, v)
		if err != nil {
			b.WriteString("// " + f.GoName + ": …\n")
			continue
		}
		b.WriteString(f.GoName + ": " + literal + ",\n")
	}
	if b.Len() == 0 {
		return e.declName(d) + "{}", nil
	}
	return e.declName(d) + "{\n" + b.String() + "}", nil
}

// memberOf finds the value of a field in an object, which is a resource where
// the field says so.
func memberOf(object map[string]any, f *model.Field) (value any, sent bool) {
	switch f.In {
	case model.InAttr:
		object, _ = object["attributes"].(map[string]any)
	case model.InRel:
		object, _ = object["relationships"].(map[string]any)
	case model.InMember, model.InID, model.InMeta:
	default:
		return nil, false
	}
	value, sent = object[f.Name]
	return value, sent
}

// relationship spells the identifiers of a relationship's or a document's data.
func (e *exampler) relationship(t *model.Type, value any) (string, error) {
	object, ok := value.(map[string]any)
	if !ok {
		return "", errUnspoken
	}
	data, ok := object["data"]
	if !ok {
		return "", errUnspoken
	}
	if t.Kind == model.KindToOne {
		if data == nil {
			return e.null(t)
		}
		if id, ok := e.typedID(t.Elem, data); ok {
			return "jsonapi.OneID[" + e.goType(t.Elem) + "](" + id + ")", nil
		}
		ref, err := e.ref(t.Elem, data)
		return "jsonapi.One[" + e.goType(t.Elem) + "](" + ref + ")", err
	}
	items, ok := data.([]any)
	if !ok {
		return "", errUnspoken
	}
	var ids []string
	for _, item := range items {
		if id, ok := e.typedID(t.Elem, item); ok {
			ids = append(ids, id)
		}
	}
	if len(ids) == len(items) && len(ids) > 0 {
		return "jsonapi.IDs[" + e.goType(t.Elem) + "](" + strings.Join(ids, ", ") + ")", nil
	}
	refs := make([]string, len(items))
	for i, item := range items {
		var err error
		if refs[i], err = e.ref(t.Elem, item); err != nil {
			return "", err
		}
	}
	if len(refs) == 0 || t.Elem.Kind != model.KindNamed {
		return "jsonapi.Refs[" + e.goType(t.Elem) + "](" + strings.Join(refs, ", ") + ")", nil
	}
	return "jsonapi.Refs(" + strings.Join(refs, ", ") + ")", nil
}

// typedID spells the id of a resource identifier whose JSON:API type is that of the
// Go type t; ok is false for others.
func (e *exampler) typedID(t *model.Type, value any) (id string, ok bool) {
	object, _ := value.(map[string]any)
	id, ok = object["id"].(string)
	return strconv.Quote(id), ok && t.Kind == model.KindNamed && t.Decl.Resource != "" && object["type"] == t.Decl.Resource
}

// ref spells a resource identifier.
func (e *exampler) ref(t *model.Type, value any) (string, error) {
	object, _ := value.(map[string]any)
	id, okID := object["id"].(string)
	typ, okType := object["type"].(string)
	if !okID || !okType {
		return "", errUnspoken
	}
	if id, ok := e.typedID(t, value); ok {
		return "jsonapi.ID[" + e.goType(t) + "](" + id + ")", nil
	}
	return "jsonapi.NewRef[" + e.goType(t) + "](" + strconv.Quote(typ) + ", " + strconv.Quote(id) + ")", nil
}

// untyped spells a value as what encoding/json makes of it.
func (e *exampler) untyped(value any) (string, error) {
	anyType := &model.Type{Kind: model.KindAny}
	switch value := value.(type) {
	case map[string]any:
		return e.entries("map[string]any", anyType, value)
	case []any:
		return e.elements("[]any", anyType, value)
	case string:
		return quoteGo(value), nil
	case json.Number:
		return value.String(), nil
	}
	return fmt.Sprint(value), nil // true, false
}

// scalar spells a value of a type that is not made of others.
func scalar(t *model.Type, value any) (string, error) {
	switch value := value.(type) {
	case bool:
		if t.Kind == model.KindBool {
			return strconv.FormatBool(value), nil
		}
	case json.Number:
		return number(t, value.String())
	case string:
		switch t.Kind {
		case model.KindString:
			return quoteGo(value), nil
		case model.KindBytes:
			return "", errUnspoken
		case model.KindTime:
			return timeLiteral(value)
		case model.KindDate:
			d, err := time.Parse(time.DateOnly, value)
			return fmt.Sprintf("api.Date{Year: %d, Month: time.%s, Day: %d}", d.Year(), d.Month(), d.Day()), err
		case model.KindInt, model.KindFloat: // in a form or a query
			return number(t, value)
		}
	}
	return "", errUnspoken
}

// number spells a number that fits the type.
func number(t *model.Type, text string) (string, error) {
	var err error
	switch t.Kind {
	case model.KindInt:
		bits := t.Bits
		if bits == 0 {
			bits = 64
		}
		_, err = strconv.ParseInt(text, 10, bits)
	case model.KindFloat:
		_, err = strconv.ParseFloat(text, 64)
	case model.KindNumber:
		return "json.Number(" + strconv.Quote(text) + ")", nil
	default:
		return "", errUnspoken
	}
	return text, err
}

func timeLiteral(text string) (string, error) {
	at, err := time.Parse(time.RFC3339, text)
	if _, offset := at.Zone(); err != nil || offset != 0 {
		return "", errUnspoken
	}
	return fmt.Sprintf("time.Date(%d, time.%s, %d, %d, %d, %d, %d, time.UTC)",
		at.Year(), at.Month(), at.Day(), at.Hour(), at.Minute(), at.Second(), at.Nanosecond()), nil
}

// quoteGo quotes text, raw where quotation marks in it would be escaped.
func quoteGo(text string) string {
	if strings.ContainsAny(text, "\"\\") && strconv.CanBackquote(text) {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}
