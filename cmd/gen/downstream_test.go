package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDownstream plays a user: gen is a tool dependency of their module, a line
// for go generate calls it, and their program compiles against the client.
func TestDownstream(t *testing.T) {
	if testing.Short() {
		t.Skip("builds gen in another module")
	}
	checkout := checkoutDir(t)
	dir := t.TempDir()
	goRun := goIn(t, dir)
	writeFile(t, filepath.Join(dir, "pets.yaml"), petsSpec)
	writeFile(t, filepath.Join(dir, "main.go"), petsProgram)
	goRun("mod", "init", "example.com/app")
	goRun("mod", "edit", "-replace=github.com/docwright/docwright="+checkout)
	copyFile(t, filepath.Join(checkout, "go.sum"), filepath.Join(dir, "go.sum")) // the test is offline
	goRun("get", "-tool", "github.com/docwright/docwright/cmd/gen")
	goRun("generate", "./...")
	goRun("build", "./...")
	goRun("vet", "./...")
	wantOwnImports(t, goRun, "example.com/app")
	if out := goRun("tool", "gen", "check", "--spec", "pets.yaml", "--out", "pets"); !strings.Contains(out, "up to date") {
		t.Errorf("gen check: %s", out)
	}
}

const petsSpec = `openapi: 3.1.0
info: {title: Pets, version: "1"}
servers: [{url: https://pets.example.com}]
paths:
  /pets/{id}:
    get:
      operationId: pets.get
      summary: Fetch a pet
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200":
          description: The pet.
          content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}
components:
  schemas:
    Pet:
      type: object
      required: [id, name]
      properties: {id: {type: integer}, name: {type: string}}
`

const petsProgram = `package main

//go:generate go tool gen --spec pets.yaml --out pets

import (
	"context"
	"fmt"

	"example.com/app/pets"
)

func main() {
	client, err := pets.New()
	if err != nil {
		panic(err)
	}
	pet, err := client.Pets.Get(context.Background(), 1)
	if err == nil {
		fmt.Println(pet.Name)
	}
}
`

// TestEmptyModule copies a committed client with its runtime into a module
// that has nothing but go mod init, runs gen there, and compiles what came out,
// as Go 1.24 and without any dependency.
func TestEmptyModule(t *testing.T) {
	if testing.Short() {
		t.Skip("builds gen")
	}
	checkout := checkoutDir(t)
	gen := filepath.Join(t.TempDir(), "gen")
	goIn(t, checkout)("build", "-o", gen, "./cmd/gen")
	for _, api := range []string{"ctrlhub", "clarus"} {
		t.Run(api, func(t *testing.T) {
			dir := t.TempDir()
			goRun := goIn(t, dir)
			goRun("mod", "init", "example.com/empty")
			goRun("mod", "edit", "-go=1.24")
			for _, part := range []string{api, "api", "jsonapi", "internal"} {
				from := filepath.Join(checkout, "generated", part)
				if err := os.CopyFS(filepath.Join(dir, "generated", part), os.DirFS(from)); err != nil {
					t.Fatal(err)
				}
			}
			spec := filepath.Join(checkout, "spec", api, "openapi.yaml")
			cmd := exec.Command(gen, "generate", "--spec", spec, "--out", "generated/"+api)
			cmd.Dir = dir
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("gen generate: %v\n%s", err, out)
			}
			goRun("build", "./...")
			goRun("vet", "./...")
			wantOwnImports(t, goRun, "example.com/empty")
		})
	}
}

// wantOwnImports fails for a dependency outside the standard library.
func wantOwnImports(t *testing.T, goRun func(...string) string, module string) {
	t.Helper()
	deps := goRun("list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./...")
	for dep := range strings.Lines(deps) {
		if dep = strings.TrimSpace(dep); dep != module && !strings.HasPrefix(dep, module+"/") {
			t.Errorf("the module depends on %s", dep)
		}
	}
}

// checkoutDir is this module's root.
func checkoutDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// goIn returns a function that runs the go command in dir, offline.
func goIn(t *testing.T, dir string) func(args ...string) string {
	return func(args ...string) string {
		t.Helper()
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOSUMDB=off", "GOWORK=off", "PWD="+dir)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
		}
		return string(out)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, to, string(data))
}
