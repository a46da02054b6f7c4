package model

import (
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/schema"
)

// This file says how a fake cuts lists into pages, and what it says of them.

// pageParameters are the parameters of lists that say nothing of themselves, by
// name: those that go together are in one line.
var pageParameters = []Paging{
	{Style: "page", Position: "page[number]", Size: "page[size]"},
	{Style: "offset", Position: "page[offset]", Size: "page[limit]"},
	{Style: "cursor", Position: "page[after]", Size: "page[size]"},
	{Style: "cursor", Position: "page[cursor]", Size: "page[size]"},
	{Style: "offset", Position: "offset", Size: "limit"},
	{Style: "cursor", Position: "cursor", Size: "limit"},
	{Style: "cursor", Position: "after", Size: "limit"},
	{Style: "page", Position: "page", Size: "per_page"},
	{Style: "page", Position: "page", Size: "page_size"},
	{Style: "page", Position: "page", Size: "size"},
	{Style: "page", Position: "page", Size: "limit"},
	{Style: "offset", Position: "page_offset", Size: "page_limit"},
	{Style: "page", Position: "page_number", Size: "page_limit"},
}

// hiddenPositions are the parameters that links of pages have where a list of JSON:API
// documents only how large pages are: callers follow links, and do not count.
var hiddenPositions = []Paging{
	{Style: "cursor", Position: "page[after]", Size: "page[size]"},
	{Style: "offset", Position: "page[offset]", Size: "page[limit]"},
	{Style: "cursor", Position: "cursor", Size: "limit"},
	{Style: "cursor", Position: "cursor", Size: "per_page"},
	{Style: "cursor", Position: "page_cursor", Size: "page_limit"},
}

// describePaging says how a list is cut into pages.
func (f *fakeBuilder) describePaging(e *endpointOf) {
	page := e.out.Page
	if e.out.GraphQL != nil || page == nil && (e.doc == nil || !e.doc.Many) {
		return
	}
	p := f.pageParameters(e)
	e.Page = p
	if p.Style == "page" {
		p.First = 1
	}
	if page != nil && page.Start != "" {
		p.First, _ = strconv.Atoi(page.Start)
	}
	if s := f.querySchema(e, p.Size); s != nil {
		if s.Default != nil {
			p.Default, _ = strconv.Atoi(s.Default.Value)
		}
		if s.Maximum != nil {
			p.Most, _ = strconv.Atoi(s.Maximum.Value.Value)
		}
	}
	r := e.success()
	if r == nil || r.schema == nil {
		return
	}
	whole := f.schemas.Of(r.schema)
	if page != nil {
		f.pageFacts(p, whole, page)
	}
	if e.doc == nil {
		return
	}
	if meta := below(whole, "meta"); meta != nil {
		p.addFacts(meta, "/meta", "", 0)
	}
	links := below(whole, "links")
	if links != nil || e.node.Get("x-pagination") == nil && p.Style != "" && !e.doc.Schema.Closed {
		p.addLinks(links)
	}
}

// pageParameters returns how the operation's list is cut: as the client does, or
// by the names of its parameters.
func (f *fakeBuilder) pageParameters(e *endpointOf) *Paging {
	if page := e.out.Page; page != nil && (page.Param != "" || page.Limit != "") {
		p := &Paging{Style: page.Strategy, Position: page.Param, Size: page.Limit}
		if p.Style == "token" || p.Style == "link" || p.Style == "links" {
			p.Style = "cursor"
		}
		return p
	}
	for _, p := range pageParameters {
		hasSize := f.querySchema(e, p.Size) != nil
		if f.querySchema(e, p.Position) != nil && (hasSize || p.Style != "page") {
			if !hasSize {
				p.Size = ""
			}
			return &p
		}
	}
	if e.doc != nil {
		for _, p := range hiddenPositions {
			if f.querySchema(e, p.Size) != nil {
				return &p
			}
		}
	}
	return &Paging{}
}

// querySchema is the schema of a parameter of the query, which may be a member of
// one: page[size] of page. It is nil if there is none.
func (f *fakeBuilder) querySchema(e *endpointOf, name string) *schema.Schema {
	if name == "" {
		return nil
	}
	base, rest, _ := strings.Cut(name, "[")
	for _, p := range e.params {
		if p.in != "query" {
			continue
		}
		if p.name == name {
			return f.schemas.Of(p.schema)
		}
		if s := f.schemas.Of(p.schema); p.name == base && rest != "" && s != nil {
			return below(s, strings.TrimSuffix(rest, "]"))
		}
	}
	return nil
}

