package infer

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/docwright/docwright/internal/draft/read"
)

// Schema is what is inferred about a value.
type Schema struct {
	Ref        string // of a component, instead of everything else
	Type       string
	Format     string
	Nullable   bool
	Enum       []string
	Extensible bool // Enum lists the values that were documented, not all
	Default    string
	Props      []Prop
	Required   []string
	Items      *Schema
	Map        *Schema
	Free       bool // any members
	OneOf      []*Schema
	Todo       string // a decision for a person
	Kind       string // of Todo
	Place      read.Place

	seen  []string        // the strings that samples show
	sure  bool            // the page says the type
	mixed bool            // samples show several types
	says  map[string]bool // members of which the page says whether they are required; true: optional
}

// Prop is a member of an object.
type Prop struct {
	Name   string
	Schema *Schema
}

// Prop returns the member of a name, nil without one.
func (s *Schema) Prop(name string) *Schema {
	if s == nil {
		return nil
	}
	for i := range s.Props {
		if s.Props[i].Name == name {
			return s.Props[i].Schema
		}
	}
	return nil
}

func (s *Schema) require(names ...string) {
	for _, n := range names {
		if s.Prop(n) != nil && !contains(s.Required, n) {
			s.Required = append(s.Required, n)
		}
	}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// node gathers all that samples and fields say about one pointer.
type node struct {
	kids    []string
	index   map[string]*node
	items   *node
	values  *node
	strings []string
	numbers []string
	bools   int
	nulls   int
	objects int
	arrays  int
	typed   []read.Type // of placeholders
	field   *read.Field
	place   read.Place
	cut     bool
}

func newNode() *node { return &node{index: map[string]*node{}} }

func (n *node) kid(name string) *node {
	if k := n.index[name]; k != nil {
		return k
	}
	k := newNode()
	n.index[name] = k
	n.kids = append(n.kids, name)
	return k
}

func (n *node) item() *node {
	if n.items == nil {
		n.items = newNode()
	}
	return n.items
}

// add adds a sample.
func (n *node) add(v *read.Value, file string, strict bool) {
	if n.place.Line == 0 {
		n.place = read.Place{File: file, Line: v.Line}
	}
	switch v.Kind {
	case read.Null:
		n.nulls++
	case read.Bool:
		n.bools++
	case read.Number:
		n.numbers = append(n.numbers, v.Text)
	case read.String:
		if t, ok := read.PlaceholderType(v.Text); ok && !(strict && v.Text == "string") {
			n.typed = append(n.typed, t)
		} else {
			n.strings = append(n.strings, v.Text)
		}
	case read.Array:
		n.arrays++
		n.cut = n.cut || v.Cut
		for _, item := range v.Items {
			n.item().add(item, file, strict)
		}
	case read.Object:
		n.objects++
		n.cut = n.cut || v.Cut
		for _, m := range v.Members {
			n.kid(m.Name).add(m.Value, file, strict)
		}
	}
}

// addField adds a documented member.
func (n *node) addField(f read.Field) {
	at := n
	for i, part := range f.Pointer {
		switch part {
		case "[]":
			at = at.item()
		case "{}":
			if at.values == nil {
				at.values = newNode()
			}
			at = at.values
		default:
			// A list whose members the page names without [].
			if at.arrays > 0 && at.objects == 0 && i > 0 || at.field != nil && at.field.Type.Name == "array" {
				at = at.item()
			}
			at = at.kid(part)
		}
	}
	if at.field == nil {
		g := f
		at.field = &g
	}
	if at.place.Line == 0 {
		at.place = f.Place
	}
}

var (
	uuidText  = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
	timeText  = regexp.MustCompile(`^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$`)
	dateText  = regexp.MustCompile(`^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$`)
	nearTime  = regexp.MustCompile(`^\d{4}-\d\d-\d\d[T ]\d\d:\d\d`)
	emailText = regexp.MustCompile(`^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$`)
	uriText   = regexp.MustCompile(`^[a-z][a-z0-9+.-]*://[^\s/$?#][^\s{}<>]*$`)
	ipv4Text  = regexp.MustCompile(`^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$`)
	ipv6Text  = regexp.MustCompile(`^(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}$|^(?:[0-9a-fA-F]{1,4}:)*[0-9a-fA-F]{0,4}::(?:[0-9a-fA-F]{1,4}:)*[0-9a-fA-F]{1,4}$`)
	hexID     = regexp.MustCompile(`^[0-9a-fA-F]{16,}$`)
	digitsID  = regexp.MustCompile(`^\d+$`)
)

// hiddenEmail is what a documentation host shows instead of an address.
const hiddenEmail = "[email protected]"

// HiddenEmail reports whether a text stands for an address that a host hides.
func HiddenEmail(s string) bool { return strings.ReplaceAll(s, "\u00a0", " ") == hiddenEmail }

// formatOf is the format that one string has, "" for none.
func formatOf(s string) string {
	switch {
	case uuidText.MatchString(s):
		return "uuid"
	case timeText.MatchString(s):
		return "date-time"
	case dateText.MatchString(s):
		return "date"
	case emailText.MatchString(s), HiddenEmail(s):
		return "email"
	case uriText.MatchString(s):
		return "uri"
	case ipv4Text.MatchString(s):
		return "ipv4"
	case ipv6Text.MatchString(s):
		return "ipv6"
	}
	return ""
}

// checked are the formats that values are checked against.
var checked = map[string]bool{"uuid": true, "date-time": true, "date": true, "email": true, "uri": true, "ipv4": true, "ipv6": true}

// allHave reports whether all strings have a format.
func allHave(all []string, format string) bool {
	for _, s := range all {
		if formatOf(s) != format {
			return false
		}
	}
	return true
}

// formatOfAll is the format that all strings have.
func formatOfAll(all []string) string {
	format := ""
	for i, s := range all {
		f := formatOf(s)
		if f == "" || i > 0 && f != format {
			return ""
		}
		format = f
	}
	return format
}

// inference turns nodes into schemas of one direction.
type inference struct {
	answer bool            // a response
	names  map[string]bool // of documented members and parameters
}

func (in inference) schema(n *node, name string) *Schema {
	s := &Schema{Place: n.place, seen: distinct(n.strings)}
	in.typeOf(n, s)
	if n.field != nil {
		in.documented(n, s, name)
	}
	switch s.Type {
	case "object", "":
		if s.Type == "object" || len(n.kids) > 0 {
			in.object(n, s)
		}
	case "array":
		if n.items != nil {
			s.Items = in.schema(n.items, singular(name))
		} else if s.Items == nil {
			s.Items = &Schema{Todo: "no item seen; what is in the list?", Kind: "unknown type", Place: n.place}
		}
	}
	s.Nullable = s.Nullable || n.nulls > 0
	return s
}

// typeOf infers the type from the samples.
func (in inference) typeOf(n *node, s *Schema) {
	kinds := 0
	set := func(seen bool, t string) {
		if seen {
			kinds++
			s.Type = t
		}
	}
	integer := len(n.numbers) > 0
	for _, text := range n.numbers {
		integer = integer && !strings.ContainsAny(text, ".eE")
	}
	set(len(n.numbers) > 0, map[bool]string{true: "integer", false: "number"}[integer])
	set(len(n.strings) > 0, "string")
	set(n.bools > 0, "boolean")
	set(n.objects > 0 || n.objects == 0 && n.arrays == 0 && len(n.kids) > 0 && n.items == nil || n.values != nil, "object")
	set(n.arrays > 0 || n.arrays == 0 && n.items != nil, "array")
	if kinds == 0 {
		for _, t := range n.typed {
			if t.Known() {
				fromType(t, s)
			}
		}
		if s.Type == "" && n.field == nil {
			what := "only null was seen; what is it?"
			if n.nulls == 0 {
				what = "the page does not show the type"
			}
			s.Todo, s.Kind = what, "unknown type"
		}
		return
	}
	if kinds > 1 {
		in.mixed(n, s)
		return
	}
	switch s.Type {
	case "string":
		s.Format = formatOfAll(n.strings)
		for _, t := range n.typed {
			if t.Name == "string" && t.Format != s.Format {
				s.Format = ""
			}
		}
		if s.Format == "" {
			for _, text := range n.strings {
				if nearTime.MatchString(text) && !timeText.MatchString(text) {
					s.Todo, s.Kind = "looks like a time but is not RFC 3339", "date-time not RFC 3339"
				}
			}
		}
	case "integer":
		for _, text := range n.numbers {
			if i, err := strconv.ParseInt(text, 10, 64); err != nil || i > 1<<31-1 || i < -1<<31 {
				s.Format = "int64"
			}
		}
	}
}

// mixed is a value that is seen with several types.
func (in inference) mixed(n *node, s *Schema) {
	s.Type, s.mixed = "", true
	var kinds []string
	one := func(seen bool, x *Schema) {
		if seen {
			kinds = append(kinds, x.Type)
			s.OneOf = append(s.OneOf, x)
		}
	}
	one(len(n.strings) > 0, &Schema{Type: "string"})
	one(len(n.numbers) > 0, &Schema{Type: "number"})
	one(n.bools > 0, &Schema{Type: "boolean"})
	if n.objects > 0 || n.arrays > 0 {
		s.OneOf = nil
	}
	s.Todo, s.Kind = "seen with several types", "unknown type"
	if len(kinds) > 1 {
		s.Todo = "seen as " + strings.Join(kinds, " and ")
	}
}

func fromType(t read.Type, s *Schema) {
	s.Nullable = s.Nullable || t.Nullable
	if len(t.OneOf) > 0 {
		s.OneOf = nil
		for _, one := range t.OneOf {
			x := &Schema{}
			fromType(one, x)
			s.OneOf = append(s.OneOf, x)
		}
		s.Type, s.Format = "", ""
		return
	}
	s.Type = t.Name
	if t.Format != "" {
		s.Format = t.Format
	}
	if t.Free {
		s.Free = true
	}
	if t.Items != nil && t.Name != "" {
		inner := &Schema{}
		fromType(*t.Items, inner)
		if t.Map {
			s.Map = inner
			if inner.Type == "" {
				s.Map, s.Free = nil, true
			}
		} else {
			s.Items = inner
		}
	}
}

// documented applies what a table or element says; it outranks samples.
func (in inference) documented(n *node, s *Schema, name string) {
	f := n.field
	s.Nullable = s.Nullable || f.Nullable
	sampled := *s
	if f.Type.Known() && (f.Rank > read.FromSample || s.Type == "") {
		s.Type, s.Format, s.OneOf, s.Todo, s.Kind = "", "", nil, "", ""
		fromType(f.Type, s)
		s.sure = f.Rank >= read.FromTable
		in.reconcile(n, s, &sampled, name)
	}
	values := f.Values
	if len(values) > 0 && !in.likeNames(values) {
		target := s
		if s.Type == "array" {
			if s.Items == nil {
				s.Items = &Schema{Type: "string"}
			}
			target = s.Items
		}
		if target.Type == "" && len(target.OneOf) == 0 {
			target.Type = "string"
		}
		if valuesFit(target.Type, values) {
			target.Enum, target.Extensible = values, in.answer
			target.Format = ""
			for _, seen := range n.strings {
				if !contains(values, seen) && !HiddenEmail(seen) {
					// The page's own sample is a further value.
					target.Enum = append(target.Enum[:len(target.Enum):len(target.Enum)], seen)
					target.Todo, target.Kind = fmt.Sprintf("the page lists %s and shows %q", strings.Join(values, ", "), seen), "page contradicts itself"
				}
			}
		}
	}
	if f.Default != "" && fitsType(s.Type, f.Default) && (len(s.Enum) == 0 || contains(s.Enum, f.Default)) && s.Format == "" {
		s.Default = f.Default
	}
	if s.Type == "" && len(s.OneOf) == 0 && s.Todo == "" {
		s.Todo, s.Kind = "the page does not say the type", "unknown type"
	}
}

// likeNames reports whether listed values are names of other members.
func (in inference) likeNames(values []string) bool {
	for _, v := range values {
		if !in.names[v] {
			return false
		}
	}
	return true
}

func valuesFit(t string, values []string) bool {
	for _, v := range values {
		if !fitsType(t, v) {
			return false
		}
	}
	return t == "string" || t == "integer" || t == "number"
}

func fitsType(t, v string) bool {
	switch t {
	case "integer":
		_, err := strconv.ParseInt(v, 10, 64)
		return err == nil
	case "number":
		_, err := strconv.ParseFloat(v, 64)
		return err == nil
	case "boolean":
		return v == "true" || v == "false"
	case "string":
		return true
	}
	return false
}

// reconcile keeps what samples add to a documented type, and notes what
// contradicts it.
func (in inference) reconcile(n *node, s, sampled *Schema, name string) {
	f := n.field
	switch {
	case s.Type == "string" && sampled.Type == "string" && s.Format == "":
		s.Format = sampled.Format
		s.Todo, s.Kind = sampled.Todo, sampled.Kind
	case s.Type == "string" && sampled.Type == "string" && checked[s.Format] && len(n.strings) > 0 && !allHave(n.strings, s.Format):
		s.Todo, s.Kind = fmt.Sprintf("the page says %s and shows %q", s.Format, n.strings[0]), "page contradicts itself"
		if s.Format == "date-time" && sampled.Todo != "" {
			s.Kind = "date-time not RFC 3339"
		}
		s.Format = sampled.Format
	case s.Type == "number" && f.Rank == read.FromTable && f.Type.Format == "" && (sampled.Type == "integer" || sampled.Type == "" && read.CountName(name)):
		s.Type, s.Format = "integer", sampled.Format // tables say number for both
	case s.Type == "integer" && sampled.Type == "integer":
		s.Format = first(s.Format, sampled.Format)
	case s.Type == "integer" && sampled.Type == "number":
		s.Type = "number"
		s.Todo, s.Kind = "the page says integer and shows "+n.numbers[0], "page contradicts itself"
	case s.Type == "array" && sampled.Type == "object" && n.items == nil && n.objects > 0:
		s.Type, s.Items = "object", nil
		s.Todo, s.Kind = "the page says array and shows an object", "page contradicts itself"
	case s.Type == "object" && sampled.Type == "array":
		s.Type = "array"
		s.Todo, s.Kind = "the page says object and shows a list", "page contradicts itself"
	case s.Type != "" && sampled.Type != "" && s.Type != sampled.Type && !(s.Type == "number" && sampled.Type == "integer"):
		s.Todo, s.Kind = fmt.Sprintf("the page says %s and shows %s", s.Type, sampled.Type), "page contradicts itself"
	}
	if s.Type == "array" && s.Items != nil && n.items != nil {
		if n.items.field == nil {
			n.items.field = &read.Field{Rank: f.Rank, Place: f.Place}
			if f.Type.Items != nil {
				n.items.field.Type = *f.Type.Items
			}
		}
		s.Items = nil
	} else if s.Type == "array" && s.Items != nil && s.Items.Type == "number" && f.Rank == read.FromTable && read.CountName(singular(name)) {
		s.Items.Type = "integer"
	}
}

// object infers the members of an object.
func (in inference) object(n *node, s *Schema) {
	if s.Free && s.Map == nil || n.field != nil && n.field.Type.Free {
		return
	}
	if n.values != nil {
		s.Map = in.schema(n.values, "value")
		if len(n.kids) == 0 || n.objects > 0 {
			for _, k := range n.kids {
				merge(n.values, n.index[k])
			}
			s.Map = in.schema(n.values, "value")
			return
		}
	}
	if in.mapLike(n, s) {
		return
	}
	for _, k := range n.kids {
		child := n.index[k]
		s.Props = append(s.Props, Prop{k, in.schema(child, k)})
		if child.field != nil && child.field.Required != read.Unknown && !in.answer {
			if s.says == nil {
				s.says = map[string]bool{}
			}
			s.says[k] = child.field.Required == read.No
			if child.field.Required == read.Yes {
				s.Required = append(s.Required, k)
			}
		}
	}
	if len(s.Props) == 0 && s.Map == nil && s.Type == "object" && s.Todo == "" {
		s.Todo, s.Kind = "no member seen", "unknown type"
		if n.objects == 0 && n.field != nil {
			s.Todo, s.Kind = "", ""
			s.Free = true
		}
	}
	if len(s.Props) > 0 {
		s.Type = "object"
	}
}

// mapLike reads an object whose names are all ids as a map.
func (in inference) mapLike(n *node, s *Schema) bool {
	if len(n.kids) == 0 {
		return false
	}
	for _, k := range n.kids {
		if !idLike(k) && !placeholderKey(k) && !(len(n.kids) > 1 && numbered.MatchString(k)) {
			return false
		}
		if n.index[k].field != nil && n.index[k].field.Rank >= read.FromTable && !placeholderKey(k) {
			return false
		}
	}
	all := newNode()
	for _, k := range n.kids {
		merge(all, n.index[k])
	}
	s.Map = in.schema(all, "value")
	if len(n.kids) <= 2 && !placeholderKey(n.kids[0]) {
		s.Todo, s.Kind = "its names look like ids; a map or an object?", "map or object"
	}
	return true
}

// numbered is a name such as user-123; line_1 is a member.
var numbered = regexp.MustCompile(`^[a-z]+-\d{3,}$`)

func placeholderKey(k string) bool {
	return len(k) > 2 && (k[0] == '<' && k[len(k)-1] == '>' || k[0] == '{' && k[len(k)-1] == '}') || k == "property1" || k == "additionalProp1" || k == "additionalProp2" || k == "additionalProp3" || k == "property2"
}

// idLike reports whether a name or path segment is an id by its form.
func idLike(s string) bool {
	return uuidText.MatchString(s) || digitsID.MatchString(s) || hexID.MatchString(s) || prefixedID(s)
}

var prefixed = regexp.MustCompile(`^[a-z]{2,12}[-_]([A-Za-z0-9]{8,})$`)

func prefixedID(s string) bool {
	g := prefixed.FindStringSubmatch(s)
	return g != nil && strings.ContainsAny(g[1], "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
}

// merge adds what was seen at one node to another.
func merge(a, b *node) {
	a.strings = append(a.strings, b.strings...)
	a.numbers = append(a.numbers, b.numbers...)
	a.typed = append(a.typed, b.typed...)
	a.bools, a.nulls, a.objects, a.arrays = a.bools+b.bools, a.nulls+b.nulls, a.objects+b.objects, a.arrays+b.arrays
	if a.field == nil {
		a.field = b.field
	}
	if a.place.Line == 0 {
		a.place = b.place
	}
	for _, k := range b.kids {
		merge(a.kid(k), b.index[k])
	}
	if b.items != nil {
		merge(a.item(), b.items)
	}
}

// singular of an English plural, as far as names need it.
func singular(s string) string {
	lower := strings.ToLower(s)
	switch {
	case lower == "people":
		return s[:1] + "erson"
	case strings.HasSuffix(lower, "ies") && len(s) > 4:
		return s[:len(s)-3] + "y"
	case strings.HasSuffix(lower, "sses"), strings.HasSuffix(lower, "xes"), strings.HasSuffix(lower, "ches"), strings.HasSuffix(lower, "shes"):
		return s[:len(s)-2]
	case strings.HasSuffix(lower, "ss"), strings.HasSuffix(lower, "us"), strings.HasSuffix(lower, "is"), len(s) < 3:
		return s
	case strings.HasSuffix(lower, "s"):
		return s[:len(s)-1]
	}
	return s
}

func distinct(list []string) []string {
	var out []string
	for _, s := range list {
		if !contains(out, s) && len(out) < 50 {
			out = append(out, s)
		}
	}
	return out
}

// Sure reports whether the type is more than a guess from samples.
func (s *Schema) Sure() bool { return s.sure }

// Says reports whether the page says whether a member is required.
func (s *Schema) Says(name string) bool { _, ok := s.says[name]; return ok }

// Optional reports whether the page says that a member is optional.
func (s *Schema) Optional(name string) bool { return s.says[name] }
