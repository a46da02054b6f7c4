package model

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

// This file keeps the types of schemas that were components. A document may write
// a component where it was referenced: the API is the same, and callers have its
// type. So gen.lock notes where components are used, unless that is at many
// places, and a schema that is written at such a place is the component, if it
// still says the same.

// useKey ends the key in gen.lock of a place that uses a component.
const useKey = " use"

// maxUses is at how many places a component is used whose uses are noted.
const maxUses = 4

// inlined are the schemas that were components.
type inlined struct {
	any    bool                        // whether the lock has any
	before map[*load.Node]string       // which component was at a place; "" for none
	first  map[string][]*schema.Schema // those of a component that differ, the component itself first
	copies map[*load.Node][]*load.Node // other places of the first
	places map[*load.Node]string       // what gen.lock still has to know
	known  map[string]*load.Node       // components of the document, by key
}

// formerly returns the component that s is a copy of, or the first copy if the
// document has no such component any more, and s for all other schemas.
func (b *builder) formerly(s *schema.Schema) *schema.Schema {
	n := s.Node()
	if !b.hasUses() || n == nil || s.Made || s.Origin != s || componentName(onlyPart(n)) != "" {
		return s
	}
	component := b.formerComponent(n)
	if component == "" {
		return s
	}
	in := b.inlined
	in.places[n] = component
	if _, found := in.first[component]; !found {
		in.first[component] = nil
		if core := b.schemas.Of(in.known[component]).Core(); core != nil {
			in.first[component] = []*schema.Schema{core}
		}
	}
	for _, first := range in.first[component] {
		if first == s {
			return s
		}
		if m := first.Node(); saysSame(m, n, false) {
			if !slices.Contains(in.copies[m], n) {
				in.copies[m] = append(in.copies[m], n)
			}
			return first
		}
	}
	in.first[component] = append(in.first[component], s)
	return s
}

// hasUses reports whether the lock says where components were used.
func (b *builder) hasUses() bool {
	if b.inlined != nil {
		return b.inlined.any
	}
	b.inlined = &inlined{
		before: map[*load.Node]string{}, first: map[string][]*schema.Schema{}, copies: map[*load.Node][]*load.Node{}, places: map[*load.Node]string{}, known: map[string]*load.Node{},
	}
	for key := range b.opts.Held {
		b.inlined.any = b.inlined.any || strings.HasSuffix(key, useKey)
	}
	for _, m := range members(b.doc.Root.Get("components", "schemas")) {
		b.inlined.known[b.identities(m.Value)[0]] = m.Value
	}
	return b.inlined.any
}

// formerComponent is the component that the lock has at a place.
func (b *builder) formerComponent(n *load.Node) string {
	if component, ok := b.inlined.before[n]; ok {
		return component
	}
	component := ""
	for _, key := range b.formerPlaces(n) {
		if component = b.opts.Held[key+useKey]; component != "" {
			break
		}
	}
	b.inlined.before[n] = component
	return component
}

// formerPlaces are the keys that a place may have in the lock: what contains it may
// have been a component, too.
func (b *builder) formerPlaces(n *load.Node) []string {
	places := slices.Clone(b.identities(n))
	for p := n.Parent; p != nil; p = p.Parent {
		component := b.formerComponent(p)
		if component == "" {
			continue
		}
		if ways, ok := relative(p, n); ok {
			for _, way := range ways {
				places = append(places, component+way)
			}
		}
		break
	}
	return places
}

// formerKey is the key that d had as a component which the document has no more.
func (b *builder) formerKey(d *Decl, end string) string {
	if b.inlined == nil || d.name.node == nil {
		return ""
	}
	component := b.inlined.places[d.name.node]
	if component == "" || b.inlined.known[component] != nil {
		return ""
	}
	return component + end
}

// noteUses notes where a component is used, and the names of what was one.
func (b *builder) noteUses(d *Decl) {
	k := b.key(d)
	if d.name.node == nil || k.fixed != "" {
		return
	}
	if uses := b.uses[d]; d.name.rank == rankComponent && d.Pointer != "" && len(uses) <= maxUses {
		component := b.identities(d.name.node)[0]
		for _, n := range uses {
			b.api.Held[b.identities(n)[0]+useKey] = component
		}
	}
	if b.inlined == nil {
		return
	}
	for _, n := range b.inlined.copies[d.name.node] {
		if key := b.identities(n)[0] + k.end; d.name.rank != rankComponent {
			b.remember(key, d.GoName)
		}
	}
}

// noteInlined notes the places that are known to have been a component.
func (b *builder) noteInlined() {
	if b.inlined == nil {
		return
	}
	for n, component := range b.inlined.places {
		b.api.Held[b.identities(n)[0]+useKey] = component
	}
}

// annotations say nothing about the values of a schema.
var annotations = map[string]bool{"description": true, "title": true, "example": true, "examples": true, "externalDocs": true, "$comment": true}

// saysSame reports whether two schemas are written alike but for annotations and the
// order of their members. The members of named have names of the document.
func saysSame(x, y *load.Node, named bool) bool {
	if x == y {
		return true
	}
	if x == nil || y == nil || x.Kind != y.Kind || x.Value != y.Value || len(x.Items) != len(y.Items) {
		return false
	}
	if x.IsRef() && y.IsRef() && x.Target() != y.Target() {
		return false
	}
	for i := range x.Items {
		if !saysSame(x.Items[i], y.Items[i], false) {
			return false
		}
	}
	count := func(n *load.Node) int {
		count := 0
		for _, m := range n.Members {
			if named || !annotations[m.Name] {
				count++
			}
		}
		return count
	}
	if count(x) != count(y) {
		return false
	}
	for _, m := range x.Members {
		if (named || !annotations[m.Name]) && !saysSame(m.Value, y.Get(m.Name), !named && m.Name == "properties") {
			return false
		}
	}
	return true
}
