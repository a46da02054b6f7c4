package emit

import "github.com/docwright/docwright/internal/model"

// This file is what the template of services sees of lists: how they go on, and
// the methods that iterate over them.

// strategies are the names that the runtime has for the strategies of lists.
// A JSON:API list goes on by its links unless it says otherwise.
var strategies = map[string]string{
	"offset": "api.ByOffset", "page": "api.ByPage", "cursor": "api.ByCursor", "token": "api.ByToken", "link": "api.ByLink",
}

// hasPages reports whether op is a list that can be read on.
func hasPages(op *model.Operation) bool {
	switch {
	case op.Page == nil:
		return false
	case op.Result.Kind == model.ResultPage, op.Result.Kind == model.ResultConnection:
		return true
	}
	return strategies[op.Page.Strategy] != "" && itemType(op) != nil
}

// itemType is the type of the items of a list that is no JSON:API document; nil
// when its result has no list where the document says.
func itemType(op *model.Operation) *model.Type {
	t := op.Result.Type
	if n := len(op.Page.Items); n > 0 && op.Result.Kind == model.ResultPointer {
		t = op.Page.Items[n-1].Type
	} else if op.Result.Kind != model.ResultValue {
		return nil
	}
	if t.Kind != model.KindSlice {
		return nil
	}
	return t.Elem
}

// Listing is the method again when there are iterators over what it lists.
func (m methodView) Listing() *methodView {
	if !hasPages(m.Operation) {
		return nil
	}
	return &m
}

// Family names the package of the runtime whose pages the list has.
func (m methodView) Family() string {
	switch m.Result.Kind {
	case model.ResultPage:
		return "jsonapi"
	case model.ResultConnection:
		return "graphql"
	}
	return "api"
}

// PageType spells the type of a page.
func (m methodView) PageType() string { return m.Family() + ".Page[" + m.PageTypes() + "]" }

// PageTypes spells what a page is made of.
func (m methodView) PageTypes() string {
	result := m.goType(m.Result.Type)
	switch {
	case m.Family() == "api":
		return result + ", " + m.ItemType()
	case m.Family() == "graphql":
		return result
	case m.Result.Meta == nil || m.Result.MetaHeld:
		return result + ", jsonapi.Meta"
	}
	return result + ", " + m.goType(m.Result.Meta)
}

// ItemType spells the type of the items of a page.
func (m methodView) ItemType() string {
	if m.Family() == "api" {
		return m.goType(itemType(m.Operation))
	}
	return m.goType(m.Result.Type)
}

// PagesComment documents the iterator over pages.
func (m methodView) PagesComment() string {
	return comment(model.Doc{Text: m.Page.Pages + " iterates over the pages of [" + m.service + "." + m.GoName + "]."}, commentWidth)
}

// AllComment documents the iterator over items.
func (m methodView) AllComment() string {
	return comment(model.Doc{Text: m.Page.All + " iterates over the items of all pages. An error ends it."}, commentWidth)
}

// PagingOfResult tells the runtime how a list goes on whose method returns a page;
// nil when the links of the page do.
func (m methodView) PagingOfResult() *methodView {
	if m.Family() != "jsonapi" || !m.hasRules() {
		return nil
	}
	return &m
}

// OwnPaging tells the runtime how a list goes on whose method returns what the
// document says, which the iterators alone make pages of; nil for others.
func (m methodView) OwnPaging() *methodView {
	if m.Family() != "api" || !m.hasRules() {
		return nil
	}
	return &m
}

func (m methodView) hasRules() bool {
	return hasPages(m.Operation) && m.GraphQL == nil && strategies[m.Page.Strategy] != ""
}

// PagingType spells the type of the rules.
func (m methodView) PagingType() string {
	if m.Family() == "jsonapi" {
		return "jsonapi.Paging"
	}
	return "api.Paging[" + m.PageTypes() + "]"
}

// Strategy spells how the list goes on.
func (m methodView) Strategy() string { return strategies[m.Page.Strategy] }

// ItemsFunc spells a function that finds the items in a page; "" where the runtime
// knows.
func (m methodView) ItemsFunc() string {
	if m.Family() == "jsonapi" {
		return ""
	}
	path := "*page"
	if len(m.Page.Items) > 0 {
		path = "page"
	}
	for _, f := range m.Page.Items {
		path += "." + f.GoName
	}
	return "func(page *" + m.goType(m.Result.Type) + ") []" + m.ItemType() + " { return " + path + " }"
}
