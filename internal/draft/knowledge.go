package draft

import (
	"path/filepath"
	"sort"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/draft/infer"
	"github.com/docwright/docwright/internal/draft/splice"
)

// world is the spec that is drafted into, with its habits.
type world struct {
	set   *splice.Set
	known *infer.Known

	split      bool                   // paths are references into files of resources
	itemParams bool                   // path parameters are those of the path item
	components map[string][]component // by resource type
	params     map[string]reference   // shared parameters by "in name"
	errors     map[string]reference   // shared responses of errors by status
	implement  *reference             // the schema of the member jsonapi
	paging     []*paging              // in the order of the paths
	operations int
}

// reference is a component in a file.
type reference struct {
	file, pointer string
}

// in spells the reference as it is written in a file.
func (r reference) in(file string) string {
	if r.file == file {
		return "#" + r.pointer
	}
	rel, err := filepath.Rel(filepath.Dir(file), r.file)
	if err != nil {
		rel = r.file
	}
	return filepath.ToSlash(rel) + "#" + r.pointer
}

// component is a schema of a resource type.
type component struct {
	reference
	name string
	kind string // read, identifier, write or document
	at   splice.Cursor
}

var httpMethods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// learn reads the spec.
func learn(set *splice.Set) *world {
	w := &world{set: set, components: map[string][]component{}, params: map[string]reference{}, errors: map[string]reference{},
		known: &infer.Known{Resources: map[string]*infer.Resource{}, Targets: map[string]map[string]int{}, IDs: map[string]bool{}, Params: map[string]*infer.Schema{}}}
	root := set.Root()
	w.known.V31 = strings.HasPrefix(root.At("openapi").Text(), "3.1") || strings.HasPrefix(root.At("openapi").Text(), "3.2")
	for _, s := range root.At("servers").Items() {
		w.known.Servers = append(w.known.Servers, s.At("url").Text())
	}
	schemes := root.At("components", "securitySchemes")
	for _, key := range schemes.Keys() {
		w.known.Schemes = append(w.known.Schemes, schemeOf(key, schemes.At(key)))
	}
	for _, alternative := range root.At("security").Items() {
		w.known.Global = append(w.known.Global, alternative.Keys())
	}
	w.learnPaths(root.At("paths"))
	done := map[*splice.File]bool{}
	for n := -1; n != len(done); { // references lead to further files
		n = len(done)
		for _, f := range set.Files() {
			if !done[f] {
				done[f] = true
				w.learnComponents(set.Cursor(f))
			}
		}
	}
	w.learnTypes(root.At("paths"))
	return w
}

func schemeOf(key string, s splice.Cursor) infer.Scheme {
	out := infer.Scheme{Key: key, Kind: s.At("in").Text(), Name: s.At("name").Text()}
	switch s.At("type").Text() {
	case "http":
		out.Kind, out.Name = strings.ToLower(s.At("scheme").Text()), ""
	case "oauth2", "openIdConnect":
		out.Kind, out.Name = "bearer", ""
	case "apiKey":
		if strings.EqualFold(out.Name, "Authorization") {
			out.Kind, out.Name = "bearer", ""
		}
	}
	return out
}

// learnPaths reads the paths, and how they are written.
func (w *world) learnPaths(paths splice.Cursor) {
	refs, withParams, onItem := 0, 0, 0
	errorRefs := map[string]map[reference]int{}
	created := map[string]int{}
	camel := 0
	for _, path := range paths.Keys() {
		raw := paths.Get(path)
		if raw.Ref() != "" {
			refs++
		}
		item := raw.Resolve()
		p := infer.KnownPath{Path: path, Methods: map[string]string{}}
		if strings.Contains(path, "{") {
			withParams++
			if item.Get("parameters").OK() {
				onItem++
			}
		}
		for _, raw := range item.At("parameters").Items() {
			w.learnParam(raw.Resolve())
		}
		for _, m := range httpMethods {
			op := item.Get(m)
			if !op.OK() {
				continue
			}
			w.operations++
			id := op.At("operationId").Text()
			p.Methods[m] = id
			w.known.IDs[id] = true
			if id != "" && !strings.Contains(id, ".") {
				camel++
			}
			if tags := op.At("tags").Items(); len(tags) > 0 && p.Tag == "" {
				p.Tag = tags[0].Text()
			}
			w.learnResponses(op.At("responses"), m, errorRefs, created)
			w.learnPaging(op)
		}
		w.known.Paths = append(w.known.Paths, p)
	}
	w.split = refs*2 > len(paths.Keys())
	w.itemParams = onItem*2 > withParams
	w.known.Camel = camel*2 > w.operations && w.operations > 0
	for status, all := range errorRefs {
		for ref, n := range all {
			if n*10 >= w.operations*6 {
				w.errors[status] = ref
			}
		}
	}
	if created["201"] > 3*created["200"] && created["201"] > 1 {
		w.known.Created = "201"
	}
}

