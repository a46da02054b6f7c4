package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestReadmeLint holds what README shows of gen lint.
func TestReadmeLint(t *testing.T) {
	readme := readmeBlocks(t)
	const command = "$ gen lint pets.yaml"
	t.Chdir(t.TempDir())
	writeFile(t, "pets.yaml", readme["openapi: 3.1.0"])
	var stdout strings.Builder
	if code := run(strings.Fields(command)[2:], &stdout, os.Stderr); code != exitStale {
		t.Errorf("exit %d", code)
	}
	if got := command + "\n" + stdout.String(); got != readme[command] {
		t.Errorf("README shows\n%s\nand gen lint prints\n%s", readme[command], got)
	}
}

// TestCuratedSpecs holds that the curated specs and their exchanges are without
// errors and warnings.
func TestCuratedSpecs(t *testing.T) {
	var stdout strings.Builder
	config := filepath.Join(checkoutDir(t), "spec", "gen.yaml")
	if code := run([]string{"lint", "-c", config}, &stdout, os.Stderr); code != exitOK || !strings.Contains(stdout.String(), "2 documents: 0 errors, 0 warnings") {
		t.Errorf("exit %d\n%s", code, stdout.String())
	}
}
