// Package route matches the paths of requests against path templates of OpenAPI, for
// fakes and for recorded calls.
package route

import (
	"net/url"
	"regexp"
	"strings"
)

// Pattern is a path template, such as /pets/{id}.json.
type Pattern struct {
	names []string
	re    *regexp.Regexp
}

// Value is a parameter of a path and its value.
type Value struct{ Name, Value string }

// Parameter matches a parameter of a template.
var Parameter = regexp.MustCompile(`\{[^{}]*\}`)

// New returns the pattern of a template. What follows "#" or "?" in it is
// not part of a path.
func New(template string) *Pattern {
	template = Bare(template)
	p := &Pattern{}
	var b strings.Builder
	b.WriteString("^")
	rest := 0
	for _, at := range Parameter.FindAllStringIndex(template, -1) {
		b.WriteString(literalPath(template[rest:at[0]]) + "([^/]+)")
		p.names = append(p.names, strings.Trim(template[at[0]+1:at[1]-1], ".;*+"))
		rest = at[1]
	}
	b.WriteString(literalPath(template[rest:]) + "$")
	p.re = regexp.MustCompile(b.String())
	return p
}

// Bare is a template without what is not part of a path: documents distinguish
// operations of one path apart by a fragment, and some write the query into it.
func Bare(template string) string {
	if i := strings.IndexAny(template, "#?"); i >= 0 {
		template = template[:i]
	}
	return template
}

// literalPath matches a text, escaped as URLs have it or as it is.
func literalPath(text string) string {
	plain, escaped := regexp.QuoteMeta(text), regexp.QuoteMeta((&url.URL{Path: text}).EscapedPath())
	if plain == escaped || text == "" {
		return plain
	}
	return "(?:" + plain + "|" + escaped + ")"
}

// Match returns the values of the parameters of an escaped path in the order of the
// template; false if the path does not match. No value is empty. Of parameters with
// nothing between them, the first takes as much as it can.
func (p *Pattern) Match(path string) ([]Value, bool) {
	found := p.re.FindStringSubmatch(path)
	if found == nil {
		return nil, false
	}
	var values []Value
	for i, name := range p.names {
		value, err := url.PathUnescape(found[i+1])
		if err != nil {
			return nil, false
		}
		values = append(values, Value{name, value})
	}
	return values, true
}
