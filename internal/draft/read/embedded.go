package read

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"io"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Embedded is an OpenAPI operation that a page carries: its document and what
// it says there.
type Embedded struct {
	Doc  *yaml.Node // the mapping of the document
	Item *yaml.Node // the path item
	Op   *yaml.Node // the operation
}

var (
	embeddedFence = regexp.MustCompile("(?m)^\\s*(`{3,}|~{3,})\\s*ya?ml\\s+(?:\\S+\\.(?:ya?ml|json)\\s+)?(?i:(get|put|post|delete|patch|head|options|trace))\\s+(\\S+).*$")
	methodNames   = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}
)

const maxEmbedded = 8 << 20

// embeddedFences reads the operations of a documentation host's Markdown export.
func embeddedFences(file, src string) ([]*Call, error) {
	var calls []*Call
	for _, m := range embeddedFence.FindAllStringSubmatchIndex(src, -1) {
		fence, method, path := src[m[2]:m[3]], strings.ToLower(src[m[4]:m[5]]), src[m[6]:m[7]]
		start := m[1] + 1
		if start > len(src) {
			continue
		}
		end := strings.Index(src[start:], "\n"+fence)
		if end < 0 {
			end = len(src) - start
		}
		line := strings.Count(src[:start], "\n") + 1
		root, err := yamlMapping([]byte(src[start : start+end]))
		if err != nil {
			return nil, fmt.Errorf("line %d: the embedded operation is not valid YAML: %w", line, err)
		}
		if get(get(root, "paths"), "method") != nil {
			root = fromDialect(root)
		}
		found := documentCalls(file, root, line)
		for _, c := range found {
			if len(found) == 1 || strings.EqualFold(c.Method, method) && c.Path == path {
				calls = append(calls, c)
			}
		}
	}
	return calls, nil
}

func yamlMapping(data []byte) (*yaml.Node, error) {
	if len(data) > maxEmbedded {
		return nil, fmt.Errorf("larger than %d MB", maxEmbedded>>20)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("not a mapping")
	}
	if aliases(doc.Content[0], 0) {
		return nil, fmt.Errorf("it has anchors or is nested too deeply")
	}
	return doc.Content[0], nil
}

// aliases reports whether a tree has aliases or is too deep: what others wrote
// must not grow when it is read.
func aliases(n *yaml.Node, depth int) bool {
	if n.Kind == yaml.AliasNode || depth > maxDepth {
		return true
	}
	for _, c := range n.Content {
		if aliases(c, depth+1) {
			return true
		}
	}
	return false
}

