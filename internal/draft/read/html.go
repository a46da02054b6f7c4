package read

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// htmlBlocks reduces HTML to blocks. Navigation, buttons and scripts are
// dropped, and the spans of highlighters are joined.
func htmlBlocks(src string, base int) []block {
	h := &htmlReader{z: html.NewTokenizer(strings.NewReader(src)), base: base}
	h.z.SetMaxBuf(maxJSON)
	h.run()
	return h.blocks
}

// htmlReader keeps what is open; it works on tokens, because saved pages are
// rarely well-formed and places need line numbers.
type htmlReader struct {
	z      *html.Tokenizer
	base   int
	blocks []block
	text   strings.Builder
	at     int
	skip   string // the element whose content is dropped
	depth  int    // of skip
	pre    int
	lang   string
	list   int
	head   int // level of the open heading
	item   bool
	term   string
	inTerm bool
	inDef  bool
	rows   [][]string
	row    []string
	span   [2]int      // columns and rows of the open cell
	below  map[int]int // rows that a cell above goes on over, by column
	copied map[int]string
	inCell int     // where the code of the open cell begins in its text
	codes  []block // of the table's cells
	tables int
	cell   bool
	bold   bool // a bold name at the start of an item is open
}

var dropped = map[atom.Atom]bool{
	atom.Script: true, atom.Style: true, atom.Nav: true, atom.Button: true, atom.Footer: true, atom.Svg: true,
	atom.Noscript: true, atom.Head: true, atom.Select: true, atom.Template: true, atom.Form: false,
}

