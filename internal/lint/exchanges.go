package lint

import (
	"errors"
	"fmt"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/exchange"
)

var exchangeRules = []Rule{
	{
		Code: "DW060", Name: "malformed-exchange", Severity: diag.Error,
		What: "a documented call that cannot be read",
		Why:  "No test compares it with the specification.",
		Fix:  "Write it as a txtar archive <operationId>[.<variant>].txtar: the page's address or another source, perhaps seen: and how much of it, a request and a response.",
		Bad:  "seen: full\n-- request --\nGET /pets/7",
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
		What: "documented calls next to a specification that kin-openapi cannot load",
		Why:  "kin-openapi validates calls, and it is stricter than gen. Nothing was checked.",
		Fix:  "Fix what the message names. Other findings about the document often have the same cause.",
		Bad:  "schema: {$ref: \"#/components/schemas/Missing\"}",
		Good: "schema: {$ref: \"#/components/schemas/Pet\"}",
	},
	{
		Code: "DW063", Name: "undescribed-member", Severity: diag.Warning,
		What: "a member that a documented call shows and the schema does not describe",
		Why:  "The client has no field for it, although the API has it. Or its name is misspelled in the call or in the schema.",
		Fix:  "Add the member to the schema, or correct its name. If the object may have any members, say so with additionalProperties: true.",
		Bad:  "{\"id\": 7, \"first_nme\": \"Ann\"}          # the schema has first_name",
		Good: "{\"id\": 7, \"first_name\": \"Ann\"}",
	},
	{
		Code: "DW064", Name: "undescribed-header", Severity: diag.Warning,
		What: "a header that a documented call shows and the specification does not describe",
		Why:  "The client neither sends nor reads it. Or its name is misspelled in the call or in the specification.",
		Fix:  "Add it to the operation's parameters or to the response's headers, or take it out of the call. Headers of HTTP itself, such as Date, need no description.",
		Bad:  "-- response --\nHTTP/1.1 200 OK\nX-Total: 42          # the response has no headers",
		Good: "-- response --\nHTTP/1.1 200 OK",
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
		c.report(diag.Position{File: c.Doc.Root.Position().File}, "unchecked-exchanges", "fix the document first",
			"its exchanges are not checked: %s", why)
		return
	}
	for _, ex := range c.Exchanges {
		c.exchangeErrors("exchange-contradicts", exchange.Validate(c.Spec, ex))
		for _, u := range exchange.FindUndescribed(c.Spec, ex) {
			c.undescribed(ex, u)
		}
	}
}

// undescribed reports a member or a header, and the most similar name that the
// document has in its place.
func (c *checker) undescribed(ex *exchange.Exchange, u exchange.Undescribed) {
	hint := ""
	if near := diag.Nearest(u.Name, u.Known); near != "" {
		hint = fmt.Sprintf("did you mean %s? ", near)
	}
	if u.Path == nil {
		c.report(diag.Position(u.Pos), "undescribed-header", hint+"Add it to the specification, or take it out of the call",
			"%s of %s: the specification has no header %s", u.In, ex.OperationID, u.Name)
		return
	}
	c.report(diag.Position(u.Pos), "undescribed-member", hint+"Add it to the schema, or correct its name; additionalProperties: true allows any members",
		"%s of %s: the schema has no member /%s", u.In, ex.OperationID, strings.Join(u.Path, "/"))
}

// exchangeErrors makes findings of package exchange's errors.
func (c *checker) exchangeErrors(rule diag.Code, err error) {
	for _, d := range diag.From(err, rule, "") {
		c.report(d.Pos, rule, d.Fix, "%s", d.Message)
	}
}
