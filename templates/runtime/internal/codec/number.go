package codec

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unsafe"
)

// number validates and passes the number at i.
func (d *decoder) number(i int) int {
	b, start := d.b, i
	if b[i] == '-' {
		i++
	}
	switch c := b[i]; {
	case c == '0':
		i++
	case c-'1' <= 8:
		i = digits(b, i)
	case b[start] == '-':
		return d.fail(i, "invalid number")
	default:
		return d.fail(start, "expected a value")
	}
	if b[i] == '.' {
		if i++; b[i]-'0' > 9 {
			return d.fail(i, "invalid number")
		}
		i = digits(b, i)
	}
	if c := b[i]; c == 'e' || c == 'E' {
		i++
		if c := b[i]; c == '+' || c == '-' {
			i++
		}
		if b[i]-'0' > 9 {
			return d.fail(i, "invalid number")
		}
		i = digits(b, i)
	}
	return i
}

func digits(b []byte, i int) int {
	for b[i]-'0' <= 9 {
		i++
	}
	return i
}

// isNumber reports whether s is a JSON number.
func isNumber(s string) bool {
	rest := strings.TrimPrefix(s, "-")
	whole := strings.TrimLeft(rest, "0123456789")
	if n := len(rest) - len(whole); n == 0 || n > 1 && rest[0] == '0' {
		return false
	}
	rest = whole
	if strings.HasPrefix(rest, ".") {
		fraction := strings.TrimLeft(rest[1:], "0123456789")
		if len(fraction) == len(rest)-1 {
			return false
		}
		rest = fraction
	}
	if rest != "" && rest[0]|0x20 == 'e' {
		rest = rest[1:]
		if rest != "" && (rest[0] == '+' || rest[0] == '-') {
			rest = rest[1:]
		}
		return rest != "" && strings.TrimLeft(rest, "0123456789") == ""
	}
	return rest == ""
}

// int reads the integer at i into the given number of bits.
func (d *decoder) int(i int, width uint) (int64, int) {
	b, start := d.b, i
	negative := b[i] == '-'
	if negative {
		i++
	}
	u, j := d.integer(i)
	if j < 0 || j-i > 19 {
		if u, j = d.wholeNumber(start, i, j, "int", width); j < 0 {
			return 0, j
		}
	} else if negative && u == 0 {
		d.notes |= noteText
	}
	limit := uint64(1)<<(width-1) - 1
	if negative {
		limit++
	}
	if u > limit {
		return 0, d.outOfRange(start, "int", width)
	}
	if negative {
		u = -u
	}
	return int64(u), j
}

// uint reads the integer at i into the given number of bits.
func (d *decoder) uint(i int, width uint) (uint64, int) {
	u, j := d.integer(i)
	if j < 0 || j-i > 19 { // 20 digits may be more than 64 bits hold
		at := i
		if d.b[i] == '-' {
			at++
		}
		if u, j = d.wholeNumber(i, at, j, "uint", width); j < 0 {
			return 0, j
		}
		if at > i && u > 0 {
			return 0, d.outOfRange(i, "uint", width)
		}
	}
	if width < 64 && u>>width != 0 {
		return 0, d.outOfRange(i, "uint", width)
	}
	return u, j
}

// integer reads the digits at i; it returns -1 if they do not make an integer,
// and a wrong number if there are more than 19.
func (d *decoder) integer(i int) (uint64, int) {
	b := d.b
	c := b[i] - '0'
	if c > 9 {
		return 0, -1
	}
	u, j := uint64(c), i+1
	if c != 0 {
		for c = b[j] - '0'; c <= 9; c = b[j] - '0' {
			u = u*10 + uint64(c)
			j++
		}
	}
	if c := b[j]; c == '.' || c|0x20 == 'e' {
		return 0, -1
	}
	return u, j
}

