package corpus

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// TestPages counts the lists of three large documents that can be iterated over:
// none of them has x-pagination, so that each is recognized by its response. The
// figures may differ by 5 % for another version of a document.
func TestPages(t *testing.T) {
	roots := filepath.SplitList(os.Getenv("CORPUS"))
	if len(roots) == 0 {
		t.Skip("CORPUS names no documents: make corpus")
	}
	for _, c := range []struct {
		name, file string
		want       int
	}{
		{"GitHub", "api.github.com.json", 218},
		{"Stripe", "stripe.com.json", 106},
		{"Kubernetes", "kubernetes.io.json", 95},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := findFile(roots, c.file)
			if file == "" {
				t.Skip("CORPUS has no " + c.file)
			}
			doc, _ := load.File(file, load.Options{})
			if doc == nil {
				t.Fatalf("%s cannot be read", file)
			}
			api, _ := model.Build(doc, model.Options{Package: "client", Source: c.file})
			got := 0
			for _, s := range api.Services {
				for _, op := range s.Operations {
					if op.Page != nil {
						got++
					}
				}
			}
			if t.Logf("%d lists with All, want %d", got, c.want); got < c.want*95/100 {
				t.Errorf("%d lists with All, want at least %d", got, c.want*95/100)
			}
		})
	}
}

// findFile is the file of that name: one of the roots, or below one.
func findFile(roots []string, name string) string {
	for _, root := range roots {
		if filepath.Base(root) == name {
			return root
		}
	}
	for _, root := range roots {
		found := ""
		_ = filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() && filepath.Base(path) == name {
				found = path
			}
			return nil
		})
		if found != "" {
			return found
		}
	}
	return ""
}
