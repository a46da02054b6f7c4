package codec

import (
	"encoding/binary"
	"math/bits"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// The scanner works on the input followed by pad NUL bytes. A NUL is valid
// nowhere in JSON, so that no loop runs past it, and words of eight bytes can be
// loaded at every index of the input. Every load is checked all the same: a bug
// here is a panic, not a read of somebody else's memory.
//
// A method that reads the value at i returns the index after it, or -1 after it
// noted what is wrong in the decoder.

const (
	nuls     = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
	pad      = len(nuls)
	maxDepth = 10000 // of nested arrays and objects, as encoding/json has it

	ones  = 0x0101010101010101
	highs = 0x8080808080808080

	wordMark = 0xef | 0xbb<<8 | 0xbf<<16
	maskMark = 1<<24 - 1

	wordTrue = 't' | 'r'<<8 | 'u'<<16 | 'e'<<24
	wordNull = 'n' | 'u'<<8 | 'l'<<16 | 'l'<<24
	wordAlse = 'a' | 'l'<<8 | 's'<<16 | 'e'<<24
)

func load64(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[i : i+8]) }
func load32(b []byte, i int) uint32 { return binary.LittleEndian.Uint32(b[i : i+4]) }

// space returns the index of the next byte that is not white space.
func space(b []byte, i int) int {
	for {
		switch b[i] {
		case ' ':
			for load64(b, i) == ' '*ones {
				i += 8
			}
			for b[i] == ' ' {
				i++
			}
		case '\n', '\t', '\r':
			i++
		default:
			return i
		}
	}
}

// stops has the high bit set of each byte of w that is a quote, a backslash or a
// control character; above the first of them it may be wrong.
func stops(w uint64) uint64 {
	q := w ^ '"'*ones
	s := w ^ '\\'*ones
	return ((q - ones) | (s - ones) | (w - ' '*ones)) &^ w & highs
}

// plain returns the index of the first quote, backslash or control character at
// or after i, and nonzero if it passed a byte outside ASCII.
func plain(b []byte, i int) (int, uint64) {
	var high uint64
	for {
		w := load64(b, i)
		if m := stops(w); m != 0 {
			k := bits.TrailingZeros64(m) &^ 7
			return i + k>>3, (high | w&(1<<(k&63)-1)) & highs
		}
		high |= w
		i += 8
	}
}

// skipString passes the string whose contents start at i.
func (d *decoder) skipString(i int) int {
	b := d.b
	for {
		i, _ = plain(b, i)
		switch b[i] {
		case '"':
			return i + 1
		case '\\':
			switch b[i+1] {
			case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
				i += 2
			case 'u':
				if hex4(b, i+2) < 0 {
					return d.fail(i, "invalid \\u escape")
				}
				i += 6
			default:
				return d.fail(i, "invalid escape in string")
			}
		default:
			return d.fail(i, "control character in string")
		}
	}
}

var hexDigit = func() (t [256]uint8) {
	for i := range t {
		t[i] = 0xff
	}
	for i := range 10 {
		t['0'+i] = uint8(i)
	}
	for i := range 6 {
		t['a'+i], t['A'+i] = uint8(10+i), uint8(10+i)
	}
	return t
}()

// hex4 returns the number that the four hexadecimal digits at i are, or -1.
func hex4(b []byte, i int) rune {
	w := load32(b, i)
	h0, h1, h2, h3 := hexDigit[w&255], hexDigit[w>>8&255], hexDigit[w>>16&255], hexDigit[w>>24]
	if h0|h1|h2|h3 > 15 {
		return -1
	}
	return rune(h0)<<12 | rune(h1)<<8 | rune(h2)<<4 | rune(h3)
}

