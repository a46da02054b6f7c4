package load

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
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

// Diagnostic is one thing that is wrong with a document.
type Diagnostic struct {
	Pos      Position
	Severity Severity
	Code     string // stable name of the kind of problem, e.g. "dangling-ref"
	Message  string // what is wrong, one line
	Fix      string // how to fix it, one line; may be empty
}

// String returns "file:line:col: severity: message", and the fix on an
// indented second line.
func (d Diagnostic) String() string {
	d = d.Plain()
	var b strings.Builder
	if d.Pos.File != "" {
		b.WriteString(d.Pos.String())
		b.WriteString(": ")
	}
	b.WriteString(d.Severity.String())
	b.WriteString(": ")
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
		lines[i] = plain(lines[i])
	}
	d.Pos.File, d.Message, d.Fix = plain(d.Pos.File), plain(d.Message), strings.Join(lines, "\n\t")
	return d
}

// plain escapes what cannot be printed, and takes out the middle of long texts.
func plain(s string) string {
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText*3/4], "") + " … " + strings.ToValidUTF8(s[len(s)-maxText/5:], "")
	}
	if strings.IndexFunc(s, unprintable) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unprintable(r) {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func unprintable(r rune) bool { return !strconv.IsPrint(r) && r != '\t' && r != '\u00a0' }

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

// perCode bounds how many diagnostics of one kind are kept: a hostile document
// has a million.
const perCode = 1000

// report collects diagnostics.
type report struct {
	diags []Diagnostic
	count map[string]int
}

func (r *report) add(d Diagnostic) {
	if r.count == nil {
		r.count = map[string]int{}
	}
	r.count[d.Code]++
	if r.count[d.Code] <= perCode {
		r.diags = append(r.diags, d)
	}
}

func (r *report) warn(pos Position, code, fix, format string, args ...any) {
	r.add(Diagnostic{Pos: pos, Severity: Warning, Code: code, Message: fmt.Sprintf(format, args...), Fix: fix})
}

func (r *report) fail(pos Position, code, fix, format string, args ...any) {
	r.add(Diagnostic{Pos: pos, Severity: Error, Code: code, Message: fmt.Sprintf(format, args...), Fix: fix})
}

// finish returns what was collected, sorted, with a line for what was too much.
func (r *report) finish(strict bool) []Diagnostic {
	if strict {
		Strict(r.diags)
	}
	Sort(r.diags)
	r.diags = slices.Compact(r.diags) // an alias or an overlay puts one place of a file into many of the tree
	var codes []string
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
