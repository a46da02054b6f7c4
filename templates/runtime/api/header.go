package api

import (
	"fmt"
	"net/http"
	"strings"
)

// checkHeader refuses what would break out of a header line. The message does
// not repeat the value, which may be a secret.
func checkHeader(name, value string) error {
	if !isToken(name) {
		return fmt.Errorf("%q is not a header name", name)
	}
	for _, c := range []byte(value) {
		if c < ' ' && c != '\t' || c == 0x7f {
			return fmt.Errorf("the value of header %s has a control character (%#02x)", name, c)
		}
	}
	return nil
}

// isToken reports whether s can be a header's or a cookie's name (RFC 9110).
func isToken(s string) bool {
	for _, c := range []byte(s) {
		if !unreserved(c) && !strings.ContainsRune("!#$%&'*+^`|", rune(c)) {
			return false
		}
	}
	return s != ""
}

// addCookie adds a cookie to those that are in the header already. Bytes that
// cannot be in a cookie are percent-encoded.
func addCookie(h http.Header, name, value string) {
	line := make([]byte, 0, len(name)+len(value)+1)
	if old := h.Get("Cookie"); old != "" {
		line = append(append(line, old...), "; "...)
	}
	line = append(append(line, name...), '=')
	for _, c := range []byte(value) {
		if c <= ' ' || c >= 0x7f || c == '"' || c == ',' || c == ';' || c == '\\' {
			line = appendHexEscape(line, c)
		} else {
			line = append(line, c)
		}
	}
	h.Set("Cookie", string(line))
}
