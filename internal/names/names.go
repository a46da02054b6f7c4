// Package names turns the words of API documents into Go identifiers. It knows
// nothing of documents and keeps no state: the same words give the same name.
//
// A wire name is first cut into words: at everything that is not a letter or a
// digit, and where lower case turns into upper case ("orgId" is "org", "Id").
// Words become Go's capitals, initialisms whole ("ID", "URL"). Only ASCII
// letters, digits and, between two digits, an underscore come out, whatever
// goes in, so no name can smuggle code into a generated file.
package names

import (
	"strings"
	"unicode"
)

// symbols are signs that distinguish names ("+1", "-1"). They are spelled if
// dropping them would leave nothing, or a bare number.
var symbols = map[rune]string{
	'+': "plus", '-': "minus", '*': "star", '/': "slash", '=': "equal", '<': "less", '>': "greater", '!': "not", '%': "percent",
	'&': "and", '|': "or", '~': "tilde", '^': "caret", '?': "question", '.': "dot", ',': "comma", ':': "colon", ';': "semicolon",
	'#': "hash", '@': "at", '$': "dollar", '_': "underscore", ' ': "space", '"': "quote", '\'': "apostrophe", '(': "open", ')': "close",
	'[': "open", ']': "close", '{': "open", '}': "close", '\\': "backslash",
}

// Words cuts a name into lower-case ASCII words: "orgId" is "org", "id". If
// nothing of a name is a letter or a digit, its signs are spelled.
func Words(name string) []string {
	w := cutWords(name)
	if len(w) == 0 || allDigits(w) && strings.ContainsAny(name[:1], "+-<>=!~.") {
		if signs := spellSigns(name); len(signs) > 0 {
			return append(signs, w...)
		}
	}
	return w
}

func allDigits(ws []string) bool {
	for _, w := range ws {
		for _, r := range w {
			if r < '0' || r > '9' {
				return false
			}
		}
	}
	return true
}

// spellSigns names the signs that a name starts with.
func spellSigns(name string) []string {
	var out []string
	for _, r := range name {
		s, ok := symbols[r]
		if !ok || len(out) == 8 {
			break
		}
		out = append(out, s)
	}
	return out
}

func cutWords(name string) []string {
	var out []string
	name = asciiOf(name)
	start := 0
	cut := func(end int) {
		if end > start {
			w := strings.ToLower(name[start:end])
			if strings.Contains(w, "'") {
				w = strings.ReplaceAll(w, "'", "") // "don't" is one word
			}
			if w != "" {
				out = append(out, w)
			}
		}
		start = end
	}
	for i := range len(name) {
		switch c := name[i]; {
		case c == '\'':
		case !isAlphanumeric(c):
			cut(i)
			start = i + 1
		case isUpper(c) && i > start && startsWord(name, i):
			cut(i)
		}
	}
	cut(len(name))
	return joinBrands(out)
}