func (h *htmlReader) run() {
	for {
		kind := h.z.Next()
		if kind == html.ErrorToken {
			h.flush(paragraph)
			return
		}
		line := h.base
		h.base += strings.Count(string(h.z.Raw()), "\n")
		switch kind {
		case html.TextToken:
			if h.skip == "" {
				if h.text.Len() == 0 {
					h.at = line
				}
				h.write(string(h.z.Text()))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := h.z.Token()
			h.start(t, line, kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			h.end(h.z.Token())
		}
	}
}

func (h *htmlReader) write(s string) {
	if h.pre == 0 {
		s = collapse(s)
	}
	h.text.WriteString(s)
}

// collapse turns white space into single spaces, as a browser does.
func collapse(s string) string {
	words := strings.Join(strings.Fields(s), " ")
	if words == "" {
		if s != "" {
			return " "
		}
		return ""
	}
	if strings.IndexByte(" \t\r\n", s[0]) >= 0 {
		words = " " + words
	}
	if strings.IndexByte(" \t\r\n", s[len(s)-1]) >= 0 {
		words += " "
	}
	return words
}

func attr(t html.Token, name string) string {
	for _, a := range t.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (h *htmlReader) start(t html.Token, line int, alone bool) {
	if h.skip != "" {
		if t.Data == h.skip && !alone {
			h.depth++
		}
		return
	}
	class := attr(t, "class")
	if dropped[t.DataAtom] || strings.Contains(class, "headerlink") || strings.Contains(class, "anchor") && t.DataAtom == atom.A || attr(t, "aria-hidden") == "true" && t.DataAtom != atom.Span {
		if !alone && !voidElement[t.DataAtom] {
			h.skip, h.depth = t.Data, 1
		}
		return
	}
	switch t.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		h.flush(paragraph)
		h.head = int(t.Data[1] - '0')
	case atom.Pre:
		if h.pre == 0 && !h.cell {
			h.flush(paragraph)
			h.at = line
		} else if h.pre == 0 {
			h.inCell = h.text.Len()
		}
		h.pre++
		h.codeLang(class)
	case atom.Code:
		if h.pre == 0 {
			h.text.WriteString("`")
		} else {
			h.codeLang(class)
		}
	case atom.Strong, atom.B:
		if h.item && h.pre == 0 && strings.TrimSpace(h.text.String()) == "" {
			h.text.WriteString("`")
			h.bold = true
		}
	case atom.Br:
		if h.pre > 0 {
			h.text.WriteString("\n")
		} else {
			h.text.WriteString(" ")
		}
	case atom.Ul, atom.Ol:
		h.flush(paragraph)
		h.list++
	case atom.Li:
		h.flush(paragraph)
		h.item = true
	case atom.Dt:
		h.flush(paragraph)
		h.inTerm = true
	case atom.Dd:
		h.flush(paragraph)
		h.inDef = true
	case atom.Table:
		h.flush(paragraph)
		h.tables++
		h.rows, h.below, h.copied = nil, map[int]int{}, map[int]string{}
	case atom.Tr:
		h.row = nil
	case atom.Td, atom.Th:
		h.endCell()
		h.text.Reset()
		h.cell = true
		h.span = [2]int{spanOf(t, "colspan"), spanOf(t, "rowspan")}
	case atom.P, atom.Section, atom.Article, atom.Blockquote, atom.Main, atom.Summary, atom.Details:
		if !h.cell && h.pre == 0 && !h.inDef && !h.item {
			h.flush(paragraph)
		}
	case atom.Div:
		if h.pre == 0 {
			h.codeLang(class)
			if !h.cell && !h.inDef && !h.item {
				h.flush(paragraph)
			}
		} else if h.text.Len() > 0 && !strings.HasSuffix(h.text.String(), "\n") {
			h.text.WriteString("\n")
		}
	}
}

var voidElement = map[atom.Atom]bool{atom.Br: true, atom.Img: true, atom.Input: true, atom.Hr: true, atom.Meta: true, atom.Link: true}

func (h *htmlReader) codeLang(class string) {
	for _, c := range strings.Fields(class) {
		for _, prefix := range []string{"language-", "lang-", "highlight-source-"} {
			if l, ok := strings.CutPrefix(c, prefix); ok {
				h.lang = strings.ToLower(l)
			}
		}
	}
}

func (h *htmlReader) end(t html.Token) {
	if h.skip != "" {
		if t.Data == h.skip {
			if h.depth--; h.depth == 0 {
				h.skip = ""
			}
		}
		return
	}
	switch t.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		h.flush(heading)
	case atom.Pre:
		if h.pre--; h.pre <= 0 {
			h.pre = 0
			if !h.cell {
				h.flush(code)
			} else {
				h.cellCode()
			}
			h.lang = ""
		}
	case atom.Code:
		if h.pre == 0 {
			h.text.WriteString("`")
		}
	case atom.Strong, atom.B:
		if h.bold {
			h.text.WriteString("`")
			h.bold = false
		}
	case atom.P, atom.Div, atom.Section, atom.Summary, atom.Blockquote:
		if !h.cell && h.pre == 0 && !h.inDef && !h.item {
			h.flush(paragraph)
		} else if h.pre == 0 && h.text.Len() > 0 {
			h.text.WriteString(" ")
		}
	case atom.Li:
		h.flush(paragraph)
		h.item = false
	case atom.Ul, atom.Ol:
		h.flush(paragraph)
		h.list = max(h.list-1, 0)
	case atom.Dt:
		h.term = inline(strings.TrimSpace(h.text.String()))
		h.text.Reset()
		h.inTerm = false
	case atom.Dd:
		h.flush(paragraph)
		h.inDef = false
	case atom.Td, atom.Th:
		h.endCell()
	case atom.Tr:
		h.endCell()
		if len(h.row) > 0 {
			h.fromAbove()
			h.rows = append(h.rows, h.row)
		}
		h.row = nil
	case atom.Table:
		if len(h.rows) > 0 {
			h.blocks = append(h.blocks, block{kind: table, rows: h.rows, line: h.at})
		}
		h.blocks = append(h.blocks, h.codes...)
		h.rows, h.codes = nil, nil
		h.cell = false
	}
}

// cellCode takes the code of a cell out of its text: it follows the table, below
// a heading if the row begins with a status.
func (h *htmlReader) cellCode() {
	text := h.text.String()
	start := min(h.inCell, len(text))
	if source := strings.TrimSpace(text[start:]); strings.HasPrefix(source, "{") || strings.HasPrefix(source, "[") {
		if len(h.row) > 0 && statusAlone.MatchString(h.row[0]) {
			h.codes = append(h.codes, block{kind: heading, level: 6, text: "Response " + h.row[0], line: h.at})
		}
		h.codes = append(h.codes, block{kind: code, text: source, lang: h.lang, line: h.at})
		h.text.Reset()
		h.text.WriteString(text[:start])
	}
}

// endCell adds the open cell to its row: a cell over several columns has its
// text in the first, and one over several rows in each.
func (h *htmlReader) endCell() {
	if !h.cell {
		return
	}
	h.fromAbove()
	text := inlineHTML(h.text.String())
	for i := range h.span[0] {
		if h.span[1] > 1 && h.below != nil {
			h.below[len(h.row)], h.copied[len(h.row)] = h.span[1]-1, text
		}
		if i > 0 {
			text = ""
		}
		h.row = append(h.row, text)
	}
	h.text.Reset()
	h.cell = false
}

// fromAbove repeats the cells of rows above that go on over this place.
func (h *htmlReader) fromAbove() {
	for h.below[len(h.row)] > 0 {
		h.below[len(h.row)]--
		h.row = append(h.row, h.copied[len(h.row)])
	}
}

// spanOf is the number of columns or rows of a cell.
func spanOf(t html.Token, name string) int {
	n, err := strconv.Atoi(attr(t, name))
	if err != nil || n < 1 || n > 50 {
		return 1
	}
	return n
}

// inlineHTML cleans text; backslashes of a sloppy renderer are dropped.
func inlineHTML(s string) string {
	return strings.TrimSpace(escaped.ReplaceAllString(headerLinkMark.Replace(s), "$1"))
}

// flush ends the text that was read as a block of a kind.
func (h *htmlReader) flush(kind blockKind) {
	raw := h.text.String()
	h.text.Reset()
	if h.cell {
		return
	}
	b := block{kind: kind, line: h.at}
	if kind == code {
		b.text, b.lang = strings.Trim(strings.ReplaceAll(raw, "\u00a0", " "), "\n"), h.lang
		if strings.TrimSpace(b.text) != "" {
			h.blocks = append(h.blocks, b)
		}
		return
	}
	b.text = inlineHTML(raw)
	level := h.head
	if kind == heading {
		h.head = 0
	}
	if b.text == "" {
		return
	}
	switch {
	case kind == heading:
		b.level = max(level, 1)
	case h.head > 0: // a block within a heading
		b.kind, b.level = heading, h.head
		h.head = 0
	case h.inDef && h.term != "":
		b.kind, b.term = definition, h.term
		h.term = ""
	case h.item:
		b.kind, b.level = listItem, 2*max(h.list-1, 0)
	}
	h.blocks = append(h.blocks, b)
}
