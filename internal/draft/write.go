package draft

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
)

// Write writes the planned files, all or none: each is written next to its
// place first, and what was renamed is restored if a later rename fails.
func Write(files []File) error {
	var staged []string
	defer func() {
		for _, name := range staged {
			os.Remove(name) //nolint:errcheck // most are renamed by now
		}
	}()
	for _, f := range files {
		if bytes.Equal(f.Old, f.New) && f.Old != nil {
			staged = append(staged, "")
			continue
		}
		name, err := stage(f)
		if err != nil {
			return err
		}
		staged = append(staged, name)
	}
	for i, f := range files {
		if staged[i] == "" {
			continue
		}
		if err := os.Rename(staged[i], f.Path); err != nil {
			restore(files[:i])
			return fmt.Errorf("cannot write %s: %w", filepath.ToSlash(f.Path), err)
		}
	}
	return nil
}

func stage(f File) (string, error) {
	dir := filepath.Dir(f.Path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", fmt.Errorf("cannot make %s: %w", filepath.ToSlash(dir), err)
	}
	tmp, err := os.CreateTemp(dir, ".draft-*")
	if err != nil {
		return "", fmt.Errorf("cannot write to %s: %w", filepath.ToSlash(dir), err)
	}
	_, err = tmp.Write(f.New)
	mode := os.FileMode(0o644)
	if info, statErr := os.Stat(f.Path); statErr == nil {
		mode = info.Mode().Perm()
	}
	if e := tmp.Chmod(mode); err == nil {
		err = e
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		os.Remove(tmp.Name()) //nolint:errcheck // the first error is reported
		return "", fmt.Errorf("cannot write %s: %w", filepath.ToSlash(f.Path), err)
	}
	return tmp.Name(), nil
}

func restore(files []File) {
	for _, f := range files {
		if f.Old == nil {
			os.Remove(f.Path) //nolint:errcheck // the first error is reported
		} else {
			os.WriteFile(f.Path, f.Old, 0o644) //nolint:errcheck // the first error is reported
		}
	}
}
