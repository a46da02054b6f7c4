package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// perArticle is about what an article takes with what it includes.
const perArticle = 2500

// sizes are those of the documents that scale decodes, in bytes.
var sizes = []int{10_000, 100_000, 1_000_000, 10_000_000, 100_000_000}

// scale prints how much longer a byte takes in larger documents: the list is flat
// where decoding is linear. encoding/json shows what is the machine's part.
func (r *report) scale(rounds int) error {
	decoders := []struct {
		name   string
		decode func(data []byte) error
	}{
		{"decode_scaling", func(data []byte) error { _, err := into[articlePage](data)(); return err }},
		{"decode_scaling_" + standard, func(data []byte) error { _, err := peerPage(data)(libraries[0]); return err }},
	}
	for _, d := range decoders {
		perByte := make([][]float64, len(sizes))
		for i, size := range sizes {
			data := pagePayload(size/perArticle, true)
			for range min(rounds, 3) { // the largest takes seconds
				ns, err := timed(data, d.decode)
				if err != nil {
					return err
				}
				perByte[i] = append(perByte[i], ns)
			}
		}
		list := make([]float64, len(sizes))
		first := median(perByte[0])
		for i := range sizes {
			list[i] = median(perByte[i]) / first
		}
		r.ratio(d.name, list...)
	}
	return nil
}

// timed is how many nanoseconds a byte of data takes to decode.
func timed(data []byte, decode func([]byte) error) (float64, error) {
	runtime.GC()
	repeat := max(1, 10_000_000/len(data))
	start := now()
	for range repeat {
		if err := decode(data); err != nil {
			return 0, err
		}
	}
	return float64(now()-start) / float64(repeat*len(data)), nil
}

// held prints how much memory a string keeps that was taken out of a page.
func (r *report) held() error {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	data := pagePayload(100, true)
	decode := into[articlePage](data)
	const pages = 64
	kept := make([]string, 0, pages)
	before := heap()
	for range pages {
		doc, err := decode()
		if err != nil {
			return err
		}
		page, ok := doc.(*articlePage)
		if !ok {
			return fmt.Errorf("not a page: %T", doc)
		}
		kept = append(kept, page.Data[50].Title)
	}
	bytes := (float64(heap()) - float64(before)) / pages
	fmt.Printf("a string of a page of %d bytes keeps %.0f bytes\n", len(data), bytes)
	r.ratio("held_by_a_string_vs_16KB", bytes/16384)
	runtime.KeepAlive(kept)
	return nil
}

func heap() uint64 {
	runtime.GC()
	runtime.GC() // what pools hold goes with the second one
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
