package load

import (
	"slices"
	"strings"
)

// This file holds the checks of our own: what goes wrong most often in real
// documents and what a client generator cannot shrug off. The rest is left to
// kin-openapi, in strict mode.

// checkType reports a type that JSON Schema does not have.
func (w *walker) checkType(n *Node) {
	if n.Kind == Array {
		for _, item := range n.Items {
			if item.Kind == String {
				w.checkType(item)
			}
		}
		return
	}
	if slices.Contains(schemaTypes, n.Value) {
		return
	}
	n.flags |= isBad
	w.warn(n.Position(), "unknown-type", "use one of "+strings.Join(typesNearest(n.Value), ", "), "unsupported type %q", n.Value)
}

// checkSchema reports schemas that are none in this version of OpenAPI.
func (w *walker) checkSchema(n *Node) {
	switch {
	case n.Kind == Bool && !allowsBool(n) && strings.HasPrefix(w.doc.Version, "3.0"):
		w.warn(n.Position(), "boolean-schema", "write {} for true and {not: {}} for false, or declare openapi: 3.1.0", "%s is a schema, which is an object in OpenAPI %s", quoteName(n), w.doc.Version)
	case n.Kind == Array:
		w.warn(n.Position(), "tuple-items", "write one schema for all items, or prefixItems (OpenAPI 3.1) for a tuple", "%s is one schema, not an array", quoteName(n))
	}
}

// checkText reports text that lacks its quotes. Version numbers are spared: that
// 1.0 needs quotes is more than most authors know, and nothing is lost.
func (w *walker) checkText(n *Node) {
	if n.Kind == String || n.Name == "openapi" || n.Name == "version" {
		return
	}
	w.warn(n.Position(), "wrong-kind", "put it in quotes: "+string(appendQuoted(nil, n.Value)), "%s must be a string, not %s", quoteName(n), n.Kind)
}

// checkOperationID reports an operationId that another operation has.
func (w *walker) checkOperationID(n *Node) {
	if n == nil || n.Kind != String {
		return
	}
	if earlier := w.operations[n.Value]; earlier != nil {
		w.warn(n.Position(), "duplicate-operation-id", "give each operation an operationId of its own", "operationId %q is already used at %s", n.Value, earlier.Position())
		return
	}
	w.operations[n.Value] = n
}

// checkPaths compares the path templates with the parameters that are declared.
func (w *walker) checkPaths() {
	for _, m := range w.doc.Root.Get("paths").membersOrNone() {
		item := m.Value.Target()
		if strings.HasPrefix(m.Name, "x-") || item == nil || item.Kind != Object {
			continue
		}
		shared := pathParameters(item.Get("parameters"))
		for _, op := range operations(item) {
			w.checkPath(m.Name, op, shared)
		}
	}
}

// operations returns the operations of a path item.
func operations(item *Node) []*Node {
	var ops []*Node
	for _, m := range slices.Concat(item.Members, item.Get("additionalOperations").membersOrNone()) {
		if m.Value.shape == shapeOperation && m.Value.Kind == Object {
			ops = append(ops, m.Value)
		}
	}
	return ops
}

// pathParameters returns the declared path parameters, by name; nil when one of
// the list cannot be found.
func pathParameters(list *Node) map[string]*Node {
	if anyBroken(list) {
		return nil
	}
	found := map[string]*Node{}
	for _, item := range list.itemsOrNone() {
		if p := item.Target(); p.Get("in").Str() == "path" {
			found[p.Get("name").Str()] = item
		}
	}
	return found
}

func (w *walker) checkPath(path string, op *Node, shared map[string]*Node) {
	own := pathParameters(op.Get("parameters"))
	if own == nil || shared == nil {
		return // a parameter that cannot be found may be the one that is missed
	}
	names := templateNames(path)
	for _, name := range names {
		if own[name] == nil && shared[name] == nil {
			w.warn(op.KeyPosition(), "undeclared-path-parameter", "add to its parameters: {name: "+name+", in: path, required: true, schema: {type: string}}",
				"path parameter %q of %s is not declared", name, path)
		}
	}
	for _, item := range op.Get("parameters").itemsOrNone() {
		p := item.Target()
		if name := p.Get("name").Str(); p.Get("in").Str() == "path" && !slices.Contains(names, name) {
			w.warn(item.Position(), "unknown-path-parameter", "add {"+name+"} to the path, or remove the parameter", "path parameter %q is not in the path %s", name, path)
		}
	}
}

func (n *Node) itemsOrNone() []*Node {
	if n == nil {
		return nil
	}
	return n.Items
}

// templateNames returns the names in braces of a path.
func templateNames(path string) []string {
	var names []string
	for {
		_, rest, ok := strings.Cut(path, "{")
		if !ok {
			return names
		}
		name, after, ok := strings.Cut(rest, "}")
		if !ok {
			return names
		}
		names = append(names, name)
		path = after
	}
}

func anyBroken(list *Node) bool {
	return slices.ContainsFunc(list.itemsOrNone(), func(n *Node) bool { return n.flags&isBroken != 0 })
}
