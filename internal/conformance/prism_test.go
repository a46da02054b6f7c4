package conformance

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/docwright/docwright/generated/api"
	"github.com/docwright/docwright/internal/exchange"
	"github.com/docwright/docwright/internal/gentest"
	"github.com/docwright/docwright/internal/load"
)

// TestPrism calls every operation once through the generated clients. Prism, a
// mock server that others made, holds each request against the spec and
// answers with an example that it makes of the response's schema. It has to
// find no violation in either, and the client has to understand the answer.
//
// PRISM is the command that starts it; make prism sets that.
func TestPrism(t *testing.T) {
	command := os.Getenv("PRISM")
	if command == "" {
		t.Skip("needs Prism, which needs Node: make prism fetches it and sets PRISM")
	}
	for _, a := range apis {
		t.Run(a.name, func(t *testing.T) {
			p := &prism{curated: a, spec: a.loadSpec(t), address: startPrism(t, command, a)}
			documented := documentedCalls(t, a)
			called := 0 // -run may choose some
			for _, operation := range p.spec.Operations() {
				t.Run(operation, func(t *testing.T) {
					called++
					p.check(t, operation, documented[operation])
				})
			}
			t.Logf("%d operations, %d requests, %d violations", called, p.requests, p.violations)
			if p.requests != called {
				t.Errorf("%d requests for %d operations", p.requests, called)
			}
		})
	}
}

// startPrism serves an API's spec on the loopback until the test ends, and
// returns its address.
func startPrism(t *testing.T, command string, a *curated) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), a.name+".json")
	if err := os.WriteFile(file, bundled(t, a), 0o600); err != nil {
		t.Fatal(err)
	}
	host, port, err := net.SplitHostPort(gentest.FreeAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, command, "mock", "--errors", "--host", host, "--port", port, file)
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	listening, ended := make(chan struct{}), make(chan string)
	go watchPrism(output, listening, ended)
	t.Cleanup(func() {
		stop()
		<-ended
		_ = cmd.Wait() // that it was killed
	})
	select {
	case <-listening:
	case log := <-ended:
		t.Fatalf("Prism did not start:\n%s", log)
	case <-time.After(2 * time.Minute):
		t.Fatal("Prism does not listen after two minutes")
	}
	return "http://" + net.JoinHostPort(host, port)
}

// watchPrism reads what Prism prints. It closes listening once the server is
// up; ended gives the log, and is closed, when Prism has stopped.
func watchPrism(output io.Reader, listening chan<- struct{}, ended chan<- string) {
	var log strings.Builder
	up := false
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if !up {
			fmt.Fprintln(&log, lines.Text())
		}
		if !up && strings.Contains(lines.Text(), "Prism is listening") {
			up = true
			close(listening)
		}
	}
	if !up {
		ended <- log.String()
	}
	close(ended)
}

// bundled returns an API's spec in one file.
func bundled(t *testing.T, a *curated) []byte {
	t.Helper()
	doc, diagnostics := load.File(a.path("openapi.yaml"), load.Options{Strict: true})
	if doc == nil {
		t.Fatal(diagnostics)
	}
	bundle, err := doc.Bundle()
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(bundle, &v); err != nil {
		t.Fatal(err)
	}
	exemplify(v)
	if bundle, err = json.Marshal(v); err != nil {
		t.Fatal(err)
	}
	return bundle
}

// exemplify gives text that holds an integer an example: Prism does not know the
// format int64 of text, and would send "string".
func exemplify(v any) {
	switch v := v.(type) {
	case map[string]any:
		if v["type"] == "string" && v["format"] == "int64" && v["example"] == nil {
			v["example"] = "7"
		}
		for _, member := range v {
			exemplify(member)
		}
	case []any:
		for _, item := range v {
			exemplify(item)
		}
	}
}

// documentedCalls returns the first exchange of each operation that is not
// refused.
func documentedCalls(t *testing.T, a *curated) map[string]*exchange.Exchange {
	calls := map[string]*exchange.Exchange{}
	for _, ex := range a.exchanges(t) {
		if calls[ex.OperationID] == nil && (ex.Response == nil || ex.Response.Status < 400) {
			calls[ex.OperationID] = ex
		}
	}
	return calls
}

// prism is a running server and the API that it serves.
type prism struct {
	*curated
	spec       *exchange.Spec
	address    string
	requests   int // received
	violations int // found in requests and answers
}

// check makes one call of an operation: the documented one or, where no page
// shows any, one with samples of what the spec asks for.
func (p *prism) check(t *testing.T, operation string, ex *exchange.Exchange) {
	if ex == nil {
		ex = p.sampler(t).call(t, operation)
	}
	_, path, _ := p.spec.Operation(operation)
	_, fragment, _ := strings.Cut(path, "#")
	opts := append(p.credentials(credentialHeader()), api.WithServer(p.address), api.WithRetries(0), api.WithMiddleware(p.middleware(t, fragment)))
	client, err := p.client(opts...)
	if err != nil {
		t.Fatal(err)
	}
	out, err := drive(t.Context(), client, p.spec, ex)
	if err != nil {
		t.Fatal(err)
	}
	if out.err != nil {
		t.Fatalf("the call failed: %v\n%s", out.err, out.response.Body)
	}
	if out.response.Operation != operation {
		t.Errorf("called the operation %q", out.response.Operation)
	}
	if stream, ok := out.result.(io.ReadCloser); ok {
		defer stream.Close()
		if _, err := io.Copy(io.Discard, stream); err != nil {
			t.Error(err)
		}
		return
	}
	w := walker{seen: map[any]bool{}}
	w.walk("", reflect.ValueOf(out.result))
	for _, problem := range w.problems {
		t.Error(problem)
	}
}

// credentialHeader is that of a request with all credentials.
func credentialHeader() http.Header {
	return http.Header{"Authorization": {"Bearer secret"}, "X-Clarus-Subdomain": {"tenant"}}
}

// middleware reports the violations that Prism names in a header. Operations
// that share a path are distinguished by a fragment in the spec, which Prism
// takes for a part of the path: it is put back.
func (p *prism) middleware(t *testing.T, fragment string) func(api.Doer) api.Doer {
	return func(next api.Doer) api.Doer {
		return api.DoerFunc(func(req *http.Request) (*http.Response, error) {
			if fragment != "" {
				req = req.Clone(req.Context())
				req.URL.Path += "#" + fragment
			}
			res, err := next.Do(req)
			if err == nil {
				p.requests++
				for _, violation := range res.Header.Values("Sl-Violations") {
					p.violations++
					t.Errorf("%s %s: %s", req.Method, req.URL, violation)
				}
			}
			return res, err
		})
	}
}
