package model

import "strconv"

// Go spells t as a Go type. The names of declared types are spelled by declared, those
// of types of other packages by foreign.
func (t *Type) Go(declared func(*Decl) string, foreign func(importPath, ident string) string) string {
	switch t.Kind {
	case KindString:
		return "string"
	case KindBool:
		return "bool"
	case KindInt:
		if t.Bits == 32 {
			return "int32"
		}
		return "int64"
	case KindFloat:
		if t.Bits == 32 {
			return "float32"
		}
		return "float64"
	case KindNumber:
		return "json.Number"
	case KindTime:
		return "time.Time"
	case KindDate:
		return "api.Date"
	case KindBytes:
		return "[]byte"
	case KindAny:
		return "any"
	case KindRaw:
		return "json.RawMessage"
	case KindReader:
		return "api.File"
	case KindNamed:
		return declared(t.Decl)
	case KindLinks:
		return "jsonapi.Links"
	case KindStruct0:
		return "struct{}"
	case KindTarget:
		return "jsonapi.Resource"
	case KindExtern:
		return foreign(t.ImportPath, t.Ident)
	default:
		return t.goOf(t.Elem.Go(declared, foreign))
	}
}

// goOf spells the types that are made of another one.
func (t *Type) goOf(elem string) string {
	switch t.Kind {
	case KindSlice:
		return "[]" + elem
	case KindMap:
		return "map[string]" + elem
	case KindPointer:
		return "*" + elem
	case KindOpt:
		return "api.Opt[" + elem + "]"
	case KindToOne:
		return "jsonapi.ToOne[" + elem + "]"
	case KindToMany:
		return "jsonapi.ToMany[" + elem + "]"
	case KindIdentifier:
		return "jsonapi.Identifier[" + elem + "]"
	}
	panic("model: unknown kind of type " + strconv.Itoa(int(t.Kind)))
}
