package project

import (
	"reflect"
	"testing"

	"github.com/docwright/docwright/internal/model"
	"github.com/docwright/docwright/templates/runtime/apitest"
)

// TestDefinitionTypes holds that the model and the runtime have the same types for
// what fakes know, so that transfer loses nothing.
func TestDefinitionTypes(t *testing.T) {
	compared := 0
	var same func(where string, to, from reflect.Type)
	same = func(where string, to, from reflect.Type) {
		compared++
		switch {
		case to.Kind() != from.Kind():
			t.Errorf("%s: %s is not %s", where, to, from)
		case from.Kind() == reflect.Slice, from.Kind() == reflect.Pointer:
			same(where, to.Elem(), from.Elem())
		case from.Kind() == reflect.Struct:
			if to.NumField() != from.NumField() {
				t.Errorf("%s: %d fields, and %d in the model", where, to.NumField(), from.NumField())
			}
			for i := range from.NumField() {
				name := from.Field(i).Name
				field, ok := to.FieldByName(name)
				if !ok {
					t.Errorf("%s has no field %s", to, name)
					continue
				}
				same(where+"."+name, field.Type, from.Field(i).Type)
			}
		}
	}
	same("Endpoint", reflect.TypeFor[apitest.Endpoint](), reflect.TypeFor[model.Endpoint]())
	same("Resource", reflect.TypeFor[apitest.Resource](), reflect.TypeFor[model.Resource]())
	same("Example", reflect.TypeFor[apitest.Example](), reflect.TypeFor[model.Example]())
	if compared < 60 {
		t.Errorf("only %d types were compared", compared)
	}
}

// TestTransfer holds that values arrive whole, and that types which differ are an
// error.
func TestTransfer(t *testing.T) {
	from := model.Endpoint{Method: "GET", Samples: []string{"{}"}, Action: model.ActList, Page: &model.Paging{Style: "page", First: 1, Facts: []model.PageFact{{Pointer: "/meta/total", Text: true}}}}
	var to apitest.Endpoint
	if err := transfer(reflect.ValueOf(&to).Elem(), reflect.ValueOf(from)); err != nil {
		t.Fatal(err)
	}
	want := apitest.Endpoint{Method: "GET", Samples: []string{"{}"}, Action: apitest.ActList, Page: &apitest.Paging{Style: "page", First: 1, Facts: []apitest.PageFact{{Pointer: "/meta/total", Text: true}}}}
	if !reflect.DeepEqual(to, want) {
		t.Errorf("got %+v, want %+v", to, want)
	}
	for _, other := range []any{&apitest.Parent{}, new(string), &struct{ Method, A, B string }{}} {
		if err := transfer(reflect.ValueOf(other).Elem(), reflect.ValueOf(from)); err == nil {
			t.Errorf("an Endpoint became a %T", other)
		}
	}
}
