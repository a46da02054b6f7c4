package hostile

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// fuzzed is a document that has one text in many places: %[1]s is a name, %[2]s
// any text, both quoted.
const fuzzed = `{"openapi":"3.1.0","info":{"title":%[2]s,"version":"1","description":%[2]s},
"servers":[{"url":"https://pets.example.com","description":%[2]s}],"tags":[{"name":%[1]s,"description":%[2]s}],
"paths":{%[3]s:{"get":{"operationId":%[1]s,"tags":[%[1]s],"summary":%[2]s,"parameters":[
{"name":%[1]s,"in":"query","description":%[2]s,"schema":{"type":"string","enum":[%[1]s,%[2]s],"default":%[2]s}},
{"name":%[1]s,"in":"header","schema":{"type":"array","items":{"type":"string"}}},{"name":%[1]s,"in":"cookie","schema":{"type":"string"}}],
"responses":{"200":{"description":"ok","content":{"application/json":{"schema":{"$ref":"#/components/schemas/A"}}}}}}}},
"components":{"schemas":{"A":{"type":"object","properties":{"a":{"$ref":"#/components/schemas/B"},
%[1]s:{"type":"string","description":%[2]s},%[2]s:{"enum":[%[1]s,%[2]s,1]}},"required":[%[1]s]},
"B":{"title":%[1]s,"x-go-name":%[1]s,"oneOf":[{"type":"object","title":%[2]s,"properties":{"kind":{"const":%[1]s}}},{"type":"string"}]},
%[1]s:{"type":"object","x-go-declare":true,"properties":{"x":{"enum":[%[2]s],"x-enum-varnames":[%[1]s]}}}},
"securitySchemes":{%[1]s:{"type":"apiKey","in":"header","name":%[2]s}}},"security":[{%[1]s:[]}]}`

// FuzzNames takes one name and one text to every place of a small document. The
// package that comes out holds nothing that runs by itself, and type-checks.
func FuzzNames(f *testing.F) {
	for i, s := range payloads {
		f.Add(s, payloads[(i*7+3)%len(payloads)])
	}
	for _, s := range []string{"Update", "marshal-json", "With", "DefaultServer", "a b", "A", "é", "名前", "1", "x_linux", "opts", "ctx", "api", "s"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		if !utf8.ValidString(name) || !utf8.ValidString(text) || len(name)+len(text) > 5000 {
			return
		}
		path := "/" + strings.NewReplacer("{", "", "}", "").Replace(name) + "/{id}"
		data := fmt.Sprintf(fuzzed, quoted(name), quoted(text), quoted(path))
		got := generate([]byte(data))
		if got.fault != "" {
			t.Fatal(got.fault)
		}
		if got.said != "" {
			return
		}
		fset, trees, err := parse(got.files)
		if err == nil {
			err = compile(fset, trees)
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}
