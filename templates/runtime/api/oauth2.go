package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// OAuth2 is the client credentials flow of RFC 6749. It prints without its
// secret.
type OAuth2 struct {
	TokenURL string // absolute, or relative to the API's server
	ID       string
	Secret   Secret
	Scopes   []string
	Params   url.Values   // further form values, e.g. an audience
	Style    AuthStyle    // how ID and Secret are sent
	Client   *http.Client // fetches tokens; nil: the API client's own

	// DocumentURL is the token URL of the document, for generated code: where it is
	// absolute, it is that of the document's first server alone. TokenURL and
	// WithTokenURL replace it.
	DocumentURL string
}

// AuthStyle says how an OAuth2 client identifies itself.
type AuthStyle uint8

// The ways in which an OAuth2 client identifies itself.
const (
	AuthAuto   AuthStyle = iota // in the body, and in the header if that is refused
	AuthBody                    // client_id and client_secret in the form
	AuthHeader                  // HTTP basic authentication
)

// String shows the endpoint and the client's id.
func (o OAuth2) String() string {
	return fmt.Sprintf("api.OAuth2(%s, id %q, secret redacted)", bareURL(firstOf(o.TokenURL, o.DocumentURL)), o.ID)
}

// GoString is String.
func (o OAuth2) GoString() string { return o.String() }

// Format prints String for every verb.
func (o OAuth2) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, o.String()) }

// MarshalText is String.
func (o OAuth2) MarshalText() ([]byte, error) { return []byte(o.String()), nil }

// LogValue is String.
func (o OAuth2) LogValue() slog.Value { return slog.StringValue(o.String()) }

// ClientCredentials is a credential that fetches its tokens from an OAuth2
// token endpoint. A token is kept until shortly before it ends or until it is
// refused, however many calls use it, and fetched once for all that wait.
func ClientCredentials(o OAuth2) Credential {
	stated := firstOf(o.TokenURL, o.DocumentURL)
	u, err := url.Parse(stated)
	t := newTokenCredential("ClientCredentials", nil)
	t.keep = true
	switch {
	case err != nil || stated == "" || u.Scheme != "" && u.Scheme != "https" && u.Scheme != "http":
		t.broken = fmt.Errorf("its token URL %q is not a URL", bareURL(stated))
	case o.ID == "":
		t.broken = errors.New("its client id is empty")
	}
	f := &tokenFetcher{endpoint: o.TokenURL, document: o.DocumentURL, id: o.ID, secret: NewSecret(o.Secret.Reveal()), scopes: strings.Join(o.Scopes, " "), params: o.Params, style: o.Style, client: o.Client}
	t.fetch, t.endpoint = f.fetch, f.resolve
	return t
}

type tokenFetcher struct {
	endpoint string // of the caller
	document string // of the document
	id       string
	secret   Secret
	scopes   string
	params   url.Values
	style    AuthStyle
	client   *http.Client
	works    sync.Map // endpoint → the AuthStyle that AuthAuto found to work
}

const (
	tokenTimeout = 30 * time.Second // of one request for a token
	tokenLimit   = 1 << 20          // bytes of its response
)

// fetch asks for a token, again after failures that may pass.
func (f *tokenFetcher) fetch(ctx context.Context, api *Client) (AccessToken, error) {
	endpoint, err := f.resolve(api)
	if err != nil {
		return AccessToken{}, err
	}
	plain := *api.http
	if f.client != nil {
		plain = *f.client
	}
	plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	plain.Jar = nil
	policy := api.defaults.retry
	for attempt := 1; ; attempt++ {
		token, wait, err := f.ask(ctx, &plain, endpoint)
		if err == nil || wait < 0 || attempt >= policy.MaxAttempts {
			return token, err
		}
		delay := max(policy.delay(attempt), wait)
		if policy.MaxRetryAfter > 0 && wait > policy.MaxRetryAfter || !sleep(ctx, delay) {
			return token, err
		}
	}
}

// resolve returns the absolute URL of the endpoint for a client: the caller's, or
// else that of the document as far as it belongs to the client's server.
func (f *tokenFetcher) resolve(api *Client) (string, error) {
	stated := firstOf(api.tokenURL, f.endpoint)
	if stated == "" {
		var err error
		if stated, err = api.documentTokenURL(f.document); err != nil {
			return "", err
		}
	}
	u, err := url.Parse(stated)
	if err == nil && u.Host == "" && api.base != nil {
		u = api.base.ResolveReference(u)
	}
	if err != nil || u.Host == "" {
		return "", &AuthError{TokenURL: bareURL(stated), Err: errors.New("not an absolute URL")}
	}
	return u.String(), nil
}

// documentTokenURL returns the token URL that the document has for the client's
// server. An absolute one is its first server's: the secret of another server, such
// as staging, is not for it.
func (c *Client) documentTokenURL(stated string) (string, error) {
	u, err := url.Parse(stated)
	if err != nil || u.Host == "" || c.base == nil || !c.replaced {
		return stated, nil
	}
	if own, ok := c.config.TokenURLs[firstOf(c.further, c.base.String())]; ok {
		return own, nil
	}
	for server, own := range c.config.TokenURLs {
		if s, err := parseServer(server); err == nil && originOf(s) == c.origin {
			return own, nil
		}
	}
	first, err := expandServer(c.config.Server, c.config.Variables, nil)
	if err == nil {
		if s, err := parseServer(first); err == nil && originOf(s) == c.origin {
			return stated, nil
		}
	}
	return "", &AuthError{TokenURL: bareURL(stated), Err: fmt.Errorf("that is the token URL of another server than %s\n\tpass api.WithTokenURL with the token URL of this server", c.base)}
}

