package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"strconv"
	"strings"
)

// Pager is a page of a list, whatever tells where the next one is.
type Pager[P any] interface {
	// NextKey identifies the next page: a link, a cursor, an offset. It is
	// empty for the last page.
	NextKey() string
	// Next fetches the next page; ErrLastPage when there is none.
	Next(ctx context.Context) (P, error)
}

// Ways in which a list ends.
var (
	ErrLastPage = errors.New("api: this is the last page")
	ErrPageLoop = errors.New("api: the server leads back to a page that was read before")
)

// Pages iterates over a list's pages, from the one that first fetches. With
// prefetch, the next page is fetched while the loop body works; leaving the
// loop ends that, too. An error ends the sequence.
func Pages[P Pager[P]](ctx context.Context, first func(context.Context) (P, error), prefetch bool) iter.Seq2[P, error] {
	return func(yield func(P, error) bool) {
		page, err := first(ctx)
		for {
			if err != nil {
				var none P
				yield(none, err)
				return
			}
			more := page.NextKey() != ""
			next, stop := page.Next, func() {}
			if more && prefetch {
				next, stop = ahead(ctx, page.Next)
			}
			if !yieldThen(yield, page, stop) || !more {
				return
			}
			page, err = next(ctx)
			stop()
		}
	}
}

// yieldThen calls stop unless the loop goes on: also when its body panics.
func yieldThen[P any](yield func(P, error) bool, page P, stop func()) (goOn bool) {
	defer func() {
		if !goOn {
			stop()
		}
	}()
	return yield(page, nil)
}

// ahead begins to fetch in the background. stop ends that and waits for it.
func ahead[P any](ctx context.Context, fetch func(context.Context) (P, error)) (next func(context.Context) (P, error), stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var page P
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		page, err = fetch(ctx)
	}()
	next = func(context.Context) (P, error) {
		<-done
		return page, err
	}
	stop = func() {
		cancel()
		<-done
	}
	return next, stop
}

// Trail remembers which keys led to a page, to notice a server that leads in
// circles. It is never changed, so pages can be fetched again.
type Trail struct {
	hash   uint64
	parent *Trail
}

var trailSeed = maphash.MakeSeed()

// Step returns the trail of the page that key leads to, or ErrPageLoop if key
// is on the trail already. A nil Trail is the start.
func (t *Trail) Step(key string) (*Trail, error) {
	hash := maphash.String(trailSeed, key)
	for at := t; at != nil; at = at.parent {
		if at.hash == hash {
			return nil, ErrPageLoop
		}
	}
	return &Trail{hash, t}, nil
}

// Strategy is how a list goes on.
type Strategy string

// The strategies of lists.
const (
	ByOffset Strategy = "offset" // Param counts items
	ByPage   Strategy = "page"   // Param counts pages, from 1
	ByCursor Strategy = "cursor" // Param takes what Next points at
	ByToken  Strategy = "token"  // likewise
	ByLink   Strategy = "link"   // Next points at a URL; without Next, the Link header has it
)

// Paging says how a list of T, whose pages are of type R, goes on. JSON
// pointers lead into the page; "-1" is a list's last element.
type Paging[R, T any] struct {
	Strategy Strategy
	Param    string // query parameter that is moved; a JSON pointer moves that place of the body
	Next     string // JSON pointer to the next value; "" where it is computed
	More     string // JSON pointer to a boolean: whether there are more pages
	Total    string // JSON pointer to the number of items in all pages
	Items    func(page *R) []T
}

// Page is a page of a list.
type Page[R, T any] struct {
	Value    *R
	Response *Response

	client *Client
	call   *Call
	opts   []CallOption
	paging *Paging[R, T]
	trail  *Trail
	seen   int    // items of the pages before
	sum    uint64 // of the body
	next   json.RawMessage
}

// FetchPage makes the call of a list.
func FetchPage[R, T any](ctx context.Context, c *Client, call *Call, paging *Paging[R, T], opts ...CallOption) (*Page[R, T], error) {
	p := &Page[R, T]{client: c, call: call, opts: opts, paging: paging}
	if err := p.fetch(ctx); err != nil {
		return nil, err
	}
	return p, nil
}

// FetchPages iterates over the pages of a list.
func FetchPages[R, T any](ctx context.Context, c *Client, call *Call, paging *Paging[R, T], opts ...CallOption) iter.Seq2[*Page[R, T], error] {
	first := func(ctx context.Context) (*Page[R, T], error) { return FetchPage(ctx, c, call, paging, opts...) }
	return Pages(ctx, first, Prefetch(c, opts...))
}

// FetchAll iterates over the items of all pages.
func FetchAll[R, T any](ctx context.Context, c *Client, call *Call, paging *Paging[R, T], opts ...CallOption) iter.Seq2[*T, error] {
	first := func(ctx context.Context) (*Page[R, T], error) { return FetchPage(ctx, c, call, paging, opts...) }
	return All(ctx, first, Prefetch(c, opts...))
}

