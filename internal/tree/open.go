package tree

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"sync"
	"time"
)

// workDir holds what a run needs while it runs: the lock against a second run,
// the journal, staged files. It is beside the outputs, on their file system.
const workDir = ".gen.tmp"

// lockWait is how long a run waits for another one to end.
const lockWait = 20 * time.Second

// A Tree is a base directory that this process alone may change.
type Tree struct {
	root *os.Root
	base string
	lock *os.File

	// Recovered lists the files that a killed run was changing and that Open
	// brought to their new state, as sorted slash paths relative to the base.
	Recovered []string

	outputs []string // directories that this run may change
	key     []byte   // see userKey
	found   bool     // the working directory existed before this run

	unsynced []string // files whose bytes may not be on the disk yet

	before   func(op, name string) error // tests: called before each change on disk
	unlocked func()                      // tests: called when the lock is gone and its directory is not
	noSwap   bool                        // tests: rename file by file
}

// Open locks base and finishes what a killed run had begun in the outputs,
// which are the slash paths of directories relative to base. While another run
// has the lock, waiting is called once, and Open waits up to 20 seconds.
func Open(base string, outputs []string, waiting func()) (*Tree, error) {
	root, err := os.OpenRoot(base)
	if err != nil {
		return nil, err
	}
	t := &Tree{root: root, base: base, outputs: outputs}
	if err := t.takeLock(waiting); err != nil {
		root.Close()
		return nil, err
	}
	err = t.checkWorkDir()
	if err == nil {
		err = t.recover()
	}
	if err != nil {
		t.lock.Close() // leaves the journal for a later run
		root.Close()
		return nil, err
	}
	return t, nil
}

// checkWorkDir refuses a working directory that came with the repository, or
// from another user.
func (t *Tree) checkWorkDir() error {
	if !t.found {
		return nil
	}
	info, err := t.root.Lstat(workDir)
	switch {
	case err != nil:
		return err
	case !owned(info):
		return &Error{Path: workDir, Message: "belongs to another user", Fix: "remove it if no run of that user needs it, and run gen again"}
	case tracked(t.base):
		return &Error{
			Path: workDir, Message: "is tracked by git, but only a run that was killed may leave it behind",
			Fix: "run git rm -r --cached " + workDir + ", remove it and run gen again",
		}
	}
	return nil
}

// tracked reports whether git tracks a file of the working directory. Without
// git, or outside of a repository, it does not.
func tracked(base string) bool {
	base, err := filepath.Abs(base)
	if err != nil {
		return false
	}
	for dir := base; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			return false
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	// No setting of a repository that somebody else made may run a program.
	cmd := exec.CommandContext(ctx, "git", "-C", base, "-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit",
		"ls-files", "--cached", "--", workDir)
	out, err := cmd.Output()
	return err == nil && len(bytes.TrimSpace(out)) > 0
}

// Interrupted reports whether a killed run left something to finish in base.
func Interrupted(base string) bool {
	_, err := os.Lstat(base + "/" + journalName)
	return err == nil
}

func (t *Tree) takeLock(waiting func()) error {
	for start := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		held, err := t.tryLock()
		switch {
		case err != nil:
			return err
		case held:
			return nil
		case time.Since(start) > lockWait:
			return &Error{
				Path:    workDir,
				Message: "another run of gen is still writing here",
				Fix:     "wait for it to end, or stop it, then run gen again",
			}
		}
		if waiting != nil {
			waiting()
			waiting = nil
		}
	}
}

