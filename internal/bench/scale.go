package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// perArticle is about what an article takes with what it includes.
const perArticle = 2500

// scale prints how much longer a byte takes in larger documents, from 10 KB to
// 100 MB: the list is flat where decoding is linear.
func scale(rounds int) error {
	sizes := []int{10_000, 100_000, 1_000_000, 10_000_000, 100_000_000}
	rounds = min(rounds, 3) // a round takes a second
	documents := make([][]byte, len(sizes))
	perByte := make([][]float64, len(sizes))
	for i, size := range sizes {
		documents[i] = pagePayload(size/perArticle, true)
	}
	for range rounds {
		for i, data := range documents {
			runtime.GC()
			repeat := max(1, 10_000_000/len(data))
			start := now()
			for range repeat {
				if _, err := into[articlePage](data)(); err != nil {
					return err
				}
			}
			perByte[i] = append(perByte[i], float64(now()-start)/float64(repeat*len(data)))
		}
	}
	list := make([]string, len(sizes))
	first := median(perByte[0])
	for i := range sizes {
		list[i] = fmt.Sprintf("%.2f", median(perByte[i])/first)
	}
	fmt.Println("ratio decode_scaling_10KB_to_100MB", strings.Join(list, " "))
	return nil
}

// held prints how much memory a string keeps that was taken out of a page.
func held() error {
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
	ratio("held_by_a_string_vs_16KB", bytes/16384)
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
