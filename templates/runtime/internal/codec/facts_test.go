package codec

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// Reading is a struct with optional members of every kind.
type Reading struct {
	Name   string             `json:"name"`
	Count  int64              `json:"count"`
	At     time.Time          `json:"at,omitzero"`
	Rate   float64            `json:"rate,omitzero"`
	Ratio  float32            `json:"ratio,omitzero"`
	N      int64              `json:"n,omitzero"`
	On     bool               `json:"on,omitzero"`
	Text   string             `json:"text,omitzero"`
	Rates  []float64          `json:"rates,omitzero"`
	Times  []time.Time        `json:"times,omitzero"`
	Tags   []string           `json:"tags,omitzero"`
	Map    map[string]float64 `json:"map,omitzero"`
	Words  map[string]string  `json:"words,omitzero"`
	Any    any                `json:"any,omitzero"`
	Part   ReadingPart        `json:"part,omitzero"`
	Parts  []ReadingPart      `json:"parts,omitzero"`
	Owners []Owner            `json:"owners,omitzero"`
	Note   Opt[float64]       `json:"note,omitzero"`
	Next   *Reading           `json:"next,omitzero"`
	Quoted int64              `json:"quoted,string,omitzero"`
	presence
}

// ReadingPart has no facts of its own.
type ReadingPart struct {
	Rate float64 `json:"rate,omitzero"`
}

// TestLossless: what was read is encoded to the same bytes, numbers, times and
// nulls in lists, too.
func TestLossless(t *testing.T) {
	for _, member := range []string{
		`"at":"2024-01-02T03:04:05.510Z"`, `"at":"2024-01-02T03:04:05.000Z"`, `"at":"2024-01-02T03:04:05.1234567899Z"`, `"at":"2024-01-02T03:04:05+00:00"`,
		`"at":"2024-01-02T03:04:05.5+02:00"`, `"at":"2024-01-02t03:04:05z"`, `"at":"2016-12-31T23:59:60Z"`, `"at":"2024-01-02T03:04:05"`, `"at":"2024-01-02 03:04"`,
		`"at":"2024-01-02T03:04:05\u002B02:00"`, `"at":"0001-01-01T00:00:00Z"`, `"at":"0001-01-01T00:00:00.000Z"`, `"at":"2024-01-02T03:04:05.500+02:00"`,
		`"rate":1.50`, `"rate":1.0`, `"rate":-0.0`, `"rate":-0`, `"rate":0`, `"rate":0.00`, `"rate":12345678901234567890.5`, `"rate":1e3`, `"rate":1E+2`, `"rate":0.0000001`,
		`"rate":0.00000010`, `"rate":100000000000000000000000`, `"rate":0.1000000000000000055511151231257827`, `"rate":51.507351234567891`, `"rate":51.50735123456789`,
		`"ratio":1.50`, `"ratio":16777217`, `"ratio":0.1`,
		`"n":1.0`, `"n":1e3`, `"n":-0`, `"n":0`, `"n":0.0`, `"on":false`, `"text":""`,
		`"rates":[1.50,2]`, `"rates":[]`, `"rates":[null,1]`, `"times":["2024-01-02T03:04:05.510Z"]`, `"times":[null]`, `"tags":["a",null,""]`, `"tags":[null]`,
		`"map":{"a":1.50}`, `"map":{"a":null}`, `"map":{}`, `"map":[]`, `"words":{"a":null,"b":""}`, `"any":1.50`, `"any":{"a":[1.0,{"b":1e3}]}`, `"any":[]`,
		`"part":{"rate":1.50}`, `"part":{}`, `"part":[]`, `"part":{"rate":0}`, `"part":null`, `"part":{"rate":null}`, `"parts":[{"rate":1.50},{}]`, `"parts":[null,{"rate":1}]`, `"parts":[[]]`,
		`"owners":[{"name":"a"},null,{"name":"b"}]`, `"owners":[null]`, `"owners":[[]]`, `"note":1.50`, `"note":null`, `"note":0`,
		`"next":{"name":"","count":0,"rate":1.50}`, `"next":{}`, `"next":null`, `"quoted":"0"`, `"quoted":"7"`, `"quoted":null`,
		`"extra":1.50`, `"at":"2024-01-02T03:04:05.510Z","rate":1.50,"n":1.0,"extra":null`,
	} {
		for _, form := range []string{`{"name":"","count":0,%s}`, `[{"name":"x","count":7,%s},{"name":"y","count":7}]`, `{"a":{"name":"x","count":1.0,%s}}`, `{%s}`} {
			in := fmt.Sprintf(form, member)
			v := any(new(Reading))
			switch {
			case in[0] == '[':
				v = new([]Reading)
			case strings.HasPrefix(in, `{"a":{`):
				v = new(map[string]Reading)
			}
			if err := Unmarshal([]byte(in), v); err != nil {
				t.Errorf("%s: %v", in, err)
				continue
			}
			if out, err := Marshal(v); err != nil || string(out) != in {
				t.Errorf(" in: %s\nout: %s %v", in, out, err)
			}
		}
	}
	for _, in := range []string{`{"type":"contacts","attributes":[]}`, `{"type":"contacts","relationships":[]}`, `{"type":"contacts","relationships":{"best":[]}}`, `{"type":"contacts","relationships":{"best":{"data":[]}}}`, `[{"type":"contacts","meta":[]},null]`} {
		v := any(new(Contact))
		if in[0] == '[' {
			v = new([]Contact)
		}
		if err := Unmarshal([]byte(in), v); err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if out, err := Marshal(v); err != nil || string(out) != in {
			t.Errorf(" in: %s\nout: %s %v", in, out, err)
		}
	}
}

