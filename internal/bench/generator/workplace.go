package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// workplace is a module that all output goes to.
type workplace struct {
	dir       string
	documents string
	root      string // of the main module
	gen, kin  string // programs
	oapi      string
}

// files are the documents by a short name, which is that of the package, too.
var files = map[string]string{
	"kubernetes": "kubernetes.io.json",
	"stripe":     "stripe.com.json",
	"github":     "api.github.com.json",
	"graph":      "graph.json",
}

func (w *workplace) document(name string) string { return filepath.Join(w.documents, files[name]) }

func newWorkplace(documents string) (*workplace, error) {
	documents, err := filepath.Abs(documents)
	if err != nil {
		return nil, err
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "docwright-bench")
	if err != nil {
		return nil, err
	}
	bin := filepath.Join(dir, ".bin") + string(filepath.Separator)
	w := &workplace{dir: dir, documents: documents, root: root, gen: bin + "gen", kin: bin + "kin", oapi: bin + "oapi-codegen"}
	module, err := os.ReadFile("go.mod") // its dependencies are those of oapi-codegen's output
	if err != nil {
		return nil, err
	}
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		return nil, err
	}
	module = bytes.ReplaceAll(module, []byte("=> ../.."), []byte("=> "+root))
	for name, data := range map[string][]byte{"go.mod": module, "go.sum": sums} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			return nil, err
		}
	}
	for _, build := range [][3]string{
		{root, w.gen, "./cmd/gen"}, {"", w.kin, "./generator/kin"}, {filepath.Join(root, "internal", "conformance", "servers"), w.oapi, "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"},
	} {
		if _, err := spend(build[0], "go", "build", "-o", build[1], build[2]); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// cost is what a process took.
type cost struct {
	wall, cpu time.Duration
	memory    float64 // bytes at most
}

// spend runs a program and says what it took.
func spend(dir string, program string, args ...string) (cost, error) {
	cmd := exec.Command(program, args...)
	cmd.Dir = dir
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	start := time.Now()
	err := cmd.Run()
	c := cost{wall: time.Since(start)}
	if err != nil {
		return c, fmt.Errorf("%s %s: %w\n%s", filepath.Base(program), strings.Join(args, " "), err, tail(out.String()))
	}
	c.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.memory = float64(u.Maxrss) * 1024
	}
	return c, nil
}

func tail(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-10):], "\n")
}

// lines counts the lines of a package.
func lines(dir string) int {
	n := 0
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") {
			data, err := os.ReadFile(path)
			n += bytes.Count(data, []byte("\n"))
			return err
		}
		return err
	})
	return n
}

// medians are what a program took in the middle of its runs.
func medians(costs []cost) cost {
	middle := func(f func(cost) float64) float64 {
		values := make([]float64, len(costs))
		for i, c := range costs {
			values[i] = f(c)
		}
		slices.Sort(values)
		return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
	}
	return cost{
		wall:   time.Duration(middle(func(c cost) float64 { return float64(c.wall) })),
		cpu:    time.Duration(middle(func(c cost) float64 { return float64(c.cpu) })),
		memory: middle(func(c cost) float64 { return c.memory }),
	}
}
