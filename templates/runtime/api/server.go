package api

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// origin is what credentials are bound to.
type origin struct{ scheme, host, port string }

func originOf(u *url.URL) origin {
	o := origin{strings.ToLower(u.Scheme), strings.ToLower(u.Hostname()), u.Port()}
	if o.port == "" {
		switch o.scheme {
		case "https":
			o.port = "443"
		case "http":
			o.port = "80"
		}
	}
	return o
}

func (o origin) String() string { return o.scheme + "://" + o.host + ":" + o.port }

// OriginError reports a link that leaves the origin of the API's server. It is
// not followed: what the client sends, its credentials above all, is meant for
// that server alone.
type OriginError struct {
	Operation string
	Link      string // scheme, host and port of the link
	Server    string // scheme, host and port of the server
}

// Error names both origins.
func (e *OriginError) Error() string {
	if e.Link == e.Server {
		return e.Operation + ": link to " + e.Link + " has user information: not followed"
	}
	return fmt.Sprintf("%s: link to %s leaves the server %s: not followed\n\tif that is another name of the server, pass api.WithOriginAlias(%q) to New", e.Operation, e.Link, e.Server, e.Link)
}

// parseServer checks a base URL and cuts what cannot be part of one.
func parseServer(base string) (*url.URL, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, fmt.Errorf("api: server %q is not a URL", base)
	}
	if host := u.Hostname(); u.Scheme != "http" && u.Scheme != "https" || host == "" || host[0] == '.' || strings.Contains(host, "..") {
		return nil, fmt.Errorf("api: server %q is not an absolute http or https URL", base)
	}
	if u.User != nil {
		return nil, fmt.Errorf("api: server %s://%s has user information in its URL: use a credential", u.Scheme, u.Host)
	}
	u.RawQuery, u.ForceQuery, u.Fragment, u.RawFragment = "", false, "", ""
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return u, nil
}

// expandServer replaces the {names} in a server's URL. The result is checked as a
// whole by parseServer. The host that the document writes around a value stays the
// host, whatever the value is: credentials are meant for it.
func expandServer(server string, vars []ServerVariable, values map[string]string) (string, error) {
	for name := range values {
		if !slices.ContainsFunc(vars, func(v ServerVariable) bool { return v.Name == name }) {
			return "", fmt.Errorf("api: the server %q has no variable %q", server, name)
		}
	}
	var b strings.Builder
	rest := server
	for {
		before, after, found := strings.Cut(rest, "{")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, after, found := strings.Cut(after, "}")
		if !found {
			return "", fmt.Errorf("api: server %q has an open brace", server)
		}
		value, err := serverValue(server, name, vars, values)
		if err != nil {
			return "", err
		}
		if _, chosen := values[name]; chosen && movesHost(server[:len(server)-len(rest)+len(before)], after, value) {
			return "", fmt.Errorf("api: %q cannot be the value of server variable %q: it would change which part of %q is the host\n\tpass api.WithServer to call another host", value, name, server)
		}
		b.WriteString(value)
		rest = after
	}
}

func serverValue(server, name string, vars []ServerVariable, values map[string]string) (string, error) {
	k := slices.IndexFunc(vars, func(v ServerVariable) bool { return v.Name == name })
	if k < 0 {
		return "", fmt.Errorf("api: variable %q of server %q is not declared", name, server)
	}
	v := vars[k]
	value, chosen := values[name]
	switch {
	case !chosen && v.NoDefault:
		return "", fmt.Errorf("api: server %q needs a value for %q\n\tpass api.WithServerVariable(%q, …)", server, name, name)
	case !chosen:
		return v.Default, nil // the document's own text
	case len(v.Enum) > 0 && !slices.Contains(v.Enum, value):
		return "", fmt.Errorf("api: %q is none of the values %q of server variable %q", value, v.Enum, name)
	case len(v.Enum) == 0 && (strings.ContainsAny(value, "?#") || hasDotSegment(value)):
		return "", fmt.Errorf("api: %q cannot be the value of server variable %q: the address of a server has no query, no fragment and no dot segments", value, name)
	}
	return value, nil
}

func hasDotSegment(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}

// movesHost reports whether value, between two texts of a server's URL, takes text
// out of the host that is after it, or puts a host before the URL's own.
func movesHost(before, after, value string) bool {
	if strings.Contains(after, "://") { // value is in the scheme
		return strings.ContainsAny(value, ":/@")
	}
	_, authority, found := strings.Cut(before, "://")
	if !found || strings.Contains(authority, "/") {
		return false // the whole address, or in the path
	}
	return after != "" && after[0] != '/' && strings.ContainsAny(value, `/\@`)
}