// tryLock creates and locks the lock file. The file goes away with its holder,
// so what was locked counts only if it is still the one at that path.
func (t *Tree) tryLock() (bool, error) {
	err := t.root.Mkdir(workDir, 0o755)
	if t.found = errors.Is(err, fs.ErrExist); err != nil && !t.found {
		return false, err
	}
	if info, err := t.root.Lstat(workDir); err == nil && !info.IsDir() {
		return false, &Error{Path: workDir, Message: "gen needs this path for its working directory", Fix: "remove it"}
	}
	if info, err := t.root.Lstat(workDir + "/lock"); err == nil && !info.Mode().IsRegular() {
		return false, &Error{Path: workDir, Message: "its lock is not a regular file", Fix: "remove " + workDir + " and run gen again"}
	}
	f, err := t.root.OpenFile(workDir+"/lock", os.O_CREATE|os.O_RDWR, 0o644)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil // the holder is just cleaning up
	}
	if err != nil {
		return false, err
	}
	held, err := tryLock(f)
	if err != nil {
		f.Close()
		return false, fmt.Errorf("locking %s: %w", workDir, err)
	}
	if held {
		mine, err := f.Stat()
		if err == nil {
			if there, err := t.root.Stat(workDir + "/lock"); err == nil && os.SameFile(mine, there) {
				t.lock = f
				return true, nil
			}
		}
	}
	f.Close()
	return false, nil
}

// Close gives the base back.
func (t *Tree) Close() error {
	err := t.clean()
	if err == nil {
		// Only now: while the lock file stands, nobody else works here.
		err = t.root.Remove(workDir + "/lock")
	}
	if err == nil {
		if t.unlocked != nil {
			t.unlocked()
		}
		err = t.root.Remove(workDir)
		if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
			err = nil // another run has begun, and maybe ended: it is not empty, or it is gone
		}
	}
	return errors.Join(err, t.lock.Close(), t.root.Close())
}

// clean empties the working directory but for the lock; the journal goes
// first, for it must never stand without what it speaks of.
func (t *Tree) clean() error {
	if err := t.root.Remove(journalName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	entries, err := fs.ReadDir(t.root.FS(), workDir)
	if err != nil {
		return err
	}
	var errs []error
	for _, entry := range entries {
		if entry.Name() != "lock" {
			errs = append(errs, t.root.RemoveAll(path.Join(workDir, entry.Name())))
		}
	}
	return errors.Join(errs...)
}

// The changes on disk, each behind the tests' hook.

func (t *Tree) hook(op, name string) error {
	if t.before == nil {
		return nil
	}
	return t.before(op, name)
}

func (t *Tree) mkdirAll(name string, perm fs.FileMode) error {
	if err := t.hook("mkdir", name); err != nil {
		return err
	}
	return t.root.MkdirAll(name, perm)
}

// write makes a file. Its bytes are on the disk after the next sync.
func (t *Tree) write(name string, data []byte, perm fs.FileMode) error {
	if err := t.hook("write", name); err != nil {
		return err
	}
	f, err := t.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, perm)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if perm&0o200 != 0 {
		t.unsynced = append(t.unsynced, name)
	} else if err == nil { // it cannot be opened once more
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncs is how many files are brought to the disk at once: the disk does most of
// them in one go, which it cannot where each waits for the one before.
const syncs = 8

// sync brings the bytes of what was written to the disk: a rename must not survive
// a power cut that its content does not.
func (t *Tree) sync() error {
	names := t.unsynced
	t.unsynced = nil
	failed := make([]error, syncs)
	var all sync.WaitGroup
	for i := range failed {
		all.Go(func() {
			for k := i; k < len(names); k += syncs {
				failed[i] = errors.Join(failed[i], t.syncFile(names[k]))
			}
		})
	}
	all.Wait()
	return errors.Join(failed...)
}

func (t *Tree) syncFile(name string) error {
	f, err := t.root.OpenFile(name, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // given up meanwhile
	}
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (t *Tree) link(from, to string) error {
	if err := t.hook("link", to); err != nil {
		return err
	}
	return t.root.Link(from, to)
}

func (t *Tree) rename(from, to string) error {
	if err := t.hook("rename", to); err != nil {
		return err
	}
	return t.root.Rename(from, to)
}

func (t *Tree) remove(name string) error {
	if err := t.hook("remove", name); err != nil {
		return err
	}
	return t.root.Remove(name)
}

func (t *Tree) exchange(a, b string) error {
	if err := t.hook("exchange", b); err != nil {
		return err
	}
	return exchange(t.root, a, b)
}

// syncDir makes renames in a directory last.
func (t *Tree) syncDir(name string) {
	if f, err := t.root.Open(name); err == nil {
		f.Sync() //nolint:errcheck // some systems cannot sync a directory, and nothing depends on it there
		f.Close()
	}
}
