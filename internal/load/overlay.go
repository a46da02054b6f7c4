package load

import (
	"regexp"
	"strconv"
)

// This file applies OpenAPI Overlay 1 documents: lists of places, as JSONPath,
// with what to merge there or to take away. What an overlay brings in keeps its
// position in the overlay's file.

var overlayVersion = regexp.MustCompile(`^1(\.[0-9]+)*$`)

type overlayer struct {
	*loader
	copied int // nodes made so far
	steps  int // taken by targets so far
	most   int // that targets may take
}

// What the targets of an overlay may take: a document of 50 KB has about 5,000
// nodes, and is done after half a second.
const (
	pathSteps        = 2_000_000
	pathStepsPerNode = 500
)

// overlay applies the overlay file at path to the root document.
func (l *loader) overlay(path string) {
	file := l.open(path, path, path, "")
	if file.missing != nil {
		l.unreadable(file)
		return
	}
	if file.Root == nil {
		return
	}
	version := file.Root.Get("overlay")
	if version == nil || !overlayVersion.MatchString(version.Str()) {
		pos := file.Root.Position()
		if version != nil {
			pos = version.Position()
		}
		l.fail(pos, "not-overlay", "start it with overlay: 1.0.0", "not an OpenAPI Overlay 1 document")
		l.sayOnly(file)
		return
	}
	o := &overlayer{loader: l}
	actions := file.Root.Get("actions")
	if actions == nil || actions.Kind != Array {
		l.fail(orElse(actions, file.Root).Position(), "not-overlay", "list its changes under actions: [{target: …, update: …}]", "the overlay has no array of actions")
		return
	}
	for _, action := range actions.Items {
		o.action(action)
	}
}

func (o *overlayer) action(action *Node) {
	target := action.Get("target")
	if target == nil || target.Kind != String {
		o.fail(action.Position(), "bad-overlay-action", "add target: a JSONPath such as $.info", "the action has no target")
		return
	}
	nodes, ok := o.selected(target)
	if !ok {
		return
	}
	update, source := action.Get("update"), action.Get("copy")
	remove := action.Get("remove").True()
	if update == nil && source == nil && !remove {
		o.warn(action.Position(), "bad-overlay-action", "add update: with what to merge, or remove: true", "the action changes nothing")
		return
	}
	if len(nodes) == 0 {
		o.warn(target.Position(), "overlay-no-match", "correct the path, or remove the action", "target %s matches nothing", strconv.Quote(target.Value))
		return
	}
	if source != nil && !remove {
		from, ok := o.selected(source)
		if !ok {
			return
		}
		if len(from) != 1 {
			o.fail(source.Position(), "overlay-no-match", "name one value", "copy %s selects %d values, not one", strconv.Quote(source.Value), len(from))
			return
		}
		update = o.clone(from[0])
	}
	for _, n := range nodes {
		if remove {
			o.remove(n, target)
		} else if !o.update(n, update, target) {
			return
		}
	}
}

// selected returns the nodes of the root document that the path at selects.
func (o *overlayer) selected(at *Node) ([]*Node, bool) {
	query, err := parsePath(at.Value)
	if err != nil {
		o.fail(at.Position(), "bad-jsonpath", "write a JSONPath of RFC 9535, such as $.paths['/pets'].get", "target %s is not a JSONPath: %v", strconv.Quote(at.Value), err)
		return nil, false
	}
	root := o.files[o.rootPath].Root
	if o.most == 0 {
		nodes := 0
		root.each(func(*Node) { nodes++ })
		o.most = pathSteps + pathStepsPerNode*nodes
	}
	if o.steps > o.most {
		return nil, false // said already
	}
	e := &pathEval{root: root, steps: o.steps, most: o.most}
	nodes := e.query(query, root)
	if o.steps = e.steps; e.exhausted() {
		o.fail(at.Position(), "overlay-too-costly", "write simpler paths: filters that look at all descendants within each other take too long", "the targets of the overlay look at more than %d values", o.most)
		return nil, false
	}
	return nodes, true
}

func (o *overlayer) remove(n, target *Node) {
	parent := n.Parent
	if parent == nil {
		o.fail(target.Position(), "bad-overlay-action", "remove what is within it", "the whole document cannot be removed")
		return
	}
	if parent.Kind == Array {
		kept := make([]*Node, 0, len(parent.Items))
		for _, item := range parent.Items {
			if item != n {
				item.Name = indexName(len(kept))
				kept = append(kept, item)
			}
		}
		parent.Items = kept
		return
	}
	kept := make([]Member, 0, len(parent.Members))
	for _, m := range parent.Members {
		if m.Value != n {
			kept = append(kept, m)
		}
	}
	parent.Members = kept
	parent.reindex()
}

// update merges with into n. It reports whether there was room.
func (o *overlayer) update(n, with, target *Node) bool {
	switch {
	case n.Kind == Object && with.Kind == Object:
		o.merge(n, with)
	case n.Kind == Array && with.Kind == Array:
		o.extend(n, with.Items)
	case n.Kind == Array:
		o.extend(n, []*Node{with})
	case n.Parent != nil:
		o.replace(n, with)
	default:
		o.fail(target.Position(), "bad-overlay-action", "write an object with what to merge", "the document is an object: it cannot be merged with %s", with.Kind)
		return false
	}
	if o.copied > o.limits.Nodes {
		o.fail(target.Position(), "too-many-values", "choose targets that select fewer places", "overlays make more than %d values", o.limits.Nodes)
		return false
	}
	return true
}

func (o *overlayer) merge(n, with *Node) {
	for _, m := range with.Members {
		if o.copied > o.limits.Nodes {
			return
		}
		old := n.member(m.Name)
		switch {
		case old == nil:
			value := o.clone(m.Value)
			value.Parent, value.Name = n, m.Name
			n.Members = append(n.Members, Member{Name: m.Name, Line: m.Line, Col: m.Col, Value: value})
			if n.index != nil || len(n.Members) == indexFrom {
				n.addIndex()
			}
		case old.Value.Kind == Object && m.Value.Kind == Object:
			o.merge(old.Value, m.Value)
		case old.Value.Kind == Array && m.Value.Kind == Array:
			o.extend(old.Value, m.Value.Items)
		default:
			o.replace(old.Value, m.Value)
			old.Line, old.Col = m.Line, m.Col
		}
	}
}

func (o *overlayer) extend(n *Node, items []*Node) {
	for _, item := range items {
		if o.copied > o.limits.Nodes {
			return
		}
		value := o.clone(item)
		value.Parent, value.Name = n, indexName(len(n.Items))
		n.Items = append(n.Items, value)
	}
}

// replace makes n, where it stands, what with is.
func (o *overlayer) replace(n, with *Node) {
	parent, name := n.Parent, n.Name
	*n = *o.clone(with)
	n.Parent, n.Name = parent, name
	n.children(func(child *Node) { child.Parent = n })
}

// clone copies a value with all that is in it.
func (o *overlayer) clone(n *Node) *Node {
	c := *n
	o.copied++
	if o.copied > o.limits.Nodes {
		c.Members, c.Items, c.index = nil, nil, nil
		return &c
	}
	if n.Items != nil {
		c.Items = make([]*Node, len(n.Items))
		for i, item := range n.Items {
			c.Items[i] = o.clone(item)
			c.Items[i].Parent = &c
		}
	}
	if n.Members != nil {
		c.Members = make([]Member, len(n.Members))
		for i, m := range n.Members {
			m.Value = o.clone(m.Value)
			m.Value.Parent = &c
			c.Members[i] = m
		}
		c.reindex()
	}
	return &c
}
