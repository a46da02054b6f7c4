package project

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/docwright/docwright/internal/diag"
)

// configDecoder fills the config's structs from YAML nodes. The YAML library
// could, too, but it names neither the column nor the key that was meant.
type configDecoder struct {
	file  string
	diags []diag.Diagnostic
}

func (d *configDecoder) position(n *yaml.Node) diag.Position {
	return diag.Position{File: d.file, Line: n.Line, Col: n.Column}
}

func (d *configDecoder) fail(pos diag.Position, fix, format string, args ...any) {
	d.diags = append(d.diags, fault(pos, "config", fix, format, args...))
}

// decode fills the struct that target points to. A file that is not a gen.yaml
// is not quoted: a repository under review may have linked it to any file.
func (d *configDecoder) decode(n *yaml.Node, target any) {
	known := keys(reflect.TypeOf(target).Elem())
	isConfig := n.Kind == yaml.MappingNode && (len(n.Content) == 0 || slices.ContainsFunc(n.Content, func(key *yaml.Node) bool {
		return slices.ContainsFunc(known, func(k string) bool { return diag.Nearest(key.Value, []string{k}) != "" && len(key.Value) <= len(k)+2 })
	}))
	if !isConfig {
		d.fail(d.position(n), "write clients: with a list, each with its spec and its out", "is not a gen.yaml: none of its keys is known")
		return
	}
	d.value(n, reflect.ValueOf(target).Elem(), "the file")
}

// value decodes n, which stands under the key name, into v.
func (d *configDecoder) value(n *yaml.Node, v reflect.Value, name string) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	want, fix := "", ""
	switch v.Kind() {
	case reflect.String:
		if n.Kind == yaml.ScalarNode && n.Tag == "!!str" && n.Value != "" {
			v.SetString(n.Value)
			return
		}
		want, fix = "text", "write the text after the colon, in quotes if it looks like a number"
	case reflect.Bool:
		if n.Kind == yaml.ScalarNode && n.Tag == "!!bool" {
			v.SetBool(strings.EqualFold(n.Value, "true"))
			return
		}
		want, fix = "true or false", "write one of these two words, without quotes"
	case reflect.Slice:
		if n.Kind == yaml.SequenceNode {
			v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
			for i, item := range n.Content {
				d.value(item, v.Index(i), "an entry of "+name)
			}
			return
		}
		want, fix = "a list", "start each entry on a line of its own with a dash, or write [a, b]"
	case reflect.Map:
		if n.Kind == yaml.MappingNode {
			d.mapping(n, v, name)
			return
		}
		want, fix = "a group of keys", "write each as KEY: VALUE on an indented line of its own"
	case reflect.Struct:
		if n.Kind == yaml.MappingNode {
			d.structure(n, v, name)
			return
		}
		want, fix = "a group of keys", "its keys are "+strings.Join(keys(v.Type()), ", ")
	}
	d.fail(d.position(n), fix, "%s is %s where %s belongs", name, kindOf(n), want)
}

func (d *configDecoder) mapping(n *yaml.Node, v reflect.Value, name string) {
	v.Set(reflect.MakeMap(v.Type()))
	for i := 0; i+1 < len(n.Content); i += 2 {
		item := reflect.New(v.Type().Elem()).Elem()
		d.value(n.Content[i+1], item, name+"."+n.Content[i].Value)
		v.SetMapIndex(reflect.ValueOf(n.Content[i].Value), item)
	}
}

func (d *configDecoder) structure(n *yaml.Node, v reflect.Value, name string) {
	fields := map[string]int{}
	for i := range v.NumField() {
		if key, _, ok := keyOf(v.Type().Field(i)); ok {
			fields[key] = i
		}
	}
	at := map[string]diag.Position{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		pos := d.position(key)
		field, known := fields[key.Value]
		switch _, twice := at[key.Value]; {
		case !known:
			known := keys(v.Type())
			fix := "known keys are " + strings.Join(known, ", ")
			if near := diag.Nearest(key.Value, known); near != "" {
				fix = fmt.Sprintf("did you mean %s? %s", near, fix)
			}
			d.fail(pos, fix, "unknown key %q", key.Value)
			continue
		case twice:
			d.fail(pos, "remove one of the two", "%s is set twice", key.Value)
			continue
		}
		at[key.Value] = pos
		d.value(n.Content[i+1], v.Field(field), key.Value)
	}
	for i := range v.NumField() {
		key, required, ok := keyOf(v.Type().Field(i))
		if _, set := at[key]; ok && required && !set {
			d.fail(d.position(n), fmt.Sprintf("add %s: …", key), "%s has no %s", name, key)
		}
	}
	switch target := v.Addr().Interface().(type) {
	case *Client:
		target.pos, target.at = d.position(n), at
	case *Lint:
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

func kindOf(n *yaml.Node) string {
	switch n.Kind {
	case yaml.SequenceNode:
		return "a list"
	case yaml.MappingNode:
		return "a group of keys"
	}
	switch n.Tag {
	case "!!null":
		return "empty"
	case "!!bool", "!!int", "!!float":
		return n.Value
	}
	return fmt.Sprintf("%q", n.Value)
}
