package tree

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// A journal is a list of steps that a later run executes. The directory that
// holds it may come from anybody: a repository that was cloned, an archive. So
// a journal counts only with a code that needs a key of this user, which is
// kept outside of every tree, and its steps may only do what a run may do:
// change generated files of the outputs.

// keySize is the length of a user's key, in bytes.
const keySize = 32

// maxJournal bounds a journal: one line per file of the outputs.
const maxJournal = 64 << 20

// sealJournal puts the code in front of a journal.
func (t *Tree) sealJournal(steps []byte) []byte {
	return fmt.Appendf(nil, "%x\n%s", t.code(steps), steps)
}

// openJournal returns the steps of a journal; nil when this user did not write
// it, or wrote it for another directory.
func (t *Tree) openJournal(data []byte) []byte {
	code, steps, _ := bytes.Cut(data, []byte("\n"))
	sum, err := hex.DecodeString(string(code))
	if err != nil || !hmac.Equal(sum, t.code(steps)) {
		return nil
	}
	return steps
}

// code authenticates the steps of a journal for this base directory.
func (t *Tree) code(steps []byte) []byte {
	h := hmac.New(sha256.New, t.userKey())
	fmt.Fprintf(h, "docwright journal 1\n%q\n", t.realBase())
	h.Write(steps)
	return h.Sum(nil)
}

func (t *Tree) realBase() string {
	base, err := filepath.Abs(t.base)
	if err != nil {
		base = t.base
	}
	if real, err := filepath.EvalSymlinks(base); err == nil {
		base = real
	}
	return base
}

// userKey returns this user's key, and makes it the first time. Without a place
// to keep one the key is good for this run alone: what it leaves when it is
// killed is then refused by the next.
func (t *Tree) userKey() []byte {
	if t.key == nil {
		var err error
		if t.key, err = loadKey(); err != nil {
			t.key = make([]byte, keySize)
			rand.Read(t.key) // it never fails
		}
	}
	return t.key
}

// loadKey reads the user's key, or makes it.
func loadKey() ([]byte, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(cache, "docwright")
	name := filepath.Join(dir, "journal.key")
	if key, err := readKey(name); !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(dir, "journal.key.") // of mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // it may have been renamed
	key := make([]byte, keySize)
	rand.Read(key) // it never fails
	_, err = f.Write(key)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), name); err != nil && !errors.Is(err, fs.ErrExist) { // unlike a rename it replaces no key of another run
		if err := os.Rename(f.Name(), name); err != nil {
			return nil, err
		}
	}
	return readKey(name)
}

var errKey = errors.New("the key is not private to this user")

func readKey(name string) ([]byte, error) {
	info, err := os.Lstat(name)
	if err != nil {
		return nil, err
	}
	private := info.Mode().IsRegular() && info.Size() == keySize && owned(info)
	if !private || runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		return nil, errKey
	}
	return os.ReadFile(name)
}

