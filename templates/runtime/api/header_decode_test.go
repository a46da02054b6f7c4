package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"testing"
	"time"
)

func TestDecodeHeader(t *testing.T) {
	type level string
	type window struct {
		Limit int64       `json:"limit"`
		Per   Opt[string] `json:"per,omitzero"`
	}
	type answer struct {
		Remaining int64             `header:"X-RateLimit-Remaining"`
		Level     level             `header:"X-Level"`
		Fast      bool              `header:"X-Fast"`
		Ratio     Opt[float64]      `header:"X-Ratio"`
		Missing   Opt[string]       `header:"X-Missing"`
		Tags      []string          `header:"X-Tags"`
		Sizes     []int32           `header:"X-Sizes"`
		Modified  time.Time         `header:"Last-Modified"`
		Expires   time.Time         `header:"X-Expires"`
		Day       Date              `header:"X-Day"`
		Window    window            `header:"X-Window"`
		Exploded  window            `header:"X-Exploded,explode"`
		Map       map[string]int64  `header:"X-Map"`
		JSON      map[string]string `header:"X-JSON,json"`
		Raw       json.RawMessage   `header:"X-Raw"`
		Text      string            `header:"X-Text"`
		other     string            //nolint:unused // fields that are not exported are left alone
	}
	r := &Response{Header: http.Header{}}
	for name, line := range map[string]string{
		"X-RateLimit-Remaining": "59", "X-Level": "high", "X-Fast": "true", "X-Ratio": "0.5", "X-Tags": "a, b,c", "X-Sizes": "1,2",
		"Last-Modified": "Thu, 29 Feb 2024 13:14:15 GMT", "X-Expires": "2024-02-29T13:14:15Z", "X-Day": "2024-02-29",
		"X-Window": "limit,5,per,hour", "X-Exploded": "limit=7,per=day", "X-Map": "a,1", "X-JSON": `{"a":"b"}`, "X-Raw": "a b", "X-Text": `say "hi"`,
	} {
		r.Header.Set(name, line)
	}
	var got answer
	if err := r.DecodeHeader(&got); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2024, 2, 29, 13, 14, 15, 0, time.UTC)
	want := answer{
		Remaining: 59, Level: "high", Fast: true, Ratio: Set(0.5), Tags: []string{"a", "b", "c"}, Sizes: []int32{1, 2},
		Modified: at, Expires: at, Day: Date{2024, 2, 29}, Window: window{5, Set("hour")}, Exploded: window{7, Set("day")},
		Map: map[string]int64{"a": 1}, JSON: map[string]string{"a": "b"}, Raw: json.RawMessage(`"a b"`), Text: `say "hi"`,
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestDecodeHeaderErrors(t *testing.T) {
	r := &Response{Header: http.Header{"X-Remaining": {"many"}, "X-At": {"soon"}}}
	wantText(t, r.DecodeHeader(&struct {
		Remaining int64 `header:"X-Remaining"`
	}{}), `header X-Remaining: "many" is not int64`)
	wantText(t, r.DecodeHeader(&struct {
		At Opt[time.Time] `header:"X-At"`
	}{}), `header X-At: "soon" is not Time`)
	r = &Response{Header: http.Header{"X-Remaining": {"many"}, "X-At": {"soon"}, "X-Empty": {""}, "X-Page": {"3"}, "X-Text": {""}}}
	var v struct {
		Remaining int64     `header:"X-Remaining"`
		At        time.Time `header:"X-At"`
		Empty     int64     `header:"X-Empty"`
		Page      int64     `header:"X-Page"`
		Text      string    `header:"X-Text"`
	}
	wantText(t, r.DecodeHeader(&v), "header X-Remaining: \"many\" is not int64\nheader X-At: \"soon\" is not Time")
	if v.Page != 3 {
		t.Error("a header after those that do not fit is not decoded")
	}
	wantText(t, r.DecodeHeader(struct{}{}), "api: headers cannot be decoded into a struct {}: pass a pointer to a struct")
}
