package load

import "slices"

// walker follows the grammar through the document. References are collected on
// the way and resolved when the tree is done; what they point at is walked in
// turn, unless it was, so that the work is linear and no chain of references
// deepens the stack.
type walker struct {
	*loader
	refs       []*Node          // references, in the order they were met
	operations map[string]*Node // operationIds by their text
	steps      map[*Node]int    // how many references lead on from one; 1 where none is said
}

func (l *loader) walk() {
	w := &walker{loader: l, operations: map[string]*Node{}, steps: map[*Node]int{}}
	w.visit(l.doc.Root, shapeDocument)
	for i := 0; i < len(w.refs); i++ {
		w.resolveRef(w.refs[i])
	}
	for _, n := range w.refs {
		w.settle(n)
	}
	w.limitCopies()
	w.refs = slices.DeleteFunc(w.refs, w.joinPathItem)
	w.checkPaths()
	l.doc.refs = w.refs
}

// visit walks n, of which shape s is wanted.
func (w *walker) visit(n *Node, s shape) {
	if s == shapeAny || n.shape != shapeAny || n.Kind == Null {
		return
	}
	n.shape = s
	rule := &grammar[s]
	if rule.kinds != anyKind && rule.kinds&(1<<n.Kind) == 0 {
		w.wrongKind(n, rule)
		return
	}
	switch n.Kind {
	case Array:
		for _, item := range n.Items {
			w.visit(item, rule.item)
		}
	case Object:
		if rule.ref && w.isRef(n) {
			n.flags |= isRef
			w.refs = append(w.refs, n)
		}
		w.members(n, rule)
	}
	switch s {
	case shapeOperation:
		w.checkOperationID(n.Get("operationId"))
	case shapeTypes:
		w.checkType(n)
	case shapeText:
		w.checkText(n)
	case shapeSchema, shapeItems:
		w.checkSchema(n)
	case shapeMappingTarget:
		n.flags |= isRef
		w.refs = append(w.refs, n)
	}
}

// isRef reports whether n, which stands where a reference may, is one. A
// property that is called $ref is an object, or a boolean schema.
func (w *walker) isRef(n *Node) bool {
	ref := n.Get("$ref")
	if ref == nil {
		ref = n.Get("$dynamicRef")
	}
	return ref != nil && ref.Kind == String
}

func (w *walker) members(n *Node, rule *rule) {
	for _, m := range n.Members {
		if n.flags&isRef != 0 && m.Name == "$ref" {
			continue
		}
		if n.flags&isRef == 0 || n.shape == shapeSchema {
			w.checkKeyword(m, n.shape)
		}
		w.visit(m.Value, rule.of(m.Name))
	}
}

func (w *walker) wrongKind(n *Node, rule *rule) {
	n.flags |= isBad
	w.warn(n.Position(), "wrong-kind", wrongKindFix(n, rule), "%s must be %s, not %s", quoteName(n), rule.want, n.Kind)
}

// quoteName names n in a message.
func quoteName(n *Node) string {
	switch {
	case n.Parent == nil:
		return "the document"
	case n.Parent.Kind == Array:
		return "an item of " + quoteName(n.Parent)
	default:
		return `"` + n.Name + `"`
	}
}

func wrongKindFix(n *Node, rule *rule) string {
	switch {
	case n.shape == shapeTexts && n.Name == "required" && n.Kind == Bool:
		return "list the names of the required properties in the schema around it: required: [name]"
	case n.shape == shapeSchemaList && n.Kind == Object:
		return "write the schema as an array of one: [{…}]"
	case rule.kinds == listKind && (n.Kind == String || n.Kind == Number):
		return "put it into an array: [" + n.Value + "]"
	case n.shape == shapeFlag && n.Kind == String && (n.Value == "true" || n.Value == "false"):
		return "write " + n.Value + " without quotes"
	case n.shape == shapeNumber && n.Kind == String && isJSONNumber(n.Value):
		return "write " + n.Value + " without quotes"
	case rule.want == "a schema":
		return "write a schema object such as {type: string}; it is read as absent"
	default:
		return "write " + rule.want + "; it is read as absent"
	}
}
