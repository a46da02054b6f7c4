package emit

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"github.com/docwright/docwright/internal/model"
)

// This file is what the templates see: a view per kind of file, whose methods
// take the decisions, so that the templates read like their output.

// parseTemplates reads the templates. Their functions quote text of the
// document; there is no other way for it into a template than these, and
// comments.
func parseTemplates(files fs.FS) (*template.Template, error) {
	return template.New("").Funcs(template.FuncMap{
		"quote":    strconv.Quote,
		"raw":      rawLiteral,
		"strings":  stringsLiteral,
		"security": securityLiteral,
	}).ParseFS(files, "*.go.tmpl")
}

// execute fills in a template.
func (r *run) execute(name string, view any) ([]byte, error) {
	var b bytes.Buffer
	if err := r.templates.ExecuteTemplate(&b, name, view); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// stringsLiteral spells a []string.
func stringsLiteral(list []string) string { return "[]string{" + quoteAll(list) + "}" }

// securityLiteral spells the alternatives of a call's credentials.
func securityLiteral(s model.Security) string {
	alternatives := make([]string, len(s))
	for i, names := range s {
		alternatives[i] = "{" + quoteAll(names) + "}"
	}
	return "api.Security{" + strings.Join(alternatives, ", ") + "}"
}

func quoteAll(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = strconv.Quote(s)
	}
	return strings.Join(quoted, ", ")
}

// view is what every template begins with.
type view struct {
	*run
	Comment string // of what the file is about
}

// Header is the first line of the file.
func (v view) Header() string { return header(v.api.Source) }

// Package is the package's name.
func (v view) Package() string { return v.packageName() }

// orText returns doc, or one with text where the model has nothing to say.
func orText(doc model.Doc, text string) model.Doc {
	if doc.Text == "" {
		doc.Text = text
	}
	return doc
}

// withText puts text before what the document says, unless that is a sentence
// about the same thing already.
func withText(doc model.Doc, text string) model.Doc {
	name, _, _ := strings.Cut(text, " ")
	if !strings.HasPrefix(doc.Text, name+" ") {
		doc.Text = strings.TrimSpace(text + "\n\n" + doc.Text)
	}
	return doc
}

// docView is the view of doc.go.
func (r *run) docView() view {
	text := r.api.Doc.Text
	if !strings.HasPrefix(text, "Package "+r.api.Package+" ") {
		text = "Package " + r.api.Package + " calls the " + apiName(r.api.Title) + ".\n\n" + text
	}
	var b strings.Builder
	b.WriteString(text)
	b.WriteString("\n\nNew returns a client:\n\n")
	fmt.Fprintf(&b, "\tclient, err := %s.New(%s)\n\tif err != nil {\n\t\treturn err\n\t}\n", r.api.Package, r.exampleOption())
	switch {
	case len(r.api.Services) == 0:
	case r.api.Split:
		b.WriteString("\nEach service has a package of its own, and a program compiles those that it imports:\n\n")
	default:
		b.WriteString("\nIts operations are methods of its services:\n\n")
	}
	for _, s := range r.api.Services {
		b.WriteString("- " + serviceSummary(s) + "\n")
	}
	if r.api.Split && len(r.api.Services) > 0 {
		fmt.Fprintf(&b, "\nThey take the client:\n\n\tservice := %s.New(client)\n", r.api.Services[0].Package)
	}
	b.WriteString(r.webhooksText())
	return view{r, comment(model.Doc{Text: b.String(), Deprecated: r.api.Doc.Deprecated}, commentWidth)}
}

// webhooksText lists the webhooks whose types are in the package.
func (r *run) webhooksText() string {
	var b strings.Builder
	for _, h := range r.api.Webhooks {
		if h.Package != r.pkg {
			continue
		}
		if b.Len() == 0 {
			b.WriteString("\nThe API sends these, for [api.ReadWebhook] to read:\n\n")
		}
		b.WriteString("- " + r.webhookSummary(h) + "\n")
	}
	b.WriteString(r.webhookExample())
	return b.String()
}

