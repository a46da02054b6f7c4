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
func (m methodView) PageType() string { return m.Family() + ".Page[" + m.pageTypes() + "]" }

// pageTypes spells what a page is made of.
func (m methodView) pageTypes() string {
	result := m.goType(m.Result.Type)
	switch {
	case m.Family() == "api":
		return result + ", " + m.ItemType()
	case m.Family() == "graphql":
		return result
	case m.Result.Meta == nil:
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

// FirstParams are the parameters of the function that fetches the first page.
func (m methodView) FirstParams() string { return "ctx context.Context" }

// IterateArgs are what the iterators take beside that function.
func (m methodView) IterateArgs() string {
	if m.Family() == "api" {
		return ", api.Prefetch(s.client)"
	}
	return ""
}

// PagesComment documents the iterator over pages.
func (m methodView) PagesComment() string {
	return comment(model.Doc{Text: m.Page.Pages + " iterates over the pages of " + m.GoName + "."}, commentWidth)
}

// AllComment documents the iterator over items.
func (m methodView) AllComment() string {
	return comment(model.Doc{Text: m.Page.All + " iterates over all that " + m.GoName + " lists."}, commentWidth)
}

// Paging tells the runtime how the list goes on; nil when its links do.
func (m methodView) Paging() *pagingView {
	if !hasPages(m.Operation) || m.GraphQL != nil || strategies[m.Page.Strategy] == "" {
		return nil
	}
	return &pagingView{m}
}

// pagingView is an argument of the call of a list.
type pagingView struct{ methodView }

// Type spells the type of the argument.
func (p pagingView) Type() string {
	if p.Family() == "jsonapi" {
		return "jsonapi.Paging"
	}
	return "api.Paging[" + p.pageTypes() + "]"
}

// Strategy spells how the list goes on.
func (p pagingView) Strategy() string { return strategies[p.Page.Strategy] }

// Items spells a function that finds the items in a page; "" where the runtime
// knows.
func (p pagingView) Items() string {
	if p.Family() == "jsonapi" {
		return ""
	}
	path := "*page"
	if len(p.Page.Items) > 0 {
		path = "page"
	}
	for _, f := range p.Page.Items {
		path += "." + f.GoName
	}
	return "func(page *" + p.goType(p.Result.Type) + ") []" + p.ItemType() + " { return " + path + " }"
}
