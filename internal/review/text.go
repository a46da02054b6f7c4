package review

import (
	"fmt"
	"strings"
)

// Text spells the report for a terminal. Sections that have nothing to say are
// left out.
func (r *Report) Text() string {
	p := &printer{}
	for _, c := range r.Clients {
		p.client(c)
	}
	if len(r.Callers) > 0 {
		p.line("Callers in this module")
		for _, c := range r.Callers {
			p.line("  %-10s %s: %s", c.Kind, c.At, c.Text)
			if c.Because != "" {
				p.line("             because of %s", c.Because)
			}
		}
		p.line("")
	}
	if len(r.NotCompared) > 0 {
		p.line("Not compared")
		for _, note := range r.NotCompared {
			p.line("  %s", note)
		}
		p.line("")
	}
	p.line("%s", r.Headline())
	return p.String()
}

// Headline is the report in one line.
func (r *Report) Headline() string {
	line := fmt.Sprintf("wire: %s, Go: %s, version: %s", r.Wire, r.Go, r.Bump)
	if n := r.countCallers(CallerBreaks); n > 0 {
		line += fmt.Sprintf("; %s", count(n, "caller breaks", "callers break"))
	}
	return line
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
	if len(c.Resources) > 0 {
		p.line("  JSON:API")
		for _, change := range c.Resources {
			p.line("    %s: %s%s", change.Resource, change.Text, inParens(change.At))
		}
		p.line("")
	}
	p.wireChanges("Where credentials go", c.Credentials)
	p.wireChanges("On the wire", c.WireChanges)
	if len(c.GoChanges) > 0 {
		p.line("  In Go")
		for _, change := range c.GoChanges {
			p.line("    %-10s %s: %s%s", change.verdict(), change.Symbol, change.Text, inParens(change.At))
		}
		p.line("")
	}
	if len(c.Fallbacks) > 0 {
		p.line("  New fallbacks")
		for _, f := range c.Fallbacks {
			p.line("    %s: %s", f.At, f.Message)
		}
		p.line("")
	}
	for _, line := range c.Size.lines() {
		p.line("  %s", line)
	}
	p.line("")
}

func (p *printer) wireChanges(title string, changes []*WireChange) {
	if len(changes) == 0 {
		return
	}
	p.line("  %s", title)
	for _, change := range changes {
		p.line("    %-8s   %s%s [%s]", change.Severity, before(change.At), change.Text, change.Rule)
		p.list("               ", "", change.Operations)
		p.list("               ", "Go: ", change.Symbols)
	}
	p.line("")
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
		return []string{fmt.Sprintf("%s, %s, as before", count(s.NewFiles, "file", "files"), count(s.NewLines, "line", "lines"))}
	}
	lines := []string{fmt.Sprintf("%s%s, %s%s", count(s.NewFiles, "file", "files"), change(s.NewFiles-s.OldFiles), count(s.NewLines, "line", "lines"), change(s.NewLines-s.OldLines))}
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
