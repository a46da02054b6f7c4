package lint

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/docwright/docwright/internal/load"
)

// TestCorpus runs every rule over real documents: each ends soon, and
// all findings have a code, a place and a text. With -v, it counts them.
func TestCorpus(t *testing.T) {
	dirs := os.Getenv("CORPUS")
	if dirs == "" {
		t.Skip("CORPUS names no documents: make corpus CORPUS=dir")
	}
	var files []string
	for _, dir := range filepath.SplitList(dirs) {
		for _, pattern := range []string{"*.json", "*/*.json"} {
			found, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, found...)
		}
	}
	if len(files) == 0 {
		t.Fatalf("no documents in %s", dirs)
	}
	findings, documents := map[string]int{}, map[string]int{}
	var slowest time.Duration
	for _, file := range files {
		start := time.Now()
		in, all := lintDocument(file, load.Options{})
		if in.Doc == nil {
			t.Errorf("%s cannot be read: %v", file, in.Reported)
		}
		elapsed := time.Since(start)
		slowest = max(slowest, elapsed)
		if elapsed > time.Minute { // it is 3 s on an idle machine
			t.Errorf("%s took %v", file, elapsed)
		}
		seen := map[string]bool{}
		for _, d := range all {
			code := CodeOf(d.Code)
			if code == "" || d.Pos.File == "" || d.Pos.Line == 0 || d.Message == "" {
				t.Errorf("%s: code %q", d, d.Code)
			}
			findings[code]++
			if !seen[code] {
				seen[code] = true
				documents[code]++
			}
		}
	}
	for _, r := range Rules() {
		t.Logf("%s %-26s %-7s %5d findings in %3d of %d documents", r.Code, r.Name, r.Severity, findings[r.Code], documents[r.Code], len(files))
	}
	t.Logf("the slowest took %v", slowest)
}
