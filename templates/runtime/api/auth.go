package api

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Credential authorises requests. Those that this package makes print as what
// they are, never as what they hold, whatever the verb.
type Credential interface {
	// Authorize adds the credential to req, whose context it respects. It is
	// called for each attempt, by several goroutines at once.
	Authorize(req *http.Request) error
}

// static is a credential that never changes.
type static struct {
	kind, name string
	apply      func(req *http.Request)
	values     func() []string // what must not show up in an error
	broken     error           // it cannot be sent
}

// HeaderKey is an API key in a header.
func HeaderKey(name, value string) Credential {
	v, lines, key := NewSecret(value), []string{value}, http.CanonicalHeaderKey(name)
	return &static{kind: "HeaderKey", name: name, broken: firstError(checkHeader(name, value), filled(value)),
		apply:  func(req *http.Request) { req.Header[key] = lines[:1:1] },
		values: func() []string { return []string{v()} }}
}

// QueryKey is an API key in the query.
func QueryKey(name, value string) Credential {
	v := NewSecret(value)
	return &static{kind: "QueryKey", name: name, broken: filled(value),
		apply: func(req *http.Request) {
			u := *req.URL
			u.RawQuery = string(appendPair([]byte(withoutParam(u.RawQuery, name)), name, v(), false))
			req.URL = &u
		},
		values: func() []string { return []string{v(), url.QueryEscape(v()), url.PathEscape(v())} }}
}

// CookieKey is an API key in a cookie.
func CookieKey(name, value string) Credential {
	v := NewSecret(value)
	broken := filled(value)
	if !isToken(name) {
		broken = fmt.Errorf("%q is not a cookie name", name)
	}
	return &static{kind: "CookieKey", name: name, broken: broken,
		apply:  func(req *http.Request) { addCookie(req.Header, name, v()) },
		values: func() []string { return []string{v()} }}
}

// Basic is a user name and a password.
func Basic(user, password string) Credential {
	broken := error(nil)
	if strings.Contains(user, ":") {
		broken = errors.New("a user name cannot hold a colon")
	}
	v, p := NewSecret(base64.StdEncoding.EncodeToString([]byte(user+":"+password))), NewSecret(password)
	return &static{kind: "Basic", name: "Authorization", broken: broken,
		apply:  func(req *http.Request) { req.Header["Authorization"] = []string{"Basic " + v()} },
		values: func() []string { return []string{v(), p()} }}
}

// Bearer is a token that does not change. See Token for one that does.
func Bearer(token string) Credential { return HTTPScheme("Bearer", token) }

// HTTPScheme is the credential of another HTTP authentication scheme, sent as
// "Authorization: scheme credential".
func HTTPScheme(scheme, credential string) Credential {
	v, lines := NewSecret(credential), []string{scheme + " " + credential}
	return &static{kind: scheme, name: "Authorization", broken: firstError(checkHeader("Authorization", lines[0]), filled(credential)),
		apply:  func(req *http.Request) { req.Header["Authorization"] = lines[:1:1] },
		values: func() []string { return []string{v()} }}
}

var errEmptySecret = errors.New("is empty")

