// Command bundle writes a spec of several files as one: oapi-codegen wants that.
package main

import (
	"fmt"
	"os"

	"github.com/docwright/docwright/internal/load"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: bundle SPEC OUTPUT")
		os.Exit(2)
	}
	if err := bundle(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

func bundle(spec, output string) error {
	doc, diagnostics := load.File(spec, load.Options{})
	if doc == nil {
		return fmt.Errorf("%s does not load: %v", spec, diagnostics)
	}
	data, err := doc.Bundle()
	if err != nil {
		return err
	}
	return os.WriteFile(output, data, 0o666)
}
