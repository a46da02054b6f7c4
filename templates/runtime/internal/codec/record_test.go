package codec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// presence and variant are api.Presence and api.Union, as the codec knows them.
type presence struct {
	_     [0]func()
	facts *Facts
}

func (p *presence) Has(field any) bool                  { return Has(&p.facts, field) }
func (p *presence) IsNull(field any) bool               { return IsNull(&p.facts, field) }
func (p *presence) Raw(field any) json.RawMessage       { return RawOf(&p.facts, field) }
func (p *presence) Unknown() map[string]json.RawMessage { return p.facts.Unknown() }
func (v variantless) Unknown() json.RawMessage          { return append(json.RawMessage(nil), v.rest.JSON...) }
func (p *Pet) UnmarshalJSON([]byte) error               { panic("the codec knows this type") }
func (p Pet) MarshalJSON() ([]byte, error)              { panic("the codec knows this type") }
func (o Owner) MarshalJSON() ([]byte, error)            { panic("the codec knows this type") }
func (s *Shape) UnmarshalJSON([]byte) error             { panic("the codec knows this type") }
func (s Shape) MarshalJSON() ([]byte, error)            { panic("the codec knows this type") }
func (c *Contact) UnmarshalJSON([]byte) error           { panic("the codec knows this type") }

type variantless struct{ rest Union }

type Owner struct {
	Name string `json:"name"`
	presence
}

type Pet struct {
	ID     int64             `json:"id"`
	Name   string            `json:"name,omitzero"`
	Tags   []string          `json:"tags,omitzero"`
	Owner  Owner             `json:"owner,omitzero"`
	Born   time.Time         `json:"born,omitzero"`
	Weight float64           `json:"weight,omitzero"`
	Parent *Pet              `json:"parent,omitzero"`
	Any    any               `json:"any,omitzero"`
	Raw    json.RawMessage   `json:"raw,omitzero"`
	Labels map[string]string `json:"labels,omitzero"`
	Note   Opt[string]       `json:"note,omitzero"`
	_      struct{}          `name:"kind" const:"\"pet\""`
	presence
}

type Extras struct {
	Name string           `json:"name"`
	Rest map[string]int64 `json:",unknown"`
	presence
}

type PetParams struct {
	_    struct{}      `name:"kind" const:"\"pet\""`
	Name string        `json:"name"`
	Note Opt[string]   `json:"note,omitzero"`
	Tags Opt[[]string] `json:"tags,omitzero"`
}

