package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/project"
)

// lockedBuffer is what a command prints into while a test reads.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// TestServeFake serves a curated API, calls it as its curl line says, and ends
// it. What is printed tells what happened.
func TestServeFake(t *testing.T) {
	out := &lockedBuffer{}
	a := &app{stages: project.RealStages(), settings: settings{format: "text"}, stdout: &diag.Printer{W: out}, stderr: &diag.Printer{W: os.Stderr}}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan int)
	go func() {
		ended <- a.serveFake(ctx, filepath.Join(checkoutDir(t), "spec", "ctrlhub", "openapi.yaml"), &fakeSettings{address: "localhost:0"})
	}()
	curl := regexp.MustCompile(`curl -H '([^:]+): ([^']+)' '([^']+)'`)
	var line []string
	for end := time.Now().Add(30 * time.Second); line == nil; time.Sleep(10 * time.Millisecond) {
		if line = curl.FindStringSubmatch(out.String()); line == nil && time.Now().After(end) {
			t.Fatalf("no curl line: %s", out)
		}
	}
	for _, url := range []string{line[3], line[3] + "?nothing=1"} {
		req, err := http.NewRequest(http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(line[1], line[2])
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if want := strings.Contains(url, "nothing"); (resp.StatusCode == 400) != want || want && !bytes.Contains(body, []byte(`"parameter":"nothing"`)) {
			t.Errorf("%s: %d %s", url, resp.StatusCode, body)
		}
	}
	cancel()
	if code := <-ended; code != exitOK {
		t.Errorf("exit %d", code)
	}
	for _, want := range []string{"listening on http://127.0.0.1:", " 200 ", ", from store (", `query parameter "nothing": is not documented`, "ended after 2 requests\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
}
