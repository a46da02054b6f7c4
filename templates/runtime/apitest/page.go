package apitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"
)

// This file cuts lists into pages, in the way that the endpoint says, and fills in
// what responses say of pages.

// window is the part of a list that a request asks for.
type window struct {
	Paging
	from, to, total int
	limit           int // 0 when the list has one page
}

// The styles of pages.
const (
	byOffset = "offset" // the position counts resources
	byPage   = "page"   // it counts pages
	byCursor = "cursor" // it is opaque
)

// defaultLimit is the size of pages where neither request nor document says one.
const defaultLimit = 20

// window finds the part of a list of so many that the request asks for.
func (c *call) window(total int) (*window, error) {
	w := &window{total: total, to: total}
	if p := c.op.endpoint.Page; p != nil {
		w.Paging = *p
	}
	if w.Position == "" && w.Size == "" {
		return w, nil
	}
	w.limit = w.Default
	if w.limit < 1 {
		w.limit = defaultLimit
	}
	var err error
	if w.limit, err = c.number(w.Size, w.limit, 1); err != nil {
		return nil, err
	}
	if w.Most > 0 {
		w.limit = min(w.limit, w.Most)
	}
	at, err := c.number(w.Position, w.First, w.First)
	if err != nil {
		return nil, err
	}
	at -= w.First
	if w.Style == byPage {
		at *= w.limit
	}
	w.from = min(at, total)
	w.to = min(w.from+w.limit, total)
	return w, nil
}

// number returns a parameter that is a number, or its default.
func (c *call) number(name string, fallback, least int) (int, error) {
	text := c.query.Get(name)
	if name == "" || text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least {
		return 0, problem(http.StatusBadRequest, api.ErrorObject{Detail: fmt.Sprintf("%q is no place in this list", text), Parameter: name})
	}
	return n, nil
}

// at returns the value of the moved parameter for the page that begins at an
// offset.
func (w *window) at(offset int) int {
	if w.Style == byPage && w.limit > 0 {
		return offset/w.limit + w.First
	}
	return offset + w.First
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

// envelope makes what is next to the data of a page: links and meta, as the
// document declares them.
func (w *window) envelope(c *call, count int) map[string]any {
	body := map[string]any{}
	for _, f := range w.Facts {
		value := w.fact(c, f.Fact, count)
		_, isURL := strings.CutPrefix(f.Fact, "link:")
		switch {
		case isURL && w.Style == "" && (value == nil || f.Pointer == "/links/first" || f.Pointer == "/links/last"):
			continue // the list has one page
		case value == nil && !f.Null, value == none:
			continue
		case value != nil && f.Text:
			value = fmt.Sprint(value)
		}
		setPointer(body, f.Pointer, value)
	}
	return body
}

// none is the value of a fact that there is not, whether null is allowed or not.
var none any = new(int)

// fact is what a member says of a page; nil for a page that there is not.
func (w *window) fact(c *call, name string, count int) any {
	previous := max(w.from-w.limit, 0)
	switch name {
	case "link:self", "link:current":
		return w.link(c, w.from)
	case "link:first":
		return w.link(c, 0)
	case "link:last":
		return w.link(c, w.last())
	case "link:next":
		if w.hasNext() {
			return w.link(c, w.to)
		}
	case "link:prev", "link:previous":
		if w.hasPrevious() {
			return w.link(c, previous)
		}
	case "next":
		if w.hasNext() {
			return json.Number(strconv.Itoa(w.at(w.to)))
		}
	case "previous":
		if w.hasPrevious() {
			return json.Number(strconv.Itoa(w.at(previous)))
		}
	case "more":
		return w.hasNext()
	case "less":
		return w.hasPrevious()
	case "total":
		return w.total
	case "pages":
		return w.pages()
	case "count":
		return count
	case "size":
		if w.limit == 0 {
			return count
		}
		return w.limit
	case "limit":
		if w.limit == 0 {
			return none
		}
		return w.limit
	case "offset":
		return w.from
	case "number":
		return w.number()
	}
	return nil
}

// setPointer sets a member by its JSON pointer, and the objects on the way to it.
func setPointer(body map[string]any, pointer string, value any) {
	path := pointerPath(pointer)
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

// pointerPath splits a JSON pointer into the names of members.
func pointerPath(pointer string) []string {
	path := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, name := range path {
		path[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
	}
	return path
}

// link is the address of the page that begins at an offset.
func (w *window) link(c *call, offset int) string {
	u := url.URL{Scheme: "http", Host: c.request.Host, Path: c.request.URL.Path, RawPath: c.request.URL.RawPath}
	query := url.Values{}
	for name, values := range c.query {
		query[name] = values
	}
	query.Del(w.Position)
	if offset > 0 && w.Position != "" {
		query.Set(w.Position, strconv.Itoa(w.at(offset)))
	}
	u.RawQuery = query.Encode()
	return u.String()
}

// number is that of the page, from 1.
func (w *window) number() int {
	if w.limit == 0 {
		return 1
	}
	return w.from/w.limit + 1
}
