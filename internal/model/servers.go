package model

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/names"
)

// readServers lists the documented servers.
func (b *builder) readServers() {
	taken := map[string]bool{}
	for i, n := range list(b.doc.Root.Get("servers")) {
		url := strings.TrimSpace(n.Get("url").Str())
		s := Server{Name: "DefaultServer", URL: url, Doc: Doc{Text: n.Get("description").Str()}}
		if i > 0 {
			s.Name = serverName(n, url, taken)
		}
		if url == "" || taken[s.Name] {
			continue
		}
		taken[s.Name] = true
		s.TokenURL = n.Get("x-token-url").Str()
		s.Variables = readVariables(n.Get("variables"))
		b.api.Servers = append(b.api.Servers, s)
	}
}

// serverName names a further server by what it is for, or by its address.
func serverName(n *load.Node, url string, taken map[string]bool) string {
	for _, text := range []string{n.Get("x-go-name").Str(), n.Get("x-name").Str(), firstWords(n.Get("description").Str()), url} {
		if name := names.Exported(text); name != "" && len(name) < 48 && !taken["Server"+name] {
			return "Server" + name
		}
	}
	return "Server" + strconv.Itoa(len(taken)+1)
}

// firstWords is a description when it is short enough to name something.
func firstWords(text string) string {
	text, _, _ = strings.Cut(text, ".")
	ws := names.Words(text)
	if len(ws) == 0 || len(ws) > 3 {
		return ""
	}
	if n := len(ws); n > 1 && ws[n-1] == "server" {
		ws = ws[:n-1]
	}
	return strings.Join(ws, " ")
}

func readVariables(n *load.Node) []ServerVariable {
	if n == nil || n.Kind != load.Object {
		return nil
	}
	var out []ServerVariable
	for _, m := range n.Members {
		v := ServerVariable{Name: m.Name, GoName: names.Exported(m.Name), Default: m.Value.Get("default").Str(), Doc: Doc{Text: m.Value.Get("description").Str()}}
		if d := m.Value.Get("default"); d == nil || d.Kind == load.Null {
			v.Default, v.NoDefault = "", true
		}
		for _, e := range list(m.Value.Get("enum")) {
			v.Enum = append(v.Enum, e.Str())
		}
		if v.GoName == "" {
			v.GoName = "Variable"
		}
		taken := func(o ServerVariable) bool { return o.GoName == v.GoName }
		for base, i := v.GoName, 2; slices.ContainsFunc(out, taken); i++ {
			v.GoName = base + strconv.Itoa(i)
		}
		out = append(out, v)
	}
	return out
}

// operationServer is the address of an operation that has its own.
func (b *builder) operationServer(o *op) string {
	for _, n := range []*load.Node{o.node, o.item} {
		if l := list(n.Get("servers")); len(l) > 0 {
			url := l[0].Get("url").Str()
			for _, v := range readVariables(l[0].Get("variables")) {
				url = strings.ReplaceAll(url, "{"+v.Name+"}", v.Default)
			}
			if len(b.api.Servers) > 0 && url == b.api.Servers[0].URL {
				return ""
			}
			return url
		}
	}
	return ""
}

// readSchemes lists the security schemes, and what the document asks for.
func (b *builder) readSchemes() {
	taken := map[string]bool{}
	schemes := b.doc.Root.Get("components", "securitySchemes")
	if schemes != nil && schemes.Kind == load.Object {
		for _, m := range schemes.Members {
			n := m.Value.Target()
			s := Scheme{Name: m.Name, Param: n.Get("name").Str(), Doc: Doc{Text: n.Get("description").Str()}}
			if !readScheme(n, &s) {
				b.repair(m.Value, "security-scheme", "security scheme "+strconv.Quote(m.Name)+" has no type that OpenAPI has", "use apiKey, http, oauth2, openIdConnect or mutualTLS")
				continue
			}
			if s.GoName = b.schemeName(n, s); taken[s.GoName] {
				s.GoName = cmp.Or(names.Exported(m.Name), "Credential")
			}
			for base, i := s.GoName, 2; taken[s.GoName]; i++ {
				s.GoName = base + strconv.Itoa(i)
			}
			taken[s.GoName] = true
			b.api.Schemes = append(b.api.Schemes, s)
		}
	}
	b.api.Security = b.readSecurity(b.doc.Root.Get("security"))
	if p := b.authorizationParameter(); p != nil && !taken["Authorization"] && !slices.ContainsFunc(b.api.Schemes, Scheme.sendsAuthorization) {
		b.api.Schemes = append(b.api.Schemes, Scheme{
			Name: "Authorization", GoName: "Authorization", Kind: SchemeHeaderKey, Param: "Authorization", Doc: Doc{Text: p.Get("description").Str()},
		})
	}
}

