package graphql

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"
)

// Query is a documented query for a connection.
type Query struct {
	Text  string   // the query as documented
	Paged string   // the same with $first, $after and pageInfo; "" when the list has one page
	Path  []string // members from data to the connection, e.g. "accounts", "all"
}

// PageInfo says where a page is in its list (the Relay cursor connections
// specification, section 4).
type PageInfo struct {
	HasNextPage bool   `json:"hasNextPage,omitzero"`
	EndCursor   string `json:"endCursor,omitzero"`
	api.Presence
}

// Error is what a server says went wrong with a query that it answered with
// status 200 (the GraphQL specification, section 7.1).
type Error struct {
	Operation string          // e.g. "accounts.list"
	Problems  []Problem       // at least one
	Data      json.RawMessage // what was answered all the same; nil when nothing was
}

// Problem is one entry of errors.
type Problem struct {
	Message    string                     `json:"message"`
	Path       []json.RawMessage          `json:"path,omitzero"` // member names and list indices in the response
	Locations  []Location                 `json:"locations,omitzero"`
	Extensions map[string]json.RawMessage `json:"extensions,omitzero"`
}

// Location is a place in the query's text, counted from 1.
type Location struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Error names the operation and every problem.
func (e *Error) Error() string {
	messages := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		messages[i] = p.Message
		if len(p.Path) > 0 {
			messages[i] += " (at " + p.where() + ")"
		}
	}
	return e.Operation + ": " + strings.Join(messages, "; ")
}

