package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// Payload is a request body that is not plain JSON. Form and Multipart make
// them.
type Payload interface {
	payload() (*payload, error)
}

// payload is an encoded request body. It is in memory, or opened once per
// attempt.
type payload struct {
	contentType string
	disposition string // Content-Disposition; "" for none
	data        []byte
	open        func() (io.Reader, error) // nil when data holds everything
	length      int64                     // of what open returns; -1 when unknown
	once        bool                      // cannot be opened again once it was read from
	last        *guardedReader
}

// OrNull is body, or JSON's null in the place of nil, for a call that must have a
// body: a nil body is none. The methods of generated clients use it.
func OrNull(body any) any {
	if body == nil {
		return json.RawMessage("null")
	}
	return body
}

// encodeBody returns nil when call has no body.
func encodeBody(call *Call) (*payload, error) {
	p, err := encodeAny(call.Body, call.ContentType)
	if err != nil {
		return nil, fmt.Errorf("request body: %w", err)
	}
	if p != nil && p.contentType == "" {
		p.contentType = call.ContentType
		//gen:only api.File
		if _, isFile := call.Body.(File); isFile && p.contentType == "" {
			p.contentType = "application/octet-stream"
		}
	}
	return p, nil
}

func encodeAny(body any, contentType string) (*payload, error) {
	switch b := body.(type) {
	case nil:
		return nil, nil
	case Payload:
		return b.payload()
	case io.Reader:
		return readerPayload(b), nil
	case json.RawMessage:
		p := &payload{data: b}
		if contentType == "" {
			p.contentType = "application/json"
		}
		return p, nil
	}
	v := reflect.ValueOf(body)
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return nil, nil // an optional body that was left out
	}
	media := mediaType(contentType)
	if media == "" || isJSON(media) {
		p := &payload{}
		if media == "" {
			p.contentType = "application/json"
			if typed, ok := body.(interface{ ContentType() string }); ok {
				p.contentType = typed.ContentType()
			}
		}
		var err error
		if p.data, err = codec.MarshalRequest(body); isUnsetMember(err) {
			err = fmt.Errorf("%w (api.WithMember sends any value there)", err)
		}
		return p, err
	}
	v, state := settle(v)
	if state != isSet {
		return nil, nil
	}
	switch {
	case v.Kind() == reflect.String:
		return &payload{data: []byte(v.String())}, nil
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		return &payload{data: v.Bytes()}, nil
	//gen:only api.Form
	case media == "application/x-www-form-urlencoded":
		return formBody{body}.payload()
	//gen:only api.Multipart
	case media == "multipart/form-data":
		return multipartBody{body}.payload()
	}
	if s, ok, err := text(v); ok && strings.HasPrefix(media, "text/") {
		return &payload{data: []byte(s)}, err
	}
	return nil, fmt.Errorf("a %T cannot be sent as %s: pass an io.Reader", body, contentType)
}

// isUnsetMember reports whether that is a part of the body, and not the whole.
func isUnsetMember(err error) bool {
	var unset *codec.Unset
	return errors.As(err, &unset) && unset.Pointer != ""
}

// within adds the member of an object, or the index in a list, that holds the value
// with a member that is not set.
func within(name string, err error) error {
	var unset *codec.Unset
	if errors.As(err, &unset) {
		return &codec.Unset{Pointer: "/" + codec.EscapePointer(name) + unset.Pointer, Field: unset.Field}
	}
	return err
}

// mediaType returns a content type without its parameters, in lower case.
func mediaType(contentType string) string {
	media, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(media))
}

func isJSON(media string) bool {
	return media == "application/json" || strings.HasSuffix(media, "+json") || media == "text/json"
}

// reader opens the body for one attempt. The transport may hold on to what it
// got for an earlier one; that is cut off first.
func (p *payload) reader() (io.ReadCloser, error) {
	if p.open == nil {
		return io.NopCloser(bytes.NewReader(p.data)), nil
	}
	p.release()
	r, err := p.open()
	if err != nil {
		return nil, err
	}
	p.last = &guardedReader{r: r, blocks: p.once}
	return p.last, nil
}

