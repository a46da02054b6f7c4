package codec

import (
	"encoding/json"
	"math"
	"math/rand"
	"strconv"
	"testing"
)

// TestAppendDecimal holds the short way to encoding/json, where it is taken.
func TestAppendDecimal(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	taken := 0
	try := func(f float64) {
		got, ok := appendDecimal(nil, f)
		if !ok {
			return
		}
		taken++
		want, err := json.Marshal(f)
		if err != nil || string(got) != string(want) {
			t.Fatalf("appendDecimal(%v) = %s, want %s", f, got, want)
		}
	}
	for _, f := range []float64{0.1, 0.3, 0.1 + 0.2, 1e-6, 1.5e-6, 5e-7, 1e-7, 999999999.999999, 999999999.9999999, 1e9, 0.000123, 123456.789, -0.5, 2.0000005} {
		try(f)
	}
	for range 300_000 {
		scale := math.Pow10(r.Intn(9))
		try(float64(r.Int63n(1e12)-5e11) / scale)       // decimals
		try(r.NormFloat64() * math.Pow10(r.Intn(14)-6)) // any floats
		d := float64(r.Int63n(1e9)) / 1e6
		try(math.Nextafter(d, 0)) // neighbours of decimals
		try(math.Nextafter(d, 1e9))
	}
	if taken < 100_000 {
		t.Errorf("the short way was taken %d times", taken)
	}
}

// TestAppendUint holds the short ways to package strconv.
func TestAppendUint(t *testing.T) {
	for k := range uint64(200_000) {
		for _, v := range []uint64{k, k * k, 1<<64 - 1 - k} {
			if got, want := string(appendUint([]byte("x"), v)), "x"+strconv.FormatUint(v, 10); got != want {
				t.Fatalf("%s, want %s", got, want)
			}
			if got, want := string(appendInt(nil, int64(v))), strconv.FormatInt(int64(v), 10); got != want {
				t.Fatalf("%s, want %s", got, want)
			}
		}
	}
}
