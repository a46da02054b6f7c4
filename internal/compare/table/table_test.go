package table

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestReadme checks that README's table has the rows that make compare prints,
// each with a cell for each generator.
func TestReadme(t *testing.T) {
	data, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Find(string(data)); err != nil {
		t.Error(err)
	}
}

// TestVersions checks the versions of the header against those of go.mod.
func TestVersions(t *testing.T) {
	data, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	peers := strings.Split(strings.Trim(Header, "| "), " | ")[1:]
	for i, module := range []string{"github.com/oapi-codegen/oapi-codegen/v2 ", "github.com/ogen-go/ogen "} {
		_, version, _ := strings.Cut(peers[i], " ")
		if version == "" || !strings.Contains(string(data), "\t"+module+version) {
			t.Errorf("go.mod does not require %s%s", module, version)
		}
	}
}

func sample(cell string) (string, []string) {
	var lines []string
	for i, row := range Rows {
		lines = append(lines, row.Line(fmt.Sprintf("%s %d", cell, i+10), "1.0", "2.0"))
	}
	return "text\n\n" + Header + "\n" + rule + "\n" + strings.Join(lines, "\n") + "\n\nmore text\n", lines
}

func TestFind(t *testing.T) {
	readme, lines := sample("as")
	for _, c := range []struct{ text, want string }{
		{"text\n", "README does not have the table"},
		{strings.Replace(readme, lines[9]+"\n", "", 1), "README's table has 11 lines, want 12"},
		{strings.Replace(readme, Rows[2].Label, "Modules", 1), "README's row 3 is\n| Modules | as 12 | 1.0 | 2.0 |\nand its label has to be\nModules that the client needs"},
		{strings.Replace(readme, "| as 10 | 1.0 | 2.0 |", "| as 10 | 1.0 |", 1), "README's row 1 is\n| Lines of Go written | as 10 | 1.0 |\nand its label has to be\nLines of Go written"},
	} {
		if _, err := Find(c.text); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}

func TestReplace(t *testing.T) {
	before, _ := sample("as")
	after, lines := sample("so")
	if got, err := Replace(before, lines); err != nil || got != after {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestDifferences(t *testing.T) {
	readme, lines := sample("as")
	was := slices.Clone(lines)
	for i, c := range []struct{ from, to string }{
		{"as 10", "as 11"}, // a count
		{}, {},
		{"as 13", "as 26"}, // a time: twice is near
		{"as 14", "as 29"}, // a time: more than twice is not
		{"as 15", "so 15"}, // what a client does
	} {
		lines[i] = strings.Replace(lines[i], c.from, c.to, 1)
	}
	got, err := Differences(readme, lines)
	if want := []string{was[0], was[4], was[5]}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}
