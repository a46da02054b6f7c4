package conformance

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// evolution is a change of a document, and what becomes of a program that was
// written before.
type evolution struct {
	name    string
	replace []string // old, new, old, new, …
	// breaks is part of what the compiler says of the program; "" if it compiles.
	breaks string
	// says is what gen diff says of the Go API: "same", "kept" (by gen.lock, and the
	// report says what its line prevents), "compatible" or "breaking".
	says string
}

var evolutions = []evolution{
	{"operation", []string{"  /search:\n", "  /ping:\n    get: {operationId: ping.get, responses: {\"204\": {description: ok}}}\n  /search:\n"}, "", "compatible"},
	{"first optional parameter", []string{"operationId: orders.list\n", "operationId: orders.list\n      parameters: [{name: limit, in: query, schema: {type: integer}}]\n"}, "", "compatible"},
	{"optional parameter", []string{"        - {name: after,", "        - {name: before, in: query, schema: {type: string}}\n        - {name: after,"}, "", "compatible"},
	{"optional member", []string{"        due: {type: string}", "        due: {type: string}\n        gift: {type: boolean}"}, "", "compatible"},
	{"response member", []string{"        created: {type: string}", "        created: {type: string}\n        updated: {type: string}"}, "", "compatible"},
	{"enum value", []string{"enum: [open, closed]", "enum: [open, closed, lost]"}, "", "compatible"},
	{"error type", []string{"        \"404\":", "        \"409\": {description: taken, content: {application/json: {schema: {type: object, properties: {reason: {type: string}, by: {type: integer}}}}}}\n        \"404\":"}, "", "compatible"},
	{"recognised paging", []string{"{type: object, properties: {data:", "{type: object, properties: {next_cursor: {type: string}, data:", "{name: after, in", "{name: cursor, in: query, schema: {type: string}}\n        - {name: after, in"}, "", "compatible"},

	{"required parameter becomes optional", []string{"{name: q, in: query, required: true,", "{name: q, in: query,"}, "", "kept"},
	{"required parameters become optional", []string{"{name: q, in: query, required: true,", "{name: q, in: query,", "{name: max, in: query, required: true,", "{name: max, in: query,"}, "", "compatible"},
	{"required member becomes optional", []string{"required: [customer, lines, kind, total]", "required: [lines, kind]"}, "", "kept"},
	{"required list becomes optional", []string{"required: [customer, lines, kind, total]", "required: [customer, kind, total]"}, "", "kept"},
	{"last required member becomes optional", []string{"required: [reason],", ""}, "", "kept"},
	{"body becomes optional", []string{"requestBody: {required: true, content", "requestBody: {content"}, "", "same"},

	{"new required parameter", []string{"operationId: orders.list\n", "operationId: orders.list\n      parameters: [{name: limit, in: query, required: true, schema: {type: integer}}]\n"}, "not enough arguments", "breaking"},
	{"optional becomes required", []string{"        - {name: after, in: query, schema", "        - {name: after, in: query, required: true, schema"}, "", "same"}, // a plain string: the row of the wire says it
	{"optional member becomes required", []string{"required: [customer, lines, kind, total]", "required: [customer, lines, kind, total, address]"}, "address", "breaking"},
	{"renamed operation's path", []string{"  /orders/{id}/cancel:", "  /orders/{id}/lines/{line}/cancel:", "        - {name: id, in: path, required: true, schema: {type: string}}\n      requestBody", "        - {name: id, in: path, required: true, schema: {type: string}}\n        - {name: line, in: path, required: true, schema: {type: string}}\n      requestBody"}, "not enough arguments", "breaking"},
	{"removed member", []string{"        tags: {type: array, items: {type: string}}\n", ""}, "unknown field Tags", "breaking"},

	{"nullable", []string{"customer: {type: string}", "customer: {type: [string, \"null\"]}", "tags: {type: array,", "tags: {type: [array, \"null\"],", "address: {type: object,", "address: {type: [object, \"null\"],"}, "", "kept"},
	{"format", []string{"created: {type: string}", "created: {type: string, format: date-time}", "due: {type: string}", "due: {type: string, format: date}", "total: {type: number}", "total: {type: number, format: decimal}"}, "", "kept"},
	{"values of a text", []string{"customer: {type: string}", "customer: {type: string, enum: [ann, bob]}"}, "", "compatible"},
	{"second value of a constant", []string{"const: sale", "enum: [sale, return]"}, "", "compatible"},
	{"inline schema moved to a component", []string{"customer: {type: object, properties: {name: {type: string}}}", "customer: {$ref: \"#/components/schemas/Person\"}\n    Person: {type: object, properties: {name: {type: string}}}"}, "", "same"},
	{"inline body moved to a component", []string{"schema: {type: object, required: [reason], properties: {reason: {type: string}, note: {type: string}}}", "schema: {$ref: \"#/components/schemas/Cancellation\"}", "    Order:\n", "    Cancellation: {type: object, required: [reason], properties: {reason: {type: string}, note: {type: string}}}\n    Order:\n"}, "", "same"},
}