// schemeWords say of a scheme's name only what its kind says: what is left of the
// name tells schemes of one kind from each other.
var schemeWords = map[SchemeKind]string{
	SchemeBearer:            "bearer jwt http access token",
	SchemeToken:             "bearer jwt http access token oauth oauth2 oidc openid open id connect 2",
	SchemeClientCredentials: "bearer oauth oauth2 client credentials access token 2",
	SchemeBasic:             "basic http",
	SchemeHeaderKey:         "api apikey key header http",
	SchemeQueryKey:          "api apikey key query http",
}

// schemeNames are the names of schemes of which nothing else is to be said.
var schemeNames = map[SchemeKind]string{
	SchemeBearer: "Token", SchemeToken: "Token", SchemeClientCredentials: "ClientCredentials", SchemeBasic: "Basic", SchemeHeaderKey: "APIKey", SchemeQueryKey: "APIKey",
}

// schemeName is the Go name of a scheme: what is sent, unless the document's name
// says more than that and the name of the API.
func (b *builder) schemeName(n *load.Node, s Scheme) string {
	if g := n.Get("x-go-name").Str(); g != "" {
		return names.Given(g)
	}
	ws := names.Words(s.Name)
	for len(ws) > 1 && slices.Contains([]string{"auth", "authentication", "authorization", "scheme", "security"}, ws[len(ws)-1]) {
		ws = ws[:len(ws)-1]
	}
	api := names.Words(b.api.Title)
	for len(ws) > 1 && len(api) > 0 && ws[0] == api[0] {
		ws, api = ws[1:], api[1:]
	}
	plain := append(strings.Fields(schemeWords[s.Kind]), "auth", "authentication", "authorization", "scheme", "security")
	if short := schemeNames[s.Kind]; short != "" && !slices.ContainsFunc(ws, func(w string) bool { return !slices.Contains(plain, w) }) {
		return short
	}
	return cmp.Or(names.Join(ws), "Credential")
}

// sendsAuthorization tells whether a credential of s goes into the header
// Authorization.
func (s Scheme) sendsAuthorization() bool {
	switch s.Kind {
	case SchemeBasic, SchemeBearer, SchemeToken, SchemeClientCredentials, SchemeCustom:
		return true
	}
	return s.Kind == SchemeHeaderKey && strings.EqualFold(s.Param, "Authorization")
}

// authorizationParameter is a header parameter Authorization, which OpenAPI
// bids to ignore: documents without security schemes have nothing else to say
// that calls need a credential.
func (b *builder) authorizationParameter() *load.Node {
	paths := b.doc.Root.Get("paths")
	if paths == nil {
		return nil
	}
	for _, m := range paths.Members {
		item := m.Value.Target()
		holders := []*load.Node{item}
		for _, method := range methods {
			holders = append(holders, item.Get(method).Target())
		}
		for _, h := range holders {
			for _, p := range list(h.Get("parameters")) {
				if p = p.Target(); p.Get("in").Str() == "header" && strings.EqualFold(p.Get("name").Str(), "Authorization") {
					return p
				}
			}
		}
	}
	return nil
}

func readScheme(n *load.Node, s *Scheme) bool {
	switch n.Get("type").Str() {
	case "apiKey":
		switch n.Get("in").Str() {
		case "query":
			s.Kind = SchemeQueryKey
		case "cookie":
			s.Kind = SchemeCookieKey
		default:
			s.Kind = SchemeHeaderKey
		}
		return s.Param != ""
	case "http":
		switch scheme := n.Get("scheme").Str(); strings.ToLower(scheme) {
		case "basic":
			s.Kind = SchemeBasic
		case "bearer", "":
			s.Kind = SchemeBearer
		default:
			s.Kind, s.Param = SchemeCustom, scheme
		}
	case "oauth2":
		s.Kind = SchemeToken
		flow := n.Get("flows", "clientCredentials")
		if url := flow.Get("tokenUrl").Str(); url != "" {
			s.Kind, s.TokenURL = SchemeClientCredentials, url
			if sc := flow.Get("scopes"); sc != nil && sc.Kind == load.Object {
				for _, m := range sc.Members {
					s.Scopes = append(s.Scopes, m.Name)
				}
			}
		}
	case "openIdConnect":
		s.Kind = SchemeToken
	case "mutualTLS":
		s.Kind = SchemeMutualTLS
	default:
		return false
	}
	return true
}

// readSecurity reads alternatives of scheme names; nil when nothing is said.
func (b *builder) readSecurity(n *load.Node) Security {
	if n == nil || n.Kind != load.Array {
		return nil
	}
	out := Security{}
	for _, alt := range n.Items {
		if alt.Kind != load.Object {
			continue
		}
		set := []string{}
		for _, m := range alt.Members {
			known := slices.ContainsFunc(b.api.Schemes, func(s Scheme) bool { return s.Name == m.Name && s.Kind != SchemeMutualTLS })
			if known {
				set = append(set, m.Name)
			} else if !slices.ContainsFunc(b.api.Schemes, func(s Scheme) bool { return s.Name == m.Name }) {
				b.repair(alt, "unknown-security-scheme", "security names a scheme that components does not declare: "+strconv.Quote(m.Name), "declare it under components.securitySchemes, or correct the name")
			}
		}
		out = append(out, set)
	}
	return out
}
