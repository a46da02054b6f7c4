package review

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// credentialsDoc is the document that the cases change.
const credentialsDoc = `openapi: 3.1.0
info: {title: Pets, version: "1"}
servers:
  - {url: https://pets.example.com/v1}
  - {url: https://staging.pets.example.com/v1, x-name: Staging, x-token-url: https://staging.pets.example.com/token}
security: [{key: []}]
paths:
  /pets:
    get: {operationId: pets.list, responses: {"204": {description: ok}}}
    post: {operationId: pets.create, security: [{oauth: [write]}], responses: {"204": {description: ok}}}
  /pets/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: pets.get, security: [{oauth: [read]}, {key: []}], responses: {"204": {description: ok}}}
  /status:
    get: {operationId: status.get, security: [], responses: {"204": {description: ok}}}
  /files:
    servers: [{url: https://files.example.com}]
    get: {operationId: files.list, responses: {"204": {description: ok}}}
components:
  securitySchemes:
    key: {type: apiKey, in: header, name: X-Key}
    oauth:
      type: oauth2
      flows:
        clientCredentials: {tokenUrl: https://pets.example.com/token, scopes: {read: r, write: w}}
        authorizationCode: {authorizationUrl: https://pets.example.com/authorize, tokenUrl: https://pets.example.com/token, scopes: {}}
`

// TestCredentials attacks each place of a document that says where credentials
// go. A row is "severity rule text (operations)".
func TestCredentials(t *testing.T) {
	for _, tt := range []struct {
		name     string
		old, new string // replaced in the document
		want     []string
	}{
		{"nothing", "", "", nil},
		{"spelling of an address", "url: https://pets.example.com/v1}", "url: HTTPS://Pets.example.com:443/v1/}", nil},
		{"another host", "url: https://pets.example.com/v1}", "url: https://pets.example.net/v1}",
			[]string{"breaking credentials-server-changed calls and their credentials go to `https://pets.example.net/v1`, not `https://pets.example.com/v1`"}},
		{"without TLS", "url: https://pets.example.com/v1}", "url: http://pets.example.com/v1}",
			[]string{"breaking credentials-server-changed calls and their credentials go to `http://pets.example.com/v1`, not `https://pets.example.com/v1`"}},
		{"another port", "url: https://pets.example.com/v1}", "url: https://pets.example.com:8443/v1}",
			[]string{"breaking credentials-server-changed calls and their credentials go to `https://pets.example.com:8443/v1`, not `https://pets.example.com/v1`"}},
		{"a server before the first", "servers:\n", "servers:\n  - {url: https://evil.example.com}\n",
			[]string{"breaking credentials-server-changed calls and their credentials go to `https://evil.example.com`, not `https://pets.example.com/v1`",
				"info credentials-server-added ServerHTTPSPetsExampleComV1 is new: `https://pets.example.com/v1`"}},
		{"a server after the last", "security: [{key: []}]\n", "  - {url: https://eu.example.com, x-name: EU}\nsecurity: [{key: []}]\n",
			[]string{"info credentials-server-added ServerEu is new: `https://eu.example.com`"}},
		{"a further server moves", "url: https://staging.pets.example.com/v1,", "url: https://staging.evil.example.com/v1,",
			[]string{"breaking credentials-server-changed with ServerStaging, calls and their credentials go to `https://staging.evil.example.com/v1`, not `https://staging.pets.example.com/v1`"}},
		{"the token URL of a server", "x-token-url: https://staging.pets.example.com/token", "x-token-url: https://evil.example.com/token",
			[]string{"breaking credentials-token-url client credentials for ServerStaging go to `https://evil.example.com/token`, not `https://staging.pets.example.com/token`"}},
		{"a token URL for the first server", "url: https://pets.example.com/v1}", "url: https://pets.example.com/v1, x-token-url: https://evil.example.com/token}",
			[]string{"breaking credentials-token-url client credentials for DefaultServer go to `https://evil.example.com/token`, not none"}},
		{"a variable in place of the host", "url: https://pets.example.com/v1}", "url: 'https://{host}/v1', variables: {host: {default: pets.example.com}}}",
			[]string{"info credentials-server-added DefaultServer: the variable \"host\" is new"}},
		{"a variable with another default", "url: https://pets.example.com/v1}", "url: 'https://{host}/v1', variables: {host: {default: evil.example.com}}}",
			[]string{"breaking credentials-server-changed calls and their credentials go to `https://{host}/v1` (host is \"evil.example.com\"), not `https://pets.example.com/v1`",
				"info credentials-server-added DefaultServer: the variable \"host\" is new"}},
		{"no server", "servers:\n  - {url: https://pets.example.com/v1}\n  - {url: https://staging.pets.example.com/v1, x-name: Staging, x-token-url: https://staging.pets.example.com/token}\n", "",
			[]string{"breaking credentials-server-removed DefaultServer is gone: `https://pets.example.com/v1`",
				"info credentials-server-removed ServerStaging is gone: `https://staging.pets.example.com/v1`"}},
		{"the servers of an operation", "get: {operationId: pets.list, ", "get: {operationId: pets.list, servers: [{url: https://evil.example.com}], ",
			[]string{"breaking credentials-operation-server the call and its credentials go to `https://evil.example.com`, not `https://pets.example.com/v1` (GET /pets)"}},
		{"the servers of a path", "  /pets:\n", "  /pets:\n    servers: [{url: https://evil.example.com}]\n",
			[]string{"breaking credentials-operation-server the call and its credentials go to `https://evil.example.com`, not `https://pets.example.com/v1` (GET /pets, POST /pets)"}},
		{"the servers of a path change", "https://files.example.com", "https://evil.example.com",
			[]string{"breaking credentials-operation-server the call and its credentials go to `https://evil.example.com`, not `https://files.example.com` (GET /files)"}},
		{"the servers of a path are gone", "    servers: [{url: https://files.example.com}]\n", "",
			[]string{"breaking credentials-operation-server the call and its credentials go to `https://pets.example.com/v1`, not `https://files.example.com` (GET /files)"}},
		{"one more server of a path", "[{url: https://files.example.com}]", "[{url: https://files.example.com}, {url: https://eu.example.com}]",
			[]string{"info credentials-server-added the call has one more server, which the client does not use: `https://eu.example.com` (GET /files)"}},
		{"the servers of a path in another order", "[{url: https://files.example.com}]", "[{url: https://eu.example.com}, {url: https://files.example.com}]",
			[]string{"breaking credentials-operation-server the call and its credentials go to `https://eu.example.com`, not `https://files.example.com` (GET /files)"}},
		{"a new call elsewhere", "components:\n", "  /new:\n    servers: [{url: https://evil.example.com}]\n    get: {operationId: new.get, responses: {\"204\": {description: ok}}}\ncomponents:\n",
			[]string{"info credentials-operation-server a new call goes to `https://evil.example.com`, not to the client's server (GET /new)"}},
		{"a call with another path and server", "  /files:\n    servers: [{url: https://files.example.com}]", "  /documents:\n    servers: [{url: https://evil.example.com}]",
			[]string{"breaking credentials-operation-server the call and its credentials go to `https://evil.example.com`, not `https://files.example.com` (GET /documents)"}},
		{"the token URL of a flow", "clientCredentials: {tokenUrl: https://pets.example.com/token", "clientCredentials: {tokenUrl: https://evil.example.com/token",
			[]string{"breaking credentials-token-url oauth: the clientCredentials tokenUrl is `https://evil.example.com/token`, not `https://pets.example.com/token`"}},
		{"another address of a flow", "authorizationUrl: https://pets.example.com/authorize", "authorizationUrl: https://evil.example.com/authorize",
			[]string{"breaking credentials-token-url oauth: the authorizationCode authorizationUrl is `https://evil.example.com/authorize`, not `https://pets.example.com/authorize`"}},
		{"a refresh URL", "clientCredentials: {tokenUrl", "clientCredentials: {refreshUrl: https://evil.example.com/r, tokenUrl",
			[]string{"info credentials-token-url oauth: the clientCredentials refreshUrl is new: `https://evil.example.com/r`"}},
		{"a key into the query", "in: header, name: X-Key", "in: query, name: key",
			[]string{"breaking credentials-place the credential key is sent as query parameter key, not as header x-key"}},
		{"a header in another case", "in: header, name: X-Key", "in: header, name: x-key", nil},
		{"a call without security", "get: {operationId: pets.list, ", "get: {operationId: pets.list, security: [], ",
			[]string{"breaking credentials-not-sent the call is sent without the credential key (GET /pets)"}},
		{"anonymous before the credential", "security: [{key: []}]\n", "security: [{}, {key: []}]\n",
			[]string{"breaking credentials-not-sent the call is sent without the credential key (GET /pets, GET /files)"}},
		{"anonymous after the credential", "security: [{key: []}]\n", "security: [{key: []}, {}]\n",
			[]string{"info credentials-alternative-added the call can also be sent without a credential (GET /pets, GET /files)"}},
		{"one more alternative", "security: [{oauth: [write]}]", "security: [{oauth: [write]}, {key: []}]",
			[]string{"info credentials-alternative-added the call also accepts key (POST /pets)"}},
		{"one more scope", "security: [{oauth: [write]}]", "security: [{oauth: [write, admin]}]",
			[]string{"breaking credentials-needed the credential oauth (write) is no longer enough; the call needs oauth (write, admin) (POST /pets)"}},
		{"one more scheme", "security: [{oauth: [write]}]", "security: [{oauth: [write], key: []}]",
			[]string{"breaking credentials-needed the credential oauth (write) is no longer enough; the call needs key and oauth (write) (POST /pets)"}},
		{"a scheme less", "security: [{oauth: [read]}, {key: []}]", "security: [{oauth: [read]}]",
			[]string{"breaking credentials-needed the credential key is no longer enough; the call needs oauth (read) (GET /pets/{id})"}},
		{"another order", "security: [{oauth: [read]}, {key: []}]", "security: [{key: []}, {oauth: [read]}]", nil},
		{"a call that needed none", "security: [], ", "",
			[]string{"breaking credentials-needed the call needs a credential, and needed none: key (GET /status)"}},
		{"[] and [{}] are one", "security: [], ", "security: [{}], ", nil},
		{"a parameter is renamed", "/pets/{id}:\n    parameters: [{name: id,", "/pets/{pet}:\n    parameters: [{name: pet,", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(credentialsDoc, tt.old) {
				t.Fatal("the document does not contain the text")
			}
			j := joinDocuments(t, credentialsDoc, strings.Replace(credentialsDoc, tt.old, tt.new, 1))
			var got []string
			for _, c := range compareCredentials(j) {
				row := fmt.Sprintf("%s %s %s", c.Severity, c.Rule, c.Text)
				if len(c.Operations) > 0 {
					row += " (" + strings.Join(c.Operations, ", ") + ")"
				}
				if c.At.Line == 0 || c.Fingerprint == "" {
					t.Errorf("%s: place %v, fingerprint %q", row, c.At, c.Fingerprint)
				}
				got = append(got, row)
			}
			if strings.Join(got, "\n") != strings.Join(tt.want, "\n") {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
			}
		})
	}
}

// joinDocuments makes clients of two texts.
func joinDocuments(t *testing.T, old, new string) *joined {
	t.Helper()
	client := &Client{Spec: "pets.yaml", Package: "pets"}
	for i, text := range []string{old, new} {
		name := filepath.Join(t.TempDir(), "pets.yaml")
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		doc, diags := load.File(name, load.Options{})
		if doc == nil {
			t.Fatal(diags)
		}
		api, _ := model.Build(doc, model.Options{Package: "pets"})
		side := &Side{Document: doc, API: api}
		if i == 0 {
			client.Old = side
		} else {
			client.New = side
		}
	}
	return &joined{Client: client, report: &ClientReport{}, old: indexSymbols(client.Old), new: indexSymbols(client.New), byName: map[string]*GoChange{}}
}
