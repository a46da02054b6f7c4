package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
)

const topSecret = "s3cr3t-value"

func allCredentials() map[string]Credential {
	return map[string]Credential{
		"header": HeaderKey("X-Key", topSecret), "query": QueryKey("api_key", topSecret), "cookie": CookieKey("sid", topSecret),
		"basic": Basic("user", topSecret), "bearer": Bearer(topSecret), "digest": HTTPScheme("Digest", topSecret),
		"token": Token(TokenFunc(func(context.Context) (AccessToken, error) {
			return AccessToken{Value: NewSecret(topSecret), Expiry: time.Now().Add(time.Hour)}, nil
		})),
		"oauth": ClientCredentials(OAuth2{TokenURL: "https://auth.example.com/token", ID: "id", Secret: NewSecret(topSecret)}),
	}
}

func TestNothingPrintsCredentials(t *testing.T) {
	values := map[string]any{
		"token value":  AccessToken{Value: NewSecret(topSecret)},
		"token ptr":    &AccessToken{Value: NewSecret(topSecret)},
		"oauth value":  OAuth2{ID: "id", Secret: NewSecret(topSecret)},
		"nested":       struct{ C Credential }{Bearer(topSecret)},
		"nested token": struct{ T *AccessToken }{&AccessToken{Value: NewSecret(topSecret)}},
		"unexported":   struct{ c Credential }{HeaderKey("X", topSecret)},
		"options":      []Option{WithCredential("x", Bearer(topSecret))},
	}
	opts := []Option{WithServer("https://api.example.com")}
	for name, c := range allCredentials() {
		_ = c.Authorize(&http.Request{Header: http.Header{}, URL: mustURL("https://x.example")})
		values[name] = c
		opts = append(opts, WithCredential(name, c))
	}
	delete(values, "oauth fetch")
	client, err := NewClient(Config{}, opts...)
	if err != nil {
		t.Fatal(err)
	}
	values["client"] = client
	values["generated client"] = &struct{ api *Client }{client}
	for name, v := range values {
		var log bytes.Buffer
		slog.New(slog.NewTextHandler(&log, nil)).Info("m", "v", v)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "v", v)
		js, _ := json.Marshal(v)
		out := fmt.Sprintf("%v|%+v|%#v|%s|%q|%x|%d|%s", v, v, v, v, v, v, v, js) + log.String()
		for _, leak := range []string{topSecret, fmt.Sprintf("%x", topSecret), "dXNlcjpzM2NyM3Q"} {
			if strings.Contains(out, leak) {
				t.Errorf("%s: prints the secret:\n%s", name, out)
			}
		}
	}
	if got := fmt.Sprintf("%+v", Bearer(topSecret)); got != "api.Bearer(Authorization: redacted)" {
		t.Errorf("a bearer token prints as %s", got)
	}
	if got := client.String(); !strings.HasPrefix(got, `api.Client(https://api.example.com, credentials for ["basic" "bearer"`) {
		t.Errorf("the client prints as %s", got)
	}
}

func TestCredentialsOnTheWire(t *testing.T) {
	var got *http.Request
	c, _ := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r })
	for name, credential := range allCredentials() {
		c.credentials = map[string]Credential{name: credential}
		if name == "oauth" {
			continue
		}
		call := get("/x")
		call.Security = Security{{name}}
		call.Params = &struct {
			Sid string `cookie:"lang"`
			Q   string `query:"q"`
		}{"en", "1"}
		if err := Exec(t.Context(), c, call); err != nil {
			t.Fatal(err)
		}
		line := fmt.Sprintf("%s|%s|%s|%s", got.Header.Get("X-Key"), got.URL.RawQuery, got.Header.Get("Cookie"), got.Header.Get("Authorization"))
		want := map[string]string{
			"header": topSecret + "|q=1|lang=en|",
			"query":  "|q=1&api_key=" + topSecret + "|lang=en|",
			"cookie": "|q=1|lang=en; sid=" + topSecret + "|",
			"basic":  "|q=1|lang=en|Basic dXNlcjpzM2NyM3QtdmFsdWU=",
			"bearer": "|q=1|lang=en|Bearer " + topSecret,
			"digest": "|q=1|lang=en|Digest " + topSecret,
			"token":  "|q=1|lang=en|Bearer " + topSecret,
		}[name]
		if line != want {
			t.Errorf("%s: got %s, want %s", name, line, want)
		}
	}
}

