package docs

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// DecisionsFile is the name of the table of decisions beside a document.
const DecisionsFile = "decisions.tsv"

// Decision is a place where a document differs from the documentation that it
// is transcribed from, or where the documentation is silent.
type Decision struct {
	Line       int      // of the table
	ID         string   // e.g. "C012"; a comment "# [C012] …" of the document marks the place
	Operations []string // operationIds whose meaning it decides; nil if there are more than a few
	Pointer    string   // of the place, e.g. "contacts.yaml#/components/schemas/Contact"
	Page       string   // what the documentation says
	Spec       string   // what the document says
	Why        string
}

// decisionColumns is the first line of a table of decisions.
const decisionColumns = "id\toperation\tpointer\tpage says\tspec says\twhy"

// ReadDecisions reads a table of decisions: a line of column names, then a row
// per decision, its six columns separated by tabs. Operations are separated by
// spaces; "*" says that more than a few are concerned.
func ReadDecisions(r io.Reader) ([]Decision, error) {
	var list []Decision
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text := lines.Text()
		if n == 1 {
			if text != decisionColumns {
				return nil, fmt.Errorf("%s:1: want the columns %q", DecisionsFile, decisionColumns)
			}
			continue
		}
		columns := strings.Split(text, "\t")
		if len(columns) != 6 || slices.Contains(columns, "") {
			return nil, fmt.Errorf("%s:%d: want 6 columns separated by tabs, none of them empty", DecisionsFile, n)
		}
		d := Decision{Line: n, ID: columns[0], Pointer: columns[2], Page: columns[3], Spec: columns[4], Why: columns[5]}
		if columns[1] != "*" {
			d.Operations = strings.Fields(columns[1])
		}
		list = append(list, d)
	}
	return list, lines.Err()
}

// decisions returns those that concern an operation.
func (c *client) decisions(operationID string) []Decision {
	var list []Decision
	for _, d := range c.Decisions {
		if slices.Contains(d.Operations, operationID) {
			list = append(list, d)
		}
	}
	return list
}

// sharedDecisions returns those that concern more than a few operations.
func (c *client) sharedDecisions() []Decision {
	var list []Decision
	for _, d := range c.Decisions {
		if len(d.Operations) == 0 {
			list = append(list, d)
		}
	}
	return list
}
