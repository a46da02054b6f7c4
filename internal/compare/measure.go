package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// counts returns the files of a client and the lines in them: those of the
// client, and those of the runtime that is written next to it.
func counts(c *client) (files, lines string, err error) {
	var f, l [2]int
	for i, pkg := range c.packages {
		err := filepath.WalkDir(filepath.Join("out", pkg), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") {
				return err
			}
			data, err := os.ReadFile(path)
			f[min(i, 1)]++
			l[min(i, 1)] += bytes.Count(data, []byte("\n"))
			return err
		})
		if err != nil {
			return "", "", err
		}
	}
	text := func(n [2]int) string {
		if n[1] == 0 {
			return thousands(n[0])
		}
		return thousands(n[0]) + ", runtime " + thousands(n[1])
	}
	if f[0] == 0 {
		return "", "", errors.New("nothing was generated")
	}
	return text(f), text(l), nil
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}

// modules counts the modules that a client is built from, except its own.
func modules(c *client) (string, error) {
	out, err := command(nil, "go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}{{end}}{{end}}", "./out/"+c.packages[0])
	if err != nil {
		return "", err
	}
	paths := strings.Fields(out)
	slices.Sort(paths)
	return fmt.Sprint(len(slices.Compact(paths))), nil
}

func command(env []string, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = fmt.Errorf("%w\n%s", err, exit.Stderr)
		}
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return string(out), nil
}

// builds returns the least processor time that building each client takes, with
// a build cache that has the standard library only.
func builds(all []*client, rounds int) ([]string, error) {
	dir, err := os.MkdirTemp("", "docwright-compare")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	base := filepath.Join(dir, "base")
	list := []string{"list", "-deps", "-f", "{{if .Standard}}{{.ImportPath}}{{end}}"}
	for _, c := range all {
		list = append(list, "./out/"+c.packages[0])
	}
	out, err := command(nil, "go", list...)
	if err != nil {
		return nil, err
	}
	std := slices.DeleteFunc(strings.Fields(out), func(name string) bool { return name == "unsafe" })
	if _, err := command([]string{"GOCACHE=" + base}, "go", append([]string{"build"}, std...)...); err != nil {
		return nil, err
	}
	least := make([]time.Duration, len(all))
	for round := range rounds {
		for i, c := range all {
			took, err := build(c, base, filepath.Join(dir, fmt.Sprint(round, "-", i)))
			if err != nil {
				return nil, err
			}
			if round == 0 || took < least[i] {
				least[i] = took
			}
		}
	}
	cells := make([]string, len(all))
	for i, d := range least {
		cells[i] = fmt.Sprintf("%.1f s", d.Seconds())
	}
	return cells, nil
}

// build builds a client with a copy of a build cache, and returns the processor
// time that the go command and the compilers took.
func build(c *client, base, cache string) (time.Duration, error) {
	if err := os.CopyFS(cache, os.DirFS(base)); err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(cache) }()
	cmd := exec.Command("go", "build", "./out/"+c.packages[0])
	cmd.Env = append(os.Environ(), "GOCACHE="+cache)
	if out, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("go build of %s: %w\n%s", c.name, err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), nil
}

// calls returns the least time that a call of each client takes which lists 100
// orders, as a multiple of the first client's.
func calls(all []*client, s *server, rounds int) ([]string, error) {
	s.always(http.StatusOK, page(100, "next"))
	least := slices.Repeat([]float64{math.Inf(1)}, len(all))
	const perRound = 20
	for range rounds {
		for i, c := range all {
			start := time.Now()
			for range perRound {
				n, err := c.list()
				if err != nil {
					return nil, fmt.Errorf("%s: %w", c.name, err)
				}
				if n != 100 {
					return nil, fmt.Errorf("%s lists %d orders", c.name, n)
				}
			}
			least[i] = min(least[i], float64(time.Since(start))/perRound)
		}
	}
	cells := make([]string, len(all))
	for i, x := range least {
		cells[i] = fmt.Sprintf("%.1f", x/least[0])
	}
	return cells, nil
}