func get(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func text(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode {
		return ""
	}
	return n.Value
}

// documentCalls lists the operations of an OpenAPI document.
func documentCalls(file string, root *yaml.Node, line int) []*Call {
	var calls []*Call
	paths := get(root, "paths")
	if paths == nil {
		return nil
	}
	for i := 0; i+1 < len(paths.Content); i += 2 {
		path, item := paths.Content[i].Value, paths.Content[i+1]
		for _, m := range methodNames {
			op := get(item, m)
			if op == nil || op.Kind != yaml.MappingNode || !strings.HasPrefix(path, "/") {
				continue
			}
			c := &Call{Form: "embedded OpenAPI", Method: strings.ToUpper(m), Path: path, Summary: text(get(op, "summary")), Place: Place{file, line + max(op.Line-1, 0)},
				Embedded: &Embedded{Doc: root, Item: item, Op: op}}
			for _, servers := range []*yaml.Node{get(op, "servers"), get(item, "servers"), get(root, "servers")} {
				if servers != nil && len(servers.Content) > 0 && c.Server == "" {
					c.Server = text(get(servers.Content[0], "url"))
				}
			}
			calls = append(calls, c)
		}
	}
	return calls
}

// fromDialect turns the older form of a host's export into OpenAPI.
func fromDialect(root *yaml.Node) *yaml.Node {
	p := get(root, "paths")
	op, schemes := mapping(), mapping()
	request := get(p, "request")
	params := &yaml.Node{Kind: yaml.SequenceNode}
	for _, in := range []string{"path", "query", "header", "cookie"} {
		list := get(get(request, "parameters"), in)
		for i := 0; list != nil && i+1 < len(list.Content); i += 2 {
			params.Content = append(params.Content, dialectParam(in, list.Content[i].Value, list.Content[i+1]))
		}
	}
	if len(params.Content) > 0 {
		put(op, "parameters", params)
	}
	if content := dialectContent(get(request, "body")); len(content.Content) > 0 {
		body := mapping()
		put(body, "required", scalar("!!bool", "true"))
		put(body, "content", content)
		put(op, "requestBody", body)
	}
	responses := mapping()
	list := get(p, "response")
	for i := 0; list != nil && i+1 < len(list.Content); i += 2 {
		answer := mapping()
		description := ""
		for j := 1; j < len(list.Content[i+1].Content); j += 2 {
			description = first(description, text(get(list.Content[i+1].Content[j], "description")))
		}
		put(answer, "description", scalar("!!str", description))
		if content := dialectContent(list.Content[i+1]); len(content.Content) > 0 {
			put(answer, "content", content)
		}
		put(responses, list.Content[i].Value, answer)
	}
	put(op, "responses", responses)
	security := &yaml.Node{Kind: yaml.SequenceNode}
	if alternatives := get(request, "security"); alternatives != nil {
		for _, alt := range alternatives.Content {
			if set := dialectSecurity(alt, schemes); len(set.Content) > 0 {
				security.Content = append(security.Content, set)
			}
		}
	}
	put(op, "security", security)
	out := mapping()
	put(out, "openapi", scalar("!!str", "3.0.3"))
	if servers := get(p, "servers"); servers != nil && len(servers.Content) > 0 {
		put(out, "servers", servers)
	}
	paths, item := mapping(), mapping()
	put(item, strings.ToLower(text(get(p, "method"))), op)
	put(paths, text(get(p, "path")), item)
	put(out, "paths", paths)
	components := mapping()
	if schemas := get(get(root, "components"), "schemas"); schemas != nil && len(schemas.Content) > 0 {
		put(components, "schemas", dialectSchema(schemas, 0))
	}
	put(components, "securitySchemes", schemes)
	put(out, "components", components)
	return out
}

func mapping() *yaml.Node { return &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"} }

func scalar(tag, value string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value}
}

func put(m *yaml.Node, key string, value *yaml.Node) {
	m.Content = append(m.Content, scalar("!!str", key), value)
}

func dialectParam(in, name string, from *yaml.Node) *yaml.Node {
	p := mapping()
	put(p, "name", scalar("!!str", name))
	put(p, "in", scalar("!!str", in))
	schema := mapping()
	if list := get(from, "schema"); list != nil && len(list.Content) > 0 && list.Kind == yaml.SequenceNode {
		schema = list.Content[0]
	}
	required := text(get(schema, "required")) == "true" || in == "path"
	if required {
		put(p, "required", scalar("!!bool", "true"))
	}
	if d := get(schema, "description"); d != nil {
		put(p, "description", d)
	}
	put(p, "schema", dialectSchema(schema, 0))
	return p
}

func dialectContent(from *yaml.Node) *yaml.Node {
	content := mapping()
	for i := 0; from != nil && i+1 < len(from.Content); i += 2 {
		if !strings.Contains(from.Content[i].Value, "/") {
			continue
		}
		media := mapping()
		list := get(from.Content[i+1], "schemaArray")
		if list != nil && len(list.Content) == 1 {
			put(media, "schema", dialectSchema(list.Content[0], 0))
		} else if list != nil && len(list.Content) > 1 {
			union, one := mapping(), &yaml.Node{Kind: yaml.SequenceNode}
			for _, s := range list.Content {
				one.Content = append(one.Content, dialectSchema(s, 0))
			}
			put(union, "oneOf", one)
			put(media, "schema", union)
		}
		if text(get(get(from.Content[i+1], "schemaArray"), "type")) != "any" {
			put(content, from.Content[i].Value, media)
		}
	}
	return content
}

// dialectSchema copies a schema without what only the dialect has.
func dialectSchema(n *yaml.Node, depth int) *yaml.Node {
	if n == nil || depth > maxDepth {
		return mapping()
	}
	if n.Kind == yaml.SequenceNode {
		out := &yaml.Node{Kind: yaml.SequenceNode}
		for _, c := range n.Content {
			out.Content = append(out.Content, dialectSchema(c, depth+1))
		}
		return out
	}
	if n.Kind != yaml.MappingNode {
		return n
	}
	if all := get(n, "allOf"); all != nil && len(all.Content) == 1 && len(n.Content) == 2 {
		return dialectSchema(all.Content[0], depth+1)
	}
	out := mapping()
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i].Value, n.Content[i+1]
		switch {
		case key == "required" && value.Kind == yaml.ScalarNode, key == "refIdentifier", key == "description" && depth == 0 && value.Value == "":
		case key == "requiredProperties":
			put(out, "required", value)
		case key == "type" && strings.HasPrefix(value.Value, "enum<"):
			put(out, "type", scalar("!!str", strings.Trim(value.Value[5:], ">")))
		case key == "type" && (value.Value == "any" || value.Value == "file"):
			if value.Value == "file" {
				put(out, "type", scalar("!!str", "string"))
				put(out, "format", scalar("!!str", "binary"))
			}
		case key == "properties" && value.Kind == yaml.MappingNode:
			props := mapping()
			for j := 0; j+1 < len(value.Content); j += 2 {
				put(props, value.Content[j].Value, dialectSchema(value.Content[j+1], depth+1))
			}
			put(out, key, props)
		case key == "example" || key == "examples" || key == "default" || key == "enum":
			put(out, key, value)
		default:
			put(out, key, dialectSchema(value, depth+1))
		}
	}
	return out
}

