package emit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/token"
	"go/types"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// TestGolden runs the cases of testdata: an archive's comment says what the
// case is about, its first file is the document, further files named *.yaml or
// *.json stand beside it (gen.json holds options, as gen.yaml has them for a
// client), and the rest is the wanted output: Go files, of which
// a case names those that it is about, or one file "error" with everything that
// the run reports.
func TestGolden(t *testing.T) {
	for _, c := range cases(t, "testdata") {
		t.Run(c.name, func(t *testing.T) {
			got, reported := generate(t, c.input)
			if got != nil {
				typecheck(t, got, elsewhere)
			}
			shown := map[string][]byte{}
			for _, f := range c.wanted {
				if src, ok := got[f.Name]; ok {
					shown[f.Name] = src
				}
			}
			if len(c.wanted) == 0 {
				shown = got
			}
			if reported != "" {
				shown["error"] = []byte(reported)
			}
			golden(t, c.file, c.input, shown)
		})
	}
}

// goldenCase is an archive of testdata.
type goldenCase struct {
	name, file    string
	input, wanted []txtar.File
}

// cases reads the archives of a directory.
func cases(t *testing.T, dir string) []goldenCase {
	t.Helper()
	files, err := filepath.Glob(dir + "/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d cases, %v", len(files), err)
	}
	var all []goldenCase
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := goldenCase{name: strings.TrimSuffix(filepath.Base(file), ".txtar"), file: file}
		if c.input, c.wanted = split(ar.Files); len(c.input) == 0 || len(bytes.TrimSpace(ar.Comment)) == 0 {
			t.Fatalf("%s: a case needs a comment and a document", file)
		}
		all = append(all, c)
	}
	return all
}

// elsewhere are the packages that overrides in testdata name.
var elsewhere = map[string]*types.Package{
	"github.com/google/uuid": declaring("github.com/google/uuid", "UUID"),
	"example.com/money":      declaring("example.com/money", "Amount"),
}

// declaring makes a package of one type.
func declaring(path, name string) *types.Package {
	p := types.NewPackage(path, path[strings.LastIndexByte(path, '/')+1:])
	p.Scope().Insert(types.NewTypeName(token.NoPos, p, name, types.Typ[types.String]))
	p.MarkComplete()
	return p
}

// split tells the documents of a case from the wanted output.
func split(files []txtar.File) (input, wanted []txtar.File) {
	for i, f := range files {
		if ext := filepath.Ext(f.Name); ext != ".yaml" && ext != ".json" {
			return files[:i], files[i:]
		}
	}
	return files, nil
}

// generate loads, builds and emits the document that is the first of files, and
// returns what it reports beside.
func generate(t *testing.T, files []txtar.File) (out map[string][]byte, reported string) {
	t.Helper()
	api, reported := buildCase(t, files)
	if api != nil {
		var err error
		if out, err = Files(api, testOptions); err != nil {
			t.Fatal(err)
		}
	}
	return out, reported
}

// buildCase makes the model of a case; nil when its document cannot be used.
func buildCase(t *testing.T, files []txtar.File) (api *model.API, reported string) {
	t.Helper()
	return buildCaseWith(t, files, func(*model.Options) {})
}

// buildCaseWith is buildCase with other options than the case has.
func buildCaseWith(t *testing.T, files []txtar.File, change func(*model.Options)) (api *model.API, reported string) {
	t.Helper()
	var options struct {
		model.Options
		Overlays []string
	}
	for _, f := range files[1:] {
		if f.Name == "gen.json" {
			if err := json.Unmarshal(f.Data, &options); err != nil {
				t.Fatal(err)
			}
		}
	}
	options.Package, options.Source = "client", files[0].Name
	change(&options.Options)
	doc, diagnostics := load.File(files[0].Name, load.Options{Overlays: options.Overlays, ReadFile: func(name string) ([]byte, error) {
		for _, f := range files {
			if filepath.Clean(name) == f.Name {
				return f.Data, nil
			}
		}
		return nil, fmt.Errorf("%s: %w", name, os.ErrNotExist)
	}})
	if doc != nil {
		var more []load.Diagnostic
		api, more = model.Build(doc, options.Options)
		diagnostics = append(diagnostics, more...)
	}
	var b strings.Builder
	for _, d := range diagnostics {
		fmt.Fprintln(&b, d)
	}
	return api, b.String()
}

