package main

import (
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestLocksMerge has two branches change one document, and merges them in both
// directions: git reports no conflict in gen.lock, and the next run is content
// with what it finds.
func TestLocksMerge(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	for _, into := range []string{"one", "two"} {
		t.Run(into, func(t *testing.T) {
			inModule(t, petsSpec+"    Zebra: {type: object, properties: {stripes: {type: integer}}}\n")
			generate := func() {
				t.Helper()
				if code := runWith(testStages(), []string{"--spec", "pets.yaml", "--out", "clients/pets"}, io.Discard, os.Stderr); code != exitOK {
					t.Fatalf("gen: exit %d", code)
				}
			}
			git := func(args ...string) {
				t.Helper()
				args = append([]string{"-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"}, args...)
				if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
					t.Fatalf("git %v: %v\n%s", args, err, out)
				}
			}
			git("init", "-q")
			generate()
			git("add", "-A")
			git("commit", "-qm", "first")
			branch := func(name, mark, schema string) {
				git("checkout", "-q", "-b", name, "main")
				replaceText(t, "pets.yaml", mark, schema+mark)
				generate()
				git("add", "-A")
				git("commit", "-qm", name)
			}
			branch("one", "    Pet:\n", "    Ant: {type: object, properties: {legs: {type: integer}}}\n")
			branch("two", "    Zebra:", "    Yak: {type: object, properties: {horns: {type: integer}}}\n")
			other := map[string]string{"one": "two", "two": "one"}[into]
			git("checkout", "-q", into)
			git("merge", "-q", "--no-edit", other)
			data, err := os.ReadFile("clients/pets/gen.lock")
			if err != nil || strings.Contains(string(data), "<<<<") {
				t.Fatalf("gen.lock: %v\n%s", err, data)
			}
			generate()
			if code := runWith(testStages(), []string{"check", "--spec", "pets.yaml", "--out", "clients/pets"}, io.Discard, os.Stderr); code != exitOK {
				t.Errorf("gen check: exit %d", code)
			}
		})
	}
}
