package model

import (
	"slices"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

// This file joins the error bodies that a document writes inline. Frameworks repeat
// the same schema for each operation and status, and a caller wants one type to
// ask for. Error bodies have one role, so they are one type, with the members of
// all of them, as long as shared members have the same type: one that grows adds a
// member and does not become another type.

// errorBody is a type of error bodies that are written inline.
type errorBody struct {
	united  *schema.Schema
	members []*schema.Schema // the schemas that it has the members of
	code    string           // of the first of them
}

// errorTypeName is the name of the type that most error bodies have.
const errorTypeName = "APIError"

// findErrorBodies joins the inline error bodies of all operations.
func (b *builder) findErrorBodies() {
	b.errorBodies = map[*schema.Schema]*errorBody{}
	var bodies []*errorBody
	for _, o := range b.ops {
		successes := o.successes()
		for _, r := range o.errors() {
			s := b.inlineErrorBody(r)
			if s == nil || b.errorBodies[s] != nil || slices.ContainsFunc(successes, func(ok response) bool { return b.schemas.Of(ok.schema).Core() == s }) {
				continue
			}
			i := slices.IndexFunc(bodies, func(e *errorBody) bool {
				return !slices.ContainsFunc(e.members, func(other *schema.Schema) bool { return !agree(s, other) })
			})
			if i < 0 {
				i = len(bodies)
				bodies = append(bodies, &errorBody{code: r.code})
			}
			bodies[i].members = append(bodies[i].members, s)
			b.errorBodies[s] = bodies[i]
		}
	}
	for _, e := range bodies {
		e.unite()
	}
	if len(bodies) > 0 { // the first of those that stand for most
		b.commonError = slices.MaxFunc(bodies, func(x, y *errorBody) int { return len(x.members) - len(y.members) })
	}
}

// inlineErrorBody is the schema of an error body that is a plain object without a
// name; nil for others.
func (b *builder) inlineErrorBody(r response) *schema.Schema {
	if r.media == nil || r.schema == nil || !jsonMedia(r.media.contentType) {
		return nil
	}
	whole := b.schemas.Of(r.schema)
	s := whole.Core()
	switch {
	case s == nil || s.Made || s.IsErrorDocument() || s.IsResource() || b.override(s, whole) != nil:
		return nil
	case componentName(onlyPart(s.Node())) != "" || goName(s) != "":
		return nil
	case !s.IsObject() || s.Types&^schema.Object != 0 || len(s.Properties) == 0 || len(s.Variants) > 0 || s.Discriminator != nil || s.AdditionalProperties != nil:
		return nil
	}
	return s
}

// unite makes the schema with the members of all. A member is required if all of
// them have and require it.
func (e *errorBody) unite() {
	first := e.members[0]
	e.united = first
	if len(e.members) == 1 {
		return
	}
	e.united = first.Synthesize(first.Node())
	var properties []*schema.Property
	for _, s := range e.members {
		for _, p := range s.Properties {
			if !slices.ContainsFunc(properties, func(q *schema.Property) bool { return q.Name == p.Name }) {
				properties = append(properties, p)
			}
		}
	}
	e.united.SetProperties(properties, func(name string) bool {
		return !slices.ContainsFunc(e.members, func(s *schema.Schema) bool { return !s.Required(name) })
	})
}

// agree reports whether two objects have the same types for the members that both
// have.
func agree(x, y *schema.Schema) bool {
	return !slices.ContainsFunc(x.Properties, func(p *schema.Property) bool {
		q := y.Property(p.Name)
		return q != nil && !sameSchema(p.Schema(), q.Schema(), 0)
	})
}

// sameSchema reports whether two schemas have the same Go type, as far as that can
// be seen without declaring it.
func sameSchema(x, y *schema.Schema, depth int) bool {
	if x == nil || y == nil || x == y {
		return x == y
	}
	if x.Nullable != y.Nullable || x.ReadOnly != y.ReadOnly || x.WriteOnly != y.WriteOnly {
		return false
	}
	x, y = x.Core(), y.Core()
	if x == nil || y == nil || x == y {
		return x == y
	}
	named := componentName(onlyPart(x.Node())) != "" || componentName(onlyPart(y.Node())) != ""
	if named || depth > 4 || x.Types != y.Types || x.Format != y.Format || x.Made || y.Made || len(x.Variants)+len(y.Variants)+len(x.PrefixItems)+len(y.PrefixItems)+len(x.PatternProperties)+len(y.PatternProperties) > 0 {
		return false
	}
	sameValue := func(v, w *load.Node) bool { return v.Kind == w.Kind && v.Value == w.Value }
	sameMember := func(p, q *schema.Property) bool {
		return p.Name == q.Name && x.Required(p.Name) == y.Required(q.Name) && sameSchema(p.Schema(), q.Schema(), depth+1)
	}
	return slices.EqualFunc(x.Enum, y.Enum, sameValue) && sameSchema(x.Items.Schema(), y.Items.Schema(), depth+1) &&
		sameSchema(x.AdditionalProperties.Schema(), y.AdditionalProperties.Schema(), depth+1) && slices.EqualFunc(x.Properties, y.Properties, sameMember)
}

// errorBodyType is the type of an inline error body; nil for other bodies.
func (b *builder) errorBodyType(o *op, s *schema.Schema) *Type {
	e := b.errorBodies[s]
	if e == nil {
		return nil
	}
	b.count(s)
	at := place{whole: errorTypeName, file: "shared", op: o}
	if e != b.commonError {
		at.whole = exported("error " + statusWords(e.code))
	}
	t := b.schemaType(e.united, RoleRead, at)
	d := t.Decl
	d.errorBody = true
	if e.united.Made && d.Pointer == "" { // gen.lock keeps its name at the place of each
		d.Pointer = e.members[0].Node().Pointer()
		for _, s := range e.members[1:] {
			k := b.key(d)
			k.node = s.Node()
			d.name.also = append(d.name.also, k)
		}
	}
	return t
}
