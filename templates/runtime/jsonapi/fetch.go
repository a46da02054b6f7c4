package jsonapi

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"

	"github.com/docwright/docwright/templates/runtime/api"
)

type unlinked struct{}

// Unlinked keeps a call from linking the relationships of the document that it
// fetches: Loaded gives nothing, and no resource keeps another one in memory.
// [Document.Link] does it later, [Find] looks single resources up.
func Unlinked() api.CallOption { return api.WithValue(unlinked{}, true) }

// Fetch makes a call that is answered by a document with one resource, and links
// it with the included ones. The result is nil if there is no resource: the
// document's data is null, or the answer has no body, as 204 has after an update
// that changed nothing but what was sent.
func Fetch[T any](ctx context.Context, c *api.Client, call *api.Call, opts ...api.CallOption) (*T, error) {
	doc, _, err := fetch[*T, json.RawMessage](ctx, c, call, opts)
	if err != nil || doc == nil {
		return nil, err
	}
	return doc.Data, nil
}

// FetchDocument makes a call that is answered by a document, and links its
// resources. T is the type of the primary data, e.g. *Contact, and M that of the
// document's meta. The result is nil if the answer has no body.
func FetchDocument[T, M any](ctx context.Context, c *api.Client, call *api.Call, opts ...api.CallOption) (*Document[T, M], error) {
	doc, _, err := fetch[T, M](ctx, c, call, opts)
	return doc, err
}

func fetch[T, M any](ctx context.Context, c *api.Client, call *api.Call, opts []api.CallOption) (*Document[T, M], *api.Response, error) {
	resp, err := c.Do(ctx, call, opts...)
	if err != nil {
		return nil, nil, err
	}
	if len(bytes.TrimSpace(resp.Body)) == 0 {
		return nil, resp, nil
	}
	doc := new(Document[T, M])
	if err := resp.Decode(doc); err != nil {
		return nil, nil, err
	}
	if api.OptionValue(c, unlinked{}, opts...) == nil {
		doc.Link()
	}
	return doc, resp, nil
}

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
}

// FetchPage makes a call that is answered by a document with a list of resources,
// and links them with the included ones.
func FetchPage[T, M any](ctx context.Context, c *api.Client, call *api.Call, opts ...api.CallOption) (*Page[T, M], error) {
	doc, resp, err := fetch[[]*T, M](ctx, c, call, opts)
	if err != nil {
		return nil, err
	}
	p := &Page[T, M]{response: resp, client: c, call: call, opts: opts}
	if doc != nil {
		p.Items, p.Meta, p.Links, p.Included = doc.Data, doc.Meta, doc.Links, doc.Included
	}
	return p, nil
}

// Response returns the answer that the page was in.
func (p *Page[T, M]) Response() *api.Response { return p.response }

// HasNext reports whether there is a next page.
func (p *Page[T, M]) HasNext() bool { return p.NextKey() != "" }

// NextKey returns the link to the next page, "" if this is the last one.
func (p *Page[T, M]) NextKey() string { return p.Links.Href("next") }

// Next fetches the next page with the options of the call that fetched this one.
// It is nil after the last page. A link that leaves the server is an error: no
// credential follows it.
func (p *Page[T, M]) Next(ctx context.Context) (*Page[T, M], error) {
	link := p.NextKey()
	if link == "" {
		return nil, nil
	}
	call, err := p.client.Link(p.call, p.response, link)
	if err != nil {
		return nil, err
	}
	return FetchPage[T, M](ctx, p.client, call, p.opts...)
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
