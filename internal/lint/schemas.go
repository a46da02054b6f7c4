package lint

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

var schemaRules = []Rule{
	{
		Code: "DW033", Name: "duplicate-enum", Severity: diag.Warning,
		What: "an enum that lists a value twice",
		Why:  "JSON Schema forbids it; often the second was meant to be another value.",
		Fix:  "Remove it, or write the value that was meant.",
		Bad:  "enum: [draft, sent, draft]",
		Good: "enum: [draft, sent, failed]",
	},
	{
		Code: "DW034", Name: "unknown-required", Severity: diag.Warning,
		What: "a required property that the schema does not describe",
		Why:  "A typing error makes every real value invalid, and leaves the property that was meant optional.",
		Fix:  "Correct the name, or describe the property.",
		Bad:  "type: object\nrequired: [nam]\nproperties: {name: {type: string}}",
		Good: "type: object\nrequired: [name]\nproperties: {name: {type: string}}",
	},
	{
		Code: "DW035", Name: "default-contradicts", Severity: diag.Warning,
		What: "a default that its schema does not allow",
		Why:  "One of the two is wrong: what a server assumes, it must accept.",
		Fix:  "Change the default or the schema so that they agree.",
		Bad:  "{type: integer, default: \"10\"}",
		Good: "{type: integer, default: 10}",
		Also: []diag.Code{"default-violates-schema"}, checked: true,
	},
	{
		Code: "DW038", Name: "imprecise-number", Severity: diag.Warning,
		What: "an id, or a value that the document itself shows, which its number type cannot hold exactly",
		Why:  "A number without integer is a float64, which is exact up to 2^53; int32 ends at 2^31. Beyond, one id becomes another.",
		Fix:  "Write type: integer with format: int64, or a string.",
		Bad:  "properties: {account_id: {type: number}}",
		Good: "properties: {account_id: {type: integer, format: int64}}",
	},
	{
		Code: "DW039", Name: "date-without-format", Severity: diag.Info,
		What: "a string whose example is a date or a time, without a format",
		Why:  "It becomes a string in Go: callers parse it themselves, and may send anything.",
		Fix:  "Add format: date-time, or format: date.",
		Bad:  "{type: string, example: \"2026-01-31T09:00:00Z\"}",
		Good: "{type: string, format: date-time, example: \"2026-01-31T09:00:00Z\"}",
	},
	{
		Code: "DW040", Name: "nullable-in-3.1", Severity: diag.Warning,
		What: "nullable, which OpenAPI 3.1 removed",
		Why:  "Tools that follow 3.1 ignore it, so null is not allowed. gen accepts it.",
		Fix:  "Add null to the types: type: [string, \"null\"].",
		Bad:  "openapi: 3.1.0\n…\n{type: string, nullable: true}",
		Good: "openapi: 3.1.0\n…\n{type: [string, \"null\"]}",
	},
	{
		Code: "DW041", Name: "no-description", Severity: diag.Info,
		What: "a component schema of an object without a description or a title",
		Why:  "The comment of its Go type can only repeat its name.",
		Fix:  "Say in a sentence what it is.",
		Bad:  "Pet: {type: object, properties: {…}}",
		Good: "Pet: {type: object, description: An animal in the shop., properties: {…}}",
	},
}

// checkSchemas looks at every schema by itself.
func (c *checker) checkSchemas() {
	modern := !strings.HasPrefix(c.Doc.Version, "3.0")
	for _, n := range c.nodes[load.SchemaRole] {
		if n.Kind != load.Object || n.IsRef() {
			continue
		}
		c.checkEnum(n)
		c.checkRequired(n)
		c.checkNumber(n)
		c.checkDate(n)
		if null := n.Get("nullable"); null != nil && modern {
			c.report(null.KeyPosition(), "nullable-in-3.1", `write type: [`+orAny(n.Get("type").Str())+`, "null"]`, "nullable is not of OpenAPI %s", c.Doc.Version)
		}
		if d := n.Get("default"); d != nil && d.Kind != load.Null { // null says that there is none
			c.contradicts("default-contradicts", "default", d, n)
		}
	}
	for _, one := range c.components() {
		s := c.of(one.node)
		if one.section == "schemas" && one.node.Role() == load.SchemaRole && !one.node.IsRef() && s.IsObject() && len(s.Properties) > 0 &&
			blank(one.node.Get("description")) && blank(one.node.Get("title")) {
			c.report(one.node.KeyPosition(), "no-description", "say in a sentence what it is", "schema %s has no description", one.node.Name)
		}
	}
}

func orAny(name string) string {
	if name == "" {
		return "string"
	}
	return name
}

