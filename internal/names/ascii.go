package names

import (
	"fmt"
	"strings"
	"unicode"
)

// accented lists the letters and digits that Unicode's compatibility
// decomposition (NFKD) makes out of an ASCII character and accents: Latin with
// its two extensions, and raised and lowered digits. It is written down because
// this package depends on the standard library only; the tests compare it with
// golang.org/x/text.
var accented = map[string]string{
	"0": "⁰₀",
	"1": "¹₁",
	"2": "²₂",
	"3": "³₃",
	"4": "⁴₄",
	"5": "⁵₅",
	"6": "⁶₆",
	"7": "⁷₇",
	"8": "⁸₈",
	"9": "⁹₉",
	"A": "ÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶ",
	"B": "ḂḄḆ",
	"C": "ÇĆĈĊČḈ",
	"D": "ĎḊḌḎḐḒ",
	"E": "ÈÉÊËĒĔĖĘĚȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆ",
	"F": "Ḟ",
	"G": "ĜĞĠĢǦǴḠ",
	"H": "ĤȞḢḤḦḨḪ",
	"I": "ÌÍÎÏĨĪĬĮİǏȈȊḬḮỈỊ",
	"J": "Ĵ",
	"K": "ĶǨḰḲḴ",
	"L": "ĹĻĽḶḸḺḼ",
	"M": "ḾṀṂ",
	"N": "ÑŃŅŇǸṄṆṈṊ",
	"O": "ÒÓÔÕÖŌŎŐƠǑǪǬȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢ",
	"P": "ṔṖ",
	"R": "ŔŖŘȐȒṘṚṜṞ",
	"S": "ŚŜŞŠȘṠṢṤṦṨ",
	"T": "ŢŤȚṪṬṮṰ",
	"U": "ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖṲṴṶṸṺỤỦỨỪỬỮỰ",
	"V": "ṼṾ",
	"W": "ŴẀẂẄẆẈ",
	"X": "ẊẌ",
	"Y": "ÝŶŸȲẎỲỴỶỸ",
	"Z": "ŹŻŽẐẒẔ",
	"a": "ªàáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặₐ",
	"b": "ḃḅḇ",
	"c": "çćĉċčḉ",
	"d": "ďḋḍḏḑḓ",
	"e": "èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệₑ",
	"f": "ḟ",
	"g": "ĝğġģǧǵḡ",
	"h": "ĥȟḣḥḧḩḫẖₕ",
	"i": "ìíîïĩīĭįǐȉȋḭḯỉịⁱ",
	"j": "ĵǰ",
	"k": "ķǩḱḳḵₖ",
	"l": "ĺļľḷḹḻḽₗ",
	"m": "ḿṁṃₘ",
	"n": "ñńņňǹṅṇṉṋⁿₙ",
	"o": "ºòóôõöōŏőơǒǫǭȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợₒ",
	"p": "ṕṗₚ",
	"r": "ŕŗřȑȓṙṛṝṟ",
	"s": "śŝşšſșṡṣṥṧṩẛₛ",
	"t": "ţťțṫṭṯṱẗₜ",
	"u": "ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữự",
	"v": "ṽṿ",
	"w": "ŵẁẃẅẇẉẘ",
	"x": "ẋẍₓ",
	"y": "ýÿŷȳẏẙỳỵỷỹ",
	"z": "źżžẑẓẕ",
}

// digraphs are characters that decompose to several letters.
var digraphs = map[rune]string{
	'\u2122': "TM", '\u2116': "No", '\u0132': "IJ", '\u0133': "ij", '\ufb00': "ff", '\ufb01': "fi", '\ufb02': "fl", '\ufb03': "ffi", '\ufb04': "ffl",
	'\ufb05': "st", '\ufb06': "st", '\u01c4': "DZ", '\u01c5': "Dz", '\u01c6': "dz", '\u01f1': "DZ", '\u01f2': "Dz", '\u01f3': "dz",
	'\u01c7': "LJ", '\u01c8': "Lj", '\u01c9': "lj", '\u01ca': "NJ", '\u01cb': "Nj", '\u01cc': "nj",
}

// plain maps each character of accented to its ASCII text.
var plain = func() map[rune]string {
	m := map[rune]string{}
	for base, letters := range accented {
		for _, r := range letters {
			m[r] = base
		}
	}
	for r, text := range digraphs {
		m[r] = text
	}
	return m
}()

// Fullwidth forms are ASCII at a distance.
const (
	firstFullwidth = '\uff01'
	lastFullwidth  = '\uff5e'
)

// asciiOf strips accents and spells other letters by their code point.
func asciiOf(name string) string {
	if isASCII(name) {
		return name
	}
	var b strings.Builder
	for _, r := range name {
		if r >= firstFullwidth && r <= lastFullwidth {
			r += '!' - firstFullwidth
		}
		text, ok := plain[r]
		switch {
		case r < unicode.MaxASCII+1:
			b.WriteRune(r)
		case ok:
			b.WriteString(text)
		case unicode.Is(unicode.Mn, r): // an accent after its letter
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			fmt.Fprintf(&b, "U%04x", r)
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] > unicode.MaxASCII {
			return false
		}
	}
	return true
}