// startsWord reports whether the capital at i begins a word: after a lower-case
// letter, or where an initialism ends ("HTTPServer"). "URLs" and "IDs" are one.
func startsWord(name string, i int) bool {
	if prev := name[i-1]; !isUpper(prev) {
		return isAlphanumeric(prev)
	}
	if i+1 == len(name) || !isLower(name[i+1]) {
		return false
	}
	return name[i+1] != 's' || i+2 < len(name) && isLower(name[i+2])
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isAlphanumeric reports whether c is an ASCII letter or digit.
func isAlphanumeric(c byte) bool { return isUpper(c) || isLower(c) || isDigit(c) }

// maxName keeps names readable; a longer one is cut at a word.
const maxName = 80

// Exported returns the exported identifier of a wire name: "first_name" is
// FirstName. It is "" if the name has neither letters, digits nor known signs.
func Exported(name string) string { return Join(Words(name)) }

// Given returns the identifier for a name that somebody chose, as with x-go-name:
// the name itself if it is an exported Go identifier of ASCII letters and digits,
// because its author knows the initialisms, and else Exported of it.
func Given(name string) string {
	if name == "" || len(name) > maxName || !isUpper(name[0]) {
		return Exported(name)
	}
	for i := range len(name) {
		if !isAlphanumeric(name[i]) {
			return Exported(name)
		}
	}
	return name
}

// Join makes an exported identifier of lower-case words. A name of more than
// maxName characters is cut at a word.
func Join(ws []string) string {
	var b strings.Builder
	for _, w := range ws {
		if b.Len() > 0 && b.Len()+len(w) > maxName {
			break
		}
		s, ok := Initialism(w)
		if !ok {
			s = strings.ToUpper(w[:1]) + w[1:]
		}
		if b.Len() == 0 && isDigit(s[0]) {
			b.WriteByte('N') // an identifier starts with a letter
		} else if b.Len() > 0 && isDigit(s[0]) && isDigit(b.String()[b.Len()-1]) {
			b.WriteByte('_') // "1.2" is not 12
		}
		b.WriteString(s)
	}
	return b.String()
}

// Spelled is Exported with the name's own punctuation kept as underscores. It
// distinguishes names that Exported makes the same: "foo_bar" is Foo_bar if
// FooBar is taken.
func Spelled(name string) string {
	var b strings.Builder
	for _, r := range asciiOf(name) {
		if r >= 0x80 || !isAlphanumeric(byte(r)) {
			r = '_'
		}
		b.WriteRune(r)
	}
	s := strings.TrimLeft(b.String(), "_")
	if s == "" || isDigit(s[0]) {
		s = "N" + s
	}
	if len(s) > maxName {
		s = s[:maxName]
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Unexported returns the identifier of a parameter: "org_id" is orgID. Reserved
// names get the suffix Param.
func Unexported(name string) string {
	ws := Words(name)
	if len(ws) == 0 {
		return "value"
	}
	first := ws[0]
	if isDigit(first[0]) {
		first = "n" + first
	}
	s := first + Join(ws[1:])
	if len(ws) > 1 && isDigit(ws[1][0]) {
		s = first + strings.TrimPrefix(Join(ws[1:]), "N")
	}
	if reserved[s] {
		s += "Param"
	}
	return s
}

// Reserved reports whether a parameter or a package must not have this name: it
// is a keyword, predeclared, or used by generated methods themselves.
func Reserved(name string) bool { return reserved[name] }

var reserved = func() map[string]bool {
	m := map[string]bool{}
	for _, s := range strings.Fields(`break default func interface select case defer go map struct chan else goto package switch const
		fallthrough if range type continue for import return var
		any append bool byte cap clear close comparable complex complex64 complex128 copy delete error false float32 float64 imag
		int int8 int16 int32 int64 iota len make max min new nil panic print println real recover rune string true uint uint8 uint16
		uint32 uint64 uintptr
		api context ctx graphql http io iter json jsonapi params s strconv time init main body`) {
		m[s] = true
	}
	return m
}()

// Snake returns the file name for a Go name: "CustomerAccount" is
// customer_account.
func Snake(goName string) string {
	s := strings.Join(Words(goName), "_")
	if s == "" {
		return "types"
	}
	return s
}

// LowerFirst returns the name of a variable for a Go name: "contact" of
// "Contact", "url" of "URL", "urlMapping" of "URLMapping".
func LowerFirst(name string) string {
	runes := []rune(name)
	for i, r := range runes {
		if i > 0 && (!unicode.IsUpper(r) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			break
		}
		runes[i] = unicode.ToLower(r)
	}
	return string(runes)
}

// Package returns the package name for a Go name: "CustomerAccounts" is
// customeraccounts. It is "" if no letter or digit is left.
func Package(goName string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(goName))
}

// IsExported reports whether name is one that Exported or Spelled could have
// made. Names of a lock file are checked with it, because a lock can be edited.
func IsExported(name string) bool {
	for i := range len(name) {
		if !isAlphanumeric(name[i]) && name[i] != '_' {
			return false
		}
	}
	return name != "" && isUpper(name[0])
}
