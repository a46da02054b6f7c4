package lint

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

var jsonapiRules = []Rule{
	{
		Code: "DW050", Name: "resource-without-type", Severity: diag.Warning,
		What: "a JSON:API resource without a type",
		Why:  "JSON:API requires it on every resource, and a client distinguishes included resources by it. Without it, the object is not read as a resource.",
		Fix:  "Describe type as a constant.",
		Bad:  "properties:\n  id: {type: string}\n  attributes: {type: object}",
		Good: "properties:\n  type: {type: string, enum: [pets]}\n  id: {type: string}\n  attributes: {type: object}",
	},
	{
		Code: "DW051", Name: "open-resource-type", Severity: diag.Warning,
		What: "a JSON:API resource whose type is not a constant",
		Why:  "The type is inferred from the default, the examples, the description, the path or the name, and may be wrong. Where nothing says it, the resource is read as plain JSON.",
		Fix:  "Give type an enum of one value, or a const. In a document that is not yours, say it by an overlay.",
		Bad:  "properties:\n  type: {type: string, example: pets}\n  attributes: {type: object}",
		Good: "properties:\n  type: {type: string, enum: [pets]}\n  attributes: {type: object}",
		Also: []diag.Code{"inferred-type", "guessed-type"}, checked: true,
	},
	{
		Code: "DW052", Name: "open-linkage", Severity: diag.Warning,
		What: "a JSON:API relationship that does not say the types of its resources",
		Why:  "It becomes a relationship to any resource: callers test and convert by hand.",
		Fix:  "Give the type of its data an enum with the types of its resources.",
		Bad:  "owner: {properties: {data: {properties: {type: {type: string}, id: {type: string}}}}}",
		Good: "owner: {properties: {data: {properties: {type: {type: string, enum: [people]}, id: {type: string}}}}}",
		Also: []diag.Code{"inferred-linkage"},
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
		Why:  "JSON:API does not allow both in one document, so no response is valid.",
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
		What: "a JSON:API document that is sent as application/json",
		Why:  "JSON:API has a media type of its own; servers that follow it refuse requests with another one.",
		Fix:  "Write application/vnd.api+json, if that is what the server sends and takes.",
		Bad:  "content: {application/json: {schema: {… data: {… type, attributes}}}}",
		Good: "content: {application/vnd.api+json: {schema: {… data: {… type, attributes}}}}",
	},
	{
		Code: "DW058", Name: "plain-jsonapi", Severity: diag.Warning,
		What: "a body of application/vnd.api+json that is not a JSON:API document",
		Why:  "It is read as plain JSON: its resources have no relationships, its lists no pages, and included resources are not linked.",
		Fix:  "Describe data as a resource: type, id, attributes and relationships. The finding says what is missing.",
		Bad:  "properties:\n  data: {…}\n  total: {type: integer}",
		Good: "properties:\n  data: {…}\n  meta: {properties: {total: {type: integer}}}",
	},
	{
		Code: "DW059", Name: "inferred-document", Severity: diag.Warning,
		What: "a JSON:API document that examples show and no schema describes",
		Why:  "The schema is that of the resource, or missing. What the document has besides data, such as meta, is not known.",
		Fix:  "Describe the document: an object whose member data is the resource, or an array of resources.",
		Bad:  "schema: {$ref: …/Node}\nexample: {data: {type: nodes, …}}",
		Good: "schema: {properties: {data: {$ref: …/Node}}}\nexample: {data: {type: nodes, …}}",
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
	c.checkInferences()
}

// checkInferences reports each resource whose type is inferred, with the line to add.
func (c *checker) checkInferences() {
	for _, s := range c.schemas.Inferences() {
		found, target := c.schemas.InferenceOf(s), s.Node().Target()
		if kind := s.Property("type"); kind != nil {
			c.report(kind.Node().KeyPosition(), "open-resource-type", "add enum: ["+found.Type+"] to its type",
				"the type of a resource is not a constant, and %q is inferred from %s: %s", found.Type, found.By, target.Pointer())
		} else {
			c.report(target.KeyPosition(), "resource-without-type", "add type: {type: string, enum: ["+found.Type+"]} to its properties",
				"a resource without a type, and %q is inferred from %s: %s", found.Type, found.By, target.Pointer())
		}
	}
}

// resourceful reports whether a body is a JSON:API document by its shape: its
// data has a constant type, and attributes or relationships beside it.
func (c *checker) resourceful(document *load.Node) bool {
	primary := elements(c.of(document), "data")
	return len(primary) > 0 && !slices.ContainsFunc(primary, func(s *schema.Schema) bool { return !s.IsResource() })
}

// elements lists the alternatives of one element of the member called name: of
// an array's items, or of the value itself.
func elements(s *schema.Schema, name string) []*schema.Schema {
	p := s.Property(name)
	if p == nil {
		return nil
	}
	var all []*schema.Schema
	for _, one := range alternatives(p.Schema()) {
		if one.IsArray() {
			all = append(all, alternatives(one.Items.Schema())...)
		} else {
			all = append(all, one)
		}
	}
	return all
}

// document looks at one document. Official ones say that they are JSON:API;
// from others, nothing is asked that their shape does not have.
func (r *resources) document(b body, official bool) {
	s := r.of(b.schema)
	if at := s.RequiredAt("errors"); s.Required("data") && at != nil && !r.seen[at] {
		r.seen[at] = true
		r.report(at.Position(), "data-and-errors", "take one out of required", "data and errors are both required, and exclude each other")
	}
	r.links(s)
	for _, one := range slices.Concat(elements(s, "data"), elements(s, "included")) {
		r.resource(one, official)
	}
}

// resource looks at a resource object, or at an identifier.
func (r *resources) resource(s *schema.Schema, official bool) {
	target := s.Node().Target()
	if target == nil || r.seen[target] {
		return
	}
	r.seen[target] = true
	if s.Property("attributes") == nil && s.Property("relationships") == nil {
		return
	}
	at := target.KeyPosition()
	switch kind := s.Property("type"); {
	case kind == nil && official && len(s.ResourceTypes()) == 0:
		r.report(at, "resource-without-type", "add type: {type: string, enum: […]} to its properties", "a resource without a type: %s", target.Pointer())
	case kind != nil && len(s.ResourceTypes()) == 0:
		r.report(kind.Node().KeyPosition(), "open-resource-type", "give it an enum of one value", "the type of a resource is not a constant: %s", target.Pointer())
	}
	attributes, relationships := member(s, "attributes"), member(s, "relationships")
	for _, m := range attributes.Properties {
		if m.Name == "id" || m.Name == "type" {
			r.report(m.Node().KeyPosition(), "reserved-attribute", "give it another name", "an attribute is called %s", m.Name)
		} else if relationships.Property(m.Name) != nil {
			r.report(m.Node().KeyPosition(), "reserved-attribute", "give one of them another name", "%s is an attribute and a relationship", m.Name)
		}
	}
	for _, m := range relationships.Properties {
		if m.Name == "id" || m.Name == "type" {
			r.report(m.Node().KeyPosition(), "reserved-attribute", "give it another name", "a relationship is called %s", m.Name)
		}
		r.relationship(m)
	}
	r.links(s)
}

// relationship looks at one relationship. One that has links alone is fine.
func (r *resources) relationship(m *schema.Property) {
	r.links(m.Schema())
	for _, linkage := range elements(m.Schema(), "data") {
		target := linkage.Node().Target()
		if target == nil || r.seen[target] || len(linkage.ResourceTypes()) > 0 {
			continue
		}
		r.seen[target] = true
		at := target.KeyPosition()
		if p := linkage.Property("type"); p != nil {
			at = p.Node().KeyPosition()
		}
		r.report(at, "open-linkage", "give its type an enum with the types of its resources", "relationship %s does not say the types of its resources", m.Name)
	}
}

// links looks at the links of a document, a resource or a relationship.
func (r *resources) links(holder *schema.Schema) {
	p := holder.Property("links")
	if p == nil {
		return
	}
	target := p.Node().Target()
	if target == nil || r.seen[target] {
		return
	}
	r.seen[target] = true
	links := p.Schema()
	if links.Types != 0 && links.Types&schema.Object == 0 {
		r.report(p.Node().KeyPosition(), "broken-links", "describe it as an object of links", "links is %s, not an object", typeNames(links))
		return
	}
	for _, m := range links.Properties {
		for _, link := range alternatives(m.Schema()) {
			ok := link.Types == 0 || link.Types&schema.String != 0 || link.Types&schema.Object != 0 && (link.Property("href") != nil || len(link.Properties) == 0)
			if !ok {
				r.report(m.Node().KeyPosition(), "broken-links", "describe it as a string of format uri, or an object with href", "the link %s is %s", m.Name, typeNames(link))
			}
		}
	}
}

func typeNames(s *schema.Schema) string {
	if s.Types&schema.Object != 0 {
		return "an object without href"
	}
	return "of type " + strings.Join(s.Types.Names(), " or ")
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
		if !b.success() || len(elements(c.of(b.schema), "data")) == 0 || !isJSONAPI(b.mediaType) && !c.resourceful(b.schema) {
			continue
		}
		document := c.of(b.schema)
		if document.Property("included") == nil {
			c.report(include.Position(), "uncovered-include", "add included to the document at "+b.schema.Target().Position().String(),
				"%s takes include, and its response has no included", o.id)
			return
		}
		c.coverIncludes(o, include, document)
	}
}

