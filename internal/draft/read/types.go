package read

import (
	"regexp"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

func textOf(v *Value) string {
	if v == nil {
		return ""
	}
	return v.Text
}

func itemsOf(v *Value) []*Value {
	if v == nil {
		return nil
	}
	return v.Items
}

func intOf(v *Value) int {
	n, _ := strconv.Atoi(textOf(v))
	return n
}

var (
	arrayOf     = regexp.MustCompile(`^(?:an? )?(?:array|list|sequence|set|collection)s?\s*(?:of|<|\[|\()\s*(.+?)[>\])]?$`)
	mapOf       = regexp.MustCompile(`^(?:map|dictionary|dict|hash|record)\b\s*(?:\[[^\]]*\]|<[^,>]*,|of)?\s*(.*?)>?$`)
	formatIn    = regexp.MustCompile(`^([a-z]+)\s*[<(]\s*([a-z0-9_-]+)\s*[>)]`)
	literal     = regexp.MustCompile(`^['"\x60][^'"\x60]*['"\x60]$`)
	typeModifer = regexp.MustCompile(`\b(?:required|optional|nullable|or null|read-?only|write-?only|deprecated|query|path|header|body|in)\b`)
)

// words are the types of pages, in lower case.
var words = map[string]Type{
	"string": {Name: "string"}, "str": {Name: "string"}, "text": {Name: "string"}, "varchar": {Name: "string"}, "char": {Name: "string"}, "strings": {Name: "string"},
	"integer": {Name: "integer"}, "int": {Name: "integer"}, "int32": {Name: "integer"}, "int64": {Name: "integer", Format: "int64"}, "long": {Name: "integer", Format: "int64"}, "integers": {Name: "integer"}, "uint64": {Name: "integer"}, "uint": {Name: "integer"}, "bigint": {Name: "integer", Format: "int64"}, "whole number": {Name: "integer"}, "short": {Name: "integer"}, "ints": {Name: "integer"},
	"number": {Name: "number"}, "float": {Name: "number"}, "double": {Name: "number"}, "decimal": {Name: "number"}, "numeric": {Name: "number"}, "numbers": {Name: "number"}, "float64": {Name: "number"}, "float32": {Name: "number"}, "real": {Name: "number"},
	"boolean": {Name: "boolean"}, "bool": {Name: "boolean"}, "booleans": {Name: "boolean"}, "true/false": {Name: "boolean"}, "true|false": {Name: "boolean"},
	"object": {Name: "object"}, "json": {Name: "object", Free: true}, "objects": {Name: "object"}, "hash": {Name: "object", Free: true}, "dict": {Name: "object", Free: true}, "dictionary": {Name: "object", Free: true}, "map": {Name: "object", Free: true}, "json object": {Name: "object", Free: true}, "struct": {Name: "object"}, "record": {Name: "object"}, "dictionaries": {Name: "object", Free: true}, "hashes": {Name: "object", Free: true}, "key-value": {Name: "object", Free: true}, "key/value": {Name: "object", Free: true},
	"array": {Name: "array"}, "list": {Name: "array"}, "arrays": {Name: "array"}, "json array": {Name: "array"},
	"uuid": {Name: "string", Format: "uuid"}, "guid": {Name: "string", Format: "uuid"}, "uuids": {Name: "string", Format: "uuid"},
	"date": {Name: "string", Format: "date"}, "datetime": {Name: "string", Format: "date-time"}, "date-time": {Name: "string", Format: "date-time"}, "iso8601 timestamp": {Name: "string", Format: "date-time"}, "iso 8601 timestamp": {Name: "string", Format: "date-time"}, "iso8601": {Name: "string", Format: "date-time"}, "rfc3339": {Name: "string", Format: "date-time"}, "iso 8601": {Name: "string", Format: "date-time"}, "iso datetime": {Name: "string", Format: "date-time"}, "iso 8601 datetime": {Name: "string", Format: "date-time"}, "date time": {Name: "string", Format: "date-time"},
	"timestamp": {}, "unix timestamp": {Name: "integer"}, "unix_timestamp": {Name: "number"}, "unix time": {Name: "integer"}, "epoch": {Name: "integer"}, "unix epoch": {Name: "integer"},
	"email": {Name: "string", Format: "email"}, "url": {Name: "string", Format: "uri"}, "uri": {Name: "string", Format: "uri"},
	"ipv4": {Name: "string", Format: "ipv4"}, "ipv6": {Name: "string", Format: "ipv6"}, "ip": {Name: "string"},
	"file": {Name: "string", Format: "binary"}, "binary": {Name: "string", Format: "binary"}, "image": {Name: "string", Format: "binary"}, "base64": {Name: "string", Format: "byte"},
	"snowflake": {Name: "string", Format: "snowflake"}, "snowflakes": {Name: "string", Format: "snowflake"}, "id": {Name: ""}, "slug": {Name: "string"}, "enum": {Name: "string", Listed: true}, "enumeration": {Name: "string", Listed: true}, "password": {Name: "string"}, "color": {Name: "string"}, "locale": {Name: "string"}, "image data": {Name: "string"}, "cursor": {Name: "string"}, "token": {Name: "string"}, "regex": {Name: "string"}, "duration": {Name: "string"}, "time": {Name: "string"}, "country code": {Name: "string"}, "objectid": {Name: "string"},
}

// ParseType reads the text of a type as pages write it. Values are those of a
// union of literals. It returns no type for text that names none.
func ParseType(s string) (t Type, values []string) {
	if literals := literalUnion(s); literals != nil {
		return literalType(literals), literals
	}
	s = strings.ToLower(bare(s))
	s = strings.TrimSpace(strings.Trim(s, ".,;:*"))
	if s == "" || len(s) > 120 {
		return Type{}, nil
	}
	if t, ok := words[s]; ok {
		return t, nil
	}
	nullable := false
	if strings.HasPrefix(s, "?") || strings.Contains(s, "nullable") || strings.Contains(s, "or null") {
		nullable = true
		s = strings.TrimPrefix(s, "?")
	}
	s = strings.TrimSpace(strings.Trim(typeModifer.ReplaceAllString(s, " "), " .,;:*?"))
	if !strings.HasSuffix(s, ")") || !formatIn.MatchString(s) {
		s = strings.TrimSpace(strings.Trim(s, " .,;:*?()"))
	}
	if t, ok := words[s]; ok {
		t.Nullable = nullable
		return t, nil
	}
	if parts := splitUnion(s); len(parts) > 1 {
		t := unionOf(parts)
		t.Nullable = t.Nullable || nullable
		return t, nil
	}
	t = structured(s)
	t.Nullable = t.Nullable || nullable
	return t, nil
}

// structured reads arrays, maps, formats and the first word.
func structured(s string) Type {
	for _, form := range []struct{ prefix, suffix string }{{"[]", ""}, {"", "[]"}, {"", " array"}, {"", " list"}} {
		if form.prefix != "" && strings.HasPrefix(s, form.prefix) || form.suffix != "" && strings.HasSuffix(s, form.suffix) {
			inner, _ := ParseType(strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(s, form.prefix), form.suffix)))
			return Type{Name: "array", Items: &inner}
		}
	}
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") && len(s) > 2 {
		inner, _ := ParseType(s[1 : len(s)-1])
		return Type{Name: "array", Items: &inner}
	}
	if g := arrayOf.FindStringSubmatch(s); g != nil {
		inner, _ := ParseType(g[1])
		if !inner.Known() && strings.HasSuffix(g[1], "s") {
			inner, _ = ParseType(strings.TrimSuffix(g[1], "s"))
		}
		return Type{Name: "array", Items: &inner}
	}
	if g := formatIn.FindStringSubmatch(s); g != nil {
		if g[1] == "enum" {
			t, _ := ParseType(g[2])
			return t
		}
		if t, ok := words[g[1]]; ok {
			if known, ok := words[g[2]]; ok && known.Name == t.Name && known.Format != "" {
				return known
			}
			if g[2] == "binary" || g[2] == "byte" || g[2] == "uri" {
				t.Format = g[2]
			}
			return t
		}
	}
	if g := mapOf.FindStringSubmatch(s); g != nil {
		t := Type{Name: "object"}
		if inner, _ := ParseType(g[1]); inner.Known() {
			t.Map, t.Items = true, &inner
		}
		return t
	}
	if strings.HasSuffix(s, " object") || strings.HasSuffix(s, " objects") || strings.HasPrefix(s, "object ") || strings.HasPrefix(s, "object(") {
		return Type{Name: "object"}
	}
	first, rest, _ := strings.Cut(s, " ")
	first = strings.Trim(first, ",.;:()")
	if t, ok := words[first]; ok && first != "id" && first != "list" && first != "time" && first != "date" && first != "file" && first != "set" && len(rest) < 60 {
		return t
	}
	return Type{}
}

