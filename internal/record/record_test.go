package record

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/docwright/docwright/generated/apitest"
	"github.com/docwright/docwright/generated/clarus/clarustest"
	"github.com/docwright/docwright/generated/ctrlhub/ctrlhubtest"
	"github.com/docwright/docwright/internal/exchange"
)

// curated are the APIs of this repository with their fakes.
var curated = []struct {
	name string
	fake *apitest.Definition
}{{"ctrlhub", &ctrlhubtest.Definition}, {"clarus", &clarustest.Definition}}

func load(t *testing.T, name string) (*exchange.Spec, []*exchange.Exchange) {
	t.Helper()
	spec, err := exchange.LoadSpec("../../spec/" + name + "/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	calls, err := exchange.Read("../../spec/" + name + "/exchanges")
	if err != nil {
		t.Fatal(err)
	}
	return spec, calls
}

// TestReplay sends every documented call through the proxy to the fake of its
// API. What is recorded is what was documented, and nothing differs.
func TestReplay(t *testing.T) {
	for _, a := range curated {
		t.Run(a.name, func(t *testing.T) {
			spec, calls := load(t, a.name)
			fake, err := apitest.Start(a.fake, apitest.ForTest(t), apitest.WithAnswers(apitest.FromExchanges, apitest.FromExamples))
			if err != nil {
				t.Fatal(err)
			}
			defer fake.Close()
			recorded := 0
			for _, ex := range calls {
				if ex.Response == nil {
					continue
				}
				report := through(t, Options{Upstream: fake.URL, spec: spec}, ex)
				if len(report.Differences) > 0 {
					t.Errorf("%s: %v", ex.Name, report.Differences)
				}
				if len(report.files) != 1 {
					t.Errorf("%s: recorded %d exchanges: %v", ex.Name, len(report.files), report.Notes)
					continue
				}
				recorded++
				compare(t, ex, report.files[0])
			}
			t.Logf("recorded %d of %d exchanges", recorded, len(calls))
		})
	}
}

// through sends one documented call through a proxy.
func through(t *testing.T, opts Options, ex *exchange.Exchange) *Report {
	t.Helper()
	p, err := newProxy(opts)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(p)
	send(t, front.URL, ex)
	front.Close()
	return p.recorder.finish()
}

func send(t *testing.T, base string, ex *exchange.Exchange) {
	t.Helper()
	req, err := ex.Request.HTTP(base)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = ""
	req.Header.Set("Prefer", "example="+ex.Name)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, res.Body)
	res.Body.Close()
}

// compare compares a recorded exchange with the documented one; values that
// are redacted are left out.
func compare(t *testing.T, want *exchange.Exchange, f file) {
	t.Helper()
	got, err := exchange.Parse(f.name, f.data)
	if err != nil {
		t.Errorf("%s: %v\n%s", want.Name, err, f.data)
		return
	}
	if got.OperationID != want.OperationID || got.Request.Method != want.Request.Method || got.Request.URL().Path != want.Request.URL().Path || got.Request.Host != want.Request.Host {
		t.Errorf("%s: recorded %s %s%s as %s", want.Name, got.Request.Method, got.Request.Host, got.Request.Target, got.OperationID)
	}
	if want.Response != nil && got.Response.Status != want.Response.Status {
		t.Errorf("%s: status %d, want %d", want.Name, got.Response.Status, want.Response.Status)
	}
	if !same(got.Request.Body, want.Request.Body) || !want.Response.Elided() && !same(got.Response.Body, want.Response.Body) {
		t.Errorf("%s: the bodies differ\n%s\n%s", want.Name, got.Response.Body, want.Response.Body)
	}
}

// same compares bodies but for personal data, which is redacted.
func same(a, b []byte) bool {
	if bytes.Equal(bytes.TrimSpace(a), bytes.TrimSpace(b)) {
		return true
	}
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	return alike(x, y)
}

