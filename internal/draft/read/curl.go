package read

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// request is an HTTP request as a command or a capture shows it.
type request struct {
	method  string
	url     string
	headers []Header
	body    string
	form    []Header // multipart members
	basic   bool     // -u
	file    bool     // the body comes from a file that is not shown
	binary  bool
	line    int
	rest    string // what stands on the command's last line behind its closing quote
}

func (r *request) header(name string) string {
	for _, h := range r.headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// curlStart finds "curl" as a word of its own at the start of a line, behind a
// prompt if there is one.
func curlStart(line string) int {
	trimmed := strings.TrimLeft(line, " \t$>#")
	if strings.HasPrefix(trimmed, "curl ") || strings.HasPrefix(trimmed, "curl\t") || trimmed == "curl" || strings.HasPrefix(trimmed, "curl\u00a0") {
		return len(line) - len(trimmed)
	}
	return -1
}

// shellWords splits a command at its end: an unquoted line break that no
// backslash escapes. It returns the words and the bytes that they take. A
// here-document that the command reads is its last word.
func shellWords(src string) (words []string, n int) {
	var word strings.Builder
	in, heredoc := false, ""
	end := func() {
		if in {
			words = append(words, word.String())
		}
		word.Reset()
		in = false
	}
	i := 0
	for i < len(src) {
		switch c := src[i]; {
		case c == '\\' && i+1 < len(src):
			if used := lineBreak(src[i+1:]); used > 0 {
				i += 1 + used
				break
			}
			word.WriteByte(src[i+1])
			in = true
			i += 2
		case c == '\'':
			in = true
			j := strings.IndexByte(src[i+1:], '\'')
			if j < 0 {
				word.WriteString(src[i+1:])
				i = len(src)
				break
			}
			word.WriteString(src[i+1 : i+1+j])
			i += j + 2
			if i < len(src) && (src[i] == '{' || src[i] == '[') && strings.Contains(src[i-j-1:i], "\n") {
				end() // a copied page has the response right behind the command
				return words, i
			}
		case c == '$' && i+1 < len(src) && src[i+1] == '\'':
			in = true
			var s string
			s, i = ansiQuoted(src, i+2)
			word.WriteString(s)
		case c == '"':
			in = true
			var s string
			s, i = doubleQuoted(src, i+1)
			word.WriteString(s)
		case c == '\n':
			end()
			if heredoc == "" {
				if len(words) > 0 && continues(strings.TrimLeft(src[i+1:], " \t")) {
					i++ // the page lost its backslashes
					continue
				}
				return words, i
			}
			body, used := hereDocument(src[i+1:], heredoc)
			return append(words, body), i + 1 + used
		case c == '<' && strings.HasPrefix(src[i:], "<<"):
			end()
			heredoc, i = hereWord(src, i+2)
		case c == ' ' || c == '\t' || c == '\r':
			end()
			i++
		case c == '|' && !in, c == ';' && !in:
			end()
			if j := strings.IndexByte(src[i:], '\n'); j >= 0 {
				return words, i + j
			}
			return words, len(src)
		default:
			word.WriteByte(c)
			in = true
			i++
		}
	}
	end()
	return words, min(i, len(src))
}

// lineBreak returns the bytes of a line break and the blanks before it, 0 if
// s does not begin with them.
func lineBreak(s string) int {
	if strings.HasPrefix(s, "\r\n") {
		return 2
	}
	if rest := strings.TrimLeft(s, " \t"); strings.HasPrefix(rest, "\n") {
		return len(s) - len(rest) + 1
	}
	return 0
}

// continues reports whether a line begins with an option of curl.
func continues(line string) bool {
	for _, option := range []string{"-H ", "-d ", "-X ", "--header", "--data", "--request", "--url", "--form", "--user", "--json", "--location", "--compressed", "--get", "--insecure"} {
		if strings.HasPrefix(line, option) {
			return true
		}
	}
	return false
}

// doubleQuoted reads what is between double quotes, and returns the index
// behind them.
func doubleQuoted(src string, i int) (string, int) {
	var b strings.Builder
	for i < len(src) && src[i] != '"' {
		if src[i] == '\\' && i+1 < len(src) && strings.IndexByte("\"\\$`\n", src[i+1]) >= 0 {
			i++
			if src[i] == '\n' {
				i++
				continue
			}
		}
		b.WriteByte(src[i])
		i++
	}
	return b.String(), i + 1
}

func ansiQuoted(src string, i int) (string, int) {
	var b strings.Builder
	for i < len(src) && src[i] != '\'' {
		if src[i] == '\\' && i+1 < len(src) {
			i++
			switch src[i] {
			case 'n':
				b.WriteByte('\n')
			case 't':
				b.WriteByte('\t')
			case 'r':
				b.WriteByte('\r')
			case 'u', 'x', 'U':
				b.WriteByte('\\')
				b.WriteByte(src[i])
			default:
				b.WriteByte(src[i])
			}
		} else {
			b.WriteByte(src[i])
		}
		i++
	}
	return b.String(), i + 1
}

// hereWord reads the word that ends a here-document, and returns the index
// behind it.
func hereWord(src string, i int) (end string, next int) {
	for i < len(src) && strings.IndexByte(" \t-", src[i]) >= 0 {
		i++
	}
	next = i
	for next < len(src) && (wordByte(src[next]) || src[next] == '\'' || src[next] == '"') {
		next++
	}
	end = strings.Trim(src[i:next], `'"`)
	if end == "" {
		next++
	}
	return end, next
}

func hereDocument(src, end string) (string, int) {
	used := 0
	var b strings.Builder
	for used < len(src) {
		line, _, more := strings.Cut(src[used:], "\n")
		used += len(line)
		if more {
			used++
		}
		if strings.TrimSpace(line) == end {
			break
		}
		b.WriteString(line + "\n")
	}
	return b.String(), min(used, len(src))
}

// parseCurl reads the command that src begins with. It returns nil if that is
// not a curl command with an address.
func parseCurl(src string, line int) (*request, int) {
	words, n := shellWords(src)
	if len(words) < 2 || words[0] != "curl" {
		return nil, 0
	}
	r := &request{line: line}
	var data, query []string
	get, form := false, false
	for i := 1; i < len(words); i++ {
		name, value, attached := option(words[i])
		if name == "" {
			if words[i] != "" && r.url == "" {
				r.url = words[i]
			} else if strings.Contains(words[i], "\n") || strings.HasPrefix(words[i], "{") {
				data = append(data, words[i]) // a here-document
			}
			continue
		}
		takes := curlOptions[name]
		if takes && !attached {
			if i+1 >= len(words) {
				break
			}
			i++
			value = words[i]
		}
		switch name {
		case "-X", "--request":
			r.method = strings.ToUpper(value)
		case "--url":
			r.url = value
		case "-H", "--header":
			if k, v, ok := strings.Cut(value, ":"); ok {
				r.headers = append(r.headers, Header{strings.TrimSpace(k), strings.TrimSpace(v)})
			}
		case "-u", "--user":
			r.basic = true
		case "--oauth2-bearer":
			r.headers = append(r.headers, Header{"Authorization", "Bearer <token>"})
		case "-b", "--cookie":
			r.headers = append(r.headers, Header{"Cookie", value})
		case "-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json":
			if name == "--json" {
				r.headers = append(r.headers, Header{"Content-Type", "application/json"})
			}
			if strings.HasPrefix(value, "@") && name != "--data-raw" {
				r.file = r.file || value != "@-"
				r.binary = name == "--data-binary"
				continue
			}
			data = append(data, value)
		case "--data-urlencode":
			if k, v, ok := strings.Cut(value, "="); ok {
				value = k + "=" + url.QueryEscape(v)
			}
			data = append(data, value)
			form = true
		case "-F", "--form", "--form-string":
			if k, v, ok := strings.Cut(value, "="); ok {
				r.form = append(r.form, Header{k, v})
			}
		case "--url-query":
			query = append(query, value)
		case "-G", "--get":
			get = true
		case "-I", "--head":
			r.method = "HEAD"
		case "-T", "--upload-file":
			r.file, r.binary = true, true
			if r.method == "" {
				r.method = "PUT"
			}
		}
	}
	if r.url == "" {
		return nil, 0
	}
	r.finish(data, query, get, form)
	return r, n
}

// finish turns data into a body or a query, and settles the method.
func (r *request) finish(data, query []string, get, form bool) {
	if get {
		query = append(query, data...)
		data = nil
	}
	if form && r.method == "" && strings.HasSuffix(r.url, "?") {
		query, data = append(query, data...), nil // the page forgot --get
	}
	for _, q := range query {
		switch {
		case strings.HasSuffix(r.url, "?") || strings.HasSuffix(r.url, "&"):
			r.url += q
		case strings.Contains(r.url, "?"):
			r.url += "&" + q
		default:
			r.url += "?" + q
		}
	}
	r.body = strings.Join(data, "&")
	if r.method == "" {
		r.method = "GET"
		if r.body != "" || len(r.form) > 0 || r.file {
			r.method = "POST"
		}
	}
	if r.header("Content-Type") == "" {
		switch {
		case len(r.form) > 0:
			r.headers = append(r.headers, Header{"Content-Type", "multipart/form-data"})
		case r.body != "" && !strings.HasPrefix(strings.TrimSpace(r.body), "{") && !strings.HasPrefix(strings.TrimSpace(r.body), "[") && strings.Contains(r.body, "="):
			r.headers = append(r.headers, Header{"Content-Type", "application/x-www-form-urlencoded"})
		}
	}
	if v := r.header("Authorization"); strings.HasPrefix(strings.ToLower(v), "basic ") {
		r.basic = true
	}
}

// option splits -XPOST and --data=x into name and value.
func option(word string) (name, value string, attached bool) {
	if !strings.HasPrefix(word, "-") || word == "-" {
		return "", "", false
	}
	if strings.HasPrefix(word, "--") {
		if k, v, ok := strings.Cut(word, "="); ok && curlOptions[k] {
			return k, v, true
		}
		return word, "", false
	}
	for i := 1; i < len(word); i++ { // clusters such as -sXPOST
		short := "-" + word[i:i+1]
		if curlOptions[short] {
			return short, word[i+1:], i+1 < len(word)
		}
		if i == len(word)-1 {
			return short, "", false
		}
	}
	return word, "", false
}

// curlOptions are the options that take a value.
var curlOptions = map[string]bool{
	"-X": true, "--request": true, "--url": true, "-H": true, "--header": true, "-u": true, "--user": true,
	"-b": true, "--cookie": true, "-d": true, "--data": true, "--data-raw": true, "--data-binary": true,
	"--data-ascii": true, "--data-urlencode": true, "--json": true, "-F": true, "--form": true, "--form-string": true,
	"--url-query": true, "-T": true, "--upload-file": true, "-A": true, "--user-agent": true, "-e": true,
	"--referer": true, "-o": true, "--output": true, "-w": true, "--write-out": true, "-m": true, "--max-time": true,
	"--connect-timeout": true, "--cacert": true, "--cert": true, "-E": true, "--key": true, "-x": true, "--proxy": true,
	"--oauth2-bearer": true, "-c": true, "--cookie-jar": true, "-D": true, "--dump-header": true, "--retry": true,
}

// decodeBase64 decodes s, or returns it as it is.
func decodeBase64(s string) string {
	if b, err := base64.StdEncoding.DecodeString(s); err == nil {
		return string(b)
	}
	return s
}
