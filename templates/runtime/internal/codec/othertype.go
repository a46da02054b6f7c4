package codec

import (
	"encoding/json"
	"slices"
	"strings"
)

// A server may send a type that the document does not have, as new ones do: the
// resource is read, and its type kept. But if primary data has the type of another
// resource that the client has a type for, to read it as this one would give a program an id
// and attributes of something else: that is an error.

// primaryDepth is how many objects and lists are around the type of primary data at
// most: the document, a list, and the resource.
const primaryDepth = 3

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
	others := slices.DeleteFunc(d.others, func(o otherType) bool { return known[d.typeAt(o)] == nil })
	if len(others) == 0 {
		return nil
	}
	others = others[:min(len(others), MostReports)]
	offsets := make([]int, len(others))
	for k, o := range others {
		offsets[k] = o.at
	}
	for k, path := range pathsTo(d, offsets) {
		place, isType := strings.CutSuffix(path, ".type")
		if isType && (place == "data" || isElement(place)) {
			o := others[k]
			return &Error{Path: path, Offset: int64(o.at), Reason: "expected a resource of type " + o.want.literal + ", found one of type " + quoted(d.typeAt(o))}
		}
	}
	return nil
}

// typeAt is a type that is text; "" for what is not.
func (d *decoder) typeAt(o otherType) string {
	if d.b[o.at] != '"' {
		return ""
	}
	found, _ := d.text(o.at)
	return string(found)
}

// isElement reports whether a path is that of an element of data.
func isElement(path string) bool {
	index, ok := strings.CutPrefix(path, "data[")
	return ok && strings.IndexByte(index, ']') == len(index)-1
}

func quoted(text string) string {
	out, err := json.Marshal(text)
	if err != nil {
		return ""
	}
	return string(out)
}
