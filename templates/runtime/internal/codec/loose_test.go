package codec

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
)

// TestTimesOfServers reads times as servers write them. What RFC 3339 has (sections 5.6 and
// 5.7) is read in strict mode, too.
func TestTimesOfServers(t *testing.T) {
	utc := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	east := time.Date(2024, 1, 2, 3, 4, 5, 0, time.FixedZone("", 2*3600))
	for _, c := range []struct {
		text   string
		want   time.Time
		strict bool
	}{
		{`2024-01-02T03:04:05Z`, utc, true},
		{`2024-01-02T03:04:05.510Z`, utc.Add(510 * time.Millisecond), true},
		{`2024-01-02T03:04:05.1234567899Z`, utc.Add(123456789), true},
		{`2024-01-02T03:04:05+02:00`, east, true},
		{`2024-01-02T03:04:05-00:00`, utc, true},
		{`2024-01-02T03:04:05\u002B02:00`, east, true}, // RFC 8259, section 7
		{`2024-01-02T03:04:05\u002b02:00`, east, true},
		{`2024\u002d01-02\u005403:04:05\u005a`, utc, true},
		{`2024-01-02t03:04:05z`, utc, true},
		{`2024-01-02t03:04:05.5+02:00`, east.Add(500 * time.Millisecond), true},
		{`2016-12-31T23:59:60Z`, time.Date(2016, 12, 31, 23, 59, 59, 999999999, time.UTC), true},
		{`2017-01-01T01:59:60.25+02:00`, time.Date(2017, 1, 1, 1, 59, 59, 999999999, time.FixedZone("", 2*3600)), true},
		{`2024-01-02T03:04:05`, utc, false},
		{`2024-01-02T03:04:05.000000`, utc, false},
		{`2024-01-02 03:04:05`, utc, false},
		{`2024-01-02 03:04:05Z`, utc, false},
		{`2024-01-02 03:04:05 UTC`, utc, false},
		{`2024-01-02 03:04:05 +0200`, east, false},
		{`2024-01-02T03:04:05+0000`, utc, false},
		{`2024-01-02T03:04:05+0200`, east, false},
		{`2024-01-02T03:04:05+02`, east, false},
		{`2024-01-02T03:04:05,5Z`, utc.Add(500 * time.Millisecond), false},
		{`2024-01-02T3:04:05Z`, utc, false},
		{`2024-01-02T03:04`, utc.Add(-5 * time.Second), false},
		{`2024-01-02T03:04Z`, utc.Add(-5 * time.Second), false},
		{`2024-02-29T23:59:59.999+23:59`, time.Date(2024, 2, 29, 23, 59, 59, 999e6, time.FixedZone("", 23*3600+59*60)), true},
	} {
		for _, strict := range []bool{false, true} {
			var got struct{ At time.Time }
			err := UnmarshalWith([]byte(`{"At":"`+c.text+`"}`), &got, &Options{Strict: strict})
			if strict && !c.strict {
				if want := "is not a time as RFC 3339 has it; formats: in gen.yaml sets another Go type for date-time"; err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s, strict: %v", c.text, err)
				}
				continue
			}
			if err != nil || !got.At.Equal(c.want) {
				t.Errorf("%s: %s, %v; want %s", c.text, got.At, err, c.want)
			}
			_, offset := got.At.Zone()
			if _, want := c.want.Zone(); offset != want {
				t.Errorf("%s: offset %d, want %d", c.text, offset, want)
			}
			if b, err := json.Marshal(got.At); err != nil {
				t.Errorf("%s cannot be encoded: %s %v", c.text, b, err)
			}
		}
	}
}

