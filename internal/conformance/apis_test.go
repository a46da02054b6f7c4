package conformance

import (
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/generated/clarus"
	"github.com/docwright/docwright/generated/ctrlhub"
	"github.com/docwright/docwright/internal/exchange"
)

// curated is one of the APIs that this repository curates.
type curated struct {
	name   string // of its directories below spec and generated
	spec   func() (*exchange.Spec, error)
	client func(opts ...api.Option) (any, error)

	// credentials returns the options for the credentials of a documented request.
	credentials func(http.Header) []api.Option
}

// apis are the curated APIs.
var apis = []*curated{
	newCurated(&curated{
		name:   "ctrlhub",
		client: func(opts ...api.Option) (any, error) { return ctrlhub.New(opts...) },
		credentials: func(h http.Header) []api.Option {
			if token := h.Get("X-Session-Token"); token != "" {
				return []api.Option{ctrlhub.WithSessionToken(token)}
			}
			return []api.Option{ctrlhub.WithToken(bearer(h))}
		},
	}),
	newCurated(&curated{
		name:   "clarus",
		client: func(opts ...api.Option) (any, error) { return clarus.New(opts...) },
		credentials: func(h http.Header) []api.Option {
			return []api.Option{clarus.WithToken(bearer(h)), clarus.WithSubdomain(h.Get("X-Clarus-Subdomain"))}
		},
	}),
}

func bearer(h http.Header) string {
	return strings.TrimPrefix(h.Get("Authorization"), "Bearer ")
}

func newCurated(a *curated) *curated {
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
