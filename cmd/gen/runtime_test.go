package main

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/project"
)

const onePet = `openapi: 3.0.3
info: {title: Pets, version: "1"}
servers: [{url: https://pets.example.com}]
paths:
  /pets/{id}:
    get:
      operationId: pets.get
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200":
          description: The pet.
          content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}
components:
  schemas:
    Pet: {type: object, required: [id], properties: {id: {type: integer}, name: {type: string}}}
`

// oneForm is an API that needs more of the runtime.
const oneForm = `openapi: 3.0.3
info: {title: Forms, version: "1"}
servers: [{url: https://forms.example.com}]
paths:
  /forms:
    post:
      operationId: forms.create
      requestBody:
        required: true
        content: {application/x-www-form-urlencoded: {schema: {type: object, properties: {name: {type: string}}}}}
      responses: {"204": {description: Stored.}}
`

const petTest = `package app

import (
	"context"
	"errors"
	"testing"

	"RUNTIME/api"
	"example.com/app/pets"
	"example.com/app/pets/petstest"
)

func TestPet(t *testing.T) {
	srv := petstest.NewServer(t)
	srv.Pets.OnGet(func(_ context.Context, req *petstest.PetsGetRequest) (*pets.Pet, error) { return &pets.Pet{ID: req.ID}, nil })
	pet, err := srv.Client.Pets.Get(context.Background(), 7)
	if err != nil || pet.ID != 7 || errors.Is(err, api.ErrNotFound) {
		t.Fatal(pet, err)
	}
}
`

// startModule makes a module with two documents and a test, and changes into it.
func startModule(t *testing.T, config, runtimePath string) (dir string, goRun func(...string) string) {
	t.Helper()
	checkout := checkoutDir(t)
	dir = t.TempDir()
	goRun = goIn(t, dir)
	goRun("mod", "init", "example.com/app")
	goRun("mod", "edit", "-replace="+project.ModulePath+"="+checkout, "-replace="+project.RuntimeModule+"="+runtimeModule(t))
	copyFile(t, filepath.Join(checkout, "go.sum"), filepath.Join(dir, "go.sum")) // the test is offline
	for name, text := range map[string]string{
		"gen.yaml": config, "pets.yaml": onePet, "forms.yaml": oneForm,
		"pet_test.go": strings.ReplaceAll(petTest, "RUNTIME", runtimePath), "app.go": "package app\n",
	} {
		writeFile(t, filepath.Join(dir, name), text)
	}
	t.Chdir(dir)
	return dir, goRun
}

// runtimeModule writes the module of the runtime, as the key publish does.
func runtimeModule(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	files, err := emit.Runtime(project.RuntimeModule, emit.NeedOf(emit.NeedAll))
	must(t, err)
	maps.Copy(files, emit.ModuleFiles(project.RuntimeModule))
	for name, data := range files {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), string(data))
	}
	return dir
}

// runGen runs gen and returns what it prints.
func runGen(t *testing.T, want int, args ...string) (stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	if code := run(args, &out, &errs); code != want {
		t.Fatalf("gen %s: exit %d\n%s%s", strings.Join(args, " "), code, &out, &errs)
	}
	return out.String(), errs.String()
}

// TestRuntimeModule imports the runtime: two clients, one with a fake, tested and
// vendored.
func TestRuntimeModule(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a fake")
	}
	const config = "runtime: module\nclients:\n  - {spec: pets.yaml, out: pets, fake: true}\n  - {spec: forms.yaml, out: forms}\n"
	dir, goRun := startModule(t, config, project.RuntimeModule)
	_, stderr := runGen(t, exitOK)
	const missing = "go.mod: warning: does not require github.com/docwright/docwright/generated/runtime, which the clients import (runtime: module)\n" +
		"\trun go get github.com/docwright/docwright/generated/runtime\n"
	if stderr != missing {
		t.Errorf("got  %q\nwant %q", stderr, missing)
	}
	goRun("get", project.RuntimeModule)
	goRun("get", "-tool", project.ToolPath) // which brings the versions of this checkout, that the cache has
	if out, stderr := runGen(t, exitOK); stderr != "" || !strings.Contains(out, "M pets/gen.lock") {
		t.Errorf("with the requirement, gen prints %s%s", out, stderr)
	}
	if lock := readFile(t, filepath.Join(dir, "pets", "gen.lock")); !strings.Contains(lock, "\nconfig runtime "+project.RuntimeModule+"\nconfig runtime.version v0.0.0") {
		t.Errorf("the lock is\n%s", lock)
	}
	for _, name := range []string{"api", "internal", "jsonapi", "graphql"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
			t.Errorf("%s is copied", name)
		}
	}
	goRun("vet", "./...")
	goRun("test", ".")
	goRun("mod", "vendor")
	goRun("build", "-mod=vendor", "./forms")
	if _, err := os.Stat(filepath.Join(dir, "vendor", filepath.FromSlash(project.RuntimeModule), "api", "client.go")); err != nil {
		t.Error(err)
	}
	must(t, os.RemoveAll(filepath.Join(dir, "vendor")))

	// From the module to a copy and back, nothing stays behind.
	writeFile(t, "gen.yaml", strings.TrimPrefix(config, "runtime: module\n"))
	runGen(t, exitOK)
	for _, name := range []string{"api/form.go", "apitest/server.go", "internal/codec/decode.go"} {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("%s is not copied", name)
		}
	}
	writeFile(t, "gen.yaml", config)
	out, _ := runGen(t, exitStale, "check")
	if want := "D api/form.go: config key import changed from example.com/app to " + project.RuntimeModule + "\n"; !strings.Contains(out, want) {
		t.Errorf("gen check does not print %q:\n%s", want, out)
	}
	runGen(t, exitOK)
	for _, name := range []string{"api", "internal", "apitest/gen.lock"} {
		if _, err := os.Stat(name); (err == nil) != (name == "apitest/gen.lock") {
			t.Errorf("%s: %v", name, err)
		}
	}
	runGen(t, exitOK, "check")
}