// roundTrips are documents that must come back byte by byte.
var roundTrips = []struct {
	v  any
	in string
}{
	{new(Pet), `{}`},
	{new(Pet), `{"id":1,"kind":"pet"}`},
	{new(Pet), `{"id":0,"name":"","tags":[],"owner":{"name":""},"born":"0001-01-01T00:00:00Z","weight":0,"labels":{},"note":"","kind":"pet"}`},
	{new(Pet), `{"id":null,"name":null,"tags":null,"owner":null,"born":null,"weight":null,"parent":null,"any":null,"raw":null,"labels":null,"note":null}`},
	{new(Pet), `{"id":1,"parent":{"id":2,"parent":{"name":"x","y":[1,{"z":null}]},"new":true}}`},
	{new(Pet), `{"id":1,"zeta":1,"alpha":{"a":[ 1 , 2 ]},"":null}`},
	{new(Pet), `{"owner":{}}`},
	{new(Pet), `{"owner":{"name":null,"age":3}}`},
	{new(Pet), `{"id":1,"kind":"cat"}`},
	{new(Pet), `{"any":{"a":[1,"x",null,true]},"raw":{"b":1}}`},
	{new([]Pet), `[{"id":1},{"name":null},{}]`},
	{new(map[string]Pet), `{"a":{"id":1},"b":{}}`},
	{new(Extras), `{"name":"x","a":1,"b":2}`},
	{new(Extras), `{}`},
	{new(Wide), `{"m00":0,"m31":31,"m32":32,"m63":null,"m64":64,"m69":0,"new":1}`},
	{new(Wide), `{}`},
	{new(Shape), `{"kind":"circle","radius":1.5}`},
	{new(Shape), `{"kind":"rectangle","side":2}`},
	{new(Shape), `{"kind":"hexagon","side":2}`},
	{new(Shape), `{"side":2}`},
	{new(Shape), `"text"`},
	{new(Shape), `[1,2]`},
	{new(Shape), `null`},
	{new(ByShape), `{"a":1,"b":2}`},
	{new(ByShape), `{"b":2,"c":3}`},
	{new(ByShape), `{"z":2}`},
	{new(ByShape), `12`},
	{new(ByShape), `1.5`},
	{new(ByShape), `true`},
	{new([]ByShape), `[1,null,"x",{"a":1},{"unheard":"of"},["s"],[{}]]`},
	{new(Contact), `{"id":"1","type":"contacts"}`},
	{new(Contact), `{"id":7,"type":"contacts"}`},
	{new(Contact), `{"id":"","type":"contacts","attributes":{}}`},
	{new(Contact), `{"type":"contacts","attributes":null,"relationships":{}}`},
	{new(Contact), `{"id":"1","attributes":{"first_name":null,"email":"","kind":"person"},"type":"people"}`},
	{new(Contact), `{"id":"1","type":"contacts","attributes":{"first_name":"Ann","age":3},"relationships":{"best":{"data":null}},"meta":{"created_at":"2024-02-29T12:00:00Z"},"links":{"self":"/x"}}`},
	{new(Contact), `{"id":"1","type":"contacts","relationships":{"friends":{"links":{"related":"/f"}},"best":{"data":{"type":"contacts","id":"2","meta":{"since":1}}},"pets":{"data":[]}},"@ext":1}`},
	{new(Contact), `{"relationships":{"friends":{"data":[{"id":"2"},{"type":"contacts"}]},"best":{"data":{}}}}`},
	{new(Contact), `{"relationships":{"best":{"data":{"type":"","id":"2"}}}}`},
	{new(Contact), `{"relationships":{"best":{"data":{"type":"contacts","id":"\u0000x"}}}}`},
	{new(Contact), `{"relationships":{"friends":{"data":[{"type":"contacts","id":"2"},{"type":"contacts","id":"3"}]},"best":null,"address":{"data":{"type":"addresses","attributes":{"town":"Hull"}},"meta":{}}}}`},
	{new(Numbered), `{"id":12,"type":"orders","attributes":{"code":"x"}}`},
	{new(Numbered), `{"id":"12","type":"orders"}`},
}

func TestRoundTrip(t *testing.T) {
	for _, c := range roundTrips {
		v := reflect.New(reflect.TypeOf(c.v).Elem()).Interface()
		if err := Unmarshal([]byte(c.in), v); err != nil {
			t.Errorf("%T %s: %v", v, c.in, err)
			continue
		}
		out, err := Marshal(v)
		if err != nil || string(out) != c.in {
			t.Errorf("%T\n in: %s\nout: %s %v", v, c.in, out, err)
		}
	}
}

