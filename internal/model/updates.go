package model

import (
	"slices"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
)

// linkUpdates finds, for what is read of a resource, the write struct of its
// updates: the one that is called so, when both have members in common.
func (b *builder) linkUpdates() {
	for _, w := range b.order {
		r := b.resources[w.Resource]
		if r == nil || w.Role != RoleWrite || w.GoName != r.decl.GoName+"Update" {
			continue
		}
		shared, taken := false, false
		for _, f := range r.decl.Fields {
			taken = taken || f.GoName == "Update"
			shared = shared || f.GoName != "_" && (f.In == InAttr || f.In == InRel) && slices.ContainsFunc(w.Fields, func(g *Field) bool {
				return g.GoName != "_" && g.In == f.In && g.Name == f.Name
			})
		}
		if shared && !taken && (w.Package == "" || w.Package == r.decl.Package) {
			r.decl.Update = w
		}
	}
}

// linkInputs finds, for what responses hold of a schema in plain JSON, what requests
// hold of it.
func (b *builder) linkInputs() {
	read := map[*Decl]*Decl{} // what responses hold of a write struct's schema
	for key, w := range b.decls {
		if r := b.decls[declKey{key.schema, RoleRead}]; r != nil && key.role == RoleWrite {
			read[w] = r
		}
	}
	for w, r := range read {
		if w.name.suffix != inputSuffix || w.Package != r.Package {
			continue
		}
		plain := r.Kind == DeclStruct && w.Kind == DeclStruct && r.Resource == "" && w.Resource == ""
		if plain && !slices.ContainsFunc(r.Fields, func(f *Field) bool { return f.GoName == "Input" }) {
			r.Input = w
			w.keep(read, map[*Decl]bool{})
		}
	}
}

// keep gives the struct, and those below it, a place for members without a field.
func (d *Decl) keep(read map[*Decl]*Decl, seen map[*Decl]bool) {
	if seen[d] || d.Role != RoleWrite || d.Resource != "" {
		return
	}
	seen[d] = true
	if d.Kind == DeclStruct {
		d.Keeps, d.ReadOnly = true, d.lacks(read[d])
	}
	for _, f := range d.Fields {
		for t := f.Type; t != nil; t = t.Elem {
			if t.Decl != nil {
				t.Decl.keep(read, seen)
			}
		}
	}
}

// lacks returns the names of the members that r has, if there is one, and d does not.
func (d *Decl) lacks(r *Decl) []string {
	if r == nil {
		return nil
	}
	var names []string
	for _, f := range r.Fields {
		if f.In != InUnknown && !slices.ContainsFunc(d.Fields, func(g *Field) bool { return g.Name == f.Name && g.In != InUnknown }) {
			names = append(names, f.Name)
		}
	}
	return names
}

// declareWanted declares the component schemas that ask for it by x-go-declare,
// though no operation refers to them: codes of errors that travel within texts, say.
func (b *builder) declareWanted() {
	for _, m := range members(b.doc.Root.Get("components", "schemas")) {
		if n := m.Value.Target(); n.Get("x-go-declare").True() {
			b.typeOf(b.schemas.Of(n), RoleRead, place{base: names.Exported(m.Name), file: names.Snake(names.Exported(m.Name))})
		}
	}
}
func list(n *load.Node) []*load.Node {
	if n == nil || n.Kind != load.Array {
		return nil
	}
	return n.Items
}
