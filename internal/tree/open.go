package tree

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
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

	unsynced []string // files whose bytes may not be on the disk yet

	before func(op, name string) error // tests: called before each change on disk
	noSwap bool                        // tests: rename file by file
}

// Open takes hold of base and finishes what a killed run had begun. While
// another run holds it, waiting is called once, and Open waits a little.
func Open(base string, waiting func()) (*Tree, error) {
	root, err := os.OpenRoot(base)
	if err != nil {
		return nil, err
	}
	t := &Tree{root: root, base: base}
	if err := t.takeLock(waiting); err != nil {
		root.Close()
		return nil, err
	}
	if err := t.recover(); err != nil {
		t.lock.Close() // leaves the journal for a later run
		root.Close()
		return nil, err
	}
	return t, nil
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
	if err := t.root.Mkdir(workDir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return false, err
	}
	if info, err := t.root.Lstat(workDir); err == nil && !info.IsDir() {
		return false, &Error{Path: workDir, Message: "is in the way of gen's working directory", Fix: "remove it"}
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
		err = errors.Join(t.root.Remove(workDir+"/lock"), t.root.Remove(workDir))
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
