package codec

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// attacks are documents that a server may send, by the number of values in them.
// Decoding them takes time in proportion to their length.
var attacks = map[string]struct {
	v    func() any
	text func(n int) string
}{
	"unknown members": {func() any { return new(Owner) }, func(n int) string { return members(n, `"m%d":0`) }},
	"unknown members of a list's element": {func() any { return new([]Owner) }, func(n int) string {
		return "[" + members(n, `"m%d":0`) + "]"
	}},
	"one unknown member again and again": {func() any { return new(Owner) }, func(n int) string { return members(n, `"m":%d`) }},
	"attributes": {func() any { return new(Contact) }, func(n int) string {
		return `{"type":"contacts","attributes":` + members(n, `"m%d":0`) + `}`
	}},
	"attributes again and again": {func() any { return new(Contact) }, func(n int) string {
		return members(n, `"attributes":{"m%d":0}`)
	}},
	"constants": {func() any { return new(Pet) }, func(n int) string { return members(n, `"kind":"k%d"`) }},
	"union in union, the property last": {func() any { return new(Tree) }, func(n int) string {
		return nested(n/20, `{"left":`, `,"x":[1,2],"kind":"node"}`)
	}},
	"union in union, without the property": {func() any { return new(Tree) }, func(n int) string {
		return nested(n/20, `{"left":`, `,"pad":"................................................"}`)
	}},
	"union in list in union": {func() any { return new(Tree) }, func(n int) string {
		return nested(n/20, `{"children":[{"kind":"leaf"},`, `],"kind":"node"}`)
	}},
	"lists of two kinds":          {func() any { return new(Lists) }, func(n int) string { return nested(n/20, `[`, `]`) }},
	"lists of two kinds, cut off": {func() any { return new(Lists) }, func(n int) string { return strings.Repeat("[", n/20) }},
	"lists that do not fit":       {func() any { return new(Lists) }, func(n int) string { return nested(n/20, `[`, `,{}]`) }},
	"any":                         {func() any { return new(any) }, func(n int) string { return "[" + repeated(n, "{}") + "]" }},
	"keys of a map":               {func() any { return new(map[string]int) }, func(n int) string { return members(n, `"m%d":0`) }},
	"resources of an unknown type": {func() any { return new(crowd) }, func(n int) string {
		return `{"data":[` + repeated(n/4, `{"type":"robots","id":"1"}`) + `]}`
	}},
	"attributes of another resource's type": {func() any { return new(crowd) }, func(n int) string {
		return `{"data":[{"type":"members","id":"1","attributes":{"items":[` + repeated(n/4, `{"type":"contacts","id":"1"}`) + `]}}]}`
	}},
	"relationships of one resource": {func() any { return new(Contact) }, func(n int) string { return `{"relationships":` + members(n, `"r%d":{"data":null}`) + `}` }},
}

// Tree is a union that contains itself, Lists one that a list in a list may be in
// two ways.
type Tree struct {
	Node        *TreeNode `union:"node"`
	Leaf        *TreeLeaf `union:"leaf"`
	Tree        *Tree     `union:"tree"`
	variantless `union:"kind"`
}

type TreeNode struct {
	Kind     string `json:"kind"`
	Left     *Tree  `json:"left,omitzero"`
	Right    *Tree  `json:"right,omitzero"`
	Children []Tree `json:"children,omitzero"`
	presence
}

type TreeLeaf struct {
	Kind  string `json:"kind"`
	Value int    `json:"value,omitzero"`
	presence
}

type Lists struct {
	A *[]Lists   `union:""`
	B *[]*Lists  `union:""`
	C *[][]Lists `union:""`
	variantless
}

func members(n int, member string) string {
	var b strings.Builder
	for k := range n {
		b.WriteByte(",{"[min(1, max(0, 1-k))])
		fmt.Fprintf(&b, member, k)
	}
	return b.String() + "}"
}

func repeated(n int, s string) string { return strings.Repeat(s+",", n-1) + s }

func nested(n int, open, end string) string {
	return strings.Repeat(open, n) + `{"kind":"leaf"}` + strings.Repeat(end, n)
}