// Wide has more members than one word of a Record has bits for.
type Wide struct {
	M00 int64 `json:"m00,omitzero"`
	M01 int64 `json:"m01,omitzero"`
	M02 int64 `json:"m02,omitzero"`
	M03 int64 `json:"m03,omitzero"`
	M04 int64 `json:"m04,omitzero"`
	M05 int64 `json:"m05,omitzero"`
	M06 int64 `json:"m06,omitzero"`
	M07 int64 `json:"m07,omitzero"`
	M08 int64 `json:"m08,omitzero"`
	M09 int64 `json:"m09,omitzero"`
	M10 int64 `json:"m10,omitzero"`
	M11 int64 `json:"m11,omitzero"`
	M12 int64 `json:"m12,omitzero"`
	M13 int64 `json:"m13,omitzero"`
	M14 int64 `json:"m14,omitzero"`
	M15 int64 `json:"m15,omitzero"`
	M16 int64 `json:"m16,omitzero"`
	M17 int64 `json:"m17,omitzero"`
	M18 int64 `json:"m18,omitzero"`
	M19 int64 `json:"m19,omitzero"`
	M20 int64 `json:"m20,omitzero"`
	M21 int64 `json:"m21,omitzero"`
	M22 int64 `json:"m22,omitzero"`
	M23 int64 `json:"m23,omitzero"`
	M24 int64 `json:"m24,omitzero"`
	M25 int64 `json:"m25,omitzero"`
	M26 int64 `json:"m26,omitzero"`
	M27 int64 `json:"m27,omitzero"`
	M28 int64 `json:"m28,omitzero"`
	M29 int64 `json:"m29,omitzero"`
	M30 int64 `json:"m30,omitzero"`
	M31 int64 `json:"m31,omitzero"`
	M32 int64 `json:"m32,omitzero"`
	M33 int64 `json:"m33,omitzero"`
	M34 int64 `json:"m34,omitzero"`
	M35 int64 `json:"m35,omitzero"`
	M36 int64 `json:"m36,omitzero"`
	M37 int64 `json:"m37,omitzero"`
	M38 int64 `json:"m38,omitzero"`
	M39 int64 `json:"m39,omitzero"`
	M40 int64 `json:"m40,omitzero"`
	M41 int64 `json:"m41,omitzero"`
	M42 int64 `json:"m42,omitzero"`
	M43 int64 `json:"m43,omitzero"`
	M44 int64 `json:"m44,omitzero"`
	M45 int64 `json:"m45,omitzero"`
	M46 int64 `json:"m46,omitzero"`
	M47 int64 `json:"m47,omitzero"`
	M48 int64 `json:"m48,omitzero"`
	M49 int64 `json:"m49,omitzero"`
	M50 int64 `json:"m50,omitzero"`
	M51 int64 `json:"m51,omitzero"`
	M52 int64 `json:"m52,omitzero"`
	M53 int64 `json:"m53,omitzero"`
	M54 int64 `json:"m54,omitzero"`
	M55 int64 `json:"m55,omitzero"`
	M56 int64 `json:"m56,omitzero"`
	M57 int64 `json:"m57,omitzero"`
	M58 int64 `json:"m58,omitzero"`
	M59 int64 `json:"m59,omitzero"`
	M60 int64 `json:"m60,omitzero"`
	M61 int64 `json:"m61,omitzero"`
	M62 int64 `json:"m62,omitzero"`
	M63 int64 `json:"m63,omitzero"`
	M64 int64 `json:"m64,omitzero"`
	M65 int64 `json:"m65,omitzero"`
	M66 int64 `json:"m66,omitzero"`
	M67 int64 `json:"m67,omitzero"`
	M68 int64 `json:"m68,omitzero"`
	M69 int64 `json:"m69,omitzero"`
	presence
}

type Contact struct {
	ID string `jsonapi:"id,contacts"`

	FirstName string   `jsonapi:"attr,first_name"`
	Email     string   `jsonapi:"attr,email,omitzero"`
	_         struct{} `jsonapi:"attr,kind" const:"\"person\""`

	Friends many    `jsonapi:"rel,friends,omitzero"`
	Best    one     `jsonapi:"rel,best,omitzero"`
	Pets    many    `jsonapi:"rel,pets,omitzero"`
	Address Address `jsonapi:"rel,address,omitzero"`

	Meta  contactMeta `jsonapi:"meta,omitzero"`
	Links links       `jsonapi:"links,omitzero"`
	presence
}

// The layouts of the relationships and links of package jsonapi.

type one struct {
	ref refTo[Contact]
	rel Relationship
}

type many struct {
	refs []refTo[Contact]
	rel  Relationship
}

type refTo[T any] struct {
	typ, id string
	value   *T //nolint:unused // likewise
}

type links struct {
	raw Raw //nolint:unused // likewise
}

type contactMeta struct {
	CreatedAt time.Time `json:"created_at,omitzero"`
	presence
}

type Address struct {
	_    struct{} `jsonapi:"type,addresses"`
	Town string   `jsonapi:"attr,town,omitzero"`
	presence
}

type Numbered struct {
	ID   int64  `jsonapi:"id,orders"`
	Code string `jsonapi:"attr,code"`
	presence
}

type Circle struct {
	_      struct{} `name:"kind" const:"\"circle\""`
	Radius float64  `json:"radius"`
	presence
}

type Square struct {
	Kind string  `json:"kind"`
	Side float64 `json:"side"`
	presence
}

type Shape struct {
	Circle      *Circle  `union:"circle"`
	Square      *Square  `union:"square,rectangle"`
	Text        *string  `union:""`
	List        *[]int64 `union:""`
	variantless `union:"kind"`
}

type AB struct {
	A int `json:"a"`
	B int `json:"b,omitzero"`
	presence
}

type BC struct {
	B int `json:"b"`
	C int `json:"c"`
	presence
}

