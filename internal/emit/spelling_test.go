package emit

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/exchange"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// curated builds the model of one of the repository's own specs.
func curated(t *testing.T, name string) *model.API {
	t.Helper()
	doc, diags := load.File(filepath.Join("../../spec", name, "openapi.yaml"), load.Options{})
	if doc == nil || load.Errors(diags) {
		t.Fatal(diags)
	}
	api, diags := model.Build(doc, model.Options{
		Package: name,
		Source:  "spec/" + name + "/openapi.yaml",
		Formats: map[string]string{"rql": runtimeSource + "/jsonapi.Filter"},
	})
	if load.Errors(diags) {
		t.Fatal(diags)
	}
	return api
}

// TestExamples type-checks an example call of every operation of the curated
// specs, without a sample and with each recorded request.
func TestExamples(t *testing.T) {
	for _, name := range []string{"ctrlhub", "clarus"} {
		t.Run(name, func(t *testing.T) {
			api := curated(t, name)
			opts := Options{Runtime: runtimeSource}
			files, err := Files(api, opts)
			if err != nil {
				t.Fatal(err)
			}
			client := checkFiles(t, name, files, nil)
			spelling, err := Spell(api, opts)
			if err != nil {
				t.Fatal(err)
			}
			samples := readSamples(t, name)
			var funcs []string
			withSample := 0
			for _, s := range api.Services {
				for _, op := range s.Operations {
					for _, sample := range append(samples[op.ID], nil) {
						funcs = append(funcs, exampleFunc(name, op, spelling, spelling.Example(s, op, sample)))
						if sample != nil {
							withSample++
						}
					}
				}
			}
			if withSample == 0 {
				t.Error("no operation has a recorded request")
			}
			checkFiles(t, "examples", map[string][]byte{"examples.go": exampleFile(name, funcs)}, client)
		})
	}
}

// readSamples reads the recorded requests of an API, by operation.
func readSamples(t *testing.T, name string) map[string][]*model.Sample {
	t.Helper()
	all, err := exchange.Read("../../spec/" + name + "/exchanges")
	if err != nil {
		t.Fatal(err)
	}
	samples := map[string][]*model.Sample{}
	for _, x := range all {
		samples[x.OperationID] = append(samples[x.OperationID], &model.Sample{Query: x.Request.URL().Query(), Header: x.Request.Header, Body: x.Request.Body})
	}
	return samples
}

// exampleFunc puts a call into a function that has the variables it mentions.
func exampleFunc(pkg string, op *model.Operation, s *Spelling, call string) string {
	params := "ctx context.Context, client *" + pkg + ".Client"
	for _, a := range op.Args {
		params += ", " + a.GoName + " " + s.other.goType(a.Type)
	}
	if op.Body != nil {
		params += ", " + op.Body.GoName + " " + (methodView{run: s.other, Operation: op}).bodyType()
	}
	return "func _(" + params + ") {\n{\n" + call + "\n}\n}\n" // a scope of its own: the call declares variables
}

func exampleFile(pkg string, funcs []string) []byte {
	body := strings.Join(funcs, "\n")
	var b strings.Builder
	b.WriteString("package examples\n\nimport (\n")
	for _, p := range []string{"context", "encoding/json", "io", "time", runtimeSource + "/api", runtimeSource + "/jsonapi", pkg} {
		if strings.Contains(body, p[strings.LastIndexByte(p, '/')+1:]+".") {
			fmt.Fprintf(&b, "\t%q\n", p)
		}
	}
	return []byte(b.String() + ")\n\n" + body)
}

// checkFiles type-checks a package that may import another. Variables that
// nothing uses are what examples end in.
func checkFiles(t *testing.T, path string, files map[string][]byte, imported *types.Package) *types.Package {
	t.Helper()
	runtime, err := known()
	if err != nil {
		t.Fatal(err)
	}
	fset := token.NewFileSet()
	var trees []*ast.File
	for _, name := range sortedKeys(files) {
		tree, err := parser.ParseFile(fset, name, files[name], 0)
		if err != nil {
			t.Fatal(err)
		}
		trees = append(trees, tree)
	}
	config := types.Config{
		Importer: importerFunc(func(path string) (*types.Package, error) {
			if imported != nil && imported.Path() == path {
				return imported, nil
			}
			return runtime[path], nil
		}),
		Error: func(err error) {
			if !strings.Contains(err.Error(), "declared and not used") {
				t.Error(err)
			}
		},
	}
	pkg, _ := config.Check(path, fset, trees, nil) // errors went to Error
	return pkg
}

// TestExampleText holds examples as they read.
func TestExampleText(t *testing.T) {
	api := curated(t, "ctrlhub")
	s, err := Spell(api, Options{Runtime: runtimeSource})
	if err != nil {
		t.Fatal(err)
	}
	samples := readSamples(t, "ctrlhub")
	got := map[string]string{}
	for _, service := range api.Services {
		for _, op := range service.Operations {
			if list := samples[op.ID]; len(list) > 0 {
				got[op.ID] = s.Example(service, op, list[0])
			}
		}
	}
	for id, want := range map[string]string{
		"contacts.update": `contact, err := client.Contacts.Update(ctx, orgID, contactID, ctrlhub.ContactUpdate{
	FirstName: api.Set("<string>"),
	LastName:  api.Set("<string>"),
	Email:     api.Set("john@doe.com"),
	Telephone: api.Set("<string>"),
})`,
		"customerAccounts.addContacts": `err := client.CustomerAccounts.AddContacts(ctx, orgID, customerAccountID, jsonapi.IDs[ctrlhub.Contact]("3c90c3cc-0d44-4b50-8888-8dd25736052a"))`,
	} {
		if got[id] != want {
			t.Errorf("%s:\n%s\nwant:\n%s", id, got[id], want)
		}
	}
}
