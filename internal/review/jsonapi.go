package review

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/model"
)

// This file says what changes in JSON:API's words, which neither oasdiff nor
// apidiff has: resources, attributes, relationships, include paths.

// resourceDiff collects the changes of one client's resources.
type resourceDiff struct {
	old, new *model.API
	list     []*ResourceChange
}

// compareResources compares the resources of two versions; nil if neither speaks
// JSON:API.
func compareResources(j *joined) []*ResourceChange {
	if !j.Old.API.JSONAPI && !j.New.API.JSONAPI {
		return nil
	}
	r := &resourceDiff{old: j.Old.API, new: j.New.API}
	before, after := resourcesOf(r.old), resourcesOf(r.new)
	renamed := map[string]bool{}
	for _, typ := range sortedTypes(before) {
		d := before[typ]
		e := after[typ]
		if e == nil {
			if e = successor(d, before, after); e == nil {
				r.say(typ, d.Pos.File != "", oldPlace(d), "the resource is gone")
				continue
			}
			renamed[e.Resource] = true
			r.say(typ, true, at(e.Pos), "the resource type is %q now", e.Resource)
		}
		r.members(typ, d, e)
	}
	for _, typ := range sortedTypes(after) {
		if before[typ] == nil && !renamed[typ] {
			r.say(typ, true, at(after[typ].Pos), "the resource is new")
		}
	}
	r.queries()
	r.fromWire(j)
	slices.SortStableFunc(r.list, func(a, b *ResourceChange) int {
		return cmp.Or(cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Text, b.Text))
	})
	return slices.CompactFunc(r.list, func(a, b *ResourceChange) bool { return a.Resource == b.Resource && a.Text == b.Text })
}

func (r *resourceDiff) say(resource string, placed bool, place Place, format string, args ...any) {
	if !placed {
		place = Place{}
	}
	r.list = append(r.list, &ResourceChange{Resource: resource, Text: fmt.Sprintf(format, args...), At: place})
}

func oldPlace(d *model.Decl) Place {
	p := at(d.Pos)
	p.Old = true
	return p
}

// resourcesOf returns what is read of each JSON:API type.
func resourcesOf(api *model.API) map[string]*model.Decl {
	out := map[string]*model.Decl{}
	for _, d := range api.Decls {
		if d.Resource != "" && d.Role == model.RoleRead && out[d.Resource] == nil {
			out[d.Resource] = d
		}
	}
	return out
}

func sortedTypes(m map[string]*model.Decl) []string {
	var list []string
	for typ := range m {
		list = append(list, typ)
	}
	slices.Sort(list)
	return list
}

// successor finds the new resource that d became: of the same place in the
// document, or of the same members.
func successor(d *model.Decl, before, after map[string]*model.Decl) *model.Decl {
	for _, typ := range sortedTypes(after) {
		e := after[typ]
		if before[typ] != nil {
			continue
		}
		if d.Pointer != "" && d.Pointer == e.Pointer || declText(d) != "" && declText(d) == declText(e) {
			return e
		}
	}
	return nil
}

// members compares attributes, relationships and meta.
func (r *resourceDiff) members(typ string, d, e *model.Decl) {
	for _, in := range []model.In{model.InAttr, model.InRel, model.InMeta} {
		before, after := fieldsIn(d, in), fieldsIn(e, in)
		gone, fresh := missing(before, after), missing(after, before)
		if len(gone) == 1 && len(fresh) == 1 && sameField(gone[0], fresh[0]) {
			r.say(typ, true, at(fresh[0].Pos), "%s is %q now", title(in, gone[0]), fresh[0].Name)
			continue
		}
		for _, f := range gone {
			place := at(f.Pos)
			place.Old = true
			r.say(typ, true, place, "%s is gone", title(in, f))
		}
		for _, f := range fresh {
			r.say(typ, true, at(f.Pos), "%s is new", title(in, f))
		}
		for _, f := range before {
			if g := named(after, f.Name); g != nil {
				r.member(typ, in, f, g)
			}
		}
	}
}

func fieldsIn(d *model.Decl, in model.In) []*model.Field {
	var list []*model.Field
	for _, f := range d.Fields {
		if f.In == in {
			list = append(list, f)
		}
	}
	return list
}

