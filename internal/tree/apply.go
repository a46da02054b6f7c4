package tree

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
)

const journalName = workDir + "/journal"

// Apply brings the outputs to what they should hold, or leaves them as they
// were and says why.
func (t *Tree) Apply(outputs ...Output) (Changes, error) {
	changes, err := diff(t.root, outputs)
	if err != nil || changes.Empty() {
		return changes, err
	}
	content := map[string][]byte{}
	for _, out := range outputs {
		for name, data := range out.Files {
			content[path.Join(out.Dir, name)] = data
		}
	}
	steps := t.plan(changes)
	if err := t.stageAll(steps, content); err != nil {
		return Changes{}, errors.Join(untouched(err), t.clean())
	}
	for i, s := range steps {
		if err := t.run(s); err != nil {
			// The step itself may have come half way: undoing it is safe.
			if undo := t.undo(steps[:i+1]); undo != nil {
				return Changes{}, fmt.Errorf("%w (going back failed, too; the next run of gen finishes this one: %w)", err, undo)
			}
			return Changes{}, errors.Join(untouched(err), t.clean())
		}
	}
	for _, s := range steps {
		t.syncDir(path.Dir(s.Dir))
	}
	return changes, t.clean()
}

func untouched(err error) error {
	return fmt.Errorf("%w; nothing was changed", err)
}

// stageAll prepares everything, so that only renames are left, and writes the
// journal. From then on a killed run is finished by the next.
func (t *Tree) stageAll(steps []*step, content map[string][]byte) error {
	// Whatever happens, version control does not see the working directory.
	if err := t.write(workDir+"/.gitignore", []byte("*\n"), 0o644); err != nil {
		return err
	}
	for i, s := range steps {
		s.Staged, s.Saved = stagedDir(i), savedDir(i)
		if err := t.stage(s, content); err != nil {
			return err
		}
	}
	journal, err := json.MarshalIndent(steps, "", "\t")
	if err != nil {
		return err
	}
	if err := t.write(journalName+".new", t.sealJournal(journal), 0o600); err != nil {
		return err
	}
	if err := t.sync(); err != nil {
		return err
	}
	if err := t.rename(journalName+".new", journalName); err != nil {
		return err
	}
	t.syncDir(workDir)
	return nil
}

// stagedDir and savedDir are the directories of a step's new and old content.
func stagedDir(i int) string { return path.Join(workDir, "new", strconv.Itoa(i)) }
func savedDir(i int) string  { return path.Join(workDir, "old", strconv.Itoa(i)) }

