package lint

import (
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

var exampleRules = []Rule{
	{
		Code: "DW036", Name: "example-contradicts", Severity: diag.Warning,
		What: "an example that its schema does not allow",
		Why:  "One of the two is wrong. If it is the schema, the client fails on real responses; mocks and tests are made of examples.",
		Fix:  "Change the example or the schema so that they agree.",
		Bad:  "{type: string, format: date-time, example: 31/01/2026}",
		Good: "{type: string, format: date-time, example: \"2026-01-31T09:00:00Z\"}",
		Also: []diag.Code{"example-violates-schema"}, checked: true,
	},
	{
		Code: "DW037", Name: "no-example", Severity: diag.Info,
		What: "an operation whose bodies show no example, and that has no exchange",
		Why:  "Readers must guess what values look like, and nothing compares the schema with real values.",
		Fix:  "Add an example to the request body or the response, to their schemas, or a documented call under exchanges/.",
		Bad:  "content: {application/json: {schema: {$ref: \"#/components/schemas/Pet\"}}}",
		Good: "content:\n  application/json:\n    schema: {$ref: \"#/components/schemas/Pet\"}\n    example: {id: 7, name: Rex}",
	},
}

// checkExamples holds examples against schemas, and looks for missing ones.
func (c *checker) checkExamples() {
	for _, n := range c.nodes[load.SchemaRole] {
		if n.Kind != load.Object || n.IsRef() {
			continue
		}
		c.examplesOf(n, n)
		for _, value := range items(n.Get("examples")) {
			c.contradicts("example-contradicts", "example", value, n)
		}
	}
	for _, role := range []load.Role{load.ParameterRole, load.HeaderRole, load.MediaRole} {
		for _, n := range c.nodes[role] {
			schema := n.Get("schema")
			if schema == nil || role == load.MediaRole && !isJSON(n.Name) || role != load.MediaRole && c.serialised(n, schema) {
				continue
			}
			c.examplesOf(n, schema)
		}
	}
	c.lacking("no-example", "shows no example of its bodies", "shows an example of its bodies", c.hidden,
		func(*operation) string { return "add an example to a body or its schema" })
}

// serialised reports whether a parameter's example may be written as it
// travels: "a,b" for an array.
func (c *checker) serialised(n, schema *load.Node) bool {
	s := c.of(schema)
	return (s.IsArray() || s.IsObject()) && (n.Get("example") == nil || n.Get("example").Kind == load.String)
}

// examplesOf holds example and examples of n against schema.
func (c *checker) examplesOf(n, schema *load.Node) {
	if example := n.Get("example"); example != nil {
		c.contradicts("example-contradicts", "example", example, schema)
	}
	for _, m := range members(n.Get("examples")) {
		if value := m.Value.Target().Get("value"); value != nil {
			c.contradicts("example-contradicts", "example", value, schema)
		}
	}
}

// contradicts reports a value that its schema does not allow.
func (c *checker) contradicts(rule diag.Code, what string, value, schema *load.Node) {
	bad := c.schemas.Check(value, schema)
	if bad == nil {
		return
	}
	where := ""
	if bad.At != value {
		where = " at " + strings.TrimPrefix(bad.At.Pointer(), value.Pointer())
	}
	c.report(bad.At.Position(), rule, "change the "+what+" or the schema at "+schema.Position().String()+" so that they agree",
		"the %s%s does not fit its schema: %s", what, where, bad.Reason)
}

// hidden reports whether an operation has bodies and shows no value of them.
func (c *checker) hidden(o *operation) bool {
	for _, ex := range c.Exchanges {
		if ex.OperationID == o.id {
			return false
		}
	}
	said := false
	for _, b := range o.bodies() {
		if b.status != "" && !b.success() {
			continue
		}
		said = true
		if b.media.Get("example") != nil || len(members(b.media.Get("examples"))) > 0 || c.shows(c.of(b.schema), map[*schema.Schema]bool{}) {
			return false
		}
	}
	return said
}

// shows reports whether a schema or what it holds has an example.
func (c *checker) shows(s *schema.Schema, seen map[*schema.Schema]bool) bool {
	if s == nil || seen[s] {
		return false
	}
	seen[s] = true
	if len(s.Examples) > 0 {
		return true
	}
	for _, p := range s.Properties {
		if c.shows(p.Schema(), seen) {
			return true
		}
	}
	for _, v := range s.Variants {
		if c.shows(v.Schema(), seen) {
			return true
		}
	}
	return c.shows(s.Items.Schema(), seen)
}
