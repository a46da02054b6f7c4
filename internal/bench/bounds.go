package main

import (
	"context"

	"github.com/docwright/docwright/internal/bench/out/decoder"
	unbounded "github.com/docwright/docwright/internal/bench/out/unbounded/articles"
	unboundeddecoder "github.com/docwright/docwright/internal/bench/out/unbounded/decoder"
	unboundedjsonapi "github.com/docwright/docwright/internal/bench/out/unbounded/jsonapi"
)

// bounds prints what the limits of decoding cost: on memory, on what is read again,
// and by the context. It is the time against that of a copy of the codec without them.
func (r *report) bounds(rounds int) error {
	type page = unboundedjsonapi.Document[[]*unbounded.Article, unbounded.ArticleListMeta]
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	data := pagePayload(100, true)
	ratio, err := inTurn(100*rounds,
		&bench{run: func() error { return decoder.Unmarshal(ctx, data, new(articlePage)) }},
		&bench{run: func() error { return unboundeddecoder.Unmarshal(ctx, data, new(page)) }})
	if err == nil {
		r.ratio("bounds_page", ratio)
	}
	return err
}
