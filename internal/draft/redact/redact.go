// Package redact replaces secrets, and personal data of real traffic, by
// placeholders of the same type. Values is its entry point: it remembers what
// it replaced, so that the same value gives the same placeholder everywhere and
// what is written can be searched for leaks.
package redact

import (
	"encoding/base64"
	"math"
	"net/url"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// Values redacts the values of one run.
type Values struct {
	Personal bool            // real traffic: personal data, too
	Keep     map[string]bool // pointers of body members that are harmless

	taint  map[string]string // value to placeholder
	issued map[string]bool   // placeholders
	counts map[string]int    // of each kind of placeholder
	sorted []string          // tainted values, the longest first
}

// New returns an empty set of values.
func New(personal bool) *Values {
	return &Values{Personal: personal, taint: map[string]string{}, issued: map[string]bool{}, counts: map[string]int{}}
}

var (
	secretHeader = regexp.MustCompile(`(?i)^(?:authorization|proxy-authorization|cookie|set-cookie)$|(?:^|-)(?:token|api-?key|apikey|secret|signature|password|session|auth|credential|access-?key|csrf|xsrf)(?:$|-)|token$|apikey$`)
	secretMember = regexp.MustCompile(`(?i)^(?:token|key|sig|signature|password|passwd|passphrase|pwd|secret|otp|pin|ssn|iban|cvv|cvc|credentials?|private_?key|auth)$|(?:^|[_-])(?:token|api_?key|apikey|secret|password|passwd|signature|private_?key|access_?key|session_?id|client_?secret|card_?number)$|(?:Token|ApiKey|Secret|Password|Signature|PrivateKey|AccessKey|SessionId)$|^(?:card|card_?number|account_?number|code_verifier|client_assertion|assertion|jwt|bearer)$`)
	queryCode    = regexp.MustCompile(`(?i)^(?:code|state|nonce|hash|hmac|x-amz-signature|x-amz-credential|x-amz-security-token|se|sp)$`)
	forms        = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?` +
		`|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)` +
		`|\b(?:sk|pk|rk|whsec)_(?:live|test)?_?[A-Za-z0-9]{12,}\b|\bsk-[A-Za-z0-9_-]{20,}` +
		`|\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{20,}\b|\bgithub_pat_[A-Za-z0-9_]{20,}\b|\bglpat-[A-Za-z0-9_-]{16,}` +
		`|\bxox[abprs]-[A-Za-z0-9-]{10,}|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|\bAIza[A-Za-z0-9_-]{30,}|\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|\bya29\.[A-Za-z0-9_-]{20,}|\bnpm_[A-Za-z0-9]{30,}\b|\bdop_v1_[a-f0-9]{40,}\b|\bshp(?:at|ss|ca)_[a-fA-F0-9]{24,}\b`)
	placeholder = regexp.MustCompile(`(?i)^(?:<[^>]*>|\{\{?[^}]*\}?\}|\$\{?\w+\}?|\[[^\]]*\]|x{3,}|\*{3,}|\.{3}|secret(?:-\d+)?|tenant(?:-\d+)?|string|token|password|(?:your|my)[-_ ].*|.*[-_]?x{4,}.*|.*\.\.\.|.*_here|api[-_]?key|example.*|test|changeme|null|true|false|)$`)
	mailForm    = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}`)
	phoneForm   = regexp.MustCompile(`^\+?\(?\d[\d\s().-]{7,18}\d$`)
	nameMember  = regexp.MustCompile(`(?i)^(?:first_?name|last_?name|full_?name|given_?name|family_?name|surname|display_?name|user_?name|nick_?name|middle_?name|maiden_?name)$`)
	phoneMember = regexp.MustCompile(`(?i)(?:^|_)(?:phone|telephone|mobile|fax|phone_?number|tel)$`)
	placeMember = regexp.MustCompile(`(?i)^(?:street|address_?line_?\d?|address\d?|line_?[123]|postal_?code|post_?code|zip(?:_?code)?|city|town|house_?number|street_?address|date_?of_?birth|birth_?(?:date|day)|dob)$`)
)

// Placeholder reports whether a value only stands for one, as in documentation.
func Placeholder(v string) bool { return placeholder.MatchString(strings.TrimSpace(v)) }

// replace returns the placeholder of a value, and taints it.
func (r *Values) replace(value, kind string) string {
	if have, ok := r.taint[value]; ok {
		return have
	}
	if r.issued[value] {
		return value // a placeholder of ours
	}
	r.counts[kind]++
	to := kind
	if n := r.counts[kind]; n > 1 {
		to = numbered(kind, n)
	}
	r.taint[value] = to
	r.issued[to] = true
	r.sorted = nil
	return to
}

