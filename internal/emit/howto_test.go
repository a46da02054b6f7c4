package emit

import (
	"maps"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// TestFirstCall type-checks the first calls of all cases against their clients.
func TestFirstCall(t *testing.T) {
	calls, split, credentials := 0, 0, 0
	for _, c := range cases(t, "testdata") {
		t.Run(c.name, func(t *testing.T) {
			api, _ := buildCase(t, c.input)
			if api == nil {
				return
			}
			src := checkFirstCall(t, api)
			if strings.Contains(src, "context.Background()") {
				calls++
				if api.Split {
					split++
				}
			}
			if strings.Contains(src, "os.Getenv") {
				credentials++
			}
		})
	}
	if calls < 20 || split < 1 || credentials < 5 {
		t.Errorf("%d programs make a call, %d of them with a split client; %d read a credential or an address", calls, split, credentials)
	}
}

// checkFirstCall type-checks the first call of an API, and returns the program.
func checkFirstCall(t *testing.T, api *model.API) string {
	t.Helper()
	files, err := Files(api, testOptions)
	if err != nil {
		t.Fatal(err)
	}
	spelling, err := Spell(api, testOptions)
	if err != nil {
		t.Fatal(err)
	}
	packages := maps.Clone(elsewhere)
	packages[testOptions.Import] = typecheckInto(t, files, packages)
	src := spelling.FirstCall(testOptions.Import)
	typecheckPackage(t, map[string][]byte{"main.go": []byte(src + "\n")}, packages)
	return src
}

// TestFirstCallText checks the statements for each kind of credential.
func TestFirstCallText(t *testing.T) {
	for _, c := range []struct{ name, security, want string }{
		{"key", `key: {type: apiKey, in: header, name: X-Key}`, `pets.WithAPIKey(os.Getenv("PETS_KEY"))`},
		{"basic", `key: {type: http, scheme: basic}`, `pets.WithKey(os.Getenv("PETS_USER"), os.Getenv("PETS_PASSWORD"))`},
		{"bearer", `key: {type: http, scheme: bearer}`, `pets.WithKey(os.Getenv("PETS_TOKEN"))`},
		{"token", `key: {type: openIdConnect, openIdConnectUrl: "https://example.com/oidc"}`, `api.WithToken(os.Getenv("PETS_TOKEN"))`},
		{"mutual TLS", `key: {type: mutualTLS}`, ``},
	} {
		t.Run(c.name, func(t *testing.T) {
			spec := `{openapi: 3.1.0, info: {title: Pets, version: "1"}, servers: [{url: "https://example.com"}], security: [{key: []}],
paths: {/pets: {get: {operationId: listPets, tags: [pets], responses: {"200": {description: Pets., content: {application/json: {schema: {type: array, items: {type: string}}}}}}}}},
components: {securitySchemes: {` + c.security + `}}}`
			doc, diags := load.File("openapi.yaml", load.Options{ReadFile: func(string) ([]byte, error) { return []byte(spec), nil }})
			if doc == nil || load.Errors(diags) {
				t.Fatal(diags)
			}
			api, _ := model.Build(doc, model.Options{Package: "pets"})
			s, err := Spell(api, testOptions)
			if err != nil {
				t.Fatal(err)
			}
			want := "client, err := pets.New(" + c.want + ")\nif err != nil {\n\tlog.Fatal(err)\n}\n" +
				"result, err := client.Pets.List(context.Background())\nif err != nil {\n\tlog.Fatal(err)\n}\nfmt.Printf(\"%+v\\n\", result)"
			if got := s.FirstCall(""); got != want {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
			checkFirstCall(t, api)
		})
	}
}
