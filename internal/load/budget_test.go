package load

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
)

// TestOverlaySteps: paths whose filters look at all descendants within each
// other end in a message after a number of steps that the document's size sets.
func TestOverlaySteps(t *testing.T) {
	var paths []string
	for i := range 250 {
		paths = append(paths, fmt.Sprintf(`"/a%d":{"get":{"operationId":"a%[1]d.get","tags":["a","b"],"responses":{"200":{"description":"ok"}}}}`, i))
	}
	document := `{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{` + strings.Join(paths, ",") + `}}`
	for _, tt := range []struct {
		target string
		times  int
		late   bool
	}{
		{`$.paths.*.get`, 1, false},
		{`$..[?(@.operationId == 'a7.get')]`, 100, false},
		{`$..*`, 50, false},
		{`$..*[?(@..*)][?(@..*)]`, 1, false},
		{`$..[?($..[?(@..operationId)])]`, 1, true},
		{`$..[?(count($..*) > 1)]`, 1, true},
		{`$..[?($ == $)]`, 1, true},
		{`$..[?(@..[?(@..[?(@..[?(@..[?(@..x)])])])])]`, 1, false}, // deep, but the document is not
		{`$..[?(search(@.operationId, '` + strings.Repeat("(a*)*", 150) + `b'))]`, 1, false},
		{`$..[?($..[?($..[?($..x)])])]`, 3, true},
	} {
		action := `{"target":"` + tt.target + `","update":{}},`
		overlay := `{"overlay":"1.0.0","info":{"title":"o","version":"1"},"actions":[` + strings.TrimSuffix(strings.Repeat(action, tt.times), ",") + `]}`
		_, diags := File("api.json", Options{Overlays: []string{"overlay.json"}, ReadFile: func(name string) ([]byte, error) {
			switch name {
			case "api.json":
				return []byte(document), nil
			case "overlay.json":
				return []byte(overlay), nil
			}
			return nil, fs.ErrNotExist
		}})
		var late []string
		for _, d := range diags {
			if d.Code == "overlay-too-costly" {
				late = append(late, d.Message)
			}
		}
		if (len(late) == 1) != tt.late || len(late) > 1 {
			t.Errorf("%s: %q", tt.target, late)
		}
		if tt.late && late[0] != "the targets of the overlay look at more than 2501500 values" {
			t.Errorf("%s: %s", tt.target, late[0])
		}
	}
}

// TestCopies: path items that are used again are copies, unlike what other
// references lead to, and a small document can ask for millions of them.
func TestCopies(t *testing.T) {
	item := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`{"name":"p%d","in":"query","schema":{"type":"string"}}`, i))
		}
		return `{"parameters":[` + strings.Join(list, ",") + `],"get":{"responses":{"200":{"description":"ok"}}}}`
	}
	uses := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`"/a%d":{"$ref":"#/components/pathItems/P0"}`, i))
		}
		return strings.Join(list, ",")
	}
	lattice := func(n int) string {
		var b strings.Builder
		for i := range n {
			next := fmt.Sprintf(`{"{$request.body#/u}":{"$ref":"#/components/pathItems/P%d"}}`, i+1)
			fmt.Fprintf(&b, `"P%d":{"post":{"callbacks":{"a":%s,"b":%s},"responses":{"200":{"description":"ok"}}}},`, i, next, next)
		}
		return b.String() + fmt.Sprintf(`"P%d":%s`, n, item(1))
	}
	for _, tt := range []struct {
		name, paths, items string
		refused            bool
	}{
		{"a path item for two paths", uses(2), `"P0":` + item(400), false},
		{"one for each of 20", uses(20), `"P0":` + item(400), false},
		{"one for each of 500", uses(500), `"P0":` + item(100), true},
		{"a small one for each of 500", uses(500), `"P0":` + item(1), false},
		{"with what is beside the reference", strings.ReplaceAll(uses(500), `P0"}`, `P0","x-a":1,"summary":"s"}`), `"P0":` + item(100), true},
		{"2^40 of them", uses(1), lattice(40), true},
		{"2^6 of them", uses(1), lattice(6), false},
		{"one of itself", uses(1), `"P0":{"post":{"callbacks":{"a":{"{$request.body#/u}":{"$ref":"#/components/pathItems/P0"}}},"responses":{"200":{"description":"ok"}}}}`, false},
	} {
		text := `{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{` + tt.paths + `},"components":{"pathItems":{` + tt.items + `}}}`
		doc, diags := File("api.json", Options{ReadFile: func(string) ([]byte, error) { return []byte(text), nil }})
		var said []string
		for _, d := range diags {
			if d.Code == "too-many-copies" {
				said = append(said, d.Pos.String()+d.Message)
			}
		}
		if (doc == nil) != tt.refused || (len(said) == 1) != tt.refused || tt.refused && !strings.HasSuffix(said[0], "the path items that are used again have more than 100000 values") {
			t.Errorf("%s: refused: %v, %q", tt.name, doc == nil, said)
		}
	}
}
