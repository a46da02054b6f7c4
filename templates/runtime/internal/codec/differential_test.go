package codec

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

// The tests of this file hold the codec against encoding/json: the same inputs
// accepted and refused, the same values.

// Opt is api.Opt, as the codec knows it: by the type of its second field.
type Opt[T any] struct {
	V     T
	state State
}

func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if o.state != Set {
		return []byte("null"), nil
	}
	return json.Marshal(o.V)
}

func (o *Opt[T]) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*o = Opt[T]{state: Null}
		return nil
	}
	o.state = Set
	return json.Unmarshal(b, &o.V)
}

type Color string
type Num int32
type Embedded struct {
	EmbA string `json:"emb_a"`
	EmbB int    `json:"emb_b"`
	Dup  string `json:"dup"`
}
type inner struct { // unexported, embedded
	InnA *string `json:"inn_a"`
}
type Upper struct{ UpperText string }

func (u *Upper) UnmarshalText(b []byte) error {
	if len(b) > 20 {
		return errors.New("too long")
	}
	u.UpperText = strings.ToUpper(string(b))
	return nil
}
func (u Upper) MarshalText() ([]byte, error) { return []byte(u.UpperText), nil }

type Custom struct{ Raw string }

func (c *Custom) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == 't' {
		return errors.New("no true")
	}
	c.Raw = string(b)
	return nil
}
func (c Custom) MarshalJSON() ([]byte, error) {
	if c.Raw == "" {
		return []byte("null"), nil
	}
	return []byte(c.Raw), nil
}

type Sink struct {
	S   string                    `json:"s"`
	E   Color                     `json:"e"`
	B   bool                      `json:"b"`
	I   int                       `json:"i"`
	I8  int8                      `json:"i8"`
	I16 int16                     `json:"i16"`
	I32 Num                       `json:"i32"`
	U   uint                      `json:"u"`
	U8  uint8                     `json:"u8"`
	U16 uint16                    `json:"u16"`
	U32 uint32                    `json:"u32"`
	U64 uint64                    `json:"u64"`
	F   float64                   `json:"f"`
	F32 float32                   `json:"f32"`
	T   time.Time                 `json:"t"`
	TP  *time.Time                `json:"tp"`
	P   *Sink                     `json:"p"`
	PS  *string                   `json:"ps"`
	PI  *int64                    `json:"pi"`
	PB  *bool                     `json:"pb"`
	PP  **int                     `json:"pp"`
	L   []Sink                    `json:"l"`
	LI  []int                     `json:"li"`
	LS  []string                  `json:"ls"`
	LE  []Color                   `json:"le"`
	LP  []*int                    `json:"lp"`
	LL  [][]int                   `json:"ll"`
	LB  []byte                    `json:"lb"`
	LT  []Upper                   `json:"lt"`
	M   map[string]int            `json:"m"`
	MS  map[string]string         `json:"ms"`
	MM  map[string]map[string]any `json:"mm"`
	MK  map[Color]*Embedded       `json:"mk"`
	A   any                       `json:"a"`
	R   json.RawMessage           `json:"r"`
	N   json.Number               `json:"n"`
	UT  Upper                     `json:"ut"`
	UP  *Upper                    `json:"up"`
	CU  Custom                    `json:"cu"`
	CP  *Custom                   `json:"cp"`
	O   Opt[string]               `json:"o"`
	OI  Opt[int]                  `json:"oi"`
	OL  Opt[[]Opt[int]]           `json:"ol"`
	OS  Opt[Embedded]             `json:"os"`
	OT  Opt[time.Time]            `json:"ot"`
	QI  int64                     `json:"qi,string"`
	AR  [2]int                    `json:"ar"`
	St  struct {
		X int `json:"x"`
		Y *struct {
			Z string `json:"a_rather_long_member_name_with_a_twin_1"`
			W string `json:"a_rather_long_member_name_with_a_twin_2"`
		} `json:"y"`
	} `json:"st"`
	NoTag string
	Ünï   int
	Skip  string `json:"-"`
	Dash  string `json:"-,"` // encoding/json takes it for a name
	Dup   int    `json:"dup"`
	Embedded
	inner
}

