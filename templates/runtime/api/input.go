package api

import "github.com/docwright/docwright/templates/runtime/internal/codec"

// Undocumented keeps, in what [Input] returns, members that the type has no field for.
// Types of requests have it in a field that is not exported.
type Undocumented struct {
	Facts *codec.Facts // what the codec noted; nil if there is nothing
}

// Input returns a W, what requests hold of a schema, with what read holds, which is
// what responses hold of the same schema: a copy, to be changed and sent. Members that
// the document calls read-only are left out, those that it does not describe are sent
// back as they came. Generated types have a method for their W: pod.Input().
//
// The W of a read that was made by hand, of what no JSON can hold, is empty.
func Input[W any](read any) W {
	w := new(W)
	data, err := codec.Marshal(read)
	if err == nil {
		err = codec.Unmarshal(data, w)
	}
	if err != nil {
		return *new(W)
	}
	return *w
}
