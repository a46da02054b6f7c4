package apitest

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

const guardSpec = `{"openapi":"3.0.3","info":{"title":"T","version":"1"},"servers":[{"url":"https://api.example.com/v1"},{"url":"/"}],"paths":{
	"/notes":{"post":{"operationId":"notes.create","requestBody":{"required":true,"content":{"application/json":{"schema":{"type":"object"}}}},"responses":{"204":{"description":"ok"}}},
	"get":{"operationId":"notes.list","responses":{"204":{"description":"ok"}}}},
	"/files":{"put":{"operationId":"files.put","requestBody":{"content":{"image/*":{}}},"responses":{"204":{"description":"ok"}}}}}}`

// guardEndpoints are the operations of guardSpec.
var guardEndpoints = []Endpoint{
	{Method: "POST", Path: "/notes", Status: 204}, {Method: "GET", Path: "/notes", Status: 204}, {Method: "PUT", Path: "/files", Status: 204},
}

func startGuarded(t *testing.T, opts ...Option) *Server {
	t.Helper()
	s, err := Start(&Definition{Spec: guardSpec, Endpoints: guardEndpoints}, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func request(t *testing.T, s *Server, method, path, host, origin, contentType, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if host != "" {
		req.Host = host
	}
	if origin != "" {
		req.Header.Set("Origin", origin)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, _ := io.ReadAll(res.Body)
	return res.StatusCode, string(text)
}

// TestGuard attacks a fake as web pages would: by a name that leads to the loopback
// (DNS rebinding), and by requests from another origin.
func TestGuard(t *testing.T) {
	s := startGuarded(t)
	asked := startGuarded(t, AllowHosts("api.test"), AllowOrigins("http://localhost:3000"))
	port := s.URL[strings.LastIndexByte(s.URL, ':'):]
	for _, tt := range []struct {
		server               *Server
		method, host, origin string
		want                 int
	}{
		{s, "GET", "", "", 204},
		{s, "GET", "localhost" + port, "", 204},
		{s, "GET", "app.localhost", "", 204},
		{s, "POST", "api.example.com", "", 204},
		{s, "GET", "[::1]" + port, "", 204},
		{s, "GET", "evil.example" + port, "", 421},
		{s, "POST", "127.0.0.1.evil.example", "", 421},
		{s, "GET", "localhost.evil.example", "", 421},
		{s, "POST", "", "http://evil.example", 403},
		{s, "POST", "", "null", 403},
		{s, "POST", "", "http://localhost:3000", 403},
		{s, "POST", "", s.URL, 204},
		{s, "GET", "", "http://evil.example", 204}, // the page cannot read the answer
		{asked, "POST", "api.test", "", 204},
		{asked, "POST", "", "http://localhost:3000", 204},
		{asked, "POST", "", "http://localhost:3001", 403},
	} {
		if got, text := request(t, tt.server, tt.method, "/notes", tt.host, tt.origin, "application/json", map[bool]string{true: "{}"}[tt.method == "POST"]); got != tt.want {
			t.Errorf("%s for %q from %q: %d %s, want %d", tt.method, tt.host, tt.origin, got, text, tt.want)
		}
	}
}

// TestOtherContentType is D30: a body of another type is answered with 415 (RFC
// 9110, section 15.5.16).
func TestOtherContentType(t *testing.T) {
	s := startGuarded(t)
	for _, tt := range []struct {
		method, path, contentType string
		want                      int
	}{
		{"POST", "/notes", "application/json", 204},
		{"POST", "/notes", "application/json; charset=utf-8", 204},
		{"POST", "/notes", "text/plain", 415},
		{"POST", "/notes", "application/xml", 415},
		{"POST", "/notes", "application/x-www-form-urlencoded", 415},
		{"POST", "/notes", "", 415},
		{"PUT", "/files", "image/png", 204},
		{"PUT", "/files", "application/pdf", 415},
	} {
		if got, text := request(t, s, tt.method, tt.path, "", "", tt.contentType, `{"a":1}`); got != tt.want {
			t.Errorf("%s %s as %q: %d %s, want %d", tt.method, tt.path, tt.contentType, got, text, tt.want)
		}
	}
	if got, text := request(t, s, "POST", "/notes", "", "", "application/json", `{`); got != 400 {
		t.Errorf("broken JSON: %d %s", got, text)
	}
}

// TestRecordsAreBounded holds that a fake that runs for long forgets old requests.
func TestRecordsAreBounded(t *testing.T) {
	s := startGuarded(t)
	for range maxRecords + 10 {
		s.keep(Record{Operation: "old", Body: []byte("x")})
	}
	if n := len(s.Requests()); n != maxRecords || s.recorded != maxRecords {
		t.Errorf("%d records of %d bytes", n, s.recorded)
	}
	big := make([]byte, maxRecordBytes/2)
	for range 5 {
		s.keep(Record{Operation: "big", Body: big})
	}
	if records := s.Requests(); len(records) > 3 || records[len(records)-1].Operation != "big" || s.recorded > maxRecordBytes {
		t.Errorf("%d records of %d bytes", len(records), s.recorded)
	}
	s.keep(Record{Operation: "huge", Body: make([]byte, maxRecordBytes+1)})
	if records := s.Requests(); len(records) != 1 || records[0].Operation != "huge" {
		t.Errorf("%d records", len(records))
	}
}
