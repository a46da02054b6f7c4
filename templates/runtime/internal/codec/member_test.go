package codec

import "testing"

// flat is a resource of an API that has its attributes next to id and type.
type flat struct {
	ID    string `jsonapi:"id,paints"`
	Title string `jsonapi:"attr,title,omitzero"`
	Color string `jsonapi:"member,color"`
	Gloss int64  `jsonapi:"member,gloss,omitzero"`
}

// TestMemberNextToType holds that members of a resource object itself are read and
// written there, and attributes in attributes.
func TestMemberNextToType(t *testing.T) {
	const text = `{"id":"1","type":"paints","attributes":{"title":"sky"},"color":"blue"}`
	var v flat
	if err := Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	if want := (flat{ID: "1", Title: "sky", Color: "blue"}); v != want {
		t.Errorf("got %+v, want %+v", v, want)
	}
	out, err := Marshal(&v)
	if err != nil {
		t.Fatal(err)
	}
	if string(out) != text {
		t.Errorf("got %s, want %s", out, text)
	}
}
