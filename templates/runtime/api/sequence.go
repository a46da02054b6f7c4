package api

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// Sequence makes a call whose response is a sequence of JSON values: JSON Lines
// (application/jsonl, application/x-ndjson) or a JSON text sequence (RFC 7464:
// application/json-seq and all types that end in +json-seq). The call is made when
// the sequence is read, and ends with it. An error ends the sequence. One value may
// be as long as the response limit. A response of another content type is an error.
func Sequence[T any](ctx context.Context, c *Client, call *Call, opts ...CallOption) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for record, err := range c.records(ctx, call, opts) {
			var out T
			if err == nil {
				err = record.DecodeContext(ctx, &out)
			}
			if !yield(out, err) || err != nil {
				return
			}
		}
	}
}

// records iterates over the texts of a sequence, each as the body of a response.
func (c *Client) records(ctx context.Context, call *Call, opts []CallOption) iter.Seq2[*Response, error] {
	return func(yield func(*Response, error) bool) {
		documented := func(media string) bool { return isSequence(media) || accepts(call.Accept, media) }
		resp, body, err := c.openStream(ctx, call, opts, firstOf(mediaType(call.Accept), "JSON values"), documented)
		if err != nil {
			yield(nil, err)
			return
		}
		defer func() { _ = body.Close() }()
		r := &recordReader{in: bufio.NewReader(body), limit: c.options(opts).limit}
		for {
			text, err := r.next()
			if errors.Is(err, io.EOF) {
				return
			}
			record := *resp
			record.Body = text
			if errors.Is(err, ErrTooLarge) || errors.Is(err, ErrTruncated) {
				err = record.BodyError(err)
			}
			if !yield(&record, err) || err != nil {
				return
			}
		}
	}
}

// isSequence reports whether a content type is one of a sequence, or says nothing.
func isSequence(media string) bool {
	switch media {
	case "application/jsonl", "application/x-jsonl", "application/jsonlines", "application/x-jsonlines", "text/jsonl",
		"application/ndjson", "application/x-ndjson", "text/x-ndjson", "application/stream+json",
		"application/json-seq", "text/plain", "application/octet-stream":
		return true
	}
	return strings.HasSuffix(media, "+json-seq") || strings.HasSuffix(media, "+jsonl") || strings.HasSuffix(media, "+ndjson")
}

// accepts reports whether an Accept header names a media type.
func accepts(accept, media string) bool {
	return slices.ContainsFunc(strings.Split(accept, ","), func(s string) bool { return mediaType(s) == media })
}

// recordReader takes a sequence apart: at record separators, if it begins with one,
// and at the ends of lines otherwise.
type recordReader struct {
	in        *bufio.Reader
	limit     int64
	begun     bool
	separated bool // by RS (RFC 7464, section 2.2)
}

const separator = 0x1e

// next returns the next text that is not blank.
func (r *recordReader) next() ([]byte, error) {
	if !r.begun {
		r.begun = true
		if err := r.begin(); err != nil {
			return nil, err
		}
	}
	end := byte('\n')
	if r.separated {
		end = separator
	}
	for {
		text, err := r.until(end)
		if err != nil && (!errors.Is(err, io.EOF) || len(text) == 0) {
			return text, err
		}
		if r.separated && cutShort(text) {
			return text, ErrTruncated
		}
		if text = bytes.TrimSpace(text); len(text) > 0 {
			return text, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// begin skips a byte order mark and blanks, and looks at what follows.
func (r *recordReader) begin() error {
	if mark, err := r.in.Peek(3); err == nil && len(withoutBOM(mark)) == 0 {
		_, _ = r.in.Discard(3)
	}
	for {
		c, err := r.in.ReadByte()
		if err != nil {
			return err
		}
		if c == ' ' || c == '\t' || c == '\r' || c == '\n' {
			continue
		}
		if r.separated = c == separator; !r.separated {
			return r.in.UnreadByte()
		}
		return nil
	}
}

// until returns what comes before end.
func (r *recordReader) until(end byte) ([]byte, error) {
	var text []byte
	for {
		c, err := r.in.ReadByte()
		if err != nil || c == end {
			return text, err
		}
		if text = append(text, c); r.limit > 0 && int64(len(text)) > r.limit {
			return nil, ErrTooLarge
		}
	}
}

// cutShort reports whether text may be the beginning of another value: a number or
// a literal without white space after it (RFC 7464, section 2.4).
func cutShort(text []byte) bool {
	if len(text) == 0 {
		return false
	}
	first, last := text[0], text[len(text)-1]
	return first != '{' && first != '[' && first != '"' && last > ' '
}

// openStream begins a call whose response is a stream of a content type that fits;
// one without a content type will do. Another response, such as a page to log in at,
// is an error.
func (c *Client) openStream(ctx context.Context, call *Call, opts []CallOption, want string, fits func(media string) bool) (*Response, io.ReadCloser, error) {
	resp, body, err := c.run(ctx, call, opts, true)
	if err != nil {
		return nil, nil, err
	}
	if body == nil {
		body = io.NopCloser(bytes.NewReader(nil))
	}
	media := mediaType(resp.Header.Get("Content-Type"))
	if media == "" || fits(media) {
		return resp, body, nil
	}
	resp.Body, _ = io.ReadAll(io.LimitReader(body, errorLimit))
	_ = body.Close()
	err = fmt.Errorf("the response is %s, not a stream of %s", shorten(media), want)
	_, text, ok := readProblems(resp.Body)
	if !ok {
		text = bodyText(media, resp.Body)
	}
	if text != "" {
		err = fmt.Errorf("%w: %s", err, text)
	}
	return nil, nil, resp.BodyError(err)
}
