package draft

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/draft/read"
)

// TestDraftPages drafts every page of the development set into a directory, so
// that the scorer can compare the drafts with the truths: make draft-score.
func TestDraftPages(t *testing.T) {
	dir, out := pagesDir(t), os.Getenv("DRAFT_OUT")
	if out == "" {
		out = t.TempDir()
	}
	drafted, recorded := 0, 0
	pages, _ := filepath.Glob(filepath.Join(dir, "*.page.*"))
	for _, page := range pages {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(page)
		name, _, _ := strings.Cut(base, ".page.")
		target := filepath.Join(out, name+".yaml")
		os.Remove(target)
		in := read.Input{Name: base, Data: data}
		if strings.HasSuffix(base, ".txtar") {
			in.Name = "operation.call.txtar"
		}
		res, err := Run(Options{Inputs: []read.Input{in}, Spec: target})
		if err != nil {
			t.Errorf("%s: %v %v", base, err, res.Problems)
			if len(res.Files) == 0 {
				continue
			}
		}
		if err := os.WriteFile(target, res.Files[0].New, 0o666); err != nil {
			t.Fatal(err)
		}
		drafted += len(res.Operations)
		recorded += len(res.Files) - 1
	}
	t.Logf("%d pages, %d operations, %d exchanges", len(pages), drafted, recorded)
}

// pagesDir is the directory of the development pages, which is not part of the
// repository.
func pagesDir(t *testing.T) string {
	dir := os.Getenv("DRAFT_PAGES")
	if dir == "" {
		dir = "../../../shared/draft/pages"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the development pages are not here; set DRAFT_PAGES to their directory")
	}
	return dir
}