// numbered is the nth placeholder of a kind.
func numbered(kind string, n int) string {
	if strings.HasPrefix(kind, "+") {
		return kind[:len(kind)-2] + strconv.Itoa(10+n%90)
	}
	if local, domain, ok := strings.Cut(kind, "@"); ok {
		return local + strconv.Itoa(n) + "@" + domain
	}
	return kind + "-" + strconv.Itoa(n)
}

// Header redacts the value of a header by its name.
func (r *Values) Header(name, value string) string {
	if value == "" {
		return value
	}
	lower := strings.ToLower(name)
	switch {
	case lower == "authorization" || lower == "proxy-authorization":
		return r.authorization(value)
	case lower == "cookie":
		return r.cookies(value)
	case lower == "set-cookie":
		pair, rest, found := strings.Cut(value, ";")
		out := r.cookies(pair)
		if found {
			out += ";" + r.Text(rest)
		}
		return out
	case secretHeader.MatchString(name):
		if Placeholder(value) {
			return value
		}
		return r.replace(value, "secret")
	case strings.HasSuffix(lower, "subdomain") || strings.HasSuffix(lower, "tenant"):
		if Placeholder(value) {
			return value
		}
		return r.replace(value, "tenant")
	case dense(value):
		return r.replace(value, "secret")
	}
	return r.Text(value)
}

// authorization redacts the credentials and keeps the scheme.
func (r *Values) authorization(value string) string {
	scheme, rest, found := strings.Cut(value, " ")
	if !found {
		scheme, rest = "", value
	}
	if Placeholder(rest) {
		return value
	}
	if strings.EqualFold(scheme, "basic") {
		if raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(rest)); err == nil {
			user, password, _ := strings.Cut(string(raw), ":")
			for _, part := range []string{user, password} {
				if len(part) >= 4 && !Placeholder(part) {
					r.replace(part, "secret")
				}
			}
		}
	}
	for _, part := range strings.FieldsFunc(rest, func(c rune) bool { return strings.ContainsRune(" ,\"=", c) }) {
		if len(part) >= 8 && !Placeholder(part) && dense(part) {
			r.replace(part, "secret")
		}
	}
	return strings.TrimSpace(scheme + " " + r.replace(rest, "secret"))
}

func (r *Values) cookies(value string) string {
	parts := strings.Split(value, ";")
	for i, p := range parts {
		k, v, ok := strings.Cut(p, "=")
		if ok && !Placeholder(v) {
			parts[i] = k + "=" + r.replace(strings.TrimSpace(v), "secret")
		}
	}
	return strings.Join(parts, ";")
}

// Query redacts the value of a query or form member by its name.
func (r *Values) Query(name, value string) string {
	if Placeholder(value) || value == "" {
		return value
	}
	if secretMember.MatchString(lastPart(name)) || secretHeader.MatchString(name) || queryCode.MatchString(name) && len(value) >= 6 {
		return r.replace(value, "secret")
	}
	if dense(value) {
		return r.replace(value, "secret")
	}
	return r.member(name, value)
}

func lastPart(name string) string {
	name = strings.TrimSuffix(name, "]")
	if i := strings.LastIndexAny(name, "[."); i >= 0 {
		return name[i+1:]
	}
	return name
}

// Member redacts the value of a body's member by its name.
func (r *Values) Member(pointer, name, value string) string {
	if value == "" || Placeholder(value) {
		return value
	}
	if r.Keep[pointer] {
		return value
	}
	if SecretMember(name) {
		return r.replace(value, "secret")
	}
	return r.member(name, value)
}

// SecretMember reports whether a member of this name holds a secret.
func SecretMember(name string) bool { return secretMember.MatchString(name) }

// member redacts by form and, in real traffic, personal data.
func (r *Values) member(name, value string) string {
	if r.Personal {
		switch {
		case mailForm.FindString(value) == value && !strings.HasSuffix(value, "@example.com"):
			return r.replace(value, "jane@example.com")
		case nameMember.MatchString(name):
			return r.replace(value, "name")
		case phoneMember.MatchString(name) && phoneForm.MatchString(value):
			return r.replace(value, "+441632960000")
		case placeMember.MatchString(name) && isoDate.MatchString(value):
			return "2000-01-01" // a date is no secret elsewhere
		case placeMember.MatchString(name) && !strings.ContainsAny(value, "T:"):
			return r.replace(value, "place")
		}
	}
	return r.Text(value)
}

