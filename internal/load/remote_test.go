package load

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// web is what the network holds, by URL; what is not there cannot be fetched.
type web map[string]string

func (w web) Allows(url string) bool { return strings.HasPrefix(url, "https://example.com/") }

func (w web) Get(url string) ([]byte, error) {
	if text, ok := w[url]; ok {
		return []byte(text), nil
	}
	return nil, errors.New("the network is down")
}

// loadFrom loads a document whose only schema is a reference.
func loadFrom(w web, ref string) (*Document, []Diagnostic) {
	text := fmt.Sprintf("openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents: {schemas: {A: {$ref: %q}}}\n", ref)
	return File("api/openapi.yaml", Options{Remote: w, ReadFile: func(name string) ([]byte, error) {
		if name != "api/openapi.yaml" {
			return nil, fmt.Errorf("%s was asked for", name)
		}
		return []byte(text), nil
	}})
}

func TestRemote(t *testing.T) {
	doc, diags := loadFrom(web{
		"https://example.com/v1/a.yaml": "{type: object, properties: {b: {$ref: '../b.yaml#/B'}, self: {$ref: '#'}}}",
		"https://example.com/b.yaml":    "B: {type: string}",
	}, "https://example.com/v1/a.yaml")
	if doc == nil || len(diags) > 0 {
		t.Fatal(diags)
	}
	a := doc.Root.Get("components", "schemas", "A").Target()
	if got := a.Get("properties", "b").Target().Pointer(); got != "https://example.com/b.yaml#/B" {
		t.Errorf("b is %s", got)
	}
	if a.Get("properties", "self").Target() != a {
		t.Error("self is another")
	}
	if f := doc.Files[1]; !f.Remote || f.Name != "https://example.com/v1/a.yaml" {
		t.Errorf("file %+v", f)
	}
}

// TestRemoteFails holds that a document is never another because a network is
// down: there is no such document then.
func TestRemoteFails(t *testing.T) {
	chain := web{}
	for i := range 20 {
		chain[fmt.Sprintf("https://example.com/%d.yaml", i)] = fmt.Sprintf("{$ref: %d.yaml}", i+1)
	}
	for name, c := range map[string]struct {
		web       web
		ref, want string
	}{
		"down": {web{}, "https://example.com/a.yaml",
			`api/openapi.yaml:4:34: error: $ref "https://example.com/a.yaml" cannot be fetched: the network is down`},
		"chain": {chain, "https://example.com/0.yaml",
			`https://example.com/7.yaml:1:8: error: $ref "8.yaml" is left out: more than 8 fetched files lead to it`},
		"html": {web{"https://example.com/a.yaml": "<html>"}, "https://example.com/a.yaml",
			"https://example.com/a.yaml: error: the file is HTML or XML"},
	} {
		doc, diags := loadFrom(c.web, c.ref)
		if doc != nil || len(diags) != 1 || !strings.HasPrefix(diags[0].String(), c.want) {
			t.Errorf("%s: %v; want %s", name, diags, c.want)
		}
	}
}

// TestRemoteStaysThere holds that a fetched file leads to no file of this
// machine.
func TestRemoteStaysThere(t *testing.T) {
	for _, ref := range []string{"/etc/passwd", "../../../../etc/passwd", "file:///etc/passwd", "openapi.yaml"} {
		_, diags := loadFrom(web{"https://example.com/a.yaml": fmt.Sprintf("{$ref: %q}", ref)}, "https://example.com/a.yaml")
		if len(diags) == 0 || strings.Contains(fmt.Sprint(diags), "was asked for") {
			t.Errorf("%s: %v", ref, diags)
		}
	}
}
