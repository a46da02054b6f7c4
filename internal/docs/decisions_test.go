package docs

import (
	"strings"
	"testing"
)

func TestReadDecisions(t *testing.T) {
	const table = decisionColumns + "\n" +
		"C001\tpets.get pets.list\tpets.yaml#/components/schemas/Pet\tnothing\ta string\tno page shows it\n" +
		"C002\t*\topenapi.yaml#/security\ttwo schemes\tboth\tthe guide\n"
	list, err := ReadDecisions(strings.NewReader(table))
	if err != nil || len(list) != 2 {
		t.Fatalf("%d rows, %v", len(list), err)
	}
	if d := list[0]; d.Line != 2 || d.ID != "C001" || strings.Join(d.Operations, " ") != "pets.get pets.list" || d.Why != "no page shows it" {
		t.Errorf("first row: %+v", d)
	}
	if list[1].Operations != nil {
		t.Errorf("a row about more than a few operations names %v", list[1].Operations)
	}
}

func TestReadDecisionsErrors(t *testing.T) {
	for table, want := range map[string]string{
		"a\tb\n": `decisions.tsv:1: want the columns`,
		decisionColumns + "\nC001\tpets.get\tnothing\n":     "decisions.tsv:2: want 6 columns",
		decisionColumns + "\nC001\t*\tp\t\ta string\twhy\n": "none of them empty",
	} {
		if _, err := ReadDecisions(strings.NewReader(table)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", table, err, want)
		}
	}
}

func TestDecisionsByOperation(t *testing.T) {
	c := &client{Client: Client{Decisions: []Decision{{ID: "C001", Operations: []string{"pets.get"}}, {ID: "C002"}}}}
	if list := c.decisions("pets.get"); len(list) != 1 || list[0].ID != "C001" {
		t.Errorf("decisions of pets.get: %v", list)
	}
	if list := c.decisions("pets.list"); list != nil {
		t.Errorf("decisions of pets.list: %v", list)
	}
	if list := c.sharedDecisions(); len(list) != 1 || list[0].ID != "C002" {
		t.Errorf("shared decisions: %v", list)
	}
}
