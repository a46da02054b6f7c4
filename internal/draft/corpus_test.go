package draft

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/draft/read"
	"github.com/docwright/docwright/internal/draft/splice"
)

// TestCorpus drafts a page into every document of the corpus. The old document
// is the new one without the insertions, and the new one has the call.
func TestCorpus(t *testing.T) {
	dir := os.Getenv("DRAFT_CORPUS")
	if dir == "" {
		dir = "../../../shared/corpus"
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the corpus is not here; set DRAFT_CORPUS to its directory")
	}
	if testing.Short() {
		t.Skip("reads 300 documents")
	}
	page, err := read.Any(read.Input{Name: "boats.md", Data: []byte(driftPage)})
	if err != nil {
		t.Fatal(err)
	}
	documents, changed := 0, 0
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		ext := filepath.Ext(path)
		if err != nil || d.IsDir() || ext != ".json" && ext != ".yaml" && ext != ".yml" {
			return nil
		}
		documents++
		if documents%stride() != 0 {
			return nil
		}
		again, err := read.Any(read.Input{Name: "boats.md", Data: []byte(driftPage)})
		if err != nil {
			t.Fatal(err)
		}
		page = again
		res := &Result{}
		if err := res.into(path, Options{}, page.Calls); err != nil {
			t.Logf("%s: %v", filepath.Base(path), err)
			return nil
		}
		for _, f := range res.Files {
			if f.Old == nil {
				continue
			}
			insertionsOnly(t, f)
			set, err := splice.New(f.Path, f.New)
			if err != nil {
				t.Errorf("%s: %v", filepath.Base(path), err)
			} else if op := set.Root().At("paths", res.Operations[0].Path).Get("post"); !op.OK() {
				t.Errorf("%s: the call is not there: %v", filepath.Base(path), res.Notes)
			} else {
				changed++
			}
		}
		return nil
	})
	t.Logf("drafted into %d of %d documents, every %dth read", changed, documents, stride())
	if changed*stride() < documents*9/10 {
		t.Error("too few documents could be extended")
	}
}

// stride is how many documents of the corpus are skipped; DRAFT_ALL=1 reads all.
func stride() int {
	if strings.TrimSpace(os.Getenv("DRAFT_ALL")) != "" {
		return 1
	}
	return 10
}
