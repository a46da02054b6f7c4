package draft

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/docwright/docwright/internal/exchange"
	"github.com/docwright/docwright/internal/lint"
	"github.com/docwright/docwright/internal/load"
)

// check loads and lints the spec as it is to be, and validates the exchanges
// against it. A draft that breaks the spec is not written.
func check(spec string, files []File) ([]load.Diagnostic, error) {
	planned := map[string][]byte{}
	for _, f := range files {
		planned[absolute(f.Path)] = f.New
	}
	readFile := func(name string) ([]byte, error) {
		if data, ok := planned[absolute(name)]; ok {
			return data, nil
		}
		return os.ReadFile(name)
	}
	doc, diags := load.File(spec, load.Options{ReadFile: readFile})
	if load.Errors(diags) || doc == nil {
		return diags, fmt.Errorf("the draft would break %s", filepath.ToSlash(spec))
	}
	findings, _ := lint.Check(lint.Input{Doc: doc, Reported: diags}, lint.Options{})
	if load.Errors(findings) {
		return findings, fmt.Errorf("the draft would break %s", filepath.ToSlash(spec))
	}
	return nil, checkExchanges(spec, doc, files)
}

func absolute(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return name
}

func checkExchanges(spec string, doc *load.Document, files []File) error {
	var calls []File
	for _, f := range files {
		if filepath.Ext(f.Path) == ".txtar" && f.Old == nil {
			calls = append(calls, f)
		}
	}
	if len(calls) == 0 {
		return nil
	}
	bundle, err := doc.Bundle()
	if err != nil {
		return fmt.Errorf("the draft would break %s: %w", filepath.ToSlash(spec), err)
	}
	known, err := exchange.ParseSpec(spec, bundle)
	if err != nil {
		return fmt.Errorf("the draft would break %s: %w", filepath.ToSlash(spec), err)
	}
	for _, f := range calls {
		x, err := exchange.Parse(filepath.ToSlash(f.Path), f.New)
		if err == nil {
			err = exchange.Validate(known, x)
		}
		if err != nil {
			return fmt.Errorf("the drafted exchange does not match the drafted operation: %w", err)
		}
	}
	return nil
}
