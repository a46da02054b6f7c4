package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/docwright/docwright/internal/bench/out/api"
)

func main() {
	testing.Init()
	rounds := flag.Int("rounds", 9, "rounds, of which each runs every benchmark once")
	each := flag.Duration("time", 20*time.Millisecond, "time for a benchmark in a round")
	busy := flag.Bool("cpu", false, "count processor time instead of time: for a machine that others use meanwhile")
	show := flag.Bool("readme", false, "print the rows of the table in cmd/gen/help/speed.md as they are now")
	flag.Parse()
	if *busy {
		now = cpu
	}
	if err := run(*rounds, *each, *show); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// A service has memory in use beside what is measured here. Without any, the
// collector runs after every few megabytes, and it is what is measured. Package
// testing collects before each benchmark, too, and the runtime keeps but a tenth
// more than was in use then: next to little memory, what is measured is how fast
// the system gives pages. Nothing touches this memory.
const (
	inUse      = 512 << 20
	inUseScale = 64 << 20 // for large documents: the collector's part belongs to their cost
)

func run(rounds int, each time.Duration, show bool) error {
	live := make([]byte, inUse)
	s, r := new(suite), &report{ratios: map[string]string{}}
	all, err := payloads()
	if err != nil {
		return err
	}
	for _, p := range all {
		if err := s.addPayload(p); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	if err := s.measure(rounds, each); err != nil {
		return err
	}
	s.table(os.Stdout)
	fmt.Println()
	for _, p := range all {
		r.compare(s, p.name)
	}
	if err := r.bounds(rounds); err != nil {
		return err
	}
	if err := r.resolving(rounds, each); err != nil {
		return err
	}
	runtime.KeepAlive(live)
	live = make([]byte, inUseScale)
	defer runtime.KeepAlive(live)
	if err := r.scale(rounds); err != nil {
		return err
	}
	if err := r.held(); err != nil {
		return err
	}
	if err := r.overhead(rounds, each); err != nil {
		return err
	}
	return r.readme("../../cmd/gen/help/speed.md", show)
}

func (s *suite) addPayload(p payload) error {
	doc, err := p.decode()
	if err != nil {
		return err
	}
	if err := same(p.data, doc); err != nil {
		return err
	}
	size := len(p.data)
	s.add("decode_"+p.name, ours, size, func() error { _, err := p.decode(); return err })
	s.add("encode_"+p.name, ours, size, func() error { _, err := api.Marshal(doc); return err })
	for _, l := range libraries {
		v, err := p.peer(l)
		if err != nil {
			return err
		}
		if _, err := l.marshal(v); err != nil {
			return err
		}
		s.add("decode_"+p.name, l.name, size, func() error { _, err := p.peer(l); return err })
		s.add("encode_"+p.name, l.name, size, func() error { _, err := l.marshal(v); return err })
	}
	return nil
}

// same holds that doc is all that was in data: whoever decodes less is faster.
func same(data []byte, doc any) error {
	out, err := api.Marshal(doc)
	if err != nil {
		return err
	}
	var x, y any
	if err := json.Unmarshal(data, &x); err != nil {
		return err
	}
	if err := json.NewDecoder(bytes.NewReader(out)).Decode(&y); err != nil {
		return err
	}
	if !reflect.DeepEqual(x, y) {
		return fmt.Errorf("it was not decoded whole: %s", out)
	}
	return nil
}

// compare prints the ratios of a payload: higher is better for us, but for
// allocations, of which it is our share.
func (r *report) compare(s *suite, name string) {
	for _, verb := range []string{"decode_", "encode_"} {
		group := verb + name
		mine, std := s.find(group, ours), s.find(group, standard)
		r.ratio(group+"_vs_encodingjson", mine.faster(std))
		r.ratio(group+"_vs_best_peer", mine.faster(s.others(group, ours)...))
		r.ratio(group+"_allocs_vs_oapi", mine.allocs()/std.allocs())
	}
}
