package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestOpt(t *testing.T) {
	for name, c := range map[string]struct {
		opt             Opt[string]
		set, null, zero bool
		text, asJSON    string
	}{
		"unset": {Opt[string]{}, false, false, true, "", "null"},
		"null":  {Null[string](), false, true, false, "null", "null"},
		"set":   {Set("x"), true, false, false, "x", `"x"`},
		"empty": {Set(""), true, false, false, "", `""`},
	} {
		v, ok := c.opt.Get()
		if ok != c.set || c.opt.IsSet() != c.set || c.opt.IsNull() != c.null || c.opt.IsZero() != c.zero || ok && v != c.text || c.opt.String() != c.text {
			t.Errorf("%s: %q %t %+v", name, v, ok, c.opt)
		}
		if out, err := json.Marshal(c.opt); err != nil || string(out) != c.asJSON {
			t.Errorf("%s: %s %v", name, out, err)
		}
	}
	type params struct {
		A Opt[int64]    `json:"a,omitzero"`
		B Opt[[]string] `json:"b,omitzero"`
		C Opt[Date]     `json:"c,omitzero"`
	}
	for _, in := range []string{`{}`, `{"a":null,"b":null,"c":null}`, `{"a":0,"b":[],"c":"2024-02-29"}`} {
		for name, unmarshal := range map[string]func([]byte, any) error{"codec": Unmarshal, "encoding/json": json.Unmarshal} {
			var p params
			if err := unmarshal([]byte(in), &p); err != nil {
				t.Errorf("%s %s: %v", name, in, err)
			}
			if out, err := Marshal(p); err != nil || string(out) != in {
				t.Errorf("%s: %s %v, want %s", name, out, err, in)
			}
			if out, err := json.Marshal(p); err != nil || string(out) != in {
				t.Errorf("encoding/json %s: %s %v, want %s", name, out, err, in)
			}
		}
	}
}

func TestDate(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Date
		bad  bool
	}{
		{"2024-02-29", Date{2024, 2, 29}, false},
		{"0001-01-01", Date{1, 1, 1}, false},
		{"9999-12-31", Date{9999, 12, 31}, false},
		{"0000-00-00", Date{}, false},
		{"2023-02-29", Date{}, true},
		{"2023-2-9", Date{}, true},
		{"2023-02-09T00:00:00Z", Date{}, true},
		{"", Date{}, true},
	} {
		got, err := ParseDate(c.in)
		if got != c.want || (err != nil) != c.bad {
			t.Errorf("%q: %v %v", c.in, got, err)
		}
		if err == nil && got.String() != c.in {
			t.Errorf("%q comes back as %q", c.in, got)
		}
	}
	d := Date{2024, time.February, 29}
	if DateOf(d.In(time.UTC)) != d || d.IsZero() || !(Date{}).IsZero() {
		t.Error("In, DateOf or IsZero")
	}
	for other, want := range map[Date]int{d: 0, {2024, 3, 1}: -1, {2024, 2, 28}: 1, {2023, 12, 31}: 1, {2025, 1, 1}: -1} {
		if d.Compare(other) != want {
			t.Errorf("%v against %v: %d", d, other, d.Compare(other))
		}
	}
	if _, err := json.Marshal(Date{Year: 12345, Month: 1, Day: 1}); err == nil {
		t.Error("a year of five digits was written")
	}
}

// TestDateAtMidnight reads dates that servers write as date-times.
func TestDateAtMidnight(t *testing.T) {
	for in, want := range map[string]Date{
		`"2023-02-09T00:00:00Z"`: {2023, 2, 9}, `"2023-02-09T00:00:00.000Z"`: {2023, 2, 9}, `"2023-02-09T00:00:00"`: {2023, 2, 9},
		`"2023-02-09 00:00:00"`: {2023, 2, 9}, `"2023-02-09T00:00:00+02:00"`: {2023, 2, 9},
		`"2023-02-09T23:00:00Z"`: {}, `"2023-02-09T00:00:00.001Z"`: {}, `"2023-02-30T00:00:00Z"`: {}, `"2023-02-09T"`: {}, `"2023-02-09Z"`: {},
	} {
		var got Date
		err := Unmarshal([]byte(in), &got)
		if got != want || (err != nil) != want.IsZero() {
			t.Errorf("%s: %v %v", in, got, err)
		}
	}
}

