package apitest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"

	"github.com/getkin/kin-openapi/openapi3"
)

// This file cuts lists into pages, in the way that the operation's parameters and
// its x-pagination say, and fills in what documents tell of pages.

// window is the part of a list that a request wants.
type window struct {
	from, to, total int
	limit           int // 0 when the list has one page
	style           string
	position        string // parameter that is moved
	size            string // parameter with the page's size
}

// The styles of pages.
const (
	byOffset = "offset" // the position counts resources
	byPage   = "page"   // it counts pages, from 1
	byCursor = "cursor" // it is opaque
)

// pageParameters are the parameters of lists that say nothing of themselves, by
// name: those that go together stand in one line.
var pageParameters = []window{
	{style: byPage, position: "page[number]", size: "page[size]"},
	{style: byOffset, position: "page[offset]", size: "page[limit]"},
	{style: byCursor, position: "page[after]", size: "page[size]"},
	{style: byCursor, position: "page[cursor]", size: "page[size]"},
	{style: byOffset, position: "offset", size: "limit"},
	{style: byCursor, position: "cursor", size: "limit"},
	{style: byCursor, position: "after", size: "limit"},
	{style: byPage, position: "page", size: "per_page"},
	{style: byPage, position: "page", size: "page_size"},
	{style: byPage, position: "page", size: "size"},
	{style: byPage, position: "page", size: "limit"},
}

// defaultLimit is the size of pages where neither request nor document says one.
const defaultLimit = 20

// window finds the part of a list of so many that the request wants.
func (c *call) window(total int) (*window, error) {
	w := c.op.paging()
	w.total, w.to = total, total
	if w.position == "" && w.size == "" {
		return w, nil
	}
	var err error
	if w.limit, err = c.number(w.size, defaultLimit, 1); err != nil {
		return nil, err
	}
	first := 0
	if w.style == byPage {
		first = 1
	}
	at, err := c.number(w.position, first, first)
	if err != nil {
		return nil, err
	}
	if w.style == byPage {
		at = (at - 1) * w.limit
	}
	w.from = min(at, total)
	w.to = min(w.from+w.limit, total)
	return w, nil
}

// paging returns how the operation's list is cut.
func (o *operation) paging() *window {
	if x, ok := o.Operation.Extensions["x-pagination"].(map[string]any); ok {
		text := func(name string) string { s, _ := x[name].(string); return s }
		w := &window{style: text("strategy"), position: text("param"), size: text("limit")}
		if w.style == "token" || w.style == "link" {
			w.style = byCursor
		}
		if w.position != "" || w.size != "" {
			return w
		}
	}
	for _, w := range pageParameters {
		if o.takes(w.position) && (o.takes(w.size) || w.style != byPage) {
			if !o.takes(w.size) {
				w.size = ""
			}
			return &w
		}
	}
	return &window{}
}

// takes reports whether the query has a parameter, which may be a member of one:
// page[size] of page.
func (o *operation) takes(name string) bool { return o.parameterSchema(name) != nil }

// parameterSchema is the schema of a parameter of the query; nil when there is
// none such.
func (o *operation) parameterSchema(name string) *openapi3.Schema {
	if p := o.parameter(name); p != nil && p.Schema != nil {
		return p.Schema.Value
	}
	path := brackets(name)
	if p := o.parameter(path[0]); p != nil && p.Schema != nil && len(path) > 1 {
		return property(p.Schema.Value, path[1:]...)
	}
	return nil
}

