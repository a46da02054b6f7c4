package load

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	dashes      = regexp.MustCompile(`^(?:-\s+)*(?:-$)?`)
	memberName  = regexp.MustCompile(`^(?:[^\s#"'&*!|>%@` + "`" + `\[{-][^#]*?|-[^\s#][^#]*?|"[^"]*"|'[^']*')\s*:(?:\s|$)`)
	blockScalar = regexp.MustCompile(`(?:^|:\s)\s*(?:[&!]\S*\s+)*[|>][+-]?[0-9]?[+-]?\s*(?:#.*)?$`)
	noValue     = regexp.MustCompile(`:\s*(?:#.*)?$`)
)

// level is a collection that is open in a YAML text.
type level struct {
	column, line int
	list         bool
	empty        bool // the last member has no value yet
}

// levels follows the collections that a YAML text opens by indentation.
type levels struct {
	open   []level
	scalar int // column of a block scalar; 0 for none, -1 for one whose text has not begun
}

// oddIndent finds the first line, from a line on, that is indented like nothing
// around it: the YAML package names the line where the collection around it begins,
// which may be far above. It returns 0 if there is none, and else also what to do.
func oddIndent(src string, from int) (line, column int, fix string) {
	l := &levels{}
	for text := range strings.Lines(src) {
		line++
		text = strings.TrimRight(text, "\r\n")
		content := strings.TrimLeft(text, " ")
		column = len(text) - len(content)
		if content == "" || content[0] == '#' || l.inScalar(line, column) {
			continue
		}
		lists := dashes.FindString(content)
		if rest := content[len(lists):]; lists == "" && !memberName.MatchString(rest) {
			continue // a scalar or a flow collection that goes on
		}
		if closed, ok := l.close(column, lists != ""); !ok {
			if line < from {
				return 0, 0, "" // that was not what the YAML package refused
			}
			return line, column, l.fix(column, closed)
		}
		l.enter(content, lists, line, column)
	}
	return 0, 0, ""
}

// inScalar reports whether a line belongs to a block scalar.
func (l *levels) inScalar(line, column int) bool {
	if l.scalar < 0 {
		if l.scalar = 0; len(l.open) == 0 || column > l.open[len(l.open)-1].column {
			l.scalar = column
			l.open = append(l.open, level{column: column, line: line})
		}
	}
	if l.scalar > 0 && column >= l.scalar {
		return true
	}
	l.scalar = 0
	return false
}

// close closes what a line at column is not part of. It reports whether something is
// left for it to be part of, and else the last thing that it closed.
func (l *levels) close(column int, list bool) (closed level, ok bool) {
	found := false
	for n := len(l.open); n > 0; n-- {
		top := l.open[n-1]
		if top.column < column || top.column == column && (top.list == list || list && top.empty) {
			return closed, !found || top.column == column
		}
		closed, found = top, true
		l.open = l.open[:n-1]
	}
	return closed, !found
}

// enter opens what a line begins.
func (l *levels) enter(content, lists string, line, column int) {
	for i := range lists {
		if lists[i] == '-' {
			l.at(level{column: column + i, line: line, list: true})
		}
	}
	rest := content[len(lists):]
	if memberName.MatchString(rest) {
		l.at(level{column: column + len(lists), line: line})
		l.open[len(l.open)-1].empty = noValue.MatchString(rest)
	}
	if blockScalar.MatchString(rest) {
		l.scalar = -1
	}
}

// at opens a level, unless it is open.
func (l *levels) at(now level) {
	n := len(l.open)
	if n > 0 && l.open[n-1].column == now.column && l.open[n-1].list == now.list {
		return
	}
	if n > 0 {
		l.open[n-1].empty = false
	}
	l.open = append(l.open, now)
}

// fix says what to do about a line at column after closed.
func (l *levels) fix(column int, closed level) string {
	by := func(l level) string {
		return strconv.Itoa(l.column) + ", like line " + strconv.Itoa(l.line)
	}
	fix := "indent it by " + by(closed)
	if n := len(l.open); n > 0 && l.open[n-1].column != closed.column {
		fix = "indent it by " + by(l.open[n-1]) + ", or by " + by(closed)
	}
	return fix + ", not by " + strconv.Itoa(column) + " spaces; or correct that line"
}
