package draft

import (
	"slices"

	"github.com/docwright/docwright/internal/load"
	"github.com/docwright/docwright/internal/model"
)

// nameSymbols says of each drift of a spec which method, type or field it is in
// the client that gen generates: of the innermost place that has one.
func (r *DriftResult) nameSymbols(spec string) {
	if len(r.Drifts) == 0 {
		return
	}
	symbols := symbolsOf(spec)
	for i := range r.Drifts {
		d := &r.Drifts[i]
		for _, at := range slices.Backward(d.within) {
			if !at.OK() || d.Go != "" {
				continue
			}
			file, line, col := at.File.Position(at.Node)
			d.Go = symbols[load.Position{File: absolute(file), Line: line, Col: col}]
		}
	}
}

// symbolsOf names the methods, types and fields of a client by their places in
// the spec. Where a field and its type are at one place, it is the field.
func symbolsOf(spec string) map[load.Position]string {
	out := map[load.Position]string{}
	doc, diags := load.File(spec, load.Options{})
	if doc == nil || load.Errors(diags) {
		return out
	}
	api, _ := model.Build(doc, model.Options{Package: "client", Source: spec})
	if api == nil {
		return out
	}
	add := func(at load.Position, name string) {
		at.File = absolute(at.File)
		if out[at] == "" {
			out[at] = name
		}
	}
	for _, s := range api.Services {
		for _, o := range s.Operations {
			add(o.Pos, s.TypeName()+"."+o.GoName)
		}
	}
	for _, d := range api.Decls {
		for _, f := range d.Fields {
			if f.GoName != "_" {
				add(f.Pos, d.GoName+"."+f.GoName)
			}
		}
	}
	for _, d := range api.Decls {
		add(d.Pos, d.GoName)
	}
	return out
}
