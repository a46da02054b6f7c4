package codec

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"unsafe"
)

// A server decides what is decoded. This file limits what that may cost: decoding
// takes time and memory in proportion to the length of the input, whatever is in
// it, and ends when the caller's context does.

// Options change how one value is decoded. Nil and the zero value are the defaults.
type Options struct {
	Context context.Context // decoding stops soon after it ends; nil for none
	Memory  int64           // bytes that the decoded value may take; 0 for MemoryLimit of the input, below 0 for no limit
	Strict  bool            // refuse what servers write against the rules: times without an offset, [] for {}

	// Report is called with members that do not fit their fields, up to MostReports of
	// them. If it is not nil, such a member of a struct with Facts in a list or a map
	// is kept as JSON; else it is an error.
	Report func(*Error)

	asStandard bool // accept what encoding/json accepts
}

// strictness is what a decoder accepts of values that are not written as they should
// be.
type strictness uint8

const (
	modeLoose  strictness = iota
	modeStrict            // nothing
	modeStd               // nothing, nor what the rules allow and encoding/json does not
)

// ErrMemory is the cause of an Error if the decoded value would take too much memory.
var ErrMemory = errors.New("too much memory")

// MemoryLimit is how many bytes the value may take that an input of n bytes is
// decoded to, unless an option sets another limit. Pages of real APIs take 1 to 6
// times the length of their JSON; "[{},{},…]" would take 300 times as much.
func MemoryLimit(n int) int64 { return 64<<20 + 16*int64(n) }

// What is charged for values that are not stored in the field or element that they
// are decoded to, in bytes.
const (
	mapCost      = 64  // an entry of a map, with the room that a map keeps free
	anyCost      = 40  // an element of an []any
	unknownCost  = 112 // a member without a field
	includedCost = 2 * int(unsafe.Sizeof(node{}))
	refSize      = int(unsafe.Sizeof(Ref{}))
)

// guard is what a decoder may still use.
type guard struct {
	memory int64 // bytes
	limit  int64 // of memory
	look   int   // index of the input at which the context is looked at next
	ctx    context.Context
	mode   strictness
	reread int // bytes that may be read again after a value did not fit
	unions unionState
	chart  chart
}

const (
	lookEvery    = 64 << 10
	deepestUnion = 16 // unions at the same value
)

// arm prepares the guard for an input of n bytes.
func (d *decoder) arm(n int, o *Options) {
	d.memory, d.reread, d.look = MemoryLimit(n), 8*n+1<<16, n
	if o == nil {
		d.limit = d.memory
		return
	}
	switch {
	case o.asStandard:
		d.mode = modeStd
	case o.Strict:
		d.mode = modeStrict
	}
	switch {
	case o.Memory > 0:
		d.memory = o.Memory
	case o.Memory < 0:
		d.memory = 1 << 62
	}
	d.limit, d.report = d.memory, o.Report
	if o.Context != nil && o.Context.Done() != nil {
		d.ctx, d.look = o.Context, 0
	}
}

func (d *decoder) disarm() {
	d.ctx, d.unions, d.mode = nil, unionState{}, modeLoose
	d.report, d.notRead, d.notes, d.lists = nil, nil, 0, 0
	//gen:only jsonapi
	d.others = nil
	if d.chart.to > 0 {
		d.chart.reset()
	}
}

// spend charges bytes of memory to the input at i. It returns i, or -1 if that is
// more than is left.
func (d *decoder) spend(i, bytes int) int {
	if d.memory -= int64(bytes); d.memory < 0 && i >= 0 {
		return d.tooLarge(i)
	}
	return i
}

func (d *decoder) tooLarge(i int) int {
	if d.failed.reason == "" {
		d.failed.err, d.failed.found = ErrMemory, foundNothing
	}
	return d.fail(i, fmt.Sprintf("%d bytes of JSON would take more than %d MB in memory", d.n, max(d.limit>>20, 1)))
}

// mayGoOn looks at the context, and sets where to do so next.
func (d *decoder) mayGoOn(i int) bool {
	if d.ctx == nil {
		d.look = int(^uint(0) >> 1)
		return true
	}
	d.look = i + lookEvery
	if err := d.ctx.Err(); err != nil {
		if d.failed.reason == "" {
			d.failed.err, d.failed.found = context.Cause(d.ctx), foundNothing
		}
		d.fail(i, "decoding was stopped")
		return false
	}
	return true
}

// again charges what is read once more because the value at i, which was read up
// to the place of the failure, did not fit. Values in each other that do not fit,
// each of them read again, would take exponential time otherwise.
func (d *decoder) again(i int) {
	if d.reread -= max(d.failed.at-i, 0) + 1; d.reread < 0 {
		d.failed.final = true
	}
}

// unionState says in how many unions the decoder is.
type unionState struct {
	nested int
	at     int // where the innermost one begins
	same   int // how many begin there
}

// enterUnion notes that the value at i is decoded to a union. It reports false if
// that is so for the same value again and again.
func (d *decoder) enterUnion(i int) bool {
	u := &d.unions
	if u.nested > 0 && u.at == i {
		if u.same++; u.same > deepestUnion {
			return false
		}
	} else {
		u.same = 0
	}
	u.at = i
	if u.nested++; u.nested == 2 && (i < d.chart.from || i >= d.chart.to) {
		d.chart.reset()
		d.chart.from = i
	}
	return true
}

// pass is skip for the members of an object that is to become a variant of a
// union. Unions in unions would be read once more at each level: the second level
// notes where the containers end, and the ones below it jump there.
func (d *decoder) pass(i int) int {
	if c := d.b[i]; c != '{' && c != '[' || d.unions.nested < 2 {
		return d.skip(i)
	}
	c := &d.chart
	if i < c.to {
		if end := c.end(i); end > 0 {
			return end
		}
		return d.skip(i) // it is short
	}
	before := len(c.extents)
	c.drawing = true
	j := d.skip(i)
	c.drawing = false
	if j < 0 {
		return j
	}
	c.to = j
	return d.spend(j, (len(c.extents)-before)*int(unsafe.Sizeof(extent{})))
}

// chart says where containers end, of those in the outermost union of a union.
type chart struct {
	from, to int // the part of the input that was read for it
	drawing  bool
	extents  []extent // by start
	opened   []int    // stack: indices in extents
}

type extent struct{ start, end int }

// short is the length of a container that is read again and not noted.
const short = 64

func (c *chart) reset() { *c = chart{extents: c.extents[:0], opened: c.opened[:0]} }

func (c *chart) open(i int) {
	c.opened = append(c.opened, len(c.extents))
	c.extents = append(c.extents, extent{start: i})
}

func (c *chart) close(end int) {
	last := len(c.opened) - 1
	k := c.opened[last]
	c.opened = c.opened[:last]
	if c.extents[k].end = end; end-c.extents[k].start < short {
		c.extents = c.extents[:k] // and those in it, which are shorter
	}
}

// end returns the end of the container at i, 0 if it is not noted.
func (c *chart) end(i int) int {
	k := sort.Search(len(c.extents), func(k int) bool { return c.extents[k].start >= i })
	if k < len(c.extents) && c.extents[k].start == i {
		return c.extents[k].end
	}
	return 0
}
