package review

import (
	"fmt"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
)

// Text spells the report for a terminal. Sections that have nothing to say are
// left out.
func (r *Report) Text() string {
	p := &printer{}
	if rows := r.callersByText(); len(rows) > 0 {
		p.line("Callers in this module")
		for _, c := range rows {
			p.line("  %-10s %s: %s", c.Kind, c.spelled(Place.String), strings.ReplaceAll(c.Text, "\n", "\n             "))
			if c.Because != "" {
				p.line("             because of %s", c.Because)
			}
		}
		p.line("")
	}
	for _, c := range r.Clients {
		p.client(c)
	}
	if len(r.NotCompared) > 0 {
		p.line("Not compared")
		for _, note := range r.NotCompared {
			p.line("  %s", note)
		}
		p.line("")
	}
	for _, note := range r.Notes {
		p.line("%s", note)
	}
	p.line("%s", r.Headline())
	return p.String()
}

// Headline is the report in one line.
func (r *Report) Headline() string {
	line := fmt.Sprintf("wire: %s, Go: %s, version: %s", r.Wire, r.Go, r.Bump)
	if text := r.counts(); text != "" {
		line += "; " + text
	}
	return line
}

// counts says how many changes of meaning and callers there are.
func (r *Report) counts() string {
	var parts []string
	if n := r.countMeanings(); n > 0 {
		parts = append(parts, count(n, "change of meaning", "changes of meaning"))
	}
	if n := r.countCallers(CallerBreaks); n > 0 {
		parts = append(parts, count(n, "caller breaks", "callers break"))
	}
	if n := r.countCallers(CallerWire) + r.countCallers(CallerMeaning); n > 0 {
		parts = append(parts, count(n, "caller to check", "callers to check"))
	}
	if n := r.countAccepted(); n > 0 {
		parts = append(parts, fmt.Sprintf("%d accepted", n))
	}
	return strings.Join(parts, ", ")
}

// countAccepted counts the changes that a reviewer accepted.
func (r *Report) countAccepted() int {
	n := 0
	for _, c := range r.Clients {
		for _, w := range slices.Concat(c.Credentials, c.WireChanges) {
			if w.Accepted != "" {
				n++
			}
		}
		for _, g := range c.GoChanges {
			if g.Accepted != "" {
				n++
			}
		}
	}
	return n
}

// countMeanings counts what compiles and means something else, one for each text.
func (r *Report) countMeanings() int {
	seen := map[string]bool{}
	for _, c := range r.Clients {
		for _, g := range c.GoChanges {
			if g.Kind == GoMeaning {
				seen[c.Spec+g.Text+strings.Join(g.Operations, "")] = true
			}
		}
	}
	return len(seen)
}

func (r *Report) countCallers(kind CallerKind) int {
	n := 0
	for _, c := range r.Callers {
		if c.Kind == kind {
			n++
		}
	}
	return n
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

type printer struct{ strings.Builder }

func (p *printer) line(format string, args ...any) {
	fmt.Fprintf(p, format, args...)
	p.WriteByte('\n')
}

func (p *printer) client(c *ClientReport) {
	p.line("%s", c.title())
	p.line("")
	for _, s := range c.sections() {
		p.line("  %s", s.title)
		for _, r := range s.rows {
			p.row(s, r)
		}
		p.line("")
	}
	for _, line := range c.Size.lines() {
		p.line("  %s", line)
	}
	p.line("")
}

// row prints a row: of the wire with its place first, of others with it last.
func (p *printer) row(s section, r row) {
	const indent = "               "
	lead := "    "
	if r.word != "" {
		lead = fmt.Sprintf("    %-10s ", r.word)
	}
	switch {
	case s.wire:
		p.line("%s%s%s [%s]", lead, before(r.at), r.text, r.rule)
	case r.subject == "":
		p.line("%s%s%s", lead, before(r.at), r.text)
	default:
		p.line("%s%s: %s%s", lead, r.subject, r.text, inParens(r.at))
	}
	p.list(indent, "", r.names)
	if s.wire {
		p.list(indent, "", r.operations)
	}
	p.list(indent, "Go: ", r.symbols)
	for _, note := range r.notes {
		p.line("%s%s", indent, note)
	}
}

// shownNames is how many operations or symbols of one change are listed.
const shownNames = 6

// list prints names, as many as can be read.
func (p *printer) list(indent, label string, names []string) {
	if len(names) == 0 {
		return
	}
	p.line("%s%s%s", indent, label, joinNames(names))
}

func joinNames(names []string) string {
	if more := len(names) - shownNames; more > 0 {
		return strings.Join(names[:shownNames], ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(names, ", ")
}

func (c *ClientReport) title() string {
	title := c.Spec
	switch {
	case c.Out != "":
		title += " → " + c.Out
	case c.Package != "":
		title += " → package " + c.Package
	}
	switch {
	case c.Added:
		return title + ": a new client"
	case c.Removed:
		return title + ": the client is gone"
	}
	return fmt.Sprintf("%s: wire %s, Go %s", title, c.Wire, c.Go)
}

// verdict is a word for what a change means to callers.
func (g *GoChange) verdict() string {
	switch {
	case !g.Compatible:
		return "breaking"
	case g.Kind == GoMeaning:
		return "meaning"
	case g.Kind == GoKept:
		return "kept"
	}
	return "compatible"
}

func before(p Place) string {
	if p.File == "" {
		return ""
	}
	return p.label() + ": "
}

func inParens(p Place) string {
	if p.File == "" {
		return ""
	}
	return " (" + p.label() + ")"
}

// label names a place, and says when it is one of the older version.
func (p Place) label() string {
	text := p.String()
	if p.Old {
		return "was " + text
	}
	return text
}

// lines tells the size in words.
func (s Size) lines() []string {
	if !s.changed() {
		return []string{fmt.Sprintf("%s, %s, as before", diag.Count(s.NewFiles, "file"), diag.Count(s.NewLines, "line"))}
	}
	lines := []string{fmt.Sprintf("%s%s, %s%s", diag.Count(s.NewFiles, "file"), change(s.NewFiles-s.OldFiles), diag.Count(s.NewLines, "line"), change(s.NewLines-s.OldLines))}
	for _, part := range []struct {
		letter string
		names  []string
	}{{"A", s.Added}, {"M", s.Modified}, {"D", s.Deleted}} {
		if len(part.names) > 0 {
			lines = append(lines, part.letter+" "+joinNames(part.names))
		}
	}
	return lines
}

func change(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (%+d)", n)
}