func alike(x, y any) bool {
	switch x := x.(type) {
	case map[string]any:
		y, ok := y.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for k := range x {
			if !alike(x[k], y[k]) {
				return false
			}
		}
		return true
	case []any:
		y, ok := y.([]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !alike(x[i], y[i]) {
				return false
			}
		}
		return true
	case string:
		_, ok := y.(string)
		return ok && (x == y || redacted(x))
	}
	return reflect.DeepEqual(x, y)
}

func redacted(s string) bool {
	for _, p := range []string{"secret", "tenant", "name", "place", "jane", "+441632960000", "2000-01-01"} {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// deviations are ways in which a server departs from its spec.
var deviations = []struct {
	kind, report string
	change       func(body map[string]any, res *deviant)
}{
	{"status", "has no response 299", func(_ map[string]any, r *deviant) { r.status = 299 }},
	{"member", "undocumented member /data/surprise", func(b map[string]any, _ *deviant) { data(b)["surprise"] = 1 }},
	{"null", "/data/id", func(b map[string]any, _ *deviant) { data(b)["id"] = nil }},
	{"type", "/data/type", func(b map[string]any, _ *deviant) { data(b)["type"] = 7 }},
	{"missing", "/data/type", func(b map[string]any, _ *deviant) { delete(data(b), "type") }},
	{"enum", "/data/type", func(b map[string]any, _ *deviant) { data(b)["type"] = "surprises" }},
	{"media", "text/plain", func(_ map[string]any, r *deviant) { r.media = "text/plain" }},
	{"path", "undocumented path", func(_ map[string]any, r *deviant) { r.path = "/nowhere" }},
}

type deviant struct {
	status      int
	media, path string
}

func data(b map[string]any) map[string]any { d, _ := b["data"].(map[string]any); return d }

// TestDeviations plants 40 deviations, each twice. All are reported once.
func TestDeviations(t *testing.T) {
	spec, all := load(t, "ctrlhub")
	var calls []*exchange.Exchange
	for _, ex := range all {
		var body map[string]any
		if ex.Variant == "" && ex.Response != nil && json.Unmarshal(ex.Response.Body, &body) == nil && data(body)["id"] != nil && data(body)["type"] != nil && len(calls) < 5 {
			calls = append(calls, ex)
		}
	}
	planted := 0
	for _, ex := range calls {
		for _, d := range deviations {
			planted++
			var body map[string]any
			if err := json.Unmarshal(ex.Response.Body, &body); err != nil {
				t.Fatal(err)
			}
			answer := deviant{status: ex.Response.Status, media: ex.Response.Header.Get("Content-Type")}
			d.change(body, &answer)
			spelled, _ := json.Marshal(body)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", answer.media)
				w.WriteHeader(answer.status)
				w.Write(spelled)
			}))
			p, err := newProxy(Options{Upstream: server.URL, spec: spec})
			if err != nil {
				t.Fatal(err)
			}
			front := httptest.NewServer(p)
			one := *ex
			if answer.path != "" {
				one.Request.Target = answer.path
			}
			send(t, front.URL, &one)
			send(t, front.URL, &one)
			front.Close()
			server.Close()
			report := p.recorder.finish()
			hits := 0
			for _, x := range report.Differences {
				if strings.Contains(x.Text, d.report) {
					hits++
					if x.Count != 2 {
						t.Errorf("%s, %s: counted %d times, want 2", ex.Name, d.kind, x.Count)
					}
				}
			}
			if hits != 1 {
				t.Errorf("%s, %s: reported %d times, want once: %v", ex.Name, d.kind, hits, report.Differences)
			}
		}
	}
	if planted != 40 {
		t.Errorf("planted %d deviations, want 40", planted)
	}
}

