package apitest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"

	"github.com/getkin/kin-openapi/openapi3"
)

// This file shows resources as the document of an answer wants them: operations
// may differ in what they show of a type.

// reply answers with a resource, where the operation has a body.
func (s *store) reply(c *call, r *record) (*answer, error) {
	if c.op.endpoint.answer == nil {
		return c.reply(nil), nil
	}
	return s.documentReply(c, nil, []*record{r})
}

// documentReply answers with a document: of the records, unless it has its data.
func (s *store) documentReply(c *call, body map[string]any, records []*record) (*answer, error) {
	if body == nil {
		body = map[string]any{}
	}
	d := c.op.endpoint.answer
	if d == nil {
		return c.reply(nil), nil
	}
	if _, ok := body["data"]; !ok {
		list := []any{}
		for _, r := range records {
			list = append(list, s.render(c, r, d.view(r.typ)))
		}
		body["data"] = any(list)
		if !d.many {
			body["data"] = list[0]
		}
	}
	included, err := s.include(c, records)
	if err != nil {
		return nil, err
	}
	if included != nil {
		body["included"] = included
	}
	return c.reply(encode(c.completed(body))), nil
}

// fields returns the names that the request wants of a type; nil for all.
func (c *call) fields(typ string) []string {
	if name := "fields[" + typ + "]"; c.query.Has(name) {
		return append(splitList(c.query.Get(name)), "")
	}
	return nil
}

// render shows a resource as a view has it; without one, as it is.
func (s *store) render(c *call, r *record, v *view) map[string]any {
	fields := c.fields(r.typ)
	out := map[string]any{"type": r.typ, "id": any(r.id)}
	for member, values := range map[string]map[string]any{"attributes": r.attributes, "relationships": r.relationships, "meta": r.meta} {
		var schema *openapi3.Schema
		if v != nil {
			if schema = property(v.schema, member); schema == nil {
				continue
			}
		}
		if len(values) == 0 && (v == nil || !slices.Contains(required(v.schema), member) && len(required(schema)) == 0) {
			continue
		}
		shown := maps.Clone(values)
		if fields != nil && member != "meta" {
			maps.DeleteFunc(shown, func(name string, _ any) bool {
				return !slices.Contains(fields, name) && !slices.Contains(required(schema), name)
			})
		}
		if schema != nil {
			shown, _ = s.api.fitObject(schema, shown, 0)
		}
		out[member] = shown
	}
	if v != nil {
		out["id"] = idValue(property(v.schema, "id"), r.id)
		s.fill(c, r, v, out)
	}
	return out
}

// fill adds what a view must have beside what the store keeps: a link to the
// resource, and samples.
func (s *store) fill(c *call, r *record, v *view, out map[string]any) {
	for _, name := range required(v.schema) {
		schema := property(v.schema, name)
		if _, ok := out[name]; ok || schema == nil || schema.WriteOnly {
			continue
		}
		value := s.api.sample(schema, sampleRequired)
		if links, ok := value.(map[string]any); ok && name == "links" {
			if self := s.selfLink(c, r); self != "" && s.api.fits(property(schema, "self"), self) == nil {
				links["self"] = self
			}
		}
		out[name] = value
	}
}

// selfLink is where a resource can be fetched; "" when nothing fetches one of its
// type, or the path leads through resources that are not known.
func (s *store) selfLink(c *call, r *record) string {
	for _, op := range s.api.operations {
		e := op.endpoint
		if e == nil || e.action != actGet || e.typ != r.typ || e.id == "" {
			continue
		}
		params := map[string]string{e.id: r.id}
		for _, p := range e.parents {
			params[p.param] = r.scope[p.key]
		}
		if path, ok := op.pathWith(params); ok {
			return c.server.URL + c.base() + path
		}
	}
	return ""
}

// base is what the request's path has before that of the operation.
func (c *call) base() string {
	segments := strings.Split(c.request.URL.EscapedPath(), "/")
	return strings.Join(segments[:max(len(segments)-len(c.op.segments), 0)], "/")
}

// fit makes a value one that satisfies a schema: what does not fit is converted,
// or left out where that is allowed; what must be there is made up. ok is false
// when nothing helped.
func (c *contract) fit(s *openapi3.Schema, value any, depth int) (any, bool) {
	if s == nil || depth > maxDepth || c.fits(s, value) == nil {
		return value, true
	}
	if list := alternatives(s, 0); len(list) > 1 {
		for _, alternative := range list {
			if v, ok := c.fit(alternative, value, depth+1); ok && c.fits(s, v) == nil {
				return v, true
			}
		}
		return value, false
	}
	switch v := value.(type) {
	case map[string]any:
		out, ok := c.fitObject(s, v, depth)
		return out, ok
	case []any:
		out := []any{}
		for _, element := range v {
			if fitted, ok := c.fit(items(s), element, depth+1); ok {
				out = append(out, fitted)
			}
		}
		return out, c.fits(s, out) == nil
	}
	for _, converted := range conversions(value) {
		if c.fits(s, converted) == nil {
			return converted, true
		}
	}
	return value, false
}

