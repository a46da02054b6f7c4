package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestEchoedCredentials attacks errors with servers that send back what they were
// spellingsOf are ways in which a server may spell a credential.
func spellingsOf() map[string]func(string) string {
	asJSON := func(s string) string { b, _ := json.Marshal(s); return string(b[1 : len(b)-1]) }
	everyByte := func(form string) func(string) string {
		return func(s string) string {
			var b strings.Builder
			for _, c := range []byte(s) {
				fmt.Fprintf(&b, form, c)
			}
			return b.String()
		}
	}
	return map[string]func(string) string{
		"as it is":         func(s string) string { return s },
		"JSON":             asJSON,
		"JSON in JSON":     func(s string) string { return asJSON(`"` + asJSON(s) + `"`) },
		"escaped slashes":  func(s string) string { return strings.ReplaceAll(asJSON(s), "/", `\/`) },
		"all escaped":      everyByte(`\u%04x`),
		"URL":              url.QueryEscape,
		"path":             url.PathEscape,
		"URL, all":         everyByte("%%%02x"),
		"URL, twice":       func(s string) string { return url.QueryEscape(url.QueryEscape(s)) },
		"HTML":             html.EscapeString,
		"HTML, one":        func(s string) string { return strings.ReplaceAll(s, "-", "&#45;") },
		"HTML, decimal":    everyByte("&#%d;"),
		"HTML, hex":        everyByte("&#x%X;"),
		"header":           func(s string) string { return "Bearer " + s },
		"HTML, open":       func(s string) string { return strings.ReplaceAll(everyByte("&#%d;")(s), ";", "") + " " },
		"HTML, zeros":      everyByte("&#x00000000%x;"),
		"braces":           everyByte(`\u{%x}`),
		"octal":            everyByte(`\%03o`),
		"percent u":        everyByte("%%u%04x"),
		"quoted-printable": everyByte("=%02X"),
		"capitals":         strings.ToUpper,
		"hex":              everyByte("%02x"),
		"hex, capitals":    everyByte("%02X"),
		"base64":           func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"base64, URL":      func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
		"base64 of a header": func(s string) string {
			return base64.StdEncoding.EncodeToString([]byte("Bearer " + s + " was refused"))
		},
		"base64 of JSON": func(s string) string {
			return base64.RawURLEncoding.EncodeToString([]byte(`{"token":"` + s + `","x":1}`))
		},
		"base64 of an object":   func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(`{"tokens":"` + s + `"}`)) },
		"base64 of a user name": func(s string) string { return base64.StdEncoding.EncodeToString([]byte("ann:" + s)) },
	}
}

