// Package limit ends the work of libraries that take exponential time on some
// small documents. They cannot be interrupted: what exceeds its time goes on in
// the background until the process ends, and its result is not used. Only
// commands that end soon may use this package, not servers.
package limit

import (
	"fmt"
	"time"
)

// The time that a library gets for a document: a part of the budget of a small
// document, and more for a large one.
const (
	base    = 600 * time.Millisecond
	perByte = 5 * time.Microsecond
)

// began is when the process did.
var began = time.Now()

// For is the time for documents of so many bytes.
func For(bytes int) time.Duration { return base + time.Duration(bytes)*perByte }

// MaxDepth is how deep the values of a document may nest that a library gets. Some
// take the square of the depth. The deepest of 300 real documents has 34.
const MaxDepth = 300

// Error reports a library that did not finish, or that was not asked at all.
type Error struct {
	Library string
	After   time.Duration
	Depth   int // of the document, if it is too deep
	Pairs   int // of alternatives, if they are too many
}

// Error says which library took longer than what.
func (e *Error) Error() string {
	if e.Depth > 0 {
		return fmt.Sprintf("%s is not given values that nest more than %d deep: the document's nest %d deep", e.Library, MaxDepth, e.Depth)
	}
	if e.Pairs > 0 {
		return fmt.Sprintf("%s is not given unions that together have more than %d pairs of alternatives", e.Library, maxPairs)
	}
	return fmt.Sprintf("%s did not finish within %v: the document's schemas refer to each other in too many ways", e.Library, e.After.Round(100*time.Millisecond))
}

// Run calls f and returns its result, or an *Error if f is not done in time. A
// panic of f becomes an error.
func Run[T any](library string, bytes int, f func() (T, error)) (T, error) {
	return run(library, For(bytes), f)
}

func run[T any](library string, wait time.Duration, f func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if e := recover(); e != nil {
				r.err = fmt.Errorf("%s failed on this document: %v", library, e)
			}
			done <- r
		}()
		r.value, r.err = f()
	}()
	start, used := time.Now(), processorTime()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case r := <-done:
			return r.value, r.err
		case <-timer.C:
			took := processorTime() - used
			if took >= wait || time.Since(start) >= patience*wait {
				var zero T
				return zero, &Error{Library: library, After: wait}
			}
			timer.Reset(max(wait-took, time.Millisecond))
		}
	}
}

// patience is how many times as long as it may compute a library may take on a busy
// machine, where it hardly gets a processor.
const patience = 20

// CheckDepth returns an *Error if the values of a JSON text nest too deep.
func CheckDepth(library string, text []byte) error {
	if depth := Depth(text); depth > MaxDepth {
		return &Error{Library: library, Depth: depth}
	}
	return nil
}

// Depth is how deep the values of a JSON text nest.
func Depth(text []byte) int {
	depth, most, quoted := 0, 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
			most = max(most, depth)
		case c == '}' || c == ']':
			depth--
		}
	}
	return most
}

// Size is the length of a JSON text without its indentation, which grows with the
// square of its depth.
func Size(text []byte) int {
	n := 0
	for _, c := range text {
		if c > ' ' {
			n++
		}
	}
	return n
}

// Some libraries compare each alternative of a union with all others. Unions that are
// larger than smallUnion may have maxPairs together.
const (
	smallUnion = 50
	maxPairs   = 100_000
)

// CheckUnions returns an *Error if the unions of a JSON text have too many
// alternatives that are not references.
func CheckUnions(library string, text []byte) error {
	type open struct {
		union, ref   bool
		alternatives int
	}
	var stack []open
	pairs, key := 0, ""
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '"':
			start := i + 1
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			key = string(text[start:min(i, len(text), start+16)])
			if n := len(stack); n > 0 && key == "$ref" {
				stack[n-1].ref = true
			}
		case '{', '[':
			stack = append(stack, open{union: c == '[' && (key == "oneOf" || key == "anyOf")})
			key = ""
		case '}', ']':
			n := len(stack) - 1
			if n < 0 {
				return nil
			}
			closed := stack[n]
			stack = stack[:n]
			if closed.alternatives > smallUnion {
				pairs += closed.alternatives * closed.alternatives
			}
			if n > 0 && stack[n-1].union && !closed.ref {
				stack[n-1].alternatives++
			}
		}
	}
	if pairs > maxPairs {
		return &Error{Library: library, Pairs: pairs}
	}
	return nil
}
