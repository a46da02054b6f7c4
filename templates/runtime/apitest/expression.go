package apitest

import (
	"fmt"
	"net/url"
	"strings"
)

// This file reads filters that are expressions: and(eq(status,open),gt(age,7)).

// expression is a call with arguments, a list in brackets, or a word.
type expression struct {
	name string // of a function, or the word
	args []expression
	call bool
	list bool
}

// parseExpression reads a filter and returns its condition.
func parseExpression(text string) (condition, error) {
	p := &expressionParser{text: text}
	e, err := p.expression()
	if err == nil && strings.TrimSpace(p.text) != "" {
		err = fmt.Errorf("the filter has text after its end: %q", p.text)
	}
	if err != nil {
		return nil, err
	}
	return e.condition()
}

type expressionParser struct{ text string }

func (p *expressionParser) take(prefix string) bool {
	p.text = strings.TrimLeft(p.text, " ")
	rest, ok := strings.CutPrefix(p.text, prefix)
	if ok {
		p.text = rest
	}
	return ok
}

func (p *expressionParser) expression() (expression, error) {
	p.text = strings.TrimLeft(p.text, " ")
	if p.take("[") {
		args, err := p.arguments("]")
		return expression{args: args, list: true}, err
	}
	for _, quote := range []string{`"`, "'"} {
		if p.take(quote) {
			word, rest, ok := strings.Cut(p.text, quote)
			if !ok {
				return expression{}, fmt.Errorf("the filter has a quotation mark that nothing ends: %s", word)
			}
			p.text = rest
			return expression{name: word}, nil
		}
	}
	end := strings.IndexAny(p.text, "(),[]")
	if end < 0 {
		end = len(p.text)
	}
	word := strings.TrimSpace(p.text[:end])
	p.text = p.text[end:]
	if p.take("(") {
		args, err := p.arguments(")")
		return expression{name: word, args: args, call: true}, err
	}
	if unescaped, err := url.PathUnescape(word); err == nil {
		word = unescaped // some APIs need values escaped within the parameter
	}
	return expression{name: word}, nil
}

// arguments reads up to the closing bracket.
func (p *expressionParser) arguments(end string) ([]expression, error) {
	var out []expression
	for !p.take(end) {
		if p.text == "" {
			return nil, fmt.Errorf("the filter ends before its last %q", end)
		}
		if len(out) > 0 && !p.take(",") {
			return nil, fmt.Errorf("the filter has %q where a comma should be", p.text)
		}
		e, err := p.expression()
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// condition makes a condition of a call.
func (e expression) condition() (condition, error) {
	if !e.call {
		return nil, fmt.Errorf("the filter is not an expression: %q", e.name)
	}
	switch strings.ToLower(e.name) {
	case "and", "or":
		return e.junction()
	case "not":
		if len(e.args) != 1 {
			return nil, fmt.Errorf("the filter's not takes one condition, not %d", len(e.args))
		}
		inner, err := e.args[0].condition()
		return func(r *record) bool { return !inner(r) }, err
	}
	compare := operators[canonical(e.name)]
	if compare == nil {
		return nil, fmt.Errorf("the fake does not support the filter's function %q", e.name)
	}
	if len(e.args) < 2 {
		return nil, fmt.Errorf("the filter's %s takes a field and a value", e.name)
	}
	var want []string
	for _, arg := range e.args[1:] {
		if arg.list {
			for _, element := range arg.args {
				want = append(want, element.name)
			}
			continue
		}
		want = append(want, arg.name)
	}
	field := e.args[0].name
	return func(r *record) bool { return matches(r.values(field), want, compare) }, nil
}

func (e expression) junction() (condition, error) {
	var all []condition
	for _, arg := range e.args {
		inner, err := arg.condition()
		if err != nil {
			return nil, err
		}
		all = append(all, inner)
	}
	every := strings.EqualFold(e.name, "and")
	return func(r *record) bool {
		for _, f := range all {
			if f(r) != every {
				return !every
			}
		}
		return every
	}, nil
}
