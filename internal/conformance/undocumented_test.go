package conformance

import (
	"os"
	"regexp"
	"testing"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// TestUndocumented applies the overlay of the calls that no page documents: each
// becomes an operation, without a warning and beside the documented ones.
func TestUndocumented(t *testing.T) {
	a := apis[0]
	overlay, err := os.ReadFile(a.path("undocumented.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	doc, diags := load.File(a.path("openapi.yaml"), load.Options{Overlays: []string{a.path("undocumented.yaml")}})
	for _, d := range diags {
		t.Error(d)
	}
	api, _ := model.Build(doc, model.Options{Package: a.name})
	operations := map[string]bool{}
	for _, s := range api.Services {
		for _, o := range s.Operations {
			operations[o.ID] = true
		}
	}
	ids := regexp.MustCompile(`operationId: (\S+)`).FindAllSubmatch(overlay, -1)
	if len(ids) == 0 {
		t.Fatal("the overlay adds no operation")
	}
	for _, id := range ids {
		if !operations[string(id[1])] {
			t.Errorf("%s of the overlay is not an operation of the client", id[1])
		}
	}
	if want := len(a.loadSpec(t).Operations()) + len(ids); len(operations) != want {
		t.Errorf("%d operations, want %d", len(operations), want)
	}
}
