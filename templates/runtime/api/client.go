package api

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Limits that hold unless an option says otherwise.
const (
	DefaultResponseLimit = 32 << 20        // bytes of a response body that are read into memory
	DefaultTimeout       = 2 * time.Minute // a whole call whose context has no deadline
)

// Config is what generated code says about an API. Its user's choices are
// Options.
type Config struct {
	Server    string           // base URL, e.g. "https://{tenant}.example.com/v3"; "" when the document names none
	Variables []ServerVariable // the {names} in Server
	UserAgent string           // product token of the client, e.g. "ctrlhub"
	Security  Security         // of operations that state none; nil when the document declares none
	Errors    ErrorTypes       // error bodies that operations share; a Call's own come first

	// Credentials names the option that sets each security scheme's
	// credential, for messages: {"sessionToken": "WithSessionToken"}. An empty
	// name marks a scheme that the transport satisfies, such as mutual TLS.
	Credentials map[string]string

	// FurtherServers are the variables of the document's other servers, by the
	// server's URL as the document has it. WithServer takes such a URL.
	FurtherServers map[string][]ServerVariable

	// TokenURLs are the token URLs of documented servers, by the server's URL, as
	// x-token-url has them. An absolute token URL of a security scheme is the first
	// server's alone.
	TokenURLs map[string]string
}

// ServerVariable is a {name} in a server's URL.
type ServerVariable struct {
	Name      string   // e.g. "tenant"
	Default   string   // used unless WithServerVariable sets another; "" is a value, too
	NoDefault bool     // the document has none: WithServerVariable must be given
	Enum      []string // the only values that the server takes; empty when it takes any
}

// Client calls one API. It is safe for concurrent use: make one and keep it.
type Client struct {
	base     *url.URL // without query, fragment and trailing slash
	origin   origin
	replaced bool   // WithServer was given: it replaces every server of the document
	further  string // which of the document's further servers it named, if that has variables
	config   Config

	http        *http.Client
	do          Doer // http behind the middleware
	middleware  []func(Doer) Doer
	observers   []Observer
	credentials map[string]Credential
	variables   map[string]string
	tokenURL    string          // of WithTokenURL
	aliases     map[origin]bool // other names of the server's origin in links
	userAgent   []string
	defaults    callOptions
}

// An Option sets up a Client. Every CallOption is an Option, too: given to
// NewClient, it holds for each call.
type Option interface {
	applyClient(*Client) error
}

type optionFunc func(*Client) error

func (f optionFunc) applyClient(c *Client) error { return f(c) }

// Doer sends one request, as *http.Client does.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// DoerFunc is a function as a Doer, for middleware.
type DoerFunc func(*http.Request) (*http.Response, error)

// Do calls f.
func (f DoerFunc) Do(req *http.Request) (*http.Response, error) { return f(req) }

// NewClient makes the client of the API that cfg describes. Generated packages
// call it from their New.
func NewClient(cfg Config, opts ...Option) (*Client, error) {
	c := &Client{
		config:      cfg,
		http:        http.DefaultClient,
		credentials: map[string]Credential{},
		variables:   map[string]string{},
	}
	c.userAgent = []string{userAgent(cfg.UserAgent, runtimeVersion())}
	c.defaults.limit = DefaultResponseLimit
	c.defaults.timeout = DefaultTimeout
	c.defaults.retry = DefaultRetryPolicy()
	for _, opt := range opts {
		if opt == nil {
			continue
		}
		if err := opt.applyClient(c); err != nil {
			return nil, err
		}
	}
	if c.defaults.err != nil {
		return nil, fmt.Errorf("api: %w", c.defaults.err)
	}
	if err := c.chooseServer(); err != nil {
		return nil, err
	}
	//gen:only api.Token api.ClientCredentials
	for _, scheme := range slices.Sorted(maps.Keys(c.credentials)) {
		if t, ok := c.credentials[scheme].(*tokenCredential); ok && t.endpoint != nil {
			if _, err := t.endpoint(c); err != nil {
				return nil, err
			}
		}
	}
	c.http = guardRedirects(c.http)
	c.do = c.http
	for _, wrap := range slices.Backward(c.middleware) {
		c.do = wrap(c.do)
	}
	return c, nil
}

// userAgent names a client, and the release of docwright that it is made with.
func userAgent(product, version string) string {
	switch {
	case product == "" && version == "":
		return "docwright"
	case product == "":
		return "docwright/" + version
	case version == "":
		return product + " (docwright)"
	}
	return product + " (docwright " + version + ")"
}

