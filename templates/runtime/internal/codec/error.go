package codec

import (
	"fmt"
	"slices"
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

// found says how much of what is there an error has next to its reason.
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

// outOfRange notes that the number at i does not fit in its Go type: kind (int,
// uint or float) and its width in bits.
func (d *decoder) outOfRange(i int, kind string, width uint) int {
	if d.failed.reason == "" {
		d.failed.found = foundNothing
	}
	end := i + 1
	for end < d.n && strings.IndexByte("+-.0123456789Ee", d.b[end]) >= 0 {
		end++
	}
	var limits string
	switch kind {
	case "int":
		high := uint64(1)<<(width-1) - 1
		limits = fmt.Sprintf("-%d to %d", high+1, high)
	case "uint":
		limits = fmt.Sprintf("0 to %d", uint64(1)<<(width-1)-1+uint64(1)<<(width-1))
	default:
		limits = "up to 1.8e308"
		if width == 32 {
			limits = "up to 3.4e38"
		}
	}
	number := cut(string(d.b[i:end]))
	return d.unfit(i, fmt.Sprintf("%s is out of the range of %s%d (%s); types: in gen.yaml sets another Go type", number, kind, width, limits))
}

// unlike notes that the number between i and end is not what it should be.
func (d *decoder) unlike(i, end int, want string) int {
	if d.failed.reason == "" {
		d.failed.found = foundNothing
	}
	return d.unfit(i, "expected "+want+", found "+cut(string(d.b[i:end])))
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

// MostReports is how many members of one document are reported that do not fit.
const MostReports = 100

// reportKept reports the members that were kept as JSON, with their paths: those are found
// out only now, because a path is not known while the outer values are decoded.
func (d *decoder) reportKept() {
	if len(d.notRead) == 0 {
		return
	}
	all := d.notRead[:min(len(d.notRead), MostReports)]
	offsets := make([]int, len(all))
	for k, e := range all {
		offsets[k] = int(e.Offset)
	}
	paths := pathsTo(d, offsets)
	for k, e := range all {
		e.Path = paths[k]
		d.report(e)
	}
}

// pathsTo returns the paths of the values at offsets, which grow. It reads the input
// once.
func pathsTo(d *decoder, offsets []int) []string {
	w := walker{d: d, offsets: offsets}
	d.depth = 0
	start := 0
	if load32(d.b, 0)&maskMark == wordMark {
		start = 3
	}
	w.walk(space(d.b, start))
	paths := make([]string, len(offsets))
	for k, path := range w.paths {
		slices.Reverse(path)
		paths[k] = (&failure{path: path}).pathString()
	}
	return paths
}

type walker struct {
	d       *decoder
	offsets []int
	paths   [][]step
	at      []step // outermost first
}

// walk passes the value at i, which is valid.
func (w *walker) walk(i int) int {
	d := w.d
	for len(w.paths) < len(w.offsets) && w.offsets[len(w.paths)] <= i {
		w.paths = append(w.paths, slices.Clone(w.at))
	}
	c := d.b[i]
	if c != '{' && c != '[' || len(w.paths) == len(w.offsets) {
		return d.skip(i)
	}
	i, more := d.enter(i, c)
	for k := 0; more && i >= 0; k++ {
		s := step{index: k}
		if c == '{' {
			var key []byte
			key, i = d.name(i)
			s = step{string(key), -1}
		}
		w.at = append(w.at, s)
		i = w.walk(i)
		w.at = w.at[:len(w.at)-1]
		i, more = d.more(i, c)
	}
	return i
}
