package docs

import (
	"go/scanner"
	"go/token"
	"html"
	"html/template"
	"strings"
	"unicode"

	"github.com/docwright/docwright/internal/model"
)

// This file highlights code when pages are made, so that reading them takes no
// script. Everything passes through span and text, which escape.

// codeWriter writes highlighted code.
type codeWriter struct{ b strings.Builder }

func (w *codeWriter) text(s string) { w.b.WriteString(html.EscapeString(s)) }

// span writes s in an element of a class, of which there are few: k for
// keywords and keys, s for strings, n for numbers and other constants, c for
// comments, h for what leads a message.
func (w *codeWriter) span(class, s string) {
	if class == "" {
		w.text(s)
		return
	}
	w.b.WriteString(`<span class="` + class + `">`)
	w.text(s)
	w.b.WriteString(`</span>`)
}

func (w *codeWriter) link(href, s string) {
	w.b.WriteString(`<a href="` + html.EscapeString(href) + `">`)
	w.text(s)
	w.b.WriteString(`</a>`)
}

func (w *codeWriter) html() template.HTML {
	return template.HTML(w.b.String()) //nolint:gosec // made of escaped text
}

// lexeme is a token of Go.
type lexeme struct {
	pos int
	tok token.Token
	lit string
}

// place is where code stands: prefix leads from the page to the client's
// directory, pkg is the package that the code belongs to, in a split client.
type place struct{ prefix, pkg string }

// goCode highlights Go, and links the client's types.
func (c *client) goCode(at place, src string) template.HTML {
	var w codeWriter
	list := lexemes(src)
	end := 0
	for i, l := range list {
		if l.pos > end {
			w.text(src[end:l.pos])
		}
		end = l.pos + len(l.lit)
		if d := c.mentioned(at.pkg, list, i); d != nil {
			w.link(c.typeLink(at.prefix, d), l.lit)
		} else {
			w.span(goClass(l.tok), l.lit)
		}
	}
	w.text(src[end:])
	return w.html()
}

// lexemes cuts Go into tokens. Semicolons that are not written are left out.
func lexemes(src string) []lexeme {
	var s scanner.Scanner
	files := token.NewFileSet()
	file := files.AddFile("", files.Base(), len(src))
	s.Init(file, []byte(src), func(token.Position, string) {}, scanner.ScanComments)
	var list []lexeme
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return list
		}
		if tok == token.SEMICOLON && lit != ";" {
			continue
		}
		if lit == "" {
			lit = tok.String()
		}
		offset := file.Offset(pos)
		if offset+len(lit) > len(src) || src[offset:offset+len(lit)] != lit {
			return list // not as it is written: the rest stays plain
		}
		list = append(list, lexeme{offset, tok, lit})
	}
}

func goClass(tok token.Token) string {
	switch {
	case tok.IsKeyword():
		return "k"
	case tok == token.STRING || tok == token.CHAR:
		return "s"
	case tok == token.INT || tok == token.FLOAT:
		return "n"
	case tok == token.COMMENT:
		return "c"
	}
	return ""
}

// mentioned is the type of the client that the token at i names: it may be
// qualified with its package, and is no member, method or key. It is nil for
// anything else.
func (c *client) mentioned(pkg string, list []lexeme, i int) *model.Decl {
	if list[i].tok != token.IDENT {
		return nil
	}
	name := "." + list[i].lit
	if i > 0 && list[i-1].tok == token.PERIOD {
		switch {
		case i == 1 || list[i-2].tok != token.IDENT:
			return nil
		case list[i-2].lit == c.API.Package:
			return c.decls[name]
		}
		return c.decls[list[i-2].lit+name]
	}
	if i+1 < len(list) && (list[i+1].tok == token.COLON || list[i+1].tok == token.LPAREN) {
		return nil
	}
	return c.decls[pkg+name]
}

// typeLink leads to a type.
func (c *client) typeLink(prefix string, d *model.Decl) string {
	return prefix + c.pages[d] + "#" + d.GoName
}

// jsonCode highlights JSON; what is none stays readable.
func jsonCode(w *codeWriter, src string) {
	for len(src) > 0 {
		n, class := jsonToken(src)
		if class == "s" && strings.HasPrefix(strings.TrimLeft(src[n:], " \t\r\n"), ":") {
			class = "k"
		}
		w.span(class, src[:n])
		src = src[n:]
	}
}

// jsonToken measures what src begins with: a string, a number or constant, or
// what stands between those.
func jsonToken(src string) (n int, class string) {
	if src[0] == '"' {
		for n = 1; n < len(src); n++ {
			switch src[n] {
			case '\\':
				n++
			case '"':
				return n + 1, "s"
			}
		}
		return len(src), "s"
	}
	if n = strings.IndexFunc(src, func(r rune) bool { return !isWord(r) }); n != 0 {
		if n < 0 {
			n = len(src)
		}
		return n, "n"
	}
	if n = strings.IndexFunc(src, func(r rune) bool { return r == '"' || isWord(r) }); n < 0 {
		n = len(src)
	}
	return n, ""
}

// isWord tells the characters of numbers, true, false and null.
func isWord(r rune) bool {
	return r == '-' || r == '+' || r == '.' || unicode.IsLetter(r) || unicode.IsDigit(r)
}
