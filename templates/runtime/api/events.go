package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"reflect"
	"strconv"
)

// Event is a server-sent event.
type Event[T any] struct {
	ID   string // last event id that the server gave
	Name string // event type; "message" when the server names none
	// Retry is how long to wait before asking again, in milliseconds; 0 when the server does not say.
	Retry int64
	Data  T      // decoded from JSON, or the data itself when T is a string
	Raw   []byte // the data as it came
}

// Events makes a call whose response is a stream of server-sent events. The call
// is made when the sequence is read, and ends with it. An error ends the
// sequence; so does the data "[DONE]", which some servers close with. One event
// may be as long as the response limit. A response of another content type is an
// error (HTML, section 9.2.3).
func Events[T any](ctx context.Context, c *Client, call *Call, opts ...CallOption) iter.Seq2[Event[T], error] {
	return func(yield func(Event[T], error) bool) {
		for e, err := range c.events(ctx, call, opts) {
			out := Event[T]{ID: e.id, Name: e.name, Retry: e.retry, Raw: e.data}
			if err == nil {
				err = decodeEvent(ctx, e.data, &out.Data, e.resp)
			}
			if !yield(out, err) || err != nil {
				return
			}
		}
	}
}

// EventItems is Events for a document that describes whole events, as an
// itemSchema of OpenAPI 3.2 does: T has the members event, data, id and retry, or
// some of them. The data is text unless T has another type there, which is
// decoded from JSON.
func EventItems[T any](ctx context.Context, c *Client, call *Call, opts ...CallOption) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for e, err := range c.events(ctx, call, opts) {
			var out T
			if err == nil {
				err = decodeItem(e, &out)
			}
			if !yield(out, err) || err != nil {
				return
			}
		}
	}
}

// events iterates over the events of a stream, undecoded.
func (c *Client) events(ctx context.Context, call *Call, opts []CallOption) iter.Seq2[rawEvent, error] {
	return func(yield func(rawEvent, error) bool) {
		resp, body, err := c.openStream(ctx, call, opts, "text/event-stream", isEventStream)
		if err != nil {
			yield(rawEvent{}, err)
			return
		}
		defer func() { _ = body.Close() }()
		r := &eventReader{lines: bufio.NewReader(body), limit: c.options(opts).limit}
		for {
			e, err := r.next()
			if errors.Is(err, io.EOF) || err == nil && string(e.data) == "[DONE]" {
				return
			}
			if errors.Is(err, ErrTooLarge) {
				err = resp.BodyError(err)
			}
			e.resp = resp
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

func isEventStream(media string) bool { return media == "text/event-stream" }

func decodeEvent(ctx context.Context, data []byte, into any, resp *Response) error {
	switch v := reflect.ValueOf(into).Elem(); {
	case v.Kind() == reflect.String:
		v.SetString(string(data))
		return nil
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 && v.Type() != rawType:
		v.SetBytes(data)
		return nil
	}
	event := *resp
	event.Body = data
	return event.DecodeContext(ctx, into)
}

// decodeItem decodes an event as an object.
func decodeItem(e rawEvent, into any) error {
	text, err := eventJSON(e, false)
	if err == nil {
		err = Unmarshal(text, into)
	}
	if err == nil || !json.Valid(e.data) {
		return eventError(e, err)
	}
	reflect.ValueOf(into).Elem().SetZero()
	text, err = eventJSON(e, true)
	if err == nil {
		err = Unmarshal(text, into)
	}
	return eventError(e, err)
}

func eventError(e rawEvent, err error) error {
	if err == nil {
		return nil
	}
	event := *e.resp
	event.Body = e.data
	return event.BodyError(err)
}

// eventJSON is an event as the object that the OpenAPI Specification 3.2 describes
// (Special Considerations for Server-Sent Events).
func eventJSON(e rawEvent, dataIsJSON bool) ([]byte, error) {
	object := map[string]any{"data": string(e.data)}
	if dataIsJSON {
		object["data"] = json.RawMessage(e.data)
	}
	if e.named {
		object["event"] = e.name
	}
	if e.id != "" {
		object["id"] = e.id
	}
	if e.retry > 0 {
		object["retry"] = e.retry
	}
	return json.Marshal(object)
}

// eventReader reads the text/event-stream format.
type eventReader struct {
	lines *bufio.Reader
	limit int64
	id    string
	retry int64
	begun bool
	cr    bool // the last line ended with CR: an LF that follows belongs to it
}

type rawEvent struct {
	id, name string
	named    bool // by the server
	retry    int64
	data     []byte
	resp     *Response
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
				e.id, e.retry, e.data = r.id, r.retry, data
				return e, nil
			}
			e.name, e.named = "message", false
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
			if e.name, e.named = string(value), len(value) > 0; !e.named {
				e.name = "message"
			}
		case "retry":
			if ms, err := strconv.ParseUint(string(value), 10, 63); err == nil {
				r.retry = int64(ms)
			}
		case "id":
			if bytes.IndexByte(value, 0) < 0 {
				r.id = string(value)
			}
		}
	}
}

// line returns the next line without its end: CR, LF or both. After a CR it does
// not wait for an LF, which may come much later or never.
func (r *eventReader) line(used int64) ([]byte, error) {
	var line []byte
	for {
		c, err := r.lines.ReadByte()
		if err != nil {
			return nil, err
		}
		after := r.cr
		r.cr = c == '\r'
		if c == '\n' && after {
			continue
		}
		if c == '\r' || c == '\n' {
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
