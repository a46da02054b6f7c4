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

func main() {
	paths, err := npm.Corpus(func(s string) { fmt.Fprintln(os.Stderr, s) })
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprintln(os.Stdout, strings.Join(paths, string(filepath.ListSeparator)))
}
