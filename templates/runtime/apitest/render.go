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
)

// This file shows resources as the document of a response has them: operations
// may differ in what they show of a type.

// reply answers with a resource, where the operation has a body.
func (s *store) reply(c *call, r *record) (*answer, error) {
	if c.op.endpoint.Answer == nil {
		return c.reply(nil), nil
	}
	return s.documentReply(c, nil, []*record{r})
}

// documentReply answers with a document: of the records, unless it has its data.
func (s *store) documentReply(c *call, body map[string]any, records []*record) (*answer, error) {
	if body == nil {
		body = map[string]any{}
	}
	d := c.op.endpoint.Answer
	if d == nil {
		return c.reply(nil), nil
	}
	if _, ok := body["data"]; !ok {
		list := []any{}
		for _, r := range records {
			list = append(list, s.render(c, r))
		}
		body["data"] = any(list)
		if !d.Many {
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
	repair := &repair{call: c, store: s, body: body}
	return c.reply(encode(repair.run())), nil
}

// fields returns the names that the request asks for of a type; nil for all.
func (c *call) fields(typ string) []string {
	if name := "fields[" + typ + "]"; c.query.Has(name) {
		return append(splitList(c.query.Get(name)), "")
	}
	return nil
}

// view says what the response shows of a type; nil if that is what it has.
func (d *Document) view(typ string) *View {
	if i := slices.IndexFunc(d.Views, func(v View) bool { return v.Type == typ }); i >= 0 {
		return &d.Views[i]
	}
	return nil
}

// shows reports whether a view has a member that the resource declares. What no
// schema declares is shown: where that is not allowed, the check finds it.
func (v *View) shows(r *Resource, part, name string) bool {
	if r == nil {
		return true
	}
	if part == "attributes" {
		return !slices.Contains(r.Hidden, name) && (v == nil || slices.Contains(v.Attributes, name) || !slices.Contains(r.Attributes, name))
	}
	return v == nil || slices.Contains(v.Relationships, name) || r.relationship(name) == nil
}

func (r *Resource) relationship(name string) *Relationship {
	if r == nil {
		return nil
	}
	if i := slices.IndexFunc(r.Relationships, func(rel Relationship) bool { return rel.Name == name }); i >= 0 {
		return &r.Relationships[i]
	}
	return nil
}

// render shows a resource as the response has it.
func (s *store) render(c *call, r *record) map[string]any {
	known := s.api.resources[r.typ]
	view := c.op.endpoint.Answer.view(r.typ)
	fields := c.fields(r.typ)
	out := map[string]any{"type": r.typ, "id": known.idValue(r.id)}
	for part, values := range map[string]map[string]any{"attributes": r.attributes, "relationships": r.relationships} {
		shown := maps.Clone(values)
		maps.DeleteFunc(shown, func(name string, _ any) bool {
			return !view.shows(known, part, name) || fields != nil && !slices.Contains(fields, name)
		})
		if len(shown) > 0 {
			out[part] = shown
		}
	}
	maps.Copy(out, r.members)
	if len(r.meta) > 0 && (known == nil || view == nil && known.Meta || view != nil && view.Meta) {
		out["meta"] = maps.Clone(r.meta)
	}
	return out
}

// idValue is an id as documents have it: a number, or a string.
func (r *Resource) idValue(id string) any {
	if r != nil && r.ID == "integer" {
		if _, err := strconv.ParseInt(id, 10, 64); err == nil {
			return json.Number(id)
		}
	}
	return id
}

// selfLink is where a resource can be fetched; "" when nothing fetches one of its
// type, or the path goes through resources that are not known.
func (s *store) selfLink(c *call, r *record) string {
	for _, op := range s.api.operations {
		e := op.endpoint
		if e.Action != ActGet || e.Type != r.typ || e.ID == "" {
			continue
		}
		params := map[string]string{e.ID: r.id}
		for _, p := range e.Parents {
			params[p.Param] = r.scope[p.Key]
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

// include gathers the resources that the request asks for next to the primary ones;
// nil when the document has none. Where a request cannot ask for them, all
// that the primary ones reference are included.
func (s *store) include(c *call, records []*record) ([]any, error) {
	e := c.op.endpoint
	if e.Include == "" {
		return nil, nil
	}
	var paths []string
	switch {
	case c.query.Has("include"):
		paths = splitList(strings.Join(c.query["include"], ","))
	case e.Include == "all":
		for _, typ := range e.Answer.Types {
			if known := s.api.resources[typ]; known != nil {
				for _, rel := range known.Relationships {
					paths = append(paths, rel.Name)
				}
			}
		}
	}
	g := &gathering{store: s, call: c, known: map[link]bool{}, out: []any{}}
	for _, r := range records {
		g.known[link{r.typ, r.id}] = true
	}
	for _, path := range paths {
		if err := g.follow(records, strings.Split(path, "."), path); err != nil {
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
	store *store
	call  *call
	known map[link]bool
	out   []any
}

// follow includes the resources at a path.
func (g *gathering) follow(from []*record, path []string, whole string) error {
	if len(path) == 0 || len(from) == 0 {
		return nil
	}
	var next []*record
	for _, r := range from {
		name := g.store.api.relationshipName(r.typ, path[0])
		_, has := r.relationships[name]
		if !has && g.call.op.endpoint.Include == "any" && g.store.api.resources[r.typ].relationship(name) == nil {
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
				g.out = append(g.out, g.store.render(g.call, to))
			}
		}
	}
	return g.follow(next, path[1:], whole)
}

// relationshipName returns the name of a relationship as documents of the type
// write it.
func (c *contract) relationshipName(typ, word string) string {
	if r := c.resources[typ]; r != nil {
		for _, rel := range r.Relationships {
			if sameName(rel.Name, word) {
				return rel.Name
			}
		}
	}
	return word
}

// sameName compares names apart from their case and their separators.
func sameName(a, b string) bool {
	bare := strings.NewReplacer("-", "", "_", "")
	return strings.EqualFold(bare.Replace(a), bare.Replace(b))
}
