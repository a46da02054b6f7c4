package draft

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Diff spells the planned changes as a unified diff. Files only gain lines, so
// a line is either kept or added; a scalar that --accept replaces is the
// exception.
func (r *Result) Diff() string {
	var b strings.Builder
	for _, f := range r.Files {
		if !f.Changed() {
			continue
		}
		name := filepath.ToSlash(f.Path)
		if f.Old == nil {
			fmt.Fprintf(&b, "--- /dev/null\n+++ b/%s\n", name)
		} else {
			fmt.Fprintf(&b, "--- a/%s\n+++ b/%s\n", name, name)
		}
		diffLines(&b, lines(f.Old), lines(f.New))
	}
	return b.String()
}

func lines(data []byte) []string {
	if len(data) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}

const contextLines = 3

// diffLines walks both files: what is not the next old line was added.
func diffLines(b *strings.Builder, old, new []string) {
	type change struct {
		kind byte
		text string
		oldN int
		newN int
	}
	var all []change
	i := 0
	for j, l := range new {
		switch {
		case i < len(old) && old[i] == l:
			all = append(all, change{' ', l, i + 1, j + 1})
			i++
		case i+1 < len(old) && j+1 < len(new) && old[i+1] == new[j+1] && old[i] != l && !ahead(old[i], new[j:]):
			all = append(all, change{'-', old[i], i + 1, j + 1}, change{'+', l, i + 1, j + 1})
			i++
		default:
			all = append(all, change{'+', l, i + 1, j + 1})
		}
	}
	for start := 0; start < len(all); start++ {
		if all[start].kind == ' ' {
			continue
		}
		from, to := max(0, start-contextLines), start
		quiet := 0
		for k := start; k < len(all) && quiet <= 2*contextLines; k++ {
			if all[k].kind == ' ' {
				quiet++
			} else {
				quiet, to = 0, k
			}
		}
		to = min(len(all), to+1+contextLines)
		olds, news := 0, 0
		for _, c := range all[from:to] {
			if c.kind != '+' {
				olds++
			}
			if c.kind != '-' {
				news++
			}
		}
		fmt.Fprintf(b, "@@ -%d,%d +%d,%d @@\n", all[from].oldN, olds, all[from].newN, news)
		for _, c := range all[from:to] {
			fmt.Fprintf(b, "%c%s\n", c.kind, c.text)
		}
		start = to - 1
	}
}

func ahead(line string, rest []string) bool {
	for i, l := range rest {
		if i > 400 {
			return false
		}
		if l == line {
			return true
		}
	}
	return false
}