func TestDecodeError(t *testing.T) {
	err := Unmarshal([]byte(`{"days":["2024-02-29","29 February"]}`), &struct {
		Days []Date `json:"days"`
	}{})
	var e *DecodeError
	if !errors.As(err, &e) || e.Path != "days[1]" || e.Offset != 22 || e.Err == nil {
		t.Fatalf("%#v", err)
	}
	if want := `days[1]: value refused: api: "29 February" is not a date like 2006-01-02 (offset 22)`; err.Error() != want {
		t.Errorf("%s\nwant %s", err, want)
	}
}

// pet looks as generated read types do.
type pet struct {
	ID   int64  `json:"id"`
	Name string `json:"name,omitzero"`
	Presence
}

func (p pet) MarshalJSON() ([]byte, error) { return Marshal(&p) }

func (p *pet) UnmarshalJSON(data []byte) error { return Unmarshal(data, p) }

type animal struct {
	Pet   *pet    `union:"pet"`
	Text  *string `union:""`
	Union `union:"kind"`
}

func (a animal) MarshalJSON() ([]byte, error) { return Marshal(&a) }

func (a *animal) UnmarshalJSON(data []byte) error { return Unmarshal(data, a) }

// TestNumbers: any number makes an Opt of the type that parameters have.
func TestNumbers(t *testing.T) {
	type size uint8
	for _, c := range []struct{ got, want any }{
		{Int(50), Set[int64](50)}, {Int(len("abc")), Set[int64](3)}, {Int(size(7)), Set[int64](7)}, {Int(int32(-1)), Set[int64](-1)},
		{Float(1.5), Set(1.5)}, {Float(float32(0.5)), Set(0.5)}, {Float(2.0), Set(2.0)},
	} {
		if c.got != c.want {
			t.Errorf("%#v, want %#v", c.got, c.want)
		}
	}
}

func TestPresence(t *testing.T) {
	in := `[{"kind":"pet","id":1,"name":null,"age":3},"x",{"kind":"fish","id":1}]`
	var all []animal
	if err := json.Unmarshal([]byte(in), &all); err != nil {
		t.Fatal(err)
	}
	p := all[0].Pet
	got := fmt.Sprintln(p.Has(&p.ID), p.Has(&p.Name), p.IsNull(&p.Name), len(p.Unknown()), *all[1].Text, string(all[2].Unknown()), all[0].Union.Unknown() == nil)
	if want := "true true true 2 x {\"kind\":\"fish\",\"id\":1} true\n"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if out, err := json.Marshal(all); err != nil || string(out) != `[{"id":1,"name":null,"kind":"pet","age":3},"x",{"kind":"fish","id":1}]` {
		t.Errorf("%s %v", out, err)
	}
}

// TestTextOfTextTypes holds that dates and bytes are encoded as they came, also where
// their own text is another one, until they are changed.
func TestTextOfTextTypes(t *testing.T) {
	type item struct {
		Day  Date   `json:"day,omitzero"`
		Data []byte `json:"data,omitzero"`
		Presence
	}
	for _, text := range []string{
		`{"day":"2024-01-02T00:00:00Z"}`, `{"day":"2024-01-02"}`, `{"data":"AAAA\nAAAA"}`, `{"data":"AAB="}`, `{"data":"AAA="}`, `{"data":"AA=="}`, `{"data":"AB=="}`,
	} {
		var v item
		if err := Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(text, err)
		}
		if got, err := Marshal(&v); err != nil || string(got) != text {
			t.Errorf("%s is encoded as %s, %v", text, got, err)
		}
		v.Day, v.Data = Date{2020, 1, 1}, nil
		if got, err := Marshal(&v); err != nil || string(got) != `{"day":"2020-01-01"}` {
			t.Errorf("%s is encoded as %s after a change, %v", text, got, err)
		}
	}
}
