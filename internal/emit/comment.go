package emit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/docwright/docwright/internal/model"
)

// This file turns text of a document into Go comments. The text is hostile
// until it is here: whatever it holds, each line of the result is "//", or
// starts with "// " or "//\t", so that none is a compiler directive; no line
// is a build constraint or claims to be somebody's generated code; nothing in
// it is invisible or changes the direction of writing (Trojan Source); and
// "Deprecated:" opens a paragraph only where the model says so, for tools act
// on it. What looks like a list stays a list.
//
// Lines are laid out as gofmt would lay them out, so that the one formatting
// pass is the last word.

// commentWidth is the column at which comments are wrapped.
const commentWidth = 97

// comment returns the lines of doc as a comment that ends in a newline, or ""
// when doc is empty. Preformatted lines of extra come after doc's text and
// before its deprecation, which tools want last.
func comment(doc model.Doc, width int, extra ...string) string {
	w := commentWriter{width: width - len("// ")}
	w.text(doc.Text)
	if len(extra) > 0 {
		w.paragraph()
		for _, line := range extra {
			w.line("\t" + oneLine(line))
		}
	}
	if deprecated := oneLine(doc.Deprecated); deprecated != "" {
		w.paragraph()
		w.wrap("", "", strings.Fields("Deprecated: "+deprecated))
	}
	return w.b.String()
}

// commentWriter collects the lines of a comment.
type commentWriter struct {
	b     strings.Builder
	width int
	gap   bool // a blank line is due before the next line
}

// text writes paragraphs, lists and preformatted blocks.
func (w *commentWriter) text(s string) {
	var words []string // of the paragraph or list item that is being read
	first, rest := "", ""
	flush := func() {
		if len(words) > 0 {
			w.wrap(first, rest, words)
		}
		words, first, rest = nil, "", ""
	}
	code, list := false, false
	for line := range strings.SplitSeq(clean(s), "\n") {
		trimmed := strings.TrimSpace(line)
		switch isCode := strings.HasPrefix(line, "\t"); {
		case trimmed == "":
			flush()
			w.paragraph()
			code, list = false, false
			continue
		case isCode != code:
			flush()
			w.paragraph()
			code, list = isCode, false
		}
		if code {
			w.line("\t" + strings.TrimRight(line[1:], " \t"))
			continue
		}
		if marker, item := listItem(trimmed); marker != "" {
			flush()
			if !list {
				w.paragraph() // a list needs a blank line before it
			}
			list = true
			first, rest = marker, "    "
			words = append(words, strings.Fields(item)...)
			continue
		}
		if len(words) == 0 {
			trimmed = plainStart(trimmed)
		}
		words = append(words, strings.Fields(trimmed)...)
	}
	flush()
}

// paragraph makes a blank line come before whatever is written next.
func (w *commentWriter) paragraph() { w.gap = w.b.Len() > 0 }

// line writes one line. It is the last to look at it: a line that go/build or
// a tool would act on is changed here, wherever it comes from.
func (w *commentWriter) line(s string) {
	switch text := strings.TrimLeft(s, " \t"); {
	case strings.HasPrefix(text, "+build"):
		s = s[:len(s)-len(text)] + "(+)" + text[1:]
	case strings.HasPrefix(text, "Code generated"):
		s = s[:len(s)-len(text)] + "code" + text[len("Code"):]
	}
	if w.gap {
		w.b.WriteString("//\n")
		w.gap = false
	}
	w.b.WriteString("//")
	if s != "" {
		if s[0] != '\t' {
			w.b.WriteByte(' ')
		}
		w.b.WriteString(s)
	}
	w.b.WriteByte('\n')
}

// wrap writes words as one paragraph, its first line indented by first and
// the others by rest.
func (w *commentWriter) wrap(first, rest string, words []string) {
	for i, word := range words {
		for strings.Contains(word, "``") { // gofmt takes two for a quotation mark, and needs several goes
			word = strings.ReplaceAll(word, "``", "`")
		}
		words[i] = word
	}
	var line strings.Builder
	line.WriteString(first)
	line.WriteString(words[0])
	columns := utf8.RuneCountInString(first) + utf8.RuneCountInString(words[0])
	for _, word := range words[1:] {
		n := utf8.RuneCountInString(word)
		if columns+1+n > w.width && !startsBlock(word) && !w.overhangs(word) {
			w.line(line.String())
			line.Reset()
			line.WriteString(rest)
			columns = len(rest)
		} else {
			line.WriteByte(' ')
			columns++
		}
		line.WriteString(word)
		columns += n
	}
	w.line(line.String())
}

// overhangs reports whether word is a link that takes most of a line wherever it
// stands: it is left to stick out, for the reader clicks on it.
func (w *commentWriter) overhangs(word string) bool {
	return 4*len(word) > 3*w.width && (strings.HasPrefix(word, "https://") || strings.HasPrefix(word, "http://"))
}

// startsBlock reports whether a line that starts with word could be read as
// something else than the continuation of a paragraph.
func startsBlock(word string) bool {
	switch word[0] {
	case '-', '*', '+', '#', '}', '[', ' ', '\t':
		return true
	}
	return strings.HasPrefix(word, "•") || '0' <= word[0] && word[0] <= '9' && strings.ContainsAny(word, ".)")
}

// plainStart changes the start of a paragraph that tools would act on.
func plainStart(s string) string {
	switch {
	case strings.HasPrefix(s, "Deprecated:"):
		return "Note: " + s
	case strings.HasPrefix(s, "}"): // gofmt takes it for the end of the code before it
		return "(" + s[:1] + ")" + s[1:]
	}
	return s
}

// listItem splits a line that opens an item of a list into the marker that
// gofmt gives it and the item's text; marker is "" for other lines.
func listItem(s string) (marker, item string) {
	r, size := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("-*+•", r) {
		if item, ok := strings.CutPrefix(s[size:], " "); ok && strings.TrimSpace(item) != "" {
			return "  - ", item
		}
		return "", ""
	}
	digits := 0
	for digits < len(s) && '0' <= s[digits] && s[digits] <= '9' {
		digits++
	}
	if digits == 0 || digits > 3 || digits+1 >= len(s) || s[digits] != '.' && s[digits] != ')' {
		return "", ""
	}
	item, ok := strings.CutPrefix(s[digits+1:], " ")
	if !ok || strings.TrimSpace(item) == "" {
		return "", ""
	}
	return " " + s[:digits] + ". ", item
}

// oneLine joins the lines of s.
func oneLine(s string) string {
	return strings.Join(strings.Fields(clean(s)), " ")
}

// clean makes every line break a newline and drops what cannot be seen.
func clean(s string) string {
	if isPlain(s) {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch r {
		case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
			return '\n'
		case '\t':
			return r
		case utf8.RuneError, '\ufeff':
			return -1
		}
		// Cc: control characters; Cf: directions, zero-width characters, soft
		// hyphens and tags; Co, Cs and the variation selectors: not text either.
		if unicode.In(r, unicode.C, unicode.Variation_Selector) {
			return -1
		}
		return r
	}, s)
}

// isPlain reports whether s is printable ASCII in lines, as nearly all text is.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' && c != '\n' && c != '\t' || c >= 0x7f {
			return false
		}
	}
	return true
}
