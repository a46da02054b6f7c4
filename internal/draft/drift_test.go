package draft

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/draft/read"
)

// driftPage has what a page can change: %s are lines that a mutation adds.
const driftPage = `# Boats

## Add a boat

` + "`POST /v1/boats/{harbour_id}/berths`" + `

### Query parameters

| Name | Type | Required | Description |
|---|---|---|---|
| notify | boolean | No | Send a message. |
| limit | integer | Yes | How many. |
| order | string | No | One of: ` + "`asc`, `desc`" + `. |

### Body

| Field | Type | Required | Description |
|---|---|---|---|
| name | string | Yes | The name. |
| kind | string | No | One of: ` + "`sail`, `row`, `motor`" + `. |
| length | number | No | In metres. |
| crew | integer | Yes | How many. |

` + "```bash\ncurl -X POST https://api.example.com/v1/boats/7/berths?limit=5 -H 'Authorization: Bearer $TOKEN' -H 'Content-Type: application/json' -d '{\"name\": \"Ann\", \"kind\": \"sail\", \"length\": 4.5, \"crew\": 2}'\n```" + `

### Response

` + "`201 Created`\n\n```json\n{\"id\": 7, \"name\": \"Ann\", \"berth\": {\"row\": 3, \"letter\": \"C\", \"open\": true}, \"made_at\": \"2024-05-01T10:00:00Z\", \"tags\": [\"a\"], \"price\": 12.5}\n```\n"

// mutation is a change of a page and what drift must say of it.
type mutation struct {
	kind, from, to, want string
}

// mutations are 200 changes of the page.
func mutations() []mutation {
	var out []mutation
	add := func(kind, from, to, want string) { out = append(out, mutation{kind, from, to, want}) }
	requests := map[string]string{"name": `"Ann"`, "kind": `"sail"`, "length": "4.5", "crew": "2"}
	answers := map[string]string{"id": "7", "row": "3", "letter": `"C"`, "open": "true", "made_at": `"2024-05-01T10:00:00Z"`, "price": "12.5"}
	where := map[string]string{"id": "response", "row": "response.berth", "letter": "response.berth", "open": "response.berth", "made_at": "response", "price": "response"}
	for _, m := range []string{"id", "row", "letter", "open", "made_at", "price"} {
		v := answers[m]
		for i := range 5 {
			add("renamed", fmt.Sprintf("%q: %s", m, v), fmt.Sprintf("%q: %s", fmt.Sprintf("%s_v%d", m, i), v), fmt.Sprintf("%s.%s_v%d", where[m], m, i))
			add("added", fmt.Sprintf("%q: %s", m, v), fmt.Sprintf("%q: %s, \"extra_%s%d\": %d", m, v, m, i, i), fmt.Sprintf("%s.extra_%s%d", where[m], m, i))
		}
		add("type", fmt.Sprintf("%q: %s", m, v), fmt.Sprintf("%q: [%s]", m, v), where[m]+"."+m)
		add("type", fmt.Sprintf("%q: %s", m, v), fmt.Sprintf("%q: {\"value\": %s}", m, v), where[m]+"."+m)
		if m != "price" && m != "open" {
			add("dropped", fmt.Sprintf("%q: %s, ", m, v), "", where[m]+"."+m)
		}
	}
	add("dropped", `, "open": true`, "", "response.berth.open")
	add("dropped", `, "price": 12.5`, "", "response.price")
	add("dropped", `"berth": {"row": 3, "letter": "C", "open": true}, `, "", "response.berth")
	for _, m := range []string{"name", "kind", "length", "crew"} {
		v := requests[m]
		for i := range 4 {
			add("added", fmt.Sprintf("%q: %s", m, v), fmt.Sprintf("%q: %s, \"more_%s%d\": true", m, v, m, i), fmt.Sprintf("request.more_%s%d", m, i))
		}
	}
	for m, types := range map[string][]string{"name": {"integer", "boolean", "object"}, "length": {"string", "boolean", "object"}, "crew": {"string", "boolean", "number"}} {
		old := map[string]string{"name": "string", "length": "number", "crew": "integer"}[m]
		for _, typ := range types {
			add("type", "| "+m+" | "+old+" |", "| "+m+" | "+typ+" |", "request."+m)
		}
	}
	add("required", "| name | string | Yes |", "| name | string | No |", "request.name")
	add("required", "| crew | integer | Yes |", "| crew | integer | No |", "request.crew")
	add("required", "| kind | string | No |", "| kind | string | Yes |", "request.kind")
	add("required", "| length | number | No |", "| length | number | Yes |", "request.length")
	add("required", "| notify | boolean | No |", "| notify | boolean | Yes |", "query parameter notify")
	add("required", "| limit | integer | Yes |", "| limit | integer | No |", "query parameter limit")
	for _, status := range []string{"200", "202", "203", "206", "226"} {
		add("status", "`201 Created`", "`"+status+" OK`", "status "+status)
	}
	for _, status := range []string{"400", "401", "403", "404", "409", "422", "429", "500", "503"} {
		add("status", "`201 Created`", "`201 Created`, or returns `"+status+"`", "status "+status)
	}
	for i := range 10 {
		add("value", "`row`,", fmt.Sprintf("`row`, `kind%d`,", i), fmt.Sprintf("request.kind has the value kind%d", i))
		add("value", "`asc`, `desc`", fmt.Sprintf("`asc`, `desc`, `order%d`", i), fmt.Sprintf("order%d", i))
	}
	add("value", "`row`, `motor`", "`row`", "motor")
	add("value", "`sail`, `row`, `motor`", "`sail`, `motor`", "row")
	for i := range 10 {
		add("path", "/v1/boats/", fmt.Sprintf("/v%d/boats/", i+2), fmt.Sprintf("the spec has no POST /v%d/boats", i+2))
		add("parameter", "| notify | boolean | No | Send a message. |", fmt.Sprintf("| notify | boolean | No | Send a message. |\n| extra%d | string | No | More. |", i), fmt.Sprintf("query parameter extra%d", i))
	}
	add("parameter", "| notify | boolean | No | Send a message. |\n", "", "query parameter notify")
	add("parameter", "| notify |", "| notice |", "query parameter notice")
	for i := range 8 {
		add("security", "Authorization: Bearer $TOKEN", fmt.Sprintf("X-Api-Key-%d: $TOKEN", i), fmt.Sprintf("security: header x-api-key-%d", i))
	}
	add("security", "Authorization: Bearer $TOKEN", "Authorization: Basic $TOKEN", "security: basic")
	for i := range 200 - len(out) {
		add("added", `"tags": ["a"]`, fmt.Sprintf(`"tags": ["a"], "late%d": {"a": 1}`, i), fmt.Sprintf("response.late%d", i))
	}
	return out
}

