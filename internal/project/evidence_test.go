package project

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/review"
)

const evidenceSpec = `openapi: 3.0.3
info: {title: Notes, version: '1'}
paths:
  /notes/{id}:
    get:
      operationId: notes.get
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {type: object, properties: {data: {$ref: '#/components/schemas/Note'}}}}}
components:
  schemas:
    Note: {type: object, properties: {type: {type: string}, id: {type: string}, attributes: {type: object, properties: {text: {type: string}}}}}
`

const evidenceCall = `recorded from staging, 2026-11-02
-- request --
GET /notes/7 HTTP/1.1

-- response --
HTTP/1.1 200 OK
Content-Type: application/json

{
  "data": {"type": "memos", "id": "7", "attributes": {"text": "a note"}}
}
`

// TestRecordedEvidence holds that recorded calls are evidence of what a document leaves
// open, that a message names the call and the line, and that the client is stale when
// they change.
func TestRecordedEvidence(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache"))
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/notes\n\ngo 1.24\n")
	write("gen.yaml", "clients: [{spec: spec/openapi.yaml, out: client}]\n")
	write("spec/openapi.yaml", evidenceSpec)
	open := func() *Project { return Open(Settings{Config: "gen.yaml"}, RealStages(), Host{}) }
	generate := func(want string) {
		t.Helper()
		result, diags := open().Generate()
		if diag.Errors(diags) {
			t.Fatal(diags)
		}
		var all []string
		for _, d := range result.Clients[0].Diagnostics {
			all = append(all, d.Error())
		}
		if text := strings.Join(all, "\n"); !strings.Contains(text, want) {
			t.Errorf("the messages are %q, want %q", text, want)
		}
	}
	stale := func(want bool) {
		t.Helper()
		result, diags := open().Check()
		if diag.Errors(diags) {
			t.Fatal(diags)
		}
		if (len(result.Changes) > 0) != want {
			t.Errorf("gen check finds %v", result.Changes)
		}
	}
	generate(`"notes" is inferred from the path that returns it`)
	stale(false)
	write("spec/exchanges/notes.get.txtar", evidenceCall)
	stale(true)
	generate(`"memos" is inferred from the exchange notes.get (spec/exchanges/notes.get.txtar:10:20)`)
	stale(false)
	if data, err := os.ReadFile("client/gen.lock"); err != nil || !strings.Contains(string(data), "spec/exchanges") {
		t.Errorf("the lock does not have the exchanges: %s %v", data, err)
	}
	write("spec/exchanges/notes.get.txtar", strings.Replace(evidenceCall, "memos", "jottings", 1))
	stale(true)
	generate(`"jottings" is inferred`)
	write("spec/exchanges/notes.get.txtar", strings.Replace(evidenceCall, "HTTP/1.1 200 OK", "HTTP 200", 1))
	generate(`malformed status line "HTTP 200"`)
	stale(false)
	write("spec/exchanges/notes.get.txtar", evidenceCall)
	write("spec/openapi.yaml", strings.Replace(evidenceSpec, "type: {type: string}", "type: {type: string, enum: [notes]}", 1))
	generate("")
	if data, err := os.ReadFile("client/gen.lock"); err != nil || strings.Contains(string(data), "spec/exchanges") {
		t.Errorf("the lock has exchanges that are not needed: %s %v", data, err)
	}
	stale(false)
}

// TestRecordedDiff holds that gen diff reads the recorded calls of a commit there.
func TestRecordedDiff(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not there")
	}
	t.Chdir(t.TempDir())
	files := map[string]string{
		"go.mod": "module example.com/notes\n\ngo 1.24\n", "gen.yaml": "clients: [{spec: spec/openapi.yaml, out: client}]\n",
		"spec/openapi.yaml": evidenceSpec, "spec/exchanges/notes.get.txtar": evidenceCall,
	}
	if err := os.MkdirAll("spec/exchanges", 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range []string{"init -q", "add .", "-c user.name=T -c user.email=t@example.com commit -q -m first"} {
		if out, err := exec.Command("git", strings.Fields(args)...).CombinedOutput(); err != nil {
			t.Fatal(err, string(out))
		}
	}
	for _, c := range []struct {
		call string
		want review.Verdict
	}{{evidenceCall, review.Compatible}, {strings.Replace(evidenceCall, "memos", "jottings", 1), review.Breaking}} {
		if err := os.WriteFile("spec/exchanges/notes.get.txtar", []byte(c.call), 0o600); err != nil {
			t.Fatal(err)
		}
		report, diags := Open(Settings{Config: "gen.yaml"}, RealStages(), Host{}).Diff("HEAD")
		if diag.Errors(diags) {
			t.Fatal(diags)
		}
		if report.Go != c.want {
			t.Errorf("gen diff says %q, want %q", report.Go, c.want)
		}
	}
}
