package apitest

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/docwright/docwright/templates/runtime/api"
)

// store holds resources. What it has of them is what the document says: types,
// attributes, relationships, and how lists are asked for.
type store struct {
	api   *contract
	clock func() time.Time

	mu      sync.Mutex
	records map[string][]*record // by type, in the order of their creation
	made    map[string]int       // ids given, by type
	writes  int
}

// record is a resource.
type record struct {
	typ, id       string
	attributes    map[string]any
	relationships map[string]any // relationship objects
	meta          map[string]any
	members       map[string]any    // next to attributes
	scope         map[string]string // ids of the parents that its path had, by Parent.Key
}

// parts are the members of a resource by their names.
func (r *record) parts() map[string]map[string]any {
	return map[string]map[string]any{"attributes": r.attributes, "relationships": r.relationships, "meta": r.meta}
}

func newStore(c *contract, clock func() time.Time) *store {
	return &store{api: c, clock: clock, records: map[string][]*record{}, made: map[string]int{}}
}

func newRecord(typ, id string) *record {
	return &record{typ: typ, id: id, attributes: map[string]any{}, relationships: map[string]any{}, meta: map[string]any{}, members: map[string]any{}, scope: map[string]string{}}
}

// find returns a resource, nil when there is none.
func (s *store) find(typ, id string) *record {
	if i := slices.IndexFunc(s.records[typ], func(r *record) bool { return r.id == id }); i >= 0 {
		return s.records[typ][i]
	}
	return nil
}

// answer carries out a request.
func (s *store) answer(c *call) (*answer, error) {
	e := c.op.endpoint
	if e.Action == "" {
		return nil, fmt.Errorf("%w: it is not about JSON:API resources in a way that the store supports", errNoAnswer)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch e.Action {
	case ActCreate:
		return s.create(c)
	case ActList:
		return s.list(c)
	}
	r := s.find(e.Type, c.params[e.ID])
	if r == nil || !s.visible(r, c) {
		return nil, problem(http.StatusNotFound, api.ErrorObject{Detail: fmt.Sprintf("there is no %s %s", e.Type, c.params[e.ID])})
	}
	switch e.Action {
	case ActGet:
		return s.reply(c, r)
	case ActMerge, ActReplace:
		return s.update(c, r)
	case ActDelete:
		s.records[e.Type] = slices.DeleteFunc(s.records[e.Type], func(o *record) bool { return o == r })
		return s.reply(c, r)
	case ActRelated:
		return s.related(c, r)
	}
	return s.relationship(c, r)
}

// visible reports whether the path of a request is to a resource: of its
// parents, none is known to be another.
func (s *store) visible(r *record, c *call) bool {
	for _, p := range c.op.endpoint.Parents {
		id, known := s.parentOf(r, p.Key)
		switch {
		case known && !slices.Contains(id, c.params[p.Param]):
			return false
		case !known && p.Near && c.op.endpoint.ID == "" && !s.linkedFrom(p.Key, c.params[p.Param], r):
			return false
		}
	}
	return true
}

// parentOf returns the ids of a resource's parents of a kind.
func (s *store) parentOf(r *record, key string) (ids []string, known bool) {
	if id, ok := r.scope[key]; ok {
		return []string{id}, true
	}
	for _, name := range slices.Sorted(maps.Keys(r.relationships)) {
		for _, link := range linksOf(r.relationships[name]) {
			if link.typ == key {
				ids = append(ids, link.id)
			}
		}
	}
	return ids, len(ids) > 0
}

// linkedFrom reports whether a resource has a relationship to another.
func (s *store) linkedFrom(typ, id string, to *record) bool {
	from := s.find(typ, id)
	if from == nil {
		return false
	}
	for _, rel := range from.relationships {
		if slices.Contains(linksOf(rel), link{to.typ, to.id}) {
			return true
		}
	}
	return false
}

// link is a resource identifier.
type link struct{ typ, id string }

// linksOf lists the identifiers of a relationship object.
func linksOf(relationship any) []link {
	object, _ := relationship.(map[string]any)
	var list []any
	switch data := object["data"].(type) {
	case []any:
		list = data
	case map[string]any:
		list = []any{data}
	}
	var out []link
	for _, v := range list {
		if m, ok := v.(map[string]any); ok {
			typ, _ := m["type"].(string)
			out = append(out, link{typ, idText(m["id"])})
		}
	}
	return out
}

// idText is an id as text, whether it was a string or a number.
func idText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	return fmt.Sprint(v)
}

