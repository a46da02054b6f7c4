package remote

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/lock"
)

// serve returns a server and a fetcher that may ask it, for all that it is not
// public.
func serve(t *testing.T, handler http.HandlerFunc, options Options) (*httptest.Server, *Fetcher) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	transport := network(func(netip.Addr) bool { return true })
	transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig
	options.Transport = transport
	if options.Origins == nil {
		options.Origins = []string{server.URL}
	}
	f, err := New(options)
	if err != nil {
		t.Fatal(err)
	}
	return server, f
}

func TestGet(t *testing.T) {
	var asked []*http.Request
	server, f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r)
		fmt.Fprint(w, "text of "+r.URL.Path)
	}, Options{Cache: t.TempDir()})
	data, err := f.Get(server.URL + "/a/../b.yaml#/Pet")
	if err != nil || string(data) != "text of /b.yaml" {
		t.Fatalf("%q, %v", data, err)
	}
	for _, name := range []string{"Authorization", "Cookie", "Referer"} {
		if asked[0].Header.Get(name) != "" {
			t.Errorf("sent %s", name)
		}
	}
	if pins := f.Pins(); len(pins) != 1 || pins[server.URL+"/b.yaml"] != lock.Hash(data) {
		t.Errorf("pins: %v", pins)
	}

	// A pinned file comes from the cache, whatever the network says now.
	again, err := New(Options{Origins: []string{server.URL}, Pins: f.Pins(), Cache: f.options.Cache, Transport: f.client.Transport})
	if err != nil {
		t.Fatal(err)
	}
	if data, err := again.Get(server.URL + "/b.yaml"); err != nil || string(data) != "text of /b.yaml" || len(asked) != 1 {
		t.Errorf("%q, %v, asked %d times", data, err, len(asked))
	}

	// A cache that somebody wrote to is not believed.
	if err := os.WriteFile(filepath.Join(f.options.Cache, lock.Hash(data)), []byte("text of somebody"), 0o600); err != nil {
		t.Fatal(err)
	}
	if data, err := again.Get(server.URL + "/b.yaml"); err != nil || string(data) != "text of /b.yaml" || len(asked) != 2 {
		t.Errorf("%q, %v, asked %d times", data, err, len(asked))
	}
}

func TestChanged(t *testing.T) {
	server, f := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "new") }, Options{})
	f.options.Pins = map[string]string{server.URL + "/a.yaml": lock.Hash([]byte("old"))}
	_, err := f.Get(server.URL + "/a.yaml")
	var changed *ChangedError
	if !errors.As(err, &changed) || changed.URL != server.URL+"/a.yaml" || len(f.Pins()) != 0 {
		t.Fatalf("%v, pins %v", err, f.Pins())
	}
	f.options.Update = true
	if data, err := f.Get(server.URL + "/a.yaml"); err != nil || string(data) != "new" {
		t.Errorf("%q, %v", data, err)
	}
}

