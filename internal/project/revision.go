package project

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/diag"
)

// revision reads files as they are at a commit of the git repository that the
// working directory lies in. One git process serves them all; nothing is checked
// out, and a shallow clone will do.
type revision struct {
	commit string // its hash
	prefix string // the working directory as seen from the repository's root, e.g. "sub/dir"; "" for the root
	base   string // the working directory

	git *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
}

// openRevision finds the commit that name means.
func openRevision(name string) (*revision, *diag.Diagnostic) {
	fail := func(fix, format string, args ...any) (*revision, *diag.Diagnostic) {
		d := fault(diag.Position{}, "revision", fix, format, args...)
		return nil, &d
	}
	if _, err := exec.LookPath("git"); err != nil {
		return fail("install git, or compare two documents: gen diff OLD NEW", "--base needs git, which is not there")
	}
	prefix, err := gitLine("rev-parse", "--show-prefix")
	if err != nil {
		return fail("run gen in a clone, or compare two documents: gen diff OLD NEW", "--base %s: %v", name, err)
	}
	commit, err := gitLine("rev-parse", "--verify", "--quiet", "--end-of-options", name+"^{commit}")
	if err != nil {
		return fail(fetchHint(name), "--base %s: this clone has no such commit", name)
	}
	base, err := os.Getwd()
	if err != nil {
		return fail("", "%v", err)
	}
	r := &revision{commit: commit, prefix: strings.TrimSuffix(prefix, "/"), base: base}
	if err := r.start(); err != nil {
		return fail("", "git: %v", err)
	}
	return r, nil
}

// fetchHint says how to get a commit that is not there.
func fetchHint(name string) string {
	if shallow, _ := gitLine("rev-parse", "--is-shallow-repository"); shallow == "true" && strings.ContainsAny(name, "^~") {
		return "the clone is shallow: run git fetch --deepen=1"
	}
	branch := strings.TrimPrefix(strings.TrimPrefix(name, "refs/remotes/"), "origin/")
	if strings.ContainsAny(branch, "^~:@ ") {
		return "git log lists the commits that are there"
	}
	return fmt.Sprintf("run git fetch --depth=1 origin %s, then gen diff --base FETCH_HEAD", branch)
}

// gitLine runs git and returns the line that it prints.
func gitLine(args ...string) (string, error) {
	var stderr bytes.Buffer
	cmd := exec.Command("git", args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		if text := strings.TrimSpace(stderr.String()); text != "" {
			return "", errors.New(strings.TrimPrefix(strings.Split(text, "\n")[0], "fatal: "))
		}
		return "", err
	}
	return strings.TrimSpace(string(out)), nil
}

func (r *revision) start() error {
	r.git = exec.Command("git", "cat-file", "--batch", "--follow-symlinks")
	r.git.Stderr = io.Discard
	in, err := r.git.StdinPipe()
	if err != nil {
		return err
	}
	out, err := r.git.StdoutPipe()
	if err != nil {
		return err
	}
	r.in, r.out = in, bufio.NewReader(out)
	return r.git.Start()
}

// close ends the git process.
func (r *revision) close() {
	r.in.Close()
	r.git.Wait() //nolint:errcheck // it has answered all there was
}

// inside is an absolute path as seen from the repository's root; false if it is not
// in the repository.
func (r *revision) inside(abs string) (string, bool) {
	rel, err := filepath.Rel(r.base, abs)
	if err != nil {
		return "", false
	}
	inside := path.Join(r.prefix, filepath.ToSlash(rel))
	return inside, inside != ".." && !strings.HasPrefix(inside, "../") && !strings.ContainsAny(inside, "\n\r")
}

// list returns the names of the files of a directory; none if it is not there.
func (r *revision) list(dir string) []string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	inside, ok := r.inside(abs)
	if !ok {
		return nil
	}
	out, err := gitLine("ls-tree", "--name-only", "-z", r.commit+":"+inside)
	if err != nil || out == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(out, "\x00"), "\x00")
}

// read is a fileReader.
func (r *revision) read(name string) ([]byte, error) {
	notThere := &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	abs := name
	if !filepath.IsAbs(name) {
		abs = filepath.Join(r.base, name)
	}
	inside, ok := r.inside(abs)
	if !ok {
		return nil, notThere
	}
	if _, err := fmt.Fprintf(r.in, "%s:%s\n", r.commit, inside); err != nil {
		return nil, fmt.Errorf("git: %w", err)
	}
	header, err := r.out.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("git: %w", err)
	}
	words := strings.Fields(header)
	if strings.HasSuffix(header, " missing\n") || strings.HasSuffix(header, " ambiguous\n") || len(words) < 2 {
		return nil, notThere
	}
	size, err := strconv.Atoi(words[len(words)-1])
	if err != nil {
		return nil, fmt.Errorf("git: %s", strings.TrimSpace(header))
	}
	data := make([]byte, size+1) // a line break follows
	if _, err := io.ReadFull(r.out, data); err != nil {
		return nil, fmt.Errorf("git: %w", err)
	}
	if len(words) != 3 || words[1] != "blob" {
		return nil, notThere // a directory, or a symbolic link that leads nowhere
	}
	return data[:size], nil
}