// TestNoTimes: what is not a time stays refused, as does what could not be encoded.
func TestNoTimes(t *testing.T) {
	for _, text := range []string{
		``, `yesterday`, `2024-01-02`, `2024-01-02T`, `2024-01-02T03`, `2024-01-02T03:0`, `2024-13-02T03:04:05Z`, `2024-02-30T03:04:05Z`, `2023-02-29T03:04:05Z`,
		`2024-01-02T24:04:05Z`, `2024-01-02T03:60:05Z`, `2024-01-02T03:04:61Z`, `2024-01-02T03:04:05.Z`, `2024-01-02T03:04:05X`, `2024-01-02T03:04:05ZZ`,
		`2024-01-02T03:04:05+24:00`, `2024-01-02T03:04:05-24:00`, `2024-01-02T03:04:05+02:60`, `2024-01-02T03:04:05+2:00`, `2024-01-02T03:04:05+`, `2024-01-02T03:04:05+02:0`,
		`2024-01-02X03:04:05Z`, `2024/01/02T03:04:05Z`, `02024-01-02T03:04:05Z`, `2024-01-02T03:04:05 `, `1704164645`, `2024-01-02T03:04:05Z `, ` 2024-01-02T03:04:05Z`,
		`2024-01-02T03:04:05Z` + strings.Repeat("0", 100),
	} {
		var got time.Time
		err := Unmarshal([]byte(`"`+text+`"`), &got)
		if want := `" is not a time like 2006-01-02T15:04:05Z; formats: in gen.yaml`; err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
}

// TestWholeNumbers: 4.0 and 4e0 are integers (JSON Schema validation, section 6.1.1).
func TestWholeNumbers(t *testing.T) {
	for text, want := range map[string]int64{
		"4.0": 4, "4e0": 4, "4E+0": 4, "40e-1": 4, "1.0E2": 100, "-1.50e1": -15, "0.0": 0, "-0.0": 0, "0e999999999999999999999": 0, "0.0004e4": 4,
		"9223372036854775807.0": math.MaxInt64, "-9223372036854775808.00": math.MinInt64, "9.223372036854775807e18": math.MaxInt64, "1" + strings.Repeat("0", 30) + "e-30": 1,
	} {
		var got struct {
			N int64
			L []int64
			O Opt[int64]
		}
		if err := UnmarshalWith([]byte(`{"N":`+text+`,"L":[`+text+`],"O":`+text+`}`), &got, &Options{Strict: true}); err != nil || got.N != want || got.L[0] != want || got.O.V != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
		var u struct{ N uint64 }
		if err := Unmarshal([]byte(`{"N":`+text+`}`), &u); want >= 0 && (err != nil || u.N != uint64(want)) {
			t.Errorf("%s: %v, %v", text, u, err)
		}
	}
	for _, c := range []struct {
		text string
		v    any
		want string
	}{
		{"1.5", new(int64), "expected integer, found 1.5 (offset 0)"},
		{"1e-1", new(int64), "expected integer, found 1e-1 (offset 0)"},
		{"1e-999999999999999999999", new(int64), "expected integer, found 1e-999999999999999999999 (offset 0)"},
		{`"4"`, new(int64), "expected integer, found string (offset 0)"},
		{"9223372036854775808", new(int64), "9223372036854775808 is out of the range of int64 (-9223372036854775808 to 9223372036854775807); types: in gen.yaml sets another Go type (offset 0)"},
		{"1e19", new(int64), "1e19 is out of the range of int64 (-9223372036854775808 to 9223372036854775807); types: in gen.yaml sets another Go type (offset 0)"},
		{"1e999999999", new(int64), "1e999999999 is out of the range of int64 (-9223372036854775808 to 9223372036854775807); types: in gen.yaml sets another Go type (offset 0)"},
		{"-2147483649", new(int32), "-2147483649 is out of the range of int32 (-2147483648 to 2147483647); types: in gen.yaml sets another Go type (offset 0)"},
		{"256.0", new(uint8), "256.0 is out of the range of uint8 (0 to 255); types: in gen.yaml sets another Go type (offset 0)"},
		{"18446744073709551616", new(uint64), "18446744073709551616 is out of the range of uint64 (0 to 18446744073709551615); types: in gen.yaml sets another Go type (offset 0)"},
		{"-1", new(uint64), "-1 is out of the range of uint64 (0 to 18446744073709551615); types: in gen.yaml sets another Go type (offset 0)"},
		{"1e400", new(float64), "1e400 is out of the range of float64 (up to 1.8e308); types: in gen.yaml sets another Go type (offset 0)"},
		{"1e40", new(float32), "1e40 is out of the range of float32 (up to 3.4e38); types: in gen.yaml sets another Go type (offset 0)"},
	} {
		if err := Unmarshal([]byte(c.text), c.v); err == nil || err.Error() != c.want {
			t.Errorf("%s\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

// TestByteOrderMark: RFC 8259, section 8.1, lets a parser skip it.
func TestByteOrderMark(t *testing.T) {
	const mark = "\xef\xbb\xbf"
	for _, text := range []string{mark + `{"id":7}`, mark + " \n" + `{"id":7}`} {
		var p Pet
		if err := Unmarshal([]byte(text), &p); err != nil || p.ID != 7 {
			t.Errorf("%q: %d, %v", text, p.ID, err)
		}
		if err := UnmarshalPadded([]byte(text+nuls), &p, nil); err != nil || p.ID != 7 {
			t.Errorf("%q padded: %d, %v", text, p.ID, err)
		}
	}
	for text, want := range map[string]string{
		mark:           "unexpected end of JSON (offset 3)",
		mark + mark:    "expected a value, found 'ï' (offset 3)",
		mark[:2] + "1": "expected a value, found 'ï' (offset 0)",
		mark + `{"a`:   "unexpected end of JSON (offset 6)",
	} {
		if err := Unmarshal([]byte(text), new(any)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// TestDataTwice: of several data of a relationship the last one counts.
func TestDataTwice(t *testing.T) {
	for text, want := range map[string]string{
		`"best":{"data":{"type":"contacts","id":"9"},"data":null}`:                                          `"best":{"data":null}`,
		`"best":{"data":null,"data":{"type":"contacts","id":"9"}}`:                                          `"best":{"data":{"type":"contacts","id":"9"}}`,
		`"best":{"data":{"type":"contacts","id":"9","meta":{}},"data":{"type":"contacts","id":"8"}}`:        `"best":{"data":{"type":"contacts","id":"8"}}`,
		`"friends":{"data":[{"type":"contacts","id":"5"}],"data":null}`:                                     `"friends":{"data":null}`,
		`"friends":{"data":[{"type":"contacts","id":"5"}],"data":[]}`:                                       `"friends":{"data":[]}`,
		`"friends":{"data":null,"data":[{"type":"contacts","id":"5"}]}`:                                     `"friends":{"data":[{"type":"contacts","id":"5"}]}`,
		`"friends":{"data":[{"type":"contacts","id":5}],"data":[{"type":"contacts","id":"6"}]}`:             `"friends":{"data":[{"type":"contacts","id":"6"}]}`,
		`"friends":{"data":null},"friends":{"data":[{"type":"contacts","id":"1"}]},"friends":{"data":null}`: `"friends":{"data":null}`,
	} {
		var c Contact
		if err := Unmarshal([]byte(`{"relationships":{`+text+`}}`), &c); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if c.Best.rel.State == Null && c.Best.ref.id != "" || c.Friends.rel.State == Null && len(c.Friends.refs) > 0 {
			t.Errorf("%s: null, and to %v and %v", text, c.Best.ref, c.Friends.refs)
		}
		if out, err := Marshal(&c); err != nil || string(out) != `{"relationships":{`+want+`}}` {
			t.Errorf("%s\ncame back as %s, %v", text, out, err)
		}
	}
}

// TestEmptyObjectsOfPHP: PHP encodes an empty map as []. Only an empty list is read
// as an object, and none in strict mode.
func TestEmptyObjectsOfPHP(t *testing.T) {
	for _, c := range []struct {
		v    func() any
		text string // with a list in place of EMPTY
	}{
		{func() any { return new(Contact) }, `{"type":"contacts","attributes":EMPTY}`},
		{func() any { return new(Contact) }, `{"type":"contacts","relationships":EMPTY}`},
		{func() any { return new(Contact) }, `{"type":"contacts","meta":EMPTY}`},
		{func() any { return new(Contact) }, `{"relationships":{"best":EMPTY}}`},
		{func() any { return new(Contact) }, `{"relationships":{"friends":EMPTY}}`},
		{func() any { return new(Contact) }, `{"relationships":{"best":{"data":EMPTY}}}`},
		{func() any { return new(Contact) }, `{"relationships":{"address":{"data":EMPTY}}}`},
		{func() any { return new(Pet) }, `{"owner":EMPTY}`},
		{func() any { return new(Pet) }, `{"parent":EMPTY}`},
		{func() any { return new(Pet) }, `{"labels":EMPTY}`},
		{func() any { return new(map[string]int) }, `EMPTY`},
		{func() any { return new(map[string]Pet) }, `{"a":EMPTY}`},
		{func() any { return new([]Pet) }, `[EMPTY]`},
		{func() any { return new(Opt[Pet]) }, `EMPTY`},
	} {
		for _, list := range []string{"[]", "[ \n]"} {
			text := strings.ReplaceAll(c.text, "EMPTY", list)
			if err := Unmarshal([]byte(text), c.v()); err != nil {
				t.Errorf("%s: %v", text, err)
			}
			if err := UnmarshalWith([]byte(text), c.v(), &Options{Strict: true}); err == nil || !strings.Contains(err.Error(), "expected object, found array") {
				t.Errorf("%s, strict: %v", text, err)
			}
		}
		text := strings.ReplaceAll(c.text, "EMPTY", "[1]")
		if err := Unmarshal([]byte(text), c.v()); err == nil || !strings.Contains(err.Error(), "expected object, found array") {
			t.Errorf("%s: %v", text, err)
		}
	}
	if err := Unmarshal([]byte(`[]`), new(Contact)); err == nil {
		t.Error("a list is a resource")
	}
	var c Contact
	if err := Unmarshal([]byte(`{"relationships":{"best":{"data":[]}}}`), &c); err != nil || c.Best.rel.State != Null || c.Best.ref.id != "" {
		t.Errorf("to-one: %+v, %v", c.Best, err)
	}
}

// TestVariantThatDoesNotDecode: the value names its variant, so what does not fit is
// an error as in any other member. A name that no variant has is not.
func TestVariantThatDoesNotDecode(t *testing.T) {
	type holder struct {
		U    Shape            `json:"u"`
		List []Shape          `json:"list"`
		Map  map[string]Shape `json:"map"`
		Tree *Tree            `json:"tree"`
	}
	for text, want := range map[string]string{
		`{"u":{"kind":"circle","radius":"wide"}}`:                                            "u.radius: expected number, found string (offset 31)",
		`{"u":{"radius":"wide","kind":"circle"}}`:                                            "u.radius: expected number, found string (offset 15)",
		`{"list":[{"kind":"circle","radius":1},{"kind":"square","side":{}}]}`:                "list[1].side: expected number, found object (offset 62)",
		`{"map":{"a":{"kind":"circle","radius":[1]}}}`:                                       "map.a.radius: expected number, found array (offset 38)",
		`{"tree":{"kind":"node","left":{"kind":"node","left":{"kind":"leaf","value":"x"}}}}`: "tree.left.left.value: expected integer, found string (offset 75)",
		`{"u":{"kind":"oval","radius":"wide"}}`:                                              "",
		`{"u":{"kind":null,"radius":1}}`:                                                     "",
	} {
		err := Unmarshal([]byte(text), new(holder))
		if want == "" && err != nil || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%s\n got %v\nwant %s", text, err, want)
		}
	}
}