// TestLinear decodes attacks of 160,000 values. What takes quadratic time takes a
// minute or more for them, what is linear less than 0.3 s.
func TestLinear(t *testing.T) {
	for name, a := range attacks {
		t.Run(name, func(t *testing.T) {
			text := []byte(a.text(160000))
			start := time.Now()
			_ = Unmarshal(text, a.v())
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("%s for %d KB", took, len(text)>>10)
			}
		})
	}
}

// TestUnknownRepeated: the last value of a name stays, however many there are.
func TestUnknownRepeated(t *testing.T) {
	for _, n := range []int{2, 15, 16, 17, 40, 5000} {
		text := `{"name":"x",` + members(n, `"m%d":1`)[1:]
		text = strings.TrimSuffix(text, "}") + `,"m0":2,"m1":{"a":3}}`
		var o Owner
		if err := Unmarshal([]byte(text), &o); err != nil {
			t.Fatal(err)
		}
		u := o.Unknown()
		if len(u) != n || string(u["m0"]) != "2" || string(u["m1"]) != `{"a":3}` {
			t.Errorf("%d: %d members, m0 %s, m1 %s", n, len(u), u["m0"], u["m1"])
		}
		out, err := Marshal(&o)
		if err != nil || !strings.HasPrefix(string(out), `{"name":"x","m0":2,"m1":{"a":3}`) || bytes.Count(out, []byte(`"m0"`)) != 1 {
			t.Errorf("%d: %.60s %v", n, out, err)
		}
	}
	var c Contact
	const text = `{"attributes":{"x":1,"y":1,"x":2},"x":3,"attributes":{"y":4}}`
	if err := Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	if out, err := Marshal(&c); err != nil || string(out) != `{"attributes":{"x":2,"y":4},"x":3}` {
		t.Errorf("%s %v", out, err)
	}
}

// Large takes a hundred times the memory of its shortest JSON.
type Large struct {
	A, B, C, D, E, F [10]int64
	Next             *Large            `json:"n"`
	Map              map[string]*Large `json:"m"`
	presence
}

func TestMemory(t *testing.T) {
	for name, c := range map[string]struct {
		v    any
		text string
	}{
		"elements":            {new([]Large), "[" + repeated(6e5, "{}") + "]"},
		"elements of a list":  {new([][]Large), "[" + repeated(4e5, "[{}]") + "]"},
		"pointers":            {new([]*Large), "[" + repeated(6e5, "{}") + "]"},
		"members of a map":    {new(map[string]Large), members(4e5, `"%d":{}`)},
		"pointers in structs": {new([]*Large), "[" + repeated(4e5, `{"n":{}}`) + "]"},
		"included":            {new(LargeDocument), `{"included":[` + repeated(4e5, `{"type":"large"}`) + "]}"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			err := Unmarshal([]byte(c.text), c.v)
			runtime.ReadMemStats(&after)
			want := fmt.Sprintf("%d bytes of JSON would take more than %d MB in memory", len(c.text), MemoryLimit(len(c.text))>>20)
			if !errors.Is(err, ErrMemory) || !strings.Contains(err.Error(), want) {
				t.Errorf("%v\nwant %s", err, want)
			}
			if used, most := int64(after.TotalAlloc-before.TotalAlloc), 2*MemoryLimit(len(c.text)); used > most {
				t.Errorf("allocated %d MB, want at most %d", used>>20, most>>20)
			}
		})
	}
	text := []byte("[" + repeated(2e6, "{}") + "]")
	var few []Large
	if err := UnmarshalWith(text[:0:0], &few, &Options{Memory: 1}); errors.Is(err, ErrMemory) {
		t.Error(err)
	}
	if err := UnmarshalWith([]byte("["+repeated(100, "{}")+"]"), &few, &Options{Memory: 1 << 10}); !errors.Is(err, ErrMemory) {
		t.Errorf("with an option: %v", err)
	}
	if err := UnmarshalWith([]byte("["+repeated(150000, "{}")+"]"), &few, &Options{Memory: -1}); err != nil {
		t.Errorf("without a limit: %v", err)
	}
}

type LargeDocument struct {
	Data     *LargeResource `json:"data"`
	Included includedList   `json:"included"`
	presence
}