func (w *world) learnResponses(responses splice.Cursor, method string, errorRefs map[string]map[reference]int, created map[string]int) {
	for _, status := range responses.Keys() {
		r := responses.Get(status)
		if ref := r.Ref(); ref != "" && !strings.HasPrefix(status, "2") {
			if errorRefs[status] == nil {
				errorRefs[status] = map[reference]int{}
			}
			errorRefs[status][absoluteRef(r.File.Path, ref)]++
		}
		if method == "post" && strings.HasPrefix(status, "2") && r.Resolve().Get("content").OK() {
			created[status]++
		}
	}
}

func absoluteRef(file, ref string) reference {
	name, pointer, _ := strings.Cut(ref, "#")
	if name != "" {
		file = filepath.Join(filepath.Dir(file), filepath.FromSlash(name))
	}
	return reference{filepath.Clean(file), pointer}
}

// learnParam remembers the type of a path parameter of this name.
func (w *world) learnParam(p splice.Cursor) {
	if key := "path " + p.At("name").Text(); p.At("in").Text() == "path" && w.known.Params[key] == nil {
		w.known.Params[key] = paramSchema(p)
	}
}

func paramSchema(p splice.Cursor) *infer.Schema {
	s := p.At("schema")
	out := &infer.Schema{Type: s.Get("type").Text(), Format: s.Get("format").Text()}
	for _, e := range s.At("enum").Items() {
		out.Enum = append(out.Enum, e.Text())
	}
	return out
}

// learnComponents indexes the components of a file.
func (w *world) learnComponents(f splice.Cursor) {
	params := f.At("components", "parameters")
	for _, key := range params.Keys() {
		p := params.At(key)
		w.known.Params[p.At("in").Text()+" "+p.At("name").Text()] = paramSchema(p)
		w.params[p.At("in").Text()+" "+p.At("name").Text()] = reference{f.File.Path, "/components/parameters/" + key}
	}
	schemas := f.At("components", "schemas")
	for _, key := range schemas.Keys() {
		w.learnSchema(reference{f.File.Path, "/components/schemas/" + key}, key, schemas.Get(key))
	}
}

func (w *world) learnSchema(ref reference, name string, at splice.Cursor) {
	if version := property(at, "jsonapi"); version.OK() && w.implement == nil {
		if r := rawProperty(at, "jsonapi").Ref(); r != "" {
			impl := absoluteRef(at.File.Path, r)
			w.implement = &impl
		}
	}
	if data := property(at, "data"); data.OK() {
		target := data
		if items := data.At("items"); items.OK() {
			target = items
		}
		if t := constantOf(property(target, "type")); t != "" {
			kind := "document"
			if data.At("items").OK() {
				kind = "list"
			}
			w.components[t] = append(w.components[t], component{ref, name, kind, at})
		}
		return
	}
	t := constantOf(property(at, "type"))
	if t == "" {
		return
	}
	attributes, relationships := property(at, "attributes"), property(at, "relationships")
	kind := "identifier"
	switch {
	case (attributes.OK() || relationships.OK()) && writes(name):
		kind = "write"
	case attributes.OK() || relationships.OK():
		kind = "read"
	case !property(at, "id").OK():
		return
	}
	w.components[t] = append(w.components[t], component{ref, name, kind, at})
	r := w.known.Resources[t]
	if r == nil {
		r = &infer.Resource{Type: t, Members: map[string]bool{}}
		w.known.Resources[t] = r
	}
	for _, part := range []splice.Cursor{attributes, relationships} {
		for _, n := range propertyNames(part) {
			r.Members[n] = true
		}
	}
	for _, n := range propertyNames(relationships) {
		w.learnTarget(n, property(relationships, n))
	}
}

