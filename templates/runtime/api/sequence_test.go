package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

type numbered struct {
	ID int `json:"id"`
}

// TestSequence holds how JSON Lines and JSON text sequences (RFC 7464) are read.
func TestSequence(t *testing.T) {
	var contentType, body string
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = []string{contentType}
		if contentType == "" {
			w.Header()["Content-Type"] = nil
		}
		_, _ = io.WriteString(w, body)
	})
	for _, tt := range []struct {
		contentType, body string
		want              []int
		err               string
	}{
		{"application/jsonl", "{\"id\":1}\n{\"id\":2}\n", []int{1, 2}, ""},
		{"application/x-ndjson; charset=utf-8", "\xef\xbb\xbf\r\n{\"id\":1}\r\n\r\n{\"id\":2}", []int{1, 2}, ""},
		{"", "{\"id\":1}", []int{1}, ""},
		{"application/jsonl", "", nil, ""},
		{"application/json-seq", "\x1e{\"id\":1}\n\x1e{\n\"id\":2}\n", []int{1, 2}, ""},
		{"application/geo+json-seq", "\x1e\x1e{\"id\":3}\n", []int{3}, ""},
		{"application/json-seq", "\x1e{\"id\":1}\n\x1e{\"id\":", []int{1}, "things.get: 200 OK: "},
		{"application/jsonl", "{\"id\":1}\n{\"id\":\"x\"}\n{\"id\":3}\n", []int{1}, "things.get: 200 OK: id: expected"},
		{"application/json", `{"error":{"message":"quota"}}`, nil, "things.get: 200 OK: the response is application/json, not a stream of application/jsonl: quota"},
		{"text/html", "<html>log in</html>", nil, "things.get: 200 OK: the response is text/html, not a stream of application/jsonl: log in"},
	} {
		contentType, body = tt.contentType, tt.body
		call := get("/x")
		call.Accept = "application/jsonl"
		var ids []int
		var last error
		for v, err := range Sequence[numbered](t.Context(), c, call) {
			if last = err; err == nil {
				ids = append(ids, v.ID)
			}
		}
		if !slices.Equal(ids, tt.want) {
			t.Errorf("%s %q: got %v, want %v", tt.contentType, tt.body, ids, tt.want)
		}
		if tt.err == "" && last != nil || tt.err != "" && (last == nil || !strings.HasPrefix(last.Error(), tt.err)) {
			t.Errorf("%s %q: error %v, want %q", tt.contentType, tt.body, last, tt.err)
		}
	}
	contentType, body = "application/json-seq", "\x1e12" // may have been 123
	for _, err := range Sequence[int](t.Context(), c, get("/x")) {
		if !errors.Is(err, ErrTruncated) {
			t.Errorf("a number that may be cut: %v", err)
		}
	}
	contentType, body = "application/jsonl", `{"id":`+strings.Repeat(" ", 100)+`1}`
	for _, err := range Sequence[numbered](t.Context(), c, get("/x"), WithResponseLimit(50)) {
		if !errors.Is(err, ErrTooLarge) {
			t.Errorf("a long value: %v", err)
		}
	}
}

// TestStreamOfAnotherType is W06: what is no event stream is an error that shows
// how it begins (HTML, section 9.2.3).
func TestStreamOfAnotherType(t *testing.T) {
	var contentType, body string
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = []string{contentType}
		_, _ = io.WriteString(w, body)
	})
	call := get("/x")
	call.Accept = "text/event-stream"
	for _, tt := range []struct{ contentType, body, want string }{
		{"application/json", `{"error":{"message":"quota"}}`, "application/json, not a stream of text/event-stream: quota"},
		{"text/html; charset=utf-8", "<html>log in</html>\n", "text/html, not a stream of text/event-stream: log in"},
		{"text/plain", "data: x\n\n", "text/plain, not a stream of text/event-stream: data: x"},
		{"application/octet-stream", "\x00\x01", "application/octet-stream, not a stream of text/event-stream"},
	} {
		contentType, body = tt.contentType, tt.body
		var errs []error
		for _, err := range Events[string](t.Context(), c, call) {
			errs = append(errs, err)
		}
		if len(errs) != 1 {
			t.Fatalf("%s: %v", tt.contentType, errs)
		}
		wantText(t, errs[0], "things.get: 200 OK: the response is "+tt.want)
		var bad *BodyError
		if !errors.As(errs[0], &bad) || string(bad.Response.Body) != tt.body {
			t.Errorf("%s: a %T", tt.contentType, errs[0])
		}
	}
}

// TestEventAtOnce is W18: an event is given when its blank line ends, by CR, too;
// an LF after it belongs to that line (HTML, section 9.2.6).
func TestEventAtOnce(t *testing.T) {
	release := make(chan struct{})
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: 1\r\r")
		w.(http.Flusher).Flush()
		select {
		case <-release:
		case <-time.After(5 * time.Second):
			t.Error("the event was given only when more came")
		}
		_, _ = io.WriteString(w, "\ndata: 2\r\n\r\ndata: 3\n\r\n\ndata:4\r\n\n")
	})
	var got []string
	for e, err := range Events[string](t.Context(), c, get("/x")) {
		if err != nil {
			t.Fatal(err)
		}
		if got = append(got, e.Data); len(got) == 1 {
			close(release)
		}
	}
	if want := []string{"1", "2", "3", "4"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestEventItems holds events as the objects that OpenAPI 3.2 describes, with data
// that is text or JSON.
func TestEventItems(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "id: 7\nretry: 50\nevent: note\ndata: {\"id\":1}\n\nevent:\ndata: {\"id\":2}\n\n")
	})
	type asText struct {
		Event string `json:"event"`
		Data  string `json:"data"`
		ID    string `json:"id"`
		Retry int    `json:"retry"`
	}
	type asJSON struct {
		Data numbered `json:"data"`
	}
	var texts, values string
	for v, err := range EventItems[asText](t.Context(), c, get("/x")) {
		texts += fmt.Sprintf("%+v %v;", v, err)
	}
	for v, err := range EventItems[asJSON](t.Context(), c, get("/x")) {
		values += fmt.Sprintf("%+v %v;", v, err)
	}
	if want := `{Event:note Data:{"id":1} ID:7 Retry:50} <nil>;{Event: Data:{"id":2} ID:7 Retry:50} <nil>;`; texts != want {
		t.Errorf("got  %s\nwant %s", texts, want)
	}
	if want := "{Data:{ID:1}} <nil>;{Data:{ID:2}} <nil>;"; values != want {
		t.Errorf("got  %s\nwant %s", values, want)
	}
	for _, err := range EventItems[struct {
		Data bool `json:"data"`
	}](t.Context(), c, get("/x")) {
		wantPart(t, err, "things.get: 200 OK: data: expected")
	}
}