// crowd has resources of one type, resources in their attributes, and a relationship,
// so that the client knows contacts.
type crowd struct {
	Data     []crowdMember `json:"data"`
	Included includedList  `json:"included"`
	presence
}

type crowdMember struct {
	ID    string      `jsonapi:"id,members"`
	Items []crowdItem `jsonapi:"attr,items,omitzero"`
	Best  one         `jsonapi:"rel,best,omitzero"`
	presence
}

type crowdItem struct {
	ID   string `jsonapi:"id,items"`
	Name string `jsonapi:"attr,name,omitzero"`
	presence
}

type includedList struct {
	list Included //nolint:unused // its type is what the codec reads
}

type LargeResource struct {
	ID   string     `jsonapi:"id,large"`
	More [200]int64 `json:"-"`
	presence
}

func TestContext(t *testing.T) {
	ended, cancel := context.WithCancelCause(context.Background())
	why := errors.New("the user left")
	cancel(why)
	for name, c := range map[string]struct {
		v    any
		text string
	}{
		"list":    {new([]int), "[" + repeated(1e6, "1") + "]"},
		"objects": {new([]Pet), "[" + repeated(1e5, `{"id":1}`) + "]"},
		"map":     {new(map[string][]int), members(1e5, `"%d":[1]`)},
		"any":     {new(any), "[" + repeated(1e5, `{"id":1}`) + "]"},
	} {
		err := UnmarshalWith([]byte(c.text), c.v, &Options{Context: ended})
		var e *Error
		if !errors.Is(err, why) || !errors.As(err, &e) || e.Offset > 2*lookEvery || !strings.Contains(err.Error(), "decoding was stopped: the user left") {
			t.Errorf("%s: %v", name, err)
		}
	}
	running, stop := context.WithCancel(context.Background())
	defer stop()
	var list []int
	if err := UnmarshalWith([]byte("["+repeated(1e6, "1")+"]"), &list, &Options{Context: running}); err != nil || len(list) != 1e6 {
		t.Error(err, len(list))
	}
	// The pool must not keep a context.
	if err := Unmarshal([]byte("["+repeated(1e5, "1")+"]"), &list); err != nil {
		t.Error(err)
	}
}

// TestUnionOfUnions: a union whose variant is the union itself has no end of ways
// to decode a value.
func TestUnionOfUnions(t *testing.T) {
	for _, text := range []string{`{}`, `{"kind":"tree"}`, `{"kind":"tree","x":1}`, `"x"`, `[1]`, `{"kind":"node","left":{"kind":"tree"}}`} {
		var v Tree
		if err := Unmarshal([]byte(text), &v); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if out, err := Marshal(&v); err != nil || string(out) != text {
			t.Errorf("%s came back as %s, %v", text, out, err)
		}
	}
}

// TestChart compares deep unions with what encoding/json reads.
func TestChart(t *testing.T) {
	for _, text := range []string{
		nested(30, `{"left":`, `,"x":[1,2,{"a":[]}],"right":{"kind":"leaf","value":7},"kind":"node"}`),
		nested(30, `{"right":{"left":{"kind":"leaf","pad":"`+strings.Repeat(".", 80)+`"},"kind":"node"},"children":[`, `],"kind":"node"}`),
		"{\"kind\":\"node\",\"children\":[" + repeated(20, nested(5, `{"left":`, `,"x":"`+strings.Repeat("y", 70)+`","kind":"node"}`)) + "]}",
	} {
		var v Tree
		if err := Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		out, err := Marshal(&v)
		if err != nil {
			t.Fatal(err)
		}
		var want, got any
		if err := errors.Join(json.Unmarshal([]byte(text), &want), json.Unmarshal(out, &got)); err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s\ncame back as %s", text, out)
		}
		for depth, at := 0, &v; at.Node != nil && at.Node.Left != nil; depth, at = depth+1, at.Node.Left {
			if depth > 40 {
				t.Fatal("too deep")
			}
			if at.Unknown() != nil {
				t.Errorf("level %d was not decoded: %s", depth, at.Unknown())
			}
		}
	}
}