func (c *checker) coverIncludes(o *operation, include *load.Node, document *schema.Schema) {
	known := map[string][]*schema.Schema{} // resources that the answer describes, by type
	for _, s := range slices.Concat(elements(document, "included"), elements(document, "data")) {
		types := s.ResourceTypes()
		if len(types) == 0 {
			return // any resource may stand there
		}
		for _, t := range types {
			known[t] = append(known[t], s)
		}
	}
	if len(elements(document, "included")) == 0 {
		return
	}
	s := c.of(include.Get("schema"))
	values := s.Enum
	if s.IsArray() && s.Items != nil {
		values = s.Items.Schema().Enum
	}
	for _, value := range values {
		if missing, fix := follow(elements(document, "data"), strings.Split(value.Str(), "."), known); missing != "" {
			c.report(value.Position(), "uncovered-include", fix+document.Property("included").Node().KeyPosition().String(), "%s includes %s, and %s", o.id, value.Str(), missing)
		}
	}
}

// follow walks along the relationships of a path and says what is missing, and
// how to fix it; the place of included goes at the end of that.
func follow(from []*schema.Schema, path []string, known map[string][]*schema.Schema) (missing, fix string) {
	for _, name := range path {
		var next []*schema.Schema
		found := false
		for _, s := range from {
			relationship := member(s, "relationships").Property(name)
			if relationship == nil {
				continue
			}
			found = true
			for _, linkage := range elements(relationship.Schema(), "data") {
				for _, t := range linkage.ResourceTypes() {
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
