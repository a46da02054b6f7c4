package main

import (
	"flag"
	"fmt"
	"io"
	"math"
	"slices"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"
)

// bench is a benchmark: something that is done again and again to size bytes.
type bench struct {
	group, name string
	size        int
	run         func() error

	rounds []testing.BenchmarkResult
}

const nsPerRun = "ns/run"

// epoch is when the program began.
var epoch = time.Now()

// wall is the time on the clock, cpu the time that the process has had of all
// processors, the collector's part included. On a machine that others use, the
// second one tells more.
func wall() time.Duration { return time.Since(epoch) }

func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // there is no reason for which it could fail
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// now is the clock that is used.
var now = wall

// suite is what runs together in rounds.
type suite struct {
	benches []*bench
	err     error
}

func (s *suite) add(group, name string, size int, run func() error) {
	s.benches = append(s.benches, &bench{group: group, name: name, size: size, run: run})
}

// measure runs each benchmark once in each round, for about the given time.
func (s *suite) measure(rounds int, each time.Duration) error {
	if err := flag.Set("test.benchtime", each.String()); err != nil {
		return err
	}
	for range rounds {
		for _, b := range s.benches {
			b.rounds = append(b.rounds, testing.Benchmark(func(t *testing.B) {
				t.ReportAllocs()
				start := now()
				for t.Loop() {
					if err := b.run(); err != nil {
						s.err = fmt.Errorf("%s of %s: %w", b.group, b.name, err)
						t.FailNow()
					}
				}
				t.ReportMetric(float64(now()-start)/float64(t.N), nsPerRun)
			}))
			if s.err != nil {
				return s.err
			}
		}
	}
	return nil
}

func (s *suite) find(group, name string) *bench {
	for _, b := range s.benches {
		if b.group == group && b.name == name {
			return b
		}
	}
	panic("no benchmark " + group + " " + name)
}

// others are the benchmarks of a group but for one.
func (s *suite) others(group, name string) []*bench {
	return slices.DeleteFunc(slices.Clone(s.benches), func(b *bench) bool { return b.group != group || b.name == name })
}

// nanoseconds is what one run took in round r.
func (b *bench) nanoseconds(r int) float64 {
	return b.rounds[r].Extra[nsPerRun]
}

// perRound is the median over the rounds of f.
func (b *bench) perRound(f func(round int) float64) float64 {
	values := make([]float64, len(b.rounds))
	for r := range values {
		values[r] = f(r)
	}
	return median(values)
}

// faster is how many times as fast as the fastest of others b is. The fastest is
// so over all rounds: of several, one is lucky in any round.
func (b *bench) faster(others ...*bench) float64 {
	least := math.Inf(1)
	for _, o := range others {
		least = min(least, b.perRound(func(r int) float64 { return o.nanoseconds(r) / b.nanoseconds(r) }))
	}
	return least
}

// inTurn runs two benchmarks in turn, n times, and returns the time of the first
// against that of the second: ratios of single runs are steadier than those of batches
// on a busy machine.
func inTurn(n int, first, second *bench) (float64, error) {
	var times [2][]float64
	for range n {
		for i, b := range []*bench{first, second} {
			start := now()
			if err := b.run(); err != nil {
				return 0, err
			}
			times[i] = append(times[i], float64(now()-start))
		}
	}
	return median(times[0]) / median(times[1]), nil
}

func (b *bench) allocs() float64 {
	return b.perRound(func(r int) float64 { return float64(b.rounds[r].AllocsPerOp()) })
}

func (b *bench) bytes() float64 {
	return b.perRound(func(r int) float64 { return float64(b.rounds[r].AllocedBytesPerOp()) })
}

func (s *suite) table(w io.Writer) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "benchmark\twith\tbytes\tMB/s\tns\tB/op\tallocs\t")
	for _, b := range s.benches {
		ns := b.perRound(b.nanoseconds)
		fmt.Fprintf(t, "%s\t%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t\n", b.group, b.name, b.size, float64(b.size)*1e3/ns, ns, b.bytes(), b.allocs())
	}
	t.Flush()
}

func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}
