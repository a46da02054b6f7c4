package project

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/input"
)

// gen.lock is sorted text with an entry a line, and a reader that drops entries
// that contradict each other. So git may keep the lines of both sides when
// branches merge, and the next run settles the rest.

const attributesName = ".gitattributes"

// attributesText is what makes git merge locks line by line.
const attributesText = "gen.lock merge=union\n"

// mergeLocks writes, once, that git merges locks line by line: into .gitattributes
// of the directory that has all outputs of a module. A file there or above, up to
// the repository, that says anything about gen.lock is left alone.
func mergeLocks(jobs []*job) []diag.Diagnostic {
	var diags []diag.Diagnostic
	outputs := map[*module][]string{}
	for _, j := range jobs {
		outputs[j.mod] = append(outputs[j.mod], j.dir, j.runtimeDir)
	}
	done := map[string]bool{}
	for mod, dirs := range outputs {
		dir := filepath.Join(mod.root, filepath.FromSlash(commonParent(dirs)))
		repository := input.Repository(dir)
		if _, err := os.Lstat(filepath.Join(repository, ".git")); err != nil || done[dir] || saysHow(dir, repository) {
			continue
		}
		done[dir] = true
		name := filepath.Join(dir, attributesName)
		d := diag.Diagnostic{Pos: diag.Position{File: shownPath(name)}, Severity: diag.Info, Code: "lock"}
		d.Message, d.Fix = "now says "+strings.TrimSpace(attributesText)+", so that branches that both change a spec merge", "commit it"
		if err := appendText(name, attributesText); err != nil {
			d.Severity = diag.Warning
			d.Message, d.Fix = "cannot be written: "+err.Error(), "write "+strings.TrimSpace(attributesText)+" into it, so that branches that both change a spec merge"
		}
		diags = append(diags, d)
	}
	return diags
}

// unmergeLocks deletes what mergeLocks wrote above outputs that are gone, if no lock is
// left below it. A file that says more is left alone.
func unmergeLocks(outputs []*output) []diag.Diagnostic {
	var diags []diag.Diagnostic
	for _, o := range outputs {
		if len(o.files) > 0 {
			continue
		}
		for dir := o.dir; dir != "."; {
			dir = path.Dir(dir)
			abs := filepath.Join(o.mod.root, filepath.FromSlash(dir))
			name := filepath.Join(abs, attributesName)
			if data, err := input.ReadFile(name); err != nil || string(data) != attributesText || len(lockedDirs(abs)) > 0 {
				continue
			}
			d := diag.Diagnostic{Pos: diag.Position{File: shownPath(name)}, Severity: diag.Info, Code: "lock"}
			d.Message, d.Fix = "is deleted, because no gen.lock is left below it", "commit that"
			if err := os.Remove(name); err != nil {
				d.Severity = diag.Warning
				d.Message, d.Fix = "cannot be deleted: "+err.Error(), "delete it: no gen.lock is left below it"
			}
			diags = append(diags, d)
			if dir != "." {
				_ = os.Remove(abs) // if it is empty
			}
		}
	}
	return diags
}

// commonParent returns the innermost directory that contains all of dirs.
func commonParent(dirs []string) string {
	common := dirs[0]
	for _, dir := range dirs[1:] {
		for common != "." && dir != common && !strings.HasPrefix(dir, common+"/") {
			common = path.Dir(common)
		}
	}
	return common
}

// saysHow reports whether a .gitattributes of dir, or of a directory above up to
// the repository, is about locks.
func saysHow(dir, repository string) bool {
	for {
		if data, err := input.ReadFile(filepath.Join(dir, attributesName)); err == nil && strings.Contains(string(data), "gen.lock") {
			return true
		}
		if dir == repository || dir == filepath.Dir(dir) {
			return false
		}
		dir = filepath.Dir(dir)
	}
}

// appendText adds text to a file, or makes the file.
func appendText(name, text string) error {
	info, err := os.Lstat(name)
	switch {
	case err == nil && !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case err == nil:
		data, err := input.ReadFile(name)
		if err != nil {
			return err
		}
		if len(data) > 0 && data[len(data)-1] != '\n' {
			text = "\n" + text
		}
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
