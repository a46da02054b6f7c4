package api

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// scribbler is a reader that uses all of the buffer that it gets, as readers may.
type scribbler struct{ r io.Reader }

func (s scribbler) Read(b []byte) (int, error) {
	for k := range b {
		b[k] = '7'
	}
	return s.r.Read(b)
}

func TestReadBody(t *testing.T) {
	for _, tt := range []struct {
		name     string
		length   int64 // that the server says
		size     int   // that it sends
		limit    int64
		want     int
		most     int // bytes allocated
		tooLarge bool
	}{
		{name: "empty", most: 2 << 10},
		{name: "small", length: 10, size: 10, want: 10, most: 1 << 10},
		{name: "of unknown length", length: -1, size: 5000, want: 5000, most: 32 << 10},
		{name: "at the limit", length: -1, size: 5000, limit: 5000, want: 5000, most: 32 << 10},
		{name: "over the limit", length: -1, size: 5001, limit: 5000, want: 5000, most: 32 << 10, tooLarge: true},
		{name: "over it by its own word", length: 5001, size: 5001, limit: 5000, most: 1 << 10, tooLarge: true},
		{name: "longer than the server says", length: 10, size: 70_000, want: 70_000, most: 512 << 10},
		{name: "large", length: 9 << 20, size: 9 << 20, want: 9 << 20, most: 11 << 20},
		{name: "shorter than the server says", length: 1 << 40, size: 100, want: 100, most: 2 << 20},
		{name: "much shorter", length: 1 << 40, size: 2 << 20, want: 2 << 20, most: 20 << 20},
	} {
		sent := bytes.Repeat([]byte("a"), tt.size)
		res := &http.Response{ContentLength: tt.length, Body: io.NopCloser(scribbler{bytes.NewReader(sent)})}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		padded, err := readBody(res, tt.limit)
		runtime.ReadMemStats(&after)
		if errors.Is(err, ErrTooLarge) != tt.tooLarge || err != nil && !tt.tooLarge {
			t.Errorf("%s: %v", tt.name, err)
		}
		if got := unpadded(padded); string(got) != string(sent[:tt.want]) || cap(got) != len(got) {
			t.Errorf("%s: %d bytes with room for %d, want %d", tt.name, len(got), cap(got), tt.want)
		}
		if padded != nil && string(padded[tt.want:]) != strings.Repeat("\x00", codec.Pad) {
			t.Errorf("%s: behind the body there is %q", tt.name, padded[tt.want:])
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > uint64(tt.most) {
			t.Errorf("%s: allocated %d bytes, want at most %d", tt.name, took, tt.most)
		}
	}
}

// A response decodes what is in Body, which its owner may change or replace.
func TestDecodeChangedBody(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `[1,2]`) })
	for name, tt := range map[string]struct {
		change func(*Response)
		want   string
	}{
		"as it came":    {func(*Response) {}, "[1,2]"},
		"changed":       {func(r *Response) { r.Body[1] = '3' }, "[3,2]"},
		"replaced":      {func(r *Response) { r.Body = []byte("[4]") }, "[4]"},
		"as long":       {func(r *Response) { r.Body = []byte("[4,5]") }, "[4,5]"},
		"a part":        {func(r *Response) { r.Body = r.Body[1:2] }, "1"},
		"appended to":   {func(r *Response) { _ = append(r.Body, "]]"...) }, "[1,2]"},
		"taken away":    {func(r *Response) { r.Body = nil }, ""},
		"of no request": {func(r *Response) { *r = Response{Body: []byte("[6]")} }, "[6]"},
	} {
		resp, err := c.Do(t.Context(), get("/"))
		if err != nil {
			t.Fatal(err)
		}
		tt.change(resp)
		var v any
		if err := resp.Decode(&v); (err != nil) != (tt.want == "") {
			t.Errorf("%s: %v", name, err)
		}
		if got, _ := Marshal(v); tt.want != "" && string(got) != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// What a response decodes to holds nothing of its body, and decoding does not copy
// that: a hundred megabytes would be two hundred.
func TestDecodeInPlace(t *testing.T) {
	text := strings.Repeat("x", 1<<20)
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, 200, `{"skipped":"`+text+`","name":"kept"}`)
	})
	resp, err := c.Do(t.Context(), get("/"))
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		Name string `json:"name"`
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if err := resp.Decode(&v); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	allocated := after.TotalAlloc - before.TotalAlloc
	for k := range resp.Body {
		resp.Body[k] = '#'
	}
	if v.Name != "kept" || allocated > 100_000 {
		t.Errorf("%q, %d bytes allocated", v.Name, allocated)
	}
}
