package review

import "strings"

// This file knows which changes of a method's type leave its calls as they are: a
// struct of parameters comes, or need no longer be given. Only a func value or an
// interface of the caller's notices, and its lines are listed as callers.

// loosens reports whether a change of a function's type, as apidiff words it, lets
// every call compile: "changed from func(…) … to func(…, ...TeamListParams) …".
func loosens(text string) bool {
	text, ok := strings.CutPrefix(text, "changed from ")
	if !ok {
		return false
	}
	before, after, ok := strings.Cut(text, " to func(")
	if !ok {
		return false
	}
	before, ok = strings.CutPrefix(before, "func(")
	oldParams, oldResults, wasClosed := cutParams(before)
	newParams, newResults, isClosed := cutParams(after)
	if !ok || !wasClosed || !isClosed || oldResults != newResults {
		return false
	}
	rest, last := cutLast(newParams)
	last, optional := strings.CutPrefix(last, "...")
	if !optional || !strings.HasSuffix(last, "Params") {
		return false
	}
	if rest == oldParams {
		return true // the first parameter
	}
	had, was := cutLast(oldParams)
	return had == rest && was == last // it was required
}

// cutParams splits a signature behind its first parenthesis at the one that closes
// it.
func cutParams(s string) (params, results string, ok bool) {
	depth := 0
	for i, c := range s {
		switch c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth == 0 {
				return s[:i], s[i+1:], true
			}
			depth--
		}
	}
	return "", "", false
}

// cutLast splits off the type of the last parameter, whose name says nothing.
func cutLast(params string) (rest, last string) {
	if i := strings.LastIndex(params, ", "); i >= 0 {
		rest, params = params[:i], params[i+2:]
	}
	if name, typ, named := strings.Cut(params, " "); named && name == "params" {
		params = typ
	}
	return rest, params
}
