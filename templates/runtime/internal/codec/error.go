package codec

import (
	"fmt"
	"strconv"
	"strings"
)

// Error says where decoding stopped and why.
type Error struct {
	Path   string // of the value, e.g. "data[3].attributes.created_at"
	Offset int64
	Reason string
	Err    error // of the type that refused the value; often nil
}

// Error says what is wrong, where in the value and where in the text.
func (e *Error) Error() string {
	var s strings.Builder
	if e.Path != "" {
		s.WriteString(cut(e.Path))
		s.WriteString(": ")
	}
	s.WriteString(e.Reason)
	if e.Err != nil {
		s.WriteString(": ")
		s.WriteString(cut(e.Err.Error()))
	}
	fmt.Fprintf(&s, " (offset %d)", e.Offset)
	return s.String()
}

// cut shortens what repeats names and values of the other side, which can be of
// any length.
func cut(s string) string {
	const most = 500
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most-100], "") + "…" + strings.ToValidUTF8(s[len(s)-100:], "")
}

// Unwrap returns the error of the type that refused the value.
func (e *Error) Unwrap() error { return e.Err }

const tooDeep = "more than 10000 arrays and objects in each other"

// failure is the first error of a decode.
type failure struct {
	reason string
	found  found
	at     int
	err    error
	path   []step // innermost first
	final  bool   // another way to decode the value cannot help: it is not JSON, or a limit was reached
}

// found says how much of what is there an error tells beside its reason.
type found uint8

const (
	foundCharacter found = iota
	foundKind
	foundNothing
)

// step is a member of an object, or an element of an array.
type step struct {
	name  string
	index int // -1 for a member
}

// fail notes that the text at i is not JSON, or that a limit is reached there, and
// returns -1.
func (d *decoder) fail(i int, reason string) int {
	d.failed.final = d.failed.final || d.failed.reason == ""
	return d.unfit(i, reason)
}

// unfit notes that the value at i is not one of the type and returns -1.
func (d *decoder) unfit(i int, reason string) int {
	if d.failed.reason == "" {
		d.failed.reason, d.failed.at = reason, i
	}
	return -1
}

// mismatch notes that the value at i is not what it should be.
func (d *decoder) mismatch(i int, want string) int {
	if d.failed.reason == "" {
		d.failed.found = foundKind
	}
	return d.unfit(i, "expected "+want)
}

// refused notes that a type's own method would not have the value at i.
func (d *decoder) refused(i int, err error) int {
	if d.failed.reason == "" {
		d.failed.err, d.failed.found = err, foundNothing
	}
	return d.unfit(i, "value refused")
}

// outOfRange notes that the number at i does not fit in its Go type.
func (d *decoder) outOfRange(i int, what string) int {
	if d.failed.reason == "" {
		d.failed.found = foundNothing
	}
	return d.unfit(i, what+" out of range")
}

func (d *decoder) inMember(name string) int {
	d.failed.path = append(d.failed.path, step{name, -1})
	return -1
}

func (d *decoder) inElement(k int) int {
	d.failed.path = append(d.failed.path, step{"", k})
	return -1
}

// error makes the Error of what failed.
func (d *decoder) error() *Error {
	f := &d.failed
	e := &Error{Path: f.pathString(), Offset: int64(f.at), Reason: f.reason, Err: f.err}
	switch {
	case f.at >= d.n:
		e.Reason, e.Offset = "unexpected end of JSON", int64(d.n)
	case f.found == foundKind:
		e.Reason += ", found " + describe(d.b[f.at])
	case f.found == foundCharacter:
		e.Reason += ", found " + strconv.QuoteRune(rune(d.b[f.at]))
	}
	return e
}

func (f *failure) pathString() string {
	var b []byte
	for k := len(f.path) - 1; k >= 0; k-- {
		if s := f.path[k]; s.index >= 0 {
			b = append(strconv.AppendInt(append(b, '['), int64(s.index), 10), ']')
		} else {
			if len(b) > 0 {
				b = append(b, '.')
			}
			b = append(b, s.name...)
		}
	}
	return string(b)
}

func describe(c byte) string {
	switch {
	case c == '"':
		return "string"
	case c == '{':
		return "object"
	case c == '[':
		return "array"
	case c == 't' || c == 'f':
		return "boolean"
	case c == 'n':
		return "null"
	case c == '-' || c-'0' <= 9:
		return "number"
	}
	return strconv.QuoteRune(rune(c))
}