// dialectSecurity turns a set of credentials into a requirement and adds its schemes.
func dialectSecurity(alt, schemes *yaml.Node) *yaml.Node {
	set := mapping()
	title := text(get(alt, "title"))
	for _, in := range []string{"query", "header", "cookie"} {
		list := get(get(alt, "parameters"), in)
		for i := 0; list != nil && i+1 < len(list.Content); i += 2 {
			name, from := list.Content[i].Value, list.Content[i+1]
			key := first(title, name)
			if len(set.Content) > 0 || strings.ContainsAny(key, " &,") {
				key = schemeKey(name)
			}
			s := mapping()
			switch text(get(from, "type")) {
			case "http", "oauth2":
				put(s, "type", scalar("!!str", "http"))
				put(s, "scheme", scalar("!!str", first(strings.ToLower(text(get(from, "scheme"))), "bearer")))
			default:
				put(s, "type", scalar("!!str", "apiKey"))
				put(s, "in", scalar("!!str", in))
				put(s, "name", scalar("!!str", name))
			}
			if get(schemes, key) == nil {
				put(schemes, key, s)
			}
			put(set, key, &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle})
		}
	}
	return set
}

func schemeKey(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, name)
}

// frontOperation reads the operation that Docusaurus' OpenAPI plugin keeps in
// the front matter: plain, or deflated and in base64.
func frontOperation(file string, front map[string]string) []*Call {
	v := front["api"]
	if v == "" {
		return nil
	}
	if v[0] != '{' {
		raw, err := base64.StdEncoding.DecodeString(v)
		if err != nil {
			return nil
		}
		z, err := zlib.NewReader(bytes.NewReader(raw))
		if err != nil {
			return nil
		}
		plain, err := io.ReadAll(io.LimitReader(z, maxEmbedded))
		if err != nil {
			return nil
		}
		v = string(plain)
	}
	op, err := yamlMapping([]byte(v))
	if err != nil || get(op, "responses") == nil || get(op, "path") == nil || get(op, "method") == nil {
		return nil
	}
	root, paths, item, kept := mapping(), mapping(), mapping(), mapping()
	for i := 0; i+1 < len(op.Content); i += 2 {
		switch op.Content[i].Value {
		case "operationId", "tags", "summary", "description", "parameters", "requestBody", "responses", "security", "deprecated", "callbacks", "externalDocs":
			put(kept, op.Content[i].Value, op.Content[i+1])
		}
	}
	put(item, strings.ToLower(text(get(op, "method"))), kept)
	put(paths, text(get(op, "path")), item)
	put(root, "openapi", scalar("!!str", "3.0.3"))
	if s := get(op, "servers"); s != nil {
		put(root, "servers", s)
	}
	put(root, "paths", paths)
	components := mapping()
	if s := get(op, "securitySchemes"); s != nil {
		put(components, "securitySchemes", s)
	}
	put(root, "components", components)
	blockStyle(root, 0)
	return documentCalls(file, root, 1)
}

// blockStyle drops the flow style and the quotes of JSON.
func blockStyle(n *yaml.Node, depth int) {
	if n == nil || depth > maxDepth {
		return
	}
	if n.Kind == yaml.ScalarNode {
		n.Style &^= yaml.DoubleQuotedStyle
	} else if len(n.Content) > 0 {
		n.Style = 0
	}
	for _, c := range n.Content {
		blockStyle(c, depth+1)
	}
}

var inlineState = regexp.MustCompile(`(?:__redoc_state\s*=|["']?spec["']?\s*:|["']?content["']?\s*:)\s*\{`)

// inlineDocument finds the document in the saved HTML of Redoc or Swagger UI.
func inlineDocument(file, src string) []*Call {
	tries := 0
	for _, m := range inlineState.FindAllStringIndex(src, 40) {
		if tries++; tries > 40 {
			return nil
		}
		v, n, err := ParseJSON(src[m[1]-1:], 1)
		if err != nil {
			continue
		}
		if v.Get("spec") != nil {
			v = v.Get("spec")
		}
		if data := v.Get("data"); data != nil {
			v = data
		}
		if v.Get("paths") == nil || v.Get("openapi") == nil {
			continue
		}
		_ = n
		var b strings.Builder
		v.spell(&b, "", "")
		root, err := yamlMapping([]byte(b.String()))
		if err != nil {
			continue
		}
		blockStyle(root, 0)
		return documentCalls(file, root, 1)
	}
	return nil
}
