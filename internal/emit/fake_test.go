package emit

import (
	"go/types"
	"maps"
	"path"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/docwright/docwright/internal/model"
)

// testFake are the options of fakes in tests.
var testFake = FakeOptions{Runtime: testOptions.Runtime, Client: testOptions.Import, Spec: "{}\n"}

// TestFakes type-checks the fakes of all cases against their clients, each as
// one package and as a package for each service.
func TestFakes(t *testing.T) {
	handlers := 0
	for _, c := range cases(t, "testdata") {
		for _, separate := range []bool{false, true} {
			t.Run(c.name+map[bool]string{true: "/split"}[separate], func(t *testing.T) {
				api, _ := buildCaseWith(t, c.input, func(o *model.Options) { o.Split, o.Fake = o.Split || separate, true })
				if api == nil {
					return
				}
				for _, src := range checkFake(t, api) {
					handlers += strings.Count(string(src), "\n\tapitest.On")
				}
			})
		}
	}
	if handlers < 200 {
		t.Errorf("only %d handlers", handlers)
	}
}

// checkFake type-checks the fake of an API, and returns its files.
func checkFake(t *testing.T, api *model.API) map[string][]byte {
	t.Helper()
	files, err := Files(api, testOptions)
	if err != nil {
		t.Fatal(err)
	}
	fake, err := Fake(api, testFake)
	if err != nil {
		t.Fatal(err)
	}
	extra := maps.Clone(elsewhere)
	typecheckInto(t, files, extra)
	checkTogether(t, fake, extra)
	return fake
}

// checkTogether type-checks the files of a directory as the package that they are.
func checkTogether(t *testing.T, files map[string][]byte, extra map[string]*types.Package) {
	t.Helper()
	in := map[string][]byte{}
	for name, src := range files {
		in[path.Base(name)] = src
	}
	typecheck(t, in, extra)
}

// TestFakeGolden runs the cases of testdata/fakes, which are those of TestGolden
// with the files of a fake.
func TestFakeGolden(t *testing.T) {
	for _, c := range cases(t, "testdata/fakes") {
		t.Run(c.name, func(t *testing.T) {
			api, reported := buildCaseWith(t, c.input, func(o *model.Options) { o.Fake = true })
			if api == nil {
				t.Fatal(reported)
			}
			shown := map[string][]byte{}
			for file, src := range checkFake(t, api) {
				if base := path.Base(file); base != "spec.go" && base != "exchanges.go" { // which are data
					shown[file] = src
				}
			}
			if reported != "" {
				shown["error"] = []byte(reported)
			}
			golden(t, c.file, c.input, shown)
		})
	}
}

// namesDocument has services that are called as what fakes have.
const namesDocument = `openapi: 3.1.0
info: {title: Names, version: "1"}
components: {schemas: {Thing: {type: object, properties: {id: {type: string}}}}}
paths:
`

// TestFakeNames gives packages the names of what a fake declares and imports.
func TestFakeNames(t *testing.T) {
	document := namesDocument
	for _, tag := range []string{"f", "t", "srv", "handle", "apitest", "url", "multipart", "Server", "Client", "Definition", "Start"} {
		answer := "properties: {" + tag + ": {type: string}}"
		document += "  /" + tag + ":\n    post:\n      tags: [" + tag + "]\n" +
			"      requestBody: {content: {application/x-www-form-urlencoded: {schema: {type: object, " + answer + "}}}}\n" +
			"      responses: {\"200\": {description: ok, content: {application/json: {schema: {type: object, " + answer + "}}}}}\n"
	}
	input := []txtar.File{{Name: "spec.yaml", Data: []byte(document)}}
	for _, separate := range []bool{false, true} {
		for _, pkg := range []string{"client", "srv", "apitest", "err", "f", "t"} {
			api, reported := buildCaseWith(t, input, func(o *model.Options) { o.Package, o.Split = pkg, separate })
			if api == nil {
				t.Fatal(reported)
			}
			if files := checkFake(t, api); len(files) != 4+11 {
				t.Errorf("package %s, split %v: %d files", pkg, separate, len(files))
			}
		}
	}
	api, _ := buildCaseWith(t, input, func(o *model.Options) { o.Package, o.Split = "api", true })
	_, err := Fake(api, testFake)
	const want = `spec.yaml:27:7: the package of service "apitest" is called apitest, as that of the fake
	set package for the client in gen.yaml to another name, or set split or fake to false`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}
