package lint

import (
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
)

// ignoreKey is the extension that silences rules in the object where it stands
// and in all that is written below it. Other linters know it by this name with
// names of their own, which are passed over.
const ignoreKey = "x-lint-ignore"

var ignoreRules = []Rule{{
	Code: "DW090", Name: "useless-ignore", Severity: diag.Warning,
	What: "an `x-lint-ignore` that silences nothing",
	Why:  "It hides the next real finding, and reports a problem that is gone.",
	Fix:  "Remove the code from the list. A code is for its own object and for what is written below it, not for what references point to.",
	Bad:  "get:\n  summary: List pets\n  x-lint-ignore: [DW999]",
	Good: "get:\n  summary: List pets",
}}

// ignore is one code in one place.
type ignore struct {
	code       string
	at         *load.Node
	start, end diag.Position
	used       bool
}

type ignores []*ignore

// findIgnores finds the extension wherever it stands.
func findIgnores(doc *load.Document) ignores {
	var all ignores
	if doc == nil {
		return nil
	}
	for _, file := range doc.Files {
		file.Root.Each(func(n *load.Node) {
			at := n.Get(ignoreKey)
			if at == nil {
				return
			}
			codes := []*load.Node{at}
			if at.Kind == load.Array {
				codes = at.Items
			}
			start, end := extent(n)
			for _, code := range codes {
				if code.Kind == load.String && strings.HasPrefix(code.Value, "DW") {
					all = append(all, &ignore{code: code.Value, at: code, start: start, end: end})
				}
			}
		})
	}
	return all
}

// extent is where n begins, its name included, and where its last value stands.
func extent(n *load.Node) (start, end diag.Position) {
	start, end = n.KeyPosition(), n.Position()
	if n.Parent == nil {
		start = diag.Position{File: start.File}
	}
	n.Each(func(below *load.Node) {
		if p := below.Position(); p.File == end.File && p.Compare(end) > 0 { // an alias stands elsewhere
			end = p
		}
	})
	return start, end
}

func (i *ignore) covers(d diag.Diagnostic) bool {
	return d.Pos.File == i.start.File && d.Pos.Compare(i.start) >= 0 && d.Pos.Compare(i.end) <= 0
}

// sift takes out what is silenced, and counts it.
func (all ignores) sift(findings []diag.Diagnostic) (kept []diag.Diagnostic, ignored int) {
	for _, d := range findings {
		silenced := false
		for _, i := range all {
			if i.code == CodeOf(d.Code) && i.covers(d) {
				i.used, silenced = true, true
			}
		}
		if silenced {
			ignored++
			continue
		}
		kept = append(kept, d)
	}
	return kept, ignored
}

// useless reports what silenced nothing.
func (all ignores) useless() []diag.Diagnostic {
	var found []diag.Diagnostic
	for _, i := range all {
		if i.used {
			continue
		}
		c := &checker{}
		if !slices.ContainsFunc(catalogue, func(r Rule) bool { return r.Code == i.code }) {
			c.report(i.at.Position(), "useless-ignore", "gen explain lists the codes", "there is no rule %s", i.code)
		} else {
			c.report(i.at.Position(), "useless-ignore", "remove it", "nothing here is to be ignored for %s", i.code)
		}
		found = append(found, c.findings...)
	}
	return found
}
