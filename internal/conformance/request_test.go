package conformance

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/exchange"
)

// sent is a request as it arrived.
type sent struct {
	method, host, target string
	header               http.Header
	body                 []byte
}

// unasked are the headers that a client sends on its own account.
var unasked = []string{"Accept", "Accept-Encoding", "Content-Length", "User-Agent"}

// compareRequests returns how a request differs from the documented one. The
// order of query parameters does not count, nor does that of headers.
func compareRequests(want *exchange.Request, got *sent) []string {
	var diffs []string
	diff := func(format string, args ...any) { diffs = append(diffs, fmt.Sprintf(format, args...)) }
	if got.method != want.Method {
		diff("method: want %s, got %s", want.Method, got.method)
	}
	if got.host != want.Host {
		diff("host: want %s, got %s", want.Host, got.host)
	}
	wantPath, wantQuery, _ := strings.Cut(want.Target, "?")
	gotPath, gotQuery, _ := strings.Cut(got.target, "?")
	if unescaped(wantPath) != unescaped(gotPath) || strings.Count(wantPath, "/") != strings.Count(gotPath, "/") {
		diff("path: want %s, got %s", wantPath, gotPath)
	}
	if w, g := sortedQuery(wantQuery), sortedQuery(gotQuery); w != g {
		diff("query: want %s, got %s", w, g)
	}
	for name, values := range want.Header {
		if w, g := strings.Join(values, ", "), strings.Join(got.header.Values(name), ", "); w != g {
			diff("header %s: want %q, got %q", name, w, g)
		}
	}
	for name, values := range got.header {
		if _, ok := want.Header[name]; !ok && !slices.Contains(unasked, name) {
			diff("header %s: not wanted, got %q", name, values)
		}
	}
	if !want.Elided() {
		diffs = append(diffs, compareBodies(want, got.body)...)
	}
	return diffs
}

func compareBodies(want *exchange.Request, got []byte) []string {
	if exchange.IsJSON(want.Header.Get("Content-Type")) && want.Body != nil {
		diffs := differences(want.Body, got)
		for i := range diffs {
			diffs[i] = "body: " + diffs[i]
		}
		return diffs
	}
	if !bytes.Equal(want.Body, got) {
		return []string{fmt.Sprintf("body: want %q, got %q", want.Body, got)}
	}
	return nil
}

// unescaped tells %2F from / but not %20 from a space: clients may escape more
// than they must.
func unescaped(path string) string {
	s, err := url.PathUnescape(path)
	if err != nil {
		return path
	}
	return s
}

func sortedQuery(query string) string {
	values, err := url.ParseQuery(query)
	if err != nil {
		return query
	}
	return values.Encode()
}