func (c *Client) chooseServer() error {
	if c.base == nil {
		server, vars := c.config.Server, c.config.Variables
		if c.further != "" && c.further != server {
			server, vars = c.further, c.config.FurtherServers[c.further]
		}
		if server == "" {
			return errors.New("api: the document names no server\n\tpass api.WithServer with the address of the API")
		}
		address, err := expandServer(server, vars, c.variables)
		if err != nil {
			return err
		}
		if c.base, err = parseServer(address); err != nil {
			if strings.Contains(server, "{") {
				return fmt.Errorf("%w\n\tset the variables of %q with api.WithServerVariable, or pass api.WithServer with the address of the API", err, server)
			}
			return fmt.Errorf("%w\n\tpass api.WithServer with the address of the API", err)
		}
	} else if len(c.variables) > 0 {
		return errors.New("api: api.WithServer replaces the address that api.WithServerVariable sets a part of: pass one of the two")
	}
	c.origin = originOf(c.base)
	return nil
}

// WithServer sends every call to the server at base, an absolute URL with the
// API's base path, if it has one. It replaces all servers that the document
// names, those of single operations included. If base is the constant of a
// documented server whose address has {names}, they have their defaults, or what
// WithServerVariable sets.
func WithServer(base string) Option {
	return optionFunc(func(c *Client) (err error) {
		c.base, c.further, c.replaced = nil, "", true
		if _, ok := c.config.FurtherServers[base]; ok || base == c.config.Server && strings.Contains(base, "{") {
			c.further = base
			return nil
		}
		c.base, err = parseServer(base)
		return err
	})
}

// WithServerVariable sets a {name} in the address of the document's server. The
// value may be any text of which a URL results, unless the document lists values.
// The option of a generated client for a variable called server is this one, too:
// it is not [WithServer].
func WithServerVariable(name, value string) Option {
	return optionFunc(func(c *Client) error {
		c.variables[name] = value
		return nil
	})
}

// WithHTTPClient sends requests through client, with its transport, cookie jar
// and timeout. Redirects are guarded all the same: credentials stay with the
// API's origin.
func WithHTTPClient(client *http.Client) Option {
	return optionFunc(func(c *Client) error {
		if client == nil {
			return errors.New("api: WithHTTPClient(nil)")
		}
		c.http = client
		return nil
	})
}

// WithMiddleware wraps the sending of requests, the first one outermost. A
// middleware sees every attempt, with its credentials.
func WithMiddleware(wrap ...func(next Doer) Doer) Option {
	return optionFunc(func(c *Client) error {
		c.middleware = append(c.middleware, wrap...)
		return nil
	})
}

// WithObserver notifies o of every call.
func WithObserver(o Observer) Option {
	return optionFunc(func(c *Client) error {
		if o != nil {
			c.observers = append(c.observers, o)
		}
		return nil
	})
}

// WithUserAgent puts product, for example "billing/1.4", before the client's
// own name in the User-Agent header.
func WithUserAgent(product string) Option {
	return optionFunc(func(c *Client) error {
		if err := checkHeader("User-Agent", product); err != nil {
			return fmt.Errorf("api: %w", err)
		}
		c.userAgent = []string{product + " " + userAgent(c.config.UserAgent, runtimeVersion())}
		return nil
	})
}

// WithCredential sets what calls send for a security scheme of the document.
// A nil credential takes it away again.
func WithCredential(scheme string, credential Credential) Option {
	return optionFunc(func(c *Client) error {
		if credential == nil {
			delete(c.credentials, scheme)
			return nil
		}
		if err := checkCredential(credential); err != nil {
			return c.badCredential(scheme, err)
		}
		c.credentials[scheme] = credential
		return nil
	})
}

// badCredential is the error of New for a credential that cannot be sent.
func (c *Client) badCredential(scheme string, err error) error {
	option := c.optionName(scheme)
	switch {
	case option == "":
		return fmt.Errorf("api: credential of %s: %w", scheme, err)
	case !errors.Is(err, errEmptySecret):
		return fmt.Errorf("%s: %w", option, err)
	case strings.HasSuffix(option, "Key"):
		return fmt.Errorf("%s: the key is empty", option)
	}
	return fmt.Errorf("%s: the token is empty", option)
}

// String names the client's server and the security schemes that have a
// credential, never a credential.
func (c *Client) String() string {
	if c == nil {
		return "api.Client(nil)"
	}
	return fmt.Sprintf("api.Client(%s, credentials for %q)", c.base.Redacted(), slices.Sorted(maps.Keys(c.credentials)))
}

// MarshalText is String.
func (c *Client) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// Format prints String for every verb, so that no way of printing a client
// shows what it holds.
func (c *Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }
