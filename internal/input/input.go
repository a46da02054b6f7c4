// Package input opens the files that the generator reads: documents, overlays,
// settings, locks, recorded calls.
//
// A repository under review decides what stands at these paths, and may not
// make the generator read something else: a symbolic link must stay inside the
// repository, devices, pipes and sockets are refused without being opened, and
// a file has a size limit.
package input

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// MaxSize is the most that ReadFile reads, in bytes.
const MaxSize = 90_000_000

// The reasons not to read a file, beside those of package os.
var (
	ErrOutside = errors.New("a symbolic link points out of the directory")
	ErrKind    = errors.New("it is not a regular file")
	ErrSize    = errors.New("it is too large")
)

// refusal is one of the reasons above, in words.
type refusal struct {
	kind error
	text string
}

func (r *refusal) Error() string { return r.text }
func (r *refusal) Unwrap() error { return r.kind }

// Open opens the regular file at name. The error is an *fs.PathError, as that
// of os.Open, and may wrap one of the reasons of this package.
func Open(name string) (*os.File, error) {
	dir, rel, err := boundary(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	f, err := OpenIn(dir, rel)
	if at := (*fs.PathError)(nil); errors.As(err, &at) {
		at.Path = name
	}
	return f, err
}

// OpenIn opens the regular file at rel below dir, and follows no symbolic link
// out of dir.
func OpenIn(dir, rel string) (*os.File, error) {
	name := filepath.Join(dir, rel)
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	info, err := root.Stat(rel)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: reason(dir, err)}
	}
	if err := regular(info); err != nil { // opening a device may have effects
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	f, err := root.OpenFile(rel, os.O_RDONLY|nonBlocking, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: reason(dir, err)}
	}
	if info, err = f.Stat(); err == nil {
		err = regular(info) // it may be another one than just now
	}
	if err != nil {
		f.Close()
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return f, nil
}

// ReadFile reads the regular file at name, as Open finds it.
func ReadFile(name string) ([]byte, error) {
	f, err := Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, MaxSize)
}

// ReadFileIn reads the regular file at rel below dir, as OpenIn finds it.
func ReadFileIn(dir, rel string, limit int) ([]byte, error) {
	f, err := OpenIn(dir, rel)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, limit)
}

// ReadHead reads up to n bytes of the start of the regular file at name.
func ReadHead(name string, n int) ([]byte, error) {
	f, err := Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	head := make([]byte, n)
	n, err = io.ReadFull(f, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return head[:n], err
}

func readAll(f *os.File, limit int) ([]byte, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	data := make([]byte, 0, min(info.Size(), int64(limit))+512)
	for {
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := f.Read(data[len(data):min(cap(data), limit+1)])
		data = data[:len(data)+n]
		switch {
		case len(data) > limit:
			return nil, &fs.PathError{Op: "read", Path: f.Name(), Err: &refusal{ErrSize, fmt.Sprintf("it is larger than the %s that are read", bytesText(limit))}}
		case err == io.EOF:
			return data, nil
		case err != nil:
			return nil, err
		}
	}
}

func bytesText(n int) string {
	if n < 1e6 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d MB", n/1e6)
}

// ReadDir lists a directory, as os.ReadDir does. It follows no symbolic link
// out of the repository.
func ReadDir(name string) ([]os.DirEntry, error) {
	dir, rel, err := boundary(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	fail := func(err error) ([]os.DirEntry, error) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: reason(dir, err)}
	}
	info, err := root.Stat(rel)
	switch {
	case err != nil:
		return fail(err)
	case !info.IsDir():
		return fail(&refusal{ErrKind, "it is not a directory"})
	}
	f, err := root.OpenFile(rel, os.O_RDONLY|nonBlocking, 0) // it may be a pipe by now
	if err != nil {
		return fail(err)
	}
	defer f.Close()
	entries, err := f.ReadDir(-1)
	if err != nil {
		return fail(err)
	}
	slices.SortFunc(entries, func(a, b os.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// boundary returns the directory that a symbolic link at name may not leave,
// and name as seen from there: the repository or module around the working
// directory, if it contains name, or else the file's own directory.
func boundary(name string) (dir, rel string, err error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return "", "", err
	}
	wd, err := os.Getwd()
	if err != nil {
		return "", "", err
	}
	dir = Repository(wd)
	if rel, err = filepath.Rel(dir, abs); err != nil || !filepath.IsLocal(rel) {
		dir, rel = filepath.Dir(abs), filepath.Base(abs)
	}
	if abs == dir { // the root of the file system
		rel = "."
	}
	return dir, rel, nil
}

// Repository returns the directory of the git repository around dir, or else
// the Go module around it, or else dir.
func Repository(dir string) string {
	for _, mark := range []string{".git", "go.mod"} {
		for at := dir; ; at = filepath.Dir(at) {
			if _, err := os.Lstat(filepath.Join(at, mark)); err == nil {
				return at
			}
			if at == filepath.Dir(at) {
				break
			}
		}
	}
	return dir
}

// regular returns why what info describes is not read, or nil.
func regular(info fs.FileInfo) error {
	mode := info.Mode()
	what := ""
	switch {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		what = "it is a directory"
	case mode&fs.ModeNamedPipe != 0:
		what = "it is a named pipe, not a file"
	case mode&fs.ModeSocket != 0:
		what = "it is a socket, not a file"
	case mode&fs.ModeDevice != 0:
		what = "it is a device, not a file"
	default:
		what = "it is not a regular file"
	}
	return &refusal{ErrKind, what}
}

// reason is err without its path. Package os has no name for the error of a
// path that leaves its root.
func reason(dir string, err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	if strings.Contains(err.Error(), "escapes from parent") {
		return &refusal{ErrOutside, "a symbolic link leads out of " + filepath.ToSlash(dir)}
	}
	return err
}