func filled(value string) error {
	if value == "" {
		return errEmptySecret
	}
	return nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Authorize adds the credential to req.
func (s *static) Authorize(req *http.Request) error {
	s.apply(req)
	return nil
}

func (s *static) secrets() []string { return s.values() }

// String names the kind of credential and where it goes.
func (s *static) String() string { return "api." + s.kind + "(" + s.name + ": redacted)" }

// GoString is String.
func (s *static) GoString() string { return s.String() }

// Format prints String for every verb.
func (s *static) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue is String.
func (s *static) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is String.
func (s *static) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

func checkCredential(c Credential) error {
	switch c := c.(type) {
	case *static:
		return c.broken
	//gen:only api.Token api.ClientCredentials
	case *tokenCredential:
		return c.broken
	}
	return nil
}

// withoutParam cuts a parameter out of a raw query.
func withoutParam(query, name string) string {
	if query == "" {
		return ""
	}
	parts := strings.Split(query, "&")
	parts = slices.DeleteFunc(parts, func(part string) bool {
		key, _, _ := strings.Cut(part, "=")
		key, err := url.QueryUnescape(key)
		return err == nil && key == name
	})
	return strings.Join(parts, "&")
}

// withoutKey cuts a QueryKey out of a raw query.
func withoutKey(query string, credential Credential) string {
	if key, ok := credential.(*static); ok && key.kind == "QueryKey" {
		return withoutParam(query, key.name)
	}
	return query
}

// tokenScheme is the scheme of WithToken: of no document.
const tokenScheme = "\x00token"

// WithToken sends a token at hand as a bearer with each call, whatever the document
// says: for documents without security schemes, and for those whose schemes end in
// a bearer.
func WithToken(token string) Option {
	return optionFunc(func(c *Client) error {
		if token == "" {
			return errors.New("api.WithToken: the token is empty")
		}
		return WithCredential(tokenScheme, Bearer(token)).applyClient(c)
	})
}

// MissingCredentialError reports a call that needs a credential the client does
// not have. Nothing was sent.
type MissingCredentialError struct {
	Operation string
	Security  Security          // what would do: any of these alternatives
	Options   map[string]string // scheme → option that sets its credential
}

// Error names the options that would do for the operation.
func (e *MissingCredentialError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: no credential for this call\n\tpass New ", e.Operation)
	for k, alternative := range e.Security {
		if k > 0 {
			b.WriteString(", or ")
		}
		for j, scheme := range alternative {
			if j > 0 {
				b.WriteString(" and ")
			}
			if option := e.Options[scheme]; option != "" {
				b.WriteString(option)
			} else {
				fmt.Fprintf(&b, "api.WithCredential(%q, …)", scheme)
			}
		}
	}
	b.WriteString(", or api.Anonymous() to send it without one")
	return b.String()
}

// authorize chooses the credentials of a call, and appends them to room: the
// first alternative whose credentials are all set.
func (c *Client) authorize(call *Call, room []Credential) ([]Credential, error) {
	security := call.Security
	if security == nil {
		security = c.config.Security
	}
	if token, ok := c.credentials[tokenScheme]; ok && (security == nil || len(security) > 0) {
		return append(room, token), nil
	}
	if security == nil { // the document is silent: what the user configured is meant to be sent
		return c.everyCredential(), nil
	}
	anonymous := len(security) == 0
	for _, alternative := range security {
		if len(alternative) == 0 {
			anonymous = true
		} else if found, ok := c.credentialsOf(alternative, room); ok {
			return found, nil
		}
	}
	if anonymous {
		return nil, nil
	}
	return nil, &MissingCredentialError{Operation: call.Operation, Security: security, Options: c.optionNames()}
}

// optionNames returns the options that set credentials, with their package.
func (c *Client) optionNames() map[string]string {
	names := make(map[string]string, len(c.config.Credentials))
	for scheme := range c.config.Credentials {
		names[scheme] = c.optionName(scheme)
	}
	return names
}

func (c *Client) optionName(scheme string) string {
	option := c.config.Credentials[scheme]
	if option != "" && c.config.UserAgent != "" {
		option = c.config.UserAgent + "." + option
	}
	return option
}

func (c *Client) credentialsOf(schemes []string, found []Credential) ([]Credential, bool) {
	for _, scheme := range schemes {
		if credential, ok := c.credentials[scheme]; ok {
			found = append(found, credential)
		} else if option, declared := c.config.Credentials[scheme]; !declared || option != "" {
			return nil, false
		}
	}
	return found, true
}

func (c *Client) everyCredential() []Credential {
	if len(c.credentials) == 0 {
		return nil
	}
	var all []Credential
	for _, scheme := range slices.Sorted(maps.Keys(c.credentials)) {
		all = append(all, c.credentials[scheme])
	}
	return all
}

// apply adds credential to req, with a token that client fetches if it has to.
func apply(ctx context.Context, credential Credential, req *http.Request, client *Client, mayFetch bool) error {
	//gen:only api.Token api.ClientCredentials
	if t, ok := credential.(*tokenCredential); ok {
		return t.authorize(ctx, req, client, mayFetch)
	}
	return credential.Authorize(req)
}
