package draft

import (
	"bytes"
	"net/url"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/draft/infer"
)

// document makes one self-contained OpenAPI document of drafted operations.
func document(ops []*infer.Operation) *yaml.Node {
	version := infer.V30
	for _, o := range ops {
		if o.Embedded != nil && strings.HasPrefix(scalarOf(infer.Get(o.Embedded.Doc, "openapi")), "3.1") {
			version = infer.V31
		}
	}
	root := infer.Mapping()
	infer.Put(root, "openapi", infer.Text(map[infer.Version]string{infer.V30: "3.0.3", infer.V31: "3.1.0"}[version]))
	servers := serversOf(ops)
	below(ops, servers)
	info := infer.Mapping()
	infer.Put(info, "title", infer.Text(titleOf(ops, servers)))
	infer.Put(info, "version", infer.Text("1"))
	infer.Put(root, "info", info)
	if len(servers) > 0 {
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, s := range servers {
			one := infer.Mapping()
			infer.Put(one, "url", infer.Text(s))
			list.Content = append(list.Content, one)
		}
		infer.Put(root, "servers", list)
	}
	if tags := tagsOf(ops); len(tags.Content) > 0 {
		infer.Put(root, "tags", tags)
	}
	infer.Put(root, "paths", pathsOf(ops, version))
	if c := componentsOf(ops); len(c.Content) > 0 {
		infer.Put(root, "components", c)
	}
	return root
}

// below spells the paths below the document's server.
func below(ops []*infer.Operation, servers []string) {
	if len(servers) == 0 {
		return
	}
	for _, o := range ops {
		server := serverURL(o.Server)
		if o.Embedded != nil || server == "" || server == servers[0] {
			continue
		}
		if rest, ok := strings.CutPrefix(server+o.Path, servers[0]+"/"); ok {
			o.Server, o.Path = servers[0], "/"+rest
			continue
		}
		o.OwnServer = true
	}
}

func scalarOf(n *yaml.Node) string {
	if n == nil {
		return ""
	}
	return n.Value
}

// serversOf lists the servers that all operations share. An operation of
// another server keeps its own.
func serversOf(ops []*infer.Operation) []string {
	for _, o := range ops {
		if s := serverURL(o.Server); s != "" {
			return []string{s}
		}
	}
	return nil
}

func serverURL(s string) string {
	s = strings.TrimSuffix(strings.TrimSpace(s), "/")
	if s == "" || strings.ContainsAny(s, " <>\"'`") {
		return ""
	}
	if u, err := url.Parse(s); err != nil || u.User != nil {
		return ""
	}
	return s
}

func titleOf(ops []*infer.Operation, servers []string) string {
	for _, o := range ops {
		if o.Embedded != nil {
			if t := scalarOf(infer.Get(infer.Get(o.Embedded.Doc, "info"), "title")); t != "" {
				return t
			}
		}
	}
	for _, s := range servers {
		if u, err := url.Parse(s); err == nil && u.Hostname() != "" {
			return u.Hostname()
		}
	}
	return "API"
}

func tagsOf(ops []*infer.Operation) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode}
	seen := map[string]bool{}
	for _, o := range ops {
		if o.Tag == "" || seen[o.Tag] || o.Embedded != nil {
			continue
		}
		seen[o.Tag] = true
		t := infer.Mapping()
		infer.Put(t, "name", infer.Text(o.Tag))
		list.Content = append(list.Content, t)
	}
	return list
}

func pathsOf(ops []*infer.Operation, version infer.Version) *yaml.Node {
	paths := infer.Mapping()
	for _, o := range ops {
		item := infer.Get(paths, o.Path)
		if item == nil {
			item = infer.Mapping()
			if o.Embedded != nil {
				for i := 0; i+1 < len(o.Embedded.Item.Content); i += 2 {
					if k := o.Embedded.Item.Content[i].Value; k == "parameters" || k == "servers" {
						infer.Put(item, k, o.Embedded.Item.Content[i+1])
					}
				}
			}
			infer.Put(paths, o.Path, item)
		}
		if infer.Get(item, o.Method) == nil {
			infer.Put(item, o.Method, o.Node(version))
		}
	}
	return paths
}

// componentsOf gathers the security schemes, and the components of embedded
// documents.
func componentsOf(ops []*infer.Operation) *yaml.Node {
	components := infer.Mapping()
	schemes := infer.Mapping()
	section := func(kind string) *yaml.Node {
		if kind == "securitySchemes" {
			return schemes
		}
		if infer.Get(components, kind) == nil {
			infer.Put(components, kind, infer.Mapping())
		}
		return infer.Get(components, kind)
	}
	for _, o := range ops {
		if o.Embedded != nil {
			from := infer.Get(o.Embedded.Doc, "components")
			for i := 0; from != nil && i+1 < len(from.Content); i += 2 {
				list := from.Content[i+1]
				for j := 0; j+1 < len(list.Content); j += 2 {
					if to := section(from.Content[i].Value); infer.Get(to, list.Content[j].Value) == nil {
						infer.Put(to, list.Content[j].Value, list.Content[j+1])
					}
				}
			}
			continue
		}
		for _, set := range o.Security {
			for _, s := range set {
				if infer.Get(schemes, s.Key) == nil {
					infer.Put(schemes, s.Key, s.Node())
				}
			}
		}
	}
	if len(schemes.Content) > 0 {
		infer.Put(components, "securitySchemes", schemes)
	}
	return components
}

// encode writes a tree as YAML with two spaces.
func encode(n *yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return nil, err
	}
	if err := e.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