// readJournal returns the steps of the run that was killed, checked; nil
// without one.
func (t *Tree) readJournal() ([]*step, error) {
	info, err := t.root.Lstat(journalName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxJournal || !owned(info) {
		return nil, foreign("is not a journal that this user's gen wrote", "")
	}
	data, err := t.root.ReadFile(journalName)
	if err != nil {
		return nil, err
	}
	plain := t.openJournal(data)
	if plain == nil {
		return nil, foreign("was not written by this user's gen, or not for this directory", "")
	}
	var steps []*step
	if err := json.Unmarshal(plain, &steps); err != nil || slices.Contains(steps, nil) {
		return nil, foreign("is not a journal that gen wrote", "")
	}
	for i, s := range steps {
		if err := t.checkStep(s, i); err != nil {
			return nil, foreign(err.Error(), s.Dir)
		}
	}
	return steps, nil
}

// foreign refuses a journal. Nothing of it was done.
func foreign(message, dir string) error {
	fix := "remove " + workDir + " and run gen again"
	if dir != "" {
		fix = fmt.Sprintf("remove %s, restore %s from version control if it is incomplete, and run gen again", workDir, dir)
	}
	return &Error{Path: journalName, Message: message, Fix: fix}
}

// checkStep checks the step number i of a journal as a run's own changes are
// checked, or says what is wrong with it.
func (t *Tree) checkStep(s *step, i int) error {
	if s.Staged != stagedDir(i) || s.Saved != savedDir(i) {
		return fmt.Errorf("stages files outside of %s", workDir)
	}
	if !slices.Contains([]string{stepCreate, stepSwap, stepRemove, stepFiles}, s.Kind) {
		return fmt.Errorf("has a step of the unknown kind %q", s.Kind)
	}
	if s.Dir != "." && badName(s.Dir) != "" || s.Dir == "." && s.Kind != stepFiles {
		return fmt.Errorf("changes %q, which is not a directory of the outputs", s.Dir)
	}
	for _, name := range slices.Concat(s.Write, s.Drop) {
		if err := t.checkChange(s, name); err != nil {
			return err
		}
	}
	for _, name := range s.Kept {
		if !fs.ValidPath(name) {
			return fmt.Errorf("keeps %q, which is not a path inside the output directory", name)
		}
	}
	for _, dir := range []string{s.Dir, s.Staged, s.Saved} {
		if err := t.checkWay(dir); err != nil {
			return err
		}
	}
	return t.checkWhole(s)
}

// checkChange checks a file that a step writes or deletes.
func (t *Tree) checkChange(s *step, name string) error {
	switch {
	case badName(name) != "" || !within(name, s.Dir):
		return fmt.Errorf("changes %q, which is not a path inside the output directory", name)
	case !t.isOutput(name):
		return fmt.Errorf("changes %s, which is not in an output of this run", name)
	}
	for _, at := range []string{name, s.staged(name), s.saved(name)} {
		if err := t.checkWay(path.Dir(at)); err != nil {
			return err
		}
		if err := t.checkGenerated(at); err != nil {
			return err
		}
	}
	return nil
}

// isOutput reports whether name is in an output of this run. Below the output
// no element starts with a dot: tools keep their settings in such files.
func (t *Tree) isOutput(name string) bool {
	return slices.ContainsFunc(t.outputs, func(dir string) bool {
		return within(name, dir) && name != dir && !hidden(rel(dir, name))
	})
}

// hidden reports whether an element of a path starts with a dot.
func hidden(name string) bool {
	return strings.HasPrefix(name, ".") || strings.Contains(name, "/.")
}

// checkWay checks that no part of dir is a symbolic link or a file.
func (t *Tree) checkWay(dir string) error {
	for i := 0; i <= len(dir); i++ {
		if dir == "." || i < len(dir) && dir[i] != '/' {
			continue
		}
		info, err := t.root.Lstat(dir[:i])
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case !info.IsDir():
			return fmt.Errorf("goes through %s, which is not a directory", dir[:i])
		}
	}
	return nil
}

// checkGenerated checks that a file, if it exists, is one that gen wrote.
func (t *Tree) checkGenerated(name string) error {
	info, err := t.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("changes %s, which is not a regular file", name)
	}
	head, err := headOf(t.root, name)
	if err != nil {
		return err
	}
	if path.Base(name) != LockName && !Marked(head) {
		return fmt.Errorf("changes %s, which gen did not generate", name)
	}
	return nil
}

// checkWhole checks the files of directories that are moved whole: each is one
// that the step names.
func (t *Tree) checkWhole(s *step) error {
	moved := map[string][]string{} // directory → the files it may hold, relative to it
	switch s.Kind {
	case stepCreate:
		moved[s.Staged] = s.Write
	case stepRemove:
		if !t.exists(s.Saved) {
			moved[s.Dir] = s.Drop
		}
	case stepSwap:
		moved[s.Staged] = nil // the old directory or the new one, whose other files are those of others
	}
	for dir, names := range moved {
		known := map[string]bool{}
		for _, name := range names {
			known[rel(s.Dir, name)] = true
		}
		err := fs.WalkDir(t.root.FS(), dir, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist) && name == dir:
				return fs.SkipAll
			case err != nil || entry.IsDir() && entry.Name() != ".git":
				return err
			case entry.Name() == ".git" || s.Kind != stepSwap && !known[rel(dir, name)]:
				return fmt.Errorf("moves %s, which gen did not generate", name)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
