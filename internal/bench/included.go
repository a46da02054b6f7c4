package main

import (
	"os"
	"strconv"
	"time"

	"github.com/docwright/docwright/internal/bench/out/api"
)

// included are numbers of included resources. The time that resolving takes has
// to grow as they do.
var included = []int{1_000, 10_000, 100_000}

// resolving prints how much longer resolving a resource takes among many.
func resolving(rounds int, each time.Duration) error {
	s := new(suite)
	for _, n := range included {
		data := pagePayload(n/2, true)
		doc := new(articlePage)
		if err := api.Unmarshal(data, doc); err != nil {
			return err
		}
		s.add("resolve_included", strconv.Itoa(n), len(data), func() error { doc.Link(); return nil })
	}
	if err := s.measure(min(rounds, 5), each); err != nil {
		return err
	}
	s.table(os.Stdout)
	first := s.benches[0]
	for i, b := range s.benches[1:] {
		ratio("resolve_"+b.name+"_vs_"+first.name, b.perRound(func(r int) float64 {
			return b.nanoseconds(r) / float64(included[i+1]) / (first.nanoseconds(r) / float64(included[0]))
		}))
	}
	return nil
}
