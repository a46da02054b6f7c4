package review

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/model"
)

// This file finds renames: what apidiff reports as a symbol removed and another
// one added, and what is one thing to those who read the document.

func (j *joined) findRenames() {
	removed, added := j.ofKind(GoRemoved), j.ofKind(GoAdded)
	for _, old := range removed {
		var found []*GoChange
		for _, new := range added {
			if new.Kind == GoAdded && old.Kind == GoRemoved && j.sameThing(old.Symbol, new.Symbol) {
				found = append(found, new)
			}
		}
		// The other way round there must be one candidate, too.
		if len(found) == 1 && !j.others(removed, old, found[0].Symbol) {
			j.merge(old, found[0])
		}
	}
	j.report.GoChanges = slices.DeleteFunc(j.report.GoChanges, func(c *GoChange) bool { return c.Kind == "" })
}

func (j *joined) ofKind(kind GoKind) []*GoChange {
	var list []*GoChange
	for _, c := range j.report.GoChanges {
		if c.Kind == kind {
			list = append(list, c)
		}
	}
	return list
}

func (j *joined) others(removed []*GoChange, old *GoChange, name string) bool {
	return slices.ContainsFunc(removed, func(c *GoChange) bool {
		return c != old && c.Kind == GoRemoved && j.sameThing(c.Symbol, name)
	})
}

// merge makes one change of a removal and an addition.
func (j *joined) merge(old, new *GoChange) {
	delete(j.byName, new.Symbol)
	old.Kind, old.NewName, old.Text = GoRenamed, new.Symbol, "renamed to "+new.Symbol
	j.byName[new.Symbol] = old
	new.Kind = "" // dropped
}

// sameThing reports whether a symbol that is gone and a new one stand for the
// same thing.
func (j *joined) sameThing(old, new string) bool {
	if j.old.sends[old] != "" {
		return j.old.sends[old] == j.new.sends[new]
	}
	if d, e := j.old.decls[old], j.new.decls[new]; d != nil && e != nil {
		return sameDecl(d, e)
	}
	if f, g := j.old.fields[old], j.new.fields[new]; f != nil && g != nil {
		return j.sameOwner(old, new) && sameField(f, g)
	}
	return j.sameConstant(old, new)
}

// sameOwner reports whether two fields are of one struct.
func (j *joined) sameOwner(old, new string) bool {
	return strings.TrimSuffix(old, j.old.fields[old].GoName) == strings.TrimSuffix(new, j.new.fields[new].GoName)
}

// sameField reports whether two fields of one struct hold the same: the same
// member of another name in Go, or a member of the same type and, where both are
// described, described alike.
func sameField(f, g *model.Field) bool {
	if f.Name == g.Name && f.In == g.In {
		return true
	}
	return f.In == g.In && typeText(f.Type) == typeText(g.Type) && f.OmitZero == g.OmitZero && f.Doc.Text == g.Doc.Text
}

// sameDecl reports whether two types are one: of one place in the document, or
// of the same members.
func sameDecl(d, e *model.Decl) bool {
	if d.Kind != e.Kind || d.Role != e.Role {
		return false
	}
	if d.Pointer != "" && d.Pointer == e.Pointer && d.Resource == e.Resource {
		return true
	}
	text := declText(d)
	return text != "" && text == declText(e)
}

// declText spells what a type is made of, its own name left out; "" when that is
// too little to tell it by.
func declText(d *model.Decl) string {
	var parts []string
	for _, f := range d.Fields {
		parts = append(parts, f.Name+" "+strings.ReplaceAll(typeText(f.Type), d.GoName, ""))
	}
	for _, v := range d.Values {
		parts = append(parts, v.JSON)
	}
	if len(parts) < 2 {
		return ""
	}
	return strings.Join(parts, "\n")
}

// sameConstant reports whether two constants are the same value of an enum that
// got another name.
func (j *joined) sameConstant(old, new string) bool {
	return j.old.values[old] != "" && j.old.values[old] == j.new.values[new] && j.sameEnum(old, new)
}

func (j *joined) sameEnum(old, new string) bool {
	a, b := j.old.decls[j.old.enumOf[old]], j.new.decls[j.new.enumOf[new]]
	return a != nil && b != nil && (a.GoName == b.GoName || sameDecl(a, b))
}

// typeText spells a type of the model, for comparison.
func typeText(t *model.Type) string {
	if t == nil {
		return ""
	}
	text := string(rune('a'+t.Kind)) + string(rune('0'+t.Bits/32)) + t.ImportPath + t.Ident
	if t.Decl != nil {
		text += t.Decl.GoName
	}
	return text + "(" + typeText(t.Elem) + ")"
}