func (c *checker) checkEnum(n *load.Node) {
	seen := map[string]bool{}
	for _, value := range items(n.Get("enum")) {
		text := string(value.JSON())
		if seen[text] {
			c.report(value.Position(), "duplicate-enum", "remove it, or write the value that was meant", "the enum lists %s twice", text)
		}
		seen[text] = true
	}
}

// checkRequired finds required names that neither the schema nor what it is
// combined with describes.
func (c *checker) checkRequired(n *load.Node) {
	names := items(n.Get("required"))
	if len(names) == 0 || n.Get("properties") == nil {
		return // the description stands elsewhere: required alone narrows another schema
	}
	whole := c.combined(n)
	if whole == nil {
		return
	}
	for _, name := range names {
		if name.Kind != load.String || whole[name.Value] {
			continue
		}
		c.report(name.Position(), "unknown-required", "correct the name, or describe it under properties", "required property %q is not described", name.Value)
	}
}

// combined returns the names that a schema describes, together with the schemas
// that it is combined with, above and below; nil when not all can be found.
func (c *checker) combined(n *load.Node) map[string]bool {
	top := n
	for parent := top.Parent; parent != nil && parent.Kind == load.Array && parent.Parent.Role() == load.SchemaRole; parent = top.Parent {
		if parent.Name != "allOf" && parent.Name != "oneOf" && parent.Name != "anyOf" {
			break
		}
		top = parent.Parent
	}
	names, seen, whole := map[string]bool{}, map[*load.Node]bool{}, true
	var gather func(n *load.Node)
	gather = func(n *load.Node) {
		s := c.of(n)
		whole = whole && !s.Dangling
		for _, part := range s.Parts {
			if seen[part] {
				continue
			}
			seen[part] = true
			for _, m := range members(part.Get("properties")) {
				names[m.Name] = true
			}
			for _, word := range []string{"oneOf", "anyOf"} {
				for _, variant := range items(part.Get(word)) {
					gather(variant)
				}
			}
			for _, word := range []string{"if", "then", "else"} {
				if branch := part.Get(word); branch != nil {
					gather(branch)
				}
			}
		}
	}
	gather(top)
	if !whole {
		return nil
	}
	return names
}

// idName matches names of members that identify something.
var idName = regexp.MustCompile(`^(id|Id|ID)$|_id$|[a-z](Id|ID)$`)

// maxExact is the largest whole number that a float64 tells from its neighbours.
const maxExact = 1 << 53

func (c *checker) checkNumber(n *load.Node) {
	s := c.of(n)
	whole, float := s.Types == schema.Integer, s.Types == schema.Number
	property := n.Parent != nil && n.Parent.Name == "properties"
	switch {
	case float && (s.Format == "int64" || s.Format == "int32"):
		c.report(n.Get("type").Position(), "imprecise-number", "write type: integer", "a number with format %s is not read as an integer", s.Format)
		return
	case float && property && idName.MatchString(n.Name) && !fractional(n):
		c.report(n.KeyPosition(), "imprecise-number", "write type: integer, format: int64; or a string", "%s is a number, which is exact up to 2^53 only", n.Name)
		return
	}
	for _, word := range []string{"example", "default"} {
		value := n.Get(word)
		if value == nil || value.Kind != load.Number {
			continue
		}
		number, err := strconv.ParseInt(value.Value, 10, 64)
		if err != nil {
			continue // a fraction, or more than any integer of Go's
		}
		switch {
		case float && (number > maxExact || number < -maxExact):
			c.report(value.Position(), "imprecise-number", "write type: integer, format: int64; or a string", "%s is more than a number holds exactly", value.Value)
		case whole && s.Format == "int32" && (number >= 1<<31 || number < -1<<31):
			c.report(value.Position(), "imprecise-number", "write format: int64", "%s is more than an int32 holds", value.Value)
		}
	}
}

// fractional reports whether a number's own example has a fraction.
func fractional(n *load.Node) bool {
	return strings.Contains(n.Get("example").Str(), ".")
}

var (
	dateTime = regexp.MustCompile(`^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$`)
	date     = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
)

func (c *checker) checkDate(n *load.Node) {
	example := n.Get("example")
	if example == nil || example.Kind != load.String || n.Get("format") != nil || n.Get("pattern") != nil || n.Get("enum") != nil || c.of(n).Types != schema.String {
		return
	}
	for format, pattern := range map[string]*regexp.Regexp{"date-time": dateTime, "date": date} {
		if pattern.MatchString(example.Value) {
			c.report(example.Position(), "date-without-format", "add format: "+format+", if all values are such", "%q is a %s; the schema has no format", example.Value, format)
		}
	}
}
