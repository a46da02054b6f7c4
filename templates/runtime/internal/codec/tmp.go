package codec

import "encoding/json"

type object struct{}
type field struct{ slot uint16 }

func (*object) lookup(string) *field { return nil }

type Error struct {
	Path   string
	Offset int64
	Reason string
	Err    error
}

func (e *Error) Error() string { return e.Reason }

func Marshal(v any) ([]byte, error)      { return json.Marshal(v) }
func Unmarshal(data []byte, v any) error { return json.Unmarshal(data, v) }
