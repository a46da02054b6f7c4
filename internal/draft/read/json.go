package read

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Kind is the kind of a JSON value.
type Kind int

// The kinds. Elided stands for "..." in place of a value.
const (
	Null Kind = iota
	Bool
	Number
	String
	Object
	Array
	Elided
)

// Value is a JSON value with the text of its numbers and the order of its
// members. Cut is set on objects and arrays that end in "...".
type Value struct {
	Kind    Kind
	Text    string // of a string (decoded), number or boolean
	Members []Member
	Items   []*Value
	Line    int
	Cut     bool
}

// Member is a member of an object.
type Member struct {
	Name  string
	Value *Value
}

// Get returns the member of a name, nil without one.
func (v *Value) Get(name string) *Value {
	if v == nil {
		return nil
	}
	for i := range v.Members {
		if v.Members[i].Name == name {
			return v.Members[i].Value
		}
	}
	return nil
}

const (
	maxDepth = 200
	maxJSON  = 32 << 20
)

var errJSON = errors.New("not JSON")

// relaxed reads JSON as pages print it: with comments, "..." for what is left
// out, trailing commas, single quotes, unquoted names and placeholders.
type relaxed struct {
	src   string
	pos   int
	line  int
	at    int // up to which lines are counted
	loose int // how often the text departs from JSON
}

// ParseJSON reads the value that src begins with and returns how many bytes
// it takes.
func ParseJSON(src string, line int) (*Value, int, error) {
	if len(src) > maxJSON {
		return nil, 0, fmt.Errorf("larger than %d MB", maxJSON>>20)
	}
	p := &relaxed{src: src, line: line}
	p.space()
	v, err := p.value(0)
	if err != nil {
		return nil, 0, err
	}
	return v, p.pos, nil
}

func (p *relaxed) lineNow() int {
	p.line += strings.Count(p.src[p.at:p.pos], "\n")
	p.at = p.pos
	return p.line
}

func (p *relaxed) peek() byte {
	if p.pos < len(p.src) {
		return p.src[p.pos]
	}
	return 0
}

// space skips white space and comments.
func (p *relaxed) space() {
	for p.pos < len(p.src) {
		switch c := p.src[p.pos]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			p.pos++
		case strings.HasPrefix(p.src[p.pos:], "\u00a0"), strings.HasPrefix(p.src[p.pos:], "\u200b"), strings.HasPrefix(p.src[p.pos:], "\ufeff"):
			_, n := utf8.DecodeRuneInString(p.src[p.pos:])
			p.pos += n
		case strings.HasPrefix(p.src[p.pos:], "//"), c == '#':
			p.loose++
			n := strings.IndexByte(p.src[p.pos:], '\n')
			if n < 0 {
				n = len(p.src) - p.pos
			}
			if comment := p.src[p.pos : p.pos+n]; strings.Contains(comment, "...") || strings.Contains(comment, "…") {
				p.loose += 1 << 16 // remembered by skipDots
			}
			p.pos += n
		case strings.HasPrefix(p.src[p.pos:], "/*"):
			p.loose++
			n := strings.Index(p.src[p.pos+2:], "*/")
			if n < 0 {
				p.pos = len(p.src)
				return
			}
			p.pos += n + 4
		default:
			return
		}
	}
}

// dots skips "..." and reports whether something was left out here, be it by a
// comment.
func (p *relaxed) dots() bool {
	cut := false
	for {
		p.space()
		if p.loose >= 1<<16 {
			p.loose &= 1<<16 - 1
			cut = true
		}
		rest := p.src[p.pos:]
		switch {
		case strings.HasPrefix(rest, "..."):
			p.pos += 3
		case strings.HasPrefix(rest, "…"):
			p.pos += len("…")
		case cut && strings.HasPrefix(rest, ","):
			p.pos++
		default:
			return cut
		}
		cut = true
		p.loose++
	}
}

func (p *relaxed) value(depth int) (*Value, error) {
	if depth > maxDepth {
		return nil, errors.New("nested too deeply")
	}
	line := p.lineNow()
	switch c := p.peek(); {
	case c == '{' && !strings.HasPrefix(p.src[p.pos:], "{{"):
		return p.object(depth, line)
	case c == '[':
		return p.array(depth, line)
	case c == '"' || c == '\'':
		s, err := p.quoted(c)
		if err != nil {
			return nil, err
		}
		return &Value{Kind: String, Text: s, Line: line}, nil
	case c == 0:
		return nil, errJSON
	case strings.HasPrefix(p.src[p.pos:], "..."), c == 0xe2 && strings.HasPrefix(p.src[p.pos:], "…"):
		p.dots()
		return &Value{Kind: Elided, Line: line}, nil
	}
	return p.bare(line)
}

// bare reads a number, a name of JSON, or a placeholder such as <id>.
func (p *relaxed) bare(line int) (*Value, error) {
	rest := p.src[p.pos:]
	if rest[0] == '<' {
		if n := strings.IndexByte(rest, '>'); n > 0 && n < 60 && !strings.ContainsAny(rest[:n], "\n\"") {
			p.pos += n + 1
			p.loose++
			return &Value{Kind: String, Text: rest[:n+1], Line: line}, nil
		}
		return nil, errJSON
	}
	if strings.HasPrefix(rest, "{{") { // a variable of Postman
		if n := strings.Index(rest, "}}"); n > 0 && n < 60 && !strings.ContainsAny(rest[:n], "\n\":") {
			p.pos += n + 2
			p.loose++
			return &Value{Kind: String, Text: "<any>", Line: line}, nil
		}
	}
	n := strings.IndexAny(rest, ",]}\n\r\t /#")
	if n < 0 {
		n = len(rest)
	}
	word := rest[:n]
	if n == 0 {
		return nil, errJSON
	}
	p.pos += n
	switch word {
	case "true", "false":
		return &Value{Kind: Bool, Text: word, Line: line}, nil
	case "True", "False":
		return &Value{Kind: Bool, Text: strings.ToLower(word), Line: line}, nil
	case "null", "nil", "None", "undefined":
		return &Value{Kind: Null, Line: line}, nil
	}
	if number(word) {
		return &Value{Kind: Number, Text: word, Line: line}, nil
	}
	switch word {
	case "string", "integer", "int", "number", "float", "boolean", "bool", "object", "array", "date", "datetime", "uuid":
		p.loose++
		return &Value{Kind: String, Text: "<" + word + ">", Line: line}, nil
	}
	return nil, errJSON
}

