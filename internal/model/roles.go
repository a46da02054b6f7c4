package model

import (
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
	"github.com/docwright/docwright/internal/schema"
)

// This file says which enums without a name are one Go type: those that have one
// role, never those that happen to list the same values today, because the day
// one of them grows it would part from the others. One role have
//
//   - a parameter of several operations of one service
//   - the include, fields or sort parameters of one JSON:API type
//   - a member of one JSON:API type, read and written
//   - a member of a schema, read and written
//
// The values of all places are united.

// parameterPlace is where the schema of a parameter is used.
func (b *builder) parameterPlace(o *op, p *param) place {
	at := place{op: o, base: singularService(o.svc), part: p.name, file: o.file(), alts: []string{o.base() + names.Exported(p.name)}}
	at.role = "parameter " + o.svc.GoName + " " + p.in + " " + p.name
	if noun, suffix := o.family(b, p); noun != "" {
		at.whole, at.role, at.file = noun+suffix, "family "+noun+suffix, names.Snake(noun)
		return at
	}
	if component := parameterComponent(p.node); names.Exported(component) != "" {
		at.alts = append([]string{at.base + names.Exported(p.name)}, at.alts...)
		at.whole, at.role, at.file = names.Exported(component), "component "+p.node.Pointer(), "shared"
	}
	return at
}

// parameterComponent is the name of a parameter that components declare; "" for
// others.
func parameterComponent(n *load.Node) string {
	if n.Parent != nil && n.Parent.Kind == load.Object && n.Parent.Name == "parameters" {
		return n.Name
	}
	return ""
}

// family is the resource that an include, fields or sort parameter of JSON:API is
// about, and what the name of its enum ends with.
func (o *op) family(b *builder, p *param) (noun, suffix string) {
	if !o.speaksJSONAPI() || p.in != "query" {
		return "", ""
	}
	noun = singularService(o.svc)
	if o.doc != nil && len(o.doc.Types) == 1 {
		noun = b.singularOf(o.doc.Types[0])
	}
	switch family, typ, _ := strings.Cut(p.name, "["); family {
	case "include":
		return noun, "Include"
	case "sort":
		return noun, "Sort"
	case "fields":
		if typ = strings.TrimSuffix(typ, "]"); b.singularOf(typ) != "" {
			noun = b.singularOf(typ)
		}
		return noun, "Field"
	}
	return "", ""
}

// roleOf is the role of an enum at a place; "" if it shares its type with no
// other.
func (b *builder) roleOf(s *schema.Schema, at place) string {
	if s.Enum == nil || s.IsObject() || goName(s) != "" {
		return ""
	}
	role := at.role
	if role == "" && at.owner != nil {
		role = "member " + ownerRole(at.owner) + " " + at.part
	}
	if role == "" {
		return ""
	}
	return "enum " + strconv.Itoa(int(enumKind(s))) + " " + role
}

// ownerRole is the same for the types that are read and written of one schema, or
// of one JSON:API type, and for what is within them.
func ownerRole(d *Decl) string {
	switch {
	case d.Resource != "":
		return "resource " + d.Resource
	case d.name.owner != nil:
		return ownerRole(d.name.owner) + " " + d.name.member
	case d.name.node != nil:
		return d.name.node.Pointer() + d.name.below
	}
	return d.name.base
}

// mostShared brings those first that are for most places: when places that
// shared a type part, its name stays with the most of them.
func mostShared(decls []*Decl) []*Decl {
	out := slices.Clone(decls)
	slices.SortStableFunc(out, func(x, y *Decl) int { return len(y.name.also) - len(x.name.also) })
	return out
}
