package codec

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestStress decodes in parallel while the collector runs, keeps results for a
// while, churns the heap and only then compares them: memory that the collector
// did not know to be in use would have been used again. It means most under
// -race, with GOGC=1 and with -gcflags=all=-d=checkptr.
func TestStress(t *testing.T) {
	dur := 300 * time.Millisecond
	if os.Getenv("GEN_HEAVY") != "" {
		dur = 5 * time.Second
	}
	stop := time.Now().Add(dur)
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for time.Now().Before(stop) {
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
	}()
	for g := range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := g; time.Now().Before(stop); k += 40 {
				if err := stressRound(k); err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	wg.Wait()
}

func stressRound(k int) error {
	sinks, pets := make([]*Sink, 40), make([]*Pet, 40)
	for n := range sinks {
		sinks[n], pets[n] = new(Sink), new(Pet)
		if err := Unmarshal(sinkDocument(k+n), sinks[n]); err != nil {
			return err
		}
		if err := Unmarshal(petDocument(k+n), pets[n]); err != nil {
			return err
		}
	}
	for n, got := range sinks {
		var want Sink
		if err := json.Unmarshal(sinkDocument(k+n), &want); err != nil {
			return err
		}
		if !reflect.DeepEqual(*got, want) {
			return fmt.Errorf("sink %d differs", k+n)
		}
		out, err := Marshal(pets[n])
		if in := petDocument(k + n); err != nil || string(out) != string(in) {
			return fmt.Errorf("pet %d: %s %w, want %s", k+n, out, err, in)
		}
	}
	return nil
}

func sinkDocument(k int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `{"s":"string number %d with some length","e":"colour-%d","p":{"s":"inner %d","l":[`, k, k%5, k)
	for j := range k % 23 {
		if j > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"i":%d,"ps":"pointer %d %d","ls":["a%d","b%d"],"m":{"k%d":%d},"a":[%d,{"x":"y%d"}],"ol":[1,null,%d],"mk":{"red":{"emb_a":"v%d"}},"t":"2024-02-29T12:00:%02dZ"}`,
			j, j, k, j, k, j, k, j, k, j, j, j)
	}
	fmt.Fprintf(&b, `]},"r":{"raw":%d},"up":"text%d","cp":[%d],"inn_a":"emb","lb":"aGVsbG8=","ll":[[%d],[1,2,3]],"ms":{"a":"b%d"},"pp":%d,"unknown":[%d]}`,
		k, k, k, k, k, k, k)
	return []byte(b.String())
}

func petDocument(k int) []byte {
	var tags []string
	for j := range k % 9 {
		tags = append(tags, fmt.Sprintf(`"tag %d"`, j))
	}
	return fmt.Appendf(nil, `{"id":%d,"name":"pet %d","tags":[%s],"owner":{"name":"owner %d","x":[%d]},"parent":{"id":%d,"labels":{"k":"v%d"},"note":null},"new":{"a":%d},"newer":"%d"}`,
		k, k, strings.Join(tags, ","), k, k, k+1, k, k, k)
}

func TestTimes(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for k := range 20000 {
		nano := []int64{0, r.Int63n(1e9), r.Int63n(1000) * 1e6}[k%3]
		in := time.Unix(r.Int63n(afterSecond-firstSecond)+firstSecond, nano).UTC()
		want, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Marshal(&in)
		if err != nil || string(want) != string(got) {
			t.Fatalf("%s %v, want %s", got, err, want)
		}
		var back time.Time
		if err := Unmarshal(got, &back); err != nil || !back.Equal(in) {
			t.Fatalf("%v %v, want %v", back, err, in)
		}
	}
}

// TestCivil holds every day of the years that RFC 3339 has against package time.
func TestCivil(t *testing.T) {
	day := time.Unix(firstSecond, 0).UTC()
	for k := range uint32((afterSecond - firstSecond) / 86400) {
		y, m, d := civil(k)
		if wy, wm, wd := day.Date(); int(y) != wy || int(m) != int(wm) || int(d) != wd {
			t.Fatalf("day %d is %d-%d-%d, want %v", k, y, m, d, day)
		}
		day = day.Add(24 * time.Hour)
	}
}

func TestFloats(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	special := []float64{0, 1e15, 1e16, 1e20, 1e21, 1e-6, 1e-7, 0.1, 123456789.125, 1 << 53, 1.7976931348623157e308, 5e-324, 1e-10}
	for k := range 20000 {
		f := r.NormFloat64() * []float64{1, 1e3, 1e-9, 1e30}[k%4]
		if k < len(special) {
			f = special[k]
		}
		for _, v := range []any{f, -f, float32(f), int64(f)} {
			want, err := json.Marshal(v)
			if err != nil { // a float32 too large
				continue
			}
			got, err := Marshal(v)
			if err != nil || string(got) != string(want) {
				t.Fatalf("%s %v, want %s", got, err, want)
			}
			back := reflect.New(reflect.TypeOf(v))
			if err := Unmarshal(got, back.Interface()); err != nil || back.Elem().Interface() != v {
				t.Fatalf("%v %v, want %v", back.Elem(), err, v)
			}
		}
	}
}

// TestRetention keeps one string of a large document.
func TestRetention(t *testing.T) {
	doc := []byte(`[` + strings.Repeat(`{"s":"`+strings.Repeat("word ", 40)+`"},`, 10000) + `{"s":"kept"}]`)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var kept string
	func() {
		var all []Sink
		if err := Unmarshal(doc, &all); err != nil {
			t.Fatal(err)
		}
		kept = all[len(all)-1].S
	}()
	runtime.GC() // twice: the decoder's buffer is in a pool
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 16<<10 {
		t.Errorf("%d bytes are kept for the string %q", grown, kept)
	}
	runtime.KeepAlive(doc)
}

// FuzzKept wants what the codec's own types keep to come back a second time.
func FuzzKept(f *testing.F) {
	type all struct {
		Pet    Pet               `json:"pet,omitzero"`
		Shape  Shape             `json:"shape,omitzero"`
		Shapes []ByShape         `json:"shapes,omitzero"`
		Who    Contact           `json:"who,omitzero"`
		Wide   *Wide             `json:"wide,omitzero"`
		Order  Numbered          `json:"order,omitzero"`
		Extra  map[string]Extras `json:"extra,omitzero"`
		presence
	}
	for _, c := range roundTrips {
		for _, name := range []string{"pet", "shape", "who", "wide", "order"} {
			f.Add([]byte(`{"` + name + `":` + c.in + `}`))
		}
		f.Add([]byte(`{"shapes":[` + c.in + `],"extra":{"x":` + c.in + `}}`))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v all
		err := Unmarshal(data, &v)
		checkPadded(t, data, nil, v, err)
		if err != nil {
			return
		}
		if !json.Valid(data) {
			t.Fatalf("accepted %q", data)
		}
		once, err := Marshal(&v)
		if err != nil || !json.Valid(once) {
			t.Fatalf("%q -> %q %v", data, once, err)
		}
		var w all
		if err := Unmarshal(once, &w); err != nil {
			t.Fatalf("%q -> %q: %v", data, once, err)
		}
		if twice, err := Marshal(&w); err != nil || string(once) != string(twice) {
			t.Fatalf("%q\n once %s\ntwice %s %v", data, once, twice, err)
		}
	})
}