func splitUnion(s string) []string {
	if depth := strings.ContainsAny(s, "<(["); depth && !strings.Contains(s, "|") {
		return nil
	}
	for _, sep := range []string{"|", " or ", "/"} {
		if parts := strings.Split(s, sep); len(parts) > 1 {
			for i := range parts {
				parts[i] = strings.TrimSpace(parts[i])
			}
			return parts
		}
	}
	return nil
}

// unionOf is the type of "string | null" or "integer or string".
func unionOf(parts []string) Type {
	var t Type
	for _, p := range parts {
		if p == "null" || p == "nil" || p == "none" {
			t.Nullable = true
			continue
		}
		one, _ := ParseType(strings.Trim(p, "<>"))
		if !one.Known() {
			if unix := strings.Contains(p, "rfc3339") || strings.Contains(p, "iso"); unix {
				one = words["datetime"]
			}
		}
		if one.Known() {
			t.OneOf = append(t.OneOf, one)
		}
	}
	if len(t.OneOf) == 1 {
		one := t.OneOf[0]
		one.Nullable = t.Nullable
		return one
	}
	same := len(t.OneOf) > 0
	for _, one := range t.OneOf {
		same = same && one.Name == t.OneOf[0].Name && one.Items == nil
	}
	if same {
		return Type{Name: t.OneOf[0].Name, Nullable: t.Nullable}
	}
	return t
}

