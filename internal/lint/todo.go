package lint

import (
	"bytes"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
)

var todoRules = []Rule{
	{
		Code: "DW070", Name: "draft-todo", Severity: diag.Info,
		What: "a decision that gen draft has left to a person",
		Why:  "The page did not say what the spec should say here, so the draft is as wide as possible.",
		Fix:  "Decide, write it down, and delete the comment.",
		Bad:  "closed_at:\n  nullable: true # TODO(draft): only null was seen; what is it?",
		Good: "closed_at:\n  type: string\n  format: date-time\n  nullable: true",
	},
}

var draftMark = []byte("# TODO(draft): ")

// checkTodos lists the comments that gen draft has left.
func (c *checker) checkTodos() {
	for _, f := range c.Doc.Files {
		if f.Remote || !bytes.Contains(f.Data, draftMark) {
			continue
		}
		for i, line := range strings.Split(string(f.Data), "\n") {
			if _, text, found := strings.Cut(line, string(draftMark)); found {
				pos := load.Position{File: f.Name, Line: i + 1, Col: len(line) - len(text) - len(draftMark) + 1}
				c.report(pos, "draft-todo", "decide, and delete the comment", "%s", strings.TrimSpace(text))
			}
		}
	}
}
