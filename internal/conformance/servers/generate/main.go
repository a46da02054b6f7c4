// Command generate has oapi-codegen make the servers of the curated specs. It
// runs in the directory of its module, and does nothing if the servers are
// already those of the present specs.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

var apis = []string{"clarus", "ctrlhub"}

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	unlock, err := lock("lock") // two packages of tests ask for the servers
	if err != nil {
		return err
	}
	defer unlock()
	stamp, err := inputs()
	if err != nil {
		return err
	}
	if old, err := os.ReadFile("stamp"); err == nil && bytes.Equal(old, stamp) {
		return nil
	}
	for _, name := range apis {
		code, err := generate(name)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.MkdirAll(name, 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(name, "server.gen.go"), code, 0o666); err != nil {
			return err
		}
	}
	return os.WriteFile("stamp", stamp, 0o666)
}

// inputs is a hash of all that the servers are made of.
func inputs() ([]byte, error) {
	files := []string{"go.mod", "oapi-codegen.yaml", filepath.Join("generate", "main.go")}
	for _, name := range apis {
		specs, err := filepath.Glob(spec(name, "*.yaml"))
		if err != nil {
			return nil, err
		}
		files = append(files, specs...)
	}
	hash := sha256.New()
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(hash, "%s %d\n", filepath.ToSlash(name), len(data))
		hash.Write(data)
	}
	return fmt.Appendf(nil, "%x\n", hash.Sum(nil)), nil
}

// spec is the path of an API's file.
func spec(name, file string) string { return filepath.Join("..", "..", "..", "spec", name, file) }

// generate makes the server of an API from a bundle of its spec, because
// oapi-codegen reads only one file.
func generate(name string) ([]byte, error) {
	doc, err := bundled(spec(name, "openapi.yaml"))
	if err != nil {
		return nil, err
	}
	data, err := doc.MarshalJSON()
	if err != nil {
		return nil, err
	}
	bundle, err := os.CreateTemp("", "*.json")
	if err != nil {
		return nil, err
	}
	defer os.Remove(bundle.Name())
	defer bundle.Close()
	if _, err := io.Copy(bundle, bytes.NewReader(data)); err != nil {
		return nil, err
	}
	var stderr strings.Builder
	cmd := exec.Command("go", "tool", "oapi-codegen", "-config", "oapi-codegen.yaml", "-package", name, bundle.Name())
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("oapi-codegen: %w\n%s", err, stderr.String())
	}
	return out, nil
}

// bundled loads a spec and moves what it refers to into its components. It
// leaves out the responses: the tests compare requests only, and types for
// responses would be code without a use.
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
			// If two files have a component of one name, the file's name goes before it.
			name = strings.TrimSuffix(filepath.Base(ref.RefPath().Path), ".yaml") + "_" + name
		}
	})
	return doc, nil
}
