package codec

import (
	"math"
	"reflect"
	"testing"
	"time"
	"unsafe"
)

type parts struct {
	A int32
	_ int32
	B string
}

// TestZeroStruct holds that structs are zero as reflect says, one part after another
// being set.
func TestZeroStruct(t *testing.T) {
	type all struct {
		Bool  bool
		Short int16
		Text  string
		List  []int
		Map   map[string]int
		Any   any
		To    *int
		Float float64
		Small float32
		In    parts
		Time  time.Time
		Fn    func()
		Facts presence
	}
	type equal struct { // == says that 0 and -0 are the same
		Float float64
		Text  string
	}
	empty := ""
	for _, v := range []any{
		all{}, all{Bool: true}, all{Short: 256}, all{Text: "x"}, all{Text: empty[:0]}, all{List: []int{}}, all{Map: map[string]int{}}, all{Any: 0}, all{To: new(int)},
		all{Float: 1e-320}, all{Float: math.Copysign(0, -1)}, all{Small: float32(math.Copysign(0, -1))}, all{Small: 1}, all{In: parts{A: 1}}, all{In: parts{B: "x"}},
		all{Time: time.Unix(0, 0)}, all{Time: time.Time{}.Local()}, all{Fn: func() {}}, all{Facts: presence{facts: new(Facts)}},
		equal{}, equal{Float: math.Copysign(0, -1)}, equal{Float: math.Copysign(0, -1), Text: "x"}, equal{Float: 2}, struct{ A [2]int }{}, struct{ A [2]int }{[2]int{0, 1}},
	} {
		p := reflect.New(reflect.TypeOf(v))
		p.Elem().Set(reflect.ValueOf(v))
		program := programOf(p.Type().Elem())
		if got, want := program.zero(p.UnsafePointer(), program), reflect.ValueOf(v).IsZero(); got != want {
			t.Errorf("%+v: %v, reflect says %v", v, got, want)
		}
	}
	var in parts
	*(*int32)(unsafe.Add(unsafe.Pointer(&in), 4)) = 1 // what has no name does not count
	if program := programOf(reflect.TypeFor[parts]()); !program.zero(unsafe.Pointer(&in), program) {
		t.Error("an unnamed part counts")
	}
}
