package codec

import (
	"testing"
)

// TestTextsWithoutField holds that members without a field, and lists and maps in
// lists, are encoded as they came: null where Go has no nil for it, 1.50, 4.0.
func TestTextsWithoutField(t *testing.T) {
	type numbers struct {
		A     int64              `json:"a,omitzero"`
		Maps  []map[string]int64 `json:"maps,omitzero"`
		Lists [][]string         `json:"lists,omitzero"`
		Rest  map[string]float64 `json:",unknown"`
	}
	type outer struct {
		In numbers `json:"in"`
		presence
	}
	type whole struct {
		A     int64              `json:"a,omitzero"`
		Maps  []map[string]int64 `json:"maps,omitzero"`
		Lists [][]string         `json:"lists,omitzero"`
		Rest  map[string]float64 `json:",unknown"`
		presence
	}
	for _, text := range []string{
		`{"a":1,"x":null}`, `{"a":1,"x":1.50,"y":4.0,"z":2}`, `{"maps":[null,{"a":null},{}]}`, `{"lists":[null,[],["a"]]}`,
		`{"x":12345678901234567890.5}`,
	} {
		var v whole
		if err := Unmarshal([]byte(text), &v); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if got, err := Marshal(&v); err != nil || string(got) != text {
			t.Errorf("%s came back as %s: %v", text, got, err)
		}
		if len(v.Unknown()) > 0 {
			t.Errorf("%s: %v is in the map as well", text, v.Unknown())
		}
		for name := range v.Rest {
			v.Rest[name] = 7
		}
		changed, err := Marshal(&v)
		var again whole
		if err != nil || Unmarshal(changed, &again) != nil {
			t.Fatalf("%s: %v", changed, err)
		}
		for name, n := range again.Rest {
			if n != 7 {
				t.Errorf("%s: %s was set, and is encoded as %v", text, name, n)
			}
		}
		within := `{"in":` + text + `}`
		var o outer
		if err := Unmarshal([]byte(within), &o); err != nil {
			t.Fatalf("%s: %v", within, err)
		}
		if got, err := Marshal(&o); err != nil || string(got) != within {
			t.Errorf("%s came back as %s: %v", within, got, err)
		}
	}
}
