package diag

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
)

// Printer is where everything goes that the command prints. What is written to
// it is text: line breaks and tabs aside, nothing in it acts on a terminal or in
// the log of a CI system. JSON and workflow commands have methods of their own.
// Several goroutines may use it.
type Printer struct {
	W io.Writer

	mu     sync.Mutex
	inLine bool // the last byte written was not a line break
}

// Write writes data, which may consist of several lines.
func (p *Printer) Write(data []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var b strings.Builder
	for line := range strings.Lines(string(data)) {
		text, broken := strings.CutSuffix(line, "\n")
		b.WriteString(inert(printable(text), !p.inLine))
		if broken {
			b.WriteByte('\n')
		}
		p.inLine = !broken
	}
	if _, err := io.WriteString(p.W, b.String()); err != nil {
		return 0, err
	}
	return len(data), nil
}

// line writes a line as it is.
func (p *Printer) line(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	io.WriteString(p.W, text+"\n") //nolint:errcheck // like any printing
	p.inLine = false
}

// JSON writes v as JSON, indented by indent if that is not empty.
func (p *Printer) JSON(v any, indent string) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	if err := enc.Encode(v); err != nil {
		fmt.Fprintf(p, "cannot be written as JSON: %v\n", err)
		return
	}
	p.line(plainJSON(strings.TrimSuffix(b.String(), "\n")))
}

// plainJSON escapes what JSON allows in strings and a log does not.
func plainJSON(text string) string {
	text = strings.ReplaceAll(text, "##[", `##\u005b`)
	if strings.IndexFunc(text, func(r rune) bool { return r != '\n' && unprintable(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n' || !unprintable(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// Message is a diagnostic as JSON has it.
type Message struct {
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
	Col      int    `json:"col,omitempty"`
	Severity string `json:"severity"`
	Code     Code   `json:"code"`
	Rule     string `json:"rule,omitempty"` // that gen explain documents, e.g. "DW004"
	Message  string `json:"message"`
	Fix      string `json:"fix,omitempty"`
}

// NewMessage returns d as JSON has it. The rule is that of d's code, or "".
func NewMessage(d Diagnostic, rule string) Message {
	return Message{
		File: filepath.ToSlash(d.Pos.File), Line: d.Pos.Line, Col: d.Pos.Col,
		Severity: d.Severity.String(), Code: d.Code, Rule: rule, Message: d.Message, Fix: d.Fix,
	}
}

// Diagnostic is NewMessage's inverse.
func (m Message) Diagnostic() Diagnostic {
	d := Diagnostic{Pos: Position{File: m.File, Line: m.Line, Col: m.Col}, Code: m.Code, Message: m.Message, Fix: m.Fix}
	for _, s := range []Severity{Info, Warning, Error} {
		if s.String() == m.Severity {
			d.Severity = s
		}
	}
	return d
}

// Print writes a diagnostic of a rule, which may be "": as text, or as the format
// json or github says.
func (p *Printer) Print(d Diagnostic, rule, format string) {
	d = d.Plain()
	switch format {
	case "json":
		p.JSON(NewMessage(d, rule), "")
	case "github":
		p.Annotate(NewMessage(d, rule))
	default:
		if rule != "" {
			d.Message += " [" + rule + "]"
		}
		fmt.Fprintln(p, d)
	}
}

// Annotate writes a message as a workflow command of GitHub Actions:
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
func (p *Printer) Annotate(m Message) {
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	var at []string
	if m.File != "" {
		at = append(at, "file="+property.Replace(PlainLine(m.File)))
	}
	if m.Line > 0 {
		at = append(at, "line="+strconv.Itoa(m.Line))
	}
	if m.Col > 0 {
		at = append(at, "col="+strconv.Itoa(m.Col))
	}
	title := m.Rule
	if title == "" {
		title = string(m.Code)
	}
	at = append(at, "title="+property.Replace(strings.TrimSpace("gen "+PlainLine(title))))
	text := m.Message
	if m.Fix != "" {
		text += "\n" + m.Fix
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = PlainLine(line)
	}
	level := m.Severity
	if level == Info.String() {
		level = "notice"
	}
	p.line(fmt.Sprintf("::%s %s::%s", level, strings.Join(at, ","), data.Replace(strings.Join(lines, "\n"))))
}
