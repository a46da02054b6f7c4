package main

import (
	"testing"

	"github.com/docwright/docwright/internal/bench/out/api"
)

func BenchmarkP(b *testing.B) {
	all, _ := payloads()
	for _, p := range all {
		doc, _ := p.decode()
		b.Run("enc/"+p.name, func(b *testing.B) {
			b.SetBytes(int64(len(p.data)))
			b.ReportAllocs()
			for b.Loop() {
				api.Marshal(doc)
			}
		})
		b.Run("app/"+p.name, func(b *testing.B) {
			b.SetBytes(int64(len(p.data)))
			b.ReportAllocs()
			var buf []byte
			for b.Loop() {
				buf, _ = api.Append(buf[:0], doc)
			}
		})
		b.Run("new/"+p.name, func(b *testing.B) {
			b.SetBytes(int64(len(p.data)))
			b.ReportAllocs()
			for b.Loop() {
				api.Append(make([]byte, 0, len(p.data)+64), doc)
			}
		})
		b.Run("dec/"+p.name, func(b *testing.B) {
			b.SetBytes(int64(len(p.data)))
			b.ReportAllocs()
			for b.Loop() {
				p.decode()
			}
		})
	}
}

func init() { _ = live }
