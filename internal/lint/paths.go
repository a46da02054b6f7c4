package lint

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
)

var pathRules = []Rule{
	{
		Code: "DW024", Name: "ambiguous-path", Severity: diag.Warning,
		What: "two paths that differ in the names of parameters only",
		Why:  "A request fits both, so that OpenAPI forbids them; servers and mocks choose one.",
		Fix:  "Merge them into one path item.",
		Bad:  "paths:\n  /pets/{id}: {get: {…}}\n  /pets/{name}: {delete: {…}}",
		Good: "paths:\n  /pets/{id}:\n    get: {…}\n    delete: {…}",
		Also: []diag.Code{"conflicting-paths"}, checked: true,
	},
	{
		Code: "DW028", Name: "plain-http", Severity: diag.Warning,
		What: "a server that is called by http, not https",
		Why:  "Credentials and data are sent unencrypted. The client's default address is the first server.",
		Fix:  "Write https, or leave the server out. Addresses of the own machine are fine.",
		Bad:  "servers: [{url: \"http://api.example.com\"}]",
		Good: "servers: [{url: \"https://api.example.com\"}]",
	},
	{
		Code: "DW029", Name: "trailing-slash", Severity: diag.Info,
		What: "a server whose url ends in a slash",
		Why:  "Paths begin with one, too: tools that put the two together make //pets of them.",
		Fix:  "Remove the slash at the end.",
		Bad:  "servers: [{url: \"https://api.example.com/v1/\"}]",
		Good: "servers: [{url: \"https://api.example.com/v1\"}]",
	},
}

var templated = regexp.MustCompile(`\{[^{}]*\}`)

// checkPaths looks at what makes the addresses of operations.
func (c *checker) checkPaths() {
	first := map[string]*load.Node{}
	for _, m := range members(c.Doc.Root.Get("paths")) {
		if strings.HasPrefix(m.Name, "x-") {
			continue
		}
		key := templated.ReplaceAllString(m.Name, "{}")
		if before := first[key]; before != nil {
			c.report(m.Value.KeyPosition(), "ambiguous-path", "merge the two", "%s is the same path as %s at %s", m.Name, before.Name, before.KeyPosition())
			continue
		}
		first[key] = m.Value
	}
	for _, server := range c.nodes[load.ServerRole] {
		c.checkServer(server.Get("url"))
	}
}

func (c *checker) checkServer(at *load.Node) {
	address := at.Str()
	if len(address) > 1 && strings.HasSuffix(address, "/") {
		c.report(at.Position(), "trailing-slash", "write "+strings.TrimRight(address, "/"), "the server's url ends in a slash: %s", address)
	}
	u, err := url.Parse(templated.ReplaceAllString(address, "x"))
	if err == nil && strings.EqualFold(u.Scheme, "http") && !isLocal(u.Hostname()) {
		c.report(at.Position(), "plain-http", "write https, or leave it out", "the server is called by http: %s", address)
	}
}

// isLocal reports whether a host is the own machine, or within its network.
func isLocal(host string) bool {
	for _, suffix := range []string{"localhost", ".local", ".internal", ".test", ".example"} {
		if strings.HasSuffix(host, suffix) {
			return true
		}
	}
	return !strings.Contains(host, ".") || strings.Trim(host, "0123456789.:") == "" || strings.Contains(host, ":")
}
