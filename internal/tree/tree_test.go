package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

const head = Marker + " from spec/x.yaml. DO NOT EDIT.\n\npackage x\n"

// state is a directory's files, by slash path; directories end in a slash when
// they are empty.
type state map[string]string

func (s state) write(t *testing.T, base string) {
	t.Helper()
	for name, text := range s {
		file := filepath.Join(base, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// read returns everything below base, the working directory left out.
func read(t *testing.T, base string) state {
	t.Helper()
	s := state{}
	err := fs.WalkDir(os.DirFS(base), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == workDir:
			return fs.SkipDir
		case entry.IsDir():
			if list, err := os.ReadDir(filepath.Join(base, name)); err == nil && len(list) == 0 && name != "." {
				s[name+"/"] = ""
			}
			return nil
		case entry.Type()&fs.ModeSymlink != 0:
			to, err := os.Readlink(filepath.Join(base, name))
			s[name] = "-> " + to
			return err
		}
		data, err := os.ReadFile(filepath.Join(base, name))
		s[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s state) String() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(&b, "%s: %q\n", name, s[name])
	}
	return b.String()
}

func wantState(t *testing.T, base string, want state) {
	t.Helper()
	if got := read(t, base); !maps.Equal(got, want) {
		t.Errorf("on disk:\n%swant:\n%s", got, want)
	}
	if _, err := os.Lstat(filepath.Join(base, workDir)); err == nil {
		t.Errorf("%s is left", workDir)
	}
}

func files(pairs ...string) map[string][]byte {
	m := map[string][]byte{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = []byte(pairs[i+1])
	}
	return m
}

// example is two clients and a runtime on their way from one state to another,
// with files of others among them.
func example() (before, after state, outputs []Output) {
	before = state{
		"go.mod":                "module m",
		"gen/one/a.go":          head + "var A int",
		"gen/one/b.go":          head + "var B int",
		"gen/one/gone.go":       head,
		"gen/one/gen.lock":      "old",
		"gen/one/mine.go":       "package one // by hand",
		"gen/one/sub/notes.txt": "keep",
		"gen/two/a.go":          head,
		"gen/rt/api/x.go":       head,
		"gen/old/dead.go":       head,
		"gen/old/gen.lock":      "old",
	}
	after = maps.Clone(before)
	after["gen/one/b.go"] = head + "var B string"
	after["gen/one/new.go"] = head + "var New int"
	after["gen/one/gen.lock"] = "new"
	after["gen/two/deep/er/c.go"] = head
	after["gen/rt/codec/y.go"] = head
	delete(after, "gen/one/gone.go")
	delete(after, "gen/old/dead.go")
	delete(after, "gen/old/gen.lock")
	return before, after, []Output{
		{
			Dir: "gen/one",
			Files: files("a.go", after["gen/one/a.go"], "b.go", after["gen/one/b.go"],
				"new.go", after["gen/one/new.go"], "gen.lock", "new"),
			Owned: []string{"a.go", "b.go", "gone.go", "gen.lock"},
		},
		{Dir: "gen/two", Files: files("a.go", head, "deep/er/c.go", head)},
		{Dir: "gen/rt", Files: files("api/x.go", head, "codec/y.go", head)},
		{Dir: "gen/old", Owned: []string{"dead.go", "gen.lock", "never.go"}},
	}
}

var exampleChanges = Changes{
	Added:    []string{"gen/one/new.go", "gen/rt/codec/y.go", "gen/two/deep/er/c.go"},
	Modified: []string{"gen/one/b.go", "gen/one/gen.lock"},
	Deleted:  []string{"gen/old/dead.go", "gen/old/gen.lock", "gen/one/gone.go"},
}

func wantChanges(t *testing.T, got, want Changes) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("changes %+v\nwant    %+v", got, want)
	}
}

func TestApply(t *testing.T) {
	for _, noSwap := range []bool{false, true} {
		t.Run(fmt.Sprintf("noSwap=%v", noSwap), func(t *testing.T) {
			base := t.TempDir()
			before, after, outputs := example()
			before.write(t, base)

			changes, err := Diff(base, outputs...)
			if err != nil {
				t.Fatal(err)
			}
			wantChanges(t, changes, exampleChanges)
			wantState(t, base, before)

			tree := open(t, base)
			tree.noSwap = noSwap
			changes, err = tree.Apply(outputs...)
			if err := errors.Join(err, tree.Close()); err != nil {
				t.Fatal(err)
			}
			wantChanges(t, changes, exampleChanges)
			wantState(t, base, after)

			changes, err = Apply(base, outputs...)
			if err != nil || !changes.Empty() {
				t.Errorf("a second run: %+v, %v", changes, err)
			}
		})
	}
}

