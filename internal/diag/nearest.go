package diag

import "strings"

// Nearest returns the one of names that is most like name, or "" if none is
// like it.
func Nearest(name string, names []string) string {
	best, least := "", max(1, len(name)/3)+1
	if len(name) > 200 {
		return ""
	}
	for _, other := range names {
		if abs(len(other)-len(name)) >= least {
			continue
		}
		if d := distance(name, other); d < least && d < len(name) {
			best, least = other, d
		}
	}
	return best
}

func abs(i int) int { return max(i, -i) }

// distance counts the edits between a and b; a swap of neighbours is one, a
// change of case is none, but never nothing at all.
func distance(a, b string) int {
	if strings.EqualFold(a, b) && a != b {
		return 1
	}
	a, b = strings.ToLower(a), strings.ToLower(b)
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
