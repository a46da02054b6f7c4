package infer

import (
	"regexp"
	"sort"
	"strings"

	"github.com/docwright/docwright/internal/draft/read"
)

// isJSONAPI reports whether a call speaks JSON:API: by its media type, or by
// data with type and one of attributes, relationships, id.
func isJSONAPI(c *read.Call) bool {
	bodies := append(append([]read.Body{}, c.Requests...), c.Answers...)
	for _, b := range bodies {
		if strings.Contains(b.Media, "vnd.api+json") {
			return true
		}
		for _, s := range b.Samples {
			data := s.Value.Get("data")
			if data != nil && data.Kind == read.Array && len(data.Items) > 0 {
				data = data.Items[0]
			}
			if data.Get("type") != nil && (data.Get("attributes") != nil || data.Get("relationships") != nil || data.Get("id") != nil && len(data.Members) == 2) {
				return true
			}
		}
	}
	for _, h := range c.Headers {
		if strings.Contains(h.Value, "vnd.api+json") {
			return true
		}
	}
	return false
}

// jsonAPI applies the rules of JSON:API to the schema of a document.
func jsonAPI(s *Schema, o *Operation, answer bool) {
	data := s.Prop("data")
	if data == nil {
		return
	}
	s.require("data")
	target := data
	if data.Type == "array" && data.Items != nil {
		target = data.Items
	}
	if target.Type == "object" {
		resource(target, o, answer, "resource")
		if i := strings.LastIndex(o.Path, "/relationships/"); i >= 0 && data.Type == "array" {
			target.guessTarget(o.Path[i+len("/relationships/"):], o)
		}
	}
	if included := s.Prop("included"); included != nil && included.Items != nil {
		included.Items = includedUnion(included.Items, o)
	}
}

// errorDocument is the document of errors that carries an error object: pages often
// show the object alone.
func (s *Schema) errorDocument() *Schema {
	if s == nil || s.Prop("errors") != nil || s.Prop("status") == nil && s.Prop("code") == nil || s.Prop("title") == nil && s.Prop("detail") == nil {
		return s
	}
	list := &Schema{Type: "array", Items: s, Place: s.Place, Kind: "page contradicts itself", Todo: "the page shows an error object alone; JSON:API sends it in errors"}
	return &Schema{Type: "object", Props: []Prop{{"errors", list}}, Place: s.Place}
}

// resource constrains a resource or identifier. Its type is a constant.
func resource(s *Schema, o *Operation, answer bool, what string) {
	constant(s, what, o)
	s.require("type")
	if answer || o.Method == "put" || o.Method == "patch" || s.Prop("attributes") == nil && s.Prop("relationships") == nil {
		s.require("id")
	}
	if a := s.Prop("attributes"); a != nil && len(a.Required) > 0 {
		s.require("attributes")
	}
	if rel := s.Prop("relationships"); rel != nil {
		for _, p := range rel.Props {
			relationship(p.Schema, p.Name, o)
		}
	}
}

func constant(s *Schema, what string, o *Operation) {
	t := s.Prop("type")
	if t == nil {
		return
	}
	if len(t.seen) > 0 && t.Type != "array" {
		t.Type, t.Enum, t.Extensible, t.Format = "string", t.seen, false, ""
		return
	}
	if len(t.Enum) > 0 {
		t.Extensible = false
		return
	}
	if what == "resource" && o.Call.Resource != "" && o.Call.Resource != "relationship" {
		t.Type, t.Enum = "string", []string{o.Call.Resource}
		return
	}
	if i := strings.LastIndex(o.Path, "/relationships/"); i >= 0 && what == "resource" {
		if known, _ := o.spec.target(o.Path[i+len("/relationships/"):]); known != "" {
			t.Type, t.Enum, t.Todo = "string", []string{known}, ""
			return
		}
	} else if what == "resource" {
		if known := o.resourceType(o.spec); known != "" {
			t.Type, t.Enum, t.Todo = "string", []string{known}, ""
			return
		}
	}
	if known := o.spec.byMembers(s); known != "" {
		t.Type, t.Enum, t.Todo = "string", []string{known}, ""
		return
	}
	if t.Todo != "" {
		return
	}
	t.Kind, t.Todo = "resource type", "the page has a placeholder; which "+what+" type?"
	if guess := o.titled(); guess != "" && what == "resource" {
		t.Type, t.Enum = "string", []string{guess}
		t.Todo = "the page has a placeholder; is the type " + guess + ", after the path and the title?"
	}
}

