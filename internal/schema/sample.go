package schema

import (
	"encoding/json"
	"maps"
	"math"
	"math/big"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/load"
)

// This file makes sample values of schemas: the only place of the generator that
// does.

// Sampling says what a sample has.
type Sampling struct {
	Optional bool // optional members, too, a few levels deep
	Request  bool // it is sent: without members that are read-only, and with those that are write-only
}

// How deep samples are: members that are required, and optional ones.
const (
	maxSample   = 12
	maxOptional = 5

	// maxSampleValues limits how many values a sample has, because a few levels of
	// lists with 100 items each have more than memory.
	maxSampleValues = 5_000
)

// Sample returns a value of s as encoding/json decodes it with UseNumber: an
// example of the document, or else one that is made up of its types and limits.
// The value of nil is nil.
func (s *Schema) Sample(how Sampling) any {
	return newSampler(how).value(s, 0)
}

// sampler is the state of making one sample.
type sampler struct {
	Sampling
	open   map[*Schema]int // how often each schema is under way
	values int             // made so far
	fitter                 // of what the document gives
}

func newSampler(how Sampling) *sampler {
	return &sampler{Sampling: how, open: map[*Schema]int{}}
}

// exhausted reports whether the sample has as many values as it may.
func (m *sampler) exhausted() bool { return m.values >= maxSampleValues }

func (m *sampler) value(s *Schema, depth int) any {
	if s == nil || m.exhausted() {
		return nil
	}
	if m.values++; depth > maxSample {
		return nil
	}
	if s.showsNull() {
		return nil
	}
	if v, ok := m.documented(s); ok {
		return v
	}
	own := s
	if s = s.Core(); s == nil {
		return map[string]any{}
	}
	if own != s {
		if v, ok := m.documented(s); ok {
			return v
		}
	}
	m.open[s]++
	defer func() { m.open[s]-- }()
	switch {
	case own.OnlyNull || own.Nullable && (s.Types == 0 || m.open[s] > 1) && !s.SaysSomething():
		return nil
	case len(s.Variants) > 0:
		return m.variant(s, depth)
	case s.IsObject():
		return m.object(s, depth)
	case s.IsArray():
		return m.array(s, depth)
	case s.Types == 0 && s.Format == "" && !s.limitsText():
		return "example"
	}
	return s.scalar()
}

// documented is the first value that the document gives for s and that s allows.
func (m *sampler) documented(s *Schema) (any, bool) {
	given := slices.Clone(s.Examples)
	if s.Default != nil {
		given = append(given, s.Default)
	}
	if !s.Nullable || len(s.Enum) > 0 {
		given = append(given, s.Enum...)
	}
	for _, n := range given {
		if n.Kind != load.Null && s.Reads(n) && m.allows(s, n) {
			return n.Interface(), true
		}
	}
	return nil, false
}

// showsNull reports whether the example of a schema that says nothing is the text null,
// as documents have it that cannot say null.
func (s *Schema) showsNull() bool {
	return !s.SaysSomething() && slices.ContainsFunc(s.Examples, func(n *load.Node) bool { return n.Kind == load.Null || n.Str() == "null" })
}

// Reads reports whether a value is an object if s is read as objects, and an array if it
// is read as arrays: a schema with members that does not say its type allows any value.
func (s *Schema) Reads(n *load.Node) bool {
	core := s.Core()
	switch {
	case core == nil || len(core.Variants) > 0 || core.Types&(core.Types-1) != 0:
		return true
	case core.IsObject():
		return n.Kind == load.Object
	case core.IsArray():
		return n.Kind == load.Array
	}
	return true
}

// allows reports whether a value of the document is valid for s.
func (m *sampler) allows(s *Schema, value *load.Node) bool {
	m.Document = s.document
	return !slices.ContainsFunc(s.Places, func(n *load.Node) bool { return m.fit(value, n, 0) != nil })
}

// variant is a value of the first alternative that has one, with the members that
// are next to the alternatives.
func (m *sampler) variant(s *Schema, depth int) any {
	choice := s.Variants[0].Schema()
	for _, u := range s.Variants { // one that does not hold s again
		if c := u.Schema().Core(); c != nil && m.open[c] == 0 {
			choice = u.Schema()
			break
		}
	}
	value := m.value(choice, depth+1)
	object, ok := value.(map[string]any)
	if !ok {
		return value
	}
	if len(s.Properties) > 0 {
		all := m.object(s, depth)
		maps.Copy(all, object)
		object = all
	}
	s.discriminate(object, choice)
	return object
}

