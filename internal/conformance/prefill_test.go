package conformance

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/docwright/docwright/generated/api"
)

// TestPrefill makes updates of all resources that the documented calls answer with,
// and holds that they have every member of the resource that an update can have.
func TestPrefill(t *testing.T) {
	made := 0
	for _, a := range apis {
		b := newBench(t, a)
		for _, ex := range a.exchanges(t) {
			if ex.Response == nil || len(ex.Response.Body) == 0 || ex.Response.Elided() || ex.Response.Status >= 300 || isQuery(ex) {
				continue
			}
			b.handle = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { answer(t, w, ex) })
			for _, read := range resourcesOf(b.call(t, ex).result) {
				if method := read.MethodByName("Update"); method.IsValid() {
					made++
					comparePrefilled(t, a.name+"/"+ex.Name, read, method.Call(nil)[0])
				}
			}
		}
	}
	if made < 20 {
		t.Errorf("only %d updates were made", made)
	}
}

// resourcesOf lists pointers to the resources that a method returned.
func resourcesOf(result any) []reflect.Value {
	v := reflect.ValueOf(result)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	items := v.Elem().FieldByName("Items")
	if !items.IsValid() || items.Kind() != reflect.Slice {
		return []reflect.Value{v}
	}
	var out []reflect.Value
	for i := range items.Len() {
		out = append(out, items.Index(i))
	}
	return out
}

func comparePrefilled(t *testing.T, name string, read, update reflect.Value) {
	t.Helper()
	had, has := sections(t, read.Interface()), sections(t, pointerTo(update))
	for i := range update.NumField() {
		role, rest, _ := strings.Cut(update.Type().Field(i).Tag.Get("jsonapi"), ",")
		member, _, _ := strings.Cut(rest, ",")
		section := map[string]string{"attr": "attributes", "rel": "relationships"}[role]
		want, ok := had[section][member]
		if !ok || update.Type().Field(i).Name == "_" {
			continue
		}
		if role == "rel" {
			data, ok := want.(map[string]any)["data"]
			if !ok {
				continue
			}
			want = map[string]any{"data": data}
		}
		if got := has[section][member]; !covers(want, got) {
			t.Errorf("%s: %s.%s is %v in the update, %v in the resource", name, section, member, got, want)
		}
	}
}

// covers reports whether got is want, apart from members of objects that requests
// do not have.
func covers(want, got any) bool {
	switch got := got.(type) {
	case map[string]any:
		object, ok := want.(map[string]any)
		for name, value := range got {
			if _, had := object[name]; had {
				ok = ok && covers(object[name], value)
			}
		}
		return ok
	case []any:
		list, ok := want.([]any)
		ok = ok && len(list) == len(got)
		for i := range got {
			ok = ok && covers(list[i], got[i])
		}
		return ok
	}
	return reflect.DeepEqual(want, got)
}

func pointerTo(v reflect.Value) any {
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p.Interface()
}

// sections are the attributes and the relationships of a resource.
func sections(t *testing.T, resource any) map[string]map[string]any {
	t.Helper()
	data, err := api.Marshal(resource)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]any{}
	for _, name := range []string{"attributes", "relationships"} {
		var members map[string]any
		if raw, ok := all[name]; ok {
			if err := json.Unmarshal(raw, &members); err != nil {
				t.Fatal(err)
			}
		}
		out[name] = members
	}
	return out
}
