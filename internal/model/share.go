package model

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/names"
	"github.com/docwright/docwright/internal/schema"
)

// This file lets schemas without a name share a type. Documents that were put
// together by a tool repeat them: one enum of time zones in five places, one
// style in thirty. Those that have the same content and are called the same are
// one type, which is called after the member alone. Enums are also where members
// end the same: the style of font_style and header_font_style is FontStyle.

// share returns the declaration that the inline schema s, which wants to be d,
// shares with an earlier one; nil if there is none. What belongs to a resource is
// not shared with others, and neither are the parameters of an operation, but for
// sparse fieldsets: those belong to the type that they name.
func (b *builder) share(s *schema.Schema, d *Decl, at place) *Decl {
	switch {
	case at.part == "", d.Pointer == "", goName(s) != "":
		return nil
	case at.owner == nil && !strings.HasPrefix(strings.ToLower(at.part), "fields"):
		return nil
	case at.owner != nil && (at.owner.Resource != "" || at.owner.Kind == DeclUnion):
		return nil
	}
	root := rootOwner(at.owner)
	ws := names.Words(names.Exported(at.part))
	if len(ws) == 0 {
		return nil
	}
	look := *d
	look.name.base = ws[len(ws)-1] // font_style and header_font_style have one enum
	if s.Enum == nil {
		look.name.base = at.part
		if file := s.Node().File; file != nil {
			look.name.base += file.Name // references mean other things in other files
		}
	}
	key := "shared " + b.look(s, &look)
	if root != nil && root.Resource != "" {
		key += " of " + root.name.base
	}
	e := b.inline[key]
	if e == nil {
		b.inline[key] = d
		return nil
	}
	if !e.name.shared {
		e.name.shared, e.name.within = true, e.name.owner
		e.name.alts = append([]string{e.name.base + e.name.suffix}, e.name.alts...)
		e.name.base = names.Exported(e.name.member)
		if e.name.owner == nil {
			e.name.base = names.Exported(at.part)
		}
	}
	e.name.base = commonEnd(e.name.base, names.Exported(at.part))
	e.name.within = commonOwner(e.name.within, at.owner)
	switch o := e.name.within; {
	case o != nil:
		e.File = o.File
	case at.owner != nil:
		e.File = "shared" // schemas that have no name in the document
	default:
		e.File = fileOf(e.name.base, e.name.base)
	}
	e.name.also = append(e.name.also, b.key(d))
	return e
}

// rootOwner is the declaration that d is declared within, at last.
func rootOwner(d *Decl) *Decl {
	for d != nil && d.name.owner != nil {
		d = d.name.owner
	}
	return d
}

// commonOwner is the innermost declaration that both are, or are declared within;
// nil if there is none.
func commonOwner(x, y *Decl) *Decl {
	for ; x != nil; x = x.name.owner {
		for z := y; z != nil; z = z.name.owner {
			if x == z {
				return x
			}
		}
	}
	return nil
}

// commonEnd returns the words that both names end with.
func commonEnd(x, y string) string {
	xs, ys := names.Words(x), names.Words(y)
	n := 0
	for n < len(xs) && n < len(ys) && xs[len(xs)-1-n] == ys[len(ys)-1-n] {
		n++
	}
	return names.Join(xs[len(xs)-n:])
}

// settleShared takes what is declared within shared types along with them.
func (b *builder) settleShared() {
	for _, d := range b.order { // owners come before what they own
		if o := d.name.within; o != nil {
			d.name.base = o.name.base + d.name.base
		}
		o := d.name.owner
		if o == nil || !o.name.shared || d.name.shared {
			continue
		}
		d.name.shared = true
		d.name.base = o.name.base + d.name.part
		d.File = o.File
	}
}

// mostShared brings those first that are for most places: when places that
// shared a type part, its name stays with the most of them.
func mostShared(decls []*Decl) []*Decl {
	out := slices.Clone(decls)
	slices.SortStableFunc(out, func(x, y *Decl) int { return len(y.name.also) - len(x.name.also) })
	return out
}