// literalUnion returns the values of 'a' | 'b', nil for anything else.
func literalUnion(s string) []string {
	parts := strings.Split(strings.TrimSpace(s), "|")
	if len(parts) < 2 {
		return nil
	}
	var values []string
	for _, p := range parts {
		p = strings.TrimSpace(p)
		if p == "null" {
			continue
		}
		if !literal.MatchString(p) && !number(orZero(p)) {
			return nil
		}
		values = append(values, strings.Trim(p, "'\"`"))
	}
	for _, v := range values {
		if _, ok := words[strings.ToLower(v)]; ok {
			return nil // `string` | `number`
		}
	}
	return values
}

func orZero(s string) string {
	if s == "" {
		return "x"
	}
	return s
}

func literalType(values []string) Type {
	for _, v := range values {
		if v == "" || !number(v) {
			return Type{Name: "string"}
		}
	}
	return Type{Name: "integer"}
}

var (
	strongLead  = regexp.MustCompile(`(?i)\b(?:one of(?: the following)?(?: values)?|possible (?:values|options)(?: are)?|available (?:options|values)(?: are)?|allowed values(?: are)?|valid (?:values|options)(?: are)?|accepted values(?: are)?|supported values(?: are)?|options(?: are)?|enum|choices|values)\s*:\s*(.*)$`)
	upperList   = regexp.MustCompile(`(?i:\b(?:one of|either))\s+([A-Z][A-Z0-9_]*(?:(?:,\s*(?:or\s+)?|\s+or\s+)[A-Z][A-Z0-9_]*)+)(?:[.;,]|$|\s)`)
	spokenLead  = regexp.MustCompile(`(?i)\b(?:possible|available|allowed|valid|accepted|supported) (?:values|options) (?:are|include)\s+(.*)$`)
	pipedWords  = regexp.MustCompile(`^[\w.:-]+(?:\s*\|\s*[\w.:-]+){1,40}$`)
	typeIs      = regexp.MustCompile("(?i)\\b(?:must be|should be|always|set to)\\s*:?\\s*(?:the string )?[`\"']([\\w-]+)[`\"']")
	dateWords   = regexp.MustCompile(`\b(?:YYYY|yyyy)-(?:MM|mm)-(?:DD|dd)\b`)
	dateTime    = regexp.MustCompile(`\b(?:YYYY|yyyy)-(?:MM|mm)-(?:DD|dd)['\s]*(?:T|[HhMm]{2})`)
	marked      = regexp.MustCompile("^\\s*(?:`([^`]+)`|\"([^\"]+)\"|'([^']+)'|“([^”]+)”)\\s*(?:\\((?:default|Default)\\))?")
	glue        = regexp.MustCompile(`^\s*(?:,\s*or\s+|,\s*and\s+|,|\||/|or\s+|and\s+)\s*`)
	plainValue  = regexp.MustCompile(`^\s*([A-Za-z0-9_][\w.:-]*)`)
	forMeaning  = regexp.MustCompile("`([^`]+)`\\s*(?:for|=|:|-|–|means)\\s")
	defaultText = regexp.MustCompile("(?i)(?:\\bdefaults? (?:is|to|value is|value:)|\\bdefault(?: value)?\\s*[:=]|\\(default\\b:?|\\bdefault|\\bby default,?)\\s*(?:([`'\"])([\\w.+-]+)[`'\"]|([\\w.+-]*\\w)(\\s+\\w)?)")
)

