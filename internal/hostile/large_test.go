package hostile

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// petsJSON is a document with one operation that returns pet, and more schemas.
const petsJSON = `{"openapi":"3.1.0","info":{"title":"Pets","version":"1"},"servers":[{"url":"https://pets.example.com"}],
"paths":{"/pets":{"get":{"operationId":"pets.get","responses":{"200":{"description":"ok","content":{"application/json":{"schema":%s}}}}}}},
"components":{"schemas":{%s}}}`

// pets writes the document with the schema and the components.
func pets(w io.Writer, schema, components string) { fmt.Fprintf(w, petsJSON, schema, components) }

const toA = `{"$ref":"#/components/schemas/A"}`

// chain lists n schemas; each is made of the name of the next.
func chain(n int, format string) string {
	var b strings.Builder
	for i := range n {
		name, next := fmt.Sprint("A", i), fmt.Sprint("A", i+1)
		if i == 0 {
			name = "A"
		}
		fmt.Fprintf(&b, `"%s":`+format+",", name, next)
	}
	fmt.Fprintf(&b, `"A%d":{"type":"string"}`, n)
	return b.String()
}

// large are the cases whose size is the attack. What a run says must match
// want; "compiles" stands for a run without an error.
var large = []struct {
	name  string
	want  string
	write func(w io.Writer)
}{
	{"100 MB of text", "larger than the 90 MB", func(w io.Writer) {
		pets(w, toA, `"A":{"type":"string","description":"`+strings.Repeat("x", 100_000_000)+`"}`)
	}},
	{"100 MB of YAML", "larger than the 90 MB", func(w io.Writer) {
		io.WriteString(w, "openapi: 3.0.3\npaths:\n"+strings.Repeat("  /a: {}\n", 11_200_000))
	}},
	{"60 MB of text", "compiles", func(w io.Writer) {
		pets(w, toA, `"A":{"type":"object","description":"`+strings.Repeat("word ", 12_000_000)+`"}`)
	}},
	{"10,000 arrays in arrays", "nest more than 1000 deep", func(w io.Writer) {
		pets(w, strings.Repeat(`{"type":"array","items":`, 10_000)+`{}`+strings.Repeat("}", 10_000), "")
	}},
	{"10,000 flows in YAML", "nest|not YAML", func(w io.Writer) {
		io.WriteString(w, "openapi: 3.0.3\nx: "+strings.Repeat("[", 10_000)+strings.Repeat("]", 10_000)+"\n")
	}},
	{"10,000 indents in YAML", "nest|not YAML", func(w io.Writer) {
		io.WriteString(w, "openapi: 3.0.3\n")
		for i := range 10_000 {
			io.WriteString(w, strings.Repeat(" ", i)+"a:\n")
		}
	}},
	{"900 arrays in arrays", "compiles", func(w io.Writer) {
		pets(w, strings.Repeat(`{"type":"array","items":`, 450)+`{}`+strings.Repeat("}", 450), "")
	}},
	{"900 allOf in allOf", "compiles", func(w io.Writer) {
		pets(w, strings.Repeat(`{"allOf":[`, 450)+`{"type":"object"}`+strings.Repeat("]}", 450), "")
	}},
	{"a million digits", "number of 1000000 characters", func(w io.Writer) {
		pets(w, `{"type":"integer","default":`+strings.Repeat("9", 1_000_000)+`}`, "")
	}},
	{"a chain of 10,000 references", "compiles", func(w io.Writer) { pets(w, toA, chain(10_000, `{"$ref":"#/components/schemas/%s"}`)) }},
	{"a chain of 300,000 references", "compiles", func(w io.Writer) { pets(w, toA, chain(300_000, `{"$ref":"#/components/schemas/%s"}`)) }},
	{"a chain of 3,000 members", "compiles", func(w io.Writer) {
		pets(w, toA, chain(3000, `{"type":"object","properties":{"a":{"$ref":"#/components/schemas/%s"}}}`))
	}},
	{"a chain of 20,000 lists", "compiles", func(w io.Writer) {
		pets(w, toA, chain(20_000, `{"type":"array","items":{"$ref":"#/components/schemas/%s"}}`))
	}},
	{"a chain of 20,000 allOf", "compiles", func(w io.Writer) {
		pets(w, toA, chain(20_000, `{"allOf":[{"$ref":"#/components/schemas/%s"},{"description":"x"}]}`))
	}},
	{"a chain of 20,000 oneOf", "compiles", func(w io.Writer) {
		pets(w, toA, chain(20_000, `{"oneOf":[{"$ref":"#/components/schemas/%s"},{"type":"null"}]}`))
	}},
	{"2^40 ways through allOf", "compiles", func(w io.Writer) {
		pets(w, toA, chain(40, `{"allOf":[{"$ref":"#/components/schemas/%[2]s"},{"$ref":"#/components/schemas/%[2]s"}]}`))
	}},
	{"2^40 ways through oneOf", "compiles", func(w io.Writer) {
		pets(w, toA, chain(40, `{"oneOf":[{"$ref":"#/components/schemas/%[2]s"},{"$ref":"#/components/schemas/%[2]s"}]}`))
	}},
	{"2^40 ways through members", "compiles", func(w io.Writer) {
		pets(w, toA, chain(40, `{"type":"object","properties":{"a":{"$ref":"#/components/schemas/%[2]s"},"b":{"$ref":"#/components/schemas/%[2]s"}}}`))
	}},
	{"2^40 ways through members of requests and responses", "compiles", func(w io.Writer) {
		pets(w, `{"type":"object"}}}}}},"post":{"operationId":"pets.create","requestBody":{"content":{"application/json":{"schema":`+toA+`}}},"responses":{"200":{"description":"ok","content":{"application/json":{"schema":`+toA,
			chain(40, `{"allOf":[{"type":"object","properties":{"a":{"$ref":"#/components/schemas/%[2]s"}}},{"type":"object","properties":{"b":{"anyOf":[{"$ref":"#/components/schemas/%[2]s"},{"type":"null"}]}}}]}`))
	}},
	{"a pointer of 500,000 tokens", "points at nothing", func(w io.Writer) {
		pets(w, `{"$ref":"#/components/schemas`+strings.Repeat("/a", 500_000)+`"}`, "")
	}},
	{"a pointer of 500,000 slashes", "points at nothing", func(w io.Writer) {
		pets(w, `{"$ref":"#`+strings.Repeat("/", 500_000)+`"}`, "")
	}},
	{"a million dangling references", "more dangling-ref diagnostics are not shown", func(w io.Writer) {
		pets(w, `{"allOf":[`+strings.Repeat(`{"$ref":"#/components/schemas/Missing"},`, 1_000_000)+`{}]}`, "")
	}},
	{"100,000 dangling references of their own", "more dangling-ref diagnostics are not shown", func(w io.Writer) {
		var b strings.Builder
		for i := range 100_000 {
			fmt.Fprintf(&b, `{"$ref":"#/components/schemas/Missing%d"},`, i)
		}
		pets(w, `{"allOf":[`+b.String()+`{}]}`, chain(2000, `{"$ref":"#/components/schemas/%s"}`))
	}},
	{"an $id in every schema", "compiles|points at nothing", func(w io.Writer) {
		pets(w, toA, chain(500, `{"$id":"https://a/%[1]s","properties":{"a":{"$ref":"%[2]s"},"b":{"$ref":"x%[2]s"}}}`))
	}},
	{"a union of 2,000 variants", "compiles", func(w io.Writer) {
		pets(w, `{"oneOf":[`+strings.Join(numbered(2000, `{"type":"object","required":["k"],"properties":{"k":{"const":"v%d"}}}`), ",")+`]}`, "")
	}},
	{"a union of 2,000 alike", "compiles", func(w io.Writer) {
		pets(w, `{"anyOf":[`+strings.Join(numbered(2000, `{"type":"object","properties":{"a%d":{"type":"string"}}}`), ",")+`]}`, "")
	}},
	{"unions of 50 in unions of 50 in unions of 50", "compiles", func(w io.Writer) {
		inner := `{"oneOf":[` + strings.Join(numbered(50, `{"type":"object","properties":{"a%d":{"type":"string"}}}`), ",") + `]}`
		middle := `{"oneOf":[` + strings.Repeat(inner+",", 49) + inner + `]}`
		pets(w, `{"oneOf":[`+strings.Repeat(middle+",", 9)+middle+`]}`, "")
	}},
	{"an enum of 20,000 values", "compiles", func(w io.Writer) {
		pets(w, `{"type":"object","properties":{"kind":{"enum":[`+strings.Join(numbered(20_000, `"v%d"`), ",")+`]}}}`, "")
	}},
	{"5,000 names that are one", "compiles", func(w io.Writer) {
		var names []string
		for i := range 5000 {
			names = append(names, fmt.Sprintf(`"a%s":{"type":"object","properties":{"a":{"enum":["b%[1]s"]}}}`, strings.NewReplacer("0", "-", "1", ".").Replace(fmt.Sprintf("%b", i))))
		}
		pets(w, `{"type":"object","properties":{`+strings.Join(names, ",")+`}}`, "")
	}},
	{"3,000 operations with one name", "compiles", func(w io.Writer) {
		fmt.Fprintf(w, `{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{%s}}`,
			strings.Join(numbered(3000, `"/a%d":{"get":{"operationId":"same","tags":["same"],"responses":{"200":{"description":"ok"}}}}`), ","))
	}},
	{"names of 100,000 characters", "compiles", func(w io.Writer) {
		long := strings.Repeat("x", 100_000)
		pets(w, `{"type":"object","properties":{"`+long+`":{"type":"object","properties":{"`+long+`a":{"enum":["`+long+`"]},"`+long+`b":{"enum":["`+long+`y"]}}},"a":{"$ref":"#/components/schemas/`+long+`"}}}`,
			`"`+long+`":{"type":"object"}`)
	}},
	{"a missing file with a name of 100,000 characters", "points at", func(w io.Writer) {
		pets(w, `{"$ref":"`+strings.Repeat("a", 100_000)+`.yaml"}`, "")
	}},
	{"a path of 100,000 characters and 300 parameters", "compiles", func(w io.Writer) {
		fmt.Fprintf(w, `{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{"/%s%s":{"get":{"operationId":"%s","responses":{"200":{"description":"ok"}}}}}}`,
			strings.Repeat("a", 100_000), strings.Join(numbered(300, "/{p%d}"), ""), strings.Repeat("a", 100_000))
	}},
	{"10,000 aliases of aliases", "compiles|aliases expand", func(w io.Writer) {
		io.WriteString(w, "openapi: 3.0.3\ninfo: {title: x, version: '1'}\npaths: {}\nx-0: &a0 {a: 1}\n")
		for i := 1; i < 10_000; i++ {
			fmt.Fprintf(w, "x-%d: &a%d {<<: *a%d, b: *a%d}\n", i, i, i-1, i-1)
		}
	}},
}

func numbered(n int, format string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf(format, i)
	}
	return out
}

// quick are those that make test runs.
var quick = []string{"900 allOf in allOf", "a chain of 10,000 references", "2^40 ways through oneOf"}

// TestLarge runs documents whose size or shape is the attack.
func TestLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("makes large documents")
	}
	for _, c := range large {
		t.Run(c.name, func(t *testing.T) {
			if !whole && !slices.Contains(quick, c.name) {
				t.Skip("make hostile runs all of them")
			}
			dir := workDir(t)
			name := filepath.Join(dir, "app", "spec.yaml")
			mustDo(t, os.MkdirAll(filepath.Dir(name), 0o755))
			f, err := os.Create(name)
			mustDo(t, err)
			w := bufio.NewWriter(f)
			c.write(w)
			mustDo(t, w.Flush())
			mustDo(t, f.Close())
			out := attack(t, dir)
			got := describe(t, out)
			t.Logf("%v, %d MB", out.took.Round(time.Millisecond), out.memory>>20)
			if !regexp.MustCompile(c.want).MatchString(got) {
				t.Errorf("got %.1000s\nwant %s", got, c.want)
			}
		})
	}
}
