package conformance

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/exchange"
)

var update = flag.Bool("update", false, "fill in the operations of the tables of documented calls")

// documented is a row of a table of documented calls: a page that describes one.
type documented struct {
	line      int
	method    string
	path      string // "?" where the page does not show it
	page      string
	seen      string
	operation string // "?" until it is filled in; "-" when the spec leaves it out
	reason    string // why it is left out
}

// TestCoverage fails for a documented call that the spec leaves out without a
// reason, and for an operation that no documented call stands for.
func TestCoverage(t *testing.T) {
	for _, a := range apis {
		t.Run(a.name, func(t *testing.T) {
			spec := a.loadSpec(t)
			table := a.path("calls.tsv")
			rows := readCalls(t, table)
			if *update {
				writeCalls(t, table, fillIn(spec, rows))
				rows = readCalls(t, table)
			}
			for _, problem := range coverage(spec, rows) {
				t.Errorf("%s:%s", table, problem)
			}
		})
	}
}

// coverage returns what a table and a spec disagree about, as "line: what".
func coverage(spec *exchange.Spec, rows []documented) []string {
	var problems []string
	undocumented := map[string]bool{}
	for _, id := range spec.Operations() {
		undocumented[id] = true
	}
	byShape := operationsByShape(spec)
	for _, row := range rows {
		delete(undocumented, row.operation)
		if id, ok := byShape[row.method+" "+shape(row.path)]; ok && row.operation == "?" {
			delete(undocumented, id)
			problems = append(problems, fmt.Sprintf("%d: %s %s is %s: run go test ./internal/conformance -run TestCoverage -update", row.line, row.method, row.path, id))
		} else if problem := row.check(spec); problem != "" {
			problems = append(problems, fmt.Sprintf("%d: %s", row.line, problem))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(undocumented)) {
		method, path, _ := spec.Operation(id)
		problems = append(problems, fmt.Sprintf("1: no documented call stands for the operation %s, %s %s", id, method, path))
	}
	return problems
}

// check returns what is wrong with a row, "" when nothing is.
func (d documented) check(spec *exchange.Spec) string {
	switch d.operation {
	case "?":
		return fmt.Sprintf("%s %s is not in the spec", d.method, d.path)
	case "-":
		if d.reason == "" {
			return fmt.Sprintf("%s %s is left out of the spec without a reason", d.method, d.path)
		}
		return ""
	}
	method, path, ok := spec.Operation(d.operation)
	switch {
	case !ok:
		return fmt.Sprintf("the spec has no operation %s", d.operation)
	case method != d.method || d.path != "?" && shape(path) != shape(d.path):
		return fmt.Sprintf("%s is %s %s in the spec, not %s %s", d.operation, method, path, d.method, d.path)
	}
	return ""
}

// fillIn finds the operations of rows that have none, by method and path.
func fillIn(spec *exchange.Spec, rows []documented) []documented {
	byShape := operationsByShape(spec)
	for i, row := range rows {
		if _, _, ok := spec.Operation(row.operation); ok || row.operation == "-" {
			continue
		}
		rows[i].operation = "?"
		if id, ok := byShape[row.method+" "+shape(row.path)]; ok {
			rows[i].operation = id
		}
	}
	return rows
}

// operationsByShape returns the operationIds of a spec by method and shape of path.
func operationsByShape(spec *exchange.Spec) map[string]string {
	byShape := map[string]string{}
	for _, id := range spec.Operations() {
		method, path, _ := spec.Operation(id)
		byShape[method+" "+shape(path)] = id
	}
	return byShape
}

var parameter = regexp.MustCompile(`\{[^}]*\}`)

// shape is a path without the names of its parameters: the generations of an
// API's pages write them differently.
func shape(path string) string { return parameter.ReplaceAllString(path, "{}") }

func readCalls(t *testing.T, file string) []documented {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows []documented
	for i, line := range strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "\t")
		if len(cells) < 5 || len(cells) > 6 {
			t.Errorf("%s:%d: %d columns, want method, path, page, seen, operation and perhaps reason", file, i+1, len(cells))
			continue
		}
		row := documented{line: i + 1, method: cells[0], path: cells[1], page: cells[2], seen: cells[3], operation: cells[4]}
		if len(cells) == 6 {
			row.reason = cells[5]
		}
		rows = append(rows, row)
	}
	return rows
}

// writeCalls replaces the rows of a table and keeps its comment.
func writeCalls(t *testing.T, file string, rows []documented) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	for _, row := range rows {
		cells := []string{row.method, row.path, row.page, row.seen, row.operation}
		if row.reason != "" {
			cells = append(cells, row.reason)
		}
		lines[row.line-1] = strings.Join(cells, "\t")
	}
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o666); err != nil {
		t.Fatal(err)
	}
}
