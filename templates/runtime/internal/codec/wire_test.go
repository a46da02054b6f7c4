package codec

import (
	"reflect"
	"testing"
)

// TestOddNames holds that a tag of its own gives members the names that cannot
// stand in front of options, as real documents have them.
func TestOddNames(t *testing.T) {
	type odd struct {
		_      struct{} `name:"" wire:"a,\"kind\"" const:"1"`
		Comma  string   `json:"" wire:"a,b"`
		Quote  string   `json:",omitzero" wire:"recovered\""`
		Dash   string   `json:"" wire:"-"`
		Empty  string   `json:"" wire:""`
		Quoted int      `json:",string" wire:"'"`
	}
	const text = `{"a,\"kind\"":1,"a,b":"1","recovered\"":"2","-":"3","":"4","'":"5"}`
	want := odd{Comma: "1", Quote: "2", Dash: "3", Empty: "4", Quoted: 5}
	var got odd
	if err := Unmarshal([]byte(text), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("decoded %+v, %v", got, err)
	}
	if out, err := Marshal(&want); err != nil || string(out) != text {
		t.Errorf("encoded %s, %v", out, err)
	}
	type resource struct {
		ID    string `jsonapi:"id,things"`
		Comma string `jsonapi:"attr," wire:"a,b"`
	}
	const object = `{"id":"1","type":"things","attributes":{"a,b":"2"}}`
	var r resource
	if err := Unmarshal([]byte(object), &r); err != nil || r != (resource{"1", "2"}) {
		t.Errorf("decoded %+v, %v", r, err)
	}
	if out, err := Marshal(&r); err != nil || string(out) != object {
		t.Errorf("encoded %s, %v", out, err)
	}
}
