package emit

import (
	"fmt"
	"go/format"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/model"
)

// This file spells the first call of a client for those who write about it.

// FirstCall spells how a program makes a client with its credentials and makes
// one call. It is a whole program if the import path of the client is known. If
// client is "", it is what the function main would hold.
func (s *Spelling) FirstCall(client string) string {
	f := &firstCall{starterView: &starterView{run: s.other, Import: client}, runtime: s.runtime}
	body := f.body()
	if client == "" {
		return formatted(body)
	}
	return formatted("package main\n\nimport (\n" + f.imports() + ")\n\nfunc main() {\n" + body + "}\n")
}

// formatted is src as gofmt writes it.
func formatted(src string) string {
	out, err := format.Source([]byte(src))
	if err != nil {
		return src
	}
	return strings.TrimRight(string(out), "\n")
}

// firstCall spells one program.
type firstCall struct {
	*starterView
	runtime string         // import path
	service *model.Service // whose package a split client's call needs; nil otherwise
	text    strings.Builder
}

// body spells the statements.
func (f *firstCall) body() string {
	service, op := f.operationOf()
	options := f.options(op)
	if len(options) > 1 {
		options = append([]string{""}, append(options, "")...) // a line for each
	}
	f.checked("client, err := " + f.Name() + ".New(" + strings.Join(options, ",\n") + ")")
	if op == nil {
		f.text.WriteString("fmt.Printf(\"%T\\n\", client) // its services have the methods\n")
		return f.text.String()
	}
	receiver := "client." + service.Field()
	if service.Package != "" {
		f.service, receiver = service, serviceName(service)+".New(client)"
	}
	args := []string{"context.Background()"}
	for _, a := range op.Args {
		args = append(args, f.argument(a.Type))
	}
	if op.NeedsParams() {
		args = append(args, f.Name()+"."+op.Options.GoName+"{}")
	}
	result, value := "result", "result"
	if hasPages(op) && (methodView{run: f.run, Operation: op}).Family() != "api" {
		result, value = "page", "page.Items"
	}
	f.checked(result + ", err := " + receiver + "." + op.GoName + "(" + strings.Join(args, ", ") + ")")
	fmt.Fprintf(&f.text, "fmt.Printf(\"%%+v\\n\", %s)\n", value)
	return f.text.String()
}

// checked writes a statement that declares err, and what ends the program if
// that is set.
func (f *firstCall) checked(statement string) {
	f.text.WriteString(statement + "\nif err != nil {\nlog.Fatal(err)\n}\n")
}

// options are what New takes: the credentials of op, and the address of a server
// if the document has none.
func (f *firstCall) options(op *model.Operation) []string {
	var options []string
	for _, s := range f.needed(op) {
		switch {
		case s.Option() == "": // mutual TLS
		case s.Kind == model.SchemeToken:
			options = append(options, "api.WithToken("+f.variable("token")+")")
		default:
			options = append(options, f.Name()+"."+s.Option()+"("+f.environment(s)+")")
		}
	}
	if len(f.api.Servers) == 0 || f.api.Servers[0].URL == "" {
		options = append(options, "api.WithServer("+f.variable("server")+")")
	}
	return options
}

// operationOf is the operation to call and its service; nil without one. In a
// split client it is one whose arguments name no type.
func (f *firstCall) operationOf() (*model.Service, *model.Operation) {
	if !f.api.Split {
		op := f.operation()
		if op == nil {
			return nil, nil
		}
		return f.starterView.service(op), op
	}
	for _, service := range f.api.Services {
		for _, op := range service.Operations {
			named := op.NeedsParams() || slices.ContainsFunc(op.Args, func(a *model.Arg) bool { return a.Type.Kind == model.KindNamed })
			if f.effort(op) >= 0 && !named {
				return service, op
			}
		}
	}
	return nil, nil
}

// serviceName is what the program calls the package of a service.
func serviceName(s *model.Service) string { return s.Package + "service" }

// imports spells the imports of the program: those that its text mentions.
func (f *firstCall) imports() string {
	var list string
	for _, name := range []string{"context", "fmt", "log", "os"} {
		if f.mentions(name) {
			list += strconv.Quote(name) + "\n"
		}
	}
	list += "\n"
	if f.mentions("api") {
		list += strconv.Quote(f.runtime+"/api") + "\n"
	}
	if f.Name() != f.Package() {
		list += f.Name() + " "
	}
	list += strconv.Quote(f.Import) + "\n"
	if f.service != nil {
		list += serviceName(f.service) + " " + strconv.Quote(f.Import+"/"+f.service.Package) + "\n"
	}
	return list
}

// mentions reports whether the text uses a package.
func (f *firstCall) mentions(pkg string) bool {
	return regexp.MustCompile(`\b` + pkg + `\.`).MatchString(f.text.String())
}
