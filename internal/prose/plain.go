// Package prose turns the descriptions of API documents into the text of Go doc
// comments: plain text, and a first sentence that starts with the Go name.
package prose

import (
	"html"
	"regexp"
	"strings"
)

var (
	tagPattern  = regexp.MustCompile(`(?i)</?(a|b|br|code|div|em|h[1-6]|hr|i|li|ol|p|pre|small|span|strong|sub|sup|table|tbody|td|th|thead|tr|u|ul|font|img|blockquote|center|details|summary)(\s[^<>]*)?/?>`)
	linkPattern = regexp.MustCompile(`!?\[([^\[\]]*)\]\(([^()\s]*)[^()]*\)`)
	spaces      = regexp.MustCompile(`[ \t\x{00a0}]+`)
	blankLines  = regexp.MustCompile(`\n{3,}`)
	breakTags   = regexp.MustCompile(`(?i)<(br|p|/p|li|/li|div|/div|tr|/h[1-6])(\s[^<>]*)?/?>`)
)

// Plain returns a description as plain text of at most limit characters, cut at
// a sentence or a paragraph. Markdown links become their text and address, and
// the HTML tags that descriptions use are removed.
func Plain(text string, limit int) string {
	if text == "" {
		return ""
	}
	if len(text) > 8*limit {
		text = text[:8*limit]
	}
	if strings.ContainsRune(text, '<') {
		text = breakTags.ReplaceAllString(text, "\n")
		text = tagPattern.ReplaceAllString(text, "")
	}
	if strings.ContainsRune(text, '&') {
		text = html.UnescapeString(text)
	}
	if strings.ContainsRune(text, ']') {
		text = linkPattern.ReplaceAllStringFunc(text, func(s string) string {
			m := linkPattern.FindStringSubmatch(s)
			if m[1] == "" || m[1] == m[2] || !strings.HasPrefix(m[2], "http") {
				return m[1]
			}
			return m[1] + " (" + m[2] + ")"
		})
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n").Replace(text)
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		l = spaces.ReplaceAllString(strings.TrimSpace(l), " ")
		lines[i] = strings.TrimLeft(l, "#> ")
	}
	text = strings.TrimSpace(blankLines.ReplaceAllString(strings.Join(lines, "\n"), "\n\n"))
	return shorten(text, limit)
}

// shorten cuts text at the last paragraph, sentence or word before limit.
func shorten(text string, limit int) string {
	if len(text) <= limit {
		return strings.ToValidUTF8(text, "")
	}
	text = strings.ToValidUTF8(text[:limit], "")
	for _, end := range []string{"\n\n", ". ", ".\n", "\n", " "} {
		if i := strings.LastIndex(text, end); i > limit/2 {
			if end[0] == '.' {
				return text[:i+1]
			}
			return strings.TrimSpace(text[:i]) + " …"
		}
	}
	return text + "…"
}
