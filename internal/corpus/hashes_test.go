package corpus

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/lint"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// TestHashes writes a line for each file that is generated for the documents of
// CORPUS, in both forms of the client, to the file that HASHES names. Comparing
// the lists of two commits shows whether a change of the generator changed its
// output: make hashes CORPUS=dir HASHES=file.
func TestHashes(t *testing.T) {
	to := os.Getenv("HASHES")
	if to == "" {
		t.Skip("HASHES names no file: make hashes CORPUS=dir HASHES=file")
	}
	files := documents(t)
	lists := make([][]byte, len(files))
	next := make(chan int)
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				lists[i] = hashes(files[i])
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	wg.Wait()
	list := bytes.Join(lists, nil)
	if len(list) == 0 {
		t.Fatal("no file was generated")
	}
	if err := os.WriteFile(to, list, 0o644); err != nil {
		t.Fatal(err)
	}
}

// hashes lists the files of one document's clients, and its diagnostics and
// findings as two files more.
func hashes(file string) []byte {
	var out bytes.Buffer
	name := filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file)
	for _, split := range []bool{false, true} {
		doc, diags := load.File(file, load.Options{})
		if doc == nil {
			fmt.Fprintf(&out, "%s: %v\n", name, diags)
			return out.Bytes()
		}
		api, more := model.Build(doc, model.Options{Package: "client", Source: filepath.Base(file), Split: split})
		generated, err := emit.Files(api, emit.Options{Runtime: module, Import: module + "/client"})
		if err != nil {
			fmt.Fprintf(&out, "%s split=%v: %v\n", name, split, err)
			continue
		}
		for _, d := range append(diags, more...) {
			d.Pos.File = filepath.Base(d.Pos.File)
			generated["diagnostics"] = fmt.Appendln(generated["diagnostics"], d)
		}
		findings, _ := lint.Check(lint.Input{Doc: doc}, lint.Options{})
		for _, d := range findings {
			d.Pos.File = filepath.Base(d.Pos.File)
			generated["findings"] = fmt.Appendln(generated["findings"], d, "fix:", d.Fix)
		}
		for _, path := range slices.Sorted(maps.Keys(generated)) {
			fmt.Fprintf(&out, "%x  %s split=%v %s\n", sha256.Sum256(generated[path]), name, split, path)
			if keep := os.Getenv("HASHES_KEEP"); keep != "" {
				_ = write(filepath.Join(keep, name, fmt.Sprintf("split=%v", split)), map[string][]byte{path: generated[path]})
			}
		}
	}
	return out.Bytes()
}
