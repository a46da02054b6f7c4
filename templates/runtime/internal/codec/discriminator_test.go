package codec

import (
	"testing"
	"time"
)

type pack struct {
	Dog         *packDog `union:"dog,hound"`
	Cat         *packCat `union:"cat"`
	Other       *packAny `union:"*"`
	variantless `union:"kind"`
}

type packDog struct {
	Kind string `json:"kind"`
	Bark int    `json:"bark,omitzero"`
}

type packCat struct {
	Lives int `json:"lives,omitzero"`
	presence
}

type packAny struct {
	Kind string `json:"kind,omitzero"`
	presence
}

// TestDiscriminatorOfUnions holds that it is sent by variants that were made here,
// and that those which were decoded are encoded as they came.
func TestDiscriminatorOfUnions(t *testing.T) {
	for _, c := range []struct {
		in   pack
		want string
	}{
		{pack{Dog: &packDog{Bark: 1}}, `{"kind":"dog","bark":1}`},
		{pack{Dog: &packDog{Kind: "hound"}}, `{"kind":"hound"}`},
		{pack{Cat: &packCat{Lives: 9}}, `{"kind":"cat","lives":9}`},
		{pack{Cat: &packCat{}}, `{"kind":"cat"}`},
		{pack{Other: &packAny{}}, `{}`},
	} {
		if got, err := Marshal(&c.in); err != nil || string(got) != c.want {
			t.Errorf("got %s, %v, want %s", got, err, c.want)
		}
	}
	for _, c := range []struct{ in, variant string }{
		{`{"lives":9,"kind":"cat"}`, "cat"}, {`{"kind":"wolf","howl":1}`, "other"}, {`{"lives":9}`, "other"}, {`{"kind":"hound"}`, "dog"},
	} {
		var p pack
		if err := Unmarshal([]byte(c.in), &p); err != nil {
			t.Fatal(err)
		}
		if got, err := Marshal(&p); err != nil || string(got) != c.in {
			t.Errorf("%s is encoded as %s, %v", c.in, got, err)
		}
		if set := map[bool]string{p.Dog != nil: "dog", p.Cat != nil: "cat", p.Other != nil: "other"}[true]; set != c.variant {
			t.Errorf("%s is read as %q, want %s", c.in, set, c.variant)
		}
	}
}

type amount struct {
	Number      *float64   `union:""`
	When        *time.Time `union:""`
	variantless `union:""`
}

// TestTextOfUnions holds that the text of a value stays that the variant would encode
// otherwise, until it is changed: also where no struct is around the union.
func TestTextOfUnions(t *testing.T) {
	for _, in := range []string{
		`9007199254740993`, `1.50`, `"2024-02-29T13:14:15.510Z"`, `[1.50,2,"2024-02-29T13:14:15Z",1e3]`, `2`,
	} {
		var list []amount
		text := in
		if in[0] != '[' {
			text = "[" + in + "]"
		}
		if err := Unmarshal([]byte(text), &list); err != nil {
			t.Fatal(err)
		}
		if got, err := Marshal(&list); err != nil || string(got) != text {
			t.Errorf("%s is encoded as %s, %v", text, got, err)
		}
		if plain := len(list[0].rest.JSON) == 0; plain != (in == "2") {
			t.Errorf("%s: the text is %q", in, list[0].rest.JSON)
		}
		if list[0].Number != nil {
			*list[0].Number = 7
			if got, err := Marshal(&list[0]); err != nil || string(got) != "7" {
				t.Errorf("%s: a new value is encoded as %s, %v", in, got, err)
			}
		}
	}
}

// TestDiscriminator holds that the name of the variant that is set is sent.
func TestDiscriminator(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"kind":"","bark":1}`, `{"kind":"dog","bark":1}`},
		{`{"bark":1}`, `{"kind":"dog","bark":1}`},
		{`{}`, `{"kind":"dog"}`},
		{`{"kind":"wolf","bark":1}`, `{"kind":"wolf","bark":1}`},
		{`{"a":{"kind":"x"},"b":["kind",":",{"kind":""}],"kind":"","c":"\"kind\":"}`, `{"a":{"kind":"x"},"b":["kind",":",{"kind":""}],"kind":"dog","c":"\"kind\":"}`},
		{`{"a":"\\","kind":""}`, `{"a":"\\","kind":"dog"}`},
		{`[1]`, `[1]`},
		{`null`, `null`},
	} {
		if got := string(new(encoder).discriminate([]byte("x"+c.in), 1, "kind", "dog")); got != "x"+c.want {
			t.Errorf("%s is sent as %s, want %s", c.in, got[1:], c.want)
		}
	}
}