// pageFacts adds the members that the client finds its way by.
func (f *fakeBuilder) pageFacts(p *Paging, whole *schema.Schema, page *Page) {
	add := func(pointer, fact string) {
		if !strings.HasPrefix(pointer, "/") || strings.Contains(pointer, "/-1/") {
			return
		}
		out := PageFact{Pointer: pointer, Fact: fact, Text: fact == "next" && p.Style == "cursor"}
		if s := schemaAt(whole, pointer); s != nil {
			out.Null = s.Nullable
			if core := s.Core(); core != nil && core.Types != 0 {
				out.Text = core.Types == schema.String
			}
		}
		p.Facts = append(p.Facts, out)
	}
	next := "next"
	if page.Strategy == "link" {
		next = "link:next"
	}
	add(page.Next, next)
	add(page.More, "more")
	add(page.Total, "total")
	add(page.Count, "pages")
}

// schemaAt is the schema of a member of a response; nil if it is not described.
func schemaAt(s *schema.Schema, pointer string) *schema.Schema {
	for name := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		if s = below(s, unescapePointer(name)); s == nil {
			return nil
		}
	}
	return s
}

func (p *Paging) has(pointer string) bool {
	return slices.ContainsFunc(p.Facts, func(f PageFact) bool { return f.Pointer == pointer })
}

// addFacts adds the members of an object of numbers about pages: they are known by
// their names, and by that of the object around them.
func (p *Paging) addFacts(s *schema.Schema, at, around string, depth int) {
	if s = s.Core(); s == nil || depth > 4 {
		return
	}
	for _, m := range s.Properties {
		bare := strings.ToLower(withoutSeparators.Replace(m.Name))
		pointer := at + "/" + escapePointer(m.Name)
		own := m.Schema()
		core := own.Core()
		if core == nil || p.has(pointer) {
			continue
		}
		if len(core.Properties) > 0 {
			p.addFacts(core, pointer, bare, depth+1)
			continue
		}
		fact := pageFactNames[bare]
		if bare == "current" && strings.HasPrefix(around, "offset") {
			fact = "offset"
		}
		if fact == "" || (fact == "more" || fact == "less") != (core.Types == schema.Boolean) {
			continue
		}
		p.Facts = append(p.Facts, PageFact{Pointer: pointer, Fact: fact, Text: core.Types == schema.String, Null: own.Nullable})
	}
}

// pageFactNames are the names that members of meta have, apart from case and
// separators.
var pageFactNames = map[string]string{
	"total": "total", "totalcount": "total", "totalresources": "total", "totalrecords": "total", "totalitems": "total", "totalelements": "total",
	"resources": "total", "records": "total",
	"pages": "pages", "totalpages": "pages", "pagecount": "pages", "lastpage": "pages",
	"count": "count", "size": "size", "limit": "limit", "perpage": "limit", "pagesize": "limit", "offset": "offset",
	"currentpage": "number", "number": "number", "pagenumber": "number", "page": "number", "current": "number",
	"next": "next", "nextpage": "next", "nextoffset": "next",
	"previous": "previous", "prev": "previous", "previouspage": "previous", "prevpage": "previous", "previousoffset": "previous",
	"hasmore": "more", "hasnext": "more", "more": "more", "hasnextpage": "more",
	"hasprevious": "less", "hasprev": "less", "haspreviouspage": "less",
}

// linkNames are the links that pages have.
var linkNames = []string{"self", "first", "last", "prev", "next", "current", "previous"}

// addLinks adds the links of a page: those that the document names, else those of
// JSON:API.
func (p *Paging) addLinks(links *schema.Schema) {
	core := links.Core()
	named := core != nil && len(core.Properties) > 0
	for _, name := range linkNames {
		pointer := "/links/" + name
		if p.has(pointer) {
			continue
		}
		fact := PageFact{Pointer: pointer, Fact: "link:" + name, Null: true}
		if named {
			m := core.Property(name)
			if m == nil {
				continue
			}
			fact.Null = m.Schema().Nullable
		} else if name == "current" || name == "previous" {
			continue
		}
		p.Facts = append(p.Facts, fact)
	}
}
