package codec

import (
	"encoding/binary"
	"slices"
	"strconv"
	"time"
	"unsafe"
)

// daysIn holds the length of each month; the leap day is checked for itself.
var daysIn = [13]uint8{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// decodeTime decodes times as servers write them: see parseTime. Most are in UTC.
func (d *decoder) decodeTime(i int, p unsafe.Pointer, _ *program) int {
	b, t := d.b, (*time.Time)(p)
	if b[i] == '"' && i+22 <= d.n {
		if u, next := utcTime(b, i+1); next > 0 {
			*t = u
			if b[next-3] == '0' && b[i+20] == '.' || u.IsZero() {
				d.noteTime(t, b[i+1:next-1])
			}
			return next
		}
	}
	if b[i] != '"' {
		return d.mismatch(i, "string with an RFC 3339 time")
	}
	text, end := d.text(i)
	if end < 0 {
		return end
	}
	if d.mode == modeStd {
		if err := t.UnmarshalJSON(b[i:end]); err != nil {
			return d.refused(i, err)
		}
		return end
	}
	u, form := parseTime(text)
	if form == formNone || form == formLoose && d.mode >= modeStrict {
		return d.refused(i, &timeError{string(text), d.mode >= modeStrict})
	}
	*t = u
	if d.noteTime(t, b[i+1:end-1]); form < formCanonical {
		d.notes |= noteText
	}
	return end
}

// noteTime notes what is to report of a time that was read from text.
func (d *decoder) noteTime(t *time.Time, text []byte) {
	if t.IsZero() {
		d.notes |= noteZero
	}
	var e encoder
	var room [48]byte
	if out := e.encodeTime(room[:0], unsafe.Pointer(t), nil); e.err != nil || string(out[1:len(out)-1]) != string(text) {
		d.notes |= noteText
	}
}

// timeError is the error for a text that is not a time.
type timeError struct {
	text   string
	strict bool
}

// Error names the text, and the way out.
func (e *timeError) Error() string {
	rule := "is not a time like 2006-01-02T15:04:05Z"
	if e.strict {
		rule = "is not a time as RFC 3339 has it"
	}
	return strconv.Quote(cut(e.text)) + " " + rule + "; formats: in gen.yaml sets another Go type for date-time"
}

// timeForm is how a time is written.
type timeForm uint8

const (
	formNone      timeForm = iota // not a time
	formLoose                     // as some servers write it
	formRFC                       // as RFC 3339 allows
	formCanonical                 // as package time reads it, too
)

// parseTime reads an RFC 3339 time. Beside that it takes what frameworks write: a
// space in place of the T, no seconds, a comma before the fraction, and as offset
// +0000, +00, UTC or nothing, which is UTC. Second 60 is the last instant of its
// minute (RFC 3339, section 5.7): package time has no leap seconds.
func parseTime(s []byte) (t time.Time, form timeForm) {
	form = formCanonical
	if len(s) > 12 && s[12] == ':' { // 2006-01-02T5:04:05Z
		s, form = slices.Concat(s[:11], []byte("0"), s[11:]), formLoose
	}
	if len(s) < len("2006-01-02T15:04") {
		return t, formNone
	}
	b := append(make([]byte, 0, 64), s...)
	b = append(b, nuls...)
	year, month, day := digits2(b, 0)*100+digits2(b, 2), digits2(b, 5), digits2(b, 8)
	hour, minute, second := digits2(b, 11), digits2(b, 14), 0
	if b[4] != '-' || b[7] != '-' || b[13] != ':' || !realDay(year, month, day) || hour > 23 || minute > 59 {
		return t, formNone
	}
	switch b[10] {
	case 'T':
	case 't':
		form = min(form, formRFC)
	case ' ':
		form = formLoose
	default:
		return t, formNone
	}
	i, nano := 16, 0
	if b[i] == ':' {
		if second = digits2(b, i+1); second > 60 {
			return t, formNone
		}
		i += 3
		var ok bool
		if nano, i, ok = fraction(b, i); !ok {
			return t, formNone
		}
		if b[19] == ',' {
			form = formLoose
		}
	} else {
		form = formLoose
	}
	if second == 60 {
		second, nano, form = 59, 999999999, min(form, formRFC)
	}
	zone, end := parseOffset(b, i, &form)
	if end != len(s) {
		return t, formNone
	}
	seconds := unixDay(year, month, day)*86400 + int64(hour*3600+minute*60+second-zone)
	t = time.Unix(seconds, int64(nano)).UTC()
	if zone != 0 {
		t = in(t, zone)
	}
	return t, form
}

// in gives t the location that package time gives a time with an offset.
func in(t time.Time, zone int) time.Time {
	if _, here := t.In(time.Local).Zone(); here == zone {
		return t.In(time.Local)
	}
	return t.In(time.FixedZone("", zone))
}

// fraction reads the fraction of a second at i, if there is one.
func fraction(b []byte, i int) (nano, next int, ok bool) {
	if b[i] != '.' && b[i] != ',' {
		return 0, i, true
	}
	i++
	if b[i]-'0' > 9 {
		return 0, i, false
	}
	digit := 100000000
	for ; b[i]-'0' <= 9; i++ {
		nano += int(b[i]-'0') * digit
		digit /= 10
	}
	return nano, i, true
}

// parseOffset reads the offset at i, in seconds. It returns -1 as the index after it
// if there is no valid one.
func parseOffset(b []byte, i int, form *timeForm) (seconds, next int) {
	if b[i] == ' ' {
		*form = formLoose
		i++
	}
	switch c := b[i]; {
	case c == 'Z':
		return 0, i + 1
	case c == 'z':
		*form = min(*form, formRFC)
		return 0, i + 1
	case c == 0 && b[i-1] != ' ':
		*form = formLoose
		return 0, i
	case string(b[i:i+3]) == "UTC", string(b[i:i+3]) == "GMT":
		*form = formLoose
		return 0, i + 3
	case c != '+' && c != '-':
		return 0, -1
	}
	hours, minutes, end := digits2(b, i+1), 0, i+3
	switch {
	case b[end] == ':':
		minutes, end = digits2(b, end+1), end+3
	case b[end] != 0:
		minutes, end, *form = digits2(b, end), end+2, formLoose
	default:
		*form = formLoose
	}
	if hours > 23 || minutes > 59 {
		return 0, -1
	}
	seconds = hours*3600 + minutes*60
	if b[i] == '-' {
		seconds = -seconds
	}
	return seconds, end
}

func realDay(year, month, day int) bool {
	if year > 9999 || uint(month-1) > 11 || uint(day-1) >= uint(daysIn[month]) {
		return false
	}
	leap := year&3 == 0 && (year%100 != 0 || year%400 == 0)
	return leap || month != 2 || day != 29
}

// utcTime reads 2006-01-02T15:04:05.999999999Z" at i; next is 0 if that is not
// what is there.
func utcTime(b []byte, i int) (t time.Time, next int) {
	year, month, day := digits2(b, i)*100+digits2(b, i+2), digits2(b, i+5), digits2(b, i+8)
	hour, minute, second := digits2(b, i+11), digits2(b, i+14), digits2(b, i+17)
	if b[i+4] != '-' || b[i+7] != '-' || b[i+10] != 'T' || b[i+13] != ':' || b[i+16] != ':' ||
		!realDay(year, month, day) || hour > 23 || minute > 59 || second > 59 {
		return t, 0
	}
	j, nano := i+19, 0
	if b[j] == '.' {
		k := j + 1
		for c := b[k] - '0'; c <= 9 && k-j <= 9; c = b[k] - '0' {
			nano = nano*10 + int(c)
			k++
		}
		if k == j+1 {
			return t, 0
		}
		for n := k - j - 1; n < 9; n++ {
			nano *= 10
		}
		j = k
	}
	if b[j] != 'Z' || b[j+1] != '"' {
		return t, 0
	}
	return time.Unix(unixDay(year, month, day)*86400+int64(hour*3600+minute*60+second), int64(nano)).UTC(), j + 2
}

// digits2 reads two digits, or returns a number that is out of every range.
func digits2(b []byte, i int) int {
	x, y := b[i]-'0', b[i+1]-'0'
	if x > 9 || y > 9 {
		return 1 << 20
	}
	return int(x)*10 + int(y)
}

// unixDay counts the days since 1970-01-01. It puts the leap day at the end of
// the year by starting years in March (Howard Hinnant's days_from_civil).
func unixDay(y, m, d int) int64 {
	if m <= 2 {
		y--
		m += 12
	}
	y += 400 // keeps the year 0 positive
	era := y / 400
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d - 1
	return int64(era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 719468 - 146097)
}

const (
	firstSecond = -62135596800 // of the year 1
	afterSecond = 253402300800 // of the year 10000
)

// twoDigits holds 00 to 99 as they are written, the first digit in the low byte.
var twoDigits = func() (t [100]uint16) {
	for v := range t {
		t[v] = uint16('0'+v/10) | uint16('0'+v%10)<<8
	}
	return t
}()

// put2 writes v, which is below 100, in two digits.
func put2(b []byte, v uint32) { binary.LittleEndian.PutUint16(b, twoDigits[v]) }

func (e *encoder) encodeTime(b []byte, p unsafe.Pointer, _ *program) []byte {
	t := (*time.Time)(p)
	sec := t.Unix()
	if t.Location() != time.UTC || sec < firstSecond || sec >= afterSecond {
		b, err := t.AppendText(append(b, '"'))
		e.fail(err)
		return append(b, '"')
	}
	since := uint64(sec - firstSecond)
	days := since / 86400
	s := uint32(since - days*86400)
	y, m, d := civil(uint32(days))
	b = append(b, `"0000-00-00T00:00:00`...)
	o := b[len(b)-19:]
	put2(o, y/100)
	put2(o[2:], y%100)
	put2(o[5:], m)
	put2(o[8:], d)
	put2(o[11:], s/3600)
	put2(o[14:], s/60%60)
	put2(o[17:], s%60)
	if ns := t.Nanosecond(); ns != 0 {
		b = append(b, '.')
		for p := 100000000; ns > 0; p /= 10 {
			b = append(b, byte('0'+ns/p))
			ns %= p
		}
	}
	return append(b, 'Z', '"')
}

// civil turns a count of days since 0001-01-01, up to the year 9999, into a date.
// As unixDay it has years start in March; where it multiplies and shifts, that is
// a division (Cassio Neri and Lorenz Schneider, "Euclidean affine functions and
// their application to calendar algorithms").
func civil(days uint32) (y, m, d uint32) {
	quarters := 4*(days+306) + 3 // of days since 0000-03-01
	century := quarters / 146097
	product := 2939745 * uint64(quarters%146097|3)
	year, part := uint32(product>>32), uint32(product)/2939745/4
	month := 2141*part + 197913
	y, m, d = 100*century+year, month>>16, month&0xffff/2141+1
	if part >= 306 { // January and February
		return y + 1, m - 12, d
	}
	return y, m, d
}
