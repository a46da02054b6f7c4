package lint

import (
	"regexp"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

var operationRules = []Rule{
	{
		Code: "DW020", Name: "no-operation-id", Severity: diag.Warning,
		What: "an operation without an operationId",
		Why:  "Its method is named after its path, so that moving the path renames it, and exchanges and links cannot name it.",
		Fix:  "Give it an operationId; service.method, as in pets.list, names both the service and the method of the client.",
		Bad:  "get:\n  summary: List pets",
		Good: "get:\n  operationId: pets.list\n  summary: List pets",
	},
	{
		Code: "DW021", Name: "mixed-operation-ids", Severity: diag.Warning,
		What: "operationIds in more than one style",
		Why:  "Names of methods come from operationIds, and those of one style look alike. The finding is at the first one that differs from the style of most.",
		Fix:  "Write all in one style. A rename changes the client's method unless gen.lock holds its name.",
		Bad:  "operationId: listPets\noperationId: getPet\noperationId: delete_pet",
		Good: "operationId: listPets\noperationId: getPet\noperationId: deletePet",
	},
	{
		Code: "DW022", Name: "no-summary", Severity: diag.Info,
		What: "an operation with neither summary nor description",
		Why:  "The comment of its method can only repeat method and path.",
		Fix:  "Say in a summary what it does, starting with a verb: List pets.",
		Bad:  "get:\n  operationId: pets.list",
		Good: "get:\n  operationId: pets.list\n  summary: List pets",
	},
	{
		Code: "DW023", Name: "no-error-response", Severity: diag.Warning,
		What: "an operation that documents no error: no 4xx, no 5xx, no default",
		Why:  "Callers cannot know what a failure looks like; the client has no type for its body and keeps it raw.",
		Fix:  "Document the errors, or one for all of them under default.",
		Bad:  "responses:\n  \"200\": {description: The pet.}",
		Good: "responses:\n  \"200\": {description: The pet.}\n  default:\n    description: What went wrong.\n    content: {application/json: {schema: {$ref: \"#/components/schemas/Problem\"}}}",
	},
	{
		Code: "DW069", Name: "shared-required", Severity: diag.Warning,
		What: "a POST and a PATCH of one schema that requires members",
		Why:  "A PATCH changes what it sends. If it required those members, it would overwrite what nobody wanted to change, so gen makes them optional there, and other tools do not.",
		Fix:  "Give PATCH a schema of its own, in which they are not required.",
		Bad:  "post: {requestBody: {$ref: \"#/components/requestBodies/Pet\"}}\npatch: {requestBody: {$ref: \"#/components/requestBodies/Pet\"}}",
		Good: "post: {requestBody: {$ref: \"#/components/requestBodies/Pet\"}}\npatch: {requestBody: {$ref: \"#/components/requestBodies/PetUpdate\"}}",
	},
}

// checkOperations holds what every operation should say of itself.
func (c *checker) checkOperations() {
	c.lacking("no-operation-id", "has no operationId", "has an operationId",
		func(o *operation) bool { return o.node.Get("operationId").Str() == "" },
		func(o *operation) string { return "add operationId: service.method, e.g. " + suggestID(o) })
	c.lacking("no-summary", "has no summary", "has a summary",
		func(o *operation) bool { return blank(o.node.Get("summary")) && blank(o.node.Get("description")) },
		func(*operation) string { return "say in a few words what it does" })
	c.lacking("no-error-response", "documents no error", "documents an error",
		func(o *operation) bool { return !documentsErrors(o.node.Get("responses")) },
		func(*operation) string { return "add the statuses that it fails with, or default for all of them" })
	c.checkStyles()
	c.checkSharedRequired()
}

// checkSharedRequired looks for schemas with required members that a POST and a
// PATCH send.
func (c *checker) checkSharedRequired() {
	created := map[*schema.Schema]*operation{}
	for _, o := range c.operations {
		for _, b := range contents(o.node.Get("requestBody").Target(), "") {
			if s := c.written(b.schema); o.method == "POST" && s != nil && created[s] == nil {
				created[s] = o
			}
		}
	}
	for _, o := range c.operations {
		if o.method != "PATCH" {
			continue
		}
		for _, b := range contents(o.node.Get("requestBody").Target(), "") {
			s := c.written(b.schema)
			if s == nil || created[s] == nil || !s.RequiresMembers() {
				continue
			}
			names := requiredNames(s)
			c.report(b.schema.Position(), "shared-required", "give PATCH a schema of its own that requires no members",
				"%s has the body of %s, which requires %s", o.id, created[s].id, names)
			break
		}
	}
}

// written is the schema of what a body says: of JSON:API, the attributes; nil if
// there is none.
func (c *checker) written(n *load.Node) *schema.Schema {
	s := c.of(n)
	doc := s.ResourceDocument()
	switch {
	case doc == nil:
		return s.Core()
	case doc.Identifiers:
		return nil
	}
	return member(doc.Data.Core(), "attributes").Core()
}

// requiredNames lists the members that a value must have, at most three.
func requiredNames(s *schema.Schema) string {
	var names []string
	for _, p := range s.Properties {
		if s.Required(p.Name) {
			names = append(names, p.Name)
		}
	}
	if len(names) > 3 {
		return strings.Join(names[:3], ", ") + " and more"
	}
	return strings.Join(names, ", ")
}

// several is how many operations a document must have to be told once, not for
// each, what none of them has.
const several = 4

// lacking reports the operations that lack something; once, at the first, when
// all do.
func (c *checker) lacking(rule diag.Code, lacks, has string, lack func(*operation) bool, fix func(*operation) string) {
	var found []*operation
	for _, o := range c.operations {
		if lack(o) {
			found = append(found, o)
		}
	}
	if len(found) >= several && len(found) == len(c.operations) {
		o := found[0]
		c.report(o.node.KeyPosition(), rule, fix(o), "none of the %d operations %s", len(found), has)
		return
	}
	for _, o := range found {
		c.report(o.node.KeyPosition(), rule, fix(o), "%s %s", o.id, lacks)
	}
}

func blank(n *load.Node) bool { return strings.TrimSpace(n.Str()) == "" }

func documentsErrors(responses *load.Node) bool {
	for _, m := range members(responses) {
		if m.Name == "default" || strings.HasPrefix(m.Name, "4") || strings.HasPrefix(m.Name, "5") {
			return true
		}
	}
	return false
}

// suggestID makes an operationId of the last fixed segment of a path.
func suggestID(o *operation) string {
	service, one := "api", strings.HasSuffix(o.path, "}")
	for _, segment := range strings.Split(o.path, "/") {
		if segment != "" && !strings.Contains(segment, "{") {
			service = camel(segment)
		}
	}
	verb := map[string]string{"POST": "create", "PUT": "replace", "PATCH": "update", "DELETE": "delete", "GET": "list"}[o.method]
	switch {
	case verb == "":
		verb = strings.ToLower(o.method)
	case verb == "list" && one:
		verb = "get"
	}
	return service + "." + verb
}

var separators = regexp.MustCompile(`[^A-Za-z0-9]+([A-Za-z0-9]?)`)

// camel writes a segment of a path in camel case.
func camel(s string) string {
	return separators.ReplaceAllStringFunc(strings.Trim(s, "-_. "), func(m string) string { return strings.ToUpper(m[len(m)-1:]) })
}

// styles of operationIds, the first that matches counts.
var styles = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"", regexp.MustCompile(`^[a-z0-9]*$`)}, // a single word is of any
	{"service.method", regexp.MustCompile(`^[^ /]+\.[^ /]+$`)},
	{"camelCase", regexp.MustCompile(`^[a-z][A-Za-z0-9]*$`)},
	{"PascalCase", regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)},
	{"snake_case", regexp.MustCompile(`^[a-z0-9]+(_[a-z0-9]+)+$`)},
	{"kebab-case", regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`)},
	{"Noun_verb", regexp.MustCompile(`^[A-Za-z0-9]+(_[A-Za-z0-9]+)+$`)},
	{"service/method", regexp.MustCompile(`^[^ ]+/[^ ]+$`)},
	{"free text", regexp.MustCompile(``)},
}

func styleOf(id string) string {
	for _, s := range styles {
		if s.pattern.MatchString(id) {
			return s.name
		}
	}
	return ""
}

// mostly is the share of operationIds, of a hundred, that makes a style the
// document's; without one, there is nothing to differ from.
const mostly = 75

func (c *checker) checkStyles() {
	counts, first, total := map[string]int{}, map[string]*operation{}, 0
	for _, o := range c.operations {
		id := o.node.Get("operationId").Str()
		style := styleOf(id)
		if style == "" {
			continue
		}
		total++
		if counts[style]++; counts[style] == 1 {
			first[style] = o
		}
	}
	usual := ""
	for style, n := range counts {
		if 100*n >= mostly*total {
			usual = style
		}
	}
	if usual == "" || counts[usual] == total {
		return
	}
	var odd *operation
	for style, o := range first {
		if style != usual && (odd == nil || o.node.Position().Compare(odd.node.Position()) < 0) {
			odd = o
		}
	}
	c.report(odd.node.Get("operationId").Position(), "mixed-operation-ids", "write it as "+usual+", like the others",
		"operationId %q is %s; %d of %d are %s", odd.id, styleOf(odd.id), counts[usual], total, usual)
}