// repeatable reports whether reader can be called again.
func (p *payload) repeatable() bool {
	return p == nil || p.open == nil || !p.once || p.last == nil || !p.last.touched.Load()
}

// broken reports whether reading the caller's body failed: it would again.
func (p *payload) broken() bool {
	return p != nil && p.last != nil && p.last.failed.Load()
}

// release cuts the transport off from the caller's readers: when a call has
// returned, they are the caller's alone.
func (p *payload) release() {
	if p != nil && p.last != nil {
		p.last.cut()
	}
}

func (p *payload) size() int64 {
	if p.open == nil {
		return int64(len(p.data))
	}
	return p.length
}

var errReleased = errors.New("api: the request body is no longer needed")

// guardedReader is between the transport, which may still read a body
// after its round trip, and a reader that belongs to the caller. It never
// closes the reader.
type guardedReader struct {
	mu      sync.Mutex
	r       io.Reader
	blocks  bool // reads may wait for long: do not wait for them
	gone    atomic.Bool
	touched atomic.Bool
	failed  atomic.Bool // reading it gave an error
}

// Read reads from the caller's reader as long as it may.
func (g *guardedReader) Read(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.gone.Load() {
		return 0, errReleased
	}
	g.touched.Store(true)
	n, err := g.r.Read(b)
	if err != nil && err != io.EOF {
		g.failed.Store(true)
	}
	return n, err
}

// Close leaves the reader open, for a retry and for its owner.
func (g *guardedReader) Close() error { return nil }

func (g *guardedReader) cut() {
	g.gone.Store(true)
	if !g.blocks {
		g.mu.Lock() // a read under way ends first
		defer g.mu.Unlock()
	}
}

// readerPayload streams r. A Seeker can be sent again, from its position.
func readerPayload(r io.Reader) *payload {
	start, length := measure(r)
	p := &payload{length: length, once: start < 0}
	p.open = func() (io.Reader, error) { return rewind(r, start, length) }
	return p
}

// measure returns the position of a Seeker, -1 if r cannot go back there, and how
// much is left to read, -1 if that is unknown.
func measure(r io.Reader) (start, length int64) {
	if s, ok := r.(io.Seeker); ok {
		if at, err := s.Seek(0, io.SeekCurrent); err == nil {
			end, err := s.Seek(0, io.SeekEnd)
			if _, back := s.Seek(at, io.SeekStart); err == nil && back == nil {
				return at, max(end-at, 0)
			}
		}
	}
	if l, ok := r.(interface{ Len() int }); ok {
		return -1, int64(l.Len())
	}
	return -1, -1
}

func rewind(r io.Reader, start, length int64) (io.Reader, error) {
	if s, ok := r.(io.Seeker); ok && start >= 0 {
		if _, err := s.Seek(start, io.SeekStart); err != nil {
			return nil, fmt.Errorf("request body: %w", err)
		}
	}
	if length >= 0 {
		return io.LimitReader(r, length), nil
	}
	return r, nil
}

// BodyOf returns the body that params hold, which may be left out: a pointer to a
// body, or to parameters that have its members beside them or all of it in a field
// tagged body. Nil means no body: none of it is set.
//
//gen:only api.BodyOf
func BodyOf(params any) any {
	v := reflect.ValueOf(params)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil // none, or too many of them
	}
	if v = v.Elem(); v.Kind() != reflect.Struct {
		if v.IsZero() {
			return nil
		}
		return params
	}
	for k := range v.NumField() {
		tag := v.Type().Field(k).Tag
		if _, whole := tag.Lookup("body"); whole {
			return v.Field(k).Interface() // a pointer, nil or not
		}
		if !v.Field(k).IsZero() && !isParameter(tag) {
			return params
		}
	}
	return nil
}

// isParameter reports whether a field is sent in the query, a header or a cookie.
func isParameter(tag reflect.StructTag) bool {
	for _, key := range []string{"query", "header", "cookie"} {
		if _, ok := tag.Lookup(key); ok {
			return true
		}
	}
	return false
}
