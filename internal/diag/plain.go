package diag

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// shorten takes out the middle of a long text.
func shorten(s string) string {
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText*3/4], "") + " … " + strings.ToValidUTF8(s[len(s)-maxText/5:], "")
}

// PlainLine returns s on one line and with nothing in it that acts on a terminal
// or on the log of a CI system, or that hides from a reader: control characters,
// marks that change the direction of text, and the start of a workflow command.
func PlainLine(s string) string { return inert(printable(s), true) }

// printable escapes what cannot be printed.
func printable(s string) string {
	if strings.IndexFunc(s, unprintable) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if unprintable(r) {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func unprintable(r rune) bool { return !strconv.IsPrint(r) && r != '\t' && r != '\u00a0' }

// inert breaks up what starts a command in a CI system's log: "##[" of Azure
// Pipelines and GitHub Actions, which counts anywhere in a line, and "::" of
// GitHub Actions, which counts at its start.
func inert(line string, atStart bool) string {
	if strings.Contains(line, "##[") {
		line = strings.ReplaceAll(line, "##[", `##\[`)
	}
	if rest := strings.TrimLeft(line, " \t"); atStart && strings.HasPrefix(rest, "::") {
		line = line[:len(line)-len(rest)] + `\` + rest
	}
	return line
}

// Count spells a number of things: "1 file", "2 files".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}
