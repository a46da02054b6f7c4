package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTimeIsUp(t *testing.T) {
	const count = "fuzz: elapsed: 20s, execs: 9120 (0/sec), new interesting: 4 (total: 16)\n"
	for _, c := range []struct {
		name, log string
		want      bool
	}{
		{"end of the time", count + "--- FAIL: FuzzParse (20.02s)\n    context deadline exceeded\nFAIL\nexit status 1\nFAIL\texample.com/m\t20.031s\n", true},
		{"finding", count + "--- FAIL: FuzzParse (1.93s)\n    --- FAIL: FuzzParse (0.00s)\n        parse_test.go:9: wrong\n\n    Failing input written to testdata/fuzz/FuzzParse/bb9e\nFAIL\n", false},
		{"finding that says so", count + "--- FAIL: FuzzParse (1.93s)\n    --- FAIL: FuzzParse (0.00s)\n        parse_test.go:9: context deadline exceeded\n    \n    Failing input written to testdata/fuzz/FuzzParse/bb9e\nFAIL\n", false},
		{"hung worker", count + "--- FAIL: FuzzParse (20.02s)\n    fuzzing process hung or terminated unexpectedly: exit status 2\n    Failing input written to testdata/fuzz/FuzzParse/bb9e\nFAIL\n", false},
		{"failing seed", "--- FAIL: FuzzParse (0.00s)\n    --- FAIL: FuzzParse/seed#0 (0.00s)\n        parse_test.go:9: context deadline exceeded\nFAIL\n", false},
		{"no build", "FAIL\texample.com/m [build failed]\nFAIL\n", false},
	} {
		if got := timeIsUp([]byte(c.log)); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// TestRun runs a target that holds and one that doesn't: the second is told, the
// first runs all the same.
func TestRun(t *testing.T) {
	if os.Getenv("GEN_HEAVY") == "" {
		t.Skip("compiles the standard library for fuzzing: make heavy runs it")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module example.com/m\n\ngo 1.24\n")
	write(t, filepath.Join(dir, "m_test.go"), `package m

import "testing"

func FuzzFails(f *testing.F) {
	f.Add(1)
	f.Fuzz(func(t *testing.T, n int) { t.Errorf("%d is wrong", n) })
}

func FuzzHolds(f *testing.F) {
	f.Add(1)
	f.Fuzz(func(t *testing.T, n int) {})
}
`)
	t.Chdir(dir)
	t.Setenv("GOFLAGS", "")
	var out strings.Builder
	err := run(&out, time.Second/10, []string{"."})
	if want := "1 of 2 targets failed:\n\t. FuzzFails"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	for _, want := range []string{"FuzzFails in .: failed\n", "1 is wrong\n", "\nFuzzHolds in .: "} { // a busy machine may print no count in this time
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if err := run(&out, time.Second, []string{t.TempDir()}); err == nil || !strings.HasPrefix(err.Error(), "no fuzz targets") {
		t.Errorf("got %v", err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
