package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/docwright/docwright/internal/budget"
	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/project"
)

// TestBudget runs the commands on adversarial documents and counts what they
// allocate, which stands for steps: it is the same on a busy machine. Only some
// kinds are run here, all with GEN_HEAVY (make heavy). make budget measures time and
// memory, which no test asserts. Each command has a process of its own, because what
// a library does not finish in its time goes on, and is counted, until the process ends.
func TestBudget(t *testing.T) {
	all := os.Getenv("GEN_HEAVY") != ""
	for i, k := range budget.Kinds() {
		if !all && i%250 != 0 {
			continue
		}
		t.Run(k.Name, func(t *testing.T) {
			t.Parallel()
			dir := budgetDir(t, k)
			for _, command := range budget.Commands {
				budgetProcess(t, dir, command)
			}
		})
	}
}

// budgetDir writes the files of a kind.
func budgetDir(t *testing.T, k budget.Kind) string {
	t.Helper()
	dir := t.TempDir()
	overlays := ""
	if k.Overlay != "" {
		overlays = ", overlays: [overlay.yaml]"
		writeFile(t, filepath.Join(dir, "overlay.yaml"), k.Overlay)
	}
	if k.Exchange != "" {
		writeFile(t, filepath.Join(dir, "exchanges", "pets.create.txtar"), k.Exchange)
	}
	writeFile(t, filepath.Join(dir, "gen.yaml"), "clients:\n  - {spec: api.yaml, out: client"+overlays+"}\n")
	writeFile(t, filepath.Join(dir, "go.mod"), "module example.com/app\n\ngo 1.24\n")
	writeFile(t, filepath.Join(dir, "api.yaml"), k.Old)
	writeFile(t, filepath.Join(dir, "new.yaml"), k.New)
	return dir
}

// budgetRun runs a command. Its exit code does not matter here.
func budgetRun(command string) {
	args := []string{command, "-c", "gen.yaml"}
	switch command {
	case "docs":
		args = append(args, "--out", "site")
	case "diff":
		args = []string{command, "api.yaml", "new.yaml"}
	}
	runWith(project.RealStages(), args, io.Discard, io.Discard)
}

// budgetFake starts a fake, and calls it if there is one of the document.
func budgetFake(t *testing.T) {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	defer end()
	r, w := io.Pipe()
	done := make(chan bool)
	go func() {
		defer close(done)
		a := &app{stages: project.RealStages(), stdout: &diag.Printer{W: w}, stderr: &diag.Printer{W: io.Discard}}
		a.Config = "gen.yaml"
		a.serveFake(ctx, "", &fakeSettings{address: "localhost:0"})
		_ = w.Close()
	}()
	address := make(chan string, 1)
	go func() {
		defer close(address)
		for lines := bufio.NewScanner(r); lines.Scan(); {
			if text, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
				at, _, _ := strings.Cut(text, " ")
				address <- at
			}
		}
		_, _ = io.Copy(io.Discard, r) // after a line that is too long for the scanner
	}()
	if at, ok := <-address; ok {
		for _, c := range budget.Calls() {
			req, err := http.NewRequestWithContext(ctx, c.Method, at+c.Path, strings.NewReader(c.Body))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Type", "application/json")
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
	}
	end()
	<-done
}

// budgetProcess runs TestBudgetCommand for a command.
func budgetProcess(t *testing.T, dir, command string) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe, "-test.run=^TestBudgetCommand$")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GEN_BUDGET="+command)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", command, err, out)
	}
}

// TestBudgetCommand is what budgetProcess runs, in the directory of a kind.
func TestBudgetCommand(t *testing.T) {
	command := os.Getenv("GEN_BUDGET")
	if command == "" {
		t.Skip("TestBudget runs it")
	}
	took := allocations(func() {
		if command == "fake" {
			budgetFake(t)
			return
		}
		budgetRun(command)
	})
	t.Logf("allocates %d values", took)
	if took > budget.MaxAllocations {
		t.Errorf("allocates %d values", took)
	}
}

func allocations(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}
