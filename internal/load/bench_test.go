package load

import (
	"context"
	"os"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// biggest returns the largest real document.
func biggest(b *testing.B) (path string, size int64) {
	for _, file := range corpus(b) {
		info, err := os.Stat(file)
		if err != nil {
			b.Fatal(err)
		}
		if info.Size() > size {
			path, size = file, info.Size()
		}
	}
	return path, size
}

func BenchmarkFile(b *testing.B) {
	path, size := biggest(b)
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if doc, diags := File(path, Options{}); doc == nil {
			b.Fatal(diags)
		}
	}
}

// BenchmarkCorpus loads all real documents, one after the other.
func BenchmarkCorpus(b *testing.B) {
	files := corpus(b)
	b.ReportAllocs()
	for b.Loop() {
		for _, file := range files {
			if doc, diags := File(file, Options{}); doc == nil {
				b.Fatal(diags)
			}
		}
	}
}

// BenchmarkCorpusKinOpenAPI is what BenchmarkCorpus compares with; documents
// that kin-openapi refuses count as well.
func BenchmarkCorpusKinOpenAPI(b *testing.B) {
	files := corpus(b)
	b.ReportAllocs()
	refused := 0
	for b.Loop() {
		refused = 0
		for _, file := range files {
			doc, err := openapi3.NewLoader().LoadFromFile(file)
			if err != nil || doc.Validate(context.Background()) != nil {
				refused++
			}
		}
	}
	b.ReportMetric(float64(refused), "refused")
}
