package lint

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
)

var jsonapiRules = []Rule{
	{
		Code: "DW050", Name: "resource-without-type", Severity: diag.Warning,
		What: "a JSON:API resource without a type",
		Why:  "JSON:API asks for it on every resource, and a client tells included resources apart by it: without, it is no resource but a nested object.",
		Fix:  "Describe type as a constant.",
		Bad:  "properties:\n  id: {type: string}\n  attributes: {type: object}",
		Good: "properties:\n  type: {type: string, enum: [pets]}\n  id: {type: string}\n  attributes: {type: object}",
	},
	{
		Code: "DW051", Name: "open-resource-type", Severity: diag.Warning,
		What: "a JSON:API resource whose type is not a constant",
		Why:  "The client cannot send the type by itself, nor match what is included.",
		Fix:  "Give type an enum of one value, or a const; describe resources of several types one by one.",
		Bad:  "properties:\n  type: {type: string, example: pets}\n  attributes: {type: object}",
		Good: "properties:\n  type: {type: string, enum: [pets]}\n  attributes: {type: object}",
	},
	{
		Code: "DW052", Name: "open-linkage", Severity: diag.Warning,
		What: "a JSON:API relationship that does not say what types it leads to",
		Why:  "It becomes a relationship to any resource: callers test and convert by hand.",
		Fix:  "Give the type of its data an enum with the types that may stand there.",
		Bad:  "owner: {properties: {data: {properties: {type: {type: string}, id: {type: string}}}}}",
		Good: "owner: {properties: {data: {properties: {type: {type: string, enum: [people]}, id: {type: string}}}}}",
	},
	{
		Code: "DW053", Name: "uncovered-include", Severity: diag.Warning,
		What: "an include path whose resources included does not describe",
		Why:  "What is asked for arrives as resources of unknown type: kept, but raw.",
		Fix:  "Add the resource's schema to the items of included.",
		Bad:  "include may be owner; included holds toys only",
		Good: "included: {type: array, items: {oneOf: [{$ref: …/Toy}, {$ref: …/Person}]}}",
	},
	{
		Code: "DW054", Name: "data-and-errors", Severity: diag.Error,
		What: "a JSON:API document that requires both data and errors",
		Why:  "JSON:API says that the two never stand in one document: no answer is valid.",
		Fix:  "Describe errors in the responses of failures, and require data in those of success.",
		Bad:  "required: [data, errors]",
		Good: "required: [data]",
	},
	{
		Code: "DW055", Name: "reserved-attribute", Severity: diag.Warning,
		What: "a JSON:API attribute or relationship called id or type, or one name for both",
		Why:  "Attributes and relationships share one namespace with id and type; libraries that flatten resources lose one of the two.",
		Fix:  "Leave id and type to the resource; give the attribute another name.",
		Bad:  "attributes: {properties: {id: {…}, name: {…}}}",
		Good: "attributes: {properties: {name: {…}}}",
	},
	{
		Code: "DW056", Name: "broken-links", Severity: diag.Warning,
		What: "a JSON:API link that is neither an address, nor an object with href, nor null",
		Why:  "Clients follow links: pages, related resources. These cannot be followed.",
		Fix:  "Describe it as a string of format uri, nullable where it may be missing.",
		Bad:  "links: {properties: {next: {type: integer}}}",
		Good: "links: {properties: {next: {type: string, format: uri, nullable: true}}}",
	},
	{
		Code: "DW057", Name: "plain-media-type", Severity: diag.Info,
		What: "a JSON:API document that travels as application/json",
		Why:  "JSON:API has a media type of its own; servers that hold to it refuse requests with another.",
		Fix:  "Write application/vnd.api+json, if that is what the server sends and takes.",
		Bad:  "content: {application/json: {schema: {… data: {… type, attributes}}}}",
		Good: "content: {application/vnd.api+json: {schema: {… data: {… type, attributes}}}}",
	},
}

// resources looks at JSON:API, each schema once.
type resources struct {
	*checker
	seen map[*load.Node]bool
}

