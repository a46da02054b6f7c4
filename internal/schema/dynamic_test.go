package schema

import (
	"fmt"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/load"
)

// TestScopes: two schemas of each level that bind an anchor and refer to both of the
// next level have 2^n scopes. What is beyond the limit binds nothing, and Unbound
// says where.
func TestScopes(t *testing.T) {
	for _, tt := range []struct {
		levels  int
		unbound bool
	}{{3, false}, {5, false}, {40, true}} {
		var all []string
		var last, defs []string
		for i := range tt.levels {
			for _, side := range []string{"A", "B"} {
				all = append(all, fmt.Sprintf(`"%[1]s%[2]d":{"properties":{"a":{"$ref":"#/components/schemas/A%[3]d"},"b":{"$ref":"#/components/schemas/B%[3]d"}},"$defs":{"d":{"$dynamicAnchor":"n%[2]d","title":"%[1]s"}}}`, side, i, i+1))
			}
			last = append(last, fmt.Sprintf(`"r%d":{"$dynamicRef":"#n%[1]d"}`, i))
			defs = append(defs, fmt.Sprintf(`"d%d":{"$dynamicAnchor":"n%[1]d"}`, i))
		}
		end := `{"properties":{` + strings.Join(last, ",") + `},"$defs":{` + strings.Join(defs, ",") + `}}`
		text := `{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{},"components":{"schemas":{` + strings.Join(all, ",") + fmt.Sprintf(`,"A%d":%s,"B%[1]d":%[2]s}}}`, tt.levels, end)
		doc, diags := load.File("api.json", load.Options{ReadFile: func(string) ([]byte, error) { return []byte(text), nil }})
		if doc == nil {
			t.Fatal(diags)
		}
		d := Read(doc)
		seen := map[*Schema]bool{}
		for queue := []*Schema{d.Of(doc.Root.Get("components", "schemas", "A0"))}; len(queue) > 0; queue = queue[1:] {
			for _, p := range queue[0].Properties {
				if s := p.Use.Schema(); !seen[s] && len(seen) < 100_000 {
					seen[s] = true
					queue = append(queue, s)
				}
			}
		}
		n, most := d.Unbound()
		if (n != nil) != tt.unbound || len(d.scopes) > most || len(seen) >= 100_000 {
			t.Errorf("%d levels: %d scopes, %d schemas, unbound: %v", tt.levels, len(d.scopes), len(seen), n != nil)
		}
	}
}
