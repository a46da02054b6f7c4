package apitest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/docwright/docwright/templates/runtime/api"
)

// This file answers lists: filters, and the order.

// list answers with a page of a type's resources.
func (s *store) list(c *call) (*answer, error) {
	var list []*record
	for _, r := range s.records[c.op.endpoint.Type] {
		if s.visible(r, c) {
			list = append(list, r)
		}
	}
	return s.page(c, list)
}

// page filters, sorts and cuts a list.
func (s *store) page(c *call, list []*record) (*answer, error) {
	keep, err := s.filters(c)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(slices.Clone(list), func(r *record) bool { return !keep(r) })
	if err := s.sort(c, list); err != nil {
		return nil, err
	}
	w, err := c.window(len(list))
	if err != nil {
		return nil, err
	}
	list = list[w.from:w.to]
	return s.documentReply(c, w.envelope(c, len(list)), list)
}

// condition says which resources a filter leaves.
type condition func(*record) bool

// filters gathers the conditions of a request: filter[field]=value,
// filter[field][operator]=value, an expression in filter, and parameters that are
// named after an attribute.
func (s *store) filters(c *call) (condition, error) {
	var all []condition
	for name, values := range c.query {
		var cond condition
		switch path := brackets(name); {
		case path[0] == "filter" && len(path) == 1:
			expr, err := parseExpression(strings.Join(values, ","))
			if err != nil {
				return nil, problem(http.StatusBadRequest, api.ErrorObject{Detail: err.Error(), Parameter: "filter"})
			}
			cond = expr
		case path[0] == "filter":
			cond = bracketFilter(path[1:], values)
		case len(path) == 1 && s.api.hasAttribute(c.op.endpoint.Type, name):
			cond = bracketFilter(path, values)
		default:
			continue
		}
		if cond == nil {
			return nil, problem(http.StatusBadRequest, api.ErrorObject{Detail: "the fake does not know this filter", Parameter: name})
		}
		all = append(all, cond)
	}
	return func(r *record) bool {
		return !slices.ContainsFunc(all, func(f condition) bool { return !f(r) })
	}, nil
}

func (c *contract) hasAttribute(typ, name string) bool {
	r := c.resources[typ]
	return r != nil && (slices.Contains(r.Attributes, name) || slices.Contains(r.Members, name))
}

// brackets splits "filter[a][b]" into its names.
func brackets(name string) []string {
	base, rest, _ := strings.Cut(name, "[")
	out := []string{base}
	for rest != "" {
		var inner string
		inner, rest, _ = strings.Cut(rest, "]")
		out = append(out, inner)
		rest = strings.TrimPrefix(rest, "[")
	}
	return out
}

// bracketFilter is the condition of filter[path]=values: the last name may be an
// operator.
func bracketFilter(path, values []string) condition {
	var list []string
	for _, v := range values {
		list = append(list, splitList(v)...)
	}
	field, operator := strings.Join(path, "."), "in"
	if last := path[len(path)-1]; len(path) > 1 && operators[canonical(last)] != nil {
		field, operator = strings.Join(path[:len(path)-1], "."), canonical(last)
	}
	for suffix, op := range map[string]string{".since": "gte", ".until": "lte"} {
		if bare, ok := strings.CutSuffix(field, suffix); ok {
			field, operator = bare, op
		}
	}
	compare := operators[operator]
	return func(r *record) bool { return matches(r.values(field), list, compare) }
}

// operators compare a value of a resource with those of a filter.
var operators = map[string]func(have string, want []string) bool{
	"eq":  func(have string, want []string) bool { return len(want) > 0 && order(have, want[0]) == 0 },
	"ne":  func(have string, want []string) bool { return len(want) > 0 && order(have, want[0]) != 0 },
	"gt":  func(have string, want []string) bool { return len(want) > 0 && order(have, want[0]) > 0 },
	"gte": func(have string, want []string) bool { return len(want) > 0 && order(have, want[0]) >= 0 },
	"lt":  func(have string, want []string) bool { return len(want) > 0 && order(have, want[0]) < 0 },
	"lte": func(have string, want []string) bool { return len(want) > 0 && order(have, want[0]) <= 0 },
	"between": func(have string, want []string) bool {
		return len(want) > 1 && order(have, want[0]) >= 0 && order(have, want[1]) <= 0
	},
	"in": func(have string, want []string) bool {
		return slices.ContainsFunc(want, func(w string) bool { return order(have, w) == 0 })
	},
	"contains": func(have string, want []string) bool {
		return len(want) > 0 && strings.Contains(strings.ToLower(have), strings.ToLower(want[0]))
	},
	"starts": func(have string, want []string) bool { return len(want) > 0 && strings.HasPrefix(have, want[0]) },
	"ends":   func(have string, want []string) bool { return len(want) > 0 && strings.HasSuffix(have, want[0]) },
}

