package apitest

import (
	"net/http"
	"slices"
	"strings"
)

// This file tells which operations are endpoints of JSON:API resources: those
// that the store can answer.

// action is what an endpoint does.
type action string

// The actions of endpoints.
const (
	actCreate   action = "create"
	actList     action = "list"
	actGet      action = "get"
	actMerge    action = "merge"   // PATCH
	actReplace  action = "replace" // PUT
	actDelete   action = "delete"
	actRelated  action = "related"         // GET /articles/7/author
	actLinkage  action = "linkage"         // GET /articles/7/relationships/author
	actRelink   action = "replace linkage" // PATCH there
	actAddLinks action = "add linkage"     // POST there
	actUnlink   action = "remove linkage"  // DELETE there
)

// endpoint is an operation in terms of JSON:API.
type endpoint struct {
	action  action
	typ     string // of the resource; of the one that has the relationship
	id      string // parameter of the path with the resource's id; "" for collections
	name    string // of the relationship
	parents []parent
	answer  *document // of success, nil when it has no body
	request *document
}

// parent is a resource that a path leads through: /orgs/{org_id}/teams.
type parent struct {
	key   string // its JSON:API type, or the segment before it where that is not known
	param string
	near  bool // it is the last one before a collection
}

// readEndpoints classifies the operations.
func (c *contract) readEndpoints() {
	c.items, c.views = map[string]string{}, map[string][]*view{}
	answers, requests := map[*operation]*document{}, map[*operation]*document{}
	for _, op := range c.operations {
		_, m := op.success()
		answers[op], requests[op] = documentOf(m), documentOf(op.requestMedia())
		c.noteViews(answers[op])
		if d := firstOf(answers[op], requests[op]); d != nil && op.graphQL == nil && op.endsInParameter() && !d.many && !d.identifiers() && len(d.views) == 1 {
			if op.Method != http.MethodPost {
				c.items[shapeOf(op.segments)] = d.views[0].typ
			}
		}
	}
	collections := c.collections(answers, requests)
	for shape, typ := range collections {
		if c.items[shape+"/{}"] == "" {
			c.items[shape+"/{}"] = typ
		}
	}
	for _, op := range c.operations {
		if op.graphQL != nil {
			continue
		}
		op.endpoint = c.classify(op, answers[op], requests[op], collections)
		if e := op.endpoint; e != nil {
			e.answer, e.request = answers[op], requests[op]
			e.parents = c.parents(op)
		}
	}
}

func firstOf[T any](list ...*T) *T {
	for _, v := range list {
		if v != nil {
			return v
		}
	}
	return nil
}

// noteViews remembers what resources look like.
func (c *contract) noteViews(d *document) {
	if d == nil {
		return
	}
	views := slices.Clone(d.views)
	if element := items(property(d.schema, "included")); element != nil {
		for _, s := range alternatives(element, 0) {
			if v := viewOf(s); v != nil {
				views = append(views, v)
			}
		}
	}
	for _, v := range views {
		if !v.identifier && !slices.ContainsFunc(c.views[v.typ], func(w *view) bool { return w.schema == v.schema }) {
			c.views[v.typ] = append(c.views[v.typ], v)
		}
	}
}

func (o *operation) last() string { return o.segments[len(o.segments)-1] }

func (o *operation) endsInParameter() bool { return isParameter(o.last()) }

func isParameter(segment string) bool {
	return strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}")
}

func parameterName(segment string) string { return strings.Trim(segment, "{}.;*+") }

// collections finds the paths of lists, and the type of what they hold.
func (c *contract) collections(answers, requests map[*operation]*document) map[string]string {
	out := map[string]string{}
	for _, op := range c.operations {
		d := answers[op]
		if op.Method == http.MethodGet && !op.endsInParameter() && d != nil && d.many && !d.identifiers() && len(d.views) == 1 && !op.onRelationship() {
			out[shapeOf(op.segments)] = d.views[0].typ
		}
	}
	for _, op := range c.operations {
		d := requests[op]
		if op.Method != http.MethodPost || op.endsInParameter() || d == nil || d.many || d.identifiers() || len(d.views) != 1 || op.onRelationship() || op.graphQL != nil {
			continue
		}
		shape, typ := shapeOf(op.segments), d.views[0].typ
		if a := answers[op]; a != nil && a.view(typ) == nil {
			continue
		}
		if out[shape] != "" || c.items[shape+"/{}"] == typ || namesType(op.last(), typ) {
			out[shape] = typ
		}
	}
	return out
}

