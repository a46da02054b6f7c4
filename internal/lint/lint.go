// Package lint finds the problems of a specification that it can be used in
// spite of: what nobody refers to, what is not said, what contradicts itself
// or the documented calls. Check is its door. Every kind of problem has a code
// that stays ("DW030"), and a Rule that says why it matters and how to fix it;
// what packages load and model report belongs to rules, too.
//
// One file holds the rules of one family with their checks. A check looks at
// the document as package load read it, so that what it says has a position.
package lint

import (
	"fmt"
	"slices"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/exchange"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/schema"
)

// Input is what is looked at.
type Input struct {
	Doc       *load.Document
	Reported  []diag.Diagnostic    // what packages load and model said of it
	Exchanges []*exchange.Exchange // its documented calls
	Malformed error                // what exchange.Read said of others
	Spec      *exchange.Spec       // Doc, for Exchanges; nil when it cannot be had
	Unusable  error                // why Spec cannot be had

	// Paged are the places of operations whose lists the client pages through.
	Paged map[load.Position]bool
}

// Options says which findings are wanted, by code ("DW030"); unknown codes do
// nothing.
type Options struct {
	Disable  []string
	Severity map[string]diag.Severity
}

// Check returns the findings about a document, sorted by position. Their Code is
// the name of a rule, or one of its Also; CodeOf gives the code of either. The
// second result counts those that x-lint-ignore silenced.
func Check(in Input, opts Options) ([]diag.Diagnostic, int) {
	c := &checker{Input: in}
	c.findings = append(c.findings, c.reported()...)
	if in.Doc != nil {
		c.survey()
		for _, check := range checks {
			check(c)
		}
	}
	ignores := findIgnores(in.Doc)
	kept, ignored := ignores.sift(c.findings)
	kept = append(kept, ignores.useless()...)
	kept = slices.DeleteFunc(kept, func(d diag.Diagnostic) bool { return slices.Contains(opts.Disable, CodeOf(d.Code)) })
	for i, d := range kept {
		if s, set := opts.Severity[CodeOf(d.Code)]; set {
			kept[i].Severity = s
		}
	}
	diag.Sort(kept)
	return slices.Compact(kept), ignored
}

// checks are what Check runs, family by family.
var checks = []func(*checker){
	(*checker).checkOperations, (*checker).checkPaths, (*checker).checkSecurity, (*checker).checkPages,
	(*checker).checkComponents, (*checker).checkSchemas, (*checker).checkExamples, (*checker).checkJSONAPI, (*checker).checkExchanges,
	(*checker).checkTodos, (*checker).checkEncodings,
}

// checker is the state of one run.
type checker struct {
	Input
	findings []diag.Diagnostic

	nodes      map[load.Role][]*load.Node // everything that a reference or the root leads to, in document order
	operations []*operation
	schemas    *schema.Document
}

// operation is an operation of the document's paths.
type operation struct {
	node   *load.Node
	method string // e.g. "GET"
	path   string // e.g. "/pets/{id}"
	id     string // operationId, or "GET /pets/{id}" without one
	params []*load.Node
}

// report adds a finding of the rule called name.
func (c *checker) report(pos diag.Position, name diag.Code, fix, format string, args ...any) {
	c.findings = append(c.findings, diag.Diagnostic{
		Pos: pos, Severity: byName[name].Severity, Code: name, Message: fmt.Sprintf(format, args...), Fix: fix,
	})
}

// reported are the findings of load and model, but for what kin-openapi says
// twice, or of what is checked here with more care.
func (c *checker) reported() []diag.Diagnostic {
	var all []diag.Diagnostic
	undeclared := map[diag.Position]bool{} // lines with security schemes that are not declared
	line := func(d diag.Diagnostic) diag.Position { return diag.Position{File: d.Pos.File, Line: d.Pos.Line} }
	for _, d := range c.Reported {
		if d.Code == "unknown-security-scheme" {
			undeclared[line(d)] = true
		}
	}
	for _, d := range c.Reported {
		if d.Code == "security-requirement-scheme-undefined" && undeclared[line(d)] {
			continue
		}
		if rule := byName[d.Code]; rule != nil && rule.Name != d.Code && rule.checked {
			continue
		}
		all = append(all, d)
	}
	return all
}

// methods are the members of a path item that are operations.
var methods = []struct{ member, method string }{
	{"get", "GET"}, {"put", "PUT"}, {"post", "POST"}, {"delete", "DELETE"}, {"options", "OPTIONS"},
	{"head", "HEAD"}, {"patch", "PATCH"}, {"trace", "TRACE"}, {"query", "QUERY"},
}

// survey lists what the rules ask for.
func (c *checker) survey() {
	c.nodes = map[load.Role][]*load.Node{}
	c.schemas = schema.Read(c.Doc)
	for _, file := range c.Doc.Files {
		file.Root.Each(func(n *load.Node) {
			if role := n.Role(); role != load.NoRole && !n.Malformed() {
				c.nodes[role] = append(c.nodes[role], n)
			}
		})
	}
	for _, m := range members(c.Doc.Root.Get("paths")) {
		item := m.Value.Target()
		for _, known := range methods {
			if op := item.Get(known.member); op != nil && op.Role() == load.OperationRole && op.Kind == load.Object {
				c.operations = append(c.operations, newOperation(op, item, known.method, m.Name))
			}
		}
	}
	slices.SortStableFunc(c.operations, func(a, b *operation) int { return a.node.Position().Compare(b.node.Position()) })
}

func newOperation(op, item *load.Node, method, path string) *operation {
	o := &operation{node: op, method: method, path: path, id: op.Get("operationId").Str()}
	if o.id == "" {
		o.id = method + " " + path
	}
	seen := map[string]bool{}
	for _, list := range []*load.Node{op.Get("parameters"), item.Get("parameters")} {
		for _, p := range items(list) {
			p = p.Target()
			if key := p.Get("in").Str() + " " + p.Get("name").Str(); p != nil && !seen[key] {
				seen[key] = true
				o.params = append(o.params, p)
			}
		}
	}
	return o
}

// members returns the members of an object, and none of anything else.
func members(n *load.Node) []load.Member {
	if n == nil || n.Kind != load.Object {
		return nil
	}
	return n.Members
}

// items returns the items of an array, and none of anything else.
func items(n *load.Node) []*load.Node {
	if n == nil || n.Kind != load.Array {
		return nil
	}
	return n.Items
}
