package lint

import (
	"errors"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/exchange"
)

var exchangeRules = []Rule{
	{
		Code: "DW060", Name: "malformed-exchange", Severity: diag.Error,
		What: "a documented call that cannot be read",
		Why:  "No test holds it against the specification.",
		Fix:  "Write it as a txtar archive <operationId>[.<variant>].txtar: the page's address, seen: and how much of it, a request and a response.",
		Bad:  "-- request --\nGET /pets/7",
		Good: "https://docs.example.com/pets/get\nseen: full\n-- request --\nGET /pets/7 HTTP/1.1\nHost: api.example.com",
	},
	{
		Code: "DW061", Name: "exchange-contradicts", Severity: diag.Error,
		What: "a documented call that the specification does not allow",
		Why:  "One of the two is wrong. If it is the specification, the client fails on what the server really does.",
		Fix:  "Look at the page again, and correct whichever is wrong.",
		Bad:  "-- response --\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"id\": \"7\"}          # the specification says integer",
		Good: "-- response --\nHTTP/1.1 200 OK\nContent-Type: application/json\n\n{\"id\": 7}",
	},
	{
		Code: "DW062", Name: "unchecked-exchanges", Severity: diag.Warning,
		What: "documented calls beside a specification that kin-openapi cannot load",
		Why:  "It is what holds calls against specifications, and it forgives less than gen does: nothing was checked.",
		Fix:  "Mend what the message names; the other findings about the document lead there, too.",
		Bad:  "schema: {$ref: \"#/components/schemas/Missing\"}",
		Good: "schema: {$ref: \"#/components/schemas/Pet\"}",
	},
}

// checkExchanges holds the documented calls against the document.
func (c *checker) checkExchanges() {
	c.exchangeErrors("malformed-exchange", c.Malformed)
	if len(c.Exchanges) == 0 {
		return
	}
	if c.Spec == nil {
		why := "it cannot be loaded"
		if one := (*exchange.Error)(nil); errors.As(c.Unusable, &one) {
			why, _, _ = strings.Cut(one.Message, "\n")
		}
		c.report(diag.Position{File: c.Doc.Root.Position().File}, "unchecked-exchanges", "mend the document first",
			"its exchanges are not checked: %s", why)
		return
	}
	for _, ex := range c.Exchanges {
		c.exchangeErrors("exchange-contradicts", exchange.Validate(c.Spec, ex))
	}
}

// exchangeErrors makes findings of package exchange's errors.
func (c *checker) exchangeErrors(rule diag.Code, err error) {
	for _, d := range diag.From(err, rule, "") {
		c.report(d.Pos, rule, d.Fix, "%s", d.Message)
	}
}
