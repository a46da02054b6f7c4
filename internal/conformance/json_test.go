package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"
)

// differences compares two JSON texts by meaning: order of members and white
// space aside, everything counts, null against absent and every digit of a
// number; only times may be written in another way. It returns what differs,
// each with its JSON pointer.
func differences(want, got []byte) []string {
	w, err := parseJSON(want)
	if err != nil {
		return []string{"want is not JSON: " + err.Error()}
	}
	g, err := parseJSON(got)
	if err != nil {
		return []string{"got is not JSON: " + err.Error()}
	}
	return diffValues(nil, "", w, g)
}

func parseJSON(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fmt.Errorf("more than one value")
	}
	return v, nil
}

func diffValues(diffs []string, at string, want, got any) []string {
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			return diffObjects(diffs, at, w, g)
		}
	case []any:
		if g, ok := got.([]any); ok {
			return diffArrays(diffs, at, w, g)
		}
	case json.Number:
		if g, ok := got.(json.Number); ok && sameNumber(w, g) {
			return diffs
		}
	case string:
		if g, ok := got.(string); ok && (w == g || sameTime(w, g)) {
			return diffs
		}
	case bool, nil:
		if isScalar(got) && want == got {
			return diffs
		}
	}
	return append(diffs, fmt.Sprintf("%s: want %s, got %s", pointer(at), brief(want), brief(got)))
}

// isScalar tells scalars from the values that == panics on.
func isScalar(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

func diffObjects(diffs []string, at string, want, got map[string]any) []string {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if g, ok := got[name]; ok {
			diffs = diffValues(diffs, at+"/"+name, want[name], g)
		} else {
			diffs = append(diffs, fmt.Sprintf("%s: missing, want %s", at+"/"+name, brief(want[name])))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok {
			diffs = append(diffs, fmt.Sprintf("%s: not wanted, got %s", at+"/"+name, brief(got[name])))
		}
	}
	return diffs
}

func diffArrays(diffs []string, at string, want, got []any) []string {
	if len(want) != len(got) {
		diffs = append(diffs, fmt.Sprintf("%s: want %d elements, got %d", pointer(at), len(want), len(got)))
	}
	for i := range min(len(want), len(got)) {
		diffs = diffValues(diffs, fmt.Sprintf("%s/%d", at, i), want[i], got[i])
	}
	return diffs
}

// sameNumber compares exactly: 1.0 is 1, and 0.1 is not its nearest float.
func sameNumber(a, b json.Number) bool {
	if a == b {
		return true
	}
	x, ok1 := new(big.Rat).SetString(a.String())
	y, ok2 := new(big.Rat).SetString(b.String())
	return ok1 && ok2 && x.Cmp(y) == 0
}

// sameTime reports whether two texts are one moment in one zone: 07:15:23.000Z
// is 07:15:23Z.
func sameTime(a, b string) bool {
	x, err1 := time.Parse(time.RFC3339Nano, a)
	y, err2 := time.Parse(time.RFC3339Nano, b)
	return err1 == nil && err2 == nil && x.Equal(y) && a[len(a)-1] == b[len(b)-1]
}

func pointer(at string) string {
	if at == "" {
		return "the whole value"
	}
	return at
}

// brief is the JSON of a value, cut to a readable length.
func brief(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if len(data) > 80 {
		return string(data[:77]) + "..."
	}
	return string(data)
}

func TestDifferences(t *testing.T) {
	for _, tt := range []struct{ want, got, diffs string }{
		{`{"a": 1, "b": [null, "x"]}`, `{"b":[null,"x"],"a":1.0}`, ""},
		{`{"a": null}`, `{}`, "/a: missing, want null"},
		{`{}`, `{"a": null}`, "/a: not wanted, got null"},
		{`{"a": {"b": 0.1}}`, `{"a": {"b": 0.1000000000000000055}}`, "/a/b: want 0.1, got 0.1000000000000000055"},
		{`[1, {"a": "x"}]`, `[1, {"a": "y"}, 2]`, "the whole value: want 2 elements, got 3; /1/a: want \"x\", got \"y\""},
		{`null`, `{}`, "the whole value: want null, got {}"},
		{`"1"`, `1`, `the whole value: want "1", got 1`},
		{`12345678901234567890`, `12345678901234567891`, "the whole value: want 12345678901234567890, got 12345678901234567891"},
		{`"2024-06-13T07:15:23.000Z"`, `"2024-06-13T07:15:23Z"`, ""},
		{`"2024-06-13T07:15:23.001Z"`, `"2024-06-13T07:15:23Z"`, `the whole value: want "2024-06-13T07:15:23.001Z", got "2024-06-13T07:15:23Z"`},
		{`"2024-06-13T07:15:23+02:00"`, `"2024-06-13T05:15:23Z"`, `the whole value: want "2024-06-13T07:15:23+02:00", got "2024-06-13T05:15:23Z"`},
		{`{}`, ``, "got is not JSON: EOF"},
		{`{} 1`, `{}`, "want is not JSON: more than one value"},
	} {
		if got := strings.Join(differences([]byte(tt.want), []byte(tt.got)), "; "); got != tt.diffs {
			t.Errorf("%s against %s:\ngot  %s\nwant %s", tt.want, tt.got, got, tt.diffs)
		}
	}
}
