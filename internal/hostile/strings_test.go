package hostile

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// This file puts every payload into every string of the Ctrl Hub document, one
// at a time. The document is taken apart for that: a piece is one path with
// what it refers to, which takes milliseconds where the whole takes a tenth of
// a second. A string that several pieces hold is attacked in the smallest.

// piece is a document of one path.
type piece struct {
	path string
	data []byte
}

// place is a string of a piece: what it is, and the bytes that spell it.
type place struct {
	piece      *piece
	name       string // "components/schemas/Contact/description", keys with " (name)"
	start, end int
}

// pieces takes a bundled document apart.
func pieces(t *testing.T, bundle []byte) []*piece {
	t.Helper()
	var root map[string]any
	mustDo(t, json.Unmarshal(bundle, &root))
	components := object(root["components"])
	var out []*piece
	for _, path := range slices.Sorted(maps.Keys(object(root["paths"]))) {
		item := object(root["paths"])[path]
		used := map[string]bool{}
		collect(components, item, used)
		kept := map[string]any{"securitySchemes": components["securitySchemes"]}
		for ref := range used {
			section, name := split(ref)
			if kept[section] == nil {
				kept[section] = map[string]any{}
			}
			object(kept[section])[name] = object(components[section])[name]
		}
		doc := maps.Clone(root)
		doc["paths"], doc["components"] = map[string]any{path: item}, kept
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		mustDo(t, enc.Encode(doc))
		out = append(out, &piece{path, b.Bytes()})
	}
	slices.SortStableFunc(out, func(a, b *piece) int { return cmp.Compare(len(a.data), len(b.data)) })
	return out
}

func object(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

// split cuts "#/components/schemas/Pet" into "schemas" and "Pet".
func split(ref string) (section, name string) {
	parts := strings.SplitN(ref, "/", 4)
	if len(parts) < 4 {
		return "", ""
	}
	return parts[2], parts[3]
}

// collect finds the components that v refers to.
func collect(components map[string]any, v any, used map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok && !used[ref] {
			used[ref] = true
			section, name := split(ref)
			collect(components, object(components[section])[name], used)
		}
		for _, member := range v {
			collect(components, member, used)
		}
	case []any:
		for _, item := range v {
			collect(components, item, used)
		}
	}
}

// maps whose keys are the document's own.
var userKeyed = regexp.MustCompile(`(^|/)(paths|schemas|properties|patternProperties|responses|parameters|requestBodies|headers|securitySchemes|examples?|links|callbacks|content|encoding|variables|mapping|scopes|security/[0-9]+)$`)

// places lists the strings of a piece: every value, and every name that the
// document chooses.
func places(p *piece) []place {
	var out []place
	dec := json.NewDecoder(bytes.NewReader(p.data))
	var walk func(path string)
	str := func(name string) string {
		before := int(dec.InputOffset())
		tok, err := dec.Token()
		if err != nil {
			panic(err) // the piece was encoded a moment ago
		}
		if s, ok := tok.(string); ok {
			end := int(dec.InputOffset())
			start := before + bytes.IndexByte(p.data[before:end], '"')
			out = append(out, place{p, name, start, end})
			return s
		}
		if delim, ok := tok.(json.Delim); ok {
			for i := 0; dec.More(); i++ {
				if delim == '[' {
					walk(fmt.Sprintf("%s/%d", name, i))
					continue
				}
				mark := len(out)
				key, _ := dec.Token()
				end := int(dec.InputOffset())
				quoted := bytes.LastIndex(p.data[:end-1], []byte(`"`))
				for quoted > 0 && p.data[quoted-1] == '\\' {
					quoted = bytes.LastIndex(p.data[:quoted], []byte(`"`))
				}
				if userKeyed.MatchString(name) {
					out = append(out[:mark], place{p, fmt.Sprintf("%s/%v (name)", name, key), quoted, end})
				}
				walk(fmt.Sprintf("%s/%v", name, key))
			}
			_, _ = dec.Token() // the closing one
		}
		return ""
	}
	walk = func(path string) { str(path) }
	walk("")
	return out
}

