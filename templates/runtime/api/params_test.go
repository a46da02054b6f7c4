package api

import (
	"encoding/json"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
)

type sortKey string

type createdRange struct {
	Gte Opt[int64]    `json:"gte,omitzero"`
	Lt  Opt[int64]    `json:"lt,omitzero"`
	Tag []string      `json:"tag,omitzero"`
	Sub *createdRange `json:"sub,omitzero"`
}

type shape struct {
	Text  *string `union:""`
	Num   *int    `union:""`
	Union `union:""`
}

func TestQuery(t *testing.T) {
	seven, text := 7, "x y"
	tests := []struct {
		name   string
		params any
		want   string
	}{
		{"required", &struct {
			A string `query:"a"`
			B int    `query:"b"`
		}{}, "a=&b=0"},
		{"opt", &struct {
			A Opt[string] `query:"a"`
			B Opt[bool]   `query:"b"`
			C Opt[int]    `query:"c"`
		}{B: Set(false), C: Null[int]()}, "b=false&c=null"},
		{"omitzero", &struct {
			A string `query:"a,omitzero"`
			B *int   `query:"b"`
			C *int   `query:"c"`
		}{C: &seven}, "c=7"},
		{"escapes", &struct {
			A string `query:"filter[a b]"`
		}{"1&2=3+4 5#é/?"}, "filter%5Ba%20b%5D=1%262%3D3%2B4%205%23%C3%A9%2F%3F"},
		{"form list", &struct {
			A []sortKey `query:"sort"`
		}{[]sortKey{"-a", "b,c"}}, "sort=-a&sort=b%2Cc"},
		{"csv list", &struct {
			A []sortKey `query:"sort,csv"`
		}{[]sortKey{"-a", "b,c"}}, "sort=-a,b%2Cc"},
		{"csv empty list", &struct {
			A []string `query:"include,csv"`
			B []string `query:"b,csv"`
			C []string `query:"c"`
		}{A: []string{}, C: []string{}}, "include="},
		{"space, pipe", &struct {
			A []int `query:"a,space"`
			B []int `query:"b,pipe"`
		}{[]int{1, 2}, []int{3, 4}}, "a=1%202&b=3%7C4"},
		{"form object", &struct {
			A createdRange `query:"a"`
		}{createdRange{Gte: Set[int64](5), Tag: []string{"x"}}}, "gte=5&tag=%5B%22x%22%5D"},
		{"csv object", &struct {
			A map[string]int `query:"a,csv"`
		}{map[string]int{"y": 2, "x": 1}}, "a=x,1,y,2"},
		{"deep", &struct {
			A Opt[createdRange] `query:"created,deep"`
		}{Set(createdRange{Gte: Set[int64](5), Tag: []string{"p", "q"}, Sub: &createdRange{Lt: Null[int64]()}})},
			"created%5Bgte%5D=5&created%5Btag%5D%5B0%5D=p&created%5Btag%5D%5B1%5D=q&created%5Bsub%5D%5Blt%5D=null"},
		{"deep csv", &struct {
			A map[string][]string `query:"fields,deep,csv"`
		}{map[string][]string{"people": {"name", "age"}}}, "fields%5Bpeople%5D=name,age"},
		{"json", &struct {
			A createdRange `query:"filter,json"`
		}{createdRange{Gte: Set[int64](5)}}, "filter=%7B%22gte%22%3A5%7D"},
		{"reserved", &struct {
			A string `query:"a,reserved"`
		}{"x/y?a=b&c#d[1]%,;+"}, "a=x/y?a=b%26c%23d[1]%25,%3B%2B"},
		{"default", &struct {
			A Opt[string] `query:"a,default=x,y"`
			B Opt[string] `query:"b,default=z"`
		}{B: Set("own")}, "a=x%2Cy&b=own"},
		{"constant", &struct {
			_ struct{} `query:"format" const:"\"json\""`
			_ struct{} `query:"v" const:"2"`
		}{}, "format=json&v=2"},
		{"times", &struct {
			A time.Time `query:"a"`
			B Opt[Date] `query:"b"`
		}{time.Date(2024, 1, 2, 3, 4, 5, 6000000, time.UTC), Set(Date{2024, 5, 6})}, "a=2024-01-02T03%3A04%3A05.006Z&b=2024-05-06"},
		{"bytes, raw, any", &struct {
			A []byte          `query:"a"`
			B json.RawMessage `query:"b"`
			C any             `query:"c"`
			D any             `query:"d"`
		}{[]byte{0xff, 0xfe}, json.RawMessage(`"s"`), 3.5, nil}, "a=%2F%2F4%3D&b=s&c=3.5"},
		{"union", &struct {
			A shape   `query:"a"`
			B []shape `query:"b,csv"`
			C shape   `query:"c"`
		}{A: shape{Text: &text}, B: []shape{{Num: &seven}, {Text: &text}}}, "a=x%20y&b=7,x%20y"},
	}
	for _, tt := range tests {
		v := reflect.ValueOf(tt.params).Elem()
		p, err := paramsOf(v.Type())
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		got, err := p.appendQuery(nil, v)
		if err != nil || string(got) != tt.want {
			t.Errorf("%s:\n got %s, %v\nwant %s", tt.name, got, err, tt.want)
		}
		if _, err := url.ParseQuery(string(got)); err != nil {
			t.Errorf("%s: net/url cannot read %s: %v", tt.name, got, err)
		}
	}
}