func named(fields []*model.Field, name string) *model.Field {
	for _, f := range fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// missing returns the fields that others do not have.
func missing(fields, others []*model.Field) []*model.Field {
	var list []*model.Field
	for _, f := range fields {
		if named(others, f.Name) == nil {
			list = append(list, f)
		}
	}
	return list
}

func title(in model.In, f *model.Field) string {
	if in == model.InMeta {
		return "meta"
	}
	return fmt.Sprintf("%s %q", placesOnWire[in], f.Name)
}

// member compares one member.
func (r *resourceDiff) member(typ string, in model.In, f, g *model.Field) {
	switch {
	case f.Type == nil || g.Type == nil:
	case f.Type.Kind == model.KindToOne && g.Type.Kind == model.KindToMany:
		r.say(typ, true, at(g.Pos), "%s is to-many now", title(in, g))
	case f.Type.Kind == model.KindToMany && g.Type.Kind == model.KindToOne:
		r.say(typ, true, at(g.Pos), "%s is to-one now", title(in, g))
	case in == model.InRel && typeText(f.Type) != typeText(g.Type):
		r.say(typ, true, at(g.Pos), "%s references other resources", title(in, g))
	case in == model.InAttr && typeText(f.Type) != typeText(g.Type):
		r.say(typ, true, at(g.Pos), "%s has another type", title(in, g))
	}
}

// queries compares include paths, sort keys and fieldsets of the operations that
// both versions have.
func (r *resourceDiff) queries() {
	after := map[string]*model.Operation{}
	for _, s := range r.new.Services {
		for _, op := range s.Operations {
			after[s.GoName+"."+op.GoName] = op
		}
	}
	for _, s := range r.old.Services {
		for _, op := range s.Operations {
			if now := after[s.GoName+"."+op.GoName]; now != nil && op.Options != nil && now.Options != nil {
				r.options(s.Name, op, now)
			}
		}
	}
}

func (r *resourceDiff) options(service string, op, now *model.Operation) {
	for _, f := range op.Options.Fields {
		what := queryWord(f.Name)
		if what == "" {
			continue
		}
		g := named(now.Options.Fields, f.Name)
		if g == nil {
			r.say(service, true, Place{File: now.Pos.File, Line: now.Pos.Line, Col: now.Pos.Col}, "%s: the parameter %s is gone", now.ID, f.Name)
			continue
		}
		before, after := enumValues(f.Type), enumValues(g.Type)
		for _, v := range before {
			if len(after) > 0 && !slices.Contains(after, v) {
				r.say(service, true, at(g.Pos), "%s: %s %s is gone", now.ID, what, v)
			}
		}
		for _, v := range after {
			if len(before) > 0 && !slices.Contains(before, v) {
				r.say(service, true, at(g.Pos), "%s: %s %s is new", now.ID, what, v)
			}
		}
	}
}

// queryWord names what a value of a parameter is, "" when JSON:API has no word.
func queryWord(name string) string {
	switch {
	case name == "include":
		return "include path"
	case name == "sort":
		return "sort key"
	case strings.HasPrefix(name, "fields["):
		return "fieldset member"
	case strings.HasPrefix(name, "filter"):
		return "filter value"
	}
	return ""
}

// enumValues lists the values of the enum that t is, or is a list of.
func enumValues(t *model.Type) []string {
	for t != nil && t.Decl == nil {
		t = t.Elem
	}
	if t == nil {
		return nil
	}
	var list []string
	for _, v := range t.Decl.Values {
		list = append(list, v.JSON)
	}
	return list
}

// wireWords are oasdiff's rules about a property for which JSON:API has words.
var wireWords = map[string]string{
	"response-property-became-nullable":     "may be null now",
	"response-property-became-not-nullable": "is never null now",
	"request-property-became-nullable":      "may be sent as null now",
	"request-property-became-not-nullable":  "must not be sent as null now",
	"request-property-became-required":      "must be sent now",
	"new-required-request-property":         "must be sent now",
	"request-property-became-optional":      "need not be sent now",
}

// fromWire takes from oasdiff's findings what the model does not tell.
func (r *resourceDiff) fromWire(j *joined) {
	for _, c := range j.report.WireChanges {
		words := wireWords[c.Rule]
		for _, name := range c.Symbols {
			f := cmp.Or(j.new.fields[name], j.old.fields[name])
			d := cmp.Or(j.new.owners[name], j.old.owners[name])
			if words == "" || f == nil || d == nil || d.Resource == "" || f.In != model.InAttr && f.In != model.InRel {
				continue
			}
			r.say(d.Resource, true, c.At, "%s %s", title(f.In, f), words)
		}
	}
}