// TestTextUntilChanged: the text of a member is written until its field is changed.
func TestTextUntilChanged(t *testing.T) {
	const in = `{"name":"x","count":1,"at":"2024-01-02T03:04:05.510Z","rate":1.50,"rates":[1.0],"parts":[null]}`
	var r Reading
	if err := Unmarshal([]byte(in), &r); err != nil {
		t.Fatal(err)
	}
	if got := []string{string(r.Raw(&r.At)), string(r.Raw(&r.Rate)), string(r.Raw(&r.Rates)), string(r.Raw(&r.Name))}; !reflect.DeepEqual(got, []string{`"2024-01-02T03:04:05.510Z"`, "1.50", "[1.0]", ""}) {
		t.Errorf("raw: %q", got)
	}
	r.Rate, r.At, r.Rates[0], r.Parts = 2.5, r.At.Add(time.Second), 3, nil
	const want = `{"name":"x","count":1,"at":"2024-01-02T03:04:06.51Z","rate":2.5,"rates":[3]}`
	if out, err := Marshal(&r); err != nil || string(out) != want {
		t.Errorf("%s %v\nwant %s", out, err, want)
	}
	if err := Unmarshal([]byte(`{"rate":3,"rate":1.50,"rate":4}`), &r); err != nil || r.Raw(&r.Rate) != nil || r.Rate != 4 {
		t.Errorf("%v, raw %s", r.Rate, r.Raw(&r.Rate))
	}
}

