package load

import (
	"net/url"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// This file writes a document back as one self-contained JSON file, for tools
// that want OpenAPI as the standard has it: references into other files and
// unusual places become components, broken ones and malformed values are left
// out. Each value that OpenAPI names begins a line of its own, and the bundle
// remembers which node that line came from: validation maps a position in the
// bundle back to the source that way, whatever file and format that is.

type bundler struct {
	doc    *Document
	out    []byte
	lines  []bundleLine     // what begins each line
	placed map[*Node]string // what became a component: its reference
	hoists map[string][]hoist
	taken  map[string]bool // references that are in use
	inline []*Node         // targets being written in place of their references
}

// bundleLine is a line of the bundle.
type bundleLine struct {
	node *Node // what begins here; nil for closing brackets
	end  int   // the line where it ends, 0-based
}

// hoist is a value that becomes a component.
type hoist struct {
	name  string
	node  *Node
	shape shape
}

// Bundle returns the document as one self-contained JSON file: what other files
// hold becomes components with names of their own, dangling references and
// malformed values are left out, and overlays are applied.
func (d *Document) Bundle() ([]byte, error) {
	b := newBundler(d)
	return b.out, nil
}

// A TracedBundle is what Document.Bundle returns, with a way back into the
// document.
type TracedBundle struct {
	Data  []byte
	lines []bundleLine
}

// Trace returns the document as Bundle does, and remembers where each line of
// it came from.
func (d *Document) Trace() *TracedBundle {
	b := newBundler(d)
	return &TracedBundle{Data: b.out, lines: b.lines}
}

// Node returns what stands in a line of the bundle, 1-based; nil when that is a
// bracket only, or when there is no such line.
func (b *TracedBundle) Node(line int) *Node {
	if line < 1 || line > len(b.lines) {
		return nil
	}
	return b.lines[line-1].node
}

func newBundler(d *Document) *bundler {
	b := &bundler{doc: d, placed: map[*Node]string{}, hoists: map[string][]hoist{}, taken: map[string]bool{}}
	for _, n := range d.refs {
		b.place(n)
	}
	b.value(d.Root, shapeDocument, 0)
	b.out = append(b.out, '\n')
	return b
}

// place decides where what n refers to stands in the bundle.
func (b *bundler) place(n *Node) {
	if n.flags&isBroken != 0 {
		return
	}
	target, s := n.ref, n.shape
	if s == shapeMappingTarget || s == shapeItems {
		s = shapeSchema
	}
	section := sections[s]
	if section == "" || s == shapePathItem || s == shapeMedia || b.placed[target] != "" {
		return
	}
	if home := target.Parent; home != nil && home.Name == section && home.Parent != nil && home.Parent.Name == "components" && home.Parent.Parent == b.doc.Root {
		b.placed[target] = componentRef(section, target.Name)
		return
	}
	name := b.componentName(section, target)
	b.placed[target] = componentRef(section, name)
	b.hoists[section] = append(b.hoists[section], hoist{name, target, s})
}

func componentRef(section, name string) string {
	return "#/components/" + section + "/" + url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(name))
}

var notInName = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// componentName finds a free name for what becomes a component: its own, with
// its file's before it when that is taken.
func (b *bundler) componentName(section string, n *Node) string {
	free := func(name string) bool {
		return b.doc.Root.Get("components", section, name) == nil && !b.taken[section+"/"+name]
	}
	file := path.Base(n.home().Name)
	file = strings.TrimSuffix(file, path.Ext(file))
	name := file
	if n.Parent != nil {
		name = n.Name
	}
	if _, err := strconv.Atoi(name); (err == nil || n.Name == "schema" || n.Name == "items") && n.Parent != nil {
		name = n.Pointer()[strings.IndexByte(n.Pointer(), '#')+1:]
	}
	name = strings.Trim(notInName.ReplaceAllString(name, "_"), "_")
	if name == "" || !free(name) {
		name = strings.Trim(notInName.ReplaceAllString(file, "_")+"_"+name, "_")
	}
	stem := name
	for i := 2; !free(name); i++ {
		name = stem + strconv.Itoa(i)
	}
	b.taken[section+"/"+name] = true
	return name
}

// line begins a line for n.
func (b *bundler) line(depth int, n *Node) {
	b.out = append(b.out, '\n')
	for range depth {
		b.out = append(b.out, ' ')
	}
	b.lines = append(b.lines, bundleLine{n, len(b.lines)})
}

// value writes n, of which shape s is wanted. Its line has begun.
func (b *bundler) value(n *Node, s shape, depth int) {
	if len(b.lines) == 0 {
		b.lines = append(b.lines, bundleLine{node: n})
	}
	first := len(b.lines) - 1
	defer func() { b.lines[first].end = len(b.lines) - 1 }()
	switch {
	case n.flags&isRef != 0 && n.Kind == Object:
		b.reference(n, s, depth)
	case s == shapeAny:
		b.out = n.appendJSON(b.out)
	case s == shapeMappingTarget:
		b.out = appendQuoted(b.out, b.placed[n.ref])
	case s == shapeText:
		b.out = appendQuoted(b.out, n.Value)
	case n.Kind == Bool && (s == shapeSchema || s == shapeItems) && !allowsBool(n):
		b.out = append(b.out, map[bool]string{true: `{}`, false: `{"not": {}}`}[n.True()]...)
	case n.Kind == Array && s == shapeItems:
		b.out = append(b.out, `{}`...)
	case n.Kind == Array:
		b.items(n, s, depth)
	case n.Kind == Object:
		b.object(n, s, depth)
	default:
		b.out = n.appendJSON(b.out)
	}
}