func open(t *testing.T, base string) *Tree {
	t.Helper()
	tree, err := Open(base, []string{"gen"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// TestFirstRun creates everything, in the base too, and removes everything.
func TestFirstRun(t *testing.T) {
	base := t.TempDir()
	state{"go.mod": "module m"}.write(t, base)
	outputs := []Output{
		{Dir: ".", Files: files("client.go", head)},
		{Dir: "a/b", Files: files("c/d.go", head)},
	}
	if _, err := Apply(base, outputs...); err != nil {
		t.Fatal(err)
	}
	wantState(t, base, state{"go.mod": "module m", "client.go": head, "a/b/c/d.go": head})

	outputs = []Output{{Dir: ".", Owned: []string{"client.go"}}, {Dir: "a/b", Owned: []string{"c/d.go"}}}
	if _, err := Apply(base, outputs...); err != nil {
		t.Fatal(err)
	}
	wantState(t, base, state{"go.mod": "module m"})
}

// TestPermissions keeps modes, and links that others made.
func TestPermissions(t *testing.T) {
	base := t.TempDir()
	state{"gen/a.go": head, "gen/run.sh": "x"}.write(t, base)
	must(t, os.Chmod(filepath.Join(base, "gen"), 0o750))
	must(t, os.Chmod(filepath.Join(base, "gen/a.go"), 0o600))
	must(t, os.Chmod(filepath.Join(base, "gen/run.sh"), 0o755))
	must(t, os.Symlink("run.sh", filepath.Join(base, "gen/link")))
	if _, err := Apply(base, Output{Dir: "gen", Files: files("a.go", head+"// more")}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{"gen": 0o750, "gen/a.go": 0o600, "gen/run.sh": 0o755} {
		info, err := os.Lstat(filepath.Join(base, name))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v; want %v", name, info.Mode(), err, want)
		}
	}
	if to, err := os.Readlink(filepath.Join(base, "gen/link")); to != "run.sh" {
		t.Errorf("link points at %q, %v", to, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestWorkingDirectory: who stands in an output directory is not left in one
// that is gone.
func TestWorkingDirectory(t *testing.T) {
	base := t.TempDir()
	state{"gen/a.go": head}.write(t, base)
	t.Chdir(filepath.Join(base, "gen"))
	if _, err := Apply(base, Output{Dir: "gen", Files: files("a.go", head+"// more")}); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile("a.go"); string(data) != head+"// more" {
		t.Errorf("seen from inside: %q, %v", data, err)
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		name    string
		before  state
		prepare func(t *testing.T, base string)
		output  Output
		want    string
	}{
		{
			name:   "a file of others",
			before: state{"gen/a.go": "package mine"},
			output: Output{Dir: "gen", Files: files("a.go", head)},
			want:   "gen/a.go: gen needs this path, but the file there is not generated; gen replaces only files that have its marker",
		},
		{
			name:   "a directory",
			before: state{"gen/a.go/x": ""},
			output: Output{Dir: "gen", Files: files("a.go", head)},
			want:   "gen/a.go: gen needs this path for a generated file",
		},
		{
			name:   "a file for a directory",
			before: state{"gen": ""},
			output: Output{Dir: "gen", Files: files("a.go", head)},
			want:   "gen: is a file where a directory is needed",
		},
		{
			name:    "a link for a file",
			before:  state{"gen/x": head},
			prepare: func(t *testing.T, base string) { must(t, os.Symlink("x", filepath.Join(base, "gen/a.go"))) },
			output:  Output{Dir: "gen", Files: files("a.go", head)},
			want:    "gen/a.go: is a symbolic link, which gen does not write through",
		},
		{
			name:    "a link for a directory",
			prepare: func(t *testing.T, base string) { must(t, os.Symlink(t.TempDir(), filepath.Join(base, "gen"))) },
			output:  Output{Dir: "gen/x", Files: files("a.go", head)},
			want:    "gen: is a symbolic link, which gen does not write through",
		},
		{
			name:   "outside",
			output: Output{Dir: "gen", Files: files("../a.go", head)},
			want:   "a.go: is not a path inside the output directory",
		},
		{
			name:   "a device",
			output: Output{Dir: "gen", Files: files("aux.go", head)},
			want:   "gen/aux.go: is a name that Windows keeps for a device",
		},
		{
			name:   "a character",
			output: Output{Dir: "gen", Files: files("a:b.go", head)},
			want:   "gen/a:b.go: holds a character that file names on some systems cannot hold",
		},
		{
			name:   "a clash of letter case",
			output: Output{Dir: "gen", Files: files("Pet.go", head, "pet.go", head)},
			want:   "gen/pet.go: differs from gen/Pet.go in upper and lower case only, which some file systems cannot hold",
		},
		{
			name:   "a clash of letter case with a file of others",
			before: state{"gen/Pet.go": "package mine"},
			output: Output{Dir: "gen", Files: files("pet.go", head)},
			want:   "gen/Pet.go: differs from gen/pet.go, which is to be written, in upper and lower case only",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			base := t.TempDir()
			tt.before.write(t, base)
			if tt.prepare != nil {
				tt.prepare(t, base)
			}
			before := read(t, base)
			changes, err := Apply(base, tt.output)
			refusal := (*Error)(nil)
			if !errors.As(err, &refusal) || refusal.Error() != tt.want || refusal.Fix == "" {
				t.Errorf("got %v (changes %v), want %s", err, changes, tt.want)
			}
			wantState(t, base, before)
		})
	}
}

// TestOwnership: only what the lock names is deleted; without one the marker
// decides, beside wanted files only.
func TestOwnership(t *testing.T) {
	before := state{
		"gen/a.go":      head,
		"gen/left.go":   head,
		"gen/mine.go":   "package gen",
		"gen/owned.go":  "package gen // replaced by hand",
		"gen/text.md":   "x",
		"gen/sub/z.go":  head,
		"gen/gen.lock":  "old",
		"gen/.hidden":   head,
		"gen/empty.go":  "",
		"gen/build.go":  "//go:build linux\n\n" + head,
		"gen/Upper.txt": "x",
	}
	tests := []struct {
		name  string
		owned []string
		want  Changes
	}{
		{"lock", []string{"a.go", "owned.go"}, Changes{Stray: []string{"gen/build.go", "gen/left.go"}}},
		{"no lock", nil, Changes{Deleted: []string{"gen/.hidden", "gen/build.go", "gen/left.go"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			base := t.TempDir()
			before.write(t, base)
			got, err := Diff(base, Output{Dir: "gen", Files: files("a.go", head, "gen.lock", "old"), Owned: tt.owned})
			if err != nil {
				t.Fatal(err)
			}
			wantChanges(t, got, tt.want)
		})
	}
}

// TestFailures injects an error before each change on disk in turn: the old
// state stays, and the next run succeeds.
func TestFailures(t *testing.T) {
	noSpace := &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	eachStep(t, func(t *testing.T, base string, tree *Tree, arm func(hook func() error)) {
		before, after, outputs := example()
		arm(func() error { return noSpace })
		_, err := tree.Apply(outputs...)
		if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "nothing was changed") {
			t.Errorf("error %v", err)
		}
		must(t, tree.Close())
		wantState(t, base, before)
		if _, err := Apply(base, outputs...); err != nil {
			t.Fatal(err)
		}
		wantState(t, base, after)
	})
}

// TestCrashes ends the run at each change on disk in turn, as a kill would,
// without any cleaning up: what is found then and after recovery is the old
// or the new state, and the next run succeeds.
func TestCrashes(t *testing.T) {
	type killed struct{}
	eachStep(t, func(t *testing.T, base string, tree *Tree, arm func(hook func() error)) {
		before, after, outputs := example()
		arm(func() error { panic(killed{}) })
		func() {
			defer func() {
				if recover() != any(killed{}) {
					t.Error("not killed")
				}
			}()
			tree.Apply(outputs...)
		}()
		tree.lock.Close()
		tree.root.Close()

		if got := read(t, base); !tree.noSwap && !maps.Equal(got, before) && !maps.Equal(got, after) {
			t.Errorf("after the crash:\n%s", got)
		}
		must(t, open(t, base).Close())
		if got := read(t, base); !maps.Equal(got, before) && !maps.Equal(got, after) {
			t.Errorf("after recovery:\n%s", got)
		}
		if _, err := Apply(base, outputs...); err != nil {
			t.Fatal(err)
		}
		wantState(t, base, after)
	})
}

// eachStep runs test once for every change on disk that Apply makes.
func eachStep(t *testing.T, test func(t *testing.T, base string, tree *Tree, arm func(func() error))) {
	before, _, outputs := example()
	for _, noSwap := range []bool{false, true} {
		prepare := func(t *testing.T, hook func(string, string) error) (string, *Tree) {
			base := t.TempDir()
			before.write(t, base)
			tree := open(t, base)
			tree.noSwap, tree.before = noSwap, hook
			return base, tree
		}
		total := 0
		_, count := prepare(t, func(string, string) error { total++; return nil })
		if _, err := count.Apply(outputs...); err != nil || total < 10 {
			t.Fatalf("%d changes on disk, %v", total, err)
		}
		must(t, count.Close())
		for at := range total {
			t.Run(fmt.Sprintf("noSwap=%v/%d", noSwap, at), func(t *testing.T) {
				base, tree := prepare(t, nil)
				test(t, base, tree, func(hook func() error) {
					n := 0
					tree.before = func(string, string) error {
						if n++; n == at+1 {
							return hook()
						}
						return nil
					}
				})
			})
		}
	}
}

// TestMeanwhile: what others write, replace and delete in an output directory
// while it is staged is there afterwards.
func TestMeanwhile(t *testing.T) {
	base := t.TempDir()
	before, after, outputs := example()
	before["gen/one/fleeting"], before["gen/one/edited"] = "x", "old"
	before.write(t, base)
	tree := open(t, base)
	tree.before = func(op, _ string) error {
		if op == "exchange" {
			must(t, os.Remove(filepath.Join(base, "gen/one/fleeting")))
			must(t, os.Remove(filepath.Join(base, "gen/one/edited")))
			state{"gen/one/edited": "new", "gen/one/sub/dir/late": "x"}.write(t, base)
		}
		return nil
	}
	if _, err := tree.Apply(outputs...); err != nil {
		t.Fatal(err)
	}
	must(t, tree.Close())
	after["gen/one/edited"], after["gen/one/sub/dir/late"] = "new", "x"
	wantState(t, base, after)
}

// TestTwoRuns: the second waits for the first, and says so.
func TestTwoRuns(t *testing.T) {
	base := t.TempDir()
	first := open(t, base)
	waits := make(chan bool, 1)
	done := make(chan error, 1)
	go func() {
		second, err := Open(base, nil, func() { waits <- true })
		if err == nil {
			err = second.Close()
		}
		done <- err
	}()
	<-waits
	select {
	case err := <-done:
		t.Fatalf("the second run did not wait: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	must(t, first.Close())
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	wantState(t, base, state{})
}

// TestManyRuns has many goroutines meet at one base.
func TestManyRuns(t *testing.T) {
	base := t.TempDir()
	done := make(chan error)
	const runs = 16
	for i := range runs {
		go func() {
			_, err := Apply(base, Output{Dir: "gen", Files: files("a.go", fmt.Sprint(head, "// ", i), "gen.lock", fmt.Sprint(i))})
			done <- err
		}()
	}
	for range runs {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	got := read(t, base)
	if want := fmt.Sprint(head, "// ", got["gen/gen.lock"]); got["gen/a.go"] != want {
		t.Errorf("two runs mixed:\n%s", got)
	}
}

// TestClosingMeetsOpening has a run end while another begins, which puts its lock into
// the directory that the first one is about to remove, and may even be done with it.
func TestClosingMeetsOpening(t *testing.T) {
	for name, other := range map[string]func(base string) error{
		"begins": func(base string) error { _, err := Open(base, nil, nil); return err },
		"ends": func(base string) error {
			second, err := Open(base, nil, nil)
			if err != nil {
				return err
			}
			return second.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			base := t.TempDir()
			first := open(t, base)
			met := errors.New("they did not meet")
			first.unlocked = func() { met = other(base) }
			if err := errors.Join(first.Close(), met); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(filepath.Join(base, workDir, "lock")); (err == nil) != (name == "begins") {
				t.Errorf("the lock of the other: %v", err)
			}
		})
	}
}

// TestMarked tells generated files from others, whatever language they are in.
func TestMarked(t *testing.T) {
	for head, want := range map[string]bool{
		"// Code generated by cmd/gen from a.yaml. DO NOT EDIT.\n":                 true,
		"//go:build linux\n\n// Code generated by cmd/gen from a.yaml.\npackage a": true,
		"<!-- Code generated by cmd/gen. DO NOT EDIT. -->\n<!DOCTYPE html>":        true,
		"/* Code generated by cmd/gen. DO NOT EDIT. */\nbody {}":                   true,
		"<!DOCTYPE html>\n<!-- Code generated by cmd/gen. DO NOT EDIT. -->":        false,
		"<p>Code generated by cmd/gen</p>":                                         false,
		"/* Code generated by hand */":                                             false,
		"package a\n// Code generated by cmd/gen from a.yaml. DO NOT EDIT.\n":      false,
		"": false,
	} {
		if got := Marked([]byte(head)); got != want {
			t.Errorf("Marked(%q) is %v", head, got)
		}
	}
}

// Apply opens base, applies the outputs and closes it.
func Apply(base string, outputs ...Output) (Changes, error) {
	var dirs []string
	for _, out := range outputs {
		dirs = append(dirs, out.Dir)
	}
	t, err := Open(base, dirs, nil)
	if err != nil {
		return Changes{}, err
	}
	changes, err := t.Apply(outputs...)
	return changes, errors.Join(err, t.Close())
}
