package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"
)

// large takes a hundred times the memory of its JSON.
type large struct {
	A [40]int64 `json:"a"`
	Presence
}

// TestMemoryLimit: nine kilobytes of gzip must not take gigabytes of memory.
func TestMemoryLimit(t *testing.T) {
	const elements = 500_000
	list := "[" + strings.Repeat("{},", elements-1) + "{}]"
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, list) })
	call := get("/things")
	_, err := Value[[]large](t.Context(), c, call)
	var body *BodyError
	if !errors.Is(err, ErrTooLarge) || !errors.As(err, &body) {
		t.Errorf("not ErrTooLarge: %v", err)
	}
	wantPart(t, err, "things.get: 200 OK: 1500001 bytes of JSON would take more than 86 MB in memory: pass api.WithMemoryLimit to allow more (offset ")
	if all, err := Value[[]large](t.Context(), c, call, WithMemoryLimit(0)); err != nil || len(all) != elements {
		t.Errorf("without a limit: %d, %v", len(all), err)
	}
	if _, err := Value[[]struct{ ID int }](t.Context(), c, call, WithMemoryLimit(1000)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("with a limit of 1000 bytes: %v", err)
	}
}

// TestNullBody: null as the whole body gives nil, as with encoding/json.
func TestNullBody(t *testing.T) {
	type thing struct {
		ID int `json:"id"`
		Presence
	}
	for _, body := range []string{"null", " null\n", "\xef\xbb\xbfnull"} {
		c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, body) })
		if v, err := Pointer[thing](t.Context(), c, get("/thing")); err != nil || v != nil {
			t.Errorf("%q: %v, %v", body, v, err)
		}
		if v, err := Value[[]thing](t.Context(), c, get("/thing")); err != nil || v != nil {
			t.Errorf("%q as a list: %v, %v", body, v, err)
		}
		if v, err := Value[*string](t.Context(), c, get("/thing")); err != nil || v != nil {
			t.Errorf("%q as text: %v, %v", body, v, err)
		}
		type result struct {
			OK *thing `status:"200"`
		}
		if v, err := Result[result](t.Context(), c, get("/thing")); err != nil || v == nil || v.OK != nil {
			t.Errorf("%q as one of several: %v, %v", body, v, err)
		}
	}
}

// TestByteOrderMark: RFC 8259, section 8.1, lets a reader skip it: in documents, in
// errors, and before what leads to the next page.
func TestByteOrderMark(t *testing.T) {
	const mark = "\xef\xbb\xbf"
	status, body := http.StatusOK, mark+`{"id":"1","next":"x"}`
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, status, body) })
	v, err := Pointer[struct {
		ID string `json:"id"`
	}](t.Context(), c, get("/thing"))
	if err != nil || v.ID != "1" {
		t.Error(v, err)
	}
	if got := lookup([]byte(body), "/next"); string(got) != `"x"` {
		t.Errorf("next is %s", got)
	}
	if !graphFailed([]byte(mark + `{"errors":[{"message":"no"}]}`)) {
		t.Error("an error of GraphQL is not seen")
	}
	status, body = http.StatusUnprocessableEntity, mark+`{"errors":[{"detail":"bad"}]}`
	_, err = Pointer[struct{}](t.Context(), c, get("/thing"))
	var e *Error
	if !errors.As(err, &e) || len(e.Errors) != 1 || e.Errors[0].Detail != "bad" {
		t.Error(err)
	}
}

