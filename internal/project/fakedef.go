package project

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/lock"
	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/templates/runtime/apitest"
)

// Fake returns what a fake of a document is made of. If the config has a client
// of it, its overlays and refs apply. Recorded calls come from the directory
// exchanges; if that is "", from the one next to the document, if there is one.
// The definition is nil if the document cannot be read, and the diagnostics say
// why.
func (p *Project) Fake(spec, exchanges string) (*apitest.Definition, []diag.Diagnostic) {
	options, diags := p.fakeLoad(spec)
	if len(diags) > 0 {
		return nil, diags
	}
	doc, diags := p.stages.Load(spec, options)
	if doc == nil || diag.Errors(diags) {
		return nil, diags
	}
	dir := exchanges
	if dir == "" {
		dir = exchangesDir(spec)
	}
	calls, faults := recordings(dir, exchanges != "")
	if len(faults) > 0 {
		return nil, append(diags, faults...)
	}
	doc.Recorded = func() []load.Recording { return recordedBodies(calls) }
	api, _ := p.stages.Build(doc, model.Options{Package: "api", Fake: true}) // what it says is about clients
	definition, err := Definition(doc, api)
	if err != nil {
		return nil, append(diags, renderFaults(err)...)
	}
	if definition.Exchanges, err = exchangeLines(calls); err != nil {
		return nil, append(diags, renderFaults(err)...)
	}
	return definition, diags
}

// Definition is what a generated fake of api knows, but for recorded calls. The
// model must have been made with Options.Fake.
func Definition(doc *load.Document, api *model.API) (*apitest.Definition, error) {
	text, err := fakeSpec(doc)
	if err != nil {
		return nil, err
	}
	out := &apitest.Definition{Spec: text}
	for _, part := range []struct{ to, from any }{
		{&out.Endpoints, api.Fake.Endpoints}, {&out.Resources, api.Fake.Resources}, {&out.Example, api.Fake.Example},
	} {
		if err := transfer(reflect.ValueOf(part.to).Elem(), reflect.ValueOf(part.from)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// transfer copies a value into one of a type with the same fields. The model does
// not import the runtime, and the runtime does not import the model.
func transfer(to, from reflect.Value) error {
	if to.Kind() != from.Kind() {
		return fmt.Errorf("%s is not %s", to.Type(), from.Type())
	}
	switch from.Kind() {
	case reflect.Struct:
		if to.NumField() != from.NumField() {
			return fmt.Errorf("%s and %s differ in their fields", to.Type(), from.Type())
		}
		for i := range from.NumField() {
			field := to.FieldByName(from.Type().Field(i).Name)
			if !field.IsValid() {
				return fmt.Errorf("%s has no field %s", to.Type(), from.Type().Field(i).Name)
			}
			if err := transfer(field, from.Field(i)); err != nil {
				return err
			}
		}
	case reflect.Slice:
		if from.IsNil() {
			return nil
		}
		to.Set(reflect.MakeSlice(to.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			if err := transfer(to.Index(i), from.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Pointer:
		if from.IsNil() {
			return nil
		}
		to.Set(reflect.New(to.Type().Elem()))
		return transfer(to.Elem(), from.Elem())
	default:
		to.Set(from.Convert(to.Type()))
	}
	return nil
}

// OnlySpec returns the document of the config's client, if it has one client.
func (p *Project) OnlySpec() (string, *diag.Diagnostic) {
	jobs, diags := p.jobs()
	if len(diags) > 0 {
		return "", &diags[0]
	}
	if len(jobs) != 1 {
		var specs []string
		for _, j := range jobs {
			specs = append(specs, slash(j.spec))
		}
		d := fault(diag.Position{File: slash(p.Config)}, "fake", "name one of them: "+strings.Join(specs, ", "), "has %s", count(len(jobs), "client"))
		return "", &d
	}
	return jobs[0].spec, nil
}

// fakeLoad says how a document is loaded: as that of the config's client of it,
// with what its lock pins, where there is one.
func (p *Project) fakeLoad(spec string) (load.Options, []diag.Diagnostic) {
	options := load.Options{Strict: p.Strict, ReadFile: p.read}
	if p.Config == "" || !p.ConfigGiven {
		if _, err := os.Stat(p.Config); err != nil {
			return options, nil
		}
	}
	want, err := filepath.Abs(spec)
	if err != nil {
		return options, renderFaults(err)
	}
	jobs, diags := p.jobs()
	for _, j := range jobs {
		if have, err := filepath.Abs(j.spec); err == nil && have == want {
			return p.loadOptions(j, p.fetcher(j, p.readLock(j.abs(j.dir), lock.Name).Lock)), diags
		}
	}
	return options, diags
}