func (t *Tree) stage(s *step, content map[string][]byte) error {
	for _, dir := range []string{path.Dir(s.Staged), path.Dir(s.Saved)} {
		if err := t.mkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if s.Kind == stepFiles {
		return t.stageFiles(s, content)
	}
	perm := fs.FileMode(0o755)
	if info, err := t.root.Stat(s.Dir); err == nil {
		perm = info.Mode().Perm()
	}
	if err := t.mkdirAll(s.Staged, perm); err != nil {
		return err
	}
	if s.Kind == stepSwap {
		err := t.stageKept(s)
		if cannotLink(err) {
			s.Kind, s.Kept = stepFiles, nil
			return errors.Join(t.root.RemoveAll(s.Staged), t.stageFiles(s, content))
		}
		if err != nil {
			return err
		}
	}
	for _, name := range s.Write {
		if err := t.stageFile(name, s.staged(name), content[name]); err != nil {
			return err
		}
	}
	for _, name := range s.Drop {
		t.removeEmpty(path.Dir(s.staged(name)), s.Staged)
	}
	entries, err := fs.ReadDir(t.root.FS(), s.Staged)
	if err != nil {
		return err
	}
	if s.Kind == stepSwap && len(entries) == 0 {
		s.Kind = stepRemove
		return nil
	}
	info, err := t.root.Stat(s.Staged)
	if err != nil {
		return err
	}
	s.ID = identity(info)
	t.syncDir(s.Staged)
	return nil
}

// staged returns where the new version of a file of s stands.
func (s *step) staged(name string) string { return path.Join(s.Staged, rel(s.Dir, name)) }

func (s *step) saved(name string) string { return path.Join(s.Saved, rel(s.Dir, name)) }

// rel returns name as seen from dir, which holds it.
func rel(dir, name string) string {
	if dir == "." {
		return name
	}
	return name[len(dir)+1:]
}

// stageFile writes the new version of a file, with the old one's permissions.
func (t *Tree) stageFile(name, staged string, data []byte) error {
	perm := fs.FileMode(0o644)
	if info, err := t.root.Stat(name); err == nil {
		perm = info.Mode().Perm()
	}
	if err := t.mkdirAll(path.Dir(staged), 0o755); err != nil {
		return err
	}
	return t.write(staged, data, perm)
}

// stageKept fills the staged directory with links to all that does not change.
func (t *Tree) stageKept(s *step) error {
	changing := map[string]bool{}
	for _, name := range slices.Concat(s.Write, s.Drop) {
		changing[name] = true
	}
	return fs.WalkDir(t.root.FS(), s.Dir, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil || name == s.Dir || changing[name]:
			return err
		case entry.IsDir():
			info, err := entry.Info()
			if err != nil {
				return err
			}
			return t.mkdirAll(s.staged(name), info.Mode().Perm())
		}
		s.Kept = append(s.Kept, rel(s.Dir, name))
		return t.link(name, s.staged(name))
	})
}