// put returns the piece with text in a place.
func (p place) put(text string) []byte {
	quoted, _ := json.Marshal(text)
	if !utf8.ValidString(text) {
		quoted = append(append([]byte{'"'}, text...), '"')
	}
	return slices.Concat(p.piece.data[:p.start], quoted, p.piece.data[p.end:])
}

// result is what the generator made of a document in memory.
type result struct {
	files map[string][]byte
	trees []*ast.File
	fault string // what must not happen
	said  string // the message that the run ended with
}

// generate takes a document through the generator.
func generate(data []byte) (r result) {
	defer func() {
		if v := recover(); v != nil {
			r.fault = fmt.Sprintf("panic: %v", v)
		}
	}()
	doc, diags := load.File("spec.json", load.Options{ReadFile: func(name string) ([]byte, error) {
		if name != "spec.json" {
			return nil, fs.ErrNotExist
		}
		return data, nil
	}})
	if doc == nil || load.Errors(diags) {
		return refused(diags)
	}
	api, diags := model.Build(doc, model.Options{Package: "client", Source: "spec.json"})
	if api == nil || load.Errors(diags) {
		return refused(diags)
	}
	files, err := emit.Files(api, emit.Options{Runtime: runtimePath})
	if err != nil {
		return result{fault: err.Error()}
	}
	_, trees, err := parse(files)
	if err != nil {
		return result{fault: err.Error()}
	}
	return result{files: files, trees: trees}
}

func refused(diags []load.Diagnostic) result {
	for _, d := range diags {
		if d.Severity == load.Error && d.Pos.File != "" && d.Message != "" {
			return result{said: d.String()}
		}
	}
	return result{fault: fmt.Sprintf("no document, and no message with a position: %v", diags)}
}

// skeleton counts what files declare and what their functions do, whatever the
// names are.
func skeleton(trees []*ast.File) string {
	count := map[string]int{}
	for _, tree := range trees {
		ast.Inspect(tree, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.TypeSpec:
				if s, ok := n.Type.(*ast.StructType); ok {
					count[fmt.Sprintf("struct of %02d", s.Fields.NumFields())]++
				} else {
					count["type"]++
				}
			case *ast.ValueSpec:
				count["const"]++
			case *ast.FuncDecl:
				if n.Recv != nil {
					count["method"]++
				} else {
					count["func"]++
				}
			case *ast.CallExpr, *ast.CompositeLit, *ast.FuncLit, ast.Stmt:
				count[fmt.Sprintf("%T", n)]++
			case *ast.ImportSpec:
				return false
			}
			return true
		})
	}
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(count)) {
		fmt.Fprintf(&b, "%s: %d\n", k, count[k])
	}
	return b.String()
}

// isText matches the places whose text goes nowhere but into comments: there, a
// payload may not change a single name. (Servers are named after theirs.)
var isText = regexp.MustCompile(`/(description|summary)$`)

// decides matches the places whose text decides more than a name: the braces of
// a path make parameters, the dot of an operationId makes a service, and a
// status that starts with 1 is no result.
var decides = regexp.MustCompile(`^/paths/[^ ]* \(name\)$|/operationId$|/responses/[^/]* \(name\)$`)

