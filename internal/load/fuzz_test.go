package load

import (
	"bytes"
	"encoding/json"
	"io"
	"io/fs"
	"path/filepath"
	"reflect"
	"testing"

	"golang.org/x/tools/txtar"
)

// FuzzFile loads anything. No input may panic; a document that is loaded can be
// bundled, its references lead somewhere or nowhere without end, and what is
// JSON holds what encoding/json reads.
func FuzzFile(f *testing.F) {
	cases, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range cases {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		opts := Options{Limits: Limits{Size: 1 << 20, Nodes: 20_000, Depth: 200, Aliased: 5000}}
		opts.ReadFile = func(name string) ([]byte, error) {
			if name != "spec" {
				return nil, fs.ErrNotExist
			}
			return data, nil
		}
		doc, diags := File("spec", opts)
		if doc == nil {
			if !Errors(diags) {
				t.Fatal("no document, and no error")
			}
			return
		}
		for _, n := range doc.refs {
			if target := n.Target(); target.IsRef() {
				t.Fatalf("%s ends at a reference", n.Pointer())
			}
		}
		bundle, err := doc.Bundle()
		if err != nil || !json.Valid(bundle) {
			t.Fatalf("bundle %s: %v", bundle, err)
		}
		if want, ok := decode(data); ok && !reflect.DeepEqual(doc.Root.Interface(), want) {
			t.Fatalf("got %v, want %v", doc.Root.Interface(), want)
		}
		if got, ok := decode(doc.Root.JSON()); !ok || !reflect.DeepEqual(doc.Root.Interface(), got) {
			t.Fatalf("JSON of the tree: got %v", got)
		}
	})
}

func decode(data []byte) (v any, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF"))))
	dec.UseNumber()
	if dec.Decode(&v) != nil {
		return nil, false
	}
	_, err := dec.Token()
	return v, err == io.EOF
}

// FuzzJSON holds the parser to encoding/json: both accept the same texts, and
// read the same from them.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a":[1,-0.5e3,true,null,"x\u00e9\ud83d\ude00"]}`, `{"a":1,"a":2}`, "[1,]", "\"\xff\"", `{"": {}}`, "01", "-", `"\ud800"`, "[1 2]", "1e", " 1 ", "", "[", "[1,", `{"a":`, `{"a"`, `{`, `"a`, `"\`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, err := parseJSON(text, &SourceFile{}, Limits{Depth: 5000, Number: 1 << 20}.withDefaults(), &report{})
		want, ok := decode([]byte(text))
		if len(text) >= 3 && text[:3] == "\uFEFF" {
			return // taken away before
		}
		if (err == nil) != ok {
			t.Fatalf("accepted: %v, by encoding/json: %v", err == nil, ok)
		}
		if ok && !reflect.DeepEqual(root.Interface(), want) {
			t.Fatalf("got %v, want %v", root.Interface(), want)
		}
		if err != nil && (err.line < 1 || err.col < 1 || err.msg == "" || err.fix == "") {
			t.Fatalf("error without place or words: %+v", err)
		}
	})
}

// FuzzJSONPath parses and evaluates any JSONPath.
func FuzzJSONPath(f *testing.F) {
	root := parseFor(f, bookstore)
	for _, seed := range []string{"$..book[?@.price < 10 && !@.isbn].title", "$['a', 1:2:-1, *]", "$[?match(@.a, 'x') || length(@) == 1]", "$[?count($..*) > 1]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		if len(path) > 60 {
			return
		}
		if query, err := parsePath(path); err == nil {
			(&pathEval{root: root}).query(query, root)
		} else if err.Error() == "" {
			t.Fatal("an error without words")
		}
	})
}

// TestHostile has documents whose size or shape is the attack.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("makes large documents")
	}
	head := `{"openapi":"3.0.3","paths":{},"x":`
	repeat := func(unit string, size int) []byte { return bytes.Repeat([]byte(unit), size/len(unit)) }
	tests := map[string]struct {
		data []byte
		code string
	}{
		"100 MB":        {append([]byte(head), repeat("[0,", 100_000_000)...), "too-large"},
		"deep":          {append([]byte(head), repeat("[", 50_000_000)...), "too-deep"},
		"deep yaml":     {append([]byte("openapi: 3.0.3\nx: "), repeat("[", 1_000_000)...), "syntax"},
		"deep keys":     {append([]byte("openapi: 3.0.3\nx: "), repeat("? ", 1_000_000)...), "syntax"},
		"number":        {append([]byte(head), repeat("9", 50_000_000)...), "number-too-long"},
		"string":        {append([]byte(head+`"`), repeat("a", 50_000_000)...), "syntax"},
		"values":        {append([]byte(head+"["), repeat("0,", 50_000_000)...), "too-many-values"},
		"values yaml":   {append([]byte("openapi: 3.0.3\nx:\n"), repeat("- 0\n", 50_000_000)...), "too-many-values"},
		"dangling refs": {append(append([]byte(`{"openapi":"3.0.3","components":{"schemas":{"A":{"allOf":[`), repeat(`{"$ref":"#/x"},`, 5_000_000)...), "{}]}}}}"...), ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			opts := Options{ReadFile: func(string) ([]byte, error) { return tt.data, nil }}
			if tt.code == "too-many-values" {
				opts.Limits.Nodes = 500_000 // the default takes a gigabyte
			}
			doc, diags := File("spec.yaml", opts)
			if tt.code == "" {
				if doc == nil || len(diags) != perCode+1 {
					t.Errorf("document %v, %d diagnostics", doc != nil, len(diags))
				}
				return
			}
			if doc != nil || len(diags) != 1 || string(diags[0].Code) != tt.code || diags[0].Fix == "" {
				t.Errorf("document %v, %.300v", doc != nil, diags)
			}
		})
	}
}
