package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

var pageRules = []Rule{
	{
		Code: "DW025", Name: "undeclared-pagination", Severity: diag.Warning,
		What: "a list that takes an offset, a page or a cursor, and does not say how to get the next page",
		Why:  "The client has no All and no Pages for it: callers write the loop themselves.",
		Fix:  "Add x-pagination with the strategy (offset, page, cursor, token, link), the parameter, and JSON pointers into the response.",
		Bad:  "get:\n  operationId: pets.list\n  parameters:\n    - {name: limit, in: query, schema: {type: integer}}\n    - {name: offset, in: query, schema: {type: integer}}",
		Good: "get:\n  operationId: pets.list\n  x-pagination: {strategy: offset, param: offset, limit: limit, items: /data}\n  parameters:\n    - {name: limit, in: query, schema: {type: integer}}\n    - {name: offset, in: query, schema: {type: integer}}",
	},
	{
		Code: "DW026", Name: "unpaged-list", Severity: diag.Info,
		What: "a list without any way to read it in pages",
		Why:  "The response grows with the data until it is too large. Lists that stay short, such as countries, are fine.",
		Fix:  "Add parameters for pages to the API, and x-pagination to the document.",
		Bad:  "/pets:\n  get:\n    responses:\n      \"200\": {… schema: {type: array, items: {…}}}",
		Good: "/pets:\n  get:\n    x-pagination: {strategy: cursor, param: cursor, items: /data, next: /next}\n    parameters: [{name: cursor, in: query, schema: {type: string}}]",
	},
}

// positions are names of parameters that say where a page begins, without
// separators and in lower case, and the strategy that each means.
var positions = map[string]string{
	"offset": "offset", "skip": "offset", "start": "offset", "startat": "offset", "startindex": "offset", "page[offset]": "offset", "$skip": "offset",
	"page": "page", "pagenumber": "page", "pagenum": "page", "pageno": "page", "pageindex": "page", "page[number]": "page", "currentpage": "page",
	"cursor": "cursor", "page[cursor]": "cursor", "after": "cursor", "startingafter": "cursor", "page[after]": "cursor", "nextcursor": "cursor",
	"marker": "cursor", "nextmarker": "cursor", "pagemarker": "cursor", "page[marker]": "cursor",
	"pagetoken": "token", "nexttoken": "token", "nextpagetoken": "token", "continuationtoken": "token", "continue": "token",
}

// sizes are names of parameters that say how long a page is.
var sizes = []string{
	"limit", "perpage", "pagesize", "page[size]", "page[limit]", "pagelimit", "count", "top", "$top", "maxresults", "maxitems", "first", "take", "itemsperpage",
}

func plainName(name string) string {
	return strings.NewReplacer("_", "", "-", "", ".", "").Replace(strings.ToLower(name))
}

// list is what a list answers with.
type list struct {
	items  string // JSON pointer of the list, "" when the body is one
	linked bool   // the body, or a header, holds the address of the next page
	body   *schema.Schema
}

// checkPages looks at operations that answer with a list.
func (c *checker) checkPages() {
	for _, o := range c.operations {
		if o.method != "GET" || o.node.Get("x-pagination") != nil || o.node.Get("x-graphql") != nil || c.Paged[o.node.Position()] {
			continue
		}
		if l := c.listOf(o); l != nil {
			c.checkList(o, l)
		}
	}
}

func (c *checker) checkList(o *operation, l *list) {
	var from, size *load.Node
	for _, p := range o.params {
		if p.Get("in").Str() != "query" {
			continue
		}
		name := plainName(p.Get("name").Str())
		if positions[name] != "" && from == nil {
			from = p
		}
		if slices.Contains(sizes, name) && size == nil {
			size = p
		}
		if name == "page" && c.of(p.Get("schema")).IsObject() {
			return // page[…] as one object: what it means is not said in its name
		}
	}
	switch {
	case l.linked:
	case from != nil:
		fix := fmt.Sprintf("add x-pagination: {strategy: %s, param: %q", positions[plainName(from.Get("name").Str())], from.Get("name").Str())
		if size != nil {
			fix += fmt.Sprintf(", limit: %q", size.Get("name").Str())
		}
		if l.items != "" {
			fix += ", items: " + l.items
		}
		if strategy := positions[plainName(from.Get("name").Str())]; strategy == "cursor" || strategy == "token" {
			if next := nextValue(l.body, plainName(from.Get("name").Str()), "", 0); next != "" {
				fix += ", next: " + next
			}
		}
		c.report(o.node.KeyPosition(), "undeclared-pagination", fix+"}, if that is how to get the next page",
			"%s is a list with the parameter %s, and does not say how to get the next page", o.id, from.Get("name").Str())
	case size == nil:
		c.report(o.node.KeyPosition(), "unpaged-list", "let it be read in pages, unless it stays short", "%s is a list that cannot be read in pages", o.id)
	}
}

