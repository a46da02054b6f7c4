package model

import (
	"slices"
)

// This file decides which structs are held by pointer, which need methods for
// encoding/json, and which resources need a reference.

// markCodec finds the types that need methods for encoding/json: those that
// calls return, so that whoever stores one loses nothing, and those whose JSON
// is not what their fields look like.
func (b *builder) markCodec() {
	mark := func(t *Type) {
		for t != nil && t.Elem != nil {
			t = t.Elem
		}
		if t != nil && t.Kind == KindNamed {
			t.Decl.Codec = true
		}
	}
	for _, o := range b.ops {
		mark(o.out.Result.Type)
		mark(o.out.Result.Meta)
		if o.out.Stream != nil {
			mark(o.out.Stream.Result.Type)
		}
		for _, e := range o.out.Errors {
			mark(e.Type)
		}
		if p := o.out.Page; p != nil && len(p.Items) > 0 {
			mark(p.Items[len(p.Items)-1].Type)
		}
	}
	for _, h := range b.api.Webhooks {
		mark(h.Type)
	}
	for _, d := range b.order {
		if d.Role == RoleStatus {
			for _, f := range d.Fields {
				mark(f.Type)
			}
		}
		if d.Kind == DeclUnion && d.Role != RoleWrite || d.Resource != "" && d.Role == RoleRead {
			d.Codec = true
		}
		if d.Role == RoleWrite || d.Role == RoleOptions || d.Role == RoleStatus || d.Role == RoleHeader || d.Kind == DeclEnum || d.Kind == DeclDefined {
			d.Codec = false
		}
	}
}

// markRefs finds the resources that something identifies: relationships lead to
// them, or atomic operations are on them.
func (b *builder) markRefs() {
	mark := func(t *Type) {
		if t == nil || t.Kind != KindToOne && t.Kind != KindToMany || t.Elem == nil || t.Elem.Kind != KindNamed {
			return
		}
		target := t.Elem.Decl
		target.Ref = isReadResource(target)
		for _, variant := range target.Fields {
			if target.Kind == DeclUnion && variant.Type.Kind == KindNamed {
				variant.Type.Decl.Ref = isReadResource(variant.Type.Decl)
			}
		}
	}
	all := false
	for _, o := range b.ops {
		if body := o.out.Body; body != nil {
			mark(body.Type)
			all = all || body.Kind == BodyOperations
		}
	}
	for _, d := range b.order {
		for _, f := range d.Fields {
			mark(f.Type)
		}
		d.Ref = d.Ref || all && isReadResource(d)
	}
}

// holdByPointer finds the types that a field holds by pointer: those that hold
// themselves, and those too large to be copied about. It looks at each type
// alone, so that a new type elsewhere changes nothing.
func (b *builder) holdByPointer() {
	g := &valueGraph{index: map[*Decl]int{}, low: map[*Decl]int{}, on: map[*Decl]bool{}}
	for _, d := range b.order {
		if g.index[d] == 0 {
			g.visit(d)
		}
	}
	for _, d := range b.order {
		b.size(d)
	}
	for _, d := range b.order {
		for _, f := range d.Fields {
			f.Type = pointed(f.Type)
		}
	}
}

// What gen.lock says of how fields hold a type: the types that it names by
// pointer, all others by value. Early locks said nothing.
const (
	heldByPointer = "pointer"
	others        = "*"
)

// maxWords is the size in machine words up to which a struct is held by value.
const maxWords = 64

func (b *builder) size(d *Decl) int {
	if d.words > 0 {
		return d.words
	}
	d.words = 1 // against recursion, which byRef has ended already
	n := 3
	for _, f := range d.Fields {
		n += b.typeWords(f.Type)
	}
	if d.Kind == DeclEnum || d.Kind == DeclDefined {
		n = b.typeWords(d.Underlying)
	}
	d.words = n
	if d.Kind == DeclStruct || d.Kind == DeclUnion {
		d.byRef = d.byRef || b.large(d)
	}
	return n
}

// large reports whether fields hold d by pointer for its size. A type that stands
// in an earlier run's gen.lock stays as it is there, whatever its size is now: a
// pointer may be nil, so callers break one way, and crash the other.
func (b *builder) large(d *Decl) bool {
	if b.lockedName(d) == "" || b.opts.Held[others] == "" {
		return d.words > maxWords
	}
	return b.wasPointer(d)
}

func (b *builder) typeWords(t *Type) int {
	switch t.Kind {
	case KindString, KindAny, KindNumber, KindReader:
		return 2
	case KindSlice, KindRaw, KindBytes, KindTime:
		return 3
	case KindOpt:
		return 1 + b.typeWords(t.Elem)
	case KindToOne, KindToMany, KindIdentifier:
		return 6
	case KindNamed:
		if n := b.size(t.Decl); !t.Decl.byRef {
			return n
		}
	}
	return 1
}

// dropNilPages gives up iterators whose items stand behind a pointer that may be
// nil.
func (b *builder) dropNilPages() {
	for _, o := range b.ops {
		p := o.out.Page
		if p == nil || len(p.Items) < 2 {
			continue
		}
		for _, f := range p.Items[:len(p.Items)-1] {
			if f.Type.Kind == KindPointer {
				b.warn(o.node, "pagination", "x-pagination: the items of "+o.out.ID+" are behind "+f.Name+", which is too large or too deep to be held by value", "list the items nearer to the top of the response")
				o.out.Page = nil
				break
			}
		}
	}
}

// pointed puts a pointer before the types that are held by one.
func pointed(t *Type) *Type {
	switch t.Kind {
	case KindNamed:
		if t.Decl.byRef {
			return &Type{Kind: KindPointer, Elem: t}
		}
	case KindOpt: // Opt's own value may be nil: no need, but a struct that holds itself must stop
		return &Type{Kind: KindOpt, Elem: pointed(t.Elem)}
	}
	return t
}

// valueGraph finds the types that hold themselves by value (Tarjan's strongly
// connected components).
type valueGraph struct {
	index, low map[*Decl]int
	on         map[*Decl]bool
	stack      []*Decl
	next       int
}

func (g *valueGraph) visit(d *Decl) {
	g.next++
	g.index[d], g.low[d] = g.next, g.next
	g.stack = append(g.stack, d)
	g.on[d] = true
	self := false
	for _, e := range valueEdges(d) {
		self = self || e == d
		if g.index[e] == 0 {
			g.visit(e)
			g.low[d] = min(g.low[d], g.low[e])
		} else if g.on[e] {
			g.low[d] = min(g.low[d], g.index[e])
		}
	}
	if g.low[d] != g.index[d] {
		return
	}
	i := slices.Index(g.stack, d)
	group := g.stack[i:]
	for _, e := range group {
		g.on[e] = false
		e.byRef = len(group) > 1 || self
	}
	g.stack = g.stack[:i]
}

// valueEdges are the structs that a struct holds by value.
func valueEdges(d *Decl) []*Decl {
	var out []*Decl
	for _, f := range d.Fields {
		t := f.Type
		for t.Kind == KindOpt {
			t = t.Elem
		}
		if t.Kind == KindNamed && (t.Decl.Kind == DeclStruct || t.Decl.Kind == DeclUnion) {
			out = append(out, t.Decl)
		}
	}
	return out
}
