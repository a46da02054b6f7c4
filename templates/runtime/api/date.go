package api

import (
	"fmt"
	"strconv"
	"time"
)

// Date is a day of the calendar without a time or a place.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the day of t in t's location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// ParseDate parses a date as RFC 3339 writes it: 2006-01-02. It takes 0000-00-00
// for the zero Date.
func ParseDate(s string) (Date, error) {
	if s == "0000-00-00" {
		return Date{}, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return Date{}, fmt.Errorf("api: %q is not a date like 2006-01-02", s)
	}
	return DateOf(t), nil
}

// In returns the first moment of d in loc.
func (d Date) In(loc *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, loc)
}

// IsZero reports whether d is the zero Date, which is not a day.
func (d Date) IsZero() bool { return d == Date{} }

// Compare returns -1 if d is before e, 1 if it is after e, else 0.
func (d Date) Compare(e Date) int {
	switch x, y := d.ordinal(), e.ordinal(); {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func (d Date) ordinal() int { return (d.Year*16+int(d.Month))*32 + d.Day }

// String returns d as 2006-01-02.
func (d Date) String() string {
	b, _ := d.AppendText(nil)
	return string(b)
}

// AppendText appends d as 2006-01-02.
func (d Date) AppendText(b []byte) ([]byte, error) {
	if d.Year < 0 || d.Year > 9999 || d.Month < 0 || d.Month > 99 || d.Day < 0 || d.Day > 99 {
		return b, fmt.Errorf("api: date %d-%d-%d cannot be written", d.Year, d.Month, d.Day)
	}
	n := 1e8 + d.Year*1e4 + int(d.Month)*100 + d.Day
	text := strconv.AppendInt(make([]byte, 0, 9), int64(n), 10)
	b = append(append(b, text[1:5]...), '-')
	b = append(append(b, text[5:7]...), '-')
	return append(b, text[7:]...), nil
}

// MarshalText returns d as 2006-01-02.
func (d Date) MarshalText() ([]byte, error) { return d.AppendText(nil) }

// UnmarshalText parses a date as [ParseDate] does. It also takes what some servers
// send for a date, midnight as a date-time: 2006-01-02T00:00:00.000Z. Another time
// of day is an error, because the date then depends on the time zone.
func (d *Date) UnmarshalText(text []byte) error {
	day := string(text)
	if n := len(time.DateOnly); len(day) > n && isMidnight(day[n:]) {
		day = day[:n]
	}
	parsed, err := ParseDate(day)
	if err != nil {
		return fmt.Errorf("api: %q is not a date like 2006-01-02", text)
	}
	*d = parsed
	return nil
}

// isMidnight reports whether text is what follows the date in a date-time at
// midnight, with an offset or without one.
func isMidnight(text string) bool {
	for _, layout := range []string{"T15:04:05Z07:00", "T15:04:05", " 15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0
		}
	}
	return false
}
