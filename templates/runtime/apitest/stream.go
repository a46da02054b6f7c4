package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"reflect"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"
)

// OnEvents sets the handler of an operation that is answered with server-sent
// events, of which it gives the data: a string is the data itself, other values are
// JSON.
func OnEvents[Q, R any](s *Server, operation string, handle func(context.Context, *Q) ([]R, error)) {
	on(s, operation, handle, func(c *call, _ *Request, events []R) (*answer, error) {
		return c.stream(len(events), func(b *bytes.Buffer, k int) error {
			text := ""
			if v := reflect.ValueOf(&events[k]).Elem(); v.Kind() == reflect.String {
				text = v.String()
			} else {
				data, err := api.Marshal(&events[k])
				if err != nil {
					return err
				}
				text = string(data)
			}
			writeEventField(b, "data", text)
			b.WriteByte('\n')
			return nil
		})
	})
}

// OnEventItems sets the handler of an operation that is answered with server-sent
// events, which it gives as a whole.
func OnEventItems[Q, R any](s *Server, operation string, handle func(context.Context, *Q) ([]R, error)) {
	on(s, operation, handle, func(c *call, _ *Request, events []R) (*answer, error) {
		return c.stream(len(events), func(b *bytes.Buffer, k int) error {
			data, err := api.Marshal(&events[k])
			if err != nil {
				return err
			}
			var fields map[string]json.RawMessage
			if err := json.Unmarshal(data, &fields); err != nil {
				return err
			}
			for _, name := range []string{"event", "id", "retry", "data"} {
				value, ok := fields[name]
				if !ok {
					continue
				}
				text := string(value)
				_ = json.Unmarshal(value, &text) // other values than strings are JSON
				writeEventField(b, name, text)
			}
			b.WriteByte('\n')
			return nil
		})
	})
}

// writeEventField writes a field of an event; a text of several lines takes as many.
func writeEventField(b *bytes.Buffer, name, text string) {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	for line := range strings.SplitSeq(text, "\n") {
		b.WriteString(name + ": " + line + "\n")
	}
}

// OnSequence sets the handler of an operation that is answered with a sequence of
// JSON values: JSON Lines or, if the document says so, a JSON text sequence
// (RFC 7464).
func OnSequence[Q, R any](s *Server, operation string, handle func(context.Context, *Q) ([]R, error)) {
	on(s, operation, handle, func(c *call, _ *Request, values []R) (*answer, error) {
		separated := strings.HasSuffix(bareType(c.op.endpoint.Stream), "json-seq")
		return c.stream(len(values), func(b *bytes.Buffer, k int) error {
			data, err := api.Marshal(&values[k])
			if separated {
				b.WriteByte(0x1e)
			}
			b.Write(data)
			b.WriteByte('\n')
			return err
		})
	})
}

// stream is the response of success that is a stream of n values.
func (c *call) stream(n int, write func(b *bytes.Buffer, k int) error) (*answer, error) {
	var b bytes.Buffer
	for k := range n {
		if err := write(&b, k); err != nil {
			return nil, err
		}
	}
	a := c.reply(nil)
	a.body = b.Bytes()
	if t := c.op.endpoint.Stream; t != "" {
		a.header.Set("Content-Type", t)
	}
	a.raw = true // a stream has no schema as a whole
	return a, nil
}
