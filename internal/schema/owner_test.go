package schema

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// gone are files that read schemas by themselves before this package did.
var gone = []string{
	"internal/model/shape.go", "internal/model/jsonapi.go", "internal/lint/view.go", "internal/lint/value.go",
	"templates/runtime/apitest/schema.go", "templates/runtime/apitest/endpoint.go", "templates/runtime/apitest/sample.go",
}

// readers are the files elsewhere that may name keywords that combine schemas,
// with what they do with them.
var readers = map[string]string{
	"internal/load/grammar.go":           "says where references may be",
	"internal/budget/kinds.go":           "makes documents that are expensive to read",
	"internal/budget/structures.go":      "makes documents that are expensive to read",
	"internal/model/declare.go":          "finds the name of the schema around a part",
	"internal/model/identity.go":         "names places for locks",
	"internal/review/correct.go":         "has oasdiff merge allOf",
	"internal/review/prune.go":           "edits documents for kin-openapi",
	"internal/review/locate.go":          "finds the place of a difference",
	"internal/lint/components.go":        "rules about how a document is written",
	"internal/lint/schemas.go":           "rules about how a document is written",
	"internal/exchange/validate.go":      "reads errors of kin-openapi",
	"internal/limit/limit.go":            "counts what a library compares",
	"templates/runtime/apitest/check.go": "reads errors of kin-openapi",
}

var combining = regexp.MustCompile(`"(allOf|oneOf|anyOf)"`)

// TestOneOwner holds that this package alone finds out what schemas mean.
func TestOneOwner(t *testing.T) {
	root := filepath.Join("..", "..")
	for _, name := range gone {
		if _, err := os.Stat(filepath.Join(root, name)); err == nil {
			t.Errorf("%s is there again: ask package schema what a schema means", name)
		}
	}
	for _, dir := range []string{"cmd", "internal", "templates"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(path string, _ fs.DirEntry, err error) error {
			name, _ := filepath.Rel(root, path)
			name = filepath.ToSlash(name)
			if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") ||
				strings.HasPrefix(name, "internal/schema/") || strings.HasPrefix(name, "internal/draft/") || strings.HasPrefix(name, "internal/budget/") { // which write schemas
				return err
			}
			text, err := os.ReadFile(path)
			if word := combining.Find(text); word != nil && readers[name] == "" {
				t.Errorf("%s names %s: ask package schema what a schema means", name, word)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
