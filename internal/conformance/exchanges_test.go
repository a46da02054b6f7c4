package conformance

import (
	"testing"

	"github.com/docwright/docwright/internal/exchange"
)

// TestSpecs holds that the curated specs are valid OpenAPI.
func TestSpecs(t *testing.T) {
	for _, a := range apis {
		t.Run(a.name, func(t *testing.T) {
			if err := a.loadSpec(t).Validate(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestExchanges checks every documented call.
func TestExchanges(t *testing.T) {
	for _, a := range apis {
		t.Run(a.name, func(t *testing.T) {
			spec := a.loadSpec(t)
			for _, ex := range a.exchanges(t) {
				t.Run(ex.Name, func(t *testing.T) {
					t.Run("spec", func(t *testing.T) {
						if err := exchange.Validate(spec, ex); err != nil {
							t.Error(err)
						}
					})
				})
			}
		})
	}
}
