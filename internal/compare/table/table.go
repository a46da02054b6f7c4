// Package table has the rows of the table that compares docwright with its
// peers, and finds and replaces that table in README.
package table

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Header is the first line of the table, with the versions of go.mod.
const Header = "| | docwright | oapi-codegen v2.8.2 | ogen v1.25.0 |"

const rule = "|---|---|---|---|"

// Rows are the ten rows by their labels.
var Rows = []Row{
	{Label: "Lines of Go written"},
	{Label: "Files written"},
	{Label: "Modules that the client needs"},
	{Label: "CPU time to build it without a cache, except the standard library", IsTime: true},
	{Label: "List 100 orders from memory: time against docwright's", IsTime: true},
	{Label: "Distinguishes null from absent"},
	{Label: "A value that the enum does not list"},
	{Label: "Next pages"},
	{Label: "Attempts at a GET if the server responds 503"},
	{Label: "A response with status 404 and an error body"},
}

// Row is a row of the table.
type Row struct {
	Label  string
	IsTime bool // may differ by a factor of two
}

// Line returns the row with its cells.
func (r Row) Line(cells ...string) string {
	return "| " + r.Label + " | " + strings.Join(cells, " | ") + " |"
}

// Find returns the lines of the table in README, header and rule included.
func Find(readme string) ([]string, error) {
	_, after, ok := strings.Cut("\n"+readme, "\n"+Header+"\n")
	if !ok {
		return nil, errors.New("README does not have the table")
	}
	body, _, _ := strings.Cut(after, "\n\n")
	lines := append([]string{Header}, strings.Split(strings.TrimRight(body, "\n"), "\n")...)
	if len(lines) != len(Rows)+2 || lines[1] != rule {
		return nil, fmt.Errorf("README's table has %d lines, want %d", len(lines), len(Rows)+2)
	}
	for i, row := range Rows {
		if !strings.HasPrefix(lines[i+2], "| "+row.Label+" | ") || strings.Count(lines[i+2], " | ") != 3 {
			return nil, fmt.Errorf("README's row %d is\n%s\nand its label has to be\n%s", i+1, lines[i+2], row.Label)
		}
	}
	return lines, nil
}

// Replace returns README with lines, one for each of Rows, in its table.
func Replace(readme string, lines []string) (string, error) {
	old, err := Find(readme)
	if err != nil {
		return "", err
	}
	all := append([]string{Header, rule}, lines...)
	return strings.Replace(readme, strings.Join(old, "\n"), strings.Join(all, "\n"), 1), nil
}

// Differences returns the lines of README's table that are not as measured.
func Differences(readme string, lines []string) ([]string, error) {
	old, err := Find(readme)
	if err != nil {
		return nil, err
	}
	var differ []string
	for i, row := range Rows {
		if is := old[i+2]; is != lines[i] && (!row.IsTime || !near(is, lines[i])) {
			differ = append(differ, is)
		}
	}
	return differ, nil
}

var number = regexp.MustCompile(`\d+(\.\d+)?`)

// near reports whether the lines are the same except for numbers, of which none
// is more than twice the other.
func near(a, b string) bool {
	if number.ReplaceAllString(a, "0") != number.ReplaceAllString(b, "0") {
		return false
	}
	others := number.FindAllString(b, -1)
	for i, s := range number.FindAllString(a, -1) {
		x, errX := strconv.ParseFloat(s, 64)
		y, errY := strconv.ParseFloat(others[i], 64)
		if errX != nil || errY != nil || x > 2*y || y > 2*x {
			return false
		}
	}
	return true
}