func writes(name string) bool {
	for _, suffix := range []string{"Create", "Update", "New", "Input", "Patch", "Write", "Request", "Creation", "Change"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}

// learnTarget counts the types that a relationship leads to.
func (w *world) learnTarget(name string, rel splice.Cursor) {
	data := property(rel, "data")
	if items := data.At("items"); items.OK() {
		data = items
	}
	candidates := []splice.Cursor{data}
	for _, k := range []string{"oneOf", "anyOf"} {
		for _, one := range data.At(k).Items() {
			candidates = append(candidates, one.Resolve())
		}
	}
	for _, c := range candidates {
		if t := constantOf(property(c, "type")); t != "" {
			if w.known.Targets[name] == nil {
				w.known.Targets[name] = map[string]int{}
			}
			w.known.Targets[name][t]++
			if w.known.Resources[t] == nil {
				w.known.Resources[t] = &infer.Resource{Type: t, Members: map[string]bool{}}
			}
		}
	}
}

// learnTypes finds the resource type that each path is about.
func (w *world) learnTypes(paths splice.Cursor) {
	for i := range w.known.Paths {
		p := &w.known.Paths[i]
		item := paths.At(p.Path)
		for _, m := range httpMethods {
			if p.Type == "" && item.Get(m).OK() && !strings.Contains(p.Path, "/relationships/") {
				p.Type = operationType(item.Get(m))
			}
		}
	}
}

func operationType(op splice.Cursor) string {
	for _, status := range op.At("responses").Keys() {
		if strings.HasPrefix(status, "2") {
			if t := bodyType(op.At("responses", status)); t != "" {
				return t
			}
		}
	}
	return bodyType(op.At("requestBody"))
}

func bodyType(body splice.Cursor) string {
	content := body.At("content")
	for _, media := range content.Keys() {
		data := property(content.At(media, "schema"), "data")
		if items := data.At("items"); items.OK() {
			data = items
		}
		if t := constantOf(property(data, "type")); t != "" {
			return t
		}
	}
	return ""
}

// property finds a property, in the parts of allOf too, and follows references.
func property(at splice.Cursor, name string) splice.Cursor {
	return rawProperty(at, name).Resolve()
}

// rawProperty is property without following the last reference.
func rawProperty(at splice.Cursor, name string) splice.Cursor {
	return rawPropertyIn(at, name, 0)
}

func rawPropertyIn(at splice.Cursor, name string, depth int) splice.Cursor {
	at = at.Resolve()
	if !at.OK() || depth > 20 {
		return splice.Cursor{}
	}
	if p := at.At("properties").Get(name); p.OK() {
		return p
	}
	for _, part := range at.At("allOf").Items() {
		if p := rawPropertyIn(part, name, depth+1); p.OK() {
			return p
		}
	}
	return splice.Cursor{}
}

func propertyNames(at splice.Cursor) []string {
	return propertyNamesIn(at, 0)
}

func propertyNamesIn(at splice.Cursor, depth int) []string {
	at = at.Resolve()
	if !at.OK() || depth > 20 {
		return nil
	}
	out := at.At("properties").Keys()
	for _, part := range at.At("allOf").Items() {
		out = append(out, propertyNamesIn(part, depth+1)...)
	}
	return out
}

// constantOf is the only value that a schema allows.
func constantOf(at splice.Cursor) string {
	if c := at.Get("const"); c.OK() {
		return c.Text()
	}
	if values := at.At("enum").Items(); len(values) == 1 && values[0].Node.Kind == yaml.ScalarNode {
		return values[0].Text()
	}
	return ""
}

// find returns the component of a type and kind; of several the one whose name
// is the shortest.
func (w *world) find(t, kind string) *component {
	var best *component
	list := w.components[t]
	sort.SliceStable(list, func(i, j int) bool { return len(list[i].name) < len(list[j].name) })
	for i := range list {
		if list[i].kind == kind && best == nil {
			best = &list[i]
		}
	}
	return best
}
