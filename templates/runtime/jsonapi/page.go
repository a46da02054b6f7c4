package jsonapi

import (
	"context"
	"fmt"
	"iter"

	"github.com/docwright/docwright/templates/runtime/api"
)

// Page is a page of a list of resources.
type Page[T, M any] struct {
	Items    []*T
	Meta     M
	Links    Links
	Included Included

	response *api.Response
	client   *api.Client
	call     *api.Call
	opts     []api.CallOption
	trail    *api.Trail
	by       *api.Page[Document[[]*T, M], *T] // knows the next page where links do not; nil without a Paging
}

// Paging says how a list goes on whose documents have no link to the next page.
// JSON pointers lead into the document.
type Paging struct {
	Strategy api.Strategy
	Param    string // query parameter that is moved
	Next     string // JSON pointer to its next value; "" where it is computed
	More     string // JSON pointer to a boolean: whether there are more pages
	Total    string // JSON pointer to the number of resources in all pages
}

// FetchPage makes a call that is answered by a document with a list of resources,
// and links them with the included ones.
func FetchPage[T, M any](ctx context.Context, c *api.Client, call *api.Call, opts ...api.CallOption) (*Page[T, M], error) {
	doc, resp, err := fetch[[]*T, M](ctx, c, call, opts)
	if err != nil {
		return nil, err
	}
	if doc == nil {
		doc = new(Document[[]*T, M])
	}
	return &Page[T, M]{
		Items: doc.Data, Meta: doc.Meta, Links: doc.Links, Included: doc.Included,
		response: resp, client: c, call: call, opts: opts,
	}, nil
}

// FetchPageBy is FetchPage for a list that goes on as paging says, unless its
// documents do have links to the next page.
func FetchPageBy[T, M any](ctx context.Context, c *api.Client, call *api.Call, paging *Paging, opts ...api.CallOption) (*Page[T, M], error) {
	by := &api.Paging[Document[[]*T, M], *T]{
		Strategy: paging.Strategy, Param: paging.Param, Next: paging.Next, More: paging.More, Total: paging.Total,
		Items: func(d *Document[[]*T, M]) []*T { return d.Data },
	}
	p, err := api.FetchPage(ctx, c, call, by, opts...)
	if err != nil {
		return nil, err
	}
	return pageOf(c, call, opts, p), nil
}

func pageOf[T, M any](c *api.Client, call *api.Call, opts []api.CallOption, by *api.Page[Document[[]*T, M], *T]) *Page[T, M] {
	doc := by.Value
	if wantsLinks(c, opts) {
		doc.Link()
	}
	return &Page[T, M]{
		Items: doc.Data, Meta: doc.Meta, Links: doc.Links, Included: doc.Included,
		response: by.Response, client: c, call: call, opts: opts, by: by,
	}
}

// Response returns the answer that the page was in.
func (p *Page[T, M]) Response() *api.Response { return p.response }

// HasNext reports whether there is a next page.
func (p *Page[T, M]) HasNext() bool { return p.NextKey() != "" }

// NextKey identifies the next page, by its link most often. It is empty for the
// last page.
func (p *Page[T, M]) NextKey() string {
	if link := p.Links.Href("next"); link != "" || p.by == nil {
		return link
	}
	return p.by.NextKey()
}

// Next fetches the next page with the options of the call that fetched this one;
// its error is api.ErrLastPage if there is none, and api.ErrPageLoop if the server
// leads back to a page that came before. A link to another server is not followed.
func (p *Page[T, M]) Next(ctx context.Context) (*Page[T, M], error) {
	link := p.Links.Href("next")
	switch {
	case link == "" && p.by == nil:
		return nil, api.ErrLastPage
	case link == "":
		by, err := p.by.Next(ctx)
		if err != nil {
			return nil, err
		}
		return pageOf(p.client, p.call, p.opts, by), nil
	}
	trail, err := p.trail.Step(link)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.call.Operation, err)
	}
	call, err := p.client.Link(p.call, p.response, link)
	if err != nil {
		return nil, err
	}
	next, err := FetchPage[T, M](ctx, p.client, call, p.opts...)
	if err != nil {
		return nil, err
	}
	next.trail = trail
	return next, nil
}

// Pages iterates over the pages of a list, from the one that first fetches. An
// error ends the sequence, and so does a link to a page that was there before.
func Pages[T, M any](ctx context.Context, first func(context.Context) (*Page[T, M], error)) iter.Seq2[*Page[T, M], error] {
	return func(yield func(*Page[T, M], error) bool) {
		page, err := first(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		prefetch := api.Prefetch(page.client, page.opts...)
		again := func(context.Context) (*Page[T, M], error) {
			p := page
			page = nil // for the loop body alone to keep
			return p, nil
		}
		for p, err := range api.Pages(ctx, again, prefetch) {
			if !yield(p, err) {
				return
			}
		}
	}
}

// All iterates over the resources of all pages of a list, from the page that
// first fetches. An error ends the sequence.
func All[T, M any](ctx context.Context, first func(context.Context) (*Page[T, M], error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for page, err := range Pages(ctx, first) {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}