// unquote decodes to d.scratch the string whose contents start at i. The bytes
// before end are known to be plain (high: some are not ASCII). As encoding/json it
// makes U+FFFD of bytes that are not UTF-8 and of lone surrogates.
func (d *decoder) unquote(i, end int, high uint64) int {
	b, out := d.b, d.scratch[:0]
	for {
		out = appendValid(out, b[i:end], high)
		switch b[end] {
		case '"':
			n := len(out)
			out = append(out, nuls...)
			d.scratch = out[:n]
			return end + 1
		case '\\':
			if i, out = d.escape(end, out); i < 0 {
				return i
			}
		default:
			return d.fail(end, "control character in string")
		}
		end, high = plain(b, i)
	}
}

func appendValid(out, part []byte, high uint64) []byte {
	if high == 0 || utf8.Valid(part) {
		return append(out, part...)
	}
	for len(part) > 0 {
		r, n := utf8.DecodeRune(part)
		out = utf8.AppendRune(out, r)
		part = part[n:]
	}
	return out
}

// escape decodes the escape at i.
func (d *decoder) escape(i int, out []byte) (int, []byte) {
	b := d.b
	switch c := b[i+1]; c {
	case '"', '\\', '/':
		return i + 2, append(out, c)
	case 'b':
		return i + 2, append(out, '\b')
	case 'f':
		return i + 2, append(out, '\f')
	case 'n':
		return i + 2, append(out, '\n')
	case 'r':
		return i + 2, append(out, '\r')
	case 't':
		return i + 2, append(out, '\t')
	case 'u':
		r := hex4(b, i+2)
		if r < 0 {
			return d.fail(i, "invalid \\u escape"), out
		}
		i += 6
		if utf16.IsSurrogate(r) {
			low := rune(-1)
			if b[i] == '\\' && b[i+1] == 'u' {
				low = hex4(b, i+2)
			}
			if r = utf16.DecodeRune(r, low); r != unicode.ReplacementChar {
				i += 6
			}
		}
		return i, utf8.AppendRune(out, r)
	}
	return d.fail(i, "invalid escape in string"), out
}

// text returns the decoded contents of the string at i, followed by pad readable
// bytes. They are part of the input or of d.scratch: valid until the next call.
func (d *decoder) text(i int) (s []byte, next int) {
	b := d.b
	if b[i] != '"' {
		return nil, d.mismatch(i, "string")
	}
	i++
	end, high := plain(b, i)
	if b[end] == '"' && (high == 0 || utf8.Valid(b[i:end])) {
		return b[i:end], end + 1
	}
	if next = d.unquote(i, end, high); next < 0 {
		return nil, next
	}
	return d.scratch, next
}

// key reads the member name whose contents start at i, and the colon after it;
// it returns the index of the member's value.
func (d *decoder) key(i int) ([]byte, int) {
	b := d.b
	end, high := plain(b, i)
	var key []byte
	if b[end] == '"' && high == 0 {
		key = b[i:end]
		end++
	} else if key, end = d.text(i - 1); end < 0 {
		return nil, end
	}
	if b[end] <= ' ' {
		end = space(b, end)
	}
	if b[end] != ':' {
		return nil, d.fail(end, "expected : after member name")
	}
	if end++; b[end] <= ' ' {
		end = space(b, end)
	}
	return key, end
}

// literal passes the null, true or false at i.
func (d *decoder) literal(i int) int {
	switch b := d.b; {
	case load32(b, i) == wordNull, load32(b, i) == wordTrue:
		return i + 4
	case b[i] == 'f' && load32(b, i+1) == wordAlse:
		return i + 5
	}
	return d.fail(i, "invalid value")
}

// skip validates and passes the value at i. It keeps its own stack of which
// containers are objects, one bit each: skipping does not recurse.
func (d *decoder) skip(i int) int {
	b, depth := d.b, 0
	for {
		if b[i] <= ' ' {
			i = space(b, i)
		}
		switch b[i] {
		case '"':
			i = d.skipString(i + 1)
		case '{', '[':
			if depth++; d.depth+depth > maxDepth {
				return d.fail(i, tooDeep)
			}
			object := b[i] == '{'
			if d.chart.drawing {
				d.chart.open(i)
			}
			d.nest(depth, object)
			if i++; b[i] <= ' ' {
				i = space(b, i)
			}
			if c := b[i]; c != '}' && object {
				if i = d.skipKey(i); i < 0 {
					return i
				}
				continue
			} else if c != ']' && !object {
				continue
			}
			i++
			depth--
			if d.chart.drawing {
				d.chart.close(i)
			}
		case 't', 'f', 'n':
			i = d.literal(i)
		default:
			i = d.number(i)
		}
		if i < 0 {
			return i
		}
		if i, depth = d.skipEnd(i, depth); depth <= 0 {
			return i
		}
	}
}

