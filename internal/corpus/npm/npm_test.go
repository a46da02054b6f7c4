package npm

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// archived makes the archive of a package, and the package with its hash.
func archived(t *testing.T, headers ...tar.Header) ([]byte, Package) {
	t.Helper()
	var b bytes.Buffer
	packed := gzip.NewWriter(&b)
	w := tar.NewWriter(packed)
	for _, h := range headers {
		text := h.Name
		if h.Typeflag == tar.TypeReg {
			h.Size = int64(len(text))
		}
		h.Mode = 0o644
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			if _, err := w.Write([]byte(text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	sum := sha512.Sum512(b.Bytes())
	return b.Bytes(), Package{Name: "@a/docs", Version: "1.0.0", Integrity: "sha512-" + base64.StdEncoding.EncodeToString(sum[:]), Files: "package/api"}
}

func file(name string) tar.Header { return tar.Header{Typeflag: tar.TypeReg, Name: name} }

func TestUnpack(t *testing.T) {
	archive, p := archived(t, file("package/package.json"), file("package/api/a.json"), file("package/api/b/c.json"), file("package/apiary.json"),
		tar.Header{Typeflag: tar.TypeSymlink, Name: "package/api/link", Linkname: "/etc/passwd"}, file("package/api/../../../evil.json"))
	dir := t.TempDir()
	if err := p.Unpack(archive, filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	var names []string
	err := filepath.WalkDir(dir, func(name string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			rel, _ := filepath.Rel(dir, name)
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	})
	if got := strings.Join(names, " "); err != nil || got != "out/package/api/a.json out/package/api/b/c.json" {
		t.Errorf("unpacked %s, %v", got, err)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "out/package/api/b/c.json")); err != nil || string(data) != "package/api/b/c.json" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestUnpackRefuses(t *testing.T) {
	archive, p := archived(t, file("package/api/a.json"))
	climbing, q := archived(t, tar.Header{Typeflag: tar.TypeReg, Name: "package/api"}, file("package/api/a.json"))
	for _, c := range []struct {
		name    string
		archive []byte
		p       Package
		want    string
	}{
		{"changed", append(bytes.Clone(archive), 0), p, "@a/docs@1.0.0 is not the archive that was pinned: it has the hash sha512-"},
		{"nothing wanted", archive, Package{Name: p.Name, Version: p.Version, Integrity: p.Integrity, Files: "package/docs"}, "@a/docs@1.0.0: holds no package/docs"},
		{"file as directory", climbing, q, "@a/docs@1.0.0: mkdirat package/api: "},
	} {
		dir := filepath.Join(t.TempDir(), "out")
		err := c.p.Unpack(c.archive, dir)
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v\nwant %s", c.name, err, c.want)
		}
		if _, err := os.Stat(dir); c.name == "changed" && err == nil {
			t.Error("a changed archive was unpacked")
		}
	}
}

// TestFetch holds what is said where npm is not there or does not get through,
// and that what was fetched is not fetched again.
func TestFetch(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a shell script stands for npm")
	}
	archive, p := archived(t, file("package/api/a.json"))
	bin, cache := t.TempDir(), t.TempDir()
	said := ""
	fetch := func() (string, error) { return p.Fetch(cache, func(s string) { said += s + "\n" }) }
	npm := func(script string) {
		if err := os.WriteFile(filepath.Join(bin, "npm"), []byte("#!/bin/sh\n"+script), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	path := os.Getenv("PATH")
	t.Setenv("PATH", bin)
	if _, err := fetch(); err == nil || err.Error() != "@a/docs@1.0.0 cannot be fetched: npm is not installed\n\tinstall Node, or name a directory of documents: make corpus CORPUS=dir" {
		t.Error(err)
	}
	npm("echo no network >&2; exit 1")
	if _, err := fetch(); err == nil || err.Error() != "@a/docs@1.0.0 cannot be fetched: npm pack: exit status 1: no network\n\tis there a network? without one, name a directory of documents: make corpus CORPUS=dir" {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "archive"), archive, 0o666); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+path)
	npm(`[ "$*" = "pack --loglevel=error --fetch-retries=1 @a/docs@1.0.0" ] && cp "` + filepath.Join(bin, "archive") + `" a-docs-1.0.0.tgz`)
	said = ""
	for range 2 {
		got, err := fetch()
		if want := filepath.Join(cache, "a-docs-1.0.0", "package", "api"); err != nil || got != want {
			t.Errorf("%s, %v", got, err)
		}
		if _, err := os.Stat(filepath.Join(got, "a.json")); err != nil {
			t.Error(err)
		}
	}
	if want := "fetching @a/docs@1.0.0 into " + filepath.Join(cache, "a-docs-1.0.0") + "\n"; said != want {
		t.Errorf("said %q, want %q", said, want)
	}
	if left, _ := filepath.Glob(filepath.Join(cache, "npm*")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}
