package load

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/theory/jsonpath"
)

// peerDocument has the values that queries compare and select.
const peerDocument = `{"a": {"b": [1, 2.0, "x", null, true, {"a": 1, "c": "1"}], "c": {"a": [], "b": {}}}, "b": "b", "c": [[1], [2, [3]], {}],
 "é": "ü", "\u0000": 0, "": {"": 1}, "a b": 3, "'": "\"", "$": "@", "n": -0, "big": 1e3, "list": [{"k": 1, "v": "one"}, {"k": 2, "v": "two"}, {"k": 2}, 3, "aé", [1, 2]], "\\": "/",
 "nul": null, "no": false, "same": {"a": 1, "c": "1"}, "emoji": "\ud83d\ude00"}`

// TestJSONPathAgrees compares what queries select with what another
// implementation of RFC 9535 selects, and which queries both refuse.
func TestJSONPathAgrees(t *testing.T) {
	root := parseFor(t, peerDocument)
	var plain any
	if err := json.Unmarshal([]byte(peerDocument), &plain); err != nil {
		t.Fatal(err)
	}
	g := &queries{rand.New(rand.NewPCG(9535, 0))}
	valid, refused := 0, 0
	for range 8000 {
		text := g.text()
		peer, err := jsonpath.Parse(text)
		query, ours := parsePath(text)
		if (err == nil) != (ours == nil) {
			if !extended(text, err, ours) && !lenient.MatchString(text) {
				t.Errorf("%s\nours %v\npeer %v", text, ours, err)
			}
			continue
		}
		if err != nil {
			refused++
			continue
		}
		valid++
		var got []string
		want, ok := selectedByPeer(peer, plain)
		if !ok || ordersObjects.MatchString(text) {
			continue
		}
		for _, n := range (&pathEval{root: root}).query(query, root) {
			got = append(got, pointerOf(n))
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s\nours %q\npeer %q", text, got, want)
		}
	}
	if valid < 2000 || refused < 400 {
		t.Errorf("%d valid queries, %d that both refuse: too few of one kind", valid, refused)
	}
}

// The other implementation is not right everywhere, either. It takes a slice with a
// third colon and a number that goes on after a hyphen. It orders objects, which
// have no order, and finds absent <= absent false (RFC 9535, 2.3.5.2.2).
var (
	lenient       = regexp.MustCompile(`:[^,\]:]*:[^,\]:]*:|[0-9]-[0-9]`)
	ordersObjects = regexp.MustCompile(`[@$][\s)]*[<>]|[<>]\s*(value\()?[@$]\s*[])&|,]`)
)

// selectedByPeer are the pointers that the other implementation selects. It panics
// for match and search without an argument's value: ok is false then.
func selectedByPeer(path *jsonpath.Path, document any) (pointers []string, ok bool) {
	defer func() { ok = recover() == nil }()
	for p := range path.SelectLocated(document).Deduplicate().Paths() {
		pointers = append(pointers, "#"+p.Pointer())
	}
	return pointers, true
}

// extended reports whether we take a query by intention that RFC 9535 refuses:
// hyphens in names after a dot, and blanks around a query.
func extended(text string, peer, ours error) bool {
	return ours == nil && peer != nil && (strings.Contains(text, "-") || strings.TrimSpace(text) != text)
}

// pointerOf is the pointer of n with its names as they are, as in RFC 6901.
func pointerOf(n *Node) string { return n.Pointer() }

// queries makes random queries, most of them valid.
type queries struct{ *rand.Rand }

func (g *queries) pick(all ...string) string { return all[g.IntN(len(all))] }

func (g *queries) text() string {
	q := "$" + g.segments(3)
	if g.IntN(4) > 0 {
		return q
	}
	at := g.IntN(len(q)) // cut, repeated or replaced
	switch g.IntN(3) {
	case 0:
		return q[:at] + q[at+1:]
	case 1:
		return q[:at] + q[at:at+1] + q[at:]
	}
	return q[:at] + g.pick(" ", "'", "[", "]", "?", "(", ")", "@", "$", ".", "*", ",", ":", "0", "-", "=", "!", "\\", "\"", "e") + q[at+1:]
}

