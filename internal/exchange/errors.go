package exchange

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
)

// Position is a place in an exchange or a spec file.
type Position = diag.Position

// Error is a problem of an exchange and a way to fix it.
type Error = diag.Diagnostic

// Errors lists the problems of one or more exchanges in the order of their positions.
type Errors []*Error

// Error returns the problems one after another.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, problem := range e {
		lines[i] = problem.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find a single problem.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, problem := range e {
		all[i] = problem
	}
	return all
}

// err returns the sorted problems, or a nil error when there are none.
func (e Errors) err() error {
	if len(e) == 0 {
		return nil
	}
	slices.SortStableFunc(e, func(a, b *Error) int {
		if c := strings.Compare(a.Pos.File, b.Pos.File); c != 0 {
			return c
		}
		if a.Pos.Line != b.Pos.Line {
			return a.Pos.Line - b.Pos.Line
		}
		return a.Pos.Col - b.Pos.Col
	})
	return e
}
