package review

import (
	"fmt"
	"regexp"
	"strings"
)

// Marker is the first line of Markdown. A workflow finds its comment by it, and
// edits that one.
const Marker = "<!-- docwright: gen diff -->"

// maxMarkdown keeps a report within what GitHub takes as one comment, 65,536
// characters.
const maxMarkdown = 60_000

// shownRows is how many rows of a table are shown before the rest folds.
const shownRows = 20

// Markdown spells the report for a comment on a pull request.
func (r *Report) Markdown() string {
	p := &printer{}
	p.line("%s", Marker)
	p.line("### API changes: %s", r.markedHeadline())
	p.line("")
	if len(r.Callers) > 0 {
		p.table("Callers in this module", []string{"", "Place", "What", "Because of"}, r.callerRows())
	}
	for _, c := range r.Clients {
		p.markedClient(c)
	}
	if len(r.NotCompared) > 0 {
		p.line("**Not compared**")
		p.line("")
		for _, note := range r.NotCompared {
			p.line("- %s", escape(note))
		}
		p.line("")
	}
	text := strings.TrimRight(p.String(), "\n") + "\n"
	if len(text) > maxMarkdown {
		cut := strings.LastIndexByte(text[:maxMarkdown], '\n')
		text = text[:cut] + "\n\nThe report is longer than a comment can be: `gen diff` prints all of it.\n"
	}
	return text
}

func (r *Report) markedHeadline() string {
	return fmt.Sprintf("wire %s, Go %s, version **%s**", mark(r.Wire), mark(r.Go), r.Bump)
}

// mark makes a verdict stand out.
func mark(v Verdict) string {
	switch v {
	case Breaking:
		return "❌ **breaking**"
	case Unknown:
		return "❔ **unknown**"
	}
	return "✅ compatible"
}

func (r *Report) callerRows() [][]string {
	marks := map[CallerKind]string{CallerBreaks: "❌ breaks", CallerMeaning: "⚠️ means something else", CallerDeprecated: "💤 deprecated"}
	var rows [][]string
	for _, c := range r.Callers {
		rows = append(rows, []string{marks[c.Kind], code(c.At.String()), escape(c.Text), escape(c.Because)})
	}
	return rows
}

func (p *printer) markedClient(c *ClientReport) {
	p.line("#### %s", escape(c.title()))
	p.line("")
	for _, change := range c.Resources {
		p.line("- %s: %s", code(change.Resource), escape(change.Text))
	}
	if len(c.Resources) > 0 {
		p.line("")
	}
	p.table("Where credentials go", []string{"", "Where", "What", "Operations", "Go"}, wireRows(c.Credentials))
	p.table("On the wire", []string{"", "Where", "What", "Operations", "Go"}, wireRows(c.WireChanges))
	p.table("In Go", []string{"", "Symbol", "What", "Because of"}, c.goRows())
	if len(c.Fallbacks) > 0 {
		p.line("**New fallbacks**")
		p.line("")
		for _, f := range c.Fallbacks {
			p.line("- %s: %s", code(f.At.String()), escape(f.Message))
		}
		p.line("")
	}
	p.line("%s", escape(strings.Join(c.Size.lines(), "; ")))
	p.line("")
}

func wireRows(changes []*WireChange) [][]string {
	marks := map[Severity]string{SeverityBreaking: "❌", SeverityWarning: "⚠️", SeverityInfo: "ℹ️"}
	var rows [][]string
	for _, change := range changes {
		where := ""
		if change.At.File != "" {
			where = code(change.At.label())
		}
		what := escape(change.Text) + "<br>" + code(change.Rule)
		rows = append(rows, []string{marks[change.Severity], where, what, codes(change.Operations), codes(change.Symbols)})
	}
	return rows
}

func (c *ClientReport) goRows() [][]string {
	marks := map[string]string{"breaking": "❌", "meaning": "⚠️", "compatible": "✅"}
	var rows [][]string
	for _, change := range c.GoChanges {
		where := ""
		if change.At.File != "" {
			where = code(change.At.label())
		}
		rows = append(rows, []string{marks[change.verdict()], code(change.Symbol), escape(change.Text), where})
	}
	return rows
}

// table prints a table; what comes after the first rows folds.
func (p *printer) table(title string, head []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	p.line("**%s**", title)
	p.line("")
	p.rows(head, rows[:min(len(rows), shownRows)])
	if more := rows[min(len(rows), shownRows):]; len(more) > 0 {
		p.line("<details><summary>%d more</summary>", len(more))
		p.line("")
		p.rows(head, more)
		p.line("</details>")
		p.line("")
	}
}

func (p *printer) rows(head []string, rows [][]string) {
	p.line("| %s |", strings.Join(head, " | "))
	p.line("|%s", strings.Repeat("---|", len(head)))
	for _, row := range rows {
		p.line("| %s |", strings.Join(row, " | "))
	}
	p.line("")
}

// escape makes text of what the document says: no markup, no mention, no line
// break. What oasdiff quotes in backticks stays code.
func escape(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "`") {
		if i%2 == 1 && strings.Count(text, "`")%2 == 0 {
			b.WriteString(code(part))
			continue
		}
		last := 0
		for _, at := range linked.FindAllStringIndex(part, -1) {
			b.WriteString(markup.Replace(part[last:at[0]]) + code(part[at[0]:at[1]]))
			last = at[1]
		}
		b.WriteString(markup.Replace(part[last:]))
	}
	return b.String()
}

// linked is a word of which GitHub makes a link, a mention or a reference to an
// issue. As code it stays text; a character reference such as &#64; would not
// prevent that, because GitHub looks for mentions after it has read Markdown.
var linked = regexp.MustCompile(`(?i)[^\s` + "`" + `]*(://|www\.|mailto:|@|#|\bGH-\d)[^\s` + "`" + `]*`)

var markup = strings.NewReplacer("|", "\\|", "<", "&lt;", ">", "&gt;", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "\\", "\\\\",
	"\n", " ", "\r", " ", "`", "")

// code spells text as code within a table.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.NewReplacer("|", "\\|", "`", "'", "\n", " ", "\r", " ").Replace(text) + "`"
}

// codes lists names as code, as many as a cell holds.
func codes(names []string) string {
	var list []string
	for _, name := range names[:min(len(names), shownNames)] {
		list = append(list, code(name))
	}
	text := strings.Join(list, ", ")
	if more := len(names) - shownNames; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