// TestRuntimeCopy adds to a copy what a second client needs, and takes it away
// with the client. A run with flags leaves what a config's clients need.
func TestRuntimeCopy(t *testing.T) {
	if testing.Short() {
		t.Skip("type-checks a module")
	}
	dir, goRun := startModule(t, "clients:\n  - {spec: pets.yaml, out: pets}\n", "example.com/app")
	must(t, os.Remove("pet_test.go"))
	runGen(t, exitOK)
	has := func(want bool, name string) {
		t.Helper()
		if _, err := os.Stat(filepath.Join(dir, name)); (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
	has(false, "api/form.go")
	runGen(t, exitOK, "--spec", "forms.yaml", "--out", "forms")
	has(true, "api/form.go")
	runGen(t, exitOK) // the other client still needs it
	has(true, "api/form.go")
	runGen(t, exitOK, "check")
	goRun("vet", "./...")
	must(t, os.RemoveAll("forms"))
	out, _ := runGen(t, exitStale, "check")
	if !strings.Contains(out, "D api/form.go: what forms needs of the runtime changed\n") {
		t.Errorf("gen check prints\n%s", out)
	}
	runGen(t, exitOK)
	has(false, "api/form.go")
	writeFile(t, "gen.yaml", "keep: [api.ClientCredentials]\nclients:\n  - {spec: pets.yaml, out: pets}\n")
	runGen(t, exitOK)
	has(true, "api/oauth2.go")
	goRun("vet", "./...")
	writeFile(t, "gen.yaml", "keep: [api.ClientCredential]\nclients:\n  - {spec: pets.yaml, out: pets}\n")
	_, stderr := runGen(t, exitFailed)
	const wrong = "gen.yaml:1:1: error: keep: \"api.ClientCredential\" is not a name that a copy of the runtime can lack\n" +
		"\tdid you mean api.ClientCredentials? name what your code uses of the runtime and its copy does not have, such as api.ClientCredentials, or all\n"
	if stderr != wrong {
		t.Errorf("got  %q\nwant %q", stderr, wrong)
	}

	// A copy that moves leaves nothing behind.
	writeFile(t, "gen.yaml", "runtime: lib\nclients:\n  - {spec: pets.yaml, out: pets}\n")
	runGen(t, exitOK)
	has(true, "lib/api/client.go")
	has(false, "api")
	has(false, "internal")
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestPublish writes the runtime as a module of its own, which compiles, and
// takes it away again.
func TestPublish(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles the runtime")
	}
	const config = "clients:\n  - {spec: pets.yaml, out: pets}\n"
	dir, _ := startModule(t, "publish: lib\n"+config, "example.com/app")
	runGen(t, exitOK)
	runGen(t, exitOK, "check")
	const want = "// Code generated by cmd/gen. DO NOT EDIT.\n\nmodule example.com/app/lib\n\ngo 1.24\n"
	if got := readFile(t, "lib/go.mod"); got != want {
		t.Errorf("go.mod is %q", got)
	}
	goIn(t, filepath.Join(dir, "lib"))("vet", "./...")
	writeFile(t, "lib/api/client.go", strings.Replace(readFile(t, "lib/api/client.go"), "package api", "package  api", 1))
	if out, _ := runGen(t, exitStale, "check"); out != "M lib/api/client.go: edited by hand\n1 client, 1 operation, 1 type, 0 fallbacks, 0 repairs, 0 renames: 1 stale file, run gen\n" {
		t.Errorf("gen check prints %s", out)
	}
	writeFile(t, "gen.yaml", config)
	runGen(t, exitOK)
	if _, err := os.Stat("lib"); err == nil {
		t.Error("the module is left")
	}
}
