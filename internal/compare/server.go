package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// server responds from memory, so that no socket is measured.
type server struct {
	respond  func(req *http.Request, body string) (status int, response string)
	requests int
	sent     string // the body of the last request
}

// RoundTrip implements [http.RoundTripper].
func (s *server) RoundTrip(req *http.Request) (*http.Response, error) {
	s.requests, s.sent = s.requests+1, ""
	if req.Body != nil {
		data, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		s.sent = string(data)
		_ = req.Body.Close()
	}
	status, body := s.respond(req, s.sent)
	return &http.Response{
		StatusCode: status, Status: fmt.Sprintf("%d %s", status, http.StatusText(status)),
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json"}, "Retry-After": {"0"}},
		Body:          io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)), Request: req,
	}, nil
}

// always responds to all requests alike.
func (s *server) always(status int, body string) {
	s.requests, s.respond = 0, func(*http.Request, string) (int, string) { return status, body }
}

// order returns the JSON of an order; note is a member or empty.
func order(status, note string) string {
	return fmt.Sprintf(`{"id":"o1","status":%q,"customer_id":"c1",%s"lines":[{"sku":"A-1","quantity":2,"price":9.5},`+
		`{"sku":"B-7","quantity":1,"price":120}],"placed_at":"2026-03-04T05:06:07Z"}`, status, note)
}

// page returns the JSON of a page of n orders; next is a cursor or empty.
func page(n int, next string) string {
	var b bytes.Buffer
	b.WriteString(`{"data":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(order("paid", `"note":"Leave it with the neighbours.",`))
	}
	b.WriteByte(']')
	if next != "" {
		fmt.Fprintf(&b, `,"next_cursor":%q`, next)
	}
	b.WriteByte('}')
	return b.String()
}

// pages responds with three pages of two orders.
func (s *server) pages() {
	s.requests, s.respond = 0, func(req *http.Request, _ string) (int, string) {
		switch req.URL.Query().Get("cursor") {
		case "":
			return http.StatusOK, page(2, "two")
		case "two":
			return http.StatusOK, page(2, "three")
		case "three":
			return http.StatusOK, page(2, "")
		}
		return http.StatusNotFound, failure
	}
}

const failure = `{"code":"order_missing","message":"There is no such order."}`