var titleStop = regexp.MustCompile(`(?i)\b(?:of|by|for|to|in|with|from|on|that|at|into|against)\b.*$`)

// titled guesses the type of the resource that an operation is about: the last
// constant of its path if the page's title, "Update an existing contact", names
// the same thing. What stands right behind another resource's id, as in
// /documents/{id}/contents, often has a longer type and is not guessed.
func (o *Operation) titled() string {
	if strings.Contains(o.Path, "/relationships/") {
		return ""
	}
	segments := strings.Split(trailingParam.ReplaceAllString(o.Path, ""), "/")
	n := len(segments)
	if n < 2 || strings.ContainsAny(segments[n-1]+segments[n-2], "{}") {
		return ""
	}
	words := wordsOf(titleStop.ReplaceAllString(o.Summary, ""))
	if len(words) < 2 {
		return ""
	}
	words = words[1:] // what is done
	for len(words) > 1 && contains([]string{"a", "an", "the", "all", "one", "new", "existing", "single"}, words[0]) {
		words = words[1:]
	}
	if plural(strings.Join(words, "-")) != strings.Join(wordsOf(segments[n-1]), "-") {
		return ""
	}
	return segments[n-1]
}

var trailingParam = regexp.MustCompile(`/\{[^/]*\}$`)

// namedType guesses the type of the resources of a list by the name of the
// relationship, which is often the same word: "" unless that is a plural.
func namedType(name string) string {
	if !strings.HasSuffix(name, "s") || strings.HasSuffix(name, "ss") || strings.HasSuffix(name, "us") || strings.HasSuffix(name, "is") || len(name) < 4 {
		return ""
	}
	return strings.ReplaceAll(name, "_", "-")
}

// pageTarget is the resource whose singular or plural the name of a relationship is,
// if the page shows a resource of that type.
func (o *Operation) pageTarget(name string) string {
	if o.shown == nil {
		o.shown = map[string]bool{o.Call.Resource: true}
		for _, b := range append(append([]read.Body{}, o.Call.Requests...), o.Call.Answers...) {
			for _, s := range b.Samples {
				o.showTypes(s.Value, 0)
			}
		}
	}
	dashed := strings.ReplaceAll(name, "_", "-")
	for _, c := range []string{name, dashed, plural(name), plural(dashed)} {
		if c != "" && o.shown[c] {
			return c
		}
	}
	return ""
}

// showTypes notes the types of resources and identifiers in a sample.
func (o *Operation) showTypes(v *read.Value, depth int) {
	if v == nil || depth > 12 {
		return
	}
	if t := v.Get("type"); t != nil && t.Kind == read.String && v.Get("id") != nil {
		if _, placeholder := read.PlaceholderType(t.Text); !placeholder {
			o.shown[t.Text] = true
		}
	}
	for _, m := range v.Members {
		o.showTypes(m.Value, depth+1)
	}
	for _, item := range v.Items {
		o.showTypes(item, depth+1)
	}
}

// guessTarget gives identifiers in a list, whose type is open, the type that the
// relationship's name says. That stays a decision.
func (s *Schema) guessTarget(name string, o *Operation) {
	t, guess := s.Prop("type"), namedType(name)
	if _, candidates := o.spec.target(name); t == nil || t.Todo == "" || len(t.Enum) > 0 || guess == "" || len(candidates) > 0 {
		return
	}
	t.Type, t.Enum, t.Kind = "string", []string{guess}, "relationship target"
	t.Todo = "the page has a placeholder; is the type " + guess + ", after the relationship's name?"
}