// discriminate sets the property that says which alternative a value is.
func (s *Schema) discriminate(object map[string]any, choice *Schema) {
	name := s.Discriminator.Get("propertyName").Str()
	if name == "" {
		return
	}
	if p := choice.Core().Property(name); p != nil && p.Schema().Core().ConstantValue() != nil {
		return
	}
	target := choice.Core().Node()
	value := target.Name
	if mapping := s.Discriminator.Get("mapping"); mapping != nil {
		for _, entry := range mapping.Members {
			if to := entry.Value.Str(); to == target.Pointer() || to == value || strings.HasSuffix(to, target.Pointer()) {
				value = entry.Name
				break
			}
		}
	}
	object[name] = value
}

func (m *sampler) object(s *Schema, depth int) map[string]any {
	out := map[string]any{}
	for _, p := range s.Properties {
		member := p.Schema()
		needed := s.Required(p.Name)
		switch {
		case m.Request && member.ReadOnly && !member.WriteOnly, !m.Request && member.WriteOnly && !member.ReadOnly,
			!needed && (!m.Optional || depth >= maxOptional || m.open[member.Core()] > 0):
			continue
		}
		value := m.value(member, depth+1)
		if value == nil && !member.Nullable && !needed {
			continue
		}
		out[p.Name] = value
	}
	for _, name := range slices.Sorted(maps.Keys(s.required)) {
		if _, has := out[name]; !has && s.Property(name) == nil {
			out[name] = "example"
			if rest := s.AdditionalProperties; rest != nil {
				out[name] = m.value(rest.Schema(), depth+1)
			}
		}
	}
	if s.hasResourceShape() || s.hasIdentifierShape() { // the type may be known by other evidence than the schema
		if types := s.ResourceTypes(); len(types) > 0 {
			out["type"] = types[0]
		}
		linkObjects(out)
	}
	if least, ok := number(s.MinProperties); ok && s.AdditionalProperties != nil {
		for name := "a"; float64(len(out)) < least && len(out) < 100 && !m.exhausted(); name += "a" {
			out[name] = m.value(s.AdditionalProperties.Schema(), depth+1)
		}
	}
	return out
}

// linkObjects makes objects of relationships that are described as something else.
func linkObjects(resource map[string]any) {
	relationships, _ := resource["relationships"].(map[string]any)
	for name, v := range relationships {
		if _, ok := v.(map[string]any); !ok {
			relationships[name] = map[string]any{}
		}
	}
}

func (m *sampler) array(s *Schema, depth int) any {
	out := []any{}
	for _, u := range s.PrefixItems {
		out = append(out, m.value(u.Schema(), depth+1))
	}
	least, _ := number(s.MinItems)
	if least == 0 && m.Optional && depth < maxOptional {
		least = 1
	}
	if most, ok := number(s.MaxItems); ok {
		least = min(least, most)
	}
	if s.Items == nil || m.open[s.Items.Schema().Core()] > 0 {
		return out
	}
	for float64(len(out)) < least && len(out) < 100 && !m.exhausted() {
		item := m.value(s.Items.Schema(), depth+1)
		if n, ok := item.(json.Number); ok && s.UniqueItems {
			item = plus(n, len(out))
		}
		out = append(out, item)
	}
	return out
}

func plus(n json.Number, more int) json.Number {
	if r := exact(string(n)); r != nil {
		return json.Number(decimal(r.Add(r, big.NewRat(int64(more), 1))))
	}
	return n
}

// scalar is a text, a number or a truth value that s allows.
func (s *Schema) scalar() any {
	switch {
	case s.Types&String != 0 || s.Types == 0:
		return s.text()
	case s.Types&(Integer|Number) != 0:
		return s.numeral()
	case s.Types&Boolean != 0:
		return true
	}
	return nil
}

func (s *Schema) limitsText() bool {
	return len(s.Patterns) > 0 || s.MinLength != nil || s.MaxLength != nil
}

