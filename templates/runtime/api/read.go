package api

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/docwright/docwright/templates/runtime/internal/codec"
)

// readBody reads a response's body, of up to limit bytes, and leaves the NUL bytes
// behind it that the codec needs there: see unpadded.
func readBody(res *http.Response, limit int64) ([]byte, error) {
	r, length := body(res), res.ContentLength
	if limit > 0 && length > limit {
		return nil, ErrTooLarge
	}
	if r == http.NoBody { // a length of 0 says nothing: fakes leave it out
		return nil, nil
	}
	size := 1024
	if length > 0 {
		size = int(min(length, believed)) + 1 + codec.Pad // one byte more to meet the end
	}
	buf := make([]byte, size)
	for n := 0; ; {
		k, err := r.Read(buf[n : len(buf)-codec.Pad])
		if n += k; limit > 0 && int64(n) > limit {
			return padded(buf, int(limit)), ErrTooLarge
		}
		if err == io.EOF {
			return padded(buf, n), nil
		}
		if err != nil {
			return padded(buf, n), readError(err)
		}
		if n == len(buf)-codec.Pad {
			buf = grow(buf, n, length)
		}
	}
}

// A server's word on how long its body is gets this many bytes at once, and from
// then on this many times what has come.
const (
	believed      = 1 << 20
	believedTimes = 16
)

// grow moves the n bytes in buf to a larger buffer: one that is as large as the
// body, if the server says how long that is.
func grow(buf []byte, n int, length int64) []byte {
	size := 2 * len(buf)
	if length >= int64(n) {
		size = int(min(length+1+int64(codec.Pad), believedTimes*int64(len(buf))))
	}
	grown := make([]byte, size)
	copy(grown, buf[:n])
	return grown
}

// withoutBOM cuts a byte order mark, which a JSON text should not have and a parser
// may ignore (RFC 8259, section 8.1).
func withoutBOM(b []byte) []byte { return bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")) }

// padded sets the bytes behind the first n of buf to NUL: a reader may have used
// them as it liked.
func padded(buf []byte, n int) []byte {
	clear(buf[n : n+codec.Pad])
	return buf[: n+codec.Pad : n+codec.Pad]
}

// unpadded returns padded but for those bytes, with no room to append to: they stay
// what they are.
func unpadded(padded []byte) []byte {
	n := max(len(padded)-codec.Pad, 0)
	return padded[:n:n]
}

// nullBody reports whether body is the JSON value null.
func nullBody(body []byte) bool { return string(bytes.TrimSpace(withoutBOM(body))) == "null" }

// readError says what an error in reading a body means.
func readError(err error) error {
	if again, _ := retryableError(err); again && !strings.HasPrefix(err.Error(), "gzip: invalid") {
		return fmt.Errorf("%w: %w", ErrTruncated, err)
	}
	return fmt.Errorf("the body cannot be read: %w", err)
}