// relationship constrains the identifiers of a relationship.
func relationship(s *Schema, name string, o *Operation) {
	data := s.Prop("data")
	if data == nil {
		if s.Type == "array" && s.Todo == "" {
			s.Kind, s.Todo = "page contradicts itself", "the page shows relationship "+name+" as a list; JSON:API has it in data"
		}
		return
	}
	target := data
	if data.Type == "array" && data.Items != nil {
		target = data.Items
	}
	if target.Type != "object" {
		return
	}
	constant(target, "target", o)
	if t := target.Prop("type"); t != nil && t.Todo != "" {
		known, candidates := o.spec.target(name)
		if known == "" && len(candidates) == 0 {
			known = o.pageTarget(name)
		}
		if known != "" {
			t.Type, t.Enum, t.Todo, t.Kind = "string", []string{known}, "", ""
		} else {
			t.Kind = "relationship target"
			t.Todo = "type of relationship " + name + ": the page has a placeholder"
			if len(candidates) > 0 {
				t.Todo += "; " + strings.Join(candidates, " or ") + "?"
			} else if data.Type == "array" {
				target.guessTarget(name, o)
			}
		}
	}
	target.require("type", "id")
}

// includedByType tells the included resources of samples apart: by their type,
// and where the page has a placeholder, by their members.
func includedByType(in inference, samples []read.Sample, merged *Schema) *Schema {
	var keys []string
	groups := map[string]*node{}
	for _, s := range samples {
		list := s.Value.Get("included")
		if list == nil {
			continue
		}
		for _, item := range list.Items {
			key := ""
			if t := item.Get("type"); t != nil {
				key = t.Text
			}
			if _, placeholder := read.PlaceholderType(key); placeholder {
				key = memberNames(item)
			}
			if groups[key] == nil {
				groups[key] = newNode()
				keys = append(keys, key)
			}
			groups[key].add(item, s.Place.File, s.Strict)
		}
	}
	if len(keys) < 2 || len(keys) > 40 {
		return merged
	}
	union := &Schema{Place: merged.Place}
	for _, k := range keys {
		union.OneOf = append(union.OneOf, in.schema(groups[k], "included"))
	}
	return union
}

// memberNames spells the names of a resource's attributes and relationships.
func memberNames(v *read.Value) string {
	var names []string
	for _, part := range []string{"attributes", "relationships"} {
		if sub := v.Get(part); sub != nil {
			for _, m := range sub.Members {
				names = append(names, part+"."+m.Name)
			}
		}
	}
	sort.Strings(names)
	return strings.Join(names, ",")
}

// includedUnion constrains the resources of included.
func includedUnion(items *Schema, o *Operation) *Schema {
	if len(items.OneOf) == 0 {
		resource(items, o, true, "included resource")
		return items
	}
	for _, one := range items.OneOf {
		if one.Type == "object" {
			resource(one, o, true, "included resource")
		}
	}
	return items
}

// typeOf is the resource type of the bodies.
func (o *Operation) typeOf() string {
	var all []*Schema
	for _, r := range o.Responses {
		for _, c := range r.Content {
			all = append(all, c.Schema)
		}
	}
	if o.Request != nil {
		for _, c := range o.Request.Content {
			all = append(all, c.Schema)
		}
	}
	if !o.JSONAPI || strings.Contains(o.Path, "/relationships/") {
		return ""
	}
	for _, s := range all {
		data := s.Prop("data")
		if data != nil && data.Items != nil {
			data = data.Items
		}
		if t := data.Prop("type"); t != nil && len(t.Enum) == 1 {
			return t.Enum[0]
		}
	}
	return ""
}