// skipEnd passes what is between a value and the next one: a comma and a
// name, or the ends of containers. It returns the depth of the next value, or
// one that is not positive where there is none.
func (d *decoder) skipEnd(i, depth int) (int, int) {
	b := d.b
	for depth > 0 {
		if b[i] <= ' ' {
			i = space(b, i)
		}
		object := d.stack[depth>>6]>>(depth&63)&1 != 0
		switch c := b[i]; {
		case c == ',' && object:
			if i++; b[i] <= ' ' {
				i = space(b, i)
			}
			if i = d.skipKey(i); i < 0 {
				return i, -1
			}
			return i, depth
		case c == ',':
			return i + 1, depth
		case c == '}' && object || c == ']' && !object:
			i++
			depth--
			if d.chart.drawing {
				d.chart.close(i)
			}
		case object:
			return d.fail(i, "expected , or } after member"), -1
		default:
			return d.fail(i, "expected , or ] after element"), -1
		}
	}
	return i, 0
}

func (d *decoder) skipKey(i int) int {
	b := d.b
	if b[i] != '"' {
		return d.fail(i, "expected member name")
	}
	if i = d.skipString(i + 1); i < 0 {
		return i
	}
	if b[i] <= ' ' {
		i = space(b, i)
	}
	if b[i] != ':' {
		return d.fail(i, "expected : after member name")
	}
	return i + 1
}

func (d *decoder) nest(depth int, object bool) {
	if depth>>6 >= len(d.stack) {
		d.stack = append(d.stack, 0, 0, 0, 0)
	}
	if object {
		d.stack[depth>>6] |= 1 << (depth & 63)
	} else {
		d.stack[depth>>6] &^= 1 << (depth & 63)
	}
}

// enter opens the container at i; open is '{' or '['. It returns the index of its
// first member or element, or, with more false, the index after an empty one.
func (d *decoder) enter(i int, open byte) (next int, more bool) {
	b := d.b
	if b[i] != open {
		if open == '{' {
			if d.isEmptyList(i) {
				d.notes |= noteText
				return space(b, i+1) + 1, false
			}
			return d.mismatch(i, "object"), false
		}
		return d.mismatch(i, "array"), false
	}
	if d.depth++; d.depth > maxDepth {
		return d.fail(i, tooDeep), false
	}
	if i >= d.look && !d.mayGoOn(i) {
		return -1, false
	}
	if i++; b[i] <= ' ' {
		i = space(b, i)
	}
	if b[i] == open+2 { // '}' and ']' follow their openers at this distance
		d.depth--
		return i + 1, false
	}
	return i, true
}

// more passes the comma after a member or element of the container that open
// opened, or its end.
func (d *decoder) more(i int, open byte) (next int, more bool) {
	b := d.b
	if b[i] <= ' ' {
		i = space(b, i)
	}
	c := b[i]
	i++
	if c == ',' {
		if b[i] <= ' ' {
			i = space(b, i)
		}
		return i, true
	}
	d.depth--
	if c == open+2 {
		return i, false
	}
	if open == '{' {
		return d.fail(i-1, "expected , or } after member"), false
	}
	return d.fail(i-1, "expected , or ] after element"), false
}

// name is key with a check for the quote that it starts with.
func (d *decoder) name(i int) ([]byte, int) {
	if d.b[i] != '"' {
		return nil, d.fail(i, "expected member name")
	}
	return d.key(i + 1)
}
