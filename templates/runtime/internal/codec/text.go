package codec

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"
	"unsafe"
)

// Strings are copied out of the input into chunks of 4 KB that the strings of
// several values share: a string that is kept keeps one chunk, never a response.
const (
	chunkSize  = 4096
	longString = 512 // from here on a string has memory of its own
	shortName  = 40  // longest string that is looked up among the ones seen lately
)

// string decodes the string at i.
func (d *decoder) string(i int) (string, int) {
	b := d.b
	if b[i] == '"' {
		start := i + 1
		end, high := plain(b, start)
		if b[end] == '"' && high == 0 {
			return d.copy(b[start:end]), end + 1
		}
	}
	s, next := d.text(i)
	if next < 0 {
		return "", next
	}
	return d.copy(s), next
}

func (d *decoder) copy(s []byte) string {
	n, at := len(s), d.used
	if n > len(d.chunk)-at || n == 0 {
		return d.copySlow(s)
	}
	t := d.chunk[at : at+n]
	copy(t, s)
	d.used = at + n
	return unsafe.String(&t[0], n)
}

// copyRaw copies JSON that a value keeps. Short texts share memory, as strings do.
func (d *decoder) copyRaw(raw []byte) []byte {
	s := d.copy(raw)
	return unsafe.Slice(unsafe.StringData(s), len(s))
}

func (d *decoder) copySlow(s []byte) string {
	if len(s) == 0 {
		return ""
	}
	if len(s) > longString {
		return string(s)
	}
	d.chunk, d.used = make([]byte, chunkSize), 0
	return d.copy(s)
}

// name decodes the string at i, of which there are few different ones: enum
// values and resource types.
func (d *decoder) interned(i int) (string, int) {
	s, next := d.text(i)
	if next < 0 {
		return "", next
	}
	return d.intern(s), next
}

// intern returns s as a string, the same one as last time if s was seen lately.
// It must be followed by eight readable bytes.
func (d *decoder) intern(s []byte) string {
	if len(s) > shortName {
		return d.copy(s)
	}
	e := &d.names[hashName(s, len(s))>>(64-8)]
	if *e != string(s) {
		*e = string(s)
	}
	return *e
}

// hashName hashes the first n bytes of s, which eight readable bytes must follow.
func hashName(s []byte, n int) uint64 {
	if n == 0 {
		return 0
	}
	s = s[: n+8 : n+8]
	a := load64(s, 0)
	if n < 8 {
		a &= 1<<(8*n) - 1
		return (a ^ uint64(n)) * 0x9E3779B97F4A7C15
	}
	z := load64(s, n-8)
	return ((a ^ uint64(n)) * 0x9E3779B97F4A7C15) ^ bits.RotateLeft64(z*0xC2B2AE3D27D4EB4F, 29)*0x9E3779B97F4A7C15
}

// escapes has, under highs, some bit set if a byte of w cannot be in a JSON
// string as it is, or is not ASCII.
func escapes(w uint64) uint64 {
	return ((w ^ '"'*ones) - ones) | ((w ^ '\\'*ones) - ones) | (w - ' '*ones) | w
}

// appendString appends s quoted. It copies words while it looks for bytes that
// need an escape, and starts over in the rare case that it finds some.
func appendString(b []byte, s string) []byte {
	n := len(b)
	if cap(b)-n < len(s)+2 {
		b = slices.Grow(b, len(s)+2)
	}
	b = b[:n+len(s)+2]
	b[n], b[len(b)-1] = '"', '"'
	src, out := unsafe.Slice(unsafe.StringData(s), len(s)), b[n+1:len(b)-1]
	var found uint64
	if len(src) >= 8 {
		found = copyWords(out, src)
	} else {
		found = copyShort(out, src)
	}
	if found&highs == 0 {
		return b
	}
	return append(appendEscaped(b[:n+1], s), '"')
}

// copyWords copies src, of eight bytes or more, to out, which is as long. The last
// word may overlap the one before it. Under highs, the result has some bit set if
// a byte cannot be in a string as it is, or is not ASCII.
func copyWords(out, src []byte) (found uint64) {
	n := len(src) - 8
	last := binary.LittleEndian.Uint64(src[n:])
	binary.LittleEndian.PutUint64(out[n:], last)
	found = escapes(last)
	for len(src) >= 16 && len(out) >= 16 {
		w, x := binary.LittleEndian.Uint64(src), binary.LittleEndian.Uint64(src[8:])
		binary.LittleEndian.PutUint64(out, w)
		binary.LittleEndian.PutUint64(out[8:], x)
		found |= escapes(w) | escapes(x)
		src, out = src[16:], out[16:]
	}
	if len(src) > 8 && len(out) > 8 {
		w := binary.LittleEndian.Uint64(src)
		binary.LittleEndian.PutUint64(out, w)
		found |= escapes(w)
	}
	return found
}

// copyShort is copyWords for up to seven bytes.
func copyShort(out, src []byte) uint64 {
	w := uint64(' ' * ones)
	switch n := len(src); {
	case n >= 4 && len(out) >= n:
		x, y := binary.LittleEndian.Uint32(src), binary.LittleEndian.Uint32(src[n-4:])
		binary.LittleEndian.PutUint32(out, x)
		binary.LittleEndian.PutUint32(out[n-4:], y)
		w = uint64(x) | uint64(y)<<32
	case n > 0 && len(out) >= n:
		x, y, z := src[0], src[n/2], src[n-1]
		out[0], out[n/2], out[n-1] = x, y, z
		w = w<<24 | uint64(x) | uint64(y)<<8 | uint64(z)<<16
	}
	return escapes(w)
}

func mustEscape(c byte) bool { return c < ' ' || c == '"' || c == '\\' }

const hexDigits = "0123456789abcdef"

// appendEscaped escapes as encoding/json does, but for <, > and &, which stay.
func appendEscaped(b []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		if c := s[i]; c < utf8.RuneSelf {
			if mustEscape(c) {
				b = appendEscape(append(b, s[start:i]...), c)
				start = i + 1
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b = append(append(b, s[start:i]...), `\ufffd`...)
			start = i + n
		case r == '\u2028' || r == '\u2029': // line ends to JavaScript
			b = append(append(b, s[start:i]...), `\u202`...)
			b = append(b, hexDigits[r&15])
			start = i + n
		}
		i += n
	}
	return append(b, s[start:]...)
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
