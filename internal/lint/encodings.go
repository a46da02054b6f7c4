package lint

import (
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

var encodingRules = []Rule{
	{
		Code: "DW046", Name: "exploded-delimiter", Severity: diag.Warning,
		What: "a parameter of style pipeDelimited or spaceDelimited with explode: true",
		Why:  "OpenAPI does not define it, and tools differ. The client sends a parameter for each value, without a delimiter.",
		Fix:  "Write explode: false if the server splits one value, or style: form if it reads several.",
		Bad:  "{name: ids, in: query, style: pipeDelimited, explode: true, schema: {type: array, items: {type: string}}}",
		Good: "{name: ids, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: string}}}",
	},
	{
		Code: "DW047", Name: "form-object", Severity: diag.Info,
		What: "an object in a url-encoded form whose encoding is not said",
		Why:  "The client writes its members in brackets, as most servers read them. OpenAPI 3.0.4 and 3.1.1 say JSON.",
		Fix:  "Give the member an encoding: contentType application/json for JSON, style deepObject for brackets.",
		Bad:  "application/x-www-form-urlencoded: {schema: {properties: {address: {type: object, …}}}}",
		Good: "application/x-www-form-urlencoded: {schema: {…}, encoding: {address: {style: deepObject, explode: true}}}",
	},
}

// checkEncodings looks at how parameters and the members of forms are written.
func (c *checker) checkEncodings() {
	for _, p := range c.nodes[load.ParameterRole] {
		c.checkDelimiter(p)
	}
	for _, m := range c.nodes[load.MediaRole] {
		for _, e := range members(m.Get("encoding")) {
			c.checkDelimiter(e.Value)
		}
	}
	for _, o := range c.operations {
		for _, m := range members(o.node.Get("requestBody").Target().Get("content")) {
			mediaType, _, _ := strings.Cut(strings.ToLower(m.Name), ";")
			if strings.TrimSpace(mediaType) == "application/x-www-form-urlencoded" {
				c.checkForm(m.Value)
			}
		}
	}
}

// checkDelimiter looks at a Parameter Object or an Encoding Object.
func (c *checker) checkDelimiter(n *load.Node) {
	style := n.Get("style")
	if s := style.Str(); (s == "pipeDelimited" || s == "spaceDelimited") && n.Get("explode").True() {
		c.report(style.Position(), "exploded-delimiter", "write explode: false for one value with delimiters, or style: form for several values",
			"OpenAPI does not define %s with explode: true: the client sends a parameter for each value", s)
	}
}

// checkForm looks at the Media Type Object of a url-encoded form.
func (c *checker) checkForm(media *load.Node) {
	for _, p := range c.of(media.Get("schema")).Properties {
		e := media.Get("encoding", p.Name)
		if holdsObject(p.Schema()) && e.Get("contentType") == nil && e.Get("style") == nil {
			c.report(p.Node().Position(), "form-object", "under encoding, give "+p.Name+" contentType: application/json for JSON, or style: deepObject for brackets",
				"%s is an object in a form: the client writes its members in brackets, OpenAPI 3.0.4 and 3.1.1 say JSON", p.Name)
		}
	}
}

// holdsObject reports whether values are objects, or lists of objects.
func holdsObject(s *schema.Schema) bool {
	core := s.Core()
	if core != nil && core.IsArray() && core.Items != nil {
		core = core.Items.Schema().Core()
	}
	return core != nil && core.IsObject()
}
