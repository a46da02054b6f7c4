package load

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind is the kind of value that a Node holds.
type Kind uint8

// The kinds of JSON value.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// String names k the way a message does: "a string", "an array".
func (k Kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "an array", "an object"}[k]
}

// Node is one value of a document, with its place in the source.
type Node struct {
	Kind      Kind
	shape     shape // what OpenAPI wants here; set when the walk comes by
	flags     flags
	Line, Col int32    // 1-based, of the value; columns count characters
	Value     string   // String: its text; Number: the literal as written; Bool: "true" or "false"
	Members   []Member // Object: in document order
	Items     []*Node  // Array
	Parent    *Node    // nil for the root of a file
	Name      string   // member name or decimal index within Parent
	File      *SourceFile

	index map[string]int32 // Members by name, for large objects only
	ref   *Node            // what the node's $ref points at, one step
}

// Member is a name and its value in an object.
type Member struct {
	Name      string
	Line, Col int32 // of the name
	Value     *Node
}

type flags uint8

const (
	isRef     flags = 1 << iota // a reference, resolved or not
	isBroken                    // a reference that dangles or runs in a circle
	isBad                       // malformed: read as absent
	isOnChain                   // on the chain of references being followed
	isSettled                   // its chain of references was followed
	isMerged                    // came through a YAML merge key: members beside it win
)

// indexFrom is the size from which an object carries a map of its members;
// below it, looking at each is quicker.
const indexFrom = 24

// Get returns the value at path below n, one member name per element, or nil.
// It does not follow references. A nil n yields nil.
func (n *Node) Get(path ...string) *Node {
	for _, name := range path {
		if m := n.member(name); m != nil {
			n = m.Value
		} else {
			return nil
		}
	}
	return n
}

func (n *Node) member(name string) *Member {
	if n == nil {
		return nil
	}
	if n.index != nil {
		if i, ok := n.index[name]; ok {
			return &n.Members[i]
		}
		return nil
	}
	for i := range n.Members {
		if n.Members[i].Name == name {
			return &n.Members[i]
		}
	}
	return nil
}

// Str returns the text of a string, number or boolean, and "" for anything
// else, nil included.
func (n *Node) Str() string {
	if n == nil {
		return ""
	}
	return n.Value
}

// True reports whether n is the boolean true.
func (n *Node) True() bool { return n != nil && n.Kind == Bool && n.Value == "true" }

// IsRef reports whether n is a reference: an object with a $ref where OpenAPI
// allows one, or a value of a discriminator's mapping. A $ref within an example,
// a default, an enum, a const or an extension is data.
func (n *Node) IsRef() bool { return n != nil && n.flags&isRef != 0 }

// Ref returns what the reference n points at, one step, which may be a
// reference itself. It is nil when n is no reference, or a dangling one.
func (n *Node) Ref() *Node {
	if n == nil {
		return nil
	}
	return n.ref
}

// Target follows the references from n to the value they mean: n itself when
// it is none, nil when the chain dangles or runs in a circle.
func (n *Node) Target() *Node {
	for n.IsRef() {
		if n.flags&isBroken != 0 {
			return nil
		}
		n = n.ref
	}
	return n
}

// Malformed reports whether n is of a kind that OpenAPI does not allow at its
// place. A diagnostic says so; it is best read as absent.
func (n *Node) Malformed() bool { return n != nil && n.flags&isBad != 0 }

// Pointer returns the identity of n within the document: "#/components/schemas/Pet"
// in the root file, "pets.yaml#/Pet" in others, named relative to the root
// file's directory.
func (n *Node) Pointer() string {
	if n == nil {
		return ""
	}
	size, top := 0, n
	for ; top.Parent != nil; top = top.Parent {
		size += len(top.Name) + 1
	}
	prefix := "#"
	if top.File != nil && top.File.rel != "" {
		prefix = top.File.rel + "#"
	}
	return prefix + string(n.appendPointer(make([]byte, 0, size)))
}

func (n *Node) appendPointer(b []byte) []byte {
	if n.Parent == nil {
		return b
	}
	b = append(n.Parent.appendPointer(b), '/')
	for i := 0; i < len(n.Name); i++ {
		switch c := n.Name[i]; c {
		case '~':
			b = append(b, "~0"...)
		case '/':
			b = append(b, "~1"...)
		default:
			b = append(b, c)
		}
	}
	return b
}

