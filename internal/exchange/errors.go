package exchange

import (
	"fmt"
	"slices"
	"strings"
)

// Position is a place in an exchange or a spec file.
type Position struct {
	File      string
	Line, Col int // 1-based; 0 when only the file is known
}

// String returns the position as file:line:col.
func (p Position) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Error is a problem of an exchange and the way out of it.
type Error struct {
	Pos     Position
	Message string
	Fix     string
}

// Error returns "file:line:col: what", and the fix on an indented second line.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: %s\n\t%s", e.Pos, e.Message, e.Fix)
}

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