// TestOrderOfPaths checks that the order of a document's paths changes nothing:
// every third document in the reverse order; with GEN_HEAVY all, and also in five
// orders at random.
func TestOrderOfPaths(t *testing.T) {
	compared, rounds, stride := 0, 1, 3
	if os.Getenv("GEN_HEAVY") != "" {
		rounds, stride = 6, 1
	}
	for i, c := range cases(t, "testdata") {
		if i%stride != 0 {
			continue
		}
		doc, _ := load.File(c.input[0].Name, load.Options{ReadFile: func(string) ([]byte, error) { return c.input[0].Data, nil }})
		if doc == nil || len(c.input) > 1 {
			continue
		}
		paths := doc.Root.Get("paths").Members
		want, _ := generate(t, withPaths(doc, paths))
		for round := range rounds {
			shuffled := slices.Clone(paths)
			slices.Reverse(shuffled)
			if round > 0 {
				rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
			}
			got, _ := generate(t, withPaths(doc, shuffled))
			if !maps.EqualFunc(got, want, bytes.Equal) {
				for path := range want {
					if !bytes.Equal(got[path], want[path]) {
						t.Errorf("%s: %s depends on the order of paths: %s", c.file, path, firstDifference(string(want[path]), string(got[path])))
					}
				}
				break
			}
		}
		compared++
	}
	if compared < 10 {
		t.Errorf("only %d documents", compared)
	}
}

// withPaths is doc as JSON with its paths in another order.
func withPaths(doc *load.Document, paths []load.Member) []txtar.File {
	object := func(members []load.Member, value func(load.Member) []byte) []byte {
		b := []byte{'{'}
		for i, m := range members {
			if i > 0 {
				b = append(b, ',')
			}
			name, _ := json.Marshal(m.Name)
			b = append(append(append(b, name...), ':'), value(m)...)
		}
		return append(b, '}')
	}
	asIs := func(m load.Member) []byte { return m.Value.JSON() }
	return []txtar.File{{Name: "spec.json", Data: object(doc.Root.Members, func(m load.Member) []byte {
		if m.Name == "paths" {
			return object(paths, asIs)
		}
		return asIs(m)
	})}}
}

// TestLocked holds that what gen.lock keeps of a run gives the same files again,
// for every case and with a package for each service, too.
func TestLocked(t *testing.T) {
	for _, c := range append(cases(t, "testdata"), cases(t, "testdata/fakes")...) {
		for _, separate := range []bool{false, true} {
			options := func(o *model.Options) { o.Split = o.Split || separate }
			api, _ := buildCaseWith(t, c.input, options)
			if api == nil {
				continue
			}
			again, _ := buildCaseWith(t, c.input, func(o *model.Options) {
				options(o)
				o.Names, o.Held = api.Names, api.Held
			})
			want, err := Files(api, testOptions)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Files(again, testOptions)
			if err != nil {
				t.Fatal(err)
			}
			for name := range want {
				if !bytes.Equal(got[name], want[name]) {
					t.Errorf("%s: %s differs: %s", c.name, name, firstDifference(string(want[name]), string(got[name])))
				}
			}
			if len(got) != len(want) || !maps.Equal(api.Names, again.Names) || !maps.Equal(api.Held, again.Held) {
				t.Errorf("%s: other files or names", c.name)
			}
		}
	}
}

// TestHeldAsBefore holds that a type which grows or shrinks past the size where
// fields hold it by pointer stays as gen.lock says, and that a new one goes by its
// size.
func TestHeldAsBefore(t *testing.T) {
	const field = "\tSettings %sSettings `json:\"settings,omitzero\"`"
	small, large := settingsDocument(3), settingsDocument(80)
	for _, c := range []struct {
		name          string
		before, after []txtar.File
		want          string
	}{
		{"small", nil, small, ""},
		{"large", nil, large, "*"},
		{"grown", small, large, ""},
		{"shrunk", large, small, "*"},
		{"large again", large, large, "*"},
		{"grown since a lock that said nothing", small, large, "*"},
	} {
		var before *model.API
		if c.before != nil {
			before, _ = buildCase(t, c.before)
		}
		api, _ := buildCaseWith(t, c.after, func(o *model.Options) {
			if before != nil {
				o.Names, o.Held = before.Names, before.Held
			}
			if strings.HasSuffix(c.name, "said nothing") {
				o.Held = nil
			}
		})
		out, err := Files(api, testOptions)
		if err != nil {
			t.Fatal(err)
		}
		typecheck(t, out, elsewhere)
		if want := fmt.Sprintf(field, c.want); !strings.Contains(string(out["pet.go"]), want) {
			t.Errorf("%s: no line %q in\n%s", c.name, want, out["pet.go"])
		}
	}
}

// settingsDocument has a schema Settings of n members, which Pet holds.
func settingsDocument(n int) []txtar.File {
	b := []byte(`openapi: 3.1.0
info: {title: Pets, version: "1"}
paths:
  /pet:
    get:
      operationId: pets.get
      responses: {"200": {description: It., content: {application/json: {schema: {$ref: "#/components/schemas/Pet"}}}}}
components:
  schemas:
    Pet: {type: object, properties: {settings: {$ref: "#/components/schemas/Settings"}}}
    Settings:
      type: object
      properties:
`)
	for i := range n {
		b = fmt.Appendf(b, "        s%d: {type: string}\n", i)
	}
	return []txtar.File{{Name: "openapi.yaml", Data: b}}
}
