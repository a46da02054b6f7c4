package main

import (
	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/lint"
)

// complain prints a diagnostic to stderr, as --format says.
func (a *app) complain(d diag.Diagnostic) {
	format := a.format
	if format != "json" && format != "github" {
		format = "text"
	}
	a.stderr.Print(d, lint.CodeOf(d.Code), format)
}

func (a *app) complainAll(diags []diag.Diagnostic) {
	for i, d := range diags {
		if i == 0 || d != diags[i-1] { // what is wrong with a directory is wrong with all its files
			a.complain(d)
		}
	}
}

// newMessages returns diagnostics as JSON has them.
func newMessages(diags []diag.Diagnostic) []diag.Message {
	messages := []diag.Message{}
	for _, d := range diags {
		messages = append(messages, diag.NewMessage(d.Plain(), lint.CodeOf(d.Code)))
	}
	return messages
}

// count spells a number of things.
func count(n int, thing string) string { return diag.Count(n, thing) }
