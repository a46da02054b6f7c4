package conformance

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/gentest"
)

// TestWire generates clients of the documents in testdata/wire and runs the tests
// there with them: how calls, pages, tokens, streams and errors behave with servers
// that are odd in the ways that servers are.
func TestWire(t *testing.T) {
	if testing.Short() {
		t.Skip("generates and compiles clients")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module wire.test\n\ngo 1.24\n")
	config := "runtime: .\nclients:\n"
	documents := slices.Concat(glob(t, "testdata/wire/*.yaml"), glob(t, "testdata/wire/documents/*.yaml"))
	for _, document := range documents {
		name := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(document), ".yaml"), "-", "")
		write(t, filepath.Join(dir, name+".yaml"), text(t, document))
		config += "  - {spec: " + name + ".yaml, out: " + name + "}\n"
	}
	write(t, filepath.Join(dir, "gen.yaml"), config)
	run(t, dir, gen(t))
	for _, file := range glob(t, "testdata/wire/*.go.txt") {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		folder := map[string]string{"h.go": "h", "wire_test.go": "wire"}[name]
		write(t, filepath.Join(dir, cmp.Or(folder, "documents"), name), text(t, file))
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

// gen is the command.
func gen(t *testing.T) string {
	t.Helper()
	exe, err := gentest.Command()
	if err != nil {
		t.Fatal(err)
	}
	return exe
}

func TestMain(m *testing.M) {
	code := m.Run()
	gentest.Clean()
	os.Exit(code)
}

// run runs a command in a folder. The go command leaves the folder's name out of
// what it builds, so that its cache knows it again in the next test's folder.
func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOFLAGS=-trimpath")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
}