// checkJSONAPI looks at the documents of every operation.
func (c *checker) checkJSONAPI() {
	r := &resources{checker: c, seen: map[*load.Node]bool{}}
	for _, o := range c.operations {
		plain := false
		for _, b := range o.bodies() {
			official := isJSONAPI(b.mediaType)
			if !official && !c.resourceful(b.schema) {
				continue
			}
			plain = plain || !official
			r.document(b, official)
		}
		if plain {
			c.report(o.node.KeyPosition(), "plain-media-type", "write application/vnd.api+json, if the server does", "%s sends or takes JSON:API as application/json", o.id)
		}
		c.checkInclude(o)
	}
}

// resourceful reports whether a body is a JSON:API document by its shape: its
// data has a constant type, and attributes or relationships beside it.
func (c *checker) resourceful(schema *load.Node) bool {
	for _, n := range c.primary(schema) {
		v := c.view(n)
		if len(c.typesOf(v)) != 1 || v.byName["attributes"] == nil && v.byName["relationships"] == nil {
			return false
		}
		for _, m := range v.props {
			if !resourceMembers[m.Name] {
				return false
			}
		}
	}
	return len(c.primary(schema)) > 0
}

var resourceMembers = map[string]bool{"id": true, "lid": true, "type": true, "attributes": true, "relationships": true, "meta": true, "links": true}

// primary lists the schemas of one element of a document's data.
func (c *checker) primary(document *load.Node) []*load.Node {
	return c.elements(c.view(document).byName["data"])
}

// elements lists the alternatives of one element: of an array's items, or of
// the value itself.
func (c *checker) elements(n *load.Node) []*load.Node {
	if n == nil {
		return nil
	}
	var all []*load.Node
	for _, one := range c.alternatives(n) {
		if v := c.view(one); v.array() {
			if v.items != nil {
				all = append(all, c.alternatives(v.items)...)
			}
			continue
		}
		all = append(all, one)
	}
	return all
}

// typesOf are the documented values of a resource's type.
func (c *checker) typesOf(v *view) []string {
	if p := v.byName["type"]; p != nil {
		return c.view(p).constants()
	}
	return nil
}

// document looks at one document. Official ones say that they are JSON:API;
// from others, nothing is asked that their shape does not have.
func (r *resources) document(b body, official bool) {
	v := r.view(b.schema)
	if v.required["data"] != nil && v.required["errors"] != nil && !r.seen[v.required["errors"]] {
		at := v.required["errors"]
		r.seen[at] = true
		r.report(at.Position(), "data-and-errors", "take one out of required", "data and errors are both required, and exclude each other")
	}
	r.links(v)
	for _, n := range r.primary(b.schema) {
		r.resource(n, official)
	}
	for _, n := range r.elements(v.byName["included"]) {
		r.resource(n, official)
	}
}

// resource looks at a resource object, or at an identifier.
func (r *resources) resource(n *load.Node, official bool) {
	v := r.view(n)
	target := n.Target()
	if target == nil || r.seen[target] {
		return
	}
	r.seen[target] = true
	full := v.byName["attributes"] != nil || v.byName["relationships"] != nil
	if !full {
		return
	}
	at := target.KeyPosition()
	switch {
	case v.byName["type"] == nil && official:
		r.report(at, "resource-without-type", "add type: {type: string, enum: […]} to its properties", "a resource without a type: %s", target.Pointer())
	case v.byName["type"] != nil && len(r.typesOf(v)) != 1:
		r.report(v.byName["type"].KeyPosition(), "open-resource-type", "give it an enum of one value", "the type of a resource is not a constant: %s", target.Pointer())
	}
	attributes, relationships := r.view(v.byName["attributes"]), r.view(v.byName["relationships"])
	for _, m := range attributes.props {
		if m.Name == "id" || m.Name == "type" {
			r.report(m.Value.KeyPosition(), "reserved-attribute", "give it another name", "an attribute is called %s", m.Name)
		} else if relationships.byName[m.Name] != nil {
			r.report(m.Value.KeyPosition(), "reserved-attribute", "give one of them another name", "%s is an attribute and a relationship", m.Name)
		}
	}
	for _, m := range relationships.props {
		if m.Name == "id" || m.Name == "type" {
			r.report(m.Value.KeyPosition(), "reserved-attribute", "give it another name", "a relationship is called %s", m.Name)
		}
		r.relationship(m)
	}
	r.links(v)
}

