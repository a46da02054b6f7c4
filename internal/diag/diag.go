// Package diag holds what the generator has to say about its inputs: positions,
// diagnostics, and how they are printed.
//
// Texts of diagnostics may come from documents and locks, which anybody wrote.
// Each is printed through this package, which neutralises what would act on a
// terminal, or on the log of a CI system.
package diag

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Position is a place in a file.
type Position struct {
	File string
	Line int // 1-based; 0: the file as a whole
	Col  int // 1-based, in characters; 0: the line as a whole
}

// String returns "file:line:col", or as much of it as is known.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	default:
		return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
	}
}

// Compare orders positions by file, line and column.
func (p Position) Compare(q Position) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}

// Severity tells how bad a diagnostic is.
type Severity uint8

// The severities.
const (
	Info    Severity = iota // could be better; package lint's
	Warning                 // was repaired or left out
	Error                   // ends the run
)

// String returns "info", "warning" or "error".
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	default:
		return "info"
	}
}

// MarshalText spells s as String does.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Code is the stable name of a kind of problem, e.g. "dangling-ref".
type Code string

// Diagnostic is one thing that is wrong with a document. It is an error, so that
// packages below the command return it as one.
type Diagnostic struct {
	Pos      Position
	Severity Severity
	Code     Code
	Message  string // what is wrong, one line
	Fix      string // how to fix it, one line; may be empty
}

// New returns an error with a position and a way to fix it.
func New(pos Position, code Code, fix, format string, args ...any) Diagnostic {
	return Diagnostic{Pos: pos, Severity: Error, Code: code, Message: fmt.Sprintf(format, args...), Fix: fix}
}

// From returns the diagnostics that err consists of; those without a code get the
// given one. An error of another type becomes a diagnostic without a position: it
// is a bug of the generator or a failure of the machine.
func From(err error, code Code, fix string) []Diagnostic {
	if err == nil {
		return nil
	}
	switch d := err.(type) { //nolint:errorlint // what wraps one is looked at below
	case Diagnostic:
		return []Diagnostic{d.orCode(code)}
	case *Diagnostic:
		return []Diagnostic{d.orCode(code)}
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var diags []Diagnostic
		for _, err := range joined.Unwrap() {
			diags = append(diags, From(err, code, fix)...)
		}
		return diags
	}
	if inner := errors.Unwrap(err); inner != nil {
		if _, ok := errors.AsType[Diagnostic](inner); ok {
			return From(inner, code, fix)
		}
	}
	return []Diagnostic{New(Position{}, code, fix, "%v", err)}
}

// orCode makes d an error of the given code if it has no code of its own.
func (d Diagnostic) orCode(code Code) Diagnostic {
	if d.Code == "" {
		d.Code, d.Severity = code, Error
	}
	return d
}

// Join returns diagnostics as one error; nil if there are none.
func Join(diags []Diagnostic) error {
	errs := make([]error, len(diags))
	for i, d := range diags {
		errs[i] = d
	}
	return errors.Join(errs...)
}

// Error is String.
func (d Diagnostic) Error() string { return d.String() }

// String returns "file:line:col: severity: message", and the fix on an
// indented second line. The severity is left out while d has no code.
func (d Diagnostic) String() string {
	d = d.Plain()
	var b strings.Builder
	if d.Pos.File != "" {
		b.WriteString(d.Pos.String())
		b.WriteString(": ")
	}
	if d.Code != "" {
		b.WriteString(d.Severity.String())
		b.WriteString(": ")
	}
	b.WriteString(d.Message)
	if d.Fix != "" {
		b.WriteString("\n\t")
		b.WriteString(d.Fix)
	}
	return b.String()
}

// maxText bounds the text of a diagnostic, in bytes: names of a document can be
// of any length.
const maxText = 1000

// Plain returns d as it can be shown: its texts are one line each, but for
// indented ones below a fix, and not longer than anybody reads; nothing in them,
// which may come from a hostile document, acts on a terminal or hides from a
// reader.
func (d Diagnostic) Plain() Diagnostic {
	lines := strings.Split(d.Fix, "\n\t") // of code around a problem, say
	for i := range lines {
		lines[i] = PlainLine(shorten(lines[i]))
	}
	d.Pos.File, d.Message, d.Fix = PlainLine(shorten(d.Pos.File)), PlainLine(shorten(d.Message)), strings.Join(lines, "\n\t")
	return d
}

// Sort orders diagnostics by position, and what stands at one position by
// severity, errors first; otherwise their order stays.
func Sort(diags []Diagnostic) {
	slices.SortStableFunc(diags, func(a, b Diagnostic) int {
		return cmp.Or(a.Pos.Compare(b.Pos), cmp.Compare(b.Severity, a.Severity))
	})
}

// Errors reports whether one of the diagnostics is an error.
func Errors(diags []Diagnostic) bool {
	return slices.ContainsFunc(diags, func(d Diagnostic) bool { return d.Severity == Error })
}

// Strict turns every warning into an error.
func Strict(diags []Diagnostic) {
	for i := range diags {
		diags[i].Severity = Error
	}
}