type ByShape struct {
	AB          *AB       `union:""`
	BC          *BC       `union:""`
	Int         *int64    `union:""`
	Float       *float64  `union:""`
	Strings     *[]string `union:""`
	variantless `union:""`
}

func TestPresence(t *testing.T) {
	var p Pet
	in := `{"id":0,"name":null,"note":null,"kind":"cat","more":[1],"much":null}`
	if err := Unmarshal([]byte(in), &p); err != nil {
		t.Fatal(err)
	}
	for field, want := range map[any]string{&p.ID: "has", &p.Name: "null", &p.Note: "null", &p.Tags: "", &p.Owner: "", &p.Parent: ""} {
		got := ""
		if p.Has(field) {
			got = "has"
		}
		if p.IsNull(field) {
			got = "null"
		}
		if got != want {
			t.Errorf("%T: %q, want %q", field, got, want)
		}
	}
	if got := fmt.Sprintf("%s", p.Unknown()); got != `map[kind:"cat" more:[1] much:null]` {
		t.Errorf("unknown: %s", got)
	}
	if q := new(Pet); q.Has(&q.ID) || q.Unknown() != nil {
		t.Error("a Pet that was never decoded has members")
	}
}

func TestPresenceOfResource(t *testing.T) {
	var c Contact
	in := `{"id":"1","type":"contacts","attributes":{"email":null,"shoe":44},"relationships":{"friends":{"links":{}},"best":{"data":null},"address":{"data":{}}},"meta":{}}`
	if err := Unmarshal([]byte(in), &c); err != nil {
		t.Fatal(err)
	}
	for field, want := range map[any]bool{
		&c.ID: true, &c.Email: true, &c.FirstName: false, &c.Friends: true, &c.Best: true, &c.Pets: false, &c.Address: true, &c.Meta: true, &c.Links: false,
	} {
		if c.Has(field) != want {
			t.Errorf("Has of a %T is %t", field, !want)
		}
	}
	if !c.IsNull(&c.Email) || c.IsNull(&c.Best) {
		t.Error("null: email is, best is not")
	}
}

// TestChangeAfterDecoding shows what encoding makes of values that users change: an
// optional member that is made zero is left out, as in a value that was not decoded.
func TestChangeAfterDecoding(t *testing.T) {
	var p Pet
	if err := Unmarshal([]byte(`{"id":1,"name":"Rex","tags":["a"],"owner":null,"x":1}`), &p); err != nil {
		t.Fatal(err)
	}
	q := p
	p.Name, p.Tags, p.Owner.Name, p.Weight = "", nil, "Ann", 2
	for v, want := range map[*Pet]string{
		&p:            `{"id":1,"owner":{"name":"Ann"},"weight":2,"x":1}`,
		&q:            `{"id":1,"name":"Rex","tags":["a"],"owner":null,"x":1}`,
		{Name: "new"}: `{"id":0,"name":"new","kind":"pet"}`,
	} {
		if got, err := Marshal(v); err != nil || string(got) != want {
			t.Errorf("%s %v\nwant %s", got, err, want)
		}
	}
	// Decoding over a value adds to it, and leaves its copies alone.
	if err := Unmarshal([]byte(`{"tags":null,"y":2}`), &q); err != nil {
		t.Fatal(err)
	}
	for v, want := range map[*Pet]string{
		&p: `{"id":1,"owner":{"name":"Ann"},"weight":2,"x":1}`,
		&q: `{"id":1,"name":"Rex","tags":null,"owner":null,"x":1,"y":2}`,
	} {
		if got, err := Marshal(v); err != nil || string(got) != want {
			t.Errorf("%s %v\nwant %s", got, err, want)
		}
	}
}

