package docs

import (
	"html"
	"html/template"
	"net/url"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	mdhtml "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/util"
)

// This file renders descriptions, which OpenAPI says are CommonMark, as a small
// subset of HTML: paragraphs, lists, tables, quotations, code, emphasis, and
// links to http and https. There is no way for HTML through it: the parser is
// built without the two rules that know tags, so that a tag is text, and text
// is escaped. Headings become bold paragraphs, for the page has headings of its
// own; images become their texts, for the pages load nothing.
//
// Many descriptions are HTML all the same (Stripe's all are). The usual tags are
// turned into the Markdown for them before.

// markdown renders descriptions. It remembers: the same ones come again and again.
type markdown struct {
	engine goldmark.Markdown
	known  map[string]template.HTML
}

func newMarkdown() *markdown {
	engine := goldmark.New(
		goldmark.WithParser(parser.NewParser(
			parser.WithBlockParsers(
				util.Prioritized(parser.NewSetextHeadingParser(), 100),
				util.Prioritized(parser.NewThematicBreakParser(), 200),
				util.Prioritized(parser.NewListParser(), 300),
				util.Prioritized(parser.NewListItemParser(), 400),
				util.Prioritized(parser.NewCodeBlockParser(), 500),
				util.Prioritized(parser.NewATXHeadingParser(), 600),
				util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
				util.Prioritized(parser.NewBlockquoteParser(), 800),
				util.Prioritized(parser.NewParagraphParser(), 1000),
			),
			parser.WithInlineParsers(
				util.Prioritized(parser.NewCodeSpanParser(), 100),
				util.Prioritized(parser.NewLinkParser(), 200),
				util.Prioritized(parser.NewAutoLinkParser(), 300),
				util.Prioritized(parser.NewEmphasisParser(), 500),
			),
			parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
		)),
		goldmark.WithRenderer(renderer.NewRenderer(renderer.WithNodeRenderers(
			util.Prioritized(subset{}, 100),
			util.Prioritized(mdhtml.NewRenderer(), 1000),
		))),
		goldmark.WithExtensions(
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignNone)),
			extension.NewLinkify(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"})),
		),
	)
	return &markdown{engine: engine, known: map[string]template.HTML{}}
}

// render makes HTML of a description.
func (m *markdown) render(text string) template.HTML {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	if done, ok := m.known[text]; ok {
		return done
	}
	var b strings.Builder
	if err := m.engine.Convert([]byte(fromHTML(text)), &b); err != nil {
		b.Reset()
		b.WriteString("<p>" + html.EscapeString(text) + "</p>")
	}
	out := template.HTML(strings.TrimSpace(b.String())) //nolint:gosec // see above
	m.known[text] = out
	return out
}

// subset renders those nodes for which CommonMark allows more than we do.
type subset struct{}

// RegisterFuncs implements goldmark's renderer.NodeRenderer.
func (subset) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindHeading, renderHeading)
	r.Register(ast.KindImage, func(util.BufWriter, []byte, ast.Node, bool) (ast.WalkStatus, error) {
		return ast.WalkContinue, nil // the text alone
	})
	r.Register(ast.KindLink, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if link, ok := n.(*ast.Link); ok {
			return renderLink(w, string(link.Destination), entering)
		}
		return ast.WalkContinue, nil
	})
	r.Register(ast.KindAutoLink, func(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		if link, ok := n.(*ast.AutoLink); ok && entering {
			return renderAutoLink(w, src, link)
		}
		return ast.WalkContinue, nil
	})
	r.Register(ast.KindFencedCodeBlock, renderFenced)
}

func renderAutoLink(w util.BufWriter, src []byte, link *ast.AutoLink) (ast.WalkStatus, error) {
	target := string(link.URL(src))
	if _, err := renderLink(w, target, true); err != nil {
		return ast.WalkStop, err
	}
	if _, err := w.WriteString(html.EscapeString(string(link.Label(src)))); err != nil {
		return ast.WalkStop, err
	}
	return renderLink(w, target, false)
}

func renderHeading(w util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	tag := "</strong></p>\n"
	if entering {
		tag = "<p><strong>"
	}
	_, err := w.WriteString(tag)
	return ast.WalkContinue, err
}

func renderLink(w util.BufWriter, target string, entering bool) (ast.WalkStatus, error) {
	tag := "</a>"
	switch target = webAddress(target); {
	case target == "":
		return ast.WalkContinue, nil
	case entering:
		tag = `<a href="` + html.EscapeString(target) + `">`
	}
	_, err := w.WriteString(tag)
	return ast.WalkContinue, err
}

// renderFenced leaves the language out, which nothing here reads.
func renderFenced(w util.BufWriter, src []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	_, err := w.WriteString("<pre><code>" + html.EscapeString(string(n.Lines().Value(src))) + "</code></pre>\n")
	return ast.WalkSkipChildren, err
}

// webAddress returns an absolute http or https address in its normal form; ""
// for anything else.
func webAddress(text string) string {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return u.String()
}

var (
	codeSpans = regexp.MustCompile("(?s)```.*?```|`[^`]*`")
	anchors   = regexp.MustCompile(`(?is)<a\s[^<>]*?href="([^"<>]*)"[^<>]*>(.*?)</a>`)
	tagNames  = regexp.MustCompile(`(?i)</?(a|abbr|b|blockquote|br|center|code|dd|details|div|dl|dt|em|font|h[1-6]|hr|i|img|li|ol|p|pre|small|span|strong|sub|summary|sup|table|tbody|td|th|thead|tr|tt|u|ul)(\s[^<>]*)?/?>`)
)

// fromHTML writes the usual tags as Markdown. Code keeps what it has.
func fromHTML(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if !strings.Contains(text, "<") {
		return text
	}
	var b strings.Builder
	end := 0
	for _, span := range codeSpans.FindAllStringIndex(text, -1) {
		b.WriteString(tagsToMarkdown(text[end:span[0]]))
		b.WriteString(text[span[0]:span[1]])
		end = span[1]
	}
	b.WriteString(tagsToMarkdown(text[end:]))
	return b.String()
}

func tagsToMarkdown(text string) string {
	text = anchors.ReplaceAllString(text, "[$2]($1)")
	return tagNames.ReplaceAllStringFunc(text, func(tag string) string {
		name := strings.ToLower(strings.Trim(strings.Fields(tag)[0], "</>"))
		switch name {
		case "b", "strong":
			return "**"
		case "em", "i":
			return "*"
		case "code", "tt":
			return "`"
		case "li":
			if tag[1] == '/' {
				return ""
			}
			return "\n- "
		case "br":
			return "\n\n"
		case "p", "div", "ul", "ol", "dl", "dt", "dd", "blockquote", "table", "tr", "pre", "h1", "h2", "h3", "h4", "h5", "h6":
			return "\n\n"
		case "td", "th":
			return " "
		}
		return ""
	})
}
