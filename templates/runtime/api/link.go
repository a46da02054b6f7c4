package api

import (
	"fmt"
	"net/url"
	"strings"
)

// Characters that are not raw in a URL (RFC 3986, appendix A), beside controls,
// spaces and what is not ASCII. In a query, quotes are encoded as well, as
// browsers do: servers and firewalls refuse them.
const (
	rawNever      = "\"<>\\^`{|}"
	rawQueryNever = rawNever + "'#"
)

// cleanLink encodes in a link what a URL cannot have, as browsers do; servers
// build links by putting texts together.
func cleanLink(link string) string {
	link = strings.TrimFunc(link, func(r rune) bool { return r <= ' ' })
	link, fragment, _ := strings.Cut(link, "#")
	path, query, has := strings.Cut(link, "?")
	link = clean(path, rawNever)
	if has {
		link += "?" + clean(query, rawQueryNever)
	}
	if fragment != "" {
		link += "#" + clean(fragment, rawNever)
	}
	return link
}

// clean percent-encodes what must not be raw, and a percent sign that begins no
// escape.
func clean(s, never string) string {
	b := make([]byte, 0, len(s))
	for k := range len(s) {
		c := s[k]
		isEscape := c == '%' && k+2 < len(s) && isHex(s[k+1]) && isHex(s[k+2])
		if isEscape || c != '%' && c > ' ' && c < 0x7f && strings.IndexByte(never, c) < 0 {
			b = append(b, c)
		} else {
			b = appendHexEscape(b, c)
		}
	}
	return string(b)
}

// adopt moves a link to home if its origin is another name of home's.
func (c *Client) adopt(to, home *url.URL) {
	at, want := originOf(to), originOf(home)
	samePort := at.port == want.port || at.port == "80" && want.port == "443"
	upgrade := at.scheme == "http" && want.scheme == "https" && at.host == want.host && samePort
	if at != want && (upgrade || c.aliases[at]) {
		to.Scheme, to.Host = home.Scheme, home.Host
	}
}

// WithOriginAlias takes links to the origin name, such as "http://backend:8080", for links
// to the server: they are fetched from the server. It is for servers that write
// into links what they are called inside of their network.
func WithOriginAlias(name string) Option {
	return optionFunc(func(c *Client) error {
		u, err := parseServer(name)
		if err != nil {
			return err
		}
		if u.Path != "" {
			return fmt.Errorf("api: WithOriginAlias: %q has a path: an origin is a scheme, a host and a port", name)
		}
		if c.aliases == nil {
			c.aliases = map[origin]bool{}
		}
		c.aliases[originOf(u)] = true
		return nil
	})
}

// parseLinks reads Link headers (RFC 8288, section 3).
func parseLinks(headers []string) []headerLink {
	var links []headerLink
	for _, header := range headers {
		for rest := header; rest != ""; {
			_, after, ok := strings.Cut(rest, "<")
			target, params, closed := strings.Cut(after, ">")
			if !ok || !closed {
				break
			}
			link := headerLink{target: target}
			rest = link.readParams(params)
			links = append(links, link)
		}
	}
	return links
}

// headerLink is a link of a Link header. Only the first of several parameters of
// one name counts (section 3.3).
type headerLink struct {
	target      string
	rel, anchor *string
}

// readParams reads the parameters at the beginning of s, and returns what follows
// them: the next link.
func (l *headerLink) readParams(s string) string {
	for {
		s = strings.TrimLeft(s, " \t")
		if s == "" || s[0] == ',' {
			return s
		}
		if s[0] != ';' { // no parameter: go on at the next link
			_, s, _ = strings.Cut(s, ",")
			return s
		}
		s = strings.TrimLeft(s[1:], " \t")
		end := strings.IndexAny(s, "=;, \t")
		if end < 0 {
			end = len(s)
		}
		name, value := s[:end], ""
		s = strings.TrimLeft(s[end:], " \t")
		if s != "" && s[0] == '=' {
			value, s = headerValue(strings.TrimLeft(s[1:], " \t"))
		}
		l.set(name, value)
	}
}

func (l *headerLink) set(name, value string) {
	switch {
	case strings.EqualFold(name, "rel") && l.rel == nil:
		l.rel = &value
	case strings.EqualFold(name, "anchor") && l.anchor == nil:
		l.anchor = &value
	}
}

// headerValue reads a token or a quoted string at the beginning of s.
func headerValue(s string) (value, rest string) {
	if s == "" || s[0] != '"' {
		end := strings.IndexAny(s, ";, \t")
		if end < 0 {
			end = len(s)
		}
		return s[:end], s[end:]
	}
	var b []byte
	for k := 1; k < len(s); k++ {
		switch {
		case s[k] == '"':
			return string(b), s[k+1:]
		case s[k] == '\\' && k+1 < len(s):
			k++
		}
		b = append(b, s[k])
	}
	return string(b), ""
}

// is reports whether the link has the relation rel, and is one of the resource at
// context: an anchor may name another (section 3.2).
func (l *headerLink) is(rel string, context *url.URL) bool {
	if l.rel == nil {
		return false
	}
	if l.anchor != nil {
		about, err := context.Parse(*l.anchor)
		if err != nil || about.String() != context.String() {
			return false
		}
	}
	for name := range strings.FieldsSeq(*l.rel) {
		if strings.EqualFold(name, rel) {
			return true
		}
	}
	return false
}
