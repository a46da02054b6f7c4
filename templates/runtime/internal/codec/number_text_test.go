package codec

import (
	"encoding/json"
	"slices"
	"testing"
)

// Parcel has numbers that are text on the wire, and one that is not.
type Parcel struct {
	ID   int64      `json:"id,omitzero,string"`
	Last Opt[int64] `json:"last,omitzero,string"`
	Up   *int64     `json:"up,omitzero,string"`
	In   []int64    `json:"in,omitzero,string"`
	Size int64      `json:"size,omitzero"`
	presence
}

// Ticket is a resource whose id is an integer in Go and text on the wire.
type Ticket struct {
	ID int64 `jsonapi:"id,tickets,string"`
	presence
}

// TicketChange may name the ticket.
type TicketChange struct {
	ID Opt[int64] `jsonapi:"id,tickets,string"`
}

func TestNumbersInText(t *testing.T) {
	text := `{"id":"7","last":"-8","up":"9","in":["1","2"],"size":3}`
	var p Parcel
	if err := Unmarshal([]byte(text), &p); err != nil {
		t.Fatal(err)
	}
	if p.ID != 7 || p.Last.V != -8 || p.Up == nil || *p.Up != 9 || !slices.Equal(p.In, []int64{1, 2}) || p.Size != 3 {
		t.Errorf("%+v", p)
	}
	for _, text := range []string{
		text, `{"last":null}`, `{}`,
		`{"id":7,"last":-8,"up":9,"in":[1,2],"size":3}`, // what such a server wrote
	} {
		var p Parcel
		if err := Unmarshal([]byte(text), &p); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if got, err := Marshal(&p); err != nil || string(got) != text {
			t.Errorf("%s comes back as %s, %v", text, got, err)
		}
	}
	made := Parcel{ID: 7, Last: Opt[int64]{V: 0, state: Set}, In: []int64{5}}
	if got, err := Marshal(&made); err != nil || string(got) != `{"id":"7","last":"0","in":["5"]}` {
		t.Errorf("%s, %v", got, err)
	}
	for _, text := range []string{`{"last":"x"}`, `{"in":["1",""]}`, `{"in":[true]}`, `{"last":"9223372036854775808"}`} {
		if err := Unmarshal([]byte(text), new(Parcel)); err == nil {
			t.Errorf("%s is read", text)
		}
	}
}

func TestResourceIDInText(t *testing.T) {
	for _, text := range []string{`{"id":"7","type":"tickets"}`, `{"id":7,"type":"tickets"}`} {
		var x Ticket
		if err := Unmarshal([]byte(text), &x); err != nil || x.ID != 7 {
			t.Fatalf("%s: %d, %v", text, x.ID, err)
		}
		if got, err := Marshal(&x); err != nil || string(got) != text {
			t.Errorf("%s comes back as %s, %v", text, got, err)
		}
	}
	if got, err := Marshal(&Ticket{ID: 7}); err != nil || string(got) != `{"id":"7","type":"tickets"}` {
		t.Errorf("%s, %v", got, err)
	}
	if got, err := Marshal(&TicketChange{ID: Opt[int64]{V: 7, state: Set}}); err != nil || string(got) != `{"id":"7","type":"tickets"}` {
		t.Errorf("%s, %v", got, err)
	}
	var made Numbered
	if err := Unmarshal([]byte(`{"id":"7"}`), &made); err != nil || made.ID != 7 {
		t.Errorf("%+v, %v", made, err)
	}
	if got, _ := Marshal(&Numbered{ID: 7}); !json.Valid(got) || string(got) != `{"id":7,"type":"orders","attributes":{"code":""}}` {
		t.Errorf("%s", got)
	}
}
