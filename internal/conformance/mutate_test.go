package conformance

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/internal/exchange"
)

// This file answers the documented calls of Ctrl Hub with documented responses
// that something happened to. The client may give an error; what it gives as a
// result must be what came: nothing is lost in silence, nothing panics, nothing
// waits.

// wire is a response as bytes on their way to be damaged.
type wire struct {
	status int
	header [][2]string
	body   []byte
}

// text spells the response. Without a length, the body ends with the connection.
func (w *wire) text() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", w.status, http.StatusText(w.status))
	for _, h := range w.header {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], h[1])
	}
	b.WriteString("\r\n")
	b.Write(w.body)
	return b.Bytes()
}

func (w *wire) set(name, value string) {
	w.header = slices.DeleteFunc(w.header, func(h [2]string) bool { return h[0] == name })
	w.header = append(w.header, [2]string{name, value})
}

// mutations are what can happen to a response.
var mutations = []func(r *rand.Rand, w *wire){
	mutateBytes, mutateJSON, mutateJSON, mutateJSON, mutateJSON, mutateInclude, mutateStatus, mutateType, mutateHeader, mutateCoding, mutateLength,
}

// mutateBytes flips, cuts, doubles and inserts bytes.
func mutateBytes(r *rand.Rand, w *wire) {
	if len(w.body) == 0 {
		w.body = []byte{byte(r.IntN(256))}
		return
	}
	b := bytes.Clone(w.body)
	at := r.IntN(len(b))
	end := at + r.IntN(min(len(b)-at, 64)+1)
	switch r.IntN(6) {
	case 0:
		b[at] ^= 1 << r.IntN(8)
	case 1:
		b = b[:at]
	case 2:
		b = slices.Delete(b, at, end)
	case 3:
		b = slices.Insert(b, at, bytes.Clone(b[at:end])...)
	case 4:
		b = slices.Insert(b, at, []byte(odd[r.IntN(len(odd))])...)
	case 5:
		b = append(b, odd[r.IntN(len(odd))]...)
	}
	w.body = b
}

// odd are texts that parsers trip over.
var odd = []string{"\x00", "\xff\xfe", "\xef\xbb\xbf", "\\u0000", `\ud800`, `"`, "}", "]", "{", "[[[[", ",", "null", "NaN", "-", "1e400", "\n\n", "//", "{}", "\u2028",
	strings.Repeat("[", 20_000), strings.Repeat(`{"a":`, 11_000), strings.Repeat("9", 100_000), `"` + strings.Repeat("x", 100_000) + `"`}

// mutateJSON changes the value somewhere in the body: its kind, its size, what
// members it has, and how often.
func mutateJSON(r *rand.Rand, w *wire) {
	root, err := parseJSON(w.body)
	if err != nil {
		mutateBytes(r, w)
		return
	}
	var all []func(any)
	var values []any
	root = any(map[string]any{"": root})
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				all, values = append(all, func(x any) { v[k] = x }), append(values, v[k])
				walk(v[k])
			}
		case []any:
			for i := range v {
				all, values = append(all, func(x any) { v[i] = x }), append(values, v[i])
				walk(v[i])
			}
		}
	}
	walk(root)
	at := r.IntN(len(all))
	all[at](mutateValue(r, values[at], values[r.IntN(len(values))]))
	w.body, _ = json.Marshal(root.(map[string]any)[""])
	if r.IntN(8) == 0 {
		w.body = bytes.Replace(w.body, []byte(`"id":`), []byte(`"id":"twice","id":`), 1+r.IntN(3))
	}
}

// mutateValue returns something else in place of v. Its numbers are too large for
// a float64 or held by one exactly: that others come back as the nearest is known.
func mutateValue(r *rand.Rand, v, other any) any {
	if m, ok := v.(map[string]any); ok && len(m) > 0 && r.IntN(2) == 0 {
		m = maps.Clone(m)
		keys := slices.Sorted(maps.Keys(m))
		switch k := keys[r.IntN(len(keys))]; r.IntN(4) {
		case 0:
			delete(m, k)
		case 1:
			m[k+"X"] = m[k]
			delete(m, k)
		case 2:
			m["unknown"] = other
		case 3:
			m[strings.ToUpper(k)] = other
		}
		return m
	}
	if l, ok := v.([]any); ok && r.IntN(2) == 0 {
		return slices.Concat(l, []any{other}, l)
	}
	switch r.IntN(12) {
	case 0:
		return nil
	case 1:
		return map[string]any{}
	case 2:
		return []any{}
	case 3:
		return json.Number([]string{"0", "-0", "1e400", "-1", "1.5", "9223372036854775808", "1e-300", "0.1", strings.Repeat("9", 400)}[r.IntN(9)])
	case 4:
		return ""
	case 5:
		return []string{"\u0000", "\U0001f642\u202e", "https://evil.example.com/next?page=1", "//evil.example.com", "2024-13-99T99:99:99Z", "0000-00-00", "2024-06-13T07:15:23.000Z", "unknowns", strings.Repeat("x", 70_000)}[r.IntN(9)]
	case 6:
		return true
	case 7:
		return []any{v}
	case 8:
		return map[string]any{"data": v}
	case 9:
		for range 200 {
			v = []any{v}
		}
		return v
	case 10:
		return []any{v, v, other}
	}
	return other
}

