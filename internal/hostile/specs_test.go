package hostile

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/docwright/docwright/internal/gentest"
)

var update = flag.Bool("update", false, "rewrite what the cases want")

// whole asks for all cases and large documents, and for GEN_HOSTILE's share of all
// strings with all payloads, which takes long: make hostile sets it.
var whole = os.Getenv("GEN_HOSTILE") != ""

// The bounds of a run. The largest documents that are made here are 100 MB.
const (
	timeLimit   = 20 * time.Second
	memoryLimit = 2 << 30 // bytes; the process gets this as its address space's soft limit, GOMEMLIMIT, and is measured
)

func TestMain(m *testing.M) {
	flag.Parse()
	code := m.Run()
	gentest.Clean()
	os.Exit(code)
}

// outcome is how a run of the command ended.
type outcome struct {
	exit   int
	stderr string
	took   time.Duration
	memory int64             // bytes that were resident at most
	files  map[string][]byte // of the client, gen.lock aside
}

// attack runs the command in dir/app, for spec.yaml there or as gen.yaml says,
// and holds what every run must keep: an end in time and in bounds, messages
// with positions, no write outside of the output.
func attack(t *testing.T, dir string) outcome {
	t.Helper()
	exe, err := gentest.Command()
	if err != nil {
		t.Fatal(err)
	}
	app := filepath.Join(dir, "app")
	for _, d := range []string{app, filepath.Join(dir, "tmp"), filepath.Join(dir, "cache")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	writeNew(t, filepath.Join(app, "go.mod"), []byte("module example.com/app\n\ngo 1.24\n"))
	args := []string{"--spec", "spec.yaml", "--out", "client"}
	if _, err := os.Stat(filepath.Join(app, "gen.yaml")); err == nil {
		args = []string{"-c", "gen.yaml"}
	}
	before := snapshot(t, dir)
	ctx, cancel := context.WithTimeout(t.Context(), timeLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, exe, args...)
	cmd.Dir = app
	cmd.Env = []string{"HOME=" + dir + "/tmp", "TMPDIR=" + dir + "/tmp", "XDG_CACHE_HOME=" + dir + "/cache", "PATH=" + os.Getenv("PATH"), fmt.Sprintf("GOMEMLIMIT=%d", memoryLimit)}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	start := time.Now()
	err = cmd.Run()
	out := outcome{stderr: stderr.String(), took: time.Since(start), exit: cmd.ProcessState.ExitCode()}
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		out.memory = usage.Maxrss << 10
	}
	switch {
	case ctx.Err() != nil:
		t.Errorf("not done after %v", timeLimit)
	case out.memory > memoryLimit:
		t.Errorf("took %d MB", out.memory>>20)
	}
	out.files = unchanged(t, dir, before, out.exit == 0)
	checkMessages(t, out)
	return out
}

// workDir makes a directory for one case: in memory where the system has such a
// place, for a run flushes a hundred files to the disk.
func workDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "hostile")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func writeNew(t *testing.T, name string, data []byte) {
	t.Helper()
	if _, err := os.Lstat(name); err == nil {
		return
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
}

// snapshot notes everything below dir: kinds, sizes, times and links.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, name)
		state := info.Mode().String()
		if !d.IsDir() {
			state += fmt.Sprint(" ", info.Size(), " ", info.ModTime().UnixNano())
		}
		if target, err := os.Readlink(name); err == nil {
			state += " " + target
		}
		out[filepath.ToSlash(rel)] = state
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// outputDirs are what a run may write: the client and the runtime's copy, and
// the user's cache, which remembers that nothing was to do.
var outputDirs = []string{"app/client", "app/api", "app/jsonapi", "app/graphql", "app/internal", "cache"}

// unchanged holds that a run has touched nothing but its output, and none of
// that if it failed. It returns the files of the client.
func unchanged(t *testing.T, dir string, before map[string]string, wrote bool) map[string][]byte {
	t.Helper()
	after := snapshot(t, dir)
	files := map[string][]byte{}
	for name, state := range after {
		under := slices.ContainsFunc(outputDirs, func(d string) bool { return name == d || strings.HasPrefix(name, d+"/") })
		if old, ok := before[name]; ok && (old == state || name == "app/client/gen.lock" && wrote) {
			continue
		} else if name == "cache" || strings.HasPrefix(name, "cache/") || name == "." || name == "app" {
			continue
		} else if ok || !under || !wrote {
			t.Errorf("%s was written: %s, before %s", name, state, old)
		}
		if file, ok := strings.CutPrefix(name, "app/client/"); ok && path.Base(file) != "gen.lock" {
			data, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Error(err)
			}
			files[file] = data
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			t.Errorf("%s was deleted", name)
		}
	}
	return files
}

