package model

import (
	"net/url"
	"slices"
	"strings"
)

// This file keeps the types of fields. What becomes legal to leave out, or to send
// as null, what gets a format or a list of its values, changes nothing on the wire
// for those who go on as before, and would change the Go type. So gen.lock holds
// which members a struct had and how: a member that only loosens stays what it is.
// What tightens changes the type, because callers have to know.

// fieldsKey ends the key in gen.lock of what the fields of a type are.
const fieldsKey = " fields"

// The ways in which a field holds its value.
const (
	shapeRequired = '!' // a plain value, sent always
	shapePlain    = '~' // a plain value, left out when it is zero or nil
	shapeOpt      = '?'
	shapePointer  = '*'
	shapeConst    = '='
)

// pin says what a field is: its shape, and the kind of its type.
type pin struct {
	shape byte
	kind  string
}

// scalarKinds are the types whose difference is one of formats and values.
var scalarKinds = map[Kind]string{
	KindString: "s", KindInt: "i", KindFloat: "f", KindNumber: "n", KindTime: "t", KindDate: "d", KindBytes: "y", KindBool: "b",
}

// kindCode describes what t is made of, down to the scalar.
func kindCode(t *Type) string {
	switch t.Kind {
	case KindSlice:
		return "L" + kindCode(t.Elem)
	case KindMap:
		return "M" + kindCode(t.Elem)
	case KindNamed:
		if t.Decl.Kind == DeclEnum {
			return "e" + scalarKinds[t.Decl.Underlying.Kind]
		}
		return "x"
	case KindInt:
		if t.Text {
			return "I"
		}
	}
	if kind := scalarKinds[t.Kind]; kind != "" {
		return kind
	}
	return "x"
}

// isPinned reports whether the lock says what a field is.
func isPinned(d *Decl, f *Field) bool {
	switch f.In {
	case InMember, InAttr, InQuery, InHeader, InCookie:
		return d.Kind == DeclStruct && (d.Role == RoleRead || d.Role == RoleWrite || d.Role == RoleOptions)
	}
	return false
}

// pinOf is what the lock says of a field.
func pinOf(f *Field) pin {
	switch t := f.Type; {
	case f.GoName == "_":
		return pin{shapeConst, f.Const}
	case t.Kind == KindOpt:
		return pin{shapeOpt, kindCode(t.Elem)}
	case t.Kind == KindPointer:
		return pin{shapePointer, kindCode(t.Elem)}
	case f.OmitZero:
		return pin{shapePlain, kindCode(t)}
	}
	return pin{shapeRequired, kindCode(f.Type)}
}

// pinName is the name of a field in the lock: where it is on the wire, as one
// struct may have a parameter and a member of one name.
func pinName(f *Field) string {
	name := url.QueryEscape(f.Name)
	switch f.In {
	case InHeader:
		return "header." + name
	case InCookie:
		return "cookie." + name
	case InMember:
		return "." + name
	}
	return name
}

// pinFields gives fields the types that they had, and notes what they are now.
func (b *builder) pinFields() {
	for _, d := range b.order {
		if len(b.keys(d)) == 0 || !slices.ContainsFunc(d.Fields, func(f *Field) bool { return isPinned(d, f) }) {
			continue
		}
		before := b.pinsOf(d)
		var now []string
		for _, f := range d.Fields {
			if !isPinned(d, f) {
				continue
			}
			if p, ok := before[pinName(f)]; ok {
				free := *f
				if b.hold(d, f, p); pinOf(&free) != pinOf(f) || f.Held {
					f.Unlocked = free.Type
				}
			}
			p := pinOf(f)
			if f.Held {
				p.shape = shapeRequired
			}
			now = append(now, pinName(f)+string(p.shape)+url.QueryEscape(p.kind))
		}
		slices.Sort(now)
		for _, k := range b.keys(d) {
			b.api.Held[b.written(k)+fieldsKey] = strings.Join(now, " ")
		}
	}
}

// pinsOf reads what the lock says of the fields of d.
func (b *builder) pinsOf(d *Decl) map[string]pin {
	now, former := b.declLookups(d)
	for _, key := range append(now, former...) {
		text, ok := b.opts.Held[key+fieldsKey]
		if !ok {
			continue
		}
		pins := map[string]pin{}
		for _, entry := range strings.Fields(text) {
			if i := strings.IndexAny(entry, "!~?*="); i > 0 {
				if kind, err := url.QueryUnescape(entry[i+1:]); err == nil {
					pins[entry[:i]] = pin{entry[i], kind}
				}
			}
		}
		return pins
	}
	return nil
}

