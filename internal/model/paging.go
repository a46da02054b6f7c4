package model

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/schema"
)

// This file recognizes lists of plain JSON whose responses say how they go on.
// Only evidence in the response counts: a server may ignore a parameter that it
// documents, and then a loop over its pages would not end.

// recognizePage returns how the list that o returns goes on, and the JSON pointer
// of its items; nil if its response does not say.
func (b *builder) recognizePage(o *op) (p *Page, items string) {
	if o.method != "GET" || o.doc != nil {
		return nil, ""
	}
	ok := o.successes()
	if len(ok) == 0 || ok[0].media == nil || ok[0].schema == nil || !jsonMedia(ok[0].media.contentType) {
		return nil, ""
	}
	s := b.schemas.Of(ok[0].schema).Core()
	if s == nil {
		return nil, ""
	}
	list := ""
	if len(s.Variants) > 0 && !s.IsArray() && !s.IsObject() {
		for _, v := range s.Variants { // lists of one thing or another
			if c := v.Schema().Core(); c == nil || !c.IsArray() || !holdsObjects(c) {
				return nil, ""
			}
		}
	} else if !s.IsArray() {
		if list = listMember(s); list == "" {
			return nil, ""
		}
		items = "/" + list
	} else if !holdsObjects(s) {
		return nil, ""
	}
	e := &pageEvidence{op: o, body: s, list: list}
	if slices.ContainsFunc(ok, func(r response) bool {
		for _, h := range readHeaders(r.node.Get("headers")) {
			if strings.EqualFold(h.Name, "Link") {
				return true
			}
		}
		return false
	}) {
		return &Page{Strategy: "link"}, items
	}
	if list == "" {
		return nil, ""
	}
	for _, find := range []func() *Page{e.lastItem, e.nextValue, e.sameName, e.nextURL, e.total, e.numbered} {
		if p := find(); p != nil {
			return p, items
		}
	}
	return nil, ""
}

// listNames are the members that hold the items where several lists of objects
// are next to each other.
var listNames = []string{"data", "items", "results", "value", "values"}

// listMember is the member of an object that holds its items: the only list of
// objects, or one with a name for that; "" if it is not known. What is included
// next to data is related to it (JSON:API 1.1, section 7.4).
func listMember(s *schema.Schema) string {
	var lists []string
	for _, p := range s.Properties {
		if p.Name == "included" && s.Property("data") != nil {
			continue
		}
		if m := p.Schema().Core(); m != nil && m.IsArray() && holdsObjects(m) {
			lists = append(lists, p.Name)
		}
	}
	if len(lists) == 1 {
		return lists[0]
	}
	for _, name := range listNames {
		if slices.Contains(lists, name) {
			return name
		}
	}
	return ""
}

// holdsObjects reports whether the items of a list are objects.
func holdsObjects(list *schema.Schema) bool {
	if list.Items == nil {
		return false
	}
	item := list.Items.Schema().Core()
	return item != nil && (item.IsObject() || len(item.Variants) > 0 &&
		!slices.ContainsFunc(item.Variants, func(u *schema.Use) bool { return u.Schema().Core() == nil || !u.Schema().Core().IsObject() }))
}

// pageEvidence is what a response with a list says about the next page.
type pageEvidence struct {
	op   *op
	body *schema.Schema
	list string // member with the items
}

// param is the query parameter of the first of the names that the operation has.
func (e *pageEvidence) param(names ...string) string {
	for _, name := range names {
		for _, p := range e.op.params {
			if p.in == "query" && p.name == name {
				return name
			}
		}
	}
	return ""
}

// member is the JSON pointer of the first of the names that is a member of one of
// these types: of the response, or of an object in it that is called so.
func (e *pageEvidence) member(types schema.Types, within []string, names ...string) string {
	for _, at := range within {
		s, pointer := e.body, ""
		if at != "" {
			p := s.Property(at)
			if p == nil || p.Schema().Core() == nil {
				continue
			}
			s, pointer = p.Schema().Core(), "/"+escapePointer(at)
		}
		for _, name := range names {
			p := s.Property(name)
			if p == nil || p.Schema().Core() == nil {
				continue
			}
			if m := p.Schema().Core(); m.Types&types != 0 && m.Types&^types == 0 {
				return pointer + "/" + escapePointer(name)
			}
		}
	}
	return ""
}