// TestDriftMutations drafts a page, changes it in 200 ways, and looks for each
// change.
func TestDriftMutations(t *testing.T) {
	dir := t.TempDir()
	spec := filepath.Join(dir, "openapi.yaml")
	draftInto(t, spec, read.Input{Name: "boats.md", Data: []byte(driftPage)})
	if quiet := drift(t, spec, driftPage); len(quiet) > 0 {
		t.Fatalf("the page differs from its own draft: %v", quiet)
	}
	found, all := 0, mutations()
	for _, m := range all {
		text := driftPage
		if m.kind == "path" || m.kind == "security" || m.kind == "value" || m.kind == "status" || m.kind == "required" || m.kind == "type" {
			text = strings.ReplaceAll(text, m.from, m.to)
		} else {
			text = strings.Replace(text, m.from, m.to, 1)
			if i := strings.LastIndex(driftPage, m.from); strings.HasPrefix(m.want, "response") && i > 0 {
				text = driftPage[:i] + m.to + driftPage[i+len(m.from):]
			}
		}
		if text == driftPage {
			t.Fatalf("%s: %q is not on the page", m.kind, m.from)
		}
		hit := false
		drifts := drift(t, spec, text)
		for _, d := range drifts {
			hit = hit || strings.Contains(d.Text, m.want) && d.Page.Line > 0
		}
		if hit {
			found++
		} else {
			t.Logf("%s %q → %q: want %q, got %v", m.kind, m.from, m.to, m.want, drifts)
		}
	}
	t.Logf("found %d of %d", found, len(all))
	if len(all) != 200 || found < 190 {
		t.Errorf("want 190 of 200")
	}
}

// TestDriftQuiet rewords and reorders the page: nothing is reported.
func TestDriftQuiet(t *testing.T) {
	spec := filepath.Join(t.TempDir(), "openapi.yaml")
	draftInto(t, spec, read.Input{Name: "boats.md", Data: []byte(driftPage)})
	rows := regexp.MustCompile(`(?m)^\| notify .*\n`).FindString(driftPage)
	for name, text := range map[string]string{
		"menu":      "Home | Docs | Pricing\n\n- [Start](/)\n- [API](/api)\n\n" + driftPage + "\n## See also\n\nOther pages.\n",
		"words":     strings.NewReplacer("Send a message.", "Tells the harbour master.", "The name.", "What it is called.", "Add a boat", "Register a boat").Replace(driftPage),
		"order":     strings.Replace(strings.Replace(driftPage, rows, "", 1), "| order |", strings.TrimSuffix(rows, "\n")+"\n| order |", 1),
		"members":   strings.Replace(driftPage, `"id": 7, "name": "Ann", `, `"name": "Ann", "id": 7, `, 1),
		"values":    strings.NewReplacer(`"Ann"`, `"Bea"`, "12.5", "99.25", "2024-05-01", "2025-06-02").Replace(driftPage),
		"indent":    strings.Replace(driftPage, `{"id": 7, `, "{\n  \"id\": 7,\n  ", 1),
		"title":     strings.Replace(driftPage, "# Boats", "# All about boats", 1),
		"placehold": strings.Replace(driftPage, `"letter": "C"`, `"letter": "<string>"`, 1),
	} {
		if d := drift(t, spec, text); len(d) > 0 {
			t.Errorf("%s: %+v", name, d)
		}
	}
}