// Number redacts a number of a member that holds a secret.
func (r *Values) Number(name, text string) string {
	if !SecretMember(name) {
		return text
	}
	if len(text) >= 5 {
		r.replace(text, "0")
	}
	return "0"
}

// URL redacts userinfo and the members of the query.
func (r *Values) URL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return r.Text(raw)
	}
	if u.User != nil {
		if p, ok := u.User.Password(); ok && !Placeholder(p) {
			r.replace(p, "secret")
		}
		if n := u.User.Username(); n != "" && !Placeholder(n) {
			r.replace(n, "secret")
		}
		u.User = nil
		raw = u.String()
	}
	return r.Text(raw)
}

// Text redacts secrets by form and whatever was redacted before.
func (r *Values) Text(s string) string {
	if len(s) < 4 {
		return s
	}
	if strings.ContainsAny(s, "_-.") || strings.Contains(s, "A") {
		s = forms.ReplaceAllStringFunc(s, func(m string) string {
			if placeholder.MatchString(m) || strings.Contains(strings.ToLower(m), "xxxx") {
				return m
			}
			return r.replace(m, "secret")
		})
	}
	if strings.Contains(s, "://") && strings.Contains(s, "@") {
		s = userinfo.ReplaceAllStringFunc(s, func(m string) string {
			user, password, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(m, "://"), "@"), ":")
			for _, part := range []string{password, user} {
				if len(part) >= 4 && !Placeholder(part) {
					r.replace(part, "secret")
				}
			}
			return "://"
		})
	}
	if r.Personal && strings.Contains(s, "@") {
		s = mailForm.ReplaceAllStringFunc(s, func(m string) string {
			if strings.HasSuffix(m, "@example.com") {
				return m
			}
			return r.replace(m, "jane@example.com")
		})
	}
	return r.tainted(s)
}

// tainted replaces the values that were redacted before.
func (r *Values) tainted(s string) string {
	for _, value := range r.list() {
		if len(value) >= minTaint && strings.Contains(s, value) {
			s = replaceWhole(s, value, r.taint[value])
		}
	}
	return s
}

// minTaint keeps short values, which are words like any other, from being
// replaced everywhere.
const minTaint = 6

// replaceWhole replaces a value where it is not part of a longer word.
func replaceWhole(s, value, to string) string {
	var b strings.Builder
	for {
		i := strings.Index(s, value)
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		end := i + len(value)
		inWord := i > 0 && word(s[i-1]) && word(value[0]) || end < len(s) && word(s[end]) && word(value[len(value)-1])
		if inWord && len(value) < 12 {
			b.WriteString(s[:end])
		} else {
			b.WriteString(s[:i] + to)
		}
		s = s[end:]
	}
}

func word(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func (r *Values) list() []string {
	if r.sorted == nil {
		for v := range r.taint {
			r.sorted = append(r.sorted, v)
		}
		sort.Slice(r.sorted, func(i, j int) bool {
			if len(r.sorted[i]) != len(r.sorted[j]) {
				return len(r.sorted[i]) > len(r.sorted[j])
			}
			return r.sorted[i] < r.sorted[j]
		})
	}
	return r.sorted
}

// Replaced reports whether a value was redacted.
func (r *Values) Replaced(value string) bool {
	_, ok := r.taint[value]
	return ok
}

// Leaks returns how many redacted values a text has.
func (r *Values) Leaks(text []byte) int {
	n := 0
	s := string(text)
	for _, value := range r.list() {
		if len(value) >= minTaint && strings.Contains(s, value) && replaceWhole(s, value, "") != s {
			n++
		}
	}
	return n
}

// dense reports whether a value is as long and mixed as keys are.
func dense(s string) bool {
	if len(s) < 24 || len(s) > 4096 || strings.ContainsAny(s, " {}<>,;/:") || uuid.MatchString(s) {
		return false
	}
	digits, letters := 0, 0
	count := map[byte]int{}
	for i := 0; i < len(s); i++ {
		count[s[i]]++
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			letters++
		}
	}
	if digits < 2 || letters < 4 {
		return false
	}
	entropy := 0.
	for _, n := range count {
		p := float64(n) / float64(len(s))
		entropy -= p * math.Log2(p)
	}
	return entropy > 3.3
}

var userinfo = regexp.MustCompile(`://[^/\s:@"']+(?::[^/\s@"']*)?@`)

var isoDate = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
