// Package budget makes small documents that are expensive to read, and states
// what a command of gen may spend on each. A tool that follows references without
// memory, merges what a document repeats, or tries alternatives one within
// another takes exponential or quadratic time on them.
//
// A test of cmd/gen runs every command on every kind and counts allocations,
// which stand for steps and do not depend on the machine. Command measure prints
// times and memory: make budget.
package budget

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// What a command may spend on a document of at most MaxSize bytes.
const (
	MaxSize   = 50_000
	MaxTime   = 2 * time.Second
	MaxMemory = 500 << 20 // bytes that are resident

	// MaxAllocations is how many values a command may allocate.
	MaxAllocations = 15_000_000
)

// Commands are the commands that a document of somebody else reaches.
var Commands = []string{"generate", "check", "lint", "diff", "docs", "fake"}

// A Kind is a document that attacks one habit of tools.
type Kind struct {
	Name    string
	Old     string // the document
	New     string // a change of it, which gen diff compares it with
	Overlay string // of the client; "" for none

	Exchange string // a recorded call; "" for none
}

// Kinds returns all kinds, the same each time.
func Kinds() []Kind {
	var list []Kind
	add := func(name, document string) {
		list = append(list, Kind{Name: name, Old: document, New: strings.ReplaceAll(document, `"leaf"`, `"changed"`)})
	}
	for _, family := range []func(add func(name, document string)){lattices, values, unions, texts, numbers, structures, jsonapi, yamls, repeated, inline, long, aliases} {
		family(add)
	}
	return slices.Concat(list, overlays(), changed(), exchanges())
}

// document is a document with one operation that sends and returns schema.
func document(schema, components, more string) string {
	return fmt.Sprintf(`{"openapi":"3.1.0","info":{"title":"Pets","version":"1"},"servers":[{"url":"https://pets.example.com"}],"paths":{"/pets":{`+
		`"get":{"operationId":"pets.get","responses":{"200":{"description":"ok","content":{"application/json":{"schema":%[1]s%[3]s}}}}},`+
		`"post":{"operationId":"pets.create","requestBody":{"required":true,"content":{"application/json":{"schema":%[1]s%[3]s}}},"responses":{"204":{"description":"ok"}}}}},`+
		`"components":{"schemas":{%[2]s}}}`, schema, components, more)
}

const (
	toA  = `{"$ref":"#/components/schemas/A0"}`
	leaf = `{"type":"object","required":["leaf"],"properties":{"leaf":{"type":"string","description":"leaf"}}}`
)

// chain lists n schemas: in format, %[1]s is a reference to the next one, %[2]d
// the number of this one.
func chain(n int, format, end string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"A%[2]d":`+format+`,`, fmt.Sprintf(`{"$ref":"#/components/schemas/A%d"}`, i+1), i)
	}
	fmt.Fprintf(&b, `"A%d":%s`, n, end)
	return b.String()
}

// A Call is a request that a fake is sent.
type Call struct{ Method, Path, Body string }

// Calls returns the requests for the fakes of all kinds. Most documents have some
// of the operations.
func Calls() []Call {
	return []Call{
		{"GET", "/pets", ""},
		{"POST", "/pets", `{"leaf":"a","a":{"a":{"a":[1,2,3]}},"b":{}}`},
		{"POST", "/pets", strings.Repeat("[", 40) + strings.Repeat("]", 40)},
		{"POST", "/pets", strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40)},
		{"POST", "/pets", "7"},
		{"GET", "/a", ""},
		{"GET", "/a0", ""},
		{"GET", "/t?include=r0.r0.r0", ""},
		{"GET", strings.Repeat("/a", 7), ""},
		{"GET", "/a?" + strings.Repeat("p0=1&p0[a]=2&", 100), ""},
	}
}
