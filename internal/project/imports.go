package project

import (
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/emit"
	"github.com/docwright/docwright/internal/input"
)

// This file finds the user's own files that import a package that a run deletes. The
// go command would suggest to download it, as if it were of another module.

// replacements returns, for each package that the outputs no longer have, the import
// path of its like; "" if there is none.
func replacements(jobs []*job, outputs []*output) map[*module]map[string]string {
	all := map[*module]map[string]string{}
	for _, o := range outputs {
		if o.old == nil || !o.old.present {
			continue
		}
		left := packagesOf(slices.Collect(maps.Keys(o.files)))
		for dir := range packagesOf(slices.Collect(maps.Keys(o.old.Files))) {
			if left[dir] {
				continue
			}
			if all[o.mod] == nil {
				all[o.mod] = map[string]string{}
			}
			all[o.mod][o.mod.importPath(path.Join(o.dir, dir))] = o.replacement(jobs, dir)
		}
	}
	return all
}

// packagesOf returns the directories of Go files.
func packagesOf(files []string) map[string]bool {
	dirs := map[string]bool{}
	for _, name := range files {
		if path.Ext(name) == ".go" {
			dirs[path.Dir(name)] = true
		}
	}
	return dirs
}

// replacement returns the import path that stands for the package in a directory of o.
func (o *output) replacement(jobs []*job, dir string) string {
	if o.runtime {
		for _, j := range jobs {
			rest, ofFakes := strings.CutPrefix(dir, emit.NeedFakes)
			switch {
			case j.mod.root != o.mod.root:
			case !ofFakes:
				return path.Join(j.runtimePath, dir)
			case j.client.Fake:
				return j.fakePath + rest
			}
		}
		return ""
	}
	j := o.successor
	if j == nil {
		return ""
	}
	if rest, ok := strings.CutPrefix(dir, o.old.Config["package"]); ok { // the fake
		dir = j.pkg + rest
	}
	return j.mod.importPath(path.Join(j.dir, dir))
}

// staleImports reports the files that import what the outputs leave no package of.
func staleImports(jobs []*job, outputs []*output) []diag.Diagnostic {
	var diags []diag.Diagnostic
	for mod, gone := range replacements(jobs, outputs) {
		walkModule(mod.root, func(dir string, names []string) {
			for _, name := range names {
				file := filepath.Join(dir, name)
				if filepath.Ext(name) == ".go" && !Generated(file) {
					diags = append(diags, staleImportsOf(file, gone)...)
				}
			}
		})
	}
	diag.Sort(diags)
	return diags
}

// staleImportsOf reports the imports of a file that have a replacement.
func staleImportsOf(file string, gone map[string]string) []diag.Diagnostic {
	data, err := input.ReadFile(file)
	if err != nil {
		return nil
	}
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, file, data, parser.ImportsOnly)
	if err != nil {
		return nil // the compiler says so
	}
	var diags []diag.Diagnostic
	for _, spec := range tree.Imports {
		imported := strings.Trim(spec.Path.Value, "\"`")
		now, isGone := gone[imported]
		if !isGone {
			continue
		}
		at := fset.Position(spec.Path.Pos())
		d := diag.Diagnostic{
			Pos: diag.Position{File: shownPath(file), Line: at.Line, Col: at.Column}, Severity: diag.Warning, Code: "stale-import",
			Message: fmt.Sprintf("imports %s, which gen no longer generates", imported), Fix: "remove what uses it",
		}
		if now != "" {
			d.Fix = "import " + now + " instead"
		}
		diags = append(diags, d)
	}
	return diags
}