func escapePointer(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}

var (
	pageObjects = []string{"", "meta", "pagination", "paging", "page_info", "pageInfo", "metadata", "_meta"}
	pageTotals  = []string{"total", "total_count", "totalCount", "total_items", "totalItems", "count"}
)

const scalar = schema.String | schema.Integer

// lastItem: the page says that there is more, and the next one starts after the
// id of the last item.
func (e *pageEvidence) lastItem() *Page {
	more := e.member(schema.Boolean, []string{""}, "has_more", "hasMore")
	param := e.param("starting_after", "after")
	if more == "" || param == "" {
		return nil
	}
	if last := e.member(scalar, []string{""}, "last_id", "lastId"); last != "" {
		return &Page{Strategy: "cursor", Param: param, Next: last, More: more}
	}
	item := e.body.Property(e.list).Schema().Core().Items.Schema().Core()
	hasID := func(s *schema.Schema) bool { return s != nil && s.Property("id") != nil }
	if !hasID(item) && !(len(item.Variants) > 0 && !slices.ContainsFunc(item.Variants, func(u *schema.Use) bool { return !hasID(u.Schema().Core()) })) {
		return nil
	}
	return &Page{Strategy: "cursor", Param: param, Next: "/" + escapePointer(e.list) + "/-1/id", More: more}
}

// nextValue: a member is called next and the words of the parameter that takes it.
func (e *pageEvidence) nextValue() *Page {
	for _, p := range e.op.params {
		if p.in != "query" {
			continue
		}
		ws := words(p.name)
		if len(ws) == 0 {
			continue
		}
		last := ws[len(ws)-1]
		if last != "cursor" && last != "token" && last != "marker" && last != "key" {
			continue
		}
		if ws[0] != "next" {
			ws = append([]string{"next"}, ws...)
		}
		for _, at := range pageObjects {
			s := e.body
			if at != "" {
				inner := s.Property(at)
				if inner == nil || inner.Schema().Core() == nil {
					continue
				}
				s = inner.Schema().Core()
			}
			for _, m := range s.Properties {
				if slices.Equal(words(m.Name), ws) || slices.Equal(words(m.Name), []string{"next", last}) {
					if next := e.member(scalar, []string{at}, m.Name); next != "" {
						return &Page{Strategy: "token", Param: p.name, Next: next}
					}
				}
			}
		}
	}
	return nil
}

// sameName: the member is called as the parameter that takes it.
func (e *pageEvidence) sameName() *Page {
	for _, name := range []string{"continue", "after"} {
		if e.param(name) == "" {
			continue
		}
		if next := e.member(scalar, []string{"metadata", "meta", "paging"}, name); next != "" {
			return &Page{Strategy: "token", Param: name, Next: next}
		}
		if paging := e.body.Property("paging"); paging != nil && paging.Schema().Core() != nil {
			inner := &pageEvidence{op: e.op, body: paging.Schema().Core()}
			if next := inner.member(scalar, []string{"next"}, name); next != "" {
				return &Page{Strategy: "token", Param: name, Next: "/paging" + next}
			}
		}
	}
	return nil
}

// nextURL: the page has the address of the next one.
func (e *pageEvidence) nextURL() *Page {
	next := e.member(schema.String, []string{""}, "next", "nextLink", "@odata.nextLink", "next_page_uri", "next_page_url")
	if next == "" {
		next = e.member(schema.String, []string{"links", "_links"}, "next")
	}
	if links := e.body.Property("_links"); next == "" && links != nil && links.Schema().Core() != nil {
		inner := &pageEvidence{op: e.op, body: links.Schema().Core()}
		if href := inner.member(schema.String, []string{"next"}, "href"); href != "" {
			next = "/_links" + href
		}
	}
	if next == "" {
		return nil
	}
	return &Page{Strategy: "link", Next: next}
}

// total: the page says how many items there are, and the request at which it starts.
func (e *pageEvidence) total() *Page {
	param := e.param("offset", "skip", "start")
	total := e.member(schema.Integer|schema.Number, pageObjects, pageTotals...)
	if param == "" || total == "" || e.param("limit", "top", "take", "size", "per_page", "count") == "" {
		return nil
	}
	return &Page{Strategy: "offset", Param: param, Total: total}
}

