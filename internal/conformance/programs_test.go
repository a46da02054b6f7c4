package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/templates/runtime/apitest"
)

// programModule is the module of the programs of testdata/programs.
const programModule = "example.com/programs"

// foundPrograms are programs that use the client of a document as it is found.
var foundPrograms = []struct {
	name, file string // of the package of the client, and of the document
	program    string // directory below testdata/programs
	seed       []any
	want       string
}{
	{name: "osf", file: "testdata/found/nodes.yaml", program: "osf", seed: nodes, want: nodesWanted},
	{name: "pages", file: "testdata/found/pages.yaml", program: "pages", seed: []any{
		seed(`{"type":"things","id":"1"}`), seed(`{"type":"things","id":"2"}`), seed(`{"type":"things","id":"3"}`),
	}, want: "numbers 2\nnumbers 1\noffsets 2\noffsets 1\ncursors 2\ncursors 1\n"},
	{name: "osf", file: "dev/osf.io.json", program: "osf", seed: nodes, want: nodesWanted},
	{name: "apps", file: "dev/apple.com_app-store-connect.json", program: "apps", seed: []any{
		seed(`{"type":"apps","id":"1","attributes":{"name":"Maps"},"relationships":{"builds":{"data":[{"type":"builds","id":"7"}]}}}`),
		seed(`{"type":"apps","id":"2","attributes":{"name":"Notes"}}`),
		seed(`{"type":"apps","id":"3","attributes":{"name":"Photos"},"relationships":{"builds":{"data":[{"type":"builds","id":"8"}]}}}`),
		seed(`{"type":"builds","id":"7","attributes":{"version":"1.0"}}`),
		seed(`{"type":"builds","id":"8","attributes":{"version":"2.0"}}`),
	}, want: "Maps\n  build 1.0\nNotes\nPhotos\n  build 2.0\n"},
	{name: "up", file: "dev/up.com.au.json", program: "up", seed: []any{
		seed(transaction("1", "Coffee", "SETTLED")), seed(transaction("2", "Tea", "HELD")), seed(transaction("3", "Cake", "SETTLED")),
	}, want: "Coffee 4.50 a1\nCake 4.50 a1\n"},
	{name: "github", file: "dev/api.github.com.json", program: "github", want: "v1.0.0\n1347 Found a bug\n"},
	{name: "stripe", file: "dev/stripe.com.json", program: "stripe", want: "quote\nperson\n"},
	{name: "kubernetes", file: "dev/kubernetes.io.json", program: "kubernetes", want: "written\n"},
	{name: "klaviyo", file: "jsonapi/klaviyo.json", program: "klaviyo", want: "ann@example.com\n"},
}

var nodes = []any{
	seed(`{"type":"nodes","id":"n1","attributes":{"title":"Corals","category":"data"}}`),
	seed(`{"type":"nodes","id":"n2","attributes":{"title":"Tides","category":"software"}}`),
	seed(`{"type":"contributors","id":"n1-u1","attributes":{"permission":"write"},"relationships":{"node":{"data":{"type":"nodes","id":"n1"}},"user":{"data":{"type":"users","id":"u1"}}}}`),
	seed(`{"type":"contributors","id":"n2-u2","attributes":{"permission":"read"},"relationships":{"node":{"data":{"type":"nodes","id":"n2"}},"user":{"data":{"type":"users","id":"u2"}}}}`),
}

const nodesWanted = "Corals data u1 write\nTides software u2 read\n"

func transaction(id, description, status string) string {
	return `{"type":"transactions","id":"` + id + `","attributes":{"description":"` + description + `","status":"` + status + `","rawText":null,"message":null,"isCategorizable":true,` +
		`"holdInfo":null,"roundUp":null,"cashback":null,"amount":{"currencyCode":"AUD","value":"4.50","valueInBaseUnits":450},"foreignAmount":null,"settledAt":null,"createdAt":"2025-01-01T00:00:00Z"},` +
		`"relationships":{"account":{"data":{"type":"accounts","id":"a1"}},"transferAccount":{"data":null},"category":{"data":null,"links":{"self":"/"}},"parentCategory":{"data":null},"tags":{"data":[],"links":{"self":"/"}}},"links":{"self":"/"}}`
}

// TestFoundPrograms compiles programs with generated clients, and runs them against
// fakes. The documents of others are in CORPUS.
func TestFoundPrograms(t *testing.T) {
	for _, p := range foundPrograms {
		t.Run(filepath.Base(p.file), func(t *testing.T) {
			file := foundFile(t, p.file)
			dir := t.TempDir()
			writeClient(t, dir, file, p.name)
			if err := os.CopyFS(filepath.Join(dir, "main"), os.DirFS(filepath.Join("testdata", "programs", p.program))); err != nil {
				t.Fatal(err)
			}
			program := filepath.Join(dir, "program")
			build := exec.Command("go", "build", "-o", program, "./main")
			build.Dir, build.Env = dir, append(os.Environ(), "GOFLAGS=-trimpath") // so that the build cache knows it again
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("%s", out)
			}
			srv := startFound(t, file, apitest.ForTest(t))
			if err := srv.Seed(p.seed...); err != nil {
				t.Fatal(err)
			}
			out, err := exec.Command(program, srv.URL).CombinedOutput()
			if got := string(out); err != nil || got != p.want {
				t.Errorf("got %v\n%s\nwant\n%s", err, got, p.want)
			}
		})
	}
}

// foundFile is a document of ours, or one of CORPUS: of a directory, or of a
// directory of them, or the document itself.
func foundFile(t *testing.T, name string) string {
	t.Helper()
	file := filepath.FromSlash(name)
	if strings.HasPrefix(name, "testdata/") {
		return file
	}
	for _, root := range filepath.SplitList(os.Getenv("CORPUS")) {
		for _, path := range []string{filepath.Join(root, file), filepath.Join(root, filepath.Base(file)), root} {
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() && filepath.Base(path) == filepath.Base(file) {
				return path
			}
		}
	}
	t.Skip("CORPUS has no " + name)
	return ""
}

// writeClient makes a module with the client of a document.
func writeClient(t *testing.T, dir, file, name string) {
	t.Helper()
	doc, diags := load.File(file, load.Options{})
	if doc == nil {
		t.Fatal(diags)
	}
	api, _ := model.Build(doc, model.Options{Package: name, Source: filepath.Base(file)})
	files, err := emit.Files(api, emit.Options{Runtime: programModule, Import: programModule + "/" + name})
	if err != nil {
		t.Fatal(err)
	}
	all, err := emit.Runtime(programModule, emit.NeedOf(emit.NeedAll))
	if err != nil {
		t.Fatal(err)
	}
	for path, data := range files {
		all[name+"/"+path] = data
	}
	all["go.mod"] = []byte("module " + programModule + "\n\ngo 1.24\n")
	for path, data := range all {
		path = filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
