package conformance

import (
	"path/filepath"
	"sync"
	"testing"

	"github.com/docwright/docwright/internal/exchange"
)

// curated is one of the APIs that this repository curates.
type curated struct {
	name string // of its directories below spec and generated
	spec func() (*exchange.Spec, error)
}

// apis are the curated APIs.
var apis = []*curated{newCurated("ctrlhub"), newCurated("clarus")}

func newCurated(name string) *curated {
	a := &curated{name: name}
	a.spec = sync.OnceValues(func() (*exchange.Spec, error) { return exchange.LoadSpec(a.path("openapi.yaml")) })
	return a
}

// path is that of a file below the API's spec directory.
func (a *curated) path(name string) string {
	return filepath.Join("..", "..", "spec", a.name, filepath.FromSlash(name))
}

func (a *curated) loadSpec(t *testing.T) *exchange.Spec {
	t.Helper()
	spec, err := a.spec()
	if err != nil {
		t.Fatal(err)
	}
	return spec
}

// exchanges reads the API's documented calls. Those with problems fail the
// test and are left out, so that the others are still checked.
func (a *curated) exchanges(t *testing.T) []*exchange.Exchange {
	t.Helper()
	all, err := exchange.Read(a.path("exchanges"))
	if err != nil {
		t.Error(err)
	}
	return all
}
