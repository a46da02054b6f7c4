package schema

import (
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file takes recorded calls as examples of the bodies of their operations.

// shownBody is a body in an example, or in a recorded call.
type shownBody struct {
	body     *load.Node
	exchange string // name of the recorded call; "" for an example
}

// name is how messages name what has a value: a recorded call with the place.
func (b shownBody) name(example string, at *load.Node) string {
	if b.exchange == "" {
		return example
	}
	return "the exchange " + b.exchange + " (" + at.Position().String() + ")"
}

// examplesOf are the examples of a body, and after them what recorded calls have.
func (e *evidence) examplesOf(c *call, b *body) []shownBody {
	var all []shownBody
	for _, x := range b.examples {
		all = append(all, shownBody{body: x})
	}
	return append(all, e.exchanges(c, b)...)
}

// exchanges are the bodies of the recorded calls of an operation.
func (e *evidence) exchanges(c *call, b *body) []shownBody {
	if c.id == "" {
		return nil // of a webhook, or without a name
	}
	var all []shownBody
	for _, r := range e.recordings()[c.id] {
		body := r.Request
		if !b.request {
			if body = r.Response; c.bodyOf(r.Status) != b {
				continue
			}
		}
		if body != nil {
			all = append(all, shownBody{body, r.Name})
		}
	}
	return all
}

// bodyOf is the body of responses of a status; nil if that is not a success with
// documented content.
func (c *call) bodyOf(status int) *body {
	exact := strconv.Itoa(status)
	for _, key := range []string{exact, exact[:1] + "XX", "default"} {
		i := slices.IndexFunc(c.bodies, func(b *body) bool { return !b.request && strings.EqualFold(b.status, key) })
		if i >= 0 {
			return c.bodies[i]
		}
	}
	return nil
}

// recordings reads the recorded calls once, by operation.
func (e *evidence) recordings() map[string][]load.Recording {
	if e.recorded == nil {
		e.recorded = map[string][]load.Recording{}
		if read := e.document.source.Recorded; read != nil {
			for _, r := range read() {
				e.recorded[r.Operation] = append(e.recorded[r.Operation], r)
			}
		}
	}
	return e.recorded
}
