package review

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
)

// Marker is the first line of Markdown. A workflow finds its comment by it, and
// edits that one.
const Marker = "<!-- docwright: gen diff -->"

// maxMarkdown keeps a report within what GitHub takes as one comment, 65,536
// characters.
const maxMarkdown = 60_000

// shownRows is how many rows of a table are shown before the rest folds.
const shownRows = 20

// Markdown spells the report for a comment on a pull request. If link is not "",
// it is the URL below which the files of this tree can be seen, e.g.
// "https://github.com/acme/app/blob/3f1c9e0", and places are links.
func (r *Report) Markdown(link string) string {
	m := &markdown{link: strings.TrimSuffix(link, "/")}
	blocks := []block{{title: "Callers in this module", head: []string{"", "Place", "What", "Because of"}, rows: m.callerRows(r)}}
	for _, c := range r.Clients {
		blocks = append(blocks, m.clientBlocks(c)...)
	}
	if len(r.NotCompared) > 0 {
		b := block{title: "Not compared"}
		for _, note := range r.NotCompared {
			b.rows = append(b.rows, []string{escape(note)})
		}
		blocks = append(blocks, b)
	}
	blocks = slices.DeleteFunc(blocks, func(b block) bool { return len(b.rows) == 0 && b.title != "" })
	head := Marker + "\n### API changes: " + r.markedHeadline() + "\n\n"
	return head + strings.TrimRight(fit(blocks, maxMarkdown-len(head)), "\n") + "\n"
}

// markdown spells parts of a report.
type markdown struct{ link string }

// block is a part of a comment: text, and a table or a list that can be cut.
type block struct {
	before string // e.g. the heading of a client
	title  string
	head   []string // of a table; nil for a list
	rows   [][]string
	behind string
}

// fit spells the blocks, as much of each as there is room for: none vanishes
// because another one is long.
func fit(blocks []block, room int) string {
	var whole []string
	for _, b := range blocks {
		whole = append(whole, b.spell(-1))
	}
	limit := share(whole, room)
	var out strings.Builder
	for i, b := range blocks {
		text := whole[i]
		if len(text) > limit {
			text = b.spell(limit)
		}
		if out.Len()+len(text) > room-200 {
			fmt.Fprintf(&out, "%s of the report are left out: `gen diff` prints all of it.\n", diag.Count(len(blocks)-i, "part"))
			break
		}
		out.WriteString(text)
	}
	return out.String()
}

// share is how long each text may be so that all fit into the room.
func share(texts []string, room int) int {
	var sizes []int
	for _, text := range texts {
		sizes = append(sizes, len(text))
	}
	slices.Sort(sizes)
	left := room - 400
	for i, size := range sizes {
		if size*(len(sizes)-i) > left {
			return left / (len(sizes) - i)
		}
		left -= size
	}
	return room
}

// spell spells a block, in at most limit bytes if that is not negative, but never
// without its first row. Whatever it opens, it closes.
func (b block) spell(limit int) string {
	p := &printer{}
	p.WriteString(b.before)
	if b.title != "" {
		p.line("**%s**", b.title)
		p.line("")
	}
	p.tableHead(b.head)
	cut, folded := len(b.rows), false
	for i, row := range b.rows {
		if limit >= 0 && i > 0 && p.Len()+len(strings.Join(row, " | "))+len(b.behind)+200 > limit {
			cut = i
			break
		}
		if i == shownRows {
			p.line("")
			p.line("<details><summary>%d more</summary>", len(b.rows)-shownRows)
			p.line("")
			p.tableHead(b.head)
			folded = true
		}
		if b.head == nil {
			p.line("- %s", strings.Join(row, " "))
		} else {
			p.line("| %s |", strings.Join(row, " | "))
		}
	}
	if len(b.rows) > 0 {
		p.line("")
	}
	if folded {
		p.line("</details>")
		p.line("")
	}
	if cut < len(b.rows) {
		p.line("%s not shown: `gen diff` prints all of them.", count(len(b.rows)-cut, "row is", "rows are"))
		p.line("")
	}
	p.WriteString(b.behind)
	return p.String()
}

func (p *printer) tableHead(head []string) {
	if head != nil {
		p.line("| %s |", strings.Join(head, " | "))
		p.line("|%s", strings.Repeat("---|", len(head)))
	}
}

func (r *Report) markedHeadline() string {
	line := fmt.Sprintf("wire %s, Go %s, version **%s**", mark(r.Wire), mark(r.Go), r.Bump)
	if text := r.counts(); text != "" {
		line += "; " + text
	}
	return line
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

// marks are the signs of words.
var marks = map[string]string{"breaking": "❌", "warning": "⚠️", "info": "ℹ️", "meaning": "⚠️", "kept": "📌", "compatible": "✅"}

func (m *markdown) callerRows(r *Report) [][]string {
	words := map[CallerKind]string{CallerBreaks: "❌ breaks", CallerWire: "⚠️ the server may refuse it", CallerMeaning: "⚠️ means something else", CallerDeprecated: "💤 deprecated"}
	var rows [][]string
	for _, c := range r.callersByText() {
		rows = append(rows, []string{words[c.Kind], c.spelled(m.place), escape(clip(c.Text)), escape(clip(c.Because))})
	}
	return rows
}

// clientBlocks are the parts of the report on a client.
func (m *markdown) clientBlocks(c *ClientReport) []block {
	before := "#### " + escape(c.title()) + "\n\n"
	var blocks []block
	for _, s := range c.sections() {
		b := block{before: before, title: s.title, head: []string{"", "Symbol", "What", "Because of"}}
		if s.wire {
			b.head = []string{"", "Where", "What", "Operations", "Go"}
		}
		for _, r := range s.rows {
			if s.wire {
				b.rows = append(b.rows, []string{marks[r.word], m.place(r.at), m.what(r), codes(r.operations), codes(r.symbols)})
				continue
			}
			b.rows = append(b.rows, []string{marks[r.word], code(r.subject), m.what(r), m.place(r.at)})
		}
		before = ""
		blocks = append(blocks, b)
	}
	size := escape(strings.Join(c.Size.lines(), "; ")) + "\n\n"
	if len(blocks) == 0 {
		return []block{{before: before + size}}
	}
	blocks[len(blocks)-1].behind = size
	return blocks
}

// what spells a row's text, with what belongs to it.
func (m *markdown) what(r row) string {
	text := escape(clip(r.text))
	if len(r.names) > 0 {
		text += "<br>" + codes(r.names)
	}
	if r.rule != "" {
		text += "<br>" + code(r.rule)
	}
	for _, note := range r.notes {
		text += "<br>" + escape(clip(note))
	}
	return text
}

// place spells a place as code, and as a link if it is known where files are.
func (m *markdown) place(p Place) string {
	if p.File == "" {
		return ""
	}
	text := code(p.label())
	if m.link == "" || p.Old {
		return text
	}
	return fmt.Sprintf("[%s](%s/%s#L%d)", text, m.link, (&url.URL{Path: p.File}).EscapedPath(), p.Line)
}

// maxCell is how much of a text a cell shows.
const maxCell = 500

// clip shortens what a document makes long.
func clip(text string) string {
	if len(text) <= maxCell {
		return text
	}
	return strings.ToValidUTF8(text[:maxCell], "") + "…"
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
