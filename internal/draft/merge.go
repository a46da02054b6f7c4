package draft

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/draft/infer"
	"github.com/docwright/docwright/internal/draft/splice"
)

// merger adds drafted operations to a spec that exists.
type merger struct {
	*world
	res     *Result
	version infer.Version
	accept  map[string]bool
	patches []string // what must be added by hand

	newSchemas *yaml.Node // components that the operation needs
	planned    map[plannedKey]*yaml.Node
	later      []func()
}

// merge plans the insertions for the operations, one after the other: what the
// first adds, the second finds.
func (r *Result) merge(set *splice.Set, ops []*infer.Operation, w *world, accept []string) error {
	for i, o := range ops {
		if i > 0 {
			w = learn(set)
		}
		m := &merger{world: w, res: r, accept: map[string]bool{}}
		if w.known.V31 {
			m.version = infer.V31
		}
		for _, a := range accept {
			m.accept[a] = true
		}
		if err := m.operation(o); err != nil {
			return err
		}
		if err := set.Flush(); err != nil {
			return fmt.Errorf("%s %s: %w", strings.ToUpper(o.Method), o.Path, err)
		}
		r.Notes = append(r.Notes, m.patches...)
	}
	return nil
}

// hand notes a change that has no place for text.
func (m *merger) hand(at splice.Cursor, what string, err error) {
	if err == nil {
		return
	}
	if errors.Is(err, splice.ErrShape) {
		file, line, col := at.File.Position(at.Node)
		m.patches = append(m.patches, fmt.Sprintf("%s:%d:%d: add %s by hand: an alias or a flow mapping cannot be extended", filepath.ToSlash(file), line, col, what))
	}
}

func (m *merger) operation(o *infer.Operation) error {
	paths := m.set.Root().Get("paths").Resolve()
	if !paths.OK() {
		return fmt.Errorf("%s has no paths", filepath.ToSlash(m.set.Main.Path))
	}
	m.schemes(o)
	raw := paths.Get(o.Path)
	if !raw.OK() {
		return m.newPath(paths, o)
	}
	item := raw.Resolve()
	if !item.OK() {
		return fmt.Errorf("the reference of path %s points to nothing", o.Path)
	}
	if op := item.Get(o.Method); op.OK() {
		m.extend(op.Resolve(), item, o)
		return nil
	}
	m.tag(o)
	return item.Member(o.Method, m.node(o, item.File.Path, item), "")
}

// schemes adds the security schemes that the spec does not have.
func (m *merger) schemes(o *infer.Operation) {
	have := map[string]bool{}
	for _, s := range m.known.Schemes {
		have[s.Key] = true
	}
	section := m.set.Root().Get("components").Get("securitySchemes")
	for _, set := range o.Security {
		for _, s := range set {
			if have[s.Key] {
				continue
			}
			have[s.Key] = true
			m.component("securitySchemes", section, s.Key, s.Node())
		}
	}
	if o.Embedded == nil {
		return
	}
	from := infer.Get(infer.Get(o.Embedded.Doc, "components"), "securitySchemes")
	for i := 0; from != nil && i+1 < len(from.Content); i += 2 {
		if key := from.Content[i].Value; !have[key] {
			m.component("securitySchemes", section, key, from.Content[i+1])
		}
	}
}

// component adds a component to the main document.
func (m *merger) component(kind string, section splice.Cursor, key string, node *yaml.Node) {
	if section.OK() {
		m.hand(section, key, section.Member(key, node, ""))
		return
	}
	m.addTo(m.set.Root(), []string{"components", kind, key}, node)
}

// addTo adds a member below mappings, which are made where they are missing.
func (m *merger) addTo(at splice.Cursor, keys []string, node *yaml.Node) {
	for len(keys) > 1 && at.Get(keys[0]).OK() {
		at = at.Get(keys[0])
		keys = keys[1:]
	}
	for i := len(keys) - 1; i > 0; i-- {
		wrapped := infer.Mapping()
		infer.Put(wrapped, keys[i], node)
		node = wrapped
	}
	m.wait(at, keys[0], node)
}

// wait adds a member, into one that is planned already if there is one.
func (m *merger) wait(at splice.Cursor, key string, node *yaml.Node) {
	if m.planned == nil {
		m.planned = map[plannedKey]*yaml.Node{}
	}
	k := plannedKey{at.Node, key}
	if have := m.planned[k]; have != nil {
		mergeNodes(have, node)
		return
	}
	m.planned[k] = node
	m.later = append(m.later, func() { m.hand(at, key, at.Member(key, node, "")) })
}

type plannedKey struct {
	node *yaml.Node
	key  string
}

func mergeNodes(a, b *yaml.Node) {
	for i := 0; i+1 < len(b.Content); i += 2 {
		if have := infer.Get(a, b.Content[i].Value); have != nil {
			if have.Kind == yaml.MappingNode && b.Content[i+1].Kind == yaml.MappingNode {
				mergeNodes(have, b.Content[i+1])
			}
			continue
		}
		a.Content = append(a.Content, b.Content[i], b.Content[i+1])
	}
}

