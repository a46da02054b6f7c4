package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// AccessToken is a token and when it ends. It prints without its value.
type AccessToken struct {
	Value  Secret
	Type   string    // scheme in the Authorization header; "Bearer" when empty
	Expiry time.Time // zero: the source is asked for each call
}

// String shows the type and the expiry.
func (t AccessToken) String() string {
	return fmt.Sprintf("api.AccessToken(%s, redacted, expires %s)", t.scheme(), t.Expiry.Format(time.RFC3339))
}

// GoString is String.
func (t AccessToken) GoString() string { return t.String() }

// Format prints String for every verb.
func (t AccessToken) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, t.String()) }

// MarshalText is String.
func (t AccessToken) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// LogValue is String.
func (t AccessToken) LogValue() slog.Value { return slog.StringValue(t.String()) }

func (t AccessToken) scheme() string {
	if t.Type == "" || strings.EqualFold(t.Type, "bearer") {
		return "Bearer"
	}
	return t.Type
}

// TokenSource gives tokens. Token is called when there is none, when the last
// one is about to end, and after a server has refused it; a token with an
// Expiry is kept until then, and one call at a time asks for the next.
type TokenSource interface {
	Token(ctx context.Context) (AccessToken, error)
}

// TokenFunc is a function as a TokenSource.
type TokenFunc func(ctx context.Context) (AccessToken, error)

// Token calls f.
func (f TokenFunc) Token(ctx context.Context) (AccessToken, error) { return f(ctx) }

// HeaderToken is a token that puts itself into a request, as *oauth2.Token
// does.
type HeaderToken interface {
	SetAuthHeader(*http.Request)
	Valid() bool
}

// OAuth2Source is what oauth2.TokenSource of golang.org/x/oauth2 is, with T an
// *oauth2.Token.
type OAuth2Source[T HeaderToken] interface {
	Token() (T, error)
}

// TokensFrom makes a TokenSource of an oauth2.TokenSource. The source does its
// own caching and is asked for each call.
func TokensFrom[T HeaderToken](source OAuth2Source[T]) TokenSource {
	return TokenFunc(func(context.Context) (AccessToken, error) {
		t, err := source.Token()
		if err != nil {
			return AccessToken{}, err
		}
		if !t.Valid() {
			return AccessToken{}, errors.New("the token source gave a token that is not valid")
		}
		req := &http.Request{Header: http.Header{}}
		t.SetAuthHeader(req)
		scheme, value, _ := strings.Cut(req.Header.Get("Authorization"), " ")
		return AccessToken{Value: NewSecret(value), Type: scheme}, nil
	})
}

// Token is a credential whose tokens come from source.
func Token(source TokenSource) Credential {
	t := newTokenCredential("Token", func(ctx context.Context, _ *Client) (AccessToken, error) {
		return source.Token(ctx)
	})
	if source == nil {
		t.broken = errors.New("the token source is nil")
	}
	return t
}

// AuthError reports that no token could be had. What was called was not sent.
type AuthError struct {
	TokenURL    string // of the client credentials flow
	StatusCode  int    // of the token endpoint's answer; 0 when there was none
	Code        string // OAuth2 error code, e.g. "invalid_client"
	Description string // what the endpoint says
	Err         error  // of the transport or the token source
}