// sinkNames holds the names of all members below Sink.
var sinkNames = func() map[string]bool {
	m := map[string]bool{}
	var walk func(t reflect.Type, seen map[reflect.Type]bool)
	walk = func(t reflect.Type, seen map[reflect.Type]bool) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || seen[t] {
			return
		}
		seen[t] = true
		for i := range t.NumField() {
			f := t.Field(i)
			n, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if n == "" {
				n = f.Name
			}
			m[n] = true
			walk(f.Type, seen)
		}
	}
	walk(reflect.TypeFor[Sink](), map[reflect.Type]bool{})
	return m
}()

// awkward reports, for valid JSON, member names that only match with case folding
// (encoding/json takes them, codec does not) and names that occur twice in an object
// (encoding/json merges, codec replaces).
func awkward(data []byte) bool {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	bad := false
	var walk func() error
	walk = func() error {
		t, err := dec.Token()
		if err != nil {
			return err
		}
		switch t {
		case json.Delim('{'):
			seen := map[string]bool{}
			for dec.More() {
				k, err := dec.Token()
				if err != nil {
					return err
				}
				key := k.(string)
				if seen[key] {
					bad = true
				}
				seen[key] = true
				for n := range sinkNames {
					if n != key && strings.EqualFold(n, key) {
						bad = true
					}
				}
				if err := walk(); err != nil {
					return err
				}
			}
			_, err = dec.Token()
		case json.Delim('['):
			for dec.More() {
				if err := walk(); err != nil {
					return err
				}
			}
			_, err = dec.Token()
		}
		return err
	}
	if err := walk(); err != nil {
		return false
	}
	return bad
}

func check[T any](t *testing.T, data []byte) {
	t.Helper()
	var want, got T
	werr := json.Unmarshal(data, &want)
	if json.Valid(data) && awkward(data) {
		var x T
		Unmarshal(data, &x)
		return
	}
	standard := &Options{asStandard: true}
	gerr := UnmarshalWith(data, &got, standard)
	checkPadded(t, data, standard, got, gerr)
	if (werr == nil) != (gerr == nil) {
		t.Fatalf("%T %q\nencoding/json: %v\ncodec: %v", want, data, werr, gerr)
	}
	if werr == nil {
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("%T %q\nencoding/json: %#v\ncodec:         %#v", want, data, want, got)
		}
		if len(data) > 40000 { // deep: the encoding of the innermost struct goes over the depth limit
			return
		}
		w, jerr := json.Marshal(&got)
		b, err := Marshal(&got)
		if (err == nil) != (jerr == nil) {
			t.Fatalf("%q: Marshal: %v, json.Marshal: %v", data, err, jerr)
		}
		if err != nil {
			return
		}
		var w2 T
		if err := json.Unmarshal(b, &w2); err != nil {
			t.Fatalf("%q -> %q: %v", data, b, err)
		}
		if !sameJSON(w, b) {
			t.Fatalf("%q\nencoding/json: %s\ncodec:         %s", data, w, b)
		}
	}
}

// sameJSON compares values, taking null, [] and {} for the same (nil slices and
// maps), and absent members for null.
func sameJSON(a, b []byte) bool {
	var x, y any
	for v, b := range map[*any][]byte{&x: a, &y: b} {
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber()
		if d.Decode(v) != nil {
			return false
		}
	}
	return reflect.DeepEqual(prune(x), prune(y))
}
func prune(v any) any {
	switch v := v.(type) {
	case string:
		if v == "" { // nil []byte
			return nil
		}
	case map[string]any:
		for k, x := range v {
			if x = prune(x); x == nil {
				delete(v, k)
			} else {
				v[k] = x
			}
		}
		if len(v) == 0 {
			return nil
		}
	case []any:
		if len(v) == 0 {
			return nil
		}
		for i := range v {
			v[i] = prune(v[i])
		}
	}
	return v
}

