package limit

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestRun(t *testing.T) {
	if n, err := Run("lib", 0, func() (int, error) { return 7, nil }); n != 7 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if _, err := Run("lib", 0, func() (int, error) { panic("x") }); err == nil || err.Error() != "lib failed on this document: x" {
		t.Errorf("%v", err)
	}
	end := make(chan bool)
	defer close(end)
	_, err := run("lib", time.Millisecond, func() (int, error) { <-end; return 7, nil })
	var late *Error
	if !errors.As(err, &late) || err.Error() != "lib did not finish within 0s: the document's schemas refer to each other in too many ways" {
		t.Errorf("%v", err)
	}
}

// TestFor: a small document leaves most of two seconds to the rest of a command,
// one of 12 MB gets a minute.
func TestFor(t *testing.T) {
	if d := For(100_000); d > 1200*time.Millisecond {
		t.Errorf("%v for two documents of 50 KB", d)
	}
	if d := For(12_000_000); d < time.Minute {
		t.Errorf("%v for 12 MB", d)
	}
}

func TestSize(t *testing.T) {
	if n := Size([]byte("{\n      \"a\": [\n\t\t1\n      ]\n}\n")); n != 9 {
		t.Errorf("%d", n)
	}
}

func TestCheckDepth(t *testing.T) {
	deep := func(n int) []byte { return []byte(strings.Repeat(`[{"]\"":`, n) + "1" + strings.Repeat("}]", n)) }
	if err := CheckDepth("lib", deep(150)); err != nil {
		t.Error(err)
	}
	want := "lib is not given values that nest more than 300 deep: the document's nest 302 deep"
	if err := CheckDepth("lib", deep(151)); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestCheckUnions(t *testing.T) {
	union := func(n int, item string) string {
		return `{"oneOf": [` + strings.TrimSuffix(strings.Repeat(item+", ", n), ", ") + `]}`
	}
	inline, ref := `{"type":"object","enum":["]",{}]}`, `{"$ref":"#/a"}`
	for _, tt := range []struct {
		name, text string
		late       bool
	}{
		{"small unions", `[` + strings.TrimSuffix(strings.Repeat(union(40, inline)+",", 500), ",") + `]`, false},
		{"references", union(2000, ref), false},
		{"a large one", union(250, inline), false},
		{"a larger one", union(400, inline), true},
		{"two", `[` + union(250, inline) + `,` + union(250, inline) + `]`, true},
		{"within another", union(1, `{"anyOf":[`+union(400, inline)+`]}`), true},
		{"a text", `"\"oneOf\": [` + strings.Repeat("1,", 400) + `"`, false},
	} {
		err := CheckUnions("lib", []byte(tt.text))
		if (err != nil) != tt.late || err != nil && err.Error() != "lib is not given unions that together have more than 100000 pairs of alternatives" {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