// mutateInclude includes resources that lead to each other and to themselves.
func mutateInclude(r *rand.Rand, w *wire) {
	root, err := parseJSON(w.body)
	doc, ok := root.(map[string]any)
	if err != nil || !ok {
		mutateBytes(r, w)
		return
	}
	var all []map[string]any
	for _, v := range []any{doc["data"], doc["included"]} {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		for _, item := range list {
			if m, ok := item.(map[string]any); ok {
				all = append(all, m)
			}
		}
	}
	if len(all) == 0 {
		mutateJSON(r, w)
		return
	}
	included, _ := doc["included"].([]any)
	for range 1 + r.IntN(4) {
		from, to := all[r.IntN(len(all))], all[r.IntN(len(all))]
		copied := maps.Clone(from)
		ref := map[string]any{"type": to["type"], "id": to["id"]}
		relationships := map[string]any{}
		if have, ok := from["relationships"].(map[string]any); ok {
			for name := range have {
				relationships[name] = map[string]any{"data": []any{any(ref), []any{ref, ref}, nil}[r.IntN(3)]}
			}
		}
		copied["relationships"] = relationships
		included = append(included, copied)
	}
	doc["included"] = included
	w.body, _ = json.Marshal(doc)
}

func mutateStatus(r *rand.Rand, w *wire) {
	statuses := []int{100, 101, 103, 199, 200, 201, 202, 203, 204, 205, 206, 207, 226, 299, 300, 301, 302, 304, 307, 399, 400, 401, 403, 404, 409, 422, 425, 429, 499, 500, 503, 599, 600, 999}
	w.status = statuses[r.IntN(len(statuses))]
	if w.status/100 == 3 {
		w.set("Location", []string{"/", "https://evil.example.com/", "://", "", "javascript:alert(1)", "//evil.example.com/x"}[r.IntN(6)])
	}
	if w.status == 429 || w.status == 503 {
		w.set("Retry-After", []string{"0", "-1", "1e9", "99999999999999999999", "Thu, 01 Jan 1970 00:00:00 GMT", "soon", "\x01"}[r.IntN(7)])
	}
}

func mutateType(r *rand.Rand, w *wire) {
	types := []string{"", "text/html", "application/json", "application/vnd.api+json; ext=\"x\"; profile=", "application/json; charset=utf-16", "multipart/form-data", "*/*", ";", "application/octet-stream", "\xff", strings.Repeat("a", 10_000), "text/event-stream"}
	w.set("Content-Type", types[r.IntN(len(types))])
}

func mutateHeader(r *rand.Rand, w *wire) {
	games := [][2]string{
		{"Link", "<https://evil.example.com/>; rel=next, <"}, {"Link", strings.Repeat("<a>;rel=next,", 1000)}, {"Set-Cookie", "a=b; Domain=evil"},
		{"Retry-After", "99999999999999999999999"}, {"X-Request-Id", "\x1b[2J"}, {"Traceparent", "00-0-0-0"}, {"Trailer", "Content-Length"},
		{"Connection", "upgrade"}, {"Transfer-Encoding", "identity"}, {"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "gzip, chunked"},
		{"Content-Range", "bytes 0-1/2"}, {"Refresh", "0; url=evil"}, {"X-A\x00", "b"}, {"", "x"}, {"A", strings.Repeat("x", 70_000)}, {"Content-Location", "\xff"},
	}
	w.header = append(w.header, games[r.IntN(len(games))])
}

// mutateCoding compresses the body, wrongly for the most part.
func mutateCoding(r *rand.Rand, w *wire) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if r.IntN(20) == 0 {
		_, _ = z.Write(make([]byte, 40<<20)) // 40 MB in 40 kB
	}
	_, _ = z.Write(w.body)
	_ = z.Close()
	coded := b.Bytes()
	switch r.IntN(5) {
	case 0:
		coded = coded[:r.IntN(len(coded))]
	case 1:
		coded[r.IntN(len(coded))] ^= 0xff
	case 2:
		coded = w.body
	case 3:
		coded = append(coded, "garbage"...)
	}
	w.body = coded
	w.set("Content-Encoding", []string{"gzip", "gzip", "gzip", "deflate", "br", "gzip, gzip"}[r.IntN(6)])
}

