package review

import (
	"maps"
	"slices"

	"github.com/docwright/docwright/internal/model"
)

// This file finds the types that have another name by where they are used: what a
// call returned a Pet for, and returns an Animal for now, is one type if most of
// its members are the same.

// usePairs walks the types of both versions together.
type usePairs struct {
	*joined
	seen  map[[2]*model.Decl]bool
	named map[string]*GoChange // by symbol: what is removed or added
}

// findUsed makes renames of types that are removed and added at one place.
func (j *joined) findUsed(removed, added []*GoChange) {
	p := &usePairs{joined: j, seen: map[[2]*model.Decl]bool{}, named: map[string]*GoChange{}}
	for _, c := range slices.Concat(removed, added) {
		p.named[c.Symbol] = c
	}
	bySends := map[string]*model.Operation{}
	for name, op := range j.new.operations {
		bySends[pathText(j.new.sends[name])] = op
	}
	for _, name := range slices.Sorted(maps.Keys(j.old.operations)) {
		was, is := j.old.operations[name], bySends[pathText(j.old.sends[name])]
		if is == nil {
			continue
		}
		p.types(was.Result.Type, is.Result.Type)
		p.types(was.Result.Meta, is.Result.Meta)
		p.decls(was.Options, is.Options)
		if was.Body != nil && is.Body != nil {
			p.types(was.Body.Type, is.Body.Type)
		}
		for _, old := range was.Errors {
			for _, new := range is.Errors {
				if old.Code == new.Code {
					p.types(old.Type, new.Type)
				}
			}
		}
	}
}

func (p *usePairs) types(t, u *model.Type) {
	for t != nil && u != nil && t.Kind == u.Kind {
		p.decls(t.Decl, u.Decl)
		t, u = t.Elem, u.Elem
	}
}

func (p *usePairs) decls(d, e *model.Decl) {
	if d == nil || e == nil || d.Kind != e.Kind || p.seen[[2]*model.Decl{d, e}] {
		return
	}
	p.seen[[2]*model.Decl{d, e}] = true
	was, is := qualified(d.Package, d.GoName), qualified(e.Package, e.GoName)
	if was != is {
		old, new := p.named[was], p.named[is]
		switch {
		case old == nil || old.Kind != GoRemoved:
			return
		case new != nil && new.Kind == GoAdded && mostlySame(d, e):
			p.merge(old, new)
		case hasAllOf(e, d): // several types are one now
			old.Kind, old.NewName, old.Text = GoRenamed, is, "renamed to "+is
		default:
			return
		}
		p.members(was, d, e)
		p.constants(d, e)
	}
	p.types(d.Underlying, e.Underlying)
	for _, f := range d.Fields {
		if g := fieldOnWire(e, f); g != nil {
			p.types(f.Type, g.Type)
		}
	}
}

// members reports what a renamed type loses: apidiff compares types of one name.
func (p *usePairs) members(was string, d, e *model.Decl) {
	for _, f := range d.Fields {
		if f.GoName != "_" && fieldOnWire(e, f) == nil {
			p.addGo(&GoChange{Kind: GoRemoved, Symbol: was + "." + f.GoName, Text: "removed"})
		}
	}
}

// constants renames those of an enum that has another name, value by value.
func (p *usePairs) constants(d, e *model.Decl) {
	now := map[string]string{}
	for _, v := range e.Values {
		now[v.JSON] = qualified(e.Package, v.GoName)
	}
	for _, v := range d.Values {
		old, name := p.named[qualified(d.Package, v.GoName)], now[v.JSON]
		if old == nil || old.Kind != GoRemoved || name == "" {
			continue
		}
		if new := p.named[name]; new != nil && new.Kind == GoAdded {
			p.merge(old, new)
			continue
		}
		old.Kind, old.NewName, old.Text = GoRenamed, name, "renamed to "+name
	}
}

// hasAllOf reports whether e has all members and values of d, and d has some.
func hasAllOf(e, d *model.Decl) bool {
	for _, f := range d.Fields {
		if fieldOnWire(e, f) == nil {
			return false
		}
	}
	for _, v := range d.Values {
		if !slices.ContainsFunc(e.Values, func(w *model.Value) bool { return w.JSON == v.JSON }) {
			return false
		}
	}
	return len(d.Fields)+len(d.Values) > 0
}

// fieldOnWire is the field of d that holds the member of f.
func fieldOnWire(d *model.Decl, f *model.Field) *model.Field {
	i := slices.IndexFunc(d.Fields, func(g *model.Field) bool { return g.Name == f.Name && g.In == f.In })
	if i < 0 {
		return nil
	}
	return d.Fields[i]
}

// mostlySame reports whether two types have at least half of their members or values
// in common.
func mostlySame(d, e *model.Decl) bool {
	same, all := 0, max(len(d.Fields)+len(d.Values), len(e.Fields)+len(e.Values))
	for _, f := range d.Fields {
		if fieldOnWire(e, f) != nil {
			same++
		}
	}
	values := map[string]bool{}
	for _, v := range e.Values {
		values[v.JSON] = true
	}
	for _, v := range d.Values {
		if values[v.JSON] {
			same++
		}
	}
	return 2*same >= all
}
