package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/docwright/docwright/internal/bench/out/api"
)

// perArticle is about what an article takes with what it includes.
const perArticle = 2500

// sizes are those of the documents that scale decodes, in bytes.
var sizes = []int{10_000, 100_000, 1_000_000, 10_000_000, 100_000_000}

// scale prints how much longer a byte takes in larger documents: the list is flat
// where decoding is linear. A client decodes the body that it has read;
// encoding/json shows what is the machine's part. Each round has all sizes: on a
// machine that slows down, all do.
func (r *report) scale(rounds int) error {
	names := []string{"decode_scaling", "decode_scaling_unmarshal", "decode_scaling_" + standard}
	ratios := make([][][]float64, len(names)) // by way of decoding, size, round
	for k := range ratios {
		ratios[k] = make([][]float64, len(sizes))
	}
	for range min(rounds, 5) { // the largest takes seconds
		first := make([]float64, len(names))
		for i, size := range sizes {
			doc, err := scaled(size)
			if err != nil {
				return err
			}
			for k, decode := range doc.decode {
				ns, err := timed(doc.size, decode)
				if err != nil {
					return err
				}
				if i == 0 {
					first[k] = ns
				}
				ratios[k][i] = append(ratios[k][i], ns/first[k])
			}
		}
	}
	for k, name := range names {
		list := make([]float64, len(sizes))
		for i := range list {
			list[i] = median(ratios[k][i])
		}
		r.ratio(name, list...)
	}
	return nil
}

// document is a page of about one of the sizes, and the ways to decode it.
type document struct {
	size   int
	decode [3]func() error // the body that a client has read, with Unmarshal, with encoding/json
}

func scaled(size int) (*document, error) {
	data := pagePayload(size/perArticle, true)
	resp, err := answered(data)
	if err != nil {
		return nil, err
	}
	data = resp.Body // there is one of it, however it is decoded
	return &document{len(data), [...]func() error{
		func() error {
			doc := new(articlePage)
			if err := resp.Decode(doc); err != nil {
				return err
			}
			doc.Link()
			return nil
		},
		func() error { _, err := into[articlePage](data)(); return err },
		func() error { _, err := peerPage(data)(libraries[0]); return err },
	}}, nil
}

// answered is what a client has of a server that answers with data.
func answered(data []byte) (*api.Response, error) {
	server := doer(func(req *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {mediaType}}, Request: req,
			Body: io.NopCloser(bytes.NewReader(data)), ContentLength: int64(len(data)),
		}, nil
	})
	client, err := api.NewClient(api.Config{}, api.WithServer("http://localhost"),
		api.WithHTTPClient(&http.Client{Transport: server}), api.WithResponseLimit(0))
	if err != nil {
		return nil, err
	}
	return client.Do(context.Background(), &api.Call{Method: http.MethodGet, Path: "/articles"})
}

// doer is a function as a transport.
type doer func(*http.Request) (*http.Response, error)

// RoundTrip calls f.
func (f doer) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// timed is how many nanoseconds decoding takes for each of size bytes. What other
// sizes have left behind goes back to the system first, lest the runtime does that
// meanwhile, and a run that is not counted has it give pages for this one.
func timed(size int, decode func() error) (float64, error) {
	repeat := max(1, 20_000_000/size)
	var start time.Duration
	debug.FreeOSMemory()
	for range 2 {
		runtime.GC()
		start = now()
		for range repeat {
			if err := decode(); err != nil {
				return 0, err
			}
		}
	}
	return float64(now()-start) / float64(repeat*size), nil
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
