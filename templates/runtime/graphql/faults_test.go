package graphql_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/docwright/docwright/templates/runtime/api"
	"github.com/docwright/docwright/templates/runtime/graphql"
)

// TestNextWithoutCursor is W26: a next page without a cursor is an error, after the
// items that did come, since others are missing.
func TestNextWithoutCursor(t *testing.T) {
	for _, cursor := range []string{`null`, `""`, `"","x":1`} {
		c, _ := server(t, `{"data":{"accounts":{"all":{"pageInfo":{"hasNextPage":true,"endCursor":`+cursor+`},"nodes":[{"id":"1"}]}}}}`)
		items, last := 0, error(nil)
		for _, err := range graphql.All(graphql.Pages(t.Context(), list(c, &accountList{}))) {
			if last = err; err == nil {
				items++
			}
		}
		if items != 1 || !errors.Is(last, graphql.ErrNoCursor) || last.Error() != "accounts.list: graphql: hasNextPage is true, but endCursor is empty" {
			t.Errorf("%s: %d items, %v", cursor, items, last)
		}
	}
}

// TestQueriesAreRead is W27: queries are repeated as a GET is, documents with a
// mutation are not.
func TestQueriesAreRead(t *testing.T) {
	for text, attempts := range map[string]int{
		`query { accounts { all { id } } }`: 2,
		`{ accounts { all { id } } }`:       2,
		`query mutation { a }`:              1, // cannot be told from two operations: on the safe side
		`fragment F on A { id } query Q($mutation: ID = "mutation") { a(b: {}) }`: 2,
		"# mutation\nquery {a}":                              2,
		`query Q { a(text: """ } mutation { " """) }`:        2,
		`query Q { a(text: "} mutation {\"") }`:              2,
		`mutation { remove }`:                                1,
		"# query\n mutation M { remove }":                    1,
		`query{a}mutation{b}`:                                1,
		`subscription { a }`:                                 1,
		`query Q { a } mutation`:                             1,
		`query Q { a(text: """ \""" """) } mutation M { b }`: 1,
		`query Q { a(text: """ \""" } mutation { """) }`:     2,
		`query Q { a(text: "\\") } mutation M { b }`:         1,
		`query Q ( $a: ID ) { mutation }`:                    2,
		`query Q_mutation { a }`:                             2,
	} {
		n := 0
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				w.WriteHeader(503)
				return
			}
			_, _ = io.WriteString(w, `{"data":{"accounts":{"all":{}}}}`)
		}))
		c, err := api.NewClient(api.Config{Server: s.URL}, api.WithRetry(api.RetryPolicy{MaxAttempts: 3, BaseDelay: time.Millisecond}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = graphql.List[account](t.Context(), c, call(), graphql.Query{Text: text, Path: []string{"accounts", "all"}}, nil)
		s.Close()
		if n != attempts || (err == nil) != (attempts == 2) {
			t.Errorf("%s: %d attempts, %v", text, n, err)
		}
	}
}
