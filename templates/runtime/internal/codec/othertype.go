package codec

import (
	"encoding/json"
	"strings"
)

// A server may send a type that the document does not have, as new ones do: the
// resource is read, and its type kept. But if primary data has the type of another
// resource that the client knows, to read it as this one would give a program an id
// and attributes of something else: that is an error.

// otherType is a type that is not the one which the Go type of its resource has.
type otherType struct {
	at   int // of its value
	want *field
}

// refuseOther returns the error of primary data that is of another resource's type: one
// that the document which t decodes can include.
func (d *decoder) refuseOther(t *program) error {
	if len(d.others) == 0 || t.kind != kindStruct {
		return nil
	}
	var known resourceTypes
	for k := range t.fields().fields {
		if f := &t.fields().fields[k]; f.t != nil && f.t.kind == kindIncluded {
			known = f.t.resources()
		}
	}
	for _, o := range d.others {
		found, _ := d.text(o.at)
		path := pathsTo(d, []int{o.at})[0]
		place, isType := strings.CutSuffix(path, ".type")
		if known[string(found)] == nil || !isType || place != "data" && !isElement(place) {
			continue
		}
		return &Error{Path: path, Offset: int64(o.at), Reason: "expected a resource of type " + o.want.literal + ", found one of type " + quoted(found)}
	}
	return nil
}

// isElement reports whether a path is that of an element of data.
func isElement(path string) bool {
	index, ok := strings.CutPrefix(path, "data[")
	return ok && strings.IndexByte(index, ']') == len(index)-1
}

func quoted(text []byte) string {
	out, err := json.Marshal(string(text))
	if err != nil {
		return ""
	}
	return string(out)
}
