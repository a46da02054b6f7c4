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
	body := &Body{ContentType: m.contentType, GoName: "body", Required: true}
	o.out.Body = body
	t := baseType(m.contentType)
	switch {
	case o.bodyDoc != nil:
		b.resourceBody(o, body)
	case jsonMedia(m.contentType) && b.atomicBody(m, body):
	case jsonMedia(m.contentType):
		body.Kind = BodyJSON
		body.Type = b.bodyType(o, m, RoleWrite)
		body.GoName = bodyName(body.Type)
	case t == "application/x-www-form-urlencoded", t == "multipart/form-data":
		body.Kind, body.ContentType = BodyForm, t
		role := RoleWrite
		if t == "multipart/form-data" {
			body.Kind, role = BodyMultipart, roleUpload
		}
		body.Type = b.bodyType(o, m, role)
		if body.Type.Kind != KindNamed || body.Type.Decl.Kind != DeclStruct {
			if s := b.schemas.Of(m.schema).Core(); s != nil && s.SaysSomething() && body.Type.Kind != KindMap {
				b.fallback(s.Node(), "a form that is no object becomes a map of any values")
			}
			body.Type = &Type{Kind: KindMap, Elem: &Type{Kind: KindAny}}
		} else {
			b.encodeMembers(m.node.Get("encoding"), body.Type.Decl)
		}
		body.GoName = bodyName(body.Type)
	case strings.HasPrefix(t, "text/"):
		body.Kind = BodyText
	default:
		body.Kind = BodyStream
		b.rawBody(m)
		if t == "*/*" || t == "" || strings.HasSuffix(t, "/*") {
			body.ContentType = "application/octet-stream"
		}
	}
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
		case f.Flags == nil:
			f.Flags = flags
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
	return b.typeOf(b.schemas.Of(m.schema), role, place{base: o.svc.GoName + o.out.GoName, file: snake(o.svc.GoName), op: o})
}

// bodyName is the parameter name of a body: pet for PetParams.
func bodyName(t *Type) string {
	switch t.Kind {
	case KindNamed:
		if t.Decl.name.rank == rankComponent || t.Decl.Resource != "" {
			if s := unexported(t.Decl.name.base); len(s) <= 24 {
				return s
			}
		}
		return "params"
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
	at := place{base: o.base(), file: o.file(), word: b.writeWord(o)}
	if n := len(o.out.Args); n > 0 && bodyID(o, s) {
		body.ID, at.idFromPath = o.out.Args[n-1].GoName, true
	}
	body.Type = b.typeOf(doc.Data, RoleWrite, at)
	if body.Type.Kind == KindNamed {
		body.GoName = unexported(body.Type.Decl.name.base)
		if doc.Many {
			body.GoName = unexported(pluralName(body.Type.Decl.name.base))
		}
	}
	for _, a := range o.out.Args {
		if a.GoName == body.GoName {
			body.GoName += "Params"
		}
	}
}

// writeWord ends the name of what a JSON:API request holds: ContactCreate.
func (b *builder) writeWord(o *op) string {
	types := o.bodyDoc.Types
	if len(types) == 1 && b.singularOf(types[0]) == singularService(o.svc) {
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
