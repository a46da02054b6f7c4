package review

import (
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file finds what oasdiff's findings are about. Of a property it tells the
// way from the body, "data/items/attributes/email", and often the line; the way
// leads past what the line cannot tell: which member of which resource refers to
// the schema that changed.

// chain is the way to a finding's place: each node is within the one before, or
// what that one refers to.
func chain(doc *load.Document, f wireFinding) []*load.Node {
	op := operationNode(doc, f.operation)
	if op == nil {
		return nil
	}
	direction, _, _ := strings.Cut(f.change.GetId(), "-")
	var bodies []*load.Node
	switch {
	case direction == "request" || strings.Contains(f.change.GetId(), "-request-"):
		bodies = []*load.Node{op.Get("requestBody").Target()}
	case direction == "response":
		bodies = responses(op, f)
	}
	for _, body := range bodies {
		content := body.Get("content")
		if content == nil {
			continue
		}
		for _, media := range content.Members {
			if way := longest(media.Value.Target().Get("schema"), f); len(way) > 0 {
				return way
			}
		}
	}
	return nil
}

// nodeOf finds what a finding is about by its names: a parameter, a response, the
// body or the operation.
func nodeOf(doc *load.Document, f wireFinding) *load.Node {
	method, path, _ := strings.Cut(f.operation, " ")
	item := doc.Root.Get("paths", path).Target()
	op := item.Get(strings.ToLower(method))
	if op == nil {
		return nil
	}
	id := f.change.GetId()
	names := map[string]bool{}
	for _, arg := range f.change.GetArgs() {
		if text, ok := arg.(string); ok {
			names[text] = true
		}
	}
	switch {
	case strings.Contains(id, "parameter"):
		for _, list := range []*load.Node{op.Get("parameters"), item.Get("parameters")} {
			if list == nil {
				continue
			}
			for _, p := range list.Items {
				if names[p.Target().Get("name").Str()] {
					return p.Target()
				}
			}
		}
	case strings.HasPrefix(id, "response") || strings.Contains(id, "-response-"):
		if all := op.Get("responses"); all != nil {
			for _, m := range all.Members {
				if names[m.Name] {
					return m.Value.Target()
				}
			}
		}
	case strings.HasPrefix(id, "request-body") || strings.Contains(id, "request-property"):
		if body := op.Get("requestBody"); body != nil {
			return body.Target()
		}
	}
	return op
}

// responses returns the responses that a finding names, else all.
func responses(op *load.Node, f wireFinding) []*load.Node {
	all := op.Get("responses")
	if all == nil {
		return nil
	}
	var named, list []*load.Node
	for _, m := range all.Members {
		list = append(list, m.Value.Target())
		for _, arg := range f.change.GetArgs() {
			if text, ok := arg.(string); ok && text == m.Name {
				named = append(named, m.Value.Target())
			}
		}
	}
	if named != nil {
		return named
	}
	return list
}

// longest follows the way among a finding's arguments; the others are names of
// statuses and values.
func longest(schema *load.Node, f wireFinding) []*load.Node {
	var best []*load.Node
	if strings.Contains(f.change.GetId(), "-body-") {
		return nil // of the whole body: what it names is a keyword
	}
	for _, arg := range f.change.GetArgs() {
		text, ok := arg.(string)
		if !ok || text == "" {
			continue
		}
		if way := descend(schema, splitWay(text), 0); len(way) > len(best) {
			best = way
		}
	}
	return best
}

// splitWay splits a way of oasdiff at its slashes, save those of a reference:
// user/oneOf[#/components/schemas/User]/id.
func splitWay(text string) []string {
	var names []string
	depth, from := 0, 0
	for i, c := range text {
		switch {
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '/' && depth <= 0:
			names = append(names, text[from:i])
			from = i + 1
		}
	}
	if from == len(text) {
		return names // what is said is of items/
	}
	return append(names, text[from:])
}

// maxBranches bounds how deep alternatives are looked into.
const maxBranches = 5

// descend follows names of properties; nil when they lead nowhere.
func descend(schema *load.Node, names []string, branches int) []*load.Node {
	way := []*load.Node{schema}
	for n := schema; n.IsRef() && n.Ref() != nil && len(way) < 20; n = n.Ref() {
		way = append(way, n.Ref())
	}
	target := schema.Target()
	if target == nil || target.Kind != load.Object {
		return nil
	}
	if len(names) == 0 {
		return way
	}
	next := target.Get("properties", names[0])
	if next == nil && (names[0] == "items" || names[0] == "additionalProperties") {
		next = target.Get(names[0])
	}
	if next != nil {
		if rest := descend(next, names[1:], branches); rest != nil {
			return append(way, rest...)
		}
		return nil
	}
	if branches == maxBranches {
		return nil
	}
	only := ""
	if strings.HasPrefix(names[0], "allOf") || strings.HasPrefix(names[0], "oneOf") || strings.HasPrefix(names[0], "anyOf") {
		if _, name, ok := strings.Cut(names[0], "[#/components/schemas/"); ok {
			only = strings.TrimSuffix(name, "]")
		}
		names = names[1:] // oasdiff names an inline alternative by its number, which says little
	}
	for _, word := range []string{"allOf", "oneOf", "anyOf"} {
		list := target.Get(word)
		if list == nil {
			continue
		}
		for _, item := range list.Items {
			if only != "" && item.Ref() != nil && item.Ref().Name != only {
				continue
			}
			if rest := descend(item, names, branches+1); rest != nil {
				return append(way, rest...)
			}
		}
	}
	return nil
}

// endsInUnion reports whether a way leads to a schema with alternatives.
func endsInUnion(way []*load.Node) bool {
	if len(way) == 0 {
		return false
	}
	schema := way[len(way)-1].Target()
	return schema.Get("oneOf") != nil || schema.Get("anyOf") != nil
}
