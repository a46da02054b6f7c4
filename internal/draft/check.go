package draft

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/docwright/docwright/internal/exchange"
	"github.com/docwright/docwright/internal/lint"
	"github.com/docwright/docwright/internal/load"
)

// check loads and lints the spec as it is to be, and validates the exchanges
// against it. A draft that breaks the spec is not written.
func (r *Result) check(spec string) ([]load.Diagnostic, error) {
	planned := map[string][]byte{}
	for _, f := range r.Files {
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
	return nil, r.checkExchanges(spec, doc)
}

func absolute(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		return abs
	}
	return name
}

// checkExchanges validates the new exchanges. One that contradicts its operation
// is left out and noted: the page and the spec, or two parts of the page, differ.
func (r *Result) checkExchanges(spec string, doc *load.Document) error {
	existed := map[string]bool{}
	for _, o := range r.Operations {
		existed[o.ID] = o.Exists
	}
	var calls []File
	for _, f := range r.Files {
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
		if err == nil {
			continue
		}
		what := "the page's sample contradicts what the page says"
		if x != nil && existed[x.OperationID] {
			what = "the page's sample contradicts the spec"
		}
		r.Notes = append(r.Notes, fmt.Sprintf("%s is not written: %s: %v", filepath.ToSlash(f.Path), what, err))
		r.Files = slices.DeleteFunc(r.Files, func(g File) bool { return g.Path == f.Path })
	}
	return nil
}
