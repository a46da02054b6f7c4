// Package independent asks servers that another generator made of the curated
// specs what they read of a request. The servers are a module of their own,
// internal/conformance/servers, and run as a process of their own.
package independent

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// Reading is what a server made of a request.
type Reading struct {
	Operation string         // as oapi-codegen names it: ContactsCreate for contacts.create
	Path      []string       // parameters of the path, in its order
	Params    map[string]any // parameters of the query and the header
	Body      []byte         // the body as the server's own types encode it
}

// Read sends a request to the server of an API and returns what it read. A
// request that the server does not accept is an error. Read consumes r.Body.
func Read(api string, r *http.Request) (*Reading, error) {
	host, err := address()
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	out := r.Clone(r.Context())
	out.RequestURI = ""
	out.URL = &url.URL{
		Scheme: "http", Host: host,
		Path: "/" + api + r.URL.Path, RawPath: "/" + api + r.URL.EscapedPath(), RawQuery: r.URL.RawQuery,
	}
	out.Body = io.NopCloser(bytes.NewReader(body))
	out.ContentLength, out.TransferEncoding = int64(len(body)), nil
	resp, err := transport.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", resp.Status, strings.TrimSpace(string(data)))
	}
	var got Reading
	if err := json.Unmarshal(data, &got); err != nil {
		return nil, fmt.Errorf("%w: %s", err, data)
	}
	return &got, nil
}

// transport keeps no connections, because tests count the goroutines that they leave.
var transport = &http.Transport{DisableKeepAlives: true, DisableCompression: true}

// address returns where the servers serve. The first call makes, builds and
// starts them; they end with this process, which has the other end of their
// input. No goroutine reads what they print, because tests count goroutines.
var address = sync.OnceValues(func() (string, error) {
	dir := "servers"
	if _, err := os.Stat(dir); err != nil {
		dir = filepath.Join("..", "servers")
	}
	generate := command(dir, "run", "./generate")
	if err := generate.Run(); err != nil {
		return "", fmt.Errorf("%s in %s: %w", generate, dir, err)
	}
	stdout, write, err := os.Pipe()
	if err != nil {
		return "", err
	}
	serve := command(dir, "run", ".")
	serve.Stdout = write
	if input, err = serve.StdinPipe(); err != nil {
		return "", err
	}
	if err := serve.Start(); err != nil {
		return "", err
	}
	write.Close()
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("%s in %s does not say where it serves: %w", serve, dir, err)
	}
	return strings.TrimSpace(line), nil
})

// input is the servers' input. The variable keeps it open: if the garbage
// collector closed it, the servers would end.
var input io.WriteCloser //nolint:unused // keeping it is its use

// command is the go command in the module of the servers.
func command(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	cmd.Stderr = os.Stderr
	return cmd
}
