package model

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// This file turns the names of documents into Go names.
//
// A wire name is first cut into words: at everything that is not a letter or a
// digit, and where lower case turns into upper case ("orgId" is "org", "Id").
// Words become Go's capitals, initialisms whole ("ID", "URL"). Only ASCII
// letters, digits and, between two digits, an underscore come out, whatever
// goes in: a name is never a way to write code.

// initialisms are written in capitals throughout, as Go's own names have them.
var initialisms = map[string]bool{
	"acl": true, "api": true, "ascii": true, "aws": true, "cidr": true, "cpu": true, "css": true, "csv": true, "dns": true, "edi": true, "eof": true,
	"ftp": true, "gps": true, "guid": true, "hmac": true, "html": true, "http": true, "https": true, "iam": true, "id": true, "ip": true,
	"ipv4": true, "ipv6": true, "json": true, "jsonapi": true, "jwt": true, "lhs": true, "md5": true, "mfa": true, "mot": true, "oauth": false, "os": true,
	"pdf": true, "pin": false, "png": true, "qps": true, "qr": true, "ram": true, "rhs": true, "rpc": true, "rsa": true,
	"sha": true, "sha1": true, "sha256": true, "sip": true, "sku": true, "sla": true, "smtp": true, "sms": true, "sql": true, "sso": true,
	"ssh": true, "ssl": true, "sftp": true, "svg": true, "tcp": true, "tls": true, "totp": true, "ttl": true, "udp": true, "ui": true,
	"uid": true, "uri": true, "url": true, "usd": true, "usrn": true, "uprn": true, "utc": true, "utf8": true, "uuid": true, "vat": true, "vin": true,
	"vm": true, "vpc": true, "vpn": true, "wms": true, "xml": true, "xmpp": true, "xsrf": true, "xss": true, "yaml": true, "zip": false,
}

// plurals of initialisms keep a small s: "user_ids" is UserIDs.
func initialism(word string) (string, bool) {
	if initialisms[word] {
		return strings.ToUpper(word), true
	}
	if n := len(word) - 1; n > 1 && word[n] == 's' && initialisms[word[:n]] {
		return strings.ToUpper(word[:n]) + "s", true
	}
	return "", false
}

// symbols are signs that tell names apart ("+1", "-1"), spelled out where
// dropping them would leave nothing, or a bare number.
var symbols = map[rune]string{
	'+': "plus", '-': "minus", '*': "star", '/': "slash", '=': "equal", '<': "less", '>': "greater", '!': "not", '%': "percent",
	'&': "and", '|': "or", '~': "tilde", '^': "caret", '?': "question", '.': "dot", ',': "comma", ':': "colon", ';': "semicolon",
	'#': "hash", '@': "at", '$': "dollar", '_': "underscore", ' ': "space", '"': "quote", '\'': "apostrophe", '(': "open", ')': "close",
	'[': "open", ']': "close", '{': "open", '}': "close", '\\': "backslash",
}

// words cuts a name into lower-case ASCII words.
func words(name string) []string {
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
		case !isWordByte(c):
			cut(i)
			start = i + 1
		case isUpper(c) && i > start && startsWord(name, i):
			cut(i)
		}
	}
	cut(len(name))
	return out
}

// startsWord tells whether the capital at i begins a word: after a lower-case
// letter, or where an initialism ends ("HTTPServer"). "URLs" and "IDs" are one.
func startsWord(name string, i int) bool {
	if prev := name[i-1]; !isUpper(prev) {
		return isWordByte(prev)
	}
	if i+1 == len(name) || !isLower(name[i+1]) {
		return false
	}
	return name[i+1] != 's' || i+2 < len(name) && isLower(name[i+2])
}

