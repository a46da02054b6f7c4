package main

import (
	"context"
	"os"
	"time"

	"github.com/docwright/docwright/internal/bench/out/decoder"
	unbounded "github.com/docwright/docwright/internal/bench/out/unbounded/articles"
	unboundeddecoder "github.com/docwright/docwright/internal/bench/out/unbounded/decoder"
	unboundedjsonapi "github.com/docwright/docwright/internal/bench/out/unbounded/jsonapi"
)

// bounds prints what the limits of decoding cost: on memory, on what is read again,
// and by the context. It is the time against that of a copy of the codec without them.
func (r *report) bounds(rounds int, each time.Duration) error {
	type page = unboundedjsonapi.Document[[]*unbounded.Article, unbounded.ArticleListMeta]
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s := new(suite)
	sizes := map[string]int{"bounds_25": 25, "bounds_page": 100}
	for name, n := range sizes {
		data := pagePayload(n, true)
		s.add(name, ours, len(data), func() error { return decoder.Unmarshal(ctx, data, new(articlePage)) })
		s.add(name, "unbounded", len(data), func() error { return unboundeddecoder.Unmarshal(ctx, data, new(page)) })
	}
	if err := s.measure(rounds, each); err != nil {
		return err
	}
	s.table(os.Stdout)
	for name := range sizes {
		r.ratio(name, s.find(name, "unbounded").faster(s.find(name, ours)))
	}
	return nil
}
