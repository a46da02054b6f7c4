package project

import (
	"errors"
	"fmt"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
	gomodule "golang.org/x/mod/module"

	"github.com/docwright/docwright/internal/input"
	"github.com/docwright/docwright/internal/model"
)

// module is the Go module that an output lies in.
type module struct {
	root string // absolute directory of go.mod
	path string // e.g. "github.com/docwright/docwright"
	goes string // the version on its go line, e.g. "1.24"; "" when there is none

	requires map[string]string // module → version
	replaces map[string]bool
}

// findModule returns the module that dir, which need not exist, lies in; nil
// when there is none.
func findModule(read FileReader, dir string) (*module, error) {
	for {
		name := filepath.Join(dir, "go.mod")
		data, err := read(name)
		if err == nil {
			file, err := modfile.ParseLax(name, data, nil)
			if err != nil {
				return nil, err
			}
			if file.Module == nil {
				return nil, fmt.Errorf("%s has no module line", name)
			}
			m := &module{root: dir, path: file.Module.Mod.Path, requires: map[string]string{}, replaces: map[string]bool{}}
			for _, r := range file.Require {
				m.requires[r.Mod.Path] = r.Mod.Version
			}
			for _, r := range file.Replace {
				m.replaces[r.Old.Path] = true
			}
			if file.Go != nil {
				m.goes = file.Go.Version
			}
			return m, nil
		}
		// Below a link that leads out there is no module of ours: the run is refused
		// where it would write through the link.
		if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errNotDir) && !errors.Is(err, input.ErrOutside) {
			return nil, err
		}
		up := filepath.Dir(dir)
		if up == dir {
			return nil, nil
		}
		dir = up
	}
}

// rel returns the slash path of an absolute path as seen from the module's
// root; ok is false when it lies outside.
func (m *module) rel(abs string) (string, bool) { return relativeTo(m.root, abs) }

// relativeTo returns the slash path of abs as seen from base; inside is false
// when it lies outside.
func relativeTo(base, abs string) (name string, inside bool) {
	name, err := filepath.Rel(base, abs)
	if err != nil {
		return "", false
	}
	name = filepath.ToSlash(name)
	return name, name != ".." && !strings.HasPrefix(name, "../")
}

// importPath returns the import path of a directory of the module.
func (m *module) importPath(rel string) string { return path.Join(m.path, rel) }

// badType says why name cannot name a Go type in gen.yaml, or returns "".
func badType(name string) string {
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		if slices.Contains(model.PlainTypes(), name) {
			return ""
		}
		return "is not a predeclared type of Go"
	}
	importPath, ident := name[:i], name[i+1:]
	switch err := gomodule.CheckImportPath(importPath); {
	case err != nil, importPath == "C", importPath == "unsafe":
		return "is of a package that cannot be imported"
	case !token.IsIdentifier(ident) || !token.IsExported(ident):
		return "is not the name of an exported type"
	}
	return ""
}

// packageName derives a package name from the name of a directory; "" when
// there is none in it.
func packageName(dir string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(dir) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' && b.Len() > 0 {
			b.WriteRune(r)
		}
	}
	name := b.String()
	if badPackage(name) != "" {
		return ""
	}
	return name
}

// badPackage says why name cannot name a client package, or returns "".
func badPackage(name string) string {
	switch {
	case !token.IsIdentifier(name) || name == "_":
		return "is not a Go identifier"
	case name == "main":
		return "cannot be imported"
	case name == "init" || strings.HasSuffix(name, "_test"):
		return "has a meaning of its own in Go"
	}
	return ""
}
