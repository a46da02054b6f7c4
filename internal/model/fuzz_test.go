package model

import (
	"encoding/json"
	"fmt"
	"go/token"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/docwright/docwright/internal/load"
)

// FuzzMethodNames names the operations of all methods after any operationId, tag
// and segment of a path. Each gets a method that Go takes as a name, and no other has it.
func FuzzMethodNames(f *testing.F) {
	words := []string{"", "\ufeff", "---", "_", "/", ".", "v1", "v1/", "get", "get_all", "list", "pets", "pets.", ".get", "pets/", "/get", "Controller_", "PetsController_", "api_v1", "post_pets", "pets_post", "getBulkPets", "for", "create_for", "名前"}
	for i, id := range words {
		f.Add(id, "pets", "")
		f.Add(id, words[(i*7+3)%len(words)], words[(i*5+1)%len(words)])
	}
	f.Fuzz(func(t *testing.T, id, tag, path string) {
		if len(id)+len(tag)+len(path) > 300 || !utf8.ValidString(id+tag+path) {
			return
		}
		data := methodsNamedBy(id, tag, path)
		d, _ := load.File("spec.json", load.Options{ReadFile: func(string) ([]byte, error) { return data, nil }})
		if d == nil {
			return
		}
		api, diags := Build(d, Options{Package: "client"})
		if api == nil || load.Errors(diags) {
			return
		}
		for _, s := range api.Services {
			seen := map[string]bool{}
			for _, o := range s.Operations {
				if !token.IsExported(o.GoName) || !token.IsIdentifier(o.GoName) || seen[o.GoName] {
					t.Errorf("%s %s with operationId %q and tag %q is %s.%s", o.Method, o.Path, id, tag, s.GoName, o.GoName)
				}
				seen[o.GoName] = true
			}
		}
	})
}

// methodsNamedBy is a document of one path that ends in a text, with an operation for each method.
func methodsNamedBy(id, tag, path string) []byte {
	quote := func(s string) string {
		b, _ := json.Marshal(s)
		return string(b)
	}
	var ops []string
	for i, method := range []string{"get", "put", "post", "patch", "delete", "head"} {
		one := id
		if i > 0 && id != "" {
			one += strings.Repeat("\u200b", i) // operationIds differ, their words do not
		}
		ops = append(ops, fmt.Sprintf(`%q:{"operationId":%s,"tags":[%s],"responses":{"200":{"description":"ok"}}}`, method, quote(one), quote(tag)))
	}
	path = "/pets/{id}/" + strings.NewReplacer("{", "", "}", "").Replace(path)
	return fmt.Appendf(nil, `{"openapi":"3.0.3","info":{"title":"t","version":"1"},"paths":{%s:{"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}],%s}}}`,
		quote(path), strings.Join(ops, ","))
}
