package infer

import (
	"net/url"
	"regexp"
	"sort"
	"strings"

	"github.com/docwright/docwright/internal/draft/read"
)

// Known is what the spec that is drafted into says already.
type Known struct {
	Servers   []string
	Paths     []KnownPath
	Schemes   []Scheme
	Global    [][]string // keys of the alternatives that hold everywhere
	Resources map[string]*Resource
	Targets   map[string]map[string]int // relationship name to types, counted
	Created   string                    // the status of creations, "" if they differ
	Camel     bool                      // operation ids are getBoat rather than boats.get
	IDs       map[string]bool
	V31       bool
	Params    map[string]*Schema // shared parameters by "in name"
}

// KnownPath is a path of the spec.
type KnownPath struct {
	Path    string
	Methods map[string]string // method to operationId
	Tag     string
	Type    string // the resource type of its bodies
}

// Resource is a resource type of JSON:API that the spec knows.
type Resource struct {
	Type    string
	Members map[string]bool // names of attributes and relationships
}

// match finds the spec's path of a call: the same template, else one that a
// concrete path fits, constants before variables.
func (k *Known) match(server, path string) *KnownPath {
	if k == nil {
		return nil
	}
	for _, candidate := range k.below(server, path) {
		var best *KnownPath
		for i := range k.Paths {
			p := &k.Paths[i]
			if fitsTemplate(p.Path, candidate) && (best == nil || constants(p.Path) > constants(best.Path)) {
				best = p
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}

// below returns the path as the spec's servers see it.
func (k *Known) below(server, path string) []string {
	out := []string{path}
	full := path
	if u, err := url.Parse(server); err == nil {
		full = strings.TrimSuffix(u.Path, "/") + path
	}
	for _, s := range k.Servers {
		u, err := url.Parse(s)
		if err != nil {
			continue
		}
		if base := strings.TrimSuffix(u.Path, "/"); base != "" && strings.HasPrefix(full, base+"/") {
			out = append(out, strings.TrimPrefix(full, base))
		} else if base == "" && full != path {
			out = append(out, full)
		}
	}
	return out
}

func constants(path string) int {
	n := 0
	for _, s := range strings.Split(path, "/") {
		if s != "" && !strings.ContainsAny(s, "{}") {
			n++
		}
	}
	return n
}

func fitsTemplate(template, path string) bool {
	t, _, _ := strings.Cut(template, "#")
	p, _, _ := strings.Cut(path, "#")
	if strings.Contains(template, "#") && template != path {
		return false
	}
	a, b := strings.Split(strings.Trim(t, "/"), "/"), strings.Split(strings.Trim(p, "/"), "/")
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		switch {
		case a[i] == b[i]:
		case strings.ContainsAny(a[i], "{}") && strings.ContainsAny(b[i], "{}"):
		case strings.ContainsAny(a[i], "{}") && valueLike(b[i]):
		default:
			return false
		}
	}
	return true
}

// valueLike reports whether a segment may be the value of a parameter.
func valueLike(s string) bool {
	return idLike(s) || strings.ContainsAny(s, "0123456789") || strings.HasPrefix(s, "<")
}

// adopt spells the path as the spec does.
func (o *Operation) adopt(k *Known) {
	if k == nil {
		return
	}
	p := k.match(o.Server, o.Path)
	if p == nil {
		if c := o.Call.Concrete; c != "" {
			p = k.match(o.Server, c)
		}
	}
	if p == nil {
		o.relative(k)
		return
	}
	o.rename(p.Path)
	o.Tag = first(p.Tag, o.Tag)
	o.known = p
	if id := p.Methods[o.Method]; id != "" {
		o.ID, o.Exists = id, true
	}
}

// relative strips the base path of the spec's servers from a new path.
func (o *Operation) relative(k *Known) {
	candidates := k.below(o.Server, o.Path)
	if len(candidates) > 1 && hostOf(o.Server) != "" {
		for _, s := range k.Servers {
			if hostOf(s) == hostOf(o.Server) {
				o.rename(candidates[len(candidates)-1])
				return
			}
		}
	}
}

func hostOf(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return u.Host
}

// rename takes the template of the spec; values keep their places.
func (o *Operation) rename(path string) {
	from, to := strings.Split(o.Path, "/"), strings.Split(path, "/")
	values := map[string]string{}
	for i := 1; i <= min(len(from), len(to)); i++ {
		a, b := from[len(from)-i], to[len(to)-i]
		if !strings.ContainsAny(b, "{}") {
			continue
		}
		if v := o.Values[strings.Trim(a, "{}")]; v != "" && strings.ContainsAny(a, "{}") {
			values[strings.Trim(b, "{}")] = v
		} else if !strings.ContainsAny(a, "{}") {
			values[strings.Trim(b, "{}")] = a
		}
		if a != b && strings.ContainsAny(a, "{}") {
			for j := range o.Call.Params {
				if q := &o.Call.Params[j]; q.In == "path" && q.Name == strings.Trim(a, "{}") {
					q.Name = strings.Trim(b, "{}")
				}
			}
		}
	}
	o.Path, o.Values = path, values
}

// scheme takes the spec's own key for a credential, and drops what holds
// everywhere anyway.
func (o *Operation) schemes(k *Known) {
	if k == nil || o.Security == nil {
		return
	}
	for _, set := range o.Security {
		for i := range set {
			for _, have := range k.Schemes {
				if sameScheme(have, set[i]) {
					set[i].Key = have.Key
					break
				}
			}
		}
	}
	covered := len(k.Global) > 0
	for _, set := range o.Security {
		hit := false
		for _, alternative := range k.Global {
			hit = hit || sameKeys(alternative, set)
		}
		covered = covered && hit
	}
	if covered {
		o.Secured = o.Security
		o.Security = nil
	}
}

func sameScheme(a, b Scheme) bool {
	return a.Kind == b.Kind && strings.EqualFold(a.Name, b.Name)
}

func sameKeys(keys []string, set []Scheme) bool {
	if len(keys) != len(set) {
		return false
	}
	for _, s := range set {
		if !contains(keys, s.Key) {
			return false
		}
	}
	return true
}

// house names a new operation and its tag after its kin in the spec.
func (o *Operation) house(k *Known) {
	if k == nil || o.Exists {
		return
	}
	best := -1
	broad := k.broadTags()
	for i := range k.Paths {
		p := &k.Paths[i]
		if p.Tag == "" {
			continue
		}
		n := 2 * shared(p.Path, o.Path)
		same := o.Type != "" && p.Type == o.Type
		if same {
			n += 20
		}
		if n < best || !same && !o.isKin(p.Path, broad[p.Tag]) {
			continue
		}
		best = n
		o.Tag = p.Tag
		if o.Type == "" || p.Type != o.Type || o.ID != "" || k.Camel {
			continue
		}
		for _, m := range methodOrder {
			if service, _, ok := strings.Cut(p.Methods[m], "."); ok {
				o.service = service
				break
			}
		}
	}
	if o.service == "" && o.Type != "" && len(k.IDs) > 0 {
		o.service = lowerCamel(o.Type)
	}
}

// isKin reports whether a path begins as the operation's does: up to its
// resource, or with a constant if the tag of the path is one of several
// resources. That both are below /api/v1 says nothing.
func (o *Operation) isKin(path string, broad bool) bool {
	n, constants, resource := shared(path, o.Path), 0, false
	name, _, _ := o.resource()
	for _, s := range strings.Split(o.Path, "/")[:n] {
		if s != "" && !strings.ContainsAny(s, "{}") && !versionSegment.MatchString(s) {
			constants++
			resource = resource || fileSuffix.ReplaceAllString(s, "") == name
		}
	}
	return resource || broad && constants > 0
}

// broadTags are the tags of operations about several resources.
func (k *Known) broadTags() map[string]bool {
	first, out := map[string]string{}, map[string]bool{}
	for _, p := range k.Paths {
		other := Operation{Path: p.Path}
		name, _, _ := other.resource()
		if have, ok := first[p.Tag]; ok && have != name {
			out[p.Tag] = true
		} else if !ok {
			first[p.Tag] = name
		}
	}
	return out
}

var methodOrder = []string{"get", "post", "put", "patch", "delete"}

// shared counts the segments that two paths begin with.
func shared(a, b string) int {
	x, y := strings.Split(a, "/"), strings.Split(b, "/")
	n := 0
	for n < len(x) && n < len(y) && template("/"+x[n]) == template("/"+y[n]) {
		n++
	}
	return n
}

// resourceType is the type of the resource that an operation is about.
func (o *Operation) resourceType(k *Known) string {
	if k == nil {
		return ""
	}
	if o.known != nil && o.known.Type != "" {
		return o.known.Type
	}
	trimmed := regexp.MustCompile(`/\{[^/]*\}$`).ReplaceAllString(o.Path, "")
	for _, p := range k.Paths { // the collection, or one of its members
		if p.Type != "" && (template(p.Path) == template(trimmed) || template(regexp.MustCompile(`/\{[^/]*\}$`).ReplaceAllString(p.Path, "")) == template(trimmed)) {
			return p.Type
		}
	}
	var parts []string
	for _, s := range strings.Split(strings.Trim(trimmed, "/"), "/") {
		if !strings.ContainsAny(s, "{}") && !versionSegment.MatchString(s) {
			parts = append(parts, s)
		}
	}
	if n := len(parts); n > 0 {
		candidates := []string{parts[n-1]}
		if n > 1 {
			candidates = append([]string{singular(parts[n-2]) + "-" + parts[n-1], singular(parts[n-2]) + "_" + parts[n-1]}, candidates...)
		}
		for _, c := range candidates {
			if k.Resources[c] != nil {
				return c
			}
		}
	}
	return ""
}

func template(p string) string { return bracesPattern.ReplaceAllString(p, "{}") }

// target is the type of a relationship by its name: what the spec has for this
// name everywhere, else the resource that the name is the singular or plural of.
func (k *Known) target(name string) (string, []string) {
	if k == nil {
		return "", nil
	}
	var seen []string
	for t := range k.Targets[name] {
		seen = append(seen, t)
	}
	sort.Strings(seen)
	switch len(seen) {
	case 1:
		return seen[0], nil
	case 0:
	default:
		return "", seen
	}
	dashed := strings.ReplaceAll(name, "_", "-")
	for _, c := range []string{name, dashed, plural(name), plural(dashed)} {
		if k.Resources[c] != nil {
			return c, nil
		}
	}
	var near []string
	for t := range k.Resources {
		if strings.HasSuffix(t, "-"+dashed) || strings.HasSuffix(t, "-"+plural(dashed)) {
			near = append(near, t)
		}
	}
	sort.Strings(near)
	return "", near
}

func plural(s string) string {
	switch {
	case strings.HasSuffix(s, "s"):
		return s
	case strings.HasSuffix(s, "y") && len(s) > 1 && !strings.ContainsRune("aeiou", rune(s[len(s)-2])):
		return s[:len(s)-1] + "ies"
	}
	return s + "s"
}

// byMembers finds the resource that has the members of a schema.
func (k *Known) byMembers(s *Schema) string {
	if k == nil {
		return ""
	}
	names := map[string]bool{}
	for _, part := range []string{"attributes", "relationships"} {
		if sub := s.Prop(part); sub != nil {
			for _, p := range sub.Props {
				names[p.Name] = true
			}
		}
	}
	if len(names) < 3 {
		return ""
	}
	best, score, second := "", 0., 0.
	var types []string
	for t := range k.Resources {
		types = append(types, t)
	}
	sort.Strings(types)
	for _, t := range types {
		hit := 0
		for n := range names {
			if k.Resources[t].Members[n] {
				hit++
			}
		}
		if v := float64(hit) / float64(len(names)) * 2 * float64(hit) / float64(hit*0+len(names)+len(k.Resources[t].Members)); v > score {
			best, second, score = t, score, v
		} else if v > second {
			second = v
		}
	}
	if score >= .6 && score > second+.15 {
		return best
	}
	return ""
}

// CallsInto infers operations that fit the spec that is there.
func CallsInto(calls []*read.Call, k *Known) []*Operation {
	var out []*Operation
	for _, c := range templated(calls) {
		out = append(out, operation(c, k))
	}
	uniqueIDs(out, k)
	return out
}
