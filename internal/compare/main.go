package main

import (
	"flag"
	"fmt"
	"net/http"
	"os"

	"github.com/docwright/docwright/internal/compare/table"
)

const readme = "../../README.md"

func main() {
	write := flag.Bool("write", false, "write the table into README")
	rounds := flag.Int("rounds", 200, "rounds of calls")
	buildRounds := flag.Int("builds", 3, "builds of each client")
	flag.Parse()
	differs, err := run(*write, *rounds, *buildRounds)
	if err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(2)
	}
	if differs {
		os.Exit(1)
	}
}

// run prints the table and reports whether README's differs.
func run(write bool, rounds, buildRounds int) (bool, error) {
	cells, err := measure(rounds, buildRounds)
	if err != nil {
		return false, err
	}
	fmt.Println(table.Header)
	lines := make([]string, len(table.Rows))
	for i, row := range table.Rows {
		lines[i] = row.Line(cells[i]...)
		fmt.Println(lines[i])
	}
	data, err := os.ReadFile(readme)
	if err != nil {
		return false, err
	}
	if write {
		text, err := table.Replace(string(data), lines)
		if err != nil {
			return false, err
		}
		return false, os.WriteFile(readme, []byte(text), 0o644) //nolint:gosec // a file of the repository
	}
	differ, err := table.Differences(string(data), lines)
	for _, line := range differ {
		fmt.Println("README differs:", line)
	}
	return len(differ) > 0, err
}

// measure returns the cells of the table, by row and client.
func measure(rounds, buildRounds int) ([][]string, error) {
	s := new(server)
	var all []*client
	for _, create := range []func(http.RoundTripper) (*client, error){newDocwright, newOapi, newOgen} {
		c, err := create(s)
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	lines, files := make([]string, len(all)), make([]string, len(all))
	for i, c := range all {
		var err error
		if files[i], lines[i], err = counts(c); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	needed, err := each(all, modules)
	if err != nil {
		return nil, err
	}
	cells := [][]string{lines, files, needed}
	built, err := builds(all, buildRounds)
	if err != nil {
		return nil, err
	}
	called, err := calls(all, s, rounds)
	if err != nil {
		return nil, err
	}
	cells = append(cells, built, called)
	for _, probe := range []func(*client, *server) (string, error){nulls, unknown, nextPages, retries, failures} {
		found, err := each(all, func(c *client) (string, error) { return probe(c, s) })
		if err != nil {
			return nil, err
		}
		cells = append(cells, found)
	}
	return cells, nil
}

// each returns the cells of a row, one for each client.
func each(all []*client, cell func(*client) (string, error)) ([]string, error) {
	cells := make([]string, len(all))
	for i, c := range all {
		var err error
		if cells[i], err = cell(c); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
	}
	return cells, nil
}
