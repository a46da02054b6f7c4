package api

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"strconv"
	"strings"
)

// Rules say how a list paginates. JSON pointers are into the page; "-1" is a
// list's last element.
type Rules struct {
	Strategy Strategy
	Param    string     // query parameter that is moved; a JSON pointer moves that place of the body
	Next     string     // JSON pointer to the next value; "" where it is computed
	More     string     // JSON pointer to a boolean: whether there are more pages
	Total    string     // JSON pointer to the number of items in all pages
	Pages    string     // JSON pointer to the number of pages
	Start    Opt[int64] // value of Param for the first page; otherwise 1 for pages and 0 for offsets
}

// Cursor is the position of a reader in a list. It does not depend on what pages
// hold, so that there is one of its methods and not one for each type of page.
type Cursor struct {
	Response *Response // the page

	client *Client
	call   *Call
	opts   []CallOption
	rules  Rules
	trail  *Trail
	seen   int    // items of the pages before
	items  int    // of this page
	sum    uint64 // of the body
	next   json.RawMessage
}

// FetchCursor fetches the first page of a list. Once its items are known, Count
// finds out how the list paginates.
func FetchCursor(ctx context.Context, c *Client, call *Call, rules Rules, opts ...CallOption) (*Cursor, error) {
	return (&Cursor{client: c, call: call, rules: rules, opts: opts}).fetch(ctx)
}

func (c *Cursor) fetch(ctx context.Context) (*Cursor, error) {
	resp, err := c.client.Do(ctx, c.call, c.opts...)
	if err != nil {
		return nil, err
	}
	c.Response, c.sum = resp, maphash.Bytes(trailSeed, resp.Body)
	return c, nil
}

// Count returns how many items the page has.
func (c *Cursor) Count(items int) {
	c.items = items
	c.next = c.follow()
}

// NextKey identifies the next page; it is empty for the last one.
func (c *Cursor) NextKey() string { return jsonText(c.next) }

// Next fetches the next page; ErrLastPage when there is none, ErrPageLoop when
// the server refers back to one that was read before.
func (c *Cursor) Next(ctx context.Context) (*Cursor, error) {
	key := c.NextKey()
	if key == "" {
		return nil, ErrLastPage
	}
	trail, err := c.trail.Step(key)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.call.Operation, err)
	}
	next := &Cursor{client: c.client, opts: c.opts, rules: c.rules, trail: trail, seen: c.seen + c.items}
	if c.rules.Strategy == ByLink || strings.HasPrefix(key, "https://") || strings.HasPrefix(key, "http://") {
		if next.call, err = c.client.Link(c.call, c.Response, key); err != nil {
			return nil, err
		}
	} else {
		next.call = c.call.with(c.rules.Param, c.next)
	}
	if _, err := next.fetch(ctx); err != nil {
		return nil, err
	}
	if next.sum == c.sum && c.counts() { // the server ignores the parameter
		return nil, fmt.Errorf("%s: %w", c.call.Operation, ErrPageLoop)
	}
	return next, nil
}

// counts reports whether nothing in a page says where the next one is.
func (c *Cursor) counts() bool {
	return c.rules.Next == "" && c.rules.Total == "" && c.rules.Pages == "" && c.rules.Strategy != ByLink
}

// follow returns the value that refers to the next page, nil if there is none.
func (c *Cursor) follow() json.RawMessage {
	body := c.Response.Body
	if c.rules.More != "" {
		if more := lookup(body, c.rules.More); string(more) == "false" || string(more) == "null" {
			return nil
		}
	}
	if c.rules.Next != "" {
		next := lookup(body, c.rules.Next)
		if len(next) == 0 {
			return nil
		}
		if string(next) == "false" || string(next) == "null" || c.isZero(next) {
			return nil
		}
		return next
	}
	switch c.rules.Strategy {
	case ByLink:
		return nextLink(c.Response)
	case ByOffset, ByPage:
		return c.count()
	}
	return nil
}

// isZero reports whether next is the number 0, which servers write for "no more":
// as a cursor and an offset it would give the first page. As a text it is that
// only where the parameter is a number.
func (c *Cursor) isZero(next json.RawMessage) bool {
	if next[0] == '"' && c.rules.Strategy != ByOffset && c.rules.Strategy != ByPage {
		return false
	}
	n, err := strconv.ParseFloat(jsonText(next), 64)
	return err == nil && n == 0
}

// count computes the next offset or page number. Without a total, an empty page
// is the end: a short one may just be what the server chose.
func (c *Cursor) count() json.RawMessage {
	if c.items == 0 {
		return nil
	}
	start, at := c.position()
	if c.rules.Strategy == ByPage {
		if pages, ok := c.number(c.rules.Pages); ok && at-start+1 >= pages {
			return nil
		}
	}
	delivered := c.seen + c.items
	if c.rules.Strategy == ByOffset {
		delivered = max(delivered, at-start+c.items)
	}
	if total, ok := c.number(c.rules.Total); ok && delivered == total {
		return nil // one that is below what was delivered says nothing: an empty page ends the list
	}
	step := 1
	if c.rules.Strategy == ByOffset {
		step = c.items
	}
	return json.RawMessage(strconv.Itoa(at + step))
}

// position returns the value of Param that starts a list, and the page's own.
func (c *Cursor) position() (start, at int) {
	if c.rules.Strategy == ByPage {
		start = 1
	}
	if first, ok := c.rules.Start.Get(); ok {
		start = int(first)
	}
	sent := c.Response.sent.Query().Get(c.rules.Param)
	if o := c.call.overrides(c.rules.Param); o != nil {
		sent = jsonText(o)
	}
	if n, err := strconv.Atoi(sent); err == nil {
		return start, n
	}
	return start, start
}

// number returns the number at a JSON pointer, and whether there is one.
func (c *Cursor) number(pointer string) (int, bool) {
	if pointer == "" {
		return 0, false
	}
	n, err := strconv.Atoi(jsonText(lookup(c.Response.Body, pointer)))
	return n, err == nil
}

// nextLink finds rel="next" in the response's Link headers.
func nextLink(r *Response) json.RawMessage {
	for _, link := range parseLinks(r.Header.Values("Link")) {
		if link.is("next", r.URL) {
			to, _ := json.Marshal(link.target)
			return to
		}
	}
	return nil
}

// with returns call with a parameter replaced.
func (call *Call) with(name string, value json.RawMessage) *Call {
	next := call.NextPage()
	next.override = []override{{name, value}}
	for _, o := range call.override {
		if o.name != name {
			next.override = append(next.override, o)
		}
	}
	return next
}

func (call *Call) overrides(name string) json.RawMessage {
	for _, o := range call.override {
		if o.name == name {
			return o.value
		}
	}
	return nil
}
