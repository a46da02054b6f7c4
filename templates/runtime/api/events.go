package api

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"reflect"
)

// Event is a server-sent event.
type Event[T any] struct {
	ID   string // last event id that the server gave
	Name string // event type; "message" when the server names none
	Data T      // decoded from JSON, or the data itself when T is a string
	Raw  []byte // the data as it came
}

// Events makes a call whose answer is a stream of server-sent events. The call
// is made when the sequence is read, and ends with it. An error ends the
// sequence; so does the data "[DONE]", which some servers close with. One event
// may be as long as the response limit.
func Events[T any](ctx context.Context, c *Client, call *Call, opts ...CallOption) iter.Seq2[Event[T], error] {
	return func(yield func(Event[T], error) bool) {
		resp, body, err := c.run(ctx, call, opts, true)
		if err != nil {
			yield(Event[T]{}, err)
			return
		}
		defer func() { _ = body.Close() }()
		r := &eventReader{lines: bufio.NewReader(body), limit: c.options(opts).limit}
		for {
			e, err := r.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if errors.Is(err, ErrTooLarge) {
				err = resp.BodyError(err)
			}
			out := Event[T]{ID: e.id, Name: e.name, Raw: e.data}
			if err == nil {
				if string(e.data) == "[DONE]" {
					return
				}
				err = decodeEvent(e.data, &out.Data, resp)
			}
			if !yield(out, err) || err != nil {
				return
			}
		}
	}
}

func decodeEvent(data []byte, into any, resp *Response) error {
	if v := reflect.ValueOf(into).Elem(); v.Kind() == reflect.String {
		v.SetString(string(data))
		return nil
	}
	event := *resp
	event.Body = data
	return event.Decode(into)
}

// eventReader reads the text/event-stream format.
type eventReader struct {
	lines *bufio.Reader
	limit int64
	id    string
	begun bool
}

type rawEvent struct {
	id, name string
	data     []byte
}

// next returns the next event that has data. One that the stream's end cuts
// short is dropped, as the format says.
func (r *eventReader) next() (rawEvent, error) {
	e := rawEvent{name: "message"}
	var data []byte
	has := false
	for {
		line, err := r.line(int64(len(data)))
		if err != nil {
			return rawEvent{}, err
		}
		if len(line) == 0 {
			if has {
				e.id, e.data = r.id, data
				return e, nil
			}
			e.name = "message"
			continue
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch string(name) {
		case "data":
			if has {
				data = append(data, '\n')
			}
			data, has = append(data, value...), true
		case "event":
			e.name = string(value)
		case "id":
			if bytes.IndexByte(value, 0) < 0 {
				r.id = string(value)
			}
		}
	}
}

// line returns the next line without its end: CR, LF or both.
func (r *eventReader) line(used int64) ([]byte, error) {
	var line []byte
	for {
		c, err := r.lines.ReadByte()
		if err != nil {
			return nil, err
		}
		switch c {
		case '\r':
			if next, err := r.lines.Peek(1); err == nil && next[0] == '\n' {
				_, _ = r.lines.Discard(1)
			}
			return r.withoutMark(line), nil
		case '\n':
			return r.withoutMark(line), nil
		}
		line = append(line, c)
		if r.limit > 0 && used+int64(len(line)) > r.limit {
			return nil, ErrTooLarge
		}
	}
}

// withoutMark cuts the byte order mark that a stream may begin with.
func (r *eventReader) withoutMark(line []byte) []byte {
	if !r.begun {
		r.begun = true
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
	}
	return line
}