// wholeNumber reads what integer does not: a number with a point or an exponent,
// which is an integer if its fraction is zero (JSON Schema validation, section
// 6.1.1), or more than 19 digits. Its sign is at start, its digits are at i, and
// integer has returned j.
func (d *decoder) wholeNumber(start, i, j int, kind string, width uint) (uint64, int) {
	want := "integer"
	if kind == "uint" {
		want = "unsigned integer"
	}
	b := d.b
	if b[i]-'0' > 9 || d.mode == modeStd && j < 0 {
		return 0, d.mismatch(start, want)
	}
	end := d.number(start)
	if end < 0 {
		return 0, end
	}
	digits := make([]byte, 0, 32)
	exponent, fraction := 0, false
	for ; i < end && b[i]|0x20 != 'e'; i++ {
		if b[i] == '.' {
			fraction = true
			continue
		}
		if fraction {
			exponent--
		}
		digits = append(digits, b[i])
	}
	if i < end {
		e, err := strconv.Atoi(string(b[i+1 : end]))
		if err != nil { // more than any number needs: zero, or far from an integer or its range
			e = 1 << 30
			if b[i+1] == '-' {
				e = -e
			}
		}
		exponent += e
	}
	digits = bytes.TrimLeft(digits, "0")
	for len(digits) > 0 && digits[len(digits)-1] == '0' {
		digits, exponent = digits[:len(digits)-1], exponent+1
	}
	d.notes |= noteText
	switch {
	case len(digits) == 0:
		return 0, end
	case exponent < 0:
		return 0, d.unlike(start, end, want)
	case len(digits)+exponent > 20:
		return 0, d.outOfRange(start, kind, width)
	}
	digits = append(digits, "00000000000000000000"[:exponent]...)
	u, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil {
		return 0, d.outOfRange(start, kind, width)
	}
	return u, end
}

var powersOf10 = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// float reads the number at i. Up to 15 digits without an exponent are exact in
// one division; the rest goes to strconv.
func (d *decoder) float(i int, width int) (float64, int) {
	b, j := d.b, i
	negative := b[j] == '-'
	if negative {
		j++
	}
	start, fraction := j, 0
	u := uint64(0)
	for c := b[j] - '0'; c <= 9; c = b[j] - '0' {
		u = u*10 + uint64(c)
		j++
	}
	n := j - start
	if n == 0 {
		return 0, d.mismatch(i, "number")
	}
	if b[j] == '.' {
		k := j + 1
		for c := b[k] - '0'; c <= 9; c = b[k] - '0' {
			u = u*10 + uint64(c)
			k++
		}
		fraction = k - j - 1
		j = k
	}
	simple := n+fraction <= 15 && (n == 1 || b[start] != '0') && (fraction > 0 || b[j-1] != '.')
	if simple && b[j]|0x20 != 'e' && width == 64 {
		f := float64(u) / powersOf10[fraction]
		if negative {
			f = -f
		}
		if fraction > 0 && (b[j-1] == '0' || fraction > 6) && !canonicalFloat(f, 64, b[i:j]) {
			d.notes |= noteText
		}
		return f, j
	}
	if j = d.number(i); j < 0 {
		return 0, j
	}
	f, err := strconv.ParseFloat(unsafe.String(&b[i], j-i), width)
	if err != nil {
		return 0, d.outOfRange(i, "float", uint(width))
	}
	if width == 32 {
		f = float64(float32(f))
	}
	if !canonicalFloat(f, width, b[i:j]) {
		d.notes |= noteText
	}
	return f, j
}

// canonicalFloat reports whether f is encoded as text.
func canonicalFloat(f float64, width int, text []byte) bool {
	var e encoder
	var room [40]byte
	return string(e.appendFloat(room[:0], f, width)) == string(text)
}

