package api

import (
	"encoding/base64"
	"encoding/hex"
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

// shortestSecret is the length of what is redacted: shorter texts cannot be distinguished
// from ordinary ones.
const shortestSecret = 4

// shortestFolded is the length of what is redacted in capitals as well.
const shortestFolded = 8

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
	for _, secret := range slices.Clone(r.secrets) {
		r.add(encoded(secret)...)
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

// encoded lists secret in hexadecimal digits and in base64, as it is within a longer
// text too: what is before it shifts it by one of three offsets, and the characters
// that it shares with its neighbours are left out.
func encoded(secret string) []string {
	list := []string{hex.EncodeToString([]byte(secret))}
	for offset := range 3 {
		whole := base64.StdEncoding.EncodeToString([]byte("\x00\x00"[:offset] + secret))
		first, last := (offset*8+5)/6, (offset+len(secret))*8/6
		if core := whole[first:last]; len(core) >= shortestCore {
			list = append(list, core, strings.NewReplacer("+", "-", "/", "_").Replace(core))
		}
	}
	return list
}

// shortestCore is the length of a part of base64 that is redacted.
const shortestCore = 6

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
// JSON, in a URL, in HTML or in mail, in capitals, in hexadecimal digits or in base64.
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
		if c := s[k]; c != secret[0] && c != '\\' && c != '%' && c != '&' && c != '=' && unicode.ToLower(rune(c)) != unicode.ToLower(first) {
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
	folds := len(secret) >= shortestFolded
	for at := 0; at < len(secret); {
		want, size := utf8.DecodeRuneInString(secret[at:])
		got, width := unescape(s[k:])
		plain, length := utf8.DecodeRuneInString(s[k:])
		if width > 0 && (got == want || folds && unicode.ToLower(got) == unicode.ToLower(want)) { // first: a literal & or \ may begin an escape
			k += width
		} else if strings.HasPrefix(s[k:], secret[at:at+size]) {
			if width := matchPercent(s[k:], secret[at:at+size]); width > 0 { // a literal = or % may begin one, too
				if end := matchSecret(s, k+width, secret[at+size:]); end > 0 {
					return end
				}
			}
			k += size
		} else if folds && unicode.ToLower(plain) == unicode.ToLower(want) {
			k += length
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
	rest := strings.TrimLeft(s, "\\")
	if slashes := len(s) - len(rest); slashes > 0 && rest != "" { // JSON, within JSON perhaps
		if r, width = unescapeSlash(rest); width > 0 {
			return r, slashes + width
		}
		return '\\', slashes
	}
	if s == "" || s[0] != '&' {
		return 0, 0
	}
	if number, isNumber := strings.CutPrefix(s[1:], "#"); isNumber {
		base, digits := 10, "0123456789"
		if hex := strings.TrimLeft(number, "xX"); hex != number {
			number, base, digits = hex, 16, "0123456789abcdefABCDEF"
		}
		end := len(number) - len(strings.TrimLeft(number, digits))
		r, ok := parseNumber(number[:end], base)
		if !ok {
			return 0, 0
		}
		if strings.HasPrefix(number[end:], ";") { // which browsers do not insist on
			end++
		}
		return r, len(s) - len(number) + end
	}
	name, _, ok := strings.Cut(s[1:min(len(s), 12)], ";")
	if n := entities[name]; ok && n != 0 {
		return n, len(name) + 2
	}
	return 0, 0
}

// unescapeSlash reads what follows a backslash.
func unescapeSlash(s string) (r rune, width int) {
	for _, form := range []struct {
		prefix       string
		digits, base int
	}{{"u", 4, 16}, {"U", 8, 16}, {"U", 4, 16}, {"x", 2, 16}, {"", 3, 8}} {
		rest, ok := strings.CutPrefix(s, form.prefix)
		if !ok || len(rest) < form.digits {
			continue
		}
		if n, ok := parseNumber(rest[:form.digits], form.base); ok {
			return n, len(form.prefix) + form.digits
		}
	}
	if inner, ok := strings.CutPrefix(s, "u{"); ok {
		if digits, _, ok := strings.Cut(inner[:min(len(inner), 8)], "}"); ok {
			if n, ok := parseNumber(digits, 16); ok {
				return n, len(digits) + 3
			}
		}
	}
	if strings.IndexByte(`/"'`, s[0]) >= 0 {
		return rune(s[0]), 1
	}
	return 0, 0
}

// entities are the names of ASCII characters in HTML.
var entities = map[string]rune{
	"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\'', "sol": '/', "plus": '+', "equals": '=', "hyphen": '-', "dash": '-', "period": '.',
	"lowbar": '_', "colon": ':', "num": '#', "excl": '!', "percnt": '%', "commat": '@', "ast": '*', "dollar": '$', "comma": ',', "semi": ';', "quest": '?',
	"lpar": '(', "rpar": ')', "lsqb": '[', "lbrack": '[', "rsqb": ']', "rbrack": ']', "lcub": '{', "lbrace": '{', "rcub": '}', "rbrace": '}',
	"bsol": '\\', "Hat": '^', "grave": '`', "verbar": '|', "vert": '|', "tilde": '~', "nbsp": ' ',
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
	if want, _ := utf8.DecodeRuneInString(char); len(s) >= 6 && (s[:2] == "%u" || s[:2] == "%U") {
		if n, ok := parseNumber(s[2:6], 16); ok && n == want {
			return 6
		}
	}
	for _, c := range []byte(char) {
		if len(s) >= k+3 && s[k] == '=' { // quoted-printable
			if n, ok := parseNumber(s[k+1:k+3], 16); ok && byte(n) == c {
				k += 3
				continue
			}
		}
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