// All iterates over the items of a list's pages, from the page that first
// fetches, as Pages does over the pages.
func All[R, T any](ctx context.Context, first func(context.Context) (*Page[R, T], error), prefetch bool) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for page, err := range Pages(ctx, first, prefetch) {
			if err != nil {
				yield(nil, err)
				return
			}
			items := page.Items()
			for k := range items {
				if !yield(&items[k], nil) {
					return
				}
			}
		}
	}
}

// Items returns the page's items.
func (p *Page[R, T]) Items() []T { return p.paging.Items(p.Value) }

// NextKey identifies the next page; it is empty for the last one.
func (p *Page[R, T]) NextKey() string { return jsonText(p.next) }

// Next fetches the next page; ErrLastPage when there is none.
func (p *Page[R, T]) Next(ctx context.Context) (*Page[R, T], error) {
	key := p.NextKey()
	if key == "" {
		return nil, ErrLastPage
	}
	trail, err := p.trail.Step(key)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.call.Operation, err)
	}
	next := &Page[R, T]{client: p.client, opts: p.opts, paging: p.paging, trail: trail, seen: p.seen + len(p.Items())}
	if p.paging.Strategy == ByLink || strings.HasPrefix(key, "https://") || strings.HasPrefix(key, "http://") {
		if next.call, err = p.client.Link(p.call, p.Response, key); err != nil {
			return nil, err
		}
	} else {
		next.call = p.call.with(p.paging.Param, p.next)
	}
	if err := next.fetch(ctx); err != nil {
		return nil, err
	}
	if next.sum == p.sum && p.counts() { // the server does not know the parameter
		return nil, fmt.Errorf("%s: %w", p.call.Operation, ErrPageLoop)
	}
	return next, nil
}

// counts reports whether nothing in a page tells where the next one is.
func (p *Page[R, T]) counts() bool {
	return p.paging.Next == "" && p.paging.Total == "" && p.paging.Strategy != ByLink
}

func (p *Page[R, T]) fetch(ctx context.Context) error {
	resp, err := p.client.Do(ctx, p.call, p.opts...)
	if err != nil {
		return err
	}
	p.Response, p.Value = resp, new(R)
	if !resp.NoContent() {
		if err := resp.Decode(p.Value); err != nil {
			return err
		}
	}
	p.sum = maphash.Bytes(trailSeed, resp.Body)
	p.next = p.follow()
	return nil
}

// follow returns the value that leads to the next page, nil if there is none.
func (p *Page[R, T]) follow() json.RawMessage {
	body := p.Response.Body
	if p.paging.More != "" {
		if more := lookup(body, p.paging.More); string(more) == "false" || string(more) == "null" {
			return nil
		}
	}
	if p.paging.Next != "" {
		next := lookup(body, p.paging.Next)
		if string(next) == "false" || string(next) == "null" {
			return nil
		}
		return next
	}
	switch p.paging.Strategy {
	case ByLink:
		return nextLink(p.Response.Header.Values("Link"))
	case ByOffset, ByPage:
		return p.count(len(p.Items()))
	}
	return nil
}

// count computes the next offset or page number. Without a total, an empty page
// is the end: a short one may just be what the server likes.
func (p *Page[R, T]) count(items int) json.RawMessage {
	if items == 0 {
		return nil
	}
	step, at := 1, 1
	if p.paging.Strategy == ByOffset {
		step, at = items, 0
	}
	sent := p.Response.sent.Query().Get(p.paging.Param)
	if o := p.call.overrides(p.paging.Param); o != nil {
		sent = jsonText(o)
	}
	if n, err := strconv.Atoi(sent); err == nil {
		at = n
	}
	if total, err := strconv.Atoi(jsonText(lookup(p.Response.Body, p.paging.Total))); err == nil && p.paging.Total != "" {
		if p.paging.Strategy == ByOffset && at+items >= total || p.seen+items >= total {
			return nil
		}
	}
	return json.RawMessage(strconv.Itoa(at + step))
}

// nextLink finds rel="next" in Link headers (RFC 8288).
func nextLink(headers []string) json.RawMessage {
	for _, header := range headers {
		for header != "" {
			_, rest, ok := strings.Cut(header, "<")
			target, params, closed := strings.Cut(rest, ">")
			if !ok || !closed {
				break
			}
			params, header, _ = strings.Cut(params, "<")
			for param := range strings.SplitSeq(params, ";") {
				name, value, _ := strings.Cut(strings.TrimRight(strings.TrimSpace(param), ", "), "=")
				if !strings.EqualFold(strings.TrimSpace(name), "rel") {
					continue
				}
				for rel := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"`)) {
					if strings.EqualFold(rel, "next") {
						link, _ := json.Marshal(target)
						return link
					}
				}
			}
			if header != "" {
				header = "<" + header
			}
		}
	}
	return nil
}

// with returns call with a parameter replaced.
func (call *Call) with(name string, value json.RawMessage) *Call {
	next := *call
	next.override = []override{{name, value}}
	for _, o := range call.override {
		if o.name != name {
			next.override = append(next.override, o)
		}
	}
	return &next
}

func (call *Call) overrides(name string) json.RawMessage {
	for _, o := range call.override {
		if o.name == name {
			return o.value
		}
	}
	return nil
}
