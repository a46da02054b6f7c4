package codec

import (
	"bytes"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
)

// checkPadded holds that UnmarshalPadded decodes data to want, or fails with the same
// error; that it leaves data as it is; and that what it decoded is not part of data.
func checkPadded[T any](t *testing.T, data []byte, o *Options, want T, werr error) {
	t.Helper()
	var got T
	padded := append(bytes.Clone(data), make([]byte, Pad)...)
	gerr := UnmarshalPadded(padded, &got, o)
	if fmt.Sprint(gerr) != fmt.Sprint(werr) {
		t.Fatalf("%T %q\nUnmarshal: %v\npadded:    %v", want, data, werr, gerr)
	}
	if !bytes.Equal(padded[:len(data)], data) {
		t.Fatalf("%T: decoding wrote to its input\n%q, which was\n%q", want, padded, data)
	}
	for k := range padded {
		padded[k] = '#'
	}
	if !reflect.DeepEqual(got, want) && gerr == nil {
		t.Fatalf("%T %q\nUnmarshal: %#v\npadded:    %#v", want, data, want, got)
	}
}

func TestPadded(t *testing.T) {
	for k := range 50 {
		var sink Sink
		err := Unmarshal(sinkDocument(k), &sink)
		checkPadded(t, sinkDocument(k), nil, sink, err)
		var pet Pet
		err = Unmarshal(petDocument(k), &pet)
		checkPadded(t, petDocument(k), nil, pet, err)
	}
}

// Whoever forgets the padding gets a slower decoder, not one that runs past the end.
func TestPaddingThatIsNone(t *testing.T) {
	for _, behind := range []string{"0", ",1", "\"", strings.Repeat(" ", Pad), strings.Repeat("\x00", Pad-1) + "1"} {
		data := append([]byte("[12]"), make([]byte, Pad)...)
		copy(data[4:], behind)
		var v []int
		if err := UnmarshalPadded(data, &v, nil); err != nil || len(v) != 1 || v[0] != 12 {
			t.Errorf("%q: %v, %v", data, v, err)
		}
	}
	for n := range Pad {
		err := UnmarshalPadded(make([]byte, n), new(int), nil)
		if err == nil || err.Error() != "unexpected end of JSON (offset 0)" {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if err := UnmarshalPadded(make([]byte, Pad), nil, nil); err == nil || err.Error() != "json: Unmarshal(nil)" {
		t.Error(err)
	}
}

// A body of a hundred megabytes is decoded without a copy of it, and a list that is
// most of it without moving what is there already.
func TestLargeIsNotCopied(t *testing.T) {
	type point struct{ A, B, C, D, E, F, G, H int64 } // 64 bytes
	const n = 100_000
	list := strings.Repeat(`{"A":1000000,"B":2000000,"C":3000000,"D":4000000},`, n-1) + `{"A":1}`
	for name, text := range map[string]string{"alone": "[" + list + "]", "of a member": `{"list":[` + list + `]}`} {
		padded := append([]byte(text), make([]byte, Pad)...)
		var points []point
		var object struct {
			List []point `json:"list"`
		}
		v := any(&points)
		if name != "alone" {
			v = &object
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := UnmarshalPadded(padded, v, nil)
		runtime.ReadMemStats(&after)
		if err != nil || len(points)+len(object.List) != n {
			t.Fatalf("%s: %d and %d elements, %v", name, len(points), len(object.List), err)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 3*n*64/2 {
			t.Errorf("%s: took %d bytes for a slice of %d", name, took, n*64)
		}
	}
}

// Lists of lengths that differ are not each taken for the rest of the document.
func TestRoomIsBounded(t *testing.T) {
	var text strings.Builder
	text.WriteByte('[')
	for k := range 2000 {
		text.WriteString("[1" + strings.Repeat(",1", k%100) + "],")
	}
	text.WriteString("[]]")
	var before, after runtime.MemStats
	var lists [][]int64
	runtime.ReadMemStats(&before)
	err := Unmarshal([]byte(text.String()), &lists)
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; err != nil || took > 16*uint64(text.Len()) {
		t.Errorf("took %d bytes for %d, %v", took, text.Len(), err)
	}
}