// allowsBool reports whether a boolean schema is common at the place of n.
func allowsBool(n *Node) bool {
	return strings.HasPrefix(n.Name, "additional") || strings.HasPrefix(n.Name, "unevaluated")
}

// dropped reports whether n is left out of the bundle.
func dropped(n *Node, s shape) bool {
	if s == shapeAny {
		return false
	}
	if n.Kind == Null || n.flags&isBad != 0 {
		return true
	}
	return n.flags&isBroken != 0 && s != shapeSchema && s != shapeItems
}

func (b *bundler) items(n *Node, s shape, depth int) {
	b.out = append(b.out, '[')
	wrote := false
	for _, item := range n.Items {
		if dropped(item, grammar[s].item) {
			continue
		}
		if wrote {
			b.out = append(b.out, ',')
		}
		wrote = true
		b.line(depth+1, item)
		b.value(item, grammar[s].item, depth+1)
	}
	b.close(']', wrote, depth)
}

func (b *bundler) close(bracket byte, wrote bool, depth int) {
	if wrote {
		b.line(depth, nil)
	}
	b.out = append(b.out, bracket)
}

func (b *bundler) object(n *Node, s shape, depth int) {
	b.out = append(b.out, '{')
	wrote := b.members(n.Members, s, depth, false)
	if s == shapeDocument && n.Get("components") == nil && len(b.hoists) > 0 {
		b.name("components", n, depth, &wrote)
		b.out = append(b.out, '{')
		b.moreSections(nil, depth+1, false)
		b.close('}', true, depth+1)
	}
	if s == shapeComponents {
		wrote = b.moreSections(n, depth, wrote)
	}
	if n.Parent != nil && n.Parent.shape == shapeComponents && s != shapeAny {
		wrote = b.hoisted(n.Name, depth, wrote)
	}
	b.close('}', wrote, depth)
}

// name begins a member on a line of its own.
func (b *bundler) name(name string, n *Node, depth int, wrote *bool) {
	if *wrote {
		b.out = append(b.out, ',')
	}
	*wrote = true
	b.line(depth+1, n)
	b.out = append(appendQuoted(b.out, name), ": "...)
}

func (b *bundler) members(members []Member, s shape, depth int, wrote bool) bool {
	for _, m := range members {
		child := grammar[s].of(m.Name)
		// What these hold stands where it is referred to, for older tools.
		unknown := s == shapeComponents && (child == shapePathItems || child == shapeMediaMap)
		if unknown || dropped(m.Value, child) {
			continue
		}
		b.name(m.Name, m.Value, depth, &wrote)
		b.value(m.Value, child, depth+1)
	}
	return wrote
}

// moreSections writes the sections of components that the document lacks.
func (b *bundler) moreSections(n *Node, depth int, wrote bool) bool {
	for s := range shapeCount {
		section := sections[s]
		if have := n.Get(section); len(b.hoists[section]) == 0 || have != nil && have.Kind == Object {
			continue
		}
		b.name(section, n, depth, &wrote)
		b.out = append(b.out, '{')
		b.close('}', b.hoisted(section, depth+1, false), depth+1)
	}
	return wrote
}

// hoisted writes what became a component of the section.
func (b *bundler) hoisted(section string, depth int, wrote bool) bool {
	for _, h := range b.hoists[section] {
		if dropped(h.node, h.shape) {
			continue
		}
		b.name(h.name, h.node, depth, &wrote)
		b.value(h.node, h.shape, depth+1)
	}
	return wrote
}

// reference writes a reference to where its target is in the bundle, or the
// target itself where no component can hold it.
func (b *bundler) reference(n *Node, s shape, depth int) {
	if n.flags&isBroken != 0 {
		b.out = append(b.out, `{}`...)
		return
	}
	siblings := make([]Member, 0, len(n.Members))
	for _, m := range n.Members {
		if m.Name != "$ref" && m.Name != "$dynamicRef" {
			siblings = append(siblings, m)
		}
	}
	if place := b.placed[n.ref]; place != "" {
		wrote := false
		b.out = append(b.out, '{')
		b.name("$ref", n, depth, &wrote)
		b.out = appendQuoted(b.out, place)
		b.close('}', b.members(siblings, s, depth, wrote), depth)
		return
	}
	target := n.Target()
	for _, outer := range b.inline {
		if outer == target {
			b.out = append(b.out, `{}`...)
			return
		}
	}
	b.inline = append(b.inline, target)
	if len(siblings) == 0 || target.Kind != Object {
		b.value(target, s, depth)
	} else {
		b.out = append(b.out, '{')
		b.close('}', b.members(addMerged(siblings, target.Members), s, depth, false), depth)
	}
	b.inline = b.inline[:len(b.inline)-1]
}
