package api

import (
	"context"
	"iter"
)

// Pager is a page of a list, whatever tells where the next one is.
type Pager[P any] interface {
	// NextKey identifies the next page: a link, a cursor, an offset. It is
	// empty for the last page.
	NextKey() string
	// Next fetches the next page.
	Next(ctx context.Context) (P, error)
}

// Pages iterates over a list's pages, from the one that first fetches. With
// prefetch, the next page is fetched while the loop body works. An error ends
// the sequence; so does a NextKey that was seen before, with ErrPageLoop.
func Pages[P Pager[P]](ctx context.Context, first func(context.Context) (P, error), prefetch bool) iter.Seq2[P, error] {
	panic("being written")
}
