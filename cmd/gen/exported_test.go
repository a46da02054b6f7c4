package main

import (
	"testing"

	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/internal/project"
)

// TestOverBudget holds that a run says what most names of a large client are.
func TestOverBudget(t *testing.T) {
	client := func(operations int, names model.Names) project.ClientResult {
		return project.ClientResult{Out: "clients/shop", Report: model.Report{Operations: operations, Names: names}}
	}
	for _, c := range []struct {
		client project.ClientResult
		want   string
	}{
		{client(100, model.Names{Types: 500, Constants: 300}), ""},
		{client(100, model.Names{Types: 300, Constants: 501}), "clients/shop: 801 exported names, 8.0 an operation: most are constants of enums (501)"},
		{client(100, model.Names{Services: 10, Parameters: 90, Types: 1500, Enums: 60, Constants: 40, Others: 5}), "clients/shop: 1705 exported names, 17.1 an operation: most are types (1500)"},
		{client(2, model.Names{Types: 100}), ""},
	} {
		if got := overBudget(c.client); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}
