package project

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/docwright/docwright/internal/diag"
	"github.com/docwright/docwright/internal/load"
)

// configDecoder fills the config's structs from a tree with positions.
type configDecoder struct {
	diags []diag.Diagnostic
}

func (d *configDecoder) fail(pos diag.Position, fix, format string, args ...any) {
	d.diags = append(d.diags, fault(pos, "config", fix, format, args...))
}

// decode fills the struct that target points to, and reports whether n is a
// gen.yaml at all. Another file is not quoted: a repository under review may have
// linked any to this name.
func (d *configDecoder) decode(n *load.Node, target any) bool {
	known := keys(reflect.TypeOf(target).Elem())
	isConfig := n.Kind == load.Object && (len(n.Members) == 0 || slices.ContainsFunc(n.Members, func(m load.Member) bool {
		return diag.Nearest(m.Name, known) != "" || slices.Contains(known, m.Name)
	}))
	if !isConfig {
		d.fail(n.Position(), "write clients: with a list, each with its spec and its out", "is not a gen.yaml: none of its keys is known")
		return false
	}
	d.value(n, reflect.ValueOf(target).Elem(), "the file")
	return true
}

// value decodes n, the value of the key name, into v.
func (d *configDecoder) value(n *load.Node, v reflect.Value, name string) {
	want, fix := "", ""
	switch v.Kind() {
	case reflect.String:
		if n.Kind == load.String && n.Value != "" {
			v.SetString(n.Value)
			return
		}
		want, fix = "text", "write the text after the colon, in quotes if it looks like a number"
	case reflect.Bool:
		if n.Kind == load.Bool {
			v.SetBool(n.True())
			return
		}
		want, fix = "true or false", "write one of these two words, without quotes"
	case reflect.Slice:
		if n.Kind == load.Array {
			v.Set(reflect.MakeSlice(v.Type(), len(n.Items), len(n.Items)))
			for i, item := range n.Items {
				d.value(item, v.Index(i), "an entry of "+name)
			}
			return
		}
		want, fix = "a list", "start each entry on a line of its own with a dash, or write [a, b]"
	case reflect.Map:
		if n.Kind == load.Object {
			d.mapping(n, v, name)
			return
		}
		want, fix = "a group of keys", "write each as KEY: VALUE on an indented line of its own"
	case reflect.Struct:
		if n.Kind == load.Object {
			d.structure(n, v, name)
			return
		}
		want, fix = "a group of keys", "its keys are "+strings.Join(keys(v.Type()), ", ")
	}
	d.fail(n.Position(), fix, "%s is %s where %s belongs", name, kindOf(n), want)
}

func (d *configDecoder) mapping(n *load.Node, v reflect.Value, name string) {
	v.Set(reflect.MakeMap(v.Type()))
	for _, m := range n.Members {
		item := reflect.New(v.Type().Elem()).Elem()
		d.value(m.Value, item, name+"."+m.Name)
		v.SetMapIndex(reflect.ValueOf(m.Name), item)
	}
}

// clientsKey is the key of the list of clients.
const clientsKey = "clients"

func (d *configDecoder) structure(n *load.Node, v reflect.Value, name string) {
	known := keys(v.Type())
	at := map[string]diag.Position{}
	for _, m := range n.Members {
		field := slices.IndexFunc(reflect.VisibleFields(v.Type()), func(f reflect.StructField) bool {
			key, _, ok := keyOf(f)
			return ok && key == m.Name
		})
		pos := m.Value.KeyPosition()
		if field < 0 {
			fix := "known keys are " + strings.Join(known, ", ")
			if near := diag.Nearest(m.Name, known); near != "" {
				fix = fmt.Sprintf("did you mean %s? %s", near, fix)
			}
			d.fail(pos, fix, "unknown key %q", m.Name)
			continue
		}
		at[m.Name] = pos
		if m.Name == clientsKey && m.Value.Kind == load.Null {
			continue // as an empty list: the last entry was deleted
		}
		d.value(m.Value, v.Field(field), m.Name)
	}
	for i := range v.NumField() {
		key, required, ok := keyOf(v.Type().Field(i))
		if _, set := at[key]; ok && required && !set {
			d.fail(n.Position(), fmt.Sprintf("add %s: …", key), "%s has no %s", name, key)
		}
	}
	switch target := v.Addr().Interface().(type) {
	case *Client:
		target.pos, target.at = n.Position(), at
	case *Lint:
		target.at = at
	case *Review:
		target.at = at
	case *Config:
		target.at = at
	}
}

// keyOf returns the key that a field is set by.
func keyOf(f reflect.StructField) (key string, required, ok bool) {
	key, option, _ := strings.Cut(f.Tag.Get("key"), ",")
	return key, option == "required", key != ""
}

// Keys lists the keys of a config, e.g. "runtime" and "clients[].spec".
func Keys() []string {
	list := keys(reflect.TypeFor[Config]())
	for _, key := range keys(reflect.TypeFor[Client]()) {
		list = append(list, "clients[]."+key)
	}
	return list
}

// keys lists the keys of a config struct.
func keys(t reflect.Type) []string {
	var list []string
	for i := range t.NumField() {
		if key, _, ok := keyOf(t.Field(i)); ok {
			list = append(list, key)
		}
	}
	return list
}

// kindOf names a value as a message does.
func kindOf(n *load.Node) string {
	switch n.Kind {
	case load.Array:
		return "a list"
	case load.Object:
		return "a group of keys"
	case load.Null:
		return "empty"
	case load.Bool, load.Number:
		return n.Value
	}
	return fmt.Sprintf("%q", n.Value)
}
