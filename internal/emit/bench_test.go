package emit

import (
	"fmt"
	"testing"

	"github.com/docwright/docwright/internal/model"
)

// large is an API of about the size of Kubernetes': 700 types of a dozen members
// and 1,000 operations in 60 services.
func large() *model.API {
	api := &model.API{Package: "large", Title: "Large API", Source: "large.json", Servers: []model.Server{{Name: "DefaultServer", URL: "https://example.com"}}}
	for i := range 700 {
		d := &model.Decl{GoName: fmt.Sprintf("Thing%d", i), File: fmt.Sprintf("thing_%d", i/3), Kind: model.DeclStruct, Role: model.RoleRead,
			Doc: text(fmt.Sprintf("Thing%d is one of many things that are much like each other, so much that it takes more than one line to say so, as in the documents that this stands for.", i))}
		for j := range 12 {
			t := str()
			switch {
			case j%4 == 1:
				t = kind(model.KindTime)
			case j%4 == 2:
				t = of(model.KindMap, kind(model.KindInt))
			case j == 3 && i > 0:
				t = of(model.KindSlice, named(api.Decls[i/2]))
			}
			d.Fields = append(d.Fields, &model.Field{Name: fmt.Sprintf("member_%d", j), GoName: fmt.Sprintf("Member%d", j), In: model.InMember, Type: t, OmitZero: j > 2,
				Doc: text(fmt.Sprintf("Member%d holds what a thing has in its place, a sentence or two. Populated by the system. Read-only. More info: https://git.k8s.io/community/contributors/devel.", j))})
		}
		api.Decls = append(api.Decls, d)
	}
	for i := range 60 {
		s := &model.Service{Name: fmt.Sprintf("service%d", i), GoName: fmt.Sprintf("Service%d", i), File: fmt.Sprintf("service_%d_service", i)}
		for j := range 1000/60 + 1 {
			options := &model.Decl{GoName: fmt.Sprintf("Service%dCall%d", i, j), File: s.File + "_options", Kind: model.DeclStruct, Role: model.RoleOptions,
				Doc:    text(fmt.Sprintf("Service%dCall%d holds the parameters of a call.", i, j)),
				Fields: []*model.Field{{Name: "limit", GoName: "Limit", In: model.InQuery, Type: of(model.KindOpt, kind(model.KindInt)), Doc: text("Limit is how many there are at most.")}}}
			api.Decls = append(api.Decls, options)
			s.Operations = append(s.Operations, &model.Operation{ID: fmt.Sprintf("call%d_%d", i, j), GoName: fmt.Sprintf("Call%d", j), Method: "GET",
				Path: "/apis/{group}/things/{name}", Doc: text(fmt.Sprintf("Call%d reads a thing.", j)), Accept: "application/json", Options: options,
				Args:   []*model.Arg{{Name: "group", GoName: "group", Type: str()}, {Name: "name", GoName: "name", Type: str()}},
				Result: model.Result{Kind: model.ResultPointer, Type: named(api.Decls[j])}, Errors: []model.Status{{Code: "default", Type: named(api.Decls[0])}}})
		}
		api.Services = append(api.Services, s)
	}
	return api
}

func BenchmarkFiles(b *testing.B) {
	api := large()
	var bytes int
	for b.Loop() {
		out, err := Files(api, testOptions)
		if err != nil {
			b.Fatal(err)
		}
		bytes = 0
		for _, f := range out {
			bytes += len(f)
		}
	}
	b.ReportMetric(float64(bytes)/1e6, "MB")
}
