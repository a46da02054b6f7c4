package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/docwright/docwright/internal/lint"
	"github.com/docwright/docwright/internal/load"
)

// complain prints a diagnostic to stderr, as --format says.
func (a *app) complain(d load.Diagnostic) {
	d = d.Plain()
	switch a.format {
	case "json":
		writeJSON(a.stderr, newMessage(d))
	case "github":
		fmt.Fprintln(a.stderr, annotation(newMessage(d)))
	default:
		fmt.Fprintln(a.stderr, coded(d))
	}
}

func (a *app) complainAll(diags []load.Diagnostic) {
	for i, d := range diags {
		if i == 0 || d != diags[i-1] { // what stands in the way of a directory stands in that of all its files
			a.complain(d)
		}
	}
}

// message is a diagnostic or a stale file as --format json prints it.
type message struct {
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
	Col      int    `json:"col,omitempty"`
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Rule     string `json:"rule,omitempty"` // that gen explain documents, e.g. "DW004"
	Message  string `json:"message"`
	Fix      string `json:"fix,omitempty"`
}

func newMessage(d load.Diagnostic) message {
	return message{
		File: filepath.ToSlash(d.Pos.File), Line: d.Pos.Line, Col: d.Pos.Col,
		Severity: d.Severity.String(), Code: d.Code, Rule: lint.CodeOf(d.Code), Message: d.Message, Fix: d.Fix,
	}
}

func writeJSON(w io.Writer, v any) {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.Encode(v) //nolint:errcheck // like any printing
}

// annotation spells a message as a workflow command of GitHub Actions.
func annotation(m message) string {
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	var at []string
	if m.File != "" {
		at = append(at, "file="+property.Replace(m.File))
	}
	if m.Line > 0 {
		at = append(at, fmt.Sprintf("line=%d", m.Line))
	}
	if m.Col > 0 {
		at = append(at, fmt.Sprintf("col=%d", m.Col))
	}
	at = append(at, "title="+property.Replace(ruleTitle(m)))
	text := m.Message
	if m.Fix != "" {
		text += "\n" + m.Fix
	}
	level := m.Severity
	if level == load.Info.String() {
		level = "notice"
	}
	return fmt.Sprintf("::%s %s::%s", level, strings.Join(at, ","), data.Replace(text))
}

// count spells a number of things.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