// Error says why there is no token.
func (e *AuthError) Error() string {
	var b strings.Builder
	b.WriteString("api: no access token")
	if e.TokenURL != "" {
		b.WriteString(" from " + e.TokenURL)
	}
	if e.StatusCode != 0 {
		fmt.Fprintf(&b, ": %d %s", e.StatusCode, http.StatusText(e.StatusCode))
	}
	for _, s := range []string{e.Code, e.Description} {
		if s != "" {
			b.WriteString(": " + s)
		}
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the error of the transport or the token source.
func (e *AuthError) Unwrap() error { return e.Err }

// tokenCredential caches tokens, one for each place that gives them and each API
// that they are for: a credential that two clients share does not bring the token
// of one server to another.
type tokenCredential struct {
	kind     string
	fetch    func(context.Context, *Client) (AccessToken, error)
	endpoint func(*Client) (string, error) // where fetch asks; nil for a source, which gives the same to all
	keep     bool                          // a token without expiry is kept until it is refused
	direct   atomic.Bool                   // the source gives tokens without expiry: it does the caching
	broken   error

	mu     sync.Mutex
	caches map[string]*tokenCache
}

// tokenCache is a token. Calls that need a new one wait for the one that fetches
// it, each as long as its own context lets it; when that one gives up because of
// its context, the next takes over. No goroutine is started.
type tokenCache struct {
	turn chan struct{}

	mu       sync.Mutex
	line     Secret // "Bearer …"; nil when there is no token
	until    time.Time
	failures int // fetches that failed, however the waiting ones were doing
	failure  error
}

func newTokenCredential(kind string, fetch func(context.Context, *Client) (AccessToken, error)) *tokenCredential {
	return &tokenCredential{kind: kind, fetch: fetch, caches: map[string]*tokenCache{}}
}

// cacheFor returns the cache of what client sends.
func (t *tokenCredential) cacheFor(client *Client) (*tokenCache, error) {
	key := ""
	if t.endpoint != nil && client != nil {
		endpoint, err := t.endpoint(client)
		if err != nil {
			return nil, err
		}
		key = endpoint + " " + client.origin.String()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	cache := t.caches[key]
	if cache == nil {
		cache = &tokenCache{turn: make(chan struct{}, 1)}
		t.caches[key] = cache
	}
	return cache, nil
}

// Authorize adds a token to req.
func (t *tokenCredential) Authorize(req *http.Request) error {
	return t.authorize(req.Context(), req, &Client{http: http.DefaultClient}, true)
}

// authorize adds a token to req, and fetches one if it has to and may.
func (t *tokenCredential) authorize(ctx context.Context, req *http.Request, client *Client, mayFetch bool) error {
	cache, err := t.cacheFor(client)
	if err != nil {
		return err
	}
	line, ok, seen := cache.get()
	if !ok {
		if !mayFetch {
			return nil
		}
		if line, err = t.next(ctx, client, cache, seen); err != nil {
			return err
		}
	}
	req.Header["Authorization"] = []string{line()}
	return nil
}

func (c *tokenCache) get() (line Secret, ok bool, failures int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ok = c.line != nil && (c.until.IsZero() || time.Now().Before(c.until))
	return c.line, ok, c.failures
}

// next fetches a token, or waits for another call to fetch it. seen says which
// failure is news to the caller: one fetch fails for all who waited for it.
func (t *tokenCredential) next(ctx context.Context, client *Client, cache *tokenCache, seen int) (Secret, error) {
	if t.direct.Load() {
		token, err := t.fetch(ctx, client)
		if err != nil {
			return nil, asAuthError(err)
		}
		return tokenLine(token)
	}
	select {
	case cache.turn <- struct{}{}:
		defer func() { <-cache.turn }()
	case <-ctx.Done():
		return nil, &AuthError{Err: fmt.Errorf("waiting for another call's token: %w", ctx.Err())}
	}
	line, ok, failures := cache.get()
	if ok {
		return line, nil
	}
	if failures != seen {
		cache.mu.Lock()
		defer cache.mu.Unlock()
		return nil, cache.failure
	}
	asked := time.Now()
	token, err := t.fetch(ctx, client)
	if err == nil {
		line, err = tokenLine(token)
	}
	if err != nil {
		return nil, cache.failed(ctx, asAuthError(err))
	}
	if token.Expiry.IsZero() && !t.keep {
		t.direct.Store(true)
		return line, nil
	}
	cache.store(token, line, asked)
	return line, nil
}

func (c *tokenCache) failed(ctx context.Context, err error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if ctx.Err() == nil { // else it failed for this caller only: the next one tries
		c.failures++
		c.failure = err
	}
	return err
}

func (c *tokenCache) store(token AccessToken, line Secret, asked time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.line, c.until = line, token.Expiry
	if !token.Expiry.IsZero() {
		c.until = token.Expiry.Add(-refreshMargin(token.Expiry.Sub(asked)))
	}
}

// refreshMargin is how long before its end a token is replaced, so that it does
// not end on its way: a tenth of its life, at most half a minute.
func refreshMargin(life time.Duration) time.Duration {
	return min(max(life/10, 0), 30*time.Second)
}

func tokenLine(token AccessToken) (Secret, error) {
	if token.Value.Reveal() == "" {
		return nil, &AuthError{Err: errors.New("the token is empty")}
	}
	line := token.scheme() + " " + token.Value.Reveal()
	if err := checkHeader("Authorization", line); err != nil {
		return nil, &AuthError{Err: errors.New("the token has a control character")}
	}
	return NewSecret(line), nil
}

func asAuthError(err error) error {
	var e *AuthError
	if errors.As(err, &e) {
		return err
	}
	return &AuthError{Err: err}
}

// refused notes that a server did not take the Authorization header sent. It
// reports whether another attempt may go better.
func (t *tokenCredential) refused(sent string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, cache := range t.caches {
		cache.drop(sent)
	}
	return true
}

func (c *tokenCache) drop(sent string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.line != nil && c.line() == sent {
		c.line = nil
	}
}

func (t *tokenCredential) secrets() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []string
	for _, cache := range t.caches {
		if line, _, _ := cache.get(); line != nil {
			_, value, _ := strings.Cut(line(), " ")
			out = append(out, value)
		}
	}
	return out
}

// String names the kind of credential.
func (t *tokenCredential) String() string { return "api." + t.kind + "(redacted)" }

// GoString is String.
func (t *tokenCredential) GoString() string { return t.String() }

// Format prints String for every verb.
func (t *tokenCredential) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, t.String()) }

// LogValue is String.
func (t *tokenCredential) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText is String.
func (t *tokenCredential) MarshalText() ([]byte, error) { return []byte(t.String()), nil }