// webhookExample shows how a webhook is read whose sender is named by headers.
func (r *run) webhookExample() string {
	for _, h := range r.api.Webhooks {
		if h.Package != r.pkg || h.Type == nil || len(h.Headers) == 0 {
			continue
		}
		var headers []string
		for _, name := range h.Headers {
			headers = append(headers, strconv.Quote(name))
		}
		return "\nHeaders name the sender: " + strings.Join(h.Headers, ", ") + ". [api.VerifyHeaders] compares those that you expect:\n\n" +
			"\tverify := api.VerifyHeaders(map[string]string{" + headers[0] + ": expected})\n" +
			"\tpayload, err := api.ReadWebhook[" + r.goType(h.Type) + "](request, verify)\n"
	}
	return ""
}

// webhookSummary says what a webhook holds.
func (r *run) webhookSummary(h model.Webhook) string {
	what := "a body of type " + oneLine(h.ContentType) + ": see [api.ReadWebhookBody]"
	if h.Type != nil {
		what = r.goType(h.Type)
		if h.Type.Kind == model.KindNamed {
			what = "[" + what + "]"
		}
	}
	if h.Of != "" {
		return h.Name + ", which [" + h.Of + "] asks for, holds " + what
	}
	return h.Name + " holds " + what
}

// exampleOption is what New needs in most cases.
func (r *run) exampleOption() string {
	for _, s := range r.schemes() {
		if s.Option() != "" {
			names, _, _ := strings.Cut(s.Params(), " ")
			if first, second, ok := strings.Cut(s.Params(), ", "); ok && !strings.Contains(first, " ") {
				second, _, _ = strings.Cut(second, " ")
				names = first + ", " + second
			}
			return r.api.Package + "." + s.Option() + "(" + names + ")"
		}
	}
	if len(r.api.Servers) == 0 || r.api.Servers[0].URL == "" {
		return "api.WithServer(url)"
	}
	return ""
}

// serviceSummary is the first sentence about a service, with a link to it where
// it is in the same package.
func serviceSummary(s *model.Service) string {
	name := s.TypeName()
	link := "[" + name + "]"
	if s.Package != "" {
		link = s.Package
	}
	first, _, _ := strings.Cut(s.Doc.Text, "\n\n")
	first, _, _ = strings.Cut(oneLine(first), ". ")
	rest, ok := strings.CutPrefix(strings.TrimSuffix(first, "."), name+" ")
	switch {
	case ok:
		return link + " " + rest + "."
	case first == "":
		return link
	}
	return link + ": " + strings.TrimSuffix(first, ".") + "."
}

// apiName is how a title is spoken of: "Ctrl Hub API".
func apiName(title string) string {
	title = strings.TrimSuffix(strings.TrimPrefix(oneLine(title), "The "), ".")
	switch {
	case title == "":
		return "API"
	case strings.Contains(strings.ToUpper(title), "API"):
		return title
	}
	return title + " API"
}

// clientView is the view of client.go.
type clientView struct{ view }

func (r *run) clientView() clientView {
	text := "Client calls the " + apiName(r.api.Title) + ". It is safe for concurrent use: make one and keep it."
	return clientView{view{r, comment(model.Doc{Text: text}, commentWidth)}}
}

// Services lists the client's services.
func (v clientView) Services() []*model.Service { return v.clientServices() }

// Split reports whether services have packages of their own.
func (v clientView) Split() bool { return v.api.Split }

// clientServices are the services that are fields of the client.
func (r *run) clientServices() []*model.Service {
	if r.api.Split {
		return nil
	}
	return r.api.Services
}

// Security is what operations need that say nothing themselves.
func (v clientView) Security() model.Security { return v.api.Security }

// ErrorBodies lists the types of error bodies that operations share.
func (v clientView) ErrorBodies() []errorBody { return v.errorBodies(v.api.Errors) }

// NewComment documents the constructor.
func (v clientView) NewComment() string {
	text := "New returns a client of the " + apiName(v.api.Title) + "."
	if v.DefaultServer() == "" {
		text += " The address of the API must be among the options: [api.WithServer]."
	}
	var options []string
	for _, scheme := range v.Schemes() {
		if name := scheme.Option(); name != "" && !slices.Contains(options, "["+name+"]") {
			options = append(options, "["+name+"]")
		}
	}
	if n := len(options); n > 0 {
		text += " Credentials are options, too: " + strings.Join(options[:n-1], ", ")
		if n > 1 {
			text += " and "
		}
		text += options[n-1] + "."
	}
	return comment(model.Doc{Text: text}, commentWidth)
}

