package draft

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/draft/read"
)

const pagedList = `
    get:
      operationId: NAME.list
      x-pagination: {strategy: offset, param: offset, limit: limit, items: /data, next: /meta/next, total: /meta/total}
      parameters:
        - $ref: '#/components/parameters/Limit'
        - $ref: '#/components/parameters/Offset'
      responses:
        '200':
          description: A page.
          content:
            application/json:
              schema:
                type: object
                properties:
                  data:
                    type: array
                    items: {type: object, additionalProperties: true}
                  meta:
                    type: object
                    properties:
                      next: {type: integer}
                      total: {type: integer}
`

const pagedParams = `components:
  parameters:
    Limit: {name: limit, in: query, schema: {type: integer}}
    Offset: {name: offset, in: query, schema: {type: integer}}
`

// TestPaging drafts lists into a spec whose lists come in pages. The paging is
// taken over where the answer shows its members, and only if it is a habit.
func TestPaging(t *testing.T) {
	head := "openapi: 3.0.3\ninfo: {title: T, version: '1'}\nservers:\n  - url: https://api.example.com\npaths:\n"
	list := func(name string) string {
		return "  /" + name + ":" + strings.ReplaceAll(pagedList, "NAME", name)
	}
	two, one := head+list("boats")+list("docks")+pagedParams, head+list("boats")+pagedParams
	cursor := strings.Replace(two, "strategy: offset, param: offset,", "strategy: offset, param: start,", 1)
	pages := `{"data": [{"name": "Ada"}], "meta": {"next": 2, "total": 3}}`
	taken := func(names string) string {
		return "GET /crews: x-pagination" + names + " are taken from 2 operations of the spec whose answers have the same members for paging; delete them if this answer does not come in pages"
	}
	const both = "        - $ref: '#/components/parameters/Limit'\n        - $ref: '#/components/parameters/Offset'\n"
	for _, test := range []struct{ name, spec, call, answer, note, want string }{
		{"a habit", two, "GET /crews", pages, taken(" and the parameters limit, offset"), both},
		{"one operation is no habit", one, "GET /crews", pages, "", ""},
		{"two operations differ", cursor, "GET /crews", pages, "", ""},
		{"a member is not shown", two, "GET /crews", `{"data": [{"name": "Ada"}], "meta": {"next": 2}}`, "", ""},
		{"the items are no list", two, "GET /crews", `{"data": {"name": "Ada"}, "meta": {"next": 2, "total": 3}}`, "", ""},
		{"no list is read", two, "POST /crews", pages, "", ""},
		{"the page shows a parameter", two, "GET /crews?limit=5", pages, taken(" and the parameters offset"), "        - name: limit\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			spec := filepath.Join(t.TempDir(), "openapi.yaml")
			if err := os.WriteFile(spec, []byte(test.spec), 0o666); err != nil {
				t.Fatal(err)
			}
			method, path, _ := strings.Cut(test.call, " ")
			page := "# Crews\n\n```shell\ncurl -X " + method + " 'https://api.example.com" + path + "'\n```\n\n```json\n" + test.answer + "\n```\n"
			res := draftInto(t, spec, read.Input{Name: "crews.md", Data: []byte(page)})
			data, err := os.ReadFile(spec)
			if err != nil {
				t.Fatal(err)
			}
			_, drafted, _ := strings.Cut(string(data), "  /crews:\n")
			drafted, _, _ = strings.Cut(drafted, "components:\n")
			has := strings.Contains(drafted, "      x-pagination:\n        strategy: offset\n        param: offset\n        limit: limit\n        items: /data\n        next: /meta/next\n        total: /meta/total\n")
			if has != (test.note != "") || !strings.Contains(drafted, test.want) || strings.Count(drafted, "name: limit")+strings.Count(drafted, "/Limit'") > 1 {
				t.Errorf("drafted:\n%s", drafted)
			}
			var notes []string
			if test.note != "" {
				notes = []string{test.note}
			}
			if !slices.Equal(res.Notes, notes) {
				t.Errorf("notes %q, want %q", res.Notes, notes)
			}
		})
	}
}