// stageFiles prepares new versions, and links to the old ones for going back.
func (t *Tree) stageFiles(s *step, content map[string][]byte) error {
	for _, name := range s.Write {
		if err := t.stageFile(name, s.staged(name), content[name]); err != nil {
			return err
		}
	}
	for _, name := range slices.Concat(s.Write, s.Drop) {
		if !t.exists(name) {
			continue
		}
		if err := t.mkdirAll(path.Dir(s.saved(name)), 0o755); err != nil {
			return err
		}
		err := t.link(name, s.saved(name))
		if cannotLink(err) {
			var data []byte
			if data, err = t.root.ReadFile(name); err == nil {
				err = t.stageFile(name, s.saved(name), data)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// cannotLink reports whether a link failed: to another user's file, or on a
// file system without links.
func cannotLink(err error) bool {
	noLink := (*os.LinkError)(nil)
	return errors.As(err, &noLink)
}

// run does a step; done again, it does what is left of it.
func (t *Tree) run(s *step) error {
	switch s.Kind {
	case stepCreate:
		if !t.exists(s.Staged) {
			return nil
		}
		if err := t.mkdirAll(path.Dir(s.Dir), 0o755); err != nil {
			return err
		}
		return t.rename(s.Staged, s.Dir)
	case stepRemove:
		if t.exists(s.Saved) || !t.exists(s.Dir) {
			return nil
		}
		if err := t.rename(s.Dir, s.Saved); err != nil {
			return err
		}
		t.removeEmpty(path.Dir(s.Dir), ".")
		return nil
	case stepSwap:
		if !t.swapped(s) {
			if err := t.exchange(s.Staged, s.Dir); err != nil {
				return err
			}
		}
		return t.carryOver(s, s.Staged, s.Dir)
	}
	return t.runFiles(s)
}

func (t *Tree) runFiles(s *step) error {
	for _, name := range s.Drop { // first, for a file system may not tell Pet.go from pet.go
		if err := t.remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for _, name := range s.Write {
		if !t.exists(s.staged(name)) {
			continue
		}
		if err := t.mkdirAll(path.Dir(name), 0o755); err != nil {
			return err
		}
		if err := t.rename(s.staged(name), name); err != nil {
			return err
		}
	}
	for _, name := range s.Drop {
		t.removeEmpty(path.Dir(name), ".")
	}
	return nil
}

// swapped reports whether the staged directory is already in place.
func (t *Tree) swapped(s *step) bool {
	info, err := t.root.Stat(s.Dir)
	return err == nil && identity(info) == s.ID
}

// undo takes steps back, the last one first.
func (t *Tree) undo(steps []*step) error {
	var errs []error
	for _, s := range slices.Backward(steps) {
		switch s.Kind {
		case stepCreate:
			if !t.exists(s.Staged) {
				errs = append(errs, t.root.Rename(s.Dir, s.Staged))
			}
			t.removeEmpty(path.Dir(s.Dir), ".")
		case stepRemove:
			if t.exists(s.Saved) {
				errs = append(errs, t.root.MkdirAll(path.Dir(s.Dir), 0o755), t.root.Rename(s.Saved, s.Dir))
			}
		case stepSwap:
			if t.swapped(s) {
				errs = append(errs, exchange(t.root, s.Staged, s.Dir), t.carryOver(s, s.Staged, s.Dir))
			}
		case stepFiles:
			errs = append(errs, t.undoFiles(s))
		}
	}
	return errors.Join(errs...)
}

func (t *Tree) undoFiles(s *step) error {
	var errs []error
	for _, name := range slices.Concat(s.Write, s.Drop) {
		switch {
		case t.exists(s.saved(name)):
			errs = append(errs, t.root.MkdirAll(path.Dir(name), 0o755), t.root.Rename(s.saved(name), name))
		case !t.exists(s.staged(name)): // it was new
			errs = append(errs, t.root.Remove(name))
			fallthrough
		default:
			t.removeEmpty(path.Dir(name), ".")
		}
	}
	return errors.Join(errs...)
}

// carryOver brings over what others did in the old directory between its
// staging and the exchange: files written meanwhile, replaced or deleted.
func (t *Tree) carryOver(s *step, old, current string) error {
	ours := map[string]bool{}
	for _, name := range slices.Concat(s.Write, s.Drop) {
		ours[rel(s.Dir, name)] = true
	}
	kept := map[string]bool{}
	for _, name := range s.Kept {
		kept[name] = true
		if there := path.Join(current, name); !t.exists(path.Join(old, name)) && t.exists(there) {
			if err := t.root.Remove(there); err != nil {
				return err
			}
		}
	}
	return fs.WalkDir(t.root.FS(), old, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || name == old || entry.IsDir() {
			return err
		}
		at := rel(old, name)
		there := path.Join(current, at)
		before, err := t.root.Lstat(name)
		if err != nil {
			return err
		}
		after, err := t.root.Lstat(there)
		switch {
		case ours[at]:
			return nil
		case err != nil && kept[at]: // deleted since
			return nil
		case err == nil && (os.SameFile(before, after) || after.ModTime().After(before.ModTime())):
			return nil
		}
		return errors.Join(t.root.MkdirAll(path.Dir(there), 0o755), t.root.Rename(name, there))
	})
}

// removeEmpty removes dir and the directories above it, up to but without
// stop, as long as they are empty.
func (t *Tree) removeEmpty(dir, stop string) {
	for dir != stop && dir != "." && t.root.Remove(dir) == nil {
		dir = path.Dir(dir)
	}
}

// recover finishes what a killed run had begun. Without a journal nothing had
// changed yet.
func (t *Tree) recover() error {
	steps, err := t.readJournal()
	if err != nil {
		return err
	}
	for _, s := range steps {
		if err := t.run(s); err != nil {
			return &Error{
				Path:    journalName,
				Message: fmt.Sprintf("a run of gen was killed, and finishing it fails: %v", err),
				Fix:     "restore " + s.Dir + " from version control, remove " + workDir + " and run gen again",
			}
		}
		t.Recovered = append(t.Recovered, slices.Concat(s.Write, s.Drop)...)
	}
	slices.Sort(t.Recovered)
	return t.clean()
}