// appendFloat formats as encoding/json does.
func (e *encoder) appendFloat(b []byte, f float64, width int) []byte {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		e.fail(fmt.Errorf("json: unsupported value: %v", f))
		return append(b, '0')
	}
	if i := int64(f); float64(i) == f && i > -1<<24 && i < 1<<24 && (i != 0 || !math.Signbit(f)) {
		return appendInt(b, i)
	}
	if width == 64 {
		if out, ok := appendDecimal(b, f); ok {
			return out
		}
	}
	abs, format := math.Abs(f), byte('f')
	if abs != 0 {
		if width == 64 && (abs < 1e-6 || abs >= 1e21) || width == 32 && (float32(abs) < 1e-6 || float32(abs) >= 1e21) {
			format = 'e'
		}
	}
	b = strconv.AppendFloat(b, f, format, -1, width)
	if n := len(b); format == 'e' && n >= 4 && b[n-4] == 'e' && (b[n-3] == '-' || b[n-3] == '+') && b[n-2] == '0' {
		b[n-2] = b[n-1] // e-09 is e-9 in JSON
		b = b[:n-1]
	}
	return b
}

// appendDecimal writes what has at most six decimals and fifteen digits in all,
// as most numbers in documents do. A decimal of so many digits that is the nearest
// one to f is the shortest that reads as f, once its last zeros are gone: no other
// one of fifteen digits does.
func appendDecimal(b []byte, f float64) ([]byte, bool) {
	abs := math.Abs(f)
	if !(abs < 1e9) {
		return b, false
	}
	micros := int64(abs*1e6 + 0.5)
	if float64(micros)/1e6 != abs || micros == 0 {
		return b, false
	}
	whole := uint64(micros) / 1e6
	part := uint32(uint64(micros) - whole*1e6)
	if f < 0 {
		b = append(b, '-')
	}
	b = appendUint(b, whole)
	if part == 0 {
		return b, true
	}
	b = append(b, ".000000"...)
	digits := b[len(b)-6:]
	put2(digits, part/10000)
	put2(digits[2:], part/100%100)
	put2(digits[4:], part%100)
	n := len(b)
	for b[n-1] == '0' {
		n--
	}
	return b[:n], true
}

// appendInt appends v in decimal.
func appendInt(b []byte, v int64) []byte {
	if v < 0 {
		return appendUint(append(b, '-'), -uint64(v))
	}
	return appendUint(b, uint64(v))
}

// appendUint appends v in decimal. Numbers in documents are mostly short.
func appendUint(b []byte, v uint64) []byte {
	switch {
	case v < 10:
		return append(b, '0'+byte(v))
	case v < 100:
		b = append(b, "00"...)
		put2(b[len(b)-2:], uint32(v))
	case v < 10000:
		b = append(b, "0000"...)
		u, o := uint32(v), b[len(b)-4:]
		put2(o, u/100)
		put2(o[2:], u%100)
		if u < 1000 {
			copy(o, o[1:])
			return b[:len(b)-1]
		}
	default:
		return strconv.AppendUint(b, v, 10)
	}
	return b
}

// inText returns the program of values whose numbers are text on the wire, as the
// tag option string says: numbers in Opt, in pointers and in slices. Other
// types have no such form, and keep their own.
func (t *program) inText() *program {
	switch t.kind {
	case kindNumeric:
		return &program{decode: (*decoder).decodeInText, encode: (*encoder).encodeInText, zero: t.zero, elem: t, size: t.size, rt: t.rt}
	case kindOpt, kindPointer, kindSlice:
		elem := t.elem.inText()
		if elem == t.elem {
			return t
		}
		return &program{decode: t.decode, encode: t.encode, zero: t.zero, elem: elem, size: t.size, state: t.state, kind: t.kind, rt: t.rt}
	}
	return t
}

// decodeInText decodes a number in a string. A server that writes the number itself
// is understood, and what it wrote kept.
func (d *decoder) decodeInText(i int, p unsafe.Pointer, t *program) int {
	if c := d.b[i]; c == '-' || c-'0' <= 9 {
		d.notes |= noteText
		return t.elem.decode(d, i, p, t.elem)
	}
	return d.numberInText(i, p, t.elem)
}

func (e *encoder) encodeInText(b []byte, p unsafe.Pointer, t *program) []byte {
	return append(t.elem.encode(e, append(b, '"'), p, t.elem), '"')
}
