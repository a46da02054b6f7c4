package api

import (
	"reflect"
	"testing"
)

// TestOddNames holds that parameters and members of forms get the names that
// cannot stand in front of flags, and constants theirs.
func TestOddNames(t *testing.T) {
	params := &struct {
		Comma string   `query:"" wire:"a,b"`
		Empty string   `query:"" wire:""`
		List  []string `query:",csv" wire:"l,"`
	}{"1", "2", []string{"3", "4"}}
	program, err := paramsOf(reflect.TypeOf(params).Elem())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := program.appendQuery(nil, reflect.ValueOf(params).Elem()); err != nil || string(got) != "a%2Cb=1&=2&l%2C=3,4" {
		t.Errorf("query %s, %v", got, err)
	}
	form, err := formBody{&struct {
		_     struct{} `name:"kind" const:"\"pet\""`
		Comma string   `json:"" wire:"a,b"`
		Dash  string   `json:"" wire:"-"`
	}{Comma: "1", Dash: "2"}}.payload()
	if err != nil || string(form.data) != "kind=pet&a%2Cb=1&-=2" {
		t.Errorf("form %s, %v", form.data, err)
	}
}
