package lint

import "github.com/docwright/docwright/internal/diag"

var securityRules = []Rule{{
	Code: "DW027", Name: "open-operation", Severity: diag.Warning,
	What: "an operation that says nothing of credentials, where most others ask for some",
	Why:  "The client sends it without any. If it needs them after all, every call is refused.",
	Fix:  "Name the security schemes, or write security: [] where it is open to everybody.",
	Bad:  "/pets:\n  get: {security: [{key: []}], …}\n  post: {…}",
	Good: "/pets:\n  get: {security: [{key: []}], …}\n  post: {security: [{key: []}], …}",
}}

// mostOperations is the share of operations, of a hundred, that ask for
// credentials where one that says nothing of them looks forgotten.
const mostOperations = 90

// checkSecurity finds operations whose security was forgotten.
func (c *checker) checkSecurity() {
	if c.Doc.Root.Get("security") != nil {
		return
	}
	var silent []*operation
	secured := 0
	for _, o := range c.operations {
		switch s := o.node.Get("security"); {
		case s == nil:
			silent = append(silent, o)
		case len(items(s)) > 0:
			secured++
		}
	}
	if secured < 3 || 100*secured < mostOperations*len(c.operations) {
		return
	}
	for _, o := range silent {
		c.report(o.node.KeyPosition(), "open-operation", "name its security schemes, or write security: [] if it needs none",
			"%s says nothing of credentials, which %d of %d operations ask for", o.id, secured, len(c.operations))
	}
}
