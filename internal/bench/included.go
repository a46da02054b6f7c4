package main

import (
	"os"
	"strconv"
	"time"

	"github.com/docwright/docwright/internal/bench/out/api"
	"github.com/docwright/docwright/internal/bench/out/articles"
)

// included are numbers of included resources. The time that resolving takes has
// to grow as they do.
var included = []int{1_000, 10_000, 100_000}

// identity is what a user's own table of resources would have as its key.
type identity struct{ typ, id string }

// mapped is the least that resolving takes with a Go map: every resource of the
// page is entered, and every identifier in the page looked up.
func mapped(doc *articlePage) func() error {
	var resources, identifiers []identity
	add := func(typ string, ids ...string) {
		for _, id := range ids {
			identifiers = append(identifiers, identity{typ, id})
		}
	}
	for _, a := range doc.Data {
		resources = append(resources, identity{"articles", a.ID})
		add("people", a.Author.ID())
		add("comments", a.Comments.IDs()...)
		add("articles", a.Next.ID())
		add("people", a.Watchers.IDs()...)
	}
	for v := range doc.Included.All() {
		switch v := v.(type) {
		case *articles.Person:
			resources = append(resources, identity{"people", v.ID})
			add("articles", v.Articles.IDs()...)
		case *articles.Comment:
			resources = append(resources, identity{"comments", v.ID})
			add("people", v.Author.ID())
			add("articles", v.Article.ID())
		}
	}
	targets := make([]*identity, len(identifiers))
	return func() error {
		table := make(map[identity]*identity, len(resources))
		for k := range resources {
			table[resources[k]] = &resources[k]
		}
		for k, r := range identifiers {
			targets[k] = table[r]
		}
		return nil
	}
}

// resolving prints how much longer resolving a resource takes among many, and how
// much longer a Go map takes for as many.
func (r *report) resolving(rounds int, each time.Duration) error {
	s := new(suite)
	for _, n := range included {
		data := pagePayload(n/2, true)
		doc := new(articlePage)
		if err := api.Unmarshal(data, doc); err != nil {
			return err
		}
		s.add("resolve_"+strconv.Itoa(n), ours, len(data), func() error { doc.Link(); return nil })
		s.add("resolve_"+strconv.Itoa(n), "map", len(data), mapped(doc))
	}
	if err := s.measure(min(rounds, 5), each); err != nil {
		return err
	}
	s.table(os.Stdout)
	for _, name := range []string{ours, "map"} {
		var list []float64
		first := s.find("resolve_"+strconv.Itoa(included[0]), name)
		for _, n := range included {
			b := s.find("resolve_"+strconv.Itoa(n), name)
			list = append(list, b.perRound(func(round int) float64 {
				return b.nanoseconds(round) / float64(n) / (first.nanoseconds(round) / float64(included[0]))
			}))
		}
		r.ratio(map[string]string{ours: "resolve_scaling", "map": "resolve_scaling_map"}[name], list...)
	}
	return nil
}
