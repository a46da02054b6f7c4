package codec

import "testing"

// TestReadOnly: what requests hold of a schema keeps all members that it does not
// name, but for those that its tag calls read-only.
func TestReadOnly(t *testing.T) {
	type item struct {
		Name         string   `json:"name"`
		undocumented presence `readonly:"id,a\\,b,c\\\\"`
	}
	type open struct {
		Name         string         `json:"name"`
		Rest         map[string]int `json:",unknown"`
		undocumented presence       `readonly:"id"`
	}
	type all struct {
		Items        []item          `json:"items"`
		Open         map[string]open `json:"open"`
		undocumented presence
	}
	const text = `{"items":[{"id":1,"name":"a","a,b":2,"c\\":3,"a":1.50},{"name":"b","b":null}],"open":{"x":{"name":"c","id":"text","n":4}},"id":5}`
	var v all
	if err := Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	got, err := Marshal(&v)
	if want := `{"items":[{"name":"a","a":1.50},{"name":"b","b":null}],"open":{"x":{"name":"c","n":4}},"id":5}`; err != nil || string(got) != want {
		t.Errorf("%v\n%s\nwant\n%s", err, got, want)
	}
	if v.Items[0].undocumented.facts == nil || v.undocumented.facts == nil || v.Open["x"].undocumented.facts != nil || v.Open["x"].Rest["n"] != 4 {
		t.Errorf("%+v", v)
	}
}