func (c *contract) fitObject(s *openapi3.Schema, value map[string]any, depth int) (map[string]any, bool) {
	members := properties(s)
	out := map[string]any{}
	for name, v := range value {
		p := members[name]
		if p == nil && closed(s) || p != nil && p.WriteOnly {
			continue
		}
		if fitted, ok := c.fit(p, v, depth+1); ok {
			out[name] = fitted
		}
	}
	for _, name := range required(s) {
		if _, ok := out[name]; !ok && members[name] != nil && !members[name].WriteOnly {
			out[name] = c.sample(members[name], sampleRequired)
		}
	}
	return out, c.fits(s, out) == nil
}

// conversions lists what a scalar may be written as elsewhere.
func conversions(value any) []any {
	switch v := value.(type) {
	case string:
		out := []any{json.Number(v), v + "T00:00:00Z"}
		if _, err := strconv.ParseFloat(v, 64); err != nil {
			out = out[1:]
		}
		if day, _, ok := strings.Cut(v, "T"); ok {
			out = append(out, day)
		}
		if b, err := strconv.ParseBool(v); err == nil {
			out = append(out, b)
		}
		return out
	case json.Number:
		return []any{v.String()}
	case bool:
		return []any{strconv.FormatBool(v)}
	}
	return nil
}

// include gathers the resources that the request wants beside the primary ones;
// nil when the document has none. Where a request cannot say what it wants, all
// that the primary ones lead to are included.
func (s *store) include(c *call, records []*record) ([]any, error) {
	d := c.op.endpoint.answer
	declared := property(d.schema, "included")
	param := c.op.parameter("include")
	if declared == nil && (param == nil || closed(d.schema)) {
		return nil, nil
	}
	var paths []string
	switch {
	case c.query.Has("include"):
		paths = splitList(strings.Join(c.query["include"], ","))
	case param == nil:
		for _, v := range d.views {
			paths = append(paths, relationships(v.schema)...)
		}
	}
	g := &gathering{store: s, call: c, known: map[link]bool{}, out: []any{}}
	if element := items(declared); element != nil {
		for _, alternative := range alternatives(element, 0) {
			if v := viewOf(alternative); v != nil {
				g.views = append(g.views, v)
			}
		}
		g.element = element
	}
	for _, r := range records {
		g.known[link{r.typ, r.id}] = true
	}
	for _, path := range paths {
		if err := g.follow(records, strings.Split(path, "."), path, param); err != nil {
			return nil, err
		}
	}
	if len(g.out) == 0 && !c.query.Has("include") {
		return nil, nil
	}
	return g.out, nil
}

// gathering is the state of collecting included resources.
type gathering struct {
	store   *store
	call    *call
	views   []*view
	element *openapi3.Schema // of the array; nil when any resource may be included
	known   map[link]bool
	out     []any
}

// follow includes what a path leads to.
func (g *gathering) follow(from []*record, path []string, whole string, param *openapi3.Parameter) error {
	if len(path) == 0 || len(from) == 0 {
		return nil
	}
	listed := param == nil || param.Schema != nil && items(param.Schema.Value) != nil && len(constants(items(param.Schema.Value))) > 0
	var next []*record
	for _, r := range from {
		name := g.store.api.relationshipName(r.typ, path[0])
		if _, has := r.relationships[name]; !has && !listed && !g.store.api.hasRelationship(r.typ, name) {
			return problem(http.StatusBadRequest, api.ErrorObject{
				Detail: fmt.Sprintf("%s: %s has no relationship %s", whole, r.typ, path[0]), Parameter: "include",
			})
		}
		for _, l := range linksOf(r.relationships[name]) {
			to := g.store.find(l.typ, l.id)
			if to == nil {
				continue
			}
			next = append(next, to)
			if !g.known[l] {
				g.known[l] = true
				g.add(to)
			}
		}
	}
	return g.follow(next, path[1:], whole, param)
}

// add shows a resource in the way that the document's included ones are.
func (g *gathering) add(r *record) {
	var v *view
	if i := slices.IndexFunc(g.views, func(v *view) bool { return v.typ == r.typ }); i >= 0 {
		v = g.views[i]
	}
	shown := g.store.render(g.call, r, v)
	if g.element == nil || g.store.api.fits(g.element, any(shown)) == nil {
		g.out = append(g.out, shown)
	}
}