// home returns the file whose tree n belongs to. It differs from n.File for
// what an overlay put there.
func (n *Node) home() *SourceFile {
	for n.Parent != nil {
		n = n.Parent
	}
	return n.File
}

// Position returns where the value of n stands.
func (n *Node) Position() Position {
	if n == nil {
		return Position{}
	}
	return Position{File: n.File.name(), Line: int(n.Line), Col: int(n.Col)}
}

// KeyPosition returns where the name of n stands in its object, which reads
// better than the value's in a message. For anything that is no member it is
// the same as Position.
func (n *Node) KeyPosition() Position {
	if n != nil && n.Parent != nil && n.Parent.Kind == Object {
		if m := n.Parent.member(n.Name); m != nil && m.Value == n && m.Line > 0 {
			return Position{File: n.File.name(), Line: int(m.Line), Col: int(m.Col)}
		}
	}
	return n.Position()
}

// Interface returns n as encoding/json decodes it with UseNumber: nil, bool,
// json.Number, string, []any or map[string]any.
func (n *Node) Interface() any {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case Bool:
		return n.Value == "true"
	case Number:
		return json.Number(jsonNumber(n.Value))
	case String:
		return n.Value
	case Array:
		items := make([]any, len(n.Items))
		for i, item := range n.Items {
			items[i] = item.Interface()
		}
		return items
	case Object:
		members := make(map[string]any, len(n.Members))
		for _, m := range n.Members {
			members[m.Name] = m.Value.Interface()
		}
		return members
	default:
		return nil
	}
}

// JSON returns n as compact JSON, members in document order.
func (n *Node) JSON() []byte { return n.appendJSON(nil) }

func (n *Node) appendJSON(b []byte) []byte {
	if n == nil {
		return append(b, "null"...)
	}
	switch n.Kind {
	case Bool:
		return append(b, n.Value...)
	case Number:
		return append(b, jsonNumber(n.Value)...)
	case String:
		return appendQuoted(b, n.Value)
	case Array:
		b = append(b, '[')
		for i, item := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.appendJSON(b)
		}
		return append(b, ']')
	case Object:
		b = append(b, '{')
		for i, m := range n.Members {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendQuoted(b, m.Name), ':')
			b = m.Value.appendJSON(b)
		}
		return append(b, '}')
	default:
		return append(b, "null"...)
	}
}

// appendQuoted appends s as a JSON string that YAML reads as the same text:
// what YAML takes for a line break or refuses to print is escaped.
func appendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < 0x7f {
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
			plain := r > 0x9f && r != utf8.RuneError && r != 0x2028 && r != 0x2029 && r != 0xfeff && (r < 0xfffe || r > 0xffff)
			if plain {
				i += size
				continue
			}
		}
		b = append(b, s[start:i]...)
		switch r {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\t':
			b = append(b, '\\', 't')
		case '\r':
			b = append(b, '\\', 'r')
		default:
			b = append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
		}
		i += size
		start = i
	}
	return append(append(b, s[start:]...), '"')
}

// jsonNumber spells a number as JSON does. YAML allows more: +1, .5, 1., 007,
// 0x1F, 0o17.
func jsonNumber(s string) string {
	if isJSONNumber(s) {
		return s
	}
	sign, digits := "", strings.TrimPrefix(s, "+")
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	if len(digits) > 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'o') {
		if v, err := strconv.ParseUint(digits, 0, 64); err == nil {
			return sign + strconv.FormatUint(v, 10)
		}
		return "0"
	}
	whole, rest := digits, ""
	if i := strings.IndexAny(digits, ".eE"); i >= 0 {
		whole, rest = digits[:i], digits[i:]
	}
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if strings.HasPrefix(rest, ".") && (len(rest) == 1 || rest[1] < '0' || rest[1] > '9') {
		rest = rest[1:]
	}
	return sign + whole + rest
}

func isJSONNumber(s string) bool {
	end := scanNumber(s, 0)
	return end > 0 && end == len(s)
}

// indexName returns the name of the ith item of an array.
func indexName(i int) string { return strconv.Itoa(i) }
