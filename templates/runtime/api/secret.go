package api

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Secret is a text that does not print: not by fmt, slog or encoding/json, and not
// in the unexported field of a struct either, which fmt prints as it is. It is a
// function for that.
type Secret func() string

// NewSecret returns text as a Secret.
func NewSecret(text string) Secret { return func() string { return text } }

// Reveal returns the text, "" of a nil Secret.
func (s Secret) Reveal() string {
	if s == nil {
		return ""
	}
	return s()
}

// String returns "[redacted]", and "" if there is no secret.
func (s Secret) String() string {
	if s.Reveal() == "" {
		return ""
	}
	return redacted
}

// GoString is String.
func (s Secret) GoString() string { return s.String() }

// Format prints String for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue is String.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is String.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

const redacted = "[redacted]"

// shortestSecret is the length of what is redacted: shorter texts cannot be told
// from ordinary ones.
const shortestSecret = 4

// redactor takes out of texts what a request was sent with.
type redactor struct{ secrets []string }

// newRedactor collects what a request and its credentials keep secret. req may be nil.
func newRedactor(req *http.Request, credentials []Credential, more ...string) redactor {
	var r redactor
	r.add(more...)
	for _, c := range credentials {
		if holder, ok := c.(interface{ secrets() []string }); ok {
			r.add(holder.secrets()...)
		}
	}
	if req != nil {
		r.addRequest(req)
	}
	slices.SortFunc(r.secrets, func(a, b string) int { return len(b) - len(a) }) // what holds another first
	r.secrets = slices.Compact(r.secrets)
	return r
}

func (r *redactor) add(secrets ...string) {
	for _, s := range secrets {
		if len(s) >= shortestSecret {
			r.secrets = append(r.secrets, s)
		}
	}
}

// addRequest collects the values of headers and of query parameters that are
// secrets by their name, wherever they were set.
func (r *redactor) addRequest(req *http.Request) {
	for name, lines := range req.Header {
		for _, line := range lines {
			switch {
			case name == "Authorization" || name == "Proxy-Authorization":
				_, value, _ := strings.Cut(line, " ")
				r.add(line, strings.TrimSpace(value))
			case name == "Cookie":
				r.add(line)
				for pair := range strings.SplitSeq(line, ";") {
					_, value, _ := strings.Cut(pair, "=")
					r.add(strings.TrimSpace(value))
				}
			case secretName(name):
				r.add(line)
			}
		}
	}
	if _, password, ok := req.BasicAuth(); ok {
		r.add(password)
	}
	if req.URL != nil {
		for pair := range strings.SplitSeq(req.URL.RawQuery, "&") {
			if name, value, _ := strings.Cut(pair, "="); secretName(name) {
				plain, _ := url.QueryUnescape(value)
				r.add(value, plain)
			}
		}
	}
}

// text returns s without the secrets, in whatever spelling they are: escaped as in
// JSON, in a URL or in HTML.
func (r redactor) text(s string) string {
	for _, secret := range r.secrets {
		s = redact(s, secret)
	}
	return s
}

// redact replaces secret in s.
func redact(s, secret string) string {
	first, _ := utf8.DecodeRuneInString(secret)
	var b strings.Builder
	done := 0
	for k := 0; k < len(s); k++ {
		if c := s[k]; c != secret[0] && c != '\\' && c != '%' && c != '&' && unicode.ToLower(rune(c)) != unicode.ToLower(first) {
			continue
		}
		if end := matchSecret(s, k, secret); end > 0 {
			b.WriteString(s[done:k])
			b.WriteString(redacted)
			done, k = end, end-1
		}
	}
	if done == 0 {
		return s
	}
	b.WriteString(s[done:])
	return b.String()
}

// matchSecret returns where the secret that begins at k ends, 0 if none does.
func matchSecret(s string, k int, secret string) int {
	for at := 0; at < len(secret); {
		want, size := utf8.DecodeRuneInString(secret[at:])
		if got, width := unescape(s[k:]); width > 0 && got == want { // first: a literal & or \ may begin an escape
			k += width
		} else if strings.HasPrefix(s[k:], secret[at:at+size]) {
			k += size
		} else if width := matchPercent(s[k:], secret[at:at+size]); width > 0 {
			k += width
		} else {
			return 0
		}
		at += size
	}
	return k
}

// unescape reads the character that s begins with, escaped as in JSON or in HTML;
// width is 0 if it is not.
func unescape(s string) (r rune, width int) {
	if rest := strings.TrimLeft(s, "\\"); len(rest) < len(s) && rest != "" { // JSON, within JSON perhaps
		slashes := len(s) - len(rest)
		if (rest[0] == 'u' || rest[0] == 'U') && len(rest) >= 5 {
			if n, ok := parseNumber(rest[1:5], 16); ok {
				return n, slashes + 5
			}
		}
		if rest[0] == 'x' && len(rest) >= 3 {
			if n, ok := parseNumber(rest[1:3], 16); ok {
				return n, slashes + 3
			}
		}
		if strings.IndexByte(`/"'`, rest[0]) >= 0 {
			return rune(rest[0]), slashes + 1
		}
		return '\\', slashes
	}
	if s == "" || s[0] != '&' {
		return 0, 0
	}
	name, _, ok := strings.Cut(s[1:min(len(s), 12)], ";")
	if !ok {
		return 0, 0
	}
	if number, isNumber := strings.CutPrefix(name, "#"); isNumber {
		base := 10
		if hex := strings.TrimLeft(number, "xX"); hex != number {
			number, base = hex, 16
		}
		n, ok := parseNumber(number, base)
		if !ok {
			return 0, 0
		}
		return n, len(name) + 2
	}
	named := map[string]rune{"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\'', "sol": '/', "plus": '+', "equals": '=',
		"hyphen": '-', "dash": '-', "period": '.', "lowbar": '_', "colon": ':', "num": '#', "excl": '!', "percnt": '%', "commat": '@', "ast": '*', "dollar": '$'}
	if n, ok := named[name]; ok {
		return n, len(name) + 2
	}
	return 0, 0
}

func parseNumber(s string, base int) (n rune, ok bool) {
	for _, c := range strings.ToLower(s) {
		digit := c - '0'
		if 'a' <= c && c <= 'f' {
			digit = c - 'a' + 10
		}
		if digit < 0 || digit >= rune(base) || n > 0x10ffff {
			return 0, false
		}
		n = n*rune(base) + digit
	}
	return n, s != ""
}

// matchPercent matches a character that is escaped as in a URL, once or twice; a plus
// is a space there.
func matchPercent(s, char string) int {
	if char == " " && strings.HasPrefix(s, "+") {
		return 1
	}
	k := 0
	for _, c := range []byte(char) {
		if k >= len(s) || s[k] != '%' {
			return 0
		}
		k++
		for strings.HasPrefix(s[k:], "25") && c != '%' {
			k += 2
		}
		if len(s) < k+2 {
			return 0
		}
		n, ok := parseNumber(s[k:k+2], 16)
		if !ok || byte(n) != c {
			return 0
		}
		k += 2
	}
	return k
}

// header returns h without the secrets.
func (r redactor) header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, lines := range h {
		clean := make([]string, len(lines))
		for k, line := range lines {
			clean[k] = r.text(line)
		}
		out[r.text(name)] = clean
	}
	return out
}
