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
