package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"testing"
	"time"
)

var benchBody, _ = json.Marshal(map[string]any{"type": "application/json", "length": 12, "body": string(make([]byte, 300)), "parts": map[string][]string{"a": {"b", "c"}}})

type benchParams struct {
	Limit Opt[int] `query:"limit"`
}

func benchHandler(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(benchBody)
}

// bareCall is what a caller would write with net/http alone.
func bareCall(ctx context.Context, client *http.Client, server string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server+"/base/orgs/"+url.PathEscape(benchOrg)+"/things?limit="+strconv.Itoa(10), nil)
	if err != nil {
		return err
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "bench")
	req.Header.Set("X-Session-Token", "token")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return Unmarshal(body, new(echo))
}

// runtimeCall is what a generated method does.
func runtimeCall(ctx context.Context, c *Client) error {
	_, err := Pointer[echo](ctx, c, &Call{
		Operation: "things.get", Method: http.MethodGet, Path: "/orgs/{org_id}/things", Args: []any{benchOrg},
		Params: &benchParams{Limit: Set(10)}, Accept: "application/json", Security: benchSecurity,
	})
	return err
}

const benchOrg = "3c90c3cc-0d44-4b50-8888-8dd25736052a"

var benchSecurity = Security{{"a"}}

func BenchmarkCallBare(b *testing.B) {
	c, srv := serve(b, benchHandler)
	b.ReportAllocs()
	for b.Loop() {
		if err := bareCall(b.Context(), c.http, srv.URL); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCall(b *testing.B) {
	c, _ := serve(b, benchHandler, WithCredential("a", HeaderKey("X-Session-Token", "token")))
	b.ReportAllocs()
	for b.Loop() {
		if err := runtimeCall(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkCallOverhead makes the two calls in turn over loopback and reports
// the ratio of their median times: a machine that is busy meanwhile is so for
// both.
func BenchmarkCallOverhead(b *testing.B) {
	c, srv := serve(b, benchHandler, WithCredential("a", HeaderKey("X-Session-Token", "token")))
	var bare, call []time.Duration
	for b.Loop() {
		start := time.Now()
		if err := bareCall(b.Context(), c.http, srv.URL); err != nil {
			b.Fatal(err)
		}
		middle := time.Now()
		if err := runtimeCall(b.Context(), c); err != nil {
			b.Fatal(err)
		}
		bare, call = append(bare, middle.Sub(start)), append(call, time.Since(middle))
	}
	slices.Sort(bare)
	slices.Sort(call)
	b.ReportMetric(float64(call[len(call)/2])/float64(bare[len(bare)/2]), "call_overhead")
}

// BenchmarkTrip is a call without a network.
func BenchmarkTrip(b *testing.B) {
	c, err := NewClient(Config{Server: "https://api.example.com"}, WithCredential("a", HeaderKey("X-Session-Token", "token")))
	if err != nil {
		b.Fatal(err)
	}
	c.do = DoerFunc(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Status: "200 OK", Body: io.NopCloser(bytes.NewReader(benchBody))}, nil
	})
	b.ReportAllocs()
	for b.Loop() {
		if err := runtimeCall(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
}