// canonical is the name that operators have here, of those that APIs give them.
func canonical(name string) string {
	name = strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
	for to, from := range map[string][]string{
		"eq": {"equals", "is"}, "ne": {"notequals", "not", "isnot", "neq"}, "gt": {"greaterthan", "after"}, "gte": {"greaterorequal", "ge"},
		"lt": {"lessthan", "before"}, "lte": {"lessorequal", "le"}, "in": {"any", "oneof"}, "contains": {"like", "match", "ilike"},
		"starts": {"startswith", "prefix"}, "ends": {"endswith", "suffix"},
	} {
		if slices.Contains(from, name) {
			return to
		}
	}
	return name
}

// matches compares any of a resource's values. A resource without a value is like
// none.
func matches(have, want []string, compare func(string, []string) bool) bool {
	return slices.ContainsFunc(have, func(v string) bool { return compare(v, want) })
}

// values lists the values of a field as texts: of the id, an attribute by its
// dotted path, a member of meta, or the ids of a relationship.
func (r *record) values(field string) []string {
	if field == "id" {
		return []string{r.id}
	}
	path := strings.Split(field, ".")
	for _, from := range []map[string]any{r.attributes, r.members, r.meta} {
		if v, ok := at(from, path); ok {
			return texts(v)
		}
	}
	name := path[0]
	for candidate, rel := range r.relationships {
		if !sameName(candidate, name) && !sameName(candidate+"id", name) || len(path) > 2 || len(path) == 2 && path[1] != "id" {
			continue
		}
		var ids []string
		for _, l := range linksOf(rel) {
			ids = append(ids, l.id)
		}
		return ids
	}
	return nil
}

// at follows a path of members.
func at(v any, path []string) (any, bool) {
	for _, name := range path {
		object, ok := v.(map[string]any)
		if !ok {
			return nil, false
		}
		if v, ok = object[name]; !ok {
			return nil, false
		}
	}
	return v, true
}

func texts(v any) []string {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		var out []string
		for _, element := range v {
			out = append(out, texts(element)...)
		}
		return out
	case string:
		return []string{v}
	case json.Number, bool:
		return []string{fmt.Sprint(v)}
	}
	return []string{string(encode(v))}
}

// order compares texts as numbers, as times, else as they are.
func order(a, b string) int {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX == nil && errY == nil {
		switch {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	if s, ok := moment(a); ok {
		if t, ok := moment(b); ok {
			return s.Compare(t)
		}
	}
	return strings.Compare(a, b)
}

func moment(text string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// sort orders a list as the request asks for.
func (s *store) sort(c *call, list []*record) error {
	for _, key := range slices.Backward(splitList(strings.Join(c.query["sort"], ","))) {
		field := strings.TrimPrefix(key, "-")
		if !s.sortable(c.op.endpoint, field, list) {
			return problem(http.StatusBadRequest, api.ErrorObject{Detail: "there is no field " + field + " to sort by", Parameter: "sort"})
		}
		slices.SortStableFunc(list, func(a, b *record) int {
			n := compareValues(a.values(field), b.values(field))
			if strings.HasPrefix(key, "-") {
				return -n
			}
			return n
		})
	}
	return nil
}

// sortable reports whether resources have a field: the document declares it, or
// one of them has it.
func (s *store) sortable(e *Endpoint, field string, list []*record) bool {
	if field == "id" || slices.ContainsFunc(list, func(r *record) bool { return len(r.values(field)) > 0 }) {
		return true
	}
	name, _, _ := strings.Cut(field, ".")
	return slices.ContainsFunc(e.Answer.Types, func(typ string) bool {
		return s.api.hasAttribute(typ, name) || s.api.resources[typ] != nil && slices.ContainsFunc(
			slices.Concat(s.api.resources[typ].Created, s.api.resources[typ].Updated), func(pointer string) bool { return pointer == "/meta/"+name })
	})
}

func compareValues(a, b []string) int {
	switch {
	case len(a) == 0 || len(b) == 0:
		return len(a) - len(b)
	}
	return order(a[0], b[0])
}
