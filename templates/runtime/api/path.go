package api

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
)

// A path is expanded segment by segment, so that an argument can neither leave
// its segment nor make one disappear: everything but unreserved characters is
// escaped, and a segment that comes out empty, "." or ".." is refused, because
// servers, proxies and net/url would take it for a step in the hierarchy.

// expandPath appends the path that template and args make. query is what the
// template itself holds after a question mark.
func expandPath(b []byte, template string, args []any) (path []byte, query string, err error) {
	template, _, _ = strings.Cut(template, "#") // documents distinguish operations of one path by fragments
	template, query, _ = strings.Cut(template, "?")
	used, start, filled := 0, len(b), false
	for rest := template; rest != ""; {
		if rest[0] == '{' {
			if name, after, ok := strings.Cut(rest[1:], "}"); ok {
				if used == len(args) {
					return nil, "", fmt.Errorf("no argument for {%s}", name)
				}
				if b, err = appendPathArg(b, name, args[used]); err != nil {
					return nil, "", fmt.Errorf("path parameter %s: %w", strings.Trim(name, ".;*"), err)
				}
				used, filled, rest = used+1, true, after
				continue
			}
		}
		if rest[0] == '/' {
			if filled {
				if err := checkSegment(b[start:]); err != nil {
					return nil, "", err
				}
			}
			start, filled = len(b)+1, false
		}
		b = appendPathLiteral(b, rest)
		rest = rest[1:]
	}
	if filled {
		if err := checkSegment(b[start:]); err != nil {
			return nil, "", err
		}
	}
	if strings.Contains(query, "{") {
		if query, used, err = expandQuery(query, args, used); err != nil {
			return nil, "", err
		}
	}
	if used < len(args) {
		return nil, "", fmt.Errorf("%d arguments for the %d parameters of %s", len(args), used, template)
	}
	return b, query, nil
}

// expandQuery fills in what some documents have as parameters of the path
// behind its question mark. There, an argument may be empty.
func expandQuery(template string, args []any, used int) (query string, next int, err error) {
	var b []byte
	for {
		before, rest, found := strings.Cut(template, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return string(append(b, template...)), used, nil
		}
		if used == len(args) {
			return "", used, fmt.Errorf("no argument for {%s}", name)
		}
		b = append(b, before...)
		if v, state := settle(reflect.ValueOf(args[used])); state == isSet {
			parts, _, err := split(v)
			if err != nil {
				return "", used, fmt.Errorf("path parameter %s: %w", name, err)
			}
			for k, part := range parts {
				if k > 0 {
					b = append(b, ',')
				}
				b = appendEscaped(b, part, false)
			}
		}
		template, used = after, used+1
	}
}

// checkSegment refuses a segment that is a step in the hierarchy. What follows a
// semicolon are parameters of the segment to many servers, which look at the rest.
func checkSegment(segment []byte) error {
	step, _, _ := strings.Cut(string(segment), ";")
	if k := strings.Index(strings.ToLower(step), "%3b"); k >= 0 {
		step = step[:k]
	}
	if dots := len(step); (dots > 0 || len(segment) == 0) && dots <= 2 && strings.Trim(step, ".") == "" {
		return fmt.Errorf("the arguments make the path segment %q", segment)
	}
	return nil
}

// appendPathLiteral appends the first byte of s, which the document wrote.
func appendPathLiteral(b []byte, s string) []byte {
	c := s[0]
	if unreserved(c) || strings.IndexByte("/!$&'()*+,;=:@", c) >= 0 ||
		c == '%' && len(s) > 2 && isHex(s[1]) && isHex(s[2]) {
		return append(b, c)
	}
	return appendHexEscape(b, c)
}

var errEmptyArg = errors.New("is empty")

// appendPathArg appends arg as the expression between the braces says:
// "name", ".name", ";name", each with an optional "*" for explode.
func appendPathArg(b []byte, expr string, arg any) ([]byte, error) {
	if s, ok := arg.(string); ok && expr[len(expr)-1] != '*' && expr[0] != '.' && expr[0] != ';' {
		if err := checkArg(s); err != nil { // the usual case, without reflection
			return nil, err
		}
		return appendEscaped(b, s, false), nil
	}
	name, explode := strings.CutSuffix(expr, "*")
	op := byte(0)
	if name != "" && (name[0] == '.' || name[0] == ';') {
		op, name = name[0], name[1:]
	}
	v, state := settle(reflect.ValueOf(arg))
	if state != isSet {
		return nil, errEmptyArg
	}
	parts, pairs, err := split(v)
	if err != nil {
		return nil, err
	}
	if len(parts) == 0 {
		return nil, errEmptyArg
	}
	if len(parts) == 1 && !pairs {
		if err := checkArg(parts[0]); err != nil {
			return nil, err
		}
	}
	return appendPathParts(b, name, op, explode, parts, pairs), nil
}

// appendPathParts joins a list's elements or, as pairs, an object's members.
func appendPathParts(b []byte, name string, op byte, explode bool, parts []string, pairs bool) []byte {
	between := byte(',')
	if op != 0 {
		b = append(b, op)
		if explode {
			between = op
		}
		if op == ';' && !(explode && pairs) {
			b = append(appendEscaped(b, name, false), '=')
		}
	}
	for k, part := range parts {
		switch {
		case k == 0:
		case pairs && explode && k%2 == 1:
			b = append(b, '=')
		default:
			b = append(b, between)
			if op == ';' && explode && !pairs {
				b = append(appendEscaped(b, name, false), '=')
			}
		}
		b = appendEscaped(b, part, false)
	}
	return b
}

func checkArg(s string) error {
	switch s {
	case "":
		return errEmptyArg
	case ".", "..":
		return fmt.Errorf("%q would change the path", s)
	}
	return nil
}

// unreserved reports whether c never needs escaping in a URL (RFC 3986).
func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// appendEscaped appends s with everything escaped but unreserved characters
// and, where the document allows reserved ones in a query, those that cannot
// end the value there.
func appendEscaped(b []byte, s string, reserved bool) []byte {
	for k := 0; k < len(s); k++ {
		c := s[k]
		if unreserved(c) || reserved && strings.IndexByte(":/?@!$'()*,=[]", c) >= 0 {
			b = append(b, c)
		} else {
			b = appendHexEscape(b, c)
		}
	}
	return b
}

func appendHexEscape(b []byte, c byte) []byte {
	const digits = "0123456789ABCDEF"
	return append(b, '%', digits[c>>4], digits[c&15])
}

// appendPair appends a parameter to a query or a form.
func appendPair(b []byte, name, value string, reserved bool) []byte {
	return appendEscaped(appendName(b, name), value, reserved)
}

func appendName(b []byte, name string) []byte {
	if len(b) > 0 {
		b = append(b, '&')
	}
	return append(appendEscaped(b, name, false), '=')
}
