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

// maxDepth is how deep the values of a document may nest that a library gets. Some
// take the square of the depth. The deepest of 300 real documents has 34.
const maxDepth = 300

// Error reports a library that did not finish, or that was not asked at all.
type Error struct {
	Library string
	After   time.Duration
	Depth   int // of the document, if it is too deep
}

// Error says which library took longer than what.
func (e *Error) Error() string {
	if e.Depth > 0 {
		return fmt.Sprintf("%s is not given values that nest more than %d deep: the document's nest %d deep", e.Library, maxDepth, e.Depth)
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
	if most > maxDepth {
		return &Error{Library: library, Depth: most}
	}
	return nil
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
