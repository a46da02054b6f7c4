// Command fuzzing runs the module's fuzz targets, each for a chosen time. A
// failure of one doesn't keep the others from running; all are listed at the end.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

func main() {
	length := flag.Duration("time", 20*time.Second, "how long each target runs")
	flag.Parse()
	if err := run(os.Stdout, *length, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(w io.Writer, length time.Duration, dirs []string) error {
	targets, err := find(dirs)
	if err != nil {
		return err
	}
	if len(targets) == 0 {
		return fmt.Errorf("no fuzz targets in %q\n\tname directories of this module", dirs)
	}
	var failed []string
	for _, t := range targets {
		fmt.Fprintf(w, "%s in %s: ", t.name, t.dir)
		log, err := t.fuzz(length)
		if err != nil && !timeIsUp(log) {
			fmt.Fprintf(w, "failed\n%s", log)
			failed = append(failed, t.dir+" "+t.name)
			continue
		}
		fmt.Fprintln(w, last(log))
	}
	if len(failed) > 0 {
		return fmt.Errorf("%d of %d targets failed:\n\t%s", len(failed), len(targets), strings.Join(failed, "\n\t"))
	}
	return nil
}

// A target is a function FuzzX.
type target struct {
	dir  string // of its package
	name string
}

// find returns the targets in test files below the directories.
func find(dirs []string) ([]target, error) {
	var targets []target
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "testdata":
				return filepath.SkipDir
			case d.IsDir() || !strings.HasSuffix(path, "_test.go"):
				return nil
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, decl := range file.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Fuzz") {
					targets = append(targets, target{dir: filepath.Dir(path), name: f.Name.Name})
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return targets, nil
}

// fuzz runs the target and returns what `go test` printed.
func (t target) fuzz(length time.Duration) ([]byte, error) {
	// By default each input that reaches new code is made smaller for up to a minute,
	// which is longer than most runs.
	cmd := exec.Command("go", "test", ".", "-run", "^$", "-fuzz", "^"+t.name+"$", "-fuzztime", length.String(), "-fuzzminimizetime", "2s")
	cmd.Dir = t.dir
	log, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return fmt.Appendln(log, err), err
	}
	return log, err
}

// outOfTime is how a run ends whose time is up while a worker is still busy.
var outOfTime = regexp.MustCompile(`(?m)^--- FAIL: Fuzz\w+ \([0-9.]+s\)\n    context deadline exceeded\nFAIL$`)

// timeIsUp reports whether a run that ended with an error has found nothing. Go
// below 1.27 takes the end of the time for a failure now and then
// (https://go.dev/issue/75804). A finding has lines of its own, and a file.
func timeIsUp(log []byte) bool {
	return outOfTime.Match(log) && bytes.Count(log, []byte("--- FAIL")) == 1 && !bytes.Contains(log, []byte("Failing input"))
}

// last returns the last count that a run printed.
func last(log []byte) string {
	const count = "fuzz: elapsed: "
	at := bytes.LastIndex(log, []byte(count))
	if at < 0 {
		return "ended without a count"
	}
	line, _, _ := strings.Cut(string(log[at+len(count):]), "\n")
	return line
}