// TestQuiet: a value that is constructed is deeply equal to what its JSON is decoded
// to, and prints nothing of the codec.
func TestQuiet(t *testing.T) {
	at := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, v := range []any{
		&Reading{}, &Reading{Name: "x", Count: 7}, &Reading{Rate: 1.5, At: at, Rates: []float64{1, 0}, Tags: []string{""}, Map: map[string]float64{"a": 0}},
		&Reading{Part: ReadingPart{Rate: 2}, Parts: []ReadingPart{{}}, Owners: []Owner{{}, {Name: "x"}}, Next: &Reading{Next: &Reading{}}, Note: Opt[float64]{V: 0, state: Set}},
		&Reading{Note: Opt[float64]{state: Null}, Any: "x", Text: "y", On: true, N: -1, Ratio: 0.5, Quoted: 3, Words: map[string]string{"a": ""}},
		&Contact{ID: "1", FirstName: ""}, &Contact{ID: "1", Email: "a", Meta: contactMeta{}}, &Pet{Labels: map[string]string{}, Owner: Owner{Name: "x"}}, &Wide{M69: 1}, &Wide{},
	} {
		data, err := Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		back := reflect.New(reflect.TypeOf(v).Elem()).Interface()
		if err := Unmarshal(data, back); err != nil || !reflect.DeepEqual(back, v) {
			t.Errorf("%s\n got %+v\nwant %+v\n%v", data, back, v, err)
		}
	}
	var o Owner
	if err := Unmarshal([]byte(`{"name":"x"}`), &o); err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%+v", o), "{Name:x presence:{_:[] facts:<nil>}}"; got != want {
		t.Errorf("prints %s, want %s", got, want)
	}
}

// TestShared: values with the same facts share them; with text they have their own.
func TestShared(t *testing.T) {
	var all []Reading
	if err := Unmarshal([]byte(`[{"name":"a","count":0,"text":""},{"name":"b","count":1,"text":""},{"name":"a","count":0,"text":"","x":1},{"name":"a","count":0,"text":"","x":1}]`), &all); err != nil {
		t.Fatal(err)
	}
	if all[0].facts == nil || all[0].facts != all[1].facts || all[2].facts == all[3].facts || !reflect.DeepEqual(all[2], all[3]) || reflect.DeepEqual(all[0], all[2]) {
		t.Errorf("facts %p %p %p %p", all[0].facts, all[1].facts, all[2].facts, all[3].facts)
	}
	// A server cannot fill the memory with kinds of values.
	n := 0
	for k := range 5000 {
		var w Wide
		var b strings.Builder
		for m := range 13 {
			if k>>m&1 != 0 {
				fmt.Fprintf(&b, `,"m%02d":0`, m+57)
			}
		}
		if err := Unmarshal([]byte("{"+strings.TrimPrefix(b.String(), ",")+"}"), &w); err != nil {
			t.Fatal(err)
		}
		if w.facts != nil {
			n++
		}
		if out, _ := Marshal(&w); string(out) != "{"+strings.TrimPrefix(b.String(), ",")+"}" {
			t.Fatalf("%s", out)
		}
	}
	if shared := len(programOf(reflect.TypeFor[Wide]()).fields().commons().all); n != 4999 || shared != mostShared {
		t.Errorf("%d with facts, %d shared", n, shared)
	}
}

// TestFieldPointers: the argument of Has leads to a field of the same struct.
func TestFieldPointers(t *testing.T) {
	var r, other Reading
	if err := Unmarshal([]byte(`{"name":"x","rate":0,"part":{"rate":1},"text":null}`), &r); err != nil {
		t.Fatal(err)
	}
	for field, want := range map[any]bool{&r.Name: true, &r.Count: false, &r.Rate: true, &r.Part: true, &r.Text: true, &r.N: false, &r.Next: false} {
		if r.Has(field) != want {
			t.Errorf("Has of a %T at %p is %t", field, field, !want)
		}
	}
	if !r.IsNull(&r.Text) || r.IsNull(&r.Rate) || r.IsNull(&r.N) {
		t.Error("null: text is")
	}
	if r.Text = "set"; r.IsNull(&r.Text) {
		t.Error("null, though it was set")
	}
	if other.Has(&other.Rate) || other.Has(new(string)) || other.IsNull(&other.Text) || other.Has(nil) {
		t.Error("a value that was not decoded has members")
	}
	if other.Rate = 1; !other.Has(&other.Rate) {
		t.Error("a member that was set is not there")
	}
	for _, c := range []struct {
		field any
		want  string
	}{
		{"rate", "the argument must be a pointer to a field, as in v.Has(&v.Name)"},
		{&other.Rate, "the argument is a *float64, but not to a field of the same codec.Reading; write v.Has(&v.Name)"},
		{&r.Part.Rate, "the argument is a *float64, but not to a field of the same codec.Reading"},
		{&r, "the argument is a *codec.Reading, but not to a field of the same codec.Reading"},
	} {
		func() {
			defer func() {
				if got := fmt.Sprint(recover()); !strings.Contains(got, c.want) {
					t.Errorf("%T: %s, want %s", c.field, got, c.want)
				}
			}()
			r.Has(c.field)
		}()
	}
}