var (
	positionedLine = regexp.MustCompile(`^[^\s:][^:]*(:[0-9]+(:[0-9]+)?)?: (error|warning): .`)
	control        = regexp.MustCompile("[\x00-\x08\x0b-\x1f\x7f\u0080-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
)

// checkMessages holds the form of what a run says: each message has a position,
// nothing of the document acts on a terminal, and a run that fails says why.
func checkMessages(t *testing.T, out outcome) {
	t.Helper()
	said := false
	for line := range strings.Lines(out.stderr) {
		line = strings.TrimSuffix(line, "\n")
		if at := control.FindStringIndex(line); at != nil {
			t.Errorf("a message with %q: %.200q", line[at[0]:at[1]], line)
		}
		if len(line) > 2000 {
			t.Errorf("a message of %d bytes: %.100s…", len(line), line)
		}
		switch {
		case strings.HasPrefix(line, "\t"):
		case !positionedLine.MatchString(line):
			t.Errorf("a message without position: %.300q", line)
		case strings.Contains(line, ": error: "):
			said = true
		}
	}
	for _, bug := range []string{"panic:", "goroutine ", "this is a bug", "mistake of the generator", "fatal error"} {
		if strings.Contains(out.stderr, bug) {
			t.Errorf("%q in %.3000s", bug, out.stderr)
		}
	}
	if out.exit != 0 && out.exit != 2 || (out.exit == 2) != said {
		t.Errorf("exit code %d, and messages:\n%.2000s", out.exit, out.stderr)
	}
}

// describe tells an outcome: whether the package compiles, and every message.
// What things are called in it is not what these cases are about.
func describe(t *testing.T, out outcome) string {
	t.Helper()
	var b strings.Builder
	if out.exit != 0 {
		b.WriteString("refused\n")
	} else {
		fset, trees, err := parse(out.files)
		if err == nil {
			err = compile(fset, trees)
		}
		if err != nil {
			t.Error(err)
			return ""
		}
		b.WriteString("compiles\n")
		for _, tree := range trees {
			name := fset.Position(tree.Package).Filename
			if !fileName.MatchString(name) || meansOther.MatchString(name) {
				t.Errorf("a file is called %q", name)
			}
		}
		if list := declared(trees); !slices.Contains(list, "New") {
			t.Errorf("the package declares %v only", list)
		}
	}
	b.WriteString(keyList.ReplaceAllString(out.stderr, "$1 …"))
	return b.String()
}

// keyList is how messages list what gen.yaml may hold, which is not what these
// cases are about.
var keyList = regexp.MustCompile(`(its keys are|known keys are) .*`)

// TestSpecs runs the cases of testdata: with GEN_HOSTILE all, else the first of
// each kind and every twelfth. An archive's comment says what it
// tries; its files stand in the module's directory, or above it; "links" has
// symbolic links, a "name target" a line, and "pipes" names pipes; "want" is
// the outcome. Escapes in a file that is called NAME.quoted are those of Go.
func TestSpecs(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) < 120 {
		t.Fatalf("%d cases, %v", len(names), err)
	}
	kinds := map[string]bool{} // yaml, of yaml-octal
	for i, name := range names {
		kind, _, _ := strings.Cut(filepath.Base(name), "-")
		if first := !kinds[kind]; !whole && (!first || testing.Short()) && i%24 != 0 {
			continue
		}
		kinds[kind] = true
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			ar, err := txtar.ParseFile(name)
			if err != nil || len(bytes.TrimSpace(ar.Comment)) == 0 {
				t.Fatalf("a case needs a comment (%v)", err)
			}
			dir := workDir(t)
			want := unpack(t, ar, dir)
			got := describe(t, attack(t, dir))
			switch {
			case got == want:
			case *update && !t.Failed():
				ar.Files = slices.DeleteFunc(ar.Files, func(f txtar.File) bool { return f.Name == "want" })
				ar.Files = append(ar.Files, txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(ar), 0o644); err != nil {
					t.Fatal(err)
				}
			default:
				t.Errorf("got:\n%.2000s\nwant:\n%.2000s\nif that is intended, run go test ./internal/hostile -update", got, want)
			}
		})
	}
}

// unpack writes the files of an archive, and returns the wanted outcome.
func unpack(t *testing.T, ar *txtar.Archive, dir string) (want string) {
	t.Helper()
	app := filepath.Join(dir, "app")
	for _, f := range ar.Files {
		switch f.Name {
		case "want":
			want = string(f.Data)
		case "links":
			for line := range strings.Lines(string(f.Data)) {
				name, target, _ := strings.Cut(strings.TrimSpace(line), " ")
				mustDo(t, os.MkdirAll(filepath.Dir(filepath.Join(app, name)), 0o755))
				mustDo(t, os.Symlink(target, filepath.Join(app, name)))
			}
		case "pipes":
			for _, name := range strings.Fields(string(f.Data)) {
				mustDo(t, os.MkdirAll(app, 0o755))
				mustDo(t, syscall.Mkfifo(filepath.Join(app, name), 0o644))
			}
		default:
			data := f.Data
			name, quoted := strings.CutSuffix(f.Name, ".quoted")
			if quoted {
				data = unquote(t, data)
			}
			writeNew(t, filepath.Join(app, filepath.FromSlash(name)), data)
		}
	}
	return want
}

func mustDo(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// unquote replaces ⟦…⟧ in data by what Go's escapes between them stand for:
// ⟦\x00⟧.
func unquote(t *testing.T, data []byte) []byte {
	t.Helper()
	return escape.ReplaceAllFunc(data, func(m []byte) []byte {
		text := strings.TrimSuffix(strings.TrimPrefix(string(m), "⟦"), "⟧")
		var out []byte
		for text != "" {
			var n int
			var c byte
			switch {
			case strings.HasPrefix(text, `\x`):
				if _, err := fmt.Sscanf(text[:4], `\x%02x`, &c); err != nil {
					t.Fatalf("%s: %v", m, err)
				}
				n, out = 4, append(out, c)
			default:
				n, out = 1, append(out, text[0])
			}
			text = text[n:]
		}
		return out
	})
}

var escape = regexp.MustCompile(`⟦[^⟧]*⟧`)
