package emit

import (
	"maps"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// TestStarter type-checks the first programs of all cases against their
// clients.
func TestStarter(t *testing.T) {
	calls := 0
	for _, c := range cases(t, "testdata") {
		t.Run(c.name, func(t *testing.T) {
			api, _ := buildCase(t, c.input)
			if api == nil {
				return
			}
			if strings.Contains(checkStarter(t, api), "client.Pets.") {
				calls++
			}
		})
	}
	if calls < 3 {
		t.Errorf("%d programs call anything of Pets", calls)
	}
}

// checkStarter type-checks the first program of an API, and returns it.
func checkStarter(t *testing.T, api *model.API) string {
	t.Helper()
	files, err := Files(api, testOptions)
	if err != nil {
		t.Fatal(err)
	}
	src, err := Starter(api, "example.com/app/client", testOptions)
	if err != nil {
		t.Fatal(err)
	}
	extra := maps.Clone(elsewhere)
	extra["example.com/app/client"] = typecheck(t, files, elsewhere)
	typecheck(t, map[string][]byte{"main.go": src}, extra)
	return string(src)
}

// TestStarterDocument holds the document for those who have none to the first
// program that one would want.
func TestStarterDocument(t *testing.T) {
	doc, diags := load.File("openapi.yaml", load.Options{Strict: true, ReadFile: func(string) ([]byte, error) { return StarterDocument(), nil }})
	if doc == nil || len(diags) > 0 {
		t.Fatal(diags)
	}
	api, diags := model.Build(doc, model.Options{Package: "pets"})
	if len(diags) > 0 {
		t.Error(diags)
	}
	if src := checkStarter(t, api); !strings.Contains(src, "result, err := client.Pets.List(context.Background())") {
		t.Errorf("the program is\n%s", src)
	}
}
