package servers

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

var update = flag.Bool("update", false, "write the servers")

// TestUpToDate holds that the committed servers are what the generator gives.
func TestUpToDate(t *testing.T) {
	for _, name := range []string{"ctrlhub", "clarus"} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(name, "server.gen.go")
			got, err := generate(name, filepath.Join(t.TempDir(), "openapi.json"))
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.MkdirAll(name, 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, got, 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s is stale: run go generate in internal/conformance/servers", file)
			}
		})
	}
}

// generate makes the server of an API, by way of a bundle of its spec:
// oapi-codegen wants one file.
func generate(name, bundle string) ([]byte, error) {
	doc, err := bundled(filepath.Join("..", "..", "..", "spec", name, "openapi.yaml"))
	if err != nil {
		return nil, err
	}
	data, err := doc.MarshalJSON()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(bundle, data, 0o666); err != nil {
		return nil, err
	}
	var stderr strings.Builder
	cmd := exec.Command("go", "tool", "oapi-codegen", "-config", "oapi-codegen.yaml", "-package", name, bundle)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("oapi-codegen: %w\n%s", err, stderr.String())
	}
	return out, nil
}

// bundled loads a spec and moves what it refers to into its components. The
// responses stay behind: the tests have these servers give documented ones,
// byte by byte, so that types for them would be code without a use.
func bundled(file string) (*openapi3.T, error) {
	loader := openapi3.NewLoader()
	loader.IsExternalRefsAllowed = true
	doc, err := loader.LoadFromFile(file)
	if err != nil {
		return nil, err
	}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			op.Responses = openapi3.NewResponses(openapi3.WithStatus(200, &openapi3.ResponseRef{
				Value: openapi3.NewResponse().WithDescription("As documented."),
			}))
		}
	}
	if doc.Components != nil {
		doc.Components.Responses, doc.Components.Schemas = nil, nil // those that requests refer to come back
	}
	taken := map[string]string{} // component → where it comes from
	doc.InternalizeRefs(context.Background(), func(_ *openapi3.T, ref openapi3.ComponentRef) string {
		source := ref.RefPath().Path + "#" + ref.RefPath().Fragment
		name := ref.RefString()
		name = name[strings.LastIndexAny(name, "/#")+1:]
		for {
			key := ref.CollectionName() + "/" + name
			if other, ok := taken[key]; !ok || other == source {
				taken[key] = source
				return name
			}
			// Two files with a component of one name: the file tells them apart.
			name = strings.TrimSuffix(filepath.Base(ref.RefPath().Path), ".yaml") + "_" + name
		}
	})
	return doc, nil
}