// where spells a path: accounts.all[3].code.
func (p Problem) where() string {
	var b strings.Builder
	for _, step := range p.Path {
		var name string
		if json.Unmarshal(step, &name) != nil {
			b.WriteString("[" + string(step) + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(name)
	}
	return b.String()
}

// ErrNoConnection is returned when a response has no errors and no list where
// the document says there is one.
var ErrNoConnection = errors.New("graphql: the response does not have the list")

// connection is a list in the response.
type connection[T any] struct {
	Edges    []edge[T] `json:"edges,omitzero"`
	Nodes    []*T      `json:"nodes,omitzero"`
	PageInfo PageInfo  `json:"pageInfo,omitzero"`
	api.Presence
}

// edge is an entry of a list.
type edge[T any] struct {
	Node   *T     `json:"node"`
	Cursor string `json:"cursor,omitzero"`
	api.Presence
}

// Page is one page of a list.
type Page[T any] struct {
	Items []*T
	Info  PageInfo
	Total int // number of all items, where the connection says it; 0 otherwise

	client    *api.Client
	call      *api.Call
	query     Query
	variables map[string]json.RawMessage
	opts      []api.CallOption
	paged     bool // all pages are wanted
	response  *api.Response
}

// List asks for a page. Variables is a struct with json tags, or nil.
func List[T any](ctx context.Context, c *api.Client, call *api.Call, q Query, variables any, opts ...api.CallOption) (*Page[T], error) {
	vars, err := variablesOf(variables)
	if err != nil {
		return nil, fmt.Errorf("%s: variables: %w", call.Operation, err)
	}
	p := &Page[T]{client: c, call: call, query: q, variables: vars, opts: opts}
	return p, p.fetch(ctx)
}

// variablesOf spells variables as JSON, member by member, so that those that
// are not set stay away.
func variablesOf(v any) (map[string]json.RawMessage, error) {
	vars := map[string]json.RawMessage{}
	switch v := v.(type) {
	case nil:
		return vars, nil
	case error: // of api.Optional
		return nil, v
	}
	data, err := api.Marshal(v)
	if err != nil {
		return nil, err
	}
	return vars, json.Unmarshal(data, &vars)
}

// fetch fills p.
func (p *Page[T]) fetch(ctx context.Context) error {
	call := p.call.NextPage()
	call.Idempotent = call.Idempotent || readsOnly(p.query.Text)
	if ctx.Value(pagedKey{}) != nil {
		p.paged = true
	}
	call.Body = p.request()
	resp, err := p.client.Do(ctx, call, p.opts...)
	if err != nil {
		return err
	}
	var answer struct {
		Data   json.RawMessage `json:"data"`
		Errors []Problem       `json:"errors"`
	}
	if err := resp.DecodeContext(ctx, &answer); err != nil {
		return err
	}
	if len(answer.Errors) > 0 {
		return &Error{Operation: call.Operation, Problems: answer.Errors, Data: answer.Data}
	}
	list, err := descend(answer.Data, p.query.Path)
	if err != nil {
		return fmt.Errorf("%s: %w", call.Operation, err)
	}
	var conn connection[T]
	if err := api.Unmarshal(list, &conn); err != nil {
		return fmt.Errorf("%s: %s: %w", call.Operation, strings.Join(p.query.Path, "."), err)
	}
	p.response = resp
	p.Items, p.Info = conn.Nodes, conn.PageInfo
	for _, e := range conn.Edges {
		if e.Node != nil {
			p.Items = append(p.Items, e.Node)
		}
	}
	if n, err := strconv.Atoi(string(conn.Unknown()["totalCount"])); err == nil {
		p.Total = n
	}
	return nil
}

// request is the body: the paged query where one is asked for.
func (p *Page[T]) request() any {
	text := p.query.Text
	paged := p.paged || p.variables["first"] != nil || p.variables["after"] != nil
	if p.query.Paged != "" && paged {
		text = p.query.Paged
	}
	return struct {
		Query     string                     `json:"query"`
		Variables map[string]json.RawMessage `json:"variables,omitempty"`
	}{text, p.variables}
}

// readsOnly reports whether a document has queries alone: they change nothing, and
// can be sent again (the GraphQL specification, section 6.2.1).
func readsOnly(document string) bool {
	depth := 0
	for rest := document; rest != ""; {
		switch c := rest[0]; {
		case c == '#':
			_, rest, _ = strings.Cut(rest, "\n")
			continue
		case c == '"':
			rest = afterString(rest)
			continue
		case c == '{' || c == '(':
			depth++
		case c == '}' || c == ')':
			depth--
		case isName(c):
			end := 0
			for end < len(rest) && isName(rest[end]) {
				end++
			}
			if word := rest[:end]; depth == 0 && (word == "mutation" || word == "subscription") {
				return false
			}
			rest = rest[end:]
			continue
		}
		rest = rest[1:]
	}
	return true
}

func isName(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// afterString returns what follows the string or the block string that s begins with.
func afterString(s string) string {
	if rest, ok := strings.CutPrefix(s, `"""`); ok {
		_, rest, _ = strings.Cut(strings.ReplaceAll(rest, `\"""`, ""), `"""`)
		return rest
	}
	for k := 1; k < len(s); k++ {
		switch s[k] {
		case '\\':
			k++
		case '"':
			return s[k+1:]
		}
	}
	return ""
}

// descend finds the member at path.
func descend(data json.RawMessage, path []string) (json.RawMessage, error) {
	for i, name := range path {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(data, &members); err != nil || members[name] == nil {
			return nil, fmt.Errorf("%w: data.%s is missing", ErrNoConnection, strings.Join(path[:i+1], "."))
		}
		data = members[name]
	}
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		return nil, fmt.Errorf("%w: data.%s is null", ErrNoConnection, strings.Join(path, "."))
	}
	return data, nil
}

// Response returns the response that the page was in.
func (p *Page[T]) Response() *api.Response { return p.response }

// ErrNoCursor is returned by Next when a server says that there is another page and
// does not say where: items are missing.
var ErrNoCursor = errors.New("graphql: hasNextPage is true, but endCursor is empty")

// HasNext reports whether the server announced a next page.
func (p *Page[T]) HasNext() bool { return p.NextKey() != "" }

// NextKey returns the cursor of the next page, "" after the last one.
func (p *Page[T]) NextKey() string {
	switch {
	case !p.Info.HasNextPage || p.query.Paged == "":
		return ""
	case p.Info.EndCursor == "":
		return noCursor
	}
	return p.Info.EndCursor
}

// noCursor is the key of a page that Next cannot fetch.
const noCursor = "unknown"

// Next fetches the next page with the options of the call that fetched this
// one; api.ErrLastPage after the last.
func (p *Page[T]) Next(ctx context.Context) (*Page[T], error) {
	cursor := p.NextKey()
	switch {
	case cursor == "":
		return nil, api.ErrLastPage
	case p.Info.EndCursor == "":
		return nil, fmt.Errorf("%s: %w", p.call.Operation, ErrNoCursor)
	}
	after, err := json.Marshal(cursor)
	if err != nil {
		return nil, err
	}
	if bytes.Equal(p.variables["after"], after) {
		return nil, api.ErrPageLoop
	}
	vars := maps.Clone(p.variables)
	vars["after"] = after
	next := &Page[T]{client: p.client, call: p.call, query: p.query, variables: vars, opts: slices.Clone(p.opts)}
	return next, next.fetch(ctx)
}

// pagedKey is the key of the context value that asks for a query's paged form.
type pagedKey struct{}

// Pages iterates over the pages of a list, from the one that first fetches: the
// method of a generated client, which sends the paged form of its query when the
// context says so. An error ends the sequence.
func Pages[T any](ctx context.Context, first func(context.Context) (*Page[T], error)) iter.Seq2[*Page[T], error] {
	return func(yield func(*Page[T], error) bool) {
		page, err := first(context.WithValue(ctx, pagedKey{}, true))
		if err != nil {
			yield(nil, err)
			return
		}
		again := func(context.Context) (*Page[T], error) { return page, nil }
		for p, err := range api.Pages(ctx, again, api.Prefetch(page.client, page.opts...)) {
			if !yield(p, err) {
				return
			}
		}
	}
}

// All iterates over the items of a list's pages. An error ends the sequence.
func All[T any](pages iter.Seq2[*Page[T], error]) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for page, err := range pages {
			if err != nil {
				yield(nil, err)
				return
			}
			for _, item := range page.Items {
				if !yield(item, nil) {
					return
				}
			}
		}
	}
}
