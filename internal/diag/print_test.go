package diag

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestPrinter: what acts on a terminal, on the log of a CI system or on a reader's
// eyes arrives as text, also when a line comes in pieces.
func TestPrinter(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain\ttext\n", "plain\ttext\n"},
		{"::error::x\n", "\\::error::x\n"},
		{"  ::set-output name=x::y\n", "  \\::set-output name=x::y\n"},
		{"a ::error::x\n", "a ::error::x\n"},
		{"a ##[error]x ##[group]\n", "a ##\\[error]x ##\\[group]\n"},
		{"a\x1b[2Jb\x07\r\n", "a\\x1b[2Jb\\a\\r\n"},
		{"a\u202eb\u200bc\u2066", "a\\u202eb\\u200bc\\u2066"},
		{"a\xffb\n", "a\ufffdb\n"},
		{"caf\u00e9 \u540d\U0001f642\n", "caf\u00e9 \u540d\U0001f642\n"},
	} {
		var out strings.Builder
		fmt.Fprint(&Printer{W: &out}, c.in)
		if out.String() != c.want {
			t.Errorf("%q was printed as %q, want %q", c.in, out.String(), c.want)
		}
	}
	var out strings.Builder
	p := &Printer{W: &out}
	fmt.Fprint(p, "x ")
	fmt.Fprint(p, "::error::y\n")
	fmt.Fprint(p, "::error::z\n")
	if want := "x ::error::y\n\\::error::z\n"; out.String() != want {
		t.Errorf("pieces were printed as %q, want %q", out.String(), want)
	}
}

var hostile = Diagnostic{
	Pos: Position{File: "a\n::error::.yaml", Line: 1}, Severity: Error, Code: "x",
	Message: "one\n::error::two ##[error]\x1b[2J\u202e\u007f\U000e0001", Fix: "::stop-commands::x\n\t##[group]",
}

// TestFormats prints a hostile diagnostic in each format: no line of the output
// is or contains a command but that of the annotation itself, and JSON has the
// text as it was.
func TestFormats(t *testing.T) {
	for _, format := range []string{"text", "json", "github"} {
		var out strings.Builder
		(&Printer{W: &out}).Print(hostile, "DW001", format)
		text := strings.TrimPrefix(out.String(), "::error file=")
		for line := range strings.Lines(text) {
			if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.ContainsAny(line, "\x1b\u202e\u007f\U000e0001") {
				t.Errorf("%s: %q", format, line)
			}
		}
		if format == "github" && strings.Count(out.String(), "\n") != 1 {
			t.Errorf("the annotation has several lines: %q", out.String())
		}
	}
	var out strings.Builder
	(&Printer{W: &out}).JSON(map[string]string{"text": hostile.Message}, "")
	var back map[string]string
	if err := json.Unmarshal([]byte(out.String()), &back); err != nil || back["text"] != hostile.Message {
		t.Errorf("%v: %q, want %q", err, back["text"], hostile.Message)
	}
	if strings.ContainsAny(out.String(), "\x1b\u202e\u007f\U000e0001") || strings.Contains(out.String(), "##[") {
		t.Errorf("JSON: %q", out.String())
	}
}

// TestFrom finds the diagnostics in errors of all shapes.
func TestFrom(t *testing.T) {
	a, b := New(Position{File: "a"}, "", "", "one"), New(Position{File: "b"}, "own", "", "two")
	err := fmt.Errorf("while reading: %w", Join([]Diagnostic{a, b}))
	got := From(err, "given", "")
	if len(got) != 2 || got[0].Code != "given" || got[1].Code != "own" {
		t.Errorf("%+v", got)
	}
	if got := From(fmt.Errorf("plain"), "given", "report it"); len(got) != 1 || got[0].Fix != "report it" || got[0].Severity != Error {
		t.Errorf("%+v", got)
	}
	if got := From(Join(nil), "given", ""); got != nil {
		t.Errorf("%+v", got)
	}
}
