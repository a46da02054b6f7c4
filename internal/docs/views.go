package docs

import (
	"cmp"
	"encoding/json"
	"html/template"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/model"
)

// This file is what the templates of whole pages see.

// maxMenu is how many services a client may have for every page to list them:
// with more, the list would be most of the page.
const maxMenu = 120

// frame is what every page has around its content.
type frame struct {
	Title  string
	Client string // name of the client; "" on the page over all
	Root   string // leads from the page to the root, e.g. "../../"
	Home   string // leads from the page to the client's directory, e.g. "../"
	Here   string // last part of the path that is shown; "" on a client's index
	Up     bool   // there is a page over all clients
	Menu   []link
	OnPage []link // what the page holds, by its name
}

// link is an entry of a list of links.
type link struct {
	Text, Href string
	Current    bool
	Note       string
	Below      []link
}

// frame makes the frame of a page that lies depth directories below the
// client's own.
func (c *client) frame(title string, depth int) frame {
	f := frame{Title: title, Client: c.name(), Home: strings.Repeat("../", depth), Here: title, Up: c.Dir != ""}
	f.Root = f.Home
	if c.Dir != "" {
		f.Root += strings.Repeat("../", strings.Count(c.Dir, "/")+1)
	}
	if len(c.API.Services) <= maxMenu {
		for _, s := range c.API.Services {
			f.Menu = append(f.Menu, link{Text: s.GoName, Href: f.Home + c.servicePage(s)})
		}
	}
	return f
}

// rootView is the page over all clients.
type rootView struct {
	frame
	Clients []*client
}

// Name is what the client is called.
func (c *client) Name() string { return c.name() }

// Href leads from the root to the client's index.
func (c *client) Href() string { return c.Dir + "/index.html" }

// Intro is the first paragraph of what the document says of itself.
func (c *client) Intro() template.HTML {
	first, _, _ := strings.Cut(strings.TrimSpace(c.API.Doc.Markdown), "\n\n")
	return c.text.render(first)
}

// Operations counts the client's operations.
func (c *client) Operations() int { return c.API.Report.Operations }

// indexView is the index of a client.
type indexView struct {
	frame
	Doc       template.HTML
	Import    string // "" if it is not known
	FirstCall template.HTML
	Servers   []serverView
	Schemes   []schemeView
	Headers   []headerView
	Default   []string // alternatives of credentials
	Errors    []answerView
	Services  []serviceEntry
	Groups    []link // types by letter
	Webhooks  []webhookView

	Decisions []Decision // those that concern more than a few operations
}

type serverView struct {
	Name, URL string
	Doc       template.HTML
}

type schemeView struct {
	ID     string
	Option template.HTML
	Name   string
	What   string
	Doc    template.HTML
	Scopes []string
}

type headerView struct {
	Name, Option, Default string
	Doc                   template.HTML
}

type serviceEntry struct {
	Name, Href string
	Doc        template.HTML
	Operations []operationEntry
}

type operationEntry struct {
	Name, Href, Method, Path string
	Deprecated               bool
}

type webhookView struct {
	Name, Of string
	Type     template.HTML
}

func (c *client) indexView() indexView {
	v := indexView{frame: c.frame(c.name(), 0), Doc: c.text.render(c.API.Doc.Markdown)}
	v.Here = ""
	v.Import, v.FirstCall = c.Import, c.goCode(place{}, c.Go.FirstCall(c.Import))
	v.Decisions = c.sharedDecisions()
	for _, s := range c.API.Servers {
		if s.URL != "" {
			v.Servers = append(v.Servers, serverView{s.Name, s.URL, c.text.render(s.Doc.Text)})
		}
	}
	for _, s := range c.API.Schemes {
		v.Schemes = append(v.Schemes, schemeView{
			ID: schemeID(s), Option: c.goCode(place{}, c.Go.Option(s)), Name: s.Name, What: schemeWhat(s), Doc: c.text.render(s.Doc.Text), Scopes: s.Scopes,
		})
	}
	for _, h := range c.API.Headers {
		v.Headers = append(v.Headers, headerView{h.Name, "With" + h.GoName, h.Default, c.text.render(h.Doc.Text)})
	}
	for _, e := range c.API.Errors {
		v.Errors = append(v.Errors, answerView{Code: e.Code, Type: c.goCode(place{}, c.Go.Type("", e.Type))})
	}
	for _, s := range c.API.Services {
		v.Services = append(v.Services, c.serviceEntry(s))
	}
	for _, h := range c.API.Webhooks {
		v.Webhooks = append(v.Webhooks, webhookView{h.Name, h.Of, c.goCode(place{}, c.Go.Type("", h.Type))})
	}
	v.Groups = c.letters()
	return v
}