// TestBusy makes 100 calls at once. None is lost, and each response arrives as
// the server sent it.
func TestBusy(t *testing.T) {
	spec, all := load(t, "ctrlhub")
	ex := all[0]
	for _, x := range all {
		if x.Request.Method == "GET" && x.Response != nil && len(x.Response.Body) > 0 {
			ex = x
			break
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { ex.Response.WriteTo(w) }))
	defer server.Close()
	p, err := newProxy(Options{Upstream: server.URL, spec: spec})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(p)
	defer front.Close()
	var wg sync.WaitGroup
	for range 100 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			req, _ := ex.Request.HTTP(front.URL)
			req.Host = ""
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			body, _ := io.ReadAll(res.Body)
			res.Body.Close()
			if !bytes.Equal(body, ex.Response.Body) {
				t.Errorf("the response changed on its way: %q", body)
			}
		}()
	}
	wg.Wait()
	front.Close()
	if report := p.recorder.finish(); report.Calls != 100 || len(report.files) != 1 {
		t.Errorf("recorded %d calls and %d exchanges, want 100 and 1", report.Calls, len(report.files))
	}
}

// TestOverhead measures what the proxy adds to a call.
func TestOverhead(t *testing.T) {
	if testing.Short() {
		t.Skip("measures time")
	}
	spec, _ := load(t, "ctrlhub")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, `{}`) }))
	defer server.Close()
	p, err := newProxy(Options{Upstream: server.URL, spec: spec})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(p)
	defer front.Close()
	median := func(base string) time.Duration {
		var all []time.Duration
		for range 300 {
			start := time.Now()
			res, err := http.Get(base + "/v3/orgs")
			if err != nil {
				t.Fatal(err)
			}
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
			all = append(all, time.Since(start))
		}
		sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
		return all[len(all)/2]
	}
	direct, proxied := median(server.URL), median(front.URL)
	t.Logf("median %v without the proxy, %v with it", direct, proxied)
	if proxied-direct > 5*time.Millisecond {
		t.Errorf("the proxy adds %v to a call", proxied-direct)
	}
}

// TestRecordSecrets plants secrets in every part of a call. None reaches a file
// or the report.
func TestRecordSecrets(t *testing.T) {
	spec, err := exchange.ParseSpec("boats.json", []byte(`{"openapi":"3.0.3","info":{"title":"Boats","version":"1"},"paths":{"/boats":{"post":{"operationId":"boats.create",
		"parameters":[{"name":"token","in":"query","schema":{"type":"string"}}],
		"requestBody":{"content":{"application/json":{"schema":{"type":"object","properties":{"name":{"type":"string"},"password":{"type":"string"},"note":{"type":"string"},"email":{"type":"string"}}}}}},
		"responses":{"201":{"description":"Created","content":{"application/json":{"schema":{"type":"object","properties":{"id":{"type":"integer"},"api_key":{"type":"string"},"echo":{"type":"string"}}}}}}}}}},
		"components":{"securitySchemes":{"bearer":{"type":"http","scheme":"bearer"}}},"security":[{"bearer":[]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{"tok-9f8e7d6c5b4a39281706", "hunter2-hunter2", "k-0a1b2c3d4e5f60718293", "ann.sailor@harbour.org", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "q-5566778899aabbccddee", "sess-0011223344556677"}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Set-Cookie", "sid="+secrets[6]+"; Path=/")
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, `{"id":1,"api_key":%q,"echo":%q,"leak":%q}`, secrets[2], "token was "+secrets[0], secrets[4])
	}))
	defer server.Close()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	report, err := Serve(ctx, Options{Upstream: server.URL, Out: dir, spec: spec}, func(address string) {
		req, _ := http.NewRequest("POST", address+"/boats?token="+secrets[5], strings.NewReader(fmt.Sprintf(`{"name":"Ann","password":%q,"note":"key %s","email":%q}`, secrets[1], secrets[2], secrets[3])))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+secrets[0])
		req.Header.Set("Cookie", "sid="+secrets[6])
		go func() {
			defer cancel()
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			io.Copy(io.Discard, res.Body)
			res.Body.Close()
		}()
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Written) != 1 {
		t.Fatalf("wrote %v, %v, %v", report.Written, report.Differences, report.Notes)
	}
	written, err := os.ReadFile(filepath.Join(dir, "boats.create.txtar"))
	if err != nil {
		t.Fatal(err)
	}
	all := string(written) + fmt.Sprint(report.Differences, report.Notes, report.Operations)
	for _, s := range secrets {
		if strings.Contains(all, s) {
			t.Errorf("%s is in\n%s", s, all)
		}
	}
}