func number(s string) bool {
	return json.Valid([]byte(s)) && (s[0] == '-' || s[0] >= '0' && s[0] <= '9')
}

func (p *relaxed) object(depth, line int) (*Value, error) {
	p.pos++
	v := &Value{Kind: Object, Line: line}
	var index map[string]int
	for {
		if p.dots() {
			v.Cut = true
		}
		if p.peek() == '}' {
			p.pos++
			return v, nil
		}
		name, err := p.name()
		if err != nil {
			return nil, err
		}
		p.space()
		if p.peek() != ':' {
			return nil, errJSON
		}
		p.pos++
		p.space()
		member, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if index == nil {
			index = map[string]int{}
		}
		if i, ok := index[name]; ok {
			v.Members[i].Value = member
		} else {
			index[name] = len(v.Members)
			v.Members = append(v.Members, Member{name, member})
		}
		if p.dots() {
			v.Cut = true
		}
		switch p.peek() {
		case ',':
			p.pos++
		case '}':
		case '"', '\'': // a comma is missing
			p.loose++
		default:
			return nil, errJSON
		}
	}
}

func (p *relaxed) array(depth, line int) (*Value, error) {
	p.pos++
	v := &Value{Kind: Array, Line: line}
	for {
		if p.dots() {
			v.Cut = true
		}
		if p.peek() == ']' {
			p.pos++
			return v, nil
		}
		item, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if item.Kind == Elided {
			v.Cut = true
		} else {
			v.Items = append(v.Items, item)
		}
		if p.dots() {
			v.Cut = true
		}
		switch p.peek() {
		case ',':
			p.pos++
		case ']':
		case '{', '"': // a comma is missing
			p.loose++
		default:
			return nil, errJSON
		}
	}
}

// name reads the name of a member.
func (p *relaxed) name() (string, error) {
	switch c := p.peek(); c {
	case '"', '\'':
		return p.quoted(c)
	}
	start := p.pos
	for p.pos < len(p.src) && (wordByte(p.src[p.pos]) || p.src[p.pos] == '-' || p.src[p.pos] == '$' || p.src[p.pos] == '<' || p.src[p.pos] == '>' || p.src[p.pos] == '.') {
		p.pos++
	}
	if start == p.pos {
		return "", errJSON
	}
	p.loose++
	return p.src[start:p.pos], nil
}

func wordByte(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

// quoted reads a string; line breaks within it are kept as they are.
func (p *relaxed) quoted(quote byte) (string, error) {
	start := p.pos + 1
	for i := start; i < len(p.src); i++ {
		switch p.src[i] {
		case '\\':
			i++
		case quote:
			p.pos = i + 1
			return unescape(p.src[start:i]), nil
		}
	}
	return "", errJSON
}

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return strings.ToValidUTF8(s, "\ufffd")
	}
	var decoded string
	if json.Unmarshal([]byte(`"`+s+`"`), &decoded) == nil {
		return decoded
	}
	if u, err := strconv.Unquote(`"` + s + `"`); err == nil {
		return strings.ToValidUTF8(u, "\ufffd")
	}
	return strings.ToValidUTF8(strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\'`, `'`, `\n`, "\n", `\/`, "/").Replace(s), "\ufffd")
}

// MarshalJSON prints the value with its members in order.
func (v *Value) MarshalJSON() ([]byte, error) {
	var b strings.Builder
	v.spell(&b, "", "")
	return []byte(b.String()), nil
}

// Indented prints the value as JSON with an indent of two spaces.
func (v *Value) Indented() string {
	var b strings.Builder
	v.spell(&b, "\n", "  ")
	return b.String()
}

func (v *Value) spell(b *strings.Builder, newline, indent string) {
	deeper := newline
	if newline != "" {
		deeper = newline + indent
	}
	switch v.Kind {
	case Null, Elided:
		b.WriteString("null")
	case Bool, Number:
		b.WriteString(v.Text)
	case String:
		b.WriteString(quote(v.Text))
	case Object:
		if len(v.Members) == 0 {
			b.WriteString("{}")
			return
		}
		for i, m := range v.Members {
			b.WriteString(map[bool]string{true: "{", false: ","}[i == 0] + deeper + quote(m.Name) + ":")
			if newline != "" {
				b.WriteByte(' ')
			}
			m.Value.spell(b, deeper, indent)
		}
		b.WriteString(newline + "}")
	case Array:
		if len(v.Items) == 0 {
			b.WriteString("[]")
			return
		}
		for i, item := range v.Items {
			b.WriteString(map[bool]string{true: "[", false: ","}[i == 0] + deeper)
			item.spell(b, deeper, indent)
		}
		b.WriteString(newline + "]")
	}
}

func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(s) //nolint:errcheck // a string always has a spelling
	return strings.TrimSuffix(b.String(), "\n")
}
