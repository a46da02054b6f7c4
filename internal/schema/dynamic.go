package schema

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file resolves $dynamicRef as JSON Schema 2020-12 does (core, 8.2.3.2): from
// the place of use. A schema that is entered binds the $dynamicAnchor of itself and
// of its $defs, unless a schema around it has bound that name before. A list of
// anything becomes a list of users where the schema that refers to it binds the
// name to users.

// scope is what names of dynamic anchors are bound to; nil binds none. Equal
// scopes have the same pointer.
type scope struct{ bound map[string]*load.Node }

func (c *scope) of(name string) *load.Node {
	if c == nil {
		return nil
	}
	return c.bound[name]
}

// The scopes of a document may bind 500 anchors together, and four more for each
// anchor. Where two schemas of each level bind one, 12 levels have thousands of
// scopes, and each schema within is another one in each of them.
const (
	fewestBindings    = 500
	bindingsPerAnchor = 4
)

// Unbound is the first schema whose anchors are not bound, because the document binds
// them in too many ways, or nil. A $dynamicRef to one means any value there.
func (d *Document) Unbound() (n *load.Node, most int) { return d.unbound, d.maxBindings }

// place is a schema in a scope.
type place struct {
	node  *load.Node
	scope *scope
}

// findDynamic notes for each name of a $dynamicRef which nodes lead to one: the
// meaning of all others does not depend on the scope.
func (d *Document) findDynamic() {
	starts := map[string][]*load.Node{}
	each := func(visit func(*load.Node)) {
		for _, file := range d.source.Files {
			file.Root.Each(visit)
		}
	}
	count := map[string]int{}
	each(func(n *load.Node) {
		if name := dynamicName(n); name != "" {
			starts[name] = append(starts[name], n)
		}
		if name := n.Get("$dynamicAnchor").Str(); name != "" {
			count[name]++
		}
	})
	for _, n := range count {
		d.maxBindings += bindingsPerAnchor * n
	}
	maps.DeleteFunc(starts, func(name string, _ []*load.Node) bool { return count[name] < 2 }) // always the same
	if len(starts) == 0 {
		return
	}
	referrers := map[*load.Node][]*load.Node{}
	each(func(n *load.Node) {
		if n.IsRef() && n.Ref() != nil {
			referrers[n.Ref()] = append(referrers[n.Ref()], n)
		}
	})
	for name, queue := range starts {
		leads := map[*load.Node]bool{}
		for len(queue) > 0 {
			n := queue[len(queue)-1]
			queue = queue[:len(queue)-1]
			if n == nil || leads[n] {
				continue
			}
			leads[n] = true
			queue = append(append(queue, n.Parent), referrers[n]...)
		}
		d.leads[name] = leads
	}
}

// dynamicName is the anchor that a $dynamicRef names, "" for anything else.
func dynamicName(n *load.Node) string {
	if n == nil || !n.IsRef() || n.Get("$ref") != nil {
		return ""
	}
	_, name, _ := strings.Cut(n.Get("$dynamicRef").Str(), "#")
	if strings.HasPrefix(name, "/") {
		return ""
	}
	return name
}

// anchors are the dynamic anchors that n binds when it is entered.
func anchors(n *load.Node) map[string]*load.Node {
	bound := map[string]*load.Node{}
	add := func(n *load.Node) {
		if name := n.Get("$dynamicAnchor").Str(); name != "" && bound[name] == nil {
			bound[name] = n
		}
	}
	for _, word := range []string{"$defs", "definitions"} {
		if defs := n.Get(word); defs != nil {
			for _, m := range defs.Members {
				add(m.Value)
			}
		}
	}
	add(n)
	return bound
}

// enter is the scope within n, as far as what n says depends on it.
func (d *Document) enter(c *scope, n *load.Node) *scope {
	if len(d.leads) == 0 || n == nil {
		return nil
	}
	bound := anchors(n)
	if c != nil {
		maps.Copy(bound, c.bound) // the outermost binding counts
	}
	maps.DeleteFunc(bound, func(name string, _ *load.Node) bool { return !d.leads[name][n] })
	if len(bound) == 0 {
		return nil
	}
	var key strings.Builder
	for _, name := range slices.Sorted(maps.Keys(bound)) {
		fmt.Fprintf(&key, "%q %p ", name, bound[name])
	}
	if found := d.scopes[key.String()]; found != nil {
		return found
	}
	if d.bindings += len(bound); d.bindings > d.maxBindings {
		if d.unbound == nil {
			d.unbound = n
		}
		return nil
	}
	d.scopes[key.String()] = &scope{bound}
	return d.scopes[key.String()]
}

// binds reports whether n, a reference, binds anchors for what it points to: it is
// a schema of its own then, not another spelling.
func (d *Document) binds(n *load.Node, c *scope) bool {
	if len(d.leads) == 0 || n.Get("$defs") == nil && n.Get("definitions") == nil {
		return false
	}
	for name, own := range anchors(n) {
		if bound := c.of(name); d.leads[name][n] && (bound == nil || bound == own) {
			return true
		}
	}
	return false
}

// target is what the reference n means in a scope. It is nil without dangling for a
// dynamic anchor that nobody has bound: any value is valid.
func (d *Document) target(n *load.Node, c *scope) (t *load.Node, dangling bool) {
	if name := dynamicName(n); d.leads[name] != nil {
		if bound := c.of(name); bound != nil {
			return bound, false
		}
		if static := n.Ref(); static.Get("$dynamicAnchor").Str() == name {
			return nil, false
		}
	}
	if n.Target() == nil {
		return nil, true
	}
	return n.Ref(), false // one step: what is written next to a reference on the way counts
}

// Bindings are the pointers of what dynamic anchors are bound to where s is used,
// "" almost always. Schemas of one place with other bindings are other schemas.
func (s *Schema) Bindings() string {
	if s == nil || s.scope == nil {
		return ""
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(s.scope.bound)) {
		if n := s.scope.bound[name]; len(s.Places) == 0 || !slices.Contains(slices.Collect(maps.Values(anchors(s.Places[0]))), n) {
			all = append(all, n.Pointer())
		}
	}
	return strings.Join(all, " ")
}
