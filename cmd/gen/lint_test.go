package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/diag"
)

// TestReadmeLint holds what README shows of gen lint.
func TestReadmeLint(t *testing.T) {
	readme := readmeBlocks(t)
	const command = "$ gen lint pets.yaml"
	t.Chdir(t.TempDir())
	writeFile(t, "pets.yaml", readme["openapi: 3.1.0"])
	var stdout strings.Builder
	if code := run(strings.Fields(command)[2:], &stdout, os.Stderr); code != exitStale {
		t.Errorf("exit %d", code)
	}
	if got := command + "\n" + stdout.String(); got != readme[command] {
		t.Errorf("README shows\n%s\nand gen lint prints\n%s", readme[command], got)
	}
}

// TestCuratedSpecs holds that the curated specs and their exchanges are without
// errors and warnings.
func TestCuratedSpecs(t *testing.T) {
	var stdout strings.Builder
	config := filepath.Join(checkoutDir(t), "spec", "gen.yaml")
	if code := run([]string{"lint", "-c", config}, &stdout, os.Stderr); code != exitOK || !strings.Contains(stdout.String(), "2 documents: 0 errors, 0 warnings") {
		t.Errorf("exit %d\n%s", code, stdout.String())
	}
}

// TestLintByRule: of a rule that warns of much in a document, text shows some.
func TestLintByRule(t *testing.T) {
	var list []diag.Diagnostic
	for i := range 30 {
		list = append(list, diag.Diagnostic{Pos: diag.Position{File: "a.yaml", Line: i + 1}, Severity: diag.Warning, Code: "unused-component", Message: "is unused"})
	}
	for i := range 30 {
		list = append(list, diag.Diagnostic{Pos: diag.Position{File: "b.yaml", Line: i + 1}, Severity: diag.Error, Code: "unused-component", Message: "is unused"})
	}
	var out strings.Builder
	a := &app{stdout: &diag.Printer{W: &out}}
	a.format = "text"
	a.printFindings(&lintRun{findings: list, counts: map[diag.Severity]int{}})
	if n := strings.Count(out.String(), "a.yaml:"); n != shownFindings+1 || !strings.Contains(out.String(), "a.yaml: 25 more of DW030, unused-component\n\t--format json lists them") {
		t.Errorf("%d lines on a.yaml:\n%s", n, out.String())
	}
	if n := strings.Count(out.String(), "b.yaml:"); n != 30 {
		t.Errorf("%d errors, not 30", n)
	}
}

// TestLintPagedLists: a list that the client pages through is not a finding.
func TestLintPagedLists(t *testing.T) {
	t.Chdir(t.TempDir())
	const text = `openapi: 3.0.3
info: {title: Pets, version: "1"}
servers: [{url: https://pets.example.com}]
paths:
  /pets:
    get:
      operationId: pets.list
      parameters: [{name: cursor, in: query, schema: {type: string}}]
      responses:
        default: {description: An error.}
        "200":
          description: The pets.
          content: {application/json: {schema: {type: object, properties: {MEMBER: {type: string}, data: {type: array, items: {type: object, properties: {name: {type: string}}}}}}}}
`
	for member, found := range map[string]bool{"next_cursor": false, "previous": true} {
		writeFile(t, "api.yaml", strings.ReplaceAll(text, "MEMBER", member))
		var stdout strings.Builder
		run([]string{"lint", "api.yaml"}, &stdout, os.Stderr)
		if strings.Contains(stdout.String(), "DW025") != found {
			t.Errorf("with %s: %s", member, stdout.String())
		}
	}
}