func (r *resources) relationship(m load.Member) {
	v := r.view(m.Value)
	r.links(v)
	data := v.byName["data"]
	if data == nil {
		return // links alone are a relationship, too
	}
	for _, n := range r.elements(data) {
		linkage := r.view(n)
		target := n.Target()
		if target == nil || r.seen[target] || len(r.typesOf(linkage)) > 0 {
			continue
		}
		r.seen[target] = true
		at := target.KeyPosition()
		if p := linkage.byName["type"]; p != nil {
			at = p.KeyPosition()
		}
		r.report(at, "open-linkage", "give its type an enum with the types that it may lead to", "relationship %s does not say what types it leads to", m.Name)
	}
}

// links looks at the links of a document, a resource or a relationship.
func (r *resources) links(holder *view) {
	n := holder.byName["links"]
	if n == nil {
		return
	}
	target := n.Target()
	if target == nil || r.seen[target] {
		return
	}
	r.seen[target] = true
	v := r.view(n)
	if len(v.types) > 0 && !v.types["object"] {
		r.report(n.KeyPosition(), "broken-links", "describe it as an object of links", "links is %s, not an object", typeNames(v))
		return
	}
	for _, m := range v.props {
		for _, one := range r.alternatives(m.Value) {
			link := r.view(one)
			ok := len(link.types) == 0 || link.types["string"] || link.types["object"] && (link.byName["href"] != nil || len(link.props) == 0)
			if !ok {
				r.report(m.Value.KeyPosition(), "broken-links", "describe it as a string of format uri, or an object with href", "the link %s is %s", m.Name, typeNames(link))
			}
		}
	}
}

func typeNames(v *view) string {
	var names []string
	for name := range v.types {
		names = append(names, name)
	}
	slices.Sort(names)
	if v.types["object"] {
		return "an object without href"
	}
	return "of type " + strings.Join(names, " or ")
}

// checkInclude holds the values of the parameter include against what the
// answer describes.
func (c *checker) checkInclude(o *operation) {
	var include *load.Node
	for _, p := range o.params {
		if p.Get("in").Str() == "query" && p.Get("name").Str() == "include" {
			include = p
		}
	}
	if include == nil {
		return
	}
	for _, b := range o.bodies() {
		if !b.success() || len(c.primary(b.schema)) == 0 || !isJSONAPI(b.mediaType) && !c.resourceful(b.schema) {
			continue
		}
		included := c.view(b.schema).byName["included"]
		if included == nil {
			c.report(include.Position(), "uncovered-include", "add included to the document at "+b.schema.Target().Position().String(),
				"%s takes include, and its answer has no included", o.id)
			return
		}
		c.coverIncludes(o, include, b.schema, included)
	}
}

func (c *checker) coverIncludes(o *operation, include, document, included *load.Node) {
	known := map[string][]*load.Node{} // resources that the answer describes, by type
	for _, n := range slices.Concat(c.elements(included), c.primary(document)) {
		types := c.typesOf(c.view(n))
		if len(types) == 0 {
			return // any resource may stand there
		}
		for _, t := range types {
			known[t] = append(known[t], n)
		}
	}
	if len(c.elements(included)) == 0 {
		return
	}
	v := c.view(include.Get("schema"))
	values := v.values
	if v.array() {
		values = c.view(v.items).values
	}
	for _, value := range values {
		if missing, fix := c.follow(c.primary(document), strings.Split(value.Str(), "."), known); missing != "" {
			c.report(value.Position(), "uncovered-include", fix+included.KeyPosition().String(), "%s includes %s, and %s", o.id, value.Str(), missing)
		}
	}
}

// follow walks along the relationships of a path and says what is missing, and
// how to fix it; the place of included goes at the end of that.
func (c *checker) follow(from []*load.Node, path []string, known map[string][]*load.Node) (missing, fix string) {
	for _, name := range path {
		var next []*load.Node
		found := false
		for _, n := range from {
			relationship := c.view(c.view(n).byName["relationships"]).byName[name]
			if relationship == nil {
				continue
			}
			found = true
			for _, linkage := range c.elements(c.view(relationship).byName["data"]) {
				for _, t := range c.typesOf(c.view(linkage)) {
					if known[t] == nil {
						return "its included describes no " + t, "add the resource to the items of included at "
					}
					next = append(next, known[t]...)
				}
			}
		}
		if !found {
			return "no resource has a relationship " + name, "add the relationship, or take the path out; included stands at "
		}
		if len(next) == 0 {
			return "", "" // what it leads to is not said, which is another rule's
		}
		from = next
	}
	return "", ""
}
