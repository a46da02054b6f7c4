package api

import (
	"errors"
	"fmt"
	"testing"
)

// reach counts the keys that a step compares.
func (t *Trail) reach() int {
	n := 0
	for _, block := range []*Trail{t, t.before} {
		for ; block != nil; block = block.parent {
			n++
		}
	}
	return n
}

// TestTrailSteps: a page costs the same however many pages there were, and what is
// remembered does not grow.
func TestTrailSteps(t *testing.T) {
	var trail *Trail
	for i := range 100_000 {
		var err error
		if trail, err = trail.Step(fmt.Sprint("page ", i)); err != nil {
			t.Fatalf("page %d: %v", i, err)
		}
		if n := trail.reach; i%97 == 0 && (n() > 2*trailBlock || n() < min(i+1, trailBlock)) {
			t.Fatalf("page %d: %d keys are compared", i, n())
		}
	}
}

// TestTrailCircles: short circles end at the first page that comes again, long
// ones after at most four rounds.
func TestTrailCircles(t *testing.T) {
	for _, start := range []int{0, 1, 1000, 5000} {
		for _, length := range []int{1, 2, 7, trailBlock, trailBlock + 1, 5000, 20_000} {
			var trail *Trail
			var err error
			pages := 0
			for ; err == nil && pages < 200_000; pages++ {
				key := pages
				if key >= start {
					key = start + (key-start)%length
				}
				trail, err = trail.Step(fmt.Sprint(key))
			}
			most := start + length + 1
			if length > trailBlock {
				most = 4 * (start + length + trailBlock)
			}
			if !errors.Is(err, ErrPageLoop) || pages > most {
				t.Errorf("a circle of %d from %d: %v after %d pages, want at most %d", length, start, err, pages, most)
			}
		}
	}
}

// TestTrailAgain: a page can be fetched again, and its trail goes on from there.
func TestTrailAgain(t *testing.T) {
	a, _ := (*Trail)(nil).Step("a")
	b, _ := a.Step("b")
	for range 2 {
		if _, err := a.Step("b"); err != nil {
			t.Error(err)
		}
		if _, err := b.Step("a"); !errors.Is(err, ErrPageLoop) {
			t.Errorf("b leads to a: %v", err)
		}
	}
}
