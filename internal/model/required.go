package model

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file decides which members of requests are required, and which of these are
// an error if they are zero: those whose zero value the document rules out. A value
// that the document allows is never refused.

// requireFields notes what is required of requests. It needs the final types.
func (b *builder) requireFields() {
	for _, d := range b.order {
		if d.Role != RoleWrite && d.Role != RoleOptions || d.Kind != DeclStruct {
			continue
		}
		for _, f := range d.Fields {
			f.Required = isRequired(f)
		}
	}
	for _, d := range b.order {
		for _, f := range d.Fields {
			f.NonZero = f.Required && b.rulesOutZero(d, f)
		}
	}
}

// isRequired reports whether a request has to have a field, which callers set.
func isRequired(f *Field) bool {
	switch f.In {
	case InMember, InAttr, InRel, InID, InQuery, InHeader, InCookie:
		return !f.OmitZero && !f.Held && f.GoName != "_"
	}
	return false
}

// rulesOutZero reports whether what is sent for the zero value of f is not valid.
func (b *builder) rulesOutZero(d *Decl, f *Field) bool {
	t := f.Type
	if t.Kind == KindNamed && t.Decl.Underlying != nil {
		t = t.Decl.Underlying
	}
	switch t.Kind {
	case KindOpt:
		return f.In == InMember || f.In == InAttr // which leaves it out; null has to be said
	case KindTime, KindDate:
		return true // the year 1 is valid, but nobody means it
	case KindToOne, KindToMany:
		return f.In == InRel // an empty object (JSON:API, Relationships)
	case KindString:
		return f.In == InID && f.Name == "id" || b.rulesOut(f, load.String, "") // an id that is zero is not sent
	case KindBytes:
		return b.rulesOut(f, load.String, "")
	case KindInt, KindFloat, KindNumber:
		return f.In == InID || !t.Text && b.rulesOut(f, load.Number, "0")
	case KindSlice:
		return b.rulesOut(f, load.Array, "")
	case KindMap:
		return b.rulesOut(f, load.Object, "")
	case KindPointer:
		return t.Elem.Kind == KindNamed && !holdsNull(t.Elem.Decl) && !mustHold(t.Elem.Decl, d, map[*Decl]bool{})
	case KindNamed:
		return t.Decl.Kind == DeclUnion && !holdsNull(t.Decl)
	}
	return false
}

// rulesOut reports whether the schemas of f do not allow a value.
func (b *builder) rulesOut(f *Field, kind load.Kind, value string) bool {
	return slices.ContainsFunc(f.schemas, func(n *load.Node) bool {
		return b.schemas.Check(&load.Node{Kind: kind, Value: value}, n) != nil ||
			kind == load.String && value == "" && neverEmpty[strings.ToLower(b.schemas.Of(n).Format)]
	})
}

// neverEmpty are the formats of JSON Schema that an empty text does not have
// (validation, section 7.3).
var neverEmpty = map[string]bool{
	"date-time": true, "date": true, "time": true, "duration": true, "email": true, "idn-email": true, "hostname": true,
	"idn-hostname": true, "ipv4": true, "ipv6": true, "uri": true, "iri": true, "uuid": true,
}

// holdsNull reports whether null, as which a union is sent if no variant is set, may
// be valid: a variant may be anything.
func holdsNull(d *Decl) bool {
	return d.Kind == DeclUnion && slices.ContainsFunc(d.Fields, func(f *Field) bool {
		t := f.Type
		for t.Kind == KindPointer || t.Kind == KindOpt {
			t = t.Elem
		}
		return t.Kind == KindAny || t.Kind == KindRaw
	})
}

// mustHold reports whether each value of d holds one of target, which holds one of
// d: no value is valid, and the document does not mean what it says.
func mustHold(d, target *Decl, seen map[*Decl]bool) bool {
	if d == target {
		return true
	}
	if seen[d] || d.Kind != DeclStruct {
		return false
	}
	seen[d] = true
	return slices.ContainsFunc(d.Fields, func(f *Field) bool {
		t := f.Type
		if t.Kind == KindPointer {
			t = t.Elem
		}
		return f.Required && t.Kind == KindNamed && mustHold(t.Decl, target, seen)
	})
}
