package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/docwright/docwright/templates/runtime/api"
)

// OnEvents sets the handler of an operation that is answered with server-sent
// events, of which it gives the data: a string is the data itself, other values are
// JSON.
func OnEvents[Q, R any](s *Server, operation string, handle func(context.Context, *Q) ([]R, error)) {
	on(s, operation, handle, func(c *call, _ *Request, events []R) (*answer, error) {
		return c.stream(isEventStream, len(events), func(b *bytes.Buffer, k int) error {
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
		return c.stream(isEventStream, len(events), func(b *bytes.Buffer, k int) error {
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
		separated := strings.HasSuffix(bareType(c.contentType(isSequence)), "json-seq")
		return c.stream(isSequence, len(values), func(b *bytes.Buffer, k int) error {
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

func isEventStream(contentType string) bool { return bareType(contentType) == "text/event-stream" }

// isSequence reports whether a content type is one of a sequence of JSON values.
func isSequence(contentType string) bool {
	t := bareType(contentType)
	return strings.HasSuffix(t, "json-seq") || strings.HasSuffix(t, "jsonl") || strings.HasSuffix(t, "jsonlines") || strings.HasSuffix(t, "ndjson")
}

// contentType is the documented content type of success that fits; "" without one.
func (c *call) contentType(fits func(string) bool) string {
	status, _ := c.op.success()
	r := c.op.response(status)
	if r == nil {
		return ""
	}
	names := slices.Sorted(maps.Keys(r.Content))
	if i := slices.IndexFunc(names, fits); i >= 0 {
		return names[i]
	}
	return ""
}

// stream is the answer of success that is a stream of n values.
func (c *call) stream(fits func(contentType string) bool, n int, write func(b *bytes.Buffer, k int) error) (*answer, error) {
	var b bytes.Buffer
	for k := range n {
		if err := write(&b, k); err != nil {
			return nil, err
		}
	}
	status, _ := c.op.success()
	a := &answer{status: status, header: http.Header{}, body: b.Bytes()}
	if t := c.contentType(fits); t != "" {
		a.header.Set("Content-Type", t)
	}
	a.raw = true // a stream has no schema as a whole
	return a, nil
}