func mutateLength(r *rand.Rand, w *wire) {
	n := len(w.body)
	w.set("Content-Length", []string{strconv.Itoa(n), strconv.Itoa(n + 1), strconv.Itoa(n / 2), "0", "-1", "99999999999999999999", "1e3", strconv.Itoa(1 << 40)}[r.IntN(8)])
	if r.IntN(10) == 0 {
		w.header = append(w.header, [2]string{"Content-Length", "7"})
	}
}

// mutated is the n-th mutation of a documented response.
func mutated(ex *exchange.Exchange, n int) *wire {
	r := rand.New(rand.NewPCG(uint64(n), 8)) //nolint:gosec // the same on every run
	w := &wire{status: ex.Response.Status, body: ex.Response.Body}
	for _, name := range slices.Sorted(maps.Keys(ex.Response.Header)) {
		for _, v := range ex.Response.Header[name] {
			w.header = append(w.header, [2]string{name, v})
		}
	}
	for range 1 + r.IntN(3) {
		mutations[r.IntN(len(mutations))](r, w)
	}
	return w
}

// pipeTransport speaks HTTP with whatever text answers, without a network.
func pipeTransport(text func() []byte) *http.Transport {
	dial := func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			_ = server.SetDeadline(time.Now().Add(5 * time.Second))
			if req, err := http.ReadRequest(bufio.NewReader(server)); err == nil {
				_, _ = io.Copy(io.Discard, req.Body)
			}
			_, _ = server.Write(text())
		}()
		return client, nil
	}
	return &http.Transport{DialContext: dial, DialTLSContext: dial, DisableKeepAlives: true}
}

// TestMutatedResponses answers Ctrl Hub's documented calls with mutated
// responses; GEN_MUTATIONS says how many.
func TestMutatedResponses(t *testing.T) {
	runs := 1000
	if n, err := strconv.Atoi(os.Getenv("GEN_MUTATIONS")); err == nil {
		runs = n
	}
	b := &bench{curated: apis[0]}
	b.spec = b.loadSpec(t)
	var documented []*exchange.Exchange
	for _, ex := range b.exchanges(t) {
		if ex.Response != nil && !ex.Response.Elided() {
			documented = append(documented, ex)
		}
	}
	if len(documented) < 50 {
		t.Fatalf("only %d documented responses", len(documented))
	}
	before := runtime.NumGoroutine()
	var refused, kept, faults atomic.Int64
	var slowest atomic.Int64
	var wait sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for n := range next {
				ex := documented[n%len(documented)]
				w := mutated(ex, n)
				start := time.Now()
				failed, fault := b.survive(ex, w)
				slowest.Store(max(slowest.Load(), int64(time.Since(start))))
				switch {
				case fault != "" && faults.Add(1) <= 20:
					t.Errorf("%s, mutation %d: %s\n%.2000q", ex.Name, n, fault, w.text())
				case failed:
					refused.Add(1)
				default:
					kept.Add(1)
				}
			}
		})
	}
	for n := range runs {
		next <- n
	}
	close(next)
	wait.Wait()
	for end := time.Now().Add(8 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	if left := runtime.NumGoroutine(); left > before {
		t.Errorf("%d goroutines are left, %d were there before", left, before)
	}
	t.Logf("%d responses: %d are errors, %d are kept whole; the slowest call took %v", runs, refused.Load(), kept.Load(), time.Duration(slowest.Load()).Round(time.Millisecond))
}

// survive makes one call, and says what must not have happened.
func (b *bench) survive(ex *exchange.Exchange, w *wire) (failed bool, fault string) {
	defer func() {
		if v := recover(); v != nil {
			stack := make([]byte, 4<<10)
			fault = fmt.Sprintf("panic: %v\n%s", v, stack[:runtime.Stack(stack, false)])
		}
	}()
	text := w.text()
	opts := append(b.credentials(http.Header{"X-Session-Token": {secret}}), api.WithHTTPClient(&http.Client{Transport: pipeTransport(func() []byte { return text })}),
		api.WithRetries(0), api.WithResponseLimit(8<<20))
	client, err := b.client(opts...)
	if err != nil {
		return false, err.Error()
	}
	const limit = 4 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	out, err := drive(ctx, client, b.spec, ex)
	switch {
	case err != nil:
		return false, err.Error()
	case ctx.Err() != nil:
		return false, fmt.Sprintf("no answer after %v", limit)
	case out.err != nil:
		return true, saysTooMuch(out.err)
	}
	return false, lost(out)
}