// create adds a resource.
func (s *store) create(c *call) (*answer, error) {
	e := c.op.endpoint
	document, _ := c.document().(map[string]any)
	data, _ := document["data"].(map[string]any)
	id := idText(data["id"])
	if id != "" && s.find(e.Type, id) != nil {
		return nil, problem(http.StatusConflict, api.ErrorObject{Detail: fmt.Sprintf("there is a %s %s already", e.Type, id), Pointer: "/data/id"})
	}
	if id == "" {
		id = s.newID(e.Type)
	}
	r := newRecord(e.Type, id)
	s.write(r, data)
	s.place(r, c)
	s.complete(r)
	s.stamp(r, true)
	s.records[e.Type] = append(s.records[e.Type], r)
	a, err := s.reply(c, r)
	if err == nil {
		a.header.Set("Location", c.request.URL.EscapedPath()+"/"+id)
	}
	return a, err
}

// write takes over what a request holds of a resource.
func (s *store) write(r *record, data map[string]any) {
	if known := s.api.resources[r.typ]; known != nil {
		for _, name := range known.Members {
			if value, given := data[name]; given {
				r.members[name] = value
			}
		}
	}
	for member, into := range r.parts() {
		if values, ok := data[member].(map[string]any); ok {
			maps.Copy(into, values)
		}
	}
}

// place notes the parents of a new resource, as relationships where it has them.
func (s *store) place(r *record, c *call) {
	known := s.api.resources[r.typ]
	for _, p := range c.op.endpoint.Parents {
		r.scope[p.Key] = c.params[p.Param]
		if known == nil {
			continue
		}
		for _, rel := range known.Relationships {
			if _, given := r.relationships[rel.Name]; given || rel.Many || !slices.Contains(rel.Types, p.Key) || !sameName(rel.Name, singular(p.Key)) {
				continue
			}
			r.relationships[rel.Name] = map[string]any{"data": map[string]any{"type": p.Key, "id": c.params[p.Param]}}
		}
	}
}

// singular is a type's name for one resource, as well as names show.
func singular(typ string) string {
	switch {
	case strings.HasSuffix(typ, "ies"):
		return strings.TrimSuffix(typ, "ies") + "y"
	case strings.HasSuffix(typ, "sses"), strings.HasSuffix(typ, "xes"):
		return strings.TrimSuffix(typ, "es")
	}
	return strings.TrimSuffix(typ, "s")
}

// complete sets attributes to their defaults.
func (s *store) complete(r *record) {
	known := s.api.resources[r.typ]
	if known == nil || known.Defaults == "" {
		return
	}
	defaults, _ := decode([]byte(known.Defaults)).(map[string]any)
	for name, value := range defaults {
		if _, given := r.attributes[name]; !given {
			r.attributes[name] = value
		}
	}
}

// stamp sets the times that the document declares.
func (s *store) stamp(r *record, created bool) {
	now := s.now()
	known := s.api.resources[r.typ]
	if known == nil {
		return
	}
	set := func(pointers []string, always bool) {
		for _, pointer := range pointers {
			path := pointerPath(pointer)
			into := r.parts()[path[0]]
			if _, given := into[path[1]]; !given || always {
				into[path[1]] = now
			}
		}
	}
	if created {
		set(known.Created, false)
	}
	set(known.Updated, !created)
}

// now is the time of a write.
func (s *store) now() string {
	s.writes++
	t := time.Date(2025, 1, 1, 0, 0, s.writes-1, 0, time.UTC)
	if s.clock != nil {
		t = s.clock()
	}
	return t.UTC().Format(time.RFC3339)
}