// inputs are documents for Sink, good and bad.
var inputs = func() []string {
	c := []string{
		``, ` `, `null`, `{}`, ` { } `, `[]`, `[ ]`, `{`, `}`, `[`, `]`, `,`, `:`, `"`, `""`, `"a`, `{"s"}`, `{"s":}`,
		`{"s":"a",}`, `{,}`, `{"s" : "a" , "b" : true }`, `{"s":"a"}x`, `{"s":"a"} `, `{"s":"a"}{}`, "{\"s\":\"a\"}\x00",
		"\x00", "{\"s\x00\":1}", `{"s":"a" "b":true}`, `{"s":"a";"b":true}`, `{s:"a"}`, `{'s':'a'}`, `{"s":null}`,
		`{"s":nul}`, `{"s":nulL}`, `{"s":n}`, `{"s":tru}`, `{"b":tru}`, `{"b":true}`, `{"b":false}`, `{"b":fals}`,
		`{"b":falsE}`, `{"b":1}`, `{"b":"true"}`, `{"b":truee}`, `{"s":1}`, `{"s":[]}`, `{"s":{}}`, `{"s":true}`,
		`{"i":"1"}`, `{"i":1.0}`, `{"i":1e2}`, `{"i":1E2}`, `{"i":-}`, `{"i":--1}`, `{"i":+1}`, `{"i":01}`, `{"i":-01}`,
		`{"i":-0}`, `{"i":0}`, `{"i":00}`, `{"i":0x1}`, `{"i":1_0}`, `{"i":9223372036854775807}`,
		`{"i":9223372036854775808}`, `{"i":-9223372036854775808}`, `{"i":-9223372036854775809}`,
		`{"i":99999999999999999999}`, `{"i":100000000000000000000000000000000000}`, `{"i8":127}`, `{"i8":128}`,
		`{"i8":-128}`, `{"i8":-129}`, `{"i16":32767}`, `{"i16":32768}`, `{"i32":2147483647}`, `{"i32":2147483648}`,
		`{"i32":-2147483648}`, `{"i32":-2147483649}`, `{"u":-1}`, `{"u":-0}`, `{"u":0}`, `{"u":01}`, `{"u8":255}`,
		`{"u8":256}`, `{"u16":65535}`, `{"u16":65536}`, `{"u32":4294967295}`, `{"u32":4294967296}`,
		`{"u64":18446744073709551615}`, `{"u64":18446744073709551616}`, `{"u64":19999999999999999999}`,
		`{"u64":118446744073709551615}`, `{"u64":1.0}`, `{"f":1}`, `{"f":-1}`, `{"f":-0}`, `{"f":-0.0}`, `{"f":0.1}`,
		`{"f":.1}`, `{"f":1.}`, `{"f":1.e1}`, `{"f":1e}`, `{"f":1e+}`, `{"f":1e+1}`, `{"f":1E-1}`, `{"f":1e400}`,
		`{"f":-1e400}`, `{"f":1e-400}`, `{"f":123456789012345}`, `{"f":1234567890123456}`, `{"f":12345678901234567890}`,
		`{"f":0.000000000000001}`, `{"f":0.00000000000000001}`,
		`{"f":179769313486231570814527423731704356798070567525844996598917476803157260780028538760589558632766878171540458953514382464234321326889464182768467546703537516986049910576551282076245490090389328944075868508455133942304583236903222948165808559332123347747}`,
		`{"f":3.141592653589793}`, `{"f":2.2250738585072011e-308}`, `{"f":123.456}`, `{"f":99999999999999.9}`, `{"f":01.5}`,
		`{"f":-}`, `{"f":NaN}`, `{"f":Infinity}`, `{"f":"1"}`, `{"f32":1e39}`, `{"f32":3.4028235e38}`, `{"f32":16777217}`,
		`{"f32":0.1}`, `{"f32":1.17549435e-38}`, `{"t":"2023-11-07T05:31:56Z"}`, `{"t":"2023-11-07T05:31:56.123Z"}`,
		`{"t":"2023-11-07T05:31:56.123456789Z"}`, `{"t":"2023-11-07T05:31:56.1234567891Z"}`, `{"t":"2023-11-07T05:31:56.Z"}`,
		`{"t":"2023-11-07T05:31:56+01:00"}`, `{"t":"2023-11-07T05:31:56-08:30"}`, `{"t":"2023-11-07T05:31:56,5Z"}`,
		`{"t":"2023-11-07t05:31:56z"}`, `{"t":"2023-11-07 05:31:56Z"}`, `{"t":"2023-02-29T00:00:00Z"}`,
		`{"t":"2024-02-29T00:00:00Z"}`, `{"t":"1900-02-29T00:00:00Z"}`, `{"t":"2000-02-29T00:00:00Z"}`,
		`{"t":"0000-01-01T00:00:00Z"}`, `{"t":"0000-02-29T23:59:59Z"}`, `{"t":"0001-01-01T00:00:00Z"}`,
		`{"t":"9999-12-31T23:59:59.999999999Z"}`, `{"t":"1969-12-31T23:59:59Z"}`, `{"t":"2023-13-07T05:31:56Z"}`,
		`{"t":"2023-00-07T05:31:56Z"}`, `{"t":"2023-11-00T05:31:56Z"}`, `{"t":"2023-11-31T05:31:56Z"}`,
		`{"t":"2023-11-07T24:00:00Z"}`, `{"t":"2023-11-07T05:60:56Z"}`, `{"t":"2023-11-07T05:31:60Z"}`,
		`{"t":"2023-11-07T5:31:56Z"}`, `{"t":"2023-11-07"}`, `{"t":""}`, `{"t":null}`, `{"t":1}`, `{"t":{}}`,
		`{"t":"2023-11-07T05:31:56"}`, `{"t":"2023-11-07T05:31:56Z "}`, `{"t":"2023-11-07T05\u003a31:56Z"}`, `{"tp":null}`,
		`{"tp":"2023-11-07T05:31:56Z"}`, `{"t":"2023-11-07T05:31:5`, `{"t":"2023-11-07T05:31:56Z`,
		`{"t":"2023-11-07T05:31:56+24:00"}`, "{\"id\":\"3\u00fc90c3c-0d44-4b50-8888-0123456789ab\"}", `{"p":null}`,
		`{"p":{}}`, `{"p":{"p":{"p":{"s":"deep"}}}}`, `{"p":1}`, `{"p":[]}`, `{"ps":null}`, `{"ps":"x"}`, `{"pi":5}`,
		`{"pi":null}`, `{"pb":true}`, `{"pp":3}`, `{"pp":null}`, `{"ps":1}`, `{"l":null}`, `{"l":[]}`, `{"l":[{}]}`,
		`{"l":[{},{"s":"x"},null,{"l":[{"i":1},{"i":2},{"i":3},{"i":4},{"i":5}]}]}`, `{"l":[,]}`, `{"l":[{},]}`, `{"l":[{}`,
		`{"l":[1]}`, `{"l":{}}`, `{"l":"x"}`, `{"li":[1,2,3]}`, `{"li":[1 , 2 , 3 ]}`, `{"li":[null,1]}`, `{"li":["1"]}`,
		`{"li":[1.5]}`, `{"li":[1 2]}`,
		`{"li":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33]}`,
		`{"ls":["a","b",null,"","\u0041"]}`, `{"ls":[]}`, `{"ls":null}`, `{"ls":[1]}`, `{"ls":["a"}`, `{"ls":["a",]}`,
		`{"le":["red","red","green"]}`, `{"lp":[1,null,3]}`, `{"ll":[[1],[],null,[2,3]]}`, `{"ll":[[1],2]}`,
		`{"lb":"aGVsbG8="}`, `{"lb":"aGVsbG8"}`, `{"lb":"!"}`, `{"lb":""}`, `{"lb":null}`, `{"lb":[1,2]}`,
		`{"lb":"aGVs\nbG8="}`, `{"lt":["a","b"]}`, `{"lt":[1]}`, `{"lt":[null]}`, `{"m":{}}`, `{"m":null}`,
		`{"m":{"a":1,"b":2}}`, `{"m":{"a":null}}`, `{"m":{"a":"x"}}`, `{"m":{"a":1,}}`, `{"m":{"a" : 1 , "b":2 }}`,
		`{"m":{a:1}}`, `{"m":[]}`, `{"m":1}`, `{"ms":{"a":"b","c":null,"":"e"}}`, `{"ms":{"a":1}}`,
		`{"mm":{"a":{"b":[1,"x",null,true,{"c":1.5}]},"d":null}}`, `{"mk":{"red":{"emb_a":"x"},"blue":null}}`,
		`{"m":{"\u0061":1}}`, "{\"m\":{\"\xff\":1}}", `{"a":null}`, `{"a":1}`, `{"a":-1.5e3}`, `{"a":"x"}`, `{"a":true}`,
		`{"a":[]}`, `{"a":{}}`, `{"a":[1,[2,[3,{"x":[null]}]]]}`, `{"a":1e999}`, `{"a":tru}`, `{"a":01}`, `{"a":{"x":1,}}`,
		`{"a":[1,]}`, `{"a":nul}`, `{"r":null}`, `{"r": { "a" : [ 1 , 2 ] } }`, `{"r":[1,}`, `{"r":"\ud800"}`,
		"{\"r\":\"\xff\"}", `{"r":"\x"}`, `{"n":1.50}`, `{"n":"1.50"}`, `{"n":"x"}`, `{"n":""}`, `{"n":null}`, `{"n":true}`,
		`{"n":1e}`, `{"n":"1 "}`, `{"ut":"abc"}`, `{"ut":null}`, `{"ut":1}`, `{"ut":{}}`, `{"ut":[]}`,
		`{"ut":"abcdefghijklmnopqrstuvwxyz"}`, `{"ut":"\u00e9"}`, `{"up":"x"}`, `{"up":null}`, `{"cu":null}`, `{"cu":1}`,
		`{"cu":true}`, `{"cu":{"a":[1, 2]}}`, `{"cp":null}`, `{"cp":false}`, `{"cu":[1,]}`, `{"o":"x"}`, `{"o":null}`,
		`{"o":1}`, `{"oi":1}`, `{"oi":null}`, `{"ol":[1,null,3]}`, `{"ol":[]}`, `{"ol":null}`,
		`{"os":{"emb_a":"x","emb_b":2}}`, `{"os":null}`, `{"ot":"2023-11-07T05:31:56Z"}`, `{"ot":null}`, `{"ot":"x"}`,
		`{"o":nul}`, `{"qi":"12"}`, `{"qi":"-12"}`, `{"qi":12}`, `{"qi":null}`, `{"qi":""}`, `{"qi":"x"}`, `{"qi":"1.5"}`,
		`{"qi":"12 "}`, `{"ar":[1,2]}`, `{"ar":[1]}`, `{"ar":[1,2,3]}`, `{"ar":1}`,
		`{"st":{"x":1,"y":{"a_rather_long_member_name_with_a_twin_1":"1","a_rather_long_member_name_with_a_twin_2":"2","a_rather_long_member_name_with_a_twin_3":"3"}}}`,
		`{"st":{"y":{"a_rather_long_member_name_with_a_twin_2":"2","a_rather_long_member_name_with_a_twin_1":"1"}}}`,
		`{"st":{"y":{"a_rather`, `{"st":{"y":{"a_rather_long_member_name_with_a_twi`,
		`{"st":{"y":{"a_rather_long_member_name_with_a_twin_1`, `{"st":{"y":{"a_rather_long_member_name_with_a_twin_1"`,
		`{"st":{"y":{"a_rather_long_member_name_with_a_twin_1":`, `{"NoTag":"x","Ünï":5,"-":"dash","Skip":"no"}`,
		`{"dup":3,"emb_a":"x","emb_b":4,"inn_a":"y"}`, `{"unknown":{"a":[1,2,{"b":null}]},"s":"x"}`,
		`{"unknown":{"a":[1,2,{"b":nul}]},"s":"x"}`, `{"unknown":[}`, `{"unknown":{]}`, `{"unknown":{"a"}}`,
		`{"unknown":{"a":1,}}`, `{"unknown":[1,]}`, `{"unknown":"\u12"}`, `{"unknown":"\u12G4"}`, "{\"unknown\":\"\x01\"}",
		`{"unknown":-}`, `{"unknown":1.}`, `{"unknown":}`, `{"unknown"}`, `{"":1}`, `{"\u0073":"escaped key"}`,
		`{"\u0073x":1}`, "{\"\xff\":1}", `{"s\"":1}`, `{"s":"\"\\\/\b\f\n\r\t\u0041\u00e9\u20ac\ud83d\ude00"}`,
		`{"s":"\ud800"}`, `{"s":"\udc00"}`, `{"s":"\ud800\ud800"}`, `{"s":"\ud800\udc00"}`, `{"s":"\ud800x"}`,
		`{"s":"\ud800\u0041"}`, `{"s":"\ud800\n"}`, `{"s":"\u"}`, `{"s":"\u1"}`, `{"s":"\u123"}`, `{"s":"\u123g"}`,
		`{"s":"\x"}`, `{"s":"\'"}`, `{"s":"\`, `{"s":"\"`, `{"s":"\u123`, `{"s":"\ud800\u"}`, `{"s":"\ud800\u12"}`,
		`{"s":"\U0041"}`, "{\"s\":\"\x1f\"}", "{\"s\":\"\n\"}", "{\"s\":\"\x7f\"}", "{\"s\":\"é€😀\"}", "{\"s\":\"\xff\"}",
		"{\"s\":\"abc\xc3\"}", "{\"s\":\"\xed\xa0\x80\"}", "{\"s\":\"\xf8\x88\x80\x80\x80\"}", "{\"s\":\"a\xffb\\n\xfe\"}",
		"{\"e\":\"\xff\"}", "{\"s\":\"\xc3\\u0041\"}", "\xef\xbb\xbf{}", "{\t\"s\"\n:\r\"a\"\t}", "{\f\"s\":1}", "{\u00a0}",
		"{\"s\":\"\u2028\u2029<>&\"}", strings.Repeat("[", 10000), strings.Repeat("[", 10001) + strings.Repeat("]", 10001),
		`{"a":` + strings.Repeat("[", 9999) + strings.Repeat("]", 9999) + `}`,
		`{"a":` + strings.Repeat("[", 10000) + strings.Repeat("]", 10000) + `}`,
		`{"x":` + strings.Repeat("[", 9999) + strings.Repeat("]", 9999) + `}`,
		`{"x":` + strings.Repeat("[", 10000) + strings.Repeat("]", 10000) + `}`,
		strings.Repeat(`{"p":`, 10000) + `null` + strings.Repeat(`}`, 10000),
		strings.Repeat(`{"p":`, 9999) + `{}` + strings.Repeat(`}`, 9999),
		strings.Repeat(`{"p":`, 10000) + `{}` + strings.Repeat(`}`, 10000),
		strings.Repeat(`{"x":`, 10001) + `1` + strings.Repeat(`}`, 10001),
		`{"l":[` + strings.Repeat(`{"s":"x"},`, 300) + `{}]}`, `{"s":"` + strings.Repeat("a", 5000) + `"}`,
		`{"s":"` + strings.Repeat("é", 500) + `"}`,
		`{"ls":["` + strings.Repeat("a", 511) + `","` + strings.Repeat("b", 513) + `"]}`,
	}
	for n := range 40 { // lengths around the size of a word, with the odd byte at every place
		s := strings.Repeat("x", n)
		c = append(c, `{"s":"`+s+`"}`, `{"s":"`+s+`\n"}`, `{"s":"`+s+"\x01"+`"}`, `{"s":"`+s+"é"+`"}`,
			`{"s":"`+s, `{"s":"`+s+`\`, `{"e":"`+s+`"}`, `{"`+s+`":1}`)
	}
	return c
}()

func TestAgainstStandardLibrary(t *testing.T) {
	for _, s := range inputs {
		check[Sink](t, []byte(s))
		check[any](t, []byte(s))
		check[map[string]json.RawMessage](t, []byte(s))
	}
}

// TestDamage takes every prefix and many single byte changes of a rich document.
func TestDamage(t *testing.T) {
	doc := []byte(`{"s":"a\u00e9","e":"red","b":true,"i":-12,"u64":7,"f":1.5e3,"t":"2023-11-07T05:31:56.5Z",` +
		`"p":{"li":[1,2]},"l":[{"s":"x"}],"m":{"k":1},"a":[null,{"z":false}],"r":{"q":[]},"n":1.0,"o":null,"oi":3,` +
		`"x":{"y":[1,"2"]},"st":{"y":{"a_rather_long_member_name_with_a_twin_1":"1"}},"emb_a":"e"}`)
	for i := range doc {
		check[Sink](t, doc[:i])
		for _, c := range []byte("\x00\"\\{}[],:0-.eEntfu \xff\xc3a") {
			m := bytes.Clone(doc)
			m[i] = c
			check[Sink](t, m)
		}
	}
}

type Conflict1 struct {
	A string
	B string `json:"b"`
}
type Conflict2 struct {
	A string
	B string
	C int `json:"c"`
}
type Emb struct {
	Conflict1
	Conflict2
	D int `json:"d"`
}
type EmbP struct {
	*Embedded
	X int `json:"x"`
}
type Named struct {
	Embedded `json:"e"`
	time.Month
}

func TestEmbedded(t *testing.T) {
	for _, s := range []string{`{"A":"a","b":"b","c":3,"d":4}`, `{"A":"a"}`, `{"B":"x"}`, `{"emb_a":"x","x":1}`, `{"x":1}`, `{"e":{"emb_a":"x"},"Month":3}`, `{"emb_a":1}`, `{"emb_a"}`} {
		check[Emb](t, []byte(s))
		check[EmbP](t, []byte(s))
		check[[]EmbP](t, []byte("["+s+"]"))
		check[Named](t, []byte(s))
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range inputs {
		if len(s) < 2000 {
			f.Add([]byte(s))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		check[Sink](t, data)
		check[any](t, data)
	})
}