// WithTokenURL sets where client credentials fetch their tokens: an absolute URL, or
// one relative to the server.
func WithTokenURL(tokenURL string) Option {
	return optionFunc(func(c *Client) error {
		u, err := url.Parse(tokenURL)
		if err != nil || tokenURL == "" || u.Scheme != "" && u.Scheme != "https" && u.Scheme != "http" {
			return fmt.Errorf("api: WithTokenURL: %q is not a URL", bareURL(tokenURL))
		}
		c.tokenURL = tokenURL
		return nil
	})
}

// ask makes one request. wait is how long to wait before another one, negative
// if another one would not help.
func (f *tokenFetcher) ask(ctx context.Context, client *http.Client, endpoint string) (token AccessToken, wait time.Duration, err error) {
	style := f.style
	if style == AuthAuto {
		if known, ok := f.works.Load(endpoint); ok {
			style, _ = known.(AuthStyle)
		}
	}
	token, wait, err = f.send(ctx, client, endpoint, style == AuthHeader)
	if f.style != AuthAuto || style == AuthHeader {
		return token, wait, err
	}
	var e *AuthError
	refused := errors.As(err, &e) && (e.Code == "invalid_client" || e.StatusCode == http.StatusBadRequest || e.StatusCode == http.StatusUnauthorized)
	switch {
	case err == nil:
		f.works.Store(endpoint, AuthBody)
		return token, 0, nil
	case !refused || style == AuthBody && e.Code != "invalid_client": // the body has worked before
		return token, wait, err
	}
	again, _, headerErr := f.send(ctx, client, endpoint, true) // what all servers have to support (RFC 6749, section 2.3.1)
	if headerErr != nil {
		return token, wait, err
	}
	f.works.Store(endpoint, AuthHeader)
	return again, 0, nil
}

func (f *tokenFetcher) send(ctx context.Context, client *http.Client, endpoint string, inHeader bool) (token AccessToken, wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, tokenTimeout)
	defer cancel()
	req, err := f.request(ctx, endpoint, inHeader)
	if err != nil {
		return token, -1, err
	}
	asked := time.Now()
	resp, err := client.Do(req)
	if err != nil {
		return token, retryWait(err), &AuthError{TokenURL: bareURL(endpoint), Err: withoutURL(err)}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, tokenLimit))
	if err != nil {
		return token, retryWait(err), &AuthError{TokenURL: bareURL(endpoint), StatusCode: resp.StatusCode, Err: err}
	}
	var answer tokenAnswer
	_ = json.Unmarshal(withoutBOM(body), &answer) // a member of another type leaves the others usable
	if resp.StatusCode/100 != 2 || answer.Error != "" {
		wait = -1
		if retryableStatus(resp.StatusCode) {
			wait = retryAfter(resp.Header, asked)
		}
		return token, wait, &AuthError{TokenURL: bareURL(endpoint), StatusCode: resp.StatusCode,
			Code: shortenTo(f.scrub(answer.Error), codeLimit), Description: f.scrub(shorten(f.scrub(answer.Description)))}
	}
	if answer.AccessToken == "" {
		return token, -1, &AuthError{TokenURL: bareURL(endpoint), StatusCode: resp.StatusCode, Err: errors.New("the response has no access_token")}
	}
	token = AccessToken{Value: NewSecret(answer.AccessToken), Type: answer.TokenType}
	if life := answer.life(); life > 0 {
		token.Expiry = asked.Add(life)
	}
	return token, 0, nil
}

func (f *tokenFetcher) request(ctx context.Context, endpoint string, inHeader bool) (*http.Request, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	for name, values := range f.params {
		form[name] = values
	}
	if f.scopes != "" {
		form.Set("scope", f.scopes)
	}
	if !inHeader {
		form.Set("client_id", f.id)
		form.Set("client_secret", f.secret())
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, &AuthError{TokenURL: bareURL(endpoint), Err: errors.New("not a URL")}
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	if inHeader { // RFC 6749, 2.3.1: form-encoded before base64
		pair := url.QueryEscape(f.id) + ":" + url.QueryEscape(f.secret())
		req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(pair)))
	}
	return req, nil
}

// codeLimit is how long an error code may be in a message.
const codeLimit = 80

// scrub takes out what was sent: the secret, by itself and in the header.
func (f *tokenFetcher) scrub(s string) string {
	secret := f.secret()
	pair := url.QueryEscape(f.id) + ":" + url.QueryEscape(secret)
	secrets := []string{secret, base64.StdEncoding.EncodeToString([]byte(pair))}
	for name, values := range f.params {
		if secretName(name) {
			secrets = append(secrets, values...)
		}
	}
	return newRedactor(nil, nil, secrets...).text(s)
}

type tokenAnswer struct {
	AccessToken string          `json:"access_token"`
	TokenType   string          `json:"token_type"`
	ExpiresIn   json.RawMessage `json:"expires_in"` // a string at some servers; recommended, not required (RFC 6749, section 5.1)
	Error       string          `json:"error"`
	Description string          `json:"error_description"`
}

func (a *tokenAnswer) life() time.Duration {
	seconds, err := strconv.ParseFloat(strings.TrimSpace(jsonText(a.ExpiresIn)), 64)
	if err != nil || !(seconds > 0) {
		return 0
	}
	return time.Duration(min(seconds, 1e9) * float64(time.Second))
}