// TestStrings attacks the strings of the Ctrl Hub document: some of them, or,
// when GEN_HOSTILE is n, with every n-th pair of string and payload. Each run ends in a package that passes the proof and holds
// what a harmless text in that place gives, or in a message with a position.
func TestStrings(t *testing.T) {
	doc, diags := load.File("../../spec/ctrlhub/openapi.yaml", load.Options{})
	if doc == nil {
		t.Fatal(diags)
	}
	bundle, err := doc.Bundle()
	mustDo(t, err)
	all, seen := []place{}, map[string]bool{}
	for _, p := range pieces(t, bundle) {
		for _, at := range places(p) {
			if !seen[at.name] {
				seen[at.name] = true
				all = append(all, at)
			}
		}
	}
	if len(all) < 5000 {
		t.Fatalf("only %d strings", len(all))
	}
	stride := 15991 // a prime, so that payloads and places mix
	switch {
	case whole:
		stride, _ = strconv.Atoi(os.Getenv("GEN_HOSTILE"))
	case testing.Short():
		stride = 39989
	}
	a := &attacker{t: t, places: all, stride: stride}
	a.run()
	t.Logf("%d strings, %d payloads: %d runs in %v; %d with the declarations of harmless text, %d with others where the text decides more than a name; %d refused with a position; %d type-checked",
		len(all), len(payloads), a.runs.Load(), time.Since(a.start).Round(time.Second), a.same.Load(), a.other.Load(), a.said.Load(), a.compiled.Load())
}

// attacker is the state of TestStrings.
type attacker struct {
	t      *testing.T
	places []place
	stride int
	start  time.Time

	clean sync.Map // *piece → *result

	runs, same, other, said, compiled, faults atomic.Int64
}

// run goes through the places; a worker takes one place at a time, so that the
// run with harmless text is made once for all payloads.
func (a *attacker) run() {
	a.start = time.Now()
	var wait sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := range next {
				a.place(i)
			}
		})
	}
	last := time.Now()
	for i := range a.places {
		if time.Since(last) > 30*time.Second {
			last = time.Now()
			a.t.Logf("%d of %d strings, %d runs, %v", i, len(a.places), a.runs.Load(), time.Since(a.start).Round(time.Second))
		}
		next <- i
	}
	close(next)
	wait.Wait()
}

// place makes the runs of one place.
func (a *attacker) place(i int) {
	var clean, harmless *result
	at := a.places[i]
	for j, payload := range payloads {
		n := i*len(payloads) + j
		if n%a.stride != 0 {
			continue
		}
		if harmless == nil {
			if clean = a.cleanOf(at.piece); clean.trees == nil {
				a.fail(at, "", "the clean piece fails: "+clean.fault+clean.said)
				return
			}
			h := generate(at.put("harmless"))
			harmless = &h
		}
		a.one(at, payload, n, clean, harmless)
	}
}

func (a *attacker) cleanOf(p *piece) *result {
	if got, ok := a.clean.Load(p); ok {
		return got.(*result)
	}
	r := generate(p.data)
	got, _ := a.clean.LoadOrStore(p, &r)
	return got.(*result)
}

func (a *attacker) one(at place, payload string, n int, clean, harmless *result) {
	start := time.Now()
	got := generate(at.put(payload))
	a.runs.Add(1)
	switch took := time.Since(start); {
	case took > 10*time.Second:
		a.fail(at, payload, fmt.Sprintf("took %v", took))
	case got.fault != "":
		a.fail(at, payload, got.fault)
	case got.said != "":
		a.said.Add(1)
	case isText.MatchString(at.name) && payload != "" && !strings.HasPrefix(at.name, "/servers/") && harmless.trees != nil && !slices.Equal(declared(got.trees), declared(harmless.trees)):
		a.fail(at, payload, "other names than with harmless text")
	case harmless.trees != nil && skeleton(got.trees) == skeleton(harmless.trees), skeleton(got.trees) == skeleton(clean.trees):
		a.same.Add(1)
	case payload == "", decides.MatchString(at.name):
		a.other.Add(1)
	default:
		a.fail(at, payload, "other declarations than with harmless text:\n"+skeleton(got.trees)+"\nwithout:\n"+skeleton(clean.trees))
	}
	if n/a.stride%400 == 0 && got.trees != nil {
		a.compiled.Add(1)
		fset, trees, err := parse(got.files)
		if err = errors.Join(err, compile(fset, trees)); err != nil {
			a.fail(at, payload, err.Error())
		}
	}
}

func (a *attacker) fail(at place, payload, why string) {
	if a.faults.Add(1) <= 30 {
		a.t.Errorf("%s in %s = %.60q: %.1500s", at.name, at.piece.path, payload, why)
	}
}
