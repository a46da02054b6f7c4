package tree

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// The kinds of step.
const (
	stepCreate = "create" // a directory that did not exist
	stepSwap   = "swap"   // a directory is exchanged with its new version
	stepRemove = "remove" // a directory that holds nothing any more
	stepFiles  = "files"  // files one by one
)

// A step changes one directory, with those below it.
type step struct {
	Kind  string
	Dir   string   // relative to the base
	Write []string // files added or modified, relative to the base
	Drop  []string // files deleted, relative to the base

	Staged string   // where the new content stands, relative to the base
	Saved  string   // where the old content is kept, for going back
	ID     string   // swap: identity of the staged directory
	Kept   []string // swap: files of others that the staged directory holds, too, relative to Dir
}

// maxKept is how many files of others a directory may hold and still be
// exchanged whole: more, and it is hardly an output directory.
const maxKept = 4096

// plan groups the changes into as few steps as can be: one, if all of them
// lie below a directory that can be exchanged.
func (t *Tree) plan(changes Changes) []*step {
	var dirs []string
	touched := slices.Concat(changes.Added, changes.Modified, changes.Deleted)
	for _, name := range touched {
		dirs = append(dirs, path.Dir(name))
	}
	swaps := !t.noSwap && t.canExchange()
	if top := t.topMissing(commonDir(dirs)); t.whole(top, swaps) {
		dirs = []string{top}
	} else {
		for i := range dirs {
			dirs[i] = t.topMissing(dirs[i])
		}
		dirs = outermost(dirs)
	}
	steps := make([]*step, len(dirs))
	for i, dir := range dirs {
		steps[i] = &step{Dir: dir, Kind: t.kind(dir, swaps)}
	}
	place := func(names []string, list func(*step) *[]string) {
		for _, name := range names {
			for _, s := range steps {
				if within(name, s.Dir) {
					*list(s) = append(*list(s), name)
					break
				}
			}
		}
	}
	place(changes.Added, func(s *step) *[]string { return &s.Write })
	place(changes.Modified, func(s *step) *[]string { return &s.Write })
	place(changes.Deleted, func(s *step) *[]string { return &s.Drop })
	return steps
}

func (t *Tree) kind(dir string, swaps bool) string {
	switch {
	case dir != "." && !t.exists(dir):
		return stepCreate
	case t.whole(dir, swaps):
		return stepSwap
	}
	return stepFiles
}

// whole reports whether dir can be put in place in one step.
func (t *Tree) whole(dir string, swaps bool) bool {
	if dir == "." {
		return false
	}
	if !t.exists(dir) {
		return true
	}
	return swaps && t.sameDevice(dir) && !t.standingIn(dir) && t.small(dir)
}

func (t *Tree) exists(name string) bool {
	_, err := t.root.Lstat(name)
	return err == nil
}

// topMissing returns the outermost directory on the way to dir that does not
// exist yet; dir itself when it exists.
func (t *Tree) topMissing(dir string) string {
	for dir != "." {
		up := path.Dir(dir)
		if t.exists(dir) || up == "." || t.exists(up) {
			break
		}
		dir = up
	}
	return dir
}

// canExchange tries whether the file system can exchange directories.
func (t *Tree) canExchange() bool {
	a, b := workDir+"/probe-a", workDir+"/probe-b"
	if t.root.MkdirAll(a, 0o755) != nil || t.root.MkdirAll(b, 0o755) != nil {
		return false
	}
	err := exchange(t.root, a, b)
	t.root.Remove(a) //nolint:errcheck // goes with the working directory
	t.root.Remove(b) //nolint:errcheck // likewise
	return err == nil
}

func (t *Tree) sameDevice(dir string) bool {
	work, err1 := t.root.Stat(workDir)
	there, err2 := t.root.Stat(dir)
	return err1 == nil && err2 == nil && device(work) == device(there)
}

// standingIn reports whether this process stands in dir: its shell, which
// probably does too, would be left in a directory that is gone.
func (t *Tree) standingIn(dir string) bool {
	wd, err := os.Getwd()
	if err != nil {
		return true
	}
	there := filepath.Join(t.base, filepath.FromSlash(dir))
	if real, err := filepath.EvalSymlinks(there); err == nil {
		there = real
	}
	if real, err := filepath.EvalSymlinks(wd); err == nil {
		wd = real
	}
	rel, err := filepath.Rel(there, wd)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// small reports whether dir holds few enough entries to stage all of them, and
// no repository.
func (t *Tree) small(dir string) bool {
	count := 0
	err := fs.WalkDir(t.root.FS(), dir, func(_ string, entry fs.DirEntry, err error) error {
		count++
		switch {
		case err != nil:
			return err
		case count > maxKept || entry.Name() == ".git":
			return fs.ErrInvalid
		}
		return nil
	})
	return err == nil
}

// commonDir returns the innermost directory that holds all of dirs.
func commonDir(dirs []string) string {
	common := dirs[0]
	for _, dir := range dirs[1:] {
		for !within(dir, common) {
			common = path.Dir(common)
		}
	}
	return common
}

// outermost drops directories that lie below others.
func outermost(dirs []string) []string {
	slices.Sort(dirs)
	var out []string
	for _, dir := range dirs {
		if !slices.ContainsFunc(out, func(top string) bool { return within(dir, top) }) {
			out = append(out, dir)
		}
	}
	return out
}

// within reports whether name is dir or lies below it.
func within(name, dir string) bool {
	return dir == "." || name == dir || strings.HasPrefix(name, dir+"/")
}
