package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/docwright/docwright/internal/convert"
	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/input"
)

const convertHelp = `Convert a Swagger 2.0 document to OpenAPI 3.0, and name what the result does not
say. The result goes to --out, which must not exist.`

// convertCommand is gen convert.
func (a *app) convertCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "convert FILE [flags]",
		Short:   "Convert Swagger 2.0 to OpenAPI 3",
		Long:    convertHelp,
		Example: "  gen convert swagger.json\n  gen convert swagger.yaml --out spec/shop/openapi.json",
		Args:    oneArg("a document", 1),
		RunE: func(_ *cobra.Command, args []string) error {
			if a.Out == "" {
				a.Out = filepath.Join(filepath.Dir(args[0]), "openapi.json")
			}
			a.exit = a.convert(args[0])
			return nil
		},
	}
	c.Flags().StringVar(&a.Out, "out", "", "the `file` to write (default: openapi.json beside FILE)")
	return c
}

func (a *app) convert(name string) int {
	data, err := input.ReadFile(name)
	if err != nil {
		why := err.Error()
		if errors.Is(err, fs.ErrNotExist) {
			why = "there is no such file"
		}
		return a.refuse(name, "name a Swagger 2.0 document in YAML or JSON", "%s", why)
	}
	text, diags := convert.ToOpenAPI3(filepath.ToSlash(name), data)
	if a.Strict {
		diag.Strict(diags)
	}
	for _, d := range diags {
		a.complain(d)
	}
	if text == nil || diag.Errors(diags) {
		return exitFailed
	}
	f, err := os.OpenFile(a.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return a.refuse(a.Out, "name another file with --out", "exists")
	}
	if err == nil {
		_, err = f.Write(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return a.refuse(a.Out, "", "%v", err)
	}
	a.stdout.Write([]byte("A " + filepath.ToSlash(a.Out) + "\n")) //nolint:errcheck // as elsewhere: nobody could be told
	return exitOK
}

// refuse reports why nothing was converted.
func (a *app) refuse(file, fix, format string, args ...any) int {
	a.complain(diag.New(diag.Position{File: filepath.ToSlash(file)}, "convert", fix, format, args...))
	return exitFailed
}