// TestTolerant: a page is not lost to one member. Its value is kept as JSON and
// reported; without somebody to report to, and outside of lists, it is an error.
func TestTolerant(t *testing.T) {
	page := `{"data":[{"type":"contacts","id":"1","attributes":{"first_name":"Ann","email":"a"}},` +
		`{"type":"contacts","id":"2","attributes":{"first_name":5,"email":"b","shoe":1},"meta":{"created_at":"yesterday"}},` +
		`{"type":"contacts","id":"3","relationships":{"best":{"data":{"id":true}}}}],"more":{"x":[{"name":{},"a":[1]}]}}`
	type doc struct {
		Data []Contact          `json:"data"`
		More map[string][]Owner `json:"more"`
		presence
	}
	var d doc
	var told []string
	report := &Options{Report: func(e *Error) { told = append(told, e.Error()) }}
	if err := UnmarshalWith([]byte(page), &d, report); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`data[1].attributes.first_name: expected string, found number (offset 139)`,
		`data[1].meta.created_at: value refused: "yesterday" is not a time like 2006-01-02T15:04:05Z; formats: in gen.yaml sets another Go type for date-time (offset 184)`,
		`data[2].relationships.best.data.id: expected string, found boolean (offset 264)`,
		`more.x[0].name: expected string, found object (offset 295)`,
	}
	if !reflect.DeepEqual(told, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
	two := &d.Data[1]
	if raw := two.Raw(&two.FirstName); string(raw) != "5" || two.FirstName != "" || !two.Has(&two.FirstName) || two.Email != "b" {
		t.Errorf("raw %s, %+v", raw, two)
	}
	if out, err := Marshal(&d); err != nil {
		t.Error(err)
	} else if same, err := equalJSON(out, []byte(page)); err != nil || !same {
		t.Errorf("came back as %s, %v", out, err)
	}
	two.FirstName = "Bob"
	if out, err := Marshal(two); err != nil || !strings.Contains(string(out), `"first_name":"Bob"`) {
		t.Errorf("after a change: %s, %v", out, err)
	}
	if err := Unmarshal([]byte(page), new(doc)); err == nil || err.Error() != want[0] {
		t.Errorf("without a report: %v", err)
	}
	for text, want := range map[string]string{
		`{"name":5}`:                         "name: expected string, found number (offset 8)",
		`{"data":[{"id":[]}]}`:               "data[0].id: expected string, found array (offset 15)",
		`{"data":[5]}`:                       "data[0]: expected object, found number (offset 9)",
		`{"data":[{"attributes":{"email":}]`: "data[0].attributes.email: expected a value, found '}' (offset 32)",
	} {
		v := any(new(doc))
		if strings.HasPrefix(text, `{"name"`) {
			v = new(Owner)
		}
		if err := UnmarshalWith([]byte(text), v, report); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	told = nil
	var list []Owner
	if err := UnmarshalWith([]byte("["+repeated(300, `{"name":7}`)+"]"), &list, report); err != nil || len(told) != MostReports || !strings.HasPrefix(told[99], "[99].name: ") {
		t.Errorf("%d reports, %v", len(told), err)
	}
}

func equalJSON(a, b []byte) (bool, error) {
	var x, y any
	if err := json.Unmarshal(a, &x); err != nil {
		return false, err
	}
	err := json.Unmarshal(b, &y)
	return reflect.DeepEqual(x, y), err
}