// TestTolerantReading: a page of a hundred is not lost to one member.
func TestTolerantReading(t *testing.T) {
	type thing struct {
		ID string    `json:"id"`
		At time.Time `json:"at,omitzero"`
		Presence
	}
	const page = `[{"id":"1"},{"id":"2","at":"soon"},{"id":"3"}]`
	body := page
	var log strings.Builder
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, body) },
		WithObserver(NewLogObserver(slog.New(slog.NewTextHandler(&log, nil)))))
	all, err := Value[[]thing](t.Context(), c, get("/things"))
	if err != nil || len(all) != 3 || all[2].ID != "3" || !all[1].At.IsZero() || string(all[1].Raw(&all[1].At)) != `"soon"` {
		t.Errorf("%+v, %v", all, err)
	}
	for _, part := range []string{"level=WARN", "does not fit", "operation=things.get", "route=/things", "status=200", `[1].at: value refused: \"soon\" is not a time`} {
		if !strings.Contains(log.String(), part) {
			t.Errorf("no %q in the log: %s", part, log.String())
		}
	}
	if out, err := Marshal(&all); err != nil || string(out) != page {
		t.Errorf("came back as %s, %v", out, err)
	}
	const refused = `things.get: 200 OK: [1].at: value refused: "soon" is not a time as RFC 3339 has it; formats: in gen.yaml sets another Go type for date-time (offset 27)`
	_, err = Value[[]thing](t.Context(), c, get("/things"), WithStrictDecoding())
	wantText(t, err, refused)
	body = `{"id":"2","at":"soon"}` // outside of lists it stays an error
	_, err = Pointer[thing](t.Context(), c, get("/things"))
	wantPart(t, err, `at: value refused: "soon" is not a time like`)
}

// TestEqual compares without what Presence says.
func TestEqual(t *testing.T) {
	type node struct {
		Name string         `json:"name,omitzero"`
		At   time.Time      `json:"at,omitzero"`
		Tags []string       `json:"tags,omitzero"`
		Map  map[string]any `json:"map,omitzero"`
		Next *node          `json:"next,omitzero"`
		note Opt[int]
		Presence
	}
	read := func(text string) *node {
		var n node
		if err := Unmarshal([]byte(text), &n); err != nil {
			t.Fatal(err)
		}
		return &n
	}
	at := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	loop, twin := &node{Name: "x"}, &node{Name: "x"}
	loop.Next, twin.Next = loop, twin
	for _, c := range []struct {
		a, b any
		want bool
	}{
		{read(`{"name":"","x":1,"next":{"name":"y","z":2}}`), &node{Next: &node{Name: "y"}}, true},
		{read(`{"at":"2024-01-02T05:04:05.000+02:00"}`), &node{At: at}, true},
		{read(`{"tags":null,"map":{"a":[1.0]}}`), &node{Map: map[string]any{"a": []any{1.0}}}, true},
		{read(`{"name":"x"}`), &node{Name: "y"}, false},
		{read(`{"tags":["a"]}`), &node{Tags: []string{"b"}}, false},
		{read(`{"map":{"a":1}}`), &node{Map: map[string]any{"b": 1.0}}, false},
		{&node{note: Set(1)}, &node{note: Set(2)}, false},
		{&node{note: Set(1)}, &node{note: Set(1)}, true},
		{loop, twin, true}, {loop, &node{Name: "x"}, false},
		{nil, nil, true}, {nil, loop, false}, {*loop, loop, false}, {*loop, *twin, true}, {1, 1, true}, {1, int64(1), false},
	} {
		if Equal(c.a, c.b) != c.want {
			t.Errorf("Equal(%+v, %+v) is %t", c.a, c.b, !c.want)
		}
	}
}

// TestStrictDecoding: the same response with and without the option.
func TestStrictDecoding(t *testing.T) {
	c, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, `{"at":"2024-01-02 03:04:05","labels":[]}`)
	})
	type thing struct {
		At     time.Time         `json:"at"`
		Labels map[string]string `json:"labels"`
		Presence
	}
	v, err := Pointer[thing](t.Context(), c, get("/thing"))
	if err != nil || v.At.Unix() != 1704164645 || v.Labels == nil {
		t.Error(v, err)
	}
	_, err = Pointer[thing](t.Context(), c, get("/thing"), WithStrictDecoding())
	wantText(t, err, `things.get: 200 OK: at: value refused: "2024-01-02 03:04:05" is not a time as RFC 3339 has it; formats: in gen.yaml sets another Go type for date-time (offset 6)`)
}

// TestDecodeContext: decoding ends when the context does.
func TestDecodeContext(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("the user left")
	cancel(why)
	r := &Response{Operation: "things.list", Status: "200 OK", Body: []byte("[" + strings.Repeat("{},", 1000) + "{}]")}
	var v []large
	if err := r.DecodeContext(ctx, &v); !errors.Is(err, why) || !strings.Contains(err.Error(), "things.list: 200 OK: decoding was stopped: the user left") {
		t.Error(err)
	}
	if err := r.Decode(&v); err != nil || len(v) != 1001 {
		t.Error(err, len(v))
	}
}
