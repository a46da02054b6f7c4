package api

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzResponse holds that no answer makes the client panic or hang, and that
// what is not a usable 2xx is an error.
func FuzzResponse(f *testing.F) {
	const ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
	for _, seed := range []string{
		ok + `{"data":[1,2],"meta":{"next":"c"}}`,
		ok + `{"data":[1,2],"meta":{"next":"https://evil.example/"}}`,
		ok + `{"data":[1`,
		ok + `[[[[[[[[`,
		"HTTP/1.1 204 No Content\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: ://\r\n\r\n",
		"HTTP/1.1 429 Too Many\r\nRetry-After: 0.001\r\n\r\n{\"errors\":{\"a\":[{}]}}",
		"HTTP/1.1 500 X\r\nContent-Type: text/html\r\n\r\n<!DOCTYPE html><script><title>",
		"HTTP/1.1 503 X\r\nRetry-After: Mon, 02 Jan 2006 15:04:05 GMT\r\nTraceparent: a-b-c-d\r\n\r\n{\"error\":{\"error\":{}}}",
		"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nshort",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n",
		"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {}\n\nid: \x00\ndata\n\n",
		"HTTP/1.1 200 OK\r\nLink: <a>; rel=next, <b\r\n\r\n{}",
	} {
		f.Add([]byte(seed))
	}
	var answer []byte
	c, err := NewClient(Config{Server: "https://api.example.com", Errors: ErrorTypes{"default": ErrorBody[notFound]()}},
		WithRetry(RetryPolicy{MaxAttempts: 2, MaxRetryAfter: 1}), WithResponseLimit(1<<16), WithCredential("k", QueryKey("key", topSecret)),
		WithHTTPClient(&http.Client{Transport: transportFunc(func(req *http.Request) (*http.Response, error) {
			return http.ReadResponse(bufio.NewReader(bytes.NewReader(answer)), req)
		})}))
	if err != nil {
		f.Fatal(err)
	}
	paging := &Paging[numbers, int]{Strategy: ByCursor, Param: "c", Next: "/meta/next", More: "/meta/more", Items: itemsOf}
	f.Fuzz(func(t *testing.T, data []byte) {
		answer = data
		ctx := t.Context()
		call := get("/x")
		check := func(err error) {
			if err != nil && strings.Contains(err.Error(), topSecret) {
				t.Fatalf("leaks: %v", err)
			}
		}
		var resp Response
		_, err := Pointer[echo](ctx, c, call, CaptureResponse(&resp))
		check(err)
		if err == nil && (resp.StatusCode/100 != 2 || len(resp.Body) == 0 && !resp.NoContent()) {
			t.Fatalf("taken for a success: %d %q", resp.StatusCode, resp.Body)
		}
		_, err = Result[petResult](ctx, c, call)
		check(err)
		graph := *call
		graph.GraphQL = true
		check(Exec(ctx, c, &graph))
		n := 0
		for _, err := range All(fetchPages(ctx, c, call, paging)) {
			if check(err); err != nil {
				break
			}
			if n++; n > 1<<16 {
				t.Fatal("endless pages")
			}
		}
		for _, err := range Events[ownerBody](ctx, c, call) {
			check(err)
		}
		body, err := Stream(ctx, c, call)
		if check(err); err == nil {
			_, _ = io.Copy(io.Discard, body)
			_ = body.Close()
		}
		var failed *Error
		if errors.As(Exec(ctx, c, post(ownerBody{"e"})), &failed) {
			_ = failed.Field()
		}
	})
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// A server that sends headers without end, or in the wrong places, is an error
// like any other.
func TestHostileServers(t *testing.T) {
	answers := map[string]string{
		"endless headers": "HTTP/1.1 200 OK\r\n" + strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 12000),
		"no HTTP":         "SSH-2.0-OpenSSH_9.6\r\n\r\n",
		"bad chunks":      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
		"two lengths":     "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
		"switch":          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
		"nothing":         "",
	}
	for name, text := range answers {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			conn, buf, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			_, _ = buf.WriteString(text)
			_ = buf.Flush()
			_ = conn.Close()
		}))
		c, err := NewClient(Config{}, WithServer(srv.URL), WithRetries(0))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Pointer[echo](t.Context(), c, get("/x")); err == nil {
			t.Errorf("%s: no error", name)
		}
		srv.Close()
	}
}
