package codec

import "unsafe"

// inText returns the program of values whose numbers are text on the wire, as the
// tag option string wants them: numbers in Opt, in pointers and in slices. Other
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
