// Command measure prints what each command of gen spends on each adversarial
// document, and fails if one exceeds the budget. It is run by make budget.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/docwright/docwright/internal/budget"
	"github.com/docwright/docwright/internal/gentest"
)

var verbose = flag.Bool("v", false, "print the first messages of a run that fails")

func main() {
	gen := flag.String("gen", "", "the `command` to measure; built if it is not given")
	only := flag.String("only", "", "kinds to measure, as a regular `expression`")
	commands := flag.String("commands", strings.Join(budget.Commands, ","), "`commands` to measure")
	flag.Parse()
	over, err := measure(os.Stdout, *gen, *only, strings.Split(*commands, ","))
	if err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(2)
	}
	if over > 0 {
		os.Exit(1)
	}
}

// measure prints a line for each kind, and returns how many runs exceed the
// budget.
func measure(w io.Writer, gen, only string, commands []string) (over int, err error) {
	pattern, err := regexp.Compile(only)
	if err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "budget")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(dir) }() // of temporary files
	if gen == "" {
		if gen, err = gentest.Command(); err != nil {
			return 0, err
		}
		defer gentest.Clean()
	}
	fmt.Fprintf(w, "%-45s %6s", "CPU seconds and resident MB", "bytes")
	for _, c := range commands {
		fmt.Fprintf(w, " %13s", c)
	}
	fmt.Fprintln(w)
	var worst run
	for _, k := range budget.Kinds() {
		if !pattern.MatchString(k.Name) {
			continue
		}
		app := filepath.Join(dir, "app")
		if err := prepare(app, k); err != nil {
			return over, err
		}
		fmt.Fprintf(w, "%-45s %6d", k.Name, len(k.Old))
		for _, c := range commands {
			r, err := execute(gen, app, c)
			if err != nil {
				return over, fmt.Errorf("%s, %s: %w", k.Name, c, err)
			}
			mark := " "
			if r.cpu > budget.MaxTime || r.memory > budget.MaxMemory {
				mark = "!"
				over++
			}
			worst.cpu, worst.memory = max(worst.cpu, r.cpu), max(worst.memory, r.memory)
			fmt.Fprintf(w, " %6.2f %4dM%s", r.cpu.Seconds(), r.memory>>20, mark)
		}
		fmt.Fprintln(w)
		if err := os.RemoveAll(app); err != nil {
			return over, err
		}
	}
	fmt.Fprintf(w, "most: %.2f s, %d MB; %d over the budget of %v and %d MB\n", worst.cpu.Seconds(), worst.memory>>20, over, budget.MaxTime, budget.MaxMemory>>20)
	return over, nil
}

func prepare(app string, k budget.Kind) error {
	if err := os.MkdirAll(app, 0o755); err != nil {
		return err
	}
	config := "clients:\n  - {spec: api.yaml, out: client}\n"
	files := map[string]string{"go.mod": "module example.com/app\n\ngo 1.24\n", "api.yaml": k.Old, "new.yaml": k.New}
	if k.Overlay != "" {
		files["overlay.yaml"] = k.Overlay
		config = "clients:\n  - {spec: api.yaml, out: client, overlays: [overlay.yaml]}\n"
	}
	if k.Exchange != "" {
		files["exchanges/pets.create.txtar"] = k.Exchange
		if err := os.MkdirAll(filepath.Join(app, "exchanges"), 0o755); err != nil {
			return err
		}
	}
	files["gen.yaml"] = config
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(app, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// run is what one run of a command took.
type run struct {
	cpu    time.Duration
	memory int64
}

// wait is how long a run may take before it is killed, on a machine that has other
// work as well.
const wait = time.Minute

func execute(gen, app, command string) (run, error) {
	args := []string{command, "-c", "gen.yaml"}
	switch command {
	case "diff":
		args = []string{"diff", "api.yaml", "new.yaml"}
	case "docs":
		args = append(args, "--out", "site")
	case "fake":
		args = []string{"fake", "-c", "gen.yaml", "--addr", "localhost:0"}
	}
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	cmd := exec.CommandContext(ctx, gen, args...)
	cmd.Dir = app
	cmd.Env = append(os.Environ(), "GOMEMLIMIT=4GiB")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	var exit *exec.ExitError
	var err error
	if command == "fake" {
		err = serve(ctx, cmd)
	} else {
		err = cmd.Run()
	}
	if err != nil && ctx.Err() == nil && !errors.As(err, &exit) {
		return run{}, err
	}
	r := run{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.memory = usage.Maxrss << 10
	}
	if ctx.Err() != nil {
		r.cpu = max(r.cpu, wait)
	}
	if *verbose && err != nil {
		fmt.Fprintf(os.Stderr, "%v: %v: %.300s\n", args, err, stderr.String())
	}
	return r, nil
}

// serve starts a fake, calls each kind of operation that it has, and ends it.
func serve(ctx context.Context, cmd *exec.Cmd) error {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewReader(out)
	address := ""
	for address == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		if text, ok := strings.CutPrefix(line, "listening on "); ok {
			address, _, _ = strings.Cut(text, " ")
		}
	}
	read := make(chan bool)
	go func() { // while it is called: a fake that cannot print waits
		defer close(read)
		_, _ = io.Copy(io.Discard, lines)
	}()
	if address != "" {
		call(ctx, address)
	}
	_ = cmd.Process.Signal(os.Interrupt) // it may have ended
	<-read
	return cmd.Wait()
}

// call sends requests; whether they are answered well is not asked here.
func call(ctx context.Context, address string) {
	for _, c := range budget.Calls() {
		req, err := http.NewRequestWithContext(ctx, c.Method, address+c.Path, strings.NewReader(c.Body))
		if err != nil {
			return
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
}