// Servers lists the addresses that have a constant.
func (v clientView) Servers() []serverView {
	var out []serverView
	for _, s := range v.api.Servers {
		if s.URL != "" {
			out = append(out, serverView{s})
		}
	}
	return out
}

// TokenURLs are the servers that have a token URL of their own, if any scheme
// fetches tokens.
func (v clientView) TokenURLs() []serverView {
	if !slices.ContainsFunc(v.api.Schemes, func(s model.Scheme) bool { return s.Kind == model.SchemeClientCredentials }) {
		return nil
	}
	return slices.DeleteFunc(v.Servers(), func(s serverView) bool { return s.TokenURL == "" })
}

// DefaultServer is the constant of the server that is called unless an option
// says otherwise; "" when the document names none.
func (v clientView) DefaultServer() string {
	if len(v.api.Servers) == 0 || v.api.Servers[0].URL == "" {
		return ""
	}
	return v.api.Servers[0].Name
}

// Variables are the {names} in the default server's address.
func (v clientView) Variables() []model.ServerVariable {
	if v.DefaultServer() == "" {
		return nil
	}
	return v.api.Servers[0].Variables
}

// FurtherServers are the other servers whose addresses have {names}.
func (v clientView) FurtherServers() []serverView {
	var out []serverView
	for _, s := range v.Servers() {
		listed := func(o serverView) bool { return o.URL == s.URL }
		if len(s.Variables) > 0 && s.URL != v.api.Servers[0].URL && !slices.ContainsFunc(out, listed) {
			out = append(out, s)
		}
	}
	return out
}

// VariableOptions are the options for the {names} in the addresses of all servers.
func (v clientView) VariableOptions() []variableView { return v.variables() }

func (r *run) variables() []variableView {
	taken := map[string]bool{}
	for _, s := range r.api.Schemes {
		taken[s.GoName] = true
	}
	for _, h := range r.api.Headers {
		taken[h.GoName] = true
	}
	for _, d := range r.api.Decls {
		if rest, ok := strings.CutPrefix(d.GoName, "With"); ok {
			taken[rest] = true
		}
	}
	var out []variableView
	for i, s := range r.api.Servers {
		if s.URL == "" {
			continue
		}
		for _, variable := range s.Variables {
			if slices.ContainsFunc(out, func(v variableView) bool { return v.Name == variable.Name }) {
				continue // the option sets it in the address that is called
			}
			number := 2
			for base := variable.GoName; slices.ContainsFunc(out, func(v variableView) bool { return v.GoName == variable.GoName }); number++ {
				variable.GoName = base + strconv.Itoa(number)
			}
			view := variableView{ServerVariable: variable, taken: taken[variable.GoName]}
			if i > 0 {
				view.server = s.Name
			}
			out = append(out, view)
		}
	}
	return out
}

// Schemes lists the security schemes.
func (v clientView) Schemes() []schemeView { return v.schemes() }

func (r *run) schemes() []schemeView {
	out := make([]schemeView, len(r.api.Schemes))
	for i, s := range r.api.Schemes {
		out[i] = schemeView{s}
	}
	return out
}

// serverView is a constant that holds an address.
type serverView struct{ model.Server }

// Comment documents the constant.
func (s serverView) Comment() string {
	text := s.Name + " is an address of the API."
	if s.Name == "DefaultServer" {
		text = "DefaultServer is the address that is called unless [api.WithServer] names another."
	}
	return comment(withText(s.Doc, text), commentWidth)
}

// Headers lists the headers that every call sends.
func (v clientView) Headers() []headerView {
	out := make([]headerView, len(v.api.Headers))
	for i, h := range v.api.Headers {
		out[i] = headerView{h}
	}
	return out
}

// headerView is a header that every call sends, and its option.
type headerView struct{ model.ClientHeader }

// Option is the option's name.
func (h headerView) Option() string { return "With" + h.GoName }

// Comment documents the option.
func (h headerView) Comment() string {
	text := h.Option() + " sends value in the header " + h.Name + " instead of " + strconv.Quote(h.Default) + ": of one call, or of all that a client makes."
	return comment(withText(h.Doc, text), commentWidth)
}