func (g *queries) segments(most int) string {
	var b strings.Builder
	for range g.IntN(most + 1) {
		b.WriteString(g.blank())
		switch g.IntN(6) {
		case 0:
			b.WriteString("." + g.name())
		case 1:
			b.WriteString("." + g.pick("*", g.name()))
		case 2:
			b.WriteString(".." + g.pick("*", g.name(), "["+g.selector(1)+"]"))
		default:
			b.WriteString("[" + g.blank() + g.selector(2))
			for range g.IntN(3) {
				b.WriteString(g.blank() + "," + g.blank() + g.selector(1))
			}
			b.WriteString(g.blank() + "]")
		}
	}
	return b.String()
}

func (g *queries) blank() string {
	return g.pick("", "", "", "", "", " ", "\n", "\t ")
}

func (g *queries) name() string {
	return g.pick("a", "b", "c", "é", "list", "n", "nul", "same", "k", "v", "_x", "a1", "1a", "☺")
}

func (g *queries) quoted() string {
	return g.pick(`'a'`, `"b"`, `'c'`, `"a b"`, `''`, `'\''`, `"\""`, `'"'`, `"'"`, `'\\'`, `"é"`, `"\u00e9"`, `'\u0000'`, `'$'`, `"list"`, `'\/'`, `"\uD83D\uDE00"`, `"\uD83D"`, `'\n'`, `"\'"`, `'\"'`, `'\a'`, "'\t'")
}

func (g *queries) integer() string {
	return g.pick("0", "1", "2", "-1", "-2", "5", "9", "-0", "01", "9007199254740991", "9007199254740992", "-9007199254740991")
}

func (g *queries) selector(depth int) string {
	switch g.IntN(6) {
	case 0:
		return "*"
	case 1:
		return g.integer()
	case 2:
		part := func() string { return g.pick("", g.integer()) }
		return part() + g.blank() + ":" + g.blank() + part() + g.pick("", ":"+part())
	case 3:
		if depth > 0 {
			return "?" + g.blank() + g.filter(depth)
		}
	}
	return g.quoted()
}

func (g *queries) filter(depth int) string {
	switch g.IntN(8) {
	case 0:
		return g.filter0(depth) + g.blank() + g.pick("&&", "||") + g.blank() + g.filter0(depth)
	case 1:
		return "!" + g.blank() + g.pick("("+g.filter0(depth)+")", g.query(depth))
	case 2:
		return "(" + g.blank() + g.filter0(depth) + g.blank() + ")"
	}
	return g.filter0(depth)
}

func (g *queries) filter0(depth int) string {
	switch g.IntN(6) {
	case 0:
		return g.query(depth - 1)
	case 1:
		return g.pick("match", "search") + "(" + g.pick(g.singular(), g.quoted()) + "," + g.blank() + g.pick(`'a.'`, `"[a-z]+"`, `'.'`, `'('`, `'o|x'`, g.singular()) + ")"
	}
	return g.value(depth) + g.blank() + g.pick("==", "!=", "<", ">") + g.blank() + g.value(depth)
}

func (g *queries) query(depth int) string {
	return g.pick("@", "$") + g.segments(max(depth, 0))
}

func (g *queries) singular() string {
	var b strings.Builder
	b.WriteString(g.pick("@", "@", "$"))
	for range g.IntN(3) {
		b.WriteString(g.pick("."+g.name(), "["+g.quoted()+"]", "["+g.integer()+"]"))
	}
	return b.String()
}

func (g *queries) value(depth int) string {
	switch g.IntN(7) {
	case 0:
		return g.quoted()
	case 1:
		return g.pick("1", "2", "2.0", "-0", "1e3", "1E+3", "0.5", "01", ".5", "1.", "-1", "1000", "true", "false", "null", "True")
	case 2:
		return fmt.Sprintf("%s(%s)", g.pick("length", "count", "value"), g.pick(g.singular(), g.query(depth-1), g.quoted()))
	}
	return g.singular()
}
