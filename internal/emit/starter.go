package emit

import (
	"fmt"
	"go/format"
	"net/http"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/templates"
)

// Starter returns a first program that uses the client of api, which stands
// under the import path client. It is for its user to change: gen writes it
// once.
func Starter(api *model.API, client string, opts Options) ([]byte, error) {
	externs, err := checkAPI(api)
	if err != nil {
		return nil, err
	}
	r := &run{api: api}
	if r.imports, err = newImportTable(strings.TrimSuffix(opts.Runtime, "/"), externs); err != nil {
		return nil, err
	}
	if r.templates, err = parseTemplates(templates.FS); err != nil {
		return nil, err
	}
	src, err := r.execute("starter.go.tmpl", &starterView{r, client, strings.TrimSuffix(opts.Runtime, "/")})
	if err != nil {
		return nil, err
	}
	return format.Source(src)
}

// StarterDocument returns an OpenAPI document for those who have none yet.
func StarterDocument() []byte { return templates.Starter }

// starterView is the view of a first program.
type starterView struct {
	*run
	Import  string // of the client
	Runtime string
}

// Package is the client's package.
func (v *starterView) Package() string { return v.api.Package }

// Name is what the program calls the client's package: names of the program
// itself are taken.
func (v *starterView) Name() string {
	switch name := v.api.Package; name {
	case "api", "client", "context", "err", "fmt", "json", "log", "opts", "os", "result", "page", "text":
		return name + "client"
	default:
		return name
	}
}

// Comment says what the program is.
func (v *starterView) Comment() string {
	return comment(model.Doc{Text: "This program calls the " + apiName(v.api.Title) + `. It is yours to change: gen does not write it again.

Its argument, if it has one, is the server's address.`}, commentWidth)
}

// Credentials are the options that a call needs in most cases. The values come
// from the environment.
func (v *starterView) Credentials() []string {
	var list []string
	for _, s := range v.needed(v.operation()) {
		if option := s.Option(); option != "" && s.Kind != model.SchemeToken {
			list = append(list, v.Name()+"."+option+"("+v.environment(s)+")")
		}
	}
	return list
}

// needed lists the schemes of the first alternative of credentials that op needs,
// or, if op is nil, that operations need in most cases.
func (v *starterView) needed(op *model.Operation) []schemeView {
	alternatives := v.api.Security
	if op != nil && op.Security != nil {
		alternatives = op.Security
	}
	if len(alternatives) == 0 {
		return nil
	}
	return slices.DeleteFunc(v.schemes(), func(s schemeView) bool { return !slices.Contains(alternatives[0], s.Name) })
}

// environment spells the arguments of a scheme's option.
func (v *starterView) environment(s schemeView) string {
	var args []string
	for _, name := range s.Texts() {
		args = append(args, v.variable(name))
	}
	return strings.Join(args, ", ")
}

// variable spells the value of an environment variable.
func (v *starterView) variable(name string) string {
	return fmt.Sprintf("os.Getenv(%q)", strings.ToUpper(v.api.Package+"_"+name))
}

// starterCall is the call that the program makes.
type starterCall struct {
	Expr     string // of the client, e.g. "Pets.List(ctx, pets.PetList{})"
	Variable string // that holds the result
	Value    string // what of it is printed
}

// Call is the call that is easiest to make; nil when none is easy.
func (v *starterView) Call() *starterCall {
	op := v.operation()
	if op == nil {
		return nil
	}
	m := methodView{run: v.run, Operation: op}
	args := []string{"context.Background()"}
	for _, a := range op.Args {
		args = append(args, v.argument(a.Type))
	}
	if op.NeedsParams() {
		args = append(args, v.Name()+"."+op.Options.GoName+"{}")
	}
	call := &starterCall{Expr: v.service(op).Field() + "." + op.GoName + "(" + strings.Join(args, ", ") + ")", Variable: "result", Value: "result"}
	if hasPages(op) && m.Family() != "api" {
		call.Variable, call.Value = "page", "page.Items"
	}
	return call
}

func (v *starterView) service(op *model.Operation) *model.Service {
	for _, s := range v.api.Services {
		if slices.Contains(s.Operations, op) {
			return s
		}
	}
	return nil
}

// operation is what a first program calls: what reads, with the fewest
// arguments, a list before one thing.
func (v *starterView) operation() *model.Operation {
	if v.api.Split {
		return nil // the methods are those of packages that the program does not import
	}
	var best *model.Operation
	least := 0
	for _, s := range v.api.Services {
		for _, op := range s.Operations {
			if cost := v.effort(op); cost >= 0 && (best == nil || cost < least) {
				best, least = op, cost
			}
		}
	}
	return best
}

// effort tells how much a caller of op has to know; -1 is too much.
func (v *starterView) effort(op *model.Operation) int {
	switch {
	case op.Body != nil, op.Doc.Deprecated != "", op.Method != http.MethodGet && op.GraphQL == nil:
		return -1
	}
	switch op.Result.Kind {
	case model.ResultPointer, model.ResultValue, model.ResultPage, model.ResultConnection:
	default:
		return -1
	}
	cost := 10 * len(op.Args)
	for _, a := range op.Args {
		if v.argument(a.Type) == "" {
			return -1
		}
	}
	if op.Options != nil {
		for _, f := range op.Options.Fields {
			if !f.OmitZero && f.Const == "" && f.Type.Kind != model.KindOpt {
				cost += 100
			}
		}
	}
	if !hasPages(op) {
		cost++
	}
	return cost
}

// argument spells a value of type t that a path may hold; "" for what is no
// text or number.
func (v *starterView) argument(t *model.Type) string {
	for t.Kind == model.KindNamed && t.Decl.Kind == model.DeclDefined {
		t = t.Decl.Underlying
	}
	switch t.Kind {
	case model.KindString:
		return `"1"`
	case model.KindInt, model.KindFloat:
		return "1"
	case model.KindNamed:
		if t.Decl.Kind == model.DeclEnum && len(t.Decl.Values) > 0 {
			return v.Name() + "." + t.Decl.Values[0].GoName
		}
	}
	return ""
}