// tag adds the operation's tag to the document's list if it has one.
func (m *merger) tag(o *infer.Operation) {
	tags := m.set.Root().Get("tags").Resolve()
	if !tags.OK() || o.Tag == "" || o.Embedded != nil {
		return
	}
	for _, t := range tags.Items() {
		if t.At("name").Text() == o.Tag {
			return
		}
		if strings.EqualFold(strings.ReplaceAll(t.At("name").Text(), " ", ""), strings.ReplaceAll(o.Tag, " ", "")) {
			o.Tag = t.At("name").Text()
			return
		}
	}
	one := infer.Mapping()
	infer.Put(one, "name", infer.Text(o.Tag))
	m.hand(tags, "tag "+o.Tag, tags.Item(one))
}

// newPath adds a path with the operation: inline, or in a file of its resource
// where the spec is split.
func (m *merger) newPath(paths splice.Cursor, o *infer.Operation) error {
	m.tag(o)
	after := nearestPath(paths.Keys(), o.Path)
	if !m.split {
		item := infer.Mapping()
		node := m.node(o, m.set.Main.Path, splice.Cursor{})
		if o.Embedded != nil {
			shareItem(item, o.Embedded.Item)
		}
		m.itemParameters(item, o, m.set.Main.Path)
		infer.Put(item, o.Method, node)
		return paths.Member(o.Path, item, after)
	}
	file := m.fileFor(o, paths)
	name := m.itemName(o, file)
	ref := infer.Mapping()
	rel := reference{file, "/paths/" + name}.in(m.set.Main.Path)
	infer.Put(ref, "$ref", infer.Text(rel))
	node := m.node(o, file, splice.Cursor{})
	item := infer.Mapping()
	item.HeadComment = ""
	m.itemParameters(item, o, file)
	infer.Put(item, o.Method, node)
	if err := m.addPathItem(file, name, item); err != nil {
		return err
	}
	return paths.Member(o.Path, ref, after)
}

func shareItem(item, from *yaml.Node) {
	for i := 0; i+1 < len(from.Content); i += 2 {
		if k := from.Content[i].Value; k == "parameters" || k == "servers" {
			infer.Put(item, k, from.Content[i+1])
		}
	}
}