// hold gives f the type that it had, if it only loosened since.
func (b *builder) hold(d *Decl, f *Field, was pin) {
	if was.shape == shapeConst {
		holdConst(f, was.kind)
		return
	}
	if f.GoName == "_" {
		return
	}
	bare := f.Type
	if bare.Kind == KindOpt || bare.Kind == KindPointer {
		bare = bare.Elem
	}
	if isCollection(was.kind) != isCollection(kindCode(bare)) {
		return // the type changes anyway
	}
	now := pinOf(f).shape
	switch {
	case d.Role == RoleRead:
	case was.shape == shapeRequired && now != shapeRequired:
		f.Type, f.OmitZero, f.Held = bare, false, true
		f.Flags = slices.DeleteFunc(f.Flags, func(flag string) bool { return flag == "omitzero" })
	case was.shape == shapePlain && now == shapeOpt:
		f.Type, f.OmitZero = bare, true
	case was.shape == shapePointer && now == shapeOpt:
		f.Type, f.OmitZero = &Type{Kind: KindPointer, Elem: bare}, true
	}
	f.Type = withKind(f.Type, was.kind)
	if d.Role == RoleRead && was.kind == "f" && kindCode(f.Type) == "i" && f.Type.Kind == KindInt {
		f.Type = &Type{Kind: KindFloat, Bits: 64} // what is read now, it could hold before
	}
}

func isCollection(kind string) bool {
	return strings.HasPrefix(kind, "L") || strings.HasPrefix(kind, "M")
}

// holdConst makes the constant again of a member that may have further values now.
func holdConst(f *Field, value string) {
	if f.GoName == "_" {
		return
	}
	t := f.Type
	if t.Kind == KindOpt {
		t = t.Elem
	}
	if t.Kind == KindNamed && t.Decl.Kind == DeclEnum && slices.ContainsFunc(t.Decl.Values, func(v *Value) bool { return v.JSON == value }) {
		f.GoName, f.Const, f.Type, f.OmitZero = "_", value, &Type{Kind: KindStruct0}, false
	}
}

// withKind returns t with the scalar that it had before it got a format or a list
// of its values.
func withKind(t *Type, kind string) *Type {
	if t.Kind == KindOpt || t.Kind == KindPointer {
		elem := withKind(t.Elem, kind)
		if elem == t.Elem {
			return t
		}
		return &Type{Kind: t.Kind, Elem: elem}
	}
	now := kindCode(t)
	if len(kind) > 0 && len(now) > 0 && kind[0] == now[0] && (kind[0] == 'L' || kind[0] == 'M') {
		elem := withKind(t.Elem, kind[1:])
		if elem == t.Elem {
			return t
		}
		return &Type{Kind: t.Kind, Elem: elem}
	}
	switch {
	case kind == "s" && slices.Contains([]string{"t", "d", "y", "es", "I"}, now):
		return &Type{Kind: KindString}
	case kind == "i" && slices.Contains([]string{"n", "ei"}, now):
		return &Type{Kind: KindInt, Bits: 64}
	case kind == "f" && now == "n":
		return &Type{Kind: KindFloat, Bits: 64}
	}
	return t
}

// bodyKey ends the key in gen.lock of how a call takes its body.
const bodyKey = " body"

// How a call takes a body that it may go without. A body that was an argument stays
// one when it, or its last required member, need no longer be sent.
const (
	bodyArgument = "argument"
	bodyPointer  = "pointer"
	bodyNonZero  = "nonzero"
	bodyParams   = "parameters"
)

// noteBody notes how o takes its body.
func (b *builder) noteBody(o *op, body *Body) {
	how := bodyArgument
	switch body.Use {
	case BodyPointer:
		how = bodyPointer
	case BodyNonZero:
		how = bodyNonZero
	case BodyInParams:
		how = bodyParams
	}
	for _, key := range b.methodKeys(o) {
		b.api.Held[strings.TrimSuffix(key, " method")+bodyKey] = how
	}
}

// heldBody is how o took its body before; "" if the lock does not say so.
func (b *builder) heldBody(o *op) string {
	for _, key := range b.methodKeys(o) {
		if how := b.opts.Held[strings.TrimSuffix(key, " method")+bodyKey]; how != "" {
			return how
		}
	}
	return ""
}

// hadNoBody reports whether the lock has o, and no body of it.
func (b *builder) hadNoBody(o *op) bool {
	return b.opts.Held[others] != "" && b.heldBody(o) == "" && slices.ContainsFunc(b.methodKeys(o), func(key string) bool { return b.opts.Names[key] != "" })
}

// metaKey ends the key in gen.lock of the meta of pages. A list of resources that
// had none declared keeps the type of its pages when it gets one.
const metaKey = " meta"

// metaUntyped says that pages have a jsonapi.Meta.
const metaUntyped = "untyped"

// noteMeta notes that the pages of o have a meta without a type of its own.
func (b *builder) noteMeta(o *op) {
	if o.out.Result.Meta != nil && !o.out.Result.MetaHeld {
		return
	}
	for _, key := range b.methodKeys(o) {
		b.api.Held[strings.TrimSuffix(key, " method")+metaKey] = metaUntyped
	}
}

// hadNoMeta reports whether the lock says that the pages of o had such a meta.
func (b *builder) hadNoMeta(o *op) bool {
	return slices.ContainsFunc(b.methodKeys(o), func(key string) bool {
		return b.opts.Held[strings.TrimSuffix(key, " method")+metaKey] == metaUntyped
	})
}