// TestDriftMoved compares a page that has another path with the operation that it
// documented before, which its exchange names, and reports a call that is gone.
func TestDriftMoved(t *testing.T) {
	const address = "https://docs.example.com/boats\n\n"
	text := func(path, name string) string {
		return address + "Add a boat\n\nPOST " + path + "\n\ncurl -X POST https://api.example.com" + path + " -H 'Content-Type: application/json' -d '{\"" + name + "\": 1}'\n\n{\"id\": 7}\n"
	}
	spec := filepath.Join(t.TempDir(), "openapi.yaml")
	draftInto(t, spec, read.Input{Name: "boats.txt", Data: []byte(text("/v1/boats", "size"))})
	if got := drift(t, spec, text("/v1/boats", "size")); len(got) > 0 {
		t.Fatalf("the page differs from its own draft: %v", got)
	}
	got := drift(t, spec, text("/v2/ships", "length"))
	if len(got) != 3 || got[0].Text != "the spec has no POST /v2/ships; the page documented boats.create before" || got[1].Text != "request.length (integer)" || got[1].Operation != "boats.create" || got[2].Kind != "gone" || got[2].Text != "request.size" {
		t.Errorf("got %+v", got)
	}
	other := drift(t, spec, strings.Replace(text("/v1/ports", "size"), "POST", "GET", 2)+"\nAdd a boat\n")
	if len(other) == 0 || !strings.Contains(other[0].Text, "the page documented boats.create before") {
		t.Errorf("got %+v", other)
	}
}

// TestDriftSymbols names what changes in Go.
func TestDriftSymbols(t *testing.T) {
	spec := filepath.Join(t.TempDir(), "openapi.yaml")
	draftInto(t, spec, read.Input{Name: "boats.md", Data: []byte(driftPage)})
	for _, test := range []struct{ from, to, want string }{
		{"| name | string |", "| name | integer |", "BerthCreate.Name"},
		{"`row`, `motor`", "`row`, `motor`, `steam`", "BerthCreate.Kind"},
		{`"letter": "C"`, `"letter": "C", "depth": 2`, "BerthCreateResult.Berth"},
		{"`201 Created`", "`201 Created`, or returns `404`", "BerthsService.Create"},
		{"| limit | integer | Yes |", "| limit | integer | No |", "BerthCreateParams.Limit"},
	} {
		got := drift(t, spec, strings.ReplaceAll(driftPage, test.from, test.to))
		if len(got) == 0 || !strings.HasPrefix(got[0].Go, test.want) {
			t.Errorf("%s: want %s, got %+v", test.to, test.want, got)
		}
	}
}

// TestDriftSilenced silences a finding with a comment.
func TestDriftSilenced(t *testing.T) {
	spec := filepath.Join(t.TempDir(), "openapi.yaml")
	draftInto(t, spec, read.Input{Name: "boats.md", Data: []byte(driftPage)})
	text := strings.Replace(driftPage, "| name | string |", "| name | integer |", 1)
	before := drift(t, spec, text)
	if len(before) == 0 {
		t.Fatal("the changed type is not found")
	}
	data, err := os.ReadFile(spec)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	lines[before[0].Line-1] += " # drift: the page is wrong"
	if err := os.WriteFile(spec, []byte(strings.Join(lines, "\n")), 0o666); err != nil {
		t.Fatal(err)
	}
	if after := drift(t, spec, text); len(after) != len(before)-1 {
		t.Errorf("got %v, want one less than %v", after, before)
	}
}

func drift(t *testing.T, spec, text string) []Drift {
	t.Helper()
	res, err := Compare(DriftOptions{Inputs: []read.Input{{Name: "boats.md", Data: []byte(text)}}, Spec: spec})
	if err != nil {
		t.Fatal(err)
	}
	return res.Drifts
}

// TestDriftOwnDraft compares each development page with the draft of itself.
func TestDriftOwnDraft(t *testing.T) {
	pages, _ := filepath.Glob(filepath.Join(pagesDir(t), "*.page.*"))
	quiet := 0
	for _, page := range pages {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		spec := filepath.Join(t.TempDir(), "openapi.yaml")
		draftInto(t, spec, read.Input{Name: filepath.Base(page), Data: data})
		res, err := Compare(DriftOptions{Inputs: []read.Input{{Name: filepath.Base(page), Data: data}}, Spec: spec})
		if err != nil {
			t.Error(err)
			continue
		}
		if len(res.Drifts) == 0 {
			quiet++
			continue
		}
		for _, d := range res.Drifts {
			t.Logf("%s:%d: %s %s %s", d.Page.File, d.Page.Line, d.Kind, d.Operation, d.Text)
		}
	}
	t.Logf("silent on %d of %d pages", quiet, len(pages))
	if quiet*100 < len(pages)*98 {
		t.Error("want 98 %")
	}
}
