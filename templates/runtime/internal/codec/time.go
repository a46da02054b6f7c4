package codec

import (
	"encoding/binary"
	"time"
	"unsafe"
)

// daysIn holds the length of each month; the leap day is checked for itself.
var daysIn = [13]uint8{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// decodeTime decodes what time.Time's UnmarshalJSON takes. Times in UTC do not go
// through the parser of package time.
func (d *decoder) decodeTime(i int, p unsafe.Pointer, _ *program) int {
	b, t := d.b, (*time.Time)(p)
	if b[i] == '"' && i+22 <= d.n {
		if u, next := utcTime(b, i+1); next > 0 {
			*t = u
			return next
		}
	}
	if b[i] != '"' {
		return d.mismatch(i, "string with an RFC 3339 time")
	}
	end := d.skipString(i + 1)
	if end < 0 {
		return end
	}
	if err := t.UnmarshalJSON(b[i:end]); err != nil {
		return d.refused(i, err)
	}
	return end
}

// utcTime reads 2006-01-02T15:04:05.999999999Z" at i; next is 0 if that is not
// what is there.
func utcTime(b []byte, i int) (t time.Time, next int) {
	year, month, day := digits2(b, i)*100+digits2(b, i+2), digits2(b, i+5), digits2(b, i+8)
	hour, minute, second := digits2(b, i+11), digits2(b, i+14), digits2(b, i+17)
	if b[i+4] != '-' || b[i+7] != '-' || b[i+10] != 'T' || b[i+13] != ':' || b[i+16] != ':' ||
		year > 9999 || uint(month-1) > 11 || uint(day-1) >= uint(daysIn[month]) || hour > 23 || minute > 59 || second > 59 {
		return t, 0
	}
	if leap := year&3 == 0 && (year%100 != 0 || year%400 == 0); month == 2 && day == 29 && !leap {
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
