// Package convert makes OpenAPI 3 documents of Swagger 2.0 ones, with kin-openapi's
// openapi2conv, and names what the result does not say.
package convert

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
)

// ToOpenAPI3 converts a Swagger 2.0 document, in YAML or JSON, to OpenAPI 3.0 in
// JSON. The warnings name what is not converted, by its position; with an error, the
// text is nil.
func ToOpenAPI3(name string, data []byte) ([]byte, []diag.Diagnostic) {
	root, diags := load.Parse(name, data)
	if root == nil || diag.Errors(diags) {
		return nil, diags
	}
	if version := root.Get("swagger").Str(); version != "2.0" {
		fix := "gen convert reads Swagger 2.0"
		if root.Get("openapi") != nil {
			fix = "OpenAPI 3 needs no conversion: run gen init " + name
		}
		return nil, append(diags, diag.New(root.Position(), "convert", fix, "this is not Swagger 2.0"))
	}
	c := &converter{}
	c.document(root)
	diags = append(diags, c.diags...)
	text, err := convert(plain(root))
	if err != nil {
		return nil, append(diags, diag.New(root.Position(), "convert", "correct the document; editor.swagger.io shows its errors", "cannot be converted: %v", err))
	}
	diag.Sort(diags)
	return text, diags
}

// convert takes a document through kin-openapi.
func convert(document any) ([]byte, error) {
	text, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	var before openapi2.T
	if err := json.Unmarshal(text, &before); err != nil {
		return nil, err
	}
	for _, item := range before.Paths {
		for _, operation := range item.Operations() {
			if len(operation.Produces) == 0 {
				operation.Produces = before.Produces // kin-openapi forgets that it is the default
			}
		}
	}
	after, err := openapi2conv.ToV3(&before)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(after); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// plain returns a value as encoding/json has it, with the defaults of Swagger that
// differ from those of OpenAPI 3: a list in the query is separated by commas.
func plain(n *load.Node) any {
	switch n.Kind {
	case load.Object:
		object := map[string]any{}
		for _, m := range n.Members {
			object[m.Name] = plain(m.Value)
		}
		if object["in"] == "query" && object["type"] == "array" && object["collectionFormat"] == nil {
			object["collectionFormat"] = "csv"
		}
		return object
	case load.Array:
		list := make([]any, 0, len(n.Items))
		for _, item := range n.Items {
			list = append(list, plain(item))
		}
		return list
	case load.Number:
		return json.Number(n.Value)
	case load.Bool:
		return n.True()
	case load.Null:
		return nil
	}
	return n.Value
}

// converter looks for what openapi2conv drops.
type converter struct {
	consumes []string // of the document
	diags    []diag.Diagnostic
}

func (c *converter) lost(n *load.Node, fix, format string, args ...any) {
	c.diags = append(c.diags, diag.Diagnostic{
		Pos: n.Position(), Severity: diag.Warning, Code: "convert", Message: "is not converted: " + fmt.Sprintf(format, args...), Fix: fix,
	})
}

var methods = []string{"get", "put", "post", "delete", "options", "head", "patch"}

func (c *converter) document(root *load.Node) {
	c.consumes = texts(root.Get("consumes"))
	for _, m := range members(root.Get("parameters")) {
		c.parameter(m.Value)
	}
	for _, m := range members(root.Get("responses")) {
		c.response(m.Value, texts(root.Get("produces")))
	}
	for _, path := range members(root.Get("paths")) {
		c.parameters(path.Value)
		for _, method := range methods {
			if op := path.Value.Get(method); op != nil {
				c.operation(root, op)
			}
		}
	}
}

func (c *converter) operation(root, op *load.Node) {
	if schemes := op.Get("schemes"); schemes != nil {
		c.lost(schemes, "add servers to the operation, if its scheme differs from that of the others", "schemes of an operation")
	}
	consumes, produces := texts(op.Get("consumes")), texts(op.Get("produces"))
	if produces == nil {
		produces = texts(root.Get("produces"))
	}
	c.parameters(op)
	for _, p := range items(op.Get("parameters")) {
		name, isRef := strings.CutPrefix(p.Get("$ref").Str(), "#/parameters/")
		if shared := root.Get("parameters", name); isRef && shared.Get("in").Str() == "body" && consumes != nil && strings.Join(consumes, " ") != strings.Join(c.consumes, " ") {
			c.lost(op.Get("consumes"), "give the operation a requestBody of its own with these media types", "consumes next to the shared body %s", name)
		}
	}
	for _, m := range members(op.Get("responses")) {
		c.response(m.Value, produces)
	}
}

func (c *converter) parameters(at *load.Node) {
	for _, p := range items(at.Get("parameters")) {
		c.parameter(p)
	}
}

func (c *converter) parameter(p *load.Node) {
	in := p.Get("in").Str()
	if empty := p.Get("allowEmptyValue"); empty.True() {
		c.lost(empty, "add allowEmptyValue: true to the parameter in the result, if a server needs the name alone", "allowEmptyValue")
	}
	format := p.Get("collectionFormat")
	switch text := format.Str(); {
	case text == "tsv":
		c.lost(format, "OpenAPI 3 has no list that is separated by tabs: make the parameter a string", "collectionFormat: tsv")
	case in == "formData" && text != "" && text != "multi":
		c.lost(format, "give the property an encoding with style and explode: false in the result", "collectionFormat: %s of a form", text)
	case (in == "path" || in == "header") && text != "" && text != "csv":
		c.lost(format, "OpenAPI 3 separates a list in a "+in+" by commas: make the parameter a string", "collectionFormat: %s in a %s", text, in)
	}
	if nested := p.Get("items", "collectionFormat"); nested != nil {
		c.lost(nested, "make the parameter a string", "collectionFormat of a list in a list")
	}
}

func (c *converter) response(r *load.Node, produces []string) {
	if file := r.Get("schema", "type"); file.Str() == "file" && (len(produces) == 0 || strings.Contains(produces[0], "json")) {
		c.lost(file, "give the response the media type of the file in the result", "the media type of a file: the document names none")
	}
	for _, header := range members(r.Get("headers")) {
		if format := header.Value.Get("collectionFormat"); format != nil && format.Str() != "csv" {
			c.lost(format, "OpenAPI 3 separates a list in a header by commas: make the header a string", "collectionFormat: %s in a header", format.Str())
		}
	}
}

func members(n *load.Node) []load.Member {
	if n == nil {
		return nil
	}
	return n.Members
}

func items(n *load.Node) []*load.Node {
	if n == nil {
		return nil
	}
	return n.Items
}

func texts(n *load.Node) []string {
	var list []string
	for _, item := range items(n) {
		list = append(list, item.Str())
	}
	return list
}