func TestRefused(t *testing.T) {
	other := httptest.NewTLSServer(http.NotFoundHandler())
	defer other.Close()
	server, f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/missing":
			http.NotFound(w, r)
		case "/away":
			http.Redirect(w, r, other.URL+"/x", http.StatusFound)
		case "/plain":
			http.Redirect(w, r, "http://"+r.Host+"/x", http.StatusFound)
		case "/circle":
			http.Redirect(w, r, "/circle", http.StatusFound)
		case "/large":
			io.Copy(w, io.LimitReader(zeros{}, maxSize+1))
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(bomb(t))
		case "/cut":
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "short")
		}
	}, Options{})
	for path, want := range map[string]string{
		"/missing": "the server responds with 404 Not Found",
		"/away":    "it redirects to " + other.URL + "/x, which is not listed with it",
		"/plain":   "it redirects to http://" + strings.TrimPrefix(server.URL, "https://") + "/x, which is not listed with it",
		"/circle":  "it redirects more than 3 times",
		"/large":   "it is larger than the 20 MB that are read",
		"/bomb":    "it is larger than the 20 MB that are read",
		"/cut":     "unexpected EOF",
	} {
		if data, err := f.Get(server.URL + path); err == nil || err.Error() != want {
			t.Errorf("%s: %d bytes, %v; want %s", path, len(data), err, want)
		}
	}
	if _, err := f.Get("https://elsewhere.example.com/a"); err == nil || err.Error() != "https://elsewhere.example.com/a is not listed" {
		t.Error(err)
	}
	for i := range maxFiles + 1 {
		_, err := f.Get(fmt.Sprintf("%s/%d", server.URL, i))
		if i < maxFiles && err != nil || i == maxFiles && (err == nil || err.Error() != "more than 100 files are asked for") {
			t.Fatalf("file %d: %v", i, err)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// bomb is small, and large when it is unpacked.
func bomb(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.Copy(w, io.LimitReader(zeros{}, 10*maxSize)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestNotPublic asks a server of this machine by the fetcher as users have it.
func TestNotPublic(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	f, err := New(Options{Origins: []string{server.URL}})
	if err != nil {
		t.Fatal(err)
	}
	const want = "its address 127.0.0.1 is not public"
	if _, err := f.Get(server.URL + "/a"); err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("%v; want %s", err, want)
	}
	t.Setenv("HTTPS_PROXY", server.URL)
	if _, err := f.Get(server.URL + "/a"); err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("with a proxy: %v; want %s", err, want)
	}
}

func TestAddresses(t *testing.T) {
	for text, want := range map[string]bool{
		"8.8.8.8": true, "2606:4700::1111": true, "::ffff:8.8.8.8": true, "64:ff9b::808:808": true, "2002:808:808::1": true,
		"127.0.0.1": false, "127.1.2.3": false, "10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false,
		"169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false, "0.1.2.3": false, "224.0.0.1": false, "255.255.255.255": false,
		"192.0.2.1": false, "198.18.0.1": false, "240.0.0.1": false, "::1": false, "::": false, "fe80::1": false, "fe80::1%eth0": false,
		"fd00::1": false, "fec0::1": false, "ff02::1": false, "2001:db8::1": false, "::ffff:127.0.0.1": false, "::ffff:169.254.169.254": false,
		"::127.0.0.1": false, "64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false, "2002:7f00:1::1": false, "2001::1": false,
		"5f00::1": false, "4000::1": false, "1::1": false, "e000::1": false, "200::1": false,
	} {
		if got := isPublic(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: public is %v", text, got)
		}
	}
}

func TestAllows(t *testing.T) {
	f, err := New(Options{Origins: []string{"https://one.example.com", "https://Two.example.com:443/schemas/", "https://three.example.com:8443/a"}})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{
		"https://one.example.com/a.yaml":                true,
		"https://ONE.example.com:443/a.yaml":            true,
		"https://one.example.com":                       true,
		"https://two.example.com/schemas/a.yaml":        true,
		"https://three.example.com:8443/a/b":            true,
		"http://one.example.com/a.yaml":                 false,
		"https://one.example.com:8443/a.yaml":           false,
		"https://one.example.com.evil.example/a.yaml":   false,
		"https://ann@one.example.com/a.yaml":            false,
		"https://two.example.com/schemas-private/a":     false,
		"https://two.example.com/schemas/../secret":     false,
		"https://two.example.com/schemas/%2e%2e/secret": false,
		"https://two.example.com/schemas/..%2fsecret":   false,
		"https://two.example.com/schemas/..%5Csecret":   false,
		"https://two.example.com/schemas/..;/secret":    false,
		"https://two.example.com/schemas/.;x=1/secret":  false,
		"https://two.example.com/schemas/a;v=1":         true,
		"https:one.example.com/a":                       false,
		"file:///etc/passwd":                            false,
		"//one.example.com/a":                           false,
	} {
		if got := f.Allows(address); got != want {
			t.Errorf("%s: allowed is %v", address, got)
		}
	}
}

func TestOrigins(t *testing.T) {
	for origin, want := range map[string]string{
		"http://example.com":            "http://example.com is not https",
		"https://":                      "https:// names no single host",
		"https://*.example.com":         "https://*.example.com names no single host",
		"https://ann:secret@a.example/": "an address holds a user name or a password",
		"https://example.com/a?b=c":     "https://example.com/a?b=c is a file or a query, and not a place",
		"https://exa mple.com":          `"https://exa mple.com" is not a URL`,
	} {
		if _, err := New(Options{Origins: []string{origin}}); err == nil || err.Error() != want {
			t.Errorf("%s: %v; want %s", origin, err, want)
		}
	}
}
