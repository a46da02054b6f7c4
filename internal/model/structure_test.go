package model

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/load"
)

// TestStructures builds random documents whose schemas refer to each other in
// circles, by every keyword that combines schemas. None may crash, and every
// operation has to be there.
func TestStructures(t *testing.T) {
	rounds := 1000
	if testing.Short() {
		rounds = 50
	}
	dir := t.TempDir()
	for seed := range rounds {
		text := structure(rand.New(rand.NewPCG(uint64(seed), 1)))
		file := filepath.Join(dir, "openapi.json")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		doc, diags := load.File(file, load.Options{})
		if doc == nil {
			t.Fatalf("seed %d: %v\n%s", seed, diags, text)
		}
		func() {
			defer func() {
				if r := recover(); r != nil {
					t.Fatalf("seed %d: %v\n%s", seed, r, text)
				}
			}()
			api, _ := Build(doc, Options{Package: "client"})
			if api.Report.Operations != 2*structureSchemas {
				t.Fatalf("seed %d: %d operations, want %d", seed, api.Report.Operations, 2*structureSchemas)
			}
		}()
	}
}

// structureSchemas is how many schemas a random document has: few, so that they
// meet each other.
const structureSchemas = 4

func structure(r *rand.Rand) string {
	var paths, schemas []string
	for i := range structureSchemas {
		paths = append(paths, fmt.Sprintf(`"/s%d": {"put": {"operationId": "put%d", "requestBody": {"content": {"application/json": {"schema": %[3]s}}},
 "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": %[3]s}}}}},
 "get": {"operationId": "get%[1]d", "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": {"type": "array", "items": %[3]s}}}}}}}`, i, i, ref(r)))
		schemas = append(schemas, fmt.Sprintf(`"S%d": %s`, i, randomSchema(r, 3)))
	}
	return `{"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {` + strings.Join(paths, ",\n") +
		`}, "components": {"schemas": {` + strings.Join(schemas, ",\n") + `}}}`
}

func ref(r *rand.Rand) string {
	return fmt.Sprintf(`{"$ref": "#/components/schemas/S%d"}`, r.IntN(structureSchemas))
}

// randomSchema is a schema with up to three of the keywords that hold schemas.
func randomSchema(r *rand.Rand, depth int) string {
	if depth == 0 || r.IntN(4) == 0 {
		return ref(r)
	}
	below := func() string { return randomSchema(r, depth-1) }
	many := func() string {
		all := make([]string, 1+r.IntN(3))
		for i := range all {
			all[i] = below()
		}
		return "[" + strings.Join(all, ", ") + "]"
	}
	name := func() string { return string(rune('a' + r.IntN(3))) }
	members := map[string]string{}
	for range 1 + r.IntN(3) {
		switch r.IntN(12) {
		case 0, 1:
			members["allOf"] = many()
		case 2, 3:
			members["oneOf"] = many()
		case 4:
			members["anyOf"] = many()
		case 5, 6:
			members["properties"] = fmt.Sprintf(`{%q: %s, "kind": {"type": "string", "enum": [%q]}}`, name(), below(), name())
		case 7:
			members["discriminator"] = fmt.Sprintf(`{"propertyName": "kind", "mapping": {%q: "#/components/schemas/S%d"}}`, name(), r.IntN(structureSchemas))
		case 8:
			members["items"] = below()
		case 9:
			members["additionalProperties"] = below()
		case 10:
			members["type"] = []string{`"string"`, `"object"`, `["string", "null"]`, `"array"`, `["object", "array"]`, `"null"`}[r.IntN(6)]
		case 11:
			members["$ref"] = fmt.Sprintf(`"#/components/schemas/S%d"`, r.IntN(structureSchemas))
		}
	}
	var all []string
	for _, word := range []string{"$ref", "type", "properties", "items", "additionalProperties", "discriminator", "allOf", "oneOf", "anyOf"} {
		if v := members[word]; v != "" {
			all = append(all, fmt.Sprintf("%q: %s", word, v))
		}
	}
	return "{" + strings.Join(all, ", ") + "}"
}