func (c *client) serviceEntry(s *model.Service) serviceEntry {
	e := serviceEntry{Name: s.GoName, Href: c.servicePage(s), Doc: c.text.render(s.Doc.Markdown)}
	for _, op := range s.Operations {
		e.Operations = append(e.Operations, operationEntry{op.GoName, e.Href + "#" + op.GoName, op.Method, op.Path, op.Doc.Deprecated != ""})
	}
	return e
}

// letters groups the types by their first letter.
func (c *client) letters() []link {
	decls := slices.SortedFunc(slices.Values(c.API.Decls), func(x, y *model.Decl) int { return cmp.Compare(x.GoName, y.GoName) })
	var groups []link
	for _, d := range decls {
		letter := string([]rune(d.GoName)[:1])
		if len(groups) == 0 || groups[len(groups)-1].Text != letter {
			groups = append(groups, link{Text: letter})
		}
		last := &groups[len(groups)-1]
		last.Below = append(last.Below, link{Text: d.GoName, Href: c.typeLink("", d)})
	}
	return groups
}

// schemeID is the anchor of a security scheme.
func schemeID(s model.Scheme) string { return "scheme-" + s.GoName }

// schemeWhat says how a credential travels.
func schemeWhat(s model.Scheme) string {
	switch s.Kind {
	case model.SchemeHeaderKey:
		return "key in the header " + s.Param
	case model.SchemeQueryKey:
		return "key in the query parameter " + s.Param
	case model.SchemeCookieKey:
		return "key in the cookie " + s.Param
	case model.SchemeBasic:
		return "HTTP basic authentication"
	case model.SchemeBearer:
		return "bearer token"
	case model.SchemeToken:
		return "OAuth2 token from a source of yours"
	case model.SchemeClientCredentials:
		return "OAuth2 client credentials, from " + s.TokenURL
	case model.SchemeMutualTLS:
		return "mutual TLS: the HTTP client's business"
	}
	return "authorization scheme " + s.Param
}

// serviceView is the page of a service.
type serviceView struct {
	frame
	Doc        template.HTML
	Operations []operationView
}

func (c *client) serviceView(s *model.Service) serviceView {
	v := serviceView{frame: c.frame(s.GoName, 1), Doc: c.text.render(s.Doc.Markdown)}
	for _, op := range s.Operations {
		v.Operations = append(v.Operations, c.operationView(s, op))
		v.OnPage = append(v.OnPage, link{Text: op.GoName, Href: "#" + op.GoName, Note: op.Method})
	}
	v.place(s.GoName)
	return v
}

// place puts what the page holds below its entry in the menu, if it has one.
func (f *frame) place(name string) {
	for i := range f.Menu {
		if f.Menu[i].Text == name {
			f.Menu[i].Current = true
			f.Menu[i].Below = f.OnPage
			f.OnPage = nil
		}
	}
}

// typesView is a page of types.
type typesView struct {
	frame
	Import string // of the package that declares them
	Types  []typeView
}

func (c *client) typesView(decls []*model.Decl) typesView {
	v := typesView{frame: c.frame(c.Go.TypeFile(decls[0]), 1), Import: cmp.Or(c.Import, c.API.Package)}
	for _, d := range decls {
		v.Types = append(v.Types, c.typeView(d))
		v.OnPage = append(v.OnPage, link{Text: d.GoName, Href: "#" + d.GoName})
	}
	return v
}

// searchIndex is a script that holds what the search finds: name, what it is,
// page. It is a script because a page that was opened as a file may load those,
// and no data.
func (c *client) searchIndex() ([]byte, error) {
	entries := [][3]string{}
	for _, s := range c.API.Services {
		page := c.servicePage(s)
		entries = append(entries, [3]string{s.GoName, "service", page})
		for _, op := range s.Operations {
			entries = append(entries, [3]string{s.GoName + "." + op.GoName, op.Method + " " + op.Path, page + "#" + op.GoName})
		}
	}
	for _, d := range c.API.Decls {
		entries = append(entries, [3]string{d.GoName, "type", c.typeLink("", d)})
	}
	var b strings.Builder
	b.WriteString("// " + marker + "\nwindow.docwright = [")
	for i, e := range entries {
		data, err := json.Marshal(e) // escapes what could end a script
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n" + string(data))
	}
	b.WriteString("\n];\n")
	return visible([]byte(b.String())), nil
}
