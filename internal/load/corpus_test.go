package load

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// corpus returns the paths of the real documents in CORPUS, or skips the test.
func corpus(t testing.TB) []string {
	t.Helper()
	dir := os.Getenv("CORPUS")
	if dir == "" {
		t.Skip("CORPUS names no folder of documents: make corpus does")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	if err != nil || len(files) < 10 {
		t.Fatalf("%d documents in %s, %v", len(files), dir, err)
	}
	return files
}

// TestCorpus loads every real document: none may fail, each tree holds what
// encoding/json reads, and positions point at the text of their values.
func TestCorpus(t *testing.T) {
	codes := map[string]int{}
	for _, file := range corpus(t) {
		doc, diags := File(file, Options{})
		if doc == nil {
			t.Errorf("%s: %v", file, diags)
			continue
		}
		for _, d := range diags {
			codes[string(d.Code)]++
			if d.Pos.Line == 0 {
				t.Errorf("no position: %v", d)
			}
		}
		dec := json.NewDecoder(bytes.NewReader(doc.Files[0].Data))
		dec.UseNumber()
		var want any
		if err := dec.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(doc.Root.Interface(), want) {
			t.Errorf("%s: the tree differs from encoding/json's", file)
		}
		newTextAt(string(doc.Files[0].Data)).check(t, doc.Root)
	}
	t.Logf("diagnostics by code: %v", codes)
}

// textAt finds the text at a position.
type textAt struct {
	data  string
	lines [][]int // offset of each character, by line
}

func newTextAt(data string) *textAt {
	at := &textAt{data: data, lines: [][]int{nil}}
	for i, r := range data {
		last := len(at.lines) - 1
		at.lines[last] = append(at.lines[last], i)
		if r == '\n' {
			at.lines = append(at.lines, nil)
		}
	}
	return at
}

func (at *textAt) starts(line, col int32, want string) bool {
	return strings.HasPrefix(at.data[at.lines[line-1][col-1]:], want)
}

// check checks that the text at the position of each value and name starts
// like it.
func (at *textAt) check(t *testing.T, n *Node) {
	t.Helper()
	want := map[Kind]string{Object: "{", Array: "[", String: `"`, Null: "null"}[n.Kind] + n.Value
	if n.Kind == String {
		want = string(appendQuoted(nil, n.Value[:plainPrefix(n.Value)]))
		want = want[:len(want)-1]
	}
	if !at.starts(n.Line, n.Col, want) {
		t.Fatalf("%s at %v does not start with %q", n.Pointer(), n.Position(), want)
	}
	for _, item := range n.Items {
		at.check(t, item)
	}
	for _, m := range n.Members {
		if key := m.Name[:plainPrefix(m.Name)]; !at.starts(m.Line, m.Col, `"`+key) {
			t.Fatalf("the name of %s at %d:%d does not start with %q", m.Value.Pointer(), m.Line, m.Col, key)
		}
		at.check(t, m.Value)
	}
}

// plainPrefix is the length of the part of s that no JSON writer escapes.
func plainPrefix(s string) int {
	i := strings.IndexFunc(s, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune(`"\/<>&`, r) })
	if i < 0 {
		return len(s)
	}
	return i
}
