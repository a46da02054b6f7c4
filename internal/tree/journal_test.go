package tree

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// attacks are journals that change what no run may change. Each comes with a
// valid code: the checks of paths have to stop it.
var attacks = []struct {
	name  string
	steps string // JSON
	files state  // beside those of victim
	links map[string]string
	want  string // in the message
}{
	{name: "null", steps: `[null]`, want: "is not a journal that gen wrote"},
	{name: "not a list", steps: `{}`, want: "is not a journal that gen wrote"},
	{
		name:  "another directory's settings",
		steps: `[{"Kind":"files","Dir":".","Write":[".git/config"],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		files: state{".gen.tmp/new/0/.git/config": head},
		want:  "changes .git/config, which is not in an output of this run",
	},
	{
		name:  "hidden file of an output",
		steps: `[{"Kind":"files","Dir":"gen","Write":["gen/.envrc"],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		files: state{".gen.tmp/new/0/.envrc": head},
		want:  "changes gen/.envrc, which is not in an output of this run",
	},
	{
		name:  "repository inside an output, whole",
		steps: `[{"Kind":"create","Dir":"gen/new","Write":[],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		files: state{".gen.tmp/new/0/.git/config": head},
		want:  "moves .gen.tmp/new/0/.git, which gen did not generate",
	},
	{
		name:  "file that is not named",
		steps: `[{"Kind":"create","Dir":"gen/new","Write":["gen/new/a.go"],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		files: state{".gen.tmp/new/0/a.go": head, ".gen.tmp/new/0/b.go": "package b"},
		want:  "moves .gen.tmp/new/0/b.go, which gen did not generate",
	},
	{
		name:  "file outside of the outputs",
		steps: `[{"Kind":"files","Dir":".","Drop":["mine.go"],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		want:  "changes mine.go, which is not in an output of this run",
	},
	{
		name:  "file of the user in an output",
		steps: `[{"Kind":"files","Dir":"gen","Drop":["gen/mine.go"],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		want:  "changes gen/mine.go, which gen did not generate",
	},
	{
		name:  "directory of the user",
		steps: `[{"Kind":"remove","Dir":"gen","Drop":["gen/a.go"],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		want:  "moves gen/mine.go, which gen did not generate",
	},
	{
		name:  "path that leads out",
		steps: `[{"Kind":"files","Dir":"gen","Drop":["gen/../mine.go"],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		want:  `changes "gen/../mine.go", which is not a path inside the output directory`,
	},
	{
		name:  "file of another directory than the step's",
		steps: `[{"Kind":"files","Dir":"gen","Drop":["x"],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		want:  `changes "x", which is not a path inside the output directory`,
	},
	{
		name:  "absolute directory",
		steps: `[{"Kind":"create","Dir":"/etc","Write":["/etc/passwd"],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		want:  `changes "/etc", which is not a directory of the outputs`,
	},
	{
		name:  "the base itself",
		steps: `[{"Kind":"swap","Dir":".","Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		want:  `changes ".", which is not a directory of the outputs`,
	},
	{
		name:  "staged elsewhere",
		steps: `[{"Kind":"create","Dir":"gen/new","Write":["gen/new/config"],"Staged":".git","Saved":".gen.tmp/old/0"}]`,
		want:  "stages files outside of .gen.tmp",
	},
	{
		name:  "saved elsewhere",
		steps: `[{"Kind":"remove","Dir":"gen","Drop":["gen/a.go"],"Staged":".gen.tmp/new/0","Saved":"stolen"}]`,
		want:  "stages files outside of .gen.tmp",
	},
	{
		name:  "new file without marker",
		steps: `[{"Kind":"files","Dir":"gen","Write":["gen/a.go"],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		files: state{".gen.tmp/new/0/a.go": "package evil"},
		want:  "changes .gen.tmp/new/0/a.go, which gen did not generate",
	},
	{
		name:  "output that is a link",
		steps: `[{"Kind":"files","Dir":"gen/link","Write":["gen/link/config"],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		files: state{".gen.tmp/new/0/config": head},
		links: map[string]string{"gen/link": "../.git"},
		want:  "goes through gen/link, which is not a directory",
	},
	{
		name:  "staged behind a link",
		steps: `[{"Kind":"create","Dir":"gen/new","Write":["gen/new/config"],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		links: map[string]string{".gen.tmp/new": "../stage"},
		files: state{"stage/0/config": head},
		want:  "goes through .gen.tmp/new, which is not a directory",
	},
	{
		name:  "unknown kind",
		steps: `[{"Kind":"exec","Dir":"gen","Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`,
		want:  `has a step of the unknown kind "exec"`,
	},
}

func victim(t *testing.T) string {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	base := t.TempDir()
	state{".git/config": "[core]", "mine.go": "package mine", "gen/mine.go": "package gen", "gen/a.go": head}.write(t, base)
	return base
}

// plantJournal writes a journal, and with ours gives it the code of this user.
func plantJournal(t *testing.T, base, steps string, ours bool) {
	t.Helper()
	data := []byte(steps)
	if ours {
		data = (&Tree{base: base}).sealJournal(data)
	}
	state{journalName: string(data)}.write(t, base)
}

// TestAttacks: a journal cannot change what a run could not change, whoever
// wrote it.
func TestAttacks(t *testing.T) {
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			base := victim(t)
			a.files.write(t, base)
			for name, to := range a.links {
				must(t, os.MkdirAll(filepath.Dir(filepath.Join(base, name)), 0o755))
				must(t, os.Symlink(to, filepath.Join(base, name)))
			}
			plantJournal(t, base, a.steps, true)
			wantRefused(t, base, a.want)
		})
	}
}

func wantRefused(t *testing.T, base, want string) {
	t.Helper()
	before := read(t, base).String()
	tree, err := Open(base, []string{"gen"}, nil)
	if err == nil {
		tree.Close()
	}
	var refusal *Error
	if !errors.As(err, &refusal) || refusal.Message != want || !strings.Contains(refusal.Fix, workDir) {
		t.Errorf("Open: %+v, want the message %q", err, want)
	}
	if after := read(t, base).String(); after != before {
		t.Errorf("changed:\n%s\nto:\n%s", before, after)
	}
}

// TestForeignJournal: a journal that could have been executed is not, because
// somebody else wrote it, or it was written for another directory.
func TestForeignJournal(t *testing.T) {
	const steps = `[{"Kind":"files","Dir":"gen","Drop":["gen/a.go"],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`
	const want = "was not written by this user's gen, or not for this directory"
	t.Run("no code", func(t *testing.T) {
		base := victim(t)
		plantJournal(t, base, steps, false)
		wantRefused(t, base, want)
	})
	t.Run("another user's code", func(t *testing.T) {
		base := victim(t)
		plantJournal(t, base, steps, true)
		t.Setenv("XDG_CACHE_HOME", t.TempDir())
		wantRefused(t, base, want)
	})
	t.Run("another directory's code", func(t *testing.T) {
		base := victim(t)
		data := (&Tree{base: t.TempDir()}).sealJournal([]byte(steps))
		state{journalName: string(data)}.write(t, base)
		wantRefused(t, base, want)
	})
	t.Run("key that others can read", func(t *testing.T) {
		base := victim(t)
		plantJournal(t, base, steps, true)
		must(t, os.Chmod(filepath.Join(os.Getenv("XDG_CACHE_HOME"), "docwright", "journal.key"), 0o644))
		wantRefused(t, base, want)
	})
	t.Run("link", func(t *testing.T) {
		base := victim(t)
		plantJournal(t, base, steps, true)
		must(t, os.Rename(filepath.Join(base, journalName), filepath.Join(base, "journal")))
		must(t, os.Symlink("../journal", filepath.Join(base, journalName)))
		wantRefused(t, base, "is not a journal that this user's gen wrote")
	})
	t.Run("ours", func(t *testing.T) {
		base := victim(t)
		plantJournal(t, base, steps, true)
		tree, err := Open(base, []string{"gen"}, nil)
		must(t, err)
		defer tree.Close()
		if len(tree.Recovered) != 1 || tree.Recovered[0] != "gen/a.go" {
			t.Errorf("recovered %q", tree.Recovered)
		}
		if _, err := os.Lstat(filepath.Join(base, "gen/a.go")); err == nil {
			t.Error("a journal of this user was not executed")
		}
	})
}

// TestTracked: a working directory that came with a repository is refused, with
// a journal or without.
func TestTracked(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	base := t.TempDir()
	state{"gen/a.go": head, ".gen.tmp/new/x": "kept"}.write(t, base)
	for _, args := range [][]string{{"init", "-q"}, {"add", "-f", ".gen.tmp/new/x"}} {
		cmd := exec.Command("git", append([]string{"-C", base}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args, err, out)
		}
	}
	wantRefused(t, base, "is tracked by git, but only a run that was killed may leave it behind")
	if _, err := os.Lstat(filepath.Join(base, ".gen.tmp/new/x")); err != nil {
		t.Errorf("a tracked file was removed: %v", err)
	}
}

// TestWorkDirKinds: what is not a directory, or holds a special file as its
// lock, is refused.
func TestWorkDirKinds(t *testing.T) {
	t.Run("link", func(t *testing.T) {
		base := t.TempDir()
		state{"elsewhere/x": "x"}.write(t, base)
		must(t, os.Symlink("elsewhere", filepath.Join(base, workDir)))
		wantMessage(t, base, "gen needs this path for its working directory")
	})
	t.Run("lock", func(t *testing.T) {
		base := t.TempDir()
		state{"victim": "x", ".gen.tmp/x": ""}.write(t, base)
		must(t, os.Symlink("../victim", filepath.Join(base, workDir, "lock")))
		wantMessage(t, base, "its lock is not a regular file")
	})
}

func wantMessage(t *testing.T, base, want string) {
	t.Helper()
	tree, err := Open(base, nil, nil)
	if err == nil {
		tree.Close()
	}
	if refusal := (*Error)(nil); !errors.As(err, &refusal) || refusal.Message != want {
		t.Errorf("Open: %v, want %q", err, want)
	}
}

// FuzzJournal has journals of this user say anything: nothing outside of the
// output changes, and nothing panics.
func FuzzJournal(f *testing.F) {
	for _, a := range attacks {
		f.Add(a.steps)
	}
	f.Fuzz(func(t *testing.T, steps string) {
		base := victim(t)
		before := read(t, base)
		plantJournal(t, base, steps, true)
		tree, err := Open(base, []string{"gen"}, nil)
		if err == nil {
			tree.Close()
		}
		after := read(t, base)
		for name, data := range before {
			if (!within(name, "gen") || !Marked([]byte(data))) && after[name] != data {
				t.Errorf("%s is %q after %s", name, after[name], steps)
			}
		}
	})
}

// TestStepsOfARun: what a run writes into its journal passes the checks.
func TestStepsOfARun(t *testing.T) {
	var steps []*step
	must(t, json.Unmarshal([]byte(`[{"Kind":"create","Dir":"gen/new","Write":["gen/new/a.go"],"Staged":".gen.tmp/new/0","Saved":".gen.tmp/old/0"}]`), &steps))
	base := victim(t)
	state{".gen.tmp/new/0/a.go": head}.write(t, base)
	tree := &Tree{base: base, outputs: []string{"gen"}}
	var err error
	tree.root, err = os.OpenRoot(base)
	must(t, err)
	defer tree.root.Close()
	for i, s := range steps {
		must(t, tree.checkStep(s, i))
	}
}
