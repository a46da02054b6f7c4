package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestEvents(t *testing.T) {
	stream := "\xef\xbb\xbf: comment\n\nid: 1\nevent: add\ndata: {\"email\":\ndata: \"a\"}\n\n" +
		"event: ignored\n\ndata:{\"email\":\"b\"}\r\n\r\nid: 2\rdata: {\"email\":\"c\"}\r\rretry: 10\nunknown\n\ndata: {\"email\":\"cut off\"}\n"
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for part := range strings.SplitAfterSeq(stream, "\n") {
			_, _ = io.WriteString(w, part)
			w.(http.Flusher).Flush()
		}
	})
	var got []string
	for e, err := range Events[ownerBody](t.Context(), c, get("/events")) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s %s %s", e.ID, e.Name, e.Data.Email))
	}
	if s := strings.Join(got, "|"); s != "1 add a|1 message b|2 message c" {
		t.Errorf("got %s", s)
	}
	got = nil
	for e, err := range Events[string](t.Context(), c, get("/events")) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Data)
		break
	}
	if len(got) != 1 || got[0] != "{\"email\":\n\"a\"}" {
		t.Errorf("got %q", got)
	}
}

func TestEventsEnd(t *testing.T) {
	tests := []struct {
		name, stream string
		n            int
		want         string
	}{
		{"done", "data: {}\n\ndata: [DONE]\n\ndata: {}\n\n", 1, ""},
		{"bad json", "data: {}\n\ndata: {\n\ndata: {}\n\n", 1, "things.get: 200 OK: "},
		{"too long", "data: {}\n\ndata: " + strings.Repeat("x", 2000) + "\n\n", 1, "things.get: 200 OK: the body is larger than the response limit"},
		{"too long in lines", "data: {}\n\n" + strings.Repeat("data: "+strings.Repeat("x", 300)+"\n", 10) + "\n", 1, "the body is larger than the response limit"},
		{"refused", "!", 0, "503 Service Unavailable"},
	}
	for _, tt := range tests {
		c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			if tt.stream == "!" {
				w.WriteHeader(503)
			}
			_, _ = io.WriteString(w, tt.stream)
		}, WithResponseLimit(1000))
		n := 0
		var last error
		for _, err := range Events[ownerBody](t.Context(), c, get("/events")) {
			if last != nil {
				t.Errorf("%s: goes on after %v", tt.name, last)
			}
			if last = err; err == nil {
				n++
			}
		}
		if n != tt.n || (last == nil) != (tt.want == "") || last != nil && !strings.Contains(last.Error(), tt.want) {
			t.Errorf("%s: %d events, %v", tt.name, n, last)
		}
	}
}

// A stream may last longer than the timeout, which is for its beginning.
func TestEventsOutlastTimeout(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for k := range 4 {
			if _, err := fmt.Fprintf(w, "data: %d\n\n", k); err != nil || r.Context().Err() != nil {
				return
			}
			w.(http.Flusher).Flush()
			time.Sleep(20 * time.Millisecond)
		}
		panic(http.ErrAbortHandler)
	}, WithTimeout(40*time.Millisecond))
	n := 0
	for _, err := range Events[int](t.Context(), c, get("/events")) {
		if err != nil {
			if !errors.Is(err, ErrTruncated) {
				t.Error(err)
			}
			break
		}
		n++
	}
	if n != 4 {
		t.Errorf("%d events", n)
	}
}
