package load

import (
	"fmt"
	"slices"

	"github.com/docwright/docwright/internal/diag"
)

type (
	// Position is diag's.
	Position = diag.Position
	// Severity is diag's.
	Severity = diag.Severity
	// Diagnostic is diag's.
	Diagnostic = diag.Diagnostic
	// Code is diag's.
	Code = diag.Code
)

// The severities.
const (
	Info    = diag.Info
	Warning = diag.Warning
	Error   = diag.Error
)

// Sort is diag.Sort.
func Sort(diags []Diagnostic) { diag.Sort(diags) }

// Errors is diag.Errors.
func Errors(diags []Diagnostic) bool { return diag.Errors(diags) }

// Strict is diag.Strict.
func Strict(diags []Diagnostic) { diag.Strict(diags) }

// perCode bounds how many diagnostics of one kind are kept: a hostile document
// has a million.
const perCode = 1000

// report collects diagnostics.
type report struct {
	diags []Diagnostic
	count map[diag.Code]int
}

func (r *report) add(d Diagnostic) {
	if r.count == nil {
		r.count = map[diag.Code]int{}
	}
	r.count[d.Code]++
	if r.count[d.Code] <= perCode {
		r.diags = append(r.diags, d)
	}
}

func (r *report) warn(pos Position, code diag.Code, fix, format string, args ...any) {
	r.add(Diagnostic{Pos: pos, Severity: Warning, Code: code, Message: fmt.Sprintf(format, args...), Fix: fix})
}

func (r *report) fail(pos Position, code diag.Code, fix, format string, args ...any) {
	r.add(Diagnostic{Pos: pos, Severity: Error, Code: code, Message: fmt.Sprintf(format, args...), Fix: fix})
}

// finish returns what was collected, sorted, with a line for what was too much.
func (r *report) finish(strict bool) []Diagnostic {
	if strict {
		Strict(r.diags)
	}
	Sort(r.diags)
	r.diags = slices.Compact(r.diags) // an alias or an overlay puts one place of a file into many of the tree
	var codes []diag.Code
	for code, n := range r.count {
		if n > perCode {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	for _, code := range codes {
		more := Diagnostic{Pos: Position{File: r.diags[0].Pos.File}, Severity: Warning, Code: code, Message: fmt.Sprintf("%d more %s diagnostics are not shown", r.count[code]-perCode, code)}
		r.diags = append(r.diags, more)
	}
	return r.diags
}