// itemParameters moves path parameters to the path item where the spec does so.
func (m *merger) itemParameters(item *yaml.Node, o *infer.Operation, file string) {
	if !m.itemParams || o.Embedded != nil {
		return
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, p := range o.Params {
		if p.In == "path" {
			list.Content = append(list.Content, m.parameter(p, file))
		}
	}
	if len(list.Content) > 0 {
		infer.Put(item, "parameters", list)
	}
}

// parameter spells a parameter, by reference if the spec shares it.
func (m *merger) parameter(p infer.Param, file string) *yaml.Node {
	if ref, ok := m.params[p.In+" "+p.Name]; ok {
		p.Ref = ref.in(file)
	}
	return p.Node(m.version)
}

// nearestPath is the last path with the longest prefix in common.
func nearestPath(paths []string, path string) string {
	best, score := "", -1
	for _, p := range paths {
		if n := common(p, path); n >= score {
			best, score = p, n
		}
	}
	return best
}

func common(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(x) && n < len(y) && (x[n] == y[n] || strings.Contains(x[n], "{") && strings.Contains(y[n], "{")) {
		n++
	}
	return n
}

// fileFor chooses the file of a new path: that of its resource, else that of
// the paths below or above it, else a new one.
func (m *merger) fileFor(o *infer.Operation, paths splice.Cursor) string {
	dir := filepath.Dir(m.set.Main.Path)
	if o.Type != "" {
		for _, kind := range []string{"read", "document", "write", "identifier"} {
			if c := m.find(o.Type, kind); c != nil {
				return c.file
			}
		}
	}
	trimmed := strings.TrimRight(trailingParam.ReplaceAllString(o.Path, ""), "/")
	for _, p := range paths.Keys() {
		if t := trailingParam.ReplaceAllString(p, ""); braces(t) == braces(trimmed) {
			if ref := paths.Get(p).Ref(); ref != "" {
				return absoluteRef(m.set.Main.Path, ref).file
			}
		}
	}
	name := o.Type
	if name == "" {
		name = lastConstant(o.Path)
	}
	return filepath.Join(dir, strings.Trim(unsafeName.ReplaceAllString(strings.ToLower(name), "-"), "-")+".yaml")
}

var (
	trailingParam = regexp.MustCompile(`/\{[^/]*\}$`)
	bracesPart    = regexp.MustCompile(`\{[^/]*\}`)
	unsafeName    = regexp.MustCompile(`[^a-z0-9]+`)
)

func braces(p string) string { return bracesPart.ReplaceAllString(p, "{}") }

func lastConstant(path string) string {
	last := "operations"
	for _, s := range strings.Split(path, "/") {
		if s != "" && !strings.ContainsAny(s, "{}") {
			last = strings.TrimSuffix(s, ".json")
		}
	}
	return last
}

// itemName names the path item within the file of its resource.
func (m *merger) itemName(o *infer.Operation, file string) string {
	name := infer.LowerCamel(lastConstant(o.Path))
	if strings.HasSuffix(o.Path, "}") {
		name = infer.Singular(name)
	}
	if name == "" {
		name = "path"
	}
	f, err := m.set.File(file)
	if err != nil {
		return name
	}
	taken := splice.Cursor{Set: m.set, File: f, Node: f.Root}.Get("paths").Keys()
	base := name
	for n := 2; contains(taken, name); n++ {
		name = fmt.Sprintf("%s%d", base, n)
	}
	return name
}

// addPathItem adds a path item to the file of its resource, which is made if
// it does not exist.
func (m *merger) addPathItem(file, name string, item *yaml.Node) error {
	f, err := m.set.File(file)
	if err != nil {
		doc, paths := infer.Mapping(), infer.Mapping()
		infer.Put(paths, name, item)
		infer.Put(doc, "paths", paths)
		if len(m.newSchemas.Content) > 0 {
			components := infer.Mapping()
			infer.Put(components, "schemas", m.newSchemas)
			infer.Put(doc, "components", components)
		}
		data, err := encode(doc)
		if err != nil {
			return err
		}
		_, err = m.set.Create(file, data)
		return err
	}
	root := splice.Cursor{Set: m.set, File: f, Node: f.Root}
	for i := 0; i+1 < len(m.newSchemas.Content); i += 2 {
		m.addTo(root, []string{"components", "schemas", m.newSchemas.Content[i].Value}, m.newSchemas.Content[i+1])
	}
	m.addTo(root, []string{"paths", name}, item)
	m.finish()
	return nil
}

// finish makes the additions that waited.
func (m *merger) finish() {
	for _, f := range m.later {
		f()
	}
	m.later, m.planned = nil, nil
}

// node spells the operation for a file: schemas of known resources by
// reference, errors and parameters as the spec shares them.
func (m *merger) node(o *infer.Operation, file string, item splice.Cursor) *yaml.Node {
	m.newSchemas = infer.Mapping()
	if o.Embedded != nil {
		m.embeddedComponents(o)
		return o.Embedded.Op
	}
	pages := m.pagingOf(o)
	if pages != nil {
		m.page(o, pages, file)
	}
	m.resources(o, file)
	var params []infer.Param
	for _, p := range o.Params {
		if p.In == "path" && (m.itemParams && !item.OK() || item.OK() && hasParam(item, p)) {
			continue
		}
		if ref, ok := m.params[p.In+" "+p.Name]; ok && p.In == "path" {
			p.Ref = ref.in(file)
		}
		params = append(params, p)
	}
	c := *o
	c.Params = params
	c.Responses = nil
	for _, r := range o.Responses {
		if ref, ok := m.errors[r.Status]; ok {
			r = infer.Response{Status: r.Status, Ref: ref.in(file)}
		}
		c.Responses = append(c.Responses, r)
	}
	c.Responses = m.usualErrors(c.Responses, file)
	node := c.Node(m.version)
	if pages != nil {
		putPaging(node, pages)
	}
	if item.OK() {
		root := splice.Cursor{Set: m.set, File: item.File, Node: item.File.Root}
		for i := 0; i+1 < len(m.newSchemas.Content); i += 2 {
			m.addTo(root, []string{"components", "schemas", m.newSchemas.Content[i].Value}, m.newSchemas.Content[i+1])
		}
		m.finish()
	} else if file == m.set.Main.Path {
		for i := 0; i+1 < len(m.newSchemas.Content); i += 2 {
			m.addTo(m.set.Root(), []string{"components", "schemas", m.newSchemas.Content[i].Value}, m.newSchemas.Content[i+1])
		}
		m.finish()
	}
	return node
}

func hasParam(item splice.Cursor, p infer.Param) bool {
	for _, have := range item.At("parameters").Items() {
		if r := have.Resolve(); r.At("name").Text() == p.Name && r.At("in").Text() == p.In {
			return true
		}
	}
	return false
}

// usualErrors adds the responses of errors that the spec's operations share.
func (m *merger) usualErrors(list []infer.Response, file string) []infer.Response {
	have := map[string]bool{}
	for _, r := range list {
		have[r.Status] = true
	}
	for _, status := range sortedStatuses(m.errors) {
		if !have[status] {
			list = append(list, infer.Response{Status: status, Ref: m.errors[status].in(file)})
		}
	}
	return list
}

// embeddedComponents adds the components of an embedded document that the spec
// does not have.
func (m *merger) embeddedComponents(o *infer.Operation) {
	from := infer.Get(o.Embedded.Doc, "components")
	for i := 0; from != nil && i+1 < len(from.Content); i += 2 {
		kind := from.Content[i].Value
		if kind == "securitySchemes" {
			continue
		}
		have := m.set.Root().At("components", kind)
		list := from.Content[i+1]
		for j := 0; j+1 < len(list.Content); j += 2 {
			if !contains(have.Keys(), list.Content[j].Value) {
				m.addTo(m.set.Root(), []string{"components", kind, list.Content[j].Value}, list.Content[j+1])
			}
		}
	}
	m.finish()
}