// numbered: the page says how many pages or items there are, and the request which
// page it is.
func (e *pageEvidence) numbered() *Page {
	param := e.param("page", "page_number", "pageNumber")
	if param == "" {
		return nil
	}
	if pages := e.member(schema.Integer|schema.Number, pageObjects, "total_pages", "totalPages", "pages", "last_page", "lastPage", "page_count"); pages != "" {
		return &Page{Strategy: "page", Param: param, Count: pages}
	}
	if more := e.member(schema.Boolean, pageObjects, "has_next", "hasNext", "has_more", "hasMore"); more != "" {
		return &Page{Strategy: "page", Param: param, More: more}
	}
	if total := e.member(schema.Integer|schema.Number, pageObjects, pageTotals...); total != "" {
		return &Page{Strategy: "page", Param: param, Total: total}
	}
	return nil
}

// startOf is the value of the parameter that counts, with which a list begins, as
// its schema says; "" if it does not.
func (b *builder) startOf(o *op, page *Page) string {
	start := b.documentedStart(o, page)
	if start == map[string]string{"page": "1", "offset": "0"}[page.Strategy] {
		return "" // as the runtime has it
	}
	return start
}

func (b *builder) documentedStart(o *op, page *Page) string {
	if page.Strategy != "page" && page.Strategy != "offset" {
		return ""
	}
	for _, p := range o.params {
		if p.in != "query" || p.name != page.Param || p.schema == nil {
			continue
		}
		s := b.schemas.Of(p.schema)
		if d := s.Default; d != nil && isInteger(d.Value) {
			return d.Value
		}
		if m := p.schema.Target().Get("minimum"); m != nil && m.Value == "0" {
			return "0"
		}
	}
	return ""
}

// isInteger reports whether text is a number without a sign or a fraction.
func isInteger(text string) bool {
	return text != "" && len(text) < 10 && strings.Trim(text, "0123456789") == ""
}

// documentPage returns how a list of JSON:API documents goes on that have no link to
// the next page: by a parameter, and by what meta says of the pages. It is nil for
// all others.
func (b *builder) documentPage(o *op) *Page {
	if links := o.doc.Schema.Property("links"); links != nil {
		core := links.Schema().Core()
		if core == nil || len(core.Properties) == 0 || core.Property("next") != nil {
			return nil
		}
	}
	meta := o.doc.Schema.Property("meta")
	if meta == nil || meta.Schema().Core() == nil {
		return nil
	}
	e := &pageEvidence{op: o, body: meta.Schema().Core()}
	p := e.metaPage()
	if p == nil {
		return nil
	}
	for _, pointer := range []*string{&p.Next, &p.More, &p.Total, &p.Count} {
		if *pointer != "" {
			*pointer = "/meta" + *pointer
		}
	}
	p.Limit = e.param("page[size]", "page[limit]", "per_page", "page_size", "limit", "size")
	p.Start = b.startOf(o, p)
	return p
}

// metaObjects are the objects in meta that say something of the page.
var metaObjects = []string{"", "page", "pagination", "paging", "pages", "cursor"}

// metaPage reads the meta of a JSON:API document.
func (e *pageEvidence) metaPage() *Page {
	const number = schema.Integer | schema.Number
	more := e.member(schema.Boolean, metaObjects, "has_more", "hasMore", "has_next", "hasNext", "more")
	total := e.member(number, metaObjects, append([]string{"total_resources", "record_count", "totalResources", "recordCount"}, pageTotals...)...)
	if param := e.param("page[number]", "page", "page_number"); param != "" {
		count := e.member(number, metaObjects, "total_pages", "totalPages", "total-pages", "page_count", "pageCount", "pages", "last_page", "lastPage", "last")
		if count != "" || more != "" || total != "" {
			return &Page{Strategy: "page", Param: param, Count: count, More: more, Total: total}
		}
	}
	if param := e.param("page[offset]", "offset"); param != "" && (more != "" || total != "") {
		return &Page{Strategy: "offset", Param: param, More: more, Total: total}
	}
	if param := e.param("page[cursor]", "page[after]", "cursor", "after"); param != "" {
		if next := e.member(scalar, metaObjects, "next_cursor", "nextCursor", "next-cursor", "next", "end_cursor", "endCursor", "after"); next != "" {
			return &Page{Strategy: "token", Param: param, Next: next, More: more}
		}
	}
	return nil
}
