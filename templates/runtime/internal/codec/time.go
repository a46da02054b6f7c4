package codec

import (
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

const twoDigits = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"

func (e *encoder) encodeTime(b []byte, p unsafe.Pointer, _ *program) []byte {
	t := (*time.Time)(p)
	b = append(b, '"')
	sec := t.Unix()
	if t.Location() != time.UTC || sec < firstSecond || sec >= afterSecond {
		b, err := t.AppendText(b)
		e.fail(err)
		return append(b, '"')
	}
	days, s := uint64(sec-firstSecond)/86400, uint64(sec-firstSecond)%86400
	y, m, d := civil(days)
	n := len(b)
	b = append(b, "0000-00-00T00:00:00"...)
	o := (*[19]byte)(b[n : n+19])
	put := func(at int, v uint64) { o[at], o[at+1] = twoDigits[2*v], twoDigits[2*v+1] }
	put(0, y/100)
	put(2, y%100)
	put(5, m)
	put(8, d)
	put(11, s/3600)
	put(14, s/60%60)
	put(17, s%60)
	if ns := t.Nanosecond(); ns != 0 {
		b = append(b, '.')
		for p := 100000000; ns > 0; p /= 10 {
			b = append(b, byte('0'+ns/p))
			ns %= p
		}
	}
	return append(b, 'Z', '"')
}

// civil turns a count of days since 0001-01-01 into a date, as unixDay the other
// way round.
func civil(days uint64) (y, m, d uint64) {
	z := days + 306 // since 0000-03-01
	era := z / 146097
	doe := z % 146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	y = yoe + era*400
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	d = doy - (153*mp+2)/5 + 1
	if m = mp + 3; m > 12 {
		m -= 12
		y++
	}
	return y, m, d
}