func isUpper(c byte) bool    { return 'A' <= c && c <= 'Z' }
func isLower(c byte) bool    { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool    { return '0' <= c && c <= '9' }
func isWordByte(c byte) bool { return isUpper(c) || isLower(c) || isDigit(c) }

// asciiOf strips accents and spells other letters by their code point.
func asciiOf(name string) string {
	ascii := true
	for i := range len(name) {
		if name[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return name
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(name) {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r): // an accent, now apart from its letter
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			fmt.Fprintf(&b, "U%04x", r)
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// maxName keeps names readable; a longer one is cut at a word.
const maxName = 80

// exported is the Go name of a wire name: "first_name" is FirstName. It is ""
// when nothing of the name can be said in Go.
func exported(name string) string { return join(words(name)) }

// goNamed is a name that the document gives in x-go-name: as it is where it can
// stand in Go, for its author knows what is an initialism.
func goNamed(name string) string {
	if name == "" || len(name) > maxName || !isUpper(name[0]) {
		return exported(name)
	}
	for i := range len(name) {
		if !isWordByte(name[i]) {
			return exported(name)
		}
	}
	return name
}

func join(ws []string) string {
	var b strings.Builder
	for i, w := range ws {
		if b.Len() > 0 && b.Len()+len(w) > maxName {
			break
		}
		if w == "ql" && i > 0 && ws[i-1] == "graph" {
			w = "QL" // GraphQL cuts in two
		}
		s, ok := initialism(w)
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

// spelled is exported with the name's own punctuation kept as underscores; it
// tells apart what exported makes one: "foo_bar" is Foo_bar beside FooBar.
func spelled(name string) string {
	var b strings.Builder
	for _, r := range asciiOf(name) {
		if r >= 0x80 || !isWordByte(byte(r)) {
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

// unexported is the Go name of a parameter: "org_id" is orgID. Keywords and the
// names that generated methods use themselves get a suffix.
func unexported(name string) string {
	ws := words(name)
	if len(ws) == 0 {
		return "value"
	}
	first := ws[0]
	if isDigit(first[0]) {
		first = "n" + first
	}
	s := first + join(ws[1:])
	if len(ws) > 1 && isDigit(ws[1][0]) {
		s = first + strings.TrimPrefix(join(ws[1:]), "N")
	}
	if reservedParams[s] {
		s += "Param"
	}
	return s
}

// reservedParams are keywords, predeclared names, and what a generated method
// itself refers to.
var reservedParams = func() map[string]bool {
	m := map[string]bool{}
	for _, s := range strings.Fields(`break default func interface select case defer go map struct chan else goto package switch const
		fallthrough if range type continue for import return var
		any append bool byte cap clear close comparable complex complex64 complex128 copy delete error false float32 float64 imag
		int int8 int16 int32 int64 iota len make max min new nil panic print println real recover rune string true uint uint8 uint16
		uint32 uint64 uintptr
		api context ctx graphql http io iter json jsonapi opts query s strconv time init main body`) {
		m[s] = true
	}
	return m
}()

// snake is the file name of a Go name: "CustomerAccount" is customer_account.
func snake(goName string) string {
	s := strings.Join(words(goName), "_")
	if s == "" {
		return "types"
	}
	return s
}

// irregular plurals that API names use.
var irregular = map[string]string{
	"people": "person", "children": "child", "men": "man", "women": "woman", "indices": "index", "vertices": "vertex", "matrices": "matrix",
	"data": "data", "metadata": "metadata", "media": "media", "news": "news", "series": "series", "species": "species", "equipment": "equipment",
	"information": "information", "analyses": "analysis", "bases": "base", "criteria": "criterion", "status": "status", "address": "address",
	"access": "access", "process": "process", "business": "business", "sms": "sms", "dns": "dns", "aws": "aws", "os": "os", "https": "https",
	"settings": "setting", "gas": "gas", "bus": "bus", "class": "class", "pass": "pass", "progress": "progress", "success": "success",
	"analytics": "analytics", "statistics": "statistics", "canvas": "canvas", "alias": "alias", "basis": "basis", "lens": "lens", "tls": "tls",
	"caches": "cache", "databases": "database", "leases": "lease", "releases": "release", "phases": "phase", "purchases": "purchase",
	"responses": "response", "licenses": "license", "houses": "house", "warehouses": "warehouse", "cases": "case", "clauses": "clause",
	"expenses": "expense", "courses": "course", "movies": "movie", "cookies": "cookie", "bonus": "bonus",
	"corpus": "corpus", "campus": "campus", "menus": "menu", "sales": "sale", "sizes": "size", "axes": "axis", "kubernetes": "kubernetes", "goods": "goods", "this": "this",
}

// singular is the singular of an English word, or the word itself.
func singular(w string) string {
	if s, ok := irregular[w]; ok {
		return s
	}
	switch n := len(w); {
	case n < 3 || w[n-1] != 's' || strings.HasSuffix(w, "ss") || strings.HasSuffix(w, "us") || strings.HasSuffix(w, "is"):
		return w
	case strings.HasSuffix(w, "ies") && n > 4:
		return w[:n-3] + "y"
	case strings.HasSuffix(w, "sses"), strings.HasSuffix(w, "shes"), strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "xes"),
		strings.HasSuffix(w, "zzes"), strings.HasSuffix(w, "uses") && n > 5 && w != "causes" && w != "pauses":
		return w[:n-2]
	default:
		return w[:n-1]
	}
}

// plural is the plural of an English word, or the word itself.
func plural(w string) string {
	for p, s := range map[string]string{"people": "person", "children": "child", "indices": "index", "analyses": "analysis", "criteria": "criterion"} {
		if w == s {
			return p
		}
	}
	n := len(w)
	switch {
	case n == 0 || singular(w) != w: // it is one already
		return w
	case irregular[w] == w && (strings.HasSuffix(w, "a") || strings.HasSuffix(w, "s") && w != "status" && w != "address" && w != "process" && w != "class" && w != "alias" && w != "pass" && w != "bus") || w == "equipment" || w == "information":
		return w
	case strings.HasSuffix(w, "y") && n > 1 && !strings.ContainsRune("aeiou", rune(w[n-2])):
		return w[:n-1] + "ies"
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "sh"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "z"):
		return w + "es"
	}
	return w + "s"
}

// singularName and pluralName change the last word of a name.
func singularName(name string) string { return changeLast(name, singular) }
func pluralName(name string) string   { return changeLast(name, plural) }

func changeLast(name string, f func(string) string) string {
	ws := words(name)
	if len(ws) == 0 {
		return ""
	}
	ws[len(ws)-1] = f(ws[len(ws)-1])
	return join(ws)
}