// listedValues returns the values that a description lists, nil if it lists
// none. A single value is not a list.
func listedValues(text string) []string {
	text = strings.ReplaceAll(text, "\n", " ")
	if len(text) > 4000 {
		text = text[:4000]
	}
	var best []string
	for i := 0; i < len(text); i++ {
		if c := text[i]; c != '`' && c != '"' && c != '\'' && c != 0xe2 {
			continue
		}
		if i > 0 && wordByte(text[i-1]) {
			continue
		}
		values, used := markedList(text[i:])
		if len(values) >= 2 && ledBy(text[:i], len(values)) {
			if len(values) > len(best) {
				best = values
			}
		}
		if used > 0 {
			i += used - 1
		}
	}
	if best != nil {
		return best
	}
	if g := strongLead.FindStringSubmatch(text); g != nil {
		return plainList(g[1])
	}
	if g := spokenLead.FindStringSubmatch(text); g != nil {
		if values := plainList(g[1]); len(values) > 2 { // "valid values are short and unique" lists none
			return values
		}
		return nil
	}
	if g := upperList.FindStringSubmatch(text); g != nil {
		return plainList(g[1])
	}
	if trimmed := strings.TrimSpace(text); pipedWords.MatchString(trimmed) {
		return plainList(trimmed)
	}
	if all := forMeaning.FindAllStringSubmatch(text, -1); len(all) >= 2 {
		for _, g := range all {
			best = append(best, g[1])
		}
		return unique(best)
	}
	return nil
}

// markedList reads `a`, `b` or `c`.
func markedList(s string) (values []string, used int) {
	for {
		g := marked.FindStringSubmatch(s[used:])
		if g == nil {
			return unique(values), used
		}
		v := g[1] + g[2] + g[3] + g[4]
		if strings.ContainsAny(v, " {}()/?&=") || len(v) > 60 {
			return unique(values), used
		}
		values = append(values, v)
		used += len(g[0])
		sep := glue.FindString(s[used:])
		if sep == "" {
			return unique(values), used
		}
		if marked.FindString(s[used+len(sep):]) == "" {
			return unique(values), used
		}
		used += len(sep)
	}
}

var (
	leadWords = regexp.MustCompile(`(?i)(?:one of|any of|anyof|either|values?|options?|options include|allowed|enum|can be|must be|may be|should be|choices|include|includes|are|is|set to|to|[:(=]|-|–)\s*(?:the following)?\s*[:(]?\s*$`)
	notValues = regexp.MustCompile(`(?i)(?:e\.g\.?|example|examples|such as|like|instead of|together with|requires?|using|for|see|with)\s*[:,(]?\s*$`)
)

