package api

import (
	"context"
	"errors"
	"hash/maphash"
	"iter"
)

// Pager is a page of a list, whatever says where the next one is.
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
	ErrPageLoop = errors.New("api: the server refers back to a page that was read before")
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

// yieldThen calls stop unless the loop continues: also when its body panics.
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

// Trail remembers which keys gave a page, to notice a server that refers in
// circles. It is never changed, so pages can be fetched again.
//
// It has the last thousand keys or more, so that a page costs the same after a
// million pages. A longer circle is noticed when it comes back to the key of a
// checkpoint, which moves at each power of two (R. P. Brent, 1980).
type Trail struct {
	hash   uint64
	parent *Trail // of the same block; nil for its first key
	before *Trail // the last key of the block before
	count  int    // of keys

	checkpoint uint64
	hasPassed  bool // there is a checkpoint
}

// trailBlock is how many keys a block has. Two blocks are known.
const trailBlock = 1024

var trailSeed = maphash.MakeSeed()

// Step returns the trail of the page that key gives, or ErrPageLoop if key
// is on the trail already. A nil Trail is the start.
func (t *Trail) Step(key string) (*Trail, error) {
	next := &Trail{hash: maphash.String(trailSeed, key), count: 1}
	if t == nil {
		return next, nil
	}
	if t.has(next.hash) || t.before.has(next.hash) || t.hasPassed && t.checkpoint == next.hash {
		return nil, ErrPageLoop
	}
	next.count, next.parent, next.before = t.count+1, t, t.before
	next.checkpoint, next.hasPassed = t.checkpoint, t.hasPassed
	if t.count%trailBlock == 0 {
		next.parent, next.before = nil, &Trail{hash: t.hash, parent: t.parent}
	}
	if t.count >= trailBlock && t.count&(t.count-1) == 0 {
		next.checkpoint, next.hasPassed = t.hash, true
	}
	return next, nil
}

// has reports whether a block has a key.
func (t *Trail) has(hash uint64) bool {
	for ; t != nil; t = t.parent {
		if t.hash == hash {
			return true
		}
	}
	return false
}

// Strategy is how a list paginates.
type Strategy string

// The strategies of lists.
const (
	ByOffset Strategy = "offset" // Param counts items
	ByPage   Strategy = "page"   // Param counts pages, from 1
	ByCursor Strategy = "cursor" // Param takes what Next points at
	ByToken  Strategy = "token"  // likewise
	ByLink   Strategy = "link"   // Next points at a URL; without Next, the Link header has it
)

// Paging says how a list of T, whose pages are of type R, paginates. JSON
// pointers are into the page; "-1" is a list's last element.
type Paging[R, T any] struct {
	Strategy Strategy
	Param    string     // query parameter that is moved; a JSON pointer moves that place of the body
	Next     string     // JSON pointer to the next value; "" where it is computed
	More     string     // JSON pointer to a boolean: whether there are more pages
	Total    string     // JSON pointer to the number of items in all pages
	Pages    string     // JSON pointer to the number of pages
	Start    Opt[int64] // value of Param for the first page; otherwise 1 for pages and 0 for offsets
	Items    func(page *R) []T
}

// Page is a page of a list.
type Page[R, T any] struct {
	Value    *R
	Response *Response

	items  func(*R) []T
	cursor *Cursor
}

// FetchPage makes the call of a list.
func FetchPage[R, T any](ctx context.Context, c *Client, call *Call, paging *Paging[R, T], opts ...CallOption) (*Page[R, T], error) {
	rules := Rules{paging.Strategy, paging.Param, paging.Next, paging.More, paging.Total, paging.Pages, paging.Start}
	return pageAt(ctx, paging.Items)(FetchCursor(ctx, c, call, rules, opts...))
}

// pageAt makes pages of cursors.
func pageAt[R, T any](ctx context.Context, items func(*R) []T) func(*Cursor, error) (*Page[R, T], error) {
	return func(cursor *Cursor, err error) (*Page[R, T], error) {
		if err != nil {
			return nil, err
		}
		p := &Page[R, T]{Value: new(R), Response: cursor.Response, items: items, cursor: cursor}
		if !cursor.Response.NoContent() {
			if err := cursor.Response.DecodeContext(ctx, p.Value); err != nil {
				return nil, err
			}
		}
		cursor.Count(len(p.Items()))
		return p, nil
	}
}

// All iterates over the items of a list's pages. An error ends the sequence.
func All[R, T any](pages iter.Seq2[*Page[R, T], error]) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for page, err := range pages {
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
func (p *Page[R, T]) Items() []T { return p.items(p.Value) }

// NextKey identifies the next page; it is empty for the last one.
func (p *Page[R, T]) NextKey() string { return p.cursor.NextKey() }

// Next fetches the next page; ErrLastPage when there is none.
func (p *Page[R, T]) Next(ctx context.Context) (*Page[R, T], error) {
	return pageAt(ctx, p.items)(p.cursor.Next(ctx))
}