func TestEncode(t *testing.T) {
	type contactUpdate struct {
		_         struct{}     `jsonapi:"type,contacts"`
		LID       string       `jsonapi:"lid"`
		FirstName string       `jsonapi:"attr,first_name"`
		Email     Opt[string]  `jsonapi:"attr,email,omitzero"`
		Best      one          `jsonapi:"rel,best,omitzero"`
		Address   Opt[Address] `jsonapi:"rel,address,omitzero"`
	}
	type sparse struct {
		_     struct{}    `jsonapi:"type,contacts"`
		Email Opt[string] `jsonapi:"attr,email,omitzero"`
	}
	type chosen struct {
		_     struct{}    `jsonapi:"type,contacts"`
		ID    Opt[string] `jsonapi:"id,contacts,omitzero"`
		Email Opt[string] `jsonapi:"attr,email,omitzero"`
	}
	type whole struct {
		_     struct{}    `jsonapi:"type,contacts,attributes"`
		Email Opt[string] `jsonapi:"attr,email,omitzero"`
	}
	ref := func(id string) one { return one{refTo[Contact]{typ: "contacts", id: id}, Relationship{State: Set}} }
	for _, c := range []struct {
		v    any
		want string
	}{
		{&PetParams{Name: "Rex"}, `{"kind":"pet","name":"Rex"}`},
		{&PetParams{Note: Opt[string]{state: Null}, Tags: Opt[[]string]{V: nil, state: Set}}, `{"kind":"pet","name":"","note":null,"tags":[]}`},
		{PetParams{}, `{"kind":"pet","name":""}`},
		{&sparse{}, `{"type":"contacts"}`},
		{&whole{}, `{"type":"contacts","attributes":{}}`},
		{&chosen{}, `{"type":"contacts"}`},
		{&chosen{ID: Opt[string]{V: "1", state: Set}}, `{"type":"contacts","id":"1"}`},
		{&request{Envelope{"7", &chosen{}}}, `{"data":{"type":"contacts","id":"7"}}`},
		{&request{Envelope{"7", &chosen{ID: Opt[string]{V: "1", state: Set}, Email: Opt[string]{V: "a", state: Set}}}}, `{"data":{"type":"contacts","id":"7","attributes":{"email":"a"}}}`},
		{&whole{Email: Opt[string]{V: "a", state: Set}}, `{"type":"contacts","attributes":{"email":"a"}}`},
		{&contactUpdate{}, `{"type":"contacts","attributes":{"first_name":""}}`},
		{&contactUpdate{LID: "l", Email: Opt[string]{V: "", state: Set}, Best: ref("2")},
			`{"type":"contacts","lid":"l","attributes":{"first_name":"","email":""},"relationships":{"best":{"data":{"type":"contacts","id":"2"}}}}`},
		{&contactUpdate{Best: one{rel: Relationship{State: Null}}, Address: Opt[Address]{V: Address{Town: "Hull"}, state: Set}},
			`{"type":"contacts","attributes":{"first_name":""},"relationships":{"best":{"data":null},"address":{"data":{"type":"addresses","attributes":{"town":"Hull"}}}}}`},
		{&contactUpdate{Address: Opt[Address]{state: Null}}, `{"type":"contacts","attributes":{"first_name":""},"relationships":{"address":{"data":null}}}`},
		{&request{Envelope{"9", &sparse{}}}, `{"data":{"id":"9","type":"contacts"}}`},
		{&request{Envelope{"9", &contactUpdate{Address: Opt[Address]{V: Address{Town: "Hull"}, state: Set}}}},
			`{"data":{"id":"9","type":"contacts","attributes":{"first_name":""},"relationships":{"address":{"data":{"type":"addresses","attributes":{"town":"Hull"}}}}}}`},
		{&request{Envelope{"", &sparse{}}}, `{"data":{"type":"contacts"}}`},
		{&request{Envelope{int64(9), &Contact{ID: "1"}}}, `{"data":{"id":9,"type":"contacts","attributes":{"first_name":"","kind":"person"}}}`},
		{&request{Envelope{nil, []sparse{{}, {}}}}, `{"data":[{"type":"contacts"},{"type":"contacts"}]}`},
		{&Contact{}, `{"type":"contacts","attributes":{"first_name":"","kind":"person"}}`},
		{&Shape{Text: new(string)}, `""`},
		{&Shape{}, `null`},
		{(*Pet)(nil), `null`},
		{nil, `null`},
		{Opt[int]{}, `null`},
		{map[string]Opt[int]{"a": {V: 1, state: Set}, "b": {}}, `{"a":1,"b":null}`},
	} {
		if got, err := Marshal(c.v); err != nil || string(got) != c.want {
			t.Errorf("%T: %s %v\nwant %s", c.v, got, err, c.want)
		}
	}
}

type request struct{ envelope Envelope }