func TestHeadersAndCookies(t *testing.T) {
	params := &struct {
		Tenant string         `header:"X-Tenant"`
		List   []int          `header:"x-list"`
		Object map[string]int `header:"X-Object,explode"`
		Flat   map[string]int `header:"X-Flat"`
		JSON   map[string]int `header:"X-Json,json"`
		None   Opt[string]    `header:"X-None"`
		Sid    string         `cookie:"sid"`
		Lang   Opt[string]    `cookie:"lang,default=en"`
	}{"acme", []int{1, 2}, map[string]int{"a": 1, "b": 2}, map[string]int{"a": 1}, map[string]int{"a": 1}, Opt[string]{}, `a=b; c"é`, Opt[string]{}}
	v := reflect.ValueOf(params).Elem()
	p, err := paramsOf(v.Type())
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	if err := p.setHeaders(h, v); err != nil {
		t.Fatal(err)
	}
	want := http.Header{
		"X-Tenant": {"acme"}, "X-List": {"1,2"}, "X-Object": {"a=1,b=2"}, "X-Flat": {"a,1"}, "X-Json": {`{"a":1}`},
		"Cookie": {`sid=a=b%3B%20c%22%C3%A9; lang=en`},
	}
	if !reflect.DeepEqual(h, want) {
		t.Errorf("got %v\nwant %v", h, want)
	}
}

func TestHeaderValuesAreChecked(t *testing.T) {
	c, _ := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the call was sent") })
	for _, evil := range []string{"a\r\nX-Evil: 1", "a\nb", "a\x00", "\x7f"} {
		call := get("/x")
		call.Params = &struct {
			Tenant string `header:"X-Tenant"`
		}{evil}
		err := Exec(t.Context(), c, call)
		wantPart(t, err, "things.get: header parameter X-Tenant: the value of header X-Tenant has a control character")
		if strings.Contains(err.Error(), "evil") {
			t.Errorf("the message repeats the value: %v", err)
		}
		wantPart(t, Exec(t.Context(), c, get("/x"), WithHeader("X-Tenant", evil)), "has a control character")
		wantPart(t, Exec(t.Context(), c, get("/x"), WithHeader("X Tenant", "v")), `"X Tenant" is not a header name`)
	}
}

func TestBadParams(t *testing.T) {
	c, _ := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the call was sent") })
	type cyclic struct {
		Next *cyclic `json:"next,omitzero"`
	}
	loop := &cyclic{}
	loop.Next = loop
	tests := []struct {
		params any
		want   string
	}{
		{&struct {
			A func() `query:"a"`
		}{func() {}}, "things.get: query parameter a: a func() cannot be sent"},
		{&struct {
			A map[color]func() `query:"a,deep"`
		}{map[color]func(){"x": func() {}}}, "things.get: query parameter a: a func() cannot be sent"},
		{&struct {
			A *cyclic `query:"a,deep"`
		}{loop}, "things.get: query parameter a: nested over 64 deep"},
		{new(int), "things.get: parameters in a int instead of a struct"},
		{&struct {
			A string `header:"bad name"`
		}{}, `things.get: header parameter "bad name": not a name that can be sent`},
	}
	for _, tt := range tests {
		call := get("/x")
		call.Params = tt.params
		wantText(t, Exec(t.Context(), c, call), tt.want)
	}
}