func TestSecurityAlternatives(t *testing.T) {
	var sent []string
	handler := func(_ http.ResponseWriter, r *http.Request) {
		sent = nil
		for _, name := range []string{"X-A", "X-B", "X-C"} {
			if v := r.Header.Get(name); v != "" {
				sent = append(sent, v)
			}
		}
	}
	cfg := Config{Security: Security{{"a", "b"}, {"c"}}, Credentials: map[string]string{"a": "WithA", "b": "WithB", "mtls": ""}}
	tests := []struct {
		name     string
		set      string
		security Security
		config   Security
		want     string
		err      string
	}{
		{"first alternative", "abc", nil, cfg.Security, "a b", ""},
		{"second alternative", "ac", nil, cfg.Security, "c", ""},
		{"none", "a", nil, cfg.Security, "", "things.get: no credential for this call\n\tpass New WithA and WithB, or api.WithCredential(\"c\", …), or api.Anonymous() to send it without one"},
		{"operation overrides", "abc", Security{{"b"}}, cfg.Security, "b", ""},
		{"operation sends none", "abc", Security{}, cfg.Security, "", ""},
		{"anonymous allowed", "", Security{{}, {"a"}}, cfg.Security, "", ""},
		{"anonymous allowed, credential set", "a", Security{{}, {"a"}}, cfg.Security, "a", ""},
		{"mutual TLS", "", Security{{"mtls"}}, cfg.Security, "", ""},
		{"mutual TLS and key", "a", Security{{"mtls", "a"}}, cfg.Security, "a", ""},
		{"document is silent", "ac", nil, nil, "a c", ""},
		{"document declares none", "ac", nil, Security{}, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var opts []Option
			for _, name := range tt.set {
				opts = append(opts, WithCredential(string(name), HeaderKey("X-"+string(name), string(name))))
			}
			conf := cfg
			conf.Security = tt.config
			c, _ := serveConfig(t, conf, handler, opts...)
			call := get("/x")
			call.Security = tt.security
			sent = []string{"not called"}
			err := Exec(t.Context(), c, call)
			if tt.err != "" {
				wantText(t, err, tt.err)
				var missing *MissingCredentialError
				if !errors.As(err, &missing) || sent[0] != "not called" {
					t.Errorf("%T, sent %q", err, sent)
				}
				if err := Exec(t.Context(), c, call, WithHeader("Authorization", "own")); err != nil {
					t.Errorf("with a header of the caller's: %v", err)
				}
				return
			}
			if err != nil || strings.Join(sent, " ") != tt.want {
				t.Errorf("sent %q, %v; want %q", sent, err, tt.want)
			}
		})
	}
}

func TestBadCredentials(t *testing.T) {
	tests := map[string]Credential{
		"api: credential of x: is empty": Bearer(""),
		"api: credential of x: the value of header X-Key has a control character (0x0a)": HeaderKey("X-Key", "a\nb"),
		`api: credential of x: "X Key" is not a header name`:                             HeaderKey("X Key", "a"),
		"api: credential of x: a user name cannot hold a colon":                          Basic("a:b", "c"),
		`api: credential of x: "s id" is not a cookie name`:                              CookieKey("s id", "c"),
		`api: credential of x: its token URL "ftp://x" is not a URL`:                     ClientCredentials(OAuth2{TokenURL: "ftp://x", ID: "i"}),
		"api: credential of x: its client id is empty":                                   ClientCredentials(OAuth2{TokenURL: "https://x"}),
		"api: credential of x: the token source is nil":                                  Token(nil),
	}
	for want, credential := range tests {
		_, err := NewClient(Config{Server: "https://x.example"}, WithCredential("x", credential))
		wantText(t, err, want)
	}
}

// A server that repeats what it was sent does not get it into errors or logs.
func TestErrorsAreScrubbed(t *testing.T) {
	var log bytes.Buffer
	observer := NewLogObserver(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	c, srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", r.Header.Get("X-Key"))
		answer(w, 403, fmt.Sprintf(`{"errors":[{"detail":"bad key %s","meta":{"q":%q}}],"got":%q}`, r.Header.Get("X-Key"), r.URL.RawQuery, r.Header.Get("Authorization")))
	}, WithObserver(observer), WithRetries(0))
	for name, credential := range allCredentials() {
		if name != "oauth" {
			c.credentials[name] = credential
		}
	}
	check := func(err error) {
		t.Helper()
		var failed *Error
		out := fmt.Sprintf("%v|%+v|%#v|%q", err, err, err, err)
		if errors.As(err, &failed) {
			out += fmt.Sprintf("%s %s %v %s %s", failed.Body, failed.URL, failed.Errors, failed.RequestID, failed.Message)
		}
		for e := err; e != nil; e = errors.Unwrap(e) {
			out += e.Error()
		}
		if strings.Contains(out+log.String(), topSecret) {
			t.Errorf("leaks:\n%s\n%s", out, log.String())
		}
	}
	err := Exec(t.Context(), c, get("/x"))
	wantPart(t, err, "403 Forbidden: bad key [redacted]")
	check(err)
	srv.Close()
	err = Exec(t.Context(), c, get("/x"))
	wantPart(t, err, "connection refused")
	check(err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	check(Exec(ctx, c, get("/x")))
}

func TestDryRun(t *testing.T) {
	fetched := false
	c, err := NewClient(Config{Server: "https://api.example.com/v1"}, WithCredential("a", HeaderKey("X-Key", "k")),
		WithCredential("t", Token(TokenFunc(func(context.Context) (AccessToken, error) {
			fetched = true
			return AccessToken{Value: NewSecret("v")}, nil
		}))))
	if err != nil {
		t.Fatal(err)
	}
	var seen *http.Request
	call := post(ownerBody{"e"})
	_, err = Pointer[echo](t.Context(), c, call, DryRun(func(r *http.Request) { seen = r }))
	if !errors.Is(err, ErrDryRun) || fetched {
		t.Fatalf("%v, fetched %v", err, fetched)
	}
	if seen.Method != "POST" || seen.URL.String() != "https://api.example.com/v1/things" || seen.Header.Get("X-Key") != "k" ||
		seen.ContentLength != 13 || seen.Header.Get("User-Agent") != "docwright" {
		t.Errorf("%+v", seen)
	}
}
