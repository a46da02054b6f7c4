package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

func (w *workplace) generate(name, document string) (cost, error) {
	if err := os.RemoveAll(filepath.Join(w.dir, name)); err != nil {
		return cost{}, err
	}
	return spend(w.dir, w.gen, "--spec", document, "--out", name, "--package", name)
}

func (w *workplace) generations(rounds int) error {
	for _, name := range []string{"kubernetes", "stripe", "github", "graph"} {
		if err := w.generation(name, rounds); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// generation compares gen with the loading and validating of kin-openapi.
func (w *workplace) generation(name string, rounds int) error {
	var mine, kin []cost
	for range rounds {
		c, err := w.generate(name, w.document(name))
		if err != nil {
			return err
		}
		mine = append(mine, c)
		if c, err = spend("", w.kin, w.document(name)); err != nil {
			return err
		}
		kin = append(kin, c)
	}
	m, k := medians(mine), medians(kin)
	fmt.Printf("%-11s gen %6.2f s, cpu %6.2f s, %5.0f MB   kin-openapi %6.2f s, cpu %6.2f s, %5.0f MB\n",
		name, m.wall.Seconds(), m.cpu.Seconds(), m.memory/1e6, k.wall.Seconds(), k.cpu.Seconds(), k.memory/1e6)
	ratio("gen_"+name+"_vs_kin", float64(m.wall)/float64(k.wall))
	ratio("gen_"+name+"_cpu_vs_kin", float64(m.cpu)/float64(k.cpu))
	ratio("gen_"+name+"_memory_vs_kin", m.memory/k.memory)
	return nil
}

// unchanged prints what gen takes for the curated specs when it has nothing to
// do.
func (w *workplace) unchanged(rounds int) error {
	var costs []cost
	for range 3 * rounds {
		c, err := spend(w.root, w.gen)
		if err != nil {
			return err
		}
		costs = append(costs, c)
	}
	m := medians(costs)
	fmt.Printf("unchanged   gen %.0f ms, cpu %.0f ms\n", float64(m.wall)/1e6, float64(m.cpu)/1e6)
	ratio("gen_unchanged_cpu_vs_50ms", float64(m.cpu)/float64(50*time.Millisecond))
	return nil
}

// outputs prints what building takes. The peer's output does not compile for
// Stripe, and there is none for GitHub.
func (w *workplace) outputs(klaviyo string, rounds int) error {
	if err := w.output("kubernetes", w.document("kubernetes"), rounds); err != nil {
		return err
	}
	if _, err := os.Stat(klaviyo); err == nil {
		if err := w.output("klaviyo", klaviyo, rounds); err != nil {
			return err
		}
	}
	for _, name := range []string{"stripe", "github"} {
		if _, err := w.generate(name, w.document(name)); err != nil {
			return err
		}
		var costs []cost
		for range rounds {
			c, err := w.build(name)
			if err != nil {
				return err
			}
			costs = append(costs, c)
		}
		c := medians(costs)
		fmt.Printf("%-11s %d lines, build %.1f s, cpu %.1f s\n", name, lines(filepath.Join(w.dir, name)), c.wall.Seconds(), c.cpu.Seconds())
		ratio("build_"+name+"_vs_12s", float64(c.wall)/float64(12*time.Second))
	}
	return nil
}

// output compares lines and build time with oapi-codegen's types and client.
func (w *workplace) output(name, document string, rounds int) error {
	if _, err := w.generate(name, document); err != nil {
		return err
	}
	other := "oapi" + name
	if err := os.MkdirAll(filepath.Join(w.dir, other), 0o777); err != nil {
		return err
	}
	if _, err := spend(w.dir, w.oapi, "-config", filepath.Join(w.root, "internal/bench/testdata/oapi-codegen-client.yaml"), "-package", other, "-o", filepath.Join(other, "client.gen.go"), document); err != nil {
		return err
	}
	var mine, oapi []cost
	for range rounds {
		c, err := w.build(name)
		if err != nil {
			return err
		}
		mine = append(mine, c)
		if c, err = w.build(other); err != nil {
			return err
		}
		oapi = append(oapi, c)
	}
	m, o := medians(mine), medians(oapi)
	n, on := lines(filepath.Join(w.dir, name)), lines(filepath.Join(w.dir, other))
	fmt.Printf("%-11s %d lines, build %.1f s, cpu %.1f s   oapi-codegen %d lines, build %.1f s, cpu %.1f s\n",
		name, n, m.wall.Seconds(), m.cpu.Seconds(), on, o.wall.Seconds(), o.cpu.Seconds())
	ratio("lines_"+name+"_vs_oapi", float64(n)/float64(on))
	ratio("build_"+name+"_vs_oapi", float64(m.wall)/float64(o.wall))
	ratio("build_"+name+"_cpu_vs_oapi", float64(m.cpu)/float64(o.cpu))
	return nil
}

// build compiles a package anew, with its dependencies cached.
func (w *workplace) build(name string) (cost, error) {
	if _, err := spend(w.dir, "go", "build", "-gcflags=-e", "./"+name); err != nil { // the dependencies, and what does not compile
		return cost{}, err
	}
	mark := fmt.Sprintf("package %s\n\n// %d makes the build cache forget the package.\n", name, time.Now().UnixNano())
	if err := os.WriteFile(filepath.Join(w.dir, name, "zz_mark.go"), []byte(mark), 0o666); err != nil {
		return cost{}, err
	}
	return spend(w.dir, "go", "build", "-gcflags=-e", "./"+name)
}

const oneOperation = `package main

import (
	"context"
	"fmt"

	"github.com/docwright/docwright/internal/bench/github"
)

func main() {
	client, err := github.New()
	if err != nil {
		panic(err)
	}
	fmt.Println(client.%s)
}
`

const oneRequest = `package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

func main() {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://api.github.com/zen", nil)
	if err != nil {
		panic(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	var v struct{ Login string }
	fmt.Println(v, json.NewDecoder(resp.Body).Decode(&v))
}
`

// binaries compares the sizes of programs that make one call: with the client of
// GitHub, and with net/http.
func (w *workplace) binaries() error {
	if _, err := w.generate("github", w.document("github")); err != nil {
		return err
	}
	var sizes [2]int64
	for i, source := range []string{fmt.Sprintf(oneOperation, "Users.GetAuthenticated(context.Background())"), oneRequest} {
		name := fmt.Sprintf("program%d", i)
		if err := os.MkdirAll(filepath.Join(w.dir, name), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(w.dir, name, "main.go"), []byte(source), 0o666); err != nil {
			return err
		}
		file := filepath.Join(w.dir, ".bin", name)
		if _, err := spend(w.dir, "go", "build", "-ldflags=-s -w", "-o", file, "./"+name); err != nil {
			return err
		}
		info, err := os.Stat(file)
		if err != nil {
			return err
		}
		sizes[i] = info.Size()
	}
	fmt.Printf("binary      one operation of GitHub's client %.2f MB, net/http %.2f MB\n", float64(sizes[0])/1e6, float64(sizes[1])/1e6)
	ratio("binary_github_vs_nethttp", float64(sizes[0])/float64(sizes[1]))
	return nil
}
