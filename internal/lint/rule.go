package lint

import (
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/docwright/docwright/internal/diag"
)

// A Rule is a kind of problem, and its documentation.
type Rule struct {
	Code     string        // stays for ever, e.g. "DW030"
	Name     diag.Code     // what findings carry as their Code, e.g. "unused-component"
	Severity diag.Severity // of its findings, where the config says nothing else
	What     string        // one line, for tables: what is found
	Why      string        // what comes of it
	Fix      string        // what to do
	Bad      string        // YAML that has the problem
	Good     string        // the same without
	Also     []diag.Code   // further Codes of diagnostics, those of packages load and model and of kin-openapi

	checked bool // package lint checks what Also says, by itself
}

// Rules returns all rules by code.
func Rules() []Rule { return slices.Clone(catalogue) }

var catalogue = func() []Rule {
	all := slices.Concat(readingRules, encodingRules, operationRules, pathRules, securityRules, pageRules, componentRules, schemaRules, exampleRules,
		jsonapiRules, exchangeRules, todoRules, ignoreRules)
	slices.SortFunc(all, func(a, b Rule) int { return strings.Compare(a.Code, b.Code) })
	return all
}()

// byName finds rules by their names and by their Also. What kin-openapi calls
// by a name that no rule has is of the rule nonstandard.
var byName = func() map[diag.Code]*Rule {
	index := map[diag.Code]*Rule{}
	for i := range catalogue {
		index[catalogue[i].Name] = &catalogue[i]
		for _, name := range catalogue[i].Also {
			index[name] = &catalogue[i]
		}
	}
	for _, name := range openapi3.ValidationErrorCodes() {
		if name := diag.Code(name); index[name] == nil {
			index[name] = index["nonstandard"]
		}
	}
	return index
}()

// CodeOf returns the code for the Code of a diagnostic, e.g. "DW004" for
// "dangling-ref"; "" when it belongs to no rule, as those of the command.
func CodeOf(name diag.Code) string {
	if r := byName[name]; r != nil {
		return r.Code
	}
	return ""
}

// Meant returns a question after the rule that word is most like, with a space
// behind it; "" if it is like none.
func Meant(word string) string {
	var words []string
	for i := range catalogue {
		words = append(words, catalogue[i].Code, string(catalogue[i].Name))
	}
	if near := diag.Nearest(word, words); near != "" {
		return "did you mean " + near + "? "
	}
	return ""
}

// Lookup finds a rule by its code or its name, in any case; nil when there is
// none.
func Lookup(word string) *Rule {
	for i := range catalogue {
		if r := &catalogue[i]; strings.EqualFold(r.Code, word) || strings.EqualFold(string(r.Name), word) {
			return r
		}
	}
	return byName[diag.Code(strings.ToLower(word))]
}