// sent, in other spellings: nothing of it may come out.
func TestEchoedCredentials(t *testing.T) {
	const secret = "abc/def-GHI+jkl=&<mno>"
	spellings := spellingsOf()
	senders := map[string][]Option{
		"bearer":       {WithCredential("x", Bearer(secret))},
		"basic":        {WithCredential("x", Basic("ann", secret))},
		"header key":   {WithCredential("x", HeaderKey("X-Odd", secret))},
		"query key":    {WithCredential("x", QueryKey("odd", secret))},
		"cookie key":   {WithCredential("x", CookieKey("odd", secret))},
		"token source": {WithCredential("x", Token(TokenFunc(func(context.Context) (AccessToken, error) { return AccessToken{Value: NewSecret(secret)}, nil })))},
		"option":       {WithHeader("Authorization", "Bearer "+secret)},
		"other header": {WithHeader("X-Api-Token", secret)},
		"query option": {WithQuery("access_token", secret)},
		"middleware": {WithMiddleware(func(next Doer) Doer {
			return DoerFunc(func(r *http.Request) (*http.Response, error) {
				r.Header.Set("Authorization", "Bearer "+secret)
				return next.Do(r)
			})
		})},
		"WithToken":     {WithToken(secret)},
		"basic, option": {WithHeader("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("ann:"+secret)))},
	}
	leaks := func(text, echo string) bool {
		if middle := echo[len(echo)/3 : len(echo)*2/3]; len(middle) >= 7 && strings.Contains(text, middle) {
			return true
		}
		plain := strings.NewReplacer(`\/`, "/", `\`, "").Replace(text)
		for range 3 {
			plain = html.UnescapeString(plain)
			if u, err := url.PathUnescape(plain); err == nil {
				plain = u
			}
		}
		return strings.Contains(text, secret) || strings.Contains(plain, secret) || strings.Contains(text, "def-GHI") || strings.Contains(text, base64.StdEncoding.EncodeToString([]byte("ann:"+secret)))
	}
	for spelling, spell := range spellings {
		for sender, opts := range senders {
			if spelling == "base64 of a user name" && !strings.HasPrefix(sender, "basic") {
				continue
			}
			for _, contentType := range []string{"application/json", "text/plain", "text/html"} {
				echo := spell(secret)
				transport := DoerFunc(func(r *http.Request) (*http.Response, error) {
					body := `{"errors":[{"detail":"bad ` + echo + `","code":"` + echo + `"}],"` + echo + `":1}`
					return &http.Response{StatusCode: 403, Status: "403 No " + echo, Request: r, Body: io.NopCloser(strings.NewReader(body)),
						Header: http.Header{"Content-Type": {contentType}, "X-Request-Id": {echo}, "Www-Authenticate": {"Bearer error=" + echo}}}, nil
				})
				c, err := NewClient(Config{Server: "https://api.example.com"}, append([]Option{WithMiddleware(func(Doer) Doer { return transport })}, opts...)...)
				if err != nil {
					t.Fatal(err)
				}
				if sender == "middleware" { // outermost, in front of the fake transport
					c.do = c.middleware[1](transport)
				}
				err = Exec(t.Context(), c, get("/x"), WithRetries(0))
				var failed *Error
				if !errors.As(err, &failed) {
					t.Fatal(err)
				}
				asText, _ := json.Marshal(failed)
				all := fmt.Sprintf("%v %+v %#v %s %s %v %v %v %s", err, err, err, asText, failed.Body, failed.Header, failed.Errors, failed.Value, failed.RequestID+failed.Status+failed.Message)
				if leaks(all, echo) {
					t.Fatalf("%s, sent by %s, as %s, comes out:\n%s", spelling, sender, contentType, all)
				}
			}
		}
	}
}

// TestSecretsDoNotPrint holds that no way of printing shows a secret: not in the
// unexported field of a struct either, where fmt does not ask.
func TestSecretsDoNotPrint(t *testing.T) {
	c, err := NewClient(Config{Server: "https://api.example.com"}, WithToken(topSecret), WithHeader("Authorization", "Bearer "+topSecret))
	if err != nil {
		t.Fatal(err)
	}
	oauth := OAuth2{TokenURL: "https://x/t", ID: "id", Secret: NewSecret(topSecret)}
	token := AccessToken{Value: NewSecret(topSecret)}
	type hidden struct {
		o OAuth2
		p *OAuth2
		t AccessToken
		s Secret
		c Credential
		b *Client
	}
	type open struct {
		O OAuth2
		T AccessToken
		S Secret
		B *Client
	}
	for name, v := range map[string]any{
		"oauth": oauth, "pointer": &oauth, "token": token, "secret": oauth.Secret, "client": c,
		"hidden": hidden{oauth, &oauth, token, oauth.Secret, Bearer(topSecret), c}, "open": open{oauth, token, oauth.Secret, c},
		"slice": []hidden{{o: oauth}}, "map": map[string]open{"x": {O: oauth, S: oauth.Secret}},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			if out := fmt.Sprintf(verb, v); strings.Contains(out, topSecret) || strings.Contains(out, fmt.Sprintf("%x", topSecret)) {
				t.Errorf("%s by %s: %s", name, verb, out)
			}
		}
		if out, err := json.Marshal(v); strings.Contains(string(out), topSecret) {
			t.Errorf("%s as JSON: %s, %v", name, out, err)
		}
	}
}

// TestTokensOfTwoServers holds that one credential in two clients keeps a token for
// each: what one server's token endpoint gave does not go to another server.
func TestTokensOfTwoServers(t *testing.T) {
	credential := ClientCredentials(OAuth2{TokenURL: "/token", ID: "id", Secret: NewSecret("s3cret")})
	tenant := func(name string) *Client {
		srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/token" {
				answer(w, 200, `{"access_token":"of-`+name+`"}`)
				return
			}
			if got := r.Header.Get("Authorization"); got != "Bearer of-"+name {
				t.Errorf("%s was sent %q", name, got)
			}
		}))
		t.Cleanup(srv.Close)
		c, err := NewClient(Config{}, WithServer(srv.URL), WithHTTPClient(srv.Client()), WithCredential("o", credential))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	a, b := tenant("a"), tenant("b")
	for range 2 {
		for _, c := range []*Client{a, b, a.With(WithTimeout(time.Second))} {
			if err := Exec(t.Context(), c, get("/x")); err != nil {
				t.Error(err)
			}
		}
	}
	if n := len(credential.(*tokenCredential).caches); n != 2 {
		t.Errorf("%d caches", n)
	}
}

// TestTokenURLs holds which token endpoint a client's secret goes to.
func TestTokenURLs(t *testing.T) {
	cfg := Config{Server: "https://api.example.com/v1", TokenURLs: map[string]string{"https://api.staging.example.com": "https://auth.staging.example.com/token"}}
	const absolute = "https://auth.example.com/token"
	for _, tt := range []struct {
		name, document, own, server, option, want string
	}{
		{"the first server", absolute, "", "", "", absolute},
		{"the first server, named", absolute, "", "https://API.example.com:443/v1/", "", absolute},
		{"another documented one", absolute, "", "https://api.staging.example.com", "", "https://auth.staging.example.com/token"},
		{"another documented one, with a path", absolute, "", "https://api.staging.example.com/v2", "", "https://auth.staging.example.com/token"},
		{"one of the caller's", absolute, "", "http://localhost:8080", "", ""},
		{"another port", absolute, "", "https://api.example.com:8443", "", ""},
		{"relative", "/oauth/token", "", "http://localhost:8080/base", "", "http://localhost:8080/oauth/token"},
		{"an option", absolute, "", "http://localhost:8080", "https://own.example.com/t", "https://own.example.com/t"},
		{"a relative option", absolute, "", "http://localhost:8080", "/t", "http://localhost:8080/t"},
		{"the caller's own credential", "", "https://mine.example.com/t", "http://localhost:8080", "", "https://mine.example.com/t"},
	} {
		credential := ClientCredentials(OAuth2{TokenURL: tt.own, DocumentURL: tt.document, ID: "id", Secret: NewSecret("s3cret")})
		opts := []Option{WithCredential("o", credential)}
		if tt.server != "" {
			opts = append(opts, WithServer(tt.server))
		}
		if tt.option != "" {
			opts = append(opts, WithTokenURL(tt.option))
		}
		c, err := NewClient(cfg, opts...)
		if tt.want == "" {
			wantText(t, err, "api: no access token from "+absolute+": that is the token URL of another server than "+tt.server+"\n\tpass api.WithTokenURL with the token URL of this server")
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got, err := credential.(*tokenCredential).endpoint(c); err != nil || got != tt.want {
			t.Errorf("%s: %s, %v; want %s", tt.name, got, err, tt.want)
		}
	}
	if _, err := NewClient(cfg, WithTokenURL("ftp://x")); err == nil {
		t.Error("a token URL of another scheme")
	}
}

// TestTokenErrorCode holds that the code of a token endpoint is one short line
// without what was sent.
func TestTokenErrorCode(t *testing.T) {
	body := ""
	auth := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(w, 403, body) }))
	defer auth.Close()
	f := &tokenFetcher{endpoint: auth.URL, id: "the id", secret: NewSecret("s3cret/key"), params: url.Values{"assertion_token": {"asserted"}}}
	basic := base64.StdEncoding.EncodeToString([]byte("the+id:s3cret%2Fkey"))
	for code, want := range map[string]string{
		strings.Repeat("x", 5000):              strings.Repeat("x", 80) + "…",
		`a\u001b[31m\n::error::b`:              "a [31m ::error::b",
		`bad s3cret\/key`:                      "bad [redacted]",
		"bad " + basic:                         "bad [redacted]",
		"bad asserted s3cret%2fkey":            "bad [redacted] [redacted]",
		`\u202eevil`:                           "evil",
		strings.Repeat("y", 75) + "s3cret/key": strings.Repeat("y", 75) + "[reda…",
	} {
		body = `{"error":"` + code + `","error_description":"` + code + `"}`
		_, _, err := f.ask(t.Context(), auth.Client(), auth.URL)
		var failed *AuthError
		if !errors.As(err, &failed) || failed.Code != want || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: %+v", code, err)
		}
	}
}

// TestNoCredential holds the messages of missing and empty credentials.
func TestNoCredential(t *testing.T) {
	cfg := Config{Server: "https://api.example.com", UserAgent: "shop", Security: Security{{"s"}, {"k"}}, Credentials: map[string]string{"s": "WithSessionToken", "k": "WithAPIKey"}}
	c, err := NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	wantText(t, Exec(t.Context(), c, get("/x")), "things.get: no credential for this call\n\tpass New shop.WithSessionToken, or shop.WithAPIKey, or api.Anonymous() to send it without one")
	for scheme, want := range map[string]string{"s": "shop.WithSessionToken: the token is empty", "k": "shop.WithAPIKey: the key is empty", "x": "api: credential of x: is empty"} {
		_, err := NewClient(cfg, WithCredential(scheme, HeaderKey("X-Key", "")))
		wantText(t, err, want)
	}
	_, err = NewClient(cfg, WithToken(""))
	wantText(t, err, "api.WithToken: the token is empty")
}
