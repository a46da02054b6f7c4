package jsonapi

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// Page is a page of a list of resources.
type Page[T, M any] struct {
	Items    []*T
	Meta     M
	Links    Links
	Included Included

	list *list
}

// list is the position of a page in its list. It has no type parameter, so that
// there is one of its methods and not one for each type of resource.
type list struct {
	response *api.Response
	client   *api.Client
	call     *api.Call
	opts     []api.CallOption
	trail    *api.Trail
	cursor   *api.Cursor // has the next page where links do not; nil without a Paging
}

// Paging says how a list paginates whose documents have no link to the next page.
// JSON pointers are into the document.
type Paging struct {
	Strategy api.Strategy
	Param    string         // query parameter that is moved
	Next     string         // JSON pointer to its next value; "" where it is computed
	More     string         // JSON pointer to a boolean: whether there are more pages
	Total    string         // JSON pointer to the number of resources in all pages
	Pages    string         // JSON pointer to the number of pages
	Start    api.Opt[int64] // value of Param for the first page; otherwise 1 for pages and 0 for offsets
}

// payload is a document as a page or a resource is read from it: a Document
// without what only callers need.
type payload[T, M any] struct {
	Data     T               `json:"data"`
	Included Included        `json:"included,omitzero"`
	Meta     M               `json:"meta,omitzero"`
	Links    Links           `json:"links,omitzero"`
	JSONAPI  json.RawMessage `json:"jsonapi,omitzero"`
	api.Presence
}

// FetchPage makes a call that is answered by a document with a list of resources,
// and links them with the included ones.
func FetchPage[T, M any](ctx context.Context, c *api.Client, call *api.Call, opts ...api.CallOption) (*Page[T, M], error) {
	doc := new(payload[[]*T, M])
	l, err := fetchList(ctx, c, call, nil, opts, doc)
	if err != nil {
		return nil, err
	}
	return pageOf(l, doc), nil
}

// FetchPageBy is FetchPage for a list that paginates as paging says, unless its
// documents do have links to the next page.
func FetchPageBy[T, M any](ctx context.Context, c *api.Client, call *api.Call, paging *Paging, opts ...api.CallOption) (*Page[T, M], error) {
	doc := new(payload[[]*T, M])
	l, err := fetchList(ctx, c, call, paging, opts, doc)
	if err != nil {
		return nil, err
	}
	p := pageOf(l, doc)
	l.cursor.Count(len(p.Items))
	return p, nil
}

func pageOf[T, M any](l *list, doc *payload[[]*T, M]) *Page[T, M] {
	return &Page[T, M]{Items: doc.Data, Meta: doc.Meta, Links: doc.Links, Included: doc.Included, list: l}
}

// fetchList fetches a page into doc, a pointer to a payload.
func fetchList(ctx context.Context, c *api.Client, call *api.Call, paging *Paging, opts []api.CallOption, doc any) (*list, error) {
	l := &list{client: c, call: call, opts: opts}
	acceptDocument(call)
	if paging == nil {
		resp, err := c.Do(ctx, call, opts...)
		if err != nil {
			return nil, err
		}
		l.response = resp
	} else {
		cursor, err := api.FetchCursor(ctx, c, call, api.Rules(*paging), opts...)
		if err != nil {
			return nil, err
		}
		l.cursor, l.response = cursor, cursor.Response
	}
	return l, l.decode(ctx, doc)
}

func (l *list) decode(ctx context.Context, doc any) error {
	if l.response.NoContent() {
		return nil
	}
	if err := decode(ctx, l.response, doc, errNoList, "data"); err != nil {
		return err
	}
	if wantsLinks(l.client, l.opts) {
		codec.Link(doc)
	}
	return nil
}

// nextKey identifies the next page: by its link, where there is one.
func (l *list) nextKey(links Links) string {
	if link := links.Href("next"); link != "" || l.cursor == nil {
		return link
	}
	return l.cursor.NextKey()
}

// next fetches the next page into doc.
func (l *list) next(ctx context.Context, links Links, doc any) (*list, error) {
	link := links.Href("next")
	if link == "" && l.cursor == nil {
		return nil, api.ErrLastPage
	}
	next := &list{client: l.client, opts: l.opts}
	if link == "" {
		cursor, err := l.cursor.Next(ctx)
		if err != nil {
			return nil, err
		}
		next.call, next.cursor, next.response = l.call, cursor, cursor.Response
		return next, next.decode(ctx, doc)
	}
	var err error
	if next.trail, err = l.trail.Step(link); err != nil {
		return nil, fmt.Errorf("%s: %w", l.call.Operation, err)
	}
	if next.call, err = l.client.Link(l.call, l.response, link); err != nil {
		return nil, err
	}
	if next.response, err = l.client.Do(ctx, next.call, l.opts...); err != nil {
		return nil, err
	}
	return next, next.decode(ctx, doc)
}

// Response returns the response that the page was in.
func (p *Page[T, M]) Response() *api.Response { return p.list.response }

// HasNext reports whether there is a next page.
func (p *Page[T, M]) HasNext() bool { return p.NextKey() != "" }

// NextKey identifies the next page, by its link most often. It is empty for the
// last page.
func (p *Page[T, M]) NextKey() string { return p.list.nextKey(p.Links) }

// Next fetches the next page with the options of the call that fetched this one;
// its error is api.ErrLastPage if there is none, and api.ErrPageLoop if the server
// refers back to a page that came before. A link to another server is not followed.
func (p *Page[T, M]) Next(ctx context.Context) (*Page[T, M], error) {
	doc := new(payload[[]*T, M])
	l, err := p.list.next(ctx, p.Links, doc)
	if err != nil {
		return nil, err
	}
	next := pageOf(l, doc)
	if l.cursor != nil {
		l.cursor.Count(len(next.Items))
	}
	return next, nil
}

// prefetches reports whether the next page is to be fetched ahead.
func (p *Page[T, M]) prefetches() bool { return api.Prefetch(p.list.client, p.list.opts...) }

func (p *Page[T, M]) resources() []*T { return p.Items }

// Listed is a page of resources, *T each.
type Listed[P, R any] interface {
	api.Pager[P]
	prefetches() bool
	resources() []R
}

// Pages iterates over the pages of a list, from the one that first fetches. An
// error ends the sequence, and so does a link to a page that was there before.
func Pages[P Listed[P, R], R any](ctx context.Context, first func(context.Context) (P, error)) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		page, err := first(ctx)
		if err != nil {
			yield(page, err)
			return
		}
		prefetch := page.prefetches()
		again := func(context.Context) (P, error) {
			var none P
			p := page
			page = none // for the loop body alone to keep
			return p, nil
		}
		for p, err := range api.Pages(ctx, again, prefetch) {
			if !yield(p, err) {
				return
			}
		}
	}
}

// All iterates over the resources of a list's pages. An error ends the sequence.
func All[P Listed[P, R], R any](pages iter.Seq2[P, error]) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		for page, err := range pages {
			if err != nil {
				var none R
				yield(none, err)
				return
			}
			for _, item := range page.resources() {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}
