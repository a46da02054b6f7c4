package api

import (
	"context"
	"net/http"
	"time"
)

// Credential authorises requests. The constructors of this package make them
// so that nothing prints what they hold.
type Credential interface {
	// Authorize adds the credential to req, whose context it respects.
	Authorize(req *http.Request) error
}

// AccessToken is a token and when it ends.
type AccessToken struct {
	Value  string    `json:"-"`
	Type   string    // scheme in the Authorization header; "Bearer" when empty
	Expiry time.Time // zero when unknown
}

// TokenSource gives tokens.
type TokenSource interface {
	Token(ctx context.Context) (AccessToken, error)
}

// OAuth2 is the client credentials flow of RFC 6749.
type OAuth2 struct {
	TokenURL string
	ID       string
	Secret   string
	Scopes   []string
}

func HeaderKey(name, value string) Credential         { panic("being written") }
func QueryKey(name, value string) Credential          { panic("being written") }
func CookieKey(name, value string) Credential         { panic("being written") }
func Basic(user, password string) Credential          { panic("being written") }
func Bearer(token string) Credential                  { panic("being written") }
func HTTPScheme(scheme, credential string) Credential { panic("being written") }
func Token(source TokenSource) Credential             { panic("being written") }
func ClientCredentials(o OAuth2) Credential           { panic("being written") }

func checkCredential(Credential) error { return nil }