// newID gives an id of the kind that the document asks for: a UUID that shows the
// type and the number, or the number alone.
func (s *store) newID(typ string) string {
	known := s.api.resources[typ]
	for {
		s.made[typ]++
		id := strconv.Itoa(s.made[typ])
		if known != nil && known.ID == "uuid" {
			sum := fnv.New32a()
			_, _ = sum.Write([]byte(typ)) // never fails
			id = fmt.Sprintf("%08x-0000-4000-8000-%012x", sum.Sum32(), s.made[typ])
		}
		if s.find(typ, id) == nil {
			return id
		}
	}
}

// update merges what a request holds into a resource, or replaces all that such a
// request may hold.
func (s *store) update(c *call, r *record) (*answer, error) {
	e := c.op.endpoint
	document, _ := c.document().(map[string]any)
	data, _ := document["data"].(map[string]any)
	if id := idText(data["id"]); id != "" && id != r.id {
		return nil, problem(http.StatusConflict, api.ErrorObject{Detail: fmt.Sprintf("the body's id is %s, and the path's %s", id, r.id), Pointer: "/data/id"})
	}
	if e.Action == ActReplace {
		for _, pointer := range e.Replaces {
			path := pointerPath(pointer)
			delete(r.parts()[path[0]], path[1])
		}
	}
	s.write(r, data)
	s.stamp(r, false)
	return s.reply(c, r)
}

// related answers with the resources that a relationship references.
func (s *store) related(c *call, r *record) (*answer, error) {
	e := c.op.endpoint
	var list []*record
	for _, l := range linksOf(r.relationships[e.Relationship]) {
		if to := s.find(l.typ, l.id); to != nil {
			list = append(list, to)
		}
	}
	if e.Answer.Many {
		return s.page(c, list)
	}
	if len(list) == 0 {
		if !e.Answer.Null {
			return nil, problem(http.StatusNotFound, api.ErrorObject{Detail: fmt.Sprintf("%s %s has no %s", r.typ, r.id, e.Relationship)})
		}
		return s.documentReply(c, map[string]any{"data": nil}, nil)
	}
	return s.reply(c, list[0])
}

// relationship reads or changes a relationship.
func (s *store) relationship(c *call, r *record) (*answer, error) {
	e := c.op.endpoint
	object, _ := r.relationships[e.Relationship].(map[string]any)
	if object == nil {
		object = map[string]any{}
	}
	document, _ := c.document().(map[string]any)
	switch e.Action {
	case ActRelink:
		object["data"] = document["data"]
	case ActAddLinks, ActUnlink:
		object["data"] = combine(object, document, e.Action == ActAddLinks)
	}
	if e.Action != ActLinkage {
		r.relationships[e.Relationship] = object
		s.stamp(r, false)
	}
	switch {
	case e.Answer == nil && e.ContentType == "":
		return c.reply(nil), nil
	case e.Answer != nil && !e.Answer.Identifiers && slices.Contains(e.Answer.Types, r.typ):
		return s.reply(c, r)
	}
	data, ok := object["data"]
	switch {
	case e.Answer == nil:
	case !ok && e.Answer.Many:
		data = []any{}
	case data == nil && !e.Answer.Many && !e.Answer.Null:
		return nil, problem(http.StatusNotFound, api.ErrorObject{Detail: fmt.Sprintf("%s %s has no %s", r.typ, r.id, e.Relationship)})
	}
	return s.documentReply(c, map[string]any{"data": data}, nil)
}

// combine adds the identifiers of a request to a relationship to many, or takes
// them away.
func combine(relationship, document map[string]any, add bool) []any {
	given := linksOf(document)
	old, _ := relationship["data"].([]any)
	out := []any{}
	have := map[link]bool{}
	for _, v := range old {
		l := linksOf(map[string]any{"data": v})
		if len(l) == 1 && (add || !slices.Contains(given, l[0])) {
			have[l[0]] = true
			out = append(out, v)
		}
	}
	list, _ := document["data"].([]any)
	for i, v := range list {
		if add && i < len(given) && !have[given[i]] {
			have[given[i]] = true
			out = append(out, v)
		}
	}
	return out
}

