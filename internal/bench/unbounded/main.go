// Command unbounded copies the client of the articles and its runtime, without what
// limits the cost of decoding: the memory, what is read again, and the context. The
// benchmarks compare both.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
)

// unlimited are bodies for the functions of the codec that limit something.
var unlimited = map[string]string{
	"spend":   "{ return i }",
	"mayGoOn": "{ d.look = int(^uint(0) >> 1); return true }",
	"again":   "{}",
}

const (
	module = "github.com/docwright/docwright/internal/bench/out"
	out    = "out"
	copied = out + "/unbounded"
)

// decoder is a package that both have, because the codec's options are internal.
const decoder = `// Package decoder decodes as a client does.
package decoder

import (
	"context"

	"%s/internal/codec"
)

// Unmarshal decodes data within the limits of a call that is made with ctx.
func Unmarshal(ctx context.Context, data []byte, v any) error {
	return codec.UnmarshalWith(data, v, &codec.Options{Context: ctx})
}
`

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "unbounded:", err)
		os.Exit(1)
	}
}

func run() error {
	if err := os.RemoveAll(copied); err != nil {
		return err
	}
	for _, dir := range []string{"api", "jsonapi", "internal/codec", "articles"} {
		names, err := filepath.Glob(filepath.Join(out, dir, "*.go"))
		if err != nil || len(names) == 0 {
			return fmt.Errorf("%s has no Go files (%w)", dir, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			if dir == "internal/codec" && filepath.Base(name) == "guard.go" {
				if data, err = withoutLimits(data); err != nil {
					return err
				}
			}
			data = bytes.ReplaceAll(data, []byte(`"`+module+"/"), []byte(`"`+module+"/unbounded/"))
			if err := write(filepath.Join(copied, dir, filepath.Base(name)), data); err != nil {
				return err
			}
		}
	}
	for dir, path := range map[string]string{out: module, copied: module + "/unbounded"} {
		if err := write(filepath.Join(dir, "decoder", "decoder.go"), fmt.Appendf(nil, decoder, path)); err != nil {
			return err
		}
	}
	return nil
}

// withoutLimits replaces the bodies of the functions that limit something.
func withoutLimits(source []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "guard.go", source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	text, last, replaced := []byte{}, 0, 0
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok || unlimited[f.Name.Name] == "" {
			continue
		}
		text = append(append(text, source[last:fset.Position(f.Body.Lbrace).Offset]...), unlimited[f.Name.Name]...)
		last = fset.Position(f.Body.Rbrace).Offset + 1
		replaced++
	}
	if replaced != len(unlimited) {
		return nil, fmt.Errorf("%d of the %d functions that limit something are in guard.go", replaced, len(unlimited))
	}
	return append(text, source[last:]...), nil
}

func write(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o666)
}