// secret is the credential of the mutated calls.
const secret = "session-token-that-nothing-prints"

// saysTooMuch finds credentials in an error, and errors that nobody can read.
func saysTooMuch(err error) string {
	if said := fmt.Sprintf("%v %+v", err, err); strings.Contains(said, secret) {
		return "the error has the credential: " + said
	}
	if text := err.Error(); text == "" || len(text) > 10_000 {
		return fmt.Sprintf("an error of %d bytes", len(text))
	}
	var failed *api.Error
	if errors.As(err, &failed) {
		_, _ = failed.Field(), failed.Error()
	}
	return ""
}

// lost says what a result does not hold of the response it was made of.
func lost(out *outcome) string {
	resp := out.response
	if resp.StatusCode/100 != 2 {
		return fmt.Sprintf("the status %d is taken for a success", resp.StatusCode)
	}
	if out.result == nil || resp.NoContent() {
		return "" // a method that returns an error only: the response is there for who asks
	}
	if stream, ok := out.result.(io.ReadCloser); ok {
		_, _ = io.Copy(io.Discard, stream)
		_ = stream.Close()
		return ""
	}
	value, body := out.result, resp.Body
	if v := reflect.ValueOf(value); v.Kind() == reflect.Pointer && v.IsNil() {
		return lostAll(body)
	}
	if strings.HasSuffix(reflect.TypeOf(value).String(), "[]uint8") || reflect.TypeOf(value).Kind() == reflect.String {
		return ""
	}
	if doc := documentOf(value); doc != nil {
		if err := resp.Decode(doc); err != nil { // as the method does: what does not fit in a list is kept as JSON
			return "the method took what cannot be decoded: " + err.Error()
		}
		value = doc
	}
	encoded, err := api.Marshal(value)
	if err != nil {
		return "the result cannot be encoded: " + err.Error()
	}
	want, err := parseJSON(body)
	if err != nil {
		return "what is not JSON is taken: " + err.Error()
	}
	got, err := parseJSON(encoded)
	if err != nil {
		return "the result encodes to what is not JSON: " + err.Error()
	}
	if doc, ok := want.(map[string]any); ok && documentOf(out.result) != nil {
		dropAround(doc)
		if doc, ok := got.(map[string]any); ok {
			dropAround(doc)
			if data := reflect.ValueOf(value).Elem().FieldByName("Data"); data.Kind() == reflect.Slice && data.IsNil() {
				doc["data"] = nil // a jsonapi.Document records that it was null; the struct in its place cannot
			}
		}
	}
	return strings.Join(diffValues(nil, "", filled(want, got), got), "\n")
}

// dropAround takes out of a document what JSON:API has clients pass over, and
// null around the data, which says nothing.
func dropAround(doc map[string]any) {
	maps.DeleteFunc(doc, func(name string, v any) bool {
		return name != "data" && (v == nil || !slices.Contains([]string{"included", "meta", "links", "jsonapi"}, name))
	})
}

// lostAll says what is wrong with no result: JSON:API allows data that is null,
// and a document of meta alone.
func lostAll(body []byte) string {
	v, err := parseJSON(body)
	doc, _ := v.(map[string]any)
	_, meta := doc["meta"]
	if data, ok := doc["data"]; err == nil && data == nil && (ok || meta) {
		return ""
	}
	return "no result and no error"
}

// filled replaces null as an element of a list by what the client made of it: a
// list of strings cannot hold null, and the element becomes the zero value, as
// encoding/json has it. An empty list where an object belongs is read as an empty
// object, because PHP writes it so. That alone is not kept.
func filled(want, got any) any {
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			for name := range w {
				switch _, there := g[name]; {
				case !there && isEmptyList(w[name]) && slices.Contains([]string{"attributes", "relationships", "links", "meta"}, name):
					delete(w, name)
				default:
					w[name] = filled(w[name], g[name])
				}
			}
		}
	case []any:
		if g, ok := got.(map[string]any); ok && len(w) == 0 && len(g) == 0 {
			return got
		}
		if g, ok := got.([]any); ok && len(g) == len(w) {
			for i := range w {
				if w[i] == nil && isZero(g[i]) {
					w[i] = g[i]
				}
				w[i] = filled(w[i], g[i])
			}
		}
	}
	return want
}

func isEmptyList(v any) bool {
	list, ok := v.([]any)
	return ok && len(list) == 0
}

func isZero(v any) bool {
	switch v := v.(type) {
	case string:
		return v == "" || strings.HasPrefix(v, "0001-01-01")
	case json.Number:
		return v == "0"
	case bool:
		return !v
	case map[string]any:
		return len(v) == 0
	case []any:
		return len(v) == 0
	}
	return v == nil
}
