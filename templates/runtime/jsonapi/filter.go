package jsonapi

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Filter is a condition in the language that some APIs take in one query
// parameter: and(eq(status,open),gt(created_at,2024-01-01T00:00:00Z)). A value
// cannot change a condition, whatever is in it: characters that mean something
// in the language are percent-encoded, as RQL has it.
type Filter string

// Eq is met by resources whose field has the value.
func Eq(field string, value any) Filter { return Condition("eq", field, value) }

// Ne is met by resources whose field does not have the value.
func Ne(field string, value any) Filter { return Condition("ne", field, value) }

// Gt is met by resources whose field is greater than the value.
func Gt(field string, value any) Filter { return Condition("gt", field, value) }

// Gte is met by resources whose field is the value or greater.
func Gte(field string, value any) Filter { return Condition("gte", field, value) }

// Lt is met by resources whose field is less than the value.
func Lt(field string, value any) Filter { return Condition("lt", field, value) }

// Lte is met by resources whose field is the value or less.
func Lte(field string, value any) Filter { return Condition("lte", field, value) }

// Between is met by resources whose field is in the range.
func Between(field string, low, high any) Filter { return Condition("between", field, low, high) }

// In is met by resources whose field has one of the values.
func In[V any](field string, values ...V) Filter { return Condition("in", field, values) }

// And is met by resources that meet all conditions.
func And(conditions ...Filter) Filter { return combine("and", conditions) }

// Or is met by resources that meet one of the conditions.
func Or(conditions ...Filter) Filter { return combine("or", conditions) }

// Condition is a function of the language that has no Go function here:
// Condition("is_latest"). Its arguments are strings, numbers, booleans, times and
// lists of them, and other conditions.
func Condition(function string, args ...any) Filter {
	b := append(appendWord(nil, function), '(')
	for k, arg := range args {
		if k > 0 {
			b = append(b, ',')
		}
		b = appendOperand(b, arg)
	}
	return Filter(append(b, ')'))
}

func combine(function string, conditions []Filter) Filter {
	if len(conditions) == 1 {
		return conditions[0]
	}
	args := make([]any, len(conditions))
	for k, c := range conditions {
		args[k] = c
	}
	return Condition(function, args...)
}

func appendOperand(b []byte, arg any) []byte {
	switch v := arg.(type) {
	case nil:
		return append(b, "null"...)
	case Filter:
		return append(b, v...)
	case time.Time:
		return v.AppendFormat(b, time.RFC3339Nano)
	case fmt.Stringer:
		return appendWord(b, v.String())
	}
	switch v := reflect.ValueOf(arg); v.Kind() {
	case reflect.Slice, reflect.Array:
		b = append(b, '[')
		for k := range v.Len() {
			if k > 0 {
				b = append(b, ',')
			}
			b = appendOperand(b, v.Index(k).Interface())
		}
		return append(b, ']')
	case reflect.Float32, reflect.Float64:
		return strconv.AppendFloat(b, v.Float(), 'f', -1, v.Type().Bits())
	default:
		return appendWord(b, fmt.Sprint(arg))
	}
}

// appendWord writes a name or a value: characters with a meaning are encoded.
func appendWord(b []byte, s string) []byte {
	for k := range len(s) {
		c := s[k]
		if c < ' ' || c == 0x7f || strings.IndexByte("()[],'\"%&|!=<>;*\\", c) >= 0 {
			const digits = "0123456789ABCDEF"
			b = append(b, '%', digits[c>>4], digits[c&15])
			continue
		}
		b = append(b, c)
	}
	return b
}

// Descending returns the sort key for the reverse order: "-created_at".
func Descending[K ~string](key K) K { return "-" + key }