// listOf finds the list in the answer of an operation; nil when it has none.
func (c *checker) listOf(o *operation) *list {
	for _, m := range members(o.node.Get("responses")) {
		response := m.Value.Target()
		if !strings.HasPrefix(m.Name, "2") {
			continue
		}
		for _, b := range contents(response, m.Name) {
			if l := c.listIn(b); l != nil {
				for _, h := range members(response.Get("headers")) {
					l.linked = l.linked || strings.EqualFold(h.Name, "Link")
				}
				return l
			}
		}
	}
	return nil
}

// lists are the names of members that hold a list's items.
var lists = []string{"data", "items", "results", "values", "value", "records", "entries", "list", "content", "rows", "objects", "collection"}

func (c *checker) listIn(b body) *list {
	s := c.of(b.schema)
	if s.IsArray() {
		if !ofObjects(s) {
			return nil
		}
		return &list{body: s}
	}
	var found *list
	arrays := 0
	for _, p := range s.Properties {
		if !p.Schema().IsArray() || !ofObjects(p.Schema()) {
			continue
		}
		if name := strings.ToLower(p.Name); name == "included" || name == "errors" || name == "warnings" || name == "links" {
			continue
		}
		arrays++
		if slices.Contains(lists, strings.ToLower(p.Name)) {
			found = &list{items: "/" + p.Name, body: s}
		}
	}
	if found == nil || arrays > 1 {
		return nil
	}
	found.linked = nextLink(s, 0)
	return found
}

// ofObjects reports whether an array's items are objects: lists of texts are
// seldom read in pages.
func ofObjects(s *schema.Schema) bool {
	for _, item := range alternatives(s.Items.Schema()) {
		if item.IsObject() {
			return true
		}
	}
	return false
}

// nexts are the names of members that hold the next page's address, without
// separators and in lower case.
var nexts = []string{"next", "nexturl", "nextlink", "nextpageurl", "nextpageuri", "nexthref", "@odatanextlink", "@nextlink"}

// nextValues are the names of members that hold the value for the next page.
var nextValues = []string{"next", "nextcursor", "nextmarker", "nexttoken", "nextpagetoken", "nextpagemarker", "nextpagecursor", "continuationtoken", "endcursor"}

// nextValue is the JSON pointer of the text in a body that a parameter continues
// with: one that says so, or one that is called like the parameter; "" for none.
func nextValue(s *schema.Schema, param, at string, depth int) string {
	own := ""
	for _, p := range s.Properties {
		name, core := plainName(p.Name), p.Schema().Core()
		switch {
		case core == nil:
		case core.Types&schema.String != 0 && slices.Contains(nextValues, name):
			return at + "/" + p.Name
		case core.Types&schema.String != 0 && name == param:
			own = at + "/" + p.Name
		case depth < 2 && (name == "meta" || name == "metadata" || name == "paging" || name == "pagination" || name == "pageinfo"):
			if next := nextValue(core, param, at+"/"+p.Name, depth+1); next != "" {
				return next
			}
		}
	}
	return own
}

// nextLink reports whether a body holds the address of the next page: by
// itself, or in its links, meta or paging.
func nextLink(s *schema.Schema, depth int) bool {
	for _, p := range s.Properties {
		name := plainName(p.Name)
		if slices.Contains(nexts, name) {
			return true
		}
		holder := name == "links" || name == "meta" || name == "paging" || name == "pagination"
		if holder && depth < 2 && (nextLink(p.Schema(), depth+1) || name == "links" && len(p.Schema().Properties) == 0) {
			return true
		}
	}
	return false
}
