package project

import (
	"errors"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/lock"
	"github.com/docwright/docwright/internal/tree"
)

// oldLock is the lock of an earlier run.
type oldLock struct {
	*lock.Lock
	present  bool
	data     []byte
	problems []lock.Problem
	file     string   // absolute path
	lost     bool     // there are generated files, and no lock
	moved    *oldLock // of the client that this one replaces, if this one has no lock; nil for none
}

// readLock reads the lock that stands at name below dir.
func (p *Project) readLock(dir, name string) *oldLock {
	return readLockOf(p.readFile(), dir, name)
}

func readLockOf(read FileReader, dir, name string) *oldLock {
	l := &oldLock{file: filepath.Join(dir, filepath.FromSlash(name))}
	data, err := read(l.file)
	l.Lock, l.problems = lock.Parse(data)
	switch {
	case err == nil:
		l.present, l.data = true, data
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotDir):
		files, _ := filepath.Glob(filepath.Join(filepath.Dir(l.file), "*.go"))
		l.lost = slices.ContainsFunc(files, Generated)
	case errors.Is(err, input.ErrOutside): // the run is refused where it would write through that link
	default:
		l.problems = append(l.problems, lock.Problem{Message: err.Error()})
	}
	return l
}

// Generated reports whether a file carries the generator's marker.
func Generated(name string) bool {
	head, err := input.ReadHead(name, 2048)
	return err == nil && tree.Marked(head)
}

// kept returns the lock that has what is to be kept.
func (l *oldLock) kept() *lock.Lock {
	if !l.present && l.moved != nil {
		return l.moved.Lock
	}
	return l.Lock
}

// names returns the names to keep.
func (l *oldLock) names() map[string]string {
	if !l.present && l.moved == nil {
		return nil
	}
	return l.kept().Names
}

// held returns which types fields hold by pointer.
func (l *oldLock) held() map[string]string {
	if !l.present && l.moved == nil {
		return nil
	}
	return l.kept().Held
}

// owned lists what earlier runs wrote; nil when the lock cannot tell.
func (l *oldLock) owned() []string {
	if !l.present || len(l.problems) > 0 {
		return nil
	}
	return append(slices.Sorted(maps.Keys(l.Files)), lock.Name)
}

// warnings explains a lock that could not be taken as it stood.
func (l *oldLock) warnings() []diag.Diagnostic {
	const again = "gen rewrites it from the spec; names that are still known stay as they are"
	warning := diag.Diagnostic{Severity: diag.Warning, Code: "lock", Fix: again}
	warning.Pos.File = shownPath(l.file)
	if !l.present && l.lost {
		warning.Message = "is missing: Go names are given as if for the first time"
		warning.Fix = "restore it from version control if names change, and commit it with the output"
		return []diag.Diagnostic{warning}
	}
	var diags []diag.Diagnostic
	for _, p := range l.problems {
		warning.Pos.Line, warning.Message = p.Line, p.Message
		diags = append(diags, warning)
	}
	return diags
}
