// Package remote fetches the files that the $refs of a document lead to, from
// the https addresses that gen.yaml lists and from nowhere else. What it has
// fetched once is pinned by its hash: a later run gets the same bytes, or an
// error.
package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/docwright/docwright/internal/lock"
)

// Limits of what is fetched.
const (
	maxSize      = 20_000_000       // bytes of a file, unpacked
	maxFiles     = 100              // files of a run
	maxRedirects = 3                // of a file, each within what is listed
	maxTime      = 30 * time.Second // of a file
)

// Options says what may be fetched.
type Options struct {
	Origins []string          // e.g. "https://schemas.example.com" or, for a directory of it, "https://example.com/schemas"
	Pins    map[string]string // URL → lock.Hash of what it held
	Update  bool              // pins are made anew
	Cache   string            // directory for what was fetched; "" for none

	// Transport takes the place of the network, for tests. Nil is the network,
	// of which only public addresses are connected to.
	Transport http.RoundTripper
}

// Fetcher fetches files. It is safe for concurrent use.
type Fetcher struct {
	options Options
	origins []*url.URL
	client  *http.Client

	mu   sync.Mutex
	pins map[string]string // of this run
}

// New returns a fetcher. An error names the origin that cannot be meant.
func New(options Options) (*Fetcher, error) {
	f := &Fetcher{options: options, pins: map[string]string{}}
	for _, text := range options.Origins {
		u, err := url.Parse(text)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%q is not a URL", text)
		case u.Scheme != "https":
			return nil, fmt.Errorf("%s is not https", text)
		case u.Hostname() == "" || strings.Contains(u.Host, "*"):
			return nil, fmt.Errorf("%s names no single host", text)
		case u.User != nil:
			return nil, errors.New("an address holds a user name or a password")
		case u.RawQuery != "" || u.Fragment != "":
			return nil, fmt.Errorf("%s is a file or a query, and not a place", text)
		}
		f.origins = append(f.origins, canonical(u))
	}
	transport := options.Transport
	if transport == nil {
		transport = network(isPublic)
	}
	f.client = &http.Client{Timeout: maxTime, Transport: transport, CheckRedirect: f.checkRedirect}
	return f, nil
}

// network returns a transport without credentials and proxy, which connects to
// the addresses that allowed agrees to.
func network(allowed func(netip.Addr) bool) *http.Transport {
	return &http.Transport{
		DialContext:            dialer(allowed).DialContext,
		ForceAttemptHTTP2:      true,
		MaxResponseHeaderBytes: 64 << 10,
		TLSHandshakeTimeout:    10 * time.Second,
		ResponseHeaderTimeout:  15 * time.Second,
	}
}

// checkRedirect keeps redirects within the host and what is listed of it.
func (f *Fetcher) checkRedirect(req *http.Request, via []*http.Request) error {
	switch {
	case len(via) > maxRedirects:
		return fmt.Errorf("it redirects more than %d times", maxRedirects)
	case req.URL.Host != via[0].URL.Host || !f.Allows(req.URL.String()):
		return fmt.Errorf("it redirects to %s://%s%s, which is not listed with it", req.URL.Scheme, req.URL.Host, req.URL.EscapedPath())
	}
	return nil
}

// Allows reports whether address lies within what is listed.
func (f *Fetcher) Allows(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Opaque != "" {
		return false
	}
	// A server may read what is escaped here as a path of its own.
	if escaped := strings.ToLower(u.EscapedPath()); strings.Contains(escaped, "%2e") || strings.Contains(escaped, "%2f") || strings.Contains(escaped, "%5c") {
		return false
	}
	// Servers of Java take what follows a semicolon for parameters of a segment,
	// so "..;" is ".." to them.
	for segment := range strings.SplitSeq(u.Path, "/") {
		if name, _, found := strings.Cut(segment, ";"); found && (name == "." || name == "..") {
			return false
		}
	}
	u = canonical(u)
	for _, origin := range f.origins {
		if u.Scheme == origin.Scheme && u.Host == origin.Host && strings.HasPrefix(u.Path+"/", strings.TrimSuffix(origin.Path, "/")+"/") {
			return true
		}
	}
	return false
}

// Get returns what address holds: what is pinned, from the cache if it is
// there, else from the network.
func (f *Fetcher) Get(address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil || !f.Allows(address) {
		return nil, fmt.Errorf("%s is not listed", address)
	}
	key := canonical(u).String()
	pin := f.options.Pins[key]
	if f.options.Update {
		pin = ""
	}
	if data := f.cached(pin); data != nil {
		return data, f.pin(key, pin)
	}
	data, err := f.fetch(key)
	if err != nil {
		return nil, err
	}
	hash := lock.Hash(data)
	if pin != "" && hash != pin {
		return nil, &ChangedError{URL: key}
	}
	f.keep(hash, data)
	return data, f.pin(key, hash)
}

// ChangedError says that a file is no longer what was pinned.
type ChangedError struct{ URL string }

// Error implements error.
func (e *ChangedError) Error() string { return "it is no longer what gen.lock has pinned" }

// Remedy says what to do about it.
func (e *ChangedError) Remedy() string {
	return "look at what changed at " + e.URL + ", then accept it with gen --update-refs"
}

func (f *Fetcher) pin(key, hash string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pins[key] = hash
	if len(f.pins) > maxFiles {
		return fmt.Errorf("more than %d files are asked for", maxFiles)
	}
	return nil
}

// Pins returns the hash of each file that was asked for, by its URL.
func (f *Fetcher) Pins() map[string]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return maps.Clone(f.pins)
}

func (f *Fetcher) fetch(address string) ([]byte, error) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("User-Agent", "docwright")
	req.Header.Set("Accept", "application/yaml, application/json, */*;q=0.5")
	resp, err := f.client.Do(req)
	if err != nil {
		var at *url.Error
		if errors.As(err, &at) {
			err = at.Err
		}
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server responds with %s", resp.Status)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxSize+1))
	switch {
	case err != nil:
		return nil, err
	case len(data) > maxSize:
		return nil, fmt.Errorf("it is larger than the %d MB that are read", maxSize/1_000_000)
	}
	return data, nil
}

// cached returns the bytes with the hash, if the cache has them unharmed.
func (f *Fetcher) cached(hash string) []byte {
	if f.options.Cache == "" || hash == "" || !filepath.IsLocal(hash) {
		return nil
	}
	data, err := os.ReadFile(filepath.Join(f.options.Cache, hash))
	if err != nil || lock.Hash(data) != hash {
		return nil
	}
	return data
}

// keep puts data into the cache, as far as that works: without it, the next run
// asks the network.
func (f *Fetcher) keep(hash string, data []byte) {
	if f.options.Cache == "" || os.MkdirAll(f.options.Cache, 0o755) != nil {
		return
	}
	temp, err := os.CreateTemp(f.options.Cache, hash)
	if err != nil {
		return
	}
	_, err = temp.Write(data)
	if closing := temp.Close(); err != nil || closing != nil || os.Rename(temp.Name(), filepath.Join(f.options.Cache, hash)) != nil {
		os.Remove(temp.Name()) //nolint:errcheck // see above
	}
}

// canonical spells u in the one way that it is compared and pinned in.
func canonical(u *url.URL) *url.URL {
	c := *u.JoinPath() // dot segments are resolved
	c.Scheme, c.Host = strings.ToLower(c.Scheme), strings.TrimSuffix(strings.ToLower(c.Host), ":443")
	c.Fragment, c.RawFragment = "", ""
	return &c
}