// TestEvolution edits a document in each way of the table, generates the client
// again with its gen.lock, and compiles a program that was written before. What
// gen diff says of the edit is what the compiler says. Without GEN_HEAVY, it takes
// each eighteenth row, from the tenth on.
func TestEvolution(t *testing.T) {
	if testing.Short() {
		t.Skip("generates and compiles clients")
	}
	var rows []evolution
	for i, e := range evolutions {
		if os.Getenv("GEN_HEAVY") != "" || i%18 == 9 {
			rows = append(rows, e)
		}
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module evolution.test\n\ngo 1.24\n")
	shop, caller := text(t, "testdata/evolution/shop.yaml"), text(t, "testdata/evolution/caller.go.txt")
	config := "runtime: .\nclients:\n"
	for _, e := range rows {
		name := slug(e.name)
		write(t, filepath.Join(dir, name, "spec.yaml"), shop)
		write(t, filepath.Join(dir, name, "caller.go"), strings.ReplaceAll(caller, "PACKAGE", name))
		config += "  - {spec: " + name + "/spec.yaml, out: " + name + "/client, package: client}\n"
	}
	write(t, filepath.Join(dir, "gen.yaml"), config)
	run(t, dir, gen(t))
	run(t, dir, "go", "build", "./...")
	for _, args := range [][]string{{"init", "-q"}, {"add", "-A"}, {"-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "-m", "before"}} {
		run(t, dir, "git", args...)
	}
	for _, e := range rows {
		edited := shop
		for i := 0; i < len(e.replace); i += 2 {
			if !strings.Contains(edited, e.replace[i]) {
				t.Fatalf("%s: the document does not have %q", e.name, e.replace[i])
			}
			edited = strings.Replace(edited, e.replace[i], e.replace[i+1], -1)
		}
		write(t, filepath.Join(dir, slug(e.name), "spec.yaml"), edited)
	}
	said := diffs(t, dir)
	run(t, dir, gen(t))
	for _, e := range rows {
		t.Run(e.name, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "go", "vet", "./"+slug(e.name))
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=-trimpath")
			out, err := cmd.CombinedOutput()
			switch {
			case e.breaks == "" && err != nil:
				t.Errorf("the old program does not compile:\n%s", out)
			case e.breaks != "" && (err == nil || !strings.Contains(string(out), e.breaks)):
				t.Errorf("the compiler does not say %q:\n%s", e.breaks, out)
			}
			if got := said[slug(e.name)+"/client"]; got != e.says {
				t.Errorf("gen diff says %q, want %q", got, e.says)
			}
		})
	}
}

// diffs is what gen diff says of the Go API of each client.
func diffs(t *testing.T, dir string) map[string]string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), gen(t), "diff", "--format", "json")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("gen diff: %v", err)
	}
	var report struct {
		Clients []struct {
			Out     string
			Go      string
			Changes []struct{ Kind string } `json:"go_changes"`
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	for _, c := range report.Clients {
		said[c.Out] = c.Go
		kept := 0
		for _, change := range c.Changes {
			if change.Kind == "kept" {
				kept++
			}
		}
		switch {
		case len(c.Changes) == 0:
			said[c.Out] = "same"
		case kept == len(c.Changes):
			said[c.Out] = "kept"
		}
	}
	return said
}

func slug(name string) string {
	return strings.NewReplacer(" ", "", "'", "").Replace(name)
}

func text(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