// Written is a resource to write, as generated: its method calls the codec.
type Written struct {
	_     struct{}    `jsonapi:"type,contacts"`
	Email Opt[string] `jsonapi:"attr,email,omitzero"`
}

func (w Written) MarshalJSON() ([]byte, error) { return Marshal(&w) }

// TestMarshalJSONOfWrites: encoding/json encodes a resource to write as it is sent, and
// the codec does not call the method that calls it.
func TestMarshalJSONOfWrites(t *testing.T) {
	w := Written{Email: Opt[string]{state: Null}}
	const want = `{"type":"contacts","attributes":{"email":null}}`
	for _, v := range []any{w, &w} {
		if out, err := json.Marshal(v); err != nil || string(out) != want {
			t.Errorf("%s %v", out, err)
		}
	}
	if out, err := json.Marshal(map[string]any{"a": []Written{w}}); err != nil || string(out) != `{"a":[`+want+`]}` {
		t.Errorf("%s %v", out, err)
	}
	if out, err := Marshal(&request{Envelope{"7", &w}}); err != nil || string(out) != `{"data":{"type":"contacts","id":"7","attributes":{"email":null}}}` && string(out) != `{"data":{"id":"7","type":"contacts","attributes":{"email":null}}}` {
		t.Errorf("%s %v", out, err)
	}
}

// TestWriteTypesDecode shows that a server can decode what a client sends.
func TestWriteTypesDecode(t *testing.T) {
	type update struct {
		_     struct{}     `jsonapi:"type,contacts"`
		Email Opt[string]  `jsonapi:"attr,email,omitzero"`
		Phone Opt[string]  `jsonapi:"attr,phone,omitzero"`
		Best  one          `jsonapi:"rel,best,omitzero"`
		Home  Opt[Address] `jsonapi:"rel,home,omitzero"`
	}
	in := `{"type":"contacts","attributes":{"email":null,"phone":"1"},"relationships":{"best":{"data":null},"home":{"data":{"type":"addresses","attributes":{"town":"Hull"}}}}}`
	var u update
	if err := Unmarshal([]byte(in), &u); err != nil {
		t.Fatal(err)
	}
	if out, err := Marshal(&u); err != nil || string(out) != in {
		t.Errorf("%s %v\nwant %s", out, err, in)
	}
}