// ledBy reports whether the words before a list of marked words say that it
// lists the values.
func ledBy(before string, n int) bool {
	if notValues.MatchString(before) {
		return false
	}
	return leadWords.MatchString(before) || strings.TrimSpace(before) == "" && n >= 2
}

// plainList reads unmarked values up to the end of the sentence.
func plainList(s string) []string {
	if end := strings.Index(s, ". "); end >= 0 {
		s = s[:end]
	}
	s = strings.TrimRight(strings.TrimSpace(s), ".")
	var values []string
	for {
		g := plainValue.FindStringSubmatch(s)
		if g == nil {
			if m := marked.FindStringSubmatch(s); m != nil {
				g = []string{m[0], m[1] + m[2] + m[3] + m[4]}
			} else {
				break
			}
		}
		values = append(values, strings.TrimRight(g[1], ".:"))
		s = s[len(g[0]):]
		s = strings.TrimPrefix(s, " (default)")
		sep := glue.FindString(s)
		if sep == "" {
			break
		}
		s = s[len(sep):]
	}
	if strings.TrimSpace(s) != "" && !strings.HasPrefix(strings.TrimSpace(s), "(") || len(values) < 2 {
		return nil
	}
	return unique(values)
}

func unique(values []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	return out
}

var (
	saysNullable = regexp.MustCompile(`(?i)\b(?:nullable|may be null|can be null|or null|null if|null when|set to null)\b`)
	saysRequired = regexp.MustCompile(`(?i)^\W*(?:required|\(required\)|mandatory)\b|[(\[]required[)\]]|\brequired\.\s*$|\bis required\.?$|^\W*<required>`)
	saysOptional = regexp.MustCompile(`(?i)^\W*(?:optional|\(optional\))\b|[(\[]optional[)\]]|\boptional\.(?:\s|$)|\bis optional\b`)
)

// requiredWord reads the cell of a column of required.
func requiredWord(s string) Tri {
	w := strings.ToLower(strings.Trim(bare(s), " .<>()*"))
	switch w {
	case "yes", "y", "true", "required", "✓", "✔", "✅", "x", "☑", "always", "mandatory", "1", "🗸", "☑️", "✔️", "m", "r":
		return Yes
	case "no", "n", "false", "optional", "✗", "-", "–", "—", "❌", "0", "not required", "✖", "o":
		return No
	}
	switch {
	case strings.HasPrefix(w, "yes") && !strings.Contains(w, "if"):
		return Yes
	case strings.HasPrefix(w, "no"), strings.HasPrefix(w, "optional"), strings.HasPrefix(w, "conditional"), strings.Contains(w, " for "), strings.Contains(w, " if "), strings.Contains(w, "either"):
		return No
	case strings.HasPrefix(w, "required"):
		return Yes
	}
	return Unknown
}

// requiredText reads a sentence.
func requiredText(s string) Tri {
	switch {
	case saysOptional.MatchString(s):
		return No
	case saysRequired.MatchString(s):
		return Yes
	}
	return Unknown
}

func defaultOf(s string) string {
	for _, g := range defaultText.FindAllStringSubmatch(s, 4) {
		lead := strings.ToLower(g[0])
		switch _, other := words[strings.ToLower(g[3])]; {
		case g[1] != "":
			return g[2]
		case strings.HasPrefix(lead, "by default"), strings.HasPrefix(lead, "default "+strings.ToLower(g[3])):
		case number(orZero(g[3])), g[3] == "true", g[3] == "false":
			return g[3]
		case g[4] == "" && !other: // "defaults to the account's" says no value
			return g[3]
		}
	}
	return ""
}

var countWords = regexp.MustCompile(`(?i)(?:^|[_-])(?:ids?|page|per_page|limit|offset|count|size|index|position|version|number|year|month|day|port|quantity)$|[a-z]Ids?$`)

// CountName reports whether a name speaks of whole numbers.
func CountName(name string) bool { return countWords.MatchString(name) }