// variableView is a part of a server's address, and its option.
type variableView struct {
	model.ServerVariable
	taken  bool   // something else has the option's name
	server string // the constant of the first server that has it; "" for the default server
}

// Option is the option's name; "" where api.WithServerVariable must do.
func (v variableView) Option() string {
	if v.taken {
		return ""
	}
	return "With" + v.GoName
}

// Comment documents the option.
func (v variableView) Comment() string {
	address := "the address of the API"
	if v.server != "" {
		address = "the address [" + v.server + "], which [api.WithServer] chooses"
	}
	text := v.Option() + " sets {" + v.Name + "} in " + address
	if !v.NoDefault {
		text += ", instead of " + strconv.Quote(v.Default)
	}
	text += "."
	if v.Option() == "WithServer" { // as api.WithServer is called, which is something else
		text += " To replace the whole address, pass [api.WithServer]."
	}
	return comment(withText(v.Doc, text), commentWidth)
}

// schemeView is the option that sets a security scheme's credential.
type schemeView struct{ model.Scheme }

// Option is the option's name; "" where the transport answers for the scheme.
func (s schemeView) Option() string {
	if s.Kind == model.SchemeMutualTLS {
		return ""
	}
	return "With" + s.GoName
}

// Comment documents the option.
func (s schemeView) Comment() string {
	return comment(withText(s.Doc, s.Option()+" "+s.does()+"."), commentWidth)
}

// does says what the option makes calls do.
func (s schemeView) does() string {
	param := strconv.Quote(s.Param)
	switch s.Kind {
	case model.SchemeHeaderKey:
		return "sends " + s.key() + " in the header " + s.Param
	case model.SchemeQueryKey:
		return "sends " + s.key() + " in the query parameter " + param
	case model.SchemeCookieKey:
		return "sends " + s.key() + " in the cookie " + param
	case model.SchemeBasic:
		return "sends a user name and a password: HTTP basic authentication"
	case model.SchemeBearer:
		return "sends token as a bearer token"
	case model.SchemeToken:
		return "sends the tokens that source gives as bearer tokens"
	case model.SchemeClientCredentials:
		return "gets tokens for a client's id and secret, and sends them as bearer tokens"
	}
	return "sends credential with the authorization scheme " + param
}

// Texts names the parameters of the option that are strings; none for a scheme
// that takes something else.
func (s schemeView) Texts() []string {
	switch s.Kind {
	case model.SchemeBasic:
		return []string{"user", "password"}
	case model.SchemeBearer:
		return []string{"token"}
	case model.SchemeToken:
		return nil
	case model.SchemeClientCredentials:
		return []string{"id", "secret"}
	case model.SchemeCustom:
		return []string{"credential"}
	}
	return []string{s.key()}
}

// Params are the option's parameters.
func (s schemeView) Params() string {
	if s.Kind == model.SchemeToken {
		return "source api.TokenSource"
	}
	params := strings.Join(s.Texts(), ", ") + " string"
	if s.Kind == model.SchemeClientCredentials {
		params += ", scopes ...string"
	}
	return params
}

// key is what an API key is called.
func (s schemeView) key() string {
	if strings.HasSuffix(s.GoName, "Token") {
		return "token"
	}
	return "key"
}

// Credential makes the credential out of the option's parameters.
func (s schemeView) Credential() string {
	param := strconv.Quote(s.Param)
	switch s.Kind {
	case model.SchemeHeaderKey:
		return "api.HeaderKey(" + param + ", " + s.key() + ")"
	case model.SchemeQueryKey:
		return "api.QueryKey(" + param + ", " + s.key() + ")"
	case model.SchemeCookieKey:
		return "api.CookieKey(" + param + ", " + s.key() + ")"
	case model.SchemeBasic:
		return "api.Basic(user, password)"
	case model.SchemeBearer:
		return "api.Bearer(token)"
	case model.SchemeToken:
		return "api.Token(source)"
	case model.SchemeClientCredentials:
		return "api.ClientCredentials(api.OAuth2{DocumentURL: " + strconv.Quote(s.TokenURL) + ", ID: id, Secret: api.NewSecret(secret), Scopes: scopes})"
	}
	return "api.HTTPScheme(" + param + ", credential)"
}