func TestUnionChoice(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{"kind":"circle","radius":1}`, "Circle"},
		{`{"radius":1,"kind":"rectangle"}`, "Square"},
		{`{"kind":"hexagon","radius":1}`, ""},
		{`{"radius":1}`, "Circle"},
		{`{"side":1}`, "Square"},
		{`{}`, "Circle"},
		{`"x"`, "Text"},
		{`[1]`, "List"},
		{`["x"]`, ""},
		{`true`, ""},
		{`null`, ""},
	} {
		var s Shape
		if err := Unmarshal([]byte(c.in), &s); err != nil {
			t.Errorf("%s: %v", c.in, err)
		}
		if got := variantName(&s); got != c.want {
			t.Errorf("%s: %q, want %q", c.in, got, c.want)
		}
		if kept := s.Unknown() != nil; kept != (c.want == "" && c.in != "null") {
			t.Errorf("%s: kept %s", c.in, s.Unknown())
		}
	}
	for _, bad := range []string{`{"kind":"circle"`, `{"kind":}`, `{"kind":"circle","radius":1,}`, `[1,`, `"x`, `{"kind":"circle","radius":[}`, `tru`, `{"kind":"circle","radius":"wide"}`} {
		if err := Unmarshal([]byte(bad), new(Shape)); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
}

func variantName(v any) string {
	rv := reflect.ValueOf(v).Elem()
	for i := range rv.NumField() {
		if f := rv.Field(i); f.Kind() == reflect.Pointer && !f.IsNil() {
			return rv.Type().Field(i).Name
		}
	}
	return ""
}

func TestErrors(t *testing.T) {
	type doc struct {
		Data  []Contact      `json:"data"`
		Pets  map[string]Pet `json:"pets"`
		Bytes []byte         `json:"bytes"`
		Up    Upper          `json:"up"`
	}
	for _, c := range []struct{ in, want string }{
		{`{"data":[{"id":"1"},{"attributes":{"email":5}}]}`, `data[1].attributes.email: expected string, found number (offset 43)`},
		{`{"data":[{"meta":{"created_at":"yesterday"}}]}`, `data[0].meta.created_at: value refused: "yesterday" is not a time like 2006-01-02T15:04:05Z; formats: in gen.yaml sets another Go type for date-time (offset 31)`},
		{`{"data":{}}`, `data: expected array, found object (offset 8)`},
		{`{"data":[{"relationships":{"best":{"data":{"id":true}}}}]}`, `data[0].relationships.best.data: expected string, found boolean (offset 48)`},
		{`{"data":[{"relationships":{"friends":{"data":[{},[1]]}}}]}`, `data[0].relationships.friends.data[1]: expected object, found array (offset 49)`},
		{`{"data":[{"relationships":{"address":{"data":7}}}]}`, `data[0].relationships.address.data: expected object, found number (offset 45)`},
		{`{"pets":{"a":{"id":1.5}}}`, `pets.a.id: expected integer, found 1.5 (offset 19)`},
		{`{"pets":{"a":{"id":9223372036854775808}}}`, `pets.a.id: 9223372036854775808 is out of the range of int64 (-9223372036854775808 to 9223372036854775807); types: in gen.yaml sets another Go type (offset 19)`},
		{`{"bytes":"***"}`, `bytes: value refused: illegal base64 data at input byte 0 (offset 9)`},
		{`{"up":"` + strings.Repeat("x", 30) + `"}`, `up: value refused: too long (offset 6)`},
		{`{"data":[`, `data[0]: unexpected end of JSON (offset 9)`},
		{``, `unexpected end of JSON (offset 0)`},
		{`{"data":nil}`, `data: expected a value, found 'n' (offset 8)`},
		{`{"x":"` + "\x01" + `"}`, `control character in string, found '\x01' (offset 6)`},
		{`{} {}`, `expected nothing after the value, found '{' (offset 3)`},
		{`{"data" 1}`, `expected : after member name, found '1' (offset 8)`},
		{`[1]`, `expected object, found array (offset 0)`},
	} {
		err := Unmarshal([]byte(c.in), new(doc))
		if err == nil || err.Error() != c.want {
			t.Errorf("%s\n got: %v\nwant: %s", c.in, err, c.want)
		}
	}
	if err := Unmarshal([]byte(`{}`), doc{}); err == nil || err.Error() != "json: Unmarshal(non-pointer codec.doc)" {
		t.Errorf("not a pointer: %v", err)
	}
}

// TestRecursiveTypes compiles types that are made of themselves.
func TestRecursiveTypes(t *testing.T) {
	type list []list
	type table map[string]table
	type node struct {
		Next  Opt[*node]       `json:"next,omitzero"`
		Nodes map[string]*node `json:"nodes,omitzero"`
	}
	for in, v := range map[string]any{
		`[[],[[]],[]]`:                       new(list),
		`{"a":{"b":{}},"c":{}}`:              new(table),
		`{"next":{"nodes":{"a":{},"b":{}}}}`: new(node),
	} {
		if err := Unmarshal([]byte(in), v); err != nil {
			t.Errorf("%s: %v", in, err)
		}
		if out, err := Marshal(v); err != nil || string(out) != in {
			t.Errorf("%s %v, want %s", out, err, in)
		}
	}
}

func TestEncodeErrors(t *testing.T) {
	type loop struct{ Next *loop }
	l := new(loop)
	l.Next = l
	for _, c := range []struct {
		v    any
		want string
	}{
		{l, "json: a value of type *codec.loop contains itself"},
		{json.Number("x"), `json: invalid number "x"`},
		{json.RawMessage("{"), "json: a RawMessage or a MarshalJSON method returned bytes that are not JSON"},
		{make(chan int), "json: unsupported type: chan int"},
	} {
		if _, err := Marshal(c.v); err == nil || err.Error() != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// TestLastWins: a duplicate replaces the earlier value, in encoding/json it is merged.
func TestLastWins(t *testing.T) {
	var s Sink
	in := `{"s":"a","s":"b","i":1,"i":null,"p":{"s":"x"},"p":{"i":2},"m":{"a":1},"m":{"b":2},"l":[{"s":"1"},{"s":"2"}],"l":[{"i":3}],"o":"x","o":null}`
	if err := Unmarshal([]byte(in), &s); err != nil {
		t.Fatal(err)
	}
	want := Sink{S: "b", P: &Sink{I: 2}, M: map[string]int{"b": 2}, L: []Sink{{I: 3}}, O: Opt[string]{state: Null}}
	if !reflect.DeepEqual(s, want) {
		t.Errorf("%+v", s)
	}
	var p Pet
	if err := Unmarshal([]byte(`{"name":null,"name":"x","owner":{"name":"a"},"owner":{},"z":1,"z":2}`), &p); err != nil {
		t.Fatal(err)
	}
	if out, _ := Marshal(&p); string(out) != `{"name":"x","owner":{},"z":2}` {
		t.Errorf("%s", out)
	}
}

// TestDifferences shows the deliberate differences from encoding/json that the
// package comment lists.
func TestDifferences(t *testing.T) {
	type v struct {
		Name string         `json:"name"`
		List []int          `json:"list"`
		Map  map[string]int `json:"map"`
		Blob []byte         `json:"blob"`
	}
	var x v
	if err := Unmarshal([]byte(`{"NAME":"x"}`), &x); err != nil || x.Name != "" {
		t.Errorf("names match without regard to case: %+v %v", x, err)
	}
	out, err := Marshal(&v{Name: "<&>"})
	if want := `{"name":"<&>","list":[],"map":{},"blob":""}`; err != nil || string(out) != want {
		t.Errorf("%s %v, want %s", out, err, want)
	}
	var a any = &x
	if err := Unmarshal([]byte(`{"name":"y"}`), &a); err != nil || x.Name != "" {
		t.Errorf("decoded into what an interface held: %+v %v", x, err)
	}
	if err := Unmarshal([]byte(`{"name":1,"list":[2]}`), &x); err == nil || x.List != nil {
		t.Errorf("did not stop at the first error: %+v %v", x, err)
	}
}

// TestNameAtEnd ends the input in a name of which the codec must not guess that it
// is a member: after the last one, and where there is none.
func TestNameAtEnd(t *testing.T) {
	for _, in := range []string{"{\"", "{\"x\":1,\"", "{\"y\":1,\""} {
		for c := range 256 {
			var one struct {
				X int `json:"x"`
			}
			var none struct{}
			data := []byte(in + string([]byte{byte(c)}))
			if Unmarshal(data, &one) == nil || Unmarshal(data, &none) == nil {
				t.Fatalf("accepted %q", data)
			}
		}
	}
}

// TestEncodeStrings puts what has to be escaped, and what has not, everywhere in
// strings of all lengths that the loops tell apart.
func TestEncodeStrings(t *testing.T) {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	try := func(s string) {
		buf.Reset()
		if err := e.Encode(s); err != nil {
			t.Fatal(err)
		}
		if got := string(appendString(nil, s)); got+"\n" != buf.String() {
			t.Fatalf("%q: %s %s", s, got, buf.String())
		}
	}
	for _, s := range []string{"", "\"\\\x00\x1f\n\r\t\b\f", "é😀\u2028", "a\xffb", strings.Repeat("x", 100), "<&>"} {
		try(s)
	}
	for n := range 40 {
		for at := range n {
			for c := range 256 {
				s := []byte(strings.Repeat("x", n))
				s[at] = byte(c)
				try(string(s))
			}
		}
	}
}

// TestUnionOfKinds: a union in a union takes what its variants take, and the only
// variant that objects can be takes all of them.
func TestUnionOfKinds(t *testing.T) {
	type inner struct {
		Word *string `union:""`
		List *[]int  `union:""`
		variantless
	}
	type named struct {
		Name string `json:"name,omitzero"`
		presence
	}
	type outer struct {
		Inner *inner   `union:""`
		Count *float64 `union:""`
		Named *named   `union:""`
		variantless
	}
	for text, set := range map[string]func(*outer) bool{
		`"a"`:       func(o *outer) bool { return o.Inner != nil && o.Inner.Word != nil },
		`[1]`:       func(o *outer) bool { return o.Inner != nil && o.Inner.List != nil },
		`1.5`:       func(o *outer) bool { return o.Count != nil },
		`{"b":[1]}`: func(o *outer) bool { return o.Named != nil },
	} {
		var v outer
		if err := Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		out, err := Marshal(&v)
		if !set(&v) || err != nil || string(out) != text {
			t.Errorf("%s: %+v came back as %s, %v", text, v, out, err)
		}
	}
}
