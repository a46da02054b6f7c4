package model

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/load"
)

// buildLimited builds the model of a document whose one operation returns A.
func buildLimited(t *testing.T, schemas string) (*API, []load.Diagnostic) {
	t.Helper()
	text := `{"openapi":"3.1.0","info":{"title":"T","version":"1"},"paths":{"/a":{"get":{"operationId":"a.get","responses":{"200":{"description":"ok","content":{"application/json":{"schema":{"$ref":"#/components/schemas/A"}}}}}}}},"components":{"schemas":{` + schemas + `}}}`
	file := filepath.Join(t.TempDir(), "api.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	doc, diags := load.File(file, load.Options{})
	if doc == nil {
		t.Fatal(diags)
	}
	return Build(doc, Options{Package: "t"})
}

// TestLimitFields: types that repeat the members of one schema are limited: 200 types
// of 600 members are 120,000 fields of a document of 20 KB.
func TestLimitFields(t *testing.T) {
	list := func(n int, format string) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(format, i))
		}
		return strings.Join(list, ",")
	}
	for _, tt := range []struct {
		types, members int
		limited        bool
	}{{20, 600, false}, {400, 30, false}, {200, 600, true}} {
		api, diags := buildLimited(t, `"A":{"type":"object","properties":{`+list(tt.types, `"t%d":{"$ref":"#/components/schemas/B%[1]d"}`)+`}},`+
			`"Base":{"type":"object","properties":{`+list(tt.members, `"m%d":{"type":"string"}`)+`}},`+
			list(tt.types, `"B%d":{"allOf":[{"$ref":"#/components/schemas/Base"}],"properties":{"x":{"type":"string"}}}`))
		fields, said := 0, 0
		for _, d := range api.Decls {
			fields += len(d.Fields)
		}
		for _, d := range diags {
			if d.Code == "fallback" && strings.HasPrefix(d.Message, "an object becomes any value, because the members that types of this document take over") {
				said++
			}
		}
		if (said > 0) != tt.limited || fields > 40_000 {
			t.Errorf("%d types with %d members: %d fields, %d are reported as any value", tt.types, tt.members, fields, said)
		}
	}
}

// TestLimitScopes: a document that binds its anchors in too many ways is told so.
func TestLimitScopes(t *testing.T) {
	var all []string
	for i := range 12 {
		for _, side := range []string{"A", "B"} {
			name := fmt.Sprintf("%s%d", side, i)
			if name == "A0" {
				name = "A"
			}
			all = append(all, fmt.Sprintf(`"%s":{"type":"object","properties":{"a":{"$ref":"#/components/schemas/A%d"},"b":{"$ref":"#/components/schemas/B%[2]d"}},"$defs":{"d":{"$dynamicAnchor":"n%[3]d","title":"%[4]s"}}}`, name, i+1, i, side))
		}
	}
	var last, defs []string
	for i := range 12 {
		last = append(last, fmt.Sprintf(`"r%d":{"$dynamicRef":"#n%[1]d"}`, i))
		defs = append(defs, fmt.Sprintf(`"d%d":{"$dynamicAnchor":"n%[1]d"}`, i))
	}
	end := `{"type":"object","properties":{` + strings.Join(last, ",") + `},"$defs":{` + strings.Join(defs, ",") + `}}`
	_, diags := buildLimited(t, strings.Join(all, ",")+`,"A12":`+end+`,"B12":`+end)
	said := 0
	for _, d := range diags {
		if strings.HasPrefix(d.Message, "the dynamic anchors of this schema are not bound") {
			said++
		}
	}
	if said != 1 {
		t.Errorf("%d messages about anchors: %v", said, diags)
	}
}
