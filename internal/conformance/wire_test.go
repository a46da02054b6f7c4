package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestWire generates clients of the documents in testdata/wire and runs the tests
// there with them: how calls, pages, tokens, streams and errors behave with servers
// that are odd in the ways that servers are.
func TestWire(t *testing.T) {
	if testing.Short() {
		t.Skip("generates and compiles clients")
	}
	dir := t.TempDir()
	gen := filepath.Join(dir, "gen")
	run(t, ".", "go", "build", "-o", gen, "github.com/docwright/docwright/cmd/gen")
	write(t, filepath.Join(dir, "go.mod"), "module wire.test\n\ngo 1.24\n")
	documents := slices.Concat(glob(t, "testdata/wire/*.yaml"), glob(t, "testdata/wire/documents/*.yaml"))
	for _, document := range documents {
		document, err := filepath.Abs(document)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(document), ".yaml"), "-", "")
		run(t, dir, gen, "--spec", document, "--out", name, "--package", name, "--runtime", ".")
	}
	for name, target := range map[string]string{"h.go.txt": "h/h.go", "wire_test.go.txt": "wire/wire_test.go", "documents_test.go.txt": "documents/documents_test.go"} {
		text, err := os.ReadFile(filepath.Join("testdata/wire", name))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, target), string(text))
	}
	run(t, dir, "go", "test", "./wire", "./documents")
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatal("no documents", err)
	}
	return names
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}