// formatSamples are texts of formats.
var formatSamples = map[string]string{
	"uuid": "00000000-0000-4000-8000-000000000001", "email": "ann@example.com", "idn-email": "ann@example.com",
	"date-time": "2025-01-01T00:00:00Z", "date": "2025-01-01", "time": "00:00:00Z", "duration": "P1D",
	"uri": "https://example.com/", "url": "https://example.com/", "iri": "https://example.com/", "uri-reference": "/example", "uri-template": "/{id}",
	"ipv4": "192.0.2.1", "ipv6": "2001:db8::1", "hostname": "example.com", "idn-hostname": "example.com",
	"int32": "7", "int64": "7", "uint32": "7", "uint64": "7",
	"byte": "ZXhhbXBsZQ==", "base64": "ZXhhbXBsZQ==", "json-pointer": "/example", "regex": "example",
}

func (s *Schema) text() string {
	text := formatSamples[s.Format]
	if text != "" {
		return text
	}
	for _, p := range s.Patterns {
		if re, err := syntax.Parse(p.Str(), syntax.Perl); err == nil {
			text = Matching(re)
		}
	}
	if text == "" {
		text = "example"
	}
	if least, ok := number(s.MinLength); ok && float64(len(text)) < least && least < 1000 {
		text += strings.Repeat("e", int(least)-len(text))
	}
	if most, ok := number(s.MaxLength); ok && float64(len(text)) > most {
		text = text[:int(max(most, 0))]
	}
	return text
}

// Matching returns a text that a regular expression matches, most often.
func Matching(re *syntax.Regexp) string {
	var b strings.Builder
	spell(&b, re)
	return b.String()
}

// spell writes what Matching returns.
func spell(b *strings.Builder, re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		if len(re.Rune) > 0 {
			b.WriteRune(readable(re.Rune))
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('a')
	case syntax.OpConcat, syntax.OpCapture:
		for _, sub := range re.Sub {
			spell(b, sub)
		}
	case syntax.OpAlternate, syntax.OpPlus, syntax.OpQuest, syntax.OpStar:
		spell(b, re.Sub[0])
	case syntax.OpRepeat:
		for range min(max(1, re.Min), 100) {
			spell(b, re.Sub[0])
		}
	}
}

// readable is a character of a class that reads well.
func readable(ranges []rune) rune {
	for _, c := range "a1A-" {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= c && c <= ranges[i+1] {
				return c
			}
		}
	}
	return ranges[0]
}

// numeral is 1, or the number closest to it that s allows.
func (s *Schema) numeral() any {
	n := 1.0
	if s.Minimum != nil {
		if least, _ := number(s.Minimum.Value); n < least || n == least && s.Minimum.Exclusive {
			n = math.Ceil(least)
			if n == least && s.Minimum.Exclusive {
				n++
			}
		}
	}
	if s.Maximum != nil {
		if most, _ := number(s.Maximum.Value); n > most || n == most && s.Maximum.Exclusive {
			n = math.Floor(most)
			least, limited := 0.0, s.Minimum != nil
			if limited {
				least, _ = number(s.Minimum.Value)
			}
			switch {
			case limited && (n < least || n == least && s.Minimum.Exclusive) && s.Types&Number != 0: // a fraction
				n = (least + most) / 2
			case n == most && s.Maximum.Exclusive:
				n--
			}
		}
	}
	for _, m := range s.MultipleOf {
		if step := exact(m.Value); step != nil && step.Sign() > 0 {
			x := new(big.Rat).SetFloat64(n)
			if x == nil {
				break
			}
			times := new(big.Rat).Quo(x, step)
			up := new(big.Int).Add(times.Num(), new(big.Int).Sub(times.Denom(), big.NewInt(1)))
			up.Div(up, times.Denom())
			return json.Number(decimal(step.Mul(step, new(big.Rat).SetInt(up))))
		}
	}
	if r := new(big.Rat).SetFloat64(n); r != nil {
		return json.Number(decimal(r))
	}
	return json.Number("1")
}

// exact is the value of a number; nil for one with a large exponent, which as a
// fraction would fill the memory.
func exact(text string) *big.Rat {
	if i := strings.IndexAny(text, "eE"); i >= 0 {
		if exponent, err := strconv.Atoi(text[i+1:]); err != nil || exponent > 400 || exponent < -400 {
			return nil
		}
	}
	if r, ok := new(big.Rat).SetString(text); ok {
		return r
	}
	return nil
}

// decimal spells a number without an exponent.
func decimal(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	return strings.TrimRight(r.FloatString(12), "0")
}