// onRelationship reports whether the path is that of a relationship.
func (o *operation) onRelationship() bool {
	n := len(o.segments)
	return n > 2 && o.segments[n-2] == "relationships" && isParameter(o.segments[n-3])
}

// namesType reports whether a segment is a type's name, or the end of it:
// "accounts" of "customer-accounts".
func namesType(segment, typ string) bool {
	bare := strings.NewReplacer("-", "", "_", "")
	return strings.HasSuffix(strings.ToLower(bare.Replace(typ)), strings.ToLower(bare.Replace(segment)))
}

// classify returns what an operation does to resources; nil when that is not for
// the store.
func (c *contract) classify(op *operation, answer, request *document, collections map[string]string) *endpoint {
	shape, n := shapeOf(op.segments), len(op.segments)
	switch {
	case op.onRelationship():
		return c.classifyRelationship(op, answer)
	case op.endsInParameter():
		e := &endpoint{typ: c.items[shape], id: parameterName(op.last())}
		if e.typ == "" {
			return nil
		}
		switch {
		case op.Method == http.MethodGet && answer != nil && !answer.many:
			e.action = actGet
		case op.Method == http.MethodPatch && request != nil && !request.many:
			e.action = actMerge
		case op.Method == http.MethodPut && request != nil && !request.many:
			e.action = actReplace
		case op.Method == http.MethodDelete:
			e.action = actDelete
		default:
			return nil
		}
		return e
	case op.Method == http.MethodGet && answer != nil && n > 1 && isParameter(op.segments[n-2]):
		if e := c.classifyRelated(op, answer, collections); e != nil {
			return e
		}
	}
	e := &endpoint{typ: collections[shape]}
	switch {
	case e.typ == "":
		return nil
	case op.Method == http.MethodGet && answer != nil && answer.many:
		e.action = actList
	case op.Method == http.MethodPost && request != nil && !request.many:
		e.action = actCreate
	default:
		return nil
	}
	return e
}

func (c *contract) classifyRelationship(op *operation, answer *document) *endpoint {
	n := len(op.segments)
	owner := c.items[shapeOf(op.segments[:n-2])]
	actions := map[string]action{
		http.MethodGet: actLinkage, http.MethodPatch: actRelink, http.MethodPut: actRelink,
		http.MethodPost: actAddLinks, http.MethodDelete: actUnlink,
	}
	e := &endpoint{typ: owner, id: parameterName(op.segments[n-3]), name: op.last(), action: actions[op.Method]}
	if owner == "" || e.action == "" || isParameter(op.last()) {
		return nil
	}
	e.name = c.relationshipName(owner, e.name)
	if e.action == actLinkage && answer != nil && !answer.identifiers() {
		e.action = actRelated
	}
	return e
}

// classifyRelated recognises /articles/{id}/author, unless it is a collection in
// which resources are created, too.
func (c *contract) classifyRelated(op *operation, answer *document, collections map[string]string) *endpoint {
	n := len(op.segments)
	owner := c.items[shapeOf(op.segments[:n-1])]
	name := c.relationshipName(owner, op.last())
	if owner == "" || !c.hasRelationship(owner, name) || answer.identifiers() {
		return nil
	}
	shape := shapeOf(op.segments)
	for _, other := range c.operations {
		if other.Method == http.MethodPost && shapeOf(other.segments) == shape && collections[shape] != "" {
			return nil
		}
	}
	return &endpoint{typ: owner, id: parameterName(op.segments[n-2]), name: name, action: actRelated}
}

// relationshipName returns the name of a relationship as documents of the type
// write it.
func (c *contract) relationshipName(typ, segment string) string {
	for _, v := range c.views[typ] {
		for _, name := range relationships(v.schema) {
			if sameName(name, segment) {
				return name
			}
		}
	}
	return segment
}

func (c *contract) hasRelationship(typ, name string) bool {
	return slices.ContainsFunc(c.views[typ], func(v *view) bool {
		_, _, ok := relationship(v.schema, name)
		return ok
	})
}

// parents lists the resources that a path leads through, the outermost first.
func (c *contract) parents(op *operation) []parent {
	end := len(op.segments)
	if op.endpoint.id != "" {
		end = slices.IndexFunc(op.segments, func(s string) bool { return isParameter(s) && parameterName(s) == op.endpoint.id })
	}
	var out []parent
	for i := range end {
		if !isParameter(op.segments[i]) {
			continue
		}
		p := parent{key: c.items[shapeOf(op.segments[:i+1])], param: parameterName(op.segments[i]), near: i == end-2}
		if p.key == "" && i > 0 {
			p.key = op.segments[i-1]
		}
		out = append(out, p)
	}
	return out
}
