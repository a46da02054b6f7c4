package model

import (
	"net/http"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

// This file decides how request bodies are made.

// convertBody decides how a request body is made.
func (b *builder) convertBody(o *op) {
	m := o.body
	if m == nil || o.method == http.MethodGet && m.schema == nil || b.saysNothing(o, m) {
		return
	}
	body := &Body{ContentType: m.contentType, GoName: "body"}
	o.out.Body = body
	defer func() {
		b.passBody(o, body)
		body.ContentType = concreteType(body)
		b.noteUnusedBody(o, body)
	}()
	t := baseType(m.contentType)
	switch {
	case o.bodyDoc != nil:
		b.resourceBody(o, body)
	case jsonMedia(m.contentType) && b.atomicBody(m, body):
	case jsonMedia(m.contentType):
		body.Kind = BodyJSON
		if !b.bodyMembers(o, body, o.bodyRole()) {
			body.Type = b.bodyType(o, m, o.bodyRole())
			body.GoName = o.bodyName(body.Type)
		}
	case t == "application/x-www-form-urlencoded", t == "multipart/form-data":
		body.Kind, body.ContentType = BodyForm, t
		role := o.bodyRole()
		if t == "multipart/form-data" {
			body.Kind, role = BodyMultipart, role.upload()
		}
		if b.bodyMembers(o, body, role) {
			b.encodeMembers(m.node.Get("encoding"), o.out.Options)
			return
		}
		body.Type = b.bodyType(o, m, role)
		if body.Type.Kind != KindNamed || body.Type.Decl.Kind != DeclStruct {
			if s := b.schemas.Of(m.schema).Core(); s != nil && s.SaysSomething() && body.Type.Kind != KindMap {
				b.fallback(s.Node(), "a form whose schema is not an object becomes a map of any values")
			}
			body.Type = &Type{Kind: KindMap, Elem: &Type{Kind: KindAny}}
		} else {
			b.encodeMembers(m.node.Get("encoding"), body.Type.Decl)
		}
		body.GoName = o.bodyName(body.Type)
	case strings.HasPrefix(t, "text/"):
		body.Kind = BodyText
	default:
		body.Kind = BodyStream
		b.rawBody(m)
	}
}

// concreteType is the media type that a body is sent as. A range is what a server
// accepts and never a Content-Type (RFC 9110, sections 8.3 and 12.5.1); a caller
// that sends another type of the range names it by api.WithHeader.
func concreteType(body *Body) string {
	t := baseType(body.ContentType)
	if t != "" && !strings.Contains(t, "*") {
		return body.ContentType
	}
	switch body.Kind {
	case BodyJSON, BodyResource, BodyLinkage, BodyOperations:
		return "application/json"
	case BodyText:
		return "text/plain"
	}
	return "application/octet-stream"
}

// passBody decides how a caller passes a body.
func (b *builder) passBody(o *op, body *Body) {
	defer func() { b.noteBody(o, body) }()
	if was := b.heldBody(o); was == bodyArgument && body.Use != BodyInParams {
		return
	}
	if body.Use == BodyInParams || o.node.Get("requestBody").Target().Get("required").True() {
		return
	}
	switch {
	case body.Kind == BodyResource, body.Kind == BodyLinkage, body.Kind == BodyOperations:
		return
	case b.heldBody(o) == bodyParams, b.hadNoBody(o): // calls without one stay as they are
		b.bodyInParams(o, body)
		return
	case body.Kind == BodyStream:
		return // an io.Reader may be nil
	case body.Type == nil || body.Type.Kind != KindNamed || body.Type.Decl.Kind == DeclEnum || body.Type.Decl.Kind == DeclDefined:
		body.Use = BodyNonZero
		return
	}
	optional := !slices.ContainsFunc(body.Type.Decl.Fields, func(f *Field) bool { return !f.OmitZero })
	switch {
	case b.heldBody(o) == bodyPointer:
		body.Use = BodyPointer
	case body.Type.Decl.Kind == DeclUnion || !optional: // a zero value may be meant
		body.Use = BodyPointer
	case o.changes():
		body.Use = BodyNonZero
	default:
		b.bodyInParams(o, body)
	}
}

// bodyInParams makes the body a member of the call's parameters.
func (b *builder) bodyInParams(o *op, body *Body) {
	body.Use, body.GoName = BodyInParams, ""
	d := b.params(o)
	switch body.Kind {
	case BodyText:
		body.Type = &Type{Kind: KindString}
	case BodyStream:
		body.Type = &Type{Kind: KindExtern, ImportPath: "io", Ident: "Reader"}
	}
	t := &Type{Kind: KindPointer, Elem: body.Type}
	if body.Kind == BodyStream || body.Type.Kind == KindAny {
		t = body.Type // which can be nil
	}
	d.Fields = append(d.Fields, &Field{
		Name: "body", GoName: "Body", In: InBody, OmitZero: true, Type: t, Pos: o.body.node.Position(),
		Doc: Doc{Text: "Body is the request's body; nil sends none."},
	})
}

// changes reports whether the method creates or changes something, for which a
// body is what the call is about.
func (o *op) changes() bool {
	switch o.method {
	case http.MethodPut, http.MethodPatch:
		return true
	}
	switch words(o.out.GoName)[0] {
	case "create", "update", "replace":
		return true
	}
	return false
}

// bodyMembers makes the members of a body that may be left out members of the
// call's parameters; false where the body is an argument, or a type of its own:
// it is required, one of its members is, or the schema has a name.
func (b *builder) bodyMembers(o *op, body *Body, role Role) bool {
	whole := b.schemas.Of(o.body.schema)
	s := whole.Core()
	switch {
	case s == nil || o.changes() || b.heldBody(o) == bodyArgument || b.heldBody(o) == bodyPointer || o.node.Get("requestBody").Target().Get("required").True():
		return false
	case !s.IsObject() || s.Types&^schema.Object != 0 || len(s.Properties) == 0 || len(s.Variants) > 0 || componentName(s.Node()) != "" || b.override(s, whole) != nil:
		return false
	case slices.ContainsFunc(s.Properties, func(p *schema.Property) bool { return s.Required(p.Name) }):
		return false
	}
	b.count(s)
	b.addMembers(b.params(o), s, role)
	body.Use, body.GoName = BodyInParams, ""
	return true
}

// encodeMembers notes how the members of a form are written. A struct that is
// the form of several operations is written as the first of them says.
func (b *builder) encodeMembers(encoding *load.Node, d *Decl) {
	if encoding == nil || encoding.Kind != load.Object {
		return
	}
	for _, f := range d.Fields {
		e := encoding.Get(f.Name)
		if e == nil || f.In != InMember {
			continue
		}
		flags := formFlags(e, f.Type)
		switch {
		case f.Flags == nil || f.flagsOfSchema:
			if flags != nil {
				f.Flags, f.flagsOfSchema = flags, false
			}
		case !slices.Equal(flags, f.Flags):
			b.warn(e, "encoding", f.Name+" is written as another operation with this form says", "give the forms schemas of their own, or one encoding")
		}
	}
}

// formFlags spells an Encoding Object.
func formFlags(e *load.Node, t *Type) []string {
	if t.Kind == KindOpt {
		t = t.Elem
	}
	contentType := e.Get("contentType").Str()
	switch {
	case jsonMedia(contentType) && t.Kind != KindReader:
		return []string{"json"}
	case contentType != "" && !strings.ContainsAny(contentType, ",*\"`\\\n"):
		return []string{"type=" + contentType}
	case t.Kind == KindReader:
		return nil
	}
	switch style := e.Get("style").Str(); {
	case e.Get("explode").True() && (style == "spaceDelimited" || style == "pipeDelimited"):
		return nil // separate parameters, as in a query
	case style == "spaceDelimited":
		return []string{"space"}
	case style == "pipeDelimited":
		return []string{"pipe"}
	case style == "deepObject":
		return []string{"deep"}
	case e.Get("explode") != nil && !e.Get("explode").True() && (t.Kind == KindSlice || t.Kind == KindMap || t.Kind == KindNamed):
		return []string{"csv"}
	}
	return nil
}

// saysNothing tells whether a body need not be sent and has nothing to send: an
// object without members, which some documents give to every GET.
func (b *builder) saysNothing(o *op, m *media) bool {
	s := b.schemas.Of(m.schema).Core()
	if s == nil || o.node.Get("requestBody").Target().Get("required").True() {
		return false
	}
	return s.Types == schema.Object && len(s.Properties) == 0 && s.AdditionalProperties == nil && !s.Open && len(s.Variants) == 0 && len(s.PatternProperties) == 0 &&
		(o.method == http.MethodGet || o.method == http.MethodHead || o.method == http.MethodDelete)
}

func (b *builder) bodyType(o *op, m *media, role Role) *Type {
	if m.schema == nil {
		return &Type{Kind: KindAny}
	}
	s := b.schemas.Of(m.schema)
	at := place{base: o.base(), file: snake(o.svc.GoName), op: o}
	var t *Type
	if items := patchedItems(s.Core(), role); items != nil && baseType(m.contentType) != "application/json-patch+json" {
		t = &Type{Kind: KindSlice, Elem: b.elemType(items, role, at)}
	} else {
		t = b.typeOf(s, role, at)
	}
	if s.Nullable && t.Kind != KindAny && (t.Kind != KindNamed || t.Decl.Kind != DeclUnion) {
		b.warn(m.schema, "null-body", "the whole body may be null, which "+o.out.GoName+" cannot send: its argument is a value",
			"send null with the client's method Call, or set types: in gen.yaml for this pointer: "+m.schema.Pointer())
	}
	return t
}

// patchedItems are the items of a PATCH body that is a list of things to change: each
// has what is to be changed of it. It is nil for other bodies, and for a list of the
// operations of a JSON Patch (RFC 6902), which have all that is required of them.
func patchedItems(s *schema.Schema, role Role) *schema.Schema {
	if s == nil || !role.patches() || !s.IsArray() || s.Items == nil || len(s.PrefixItems) > 0 {
		return nil
	}
	items := s.Items.Schema()
	for _, one := range append(slices.Clone(items.Core().Alternatives()), items.Core()) {
		if one != nil && one.Property("op") != nil && one.Property("path") != nil {
			return nil
		}
	}
	return items
}

// bodyName is the parameter name of a body: pet for PetInput, issue for
// IssueCreate.
func (o *op) bodyName(t *Type) string {
	switch t.Kind {
	case KindNamed:
		name := ""
		switch {
		case t.Decl.name.rank == rankComponent || t.Decl.Resource != "":
			name = unexported(t.Decl.name.base)
		case o.out.GoName == "Create" || o.out.GoName == "Update" || o.out.GoName == "Replace":
			name = unexported(singularService(o.svc))
		}
		if name != "" && len(name) <= 24 {
			return name
		}
		return "body"
	case KindSlice:
		if t.Elem.Kind == KindNamed && t.Elem.Decl.name.rank == rankComponent {
			return unexported(pluralName(t.Elem.Decl.name.base))
		}
		return "items"
	}
	return "body"
}

// resourceBody is a JSON:API request document.
func (b *builder) resourceBody(o *op, body *Body) {
	doc := o.bodyDoc
	body.Many = doc.Many
	if doc.Identifiers {
		body.Kind, body.Clear = BodyLinkage, o.clear
		kind := KindToOne
		if doc.Many {
			kind = KindToMany
		}
		last := staticSegments(o.path)
		name := "target"
		if len(last) > 0 {
			name = last[len(last)-1]
		}
		body.Type = &Type{Kind: kind, Elem: b.targetType(&Decl{name: naming{base: singularService(o.svc)}, File: o.file(), Pos: o.node.Position()}, name, doc.Types)}
		body.GoName = unexported(name)
		return
	}
	body.Kind = BodyResource
	s := doc.Data.Core()
	at := b.writePlace(o)
	if n := len(o.out.Args); n > 0 && bodyID(o, s) {
		body.ID, at.idFromPath = o.out.Args[n-1].GoName, true
	}
	body.Type = b.typeOf(doc.Data, o.bodyRole(), at)
	if body.Type.Kind == KindNamed {
		body.GoName = unexported(body.Type.Decl.name.base)
		if doc.Many {
			body.GoName = unexported(pluralName(body.Type.Decl.name.base))
		}
	}
	for _, a := range o.out.Args {
		if a.GoName == body.GoName {
			body.GoName += "Body"
		}
	}
}

// writePlace is the place of what a JSON:API request holds.
func (b *builder) writePlace(o *op) place {
	return place{base: o.base(), file: o.file(), word: b.writeWord(o), stranger: !b.ownBody(o)}
}

// ownBody reports whether a service sends the resources that it is named after.
func (b *builder) ownBody(o *op) bool {
	types := o.bodyDoc.Types
	return len(types) == 1 && b.singularOf(types[0]) == singularService(o.svc)
}

// writeWord ends the name of what a JSON:API request holds: ContactCreate.
func (b *builder) writeWord(o *op) string {
	if b.ownBody(o) {
		return strings.TrimSuffix(o.out.GoName, "Many")
	}
	switch o.method {
	case http.MethodPatch, http.MethodPut:
		return "Update"
	case http.MethodDelete:
		return "Delete"
	}
	return "Create"
}
