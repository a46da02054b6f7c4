package load

import (
	"strings"
	"testing"
)

// bookstore is RFC 9535's example.
const bookstore = `{"store": {"book": [
 {"category": "reference", "author": "Nigel Rees", "title": "Sayings of the Century", "price": 8.95},
 {"category": "fiction", "author": "Evelyn Waugh", "title": "Sword of Honour", "price": 12.99},
 {"category": "fiction", "author": "Herman Melville", "title": "Moby Dick", "isbn": "0-553-21311-3", "price": 8.99},
 {"category": "fiction", "author": "J. R. R. Tolkien", "title": "The Lord of the Rings", "isbn": "0-395-19395-8", "price": 22.99}],
 "bicycle": {"color": "red", "price": 399}},
 "x-flag": true, "nothing": null, "limit": 10, "it's": "\"", "names": ["a", "b", "c", "d", "e"]}`

func TestJSONPath(t *testing.T) {
	root := parseFor(t, bookstore)
	tests := []struct{ path, want string }{
		{"$", "#"},
		{"$.store.book[*].author", "#/store/book/0/author #/store/book/1/author #/store/book/2/author #/store/book/3/author"},
		{"$..author", "#/store/book/0/author #/store/book/1/author #/store/book/2/author #/store/book/3/author"},
		{"$.store.*", "#/store/book #/store/bicycle"},
		{"$.store..price", "#/store/book/0/price #/store/book/1/price #/store/book/2/price #/store/book/3/price #/store/bicycle/price"},
		{"$..book[2]", "#/store/book/2"},
		{"$..book[-1]", "#/store/book/3"},
		{"$..book[9]", ""},
		{"$..book[0,1].title", "#/store/book/0/title #/store/book/1/title"},
		{"$..book[:2].title", "#/store/book/0/title #/store/book/1/title"},
		{"$..book[?@.isbn].title", "#/store/book/2/title #/store/book/3/title"},
		{"$..book[?(@.price<10)].title", "#/store/book/0/title #/store/book/2/title"},
		{"$.store.book[?@.price < $.limit && !@.isbn].title", "#/store/book/0/title"},
		{"$.store.book[?@.price>=12.99 || @.category=='reference'].price", "#/store/book/0/price #/store/book/1/price #/store/book/3/price"},
		{"$.store.book[?!(@.category == \"fiction\")].title", "#/store/book/0/title"},
		{"$.store.book[?@.author != 'Nigel Rees' && @.title <= 'N'].title", "#/store/book/2/title"},
		{"$.store.book[?@.nope == @.nada].title", "#/store/book/0/title #/store/book/1/title #/store/book/2/title #/store/book/3/title"},
		{"$.store.book[?length(@.title) == 9].title", "#/store/book/2/title"},
		{"$.store.book[? length( @.title ) == 9 ].title", "#/store/book/2/title"},
		{"$.store[?count(@.*) == 2]", "#/store/bicycle"},
		{"$.store.book[?value(@..isbn) == '0-553-21311-3'].title", "#/store/book/2/title"},
		{"$.store.book[?match(@.author, 'J.*n')].title", "#/store/book/3/title"},
		{"$.store.book[?search(@.author, 'el')].title", "#/store/book/0/title #/store/book/1/title #/store/book/2/title"},
		{"$.store.book[?match(@.author, '(')].title", ""},
		{"$[?@ == null]", "#/nothing"},
		{"$[?@ == true]", "#/x-flag"},
		{"$[?@ == 1e1]", "#/limit"},
		{"$.x-flag", "#/x-flag"},
		{"$['it\\'s']", "#/it's"},
		{"$[?@ == '\\u0022']", "#/it's"},
		{`$["store"]['bicycle']`, "#/store/bicycle"},
		{"$.names[1:4:2]", "#/names/1 #/names/3"},
		{"$.names[::-2]", "#/names/4 #/names/2 #/names/0"},
		{"$.names[-2:]", "#/names/3 #/names/4"},
		{"$.names[3:0:-1]", "#/names/3 #/names/2 #/names/1"},
		{"$.names[::0]", ""},
		{"$.names[0, 0]", "#/names/0"},
		{"$ .store [ 'bicycle' ] .color", "#/store/bicycle/color"},
	}
	for _, tt := range tests {
		query, err := parsePath(tt.path)
		if err != nil {
			t.Errorf("%s: %v", tt.path, err)
			continue
		}
		var got []string
		for _, n := range (&pathEval{root: root}).query(query, root) {
			got = append(got, n.Pointer())
		}
		if got := strings.Join(got, " "); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.path, got, tt.want)
		}
	}
}

func TestJSONPathErrors(t *testing.T) {
	for path, want := range map[string]string{
		"":                                `"$" is missing at character 1`,
		"store":                           `"$" is missing at character 1`,
		"$.":                              `a name is missing after the dot at character 3`,
		"$.store x":                       `unexpected "x" at character 9`,
		"$[":                              `a selector is missing at character 3`,
		"$['a'":                           `"]" is missing at character 6`,
		"$['a":                            `a closing quote is missing at character 5`,
		`$['\x']`:                         `malformed escape sequence at character 5`,
		"$[?]":                            `a value is missing at character 4`,
		"$[?1]":                           `a comparison is missing at character 5`,
		"$[?@.a ==]":                      `a value is missing at character 10`,
		"$[?(@.a]":                        `")" is missing at character 8`,
		"$[?count(1) == 1]":               `a path (@ or $) is missing at character 10`,
		"$[99999999999999999999]":         `a number is out of range at character 3`,
		"$[9007199254740993]":             `a number is out of range at character 3`,
		"$[?" + strings.Repeat("(", 1000): `the filter nests too deep at character 104`,
	} {
		if _, err := parsePath(path); err == nil || err.Error() != want {
			t.Errorf("%s\ngot  %v\nwant %s", path, err, want)
		}
	}
}

func parseFor(t testing.TB, text string) *Node {
	t.Helper()
	root, err := parseJSON(text, &SourceFile{Name: "x.json"}, Limits{}.withDefaults(), &report{})
	if err != nil {
		t.Fatal(err.msg)
	}
	return root
}