// seed fills the store with the resources of the recorded exchanges.
func (s *store) seed() {
	var all []*Exchange
	for _, list := range s.api.exchanges {
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b *Exchange) int { return cmp.Compare(a.Name, b.Name) })
	for _, ex := range all {
		op := s.api.byID[ex.Operation]
		if op == nil || op.endpoint.Action == "" {
			continue
		}
		target, _, _ := strings.Cut(ex.Request.Target, "?")
		params := s.api.params(op, target)
		s.seedAnswer(op, params, ex)
		if e := op.endpoint; e.ID != "" && params[e.ID] != "" {
			s.seedAddressed(op, params, ex)
		}
	}
}

// seedAnswer adds the resources that an exchange's response holds.
func (s *store) seedAnswer(op *operation, params map[string]string, ex *Exchange) {
	if ex.Response == nil || ex.Response.Status >= 300 || ex.Response.JSON == nil {
		return
	}
	document, _ := decode(ex.Response.JSON).(map[string]any)
	list, _ := document["data"].([]any)
	if one, ok := document["data"].(map[string]any); ok {
		list = []any{one}
	}
	scoped := op.endpoint.Action != ActRelated
	for _, v := range list {
		if r := s.seedResource(v); r != nil && scoped {
			s.scope(r, op, params)
		}
	}
	included, _ := document["included"].([]any)
	for _, v := range included {
		s.seedResource(v)
	}
}

// seedResource adds a resource, or what it has beyond one that is there.
func (s *store) seedResource(v any) *record {
	object, _ := v.(map[string]any)
	typ, _ := object["type"].(string)
	id := idText(object["id"])
	known := s.api.resources[typ]
	flat := known != nil && slices.ContainsFunc(known.Members, func(name string) bool { return object[name] != nil })
	if typ == "" || id == "" || object["attributes"] == nil && object["relationships"] == nil && !flat {
		return nil
	}
	r := s.find(typ, id)
	if r == nil {
		r = newRecord(typ, id)
		s.records[typ] = append(s.records[typ], r)
	}
	for member, into := range r.parts() {
		values, _ := object[member].(map[string]any)
		for name, v := range values {
			if _, have := into[name]; !have {
				into[name] = v
			}
		}
	}
	if len(r.members) == 0 && flat {
		for _, name := range known.Members {
			if v, has := object[name]; has {
				r.members[name] = v
			}
		}
	}
	return r
}

// seedAddressed adds the resource that an exchange's path names, when no answer
// shows it.
func (s *store) seedAddressed(op *operation, params map[string]string, ex *Exchange) {
	e := op.endpoint
	if s.find(e.Type, params[e.ID]) != nil {
		return
	}
	r := newRecord(e.Type, params[e.ID])
	if e.Action == ActMerge || e.Action == ActReplace {
		if document, ok := decode(ex.Request.JSON).(map[string]any); ok {
			data, _ := document["data"].(map[string]any)
			s.write(r, data)
		}
	}
	s.complete(r)
	s.records[e.Type] = append(s.records[e.Type], r)
	s.scope(r, op, params)
}

func (s *store) scope(r *record, op *operation, params map[string]string) {
	for _, p := range op.endpoint.Parents {
		if _, have := r.scope[p.Key]; !have {
			r.scope[p.Key] = params[p.Param]
		}
	}
}

// Seed adds resources to the store, as if they had been created: resource structs
// of the client by pointer, or anything that encodes to a JSON:API resource. One
// that is there already is replaced.
func (s *Server) Seed(resources ...any) error {
	st := s.currentStore()
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, resource := range resources {
		data, err := api.Marshal(resource)
		if err != nil {
			return err
		}
		object, _ := decode(data).(map[string]any)
		typ, _ := object["type"].(string)
		id := idText(object["id"])
		if typ == "" || st.api.resources[typ] == nil {
			return fmt.Errorf("%T is not a resource of the document: its type is %q", resource, typ)
		}
		if id == "" {
			return fmt.Errorf("%T has no id: give it one, to find it by", resource)
		}
		r := newRecord(typ, id)
		st.write(r, object)
		st.complete(r)
		st.stamp(r, true)
		st.records[typ] = slices.DeleteFunc(st.records[typ], func(o *record) bool { return o.id == id })
		st.records[typ] = append(st.records[typ], r)
	}
	return nil
}