// number returns a parameter that is a number, or its default.
func (c *call) number(name string, fallback, least int) (int, error) {
	if name == "" {
		return fallback, nil
	}
	text := c.query.Get(name)
	schema := c.op.parameterSchema(name)
	if text == "" {
		if schema != nil && schema.Default != nil {
			if n, err := strconv.Atoi(fmt.Sprint(schema.Default)); err == nil {
				return n, nil
			}
		}
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least {
		return 0, problem(http.StatusBadRequest, api.ErrorObject{Detail: fmt.Sprintf("%q is no place in this list", text), Parameter: name})
	}
	if schema != nil && schema.Max != nil {
		n = min(n, int(*schema.Max))
	}
	return n, nil
}

// at returns the value of the moved parameter for the page that begins at an
// offset.
func (w *window) at(offset int) int {
	if w.style == byPage && w.limit > 0 {
		return offset/w.limit + 1
	}
	return offset
}

func (w *window) hasNext() bool { return w.to < w.total }

func (w *window) hasPrevious() bool { return w.from > 0 }

// last is the offset of the last page.
func (w *window) last() int {
	if w.limit == 0 || w.total == 0 {
		return 0
	}
	return (w.total - 1) / w.limit * w.limit
}

func (w *window) pages() int {
	if w.limit == 0 {
		return 1
	}
	return (w.total + w.limit - 1) / w.limit
}

// pageOf cuts a list that a handler returned.
func (c *call) pageOf(list []any) (map[string]any, error) {
	w, err := c.window(len(list))
	if err != nil {
		return nil, err
	}
	page := slices.Clone(list[w.from:w.to])
	if page == nil {
		page = []any{}
	}
	body := w.envelope(c, len(page))
	body["data"] = page
	return body, nil
}

// envelope makes what stands beside the data of a page: links and meta, as the
// document declares them.
func (w *window) envelope(c *call, count int) map[string]any {
	body := map[string]any{}
	_, m := c.op.success()
	if m == nil || m.schema == nil {
		return body
	}
	x, _ := c.op.Operation.Extensions["x-pagination"].(map[string]any)
	if meta := property(m.schema, "meta"); meta != nil {
		if filled := w.fill(meta, nil, count, 0); len(filled) > 0 {
			body["meta"], _ = c.server.api.fitObject(meta, filled, 0)
		}
	}
	links := property(m.schema, "links")
	if links != nil || x == nil && w.limit > 0 && !closed(m.schema) {
		if filled := w.links(c, links); len(filled) > 0 {
			body["links"] = filled
		}
	}
	for name, value := range map[string]any{"total": w.total, "more": w.hasNext(), "next": w.nextValue(c, x)} {
		if pointer, ok := x[name].(string); ok && value != nil {
			setPointer(body, pointer, value)
		}
	}
	return body
}

// nextValue is what the document holds to find the next page with; nil on the
// last one.
func (w *window) nextValue(c *call, x map[string]any) any {
	switch {
	case !w.hasNext():
		return nil
	case x["strategy"] == "link":
		return w.link(c, w.to)
	case w.style == byCursor:
		return strconv.Itoa(w.to)
	}
	return w.at(w.to)
}

// setPointer sets a member by its JSON pointer, and the objects on the way to it.
func setPointer(body map[string]any, pointer string, value any) {
	path := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for _, name := range path[:len(path)-1] {
		next, ok := body[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			body[name] = next
		}
		body = next
	}
	body[path[len(path)-1]] = value
}

// links makes the links of a page: those that the document names, else those of
// JSON:API.
func (w *window) links(c *call, schema *openapi3.Schema) map[string]any {
	all := map[string]any{
		"self": w.link(c, w.from), "current": w.link(c, w.from), "first": w.link(c, 0), "last": w.link(c, w.last()),
		"prev": nil, "previous": nil, "next": nil,
	}
	if w.hasNext() {
		all["next"] = w.link(c, w.to)
	}
	if w.hasPrevious() {
		all["prev"] = w.link(c, max(w.from-w.limit, 0))
		all["previous"] = all["prev"]
	}
	members := properties(schema)
	out := map[string]any{}
	for name, value := range all {
		p := members[name]
		switch {
		case len(members) > 0 && p == nil, len(members) == 0 && (name == "current" || name == "previous"):
		case value == nil && len(members) > 0 && !nullable(p):
		default:
			out[name] = value
		}
	}
	return out
}

// link is the address of the page that begins at an offset.
func (w *window) link(c *call, offset int) string {
	u := url.URL{Scheme: "http", Host: c.request.Host, Path: c.request.URL.Path, RawPath: c.request.URL.RawPath}
	query := url.Values{}
	for name, values := range c.query {
		query[name] = values
	}
	query.Del(w.position)
	if offset > 0 && w.position != "" {
		query.Set(w.position, strconv.Itoa(w.at(offset)))
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// fill makes an object of numbers about pages: its members are known by their
// names, and by that of the object around them.
func (w *window) fill(s *openapi3.Schema, path []string, count, depth int) map[string]any {
	out := map[string]any{}
	if depth > 4 {
		return out
	}
	for name, p := range properties(s) {
		bare := strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
		if len(properties(p)) > 0 {
			if inner := w.fill(p, append(slices.Clone(path), bare), count, depth+1); len(inner) > 0 {
				out[name] = inner
			}
			continue
		}
		around := ""
		if len(path) > 0 {
			around = path[len(path)-1]
		}
		value, ok := w.known(around, bare, count)
		if !ok || value == nil && !nullable(p) {
			continue
		}
		if is(p, "string") && value != nil {
			value = fmt.Sprint(value)
		}
		if _, isBool := value.(bool); isBool == is(p, "boolean") || value == nil {
			out[name] = value
		}
	}
	return out
}

// known returns what a member of that name tells of a page.
func (w *window) known(around, name string, count int) (any, bool) {
	next, previous := any(nil), any(nil)
	if w.hasNext() {
		next = w.at(w.to)
	}
	if w.hasPrevious() {
		previous = w.at(max(w.from-w.limit, 0))
	}
	inOffsets := strings.HasPrefix(around, "offset")
	switch name {
	case "total", "totalcount", "totalresources", "totalrecords", "totalitems", "totalelements", "resources", "records":
		return w.total, true
	case "pages", "totalpages", "pagecount", "lastpage":
		return w.pages(), true
	case "count", "size":
		if name == "size" && w.limit > 0 {
			return w.limit, true
		}
		return count, true
	case "limit", "perpage", "pagesize":
		return w.limit, w.limit > 0
	case "offset":
		return w.from, true
	case "currentpage", "number", "pagenumber", "page":
		return w.number(), true
	case "current":
		if inOffsets {
			return w.from, true
		}
		return w.number(), true
	case "next", "nextpage", "nextoffset":
		return next, true
	case "previous", "prev", "previouspage", "prevpage", "previousoffset":
		return previous, true
	case "hasmore", "hasnext", "more", "hasnextpage":
		return w.hasNext(), true
	case "hasprevious", "hasprev", "haspreviouspage":
		return w.hasPrevious(), true
	}
	return nil, false
}

// number is that of the page, from 1.
func (w *window) number() int {
	if w.limit == 0 {
		return 1
	}
	return w.from/w.limit + 1
}
