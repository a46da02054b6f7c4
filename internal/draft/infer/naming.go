package infer

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/docwright/docwright/internal/draft/read"
)

func statusText(n int) string {
	s := http.StatusText(n)
	if s == "" {
		return ""
	}
	return s[:1] + strings.ToLower(s[1:])
}

// wordsOf splits a name at its separators and at changes of case.
func wordsOf(s string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, strings.ToLower(b.String()))
			b.Reset()
		}
	}
	runes := []rune(s)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) || r > unicode.MaxASCII:
			flush()
			continue
		case unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsUpper(runes[i-1])):
			flush()
		}
		b.WriteRune(r)
	}
	flush()
	return out
}

func lowerCamel(s string) string {
	var b strings.Builder
	for i, w := range wordsOf(s) {
		if i > 0 {
			w = strings.ToUpper(w[:1]) + w[1:]
		}
		b.WriteString(w)
	}
	return b.String()
}

func upperCamel(s string) string {
	c := lowerCamel(s)
	if c == "" {
		return ""
	}
	return strings.ToUpper(c[:1]) + c[1:]
}

var versionSegment = regexp.MustCompile(`^(?:api|rest|v\d+(?:\.\d+)*)$`)

// fileSuffix is the end of a segment that names a format or a program.
var fileSuffix = regexp.MustCompile(`\.(?:json|xml|php|html?|aspx?|do|cgi|jsp)$`)

// resource is the last constant segment of the path and what is behind it.
func (o *Operation) resource() (name, action string, single bool) {
	var constants []string
	segments := strings.Split(strings.Trim(o.Path, "/"), "/")
	last := ""
	for _, s := range segments {
		s = fileSuffix.ReplaceAllString(s, "")
		last = s
		if !strings.ContainsAny(s, "{}") && !versionSegment.MatchString(s) && !strings.HasPrefix(s, "@") && len(wordsOf(s)) > 0 {
			constants = append(constants, s)
		}
	}
	if len(constants) == 0 {
		return "root", "", false
	}
	name = constants[len(constants)-1]
	single = strings.ContainsAny(last, "{}") || strings.HasPrefix(last, "@")
	if len(segments) >= 2 && !single && len(constants) > 1 {
		before := segments[len(segments)-2]
		plural := strings.HasSuffix(name, "s") && !strings.HasSuffix(name, "ss") && !strings.HasSuffix(name, "status")
		if strings.ContainsAny(before, "{}") && !plural && o.Method != "get" {
			return constants[len(constants)-2], name, true
		}
	}
	return name, "", single
}

// identify names the operation and its tag.
func (o *Operation) identify() {
	name, action, single := o.resource()
	if o.Tag == "" {
		o.Tag = sentence(name)
	}
	if o.ID != "" {
		return
	}
	service := lowerCamel(name)
	if service == "" || service[0] >= '0' && service[0] <= '9' {
		service = "op" + service
	}
	if o.service != "" && action == "" {
		service = o.service
	}
	verb := map[string]string{"post": "create", "put": "update", "patch": "update", "delete": "delete", "head": "head", "options": "options", "trace": "trace"}[o.Method]
	switch {
	case action != "":
		verb = lowerCamel(action)
		if o.Method == "delete" {
			verb = "delete" + upperCamel(action)
		}
	case o.Method == "get" && single:
		verb = "get"
	case o.Method == "get":
		verb = "get"
		if o.lists() {
			verb = "list"
		}
	}
	o.ID = service + "." + verb
}

// lists reports whether a GET without a trailing parameter returns a list.
func (o *Operation) lists() bool {
	name, _, _ := o.resource()
	if strings.HasSuffix(strings.ToLower(name), "s") && !strings.HasSuffix(name, "ss") && !strings.HasSuffix(name, "status") {
		return true
	}
	for _, r := range o.Responses {
		for _, c := range r.Content {
			if c.Schema.Type == "array" || c.Schema.Prop("data") != nil && c.Schema.Prop("data").Type == "array" {
				return true
			}
		}
	}
	return false
}

func sentence(name string) string {
	s := strings.Join(wordsOf(name), " ")
	if s == "" {
		return "Operations"
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// title is the summary of an operation whose page has none.
func (o *Operation) title() string {
	name, action, single := o.resource()
	words := strings.Join(wordsOf(name), " ")
	one := singular(words)
	article := "a "
	if one != "" && strings.ContainsRune("aeiou", rune(one[0])) {
		article = "an "
	}
	switch {
	case action != "":
		return sentence(action) + " " + article + one
	case o.Method == "get" && single:
		return "Get " + article + one
	case o.Method == "get" && o.lists():
		return "List " + words
	case o.Method == "get":
		return "Get " + words
	case o.Method == "post":
		return "Create " + article + one
	case o.Method == "delete":
		return "Delete " + article + one
	}
	return "Update " + article + one
}

func uniqueIDs(ops []*Operation, k *Known) {
	seen := map[string]bool{}
	if k != nil {
		for id := range k.IDs {
			seen[id] = true
		}
	}
	for _, o := range ops {
		if o.Exists {
			continue
		}
		if o.Embedded == nil {
			o.identify()
			if k != nil && k.Camel {
				service, verb, _ := strings.Cut(o.ID, ".")
				o.ID = verb + upperCamel(service)
			}
		}
		id := o.ID
		for n := 2; id != "" && seen[id]; n++ {
			id = o.ID + strconv.Itoa(n)
			if n == 2 && strings.HasSuffix(o.ID, ".update") && o.Method == "patch" {
				id = strings.TrimSuffix(o.ID, "update") + "patch"
			}
		}
		o.ID = id
		seen[id] = true
	}
}

var graphQLName = regexp.MustCompile(`^\s*(query|mutation|subscription)?\s*([A-Za-z_]\w*)?[^{]*\{\s*(?:[A-Za-z_]\w*\s*:\s*)?([A-Za-z_]\w*)`)

// graphQL names the operation of a GraphQL path after its query.
func (o *Operation) graphQL(c *read.Call) {
	q := c.GraphQL()
	if q == "" {
		return
	}
	g := graphQLName.FindStringSubmatch(q)
	if g == nil {
		return
	}
	kind, name, field := g[1], g[2], g[3]
	verb := "list"
	if kind == "mutation" {
		verb = "mutate"
	}
	o.ID = lowerCamel(field) + "." + verb
	o.Tag = sentence(field)
	fragment := upperCamel(name)
	if fragment == "" {
		fragment = upperCamel(verb) + upperCamel(field)
	} else {
		o.ID = lowerCamel(field) + "." + lowerCamel(name)
	}
	if !strings.Contains(o.Path, "#") {
		o.Path += "#" + fragment
	}
	if c.Summary == "" {
		o.Summary = sentence(verb + " " + strings.Join(wordsOf(field), " "))
	}
}

// LowerCamel spells a name as lowerCamel.
func LowerCamel(s string) string { return lowerCamel(s) }

// UpperCamel spells a name as UpperCamel.
func UpperCamel(s string) string { return upperCamel(s) }

// Singular is the singular of an English plural, as far as names need it.
func Singular(s string) string { return singular(s) }
